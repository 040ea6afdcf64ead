-- On a single-valued axis an approved assignment supersedes the approved one of
-- another value; proposals wait beside it.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts_assigned.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all

SELECT gov_assign('thing', 't1', 'acts-one', 'x', zone => 'approved', provenance => '{"kind": "k"}') AS assigned;
SELECT pg_temp.hour();
-- proposals wait
SELECT gov_assign('thing', 't1', 'acts-one', 'y', provenance => '{"kind": "k"}') AS assigned;
SELECT gov_assign('thing', 't1', 'acts-one', 'z') AS assigned;
SELECT * FROM rows;
-- one is approved at once, one by its zone
SELECT gov_assign('thing', 't1', 'acts-one', 'z', zone => 'approved', provenance => '{"kind": "k"}') AS assigned;
SELECT * FROM rows;
SELECT pg_temp.hour();
SELECT gov_set_zone('thing', 't1', 'acts-one', 'y', 'approved');
SELECT * FROM rows;
-- another object is another matter, and so is a multivalued axis
SELECT gov_assign('thing', 't2', 'acts-one', 'x', zone => 'approved', provenance => '{"kind": "k"}') AS assigned;
SELECT gov_assign('thing', 't1', 'acts-topic', v, zone => 'approved', provenance => '{"kind": "k"}') AS assigned
  FROM unnest('{x,y}'::text[]) v;
SELECT axis, value FROM rows WHERE object = 't1' AND valid_to IS NULL ORDER BY axis COLLATE "C", value COLLATE "C";
-- many at once: two approved ones of one object are refused, one takes over
SELECT pg_temp.try($$SELECT gov_assign_many(jsonb '[
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "y", "zone": "approved", "provenance": {"kind": "k"}},
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "z", "zone": "approved", "provenance": {"kind": "k"}}]')$$);
SELECT * FROM gov_assign_many(jsonb '[
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "y", "zone": "approved", "provenance": {"kind": "k"}},
 {"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "z", "provenance": {"kind": "k"}}]');
SELECT * FROM rows WHERE object = 't2';

-- an axis becomes single-valued when its rows allow it; what was before now stays
SELECT pg_temp.try($$UPDATE gov_axis SET multivalued = false WHERE axis = 'acts-topic'$$);
SELECT pg_temp.hour();
SELECT gov_unassign('thing', 't1', 'acts-topic', 'y');
UPDATE gov_axis SET multivalued = false WHERE axis = 'acts-topic';
SELECT gov_assign('thing', 't1', 'acts-topic', 'y', zone => 'approved', provenance => '{"kind": "k"}') AS assigned;
SELECT axis, value FROM rows WHERE object = 't1' AND valid_to IS NULL ORDER BY axis COLLATE "C", value COLLATE "C";
-- rows of before now may come back in a restore
CREATE TEMPORARY TABLE kept AS SELECT * FROM gov_assignment WHERE axis = 'acts-topic';
DELETE FROM gov_assignment WHERE axis = 'acts-topic';
INSERT INTO gov_assignment SELECT * FROM kept ORDER BY assignment_id DESC;
UPDATE gov_axis SET multivalued = true WHERE axis = 'acts-topic';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
