-- Names as people write them: found where they mean one object, and refused with
-- what could be meant where they do not.
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
SELECT max(seq) AS begin FROM gov_ledger \gset
CREATE SCHEMA nw_app;
CREATE SCHEMA nw_shop;
CREATE SCHEMA "Nw Odd";
CREATE SCHEMA nw_free;
CREATE TABLE nw_app.orders (id integer);
CREATE TABLE nw_app."Customers" (id integer);
CREATE TABLE nw_app.items (id integer);
CREATE TABLE nw_shop.items (id integer);
CREATE TABLE "Nw Odd"."a ""b"".c" (id integer);
CREATE VIEW nw_app.report AS SELECT 1 AS one;
CREATE TYPE nw_app.money AS ENUM ('much', 'more');
CREATE DOMAIN nw_app."Zip" AS text;
CREATE FUNCTION nw_app.g(text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION nw_app.h(a integer, b character varying, c timestamptz[], OUT d integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION nw_app.h(nw_app.money) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION nw_app.k(numeric, double precision, "char", char) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION nw_app.nothing() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE nw_app.p(x bigint, INOUT y boolean) LANGUAGE sql AS 'SELECT true';
CREATE AGGREGATE nw_app.agg(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
SELECT sum(objects) FROM unnest('{nw_app,nw_shop,"Nw Odd"}'::text[]) AS s, gov_enroll_schema(s);
SELECT count(gov_register_object('thing', o)) AS things FROM unnest('{nw_app.thing,Thing}'::text[]) AS o;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{ANN,BOB}'::text[]) AS a;
SELECT count(gov_create_axis('nw')) + count(gov_set_axis_status('nw', 'active')) AS axis;
SELECT count(gov_propose_value('nw', v)) + count(gov_ratify('nw', v)) AS "values" FROM unnest('{v,w}'::text[]) AS v;

-- what each spelling is found as; the answer has the reference
CREATE FUNCTION pg_temp.found(type text, ref text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
    detail text;
BEGIN
    RETURN substring(gov_assign(type, ref, 'nw', 'v') FROM 'assignment of [a-z ]* "(.*)", value');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' / ', SQLSTATE || ' ' || SQLERRM, nullif(detail, ''), hint);
END $$;
CREATE FUNCTION pg_temp.show(type text, refs text[]) RETURNS TABLE (ref text, found text) LANGUAGE sql AS
    $$ SELECT r, pg_temp.found(type, r) FROM unnest(refs) WITH ORDINALITY AS t (r, n) ORDER BY n $$;
\pset format unaligned
\pset tuples_only on
SELECT * FROM pg_temp.show('table', ARRAY['nw_app.orders', 'NW_App.Orders', '"nw_app"."orders"', ' nw_app . orders ', 'orders', 'ORDERS', '"orders"', '"ORDERS"',
    'nw_app."Customers"', 'nw_app.Customers', 'Customers', 'nw_app.customers', 'CUSTOMERS', 'items', 'nw_shop.items', 'nw_app.ITEMS',
    '"Nw Odd"."a ""b"".c"', '"a ""b"".c"', 'Nw Odd.a', 'nw_app.', '.orders', 'nw_app.orders;', 'nw_app.orders(integer)', '"nw_app.orders"', '"orders', 'pg_temp.orders', 'ordres', 'nw_app.ordrs', 'nw_app.report', '']);
SELECT * FROM pg_temp.show('function', ARRAY['nw_app.g(pg_catalog.text)', 'nw_app.g(text)', 'NW_APP.G( TEXT )', 'g(text)', 'nw_app.g', 'g', 'g(a text)', 'g("text")', 'g(pg_catalog.text)', 'g(nw_app.text)', 'g(integer)', 'g()',
    'nw_app.h', 'nw_app.h(int, varchar(20), timestamptz[])', 'nw_app.h(int4,varchar,timestamp with time zone[])', 'h(a integer, b character varying, c timestamp(3) with time zone[], OUT d integer)',
    'h(IN a integer, b varchar DEFAULT ''x, y'', c timestamptz[] = NULL)', 'h(nw_app.money)', 'h(money)', 'h(Money)', 'h(pg_catalog.money)', 'h(integer)',
    'k(decimal(10,2), float8, "char", char)', 'k(numeric,double precision,"char",character)', 'nothing', 'nothing()', 'nothing( )', 'nothing(*)', 'nw_app.g(text', 'nw_app.g(text))', 'nw_app.g(,)', 'nw_app.orders']);
SELECT * FROM pg_temp.show('procedure', ARRAY['nw_app.p(bigint, boolean)', 'p(int8,bool)', 'p', 'p(x bigint, INOUT y boolean)']);
SELECT * FROM pg_temp.show('aggregate', ARRAY['nw_app.agg(*)', 'agg()', 'agg']);
SELECT * FROM pg_temp.show('type', ARRAY['nw_app.money', 'money', 'NW_APP.MONEY', 'pg_catalog.money']);
SELECT * FROM pg_temp.show('domain', ARRAY['nw_app."Zip"', 'Zip', 'nw_app.Zip', 'zip']);
SELECT * FROM pg_temp.show('schema', ARRAY['nw_app', 'NW_App', 'Nw Odd', '"Nw Odd"', 'nw_free', 'none']);
SELECT * FROM pg_temp.show('view', ARRAY['report', 'nw_app.Report']);
-- names of things that no catalog knows are opaque, and so are types
SELECT * FROM pg_temp.show('thing', ARRAY['nw_app.thing', 'thing', 'Thing', '"Thing"', 'nw_app.Thing']);
SELECT * FROM pg_temp.show('Table', ARRAY['nw_app.orders']);
-- regclass and regprocedure, and another format of quoting
SELECT pg_temp.found('table', 'nw_app.orders'::regclass::text), pg_temp.found('function', 'nw_app.h(int, varchar, timestamptz[])'::regprocedure::text);
SET LOCAL quote_all_identifiers = on;
SELECT pg_temp.found('table', 'NW_APP.orders'), pg_temp.found('table', 'nw_app.orders'::regclass::text);
RESET quote_all_identifiers;

-- search_path and the session's own temporary objects decide nothing
CREATE TEMP TABLE orders (id integer);
CREATE TEMP TABLE items (id integer);
CREATE TYPE pg_temp.money AS ENUM ('none');
CREATE FUNCTION pg_temp.g(text) RETURNS integer LANGUAGE sql AS 'SELECT 2';
SET LOCAL search_path = pg_temp, nw_shop, public;
SELECT pg_temp.found('table', 'orders'), pg_temp.found('table', 'items'), pg_temp.found('function', 'g'), pg_temp.found('function', 'h(money)');
RESET search_path;

-- every other act and look-up
\pset tuples_only off
SELECT gov_own('table', 'NW_App.Orders', 'nw', 'v', 'ANN');
SELECT gov_own('table', 'orders', 'nw', 'v', 'ANN');
SELECT gov_set_zone('table', 'ORDERS', 'nw', 'v', 'quarantine');
SELECT gov_unassign('table', 'Orders', 'nw', 'v');
SELECT gov_unassign('table', 'Orders', 'nw', 'v');
SELECT anchor_type, anchor_ref, authority FROM gov_explain_owner('table', 'Orders', 'nw', 'v') WHERE decides;
SELECT gov_set_label_rule('table', 'Orders', 'l');
SELECT gov_set_label_rule('table', 'nowhere', 'l');
SELECT gov_register_object('thing', 'in orders', 'table', 'ORDERS');
SELECT gov_retire_object('table', 'Orders');
SELECT gov_explain_owner('table', 'ordres', 'nw', 'v');
SELECT target FROM gov_ledger WHERE seq > :begin AND action IN ('own', 'unassign', 'set_label_rule') ORDER BY seq;
-- one that is gone is found by acts that end what it had
DROP TABLE nw_app."Customers";
SELECT retired FROM gov_sync('schema:nw_app');
SELECT gov_unassign('table', 'Customers', 'nw', 'v');
SELECT gov_assign('table', 'nw_app."Customers"', 'nw', 'v');
SELECT action, target ->> 'object_ref' AS object_ref FROM gov_history('table', 'Orders') WHERE action IN ('own', 'assign') GROUP BY 1, 2 ORDER BY 1;
SELECT action, target ->> 'object_ref' AS object_ref FROM gov_history('table', 'nw_app.Customers') WHERE action IN ('assign', 'unassign') GROUP BY 1, 2 ORDER BY 1;
SELECT * FROM gov_history('table', 'items');
SELECT * FROM gov_history('table', 'ordres');
ROLLBACK;
