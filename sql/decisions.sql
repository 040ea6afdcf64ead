-- Decisions: by hand, by policy, and what becomes of one that no longer fits.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE ROLE dd_agent;
CREATE ROLE dd_steward;
SELECT gov_grant('steward', 'dd_agent'), gov_grant('steward', 'dd_steward');
SELECT gov_set_authority('dd-bot', kind => 'agent', role_name => 'dd_agent'), gov_set_authority('dd-own', kind => 'human');
SELECT gov_set_label('a', 'F1'), gov_set_label('a2', 'F1'), gov_set_label('b', 'F2');
SELECT gov_create_axis('dx'), gov_set_axis_status('dx', 'active'), gov_propose_value('dx', 'v'), gov_ratify('dx', 'v', label => 'a');
-- objects by their flag; owned or not, quarantined or not
CREATE TEMP TABLE cases (ref text, label text, quarantined boolean, owned boolean);
INSERT INTO cases VALUES ('consistent', 'a', false, true), ('orthogonal', 'b', false, false), ('orthogonal held', 'b', true, true),
    ('divergent', 'a2', false, true), ('divergent held', 'a2', true, true), ('bare', NULL, false, false), ('bare owned', NULL, false, true),
    ('bare held', NULL, true, false), ('bare held owned', NULL, true, true), ('inherits', NULL, false, false), ('by hand', 'a2', false, true);
SELECT count(gov_register_object('t', ref)), count(gov_assign('t', ref, 'dx', 'v', provenance => CASE WHEN NOT quarantined THEN '{"kind":"x"}'::jsonb END)),
       count(CASE WHEN owned THEN gov_own('t', ref, 'dx', 'v', 'dd-own') END), count(CASE WHEN label IS NOT NULL THEN gov_set_label_rule('t', ref, label)::text END)
  FROM cases;
SELECT gov_register_object('box', 'dd box') AS box, gov_own('box', 'dd box', 'dx', 'v', 'dd-own') AS owned;
UPDATE gov_object SET container_id = (SELECT object_id FROM gov_object WHERE object_ref = 'dd box') WHERE object_ref = 'inherits';
CREATE VIEW pg_temp.seen AS SELECT object_ref, flag, decision, state FROM gov_label_reconcile WHERE axis = 'dx' ORDER BY object_ref COLLATE "C";
CREATE VIEW pg_temp.made AS SELECT o.object_ref, d.decision, d.decided_kind, d.rationale, d.superseded_at IS NULL AS live
  FROM gov_decision d JOIN gov_object o USING (object_id) WHERE d.axis = 'dx';
SELECT object_ref, zone, authority FROM gov_projection_gap ORDER BY object_ref COLLATE "C";
SELECT divergent, projection_gaps, decisions FROM gov_reconcile_summary;

-- by hand: it must fit, and have a reason
SELECT gov_decide('t', 'by hand', 'dx', 'v', 'accept_divergence', 'agreed with the shop');
SELECT gov_decide('t', 'divergent', 'dx', 'v', 'accept_divergence', '');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'divergent', 'dx', 'v', 'accept_divergence', E' \t\n');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'divergent', 'dx', 'v', 'accept_divergence', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'divergent', 'dx', 'v', 'accept', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'divergent', 'dx', 'v', 'accept_orthogonal_facet', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'bare held', 'dx', 'v', 'accept_projection_pending', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'bare', 'dx', 'v', 'accept_quarantine_hold', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'consistent', 'dx', 'v', 'accept_divergence', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('box', 'dd box', 'dx', 'v', 'accept_divergence', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'nothing', 'dx', 'v', 'accept_divergence', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'divergent', 'dx', 'w', 'accept_divergence', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'divergent', NULL, 'v', 'accept_divergence', 'x');
\echo :LAST_ERROR_SQLSTATE
SET LOCAL SESSION AUTHORIZATION dd_agent;
SELECT gov_decide('t', 'divergent', 'dx', 'v', 'accept_divergence', 'x');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.made;

-- a dry run shows what policy would do, and leaves nothing
SELECT metric, before, after FROM gov_reconcile(true) WHERE metric IN ('divergent', 'projection_gaps', 'decisions');
SELECT * FROM pg_temp.made;
-- policy decides all but true divergences and what nobody owns
SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('divergent', 'projection_gaps', 'decisions');
SELECT * FROM pg_temp.seen;
SELECT * FROM pg_temp.made ORDER BY object_ref COLLATE "C";
SELECT payload FROM gov_ledger WHERE action = 'decide' ORDER BY seq DESC LIMIT 1;
-- and then has nothing to do
CREATE TEMP TABLE before AS SELECT decision_id, xmin::text || cmin::text AS version FROM gov_decision;
SELECT count(*) AS entries FROM gov_ledger WHERE action = 'decide' \gset
SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('divergent', 'projection_gaps', 'decisions');
SELECT count(*) AS written FROM (SELECT decision_id, xmin::text || cmin::text FROM gov_decision EXCEPT TABLE before) AS w;
SELECT count(*) - :entries AS entries FROM gov_ledger WHERE action = 'decide';

-- a decision that no longer fits is not honoured, whoever made it
SELECT gov_set_label('b', 'F1');
SELECT gov_set_label_rule('t', 'by hand', 'a2', 'inactive');
SELECT gov_set_label_rule('t', 'bare owned', 'a2'), gov_set_label_rule('t', 'inherits', 'a');
SELECT gov_set_zone('t', 'bare held', 'dx', 'v', 'candidate', 'checked');
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_assignment SET zone = 'candidate', provenance = '{"kind":"x"}'
 WHERE object_id IN (SELECT object_id FROM gov_object WHERE object_ref IN ('bare held', 'bare held owned'));
SELECT * FROM pg_temp.seen;
SELECT divergent, projection_gaps, decisions FROM gov_reconcile_summary;
-- policy replaces its own that no longer fit, or takes them back; never a person's
SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('divergent', 'projection_gaps', 'decisions');
SELECT * FROM pg_temp.seen;
SELECT object_ref, decision, decided_kind, live FROM pg_temp.made ORDER BY object_ref COLLATE "C", live, decision COLLATE "C";
-- a person's takes the place of policy's, and of a person's
SELECT gov_decide('t', 'bare held owned', 'dx', 'v', 'accept_projection_pending', 'mine');
SELECT gov_decide('t', 'by hand', 'dx', 'v', 'accept_projection_pending', 'first');
SELECT gov_decide('t', 'by hand', 'dx', 'v', 'accept_projection_pending', 'second');
SELECT object_ref, decision, decided_kind, rationale, live FROM pg_temp.made WHERE object_ref IN ('by hand', 'bare held owned')
 ORDER BY object_ref COLLATE "C", live, rationale COLLATE "C";
-- what is not compared any more keeps its decision, and it holds when it is back
SELECT count(*) AS live FROM pg_temp.made WHERE live \gset
SELECT gov_set_axis_status('dx', 'deprecated');
SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('divergent', 'projection_gaps', 'decisions');
SELECT gov_set_axis_status('dx', 'active');
SELECT count(*) = :live AS kept FROM pg_temp.made WHERE live;
SELECT state FROM gov_label_reconcile WHERE object_ref = 'by hand';

-- one live decision per cell, and its checks, whoever writes
\set VERBOSITY terse
INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind)
SELECT object_id, 'dx', 'v', 'accept_divergence', 'x', 'person' FROM gov_object WHERE object_ref = 'by hand';
\echo :LAST_ERROR_SQLSTATE
INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind)
SELECT object_id, 'dx', 'v', 'accept_divergence', ' ', 'person' FROM gov_object WHERE object_ref = 'dd box';
\echo :LAST_ERROR_SQLSTATE
INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind)
SELECT object_id, 'dx', 'v', 'accept', 'x', 'person' FROM gov_object WHERE object_ref = 'dd box';
\echo :LAST_ERROR_SQLSTATE
INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind)
SELECT object_id, 'dx', 'w', 'accept_divergence', 'x', 'person' FROM gov_object WHERE object_ref = 'dd box';
\echo :LAST_ERROR_SQLSTATE

\set VERBOSITY default

-- the session user decides, whatever role is set; the ledger knows
SET LOCAL SESSION AUTHORIZATION dd_steward;
SELECT gov_decide('t', 'divergent', 'dx', 'v', 'accept_divergence', 'known');
RESET SESSION AUTHORIZATION;
SELECT decided_by, decided_kind FROM gov_decision WHERE rationale = 'known';
SELECT actor, target, payload FROM gov_ledger WHERE action = 'decide' ORDER BY seq DESC LIMIT 1;

-- deciding can be gated
CREATE ROLE dd_sovereign LOGIN;
SELECT gov_set_quorum('constitutional', 1, 1, 0, false);
SELECT gov_set_gate('decide', 'low', 'approval');
SELECT gov_set_authority('dd-king', kind => 'sovereign', role_name => 'dd_sovereign');
SELECT gov_decide('t', 'divergent held', 'dx', 'v', 'accept_divergence', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_decide('t', 'divergent held', 'dx', 'v', 'accept_divergence', 'x', approval => 'none');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
