--- a model is built the first time
CREATE TABLE analytics.fct_revenue__dbt_tmp AS SELECT 1 AS day, 2 AS total;
ALTER TABLE analytics.fct_revenue__dbt_tmp RENAME TO fct_revenue;
SELECT year.give('table', 'analytics.fct_revenue', 'CONTROLLER financial #money');
--> table analytics.fct_revenue: CONTROLLER financial #money
--- a table model is built again: made aside, swapped, the old one dropped
BEGIN;
CREATE TABLE analytics.fct_trips__dbt_tmp AS SELECT current_date AS day, 1::bigint AS trips;
ALTER TABLE analytics.fct_trips RENAME TO fct_trips__dbt_backup;
ALTER TABLE analytics.fct_trips__dbt_tmp RENAME TO fct_trips;
COMMIT;
DROP TABLE analytics.fct_trips__dbt_backup CASCADE;
--- all table models in one night
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY '{fct_trips,fct_revenue,dim_station}'::text[] LOOP
        EXECUTE format('CREATE TABLE analytics.%I AS SELECT * FROM analytics.%I', t || '__dbt_tmp', t);
        EXECUTE format('ALTER TABLE analytics.%I RENAME TO %I', t, t || '__dbt_backup');
        EXECUTE format('ALTER TABLE analytics.%I RENAME TO %I', t || '__dbt_tmp', t);
        EXECUTE format('DROP TABLE analytics.%I', t || '__dbt_backup');
    END LOOP;
END $$;
--- a view model becomes a table
BEGIN;
CREATE TABLE analytics.stg_trips__dbt_tmp AS SELECT * FROM analytics.stg_trips;
ALTER VIEW analytics.stg_trips RENAME TO stg_trips__dbt_backup;
ALTER TABLE analytics.stg_trips__dbt_tmp RENAME TO stg_trips;
DROP VIEW analytics.stg_trips__dbt_backup;
COMMIT;
--> view analytics.stg_trips is table analytics.stg_trips
--- and a view again
BEGIN;
ALTER TABLE analytics.stg_trips RENAME TO stg_trips__dbt_backup;
CREATE VIEW analytics.stg_trips AS SELECT id, began FROM rides.trip;
DROP TABLE analytics.stg_trips__dbt_backup;
COMMIT;
--> table analytics.stg_trips is view analytics.stg_trips
--- a materialized view becomes a table
DROP MATERIALIZED VIEW analytics.mart_utilisation;
CREATE TABLE analytics.mart_utilisation AS SELECT station_id, count(*) AS n FROM rides.reservation GROUP BY 1;
--> materialized view analytics.mart_utilisation is table analytics.mart_utilisation
--- views are dropped with what they stand on, and all made anew
BEGIN;
DROP VIEW analytics.stg_riders CASCADE;
CREATE VIEW analytics.stg_riders AS SELECT id, lower(mail) AS mail FROM crm.rider;
COMMIT;
--- an incremental model: only rows
INSERT INTO analytics.fct_trips VALUES (current_date, 2);
--- and with a full refresh, in one transaction
BEGIN;
DROP TABLE analytics.fct_trips;
CREATE TABLE analytics.fct_trips (day date, trips bigint, minutes bigint);
COMMIT;
--- a developer's schema, which nobody governs
CREATE SCHEMA dbt_anna;
CREATE TABLE dbt_anna.fct_trips (day date);
CREATE VIEW dbt_anna.stg_riders AS SELECT 1 AS id;
--- and is gone
DROP SCHEMA dbt_anna CASCADE;
--- a model is renamed: the new one is built, the old one dropped a day later
CREATE TABLE analytics.dim_rental_station AS SELECT * FROM analytics.dim_station;
--- the day later
DROP TABLE analytics.dim_station;
--> table analytics.dim_station: nothing
--> finding governance_left table analytics.dim_station: gone
--- the new one gets what the old one had
SELECT ownerships FROM governance.gov_hand_over('table', 'analytics.dim_station', 'table', 'analytics.dim_rental_station', 'the model was renamed');
--> table analytics.dim_rental_station: GEO-DESK
--> no finding governance_left table analytics.dim_station: gone
--- a build fails half way: the temporary table stays
CREATE TABLE analytics.fct_revenue__dbt_tmp AS SELECT * FROM analytics.fct_revenue;
--- and the next build removes it
BEGIN;
DROP TABLE analytics.fct_revenue__dbt_tmp;
CREATE TABLE analytics.fct_revenue__dbt_tmp AS SELECT * FROM analytics.fct_revenue;
ALTER TABLE analytics.fct_revenue RENAME TO fct_revenue__dbt_backup;
ALTER TABLE analytics.fct_revenue__dbt_tmp RENAME TO fct_revenue;
DROP TABLE analytics.fct_revenue__dbt_backup;
COMMIT;
--- a build is looked at between its two renames
CREATE TABLE analytics.fct_revenue__dbt_tmp AS SELECT * FROM analytics.fct_revenue;
ALTER TABLE analytics.fct_revenue RENAME TO fct_revenue__dbt_backup;
--> table analytics.fct_revenue is table analytics.fct_revenue__dbt_backup
--- and after them, the old one still there
ALTER TABLE analytics.fct_revenue__dbt_tmp RENAME TO fct_revenue;
--> finding governance_left table analytics.fct_revenue__dbt_backup: another one has its former name, table analytics.fct_revenue
--- and at its end: the finding stays, and names both
DROP TABLE analytics.fct_revenue__dbt_backup;
--> table analytics.fct_revenue__dbt_backup: nothing
--- as it asks for
SELECT ownerships FROM governance.gov_hand_over('table', 'analytics.fct_revenue__dbt_backup', 'table', 'analytics.fct_revenue', 'built while the inventory was read');
--> table analytics.fct_revenue: CONTROLLER financial #money
--> no finding governance_left table analytics.fct_revenue__dbt_backup: another one has its former name, table analytics.fct_revenue
--- a seed is loaded: dropped and made
DROP TABLE IF EXISTS analytics.seed_holidays;
CREATE TABLE analytics.seed_holidays (day date, name text);
--- a snapshot table comes
CREATE TABLE analytics.snap_tariff AS SELECT *, now() AS valid_from, NULL::timestamptz AS valid_to FROM billing.tariff;
SELECT year.give('table', 'analytics.snap_tariff', 'PRICING');
--> table analytics.snap_tariff: PRICING
--- the whole project is built into a schema beside, which takes the place of the old one in one transaction
BEGIN;
ALTER TABLE analytics.snap_tariff SET SCHEMA ops;
ALTER TABLE ops.snap_tariff SET SCHEMA analytics;
COMMIT;
--- a materialized view is made anew under another name, and takes the name
BEGIN;
CREATE MATERIALIZED VIEW rides.daily_new AS SELECT began::date AS day, count(*) AS trips, min(began) AS first FROM rides.trip GROUP BY 1;
DROP MATERIALIZED VIEW rides.daily;
ALTER MATERIALIZED VIEW rides.daily_new RENAME TO daily;
COMMIT;
--- a materialized view is refreshed
REFRESH MATERIALIZED VIEW rides.daily;
--- a table model becomes a foreign one, of the warehouse
BEGIN;
DROP TABLE analytics.mart_utilisation;
CREATE FOREIGN TABLE analytics.mart_utilisation (station_id bigint, n bigint) SERVER weather;
COMMIT;
--> table analytics.mart_utilisation is foreign table analytics.mart_utilisation
--> finding axis_assignment_missing foreign table analytics.mart_utilisation
--- and is a table again
BEGIN;
DROP FOREIGN TABLE analytics.mart_utilisation;
CREATE TABLE analytics.mart_utilisation (station_id bigint, n bigint);
COMMIT;
--> foreign table analytics.mart_utilisation is table analytics.mart_utilisation
--> no finding axis_assignment_missing foreign table analytics.mart_utilisation
