-- What a rehearsal itself makes is looked at like what was there: a function
-- whose effect no rollback takes back, here one that lets go of the session's
-- advisory locks, is refused wherever it came from since the rehearsal looked
-- last.  Each try with what it was told, what it named, and what differs
-- afterwards, which is nothing.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_rehearsed;
\c regress_gov_rehearsed
SET client_min_messages = error;
CREATE EXTENSION governance;
CREATE SCHEMA app;
CREATE TABLE app.t (x int);
CREATE TABLE app.part (x int) PARTITION BY LIST (x);
CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES IN (1);
CREATE TABLE app.off (x int);
CREATE TABLE app.late (x int);
-- trigger functions of the server's own body; AFTER a row nobody asks what they give
CREATE FUNCTION app.evil() RETURNS trigger LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION app.evil_event() RETURNS event_trigger LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION app.evil_now() RETURNS void LANGUAGE internal AS 'pg_advisory_unlock_all';
CREATE FUNCTION app.good() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION app.good_now() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION app.good_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE TRIGGER off AFTER INSERT ON app.off FOR EACH ROW EXECUTE FUNCTION app.evil();
ALTER TABLE app.off DISABLE TRIGGER off;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON app.late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.good();
\set evil_trigger 'CREATE OR REPLACE FUNCTION app.good() RETURNS trigger LANGUAGE internal AS ''pg_advisory_unlock_all'''
\set evil_now 'CREATE OR REPLACE FUNCTION app.good_now() RETURNS void LANGUAGE internal AS ''pg_advisory_unlock_all'''
\set good_now 'CREATE OR REPLACE FUNCTION app.good_now() RETURNS void LANGUAGE plpgsql AS ''BEGIN END'''

CREATE TABLE app.try (n int GENERATED ALWAYS AS IDENTITY, kind text, try text, sql text);
INSERT INTO app.try (kind, try, sql) VALUES
    ('rehearsals', 'a trigger made after its table was written', 'INSERT INTO app.t VALUES (1); CREATE TRIGGER e AFTER INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.evil(); INSERT INTO app.t VALUES (2)'),
    ('rehearsals', 'a trigger made in a DO block', 'INSERT INTO app.t VALUES (1); DO $d$ BEGIN EXECUTE ''CREATE TRIGGER e AFTER INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.evil()''; INSERT INTO app.t VALUES (2); END $d$'),
    ('rehearsals', 'a trigger that was disabled', 'INSERT INTO app.off VALUES (1); ALTER TABLE app.off ENABLE TRIGGER off; INSERT INTO app.off VALUES (2)'),
    ('rehearsals', 'a trigger of a partition attached since', 'INSERT INTO app.part VALUES (1); CREATE TABLE app.part_2 (x int); CREATE TRIGGER e AFTER INSERT ON app.part_2 FOR EACH ROW EXECUTE FUNCTION app.evil();'
     ' ALTER TABLE app.part ATTACH PARTITION app.part_2 FOR VALUES IN (2); INSERT INTO app.part VALUES (2)'),
    ('rehearsals', 'a trigger of a partition made by a partitioned table''s', 'INSERT INTO app.part VALUES (1); CREATE TRIGGER e AFTER INSERT ON app.part FOR EACH ROW EXECUTE FUNCTION app.evil(); INSERT INTO app.part VALUES (1)'),
    ('rehearsals', 'a trigger of COPY and TRUNCATE', 'TRUNCATE app.t; CREATE TRIGGER e AFTER TRUNCATE ON app.t FOR EACH STATEMENT EXECUTE FUNCTION app.evil(); TRUNCATE app.t'),
    ('rehearsals', 'a trigger on a table made inside', 'CREATE TABLE app.made (x int); INSERT INTO app.made VALUES (1); CREATE TRIGGER e AFTER UPDATE ON app.made FOR EACH ROW EXECUTE FUNCTION app.evil(); UPDATE app.made SET x = 2'),
    ('rehearsals', 'a trigger function replaced', 'CREATE TRIGGER g AFTER INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.good(); INSERT INTO app.t VALUES (1); ' || :'evil_trigger' || '; INSERT INTO app.t VALUES (2)'),
    ('rehearsals', 'the function of a deferred trigger replaced', 'INSERT INTO app.late VALUES (1); ' || :'evil_trigger'),
    ('rehearsals', 'the function of a trigger of the same statement replaced by another trigger', 'CREATE FUNCTION app.swaps() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN EXECUTE $e$' || :'evil_trigger' || '$e$; RETURN NULL; END $f$; CREATE TRIGGER a AFTER INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.swaps();'
     ' CREATE TRIGGER b AFTER INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.good(); INSERT INTO app.t VALUES (1)'),
    ('rehearsals', 'a function replaced after it was run', 'SELECT app.good_now(); ' || :'evil_now' || '; SELECT app.good_now()'),
    ('rehearsals', 'a function that is what it was again', :'evil_now' || '; DO $d$ BEGIN ' || :'good_now' || '; PERFORM app.good_now(); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END $d$; SELECT app.good_now()'),
    ('rehearsals', 'an event trigger', 'CREATE TABLE app.one (); CREATE EVENT TRIGGER regress_gov_e ON ddl_command_end EXECUTE FUNCTION app.evil_event(); CREATE TABLE app.two ()'),
    ('rehearsals', 'an event trigger at the end of the command that made it', 'CREATE FUNCTION app.starts() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN'
     ' IF tg_tag = ''CREATE TABLE'' THEN CREATE EVENT TRIGGER regress_gov_e ON ddl_command_end EXECUTE FUNCTION app.evil_event(); END IF; END $f$;'
     ' CREATE EVENT TRIGGER regress_gov_s ON ddl_command_start EXECUTE FUNCTION app.starts(); CREATE TABLE app.two ()'),
    ('rehearsals', 'an event trigger that was disabled', 'CREATE EVENT TRIGGER regress_gov_e ON ddl_command_end EXECUTE FUNCTION app.evil_event(); ALTER EVENT TRIGGER regress_gov_e DISABLE; CREATE TABLE app.one ();'
     ' ALTER EVENT TRIGGER regress_gov_e ENABLE; CREATE TABLE app.two ()'),
    ('rehearsals', 'the function of an event trigger replaced', 'CREATE EVENT TRIGGER regress_gov_e ON ddl_command_end EXECUTE FUNCTION app.good_event(); CREATE TABLE app.one ();'
     ' CREATE OR REPLACE FUNCTION app.good_event() RETURNS event_trigger LANGUAGE internal AS ''pg_advisory_unlock_all''; CREATE TABLE app.two ()'),
    ('rehearsals', 'a function behind an operator made inside', 'SELECT 1; CREATE FUNCTION app.op(int, int) RETURNS void LANGUAGE internal AS ''pg_advisory_unlock_all''; CREATE OPERATOR app.### (FUNCTION = app.op, LEFTARG = int, RIGHTARG = int);'
     ' SELECT 1 OPERATOR(app.###) 2'),
    ('rehearsals', 'a function behind a name that was another''s', 'SELECT app.good_now(); ALTER FUNCTION app.good_now() RENAME TO was; ALTER FUNCTION app.evil_now() RENAME TO good_now; SELECT app.good_now()');

CREATE TABLE app.outcome (n int, verdict text, named text, differs text);
SELECT pg_advisory_lock(4711);
\set ECHO none
\o /dev/null
SELECT format('INSERT INTO app.outcome SELECT %s, min(measure) FILTER (WHERE kind = ''verdict''), string_agg(DISTINCT target, '', '') FILTER (WHERE kind = ''refused'') FROM gov_rehearse_sql(%L, ''{"facts": false}'');', n, sql),
       format('UPDATE app.outcome SET differs = ''the lock is gone'' WHERE n = %s AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = ''advisory'' AND pid = pg_backend_pid())', n),
       'SELECT pg_advisory_lock(4711) AS taken_again WHERE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = ''advisory'' AND pid = pg_backend_pid())'
  FROM app.try ORDER BY n \gexec
\o
\set ECHO all
SELECT kind, try, verdict, named, differs FROM app.outcome JOIN app.try USING (n) ORDER BY n;
\c :home
DROP DATABASE regress_gov_rehearsed;
