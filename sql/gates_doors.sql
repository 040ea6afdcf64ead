-- A gate guards all doors of its action: the acts that the action's table
-- names, and direct DML.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
SET LOCAL client_min_messages = warning;
SELECT count(gov_set_authority('A', kind => 'human'));
SELECT count(gov_create_axis('door')) + count(gov_set_axis_status('door', 'active')) AS axis;
SELECT count(gov_propose_value('door', v)) + count(gov_ratify('door', v)) AS value FROM unnest('{front,back}'::text[]) AS v;
SELECT count(gov_register_object('thing', name)) AS objects FROM unnest('{a,b}'::text[]) AS name;
SELECT count(gov_create_rule('door', 'door', 'cross_product')) + count(gov_set_rule_status('door', 'active')) AS rule;
SELECT count(gov_assign('thing', 'a', 'door', 'front', provenance => '{"kind": "test"}')) AS assigned, count(gov_own('thing', 'a', 'door', 'front', 'A')) AS owned,
       count(gov_own('thing', 'a', 'door', 'back', 'A', 'waiver', effective_to => '2100-01-01', reason => 'x')) AS waived;
SELECT count(gov_set_access('door', 'front', 'public')) + count(gov_set_access('door', 'back', 'public')) + count(gov_set_access('door', 'back', NULL)) AS access;
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN RETURN 'done';
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE TEMP TABLE door (n serial, action text, statement text);
INSERT INTO door (action, statement) VALUES
    ('assign', $$SELECT gov_assign('thing', 'b', 'door', 'front')$$),
    ('assign', $$SELECT gov_assign_many('[{"object_type": "thing", "object_ref": "b", "axis": "door", "value": "front"}]'::jsonb)$$),
    ('assign', $$SELECT gov_set_zone('thing', 'a', 'door', 'front', 'approved')$$),
    ('assign', $$SELECT gov_unassign('thing', 'a', 'door', 'front')$$),
    ('assign', $$INSERT INTO gov_assignment (object_id, axis, value, zone, assigned_kind) SELECT object_id, 'door', 'back', 'quarantine', 'human' FROM gov_object WHERE object_ref = 'a' AND object_type = 'thing'$$),
    ('assign', $$UPDATE gov_assignment SET zone = 'approved' WHERE axis = 'door'$$),
    ('assign', $$UPDATE gov_assignment SET confidence = 0.5 WHERE axis = 'door'$$),
    ('assign', $$DELETE FROM gov_assignment WHERE axis = 'door'$$),
    ('assign', $$TRUNCATE gov_assignment$$),
    ('own', $$SELECT gov_own('thing', 'b', 'door', 'front', 'A')$$),
    ('own', $$SELECT gov_own_many('[{"object_type": "thing", "object_ref": "b", "axis": "door", "value": "front", "authority": "A"}]'::jsonb)$$),
    ('own', $$SELECT gov_disown(ownership_id) FROM gov_ownership WHERE owner_kind = 'accountable' AND axis = 'door'$$),
    ('assign, own, waive', $$SELECT unchanged FROM gov_hand_over('thing', 'a', 'thing', 'b', 'moved')$$),
    ('waive', $$SELECT gov_own('thing', 'b', 'door', 'front', 'A', 'waiver', effective_to => '2100-01-01', reason => 'x')$$),
    ('waive', $$SELECT gov_disown(ownership_id) FROM gov_ownership WHERE owner_kind = 'waiver' AND axis = 'door'$$),
    ('own, waive', $$INSERT INTO gov_ownership (object_id, axis, value, owner_kind, authority, inherits) SELECT object_id, axis, 'back', 'supporting', 'A', true FROM gov_ownership WHERE axis = 'door' LIMIT 1$$),
    ('own, waive', $$UPDATE gov_ownership SET status = 'revoked', effective_to = now() WHERE axis = 'door'$$),
    ('own, waive', $$DELETE FROM gov_ownership WHERE axis = 'door'$$),
    ('decide', $$INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind) SELECT object_id, 'door', 'front', 'accept_divergence', 'x', 'person' FROM gov_object WHERE object_ref = 'a' AND object_type = 'thing'$$),
    ('decide', $$DELETE FROM gov_decision$$),
    ('set_access', $$SELECT gov_set_access('door', 'front', 'public', 'write')$$),
    ('nothing: it narrows', $$SELECT gov_set_access('door', 'front', NULL)$$),
    ('nothing: it narrows', $$SELECT gov_end_access('door', 'back', 'public')$$),
    ('set_access', $$SELECT gov_end_access('door', 'front', 'public')$$),
    ('set_access', $$INSERT INTO gov_access VALUES ('door', 'front', 'DELETE', 'public', 0, 0)$$),
    ('set_access', $$UPDATE gov_access SET privilege = 'DELETE' WHERE axis = 'door' AND value = 'front'$$),
    ('set_access', $$DELETE FROM gov_access$$),
    ('set_access', $$TRUNCATE gov_access$$),
    ('activate_axis', $$INSERT INTO gov_axis (axis, kind, family, status) VALUES ('born active', 'uncertain', 'semantic', 'active')$$),
    ('activate_axis', $$INSERT INTO gov_coverage_rule (rule, axis, mode, status) VALUES ('born active', 'door', 'cross_product', 'active')$$),
    ('ratify_value', $$INSERT INTO gov_axis_value (axis, value, status) VALUES ('door', 'born active', 'active')$$),
    ('activate_axis', $$SELECT gov_alter_axis('door', fallback => 'A')$$),
    ('activate_axis', $$UPDATE gov_axis SET fallback = 'A' WHERE axis = 'door'$$),
    ('activate_axis', $$UPDATE gov_axis SET owner = 'A' WHERE axis = 'door'$$),
    ('activate_axis', $$SELECT gov_alter_rule('door', staleness_days => 1)$$),
    ('activate_axis', $$UPDATE gov_coverage_rule SET applies_to = '{thing}' WHERE rule = 'door'$$),
    ('ratify_value', $$SELECT gov_alter_value('door', 'back', parent => 'front')$$),
    ('ratify_value', $$UPDATE gov_axis_value SET parent = 'front' WHERE axis = 'door' AND value = 'back'$$),
    ('', $$SELECT gov_alter_axis('door', 'A name') || gov_alter_value('door', 'back', 'A name')$$),
    ('', $$UPDATE gov_axis SET name = 'A name' WHERE axis = 'door'$$),
    ('', $$INSERT INTO gov_axis (axis, kind, family) VALUES ('born', 'uncertain', 'semantic')$$),
    ('', $$INSERT INTO gov_axis_value (axis, value) VALUES ('door', 'born')$$);
-- gates are armed; each gate in turn is set, here past its own
CREATE ROLE regress_gov_doors LOGIN;
SELECT count(gov_set_quorum('constitutional', 1, 1, 0, false)) + count(gov_set_authority('S', kind => 'sovereign', role_name => 'regress_gov_doors')) AS armed;
CREATE FUNCTION pg_temp.outcome(set_action text, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL session_replication_role = replica;
    UPDATE gov_action SET gate = CASE WHEN action = set_action THEN 'approval' ELSE 'open' END;
    SET LOCAL session_replication_role = origin;
    RETURN pg_temp.try(statement);
END $$;
SELECT action, statement, string_agg(CASE WHEN pg_temp.outcome(g, statement) = 'QVA01' THEN g END, ', ' ORDER BY g COLLATE "C") AS refused_with, pg_temp.outcome('none', statement) AS open
  FROM door, unnest('{assign,own,waive,decide,activate_axis,ratify_value,transfer,set_access}'::text[]) AS g GROUP BY n, action, statement ORDER BY n;
-- said so
SET LOCAL session_replication_role = replica;
UPDATE gov_action SET gate = 'approval' WHERE action = 'assign';
SET LOCAL session_replication_role = origin;
DELETE FROM gov_assignment;
-- a call that does several things is for the voters of the highest risk among them
SET LOCAL session_replication_role = replica;
UPDATE gov_action SET gate = 'approval', risk = CASE action WHEN 'assign' THEN 'medium' WHEN 'waive' THEN 'high' ELSE 'low' END WHERE action IN ('assign', 'own', 'waive', 'decide');
SET LOCAL session_replication_role = origin;
SELECT unchanged FROM gov_hand_over('thing', 'a', 'thing', 'b', 'moved');
SET LOCAL session_replication_role = replica;
UPDATE gov_action SET gate = 'open' WHERE action = 'waive';
SET LOCAL session_replication_role = origin;
SELECT unchanged FROM gov_hand_over('thing', 'a', 'thing', 'b', 'moved');
ROLLBACK;
