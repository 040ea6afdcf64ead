-- The triggers that guard the extension's tables: what an owner or a superuser
-- does to them is a critical finding, and gov_rebind makes them again what they
-- were.  What somebody added is found, and stays.
\set SHOW_CONTEXT never
CREATE VIEW pg_temp.found AS
SELECT severity, object_type AS kind, object_ref AS thing, detail FROM gov_drift_finding WHERE detector = 'guard_changed' ORDER BY 2, object_ref COLLATE "C";
CREATE VIEW pg_temp.guards AS
SELECT c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid) AS definition FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
 WHERE c.relname LIKE 'gov\_%' AND NOT t.tgisinternal;
CREATE TEMP TABLE was AS SELECT * FROM pg_temp.guards;
SELECT count(*) > 100 AS many, count(*) = (SELECT count(*) FROM gov_guard) AS all_are_kept FROM was;
TABLE pg_temp.found;

-- one of each kind
BEGIN;
CREATE FUNCTION pg_temp.stranger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
ALTER TABLE gov_axis DISABLE TRIGGER gov_lifecycle_guard;
ALTER TABLE gov_vote ENABLE TRIGGER gov_ledger_insert;
ALTER TABLE gov_action ENABLE REPLICA TRIGGER gov_guard_trust;
DROP TRIGGER gov_work_guard ON gov_decision;
CREATE OR REPLACE TRIGGER gov_authority_guard_delete AFTER DELETE ON gov_authority
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION governance_internal.gov_authority_guard();
ALTER TABLE gov_value_label DISABLE TRIGGER ALL;
CREATE TRIGGER "Stranger" BEFORE INSERT ON gov_finding FOR EACH ROW EXECUTE FUNCTION pg_temp.stranger();
CREATE TRIGGER gov_ledger_guard BEFORE INSERT ON gov_label FOR EACH STATEMENT EXECUTE FUNCTION governance_internal.gov_ledger_guard();
CREATE RULE quiet AS ON DELETE TO gov_quorum_rule DO INSTEAD NOTHING;
ALTER TABLE gov_source ENABLE ROW LEVEL SECURITY;
TABLE pg_temp.found;
SELECT gov_scan() IS NOT NULL AS scanned;
SELECT status, severity, count(*) FROM gov_drift_state WHERE detector = 'guard_changed' GROUP BY 1, 2;
SELECT * FROM gov_rebind(dry_run => true) WHERE state IN ('restored', 'added');
SELECT count(*) FROM gov_ledger WHERE action = 'rebind';
SELECT count(*) FROM gov_rebind(reason => 'they were switched off') WHERE state = 'restored';
SELECT payload FROM gov_ledger WHERE action = 'rebind' ORDER BY seq DESC LIMIT 1;
TABLE pg_temp.found;
SELECT relname, tgname FROM (TABLE was EXCEPT TABLE pg_temp.guards) AS w ORDER BY 1, 2;
DROP TRIGGER "Stranger" ON gov_finding;
DROP TRIGGER gov_ledger_guard ON gov_label;
DROP RULE quiet ON gov_quorum_rule;
ALTER TABLE gov_source DISABLE ROW LEVEL SECURITY;
TABLE pg_temp.found;
SELECT count(*) AS nothing_left_to_do FROM gov_rebind() WHERE state IN ('restored', 'added');
ROLLBACK;

-- a parent, whose rows ours would be then, and whose statements pass by our triggers
BEGIN;
CREATE TABLE above (LIKE gov_value_label);
ALTER TABLE gov_value_label INHERIT above;
TABLE pg_temp.found;
ROLLBACK;

-- what ENABLE TRIGGER ALL takes away, and what gives it back
BEGIN;
ALTER TABLE gov_ledger DISABLE TRIGGER ALL;
ALTER TABLE gov_ledger ENABLE TRIGGER ALL;
TABLE pg_temp.found;
SET LOCAL session_replication_role = replica;
SAVEPOINT bypassed;
UPDATE gov_ledger SET actor = 'nobody' WHERE seq = 1;
ROLLBACK TO bypassed;
SELECT * FROM gov_rebind() WHERE state = 'restored';
UPDATE gov_ledger SET actor = 'nobody' WHERE seq = 1;
ROLLBACK;

-- what they are meant to be is nobody's to say, and a change of it by hand is noted
SELECT governance_internal.gov_guards_note();
BEGIN;
ALTER TABLE gov_axis DISABLE TRIGGER gov_lifecycle_guard;
UPDATE gov_guard SET fires = 'disabled' WHERE relation = 'gov_axis' AND guard = 'gov_lifecycle_guard';
SELECT action, target, payload FROM gov_ledger ORDER BY seq DESC LIMIT 1;
ROLLBACK;
TABLE pg_temp.found;
