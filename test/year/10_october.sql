--- a bank sends a new format: another foreign table beside
CREATE FOREIGN TABLE partner.bank_statement_v2 (day date, amount numeric, currency text) SERVER bank;
SELECT year.give('foreign table', 'partner.bank_statement_v2', 'CONTROLLER financial #money');
--> foreign table partner.bank_statement_v2: CONTROLLER financial #money
--- the old format goes, said so
SELECT year.take('foreign table', 'partner.bank_statement');
DROP FOREIGN TABLE partner.bank_statement;
--> foreign table partner.bank_statement: nothing
--- the new one takes the plain name
ALTER FOREIGN TABLE partner.bank_statement_v2 RENAME TO bank_statement;
--> foreign table partner.bank_statement_v2 is foreign table partner.bank_statement
--- a server is dropped with its table
DROP SERVER weather CASCADE;
--> foreign table partner.weather: nothing
--> finding governance_left foreign table partner.weather: gone
--- the weather is copied every night instead: a table of its name
CREATE TABLE partner.weather (day date PRIMARY KEY, rain float8);
--> finding governance_left foreign table partner.weather: another kind has its name, table partner.weather
--> no finding governance_left foreign table partner.weather: gone
--- as it asks for
SELECT assignments FROM governance.gov_hand_over('foreign table', 'partner.weather', 'table', 'partner.weather');
--> table partner.weather: location #place
--> no finding governance_left foreign table partner.weather: another kind has its name, table partner.weather
--- a user mapping and a server option
CREATE USER MAPPING FOR app_login SERVER bank;
--- an import every night: a table is made, filled, and renamed
BEGIN;
CREATE TABLE partner.weather_load (day date PRIMARY KEY, rain float8);
DROP TABLE partner.weather;
ALTER TABLE partner.weather_load RENAME TO weather;
COMMIT;
--- the next night
BEGIN;
CREATE TABLE partner.weather_load (day date PRIMARY KEY, rain float8);
DROP TABLE partner.weather;
ALTER TABLE partner.weather_load RENAME TO weather;
COMMIT;
--- tables with a date in their name, a new one each night
CREATE TABLE partner.dump_20251001 (line text);
--- the second
CREATE TABLE partner.dump_20251002 (line text);
--- the third, and the first goes
CREATE TABLE partner.dump_20251003 (line text);
DROP TABLE partner.dump_20251001;
--- they are left out from now on
SELECT governance.gov_exclude('schema:partner', 'dump_*', 'a copy of what the partner has');
CREATE TABLE partner.dump_20251004 (line text);
--- a comment, a security label of nobody, a storage parameter
COMMENT ON TABLE partner.weather IS 'copied every night';
--- a publication and its table
CREATE PUBLICATION riders FOR TABLE crm.rider;
--- replica identity
ALTER TABLE crm.complaint_form REPLICA IDENTITY FULL;
--- a publication goes
DROP PUBLICATION riders;
--- columns of a table are taken apart into another, which is owned by others
CREATE TABLE crm.rider_address AS SELECT id AS rider_id, NULL::text AS street FROM crm.rider;
SELECT year.give('table', 'crm.rider_address', 'PRIVACY personal #pii');
--> table crm.rider_address: PRIVACY personal #pii
--- two tables become one: the second goes, the first has what it had, but for the label that both have
SELECT assignments FROM governance.gov_hand_over('table', 'crm.complaint_form', 'table', 'crm.ticket_head', 'complaints are tickets');
--> table crm.complaint_form: #pii
--- and it is dropped
DROP TABLE crm.complaint_form;
--> table crm.complaint_form: nothing
--- generated columns, constraints, exclusions
ALTER TABLE billing.invoice ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.19) STORED;
ALTER TABLE billing.invoice ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;
ALTER TABLE billing.invoice VALIDATE CONSTRAINT positive;
--- a rule on a view
CREATE RULE nothing AS ON INSERT TO rides.open_trip DO INSTEAD NOTHING;
--- a table is emptied
TRUNCATE rides.feedback;
--- a like table
CREATE TABLE rides.feedback_2025 (LIKE rides.feedback INCLUDING ALL);
