-- Breaking the glass lifts enforcement for one transaction, and is seen: in the
-- ledger with what was let through, and as a critical finding until a person
-- acknowledges it.  In a database of its own.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_gov_glass_admin LOGIN;
CREATE ROLE regress_gov_glass_bot LOGIN;
CREATE DATABASE regress_gov_glass;
\c regress_gov_glass
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION governance;
GRANT CREATE ON SCHEMA public TO PUBLIC;
SELECT count(gov_grant('admin', r)) FROM unnest('{regress_gov_glass_admin,regress_gov_glass_bot}'::name[]) AS r;
SELECT gov_set_authority('A', kind => 'human'), gov_set_authority('BOT', kind => 'agent', role_name => 'regress_gov_glass_bot');
SELECT count(gov_create_axis('duty')) + count(gov_set_axis_status('duty', 'active')) + count(gov_propose_value('duty', 'policy')) AS axis;
SELECT gov_ratify('duty', 'policy'), gov_create_rule('TABLES', 'duty', 'cross_product', '{table}'), gov_set_rule_status('TABLES', 'active');
CREATE SCHEMA app;
GRANT USAGE, CREATE ON SCHEMA app TO PUBLIC;
SELECT count(*) FROM gov_enroll_schema('app');
ALTER DATABASE regress_gov_glass SET governance.ddl_mode = enforce;
\c - regress_gov_glass_admin
\set ECHO all
CREATE FUNCTION public.entries() RETURNS TABLE (login text, payload jsonb) LANGUAGE sql AS
$$ SELECT login, payload FROM gov_ledger WHERE action = 'break_glass' ORDER BY seq $$;

-- after what it is for, or before; once is enough
BEGIN;
CREATE TABLE app.night (id int);
SELECT gov_break_glass('disk is full, nobody is there');
SELECT gov_break_glass('again');
CREATE TABLE app.night2 (id int);
COMMIT;
SELECT * FROM public.entries();
-- the next transaction is asked again
CREATE TABLE app.next (id int);
-- what is rolled back lifts nothing: all of it, or to a savepoint
BEGIN;
SELECT gov_break_glass('not meant');
ROLLBACK;
BEGIN;
SAVEPOINT s;
SELECT gov_break_glass('not meant either');
ROLLBACK TO s;
CREATE TABLE app.next (id int);
COMMIT;
-- what is released stays
BEGIN;
SAVEPOINT s;
SAVEPOINT t;
SELECT gov_break_glass('a deep "one"');
RELEASE t;
RELEASE s;
CREATE TABLE app.deep (id int);
COMMIT;
DO $$ BEGIN
    BEGIN
        PERFORM gov_break_glass('in vain');
        RAISE EXCEPTION 'no';
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
    CREATE TABLE app.next (id int);
END $$;
-- with nothing to let through, it is noted all the same
SELECT gov_break_glass('just to see');
SELECT * FROM public.entries();
SELECT object_ref FROM gov_coverage_gap ORDER BY object_ref COLLATE "C";

-- not so
SELECT gov_break_glass(NULL);
SELECT gov_break_glass('  ');
SELECT gov_break_glass(repeat('x', 2001));
BEGIN READ ONLY;
SELECT gov_break_glass('why');
ROLLBACK;
-- a rehearsal lifts it for what is rehearsed, and for nothing else
SELECT kind, target, measure, note FROM gov_rehearse_sql('SELECT public.gov_break_glass(''why''); CREATE TABLE app.next (id int)') WHERE kind IN ('verdict', 'commit');
SELECT kind, target, measure, note FROM gov_rehearse_sql('CREATE TABLE app.next (id int)') WHERE kind IN ('verdict', 'commit');
CREATE TABLE app.next (id int);

-- a critical finding, until a person acknowledges it
SELECT gov_scan() > 0 AS scanned;
SELECT severity, detail, status FROM gov_drift_state WHERE detector = 'glass_broken' ORDER BY finding_id;
\set ECHO none
\c - regress_gov_glass_bot
\set ECHO all
SELECT gov_break_glass('I am a program');
SELECT gov_acknowledge(finding_id, reason => 'seen') FROM gov_drift_state WHERE detector = 'glass_broken' ORDER BY finding_id LIMIT 1;
\set ECHO none
\c - regress_gov_glass_admin
\set ECHO all
SELECT gov_acknowledge(finding_id, reason => 'it was me, owners follow') FROM gov_drift_state WHERE detector = 'glass_broken' ORDER BY finding_id LIMIT 1;
SELECT gov_scan() > 0 AS scanned;
SELECT detail ->> 'reason' AS reason, status FROM gov_drift_state WHERE detector = 'glass_broken' ORDER BY finding_id;
\set ECHO none
\c - :superuser
\set ECHO all
-- where nothing is enforced there is no glass
SET governance.ddl_mode = warn;
SELECT gov_break_glass('why');
SELECT count(*) AS broken FROM gov_ledger_verify();
\set ECHO none
\c postgres
DROP DATABASE regress_gov_glass;
DROP ROLE regress_gov_glass_admin, regress_gov_glass_bot;
