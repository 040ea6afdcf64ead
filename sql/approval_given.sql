-- An approval that is given is used up, or the act is refused: facts and ledger
-- name none that did not permit them, gates or no gates.
BEGIN;
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_gov_given;
SELECT count(gov_set_authority(a, kind => 'human')) FROM unnest('{A,B}'::text[]) AS a;
SELECT count(gov_create_axis(a)) FROM unnest('{given,new}'::text[]) AS a;
SELECT count(gov_set_axis_status('given', 'active')) AS axis;
SELECT count(gov_propose_value('given', v)) FROM unnest('{candidate,active,other,deprecated}'::text[]) AS v;
SELECT count(gov_ratify('given', v)) FROM unnest('{active,other,deprecated}'::text[]) AS v;
SELECT count(gov_deprecate('given', 'deprecated')) AS deprecated;
SELECT count(gov_create_rule('given', 'given', 'cross_product')) AS rule;
SELECT count(gov_register_object('thing', o)) FROM unnest('{a,b}'::text[]) AS o;
SELECT count(gov_assign('thing', 'a', 'given', 'active', provenance => '{"kind": "test"}')) AS assigned;
SELECT count(gov_own('thing', 'a', 'given', 'active', 'A')) AS owned;
SELECT count(gov_set_access('given', 'other', 'public')) AS said;
SELECT ownership_id AS owned FROM gov_ownership WHERE axis = 'given' \gset
SELECT max(seq) AS deprecation FROM gov_ledger WHERE action = 'deprecate' \gset
SELECT count(gov_set_event_type('given', 'type', 'given', 'normal')) AS type;
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN RETURN 'done';
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE TEMP TABLE acts (act, arguments) AS VALUES
    ('gov_set_authority', $$'C', kind => 'human'$$),
    ('gov_set_authority', $$'A', name => 'Another name'$$),
    ('gov_set_authority', $$'A', role_name => 'regress_gov_given'$$),
    ('gov_set_gate', $$'assign', 'high', 'open'$$),
    ('gov_set_quorum', $$'low', 2$$),
    ('gov_set_axis_status', $$'new', 'active'$$),
    ('gov_set_axis_status', $$'new', 'retired'$$),
    ('gov_set_axis_status', $$'given', 'deprecated'$$),
    ('gov_ratify', $$'given', 'candidate'$$),
    ('gov_set_access', $$'given', 'active', 'public'$$),
    ('gov_end_access', $$'given', 'other', 'public'$$),
    ('gov_alter_axis', $$'given', fallback => 'A'$$),
    ('gov_alter_axis', $$'given', 'A name'$$),
    ('gov_alter_rule', $$'given', staleness_days => 1$$),
    ('gov_alter_value', $$'given', 'active', parent => 'other'$$),
    ('gov_deprecate', $$'given', 'other'$$),
    ('gov_reinstate', $$'given', 'deprecated'$$),
    ('gov_retire', $$'given', 'deprecated'$$),
    ('gov_merge', $$'given', 'active', 'other'$$),
    ('gov_split', $$'given', 'active', '["child"]'$$),
    ('gov_undo', :'deprecation'),
    ('gov_set_rule_status', $$'given', 'active'$$),
    ('gov_assign', $$'thing', 'b', 'given', 'active'$$),
    ('gov_set_zone', $$'thing', 'a', 'given', 'active', 'approved'$$),
    ('gov_unassign', $$'thing', 'a', 'given', 'active'$$),
    ('gov_assign_many', $$jsonb '[{"object_type": "thing", "object_ref": "b", "axis": "given", "value": "active"}]'$$),
    ('gov_own', $$'thing', 'b', 'given', 'active', 'A'$$),
    ('gov_own', $$'thing', 'b', 'given', 'active', 'A', 'waiver', reason => 'x', effective_to => 'tomorrow'$$),
    ('gov_disown', :'owned'),
    ('gov_own_many', $$jsonb '[{"object_type": "thing", "object_ref": "b", "axis": "given", "value": "active", "authority": "A"}]'$$),
    ('gov_own_many', $$jsonb '[{"object_type": "thing", "object_ref": "b", "axis": "given", "value": "active", "authority": "A", "owner_kind": "waiver",
                               "reason": "x", "effective_to": "2999-01-01"}]'$$),
    ('gov_transfer', $$'A', 'B'$$),
    ('gov_event_activate', $$'given', 'type'$$);
SELECT act, arguments, pg_temp.try(format('SELECT %s(%s)', act, arguments)) AS without,
       pg_temp.try(format('SELECT %s(%s, approval => ''none'')', act, arguments)) AS with_one
  FROM acts WHERE act NOT IN ('gov_undo', 'gov_disown') ORDER BY act COLLATE "C", arguments COLLATE "C";
SELECT act, pg_temp.try(format('SELECT %s(%s)', act, arguments)) AS without,
       pg_temp.try(format('SELECT %s(%s, approval => ''none'')', act, arguments)) AS with_one
  FROM acts WHERE act IN ('gov_undo', 'gov_disown') ORDER BY act COLLATE "C";
-- every act that takes an approval is tried, but those that need more of a world (tests decisions, containment, hand_over)
SELECT DISTINCT proname FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
 WHERE 'approval' = ANY (proargnames) AND prokind = 'f' AND proname ~ '^gov_' AND pronamespace <> 'governance_internal'::regnamespace
   AND proname NOT IN ('gov_request_approval', 'gov_cast_vote', 'gov_confirm', 'gov_withdraw')
   AND proname NOT IN (SELECT act FROM acts) ORDER BY 1;
-- what is so already asks for none, and uses none
SELECT gov_ratify('given', 'active', approval => 'none');
SELECT gov_own('thing', 'a', 'given', 'active', 'A', approval => 'none');
SELECT gov_own('thing', 'b', 'given', 'active', 'A', approval => 'none');
ROLLBACK;
