-- A relation of the application is a source of objects, read with the rights
-- of the role that enrolled it.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE TEMP VIEW inventory_now AS
SELECT o.source, o.object_type, o.object_ref, c.object_type AS container_type, c.object_ref AS container_ref
FROM gov_object o LEFT JOIN gov_object c ON c.object_id = o.container_id
WHERE o.retired_at IS NULL AND o.source LIKE 'inv%';
CREATE SCHEMA inv_app;
CREATE TYPE inv_app.kind AS ENUM ('group', 'collection', 'record');
CREATE TABLE inv_app.things (object_type inv_app.kind, object_ref varchar(50), container_type name, container_ref text, extra integer);

-- containers in any order, duplicates, odd names and types that have a text form
INSERT INTO inv_app.things VALUES
    ('record', '17', 'collection', 'Bücher "x"'), ('record', '17', 'collection', 'Bücher "x"'),
    ('collection', 'Bücher "x"', 'group', 'g 1'), ('collection', 'empty', 'group', 'g 1'),
    ('group', 'g 1', NULL, NULL), ('record', 'stray', NULL, NULL);
SELECT * FROM gov_enroll_relation('inv_a', 'inv_app.things');
SELECT * FROM inventory_now ORDER BY object_type COLLATE "C", object_ref COLLATE "C";
SELECT kind, relation, registered_by = session_user AS mine FROM gov_source WHERE source = 'inv_a';
SELECT bool_and(address_class IS NULL AND address_oid IS NULL AND address_system IS NULL) AS no_address
FROM gov_object WHERE source = 'inv_a';

-- born, moved, retired, revived under the same identity
SELECT object_id AS stray FROM gov_object WHERE object_ref = 'stray'
\gset
DELETE FROM inv_app.things WHERE object_ref = 'stray';
UPDATE inv_app.things SET container_ref = 'empty' WHERE object_ref = '17';
INSERT INTO inv_app.things VALUES ('record', '18', 'collection', 'empty');
SELECT * FROM gov_sync('inv_a');
INSERT INTO inv_app.things VALUES ('record', 'stray', 'record', '18');
SELECT * FROM gov_sync('inv_a');
SELECT object_id = :stray AS same, container_ref FROM inventory_now JOIN gov_object USING (object_ref)
WHERE object_ref = 'stray';

-- a container of another source; one that another relation brings later in
-- the same sync
CREATE VIEW inv_app.early AS SELECT 'leaf' AS object_type, 'l' || n AS object_ref, 'branch' AS container_type, 'b' || n AS container_ref
FROM generate_series(1, 0) n;
SELECT * FROM gov_enroll_relation('inv_b_early', 'inv_app.early');
CREATE TABLE inv_app.late (object_type text, object_ref text, container_type text, container_ref text);
SELECT * FROM gov_enroll_relation('inv_c_late', 'inv_app.late');
CREATE OR REPLACE VIEW inv_app.early AS SELECT 'leaf' AS object_type, 'l' || n AS object_ref, 'branch' AS container_type, 'b' || n AS container_ref
FROM generate_series(1, 12) n;
INSERT INTO inv_app.late SELECT 'branch', 'b' || n, 'group', 'g 1' FROM generate_series(1, 12) n;
SELECT * FROM gov_sync('inv_b_early');
\echo :LAST_ERROR_SQLSTATE
SELECT source, born, unchanged FROM gov_sync() WHERE source LIKE 'inv%' ORDER BY source COLLATE "C";
SELECT container_type, count(*) FROM inventory_now GROUP BY 1 ORDER BY 1;

-- who comes second does not get the object, and it is counted
CREATE VIEW inv_app.also AS SELECT 'group' AS object_type, 'g 1' AS object_ref, NULL AS container_type, NULL AS container_ref
UNION ALL SELECT 'group', 'g 2', 'group', 'g 1';
SELECT * FROM gov_enroll_relation('inv_also', 'inv_app.also');
SELECT born, unchanged, conflicts FROM gov_sync('inv_also');
SELECT source FROM inventory_now WHERE object_ref = 'g 1';
SELECT gov_register_object('group', 'g 3') AS registered;
CREATE OR REPLACE VIEW inv_app.also AS SELECT 'group' AS object_type, 'g ' || n AS object_ref, NULL AS container_type, NULL AS container_ref
FROM generate_series(2, 3) n;
SELECT born, moved, retired, conflicts FROM gov_sync('inv_also');

-- another relation under the same source, without a brake; its kind is fixed
CREATE VIEW inv_app.other AS SELECT 'group' AS object_type, 'g 4' AS object_ref, NULL AS container_type, NULL AS container_ref;
SELECT * FROM gov_enroll_relation('inv_also', 'inv_app.other');
SELECT * FROM gov_enroll_relation('inv_also', '"inv_app"."other"');
SELECT relation FROM gov_source WHERE source = 'inv_also';

-- refused: names
SELECT * FROM gov_enroll_relation('inv_x', 'things');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('inv_x', 'a.b.c');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('inv_x', '');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.things; DROP TABLE inv_app.things');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('inv_x', 'inv_nowhere.nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('inv_x', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation(NULL, 'inv_app.things');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('', 'inv_app.things');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation(repeat('x', 201), 'inv_app.things');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('manual', 'inv_app.things');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('schema:inv_app', 'inv_app.things');
\echo :LAST_ERROR_SQLSTATE
CREATE SEQUENCE inv_app.numbers;
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.numbers');
\echo :LAST_ERROR_SQLSTATE

-- refused: columns and rows
CREATE TABLE inv_app.poor (object_type text, object_ref text);
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.poor');
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE inv_app.bad (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO inv_app.bad VALUES (NULL, 'a'), ('t', NULL), ('t', 'fine');
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.bad');
\echo :LAST_ERROR_SQLSTATE
TRUNCATE inv_app.bad;
INSERT INTO inv_app.bad VALUES ('', 'a'), ('t', repeat('x', 1501)), (repeat('t', 201), 'a'), ('t', 'fine');
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.bad');
\echo :LAST_ERROR_SQLSTATE
TRUNCATE inv_app.bad;
INSERT INTO inv_app.bad VALUES ('t', 'a', 't', NULL), ('t', 'b', NULL, 'a');
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.bad');
\echo :LAST_ERROR_SQLSTATE
TRUNCATE inv_app.bad;
INSERT INTO inv_app.bad VALUES ('t', 'a', 't', 'a');
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.bad');
\echo :LAST_ERROR_SQLSTATE
TRUNCATE inv_app.bad;
INSERT INTO inv_app.bad VALUES ('t', 'a', NULL, NULL), ('t', 'b', 't', 'a'), ('t', 'b', 't', 'c'), ('t', 'c', NULL, NULL);
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.bad');
\echo :LAST_ERROR_SQLSTATE
TRUNCATE inv_app.bad;
INSERT INTO inv_app.bad VALUES ('t', 'a', 'group', 'g 0'), ('t', 'b', 'group', 'g 0'), ('t', 'c', 'u', 'b');
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.bad');
\echo :LAST_ERROR_SQLSTATE
TRUNCATE inv_app.bad;
INSERT INTO inv_app.bad VALUES ('t', 'a', 't', 'c'), ('t', 'b', 't', 'a'), ('t', 'c', 't', 'b');
DO $$
BEGIN
    PERFORM gov_enroll_relation('inv_x', 'inv_app.bad');
EXCEPTION WHEN check_violation THEN
    RAISE NOTICE '%', substring(sqlerrm FROM '^[^:]*');
END $$;
SELECT count(*) AS left_behind FROM gov_source WHERE source = 'inv_x';
SELECT count(*) AS left_behind FROM gov_object WHERE object_type IN ('t', 'u');

-- a container that this source gives up is no container any more
INSERT INTO inv_app.things VALUES ('record', '19', 'record', '18');
SELECT born FROM gov_sync('inv_a');
DELETE FROM inv_app.things WHERE object_ref = '18';
SELECT * FROM gov_sync('inv_a');
\echo :LAST_ERROR_SQLSTATE
UPDATE inv_app.things SET container_type = NULL, container_ref = NULL WHERE container_ref = '18';
SELECT moved, retired FROM gov_sync('inv_a');

-- rights: the relation is read as its owner, who enrolled it, whoever syncs
CREATE ROLE regress_gov_inv_reader;
CREATE ROLE regress_gov_inv_other;
GRANT USAGE ON SCHEMA inv_app TO regress_gov_inv_reader, regress_gov_inv_other;
GRANT EXECUTE ON FUNCTION gov_enroll_relation(text, text), gov_sync(text, boolean) TO regress_gov_inv_reader, regress_gov_inv_other;
CREATE VIEW inv_app.whoami AS SELECT 'reader' AS object_type, current_user AS object_ref, NULL::text AS container_type, NULL::text AS container_ref;
SET SESSION AUTHORIZATION regress_gov_inv_reader;
SELECT * FROM gov_enroll_relation('inv_who', 'inv_app.whoami');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
ALTER VIEW inv_app.whoami OWNER TO regress_gov_inv_reader;
SET SESSION AUTHORIZATION regress_gov_inv_reader;
SELECT * FROM gov_enroll_relation('inv_who', 'inv_app.whoami');
RESET SESSION AUTHORIZATION;
SELECT object_ref FROM inventory_now WHERE object_type = 'reader';
SELECT unchanged FROM gov_sync('inv_who');
SET SESSION AUTHORIZATION regress_gov_inv_other;
SELECT unchanged FROM gov_sync('inv_who');
RESET SESSION AUTHORIZATION;
SELECT registered_by FROM gov_source WHERE source = 'inv_who';

-- columns alone will do, and an owner that gave up its right cannot read
CREATE TABLE inv_app.partly (object_type text, object_ref text, container_type text, container_ref text, secret text);
INSERT INTO inv_app.partly VALUES ('partly', 'inv', NULL, NULL, 'x');
ALTER TABLE inv_app.partly OWNER TO regress_gov_inv_reader;
REVOKE ALL ON inv_app.partly FROM regress_gov_inv_reader;
GRANT SELECT (object_type, object_ref, container_type, container_ref) ON inv_app.partly TO regress_gov_inv_reader;
SET SESSION AUTHORIZATION regress_gov_inv_reader;
SELECT * FROM gov_enroll_relation('inv_partly', 'inv_app.partly');
RESET SESSION AUTHORIZATION;
REVOKE SELECT (container_ref) ON inv_app.partly FROM regress_gov_inv_reader;
SELECT * FROM gov_sync('inv_partly');
\echo :LAST_ERROR_SQLSTATE

-- what a view of the registering role does, it does with its rights and in a
-- restricted operation
CREATE FUNCTION inv_app.climb() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        DELETE FROM inv_app.things;
    EXCEPTION WHEN insufficient_privilege OR read_only_sql_transaction THEN
        BEGIN
            SET ROLE regress_gov_inv_other;
        EXCEPTION WHEN insufficient_privilege THEN
            BEGIN
                CREATE TEMP TABLE inv_left_over (i integer);
            EXCEPTION WHEN insufficient_privilege OR read_only_sql_transaction THEN
                RETURN 'held down';
            END;
        END;
    END;
    RETURN 'escaped';
END $$;
CREATE VIEW inv_app.climber AS SELECT 'climber' AS object_type, inv_app.climb() AS object_ref, NULL AS container_type, NULL AS container_ref;
ALTER VIEW inv_app.climber OWNER TO regress_gov_inv_reader;
SET SESSION AUTHORIZATION regress_gov_inv_reader;
SELECT * FROM gov_enroll_relation('inv_climber', 'inv_app.climber');
RESET SESSION AUTHORIZATION;
SELECT object_ref FROM inventory_now WHERE object_type = 'climber';

-- the registering role is gone
UPDATE gov_source SET registered_by = 'regress_gov_inv_nobody', registered_oid = 1 WHERE source = 'inv_who';
SELECT * FROM gov_sync('inv_who');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_relation('inv_who', 'inv_app.whoami');
SELECT born, retired FROM gov_sync('inv_who');

-- an error in the view itself
CREATE VIEW inv_app.broken AS SELECT 'x' AS object_type, (1 / (n - n))::text AS object_ref, NULL AS container_type, NULL AS container_ref
FROM generate_series(1, 2) n;
SELECT * FROM gov_enroll_relation('inv_x', 'inv_app.broken');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
