-- Containment activated again: the differences are applied and nothing else.
BEGIN;
SELECT gov_set_authority(a, kind => 'human') FROM unnest(ARRAY['A1', 'A2', 'A3']) AS a;
SELECT gov_create_axis('responsibility', family => 'system'), gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy');
SELECT gov_create_axis('c', family => 'structural');
SELECT count(gov_register_object('group', g)) FROM unnest(ARRAY['G1', 'G2', 'G3']) AS g;
SELECT count(gov_register_object('thing', 't' || n, 'group', 'G' || (1 + n % 3))) FROM generate_series(1, 9) AS n;
SELECT count(gov_own('group', 'G' || n, 'responsibility', 'policy', 'A' || n)) FROM generate_series(1, 3) AS n;
SELECT * FROM gov_activate_containment('c', '{thing}');

-- Every version of every row, to see what a run writes.
CREATE TEMP VIEW written AS
  SELECT 'axis' AS what, ctid AS version, axis AS key FROM gov_axis
  UNION ALL SELECT 'value', ctid, value FROM gov_axis_value
  UNION ALL SELECT 'rule', ctid, rule FROM gov_coverage_rule
  UNION ALL SELECT 'assignment', ctid, assignment_id::text FROM gov_assignment
  UNION ALL SELECT 'ownership', ctid, ownership_id::text FROM gov_ownership;
CREATE TEMP VIEW cells AS
  SELECT o.object_ref, a.value, a.valid_to IS NULL AS current, a.reason,
         (SELECT string_agg(w.authority || ' ' || w.status, ', ' ORDER BY w.ownership_id) FROM gov_ownership w
           WHERE w.object_id = a.object_id AND w.axis = 'c' AND w.value = a.value) AS owners
    FROM gov_assignment a JOIN gov_object o USING (object_id);
CREATE TEMP TABLE before AS SELECT * FROM written;

-- Nothing changed: nothing is written, not one version of a row.
SELECT * FROM gov_activate_containment('c', '{thing}');
SELECT count(*) AS differences FROM (
  (TABLE written EXCEPT ALL TABLE before) UNION ALL (TABLE before EXCEPT ALL TABLE written)) AS d;

-- A renamed container's value follows, and all that points at it; two that
-- swapped their names, too.
UPDATE gov_object SET object_ref = 'G3 renamed' WHERE object_ref = 'G3' AND object_type = 'group';
UPDATE gov_object SET object_ref = 'aside' WHERE object_ref = 'G1' AND object_type = 'group';
UPDATE gov_object SET object_ref = 'G1' WHERE object_ref = 'G2' AND object_type = 'group';
UPDATE gov_object SET object_ref = 'G2' WHERE object_ref = 'aside' AND object_type = 'group';
SELECT * FROM gov_activate_containment('c', '{thing}');
SELECT v.value, v.status, o.object_ref FROM gov_axis_value v JOIN gov_object o USING (object_id)
 WHERE v.axis = 'c' ORDER BY v.value COLLATE "C";
SELECT * FROM cells ORDER BY object_ref COLLATE "C";

-- A moved object's assignment follows, and its ownership.
SELECT gov_register_object('thing', 't1', 'group', 'G3 renamed') AS moved;
SELECT * FROM gov_activate_containment('c', '{thing}');
SELECT * FROM cells WHERE object_ref = 't1' ORDER BY current, value COLLATE "C";
-- And back again.
SELECT gov_register_object('thing', 't1', 'group', 'G1') AS moved;
SELECT * FROM gov_activate_containment('c', '{thing}');
SELECT * FROM cells WHERE object_ref = 't1' ORDER BY current, value COLLATE "C";

-- A changed owner is followed.
SELECT gov_own('group', 'G3 renamed', 'responsibility', 'policy', 'A1', replace => true) AS owned;
SELECT * FROM gov_activate_containment('c', '{thing}');
SELECT * FROM cells WHERE value = 'G3 renamed' ORDER BY object_ref COLLATE "C";

-- An object retired since loses its assignment and its owner; a new one gets both.
SELECT gov_retire_object('thing', 't2', 'no longer used');
SELECT gov_register_object('thing', 't10', 'group', 'G1') AS registered;
SELECT * FROM gov_activate_containment('c', '{thing}');
SELECT * FROM cells WHERE object_ref IN ('t2', 't10') ORDER BY object_ref COLLATE "C";

-- Further owner kinds and assignments of other axes are left alone, also on
-- a cell whose assignment ends; a person's other assignments on the axis stay.
SELECT gov_own('thing', 't10', 'c', 'G1', 'A3', 'supporting') AS supports,
       gov_assign('thing', 't10', 'c', 'G2', 'approved', provenance => '{"kind": "hand"}') AS assigned;
SELECT gov_register_object('thing', 't10', 'group', 'G3 renamed') AS moved;
SELECT values_created, assignments, ownerships FROM gov_activate_containment('c', '{thing}');
SELECT * FROM cells WHERE object_ref = 't10' ORDER BY value COLLATE "C";
SELECT gov_unassign('thing', 't10', 'c', 'G2');

-- A container that is gone: its value is deprecated once nothing needs it.
SELECT gov_own(NULL, NULL, 'c', 'G1', 'A3') AS anchored;
SELECT count(gov_register_object('thing', object_ref, 'group', 'G2')) AS moved
  FROM cells WHERE current AND value = 'G1';
SELECT gov_retire_object('group', 'G1');
SELECT values_created, assignments, ownerships, gap FROM gov_activate_containment('c', '{thing}');
SELECT value, status FROM gov_axis_value WHERE axis = 'c' ORDER BY value COLLATE "C";
SELECT gov_disown(ownership_id) FROM gov_ownership WHERE axis = 'c' AND value = 'G1' AND status = 'active';
SELECT * FROM gov_activate_containment('c', '{thing}');
SELECT value, status, reason FROM gov_axis_value WHERE axis = 'c' ORDER BY value COLLATE "C";

-- One of that name comes back: its value does, too.
SELECT gov_register_object('group', 'G1') AS back, gov_register_object('thing', 't11', 'group', 'G1') AS registered;
SELECT gov_own('group', 'G1', 'responsibility', 'policy', 'A3', replace => true) AS owned;
SELECT values_created, assignments, ownerships, gap FROM gov_activate_containment('c', '{thing}');
SELECT value, status, reason, approval FROM gov_axis_value WHERE axis = 'c' ORDER BY value COLLATE "C";

-- Containers move, values follow.
SELECT gov_register_object('group', 'G1', 'group', 'G2') AS moved;
SELECT * FROM gov_activate_containment('c', '{thing}');
SELECT value, parent FROM gov_axis_value WHERE axis = 'c' ORDER BY value COLLATE "C";

-- Two sets of types on one axis do not take each other's assignments away.
SELECT gov_register_object('part', 'p1', 'group', 'G2') AS registered;
SELECT * FROM gov_activate_containment('c', '{part}', rule => 'PARTS');
SELECT rule, applies_to FROM gov_coverage_rule ORDER BY rule COLLATE "C";
SELECT gov_retire_object('part', 'p1');
SELECT * FROM gov_activate_containment('c', '{thing}', rule => 'CONTAINMENT-c');
SELECT * FROM cells WHERE object_ref = 'p1';

-- Again nothing to do.
TRUNCATE before;
INSERT INTO before SELECT * FROM written;
SELECT * FROM gov_activate_containment('c', '{thing}', rule => 'CONTAINMENT-c');
SELECT count(*) AS differences FROM (
  (TABLE written EXCEPT ALL TABLE before) UNION ALL (TABLE before EXCEPT ALL TABLE written)) AS d;
ROLLBACK;
