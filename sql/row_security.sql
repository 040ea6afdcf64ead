-- Rows that row security hides from whoever reads a relation are not known to be
-- gone: nothing of them is retired, and it is said why.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE rs_owner;
SELECT gov_grant('steward', 'rs_owner');
CREATE SCHEMA rs;
GRANT USAGE, CREATE ON SCHEMA rs TO rs_owner;
SET LOCAL SESSION AUTHORIZATION rs_owner;
CREATE TABLE rs.thing (object_type text, object_ref text, container_type text, container_ref text, tenant text);
INSERT INTO rs.thing SELECT 'rs', 'r ' || n, NULL, NULL, CASE WHEN n > 2 THEN 'a' ELSE 'b' END FROM generate_series(1, 30) AS n;
SELECT * FROM gov_enroll_relation('rs', 'rs.thing');
-- its owner is not subject to its policies: what is gone is gone
ALTER TABLE rs.thing ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON rs.thing USING (tenant = 'a');
DELETE FROM rs.thing WHERE object_ref = 'r 30';
SELECT retired, unchanged FROM gov_sync('rs');
-- unless they are forced on it
ALTER TABLE rs.thing FORCE ROW LEVEL SECURITY;
SELECT * FROM gov_sync('rs');
\echo :LAST_ERROR_SQLSTATE
-- gov_reconcile does the rest, and has a finding
INSERT INTO rs.thing VALUES ('rs', 'new', NULL, NULL, 'a');
SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('objects', 'sync_blocked');
SELECT object_type, object_ref FROM gov_held_back WHERE source = 'rs' ORDER BY object_ref COLLATE "C";
SELECT severity, object_type, object_ref, detail - 'since' AS detail FROM gov_drift_finding WHERE detector = 'sync_blocked';
-- a policy that hides nothing is in nobody's way
DROP POLICY a ON rs.thing;
CREATE POLICY all_of_it ON rs.thing USING (true);
SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('objects', 'sync_blocked');
SELECT count(*) FROM gov_drift_finding WHERE detector = 'sync_blocked';
-- what is meant to go goes by force
DROP POLICY all_of_it ON rs.thing;
CREATE POLICY a ON rs.thing USING (tenant = 'a');
RESET SESSION AUTHORIZATION;
SELECT retired, unchanged FROM gov_sync('rs', force => true);

-- through views, at any depth: the role as which the last one reads is subject to them
ALTER TABLE rs.thing NO FORCE ROW LEVEL SECURITY;
ALTER TABLE rs.thing OWNER TO postgres;
GRANT SELECT, DELETE ON rs.thing TO rs_owner;
SET LOCAL SESSION AUTHORIZATION rs_owner;
CREATE VIEW rs.near AS SELECT 'rs far' AS object_type, object_ref, container_type, container_ref FROM rs.thing;
CREATE VIEW rs.far AS SELECT * FROM rs.near;
SELECT * FROM gov_enroll_relation('rs far', 'rs.far');
DELETE FROM rs.thing WHERE object_ref = 'r 3';
SELECT * FROM gov_sync('rs far');
-- a superuser's view reads all of it, with security_invoker it does not
RESET SESSION AUTHORIZATION;
ALTER VIEW rs.near OWNER TO postgres;
GRANT SELECT ON rs.near TO rs_owner;
SET LOCAL SESSION AUTHORIZATION rs_owner;
SELECT born, retired, unchanged FROM gov_sync('rs far');
RESET SESSION AUTHORIZATION;
ALTER VIEW rs.near SET (security_invoker);
SET LOCAL SESSION AUTHORIZATION rs_owner;
SELECT * FROM gov_sync('rs far');

-- a function fails where rows would be hidden, for of a body that is a text it cannot be seen before
CREATE FUNCTION rs.parsed() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text)
    LANGUAGE sql BEGIN ATOMIC SELECT 'rs parsed', t.object_ref, t.container_type, t.container_ref FROM rs.thing AS t; END;
SELECT * FROM gov_enroll_relation('rs parsed', 'rs.parsed()');
CREATE FUNCTION rs.text() RETURNS TABLE (object_type text, object_ref text, container_type text, container_ref text)
    LANGUAGE sql AS $$ SELECT 'rs text', object_ref, container_type, container_ref FROM rs.thing $$;
SELECT * FROM gov_enroll_relation('rs text', 'rs.text()');
\echo :LAST_ERROR_SQLSTATE
-- one that is meant to give what it sees says so; of a parsed body it can be seen all the same
ALTER FUNCTION rs.text() SET row_security = on;
ALTER FUNCTION rs.parsed() SET row_security = on;
SELECT * FROM gov_enroll_relation('rs text', 'rs.text()') UNION ALL SELECT * FROM gov_enroll_relation('rs parsed', 'rs.parsed()');
DELETE FROM rs.thing WHERE object_ref = 'r 4';
SELECT retired FROM gov_sync('rs text');
SELECT * FROM gov_sync('rs parsed');
ROLLBACK;
