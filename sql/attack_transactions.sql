-- What is tried with roles and transactions while one acts: names that change,
-- roles that come and go, subtransactions by the hundred.  Each try with its kind
-- and name, what became of it, and what differs from what is right: nothing.
BEGIN;
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE ROLE at_admin;
CREATE ROLE at_login IN ROLE at_admin;
CREATE ROLE at_other;
SELECT gov_grant('admin', 'at_admin') AS granted;
CREATE SCHEMA at;
GRANT USAGE, CREATE ON SCHEMA at TO PUBLIC;
SELECT gov_create_axis('at'), gov_set_axis_status('at', 'active'), gov_propose_value('at', 'v'), gov_ratify('at', 'v'), gov_register_object('at', 'o');
SELECT gov_set_authority('AT', kind => 'human', role_name => 'at_other');
-- acts, and takes back: what the entry of the ledger says then
CREATE FUNCTION at.entry(since bigint) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(concat_ws(' ', actor, login, action, target ->> 'value'), ', ' ORDER BY seq), 'no entry') FROM public.gov_ledger WHERE seq > since AND action = 'propose_value'
$$;
CREATE FUNCTION at.acts(value text) RETURNS text LANGUAGE sql AS $$ SELECT public.gov_propose_value('at', value) $$;
-- in the function's own settings or in those of the session, to be what one is not
CREATE FUNCTION at.acts_as_none(value text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN SET ROLE NONE; RETURN public.gov_propose_value('at', value); END $$;
CREATE FUNCTION at.acts_as_other(value text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('role', 'at_other', true); RETURN public.gov_propose_value('at', value); END $$;
CREATE FUNCTION at.acts_with_role(value text) RETURNS text LANGUAGE plpgsql SET role = 'at_admin' AS $$ BEGIN RETURN public.gov_propose_value('at', value); END $$;
CREATE FUNCTION at.deep(n int, value text, fails boolean) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF n = 0 THEN
        PERFORM public.gov_propose_value('at', value);
        IF fails THEN RAISE division_by_zero; END IF;
        RETURN 'done';
    END IF;
    BEGIN
        RETURN at.deep(n - 1, value, fails);
    EXCEPTION WHEN unique_violation THEN NULL;
    END;
END $$;
CREATE FUNCTION at.wide(n int, value text, fails boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. n LOOP
        BEGIN
            PERFORM public.gov_propose_value('at', value || i);
            IF fails THEN RAISE division_by_zero; END IF;
        EXCEPTION WHEN division_by_zero THEN NULL;
        END;
    END LOOP;
END $$;

CREATE TABLE at.try (n int GENERATED ALWAYS AS IDENTITY, kind text, try text, who text, statement text, entry text);
INSERT INTO at.try (kind, try, who, statement, entry) VALUES
    ('transactions', 'a role acts, for comparison', 'at_admin', $$SELECT at.acts('x')$$, 'at_admin at_admin propose_value x'),
    ('transactions', 'a role that was renamed before', NULL, $$ALTER ROLE at_admin RENAME TO at_renamed; SET LOCAL SESSION AUTHORIZATION at_renamed; SELECT at.acts('x')$$, 'at_renamed at_renamed propose_value x'),
    ('transactions', 'a role that is renamed after', NULL, $$SET LOCAL SESSION AUTHORIZATION at_admin; SELECT at.acts('x'); RESET SESSION AUTHORIZATION; ALTER ROLE at_admin RENAME TO at_renamed$$, 'at_admin at_admin propose_value x'),
    ('transactions', 'two roles that change their names', NULL, $$ALTER ROLE at_admin RENAME TO at_between; ALTER ROLE at_other RENAME TO at_admin; ALTER ROLE at_between RENAME TO at_other; SET LOCAL SESSION AUTHORIZATION at_admin; SELECT at.acts('x')$$, 'no entry'),
    ('transactions', 'a role made anew under a name', NULL, $$SELECT gov_revoke('admin', 'at_admin'); DROP ROLE at_admin; CREATE ROLE at_admin; SET LOCAL SESSION AUTHORIZATION at_admin; SELECT at.acts('x')$$, 'no entry'),
    ('transactions', 'a member by SET ROLE', NULL, $$SET LOCAL SESSION AUTHORIZATION at_login; SET LOCAL ROLE at_admin; SELECT at.acts('x')$$, 'at_admin at_login propose_value x'),
    ('transactions', 'SET ROLE to what one is not', NULL, $$SET LOCAL SESSION AUTHORIZATION at_login; SET LOCAL ROLE at_other; SELECT at.acts('x')$$, 'no entry'),
    ('transactions', 'SET ROLE NONE inside, in the name of the login', NULL, $$SET LOCAL SESSION AUTHORIZATION at_login; SET LOCAL ROLE at_admin; SELECT at.acts_as_none('x')$$, 'at_login at_login propose_value x'),
    ('transactions', 'another role by set_config inside', 'at_admin', $$SELECT at.acts_as_other('x')$$, 'no entry'),
    ('transactions', 'a role in the settings of a function', 'at_login', $$SELECT at.acts_with_role('x')$$, 'at_admin at_login propose_value x'),
    ('transactions', 'membership that ends before', NULL, $$REVOKE at_admin FROM at_login; SET LOCAL SESSION AUTHORIZATION at_login; SELECT at.acts('x')$$, 'no entry'),
    ('transactions', 'rights that end before', NULL, $$SELECT gov_revoke('admin', 'at_admin'); SET LOCAL SESSION AUTHORIZATION at_admin; SELECT at.acts('x')$$, 'no entry'),
    ('subtransactions', 'three hundred deep', 'at_admin', $$SELECT at.deep(300, 'x', false)$$, 'at_admin at_admin propose_value x'),
    ('subtransactions', 'three hundred deep, taken back', 'at_admin', $$DO $d$ BEGIN PERFORM at.deep(300, 'x', true); EXCEPTION WHEN division_by_zero THEN NULL; END $d$ $$, 'no entry'),
    ('subtransactions', 'a hundred, one after the other, taken back', 'at_admin', $$SELECT at.wide(100, 'x', true)$$, 'no entry'),
    ('subtransactions', 'a hundred taken back, then one', 'at_admin', $$SELECT at.wide(100, 'x', true); SELECT at.acts('x')$$, 'at_admin at_admin propose_value x'),
    ('subtransactions', 'an act that fails half way, then one', 'at_admin', $$DO $d$ BEGIN PERFORM public.gov_own_many('[{"axis": "at", "value": "v", "authority": "AT"}, {"axis": "at", "value": "no such", "authority": "AT"}]'::jsonb);
        EXCEPTION WHEN OTHERS THEN NULL; END $d$; SELECT at.acts('x')$$, 'at_admin at_admin propose_value x'),
    ('subtransactions', 'a vote in one', 'at_other', $$CALL public.gov_cast_vote('at', 'AT', 'approve')$$, 'no entry'),
    ('subtransactions', 'a vote after COMMIT inside', 'at_other', $$DO $d$ BEGIN COMMIT; CALL public.gov_cast_vote('at', 'AT', 'approve'); END $d$ $$, 'no entry');

CREATE FUNCTION at.tried() RETURNS TABLE (kind text, try text, became text, differs text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    one at.try;
    since bigint;
    left_behind text;
BEGIN
    FOR one IN SELECT * FROM at.try ORDER BY n LOOP
        kind := one.kind; try := one.try;
        since := (SELECT max(seq) FROM public.gov_ledger);
        left_behind := 'no entry';
        BEGIN
            IF one.who IS NOT NULL THEN EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', one.who); END IF;
            EXECUTE one.statement;
            RESET ROLE; RESET SESSION AUTHORIZATION;
            -- what was done is told, and taken back
            RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = at.entry(since);
        EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
            became := 'done'; left_behind := SQLERRM;
        WHEN OTHERS THEN
            became := SQLSTATE;
        END;
        differs := CASE WHEN left_behind <> one.entry THEN left_behind WHEN at.entry(since) <> 'no entry' THEN 'not taken back' WHEN current_user <> session_user THEN current_user END;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT * FROM at.tried();
SELECT count(*) FROM gov_ledger_verify();
ROLLBACK;
