-- A column keeps its identity, and what it bears, through renames, swaps and
-- replacements.
BEGIN;
SET LOCAL client_min_messages = warning;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
CREATE TEMP TABLE first_seen (object_id bigint, was text);
CREATE TEMP VIEW columns_now AS
SELECT coalesce(f.was, 'new') AS was, o.object_type, o.object_ref, c.object_ref AS container_ref
  FROM gov_object o LEFT JOIN first_seen f USING (object_id) JOIN gov_object c ON c.object_id = o.container_id
 WHERE o.source LIKE 'schema:col_%' AND o.address_subid > 0 AND o.retired_at IS NULL
 ORDER BY o.object_ref COLLATE "C";
CREATE FUNCTION pg_temp.remember() RETURNS bigint LANGUAGE sql AS $$
    DELETE FROM first_seen;
    DELETE FROM gov_object WHERE retired_at IS NOT NULL;
    INSERT INTO first_seen SELECT object_id, object_ref FROM gov_object WHERE retired_at IS NULL;
    SELECT count(*) FROM gov_object WHERE address_subid > 0;
$$;
CREATE SCHEMA col_a;
CREATE TABLE col_a.t (id int, x text, y text);
CREATE TABLE col_a.u (id int);
SELECT object_type, objects FROM gov_enroll_schema('col_a', columns => true);
SELECT pg_temp.remember();

-- renamed, and two names swapped
ALTER TABLE col_a.t RENAME x TO tmp;
ALTER TABLE col_a.t RENAME y TO x;
ALTER TABLE col_a.t RENAME tmp TO y;
ALTER TABLE col_a.t RENAME id TO "Id";
SELECT renamed, unchanged, changes FROM gov_sync('schema:col_a');
SELECT was, object_ref FROM columns_now;
SELECT pg_temp.remember();

-- another type is the same column
ALTER TABLE col_a.t ALTER x TYPE int USING 1;
SELECT changed FROM gov_sync('schema:col_a');
SELECT attributes FROM gov_object WHERE object_ref = 'col_a.t.x';

-- with a renamed table, or schema, or moved with it to another schema
ALTER TABLE col_a.t RENAME TO t2;
SELECT renamed FROM gov_sync('schema:col_a');
SELECT was, object_ref, container_ref FROM columns_now;
ALTER SCHEMA col_a RENAME TO "col B";
SELECT source, renamed, born, retired FROM gov_sync() WHERE source LIKE 'schema:col%';
SELECT was, object_ref, container_ref FROM columns_now;
CREATE SCHEMA col_c;
SELECT 1 FROM gov_enroll_schema('col_c', columns => true) LIMIT 1;
ALTER TABLE "col B".t2 SET SCHEMA col_c;
SELECT source, born, moved, renamed, retired FROM gov_sync() WHERE source LIKE 'schema:col%' ORDER BY source COLLATE "C";
SELECT was, object_ref, container_ref FROM columns_now;
-- to one that is enrolled without columns they go no further
CREATE SCHEMA col_d;
SELECT 1 FROM gov_enroll_schema('col_d') LIMIT 1;
ALTER TABLE col_c.t2 SET SCHEMA col_d;
SELECT source, born, moved, renamed, retired FROM gov_sync() WHERE source LIKE 'schema:col%' ORDER BY source COLLATE "C";
ALTER TABLE col_d.t2 SET SCHEMA col_c;
SELECT source, born, moved, revived, retired FROM gov_sync() WHERE source LIKE 'schema:col%' ORDER BY source COLLATE "C";
SELECT was, object_ref, container_ref FROM columns_now;
SELECT pg_temp.remember();

-- dropped and added again under its name: what bears the name is governed, as with tables
ALTER TABLE col_c.t2 DROP COLUMN x, ADD COLUMN x date;
SELECT replaced, changes FROM gov_sync('schema:col_c');
SELECT was, object_ref FROM columns_now;
-- and when the old one lives on under another name, it is that one
ALTER TABLE col_c.t2 RENAME x TO x_old;
ALTER TABLE col_c.t2 ADD COLUMN x date;
SELECT born, renamed FROM gov_sync('schema:col_c');
SELECT was, object_ref FROM columns_now;
ALTER TABLE col_c.t2 DROP COLUMN x_old;
SELECT retired FROM gov_sync('schema:col_c');
SELECT pg_temp.remember();

-- a table swap, the old one dropped at once: names keep their identity, wherever the column is
CREATE TABLE col_c.t2_new (z int, y text, x date, "Id" bigint);
ALTER TABLE col_c.t2 RENAME TO t2_old;
ALTER TABLE col_c.t2_new RENAME TO t2;
DROP TABLE col_c.t2_old;
SELECT born, replaced, retired FROM gov_sync('schema:col_c');
SELECT was, object_ref FROM columns_now;
SELECT pg_temp.remember();
-- when the new table was known under its own name before
CREATE TABLE col_c.t2_new ("Id" int, x date, w int);
SELECT born FROM gov_sync('schema:col_c');
DROP TABLE col_c.t2;
ALTER TABLE col_c.t2_new RENAME TO t2;
SELECT born, replaced, renamed, retired FROM gov_sync('schema:col_c');
SELECT was, object_ref FROM columns_now;
SELECT pg_temp.remember();

-- a view in place of a table, and back: another kind of relation, the same names
CREATE TABLE col_c.base AS SELECT 1 AS "Id", date '2026-01-01' AS x;
SELECT born FROM gov_sync('schema:col_c');
DROP TABLE col_c.t2;
CREATE VIEW col_c.t2 AS SELECT * FROM col_c.base;
SELECT born, replaced, retired FROM gov_sync('schema:col_c');
SELECT was, object_type, object_ref FROM columns_now;
SELECT pg_temp.remember();
CREATE OR REPLACE VIEW col_c.t2 AS SELECT *, 1 AS more FROM col_c.base;
SELECT born, changes FROM gov_sync('schema:col_c');

-- a partitioned table made over a table that becomes its partition
CREATE TABLE col_c.log (day date, line text);
SELECT born FROM gov_sync('schema:col_c');
SELECT pg_temp.remember();
ALTER TABLE col_c.log RENAME TO log_1;
CREATE TABLE col_c.log (day date, line text) PARTITION BY RANGE (day);
ALTER TABLE col_c.log ATTACH PARTITION col_c.log_1 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
SELECT born, replaced, moved, renamed, retired FROM gov_sync('schema:col_c');
SELECT was, object_ref FROM columns_now WHERE object_ref LIKE '%log%';
SELECT pg_temp.remember();

-- one object alone: an act that brings a relation in sees to its columns
SELECT gov_create_axis('pii', family => 'system'), gov_set_axis_status('pii', 'active'), gov_propose_value('pii', 'personal'), gov_ratify('pii', 'personal');
DROP VIEW col_c.t2;
ALTER TABLE col_c.base RENAME "Id" TO "ID";
ALTER TABLE col_c.base DROP COLUMN x, ADD COLUMN v int;
ALTER TABLE col_c.base RENAME TO ground;
SELECT gov_assign('table', 'col_c.ground', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');
SELECT was, object_ref FROM columns_now WHERE object_ref ~ 'base|ground';
SELECT born + renamed + replaced + moved + revived + changed AS left_to_do, changes FROM gov_sync('schema:col_c');

-- elsewhere OIDs mean nothing: columns are bound again by name
UPDATE gov_object SET address_database = 1 WHERE address_oid IS NOT NULL;
SELECT count(*) FILTER (WHERE state = 'lost') AS lost FROM gov_rebind();
SELECT count(*) FROM gov_object WHERE address_database = 1 AND retired_at IS NULL;
SELECT was, object_ref FROM columns_now;
SELECT born + renamed + replaced + moved + retired + revived + changed AS left_to_do FROM gov_sync('schema:col_c');
ALTER TABLE col_c.ground RENAME v TO w;
SELECT renamed FROM gov_sync('schema:col_c');
ROLLBACK;
