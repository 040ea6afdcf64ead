-- Many relations of one owner that each take their time take no more than the
-- time of that owner in one statement, and nothing of what others have.
BEGIN;
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = error;
CREATE ROLE regress_gov_slow;
CREATE ROLE regress_gov_quick;
SELECT gov_grant('steward', 'regress_gov_slow'), gov_grant('steward', 'regress_gov_quick');
CREATE SCHEMA ot;
GRANT USAGE, CREATE ON SCHEMA ot TO regress_gov_slow, regress_gov_quick;
-- how long each takes, once they are registered
CREATE TABLE ot.takes (what text PRIMARY KEY, seconds float8);
INSERT INTO ot.takes VALUES ('a slow', 0), ('b slow', 0), ('c slow', 0), ('d quick', 0);
GRANT SELECT ON ot.takes TO PUBLIC;
CREATE FUNCTION pg_temp.things(code text) RETURNS text LANGUAGE sql AS $$
    SELECT format('CREATE VIEW ot.%I AS SELECT %L AS object_type, concat(''o'', pg_sleep(seconds)) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM ot.takes WHERE what = %L', code, code, code) $$;
GRANT EXECUTE ON FUNCTION pg_temp.things(text) TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION regress_gov_slow;
DO $$ BEGIN EXECUTE pg_temp.things('a slow'); EXECUTE pg_temp.things('b slow'); EXECUTE pg_temp.things('c slow'); END $$;
SELECT objects FROM gov_enroll_relation('a slow', 'ot."a slow"');
SELECT objects FROM gov_enroll_relation('b slow', 'ot."b slow"');
SELECT objects FROM gov_enroll_relation('c slow', 'ot."c slow"');
SET LOCAL SESSION AUTHORIZATION regress_gov_quick;
DO $$ BEGIN EXECUTE pg_temp.things('d quick'); END $$;
SELECT objects FROM gov_enroll_relation('d quick', 'ot."d quick"');
RESET SESSION AUTHORIZATION;

-- the first takes all of it, the second is stopped at once, the other owner's is read
UPDATE ot.takes SET seconds = CASE what WHEN 'a slow' THEN 600 WHEN 'b slow' THEN 600 ELSE 0.01 END;
SET LOCAL governance.owner_timeout = '1s';
\set began `date +%s`
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT source, sqlstate, reason, detail FROM gov_source_block ORDER BY source COLLATE "C";
SELECT extract(epoch FROM clock_timestamp()) - :began < 60 AS soon;
-- a statement later it has its time again
UPDATE ot.takes SET seconds = 0;
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT source FROM gov_source_block ORDER BY source COLLATE "C";
-- in one that reads the same again and again as well
UPDATE ot.takes SET seconds = 600 WHERE what = 'a slow';
SAVEPOINT again;
DO $$
BEGIN
    FOR n IN 1 .. 100 LOOP
        BEGIN
            PERFORM public.gov_sync('a slow');
        EXCEPTION WHEN external_routine_exception THEN NULL;
        END;
    END LOOP;
END $$;
SELECT extract(epoch FROM clock_timestamp()) - :began < 60 AS soon;
ROLLBACK TO again;
-- who says why: the error names the setting
SELECT gov_sync('a slow');
ROLLBACK TO again;
-- without it each has its own
SET LOCAL governance.owner_timeout = 0;
SET LOCAL governance.read_timeout = '200ms';
SELECT gov_sync('a slow');
ROLLBACK;
