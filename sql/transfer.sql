-- Everything that an authority owns goes to another, and nothing is doubled.
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
SELECT coalesce(o.object_ref, '(value)') AS object, w.value, w.owner_kind AS kind, w.authority, w.inherits AS inh, w.status,
       pg_temp.ago(w.effective_from) AS effective_from, pg_temp.ago(w.effective_to) AS effective_to,
       (SELECT p.authority FROM gov_ownership p WHERE p.ownership_id = w.supersedes_id) AS replaces
  FROM gov_ownership w LEFT JOIN gov_object o USING (object_id) WHERE w.axis LIKE 'acts-%'
 ORDER BY o.object_ref COLLATE "C" NULLS FIRST, w.ownership_id;
-- time passes: everything written so far was written an hour earlier
CREATE FUNCTION pg_temp.hour() RETURNS void LANGUAGE sql AS $$
    UPDATE gov_ownership SET effective_from = effective_from - interval '1 hour',
        effective_to = effective_to - interval '1 hour' WHERE axis LIKE 'acts-%' $$;

SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a', inherits => false) > 0 AS owned;
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-c', effective_from => now() + interval '5 days', replace => true) > 0 AS owned;
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-c') > 0 AS owned;
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', effective_from => now() + interval '5 days', replace => true) > 0 AS owned;
SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-a') > 0 AS owned;
-- of other kinds: what the other has as long and as wide already, what it has shorter, what it has not
SELECT gov_own('thing', 't1', 'acts-topic', 'y', a, 'supporting') > 0 AS owned FROM unnest('{acts-a,acts-b}'::text[]) a;
SELECT gov_own('thing', 't2', 'acts-topic', 'y', a, 'delegated', effective_to => now() + d * interval '1 day') > 0 AS owned
  FROM (VALUES ('acts-a', 9), ('acts-b', 3)) v (a, d);
SELECT gov_own('thing', 't3', 'acts-topic', 'y', 'acts-a', 'waiver', reason => 'moving', effective_to => now() + interval '1 day') > 0 AS owned;
SELECT gov_own('thing', 't3', 'acts-topic', 'x', 'acts-a', effective_from => now() - interval '9 days', effective_to => now() - interval '1 day') > 0 AS owned;
SELECT gov_disown(gov_own('thing', 't3', 'acts-topic', 'x', 'acts-a'));
SELECT pg_temp.hour();
SELECT gov_transfer('acts-a', 'acts-b', approval => 'APR-2');
SELECT * FROM rows;
SELECT owner_kind, reason, approval FROM gov_ownership WHERE authority = 'acts-b' AND approval IS NOT NULL ORDER BY ownership_id;
-- nothing is left to move
SELECT gov_transfer('acts-a', 'acts-b');
-- from a retired authority, with a reason; never to one, nor to itself
UPDATE gov_authority SET status = 'retired' WHERE authority = 'acts-b';
SELECT gov_transfer('acts-b', 'acts-a', 'retired');
SELECT count(*) FROM gov_ownership WHERE status = 'active' AND authority = 'acts-a' AND reason = 'retired';
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', 'acts-b')$$);
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_transfer('acts-nobody', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', 'acts-nobody')$$);
SELECT pg_temp.try($$SELECT gov_transfer(NULL, 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', NULL)$$);
SET CONSTRAINTS ALL IMMEDIATE;

-- an authority of kind agent owns like any other: it is given one row, and handed all of another's
INSERT INTO gov_authority (authority, kind) VALUES ('acts-agent', 'agent');
SELECT gov_own('thing', 't3', 'acts-one', 'x', 'acts-agent') > 0 AS owned;
SELECT gov_transfer('acts-agent', 'acts-c') AS from_agent, gov_transfer('acts-c', 'acts-agent') > 1 AS to_agent;
SELECT count(*) > 1 AS owns FROM gov_ownership WHERE status = 'active' AND authority = 'acts-agent';
UPDATE gov_authority SET status = 'retired' WHERE authority = 'acts-agent';
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', 'acts-agent')$$);
SET CONSTRAINTS ALL IMMEDIATE;

-- what the owners of an enrolled schema's objects suggest
CREATE ROLE acts_owner;
CREATE SCHEMA acts_schema AUTHORIZATION acts_owner;
CREATE TABLE acts_schema.t ();
CREATE VIEW acts_schema.v AS SELECT 1 AS one;
ALTER VIEW acts_schema.v OWNER TO acts_owner;
SELECT pg_temp.try($$SELECT gov_propose_owners('acts_schema')$$);
SELECT pg_temp.try($$SELECT gov_propose_owners(NULL)$$);
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('acts_schema');
SELECT object_type, object_ref, owner_role = 'acts_owner' AS acts_owner, authority, owned FROM gov_propose_owners('acts_schema');
UPDATE gov_authority SET role_name = 'acts_owner' WHERE authority IN ('acts-c', 'acts-gone');
SELECT gov_own('view', 'acts_schema.v', 'acts-topic', 'x', 'acts-a') > 0 AS owned;
SELECT object_type, object_ref, owner_role = 'acts_owner' AS acts_owner, authority, owned FROM gov_propose_owners('acts_schema');
ROLLBACK;
