-- The columns of an enrolled schema's relations are objects where they are asked
-- for, in the server's own words, and live in their relations.
BEGIN;
SET LOCAL client_min_messages = warning;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
CREATE TEMP VIEW columns_now AS
SELECT o.object_type, o.object_ref, c.object_type AS container_type, c.object_ref AS container_ref, o.attributes ->> 'data_type' AS data_type
  FROM gov_object o JOIN gov_object c ON c.object_id = o.container_id
 WHERE o.retired_at IS NULL AND o.address_subid > 0;
CREATE SCHEMA col_app;
CREATE TABLE col_app.people (id serial PRIMARY KEY, gone text, "Full Name" text, email varchar(80), "a.b" int[]);
ALTER TABLE col_app.people DROP COLUMN gone;
CREATE TABLE col_app.heir (more date) INHERITS (col_app.people);
CREATE TABLE col_app.orders (id int, placed date) PARTITION BY RANGE (id);
CREATE TABLE col_app.orders_1 PARTITION OF col_app.orders FOR VALUES FROM (1) TO (10);
CREATE TABLE col_app.nothing ();
CREATE VIEW col_app.seen AS SELECT email AS mail FROM col_app.people;
CREATE MATERIALIZED VIEW col_app.kept AS SELECT 1 AS one;
CREATE FOREIGN DATA WRAPPER col_wrapper;
CREATE SERVER col_server FOREIGN DATA WRAPPER col_wrapper;
CREATE FOREIGN TABLE col_app.afar (far int) SERVER col_server;
CREATE TYPE col_app.pair AS (left_one int);

-- not by themselves, and not with all types
SELECT * FROM gov_enroll_schema('col_app');
SELECT columns FROM gov_source WHERE source = 'schema:col_app';
-- with the switch, once
SELECT * FROM gov_enroll_schema('col_app', columns => true);
SELECT * FROM columns_now ORDER BY object_ref COLLATE "C";
SELECT DISTINCT unchanged FROM gov_enroll_schema('col_app', columns => true);
-- left out it stays, and a sync finds nothing to do
SELECT DISTINCT unchanged FROM gov_enroll_schema('col_app');
SELECT born + renamed + replaced + moved + retired + revived + changed AS done, unchanged FROM gov_sync('schema:col_app');
SELECT state, live, columns FROM gov_source_state WHERE source = 'schema:col_app';
-- they are what the server calls them, and their addresses lead back, where it
-- knows the way: it has none to the columns of views
SELECT count(*) AS columns, count(*) FILTER (WHERE o.object_type <> i.type OR o.object_ref <> i.identity) AS other,
       count(*) FILTER (WHERE (a.objid, a.objsubid) <> (o.address_oid, o.address_subid)) AS astray
  FROM gov_object o,
       LATERAL pg_get_object_address(o.address_class, o.address_names, o.address_args) a,
       LATERAL pg_identify_object(a.classid, a.objid, a.objsubid) i
 WHERE o.source = 'schema:col_app' AND o.object_type IN ('table column', 'foreign table column');
SELECT count(*) FILTER (WHERE i.type <> o.object_type OR i.identity <> o.object_ref) AS other
  FROM gov_object o, LATERAL pg_identify_object('pg_class'::regclass, o.address_oid, o.address_subid) i
 WHERE o.source = 'schema:col_app' AND o.address_subid > 0;

-- single types of columns, beside the relations they are of
SELECT * FROM gov_enroll_schema('col_app', '{table,view,table column}', columns => false);
SELECT * FROM gov_enroll_schema('col_app', '{view,table column}');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_register_object('table column', 'col_app.people.by_hand', 'table', 'col_app.people');
SELECT gov_register_object('view column', 'col_app.seen.by_hand', 'view', 'col_app.seen');
SELECT gov_retire_object('view column', 'col_app.seen.by_hand');
-- only an admin takes columns off
CREATE ROLE regress_gov_col_steward;
GRANT USAGE ON SCHEMA col_app TO regress_gov_col_steward;
SELECT gov_grant('steward', 'regress_gov_col_steward');
SET SESSION AUTHORIZATION regress_gov_col_steward;
SELECT * FROM gov_enroll_schema('col_app', '{table,view}');
\echo :LAST_ERROR_SQLSTATE
SELECT object_type, objects FROM gov_enroll_schema('col_app', columns => true);
SELECT * FROM gov_enroll_schema('col_app', columns => false);
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;

-- patterns: one without a dot means no column, one with a dot those of a table
SELECT gov_exclude('schema:col_app', 'e*l'), gov_exclude('schema:col_app', '*.email'), gov_exclude('schema:col_app', 'hei?');
SELECT object_ref FROM columns_now WHERE object_ref ~ 'people|heir' ORDER BY object_ref COLLATE "C";
SELECT retired, born FROM gov_sync('schema:col_app');
SELECT gov_include('schema:col_app', '*.email'), gov_include('schema:col_app', 'hei?'), gov_include('schema:col_app', 'e*l');
SELECT count(*) FROM columns_now WHERE object_ref ~ 'people|heir';

-- names, as people write them; a column that is new is brought in by an act
SELECT gov_set_authority('COL', kind => 'human');
SELECT gov_create_axis('pii', family => 'system'), gov_set_axis_status('pii', 'active'), gov_propose_value('pii', 'personal'), gov_ratify('pii', 'personal');
SELECT gov_assign('table column', 'people."Full Name"', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');
SELECT gov_assign('table column', 'Col_App.People.Email', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');
SELECT gov_assign('table column', 'id', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');
SELECT gov_assign('table column', 'people.emial', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');
ALTER TABLE col_app.people ADD COLUMN phone text;
SELECT gov_assign('table column', 'people.phone', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');
CREATE TABLE col_app.new_one (a int, b int);
SELECT gov_assign('table column', 'col_app.new_one.b', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');
SELECT o.object_ref FROM gov_assignment a JOIN gov_object o USING (object_id) WHERE a.axis = 'pii' ORDER BY object_ref COLLATE "C";
SELECT object_ref FROM columns_now WHERE container_ref = 'col_app.new_one' ORDER BY object_ref COLLATE "C";
CREATE SCHEMA col_other;
CREATE TABLE col_other.things (secret text);
SELECT gov_assign('table column', 'things.secret', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');
SELECT 1 FROM gov_enroll_schema('col_other') LIMIT 1;
SELECT gov_assign('table column', 'things.secret', 'pii', 'personal', 'approved', provenance => '{"kind": "test"}');

-- rules ask for columns as for everything else: here, that each column of one
-- table says what it is; those of a partition are its parent's
SELECT gov_create_rule('COLUMNS', 'pii', 'per_assignment', '{table column}',
                       scope => '{"container_type": "table", "container_ref": "col_app.people"}'), gov_set_rule_status('COLUMNS', 'active');
SELECT object_ref FROM gov_missing_assignment WHERE rule = 'COLUMNS' ORDER BY object_ref COLLATE "C";
SELECT gov_alter_rule('COLUMNS', scope => '{"container_type": "schema", "container_ref": "col_app", "pattern": "*.orders*"}');
SELECT object_ref FROM gov_missing_assignment WHERE rule = 'COLUMNS' ORDER BY object_ref COLLATE "C";
SELECT gov_alter_rule('COLUMNS', scope => '{"container_type": "schema", "container_ref": "col_app"}');
SELECT required, gap, missing_assignments FROM gov_coverage_summary WHERE axis = 'pii';
SELECT gov_own('table', 'col_app.people', 'pii', 'personal', 'COL');
SELECT object_ref, status, anchor_type, anchor_ref FROM gov_coverage WHERE axis = 'pii' ORDER BY object_ref COLLATE "C";

-- an attached partition gives its columns up, a detached one has them back
CREATE TABLE col_app.orders_2 (id int, placed date);
SELECT born FROM gov_sync('schema:col_app');
ALTER TABLE col_app.orders ATTACH PARTITION col_app.orders_2 FOR VALUES FROM (10) TO (20);
SELECT moved, retired, changes FROM gov_sync('schema:col_app');
ALTER TABLE col_app.orders DETACH PARTITION col_app.orders_2;
SELECT moved, born, revived, changes FROM gov_sync('schema:col_app');

-- un-enrolled and back, with what they bear
SELECT gov_unenroll('schema:col_app', reason => 'test');
SELECT count(*) FROM columns_now WHERE object_ref LIKE 'col_app.%';
SELECT object_type, objects FROM gov_enroll_schema('col_app');
SELECT count(*) FROM gov_coverage WHERE axis = 'pii';
ROLLBACK;

-- the brake: a table that goes is one decision, however many columns it has;
-- columns that go from tables which stay are weighed against all columns
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA col_brake;
DO $$ BEGIN
    FOR t IN 1 .. 12 LOOP
        EXECUTE format('CREATE TABLE col_brake.t%s (%s)', t, (SELECT string_agg(format('c%s int', c), ', ' ORDER BY c) FROM generate_series(1, 30) c));
    END LOOP;
END $$;
SELECT * FROM gov_enroll_schema('col_brake', columns => true);
-- 4 of 12 tables, 120 of 360 columns
DROP TABLE col_brake.t1, col_brake.t2, col_brake.t3, col_brake.t4;
SELECT retired, unchanged FROM gov_sync('schema:col_brake');
-- 60 of 240 columns
ALTER TABLE col_brake.t5 RENAME TO t5_old;
DO $$ BEGIN
    FOR t IN 6 .. 7 LOOP FOR c IN 1 .. 30 LOOP EXECUTE format('ALTER TABLE col_brake.t%s DROP COLUMN c%s', t, c); END LOOP; END LOOP;
END $$;
SELECT retired FROM gov_sync('schema:col_brake');
\echo :LAST_ERROR_SQLSTATE
SELECT renamed, retired FROM gov_sync('schema:col_brake', force => true);
-- relations are weighed without their columns: five of ten are few, twelve of seventeen are not
DO $$ BEGIN FOR t IN 13 .. 21 LOOP EXECUTE format('CREATE TABLE col_brake.t%s (c int)', t); END LOOP; END $$;
SELECT born FROM gov_sync('schema:col_brake');
DO $$ BEGIN FOR t IN 9 .. 20 LOOP EXECUTE format('DROP TABLE col_brake.t%s', t); END LOOP; END $$;
SELECT retired FROM gov_sync('schema:col_brake');
SELECT retired FROM gov_sync('schema:col_brake', force => true);
CREATE TABLE col_brake.big ();
DO $$ BEGIN FOR c IN 1 .. 300 LOOP EXECUTE format('ALTER TABLE col_brake.big ADD COLUMN c%s int', c); END LOOP; END $$;
SELECT born, retired FROM gov_sync('schema:col_brake');
-- replaced by something else altogether
DROP TABLE col_brake.big;
CREATE TABLE col_brake.big (other int);
SELECT born, replaced, retired FROM gov_sync('schema:col_brake');
ROLLBACK;
