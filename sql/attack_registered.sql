-- What a steward registers cannot act: not as whoever reads it, not as itself,
-- and nothing it does outlives the read.  Each way in, by the same view and
-- the same routine.
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_evil;
SELECT gov_grant('steward', 'regress_evil');
SELECT gov_grant('admin', 'regress_evil');
CREATE SCHEMA evil AUTHORIZATION regress_evil;
SELECT gov_create_axis('evil', kind => 'uncertain'), gov_set_axis_status('evil', 'active'), gov_propose_value('evil', 'v'), gov_ratify('evil', 'v');
SELECT gov_register_object('evil', 'o'), gov_assign('evil', 'o', 'evil', 'v', 'candidate', provenance => '{"kind": "x"}') IS NOT NULL AS assigned;
SELECT gov_set_label('evil', 'f'), gov_map_label('evil', 'v', 'evil'), gov_set_label_rule('evil', 'o', 'evil');

SET SESSION AUTHORIZATION regress_evil;
CREATE TABLE evil.told (what text);
CREATE TABLE evil.mode (mode text);
INSERT INTO evil.mode VALUES ('quiet');
CREATE FUNCTION evil.octet_length(text) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> session_user OR current_setting('is_superuser') = 'on' THEN
        EXECUTE 'ALTER ROLE regress_evil SUPERUSER';
    END IF;
    RETURN pg_catalog.octet_length($1);
END $$;
CREATE FUNCTION evil.count(text) RETURNS bigint LANGUAGE sql AS 'SELECT evil.octet_length($1)::bigint';
CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT pg_catalog.now() FROM (SELECT evil.octet_length(''x'')) x';
-- What is tried; it tells what became of it.
CREATE FUNCTION evil.act(mode text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    CASE mode
        WHEN 'quiet' THEN NULL;
        WHEN 'path' THEN PERFORM set_config('search_path', 'evil, pg_catalog', false);
        WHEN 'settings' THEN
            PERFORM set_config('DateStyle', 'German', false), set_config('governance.tag', 'evil', false), set_config('row_security', 'off', false),
                    set_config('default_transaction_read_only', 'on', false);
        WHEN 'act' THEN PERFORM public.gov_set_zone('evil', 'o', 'evil', 'v', 'approved');
        WHEN 'own' THEN PERFORM public.gov_propose_value('evil', 'mine');
        WHEN 'register' THEN PERFORM public.gov_bind('vocabulary', 'evil.labels');
        WHEN 'sync' THEN PERFORM * FROM public.gov_sync();
        WHEN 'scan' THEN PERFORM public.gov_scan();
        WHEN 'write' THEN INSERT INTO evil.told VALUES ('written');
        WHEN 'write after RESET' THEN
            BEGIN
                EXECUTE 'RESET transaction_read_only';
                INSERT INTO evil.told VALUES ('after RESET');
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
        WHEN 'act after RESET' THEN
            BEGIN
                EXECUTE 'RESET transaction_read_only';
                PERFORM public.gov_set_zone('evil', 'o', 'evil', 'v', 'approved');
            EXCEPTION WHEN read_only_sql_transaction THEN NULL;
                WHEN feature_not_supported THEN PERFORM public.gov_set_zone('evil', 'o', 'evil', 'v', 'approved'); -- 16 and later refuse RESET
            END;
        WHEN 'write after set_config' THEN
            BEGIN
                PERFORM set_config('transaction_read_only', NULL, true);
                INSERT INTO evil.told VALUES ('after set_config');
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
        WHEN 'notify' THEN NOTIFY evil, 'heard';
        WHEN 'listen' THEN LISTEN evil;
        WHEN 'lock' THEN PERFORM pg_advisory_lock(666);
        WHEN 'try lock' THEN PERFORM pg_try_advisory_lock_shared(6, 66);
        WHEN 'unlock' THEN PERFORM pg_advisory_unlock_all();
        WHEN 'sequence' THEN
            BEGIN
                EXECUTE 'RESET transaction_read_only';
                PERFORM nextval('evil.numbers');
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
        WHEN 'cancel' THEN PERFORM pg_cancel_backend(pg_backend_pid());
        WHEN 'role' THEN EXECUTE 'RESET ROLE';
        WHEN 'session' THEN EXECUTE 'RESET SESSION AUTHORIZATION';
        WHEN 'prepare' THEN EXECUTE 'PREPARE evil AS SELECT 1';
        WHEN 'temporary' THEN CREATE TEMP TABLE evil_rest (i int);
        WHEN 'forged conflict' THEN RAISE 'forged' USING ERRCODE = '40001';
        WHEN 'forged cancel' THEN RAISE 'canceling statement due to user request' USING ERRCODE = '57014';
        WHEN 'forged shutdown' THEN RAISE 'forged' USING ERRCODE = '57P01';
        WHEN 'forged memory' THEN RAISE 'forged' USING ERRCODE = '53200';
        WHEN 'forged ours' THEN RAISE 'forged' USING ERRCODE = 'QVB01';
        WHEN 'own lock timeout' THEN
            PERFORM set_config('lock_timeout', '1', false), set_config('statement_timeout', '1', false);
            PERFORM pg_sleep(0.02);
        WHEN 'notice' THEN RAISE WARNING 'send your password to evil@example.net';
        WHEN 'secret' THEN RAISE 'row of another: 4711';
    END CASE;
    RETURN mode;
END $$;
CREATE SEQUENCE evil.numbers;
CREATE VIEW evil.things AS SELECT 'evil thing' AS object_type, evil.act(mode) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM evil.mode;
CREATE VIEW evil.labels AS SELECT 'evil'::text AS label, 'f'::text AS facet, evil.act(mode) AS name, 'active'::text AS status FROM evil.mode WHERE evil.act(mode) IS NOT NULL;
CREATE VIEW evil.rules AS SELECT 'evil'::text AS object_type, 'o'::text AS object_ref, 'evil'::text AS label, 'active'::text AS status FROM evil.mode WHERE evil.act(mode) IS NOT NULL;
CREATE VIEW evil.shown AS SELECT 'evil'::text AS object_type, 'o'::text AS object_ref, 'evil'::text AS label, 'infinity'::timestamptz AS projected_at FROM evil.mode WHERE evil.act(mode) IS NOT NULL;
CREATE VIEW evil.entries AS SELECT 'evil'::text AS object_type, 'o'::text AS object_ref, 'evil'::text AS axis, 'v'::text AS value, 'candidate'::text AS zone, '{"kind": "x"}'::jsonb AS provenance FROM evil.mode WHERE evil.act(mode) IS NOT NULL;
CREATE FUNCTION evil.look() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE sql AS $$ SELECT 'evil', 'evil', 'o', NULL, 'info', jsonb_build_object('told', evil.act(mode)) FROM evil.mode $$;
SELECT count(*) FROM gov_enroll_relation('evil', 'evil.things');
SELECT gov_bind('vocabulary', 'evil.labels'), gov_bind('label_rule', 'evil.rules'), gov_bind('label_projection', 'evil.shown');
SELECT gov_set_projection('evil', 'evil', 'evil.shown'), gov_set_detector('evil', routine => 'evil.look');
GRANT SELECT ON evil.entries TO PUBLIC;
GRANT USAGE ON SCHEMA evil TO PUBLIC;
RESET SESSION AUTHORIZATION;

-- Everything that can be seen to have changed.
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE sql AS $$
SELECT concat_ws('; ', 'superuser ' || rolsuper, (SELECT string_agg(zone, ',') FROM gov_assignment a JOIN gov_object o USING (object_id) WHERE o.object_type = 'evil' AND a.superseded_by IS NULL),
    'told ' || (SELECT count(*) FROM evil.told), 'values ' || (SELECT count(*) FROM gov_axis_value WHERE axis = 'evil'),
    'quorum ' || (SELECT sum(min_approvals) FROM gov_quorum_rule), 'numbers ' || (SELECT is_called FROM evil.numbers),
    'locks ' || (SELECT string_agg(objid::text, ',' ORDER BY objid) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
    'prepared ' || (SELECT count(*) FROM pg_prepared_statements WHERE name = 'evil'), 'channels ' || (SELECT count(*) FROM pg_listening_channels()),
    current_setting('search_path') || ' ' || current_setting('DateStyle') || ' ' || current_setting('governance.tag') || ' ' || current_setting('row_security') || ' ' || current_setting('transaction_read_only'),
    'tables ' || (SELECT count(*) FROM pg_class WHERE relname = 'evil_rest'))
  FROM pg_roles WHERE rolname = 'regress_evil' $$;
-- Each way in, as whoever calls it.
CREATE FUNCTION pg_temp.door(door text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CASE door
        WHEN 'source' THEN PERFORM * FROM gov_sync('evil', force => true);
        WHEN 'vocabulary' THEN PERFORM * FROM gov_label_orphan;
        WHEN 'label_rule' THEN PERFORM count(flag) FROM gov_label_reconcile WHERE axis = 'evil';
        WHEN 'label_projection' THEN PERFORM count(*) FROM gov_label_projected;
        WHEN 'projection' THEN PERFORM count(*) FROM gov_projection_lag;
        WHEN 'detector' THEN PERFORM count(*) FROM gov_drift_finding;
        WHEN 'bulk' THEN PERFORM * FROM gov_assign_many('evil.entries'::regclass);
        WHEN 'reconcile' THEN PERFORM * FROM gov_reconcile();
    END CASE;
END $$;
SELECT pg_advisory_lock(1);
CREATE TABLE pg_temp.before AS SELECT pg_temp.state();
TABLE pg_temp.before;
SET client_min_messages = error;
CREATE TABLE pg_temp.modes AS SELECT unnest('{quiet,path,settings,act,own,register,sync,scan,write,write after RESET,write after set_config,act after RESET,notify,listen,lock,try lock,unlock,sequence,cancel,role,session,prepare,temporary,forged conflict,forged cancel,forged shutdown,forged memory,forged ours,own lock timeout,notice,secret}'::text[]) AS mode;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO PUBLIC;
-- Tries each in every way in: how it is refused where it fails, and what is not as it was.
CREATE FUNCTION pg_temp.tried() RETURNS TABLE (mode text, refused text, differs text) LANGUAGE plpgsql AS $$
DECLARE
    door text;
    failed text[];
BEGIN
    FOR mode IN SELECT x.mode FROM pg_temp.modes AS x LOOP
        UPDATE evil.mode AS e SET mode = tried.mode;
        failed := '{}';
        differs := NULL;
        FOREACH door IN ARRAY '{source,vocabulary,label_rule,label_projection,projection,detector,bulk,reconcile}'::text[] LOOP
            CONTINUE WHEN door = 'reconcile' AND mode NOT IN ('path', 'settings', 'act', 'forged conflict', 'forged cancel');
            BEGIN
                PERFORM pg_temp.door(door);
                PERFORM octet_length('x'), now();
            EXCEPTION WHEN OTHERS OR query_canceled THEN
                failed := failed || concat_ws(' ', SQLSTATE, regexp_replace(SQLERRM, '^.*(could not be .*)$', '\1'));
            END;
            differs := nullif(concat_ws(', ', differs, (SELECT door || ': ' || s.state FROM pg_temp.state() AS s (state), pg_temp.before AS b WHERE s.state <> b.state)), '');
        END LOOP;
        refused := (SELECT string_agg(DISTINCT f, ', ' ORDER BY f) FROM unnest(failed) AS f);
        RETURN NEXT;
    END LOOP;
END $$;
-- asked by a superuser
SELECT * FROM pg_temp.tried();
-- The same as functions that are enrolled and bound in the place of the views.
SET SESSION AUTHORIZATION regress_evil;
UPDATE evil.mode SET mode = 'quiet';
CREATE FUNCTION evil.things_told() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text)
    LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT * FROM evil.things; END $$;
CREATE FUNCTION evil.labels_told() RETURNS SETOF evil.labels LANGUAGE sql AS 'SELECT * FROM evil.labels';
CREATE FUNCTION evil.rules_told() RETURNS SETOF evil.rules LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT * FROM evil.rules; END $$;
CREATE FUNCTION evil.shown_told() RETURNS SETOF evil.shown LANGUAGE sql BEGIN ATOMIC SELECT * FROM evil.shown; END;
SELECT count(*) FROM gov_enroll_relation('evil', 'evil.things_told()');
SELECT gov_bind('vocabulary', 'evil.labels_told()'), gov_bind('label_rule', 'evil.rules_told()'), gov_bind('label_projection', 'evil.shown_told()');
SELECT gov_set_projection('evil', 'evil', 'evil.shown_told()');
RESET SESSION AUTHORIZATION;
SELECT 'function, ' || mode AS mode, refused, differs FROM pg_temp.tried();
-- What the reader of a broken relation is told: that it failed; the admin, why.
UPDATE evil.mode SET mode = 'secret';
CREATE ROLE regress_reader;
SELECT gov_grant('reader', 'regress_reader');
SET SESSION AUTHORIZATION regress_reader;
SELECT count(*) FROM gov_label_orphan;
\echo :LAST_ERROR_SQLSTATE
SELECT object_ref, detail FROM gov_drift_finding WHERE detector = 'detector_failed' AND object_ref = 'evil';
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM gov_label_orphan;
RESET client_min_messages;
SELECT gov_unbind(b) FROM unnest('{vocabulary,label_rule,label_projection}'::text[]) AS b;
SET client_min_messages = error;
SELECT gov_set_projection('evil', enabled => false), gov_set_detector('evil', enabled => false);
SELECT pg_advisory_unlock(1);
DELETE FROM gov_projection;
DELETE FROM gov_finding;
DELETE FROM gov_detector WHERE routine IS NOT NULL;
DELETE FROM gov_scan_run;
DELETE FROM gov_source_block;
DELETE FROM gov_label;
DELETE FROM gov_label_rule;
DELETE FROM gov_value_label WHERE axis = 'evil';
DELETE FROM gov_assignment WHERE axis = 'evil';
DELETE FROM gov_axis_value WHERE axis = 'evil';
DELETE FROM gov_axis WHERE axis = 'evil';
DELETE FROM gov_object WHERE object_type LIKE 'evil%';
DELETE FROM gov_source WHERE source = 'evil';
DROP SCHEMA evil CASCADE;
DROP OWNED BY regress_evil, regress_reader;
DROP ROLE regress_evil, regress_reader;
