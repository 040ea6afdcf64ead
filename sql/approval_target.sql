-- What is asked for is a call that can be made: the target is held against the
-- declaration of the act, and gets the form that the call will have.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_gov_target;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{A,B}'::text[]) AS a;
SELECT count(gov_create_axis('target')) + count(gov_set_axis_status('target', 'active')) AS axis;
SELECT count(gov_propose_value('target', v)) FROM unnest('{candidate,active,old}'::text[]) AS v;
SELECT count(gov_ratify('target', v)) FROM unnest('{active,old}'::text[]) AS v;
SELECT count(gov_deprecate('target', 'old')) AS deprecated;
SELECT count(gov_register_object('thing', 'a')) AS object;
SELECT count(gov_own('thing', 'a', 'target', 'active', 'A')) AS owned;
SELECT count(gov_transfer('A', 'B')) AS transferred;
CREATE TABLE target_rows (object_type text, object_ref text, axis text, value text);
-- the form of a request, or why there is none
CREATE FUNCTION pg_temp.ask(action text, target jsonb, act text DEFAULT NULL) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    PERFORM gov_request_approval('t', action, target, 'because', act => act);
    RETURN QUERY SELECT in_words FROM gov_approval WHERE approval = 't';
    PERFORM gov_withdraw('t');
    SET LOCAL session_replication_role = replica;
    DELETE FROM gov_approval WHERE approval = 't';
    SET LOCAL session_replication_role = origin;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT SQLSTATE || ' ' || SQLERRM;
    RETURN QUERY SELECT '  ' || x FROM unnest(ARRAY[detail, hint]) AS x WHERE x <> '';
END $$;

-- unknown actions, acts and arguments
SELECT pg_temp.ask('ratify_vale', '{"axis": "target", "value": "candidate"}');
SELECT pg_temp.ask('apply_tier', '{"rollout": "r", "tier": 1}');
SELECT pg_temp.ask('retire_value', '{"axis": "target", "value": "active"}', 'gov_deprecat');
SELECT pg_temp.ask('retire_value', '{"axis": "target", "value": "active"}', 'gov_own');
SELECT pg_temp.ask('ratify_value', '{"axis": "target", "vlaue": "candidate"}');
SELECT pg_temp.ask('retire_value', '{"axis": "target", "value": "active", "approval": "x"}');
SELECT pg_temp.ask('retire_value', '{"axis": "target", "from_value": "active", "into_value": "old", "cause": "x"}');
-- what is missing
SELECT pg_temp.ask('ratify_value', '{"axis": "target"}', 'gov_ratify');
SELECT pg_temp.ask('own', '{"object_type": "thing"}');
SELECT pg_temp.ask('transfer', '{"from_authority": "A", "to_authority": null}');
-- wrong types
SELECT pg_temp.ask('ratify_value', '{"axis": "target", "value": 7}', 'gov_ratify');
SELECT pg_temp.ask('own', '{"axis": "target", "value": "active", "authority": "A", "inherits": "yes"}');
SELECT pg_temp.ask('own', '{"axis": "target", "value": "active", "authority": "A", "effective_from": "whenever"}');
SELECT pg_temp.ask('change_trust', '{"risk": "low", "min_approvals": 1.5}');
SELECT pg_temp.ask('activate_axis', '{"axis": "target", "object_types": ["thing", 1]}');
-- what does not exist
SELECT pg_temp.ask('ratify_value', '{"axis": "target", "value": "never", "parent": "nor this"}', 'gov_ratify');
SELECT pg_temp.ask('transfer', '{"from_authority": "A", "to_authority": "C"}');
SELECT pg_temp.ask('assign', '{"object_type": "thing", "object_ref": "b", "axis": "target", "value": "active"}', 'gov_assign');
SELECT pg_temp.ask('change_trust', '{"authority": "A", "role_name": "regress_gov_no_such"}');
SELECT pg_temp.ask('activate_event', '{"domain": "target", "type": "none"}');
SELECT pg_temp.ask('own', '{"ownership_id": 0}');
-- calls that ask for another action
SELECT pg_temp.ask('own', '{"object_type": "thing", "object_ref": "a", "axis": "target", "value": "active", "authority": "A", "owner_kind": "waiver"}');
SELECT pg_temp.ask('waive', '{"axis": "target", "value": "active", "authority": "A"}');
SELECT pg_temp.ask('waive', jsonb_build_object('ownership_id', max(ownership_id))) FROM gov_ownership;
SELECT pg_temp.ask('retire_value', jsonb_build_object('seq', max(seq)))
  FROM gov_ledger WHERE action = 'transfer';
-- two acts with one target: the value's status decides, or whoever asks
SELECT pg_temp.ask('ratify_value', '{"axis": "target", "value": "candidate"}');
SELECT pg_temp.ask('ratify_value', '{"axis": "target", "value": "old"}');
SELECT pg_temp.ask('retire_value', '{"axis": "target", "value": "active"}');
SELECT pg_temp.ask('retire_value', '{"axis": "target", "value": "old"}');
SELECT pg_temp.ask('assign', '{"object_type": "thing", "object_ref": "a", "axis": "target", "value": "active"}');
SELECT pg_temp.ask('assign', '{"object_type": "thing", "object_ref": "a", "axis": "target", "value": "active"}', 'gov_unassign');
-- rows of a relation can change after the vote
SELECT pg_temp.ask('assign', '{"relation": "target_rows"}');

-- One form for what is the same: defaults, numbers, times.
SELECT pg_temp.ask('own', '{"axis": "target", "value": "active", "authority": "A"}');
SELECT pg_temp.ask('own', '{"object_type": null, "axis": "target", "value": "active", "authority": "A", "owner_kind": "accountable", "replace": false,
    "effective_from": "2030-01-01 02:00:00+02"}');
SELECT pg_temp.ask('assign', '{"object_type": "thing", "object_ref": "a", "axis": "target", "value": "active", "confidence": 0.50, "evidence": {"b": null, "a": "x''y"}}', 'gov_assign');
SELECT pg_temp.ask('ratify_value', '{"axis": "target", "value": "active", "children": ["x"]}');
SELECT pg_temp.ask('activate_axis', '{"axis": "target", "object_types": ["thing", "o''ther"]}');
SELECT pg_temp.ask('activate_axis', '{"axis": "target", "object_types": ["thing"], "batch_size": 10}');
SELECT pg_temp.ask('assign', '{"entries": [{"object_type": "thing", "object_ref": "a", "axis": "target", "value": "active"}]}');
SELECT pg_temp.ask('change_trust', '{"authority": "C", "kind": "council", "role_name": "regress_gov_target"}');
SELECT gov_request_approval('once', 'own', '{"axis": "target", "value": "active", "authority": "A"}', 'because');
SELECT gov_request_approval('once', 'own', '{"axis": "target", "value": "active", "authority": "A", "inherits": true}', 'because');
SELECT gov_request_approval('once', 'own', '{"axis": "target", "value": "active", "authority": "A", "inherits": false}', 'because');

-- The acts of each action.  What the others ask for is told by the error that they raise.
SELECT action, string_agg(act, ', ' ORDER BY act COLLATE "C") AS acts, risk, gate FROM gov_gated_act GROUP BY action, risk, gate ORDER BY action COLLATE "C";
-- every act that takes an approval stands there, and no other
SELECT proname FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
 WHERE 'approval' = ANY (proargnames[1:pronargs]) AND proname ~ '^gov_' AND pronamespace <> 'governance_internal'::regnamespace
   AND proname NOT IN ('gov_request_approval', 'gov_cast_vote', 'gov_confirm', 'gov_withdraw')
EXCEPT SELECT act FROM gov_gated_act;
SELECT act FROM gov_gated_act WHERE act NOT IN (SELECT proname FROM pg_proc);
ROLLBACK;
