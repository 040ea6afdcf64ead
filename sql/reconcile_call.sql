-- CALL gov_reconcile: the same, committing as it goes, and resumed where it
-- stopped.  It commits, so this file clears up at its end.
\set SHOW_CONTEXT never
SELECT gov_set_authority('A1', kind => 'human');
SELECT gov_create_axis('responsibility', family => 'system'), gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy');
SELECT gov_create_rule('ALL', 'responsibility', 'cross_product', '{table}'), gov_set_rule_status('ALL', 'active');
CREATE SCHEMA regress_shop_a;
CREATE TABLE regress_shop_a.one (n int);
CREATE SCHEMA regress_shop_b;
CREATE TABLE regress_shop_b.two (n int);
SELECT count(*) FROM gov_enroll_schema('regress_shop_a', '{table}');
SELECT count(*) FROM gov_enroll_schema('regress_shop_b', '{table}');
SELECT count(gov_register_object('thing', 't' || n)) FROM generate_series(1, 10) AS n;
SELECT count(gov_own('thing', 't' || n, 'responsibility', 'policy', 'A1', 'delegated',
    effective_from => now() - interval '2 days', effective_to => now() - interval '1 day')) AS lapsed
  FROM generate_series(1, 10) AS n;
CREATE TABLE regress_shop_a.three (n int);
CREATE TABLE regress_shop_b.four (n int);

-- Not inside what it cannot end; not without a size.
BEGIN;
CALL gov_reconcile(10);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
DO $$
BEGIN
    BEGIN
        CALL gov_reconcile(10);
    EXCEPTION WHEN invalid_transaction_termination THEN
        RAISE NOTICE '%', SQLERRM;
    END;
END $$;
CALL gov_reconcile(0);
\echo :LAST_ERROR_SQLSTATE
CALL gov_reconcile(NULL::integer);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS runs FROM gov_scan_run;

-- What the function would say.
CREATE TEMP TABLE dry AS SELECT * FROM gov_reconcile(dry_run => true);
TABLE dry;

-- Something breaks at the second source: the first one's sync stays, the run
-- is recorded and not finished, the lock is given back.
CREATE FUNCTION pg_temp.stumble() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.object_ref LIKE 'regress_shop_b.%' THEN
        RAISE EXCEPTION 'stumbled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stumble BEFORE INSERT ON gov_object FOR EACH ROW EXECUTE FUNCTION pg_temp.stumble();
CALL gov_reconcile(3);
SELECT object_ref FROM gov_object WHERE object_type = 'table' AND retired_at IS NULL ORDER BY object_ref COLLATE "C";
SELECT finished_at IS NOT NULL AS finished, summary #>> '{metrics,objects,before}' AS objects_before,
       summary #> '{metrics,objects,after}' AS objects_after
  FROM gov_scan_run;
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'object' AND pid = pg_backend_pid();
SELECT current_user = session_user AS own_rights;
SHOW search_path;
DROP TRIGGER stumble ON gov_object;

-- Something breaks among the batches of lapsed rows.
CREATE FUNCTION pg_temp.trip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.gov_object WHERE object_id = NEW.object_id AND object_ref = 't8') THEN
        RAISE EXCEPTION 'tripped';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trip BEFORE UPDATE ON gov_ownership FOR EACH ROW EXECUTE FUNCTION pg_temp.trip();
CALL gov_reconcile(3);
SELECT status, count(*) FROM gov_ownership GROUP BY status ORDER BY status;
DROP TRIGGER trip ON gov_ownership;

-- Called again it goes on where it stopped, in the same run, and ends equal
-- to the function.
CALL gov_reconcile(3);
SELECT count(*) AS runs, count(finished_at) AS finished FROM gov_scan_run;
SELECT d.metric, d.before = (m.value ->> 'before')::bigint AND d.after = (m.value ->> 'after')::bigint AS equal
  FROM dry AS d LEFT JOIN (SELECT key, value FROM gov_scan_run, jsonb_each(summary -> 'metrics')) AS m ON m.key = d.metric
 ORDER BY d.metric COLLATE "C";
SELECT count(*) FILTER (WHERE before <> after) AS changed FROM gov_reconcile();

-- With nothing to do it writes its run alone.
CREATE TEMP VIEW written AS
  SELECT 'source' AS what, ctid AS version, source AS key FROM gov_source
  UNION ALL SELECT 'object', ctid, object_id::text FROM gov_object
  UNION ALL SELECT 'ownership', ctid, ownership_id::text FROM gov_ownership
  UNION ALL SELECT 'run', NULL, scan_id::text FROM gov_scan_run;
CREATE TEMP TABLE before AS SELECT * FROM written;
CALL gov_reconcile(1000);
SELECT what, count(*) FROM ((TABLE written EXCEPT ALL TABLE before) UNION ALL (TABLE before EXCEPT ALL TABLE written)) AS d
 GROUP BY what;

-- A blocked source is passed over; from a role with the right to call alone.
DROP TABLE regress_shop_a.one, regress_shop_a.three;
DROP SCHEMA regress_shop_a;
CREATE TABLE regress_shop_b.five (n int);
CREATE ROLE regress_gov_reconcile_caller;
SET SESSION AUTHORIZATION regress_gov_reconcile_caller;
CALL gov_reconcile(5);
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
GRANT EXECUTE ON PROCEDURE gov_reconcile(integer) TO regress_gov_reconcile_caller;
SET SESSION AUTHORIZATION regress_gov_reconcile_caller;
CALL gov_reconcile(5);
SELECT current_user;
RESET SESSION AUTHORIZATION;
SELECT actor, jsonb_pretty(summary -> 'blocked') AS blocked, summary #> '{metrics,sync_blocked}' AS sync_blocked
  FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1;
SELECT object_ref FROM gov_object WHERE object_type = 'table' AND retired_at IS NULL ORDER BY object_ref COLLATE "C";

-- Clearing up.
REVOKE ALL ON PROCEDURE gov_reconcile(integer) FROM regress_gov_reconcile_caller;
DROP ROLE regress_gov_reconcile_caller;
SET client_min_messages = warning;
DROP SCHEMA regress_shop_b CASCADE;
TRUNCATE gov_assignment, gov_ownership, gov_coverage_rule, gov_axis_value, gov_axis, gov_object, gov_authority, gov_scan_run, gov_finding CASCADE;
DELETE FROM gov_source WHERE source <> 'manual';
