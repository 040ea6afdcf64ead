-- Materialized views: whether a change was seen since they were refreshed.
SELECT current_user AS superuser \gset
CREATE ROLE ml_owner;
CREATE DATABASE regress_gov_matview_lag;
\c regress_gov_matview_lag
CREATE EXTENSION governance;
CREATE SCHEMA ml;
GRANT ALL ON SCHEMA ml TO ml_owner;
CREATE TABLE ml.a (x integer);
CREATE TABLE ml.b (x integer);
CREATE TABLE ml."odd ""b""" (x integer);
CREATE VIEW ml.through AS SELECT b.x FROM ml.b JOIN ml."odd ""b""" USING (x);
CREATE TABLE ml.p (x integer) PARTITION BY RANGE (x);
CREATE TABLE ml.p1 PARTITION OF ml.p FOR VALUES FROM (0) TO (10);
CREATE TABLE ml.p2 PARTITION OF ml.p FOR VALUES FROM (10) TO (20);
CREATE FUNCTION ml.count_a() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM ml.a';
CREATE FUNCTION ml.twice(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 2 * $1';
CREATE MATERIALIZED VIEW ml.joined AS SELECT ml.twice(a.x) AS x, t.x AS y FROM ml.a, ml.through t;
CREATE UNIQUE INDEX ON ml.joined (x, y);
CREATE MATERIALIZED VIEW ml.parts AS SELECT x FROM ml.p;
CREATE MATERIALIZED VIEW ml.of_another AS SELECT count(*) FROM ml.parts;
CREATE MATERIALIZED VIEW ml.catalog AS SELECT count(*) FROM ml.a, pg_catalog.pg_class;
CREATE MATERIALIZED VIEW ml.opaque AS SELECT ml.count_a();
CREATE MATERIALIZED VIEW ml.constant AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW ml.empty AS SELECT x FROM ml.a WITH NO DATA;
CREATE VIEW pg_temp.lag AS SELECT object_ref, last_refresh IS NOT NULL AS refreshed, flag, changed_sources AS changed, reason
  FROM gov_matview_lag WHERE object_ref LIKE 'ml.%' ORDER BY object_ref COLLATE "C";
CREATE PROCEDURE pg_temp.refresh() LANGUAGE plpgsql AS $$ BEGIN
    REFRESH MATERIALIZED VIEW ml.joined; REFRESH MATERIALIZED VIEW ml.parts; REFRESH MATERIALIZED VIEW ml.of_another;
    REFRESH MATERIALIZED VIEW ml.catalog; REFRESH MATERIALIZED VIEW ml.opaque; REFRESH MATERIALIZED VIEW ml.constant;
END $$;
-- what nobody has asked to be governed is not watched
REFRESH MATERIALIZED VIEW ml.joined;
SELECT count(*) AS noted FROM gov_matview_refresh WHERE address_oid = 'ml.joined'::regclass;
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('ml');
-- no refresh was seen
TABLE pg_temp.lag;
CALL pg_temp.refresh();
TABLE pg_temp.lag;

-- every kind of change, and what is none
SELECT count(*) FROM ml.a;
ANALYZE ml.a;
CREATE INDEX ON ml.a (x);
TABLE pg_temp.lag;
INSERT INTO ml."odd ""b""" VALUES (1);
INSERT INTO ml.p VALUES (11);
SELECT object_ref, flag, changed FROM pg_temp.lag WHERE flag = 'changed';
REFRESH MATERIALIZED VIEW CONCURRENTLY ml.joined;
REFRESH MATERIALIZED VIEW ml.parts;
SELECT object_ref, flag, changed FROM pg_temp.lag WHERE object_ref IN ('ml.joined', 'ml.parts', 'ml.of_another');
UPDATE ml."odd ""b""" SET x = 1;
SELECT object_ref, flag, changed FROM pg_temp.lag WHERE flag = 'changed';
CALL pg_temp.refresh();
DELETE FROM ml."odd ""b""";
SELECT object_ref, flag, changed FROM pg_temp.lag WHERE flag = 'changed';
CALL pg_temp.refresh();
TRUNCATE ml.b;
ALTER TABLE ml.p DETACH PARTITION ml.p1;
SELECT object_ref, flag, cardinality(changed) FROM pg_temp.lag WHERE flag = 'changed';
CALL pg_temp.refresh();
CREATE OR REPLACE VIEW ml.through AS SELECT b.x FROM ml.b WHERE x > 1;
CREATE TABLE ml.p3 PARTITION OF ml.p FOR VALUES FROM (20) TO (30);
SELECT object_ref, flag, changed FROM pg_temp.lag WHERE flag = 'changed';
CALL pg_temp.refresh();

-- a refresh that is undone is none
BEGIN;
INSERT INTO ml.a VALUES (1);
REFRESH MATERIALIZED VIEW ml.joined;
SELECT flag FROM pg_temp.lag WHERE object_ref = 'ml.joined';
ROLLBACK;
INSERT INTO ml.a VALUES (1);
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
CALL pg_temp.refresh();
-- emptied
REFRESH MATERIALIZED VIEW ml.parts WITH NO DATA;
SELECT object_ref, refreshed, flag FROM pg_temp.lag WHERE object_ref = 'ml.parts';
CALL pg_temp.refresh();
-- renamed, the view is the same one
ALTER MATERIALIZED VIEW ml.constant RENAME TO renamed;
ALTER TABLE ml.a RENAME TO aa;
SELECT count(*) > 0 AS synced FROM gov_sync('schema:ml');
SELECT object_ref, refreshed, flag, reason FROM pg_temp.lag WHERE object_ref IN ('ml.renamed', 'ml.joined');
ALTER MATERIALIZED VIEW ml.renamed RENAME TO constant;
ALTER TABLE ml.aa RENAME TO a;
-- refreshed while nobody watched
ALTER EVENT TRIGGER gov_matview_refresh_starts DISABLE;
REFRESH MATERIALIZED VIEW ml.constant;
ALTER EVENT TRIGGER gov_matview_refresh_starts ENABLE ALWAYS;
SELECT object_ref, flag, reason FROM pg_temp.lag WHERE object_ref = 'ml.constant';
CALL pg_temp.refresh();
-- noted elsewhere
UPDATE gov_matview_refresh SET address_system = address_system + 1;
SELECT DISTINCT flag, reason FROM pg_temp.lag WHERE flag <> 'never_refreshed';
CALL pg_temp.refresh();
SELECT object_ref, flag FROM pg_temp.lag WHERE flag = 'no_change_seen';
-- counters that were reset
SELECT pg_stat_reset();
SELECT DISTINCT flag, reason FROM pg_temp.lag WHERE flag <> 'never_refreshed';
CALL pg_temp.refresh();
SELECT object_ref, flag FROM pg_temp.lag WHERE flag = 'no_change_seen';

-- whoever refreshes, with whatever path; and never an error
SET SESSION AUTHORIZATION ml_owner;
SET search_path = ml;
CREATE MATERIALIZED VIEW own AS SELECT 1 AS one;
REFRESH MATERIALIZED VIEW own;
RESET SESSION AUTHORIZATION;
RESET search_path;
ALTER TABLE gov_matview_refresh RENAME TO gone;
REFRESH MATERIALIZED VIEW ml.constant;
ALTER TABLE gone RENAME TO gov_matview_refresh;
SELECT count(*) > 0 AS synced FROM gov_sync('schema:ml');
SELECT object_ref, refreshed, flag, reason FROM pg_temp.lag WHERE object_ref IN ('ml.own', 'ml.constant');
-- what a view is computed from can be looked at
SELECT split_part(k.key, ':', 1) AS kind, count(*),
       bool_and(k.value = governance_internal.gov_matview_definition(split_part(k.key, ':', 1), split_part(k.key, ':', 2)::oid)::text) AS same
  FROM gov_matview_refresh AS r, jsonb_each_text(r.definitions) AS k WHERE r.address_oid = 'ml.joined'::regclass
 GROUP BY 1 ORDER BY 1;
-- what was dropped is forgotten
DROP MATERIALIZED VIEW ml.own;
CALL pg_temp.refresh();
SELECT count(*) AS noted_and_gone FROM gov_matview_refresh WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = address_oid);

-- rows that were rolled back, and a table that is rewritten, are no change
INSERT INTO ml.a VALUES (1), (2);
CALL pg_temp.refresh();
BEGIN;
INSERT INTO ml.a VALUES (3);
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
ROLLBACK;
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
BEGIN;
SAVEPOINT s;
UPDATE ml.a SET x = x + 1;
TRUNCATE ml.a;
ROLLBACK TO s;
COMMIT;
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
VACUUM FULL ml.a;
VACUUM FULL ml.b;
VACUUM FULL ml.joined;
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
-- emptied, and analysed: its file is another one, and it has no rows
TRUNCATE ml.a;
VACUUM ANALYZE ml.a;
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
-- written within a transaction that refreshes, before and after
CALL pg_temp.refresh();
BEGIN;
INSERT INTO ml.a VALUES (1);
REFRESH MATERIALIZED VIEW ml.joined;
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
COMMIT;
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
BEGIN;
REFRESH MATERIALIZED VIEW ml.joined;
INSERT INTO ml.a VALUES (1);
COMMIT;
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
-- emptied and filled again in the same file, as often as the transaction likes
BEGIN;
TRUNCATE ml.a;
INSERT INTO ml.a VALUES (1);
REFRESH MATERIALIZED VIEW ml.joined;
TRUNCATE ml.a;
INSERT INTO ml.a VALUES (2);
COMMIT;
SELECT flag, reason FROM pg_temp.lag WHERE object_ref = 'ml.joined';
-- by a block that commits as it goes
DO $$ BEGIN
    REFRESH MATERIALIZED VIEW ml.joined;
    COMMIT;
    INSERT INTO ml.a VALUES (5);
    COMMIT;
    RAISE NOTICE '%', (SELECT flag FROM pg_temp.lag WHERE object_ref = 'ml.joined');
END $$;
SELECT flag, changed FROM pg_temp.lag WHERE object_ref = 'ml.joined';
-- one table counted anew
CALL pg_temp.refresh();
SELECT pg_stat_force_next_flush();
SELECT pg_stat_reset_single_table_counters('ml.b'::regclass);
INSERT INTO ml.b VALUES (1);
SELECT DISTINCT flag, reason FROM pg_temp.lag WHERE flag <> 'never_refreshed';
-- sessions that do not count
CALL pg_temp.refresh();
SET track_counts = off;
SELECT DISTINCT flag, reason FROM pg_temp.lag WHERE flag <> 'never_refreshed';
REFRESH MATERIALIZED VIEW ml.joined;
RESET track_counts;
SELECT flag, reason FROM pg_temp.lag WHERE object_ref = 'ml.joined';
\c postgres :superuser
DROP DATABASE regress_gov_matview_lag;
DROP ROLE ml_owner;
