-- Names that trade places go through no name that somebody could hold, and a
-- name of an enrolled schema is not registered by hand.
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA sn;
CREATE TABLE sn.a ();
CREATE TABLE sn.b ();
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('sn', '{table}');
SELECT object_id AS a FROM gov_object WHERE object_ref = 'sn.a' AND object_type = 'table' \gset
SELECT object_id AS b FROM gov_object WHERE object_ref = 'sn.b' AND object_type = 'table' \gset
-- a steward's relation takes every name that is a control character and a number
CREATE VIEW public.sn_taken AS SELECT 'table'::text AS object_type, chr(1) || n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM (VALUES (:a), (:b)) AS v (n);
SELECT * FROM gov_enroll_relation('sn_taken', 'public.sn_taken');
ALTER TABLE sn.a RENAME TO c;
ALTER TABLE sn.b RENAME TO a;
ALTER TABLE sn.c RENAME TO b;
SELECT source, born, renamed, retired, unchanged FROM gov_sync('schema:sn');
SELECT object_ref, object_id = :a AS was_a, object_id = :b AS was_b, retired_at FROM gov_object WHERE object_id IN (:a, :b) ORDER BY object_ref COLLATE "C";
SELECT source, renamed, unchanged FROM gov_sync('schema:sn');

-- what is created later, or again, is the catalog's
SELECT gov_register_object('table', 'sn.later');
\echo :LAST_ERROR_SQLSTATE
DROP TABLE sn.a;
SELECT count(*) FROM gov_sync('schema:sn', force => true);
SELECT gov_register_object('table', 'sn.a');
-- other types, and schemas that are not enrolled, are free
SELECT gov_register_object('sn thing', 'sn.a') <> '' AS registered;
SELECT gov_register_object('view', 'sn.v') <> '' AS registered;
SELECT gov_register_object('table', 'snx.a') <> '' AS registered;
CREATE TABLE sn.a ();
SELECT born, revived, conflicts FROM gov_sync('schema:sn');
ROLLBACK;
\set ON_ERROR_ROLLBACK off
