-- gov_prune: old runs and old rows of the log of events go; what something is
-- counted from stays, and so do facts, findings and the ledger.
SET client_min_messages = warning;
CREATE DATABASE regress_gov_prune;
\c regress_gov_prune
SET client_min_messages = warning;
CREATE EXTENSION governance;
CREATE SCHEMA prn;
CREATE TABLE prn.fails (n int);
INSERT INTO prn.fails VALUES (1);
CREATE TABLE prn.lacks (n int);
INSERT INTO prn.lacks VALUES (1);
-- Two detectors: of what is lacking, which fails at times, and one that never fails.
CREATE FUNCTION prn.odd() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql STABLE AS $$ SELECT NULL, 'thing', 'lack ' || n, NULL, NULL, NULL::jsonb FROM prn.lacks WHERE (SELECT 1 / f.n FROM prn.fails AS f) > 0 $$;
CREATE FUNCTION prn.calm() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql STABLE AS $$ SELECT NULL, NULL, NULL, NULL, NULL, NULL::jsonb WHERE false $$;
SELECT gov_set_detector('odd', 'info', 'prn.odd', 'prn', 'made', description => 'odd things'), gov_set_detector('calm', 'info', 'prn.calm', description => 'nothing');
SELECT gov_set_event_type('prn', 'made', 'prn-stream', 'prn-lane') ~ '^created' AS registered;
-- Eight scans, a day apart; in the second, the fifth and the last the detector
-- fails, and what it found in the first it finds no more from the fourth on.
CREATE FUNCTION prn.scan(fails boolean, lacks int[]) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    UPDATE prn.fails SET n = CASE WHEN $1 THEN 0 ELSE 1 END;
    DELETE FROM prn.lacks;
    INSERT INTO prn.lacks SELECT unnest($2);
    RETURN gov_scan();
END $$;
SELECT prn.scan(false, '{1}') AS scan_id;
SELECT prn.scan(true, '{1}') AS scan_id;
SELECT prn.scan(false, '{1}') AS scan_id;
SELECT prn.scan(false, '{2}') AS scan_id;
SELECT prn.scan(true, '{2}') AS scan_id;
SELECT prn.scan(false, '{2}') AS scan_id;
SELECT prn.scan(false, '{2}') AS scan_id;
SELECT prn.scan(true, '{2}') AS scan_id;
UPDATE gov_scan_run SET finished_at = now() - (9 - scan_no) * interval '1 day';
SELECT scan_no, failed, date_part('day', now() - finished_at) AS days FROM gov_scan_run ORDER BY scan_no;
CREATE TABLE prn.before AS SELECT detector, object_ref, status, scan_count, first_seen, last_seen, unverified FROM gov_drift_state;
SELECT object_ref, status, scan_count, unverified FROM prn.before WHERE detector = 'odd' ORDER BY object_ref;
SELECT transition, count(*) FROM gov_event_log WHERE detector = 'odd' GROUP BY transition ORDER BY transition;
-- Nothing is that old: nothing is done, and nothing is noted.
SELECT what, pruned, unchanged FROM gov_prune(now() - interval '1 year');
SELECT count(*) AS noted FROM gov_ledger WHERE action = 'prune';
-- The event type is opened, and three events wait in the outbox.
SELECT gov_event_activate('prn', 'made') ~ '^changed' AS opened;
INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system, payload)
SELECT 'prn', 'made', 'prn-stream', 'prn-lane', 'prn:' || n, 'me', 'here', '{}' FROM generate_series(1, 3) AS n;
SELECT emitted, count(*) FROM gov_event_log WHERE type = 'made' GROUP BY emitted ORDER BY emitted;
-- All that is older goes, but for these three, the last run (the eighth), the last
-- scan in which "odd" did not fail (the seventh), and the fifth, in which it
-- failed after it had found what is open still.
SELECT what, pruned > 0 AS pruned, kept, unchanged FROM gov_prune(now());
SELECT emitted, count(*) FROM gov_event_log GROUP BY emitted;
SELECT scan_no, failed FROM gov_scan_run ORDER BY scan_no;
SELECT detector, object_ref, status, scan_count, first_seen, last_seen, unverified FROM gov_drift_state EXCEPT TABLE prn.before;
SELECT count(*) = (SELECT count(*) FROM prn.before) AS all_there FROM gov_drift_state;
SELECT action, payload - 'before' - 'event_log' AS payload, (payload ->> 'before')::timestamptz <= now() AS before, (payload ->> 'event_log')::int > 2 AS events FROM gov_ledger WHERE action = 'prune';
SELECT count(*) AS broken FROM gov_ledger_verify();
SELECT what, pruned, kept, unchanged FROM gov_prune(now());
-- The next scan goes on from what stayed.
SELECT prn.scan(false, '{2}') AS scan_id;
SELECT object_ref, status, scan_count, unverified FROM gov_drift_state WHERE detector = 'odd' ORDER BY object_ref;
-- What was delivered and acknowledged by all leaves the outbox, and then the log.
SELECT count(*) AS fetched FROM gov_event_fetch('reader');
SELECT gov_event_ack('reader', (SELECT max(position) FROM gov_event_outbox)) > 0 AS acknowledged, gov_event_prune('0') AS removed;
SELECT what, pruned, kept FROM gov_prune(now()) WHERE what = 'event_log';
-- Nobody else removes rows of the log, and no time that has not been is taken.
DELETE FROM gov_event_log;
SELECT * FROM gov_prune(NULL);
SELECT * FROM gov_prune(now() + interval '1 day');
SELECT * FROM gov_prune('infinity');
SELECT what, pruned FROM gov_prune('-infinity');
CREATE ROLE regress_prn_steward;
SELECT gov_grant('steward', 'regress_prn_steward');
SET ROLE regress_prn_steward;
SELECT * FROM gov_prune(now());
RESET ROLE;
SELECT gov_revoke('steward', 'regress_prn_steward');
DROP ROLE regress_prn_steward;
\c postgres
DROP DATABASE regress_gov_prune;
