-- Who may call what, and from where.  Every routine that people can name, and
-- every relation, is tried by every level, by PUBLIC, by the owner of the
-- database and by a superuser, in every way in which code of somebody else can
-- run.  The tries are made from the catalog, so that what is added later is
-- tried as well.  What is expected follows from one rule table: who runs what
-- is called, and where acts are refused.  Deviations only.
BEGIN;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE ROLE cl_nobody;
CREATE ROLE cl_reader;
CREATE ROLE cl_steward;
CREATE ROLE cl_approver;
CREATE ROLE cl_admin;
CREATE ROLE cl_dbowner CREATEROLE;
CREATE ROLE cl_super SUPERUSER;
CREATE ROLE cl_login IN ROLE cl_nobody, cl_reader, cl_steward, cl_approver, cl_admin, cl_dbowner, cl_super;
SELECT gov_grant(l, ('cl_' || l)::name) AS granted FROM unnest('{reader,steward,approver,admin}'::text[]) AS l;
GRANT USAGE ON SCHEMA public TO PUBLIC;
SELECT format('ALTER DATABASE %I OWNER TO cl_dbowner', current_database()) \gexec
CREATE SCHEMA cl;
GRANT USAGE, CREATE ON SCHEMA cl TO PUBLIC;

-- who calls; "level" is what gov_privileges() calls it
CREATE TABLE cl.who (who text COLLATE "C", level text);
INSERT INTO cl.who VALUES ('cl_nobody', NULL), ('cl_dbowner', NULL), ('cl_reader', 'reader'), ('cl_steward', 'steward'),
    ('cl_approver', 'approver'), ('cl_admin', 'admin'), ('cl_super', 'all');

-- What is called: routines with NULLs, so that only the checks before the
-- arguments can answer; relations.  "act": it changes what is kept, in the name
-- of who calls.  "outside": it is in the schema that people look into.
CREATE TABLE cl.target AS
SELECT p.oid::regprocedure::text COLLATE "C" AS target, p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS object, 'EXECUTE' AS privilege,
       p.pronamespace <> 'governance_internal'::regnamespace AS outside,
       p.provolatile = 'v' AND NOT p.prosecdef AND p.pronamespace <> 'governance_internal'::regnamespace AS act,
       CASE WHEN p.pronamespace = 'governance_internal'::regnamespace THEN 3 WHEN p.prosecdef OR p.provolatile <> 'v' THEN 2 ELSE 1 END AS needs,
       CASE p.prokind WHEN 'p' THEN 'CALL ' WHEN 'a' THEN 'SELECT ' ELSE 'SELECT FROM ' END || format('%s.%I', p.pronamespace::regnamespace, p.proname) || '(' ||
       coalesce((SELECT string_agg('NULL::' || format_type(t, NULL), ', ' ORDER BY n)
                   FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a(t, n)), '') || ')' AS call
  FROM pg_proc p
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'fdw_handler'::regtype)
   AND 'internal'::regtype <> ALL (p.proargtypes::oid[])
UNION ALL
SELECT c.oid::regclass::text, c.relname, 'SELECT', c.relnamespace <> 'governance_internal'::regnamespace, false, 3,
       format('SELECT FROM %s.%I LIMIT 1', c.relnamespace::regnamespace, c.relname)
  FROM pg_class c
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE c.relkind IN ('r', 'v', 'f', 'm');
-- what came of it
CREATE TABLE cl.seen (who text COLLATE "C", way text COLLATE "C", target text COLLATE "C", outcome text);
GRANT INSERT ON cl.seen TO PUBLIC;
CREATE TABLE cl.privilege AS SELECT * FROM gov_privileges();

-- Runs a call, takes back what it did, and says what came of it: whose code
-- refused it, and where.
CREATE FUNCTION cl.try(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE call;
    RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN CASE WHEN SQLSTATE <> '42501' THEN 'let through'
                WHEN hint <> '' AND SQLERRM ~ '^gov_\w+ is refused' THEN regexp_replace(SQLERRM, '^gov_\w+ is ', '')
                ELSE 'permission denied' END;
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA cl TO PUBLIC;

-- ---- the ways ----

-- As each role itself, so that it owns what it needs.  Texts of functions are
-- run where SECURITY DEFINER, triggers and so on put them.
CREATE FUNCTION cl.notes(call text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('cl.outcome', cl.try(call), false);
    RETURN true;
END $$;
CREATE FUNCTION cl.outcome() RETURNS text LANGUAGE sql AS $$ SELECT current_setting('cl.outcome', true) $$;

-- by itself: in a function, in SQL, in a DO block, as a prepared statement, from a cursor
CREATE FUNCTION cl.itself(call text) RETURNS text LANGUAGE sql AS 'SELECT cl.try(call)';
CREATE FUNCTION cl.in_do(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DO %L', format('BEGIN PERFORM cl.notes(%L); END', call));
    RETURN cl.outcome();
END $$;
CREATE FUNCTION cl.as_plan(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'PREPARE cl_plan (text) AS SELECT cl.notes($1)';
    EXECUTE format('EXECUTE cl_plan (%L)', call);
    DEALLOCATE cl_plan;
    RETURN cl.outcome();
END $$;
CREATE FUNCTION cl.from_cursor(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    rows CURSOR FOR SELECT cl.try(call);
    outcome text;
BEGIN
    OPEN rows;
    FETCH rows INTO outcome;
    CLOSE rows;
    RETURN outcome;
END $$;
CREATE FUNCTION cl.as_explained(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('EXPLAIN ANALYZE SELECT cl.notes(%L)', call);
    RETURN cl.outcome();
END $$;

-- code of another with the caller's own rights: what C cannot tell from the caller
CREATE VIEW cl.view AS SELECT cl.try(current_setting('cl.call')) AS outcome;
GRANT SELECT ON cl.view TO PUBLIC;
CREATE FUNCTION cl.in_view(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('cl.call', call, true);
    RETURN outcome FROM cl.view;
END $$;
CREATE TABLE cl.defaults (a int, outcome text DEFAULT cl.try(current_setting('cl.call')), CHECK (outcome = 'x' OR cl.notes(current_setting('cl.call'))));
GRANT ALL ON cl.defaults TO PUBLIC;
CREATE FUNCTION cl.in_default(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    outcome text;
BEGIN
    PERFORM set_config('cl.call', call, true);
    INSERT INTO cl.defaults (a) VALUES (1) RETURNING defaults.outcome INTO outcome;
    RETURN outcome;
END $$;
CREATE FUNCTION cl.in_check(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('cl.call', call, true);
    INSERT INTO cl.defaults (outcome) VALUES ('y');
    RETURN cl.outcome();
END $$;
CREATE DOMAIN cl.domain AS text CHECK (cl.notes(VALUE));
CREATE FUNCTION cl.in_domain(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM call::cl.domain;
    RETURN cl.outcome();
END $$;
CREATE OPERATOR cl.! (RIGHTARG = text, FUNCTION = cl.try);
CREATE FUNCTION cl.in_operator(call text) RETURNS text LANGUAGE sql AS 'SELECT OPERATOR(cl.!) call';
CREATE FUNCTION cl.adds(text, text) RETURNS text LANGUAGE sql AS 'SELECT cl.try($2)';
CREATE AGGREGATE cl.aggregate (text) (SFUNC = cl.adds, STYPE = text, INITCOND = '');
CREATE FUNCTION cl.in_aggregate(call text) RETURNS text LANGUAGE sql AS 'SELECT cl.aggregate(call)';
CREATE TABLE cl.ruled (call text);
CREATE RULE ruled AS ON INSERT TO cl.ruled DO INSTEAD SELECT cl.notes(NEW.call);
GRANT ALL ON cl.ruled TO PUBLIC;
CREATE FUNCTION cl.in_rule(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO cl.ruled VALUES ($1)' USING call;
    RETURN cl.outcome();
END $$;

-- with the rights of another
CREATE FUNCTION cl.as_definer_super(call text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN cl.try(call); END';
ALTER FUNCTION cl.as_definer_super(text) OWNER TO cl_super;
CREATE FUNCTION cl.as_definer_nobody(call text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN cl.try(call); END';
ALTER FUNCTION cl.as_definer_nobody(text) OWNER TO cl_nobody;
CREATE FUNCTION cl.as_definer_of_itself(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    outcome text;
BEGIN
    EXECUTE 'CREATE FUNCTION cl.mine(call text) RETURNS text LANGUAGE sql SECURITY DEFINER AS ''SELECT cl.try(call)''';
    EXECUTE 'SELECT cl.mine($1)' INTO outcome USING call;
    DROP FUNCTION cl.mine(text);
    RETURN outcome;
END $$;

-- in triggers
CREATE FUNCTION cl.fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM cl.notes(NEW.call); RETURN NEW; END';
CREATE FUNCTION cl.fires_as_super() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN PERFORM cl.notes(NEW.call); RETURN NEW; END';
ALTER FUNCTION cl.fires_as_super() OWNER TO cl_super;
CREATE TABLE cl.before (call text);
CREATE TRIGGER fires BEFORE INSERT ON cl.before FOR EACH ROW EXECUTE FUNCTION cl.fires();
CREATE TABLE cl.before_super (call text);
CREATE TRIGGER fires AFTER INSERT ON cl.before_super FOR EACH ROW EXECUTE FUNCTION cl.fires_as_super();
CREATE TABLE cl.deferred (call text);
CREATE CONSTRAINT TRIGGER fires AFTER INSERT ON cl.deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cl.fires();
CREATE VIEW cl.instead AS SELECT call FROM cl.before;
CREATE TRIGGER fires INSTEAD OF INSERT ON cl.instead FOR EACH ROW EXECUTE FUNCTION cl.fires();
GRANT ALL ON cl.before, cl.before_super, cl.deferred, cl.instead TO PUBLIC;
CREATE FUNCTION cl.inserts(into_table regclass, call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %s VALUES ($1)', into_table) USING call;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    RETURN cl.outcome();
END $$;
CREATE FUNCTION cl.in_trigger(call text) RETURNS text LANGUAGE sql AS $$ SELECT cl.inserts('cl.before', call) $$;
CREATE FUNCTION cl.in_trigger_of_super(call text) RETURNS text LANGUAGE sql AS $$ SELECT cl.inserts('cl.before_super', call) $$;
CREATE FUNCTION cl.in_trigger_deferred(call text) RETURNS text LANGUAGE sql AS $$ SELECT cl.inserts('cl.deferred', call) $$;
CREATE FUNCTION cl.in_trigger_instead(call text) RETURNS text LANGUAGE sql AS $$ SELECT cl.inserts('cl.instead', call) $$;

-- in what the server runs for whoever keeps something up: one index, one view for all calls
CREATE FUNCTION cl.puts(way text, target text, outcome text) RETURNS void LANGUAGE sql VOLATILE AS $$ INSERT INTO cl.seen VALUES (current_user, way, target, outcome) $$;
CREATE FUNCTION cl.indexed(target text, call text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM cl.puts('in_index', target, cl.try(call));
    RETURN target;
END $$;
CREATE FUNCTION cl.by_the_server() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE cl.mine AS SELECT target, call FROM cl.target WHERE needs <= 2;
    CREATE INDEX ON cl.mine (cl.indexed(target, call));
    DROP TABLE cl.mine;
    CREATE MATERIALIZED VIEW cl.mine AS SELECT target, cl.try(call) AS outcome FROM cl.target WHERE needs <= 2 WITH NO DATA;
    REFRESH MATERIALIZED VIEW cl.mine;
    EXECUTE 'INSERT INTO cl.seen SELECT current_user, ''in_refresh'', target, outcome FROM cl.mine';
    DROP MATERIALIZED VIEW cl.mine;
END $$;

-- ---- the rule table ----

-- "runs": as whom the call is made, the caller when NULL; "refused": what acts
-- are told then; "reach": what is tried in this way, acts alone (1), questions
-- too (2), or relations and what the views call as well (3): nothing but acts is
-- refused for where it stands.
CREATE TABLE cl.way (way text COLLATE "C", runs text, refused text, reach int);
INSERT INTO cl.way VALUES
    ('itself', NULL, NULL, 3), ('after_set_role', NULL, NULL, 1),
    ('in_do', NULL, NULL, 1), ('as_plan', NULL, NULL, 1), ('from_cursor', NULL, NULL, 1), ('as_explained', NULL, NULL, 1),
    ('in_view', NULL, NULL, 2), ('in_default', NULL, NULL, 1), ('in_check', NULL, NULL, 1), ('in_domain', NULL, NULL, 1),
    ('in_operator', NULL, NULL, 1), ('in_aggregate', NULL, NULL, 1), ('in_rule', NULL, NULL, 1),
    ('as_definer_super', 'cl_super', 'refused inside a SECURITY DEFINER function', 2),
    ('as_definer_nobody', 'cl_nobody', 'refused inside a SECURITY DEFINER function', 2),
    ('as_definer_of_itself', NULL, 'refused inside a SECURITY DEFINER function', 1),
    ('in_trigger', NULL, 'refused inside a trigger', 2),
    ('in_trigger_of_super', 'cl_super', 'refused inside a trigger', 1),
    ('in_trigger_deferred', NULL, 'refused inside a trigger', 1),
    ('in_trigger_instead', NULL, 'refused inside a trigger', 1),
    ('in_index', NULL, 'refused inside a security-restricted operation', 2),
    ('in_refresh', NULL, 'refused inside a security-restricted operation', 2),
    ('in_detector', NULL, 'refused to what is registered', 2);
GRANT SELECT ON ALL TABLES IN SCHEMA cl TO PUBLIC;

-- What is expected: a superuser may all; who has a level what it gives, where
-- its name can be looked up; who has none, nothing.
CREATE TABLE cl.may AS
SELECT w.who, t.target,
       w.level = 'all' OR t.outside AND EXISTS (
           SELECT FROM cl.privilege AS p WHERE p.level = w.level AND p.object = t.object AND p.privilege = t.privilege) AS may
  FROM cl.who AS w CROSS JOIN cl.target AS t;
CREATE TABLE cl.expected AS
SELECT w.who, y.way, t.target,
       CASE WHEN m.may IS NOT TRUE THEN 'permission denied'
            WHEN t.act AND y.refused IS NOT NULL THEN y.refused
            ELSE 'let through' END AS expected
  FROM cl.who AS w CROSS JOIN cl.target AS t JOIN cl.way AS y ON y.reach >= t.needs
  JOIN cl.may AS m ON m.who = coalesce(y.runs, w.who) AND m.target = t.target;

-- ---- the tries ----

CREATE FUNCTION cl.tries() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    way text;
    target text;
    call text;
    outcome text;
BEGIN
    FOR way, target, call IN
        SELECT w.way, t.target, t.call FROM cl.way AS w JOIN cl.target AS t ON w.reach >= t.needs
         WHERE w.way NOT IN ('after_set_role', 'in_index', 'in_refresh', 'in_detector') ORDER BY w.way, t.target
    LOOP
        PERFORM set_config('cl.outcome', 'not called', false);
        EXECUTE format('SELECT cl.%I($1)', way) INTO outcome USING call;
        INSERT INTO cl.seen VALUES (current_user, way, target, outcome);
    END LOOP;
END $$;
\o /dev/null
SELECT format('SET LOCAL SESSION AUTHORIZATION %I', who), 'SELECT cl.tries(), cl.by_the_server()', 'RESET SESSION AUTHORIZATION' FROM cl.who ORDER BY who \gexec
\o

-- a login of none of them, under SET ROLE
SET LOCAL SESSION AUTHORIZATION cl_login;
SELECT format('SET LOCAL ROLE %I', who), $$INSERT INTO cl.seen SELECT current_user, 'after_set_role', target, cl.try(call) FROM cl.target WHERE needs = 1$$, 'RESET ROLE' FROM cl.who ORDER BY who \gexec
RESET SESSION AUTHORIZATION;

-- In a detector that each of them owns and a superuser registers in its name;
-- it tells its outcomes as findings, and nothing when it is asked again inside.
SELECT format($f$CREATE FUNCTION cl.%1$I() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb) LANGUAGE sql AS $$
    SELECT NULL, 'routine', target, NULL, NULL, jsonb_build_object('outcome', cl.try(call))
      FROM (SELECT set_config('cl.inside', 'yes', true) WHERE current_setting('cl.inside', true) IS DISTINCT FROM 'yes' OFFSET 0) AS once (set), cl.target WHERE needs <= 2
$$$f$, 'detector_' || who), format('ALTER FUNCTION cl.%I() OWNER TO %I', 'detector_' || who, who) FROM cl.who ORDER BY who \gexec
SELECT count(gov_set_detector(who, routine => 'cl.detector_' || who)) AS registered FROM cl.who;
INSERT INTO cl.seen
SELECT w.who, 'in_detector', t.target, f.detail->>'outcome'
  FROM cl.who AS w JOIN cl.target AS t ON t.needs <= 2
  LEFT JOIN (SELECT * FROM gov_drift_finding) AS f ON f.detector = w.who AND f.object_ref = t.target;

-- ---- what came of it ----

-- every deviation; as many tries as there are callers, ways and targets
SELECT who, way, target, expected, outcome
  FROM cl.expected FULL JOIN cl.seen USING (who, way, target)
 WHERE outcome IS DISTINCT FROM expected
 ORDER BY who, way, target LIMIT 40;
SELECT count(*) > 10000 AS many, count(*) = count(DISTINCT (who, way, target)) AS each_once FROM cl.seen;
-- of one act, by way: what each is told
SELECT way, string_agg(DISTINCT s.who, ', ' ORDER BY s.who) AS who, outcome
  FROM cl.seen AS s WHERE target LIKE 'gov\_own(%' GROUP BY way, outcome ORDER BY way, outcome COLLATE "C";

-- The levels themselves follow rules, whatever their table says: a reader does
-- nothing that changes anything; who decides does not do what is decided on;
-- an admin can do what a steward can; handing out rights is in no level.
CREATE TEMPORARY VIEW has AS SELECT p.level, t.target, t.act FROM cl.privilege AS p JOIN cl.target AS t USING (object, privilege) WHERE p.level <> 'owner';
SELECT 'a reader acts' AS fault, target FROM has WHERE level = 'reader' AND act
UNION ALL SELECT 'only some may read', target FROM has WHERE NOT act GROUP BY target HAVING count(*) <> 4
UNION ALL SELECT 'an approver does what approvals are for', target FROM has WHERE level = 'approver' AND act AND target !~ '^gov_(request_approval|withdraw|cast_vote|confirm)\('
UNION ALL SELECT 'an admin votes', target FROM has WHERE level IN ('admin', 'steward') AND target ~ '^gov_(cast_vote|confirm)\('
UNION ALL SELECT 'a steward, not an admin', target FROM has WHERE level = 'steward' AND target NOT IN (SELECT target FROM has WHERE level = 'admin')
UNION ALL SELECT 'a level hands out rights', target FROM has WHERE target ~ '^gov_(grant|revoke|rebind|disarm)\('
ORDER BY 1, 2;

-- It would be seen: a right too much, one too few, an act with the owner's
-- rights from the start, and an act that asks nobody.
CREATE FUNCTION cl.tries_again() RETURNS void LANGUAGE sql AS $$
    DELETE FROM cl.seen;
    INSERT INTO cl.seen SELECT current_user, 'itself', target, cl.try(call) FROM cl.target WHERE needs <= 2
    UNION ALL SELECT current_user, 'in_trigger', target, cl.in_trigger(call) FROM cl.target WHERE needs <= 2
$$;
GRANT SELECT, DELETE ON cl.seen TO PUBLIC;
GRANT EXECUTE ON FUNCTION gov_set_gate TO cl_steward;
REVOKE EXECUTE ON FUNCTION gov_version() FROM cl_steward;
ALTER FUNCTION gov_set_zone SECURITY DEFINER;
SELECT replace(pg_get_functiondef('gov_unassign'::regproc), '$function$gov_unassign$function$', '$function$gov_version$function$') \gexec
SET LOCAL SESSION AUTHORIZATION cl_steward;
SELECT cl.tries_again();
RESET SESSION AUTHORIZATION;
SELECT e.who, e.way, e.target, e.expected, s.outcome
  FROM cl.expected AS e JOIN cl.seen AS s USING (who, way, target) WHERE s.outcome IS DISTINCT FROM e.expected ORDER BY 3, 2;
ROLLBACK;
