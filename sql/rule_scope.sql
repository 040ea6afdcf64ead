-- A coverage rule has a scope: a container and what lives in it, a pattern of
-- references, leaves or parents.
BEGIN;
SET LOCAL client_min_messages = warning;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
SELECT count(gov_register_object('schema', s)) FROM unnest('{sc_app,sc_old}'::text[]) AS s;
SELECT count(gov_register_object('table', 'sc_app.' || t, 'schema', 'sc_app')) FROM unnest('{order,log_1,log_2,a%b,a_b}'::text[]) AS t;
SELECT count(gov_register_object('table', 'sc_old.' || t, 'schema', 'sc_old')) FROM unnest('{order,log_9}'::text[]) AS t;
SELECT count(gov_register_object('view', 'sc_app.order_seen', 'schema', 'sc_app'));
SELECT count(gov_register_object('folder', 'sc folder', 'schema', 'sc_app')) + count(gov_register_object('table', 'sc deep', 'folder', 'sc folder'));
SELECT gov_set_authority('SC', kind => 'human');
SELECT gov_create_axis('sc', family => 'system'), gov_set_axis_status('sc', 'active'), gov_propose_value('sc', 'v'), gov_ratify('sc', 'v');
CREATE TEMP VIEW about AS
SELECT rule, string_agg(object_type || ' ' || object_ref, ', ' ORDER BY object_ref COLLATE "C") AS objects
  FROM gov_cell_rule WHERE axis = 'sc' GROUP BY rule;
CREATE TEMP VIEW agrees AS
SELECT s.required = c.required AND s.gap = c.gap AS summary, t.objects = c.rules AS rule_scope
  FROM gov_coverage_summary s, (SELECT count(*) AS required, count(*) FILTER (WHERE status = 'gap') AS gap,
                                       (SELECT count(*) FROM gov_cell_rule WHERE axis = 'sc') AS rules FROM gov_coverage WHERE axis = 'sc') c,
       (SELECT coalesce(sum(objects), 0) AS objects FROM gov_rule_scope WHERE axis = 'sc' AND status = 'active') t
 WHERE s.axis = 'sc';

-- by container: the object itself, where its type is asked, and all that lives in it
SELECT gov_create_rule('SC-IN', 'sc', 'cross_product', scope => '{"container_type": "schema", "container_ref": "sc_app"}'), gov_set_rule_status('SC-IN', 'active');
SELECT * FROM about;
SELECT * FROM agrees;
-- the same again is the same; another one is named; a scope is part of what is compared
SELECT gov_create_rule('SC-IN', 'sc', 'cross_product', scope => '{"container_ref": "sc_app", "container_type": "schema", "pattern": null}');
SELECT gov_create_rule('SC-IN', 'sc', 'cross_product', scope => '{"container_type": "schema", "container_ref": "sc_old"}');
SELECT gov_create_rule('SC-IN', 'sc', 'cross_product');
-- the object is meant, not its name
UPDATE gov_object SET object_ref = 'sc_renamed' WHERE object_type = 'schema' AND object_ref = 'sc_app';
SELECT count(gov_register_object('schema', 'sc_app')) AS another;
SELECT * FROM about;
SELECT rule, container_type, container_ref, pattern, parts, objects FROM gov_rule_scope WHERE rule = 'SC-IN';
SELECT gov_retire_object('schema', 'sc_app');
UPDATE gov_object SET object_ref = 'sc_app' WHERE object_ref = 'sc_renamed';

-- by pattern: * is any letters, ? one, all else itself
SELECT gov_alter_rule('SC-IN', scope => '{"pattern": "sc_*.log_?"}', reason => 'only logs');
SELECT * FROM about;
SELECT gov_alter_rule('SC-IN', scope => '{"pattern": "sc_app.a_b"}');
SELECT * FROM about;
SELECT gov_alter_rule('SC-IN', scope => '{"pattern": "sc_app.a%b"}');
SELECT * FROM about;
-- all of it together, and nothing of it
SELECT gov_alter_rule('SC-IN', '{table}', scope => '{"container_type": "schema", "container_ref": "sc_app", "pattern": "*order*", "parts": "all"}');
SELECT gov_alter_rule('SC-IN', '{table}', scope => '{"parts": "all", "pattern": "*order*", "container_type": "schema", "container_ref": "sc_app"}');
SELECT * FROM about;
SELECT * FROM agrees;
SELECT rule, applies_to, container_type, container_ref, pattern, parts, objects FROM gov_rule_scope WHERE rule = 'SC-IN';
SELECT looked_at, detail FROM gov_explain_owner('table', 'sc_old.order', 'sc', 'v') WHERE looked_at = 'rules';
SELECT gov_alter_rule('SC-IN', scope => '{}');
SELECT * FROM about;
-- left out it stays
SELECT gov_alter_rule('SC-IN', scope => '{"parts": "leaves"}');
SELECT gov_alter_rule('SC-IN', staleness_days => 3);
SELECT parts FROM gov_rule_scope WHERE rule = 'SC-IN';
-- the ledger has what was before and is after
SELECT action, payload FROM gov_ledger WHERE target ->> 'rule' = 'SC-IN' ORDER BY seq LIMIT 4;

-- two rules, one of them scoped: a cell counts once
SELECT gov_create_rule('SC-TWO', 'sc', 'cross_product', '{table}', scope => '{"pattern": "sc_app.*"}'), gov_set_rule_status('SC-TWO', 'active');
-- the report lists rules with where they hold
SELECT r ->> 'rule' AS rule, r ->> 'status' AS status, r ->> 'requires' AS requires, r ->> 'applies_to' AS applies_to, r ->> 'scope' AS scope, r ->> 'objects' AS objects
  FROM jsonb_array_elements(gov_dashboard() #> '{tables,rules,rows}') AS r WHERE r ->> 'rule' LIKE 'SC%' ORDER BY 1;
SELECT * FROM about ORDER BY rule COLLATE "C";
SELECT (SELECT required FROM gov_coverage_summary WHERE axis = 'sc') = (SELECT count(*) FROM gov_required_cell WHERE axis = 'sc') AS once;
SELECT gov_set_rule_status('SC-TWO', 'retired');

-- what is none
\set c 'SELECT gov_create_rule(''SC-BAD'', ''sc'', ''cross_product'', scope => '
:c '[]');
:c '"x"');
:c '{"schema": "sc_app"}');
:c '{"pattern": 1}');
:c '{"pattern": ""}');
:c '{"parts": "some"}');
:c '{"container_type": "schema"}');
:c '{"container_type": "schema", "container_ref": "sc_ap"}');
:c '{"container_type": "schema", "container_ref": "nowhere at all"}');
SELECT count(*) AS made FROM gov_coverage_rule WHERE rule = 'SC-BAD';

-- a scope that matches nothing is refused at activation, with what was meant perhaps
SELECT gov_create_rule('SC-NONE', 'sc', 'cross_product', '{table}', scope => '{"pattern": "sc_app.ordr"}');
SELECT gov_set_rule_status('SC-NONE', 'active');
SELECT gov_alter_rule('SC-NONE', scope => '{"container_type": "schema", "container_ref": "sc_app", "pattern": "zzz*"}');
SELECT gov_set_rule_status('SC-NONE', 'active');
SELECT gov_alter_rule('SC-NONE', '{view}', scope => '{"container_type": "schema", "container_ref": "sc_old"}');
SELECT gov_set_rule_status('SC-NONE', 'active');
SELECT gov_alter_rule('SC-NONE', '{views}');
SELECT gov_set_rule_status('SC-NONE', 'active');
SELECT rule, objects FROM gov_rule_scope WHERE rule = 'SC-NONE';
-- so is one that an active rule would get
SELECT gov_alter_rule('SC-IN', scope => '{"pattern": "sc_app.ordr"}');
SELECT parts, pattern FROM gov_rule_scope WHERE rule = 'SC-IN';
-- and later it is found
SELECT gov_alter_rule('SC-IN', scope => '{"pattern": "sc deep"}');
SELECT gov_retire_object('table', 'sc deep');
SELECT severity, object_type, object_ref, detail FROM gov_drift_finding WHERE detector = 'rule_matches_nothing' AND object_ref = 'SC-IN';
SELECT amount FROM gov_metric WHERE metric = 'rules_idle' AND axis = 'sc';
SELECT gov_alter_rule('SC-IN', scope => '{"container_type": "folder", "container_ref": "sc folder"}');
SELECT gov_alter_rule('SC-IN', '{}', scope => '{"container_type": "folder", "container_ref": "sc folder"}');
SELECT gov_retire_object('folder', 'sc folder');
SELECT count(*) AS cells FROM gov_required_cell WHERE axis = 'sc';
SELECT detail FROM gov_drift_finding WHERE detector = 'rule_matches_nothing' AND object_ref = 'SC-IN';

-- an object that a rule is about is not forgotten
SELECT what FROM governance_internal.gov_source_kept('manual') k JOIN gov_object o USING (object_id) WHERE o.object_ref = 'sc folder' AND what IS NOT NULL;

-- containment is of all objects of its types: no scope for its rule, no such rule for it
SELECT gov_create_axis('sc place', family => 'structural'), gov_own('schema', s, 'sc', 'v', 'SC') FROM unnest('{sc_app}'::text[]) AS s;
SELECT gov_own('schema', 'sc_old', 'sc', 'v', 'SC');
SELECT gov_create_rule('SC-PLACE', 'sc place', 'per_assignment', '{view}', scope => '{"pattern": "*"}');
SELECT * FROM gov_activate_containment('sc place', '{view}', 'sc', 'v', rule => 'SC-PLACE');
SELECT unchanged FROM gov_activate_containment('sc place', '{view}', 'sc', 'v');
SELECT gov_alter_rule('CONTAINMENT-sc place', scope => '{"pattern": "*"}');
SELECT gov_alter_rule('CONTAINMENT-sc place', scope => '{}');
ROLLBACK;

-- What was approved is what is used: the scope is part of it, and the object
-- that it names. In a database of its own, with gates armed.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_gov_scope_pres LOGIN;
CREATE ROLE regress_gov_scope_admin LOGIN;
CREATE ROLE regress_gov_scope_steward LOGIN;
CREATE DATABASE regress_gov_scope;
\c regress_gov_scope
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION governance;
SELECT count(gov_grant('approver', 'regress_gov_scope_pres')) + count(gov_grant('admin', 'regress_gov_scope_admin'))
       + count(gov_grant('steward', 'regress_gov_scope_steward')) AS granted;
SELECT count(gov_set_quorum(r, 1, 1, 0, false)) FROM unnest('{low,medium,high,constitutional}'::text[]) AS r;
SELECT count(gov_register_object('schema', s)) FROM unnest('{app,old}'::text[]) AS s;
SELECT count(gov_register_object('table', s || '.t', 'schema', s)) FROM unnest('{app,old}'::text[]) AS s;
SELECT gov_create_axis('x'), gov_set_axis_status('x', 'active'), gov_propose_value('x', 'v'), gov_ratify('x', 'v');
SELECT gov_create_rule('R', 'x', 'cross_product', '{table}', scope => '{"container_type": "schema", "container_ref": "app"}');
SELECT count(gov_set_authority('PRESIDENT', kind => 'sovereign', role_name => 'regress_gov_scope_pres')) AS armed;

\c - regress_gov_scope_steward
-- a steward widens nothing
SELECT gov_alter_rule('R', scope => '{}');
SELECT gov_create_rule('mine', 'x', 'cross_product', scope => '{}');
UPDATE gov_coverage_rule SET scope_container = NULL;
-- and reads what each rule is about
SELECT rule, container_ref, objects FROM gov_rule_scope;

\c - regress_gov_scope_admin
-- approved with one scope, used with another
SELECT gov_request_approval('activate', 'activate_axis', '{"rule": "R", "status": "active"}', 'tables of app', act => 'gov_set_rule_status');
SELECT seen -> 'coverage rule "R"' ->> 'scope_container' IS NOT NULL AS voters_see_it FROM gov_approval;
\c - regress_gov_scope_pres
CALL gov_cast_vote('activate', 'PRESIDENT', 'approve');
\c - regress_gov_scope_admin
SELECT gov_alter_rule('R', scope => '{}');
SELECT gov_set_rule_status('R', 'active', approval => 'activate');
SELECT gov_alter_rule('R', scope => '{"container_type": "schema", "container_ref": "app"}');
SELECT gov_set_rule_status('R', 'active', approval => 'activate');
SELECT object_ref FROM gov_required_cell;
-- an active rule is widened with an approval alone, and with that very scope
SELECT gov_alter_rule('R', scope => '{}');
SELECT gov_request_approval('widen', 'activate_axis', '{"rule": "R", "scope": {"container_type": "schema", "container_ref": "old"}}', 'the other one', act => 'gov_alter_rule');
SELECT in_words FROM gov_approval WHERE approval = 'widen';
\c - regress_gov_scope_pres
CALL gov_cast_vote('widen', 'PRESIDENT', 'approve');
-- what takes the name of what was meant is something else
\c - :superuser
SET client_min_messages = warning;
UPDATE gov_object SET object_ref = 'old once' WHERE object_type = 'schema' AND object_ref = 'old';
SELECT gov_register_object('schema', 'old') AS another, gov_register_object('table', 'old.other', 'schema', 'old') AS lives_there;
-- by hand the same
UPDATE gov_coverage_rule SET scope_container = NULL WHERE rule = 'R';
UPDATE gov_coverage_rule SET scope_pattern = '*' WHERE rule = 'R';
UPDATE gov_coverage_rule SET scope_parts = 'all' WHERE rule = 'R';
\c - regress_gov_scope_admin
SELECT gov_alter_rule('R', scope => '{"container_type": "schema", "container_ref": "old"}', approval => 'widen');
SELECT gov_alter_rule('R', scope => '{"pattern": "*"}', approval => 'widen');
\c - :superuser
SET client_min_messages = warning;
SELECT gov_retire_object('table', 'old.other') AS gone;
SELECT gov_retire_object('schema', 'old') AS gone;
UPDATE gov_object SET object_ref = 'old' WHERE object_ref = 'old once';
\c - regress_gov_scope_admin
SELECT gov_alter_rule('R', scope => '{"container_type": "schema", "container_ref": "old"}', approval => 'widen');
SELECT object_ref FROM gov_required_cell;
\c postgres :superuser
SET client_min_messages = warning;
DROP DATABASE regress_gov_scope;
DROP ROLE regress_gov_scope_pres, regress_gov_scope_admin, regress_gov_scope_steward;
