-- What an object bears itself, through what it lives in, and through what lives
-- in it: gov_classification, beside an oracle in plain SQL.
SET client_min_messages = warning;
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
CREATE SCHEMA cls;
CREATE SCHEMA cls_open;
CREATE TABLE cls.people (id int, email text, phone text);
CREATE TABLE cls.orders (id int, note text);
CREATE TABLE cls_open.news (id int, title text);
SELECT count(*) FROM gov_enroll_schema('cls', columns => true);
SELECT count(*) FROM gov_enroll_schema('cls_open', columns => true);
SELECT gov_create_axis(a, family => 'system'), gov_set_axis_status(a, 'active') FROM unnest('{pii,level}'::text[]) a;
SELECT gov_propose_value(a, v), gov_ratify(a, v)
  FROM (VALUES ('pii', 'personal'), ('pii', 'none'), ('pii', 'old'), ('level', 'confidential')) x (a, v);
CREATE FUNCTION pg_temp.bears(type text, ref text, axis text, value text, zone text DEFAULT 'approved') RETURNS text LANGUAGE sql AS
$$ SELECT gov_assign(type, ref, axis, value, zone, provenance => '{"kind": "test"}') $$;
SELECT pg_temp.bears('table column', 'cls.people.email', 'pii', 'personal');
SELECT pg_temp.bears('table column', 'cls.people.phone', 'pii', 'personal');
SELECT pg_temp.bears('table column', 'cls.people.id', 'pii', 'personal', 'candidate');
SELECT pg_temp.bears('table column', 'cls.orders.note', 'pii', 'personal', 'quarantine');
SELECT pg_temp.bears('table', 'cls.orders', 'pii', 'none');
SELECT pg_temp.bears('schema', 'cls', 'level', 'confidential');
CREATE TEMP VIEW shown AS
SELECT object_type, object_ref, value, zone, resolution AS by, depth, anchor_type, anchor_ref FROM gov_classification
 ORDER BY object_ref COLLATE "C", object_type COLLATE "C", value COLLATE "C", zone COLLATE "C", resolution COLLATE "C";

-- which tables hold personal data, and how sure it is
SELECT object_ref, zone, anchor_ref FROM gov_classification
 WHERE object_type = 'table' AND value = 'personal' AND resolution IN ('own', 'contents')
 ORDER BY object_ref COLLATE "C", zone COLLATE "C";
-- is this column in a confidential schema
SELECT depth, anchor_type, anchor_ref FROM gov_classification
 WHERE object_ref = 'cls.people.email' AND axis = 'level' AND value = 'confidential' AND resolution = 'container';
SELECT count(*) FROM gov_classification WHERE object_ref LIKE 'cls_open.news%';
-- all there is
SELECT * FROM shown WHERE object_ref ~ '^cls' ORDER BY object_ref COLLATE "C", object_type COLLATE "C", value COLLATE "C", zone COLLATE "C", by COLLATE "C";
SELECT * FROM shown WHERE object_type = 'database';

-- a deprecated value is borne all the same, a candidate and those of an axis that rests are not
SELECT pg_temp.bears('table', 'cls_open.news', 'pii', 'old');
SELECT gov_deprecate('pii', 'old', reason => 'no longer used');
SELECT value, by FROM shown WHERE object_ref ~ 'cls_open' AND value = 'old';
SELECT value, resolution FROM gov_classification WHERE object_ref = 'cls_open.news' AND value = 'old';
SELECT gov_set_axis_status('level', 'deprecated', 'resting');
SELECT count(*) FROM gov_classification WHERE axis = 'level';
-- what is retired counts in neither direction; what is back counts again
ALTER TABLE cls.people DROP COLUMN email, DROP COLUMN phone;
SELECT retired FROM gov_sync('schema:cls');
SELECT * FROM shown WHERE object_ref = 'cls.people';
DROP TABLE cls.people;
SELECT retired FROM gov_sync('schema:cls');
SELECT * FROM shown WHERE object_ref ~ 'people';
SELECT count(*) FROM gov_classification WHERE object_type = 'schema' AND value = 'personal';
-- a table that takes the name bears what it bore
CREATE TABLE cls.people (email text);
SELECT born, revived FROM gov_sync('schema:cls');
SELECT * FROM shown WHERE object_ref ~ 'people';

-- how the engine is asked
CREATE FUNCTION pg_temp.plan(condition text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT * FROM gov_classification WHERE ' || condition LOOP
        IF line ~ 'Engine|Narrowed' THEN
            RETURN NEXT btrim(line);
        END IF;
    END LOOP;
END $$;
SELECT pg_temp.plan($q$object_ref = 'cls.people' AND resolution = 'contents'$q$);
SELECT pg_temp.plan($q$axis = 'pii' AND value = 'personal' AND resolution IN ('own', 'contents') AND object_type = 'table'$q$);
SELECT pg_temp.plan($q$zone = 'approved'$q$);
-- one object is looked up by index, whatever else there is
CREATE FUNCTION pg_temp.pages(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE query;
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) ' || query INTO plan;
    RETURN CASE WHEN (plan #>> '{0,Plan,Shared Hit Blocks}')::int + (plan #>> '{0,Plan,Shared Read Blocks}')::int < 300 THEN 'few' ELSE 'many' END;
END $$;
INSERT INTO gov_object (object_type, object_ref, container_id)
SELECT 'leaf', 'leaf ' || n, (SELECT object_id FROM gov_object WHERE object_ref = 'cls_open' AND retired_at IS NULL) FROM generate_series(1, 3000) n;
ANALYZE gov_object;
SELECT pg_temp.pages($q$SELECT * FROM gov_classification WHERE object_ref = 'cls.orders'$q$) AS "table",
       pg_temp.pages($q$SELECT * FROM gov_classification WHERE object_ref = 'leaf 7'$q$) AS leaf,
       pg_temp.pages($q$SELECT * FROM gov_classification WHERE object_ref = 'cls_open' AND resolution = 'own'$q$) AS own,
       pg_temp.pages($q$SELECT * FROM gov_classification WHERE object_ref = 'cls_open'$q$) AS contents;

-- whoever may read the facts reads this, and nobody else
CREATE ROLE regress_gov_cls;
SET ROLE regress_gov_cls;
SELECT count(*) FROM gov_classification;
RESET ROLE;
SELECT gov_grant('reader', 'regress_gov_cls');
SET ROLE regress_gov_cls;
SELECT count(*) > 0 AS some FROM gov_classification;
RESET ROLE;
ROLLBACK;

-- random worlds, whole, in parts and object by object; the test
-- "worlds" compares all views so, in 200 of them, as built and changed
SET jit = off;
\getenv source PG_ABS_SRCDIR
\set oracle :source '/test/oracle.sql'
\set worlds :source '/test/worlds.sql'
\set ECHO none
\i :oracle
\i :worlds
\set ECHO all
CREATE FUNCTION worlds.differ_classification(seed int) RETURNS bigint LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    found bigint := 0;
    query text;
BEGIN
    PERFORM worlds.build(seed);
    DELETE FROM worlds.classification;
    INSERT INTO worlds.classification SELECT * FROM oracle.classification;
    FOREACH query IN ARRAY ARRAY['', 'WHERE axis = ''a1'' AND resolution <> ''own''', 'WHERE value = ''v2'' AND resolution IN (''own'', ''contents'')',
                                 'WHERE resolution = ''contents''', 'WHERE resolution = ''container'' AND zone = ''approved'''] LOOP
        found := found + worlds.differ('world ' || seed, 'SELECT * FROM %s ' || query, 'classification');
    END LOOP;
    RETURN found + worlds.differ('world ' || seed, 'SELECT c.* FROM gov_object o CROSS JOIN LATERAL (SELECT * FROM %s v WHERE v.object_id = o.object_id OFFSET 0) c', 'classification');
END $$;
CREATE FUNCTION worlds.undone(seed int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    found := worlds.differ_classification(seed);
    RAISE EXCEPTION 'undo';
EXCEPTION WHEN raise_exception THEN
    RETURN found;
END $$;
SELECT count(*) AS worlds, sum(worlds.undone(seed)) AS differences FROM generate_series(301, 310) seed;
-- in each direction something was to be found
BEGIN;
SELECT worlds.build(302);
SELECT resolution, count(*) >= 20 AS often, count(DISTINCT zone) AS zones, max(depth) > 1 OR resolution = 'own' AS deep
  FROM oracle.classification GROUP BY resolution ORDER BY resolution;
ROLLBACK;
DROP SCHEMA worlds CASCADE;
DROP SCHEMA oracle CASCADE;
