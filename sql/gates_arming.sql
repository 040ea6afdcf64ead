-- Gates are armed only where somebody could open them again: an approval of
-- action change_trust must be possible, and stays possible by acts; what
-- happens to roles behind their back is found, and superusers have a way back.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_gov_p LOGIN;
CREATE ROLE regress_gov_c LOGIN;
CREATE ROLE regress_gov_d LOGIN;
CREATE ROLE regress_gov_e LOGIN;
CREATE ROLE regress_gov_team ROLE regress_gov_c, regress_gov_d;
CREATE ROLE regress_gov_nobody;
CREATE ROLE regress_gov_admin;
SELECT gov_grant('admin', 'regress_gov_admin');
CREATE VIEW found AS SELECT severity, object_type, object_ref, detail FROM governance_internal.gov_detect('quorum_unreachable');

-- What is missing is named.
SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'regress_gov_p');
SELECT gov_set_authority('C', kind => 'council', role_name => 'regress_gov_nobody'), gov_set_authority('D', kind => 'council');
SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'regress_gov_p');
-- a login has one voice, however many authorities it speaks for
SELECT gov_set_authority('C', role_name => 'regress_gov_c'), gov_set_authority('D', role_name => 'regress_gov_c');
SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'regress_gov_p');
-- nor does the login of an agent
SELECT gov_set_authority('D', role_name => 'regress_gov_d'), gov_set_authority('BOT', kind => 'agent', role_name => 'regress_gov_d');
SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'regress_gov_p');
SELECT count(*) AS there FROM gov_authority WHERE authority = 'P';
SELECT count(*) AS found FROM found;
SAVEPOINT unarmed;
-- with less asked for it can be armed
SELECT gov_set_quorum('constitutional', 2, 1, 1);
SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'regress_gov_p');
ROLLBACK TO unarmed;
-- and with everybody there; who can give a vote gives the one that it alone can give
SELECT gov_set_authority('BOT', status => 'retired');
SELECT gov_set_authority('C', role_name => 'regress_gov_team'), gov_set_authority('D', role_name => 'regress_gov_c');
SELECT gov_set_authority('P', kind => 'sovereign', role_name => 'regress_gov_p');
SELECT * FROM found;
SAVEPOINT armed;

-- Behind the acts' back: a login that goes, or cannot log in, or has expired.
DROP ROLE regress_gov_p;
SELECT * FROM found;
ROLLBACK TO armed;
ALTER ROLE regress_gov_p NOLOGIN;
SELECT detail ->> 'lacking' AS lacking FROM found WHERE object_ref = 'constitutional';
ROLLBACK TO armed;
ALTER ROLE regress_gov_p VALID UNTIL '2000-01-01';
SELECT detail ->> 'lacking' AS lacking FROM found WHERE object_ref = 'constitutional';
ROLLBACK TO armed;
REVOKE regress_gov_team FROM regress_gov_d;
SELECT detail ->> 'lacking' AS lacking FROM found WHERE object_ref = 'constitutional';
-- the way back is for superusers, with a reason
SET SESSION AUTHORIZATION regress_gov_admin;
SELECT gov_disarm('because');
RESET SESSION AUTHORIZATION;
SELECT gov_disarm(' ');
SELECT gov_disarm('the council lost a member');
SELECT authority, role_name, role_oid FROM gov_authority WHERE authority = 'P';
SELECT action, actor = current_user AS by_me, payload FROM gov_ledger WHERE action = 'disarm';
SELECT count(*) AS found FROM found;
SELECT gov_disarm('again');
SELECT gov_create_axis('open again'), gov_set_axis_status('open again', 'active');
SELECT gov_set_authority('P', role_name => 'regress_gov_p');
SELECT gov_set_authority('C', role_name => 'regress_gov_d');
SELECT gov_set_authority('P', role_name => 'regress_gov_p');
ROLLBACK TO armed;
-- and no short cut
SELECT gov_disarm('voting takes so long');

-- No act takes away the last who could vote, not even an approved one; here past the triggers.
SET LOCAL session_replication_role = replica;
UPDATE gov_action SET gate = 'open' WHERE action = 'change_trust';
SET LOCAL session_replication_role = origin;
SAVEPOINT opened;
-- nothing is locked while the gate of trust is open
SELECT gov_set_authority('C', status => 'retired');
ROLLBACK TO opened;
SELECT gov_set_authority('C', status => 'retired'), gov_set_gate('change_trust', 'constitutional', 'approval');
ROLLBACK TO armed;

-- One statement is judged as a whole.
SET LOCAL session_replication_role = replica;
DELETE FROM gov_authority;
SET LOCAL session_replication_role = origin;
SAVEPOINT nobody;
INSERT INTO gov_authority (authority, kind, role_name, role_oid, role_system)
SELECT a, k, r, r::regrole::oid, system_identifier
  FROM (VALUES ('P', 'sovereign', 'regress_gov_p'), ('C', 'council', 'regress_gov_c'), ('D', 'council', 'regress_gov_d'), ('T', 'human', 'regress_gov_e')) AS v (a, k, r),
       pg_control_system();
SELECT count(*) AS authorities FROM gov_authority;
-- gates bind from then on: row by row, whatever else the statement does
INSERT INTO gov_authority (authority, kind) VALUES ('X', 'human'), ('Y', 'council');
INSERT INTO gov_authority (authority, kind) VALUES ('X', 'human');
UPDATE gov_authority SET status = 'retired' WHERE authority = 'P';
UPDATE gov_authority SET kind = 'human', role_name = NULL;
DELETE FROM gov_authority WHERE kind = 'sovereign';
DELETE FROM gov_authority;
UPDATE gov_authority SET name = 'name of ' || authority;
SELECT authority, name, kind, status FROM gov_authority ORDER BY authority COLLATE "C";
ROLLBACK TO nobody;
-- by hand nobody arms what cannot be opened either
INSERT INTO gov_authority (authority, kind, role_name, role_oid, role_system)
SELECT 'P', 'sovereign', 'regress_gov_p', 'regress_gov_p'::regrole::oid, system_identifier FROM pg_control_system();
INSERT INTO gov_authority (authority, kind) VALUES ('P', 'sovereign'), ('C', 'council');
UPDATE gov_authority SET role_name = 'regress_gov_p' WHERE authority = 'P';
SELECT count(*) AS armed FROM gov_authority WHERE role_name IS NOT NULL;
ROLLBACK;
