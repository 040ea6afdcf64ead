-- Names with quotes, spaces, 63 bytes, non-ASCII letters and SQL in them are names.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
SET LOCAL client_min_messages = warning;
CREATE TEMPORARY TABLE name AS
SELECT n, name FROM unnest(ARRAY['it''s "quoted"', '  spaces  ', repeat('n', 63), 'größe Ω 名前', '''; DROP TABLE gov_object; --',
                                 '$1', '@.gov_object', '%s %n', E'tab\there\nand line', repeat('é', 100)]) WITH ORDINALITY AS t (name, n);
SELECT gov_set_authority(name, kind => 'human') FROM name ORDER BY n;
SELECT gov_create_axis(name) FROM name ORDER BY n;
SELECT gov_propose_value(name, name) FROM name ORDER BY n;
INSERT INTO gov_object (object_type, object_ref) SELECT name, name FROM name ORDER BY n;
-- one by one
SELECT n, gov_assign(name, name, name, name, provenance => jsonb_build_object('kind', name)) AS assigned FROM name ORDER BY n;
SELECT n, gov_set_zone(name, name, name, name, 'approved', name) FROM name ORDER BY n;
SELECT n, gov_own(name, name, name, name, name, reason => name) AS owned, gov_own(NULL, NULL, name, name, name) AS anchored FROM name ORDER BY n;
SELECT n, (SELECT count(*) FROM gov_assignment a JOIN gov_object o USING (object_id) WHERE (o.object_type, o.object_ref, a.axis, a.value, a.reason) = (name, name, name, name, name)) AS assigned,
       (SELECT count(*) FROM gov_ownership w WHERE (w.axis, w.value, w.authority) = (name, name, name)) AS owned
  FROM name ORDER BY n;
-- errors show them as they are
\set VERBOSITY terse
SELECT gov_own(name, name, name, name, name) FROM name WHERE n = 1;
SELECT gov_assign(name, name || '?', name, name) FROM name WHERE n = 5;
SELECT gov_assign(name, name, name, name || '?') FROM name WHERE n = 4;
SELECT gov_assign_many(jsonb_build_array(jsonb_build_object('object_type', name, 'object_ref', name, 'axis', name, 'value', name || '%s'))) FROM name WHERE n = 8;
INSERT INTO gov_ownership (axis, value, authority) SELECT name, name, name FROM name WHERE n = 1;
\set VERBOSITY default
-- many at once, from a relation whose own name is like that
CREATE SCHEMA "odd "" schema's";
CREATE TABLE "odd "" schema's"."odd "" table's €" AS SELECT name AS object_type, name AS object_ref, name AS axis, name AS value, name AS authority, true AS replace FROM name;
SELECT * FROM gov_assign_many('"odd "" schema''s"."odd "" table''s €"'::regclass);
SELECT * FROM gov_own_many('"odd "" schema''s"."odd "" table''s €"'::regclass);
SELECT n, gov_unassign(name, name, name, name) FROM name ORDER BY n;
SELECT gov_transfer(a.name, b.name) FROM name a, name b WHERE a.n = 1 AND b.n = 2;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
