-- What the owner of the database, who is no superuser, put there before CREATE
-- EXTENSION is never called: functions and operators that fit better than the
-- server's, types and relations of the same names, in public and in the schema
-- that the extension goes to.  Each of them raises and names itself.
\set SHOW_CONTEXT never
CREATE ROLE regress_gov_planter CREATEROLE;
CREATE DATABASE gov_planted OWNER regress_gov_planter;
\set home :DBNAME
\c gov_planted
SET client_min_messages = warning;
SET SESSION AUTHORIZATION regress_gov_planter;
CREATE SCHEMA gov;
CREATE SCHEMA plant;
CREATE FUNCTION plant.sprung(name text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted: %', name USING ERRCODE = 'ZZ666'; END $$;

-- Every function of the server under its own name, with the arguments it
-- takes where they are no pseudo-types, and with text, name or unknown ones
-- in their place; every operator likewise.
CREATE TABLE plant.kind (type regtype, other text);
INSERT INTO plant.kind VALUES ('anyelement', 'text'), ('anyarray', 'text[]'), ('anynonarray', 'text'), ('anycompatible', 'text'), ('anycompatiblearray', 'text[]'),
    ('anycompatiblenonarray', 'text'), ('anyenum', 'text'), ('"any"', 'text'), ('name', 'text'), ('text', 'varchar'), ('bigint', 'integer'), ('numeric', 'bigint');
CREATE FUNCTION plant.plants(schema text) RETURNS TABLE (planted bigint, refused bigint) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    f record;
    statement text;
BEGIN
    planted := 0; refused := 0;
    FOR f IN
        SELECT p.proname, p.prokind, list.args, p.proretset
          FROM pg_proc AS p,
               LATERAL (SELECT string_agg(coalesce(CASE WHEN other.way > 0 THEN k.other END, format_type(a.type, NULL)), ', ' ORDER BY a.n) AS args
                          FROM generate_series(0, 1) AS other (way), unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, n)
                          LEFT JOIN plant.kind AS k ON k.type = a.type GROUP BY other.way
                        UNION SELECT '' WHERE p.pronargs = 0) AS list
         WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.pronargs <= 4
           AND p.proname ~ '^(octet_length|array_\w+|now|clock_timestamp|statement_timestamp|transaction_timestamp|format|jsonb?_\w+|to_jsonb?|length|lower|upper|btrim|concat\w*|coalesce|string_agg|count|isfinite|quote_\w+|pg_get_\w+|has_\w+|pg_has_role|pg_identify_\w+|format_type|current_setting|set_config|left|right|starts_with|position|strpos|substr\w*|split_part|replace|regexp_\w+|unnest|generate_\w+|cardinality|sha256|convert_\w+|encode|decode|timezone|date_\w+|age|extract|obj_description|col_description|text|name|int4|int8|bool|lag|row_number|nextval|num_nulls|num_nonnulls|texteq|int8eq|jsonb_eq|to_reg\w+|pg_relation_\w+|pg_table_\w+|pg_stat_get_\w+|pg_cursor|aclexplode|acldefault|session_user|current_user)$'
    LOOP
        statement := format('CREATE FUNCTION %I.%I(%s) RETURNS text LANGUAGE sql AS %L', schema, f.proname, f.args, format('SELECT plant.sprung(%L)', f.proname || '(' || f.args || ')'));
        BEGIN
            EXECUTE statement;
            planted := planted + 1;
        EXCEPTION WHEN OTHERS THEN refused := refused + 1;
        END;
    END LOOP;
    FOR f IN
        SELECT DISTINCT o.oprname, coalesce(l.other, format_type(o.oprleft, NULL)) AS l, coalesce(r.other, format_type(o.oprright, NULL)) AS r
          FROM pg_operator AS o, generate_series(0, 1) AS way, LATERAL (SELECT (SELECT other FROM plant.kind WHERE type = o.oprleft AND way > 0)) AS l (other),
               LATERAL (SELECT (SELECT other FROM plant.kind WHERE type = o.oprright AND way > 0)) AS r (other)
         WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprleft <> 0
           AND o.oprname IN ('=', '<>', '<', '>', '<=', '>=', '||', '->', '->>', '#>', '#>>', '?', '?|', '?&', '@>', '<@', '&&', '~', '!~', '~~', '+', '-', '*', '/', '%')
    LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION plant.operates(%s, %s) RETURNS boolean LANGUAGE sql AS %L', f.l, f.r, 'SELECT plant.sprung(''an operator'') IS NULL');
        EXCEPTION WHEN duplicate_function THEN NULL; WHEN OTHERS THEN refused := refused + 1; CONTINUE;
        END;
        BEGIN
            EXECUTE format('CREATE OPERATOR %I.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = plant.operates)', schema, f.oprname, f.l, f.r);
            planted := planted + 1;
        EXCEPTION WHEN OTHERS THEN refused := refused + 1;
        END;
    END LOOP;
    -- types of the names that the script uses: what is made with them would be of another type
    FOREACH statement IN ARRAY '{text,name,bigint,int8,int4,integer,boolean,bool,jsonb,json,timestamptz,oid,regclass,regproc,regtype,real,float4,float8,numeric,interval,bytea,date}'::text[] LOOP
        EXECUTE format('CREATE DOMAIN %I.%I AS pg_catalog.text CHECK (plant.sprung(%L) IS NULL)', schema, statement, 'type ' || statement);
        planted := planted + 1;
    END LOOP;
    -- relations of the names of the server's catalogs
    FOREACH statement IN ARRAY '{pg_class,pg_namespace,pg_proc,pg_type,pg_depend,pg_extension,pg_roles,pg_authid,pg_attribute,pg_database,pg_inherits,pg_trigger,pg_constraint,pg_rewrite}'::text[] LOOP
        EXECUTE format('CREATE VIEW %I.%I AS SELECT plant.sprung(%L) AS oid', schema, statement, 'view ' || statement);
        planted := planted + 1;
    END LOOP;
    RETURN NEXT;
END $$;
SELECT planted > 1000 AS many FROM plant.plants('public');
SELECT planted > 1000 AS many FROM plant.plants('gov');
-- nor can casts of the server's types be planted
CREATE FUNCTION plant.casts(text) RETURNS jsonb LANGUAGE sql AS $$ SELECT pg_catalog.to_jsonb(plant.sprung('a cast')) $$;
CREATE CAST (text AS jsonb) WITH FUNCTION plant.casts(text) AS IMPLICIT;
RESET SESSION AUTHORIZATION;
-- a session that looks there first is trapped
SET search_path = public, pg_catalog;
SELECT octet_length('a'::pg_catalog.text);
SELECT 'a'::pg_catalog.text || 'b'::pg_catalog.text;
SELECT 'a'::text;
RESET search_path;

CREATE EXTENSION governance SCHEMA gov;
-- nothing that it stores depends on what was planted
SET search_path = pg_catalog;
CREATE TEMPORARY TABLE planted AS
    SELECT 'pg_proc'::regclass AS class, oid FROM pg_proc WHERE proowner = 'regress_gov_planter'::regrole
    UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprowner = 'regress_gov_planter'::regrole
    UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typowner = 'regress_gov_planter'::regrole
    UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relowner = 'regress_gov_planter'::regrole;
SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS depends_on_what_was_planted
  FROM pg_depend AS d JOIN planted AS p ON p.class = d.refclassid AND p.oid = d.refobjid
 WHERE NOT EXISTS (SELECT FROM planted AS q WHERE q.class = d.classid AND q.oid = d.objid)
   AND NOT EXISTS (SELECT FROM pg_rewrite AS r JOIN planted AS q ON q.oid = r.ev_class WHERE r.oid = d.objid)
   AND NOT EXISTS (SELECT FROM pg_constraint AS c JOIN planted AS q ON q.oid = c.contypid WHERE c.oid = d.objid)
   AND NOT EXISTS (SELECT FROM pg_type AS t JOIN planted AS q ON q.oid IN (t.typrelid, t.typelem) WHERE t.oid = d.objid);

-- Every routine is called by a superuser whose session looks at the extension's
-- schema first, with NULLs and with values of its arguments' types; what they
-- answer is not looked at here, but who answered.
CREATE TABLE pg_temp.answered (routine text, way text, state text, message text);
CREATE FUNCTION pg_temp.calls(way text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
BEGIN
    FOR r IN
        SELECT p.oid::regprocedure::text AS routine,
               CASE p.prokind WHEN 'p' THEN 'CALL ' ELSE 'SELECT * FROM ' END || format('%s.%I', p.pronamespace::regnamespace, p.proname) || '(' ||
               coalesce((SELECT string_agg(CASE way WHEN 'nulls' THEN 'NULL'
                                                ELSE quote_literal(CASE WHEN t IN ('boolean'::regtype) THEN 'true'
                                                     WHEN t IN ('bigint'::regtype, 'integer'::regtype, 'real'::regtype, 'double precision'::regtype, 'numeric'::regtype) THEN '1'
                                                     WHEN t = 'jsonb'::regtype THEN '{}' WHEN t = 'timestamptz'::regtype THEN '2999-01-01'
                                                     WHEN t = 'interval'::regtype THEN '1 day' WHEN t = 'regclass'::regtype THEN 'gov.gov_object'
                                                     WHEN t::regtype::text LIKE '%[]' THEN '{}' WHEN t = 'regnamespace'::regtype THEN 'plant' ELSE 'planted' END) END
                                           || '::' || (SELECT format('%I.%I', y.typnamespace::regnamespace, y.typname) FROM pg_type AS y WHERE y.oid = t), ', ' ORDER BY n)
                           FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, n)), '') || ')' AS call
          FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
          JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
         WHERE p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'fdw_handler'::regtype)
         ORDER BY p.proname, 1
    LOOP
        BEGIN
            PERFORM set_config('search_path', 'gov, public, pg_catalog', true);
            EXECUTE r.call;
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            INSERT INTO answered VALUES (r.routine, way, '00000', '');
        EXCEPTION WHEN OTHERS THEN
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            INSERT INTO answered VALUES (r.routine, way, SQLSTATE, SQLERRM);
        END;
    END LOOP;
END $$;
SELECT pg_temp.calls('nulls');
SELECT pg_temp.calls('values');
SELECT count(*) > 150 AS many, count(*) FILTER (WHERE state = '00000') > 20 AS some_answer FROM pg_temp.answered;
SELECT * FROM pg_temp.answered WHERE state = 'ZZ666' OR message ~ 'planted: ';
-- and every relation is read, and what is written by hand meets the checks and triggers
CREATE FUNCTION pg_temp.reads() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    relation text;
    statement text;
BEGIN
    FOR relation IN SELECT c.oid::regclass FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
                      JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance' WHERE c.relkind IN ('r', 'v', 'f', 'm') LOOP
        BEGIN
            statement := 'SELECT * FROM ' || relation;
            PERFORM set_config('search_path', 'gov, public, pg_catalog', true);
            EXECUTE statement;
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        EXCEPTION WHEN OTHERS THEN
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            INSERT INTO answered VALUES (relation, 'reads', SQLSTATE, SQLERRM);
        END;
    END LOOP;
END $$;
SELECT pg_temp.reads();
SELECT * FROM pg_temp.answered WHERE way = 'reads' ORDER BY routine COLLATE "C";
SET search_path = gov, public, pg_catalog;
INSERT INTO gov.gov_authority (authority, kind) VALUES ('a', 'human'), ('b', 'council');
INSERT INTO gov.gov_axis (axis, kind, family, status, multivalued) VALUES ('x', 'uncertain', 'semantic', 'active', false);
INSERT INTO gov.gov_axis_value (axis, value, status) VALUES ('x', 'v', 'active'), ('x', 'w', 'active');
INSERT INTO gov.gov_object (object_type, object_ref) VALUES ('thing', 'one'), ('thing', 'two');
SELECT gov_assign('thing', 'one', 'x', 'v', provenance => '{"kind": "k"}') IS NULL AS none;
SELECT gov_own('thing', 'one', 'x', 'v', 'a');
SELECT gov_transfer('a', 'b') IS NULL AS none;
SELECT * FROM gov_ledger_verify();
SET search_path = pg_catalog;

-- A relation of the extension's name, or its inner schema, stops CREATE EXTENSION and is not written to.
DROP EXTENSION governance;
SET SESSION AUTHORIZATION regress_gov_planter;
CREATE SCHEMA governance_internal;
RESET SESSION AUTHORIZATION;
CREATE EXTENSION governance SCHEMA gov;
SET SESSION AUTHORIZATION regress_gov_planter;
DROP SCHEMA governance_internal;
CREATE TABLE gov.gov_axis (axis text);
RESET SESSION AUTHORIZATION;
CREATE EXTENSION governance SCHEMA gov;
\c :home
DROP DATABASE gov_planted;
DROP ROLE regress_gov_planter;
