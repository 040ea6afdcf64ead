-- Baselines: capturing, comparing, and what a comparison never calls the same.
SET client_min_messages = warning;
CREATE DATABASE regress_gov_baseline;
\c regress_gov_baseline
SET client_min_messages = warning;
SET TIME ZONE 'UTC';
CREATE EXTENSION governance;
CREATE SCHEMA app;
CREATE SCHEMA copy;
CREATE TABLE app.account (id int PRIMARY KEY, name text NOT NULL, balance numeric(12,2) DEFAULT 0);
CREATE TABLE app.log (at timestamptz, what text);
CREATE TABLE app.kept (id int, c regclass);
CREATE TABLE app.part (id int) PARTITION BY LIST (id);
CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES IN (1);
CREATE VIEW app.rich AS SELECT 100 AS lowest;
CREATE SEQUENCE app.numbers;
CREATE TABLE app.gone (id int);
INSERT INTO app.account SELECT i, 'name ' || i, i FROM generate_series(1, 100) AS i;
INSERT INTO app.part VALUES (1);
INSERT INTO app.kept VALUES (1, 'app.log');
SELECT gov_create_axis('topic') IS NOT NULL AS created;
SELECT gov_capture_baseline('before', '{app.*}', '{app.log}');
-- All that a baseline has, but for metrics; majors from 17 on know MAINTAIN.
SELECT kind, relation, what, CASE WHEN state ~ '^[0-9a-f]{64}$' THEN 'a hash' ELSE replace(state, 'MAINTAIN, ', '') END AS state, note, excluded
  FROM gov_baseline_item WHERE baseline = 'before' AND kind <> 'metric' AND relation NOT IN ('app.gone', 'app.part', 'app.part_1', 'gov_action', 'gov_detector', 'gov_event_type') AND kind <> 'session'
 ORDER BY kind COLLATE "C", relation COLLATE "C", what COLLATE "C";
SELECT baseline, actor = current_user AS actor, login = session_user AS login, database, relations,
       system_identifier = (SELECT system_identifier::text FROM pg_control_system()) AS this_server, server_version = current_setting('server_version') AS this_version
  FROM gov_baseline;
SELECT (SELECT count(*) FROM gov_baseline_item WHERE baseline = 'before' AND kind = 'metric') = (SELECT count(*) FROM gov_metric) AS every_metric;
SELECT l.action, l.target, l.payload - 'sha256' AS payload, l.payload ->> 'sha256' = b.sha256 AS hash FROM gov_ledger AS l, gov_baseline AS b WHERE l.action = 'capture_baseline';
-- Nothing happened: all is the same.
SELECT gov_capture_baseline('again', '{app.*}', '{app.log}');
SELECT kind, relation, what, left(from_state, 6) AS from_state, left(to_state, 6) AS to_state, verdict, regexp_replace(note, '\d+ same$', 'many same') AS note
  FROM gov_compare_baseline('before', 'again') WHERE verdict <> 'same';
SELECT verdict, CASE WHEN verdict <> 'same' THEN items END AS items FROM gov_check_baseline('before', 'again');
-- Much happened.
INSERT INTO app.log VALUES ('2026-01-01', 'grew');
UPDATE app.account SET balance = balance + 0.01 WHERE id = 50;
ALTER TABLE app.account ALTER name TYPE varchar(50), ADD CHECK (balance >= 0);
CREATE INDEX account_name ON app.account (name);
GRANT SELECT ON app.account TO public;
INSERT INTO app.kept VALUES (2, NULL);
DROP TABLE app.gone;
CREATE TABLE app.born (id int);
CREATE OR REPLACE VIEW app.rich AS SELECT 1000 AS lowest;
ALTER TABLE app.part_1 ADD CHECK (id = 1);
INSERT INTO app.part VALUES (1);
SELECT nextval('app.numbers');
SELECT gov_propose_value('topic', 'v') IS NOT NULL AS proposed;
SELECT gov_capture_baseline('after', '{app.*}', '{app.log}');
SELECT kind, relation, what, CASE WHEN from_state ~ '^[0-9a-f]{64}$' THEN 'a hash' ELSE from_state END AS from_state,
       CASE WHEN to_state ~ '^[0-9a-f]{64}$' THEN 'another' ELSE to_state END AS to_state, verdict, regexp_replace(note, '\d+ same$', 'many same') AS note
  FROM gov_compare_baseline('before', 'after') WHERE verdict <> 'same';
\set SHOW_CONTEXT never
SELECT gov_check_baseline('before', 'after');
-- and taken back
UPDATE app.account SET balance = balance - 0.01 WHERE id = 50;
ALTER TABLE app.account ALTER name TYPE text, DROP CONSTRAINT account_balance_check;
DROP INDEX app.account_name;
REVOKE SELECT ON app.account FROM public;
SELECT gov_capture_baseline('back', '{app.account}');
SELECT relation, what, verdict FROM gov_compare_baseline('before', 'back') WHERE relation = 'app.account';
-- What one of them excludes, could not read or covers otherwise is not known.
CREATE ROLE bl_steward;
SELECT gov_grant('steward', 'bl_steward') AS granted;
GRANT USAGE ON SCHEMA app TO bl_steward;
GRANT SELECT (id, name) ON app.account TO bl_steward;
GRANT SELECT ON app.part TO bl_steward;
SET ROLE bl_steward;
SELECT gov_capture_baseline('steward', '{app.account,app.part,app.log,app.rich}');
RESET ROLE;
SELECT gov_capture_baseline('owner', '{app.account,app.part,app.rich}', '{app.log}');
SELECT relation, what, CASE WHEN from_state ~ '^[0-9a-f]{64}$' THEN 'a hash' ELSE from_state END AS from_state, CASE WHEN to_state ~ '^[0-9a-f]{64}$' THEN 'a hash' ELSE to_state END AS to_state, verdict, regexp_replace(note, '\d+ same$', 'many same') AS note
  FROM gov_compare_baseline('steward', 'owner') WHERE kind = 'relation' AND what <> 'content' OR kind = 'verdict';
SELECT relation, what, verdict, note FROM gov_compare_baseline('steward', 'owner') WHERE kind = 'relation' AND what = 'content';
-- A copy in another schema.
CREATE TABLE copy.account AS SELECT * FROM app.account;
CREATE TABLE copy.part AS SELECT id FROM app.part;
SELECT gov_capture_baseline('copied', '{copy.*}');
SELECT gov_capture_baseline('original', '{app.account,app.part}');
SELECT relation, what, verdict FROM gov_compare_baseline('original', 'copied', '{"app": "copy"}') WHERE kind = 'relation';
SELECT verdict, items > 0 AS some FROM gov_check_baseline('original', 'copied', '{"app": "copy"}');
-- All but the server's and the extension's; the same relation twice.
SELECT gov_capture_baseline('all');
SELECT relation FROM gov_baseline_item WHERE baseline = 'all' AND kind = 'relation' AND what = 'kind' ORDER BY relation COLLATE "C";
SELECT gov_capture_baseline('twice', '{app.account,app.*,app.part_1}');
SELECT what, state FROM gov_baseline_item WHERE baseline = 'twice' AND relation = 'app.part_1' AND kind = 'relation' AND what IN ('kind', 'rows') ORDER BY what;
SELECT gov_capture_baseline('none', '{}');
-- Sessions are counted, and noted.
SELECT what, to_state, verdict FROM gov_compare_baseline('none', 'none') WHERE kind = 'session';
-- In a rehearsal it is undone with the rest.
SELECT kind, measure FROM gov_rehearse_sql($$SELECT gov_capture_baseline('rehearsed', '{app.*}')$$) WHERE kind = 'verdict';
SELECT count(*) FROM gov_baseline WHERE baseline = 'rehearsed';
-- Bad input, and nothing left behind.
CREATE TABLE app.state AS SELECT (SELECT count(*) FROM gov_baseline) AS baselines, (SELECT count(*) FROM gov_ledger) AS entries;
CREATE FUNCTION pg_temp.try(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    d text;
    h text;
BEGIN
    EXECUTE sql;
    RETURN 'passed';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE || ': ' || SQLERRM, NULLIF(d, ''), NULLIF(h, ''));
END $$;
SELECT pg_temp.try($try$SELECT gov_capture_baseline(NULL)$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('before')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('x', '{app.nothing}')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('x', '{nowhere.*}')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('x', '{a.b.*}')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('x', '{NULL}')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('x', '{app.account_pkey}')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('x', NULL, NULL)$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('x', NULL, '{nothing}')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_compare_baseline('before', NULL)$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_compare_baseline('before', 'never')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_compare_baseline('before', 'after', '[]')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_compare_baseline('before', 'after', '{"app": 1}')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_check_baseline('never', 'after')$try$) AS answer;
SET default_transaction_read_only = on;
SELECT pg_temp.try($try$SELECT gov_capture_baseline('x', '{app.account}')$try$) AS answer;
RESET default_transaction_read_only;
CREATE FUNCTION app.definer() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT gov_capture_baseline('x', '{app.account}') $$;
SELECT pg_temp.try($try$SELECT app.definer()$try$) AS answer;
SELECT s.baselines = (SELECT count(*) FROM gov_baseline) AND s.entries = (SELECT count(*) FROM gov_ledger) AS nothing_left FROM app.state AS s;
-- Nobody writes them by hand unseen, and gov_prune removes them whole.
UPDATE gov_baseline_item SET state = '1' WHERE baseline = 'before' AND relation = 'app.account' AND what = 'rows';
SELECT action, target ->> 'table' AS changed FROM gov_ledger ORDER BY seq DESC LIMIT 1;
SELECT count(*) FROM gov_baseline;
SELECT what, pruned FROM gov_prune(now()) WHERE what = 'baselines';
SELECT count(*) FROM gov_baseline_item;
\c postgres
DROP DATABASE regress_gov_baseline;
DROP ROLE bl_steward;
