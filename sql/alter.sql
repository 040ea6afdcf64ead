-- An axis, a value and a rule are changed by a call each: NULL leaves a column
-- as it is, an empty text clears it, and the ledger has what was and what is.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO all
SET LOCAL client_min_messages = warning;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest(ARRAY['A', 'B', 'Old "one"']) AS a;
SELECT gov_create_axis('topic');
SELECT count(gov_propose_value('topic', v)) FROM unnest(ARRAY['root', 'Q "x"', 'leaf', 'gone', 'draft']) AS v;
SELECT gov_register_object('table', 'a.b');
SELECT gov_create_rule('R', 'topic', 'cross_product', '{table}');

-- an axis
SELECT gov_alter_axis('topic', 'What it is about', 'A', 'B', reason => 'workshop');
SELECT gov_alter_axis('topic', 'What it is about', 'A', 'B', reason => 'again');
SELECT gov_alter_axis('topic');
SELECT gov_alter_axis('topic', fallback => '');
SELECT gov_alter_axis('topic', name => '', owner => 'B', fallback => 'A');
SELECT name, owner, fallback, status, reason FROM gov_axis WHERE axis = 'topic';
SELECT gov_alter_axis(NULL, 'x');
SELECT gov_alter_axis('topics', 'x');
SELECT gov_alter_axis('topic', owner => 'C');
SELECT gov_alter_axis('topic', owner => repeat('C', 201));
SELECT gov_set_authority('Old "one"', status => 'retired');
SELECT gov_alter_axis('topic', fallback => 'Old "one"');

-- a value, before and after it is active
SELECT gov_alter_value('topic', 'leaf', parent => 'Q "x"');
SELECT gov_alter_value('topic', 'leaf', 'A leaf', 'root');
SELECT gov_alter_value('topic', 'leaf', 'A leaf', 'root');
SELECT gov_set_axis_status('topic', 'active');
SELECT count(gov_ratify('topic', v)) FROM unnest(ARRAY['root', 'Q "x"', 'leaf', 'gone']) AS v;
SELECT count(gov_deprecate('topic', 'gone')) + count(gov_retire('topic', 'gone')) AS retired;
SELECT gov_alter_value('topic', 'Q "x"', 'Quoted', 'root', 'belongs there');
SELECT gov_alter_value('topic', 'Q "x"', parent => '');
SELECT gov_alter_value('topic', 'Q "x"', parent => 'leaf');
SELECT gov_alter_value('topic', 'root', parent => 'Q "x"');
SELECT gov_alter_value('topic', 'root', parent => 'root');
SELECT gov_alter_value('topic', 'root', parent => 'draft');
SELECT gov_alter_value('topic', 'root', parent => 'gone');
SELECT gov_alter_value('topic', 'draft', parent => 'gone');
SELECT gov_alter_value('topic', 'root', parent => 'unknown');
SELECT gov_alter_value('topic', 'unknown', 'x');
SELECT gov_alter_value('unknown', 'root', 'x');
SELECT gov_alter_value('topic', NULL, 'x');
SELECT gov_alter_value('topic', 'gone', 'x');
SELECT gov_alter_value('topic', 'gone');
SELECT value, name, parent, status FROM gov_axis_value WHERE axis = 'topic' ORDER BY value COLLATE "C";

-- who owns what follows: by the value above
SELECT gov_set_rule_status('R', 'active');
SELECT gov_alter_axis('topic', fallback => '');
SELECT gov_own(NULL, NULL, 'topic', 'root', 'A');
SELECT value, status, authority, anchor_ref FROM gov_coverage WHERE axis = 'topic' ORDER BY value COLLATE "C";
SELECT gov_alter_value('topic', 'Q "x"', parent => '');
SELECT value, status, authority, anchor_ref FROM gov_coverage WHERE axis = 'topic' ORDER BY value COLLATE "C";
SELECT gov_alter_axis('topic', fallback => 'B');
SELECT value, status, authority, anchor_ref FROM gov_coverage WHERE axis = 'topic' ORDER BY value COLLATE "C";

-- a rule
SELECT gov_register_object('view', 'a.v');
SELECT gov_alter_rule('R', '{view,table}', 0.54, 30);
SELECT gov_alter_rule('R', '{table,view,table}', 0.54, 30);
SELECT gov_alter_rule('R', '{}');
SELECT gov_alter_rule('R', confidence_threshold => 0, staleness_days => 0, reason => 'too strict');
SELECT gov_alter_rule('R', '{tabel}');
SELECT gov_alter_rule('R', '{NULL}');
SELECT gov_alter_rule('R', '{""}');
SELECT gov_alter_rule('R', '{{a},{b}}');
SELECT gov_alter_rule('R', confidence_threshold => 'NaN');
SELECT gov_alter_rule('R', confidence_threshold => 1.5);
SELECT gov_alter_rule('R', staleness_days => -1);
SELECT gov_alter_rule('R');
SELECT gov_alter_rule('S');
SELECT gov_alter_rule(NULL);
SELECT applies_to, confidence_threshold, staleness_days, status FROM gov_coverage_rule WHERE rule = 'R';
SELECT gov_set_rule_status('R', 'retired');
SELECT gov_alter_rule('R', staleness_days => 1);
SELECT gov_alter_rule('R', staleness_days => 0);

-- a value that mirrors a container follows the container
SELECT count(gov_create_axis('place', family => 'structural')) + count(gov_set_axis_status('place', 'active')) AS axis;
SELECT gov_register_object('room', 'inner');
SELECT gov_register_object('table', 'a.b', 'room', 'inner');
SELECT gov_create_axis('responsibility'), gov_propose_value('responsibility', 'policy');
SELECT gov_set_axis_status('responsibility', 'active'), gov_ratify('responsibility', 'policy');
SELECT gov_own('room', 'inner', 'responsibility', 'policy', 'A');
SELECT count(*) FROM gov_activate_containment('place', '{table}');
SELECT gov_alter_value('place', 'inner', 'Another name');
SELECT gov_alter_value('place', 'inner', parent => 'elsewhere');

-- a retired axis stays as it was
SELECT gov_create_axis('past'), gov_set_axis_status('past', 'retired');
SELECT gov_alter_axis('past', 'x');
SELECT gov_alter_axis('past', name => '');

-- a merge is not undone over a child that was moved since
SELECT count(gov_propose_value('topic', v, p)) + count(gov_ratify('topic', v)) FROM (VALUES ('m', NULL), ('n', NULL), ('child', 'm')) AS v (v, p);
SELECT values_moved FROM (SELECT count(*) AS values_moved FROM gov_merge('topic', 'm', 'n')) AS m;
SELECT max(seq) AS merge FROM gov_ledger \gset
SELECT gov_alter_value('topic', 'child', parent => 'root');
\set VERBOSITY sqlstate
SELECT gov_undo(:merge);
\set VERBOSITY default
SELECT gov_alter_value('topic', 'child', parent => 'n');
SELECT left(gov_undo(:merge), 20) AS undone;

-- in the ledger: what was, what is, and why
SELECT action, target, payload FROM gov_ledger WHERE action IN ('alter_axis', 'alter_value', 'alter_rule') ORDER BY seq;
ROLLBACK;
