-- Containment keeps itself up: gov_reconcile applies what follows from an
-- activation that was approved once, a steward may run it, and nobody votes
-- again. In a database of its own, with gates armed.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_gov_kept_pres LOGIN;
CREATE ROLE regress_gov_kept_admin LOGIN;
CREATE ROLE regress_gov_kept_steward LOGIN;
CREATE ROLE regress_gov_kept_agent LOGIN;
CREATE DATABASE regress_gov_kept;
\c regress_gov_kept
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION governance;
SELECT count(gov_grant('approver', 'regress_gov_kept_pres')) + count(gov_grant('admin', 'regress_gov_kept_admin'))
       + count(gov_grant('steward', 'regress_gov_kept_steward')) + count(gov_grant('steward', 'regress_gov_kept_agent')) AS granted;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{A1,A2,A3}'::text[]) AS a;
SELECT count(gov_set_authority('BOT', kind => 'agent', role_name => 'regress_gov_kept_agent')) AS agent;
SELECT count(gov_set_quorum(r, 1, 1, 0, false)) FROM unnest('{low,medium,high,constitutional}'::text[]) AS r;
SELECT gov_create_axis('responsibility', family => 'system'), gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy');
SELECT gov_create_axis('place', family => 'structural');
SELECT count(gov_register_object('group', 'G' || n)) FROM generate_series(1, 3) AS n;
SELECT count(gov_register_object('thing', 't' || n, 'group', 'G' || (1 + n % 3))) FROM generate_series(1, 6) AS n;
SELECT count(gov_own('group', 'G' || n, 'responsibility', 'policy', 'A' || n)) FROM generate_series(1, 3) AS n;
-- How the axis stands: each object with the value, the owner and the approval of its cell.
CREATE VIEW cell AS
SELECT o.object_ref, c.value, c.status, c.authority, w.approval
  FROM gov_coverage c JOIN gov_object o USING (object_id)
  LEFT JOIN gov_ownership w ON w.object_id = c.object_id AND w.axis = c.axis AND w.value = c.value AND w.status = 'active'
 WHERE c.axis = 'place';
-- What the ledger says of it, and what detectors find.
CREATE VIEW entry AS
SELECT seq, login, action, target ->> 'axis' AS axis, payload - '{object_types,owner_axis,owner_value}'::text[] AS payload
  FROM gov_ledger WHERE action IN ('activate_containment', 'keep_containment');
CREATE VIEW drift AS
SELECT severity, axis, object_type, object_ref, detail FROM gov_drift_finding WHERE detector = 'containment_drift';
GRANT SELECT ON cell, entry, drift TO PUBLIC;

-- First without gates. A code that is taken is told, and the rest of the run goes on.
BEGIN;
SELECT unchanged FROM gov_activate_containment('place', '{thing}');
SELECT count(gov_register_object('shelf', 'taken')) + count(gov_register_object('thing', 'on it', 'shelf', 'taken')) AS born,
       count(gov_own('shelf', 'taken', 'responsibility', 'policy', 'A1')) AS owned;
SELECT count(gov_propose_value('place', v)) AS proposed FROM unnest('{taken,shelf:taken}'::text[]) AS v;
SELECT count(gov_retire('place', v)) AS retired FROM unnest('{taken,shelf:taken}'::text[]) AS v;
SELECT count(*) AS metrics FROM gov_reconcile();
SELECT object_ref, detail FROM drift;
SELECT gov_retire_object('thing', 'on it'), gov_retire_object('shelf', 'taken');
-- Containers in a circle, which only somebody with a hand in the tables could have brought about.
SAVEPOINT circle;
SET LOCAL session_replication_role = replica;
UPDATE gov_object AS o SET container_id = c.object_id FROM gov_object AS c
 WHERE (o.object_ref, c.object_ref) IN (('G1', 'G2'), ('G2', 'G1'));
SET LOCAL session_replication_role = origin;
SELECT count(*) AS metrics FROM gov_reconcile();
ROLLBACK TO circle;
-- Nobody is found to be followed any more: found, and said how it goes on.
SELECT gov_deprecate('responsibility', 'policy', reason => 'not so any more');
SELECT object_ref, detail FROM drift;
SELECT detail ->> 'way_out' AS way_out FROM drift \gset
:way_out;
SELECT object_ref, detail FROM drift;
-- The rule ends it: what there is stays, and no more comes.
SELECT gov_set_rule_status('CONTAINMENT-place', 'retired', 'enough');
SELECT count(gov_register_object('thing', 'too late', 'group', 'G1')) AS born;
SELECT count(*) AS metrics FROM gov_reconcile();
SELECT count(*) FILTER (WHERE object_ref = 'too late') AS too_late, count(*) AS others
  FROM gov_assignment JOIN gov_object USING (object_id) WHERE axis = 'place' AND valid_to IS NULL;
SELECT object_ref, detail FROM drift;
ROLLBACK;

SELECT count(gov_set_authority('PRESIDENT', kind => 'sovereign', role_name => 'regress_gov_kept_pres')) AS armed;

-- A type of which there is no object yet is no error; that there is no object of any is.
\c - regress_gov_kept_admin
SELECT gov_request_approval('once', 'activate_axis', '{"axis": "place", "object_types": ["thing", "part"]}', 'where things live', act => 'gov_activate_containment');
SELECT * FROM gov_activate_containment('place', '{part,thnig}');
SELECT * FROM gov_activate_containment('place', '{thing,part}');
\c - regress_gov_kept_pres
CALL gov_cast_vote('once', 'PRESIDENT', 'approve');
\c - regress_gov_kept_admin
SELECT * FROM gov_activate_containment('place', '{thing,part}', approval => 'once');
SELECT * FROM cell ORDER BY object_ref COLLATE "C";
SELECT rule, applies_to, contained_types, owner_axis, owner_value, contained_approval FROM gov_coverage_rule;
SELECT * FROM drift;

-- A call that finds nothing to do passes any gate, and uses no approval.
SELECT * FROM gov_activate_containment('place', '{part,thing}');
CALL gov_activate_containment('place', '{thing,part}', 2);
SELECT * FROM gov_activate_containment('place', '{thing,part}', approval => 'no such');

-- Born, moved, retired, renamed, handed over: found first, with the call that mends it.
\c - regress_gov_kept_steward
SET client_min_messages = warning;
SELECT gov_register_object('thing', 'new', 'group', 'G1'), gov_register_object('part', 'first part', 'group', 'G2'),
       gov_register_object('thing', 't1', 'group', 'G3'), gov_retire_object('thing', 't2', 'not used');
\c - :superuser
SET client_min_messages = warning;
UPDATE gov_object SET object_ref = 'G3 renamed' WHERE object_ref = 'G3';
SELECT count(gov_own('group', 'G2', 'responsibility', 'policy', 'A1', replace => true)) AS handed_over;
SELECT count(gov_register_object('group', 'G4', 'group', 'G1')) + count(gov_register_object('thing', 'in G4', 'group', 'G4')) AS born;
SELECT * FROM drift;
SELECT count(*) AS missing FROM gov_missing_assignment WHERE axis = 'place';
\c - regress_gov_kept_steward
SET client_min_messages = warning;
-- a dry run leaves nothing
SELECT metric, before, after FROM gov_reconcile(true) WHERE metric IN ('gap_cells', 'missing_assignments', 'assignments');
SELECT count(*) AS missing FROM gov_missing_assignment WHERE axis = 'place';
-- the act itself is not the steward's
SELECT * FROM gov_activate_containment('place', '{thing,part}');
SELECT detail ->> 'way_out' AS way_out FROM drift \gset
\o /dev/null
:way_out;
\o
SELECT * FROM cell ORDER BY object_ref COLLATE "C";
SELECT login, action, axis, payload FROM entry ORDER BY seq;
SELECT * FROM drift;
-- a second run finds nothing to do
SELECT count(*) AS entries FROM gov_ledger \gset
SELECT count(*) FILTER (WHERE before <> after) AS differ FROM gov_reconcile();
SELECT count(*) - :entries AS further_entries FROM gov_ledger;
-- what is told in the ledger holds
SELECT count(*) AS broken FROM gov_ledger_verify();

-- A container without an owner: the rest goes on, and what is lacking is found.
\c - :superuser
SET client_min_messages = warning;
SELECT count(gov_register_object('group', 'nobody''s')) + count(gov_register_object('thing', 'lost', 'group', 'nobody''s'))
       + count(gov_register_object('thing', 'fine', 'group', 'G1')) AS born;
\c - regress_gov_kept_steward
SET client_min_messages = warning;
SELECT count(*) AS metrics FROM gov_reconcile();
SELECT * FROM cell WHERE object_ref IN ('lost', 'fine');
SELECT * FROM drift;
SELECT detail ->> 'way_out' AS way_out FROM drift \gset
\o /dev/null
:way_out;
\o
SELECT detail ->> 'way_out' AS way_out FROM drift \gset
\o /dev/null
:way_out;
\o
SELECT * FROM cell WHERE object_ref IN ('lost', 'fine') ORDER BY object_ref COLLATE "C";
SELECT * FROM drift;

-- The procedure does the same, batch by batch.
\c - :superuser
SET client_min_messages = warning;
SELECT count(gov_register_object('part', 'p' || n, 'group', 'G' || (1 + n % 2))) AS born FROM generate_series(1, 7) AS n;
\c - regress_gov_kept_steward
SET client_min_messages = warning;
CALL gov_reconcile(3);
SELECT count(*) AS parts, count(approval) AS approved FROM cell WHERE object_ref ~ '^p\d';
SELECT action, payload FROM entry ORDER BY seq DESC LIMIT 3;
SELECT * FROM drift;

-- An agent may run it, and approves nothing by it.
\c - :superuser
SELECT count(gov_register_object('thing', 'waits', 'group', 'G1')) AS born;
\c - regress_gov_kept_agent
SELECT count(*) AS metrics FROM gov_reconcile();
SELECT * FROM cell WHERE object_ref = 'waits';

-- What was approved is what is kept up: what the rule asks about and whose
-- owners are followed changes with an approval alone, for a superuser, too.
SELECT gov_create_axis('other', family => 'system'), gov_propose_value('other', 'v');
UPDATE gov_coverage_rule SET contained_types = '{thing,part,group}' WHERE axis = 'place';
UPDATE gov_coverage_rule SET owner_axis = 'other', owner_value = 'v' WHERE axis = 'place';
UPDATE gov_coverage_rule SET applies_to = NULL WHERE axis = 'place';
UPDATE gov_coverage_rule SET contained_types = NULL, owner_axis = NULL, owner_value = NULL, contained_approval = NULL WHERE axis = 'place';
\c - regress_gov_kept_admin
SELECT gov_alter_rule('CONTAINMENT-place', '{thing,part,group}');
SELECT * FROM gov_activate_containment('place', '{thing,part}', 'other', 'v');
-- a rule that asks less keeps up less
SELECT gov_request_approval('less', 'activate_axis', '{"rule": "CONTAINMENT-place", "applies_to": ["thing"]}', 'parts are no matter', act => 'gov_alter_rule');
\c - regress_gov_kept_pres
CALL gov_cast_vote('less', 'PRESIDENT', 'approve');
\c - regress_gov_kept_admin
SELECT gov_alter_rule('CONTAINMENT-place', '{thing}', approval => 'less');
\c - regress_gov_kept_steward
SET client_min_messages = warning;
SELECT count(gov_register_object('part', 'late part', 'group', 'G1')) + count(gov_register_object('thing', 'late thing', 'group', 'G1')) AS born;
SELECT count(*) AS metrics FROM gov_reconcile();
SELECT object_ref FROM gov_assignment JOIN gov_object USING (object_id) WHERE axis = 'place' AND object_ref ~ '^late';
SELECT * FROM drift;

\c postgres :superuser
SET client_min_messages = warning;
DROP DATABASE regress_gov_kept;
DROP ROLE regress_gov_kept_pres, regress_gov_kept_admin, regress_gov_kept_steward, regress_gov_kept_agent;
