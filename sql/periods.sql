-- No client writes two rows in force where one is allowed: direct DML.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all

CREATE FUNCTION pg_temp.assign(ref text, axis text, value text, valid_from text, valid_to text, zone text DEFAULT 'approved') RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind, valid_from, valid_to)
    SELECT object_id, axis, value, zone, '{"kind": "k"}', 'human', valid_from::timestamptz, valid_to::timestamptz
      FROM gov_object WHERE object_ref = ref AND object_type = 'thing' RETURNING assignment_id $$;
CREATE FUNCTION pg_temp.own(ref text, axis text, value text, authority text, effective_from text, effective_to text,
                            kind text DEFAULT 'accountable', status text DEFAULT 'active') RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO gov_ownership (object_id, axis, value, authority, effective_from, effective_to, owner_kind, status)
    SELECT (SELECT object_id FROM gov_object WHERE object_ref = ref AND object_type = 'thing'),
           axis, value, authority, effective_from::timestamptz, effective_to::timestamptz, kind, status RETURNING ownership_id $$;

-- assignments of one cell: before, after and touching is fine
SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2030-01-01', '2040-01-01') > 0 AS ok;
SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2020-01-01', '2030-01-01') > 0 AS ok;
SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2040-01-01', NULL) > 0 AS ok;
-- overlapping is not, whichever way
SELECT pg_temp.try($$SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2035-01-01', '2036-01-01')$$);
SELECT pg_temp.try($$SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2010-01-01', NULL, 'quarantine')$$);
SELECT pg_temp.try($$SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2010-01-01', '2020-01-01 00:00:00.000001')$$);
SELECT pg_temp.try($$SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2100-01-01', 'infinity')$$);
SELECT pg_temp.try($$SELECT pg_temp.assign('t1', 'acts-topic', 'x', '-infinity', '2021-01-01')$$);
-- a period that is empty overlaps nothing, and nothing overlaps it
SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2035-01-01', '2035-01-01') > 0 AS ok;
SELECT pg_temp.assign('t2', 'acts-topic', 'x', '2035-01-01', '2035-01-01') > 0 AS ok;
SELECT pg_temp.assign('t2', 'acts-topic', 'x', '2030-01-01', '2040-01-01') > 0 AS ok;
-- another object, value or axis is another cell
SELECT pg_temp.assign('t1', 'acts-topic', 'y', '2030-01-01', '2040-01-01') > 0 AS ok;
SELECT pg_temp.assign('t1', 'acts-one', 'x', '2030-01-01', '2040-01-01') > 0 AS ok;
-- updates: into another row's time, object, value, or back to life
SELECT pg_temp.try($$UPDATE gov_assignment SET valid_to = NULL WHERE valid_to = '2030-01-01'$$);
SELECT pg_temp.try($$UPDATE gov_assignment SET valid_from = '2025-01-01' WHERE valid_from = '2030-01-01' AND axis = 'acts-topic'$$);
SELECT pg_temp.try($$UPDATE gov_assignment SET value = 'y' WHERE axis = 'acts-topic' AND value = 'x' AND valid_from = '2030-01-01' AND valid_to = '2040-01-01'$$);
SELECT pg_temp.try($$UPDATE gov_assignment SET object_id = (SELECT object_id FROM gov_object WHERE object_ref = 't1' AND object_type = 'thing') WHERE axis = 'acts-topic'$$);
SELECT pg_temp.try($$UPDATE gov_assignment SET valid_to = '2036-01-01' WHERE valid_from = valid_to$$);
UPDATE gov_assignment SET superseded_by = assignment_id WHERE axis = 'acts-topic' AND valid_from = '2040-01-01';
SELECT pg_temp.assign('t1', 'acts-topic', 'x', '2041-01-01', NULL) > 0 AS ok;
SELECT pg_temp.try($$UPDATE gov_assignment SET superseded_by = NULL WHERE axis = 'acts-topic'$$);
-- what counts is what the statement leaves: rows may change places
UPDATE gov_assignment SET valid_from = CASE valid_from WHEN '2020-01-01' THEN timestamptz '2030-01-01' ELSE '2020-01-01' END,
                          valid_to = CASE valid_to WHEN '2030-01-01' THEN timestamptz '2040-01-01' ELSE '2030-01-01' END
 WHERE axis = 'acts-topic' AND value = 'x' AND valid_to > valid_from AND valid_to IS NOT NULL
   AND object_id = (SELECT object_id FROM gov_object WHERE object_ref = 't1' AND object_type = 'thing');
-- two in one statement
SELECT pg_temp.try($$INSERT INTO gov_assignment (object_id, axis, value, zone, assigned_kind)
    SELECT object_id, 'acts-topic', 'new', 'quarantine', 'human' FROM gov_object, generate_series(1, 2) WHERE object_ref = 't3'$$);

-- a single-valued axis: across values, approved ones only, from now on
SELECT pg_temp.try($$SELECT pg_temp.assign('t1', 'acts-one', 'y', '2035-01-01', NULL)$$);
SELECT pg_temp.assign('t1', 'acts-one', 'y', '2035-01-01', NULL, 'candidate') > 0 AS ok;
SELECT pg_temp.try($$UPDATE gov_assignment SET zone = 'approved' WHERE axis = 'acts-one' AND value = 'y'$$);
SELECT pg_temp.assign('t1', 'acts-one', 'z', '2000-01-01', '2001-01-01') > 0 AS ok;
SELECT pg_temp.assign('t1', 'acts-one', 'y', '2000-01-01', '2001-01-01') > 0 AS ok;
SELECT pg_temp.try($$UPDATE gov_axis SET multivalued = false WHERE axis = 'acts-topic'; SELECT 1$$);

-- ownership: of an object's cell, and of a value itself
SELECT pg_temp.own('t1', 'acts-topic', 'x', 'acts-a', '2020-01-01', '2030-01-01') > 0 AS ok;
SELECT pg_temp.own('t1', 'acts-topic', 'x', 'acts-b', '2030-01-01', NULL) > 0 AS ok;
SELECT pg_temp.own(NULL, 'acts-topic', 'x', 'acts-a', '2020-01-01', '2030-01-01') > 0 AS ok;
SELECT pg_temp.own(NULL, 'acts-topic', 'x', 'acts-b', '2030-01-01', NULL) > 0 AS ok;
SELECT pg_temp.try($$SELECT pg_temp.own('t1', 'acts-topic', 'x', 'acts-c', '2029-01-01', '2029-02-01')$$);
SELECT pg_temp.try($$SELECT pg_temp.own('t1', 'acts-topic', 'x', 'acts-b', '2040-01-01', NULL)$$);
SELECT pg_temp.try($$SELECT pg_temp.own(NULL, 'acts-topic', 'x', 'acts-c', '2029-01-01', '2029-02-01')$$);
-- the rest may stand beside it: other kinds, rows no longer active, empty periods
SELECT pg_temp.own('t1', 'acts-topic', 'x', 'acts-c', '2029-01-01', '2029-02-01', 'delegated') > 0 AS ok;
SELECT pg_temp.own('t1', 'acts-topic', 'x', 'acts-c', '2029-01-01', '2029-02-01', 'accountable', s) > 0 AS ok FROM unnest('{superseded,revoked,expired}'::text[]) s;
SELECT pg_temp.own('t1', 'acts-topic', 'x', 'acts-c', '2029-01-01', '2029-01-01') > 0 AS ok;
-- updates
SELECT pg_temp.try($$UPDATE gov_ownership SET effective_to = '2030-01-02' WHERE effective_to = '2030-01-01'$$);
SELECT pg_temp.try($$UPDATE gov_ownership SET owner_kind = 'accountable' WHERE owner_kind = 'delegated'$$);
SELECT pg_temp.try($$UPDATE gov_ownership SET object_id = NULL WHERE axis = 'acts-topic' AND owner_kind = 'accountable' AND status = 'active'$$);
SELECT pg_temp.try($$UPDATE gov_ownership SET effective_to = NULL WHERE effective_to = effective_from$$);
-- what gives a row no more room needs no look at others
UPDATE gov_ownership SET reason = 'r', effective_to = '2029-12-31' WHERE effective_to = '2030-01-01';
-- neither does replication's role get past it
SET LOCAL session_replication_role = replica;
SELECT pg_temp.try($$SELECT pg_temp.own('t1', 'acts-topic', 'x', 'acts-c', '2040-01-01', NULL)$$);
SET LOCAL session_replication_role = origin;
-- a row that changes again before its turn comes is judged as it is then
CREATE FUNCTION pg_temp.retreat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE gov_ownership SET effective_to = effective_from WHERE ownership_id = NEW.ownership_id AND reason = 'retreat'; RETURN NULL; END $$;
CREATE TRIGGER aaa_retreat AFTER INSERT ON gov_ownership FOR EACH ROW EXECUTE FUNCTION pg_temp.retreat();
INSERT INTO gov_ownership (axis, value, authority, effective_from, reason) VALUES ('acts-topic', 'x', 'acts-c', '2040-01-01', 'retreat');
SELECT pg_temp.try($$INSERT INTO gov_ownership (axis, value, authority, effective_from) VALUES ('acts-topic', 'x', 'acts-c', '2040-01-01')$$);
ROLLBACK;
