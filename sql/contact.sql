-- Authorities say how to reach them; who looks for an owner sees it. A
-- detector's severity is changed alone.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO all
SET LOCAL client_min_messages = warning;
SELECT gov_set_authority('TEAM', 'The team', 'human', contact => '{"mail": "team@host", "chat": "#team", "url": "https://www.postgresql.org/team"}');
SELECT gov_set_authority('TEAM', contact => '{"url": "https://www.postgresql.org/team", "chat": "#team", "mail": "team@host"}');
SELECT gov_set_authority('TEAM', 'Our team');
SELECT name, contact FROM gov_authority WHERE authority = 'TEAM';
SELECT gov_set_authority('OTHER', kind => 'human');
SELECT gov_set_authority('OTHER', contact => '{}');
-- what is none
SELECT gov_set_authority('TEAM', contact => '[]');
SELECT gov_set_authority('TEAM', contact => 'null');
SELECT gov_set_authority('TEAM', contact => '{"phone": "1"}');
SELECT gov_set_authority('TEAM', contact => '{"mail": 1}');
SELECT gov_set_authority('TEAM', contact => '{"mail": null}');
SELECT gov_set_authority('TEAM', contact => '{"mail": ""}');
SELECT gov_set_authority('TEAM', contact => '{"mail": "team"}');
SELECT gov_set_authority('TEAM', contact => '{"mail": "a@b@c"}');
SELECT gov_set_authority('TEAM', contact => '{"mail": "a b@c"}');
SELECT gov_set_authority('TEAM', contact => '{"url": "javascript:alert(1)"}');
SELECT gov_set_authority('TEAM', contact => '{"url": "https://"}');
SELECT gov_set_authority('TEAM', contact => '{"chat": "a\u0007b"}');
SELECT gov_set_authority('TEAM', contact => jsonb_build_object('chat', repeat('x', 501)));
\set VERBOSITY sqlstate
UPDATE gov_authority SET contact = '{"url": "javascript:alert(1)"}' WHERE authority = 'TEAM';
UPDATE gov_authority SET contact = '{}' WHERE authority = 'TEAM';
\set VERBOSITY default

-- shown where an owner is
SELECT gov_create_axis('topic', fallback => 'OTHER'), gov_set_axis_status('topic', 'active');
SELECT gov_propose_value('topic', 'v'), gov_ratify('topic', 'v');
SELECT count(gov_register_object('thing', t)) FROM unnest('{a,b}'::text[]) AS t;
SELECT gov_create_rule('R', 'topic', 'cross_product', '{thing}'), gov_set_rule_status('R', 'active');
SELECT gov_own('thing', 'a', 'topic', 'v', 'TEAM');
SELECT looked_at, authority, detail FROM gov_explain_owner('thing', 'a', 'topic', 'v');
SELECT * FROM gov_owner_contact WHERE axis = 'topic' ORDER BY object_ref COLLATE "C";
SELECT r -> 'authority' AS owner, r -> 'name' AS name, r -> 'contact' AS contact
  FROM jsonb_array_elements(gov_dashboard() -> 'tables' -> 'owners' -> 'rows') AS r ORDER BY 1;
SELECT gov_report_html() LIKE '%Our team%' AND gov_report_html() LIKE '%#team%' AS on_the_page;
SELECT gov_set_authority('TEAM', contact => '{}');
SELECT contact FROM gov_authority WHERE authority = 'TEAM';
SELECT payload FROM gov_ledger WHERE action = 'set_authority' AND target ->> 'authority' = 'TEAM' ORDER BY seq;

-- a detector of our own has another severity, and from the next scan on so has what is open of it
SELECT gov_set_axis_status('topic', 'active');
SELECT gov_alter_axis('topic', fallback => '');
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, severity, status FROM gov_drift_state WHERE detector = 'ownership_gap';
SELECT gov_set_detector('ownership_gap', severity => 'critical');
SELECT gov_set_detector('ownership_gap', severity => 'critical');
SELECT gov_set_detector('ownership_gap', severity => 'bad');
SELECT object_ref, severity, status FROM gov_drift_state WHERE detector = 'ownership_gap';
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, severity, status, scan_count FROM gov_drift_state WHERE detector = 'ownership_gap';
SELECT payload FROM gov_ledger WHERE action = 'set_detector' ORDER BY seq DESC LIMIT 1;
ROLLBACK;
