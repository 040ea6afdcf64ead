-- The procedure decides batch by batch what the function decides at once.
\set ON_ERROR_STOP 0
SET client_min_messages = error;
INSERT INTO gov_label (label, facet) VALUES ('dca', 'F1'), ('dcb', 'F2');
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('dcx', 'uncertain', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES ('dcx', 'v', 'active'), ('dcx', 'w', 'active');
INSERT INTO gov_value_label (axis, value, label) VALUES ('dcx', 'v', 'dca'), ('dcx', 'w', 'dca');
-- identities of both signs, several cells per object
INSERT INTO gov_object (object_id, object_type, object_ref) SELECT n - 1000000, 'dc', 'dc ' || n FROM generate_series(1, 9) AS n;
INSERT INTO gov_label_rule (object_type, object_ref, label) SELECT 'dc', 'dc ' || n, 'dcb' FROM generate_series(1, 6) AS n;
INSERT INTO gov_assignment (object_id, axis, value, zone, assigned_kind)
SELECT n - 1000000, 'dcx', v, 'quarantine', 'tool' FROM generate_series(1, 9) AS n, unnest(ARRAY['v', 'w']) AS v;
CREATE VIEW pg_temp.made AS SELECT decision, count(*), count(DISTINCT object_id) AS objects, count(DISTINCT xmin::text) AS transactions
  FROM gov_decision WHERE axis = 'dcx' AND superseded_at IS NULL GROUP BY 1;
CALL gov_reconcile(4);
SELECT decision, count, objects, transactions > 1 AS in_batches FROM pg_temp.made ORDER BY decision COLLATE "C";
SELECT count(*) AS undecided FROM gov_label_reconcile WHERE axis = 'dcx' AND state = flag;
-- nothing is left to do, for either
CREATE TEMP TABLE before AS SELECT decision_id, xmin::text AS version FROM gov_decision;
CALL gov_reconcile(1);
SELECT count(*) > 0 AS done FROM gov_reconcile();
SELECT count(*) AS written FROM (SELECT decision_id, xmin::text FROM gov_decision EXCEPT TABLE before) AS w;
-- nothing stays
DELETE FROM gov_decision WHERE axis = 'dcx';
DELETE FROM gov_assignment WHERE axis = 'dcx';
DELETE FROM gov_label_rule WHERE object_type = 'dc';
DELETE FROM gov_value_label WHERE axis = 'dcx';
DELETE FROM gov_axis_value WHERE axis = 'dcx';
DELETE FROM gov_axis WHERE axis = 'dcx';
DELETE FROM gov_object WHERE object_type = 'dc';
DELETE FROM gov_label WHERE label IN ('dca', 'dcb');
TRUNCATE gov_scan_run, gov_finding;
