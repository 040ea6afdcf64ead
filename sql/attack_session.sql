-- What registered code does with the session of whoever reads it: its cursors,
-- its prepared statements, a cancel that it catches, what a rollback leaves.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_gov_session;
SELECT gov_grant('steward', 'regress_gov_session') AS granted;
SELECT gov_grant('admin', 'regress_gov_session') AS granted;
CREATE SCHEMA session AUTHORIZATION regress_gov_session;
SET SESSION AUTHORIZATION regress_gov_session;
CREATE TABLE session.mode (mode text);
INSERT INTO session.mode VALUES ('quiet');
CREATE SEQUENCE session.numbers;
CREATE TABLE session.numbered (n int DEFAULT nextval('session.numbers'));
-- What is tried; "got" tells what it took away.
CREATE FUNCTION session.act(mode text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    theirs refcursor := 'theirs';
    kept refcursor := 'kept';
    got text := 'nothing';
    rounds int := 0;
BEGIN
    CASE mode
        WHEN 'quiet' THEN NULL;
        WHEN 'fetch their cursor' THEN FETCH theirs INTO got;
        WHEN 'fetch their cursor held' THEN FETCH kept INTO got;
        WHEN 'fetch their cursor by a text' THEN EXECUTE 'FETCH FROM theirs' INTO got;
        WHEN 'move their cursor' THEN MOVE LAST FROM theirs;
        WHEN 'close their cursor' THEN CLOSE theirs;
        WHEN 'close their cursor held' THEN CLOSE kept;
        WHEN 'close by a text' THEN EXECUTE 'CLOSE theirs';
        WHEN 'close all' THEN EXECUTE 'CLOSE ALL';
        WHEN 'cursor of their name' THEN OPEN theirs FOR SELECT 'mine'; FETCH theirs INTO got;
        WHEN 'cursor held' THEN EXECUTE 'DECLARE mine CURSOR WITH HOLD FOR SELECT 1';
        WHEN 'cursor' THEN EXECUTE 'DECLARE mine CURSOR FOR SELECT 1';
        WHEN 'cursor of its own' THEN
            OPEN theirs FOR SELECT 1 WHERE false;
        WHEN 'prepare' THEN EXECUTE 'PREPARE mine AS SELECT 1';
        WHEN 'execute theirs' THEN EXECUTE 'EXECUTE their_plan' INTO got;
        WHEN 'deallocate' THEN EXECUTE 'DEALLOCATE their_plan';
        WHEN 'deallocate all' THEN EXECUTE 'DEALLOCATE ALL';
        WHEN 'discard all' THEN EXECUTE 'DISCARD ALL';
        WHEN 'discard temporary' THEN EXECUTE 'DISCARD TEMP';
        WHEN 'discard sequences' THEN EXECUTE 'DISCARD SEQUENCES';
        WHEN 'listen' THEN EXECUTE 'LISTEN mine';
        WHEN 'unlisten' THEN EXECUTE 'UNLISTEN *';
        WHEN 'notify' THEN PERFORM pg_notify('theirs', 'heard');
        WHEN 'temporary table' THEN EXECUTE 'CREATE TEMP TABLE mine (a int)';
        WHEN 'read their temporary table' THEN EXECUTE 'SELECT a FROM their_temporary' INTO got;
        WHEN 'large object' THEN PERFORM lo_create(471100);
        WHEN 'large object opened' THEN PERFORM lo_open(lo_create(471100), 131072);
        WHEN 'large object after RESET' THEN
            PERFORM set_config('transaction_read_only', NULL, true);
            PERFORM lo_from_bytea(471100, 'x');
        WHEN 'large object imported' THEN PERFORM lo_import('PG_VERSION');
        WHEN 'setting of its own' THEN PERFORM set_config('mine.setting', 'set', false);
        WHEN 'setting of its own by SET' THEN EXECUTE 'SET SESSION mine.setting = ''set''';
        WHEN 'role by set_config' THEN PERFORM set_config('role', 'none', false);
        WHEN 'session by set_config' THEN PERFORM set_config('session_authorization', 'default', false);
        WHEN 'nextval' THEN PERFORM nextval('session.numbers');
        WHEN 'nextval by a text' THEN EXECUTE 'SELECT nextval(''session.numbers'')';
        WHEN 'setval' THEN PERFORM setval('session.numbers', 4711);
        WHEN 'nextval as default' THEN
            PERFORM set_config('transaction_read_only', NULL, true);
            INSERT INTO session.numbered DEFAULT VALUES;
        WHEN 'statistics' THEN PERFORM pg_stat_reset();
        WHEN 'statistics of a table' THEN PERFORM pg_stat_reset_single_table_counters('session.mode'::regclass);
        WHEN 'statistics shared' THEN PERFORM pg_stat_reset_shared('bgwriter');
        WHEN 'terminate' THEN PERFORM pg_terminate_backend(pg_backend_pid());
        WHEN 'terminate others' THEN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid();
        WHEN 'reload' THEN PERFORM pg_reload_conf();
        WHEN 'message in the log of changes' THEN PERFORM pg_logical_emit_message(false, 'mine', 'said');
        WHEN 'snapshot exported' THEN PERFORM pg_export_snapshot();
        WHEN 'lock of the transaction' THEN PERFORM pg_advisory_xact_lock(4711);
        WHEN 'lock of a table' THEN EXECUTE 'LOCK TABLE session.numbered IN ACCESS EXCLUSIVE MODE';
        WHEN 'program' THEN EXECUTE 'COPY session.mode FROM PROGRAM ''true''';
        WHEN 'file' THEN EXECUTE 'COPY session.mode TO ''/dev/null''';
        WHEN 'read a file' THEN PERFORM pg_read_file('PG_VERSION');
        WHEN 'commit' THEN COMMIT;
        WHEN 'begin' THEN EXECUTE 'BEGIN';
        WHEN 'savepoint' THEN EXECUTE 'ROLLBACK TO their_savepoint';
        WHEN 'prepare transaction' THEN EXECUTE 'PREPARE TRANSACTION ''mine''';
        WHEN 'deferred' THEN EXECUTE 'SET CONSTRAINTS ALL DEFERRED';
        WHEN 'load' THEN EXECUTE 'LOAD ''plpgsql''';
        WHEN 'read write' THEN EXECUTE 'SET TRANSACTION READ WRITE';
        WHEN 'serializable' THEN EXECUTE 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE';
        WHEN 'catches its cancel' THEN
            LOOP
                rounds := rounds + 1;
                EXIT WHEN rounds > 3;
                BEGIN
                    PERFORM pg_sleep(60);
                EXCEPTION WHEN query_canceled THEN NULL;
                END;
            END LOOP;
        WHEN 'catches its cancel in blocks' THEN
            LOOP
                BEGIN
                    LOOP
                        BEGIN
                            LOOP
                                BEGIN
                                    PERFORM pg_sleep(60);
                                EXCEPTION WHEN OTHERS OR query_canceled THEN rounds := rounds + 1;
                                END;
                            END LOOP;
                        EXCEPTION WHEN OTHERS OR query_canceled THEN
                            BEGIN
                                PERFORM pg_sleep(60);
                            EXCEPTION WHEN query_canceled THEN NULL;
                            END;
                        END;
                    END LOOP;
                EXCEPTION WHEN query_canceled THEN NULL;
                END;
            END LOOP;
        WHEN 'catches its cancel once' THEN
            BEGIN
                PERFORM pg_sleep(60);
            EXCEPTION WHEN query_canceled THEN got := 'its cancel';
            END;
        WHEN 'catches and raises' THEN
            BEGIN
                PERFORM pg_sleep(60);
            EXCEPTION WHEN query_canceled THEN RAISE 'mine' USING ERRCODE = '22012';
            END;
    END CASE;
    RETURN got;
END $$;
CREATE FUNCTION session.look() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE sql AS $$ SELECT NULL, 'session', session.act(mode), NULL, 'info', '{}'::jsonb FROM session.mode $$;
SELECT gov_set_detector('session', routine => 'session.look') AS registered;
RESET SESSION AUTHORIZATION;

-- What the session has, that nobody else is to touch.
CREATE TABLE session_secret AS SELECT 'secret ' || n AS secret FROM generate_series(1, 9) AS n;
CREATE TEMPORARY TABLE their_temporary AS SELECT 'temporary secret' AS a;
PREPARE their_plan AS SELECT 'secret of a plan' FROM session_secret LIMIT 1;
LISTEN theirs;
DECLARE kept CURSOR WITH HOLD FOR SELECT secret FROM session_secret ORDER BY secret COLLATE "C";
FETCH kept;
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE sql AS $$
SELECT concat_ws('; ', 'cursors ' || (SELECT string_agg(name, ',' ORDER BY name COLLATE "C") FROM pg_cursors WHERE name !~ '^(<|$)'),
    'plans ' || (SELECT string_agg(name, ',' ORDER BY name COLLATE "C") FROM pg_prepared_statements),
    'channels ' || (SELECT string_agg(c, ',') FROM pg_listening_channels() AS c),
    'temporary ' || (SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'),
    'large ' || (SELECT count(*) FROM pg_largeobject_metadata WHERE oid = 471100),
    'setting ' || coalesce(current_setting('mine.setting', true), ''),
    'user ' || (current_user = session_user),
    'locks ' || (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND (locktype = 'advisory' OR mode = 'AccessExclusiveLock' AND relation = 'session.numbered'::regclass)),
    'prepared ' || (SELECT count(*) FROM pg_prepared_xacts)) $$;
CREATE FUNCTION pg_temp.tried() RETURNS TABLE (mode text, became text, differs text) LANGUAGE plpgsql AS $$
DECLARE
    before text := pg_temp.state();
    after text;
BEGIN
    FOR mode IN SELECT m[1] FROM regexp_matches((SELECT prosrc FROM pg_proc WHERE oid = 'session.act'::regproc), 'WHEN ''([^'']+)'' THEN', 'g') AS m LOOP
        CONTINUE WHEN mode ~ 'cancel|catches|nextval as default';
        UPDATE session.mode AS s SET mode = tried.mode;
        became := NULL;
        BEGIN
            SELECT coalesce(f.detail ->> 'message', f.object_ref) INTO became FROM gov_drift_finding AS f
             WHERE f.detector = 'session' OR f.detector = 'detector_failed' AND f.object_ref = 'session';
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            became := SQLSTATE || ' ' || SQLERRM;
        END;
        after := pg_temp.state();
        differs := CASE WHEN after <> before THEN after END;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT pg_temp.state();
BEGIN;
DECLARE theirs SCROLL CURSOR FOR SELECT secret FROM session_secret ORDER BY secret COLLATE "C";
FETCH theirs;
-- from 16 on a large object is refused, before it is taken back
SELECT mode, CASE WHEN mode ~ '^large object( opened| after RESET)?$' THEN 'refused, or nothing' ELSE became END AS became, differs
  FROM pg_temp.tried();
FETCH theirs;
FETCH kept;
COMMIT;
SELECT last_value, is_called FROM session.numbers;

-- A cancel and a time that is over end code that catches them, however it is nested.
SET governance.detector_timeout = '300ms';
UPDATE session.mode SET mode = 'catches its cancel';
SELECT detector, detail ->> 'message' AS message FROM gov_drift_finding WHERE object_ref = 'session';
UPDATE session.mode SET mode = 'catches its cancel in blocks';
SELECT detector, detail ->> 'message' AS message FROM gov_drift_finding WHERE object_ref = 'session';
UPDATE session.mode SET mode = 'catches and raises';
SELECT detector, detail ->> 'message' AS message FROM gov_drift_finding WHERE object_ref = 'session';
RESET governance.detector_timeout;
SET statement_timeout = '300ms';
SELECT count(*) FROM gov_drift_finding WHERE object_ref = 'session';
UPDATE session.mode SET mode = 'catches its cancel in blocks';
SELECT count(*) FROM gov_drift_finding WHERE object_ref = 'session';
UPDATE session.mode SET mode = 'catches its cancel once';
SELECT count(*) FROM gov_drift_finding WHERE object_ref = 'session';
RESET statement_timeout;

SELECT gov_set_detector('session', enabled => false) AS disabled;
CLOSE kept;
UNLISTEN *;
DEALLOCATE their_plan;
DELETE FROM gov_finding WHERE detector IN ('session', 'detector_failed');
DELETE FROM gov_detector WHERE detector = 'session';
DROP TABLE session_secret, their_temporary;
DROP SCHEMA session CASCADE;
DROP OWNED BY regress_gov_session;
DROP ROLE regress_gov_session;
