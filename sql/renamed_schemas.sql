-- Whatever is registered follows its schema, and itself, under another name.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE rn_owner;
CREATE ROLE rn_other;
SELECT gov_grant('steward', r) FROM unnest('{rn_owner,rn_other}'::text[]) AS r;
SELECT gov_grant('admin', 'rn_owner');
CREATE SCHEMA rn AUTHORIZATION rn_owner;
SELECT gov_create_axis('rn'), gov_set_axis_status('rn', 'active'), gov_propose_value('rn', 'v'), gov_ratify('rn', 'v');
SET LOCAL SESSION AUTHORIZATION rn_owner;
CREATE TABLE rn.thing (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO rn.thing VALUES ('rn', 'a', NULL, NULL), ('rn', 'b', NULL, NULL);
CREATE FUNCTION rn.listed() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text) LANGUAGE sql
    AS $$ SELECT 'rn listed'::text, 'c'::text, NULL::text, NULL::text $$;
CREATE VIEW rn.label AS SELECT 'L'::text AS label, 'f'::text AS facet, ''::text AS name, 'active'::text AS status;
CREATE VIEW rn.rule AS SELECT 'rn'::text AS object_type, 'a'::text AS object_ref, 'L'::text AS label, 'active'::text AS status;
CREATE VIEW rn.shown AS SELECT 'rn'::text AS object_type, 'a'::text AS object_ref, 'L'::text AS label, 'infinity'::timestamptz AS projected_at;
CREATE FUNCTION rn.look() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb) LANGUAGE sql
    AS $$ SELECT 'rn', 'rn', 'a', NULL, 'info', '{"rn": true}'::jsonb $$;
CREATE VIEW rn.entries AS SELECT 'rn'::text AS object_type, 'a'::text AS object_ref, 'rn'::text AS axis, 'v'::text AS value;
SELECT * FROM gov_enroll_relation('rn', 'rn.thing');
SELECT * FROM gov_enroll_relation('rn listed', 'rn.listed()');
SELECT gov_bind('vocabulary', 'rn.label'), gov_bind('label_rule', 'rn.rule'), gov_bind('label_projection', 'rn.shown');
SELECT gov_set_projection('rn', 'rn', 'rn.shown'), gov_set_detector('rn', routine => 'rn.look');
RESET SESSION AUTHORIZATION;
SELECT objects FROM gov_enroll_schema('rn', '{table}') ORDER BY 1;
SELECT gov_map_label('rn', 'v', 'L');
CREATE TEMP VIEW registered AS
SELECT 'source' AS what, source AS name, relation FROM gov_source WHERE source LIKE 'rn%'
UNION ALL SELECT 'source', source, NULL FROM gov_source WHERE kind = 'catalog' AND source ~* '^schema:rn'
UNION ALL SELECT 'binding', binding, relation FROM gov_binding
UNION ALL SELECT 'projection', projection, relation FROM gov_projection WHERE projection = 'rn'
UNION ALL SELECT 'detector', detector, routine FROM gov_detector WHERE detector = 'rn';
-- each read, as if nothing had been
CREATE TEMP VIEW reads AS
SELECT (SELECT count(*) FROM gov_label_without_value WHERE label = 'L') + (SELECT count(*) FROM gov_label_orphan WHERE label = 'L') AS labels_wrong,
       (SELECT count(*) FROM gov_label_projected WHERE object_type = 'rn') AS projected,
       (SELECT string_agg(DISTINCT flag, ',') FROM gov_projection_lag WHERE projection = 'rn') AS lag,
       (SELECT count(*) FROM gov_drift_finding WHERE detector = 'rn') AS found,
       (SELECT count(*) FROM gov_drift_finding WHERE detector IN ('detector_failed', 'sync_blocked')) AS failed;
SELECT * FROM gov_assign_many('rn.entries'::regclass);
TABLE reads;

-- renamed: read under the new names at once
ALTER SCHEMA rn RENAME TO "RN two";
TABLE reads;
SELECT source, born, renamed, retired, unchanged FROM gov_sync('rn') UNION ALL SELECT source, born, renamed, retired, unchanged FROM gov_sync('rn listed');
SELECT * FROM gov_assign_many('"RN two".entries'::regclass);
-- brought up to date by gov_reconcile, which says so once
SELECT count(*) FROM gov_reconcile();
SELECT * FROM registered ORDER BY what COLLATE "C", name COLLATE "C";
SELECT payload FROM gov_ledger WHERE action = 'follow';
SELECT count(*) FROM gov_reconcile();
SELECT count(*) FROM gov_ledger WHERE action = 'follow';
TABLE reads;
-- enrolled and bound again under these names: as it is
SET LOCAL SESSION AUTHORIZATION rn_owner;
SELECT object_type, unchanged FROM gov_enroll_relation('rn', '"RN two".thing');
SELECT gov_bind('label_rule', '"RN two".rule'), gov_set_projection('rn', relation => '"RN two".shown'), gov_set_detector('rn', routine => '"RN two".look');

-- The things themselves, one by one; before gov_reconcile one is enrolled again under its new name: it is the same.
ALTER TABLE "RN two".thing RENAME TO thing_2;
ALTER VIEW "RN two".label RENAME TO label_2;
ALTER FUNCTION "RN two".look() RENAME TO look_2;
ALTER FUNCTION "RN two".listed() RENAME TO "listed ()";
RESET SESSION AUTHORIZATION;
ALTER VIEW "RN two".rule SET SCHEMA public;
TABLE reads;
SET LOCAL SESSION AUTHORIZATION rn_owner;
SELECT object_type, unchanged FROM gov_enroll_relation('rn', '"RN two".thing_2');
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM gov_reconcile();
SELECT * FROM registered ORDER BY what COLLATE "C", name COLLATE "C";

-- A table swap is followed, and what is made again: the name counts, as long as it is the same owner's.
SET LOCAL SESSION AUTHORIZATION rn_owner;
CREATE TABLE "RN two".next (LIKE "RN two".thing_2);
INSERT INTO "RN two".next VALUES ('rn', 'a', NULL, NULL), ('rn', 'swapped', NULL, NULL), ('rn', 'b', NULL, NULL);
ALTER TABLE "RN two".thing_2 RENAME TO thing_old;
ALTER TABLE "RN two".next RENAME TO thing_2;
SELECT born, retired FROM gov_sync('rn');
DROP VIEW "RN two".label_2;
CREATE VIEW "RN two".label_2 AS SELECT 'M'::text AS label, 'f'::text AS facet, ''::text AS name, 'active'::text AS status;
SELECT label FROM gov_label_without_value;
-- Somebody else who takes the name of a schema that was renamed is not read, nor in the way.
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM gov_reconcile();
ALTER SCHEMA "RN two" RENAME TO rn_three;
CREATE SCHEMA "RN two" AUTHORIZATION rn_other;
SET LOCAL SESSION AUTHORIZATION rn_other;
CREATE TABLE "RN two".thing_2 (object_type text, object_ref text, container_type text, container_ref text);
CREATE VIEW "RN two".label_2 AS SELECT 'EVIL'::text AS label, 'f'::text AS facet, ''::text AS name, 'active'::text AS status;
CREATE FUNCTION "RN two".look_2() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb) LANGUAGE sql
    AS $$ SELECT 'rn', 'rn', 'a', NULL, 'critical', '{"evil": true}'::jsonb $$;
SELECT born, retired, unchanged FROM gov_sync('rn');
SELECT label FROM gov_label_without_value;
SELECT severity, detail FROM gov_drift_finding WHERE detector = 'rn';
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM gov_reconcile();
SELECT * FROM registered ORDER BY what COLLATE "C", name COLLATE "C";
ROLLBACK;
