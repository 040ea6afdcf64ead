-- Enrolling a schema registers its catalog objects, in PostgreSQL's own words.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE TEMP VIEW inventory_now AS
SELECT o.source, o.object_type, o.object_ref, c.object_type AS container_type, c.object_ref AS container_ref
FROM gov_object o LEFT JOIN gov_object c ON c.object_id = o.container_id
WHERE o.retired_at IS NULL;

-- every type of object
CREATE SCHEMA inv_all;
CREATE TABLE inv_all.plain (id serial PRIMARY KEY, n integer GENERATED ALWAYS AS IDENTITY, t text);
CREATE TABLE inv_all.parted (id integer) PARTITION BY RANGE (id);
CREATE TABLE inv_all.part_one PARTITION OF inv_all.parted FOR VALUES FROM (1) TO (10) PARTITION BY RANGE (id);
CREATE TABLE inv_all.part_one_a PARTITION OF inv_all.part_one FOR VALUES FROM (1) TO (5);
CREATE TABLE inv_all.child () INHERITS (inv_all.plain);
CREATE UNLOGGED TABLE inv_all.fleeting (id integer);
CREATE INDEX plain_t ON inv_all.plain (t);
CREATE VIEW inv_all.seen AS SELECT * FROM inv_all.plain;
CREATE MATERIALIZED VIEW inv_all.kept AS SELECT 1 AS one;
CREATE FOREIGN DATA WRAPPER inv_wrapper;
CREATE SERVER inv_server FOREIGN DATA WRAPPER inv_wrapper;
CREATE FOREIGN TABLE inv_all.afar (id integer) SERVER inv_server;
CREATE SEQUENCE inv_all.free;
CREATE FUNCTION inv_all.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION inv_all.f(a integer, VARIADIC b text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION inv_all.guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN new; END';
CREATE TRIGGER guard BEFORE INSERT ON inv_all.plain FOR EACH ROW EXECUTE FUNCTION inv_all.guard();
CREATE PROCEDURE inv_all.p(a integer) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE inv_all.total(integer) (sfunc = int4pl, stype = integer);
CREATE TYPE inv_all.mood AS ENUM ('good', 'bad');
CREATE TYPE inv_all.pair AS (a integer, b text);
CREATE TYPE inv_all.span AS RANGE (subtype = integer);
CREATE DOMAIN inv_all.code AS text CHECK (value <> '');
CREATE DOMAIN inv_all.codes AS inv_all.code[];
CREATE COLLATION inv_all.plainly FROM "C";
CREATE OPERATOR inv_all.=== (leftarg = integer, rightarg = integer, function = int4eq);
CREATE STATISTICS inv_all.stats ON id, n FROM inv_all.plain;
CREATE TEXT SEARCH CONFIGURATION inv_all.words (COPY = pg_catalog.simple);
SELECT * FROM gov_enroll_schema('inv_all');
SELECT object_type, object_ref, container_type, container_ref FROM inventory_now
ORDER BY object_type COLLATE "C", object_ref COLLATE "C";
SELECT object_ref, attributes - 'owner' AS attributes FROM gov_object
WHERE source = 'schema:inv_all' AND attributes - 'owner' <> '{}'
ORDER BY object_type COLLATE "C", object_ref COLLATE "C";

-- types and references are those of pg_identify_object, addresses lead back;
-- a domain alone has a word of ours, a database a name of ours
SELECT count(*) AS objects,
       count(*) FILTER (WHERE object_type <> i.type) AS other_type,
       count(*) FILTER (WHERE object_ref <> i.identity) AS other_ref,
       count(*) FILTER (WHERE a.objid <> address_oid) AS other_address,
       bool_and(address_database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS here,
       bool_and(address_system = (SELECT system_identifier FROM pg_control_system())) AS this_server
FROM gov_object,
     LATERAL pg_get_object_address(address_class, address_names, address_args) a,
     LATERAL pg_identify_object(a.classid, a.objid, 0) i
WHERE source = 'schema:inv_all';
SELECT source, object_type, object_ref, address_class IS NULL AS no_address FROM gov_object
WHERE object_type = 'database';

-- names that need quotes, of other alphabets, of 63 bytes
CREATE SCHEMA "inv Schéma ""x""";
CREATE TABLE "inv Schéma ""x"""."Ta ble.with 'all' ""of"" it" (i integer);
CREATE TABLE "inv Schéma ""x"""."таблица_имя" (i integer);
CREATE TABLE "inv Schéma ""x""".a23456789_123456789_123456789_123456789_123456789_123456789_123 (i integer);
CREATE SCHEMA inv_56789_123456789_123456789_123456789_123456789_123456789_123;
CREATE TABLE inv_56789_123456789_123456789_123456789_123456789_123456789_123."order" (i integer);
SELECT * FROM gov_enroll_schema('inv Schéma "x"');
SELECT * FROM gov_enroll_schema('inv_56789_123456789_123456789_123456789_123456789_123456789_123');
SELECT source, object_type, object_ref, container_ref FROM inventory_now
WHERE source LIKE 'schema:inv S%' OR source LIKE 'schema:inv_5%'
ORDER BY source COLLATE "C", object_type COLLATE "C", object_ref COLLATE "C";

-- a signature too long to be indexed keeps its head and the MD5 of the whole
CREATE SCHEMA inv_long;
DO $$
BEGIN
    FOR n IN 90..91 LOOP
        EXECUTE format('CREATE FUNCTION inv_long.f(%s) RETURNS integer LANGUAGE sql AS ''SELECT 1''',
                       (SELECT string_agg('timestamp with time zone', ', ') FROM generate_series(1, n)));
    END LOOP;
END $$;
SELECT * FROM gov_enroll_schema('inv_long');
SELECT left(object_ref, 40) AS head, octet_length(object_ref) AS bytes,
       right(object_ref, 35) = '...' || md5(attributes ->> 'identity') AS tail,
       octet_length(attributes ->> 'identity') AS whole
FROM gov_object WHERE source = 'schema:inv_long' AND object_type = 'function' ORDER BY whole;
SELECT renamed, unchanged FROM gov_sync('schema:inv_long');

-- members of extensions are left out, the extension stands for them; our own
-- schema can be enrolled
SELECT n.nspname AS ours FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
WHERE x.extname = 'governance'
\gset
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema(:'ours');
SELECT object_ref, container_ref = :'ours' AS in_it FROM inventory_now WHERE object_type = 'extension';
SELECT count(*) AS members FROM inventory_now WHERE object_ref LIKE '%gov\_%';

-- only some types; the schema is always one of them, and a container that is
-- not wanted is no container
SELECT * FROM gov_enroll_schema('inv_all', '{sequence,view}');
SELECT object_type, object_ref, container_type, container_ref FROM inventory_now
WHERE source = 'schema:inv_all' ORDER BY object_type COLLATE "C", object_ref COLLATE "C";
SELECT object_types FROM gov_source WHERE source = 'schema:inv_all';
SELECT sum(objects) FROM gov_enroll_schema('inv_all');

-- refused
SELECT * FROM gov_enroll_schema('inv_nowhere');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema('"inv_all"');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema('');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema('pg_catalog');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema('information_schema');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema('pg_toast');
\echo :LAST_ERROR_SQLSTATE
DO $$
BEGIN
    PERFORM gov_enroll_schema(nspname) FROM pg_namespace WHERE oid = pg_my_temp_schema();
EXCEPTION WHEN invalid_parameter_value THEN
    RAISE NOTICE 'the session''s own schema: refused';
END $$;
SELECT * FROM gov_enroll_schema('inv_all', '{table,tabel}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema('inv_all', '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema('inv_all', '{table,NULL}');
\echo :LAST_ERROR_SQLSTATE

-- what counts is the session user, not who defined the function
CREATE ROLE regress_gov_inv_outsider;
GRANT EXECUTE ON FUNCTION gov_enroll_schema(text, text[], text[], boolean) TO regress_gov_inv_outsider;
CREATE SCHEMA inv_shut;
CREATE SCHEMA inv_open;
GRANT USAGE ON SCHEMA inv_open TO regress_gov_inv_outsider;
CREATE TABLE inv_open.secret (i integer);
SET SESSION AUTHORIZATION regress_gov_inv_outsider;
SELECT * FROM gov_enroll_schema('inv_shut');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_schema('inv_open');
SELECT * FROM gov_sync();
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
SELECT source, registered_by FROM gov_source WHERE source LIKE 'schema:inv_o%';
SELECT count(*) AS left_behind FROM gov_source WHERE source IN ('schema:inv_shut', 'schema:inv_nowhere', 'schema:pg_toast');

-- a forged search_path changes nothing
CREATE SCHEMA inv_forged;
CREATE FUNCTION inv_forged.pg_identify_object(oid, oid, integer, OUT type text, OUT schema text, OUT name text, OUT identity text)
    LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''forged''; END';
CREATE FUNCTION inv_forged.forged(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''forged''; END';
CREATE OPERATOR inv_forged.= (leftarg = text, rightarg = text, function = inv_forged.forged);
CREATE TABLE inv_forged.gov_object (object_id bigint);
CREATE TEMP TABLE gov_desired (n bigint);
SET LOCAL search_path = inv_forged, pg_catalog, public;
SELECT count(*) AS types FROM gov_enroll_schema('inv_forged');
ROLLBACK;
