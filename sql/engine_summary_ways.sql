-- The summary counts in several ways: by one process or more, with memory for
-- all object ids or for a part at a time, with few types of objects or more
-- than a narrow entry can tell apart.  All give what the views list.
-- What a part holds is reckoned from the sizes of the tables, which rows that
-- others took back must not blow up, nor somebody who counts them meanwhile and
-- sees none of ours.
VACUUM gov_object, gov_ownership, gov_assignment;
BEGIN;
LOCK TABLE gov_object, gov_ownership, gov_assignment IN SHARE UPDATE EXCLUSIVE MODE;
SET client_min_messages = warning;
-- rows are written without triggers, as they would let them through
SET LOCAL session_replication_role = replica;
INSERT INTO gov_authority (authority, kind) VALUES ('sw_al', 'human'), ('sw_bo', 'human');
INSERT INTO gov_axis (axis, kind, family, status, fallback) VALUES
    ('sw_cross', 'deterministic', 'semantic', 'active', NULL), ('sw_per', 'uncertain', 'label', 'active', 'sw_bo');
INSERT INTO gov_axis_value (axis, value, parent, status)
SELECT 'sw_cross', 'c' || v, CASE WHEN v > 10 THEN 'c' || v / 10 END, 'active' FROM generate_series(1, 70) AS v
UNION ALL
SELECT 'sw_per', 'a value of the axis whose code is long: ' || v, NULL, CASE WHEN v < 20 THEN 'active' ELSE 'candidate' END FROM generate_series(1, 22) AS v;
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, confidence_threshold, staleness_days, status) VALUES
    ('sw_1', 'sw_cross', 'cross_product', '{t0,t1,t2,t5,t290}', 0, 0, 'active'),
    ('sw_2', 'sw_per', 'per_assignment', '{t0,t1,t3,t5,t290,t4}', 0.5, 100, 'active'),
    ('sw_3', 'sw_per', 'cross_product', '{t4}', 0, 0, 'active');

-- Ids lie far apart; the 200 containers have others of them above, whose ids
-- are larger or smaller, and some are retired.
CREATE TEMPORARY TABLE sw_object ON COMMIT DROP AS
SELECT n, 5000000 + (n * 7919 % 3001) * 1400 AS id, CASE WHEN n > 200 THEN n * 31 % 200 + 1 WHEN n > 5 THEN n / 5 END AS up
  FROM generate_series(1, 3000) AS n;
CREATE FUNCTION pg_temp.sw_world(types int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO gov_object (object_id, container_id, object_type, object_ref, retired_at)
    SELECT o.id, c.id, 't' || o.n % types, 'sw ' || o.n, CASE WHEN o.n % 41 = 0 THEN now() END
      FROM sw_object AS o LEFT JOIN sw_object AS c ON c.n = o.up;
    INSERT INTO gov_ownership (object_id, axis, value, authority, inherits)
    SELECT id, 'sw_cross', 'c' || n % 70 + 1, 'sw_al', n % 7 > 0 FROM sw_object WHERE n < 100 OR n % 9 = 0
    UNION ALL
    SELECT id, 'sw_per', 'a value of the axis whose code is long: ' || n % 22 + 1, 'sw_al', true FROM sw_object WHERE n < 60 OR n % 13 = 0
    UNION ALL
    SELECT id, 'sw_cross', 'c' || v * 31 % 71, 'sw_al', true FROM sw_object, generate_series(1, 70) AS v WHERE n = 9 AND v * 31 % 71 <> 10
    UNION ALL
    SELECT NULL, 'sw_cross', 'c' || v, 'sw_bo', true FROM generate_series(3, 70, 4) AS v;
    INSERT INTO gov_ownership (object_id, axis, value, authority, owner_kind, effective_to, reason)
    SELECT id, 'sw_cross', 'c' || n % 70 + 1, 'sw_bo', 'waiver', now() + interval '1 day', 'r' FROM sw_object WHERE n % 18 = 0;
    INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, confidence, assigned_kind, assigned_at)
    SELECT id, 'sw_per', 'a value of the axis whose code is long: ' || n % 22 + 1,
           CASE WHEN n % 8 = 0 THEN 'quarantine' ELSE 'approved' END, '{"k": 1}'::jsonb, CASE WHEN n % 3 > 0 THEN n % 100 / 100.0 END,
           'human', now() - n % 200 * interval '1 day'
      FROM sw_object WHERE n % 2 = 0
    UNION ALL
    SELECT id, 'sw_per', 'a value of the axis whose code is long: ' || (n + 5) % 22 + 1, 'candidate', '{"k": 1}', 1, 'tool', now()
      FROM sw_object WHERE n % 4 = 0;
$$;
-- what the views list, and what the summary counts in each way
CREATE FUNCTION pg_temp.sw_listed() RETURNS TABLE (axis text, required bigint, covered bigint, gap bigint, waived bigint,
    fallback bigint, missing bigint, ok bigint, low bigint, stale bigint, quarantine bigint) LANGUAGE sql AS $$
    SELECT a.axis, c.*, (SELECT count(*) FROM gov_missing_assignment AS m WHERE m.axis = a.axis), q.*
      FROM gov_axis AS a,
           LATERAL (SELECT count(*), count(*) FILTER (WHERE status IN ('direct', 'inherited', 'value')), count(*) FILTER (WHERE status = 'gap'),
                           count(*) FILTER (WHERE status = 'waived'), count(*) FILTER (WHERE status = 'fallback')
                      FROM gov_coverage AS c WHERE c.axis = a.axis) AS c,
           LATERAL (SELECT count(*) FILTER (WHERE flag = 'ok'), count(*) FILTER (WHERE flag = 'low_confidence'),
                           count(*) FILTER (WHERE flag = 'stale'), count(*) FILTER (WHERE flag = 'quarantine')
                      FROM gov_assignment_quality AS q WHERE q.axis = a.axis) AS q
     WHERE a.axis LIKE 'sw%' $$;
CREATE TEMPORARY TABLE sw_expected ON COMMIT DROP AS SELECT * FROM pg_temp.sw_listed() WITH NO DATA;
CREATE FUNCTION pg_temp.sw_differences(way text, memory text, workers int) RETURNS TABLE (counted text, differences bigint) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('work_mem', memory, true), set_config('max_parallel_workers_per_gather', workers::text, true);
    RETURN QUERY
    SELECT way, count(*) FROM
        (SELECT l.* FROM sw_expected AS l
         EXCEPT ALL
         SELECT axis, required, covered, gap, waived, fallback, missing_assignments, ok, low_confidence, stale, quarantine
           FROM gov_coverage_summary) AS d;
END $$;
-- does it cut the ids into parts, of which all but the first wait in files, and how many help?
CREATE FUNCTION pg_temp.sw_way(memory text, workers int, OUT in_parts boolean, OUT helpers int) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    PERFORM set_config('work_mem', memory, true), set_config('max_parallel_workers_per_gather', workers::text, true);
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT json) SELECT * FROM gov_coverage_summary' INTO plan;
    in_parts := (plan -> 0 -> 'Plan' ->> 'Temp Written Blocks')::int > 0;
    helpers := plan -> 0 -> 'Plan' ->> 'Workers Launched';
END $$;
CREATE FUNCTION pg_temp.sw_ways() RETURNS TABLE (counted text, differences bigint) LANGUAGE sql AS $$
    SELECT * FROM pg_temp.sw_differences('alone, all ids at once', '64MB', 0)
    UNION ALL SELECT * FROM pg_temp.sw_differences('alone, some ids at a time', '4MB', 0)
    UNION ALL SELECT * FROM pg_temp.sw_differences('alone, few ids at a time', '64kB', 0)
    UNION ALL SELECT * FROM pg_temp.sw_differences('with one worker', '64MB', 1)
    UNION ALL SELECT * FROM pg_temp.sw_differences('with two', '64MB', 2)
    UNION ALL SELECT * FROM pg_temp.sw_differences('with too little memory for two', '64kB', 2) $$;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL jit = off;
SET LOCAL statement_timeout = '60s';

SAVEPOINT empty;
SELECT pg_temp.sw_world(7);
INSERT INTO sw_expected SELECT * FROM pg_temp.sw_listed();
SELECT * FROM sw_expected ORDER BY axis COLLATE "C";
SELECT * FROM pg_temp.sw_ways();
SELECT w.*, s.* FROM (VALUES ('512MB', 0), ('4MB', 0), ('64kB', 0), ('64MB', 1), ('64MB', 2), ('64kB', 2)) AS w (memory, workers),
       LATERAL pg_temp.sw_way(w.memory, w.workers) AS s;
SAVEPOINT counted;
-- no room for files
SET LOCAL temp_file_limit = 0;
\set VERBOSITY sqlstate
SELECT * FROM pg_temp.sw_way('64kB', 0);
\set VERBOSITY default
ROLLBACK TO counted;
SELECT * FROM pg_temp.sw_differences('after that, few ids at a time', '64kB', 0);
SET LOCAL max_parallel_workers = 0;
SELECT * FROM pg_temp.sw_differences('with two that do not come', '64MB', 2);
-- one object far away: neither parts nor bits for all the ids between
UPDATE gov_object SET object_id = 500000000 WHERE object_ref = 'sw 2999';
SELECT * FROM pg_temp.sw_way('4MB', 0);
-- and at both ends of the numbers there are
UPDATE gov_object SET object_id = -9223372036854775808 WHERE object_id = 500000000;
INSERT INTO gov_object (object_id, object_type, object_ref, retired_at) VALUES (9223372036854775807, 't0', 'sw last', now());
DELETE FROM sw_expected;
INSERT INTO sw_expected SELECT * FROM pg_temp.sw_listed();
SELECT * FROM pg_temp.sw_differences('alone, from end to end', '64MB', 0);
SELECT * FROM pg_temp.sw_differences('with two, from end to end', '64MB', 2);
ROLLBACK TO counted;
-- a way up that comes back to itself, which the database refuses, ends there
UPDATE gov_object SET container_id = (SELECT object_id FROM gov_object WHERE object_ref = 'sw 7')
 WHERE object_ref = 'sw 1';
SELECT * FROM pg_temp.sw_differences('alone, around in a circle', '64MB', 0) WHERE differences < 3;
SELECT * FROM pg_temp.sw_differences('with two, around in a circle', '64MB', 2) WHERE differences < 3;
ROLLBACK TO empty;
-- more types than an entry of 32 bits can tell apart beside so many ids
SELECT pg_temp.sw_world(300);
INSERT INTO sw_expected SELECT * FROM pg_temp.sw_listed();
SELECT * FROM sw_expected ORDER BY axis COLLATE "C";
SELECT * FROM pg_temp.sw_ways();
ROLLBACK TO empty;
-- parts: tables and sequences in tables, of which rules without a scope ask nothing
SELECT pg_temp.sw_world(7);
UPDATE gov_object SET object_type = CASE object_type WHEN 't0' THEN 'table' WHEN 't1' THEN 'sequence' ELSE object_type END WHERE object_ref LIKE 'sw %';
UPDATE gov_coverage_rule SET applies_to = '{table,sequence,t2,t5,t4}' WHERE rule IN ('sw_1', 'sw_2');
INSERT INTO sw_expected SELECT * FROM pg_temp.sw_listed();
SELECT axis, required, gap FROM sw_expected ORDER BY axis COLLATE "C";
SELECT * FROM pg_temp.sw_ways();
-- rules with a scope: classes of objects
UPDATE gov_coverage_rule SET scope_container = (SELECT object_id FROM gov_object WHERE object_ref = 'sw 2'), scope_parts = 'leaves' WHERE rule = 'sw_1';
UPDATE gov_coverage_rule SET scope_pattern = 'sw ?*1?' WHERE rule IN ('sw_2', 'sw_3');
INSERT INTO gov_coverage_rule (rule, axis, mode, scope_pattern, scope_parts, status) VALUES ('sw_4', 'sw_cross', 'cross_product', '*7*', 'all', 'active');
DELETE FROM sw_expected;
INSERT INTO sw_expected SELECT * FROM pg_temp.sw_listed();
SELECT axis, required, gap FROM sw_expected ORDER BY axis COLLATE "C";
SELECT * FROM pg_temp.sw_ways();
SELECT w.*, s.* FROM (VALUES ('512MB', 0), ('64kB', 0), ('64MB', 2)) AS w (memory, workers), LATERAL pg_temp.sw_way(w.memory, w.workers) AS s;
-- parts that have the values of what they are part of are counted one by one
UPDATE gov_coverage_rule SET scope_parts = 'all' WHERE rule = 'sw_2';
DELETE FROM sw_expected;
INSERT INTO sw_expected SELECT * FROM pg_temp.sw_listed();
SELECT * FROM pg_temp.sw_ways();
ROLLBACK;
