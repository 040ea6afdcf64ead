-- Label rules and projected rows of the extension's own tables stay with the
-- object they were given to: they follow its name, and who takes the old name
-- gets nothing of it.
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA lf;
CREATE TABLE lf.a ();
CREATE TABLE lf.b ();
CREATE TABLE lf.swap ();
SELECT sum(objects) FROM gov_enroll_schema('lf', '{table}');
SELECT gov_set_label('lf-' || n, 'lf') FROM generate_series(1, 4) AS n;
SELECT gov_create_axis('lf', kind => 'uncertain'), gov_set_axis_status('lf', 'active');
SELECT gov_propose_value('lf', 'v'), gov_ratify('lf', 'v'), gov_map_label('lf', 'v', 'lf-1');
SELECT gov_assign('table', 'lf.a', 'lf', 'v', 'approved', provenance => '{"k": 1}');
SELECT gov_set_projection('lf', 'lf');
SELECT gov_set_label_rule('table', 'lf.' || ref, label) FROM (VALUES ('a', 'lf-1'), ('b', 'lf-2'), ('swap', 'lf-2'), ('later', 'lf-3')) AS v (ref, label);
INSERT INTO gov_label_projection (object_type, object_ref, label) VALUES ('table', 'lf.a', 'lf-1'), ('table', 'lf.b', 'lf-2'), ('table', 'lf.later', 'lf-3');
CREATE TEMP VIEW lf_rows AS
    SELECT 'rule' AS thing, r.object_ref, r.label, o.object_ref AS object, o.retired_at IS NOT NULL AS gone FROM gov_label_rule AS r LEFT JOIN gov_object AS o USING (object_id) WHERE r.label LIKE 'lf-%'
    UNION ALL
    SELECT 'projection', r.object_ref, r.label, o.object_ref, o.retired_at IS NOT NULL FROM gov_label_projection AS r LEFT JOIN gov_object AS o USING (object_id) WHERE r.label LIKE 'lf-%'
    ORDER BY 1, 2, 3, 4;
SELECT * FROM lf_rows;
SELECT object_ref, rule_labels, flag FROM gov_label_reconcile WHERE axis = 'lf';

-- a new name, one that another takes, names that trade places, and a name that somebody wrote before
ALTER TABLE lf.a RENAME TO a2;
CREATE TABLE lf.a ();
ALTER TABLE lf.b RENAME TO x;
ALTER TABLE lf.swap RENAME TO b;
ALTER TABLE lf.x RENAME TO swap;
CREATE TABLE lf.later ();
SELECT born, renamed FROM gov_sync('schema:lf');
SELECT * FROM lf_rows;
SELECT gov_assign('table', 'lf.a', 'lf', 'v', 'approved', provenance => '{"k": 1}');
SELECT object_ref, rule_labels, flag FROM gov_label_reconcile WHERE axis = 'lf' ORDER BY object_ref COLLATE "C";
SELECT object_ref, flag FROM gov_projection_lag WHERE projection = 'lf' ORDER BY object_ref COLLATE "C";

-- a table that is gone keeps its own, which count nowhere; another that takes its name gets none
DROP TABLE lf.a2;
SELECT retired FROM gov_sync('schema:lf');
SELECT * FROM lf_rows WHERE object_ref = 'lf.a2';
ALTER TABLE lf.swap RENAME TO a2;
SELECT renamed, retired FROM gov_sync('schema:lf');
SELECT * FROM lf_rows WHERE object_ref = 'lf.a2';
SELECT gov_assign('table', 'lf.a2', 'lf', 'v', 'approved', provenance => '{"k": 1}');
SELECT object_ref, rule_labels FROM gov_label_reconcile WHERE axis = 'lf' AND object_ref = 'lf.a2';
SELECT gov_set_label('lf-1', status => 'inactive'), gov_set_label('lf-2', status => 'inactive');
SELECT label, rules, projections FROM gov_label_orphan WHERE label LIKE 'lf-%';
-- a table swap within one sync: who replaces another under its name is the same object, and keeps its rows
CREATE TABLE lf.next ();
SELECT born FROM gov_sync('schema:lf');
DROP TABLE lf.later;
ALTER TABLE lf.next RENAME TO later;
SELECT replaced, renamed, retired FROM gov_sync('schema:lf');
SELECT * FROM lf_rows WHERE object_ref = 'lf.later';
-- a rule said again is the object's
SELECT gov_set_label_rule('table', 'lf.a2', 'lf-2');
SELECT gov_set_label_rule('table', 'lf.a2', 'lf-3');
SELECT gov_set_label_rule('table', 'lf.a2', 'lf-3', 'inactive');

-- objects registered by hand
SELECT gov_set_label_rule('lf thing', 'one', 'lf-4');
SELECT gov_register_object('lf thing', 'one');
SELECT object FROM lf_rows WHERE label = 'lf-4';
SELECT gov_retire_object('lf thing', 'one');
SELECT gov_set_label('lf-4', status => 'inactive');
SELECT count(*) FROM gov_label_orphan WHERE label = 'lf-4';
SELECT gov_register_object('lf thing', 'one');
SELECT rules FROM gov_label_orphan WHERE label = 'lf-4';
-- a rule said of the name while its bearer was away takes the place of the old one when it is back
SELECT gov_retire_object('lf thing', 'one');
SELECT gov_set_label_rule('lf thing', 'one', 'lf-4', 'inactive');
SELECT gov_register_object('lf thing', 'one');
SELECT object_ref, status FROM gov_label_rule WHERE label = 'lf-4';
-- a row whose object was born unseen is the object's before that goes away
UPDATE gov_label_rule SET object_id = NULL WHERE label = 'lf-4';
SELECT gov_retire_object('lf thing', 'one');
SELECT * FROM lf_rows WHERE label = 'lf-4';
UPDATE gov_label_rule SET object_id = NULL WHERE object_ref = 'lf.b';
UPDATE gov_label_projection SET object_id = NULL WHERE object_ref = 'lf.later';
ALTER TABLE lf.b RENAME TO b2;
ALTER TABLE lf.later RENAME TO latest;
SELECT renamed FROM gov_sync('schema:lf');
SELECT * FROM lf_rows WHERE object_ref IN ('lf.b', 'lf.b2', 'lf.later', 'lf.latest');
-- a name written over by hand is found anew
UPDATE gov_label_rule SET object_ref = 'two' WHERE object_type = 'lf thing';
SELECT object_ref, object FROM lf_rows WHERE label = 'lf-4';
ROLLBACK;
\set ON_ERROR_ROLLBACK off
