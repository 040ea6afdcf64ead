-- World W1: :objects records in 35 containers in 5 groups, one axis of 6
-- values that a cross_product rule requires of every record.  Four of the
-- five groups have an accountable owner of every value, and 1 % of the
-- records, picked by a hash, one of their own on one value.
--
-- Rows are written directly, without triggers: what is built is what the
-- functions would have let through.

SET session_replication_role = replica;

INSERT INTO gov_authority (authority, kind)
SELECT 'group-' || g, 'council' FROM generate_series(1, 5) AS g
UNION ALL
SELECT 'person-' || p, 'human' FROM generate_series(1, 50) AS p;

INSERT INTO gov_axis (axis, kind, family, status)
VALUES ('responsibility', 'deterministic', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status)
SELECT 'responsibility', 'value-' || v, 'active' FROM generate_series(1, 6) AS v;
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, status)
VALUES ('every record', 'responsibility', 'cross_product', '{record}', 'active');

-- ids: 5 groups, then 35 containers, then the records
INSERT INTO gov_object (object_id, object_type, object_ref)
SELECT g, 'group', 'g' || g FROM generate_series(1, 5) AS g;
INSERT INTO gov_object (object_id, container_id, object_type, object_ref)
SELECT 5 + c, (c - 1) % 5 + 1, 'container', 'c' || c FROM generate_series(1, 35) AS c;
INSERT INTO gov_object (object_id, container_id, object_type, object_ref)
SELECT 40 + r, 6 + (r - 1) % 35, 'record', 'r' || r FROM generate_series(1, :objects) AS r;

INSERT INTO gov_ownership (object_id, axis, value, authority)
SELECT g, 'responsibility', 'value-' || v, 'group-' || g
  FROM generate_series(1, 4) AS g, generate_series(1, 6) AS v;
INSERT INTO gov_ownership (object_id, axis, value, authority)
SELECT 40 + r, 'responsibility', 'value-' || (h / 100) % 6 + 1, 'person-' || (h / 600) % 50 + 1
  FROM generate_series(1, :objects) AS r, hashint8(r) AS seed, CAST(seed::bigint + 2147483648 AS bigint) AS h
 WHERE h % 100 = 0;

SELECT setval('gov_object_object_id_seq', (SELECT max(object_id) FROM gov_object));
RESET session_replication_role;
