-- Attacks on rollouts: from the SQL of a tier, from where they are called, by
-- whoever may not, and on what was rehearsed and voted on.  ar_mallory is a
-- steward, ar_deployer an admin, whose rollouts these are.
SELECT current_database() AS home, current_user AS boss \gset
CREATE DATABASE regress_gov_attacked;
\c regress_gov_attacked
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA gov;
CREATE EXTENSION governance SCHEMA gov;
ALTER DATABASE regress_gov_attacked SET search_path = gov, public;
ALTER DATABASE regress_gov_attacked SET client_min_messages = warning;
SET search_path = gov, public;
CREATE ROLE ar_mallory LOGIN;
CREATE ROLE ar_deployer LOGIN;
CREATE ROLE ar_other NOLOGIN;
CREATE ROLE ar_reader LOGIN;
CREATE ROLE ar_president LOGIN;
CREATE ROLE ar_council_a LOGIN;
CREATE ROLE ar_council_b LOGIN;
GRANT ar_other TO ar_mallory;
GRANT USAGE ON SCHEMA gov TO ar_mallory, ar_deployer, ar_reader, ar_president, ar_council_a, ar_council_b, ar_other;
GRANT TEMPORARY ON DATABASE regress_gov_attacked TO PUBLIC;
SELECT gov_grant('approver', 'ar_deployer'), gov_grant('steward', 'ar_mallory'), gov_grant('steward', 'ar_other'), gov_grant('admin', 'ar_deployer'), gov_grant('reader', 'ar_reader'), gov_grant('approver', 'ar_president'),
       gov_grant('approver', 'ar_council_a'), gov_grant('approver', 'ar_council_b');
CREATE SCHEMA app;
GRANT USAGE, CREATE ON SCHEMA app TO ar_mallory, ar_deployer, ar_other;
GRANT USAGE ON SCHEMA public TO PUBLIC;
SELECT gov_create_axis('topic'), gov_set_axis_status('topic', 'active'), gov_register_object('thing', 'one'), gov_set_authority('A', kind => 'human');
-- a rollout of one tier, sealed; and what its rehearsal says
CREATE FUNCTION public.made(name text, apply text, revert text DEFAULT 'SELECT 1', verify text DEFAULT NULL, expect jsonb DEFAULT '[]') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gov_create_rollout(name, 'an attack');
    PERFORM gov_add_tier(name, 1, 'attack', 'seed', apply, verify, revert, expect);
    PERFORM gov_seal(name);
END $$;
CREATE FUNCTION public.rehearsed(name text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', kind, measure, note) FROM gov_rehearse(name) WHERE kind IN ('verdict', 'refused') OR measure LIKE '%failed%' OR measure LIKE 'differs%' $$;
-- what was kept of it
CREATE VIEW public.kept AS SELECT rollout, act, outcome, actor, login, problem ->> 'sqlstate' AS sqlstate FROM gov_rollout_step ORDER BY step;
GRANT SELECT ON public.kept TO PUBLIC;
CREATE PROCEDURE app.commits() LANGUAGE plpgsql AS $$BEGIN COMMIT; END$$;

-- ---- the SQL of a tier: the end of the transaction, at whatever depth ----
\c - ar_mallory
SELECT FROM made('commits', 'DO $d$BEGIN COMMIT; END$d$');
SELECT * FROM rehearsed('commits');
SELECT FROM made('calls', 'CALL app.commits()');
SELECT * FROM rehearsed('calls');
SELECT FROM made('executes', 'DO $d$BEGIN EXECUTE ''COMMIT''; END$d$');
SELECT * FROM rehearsed('executes');
SELECT FROM made('prepares', 'DO $d$BEGIN EXECUTE ''PREPARE TRANSACTION ''''x''''''; END$d$');
SELECT * FROM rehearsed('prepares');
SELECT FROM made('discards', 'DISCARD ALL');
SELECT * FROM rehearsed('discards');
-- and where it was not rehearsed as such: the text of a function that it calls
CREATE FUNCTION app.harmless() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
SELECT FROM made('later', 'SELECT app.harmless()');
SELECT * FROM rehearsed('later');
SELECT verdict, blocker FROM gov_gate('later');
CREATE OR REPLACE FUNCTION app.harmless() RETURNS void LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
SELECT verdict, blocker FROM gov_gate('later');
CALL gov_rollout_apply('later');
SELECT count(*) FROM gov_rollout_step;

-- ---- another role, another path, settings ----
SELECT FROM made('roles', 'SET ROLE ar_other; CREATE TABLE app.as_other (x int); RESET ROLE; CREATE TABLE app.as_mallory (x int); SET ROLE ar_other; SET search_path = pg_catalog',
    'SET ROLE ar_other; DROP TABLE app.as_other; RESET ROLE; DROP TABLE app.as_mallory', 'SELECT current_user = ''ar_other''');
SELECT * FROM rehearsed('roles');
CALL gov_rollout_apply('roles');
SELECT relname, pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relname LIKE 'as_%' ORDER BY 1;
SELECT current_user, current_setting('search_path') AS path;
CALL gov_rollout_revert('roles');
SELECT current_user, current_setting('search_path') AS path;
SELECT FROM made('deployers', 'SET ROLE ar_deployer');
SELECT * FROM rehearsed('deployers');
SELECT FROM made('sessions', 'SET SESSION AUTHORIZATION ar_president');
SELECT * FROM rehearsed('sessions');
SELECT FROM made('replica', 'SET session_replication_role = replica');
SELECT * FROM rehearsed('replica');
SELECT FROM made('limits', 'SELECT set_config(''governance.retire_limit'', ''100'', false)');
SELECT * FROM rehearsed('limits');
SELECT FROM made('ledger', 'ALTER TABLE gov.gov_ledger DISABLE TRIGGER ALL');
SELECT * FROM rehearsed('ledger');
SELECT FROM made('triggers', 'DO $d$BEGIN EXECUTE (SELECT format(''ALTER EVENT TRIGGER %I DISABLE'', evtname) FROM pg_event_trigger ORDER BY evtname LIMIT 1); END$d$');
SELECT * FROM rehearsed('triggers');
SELECT FROM made('writes', 'UPDATE gov.gov_axis_value SET status = ''retired''');
SELECT * FROM rehearsed('writes');
-- the rows of a tier bear its tag, and no other's
SELECT FROM made('untagged', 'RESET ALL; SELECT gov_propose_value(''topic'', ''untagged'')', 'SELECT gov_remove_tagged(''untagged'', 1)');
SELECT * FROM rehearsed('untagged');
SELECT FROM made('tags', 'SELECT set_config(''governance.tag'', ''roles/1'', true), gov_propose_value(''topic'', ''v'')', 'SELECT gov_remove_tagged(''tags'', 1)');
SELECT * FROM rehearsed('tags');
SELECT FROM made('removes', 'SELECT 1', 'SELECT gov_remove_tagged(''roles'', 1)');
SELECT * FROM rehearsed('removes');

-- ---- what happens at the commit of a tier happens as whoever calls, under no cover ----
CREATE TABLE app.queue (x int);
CREATE TABLE app.done (x int, as_role text);
CREATE FUNCTION app.works() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.done VALUES (NEW.x, current_user); RETURN NULL; END $$;
CREATE FUNCTION app.defers() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN SET CONSTRAINTS ALL DEFERRED; INSERT INTO app.late VALUES (NEW.x); RETURN NULL; END $$;
CREATE TABLE app.late (x int);
CREATE CONSTRAINT TRIGGER defers AFTER INSERT ON app.queue DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.defers();
CREATE CONSTRAINT TRIGGER works AFTER INSERT ON app.late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.works();
CREATE FUNCTION app.noted(x int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.done VALUES (x, current_user); RETURN x; END $$;
SELECT FROM made('late', 'INSERT INTO app.queue VALUES (1); DECLARE c CURSOR WITH HOLD FOR SELECT app.noted(2)', 'DELETE FROM app.queue; DELETE FROM app.late; DELETE FROM app.done');
-- what a cursor is held for comes after all else of a rehearsal, so it stands there after the revert
SELECT * FROM rehearsed('late');
SELECT measure FROM gov_rehearse('late', '{"excluded": ["app.done"]}') WHERE kind = 'verdict';
CALL gov_rollout_apply('late');
SELECT * FROM app.done ORDER BY x;
CALL gov_rollout_revert('late');
-- a temporary table goes at commit, and is not there for the next tier
SELECT gov_create_rollout('temporary', 'a table between tiers');
SELECT gov_add_tier('temporary', 1, 'makes', 'seed', 'CREATE TEMP TABLE between ON COMMIT DROP AS SELECT 1 AS x', NULL, 'SELECT 1'),
       gov_add_tier('temporary', 2, 'uses', 'seed', 'SELECT x FROM between', NULL, 'SELECT 1');
SELECT gov_seal('temporary') LIKE 'changed%' AS sealed;
SELECT measure FROM gov_rehearse('temporary') WHERE kind = 'verdict';
CALL gov_rollout_apply('temporary');
-- looking changes nothing
SELECT FROM made('looks', 'SELECT 1', 'SELECT 1', 'INSERT INTO app.done VALUES (3, ''verify''); SELECT true; SELECT set_config(''governance.tag'', ''looked'', false) IS NOT NULL');
SELECT * FROM rehearsed('looks');
CALL gov_rollout_apply('looks');
SELECT (SELECT count(*) FROM app.done) AS rows, current_setting('governance.tag') AS tag;

-- ---- rollouts in rollouts ----
SELECT FROM made('nested', 'CALL gov_rollout_apply(''looks'')');
SELECT * FROM rehearsed('nested');
SELECT FROM made('rehearses', 'SELECT count(*) FROM gov_rehearse(''looks'')');
SELECT * FROM rehearsed('rehearses');
SELECT FROM made('votes', 'CALL gov_cast_vote(''x'', ''A'', ''approve'')');
SELECT * FROM rehearsed('votes');
SELECT FROM made('itself', 'SELECT gov_drop_rollout(''itself'', ''gone'')');
SELECT * FROM rehearsed('itself');
SELECT FROM made('adds', 'SELECT gov_add_tier(''adds'', 2, ''more'', ''seed'', ''SELECT 1'', NULL, ''SELECT 1'')');
SELECT * FROM rehearsed('adds');

-- ---- where it is called from ----
BEGIN;
SAVEPOINT s;
CALL gov_rollout_apply('looks');
ROLLBACK;
BEGIN;
SAVEPOINT s;
CALL gov_rollout_revert('looks');
ROLLBACK;
DO $$BEGIN CALL gov_rollout_revert('looks'); EXCEPTION WHEN OTHERS THEN RAISE WARNING '% %', SQLSTATE, SQLERRM; END$$;
DO $$BEGIN EXECUTE 'CALL gov_rollout_revert(''looks'')'; END$$;
CREATE PROCEDURE app.definer() LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN CALL gov.gov_rollout_revert('looks'); END$$;
CALL app.definer();
CREATE PROCEDURE app.in_sql() LANGUAGE sql AS $$CALL gov.gov_rollout_revert('looks')$$;
CALL app.in_sql();
CREATE FUNCTION app.in_trigger() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN CALL gov.gov_rollout_revert('looks'); RETURN NULL; END$$;
CREATE TRIGGER t AFTER INSERT ON app.done FOR EACH ROW EXECUTE FUNCTION app.in_trigger();
INSERT INTO app.done VALUES (4, 'trigger');
DROP TRIGGER t ON app.done;
SELECT count(*) FROM kept WHERE rollout = 'looks';

-- ---- by whom ----
SELECT gov_rollout_export('looks') AS package \gset
\c - ar_deployer
CALL gov_rollout_apply('roles');
CALL gov_rollout_revert('looks');
SELECT count(*) FROM gov_rehearse('looks');
SELECT gov_remove_tagged('looks', 1);
SELECT gov_drop_rollout('looks', 'not mine');
-- and of mallory by SET ROLE, who may not
SET ROLE ar_mallory;
\c - :boss
SET ROLE ar_deployer;
SELECT FROM made('deployer''s', 'CREATE TABLE app.deployed (x int)', 'DROP TABLE app.deployed');
SELECT * FROM rehearsed('deployer''s');
RESET ROLE;
\c - ar_mallory
CALL gov_rollout_apply('deployer''s');
SELECT count(*) FROM gov_rehearse('deployer''s');
SET ROLE ar_other;
CALL gov_rollout_revert('looks');
RESET ROLE;
\c - ar_reader
CALL gov_rollout_apply('looks');
SELECT count(*) FROM gov_rehearse('looks');
SELECT gov_rollout_import('x');
\c - ar_president
CALL gov_rollout_apply('looks');
SELECT gov_seal('looks');
-- a verdict that nobody gave
INSERT INTO gov_rollout_rehearsal (rollout, actor, login, content_hash, ok, verdict, states, things) VALUES ('deployer''s', 'x', 'x', 'x', true, 'x', '{}', '{}');
\c - ar_reader
UPDATE gov_rollout_rehearsal SET ok = true;
\c - ar_mallory
UPDATE gov_rollout_rehearsal SET ok = true;
DELETE FROM gov_rollout_step;
\c - ar_deployer
UPDATE gov_rollout_rehearsal SET ok = true;
UPDATE gov_rollout_tier SET apply_sql = 'SELECT 2';
UPDATE gov_rollout SET role_name = 'ar_deployer';

-- ---- what was rehearsed is not what is there ----
\c - ar_mallory
SELECT gov_own('thing', 'one', 'topic', gov_propose, 'A') FROM (SELECT 'money' AS gov_propose, gov_propose_value('topic', 'money')) AS p;
CREATE FUNCTION app.named() RETURNS text LANGUAGE sql AS $$SELECT 'harmless'$$;
CREATE TABLE app.part (x int) PARTITION BY LIST (x);
SELECT FROM made('named', 'INSERT INTO app.done VALUES (5, app.named())', 'DELETE FROM app.done WHERE x = 5');
SELECT * FROM rehearsed('named');
SELECT verdict, blocker FROM gov_gate('named');
-- a function, a table, a rule of who owns what: no count moves
CREATE OR REPLACE FUNCTION app.named() RETURNS text LANGUAGE sql AS $$SELECT 'other'$$;
ALTER TABLE app.done ADD CHECK (x < 100);
SELECT gov_assign('thing', 'one', 'topic', 'money', provenance => '{"kind": "curated"}');
SELECT gov_unassign('thing', 'one', 'topic', 'money', 'again');
SELECT verdict, blocker FROM gov_gate('named');
CALL gov_rollout_apply('named');
\c - :boss
SELECT gov_set_authority('B', kind => 'human'), gov_own('thing', 'one', 'topic', 'money', 'B', replace => true);
\c - ar_mallory
SELECT verdict, blocker FROM gov_gate('named');
-- rehearsed again, it is what was rehearsed
SELECT measure FROM gov_rehearse('named') WHERE kind = 'verdict';
SELECT verdict, blocker FROM gov_gate('named');
-- rights, rows, partitions and new tables come and go; a new function of that name does not
CREATE FUNCTION app.named(x int) RETURNS text LANGUAGE sql AS $$SELECT 'instead'$$;
SELECT verdict, blocker FROM gov_gate('named');
DROP FUNCTION app.named(int);
CREATE TABLE app.new (x int);
CREATE FUNCTION app.new_one() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT SELECT ON app.done TO PUBLIC;
INSERT INTO app.done VALUES (6, 'a row');
CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES IN (1);
SELECT verdict, blocker FROM gov_gate('named');
CALL gov_rollout_apply('named');
-- what is otherwise when it is taken back is named
DROP TABLE app.part;
CALL gov_rollout_revert('named');

-- ---- rows that somebody else gives the tag of a tier, and that its revert would remove ----
SET governance.tag = 'named/1';
SELECT gov_propose_value('topic', 'slipped in');
SELECT gov_register_object('thing', 'no row of these');
SET governance.tag = 'named/2';
SELECT gov_propose_value('topic', 'of no tier');
SET governance.tag = 'early/1';
SELECT gov_propose_value('topic', 'early');
RESET governance.tag;
SELECT FROM made('early', 'SELECT 1');
SELECT * FROM rehearsed('early');

-- ---- under gates ----
\c - :boss
SELECT gov_set_authority('CA', kind => 'council', role_name => 'ar_council_a'), gov_set_authority('CB', kind => 'council', role_name => 'ar_council_b'),
       gov_set_authority('P', kind => 'sovereign', role_name => 'ar_president');
\c - ar_deployer
CREATE FUNCTION app.ratifies() RETURNS text LANGUAGE sql AS $$SELECT gov.gov_ratify('topic', 'gated')$$;
SELECT FROM made('gated', 'SELECT gov_propose_value(''topic'', ''gated''); SELECT app.ratifies()', 'SELECT gov_remove_tagged(''gated'', 1)');
SELECT * FROM rehearsed('gated');
SELECT gov_request_approval('g', 'apply_tier', '{"rollout": "gated", "tier": 1}', 'needed');
\c - ar_council_a
CALL gov_cast_vote('g', 'CA', 'approve');
\c - ar_council_b
CALL gov_cast_vote('g', 'CB', 'approve');
\c - ar_president
CALL gov_cast_vote('g', 'P', 'approve');
\c - ar_deployer
SELECT verdict FROM gov_gate('gated');
-- a tier that votes, and one that asks: a request is a request
SELECT FROM made('votes too', 'CALL gov_cast_vote(''g'', ''P'', ''approve'')');
SELECT * FROM rehearsed('votes too');
SELECT FROM made('asks', 'SELECT gov_request_approval(''a'', ''apply_tier'', ''{"rollout": "gated", "tier": 1}'', ''x'')', 'SELECT gov_withdraw(''a'')');
SELECT * FROM rehearsed('asks');
-- the function becomes another, and the rollout is rehearsed again: what was voted on is gone
CREATE OR REPLACE FUNCTION app.ratifies() RETURNS text LANGUAGE sql AS $$SELECT gov.gov_ratify('topic', 'gated', reason => 'another')$$;
SELECT verdict, blocker FROM gov_gate('gated');
SELECT measure FROM gov_rehearse('gated') WHERE kind = 'verdict';
SELECT verdict, regexp_replace(blocker, '"[0-9a-f]{64}"', 'a hash', 'g') AS blocker FROM gov_gate('gated');
\set VERBOSITY terse
CALL gov_rollout_apply('gated');
\set VERBOSITY default
-- back again, it is what was voted on; a table more does not matter to voters
CREATE OR REPLACE FUNCTION app.ratifies() RETURNS text LANGUAGE sql AS $$SELECT gov.gov_ratify('topic', 'gated')$$;
CREATE TABLE app.another (x int);
SELECT measure FROM gov_rehearse('gated') WHERE kind = 'verdict';
SELECT verdict, blocker FROM gov_gate('gated');
-- an approval of one rollout is none of another, even of the same text
SELECT FROM made('gated too', 'SELECT gov_propose_value(''topic'', ''gated''); SELECT app.ratifies()', 'SELECT gov_remove_tagged(''gated too'', 1)');
SELECT * FROM rehearsed('gated too');
SELECT verdict, blocker FROM gov_gate('gated too');
CALL gov_rollout_apply('gated');
-- the approval covers what the tier does, not what runs at its commit
CREATE FUNCTION app.ratifies_late() RETURNS text LANGUAGE sql AS $$SELECT gov.gov_ratify('topic', 'early')$$;
SELECT FROM made('late gated', 'DECLARE c CURSOR WITH HOLD FOR SELECT app.ratifies_late()');
SELECT * FROM rehearsed('late gated');
SELECT gov_request_approval('l', 'apply_tier', '{"rollout": "late gated", "tier": 1}', 'needed');
\c - ar_council_a
CALL gov_cast_vote('l', 'CA', 'approve');
\c - ar_council_b
CALL gov_cast_vote('l', 'CB', 'approve');
\c - ar_president
CALL gov_cast_vote('l', 'P', 'approve');
\c - ar_deployer
SELECT verdict FROM gov_gate('late gated');
CALL gov_rollout_apply('late gated');
SELECT approval, status FROM gov_approval ORDER BY approval;
SELECT value, status FROM gov_axis_value WHERE axis = 'topic' ORDER BY value COLLATE "C";
SELECT rollout, act, outcome, actor, login, sqlstate FROM kept WHERE rollout LIKE '%gated%';
SELECT count(*) FROM gov_ledger_verify();

\c :home :boss
DROP DATABASE regress_gov_attacked;
DROP ROLE ar_mallory, ar_deployer, ar_other, ar_reader, ar_president, ar_council_a, ar_council_b;
