-- Read models: value trees, the values of objects, axes at a glance, what waits for judgement.
BEGIN;
SET LOCAL client_min_messages = warning;

SELECT gov_set_authority('TREE-A', kind => 'human');
SELECT gov_create_axis('topic'), gov_create_axis('tree_other', multivalued => false), gov_create_axis('tree_sleeping');
SELECT gov_set_axis_status('topic', 'active'), gov_set_axis_status('tree_other', 'active');
SELECT gov_propose_value('topic', v) FROM unnest('{b,a,Z}'::text[]) v;
SELECT gov_propose_value('topic', v, 'a', name => upper(v)) FROM unnest('{a2,a1,"a,3"}'::text[]) v;
SELECT gov_propose_value('topic', 'deep', 'a1'), gov_propose_value('tree_other', 'a'), gov_propose_value('tree_sleeping', 'zzz');
SELECT gov_ratify('topic', v) FROM unnest('{b,a,Z,a1,a2,deep}'::text[]) v;
SELECT gov_ratify('tree_other', 'a'), gov_ratify('tree_sleeping', 'zzz');
SELECT gov_deprecate('topic', 'Z', replaced_by => 'b');
SELECT gov_register_object('tree_box', 'box') AS made;
SELECT count(gov_register_object('tree_thing', 'thing ' || n, 'tree_box', 'box')) AS made FROM generate_series(1, 4) n;
SELECT count(gov_assign('tree_thing', t, 'topic', v, z, provenance => '{"kind": "test"}'))
  FROM (VALUES ('thing 1', 'a1', 'approved'), ('thing 1', 'b', 'candidate'), ('thing 2', 'a1', 'quarantine'),
               ('thing 3', 'deep', 'candidate'), ('thing 4', 'a', 'approved')) AS x(t, v, z);
SELECT gov_assign('tree_thing', 'thing 1', 'tree_other', 'a', 'approved', provenance => '{"kind": "test"}') AS assigned,
       gov_assign('tree_thing', 'thing 1', 'tree_sleeping', 'zzz', 'approved', provenance => '{"kind": "test"}') AS assigned;

-- every value once, from the roots down, in an order that no locale changes
SELECT axis, value, name, parent, status, depth, path, root, replaced_by, children, assignments
  FROM gov_value_tree WHERE axis IN ('topic', 'tree_other', 'tree_sleeping') ORDER BY axis COLLATE "C", path;
SELECT count(*) AS differences
  FROM (SELECT axis, value, parent, status, replaced_by FROM gov_value_tree
        EXCEPT ALL SELECT axis, value, parent, status, replaced_by FROM gov_axis_value) AS d;
SELECT count(*) - (SELECT count(*) FROM gov_axis_value) AS differences FROM gov_value_tree;
SELECT value, depth, status FROM gov_topic_tree ORDER BY path;

-- the same under another collation: the order of a path is that of bytes
SELECT string_agg(value, ' ' ORDER BY path) = string_agg(value, ' ' ORDER BY path COLLATE "C") AS by_bytes FROM gov_topic_tree;

-- objects and their values: approved is official, all else is a candidate
SELECT object_type, object_ref, axis, value, lane, zone FROM gov_object_axis
 WHERE object_type LIKE 'tree\_%' ORDER BY object_ref COLLATE "C", axis COLLATE "C", value COLLATE "C";
-- neither what was taken back, nor what is of an object that is no more
SELECT gov_unassign('tree_thing', 'thing 1', 'topic', 'b'), gov_retire_object('tree_thing', 'thing 4');
SELECT object_ref, value FROM gov_object_axis WHERE axis = 'topic' ORDER BY object_ref COLLATE "C", value COLLATE "C";

-- what waits: assignments to active values that nobody owns, candidate values; on active axes
SELECT gov_create_rule('TREE-RULE', 'topic', 'per_assignment'), gov_set_rule_status('TREE-RULE', 'active');
SELECT gov_own('tree_box', 'box', 'topic', 'a1', 'TREE-A') AS owned;
SELECT kind, severity, axis, object_type, object_ref, value, detail ->> 'zone' AS zone, since <= now() AS since
  FROM gov_review_queue WHERE axis IN ('topic', 'tree_other', 'tree_sleeping')
 ORDER BY kind COLLATE "C", axis COLLATE "C", object_ref COLLATE "C", value COLLATE "C";

-- and warnings and worse, once a scan has found them, until somebody acknowledges them
SELECT gov_scan() > 0 AS scanned;
SELECT severity, detail ->> 'detector' AS detector, axis, object_ref, value FROM gov_review_queue
 WHERE kind = 'finding' AND axis IN ('topic', 'tree_other') AND detail ->> 'detector' IN ('ownership_gap', 'visible_unapproved')
 ORDER BY detail ->> 'detector', axis COLLATE "C", object_ref COLLATE "C", value COLLATE "C";
SELECT count(gov_acknowledge(finding_id, reason => 'known')) AS acknowledged FROM gov_drift_state WHERE detector = 'ownership_gap' AND axis = 'topic';
SELECT severity, detail ->> 'detector' AS detector, axis, object_ref, value FROM gov_review_queue
 WHERE kind = 'finding' AND axis IN ('topic', 'tree_other') AND detail ->> 'detector' IN ('ownership_gap', 'visible_unapproved')
 ORDER BY detail ->> 'detector', axis COLLATE "C", object_ref COLLATE "C", value COLLATE "C";

-- one row per axis, with its counts
SELECT axis, status, values_candidate, values_active, values_deprecated, values_retired, roots, rules_active,
       objects, official, candidate, required, covered, gap, coverage_pct, missing_assignments
  FROM gov_axis_browser WHERE axis IN ('topic', 'tree_other', 'tree_sleeping') ORDER BY axis COLLATE "C";
SELECT count(*) - (SELECT count(*) FROM gov_axis) AS differences FROM gov_axis_browser;
ROLLBACK;
