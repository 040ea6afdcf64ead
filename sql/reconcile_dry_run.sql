-- gov_reconcile(dry_run => true): the same rows, and nothing is left behind.
BEGIN;
SELECT gov_set_authority('A1', kind => 'human');
SELECT gov_create_axis('responsibility', family => 'system'), gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy');
SELECT gov_create_rule('ALL', 'responsibility', 'cross_product', '{table}'), gov_set_rule_status('ALL', 'active');
CREATE SCHEMA regress_shop;
CREATE TABLE regress_shop.orders (n int);
CREATE TABLE regress_shop.items (n int);
SELECT * FROM gov_enroll_schema('regress_shop', '{table}');
SELECT gov_own('schema', 'regress_shop', 'responsibility', 'policy', 'A1', 'delegated',
    effective_from => now() - interval '2 days', effective_to => now() - interval '1 day') AS delegated;
CREATE TABLE regress_shop.customers (n int);
DROP TABLE regress_shop.items;

CREATE TEMP VIEW written AS
  SELECT 'source' AS what, ctid AS version, source AS key FROM gov_source
  UNION ALL SELECT 'object', ctid, object_id::text FROM gov_object
  UNION ALL SELECT 'assignment', ctid, assignment_id::text FROM gov_assignment
  UNION ALL SELECT 'ownership', ctid, ownership_id::text FROM gov_ownership
  UNION ALL SELECT 'run', ctid, 'run' FROM gov_scan_run;
CREATE TEMP TABLE before AS SELECT * FROM written;
CREATE TEMP TABLE dry AS SELECT * FROM gov_reconcile(dry_run => true);
TABLE dry;
SELECT count(*) AS differences FROM (
  (TABLE written EXCEPT ALL TABLE before) UNION ALL (TABLE before EXCEPT ALL TABLE written)) AS d;
SELECT object_ref FROM gov_object WHERE object_type = 'table' AND retired_at IS NULL ORDER BY object_ref COLLATE "C";
SELECT status FROM gov_ownership;
SELECT count(*) AS runs FROM gov_scan_run;

-- A dry run sees what changed within the transaction, and leaves that alone.
INSERT INTO gov_scan_run DEFAULT VALUES;
SELECT count(*) AS runs FROM gov_scan_run;
SELECT count(*) AS metrics FROM gov_reconcile(true);
SELECT count(*) AS runs FROM gov_scan_run;
DELETE FROM gov_scan_run;

-- What it announced comes true.
SELECT count(*) AS metrics, count(*) FILTER (WHERE d.before = r.before AND d.after = r.after) AS as_announced
  FROM dry AS d JOIN gov_reconcile(false) AS r USING (metric);
SELECT object_ref FROM gov_object WHERE object_type = 'table' AND retired_at IS NULL ORDER BY object_ref COLLATE "C";
SELECT count(*) AS runs FROM gov_scan_run;

-- An error inside is raised after everything was taken back, and can be caught.
CREATE TABLE regress_shop.payments (n int);
CREATE FUNCTION pg_temp.stumble() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stumbled' USING ERRCODE = 'data_exception';
END $$;
CREATE TRIGGER stumble BEFORE INSERT ON gov_object FOR EACH ROW EXECUTE FUNCTION pg_temp.stumble();
DO $$
DECLARE
    count_before bigint := (SELECT count(*) FROM gov_object);
BEGIN
    BEGIN
        PERFORM gov_reconcile(true);
    EXCEPTION WHEN data_exception THEN
        RAISE NOTICE 'caught: %', SQLERRM;
    END;
    RAISE NOTICE 'the same objects: %', count_before = (SELECT count(*) FROM gov_object);
END $$;
SELECT current_user = session_user AS own_rights;
DROP TRIGGER stumble ON gov_object;
SELECT metric, before, after FROM gov_reconcile(true) WHERE metric = 'objects';
ROLLBACK;
