-- What is registered, or given to a set-based act, runs with its owner's rights:
-- nobody else has a say in what that is.  A function, a cast, a domain or a
-- policy of another role would run as the owner, a superuser perhaps, whenever
-- that role likes to replace it.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE calls_evil;
CREATE ROLE calls_app;
CREATE ROLE calls_other;
SELECT gov_grant('steward', 'calls_evil'), gov_grant('steward', 'calls_app');
SELECT gov_create_axis('calls') AS axis, gov_set_axis_status('calls', 'active') AS active, gov_propose_value('calls', 'v') AS proposed, gov_ratify('calls', 'v') AS ratified;
SELECT gov_set_authority('calls', kind => 'human') AS authority, gov_register_object('calls', 'o') AS object;
CREATE SCHEMA calls;
GRANT USAGE, CREATE ON SCHEMA calls TO calls_evil, calls_app, calls_other;

-- what a role offers to others
SET LOCAL ROLE calls_evil;
CREATE FUNCTION calls.plain(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil runs as %', current_user; RETURN t; END $$;
CREATE FUNCTION calls.fixed(t text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil runs as %', current_user; RETURN t; END $$;
CREATE FUNCTION calls.definer(t text) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT t $$;
CREATE FUNCTION calls.rows() RETURNS TABLE (ref text) LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil runs as %', current_user; ref := 'o'; RETURN NEXT; END $$;
CREATE FUNCTION calls.true(t text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil runs as %', current_user; RETURN true; END $$;
CREATE AGGREGATE calls.last(text) (sfunc = textcat, stype = text, initcond = '');
CREATE OPERATOR calls.<~ (FUNCTION = calls.plain, RIGHTARG = text);
CREATE DOMAIN calls.checked AS text CHECK (calls.true(VALUE));
CREATE TYPE calls.kind AS ENUM ('o');
CREATE FUNCTION calls.kind_text(k calls.kind) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil runs as %', current_user; RETURN 'o'; END $$;
CREATE CAST (calls.kind AS text) WITH FUNCTION calls.kind_text(calls.kind);
RESET ROLE;
-- and what a superuser makes of it
CREATE TABLE calls.kinds (object_type text, object_ref calls.kind, axis text, value text, authority text);
INSERT INTO calls.kinds VALUES ('calls', 'o', 'calls', 'v', 'calls');
CREATE TABLE calls.guarded (object_type text, object_ref text, axis text, value text, authority text);
INSERT INTO calls.guarded VALUES ('calls', 'o', 'calls', 'v', 'calls');
ALTER TABLE calls.guarded OWNER TO calls_app;
ALTER TABLE calls.guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON calls.guarded USING (calls.true(object_ref));
CREATE FUNCTION pg_temp.entries(code text, ref text, more text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE VIEW calls.%s AS SELECT ''calls'' AS object_type, %s AS object_ref, ''calls'' AS axis, ''v'' AS value, ''calls'' AS authority,'
                   ' NULL::text AS container_type, NULL::text AS container_ref, 1 AS version, ''L'' AS label, ''F'' AS facet, ''n'' AS name, ''active'' AS status %s', code, ref, more);
END $$;
SELECT pg_temp.entries(code, ref, more) IS NULL AS made FROM (VALUES
    ('v_function', 'calls.plain(''o'')', ''), ('v_fixed', 'calls.fixed(''o'')', ''), ('v_operator', '(OPERATOR(calls.<~) ''o''::text)', ''),
    ('v_from', 'r.ref', 'FROM calls.rows() AS r'), ('v_where', '''o''', 'WHERE calls.plain(''x'') = ''x'''), ('v_sub', '(SELECT min(ref) FROM calls.rows())', ''),
    ('v_aggregate', 'calls.last(t)', 'FROM (VALUES (''o''::text)) AS v (t)'), ('v_domain', '''o''::calls.checked', ''), ('v_cast', 'k::text', 'FROM (VALUES (''o''::calls.kind)) AS v (k)'),
    ('v_case', 'CASE WHEN true THEN ''o'' ELSE calls.plain(''o'') END', ''), ('v_limit', '''o''', 'LIMIT length(calls.plain(''x''))'), ('v_with', '''o''', 'FROM (WITH w AS (SELECT calls.plain(''o'')) SELECT 1 FROM w) AS w'),
    ('v_over', 'o.object_ref', 'FROM calls.v_function AS o'), ('v_kind', 'o.object_ref', 'FROM calls.kinds AS o'),
    ('v_definer', 'calls.definer(''o'')', ''), ('v_own', 'lower(''O'')', '')) AS v (code, ref, more);
CREATE FUNCTION calls.look() RETURNS TABLE (axis text, object_type text, object_ref calls.kind, value text, severity text, detail jsonb) LANGUAGE sql
    AS $$ SELECT NULL, 'calls', 'o'::calls.kind, NULL, 'info', '{}'::jsonb $$;
GRANT SELECT ON ALL TABLES IN SCHEMA calls TO PUBLIC;

CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    d text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || SQLERRM || coalesce(': ' || d, '');
END $$;
CREATE TABLE pg_temp.things AS SELECT c.relname::text AS thing FROM pg_class c WHERE relnamespace = 'calls'::regnamespace AND relname ~ '^(v_|kinds|guarded)';
GRANT SELECT ON pg_temp.things TO PUBLIC;

-- given to set-based acts by the role itself, which then would run as a superuser
SET LOCAL SESSION AUTHORIZATION calls_evil;
SELECT thing, pg_temp.try(format('SELECT gov_own_many(%L::regclass)', 'calls.' || thing)) AS own_many,
       pg_temp.try(format('SELECT gov_assign_many(%L::regclass)', 'calls.' || thing)) AS assign_many
  FROM pg_temp.things ORDER BY thing COLLATE "C";
RESET SESSION AUTHORIZATION;
-- by a superuser, and registered by one
SELECT thing, pg_temp.try(format('SELECT gov_own_many(%L::regclass)', 'calls.' || thing)) AS own_many FROM pg_temp.things ORDER BY thing COLLATE "C";
SELECT thing, pg_temp.try(format('SELECT gov_enroll_relation(%L, %L)', thing, 'calls.' || thing)) AS enrolled
  FROM pg_temp.things WHERE thing ~ '^v_' ORDER BY thing COLLATE "C";
SELECT thing, gov_set_projection(thing, 'calls', 'calls.' || thing) AS projected FROM pg_temp.things WHERE thing ~ '^v_(cast|own)' ORDER BY 1;
SELECT projection, flag, reason FROM gov_projection_lag WHERE projection ~ '^v_' ORDER BY 1, 2;
SELECT gov_bind('vocabulary', 'calls.v_where') AS bound;
SELECT pg_temp.try('SELECT count(label) FROM gov_label_without_value');
SELECT gov_unbind('vocabulary') AS unbound;
SELECT gov_set_detector('calls', routine => 'calls.look') AS detects;
SELECT object_ref, detail ->> 'message' AS message FROM gov_drift_finding WHERE detector IN ('calls', 'detector_failed') AND object_ref <> 'v_where' ORDER BY 1;
SELECT gov_set_detector('calls', enabled => false) AS disabled;
-- of a role whom the owner trusts it may be: then it is for the owner to know
GRANT calls_evil TO calls_app;
ALTER VIEW calls.v_function OWNER TO calls_app;
SELECT pg_temp.try('SELECT gov_own_many(''calls.v_function''::regclass)');
ALTER FUNCTION calls.fixed(text) OWNER TO CURRENT_USER;
SELECT pg_temp.try('SELECT gov_own_many(''calls.v_fixed''::regclass)');

-- what shows each role other rows is not shown to others as its owner sees it
CREATE FUNCTION calls.mine() RETURNS text STABLE LANGUAGE sql AS $$ SELECT current_user::text $$;
CREATE FUNCTION calls.short(t text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT lower(t) $$;
SELECT pg_temp.entries(code, ref, more) IS NULL AS made FROM (VALUES
    ('w_user', '''o''', 'WHERE current_user = ''postgres'''), ('w_role', '''o''', 'WHERE pg_has_role(''pg_monitor'', ''USAGE'')'), ('w_table', '''o''', 'WHERE has_table_privilege(''pg_authid'', ''SELECT'')'),
    ('w_function', '''o''', 'WHERE calls.mine() = ''postgres'''), ('w_session', '''o''', 'WHERE session_user <> '''''), ('w_now', '''o''', 'WHERE now() > ''2000-01-01'''), ('w_short', 'calls.short(''O'')', '')) AS v (code, ref, more);
GRANT SELECT ON ALL TABLES IN SCHEMA calls TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION calls_evil;
SELECT relname, pg_temp.try(format('SELECT gov_own_many(%L::regclass)', 'calls.' || relname)) AS own_many
  FROM pg_class WHERE relnamespace = 'calls'::regnamespace AND relname ~ '^w_' ORDER BY relname COLLATE "C";
RESET SESSION AUTHORIZATION;
SELECT relname, pg_temp.try(format('SELECT gov_own_many(%L::regclass)', 'calls.' || relname)) AS own_many
  FROM pg_class WHERE relnamespace = 'calls'::regnamespace AND relname ~ '^w_' ORDER BY relname COLLATE "C";
ROLLBACK;
