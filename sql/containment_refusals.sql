-- Containment is refused as a whole: everything in the way is named at once,
-- and nothing is left behind.
BEGIN;
SELECT gov_set_authority('A1', kind => 'human');
SELECT gov_create_axis('responsibility', family => 'system'), gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy');
SELECT gov_propose_value('responsibility', 'audit');
SELECT gov_create_axis('c', family => 'structural');
SELECT count(gov_register_object('group', g)) FROM unnest(ARRAY['owned', 'nobody''s', 'gone', 'ring 1', 'ring 2']) AS g;
SELECT count(gov_own('group', g, 'responsibility', 'policy', 'A1')) FROM unnest(ARRAY['owned', 'gone']) AS g;
SELECT count(gov_register_object('thing', t, 'group', g))
  FROM (VALUES ('fine', 'owned'), ('unowned', 'nobody''s'), ('left over', 'gone'), ('in the ring', 'ring 1')) AS v (t, g);
SELECT count(gov_register_object('thing', 'loose ' || n)) FROM generate_series(1, 12) AS n;

-- What only somebody with a hand in the tables could have brought about.
SET LOCAL session_replication_role = replica;
UPDATE gov_object SET retired_at = now() WHERE object_ref = 'gone';
UPDATE gov_object AS o SET container_id = c.object_id FROM gov_object AS c
 WHERE (o.object_ref, c.object_ref) IN (('ring 1', 'ring 2'), ('ring 2', 'ring 1'));
SET LOCAL session_replication_role = origin;

-- What is there, to compare with after each refusal.
CREATE TEMP VIEW state AS
  SELECT (SELECT count(*) FROM gov_axis_value WHERE axis = 'c') AS containment_values,
         (SELECT count(*) FROM gov_assignment) AS assignments,
         (SELECT count(*) FROM gov_ownership) AS ownerships,
         (SELECT count(*) FROM gov_coverage_rule) AS rules,
         (SELECT status || ' ' || is_containment FROM gov_axis WHERE axis = 'c') AS axis;
SELECT * FROM state;

SAVEPOINT refused;
SELECT * FROM gov_activate_containment('c', '{thing}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
SELECT * FROM state;

-- An error is nothing, also where it is caught.
DO $$
BEGIN
    PERFORM gov_activate_containment('c', '{thing}');
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    RAISE NOTICE 'caught: %', SQLERRM;
END $$;
SELECT * FROM state;

-- Unknown and unusable things, one by one.
\set a 'SELECT * FROM gov_activate_containment'
:a(NULL, '{thing}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('', '{thing}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('nowhere', '{thing}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', NULL);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing,NULL}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing,""}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thnig,"no such"}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing}', NULL);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing}', 'nowhere');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing}', owner_value => NULL);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing}', owner_value => 'nothing');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing}', owner_value => 'audit');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing}', confidence_threshold => 1.5);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing}', confidence_threshold => NULL);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
:a('c', '{thing}', rule => '');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
SELECT * FROM state;

-- A rule that cannot serve.
SELECT gov_create_rule('R', 'responsibility', 'cross_product', '{thing}');
SAVEPOINT rule;
:a('c', '{thing}', rule => 'R');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO rule;
SELECT gov_create_rule('S', 'c', 'per_assignment', '{thing}'), gov_set_rule_status('S', 'active'),
       gov_set_rule_status('S', 'retired');
SAVEPOINT rule2;
:a('c', '{thing}', rule => 'S');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;

-- An axis whose time is over.
SELECT gov_set_axis_status('c', 'retired');
SAVEPOINT axis;
:a('c', '{thing}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;

-- No code is left for a container: both that it could have are retired.
SELECT gov_propose_value('c', v), gov_retire('c', v) FROM unnest(ARRAY['owned', 'group:owned']) AS v;
SELECT gov_register_object('part', 'p', 'group', 'owned') AS registered;
SAVEPOINT code;
:a('c', '{part}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;

-- Whoever speaks for an agent activates nothing.
CREATE ROLE regress_gov_containment_agent;
SELECT gov_set_authority('BOT', kind => 'agent', role_name => 'regress_gov_containment_agent');
SELECT gov_register_object('part', 'p', 'group', 'owned') AS registered;
GRANT EXECUTE ON FUNCTION gov_activate_containment(text, text[], text, text, text, real, text) TO regress_gov_containment_agent;
SAVEPOINT agent;
SET SESSION AUTHORIZATION regress_gov_containment_agent;
:a('c', '{part}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO agent;
RESET SESSION AUTHORIZATION;

-- Without the right to execute; a forged path changes nothing.
CREATE ROLE regress_gov_containment_nobody;
SET SESSION AUTHORIZATION regress_gov_containment_nobody;
:a('c', '{part}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO agent;
RESET SESSION AUTHORIZATION;
CREATE SCHEMA forged;
CREATE FUNCTION forged.lie(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR forged.= (LEFTARG = text, RIGHTARG = text, FUNCTION = forged.lie);
CREATE FUNCTION forged.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT 'infinity'::timestamptz $$;
SET LOCAL search_path = forged, pg_catalog, public;
:a('c', '{part}');
ROLLBACK;
