-- Projection lag: by time, by version, by existence; nothing fresh for lack of data.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE ROLE pl_steward;
SELECT gov_grant('steward', 'pl_steward');
SELECT gov_create_axis('pl'), gov_set_axis_status('pl', 'active');
SELECT gov_propose_value('pl', v), gov_ratify('pl', v) FROM unnest('{v,w}'::text[]) v;
CREATE SCHEMA pl;
GRANT USAGE ON SCHEMA pl TO pl_steward;
SELECT count(gov_register_object('t', ref)) FROM unnest('{never,behind,just,equal,ahead,old,untimed,gone,forever}'::text[]) ref;
SELECT count(gov_assign('t', ref, 'pl', 'v', 'approved', provenance => '{"kind":"x"}', assigned_at => '2024-03-10 00:30:00+00'))
  FROM unnest('{never,behind,just,equal,ahead,old,untimed,gone,forever}'::text[]) ref;
SELECT gov_retire_object('t', 'gone');
-- no row ships
SELECT count(*) FROM gov_projection;
CREATE VIEW pg_temp.lag AS SELECT projection, object_ref, value, projected_rows AS rows, flag, lag, lag_days, mode, severity, revision, version
  FROM gov_projection_lag ORDER BY projection COLLATE "C", object_ref COLLATE "C", value COLLATE "C";

-- by time, of any type that is one; a date is midnight in UTC
CREATE TABLE pl.zoned (object_type varchar(10), object_ref name, projected_at timestamptz);
INSERT INTO pl.zoned VALUES ('t', 'behind', '2024-02-08 23:59:00+00'), ('t', 'behind', '2024-01-01'), ('t', 'just', '2024-03-09 23:59:59.999999+00'),
    ('t', 'equal', '2024-03-10 00:30:00+00'), ('t', 'ahead', '2024-03-11'), ('t', 'old', '2020-01-01'), ('t', 'untimed', NULL), ('t', 'untimed', NULL),
    ('t', 'forever', '-infinity'), ('u', 'never', '2024-03-11'), (NULL, 'never', '2024-03-11'), ('t', NULL, '2024-03-11');
CREATE VIEW pl.unzoned AS SELECT object_type, object_ref, timezone('UTC', projected_at) AS projected_at FROM pl.zoned;
CREATE VIEW pl.dated AS SELECT object_type, object_ref, (timezone('UTC', projected_at))::date AS projected_at FROM pl.zoned;
ALTER TABLE pl.zoned OWNER TO pl_steward;
ALTER VIEW pl.unzoned OWNER TO pl_steward;
ALTER VIEW pl.dated OWNER TO pl_steward;
SET LOCAL SESSION AUTHORIZATION pl_steward;
SELECT gov_set_projection('zoned', 'pl', 'pl.zoned');
RESET SESSION AUTHORIZATION;
TABLE pg_temp.lag;
-- 30 days are 30 days
SELECT gov_set_projection('zoned', warn_after => '1531 days');
SELECT object_ref, lag, severity FROM pg_temp.lag WHERE object_ref IN ('behind', 'old');
SELECT gov_set_projection('zoned', warn_after => '30 days');
SELECT projection, axis, relation, warn_after, enabled, registered_by FROM gov_projection;
-- whatever the session's time zone
SELECT gov_set_projection('unzoned', 'pl', 'pl.unzoned');
CREATE TEMP TABLE before AS TABLE pg_temp.lag;
SELECT count(*) FROM (SELECT object_ref, rows, flag, lag, lag_days, severity FROM before WHERE projection = 'zoned'
                      EXCEPT SELECT object_ref, rows, flag, lag, lag_days, severity FROM before WHERE projection = 'unzoned') d;
SET LOCAL timezone = 'Asia/Kolkata';
SELECT count(*) FROM (TABLE pg_temp.lag EXCEPT TABLE before) d;
SET LOCAL timezone = 'America/Los_Angeles';
SET LOCAL datestyle = 'SQL, DMY';
SELECT count(*) FROM (TABLE pg_temp.lag EXCEPT TABLE before) d;
RESET timezone;
SELECT gov_set_projection('dated', 'pl', 'pl.dated');
SELECT object_ref, flag, lag, lag_days FROM pg_temp.lag WHERE projection = 'dated' AND object_ref IN ('behind', 'equal', 'ahead');
UPDATE gov_projection SET enabled = false;
SELECT count(*) FROM gov_projection_lag;

-- by version: the revision of the assignment
CREATE TABLE pl.versioned (object_type text, object_ref text, version integer);
INSERT INTO pl.versioned VALUES ('t', 'just', 1), ('t', 'equal', 0), ('t', 'equal', 2), ('t', 'behind', 1), ('t', 'untimed', NULL), ('t', 'old', 1);
SELECT gov_set_projection('versioned', 'pl', 'pl.versioned');
SELECT gov_assign('t', 'behind', 'pl', 'v', 'approved', 0.5, provenance => '{"kind":"x"}') AS assigned;
SELECT gov_assign('t', 'old', 'pl', 'w', 'approved', provenance => '{"kind":"x"}') AS assigned;
TABLE pg_temp.lag;
-- a value that the object had before counts, too
SELECT gov_unassign('t', 'old', 'pl', 'v', 'the other it is');
SELECT object_ref, value, flag, revision, version FROM pg_temp.lag WHERE object_ref = 'old';
-- unless rows say of which value they are
ALTER TABLE pl.versioned ADD value text;
UPDATE pl.versioned SET value = 'v';
SELECT object_ref, value, rows, flag, revision, version FROM pg_temp.lag WHERE object_ref IN ('old', 'behind', 'just');
INSERT INTO pl.versioned VALUES ('t', 'old', 1, 'w');
SELECT object_ref, value, rows, flag, revision, version FROM pg_temp.lag WHERE object_ref = 'old';

-- by existence
ALTER TABLE pl.versioned DROP version;
SELECT object_ref, value, rows, flag, lag, mode, severity, version FROM pg_temp.lag;
SELECT gov_set_projection('versioned', enabled => false);

-- the label projection: objects with an active label rule alone
SELECT gov_set_projection('labels', 'pl', warn_after => '0');
SELECT count(*) FROM gov_projection_lag;
SELECT gov_set_label('pl1'), gov_set_label_rule('t', 'just', 'pl1'), gov_set_label_rule('t', 'never', 'pl1'), gov_set_label_rule('t', 'equal', 'pl1', 'inactive');
INSERT INTO gov_label_projection VALUES ('t', 'just', 'pl1', '2024-03-10 00:29:59+00'), ('t', 'just', 'pl1', '2024-03-09'), ('t', 'equal', 'pl1', '2024-03-09');
TABLE pg_temp.lag;
-- a projection can be pointed elsewhere, and back
SELECT gov_set_projection('labels', relation => 'pl.zoned');
SELECT count(*) FROM gov_projection_lag;
SELECT gov_set_projection('labels', relation => '');
SELECT count(*) FROM gov_projection_lag;
SELECT target, payload FROM gov_ledger WHERE action = 'set_projection' ORDER BY seq DESC LIMIT 2;

-- what cannot be registered
CREATE TABLE pl.bare (object_type text, label text);
CREATE TABLE pl.wrong (object_type text, object_ref text, projected_at time);
CREATE TABLE pl.wrong2 (object_type text, object_ref text, version text);
CREATE SEQUENCE pl.seq;
SELECT gov_set_projection('x');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'pl', 'zoned');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'pl', 'pl.nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'pl', 'pl.seq');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'pl', 'pl.bare');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'pl', 'pl.wrong');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'pl', 'pl.wrong2');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'pl', warn_after => '-1 second');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('', 'pl');
\echo :LAST_ERROR_SQLSTATE
SET LOCAL SESSION AUTHORIZATION pl_steward;
SELECT gov_set_projection('x', 'pl', 'pl.bare');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_projection('x', 'pl', 'pl.versioned');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;

-- a relation is read as who registered it, whoever asks, and never passed over
SELECT gov_set_projection('labels', enabled => false), gov_set_projection('zoned', enabled => true);
CREATE FUNCTION pl.who() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN current_user = 'pl_steward' THEN now() END; END $$;
CREATE VIEW pl.seen AS SELECT 't' AS object_type, 'just' AS object_ref, pl.who() AS projected_at;
ALTER VIEW pl.seen OWNER TO pl_steward;
SET LOCAL SESSION AUTHORIZATION pl_steward;
SELECT gov_set_projection('zoned', relation => 'pl.seen');
RESET SESSION AUTHORIZATION;
SELECT projection, flag FROM gov_projection_lag WHERE object_ref = 'just';
REVOKE SELECT ON pl.seen FROM pl_steward;
SELECT flag, mode, severity, count(*) FROM gov_projection_lag GROUP BY flag, mode, severity;
DROP VIEW pl.seen;
SELECT flag, reason, hint, count(*), count(projected_rows) AS counted FROM gov_projection_lag GROUP BY flag, reason, hint;
ROLLBACK;
