-- The scenario as a rollout: from a database with nothing but the application's
-- tables to its exit figures, tier by tier, each with what it does exactly, and
-- how it is taken back.  Authorities come first (trust.sql).
SELECT gov_create_rollout('knowledge', 'the knowledge system, from nothing to governed');

SELECT gov_add_tier('knowledge', 0, 'preflight', 'verify',
    verify_sql => $$SELECT count(*) = 35 FROM app.collections;
                    SELECT count(*) = 58 FROM app.labels$$,
    expect => '[{"metric": "axes", "equals": 0}, {"metric": "objects", "equals": 0}, {"metric": "ownerships", "equals": 0}]');

SELECT gov_add_tier('knowledge', 1, 'structure', 'structure',
    $$SELECT * FROM gov_enroll_relation('directus', 'app.governed_things');
      SELECT gov_create_axis('responsibility', 'Responsibility', 'deterministic', 'system');
      SELECT gov_create_axis('topic', 'Topic', 'uncertain', 'semantic');
      SELECT gov_create_axis('containment', 'Containment', 'deterministic', 'structural');
      SELECT gov_set_axis_status(axis, 'active') FROM unnest('{responsibility,topic,containment}'::text[]) AS axis$$,
    revert_sql => $$SELECT gov_remove_tagged('knowledge', 1); SELECT gov_unenroll('directus', true, 'taken back')$$,
    expect => '[{"metric": "objects", "equals": 40}, {"metric": "containers", "equals": 5}, {"metric": "axes", "equals": 3}]');

SELECT gov_add_tier('knowledge', 2, 'responsibility', 'seed',
    $$SELECT gov_propose_value('responsibility', v), gov_ratify('responsibility', v) FROM unnest('{approval,audit,execution,health,policy,render}'::text[]) AS v;
      SELECT gov_create_rule('CR-RESP-ALL', 'responsibility', 'cross_product', '{collection}');
      SELECT gov_set_rule_status('CR-RESP-ALL', 'active')$$,
    revert_sql => $$SELECT gov_remove_tagged('knowledge', 2)$$,
    expect => '[{"metric": "required", "axis": "responsibility", "equals": 210}, {"metric": "gap", "axis": "responsibility", "equals": 210}]');

SELECT gov_add_tier('knowledge', 3, 'owners', 'seed',
    $$SELECT gov_own('group', g.name, 'responsibility', v.value, g.authority)
        FROM (VALUES ('GRP-AI', 'GOV-DOT'), ('GRP-BUSINESS', 'GOV-MOIT'), ('GRP-GOVERNANCE', 'GOV-COUNCIL'),
                     ('GRP-REGISTRY', 'GOV-KG-SYS'), ('GRP-WORKFLOW', 'GOV-DOT')) AS g (name, authority)
       CROSS JOIN gov_axis_value AS v WHERE v.axis = 'responsibility'$$,
    revert_sql => $$SELECT gov_remove_tagged('knowledge', 3)$$,
    expect => '[{"metric": "ownerships", "delta": 30}, {"metric": "gap", "axis": "responsibility", "delta": -210}, {"metric": "owner_conflicts", "equals": 0}]');

SELECT gov_add_tier('knowledge', 4, 'containment', 'seed',
    $$SELECT * FROM gov_activate_containment('containment', '{collection}', rule => 'CR-CONTAIN-ASSIGNED', confidence_threshold => 0.5)$$,
    $$SELECT count(*) = 5 FROM gov_axis_value WHERE axis = 'containment' AND status = 'active'$$,
    $$SELECT gov_remove_tagged('knowledge', 4)$$,
    '[{"metric": "required", "axis": "containment", "equals": 35}, {"metric": "gap", "axis": "containment", "equals": 0},
      {"metric": "assignments", "axis": "containment", "delta": 35}, {"metric": "ownerships", "axis": "containment", "delta": 35}]');

SELECT gov_add_tier('knowledge', 5, 'topics', 'seed',
    $$SELECT gov_propose_value('topic', v) FROM unnest('{governance,workflow,observability,data-platform,gov-legacy}'::text[]) AS v;
      SELECT gov_propose_value('topic', v, 'governance') FROM unnest('{ai-ops,registry-kg}'::text[]) AS v;
      SELECT gov_propose_value('topic', 'workflow-exec', 'workflow');
      SELECT gov_propose_value('topic', 'kg-domain-x', NULL, '{"kind": "kg_provisional", "source": "graph_inference"}');
      SELECT gov_ratify('topic', v) FROM unnest('{governance,workflow,observability,data-platform,ai-ops,registry-kg,workflow-exec,gov-legacy}'::text[]) AS v;
      SELECT gov_deprecate('topic', 'gov-legacy', 'governance', 'split into finer topics');
      SELECT gov_create_rule('CR-TOPIC-ASSIGNED', 'topic', 'per_assignment', '{collection}', 0.70, 30);
      SELECT gov_set_rule_status('CR-TOPIC-ASSIGNED', 'active');
      SELECT gov_assign('collection', 'agents', 'topic', 'ai-ops', 'candidate', 0.92, provenance => '{"kind": "curated"}', assigned_kind => 'human');
      SELECT gov_assign('collection', 'governance_registry', 'topic', 'registry-kg', 'candidate', 0.85, provenance => '{"kind": "inference"}', assigned_kind => 'agent');
      SELECT gov_assign('collection', 'workflows', 'topic', 'workflow', 'candidate', 0.96, provenance => '{"kind": "curated"}', assigned_kind => 'human');
      SELECT gov_assign('collection', 'modules', 'topic', 'workflow', 'candidate', 0.55, provenance => '{"kind": "inference"}', assigned_kind => 'agent');
      SELECT gov_assign('collection', 'tasks', 'topic', 'ai-ops', 'candidate', 0.80, provenance => '{"kind": "inference"}', assigned_kind => 'agent', assigned_at => now() - 60 * interval '24 hours');
      SELECT gov_assign('collection', 'iu_staging_record', 'topic', 'ai-ops', assigned_kind => 'agent');
      SELECT gov_own('collection', c.name, 'topic', c.value, c.authority, inherits => false)
        FROM (VALUES ('agents', 'ai-ops', 'GOV-DOT'), ('governance_registry', 'registry-kg', 'GOV-KG-SYS'), ('workflows', 'workflow', 'GOV-DOT'),
                     ('modules', 'workflow', 'GOV-DOT'), ('tasks', 'ai-ops', 'GOV-DOT')) AS c (name, value, authority);
      SELECT gov_bind('vocabulary', 'app.labels'); SELECT gov_bind('label_rule', 'app.label_rules'); SELECT gov_bind('label_projection', 'app.label_projection');
      SELECT gov_map_label('topic', m.value, m.label)
        FROM (VALUES ('ai-ops', 'LBL-006'), ('ai-ops', 'LBL-061'), ('workflow', 'LBL-004'), ('registry-kg', 'LBL-101'),
                     ('observability', 'LBL-014'), ('data-platform', 'LBL-002')) AS m (value, label);
      SELECT * FROM gov_reconcile();
      SELECT gov_ratify('topic', 'kg-domain-x', parent => 'registry-kg', ratified_by => 'GOV-KG-SYS', label => 'LBL-101')$$,
    $$SELECT provenance ->> 'kind' = 'kg_ratified' FROM gov_axis_value WHERE value = 'kg-domain-x'$$,
    $$SELECT gov_remove_tagged('knowledge', 5);
      SELECT gov_unbind('vocabulary'); SELECT gov_unbind('label_rule'); SELECT gov_unbind('label_projection')$$,
    '[{"metric": "values_active", "axis": "topic", "equals": 8}, {"metric": "mappings", "equals": 7}, {"metric": "assignments", "axis": "topic", "equals": 6},
      {"metric": "decisions", "equals": 6}, {"metric": "divergent", "equals": 0}, {"metric": "projection_gaps", "equals": 0},
      {"metric": "required", "axis": "topic", "equals": 6}, {"metric": "gap", "axis": "topic", "equals": 1}]');

SELECT gov_add_tier('knowledge', 6, 'first scan', 'seed',
    $$SELECT gov_set_projection('labels', 'topic'); SELECT gov_scan('rollout')$$,
    NULL,
    $$SELECT gov_set_projection('labels', enabled => false)$$,
    '[{"metric": "critical_findings", "equals": 0}, {"metric": "emittable_events", "equals": 0}, {"metric": "open_findings", "equals": 38}]');

SELECT gov_add_tier('knowledge', 90, 'proof', 'verify',
    verify_sql => $$SELECT count(*) = 0 FROM gov_ledger_verify()$$,
    expect => '[{"metric": "required", "axis": "responsibility", "equals": 210}, {"metric": "gap", "axis": "responsibility", "equals": 0},
                {"metric": "required", "axis": "containment", "equals": 35}, {"metric": "gap", "axis": "containment", "equals": 0},
                {"metric": "required", "axis": "topic", "equals": 6}, {"metric": "gap", "axis": "topic", "equals": 1},
                {"metric": "values_without_label", "axis": "topic", "equals": 2}, {"metric": "hidden_islands", "equals": 0}]');

SELECT gov_seal('knowledge');
