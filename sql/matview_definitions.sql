-- Materialized views: what else decides what they show, and what cannot be watched.
SELECT current_user AS superuser \gset
CREATE ROLE regress_md_owner;
CREATE DATABASE regress_gov_matview_definitions;
\c regress_gov_matview_definitions
CREATE EXTENSION governance;
CREATE SCHEMA md;
CREATE VIEW pg_temp.lag AS SELECT object_ref, flag, changed_sources AS changed, reason
  FROM gov_matview_lag ORDER BY object_ref COLLATE "C";
CREATE TABLE md.t (x integer, n numeric, f float8, d text, b bytea, ts timestamp, tz timestamptz, c char(2));
INSERT INTO md.t VALUES (1, 1.0, 0.1, 'a', 'b', '2020-01-01', '2020-01-01', 'c'), (2, 1.00, 0.2, 'b', 'b', '2020-01-02', '2020-01-02', 'd');
CREATE FUNCTION md.refresh() RETURNS void LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
    FOR r IN SELECT relname FROM pg_class WHERE relkind = 'm' AND relnamespace = 'md'::regnamespace ORDER BY relname COLLATE "C" LOOP
        EXECUTE format('REFRESH MATERIALIZED VIEW md.%I', r.relname);
    END LOOP;
END $$;

-- ---- what cannot be watched, and what can ----

CREATE FUNCTION md.reads() RETURNS bigint IMMUTABLE BEGIN ATOMIC SELECT count(*) FROM md.t; END;
CREATE FUNCTION md.stable_add(integer, integer) RETURNS integer STABLE STRICT LANGUAGE sql AS 'SELECT $1 + $2';
CREATE AGGREGATE md.stable_sum(integer) (SFUNC = md.stable_add, STYPE = integer);
CREATE FUNCTION md.calls_now(integer) RETURNS timestamptz IMMUTABLE BEGIN ATOMIC SELECT now(); END;
CREATE FUNCTION md.volatile_eq(integer, integer) RETURNS boolean VOLATILE LANGUAGE sql AS 'SELECT $1 = $2';
CREATE OPERATOR md.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = md.volatile_eq);
CREATE DOMAIN md.today AS integer CHECK (VALUE < extract(epoch FROM now()));
CREATE FUNCTION md.stable_cast(integer) RETURNS inet STABLE LANGUAGE sql AS 'SELECT NULL::inet';
CREATE CAST (integer AS inet) WITH FUNCTION md.stable_cast(integer);
CREATE SEQUENCE md.s;
CREATE VIEW md.says_now AS SELECT now() AS now;
CREATE VIEW md.first_row AS SELECT x FROM md.t LIMIT 1;
CREATE TABLE md.queries (i integer GENERATED ALWAYS AS IDENTITY, watched boolean, query text);
INSERT INTO md.queries (watched, query) VALUES
    (false, 'SELECT now()'), (false, 'SELECT current_user'), (false, 'SELECT random()'),
    (false, $$SELECT current_setting('work_mem')$$), (false, $$SELECT query_to_xml('SELECT 1', true, true, '')::text$$),
    (false, 'SELECT md.reads()'), (false, 'SELECT md.calls_now(1)'), (false, 'SELECT md.stable_sum(x) FROM md.t'),
    (false, 'SELECT x FROM md.t WHERE x OPERATOR(md.===) 1'), (false, 'SELECT x::md.today FROM md.t'), (false, 'SELECT x::inet FROM md.t'),
    (false, 'SELECT f::text FROM md.t'), (false, 'SELECT b::text FROM md.t'), (false, 'SELECT ts::text FROM md.t'), (false, 'SELECT tz::date FROM md.t'),
    (false, $$SELECT to_tsvector('simple', d) FROM md.t$$), (false, 'SELECT json_agg(x ORDER BY x) FROM md.t'), (false, 'SELECT t::text FROM md.t'),
    (false, 'SELECT last_value FROM md.s'), (false, 'SELECT count(*) FROM gov_required_cell'), (false, 'SELECT count(*) FROM pg_class'),
    (false, 'SELECT count(*) FROM information_schema.tables'), (false, 'SELECT now FROM md.says_now'), (false, 'SELECT x FROM md.first_row'),
    (false, 'SELECT x FROM md.t TABLESAMPLE BERNOULLI (50) REPEATABLE (1)'), (false, 'SELECT ctid AS a FROM md.t'), (false, 'SELECT xmin::text AS a FROM md.t'),
    (false, 'SELECT x FROM md.t ORDER BY d LIMIT 1'), (false, 'SELECT x FROM md.t OFFSET 1'), (false, 'SELECT DISTINCT ON (d) d, x FROM md.t'),
    (false, 'SELECT array_agg(x) FROM md.t'), (false, 'SELECT string_agg(d, x::text ORDER BY d) FROM md.t'), (false, 'SELECT sum(f) FROM md.t'),
    (false, 'SELECT ARRAY(SELECT x FROM md.t)'), (false, 'SELECT row_number() OVER (ORDER BY d) FROM md.t'), (false, 'SELECT sum(x) OVER (ORDER BY d ROWS 1 PRECEDING) FROM md.t'),
    (false, 'SELECT n FROM md.t GROUP BY n'), (false, 'SELECT DISTINCT n FROM md.t'), (false, 'SELECT n FROM md.t UNION SELECT 3'), (false, 'SELECT max(n) FROM md.t'),
    (false, 'SELECT sum(DISTINCT n) FROM md.t'), (false, 'SELECT sum(x) FILTER (WHERE tz > now()) FROM md.t'), (false, 'SELECT x FROM md.t ORDER BY random()'),
    (false, 'WITH w AS (SELECT now() AS now) SELECT now FROM w'), (false, 'SELECT x FROM md.t WHERE EXISTS (SELECT random())'),
    (false, 'SELECT xmlelement(name a, x)::text FROM md.t'), (false, 'SELECT json_build_object(x, d) AS a FROM md.t'),
    (true, 'SELECT 1'), (true, 'SELECT x + 1 AS a, n * 2 AS b, f * 2 AS c, d || c AS d FROM md.t'), (true, 'SELECT count(*), sum(x), avg(n), min(x), max(d), count(DISTINCT n) AS n, stddev(x) FROM md.t'),
    (true, 'SELECT x, count(*) FROM md.t GROUP BY x'), (true, 'SELECT DISTINCT d FROM md.t'), (true, 'SELECT x FROM md.t UNION SELECT 3'), (true, 'SELECT n FROM md.t UNION ALL SELECT 3'),
    (true, 'SELECT x FROM md.t ORDER BY x LIMIT 1'), (true, 'SELECT x FROM md.t ORDER BY d FETCH FIRST 1 ROW WITH TIES'), (true, 'SELECT array_agg(x ORDER BY x) FROM md.t'),
    (true, $$SELECT string_agg(d, ',' ORDER BY d) FROM md.t$$), (true, 'SELECT ARRAY(SELECT x FROM md.t ORDER BY x)'), (true, 'SELECT rank() OVER (ORDER BY d), sum(x) OVER (ORDER BY d) FROM md.t'),
    (true, $$SELECT date_trunc('month', ts) AS m, sum(x) FROM md.t GROUP BY 1$$), (true, 'SELECT x::numeric AS a, d::varchar AS b, x::text AS c, n::text AS d FROM md.t'),
    (true, 'SELECT CASE WHEN x > 1 THEN coalesce(d, c) END AS a, greatest(x, 2) AS b, x = ANY (ARRAY[1, 2]) AS c, nullif(x, 1) AS d FROM md.t'),
    (true, 'SELECT a.x FROM md.t AS a LEFT JOIN md.t AS b USING (n) WHERE a.x IN (SELECT x FROM md.t)'), (true, 'SELECT g FROM generate_series(1, 3) AS g, LATERAL unnest(ARRAY[g]) AS u'),
    (true, 'WITH RECURSIVE r AS (SELECT 1 AS i UNION SELECT i + 1 FROM r WHERE i < 5) SELECT i FROM r'), (true, 'SELECT x, grouping(x), count(*) FROM md.t GROUP BY ROLLUP (x)'),
    (true, 'SELECT tableoid AS a FROM md.t'), (true, 'SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY x) FROM md.t');
SELECT format('CREATE MATERIALIZED VIEW md.%s AS %s', 'q' || lpad(i::text, 2, '0'), query) FROM md.queries ORDER BY i \gexec
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('md');
SET client_min_messages = warning;
SELECT md.refresh();
SELECT watched, flag, reason, query FROM md.queries JOIN pg_temp.lag ON object_ref = 'md.q' || lpad(i::text, 2, '0')
 WHERE watched <> (flag = 'no_change_seen');
SELECT reason, query FROM md.queries JOIN pg_temp.lag ON object_ref = 'md.q' || lpad(i::text, 2, '0') WHERE NOT watched ORDER BY i;
SELECT format('DROP MATERIALIZED VIEW md.%s', 'q' || lpad(i::text, 2, '0')) FROM md.queries ORDER BY i \gexec

-- ---- definitions that change ----

CREATE TYPE md.mood AS ENUM ('sad', 'glad');
CREATE DOMAIN md.small AS integer CHECK (VALUE < 100);
CREATE TYPE md.pair AS (a integer, b integer);
CREATE TABLE md.u (x integer, mood md.mood, small md.small, pair md.pair);
INSERT INTO md.u VALUES (1, 'sad', 1, '(1,2)'), (2, 'glad', 2, '(3,4)');
CREATE FUNCTION md.twice(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 2 * $1; END';
CREATE FUNCTION md.four(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN md.twice(md.twice($1)); END';
CREATE FUNCTION md.half(integer) RETURNS integer IMMUTABLE BEGIN ATOMIC SELECT $1 / 2; END;
CREATE FUNCTION md.quarter(integer) RETURNS integer IMMUTABLE BEGIN ATOMIC SELECT md.half(md.half($1)); END;
CREATE FUNCTION md.plus(integer, integer) RETURNS integer IMMUTABLE STRICT LANGUAGE sql AS 'SELECT $1 + $2';
CREATE AGGREGATE md.total(integer) (SFUNC = md.plus, STYPE = integer, INITCOND = 0);
CREATE FUNCTION md.of_row(md.u) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN to_json($1)::text; END';
CREATE FUNCTION md.of_pair(md.pair) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN to_json($1)::text; END';
CREATE COLLATION md.c1 (provider = libc, locale = 'C');
CREATE VIEW md.v AS SELECT x FROM md.u;
CREATE TABLE md.parent (x integer);
CREATE MATERIALIZED VIEW md.d_function AS SELECT md.twice(x) FROM md.u;
CREATE MATERIALIZED VIEW md.d_inner AS SELECT md.four(x) FROM md.u;
CREATE MATERIALIZED VIEW md.d_parsed AS SELECT md.quarter(x) FROM md.u;
CREATE MATERIALIZED VIEW md.d_aggregate AS SELECT md.total(x ORDER BY x) FROM md.u;
CREATE MATERIALIZED VIEW md.d_enum AS SELECT mood FROM md.u;
CREATE MATERIALIZED VIEW md.d_domain AS SELECT x::md.small AS small FROM md.u;
CREATE MATERIALIZED VIEW md.d_row AS SELECT md.of_row(u) FROM md.u;
CREATE MATERIALIZED VIEW md.d_pair AS SELECT md.of_pair(pair) FROM md.u;
CREATE MATERIALIZED VIEW md.d_collation AS SELECT max(d COLLATE md.c1) FROM md.t;
CREATE MATERIALIZED VIEW md.d_view AS SELECT x FROM md.v;
CREATE MATERIALIZED VIEW md.d_parent AS SELECT x FROM md.parent;
CREATE MATERIALIZED VIEW md.d_none AS SELECT x FROM md.u;
SELECT count(*) > 0 AS synced FROM gov_sync('schema:md', force => true);
SELECT md.refresh();
SELECT object_ref, flag, reason FROM pg_temp.lag;
CREATE VIEW pg_temp.seen AS SELECT object_ref, flag, changed, left(reason, 60) AS reason FROM pg_temp.lag WHERE flag <> 'no_change_seen';
-- what decides nothing
ALTER FUNCTION md.twice(integer) COST 5;
GRANT EXECUTE ON FUNCTION md.twice(integer) TO regress_md_owner;
GRANT SELECT ON md.u TO regress_md_owner;
COMMENT ON TABLE md.u IS 'u';
TABLE pg_temp.seen;
CREATE OR REPLACE FUNCTION md.twice(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 3 * $1; END';
TABLE pg_temp.seen;
CREATE OR REPLACE FUNCTION md.twice(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 2 * $1; END';
TABLE pg_temp.seen;
CREATE OR REPLACE FUNCTION md.half(integer) RETURNS integer IMMUTABLE BEGIN ATOMIC SELECT $1 / 3; END;
TABLE pg_temp.seen;
SELECT md.refresh();
CREATE OR REPLACE FUNCTION md.plus(integer, integer) RETURNS integer IMMUTABLE STRICT LANGUAGE sql AS 'SELECT $1 - $2';
TABLE pg_temp.seen;
SELECT md.refresh();
CREATE OR REPLACE AGGREGATE md.total(integer) (SFUNC = md.plus, STYPE = integer, INITCOND = 1);
TABLE pg_temp.seen;
SELECT md.refresh();
ALTER TYPE md.mood RENAME VALUE 'sad' TO 'blue';
TABLE pg_temp.seen;
SELECT md.refresh();
ALTER DOMAIN md.small ADD CHECK (VALUE > 0);
TABLE pg_temp.seen;
SELECT md.refresh();
ALTER TABLE md.u ADD COLUMN more integer DEFAULT 7;
TABLE pg_temp.seen;
SELECT md.refresh();
ALTER TABLE md.u RENAME COLUMN more TO less;
TABLE pg_temp.seen;
SELECT md.refresh();
ALTER TYPE md.pair RENAME ATTRIBUTE a TO aa;
TABLE pg_temp.seen;
SELECT md.refresh();
CREATE OR REPLACE VIEW md.v AS SELECT x FROM md.u WHERE x > 1;
TABLE pg_temp.seen;
SELECT md.refresh();
CREATE TABLE md.child () INHERITS (md.parent);
TABLE pg_temp.seen;
SELECT md.refresh();
-- rows rewritten with others, though no column has another type
CREATE UNIQUE INDEX ON md.u (x);
ALTER TABLE md.u ALTER less TYPE integer USING less + 1;
TABLE pg_temp.seen;
SELECT md.refresh();
TABLE pg_temp.seen;

-- ---- row security ----

ALTER TABLE md.u ENABLE ROW LEVEL SECURITY;
TABLE pg_temp.seen;
SELECT md.refresh();
-- whoever owns the materialized views here passes it
TABLE pg_temp.seen;
GRANT ALL ON SCHEMA md TO regress_md_owner;
ALTER MATERIALIZED VIEW md.d_none OWNER TO regress_md_owner;
CREATE POLICY a_few ON md.u USING (x > 1);
TABLE pg_temp.seen;
SELECT md.refresh();
TABLE pg_temp.seen;
ALTER ROLE regress_md_owner BYPASSRLS;
SELECT md.refresh();
TABLE pg_temp.seen;
ALTER ROLE regress_md_owner NOBYPASSRLS;
TABLE pg_temp.seen;
-- with the rights of whoever is asked, through a view
ALTER MATERIALIZED VIEW md.d_view OWNER TO regress_md_owner;
GRANT SELECT ON md.v TO regress_md_owner;
SELECT md.refresh();
TABLE pg_temp.seen;
ALTER VIEW md.v SET (security_invoker = true);
TABLE pg_temp.seen;
SELECT md.refresh();
TABLE pg_temp.seen;
\c postgres :superuser
DROP DATABASE regress_gov_matview_definitions;
DROP ROLE regress_md_owner;
