-- Many at once, as people write it: JSON as text, the name of a relation, CSV that
-- was copied into a table; all that is wrong comes at once, by number.
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT errors
CREATE SCHEMA mw_app;
CREATE SCHEMA mw_other;
CREATE TABLE mw_app.orders (id integer);
CREATE TABLE mw_app."Customers" (id integer);
CREATE FUNCTION mw_app.f(text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
SELECT sum(objects) FROM gov_enroll_schema('mw_app');
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{ANN,BOB,OLD}'::text[]) AS a;
SELECT gov_set_authority('OLD', status => 'retired');
SELECT count(gov_create_axis('mw')) + count(gov_set_axis_status('mw', 'active')) AS axis;
SELECT count(gov_propose_value('mw', v)) + count(gov_ratify('mw', v)) AS "values" FROM unnest('{v,w}'::text[]) AS v;
CREATE VIEW mw_owned AS SELECT o.object_type, o.object_ref, w.value, w.authority FROM gov_ownership AS w LEFT JOIN gov_object AS o USING (object_id) WHERE w.axis = 'mw' AND w.status = 'active' ORDER BY o.object_ref COLLATE "C", w.value, w.authority;

-- JSON as text, names as people write them; what was not synced is brought in
CREATE TABLE mw_app.fresh (id integer);
CREATE VIEW mw_app.fresher AS SELECT 1 AS one;
SELECT * FROM gov_own_many('[{"object_type": "table", "object_ref": "Orders", "axis": "mw", "value": "v", "authority": "ANN"},
 {"object_type": "table", "object_ref": "Customers", "axis": "mw", "value": "v", "authority": "ANN"},
 {"object_type": "table", "object_ref": "mw_app.fresh", "axis": "mw", "value": "v", "authority": "ANN"},
 {"object_type": "view", "object_ref": "FRESHER", "axis": "mw", "value": "v", "authority": "ANN"},
 {"object_type": "function", "object_ref": "f(text)", "axis": "mw", "value": "v", "authority": "ANN"}, {"axis": "mw", "value": "w", "authority": "BOB"}]');
SELECT * FROM gov_own_many('  [{"object_type": "table", "object_ref": "orders", "axis": "mw", "value": "v", "authority": "ANN"}, {"object_type": "table", "object_ref": "orders", "axis": "mw", "value": "w", "authority": "ANN"}]');
SELECT * FROM mw_owned;
SELECT action, target, payload - 'events' AS payload FROM gov_ledger WHERE at >= now() AND action IN ('sync', 'own_many') ORDER BY seq;
SELECT * FROM gov_assign_many('[{"object_type": "table", "object_ref": "Orders", "axis": "mw", "value": "v"}]');
SELECT * FROM gov_assign_many('[{"object_type": "table", "object_ref": "ORDERS", "axis": "mw", "value": "v"}]');

-- CSV, copied into a table that exists
CREATE TEMPORARY TABLE mw_csv (object_type text, object_ref text, axis text, value text, authority text, inherits text, note text);
COPY mw_csv FROM stdin (FORMAT csv, HEADER);
object_type,object_ref,axis,value,authority,inherits,note
table,mw_app.orders,mw,v,ANN,,there already
table,Customers,mw,w,BOB,yes,
,,mw,v,BOB,,the value itself
\.
SELECT * FROM gov_own_many('mw_csv');
SELECT * FROM gov_own_many('pg_temp.mw_csv');
SELECT * FROM gov_own_many('"MW_CSV"');
-- the same from a query: as a relation, or as JSON
CREATE TEMPORARY TABLE mw_query AS SELECT 'table' AS object_type, r AS object_ref, 'mw' AS axis, 'w' AS value, 0.5 AS confidence FROM unnest('{orders,fresh}'::text[]) AS r;
SELECT * FROM gov_assign_many('mw_query');
SELECT r.* FROM (SELECT jsonb_agg(q) AS entries FROM mw_query AS q) AS e, gov_assign_many(e.entries) AS r;
SELECT * FROM gov_assign_many((SELECT json_agg(q)::text FROM mw_query AS q));
-- search_path decides nothing: a relation of that name elsewhere makes it several
CREATE TABLE mw_other.mw_query AS SELECT 'none' AS object_type;
SET LOCAL search_path = public, mw_other, pg_temp;
SELECT * FROM gov_assign_many('mw_query');
SELECT * FROM gov_assign_many('mw_other.mw_query');
RESET search_path;
SELECT * FROM gov_assign_many('mw_none');
SELECT * FROM gov_assign_many('orders of today');
SELECT * FROM gov_assign_many('{"object_type": "table"}');
SELECT * FROM gov_assign_many('[{"object_type": ]');
SELECT * FROM gov_assign_many(NULL::text);

-- all that is wrong, with its number
SELECT gov_own_many('[{"object_type": "table", "object_ref": "orders", "axis": "mw", "value": "v", "authority": "ANN"},
 {"object_type": "table", "object_ref": "ordres", "axis": "mw", "value": "v", "authority": "ANN"},
 {"object_type": "table", "object_ref": "orders", "axis": "none", "value": "v", "authority": "NOBODY"},
 {"object_type": "table", "object_ref": "orders", "axis": "mw", "value": "none", "authority": "OLD", "inherits": "perhaps", "effective_to": "someday"},
 {"object_type": "table", "axis": "mw", "value": "", "authority": "ANN", "owner_kind": "boss"},
 {"object_type": "table", "object_ref": "fresh", "axis": "mw", "value": "w", "authority": "ANN", "owner_kind": "waiver"},
 {"object_type": "table", "object_ref": "FRESH", "axis": "mw", "value": "w", "authority": "ANN", "owner_kind": "waiver", "effective_to": "2999-01-01"}]');
SELECT gov_own_many('[{"object_type": "table", "object_ref": "orders", "axis": "mw", "value": "v", "authority": "BOB"}, {"object_type": "table", "object_ref": "fresh", "axis": "mw", "value": "v", "authority": "BOB"}]');
SELECT gov_own_many('[{"object_type": "table", "object_ref": "orders", "axis": "mw", "value": "v", "authority": "BOB"}]');
SELECT gov_assign_many('[{"object_type": "table", "object_ref": "orders", "axis": "mw", "value": "v", "confidence": "much"}, {"object_type": "table", "object_ref": "orders", "axis": "mw", "value": "v", "confidence": 2}, {}]');
UPDATE mw_csv SET inherits = 'maybe' WHERE value = 'w';
SELECT gov_own_many('mw_csv');
-- no more than twenty are named
SELECT gov_own_many((SELECT jsonb_agg(jsonb_build_object('object_type', 'table', 'object_ref', 'none ' || n, 'axis', 'mw', 'value', 'v', 'authority', 'ANN')) FROM generate_series(1, 100) AS n));
SELECT count(*) FROM mw_owned;
-- an approval is for the typed form, with the references
SELECT gov_request_approval('mw', 'own', '{"input": "[]"}', 'because');
ROLLBACK;
