-- The rules about labels in plain SQL: the slow, obvious way.
--
-- Schema label_oracle holds one view per view of the extension, with the same
-- columns, computed from the tables alone.  It adds to schema oracle
-- (oracle.sql), on which it stands.  Where labels are bound to a relation of
-- the application, the test puts the view of it into label_oracle's place:
-- vocabulary, label_rule and projection are views of their own.
--
-- What the views stand on is worked out once, by label_oracle.refresh(), to be
-- called after each change.  DROP SCHEMA label_oracle CASCADE takes it away.

CREATE SCHEMA label_oracle;

CREATE VIEW label_oracle.vocabulary AS SELECT label, facet, status FROM gov_label;
CREATE VIEW label_oracle.label_rule AS SELECT object_type, object_ref, label, status FROM gov_label_rule;
CREATE VIEW label_oracle.projection AS SELECT object_type, object_ref, label FROM gov_label_projection;

-- A label is active when the vocabulary has it as active.
CREATE VIEW label_oracle.active_label AS
SELECT DISTINCT label, facet FROM label_oracle.vocabulary WHERE status = 'active' AND label IS NOT NULL;

-- V: the active labels of a value.
CREATE MATERIALIZED VIEW label_oracle.v AS
SELECT DISTINCT m.axis, m.value, m.label, a.facet
  FROM gov_value_label m JOIN label_oracle.active_label a ON a.label = m.label WITH NO DATA;

-- R: the labels of an object's active rules, active themselves or not.
CREATE MATERIALIZED VIEW label_oracle.r AS
SELECT DISTINCT o.object_id, l.label, a.facet, a.label IS NOT NULL AS active
  FROM oracle.live_object o
  JOIN label_oracle.label_rule l ON l.object_type = o.object_type AND l.object_ref = o.object_ref AND l.status = 'active'
  LEFT JOIN label_oracle.active_label a ON a.label = l.label
 WHERE l.label IS NOT NULL WITH NO DATA;

-- What is compared.
CREATE VIEW label_oracle.compared AS
SELECT s.object_id, o.object_type, o.object_ref, s.axis, s.value, s.zone
  FROM oracle.current_assignment s
  JOIN oracle.live_object o ON o.object_id = s.object_id
  JOIN gov_axis a ON a.axis = s.axis AND a.status = 'active'
 WHERE s.axis IN (SELECT axis FROM gov_value_label);

CREATE MATERIALIZED VIEW label_oracle.flagged AS
SELECT c.*,
       CASE WHEN NOT EXISTS (SELECT FROM label_oracle.v WHERE v.axis = c.axis AND v.value = c.value) THEN 'no_value_label'
            WHEN NOT EXISTS (SELECT FROM label_oracle.r WHERE r.object_id = c.object_id) THEN 'no_label_rule'
            WHEN EXISTS (SELECT FROM label_oracle.v JOIN label_oracle.r ON r.label = v.label
                          WHERE v.axis = c.axis AND v.value = c.value AND r.object_id = c.object_id) THEN 'consistent'
            WHEN EXISTS (SELECT FROM label_oracle.r WHERE r.object_id = c.object_id AND NOT r.active) THEN 'divergent'
            WHEN NOT EXISTS (SELECT FROM label_oracle.v JOIN label_oracle.r ON r.facet = v.facet
                              WHERE v.axis = c.axis AND v.value = c.value AND r.object_id = c.object_id) THEN 'orthogonal_facet'
            ELSE 'divergent' END AS flag
  FROM label_oracle.compared c WITH NO DATA;

-- Who answers for what.
CREATE MATERIALIZED VIEW label_oracle.owner AS TABLE oracle.effective_owner WITH NO DATA;

CREATE FUNCTION label_oracle.refresh() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    REFRESH MATERIALIZED VIEW label_oracle.v;
    REFRESH MATERIALIZED VIEW label_oracle.r;
    REFRESH MATERIALIZED VIEW label_oracle.flagged;
    REFRESH MATERIALIZED VIEW label_oracle.owner;
END $$;

-- Which decision fits.
CREATE VIEW label_oracle.fitting AS
SELECT object_id, axis, value,
       CASE WHEN flag = 'orthogonal_facet' THEN 'accept_orthogonal_facet'
            WHEN flag = 'no_label_rule' AND zone = 'quarantine' THEN 'accept_quarantine_hold'
            WHEN flag = 'no_label_rule' THEN 'accept_projection_pending'
            WHEN flag = 'divergent' THEN 'accept_divergence' END AS decision
  FROM label_oracle.flagged;

CREATE VIEW label_oracle.gov_label_reconcile AS
SELECT c.object_id, c.object_type, c.object_ref, c.axis, c.value, c.zone,
       ARRAY(SELECT DISTINCT label COLLATE "C" FROM label_oracle.v WHERE v.axis = c.axis AND v.value = c.value ORDER BY 1) AS value_labels,
       ARRAY(SELECT DISTINCT label COLLATE "C" FROM label_oracle.r WHERE r.object_id = c.object_id ORDER BY 1) AS rule_labels,
       ARRAY(SELECT DISTINCT facet COLLATE "C" FROM label_oracle.v WHERE v.axis = c.axis AND v.value = c.value AND facet IS NOT NULL ORDER BY 1) AS value_facets,
       ARRAY(SELECT DISTINCT facet COLLATE "C" FROM label_oracle.r WHERE r.object_id = c.object_id AND facet IS NOT NULL ORDER BY 1) AS rule_facets,
       c.flag, d.decision, CASE WHEN d.decision = f.decision THEN 'reconciled_' || d.decision ELSE c.flag END AS state
  FROM label_oracle.flagged c
  JOIN label_oracle.fitting f USING (object_id, axis, value)
  LEFT JOIN gov_decision d ON d.object_id = c.object_id AND d.axis = c.axis AND d.value = c.value AND d.superseded_at IS NULL;

CREATE VIEW label_oracle.gov_projection_gap AS
SELECT r.object_id, r.object_type, r.object_ref, r.axis, r.value, r.zone, e.authority
  FROM label_oracle.gov_label_reconcile r JOIN label_oracle.owner e USING (object_id, axis, value)
 WHERE r.flag = 'no_label_rule' AND r.state = r.flag AND r.zone <> 'quarantine';

CREATE VIEW label_oracle.gov_label_orphan AS
SELECT label, count(*) FILTER (WHERE is_rule) AS rules, count(*) FILTER (WHERE NOT is_rule) AS projections
  FROM (SELECT label, true AS is_rule FROM label_oracle.label_rule WHERE status = 'active'
        UNION ALL SELECT label, false FROM label_oracle.projection) u
 WHERE label IS NOT NULL AND label NOT IN (SELECT label FROM label_oracle.active_label)
 GROUP BY label;

CREATE VIEW label_oracle.gov_value_without_label AS
SELECT axis, value FROM oracle.active_value
 WHERE axis IN (SELECT axis FROM gov_value_label) AND (axis, value) NOT IN (SELECT axis, value FROM label_oracle.v);

CREATE VIEW label_oracle.gov_label_without_value AS
SELECT label, array_agg(DISTINCT facet COLLATE "C" ORDER BY facet COLLATE "C") FILTER (WHERE facet IS NOT NULL) AS facets
  FROM label_oracle.active_label
 WHERE label NOT IN (SELECT m.label FROM gov_value_label m JOIN gov_axis_value v USING (axis, value) WHERE v.status = 'active')
 GROUP BY label;

CREATE VIEW label_oracle.gov_reconcile_summary AS
SELECT (SELECT count(*) FROM label_oracle.gov_label_reconcile WHERE flag IN ('divergent', 'orthogonal_facet') AND state = flag) AS divergent,
       (SELECT count(*) FROM label_oracle.gov_projection_gap) AS projection_gaps,
       (SELECT count(*) FROM label_oracle.gov_label_orphan) AS label_orphans,
       (SELECT count(*) FROM label_oracle.gov_value_without_label) AS values_without_label,
       (SELECT count(*) FROM label_oracle.gov_label_without_value) AS labels_without_value,
       (SELECT count(*) FROM gov_decision WHERE superseded_at IS NULL) AS decisions;

-- What the live decisions are after policy has been at work.
CREATE VIEW label_oracle.after_policy AS
SELECT d.object_id, d.axis, d.value, d.decision, d.decided_kind
  FROM gov_decision d LEFT JOIN label_oracle.fitting f USING (object_id, axis, value)
 WHERE d.superseded_at IS NULL
   AND (d.decided_kind = 'person' OR d.decision = f.decision
        OR NOT EXISTS (SELECT FROM label_oracle.flagged c
                        WHERE c.object_id = d.object_id AND c.axis = d.axis AND c.value = d.value))
UNION ALL
SELECT f.object_id, f.axis, f.value, f.decision, 'policy'
  FROM label_oracle.fitting f
 WHERE f.decision <> 'accept_divergence'
   AND (f.decision <> 'accept_projection_pending'
        OR EXISTS (SELECT FROM label_oracle.owner e WHERE e.object_id = f.object_id AND e.axis = f.axis AND e.value = f.value))
   AND NOT EXISTS (SELECT FROM gov_decision d
                    WHERE d.object_id = f.object_id AND d.axis = f.axis AND d.value = f.value AND d.superseded_at IS NULL
                      AND (d.decided_kind = 'person' OR d.decision = f.decision));
