-- gov_check: what a pipeline calls.  It raises one error that tells all that is over
-- its limit or was not measured, and says what it measured when all is well.
BEGIN;
SET LOCAL IntervalStyle = 'postgres';
CREATE SCHEMA chk_app;
CREATE SCHEMA "chk Other";
CREATE TABLE chk_app.a (id int);
CREATE TABLE chk_app.b (id int);
\set VERBOSITY verbose
-- Nothing is measured: no rule, and no schema that was asked for is enrolled.
DELETE FROM gov_scan_run;
SELECT count(*) AS active_rules FROM gov_coverage_rule WHERE status = 'active';
SAVEPOINT s;
SELECT * FROM gov_check();
ROLLBACK TO s;
SELECT * FROM gov_check(schemas => '{chk_app,"chk Other",chk_nowhere}', max_age => '1 day');
ROLLBACK TO s;
\set VERBOSITY default
-- Rules that both tables break: nobody answers for them, and they have no value.
SELECT sum(objects) AS objects FROM gov_enroll_schema('chk_app');
SELECT gov_create_axis('chk_duty'), gov_set_axis_status('chk_duty', 'active'), gov_propose_value('chk_duty', 'all'), gov_ratify('chk_duty', 'all');
SELECT gov_create_axis('chk_topic'), gov_set_axis_status('chk_topic', 'active'), gov_propose_value('chk_topic', 'v'), gov_ratify('chk_topic', 'v');
SELECT gov_create_rule('chk_own', 'chk_duty', 'cross_product', '{table}'), gov_set_rule_status('chk_own', 'active'),
       gov_create_rule('chk_value', 'chk_topic', 'per_assignment', '{table}'), gov_set_rule_status('chk_value', 'active');
SELECT gov_set_authority('chk_ann', 'Ann', 'human');
SAVEPOINT s;
SELECT * FROM gov_check();
ROLLBACK TO s;
SELECT * FROM gov_check(2, 1, '{chk_app}');
ROLLBACK TO s;
SELECT * FROM gov_check(2, 2, '{chk_app}');
-- The inventory is asked too: what is in a schema and not in it, and what is gone.
CREATE TABLE chk_app.c (id int);
CREATE VIEW chk_app.v AS SELECT 1 AS one;
DROP TABLE chk_app.b;
SELECT * FROM gov_check(2, 2);
ROLLBACK TO s;
ALTER SCHEMA chk_app RENAME TO chk_renamed;
SELECT * FROM gov_check(2, 2, '{chk_renamed}');
ROLLBACK TO s;
-- What patterns leave out, with what lives in it, is not missed.
CREATE TABLE chk_app.tmp_day (d date) PARTITION BY RANGE (d);
CREATE TABLE chk_app.first PARTITION OF chk_app.tmp_day FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE chk_app.tmp_one (id serial);
CREATE TABLE chk_app.d (id int);
SELECT gov_exclude('schema:chk_app', 'tmp_*') IS NOT NULL AS excluded;
SELECT * FROM gov_check(2, 2);
ROLLBACK TO s;
-- So are sources: disabled ones that were asked for, in part, and blocked ones.
UPDATE gov_source SET enabled = false WHERE source = 'schema:chk_app';
SELECT * FROM gov_check(2, 2, '{chk_app}');
ROLLBACK TO s;
SELECT count(*) AS types FROM gov_enroll_schema('chk Other', '{table}');
SELECT * FROM gov_check(2, 2, '{"chk Other"}');
INSERT INTO gov_source_block (source, sqlstate, reason) VALUES ('schema:chk Other', '42501', 'permission denied for schema "chk Other"');
SELECT * FROM gov_check(2, 2);
ROLLBACK TO s;
-- An axis that is not active requires nothing.
SELECT gov_set_axis_status('chk_topic', 'deprecated', 'no longer'), gov_set_axis_status('chk_duty', 'deprecated', 'no longer');
SELECT * FROM gov_check(2, 2);
ROLLBACK TO s;
-- With an age: a scan must have been, and not too long ago.
SELECT * FROM gov_check(2, 2, max_age => '1 hour');
ROLLBACK TO s;
SELECT gov_scan() IS NOT NULL AS scanned;
UPDATE gov_scan_run SET scanned_at = now() - interval '90 minutes';
SELECT * FROM gov_check(2, 2, max_age => '1 hour');
ROLLBACK TO s;
SELECT gov_scan() IS NOT NULL AS scanned;
SELECT * FROM gov_check(2, 2, max_age => '1 hour');
-- All is done: a limit of 0 passes.
SELECT gov_own('table', ref, 'chk_duty', 'all', 'chk_ann'), gov_assign('table', ref, 'chk_topic', 'v', zone => 'approved', provenance => '{"kind": "human"}'),
       gov_own('table', ref, 'chk_topic', 'v', 'chk_ann')
  FROM unnest('{chk_app.a,chk_app.b}'::text[]) AS ref;
SELECT * FROM gov_check();
-- Any reader may call it, whatever its path is; it sees what the extension sees.
CREATE ROLE regress_chk_reader;
SELECT gov_grant('reader', 'regress_chk_reader');
SET ROLE regress_chk_reader;
SELECT count(*) AS lines FROM gov_check(schemas => '{chk_app}');
RESET ROLE;
-- What is no limit.
SAVEPOINT s;
SELECT * FROM gov_check(NULL);
ROLLBACK TO s;
SELECT * FROM gov_check(0, NULL);
ROLLBACK TO s;
SELECT * FROM gov_check(-1);
ROLLBACK TO s;
SELECT * FROM gov_check(0, -1);
ROLLBACK TO s;
SELECT * FROM gov_check(schemas => '{chk_app,NULL}');
ROLLBACK TO s;
SELECT count(*) AS lines FROM gov_check(schemas => NULL);
ROLLBACK;
