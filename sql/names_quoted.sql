-- Objects, and relations that are registered, have one name each, whatever
-- a session wants quoted.
BEGIN;
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE SCHEMA names_quoted;
CREATE TABLE names_quoted.plain (id int);
CREATE TABLE names_quoted."Odd one" (id int);
CREATE FUNCTION names_quoted.f(names_quoted.plain, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE names_quoted.things AS SELECT 'row'::text AS object_type, 'r1'::text AS object_ref, 'schema'::text AS container_type, 'names_quoted'::text AS container_ref;
CREATE TABLE names_quoted.shown (object_type text, object_ref text);
CREATE TABLE names_quoted.labels (label text, facet text, name text, status text);
CREATE FUNCTION names_quoted.look() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb) LANGUAGE sql AS 'SELECT NULL, NULL, NULL, NULL, NULL, NULL::jsonb WHERE false';
SELECT * FROM gov_enroll_schema('names_quoted');

-- with the setting, nothing is renamed
SET LOCAL quote_all_identifiers = on;
SELECT born, renamed, unchanged FROM gov_sync('schema:names_quoted');
SELECT gov_create_axis('names-quoted');
SELECT objects FROM gov_enroll_relation('names-things', 'names_quoted.things');
SELECT gov_bind('vocabulary', 'names_quoted.labels');
SELECT gov_set_projection('names-shown', 'names-quoted', 'names_quoted.shown');
SELECT gov_set_detector('names-look', routine => 'names_quoted.look');
CREATE TABLE names_quoted.later (id int);
SELECT born, renamed, unchanged FROM gov_sync('schema:names_quoted');
-- the session keeps its setting
SHOW quote_all_identifiers;

-- and without it neither
SET LOCAL quote_all_identifiers = off;
SELECT born, renamed, unchanged FROM gov_sync('schema:names_quoted');
SELECT object_type, object_ref FROM gov_object WHERE source = 'schema:names_quoted' ORDER BY object_type, object_ref COLLATE "C";
SELECT relation FROM gov_source WHERE source = 'names-things'
UNION ALL SELECT relation FROM gov_binding WHERE binding = 'vocabulary'
UNION ALL SELECT relation FROM gov_projection WHERE projection = 'names-shown'
UNION ALL SELECT routine FROM gov_detector WHERE detector = 'names-look';
ROLLBACK;
