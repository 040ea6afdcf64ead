-- Owning many cells at once: from jsonb or a relation, all or nothing, counted.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts_owned.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all

SELECT * FROM gov_own_many(jsonb '[]');
SELECT * FROM gov_own_many(jsonb '[
 {"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "authority": "acts-a"},
 {"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "authority": "acts-b", "owner_kind": "supporting", "inherits": false},
 {"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "authority": "acts-b", "owner_kind": "waiver", "reason": "moving",
  "effective_from": "2000-01-01T00:00:00Z", "effective_to": "2999-01-01T00:00:00Z"},
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
SELECT pg_temp.wrong('"approval": "APR-1"');
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
