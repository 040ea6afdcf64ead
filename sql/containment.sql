-- Containment: 35 collections in 5 groups become a governed axis in one step.
BEGIN;
-- What the application consists of, and who answers for it.
SELECT gov_set_authority(a, kind => k)
  FROM (VALUES ('GOV-COUNCIL', 'council'), ('GOV-KG-SYS', 'system'), ('GOV-DOT', 'system'),
               ('GOV-MOIT', 'human')) AS v (a, k);
CREATE TEMP TABLE application (grp text, owner text, collections text[]);
INSERT INTO application VALUES
  ('GRP-AI', 'GOV-DOT', '{agents}'),
  ('GRP-BUSINESS', 'GOV-MOIT', '{modules,tasks}'),
  ('GRP-GOVERNANCE', 'GOV-COUNCIL', '{approval_requests,apr_action_types,apr_approvals,apr_request_types,
    event_outbox,event_type_registry,governance_candidate_object,governance_candidate_state,
    governance_object_ownership,governance_registry,governance_relations,governance_responsibility_scope,
    governance_ruleset,law_registry,law_versions,system_issues}'),
  ('GRP-REGISTRY', 'GOV-KG-SYS', '{birth_registry,collection_registry,dot_tools,entity_labels,
    evolution_snapshots,iu_metadata_tag,iu_relation,iu_staging_record,label_rules,pivot_definitions,
    registry_changelog,taxonomy,taxonomy_facets,universal_edges}'),
  ('GRP-WORKFLOW', 'GOV-DOT', '{workflow_steps,workflows}');
SELECT count(gov_register_object('group', grp)) AS groups FROM application;
SELECT count(gov_register_object('collection', c, 'group', grp)) AS collections
  FROM application, unnest(collections) AS c;

-- Groups are owned on responsibility.
SELECT gov_create_axis('responsibility', family => 'system');
SELECT gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy');
SELECT count(gov_own('group', grp, 'responsibility', 'policy', owner)) AS anchors FROM application;

-- The axis is there, with the groups as values; one is still a candidate.
SELECT gov_create_axis('containment', family => 'structural');
SELECT gov_propose_value('containment', grp, provenance => '{"kind": "seed"}') FROM application;
SELECT gov_ratify('containment', grp) FROM application WHERE grp <> 'GRP-AI';

-- In one step.
SELECT * FROM gov_activate_containment('containment', '{collection}',
    rule => 'CR-CONTAIN-ASSIGNED', confidence_threshold => 0.5);

-- The axis, its rule, its values: adopted, linked, what they were still seen.
SELECT axis, status, is_containment FROM gov_axis WHERE axis = 'containment';
SELECT rule, mode, applies_to, confidence_threshold, staleness_days, status
  FROM gov_coverage_rule WHERE axis = 'containment';
SELECT v.value, v.parent, v.status, v.provenance - 'ratified_by' AS provenance, o.object_type, o.object_ref
  FROM gov_axis_value v JOIN gov_object o USING (object_id)
 WHERE v.axis = 'containment' ORDER BY v.value COLLATE "C";
-- Assignments per group.
SELECT value, zone, confidence, assigned_kind, provenance, count(*)
  FROM gov_assignment WHERE axis = 'containment'
 GROUP BY 1, 2, 3, 4, 5 ORDER BY value COLLATE "C";
-- Every collection is assigned to the group it lives in, and to no other.
SELECT count(*) FILTER (WHERE a.value = g.object_ref) AS right_group, count(*) AS all
  FROM gov_assignment a JOIN gov_object o USING (object_id) JOIN gov_object g ON g.object_id = o.container_id
 WHERE a.axis = 'containment';
-- Ownership: the owner of the group, directly.
SELECT value, authority, status, count(*) FROM gov_coverage
 WHERE axis = 'containment' GROUP BY 1, 2, 3 ORDER BY value COLLATE "C";
SELECT axis, required, covered, gap, missing_assignments, ok, low_confidence
  FROM gov_coverage_summary WHERE axis = 'containment';
SELECT count(*) AS hidden_islands FROM gov_hidden_island;

-- Deleting one assignment shows as missing; the next activation puts it back.
SELECT gov_unassign('collection', 'tasks', 'containment', 'GRP-BUSINESS', 'to see it missing');
SELECT object_ref, rule FROM gov_missing_assignment WHERE axis = 'containment';
SELECT * FROM gov_activate_containment('containment', '{collection}', rule => 'CR-CONTAIN-ASSIGNED',
    confidence_threshold => 0.5);
SELECT revision, zone, valid_to IS NULL AS current FROM gov_assignment a JOIN gov_object o USING (object_id)
 WHERE a.axis = 'containment' AND o.object_ref = 'tasks' ORDER BY revision;

-- Without a name the activation finds its own rule.
SELECT * FROM gov_activate_containment('containment', '{collection}', confidence_threshold => 0.5);
SELECT count(*) AS rules FROM gov_coverage_rule WHERE axis = 'containment';

-- Nested containers: parents follow, and skip what holds none of the objects.
SELECT count(*) FROM (VALUES
  (gov_register_object('group', 'top')),
  (gov_register_object('group', 'middle', 'group', 'top')),
  (gov_register_object('folder', 'between', 'group', 'middle')),
  (gov_register_object('folder', 'low', 'folder', 'between')),
  (gov_register_object('doc', 'on top', 'group', 'top')),
  (gov_register_object('doc', 'below', 'folder', 'low'))) AS v;
SELECT gov_own('group', 'top', 'responsibility', 'policy', 'GOV-MOIT') AS owned;
SELECT gov_create_axis('shelf', family => 'structural');
SAVEPOINT given;
SELECT * FROM gov_activate_containment('shelf', '{doc}', approval => 'none');
ROLLBACK TO given;
SELECT * FROM gov_activate_containment('shelf', '{doc}');
SELECT value, parent, status, approval, provenance FROM gov_axis_value WHERE axis = 'shelf' ORDER BY value COLLATE "C";
SELECT rule, status, approval FROM gov_coverage_rule WHERE axis = 'shelf';
SELECT object_ref, value, authority, status, reason FROM gov_ownership JOIN gov_object USING (object_id)
 WHERE axis = 'shelf' ORDER BY object_ref COLLATE "C";

-- References that collide, with another container and with a value of the
-- axis; names with quotes and spaces, and longer than a code may be.
SELECT count(*) FROM (VALUES
  (gov_register_object('folder', 'top')),
  (gov_register_object('folder', 'it''s "quoted" \')),
  (gov_register_object('folder', repeat('long ', 60) || 'a')),
  (gov_register_object('folder', repeat('long ', 60) || 'b')),
  (gov_register_object('folder', 'held')),
  (gov_register_object('doc', 'd1', 'folder', 'top')),
  (gov_register_object('doc', 'd2', 'folder', 'it''s "quoted" \')),
  (gov_register_object('doc', 'd3', 'folder', repeat('long ', 60) || 'a')),
  (gov_register_object('doc', 'd4', 'folder', repeat('long ', 60) || 'b')),
  (gov_register_object('doc', 'd5', 'folder', 'held'))) AS v;
SELECT count(gov_own('folder', object_ref, 'responsibility', 'policy', 'GOV-MOIT')) AS owned
  FROM gov_object WHERE object_type = 'folder' AND container_id IS NULL;
SELECT gov_propose_value('shelf', 'held'), gov_retire('shelf', 'held');
SELECT * FROM gov_activate_containment('shelf', '{doc}');
SELECT v.value, octet_length(v.value) <= 200 AS fits, v.name = o.object_ref AS name_is_ref, v.status, o.object_type
  FROM gov_axis_value v LEFT JOIN gov_object o USING (object_id) WHERE v.axis = 'shelf' ORDER BY v.value COLLATE "C";
SELECT * FROM gov_activate_containment('shelf', '{doc}');

-- A rule is widened to more types, never narrowed.
SELECT * FROM gov_activate_containment('shelf', '{doc,collection}');
SELECT applies_to FROM gov_coverage_rule WHERE axis = 'shelf';
SAVEPOINT narrowed;
SELECT * FROM gov_activate_containment('shelf', '{doc}', rule => 'CONTAINMENT-shelf');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO narrowed;

-- A single-valued axis: what a person approved before gives way; what waits
-- for approval elsewhere stays; what is quarantined becomes approved.
SELECT gov_create_axis('place', family => 'structural', multivalued => false), gov_set_axis_status('place', 'active');
SELECT gov_propose_value('place', v), gov_ratify('place', v) FROM unnest(ARRAY['elsewhere', 'held']) AS v;
SELECT gov_assign('doc', 'below', 'place', 'elsewhere', 'approved', provenance => '{"kind": "hand"}') AS approved,
       gov_assign('doc', 'on top', 'place', 'elsewhere', 'candidate', provenance => '{"kind": "hand"}') AS candidate,
       gov_assign('doc', 'd5', 'place', 'held') AS quarantined;
SELECT assignments, ownerships, required, gap FROM gov_activate_containment('place', '{doc}');
SELECT o.object_ref, a.value, a.zone, a.revision, a.superseded_by IS NOT NULL AS superseded
  FROM gov_assignment a JOIN gov_object o USING (object_id)
 WHERE a.axis = 'place' AND o.object_ref IN ('below', 'on top', 'd5')
 ORDER BY o.object_ref COLLATE "C", a.assignment_id;

-- What was accountable on a cell gives way, in force or scheduled; a
-- supporting owner stays.
SELECT gov_create_axis('room', family => 'structural'), gov_set_axis_status('room', 'active');
SELECT gov_propose_value('room', 'low'), gov_ratify('room', 'low');
SELECT gov_own('doc', 'below', 'room', 'low', 'GOV-DOT', effective_to => now() + interval '1 day') AS ends,
       gov_own('doc', 'below', 'room', 'low', 'GOV-MOIT', effective_from => now() + interval '1 day') AS begins,
       gov_own('doc', 'below', 'room', 'low', 'GOV-DOT', 'supporting') AS supports;
SELECT assignments, ownerships, gap FROM gov_activate_containment('room', '{doc}');
SELECT owner_kind, authority, status, effective_to IS NULL AS open, supersedes_id IS NOT NULL AS supersedes
  FROM gov_ownership w JOIN gov_object o USING (object_id)
 WHERE w.axis = 'room' AND o.object_ref = 'below' ORDER BY ownership_id;
SELECT * FROM gov_activate_containment('room', '{doc}');
ROLLBACK;
