-- The reference scenario, what is wrong: the findings of the entry state,
-- what acts A, B, C and D (projection lag) make of them, and the events.
SET client_min_messages = warning;
CREATE DATABASE regress_gov_drift;
\c regress_gov_drift
SET client_min_messages = warning;
\getenv source PG_ABS_SRCDIR
\set reference :source '/test/reference.sql'
\set ECHO none
\i :reference
\set ECHO all

-- Entry: 41 findings, none critical.
SELECT count(*), count(*) FILTER (WHERE severity = 'critical') AS critical FROM gov_drift_finding;
SELECT detector, count(*) FROM gov_drift_finding GROUP BY detector ORDER BY detector COLLATE "C";
SELECT detector, severity, axis, object_ref, value FROM gov_drift_finding
 WHERE detector <> 'axis_assignment_missing' ORDER BY detector COLLATE "C", object_ref COLLATE "C", value COLLATE "C";
SELECT gov_scan() AS entry_scan \gset
SELECT findings, opened, reopened, resolved FROM gov_scan_run;
SELECT detector, open FROM gov_drift_summary WHERE open > 0 ORDER BY detector COLLATE "C";
SELECT count(*) AS shaped, count(*) FILTER (WHERE NOT emit_blocked) AS emittable FROM gov_event_shaped;
SELECT type, count(*) FROM gov_event_shaped GROUP BY type ORDER BY type COLLATE "C";
SELECT count(*) AS logged, count(*) FILTER (WHERE emitted) AS emitted FROM gov_event_log;

-- Act A reconciles, and scans by itself.
SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('divergent', 'projection_gaps', 'decisions', 'open_findings', 'critical_findings');
SELECT findings, opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1;

-- Act B ratifies: nothing opens, nothing closes.
SELECT gov_ratify('topic', 'kg-domain-x', parent => 'registry-kg', ratified_by => 'GOV-KG-SYS', label => 'LBL-101');
SELECT count(*), count(*) FILTER (WHERE detector = 'value_without_label') AS values_without_label FROM gov_drift_finding;

-- Act C activates containment, act D registers the label projection.
SELECT required, gap FROM gov_activate_containment('containment', '{collection}', rule => 'CR-CONTAIN-ASSIGNED', confidence_threshold => 0.5);
SELECT gov_set_projection('labels', 'topic');
SELECT gov_scan() > 0 AS scanned;
SELECT findings, opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1;
SELECT object_ref, severity, detail ->> 'flag' AS flag, detail ->> 'lag_days' AS lag_days, detail ->> 'projected_rows' AS projected_rows
  FROM gov_drift_state WHERE detector = 'projection_lag_timing' ORDER BY object_ref COLLATE "C";

-- Exit: all scans since the entry scan together, the next two, and what is open.
SELECT sum(opened) AS opened, sum(reopened) AS reopened, sum(resolved) AS resolved FROM gov_scan_run WHERE scan_id > :entry_scan;
SELECT gov_scan() > 0 AS scanned;
SELECT gov_scan() > 0 AS scanned;
SELECT findings, opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no DESC LIMIT 2;
SELECT detector, open, critical FROM gov_drift_summary WHERE open > 0 ORDER BY detector COLLATE "C";
SELECT sum(open) AS open, sum(critical) AS critical FROM gov_drift_summary;
SELECT count(*) AS shaped, count(*) FILTER (WHERE NOT emit_blocked) AS emittable FROM gov_event_shaped;
SELECT type, count(*) FROM gov_event_shaped GROUP BY type ORDER BY type COLLATE "C";
SELECT transition, count(*) AS logged, count(*) FILTER (WHERE emitted) AS emitted FROM gov_event_log GROUP BY transition ORDER BY transition;
SELECT axis, required, gap FROM gov_coverage_summary ORDER BY axis;
\c postgres
DROP DATABASE regress_gov_drift;
