-- Columns that are enrolled are kept in step with DDL: added, renamed, dropped, with a
-- table that is swapped, with a view that is replaced.  And a partition that is detached
-- concurrently, which is a command of two transactions.  In a database of its own.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_ddl_columns;
\c regress_gov_ddl_columns
SET client_min_messages = warning;
CREATE EXTENSION governance;
CREATE SCHEMA cols; CREATE SCHEMA cols_two;
SELECT object_type, objects FROM gov_enroll_schema('cols', columns => true) ORDER BY 1;
SELECT objects FROM gov_enroll_schema('cols_two', object_types => '{table,table column}');
SELECT gov_set_authority('Columns', kind => 'human');
SELECT gov_create_axis('cols', kind => 'deterministic', family => 'semantic'), gov_set_axis_status('cols', 'active');
SELECT gov_propose_value('cols', v) FROM unnest('{personal,public}'::text[]) AS v;
SELECT gov_ratify('cols', v) FROM unnest('{personal,public}'::text[]) AS v;
CREATE TEMPORARY SEQUENCE seen;
CREATE FUNCTION pg_temp.became() RETURNS TABLE (event text, object text, former text) LANGUAGE sql AS $$
    SELECT e.event, e.object_type || ' ' || e.object_ref, e.former_ref FROM gov_object_event AS e
     WHERE e.seq > (SELECT last_value FROM seen) ORDER BY e.event COLLATE "C", (e.object_type || ' ' || e.object_ref) COLLATE "C"
$$;
CREATE FUNCTION pg_temp.left() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', source, 'changed', changed, changes) FROM gov_sync() WHERE changed > 0 OR changes IS NOT NULL
$$;
CREATE VIEW classified AS
    SELECT object_type, object_ref, value FROM gov_assignment JOIN gov_object USING (object_id)
     WHERE retired_at IS NULL AND axis = 'cols' ORDER BY object_ref COLLATE "C";
SELECT setval('seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;

-- made with its columns, which can be classified at once
BEGIN;
CREATE TABLE cols.person (id int, name text, mail text);
SELECT gov_assign('table column', 'cols.person.mail', 'cols', 'personal');
COMMIT;
SELECT gov_assign('table column', 'cols.person.name', 'cols', 'personal');
SELECT * FROM pg_temp.became();
SELECT setval('seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;
-- added, renamed, dropped; a savepoint takes back what it took; a name that another column gets
ALTER TABLE cols.person ADD COLUMN phone text, ADD COLUMN born date;
ALTER TABLE cols.person RENAME COLUMN mail TO email;
ALTER TABLE cols.person DROP COLUMN id;
BEGIN;
ALTER TABLE cols.person RENAME COLUMN name TO first_name;
SAVEPOINT s;
ALTER TABLE cols.person DROP COLUMN email;
ROLLBACK TO s;
ALTER TABLE cols.person ADD COLUMN name text;
COMMIT;
ALTER TABLE cols.person ALTER COLUMN born TYPE timestamptz;
SELECT * FROM pg_temp.became();
SELECT * FROM classified;
SELECT pg_temp.left();
SELECT setval('seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;
-- renamed and then dropped in one transaction: under the name it had
BEGIN;
ALTER TABLE cols.person RENAME COLUMN phone TO mobile;
ALTER TABLE cols.person DROP COLUMN mobile;
COMMIT;
SELECT * FROM pg_temp.became();
SELECT pg_temp.left();
-- names swapped: each keeps its class
BEGIN;
ALTER TABLE cols.person RENAME COLUMN first_name TO swap;
ALTER TABLE cols.person RENAME COLUMN name TO first_name;
ALTER TABLE cols.person RENAME COLUMN swap TO name;
COMMIT;
SELECT * FROM classified;
SELECT pg_temp.left();
SELECT setval('seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;

-- a table that takes the place of another: columns of the same name keep their class
BEGIN;
CREATE TABLE cols.person_new (name text, email text, city text);
ALTER TABLE cols.person RENAME TO person_old;
ALTER TABLE cols.person_new RENAME TO person;
DROP TABLE cols.person_old;
COMMIT;
SELECT * FROM pg_temp.became();
SELECT * FROM classified;
SELECT pg_temp.left();
-- into a schema that takes some types, and back
ALTER TABLE cols.person SET SCHEMA cols_two;
SELECT * FROM classified;
SELECT pg_temp.left();
ALTER TABLE cols_two.person SET SCHEMA cols;
SELECT * FROM classified;
SELECT pg_temp.left();
SELECT setval('seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;

-- a view that is replaced with more columns, and dropped with what it is made of
CREATE VIEW cols.v AS SELECT name FROM cols.person;
SELECT gov_assign('view column', 'cols.v.name', 'cols', 'public');
CREATE OR REPLACE VIEW cols.v AS SELECT name, email, city FROM cols.person;
ALTER VIEW cols.v RENAME COLUMN city TO town;
CREATE MATERIALIZED VIEW cols.m AS SELECT * FROM cols.v;
CREATE TYPE cols.composite AS (i int);
SELECT * FROM pg_temp.became();
SELECT setval('seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;
ALTER TABLE cols.person DROP COLUMN email CASCADE;
SELECT * FROM pg_temp.became();
SELECT * FROM classified;
SELECT pg_temp.left();
SELECT setval('seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;

-- columns of partitions are their parent's; detached, concurrently too, a partition has its own
CREATE TABLE cols.parts (i int, j int) PARTITION BY LIST (i);
CREATE TABLE cols.part_one PARTITION OF cols.parts FOR VALUES IN (1);
CREATE TABLE cols.part_two PARTITION OF cols.parts FOR VALUES IN (2);
ALTER TABLE cols.parts ADD COLUMN k int;
ALTER TABLE cols.parts DETACH PARTITION cols.part_one;
ALTER TABLE cols.parts DETACH PARTITION cols.part_two CONCURRENTLY;
SELECT * FROM pg_temp.became();
SELECT pg_temp.left();
SELECT setval('seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;
ALTER TABLE cols.parts ATTACH PARTITION cols.part_two FOR VALUES IN (2);
SELECT * FROM pg_temp.became();
SELECT pg_temp.left();
SELECT * FROM gov_ledger_verify();
\c :"home"
DROP DATABASE regress_gov_ddl_columns;
