-- Assigning many cells at once: from jsonb or a relation, all or nothing, counted.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts_assigned.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all

SELECT * FROM gov_assign_many(jsonb '[]');
SELECT * FROM gov_assign_many(jsonb '[
 {"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x"},
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-topic", "value": "x", "provenance": {}, "zone": null},
 {"object_type": "thing", "object_ref": "t3", "axis": "acts-topic", "value": "new", "provenance": {"kind": "k"}, "zone": "approved",
  "confidence": 0.5, "match_score": 0.25, "evidence": ["e"], "assigned_kind": "rule", "assigned_at": "2020-01-01T00:00:00Z"},
 {"object_type": "thing", "object_ref": "t3", "axis": "acts-topic", "value": "y", "provenance": {"kind": "k"}}]');
SELECT * FROM rows;
SELECT confidence, match_score, evidence, assigned_at, assigned_by = session_user AS by_me FROM gov_assignment WHERE assigned_kind = 'rule';
SELECT pg_temp.hour();

-- a relation, a view among them: new, the same, and changed ones
CREATE TEMPORARY VIEW source AS
SELECT * FROM (VALUES (varchar 'thing', 't1', 'acts-topic', 'x', NULL::json, 1), ('thing', 't2', 'acts-topic', 'x', '{"kind": "k"}', 2),
                      ('thing', 't2', 'acts-topic', 'y', '{"kind": "k"}', 3)) v (object_type, object_ref, axis, value, provenance, unrelated);
SELECT * FROM gov_assign_many('source'::regclass);
SELECT * FROM gov_assign_many('source'::regclass);
SELECT * FROM rows;
-- what one function writes the other finds the same
SELECT gov_assign('thing', 't2', 'acts-topic', 'y', provenance => '{"kind": "k"}') AS again;

-- a relation that the caller may read is read as its owner
CREATE ROLE acts_steward;
SELECT gov_grant('steward', 'acts_steward');
CREATE TABLE acts_secret AS SELECT 'thing' AS object_type, 't1' AS object_ref, 'acts-topic' AS axis, 'y' AS value;
CREATE FUNCTION acts_spy() RETURNS text LANGUAGE plpgsql AS $$
BEGIN RETURN CASE current_user WHEN 'acts_maker' THEN 'y' ELSE current_user END; END $$;
CREATE VIEW acts_open AS SELECT 'thing' AS object_type, 't1' AS object_ref, 'acts-topic' AS axis, acts_spy() AS value;
CREATE ROLE acts_maker;
ALTER VIEW acts_open OWNER TO acts_maker;
GRANT SELECT ON acts_open TO acts_steward;
-- a view that shows its reader other rows than its owner
CREATE VIEW acts_invoker WITH (security_invoker) AS SELECT * FROM acts_open;
GRANT SELECT ON acts_invoker TO acts_steward;
SET LOCAL ROLE acts_steward;
SELECT * FROM gov_assign_many('acts_secret'::regclass);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_assign_many('gov_source'::regclass);
SELECT * FROM gov_assign_many('acts_open'::regclass);
SELECT * FROM gov_assign_many('acts_invoker'::regclass);
RESET ROLE;
-- in a security-restricted operation
CREATE OR REPLACE FUNCTION acts_spy() RETURNS text LANGUAGE plpgsql AS $$
BEGIN RESET ROLE; RETURN 'y'; END $$;
SELECT * FROM gov_assign_many('acts_open'::regclass);
\echo :LAST_ERROR_SQLSTATE

-- refused, each named, and nothing written
SELECT pg_temp.try($$SELECT gov_assign_many(NULL::jsonb)$$);
SELECT pg_temp.try($$SELECT gov_assign_many(NULL::regclass)$$);
SELECT pg_temp.try($$SELECT gov_assign_many(0::regclass)$$);
SELECT pg_temp.try($$SELECT gov_assign_many(jsonb '{}')$$);
SELECT pg_temp.try($$SELECT gov_assign_many(jsonb '7')$$);
SELECT pg_temp.try($$SELECT gov_assign_many(jsonb '[{}, 7]')$$);
SELECT pg_temp.try($$SELECT gov_assign_many(jsonb '[{"object_type": "thing", "objekt_ref": "t1"}]')$$);
SELECT pg_temp.try($$SELECT gov_assign_many(jsonb '[{"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "confidence": "high"}]')$$);
SELECT pg_temp.try($$SELECT gov_assign_many(jsonb '[{"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x"}, {"object_type": "thing", "axis": "acts-topic", "value": ""}]')$$);
-- one thing of each kind wrong in an input that is right otherwise
CREATE FUNCTION pg_temp.wrong(more text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT pg_temp.try(format('SELECT gov_assign_many(%L::jsonb)',
        '[{"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "x", "zone": "approved", "provenance": {"kind": "k"}},'
        || ' {"object_type": "thing", "object_ref": "t1", "axis": "acts-topic", "value": "y", ' || more || '}]')) $$;
SELECT pg_temp.wrong('"zone": "limbo"');
SELECT pg_temp.wrong('"assigned_kind": "oracle"');
SELECT pg_temp.wrong('"confidence": 1.5');
SELECT pg_temp.wrong('"match_score": -1');
SELECT pg_temp.wrong('"confidence": "NaN"');
SELECT pg_temp.wrong('"assigned_at": "2999-01-01"');
SELECT pg_temp.wrong('"assigned_at": "-infinity"');
SELECT pg_temp.wrong('"provenance": ["kind"]');
SELECT pg_temp.wrong('"zone": "candidate"');
SELECT pg_temp.wrong('"zone": "approved", "provenance": {}');
SELECT pg_temp.wrong('"value": "x"');
SELECT pg_temp.wrong('"axis": "acts-nothing"');
SELECT pg_temp.wrong('"axis": "acts-dead", "value": "x"');
SELECT pg_temp.wrong('"value": "nothing"');
SELECT pg_temp.wrong('"value": "old"');
SELECT pg_temp.wrong('"value": "gone"');
SELECT pg_temp.wrong('"object_ref": "dead"');
SELECT pg_temp.wrong('"object_type": "thong"');
-- ten are named, however many there are
SELECT pg_temp.try($$SELECT gov_assign_many((SELECT jsonb_agg(jsonb_build_object('object_type', 'thing', 'object_ref', 'u' || i,
    'axis', 'acts-topic', 'value', 'x')) FROM generate_series(101, 112) i))$$);
-- a relation that lacks a column, and one whose column has another type
CREATE TEMPORARY TABLE narrow AS SELECT 'thing' AS object_type, 't1' AS object_ref, 'acts-topic' AS axis;
SELECT pg_temp.try($$SELECT gov_assign_many('narrow'::regclass)$$);
CREATE TEMPORARY TABLE odd AS SELECT 'thing' AS object_type, 't1' AS object_ref, 'acts-topic' AS axis, 'x' AS value, 'high' AS confidence;
SELECT pg_temp.try($$SELECT gov_assign_many('odd'::regclass)$$);
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
