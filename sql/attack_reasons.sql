-- What cannot be read, and why, is told without the rows to whoever may not
-- read them: a reader asks every question, a steward of somebody else's runs the
-- acts, and what is stored for readers is searched.  The secret is 4711.  Its
-- owner, a member of that role, the admins and superusers are told.
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE ROLE ar_owner;
CREATE ROLE ar_member IN ROLE ar_owner;
CREATE ROLE ar_reader;
CREATE ROLE ar_steward;
CREATE ROLE ar_admin;
SELECT gov_grant('steward', 'ar_owner'), gov_grant('steward', 'ar_member'), gov_grant('reader', 'ar_reader'), gov_grant('steward', 'ar_steward'), gov_grant('admin', 'ar_admin');
SELECT gov_set_authority('AR', kind => 'human');
SELECT gov_create_axis('ar', kind => 'uncertain'), gov_set_axis_status('ar', 'active'), gov_propose_value('ar', 'v'), gov_ratify('ar', 'v'), gov_set_label('L', 'F'), gov_map_label('ar', 'v', 'L');
SELECT gov_register_object('ar', 'p');
SELECT gov_register_object('ar', 'o'), gov_assign('ar', 'o', 'ar', 'v', 'candidate', provenance => '{"k": 1}');
SELECT gov_set_label_rule('ar', 'o', 'L');
CREATE SCHEMA ar AUTHORIZATION ar_owner;
SET LOCAL SESSION AUTHORIZATION ar_owner;
CREATE TABLE ar.secret (number text);
INSERT INTO ar.secret VALUES ('secret 4711');
CREATE TABLE ar.mode (mode text);
INSERT INTO ar.mode VALUES ('quiet');
-- each way to fail with the secret in the error
CREATE FUNCTION ar.fail() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    mode text := (SELECT mode FROM ar.mode);
    secret text := (SELECT number FROM ar.secret);
BEGIN
    CASE mode
        WHEN 'cast' THEN RETURN secret::int;
        WHEN 'raise' THEN RAISE EXCEPTION 'message %', secret
            USING DETAIL = 'detail ' || secret, HINT = 'hint ' || secret, COLUMN = secret, CONSTRAINT = secret, DATATYPE = secret, TABLE = secret, SCHEMA = secret;
        WHEN 'own class' THEN RAISE EXCEPTION 'message %', secret USING ERRCODE = 'QV4711', DETAIL = 'detail ' || secret;
        WHEN 'retry' THEN RAISE EXCEPTION 'message %', secret USING ERRCODE = '40001', DETAIL = 'detail ' || secret;
        WHEN 'notice' THEN RAISE WARNING 'warning %', secret; RAISE NOTICE 'notice %', secret; RAISE LOG 'log %', secret; RAISE DEBUG 'debug %', secret;
        WHEN 'json' THEN RETURN ('{"secret": ' || secret || '}')::jsonb;
        WHEN 'dynamic' THEN EXECUTE 'SELECT ' || quote_ident(secret) || ' FROM ar.secret';
        ELSE NULL;
    END CASE;
    RETURN '';
END $$;
CREATE FUNCTION ar.rows(OUT object_type text, OUT object_ref text, OUT container_type text, OUT container_ref text) RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    CASE (SELECT mode FROM ar.mode)
        WHEN 'torn' THEN RETURN QUERY SELECT 'ar thing', number, 'ar', v.ref FROM ar.secret, (VALUES ('o'), ('p')) AS v (ref);
        WHEN 'lost' THEN RETURN QUERY SELECT 'ar thing', 'x', 'ar', number FROM ar.secret;
        WHEN 'long' THEN RETURN QUERY SELECT 'ar thing', repeat(number, 1000), NULL, NULL FROM ar.secret;
        WHEN 'itself' THEN RETURN QUERY SELECT 'ar thing', number, 'ar thing', number FROM ar.secret;
        ELSE RETURN QUERY SELECT 'ar thing', 'x' || ar.fail(), NULL::text, NULL::text;
    END CASE;
END $$;
CREATE VIEW ar.objects AS SELECT * FROM ar.rows();
CREATE VIEW ar.labels AS SELECT 'L' || ar.fail() AS label, 'F' AS facet, '' AS name, 'active' AS status;
CREATE VIEW ar.rules AS SELECT 'ar' AS object_type, 'o' || ar.fail() AS object_ref, 'L' AS label, 'active' AS status;
CREATE VIEW ar.shown AS SELECT 'ar' AS object_type, 'o' || ar.fail() AS object_ref, 'L' AS label, now() AS projected_at;
CREATE VIEW ar.versions AS SELECT 'ar' AS object_type, 'o' AS object_ref, length(ar.fail()) AS version;
CREATE FUNCTION ar.detector() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb) LANGUAGE plpgsql AS $$
BEGIN
    CASE (SELECT mode FROM ar.mode)
        WHEN 'severity' THEN RETURN QUERY SELECT 'ar', 'ar', 'o', 'v', number, '{}'::jsonb FROM ar.secret;
        WHEN 'twins' THEN RETURN QUERY SELECT 'ar', 'ar', number, 'v', 'info', '{}'::jsonb FROM ar.secret, generate_series(1, 2);
        ELSE PERFORM ar.fail();
    END CASE;
END $$;
SELECT live FROM gov_enroll_relation('ar', 'ar.objects') AS e (object_type, live);
SELECT gov_bind('vocabulary', 'ar.labels'), gov_bind('label_rule', 'ar.rules'), gov_bind('label_projection', 'ar.shown');
SELECT gov_set_projection('ar', 'ar', 'ar.versions');
RESET SESSION AUTHORIZATION;
-- registering a detector needs the admin level; it is its owner's
SELECT gov_set_detector('ar', routine => 'ar.detector');
REVOKE ALL ON FUNCTION ar.fail(), ar.detector() FROM PUBLIC;

-- everything that comes back from a statement, as one text
CREATE FUNCTION pg_temp.all_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    said text := '';
    m text; d text; h text; c text; n1 text; n2 text; n3 text; n4 text; n5 text;
BEGIN
    FOR line IN EXECUTE format('SELECT x::text FROM (%s) AS x', statement) LOOP
        said := said || line;
    END LOOP;
    RETURN said;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT, c = PG_EXCEPTION_CONTEXT,
        n1 = COLUMN_NAME, n2 = CONSTRAINT_NAME, n3 = PG_DATATYPE_NAME, n4 = TABLE_NAME, n5 = SCHEMA_NAME;
    RETURN concat_ws(' ', 'error:', m, d, h, c, n1, n2, n3, n4, n5, SQLSTATE);
END $$;
CREATE TEMP TABLE question AS
SELECT n, v.statement FROM unnest(ARRAY[
    'SELECT * FROM gov_label_reconcile', 'SELECT * FROM gov_label_orphan', 'SELECT * FROM gov_label_projected', 'SELECT * FROM gov_label_without_value',
    'SELECT * FROM gov_value_without_label', 'SELECT * FROM gov_reconcile_summary', 'SELECT * FROM gov_projection_lag', 'SELECT * FROM gov_projection_gap',
    'SELECT * FROM gov_drift_finding', 'SELECT * FROM gov_metric', 'SELECT gov_metrics_openmetrics()', 'SELECT gov_dashboard()',
    'SELECT gov_report_html()', 'SELECT * FROM gov_matview_lag']) WITH ORDINALITY AS v (statement, n);
CREATE TEMP TABLE stored AS
SELECT n, v.statement FROM unnest(ARRAY[
    'SELECT * FROM gov_drift_state', 'SELECT * FROM gov_source_block', 'SELECT * FROM gov_source_conflict', 'SELECT * FROM gov_finding',
    'SELECT * FROM gov_event_log', 'SELECT * FROM gov_event_outbox', 'SELECT * FROM gov_ledger', 'SELECT * FROM gov_scan_run',
    'SELECT * FROM gov_change', 'SELECT * FROM gov_change_row', 'SELECT gov_dashboard()']) WITH ORDINALITY AS v (statement, n);
CREATE TEMP TABLE act AS
SELECT n, v.statement FROM unnest(ARRAY[
    'SELECT * FROM gov_sync(''ar'')', 'SELECT * FROM gov_sync(''ar'', true)', 'SELECT * FROM gov_sync()', 'SELECT * FROM gov_reconcile()',
    'SELECT gov_decide(''ar'', ''o'', ''ar'', ''v'', ''accept_divergence'', ''because'')', 'SELECT gov_map_label(''ar'', ''v'', ''L'')',
    'SELECT gov_scan()', 'SELECT * FROM gov_own_many(''ar.objects''::regclass)', 'SELECT * FROM gov_assign_many(''ar.objects''::regclass)']) WITH ORDINALITY AS v (statement, n);
GRANT SELECT ON question, stored, act TO PUBLIC;
CREATE FUNCTION pg_temp.set_mode(new text) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ UPDATE ar.mode SET mode = new $$;
-- tries all of a list in each mode: which of them told the secret, and whether any failed
CREATE FUNCTION pg_temp.try(list regclass, modes text[], OUT failed boolean, OUT told text[]) LANGUAGE plpgsql AS $$
DECLARE
    way text;
    statement text;
    said text;
BEGIN
    failed := false;
    FOREACH way IN ARRAY modes LOOP
        PERFORM pg_temp.set_mode(way);
        FOR statement IN EXECUTE format('SELECT statement FROM %s ORDER BY n', list) LOOP
            said := pg_temp.all_of(statement);
            failed := failed OR said LIKE 'error:%';
            IF position('secret 4711' IN said) > 0 THEN told := told || (way || ': ' || statement); END IF;
        END LOOP;
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA ar TO ar_admin;
SET LOCAL client_min_messages = error;

-- a reader asks, a steward acts, the reader looks at what was stored
SET LOCAL SESSION AUTHORIZATION ar_reader;
SELECT * FROM pg_temp.try('question', '{cast,raise,own class,retry,notice,json,dynamic,severity,twins}');
SET LOCAL SESSION AUTHORIZATION ar_steward;
SELECT * FROM pg_temp.try('act', '{cast,raise,retry,severity,twins,torn,lost,long,itself}');
SET LOCAL SESSION AUTHORIZATION ar_reader;
SELECT * FROM pg_temp.try('stored', '{raise}');
-- what comes as a warning or notice
SET LOCAL client_min_messages = log;
SELECT pg_temp.set_mode('notice');
SELECT count(*) FROM gov_label_orphan;
SELECT pg_temp.set_mode('severity');
SELECT count(*) FROM gov_drift_finding WHERE detector = 'detector_failed';
SELECT pg_temp.set_mode('twins');
SELECT count(*) FROM gov_drift_finding WHERE detector = 'detector_failed';
SELECT pg_temp.set_mode('cast');
SELECT count(*) FROM gov_projection_lag;
SELECT gov_dashboard() IS NOT NULL AS dashboard;
SET LOCAL SESSION AUTHORIZATION ar_steward;
SELECT * FROM gov_reconcile() WHERE metric = '';
SELECT pg_temp.set_mode('torn');
SELECT * FROM gov_reconcile() WHERE metric = '';
SELECT * FROM gov_sync('ar');
SELECT pg_temp.set_mode('lost');
SELECT * FROM gov_reconcile() WHERE metric = '';
SELECT * FROM gov_sync('ar');
SELECT sqlstate, reason, detail, hint FROM gov_source_block WHERE source = 'ar';

-- who is told
SELECT pg_temp.set_mode('cast');
SET LOCAL SESSION AUTHORIZATION ar_member;
SELECT count(*) FROM gov_label_orphan;
SELECT * FROM gov_sync('ar');
SET LOCAL SESSION AUTHORIZATION ar_admin;
SELECT count(*) FROM gov_label_orphan;
SELECT pg_temp.set_mode('severity');
SELECT count(*) FROM gov_drift_finding WHERE detector = 'detector_failed';
SELECT pg_temp.set_mode('lost');
SELECT * FROM gov_sync('ar');
RESET SESSION AUTHORIZATION;
SELECT pg_temp.set_mode('torn');
SELECT * FROM gov_sync('ar');
-- what is stored names none, even when it is stored by one who is told
SELECT * FROM gov_reconcile() WHERE metric = '';
SELECT sqlstate, reason, detail, hint FROM gov_source_block WHERE source = 'ar';
SELECT pg_temp.set_mode('raise');
SELECT gov_scan() > 0 AS scanned;
SELECT * FROM gov_reconcile() WHERE metric = '';
SET LOCAL client_min_messages = error;
SET LOCAL SESSION AUTHORIZATION ar_reader;
SELECT * FROM pg_temp.try('stored', '{raise}');

-- a reader asks nothing past the views
SELECT governance_internal.gov_label_judge('ar', 'p', 'ar', 'v', 'candidate', NULL);
RESET SESSION AUTHORIZATION;
\set ON_ERROR_ROLLBACK off
ROLLBACK;
