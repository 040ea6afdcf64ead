-- Labels read from relations of the application: checked when they are bound
-- and whenever they are read, with the rights of the role that bound them.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA lb_app;
CREATE SCHEMA "lb ""odd""";
CREATE ROLE lb_steward;
CREATE ROLE lb_reader;
SELECT gov_grant('steward', 'lb_steward'), gov_grant('reader', 'lb_reader');
GRANT USAGE ON SCHEMA lb_app TO lb_steward;
CREATE VIEW pg_temp.bound AS SELECT binding, relation, registered_by FROM gov_binding ORDER BY binding COLLATE "C";

-- the application's own tables, of types that have a text form
CREATE TYPE lb_app.state AS ENUM ('active', 'off');
CREATE DOMAIN lb_app.code AS varchar(40);
CREATE TABLE lb_app.labels (id serial, label lb_app.code, facet name, name char(10), status lb_app.state);
CREATE TABLE lb_app.rules (object_type name, object_ref varchar(80), label text, status text);
CREATE TABLE lb_app.rows (object_type text, object_ref text, label varchar, projected_at timestamp);
INSERT INTO lb_app.labels (label, facet, name, status) VALUES ('A', 'F1', 'a', 'active'), ('B', 'F2', 'b', 'active'),
    ('C', 'F1', 'c', 'off'), (NULL, 'F1', 'n', 'active'), ('D', NULL, NULL, 'active'), ('A', 'F9', 'again', 'active'), ('A', 'F8', 'off', 'off');
INSERT INTO lb_app.rules VALUES ('t', 'lb 1', 'B', 'active'), ('t', 'lb 2', 'B', 'off'), ('t', 'lb 2', NULL, 'active'), (NULL, 'lb 2', 'B', 'active'),
    ('t', 'lb 3', 'B', NULL), ('t', 'lb 3', 'A', 'active'), ('t', 'lb 3', 'A', 'active'), ('t', 'lb 3', 'Z', 'active'), ('t', 'lb 4', 'C', 'active');
INSERT INTO lb_app.rows VALUES ('t', 'lb 1', 'Y', '2026-03-01 00:30'), ('t', 'lb 1', 'A', NULL), ('t', 'lb 1', 'Y', '2026-03-01 00:30');

-- a world to look at
SELECT gov_create_axis('lbx'), gov_set_axis_status('lbx', 'active'), gov_propose_value('lbx', 'v'), gov_ratify('lbx', 'v');
SELECT gov_register_object('t', 'lb ' || n) AS o, gov_assign('t', 'lb ' || n, 'lbx', 'v') AS a FROM generate_series(1, 4) AS n;
CREATE VIEW pg_temp.seen AS
SELECT object_ref, value_labels, rule_labels, value_facets, rule_facets, flag FROM gov_label_reconcile WHERE axis = 'lbx' ORDER BY object_ref COLLATE "C";
SELECT gov_map_label('lbx', 'v', 'A');
TABLE pg_temp.seen;

-- bound, by qualified name however it is written
SELECT gov_bind('vocabulary', 'lb_app.labels'), gov_bind('label_rule', ' "lb_app" . rules'), gov_bind('label_projection', 'LB_APP.Rows');
TABLE pg_temp.bound;
TABLE pg_temp.seen;
SELECT * FROM gov_label_orphan ORDER BY label COLLATE "C";
SELECT label, facets FROM gov_label_without_value ORDER BY label COLLATE "C";
SELECT label_orphans, labels_without_value FROM gov_reconcile_summary;
-- a time without a zone is UTC, whatever the session's zone
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT object_ref, projected_at AT TIME ZONE 'UTC' AS utc, projected_rows FROM gov_label_projected;
SET LOCAL TimeZone = 'America/Lima';
SELECT object_ref, projected_at AT TIME ZONE 'UTC' AS utc, projected_rows FROM gov_label_projected;
CREATE DOMAIN lb_app.moment AS timestamptz;
CREATE VIEW lb_app.zoned AS SELECT 'x' AS object_type, 'y' AS object_ref, 'l' AS label, '2026-03-01 00:30+02'::lb_app.moment AS projected_at;
CREATE VIEW lb_app.dated AS SELECT 'x' AS object_type, 'y' AS object_ref, 'l' AS label, '2026-03-01'::date AS projected_at;
SELECT gov_bind('label_projection', 'lb_app.zoned');
SELECT object_ref, projected_at AT TIME ZONE 'UTC' AS utc, projected_rows FROM gov_label_projected;
SELECT gov_bind('label_projection', 'lb_app.dated');
SELECT object_ref, projected_at AT TIME ZONE 'UTC' AS utc, projected_rows FROM gov_label_projected;
SELECT gov_bind('label_projection', 'lb_app.rows');
RESET TimeZone;
-- one object at a time gives the same
SELECT object_ref, flag FROM gov_label_reconcile WHERE object_ref = 'lb 3';

-- what is bound is not written here
SELECT gov_set_label('E', 'F1');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label_rule('t', 'lb 1', 'A');
\echo :LAST_ERROR_SQLSTATE
-- the application's word counts at once
UPDATE lb_app.labels SET status = 'off' WHERE label = 'B';
SELECT object_ref, flag FROM pg_temp.seen;
UPDATE lb_app.labels SET status = 'active' WHERE label = 'B';
SELECT object_ref, flag FROM pg_temp.seen;

-- refused when bound: a column that is not there is named
CREATE VIEW lb_app.poor AS SELECT label, name FROM lb_app.labels;
SELECT gov_bind('vocabulary', 'lb_app.poor');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('label_projection', 'lb_app.rules');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW lb_app.hidden AS SELECT object_type, object_ref, label, 'x'::text AS projected_at FROM lb_app.rows;
SELECT gov_bind('label_projection', 'lb_app.hidden');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('vocabulary', 'lb_app.nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('vocabulary', 'lb_nowhere.labels');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('vocabulary', 'lb_app.labels_id_seq');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('vocabulary', 'labels');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('vocabulary', 'lb_app.labels; DROP TABLE lb_app.labels');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('labels', 'lb_app.labels');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('vocabulary', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind(NULL, 'lb_app.labels');
\echo :LAST_ERROR_SQLSTATE

-- refused when bound: what is not the session user's; SET ROLE does not count
SET LOCAL SESSION AUTHORIZATION lb_steward;
SELECT gov_bind('vocabulary', 'lb_app.labels');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
ALTER TABLE lb_app.labels OWNER TO lb_steward;
SET LOCAL SESSION AUTHORIZATION lb_steward;
SELECT gov_bind('vocabulary', 'lb_app.labels');
RESET SESSION AUTHORIZATION;
SELECT object_ref, flag FROM pg_temp.seen;

-- it is read with its owner's rights, by whoever looks, superusers included
CREATE TABLE lb_app.secret (label text, facet text, name text, status text);
INSERT INTO lb_app.secret VALUES ('A', 'F1', 'a', 'active');
CREATE FUNCTION lb_app.reader() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN current_user;
END $$;
CREATE FUNCTION lb_app.escape() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL ROLE NONE;
    RETURN 'out';
END $$;
CREATE VIEW lb_app.telling AS SELECT lb_app.reader() AS label, 'F1' AS facet, '' AS name, 'active' AS status;
ALTER VIEW lb_app.telling OWNER TO lb_steward;
SET LOCAL SESSION AUTHORIZATION lb_steward;
SELECT gov_bind('vocabulary', 'lb_app.telling');
RESET SESSION AUTHORIZATION;
SELECT label FROM gov_label_without_value;
SET LOCAL ROLE lb_reader;
SELECT label FROM gov_label_without_value;
SELECT object_ref, flag FROM gov_label_reconcile WHERE axis = 'lbx' ORDER BY object_ref COLLATE "C" LIMIT 1;
SELECT label FROM lb_app.labels;
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('vocabulary', 'lb_app.telling');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
CREATE OR REPLACE VIEW lb_app.telling AS SELECT lb_app.escape() AS label, 'F1' AS facet, '' AS name, 'active' AS status;
SELECT label FROM gov_label_without_value;
\echo :LAST_ERROR_SQLSTATE
CREATE OR REPLACE VIEW lb_app.telling AS SELECT label, facet, name, status FROM (SELECT 'A' AS label, 'F1' AS facet, (1 / (SELECT 0))::text AS name, 'active' AS status) AS x WHERE name <> '';
SELECT label FROM gov_label_without_value;
\echo :LAST_ERROR_SQLSTATE
-- of which others are told the class alone
SET LOCAL ROLE lb_reader;
SELECT label FROM gov_label_without_value;
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

-- a relation that changed since: an error that names the binding, never an empty set
DROP VIEW lb_app.telling;
SELECT count(*) FROM gov_label_reconcile WHERE axis = 'lbx';
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_reconcile_summary;
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE lb_app.telling AS SELECT 'A' AS label, 'F1' AS facet;
ALTER TABLE lb_app.telling OWNER TO lb_steward;
REVOKE ALL ON lb_app.telling FROM lb_steward;
SELECT count(*) FROM gov_label_without_value;
\echo :LAST_ERROR_SQLSTATE
ALTER TABLE lb_app.telling ADD name text, ADD status text DEFAULT 'active';
SELECT count(*) FROM gov_value_without_label;
\echo :LAST_ERROR_SQLSTATE
GRANT SELECT ON lb_app.telling TO lb_steward;
SELECT label FROM gov_label_orphan ORDER BY label COLLATE "C";
REVOKE USAGE ON SCHEMA lb_app FROM lb_steward;
SELECT label FROM gov_label_orphan ORDER BY label COLLATE "C";
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_binding SET registered_by = 'lb_nobody', registered_oid = 1 WHERE binding = 'vocabulary';
SELECT label FROM gov_label_orphan ORDER BY label COLLATE "C";
\echo :LAST_ERROR_SQLSTATE

-- unbound: our own tables again
SELECT gov_unbind('vocabulary'), gov_unbind('label_rule');
SELECT gov_unbind('vocabulary');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_unbind('labels');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_label('A', 'F1'), gov_set_label('B', 'F2'), gov_set_label_rule('t', 'lb 1', 'B');
SELECT object_ref, flag FROM pg_temp.seen;

-- names that need quotes
CREATE TABLE "lb ""odd"""."the ""labels"" %s" (label text, facet text, name text, status text);
INSERT INTO "lb ""odd"""."the ""labels"" %s" VALUES ('A', 'F2', '', 'active'), ('B', 'F2', '', 'active');
SELECT gov_bind('vocabulary', '"lb ""odd"""."the ""labels"" %s"');
SELECT relation FROM gov_binding WHERE binding = 'vocabulary';
SELECT object_ref, flag FROM pg_temp.seen;

-- binding again what is bound writes nothing
SELECT xmin AS version, count(*) OVER () FROM gov_binding WHERE binding = 'vocabulary' \gset
SELECT count(*) AS entries FROM gov_ledger \gset
SELECT gov_bind('vocabulary', '"lb ""odd"""."the ""labels"" %s"');
SELECT count(*) - :entries AS entries FROM gov_ledger;
SELECT action, target, payload FROM gov_ledger WHERE action IN ('bind', 'unbind') ORDER BY seq DESC LIMIT 3;

-- a hostile search_path changes nothing
CREATE SCHEMA lb_bad;
CREATE FUNCTION lb_bad.eq(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR lb_bad.= (leftarg = text, rightarg = text, function = lb_bad.eq);
CREATE TABLE lb_bad.gov_label AS SELECT 'Z' AS label;
SET LOCAL search_path = lb_bad, pg_catalog, public, pg_temp;
SELECT object_ref, flag FROM gov_label_reconcile WHERE object_ref OPERATOR(pg_catalog.~) '^lb 1';
RESET search_path;
ROLLBACK;
