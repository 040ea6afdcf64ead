-- Owning a cell or a value itself: once at a time accountable, others beside.
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

SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a') > 0 AS owned;
SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-b') > 0 AS owned;
-- a second accountable owner is refused, the same one too; of the object and of the value itself
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-a')$$);
-- other kinds stand beside it, several authorities of one kind too, one authority once
SELECT gov_own('thing', 't1', 'acts-topic', 'x', a, 'supporting') > 0 AS owned FROM unnest('{acts-a,acts-b}'::text[]) a;
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', 'delegated', false, effective_to => now() + interval '1 day') > 0 AS owned;
SELECT gov_own('thing', 't1', 'acts-topic', 'x', a, 'waiver', reason => 'moving', approval => 'APR-1', effective_to => now() + interval '1 day') > 0 AS owned
  FROM unnest('{acts-b,acts-c}'::text[]) a;
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', 'waiver', reason => 'again', effective_to => now() + interval '2 days')$$);
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', 'waiver', reason => 'longer', effective_to => now() + interval '2 days', replace => true) > 0 AS owned;
SELECT * FROM rows;
SELECT reason, approval, created_by = session_user AS by_me FROM gov_ownership WHERE owner_kind = 'waiver' ORDER BY ownership_id;

-- revoked: the cell is free again; twice is refused, and so is what never was
SELECT gov_disown(ownership_id, 'left') FROM gov_ownership WHERE owner_kind = 'accountable' AND object_id IS NOT NULL AND axis LIKE 'acts-%';
SELECT pg_temp.try('SELECT gov_disown(-1)');
SELECT count(*) FROM pg_temp.try(format('SELECT gov_disown(%s)', (SELECT ownership_id FROM gov_ownership WHERE reason = 'left'))) t(line) WHERE line LIKE 'GVT01%';
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-c', inherits => false) > 0 AS owned;
-- a waiver keeps its reason when it is revoked without one
SELECT gov_disown(ownership_id) FROM gov_ownership WHERE owner_kind = 'waiver' AND status = 'active' AND authority = 'acts-c';
SELECT authority, reason, status FROM gov_ownership WHERE owner_kind = 'waiver' ORDER BY ownership_id;
SELECT * FROM rows WHERE kind = 'accountable';

-- what has lapsed stands in nobody's way: the next writer sets it expired
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', effective_from => now() - interval '2 days', effective_to => now() - interval '1 day') > 0 AS owned;
SELECT pg_temp.try(format('SELECT gov_disown(%s)', (SELECT max(ownership_id) FROM gov_ownership))) LIKE '55000%' AS lapsed LIMIT 1;
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-b') > 0 AS owned;
-- and so is what happened before now
SELECT gov_own('thing', 't3', 'acts-topic', 'x', 'acts-a') > 0 AS owned;
SELECT gov_own('thing', 't3', 'acts-topic', 'x', 'acts-b', effective_from => now() - interval '3 days', effective_to => now() - interval '1 day') > 0 AS owned;
SELECT * FROM rows WHERE object IN ('t2', 't3');

-- what an object's cell has is not what the value itself has; a candidate or deprecated value can be owned
SELECT gov_own(NULL, NULL, 'acts-topic', v, 'acts-a') > 0 AS owned FROM unnest('{new,old}'::text[]) v;
SELECT gov_own('thing', 't1', 'acts-topic', v, 'acts-a') > 0 AS owned FROM unnest('{new,old}'::text[]) v;
-- which keeps it from being retired; a retired one, and one of a retired axis, takes no owner
SELECT pg_temp.try($$SELECT gov_retire('acts-topic', 'old', 'over')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-topic', 'gone', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-dead', 'x', 'acts-a')$$);

-- the row of an authority that has retired stays where it is: the authority may come back
SELECT gov_own('thing', 't2', 'acts-one', 'z', 'acts-b') > 0 AS owned;
SELECT gov_set_authority('acts-b', status => 'retired');
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-one', 'z', 'acts-c')$$);
SELECT gov_set_authority('acts-b', status => 'active');
SELECT authority FROM gov_effective_owner WHERE object_ref = 't2' AND axis = 'acts-one' AND value = 'z';
SELECT gov_set_authority('acts-b', status => 'retired');
SELECT gov_own('thing', 't2', 'acts-one', 'z', 'acts-c', replace => true) > 0 AS owned;
SELECT value, authority, status, replaces FROM rows WHERE object = 't2' AND value = 'z';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
