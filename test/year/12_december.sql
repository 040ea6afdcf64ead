--- a migration is taken back: the table that came goes
DROP TABLE loyalty.campaign;
--- a migration is taken back: a rename
ALTER TABLE maintenance.repair RENAME TO repair_order;
--> table maintenance.repair is table maintenance.repair_order
--- down
ALTER TABLE maintenance.repair_order RENAME TO repair;
--> table maintenance.repair_order is table maintenance.repair
--- a migration fails, and everything in it is undone
BEGIN;
ALTER TABLE maintenance.repair RENAME TO gone;
DROP TABLE crm.rider CASCADE;
CREATE TABLE crm.rider (id bigint);
ROLLBACK;
--- a migration in parts, with a savepoint that is undone
BEGIN;
CREATE TABLE crm.consent (id bigint PRIMARY KEY, rider_id bigint);
SAVEPOINT later;
DROP TABLE crm.ticket_message CASCADE;
ROLLBACK TO later;
COMMIT;
--- a table is closed: read only, renamed, kept
ALTER TABLE crm.consent RENAME TO consent_2025;
CREATE TABLE crm.consent (LIKE crm.consent_2025 INCLUDING ALL);
--- the archive of the year: a schema, enrolled
CREATE SCHEMA archive;
SELECT count(*) FROM governance.gov_enroll_schema('archive', '{table}');
SELECT year.give('schema', 'archive', 'PLATFORM');
--> schema archive: PLATFORM
--- closed tables go there
ALTER TABLE crm.consent_2025 SET SCHEMA archive;
ALTER TABLE rides.feedback_2025 SET SCHEMA archive;
--- partitions go there
ALTER TABLE rides.trip DETACH PARTITION rides.trip_y2025m01;
ALTER TABLE rides.trip_y2025m01 SET SCHEMA archive;
--- partitions of the quarter, at once
DO $$
BEGIN
    FOR m IN 2..4 LOOP
        IF to_regclass(format('rides.trip_y2025m%s', lpad(m::text, 2, '0'))) IS NOT NULL THEN
            EXECUTE format('ALTER TABLE rides.trip DETACH PARTITION rides.trip_y2025m%s', lpad(m::text, 2, '0'));
            EXECUTE format('ALTER TABLE rides.trip_y2025m%s SET SCHEMA archive', lpad(m::text, 2, '0'));
        END IF;
    END LOOP;
END $$;
--- retention drops what is left of the half year, at once
DROP TABLE rides.trip_y2025m05, rides.trip_y2025m06, rides.trip_y2025m03b;
--- retention drops nearly all partitions that there are
DROP TABLE rides.trip_y2025m07, rides.trip_y2025m08, rides.trip_y2025m09, rides.trip_y2025m10, rides.trip_y2025m11;
--- a table with all its partitions is made anew with another key
BEGIN;
ALTER TABLE rides.trip RENAME TO trip_old;
CREATE TABLE rides.trip (id bigint, began timestamptz, ended timestamptz, bike_id bigint, rider_id bigint, PRIMARY KEY (id, began)) PARTITION BY RANGE (began);
CREATE TABLE rides.trip_2026 PARTITION OF rides.trip FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
DROP TABLE rides.trip_old CASCADE;
CREATE VIEW rides.open_trip AS SELECT id, began FROM rides.trip WHERE ended IS NULL;
CREATE VIEW rides.long_open_trip AS SELECT * FROM rides.open_trip WHERE began < now() - interval '1 day';
CREATE VIEW analytics.stg_trips AS SELECT id, began FROM rides.trip;
CREATE MATERIALIZED VIEW rides.daily AS SELECT began::date AS day, count(*) AS trips FROM rides.trip GROUP BY 1;
COMMIT;
--- views of a schema made anew in another order
BEGIN;
DROP VIEW rides.open_trip CASCADE;
CREATE VIEW rides.long_open_trip AS SELECT id FROM rides.trip;
CREATE VIEW rides.open_trip AS SELECT id, began FROM rides.trip WHERE ended IS NULL;
COMMIT;
--- functions of a schema all made anew
BEGIN;
DROP FUNCTION rides.fare(integer, bigint);
DROP PROCEDURE rides.close_day(date);
CREATE FUNCTION rides.fare(min integer, tariff_id bigint DEFAULT 1) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE PROCEDURE rides.close_day(day date, dry boolean DEFAULT false) LANGUAGE sql AS 'SELECT 1';
COMMIT;
--> procedure rides.close_day(pg_catalog.date) is procedure rides.close_day(pg_catalog.date,boolean)
--- a schema goes from the database with everything in it, after its tables have found another place
ALTER TABLE places.zone SET SCHEMA fleet;
ALTER TABLE places.road SET SCHEMA fleet;
ALTER TABLE places.rental_station SET SCHEMA fleet;
--> table places.zone is table fleet.zone
--> table places.road is table fleet.road
--> table places.rental_station is table fleet.rental_station
--- the empty schema is let go
DROP SCHEMA places CASCADE;
SELECT governance.gov_unenroll('schema:places', reason => 'all of it is in fleet');
--> schema places: nothing
--- the extension's own schema is renamed
ALTER SCHEMA governance RENAME TO gov;
ALTER SCHEMA gov RENAME TO governance;
--- tables of a schema that is not enrolled come and go
CREATE SCHEMA scratch;
CREATE TABLE scratch.t AS SELECT 1 AS one;
DROP SCHEMA scratch CASCADE;
--- a governed object is registered twice: nothing
SELECT count(*) FROM governance.gov_enroll_schema('archive', '{table}');
--- a table is renamed to a name of sixty-three letters
ALTER TABLE crm.consent RENAME TO consent_of_riders_to_the_processing_of_their_personal_data_1234;
SELECT year.give('table', 'crm.consent_of_riders_to_the_processing_of_their_personal_data_1234', 'PRIVACY');
--> table crm.consent_of_riders_to_the_processing_of_their_personal_data_1234: PRIVACY
--- and with dots, quotes and blanks
ALTER TABLE crm.consent_of_riders_to_the_processing_of_their_personal_data_1234 RENAME TO "consent.of ""riders""";
--> table crm.consent_of_riders_to_the_processing_of_their_personal_data_1234 is table crm."consent.of ""riders"""
--- and back to something that people can type
ALTER TABLE crm."consent.of ""riders""" RENAME TO consent;
--> table crm."consent.of ""riders""" is table crm.consent
--- statistics, and a vacuum
ANALYZE crm.rider;
--- the last partition for the year to come
CREATE TABLE rides.trip_2027 PARTITION OF rides.trip FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
--- the year's end: what is left to be said is ended
SELECT year.take('table', 'crm.consent');
DROP TABLE crm.consent;
--> table crm.consent: nothing
