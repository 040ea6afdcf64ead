--- a view becomes a materialized view
BEGIN;
DROP VIEW fleet.bike_health;
CREATE MATERIALIZED VIEW fleet.bike_health AS SELECT b.id, max(r.done) AS last_repair FROM fleet.bicycle b LEFT JOIN fleet.repair r ON r.bike_id = b.id GROUP BY b.id;
COMMIT;
--> view fleet.bike_health is materialized view fleet.bike_health
--- which becomes a table, kept by triggers
BEGIN;
DROP MATERIALIZED VIEW fleet.bike_health;
CREATE TABLE fleet.bike_health (id bigint PRIMARY KEY, last_repair date);
COMMIT;
--> materialized view fleet.bike_health is table fleet.bike_health
--- and is a view at last
BEGIN;
DROP TABLE fleet.bike_health;
CREATE VIEW fleet.bike_health AS SELECT b.id, max(r.done) AS last_repair FROM fleet.bicycle b LEFT JOIN fleet.repair r ON r.bike_id = b.id GROUP BY b.id;
COMMIT;
--> table fleet.bike_health is view fleet.bike_health
--- a table becomes a partitioned one, copied: the new one beside
CREATE TABLE ops.deployment_new (id bigint, at timestamptz, version text) PARTITION BY RANGE (at);
CREATE TABLE ops.deployment_new_all PARTITION OF ops.deployment_new DEFAULT;
--- and swapped, the old one dropped
BEGIN;
DROP TABLE ops.deployment;
ALTER TABLE ops.deployment_new RENAME TO deployment;
ALTER TABLE ops.deployment_new_all RENAME TO deployment_all;
COMMIT;
--- a partitioned table becomes an ordinary one
BEGIN;
CREATE TABLE ops.deployment_plain AS SELECT * FROM ops.deployment;
DROP TABLE ops.deployment;
ALTER TABLE ops.deployment_plain RENAME TO deployment;
COMMIT;
--- a table becomes the parent: renamed first, looked at, then made and attached
ALTER TABLE ops.alert RENAME TO alert_2025;
--- now made, and attached
BEGIN;
CREATE TABLE ops.alert (id bigint, text text) PARTITION BY RANGE (id);
ALTER TABLE ops.alert_2025 ALTER id DROP IDENTITY IF EXISTS;
ALTER TABLE ops.alert ATTACH PARTITION ops.alert_2025 FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
COMMIT;
--- the same where something was its own: renamed first
ALTER TABLE fleet.dock RENAME TO dock_old;
--> table fleet.dock is table fleet.dock_old
--- the name is asked for again, the finding tells
BEGIN;
CREATE TABLE fleet.dock (id bigint, station_id bigint) PARTITION BY HASH (id);
ALTER TABLE fleet.dock_old DROP CONSTRAINT IF EXISTS dock_station_id_fkey;
ALTER TABLE fleet.dock ATTACH PARTITION fleet.dock_old FOR VALUES WITH (MODULUS 1, REMAINDER 0);
COMMIT;
--> finding governance_left table fleet.dock_old: another one has its former name, table fleet.dock
--- and is heard
SELECT ownerships FROM governance.gov_hand_over('table', 'fleet.dock_old', 'table', 'fleet.dock', 'is partitioned now');
--> table fleet.dock_old is table fleet.dock
--> no finding governance_left table fleet.dock_old: another one has its former name, table fleet.dock
--- a table becomes a sequence of its name: another kind of thing
DROP TABLE ops.job;
CREATE SEQUENCE ops.job;
--> table ops.job: nothing
--> finding governance_left table ops.job: another kind has its name, sequence ops.job
--- which has an owner of its own now, so that the rest is only gone
SELECT year.give('sequence', 'ops.job', 'PLATFORM');
--> sequence ops.job: PLATFORM
--> no finding governance_left table ops.job: another kind has its name, sequence ops.job
--> finding governance_left table ops.job: gone
--- and back
DROP SEQUENCE ops.job;
CREATE TABLE ops.job (id bigint PRIMARY KEY, name text);
--> sequence ops.job: nothing
--> table ops.job: PLATFORM
--> no finding governance_left table ops.job: gone
--> finding governance_left sequence ops.job: gone
--- what was said of the sequence is ended
SELECT year.take('sequence', 'ops.job');
--> no finding governance_left sequence ops.job: gone
--- a view is made over another view, and the lower one is replaced with it
CREATE VIEW rides.long_open_trip AS SELECT * FROM rides.open_trip WHERE began < now() - interval '1 day';
BEGIN;
DROP VIEW rides.open_trip CASCADE;
CREATE VIEW rides.open_trip AS SELECT id, began FROM rides.trip WHERE ended IS NULL;
CREATE VIEW rides.long_open_trip AS SELECT * FROM rides.open_trip WHERE began < now() - interval '1 day';
COMMIT;
--- a recursive view
CREATE RECURSIVE VIEW fleet.every_day (day) AS SELECT 1 UNION ALL SELECT day + 1 FROM every_day WHERE day < 365;
--- a view swaps with a table, both governed
BEGIN;
ALTER VIEW fleet.available RENAME TO swap;
ALTER TABLE fleet.helmet RENAME TO available;
ALTER VIEW fleet.swap RENAME TO helmet;
COMMIT;
--- and back
BEGIN;
ALTER VIEW fleet.helmet RENAME TO swap;
ALTER TABLE fleet.available RENAME TO helmet;
ALTER VIEW fleet.swap RENAME TO available;
COMMIT;
--- a view with an owner and a table with one swap, and keep their own
BEGIN;
ALTER VIEW fleet.bike_health RENAME TO swap;
ALTER TABLE fleet.repair RENAME TO bike_health;
ALTER VIEW fleet.swap RENAME TO repair;
COMMIT;
--> view fleet.bike_health is view fleet.repair
--> table fleet.repair is table fleet.bike_health
--- and back
BEGIN;
ALTER VIEW fleet.repair RENAME TO swap;
ALTER TABLE fleet.bike_health RENAME TO repair;
ALTER VIEW fleet.swap RENAME TO bike_health;
COMMIT;
--> view fleet.repair is view fleet.bike_health
--> table fleet.bike_health is table fleet.repair
--- a view is renamed, and a new one of its name reads it
BEGIN;
ALTER VIEW crm.rider_public RENAME TO rider_public_v1;
CREATE VIEW crm.rider_public AS SELECT id FROM crm.rider_public_v1;
COMMIT;
--> view crm.rider_public is view crm.rider_public_v1
--- all views of a schema are dropped and made anew under a schema that was renamed meanwhile
BEGIN;
ALTER SCHEMA fleet RENAME TO depot;
DROP VIEW depot.bike_health, depot.available;
CREATE TABLE depot.bike_health (id bigint PRIMARY KEY, last_repair date);
CREATE VIEW depot.available AS SELECT id FROM depot.bicycle;
DROP FUNCTION depot.service_due(bigint, date);
CREATE FUNCTION depot.service_due(bike bigint, at date, soon boolean DEFAULT false) RETURNS date LANGUAGE sql AS 'SELECT current_date';
COMMIT;
--> all of fleet is in depot
--> view depot.bike_health is table depot.bike_health
--> function depot.service_due(bigint,pg_catalog.date) is function depot.service_due(bigint,pg_catalog.date,boolean)
--- and with the name of before, views again
BEGIN;
ALTER SCHEMA depot RENAME TO fleet;
DROP TABLE fleet.bike_health;
CREATE VIEW fleet.bike_health AS SELECT b.id, max(r.done) AS last_repair FROM fleet.bicycle b LEFT JOIN fleet.repair r ON r.bike_id = b.id GROUP BY b.id;
COMMIT;
--> all of depot is in fleet
--> table fleet.bike_health is view fleet.bike_health
