-- Hand-over: at once, or at a time ahead; overlapping ones are refused.
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

-- at once: the one before is superseded where the new one begins
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a') > 0 AS owned;
SELECT pg_temp.hour();
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true) > 0 AS owned;
SELECT * FROM rows;
-- looking back: half an hour ago
SELECT pg_temp.hour();
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a', replace => true, effective_from => now() - interval '30 minutes') > 0 AS owned;
SELECT * FROM rows;
-- ahead: the present owner stays until then
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-c', replace => true, effective_from => now() + interval '10 days') > 0 AS owned;
SELECT * FROM rows WHERE status = 'active';
-- without replace what is open cannot be followed, and what is scheduled gives way to nobody
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a') > 0 AS owned;
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-b', effective_from => now() + interval '10 days')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true)$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true, effective_from => now() + interval '20 days')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true, effective_to => now() + interval '11 days')$$);
-- up to where it begins there is room
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true, effective_to => now() + interval '10 days') > 0 AS owned;
SELECT * FROM rows WHERE object = 't1' AND status = 'active';
-- a scheduled one revoked: held at no instant, the one before still ends
SELECT gov_disown(ownership_id) FROM gov_ownership WHERE status = 'active' AND authority = 'acts-c';
SELECT * FROM rows WHERE object = 't1' AND (status = 'active' OR authority = 'acts-c');
-- the room it left can be taken without replace; a value itself is handed over the same way
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a', effective_from => now() + interval '10 days') > 0 AS owned;
SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-a') > 0 AS owned;
SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-b', effective_from => now() + interval '1 day', replace => true) > 0 AS owned;
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-c', effective_from => now() + interval '2 days', replace => true)$$);
SELECT * FROM rows WHERE object = '(value)';
-- time passes: who was to take over has, and who was to leave has lapsed and is set expired
UPDATE gov_ownership SET effective_from = effective_from - interval '30 days', effective_to = effective_to - interval '30 days' WHERE axis LIKE 'acts-%';
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-c', replace => true) > 0 AS owned;
SELECT authority, status, effective_to, replaces FROM rows WHERE object = 't1' AND status IN ('active', 'expired');
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT authority, status, effective_from, effective_to FROM rows WHERE object = '(value)';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
