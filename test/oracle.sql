-- The coverage rules in plain SQL: the slow, obvious way.
--
-- Schema oracle holds one view per view of the engine, with the same columns,
-- computed from the tables alone.  Nothing here calls a view or a function of
-- the extension, and nothing in the extension uses this: it exists so that
-- two independent readings of the same rules can be compared.  Each rule is
-- written once, as a relation that says when it holds; nothing is made fast.
--
-- Include it with \ir from a test; the tables of the extension must be on the
-- search_path.  DROP SCHEMA oracle CASCADE takes it away.

CREATE SCHEMA oracle;

------------------------------------------------------------------------------
-- What counts today
------------------------------------------------------------------------------

-- An object is live until it is retired.
CREATE VIEW oracle.live_object AS
SELECT object_id, object_type, object_ref, container_id
  FROM gov_object
 WHERE retired_at IS NULL;

-- Only active values of active axes make cells.
CREATE VIEW oracle.active_value AS
SELECT v.axis, v.value
  FROM gov_axis_value v JOIN gov_axis a ON a.axis = v.axis
 WHERE v.status = 'active' AND a.status = 'active';

-- Only active rules of active axes require anything.
CREATE VIEW oracle.active_rule AS
SELECT r.*
  FROM gov_coverage_rule r JOIN gov_axis a ON a.axis = r.axis
 WHERE r.status = 'active' AND a.status = 'active';

-- A table, foreign table or sequence is part of the table or foreign table
-- that it lives in.
CREATE VIEW oracle.part AS
SELECT o.object_id, o.object_type, c.object_id AS whole_id
  FROM oracle.live_object o JOIN oracle.live_object c ON c.object_id = o.container_id
 WHERE c.object_type IN ('table', 'foreign table')
   AND o.object_type IN ('table', 'foreign table', 'sequence');

-- An object, and each live one that it lives in, as long as those are live.
CREATE VIEW oracle.inside AS
WITH RECURSIVE climb AS (
    SELECT object_id, object_id AS container_id, container_id AS next_id FROM oracle.live_object
    UNION
    SELECT b.object_id, c.object_id, c.container_id
      FROM climb b JOIN oracle.live_object c ON c.object_id = b.next_id
)
SELECT object_id, container_id FROM climb;

-- A rule applies to the live objects of its types; no list means every type,
-- an empty list means none.  Of these it leaves out parts, or what has
-- partitions, or nothing; what is not in its container; and whatever has a
-- reference that does not fit its pattern, letter by letter: * for any, ? for
-- one.
CREATE VIEW oracle.about AS
WITH part AS MATERIALIZED (
    SELECT object_id, object_type, whole_id FROM oracle.part
), rule AS MATERIALIZED (
    SELECT r.*, '^' || (SELECT string_agg(CASE l WHEN '*' THEN '.*' WHEN '?' THEN '.' ELSE '[' || l || ']' END, '' ORDER BY n)
                          FROM regexp_split_to_table(r.scope_pattern, '') WITH ORDINALITY p (l, n)) || '$' AS fits
      FROM gov_coverage_rule r
), inside AS MATERIALIZED (
    SELECT object_id, container_id FROM oracle.inside WHERE container_id IN (SELECT scope_container FROM gov_coverage_rule)
)
SELECT o.object_id, o.object_type, o.object_ref, r.rule
  FROM oracle.live_object o JOIN rule r
    ON r.applies_to IS NULL OR o.object_type = ANY (r.applies_to)
 WHERE (r.scope_parts <> 'parents' OR o.object_id NOT IN (SELECT object_id FROM part))
   AND (r.scope_parts <> 'leaves' OR o.object_id NOT IN (SELECT whole_id FROM part WHERE object_type <> 'sequence'))
   AND (r.scope_container IS NULL OR (o.object_id, r.scope_container) IN (SELECT object_id, container_id FROM inside))
   AND (r.scope_pattern IS NULL OR o.object_ref ~ r.fits);

CREATE VIEW oracle.applicable_rule AS
SELECT o.object_id, o.object_type, o.object_ref,
       r.rule, r.axis, r.mode, r.confidence_threshold, r.staleness_days
  FROM oracle.about o JOIN oracle.active_rule r ON r.rule = o.rule;

-- An assignment is current unless superseded or outside its period; the
-- period includes its first instant and excludes its last.
CREATE VIEW oracle.current_assignment AS
SELECT *
  FROM gov_assignment
 WHERE superseded_by IS NULL
   AND valid_from <= now()
   AND (valid_to IS NULL OR valid_to > now());

-- A part that has no assignment on an axis has those of what it is part of;
-- of several, one in another, those of the innermost that has some.
CREATE VIEW oracle.taken_assignment AS
WITH RECURSIVE climb AS (
    SELECT object_id, whole_id, 1 AS depth FROM oracle.part
    UNION ALL
    SELECT b.object_id, p.whole_id, b.depth + 1 FROM climb b JOIN oracle.part p ON p.object_id = b.whole_id
), had AS (
    SELECT object_id, object_id AS from_id, 0 AS depth FROM oracle.live_object
    UNION ALL
    SELECT object_id, whole_id, depth FROM climb
), nearest AS (
    SELECT h.object_id, s.axis, min(h.depth) AS depth
      FROM had h JOIN oracle.current_assignment s ON s.object_id = h.from_id
     GROUP BY h.object_id, s.axis
)
SELECT h.object_id, s.axis, s.value, s.zone
  FROM nearest n JOIN had h ON h.object_id = n.object_id AND h.depth = n.depth
  JOIN oracle.current_assignment s ON s.object_id = h.from_id AND s.axis = n.axis;

-- Ownership of any kind is in force when the row and its authority are active
-- and now lies in its period, first instant included, last excluded.
CREATE VIEW oracle.in_force AS
SELECT w.*
  FROM gov_ownership w JOIN gov_authority u ON u.authority = w.authority
 WHERE w.status = 'active'
   AND u.status = 'active'
   AND w.effective_from <= now()
   AND (w.effective_to IS NULL OR w.effective_to > now());

-- Everything an object lives in, nearest first.  A retired container ends the
-- climb: neither it nor anything above it counts.
CREATE VIEW oracle.container_above AS
WITH RECURSIVE climb AS (
    SELECT o.object_id, 1 AS depth, c.object_id AS container_id, c.object_type, c.object_ref,
           c.container_id AS next_id
      FROM oracle.live_object o JOIN oracle.live_object c ON c.object_id = o.container_id
    UNION ALL
    SELECT b.object_id, b.depth + 1, c.object_id, c.object_type, c.object_ref, c.container_id
      FROM climb b JOIN oracle.live_object c ON c.object_id = b.next_id
)
SELECT object_id, depth, container_id, object_type, object_ref FROM climb;

-- A value and everything above it, nearest first, whatever their status.
CREATE VIEW oracle.value_above AS
WITH RECURSIVE climb AS (
    SELECT axis, value, 0 AS depth, value AS above, parent AS next_value
      FROM gov_axis_value
    UNION ALL
    SELECT b.axis, b.value, b.depth + 1, p.value, p.parent
      FROM climb b JOIN gov_axis_value p ON p.axis = b.axis AND p.value = b.next_value
)
SELECT axis, value, depth, above FROM climb;

------------------------------------------------------------------------------
-- Required cells
------------------------------------------------------------------------------

CREATE VIEW oracle.cell_rule AS
-- cross_product: every active value
SELECT r.object_id, r.object_type, r.object_ref, v.axis, v.value, r.rule
  FROM oracle.applicable_rule r JOIN oracle.active_value v ON v.axis = r.axis
 WHERE r.mode = 'cross_product'
UNION ALL
-- per_assignment: the active values the object has now, quarantined or not
SELECT r.object_id, r.object_type, r.object_ref, v.axis, v.value, r.rule
  FROM oracle.applicable_rule r JOIN oracle.active_value v ON v.axis = r.axis
 WHERE r.mode = 'per_assignment'
   AND (r.object_id, v.axis, v.value) IN (SELECT object_id, axis, value FROM oracle.taken_assignment);

CREATE VIEW oracle.required_cell AS
SELECT DISTINCT object_id, object_type, object_ref, axis, value
  FROM oracle.cell_rule;

------------------------------------------------------------------------------
-- The steps, each on its own: when it holds and whom it names
------------------------------------------------------------------------------

-- 1. A waiver on this very cell.  Of several, the smallest code is named.
CREATE VIEW oracle.step_waived AS
SELECT object_id, axis, value, min(authority COLLATE "C") COLLATE "default" AS authority
  FROM oracle.in_force
 WHERE owner_kind = 'waiver'
 GROUP BY object_id, axis, value;

-- 2. Nothing but a quarantined assignment requires the cell: no cross_product
-- rule applies, and no assignment outside quarantine is current.
CREATE VIEW oracle.step_quarantined AS
SELECT c.object_id, c.axis, c.value
  FROM oracle.required_cell c
 WHERE (c.object_id, c.axis) NOT IN (SELECT object_id, axis FROM oracle.applicable_rule WHERE mode = 'cross_product')
   AND (c.object_id, c.axis, c.value) NOT IN (SELECT object_id, axis, value FROM oracle.taken_assignment WHERE zone <> 'quarantine');

-- 3. Somebody owns this very cell, inheriting or not.
CREATE VIEW oracle.step_direct AS
SELECT w.object_id, w.axis, w.value, w.authority, 0 AS depth,
       o.object_type AS anchor_type, o.object_ref AS anchor_ref
  FROM oracle.in_force w JOIN oracle.live_object o ON o.object_id = w.object_id
 WHERE w.owner_kind = 'accountable';

-- 4. The nearest container that is owned for this value by a row that inherits.
CREATE VIEW oracle.step_inherited AS
SELECT DISTINCT ON (b.object_id, w.axis, w.value)
       b.object_id, w.axis, w.value, w.authority, b.depth,
       b.object_type AS anchor_type, b.object_ref AS anchor_ref
  FROM oracle.container_above b JOIN oracle.in_force w ON w.object_id = b.container_id
 WHERE w.owner_kind = 'accountable' AND w.inherits
 ORDER BY b.object_id, w.axis, w.value, b.depth;

-- 5. The nearest of the value and those above it that is owned itself.
CREATE VIEW oracle.step_value AS
SELECT DISTINCT ON (b.axis, b.value)
       b.axis, b.value, w.authority, b.depth, 'value'::text AS anchor_type, b.above AS anchor_ref
  FROM oracle.value_above b JOIN oracle.in_force w ON w.axis = b.axis AND w.value = b.above
 WHERE w.owner_kind = 'accountable' AND w.object_id IS NULL
 ORDER BY b.axis, b.value, b.depth;

-- 6. The axis has an active owner of last resort.
CREATE VIEW oracle.step_fallback AS
SELECT a.axis, a.fallback AS authority, 0 AS depth, 'axis'::text AS anchor_type, a.axis AS anchor_ref
  FROM gov_axis a JOIN gov_authority u ON u.authority = a.fallback
 WHERE u.status = 'active';

------------------------------------------------------------------------------
-- The views of the engine
------------------------------------------------------------------------------

-- Every live object × active value of an active axis that steps 3 to 6
-- resolve, required or not; the first step that holds counts.
CREATE VIEW oracle.effective_owner AS
WITH candidate AS (
    SELECT object_id, axis, value, 3 AS step, 'direct' AS resolution, authority, depth, anchor_type, anchor_ref
      FROM oracle.step_direct
    UNION ALL
    SELECT object_id, axis, value, 4, 'inherited', authority, depth, anchor_type, anchor_ref
      FROM oracle.step_inherited
    UNION ALL
    SELECT o.object_id, s.axis, s.value, 5, 'value', s.authority, s.depth, s.anchor_type, s.anchor_ref
      FROM oracle.live_object o CROSS JOIN oracle.step_value s
    UNION ALL
    SELECT o.object_id, v.axis, v.value, 6, 'fallback', s.authority, s.depth, s.anchor_type, s.anchor_ref
      FROM oracle.live_object o CROSS JOIN oracle.active_value v JOIN oracle.step_fallback s ON s.axis = v.axis
)
SELECT DISTINCT ON (o.object_id, v.axis, v.value)
       o.object_id, o.object_type, o.object_ref, v.axis, v.value,
       c.authority, c.resolution, c.depth, c.anchor_type, c.anchor_ref
  FROM candidate c
  JOIN oracle.live_object o ON o.object_id = c.object_id
  JOIN oracle.active_value v ON v.axis = c.axis AND v.value = c.value
 ORDER BY o.object_id, v.axis, v.value, c.step;

-- Required cells: waived first, then held in quarantine, then whoever owns.
CREATE VIEW oracle.coverage AS
SELECT c.object_id, c.object_type, c.object_ref, c.axis, c.value,
       CASE WHEN w.authority IS NOT NULL THEN 'waived'
            WHEN q.object_id IS NOT NULL THEN 'gap'
            WHEN e.resolution IS NOT NULL THEN e.resolution
            ELSE 'gap' END AS status,
       CASE WHEN w.authority IS NOT NULL THEN NULL
            WHEN q.object_id IS NOT NULL THEN 'quarantined'
            WHEN e.resolution IS NOT NULL THEN NULL
            ELSE 'no_accountable_owner' END AS reason,
       CASE WHEN w.authority IS NOT NULL THEN w.authority
            WHEN q.object_id IS NULL THEN e.authority END AS authority,
       CASE WHEN w.authority IS NULL AND q.object_id IS NULL THEN e.depth END AS resolution_depth,
       CASE WHEN w.authority IS NULL AND q.object_id IS NULL THEN e.anchor_type END AS anchor_type,
       CASE WHEN w.authority IS NULL AND q.object_id IS NULL THEN e.anchor_ref END AS anchor_ref
  FROM oracle.required_cell c
  LEFT JOIN oracle.step_waived w USING (object_id, axis, value)
  LEFT JOIN oracle.step_quarantined q USING (object_id, axis, value)
  LEFT JOIN oracle.effective_owner e USING (object_id, axis, value);

CREATE VIEW oracle.coverage_gap AS
SELECT object_id, object_type, object_ref, axis, value, reason
  FROM oracle.coverage
 WHERE status = 'gap';

-- A required cell that steps 1 to 3 leave open, where the container and the
-- value name different authorities.
CREATE VIEW oracle.owner_conflict AS
SELECT c.object_id, c.object_type, c.object_ref, c.axis, c.value,
       i.authority, i.anchor_type, i.anchor_ref,
       v.authority AS value_authority, v.anchor_ref AS value_anchor
  FROM oracle.required_cell c
  JOIN oracle.step_inherited i USING (object_id, axis, value)
  JOIN oracle.step_value v USING (axis, value)
 WHERE i.authority <> v.authority
   AND (c.object_id, c.axis, c.value) NOT IN (SELECT object_id, axis, value FROM oracle.step_waived)
   AND (c.object_id, c.axis, c.value) NOT IN (SELECT object_id, axis, value FROM oracle.step_quarantined)
   AND (c.object_id, c.axis, c.value) NOT IN (SELECT object_id, axis, value FROM oracle.step_direct);

-- An object has nothing at all on an axis where a rule looks at assignments.
CREATE VIEW oracle.missing_assignment AS
SELECT r.object_id, r.object_type, r.object_ref, r.axis, r.rule
  FROM oracle.applicable_rule r
 WHERE r.mode = 'per_assignment'
   AND (r.object_id, r.axis) NOT IN (SELECT object_id, axis FROM oracle.taken_assignment);

-- Current assignments that some per_assignment rule looks at, under the
-- highest threshold and the shortest staleness of those rules.
CREATE VIEW oracle.assignment_quality AS
SELECT s.assignment_id, r.object_id, r.object_type, r.object_ref, s.axis, s.value, s.zone, s.confidence,
       CASE WHEN s.zone = 'quarantine' THEN 'quarantine'
            WHEN s.provenance IS NULL OR s.provenance = '{}' THEN 'missing_provenance'
            WHEN r.threshold > 0 AND (s.confidence IS NULL OR s.confidence < r.threshold) THEN 'low_confidence'
            WHEN s.assigned_at < now() - r.days * interval '24 hours' THEN 'stale'
            ELSE 'ok' END AS flag
  FROM oracle.current_assignment s
  JOIN oracle.active_value v ON v.axis = s.axis AND v.value = s.value
  JOIN (SELECT object_id, object_type, object_ref, axis,
               max(confidence_threshold) AS threshold,
               min(staleness_days) FILTER (WHERE staleness_days > 0) AS days
          FROM oracle.applicable_rule
         WHERE mode = 'per_assignment'
         GROUP BY object_id, object_type, object_ref, axis) r
    ON r.object_id = s.object_id AND r.axis = s.axis;

-- One row per active axis, counted from the views above.
CREATE VIEW oracle.coverage_summary AS
WITH cells AS (
    SELECT axis, count(*) AS required,
           count(*) FILTER (WHERE status IN ('direct', 'inherited', 'value')) AS covered,
           count(*) FILTER (WHERE status = 'gap') AS gap,
           count(*) FILTER (WHERE status = 'waived') AS waived,
           count(*) FILTER (WHERE status = 'fallback') AS fallback
      FROM oracle.coverage GROUP BY axis
), missing AS (
    SELECT axis, count(*) AS missing_assignments FROM oracle.missing_assignment GROUP BY axis
), quality AS (
    SELECT axis,
           count(*) FILTER (WHERE flag = 'ok') AS ok,
           count(*) FILTER (WHERE flag = 'low_confidence') AS low_confidence,
           count(*) FILTER (WHERE flag = 'stale') AS stale,
           count(*) FILTER (WHERE flag = 'quarantine') AS quarantine
      FROM oracle.assignment_quality GROUP BY axis
)
SELECT a.axis,
       coalesce(c.required, 0) AS required, coalesce(c.covered, 0) AS covered, coalesce(c.gap, 0) AS gap,
       coalesce(c.waived, 0) AS waived, coalesce(c.fallback, 0) AS fallback,
       round((c.required - c.gap)::numeric / c.required, 4) AS coverage_pct,
       coalesce(m.missing_assignments, 0) AS missing_assignments,
       coalesce(q.ok, 0) AS ok, coalesce(q.low_confidence, 0) AS low_confidence,
       coalesce(q.stale, 0) AS stale, coalesce(q.quarantine, 0) AS quarantine
  FROM gov_axis a
  LEFT JOIN cells c USING (axis) LEFT JOIN missing m USING (axis) LEFT JOIN quality q USING (axis)
 WHERE a.status = 'active';

-- What coverage cannot see: objects outside the container tree, containers
-- that are no value, assignments to values that are on their way out.  A
-- container is a value when it is live and an active value is linked to it,
-- or an active value linked to nothing bears its name.
CREATE VIEW oracle.hidden_island AS
WITH ruled AS (
    SELECT DISTINCT r.axis, o.object_id, o.object_type, o.object_ref, o.container_id
      FROM oracle.applicable_rule r
      JOIN gov_axis a ON a.axis = r.axis AND a.is_containment
      JOIN oracle.live_object o ON o.object_id = r.object_id
)
SELECT 'object_without_container' AS kind, 'critical' AS severity,
       object_type, object_ref, axis, NULL::text AS value
  FROM ruled
 WHERE container_id IS NULL
UNION ALL
SELECT 'container_not_a_value', 'critical', object_type, object_ref, axis, NULL
  FROM (SELECT DISTINCT r.axis, c.object_id, c.object_type, c.object_ref
          FROM ruled r JOIN gov_object c ON c.object_id = r.container_id
         WHERE c.retired_at IS NOT NULL
            OR NOT EXISTS (SELECT FROM gov_axis_value v
                            WHERE v.axis = r.axis AND v.status = 'active'
                              AND (v.object_id = c.object_id
                                   OR v.object_id IS NULL
                                      AND v.value IN (c.object_ref, c.object_type || ':' || c.object_ref)))) outside
UNION ALL
SELECT CASE v.status WHEN 'retired' THEN 'assignment_to_retired_value' ELSE 'assignment_to_deprecated_value' END,
       CASE v.status WHEN 'retired' THEN 'critical' ELSE 'warning' END,
       o.object_type, o.object_ref, s.axis, s.value
  FROM oracle.current_assignment s
  JOIN oracle.live_object o ON o.object_id = s.object_id
  JOIN gov_axis a ON a.axis = s.axis AND a.status = 'active'
  JOIN gov_axis_value v ON v.axis = s.axis AND v.value = s.value AND v.status IN ('retired', 'deprecated');

-- How deep an object lives in another, through live ones alone.
CREATE VIEW oracle.lives_in AS
WITH RECURSIVE climb AS (
    SELECT object_id, object_id AS holder_id, container_id AS next_id, 0 AS depth FROM oracle.live_object
    UNION ALL
    SELECT b.object_id, c.object_id, c.container_id, b.depth + 1
      FROM climb b JOIN oracle.live_object c ON c.object_id = b.next_id
)
SELECT object_id, holder_id, depth FROM climb;

-- What an object bears: its current assignments to values that are, or were,
-- ratified and not retired, on active axes.
CREATE VIEW oracle.bears AS
SELECT s.object_id, s.axis, s.value, s.zone, o.object_type, o.object_ref
  FROM oracle.current_assignment s
  JOIN oracle.live_object o ON o.object_id = s.object_id
  JOIN gov_axis_value v ON v.axis = s.axis AND v.value = s.value AND v.status IN ('active', 'deprecated')
  JOIN gov_axis a ON a.axis = s.axis AND a.status = 'active';

-- Itself, through what it lives in, and through what lives in it: the nearest.
CREATE VIEW oracle.classification AS
WITH found AS (
    SELECT l.object_id, b.axis, b.value, b.zone, CASE WHEN l.depth = 0 THEN 'own' ELSE 'container' END AS resolution,
           l.depth, b.object_id AS anchor_id, b.object_type AS anchor_type, b.object_ref AS anchor_ref
      FROM oracle.lives_in l JOIN oracle.bears b ON b.object_id = l.holder_id
    UNION ALL
    SELECT l.holder_id, b.axis, b.value, b.zone, 'contents', l.depth, b.object_id, b.object_type, b.object_ref
      FROM oracle.lives_in l JOIN oracle.bears b ON b.object_id = l.object_id
     WHERE l.depth > 0
)
SELECT DISTINCT ON (f.object_id, f.axis, f.value, f.zone, f.resolution)
       f.object_id, o.object_type, o.object_ref, f.axis, f.value, f.zone, f.resolution, f.depth, f.anchor_type, f.anchor_ref
  FROM found f JOIN oracle.live_object o ON o.object_id = f.object_id
 ORDER BY f.object_id, f.axis, f.value, f.zone, f.resolution, f.depth, f.anchor_id;
