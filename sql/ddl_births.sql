-- What tracking writes past SQL for a new table is what a statement would write:
-- every column, default, check, key and trigger, the digest, the labels that wait
-- for its name and the event that is told.  In a database of its own.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_births;
\c regress_gov_births
SET client_min_messages = warning;
CREATE EXTENSION governance;
CREATE SCHEMA births;
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('births');
SELECT setting FROM pg_settings WHERE name = 'governance.ddl_mode';
SELECT max(seq) AS enrolled FROM gov_ledger \gset

-- names that a literal has to quote; some are taken back, one ends in the transaction
BEGIN;
CREATE TABLE births.plain (i int);
CREATE TABLE births."it's" (i int);
CREATE UNLOGGED TABLE births."back\slash" (i int);
SAVEPOINT s;
CREATE TABLE births."taken back" (i int);
ROLLBACK TO s;
CREATE TABLE births."Size" (i int);
CREATE TABLE births.parts (i int) PARTITION BY LIST (i);
COMMIT;
SELECT l.action, l.payload - 'events' AS counts, l.payload ->> 'events' = governance_internal.gov_object_event_digest(l.seq) AS as_noted
  FROM gov_ledger AS l WHERE l.seq > :enrolled ORDER BY l.seq;
SELECT e.event, e.object_type, e.object_ref, e.former_type, e.former_ref, e.former_container, c.object_ref AS container, e.at = o.born_at AS at_birth
  FROM gov_object_event AS e JOIN gov_object AS o USING (object_id) JOIN gov_object AS c ON c.object_id = e.container_id
 WHERE e.seq > :enrolled ORDER BY e.object_ref COLLATE "C";
SELECT o.object_type, o.object_ref, o.source, o.attributes - 'owner' AS attributes, o.address_class, o.address_names, o.address_args,
       o.address_oid = to_regclass(o.object_ref) AS oid, o.address_subid, o.retired_at
  FROM gov_object AS o WHERE o.object_type = 'table' ORDER BY o.object_ref COLLATE "C";
-- a sync finds nothing to write
SELECT born, changed, retired, changes FROM gov_sync('schema:births');
SELECT * FROM gov_ledger_verify();
-- so it is where constraints wait for the commit
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
CREATE TABLE births.later (i int);
COMMIT;
SELECT changed, changes FROM gov_sync('schema:births');

-- a column, a check and a trigger that somebody added are honoured, in one session before and after
ALTER TABLE gov_object ADD COLUMN note text DEFAULT 'new', ADD COLUMN twice int GENERATED ALWAYS AS (octet_length(object_ref) * 2) STORED;
ALTER TABLE gov_object_event ADD COLUMN note text DEFAULT 'event';
CREATE TABLE births.noted (i int);
SELECT o.note, o.twice, e.note FROM gov_object AS o JOIN gov_object_event AS e USING (object_id) WHERE o.object_ref = 'births.noted';
CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'a trigger sees % %', TG_TABLE_NAME, NEW.object_ref; RETURN NULL; END$$;
CREATE TRIGGER seen AFTER INSERT ON gov_object FOR EACH ROW WHEN (NEW.object_ref LIKE '%seen%') EXECUTE FUNCTION seen();
CREATE TABLE births.seen (i int);
CREATE TABLE births.passed (i int);
DROP TRIGGER seen ON gov_object;
CREATE TABLE births.unseen (i int);
CREATE FUNCTION allowed(ref text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT ref !~ 'refused'$$;
ALTER TABLE gov_object ADD CONSTRAINT allowed CHECK (public.allowed(object_ref));
CREATE TABLE births.allowed (i int);
-- what fails there fails alone: the table is made
\set VERBOSITY terse
CREATE TABLE births.refused (i int);
CREATE OR REPLACE FUNCTION allowed(ref text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT ref !~ 'forbidden'$$;
CREATE TABLE births.refused_no_more (i int);
CREATE TABLE births.forbidden (i int);
ALTER TABLE gov_object DROP CONSTRAINT allowed;
CREATE TABLE births.forbidden_no_more (i int);
SELECT object_ref FROM gov_object WHERE object_ref ~ 'seen|passed|allowed|refused|forbidden' ORDER BY object_ref COLLATE "C";
-- under enforce nothing goes untracked
ALTER TABLE gov_object ADD CONSTRAINT allowed CHECK (object_ref !~ 'refused') NOT VALID;
SET governance.ddl_mode = enforce;
CREATE TABLE births.refused_enforced (i int);
RESET governance.ddl_mode;
ALTER TABLE gov_object DROP CONSTRAINT allowed;
ALTER TABLE gov_object_event ADD CONSTRAINT allowed CHECK (object_ref !~ 'refused') NOT VALID;
CREATE TABLE births.refused_event (i int);
CREATE TABLE births.allowed_event (i int);
ALTER TABLE gov_object_event DROP CONSTRAINT allowed;
SELECT o.object_ref, e.event FROM gov_object AS o LEFT JOIN gov_object_event AS e USING (object_id) WHERE o.object_ref ~ '_(enforced|event)$' ORDER BY 1;

-- rows of labels that wait for a name are those of the first object of it
INSERT INTO gov_label_rule (object_type, object_ref, label) VALUES ('table', 'births.labelled', 'secret'), ('view', 'births.labelled', 'open');
INSERT INTO gov_label_projection (object_type, object_ref, label) VALUES ('table', 'births.projected', 'secret');
CREATE TABLE births.labelled (i int);
CREATE TABLE births.projected (i int);
SELECT r.object_type, r.object_ref, r.label, o.object_ref AS of FROM gov_label_rule AS r LEFT JOIN gov_object AS o USING (object_id) ORDER BY r.label COLLATE "C";
SELECT r.object_type, r.object_ref, r.label, o.object_ref AS of FROM gov_label_projection AS r LEFT JOIN gov_object AS o USING (object_id);

-- births are told while somebody wants to hear of them
SELECT gov_event_activate('governance', 'handoff.object_born');
CREATE TABLE births.told (i int);
SELECT canonical_address, payload - 'object_id' - 'seq' AS payload FROM gov_event_outbox WHERE type = 'handoff.object_born';
SELECT * FROM gov_ledger_verify();
\c :"home"
DROP DATABASE regress_gov_births;
