-- Object ids at the ends of their range are counted like any others, and 0,
-- which stands for "no object" inside, is none.
BEGIN;
SET client_min_messages = warning;
INSERT INTO gov_authority (authority, kind) VALUES ('fi_al', 'human'), ('fi_bo', 'human');
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('fi_cross', 'deterministic', 'semantic', 'active'), ('fi_per', 'deterministic', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES
    ('fi_cross', 'a', 'active'), ('fi_cross', 'b', 'active'), ('fi_per', 'c', 'active'), ('fi_per', 'd', 'candidate');
INSERT INTO gov_coverage_rule (rule, axis, mode, confidence_threshold, status) VALUES
    ('fi_1', 'fi_cross', 'cross_product', 0, 'active'), ('fi_2', 'fi_per', 'per_assignment', 0.5, 'active'), ('fi_3', 'fi_per', 'per_assignment', 0, 'active');

CREATE FUNCTION pg_temp.fi_world(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO gov_object (object_id, container_id, object_type, object_ref, retired_at)
    SELECT id, CASE WHEN n > 1 THEN ids[1] END, 'fi', 'fi ' || n, CASE WHEN n = 6 THEN now() END
      FROM unnest(ids) WITH ORDINALITY AS u (id, n);
    INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, confidence, assigned_kind)
    SELECT ids[n], 'fi_per', v, z, p::jsonb, c, 'human'
      FROM (VALUES (2, 'c', 'approved', '{"k": 1}', 0.9), (3, 'c', 'quarantine', NULL, NULL),
                   (4, 'c', 'approved', '{"k": 1}', 0.1), (4, 'd', 'approved', '{"k": 1}', 0.9),
                   (5, 'd', 'approved', '{"k": 1}', 0.9), (6, 'c', 'approved', '{"k": 1}', 0.9)) AS a (n, v, z, p, c);
    INSERT INTO gov_ownership (object_id, axis, value, authority, owner_kind, effective_to, reason)
    SELECT ids[n], x, v, 'fi_al', k, CASE WHEN k = 'waiver' THEN now() + interval '1 day' END, 'r'
      FROM (VALUES (1, 'fi_cross', 'a', 'accountable'), (2, 'fi_cross', 'b', 'waiver'),
                   (2, 'fi_per', 'c', 'accountable'), (3, 'fi_per', 'c', 'waiver')) AS o (n, x, v, k);
$$;
-- what the summary counts, against what the views list
CREATE TEMP VIEW fi_listed AS
    SELECT a.axis,
           count(c.axis) AS required,
           count(c.axis) FILTER (WHERE c.status IN ('direct', 'inherited', 'value')) AS covered,
           count(c.axis) FILTER (WHERE c.status = 'gap') AS gap,
           count(c.axis) FILTER (WHERE c.status = 'waived') AS waived,
           count(c.axis) FILTER (WHERE c.status = 'fallback') AS fallback,
           (SELECT count(*) FROM gov_missing_assignment AS m WHERE m.axis = a.axis) AS missing_assignments,
           (SELECT count(*) FROM gov_assignment_quality AS q WHERE q.axis = a.axis AND flag = 'ok') AS ok,
           (SELECT count(*) FROM gov_assignment_quality AS q WHERE q.axis = a.axis AND flag = 'low_confidence') AS low_confidence,
           (SELECT count(*) FROM gov_assignment_quality AS q WHERE q.axis = a.axis AND flag = 'quarantine') AS quarantine
      FROM gov_axis AS a LEFT JOIN gov_coverage AS c ON c.axis = a.axis
     WHERE a.axis LIKE 'fi%' GROUP BY a.axis;
CREATE TEMP VIEW fi_counted AS
    SELECT axis, required, covered, gap, waived, fallback, missing_assignments, ok, low_confidence, quarantine
      FROM gov_coverage_summary WHERE axis LIKE 'fi%';

SAVEPOINT empty;
-- next to each other
SELECT pg_temp.fi_world('{-3,-2,-1,1,2,3}');
SELECT * FROM fi_counted ORDER BY axis COLLATE "C";
SELECT count(*) AS differences FROM (SELECT * FROM fi_counted EXCEPT ALL SELECT * FROM fi_listed) AS d;
ROLLBACK TO empty;
-- one of them at an end
SELECT pg_temp.fi_world('{1000001,1000002,1000003,1000004,9223372036854775807,1000006}');
SELECT * FROM fi_counted ORDER BY axis COLLATE "C";
SELECT count(*) AS differences FROM (SELECT * FROM fi_counted EXCEPT ALL SELECT * FROM fi_listed) AS d;
ROLLBACK TO empty;
-- the whole range
SELECT pg_temp.fi_world('{-9223372036854775808,9223372036854775807,-1,1000004,4611686018427387904,-4611686018427387904}');
SELECT * FROM fi_counted ORDER BY axis COLLATE "C";
SELECT count(*) AS differences FROM (SELECT * FROM fi_counted EXCEPT ALL SELECT * FROM fi_listed) AS d;
ROLLBACK TO empty;
-- no object has the id 0
\set VERBOSITY terse
INSERT INTO gov_object (object_id, object_type, object_ref) VALUES (0, 'fi', 'fi zero');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO empty;

\set VERBOSITY default
-- days that reach back beyond the beginning of time make nothing stale, fewer do
INSERT INTO gov_coverage_rule (rule, axis, mode, staleness_days, status) VALUES ('fi_4', 'fi_per', 'per_assignment', 213503982, 'active');
SELECT pg_temp.fi_world('{-3,-2,-1,1,2,3}');
SELECT flag, count(*) FROM gov_assignment_quality WHERE axis = 'fi_per' GROUP BY flag ORDER BY flag COLLATE "C";
ROLLBACK TO empty;
INSERT INTO gov_coverage_rule (rule, axis, mode, staleness_days, status) VALUES ('fi_4', 'fi_per', 'per_assignment', 2000, 'active');
SELECT pg_temp.fi_world('{-3,-2,-1,1,2,3}');
UPDATE gov_assignment SET assigned_at = '-infinity' WHERE axis = 'fi_per';
SELECT flag, count(*) FROM gov_assignment_quality WHERE axis = 'fi_per' GROUP BY flag ORDER BY flag COLLATE "C";
ROLLBACK;
