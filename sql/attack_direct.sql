-- What is tried on the extension's own objects, settings and session by those
-- who may log in: each try with its kind and name, who tries it, the SQLSTATE it
-- is refused with or "done", and what differs afterwards, which is nothing.
-- What is done is not undone until the end; what is refused is undone by the server.
BEGIN;
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE ROLE ad_nobody;
CREATE ROLE ad_reader;
CREATE ROLE ad_steward;
CREATE ROLE ad_admin;
CREATE ROLE ad_other;
CREATE ROLE ad_dbowner CREATEROLE;
SELECT gov_grant('reader', 'ad_reader'), gov_grant('steward', 'ad_steward'), gov_grant('admin', 'ad_admin'), gov_grant('admin', 'ad_other');
SELECT format('ALTER DATABASE %I OWNER TO ad_dbowner', current_database()) AS owns \gset
:owns;
CREATE SCHEMA ad;
GRANT ALL ON SCHEMA ad TO PUBLIC;
SELECT gov_create_axis('ad'), gov_set_axis_status('ad', 'active'), gov_propose_value('ad', 'v'), gov_ratify('ad', 'v');
SELECT gov_set_authority('AD', kind => 'human'), gov_register_object('ad', 'o'), gov_own('ad', 'o', 'ad', 'v', 'AD');
CREATE TABLE ad.told (what text);
GRANT ALL ON ad.told TO PUBLIC;
CREATE FUNCTION ad.returns_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION ad.returns_event_trigger() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE FUNCTION ad.always(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
SELECT proname AS internal FROM pg_proc WHERE pronamespace = 'governance_internal'::regnamespace AND prorettype = 'trigger'::regtype ORDER BY proname COLLATE "C" LIMIT 1 \gset
SELECT evtname AS event_trigger FROM pg_event_trigger WHERE evtname LIKE 'gov%' ORDER BY evtname COLLATE "C" LIMIT 1 \gset
SELECT srvname AS server FROM pg_foreign_server WHERE srvname LIKE 'gov%' LIMIT 1 \gset
SELECT fdwname AS wrapper FROM pg_foreign_data_wrapper WHERE fdwname LIKE 'gov%' LIMIT 1 \gset

CREATE TABLE ad.try (n int GENERATED ALWAYS AS IDENTITY, kind text, try text, who text, statement text);
INSERT INTO ad.try (kind, try, who, statement) VALUES
    ('reading', 'the ledger', 'ad_nobody', 'SELECT * FROM gov_ledger'),
    ('reading', 'no row of the ledger', 'ad_nobody', 'SELECT 1 FROM gov_ledger WHERE false'),
    ('reading', 'the ledger as XML', 'ad_nobody', $$SELECT query_to_xml('SELECT * FROM public.gov_ledger', true, true, '')$$),
    ('reading', 'the ledger through a view of one''s own', 'ad_nobody', 'CREATE VIEW ad.v AS SELECT * FROM gov_ledger; SELECT * FROM ad.v'),
    ('reading', 'the ledger through a function of SQL', 'ad_nobody', $$CREATE FUNCTION ad.f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.gov_ledger'; SELECT ad.f()$$),
    ('reading', 'the ledger by a cursor', 'ad_nobody', 'DECLARE c CURSOR FOR SELECT * FROM gov_ledger'),
    ('reading', 'the plan of a query of the ledger', 'ad_nobody', $$EXPLAIN SELECT * FROM gov_ledger WHERE actor = 'x'$$),
    ('reading', 'what the statistics of the tables hold', 'ad_nobody', $$SELECT 1 / count(*) FROM pg_stats WHERE tablename LIKE 'gov\_%'$$),
    ('reading', 'statistics behind that view', 'ad_admin', 'SELECT * FROM pg_statistic'),
    ('reading', 'a sample of the objects', 'ad_nobody', 'SELECT * FROM gov_object TABLESAMPLE SYSTEM (100)'),
    ('reading', 'a sequence', 'ad_reader', 'SELECT last_value FROM gov_ledger_seq_seq'),
    ('reading', 'an internal view, by a reader', 'ad_reader', 'SELECT * FROM governance_internal.gov_current_assignment'),
    ('reading', 'a foreign table under the views', 'ad_admin', $$SELECT * FROM governance_internal.gov_engine_coverage$$),
    ('reading', 'where it came from, by an admin', 'ad_admin', 'SELECT * FROM gov_ledger_origin'),

    ('writing', 'INSERT ... ON CONFLICT', 'ad_admin', $$INSERT INTO gov_axis (axis) VALUES ('ad') ON CONFLICT DO NOTHING$$),
    ('writing', 'DELETE in WITH', 'ad_admin', 'WITH d AS (DELETE FROM gov_ownership RETURNING 1) SELECT count(*) FROM d'),
    ('writing', 'UPDATE of no row', 'ad_admin', 'UPDATE gov_ledger SET actor = actor WHERE false'),
    ('writing', 'MERGE', 'ad_admin', 'MERGE INTO gov_axis AS a USING (VALUES (1)) AS v ON false WHEN NOT MATCHED THEN INSERT (axis) VALUES (''x'')'),
    ('writing', 'SELECT FOR UPDATE', 'ad_admin', 'SELECT * FROM gov_ledger FOR UPDATE'),
    ('writing', 'SELECT FOR KEY SHARE', 'ad_admin', 'SELECT * FROM gov_object FOR KEY SHARE'),
    ('writing', 'a view that the engine answers', 'ad_admin', 'DELETE FROM gov_coverage'),
    ('writing', 'a view of one table', 'ad_admin', $$UPDATE gov_my_inbox SET approval = 'x'$$),
    ('writing', 'a view of the ledger of one''s own', 'ad_admin', 'CREATE VIEW ad.w AS SELECT * FROM gov_ledger; DELETE FROM ad.w'),
    ('writing', 'nextval of the ledger''s sequence', 'ad_admin', $$SELECT nextval('gov_ledger_seq_seq')$$),
    ('writing', 'setval of the objects'' sequence', 'ad_admin', $$SELECT setval(pg_get_serial_sequence('gov_object', 'object_id'), 1)$$),
    ('writing', 'a foreign table under the views', 'ad_admin', 'INSERT INTO governance_internal.gov_engine_coverage DEFAULT VALUES'),
    ('writing', 'a large object', 'ad_admin', 'SELECT lo_import(''PG_VERSION'')'),
    ('writing', 'COPY FROM a program', 'ad_admin', 'COPY gov_axis FROM PROGRAM ''true'''),
    ('writing', 'COPY FROM a file', 'ad_admin', 'COPY gov_ledger FROM ''/dev/null'''),
    ('writing', 'with pg_write_all_data', 'ad_other', 'UPDATE gov_axis SET name = ''x'''),
    ('writing', 'the ledger with pg_write_all_data', 'ad_other', 'DELETE FROM gov_ledger'),
    ('writing', 'an entry of the ledger with pg_write_all_data', 'ad_other', 'INSERT INTO gov_ledger (action) VALUES (''forged'')'),
    ('writing', 'an approval with pg_write_all_data', 'ad_other', $$INSERT INTO gov_vote (approval, authority, vote, kind) VALUES ('a', 'AD', 'approve', 'human')$$),
    ('writing', 'the sequence of the ledger set behind, with pg_write_all_data', 'ad_other', $$SELECT setval('gov_ledger_seq_seq', max(seq) - 1) FROM gov_ledger$$),
    ('writing', 'an act after that', 'ad_steward', $$SELECT gov_propose_value('ad', 'never')$$),
    ('writing', 'the sequence of the ledger set to its end, with pg_write_all_data', 'ad_other', $$SELECT setval('gov_ledger_seq_seq', 9223372036854775807)$$),
    ('writing', 'an act at the end', 'ad_steward', $$SELECT gov_propose_value('ad', 'never')$$),
    ('writing', 'the sequence of the ledger set right again', 'ad_other', $$SELECT setval('gov_ledger_seq_seq', max(seq)) FROM gov_ledger$$),

    ('locking', 'the ledger, exclusively', 'ad_admin', 'LOCK TABLE gov_ledger IN ACCESS EXCLUSIVE MODE'),
    ('locking', 'the ledger, against writers', 'ad_admin', 'LOCK TABLE gov_ledger IN SHARE MODE'),
    ('locking', 'the objects, for writing', 'ad_steward', 'LOCK TABLE gov_object IN ROW EXCLUSIVE MODE'),
    ('locking', 'a view, and the tables under it', 'ad_admin', 'LOCK TABLE gov_my_inbox IN EXCLUSIVE MODE'),
    ('locking', 'the owner of the database locks', 'ad_dbowner', 'LOCK TABLE gov_object IN SHARE ROW EXCLUSIVE MODE'),
    ('locking', 'advisory, every number that a lock of ours may have', 'ad_nobody', $$SELECT count(pg_advisory_xact_lock(n)) FROM generate_series(-20, 200) AS n$$),
    ('locking', 'advisory, by class and relation', 'ad_nobody', $$SELECT count(pg_advisory_xact_lock('pg_class'::regclass::oid::int, c.oid::int)) FROM pg_class AS c WHERE relname LIKE 'gov\_%'$$),

    ('definitions', 'a column more', 'ad_admin', 'ALTER TABLE gov_ledger ADD x text DEFAULT ''x'''),
    ('definitions', 'a trigger disabled', 'ad_admin', 'ALTER TABLE gov_ledger DISABLE TRIGGER ALL'),
    ('definitions', 'a trigger of the guards dropped', 'ad_dbowner', 'DROP TRIGGER gov_ledger_guard ON gov_ledger'),
    ('definitions', 'a trigger of one''s own', 'ad_admin', 'CREATE TRIGGER t BEFORE INSERT ON gov_ledger FOR EACH ROW EXECUTE FUNCTION ad.returns_trigger()'),
    ('definitions', 'a rule', 'ad_admin', 'CREATE RULE r AS ON INSERT TO gov_vote DO INSTEAD NOTHING'),
    ('definitions', 'an index with an expression', 'ad_admin', 'CREATE INDEX ON gov_object (lower(object_ref))'),
    ('definitions', 'extended statistics', 'ad_admin', 'CREATE STATISTICS ad.s ON object_type, object_ref FROM gov_object'),
    ('definitions', 'a policy that hides rows', 'ad_dbowner', 'CREATE POLICY p ON gov_ownership USING (false)'),
    ('definitions', 'row security enabled', 'ad_dbowner', 'ALTER TABLE gov_ownership ENABLE ROW LEVEL SECURITY'),
    ('definitions', 'the owner of a table changed', 'ad_dbowner', 'ALTER TABLE gov_axis OWNER TO ad_dbowner'),
    ('definitions', 'a table renamed', 'ad_dbowner', 'ALTER TABLE gov_axis RENAME TO gov_axis_old'),
    ('definitions', 'a table moved', 'ad_dbowner', 'ALTER TABLE gov_axis SET SCHEMA ad'),
    ('definitions', 'a table dropped', 'ad_dbowner', 'DROP TABLE gov_vote CASCADE'),
    ('definitions', 'an index dropped that keeps names unique', 'ad_dbowner', 'DROP INDEX gov_object_ref_key'),
    ('definitions', 'an index of the ledger dropped', 'ad_dbowner', 'DROP INDEX gov_ledger_chain_idx CASCADE'),
    ('definitions', 'the index of a key dropped', 'ad_dbowner', 'DROP INDEX gov_axis_pkey CASCADE'),
    ('definitions', 'an index renamed', 'ad_dbowner', 'ALTER INDEX gov_object_ref_key RENAME TO x'),
    ('definitions', 'a sequence dropped', 'ad_dbowner', 'DROP SEQUENCE gov_ledger_seq_seq CASCADE'),
    ('definitions', 'a view dropped', 'ad_dbowner', 'DROP VIEW gov_coverage CASCADE'),
    ('definitions', 'a row type dropped', 'ad_dbowner', 'DROP TYPE gov_axis CASCADE'),
    ('definitions', 'the schema renamed, and back', 'ad_dbowner', 'ALTER SCHEMA public RENAME TO ad_public; ALTER SCHEMA ad_public RENAME TO public'),
    ('definitions', 'a view replaced', 'ad_dbowner', 'CREATE OR REPLACE VIEW gov_my_inbox AS SELECT 1'),
    ('definitions', 'a view made to run as its caller', 'ad_dbowner', 'ALTER VIEW gov_coverage SET (security_invoker = on)'),
    ('definitions', 'a comment', 'ad_admin', 'COMMENT ON TABLE gov_ledger IS ''x'''),
    ('definitions', 'the internal schema renamed', 'ad_dbowner', 'ALTER SCHEMA governance_internal RENAME TO gi'),
    ('definitions', 'something put into the internal schema', 'ad_dbowner', 'CREATE TABLE governance_internal.x (a int)'),
    ('definitions', 'the internal schema dropped', 'ad_dbowner', 'DROP SCHEMA governance_internal CASCADE'),
    ('definitions', 'a row type altered', 'ad_admin', 'ALTER TYPE gov_axis RENAME ATTRIBUTE name TO nom'),
    ('definitions', 'a partition of ours', 'ad_admin', 'CREATE TABLE ad.p PARTITION OF gov_ledger DEFAULT'),
    ('definitions', 'a publication of the ledger', 'ad_dbowner', 'CREATE PUBLICATION p FOR TABLE gov_ledger'),

    ('functions', 'one of ours replaced', 'ad_dbowner', $$CREATE OR REPLACE FUNCTION gov_version() RETURNS text LANGUAGE sql AS 'SELECT ''x'''$$),
    ('functions', 'an act made SECURITY DEFINER', 'ad_dbowner', 'ALTER FUNCTION gov_own SECURITY DEFINER'),
    ('functions', 'a search_path given to one', 'ad_dbowner', 'ALTER FUNCTION gov_dashboard SET search_path = ad'),
    ('functions', 'one made leakproof', 'ad_dbowner', 'ALTER FUNCTION gov_version LEAKPROOF'),
    ('functions', 'one dropped', 'ad_dbowner', 'DROP FUNCTION gov_own CASCADE'),
    ('functions', 'a trigger function dropped', 'ad_dbowner', format('DROP FUNCTION governance_internal.%I CASCADE', :'internal')),
    ('functions', 'the owner of one changed', 'ad_dbowner', 'ALTER FUNCTION gov_grant OWNER TO ad_dbowner'),
    ('functions', 'the library called by a function of one''s own', 'ad_dbowner', $$CREATE FUNCTION ad.grants(text, name) RETURNS text LANGUAGE c AS '$libdir/governance', 'gov_grant'$$),
    ('functions', 'a trigger function of ours on a table of one''s own', 'ad_steward', 'CREATE TABLE ad.mine (a int); CREATE TRIGGER t BEFORE INSERT ON ad.mine FOR EACH ROW EXECUTE FUNCTION governance_internal.' || quote_ident(:'internal') || '()'),
    ('functions', 'an event trigger function of ours called', 'ad_admin', 'SELECT governance_internal.gov_matview_refresh_ends()'),
    ('functions', 'an aggregate of an act', 'ad_nobody', 'CREATE AGGREGATE ad.a (text, text, text) (SFUNC = gov_set_axis_status, STYPE = text)'),
    ('functions', 'an operator of an act', 'ad_nobody', 'CREATE OPERATOR ad.&&& (LEFTARG = text, RIGHTARG = name, FUNCTION = gov_grant)'),
    ('functions', 'a cast by an act', 'ad_steward', 'CREATE TYPE ad.t AS (a text); CREATE FUNCTION ad.c(ad.t) RETURNS text LANGUAGE sql AS ''SELECT public.gov_propose_value(''''ad'''', $1.a)''; CREATE CAST (ad.t AS text) WITH FUNCTION ad.c(ad.t)'),
    ('functions', 'an overload that fits better, in another schema', 'ad_steward', $$CREATE FUNCTION ad.gov_disown(bigint) RETURNS text LANGUAGE sql AS 'SELECT ''mine'''; SELECT public.gov_disown(NULL)$$),

    ('row types', 'a column of one', 'ad_nobody', 'CREATE TABLE ad.x (a public.gov_axis)'),
    ('row types', 'a column of an array of one', 'ad_reader', 'CREATE TABLE ad.x (a public.gov_axis[])'),
    ('row types', 'a domain over one', 'ad_reader', 'CREATE DOMAIN ad.d AS public.gov_axis'),
    ('row types', 'an attribute of one', 'ad_reader', 'CREATE TYPE ad.attribute AS (a public.gov_ledger)'),
    ('row types', 'an argument of one', 'ad_reader', $$CREATE FUNCTION ad.f(public.gov_axis) RETURNS int LANGUAGE sql AS 'SELECT 1'$$),
    ('row types', 'a cast from one', 'ad_admin', 'CREATE CAST (public.gov_axis AS text) WITH INOUT AS IMPLICIT'),
    ('row types', 'a table made of rows of one', 'ad_reader', 'CREATE TABLE ad.x AS SELECT a FROM gov_axis AS a'),
    ('row types', 'a table that inherits', 'ad_admin', 'CREATE TABLE ad.x () INHERITS (public.gov_ownership)'),
    ('row types', 'a foreign key', 'ad_admin', 'CREATE TABLE ad.x (axis text REFERENCES gov_axis)'),
    ('row types', 'a typed table', 'ad_admin', 'CREATE TABLE ad.x OF public.gov_axis'),

    ('extension', 'made again', 'ad_dbowner', 'CREATE EXTENSION governance SCHEMA ad'),
    ('extension', 'dropped', 'ad_dbowner', 'DROP EXTENSION governance CASCADE'),
    ('extension', 'updated', 'ad_dbowner', 'ALTER EXTENSION governance UPDATE'),
    ('extension', 'updated to a version that there is not', 'ad_dbowner', 'ALTER EXTENSION governance UPDATE TO ''666'''),
    ('extension', 'updated to a file elsewhere', 'ad_dbowner', 'ALTER EXTENSION governance UPDATE TO ''../../evil'''),
    ('extension', 'moved', 'ad_dbowner', 'ALTER EXTENSION governance SET SCHEMA ad'),
    ('extension', 'a function added', 'ad_dbowner', 'ALTER EXTENSION governance ADD FUNCTION ad.always(text, text)'),
    ('extension', 'a table taken out', 'ad_dbowner', 'ALTER EXTENSION governance DROP TABLE gov_ledger'),
    ('extension', 'what is dumped of it', 'ad_admin', $$SELECT pg_extension_config_dump('gov_ledger', 'WHERE false')$$),
    ('extension', 'depended on', 'ad_steward', 'CREATE FUNCTION ad.d() RETURNS int LANGUAGE sql AS ''SELECT 1''; ALTER FUNCTION ad.d() DEPENDS ON EXTENSION governance'),
    ('extension', 'a comment on it', 'ad_dbowner', 'COMMENT ON EXTENSION governance IS ''x'''),

    ('foreign data', 'a table on the server of ours', 'ad_admin', format('CREATE FOREIGN TABLE ad.f (a int) SERVER %I', :'server')),
    ('foreign data', 'a mapping', 'ad_admin', format('CREATE USER MAPPING FOR CURRENT_USER SERVER %I', :'server')),
    ('foreign data', 'a server of one''s own on the wrapper of ours', 'ad_dbowner', format('CREATE SERVER ad_s FOREIGN DATA WRAPPER %I', :'wrapper')),
    ('foreign data', 'a wrapper on the handler of ours', 'ad_dbowner', 'CREATE FOREIGN DATA WRAPPER ad_w HANDLER governance_internal.gov_coverage_handler'),
    ('foreign data', 'options of the server', 'ad_dbowner', format('ALTER SERVER %I OPTIONS (ADD a ''b'')', :'server')),
    ('foreign data', 'the schema imported', 'ad_admin', format('IMPORT FOREIGN SCHEMA public FROM SERVER %I INTO ad', :'server')),

    ('event triggers', 'one of ours disabled', 'ad_dbowner', format('ALTER EVENT TRIGGER %I DISABLE', :'event_trigger')),
    ('event triggers', 'one of ours dropped', 'ad_dbowner', format('DROP EVENT TRIGGER %I', :'event_trigger')),
    ('event triggers', 'one of ours renamed', 'ad_admin', format('ALTER EVENT TRIGGER %I RENAME TO x', :'event_trigger')),

    ('rights', 'given to all by an admin', 'ad_admin', 'GRANT SELECT ON gov_ledger TO PUBLIC'),
    ('rights', 'of an act given to all by an admin', 'ad_admin', 'GRANT EXECUTE ON FUNCTION gov_own TO PUBLIC'),
    ('rights', 'taken from the owner', 'ad_dbowner', 'REVOKE ALL ON gov_ledger FROM CURRENT_USER, PUBLIC'),
    ('rights', 'of all tables, by the owner of the database', 'ad_dbowner', 'GRANT ALL ON ALL TABLES IN SCHEMA public TO ad_dbowner'),
    ('rights', 'by default, of another''s', 'ad_dbowner', format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT ALL ON TABLES TO PUBLIC', session_user)),
    ('rights', 'what the owner has, reassigned', 'ad_dbowner', format('REASSIGN OWNED BY %I TO ad_dbowner', session_user)),
    ('rights', 'membership of the owner''s role', 'ad_dbowner', format('GRANT %I TO ad_dbowner', session_user)),
    ('rights', 'membership of superuser-like roles', 'ad_admin', 'GRANT pg_write_all_data TO ad_admin'),
    ('rights', 'oneself made a superuser', 'ad_dbowner', 'ALTER ROLE ad_dbowner SUPERUSER'),

    ('security labels', 'on a table', 'ad_admin', 'SECURITY LABEL ON TABLE gov_ledger IS ''x'''),
    ('security labels', 'on a function, by a provider', 'ad_dbowner', 'SECURITY LABEL FOR selinux ON FUNCTION gov_own IS ''x'''),

    ('session', 'SET ROLE to the owner', 'ad_admin', format('SET ROLE %I', session_user)),
    ('session', 'the role by set_config', 'ad_admin', $$SELECT set_config('role', 'ad_other', true)$$),
    ('session', 'replication, to pass the triggers', 'ad_admin', 'SET session_replication_role = replica'),
    ('session', 'replication for the database', 'ad_dbowner', format('ALTER DATABASE %I SET session_replication_role = replica', current_database())),
    ('session', 'replication for another role', 'ad_dbowner', 'ALTER ROLE ad_admin SET session_replication_role = replica'),
    ('session', 'system tables open', 'ad_dbowner', 'SET allow_system_table_mods = on'),
    ('session', 'the configuration read again', 'ad_dbowner', 'SELECT pg_reload_conf()'),
    ('session', 'a library loaded', 'ad_admin', 'LOAD ''auto_explain'''),
    ('session', 'libraries for the session', 'ad_dbowner', format('ALTER DATABASE %I SET session_preload_libraries = ''evil''', current_database())),
    ('session', 'where libraries are looked for', 'ad_admin', 'SET dynamic_library_path = ''/tmp'''),
    ('session', 'the brake of a sync', 'ad_admin', 'SET governance.retire_limit = 100'),
    ('session', 'the brake, for the database', 'ad_dbowner', format('ALTER DATABASE %I SET governance.retire_limit = 100', current_database())),
    ('session', 'the number of findings', 'ad_admin', 'SET governance.finding_limit = 1'),
    ('session', 'the time of detectors', 'ad_admin', 'SET governance.detector_timeout = 1'),
    ('session', 'the time of reads', 'ad_admin', 'SET governance.read_timeout = 0'),
    ('session', 'the channel of events', 'ad_admin', 'SET governance.notify_channel = ''mine'''),
    ('session', 'a setting of ours that there is not', 'ad_admin', 'SET governance.depth = 0'),
    ('session', 'system functions: reading a file', 'ad_admin', 'SELECT pg_read_file(''PG_VERSION'')'),
    ('session', 'system functions: stopping the server''s log', 'ad_admin', 'SELECT pg_rotate_logfile()'),
    ('session', 'counters reset, for lag to be wrong', 'ad_admin', 'SELECT pg_stat_reset()'),
    ('session', 'counters of a table reset', 'ad_dbowner', 'SELECT pg_stat_reset_single_table_counters(''gov_object''::regclass)'),

    ('pg_temp', 'a table of the name of ours', 'ad_steward', $$CREATE TEMP TABLE gov_object (object_id bigint); SELECT public.gov_register_object('ad', 'o'); DROP TABLE pg_temp.gov_object$$),
    ('pg_temp', 'a view of the name of a catalog', 'ad_steward', $$CREATE TEMP VIEW pg_class AS SELECT 'x'::text AS relname; SELECT public.gov_register_object('ad', 'o'); DROP VIEW pg_temp.pg_class$$),
    ('pg_temp', 'types of the server''s names, first in the path', 'ad_steward', $$CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (VALUE = ''); CREATE DOMAIN pg_temp.int8 AS pg_catalog.int8 CHECK (VALUE < 0);
        SET LOCAL search_path = pg_temp, pg_catalog; SELECT public.gov_register_object('ad', 'o'); DROP DOMAIN pg_temp.text, pg_temp.int8$$),
    ('pg_temp', 'functions and operators, first in the path', 'ad_steward', $$CREATE FUNCTION pg_temp.texteq(pg_catalog.text, pg_catalog.text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR pg_temp.= (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = pg_temp.texteq);
        SET LOCAL search_path = pg_temp, pg_catalog; SELECT public.gov_register_object('ad'::pg_catalog.text, 'o'::pg_catalog.text); DROP OPERATOR pg_temp.= (pg_catalog.text, pg_catalog.text)$$),
    ('pg_temp', 'a temporary schema as the path of an enrolled name', 'ad_steward', $$CREATE TEMP TABLE listed (object_type text, object_ref text, container_type text, container_ref text); SELECT public.gov_enroll_relation('ad', 'pg_temp.listed')$$),
    ('pg_temp', 'a table enrolled as a schema''s', 'ad_steward', $$CREATE TEMP TABLE listed (a int); SELECT public.gov_enroll_schema(nspname) FROM pg_namespace WHERE oid = pg_my_temp_schema()$$),

    ('names', 'the extension''s tables enrolled as a source', 'ad_steward', $$SELECT gov_enroll_relation('ad', 'public.gov_object')$$),
    ('names', 'the foreign tables enrolled as a source', 'ad_steward', $$SELECT gov_enroll_relation('ad', 'governance_internal.gov_engine_coverage')$$),
    ('names', 'a catalog bound as vocabulary', 'ad_steward', $$SELECT gov_bind('vocabulary', 'pg_catalog.pg_authid')$$),
    ('names', 'a detector of the server''s functions', 'ad_admin', $$SELECT gov_set_detector('ad', routine => 'pg_catalog.pg_reload_conf')$$),
    ('names', 'a detector of our own internal functions', 'ad_admin', $$SELECT gov_set_detector('ad', routine => 'governance_internal.gov_detect')$$),
    ('names', 'a built-in detector given a routine', 'ad_admin', $$SELECT gov_set_detector('sync_blocked', routine => 'ad.always')$$),
    ('names', 'rows of a bulk act from a table one may not read', 'ad_steward', $$SELECT gov_own_many('pg_catalog.pg_authid'::regclass)$$),
    ('names', 'the role of nobody granted a level', 'ad_admin', $$SELECT gov_grant('admin', 'ad_nobody')$$),
    ('names', 'a reserved role as an authority', 'ad_admin', $$SELECT gov_set_authority('ADR', kind => 'human', role_name => 'public')$$);
GRANT pg_write_all_data TO ad_other;
GRANT SELECT ON ad.try TO PUBLIC;

-- All that may differ: facts, definitions, rights, roles.
SELECT string_agg(format('SELECT %L, md5(coalesce(string_agg(t::text, ''|'' ORDER BY t::text COLLATE "C"), '''')) FROM %s AS t', c.oid::regclass, c.oid::regclass), ' UNION ALL ') AS facts
  FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance' WHERE c.relkind = 'r' \gset
CREATE TABLE ad.facts AS SELECT :'facts'::text AS query;
CREATE FUNCTION ad.state(OUT part text, OUT digest text) RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE (SELECT query FROM ad.facts);
    RETURN QUERY SELECT 'relations of ours', md5(string_agg(concat_ws(',', c.oid, relname, relnamespace, relowner, relacl, relrowsecurity, relhastriggers, relhasrules, relnatts, reloptions,
            (SELECT string_agg(concat(tgname, tgenabled), ',' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = c.oid), (SELECT count(*) FROM pg_inherits WHERE inhparent = c.oid)), '|' ORDER BY c.oid))
        FROM pg_class AS c WHERE relname LIKE 'gov\_%' AND relnamespace IN ('public'::regnamespace, 'governance_internal'::regnamespace);
    RETURN QUERY SELECT 'routines of ours', md5(string_agg(concat_ws(',', p.oid, proname, pronamespace, proowner, proacl, prosecdef, proleakproof, proconfig, prosrc), '|' ORDER BY p.oid))
        FROM pg_proc AS p WHERE proname LIKE 'gov\_%' AND pronamespace IN ('public'::regnamespace, 'governance_internal'::regnamespace);
    RETURN QUERY SELECT 'roles', md5(string_agg(concat_ws(',', rolname, rolsuper, rolconfig), '|' ORDER BY rolname COLLATE "C")) FROM pg_roles;
    RETURN QUERY SELECT 'the rest', concat_ws(',', (SELECT string_agg(concat(evtname, evtenabled), ',' ORDER BY evtname) FROM pg_event_trigger), (SELECT concat(extversion, extnamespace::regnamespace) FROM pg_extension WHERE extname = 'governance'),
        (SELECT count(*) FROM pg_event_trigger), current_user, session_user, current_setting('session_replication_role'), (SELECT count(*) FROM ad.told), (SELECT count(*) FROM pg_default_acl),
        (SELECT count(*) FROM pg_type AS t JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_type'::regclass AND d.refobjid = t.oid WHERE t.typname IN ('gov_axis', '_gov_axis', 'gov_ledger')));
END $$;
CREATE FUNCTION ad.tried() RETURNS TABLE (kind text, try text, who text, became text, differs text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    one ad.try;
BEGIN
    CREATE TEMP TABLE ad_before AS SELECT * FROM ad.state();
    FOR one IN SELECT * FROM ad.try ORDER BY n LOOP
        kind := one.kind; try := one.try; who := one.who;
        BEGIN
            EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', one.who);
            EXECUTE one.statement;
            became := 'done';
        EXCEPTION WHEN OTHERS THEN
            became := SQLSTATE;
        END;
        RESET SESSION AUTHORIZATION;
        SET LOCAL search_path = public;
        differs := CASE WHEN became = 'done' THEN (SELECT string_agg(coalesce(s.part, b.part), ', ' ORDER BY 1) FROM ad.state() AS s FULL JOIN ad_before AS b USING (part) WHERE s.digest IS DISTINCT FROM b.digest) END;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT * FROM ad.tried();

-- What pg_upgrade does not keep, that indexes are the extension's, gov_rebind puts back.
SET allow_system_table_mods = on;
DELETE FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = 'gov_object_ref_key'::regclass AND deptype = 'e';
SELECT count(*) FROM gov_rebind();
SET LOCAL SESSION AUTHORIZATION ad_dbowner;
DROP INDEX gov_object_ref_key;
ROLLBACK;
