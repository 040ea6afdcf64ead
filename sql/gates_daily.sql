-- The daily work is open and can be gated: then each call needs an approval of
-- its own.
\set SHOW_CONTEXT never
BEGIN;
SELECT count(gov_set_authority('A', kind => 'human'));
SELECT count(gov_create_axis('duty')) + count(gov_set_axis_status('duty', 'active')) AS axis;
SELECT count(gov_propose_value('duty', 'care')) + count(gov_ratify('duty', 'care')) AS value;
SELECT count(gov_register_object('thing', name)) AS objects FROM unnest('{a,b,c}'::text[]) AS name;
CREATE ROLE regress_gov_sovereign LOGIN;
SELECT count(gov_set_quorum('constitutional', 1, 1, 0, false)) AS quorum;
SELECT count(gov_set_authority('S', kind => 'sovereign', role_name => 'regress_gov_sovereign'));
-- Armed, and still open.
SELECT gov_assign('thing', 'a', 'duty', 'care') AS assigned, gov_own('thing', 'a', 'duty', 'care', 'A') AS owned;
-- Gated, as the seed rows can be, here without asking for the approval that takes.
SET LOCAL session_replication_role = replica;
UPDATE gov_action SET gate = 'approval' WHERE action IN ('assign', 'own', 'waive');
SET LOCAL session_replication_role = origin;
SAVEPOINT gated;
SELECT gov_assign('thing', 'b', 'duty', 'care');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO gated;
SELECT gov_own('thing', 'b', 'duty', 'care', 'A');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO gated;
SELECT gov_own('thing', 'b', 'duty', 'care', 'A', 'waiver', effective_to => '2100-01-01', reason => 'x');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO gated;
SELECT gov_assign_many('[{"object_type": "thing", "object_ref": "b", "axis": "duty", "value": "care"}]'::jsonb);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO gated;
SELECT gov_own_many('[{"object_type": "thing", "object_ref": "b", "axis": "duty", "value": "care", "authority": "A"}]'::jsonb);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO gated;
SELECT gov_assign('thing', 'b', 'duty', 'care', approval => 'none');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO gated;
-- Nothing was left.
SELECT (SELECT count(*) FROM gov_assignment) AS assignments, (SELECT count(*) FROM gov_ownership) AS ownerships;
ROLLBACK;
