-- What an approval to make something active said yes to changes with an
-- approval; names do not need one. In a database of its own.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_gov_alter_pres LOGIN;
CREATE ROLE regress_gov_alter_admin LOGIN;
CREATE ROLE regress_gov_alter_steward LOGIN;
CREATE ROLE regress_gov_alter_agent LOGIN;
CREATE DATABASE regress_gov_alter;
\c regress_gov_alter
\set SHOW_CONTEXT never
\set ECHO all
SET client_min_messages = warning;
CREATE EXTENSION governance;
SELECT count(gov_grant('approver', 'regress_gov_alter_pres')) + count(gov_grant('admin', 'regress_gov_alter_admin'))
       + count(gov_grant('steward', 'regress_gov_alter_steward')) + count(gov_grant('admin', 'regress_gov_alter_agent')) AS granted;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{A,B}'::text[]) AS a;
SELECT count(gov_set_authority('BOT', kind => 'agent', role_name => 'regress_gov_alter_agent')) AS agent;
SELECT count(gov_set_quorum(r, 1, 1, 0, false)) FROM unnest('{low,medium,high,constitutional}'::text[]) AS r;
SELECT count(gov_create_axis('topic')) + count(gov_set_axis_status('topic', 'active')) + count(gov_create_axis('next')) AS axes;
SELECT count(gov_propose_value('topic', v)) FROM unnest('{root,one,two,draft}'::text[]) AS v;
SELECT count(gov_ratify('topic', v)) FROM unnest('{root,one,two}'::text[]) AS v;
SELECT count(gov_register_object('thing', 'a')) + count(gov_create_rule('R', 'topic', 'cross_product', '{thing}'))
       + count(gov_set_rule_status('R', 'active')) + count(gov_create_rule('S', 'topic', 'cross_product')) AS rules;
SELECT count(gov_set_authority('PRESIDENT', kind => 'sovereign', role_name => 'regress_gov_alter_pres')) AS armed;

-- a steward alters nothing of these
\c - regress_gov_alter_steward
SELECT gov_alter_axis('topic', 'x');
SELECT gov_alter_value('topic', 'one', 'x');
SELECT gov_alter_rule('R', staleness_days => 1);

\c - regress_gov_alter_admin
-- names, and what is not active, need no approval
SELECT gov_alter_axis('topic', 'What it is about');
SELECT gov_alter_axis('next', owner => 'A', fallback => 'B');
SELECT gov_alter_value('topic', 'one', 'Number one');
SELECT gov_alter_value('topic', 'draft', parent => 'root');
SELECT gov_alter_rule('S', '{thing}', 0.5, 10);
-- the rest does; what is so already asks for none and uses none
SELECT gov_alter_axis('topic', fallback => 'A');
SELECT gov_alter_value('topic', 'one', parent => 'root');
SELECT gov_alter_rule('R', confidence_threshold => 0.54);
SELECT gov_alter_axis('topic', 'What it is about', fallback => '');
-- the requests of these hints
SELECT gov_request_approval('fallback', 'activate_axis', '{"axis": "topic", "fallback": "A"}', 'because', act => 'gov_alter_axis');
SELECT gov_request_approval('parent', 'ratify_value', '{"axis": "topic", "value": "one", "parent": "root"}', 'because', act => 'gov_alter_value');
SELECT gov_request_approval('parent 2', 'ratify_value', '{"axis": "topic", "value": "two", "parent": "root"}', 'because', act => 'gov_alter_value');
SELECT gov_request_approval('rule', 'activate_axis', '{"rule": "R", "confidence_threshold": 0.54}', 'because');
SELECT gov_request_approval('rule 2', 'activate_axis', '{"rule": "R", "applies_to": []}', 'because');
-- what is not there cannot be asked for
SELECT gov_request_approval('none', 'activate_axis', '{"axis": "topic", "fallback": "C"}', 'because');
SELECT gov_request_approval('none', 'activate_axis', '{"rule": "T", "staleness_days": 1}', 'because');
SELECT gov_request_approval('none', 'ratify_value', '{"axis": "topic", "value": "one", "parent": "other"}', 'because', act => 'gov_alter_value');
-- a parent that is none is an empty text, and no value
SELECT gov_request_approval('to a root', 'ratify_value', '{"axis": "topic", "value": "one", "parent": ""}', 'because', act => 'gov_alter_value');
SELECT gov_withdraw('to a root');
SELECT approval, in_words FROM gov_approval WHERE status = 'pending' ORDER BY approval COLLATE "C";

\c - regress_gov_alter_pres
SELECT format('CALL gov_cast_vote(%L, ''PRESIDENT'', ''approve'')', approval) FROM gov_approval WHERE status = 'pending' ORDER BY approval COLLATE "C" \gexec

\c - regress_gov_alter_admin
-- one is for one call
SELECT gov_alter_axis('topic', fallback => 'B', approval => 'fallback');
SELECT gov_alter_axis('topic', fallback => 'A', approval => 'fallback');
SELECT gov_alter_axis('topic', fallback => 'A', approval => 'fallback');
SELECT gov_alter_value('topic', 'one', parent => 'root', approval => 'parent');
SELECT gov_alter_rule('R', confidence_threshold => 0.540001, approval => 'rule');
SELECT gov_alter_rule('R', confidence_threshold => 0.54, approval => 'rule');
-- its voters saw another state
SELECT gov_alter_rule('R', '{}', approval => 'rule 2');
SELECT gov_alter_value('topic', 'two', 'Number two');
SELECT gov_alter_value('topic', 'two', parent => 'root', approval => 'parent 2');
SELECT approval, status FROM gov_approval ORDER BY approval COLLATE "C";

-- an agent moves no active value, with the level of an admin
\c - regress_gov_alter_agent
SELECT gov_alter_value('topic', 'two', parent => 'root');
SELECT gov_alter_value('topic', 'two', 'By a bot');
SELECT action, actor, target, payload FROM gov_ledger WHERE action LIKE 'alter%' ORDER BY seq;

\c - :superuser
\c postgres
SET client_min_messages = warning;
DROP DATABASE regress_gov_alter;
DROP ROLE regress_gov_alter_pres, regress_gov_alter_admin, regress_gov_alter_steward, regress_gov_alter_agent;
