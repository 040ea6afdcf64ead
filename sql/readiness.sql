-- gov_readiness: of everything, whether it can be done now, what stands in the
-- way, and a call that clears it: each call is run, and clears it.
SELECT current_database() AS home \gset
CREATE ROLE regress_gov_maker SUPERUSER;
CREATE ROLE regress_gov_p LOGIN;
CREATE ROLE regress_gov_a LOGIN;
CREATE ROLE regress_gov_b LOGIN;
CREATE DATABASE regress_gov_ready;
\c regress_gov_ready
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA "Gov it";
CREATE EXTENSION governance SCHEMA "Gov it";
SET ROLE regress_gov_maker;
SET search_path = "Gov it";
CREATE SCHEMA app;
CREATE TABLE app.t (x int);
CREATE SCHEMA "Odd ""One";
CREATE TABLE "Odd ""One".t (x int);
-- nothing is armed, enrolled, scanned
SELECT class, count(*), min(capability COLLATE "C") AS one FROM gov_readiness GROUP BY class ORDER BY class COLLATE "C";
SELECT capability, class, blocker, call FROM gov_readiness WHERE capability !~ '^(act|event) ' ORDER BY capability COLLATE "C";
SELECT capability, blocker, call FROM gov_readiness WHERE capability LIKE 'act gov_ratify%' OR capability LIKE 'event governance.cov%' ORDER BY capability COLLATE "C";
-- each call clears what it is for
SELECT call FROM gov_readiness WHERE capability LIKE 'schema %' OR capability = 'findings' OR capability LIKE 'event governance.coverage.scan%' ORDER BY capability COLLATE "C" \gexec
SELECT count(gov_create_axis('topic')) + count(gov_create_axis('odd"axis')) AS axes;
SELECT call FROM gov_readiness WHERE capability LIKE 'axis %' ORDER BY capability COLLATE "C" \gexec
SELECT capability, class, blocker, call FROM gov_readiness WHERE capability !~ '^(act|event) ' ORDER BY capability COLLATE "C";
SELECT count(gov_create_rule('R', 'topic', 'per_assignment', '{table}')) + count(gov_set_rule_status('R', 'active')) AS rule;
DROP TABLE app.t;
SELECT count(*) AS synced FROM gov_sync(force => true);
SELECT capability, class, blocker FROM gov_readiness WHERE capability LIKE 'axis topic';
SELECT gov_set_source('schema:app', false);
SELECT capability, class, call FROM gov_readiness WHERE capability LIKE 'source %' ORDER BY capability COLLATE "C";
-- a rollout
SELECT gov_create_rollout('r', 'x') || gov_add_tier('r', 1, 'x', 'seed', 'SELECT 1', NULL, 'SELECT 1') || gov_add_tier('r', 2, 'y', 'verify', verify_sql => 'SELECT true') AS made;
SELECT capability, class, blocker, call FROM gov_readiness WHERE capability LIKE 'rollout%';
SELECT count(gov_seal('r'));
SELECT capability, class, blocker, call FROM gov_readiness WHERE capability LIKE 'rollout%';
SELECT count(*) > 0 AS rehearsed FROM gov_rehearse('r');
-- gates that are armed
SELECT count(gov_set_authority(a, kind => k, role_name => r)) AS authorities
  FROM (VALUES ('A', 'council', 'regress_gov_a'), ('B', 'council', 'regress_gov_b')) AS v (a, k, r);
SELECT count(gov_set_authority('P', kind => 'sovereign', role_name => 'regress_gov_p')) AS authorities;
SELECT capability, class, blocker, call FROM gov_readiness WHERE capability LIKE 'rollout%' ORDER BY capability COLLATE "C";
SELECT capability, class, blocker, call FROM gov_readiness WHERE capability LIKE 'act gov_ratify%' OR capability LIKE 'act gov_assign,%' ORDER BY capability COLLATE "C";
-- a reader sees as much
GRANT USAGE ON SCHEMA "Gov it" TO regress_gov_p;
SELECT count(gov_grant('reader', 'regress_gov_p'));
SET ROLE regress_gov_p;
SELECT count(*) > 20 AS seen FROM gov_readiness;
SET ROLE regress_gov_maker;
DROP ROLE regress_gov_b;
SELECT capability, class, blocker FROM gov_readiness WHERE capability LIKE 'act gov_transfer%';
\c :home
DROP DATABASE regress_gov_ready;
DROP ROLE regress_gov_maker, regress_gov_a, regress_gov_p;
