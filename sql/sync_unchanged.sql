-- A schema that is just as it is registered is passed over by a sync.  It is not
-- passed over for anything that differs, on either side, in whatever field.
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA same;
CREATE TABLE same.people (id serial PRIMARY KEY, gone text, "Full Name" varchar(80), "select" int[]);
ALTER TABLE same.people DROP COLUMN gone;
CREATE TABLE same.log (day date) PARTITION BY RANGE (day);
CREATE TABLE same.log_1 PARTITION OF same.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE VIEW same.seen AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW same.kept AS SELECT 1 AS one;
CREATE UNLOGGED TABLE same.nothing ();
CREATE TYPE same.pair AS (left_one int);
CREATE FUNCTION same.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE STATISTICS same.about ON id, "Full Name" FROM same.people;
CREATE SCHEMA same_other;
SELECT sum(objects) FROM gov_enroll_schema('same', columns => true);
SELECT count(*) FROM gov_enroll_schema('same_other', columns => true);
CREATE FUNCTION pg_temp.sync(OUT done text) LANGUAGE sql AS $$
    SELECT concat_ws(' ', 'born ' || nullif(born, 0), 'renamed ' || nullif(renamed, 0), 'replaced ' || nullif(replaced, 0), 'moved ' || nullif(moved, 0),
                     'retired ' || nullif(retired, 0), 'revived ' || nullif(revived, 0), 'changed ' || nullif(changed, 0), 'unchanged ' || unchanged)
      FROM gov_sync('schema:same', force => true)
$$;
SELECT pg_temp.sync();

-- what a statement makes of a sync, and of the next one; then it is taken back
CREATE FUNCTION pg_temp.after(statement text, OUT done text, OUT again text) LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        EXECUTE statement;
        done := pg_temp.sync();
        again := pg_temp.sync();
        RAISE EXCEPTION USING ERRCODE = 'QVZZZ';
    EXCEPTION WHEN SQLSTATE 'QVZZZ' THEN NULL;
    END;
END $$;

-- registered otherwise: a column, a relation, another object and the schema, field by field
SELECT o.object_ref, f.field, (pg_temp.after(format('UPDATE gov_object SET %s WHERE object_id = %s', f.field, o.object_id))).done
  FROM gov_object o,
       (VALUES ('object_ref = object_ref || ''x'''), ('object_type = ''thing'''), ('source = ''schema:same_other'''),
               ('attributes = attributes || ''{"more": 1}'''), ('address_class = ''thing'''), ('address_names = address_names || ''x''::text'),
               ('address_args = ''{x}'''), ('address_oid = 1'), ('address_system = 1'), ('address_database = 1'), ('address_subid = address_subid + 100'),
               ('container_id = (SELECT object_id FROM gov_object WHERE object_ref = ''same_other'')'), ('retired_at = now()')) AS f (field)
 WHERE o.retired_at IS NULL AND (o.object_ref IN ('same.people."Full Name"', 'same.people', 'same.f(integer)', 'same', 'same.about', 'same.people_id_seq'))
   -- who takes the schema, or what it is, from its source ends in other rules
   AND (o.object_ref <> 'same' OR f.field !~ 'source|_class|retired_at')
 ORDER BY o.object_ref COLLATE "C", f.field COLLATE "C";

-- the catalogs are otherwise
SELECT s.statement, a.*
  FROM (VALUES (1, 'ALTER TABLE same.people RENAME "Full Name" TO full_name'), (2, 'ALTER TABLE same.people ALTER "Full Name" TYPE varchar(90)'),
               (3, 'ALTER TABLE same.people DROP COLUMN "select"'), (4, 'ALTER TABLE same.people ADD COLUMN more int'),
               (5, 'ALTER TABLE same.people RENAME TO persons'), (6, 'ALTER TABLE same.nothing SET LOGGED'),
               (7, 'ALTER TABLE same.nothing SET SCHEMA same_other'), (8, 'ALTER TABLE same.log DETACH PARTITION same.log_1'),
               (9, 'DROP VIEW same.seen'), (10, 'CREATE TABLE same.new_one (a int)'), (11, 'ALTER FUNCTION same.f(int) RENAME TO g'),
               (12, 'DROP TYPE same.pair'), (13, 'ALTER SEQUENCE same.people_id_seq OWNED BY NONE'), (14, 'DROP STATISTICS same.about'),
               (15, 'ALTER SCHEMA same OWNER TO pg_monitor'), (16, 'CREATE FUNCTION same.f(text) RETURNS int LANGUAGE sql AS ''SELECT 1'''),
               (17, 'ALTER TABLE same.people RENAME "Full Name" TO tmp; ALTER TABLE same.people RENAME id TO "Full Name"; ALTER TABLE same.people RENAME tmp TO id'),
               (18, 'ALTER TABLE same.people DROP COLUMN "select", ADD COLUMN "select" int[]'),
               (19, 'DROP TABLE same.nothing; CREATE UNLOGGED TABLE same.nothing ()')) AS s (n, statement),
       LATERAL pg_temp.after(s.statement) a
 ORDER BY s.n;

-- the source takes otherwise
SELECT s.statement, a.*
  FROM (VALUES (1, 'UPDATE gov_source SET columns = false WHERE source = ''schema:same'''),
               (2, 'UPDATE gov_source SET object_types = ''{table,view,table column}'', columns = false WHERE source = ''schema:same'''),
               (3, 'UPDATE gov_source SET excluded = ''{peop*}'' WHERE source = ''schema:same'''),
               (4, 'UPDATE gov_source SET excluded = ''{*.one}'' WHERE source = ''schema:same''')) AS s (n, statement),
       LATERAL pg_temp.after(s.statement) a
 ORDER BY s.n;
SELECT pg_temp.sync();

-- a source that leaves out by patterns is passed over, too; not when something comes under a pattern or from there
CREATE TABLE same.tmp_log (day date, id serial) PARTITION BY RANGE (day);
CREATE TABLE same.of_tmp PARTITION OF same.tmp_log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE same.here (day date) PARTITION BY RANGE (day);
CREATE TYPE same.tmp_type AS (left_one int);
CREATE FUNCTION same.tmp_f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE same_other.tmp_log (day date) PARTITION BY RANGE (day);
SELECT gov_exclude('schema:same', 'tmp_*');
SELECT pg_temp.sync();
SELECT pg_temp.sync();
SELECT s.statement, a.*
  FROM (VALUES (1, 'CREATE TABLE same.tmp_more (id serial, a int)'), (2, 'ALTER TABLE same.nothing RENAME TO tmp_nothing'),
               (3, 'ALTER TABLE same.tmp_log RENAME TO log_2'), (4, 'ALTER TABLE same.tmp_log DETACH PARTITION same.of_tmp'),
               (5, 'ALTER SEQUENCE same.tmp_log_id_seq OWNED BY NONE'), (6, 'ALTER FUNCTION same.tmp_f() RENAME TO g'),
               (7, 'ALTER FUNCTION same.f(int) RENAME TO tmp_g'), (8, 'ALTER TYPE same.tmp_type RENAME TO other_type'),
               (9, 'ALTER TYPE same.pair RENAME TO tmp_pair'), (10, 'CREATE STATISTICS same.of_tmp_log ON day, id FROM same.of_tmp'),
               (11, 'ALTER TABLE same.log DETACH PARTITION same.log_1; ALTER TABLE same.log_1 ADD id int NOT NULL; ALTER TABLE same.tmp_log ATTACH PARTITION same.log_1 FOR VALUES FROM (''2027-01-01'') TO (''2028-01-01'')'),
               (12, 'CREATE TABLE same.elsewhere PARTITION OF same_other.tmp_log FOR VALUES FROM (''2026-01-01'') TO (''2027-01-01'')'),
               (13, 'SELECT gov_exclude(''schema:same_other'', ''tmp_*'')'),
               (14, 'UPDATE gov_source SET excluded = ''{tmp_log,*.one}'' WHERE source = ''schema:same'''),
               (15, 'UPDATE gov_source SET excluded = ''{}'' WHERE source = ''schema:same'''),
               (16, 'UPDATE gov_object SET source = ''schema:same_other'' WHERE object_ref = ''same.log''')) AS s (n, statement),
       LATERAL pg_temp.after(s.statement) a
 ORDER BY s.n;
SELECT pg_temp.sync();
ROLLBACK;
