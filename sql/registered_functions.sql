-- A function without arguments that returns rows can be enrolled or bound in the
-- place of a view, so that nothing of ours stands in the way of a migration.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE fn_owner;
SELECT gov_grant('steward', 'fn_owner');
CREATE SCHEMA fn AUTHORIZATION fn_owner;
SELECT gov_create_axis('fn'), gov_set_axis_status('fn', 'active'), gov_propose_value('fn', 'v'), gov_ratify('fn', 'v');
SET LOCAL SESSION AUTHORIZATION fn_owner;
CREATE TABLE fn.collection (id integer PRIMARY KEY, name varchar(20), folder text);
INSERT INTO fn.collection VALUES (1, 'articles', NULL), (2, 'drafts', 'articles'), (3, 'pages', NULL);
CREATE FUNCTION fn.things() RETURNS TABLE (object_type text, object_ref varchar, container_type text, container_ref text) LANGUAGE sql
    AS $$ SELECT 'fn', name, CASE WHEN folder IS NOT NULL THEN 'fn' END, folder FROM fn.collection $$;
SELECT * FROM gov_enroll_relation('fn', 'fn.things()');
SELECT * FROM gov_enroll_relation('fn', ' fn . "things" ( ) ');
SELECT relation, address_oid = 'fn.things()'::regprocedure AS address FROM gov_source WHERE source = 'fn';
INSERT INTO fn.collection VALUES (4, 'tags', 'pages');
SELECT born, retired, unchanged FROM gov_sync('fn');

-- labels, rules, what is projected, and a projection
CREATE TABLE fn.label (code text, kind text, title text, state text);
INSERT INTO fn.label VALUES ('L', 'f', 'l', 'active');
CREATE TYPE fn.rule AS (object_type text, object_ref text, label text, status text);
CREATE FUNCTION fn.labels() RETURNS TABLE (label text, facet text, name text, status text) LANGUAGE sql AS 'SELECT * FROM fn.label';
CREATE FUNCTION fn.rules() RETURNS SETOF fn.rule LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT ROW('fn'::text, 'pages'::text, 'L'::text, 'active'::text); END $$;
CREATE FUNCTION fn.shown() RETURNS TABLE (object_type text, object_ref text, label text, projected_at date) LANGUAGE sql AS $$ SELECT 'fn', 'pages', 'L', '2100-01-01'::date $$;
SELECT gov_bind('vocabulary', 'fn.labels()'), gov_bind('label_rule', 'fn.rules()'), gov_bind('label_projection', 'fn.shown()');
SELECT gov_set_projection('fn', 'fn', 'fn.shown()');
RESET SESSION AUTHORIZATION;
SELECT gov_map_label('fn', 'v', 'L'), gov_assign('fn', 'pages', 'fn', 'v', 'approved', provenance => '{"kind": "x"}') IS NOT NULL AS assigned;
SELECT object_ref, flag, value_labels, rule_labels FROM gov_label_reconcile WHERE axis = 'fn';
SELECT object_ref, projected_at::date, projected_rows FROM gov_label_projected WHERE object_type = 'fn';
SELECT object_ref, mode, flag FROM gov_projection_lag WHERE axis = 'fn';

-- A migration that a view stops goes through; what does not fit it any more is told, and nothing is retired.
SET LOCAL SESSION AUTHORIZATION fn_owner;
CREATE VIEW fn.viewed AS SELECT 'fn'::text AS object_type, name AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM fn.collection;
ALTER TABLE fn.collection ALTER name TYPE text;
DROP VIEW fn.viewed;
ALTER TABLE fn.collection ALTER name TYPE text;
SELECT unchanged FROM gov_sync('fn');
ALTER TABLE fn.collection DROP folder;
SELECT * FROM gov_sync('fn');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('objects', 'sync_blocked');
SELECT severity, object_ref, detail ->> 'reason' AS reason FROM gov_drift_finding WHERE detector = 'sync_blocked';
SET LOCAL SESSION AUTHORIZATION fn_owner;
CREATE OR REPLACE FUNCTION fn.things() RETURNS TABLE (object_type text, object_ref varchar, container_type text, container_ref text) LANGUAGE sql
    AS $$ SELECT 'fn', name, NULL, NULL FROM fn.collection $$;
SELECT born, moved, retired, unchanged FROM gov_sync('fn');

-- It runs as its owner, read-only, and what it does is taken back.
CREATE TABLE fn.seen (who text);
CREATE FUNCTION fn.writes() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text) LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO fn.seen VALUES (current_user); RETURN; END $$;
SELECT * FROM gov_enroll_relation('fn writes', 'fn.writes()');
CREATE FUNCTION fn.who() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text) LANGUAGE plpgsql
    AS $$ BEGIN RETURN QUERY SELECT 'fn who', current_user::text, NULL::text, NULL::text; PERFORM set_config('search_path', 'fn', false); END $$;
RESET SESSION AUTHORIZATION;
SELECT * FROM gov_enroll_relation('fn who', 'fn.who()');
SELECT object_ref FROM gov_object WHERE object_type = 'fn who';
SHOW search_path;

-- What is no such function
SET LOCAL SESSION AUTHORIZATION fn_owner;
CREATE FUNCTION fn.one() RETURNS text LANGUAGE sql AS $$ SELECT 'one'::text $$;
CREATE FUNCTION fn.many() RETURNS SETOF text LANGUAGE sql AS $$ SELECT 'one'::text $$;
CREATE FUNCTION fn.asks(text) RETURNS SETOF fn.rule LANGUAGE sql AS $$ SELECT $1, $1, $1, $1 $$;
CREATE FUNCTION fn.record() RETURNS SETOF record LANGUAGE sql AS $$ SELECT 'a'::text, 'b'::text $$;
CREATE FUNCTION fn.poor() RETURNS TABLE (object_type text, object_ref text) LANGUAGE sql AS $$ SELECT 'a'::text, 'b'::text $$;
CREATE PROCEDURE fn.does() LANGUAGE sql AS $$ SELECT 1 $$;
SELECT * FROM gov_enroll_relation('fn x', 'fn.one()');
SELECT * FROM gov_enroll_relation('fn x', 'fn.many()');
SELECT * FROM gov_enroll_relation('fn x', 'fn.record()');
SELECT * FROM gov_enroll_relation('fn x', 'fn.does()');
SELECT * FROM gov_enroll_relation('fn x', 'fn.asks()');
SELECT * FROM gov_enroll_relation('fn x', 'fn.asks(text)');
SELECT * FROM gov_enroll_relation('fn x', 'things()');
SELECT * FROM gov_enroll_relation('fn x', 'fn.poor()');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('vocabulary', 'fn.many()');
SELECT gov_bind('vocabulary', 'fn.nowhere()');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_bind('label_projection', 'fn.rules()');
SELECT gov_set_projection('fn x', 'fn', 'fn.one()');
SELECT gov_set_projection('fn x', 'fn', 'fn.nowhere()');
-- a relation of that name is another thing
CREATE TABLE fn.labels AS SELECT 'T'::text AS label, ''::text AS facet, ''::text AS name, 'active'::text AS status;
SELECT label FROM gov_label_without_value;
SELECT gov_bind('vocabulary', 'fn.labels');
SELECT label FROM gov_label_without_value;
SELECT gov_bind('vocabulary', 'fn.labels()');
-- its owner may not run it any more; it is gone
REVOKE EXECUTE ON FUNCTION fn.labels(), fn.things() FROM PUBLIC, fn_owner;
SELECT label FROM gov_label_without_value;
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_sync('fn');
GRANT EXECUTE ON FUNCTION fn.labels(), fn.things() TO fn_owner;
DROP FUNCTION fn.labels(), fn.things(), fn.shown();
SELECT label FROM gov_label_without_value;
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_sync('fn');
\echo :LAST_ERROR_SQLSTATE
SELECT flag, reason FROM gov_projection_lag WHERE axis = 'fn';
RESET SESSION AUTHORIZATION;
SELECT retired FROM gov_sync('fn', force => true);
ROLLBACK;
