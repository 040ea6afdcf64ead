-- DDL that tracking was not told of is a finding, once a sync has found it; so is what
-- keeps tracking from being told.  In a database of its own, in which nobody set a mode.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_untracked;
\c regress_gov_untracked
SET client_min_messages = warning;
CREATE EXTENSION governance;
CREATE ROLE regress_gov_untracked;
CREATE SCHEMA seen; CREATE SCHEMA seen_two;
CREATE TABLE seen.a (i int);
SELECT object_type, objects FROM gov_enroll_schema('seen') ORDER BY 1;
CREATE VIEW untracked AS
    SELECT severity, object_type, CASE WHEN object_type <> 'ledger entry' THEN object_ref END AS object_ref,
           detail - '{in_step,found,login,objects}'::text[] AS detail, detail ->> 'objects' AS objects,
           detail ? 'login' AS login, detail ->> 'in_step' <= detail ->> 'found' AS stretch
      FROM gov_drift_finding WHERE detector = 'ddl_untracked' ORDER BY object_type COLLATE "C", length(gov_drift_finding.object_ref), gov_drift_finding.object_ref COLLATE "C";

-- what is tracked, enrolled by somebody, or found and in step, is none
CREATE TABLE seen.b (i int);
ALTER TABLE seen.b RENAME TO c;
SELECT source, born FROM gov_sync();
SELECT source, state, objects FROM gov_enroll_schemas('seen_*');
SELECT objects FROM gov_enroll_schema('seen', exclude => '{x}') WHERE object_type = 'table';
SELECT * FROM untracked;

-- a stretch in which it was off for a session: found by the next sync, one for each schema
SET governance.ddl_mode = off;
CREATE TABLE seen.d (i int);
ALTER TABLE seen.c RENAME TO e;
DROP TABLE seen.a;
CREATE VIEW seen_two.v AS SELECT 1 AS i;
RESET governance.ddl_mode;
SELECT * FROM untracked;
SELECT source, born, renamed, retired FROM gov_sync();
SELECT * FROM untracked;
-- found by an act that brings an object in, and by a reconcile
SET governance.ddl_mode = off;
CREATE TABLE seen.f (i int);
CREATE TABLE seen.g (i int);
SELECT gov_set_authority('Untracked', kind => 'human');
SELECT gov_create_axis('untracked', kind => 'deterministic', family => 'semantic'), gov_set_axis_status('untracked', 'active');
SELECT gov_propose_value('untracked', 'v'), gov_ratify('untracked', 'v');
SELECT gov_own('table', 'seen.f', 'untracked', 'v', 'Untracked');
SELECT metric, before, after FROM gov_reconcile() WHERE metric = 'objects';
RESET governance.ddl_mode;
SELECT * FROM untracked;
-- it stays until somebody acknowledges it
SELECT gov_scan() > 0 AS scanned;
SELECT gov_acknowledge(finding_id, reason => 'an upgrade of the application') FROM gov_drift_state WHERE detector = 'ddl_untracked' AND detail ->> 'source' = 'schema:seen_two';
SELECT gov_scan() > 0 AS scanned;
SELECT detail ->> 'source' AS source, status, count(*) FROM gov_drift_state WHERE detector = 'ddl_untracked' GROUP BY 1, 2 ORDER BY 1, 2;

-- another owner, or a role with another name, is none: nobody is told of all of those
ALTER TABLE seen.d OWNER TO regress_gov_untracked;
REASSIGN OWNED BY regress_gov_untracked TO CURRENT_USER;
SELECT source, changed FROM gov_sync() WHERE changed > 0;
SELECT count(*) FROM untracked;

-- off for the whole database: it is meant so
ALTER DATABASE regress_gov_untracked SET governance.ddl_mode = off;
SELECT governance_internal.gov_configured_ddl_mode();
SET governance.ddl_mode = off;
CREATE TABLE seen.h (i int);
SELECT source, born FROM gov_sync() WHERE born > 0;
SELECT count(*) FROM untracked;
-- for a role, while others are tracked; what holds for the database wins over what holds for it elsewhere
ALTER ROLE regress_gov_untracked SET governance.ddl_mode = off;
SELECT * FROM untracked WHERE object_type = 'role';
ALTER DATABASE regress_gov_untracked SET governance.ddl_mode = enforce;
SELECT governance_internal.gov_configured_ddl_mode();
SELECT * FROM untracked WHERE object_type = 'role';
ALTER ROLE regress_gov_untracked IN DATABASE regress_gov_untracked SET governance.ddl_mode = warn;
SELECT * FROM untracked WHERE object_type = 'role';
ALTER ROLE regress_gov_untracked RESET governance.ddl_mode;
ALTER ROLE regress_gov_untracked IN DATABASE regress_gov_untracked RESET governance.ddl_mode;
ALTER DATABASE regress_gov_untracked RESET governance.ddl_mode;

-- event triggers that are disabled, or pass replication by
ALTER EVENT TRIGGER gov_ddl_command_ends DISABLE;
ALTER EVENT TRIGGER gov_ddl_objects_dropped ENABLE;
SELECT * FROM untracked WHERE object_type = 'event trigger';
ALTER EVENT TRIGGER gov_ddl_objects_dropped ENABLE REPLICA;
SELECT * FROM untracked WHERE object_type = 'event trigger';
RESET governance.ddl_mode;
CREATE TABLE seen.i (i int);
SELECT source, born FROM gov_sync() WHERE born > 0;
ALTER EVENT TRIGGER gov_ddl_command_ends ENABLE ALWAYS;
ALTER EVENT TRIGGER gov_ddl_objects_dropped ENABLE ALWAYS;
SELECT * FROM untracked WHERE object_type <> 'ledger entry' OR objects LIKE '%seen.i%';
-- with session_replication_role alone nothing is passed by
SET session_replication_role = replica;
CREATE TABLE seen.j (i int);
RESET session_replication_role;
SELECT source, born FROM gov_sync() WHERE born > 0;
-- who may see findings may see these; nobody else may ask for the mode
SELECT has_function_privilege('regress_gov_untracked', 'governance_internal.gov_configured_ddl_mode()', 'EXECUTE') AS may;
SELECT * FROM gov_ledger_verify();
\c :"home"
DROP DATABASE regress_gov_untracked;
DROP ROLE regress_gov_untracked;
