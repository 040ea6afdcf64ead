-- Rollouts: putting one together, sealing, rehearsing, applying and reverting
-- it tier by tier; what is refused.  Times are left out of what is shown.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_rollout;
\c regress_gov_rollout
CREATE SCHEMA gov;
CREATE EXTENSION governance SCHEMA gov;
CREATE ROLE regress_gov_maker SUPERUSER;
SET ROLE regress_gov_maker;
SET search_path = gov, public;
\set SHOW_CONTEXT never
CREATE SCHEMA app;
CREATE TABLE app.account (id int PRIMARY KEY, balance int);
INSERT INTO app.account SELECT n, n FROM generate_series(1, 10) AS n;
CREATE VIEW public.told AS
    SELECT tier, name, kind, status, applied, rehearsal, problem FROM gov_rollout_status WHERE rollout = 'first' ORDER BY tier;
CREATE VIEW public.steps AS
    SELECT tier, act, outcome, approval, deltas, problem - 'message' AS problem FROM gov_rollout_step WHERE rollout = 'first' ORDER BY step;

-- put together
SELECT gov_create_rollout('first', 'accounts are governed');
SELECT gov_create_rollout('first', 'accounts are governed');
SELECT gov_create_rollout('first', 'something else');
SELECT gov_create_rollout('second', ' ');
SELECT gov_create_rollout(NULL, 'x');
SELECT gov_add_tier('first', 0, 'preflight', 'verify', verify_sql => 'SELECT count(*) = 10 FROM app.account; SELECT balance > 0 FROM app.account',
    expect => '[{"metric": "axes", "equals": 0}]');
SELECT gov_add_tier('first', 1, 'structure', 'structure',
    $$ALTER TABLE app.account ADD COLUMN closed boolean; SELECT count(*) FROM gov_enroll_schema('app'); SELECT gov_create_axis('topic');
      SELECT gov_set_axis_status('topic', 'active')$$,
    revert_sql => $$SELECT gov_remove_tagged('first', 1); SELECT gov_unenroll('schema:app', true, 'taken back'); ALTER TABLE app.account DROP COLUMN closed$$,
    expect => '[{"metric": "axes", "delta": 1}, {"metric": "objects", "delta": 3}]');
SELECT gov_add_tier('first', 2, 'values', 'seed', $$SELECT gov_propose_value('topic', v) FROM unnest('{money,people}'::text[]) AS v; SELECT gov_ratify('topic', 'money')$$,
    verify_sql => $$SELECT status = 'active' FROM gov_axis_value WHERE value = 'money'; DELETE FROM app.account$$,
    revert_sql => $$SELECT gov_remove_tagged('first', 2)$$,
    expect => '[{"metric": "values", "axis": "topic", "delta": 2}, {"metric": "values_active", "equals": 1}]');
SELECT gov_add_tier('first', 90, 'proof', 'verify', expect => '[{"metric": "values", "axis": "topic", "equals": 2}]');
SELECT gov_add_tier('first', 90, 'proof', 'verify', expect => '[{"metric": "values", "axis": "topic", "equals": 2}]');

-- what is refused of a tier
SELECT gov_add_tier('first', 90, 'proof', 'verify', expect => '[{"metric": "values", "axis": "topic", "equals": 3}]');
SELECT gov_add_tier('none', 3, 'x', 'seed', 'SELECT 1', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', NULL, 'x', 'seed', 'SELECT 1', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', -1, 'x', 'seed', 'SELECT 1', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', 3, '', 'seed', 'SELECT 1', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'seeds', 'SELECT 1', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'seed', '', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'seed', ' -- nothing', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'seed', NULL, revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'verify', 'SELECT 1', 'SELECT true');
SELECT gov_add_tier('first', 3, 'x', 'verify');
SELECT gov_add_tier('first', 3, 'x', 'seed', E'SELECT 1;\nSELECT ''é'';\nSELEC 3', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', 'SELECT (', 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1; COMMIT; SELECT 2', revert_sql => 'SELECT 1');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', revert_sql => 'SAVEPOINT s');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', expect)
  FROM (VALUES ('{}'::jsonb)) AS e (expect);
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '1');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[1]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"delta": 1}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"metric": "gap"}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"metric": "gap", "delta": 1, "equals": 2}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"metric": "gap", "delta": "1"}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"metric": "gap", "delta": 1.5}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"metric": "gap", "delta": 1e30}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"metric": "gap", "delta": 1}, {"metric": "gaps", "delta": 1}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"metric": "objects", "axis": "topic", "delta": 1}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', '[{"metric": "gap", "delta": 1, "of": "topic"}]');
SELECT gov_add_tier('first', 3, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1', NULL);
SELECT count(*) FROM gov_rollout_tier;

-- before it is sealed, and sealed
TABLE told;
SELECT * FROM gov_gate('first');
SELECT count(*) > 20 AS rehearsed FROM gov_rehearse('first');
CALL gov_rollout_apply('first');
SELECT gov_create_rollout('empty', 'nothing');
SELECT gov_seal('empty');
SELECT gov_drop_rollout('empty', '');
SELECT gov_drop_rollout('empty', 'not needed');
SELECT gov_drop_rollout('empty', 'not needed');
SELECT gov_seal('none');
SELECT gov_seal('first');
SELECT gov_seal('first');
SELECT gov_add_tier('first', 4, 'late', 'seed', 'SELECT 1', revert_sql => 'SELECT 1');
SELECT * FROM gov_gate('first');
CALL gov_rollout_apply('first');

-- rehearsed
SELECT kind, target, measure, CASE WHEN kind = 'metric' THEN amount END AS amount, note
  FROM gov_rehearse('first') WHERE kind NOT IN ('statement', 'lock', 'wal', 'stays', 'rows') OR measure = 'rows';
SELECT rollout, ok, verdict, states FROM gov_rollout_rehearsal;
SELECT * FROM gov_gate('first');
TABLE told;
SELECT count(*) FROM gov_axis;

-- where it may be called from, and as whom
BEGIN;
CALL gov_rollout_apply('first');
ROLLBACK;
DO $$BEGIN CALL gov_rollout_apply('first'); END$$;
CREATE PROCEDURE public.around() LANGUAGE plpgsql AS $$BEGIN CALL gov_rollout_apply('first'); END$$;
CALL around();
DROP PROCEDURE around();
SELECT 1 \; CALL gov_rollout_apply('first');
CREATE ROLE regress_gov_other;
GRANT USAGE ON SCHEMA gov TO regress_gov_other;
SELECT gov_grant('steward', 'regress_gov_other');
SET ROLE regress_gov_other;
CALL gov_rollout_apply('first');
SELECT count(*) > 20 AS rehearsed FROM gov_rehearse('first');
SET ROLE regress_gov_maker;
SELECT gov_revoke('steward', 'regress_gov_other');
SET ROLE regress_gov_other;
CALL gov_rollout_apply('first');
SET ROLE regress_gov_maker;
SET search_path = public, gov;
CALL gov_rollout_apply('first');
SET search_path = gov, public;
CALL gov_rollout_apply('none');
CALL gov_rollout_apply('first', 3);
SELECT * FROM gov_gate('none');
SELECT gov_remove_tagged('first', 1);
TABLE steps;

-- applied
SET client_min_messages = warning;
CALL gov_rollout_apply('first', 1);
TABLE told;
SELECT * FROM gov_gate('first');
SELECT gov_drop_rollout('first', 'too late');
SELECT gov_remove_tagged('first', 1);

-- a baseline that has moved since it was rehearsed
SELECT gov_register_object('thing', 'in between');
SELECT * FROM gov_gate('first');
CALL gov_rollout_apply('first');
TABLE steps;
SELECT gov_retire_object('thing', 'in between');
CALL gov_rollout_apply('first');
TABLE told;
TABLE steps;
SELECT axis, value, status, tag FROM gov_axis_value ORDER BY value;
SHOW governance.tag;
SELECT * FROM gov_gate('first');
CALL gov_rollout_apply('first');
SELECT count(*) > 20 AS rehearsed FROM gov_rehearse('first');

-- reverted, down to a tier and whole, and once more
CALL gov_rollout_revert('first', 1);
SELECT tier, status, applied FROM told;
SELECT count(*) FROM gov_axis_value;
CALL gov_rollout_revert('first', 7);
CALL gov_rollout_revert('first');
SELECT tier, status, applied FROM told;
RESET client_min_messages;
CALL gov_rollout_revert('first');
SELECT (SELECT count(*) FROM gov_axis) AS axes, (SELECT count(*) FROM gov_object WHERE retired_at IS NULL) AS objects,
       (SELECT count(*) FROM pg_attribute WHERE attrelid = 'app.account'::regclass AND attname = 'closed') AS columns;
SELECT action, target ->> 'tier' AS tier, payload ->> 'outcome' AS outcome FROM gov_ledger WHERE action LIKE 'rollout%' ORDER BY seq;
SELECT count(*) FROM gov_ledger_verify();

-- tiers that fail leave nothing, and say why
SELECT gov_create_rollout('bad', 'fails in several ways');
SELECT gov_add_tier('bad', 1, 'off by one', 'seed', $$SELECT gov_create_axis('bad')$$, NULL, $$SELECT gov_remove_tagged('bad', 1)$$,
    '[{"metric": "axes", "delta": 2}, {"metric": "axes_candidate", "delta": 1}, {"metric": "required", "axis": "bad", "equals": 1}]');
SELECT gov_seal('bad');
SELECT kind, target, measure, note FROM gov_rehearse('bad') WHERE kind IN ('verdict', 'tier', 'revert');
SELECT * FROM gov_gate('bad');
SELECT count(*) FROM gov_axis;
SELECT gov_drop_rollout('bad', 'wrong');
CREATE FUNCTION public.try(apply text, verify text DEFAULT NULL, revert text DEFAULT 'SELECT 1') RETURNS TABLE (kind text, target text, measure text, note text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gov_create_rollout('try', 'tries');
    PERFORM gov_add_tier('try', 1, 'it', 'seed', apply, verify, revert);
    PERFORM gov_seal('try');
END$$;
SELECT * FROM try('SELECT 1', 'SELECT 1');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind = 'tier';
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try('SELECT 1', 'SELECT false WHERE false');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind = 'tier';
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try('SELECT 1', 'SELECT true; SELECT x FROM (VALUES (true), (NULL)) AS v (x)');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind = 'tier';
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try('SELECT 1', 'SELECT balance <> 7 FROM app.account ORDER BY id');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind = 'tier';
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try(E'SELECT 1;\nSELECT 1 / 0');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind = 'tier';
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try('CREATE TABLE app.left_behind (x int)');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind IN ('verdict', 'tier', 'revert');
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try('ALTER TABLE app.account ADD COLUMN left_behind int; CREATE INDEX ON app.account (balance); CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS ''SELECT 1''; DROP VIEW public.told',
    revert => 'ALTER TABLE app.account ALTER COLUMN balance SET DEFAULT 1');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind IN ('verdict', 'tier', 'revert');
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try($$SELECT gov_create_axis('left behind')$$);
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind IN ('verdict', 'tier', 'revert');
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try('VACUUM');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind IN ('verdict', 'tier', 'revert', 'refused');
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try($$SELECT gov_create_axis('made'); SELECT gov_remove_tagged('try', 1)$$);
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind = 'tier';
SELECT gov_drop_rollout('try', 'next');
-- rows of the application that are left behind are told; of what is declared to grow by itself, too
CREATE TABLE app.audit (what text);
CREATE TABLE app.part (id int) PARTITION BY LIST (id);
CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES IN (1);
CREATE FUNCTION app.audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.audit VALUES (TG_OP); INSERT INTO app.part VALUES (1); RETURN NULL; END $$;
CREATE TRIGGER audited AFTER INSERT OR DELETE ON app.account FOR EACH ROW EXECUTE FUNCTION app.audited();
SELECT * FROM try('INSERT INTO app.account VALUES (11, 0), (12, 0)', NULL, 'DELETE FROM app.account WHERE id = 11');
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind IN ('verdict', 'revert');
SELECT kind, measure, note FROM gov_rehearse('try', '{"excluded": ["app.audit", "app.part"]}') WHERE kind IN ('verdict', 'revert');
SELECT gov_drop_rollout('try', 'next');
SELECT * FROM try('INSERT INTO app.account VALUES (11, 0)', NULL, 'DELETE FROM app.account WHERE id = 11');
SELECT kind, measure, note FROM gov_rehearse('try', '{"excluded": ["app.audit", "app.part"]}') WHERE kind IN ('verdict', 'revert');
SELECT verdict, blocker FROM gov_gate('try');
SELECT count(*) FROM gov_rehearse('try', '{"excluded": ["app.none"]}');
SELECT count(*) FROM gov_rehearse('try', '{"excluded": "app.audit"}');
SELECT count(*) FROM gov_rehearse('try', '{"excluded": [1]}');
SELECT count(*) FROM gov_rehearse_sql('SELECT 1', '{"excluded": ["app.audit"]}');
SELECT gov_drop_rollout('try', 'next');
DROP TRIGGER audited ON app.account;
SET client_min_messages = warning;
-- settings that a tier changes end with it, and deferred constraints are checked in it
SELECT * FROM try($$SET search_path = pg_catalog; SET work_mem = '1MB'; SET ROLE regress_gov_other$$, $$SELECT current_setting('work_mem') = '1MB'$$);
SELECT kind, measure, note FROM gov_rehearse('try') WHERE kind = 'tier';
CALL gov_rollout_apply('try');
SELECT current_setting('work_mem') <> '1MB' AS own_memory, current_user AS own_role, current_setting('search_path') AS path;
CALL gov_rollout_revert('try');

-- direct changes are noted, and a tier that was changed after it was sealed is found
UPDATE gov_rollout_tier SET apply_sql = 'SELECT 2' WHERE rollout = 'try';
SELECT * FROM gov_gate('try');
CALL gov_rollout_apply('try');
SELECT action, target ->> 'table' AS "table" FROM gov_ledger ORDER BY seq DESC LIMIT 1;

\c :home
DROP DATABASE regress_gov_rollout;
DROP ROLE regress_gov_other, regress_gov_maker;
