-- What was approved is what is used: an approval is for things as its voters
-- saw them, and serves no more once these have changed; in a database of its own.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_gov_state_pres LOGIN;
CREATE ROLE regress_gov_state_clerk LOGIN;
CREATE ROLE regress_gov_state_team;
CREATE DATABASE regress_gov_state;
\c regress_gov_state
SET client_min_messages = warning;
CREATE EXTENSION governance;
SELECT count(gov_grant('approver', 'regress_gov_state_pres')) + count(gov_grant('admin', 'regress_gov_state_clerk')) AS granted;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{A,B}'::text[]) AS a;
-- one vote of a sovereign is enough for everything here, the daily work included
SELECT count(gov_set_quorum(r, 1, 1, 0, false)) FROM unnest('{low,medium,high,constitutional}'::text[]) AS r;
SELECT count(gov_create_axis('state')) + count(gov_set_axis_status('state', 'active')) + count(gov_create_axis('next')) AS axes;
SELECT count(gov_propose_value('state', v, provenance => '{"kind": "guess_provisional"}')) FROM unnest('{one,two,three,root,from,into}'::text[]) AS v;
SELECT count(gov_ratify('state', v, ratified_by => 'somebody')) FROM unnest('{root,from,into}'::text[]) AS v;
SELECT count(gov_create_rule('state', 'state', 'cross_product')) AS rule;
SELECT count(gov_register_object('thing', o)) FROM unnest('{a,b}'::text[]) AS o;
SELECT count(gov_assign('thing', 'a', 'state', 'root', provenance => '{"kind": "test"}')) AS assigned;
SELECT count(gov_own('thing', 'a', 'state', 'root', 'A', effective_from => '2020-01-01 00:00Z')) AS owned;
SELECT count(gov_set_event_type('state', 'made', 's', 'fast')) AS type;
SELECT count(gov_set_gate(action, risk, 'approval')) AS gated FROM gov_action WHERE gate = 'open';
SELECT count(gov_set_authority('PRESIDENT', kind => 'sovereign', role_name => 'regress_gov_state_pres')) AS armed;
SELECT ownership_id AS owned FROM gov_ownership \gset

\c - regress_gov_state_clerk
SELECT count(gov_request_approval(name, action, target, 'because', act => act)) AS asked FROM (VALUES
    ('name', 'ratify_value', '{"axis": "state", "value": "one"}'::jsonb, 'gov_ratify'),
    ('parent', 'ratify_value', '{"axis": "state", "value": "two", "parent": "root"}', 'gov_ratify'),
    ('merge', 'retire_value', '{"axis": "state", "from_value": "from", "into_value": "into"}', 'gov_merge'),
    ('axis', 'activate_axis', '{"axis": "next", "status": "active"}', NULL),
    ('rule', 'activate_axis', '{"rule": "state", "status": "active"}', NULL),
    ('event', 'activate_event', '{"domain": "state", "type": "made"}', NULL),
    ('transfer', 'transfer', '{"from_authority": "A", "to_authority": "B"}', NULL),
    ('role', 'change_trust', '{"authority": "B", "role_name": "regress_gov_state_team"}', NULL),
    ('quorum', 'change_trust', '{"risk": "low", "min_approvals": 2}', NULL),
    ('gate', 'change_trust', '{"action": "assign", "risk": "medium", "gate": "approval"}', NULL),
    ('zone', 'assign', '{"object_type": "thing", "object_ref": "a", "axis": "state", "value": "root", "zone": "approved"}', 'gov_set_zone'),
    ('object', 'assign', '{"object_type": "thing", "object_ref": "b", "axis": "state", "value": "root"}', 'gov_assign'),
    ('many', 'assign', '{"entries": [{"object_type": "thing", "object_ref": "b", "axis": "state", "value": "root"}]}', NULL),
    ('own', 'own', '{"object_type": "thing", "object_ref": "a", "axis": "state", "value": "root", "authority": "B", "replace": true}', NULL),
    ('late', 'ratify_value', '{"axis": "state", "value": "three"}', 'gov_ratify')) AS v (name, action, target, act);
SELECT count(gov_request_approval('disown', 'own', jsonb_build_object('ownership_id', ownership_id), 'because')) AS asked FROM gov_ownership;
-- what the voters see
SELECT approval, jsonb_pretty(seen) AS seen FROM gov_approval WHERE approval IN ('merge', 'event', 'own') ORDER BY approval COLLATE "C";
\c - regress_gov_state_pres
SELECT format('CALL gov_cast_vote(%L, ''PRESIDENT'', ''approve'')', approval) FROM gov_approval WHERE approval <> 'late' ORDER BY approval COLLATE "C" \gexec
SELECT status, count(*) FROM gov_approval GROUP BY status ORDER BY status COLLATE "C";

-- Then all of that changes.
\c - :superuser
SET client_min_messages = warning;
SET session_replication_role = replica;
UPDATE gov_axis_value SET name = 'another', provenance = '{"kind": "sure"}' WHERE value = 'one';
UPDATE gov_axis_value SET name = 'changed' WHERE value = 'three';
UPDATE gov_axis_value SET name = 'the root' WHERE value = 'root';
UPDATE gov_axis_value SET parent = 'one' WHERE value = 'into';
UPDATE gov_axis SET fallback = 'B' WHERE axis = 'next';
UPDATE gov_coverage_rule SET applies_to = '{thing}', confidence_threshold = 0.54 WHERE rule = 'state';
UPDATE gov_event_type SET stream = 'elsewhere', lane = 'slow' WHERE domain = 'state';
UPDATE gov_authority SET kind = 'agent' WHERE authority = 'B';
UPDATE gov_quorum_rule SET needs_confirmation = true WHERE risk = 'low';
UPDATE gov_action SET gate = 'open' WHERE action = 'assign';
UPDATE gov_assignment SET provenance = '{"kind": "other"}', confidence = 0.5 WHERE axis = 'state';
UPDATE gov_ownership SET inherits = false WHERE axis = 'state';
UPDATE gov_object SET object_ref = object_ref || ' of old' WHERE object_ref = 'b';
INSERT INTO gov_object (object_id, object_type, object_ref) OVERRIDING SYSTEM VALUE VALUES (999, 'thing', 'b');
RESET session_replication_role;
DROP ROLE regress_gov_state_team;
CREATE ROLE regress_gov_state_team;
-- told without a use
SELECT approval, changed FROM gov_approval_status
 WHERE approval NOT IN ('role', 'object', 'many') ORDER BY approval COLLATE "C";
SELECT approval, changed ~ ('(role "regress_gov_state_team": oid|object "b" of type "thing": object_id|objects of the entries: digest) was ') AS changed
  FROM gov_approval_status WHERE approval IN ('role', 'object', 'many') ORDER BY approval COLLATE "C";
-- each is refused
\c - regress_gov_state_clerk
\set VERBOSITY terse
SELECT gov_ratify('state', 'one', approval => 'name');
SELECT gov_ratify('state', 'two', 'root', approval => 'parent');
SELECT * FROM gov_merge('state', 'from', 'into', approval => 'merge');
SELECT gov_set_axis_status('next', 'active', approval => 'axis');
SELECT gov_set_rule_status('state', 'active', approval => 'rule');
SELECT gov_event_activate('state', 'made', approval => 'event');
SELECT gov_transfer('A', 'B', approval => 'transfer');
SELECT gov_set_authority('B', role_name => 'regress_gov_state_team', approval => 'role');
SELECT gov_set_quorum('low', 2, approval => 'quorum');
SELECT gov_set_gate('assign', 'medium', 'approval', approval => 'gate');
SELECT gov_set_zone('thing', 'a', 'state', 'root', 'approved', approval => 'zone');
SELECT gov_disown(:owned, approval => 'disown');
\set VERBOSITY default
SELECT gov_own('thing', 'a', 'state', 'root', 'B', replace => true, approval => 'own');
SELECT count(*) AS used FROM gov_approval WHERE status = 'consumed';
-- nor does a vote count on what is no longer so
\c - regress_gov_state_pres
\set VERBOSITY terse
CALL gov_cast_vote('late', 'PRESIDENT', 'approve');
\set VERBOSITY default
SELECT payload ->> 'reason' AS reason FROM gov_ledger WHERE action = 'vote_refused';

-- What is put back serves again; one act of two with the same arguments is not the other.
\c - :superuser
SET client_min_messages = warning;
SET session_replication_role = replica;
UPDATE gov_axis_value SET name = NULL, provenance = '{"kind": "guess_provisional"}' WHERE value = 'one';
UPDATE gov_quorum_rule SET needs_confirmation = false;
UPDATE gov_action SET gate = 'approval' WHERE action = 'assign';
RESET session_replication_role;
\c - regress_gov_state_clerk
SELECT gov_ratify('state', 'one', approval => 'name');
SELECT approval, status FROM gov_approval WHERE approval = 'name';
SELECT gov_request_approval('unassign', 'assign', '{"object_type": "thing", "object_ref": "a", "axis": "state", "value": "into"}', 'because', act => 'gov_unassign');
\c - regress_gov_state_pres
CALL gov_cast_vote('unassign', 'PRESIDENT', 'approve');
\c - regress_gov_state_clerk
SELECT gov_assign('thing', 'a', 'state', 'into', approval => 'unassign');
\c postgres :superuser
DROP DATABASE regress_gov_state;
DROP ROLE regress_gov_state_pres, regress_gov_state_clerk, regress_gov_state_team;
