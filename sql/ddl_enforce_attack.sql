-- Ways past governance.ddl_mode = enforce, each tried by a login that may create
-- tables and own them, and found shut.  In a database of its own.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_gov_mallory LOGIN;
CREATE ROLE regress_gov_mate LOGIN;
CREATE DATABASE regress_gov_past;
\c regress_gov_past
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA gov;
CREATE EXTENSION governance SCHEMA gov;
SELECT count(gov.gov_grant('steward', 'regress_gov_mallory')) + count(gov.gov_grant('admin', 'regress_gov_mate'));
SELECT gov.gov_set_authority('A', kind => 'human', role_name => 'regress_gov_mallory'), gov.gov_set_authority('B', kind => 'human');
SELECT count(gov.gov_create_axis('duty')) + count(gov.gov_set_axis_status('duty', 'active')) + count(gov.gov_propose_value('duty', 'policy')) AS axis;
SELECT gov.gov_ratify('duty', 'policy'), gov.gov_create_rule('TABLES', 'duty', 'cross_product', '{table,view}'), gov.gov_set_rule_status('TABLES', 'active');
CREATE SCHEMA app;
CREATE SCHEMA other;
GRANT USAGE, CREATE ON SCHEMA app, other TO regress_gov_mallory;
GRANT USAGE ON SCHEMA gov TO PUBLIC;
GRANT CREATE ON DATABASE regress_gov_past TO regress_gov_mallory;
SELECT count(*) FROM gov.gov_enroll_schema('app');
SELECT count(*) FROM gov.gov_enroll_schemas('team_*');
SELECT gov.gov_exclude('schema:app', 'tmp_*');
ALTER DATABASE regress_gov_past SET governance.ddl_mode = enforce;
-- what got past: objects of enrolled schemas that nobody answers for
CREATE VIEW public.past AS SELECT object_type, object_ref FROM gov.gov_coverage_gap;
GRANT SELECT ON public.past TO PUBLIC;

-- the setting, before the library of the extension is loaded in the session
\c - regress_gov_mallory
\set ECHO all
SET governance.ddl_mode = off;
CREATE TABLE app.t1 (id int);
SHOW governance.ddl_mode;
\set ECHO none
\c "dbname=regress_gov_past user=regress_gov_mallory options='-c governance.ddl_mode=off'"
\set ECHO all
CREATE TABLE app.t2 (id int);
SHOW governance.ddl_mode;
-- and after; for a function, a role, a database
SET governance.ddl_mode = track;
SET LOCAL governance.ddl_mode = warn;
SELECT set_config('governance.ddl_mode', 'off', true);
ALTER ROLE regress_gov_mallory SET governance.ddl_mode = off;
ALTER DATABASE regress_gov_past SET governance.ddl_mode = off;
CREATE FUNCTION other.f() RETURNS void LANGUAGE plpgsql SET governance.ddl_mode = off AS $$ BEGIN CREATE TABLE app.t3 (id int); END $$;
BEGIN;
CREATE TABLE app.t3 (id int);
SAVEPOINT s;
RESET governance.ddl_mode;
ROLLBACK TO s;
RESET ALL;
COMMIT;
DISCARD ALL;
CREATE TABLE app.t4 (id int);
\set ECHO none
\c "dbname=regress_gov_past user=regress_gov_mallory options=''"
\set ECHO all
CREATE FUNCTION other.f() RETURNS void LANGUAGE plpgsql SET governance.ddl_mode = off AS $$ BEGIN CREATE TABLE app.t3 (id int); END $$;

-- constraints made immediate; an owner taken back behind the check, or by a savepoint
BEGIN;
CREATE TABLE app.t5 (id int);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
COMMIT;
BEGIN;
CREATE TABLE app.t6 (id int);
SELECT gov.gov_own('table', 'app.t6', 'duty', 'policy', 'A');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT gov.gov_disown((SELECT max(ownership_id) FROM gov.gov_ownership), 'not any more');
COMMIT;
BEGIN;
CREATE TABLE app.t7 (id int);
SAVEPOINT s;
SELECT gov.gov_own('table', 'app.t7', 'duty', 'policy', 'A');
ROLLBACK TO s;
COMMIT;
-- an owner to come; one who only supports
BEGIN;
CREATE TABLE app.t8 (id int);
SELECT gov.gov_own('table', 'app.t8', 'duty', 'policy', 'A', effective_from => '2999-01-01');
SELECT gov.gov_own('table', 'app.t8', 'duty', 'policy', 'B', 'supporting');
COMMIT;

-- in a function, a DO block with an exception handler, a procedure that commits and one that would catch it
CREATE FUNCTION other.make(name text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TABLE app.%I (id int)', name); RETURN 1; END $$;
SELECT other.make('t9');
DO $$ BEGIN
    BEGIN
        PERFORM other.make('t10');
    EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'caught';
    END;
END $$;
CREATE PROCEDURE other.commits() LANGUAGE plpgsql AS $$ BEGIN
    PERFORM other.make('t11');
    COMMIT;
    RAISE WARNING 'got past';
END $$;
CALL other.commits();
CREATE PROCEDURE other.catches() LANGUAGE plpgsql AS $$ BEGIN
    PERFORM other.make('t12');
    BEGIN
        COMMIT;
    EXCEPTION WHEN OTHERS THEN RAISE WARNING '%', sqlerrm;
    END;
END $$;
CALL other.catches();
-- with the rights of somebody else
CREATE FUNCTION other.definer() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT other.make('t13') $$;
\set ECHO none
\c - :superuser
ALTER FUNCTION other.definer() OWNER TO :superuser;
\c - regress_gov_mallory
\set ECHO all
SELECT other.definer();
-- several statements as one; a chain
CREATE TABLE app.t14 (id int)\; SELECT 1 AS one;
BEGIN;
CREATE TABLE app.t15 (id int);
COMMIT AND CHAIN;
ROLLBACK;

-- as late as can be: a deferred trigger, and a cursor that is held, which run when the transaction commits
CREATE TABLE other.late (id int);
CREATE FUNCTION other.trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM other.make('t' || new.id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON other.late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION other.trigger();
INSERT INTO other.late VALUES (16);
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT other.make('t17');
COMMIT;
-- a deferred trigger that takes the owner away
CREATE FUNCTION other.disown() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM gov.gov_disown((SELECT max(ownership_id) FROM gov.gov_ownership)); RETURN NULL; END $$;
CREATE TABLE other.last (id int);
CREATE CONSTRAINT TRIGGER last AFTER INSERT ON other.last DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION other.disown();
BEGIN;
CREATE TABLE app.t18 (id int);
SELECT gov.gov_own('table', 'app.t18', 'duty', 'policy', 'A');
INSERT INTO other.last VALUES (1);
COMMIT;

-- made elsewhere, or under a name that is left out, and brought in then
CREATE TABLE other.t19 (id int);
ALTER TABLE other.t19 SET SCHEMA app;
CREATE TABLE app.tmp_t20 (id int);
ALTER TABLE app.tmp_t20 RENAME TO t20;
CREATE SCHEMA aside CREATE TABLE t21 (id int);
ALTER SCHEMA aside RENAME TO team_m;
CREATE SCHEMA team_n CREATE TABLE t22 (id int);
-- a partition, for which its table answers, made a table of its own
BEGIN;
CREATE TABLE app.parted (id int) PARTITION BY LIST (id);
SELECT gov.gov_own('table', 'app.parted', 'duty', 'policy', 'A');
CREATE TABLE app.t23 PARTITION OF app.parted FOR VALUES IN (1);
COMMIT;
ALTER TABLE app.parted DETACH PARTITION app.t23;
BEGIN;
CREATE TABLE app.t24 PARTITION OF app.parted FOR VALUES IN (2);
ALTER TABLE app.parted DETACH PARTITION app.t24;
COMMIT;
-- dropped, and made anew later: what it had been owned as does not count while it is gone
BEGIN;
CREATE TABLE app.t25 (id int);
SELECT gov.gov_own('table', 'app.t25', 'duty', 'policy', 'A');
COMMIT;
BEGIN;
SELECT gov.gov_disown((SELECT max(ownership_id) FROM gov.gov_ownership));
DROP TABLE app.t25;
COMMIT;
CREATE TABLE app.t25 (id int);

-- things of one's own under the names that the check reads
CREATE TEMP TABLE gov_ownership AS TABLE gov.gov_ownership;
CREATE TEMP TABLE gov_coverage_rule (rule text);
CREATE FUNCTION pg_temp.gov_enforce() RETURNS void LANGUAGE sql AS '';
SET search_path = pg_temp, app, pg_catalog;
CREATE TABLE app.t26 (id int);
RESET search_path;
-- the guards, and the facts themselves
ALTER EVENT TRIGGER gov_ddl_command_ends DISABLE;
SET session_replication_role = replica;
DROP EXTENSION governance;
UPDATE gov.gov_coverage_rule SET status = 'retired';
SELECT gov.gov_set_rule_status('TABLES', 'retired', 'in my way');
SELECT gov.gov_unenroll('schema:app');
SELECT gov.gov_exclude('schema:app', '*');
SELECT gov.gov_stop_enrolling('team_*');
-- the glass, whose breaking is for admins, and not behind their backs
SELECT gov.gov_break_glass('I am in a hurry');
\set ECHO none
\c - :superuser
\set ECHO all
CREATE FUNCTION other.breaks() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT gov.gov_break_glass('she is in a hurry') $$;
ALTER FUNCTION other.breaks() OWNER TO regress_gov_mate;
\set ECHO none
\c - regress_gov_mallory
\set ECHO all
SELECT other.breaks();
\set ECHO none
\c - :superuser
\set ECHO all
-- a superuser's session that replicates is asked, too
SET session_replication_role = replica;
CREATE TABLE app.t27 (id int);
RESET session_replication_role;
-- nothing got past
SELECT * FROM public.past;
SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relname ~ '^t\d+$' ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C";
\set ECHO none
\c postgres
DROP DATABASE regress_gov_past;
DROP ROLE regress_gov_mallory, regress_gov_mate;
