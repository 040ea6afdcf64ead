-- An object that takes the place of another of its name, within one kind of
-- thing, keeps what was said of the other: owners and assignments stay with
-- the name.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA kind;
CREATE VIEW kind.sales AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW kind.totals AS SELECT 1 AS id;
CREATE TABLE kind.orders (id int, day date);
CREATE FUNCTION kind.price(item int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION kind.many(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION kind.many(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE kind.thing AS (a int);
CREATE TABLE kind.plain (id int);
SELECT sum(objects) AS objects FROM gov_enroll_schema('kind');
SELECT gov_set_authority('KIND', 'Kind', 'council'), gov_create_axis('kind-axis', 'Kind', 'deterministic', 'structural');
SELECT gov_set_axis_status('kind-axis', 'active'), gov_propose_value('kind-axis', 'v');
SELECT gov_ratify('kind-axis', 'v');
SELECT count(gov_own(object_type, object_ref, 'kind-axis', 'v', 'KIND')) + count(gov_assign(object_type, object_ref, 'kind-axis', 'v', 'approved', provenance => '{"k": 1}')) AS said
  FROM gov_object WHERE source = 'schema:kind' AND object_type <> 'schema';
CREATE TEMP TABLE kind_before AS SELECT object_id, object_type AS was_type, object_ref AS was_ref FROM gov_object WHERE source = 'schema:kind';
-- who each object is now, and what it has
CREATE TEMP VIEW kind_now AS
SELECT b.was_type, b.was_ref, o.object_type, o.object_ref, o.retired_at IS NOT NULL AS retired,
       (SELECT count(*) FROM gov_ownership w WHERE w.object_id = o.object_id AND w.status = 'active') AS owners,
       (SELECT count(*) FROM gov_assignment a WHERE a.object_id = o.object_id AND a.superseded_by IS NULL) AS assignments
  FROM gov_object o LEFT JOIN kind_before b USING (object_id) WHERE o.source = 'schema:kind' AND o.object_type <> 'schema';
\set now 'SELECT * FROM kind_now WHERE (was_type, was_ref) IS DISTINCT FROM (object_type, object_ref) OR retired ORDER BY object_ref COLLATE "C", object_type COLLATE "C"'

-- dbt changes a materialization: a view becomes a table, under another name first
CREATE TABLE kind.sales__dbt_tmp AS SELECT 1 AS id;
ALTER VIEW kind.sales RENAME TO sales__dbt_backup;
ALTER TABLE kind.sales__dbt_tmp RENAME TO sales;
DROP VIEW kind.sales__dbt_backup;
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
:now;
-- and back
DROP TABLE kind.sales;
CREATE VIEW kind.sales AS SELECT 2 AS id;
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
:now;
-- a materialized view becomes a table, a view, a foreign table
DROP MATERIALIZED VIEW kind.totals;
CREATE TABLE kind.totals (id int);
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
DROP TABLE kind.totals;
CREATE VIEW kind.totals AS SELECT 1 AS id;
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
DROP VIEW kind.totals;
CREATE FOREIGN DATA WRAPPER kind_wrapper;
CREATE SERVER kind_server FOREIGN DATA WRAPPER kind_wrapper;
CREATE FOREIGN TABLE kind.totals (id int) SERVER kind_server;
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
:now;

-- a table is turned into the parent of partitions, by rename, create and attach
ALTER TABLE kind.orders RENAME TO orders_2024;
CREATE TABLE kind.orders (id int, day date) PARTITION BY RANGE (day);
ALTER TABLE kind.orders ATTACH PARTITION kind.orders_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE kind.orders_2025 PARTITION OF kind.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
:now;
-- and its first part is dropped: nothing of the parent's goes
DROP TABLE kind.orders_2024;
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
:now;

-- a function with other arguments; as a procedure; one of two of its name is not taken for the other
DROP FUNCTION kind.price(int);
CREATE FUNCTION kind.price(item int, currency text DEFAULT 'EUR') RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
DROP FUNCTION kind.many(int);
CREATE FUNCTION kind.many(a bigint) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
:now;
DROP FUNCTION kind.price(int, text);
CREATE PROCEDURE kind.price(item int) LANGUAGE sql AS 'SELECT 1';
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
-- it is split into two: nobody can say which is it
DROP PROCEDURE kind.price(int);
CREATE FUNCTION kind.price(item text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION kind.price(item date) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');

-- another kind of thing is another thing
DROP TABLE kind.plain;
CREATE SEQUENCE kind.plain;
DROP TYPE kind.thing;
CREATE TABLE kind.thing (a int);
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');

-- a swap of a table and a view: each keeps its own, by OID
CREATE TABLE kind.a ();
CREATE VIEW kind.b AS SELECT 1 AS id;
SELECT born FROM gov_sync('schema:kind');
ALTER TABLE kind.a RENAME TO c;
ALTER VIEW kind.b RENAME TO a;
ALTER TABLE kind.c RENAME TO b;
SELECT renamed, replaced, changes FROM gov_sync('schema:kind');

-- a function becomes a procedure of the same arguments, and a function again
CREATE FUNCTION kind.same(item int) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT born FROM gov_sync('schema:kind');
SELECT gov_own('function', 'kind.same(integer)', 'kind-axis', 'v', 'KIND') <> '' AS owned;
DROP FUNCTION kind.same(int);
CREATE PROCEDURE kind.same(item int) LANGUAGE sql AS 'SELECT 1';
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');
DROP PROCEDURE kind.same(int);
CREATE FUNCTION kind.same(item int) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT replaced, born, retired, changes FROM gov_sync('schema:kind');

-- a schema is renamed, and what is in it replaced, before anybody looked: the same table, another kind, another signature
CREATE TABLE kind.same_table (id int);
CREATE VIEW kind.other_kind AS SELECT 1 AS id;
SELECT born FROM gov_sync('schema:kind');
ALTER SCHEMA kind RENAME TO "other Kind";
DROP TABLE "other Kind".same_table;
CREATE TABLE "other Kind".same_table (id int);
DROP VIEW "other Kind".other_kind;
CREATE TABLE "other Kind".other_kind (id int);
DROP FUNCTION "other Kind".same(int);
CREATE FUNCTION "other Kind".same(item text) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT replaced, born, retired FROM gov_sync('schema:kind');
SELECT o.object_type, o.object_ref, e.former_type, e.former_ref, e.event FROM gov_object o JOIN gov_object_event e USING (object_id)
 WHERE o.object_ref ~ 'same|other_kind' AND o.retired_at IS NULL AND e.event <> 'born' ORDER BY o.object_ref COLLATE "C", e.seq;
ALTER SCHEMA "other Kind" RENAME TO kind;
SELECT replaced, born, retired FROM gov_sync('schema:other Kind');

-- the name of an extension is the database's: dropped from one schema and made in another it is the same
CREATE SCHEMA kind_too;
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('kind_too');
CREATE EXTENSION tcn SCHEMA kind;
SELECT born FROM gov_sync('schema:kind');
DROP EXTENSION tcn;
SELECT retired FROM gov_sync('schema:kind');
CREATE EXTENSION tcn SCHEMA kind_too;
SELECT born, revived, changes FROM gov_sync('schema:kind_too');

-- after it all a sync finds nothing to do, and names and events agree
SELECT changes FROM gov_sync('schema:kind');
SELECT o.object_type, o.object_ref FROM gov_object o
  JOIN LATERAL (SELECT e.* FROM gov_object_event e WHERE e.object_id = o.object_id ORDER BY e.seq DESC LIMIT 1) l ON true
 WHERE (l.object_type, l.object_ref, l.event = 'retired') IS DISTINCT FROM (o.object_type, o.object_ref, o.retired_at IS NOT NULL);
SELECT was_type, was_ref, was_until IS NOT NULL AS ended, object_type, object_ref FROM gov_find_object('kind.totals');
ROLLBACK;
