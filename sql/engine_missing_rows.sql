-- Where foreign keys were switched off and rows are missing (on a subscriber
-- that has not got every table yet, say) the engine answers with what is there.
BEGIN;
INSERT INTO gov_authority (authority, kind) VALUES ('mr_al', 'human'), ('mr_bo', 'human');
INSERT INTO gov_axis (axis, kind, family, status, fallback) VALUES ('mr_x', 'deterministic', 'semantic', 'active', NULL), ('mr_y', 'deterministic', 'semantic', 'active', 'mr_bo');
INSERT INTO gov_axis_value (axis, value, parent, status) VALUES ('mr_x', 'top', NULL, 'active'), ('mr_x', 'sub', 'top', 'active'), ('mr_y', 'v', NULL, 'active');
INSERT INTO gov_coverage_rule (rule, axis, mode, status) VALUES ('mr_x', 'mr_x', 'cross_product', 'active'), ('mr_y', 'mr_y', 'per_assignment', 'active');
INSERT INTO gov_object (object_id, container_id, object_type, object_ref) VALUES
    (-101, NULL, 'mr', 'mr root'), (-102, -101, 'mr', 'mr box'), (-103, -102, 'mr', 'mr thing');
INSERT INTO gov_assignment (object_id, axis, value, zone, assigned_kind) VALUES (-103, 'mr_y', 'v', 'quarantine', 'human'), (-102, 'mr_x', 'sub', 'quarantine', 'human');
INSERT INTO gov_ownership (object_id, axis, value, authority) VALUES (-101, 'mr_x', 'top', 'mr_al'), (NULL, 'mr_x', 'top', 'mr_bo');

CREATE FUNCTION pg_temp.answers() RETURNS TABLE (object_ref text, axis text, value text, status text, authority text) LANGUAGE sql AS $$
    SELECT object_ref, axis, value, status, authority FROM gov_coverage WHERE object_type = 'mr' ORDER BY object_ref COLLATE "C", axis COLLATE "C", value COLLATE "C" $$;
CREATE FUNCTION pg_temp.differences() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM
        ((SELECT axis, required, gap FROM gov_coverage_summary WHERE required > 0
          EXCEPT ALL SELECT axis, count(*), count(*) FILTER (WHERE status = 'gap') FROM gov_coverage GROUP BY axis)) AS d $$;
SELECT * FROM pg_temp.answers();
SET LOCAL session_replication_role = replica;
SAVEPOINT whole;
-- no axis
DELETE FROM gov_axis WHERE axis = 'mr_x';
SELECT * FROM pg_temp.answers();
SELECT pg_temp.differences(), count(*) AS islands FROM gov_hidden_island WHERE object_type = 'mr';
SELECT count(*) FROM gov_missing_assignment WHERE axis LIKE 'mr%';
ROLLBACK TO whole;
-- no parent, no value
DELETE FROM gov_axis_value WHERE value = 'top';
SELECT * FROM pg_temp.answers();
SELECT pg_temp.differences();
ROLLBACK TO whole;
-- no container
DELETE FROM gov_object WHERE object_id = -102;
SELECT * FROM pg_temp.answers();
SELECT pg_temp.differences();
-- nor a name for it, where it is told of
UPDATE gov_axis SET is_containment = true WHERE axis = 'mr_x';
SELECT kind, object_type, object_ref, axis, detail FROM gov_hidden_island WHERE axis = 'mr_x' AND object_ref IS NULL;
ROLLBACK TO whole;
-- no authority
DELETE FROM gov_authority WHERE authority LIKE 'mr%';
SELECT * FROM pg_temp.answers();
SELECT pg_temp.differences();
ROLLBACK;
