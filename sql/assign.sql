-- An assignment gets its zone from its provenance, a revision when it is made again,
-- and moves between zones as gov_transition says.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
SET LOCAL timezone = 'UTC';
SET LOCAL client_min_messages = warning;
-- runs a statement that should fail: SQLSTATE, message, detail and hint, with
-- times and ids masked; "left" is what it left behind
CREATE FUNCTION pg_temp.facts() RETURNS text LANGUAGE sql AS $$
    SELECT md5(concat((SELECT string_agg(a::text, ',' ORDER BY assignment_id) FROM gov_assignment a),
                      (SELECT string_agg(w::text, ',' ORDER BY ownership_id) FROM gov_ownership w))) $$;
CREATE FUNCTION pg_temp.try(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    before text := pg_temp.facts();
    state text; message text; detail text; hint text;
BEGIN
    BEGIN
        EXECUTE statement;
        RETURN NEXT 'no error';
        RETURN;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
            detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    RETURN NEXT state || ': ' || message;
    detail := regexp_replace(regexp_replace(detail, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*\+\d\d', 'TIME', 'g'),
                             'ownership_id \d+', 'ownership_id N', 'g');
    detail := replace(detail, format('assigned by "%s"', session_user), 'assigned by me');
    IF detail NOT LIKE 'Failing row contains%' AND detail <> '' THEN RETURN NEXT '  detail: ' || detail; END IF;
    IF hint <> '' THEN RETURN NEXT '  hint: ' || hint; END IF;
    IF pg_temp.facts() <> before THEN RETURN NEXT '  LEFT SOMETHING BEHIND'; END IF;
END $$;
INSERT INTO gov_authority (authority, kind) VALUES ('acts-a', 'human'), ('acts-b', 'council'), ('acts-c', 'system');
INSERT INTO gov_authority (authority, kind, status) VALUES ('acts-gone', 'human', 'retired');
INSERT INTO gov_axis (axis, kind, family, status, multivalued) VALUES
    ('acts-topic', 'uncertain', 'semantic', 'active', true), ('acts-one', 'uncertain', 'semantic', 'active', false),
    ('acts-dead', 'uncertain', 'semantic', 'retired', true);
INSERT INTO gov_axis_value (axis, value, status, replaced_by) VALUES
    ('acts-topic', 'x', 'active', NULL), ('acts-topic', 'y', 'active', NULL), ('acts-topic', 'new', 'candidate', NULL),
    ('acts-topic', 'old', 'deprecated', 'x'), ('acts-topic', 'gone', 'retired', NULL),
    ('acts-one', 'x', 'active', NULL), ('acts-one', 'y', 'active', NULL), ('acts-one', 'z', 'active', NULL),
    ('acts-dead', 'x', 'active', NULL);
INSERT INTO gov_object (object_type, object_ref) VALUES ('thing', 't1'), ('thing', 't2'), ('thing', 't3');
INSERT INTO gov_object (object_type, object_ref, retired_at) VALUES ('thing', 'dead', now());
-- the rows, times relative to now()
CREATE FUNCTION pg_temp.ago(t timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN t = now() THEN 'now' WHEN t < now() THEN age(now(), t)::text || ' ago' WHEN t > now() THEN 'in ' || age(t, now()) END $$;
CREATE TEMPORARY VIEW rows AS
SELECT o.object_ref AS object, a.axis, a.value, a.revision AS rev, a.zone, a.assigned_kind AS kind,
       pg_temp.ago(a.valid_from) AS valid_from, pg_temp.ago(a.valid_to) AS valid_to,
       (SELECT format('%s rev %s', n.value, n.revision) FROM gov_assignment n WHERE n.assignment_id = a.superseded_by) AS superseded_by
  FROM gov_assignment a JOIN gov_object o USING (object_id) WHERE a.axis LIKE 'acts-%' ORDER BY o.object_ref COLLATE "C", a.assignment_id;
-- time passes: everything written so far was written an hour earlier
CREATE FUNCTION pg_temp.hour() RETURNS void LANGUAGE sql AS $$
    UPDATE gov_assignment SET valid_from = valid_from - interval '1 hour', valid_to = valid_to - interval '1 hour',
        assigned_at = assigned_at - interval '1 hour' WHERE axis LIKE 'acts-%' $$;

-- no provenance and no zone: quarantine; an empty provenance is none
SELECT gov_assign('thing', 't1', 'acts-topic', 'x') > 0 AS assigned;
SELECT gov_assign('thing', 't2', 'acts-topic', 'x', provenance => '{}') > 0 AS assigned;
-- provenance and no zone: candidate; a candidate value will do
SELECT gov_assign('thing', 't3', 'acts-topic', 'new', provenance => '{"kind": "k"}') > 0 AS assigned;
SELECT gov_assign('thing', 't3', 'acts-topic', 'y', provenance => '{"kind": "k"}', zone => 'approved', assigned_kind => 'tool',
                  confidence => 0.5, match_score => 1, evidence => '[1]', assigned_at => '2020-01-01') > 0 AS assigned;
SELECT * FROM rows;
SELECT confidence, match_score, evidence, assigned_at, assigned_by = session_user AS by_me FROM gov_assignment WHERE assigned_kind = 'tool';

-- the same again: nothing is written, the same id
CREATE TEMPORARY TABLE first AS SELECT * FROM gov_assignment;
SELECT gov_assign('thing', 't1', 'acts-topic', 'x') = (SELECT min(assignment_id) FROM first) AS same;
SELECT gov_assign('thing', 't3', 'acts-topic', 'y', provenance => '{"kind": "k"}', zone => 'approved', assigned_kind => 'tool',
                  confidence => 0.5, match_score => 1, evidence => '[1]') = (SELECT max(assignment_id) FROM first) AS same;
SELECT count(*) FROM gov_assignment FULL JOIN first USING (assignment_id) WHERE gov_assignment IS DISTINCT FROM first;
-- anything else: a revision, which takes over where the one before ends
SELECT pg_temp.hour();
SELECT gov_assign('thing', 't1', 'acts-topic', 'x', confidence => 0.25) > 0 AS assigned;
SELECT gov_assign('thing', 't1', 'acts-topic', 'x', confidence => 0.25, provenance => '{"kind": "k"}') > 0 AS assigned;
SELECT gov_assign('thing', 't3', 'acts-topic', 'y', provenance => '{"kind": "k"}', zone => 'approved', assigned_kind => 'tool',
                  confidence => 0.5, match_score => 1, evidence => '[1]', assigned_at => '2021-01-01') > 0 AS assigned;
SELECT * FROM rows;

-- zones: up one by one, down at once; staying is no move
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'candidate')$$);
SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'approved', 'looked at');
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'candidate')$$);
SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'quarantine', 'doubts');
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'approved')$$);
SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'candidate');
SELECT zone, reason, revision FROM gov_assignment JOIN gov_object USING (object_id)
 WHERE axis = 'acts-topic' AND object_ref = 't1' AND superseded_by IS NULL;
-- out of quarantine only with provenance
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't2', 'acts-topic', 'x', 'candidate')$$);

-- ended, and there is nothing left to end or move; assigned anew it goes on counting
SELECT pg_temp.hour();
SELECT gov_unassign('thing', 't1', 'acts-topic', 'x', 'no longer');
SELECT pg_temp.try($$SELECT gov_unassign('thing', 't1', 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'approved')$$);
SELECT gov_assign('thing', 't1', 'acts-topic', 'x') > 0 AS assigned;
SELECT * FROM rows WHERE object = 't1';
-- what is deprecated or retired can still be taken out of use
UPDATE gov_axis_value SET status = 'deprecated' WHERE axis = 'acts-topic' AND value = 'y';
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't3', 'acts-topic', 'y', 'candidate')$$);
SELECT gov_set_zone('thing', 't3', 'acts-topic', 'y', 'quarantine');
SELECT gov_unassign('thing', 't3', 'acts-topic', 'y');

-- an agent: may assign and propose, as an agent only, and approves nothing
CREATE ROLE acts_bot;
INSERT INTO gov_authority (authority, kind, role_name) VALUES ('acts-bot', 'agent', 'acts_bot');
SELECT gov_grant('steward', 'acts_bot');
SET LOCAL SESSION AUTHORIZATION acts_bot;
SELECT gov_assign('thing', 't1', 'acts-topic', 'new', provenance => '{"kind": "k"}') > 0 AS assigned;
SELECT gov_assign('thing', 't2', 'acts-topic', 'new', assigned_kind => 'agent') > 0 AS assigned;
SELECT gov_assign('thing', 't2', 'acts-one', 'x', provenance => '{"kind": "k"}', assigned_kind => 'human');
SELECT gov_assign('thing', 't2', 'acts-one', 'x', provenance => '{"kind": "k"}', zone => 'approved');
SELECT gov_set_zone('thing', 't1', 'acts-topic', 'new', 'approved');
SELECT * FROM gov_assign_many(jsonb '[{"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "x", "provenance": {"kind": "k"}, "zone": "approved"}]');
SELECT * FROM gov_assign_many(jsonb '[{"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "x", "assigned_kind": "human"}]');
SELECT * FROM gov_assign_many(jsonb '[{"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "x"}]');
RESET SESSION AUTHORIZATION;
SELECT axis, value, zone, assigned_kind, assigned_by FROM gov_assignment WHERE assigned_by = 'acts_bot' ORDER BY assignment_id;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
