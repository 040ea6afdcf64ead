-- Whoever is told who can see something may be an enemy, and so may whoever
-- made what is looked at: nothing of theirs is run, no name of theirs is taken
-- for another, and nothing is told to whom nothing was granted.
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_aac_reader LOGIN;
CREATE ROLE regress_aac_outsider LOGIN;
CREATE ROLE regress_aac_maker LOGIN;
CREATE ROLE regress_aac_may;
CREATE SCHEMA aac;
GRANT USAGE, CREATE ON SCHEMA aac TO regress_aac_maker, regress_aac_reader;
CREATE TABLE aac.person (id integer, name text);
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('aac');
SELECT gov_create_axis('aac class'), gov_set_axis_status('aac class', 'active'), gov_propose_value('aac class', 'personal'), gov_ratify('aac class', 'personal') \gset
SELECT gov_assign('table', 'aac.person', 'aac class', 'personal', zone => 'approved', provenance => '{"kind": "test"}') \gset
SELECT gov_set_access('aac class', 'personal', 'regress_aac_may');
SELECT gov_grant('reader', 'regress_aac_reader');
GRANT SELECT ON aac.person TO regress_aac_maker;
CREATE VIEW pg_temp.seen AS SELECT object_ref, role, privilege, via, through FROM gov_exposure
  ORDER BY object_ref COLLATE "C", role::text COLLATE "C", privilege COLLATE "C", via COLLATE "C", through COLLATE "C";

-- each of them as somebody to whom nothing was granted, and as a reader; what is behind them, too
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    rows bigint;
BEGIN
    EXECUTE statement INTO rows;
    RETURN coalesce(rows::text, 'done');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
CREATE TEMPORARY TABLE tried (n serial, statement text);
INSERT INTO tried (statement) VALUES
    ($$SELECT count(*) FROM gov_exposure$$),
    ($$SELECT count(*) FROM gov_exposure_of('regress_aac_maker')$$),
    ($$SELECT count(*) FROM gov_exposure_unknown$$),
    ($$SELECT count(*) FROM gov_classification WHERE object_ref = 'aac.person' AND resolution = 'own' AND axis = 'aac class'$$),
    ($$SELECT count(*) FROM gov_access$$),
    ($$SELECT count(*) FROM governance_internal.gov_access_ways(NULL, NULL)$$),
    ($$SELECT count(*) FROM governance_internal.gov_access_objects(NULL)$$),
    ($$SELECT count(*) FROM governance_internal.gov_access_way$$),
    ($$SELECT count(gov_set_access('aac class', 'personal', 'public'))$$),
    ($$SELECT count(gov_end_access('aac class', 'personal', 'regress_aac_may'))$$),
    ($$WITH d AS (DELETE FROM gov_access RETURNING 1) SELECT count(*) FROM d$$);
GRANT SELECT ON tried TO PUBLIC;
SET ROLE regress_aac_outsider;
SELECT statement, pg_temp.try(statement) FROM tried ORDER BY n;
SET ROLE regress_aac_reader;
SELECT statement, pg_temp.try(statement) FROM tried ORDER BY n;
RESET ROLE;

-- what is planted in the path, and in the temporary schema: functions, operators, relations with the names that are used
SAVEPOINT planted;
CREATE SCHEMA aac_path AUTHORIZATION regress_aac_reader;
SET ROLE regress_aac_reader;
CREATE FUNCTION aac_path.met() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'met as %', current_user; END $$;
CREATE FUNCTION aac_path.aclexplode(aclitem[], OUT grantor oid, OUT grantee oid, OUT privilege_type text, OUT is_grantable boolean) RETURNS SETOF record
    LANGUAGE plpgsql AS $$ BEGIN PERFORM aac_path.met(); END $$;
CREATE FUNCTION aac_path.pg_get_userbyid(oid) RETURNS name LANGUAGE plpgsql AS $$ BEGIN PERFORM aac_path.met(); END $$;
CREATE FUNCTION aac_path.has_table_privilege(oid, oid, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM aac_path.met(); END $$;
CREATE FUNCTION aac_path.strpos(text, text) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN PERFORM aac_path.met(); END $$;
CREATE FUNCTION aac_path.equal(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM aac_path.met(); END $$;
CREATE FUNCTION aac_path.equal(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM aac_path.met(); END $$;
CREATE FUNCTION aac_path.equal(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM aac_path.met(); END $$;
CREATE FUNCTION aac_path.equal(name, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM aac_path.met(); END $$;
CREATE OPERATOR aac_path.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = aac_path.equal);
CREATE OPERATOR aac_path.= (LEFTARG = text, RIGHTARG = text, FUNCTION = aac_path.equal);
CREATE OPERATOR aac_path.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = aac_path.equal);
CREATE OPERATOR aac_path.= (LEFTARG = name, RIGHTARG = text, FUNCTION = aac_path.equal);
CREATE VIEW aac_path.pg_roles AS SELECT 0::oid AS oid, aac_path.met()::text AS rolname;
CREATE VIEW aac_path.pg_class AS SELECT 0::oid AS oid, aac_path.met()::text AS relname;
CREATE TEMPORARY TABLE gov_access (axis text, value text, privilege text);
CREATE TEMPORARY TABLE gov_object (object_id bigint, object_type text);
RESET ROLE;
SELECT n.nspname AS home FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'governance' \gset
SET search_path = aac_path, pg_temp, pg_catalog;
SELECT count(*) FROM :home.gov_exposure;
SELECT count(*) FROM :home.gov_exposure_of('regress_aac_maker');
SELECT count(*) FROM :home.gov_exposure_unknown;
SELECT count(*) FROM :home.gov_classification WHERE object_ref OPERATOR(pg_catalog.=) 'aac.person';
SELECT :home.gov_set_access('aac class', 'personal', 'regress_aac_may', 'UPDATE');
SELECT :home.gov_end_access('aac class', 'personal', 'regress_aac_may', 'UPDATE');
SET ROLE regress_aac_reader;
SELECT count(*) FROM :home.gov_exposure;
SELECT count(*) FROM :home.gov_exposure_of('regress_aac_maker');
ROLLBACK TO planted;

-- settings of whoever asks change neither what is told nor what the session has
SELECT count(*) AS ways FROM gov_exposure \gset
SET LOCAL jit = on;
SET LOCAL jit_above_cost = 0;
SET LOCAL enable_hashjoin = off;
SET LOCAL plan_cache_mode = force_generic_plan;
SET LOCAL row_security = off;
SET LOCAL work_mem = '64kB';
SET LOCAL array_nulls = off;
SET LOCAL quote_all_identifiers = on;
SELECT count(*) = :ways AS same, current_setting('jit') AS jit FROM gov_exposure;
ROLLBACK TO planted;

-- what is looked at was made by somebody: looking runs nothing of it, with whomever's rights
CREATE SEQUENCE aac.runs;
GRANT ALL ON SEQUENCE aac.runs TO PUBLIC;
CREATE FUNCTION aac.count_it(x integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN nextval('aac.runs'); END $$;
SET ROLE regress_aac_maker;
CREATE FUNCTION aac.body() RETURNS SETOF integer SECURITY DEFINER BEGIN ATOMIC SELECT aac.count_it(id) FROM aac.person; END;
CREATE VIEW aac.trap AS SELECT aac.count_it(p.id) AS n, b.b FROM aac.person AS p CROSS JOIN LATERAL aac.body() AS b (b) WHERE aac.count_it(p.id) > 0;
CREATE VIEW aac.again AS SELECT * FROM aac.trap;
CREATE RULE trap AS ON INSERT TO aac.trap DO INSTEAD SELECT aac.count_it(NEW.n);
CREATE FUNCTION aac.hidden() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM nextval('aac.runs'); RETURN 1; END $$;
GRANT SELECT ON aac.trap, aac.again TO PUBLIC;
RESET ROLE;
SELECT gov_set_access('aac class', 'personal', 'regress_aac_may', 'write') \gset
TABLE seen;
SELECT function_ref, owner, objects FROM gov_exposure_unknown WHERE function_ref LIKE 'aac.%';
SELECT is_called AS anything_ran FROM aac.runs;
-- views that read each other, by a rule that was put in afterwards: an end is found
CREATE OR REPLACE VIEW aac.again AS SELECT 1 AS n, 2 AS b;
CREATE OR REPLACE VIEW aac.trap AS SELECT a.n, a.b FROM aac.again AS a, aac.person AS p;
CREATE OR REPLACE VIEW aac.again AS SELECT t.n, t.b FROM aac.trap AS t;
SELECT object_ref, role, via, through FROM seen WHERE through LIKE 'aac.%';
ROLLBACK TO planted;

-- names that look like something else: each is the role that it is, "public" alone is everybody
CREATE ROLE "Public";
CREATE ROLE "public ";
CREATE ROLE "aac""; DROP TABLE aac.person; --";
CREATE ROLE "aac%s$1'x\";
SELECT gov_set_access('aac class', 'personal', r) FROM unnest(ARRAY['Public', 'public ', 'aac"; DROP TABLE aac.person; --', 'aac%s$1''x\']) AS r;
SELECT role_name, role_oid <> 0 AS of_a_role FROM gov_access WHERE axis = 'aac class' ORDER BY role_name::text COLLATE "C";
GRANT SELECT ON aac.person TO "Public", "public ", "aac""; DROP TABLE aac.person; --", "aac%s$1'x\";
TABLE seen;
SELECT gov_end_access('aac class', 'personal', r) FROM unnest(ARRAY['Public', 'aac"; DROP TABLE aac.person; --']) AS r;
TABLE seen;
SELECT count(*) FROM gov_exposure_of('aac%s$1''x\') WHERE allowed;
SELECT gov_set_access('aac class', 'personal', '');
ROLLBACK TO planted;
SELECT gov_set_access('aac class', 'personal', 'aac' || U&'\200B');
ROLLBACK TO planted;

-- renamed: the same role may; dropped and made anew: another one, that may not, until somebody says so
CREATE ROLE regress_aac_gone;
GRANT SELECT ON aac.person TO regress_aac_gone;
SELECT gov_set_access('aac class', 'personal', 'regress_aac_gone');
ALTER ROLE regress_aac_gone RENAME TO regress_aac_still;
TABLE seen;
CREATE ROLE regress_aac_gone;
GRANT SELECT ON aac.person TO regress_aac_gone;
TABLE seen;
DROP OWNED BY regress_aac_still, regress_aac_gone;
DROP ROLE regress_aac_still, regress_aac_gone;
TABLE seen;
SELECT count(*) FROM gov_exposure_of('regress_aac_maker');
CREATE ROLE regress_aac_gone;
GRANT SELECT ON aac.person TO regress_aac_gone;
TABLE seen;
SELECT allowed FROM gov_exposure_of('regress_aac_gone');
SELECT gov_set_access('aac class', 'personal', 'regress_aac_gone');
SELECT allowed FROM gov_exposure_of('regress_aac_gone');
ROLLBACK;
