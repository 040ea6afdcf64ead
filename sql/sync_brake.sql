-- A sync that would retire too much stops, unless it is forced.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA inv_brake;
DO $$ BEGIN FOR i IN 1..59 LOOP EXECUTE format('CREATE TABLE inv_brake.t%s (id integer)', i); END LOOP; END $$;
SELECT * FROM gov_enroll_schema('inv_brake');
CREATE FUNCTION pg_temp.drop_tables(low integer, high integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN low..high LOOP EXECUTE format('DROP TABLE inv_brake.t%s', i); END LOOP;
END $$;

-- 10 objects may go whatever their share; 11 of 60 are 18 percent
SET LOCAL governance.retire_limit = 0;
SELECT pg_temp.drop_tables(1, 10);
SELECT retired, unchanged FROM gov_sync('schema:inv_brake');
SELECT pg_temp.drop_tables(11, 21);
SELECT retired, unchanged FROM gov_sync('schema:inv_brake');
\echo :LAST_ERROR_SQLSTATE
RESET governance.retire_limit;
SELECT retired, unchanged FROM gov_sync('schema:inv_brake');
\echo :LAST_ERROR_SQLSTATE
SET LOCAL governance.retire_limit = 22;
SELECT retired, unchanged FROM gov_sync('schema:inv_brake');
RESET governance.retire_limit;

-- nothing is written when it stops, and the other sources are not either when
-- all of them are synced
SELECT pg_temp.drop_tables(22, 40);
CREATE TABLE inv_brake.fresh (id integer);
SELECT retired FROM gov_sync();
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FILTER (WHERE retired_at IS NULL) AS live, count(*) FILTER (WHERE object_ref ~ 'fresh') AS fresh
FROM gov_object WHERE source = 'schema:inv_brake';

-- gov_reconcile holds back what would be retired, and does the rest; the view has
-- all that is held, and the hint is the statement that lets it go
ALTER TABLE inv_brake.t59 RENAME TO renamed;
UPDATE gov_source SET enabled = false WHERE source NOT IN ('manual', 'schema:inv_brake');
SELECT metric, after FROM gov_reconcile() WHERE metric = 'sync_blocked';
SELECT object_ref FROM gov_object WHERE source = 'schema:inv_brake' AND retired_at IS NULL AND object_ref ~ 'fresh|renamed|t59' ORDER BY object_ref COLLATE "C";
SELECT source, object_type, object_ref FROM gov_held_back ORDER BY object_ref COLLATE "C";
SELECT detail -> 'reason' AS reason, detail -> 'detail' AS detail FROM gov_drift_finding WHERE detector = 'sync_blocked' AND object_ref = 'schema:inv_brake';
SELECT payload - 'call' - 'events' AS payload FROM gov_ledger WHERE action = 'reconcile' AND target ->> 'source' = 'schema:inv_brake';
SELECT count(*) AS entries FROM gov_ledger \gset
SELECT metric, after FROM gov_reconcile() WHERE metric = 'sync_blocked';
SELECT count(*) - :entries AS more_entries FROM gov_ledger;
-- what is back is not held any more
CREATE TABLE inv_brake.t22 (id integer);
SELECT metric, after FROM gov_reconcile() WHERE metric = 'sync_blocked';
SELECT count(*) AS held, count(*) FILTER (WHERE object_ref ~ 't22$') AS back FROM gov_held_back;
SELECT hint FROM gov_source_block WHERE source = 'schema:inv_brake' \gexec
SELECT count(*) AS held FROM gov_held_back;
SELECT metric, after FROM gov_reconcile() WHERE metric = 'sync_blocked';

-- types taken off the list are let go on purpose
CREATE VIEW inv_brake.v AS SELECT 1 AS one;
SELECT * FROM gov_enroll_schema('inv_brake', '{view}');
SELECT * FROM gov_enroll_schema('inv_brake');

-- of a schema counts what would be missed: a migration drops most of its views and functions, and nothing is held
CREATE SCHEMA inv_code;
DO $$ BEGIN
    FOR i IN 1..12 LOOP
        EXECUTE format('CREATE TABLE inv_code.t%s (id integer GENERATED ALWAYS AS IDENTITY)', i);
    END LOOP;
    FOR i IN 1..20 LOOP
        EXECUTE format('CREATE VIEW inv_code.v%s AS SELECT %1$s AS one', i);
        EXECUTE format('CREATE FUNCTION inv_code.f%s() RETURNS integer LANGUAGE sql RETURN %1$s', i);
    END LOOP;
    CREATE TABLE inv_code.parts (id integer) PARTITION BY LIST (id);
    FOR i IN 1..20 LOOP EXECUTE format('CREATE TABLE inv_code.part%s PARTITION OF inv_code.parts FOR VALUES IN (%1$s)', i); END LOOP;
END $$;
CREATE FUNCTION pg_temp.drop_code(kind text, name text, low integer, high integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN low..high LOOP EXECUTE format('DROP %s inv_code.%s%s', kind, name, i); END LOOP;
END $$;
SELECT * FROM gov_enroll_schema('inv_code') ORDER BY object_type COLLATE "C";
SAVEPOINT enrolled;
SELECT pg_temp.drop_code('VIEW', 'v', 1, 20), pg_temp.drop_code('FUNCTION', 'f', 1, 19);
SELECT retired, unchanged FROM gov_sync('schema:inv_code');
-- a table counts once, whatever lives in it
DROP TABLE inv_code.parts;
SELECT retired, unchanged FROM gov_sync('schema:inv_code');
ROLLBACK TO enrolled;
-- what has facts of its own counts, whatever it is, and so do tables, however many functions stay
SELECT gov_set_authority('INV_TEAM', kind => 'human');
SELECT gov_create_axis('inv_brake'), gov_set_axis_status('inv_brake', 'active'), gov_propose_value('inv_brake', 'code');
SELECT gov_ratify('inv_brake', 'code');
SELECT count(gov_own('function', format('inv_code.f%s()', i), 'inv_brake', 'code', 'INV_TEAM')) AS owned FROM generate_series(1, 6) AS i;
SELECT count(gov_assign('view', format('inv_code.v%s', i), 'inv_brake', 'code')) AS assigned FROM generate_series(1, 6) AS i;
SAVEPOINT owned;
SELECT pg_temp.drop_code('VIEW', 'v', 1, 20), pg_temp.drop_code('FUNCTION', 'f', 1, 20);
SELECT retired, unchanged FROM gov_sync('schema:inv_code');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO owned;
SELECT pg_temp.drop_code('VIEW', 'v', 1, 5), pg_temp.drop_code('FUNCTION', 'f', 1, 5), pg_temp.drop_code('VIEW', 'v', 7, 20);
SELECT retired, unchanged FROM gov_sync('schema:inv_code');
SELECT pg_temp.drop_code('TABLE', 't', 1, 11);
SELECT retired, unchanged FROM gov_sync('schema:inv_code');
\echo :LAST_ERROR_SQLSTATE
SELECT retired, unchanged FROM gov_sync('schema:inv_code', force => true);
-- nothing is left but the schema and a table, and the schema goes
SET LOCAL client_min_messages = warning;
DROP SCHEMA inv_code CASCADE;
RESET client_min_messages;
SELECT retired, unchanged FROM gov_sync('schema:inv_code');
\echo :LAST_ERROR_SQLSTATE
SELECT retired, unchanged FROM gov_sync('schema:inv_code', force => true);

-- all of a source's objects, however few they are
CREATE SCHEMA inv_small;
SELECT * FROM gov_enroll_schema('inv_small');
DROP SCHEMA inv_small;
SELECT retired FROM gov_sync('schema:inv_small');
\echo :LAST_ERROR_SQLSTATE
SET LOCAL governance.retire_limit = 100;
SELECT retired FROM gov_sync('schema:inv_small');
\echo :LAST_ERROR_SQLSTATE
SELECT retired FROM gov_sync('schema:inv_small', force => true);
SELECT retired FROM gov_sync('schema:inv_small');
CREATE SCHEMA inv_small;
SELECT revived FROM gov_sync('schema:inv_small');

-- a relation that suddenly yields nothing, or is gone
CREATE TABLE inv_brake.things (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO inv_brake.things VALUES ('thing', 'inv one', NULL, NULL), ('thing', 'inv two', 'thing', 'inv one');
SELECT * FROM gov_enroll_relation('inv_things', 'inv_brake.things');
TRUNCATE inv_brake.things;
SELECT retired FROM gov_sync('inv_things');
\echo :LAST_ERROR_SQLSTATE
DROP TABLE inv_brake.things;
SELECT retired FROM gov_sync('inv_things');
\echo :LAST_ERROR_SQLSTATE
SELECT retired FROM gov_sync('inv_things', true);
SELECT retired FROM gov_sync('inv_things', true);

-- a session cannot loosen its own brake
CREATE ROLE regress_gov_inv_user;
SET SESSION AUTHORIZATION regress_gov_inv_user;
SET LOCAL governance.retire_limit = 100;
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;

-- what there is no source of
SELECT * FROM gov_sync('inv_nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_sync('');
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_source SET enabled = false WHERE source = 'schema:inv_small';
SELECT * FROM gov_sync('schema:inv_small');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS disabled FROM gov_sync(force => NULL) WHERE source = 'schema:inv_small';
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS disabled FROM gov_sync(NULL, true) WHERE source = 'schema:inv_small';
SELECT retired, unchanged > 0 AS unchanged FROM gov_sync('manual');
ROLLBACK;
