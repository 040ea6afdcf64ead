--- an extension comes into a schema of the application
CREATE EXTENSION hstore SCHEMA ops;
--- a column uses it
ALTER TABLE ops.deployment ADD COLUMN tags ops.hstore;
--- it is owned like anything else
SELECT year.give('extension', 'hstore', 'PLATFORM');
--> extension hstore: PLATFORM
--- it moves to another schema
ALTER EXTENSION hstore SET SCHEMA partner;
--- and goes, with the column
DROP EXTENSION hstore CASCADE;
--> extension hstore: nothing
--> finding governance_left extension hstore: gone
--- and comes back, in its first place
CREATE EXTENSION hstore SCHEMA ops;
--> extension hstore: PLATFORM
--> no finding governance_left extension hstore: gone
--- an extension into a schema of its own
CREATE SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
--- an index of it on a governed table
CREATE INDEX rider_name ON crm.rider USING gin (name ext.gin_trgm_ops);
--- its schema is enrolled: one object, the extension
SELECT objects FROM governance.gov_enroll_schema('ext');
SELECT year.give('schema', 'ext', 'PLATFORM');
--> schema ext: PLATFORM
--- extensions of tables and types
CREATE EXTENSION citext SCHEMA ext;
BEGIN;
DROP VIEW analytics.stg_riders;
ALTER TABLE crm.rider ALTER COLUMN mail TYPE ext.citext;
CREATE VIEW analytics.stg_riders AS SELECT id, lower(mail) AS mail FROM crm.rider;
COMMIT;
--- an extension that brings tables of its own
CREATE EXTENSION lo SCHEMA ext;
--- an own function becomes an extension's member
CREATE FUNCTION ext.helper() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--- from now on
ALTER EXTENSION lo ADD FUNCTION ext.helper();
--- and not any more
ALTER EXTENSION lo DROP FUNCTION ext.helper();
--- the extension goes, the function stays
DROP EXTENSION lo;
--- a governed table is taken into an extension
ALTER EXTENSION hstore ADD TABLE ops.job;
--> table ops.job: nothing
--> finding governance_left table ops.job: moved away, table ops.job
--- and let go
ALTER EXTENSION hstore DROP TABLE ops.job;
--> table ops.job: PLATFORM
--> no finding governance_left table ops.job: moved away, table ops.job
--- an extension is updated
ALTER EXTENSION pg_trgm UPDATE;
--- an extension goes and takes an index with it
DROP EXTENSION pg_trgm CASCADE;
--- a foreign data wrapper comes as an extension
CREATE EXTENSION postgres_fdw SCHEMA ext;
CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw;
--- a whole schema is imported from it, by hand
CREATE FOREIGN TABLE partner.wh_stock (id bigint, n integer) SERVER warehouse;
CREATE FOREIGN TABLE partner.wh_order (id bigint, at date) SERVER warehouse;
--> finding axis_assignment_missing foreign table partner.wh_stock
--> finding axis_assignment_missing foreign table partner.wh_order
--- both are classed
SELECT year.give('foreign table', 'partner.wh_order', 'financial #money'), year.give('foreign table', 'partner.wh_stock', 'financial #money');
--> foreign table partner.wh_order: financial #money
--> foreign table partner.wh_stock: financial #money
--> no finding axis_assignment_missing foreign table partner.wh_stock
--> no finding axis_assignment_missing foreign table partner.wh_order
--- an import is refreshed: dropped and imported again
BEGIN;
DROP FOREIGN TABLE partner.wh_stock, partner.wh_order;
CREATE FOREIGN TABLE partner.wh_stock (id bigint, n integer, place text) SERVER warehouse;
CREATE FOREIGN TABLE partner.wh_order (id bigint, at date, sum numeric) SERVER warehouse;
COMMIT;
--- one that was foreign becomes local
BEGIN;
DROP FOREIGN TABLE partner.wh_stock;
CREATE TABLE partner.wh_stock (id bigint, n integer, place text);
COMMIT;
--> foreign table partner.wh_stock is table partner.wh_stock
--- the wrapper goes with what stands on it
DROP EXTENSION postgres_fdw CASCADE;
--> foreign table partner.wh_order: nothing
--> finding governance_left foreign table partner.wh_order: gone
--- which was meant
SELECT year.take('foreign table', 'partner.wh_order');
--> no finding governance_left foreign table partner.wh_order: gone
--- a language and a function in it
CREATE FUNCTION ops.nightly() RETURNS void LANGUAGE plpgsql AS 'BEGIN NULL; END';
--- an event trigger and its function
CREATE FUNCTION ops.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE EVENT TRIGGER on_ddl ON ddl_command_end EXECUTE FUNCTION ops.on_ddl();
--- and their end
DROP EVENT TRIGGER on_ddl;
DROP FUNCTION ops.on_ddl();
