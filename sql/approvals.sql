-- Approvals: asking, voting, quorums by risk, confirming, withdrawing, expiry;
-- in a database of its own, with logins of their own.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_gov_clerk LOGIN;
CREATE ROLE regress_gov_pres LOGIN;
CREATE ROLE regress_gov_ca LOGIN;
CREATE ROLE regress_gov_cb LOGIN;
CREATE ROLE regress_gov_person LOGIN;
CREATE ROLE regress_gov_bot LOGIN;
CREATE DATABASE regress_gov_approvals;
\c regress_gov_approvals
SET client_min_messages = warning;
CREATE EXTENSION governance;
SELECT gov_grant('approver', r) FROM unnest('{regress_gov_pres,regress_gov_ca,regress_gov_cb,regress_gov_person,regress_gov_bot}'::name[]) r;
SELECT gov_grant('admin', 'regress_gov_clerk');
SELECT gov_set_authority('PRESIDENT', kind => 'sovereign');
SELECT gov_set_authority('A', kind => 'council', role_name => 'regress_gov_ca'), gov_set_authority('B', kind => 'council', role_name => 'regress_gov_cb'),
       gov_set_authority('PERSON', kind => 'human', role_name => 'regress_gov_person'), gov_set_authority('BOT', kind => 'agent', role_name => 'regress_gov_bot');
SELECT gov_create_axis('topic');

-- What ships: actions and their risks, quorums by risk.
SELECT * FROM gov_action ORDER BY action COLLATE "C";
SELECT * FROM gov_quorum_rule ORDER BY min_approvals, needs_confirmation, min_sovereign;

-- Before a sovereign has a role, acts run open and need no approval; one that is given permits the act and is used up.
SELECT gov_set_axis_status('topic', 'active', approval => 'of old');
SELECT gov_set_gate('activate_axis', 'low', 'approval');
\c - regress_gov_clerk
SELECT gov_request_approval('of old', 'activate_axis', '{"axis": "topic", "status": "active"}', 'because');
\c - regress_gov_person
CALL gov_cast_vote('of old', 'PERSON', 'approve');
\c - :superuser
SET client_min_messages = warning;
SELECT gov_set_axis_status('topic', 'retired', approval => 'of old');
SELECT gov_set_axis_status('topic', 'active', approval => 'of old');
SELECT status, approval FROM gov_axis;
SELECT status, consumed_by = current_user AS by_me FROM gov_approval WHERE approval = 'of old';
-- a move that no gate guards takes one as well
\c - regress_gov_clerk
SELECT gov_request_approval('free', 'activate_axis', '{"axis": "topic", "status": "deprecated"}', 'because');
\c - regress_gov_person
CALL gov_cast_vote('free', 'PERSON', 'approve');
\c - :superuser
SET client_min_messages = warning;
BEGIN;
SELECT gov_set_axis_status('topic', 'deprecated', approval => 'of old');
ROLLBACK;
BEGIN;
SELECT gov_set_axis_status('topic', 'deprecated', approval => 'free');
SELECT x.approval, a.status FROM gov_axis x JOIN gov_approval a USING (approval);
ROLLBACK;
SELECT gov_set_gate('activate_axis', 'medium', 'approval');
SELECT gov_propose_value('topic', v) FROM unnest('{a,b,c,d}'::text[]) v;
SELECT gov_ratify('topic', 'a');
SELECT gov_set_gate('assign', 'medium', 'open'), gov_set_gate('assign', 'low', 'open'), gov_set_quorum('low', min_council => 1), gov_set_quorum('low', min_council => 0);
SELECT gov_own(NULL, NULL, 'topic', 'a', 'A');
SELECT action, payload FROM gov_ledger WHERE action IN ('set_gate', 'set_quorum') ORDER BY seq;
-- bad input
SELECT gov_set_gate('assign', 'tiny', 'open');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_gate('assign', 'low', 'ajar');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_gate(NULL, 'low', 'open');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_gate('', 'low', 'open');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_quorum('tiny', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_quorum('low', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_quorum('low', 1, -1);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_quorum(NULL, 1);
\echo :LAST_ERROR_SQLSTATE

-- From then on they need one.
SELECT gov_set_authority('PRESIDENT', role_name => 'regress_gov_pres');
SELECT gov_ratify('topic', 'b');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_deprecate('topic', 'a');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_merge('topic', 'a', 'a');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_create_axis('next'), gov_propose_value('topic', 'e'), gov_register_object('thing', 't') AS registered;
SELECT gov_set_axis_status('next', 'active');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_transfer('A', 'B');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority('C', kind => 'council');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_quorum('high', 1, 0, 0);
\echo :LAST_ERROR_SQLSTATE
-- what is open stays open, and what is not of the root of trust
SELECT gov_assign('thing', 't', 'topic', 'a', provenance => '{"kind": "test"}') AS assigned;
SELECT gov_set_authority('SOMEBODY', 'Some body', 'human'), gov_set_authority('A', 'First council');
SELECT gov_retire('topic', 'e', approval => 'none');
\echo :LAST_ERROR_SQLSTATE

-- Asking.
\c - regress_gov_clerk
SELECT gov_request_approval('low', 'decide', '{"object_type": "thing", "object_ref": "t", "axis": "topic", "value": "a", "decision": "accept_divergence",
    "rationale": "known", "approval": null}', 'because');
SELECT gov_request_approval('medium', 'ratify_value', '{"axis": "topic", "value": "b"}', 'because');
SELECT gov_request_approval('high', 'transfer', '{"from_authority": "A", "to_authority": "B"}', 'because');
SELECT gov_request_approval('constitutional', 'change_trust', '{"risk": "low", "min_approvals": 2}', 'because', '1 day');
SELECT gov_request_approval('second', 'change_trust', '{"risk": "medium", "min_approvals": 2}', 'because');
SELECT gov_request_approval('short', 'ratify_value', '{"axis": "topic", "value": "c"}', 'because', '1 microsecond');
SELECT approval, action, risk, status, proposer, missing, expires_at - created_at AS for FROM gov_approval_status ORDER BY approval COLLATE "C";
-- the call in words
SELECT approval, act, in_words FROM gov_approval_status ORDER BY approval COLLATE "C";
-- the hash is of the call and of what its voters see, in any order of names
SELECT gov_request_approval('same', 'ratify_value', '{"value": "b", "axis": "topic", "approval": null}', 'because');
SELECT count(DISTINCT content_hash) = 1 AS same, min(length(content_hash)) AS digits FROM gov_approval WHERE approval IN ('medium', 'same');
SELECT gov_withdraw('same');
-- bad input
SELECT gov_request_approval('medium', 'ratify_value', '{"axis": "topic", "value": "c"}', 'again');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', 'decide', '[]', 'because');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', 'decide', '"x"', 'because');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', 'decide', NULL, 'because');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', 'decide', '{}', E' \t');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', 'decide', '{}', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', 'decide', '{}', 'because', '-1 day');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', 'decide', '{}', 'because', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', 'ratify_value', '{"axis": "topic", "value": "b"}', 'because', '10000000 years');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('', 'decide', '{}', 'because');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_request_approval('bad', NULL, '{}', 'because');
\echo :LAST_ERROR_SQLSTATE
CALL gov_cast_vote('low', 'A', 'approve');
\echo :LAST_ERROR_SQLSTATE

-- Whose turn it is.
SELECT approval, authority, can FROM gov_my_inbox;
\c - regress_gov_pres
SELECT approval, authority, can, risk, proposer FROM gov_my_inbox ORDER BY approval COLLATE "C", can COLLATE "C";
\c - regress_gov_person
SELECT approval, authority, can FROM gov_my_inbox ORDER BY approval COLLATE "C";
-- bad input of votes
CALL gov_cast_vote('none', 'PERSON', 'approve');
\echo :LAST_ERROR_SQLSTATE
CALL gov_cast_vote('low', 'NOBODY', 'approve');
\echo :LAST_ERROR_SQLSTATE
CALL gov_cast_vote('low', 'PERSON', 'maybe');
\echo :LAST_ERROR_SQLSTATE
CALL gov_cast_vote('low', 'PERSON', NULL);
\echo :LAST_ERROR_SQLSTATE
CALL gov_cast_vote(NULL, 'PERSON', 'approve');
\echo :LAST_ERROR_SQLSTATE
CALL gov_confirm('none', 'PERSON', 'x');
\echo :LAST_ERROR_SQLSTATE
CALL gov_confirm('constitutional', 'PERSON', NULL);
\echo :LAST_ERROR_SQLSTATE
-- none of them left an entry
SELECT count(*) AS refusals FROM gov_ledger WHERE action LIKE '%refused';
\set VERBOSITY terse
CALL gov_cast_vote('short', 'PERSON', 'approve');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
SELECT login, target, payload FROM gov_ledger WHERE action LIKE '%refused';

-- Low: one vote, whoever's, but not an agent's.
\c - regress_gov_bot
CALL gov_cast_vote('low', 'BOT', 'approve', 'me too');
SELECT status, approvals, missing, voters FROM gov_approval_status WHERE approval = 'low';
\c - regress_gov_person
CALL gov_cast_vote('low', 'PERSON', 'approve');
SELECT status, approvals, missing, voters FROM gov_approval_status WHERE approval = 'low';

-- Medium: one vote, and a sovereign's.
CALL gov_cast_vote('medium', 'PERSON', 'approve');
SELECT status, approvals, sovereign, council, missing FROM gov_approval_status WHERE approval = 'medium';
\c - regress_gov_pres
CALL gov_cast_vote('medium', 'PRESIDENT', 'approve', 'fine');
SELECT status, approvals, sovereign, council, missing FROM gov_approval_status WHERE approval = 'medium';
\c - regress_gov_clerk
SELECT gov_ratify('topic', 'b', approval => 'medium');
SELECT a.status, consumed_by, v.status AS value, v.approval FROM gov_approval a, gov_axis_value v WHERE a.approval = 'medium' AND v.value = 'b';

-- High: three votes, a sovereign's and two councils'.
\c - regress_gov_person
CALL gov_cast_vote('high', 'PERSON', 'approve');
\c - regress_gov_ca
CALL gov_cast_vote('high', 'A', 'approve');
\c - regress_gov_pres
SELECT status, approvals, sovereign, council, missing FROM gov_approval_status WHERE approval = 'high';
CALL gov_cast_vote('high', 'PRESIDENT', 'approve');
SELECT status, approvals, sovereign, council, missing FROM gov_approval_status WHERE approval = 'high';
\c - regress_gov_cb
CALL gov_cast_vote('high', 'B', 'approve');
SELECT status, approvals, sovereign, council, missing FROM gov_approval_status WHERE approval = 'high';

-- Constitutional: the same, and a sovereign repeats the hash; before the votes or after.
CALL gov_cast_vote('constitutional', 'B', 'approve');
\c - regress_gov_ca
CALL gov_cast_vote('constitutional', 'A', 'approve');
\c - regress_gov_pres
CALL gov_cast_vote('constitutional', 'PRESIDENT', 'approve');
SELECT status, missing FROM gov_approval_status WHERE approval = 'constitutional';
SELECT approval, can FROM gov_my_inbox ORDER BY 1, 2;
SELECT content_hash FROM gov_approval WHERE approval = 'constitutional' \gset
CALL gov_confirm('constitutional', 'PRESIDENT', :'content_hash');
SELECT status, missing, confirmed_by FROM gov_approval_status WHERE approval = 'constitutional';
SELECT content_hash FROM gov_approval WHERE approval = 'second' \gset
CALL gov_confirm('second', 'PRESIDENT', :'content_hash');
CALL gov_cast_vote('second', 'PRESIDENT', 'approve');
SELECT status, missing, confirmed_by FROM gov_approval_status WHERE approval = 'second';
\c - regress_gov_clerk
SELECT gov_set_quorum('low', 2, approval => 'constitutional');
SELECT min_approvals FROM gov_quorum_rule WHERE risk = 'low';
SELECT gov_set_quorum('low', 2);
SELECT gov_set_quorum('low', 3, approval => 'constitutional');
\echo :LAST_ERROR_SQLSTATE
-- what was approved with less serves no longer
SELECT status FROM gov_approval WHERE approval = 'low';
SELECT gov_decide('thing', 't', 'topic', 'a', 'accept_divergence', 'known', 'low');
\echo :LAST_ERROR_SQLSTATE

-- A reject ends it, also an agent's.
\c - regress_gov_bot
CALL gov_cast_vote('second', 'BOT', 'reject', 'second');
SELECT status, missing, voters FROM gov_approval_status WHERE approval = 'second';

-- Withdrawing: whoever asked, while it is pending.
\c - regress_gov_clerk
SELECT gov_request_approval('mine', 'ratify_value', '{"axis": "topic", "value": "c"}', 'because');
\c - regress_gov_person
SELECT gov_withdraw('mine');
\echo :LAST_ERROR_SQLSTATE
\c - regress_gov_clerk
SELECT gov_withdraw('mine');
SELECT gov_withdraw('mine');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_withdraw('high');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_withdraw('none');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_withdraw(NULL);
\echo :LAST_ERROR_SQLSTATE

-- An act that is undone gives its approval back.
SELECT gov_request_approval('again', 'retire_value', '{"axis": "topic", "value": "b", "reason": "done"}', 'because');
\c - regress_gov_pres
CALL gov_cast_vote('again', 'PRESIDENT', 'approve');
\c - regress_gov_clerk
BEGIN;
SELECT gov_deprecate('topic', 'b', reason => 'done', approval => 'again');
SELECT status FROM gov_approval WHERE approval = 'again';
ROLLBACK;
SELECT status FROM gov_approval WHERE approval = 'again';
SELECT gov_deprecate('topic', 'b', reason => 'done', approval => 'again');
SELECT status FROM gov_approval WHERE approval = 'again';

-- What has expired: seen at once, written down by reconcile.
SELECT status, missing FROM gov_approval_status WHERE approval = 'short';
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT status, missing FROM gov_approval_status WHERE approval = 'short';
SELECT approval, status FROM gov_approval ORDER BY approval COLLATE "C";
SELECT action, count(*) FROM gov_ledger WHERE action ~ 'vote|confirm|approval|withdraw' GROUP BY action ORDER BY action COLLATE "C";
SELECT count(*) AS broken FROM gov_ledger_verify();

-- The content hash of a request, as anybody can compute it.
SELECT count(*) > 5 AS requests, bool_and(content_hash = encode(sha256(convert_to(string_agg, 'UTF8')), 'hex')) AS as_told
  FROM gov_approval,
       LATERAL (SELECT string_agg(octet_length(part) || ':' || part, '' ORDER BY n)
                  FROM unnest(ARRAY['governance-approval-2', action, act, target::text, seen::text]) WITH ORDINALITY AS p (part, n)) AS f;
\c postgres :superuser
DROP DATABASE regress_gov_approvals;
DROP ROLE regress_gov_clerk, regress_gov_pres, regress_gov_ca, regress_gov_cb, regress_gov_person, regress_gov_bot;
