-- Every move of states that is not listed is refused, by function and by
-- direct DML; every one that is listed is possible.
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on

SELECT thing, from_status, to_status, acts, gate, agents FROM gov_transition
ORDER BY thing COLLATE "C", from_status COLLATE "C", to_status COLLATE "C";

-- runs statements, takes them back, and says how it went
CREATE FUNCTION pg_temp.try(VARIADIC sql text[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. array_length(sql, 1) LOOP
        EXECUTE sql[i];
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
EXCEPTION
    WHEN SQLSTATE 'ZZZZZ' THEN RETURN 'allowed';
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;

CREATE TEMP TABLE things (thing text, states text[], make text, move text);
INSERT INTO things VALUES
    ('axis', '{candidate,active,deprecated,retired}',
     $$INSERT INTO gov_axis (axis, kind, family, status) VALUES ('lx2', 'system', 'pivot', %L)$$,
     $$UPDATE gov_axis SET status = %L WHERE axis = 'lx2'$$),
    ('value', '{candidate,active,deprecated,retired}',
     $$INSERT INTO gov_axis_value (axis, value, status) VALUES ('lx', 'lv2', %L)$$,
     $$UPDATE gov_axis_value SET status = %L WHERE axis = 'lx' AND value = 'lv2'$$),
    ('assignment', '{quarantine,candidate,approved}',
     $$INSERT INTO gov_assignment (assignment_id, object_id, axis, value, provenance, assigned_kind, zone)
       VALUES (-1, -1, 'lx', 'lv', '{"kind": "x"}', 'rule', %L)$$,
     $$UPDATE gov_assignment SET zone = %L WHERE assignment_id = -1$$),
    ('ownership', '{active,superseded,revoked,expired}',
     $$INSERT INTO gov_ownership (ownership_id, object_id, axis, value, authority, status)
       VALUES (-1, -1, 'lx', 'lv', 'la', %L)$$,
     $$UPDATE gov_ownership SET status = %L WHERE ownership_id = -1$$),
    ('rule', '{candidate,active,retired}',
     $$INSERT INTO gov_coverage_rule (rule, axis, mode, status) VALUES ('lr2', 'lx', 'cross_product', %L)$$,
     $$UPDATE gov_coverage_rule SET status = %L WHERE rule = 'lr2'$$);
INSERT INTO gov_authority (authority, kind) VALUES ('la', 'human');
INSERT INTO gov_object (object_id, object_type, object_ref) VALUES (-1, 't', 'lo');
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('lx', 'system', 'pivot', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES ('lx', 'lv', 'active');

-- by direct DML; what stays as it is does not move
CREATE TEMP TABLE tried AS
SELECT thing, f AS from_status, t AS to_status,
       pg_temp.try(format(make, f), format(move, t)) AS result
FROM things, unnest(states) AS f, unnest(states) AS t;
SELECT thing, from_status, to_status, result FROM tried
ORDER BY thing COLLATE "C", from_status COLLATE "C", to_status COLLATE "C";
-- where the view says otherwise: nowhere
SELECT thing, from_status, to_status, result
FROM tried LEFT JOIN gov_transition AS g USING (thing, from_status, to_status)
WHERE (result = 'allowed') <> (g.agents IS NOT NULL OR from_status = to_status);

-- by function; a state already reached is left as it is
SELECT call, f AS from_status, pg_temp.try(format(make, f), call) AS result
FROM (VALUES
    ('axis', 1, $$SELECT gov_set_axis_status('lx2', 'candidate')$$),
    ('axis', 2, $$SELECT gov_set_axis_status('lx2', 'active')$$),
    ('axis', 3, $$SELECT gov_set_axis_status('lx2', 'deprecated')$$),
    ('axis', 4, $$SELECT gov_set_axis_status('lx2', 'retired')$$),
    ('value', 1, $$SELECT gov_ratify('lx', 'lv2')$$),
    ('value', 2, $$SELECT gov_deprecate('lx', 'lv2')$$),
    ('value', 3, $$SELECT gov_reinstate('lx', 'lv2')$$),
    ('value', 4, $$SELECT gov_retire('lx', 'lv2')$$),
    ('rule', 1, $$SELECT gov_set_rule_status('lr2', 'candidate')$$),
    ('rule', 2, $$SELECT gov_set_rule_status('lr2', 'active')$$),
    ('rule', 3, $$SELECT gov_set_rule_status('lr2', 'retired')$$)) AS c (thing, number, call)
JOIN things USING (thing), unnest(states) WITH ORDINALITY AS s (f, n)
ORDER BY thing COLLATE "C", number, n;

-- the messages
INSERT INTO gov_axis_value (axis, value, status) VALUES ('lx', 'old', 'deprecated'), ('lx', 'gone', 'retired');
UPDATE gov_axis_value SET status = 'candidate' WHERE axis = 'lx' AND value = 'old';
\echo :LAST_ERROR_SQLSTATE
SELECT gov_ratify('lx', 'old');
SELECT gov_ratify('lx', 'lv');
SELECT gov_reinstate('lx', 'gone');
INSERT INTO gov_ownership (ownership_id, object_id, axis, value, authority, status) VALUES (-1, -1, 'lx', 'lv', 'la', 'revoked');
UPDATE gov_ownership SET status = 'active' WHERE ownership_id = -1;
\set VERBOSITY terse
UPDATE gov_axis SET status = NULL WHERE axis = 'lx';
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE

-- a move of a value notes its time, anything else does not
INSERT INTO gov_axis_value (axis, value, status_changed_at) VALUES ('lx', 'timed', '2000-01-01');
UPDATE gov_axis_value SET name = 'timed' WHERE axis = 'lx' AND value = 'timed';
SELECT status_changed_at = '2000-01-01' AS kept FROM gov_axis_value WHERE axis = 'lx' AND value = 'timed';
UPDATE gov_axis_value SET status = 'active', status_changed_at = '1999-01-01' WHERE axis = 'lx' AND value = 'timed';
SELECT status_changed_at = now() AS noted FROM gov_axis_value WHERE axis = 'lx' AND value = 'timed';

-- an agent proposes and never decides, whatever other authority it speaks for
CREATE ROLE regress_gov_bot LOGIN;
CREATE ROLE regress_gov_bots;
GRANT regress_gov_bots TO regress_gov_bot;
SELECT gov_set_authority('LBOT', kind => 'agent', role_name => 'regress_gov_bots');
SELECT gov_set_authority('LHUMAN', kind => 'human', role_name => 'regress_gov_bot');
GRANT SELECT, UPDATE ON gov_axis_value, gov_assignment TO regress_gov_bot;
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE proname IN
        ('gov_propose_value', 'gov_ratify', 'gov_deprecate', 'gov_reinstate', 'gov_retire', 'gov_set_authority') LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO regress_gov_bot', f);
    END LOOP;
END $$;
INSERT INTO gov_assignment (assignment_id, object_id, axis, value, provenance, assigned_kind, zone)
    VALUES (-1, -1, 'lx', 'lv', '{"kind": "x"}', 'rule', 'quarantine');
SET SESSION AUTHORIZATION regress_gov_bot;
SELECT gov_propose_value('lx', 'idea');
SELECT gov_ratify('lx', 'idea');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_reinstate('lx', 'old');
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_axis_value SET status = 'active' WHERE axis = 'lx' AND value = 'idea';
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_assignment SET zone = 'candidate' WHERE assignment_id = -1;
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
UPDATE gov_assignment SET zone = 'candidate' WHERE assignment_id = -1;
SET SESSION AUTHORIZATION regress_gov_bot;
UPDATE gov_assignment SET zone = 'approved' WHERE assignment_id = -1;
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_authority('LBOT', status => 'retired');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
-- a superuser belongs to every role, and is no agent for that
SELECT gov_ratify('lx', 'idea');
-- a retired authority makes nobody an agent
SELECT gov_set_authority('LBOT', status => 'retired');
SELECT gov_propose_value('lx', 'idea2');
SET SESSION AUTHORIZATION regress_gov_bot;
SELECT gov_ratify('lx', 'idea2');
RESET SESSION AUTHORIZATION;
-- who acts is the session user, not the role it has set
SELECT gov_set_authority('LBOT', status => 'active');
SELECT gov_propose_value('lx', 'idea3');
SET ROLE regress_gov_bot;
SELECT gov_ratify('lx', 'idea3');
RESET ROLE;

-- Approvals: the listed moves are made by the functions alone, any other by
-- nobody.  Votes and use cannot be shown here (sql/approvals.sql); withdrawing can.
SET LOCAL session_replication_role = replica;
INSERT INTO gov_approval (approval, action, target, content_hash, risk, proposer_oid, justification, status, expires_at, act, seen, in_words)
SELECT 'l ' || s, 'own', '{}', 'x', 'medium', session_user::regrole::oid, 'test', s, now() + interval '1 day', 'gov_own', '{}', 'gov_own()'
  FROM unnest('{pending,approved,rejected,withdrawn,expired,consumed}'::text[]) s;
SET LOCAL session_replication_role = origin;
CREATE TEMPORARY TABLE approval_pair AS
SELECT f AS from_status, t AS to_status, left(pg_temp.try(format('UPDATE gov_approval SET status = %L WHERE approval = %L', t, 'l ' || f)), 5) AS by_hand,
       EXISTS (SELECT FROM gov_transition m WHERE m.thing = 'approval' AND m.from_status = f AND m.to_status = t) AS listed
  FROM unnest('{pending,approved,rejected,withdrawn,expired,consumed}'::text[]) f, unnest('{pending,approved,rejected,withdrawn,expired,consumed}'::text[]) t
 WHERE f <> t;
SELECT listed, by_hand, count(*) FROM approval_pair GROUP BY 1, 2 ORDER BY 1, 2;
SELECT s, pg_temp.try(format('SELECT gov_withdraw(%L)', 'l ' || s)) FROM unnest('{pending,approved,rejected,withdrawn,expired,consumed}'::text[]) s;
ROLLBACK;
