-- CALL gov_activate_containment: the same in batches, all checks first, and
-- resumed where it stopped.  It commits, so this file clears up at its end.
\set SHOW_CONTEXT never
SELECT gov_set_authority('A1', kind => 'human');
SELECT gov_create_axis('responsibility', family => 'system'), gov_set_axis_status('responsibility', 'active');
SELECT gov_propose_value('responsibility', 'policy'), gov_ratify('responsibility', 'policy');
SELECT gov_create_axis('c', family => 'structural'), gov_create_axis('twin', family => 'structural');
SELECT count(gov_register_object('group', 'G' || g)) FROM generate_series(1, 4) AS g;
SELECT count(gov_register_object('thing', 't' || n, 'group', 'G' || (1 + n % 4))) FROM generate_series(1, 50) AS n;
SELECT count(gov_own('group', 'G' || g, 'responsibility', 'policy', 'A1')) FROM generate_series(1, 3) AS g;
CREATE TEMP VIEW state AS
  SELECT a.axis, a.status, is_containment,
         (SELECT count(*) FROM gov_axis_value v WHERE v.axis = a.axis) AS values,
         (SELECT count(*) FROM gov_assignment s WHERE s.axis = a.axis AND s.superseded_by IS NULL) AS assignments,
         (SELECT count(*) FROM gov_ownership w WHERE w.axis = a.axis AND w.status = 'active') AS ownerships,
         (SELECT status FROM gov_coverage_rule r WHERE r.axis = a.axis) AS rule
    FROM gov_axis a WHERE a.axis <> 'responsibility';

-- Refused before the first commit that would leave something.
CALL gov_activate_containment('c', '{thing}', 7);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM state ORDER BY axis COLLATE "C";
SELECT gov_own('group', 'G4', 'responsibility', 'policy', 'A1') AS owned;

-- Not inside what it cannot end: a block, a function, an exception handler.
BEGIN;
CALL gov_activate_containment('c', '{thing}', 7);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
DO $$
BEGIN
    BEGIN
        CALL gov_activate_containment('c', '{thing}', 7);
    EXCEPTION WHEN invalid_transaction_termination THEN
        RAISE NOTICE '%', SQLERRM;
    END;
END $$;
CREATE FUNCTION pg_temp.calls() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CALL gov_activate_containment('c', '{thing}', 7);
END $$;
SELECT pg_temp.calls();
\echo :LAST_ERROR_SQLSTATE
-- Arguments.
CALL gov_activate_containment('c', '{thing}', 0);
\echo :LAST_ERROR_SQLSTATE
CALL gov_activate_containment('c', '{thing}', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CALL gov_activate_containment(NULL, '{thing}', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM state ORDER BY axis COLLATE "C";

-- Something breaks in the middle: what was committed stays, and its cells
-- have owners; the rule requires nothing yet.  The lock is given back.
CREATE FUNCTION pg_temp.stumble() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.gov_object WHERE object_id = NEW.object_id AND object_ref = 't20') THEN
        RAISE EXCEPTION 'stumbled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stumble BEFORE INSERT ON gov_ownership FOR EACH ROW EXECUTE FUNCTION pg_temp.stumble();
CALL gov_activate_containment('c', '{thing}', 7);
SELECT * FROM state WHERE axis = 'c';
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'object' AND pid = pg_backend_pid();
SHOW search_path;
SELECT current_user = session_user AS own_rights;
DROP TRIGGER stumble ON gov_ownership;

-- Called again it goes on where it stopped, and ends equal to the function.
CREATE TEMP TABLE first_part AS SELECT assignment_id, ctid AS version FROM gov_assignment;
CALL gov_activate_containment('c', '{thing}', 7);
SELECT * FROM state WHERE axis = 'c';
SELECT count(*) AS rewritten FROM first_part f
 WHERE NOT EXISTS (SELECT FROM gov_assignment a WHERE a.assignment_id = f.assignment_id AND a.ctid = f.version);
SELECT * FROM gov_activate_containment('twin', '{thing}');
SELECT count(*) AS differences FROM (
  SELECT object_id, value, zone, confidence, assigned_kind FROM gov_assignment WHERE axis = 'c'
  EXCEPT SELECT object_id, value, zone, confidence, assigned_kind FROM gov_assignment WHERE axis = 'twin') AS d;
SELECT * FROM gov_activate_containment('c', '{thing}');
-- Once more there is nothing to do, whatever the size of a batch.
CALL gov_activate_containment('c', '{thing}', 1000000);

-- Moved and retired objects in batches.
SELECT gov_register_object('thing', 't1', 'group', 'G4') AS moved, gov_retire_object('thing', 't50');
CALL gov_activate_containment('c', '{thing}', 1);
SELECT required, gap FROM gov_coverage_summary WHERE axis = 'c';

-- From a DO block, which a CALL may commit in; then by a role that holds
-- nothing but the right to call.
DO $$
BEGIN
    CALL gov_activate_containment('c', '{thing}', 10);
END $$;
CREATE ROLE regress_gov_containment_caller;
SET SESSION AUTHORIZATION regress_gov_containment_caller;
CALL gov_activate_containment('c', '{thing}', 10);
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
GRANT EXECUTE ON PROCEDURE gov_activate_containment(text, text[], integer, text) TO regress_gov_containment_caller;
SELECT gov_register_object('thing', 't51', 'group', 'G4') AS registered;
SET SESSION AUTHORIZATION regress_gov_containment_caller;
CALL gov_activate_containment('c', '{thing}', 10);
SELECT current_user;
RESET SESSION AUTHORIZATION;
SELECT assigned_by FROM gov_assignment JOIN gov_object USING (object_id) WHERE object_ref = 't51';

-- Once gates are armed it needs an approval, which the first commit uses up.
CREATE ROLE regress_gov_containment_sovereign LOGIN;
SELECT gov_set_quorum('constitutional', 1, 1, 0, false);
SELECT gov_set_authority('SOVEREIGN', kind => 'sovereign', role_name => 'regress_gov_containment_sovereign');
SELECT count(*) > 0 AS granted FROM gov_grant('approver', 'regress_gov_containment_sovereign');
SELECT gov_register_object('thing', 't52', 'group', 'G4') AS registered;
CALL gov_activate_containment('c', '{thing}', 10);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS assigned FROM gov_assignment JOIN gov_object USING (object_id) WHERE object_ref = 't52';
SELECT gov_request_approval('APR', 'activate_axis',
    '{"axis": "c", "object_types": ["thing"], "batch_size": 10}', 'one more thing');
SELECT current_user AS superuser \gset
\connect - regress_gov_containment_sovereign
CALL gov_cast_vote('APR', 'SOVEREIGN', 'approve');
\connect - :superuser
CALL gov_activate_containment('c', '{thing}', 11, 'APR');
\echo :LAST_ERROR_SQLSTATE
CALL gov_activate_containment('c', '{thing}', 10, approval => 'APR');
SELECT status FROM gov_approval WHERE approval = 'APR';
-- with nothing left to do it needs none; with something it needs another
CALL gov_activate_containment('c', '{thing}', 10, approval => 'APR');
SELECT count(gov_register_object('thing', 't53', 'group', 'G1')) AS registered;
CALL gov_activate_containment('c', '{thing}', 10, approval => 'APR');
\echo :LAST_ERROR_SQLSTATE

-- Clearing up.
REVOKE ALL ON PROCEDURE gov_activate_containment(text, text[], integer, text) FROM regress_gov_containment_caller;
DROP ROLE regress_gov_containment_caller;
SELECT count(*) > 0 AS revoked FROM gov_revoke('approver', 'regress_gov_containment_sovereign');
SET client_min_messages = warning;
-- gates are armed
SET session_replication_role = replica;
TRUNCATE gov_assignment, gov_ownership, gov_coverage_rule, gov_axis_value, gov_axis, gov_object, gov_authority CASCADE;
RESET session_replication_role;
DROP ROLE regress_gov_containment_sovereign;
SELECT gov_set_quorum('constitutional', 3, 1, 2, true);
