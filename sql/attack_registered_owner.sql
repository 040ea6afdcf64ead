-- What is registered is the registrar's own: nobody runs another's code with
-- his own rights, or his own with another's, by registering it or by changing
-- it afterwards.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE own_admin;
CREATE ROLE own_evil;
CREATE ROLE own_app;
CREATE ROLE own_member;
GRANT own_app TO own_member;
SELECT gov_grant('admin', r) FROM unnest('{own_admin,own_evil,own_member}'::text[]) AS r;
CREATE SCHEMA own;
GRANT CREATE, USAGE ON SCHEMA own TO own_admin, own_evil, own_app, own_member;
SELECT gov_create_axis('own');
SET LOCAL SESSION AUTHORIZATION own_evil;
CREATE TABLE own.told (who text);
CREATE FUNCTION own.tells() RETURNS text LANGUAGE sql AS 'SELECT current_user::text';
CREATE VIEW own.things AS SELECT 'own' AS object_type, own.tells() AS object_ref, NULL::text AS container_type, NULL::text AS container_ref;
CREATE VIEW own.labels AS SELECT own.tells() AS label, 'f' AS facet, 'n' AS name, 'active' AS status;
CREATE VIEW own.rules AS SELECT 'own' AS object_type, 'o' AS object_ref, own.tells() AS label, 'active' AS status;
CREATE VIEW own.shown AS SELECT 'own' AS object_type, 'o' AS object_ref, own.tells() AS label, now() AS projected_at;
CREATE FUNCTION own.look() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb) LANGUAGE sql
    AS $$ SELECT NULL, 'own', own.tells(), NULL, 'info', '{}'::jsonb $$;
GRANT SELECT ON ALL TABLES IN SCHEMA own TO PUBLIC;

-- an admin cannot register them for itself, with all rights on them
SET LOCAL SESSION AUTHORIZATION own_admin;
SELECT gov_enroll_relation('own', 'own.things');
SELECT gov_bind('vocabulary', 'own.labels');
SELECT gov_bind('label_rule', 'own.rules');
SELECT gov_bind('label_projection', 'own.shown');
SELECT gov_set_projection('own', 'own', 'own.shown');
SELECT gov_set_detector('own', routine => 'own.look');
-- nor by SET ROLE from a session that is not the owner's; a superuser does, in the owner's name
RESET SESSION AUTHORIZATION;
SELECT object_type, objects FROM gov_enroll_relation('own', 'own.things');
SELECT gov_bind('vocabulary', 'own.labels'), gov_bind('label_rule', 'own.rules'), gov_bind('label_projection', 'own.shown');
SELECT gov_set_projection('own', 'own', 'own.shown'), gov_set_detector('own', routine => 'own.look');
SELECT registered_by FROM gov_source WHERE source = 'own'
UNION ALL SELECT registered_by FROM gov_binding UNION ALL SELECT registered_by FROM gov_projection UNION ALL SELECT registered_by FROM gov_detector WHERE routine IS NOT NULL;
-- and it runs as the owner, though a superuser asks
SELECT object_ref FROM gov_object WHERE object_type = 'own';
SELECT label FROM gov_label_without_value;
SELECT object_ref FROM gov_drift_finding WHERE detector = 'own';
-- another owner: read no more, for it is another's code by now
ALTER VIEW own.things OWNER TO own_app;
SELECT gov_sync('own');
\echo :LAST_ERROR_SQLSTATE
ALTER VIEW own.labels OWNER TO own_app;
SELECT label FROM gov_label_without_value;
ALTER FUNCTION own.look() OWNER TO own_app;
SELECT object_ref, detail ->> 'message' AS message FROM gov_drift_finding WHERE detector IN ('own', 'detector_failed') ORDER BY object_ref COLLATE "C";
SELECT gov_unbind(b) FROM unnest('{vocabulary,label_rule,label_projection}'::text[]) AS b;
SELECT gov_set_detector('own', enabled => false), gov_set_projection('own', enabled => false);

-- a member of the owner's role registers; membership is asked at each read
SET LOCAL SESSION AUTHORIZATION own_app;
CREATE TABLE own.listed (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO own.listed VALUES ('own', 'listed', NULL, NULL);
SET LOCAL SESSION AUTHORIZATION own_member;
SELECT object_type, objects FROM gov_enroll_relation('own app', 'own.listed');
RESET SESSION AUTHORIZATION;
SELECT registered_by FROM gov_source WHERE source = 'own app';
REVOKE own_app FROM own_member;
SELECT gov_sync('own app');
GRANT own_app TO own_member;
SELECT unchanged FROM gov_sync('own app');

-- a view of one's own over another's relation: named, and refused, at any depth
GRANT SELECT ON own.listed TO own_evil, own_admin;
SET LOCAL SESSION AUTHORIZATION own_admin;
CREATE VIEW own.over AS SELECT * FROM own.things;
CREATE VIEW own.far_over AS SELECT o.* FROM own.over AS o, pg_class AS c WHERE c.relname = 'pg_class';
SELECT gov_enroll_relation('own over', 'own.far_over');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW own.subselect AS SELECT 'own' AS object_type, (SELECT min(object_ref) FROM own.listed) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref;
SELECT gov_enroll_relation('own subselect', 'own.subselect');
CREATE VIEW own.entries AS SELECT 'own' AS object_type, (SELECT min(object_ref) FROM own.listed) AS object_ref, 'own' AS axis, 'v' AS value;
SELECT gov_assign_many('own.entries'::regclass);
\echo :LAST_ERROR_SQLSTATE
-- of the extension, of a superuser, of a role it belongs to, it may be
CREATE VIEW own.catalogs AS SELECT 'own' AS object_type, 'catalogs ' || count(*) AS object_ref, NULL::text AS container_type, NULL::text AS container_ref
  FROM gov_source AS s, pg_class AS c WHERE c.relname = 'pg_class' AND s.source = 'manual';
SELECT object_type, objects FROM gov_enroll_relation('own catalogs', 'own.catalogs');
SET LOCAL SESSION AUTHORIZATION own_member;
CREATE VIEW own.member AS SELECT * FROM own.listed WHERE object_ref <> 'listed';
SELECT object_type, objects FROM gov_enroll_relation('own member', 'own.member');
-- a partition of another
SET LOCAL SESSION AUTHORIZATION own_admin;
CREATE TABLE own.parted (object_type text, object_ref text, container_type text, container_ref text) PARTITION BY LIST (object_type);
CREATE TABLE own.part PARTITION OF own.parted DEFAULT;
RESET SESSION AUTHORIZATION;
ALTER TABLE own.part OWNER TO own_evil;
SET LOCAL SESSION AUTHORIZATION own_admin;
SELECT gov_enroll_relation('own parted', 'own.parted');

-- So it is with functions that are enrolled or bound: of another nobody registers them
SET LOCAL SESSION AUTHORIZATION own_evil;
CREATE FUNCTION own.list() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text)
    LANGUAGE sql AS $$ SELECT 'own list', current_user::text, NULL, NULL $$;
GRANT EXECUTE ON FUNCTION own.list() TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION own_admin;
SELECT gov_enroll_relation('own list', 'own.list()');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('own list', 'own', 'own.list()');
RESET SESSION AUTHORIZATION;
SELECT object_type, objects FROM gov_enroll_relation('own list', 'own.list()');
SELECT object_ref FROM gov_object WHERE object_type = 'own list';
SELECT registered_by FROM gov_source WHERE source = 'own list';
ALTER FUNCTION own.list() OWNER TO own_app;
SELECT gov_sync('own list');
-- what the parsed body of one reads and calls is the owner's, too, at any depth
GRANT SELECT ON own.listed TO own_admin;
SET LOCAL SESSION AUTHORIZATION own_admin;
CREATE FUNCTION own.of_listed() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text)
    LANGUAGE sql BEGIN ATOMIC SELECT * FROM own.listed; END;
SELECT gov_enroll_relation('own listed', 'own.of_listed()');
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION own.far() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text)
    LANGUAGE sql BEGIN ATOMIC SELECT f.* FROM own.of_listed() AS f; END;
SELECT gov_enroll_relation('own far', 'own.far()');
CREATE FUNCTION own.calls() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text)
    LANGUAGE sql BEGIN ATOMIC SELECT 'own calls', own.tells(), NULL::text, NULL::text; END;
SELECT gov_enroll_relation('own calls', 'own.calls()');
CREATE VIEW own.over_function AS SELECT f.* FROM own.of_listed() AS f;
SELECT gov_enroll_relation('own over function', 'own.over_function');
CREATE FUNCTION own.detects() RETURNS TABLE (axis text, object_type text, object_ref text, value text, severity text, detail jsonb)
    LANGUAGE sql BEGIN ATOMIC SELECT NULL::text, l.object_type, l.object_ref, NULL::text, 'info'::text, '{}'::jsonb FROM own.listed AS l; END;
SELECT gov_set_detector('own detects', routine => 'own.detects');
-- what another's SECURITY DEFINER function reads, it reads with that one's rights
SET LOCAL SESSION AUTHORIZATION own_evil;
CREATE FUNCTION own.as_itself() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT current_user::text';
SET LOCAL SESSION AUTHORIZATION own_admin;
CREATE FUNCTION own.asks() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text)
    LANGUAGE sql BEGIN ATOMIC SELECT 'own asks', own.as_itself(), NULL::text, NULL::text; END;
SELECT object_type, objects FROM gov_enroll_relation('own asks', 'own.asks()');
SELECT object_ref FROM gov_object WHERE object_type = 'own asks';

-- A policy that is put on later runs as the owner of its table, never as who asks.
SET LOCAL SESSION AUTHORIZATION own_evil;
CREATE TABLE own.mine (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO own.mine VALUES ('own mine', 'm', NULL, NULL);
SELECT object_type, objects FROM gov_enroll_relation('own mine', 'own.mine');
CREATE FUNCTION own.policy(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'the policy runs as %', current_user; END $$;
ALTER TABLE own.mine ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON own.mine USING (own.policy(object_ref));
RESET SESSION AUTHORIZATION;
SELECT unchanged FROM gov_sync('own mine');
-- A body that is replaced later runs as its owner.
SET LOCAL SESSION AUTHORIZATION own_evil;
CREATE FUNCTION own.late() RETURNS text LANGUAGE sql AS $$ SELECT 'm'::text $$;
CREATE VIEW own.later AS SELECT 'own later' AS object_type, own.late() AS object_ref, NULL::text AS container_type, NULL::text AS container_ref;
SELECT object_type, objects FROM gov_enroll_relation('own later', 'own.later');
CREATE OR REPLACE FUNCTION own.late() RETURNS text LANGUAGE sql AS $$ SELECT current_user::text $$;
RESET SESSION AUTHORIZATION;
SELECT born, retired FROM gov_sync('own later', force => true);
SELECT object_ref FROM gov_object WHERE object_type = 'own later' AND retired_at IS NULL;
ROLLBACK;
