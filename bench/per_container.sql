-- The gaps of world W1 in plain SQL, by counting: objects are counted per
-- container and type, what is left uncovered per container is multiplied, and
-- the cells that objects own themselves are taken off one by one.  Only what
-- W1 holds is looked at (no waivers, value anchors or fallbacks), which makes
-- it faster, not slower.

WITH RECURSIVE
in_force AS (
    SELECT object_id, axis, value, inherits FROM gov_ownership
     WHERE status = 'active' AND owner_kind = 'accountable'
       AND effective_from <= now() AND (effective_to IS NULL OR effective_to > now())
       AND authority IN (SELECT authority FROM gov_authority WHERE status = 'active')
),
bucket AS MATERIALIZED (
    SELECT container_id, object_type, count(*) AS objects
      FROM gov_object WHERE retired_at IS NULL GROUP BY container_id, object_type
),
climb AS (
    SELECT DISTINCT container_id, container_id AS above FROM bucket WHERE container_id IS NOT NULL
    UNION ALL
    SELECT climb.container_id, o.container_id
      FROM climb JOIN gov_object o ON o.object_id = climb.above
     WHERE o.retired_at IS NULL AND o.container_id IS NOT NULL
),
resolved AS (
    SELECT DISTINCT container_id, axis, value
      FROM climb JOIN in_force ON in_force.object_id = climb.above WHERE inherits
),
demand AS (
    SELECT DISTINCT t.object_type, v.axis, v.value
      FROM (SELECT DISTINCT object_type FROM bucket) t
      JOIN gov_coverage_rule r ON r.applies_to IS NULL OR t.object_type = ANY (r.applies_to)
      JOIN gov_axis_value v ON v.axis = r.axis
      JOIN gov_axis a ON a.axis = v.axis
     WHERE r.status = 'active' AND r.mode = 'cross_product' AND v.status = 'active' AND a.status = 'active'
),
demanded AS (
    SELECT b.container_id, b.object_type, b.objects, d.axis, d.value, r.container_id IS NULL AS uncovered
      FROM bucket b JOIN demand d USING (object_type)
      LEFT JOIN resolved r ON r.container_id = b.container_id AND r.axis = d.axis AND r.value = d.value
),
own AS (
    SELECT count(*) AS cells
      FROM in_force i JOIN gov_object o USING (object_id)
      JOIN demanded d ON d.container_id IS NOT DISTINCT FROM o.container_id AND d.object_type = o.object_type
                     AND d.axis = i.axis AND d.value = i.value
     WHERE o.retired_at IS NULL AND d.uncovered
)
SELECT sum(objects) AS required,
       sum(objects) FILTER (WHERE uncovered) - (SELECT cells FROM own) AS gap
  FROM demanded;
