-- Partitions answer through their parent, sequences of columns through their
-- table: they are no cells of their own unless a rule asks, and then they have
-- the owner and the class of what they are part of.
BEGIN;
SET LOCAL client_min_messages = warning;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA part;
CREATE TABLE part.log (id bigint GENERATED ALWAYS AS IDENTITY, day int) PARTITION BY RANGE (day);
CREATE TABLE part.log_1 PARTITION OF part.log FOR VALUES FROM (1) TO (2);
CREATE TABLE part.log_2 PARTITION OF part.log FOR VALUES FROM (2) TO (9) PARTITION BY RANGE (day);
CREATE TABLE part.log_2a PARTITION OF part.log_2 FOR VALUES FROM (2) TO (3);
CREATE TABLE part.plain (id serial);
CREATE SEQUENCE part.free;
CREATE VIEW part.seen AS SELECT id FROM part.plain;
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('part');
SELECT gov_set_authority('P-A', kind => 'human'), gov_set_authority('P-B', kind => 'human');
SELECT gov_create_axis('p', family => 'system'), gov_set_axis_status('p', 'active'), gov_propose_value('p', 'v'), gov_ratify('p', 'v');
CREATE TEMP VIEW cell AS
SELECT c.object_type, c.object_ref, c.axis, c.value, c.status, c.authority, c.anchor_ref, r.rule
  FROM gov_coverage c JOIN gov_cell_rule r USING (object_id, axis, value) WHERE c.object_ref LIKE 'part%';

-- every type: what is part of a table is no cell, a sequence that is nobody's is one
SELECT gov_create_rule('P-ALL', 'p', 'cross_product'), gov_set_rule_status('P-ALL', 'active');
SELECT object_type, object_ref, status FROM cell ORDER BY object_type COLLATE "C", object_ref COLLATE "C";
SELECT (SELECT required FROM gov_coverage_summary WHERE axis = 'p') = (SELECT count(*) FROM gov_required_cell WHERE axis = 'p') AS summary_agrees;
SELECT step, looked_at, found, detail FROM gov_explain_owner('table', 'part.log_2a', 'p', 'v') WHERE looked_at = 'rules';
SELECT step, looked_at, found, detail FROM gov_explain_owner('sequence', 'part.plain_id_seq', 'p', 'v') WHERE looked_at = 'rules';
SELECT step, looked_at, found, detail FROM gov_explain_owner('table', 'part.log', 'p', 'v') WHERE looked_at = 'rules';
-- detached it is a table like any other, attached again it is not
ALTER TABLE part.log DETACH PARTITION part.log_1;
SELECT moved FROM gov_sync('schema:part');
SELECT object_ref FROM cell WHERE object_type = 'table' ORDER BY object_ref COLLATE "C";
ALTER TABLE part.log ATTACH PARTITION part.log_1 FOR VALUES FROM (1) TO (2);
SELECT moved FROM gov_sync('schema:part');
SELECT object_ref FROM cell WHERE object_type = 'table' ORDER BY object_ref COLLATE "C";
SELECT gov_set_rule_status('P-ALL', 'retired');

-- to leaves: what holds the data; the parent's owner answers
SELECT gov_create_rule('P-LEAVES', 'p', 'cross_product', '{table}', scope => '{"parts": "leaves"}'), gov_set_rule_status('P-LEAVES', 'active');
SELECT gov_own('table', 'part.log', 'p', 'v', 'P-A'), gov_own('table', 'part.log_2', 'p', 'v', 'P-B');
SELECT object_ref, status, authority, anchor_ref FROM cell ORDER BY object_ref COLLATE "C";
-- to all of them
SELECT gov_alter_rule('P-LEAVES', scope => '{"parts": "all"}');
SELECT object_ref, status, authority, anchor_ref FROM cell ORDER BY object_ref COLLATE "C";
SELECT (SELECT required FROM gov_coverage_summary WHERE axis = 'p') = (SELECT count(*) FROM gov_required_cell WHERE axis = 'p') AS summary_agrees;
SELECT gov_set_rule_status('P-LEAVES', 'retired');

-- classes: a partition has those of its parent, the nearest that has some on
-- the axis, and misses none; what is its own comes first, axis by axis
SELECT gov_create_axis('class'), gov_set_axis_status('class', 'active'), gov_propose_value('class', v), gov_ratify('class', v) FROM unnest('{a}'::text[]) AS v;
SELECT gov_propose_value('class', v), gov_ratify('class', v) FROM unnest('{b,c}'::text[]) AS v;
SELECT gov_create_rule('P-CLASS', 'class', 'per_assignment', '{table}', 0.5, scope => '{"parts": "leaves"}'), gov_set_rule_status('P-CLASS', 'active');
SELECT gov_assign('table', 'part.log', 'class', 'a', 'approved', 0.4, provenance => '{"kind": "test"}'),
       gov_assign('table', 'part.log', 'class', 'b', 'quarantine');
SELECT object_ref, value, status, rule FROM cell WHERE axis = 'class' ORDER BY object_ref COLLATE "C", value COLLATE "C";
SELECT object_ref FROM gov_missing_assignment WHERE axis = 'class' ORDER BY object_ref COLLATE "C";
SELECT gov_assign('table', 'part.log_2', 'class', 'c', 'approved', 0.9, provenance => '{"kind": "test"}');
SELECT object_ref, value, status, rule FROM cell WHERE axis = 'class' ORDER BY object_ref COLLATE "C", value COLLATE "C";
SELECT gov_assign('table', 'part.log_1', 'class', 'c', 'approved', 0.9, provenance => '{"kind": "test"}');
SELECT object_ref, value, status, rule FROM cell WHERE axis = 'class' ORDER BY object_ref COLLATE "C", value COLLATE "C";
-- how good an assignment is is said once, of the object that has it
SELECT object_ref, value, flag FROM gov_assignment_quality WHERE axis = 'class' ORDER BY object_ref COLLATE "C", value COLLATE "C";
SELECT looked_at, found, detail FROM gov_explain_owner('table', 'part.log_2a', 'class', 'c') WHERE looked_at = 'rules';
SELECT s.required = c.required AND s.gap = c.gap AS cells, s.missing_assignments = (SELECT count(*) FROM gov_missing_assignment WHERE axis = 'class') AS missing,
       s.ok = (SELECT count(*) FROM gov_assignment_quality WHERE axis = 'class' AND flag = 'ok') AS ok
  FROM gov_coverage_summary s, (SELECT count(*) AS required, count(*) FILTER (WHERE status = 'gap') AS gap FROM gov_coverage WHERE axis = 'class') c
 WHERE s.axis = 'class';
SELECT gov_set_rule_status('P-CLASS', 'retired');

-- containment gives partitions no value of their own, and takes back what one had as a table
SELECT gov_create_axis('responsibility', family => 'system'), gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy'), gov_own('schema', 'part', 'responsibility', 'policy', 'P-A');
ALTER TABLE part.log DETACH PARTITION part.log_1;
SELECT moved FROM gov_sync('schema:part');
SELECT gov_create_axis('place', family => 'structural');
SELECT * FROM gov_activate_containment('place', '{table}');
ALTER TABLE part.log ATTACH PARTITION part.log_1 FOR VALUES FROM (1) TO (2);
SELECT count(*) AS metrics FROM gov_reconcile();
SELECT o.object_ref, a.value, a.valid_to IS NULL AS current, a.reason FROM gov_assignment a JOIN gov_object o USING (object_id)
 WHERE a.axis = 'place' ORDER BY o.object_ref COLLATE "C";
SELECT object_ref FROM gov_missing_assignment WHERE axis = 'place';
SELECT count(*) AS drift FROM gov_drift_finding WHERE detector = 'containment_drift';

-- retention: partitions go, most of them, and neither the brake nor a finding minds
DO $$ BEGIN FOR n IN 100..160 LOOP EXECUTE format('CREATE TABLE part.old_%s PARTITION OF part.log FOR VALUES FROM (%s) TO (%s)', n, n, n + 1); END LOOP; END $$;
SELECT count(*) AS metrics FROM gov_reconcile();
SELECT count(*) AS open FROM gov_drift_state WHERE status = 'open' AND object_ref LIKE 'part.old%';
DO $$ BEGIN FOR n IN 100..158 LOOP EXECUTE format('DROP TABLE part.old_%s', n); END LOOP; END $$;
SELECT after AS blocked FROM gov_reconcile() WHERE metric = 'sync_blocked';
SELECT count(*) FILTER (WHERE retired_at IS NULL) AS live, count(*) AS ever FROM gov_object WHERE object_ref LIKE 'part.old%';
SELECT count(*) AS open FROM gov_drift_state WHERE status = 'open' AND object_ref LIKE 'part.old%';
ROLLBACK;
