-- Rollouts from one database to another: the same hash there, nothing but the
-- content comes along; what is no package, or was changed, is refused.
SELECT current_database() AS home \gset
CREATE ROLE regress_gov_maker SUPERUSER;
CREATE DATABASE regress_gov_clone;
CREATE DATABASE regress_gov_production;
\c regress_gov_clone
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION governance;
RESET client_min_messages;
SET ROLE regress_gov_maker;
SELECT gov_create_rollout('r', E'for "production", with a back\\slash and a line\nof its own');
SELECT gov_add_tier('r', 1, 'structure', 'structure', E'CREATE TABLE public.made (x int);\nSELECT 1', 'SELECT count(*) = 0 FROM public.made', 'DROP TABLE public.made');
SELECT gov_add_tier('r', 2, 'seed', 'seed', $$SELECT gov_create_axis('topic', 'Thème')$$, NULL, $$SELECT gov_remove_tagged('r', 2)$$, '[{"delta": 1, "metric": "axes"}]');
SELECT gov_add_tier('r', 90, 'proof', 'verify', verify_sql => 'SELECT true');
SELECT gov_rollout_export('r');
SELECT gov_rollout_export('none');
SELECT gov_seal('r');
SELECT measure FROM gov_rehearse('r') WHERE kind IN ('verdict', 'revert');
SELECT regexp_replace(gov_rollout_export('r'), ' of \d+', ' of N');
SELECT gov_rollout_export('r') AS package \gset
-- it is here already
SELECT gov_rollout_import(:'package');
\c regress_gov_production
SET client_min_messages = warning;
CREATE EXTENSION governance;
RESET client_min_messages;
SET ROLE regress_gov_maker;
SELECT gov_rollout_import(:'package', 'regress_gov_clone');
SELECT gov_rollout_import(:'package', 'regress_gov_production');
SELECT gov_rollout_import(:'package');
SELECT rollout, role_name, search_path, database_name, regexp_replace(origin, ' of \d+', ' of N') AS origin, content_hash = :'package'::jsonb ->> 'content_hash' AS same_hash FROM gov_rollout;
SELECT tier, name, kind, status, rehearsal FROM gov_rollout_status ORDER BY tier;
-- rehearsal starts anew, and it is applied here
SELECT verdict, blocker FROM gov_gate('r');
SELECT measure FROM gov_rehearse('r') WHERE kind IN ('verdict', 'revert');
SET client_min_messages = warning;
CALL gov_rollout_apply('r');
SELECT tier, status FROM gov_rollout_status ORDER BY tier;
SELECT name, tag FROM gov_axis;
CALL gov_rollout_revert('r');
-- what is no package
SELECT gov_rollout_import(NULL);
SELECT gov_rollout_import('');
SELECT gov_rollout_import('{');
SELECT gov_rollout_import('[]');
SELECT gov_rollout_import('{}');
SELECT gov_rollout_import('1');
SELECT gov_rollout_import('{"format": "governance-rollout-2"}');
SELECT gov_rollout_import('{"format": "governance-rollout-1"}');
SELECT gov_rollout_import(replace(:'package', '"tiers"', '"tires"'));
SELECT gov_rollout_import(jsonb_set(:'package', '{tiers}', '{}')::text);
SELECT gov_rollout_import(jsonb_set(:'package', '{tiers,0}', '1')::text);
SELECT gov_rollout_import(jsonb_set(:'package', '{tiers,0,tier}', '"x"')::text);
SELECT gov_rollout_import(jsonb_set(:'package', '{tiers,0,tier}', 'null')::text);
-- one byte of it is another one
CREATE FUNCTION pg_temp.refused(text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN gov_rollout_import($1);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END$$;
SELECT pg_temp.refused(replace(:'package', 'Thème', 'Theme'));
SELECT pg_temp.refused(replace(:'package', '"delta": 1', '"delta": 2'));
SELECT pg_temp.refused(replace(:'package', '"tier": 90', '"tier": 91'));
SELECT pg_temp.refused(replace(:'package', 'regress_gov_maker', 'regress_gov_taker'));
SELECT pg_temp.refused(replace(:'package', '"rollout": "r"', '"rollout": "s"'));
SELECT count(*) FILTER (WHERE answer LIKE 'created%') AS taken, count(*) AS tried
  FROM generate_series(1, length(:'package'), 7) AS n,
       LATERAL pg_temp.refused(overlay(:'package' PLACING CASE WHEN substr(:'package', n, 1) = 'a' THEN 'b' ELSE 'a' END FROM n FOR 1)) AS answer;
-- another rollout of that name
SELECT gov_create_rollout('r2', 'x');
SELECT gov_rollout_import(replace(:'package', '"rollout": "r"', '"rollout": "r2"'));
SELECT count(*) FROM gov_rollout_tier;
\c :home
DROP DATABASE regress_gov_clone;
DROP DATABASE regress_gov_production;
DROP ROLE regress_gov_maker;
