-- A sync follows what happened to the objects of enrolled schemas: identities
-- survive renames, moves and swaps.
BEGIN;
\set ON_ERROR_ROLLBACK on
-- who an object was when it was first seen, and who it is now
CREATE TEMP TABLE first_seen (object_id bigint, was text);
CREATE TEMP VIEW inventory_now AS
SELECT coalesce(f.was, 'new') AS was, o.source, o.object_type, o.object_ref,
       c.object_ref AS container_ref, o.retired_at IS NOT NULL AS retired
FROM gov_object o LEFT JOIN first_seen f USING (object_id)
LEFT JOIN gov_object c ON c.object_id = o.container_id
WHERE o.source LIKE 'schema:inv_%' AND o.object_type <> 'schema';
CREATE FUNCTION pg_temp.remember() RETURNS void LANGUAGE sql AS $$
    TRUNCATE first_seen;
    INSERT INTO first_seen SELECT object_id, object_ref FROM gov_object WHERE retired_at IS NULL;
    DELETE FROM gov_object WHERE retired_at IS NOT NULL;
$$;
CREATE SCHEMA inv_a;
CREATE SCHEMA inv_b;
CREATE TABLE inv_a.one (id integer);
CREATE TABLE inv_a.two (id integer);
CREATE TABLE inv_a.three (id integer);
CREATE TABLE inv_b.four (id integer);
CREATE FUNCTION inv_a.f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
SELECT sum(objects) FROM gov_enroll_schema('inv_a');
SELECT sum(objects) FROM gov_enroll_schema('inv_b');
SELECT pg_temp.remember();

-- born, renamed, and with another owner
CREATE ROLE regress_gov_inv_owner;
CREATE TABLE inv_a.five (id integer);
ALTER TABLE inv_a.one RENAME TO uno;
ALTER FUNCTION inv_a.f(integer) RENAME TO g;
ALTER TABLE inv_a.two OWNER TO regress_gov_inv_owner;
SELECT * FROM gov_sync() ORDER BY source COLLATE "C";
SELECT * FROM inventory_now ORDER BY object_ref COLLATE "C";
SELECT attributes ->> 'owner' AS owner FROM gov_object WHERE object_ref = 'inv_a.two';
SELECT pg_temp.remember();

-- two names swapped, and three rotated
ALTER TABLE inv_a.uno RENAME TO tmp;
ALTER TABLE inv_a.two RENAME TO uno;
ALTER TABLE inv_a.tmp RENAME TO two;
SELECT * FROM gov_sync('schema:inv_a');
SELECT was, object_ref FROM inventory_now ORDER BY object_ref COLLATE "C";
SELECT pg_temp.remember();
ALTER TABLE inv_a.uno RENAME TO tmp;
ALTER TABLE inv_a.two RENAME TO uno;
ALTER TABLE inv_a.three RENAME TO two;
ALTER TABLE inv_a.tmp RENAME TO three;
SELECT * FROM gov_sync('schema:inv_a');
SELECT was, object_ref FROM inventory_now ORDER BY object_ref COLLATE "C";
SELECT pg_temp.remember();

-- a name that becomes free is taken by a new object while its last bearer
-- lives on under another
ALTER TABLE inv_a.uno RENAME TO eins;
CREATE TABLE inv_a.uno (id integer);
SELECT * FROM gov_sync('schema:inv_a');
SELECT was, object_ref FROM inventory_now ORDER BY object_ref COLLATE "C";
SELECT pg_temp.remember();

-- replaced: the object under the name is another one, identity stays with the
-- name; so it is when the new one was known under a name of its own
DROP TABLE inv_a.uno;
CREATE TABLE inv_a.uno (id bigint);
CREATE TABLE inv_a.eins_new (id integer);
SELECT born FROM gov_sync('schema:inv_a');
SELECT pg_temp.remember();
DROP TABLE inv_a.eins;
ALTER TABLE inv_a.eins_new RENAME TO eins;
SELECT * FROM gov_sync('schema:inv_a');
SELECT was, object_ref, retired FROM inventory_now ORDER BY object_ref COLLATE "C";
SELECT pg_temp.remember();

-- a weekly rotation of three: every name keeps its identity
CREATE TABLE inv_a.log_old (id integer);
CREATE TABLE inv_a.log (id integer);
CREATE TABLE inv_a.log_new (id integer);
SELECT born FROM gov_sync('schema:inv_a');
SELECT pg_temp.remember();
DROP TABLE inv_a.log_old;
ALTER TABLE inv_a.log RENAME TO log_old;
ALTER TABLE inv_a.log_new RENAME TO log;
CREATE TABLE inv_a.log_new (id integer);
SELECT * FROM gov_sync('schema:inv_a');
SELECT was, object_ref, retired FROM inventory_now WHERE object_ref LIKE '%log%' ORDER BY object_ref COLLATE "C";
SELECT count(*) AS wrong_address FROM gov_object
WHERE object_type = 'table' AND object_ref LIKE 'inv_a.log%' AND address_oid <> object_ref::regclass;

-- dropped, and back later: the same identity, live again
SELECT pg_temp.remember();
DROP TABLE inv_a.log_old;
SELECT retired FROM gov_sync('schema:inv_a');
SELECT was, object_ref FROM inventory_now WHERE retired;
CREATE TABLE inv_a.log_old (id integer);
SELECT * FROM gov_sync('schema:inv_a');
SELECT was, retired FROM inventory_now WHERE object_ref = 'inv_a.log_old';

-- gone to a schema that is not enrolled, back under another name
SELECT pg_temp.remember();
CREATE SCHEMA inv_out;
ALTER TABLE inv_a.log_old SET SCHEMA inv_out;
SELECT retired FROM gov_sync('schema:inv_a');
ALTER TABLE inv_out.log_old RENAME TO log_older;
ALTER TABLE inv_out.log_older SET SCHEMA inv_a;
SELECT revived, born FROM gov_sync('schema:inv_a');
SELECT was, object_ref, retired FROM inventory_now WHERE object_ref LIKE '%log_old%';

-- moved between enrolled schemas, whichever is synced first, also into a name
-- that was just given up
SELECT pg_temp.remember();
ALTER TABLE inv_a.five SET SCHEMA inv_b;
SELECT * FROM gov_sync('schema:inv_a');
SELECT * FROM gov_sync('schema:inv_b');
ALTER TABLE inv_b.four SET SCHEMA inv_a;
SELECT * FROM gov_sync('schema:inv_a');
SELECT * FROM gov_sync('schema:inv_b');
ALTER TABLE inv_b.five RENAME TO six;
ALTER TABLE inv_a.four RENAME TO five;
ALTER TABLE inv_a.five SET SCHEMA inv_b;
SELECT * FROM gov_sync('schema:inv_a');
SELECT * FROM gov_sync('schema:inv_b');
SELECT was, source, object_ref, container_ref FROM inventory_now
WHERE was ~ 'four|five' ORDER BY object_ref COLLATE "C";

-- a schema renamed: everything in it is, nothing is retired or born
SELECT pg_temp.remember();
ALTER SCHEMA inv_a RENAME TO inv_z;
SELECT * FROM gov_sync() ORDER BY source COLLATE "C";
SELECT was, source, object_ref, container_ref FROM inventory_now
WHERE source = 'schema:inv_z' ORDER BY object_ref COLLATE "C";
SELECT source FROM gov_source WHERE source LIKE 'schema:inv%' ORDER BY source COLLATE "C";

-- known by its old name as well, once
ALTER SCHEMA inv_z RENAME TO inv_a;
SELECT source, renamed, retired, born FROM gov_sync('schema:inv_z');

-- two schemas swap names
SELECT pg_temp.remember();
CREATE TABLE inv_b.log (id integer);
SELECT born FROM gov_sync('schema:inv_b');
SELECT pg_temp.remember();
ALTER SCHEMA inv_a RENAME TO inv_tmp;
ALTER SCHEMA inv_b RENAME TO inv_a;
ALTER SCHEMA inv_tmp RENAME TO inv_b;
SELECT source, born, renamed, retired FROM gov_sync() ORDER BY source COLLATE "C";
SELECT was, source, object_ref FROM inventory_now WHERE object_ref ~ 'log$|six' ORDER BY object_ref COLLATE "C";
SELECT source, born + renamed + replaced + moved + retired + revived + changed AS done
FROM gov_sync() ORDER BY source COLLATE "C";

-- a schema takes the name of an enrolled one that was dropped
SELECT pg_temp.remember();
DROP SCHEMA inv_a CASCADE;
ALTER SCHEMA inv_b RENAME TO inv_a;
SELECT source, born, renamed, replaced, moved, retired, changed FROM gov_sync(force => true);
SELECT source FROM gov_source WHERE source LIKE 'schema:inv%' ORDER BY source COLLATE "C";
SELECT was, object_ref, retired FROM inventory_now WHERE object_ref ~ 'log$|six' ORDER BY object_ref COLLATE "C", was COLLATE "C";

-- partitions live in their parent while they are its
SELECT pg_temp.remember();
CREATE TABLE inv_a.events (id integer) PARTITION BY RANGE (id);
CREATE TABLE inv_a.events_1 PARTITION OF inv_a.events FOR VALUES FROM (1) TO (10);
CREATE TABLE inv_a.events_2 (id integer);
CREATE SEQUENCE inv_a.numbers;
SELECT born FROM gov_sync('schema:inv_a');
SELECT pg_temp.remember();
ALTER TABLE inv_a.events DETACH PARTITION inv_a.events_1;
ALTER TABLE inv_a.events ATTACH PARTITION inv_a.events_2 FOR VALUES FROM (1) TO (10);
ALTER SEQUENCE inv_a.numbers OWNED BY inv_a.events.id;
SELECT moved, renamed FROM gov_sync('schema:inv_a');
SELECT was, object_ref, container_ref FROM inventory_now WHERE object_ref ~ 'events|numbers' ORDER BY object_ref COLLATE "C";
ALTER SEQUENCE inv_a.numbers OWNED BY NONE;
DROP TABLE inv_a.events CASCADE;
SELECT moved, retired FROM gov_sync('schema:inv_a');
SELECT was, container_ref, retired FROM inventory_now WHERE object_ref ~ 'events|numbers' ORDER BY object_ref COLLATE "C";

-- a parent in another enrolled schema, which is synced later, is known at once
SELECT pg_temp.remember();
CREATE SCHEMA inv_y;
SELECT sum(objects) FROM gov_enroll_schema('inv_y');
CREATE TABLE inv_y.parent (id integer) PARTITION BY RANGE (id);
CREATE TABLE inv_a.part PARTITION OF inv_y.parent FOR VALUES FROM (1) TO (10);
SELECT source, born, moved FROM gov_sync() WHERE source LIKE 'schema:inv%';
SELECT source, born, moved, retired FROM gov_sync() WHERE source LIKE 'schema:inv%';
SELECT source, object_ref, container_ref FROM inventory_now WHERE object_ref ~ 'part|parent' ORDER BY object_ref COLLATE "C";

-- restored elsewhere: OIDs mean nothing, names do, and OIDs are stamped anew
SELECT pg_temp.remember();
UPDATE gov_object SET address_system = address_system - 1 WHERE source = 'schema:inv_a';
ALTER TABLE inv_a.two RENAME TO seven;
SELECT born, renamed, replaced, moved, retired, revived, changed, unchanged FROM gov_sync('schema:inv_a');
SELECT born, renamed, replaced, moved, retired, revived, changed, unchanged FROM gov_sync('schema:inv_a');
SELECT was, object_ref, retired FROM inventory_now WHERE object_ref ~ 'two|seven' ORDER BY object_ref COLLATE "C";
UPDATE gov_object SET address_database = 1 WHERE source = 'schema:inv_a';
SELECT born, retired, changed FROM gov_sync('schema:inv_a');
ALTER TABLE inv_a.seven RENAME TO eight;
SELECT born, renamed, retired FROM gov_sync('schema:inv_a');
ROLLBACK;
