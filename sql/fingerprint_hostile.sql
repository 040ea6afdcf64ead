-- Code of whoever made a relation is not run with the rights of who fingerprints
-- it: no cast, operator, check of a domain, function of a view, a policy, a rule
-- or a default is run at all, and what the planner computes of indexes,
-- statistics and partition keys is computed as the owner of the relation.
-- Each function below notes as whom it ran.
SET client_min_messages = warning;
CREATE DATABASE regress_gov_fph;
\c regress_gov_fph
SET client_min_messages = warning;
CREATE EXTENSION governance;
CREATE ROLE fph_enemy;
CREATE SCHEMA fph AUTHORIZATION fph_enemy;
GRANT CREATE ON DATABASE regress_gov_fph TO fph_enemy;
CREATE TABLE public.ran (what text, role text);
GRANT INSERT ON public.ran TO public;
SET ROLE fph_enemy;
CREATE FUNCTION fph.boom(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.ran VALUES ($1, current_user); RETURN $1; END $$;
CREATE FUNCTION fph.truly(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM fph.boom($1); RETURN true; END $$;
-- types with a check, a cast, operators, an operator class, a canonical function
CREATE DOMAIN fph.checked AS text;
CREATE TYPE fph.mood AS ENUM ('x', 'y');
CREATE TYPE fph.pair AS (a int, b text);
CREATE FUNCTION fph.to_text(fph.pair) RETURNS text LANGUAGE sql AS $$ SELECT fph.boom('cast of a row') $$;
CREATE CAST (fph.pair AS text) WITH FUNCTION fph.to_text(fph.pair) AS IMPLICIT;
CREATE FUNCTION fph.mood_text(fph.mood) RETURNS text LANGUAGE sql AS $$ SELECT fph.boom('cast of an enum') $$;
CREATE CAST (fph.mood AS text) WITH FUNCTION fph.mood_text(fph.mood) AS IMPLICIT;
CREATE FUNCTION fph.pair_less(fph.pair, fph.pair) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM fph.boom('operator'); RETURN true; END $$;
CREATE OPERATOR fph.< (LEFTARG = fph.pair, RIGHTARG = fph.pair, PROCEDURE = fph.pair_less);
CREATE FUNCTION fph.mood_diff(text, text) RETURNS double precision LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM fph.boom('difference'); RETURN 1; END $$;
CREATE TYPE fph.span AS RANGE (SUBTYPE = text, SUBTYPE_DIFF = fph.mood_diff);
-- what hides the server's own, for whoever has this schema first
CREATE FUNCTION fph.count() RETURNS bigint LANGUAGE sql AS $$ SELECT 0::bigint $$;
CREATE FUNCTION fph.bytea_less(bytea, bytea) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM fph.boom('less'); RETURN false; END $$;
CREATE OPERATOR fph.< (LEFTARG = bytea, RIGHTARG = bytea, PROCEDURE = fph.bytea_less);
CREATE FUNCTION fph.gov_fingerprint_row(record) RETURNS bytea LANGUAGE sql AS $$ SELECT '\x00'::bytea FROM fph.boom('namesake') $$;
CREATE FUNCTION fph.gov_fingerprint_rows(bytea) RETURNS text LANGUAGE sql AS $$ SELECT fph.boom('namesake') $$;
CREATE TABLE fph.t (id int, c fph.checked, m fph.mood, p fph.pair, ps fph.pair[], s fph.span, d text DEFAULT 'd');
INSERT INTO fph.t (id, c, m, p, ps, s) VALUES (1, 'c', 'x', (1, 'b'), ARRAY[(1, 'b')::fph.pair], '[a,b)');
ALTER TABLE fph.t ALTER d SET DEFAULT fph.boom('default');
ALTER DOMAIN fph.checked ADD CHECK (fph.truly(VALUE)) NOT VALID;
CREATE INDEX ON fph.t (id) WHERE fph.truly('index');
CREATE STATISTICS fph.st ON id, (fph.truly('statistics')) FROM fph.t;
CREATE TABLE fph.parted (id int) PARTITION BY RANGE ((id + fph.truly('partition key')::int));
CREATE TABLE fph.part PARTITION OF fph.parted FOR VALUES FROM (0) TO (100);
INSERT INTO fph.parted VALUES (1);
ALTER TABLE fph.part ADD CHECK (fph.truly('check'));
CREATE VIEW fph.v AS SELECT fph.boom('view') AS b FROM fph.t;
CREATE RULE r AS ON UPDATE TO fph.t DO ALSO SELECT fph.boom('rule');
CREATE FUNCTION fph.trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM fph.boom('trigger'); RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON fph.t FOR EACH ROW EXECUTE FUNCTION fph.trigger();
CREATE TABLE fph.secured (id int);
INSERT INTO fph.secured VALUES (1);
ALTER TABLE fph.secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON fph.secured USING (fph.truly('policy'));
GRANT USAGE ON SCHEMA fph TO public;
GRANT SELECT ON ALL TABLES IN SCHEMA fph TO public;
RESET ROLE;
CREATE ROLE fph_steward;
SELECT gov_grant('steward', 'fph_steward') AS granted;
GRANT fph_steward TO CURRENT_USER;
DELETE FROM public.ran;
SET search_path = fph, public;
SELECT relation_name, row_count, content_hash, left_out, note FROM unnest('{t,v,secured,parted}'::text[]) AS t (name), gov_fingerprint(t.name);
SELECT public.gov_capture_baseline('one', '{fph.*}');
SET ROLE fph_steward;
SELECT relation_name, row_count, content_hash, left_out, note FROM unnest('{t,v,secured,parted}'::text[]) AS t (name), gov_fingerprint(t.name);
SELECT public.gov_capture_baseline('two', '{fph.*}');
SELECT relation, what, verdict, note FROM public.gov_compare_baseline('one', 'two') WHERE verdict NOT IN ('same', 'noted') AND kind = 'relation';
RESET ROLE;
RESET search_path;
SELECT DISTINCT what, role FROM public.ran ORDER BY 1;
-- Nor does anybody make a capture fail.
SET ROLE fph_enemy;
CREATE FUNCTION fph.fails(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN true; END $$;
CREATE TABLE fph.failing (id int);
INSERT INTO fph.failing VALUES (1);
CREATE INDEX ON fph.failing (id) WHERE fph.fails('x');
CREATE OR REPLACE FUNCTION fph.fails(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE EXCEPTION 'you fail' USING ERRCODE = '57014'; END $$;
RESET ROLE;
SELECT gov_capture_baseline('three', '{fph.failing,public.ran}');
SELECT what, state, note FROM gov_baseline_item WHERE baseline = 'three' AND relation = 'fph.failing' AND what IN ('rows', 'content') ORDER BY what;
SELECT count(*) AS read FROM gov_baseline_item WHERE baseline = 'three' AND relation = 'public.ran' AND what = 'rows' AND state IS NOT NULL;
\set SHOW_CONTEXT never
SELECT row_count FROM gov_fingerprint('fph.failing');
-- Its own time is another matter.
SET ROLE fph_enemy;
CREATE OR REPLACE FUNCTION fph.fails(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_sleep(60); RETURN true; END $$;
RESET ROLE;
SET statement_timeout = '500ms';
SELECT gov_capture_baseline('four', '{fph.failing}');
RESET statement_timeout;
SELECT count(*) FROM gov_baseline WHERE baseline = 'four';
-- A partition of somebody else is not read with the others.
CREATE TABLE public.p (id int) PARTITION BY LIST (id);
CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1);
ALTER TABLE public.p1 OWNER TO fph_enemy;
SELECT row_count, content_hash, note FROM gov_fingerprint('public.p');
-- Rows that are made to run together do not.
CREATE TABLE public.x (a text, b text);
CREATE TABLE public.y (a text, b text);
INSERT INTO public.x VALUES ('1', '2'), ('3', '4');
INSERT INTO public.y VALUES ('1', '4'), ('3', '2');
SELECT x.content_hash = y.content_hash AS swapped FROM gov_fingerprint('public.x') AS x, gov_fingerprint('public.y') AS y;
-- A role that owns the table under policies that it made does not pass by them.
ALTER TABLE fph.secured FORCE ROW LEVEL SECURITY;
SET ROLE fph_enemy;
SELECT count(*) FROM fph.secured;
RESET ROLE;
SELECT gov_grant('reader', 'fph_enemy') AS granted;
SET ROLE fph_enemy;
SELECT relation_name, row_count, note FROM gov_fingerprint('fph.secured');
RESET ROLE;
\c postgres
DROP DATABASE regress_gov_fph;
DROP ROLE fph_enemy, fph_steward;
