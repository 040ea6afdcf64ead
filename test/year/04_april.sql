--- a function gets another body
CREATE OR REPLACE FUNCTION rides.fare(minutes integer) RETURNS numeric LANGUAGE sql AS 'SELECT 1.5 + 0.2 * minutes';
--- a function gets an argument more: dropped, made anew
DROP FUNCTION rides.fare(integer);
CREATE FUNCTION rides.fare(minutes integer, tariff bigint DEFAULT 1) RETURNS numeric LANGUAGE sql AS 'SELECT 1.5 + 0.2 * minutes';
--> function rides.fare(integer) is function rides.fare(integer,bigint)
--- names of its arguments change
DROP FUNCTION rides.fare(integer, bigint);
CREATE FUNCTION rides.fare(min integer, tariff_id bigint DEFAULT 1) RETURNS numeric LANGUAGE sql AS 'SELECT 1.5 + 0.2 * min';
--- its result changes
DROP FUNCTION rides.fare(integer, bigint);
CREATE FUNCTION rides.fare(min integer, tariff_id bigint DEFAULT 1) RETURNS money LANGUAGE sql AS 'SELECT 1::money';
--- a function becomes a procedure
DROP FUNCTION crm.anonymize(bigint);
CREATE PROCEDURE crm.anonymize(rider bigint) LANGUAGE sql AS 'SELECT 1';
--> function crm.anonymize(bigint) is procedure crm.anonymize(bigint)
--- and a function again
DROP PROCEDURE crm.anonymize(bigint);
CREATE FUNCTION crm.anonymize(rider bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
--> procedure crm.anonymize(bigint) is function crm.anonymize(bigint)
--- a function is renamed
ALTER FUNCTION fleet.next_service(bigint) RENAME TO service_due;
--> function fleet.next_service(bigint) is function fleet.service_due(bigint)
--- and moves
ALTER FUNCTION fleet.service_due(bigint) SET SCHEMA ops;
--> function fleet.service_due(bigint) is function ops.service_due(bigint)
--- and comes home
ALTER FUNCTION ops.service_due(bigint) SET SCHEMA fleet;
--> function ops.service_due(bigint) is function fleet.service_due(bigint)
--- a second function of its name
CREATE FUNCTION fleet.service_due(serial text) RETURNS date LANGUAGE sql AS 'SELECT current_date';
--- which goes again
DROP FUNCTION fleet.service_due(text);
--- the old signature stays for a while beside the new one
CREATE FUNCTION fleet.service_due(bike bigint, at date) RETURNS date LANGUAGE sql AS 'SELECT current_date';
--- and is dropped when nobody calls it: two are of that name now, so the finding asks
DROP FUNCTION fleet.service_due(bigint);
--> function fleet.service_due(bigint): nothing
--> finding governance_left function fleet.service_due(bigint): another signature has its name, function fleet.service_due(bigint,pg_catalog.date)
--- as it asks for
SELECT ownerships FROM governance.gov_hand_over('function', 'fleet.service_due(bigint)', 'function', 'fleet.service_due(bigint, date)');
--> function fleet.service_due(bigint,pg_catalog.date): WORKSHOP
--> no finding governance_left function fleet.service_due(bigint): another signature has its name, function fleet.service_due(bigint,pg_catalog.date)
--- a type of an argument is renamed, and the function with it
CREATE TYPE rides.band AS ENUM ('day', 'night');
CREATE FUNCTION rides.surcharge(at rides.band) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
SELECT governance.gov_sync('schema:rides');
SELECT year.give('function', 'rides.surcharge(rides.band)', 'PRICING');
ALTER TYPE rides.band RENAME TO time_band;
--> function rides.surcharge(rides.time_band): PRICING
--- a trigger function is replaced
CREATE OR REPLACE FUNCTION crm.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := trim(NEW.name); RETURN NEW; END';
--- an aggregate is made anew
DROP AGGREGATE analytics.product(float8);
CREATE AGGREGATE analytics.product (float8) (sfunc = float8mul, stype = float8, initcond = '1', parallel = safe);
--- a sequence is renamed, and moves
ALTER SEQUENCE fleet.inventory_no RENAME TO inventory_number;
ALTER SEQUENCE fleet.inventory_number SET SCHEMA ops;
--> sequence fleet.inventory_no is sequence ops.inventory_number
--- it becomes a column's own
CREATE TABLE ops.inventory (no bigint DEFAULT nextval('ops.inventory_number'), what text);
ALTER SEQUENCE ops.inventory_number OWNED BY ops.inventory.no;
--- an identity column takes the place of a serial one
ALTER TABLE ops.alert ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE ops.alert_id_seq;
ALTER TABLE ops.alert ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
--- an enumeration loses a value: made anew beside, columns changed, renamed
BEGIN;
DROP VIEW fleet.available;
CREATE TYPE fleet.bike_state_new AS ENUM ('new', 'good', 'worn');
ALTER TABLE fleet.bicycle ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE fleet.bike_state_new USING state::text::fleet.bike_state_new;
DROP TYPE fleet.bike_state;
ALTER TYPE fleet.bike_state_new RENAME TO bike_state;
CREATE VIEW fleet.available AS SELECT id FROM fleet.bicycle WHERE state <> 'worn';
COMMIT;
--- a domain becomes another domain
ALTER TABLE fleet.bicycle ALTER COLUMN serial TYPE text;
DROP DOMAIN fleet.serial_no;
CREATE DOMAIN fleet.serial_no AS varchar(20);
--- a composite type
CREATE TYPE geo.point AS (lat float8, lon float8);
ALTER TYPE geo.point ADD ATTRIBUTE height float8;
--- a range type, with the functions that come with it
CREATE TYPE rides.period AS RANGE (subtype = time);
--- an operator and its function
CREATE FUNCTION geo.near(geo.point, geo.point) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR geo.~~~ (LEFTARG = geo.point, RIGHTARG = geo.point, FUNCTION = geo.near);
