-- Schemas come in by a pattern of names: those that are there at once, those
-- that are made or renamed so later with the next sync; what an admin decided
-- of a schema stays.
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
BEGIN;
\set ECHO all
SET LOCAL client_min_messages = warning;
CREATE SCHEMA es_a;
CREATE SCHEMA es_b;
CREATE SCHEMA es_scratch_1;
CREATE SCHEMA "es_Odd ""one""";
CREATE SCHEMA "esXa";
CREATE TABLE es_a.t (id int);
CREATE TABLE es_b.t (id int);
CREATE VIEW es_b.v AS SELECT 1 AS one;
CREATE TABLE "es_Odd ""one""".t (id int);
CREATE TABLE es_scratch_1.t (id int);
SELECT count(*) FROM gov_enroll_schema('es_b', '{table}');
CREATE FUNCTION pg_temp.sources() RETURNS TABLE (source text, enabled boolean, gone boolean, object_types text[], live bigint) LANGUAGE sql AS $$
    SELECT s.source, s.enabled, s.unenrolled_at IS NOT NULL, s.object_types,
           (SELECT count(*) FROM gov_object AS o WHERE o.source = s.source AND o.retired_at IS NULL)
      FROM gov_source AS s WHERE s.source LIKE 'schema:es%' ORDER BY s.source COLLATE "C" $$;

-- what is there comes in at once; what is enrolled already stays as it is; the
-- line below is itself, and no letter
SELECT * FROM gov_enroll_schemas('es_*', '{es_scratch_*}');
SELECT * FROM pg_temp.sources();
-- again: nothing
SELECT * FROM gov_enroll_schemas('es_*', '{es_scratch_*}');
SELECT * FROM gov_enroll_schemas('es_*');
SELECT pattern, excluded, object_types, created_by = session_user AS mine FROM gov_schema_pattern;
SELECT action, target, payload - 'events' AS payload FROM gov_ledger WHERE action IN ('enroll_schemas', 'enroll_schema', 'stop_enrolling') ORDER BY seq;

-- later ones, with the next sync of all, or the next reconcile; a rename to a name that fits counts, one away changes nothing
CREATE SCHEMA es_later;
CREATE TABLE es_later.t (id int);
ALTER SCHEMA "esXa" RENAME TO es_renamed;
ALTER SCHEMA es_a RENAME TO away_a;
SELECT source, born, renamed FROM gov_sync() WHERE source LIKE 'schema:%' ORDER BY source COLLATE "C";
CREATE SCHEMA es_last;
SELECT metric FROM gov_reconcile(dry_run => true) WHERE metric = 'objects';
SELECT count(*) AS none FROM gov_source WHERE source = 'schema:es_last';
SELECT metric FROM gov_reconcile() WHERE metric = 'objects';
SELECT * FROM pg_temp.sources();
SELECT payload FROM gov_ledger WHERE action = 'enroll_schema' AND target ->> 'source' = 'schema:es_last';

-- a schema that was let go, forgotten or disabled does not come back by it
SELECT gov_unenroll('schema:es_b', reason => 'elsewhere'), gov_unenroll('schema:es_later', true), gov_set_source('schema:es_last', false);
SELECT gov_unenroll('schema:es_later', true) AS again;
SELECT count(*) > 0 AS ran FROM gov_reconcile();
SELECT * FROM gov_enroll_schemas('es_*');
-- unless it is asked for
SELECT object_type, objects, unchanged FROM gov_enroll_schema('es_later') ORDER BY object_type COLLATE "C";

-- other types and exclusions for what comes later; two patterns for one schema: the first by name
SELECT count(*) FROM gov_enroll_schemas('es_*', '{}', '{view}');
SELECT count(*) FROM gov_enroll_schemas('es_[a-z]*', object_types => '{table}');
SELECT count(*) FROM gov_enroll_schemas('??_s*', object_types => '{table,view}');
SELECT pattern, excluded, object_types FROM gov_schema_pattern ORDER BY pattern COLLATE "C";
SELECT * FROM pg_temp.sources() WHERE source LIKE '%scratch%';
SELECT gov_stop_enrolling('??_s*', 'a slip'), gov_stop_enrolling('??_s*'), gov_stop_enrolling('es_[a-z]*');
CREATE SCHEMA es_views;
CREATE TABLE es_views.t (id int);
CREATE VIEW es_views.v AS SELECT 1 AS one;
SELECT source, born FROM gov_sync() WHERE source = 'schema:es_views';
SELECT gov_stop_enrolling('es_*', 'by hand from now on');
CREATE SCHEMA es_ended;
SELECT count(*) AS none FROM gov_sync() WHERE source = 'schema:es_ended';
SELECT * FROM pg_temp.sources() WHERE enabled;
SELECT payload FROM gov_ledger WHERE action = 'stop_enrolling' ORDER BY seq;

-- with the columns, too: for what comes later; NULL leaves it, and an end of the pattern says what it was
SELECT count(*) FROM gov_enroll_schemas('es_cols_*', columns => true);
CREATE SCHEMA es_cols_1;
CREATE TABLE es_cols_1.t (a int, b int);
SELECT unchanged FROM gov_enroll_schemas('es_cols_*');
SELECT object_type, object_ref FROM gov_object WHERE source = 'schema:es_cols_1' ORDER BY object_type COLLATE "C", object_ref COLLATE "C";
SELECT count(*) FROM gov_enroll_schemas('es_cols_*', columns => false);
CREATE SCHEMA es_cols_2;
CREATE TABLE es_cols_2.t (a int, b int);
SELECT source, born FROM gov_sync() WHERE source LIKE 'schema:es_cols%' ORDER BY source COLLATE "C";
SELECT source, columns FROM gov_source WHERE source LIKE 'schema:es_cols%' ORDER BY source COLLATE "C";
SELECT count(*) FROM gov_enroll_schemas('es_cols_*', object_types => '{table}', columns => true);
SELECT gov_stop_enrolling('es_cols_*');
SELECT payload -> 'was' AS was FROM gov_ledger WHERE action = 'stop_enrolling' ORDER BY seq DESC LIMIT 1;

-- never those of the server, of extensions, and the one that this extension is in
CREATE TEMP TABLE es_temporary (id int);
CREATE EXTENSION pg_trgm SCHEMA es_ended;
CREATE SCHEMA es_member;
ALTER EXTENSION pg_trgm ADD SCHEMA es_member;
SELECT count(*) > 5 AS several FROM gov_enroll_schemas('*');
SELECT source FROM gov_source
 WHERE source ~ '^schema:(pg_|information_schema|governance_internal|es_member)'
    OR source = (SELECT 'schema:' || n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'governance');
SELECT source FROM gov_source WHERE source = 'schema:es_ended';
SELECT gov_stop_enrolling('*');

-- not so
SELECT * FROM gov_enroll_schemas(NULL);
SELECT * FROM gov_enroll_schemas('');
SELECT * FROM gov_enroll_schemas('x*', '{NULL}');
SELECT * FROM gov_enroll_schemas('x*', '{""}');
SELECT * FROM gov_enroll_schemas('x*', object_types => '{tabel}');
SELECT * FROM gov_enroll_schemas('x*', object_types => '{}');
SELECT * FROM gov_enroll_schemas('*es_nothing_of_that_name');
CREATE ROLE es_steward;
SELECT gov_grant('steward', 'es_steward');
SET LOCAL ROLE es_steward;
SELECT * FROM gov_enroll_schemas('*');
SELECT gov_stop_enrolling('*es_nothing_of_that_name');
RESET ROLE;
\set ECHO none
ROLLBACK;
