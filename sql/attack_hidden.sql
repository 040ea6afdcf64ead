-- Whoever owns an extension, as the owner of a database does a trusted one, may
-- make its own objects members of it: they are governed all the same.
BEGIN;
\set ON_ERROR_ROLLBACK on
SET LOCAL client_min_messages = warning;
CREATE ROLE hide_owner;
CREATE SCHEMA hide AUTHORIZATION hide_owner;
SET LOCAL ROLE hide_owner;
CREATE TABLE hide.secret (a int, b int);
CREATE VIEW hide.looks AS SELECT 1 AS one;
CREATE SEQUENCE hide.counts;
CREATE FUNCTION hide.does() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE hide.kind AS ENUM ('a');
CREATE DOMAIN hide.short AS text;
CREATE COLLATION hide.order_of (locale = 'C');
CREATE OPERATOR hide.@@@ (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);
CREATE STATISTICS hide.stat ON a, b FROM hide.secret;
CREATE TEXT SEARCH CONFIGURATION hide.search (COPY = pg_catalog.simple);
RESET ROLE;
CREATE TABLE hide.theirs ();
CREATE FUNCTION hide.theirs() RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT object_type, objects FROM gov_enroll_schema('hide') ORDER BY object_type COLLATE "C";
-- as the owner of both could do for these, and a script for those of the superuser
ALTER EXTENSION plpgsql ADD TABLE hide.secret;
ALTER EXTENSION plpgsql ADD VIEW hide.looks;
ALTER EXTENSION plpgsql ADD SEQUENCE hide.counts;
ALTER EXTENSION plpgsql ADD FUNCTION hide.does();
ALTER EXTENSION plpgsql ADD TYPE hide.kind;
ALTER EXTENSION plpgsql ADD DOMAIN hide.short;
ALTER EXTENSION plpgsql ADD COLLATION hide.order_of;
ALTER EXTENSION plpgsql ADD OPERATOR hide.@@@ (int, int);
ALTER EXTENSION plpgsql ADD TEXT SEARCH CONFIGURATION hide.search;
ALTER EXTENSION plpgsql ADD TABLE hide.theirs;
ALTER EXTENSION plpgsql ADD FUNCTION hide.theirs();
SELECT born, retired, unchanged FROM gov_sync('schema:hide');
SELECT object_type, object_ref, retired_at IS NULL AS live FROM gov_object WHERE source = 'schema:hide' ORDER BY object_type COLLATE "C", object_ref COLLATE "C";
-- nor are they missing where nobody enrolled them
CREATE SCHEMA hide_more AUTHORIZATION hide_owner;
SET LOCAL ROLE hide_owner;
CREATE TABLE hide_more.secret ();
RESET ROLE;
ALTER EXTENSION plpgsql ADD TABLE hide_more.secret;
SELECT * FROM gov_unenrolled WHERE object_ref = 'hide_more';
ROLLBACK;
