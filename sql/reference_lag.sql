-- The reference scenario, act D: the label projection of topic, watched.
SET client_min_messages = warning;
CREATE DATABASE regress_gov_lag;
\c regress_gov_lag
SET client_min_messages = warning;
\getenv source PG_ABS_SRCDIR
\set application :source '/examples/reference/application.sql'
\set entry :source '/examples/reference/entry.sql'
CREATE EXTENSION governance;
\set ECHO none
\o /dev/null
BEGIN;
\i :application
\i :entry
SELECT gov_reconcile();
COMMIT;
\o
\set ECHO all
SELECT gov_set_projection('labels of topic', 'topic');
SELECT object_type, object_ref, value, projected_rows, flag, lag_days, mode, severity FROM gov_projection_lag ORDER BY object_ref COLLATE "C";
SET timezone = 'Pacific/Kiritimati';
SELECT object_ref, lag_days FROM gov_projection_lag ORDER BY object_ref COLLATE "C";
SELECT gov_scan() AS scan \gset
SELECT opened, reopened, resolved, findings FROM gov_scan_run WHERE scan_id = :scan;
SELECT detector, severity, object_ref, value FROM gov_drift_finding WHERE detector = 'projection_lag_timing' ORDER BY object_ref COLLATE "C";
SELECT count(*) AS critical FROM gov_drift_state WHERE severity = 'critical' AND status = 'open';
SELECT type, count(*) AS shaped, count(*) FILTER (WHERE NOT emit_blocked) AS emittable FROM gov_event_shaped GROUP BY type ORDER BY type COLLATE "C";
\c postgres
DROP DATABASE regress_gov_lag;
