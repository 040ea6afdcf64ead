-- gov_scan: findings open, resolve, reopen; a scan of an unchanged database
-- writes its run alone; what was seen when follows from the runs.
-- Each scan is a transaction of its own, so that times differ.
SELECT coalesce(max(seq), 0) AS before FROM gov_ledger \gset
SELECT gov_create_axis('scan axis'), gov_set_axis_status('scan axis', 'active');
SELECT gov_propose_value('scan axis', 'v'), gov_ratify('scan axis', 'v');
SELECT gov_create_rule('scan rule', 'scan axis', 'per_assignment', '{scanned}'), gov_set_rule_status('scan rule', 'active');
SELECT count(gov_register_object('scanned', 'o' || n)) AS objects FROM generate_series(1, 3) AS n;

CREATE VIEW scan_shown AS
SELECT detector, axis, object_type, object_ref, value, severity, detail, status, first_seen < last_seen AS seen_again,
       last_seen = (SELECT scanned_at FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1) AS seen_last, resolved_at IS NOT NULL AS resolved,
       scan_count, reopen_count, unverified
  FROM gov_drift_state ORDER BY detector COLLATE "C", object_ref COLLATE "C";
CREATE VIEW scan_runs AS
SELECT actor = session_user AS own, finished_at > started_at AS finished, scanned_at = started_at AS at_once, findings, opened, reopened, resolved, scan_no, failed
  FROM gov_scan_run ORDER BY scan_no;

-- New ones open.
SELECT gov_scan() AS scan_id \gset
SELECT scan_id = :scan_id AS its_run FROM gov_scan_run;
TABLE scan_runs;
TABLE scan_shown;

-- Nothing changed: one row is written, told by xmin of everything there is.
CREATE TABLE scan_before (what text, writer text, place tid);
CREATE FUNCTION scan_written() RETURNS TABLE (what text, rows bigint) LANGUAGE plpgsql AS $$
DECLARE
    t text;
BEGIN
    CREATE TEMP TABLE now (what text, writer text, place tid) ON COMMIT DROP;
    FOR t IN SELECT relname FROM pg_class c JOIN pg_depend d ON d.objid = c.oid JOIN pg_extension x ON x.oid = d.refobjid
              WHERE x.extname = 'governance' AND c.relkind = 'r' LOOP
        EXECUTE format('INSERT INTO now SELECT %L, xmin::text, ctid FROM %I', t, t);
    END LOOP;
    RETURN QUERY SELECT n.what, count(*) FROM (TABLE now EXCEPT TABLE scan_before) n GROUP BY 1;
    DELETE FROM scan_before;
    INSERT INTO scan_before TABLE now;
END $$;
SELECT count(*) > 0 AS there_is_something FROM scan_written();
SELECT gov_scan('the watchman') > 0 AS scanned;
SELECT * FROM scan_written();
SELECT actor FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1;
SELECT detector, object_ref, seen_again, seen_last, scan_count FROM scan_shown;
-- gov_reconcile scans too: its own run, nothing else; twice, as the first one chains the ledger
SELECT metric, before, after FROM gov_reconcile() WHERE metric LIKE '%findings';
SELECT * FROM scan_written() WHERE what NOT LIKE 'gov_ledger%';
SELECT count(*) FILTER (WHERE before <> after) AS changed FROM gov_reconcile();
SELECT * FROM scan_written();
-- so does the procedure, which marks its run finished
CALL gov_reconcile(1000);
SELECT * FROM scan_written();
-- and a dry run leaves nothing
SELECT count(*) > 0 AS shown FROM gov_reconcile(true);
SELECT * FROM scan_written();
SELECT DISTINCT scan_count FROM scan_shown;

-- One is seen to: it resolves, and keeps when it was last seen.
SELECT gov_assign('scanned', 'o1', 'scan axis', 'v', 'approved', provenance => '{"kind": "test"}') AS assigned;
SELECT metric, before, after FROM gov_reconcile(true) WHERE metric LIKE '%findings';
SELECT gov_scan() > 0 AS scanned;
SELECT detector, object_ref, status, seen_last, resolved, scan_count FROM scan_shown;
SELECT findings, opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1;
SELECT gov_scan() > 0 AS scanned;
SELECT detector, object_ref, status, scan_count FROM scan_shown WHERE object_ref = 'o1';

-- It comes back: the same finding, reopened.
SELECT gov_unassign('scanned', 'o1', 'scan axis', 'v');
SELECT gov_scan() > 0 AS scanned;
SELECT detector, object_ref, status, seen_again, seen_last, resolved, scan_count, reopen_count FROM scan_shown WHERE object_ref = 'o1';
SELECT findings, opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1;

-- A rename neither closes nor opens; the finding bears the new name.
UPDATE gov_object SET object_ref = 'o2 renamed' WHERE object_ref = 'o2';
SELECT count(*) > 0 AS there_is_something FROM scan_written();
SELECT gov_scan() > 0 AS scanned;
SELECT * FROM scan_written() ORDER BY what;
SELECT detector, object_ref, status, scan_count, reopen_count FROM scan_shown WHERE detector = 'axis_assignment_missing';
SELECT findings, opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1;

-- Acknowledged: not open, until it comes back, gets worse, or time is over.
SELECT gov_acknowledge(finding_id, now() + interval '1 day', 'we know'), gov_acknowledge(finding_id, now() + interval '1 day', 'we know') AS again
  FROM gov_drift_state WHERE object_ref = 'o3';
SELECT gov_acknowledge(finding_id, reason => 'we know') FROM gov_drift_state WHERE object_ref = 'o1' AND detector = 'axis_assignment_missing';
SELECT object_ref, status, acknowledged_by = session_user AS by_me, acknowledged_reason, acknowledged_until > now() AS for_a_time
  FROM gov_drift_state WHERE detector = 'axis_assignment_missing' ORDER BY object_ref;
SELECT detector, open, acknowledged, resolved, critical, warning, info FROM gov_drift_summary WHERE detector = 'axis_assignment_missing';
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, status FROM gov_drift_state WHERE detector = 'axis_assignment_missing' ORDER BY object_ref;
UPDATE gov_finding SET acknowledged_until = now() WHERE object_ref = 'o3';
SELECT gov_retire_object('scanned', 'o1');
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, status, acknowledged_reason FROM gov_drift_state WHERE detector = 'axis_assignment_missing' ORDER BY object_ref;
SELECT gov_register_object('scanned', 'o1') AS revived;
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, status, acknowledged_reason, reopen_count FROM gov_drift_state WHERE object_ref = 'o1' AND detector = 'axis_assignment_missing';
SELECT gov_acknowledge(finding_id, reason => 'we know') FROM gov_drift_state WHERE object_ref = 'o1' AND detector = 'axis_assignment_missing';
SELECT gov_set_detector('axis_assignment_missing', severity => 'critical');
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, status, severity FROM gov_drift_state WHERE object_ref = 'o1' AND detector = 'axis_assignment_missing';
SELECT metric, before, after FROM gov_reconcile() WHERE metric LIKE '%findings';
SELECT gov_acknowledge(finding_id, reason => 'we know') FROM gov_drift_state WHERE object_ref = 'o1' AND detector = 'axis_assignment_missing';
SELECT gov_set_detector('axis_assignment_missing', severity => 'info');
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, status, severity FROM gov_drift_state WHERE object_ref = 'o1' AND detector = 'axis_assignment_missing';
SELECT action, target ->> 'detector' AS detector, target ->> 'object_ref' AS object_ref, payload - 'until' AS payload FROM gov_ledger WHERE seq > :before AND action IN ('acknowledge', 'set_detector') ORDER BY seq;
SELECT count(*) AS entries_of_scans FROM gov_ledger WHERE action = 'scan';

-- A detector that is disabled finds nothing, and is not missed.
SELECT gov_set_detector('axis_assignment_missing', enabled => false);
SELECT gov_scan() > 0 AS scanned;
SELECT DISTINCT status FROM gov_drift_state WHERE detector = 'axis_assignment_missing';
SELECT count(*) AS still_there_when_asked FROM governance_internal.gov_detect('axis_assignment_missing');
SELECT gov_set_detector('axis_assignment_missing', enabled => true);
-- what was not said anew stays as it was
SELECT severity, event_domain, event_type, enabled, routine, registered_by = session_user AS own, description FROM gov_detector WHERE detector = 'axis_assignment_missing';

-- Refusals.
\set VERBOSITY terse
SELECT gov_acknowledge(-1, reason => 'why');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY sqlstate
SELECT gov_acknowledge(finding_id, reason => 'why') FROM gov_drift_state WHERE status = 'resolved' AND object_ref = 'o3';
\set VERBOSITY terse
\echo :LAST_ERROR_SQLSTATE
SELECT gov_scan() > 0 AS scanned;
SELECT gov_acknowledge(finding_id, reason => E' \n') FROM gov_drift_state WHERE object_ref = 'o3';
\echo :LAST_ERROR_SQLSTATE
SELECT gov_acknowledge(finding_id, '2001-01-01 00:00:00+00', 'why') FROM gov_drift_state WHERE object_ref = 'o3';
\echo :LAST_ERROR_SQLSTATE
SELECT gov_acknowledge(NULL, reason => 'why');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_acknowledge(1, reason => NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM governance_internal.gov_detect('none');
\echo :LAST_ERROR_SQLSTATE
SET governance.finding_limit = 0;
SELECT gov_set_detector('detector_failed', enabled => false);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('label_orphan', routine => 'pg_catalog.now');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('none', severity => 'info');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('label_orphan', severity => 'loud');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector(NULL);
\echo :LAST_ERROR_SQLSTATE
CREATE ROLE regress_scan_nobody;
SET SESSION AUTHORIZATION regress_scan_nobody;
SELECT gov_scan();
SELECT * FROM gov_drift_finding;
SET governance.finding_limit = 5;
SET governance.detector_timeout = 5;
RESET SESSION AUTHORIZATION;
\set VERBOSITY default

-- Nothing stays.
SET client_min_messages = warning;
SELECT gov_set_detector('axis_assignment_missing', severity => 'info');
DROP ROLE regress_scan_nobody;
DROP VIEW scan_shown, scan_runs;
DROP TABLE scan_before;
DROP FUNCTION scan_written();
DELETE FROM gov_finding;
DELETE FROM gov_scan_run;
DELETE FROM gov_assignment WHERE axis = 'scan axis';
DELETE FROM gov_coverage_rule WHERE axis = 'scan axis';
DELETE FROM gov_axis_value WHERE axis = 'scan axis';
DELETE FROM gov_axis WHERE axis = 'scan axis';
DELETE FROM gov_object WHERE object_type = 'scanned';
