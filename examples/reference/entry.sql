-- The entry state, made by public functions alone; application.sql comes first.
-- It can be run again: what is so already is left alone.

-- Who.
SELECT gov_set_authority('GOV-COUNCIL', 'Governance council', 'council');
SELECT gov_set_authority('GOV-KG-SYS', 'Knowledge graph', 'system');
SELECT gov_set_authority('GOV-DOT', 'Tools and agents', 'system');
SELECT gov_set_authority('GOV-MOIT', 'Business owner', 'human');
SELECT gov_set_authority('PRESIDENT', 'President', 'sovereign');
SELECT gov_set_authority('COUNCIL-A', 'First council', 'council');
SELECT gov_set_authority('COUNCIL-B', 'Second council', 'council');
SELECT gov_set_authority('SCAN-BOT', 'Scanner', 'agent');

-- What: groups and collections, from the application's own tables.
SELECT * FROM gov_enroll_relation('directus', 'app.governed_things');

-- How they are classified.
SELECT gov_create_axis('responsibility', 'Responsibility', 'deterministic', 'system');
SELECT gov_create_axis('topic', 'Topic', 'uncertain', 'semantic');
SELECT gov_create_axis('containment', 'Containment', 'deterministic', 'structural');
SELECT gov_set_axis_status(axis, 'active') FROM unnest('{responsibility,topic,containment}'::text[]) axis;

SELECT gov_propose_value('responsibility', v) FROM unnest('{approval,audit,execution,health,policy,render}'::text[]) v;
SELECT gov_propose_value('topic', v) FROM unnest('{governance,workflow,observability,data-platform,gov-legacy}'::text[]) v;
SELECT gov_propose_value('topic', v, 'governance') FROM unnest('{ai-ops,registry-kg}'::text[]) v;
SELECT gov_propose_value('topic', 'workflow-exec', 'workflow');
SELECT gov_propose_value('containment', name) FROM app.collection_groups ORDER BY name;
SELECT gov_ratify('responsibility', v) FROM unnest('{approval,audit,execution,health,policy,render}'::text[]) v;
SELECT gov_ratify('topic', v)
  FROM unnest('{governance,workflow,observability,data-platform,ai-ops,registry-kg,workflow-exec}'::text[]) v;
SELECT gov_ratify('containment', name) FROM app.collection_groups ORDER BY name;
SELECT gov_ratify(axis, value), gov_deprecate(axis, value, 'governance', 'split into finer topics')
  FROM gov_axis_value WHERE axis = 'topic' AND value = 'gov-legacy' AND status = 'candidate';
SELECT gov_propose_value('topic', 'kg-domain-x', NULL, '{"kind": "kg_provisional", "source": "graph_inference"}');

SELECT gov_create_rule('CR-RESP-ALL', 'responsibility', 'cross_product', '{collection}');
SELECT gov_create_rule('CR-TOPIC-ASSIGNED', 'topic', 'per_assignment', '{collection}', 0.70, 30);
SELECT gov_set_rule_status('CR-RESP-ALL', 'active');
SELECT gov_set_rule_status('CR-TOPIC-ASSIGNED', 'active');

-- Who owns what: each group on all of responsibility, for all that lives in it.
SELECT count(gov_own('group', g.name, 'responsibility', v.value, g.authority, 'accountable', true)) AS group_anchors
  FROM (VALUES ('GRP-AI', 'GOV-DOT'), ('GRP-BUSINESS', 'GOV-MOIT'), ('GRP-GOVERNANCE', 'GOV-COUNCIL'),
               ('GRP-REGISTRY', 'GOV-KG-SYS'), ('GRP-WORKFLOW', 'GOV-DOT')) AS g(name, authority)
 CROSS JOIN gov_axis_value v
 WHERE v.axis = 'responsibility';

-- Topics of six collections, and who owns these cells.
SELECT gov_assign('collection', 'agents', 'topic', 'ai-ops', 'candidate', 0.92, provenance => '{"kind": "curated"}', assigned_kind => 'human') AS assigned;
SELECT gov_assign('collection', 'governance_registry', 'topic', 'registry-kg', 'candidate', 0.85, provenance => '{"kind": "inference"}', assigned_kind => 'agent') AS assigned;
SELECT gov_assign('collection', 'workflows', 'topic', 'workflow', 'candidate', 0.96, provenance => '{"kind": "curated"}', assigned_kind => 'human') AS assigned;
SELECT gov_assign('collection', 'modules', 'topic', 'workflow', 'candidate', 0.55, provenance => '{"kind": "inference"}', assigned_kind => 'agent') AS assigned;
SELECT gov_assign('collection', 'tasks', 'topic', 'ai-ops', 'candidate', 0.80, provenance => '{"kind": "inference"}', assigned_kind => 'agent', assigned_at => now() - 60 * interval '24 hours') AS assigned
 WHERE NOT EXISTS (SELECT FROM gov_assignment JOIN gov_object USING (object_id) WHERE object_ref = 'tasks' AND axis = 'topic');
SELECT gov_assign('collection', 'iu_staging_record', 'topic', 'ai-ops', assigned_kind => 'agent') AS assigned;

SELECT count(gov_own('collection', c.name, 'topic', c.value, c.authority, inherits => false)) AS topic_owners
  FROM (VALUES ('agents', 'ai-ops', 'GOV-DOT'), ('governance_registry', 'registry-kg', 'GOV-KG-SYS'),
               ('workflows', 'workflow', 'GOV-DOT'), ('modules', 'workflow', 'GOV-DOT'),
               ('tasks', 'ai-ops', 'GOV-DOT')) AS c(name, value, authority);

-- The application's labels, read where they are.
SELECT gov_bind('vocabulary', 'app.labels');
SELECT gov_bind('label_rule', 'app.label_rules');
SELECT gov_bind('label_projection', 'app.label_projection');
SELECT gov_map_label('topic', m.value, m.label)
  FROM (VALUES ('ai-ops', 'LBL-006'), ('ai-ops', 'LBL-061'), ('workflow', 'LBL-004'), ('registry-kg', 'LBL-101'),
               ('observability', 'LBL-014'), ('data-platform', 'LBL-002')) AS m(value, label);
