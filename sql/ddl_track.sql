-- Objects of enrolled schemas are kept in step with DDL, in its own transaction:
-- after each kind of it a sync finds nothing to do.  In a database of its own, in
-- which nobody set a mode.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_ddl;
\c regress_gov_ddl
SET client_min_messages = warning;
CREATE EXTENSION governance;
SHOW governance.ddl_mode;
CREATE ROLE regress_gov_ddl;
CREATE SCHEMA ddl; CREATE SCHEMA ddl_two; CREATE SCHEMA ddl_out;
SELECT objects, unchanged FROM gov_enroll_schema('ddl');
SELECT objects, unchanged FROM gov_enroll_schema('ddl_two');

-- what became of objects since the last look
CREATE TEMPORARY SEQUENCE ddl_seen;
SELECT setval('ddl_seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;
CREATE FUNCTION ddl_became() RETURNS TABLE (event text, object text, former text) LANGUAGE sql AS $$
    SELECT e.event, e.object_type || ' ' || e.object_ref, e.former_ref FROM gov_object_event AS e, ddl_seen AS s
     WHERE e.seq > s.last_value ORDER BY e.event COLLATE "C", (e.object_type || ' ' || e.object_ref) COLLATE "C"
$$;
-- what a sync would do: nothing, ever
CREATE FUNCTION ddl_left() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', source, 'changed', changed, changes) FROM gov_sync() WHERE changed > 0 OR changes IS NOT NULL
$$;

-- tables, with what comes with them
CREATE TABLE ddl.plain (i int);
CREATE TABLE ddl.serials (i serial PRIMARY KEY, j int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE ddl.parts (i int) PARTITION BY LIST (i);
CREATE TABLE ddl.part PARTITION OF ddl.parts FOR VALUES IN (1);
CREATE TABLE ddl.likes (LIKE ddl.serials INCLUDING ALL);
CREATE TABLE ddl.made AS SELECT 1 AS i;
SELECT 1 AS i INTO ddl.selected;
CREATE TABLE ddl.heir () INHERITS (ddl.plain);
CREATE TEMPORARY TABLE ddl_temporary (i serial);
CREATE TABLE ddl_out.elsewhere (i serial);
SELECT * FROM ddl_became();
SELECT ddl_left();
SELECT setval('ddl_seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;

-- everything else that a schema can hold
CREATE VIEW ddl.v AS SELECT * FROM ddl.plain;
CREATE MATERIALIZED VIEW ddl.m AS SELECT 1 AS i;
CREATE SEQUENCE ddl.s;
CREATE FOREIGN DATA WRAPPER regress_gov_ddl; CREATE SERVER regress_gov_ddl FOREIGN DATA WRAPPER regress_gov_ddl;
CREATE FOREIGN TABLE ddl.f (i int) SERVER regress_gov_ddl;
CREATE FUNCTION ddl.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE ddl.p() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE ddl.a (int) (sfunc = int4pl, stype = int);
CREATE TYPE ddl.enum AS ENUM ('a');
CREATE TYPE ddl.pair AS (i int);
CREATE TYPE ddl.range AS RANGE (subtype = int);
CREATE DOMAIN ddl.domain AS ddl.enum;
CREATE STATISTICS ddl.statistics ON i, j FROM ddl.serials;
CREATE COLLATION ddl.collation FROM "C";
CREATE CONVERSION ddl.conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE OPERATOR ddl.### (leftarg = int, rightarg = int, function = int4pl, commutator = OPERATOR(ddl.##+));
CREATE OPERATOR CLASS ddl.class FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
CREATE TEXT SEARCH CONFIGURATION ddl.config (copy = pg_catalog.simple);
CREATE TEXT SEARCH DICTIONARY ddl.dictionary (template = pg_catalog.simple);
SELECT * FROM ddl_became();
SELECT ddl_left();
SELECT setval('ddl_seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;

-- renamed, moved, given away, attached, detached, replaced
ALTER TABLE ddl.plain RENAME TO simple;
ALTER TABLE ddl.serials SET SCHEMA ddl_two;
ALTER TABLE ddl_two.serials RENAME COLUMN i TO k;
ALTER TABLE ddl_two.serials OWNER TO regress_gov_ddl;
ALTER TABLE ddl.made SET SCHEMA ddl_out;
ALTER TABLE ddl_out.elsewhere SET SCHEMA ddl;
ALTER TABLE ddl.parts DETACH PARTITION ddl.part;
ALTER TABLE ddl.selected ALTER i SET NOT NULL;
ALTER TABLE ddl.parts ATTACH PARTITION ddl.selected FOR VALUES IN (1);
ALTER TYPE ddl.enum RENAME TO colours;
CREATE FUNCTION ddl.of_type(ddl.colours, ddl.simple[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TYPE ddl.colours SET SCHEMA ddl_two;
ALTER TABLE ddl.simple RENAME TO simpler;
ALTER SEQUENCE ddl.s OWNED BY ddl.likes.j;
CREATE OR REPLACE FUNCTION ddl.f(int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 2';
CREATE OR REPLACE VIEW ddl.v AS SELECT *, 2 AS j FROM ddl.simpler;
ALTER VIEW ddl.v RENAME TO view;
ALTER MATERIALIZED VIEW ddl.m RENAME TO matview;
ALTER ROUTINE ddl.p() RENAME TO procedure;
ALTER STATISTICS ddl.statistics RENAME TO statistical;
SELECT * FROM ddl_became();
SELECT ddl_left();
SELECT setval('ddl_seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;

-- a schema with what is in it; it is known by its name, under another as itself
ALTER SCHEMA ddl_two RENAME TO ddl_three;
SELECT * FROM ddl_became() ORDER BY object COLLATE "C";
SELECT ddl_left();
DROP SCHEMA ddl_three CASCADE;
CREATE SCHEMA ddl_three CREATE TABLE a (i serial) CREATE VIEW b AS SELECT * FROM a;
SELECT object_type, object_ref FROM gov_object WHERE source = 'schema:ddl_three' AND retired_at IS NULL ORDER BY 1, 2;
SELECT ddl_left();

-- dropped, with what depends on it, and with its owner
ALTER TABLE ddl.parts OWNER TO regress_gov_ddl;
DROP OWNED BY regress_gov_ddl;
DROP TABLE IF EXISTS ddl.simpler, ddl.nothing CASCADE;
DROP TABLE ddl.likes;
DROP OPERATOR FAMILY ddl.class USING btree;
SELECT ddl_left();

-- a transaction is judged by what it comes to: who was owned is owned
SELECT gov_set_authority('DDL', kind => 'human');
SELECT gov_create_axis('ddl', kind => 'deterministic', family => 'semantic'), gov_set_axis_status('ddl', 'active');
SELECT gov_propose_value('ddl', 'v'), gov_ratify('ddl', 'v');
CREATE TABLE ddl.t (i int);
SELECT gov_own('table', 'ddl.t', 'ddl', 'v', 'DDL');
SELECT setval('ddl_seen', max(seq)) IS NOT NULL AS begun FROM gov_ledger;
BEGIN;
ALTER TABLE ddl.t RENAME TO t_old;
CREATE TABLE ddl.t (i int);
SELECT object_ref FROM gov_object WHERE object_ref LIKE 'ddl.t%' AND retired_at IS NULL ORDER BY 1;
DROP TABLE ddl.t_old;
COMMIT;
SELECT * FROM ddl_became();
SELECT object_ref, authority FROM gov_object JOIN gov_ownership USING (object_id) WHERE retired_at IS NULL;
SELECT ddl_left();
-- dropped and made again, as a view
BEGIN;
DROP TABLE ddl.t;
CREATE VIEW ddl.t AS SELECT 1 AS i;
COMMIT;
SELECT object_type, object_ref, authority FROM gov_object JOIN gov_ownership USING (object_id) WHERE retired_at IS NULL;
SELECT ddl_left();
-- swapped
CREATE TABLE ddl.u (i int);
BEGIN;
ALTER VIEW ddl.t RENAME TO swap; ALTER TABLE ddl.u RENAME TO t; ALTER VIEW ddl.swap RENAME TO u;
COMMIT;
SELECT object_type, object_ref, authority FROM gov_object JOIN gov_ownership USING (object_id) WHERE retired_at IS NULL;
SELECT ddl_left();
-- a function with another signature
CREATE FUNCTION ddl.g(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT gov_own('function', 'ddl.g(integer)', 'ddl', 'v', 'DDL');
BEGIN;
CREATE FUNCTION ddl.g(bigint) RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION ddl.g(int);
COMMIT;
SELECT object_type, object_ref, authority FROM gov_object JOIN gov_ownership USING (object_id) WHERE retired_at IS NULL ORDER BY 1;
SELECT ddl_left();

-- acts see it in the transaction, in which it may be taken back
BEGIN;
CREATE TABLE ddl.own (i int);
SELECT gov_own('table', 'ddl.own', 'ddl', 'v', 'DDL');
ALTER TABLE ddl.own RENAME TO owned;
SAVEPOINT s;
DROP TABLE ddl.owned;
CREATE TABLE ddl.gone (i int);
ROLLBACK TO s;
CREATE TABLE ddl.stays (i int);
COMMIT;
SELECT object_ref, authority FROM gov_object LEFT JOIN gov_ownership USING (object_id) WHERE object_ref IN ('ddl.own', 'ddl.owned', 'ddl.gone', 'ddl.stays') ORDER BY 1;
SELECT ddl_left();
-- made and dropped in one: it never was
BEGIN; CREATE TABLE ddl.never (i int); DROP TABLE ddl.never; COMMIT;
SELECT count(*) FROM gov_object WHERE object_ref = 'ddl.never';
DO $$ BEGIN CREATE TABLE ddl.never (i int); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN CREATE TABLE ddl.block (i int); END $$;
SELECT object_ref FROM gov_object WHERE object_ref IN ('ddl.never', 'ddl.block');
SELECT ddl_left();
-- an act in the middle settles who is who
BEGIN;
CREATE TABLE ddl.before (i int);
SELECT objects > 0 AS enrolled FROM gov_enroll_schema('ddl_out') WHERE object_type = 'table';
ALTER TABLE ddl_out.made RENAME TO remade;
COMMIT;
SELECT event, object_ref, former_ref FROM gov_object_event WHERE object_ref IN ('ddl.before', 'ddl_out.made', 'ddl_out.remade') ORDER BY seq, 2;
SELECT ddl_left();

-- whoever runs the DDL has no right by it, and needs none
GRANT CREATE, USAGE ON SCHEMA ddl TO regress_gov_ddl;
SET ROLE regress_gov_ddl;
SET search_path = ddl, pg_temp;
CREATE TABLE mine (i int);
CREATE FUNCTION count(bigint) RETURNS text LANGUAGE sql AS 'SELECT ''no''::text';
ALTER TABLE mine RENAME TO my;
SELECT count(*) FROM gov_object;
RESET search_path;
SELECT count(*) FROM gov_object;
SELECT governance_internal.gov_ddl_command_ends();
RESET ROLE;
SELECT object_ref FROM gov_object WHERE object_ref IN ('ddl.my', 'ddl.count(bigint)') AND retired_at IS NULL ORDER BY 1;
SELECT ddl_left();

-- one entry for a transaction, with the events it brought
BEGIN; CREATE TABLE ddl.e1 (i int); CREATE TABLE ddl.e2 (i int); ALTER TABLE ddl.my RENAME TO mine; COMMIT;
SELECT action, payload - 'events' AS payload, payload ? 'events' AS events FROM gov_ledger ORDER BY seq DESC LIMIT 1;
SELECT * FROM gov_ledger_verify();

-- only superusers choose; off leaves it to the sync
SET ROLE regress_gov_ddl;
SET governance.ddl_mode = off;
RESET ROLE;
SET governance.ddl_mode = off;
CREATE TABLE ddl.untracked (i int); DROP TABLE ddl.e1;
SELECT born, retired FROM gov_sync('schema:ddl');
\c :"home"
DROP DATABASE regress_gov_ddl;
DROP ROLE regress_gov_ddl;
