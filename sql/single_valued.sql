-- On a single-valued axis an approved assignment supersedes the approved one of
-- another value; proposals wait beside it.
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

SELECT gov_assign('thing', 't1', 'acts-one', 'x', zone => 'approved', provenance => '{"kind": "k"}') > 0 AS assigned;
SELECT pg_temp.hour();
-- proposals wait
SELECT gov_assign('thing', 't1', 'acts-one', 'y', provenance => '{"kind": "k"}') > 0 AS assigned;
SELECT gov_assign('thing', 't1', 'acts-one', 'z') > 0 AS assigned;
SELECT * FROM rows;
-- one is approved at once, one by its zone
SELECT gov_assign('thing', 't1', 'acts-one', 'z', zone => 'approved', provenance => '{"kind": "k"}') > 0 AS assigned;
SELECT * FROM rows;
SELECT pg_temp.hour();
SELECT gov_set_zone('thing', 't1', 'acts-one', 'y', 'approved');
SELECT * FROM rows;
-- another object is another matter, and so is a multivalued axis
SELECT gov_assign('thing', 't2', 'acts-one', 'x', zone => 'approved', provenance => '{"kind": "k"}') > 0 AS assigned;
SELECT gov_assign('thing', 't1', 'acts-topic', v, zone => 'approved', provenance => '{"kind": "k"}') > 0 AS assigned
  FROM unnest('{x,y}'::text[]) v;
SELECT axis, value FROM rows WHERE object = 't1' AND valid_to IS NULL ORDER BY axis COLLATE "C", value COLLATE "C";
-- many at once: two approved ones of one object are refused, one takes over
SELECT pg_temp.try($$SELECT gov_assign_many(jsonb '[
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "y", "zone": "approved", "provenance": {"kind": "k"}},
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "z", "zone": "approved", "provenance": {"kind": "k"}}]')$$);
SELECT * FROM gov_assign_many(jsonb '[
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "y", "zone": "approved", "provenance": {"kind": "k"}},
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "z", "provenance": {"kind": "k"}}]');
SELECT * FROM rows WHERE object = 't2';

-- an axis becomes single-valued when its rows allow it; what was before now stays
SELECT pg_temp.try($$UPDATE gov_axis SET multivalued = false WHERE axis = 'acts-topic'$$);
SELECT pg_temp.hour();
SELECT gov_unassign('thing', 't1', 'acts-topic', 'y');
UPDATE gov_axis SET multivalued = false WHERE axis = 'acts-topic';
SELECT gov_assign('thing', 't1', 'acts-topic', 'y', zone => 'approved', provenance => '{"kind": "k"}') > 0 AS assigned;
SELECT axis, value FROM rows WHERE object = 't1' AND valid_to IS NULL ORDER BY axis COLLATE "C", value COLLATE "C";
-- rows of before now may come back in a restore
CREATE TEMPORARY TABLE kept AS SELECT * FROM gov_assignment WHERE axis = 'acts-topic';
DELETE FROM gov_assignment WHERE axis = 'acts-topic';
INSERT INTO gov_assignment SELECT * FROM kept ORDER BY assignment_id DESC;
UPDATE gov_axis SET multivalued = true WHERE axis = 'acts-topic';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
