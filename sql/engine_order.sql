-- A pass over all objects walks the index of assignments beside them: in
-- whatever order they are stored, it finds what look-ups find one by one.
BEGIN;
SET client_min_messages = warning;
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('eo', 'uncertain', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) SELECT 'eo', 'v' || n, 'active' FROM generate_series(0, 3) AS n;
INSERT INTO gov_coverage_rule (rule, axis, mode, confidence_threshold, status) VALUES ('eo', 'eo', 'per_assignment', 0.5, 'active');

-- objects in the order of the array: every fifth has no assignment, the others up to three, every seventh is retired
CREATE FUNCTION pg_temp.eo_world(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO gov_object (object_id, object_type, object_ref, retired_at)
    SELECT id, 'eo', 'eo ' || id, CASE WHEN id % 7 = 0 THEN now() END
      FROM unnest(ids) WITH ORDINALITY AS u (id, n) ORDER BY n;
    INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, confidence, assigned_kind)
    SELECT id, 'eo', 'v' || v, 'approved', '{"k": 1}', CASE WHEN id % 3 = 0 THEN 0.1 ELSE 0.9 END, 'human'
      FROM unnest(ids) AS id, generate_series(0, 2) AS v WHERE id % 5 > 0 AND v <= id % 3;
$$;
-- a pass over all, look-ups one by one, and what is to be found
CREATE TEMP VIEW eo_passed AS
    SELECT object_id, value, flag FROM gov_assignment_quality WHERE axis = 'eo';
CREATE TEMP VIEW eo_looked_up AS
    SELECT o.object_id, q.value, q.flag FROM gov_object AS o
     CROSS JOIN LATERAL (SELECT value, flag FROM gov_assignment_quality AS q
                          WHERE q.object_id = o.object_id AND q.axis = 'eo' OFFSET 0) AS q;
CREATE TEMP VIEW eo_expected AS
    SELECT s.object_id, s.value, CASE WHEN s.object_id % 3 = 0 THEN 'low_confidence' ELSE 'ok' END AS flag
      FROM gov_assignment AS s JOIN gov_object AS o USING (object_id) WHERE s.axis = 'eo' AND o.retired_at IS NULL;
CREATE TEMP VIEW eo_differences AS
    SELECT (SELECT count(*) FROM eo_expected) AS expected,
           (SELECT count(*) FROM (SELECT * FROM eo_passed EXCEPT ALL SELECT * FROM eo_expected) AS d) AS passed_only,
           (SELECT count(*) FROM (SELECT * FROM eo_expected EXCEPT ALL SELECT * FROM eo_passed) AS d) AS missed,
           (SELECT count(*) FROM (SELECT * FROM eo_looked_up EXCEPT ALL SELECT * FROM eo_expected) AS d) AS looked_up_only,
           (SELECT count(*) FROM (SELECT * FROM eo_expected EXCEPT ALL SELECT * FROM eo_looked_up) AS d) AS not_looked_up;

SAVEPOINT empty;
-- ascending
SELECT pg_temp.eo_world(array_agg(1000000 + n ORDER BY n)) FROM generate_series(1, 300) AS n;
SELECT * FROM eo_differences;
ROLLBACK TO empty;
-- ascending, with gaps
SELECT pg_temp.eo_world(array_agg(1000000 + n * n ORDER BY n)) FROM generate_series(1, 300) AS n;
SELECT * FROM eo_differences;
ROLLBACK TO empty;
-- descending: soon nothing is walked any more
SELECT pg_temp.eo_world(array_agg(1000000 + n ORDER BY n DESC)) FROM generate_series(1, 300) AS n;
SELECT * FROM eo_differences;
ROLLBACK TO empty;
-- in pairs: each second one was passed already
SELECT pg_temp.eo_world(array_agg(1000000 + n ORDER BY n / 2, n DESC)) FROM generate_series(1, 300) AS n;
SELECT * FROM eo_differences;
ROLLBACK TO empty;
-- in no order
SELECT pg_temp.eo_world(array_agg(1000000 + n ORDER BY n * 7919 % 307)) FROM generate_series(1, 300) AS n;
SELECT * FROM eo_differences;
ROLLBACK TO empty;
-- the whole range
SELECT pg_temp.eo_world('{-9223372036854775808,9223372036854775806,9223372036854775807,-1,1000004,4611686018427387904,-4611686018427387904}');
SELECT * FROM eo_differences;
ROLLBACK TO empty;
-- a pass that begins anew for each row of a join
SELECT pg_temp.eo_world(array_agg(1000000 + n ORDER BY n)) FROM generate_series(1, 20) AS n;
SELECT n, count(*) FROM generate_series(1, 3) AS n
 CROSS JOIN LATERAL (SELECT FROM gov_assignment_quality AS q WHERE q.axis = 'eo' AND q.object_id > n OFFSET 0) AS q GROUP BY n ORDER BY n;
ROLLBACK;
