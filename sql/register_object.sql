-- Objects registered and retired one by one.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE TEMP VIEW inventory_now AS
SELECT o.source, o.object_type, o.object_ref, c.object_ref AS container_ref, o.retired_at IS NOT NULL AS retired, o.attributes
FROM gov_object o LEFT JOIN gov_object c ON c.object_id = o.container_id
WHERE o.object_ref LIKE 'inv%';

SELECT gov_register_object('building', 'inv house') AS registered;
SELECT gov_register_object('room', 'inv kitchen', 'building', 'inv house') AS registered;
SELECT gov_register_object(object_ref => 'inv shed', object_type => 'building') AS registered;
SELECT * FROM inventory_now ORDER BY object_ref COLLATE "C";

-- again: nothing changes; a container is kept when none is given, and changed
-- when another is
SELECT object_id AS kitchen, xmin AS version FROM gov_object WHERE object_ref = 'inv kitchen'
\gset
SELECT gov_register_object('room', 'inv kitchen', 'building', 'inv house') AS registered;
SELECT object_id = :kitchen AS same FROM gov_object WHERE object_type = 'room' AND object_ref = 'inv kitchen' AND retired_at IS NULL;
SELECT gov_register_object('room', 'inv kitchen') AS registered;
SELECT object_id = :kitchen AS same FROM gov_object WHERE object_type = 'room' AND object_ref = 'inv kitchen' AND retired_at IS NULL;
SELECT container_ref FROM inventory_now WHERE object_ref = 'inv kitchen';
SELECT gov_register_object('room', 'inv kitchen', 'building', 'inv shed') AS registered;
SELECT object_id = :kitchen AS same FROM gov_object WHERE object_type = 'room' AND object_ref = 'inv kitchen' AND retired_at IS NULL;
SELECT container_ref FROM inventory_now WHERE object_ref = 'inv kitchen';

-- the same reference under another type is another object
SELECT gov_register_object('floor', 'inv kitchen') AS registered;
SELECT object_id <> :kitchen AS other FROM gov_object WHERE object_type = 'floor' AND object_ref = 'inv kitchen';

-- a container that is a catalog object
CREATE SCHEMA inv_reg;
CREATE TABLE inv_reg.t (i integer);
SELECT sum(objects) FROM gov_enroll_schema('inv_reg');
SELECT gov_register_object('row', 'inv row', 'table', 'inv_reg.t') AS registered;

-- refused
SELECT gov_register_object(NULL, 'inv x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('', 'inv x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', '');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object(repeat('t', 201), 'inv x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', repeat('inv', 501));
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', 'inv x', 'building', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', 'inv x', NULL, 'inv house');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', 'inv x', 'building', 'inv nowhere');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('table', 'inv_reg.t');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('table', 'inv_reg.t', 'building', 'inv house');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', 'inv kitchen', 'room', 'inv kitchen');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('corner', 'inv corner', 'room', 'inv kitchen') AS registered;
\set VERBOSITY terse
SELECT gov_register_object('building', 'inv shed', 'corner', 'inv corner');
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE
SELECT gov_retire_object('corner', 'inv corner');
SELECT count(*) AS left_behind FROM gov_object WHERE object_ref LIKE 'inv x%' OR object_ref LIKE 'invinv%';

-- retired, with its reason; back under the same identity
SELECT gov_retire_object('building', 'inv shed', 'torn down');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_retire_object('room', 'inv kitchen', 'moved out');
SELECT retired, attributes FROM inventory_now WHERE object_ref = 'inv kitchen' AND object_type = 'room';
SELECT gov_retire_object('building', 'inv shed');
SELECT retired, attributes FROM inventory_now WHERE object_ref = 'inv shed';
SELECT gov_retire_object('building', 'inv shed');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', 'inv kitchen', 'building', 'inv shed');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('room', 'inv kitchen', 'building', 'inv house') AS registered;
SELECT object_id = :kitchen AS same FROM gov_object WHERE object_type = 'room' AND object_ref = 'inv kitchen' AND retired_at IS NULL;
SELECT retired, attributes, container_ref FROM inventory_now WHERE object_ref = 'inv kitchen' AND object_type = 'room';

-- refused
SELECT gov_retire_object(NULL, 'inv house');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_retire_object('building', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_retire_object('building', 'inv nowhere');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_retire_object('table', 'inv_reg.t');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_retire_object('database', 'database');
\echo :LAST_ERROR_SQLSTATE

-- the second claim on an object that was registered by hand is a conflict; the
-- table itself is followed again once the name is free.  In an enrolled schema
-- none is registered by hand any more; one from before stays.
SELECT gov_register_object('table', 'inv_reg.renamed');
INSERT INTO gov_object (object_type, object_ref) VALUES ('table', 'inv_reg.renamed');
ALTER TABLE inv_reg.t RENAME TO renamed;
SELECT renamed, retired, conflicts FROM gov_sync('schema:inv_reg');
SELECT renamed, retired, conflicts FROM gov_sync('schema:inv_reg');
CREATE TABLE inv_reg.t (i integer);
SELECT born, renamed, replaced, retired, conflicts FROM gov_sync('schema:inv_reg');
SELECT source, object_type, object_ref, retired FROM inventory_now WHERE object_ref LIKE 'inv\_reg.%' ORDER BY object_ref COLLATE "C";
SELECT gov_retire_object('table', 'inv_reg.renamed');
SELECT born, renamed, replaced, retired, conflicts FROM gov_sync('schema:inv_reg');
SELECT source, object_type, object_ref, retired FROM inventory_now WHERE object_ref LIKE 'inv\_reg.%'
ORDER BY object_ref COLLATE "C", source COLLATE "C";

-- a schema that was registered by hand before it is enrolled stays so, and is
-- the container of its objects all the same
CREATE SCHEMA inv_hand;
CREATE TABLE inv_hand.t (i integer);
SELECT gov_register_object('schema', 'inv_hand') AS registered;
SELECT * FROM gov_enroll_schema('inv_hand');
SELECT conflicts, unchanged FROM gov_sync('schema:inv_hand');
SELECT source, object_ref, container_ref FROM inventory_now WHERE object_ref LIKE 'inv\_hand%' ORDER BY object_ref COLLATE "C";
ROLLBACK;
