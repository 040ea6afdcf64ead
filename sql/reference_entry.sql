-- The reference scenario, entry state: every figure, in a database of its own.
SET client_min_messages = warning;
CREATE DATABASE regress_gov_entry;
\c regress_gov_entry
SET client_min_messages = warning;
\getenv source PG_ABS_SRCDIR
\set reference :source '/test/reference.sql'
\set ECHO none
\i :reference
\set ECHO all

-- Who and what.
SELECT kind, string_agg(authority, ', ' ORDER BY authority COLLATE "C") FROM gov_authority GROUP BY kind ORDER BY kind;
SELECT c.object_ref AS "group", count(o.object_id) AS collections
  FROM gov_object c LEFT JOIN gov_object o ON o.container_id = c.object_id AND o.object_type = 'collection'
 WHERE c.object_type = 'group' GROUP BY c.object_ref ORDER BY c.object_ref COLLATE "C";
SELECT object_type, count(*) FROM gov_object WHERE retired_at IS NULL GROUP BY 1 ORDER BY 1;
SELECT axis, kind, family, status FROM gov_axis ORDER BY axis;
SELECT axis, status, count(*) FROM gov_axis_value GROUP BY 1, 2 ORDER BY 1, 2;
SELECT value, parent, status, replaced_by, provenance ->> 'kind' AS kind FROM gov_axis_value WHERE axis = 'topic' ORDER BY value COLLATE "C";
SELECT rule, axis, mode, applies_to, confidence_threshold, staleness_days, status FROM gov_coverage_rule ORDER BY rule;

-- Coverage.
SELECT axis, required, gap, ok, low_confidence, stale, quarantine, missing_assignments FROM gov_coverage_summary ORDER BY axis;
SELECT resolution, depth, count(*) FROM gov_effective_owner WHERE axis = 'responsibility' GROUP BY 1, 2 ORDER BY 1;
SELECT object_ref, value, flag FROM gov_assignment_quality WHERE axis = 'topic' ORDER BY object_ref COLLATE "C";
SELECT object_ref, value FROM gov_coverage_gap ORDER BY 1, 2;
SELECT count(*) AS conflicts FROM gov_owner_conflict;
SELECT count(*) AS missing FROM gov_missing_assignment;
SELECT count(*) AS islands FROM gov_hidden_island;
-- before the 30 anchors
BEGIN;
SELECT count(gov_disown(ownership_id)) AS anchors FROM gov_ownership WHERE axis = 'responsibility';
SELECT required, gap FROM gov_coverage_summary WHERE axis = 'responsibility';
ROLLBACK;

-- Labels.
SELECT status, count(*) FROM app.labels GROUP BY 1 ORDER BY 1;
SELECT count(*) AS label_rules FROM app.label_rules;
SELECT object_ref, count(*) AS rows FROM app.label_projection GROUP BY 1 ORDER BY 1;
SELECT * FROM gov_reconcile_summary;
SELECT object_ref, value, flag, decision, state FROM gov_label_reconcile ORDER BY object_ref COLLATE "C";
SELECT object_ref, value FROM gov_projection_gap ORDER BY 1;
SELECT value FROM gov_value_without_label ORDER BY 1;
SELECT count(*) AS labels_without_value FROM gov_label_without_value;
SELECT count(*) AS label_orphans FROM gov_label_orphan;

-- Findings, and the events they would be.
SELECT gov_scan('entry') IS NOT NULL AS scanned;
SELECT detector, severity, count(*) FROM gov_drift_state WHERE status = 'open' GROUP BY detector, severity ORDER BY detector COLLATE "C", severity;
SELECT findings, opened, reopened, resolved FROM gov_scan_run;
SELECT count(*) AS shaped, count(*) FILTER (WHERE NOT emit_blocked) AS emittable FROM gov_event_shaped;
SELECT type, count(*) FROM gov_event_shaped GROUP BY type ORDER BY type COLLATE "C";
SELECT domain, type, stream, lane, severity, active FROM gov_event_type ORDER BY domain COLLATE "C", type COLLATE "C";

-- Gates are not armed, and the ledger is whole.
SELECT count(*) AS armed FROM gov_authority WHERE kind = 'sovereign' AND role_name IS NOT NULL;
SELECT count(*) AS broken FROM gov_ledger_verify();
\c postgres
DROP DATABASE regress_gov_entry;
