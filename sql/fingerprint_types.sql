-- The fingerprint of each type: the same hash on any server, major version,
-- encoding, time zone, locale and setting, which is why hashes stand here as
-- they are; another one for any difference.
SET client_min_messages = warning;
CREATE SCHEMA fpt;
CREATE TYPE fpt.mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN fpt.positive AS numeric CHECK (VALUE > 0);
CREATE TYPE fpt.pair AS (a int, gone text, b text);
ALTER TYPE fpt.pair DROP ATTRIBUTE gone;
CREATE TYPE fpt.span AS RANGE (SUBTYPE = numeric);
-- One column per type, three rows or more in each table; the same query for all.
CREATE TABLE fpt.case (n int GENERATED ALWAYS AS IDENTITY, type text, literal text);
INSERT INTO fpt.case (type, literal) VALUES
    ('boolean', 'true'), ('boolean', 'false'),
    ('smallint', '-32768'), ('integer', '-2147483648'), ('bigint', '9223372036854775807'), ('integer', '42'), ('bigint', '42'),
    ('real', '1.1'), ('real', '-0'), ('real', '0'), ('real', 'NaN'), ('real', 'Infinity'), ('real', '1e-45'), ('real', '3.4028235e38'),
    ('double precision', '1.1'), ('double precision', '-0'), ('double precision', '0'), ('double precision', 'NaN'),
    ('double precision', '-Infinity'), ('double precision', '5e-324'), ('double precision', '1.7976931348623157e308'),
    ('numeric', '1'), ('numeric', '1.0'), ('numeric', '1.00'), ('numeric', '-12345678901234567890.000001'), ('numeric', 'NaN'), ('numeric', 'Infinity'),
    ('money', '12.34'),
    ('text', ''), ('text', 'a'), ('text', 'A'), ('text', 'ä €'), ('varchar(10)', 'a'), ('character(5)', 'a'), ('name', 'a'), ('"char"', 'a'),
    ('bytea', '\x00ff'), ('json', '{"b":1, "a": 1}'), ('jsonb', '{"b":1, "a": [1.0, null, "x", true, {}]}'), ('jsonb', '1'), ('jsonb', '[1]'), ('jsonb', '"1"'),
    ('date', '2000-02-29'), ('date', 'infinity'), ('date', '4713-01-01 BC'), ('time', '24:00:00'), ('time with time zone', '12:00:00+02'),
    ('timestamp', '2000-01-01 00:00:00.000001'), ('timestamp', '-infinity'), ('timestamptz', '2000-01-01 00:00:00+00'), ('timestamptz', '2000-01-01 02:00:00+02'),
    ('timestamptz', 'infinity'), ('interval', '1 day'), ('interval', '24 hours'), ('interval', '-1 year 2 days -3.000001 seconds'),
    ('uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), ('macaddr', '08:00:2b:01:02:03'), ('macaddr8', '08:00:2b:ff:fe:01:02:03'),
    ('inet', '::1'), ('inet', '::/64'), ('cidr', '::/64'), ('cidr', '10.1/16'), ('inet', '::1/64'), ('bit(3)', '101'), ('bit varying', '10100'), ('bit varying', ''),
    ('point', '(1,-0)'), ('line', '{1,2,3}'), ('lseg', '[(1,2),(3,4)]'), ('box', '(3,4),(1,2)'), ('circle', '<(1,2),3>'),
    ('path', '[(1,2),(3,4)]'), ('path', '((1,2),(3,4))'), ('polygon', '((1,2),(3,4))'),
    ('tsvector', 'fat:2A cat:1,3 a'), ('tsquery', 'fat & (rat | !cat:*)'), ('jsonpath', '$.a[*] ? (@.b > 1)'), ('pg_lsn', '16/B374D848'), ('refcursor', 'c'),
    ('integer[]', '{1,NULL,3}'), ('integer[]', '[0:2]={1,NULL,3}'), ('integer[]', '{{1},{2}}'), ('integer[]', '{}'), ('text[]', '{a,"NULL",NULL}'), ('int2vector', '1 2'),
    ('int4range', '[1,5)'), ('int4range', '[1,4]'), ('int4range', 'empty'), ('numrange', '(1.0,]'), ('tstzrange', '[2000-01-01 00:00:00+00,infinity)'), ('daterange', '(,)'),
    ('int4multirange', '{[1,2),[5,9)}'), ('nummultirange', '{}'), ('fpt.span', '[1,2.50]'),
    ('fpt.mood', 'happy'), ('fpt.positive', '1.0'), ('fpt.pair', '(1,"x, y")'), ('fpt.pair', '(,)'), ('fpt.pair[]', '{"(1,x)",NULL}'), ('fpt.mood[]', '{ok,sad}'),
    ('information_schema.sql_identifier', 'a');
CREATE FUNCTION fpt.hash(type text, literal text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hash text;
BEGIN
    EXECUTE format('SELECT encode(gov_fingerprint_row(ROW(%L::%s)), ''hex'')', literal, type) INTO hash;
    RETURN hash;
END $$;
SELECT type, literal, fpt.hash(type, literal) AS hash FROM fpt.case ORDER BY n;
-- xml needs a server with libxml
SELECT 'xml' AS type, encode(gov_fingerprint_row(ROW(l::xml)), 'hex') AS hash
  FROM (VALUES ('<a b="c">x</a>'), ('<?xml version="1.0" encoding="UTF-8"?><a b="c">x</a>')) AS v (l);
-- NULLs are no values, and know no type.
SELECT encode(gov_fingerprint_row(ROW(NULL::int)), 'hex') = encode(gov_fingerprint_row(ROW(NULL::text)), 'hex') AS null_is_null,
       gov_fingerprint_row(ROW(NULL::text)) = gov_fingerprint_row(ROW('')) AS null_is_empty,
       gov_fingerprint_row(ROW(1, NULL)) = gov_fingerprint_row(ROW(NULL, 1)) AS place_is_nothing;
-- What is one value under another type, and what is none.
SELECT gov_fingerprint_row(ROW(7::smallint)) = gov_fingerprint_row(ROW(7::bigint)) AS integers,
       gov_fingerprint_row(ROW('ok'::fpt.mood)) = gov_fingerprint_row(ROW('ok'::varchar)) AS labels,
       gov_fingerprint_row(ROW(1.0::fpt.positive)) = gov_fingerprint_row(ROW(1.0)) AS domains,
       gov_fingerprint_row(ROW('7')) = gov_fingerprint_row(ROW(7)) AS text_and_number,
       gov_fingerprint_row(ROW(1.5::real)) = gov_fingerprint_row(ROW(1.5::double precision)) AS floats,
       gov_fingerprint_row(ROW('a', 'bc')) = gov_fingerprint_row(ROW('ab', 'c')) AS run_together,
       gov_fingerprint_row(ROW(ROW(1, 2))) = gov_fingerprint_row(ROW(1, 2)) AS nested;
-- Settings that change how values are written or sent change nothing.
CREATE TABLE fpt.before AS SELECT n, fpt.hash(type, literal) AS hash FROM fpt.case;
CREATE FUNCTION fpt.changed(setting text, value text) RETURNS TABLE (setting_changed text, cases bigint) LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE kept ON COMMIT DROP AS
        SELECT c.n, c.type, c.literal, b.hash FROM fpt.case AS c JOIN fpt.before AS b USING (n);
    PERFORM set_config($1, $2, true);
    RETURN QUERY SELECT concat($1, ' = ', $2), count(*) FROM kept AS k WHERE fpt.hash(k.type, k.literal) <> k.hash;
    DROP TABLE kept;
END $$;
SELECT c.* FROM (VALUES ('TimeZone', 'Asia/Kathmandu'), ('DateStyle', 'German, DMY'), ('IntervalStyle', 'iso_8601'), ('extra_float_digits', '-15'),
    ('bytea_output', 'escape'), ('client_encoding', 'LATIN1'), ('quote_all_identifiers', 'on'), ('search_path', 'fpt, public'), ('xmlbinary', 'hex'),
    ('default_text_search_config', 'pg_catalog.german'), ('standard_conforming_strings', 'off'), ('enable_seqscan', 'off'), ('jit_above_cost', '0')) AS s (setting, value),
    LATERAL fpt.changed(s.setting, s.value) AS c;
RESET client_encoding;
-- One bit of a large value, however it is stored.
CREATE TABLE fpt.large (id int, v text);
INSERT INTO fpt.large SELECT 1, string_agg(md5(i::text), '') FROM generate_series(1, 20000) AS i;
CREATE TABLE fpt.plain (id int, v text);
ALTER TABLE fpt.plain ALTER v SET STORAGE EXTERNAL;
INSERT INTO fpt.plain SELECT * FROM fpt.large;
CREATE TABLE fpt.flipped AS SELECT id, overlay(v PLACING chr(ascii(substr(v, 400001, 1)) # 1) FROM 400001) AS v FROM fpt.large;
SELECT relation_name, row_count, content_hash FROM unnest('{fpt.large,fpt.plain,fpt.flipped}'::text[]) AS t (name), gov_fingerprint(t.name);
-- Types that have no form which is the same everywhere are named, and never hashed.
CREATE TABLE fpt.unsupported (id int, o oid, c regclass, p regprocedure, x xid, y xid8, t tid, a aclitem[], s pg_snapshot, v oidvector, d information_schema.sql_identifier);
INSERT INTO fpt.unsupported (id, c) VALUES (1, 'pg_class');
SELECT row_count, content_hash, left_out FROM gov_fingerprint('fpt.unsupported');
SELECT content_hash FROM gov_fingerprint('fpt.unsupported') EXCEPT SELECT gov_fingerprint_rows(gov_fingerprint_row(ROW(id, d))) FROM fpt.unsupported;
ALTER TABLE fpt.unsupported DROP id, DROP d;
SELECT row_count, content_hash, left_out, note FROM gov_fingerprint('fpt.unsupported');
SELECT gov_fingerprint_row(u) FROM fpt.unsupported AS u;
SELECT gov_fingerprint_row(ROW(1, ARRAY[ROW('pg_class'::regclass)]));
DROP SCHEMA fpt CASCADE;
