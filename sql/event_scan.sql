-- Scans tell of each transition once: logged always, emitted when the type is active.
BEGIN;
\set ON_ERROR_ROLLBACK on
SELECT gov_create_axis('es'), gov_set_axis_status('es', 'active'), gov_propose_value('es', 'v'), gov_ratify('es', 'v');
SELECT gov_create_rule('ES', 'es', 'per_assignment', '{es thing}'), gov_set_rule_status('ES', 'active');
SELECT gov_register_object('es box', 'one') AS registered;
SELECT count(gov_register_object('es thing', 'thing ' || n, CASE WHEN n > 2 THEN 'es box' END, CASE WHEN n > 2 THEN 'one' END)) FROM generate_series(1, 6) n;
CREATE FUNCTION public.es_none(OUT axis text, OUT object_type text, OUT object_ref text, OUT value text, OUT severity text, OUT detail jsonb)
    RETURNS SETOF record LANGUAGE sql AS $$ SELECT 'es', NULL::text, NULL::text, 'v', 'info', '{}'::jsonb WHERE current_setting('es.none', true) = 'yes' $$;
SELECT gov_set_detector('es_none', routine => 'public.es_none');
CREATE VIEW pg_temp.told AS
SELECT transition, detector, domain || '.' || type AS event, stream, lane, severity, canonical_address, emitted, blocked_reason,
       finding_id IS NOT NULL AS one, payload - 'finding_id' - 'scan_id' - 'detail' - 'severity' AS payload
  FROM gov_event_log WHERE scan_id = (SELECT max(scan_id) FROM gov_scan_run) AND detector IN ('axis_assignment_missing', 'es_none');
-- closed: all is logged, nothing emitted
SELECT gov_scan('tester') > 0 AS scanned;
SELECT transition, event, stream, lane, severity, canonical_address, emitted, blocked_reason, one FROM pg_temp.told ORDER BY canonical_address COLLATE "C";
SELECT DISTINCT actor, source_system FROM gov_event_log WHERE scan_id = (SELECT max(scan_id) FROM gov_scan_run);
SELECT count(*) AS emitted FROM gov_event_outbox WHERE actor = 'tester';
-- the same, as they would be emitted
SELECT object_ref, domain, type, stream, lane, severity, canonical_address, emit_blocked, blocked_reason FROM gov_event_shaped
 WHERE detector = 'axis_assignment_missing' ORDER BY object_ref COLLATE "C";
-- an unchanged database tells nothing
SELECT gov_scan() > 0 AS scanned;
SELECT count(*) AS told FROM pg_temp.told;
-- open: each transition once
SELECT gov_event_activate('governance', 'coverage.scan_completed');
SELECT gov_assign('es thing', 'thing ' || n, 'es', 'v', 'approved', provenance => '{"kind":"x"}') AS assigned FROM generate_series(1, 2) n;
SELECT gov_register_object('es thing', 'thing 7') AS registered;
SET LOCAL es.none = 'yes';
SELECT gov_scan('tester') > 0 AS scanned;
SELECT transition, event, canonical_address, emitted, blocked_reason FROM pg_temp.told ORDER BY canonical_address COLLATE "C";
SELECT type, stream, lane, canonical_address, actor, payload ->> 'transition' AS transition FROM gov_event_fetch('es') WHERE payload ->> 'detector' = 'axis_assignment_missing';
SELECT detector, severity, emit_blocked, blocked_reason FROM gov_event_shaped WHERE detector = 'es_none';
SELECT gov_unassign('es thing', 'thing 1', 'es', 'v', 'a mistake');
SELECT gov_scan('tester') > 0 AS scanned;
SELECT transition, canonical_address, emitted FROM pg_temp.told ORDER BY canonical_address COLLATE "C";
-- what is acknowledged is not open
SELECT gov_acknowledge(finding_id, reason => 'known') FROM gov_drift_state WHERE object_ref = 'thing 7' AND detector = 'axis_assignment_missing';
SELECT count(*) FROM gov_event_shaped WHERE object_ref = 'thing 7';
-- many of one detector under one container are one, those beside them stay
SET LOCAL governance.finding_limit = 3;
SELECT object_type, object_ref, canonical_address, payload - 'severity' AS payload, emit_blocked FROM gov_event_shaped
 WHERE detector = 'axis_assignment_missing' AND payload ? 'count' ORDER BY object_ref COLLATE "C";
-- metrics count them as they are, without shaping them
SELECT (SELECT count(*) FROM gov_event_shaped) - (SELECT amount FROM gov_metric WHERE metric = 'shaped_events' AND axis IS NULL) AS shaped,
       (SELECT count(*) FROM gov_event_shaped WHERE NOT emit_blocked) - (SELECT amount FROM gov_metric WHERE metric = 'emittable_events' AND axis IS NULL) AS emittable;
SELECT count(gov_assign('es thing', 'thing ' || n, 'es', 'v', 'approved', provenance => '{"kind":"x"}')) FROM generate_series(3, 6) n;
SELECT gov_scan('tester') > 0 AS scanned;
SELECT transition, canonical_address, emitted, one, payload FROM pg_temp.told;
-- the guard looks at each row of a scan, whatever a trigger before it makes of the row
SET LOCAL governance.finding_limit = 1000;
SELECT count(gov_register_object('es thing', 'thing ' || n)) FROM generate_series(10, 14) n;
\set VERBOSITY sqlstate
CREATE FUNCTION pg_temp.es_meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.stream := 'elsewhere'; RETURN NEW; END $$;
CREATE TRIGGER a_meddle BEFORE INSERT ON gov_event_outbox FOR EACH ROW WHEN (NEW.canonical_address LIKE '%14#es') EXECUTE FUNCTION pg_temp.es_meddle();
SELECT gov_scan('tester');
\echo :LAST_ERROR_SQLSTATE
CREATE OR REPLACE FUNCTION pg_temp.es_meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.canonical_address := 'gov:elsewhere'; RETURN NEW; END $$;
SELECT gov_scan('tester');
\echo :LAST_ERROR_SQLSTATE
CREATE OR REPLACE FUNCTION pg_temp.es_meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.type := 'candidate.scan_completed'; RETURN NEW; END $$;
SELECT gov_scan('tester');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
DROP TRIGGER a_meddle ON gov_event_outbox;
SELECT gov_scan('tester') > 0 AS scanned;
SELECT canonical_address, emitted FROM pg_temp.told ORDER BY canonical_address COLLATE "C";
-- a type that is gone, or another one of the detector's choice
SET LOCAL governance.finding_limit = 3;
DELETE FROM gov_event_type WHERE type = 'coverage.scan_completed';
SELECT DISTINCT type, stream, severity, emit_blocked, blocked_reason FROM gov_event_shaped WHERE detector = 'axis_assignment_missing';
SELECT (SELECT count(*) FROM gov_event_shaped) - (SELECT amount FROM gov_metric WHERE metric = 'shaped_events' AND axis IS NULL) AS shaped,
       (SELECT count(*) FROM gov_event_shaped WHERE NOT emit_blocked) - (SELECT amount FROM gov_metric WHERE metric = 'emittable_events' AND axis IS NULL) AS emittable;
-- an event for every transition of every finding, none twice
SELECT count(*) AS doubled FROM (SELECT FROM gov_event_log WHERE finding_id IS NOT NULL GROUP BY scan_id, finding_id HAVING count(*) > 1) d;
ROLLBACK;
