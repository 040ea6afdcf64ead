--- an online change of a table, as a tool does it: a shadow table and triggers
CREATE TABLE crm._ticket_new (id bigint PRIMARY KEY, rider_id bigint, text text, priority integer);
CREATE FUNCTION crm._ticket_copy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER _ticket_copy AFTER INSERT ON crm.ticket FOR EACH ROW EXECUTE FUNCTION crm._ticket_copy();
--- the two change places, and the old one goes at once
BEGIN;
ALTER TABLE crm.ticket RENAME TO _ticket_old;
ALTER TABLE crm._ticket_new RENAME TO ticket;
DROP TABLE crm._ticket_old;
DROP FUNCTION crm._ticket_copy();
COMMIT;
--> table crm.ticket: SUPPORT personal #pii
--- the same for invoices, but the old one is kept for a day: the shadow table first
CREATE TABLE billing._invoice_gho (id bigint PRIMARY KEY, rider_id bigint, total numeric, paid_at timestamptz, currency text);
CREATE TABLE billing._invoice_ghc (id bigint PRIMARY KEY, hint text, value text);
--- the swap
BEGIN;
ALTER TABLE billing.invoice RENAME TO _invoice_del;
ALTER TABLE billing._invoice_gho RENAME TO invoice;
COMMIT;
--> table billing.invoice is table billing._invoice_del
--> finding governance_left table billing._invoice_del: another one has its former name, table billing.invoice
--- whoever is told hands over
SELECT ownerships, assignments, labels FROM governance.gov_hand_over('table', 'billing._invoice_del', 'table', 'billing.invoice', 'changed online');
--> table billing._invoice_del is table billing.invoice
--> no finding governance_left table billing._invoice_del: another one has its former name, table billing.invoice
--- views and keys follow the new one
CREATE OR REPLACE VIEW billing.open_invoice AS SELECT id, rider_id, total, paid_at FROM billing.invoice WHERE paid_at IS NULL;
DROP MATERIALIZED VIEW billing.revenue;
CREATE MATERIALIZED VIEW billing.revenue AS SELECT paid_at::date AS day, sum(total) AS total FROM billing.invoice GROUP BY 1;
ALTER TABLE billing.payment DROP CONSTRAINT payment_invoice_id_fkey;
--- the old one and the log of the change go
DROP TABLE billing._invoice_del, billing._invoice_ghc;
--- a change that is given up: shadow table made
CREATE TABLE billing._payment_new (LIKE billing.payment INCLUDING ALL);
--- and dropped
DROP TABLE billing._payment_new;
--- a change that swaps, is found wanting, and swaps back within one transaction
BEGIN;
CREATE TABLE billing._tariff_new (LIKE billing.tariff INCLUDING ALL);
ALTER TABLE billing.tariff RENAME TO _tariff_old;
ALTER TABLE billing._tariff_new RENAME TO tariff;
ALTER TABLE billing.tariff RENAME TO _tariff_new;
ALTER TABLE billing._tariff_old RENAME TO tariff;
DROP TABLE billing._tariff_new;
COMMIT;
--- a swap in one transaction that keeps the old one
BEGIN;
CREATE TABLE billing._tariff_new (id bigint PRIMARY KEY, name text, price numeric, valid_from date);
ALTER TABLE billing.tariff RENAME TO _tariff_old;
ALTER TABLE billing._tariff_new RENAME TO tariff;
COMMIT;
--> table billing.tariff is table billing._tariff_old
--> finding governance_left table billing._tariff_old: another one has its former name, table billing.tariff
--- and back again, since the new one was slow
BEGIN;
ALTER TABLE billing.tariff RENAME TO _tariff_new;
ALTER TABLE billing._tariff_old RENAME TO tariff;
COMMIT;
--> table billing._tariff_old is table billing.tariff
--> no finding governance_left table billing._tariff_old: another one has its former name, table billing.tariff
--- what is left of it goes
DROP TABLE billing._tariff_new;
--- a table is compacted by a rewrite: its file changes, it does not
VACUUM FULL ops.deployment;
--- indexes are built anew
REINDEX TABLE crm.rider;
--- a column changes its type by way of a second column
ALTER TABLE crm.contact ADD COLUMN phone_new varchar(40);
UPDATE crm.contact SET phone_new = phone;
ALTER TABLE crm.contact DROP COLUMN phone;
ALTER TABLE crm.contact RENAME COLUMN phone_new TO phone;
--- expand: a table gets a better name, a view keeps the old one for who still uses it
ALTER TABLE crm.contact RENAME TO contact_channel;
CREATE VIEW crm.contact AS SELECT * FROM crm.contact_channel;
--> table crm.contact is table crm.contact_channel
--- contract: the view goes
DROP VIEW crm.contact;
--- expand with two tables: what was one is split, the old name is a view over both
BEGIN;
CREATE TABLE crm.ticket_message (id bigint PRIMARY KEY, ticket_id bigint, text text);
ALTER TABLE crm.ticket RENAME TO ticket_head;
CREATE VIEW crm.ticket AS SELECT h.id, h.rider_id, m.text FROM crm.ticket_head h LEFT JOIN crm.ticket_message m ON m.ticket_id = h.id;
COMMIT;
--> table crm.ticket is table crm.ticket_head
--- the new part is owned, too
SELECT year.give('table', 'crm.ticket_message', 'SUPPORT personal #pii');
--> table crm.ticket_message: SUPPORT personal #pii
--- logged and unlogged
ALTER TABLE rides.reservation SET UNLOGGED;
ALTER TABLE rides.reservation SET LOGGED;
--- a table is moved to another owner and access method, its storage changes
ALTER TABLE rides.reservation OWNER TO rides_team;
ALTER TABLE rides.reservation SET (fillfactor = 80);
ALTER TABLE rides.reservation SET ACCESS METHOD heap;
--- three tables pass their names on, around in a circle
BEGIN;
ALTER TABLE fleet.repair RENAME TO circle;
ALTER TABLE fleet.dock RENAME TO repair;
ALTER TABLE fleet.bicycle RENAME TO dock;
ALTER TABLE fleet.circle RENAME TO bicycle;
COMMIT;
--> table fleet.repair is table fleet.circle
--> table fleet.dock is table fleet.repair
--> table fleet.bicycle is table fleet.dock
--> table fleet.circle is table fleet.bicycle
--- and back
BEGIN;
ALTER TABLE fleet.repair RENAME TO circle;
ALTER TABLE fleet.bicycle RENAME TO repair;
ALTER TABLE fleet.dock RENAME TO bicycle;
ALTER TABLE fleet.circle RENAME TO dock;
COMMIT;
--> table fleet.repair is table fleet.circle
--> table fleet.bicycle is table fleet.repair
--> table fleet.dock is table fleet.bicycle
--> table fleet.circle is table fleet.dock
--- statistics of several columns
CREATE STATISTICS crm.rider_stat ON name, mail FROM crm.rider;
--- and their end
DROP STATISTICS crm.rider_stat;
