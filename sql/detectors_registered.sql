-- Detectors that somebody registered: run as who registered them, changing
-- nothing, and failing alone.
SET client_min_messages = warning;
CREATE ROLE regress_detector_admin;
CREATE ROLE regress_detector_other;
CREATE SCHEMA regress_det AUTHORIZATION regress_detector_admin;
SELECT gov_grant('admin', 'regress_detector_admin');
GRANT CREATE ON SCHEMA public TO regress_detector_admin;
SELECT count(gov_register_object('det', 'o' || n)) AS objects FROM generate_series(1, 3) AS n;
CREATE TABLE regress_det.secret (n int);
SET SESSION AUTHORIZATION regress_detector_admin;
CREATE TABLE regress_det.bad (ref text, why text);
INSERT INTO regress_det.bad VALUES ('o1', 'a'), ('o2', 'b'), ('unheard of', 'c');
CREATE FUNCTION regress_det.finds() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE sql AS $$ SELECT NULL, 'det', b.ref, NULL, CASE b.ref WHEN 'o2' THEN 'critical' END, jsonb_build_object('why', b.why) FROM regress_det.bad b $$;

-- What is no detector is refused when it is registered.
\set VERBOSITY terse
SELECT gov_set_detector('d', routine => 'finds');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('d', routine => 'regress_det.none');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('d', routine => 'none.finds');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('d', routine => 'pg_catalog.now');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('d', routine => 'pg_catalog.pg_available_extensions');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('d', routine => 'pg_catalog.abs');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('d', severity => 'loud', routine => 'regress_det.finds');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_detector('d', routine => 'regress_det.finds', event_domain => 'only');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
-- not one's own; and of an owner that gave up its right
CREATE FUNCTION regress_det.kept() RETURNS SETOF gov_drift_finding LANGUAGE sql AS 'SELECT * FROM gov_drift_finding LIMIT 0';
REVOKE EXECUTE ON FUNCTION regress_det.kept() FROM PUBLIC;
SET SESSION AUTHORIZATION regress_detector_admin;
SELECT gov_set_detector('d', routine => 'regress_det.kept');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default

-- A good one.
SELECT gov_set_detector('d finds', 'warning', 'regress_det."finds"', 'governance', 'coverage.scan_completed', description => 'bad things');
SELECT detector, severity, routine, event_domain, event_type, enabled, registered_by, description FROM gov_detector WHERE routine IS NOT NULL;
SELECT detector, severity, axis, object_type, object_ref, value, detail FROM gov_drift_finding WHERE detector LIKE 'd %' ORDER BY object_ref COLLATE "C";
-- what it said stays the same under another name
SELECT gov_set_detector('d finds', event_domain => '', event_type => '', enabled => true);
SELECT event_domain, registered_by FROM gov_detector WHERE detector = 'd finds';
RESET SESSION AUTHORIZATION;
SELECT gov_set_detector('d finds', severity => 'info');
SELECT severity, registered_by FROM gov_detector WHERE detector = 'd finds';
SELECT gov_scan() > 0 AS scanned;
UPDATE gov_object SET object_ref = 'renamed' WHERE object_ref = 'o1';
UPDATE regress_det.bad SET ref = 'renamed' WHERE ref = 'o1';
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, severity, status, scan_count FROM gov_drift_state WHERE detector = 'd finds' ORDER BY object_ref COLLATE "C";

-- Whose rights, which path, and nothing stays of what it writes.
SET SESSION AUTHORIZATION regress_detector_admin;
CREATE FUNCTION regress_det.who() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail json, identity int)
    LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        INSERT INTO regress_det.bad VALUES ('written');
    EXCEPTION WHEN read_only_sql_transaction THEN
        NULL;
    END;
    PERFORM set_config('work_mem', '77kB', false);
    RETURN QUERY SELECT NULL::text, 'who', current_user::text, current_schemas(false)::text, 'info', json_build_object('written', (SELECT count(*) FROM regress_det.bad b WHERE b.ref = 'written')), 1;
    RETURN QUERY SELECT NULL::text, 'who', current_user::text, NULL, NULL, NULL::json, 2;
END $$;
CREATE FUNCTION regress_det.steals() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; EXECUTE 'TABLE regress_det.secret'; END $$;
CREATE FUNCTION regress_det.peeks() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE sql AS $$ SELECT n::text, NULL, NULL, NULL, NULL, NULL::jsonb FROM regress_det.secret $$;
CREATE FUNCTION regress_det.becomes() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SET ROLE regress_detector_other'; END $$;
SELECT gov_set_detector('d who', routine => 'regress_det.who'), gov_set_detector('d steals', routine => 'regress_det.steals'),
       gov_set_detector('d peeks', routine => 'regress_det.peeks'), gov_set_detector('d becomes', routine => 'regress_det.becomes');
RESET SESSION AUTHORIZATION;
-- why a detector failed is told to admins, in a warning; the finding is there for every reader
SELECT detector, severity, object_type, object_ref, value, detail - 'hint' AS detail FROM gov_drift_finding WHERE detector LIKE 'd w%' OR detector = 'detector_failed'
 ORDER BY detector COLLATE "C", object_ref COLLATE "C", value;
SET client_min_messages = error;
SELECT count(*) AS written FROM regress_det.bad WHERE ref = 'written';
SHOW work_mem;
SELECT gov_set_detector(d, enabled => false) FROM unnest('{d steals,d peeks,d becomes,d who}'::text[]) AS d;
SELECT gov_scan() > 0 AS scanned;

-- Failures of every kind: each is named, its earlier findings stay as they
-- were, and nothing of the others is lost.
SET SESSION AUTHORIZATION regress_detector_admin;
CREATE TABLE regress_det.mood (mood text);
INSERT INTO regress_det.mood VALUES ('good');
CREATE FUNCTION regress_det.moody() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE plpgsql SET statement_timeout = '600ms' AS $$
DECLARE
    mood text := (SELECT m.mood FROM regress_det.mood m);
    n bigint := 0;
BEGIN
    RETURN QUERY SELECT NULL::text, 'det', b.ref, NULL::text, NULL::text, '{}'::jsonb FROM regress_det.bad b;
    CASE mood
        WHEN 'good' THEN RETURN;
        WHEN 'error' THEN RAISE EXCEPTION 'went wrong';
        WHEN 'divides' THEN PERFORM 1 / (SELECT 0);
        WHEN 'forged cancel' THEN RAISE EXCEPTION USING ERRCODE = 'query_canceled', MESSAGE = 'canceling statement due to user request';
        WHEN 'forged conflict' THEN RAISE EXCEPTION USING ERRCODE = 'serialization_failure';
        WHEN 'sleeps' THEN PERFORM pg_sleep(1000);
        WHEN 'loops' THEN LOOP n := n + 1; END LOOP;
        WHEN 'holds on' THEN
            LOOP
                BEGIN
                    PERFORM pg_sleep(1000);
                EXCEPTION WHEN query_canceled THEN
                    n := n + 1;
                    EXIT WHEN n > 2;
                END;
            END LOOP;
        WHEN 'garbage severity' THEN RETURN QUERY SELECT 'x', NULL::text, NULL::text, NULL::text, 'catastrophic', NULL::jsonb;
        WHEN 'garbage object' THEN RETURN QUERY SELECT NULL::text, 'det', NULL::text, NULL::text, NULL::text, NULL::jsonb;
        WHEN 'garbage twice' THEN RETURN QUERY SELECT NULL::text, 'det', 'o2', NULL::text, NULL::text, '{"again": 1}'::jsonb;
        WHEN 'recursion' THEN PERFORM * FROM regress_det.moody();
        WHEN 'scans' THEN PERFORM public.gov_scan();
        WHEN 'commits' THEN COMMIT;
    END CASE;
END $$;
SELECT gov_set_detector('d moody', routine => 'regress_det.moody');
RESET SESSION AUTHORIZATION;
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, status, scan_count, unverified FROM gov_drift_state WHERE detector = 'd moody' ORDER BY object_ref COLLATE "C";

CREATE FUNCTION pg_temp.try(becomes text) RETURNS TABLE (mood text, moody text, failed text, others bigint, run text[]) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE regress_det.mood m SET mood = try.becomes;
    PERFORM gov_scan();
    RETURN QUERY SELECT try.becomes,
        (SELECT format('%s %s %s', count(*), string_agg(DISTINCT s.status, ','), string_agg(DISTINCT CASE WHEN s.unverified THEN 'unverified' ELSE 'seen' END, ',')) FROM gov_drift_state s WHERE s.detector = 'd moody'),
        (SELECT concat_ws(' ', s.status, s.severity, s.object_ref, s.detail ->> 'sqlstate', s.detail ->> 'message') FROM gov_drift_state s WHERE s.detector = 'detector_failed' AND s.object_ref = 'd moody'),
        (SELECT count(*) FROM gov_drift_state s WHERE s.detector = 'd finds' AND s.status = 'open'),
        (SELECT r.failed FROM gov_scan_run r ORDER BY scan_no DESC LIMIT 1);
END $$;
-- the stack is small, so that a machine that is slow today runs out of it before it runs out of time
SET max_stack_depth = '400kB';
\x
SELECT t.* FROM unnest('{error,divides,forged cancel,forged conflict,garbage severity,garbage object,garbage twice,recursion,scans,commits,sleeps,loops,holds on,good}'::text[]) AS m, pg_temp.try(m) AS t;
\x
RESET max_stack_depth;
SELECT object_ref, scan_count, unverified FROM gov_drift_state WHERE detector = 'd moody' ORDER BY object_ref COLLATE "C";
SELECT status, scan_count, reopen_count FROM gov_drift_state WHERE detector = 'detector_failed' AND object_ref = 'd moody';

-- The session's statement_timeout ends the scan, when it is the shorter one;
-- the setting the detector alone.  What is slow for another reason goes on.
ALTER FUNCTION regress_det.moody() RESET statement_timeout;
SET statement_timeout = '2s';
\set SHOW_CONTEXT never
SELECT failed, run FROM pg_temp.try('loops');
SELECT gov_scan() > 0 AS the_timer_is_there_again, pg_sleep(0.1);
SELECT pg_sleep(1000);
RESET statement_timeout;
SET governance.detector_timeout = '300ms';
SELECT failed, run FROM pg_temp.try('loops');
SELECT pg_sleep(0.5);
RESET governance.detector_timeout;

-- A detector that is gone, whose role is gone, that lost a right or a column.
UPDATE regress_det.mood SET mood = 'good';
ALTER FUNCTION regress_det.moody() RENAME TO gone;
UPDATE gov_detector SET address_oid = NULL WHERE detector = 'd moody'; -- else it is followed
SELECT failed, run FROM pg_temp.try('good');
ALTER FUNCTION regress_det.gone() RENAME TO moody;
REVOKE USAGE ON SCHEMA regress_det FROM regress_detector_admin;
ALTER SCHEMA regress_det OWNER TO current_user;
REVOKE ALL ON SCHEMA regress_det FROM regress_detector_admin;
SELECT split_part(failed, ' ', 5) AS sqlstate, run FROM pg_temp.try('good');
GRANT USAGE ON SCHEMA regress_det TO regress_detector_admin;
SELECT failed, run FROM pg_temp.try('good');
ALTER FUNCTION regress_det.moody() OWNER TO current_user;
SELECT failed, run FROM pg_temp.try('good');
ALTER FUNCTION regress_det.moody() OWNER TO regress_detector_admin;
UPDATE gov_detector SET registered_by = 'nobody at all', registered_oid = 1 WHERE detector = 'd moody';
SELECT failed, run FROM pg_temp.try('good');
UPDATE gov_detector SET registered_by = 'regress_detector_admin', registered_oid = 'regress_detector_admin'::regrole, routine = 'regress_det.changed', address_oid = NULL WHERE detector = 'd moody';
CREATE FUNCTION regress_det.changed() RETURNS TABLE (axis text, object_ref text) LANGUAGE sql AS 'SELECT NULL, NULL';
SELECT failed, run FROM pg_temp.try('good');

-- An own one can fail like any other: a bound relation that is gone.
CREATE TABLE regress_det.labels (label text, facet text, name text, status text);
SELECT gov_bind('vocabulary', 'regress_det.labels');
DROP TABLE regress_det.labels;
SELECT gov_set_detector('d moody', enabled => false);
SELECT object_ref, severity, detail ->> 'message' AS message FROM gov_drift_finding WHERE detector = 'detector_failed' ORDER BY 1;
SELECT gov_unbind('vocabulary');

-- Nothing stays.
SET client_min_messages = error;
DELETE FROM gov_finding;
DELETE FROM gov_scan_run;
DELETE FROM gov_detector WHERE routine IS NOT NULL;
DELETE FROM gov_object WHERE object_type = 'det';
DROP SCHEMA regress_det CASCADE;
DROP OWNED BY regress_detector_admin;
DROP ROLE regress_detector_admin;
DROP ROLE regress_detector_other;
