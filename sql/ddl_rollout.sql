-- A rollout under governance.ddl_mode = enforce: a tier that leaves an object nobody
-- answers for is refused as a whole, at its end; those before it stand, and the
-- rollout goes on once somebody does.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_ddl_rollout;
\c regress_gov_ddl_rollout
CREATE SCHEMA gov;
CREATE EXTENSION governance SCHEMA gov;
CREATE ROLE regress_gov_maker SUPERUSER;
SET ROLE regress_gov_maker;
SET search_path = gov, public;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE SCHEMA app;
SELECT count(*) FROM gov_enroll_schema('app');
SELECT gov_set_authority('Data office', kind => 'human');
SELECT gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
SELECT gov_propose_value('duty', 'policy'), gov_ratify('duty', 'policy');
SELECT gov_create_rule('TABLES', 'duty', 'cross_product', '{table}'), gov_set_rule_status('TABLES', 'active');
CREATE VIEW public.steps AS SELECT tier, act, outcome, problem ->> 'sqlstate' AS sqlstate, problem ->> 'detail' AS detail FROM gov_rollout_step WHERE rollout = 'tables' ORDER BY step;
CREATE VIEW public.there AS
    SELECT c.relname, o.object_ref IS NOT NULL AS registered, w.authority FROM pg_class AS c
      LEFT JOIN gov_object AS o ON o.object_ref = 'app.' || c.relname AND o.retired_at IS NULL
      LEFT JOIN gov_ownership AS w USING (object_id)
     WHERE c.relnamespace = 'app'::regnamespace ORDER BY 1;

SELECT gov_create_rollout('tables', 'two tables, of which one is owned');
SELECT gov_add_tier('tables', 1, 'owned', 'structure', $$CREATE TABLE app.owned (i int); SELECT gov_own('table', 'app.owned', 'duty', 'policy', 'Data office')$$,
    revert_sql => $$SELECT gov_remove_tagged('tables', 1); DROP TABLE app.owned$$);
SELECT gov_add_tier('tables', 2, 'bare', 'structure', $$CREATE TABLE app.first (i int); SELECT gov_own('table', 'app.first', 'duty', 'policy', 'Data office'); CREATE TABLE app.bare (i int)$$,
    revert_sql => $$SELECT gov_remove_tagged('tables', 2); DROP TABLE app.bare, app.first$$);
SELECT gov_add_tier('tables', 3, 'last', 'structure', 'CREATE VIEW app.last AS SELECT 1 AS i', revert_sql => 'DROP VIEW app.last');
SELECT gov_seal('tables');

-- a rehearsal says so beforehand
SET governance.ddl_mode = enforce;
SELECT kind, target, measure, note FROM gov_rehearse('tables') WHERE kind IN ('commit', 'verdict') OR measure = 'refused';
SELECT tier, verdict, blocker FROM gov_gate('tables');
CALL gov_rollout_apply('tables');
TABLE steps;
TABLE there;

-- rehearsed where nothing is enforced, and applied where it is
SET governance.ddl_mode = track;
SELECT note FROM gov_rehearse('tables') WHERE kind = 'verdict';
SET governance.ddl_mode = enforce;
CALL gov_rollout_apply('tables');
TABLE steps;
TABLE there;
SELECT tier, status FROM gov_rollout_status WHERE rollout = 'tables' ORDER BY tier;
-- the same again: nothing is done twice, and the tier is refused as before
CALL gov_rollout_apply('tables');
TABLE steps;
TABLE there;

-- somebody answers for the schema: it goes on
SELECT gov_own('schema', 'app', 'duty', 'policy', 'Data office');
SELECT note FROM gov_rehearse('tables') WHERE kind = 'verdict';
CALL gov_rollout_apply('tables');
TABLE steps;
TABLE there;
SELECT tier, status FROM gov_rollout_status WHERE rollout = 'tables' ORDER BY tier;
SELECT source, born, retired FROM gov_sync() WHERE changes IS NOT NULL;
CALL gov_rollout_revert('tables', 2);
TABLE there;
SELECT source, born, retired FROM gov_sync() WHERE changes IS NOT NULL;
SELECT * FROM gov_ledger_verify();
\c :"home"
DROP DATABASE regress_gov_ddl_rollout;
DROP ROLE regress_gov_maker;
