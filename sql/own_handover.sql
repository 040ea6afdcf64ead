-- Hand-over: at once, or at a time ahead; overlapping ones are refused.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts_owned.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all

-- at once: the one before is superseded where the new one begins
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a') AS owned;
SELECT pg_temp.hour();
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true) AS owned;
SELECT * FROM rows;
-- looking back: half an hour ago
SELECT pg_temp.hour();
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a', replace => true, effective_from => now() - interval '30 minutes') AS owned;
SELECT * FROM rows;
-- ahead: the present owner stays until then
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-c', replace => true, effective_from => now() + interval '10 days') AS owned;
SELECT * FROM rows WHERE status = 'active';
-- without replace what is open cannot be followed, and what is scheduled gives way to nobody
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a') AS owned;
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-b', effective_from => now() + interval '10 days')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true)$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true, effective_from => now() + interval '20 days')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true, effective_to => now() + interval '11 days')$$);
-- up to where it begins there is room
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b', replace => true, effective_to => now() + interval '10 days') AS owned;
SELECT * FROM rows WHERE object = 't1' AND status = 'active';
-- a scheduled one revoked: held at no instant, the one before still ends
SELECT gov_disown(ownership_id) FROM gov_ownership WHERE status = 'active' AND authority = 'acts-c';
SELECT * FROM rows WHERE object = 't1' AND (status = 'active' OR authority = 'acts-c');
-- the room it left can be taken without replace; a value itself is handed over the same way
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a', effective_from => now() + interval '10 days') AS owned;
SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-a') AS owned;
SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-b', effective_from => now() + interval '1 day', replace => true) AS owned;
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-c', effective_from => now() + interval '2 days', replace => true)$$);
SELECT * FROM rows WHERE object = '(value)';
-- time passes: who was to take over has, and who was to leave has lapsed and is set expired
UPDATE gov_ownership SET effective_from = effective_from - interval '30 days', effective_to = effective_to - interval '30 days' WHERE axis LIKE 'acts-%';
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-c', replace => true) AS owned;
SELECT authority, status, effective_to, replaces FROM rows WHERE object = 't1' AND status IN ('active', 'expired');
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT authority, status, effective_from, effective_to FROM rows WHERE object = '(value)';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
