-- The gaps of world W1 in plain SQL, cell by cell: every required cell is
-- made and joined with what its containers own and with what it owns itself.
-- Only what W1 holds is looked at (no waivers, value anchors or fallbacks),
-- which makes it faster, not slower.  Run with nested loops and merge joins
-- off: by itself the planner takes a plan that is quadratic.

WITH RECURSIVE
in_force AS (
    SELECT object_id, axis, value, authority, inherits FROM gov_ownership
     WHERE status = 'active' AND owner_kind = 'accountable'
       AND effective_from <= now() AND (effective_to IS NULL OR effective_to > now())
       AND authority IN (SELECT authority FROM gov_authority WHERE status = 'active')
),
climb AS (
    SELECT DISTINCT container_id, container_id AS above, 1 AS depth
      FROM gov_object WHERE retired_at IS NULL AND container_id IS NOT NULL
    UNION ALL
    SELECT climb.container_id, o.container_id, depth + 1
      FROM climb JOIN gov_object o ON o.object_id = climb.above
     WHERE o.retired_at IS NULL AND o.container_id IS NOT NULL
),
resolved AS (
    SELECT DISTINCT ON (container_id, axis, value) container_id, axis, value, authority
      FROM climb JOIN in_force ON in_force.object_id = climb.above
     WHERE inherits ORDER BY container_id, axis, value, depth
),
demand AS (
    SELECT DISTINCT t.object_type, v.axis, v.value
      FROM (SELECT DISTINCT object_type FROM gov_object WHERE retired_at IS NULL) t
      JOIN gov_coverage_rule r ON r.applies_to IS NULL OR t.object_type = ANY (r.applies_to)
      JOIN gov_axis_value v ON v.axis = r.axis
      JOIN gov_axis a ON a.axis = v.axis
     WHERE r.status = 'active' AND r.mode = 'cross_product' AND v.status = 'active' AND a.status = 'active'
),
cell AS (
    SELECT o.object_id, o.container_id, d.axis, d.value
      FROM gov_object o JOIN demand d USING (object_type)
     WHERE o.retired_at IS NULL
)
SELECT count(*) AS required,
       count(*) FILTER (WHERE d.authority IS NULL AND r.authority IS NULL) AS gap
  FROM cell c
  LEFT JOIN in_force d ON d.object_id = c.object_id AND d.axis = c.axis AND d.value = c.value
  LEFT JOIN resolved r ON r.container_id = c.container_id AND r.axis = c.axis AND r.value = c.value;
