--- a service moves out: a schema of its own, enrolled before anything is in it
CREATE SCHEMA maintenance;
SELECT count(*) FROM governance.gov_enroll_schema('maintenance');
SELECT year.give('schema', 'maintenance', 'WORKSHOP');
--> schema maintenance: WORKSHOP
--- its tables move there
ALTER TABLE fleet.repair SET SCHEMA maintenance;
ALTER TABLE fleet.spare_part SET SCHEMA maintenance;
--> table fleet.repair is table maintenance.repair
--- its function, too
ALTER FUNCTION fleet.service_due(bigint, date, boolean) SET SCHEMA maintenance;
--> function fleet.service_due(bigint,pg_catalog.date,boolean) is function maintenance.service_due(bigint,pg_catalog.date,boolean)
--- its types
ALTER TYPE fleet.bike_state SET SCHEMA maintenance;
ALTER DOMAIN fleet.serial_no SET SCHEMA maintenance;
--> type fleet.bike_state is type maintenance.bike_state
--> domain fleet.serial_no is domain maintenance.serial_no
--- the old place keeps views for who still reads there
CREATE VIEW fleet.repair AS SELECT * FROM maintenance.repair;
CREATE VIEW fleet.spare_part AS SELECT * FROM maintenance.spare_part;
--- and drops them
DROP VIEW fleet.repair, fleet.spare_part;
--- a schema of a service is dropped and made anew by its deployment, function by function
BEGIN;
CREATE SCHEMA api;
CREATE FUNCTION api.get_bike(id bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION api.get_rider(id bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1';
CREATE VIEW api.bike AS SELECT id FROM fleet.bicycle;
COMMIT;
SELECT count(*) FROM governance.gov_enroll_schema('api');
SELECT year.give('schema', 'api', 'PLATFORM'), year.give('function', 'api.get_rider(bigint)', 'PRIVACY'), year.give('view', 'api.bike', 'FLEET-OPS');
--> schema api: PLATFORM
--> function api.get_rider(bigint): PRIVACY
--> view api.bike: FLEET-OPS
--- the first deployment
BEGIN;
DROP SCHEMA api CASCADE;
CREATE SCHEMA api;
CREATE FUNCTION api.get_bike(id bigint) RETURNS text LANGUAGE sql AS 'SELECT ''1''';
CREATE FUNCTION api.get_rider(id bigint) RETURNS text LANGUAGE sql AS 'SELECT ''1''';
CREATE VIEW api.bike AS SELECT id, serial FROM fleet.bicycle;
COMMIT;
--- the second: a signature changes, too
BEGIN;
DROP SCHEMA api CASCADE;
CREATE SCHEMA api;
CREATE FUNCTION api.get_bike(id bigint) RETURNS text LANGUAGE sql AS 'SELECT ''1''';
CREATE FUNCTION api.get_rider(id bigint, full_name boolean) RETURNS text LANGUAGE sql AS 'SELECT ''1''';
CREATE VIEW api.bike AS SELECT id, serial FROM fleet.bicycle;
COMMIT;
--> function api.get_rider(bigint) is function api.get_rider(bigint,boolean)
--- the third: a new name for the version, views for the old one
BEGIN;
ALTER SCHEMA api RENAME TO api_v1;
CREATE SCHEMA api_v2;
CREATE VIEW api_v2.bike AS SELECT id, serial, colour FROM fleet.bicycle;
COMMIT;
--> all of api is in api_v1
--- the second version is enrolled
SELECT count(*) FROM governance.gov_enroll_schema('api_v2');
SELECT year.give('schema', 'api_v2', 'PLATFORM');
--> schema api_v2: PLATFORM
--- the first is not asked any more: its view goes
DROP VIEW api_v1.bike;
--> view api_v1.bike: nothing
--> finding governance_left view api_v1.bike: gone
--- and all of it, said so
DROP SCHEMA api_v1 CASCADE;
SELECT governance.gov_unenroll('schema:api_v1', reason => 'the second version has its place');
--> schema api_v1: nothing
--> function api_v1.get_rider(bigint,boolean): nothing
--> no finding governance_left view api_v1.bike: gone
--- a schema goes, and nobody said so: that is what the brake is for
DROP SCHEMA api_v2 CASCADE;
--> finding sync_blocked source schema:api_v2
--> held schema:api_v2
--- said afterwards
SELECT governance.gov_unenroll('schema:api_v2', reason => 'nobody asked');
--> schema api_v2: nothing
--> no finding sync_blocked source schema:api_v2
--> not held schema:api_v2
--- it comes back, and is enrolled again: its owner has stayed
CREATE SCHEMA api_v2;
CREATE VIEW api_v2.bike AS SELECT id, serial, colour FROM fleet.bicycle;
SELECT count(*) FROM governance.gov_enroll_schema('api_v2');
--> schema api_v2: PLATFORM
--- a source rests while a schema is loaded
SELECT governance.gov_set_source('schema:loyalty', false);
DROP TABLE loyalty.account;
--- it is loaded, and the source goes on
CREATE TABLE loyalty.account (id bigint PRIMARY KEY, points integer, level text);
SELECT governance.gov_set_source('schema:loyalty', true);
--- a table is left out by name
CREATE TABLE loyalty.tmp_campaign (id bigint);
SELECT governance.gov_exclude('schema:loyalty', 'tmp_*');
--- and comes in under another name
ALTER TABLE loyalty.tmp_campaign RENAME TO campaign;
--- a governed table is renamed to what is left out
ALTER TABLE loyalty.newsletter RENAME TO tmp_newsletter;
--> table loyalty.newsletter: nothing
--> finding governance_left table loyalty.newsletter: moved away, table loyalty.tmp_newsletter
--- and back
ALTER TABLE loyalty.tmp_newsletter RENAME TO newsletter;
--> table loyalty.newsletter: MARKETING
--> no finding governance_left table loyalty.newsletter: moved away, table loyalty.tmp_newsletter
--- a table is dropped and made anew in a later migration of the same day
DROP TABLE loyalty.campaign;
CREATE TABLE loyalty.campaign (id bigint PRIMARY KEY, name text);
--- a schema is emptied but for what is governed elsewhere
ALTER TABLE ops.inventory SET SCHEMA fleet;
--> sequence ops.inventory_number is sequence fleet.inventory_number
