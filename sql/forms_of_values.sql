-- Arguments of acts are approved, compared and kept in one form, whatever the
-- session's settings.
BEGIN;
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
SELECT count(gov_create_axis('forms')) + count(gov_set_axis_status('forms', 'active')) AS axis;
SELECT count(gov_propose_value('forms', 'v')) + count(gov_ratify('forms', 'v')) AS value;
SELECT count(gov_register_object('thing', name)) AS objects FROM unnest('{a,b}'::text[]) AS name;

-- Two that differ do not look the same in the ledger.
SET LOCAL extra_float_digits = -15;
SET LOCAL TimeZone = 'Asia/Kolkata';
SET LOCAL DateStyle = 'SQL, DMY';
SET LOCAL IntervalStyle = 'sql_standard';
SELECT count(gov_assign('thing', 'a', 'forms', 'v', confidence => 0.54, assigned_at => '2020-02-01 05:30'));
SET LOCAL extra_float_digits = 3;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'German';
SELECT count(gov_assign('thing', 'b', 'forms', 'v', confidence => 0.5, assigned_at => '2020-02-01'));
SELECT target ->> 'object_ref' AS object, payload -> 'confidence' AS confidence, payload ->> 'assigned_at' AS at FROM gov_ledger WHERE action = 'assign' AND target ->> 'axis' = 'forms' ORDER BY seq;

-- An approval is found to permit the same call, and no other, under any settings.
CREATE ROLE regress_gov_sovereign LOGIN;
SELECT count(gov_set_quorum('constitutional', 1, 1, 0, false)) AS quorum;
SELECT count(gov_set_authority('S', kind => 'sovereign', role_name => 'regress_gov_sovereign'));
SET LOCAL session_replication_role = replica;
UPDATE gov_action SET gate = 'approval' WHERE action = 'assign';
SET LOCAL session_replication_role = origin;
SAVEPOINT gated;
SET LOCAL extra_float_digits = -15;
SET LOCAL TimeZone = 'Asia/Kolkata';
SELECT gov_assign('thing', 'a', 'forms', 'v', confidence => 0.56, assigned_at => '2020-03-01 05:30');
ROLLBACK TO gated;
SET LOCAL extra_float_digits = 3;
SELECT gov_assign('thing', 'a', 'forms', 'v', confidence => 0.56, assigned_at => '2020-03-01 00:00Z');
ROLLBACK TO gated;
-- what a point in time can be besides
SELECT gov_own('thing', 'a', 'forms', 'v', 'S', effective_from => '0044-03-15 BC', effective_to => 'infinity');
ROLLBACK TO gated;

-- Intervals.
CREATE SCHEMA forms_of_values;
CREATE TABLE forms_of_values.shown (object_type text, object_ref text, forms text);
SET LOCAL IntervalStyle = 'sql_standard';
SELECT gov_set_projection('forms-shown', 'forms', 'forms_of_values.shown', warn_after => '1 mon 2 days 03:00');
SELECT payload -> 'warn_after' AS warn_after FROM gov_ledger WHERE action = 'set_projection' AND target ->> 'projection' = 'forms-shown';
ROLLBACK;
