-- What a sync finds, matches and plans can be looked at: views and functions of
-- governance_internal that EXPLAIN sees through, over the rows that a running
-- sync keeps aside.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
CREATE FUNCTION read_by(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        RETURN NEXT (regexp_match(line, '(?:Foreign|Seq|Index|Heap) .*on ((?:gov_|pg_)\w+)'))[1];
    END LOOP;
END $$;
CREATE FUNCTION is_read_by(query text, relation text) RETURNS boolean LANGUAGE sql AS
    'SELECT relation IN (SELECT r FROM read_by(query) AS r WHERE r IS NOT NULL)';

SELECT q.query, q.relation, is_read_by(q.query, q.relation)
  FROM (VALUES
    ($$SELECT * FROM governance_internal.gov_catalog_found('schema:public', '{}', true)$$, 'pg_class'),
    ($$SELECT * FROM governance_internal.gov_catalog_missing('schema:public', '{}', 1, 2)$$, 'gov_kept_found'),
    ($$SELECT * FROM governance_internal.gov_catalog_desired$$, 'gov_kept_found'),
    ($$SELECT * FROM governance_internal.gov_relation_desired$$, 'gov_kept_read'),
    ($$SELECT * FROM governance_internal.gov_sync_match(1, 2, true)$$, 'gov_kept_desired'),
    ($$SELECT * FROM governance_internal.gov_sync_plan('schema:public', 1, 2)$$, 'gov_kept_match')) AS q (query, relation);

-- outside of a sync nothing is kept
SELECT count(*) FROM governance_internal.gov_kept_found;
SELECT count(*) FROM governance_internal.gov_kept_plan;

-- within one, what is kept is there: told by a trigger on what the plan writes
CREATE FUNCTION tell_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE 'planned: %', (SELECT string_agg(p.action || ' ' || p.object_ref, ', ' ORDER BY p.object_ref COLLATE "C")
                                  FROM governance_internal.gov_kept_plan AS p);
    RETURN NULL;
END $$;
CREATE TABLE plans_things AS SELECT 'thing' AS object_type, 'plan 1' AS object_ref, NULL AS container_type, NULL AS container_ref;
CREATE TRIGGER tell_kept AFTER INSERT ON gov_object FOR EACH STATEMENT EXECUTE FUNCTION tell_kept();
SELECT * FROM gov_enroll_relation('plans', 'public.plans_things');
SELECT count(*) FROM governance_internal.gov_kept_plan;

-- a sync that fails and is caught leaves nothing behind
CREATE FUNCTION fail_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'not today';
END $$;
CREATE TRIGGER zz_fail AFTER INSERT ON gov_object FOR EACH STATEMENT EXECUTE FUNCTION fail_kept();
INSERT INTO plans_things VALUES ('thing', 'plan 2');
DO $$ BEGIN PERFORM gov_sync('plans'); EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', SQLERRM; END $$;
SELECT count(*) FROM governance_internal.gov_kept_plan;
DROP TRIGGER zz_fail ON gov_object;
SELECT born FROM gov_sync('plans');

-- rows that do not fit their foreign table are refused
ALTER FOREIGN TABLE governance_internal.gov_kept_plan ADD COLUMN more text;
INSERT INTO plans_things VALUES ('thing', 'plan 3');
SELECT born FROM gov_sync('plans');
ROLLBACK;
