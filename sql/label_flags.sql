-- Each flag of gov_label_reconcile by a case of its own, the first that holds
-- winning over those after it; which assignments are compared; and states.
BEGIN;
\set ON_ERROR_ROLLBACK on

SELECT gov_set_label(l, f, status => s)
  FROM (VALUES ('a', 'F1', NULL), ('a2', 'F1', NULL), ('b', 'F2', NULL), ('off', 'F1', 'inactive'), ('bare', NULL, NULL), ('bare2', NULL, NULL)) AS v (l, f, s);
SELECT gov_create_axis('fx'), gov_set_axis_status('fx', 'active');
SELECT gov_propose_value('fx', v), gov_ratify('fx', v) FROM unnest(ARRAY['none', 'dead', 'one', 'two', 'bare']) AS v;
SET LOCAL client_min_messages = error;
SELECT gov_map_label('fx', v, l)
  FROM (VALUES ('dead', 'off'), ('dead', 'nowhere'), ('one', 'a'), ('two', 'a'), ('two', 'b'), ('two', 'off'), ('bare', 'bare')) AS v (v, l);

-- a case: value, the object's active labels, what is expected
CREATE TEMP TABLE cases (ref text PRIMARY KEY, value text, labels text[], expected text);
INSERT INTO cases VALUES
    ('01 nothing at all', 'none', '{}', 'no_value_label'),
    ('02 no value label before consistent', 'dead', '{off}', 'no_value_label'),
    ('03 no value label before divergent', 'dead', '{ghost}', 'no_value_label'),
    ('04 only inactive ones mapped', 'dead', '{a}', 'no_value_label'),
    ('05 no rule', 'one', '{}', 'no_label_rule'),
    ('06 the same', 'one', '{a}', 'consistent'),
    ('07 one of many the same', 'two', '{b}', 'consistent'),
    ('08 the same, and an unknown one', 'one', '{a,ghost}', 'consistent'),
    ('09 an inactive label in both', 'two', '{off}', 'divergent'),
    ('10 unknown', 'one', '{ghost}', 'divergent'),
    ('11 unknown before orthogonal', 'one', '{b,ghost}', 'divergent'),
    ('12 inactive before orthogonal', 'one', '{b,off}', 'divergent'),
    ('13 another facet', 'one', '{b}', 'orthogonal_facet'),
    ('14 the same facet, another label', 'one', '{a2}', 'divergent'),
    ('15 one facet of many shared', 'one', '{a2,b}', 'divergent'),
    ('16 one facet of many of the value shared', 'two', '{a2}', 'divergent'),
    ('17 no facet shared by labels without', 'bare', '{bare2}', 'orthogonal_facet'),
    ('18 no facet against some', 'bare', '{a}', 'orthogonal_facet'),
    ('19 no facet, the same label', 'bare', '{bare}', 'consistent');
SELECT count(gov_register_object('t', ref)), count(gov_assign('t', ref, 'fx', value)) FROM cases;
SELECT count(gov_set_label_rule('t', ref, l)) FROM cases, unnest(labels) AS l;
SELECT count(gov_set_label_rule('t', ref, 'a', 'inactive')) FROM cases WHERE ref ~ '^05';
SELECT count(gov_set_label_rule('u', ref, 'a')) FROM cases WHERE ref ~ '^(05|10)';
SELECT c.ref, r.value_labels, r.rule_labels, r.value_facets, r.rule_facets, r.flag,
       r.flag IS NOT DISTINCT FROM c.expected AND r.state = r.flag AS right
  FROM cases AS c LEFT JOIN gov_label_reconcile AS r ON r.object_ref = c.ref AND r.axis = 'fx'
 ORDER BY c.ref COLLATE "C";

-- asked one by one, they say the same
SELECT count(*) AS cases, count(*) FILTER (WHERE r.flag = c.expected) AS right
  FROM cases AS c, LATERAL (SELECT flag FROM gov_label_reconcile WHERE object_ref = c.ref OFFSET 0) AS r;
SELECT flag FROM gov_label_reconcile WHERE object_ref = '14 the same facet, another label' AND axis = 'fx';

-- what is compared: current assignments of live objects on active axes with labels
CREATE VIEW pg_temp.compared AS SELECT object_ref, axis, value, zone FROM gov_label_reconcile WHERE object_ref ~ '^05';
SELECT gov_create_axis('bx'), gov_set_axis_status('bx', 'active'), gov_propose_value('bx', 'v'), gov_ratify('bx', 'v');
SELECT gov_assign('t', '05 no rule', 'bx', 'v') AS assigned;
SELECT * FROM pg_temp.compared;
SELECT gov_propose_value('bx', 'w'), gov_map_label('bx', 'w', 'off');
SELECT * FROM pg_temp.compared ORDER BY axis COLLATE "C";
SELECT gov_set_axis_status('bx', 'deprecated');
SELECT * FROM pg_temp.compared;
SELECT gov_assign('t', '05 no rule', 'fx', 'two') AS assigned;
SELECT * FROM pg_temp.compared ORDER BY value COLLATE "C";
SELECT gov_deprecate('fx', 'two');
SELECT * FROM pg_temp.compared ORDER BY value COLLATE "C";
SELECT gov_unassign('t', '05 no rule', 'fx', 'one');
SELECT * FROM pg_temp.compared;
UPDATE gov_assignment SET valid_from = now() + interval '1 day' WHERE axis = 'fx' AND value = 'two' AND valid_to IS NULL;
SELECT * FROM pg_temp.compared;
UPDATE gov_assignment SET valid_from = now() WHERE axis = 'fx' AND value = 'two' AND valid_to IS NULL;
SELECT gov_retire_object('t', '05 no rule');
SELECT * FROM pg_temp.compared;

-- which decision fits which flag
SELECT * FROM gov_decision_fit ORDER BY decision COLLATE "C";
-- every state, from every decision, flag and zone
SELECT f.ref, z.zone, string_agg(CASE WHEN j.state <> j.flag THEN j.state END, ', ' ORDER BY d.decision) AS honoured, count(*) FILTER (WHERE j.state = j.flag) AS not_honoured
  FROM (SELECT ref, value FROM cases WHERE ref ~ '^(01|06|10|13)' UNION ALL SELECT 'unknown object', 'one') AS f,
       (VALUES ('approved'), ('candidate'), ('quarantine')) AS z (zone),
       (SELECT decision FROM gov_decision_fit UNION ALL VALUES (NULL), ('odd')) AS d,
       governance_internal.gov_label_judge('t', f.ref, 'fx', f.value, z.zone, d.decision) AS j
 GROUP BY f.ref, z.zone ORDER BY f.ref COLLATE "C", z.zone COLLATE "C";
SELECT governance_internal.gov_label_judge('t', 'x', NULL, 'v', 'approved', NULL);
\echo :LAST_ERROR_SQLSTATE

-- many labels: in byte order, each once
SELECT gov_set_label('m' || n, 'F' || n % 3) FROM generate_series(1, 12) AS n;
SELECT gov_map_label('fx', 'none', 'm' || n) FROM generate_series(12, 1, -1) AS n;
SELECT value_labels, value_facets FROM gov_label_reconcile WHERE object_ref = '01 nothing at all';
ROLLBACK;
