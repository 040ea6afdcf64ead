-- Under governance.ddl_mode = enforce a transaction cannot commit while it
-- leaves new objects of enrolled schemas without what coverage rules ask for;
-- under warn it is told.  In a database of its own.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE DATABASE regress_gov_enforce;
\c regress_gov_enforce
\set SHOW_CONTEXT never
\set VERBOSITY default
\set ECHO all
SET client_min_messages = warning;
CREATE SCHEMA gov;
CREATE EXTENSION governance SCHEMA gov;
SET search_path = public, gov;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{A,B}'::text[]) AS a;
SELECT count(gov_create_axis(x)) + count(gov_set_axis_status(x, 'active')) FROM unnest('{duty,topic}'::text[]) AS x;
SELECT count(gov_propose_value(x, v)) + count(gov_ratify(x, v)) FROM (VALUES ('duty', 'policy'), ('duty', 'quality'), ('topic', 'money')) AS n (x, v);
SELECT gov_create_rule('TABLES', 'duty', 'cross_product', '{table,view}'), gov_set_rule_status('TABLES', 'active');
CREATE SCHEMA app;
CREATE SCHEMA other;
SELECT * FROM gov_enroll_schema('app');
CREATE FUNCTION pg_temp.live() RETURNS TABLE (object_type text, object_ref text) LANGUAGE sql AS $$
    SELECT object_type, object_ref FROM gov_object WHERE retired_at IS NULL AND source LIKE 'schema:%' ORDER BY object_ref COLLATE "C", object_type COLLATE "C" $$;
SET governance.ddl_mode = enforce;

-- refused at the commit, with all that lacks something, and the calls that would bring it
CREATE TABLE app.alone (id int);
BEGIN;
CREATE TABLE app.b (id int);
CREATE VIEW app."A view" AS SELECT 1 AS one;
CREATE FUNCTION app.not_asked_about() RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMIT;
SELECT * FROM pg_temp.live();
SELECT count(*) AS left FROM pg_class WHERE relnamespace = 'app'::regnamespace;
-- elsewhere, of another type, temporary: nobody asks
CREATE TABLE other.t (id int);
CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TEMP TABLE t (id int);

-- CREATE and gov_own in one transaction, in either order
BEGIN;
CREATE TABLE app.t (id int);
SELECT gov_own('table', 'app.t', 'duty', 'policy', 'A');
SELECT gov_own('table', 'app.t', 'duty', 'quality', 'B');
COMMIT;
-- half of it is not enough
BEGIN;
CREATE TABLE app.u (id int);
SELECT gov_own('table', 'app.u', 'duty', 'policy', 'A');
COMMIT;
-- a waiver excuses; what does not inherit answers for nothing within
BEGIN;
CREATE TABLE app.u (id int);
SELECT gov_own('table', 'app.u', 'duty', 'policy', 'A', 'waiver', effective_to => '2999-01-01', reason => 'a trial');
SELECT gov_own('schema', 'app', 'duty', 'quality', 'A', inherits => false);
COMMIT;
-- an anchor on the schema is enough, after it or before
BEGIN;
CREATE TABLE app.u (id int);
SELECT gov_own('schema', 'app', 'duty', 'policy', 'A'), gov_own('schema', 'app', 'duty', 'quality', 'A');
COMMIT;
BEGIN;
CREATE TABLE app.v (id int);
COMMIT;
CREATE TABLE app.w AS SELECT 1 AS one;
SELECT 1 AS one INTO app.x;
SELECT * FROM pg_temp.live();

-- what a rule asks to be assigned
SELECT gov_create_rule('TOPICS', 'topic', 'per_assignment', '{table}'), gov_set_rule_status('TOPICS', 'active');
CREATE TABLE app.y (id int);
BEGIN;
CREATE TABLE app.y (id int);
SELECT gov_assign('table', 'app.y', 'topic', 'money', provenance => '{"kind": "test"}');
COMMIT;
BEGIN;
CREATE TABLE app.y (id int);
SELECT gov_assign('table', 'app.y', 'topic', 'money');
SELECT gov_own('schema', 'app', 'topic', 'money', 'B');
COMMIT;
BEGIN;
CREATE TABLE app.y (id int);
SELECT gov_assign('table', 'app.y', 'topic', 'money', provenance => '{"kind": "test"}');
SELECT gov_own('schema', 'app', 'topic', 'money', 'B');
COMMIT;
SELECT gov_set_rule_status('TOPICS', 'retired', 'enough of it');

-- only what is new: dropped again, rolled back to a savepoint, altered, owned before
BEGIN;
SELECT gov_disown(ownership_id, 'gone') FROM gov_ownership WHERE object_id = (SELECT object_id FROM gov_object WHERE object_ref = 'app' AND object_type = 'schema' AND retired_at IS NULL) AND status = 'active';
COMMIT;
BEGIN;
CREATE TABLE app.z (id int);
DROP TABLE app.z;
SAVEPOINT s;
CREATE TABLE app.z (id int);
ROLLBACK TO s;
COMMIT;
ALTER TABLE app.v ADD COLUMN more int;
BEGIN;
SAVEPOINT s;
CREATE TABLE app.z (id int);
RELEASE s;
COMMIT;
DO $$ BEGIN
    CREATE TABLE app.z1 (id int);
    BEGIN
        CREATE TABLE app.z2 (id int);
        RAISE EXCEPTION 'no';
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
END $$;
SELECT * FROM pg_temp.live() WHERE object_ref LIKE 'app.z%';

-- a value anchor and a fallback answer, too
BEGIN;
SELECT gov_own(NULL, NULL, 'duty', 'policy', 'A');
SELECT gov_alter_axis('duty', fallback => 'B');
COMMIT;
CREATE TABLE app.z (id int);
BEGIN;
SELECT gov_alter_axis('duty', fallback => '');
SELECT gov_disown(ownership_id, 'gone') FROM gov_ownership WHERE object_id IS NULL AND status = 'active';
COMMIT;

-- long lists are cut
DO $$ BEGIN FOR n IN 1 .. 24 LOOP EXECUTE format('CREATE TABLE app.many_%s (id int)', n); END LOOP; END $$;

-- a schema that a pattern brings in is governed from its first table on
SELECT count(*) FROM gov_enroll_schemas('team_*');
BEGIN;
CREATE SCHEMA team_a;
CREATE TABLE team_a.t (id int);
COMMIT;
BEGIN;
CREATE SCHEMA team_a CREATE TABLE t (id int);
SELECT gov_own('schema', 'team_a', 'duty', 'policy', 'A'), gov_own('schema', 'team_a', 'duty', 'quality', 'A');
COMMIT;
SELECT * FROM pg_temp.live() WHERE object_ref LIKE 'team_a%';

-- warn: told, and done; an error of the check itself fails nothing there, and everything under enforce
SET governance.ddl_mode = warn;
CREATE TABLE app.warned (id int);
SET governance.ddl_mode = track;
CREATE TABLE app.tracked (id int);
BEGIN;
CREATE TABLE app.unjudged (id int);
ALTER TABLE gov_coverage_rule RENAME TO gov_coverage_rule_away;
COMMIT;
ALTER TABLE gov_coverage_rule_away RENAME TO gov_coverage_rule;
SELECT * FROM pg_temp.live() WHERE object_ref IN ('app.warned', 'app.tracked', 'app.unjudged');
-- nor does an error of what tracking does last, of an explicit transaction
BEGIN;
CREATE TABLE app.unnoted (id int);
ALTER TABLE gov_object_event RENAME TO gov_object_event_away;
COMMIT;
ALTER TABLE gov_object_event_away RENAME TO gov_object_event;
SET governance.ddl_mode = enforce;
BEGIN;
CREATE TABLE app.refused (id int);
ALTER TABLE gov_coverage_rule RENAME TO gov_coverage_rule_away;
COMMIT;
BEGIN;
CREATE TABLE app.refused (id int);
ALTER TABLE gov_object_event RENAME TO gov_object_event_away;
COMMIT;
SELECT to_regclass('app.unnoted'), to_regclass('app.refused'), to_regclass('gov_coverage_rule'), to_regclass('gov_object_event'), txid_current_if_assigned();
DROP TABLE app.unnoted;
SELECT count(*) FROM gov_ledger_verify();

-- a rehearsal tells what would be refused
SET governance.ddl_mode = enforce;
SELECT kind, target, measure, note FROM gov_rehearse_sql('CREATE TABLE app.later (id int)') WHERE kind IN ('commit', 'gap', 'verdict') ORDER BY kind COLLATE "C", target COLLATE "C", measure COLLATE "C";
SELECT kind, target, measure, note FROM gov_rehearse_sql('CREATE TABLE team_a.later (id int)') WHERE kind IN ('commit', 'gap', 'verdict') ORDER BY kind COLLATE "C", target COLLATE "C", measure COLLATE "C";
\set ECHO none
\c postgres
DROP DATABASE regress_gov_enforce;
