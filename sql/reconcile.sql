-- gov_reconcile: sources synced, lapsed ownership expired, one row per metric.
BEGIN;
SELECT gov_set_authority('A1', kind => 'human'), gov_set_authority('A2', kind => 'human');
SELECT gov_create_axis('responsibility', family => 'system'), gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', v), gov_ratify('responsibility', v) FROM unnest(ARRAY['policy', 'audit']) AS v;
SELECT gov_create_axis('topic', 'uncertain'), gov_set_axis_status('topic', 'active');
SELECT gov_create_rule('ALL', 'responsibility', 'cross_product', '{table}'), gov_set_rule_status('ALL', 'active');
SELECT gov_create_rule('TOPIC', 'topic', 'per_assignment', '{table}'), gov_set_rule_status('TOPIC', 'active');
CREATE SCHEMA regress_shop;
CREATE TABLE regress_shop.orders (n int);
CREATE TABLE regress_shop.items (n int);
SELECT * FROM gov_enroll_schema('regress_shop', '{table}');
SELECT gov_own('schema', 'regress_shop', 'responsibility', 'policy', 'A1') AS owned;
SELECT gov_own(NULL, NULL, 'responsibility', 'policy', 'A2') AS anchored;

-- Time passes; the schema changes; a lapsed row lies about.
SELECT gov_own('schema', 'regress_shop', 'responsibility', 'audit', 'A1', 'delegated',
    effective_from => now() - interval '2 days', effective_to => now() - interval '1 day') AS delegated;
CREATE TABLE regress_shop.customers (n int);
ALTER TABLE regress_shop.items RENAME TO positions;
SELECT * FROM gov_reconcile();
SELECT object_ref FROM gov_object WHERE object_type = 'table' AND retired_at IS NULL ORDER BY object_ref COLLATE "C";
SELECT owner_kind, status FROM gov_ownership WHERE owner_kind = 'delegated';
SELECT actor = session_user AS actor, finished_at >= started_at AS finished, findings, jsonb_pretty(summary) AS summary
  FROM gov_scan_run;

-- Nothing changed since: one row is written, the run's own.
CREATE TEMP VIEW written AS
  SELECT 'axis' AS what, ctid AS version, axis AS key FROM gov_axis
  UNION ALL SELECT 'value', ctid, value FROM gov_axis_value
  UNION ALL SELECT 'rule', ctid, rule FROM gov_coverage_rule
  UNION ALL SELECT 'source', ctid, source FROM gov_source
  UNION ALL SELECT 'authority', ctid, authority FROM gov_authority
  UNION ALL SELECT 'object', ctid, object_id::text FROM gov_object
  UNION ALL SELECT 'assignment', ctid, assignment_id::text FROM gov_assignment
  UNION ALL SELECT 'ownership', ctid, ownership_id::text FROM gov_ownership
  UNION ALL SELECT 'run', ctid, 'run' FROM gov_scan_run;
CREATE TEMP TABLE before AS SELECT * FROM written;
SELECT count(*) FILTER (WHERE before <> after) AS changed FROM gov_reconcile();
SELECT what, count(*) FROM ((TABLE written EXCEPT ALL TABLE before) UNION ALL (TABLE before EXCEPT ALL TABLE written)) AS d
 GROUP BY what;

ROLLBACK;

-- A source that would lose too much, one that cannot be read and one that
-- names unknown containers are left as they are; the others are synced.
BEGIN;
CREATE SCHEMA regress_shop;
CREATE TABLE regress_shop.app (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO regress_shop.app VALUES ('record', 'r1', NULL, NULL), ('record', 'r2', NULL, NULL);
CREATE TABLE regress_shop.broken (LIKE regress_shop.app);
INSERT INTO regress_shop.broken VALUES ('part', 'p1', 'record', 'r1');
CREATE TABLE regress_shop.late (LIKE regress_shop.app);
INSERT INTO regress_shop.late VALUES ('leaf', 'l1', NULL, NULL);
CREATE TABLE regress_shop.early (LIKE regress_shop.app);
INSERT INTO regress_shop.early VALUES ('twig', 'w1', NULL, NULL);
SELECT * FROM gov_enroll_relation('s1', 'regress_shop.app');
SELECT * FROM gov_enroll_relation('s2', 'regress_shop.broken');
SELECT * FROM gov_enroll_relation('s3', 'regress_shop.early');
SELECT * FROM gov_enroll_relation('s4', 'regress_shop.late');
CREATE TABLE regress_shop.dropped AS TABLE regress_shop.app;
UPDATE regress_shop.dropped SET object_type = 'sheet';
SELECT * FROM gov_enroll_relation('s5', 'regress_shop.dropped');
DROP TABLE regress_shop.dropped;
TRUNCATE regress_shop.app;
INSERT INTO regress_shop.broken VALUES ('part', 'p2', 'record', 'never heard of');
-- s3 names what only s4 brings: it waits and gets another turn.
INSERT INTO regress_shop.early VALUES ('twig', 'w2', 'leaf', 'l2');
INSERT INTO regress_shop.late VALUES ('leaf', 'l2', NULL, NULL);
SELECT * FROM gov_reconcile();
SELECT object_type, object_ref FROM gov_object WHERE retired_at IS NULL ORDER BY object_type COLLATE "C", object_ref COLLATE "C";
SELECT jsonb_pretty(summary -> 'blocked') AS blocked FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1;
-- Still blocked: known from the run before.
SELECT * FROM gov_reconcile() WHERE metric = 'sync_blocked';
-- Seen to, nothing is.
INSERT INTO regress_shop.app VALUES ('record', 'r1', NULL, NULL), ('record', 'r2', NULL, NULL);
CREATE TABLE regress_shop.dropped AS SELECT 'sheet' AS object_type, object_ref, container_type, container_ref FROM regress_shop.app;
DELETE FROM regress_shop.broken WHERE container_ref = 'never heard of';
SELECT * FROM gov_reconcile() WHERE metric = 'sync_blocked';

-- Arguments and rights.
SAVEPOINT refused;
SELECT * FROM gov_reconcile(NULL::boolean);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
CREATE ROLE regress_gov_reconcile_nobody;
SET SESSION AUTHORIZATION regress_gov_reconcile_nobody;
SELECT * FROM gov_reconcile();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
