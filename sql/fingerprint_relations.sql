-- gov_fingerprint: what of a relation counts, what does not, and what is said
-- of what was not read.
SET client_min_messages = warning;
CREATE SCHEMA fpr;
SET search_path = fpr, public;
-- The order of rows and where they lie count nothing; duplicates, columns and values do.
CREATE TABLE a (id int, v text);
INSERT INTO a SELECT i, 'v' || i FROM generate_series(1, 1000) AS i;
CREATE TABLE b (id int, gone text, v text);
INSERT INTO b SELECT i, 'x', 'v' || i FROM generate_series(1000, 1, -1) AS i;
ALTER TABLE b DROP gone;
UPDATE b SET v = v WHERE id % 3 = 0;
CREATE TABLE renamed (key bigint, word varchar(20));
INSERT INTO renamed SELECT * FROM a;
CREATE TABLE added (id int);
INSERT INTO added SELECT id FROM a;
ALTER TABLE added ADD v text DEFAULT 'v';
UPDATE added SET v = v || id;
CREATE TABLE doubled AS SELECT * FROM a UNION ALL SELECT 7, 'v7';
CREATE TABLE doubled_else AS SELECT * FROM a UNION ALL SELECT 8, 'v8';
CREATE TABLE turned (v text, id int);
INSERT INTO turned SELECT v, id FROM a;
CREATE TABLE generated (id int, v text GENERATED ALWAYS AS ('v' || int4out(id)::text) STORED);
INSERT INTO generated SELECT id FROM a;
CREATE TABLE parted (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (MINVALUE) TO (500);
CREATE TABLE parted_high (v text, id int);
ALTER TABLE parted ATTACH PARTITION parted_high FOR VALUES FROM (500) TO (MAXVALUE);
INSERT INTO parted SELECT * FROM a;
CREATE TABLE parent (id int, v text);
CREATE TABLE child (more int) INHERITS (parent);
INSERT INTO child SELECT id, v, 1 FROM a;
CREATE MATERIALIZED VIEW stored AS SELECT * FROM a;
CREATE UNLOGGED TABLE "Odd ""name""" AS SELECT * FROM a;
SELECT relation_name, row_count, content_hash = (SELECT content_hash FROM gov_fingerprint('a')) AS as_a, left_out, note
  FROM unnest('{b,renamed,added,generated,parted,parted_low,parent,stored,"\"Odd \"\"name\"\"\"",doubled,doubled_else,turned}'::text[]) WITH ORDINALITY AS t (name, n),
       gov_fingerprint(t.name) ORDER BY n;
SELECT (SELECT content_hash FROM gov_fingerprint('doubled')) = (SELECT content_hash FROM gov_fingerprint('doubled_else')) AS doubled_alike;
SELECT content_hash FROM gov_fingerprint('a');
-- No rows, no columns.
CREATE TABLE empty (id int);
CREATE TABLE bare ();
INSERT INTO bare DEFAULT VALUES;
INSERT INTO bare DEFAULT VALUES;
SELECT relation_name, row_count, content_hash FROM unnest('{empty,bare}'::text[]) AS t (name), gov_fingerprint(t.name);
-- The same query as people write it, whatever the plan; any rows can be hashed so.
SELECT count(*), gov_fingerprint_rows(h) = (SELECT content_hash FROM gov_fingerprint('a')) AS as_a
  FROM (SELECT gov_fingerprint_row(a) AS h FROM a ORDER BY 1) AS s;
SELECT gov_fingerprint_rows(gov_fingerprint_row(a) ORDER BY gov_fingerprint_row(a)) = (SELECT content_hash FROM gov_fingerprint('a')) AS as_a FROM a;
SELECT gov_fingerprint_rows(h) OVER (ORDER BY h) AS running FROM (SELECT gov_fingerprint_row(ROW(i)) AS h FROM generate_series(1, 3) AS i) AS s;
SET work_mem = '64kB';
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE a SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) SELECT count(*), gov_fingerprint_rows(h) FROM (SELECT gov_fingerprint_row(ROW(r.id, r.v)) AS h FROM a AS r ORDER BY 1) AS s;
SELECT content_hash = (SELECT content_hash FROM gov_fingerprint('b')) AS as_b FROM gov_fingerprint('a');
RESET work_mem;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
-- The definition: any part of it, and nothing else.
CREATE TABLE d (id int PRIMARY KEY, v text, at timestamptz DEFAULT '2000-01-01 00:00:00Z');
CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION definition() RETURNS text LANGUAGE sql AS $$ SELECT schema_hash FROM gov_fingerprint('fpr.d') $$;
CREATE TABLE changes (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO changes (sql) VALUES ('INSERT INTO d VALUES (1)'), ('ANALYZE d'), ('GRANT SELECT ON d TO public'), ('COMMENT ON TABLE d IS ''d'''),
    ('ALTER TABLE d ADD w int'), ('ALTER TABLE d ALTER v TYPE varchar(10)'), ('ALTER TABLE d ALTER v SET NOT NULL'), ('ALTER TABLE d ALTER v SET DEFAULT ''x'''),
    ('ALTER TABLE d RENAME v TO w'), ('ALTER TABLE d ADD CHECK (id > 0)'), ('ALTER TABLE d ADD UNIQUE (v)'), ('CREATE INDEX ON d (v)'), ('CREATE INDEX i ON d (lower(v)) WHERE id > 1'),
    ('ALTER TABLE d ALTER v TYPE text COLLATE "C"'), ('ALTER TABLE d ALTER id ADD GENERATED ALWAYS AS IDENTITY'), ('CREATE TRIGGER t AFTER INSERT ON d FOR EACH ROW EXECUTE FUNCTION told()'),
    ('ALTER TABLE d ENABLE ROW LEVEL SECURITY'), ('CREATE POLICY p ON d USING (id > 1)'), ('CREATE RULE r AS ON DELETE TO d DO INSTEAD NOTHING'),
    ('ALTER TABLE d SET (fillfactor = 50)'), ('ALTER TABLE d SET UNLOGGED'), ('ALTER TABLE d REPLICA IDENTITY FULL'), ('ALTER TABLE d DROP CONSTRAINT d_pkey'),
    ('CREATE TABLE e () INHERITS (d)'), ('ALTER TABLE d INHERIT parent'), ('VACUUM'), ('DROP TABLE b');
CREATE FUNCTION after(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before text := definition();
    answer text;
BEGIN
    BEGIN
        EXECUTE sql;
        answer := CASE WHEN definition() = before THEN 'the same' ELSE 'another' END;
        RAISE EXCEPTION USING ERRCODE = 'ZZZZZ', MESSAGE = answer;
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
        RETURN SQLERRM;
    END;
END $$;
SELECT sql, after(sql) FROM changes WHERE sql NOT IN ('VACUUM', 'ALTER TABLE d INHERIT parent') ORDER BY n;
-- the same in other settings
CREATE TABLE fpr.kept AS SELECT definition() AS hash;
BEGIN;
SET LOCAL search_path = fpr, public, pg_catalog;
SET LOCAL DateStyle = 'German';
SET LOCAL quote_all_identifiers = on;
SET LOCAL TimeZone = 'Asia/Kathmandu';
SELECT definition() = hash AS the_same FROM fpr.kept;
ROLLBACK;
-- What is not read is said.
CREATE SEQUENCE s;
CREATE VIEW w AS SELECT * FROM a;
CREATE TYPE composite AS (a int);
CREATE TABLE hidden (id int, owner name, o oid);
INSERT INTO hidden VALUES (1, 'fp_reader'), (2, 'other');
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON hidden USING (owner = current_user);
CREATE ROLE fp_reader;
SELECT gov_grant('reader', 'fp_reader') AS granted;
GRANT USAGE ON SCHEMA fpr TO fp_reader;
GRANT SELECT ON hidden, a, s TO fp_reader;
GRANT SELECT (id) ON b TO fp_reader;
SELECT nextval('s');
SELECT relation_name, row_count, content_hash IS NOT NULL AS hashed, left_out, note FROM unnest('{s,w,hidden}'::text[]) AS t (name), gov_fingerprint(t.name);
SET ROLE fp_reader;
SELECT relation_name, row_count, content_hash IS NOT NULL AS hashed, left_out, note FROM unnest('{a,b,d,s,hidden}'::text[]) AS t (name), gov_fingerprint(t.name);
SET row_security = off;
SELECT relation_name, row_count, content_hash IS NOT NULL AS hashed, left_out, note FROM gov_fingerprint('hidden');
RESET row_security;
SELECT gov_capture_baseline('reader');
RESET ROLE;
REVOKE USAGE ON SCHEMA fpr FROM fp_reader;
SET ROLE fp_reader;
SELECT row_count FROM gov_fingerprint('fpr.a');
RESET ROLE;
-- Bad input.
CREATE FUNCTION pg_temp.try(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    d text;
    h text;
BEGIN
    EXECUTE sql;
    RETURN 'passed';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE || ': ' || SQLERRM, NULLIF(d, ''), NULLIF(h, ''));
END $$;
SELECT pg_temp.try($try$SELECT gov_fingerprint(NULL)$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint('')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint('nothing')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint('fpr.d_pkey')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint('composite')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint('other.public.a')$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint_row(NULL)$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint_rows(h) FROM (VALUES ('\x00'::bytea)) AS v (h)$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint_rows(h) FROM (VALUES (NULL::bytea)) AS v (h)$try$) AS answer;
SELECT pg_temp.try($try$SELECT gov_fingerprint_rows(h) FROM (SELECT gov_fingerprint_row(ROW(i)) AS h FROM generate_series(1, 9) AS i) AS s$try$) AS answer;
DROP SCHEMA fpr CASCADE;
DROP OWNED BY fp_reader;
DROP ROLE fp_reader;
