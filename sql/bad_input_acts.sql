-- Bad input to the acts: each refused with SQLSTATE, message and hint, and nothing is left.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all
-- something that could be damaged
SELECT gov_assign('thing', 't1', 'acts-topic', 'x', zone => 'approved', provenance => '{"kind": "k"}') AS assigned;
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a') AS owned;
CREATE TEMPORARY TABLE before AS SELECT pg_temp.facts();

-- gov_assign
SELECT pg_temp.try($$SELECT gov_assign(NULL, 't1', 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', NULL, 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', NULL, 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', NULL)$$);
SELECT pg_temp.try($$SELECT gov_assign('', 't1', 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', repeat('x', 201))$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', repeat('x', 1501), 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'nothing', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'nothing')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 'nothing', 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('nothing', 't1', 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 'dead', 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-dead', 'x')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'old')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'gone')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', zone => 'limbo')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', zone => 'approved')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', zone => 'candidate', provenance => '{}')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', provenance => '"hearsay"')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', confidence => 1.5)$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', match_score => -0.1)$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', confidence => 'NaN')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', assigned_kind => 'oracle')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', assigned_at => now() + interval '1 day')$$);
SELECT pg_temp.try($$SELECT gov_assign('thing', 't1', 'acts-topic', 'x', assigned_at => '-infinity')$$);

-- gov_set_zone, gov_unassign
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', NULL)$$);
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'limbo')$$);
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'candidate')$$);
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'y', 'approved')$$);
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', NULL, 'x', 'approved')$$);
SELECT pg_temp.try($$SELECT gov_unassign('thing', 't1', 'acts-topic', 'y')$$);
SELECT pg_temp.try($$SELECT gov_unassign('thing', 'nothing', 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_unassign('thing', 't1', 'acts-topic', NULL)$$);

-- gov_own
SELECT pg_temp.try($$SELECT gov_own('thing', NULL, 'acts-topic', 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, 't1', 'acts-topic', 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', NULL, 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', NULL, 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', NULL)$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'nothing', 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'nothing', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 'nothing', 'acts-topic', 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 'dead', 'acts-topic', 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'nobody')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-gone')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-dead', 'x', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'gone', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', 'boss')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-b')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', 'delegated')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', 'delegated', effective_to => 'infinity')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', 'waiver', reason => 'r')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', 'waiver', effective_to => '2999-01-01')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', 'waiver', effective_to => '2999-01-01', reason => '')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', 'waiver', effective_to => '2999-01-01', reason => E' \n\t')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-a', 'waiver', effective_to => '2999-01-01', reason => 'r')$$);
SELECT pg_temp.try($$SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-a', inherits => false)$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', effective_from => '2030-01-01', effective_to => '2029-01-01')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', effective_from => 'infinity')$$);
SELECT pg_temp.try($$SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', approval => '')$$);
-- NULL for what has a default is the default
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS owned;
DELETE FROM gov_ownership WHERE object_id = (SELECT object_id FROM gov_object WHERE object_ref = 't2' AND object_type = 'thing');
SELECT pg_temp.try($$SELECT gov_disown(NULL)$$);
SELECT pg_temp.try($$SELECT gov_disown(-1)$$);

-- the tables themselves refuse, whoever writes
SELECT pg_temp.try($$UPDATE gov_assignment SET provenance = '{}' WHERE axis = 'acts-topic'$$);
SELECT pg_temp.try($$UPDATE gov_assignment SET confidence = 1.5 WHERE axis = 'acts-topic'$$);
SELECT pg_temp.try($$UPDATE gov_ownership SET effective_to = effective_from - interval '1 day' WHERE axis = 'acts-topic'$$);
SELECT pg_temp.try($$UPDATE gov_ownership SET owner_kind = 'delegated' WHERE axis = 'acts-topic'$$);
SELECT pg_temp.try($$UPDATE gov_ownership SET object_id = NULL, inherits = false WHERE axis = 'acts-topic'$$);
SELECT facts = pg_temp.facts() AS nothing_left_behind FROM before;
ROLLBACK;
