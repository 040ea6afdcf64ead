-- The database's own owners against who answers for the objects.
BEGIN;
CREATE ROLE regress_drift_team;
CREATE ROLE regress_drift_login LOGIN IN ROLE regress_drift_team;
CREATE ROLE regress_drift_other;
CREATE SCHEMA drift_app;
GRANT USAGE, CREATE ON SCHEMA drift_app TO regress_drift_team, regress_drift_login, regress_drift_other;
SET ROLE regress_drift_team;
CREATE TABLE drift_app.same (id integer);
SET ROLE regress_drift_login;
CREATE TABLE drift_app.by_a_member (id integer);
CREATE FUNCTION drift_app.f() RETURNS integer LANGUAGE sql RETURN 1;
SET ROLE regress_drift_other;
CREATE VIEW drift_app."By another" AS SELECT 1 AS id;
CREATE TABLE drift_app.unspoken (id integer);
CREATE TABLE drift_app.nobodys (id integer);
RESET ROLE;
SELECT count(*) AS objects FROM gov_enroll_schema('drift_app');
SELECT gov_set_authority('TEAM', kind => 'human', role_name => 'regress_drift_team'), gov_set_authority('MUTE', kind => 'human') \gset
SELECT gov_create_axis('drift duty'), gov_set_axis_status('drift duty', 'active'), gov_propose_value('drift duty', 'care'), gov_ratify('drift duty', 'care') \gset
SELECT gov_own('table', 'drift_app.same', 'drift duty', 'care', 'TEAM'), gov_own('table', 'drift_app.by_a_member', 'drift duty', 'care', 'TEAM'),
       gov_own('function', 'drift_app.f()', 'drift duty', 'care', 'TEAM'), gov_own('view', 'drift_app."By another"', 'drift duty', 'care', 'TEAM'),
       gov_own('table', 'drift_app.unspoken', 'drift duty', 'care', 'MUTE') \gset
CREATE VIEW pg_temp.drift AS SELECT object_type, object_ref, database_owner, axis, authority, authority_role, state FROM gov_owner_drift
 WHERE object_ref LIKE 'drift_app%' ORDER BY object_ref COLLATE "C", authority;
TABLE drift;
SELECT state, count(*) FROM gov_owner_drift WHERE object_ref LIKE 'drift_app%' GROUP BY state ORDER BY 1;
SELECT severity, axis, object_type, object_ref, detail FROM gov_drift_finding WHERE detector = 'owner_drift';
-- it follows: another owner, another role, a role that is dropped, who owns a schema answers for what is in it
ALTER VIEW drift_app."By another" OWNER TO regress_drift_team;
ALTER ROLE regress_drift_team RENAME TO "regress drift ""crew""";
ALTER TABLE drift_app.by_a_member OWNER TO regress_drift_other;
TABLE drift;
SELECT gov_own('schema', 'drift_app', 'drift duty', 'care', 'TEAM') \gset
SELECT object_ref, authority, state FROM drift WHERE object_ref ~ 'nobodys|app$';
-- one finding for all that a role owns in a schema, the same one when that becomes more or the role is renamed
SELECT count(*) AS objects FROM drift WHERE state = 'differs';
SELECT severity, axis, object_type, object_ref, detail FROM gov_drift_finding WHERE detector = 'owner_drift' AND detail ->> 'database_owner' ~ '^regress' ORDER BY detail ->> 'database_owner' COLLATE "C";
SELECT gov_scan() IS NOT NULL AS scanned;
ALTER TABLE drift_app.same OWNER TO regress_drift_other;
ALTER ROLE regress_drift_other RENAME TO regress_drift_others;
SELECT gov_scan() IS NOT NULL AS scanned;
SELECT status, scan_count, detail ->> 'database_owner' AS owner, detail ->> 'objects' AS objects FROM gov_drift_state WHERE detector = 'owner_drift' AND detail ->> 'database_owner' ~ '^regress' ORDER BY detail ->> 'database_owner' COLLATE "C";
ALTER ROLE regress_drift_others RENAME TO regress_drift_other;
ALTER TABLE drift_app.same OWNER TO "regress drift ""crew""";
SELECT gov_set_authority('TEAM', role_name => 'regress_drift_other') \gset
SELECT object_ref, database_owner, authority_role, state FROM drift;
SELECT gov_set_authority('TEAM', role_name => '') \gset
SELECT state, count(*) FROM drift GROUP BY state;
-- a reader may look
SELECT gov_grant('reader', 'regress_drift_other') \gset
SET ROLE regress_drift_other;
SELECT count(*) > 0 AS told FROM gov_owner_drift;
ROLLBACK;
