-- What an act records is what it read, however long it is and whatever ran
-- since: the name an authority had, and the kind of an agent's vote.
SET client_min_messages = warning;
BEGIN;
SELECT count(gov_set_authority('KEPT', name => repeat(chr(97 + i % 26), 100 + i * 37), kind => 'human')) AS named
  FROM generate_series(1, 300) AS i;
SELECT count(*) AS entries, count(*) FILTER (WHERE was IS DISTINCT FROM before) AS wrong
  FROM (SELECT payload #>> '{was,name}' AS was, lag(payload ->> 'name') OVER (ORDER BY seq) AS before
          FROM gov_ledger WHERE action = 'set_authority' AND target ->> 'authority' = 'KEPT') AS entry;
ROLLBACK;

SELECT current_user AS superuser \gset
CREATE ROLE regress_kept_agent LOGIN;
CREATE DATABASE regress_kept_texts;
\c regress_kept_texts
SET client_min_messages = warning;
CREATE EXTENSION governance;
SELECT gov_grant('approver', 'regress_kept_agent');
SELECT gov_set_authority('AGENT', kind => 'agent', role_name => 'regress_kept_agent');
SELECT gov_set_authority('A', kind => 'human'), gov_set_authority('B', kind => 'human');
SELECT gov_request_approval('kept', 'transfer', '{"from_authority": "A", "to_authority": "B"}', 'to be voted on');
\c - regress_kept_agent
CALL gov_cast_vote('kept', 'AGENT', 'approve', repeat('because ', 100));
SELECT actor, login, payload ->> 'kind' AS kind, length(payload ->> 'comment') AS comment
  FROM gov_ledger WHERE action = 'cast_vote';
SELECT kind, vote FROM gov_vote;
\c postgres :superuser
DROP DATABASE regress_kept_texts;
DROP ROLE regress_kept_agent;
