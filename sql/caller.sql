-- Who calls.  Every volatile function and procedure that people call is called
-- in every way that code of somebody else can run in a session, with no
-- arguments but NULLs: who calls is asked first, so the message says which
-- check refused, or, where none did, what comes after.  What is expected
-- follows from one rule: by the session itself or under its own SET ROLE it is
-- let through, in every other way it is refused, by name.  Deviations only.
BEGIN;
SET client_min_messages = warning;
CREATE ROLE regress_gov_caller SUPERUSER;
CREATE ROLE regress_gov_caller_admin;
CREATE ROLE regress_gov_caller_nobody;
SELECT gov_grant('admin', 'regress_gov_caller_admin') AS granted;
SELECT gov_grant('approver', 'regress_gov_caller_admin') AS granted;
GRANT regress_gov_caller_admin TO regress_gov_caller;
GRANT EXECUTE ON ROUTINE gov_grant, gov_revoke, gov_disarm TO regress_gov_caller_admin;
CREATE SCHEMA caller;
GRANT USAGE, CREATE ON SCHEMA caller TO PUBLIC;

-- the routines, each with a text that calls it
CREATE TABLE caller.routine AS
SELECT p.oid::regprocedure::text COLLATE "C" AS routine, p.proname, p.prokind,
       CASE p.prokind WHEN 'p' THEN 'CALL ' ELSE 'SELECT * FROM ' END || format('%s.%I', p.pronamespace::regnamespace, p.proname) || '(' ||
       coalesce((SELECT string_agg('NULL::' || format_type(t, NULL), ', ' ORDER BY n)
                   FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a(t, n)), '') || ')' AS call
  FROM pg_proc p
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance'
 WHERE p.pronamespace <> 'governance_internal'::regnamespace AND p.provolatile = 'v'
   AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype);

-- those that only read are SECURITY DEFINER; nothing else is
CREATE TABLE caller.reads AS
SELECT r.proname FROM caller.routine r JOIN pg_proc p ON p.oid = r.routine::regprocedure WHERE p.prosecdef;
SELECT * FROM caller.reads ORDER BY proname COLLATE "C";
DELETE FROM caller.routine USING caller.reads WHERE routine.proname = reads.proname;
SELECT count(*) > 50 AS there_are_many FROM caller.routine;

-- tries a call, takes it back, and says what came of it
CREATE FUNCTION caller.try(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE call;
    RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN CASE WHEN SQLSTATE = '42501' AND hint <> '' THEN regexp_replace(SQLERRM, '^gov_\w+ is', 'it is')
                WHEN SQLSTATE = '42501' THEN 'permission denied'
                ELSE 'let through' END;
END $$;

-- the ways
CREATE FUNCTION caller.as_definer(call text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN caller.try(call); END';
ALTER FUNCTION caller.as_definer(text) OWNER TO regress_gov_caller;

CREATE FUNCTION caller.in_definer_of_ones_own(call text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN caller.try(call); END';

CREATE TABLE caller.row (call text, outcome text);
CREATE FUNCTION caller.tries() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.outcome := caller.try(NEW.call); RETURN NEW; END';
CREATE TRIGGER tries BEFORE INSERT ON caller.row FOR EACH ROW EXECUTE FUNCTION caller.tries();
CREATE FUNCTION caller.in_trigger(call text) RETURNS text LANGUAGE sql AS 'INSERT INTO caller.row VALUES ($1) RETURNING outcome';

CREATE TABLE caller.call (call text);
CREATE FUNCTION caller.tells(call text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE EXCEPTION '%', caller.try(call);
END $$;
CREATE FUNCTION caller.in_index(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE caller.call;
    INSERT INTO caller.call VALUES (call);
    CREATE INDEX ON caller.call (caller.tells(call));
    RETURN 'not called';
EXCEPTION WHEN raise_exception THEN
    RETURN SQLERRM;
END $$;

CREATE MATERIALIZED VIEW caller.outcome AS SELECT caller.try(call) AS outcome FROM caller.call;
CREATE FUNCTION caller.in_refresh(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE caller.call;
    INSERT INTO caller.call VALUES (call);
    REFRESH MATERIALIZED VIEW caller.outcome;
    RETURN outcome FROM caller.outcome;
END $$;

CREATE FUNCTION caller.by_nobody(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    outcome text;
BEGIN
    SET LOCAL ROLE regress_gov_caller_nobody;
    outcome := caller.try(call);
    RESET ROLE;
    RETURN outcome;
END $$;
CREATE FUNCTION caller.by_set_role(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    outcome text;
BEGIN
    SET LOCAL ROLE regress_gov_caller_admin;
    outcome := caller.try(call);
    RESET ROLE;
    RETURN outcome;
END $$;

-- the rule; procedures that commit are let through to their own refusal
CREATE TABLE caller.way (way text COLLATE "C", expected text);
INSERT INTO caller.way VALUES
    ('as_definer', 'it is refused inside a SECURITY DEFINER function'),
    ('in_definer_of_ones_own', 'it is refused inside a SECURITY DEFINER function'),
    ('in_trigger', 'it is refused inside a trigger'),
    ('in_index', 'it is refused inside a security-restricted operation'),
    ('in_refresh', 'it is refused inside a security-restricted operation'),
    ('by_nobody', 'permission denied'),
    ('by_set_role', 'let through'),
    ('try', 'let through');

CREATE FUNCTION caller.outcome(way text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    outcome text;
BEGIN
    EXECUTE format('SELECT caller.%I($1)', way) INTO outcome USING call;
    RETURN outcome;
END $$;
CREATE TABLE caller.seen AS
SELECT r.routine, w.way, w.expected, caller.outcome(w.way, r.call)
  FROM caller.routine r CROSS JOIN caller.way w;

-- what is for superusers alone refuses everybody else by itself
UPDATE caller.seen SET expected = 'permission denied' WHERE routine LIKE 'gov\_rebind(%' AND way = 'by_set_role';

-- one way more: in a detector that somebody registered, which tells its outcomes as findings
CREATE FUNCTION caller.detector() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
LANGUAGE sql AS $$
    SELECT NULL, 'routine', routine, NULL, NULL, jsonb_build_object('outcome', caller.try(call)) FROM caller.routine
$$;
SELECT gov_set_detector('caller', routine => 'caller.detector') AS registered;
INSERT INTO caller.seen
SELECT r.routine, 'in_detector', 'it is refused to what is registered', f.detail->>'outcome'
  FROM caller.routine r LEFT JOIN gov_drift_finding f ON f.detector = 'caller' AND f.object_ref = r.routine;

SELECT routine, way, expected, outcome FROM caller.seen WHERE outcome IS DISTINCT FROM expected ORDER BY 1, 2;
SELECT way, outcome, count(*) = (SELECT count(*) FROM caller.seen e WHERE e.way = s.way AND e.expected = s.outcome) AS every_one
  FROM caller.seen s GROUP BY 1, 2 ORDER BY 1, 2;
ROLLBACK;

-- What one meets.
CREATE ROLE regress_gov_ann LOGIN;
CREATE ROLE regress_gov_bob LOGIN;
CREATE ROLE regress_gov_mallory LOGIN;
GRANT CREATE ON SCHEMA public TO regress_gov_mallory;
SELECT gov_grant('admin', r) AS granted FROM unnest('{regress_gov_ann,regress_gov_bob,regress_gov_mallory}'::name[]) AS r;
SELECT gov_create_axis('caller_x') AS made;

-- Mallory's SECURITY DEFINER trigger asks for an approval in the name of whoever writes a row ...
SET SESSION AUTHORIZATION regress_gov_mallory;
CREATE TABLE caller_notes (note text);
GRANT INSERT ON caller_notes TO PUBLIC;
CREATE FUNCTION caller_notes_asks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM gov_request_approval('caller-1', 'ratify', '{"axis": "caller_x", "value": "v"}', 'Ann would like it.');
    RETURN NEW;
END $$;
CREATE TRIGGER asks BEFORE INSERT ON caller_notes FOR EACH ROW EXECUTE FUNCTION caller_notes_asks();
SET SESSION AUTHORIZATION regress_gov_ann;
INSERT INTO caller_notes VALUES ('good morning');
\echo :LAST_ERROR_SQLSTATE

-- ... with her own rights as well, and after she did it
SET SESSION AUTHORIZATION regress_gov_mallory;
ALTER FUNCTION caller_notes_asks() SECURITY INVOKER;
SET SESSION AUTHORIZATION regress_gov_ann;
INSERT INTO caller_notes VALUES ('good morning');
SET SESSION AUTHORIZATION regress_gov_mallory;
DROP TRIGGER asks ON caller_notes;
CREATE CONSTRAINT TRIGGER asks AFTER INSERT ON caller_notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION caller_notes_asks();
SET SESSION AUTHORIZATION regress_gov_ann;
INSERT INTO caller_notes VALUES ('good morning');

-- a function of Mallory's that Bob calls, to use what Mallory asked for
SET SESSION AUTHORIZATION regress_gov_mallory;
DROP TABLE caller_notes;
CREATE FUNCTION caller_weather() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM gov_set_axis_status('caller_x', 'active');
    RETURN 'sunny';
END $$;
SET SESSION AUTHORIZATION regress_gov_bob;
SELECT caller_weather();

-- An index of Mallory's, analyzed by a superuser.
SET SESSION AUTHORIZATION regress_gov_mallory;
CREATE TABLE caller_list (object_type text, object_ref text, container_type text, container_ref text);
CREATE FUNCTION caller_enrols(ref text) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF ref = 'go' THEN
        PERFORM gov_enroll_relation('caller_list', 'public.caller_list');
    END IF;
    RETURN ref;
END $$;
CREATE INDEX ON caller_list (caller_enrols(object_ref));
INSERT INTO caller_list SELECT 'thing', 'thing ' || n FROM generate_series(1, 9) AS n;
CREATE OR REPLACE FUNCTION caller_enrols(ref text) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM gov_enroll_relation('caller_list', 'public.caller_list');
    RETURN ref;
END $$;
RESET SESSION AUTHORIZATION;
ANALYZE caller_list;
REINDEX TABLE caller_list;
SELECT source FROM gov_source WHERE source = 'caller_list';

-- An event trigger, and an expression in a statement that defines something.
CREATE FUNCTION caller_event() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gov_set_axis_status('caller_x', 'active');
END $$;
CREATE EVENT TRIGGER caller_event ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION caller_event();
CREATE TABLE caller_defined (a int);
DROP EVENT TRIGGER caller_event;
CREATE TABLE caller_defined (a int);
INSERT INTO caller_defined VALUES (1);
CREATE FUNCTION caller_changes(int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN gov_set_axis_status('caller_x', 'active');
END $$;
ALTER TABLE caller_defined ALTER COLUMN a TYPE text USING caller_changes(a);
SELECT status FROM gov_axis WHERE axis = 'caller_x';

-- By itself, under SET ROLE, in a DO block, in a function with the caller's rights, in CREATE TABLE AS: done.
GRANT regress_gov_bob TO regress_gov_ann;
SET SESSION AUTHORIZATION regress_gov_ann;
SET ROLE regress_gov_bob;
SELECT gov_create_axis('caller_by_role') AS made;
RESET ROLE;
DO $$ BEGIN PERFORM gov_create_axis('caller_by_do'); END $$;
CREATE TEMPORARY TABLE caller_as AS SELECT gov_create_axis('caller_by_query') AS made;
PREPARE makes AS SELECT gov_create_axis('caller_by_plan') AS made;
EXECUTE makes;
SELECT actor, login, target->>'axis' AS axis FROM gov_ledger
 WHERE action = 'create_axis' AND target->>'axis' LIKE 'caller\_by%' ORDER BY seq;
RESET SESSION AUTHORIZATION;

DROP TABLE caller_list, caller_defined, caller_as;
DROP FUNCTION caller_notes_asks(), caller_weather(), caller_enrols(text), caller_event(), caller_changes(int);
REVOKE CREATE ON SCHEMA public FROM regress_gov_mallory;
SELECT gov_revoke('admin', r) AS revoked FROM unnest('{regress_gov_ann,regress_gov_bob,regress_gov_mallory}'::name[]) AS r;
REVOKE USAGE ON SCHEMA public FROM regress_gov_ann, regress_gov_bob, regress_gov_mallory;
DELETE FROM gov_axis WHERE axis LIKE 'caller\_%';
DROP ROLE regress_gov_ann, regress_gov_bob, regress_gov_mallory;
