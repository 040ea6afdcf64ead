-- Something in every table, by the names that the calls of every_act.sql use.
CREATE EXTENSION governance;
CREATE ROLE looker LOGIN;
SELECT gov_grant('reader', 'looker');
SELECT gov_set_authority('ME', kind => 'council', role_name => 'postgres'), gov_set_authority('YOU', kind => 'human');
SELECT gov_create_axis('topic', kind => 'uncertain', fallback => 'YOU'), gov_set_axis_status('topic', 'active'), gov_create_axis('spare');
SELECT gov_propose_value('topic', v), gov_ratify('topic', v) FROM unnest('{v,w,x,old}'::text[]) v;
SELECT gov_propose_value('topic', 'new'), gov_deprecate('topic', 'old', reason => 'it is');
SELECT gov_create_rule('EVERY', 'topic', 'cross_product', '{thing}'), gov_set_rule_status('EVERY', 'active'), gov_create_rule('IDLE', 'topic', 'per_assignment');
SELECT gov_create_rule('USED', 'topic', 'per_assignment', '{thing}', 0.5, 30), gov_set_rule_status('USED', 'active');
SELECT gov_register_object('box', n::text) FROM generate_series(1, 5) n;
SELECT gov_register_object('thing', n::text, 'box', (n % 5 + 1)::text) FROM generate_series(1, 60) n;
SELECT gov_assign('thing', n::text, 'topic', 'v', 'approved', provenance => '{"kind": "x"}') FROM generate_series(1, 9) n;
SELECT gov_own('box', n::text, 'topic', 'v', 'YOU') FROM generate_series(1, 3) n;
SELECT gov_create_axis('within', family => 'structural'), gov_register_object('crate', '1'), gov_own('crate', '1', 'topic', 'v', 'YOU');
SELECT gov_register_object('parcel', n::text, 'crate', '1') FROM generate_series(1, 2) n;
CREATE SCHEMA app;
CREATE TABLE app.t (x int);
CREATE MATERIALIZED VIEW app.m AS SELECT x FROM app.t;
CREATE TABLE app.thing (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO app.thing VALUES ('row', 'one', NULL, NULL);
CREATE TABLE app.many AS SELECT 'box' AS object_type, '4' AS object_ref, 'topic' AS axis, 'v' AS value, 'YOU' AS authority;
CREATE TABLE app.shown (object_type text, object_ref text, projected_at timestamptz);
CREATE TABLE app.tag (object_type text, object_ref text, label text, projected_at timestamptz);
CREATE FUNCTION app.detector() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql AS $$ SELECT NULL, 'thing', '1', NULL, NULL, '{}'::jsonb $$;
SELECT gov_enroll_schema('app'), gov_enroll_relation('app', 'app.thing'), gov_exclude('app', 'nothing');
REFRESH MATERIALIZED VIEW app.m;
SELECT gov_bind('label_projection', 'app.tag'), gov_set_label('red', 'f'), gov_map_label('topic', 'v', 'red'), gov_set_label_rule('thing', '1', 'red'), gov_set_label_rule('thing', '2', 'blue');
SELECT gov_set_projection('shown', 'topic', 'app.shown'), gov_set_projection('labels', 'topic');
SELECT gov_set_detector('mine', 'warning', 'app.detector'), gov_set_event_type('app', 'made', 's', 'l'), gov_event_activate('app', 'made');
SELECT gov_set_event_type('app', 'idle', 's', 'l'), gov_event_activate('governance', 'coverage.scan_completed');
SELECT gov_request_approval(name, 'change_trust', '{"risk": "low", "min_approvals": 2}', 'because') FROM unnest('{ask,other}'::text[]) name;
SELECT FROM gov_reconcile();
SELECT count(*) FROM gov_event_fetch('mailer', 1);
SELECT gov_decide('thing', '2', 'topic', 'v', 'accept_divergence', 'as it is') WHERE EXISTS (
    SELECT FROM gov_label_reconcile WHERE object_ref = '2' AND flag = 'divergent');
INSERT INTO gov_object (object_type, object_ref) SELECT 'many', n::text FROM generate_series(1, 20000) n;
ANALYZE;
