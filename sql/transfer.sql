-- Everything that an authority owns goes to another, and nothing is doubled.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts_owned.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all

SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-a', inherits => false) AS owned;
SELECT gov_own('thing', 't1', 'acts-topic', 'x', 'acts-c', effective_from => now() + interval '5 days', replace => true) AS owned;
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-c') AS owned;
SELECT gov_own('thing', 't2', 'acts-topic', 'x', 'acts-a', effective_from => now() + interval '5 days', replace => true) AS owned;
SELECT gov_own(NULL, NULL, 'acts-topic', 'x', 'acts-a') AS owned;
-- of other kinds: what the other has as long and as wide already, what it has shorter, what it has not
SELECT gov_own('thing', 't1', 'acts-topic', 'y', a, 'supporting') AS owned FROM unnest('{acts-a,acts-b}'::text[]) a;
SELECT gov_own('thing', 't2', 'acts-topic', 'y', a, 'delegated', effective_to => now() + d * interval '1 day') AS owned
  FROM (VALUES ('acts-a', 9), ('acts-b', 3)) v (a, d);
SELECT gov_own('thing', 't3', 'acts-topic', 'y', 'acts-a', 'waiver', reason => 'moving', effective_to => now() + interval '1 day') AS owned;
SELECT gov_own('thing', 't3', 'acts-topic', 'x', 'acts-a', effective_from => now() - interval '9 days', effective_to => now() - interval '1 day') AS owned;
SELECT gov_own('thing', 't3', 'acts-topic', 'x', 'acts-a');
SELECT gov_disown(max(ownership_id)) FROM gov_ownership;
SELECT pg_temp.hour();
SELECT gov_transfer('acts-a', 'acts-b');
SELECT * FROM rows;
SELECT owner_kind, reason FROM gov_ownership WHERE authority = 'acts-b' AND supersedes_id IS NOT NULL ORDER BY ownership_id;
-- nothing is left to move
SELECT gov_transfer('acts-a', 'acts-b');
-- from a retired authority, with a reason; never to one, nor to itself
UPDATE gov_authority SET status = 'retired' WHERE authority = 'acts-b';
SELECT gov_transfer('acts-b', 'acts-a', 'retired');
SELECT count(*) FROM gov_ownership WHERE status = 'active' AND authority = 'acts-a' AND reason = 'retired';
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', 'acts-b')$$);
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_transfer('acts-nobody', 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', 'acts-nobody')$$);
SELECT pg_temp.try($$SELECT gov_transfer(NULL, 'acts-a')$$);
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', NULL)$$);
SET CONSTRAINTS ALL IMMEDIATE;

-- an authority of kind agent owns like any other: it is given one row, and handed all of another's
INSERT INTO gov_authority (authority, kind) VALUES ('acts-agent', 'agent');
SELECT gov_own('thing', 't3', 'acts-one', 'x', 'acts-agent') AS owned;
SELECT gov_transfer('acts-agent', 'acts-c') AS from_agent, gov_transfer('acts-c', 'acts-agent') AS to_agent;
SELECT count(*) > 1 AS owns FROM gov_ownership WHERE status = 'active' AND authority = 'acts-agent';
UPDATE gov_authority SET status = 'retired' WHERE authority = 'acts-agent';
SELECT pg_temp.try($$SELECT gov_transfer('acts-a', 'acts-agent')$$);
SET CONSTRAINTS ALL IMMEDIATE;

-- what the owners of an enrolled schema's objects suggest
CREATE ROLE acts_owner;
CREATE SCHEMA acts_schema AUTHORIZATION acts_owner;
CREATE TABLE acts_schema.t ();
CREATE VIEW acts_schema.v AS SELECT 1 AS one;
ALTER VIEW acts_schema.v OWNER TO acts_owner;
SELECT pg_temp.try($$SELECT gov_propose_owners('acts_schema')$$);
SELECT pg_temp.try($$SELECT gov_propose_owners(NULL)$$);
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('acts_schema');
SELECT object_type, object_ref, owner_role = 'acts_owner' AS acts_owner, authority, owned FROM gov_propose_owners('acts_schema');
UPDATE gov_authority SET role_name = 'acts_owner', role_oid = 'acts_owner'::regrole, role_system = (SELECT system_identifier FROM pg_control_system())
 WHERE authority IN ('acts-c', 'acts-gone');
SELECT gov_own('view', 'acts_schema.v', 'acts-topic', 'x', 'acts-a') AS owned;
SELECT object_type, object_ref, owner_role = 'acts_owner' AS acts_owner, authority, owned FROM gov_propose_owners('acts_schema');
ROLLBACK;
