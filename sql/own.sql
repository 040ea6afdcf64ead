-- Owning a cell or a value itself: once at a time accountable, others beside.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts_owned.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all

SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a') AS owned;
SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-b') AS owned;
-- a second accountable owner is refused, the same one too; of the object and of the value itself
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-a')$$);
-- other kinds stand beside it, several authorities of one kind too, one authority once
SELECT gov_own('thing', 't1', 'acts-topic', 'x', a, 'supporting') AS owned FROM unnest('{acts-a,acts-b}'::text[]) a;
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', 'delegated', false, effective_to => now() + interval '1 day') AS owned;
SELECT gov_own('thing', 't1', 'acts-topic', 'x', a, 'waiver', reason => 'moving', effective_to => now() + interval '1 day') AS owned
  FROM unnest('{acts-b,acts-c}'::text[]) a;
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', 'waiver', reason => 'again', effective_to => now() + interval '2 days')$$);
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', 'waiver', reason => 'longer', effective_to => now() + interval '2 days', replace => true) AS owned;
SELECT * FROM rows;
SELECT reason, approval, created_by = session_user AS by_me FROM gov_ownership WHERE owner_kind = 'waiver' ORDER BY ownership_id;

-- revoked: the cell is free again; twice is refused, and so is what never was
SELECT gov_disown(ownership_id, 'left') FROM gov_ownership WHERE owner_kind = 'accountable' AND object_id IS NOT NULL AND axis LIKE 'acts-%';
SELECT pg_temp.try('SELECT gov_disown(-1)');
SELECT gov_disown(ownership_id) FROM gov_ownership WHERE reason = 'left';
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-c', inherits => false) AS owned;
-- a waiver keeps its reason when it is revoked without one
SELECT gov_disown(ownership_id) FROM gov_ownership WHERE owner_kind = 'waiver' AND status = 'active' AND authority = 'acts-c';
SELECT authority, reason, status FROM gov_ownership WHERE owner_kind = 'waiver' ORDER BY ownership_id;
SELECT * FROM rows WHERE kind = 'accountable';

-- what has lapsed stands in nobody's way: the next writer sets it expired
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', effective_from => now() - interval '2 days', effective_to => now() - interval '1 day') AS owned;
SELECT pg_temp.try(format('SELECT gov_disown(%s)', (SELECT max(ownership_id) FROM gov_ownership))) LIKE '55000%' AS lapsed LIMIT 1;
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-b') AS owned;
-- and so is what happened before now
SELECT gov_own('thing', 't3', 'acts-topic', 'x', 'acts-a') AS owned;
SELECT gov_own('thing', 't3', 'acts-topic', 'x', 'acts-b', effective_from => now() - interval '3 days', effective_to => now() - interval '1 day') AS owned;
SELECT * FROM rows WHERE object IN ('t2', 't3');

-- what an object's cell has is not what the value itself has; a candidate or deprecated value can be owned
SELECT gov_own(NULL, NULL, 'acts-topic', v, 'acts-a') AS owned FROM unnest('{new,old}'::text[]) v;
SELECT gov_own('thing', 't1', 'acts-topic', v, 'acts-a') AS owned FROM unnest('{new,old}'::text[]) v;
-- which keeps it from being retired; a retired one, and one of a retired axis, takes no owner
SELECT pg_temp.try($$SELECT gov_retire('acts-topic', 'old', 'over')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-topic', 'gone', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-dead', 'x', 'acts-a')$$);

-- the row of an authority that has retired stays where it is: the authority may come back
SELECT gov_own('thing', 't2', 'acts-one', 'z', 'acts-b') AS owned;
SELECT gov_set_authority('acts-b', status => 'retired');
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-one', 'z', 'acts-c')$$);
SELECT gov_set_authority('acts-b', status => 'active');
SELECT authority FROM gov_effective_owner WHERE object_ref = 't2' AND axis = 'acts-one' AND value = 'z';
SELECT gov_set_authority('acts-b', status => 'retired');
SELECT gov_own('thing', 't2', 'acts-one', 'z', 'acts-c', replace => true) AS owned;
SELECT value, authority, status, replaces FROM rows WHERE object = 't2' AND value = 'z';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
