-- What a transaction renamed or moved and then dropped is retired as who it was before
-- the transaction, as one sync after it would have it, and comes back by that name.
-- In a database of its own.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_ddl_gone;
\c regress_gov_ddl_gone
SET client_min_messages = warning;
CREATE EXTENSION governance;
CREATE ROLE regress_gov_ddl_gone;
CREATE SCHEMA gone; CREATE SCHEMA gone_two; CREATE SCHEMA gone_out;
SELECT objects FROM gov_enroll_schema('gone', columns => true) WHERE object_type = 'schema';
SELECT objects FROM gov_enroll_schema('gone_two') WHERE object_type = 'schema';
-- what is retired, who it is, and what its last event said; none is left to a sync
CREATE FUNCTION gone() RETURNS TABLE (object text, container text, source text, address text, mine boolean, event text, former text) LANGUAGE sql AS $$
    SELECT o.object_type || ' ' || o.object_ref, c.object_ref, o.source, array_to_string(o.address_names, '.'), o.attributes->>'owner' = current_user, e.event, e.former_ref
      FROM gov_object AS o LEFT JOIN gov_object AS c ON c.object_id = o.container_id
      LEFT JOIN LATERAL (SELECT e.event, e.former_ref FROM gov_object_event AS e WHERE e.object_id = o.object_id ORDER BY e.seq DESC LIMIT 1) AS e ON true
     WHERE o.retired_at IS NOT NULL ORDER BY (o.object_type || ' ' || o.object_ref) COLLATE "C", o.object_id
$$;
CREATE FUNCTION gone_left() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', source, 'changed', changed, changes) FROM gov_sync() WHERE changed > 0 OR changes IS NOT NULL
$$;
ALTER DATABASE regress_gov_ddl_gone SET client_min_messages = warning;

-- renamed and dropped; it comes back by the name it had, with its owner
SELECT gov_set_authority('DDL', kind => 'human');
SELECT gov_create_axis('gone', kind => 'deterministic', family => 'semantic'), gov_set_axis_status('gone', 'active');
SELECT gov_propose_value('gone', 'v'), gov_ratify('gone', 'v');
CREATE VIEW gone.v AS SELECT 1 AS i;
SELECT gov_own('view', 'gone.v', 'gone', 'v', 'DDL');
SELECT gov_set_label_rule('view', 'gone.v', 'seen');
BEGIN;
ALTER VIEW gone.v RENAME TO w;
ALTER VIEW gone.w RENAME COLUMN i TO j;
DROP VIEW gone.w;
COMMIT;
SELECT * FROM gone();
SELECT object_type, object_ref, label FROM gov_label_rule;
CREATE VIEW gone.w AS SELECT 1 AS i;
CREATE VIEW gone.v AS SELECT 1 AS i;
SELECT o.object_ref, w.authority FROM gov_object AS o LEFT JOIN gov_ownership AS w USING (object_id) WHERE o.object_type = 'view' AND o.retired_at IS NULL ORDER BY 1;
SELECT gone_left();
DROP VIEW gone.v, gone.w;

-- moved, given away, renamed twice, with what lives in it; a savepoint is rolled back in between
CREATE TABLE gone.t (i serial, j int);
BEGIN;
ALTER TABLE gone.t OWNER TO regress_gov_ddl_gone;
ALTER TABLE gone.t SET SCHEMA gone_two;
SAVEPOINT s;
ALTER TABLE gone_two.t RENAME TO t2;
DROP TABLE gone_two.t2;
ROLLBACK TO s;
ALTER TABLE gone_two.t RENAME TO t3;
ALTER TABLE gone_two.t3 RENAME TO t4;
ALTER TABLE gone_two.t4 RENAME COLUMN j TO k;
DROP TABLE gone_two.t4;
COMMIT;
SELECT * FROM gone();
SELECT gone_left();

-- out of what is enrolled and dropped there; dropped with its owner, and with its schema
CREATE TABLE gone.a (i int);
CREATE TABLE gone.b (i int);
CREATE SEQUENCE gone.c;
BEGIN;
ALTER TABLE gone.a RENAME TO a2;
ALTER TABLE gone.a2 SET SCHEMA gone_out;
DROP TABLE gone_out.a2;
ALTER TABLE gone.b OWNER TO regress_gov_ddl_gone;
ALTER TABLE gone.b RENAME TO b2;
DROP OWNED BY regress_gov_ddl_gone;
ALTER SEQUENCE gone.c SET SCHEMA gone_two;
ALTER SEQUENCE gone_two.c RENAME TO c2;
DROP SCHEMA gone_two CASCADE;
COMMIT;
SELECT * FROM gone() WHERE object ~ ' gone.[abc]';
SELECT gone_left();

-- a partition, attached and dropped; a routine; one that was retired before stays who it was, since then
CREATE TABLE gone.parts (i int) PARTITION BY LIST (i);
CREATE TABLE gone.part (i int);
CREATE FUNCTION gone.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE gone.early (i int); DROP TABLE gone.early;
SELECT object_id AS early, retired_at AS early_at FROM gov_object WHERE object_ref = 'gone.early' \gset
BEGIN;
ALTER TABLE gone.parts ATTACH PARTITION gone.part FOR VALUES IN (1);
ALTER TABLE gone.part RENAME TO part_two;
DROP TABLE gone.part_two;
ALTER FUNCTION gone.f(int) RENAME TO g;
DROP FUNCTION gone.g(int);
CREATE TABLE gone.early (i int);
ALTER TABLE gone.early RENAME TO late;
DROP TABLE gone.late;
COMMIT;
SELECT * FROM gone() WHERE object ~ ' gone.(part|early|late|f|g)';
SELECT object_ref, retired_at = :'early_at' AS as_early FROM gov_object WHERE object_id = :early;
SELECT gone_left();

-- a routine of other arguments takes the place of one that was renamed away
CREATE FUNCTION gone.h(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT gov_own('function', 'gone.h(integer)', 'gone', 'v', 'DDL');
BEGIN;
ALTER FUNCTION gone.h(int) RENAME TO h_old;
CREATE FUNCTION gone.h(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION gone.h_old(int);
COMMIT;
SELECT object_ref, authority FROM gov_object LEFT JOIN gov_ownership USING (object_id) WHERE object_ref LIKE 'gone.h%';
SELECT gone_left();

-- a schema that was renamed and dropped: all of it, and its source, under the name it had
CREATE SCHEMA gone_three CREATE TABLE x (i int);
SELECT objects FROM gov_enroll_schema('gone_three') WHERE object_type = 'table';
SELECT gov_own('table', 'gone_three.x', 'gone', 'v', 'DDL');
BEGIN;
ALTER TABLE gone_three.x RENAME TO y;
ALTER SCHEMA gone_three RENAME TO gone_four;
ALTER TABLE gone_four.y RENAME TO z;
DROP SCHEMA gone_four CASCADE;
COMMIT;
SELECT * FROM gone() WHERE object ~ 'three|four';
SELECT source FROM gov_source WHERE source ~ 'three|four';
SELECT gone_left();
CREATE SCHEMA gone_three CREATE TABLE x (i int);
SELECT object_type, object_ref, authority FROM gov_object LEFT JOIN gov_ownership USING (object_id) WHERE source = 'schema:gone_three' AND retired_at IS NULL ORDER BY 1;
SELECT gone_left();
-- another schema takes its place: what bears a name from before keeps its owner
CREATE SCHEMA gone_new CREATE TABLE x (i int) CREATE TABLE y (i int);
BEGIN;
ALTER SCHEMA gone_three RENAME TO gone_old;
ALTER SCHEMA gone_new RENAME TO gone_three;
CREATE TABLE gone_three.z (i int);
DROP SCHEMA gone_old CASCADE;
COMMIT;
SELECT object_type, object_ref, authority FROM gov_object LEFT JOIN gov_ownership USING (object_id) WHERE source = 'schema:gone_three' AND retired_at IS NULL ORDER BY 1, 2;
SELECT source FROM gov_source WHERE source ~ 'three|four|old|new';
SELECT gone_left();
-- so does one that a pattern enrolled in the transaction
SELECT source, state FROM gov_enroll_schemas('gone_t*');
BEGIN;
ALTER SCHEMA gone_three RENAME TO gone_old;
CREATE SCHEMA gone_three CREATE TABLE x (i int) CREATE VIEW y AS SELECT 1 AS i;
DROP SCHEMA gone_old CASCADE;
COMMIT;
SELECT object_type, object_ref, authority FROM gov_object LEFT JOIN gov_ownership USING (object_id) WHERE source = 'schema:gone_three' AND retired_at IS NULL ORDER BY 1, 2;
SELECT source FROM gov_source WHERE source ~ 'three|four|old|new';
SELECT gone_left();
SELECT * FROM gov_ledger_verify();
\c :"home"
DROP DATABASE regress_gov_ddl_gone;
DROP ROLE regress_gov_ddl_gone;
