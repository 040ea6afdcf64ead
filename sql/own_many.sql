-- Owning many cells at once: from jsonb or a relation, all or nothing, counted.
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

SELECT * FROM gov_own_many(jsonb '[]');
SELECT * FROM gov_own_many(jsonb '[
 {"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "authority": "acts-a"},
 {"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "authority": "acts-b", "owner_kind": "supporting", "inherits": false},
 {"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "authority": "acts-b", "owner_kind": "waiver", "reason": "moving",
  "approval": "APR-1", "effective_from": "2000-01-01T00:00:00Z", "effective_to": "2999-01-01T00:00:00Z"},
 {"axis": "acts-topic", "value": "x", "authority": "acts-b", "effective_to": "infinity"}]');
SELECT * FROM rows WHERE kind <> 'waiver';
SELECT effective_from, effective_to, reason, approval, created_by = session_user AS by_me FROM gov_ownership WHERE owner_kind = 'waiver';
SELECT pg_temp.hour();
-- replaced now, replaced ahead, and both in one input
SELECT * FROM gov_own_many(jsonb '[{"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "authority": "acts-b", "replace": true}]');
CREATE TEMPORARY TABLE source AS
SELECT * FROM (VALUES ('thing', 't1', 'acts-topic', 'x', 'acts-c', now() + interval '1 day', NULL::timestamptz),
                      (NULL, NULL, 'acts-topic', 'x', 'acts-c', NULL, now() + interval '1 day'),
                      (NULL, NULL, 'acts-topic', 'x', 'acts-a', now() + interval '1 day', NULL),
                      ('thing', 't2', 'acts-topic', 'x', 'acts-a', now() - interval '3 days', now() - interval '1 day'))
       v (object_type, object_ref, axis, value, authority, effective_from, effective_to), (SELECT true) r (replace);
SELECT * FROM gov_own_many('source'::regclass);
SELECT * FROM rows WHERE kind = 'accountable';
-- what has lapsed is set expired and stands in nobody's way
SELECT * FROM gov_own_many(jsonb '[{"object_type": "thing", "object_ref": "t2", "axis": "acts-topic", "value": "x", "authority": "acts-b"}]');
SELECT authority, status FROM rows WHERE object = 't2';

-- refused, each named, and nothing written
CREATE FUNCTION pg_temp.wrong(more text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT pg_temp.try(format('SELECT gov_own_many(%L::jsonb)',
        '[{"object_type": "thing", "object_ref": "t3", "axis": "acts-topic", "value": "x", "authority": "acts-a"},'
        || ' {"object_type": "thing", "object_ref": "t3", "axis": "acts-topic", "value": "y", "authority": "acts-a", ' || more || '}]')) $$;
SELECT pg_temp.wrong('"owner": "acts-a"');
SELECT pg_temp.wrong('"authority": null');
SELECT pg_temp.wrong('"value": ""');
SELECT pg_temp.wrong('"object_ref": null');
SELECT pg_temp.wrong('"owner_kind": "boss"');
SELECT pg_temp.wrong('"effective_from": "infinity"');
SELECT pg_temp.wrong('"approval": ""');
SELECT pg_temp.wrong('"effective_to": "2000-01-01"');
SELECT pg_temp.wrong('"owner_kind": "delegated"');
SELECT pg_temp.wrong('"owner_kind": "delegated", "effective_to": "infinity"');
SELECT pg_temp.wrong('"owner_kind": "waiver", "effective_to": "2999-01-01"');
SELECT pg_temp.wrong('"owner_kind": "waiver", "effective_to": "2999-01-01", "reason": " \n"');
SELECT pg_temp.wrong('"owner_kind": "waiver", "effective_to": "2999-01-01", "reason": "r", "object_type": null, "object_ref": null');
SELECT pg_temp.wrong('"inherits": false, "object_type": null, "object_ref": null');
SELECT pg_temp.wrong('"value": "x"');
SELECT pg_temp.wrong('"value": "x", "authority": "acts-b", "replace": true');
SELECT pg_temp.wrong('"authority": "acts-nobody"');
SELECT pg_temp.wrong('"authority": "acts-gone"');
SELECT pg_temp.wrong('"axis": "acts-nothing"');
SELECT pg_temp.wrong('"axis": "acts-dead", "value": "x"');
SELECT pg_temp.wrong('"value": "nothing"');
SELECT pg_temp.wrong('"value": "gone"');
SELECT pg_temp.wrong('"object_ref": "dead"');
SELECT pg_temp.wrong('"object_ref": "t2", "value": "x"');
SELECT pg_temp.wrong('"object_ref": "t1", "value": "x", "replace": true');
SELECT pg_temp.wrong('"object_type": null, "object_ref": null, "value": "x"');
SELECT pg_temp.try($$SELECT gov_own_many(NULL::jsonb)$$);
SELECT pg_temp.try($$SELECT gov_own_many(NULL::regclass)$$);
CREATE TEMPORARY TABLE narrow AS SELECT 'thing' AS object_type, 't1' AS object_ref, 'acts-topic' AS axis, 'x' AS value;
SELECT pg_temp.try($$SELECT gov_own_many('narrow'::regclass)$$);
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
