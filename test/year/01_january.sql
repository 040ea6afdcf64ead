--- a new table
CREATE TABLE fleet.helmet (id bigint PRIMARY KEY, size text);
--- a column comes
ALTER TABLE fleet.bike ADD COLUMN colour text;
--- a table is renamed
ALTER TABLE fleet.bike RENAME TO bicycle;
--> table fleet.bike is table fleet.bicycle
--- a column is renamed
ALTER TABLE fleet.bicycle RENAME COLUMN bought TO bought_on;
--- an index comes, and another one goes
CREATE INDEX repair_bike ON fleet.repair (bike_id);
CREATE INDEX repair_done ON fleet.repair (done);
DROP INDEX fleet.repair_done;
--- a new view
CREATE VIEW fleet.available AS SELECT id FROM fleet.bicycle WHERE state <> 'worn';
--- a view gets a column more
CREATE OR REPLACE VIEW fleet.bike_health AS SELECT b.id, b.state, max(r.done) AS last_repair, count(r.id) AS repairs FROM fleet.bicycle b LEFT JOIN fleet.repair r ON r.bike_id = b.id GROUP BY b.id, b.state;
--- a view is dropped and made anew, since a column went
BEGIN;
DROP VIEW fleet.bike_health;
CREATE VIEW fleet.bike_health AS SELECT b.id, max(r.done) AS last_repair FROM fleet.bicycle b LEFT JOIN fleet.repair r ON r.bike_id = b.id GROUP BY b.id;
COMMIT;
--- a type of a column changes, and the table is written anew
ALTER TABLE billing.tariff ALTER COLUMN id TYPE bigint;
--- a value is added to an enumeration
ALTER TYPE fleet.condition ADD VALUE 'stolen';
--- an enumeration is renamed
ALTER TYPE fleet.condition RENAME TO bike_state;
--> type fleet.condition is type fleet.bike_state
--- a check of a domain changes
ALTER DOMAIN fleet.serial_no DROP CONSTRAINT serial_no_check;
ALTER DOMAIN fleet.serial_no ADD CONSTRAINT serial_no_check CHECK (length(VALUE) BETWEEN 3 AND 20);
--- a table goes that nobody had anything to say about
DROP TABLE fleet.spare_part;
--- and comes back under its name, with other columns
CREATE TABLE fleet.spare_part (no text PRIMARY KEY, name text, price numeric);
--- a table moves to another schema
ALTER TABLE fleet.station SET SCHEMA geo;
--> table fleet.station is table geo.station
--- and is renamed there
ALTER TABLE geo.station RENAME TO rental_station;
--> table geo.station is table geo.rental_station
--- two tables swap their names
BEGIN;
ALTER TABLE billing.dunning RENAME TO dunning_tmp;
ALTER TABLE billing.voucher RENAME TO dunning;
ALTER TABLE billing.dunning_tmp RENAME TO voucher;
COMMIT;
--> table billing.dunning is table billing.voucher
--> finding governance_left table billing.voucher: another one has its former name, table billing.dunning
--- which was a mistake, and is taken back
BEGIN;
ALTER TABLE billing.dunning RENAME TO voucher_tmp;
ALTER TABLE billing.voucher RENAME TO dunning;
ALTER TABLE billing.voucher_tmp RENAME TO voucher;
COMMIT;
--> table billing.voucher is table billing.dunning
--> no finding governance_left table billing.voucher: another one has its former name, table billing.dunning
--- a quoted name comes
CREATE TABLE crm."Complaint Form" (id bigint PRIMARY KEY, text text);
SELECT year.give('table', 'crm."Complaint Form"', 'SUPPORT personal #pii');
--> table crm."Complaint Form": SUPPORT personal #pii
--- and gets a plain one
ALTER TABLE crm."Complaint Form" RENAME TO complaint;
--> table crm."Complaint Form" is table crm.complaint
--- a table with an owner goes
DROP TABLE crm.newsletter;
--> table crm.newsletter: nothing
--> finding governance_left table crm.newsletter: gone
--- which was not meant: it comes back from the backup
CREATE TABLE crm.newsletter (id bigint PRIMARY KEY, subject text);
--> table crm.newsletter: MARKETING
--> no finding governance_left table crm.newsletter: gone
--- triggers, policies and grants come
CREATE FUNCTION crm.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON crm.rider FOR EACH ROW EXECUTE FUNCTION crm.touch();
ALTER TABLE crm.rider ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON crm.rider USING (true);
GRANT SELECT ON crm.rider TO app_login;
--- a serial column, whose sequence lives in its table
CREATE TABLE ops.alert (id bigserial PRIMARY KEY, text text);
--- what the migration tool keeps for itself
CREATE TABLE ops.tmp_migration (step integer);
INSERT INTO ops.schema_migrations VALUES ('2025-01-31');
