-- Names with "@." in them, which SQL texts of the extension use for its own
-- schema, mean what they say.
BEGIN;
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE SCHEMA "here@.";
CREATE ROLE "ann@.corp";
-- whom the placeholder would have made of it
CREATE ROLE anngovernance;
CREATE TABLE "here@."."list@.v" AS SELECT 'row'::text AS object_type, 'it''s @.'::text AS object_ref, NULL::text AS container_type, NULL::text AS container_ref;
CREATE TABLE "here@."."la""@.bels" (label text, facet text, name text, status text);
CREATE TABLE "here@."."shown@." (object_type text, object_ref text, "val@.ue" text);
CREATE FUNCTION "here@."."look@."() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE sql AS $$SELECT NULL, 'row', 'it''s @.', NULL, 'warning', '{"of": "@."}'::jsonb$$;

SELECT gov_grant('reader', 'ann@.corp');
SELECT has_table_privilege('ann@.corp', 'gov_axis', 'SELECT') AS granted, has_table_privilege('anngovernance', 'gov_axis', 'SELECT') AS to_another;
SELECT gov_revoke('reader', 'ann@.corp');
SELECT has_table_privilege('ann@.corp', 'gov_axis', 'SELECT') AS granted;

SELECT gov_create_axis('at@.');
SELECT objects FROM gov_enroll_relation('list@.', '"here@."."list@.v"');
SELECT object_type, object_ref FROM gov_object WHERE source = 'list@.';
SELECT gov_bind('vocabulary', '"here@."."la""@.bels"');
SELECT gov_set_projection('shown@.', 'at@.', '"here@."."shown@."');
SELECT gov_set_axis_status('at@.', 'active'), gov_propose_value('at@.', 'v@.'), gov_ratify('at@.', 'v@.');
SELECT count(gov_assign('row', 'it''s @.', 'at@.', 'v@.', zone => 'approved', provenance => '{"kind": "human"}'));
SELECT projection, object_ref, flag, reason FROM gov_projection_lag WHERE projection = 'shown@.';
SELECT gov_set_detector('look@.', routine => '"here@."."look@."');
SELECT count(*) AS scanned FROM gov_scan();
SELECT detector, object_ref, detail FROM gov_finding WHERE detector = 'look@.';
ROLLBACK;
