-- Once gates are armed, a gated move is refused to whoever bypasses the
-- functions, too, unless an approval for it was used in the same transaction;
-- in a database of its own.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_gov_gates_pres LOGIN;
CREATE ROLE regress_gov_gates_clerk LOGIN;
CREATE DATABASE regress_gov_gates;
\c regress_gov_gates
SET client_min_messages = warning;
CREATE EXTENSION governance;
SELECT gov_grant('approver', 'regress_gov_gates_pres'), gov_grant('steward', 'regress_gov_gates_clerk');
SELECT gov_set_authority('PRESIDENT', kind => 'sovereign'), gov_set_authority('COUNCIL', kind => 'council'), gov_set_authority('TEAM', kind => 'human');
INSERT INTO gov_axis (axis, kind, family, status) SELECT 'axis ' || s, 'uncertain', 'semantic', s FROM unnest('{candidate,active,deprecated,retired}'::text[]) s;
INSERT INTO gov_axis_value (axis, value, status) SELECT 'axis active', s || ' ' || n, s FROM unnest('{candidate,active,deprecated,retired}'::text[]) s, generate_series(1, 2) n;
INSERT INTO gov_coverage_rule (rule, axis, mode, status) SELECT 'rule ' || s, 'axis active', 'cross_product', s FROM unnest('{candidate,active,retired}'::text[]) s;
-- one statement by hand: done, or how it is refused
CREATE FUNCTION public.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN RETURN 'done';
    WHEN OTHERS THEN RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
-- every pair of states of what has a gate somewhere, by hand
CREATE VIEW pairs AS
SELECT thing, f AS from_status, t AS to_status,
       format(CASE thing WHEN 'axis' THEN 'UPDATE gov_axis SET status = %2$L WHERE axis = ''axis '' || %1$L'
              WHEN 'rule' THEN 'UPDATE gov_coverage_rule SET status = %2$L WHERE rule = ''rule '' || %1$L'
              ELSE 'UPDATE gov_axis_value SET status = %2$L WHERE value = %1$L || '' 1''' END, f, t) AS statement
  FROM unnest('{axis,value,rule}'::text[]) thing, unnest('{candidate,active,deprecated,retired}'::text[]) f, unnest('{candidate,active,deprecated,retired}'::text[]) t
 WHERE f <> t AND NOT (thing = 'rule' AND 'deprecated' IN (f, t));
CREATE TABLE before AS SELECT *, public.try(statement) AS result FROM pairs;
-- here a sovereign alone changes the root of trust
SELECT gov_set_quorum('constitutional', 1, 1, 0, false);
SELECT gov_set_authority('PRESIDENT', role_name => 'regress_gov_gates_pres');
CREATE TABLE armed AS SELECT *, public.try(statement) AS result FROM pairs;
SELECT b.thing, b.from_status, b.to_status, m.gate, left(b.result, 5) AS before, left(a.result, 5) AS armed
  FROM before b JOIN armed a USING (thing, from_status, to_status) LEFT JOIN gov_transition m USING (thing, from_status, to_status)
 ORDER BY 1, 2, 3;
-- what is refused is what has a gate, and all of that
SELECT count(*) AS wrong FROM armed a JOIN before b USING (thing, from_status, to_status) LEFT JOIN gov_transition m USING (thing, from_status, to_status)
 WHERE a.result <> CASE WHEN m.gate IS NOT NULL AND b.result = 'done' THEN a.result ELSE b.result END
    OR (m.gate IS NOT NULL AND b.result = 'done') <> (a.result LIKE 'QVA01:%');
SELECT result FROM armed WHERE result LIKE 'QVA01%' ORDER BY result COLLATE "C" LIMIT 3;

-- The root of trust, by hand.
SELECT s, public.try(s) FROM unnest(ARRAY[
    $$UPDATE gov_authority SET kind = 'sovereign' WHERE authority = 'TEAM'$$,
    $$UPDATE gov_authority SET role_name = NULL WHERE authority = 'PRESIDENT'$$,
    $$UPDATE gov_authority SET role_oid = 10 WHERE authority = 'PRESIDENT'$$,
    $$UPDATE gov_authority SET status = 'retired' WHERE authority = 'PRESIDENT'$$,
    $$UPDATE gov_authority SET authority = 'KING' WHERE authority = 'PRESIDENT'$$,
    $$UPDATE gov_authority SET name = 'The council' WHERE authority = 'COUNCIL'$$,
    $$DELETE FROM gov_authority WHERE authority = 'COUNCIL'$$,
    $$INSERT INTO gov_authority (authority, kind) VALUES ('NEW', 'council')$$,
    $$INSERT INTO gov_authority (authority, kind, role_name) VALUES ('NEW', 'human', 'regress_gov_gates_clerk')$$,
    $$INSERT INTO gov_authority (authority, kind) VALUES ('NEW', 'human')$$,
    $$UPDATE gov_action SET gate = 'open'$$,
    $$DELETE FROM gov_action WHERE action = 'assign'$$,
    $$INSERT INTO gov_action VALUES ('own', 'low', 'open')$$,
    $$INSERT INTO gov_action VALUES ('new', 'low', 'open')$$,
    $$UPDATE gov_quorum_rule SET min_approvals = 1$$,
    $$INSERT INTO gov_quorum_rule VALUES ('high', 1, 0, 0, false)$$,
    $$DELETE FROM gov_quorum_rule WHERE risk = 'low'$$,
    $$INSERT INTO gov_approval (approval, action, target, content_hash, risk, proposer_oid, justification, expires_at) VALUES ('x', 'own', '{}', '', 'low', 0, 'x', now())$$,
    $$TRUNCATE gov_action$$,
    $$TRUNCATE gov_vote$$,
    $$TRUNCATE gov_approval, gov_vote$$,
    $$TRUNCATE gov_quorum_rule, gov_approval, gov_vote$$,
    $$TRUNCATE gov_authority CASCADE$$
    ]) WITH ORDINALITY t (s, n) ORDER BY n;
-- nor does a session with the settings of a restore: something was done here
BEGIN;
SELECT set_config('search_path', '', true);
SET LOCAL row_security = off;
SET LOCAL check_function_bodies = off;
SELECT public.try($$INSERT INTO public.gov_action VALUES ('own', 'low', 'open')$$), public.try($$INSERT INTO public.gov_authority (authority, kind) VALUES ('NEW', 'council')$$),
       public.try($$UPDATE public.gov_action SET gate = 'open'$$);
ROLLBACK;

-- An approval that was used in the same transaction lets its own change through.
\c - regress_gov_gates_clerk
SELECT gov_request_approval('v', 'ratify_value', '{"axis": "axis active", "value": "candidate 1"}', 'because');
SELECT gov_request_approval('q', 'change_trust', '{"risk": "low", "min_approvals": 2}', 'because');
\c - :superuser
SET client_min_messages = warning;
-- a sovereign alone is enough for everything, for the sake of this test
SET session_replication_role = replica;
UPDATE gov_quorum_rule SET min_approvals = 1, min_council = 0, needs_confirmation = false;
RESET session_replication_role;
\c - regress_gov_gates_pres
CALL gov_cast_vote('v', 'PRESIDENT', 'approve');
CALL gov_cast_vote('q', 'PRESIDENT', 'approve');
\c - :superuser
SET client_min_messages = warning;
BEGIN;
SELECT public.try($$UPDATE gov_axis_value SET status = 'active' WHERE value = 'candidate 1'$$);
SELECT gov_ratify('axis active', 'candidate 1', approval => 'v');
-- another value is not covered by it, nor another move
SELECT public.try($$UPDATE gov_axis_value SET status = 'active' WHERE value = 'candidate 2'$$);
SELECT public.try($$UPDATE gov_axis_value SET status = 'deprecated' WHERE value = 'candidate 1'$$);
SELECT gov_set_quorum('low', 2, approval => 'q');
SELECT public.try($$UPDATE gov_quorum_rule SET min_approvals = 2 WHERE risk = 'low'$$);
SELECT public.try($$UPDATE gov_quorum_rule SET min_approvals = 3 WHERE risk = 'low'$$);
SELECT public.try($$UPDATE gov_quorum_rule SET needs_confirmation = true WHERE risk = 'low'$$);
SELECT public.try($$UPDATE gov_quorum_rule SET min_approvals = 2 WHERE risk = 'high'$$);
SELECT public.try($$DELETE FROM gov_quorum_rule WHERE risk = 'low'$$);
COMMIT;
-- and not in the next transaction
SELECT public.try($$UPDATE gov_quorum_rule SET min_approvals = 1 WHERE risk = 'low'$$);
\c postgres :superuser
DROP DATABASE regress_gov_gates;
DROP ROLE regress_gov_gates_pres, regress_gov_gates_clerk;
