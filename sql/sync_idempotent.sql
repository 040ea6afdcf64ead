-- A sync of what has not changed writes nothing.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA inv_idle;
CREATE TABLE inv_idle.parted (id serial) PARTITION BY RANGE (id);
CREATE TABLE inv_idle.part PARTITION OF inv_idle.parted FOR VALUES FROM (1) TO (10);
CREATE FUNCTION inv_idle.f(a text, b timestamptz) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE DOMAIN inv_idle.d AS integer;
CREATE VIEW inv_idle.listed AS SELECT 'thing' AS object_type, 'inv ' || n AS object_ref,
    CASE WHEN n > 1 THEN 'thing' END AS container_type, CASE WHEN n > 1 THEN 'inv ' || n / 2 END AS container_ref
FROM generate_series(1, 20) n;
SELECT sum(objects) FROM gov_enroll_schema('inv_idle');
SELECT * FROM gov_enroll_relation('inv_listed', 'inv_idle.listed');
SELECT gov_register_object('thing', 'inv by hand', 'thing', 'inv 3') AS registered;
CREATE TEMP VIEW versions AS
SELECT 'object' AS relation, object_id::text AS key, ctid::text AS place, xmin::text || ' ' || cmin::text AS version FROM gov_object
UNION ALL
SELECT 'source', source, ctid::text, xmin::text || ' ' || cmin::text FROM gov_source;
CREATE TEMP TABLE before AS SELECT * FROM versions;
SELECT count(*) > 28 AS rows FROM before;
SELECT source, born + renamed + replaced + moved + retired + revived + changed + conflicts AS done, unchanged > 0 AS unchanged
FROM gov_sync() WHERE source ~ 'inv' ORDER BY source COLLATE "C";
SELECT count(*) > 0 AS done FROM gov_sync(NULL, true);
SELECT count(*) > 0 AS done FROM gov_enroll_schema('inv_idle');
SELECT count(*) > 0 AS done FROM gov_enroll_relation('inv_listed', 'inv_idle.listed');
SELECT gov_register_object('thing', 'inv by hand', 'thing', 'inv 3') AS done;
SELECT count(*) AS written FROM (TABLE versions EXCEPT TABLE before) v;
SELECT count(*) AS lost FROM (TABLE before EXCEPT TABLE versions) v;

-- and what has changed, alone
ALTER DOMAIN inv_idle.d RENAME TO e;
SELECT renamed, unchanged FROM gov_sync('schema:inv_idle');
SELECT relation, o.object_ref FROM (TABLE versions EXCEPT TABLE before) v
JOIN gov_object o ON o.object_id::text = v.key AND v.relation = 'object';

-- no identity is spent on what is not born
SELECT last_value AS spent FROM gov_object_object_id_seq
\gset
SELECT count(*) > 0 AS done FROM gov_sync();
SELECT last_value = :spent AS none_spent FROM gov_object_object_id_seq;
ROLLBACK;
