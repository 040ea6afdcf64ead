-- What the level of a steward does not reach: another authority's ownership,
-- and passing the brake of a sync.
BEGIN;
\set SHOW_CONTEXT never
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_gov_steward;
CREATE ROLE regress_gov_admin;
CREATE ROLE regress_gov_team;
SELECT gov_grant('steward', 'regress_gov_steward'), gov_grant('admin', 'regress_gov_admin');
SELECT count(gov_set_authority(a, kind => 'human', role_name => r)) FROM (VALUES ('TEAM', 'regress_gov_team'), ('MINE', 'regress_gov_steward'), ('NOBODY', NULL)) AS t (a, r);
SELECT count(gov_create_axis('reach')) + count(gov_set_axis_status('reach', 'active')) AS axis;
SELECT count(gov_propose_value('reach', 'v')) + count(gov_ratify('reach', 'v')) AS value;
SELECT count(gov_register_object('thing', name)) AS objects FROM unnest('{a,b,c}'::text[]) AS name;
SELECT count(gov_own('thing', name, 'reach', 'v', owner)) FROM (VALUES ('a', 'TEAM'), ('b', 'NOBODY'), ('c', 'MINE')) AS t (name, owner);
CREATE TABLE reach_source AS SELECT 'row'::text AS object_type, 'r' || n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM generate_series(1, 12) AS n;
SELECT objects FROM gov_enroll_relation('reach', 'public.reach_source');
DELETE FROM reach_source;

SET SESSION AUTHORIZATION regress_gov_steward;
SAVEPOINT steward;
SELECT gov_own('thing', 'a', 'reach', 'v', 'MINE', replace => true);
ROLLBACK TO steward;
SELECT gov_own('thing', 'b', 'reach', 'v', 'MINE', replace => true);
ROLLBACK TO steward;
SELECT gov_own_many('[{"object_type": "thing", "object_ref": "c", "axis": "reach", "value": "v", "authority": "TEAM", "replace": true},
                      {"object_type": "thing", "object_ref": "a", "axis": "reach", "value": "v", "authority": "MINE", "replace": true}]'::jsonb);
ROLLBACK TO steward;
SELECT count(gov_disown(ownership_id)) FROM gov_ownership WHERE authority = 'TEAM';
ROLLBACK TO steward;
SELECT retired FROM gov_sync('reach', force => true);
ROLLBACK TO steward;
-- what is its own it may give, and end
SELECT gov_own('thing', 'c', 'reach', 'v', 'TEAM', replace => true);
ROLLBACK TO steward;
SELECT gov_own_many('[{"object_type": "thing", "object_ref": "c", "axis": "reach", "value": "v", "authority": "TEAM", "replace": true}]'::jsonb);
ROLLBACK TO steward;
SELECT count(gov_disown(ownership_id)) FROM gov_ownership WHERE authority = 'MINE';
ROLLBACK TO steward;
RESET SESSION AUTHORIZATION;

-- a member of the authority's role may; not by a role made anew under its name
GRANT regress_gov_team TO regress_gov_steward;
SAVEPOINT team;
SET SESSION AUTHORIZATION regress_gov_steward;
SELECT gov_own('thing', 'a', 'reach', 'v', 'MINE', replace => true);
ROLLBACK TO team;
DROP ROLE regress_gov_team;
CREATE ROLE regress_gov_team ROLE regress_gov_steward;
SAVEPOINT anew;
SET SESSION AUTHORIZATION regress_gov_steward;
SELECT gov_own('thing', 'a', 'reach', 'v', 'MINE', replace => true);
ROLLBACK TO anew;

-- the level of an admin reaches that
SET SESSION AUTHORIZATION regress_gov_admin;
SELECT gov_own('thing', 'a', 'reach', 'v', 'MINE', replace => true);
SELECT count(gov_disown(ownership_id)) FROM gov_ownership WHERE authority = 'NOBODY';
SELECT retired FROM gov_sync('reach', force => true);
RESET SESSION AUTHORIZATION;

-- A source that another role registered is not a steward's to give another
-- relation; nor does a steward get past the brake by giving its own source
-- another one, or a schema fewer types.
CREATE SCHEMA reach;
CREATE TABLE reach.a ();
CREATE VIEW reach.b AS SELECT 1 AS one;
GRANT USAGE, CREATE ON SCHEMA reach TO regress_gov_steward, regress_gov_admin;
SELECT object_type, objects FROM gov_enroll_schema('reach', '{table,view}');
SET SESSION AUTHORIZATION regress_gov_steward;
CREATE TABLE reach.nothing (object_type text, object_ref text, container_type text, container_ref text);
CREATE TABLE reach.own AS SELECT 'own'::text AS object_type, 'o' || n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM generate_series(1, 12) AS n;
SELECT objects FROM gov_enroll_relation('reach own', 'reach.own');
SAVEPOINT steward;
SELECT objects FROM gov_enroll_relation('reach', 'reach.nothing');
ROLLBACK TO steward;
SELECT objects FROM gov_enroll_relation('reach own', 'reach.nothing');
ROLLBACK TO steward;
SELECT objects FROM gov_enroll_schema('reach', '{view}');
ROLLBACK TO steward;
SELECT objects FROM gov_enroll_schema('reach', '{table,view}', '{b}');
ROLLBACK TO steward;
-- the same again, and more types, it may; and its own
SELECT object_type, objects FROM gov_enroll_schema('reach', '{view,table}');
SELECT object_type, objects FROM gov_enroll_schema('reach');
CREATE TABLE reach.own_again AS TABLE reach.own;
SELECT objects FROM gov_enroll_relation('reach own', 'reach.own_again');
ROLLBACK TO steward;
SET SESSION AUTHORIZATION regress_gov_admin;
CREATE TABLE reach.none (object_type text, object_ref text, container_type text, container_ref text);
SELECT objects FROM gov_enroll_relation('reach', 'reach.none');
SELECT object_type, objects FROM gov_enroll_schema('reach', '{view}');
RESET SESSION AUTHORIZATION;
SET governance.tag = 'a tag';
SAVEPOINT tag;
SELECT set_config('governance.tag', repeat('x', 201), true);
ROLLBACK TO tag;
RESET governance.tag;

-- A deprecation that was taken back and made again is not undone by the old entry.
SELECT gov_deprecate('reach', 'v');
SELECT gov_reinstate('reach', 'v');
SELECT gov_deprecate('reach', 'v');
SAVEPOINT again;
DO $$
DECLARE detail text;
BEGIN
    PERFORM gov_undo(min(seq)) FROM gov_ledger WHERE action = 'deprecate' AND target ->> 'axis' = 'reach';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RAISE WARNING '% %', SQLSTATE, detail;
END $$;
ROLLBACK TO again;
-- the newest entry is
SELECT gov_undo(max(seq)) FROM gov_ledger WHERE action = 'deprecate' AND target ->> 'axis' = 'reach';

-- NULLs inside of an argument are part of it; an argument that is NULL is left out.
SELECT gov_request_approval('nulls', 'assign', '{"object_type": "thing", "object_ref": "a", "axis": "reach", "value": "v", "provenance": null,
    "evidence": {"a": null, "b": [null, {"c": null}]}}', 'because', act => 'gov_assign');
SELECT target FROM gov_approval WHERE approval = 'nulls';
-- A request expires by the clock, while a transaction goes on.
SELECT gov_request_approval('short', 'retire_value', '{"axis": "reach", "value": "v"}', 'because', '1 microsecond');
SELECT count(pg_sleep(0.01)) AS slept;
SELECT missing FROM gov_approval_status WHERE approval = 'short';
ROLLBACK;
