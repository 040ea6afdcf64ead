-- What cannot be rehearsed is refused and named before it runs, as a statement,
-- in functions, in triggers, behind other names, and when the error is caught;
-- code that may reach out unseen is warned of.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_refused;
\c regress_gov_refused
SET client_min_messages = error;
CREATE EXTENSION governance;
CREATE EXTENSION dblink;
CREATE EXTENSION postgres_fdw;
CREATE SCHEMA app;
CREATE TABLE app.t (x int PRIMARY KEY);
INSERT INTO app.t SELECT n FROM generate_series(1, 10) AS n;
CREATE TABLE app.part (x int) PARTITION BY LIST (x);
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '/nowhere');
CREATE USER MAPPING FOR CURRENT_USER SERVER elsewhere;
CREATE FOREIGN TABLE app.far (x int) SERVER elsewhere;
CREATE FOREIGN TABLE app.part_far PARTITION OF app.part FOR VALUES IN (1) SERVER elsewhere;
CREATE TABLE app.part_near PARTITION OF app.part FOR VALUES IN (2);
CREATE FUNCTION app.alias(bigint) RETURNS void LANGUAGE internal AS 'pg_advisory_lock_int8';
CREATE FUNCTION app.deep() RETURNS int LANGUAGE sql AS 'SELECT pg_advisory_lock(1); SELECT 1';
CREATE FUNCTION app.locks() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM app.deep(); RETURN NEW; END';
CREATE TABLE app.with_trigger (x int);
CREATE TRIGGER locks BEFORE INSERT ON app.with_trigger FOR EACH ROW EXECUTE FUNCTION app.locks();
CREATE VIEW app.looks AS SELECT app.deep();
CREATE PROCEDURE app.commits() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';

CREATE TABLE app.refused (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO app.refused (sql) VALUES
('BEGIN'), ('START TRANSACTION'), ('COMMIT'), ('END'), ('COMMIT AND CHAIN'), ('ROLLBACK'), ('ABORT'), ('SAVEPOINT s'), ('RELEASE s'),
('ROLLBACK TO s'), ('PREPARE TRANSACTION ''p'''), ('COMMIT PREPARED ''p'''), ('ROLLBACK PREPARED ''p'''),
('VACUUM app.t'), ('VACUUM FULL'), ('CREATE INDEX CONCURRENTLY ON app.t (x)'), ('DROP INDEX CONCURRENTLY app.t_pkey'),
('REINDEX TABLE CONCURRENTLY app.t'), ('REINDEX (CONCURRENTLY true) INDEX app.t_pkey'), ('REINDEX SCHEMA app'), ('CLUSTER'),
('ALTER TABLE app.part DETACH PARTITION app.part_near CONCURRENTLY'), ('ALTER TABLE app.part DETACH PARTITION app.part_near FINALIZE'),
('CREATE DATABASE regress_gov_more'), ('DROP DATABASE regress_gov_more'), ('ALTER DATABASE regress_gov_refused SET TABLESPACE pg_default'),
('CREATE TABLESPACE regress_gov LOCATION ''/nowhere'''), ('DROP TABLESPACE regress_gov'), ('ALTER SYSTEM SET work_mem = ''1MB'''), ('CHECKPOINT'),
('CREATE SUBSCRIPTION regress_gov CONNECTION '''' PUBLICATION p WITH (connect = false)'), ('ALTER SUBSCRIPTION regress_gov DISABLE'), ('DROP SUBSCRIPTION regress_gov'),
('LOAD ''plpgsql'''), ('PREPARE q AS SELECT 1'), ('DEALLOCATE ALL'), ('DISCARD ALL'), ('DISCARD PLANS'),
('COPY app.t TO ''/nowhere/file'''), ('COPY app.t TO STDOUT'), ('COPY app.t FROM STDIN'), ('COPY app.t TO PROGRAM ''true'''), ('COPY app.t FROM PROGRAM ''true'''),
('COPY app.far FROM ''/nowhere/file'''), ('INSERT INTO app.far VALUES (1)'), ('UPDATE app.far SET x = 1'), ('DELETE FROM app.far'), ('TRUNCATE app.far'),
('INSERT INTO app.part VALUES (2)'), ('WITH w AS (DELETE FROM app.far RETURNING x) SELECT * FROM w'), ('EXPLAIN ANALYZE INSERT INTO app.far VALUES (1)'),
('SELECT pg_advisory_lock(1)'), ('SELECT pg_try_advisory_lock_shared(1, 2)'), ('SELECT pg_advisory_unlock_all()'), ('SELECT app.alias(1)'),
('SELECT app.deep()'), ('SELECT * FROM app.looks'), ('INSERT INTO app.with_trigger VALUES (1)'), ('DO ''BEGIN PERFORM app.deep(); END'''),
('DO ''BEGIN BEGIN PERFORM app.deep(); EXCEPTION WHEN OTHERS THEN NULL; END; END'''),
('DO ''BEGIN EXECUTE ''''VACUUM app.t''''; EXCEPTION WHEN OTHERS THEN NULL; END'''), ('DO ''BEGIN COMMIT; EXCEPTION WHEN OTHERS THEN NULL; END'''),
('CALL app.commits()'), ('DO ''BEGIN ROLLBACK; END'''), ('ALTER TABLE app.t ADD COLUMN y int DEFAULT app.deep()'), ('CREATE TABLE app.made AS SELECT app.deep()'),
('CREATE MATERIALIZED VIEW app.made AS SELECT app.deep()'),
('SELECT lo_export(1, ''/nowhere/file'')'), ('SELECT pg_terminate_backend(0)'), ('SELECT pg_cancel_backend(0)'), ('SELECT pg_reload_conf()'), ('SELECT pg_switch_wal()'),
('SELECT pg_create_restore_point(''p'')'), ('SELECT pg_create_physical_replication_slot(''regress_gov'')'), ('SELECT pg_drop_replication_slot(''regress_gov'')'),
('SELECT pg_create_logical_replication_slot(''regress_gov'', ''pgoutput'')'), ('SELECT pg_replication_origin_advance(''o'', ''0/0'')'),
('SELECT pg_logical_emit_message(false, ''p'', ''m'')'), ('SELECT pg_stat_reset()'), ('SELECT pg_stat_reset_shared(''bgwriter'')'), ('SELECT setseed(0.5)'),
('SELECT dblink_connect(''host=/nowhere'')'), ('SELECT dblink_exec(''host=/nowhere'', ''SELECT 1'')'), ('SELECT * FROM dblink(''host=/nowhere'', ''SELECT 1'') AS d (x int)');

-- each is refused, and named
CREATE TABLE app.outcome (n int, verdict text, named text);
\set ECHO none
SELECT format('INSERT INTO app.outcome SELECT %s, min(measure) FILTER (WHERE kind = ''verdict''), string_agg(DISTINCT target, '', '') FILTER (WHERE kind = ''refused'') FROM gov_rehearse_sql(%L);', n, sql)
  FROM app.refused ORDER BY n \gexec
\set ECHO all
SELECT sql, verdict, named FROM app.outcome JOIN app.refused USING (n) ORDER BY n;
SELECT count(*) AS passed FROM app.outcome WHERE verdict = 'ok' OR named IS NULL;

-- nothing of it was done
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory';
SELECT count(*) FROM pg_prepared_statements;
SELECT count(*) FROM app.t;

-- what looks alike and can be
SELECT measure FROM gov_rehearse_sql('ANALYZE app.t; SELECT pg_advisory_xact_lock(1); REINDEX TABLE app.t; CLUSTER app.t USING t_pkey;
    EXPLAIN INSERT INTO app.far VALUES (1); INSERT INTO app.part_near VALUES (2); ALTER FOREIGN TABLE app.far ADD COLUMN y int') WHERE kind = 'verdict';

-- code that may reach out without the server knowing
CREATE FUNCTION app.in_c(text) RETURNS text LANGUAGE c STRICT AS 'postgres_fdw', 'postgres_fdw_disconnect';
CREATE FUNCTION app.trigger_in_c() RETURNS trigger LANGUAGE internal AS 'suppress_redundant_updates_trigger';
CREATE LANGUAGE untrusted_sql HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION app.reaches() RETURNS int LANGUAGE untrusted_sql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION app.reaches_too() RETURNS trigger LANGUAGE untrusted_sql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION app.reaches_at_command() RETURNS event_trigger LANGUAGE untrusted_sql AS 'BEGIN END';
CREATE TRIGGER reaches BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.reaches_too();
CREATE EVENT TRIGGER regress_gov_refused ON ddl_command_end EXECUTE FUNCTION app.reaches_at_command();
SELECT kind, target, measure, note FROM gov_rehearse_sql($$
    SELECT app.reaches() + 1;
    UPDATE app.t SET x = 1 WHERE x = 1;
    DO LANGUAGE untrusted_sql 'BEGIN END';
    SELECT postgres_fdw_disconnect_all();
    CREATE FUNCTION app.more(text) RETURNS text LANGUAGE c STRICT AS 'postgres_fdw', 'postgres_fdw_disconnect'
$$) WHERE kind IN ('verdict', 'warning', 'refused');

-- a strong lock on a large relation, and a large table that is written; not so at another size
SET client_min_messages = warning;
SET governance.rehearse_warn_size = '1kB';
SELECT kind, target, measure, note FROM gov_rehearse_sql('LOCK TABLE app.t IN SHARE MODE; DELETE FROM app.t WHERE x = 1; ALTER TABLE app.with_trigger ADD COLUMN y int') WHERE kind = 'warning' AND measure = 'lock';
RESET governance.rehearse_warn_size;
SELECT kind, target, measure FROM gov_rehearse_sql('LOCK TABLE app.t IN SHARE MODE; DELETE FROM app.t WHERE x = 1') WHERE kind = 'warning' AND measure = 'lock';

\c :home
DROP DATABASE regress_gov_refused;
