-- The detectors in plain SQL: the slow, obvious way.
--
-- View detector_oracle.expected has the columns of gov_drift_finding but the
-- detail, computed from the tables alone.  It stands on oracle.sql and
-- label_oracle.sql, whose label_oracle.refresh() is to be called after each
-- change.  DROP SCHEMA detector_oracle CASCADE takes it away.

CREATE SCHEMA detector_oracle;

-- Each value with the topmost of those above it.
CREATE VIEW detector_oracle.rooted AS
SELECT DISTINCT ON (axis, value) axis, value, above AS root FROM oracle.value_above ORDER BY axis, value, depth DESC;

-- What is said of an object is said of one that is live.
CREATE VIEW detector_oracle.current_of_live AS
SELECT s.*, o.object_type, o.object_ref FROM oracle.current_assignment s JOIN oracle.live_object o USING (object_id);

-- Ownership that is active and has not ended, of live objects and of values.
CREATE VIEW detector_oracle.standing AS
SELECT w.*, o.object_type, o.object_ref
  FROM gov_ownership w LEFT JOIN gov_object o USING (object_id)
 WHERE w.status = 'active' AND (w.effective_to IS NULL OR w.effective_to > now())
   AND (w.object_id IS NULL OR o.retired_at IS NULL);

-- The label projection of the worlds, with the newest row of each object.
CREATE VIEW detector_oracle.projected AS
SELECT p.axis, p.warn_after, s.object_type, s.object_ref, s.value, s.assigned_at,
       (SELECT max(l.projected_at) FROM gov_label_projection l WHERE l.object_type = s.object_type AND l.object_ref = s.object_ref) AS newest
  FROM gov_projection p JOIN detector_oracle.current_of_live s USING (axis)
 WHERE p.enabled AND p.relation IS NULL
   AND EXISTS (SELECT FROM gov_label_rule r WHERE r.object_type = s.object_type AND r.object_ref = s.object_ref AND r.status = 'active');

CREATE VIEW detector_oracle.expected (detector, severity, axis, object_type, object_ref, value) AS
SELECT 'label_orphan', 'warning', NULL, 'label', label, NULL FROM label_oracle.gov_label_orphan
UNION ALL
SELECT 'value_without_label', 'info', axis, NULL, NULL, value FROM label_oracle.gov_value_without_label
UNION ALL
SELECT 'projection_lag', CASE state WHEN 'no_label_rule' THEN 'info' ELSE 'warning' END, axis, object_type, object_ref, value
  FROM label_oracle.gov_label_reconcile WHERE state IN ('divergent', 'orthogonal_facet', 'no_label_rule')
UNION ALL
SELECT 'stale_decision', 'warning', axis, object_type, object_ref, value
  FROM label_oracle.gov_label_reconcile WHERE decision IS NOT NULL AND state NOT LIKE 'reconciled%'
UNION ALL
SELECT 'low_confidence_assignment', 'warning', axis, object_type, object_ref, value
  FROM oracle.assignment_quality WHERE flag = 'low_confidence'
UNION ALL
SELECT 'stale_candidate', 'info', axis, object_type, object_ref, value FROM oracle.assignment_quality WHERE flag = 'stale'
UNION ALL
SELECT 'stale_candidate', 'info', axis, NULL, NULL, value
  FROM gov_axis_value WHERE status = 'candidate' AND created_at + interval '720 hours' < now()
UNION ALL
SELECT 'conflicting_parentage', CASE WHEN every(s.zone = 'approved') THEN 'critical' ELSE 'warning' END,
       axis, s.object_type, s.object_ref, NULL
  FROM detector_oracle.current_of_live s JOIN detector_oracle.rooted r USING (axis, value) JOIN gov_axis a USING (axis)
 WHERE a.kind = 'uncertain'
 GROUP BY axis, s.object_id, s.object_type, s.object_ref HAVING min(r.root) <> max(r.root)
UNION ALL
SELECT 'unregistered_axis', 'warning', axis, NULL, NULL, NULL
  FROM gov_axis a WHERE status <> 'active'
   AND (axis IN (SELECT axis FROM detector_oracle.current_of_live)
        OR axis IN (SELECT f.axis FROM oracle.in_force f JOIN detector_oracle.standing USING (ownership_id))
        OR axis IN (SELECT axis FROM gov_coverage_rule WHERE status = 'active'))
UNION ALL
SELECT 'axis_assignment_missing', 'info', axis, object_type, object_ref, NULL FROM oracle.missing_assignment
UNION ALL
SELECT 'visible_unapproved', 'warning', axis, object_type, object_ref, value
  FROM detector_oracle.current_of_live s JOIN oracle.active_value USING (axis, value)
 WHERE zone IN ('candidate', 'quarantine')
   AND (object_id, axis, value) NOT IN (SELECT object_id, axis, value FROM label_oracle.owner)
UNION ALL
SELECT 'coverage_rule_missing', 'info', axis, NULL, NULL, NULL
  FROM gov_axis WHERE status = 'active' AND axis NOT IN (SELECT axis FROM gov_coverage_rule WHERE status = 'active')
UNION ALL
SELECT 'projection_lag_timing', CASE WHEN newest IS NULL OR assigned_at - newest > warn_after THEN 'warning' ELSE 'info' END,
       axis, object_type, object_ref, value
  FROM detector_oracle.projected WHERE newest IS NULL OR assigned_at > newest
UNION ALL
SELECT 'ownership_gap', 'warning', axis, object_type, object_ref, value
  FROM oracle.coverage WHERE status = 'gap' AND reason = 'no_accountable_owner'
UNION ALL
SELECT 'ownership_conflict', 'warning', axis, object_type, object_ref, value FROM oracle.owner_conflict
UNION ALL
SELECT 'ownership_expiring', 'info', axis, object_type, object_ref, value
  FROM detector_oracle.standing WHERE owner_kind <> 'supporting' AND effective_to <= now() + interval '336 hours'
UNION ALL
SELECT 'authority_retired', 'critical', axis, object_type, object_ref, value
  FROM detector_oracle.standing WHERE authority IN (SELECT authority FROM gov_authority WHERE status = 'retired')
UNION ALL
SELECT 'authority_without_role', 'warning', NULL, 'authority', authority, NULL
  FROM gov_authority u WHERE status = 'active' AND role_name IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_authid r WHERE r.oid = u.role_oid AND u.role_system = (SELECT system_identifier FROM pg_control_system()))
   AND NOT (EXISTS (SELECT FROM pg_authid r WHERE r.rolname = u.role_name)
            AND (u.role_oid IS NULL OR u.role_system IS DISTINCT FROM (SELECT system_identifier FROM pg_control_system())))
UNION ALL
SELECT 'role_unconfirmed', 'critical', NULL, 'authority', authority, NULL
  FROM gov_authority u WHERE status = 'active' AND role_name IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_authid r WHERE r.oid = u.role_oid AND u.role_system = (SELECT system_identifier FROM pg_control_system()))
   AND EXISTS (SELECT FROM pg_authid r WHERE r.rolname = u.role_name)
   AND (u.role_oid IS NULL OR u.role_system IS DISTINCT FROM (SELECT system_identifier FROM pg_control_system()))
UNION ALL
-- in the worlds nobody who may log in speaks for anybody
SELECT DISTINCT 'quorum_unreachable', 'critical', NULL, 'risk', a.risk, NULL
  FROM gov_action a WHERE a.gate = 'approval'
   AND EXISTS (SELECT FROM gov_authority u WHERE u.kind = 'sovereign' AND u.status = 'active' AND u.role_name IS NOT NULL)
UNION ALL
SELECT 'rule_matches_nothing', 'warning', axis, 'coverage rule', rule, NULL
  FROM gov_coverage_rule r WHERE status = 'active'
   AND rule NOT IN (SELECT rule FROM oracle.about)
UNION ALL
-- the sources of the worlds have no OID of their registrar
SELECT 'role_unconfirmed', 'critical', NULL, 'source', source, NULL FROM gov_source WHERE kind = 'relation'
UNION ALL
SELECT 'hidden_island', severity, axis, object_type, object_ref, value FROM oracle.hidden_island
UNION ALL
SELECT 'container_missing', 'warning', NULL, o.object_type, o.object_ref, NULL
  FROM oracle.live_object o JOIN gov_object c ON c.object_id = o.container_id WHERE c.retired_at IS NOT NULL
UNION ALL
SELECT 'source_conflict', 'warning', NULL, o.object_type, o.object_ref, NULL
  FROM gov_source_conflict x JOIN gov_object o USING (object_type, object_ref)
 WHERE o.retired_at IS NULL AND o.source <> x.source AND x.source IN (SELECT source FROM gov_source WHERE enabled)
UNION ALL
SELECT 'run_overdue', 'warning', NULL, 'run', 'scan', NULL
 WHERE coalesce((SELECT max(scanned_at) FROM gov_scan_run), (SELECT min(born_at) FROM oracle.live_object JOIN gov_object USING (object_id)))
       < now() - interval '48 hours'
UNION ALL
SELECT 'run_overdue', 'warning', NULL, 'run', 'reconcile', NULL
 WHERE (SELECT max(scanned_at) FROM gov_scan_run WHERE summary IS NOT NULL) < now() - interval '48 hours'
UNION ALL
SELECT 'glass_broken', 'critical', NULL, 'ledger entry', seq::text, NULL FROM gov_ledger WHERE action = 'break_glass'
UNION ALL
-- in the worlds event triggers fire always and no role has a mode of its own
SELECT 'ddl_untracked', 'warning', NULL, 'ledger entry', seq::text, NULL
  FROM gov_ledger WHERE action IN ('sync', 'reconcile') AND payload ->> 'ddl_mode' IN ('track', 'warn', 'enforce')
UNION ALL
SELECT 'sync_blocked', 'critical', NULL, 'source', source, NULL
  FROM gov_source_block WHERE source IN (SELECT source FROM gov_source WHERE enabled);
