-- A source rests, leaves out what patterns mean, and goes: objects are retired
-- or forgotten, counted, and come back with their facts.
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
BEGIN;
\set ECHO all
SET LOCAL client_min_messages = warning;
CREATE SCHEMA shop;
CREATE SCHEMA "Odd ""one""";
CREATE TABLE shop.orders (id serial PRIMARY KEY);
CREATE TABLE shop.schema_migrations (id serial PRIMARY KEY);
CREATE TABLE shop.tmp_a (a int);
CREATE TABLE shop."tmp_B c" (a int);
CREATE TABLE shop.tmpx (a int);
CREATE TYPE shop.tmp_mood AS ENUM ('x');
CREATE FUNCTION shop.tmp_f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE shop.events (a int) PARTITION BY LIST (a);
CREATE TABLE shop.events_1 PARTITION OF shop.events FOR VALUES IN (1);
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{A,B}'::text[]) AS a;
SELECT count(gov_create_axis('topic')) + count(gov_set_axis_status('topic', 'active')) + count(gov_propose_value('topic', 'v')) AS axis;
SELECT gov_ratify('topic', 'v');
CREATE FUNCTION pg_temp.objects() RETURNS TABLE (object_type text, object_ref text, is text) LANGUAGE sql AS $$
    SELECT object_type, object_ref, CASE WHEN retired_at IS NULL THEN 'live' ELSE 'retired: ' || coalesce(attributes ->> 'retired_reason', '-') END
      FROM gov_object WHERE source LIKE 'schema:%' OR source = 'things' ORDER BY object_ref COLLATE "C", object_type COLLATE "C" $$;

-- patterns from the beginning
SELECT * FROM gov_enroll_schema('shop', exclude => '{schema_migrations}');
SELECT * FROM gov_enroll_schema('shop', exclude => '{schema_migrations}');
SELECT * FROM gov_enroll_schema('shop');
SELECT excluded FROM gov_source WHERE source = 'schema:shop';
SELECT count(gov_own('table', t, 'topic', 'v', 'A')) AS owned FROM unnest('{shop.orders,shop.tmp_a}'::text[]) AS t;
SELECT gov_assign('table', 'shop.tmp_a', 'topic', 'v', provenance => '{"kind": "test"}');

-- and later: what is registered is retired, with what lives in it
SELECT gov_exclude('schema:shop', 'tmp_*', 'scratch');
SELECT gov_exclude('schema:shop', 'tmp_*', 'again');
SELECT gov_exclude('schema:shop', 'events');
SELECT gov_exclude('schema:shop', 'nothing of that name');
SELECT * FROM pg_temp.objects();
SELECT count(*) AS owned FROM gov_effective_owner WHERE object_ref = 'shop.tmp_a';
SELECT source, born, retired, revived, unchanged FROM gov_sync('schema:shop');
CREATE TABLE shop.tmp_later (a int);
CREATE TABLE shop.events_2 PARTITION OF shop.events FOR VALUES IN (2);
CREATE TABLE shop.tm (a int);
SELECT source, born, retired, revived, unchanged FROM gov_sync('schema:shop');
-- one letter is one letter; a line below, a percent sign and a backslash are themselves
SELECT gov_exclude('schema:shop', 't?');
SELECT gov_exclude('schema:shop', 'tmp\_x') AS backslash, gov_exclude('schema:shop', 'tm%') AS percent;
-- taken back: they come back with what they had
SELECT gov_include('schema:shop', 'tmp_*', 'was no scratch');
SELECT gov_include('schema:shop', 'tmp_*');
SELECT object_ref, authority FROM gov_effective_owner WHERE object_ref LIKE 'shop.%' AND object_type = 'table' AND authority IS NOT NULL ORDER BY object_ref COLLATE "C";
SELECT object_ref, value FROM gov_object_axis WHERE object_ref = 'shop.tmp_a';
-- the schema itself stays
SELECT gov_exclude('schema:shop', '*');
SELECT object_type, object_ref FROM gov_object WHERE source = 'schema:shop' AND retired_at IS NULL;
SELECT gov_include('schema:shop', '*');

-- not so
SELECT gov_exclude('shop', 'x');
SELECT gov_exclude('schema:shpo', 'x');
SELECT gov_exclude('nothing like it', 'x');
SELECT gov_exclude('schema:shop', 'shop.tmp_a');
SELECT gov_exclude('schema:shop', '');
SELECT gov_exclude('schema:shop', NULL);
SELECT gov_exclude(NULL, 'x');
SELECT gov_exclude('manual', 'x');
SELECT * FROM gov_enroll_schema('shop', exclude => '{NULL}');
SELECT * FROM gov_enroll_schema('shop', exclude => '{shop.x}');

-- a source rests: neither followed nor retired, and said so
SELECT gov_set_source('schema:shop', false, 'migration');
SELECT gov_set_source('schema:shop', false);
DROP TABLE shop.tmpx;
CREATE TABLE shop.born_meanwhile (a int);
SELECT source FROM gov_sync();
SELECT gov_sync('schema:shop');
SELECT gov_include('schema:shop', 't?');
SELECT source, kind, state, live > 0 AS live, excluded FROM gov_source_state WHERE source <> 'manual';
SELECT count(*) AS still_live FROM gov_object WHERE object_ref = 'shop.tmpx' AND retired_at IS NULL;
SELECT object_type, object_ref FROM gov_unenrolled WHERE object_ref = 'shop';
SELECT gov_set_source('schema:shop', true);
SELECT source, born, retired, revived FROM gov_sync('schema:shop');
SELECT gov_set_source('manual', false);
SELECT gov_set_source('schema:shop', NULL);
SELECT gov_set_source('schema:none', false);

-- un-enrolled
SELECT gov_unenroll('schema:shop', reason => 'not ours');
SELECT gov_unenroll('schema:shop');
SELECT count(*) AS live FROM gov_object WHERE source = 'schema:shop' AND retired_at IS NULL;
SELECT DISTINCT attributes ->> 'retired_reason' AS reason FROM gov_object WHERE source = 'schema:shop' AND retired_at = now() ORDER BY 1;
SELECT gov_sync('schema:shop');
SELECT gov_set_source('schema:shop', true);
SELECT source, state, live FROM gov_source_state WHERE source = 'schema:shop';
SELECT count(*) AS cells FROM gov_effective_owner WHERE object_ref LIKE 'shop.%';
-- and again enrolled: facts are back, under the old identities
SELECT sum(objects) > 5 AS back FROM gov_enroll_schema('shop');
SELECT object_ref, authority FROM gov_effective_owner WHERE object_ref LIKE 'shop.%' AND object_type = 'table' AND authority IS NOT NULL ORDER BY object_ref COLLATE "C";
SELECT object_ref, count(*) FROM gov_object WHERE object_ref LIKE 'shop.tmp%' GROUP BY 1 ORDER BY object_ref COLLATE "C";
SELECT source, state FROM gov_source_state WHERE source = 'schema:shop';

-- forgotten: what nothing points at is deleted, the rest is named by what keeps it
SELECT gov_unenroll('schema:shop', true, 'wrong schema');
SELECT object_type, object_ref FROM gov_object WHERE source = 'schema:shop' ORDER BY object_ref COLLATE "C", object_type COLLATE "C";
SELECT gov_unenroll('schema:shop', true);
CREATE TABLE "Odd ""one""".t (a int);
SELECT * FROM gov_enroll_schema('Odd "one"');
SELECT gov_unenroll('schema:Odd "one"', true);
SELECT count(*) AS gone FROM gov_source WHERE source = 'schema:Odd "one"';
SELECT gov_unenroll('schema:Odd "one"', true);
SELECT gov_unenroll('schema:Odd "one"');
SELECT gov_unenroll('manual');
SELECT gov_unenroll(NULL);

-- what others placed in it is named, and stays; what the catalogs place elsewhere moves
SELECT count(*) FROM gov_enroll_schema('shop');
SELECT gov_register_object('job', 'nightly', 'table', 'shop.orders');
SELECT gov_unenroll('schema:shop');
SELECT gov_exclude('schema:shop', 'orders');
SELECT gov_retire_object('job', 'nightly');
CREATE TABLE "Odd ""one""".events_3 PARTITION OF shop.events FOR VALUES IN (3);
SELECT gov_include('schema:shop', 'events');
SELECT count(*) FROM gov_enroll_schema('Odd "one"');
SELECT o.object_ref, c.object_ref AS container FROM gov_object AS o JOIN gov_object AS c ON c.object_id = o.container_id WHERE o.object_ref LIKE '%events_3';
SELECT gov_unenroll('schema:shop') LIKE 'ended%' AS ended;
SELECT o.object_ref, c.object_ref AS container FROM gov_object AS o JOIN gov_object AS c ON c.object_id = o.container_id WHERE o.object_ref LIKE '%events_3';

-- a relation of the application
CREATE TABLE shop.thing (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO shop.thing VALUES ('box', 'keep', NULL, NULL), ('box', 'tmp_1', NULL, NULL), ('item', 'in tmp_1', 'box', 'tmp_1'), ('item', 'other', 'box', 'keep');
SELECT * FROM gov_enroll_relation('things', 'shop.thing');
SELECT gov_exclude('things', 'tmp_*');
SELECT source, born, retired, unchanged FROM gov_sync('things');
SELECT gov_include('things', 'tmp_*');
SELECT gov_set_source('things', false);
SELECT * FROM gov_enroll_relation('things', 'shop.thing');
SELECT gov_unenroll('things', true);
SELECT count(*) FROM gov_object WHERE object_type IN ('box', 'item');

SELECT action, target, payload - 'events' AS payload FROM gov_ledger WHERE action IN ('unenroll', 'set_source', 'exclude', 'include') ORDER BY seq;
SELECT * FROM gov_ledger_verify();
ROLLBACK;
