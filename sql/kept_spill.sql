-- Rows that a running act keeps aside go into a file when they are more than
-- work_mem holds, and are read from it: in a sync, a scan, a merge, a bulk act.
BEGIN;
SET LOCAL work_mem = '64kB';
SET LOCAL client_min_messages = error;
CREATE SCHEMA spill;
CREATE TABLE spill.things AS
    SELECT 'spill thing' AS object_type, 'thing number ' || n || repeat(' x', 20) AS object_ref,
           CASE WHEN n > 10 THEN 'spill thing' END AS container_type, CASE WHEN n > 10 THEN 'thing number ' || n % 10 + 1 || repeat(' x', 20) END AS container_ref
      FROM generate_series(1, 3000) AS n;
SELECT * FROM gov_enroll_relation('spill', 'spill.things');
UPDATE spill.things SET container_ref = 'thing number 3' || repeat(' x', 20) WHERE container_type IS NOT NULL AND object_ref > 'thing number 2';
SELECT moved, unchanged, born, retired FROM gov_sync('spill');
SELECT gov_create_axis('spill'), gov_set_axis_status('spill', 'active');
SELECT gov_propose_value('spill', v), gov_ratify('spill', v) FROM unnest('{one,two}'::text[]) AS v;
SELECT gov_create_rule('SPILL', 'spill', 'cross_product', '{spill thing}'), gov_set_rule_status('SPILL', 'active');
CREATE TABLE spill.assigned AS SELECT object_type, object_ref, 'spill' AS axis, 'one' AS value FROM spill.things;
SELECT count(*) FROM gov_assign_many('spill.assigned'::regclass);
-- Twice as many gaps as things are found, and stored; then nothing is new.
SELECT gov_scan() > 0 AS scanned;
SELECT opened, reopened, resolved FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1 \gset first_
SELECT :first_opened >= 6000 AS opened;
SELECT gov_scan() > 0 AS scanned;
SELECT opened, reopened, resolved FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1;
SELECT gov_merge('spill', 'one', 'two', reason => 'the same');
SELECT value, count(*) FROM gov_assignment WHERE axis = 'spill' AND superseded_by IS NULL GROUP BY value ORDER BY value;
ROLLBACK;

-- A run lets go of what it read of a relation: no file is left open at its commit.
SET work_mem = '64kB';
CREATE TABLE spill_things AS
    SELECT 'spill thing' AS object_type, 'thing number ' || n || repeat(' x', 20) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref
      FROM generate_series(1, 1200) AS n;
SELECT objects FROM gov_enroll_relation('spill', 'public.spill_things');
SELECT unchanged FROM gov_sync() WHERE source = 'spill';
SELECT count(*) > 0 AS ran FROM gov_reconcile();
CALL gov_reconcile(1000);
DELETE FROM gov_object WHERE source = 'spill';
DELETE FROM gov_source WHERE source = 'spill';
DELETE FROM gov_finding;
DELETE FROM gov_scan_run;
DROP TABLE spill_things;
