--- a schema is renamed
ALTER SCHEMA geo RENAME TO places;
--> all of geo is in places
--- and gets its old name back
ALTER SCHEMA places RENAME TO geo;
--> all of places is in geo
--- a schema is renamed, and a table in it, at once
ALTER SCHEMA geo RENAME TO places;
ALTER TABLE places.street RENAME TO road;
--> all of geo is in places
--> table places.street is table places.road
--- a schema of the old name comes for who still uses it, with views, which nobody governs
CREATE SCHEMA geo;
CREATE VIEW geo.street AS SELECT * FROM places.road;
--> finding governance_left schema places: another schema has the former name of its own, schema geo
--> finding governance_left table places.rental_station: another schema has the former name of its own, schema geo
--> finding governance_left table places.zone: another schema has the former name of its own, schema geo
--> finding governance_left table places.road: another schema has the former name of its own, schema geo
--- it is enrolled, and owned
SELECT count(*) FROM governance.gov_enroll_schema('geo');
SELECT year.give('schema', 'geo', 'GEO-DESK');
--> schema geo: GEO-DESK
--> no finding governance_left schema places: another schema has the former name of its own, schema geo
--> no finding governance_left table places.rental_station: another schema has the former name of its own, schema geo
--> no finding governance_left table places.zone: another schema has the former name of its own, schema geo
--> no finding governance_left table places.road: another schema has the former name of its own, schema geo
--- and goes when nobody uses it any more, said so before
DROP SCHEMA geo CASCADE;
SELECT governance.gov_unenroll('schema:geo', reason => 'nobody uses it any more');
--> schema geo: nothing
--- two schemas swap their names by way of a third, both governed
BEGIN;
ALTER SCHEMA partner RENAME TO swap;
ALTER SCHEMA ops RENAME TO partner;
ALTER SCHEMA swap RENAME TO ops;
COMMIT;
--> all of partner is in swap
--> all of ops is in partner
--> all of swap is in ops
--- and back
BEGIN;
ALTER SCHEMA partner RENAME TO swap;
ALTER SCHEMA ops RENAME TO partner;
ALTER SCHEMA swap RENAME TO ops;
COMMIT;
--> all of partner is in swap
--> all of ops is in partner
--> all of swap is in ops
--- a new schema beside, enrolled
CREATE SCHEMA loyalty;
CREATE TABLE loyalty.account (id bigint PRIMARY KEY, points integer);
SELECT count(*) FROM governance.gov_enroll_schema('loyalty');
--> finding ownership_gap schema loyalty
--> finding ownership_gap table loyalty.account
--- and owned
SELECT year.give('schema', 'loyalty', 'MARKETING');
--> schema loyalty: MARKETING
--> no finding ownership_gap schema loyalty
--> no finding ownership_gap table loyalty.account
--- tables move there from another
ALTER TABLE billing.voucher SET SCHEMA loyalty;
ALTER TABLE crm.newsletter SET SCHEMA loyalty;
--> table crm.newsletter is table loyalty.newsletter
--- a schema is rebuilt: dropped and made anew with the same tables in one transaction
BEGIN;
DROP SCHEMA places CASCADE;
CREATE SCHEMA places;
CREATE TABLE places.zone (id integer PRIMARY KEY, name text);
CREATE TABLE places.road (id bigint PRIMARY KEY, name text);
CREATE TABLE places.rental_station (id bigint PRIMARY KEY, name text, lat float8, lon float8);
COMMIT;
--- a schema gets another owner
ALTER SCHEMA places OWNER TO fleet_team;
--- a table gets another owner
ALTER TABLE places.zone OWNER TO fleet_team;
--- a blue and a green schema: green is built beside
CREATE SCHEMA loyalty_green;
CREATE TABLE loyalty_green.account (id bigint PRIMARY KEY, points integer, level text);
CREATE TABLE loyalty_green.newsletter (id bigint PRIMARY KEY, subject text);
CREATE TABLE loyalty_green.voucher (code text PRIMARY KEY);
--- green takes the name: nobody governs what bears it now
BEGIN;
ALTER SCHEMA loyalty RENAME TO loyalty_blue;
ALTER SCHEMA loyalty_green RENAME TO loyalty;
COMMIT;
--> all of loyalty is in loyalty_blue
--> finding governance_left schema loyalty_blue: another schema has the former name of its own, schema loyalty
--> finding governance_left table loyalty_blue.newsletter: another schema has the former name of its own, schema loyalty
--- the name is governed again: each finding tells to whom it goes
SELECT count(*) FROM governance.gov_enroll_schema('loyalty');
--> no finding governance_left schema loyalty_blue: another schema has the former name of its own, schema loyalty
--> no finding governance_left table loyalty_blue.newsletter: another schema has the former name of its own, schema loyalty
--> finding governance_left schema loyalty_blue: another one has its former name, schema loyalty
--> finding governance_left table loyalty_blue.newsletter: another one has its former name, table loyalty.newsletter
--> finding ownership_gap schema loyalty
--> finding ownership_gap table loyalty.account
--> finding ownership_gap table loyalty.newsletter
--> finding ownership_gap table loyalty.voucher
--- and so it goes, by one query
SELECT count(h.ownerships)
  FROM governance.gov_drift_state AS f, governance.gov_hand_over(f.object_type, f.object_ref, f.detail ->> 'to_type', f.detail ->> 'to_ref', 'blue goes, green comes') AS h
 WHERE f.detector = 'governance_left' AND f.status = 'open' AND f.detail ? 'to_ref';
--> all of loyalty_blue is in loyalty
--> no finding governance_left schema loyalty_blue: another one has its former name, schema loyalty
--> no finding governance_left table loyalty_blue.newsletter: another one has its former name, table loyalty.newsletter
--> no finding ownership_gap schema loyalty
--> no finding ownership_gap table loyalty.account
--> no finding ownership_gap table loyalty.newsletter
--> no finding ownership_gap table loyalty.voucher
--> finding ownership_gap schema loyalty_blue
--> finding ownership_gap table loyalty_blue.account
--> finding ownership_gap table loyalty_blue.newsletter
--> finding ownership_gap table loyalty_blue.voucher
--- blue goes, said so
DROP SCHEMA loyalty_blue CASCADE;
SELECT governance.gov_unenroll('schema:loyalty_blue', reason => 'green has its place');
--> no finding ownership_gap schema loyalty_blue
--> no finding ownership_gap table loyalty_blue.account
--> no finding ownership_gap table loyalty_blue.newsletter
--> no finding ownership_gap table loyalty_blue.voucher
--- a function moves with its table
ALTER FUNCTION rides.surcharge(rides.time_band) SET SCHEMA billing;
ALTER TYPE rides.time_band SET SCHEMA billing;
--> function rides.surcharge(rides.time_band) is function billing.surcharge(billing.time_band)
--- a schema with a name that needs quotes
ALTER SCHEMA partner RENAME TO "Partner Feeds";
--> schema partner is schema "Partner Feeds"
--> foreign table partner.bank_statement is foreign table "Partner Feeds".bank_statement
--> foreign table partner.weather is foreign table "Partner Feeds".weather
--- and with one that does not
ALTER SCHEMA "Partner Feeds" RENAME TO feeds;
--> schema "Partner Feeds" is schema feeds
--> foreign table "Partner Feeds".bank_statement is foreign table feeds.bank_statement
--> foreign table "Partner Feeds".weather is foreign table feeds.weather
--- a table moves to a schema that nobody governs
CREATE SCHEMA attic;
ALTER TABLE ops.job SET SCHEMA attic;
--> table ops.job: nothing
--> finding governance_left table ops.job: moved away, table attic.job
--- and is fetched back
ALTER TABLE attic.job SET SCHEMA ops;
--> table ops.job: PLATFORM
--> no finding governance_left table ops.job: moved away, table attic.job
--- a temporary table of a session is nobody's matter
CREATE TEMPORARY TABLE scratch AS SELECT 1 AS one;
--- a schema is renamed while one of its tables is swapped
BEGIN;
ALTER SCHEMA feeds RENAME TO partner;
ALTER FOREIGN TABLE partner.weather RENAME TO weather_old;
CREATE FOREIGN TABLE partner.weather (day date, rain float8, wind float8) SERVER weather;
DROP FOREIGN TABLE partner.weather_old;
COMMIT;
--> all of feeds is in partner
--- a search path that hides everything does not matter
ALTER ROLE app_login SET search_path = attic;
DROP SCHEMA attic;
