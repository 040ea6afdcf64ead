-- Who may read or write what bears a value: said, taken back, kept by role.
\set SHOW_CONTEXT never
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE ROLE regress_acc_reader;
CREATE ROLE "regress acc ""odd"" role";
SELECT gov_create_axis('acc axis'), gov_set_axis_status('acc axis', 'active');
SELECT gov_propose_value('acc axis', v), gov_ratify('acc axis', v) FROM unnest('{"the ''personal''",contact,open}'::text[]) AS v;
SELECT gov_alter_value('acc axis', 'contact', parent => 'the ''personal''');
CREATE VIEW pg_temp.said AS SELECT axis, value, privilege, role_name, role_oid = 0 AS no_role, reason FROM gov_access ORDER BY 1, 2, privilege COLLATE "C", role_name COLLATE "C";
CREATE VIEW pg_temp.noted AS SELECT action, target, payload FROM gov_ledger WHERE action IN ('set_access', 'end_access') ORDER BY seq DESC LIMIT 1;

-- said once, and once more
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress_acc_reader', reason => 'their work');
TABLE noted;
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress_acc_reader', reason => 'said twice');
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress_acc_reader', 'select');
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress_acc_reader', 'DELETE');
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress_acc_reader', 'write');
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress acc "odd" role', 'READ');
SELECT gov_set_access('acc axis', 'open', 'public'), gov_set_access('acc axis', 'open', NULL, 'write');
SELECT gov_set_access('acc axis', 'open', NULL, 'write');
TABLE said;
SELECT count(*) AS entries FROM gov_ledger WHERE action = 'set_access';
TABLE noted;

-- taken back
SELECT gov_end_access('acc axis', 'the ''personal''', 'regress_acc_reader', 'write', 'no more');
TABLE noted;
SELECT gov_end_access('acc axis', 'the ''personal''', 'regress_acc_reader', 'write');
SELECT gov_end_access('acc axis', 'open', NULL, 'DELETE');
SELECT gov_end_access('acc axis', 'open', 'public');
TABLE said;

-- errors
SELECT gov_set_access(NULL, 'open', 'public');
SELECT gov_set_access('acc axis', NULL, 'public');
SELECT gov_set_access('acc axis', 'open', 'public', NULL);
SELECT gov_set_access('acc axis', 'open', '');
SELECT gov_set_access('acc axis', 'open', 'nobody of the name');
SELECT gov_set_access('acc axis', 'closed', 'public');
SELECT gov_set_access('no axis', 'open', 'public');
SELECT gov_set_access('acc axis', 'open', 'public', 'look');
SELECT gov_end_access('acc axis', 'closed', 'public');
SELECT gov_end_access('acc axis', 'open', 'nobody of the name');

-- a role is kept by its OID: renamed, dropped and made anew
ALTER ROLE regress_acc_reader RENAME TO regress_acc_looker;
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress_acc_looker');
CREATE ROLE regress_acc_reader;
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress_acc_reader', reason => 'another one');
TABLE said;
SELECT what, name, called, standing, rebinds FROM governance_internal.gov_kept_role WHERE what = 'access' ORDER BY name COLLATE "C", called;
SELECT gov_end_access('acc axis', 'the ''personal''', 'regress_acc_reader');
SELECT * FROM gov_rebind() WHERE what = 'access';
TABLE said;
DROP ROLE regress_acc_looker, regress_acc_reader;
SELECT what, name, called, standing, rebinds FROM governance_internal.gov_kept_role WHERE what = 'access' ORDER BY name COLLATE "C";
CREATE ROLE regress_acc_looker;
SELECT object_type, object_ref, detail FROM gov_drift_finding WHERE detector = 'role_unconfirmed';
SELECT gov_set_access('acc axis', 'the ''personal''', 'regress_acc_looker', reason => 'known to be the same');
SELECT what, name, called, standing FROM governance_internal.gov_kept_role WHERE what = 'access' ORDER BY name COLLATE "C";
DROP ROLE regress_acc_looker;
SELECT gov_end_access('acc axis', 'the ''personal''', 'regress_acc_looker');
SELECT count(*) FROM gov_access WHERE role_name = 'regress_acc_looker';

-- values that are merged say the same of who may
SELECT gov_set_access('acc axis', 'contact', NULL);
SELECT gov_merge('acc axis', 'contact', 'open');
SELECT gov_set_access('acc axis', 'open', NULL);
SELECT gov_end_access('acc axis', 'contact', NULL);
-- the one above it says so
SELECT gov_merge('acc axis', 'contact', 'open');
SELECT gov_alter_value('acc axis', 'contact', parent => '');
SELECT * FROM gov_merge('acc axis', 'contact', 'open');
SELECT gov_retire('acc axis', 'contact'), gov_set_access('acc axis', 'contact', 'public');

-- direct changes are noted, and held to the form
INSERT INTO gov_access VALUES ('acc axis', 'open', 'LOOK', 'public', 0, 0);
INSERT INTO gov_access VALUES ('acc axis', 'open', 'SELECT', 'public', 1, 1);
INSERT INTO gov_access VALUES ('acc axis', 'closed', 'SELECT', 'public', 0, 0);
ROLLBACK;
