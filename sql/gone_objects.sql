-- What belongs to an object that is gone counts nowhere and keeps nothing in
-- use; it comes back with the object, unless its value is no more.
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
SELECT gov_set_authority('go-a', kind => 'human'), gov_set_authority('go-b', kind => 'human');
SELECT gov_create_axis('go', kind => 'uncertain'), gov_set_axis_status('go', 'active');
SELECT gov_propose_value('go', v), gov_ratify('go', v) FROM unnest('{x,y,z}'::text[]) AS v;
SELECT count(gov_register_object('go thing', n::text)) FROM generate_series(1, 3) AS n;
SELECT count(gov_assign('go thing', n::text, 'go', 'x', 'approved', provenance => '{"k": 1}')) FROM generate_series(1, 3) AS n;
SELECT gov_own('go thing', '1', 'go', 'x', 'go-a') <> '' AND gov_own('go thing', '2', 'go', 'x', 'go-a') <> '' AS owned;
CREATE TEMP VIEW go_counts AS
    SELECT (SELECT assignments FROM gov_value_tree WHERE axis = 'go' AND value = 'x') AS tree,
           (SELECT amount FROM gov_metric WHERE axis = 'go' AND metric = 'assignments') AS metric,
           (SELECT amount FROM gov_metric WHERE axis = 'go' AND metric = 'ownerships') AS owned;
SELECT * FROM go_counts;
SELECT gov_retire_object('go thing', '1', 'gone');
SELECT * FROM go_counts;

-- a merge leaves it where it is
SAVEPOINT before;
SELECT assignments, ownerships FROM gov_merge('go', 'x', 'y');
SELECT o.object_ref, s.value FROM gov_assignment AS s JOIN gov_object AS o USING (object_id) WHERE axis = 'go' ORDER BY object_ref;
ROLLBACK TO before;
-- it comes back
SELECT gov_register_object('go thing', '1') <> '' AS back;
SELECT * FROM go_counts;
SELECT gov_retire_object('go thing', '1', 'gone again');
-- a transfer leaves it, too
SAVEPOINT before;
SELECT gov_transfer('go-a', 'go-b');
SELECT o.object_ref, w.authority FROM gov_ownership AS w JOIN gov_object AS o USING (object_id) WHERE axis = 'go' AND w.status = 'active' ORDER BY object_ref;
SELECT gov_transfer('go-a', 'go-b');
ROLLBACK TO before;
-- it can be ended
SAVEPOINT before;
SELECT gov_unassign('go thing', '1', 'go', 'x', 'over');
SELECT s.valid_to <= now() AS ended, s.reason FROM gov_assignment AS s JOIN gov_object AS o USING (object_id) WHERE axis = 'go' AND object_ref = '1';
SELECT gov_unassign('go thing', '1', 'go', 'x');
SELECT gov_unassign('go thing', 'never', 'go', 'x');
ROLLBACK TO before;

-- nothing else points at the value: it can be retired
SELECT gov_unassign('go thing', '2', 'go', 'x'), gov_unassign('go thing', '3', 'go', 'x');
SELECT gov_deprecate('go', 'x');
SELECT gov_retire('go', 'x');
SELECT gov_disown(ownership_id) FROM gov_ownership AS w JOIN gov_object AS o USING (object_id) WHERE w.axis = 'go' AND o.object_ref = '2' AND w.status = 'active';
SELECT gov_retire('go', 'x', 'no more');
-- and nothing of it comes back
SELECT gov_register_object('go thing', '1') <> '' AS back;
SELECT s.valid_to <= now() AS ended, s.reason FROM gov_assignment AS s JOIN gov_object AS o USING (object_id) WHERE axis = 'go' AND object_ref = '1';
SELECT w.status, w.reason FROM gov_ownership AS w JOIN gov_object AS o USING (object_id) WHERE axis = 'go' AND object_ref = '1';

-- nor from a retired authority, by a transfer or its return
SELECT gov_own(NULL, NULL, 'go', 'z', 'go-a') <> '' AS owned;
UPDATE gov_authority SET status = 'retired' WHERE authority = 'go-a';
SELECT gov_deprecate('go', 'z'), gov_retire('go', 'z');
UPDATE gov_authority SET status = 'active' WHERE authority = 'go-a';
SELECT count(*) FROM gov_ownership WHERE axis = 'go' AND value = 'z' AND status = 'active';
-- of a value that was retired by hand, while its owner was
SELECT gov_own(NULL, NULL, 'go', 'y', 'go-a') <> '' AS owned;
UPDATE gov_authority SET status = 'retired' WHERE authority = 'go-a';
UPDATE gov_axis_value SET status = 'deprecated' WHERE axis = 'go' AND value = 'y';
UPDATE gov_axis_value SET status = 'retired' WHERE axis = 'go' AND value = 'y';
SELECT gov_transfer('go-a', 'go-b');
UPDATE gov_authority SET status = 'active' WHERE authority = 'go-a';
SELECT authority, status FROM gov_ownership WHERE axis = 'go' AND value = 'y' ORDER BY ownership_id;
ROLLBACK;
\set ON_ERROR_ROLLBACK off
