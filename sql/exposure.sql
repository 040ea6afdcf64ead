-- Who can read or write what bears a value, and may not: each way by which
-- somebody can, and what is no way.
\set SHOW_CONTEXT never
BEGIN;
CREATE ROLE regress_exp_owner;
CREATE ROLE regress_exp_may;
CREATE ROLE regress_exp_member LOGIN IN ROLE regress_exp_may;
CREATE ROLE regress_exp_other LOGIN;
CREATE ROLE regress_exp_group NOLOGIN;
CREATE ROLE regress_exp_heir LOGIN IN ROLE regress_exp_group;
CREATE ROLE regress_exp_aside LOGIN NOINHERIT;
GRANT regress_exp_group TO regress_exp_aside;
CREATE ROLE regress_exp_super SUPERUSER;
CREATE ROLE "regress exp ""odd"" one" LOGIN;
CREATE SCHEMA exp_plain;
GRANT USAGE, CREATE ON SCHEMA exp_plain TO regress_exp_owner;
GRANT USAGE ON SCHEMA exp_plain TO regress_exp_other, regress_exp_group;
SET ROLE regress_exp_owner;
CREATE TABLE exp_plain.person (id integer, name text, mail text);
CREATE TABLE exp_plain.free (id integer);
RESET ROLE;
SELECT count(*) FROM gov_enroll_schema('exp_plain') \gset enrolled_
SELECT gov_create_axis('exp class'), gov_set_axis_status('exp class', 'active') \gset
SELECT count(gov_propose_value('exp class', v)), count(gov_ratify('exp class', v)) FROM unnest('{personal,health,open}'::text[]) AS v \gset
SELECT gov_alter_value('exp class', 'health', parent => 'personal') \gset
SELECT gov_assign('table', 'exp_plain.person', 'exp class', 'personal', zone => 'approved', provenance => '{"kind": "test"}') \gset
CREATE VIEW pg_temp.seen AS
SELECT object_ref, value, role, privilege, via, granted_by, through, column_name, set_role AS set, reachable AS reach, row_security AS rls, can_login AS login
  FROM gov_exposure ORDER BY object_ref COLLATE "C", value COLLATE "C", role::text COLLATE "C", privilege COLLATE "C", via COLLATE "C", through COLLATE "C", granted_by::text COLLATE "C", column_name::text COLLATE "C";

-- nothing was said, nothing is told
GRANT SELECT ON exp_plain.person TO regress_exp_other;
TABLE seen;
-- said: the owner and whoever was granted it
SELECT gov_set_access('exp class', 'personal', 'regress_exp_may');
TABLE seen;
-- whoever may, and members
GRANT SELECT ON exp_plain.person TO regress_exp_may, regress_exp_member, regress_exp_super;
SELECT gov_set_access('exp class', 'personal', 'regress_exp_owner');
TABLE seen;
REVOKE ALL ON exp_plain.person FROM regress_exp_other, regress_exp_member;
TABLE seen;

-- everybody
SAVEPOINT s;
GRANT SELECT ON exp_plain.person TO PUBLIC;
TABLE seen;
SELECT gov_set_access('exp class', 'personal', 'public');
TABLE seen;
ROLLBACK TO s;

-- members of a group: one inherits, one has to SET ROLE; with a name that needs quotes
GRANT SELECT ON exp_plain.person TO regress_exp_group WITH GRANT OPTION;
SET ROLE regress_exp_group;
GRANT SELECT ON exp_plain.person TO "regress exp ""odd"" one";
RESET ROLE;
TABLE seen;
ROLLBACK TO s;

-- one column
GRANT SELECT (name, mail), UPDATE (mail) ON exp_plain.person TO regress_exp_other;
TABLE seen;
SELECT gov_set_access('exp class', 'personal', NULL, 'UPDATE');
TABLE seen;
ROLLBACK TO s;

-- the server's own roles, through their members
GRANT pg_read_all_data TO regress_exp_other;
GRANT pg_write_all_data TO regress_exp_group;
SELECT gov_set_access('exp class', 'personal', 'regress_exp_owner', 'DELETE');
TABLE seen;
ROLLBACK TO s;
SELECT format('ALTER DATABASE %I OWNER TO regress_exp_other', current_database()) \gexec
GRANT SELECT ON exp_plain.person TO pg_database_owner;
TABLE seen;
ROLLBACK TO s;

-- views of others: a chain, one that asks for the rights of its caller, one whose owner may not read
GRANT SELECT ON exp_plain.person TO regress_exp_group;
SELECT gov_set_access('exp class', 'personal', 'regress_exp_group');
GRANT CREATE ON SCHEMA exp_plain TO regress_exp_group, regress_exp_other;
SET ROLE regress_exp_group;
CREATE VIEW exp_plain.first AS SELECT id FROM exp_plain.person;
CREATE VIEW exp_plain.invoker WITH (security_invoker) AS SELECT id FROM exp_plain.person;
GRANT SELECT ON exp_plain.first, exp_plain.invoker TO PUBLIC;
SET ROLE regress_exp_other;
CREATE VIEW exp_plain."Second" AS SELECT * FROM exp_plain.first;
CREATE VIEW exp_plain.cannot AS SELECT id FROM exp_plain.person;
CREATE MATERIALIZED VIEW exp_plain.stored AS SELECT * FROM exp_plain."Second";
GRANT SELECT ON exp_plain."Second", exp_plain.stored, exp_plain.cannot TO "regress exp ""odd"" one";
GRANT SELECT (id) ON exp_plain.stored TO regress_exp_member;
RESET ROLE;
TABLE seen;
-- the owner of the second may not read the first any more: neither can its readers
REVOKE SELECT ON exp_plain.first FROM PUBLIC;
TABLE seen;
-- but what a materialized view has read, it has
REVOKE SELECT ON exp_plain.person FROM regress_exp_group;
GRANT SELECT ON exp_plain.first TO regress_exp_other;
CREATE MATERIALIZED VIEW exp_plain.copy AS SELECT name FROM exp_plain.person;
ALTER MATERIALIZED VIEW exp_plain.copy OWNER TO regress_exp_other;
TABLE seen;
-- what a view writes
SAVEPOINT v;
GRANT UPDATE ON exp_plain.person TO regress_exp_group;
GRANT UPDATE (id) ON exp_plain.first TO regress_exp_other;
SELECT gov_set_access('exp class', 'personal', 'regress_exp_group', 'UPDATE'), gov_end_access('exp class', 'personal', 'regress_exp_group', 'SELECT'), gov_set_access('exp class', 'personal', 'public');
TABLE seen;
ROLLBACK TO s;

-- functions with the rights of their owner: what the server has parsed is known
GRANT CREATE ON SCHEMA exp_plain TO regress_exp_other;
SET ROLE regress_exp_owner;
CREATE FUNCTION exp_plain.known(wanted integer) RETURNS SETOF exp_plain.person SECURITY DEFINER
BEGIN ATOMIC SELECT * FROM exp_plain.person WHERE id = wanted; END;
CREATE FUNCTION exp_plain.ordinary() RETURNS bigint
BEGIN ATOMIC SELECT count(*) FROM exp_plain.person; END;
CREATE FUNCTION exp_plain.secret() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM exp_plain.person';
CREATE FUNCTION exp_plain.fires() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END';
REVOKE EXECUTE ON FUNCTION exp_plain.known(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION exp_plain.known(integer) TO regress_exp_other;
SET ROLE regress_exp_other;
CREATE FUNCTION exp_plain.onward() RETURNS bigint SECURITY DEFINER
BEGIN ATOMIC SELECT count(*) FROM exp_plain.known(1); END;
CREATE FUNCTION exp_plain.poor() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION exp_plain.onward() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION exp_plain.onward() TO regress_exp_heir;
RESET ROLE;
TABLE seen;
SELECT function_type, function_ref, owner, objects, roles >= 7 AS many FROM gov_exposure_unknown;
ROLLBACK TO s;

-- what is granted on what comes next, in a schema that bears the value
SELECT gov_assign('schema', 'exp_plain', 'exp class', 'health', zone => 'approved', provenance => '{"kind": "test"}') \gset
ALTER DEFAULT PRIVILEGES FOR ROLE regress_exp_owner IN SCHEMA exp_plain GRANT SELECT ON TABLES TO regress_exp_other;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_exp_owner GRANT SELECT ON SEQUENCES TO regress_exp_group, regress_exp_may;
GRANT SELECT ON exp_plain.free TO regress_exp_other;
TABLE seen;
-- the value below says otherwise
SELECT gov_set_access('exp class', 'health', 'regress_exp_other');
TABLE seen;
ROLLBACK TO s;

-- a class of another kind of object: the schema itself, a function, a type, a sequence
CREATE FUNCTION exp_plain.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE SEQUENCE exp_plain.s;
CREATE DOMAIN exp_plain.d AS integer;
SELECT count(*) FROM gov_sync('schema:exp_plain') \gset synced_
SELECT gov_assign(t, r, 'exp class', 'open', zone => 'approved', provenance => '{"kind": "test"}') FROM (VALUES ('schema', 'exp_plain'), ('function', 'exp_plain.f()'), ('sequence', 'exp_plain.s'), ('domain', 'exp_plain.d')) AS o (t, r) \g /dev/null
GRANT USAGE ON SEQUENCE exp_plain.s TO regress_exp_other;
SELECT gov_set_access('exp class', 'open', 'regress_exp_owner', 'USAGE'), gov_set_access('exp class', 'open', 'regress_exp_owner', 'EXECUTE') \gset
SELECT object_type, s.* FROM seen AS s JOIN gov_object AS o USING (object_ref) WHERE value = 'open'
 ORDER BY object_type COLLATE "C", role COLLATE "C", object_ref COLLATE "C";
ROLLBACK TO s;

-- row security
GRANT SELECT ON exp_plain.person TO regress_exp_other;
GRANT regress_exp_owner TO regress_exp_heir;
SELECT gov_end_access('exp class', 'personal', 'regress_exp_owner');
ALTER TABLE exp_plain.person ENABLE ROW LEVEL SECURITY;
SELECT role, via, rls FROM seen;
ALTER TABLE exp_plain.person FORCE ROW LEVEL SECURITY;
ALTER ROLE regress_exp_heir BYPASSRLS;
SELECT role, via, rls FROM seen;
ROLLBACK TO s;

-- an assignment that is not approved says nothing; a role that is dropped is gone; what was renamed is followed
GRANT SELECT ON exp_plain.person TO regress_exp_other;
ALTER ROLE regress_exp_other RENAME TO regress_exp_renamed;
ALTER ROLE regress_exp_may RENAME TO regress_exp_might;
TABLE seen;
SELECT gov_set_zone('table', 'exp_plain.person', 'exp class', 'personal', 'quarantine', 'not sure') \gset
TABLE seen;
ROLLBACK TO s;

-- what one role can do, whether it may or not
GRANT SELECT ON exp_plain.person TO PUBLIC;
GRANT SELECT ON exp_plain.person TO regress_exp_group;
SELECT object_ref, value, privilege, via, through, set_role, reachable, allowed FROM gov_exposure_of('regress_exp_member');
SELECT object_ref, value, privilege, via, through, set_role, reachable, allowed FROM gov_exposure_of('regress_exp_aside');
SELECT object_ref, value, privilege, via, through, set_role, reachable, allowed FROM gov_exposure_of('public');
SAVEPOINT e;
SELECT * FROM gov_exposure_of(NULL);
ROLLBACK TO e;
SELECT * FROM gov_exposure_of('nobody of the name');
ROLLBACK TO e;
SELECT * FROM gov_exposure_of('regress_exp_super');
ROLLBACK TO e;
SELECT * FROM gov_exposure_of('pg_read_all_data');
ROLLBACK TO e;

-- whoever has a level reads it, with rights on nothing else; what is planted in its path is not met
SELECT gov_grant('reader', 'regress_exp_other');
CREATE SCHEMA exp_hostile;
GRANT USAGE ON SCHEMA exp_hostile TO PUBLIC;
CREATE FUNCTION exp_hostile.boom(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'met'; END $$;
CREATE OPERATOR exp_hostile.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = exp_hostile.boom);
CREATE FUNCTION exp_hostile.pg_get_userbyid(oid) RETURNS name LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'met'; END $$;
SET ROLE regress_exp_other;
SET search_path = exp_hostile, public, pg_catalog;
SELECT count(*) > 0 AS told FROM public.gov_exposure;
SELECT count(*) > 0 AS told FROM public.gov_exposure_of('regress_exp_aside');
SELECT count(*) FROM public.gov_exposure_unknown;
ROLLBACK TO e;
SET ROLE regress_exp_aside;
SELECT count(*) FROM gov_exposure;
ROLLBACK TO e;
SET ROLE regress_exp_aside;
SELECT count(*) FROM gov_exposure_of('regress_exp_aside');
ROLLBACK;

-- findings: one per schema, value, role and privilege; critical for everybody
BEGIN;
CREATE ROLE regress_exp_group;
CREATE ROLE regress_exp_may;
CREATE ROLE regress_exp_one LOGIN IN ROLE regress_exp_group;
CREATE SCHEMA exp_found;
CREATE TABLE exp_found.t (id integer);
GRANT SELECT, INSERT ON exp_found.t TO regress_exp_group;
CREATE SCHEMA exp_elsewhere;
CREATE TABLE exp_elsewhere.t (id integer);
CREATE TYPE exp_elsewhere.mood AS ENUM ('good');
SELECT count(*) FROM gov_enroll_schema('exp_found');
SELECT count(*) FROM gov_enroll_schema('exp_elsewhere');
SELECT gov_create_axis('exp class'), gov_set_axis_status('exp class', 'active'), gov_propose_value('exp class', 'personal'), gov_ratify('exp class', 'personal') \gset
SELECT gov_assign('table', 'exp_found.t', 'exp class', 'personal', zone => 'approved', provenance => '{"kind": "test"}') \gset
SELECT gov_set_access('exp class', 'personal', 'regress_exp_may'), gov_set_access('exp class', 'personal', 'regress_exp_may', 'write') \gset
CREATE VIEW pg_temp.found AS SELECT severity, axis, object_type, object_ref, value, detail FROM gov_drift_finding WHERE detector = 'exposed' ORDER BY object_ref COLLATE "C", detail ->> 'role' COLLATE "C", detail ->> 'privilege' COLLATE "C";
TABLE found;
SELECT gov_scan() IS NOT NULL AS scanned;
GRANT SELECT ON exp_found.t TO PUBLIC;
TABLE found;
-- more of the same is the same finding: how many, and the first three; another schema is another one
CREATE TABLE exp_found.a (id integer);
CREATE VIEW exp_found.b AS SELECT id FROM exp_found.a;
CREATE TABLE exp_found.c (id integer);
SELECT count(*) FROM gov_sync('schema:exp_found');
SELECT gov_assign(object_type, object_ref, 'exp class', 'personal', zone => 'approved', provenance => '{"kind": "test"}') FROM gov_object
 WHERE object_ref IN ('exp_found.a', 'exp_found.b', 'exp_found.c', 'exp_elsewhere.t', 'exp_elsewhere.mood') \g /dev/null
GRANT SELECT ON exp_found.a, exp_found.b, exp_found.c, exp_elsewhere.t TO PUBLIC;
GRANT SELECT ON exp_found.a TO regress_exp_one;
SELECT gov_set_access('exp class', 'personal', NULL, 'USAGE') \gset
TABLE found;
SELECT count(*) AS pairs FROM gov_exposure;
-- a role, an object or a schema that is renamed is the same finding
ALTER ROLE regress_exp_one RENAME TO regress_exp_single;
ALTER TABLE exp_found.t RENAME TO u;
ALTER SCHEMA exp_found RENAME TO exp_kept;
SELECT count(*) FROM gov_sync('schema:exp_found');
SELECT gov_scan() IS NOT NULL AS scanned;
SELECT status, severity, detail ->> 'role' AS role, detail ->> 'privilege' AS privilege, object_ref, reopen_count, detail ->> 'objects' AS objects FROM gov_drift_state WHERE detector = 'exposed' ORDER BY object_ref, 3, 4;
REVOKE ALL ON exp_kept.u, exp_kept.a, exp_kept.b, exp_kept.c, exp_elsewhere.t FROM PUBLIC, regress_exp_group, regress_exp_single;
REVOKE USAGE ON TYPE exp_elsewhere.mood FROM PUBLIC;
SELECT gov_scan() IS NOT NULL AS scanned;
SELECT status, count(*) FROM gov_drift_state WHERE detector = 'exposed' GROUP BY 1;
ROLLBACK;

-- columns that are objects: what is granted on them or their table, and by a view that shows them, or a whole row
BEGIN;
CREATE ROLE regress_exp_one;
CREATE ROLE regress_exp_two;
CREATE ROLE regress_exp_three;
CREATE SCHEMA exp_wide;
CREATE TABLE exp_wide.p (id integer, mail text);
CREATE VIEW exp_wide.mails AS SELECT mail FROM exp_wide.p;
CREATE VIEW exp_wide.ids AS SELECT id FROM exp_wide.p;
CREATE VIEW exp_wide.rows AS SELECT p.id, p AS whole FROM exp_wide.p AS p;
GRANT SELECT (mail), DELETE ON exp_wide.p TO regress_exp_one;
GRANT SELECT (id) ON exp_wide.p TO regress_exp_two;
GRANT SELECT ON exp_wide.ids TO regress_exp_two;
GRANT SELECT ON exp_wide.mails, exp_wide.rows TO regress_exp_three;
SELECT count(*) FROM gov_enroll_schema('exp_wide', columns => true) \gset enrolled_
SELECT gov_create_axis('exp class'), gov_set_axis_status('exp class', 'active'), gov_propose_value('exp class', 'personal'), gov_ratify('exp class', 'personal') \gset
SELECT gov_assign('table column', 'exp_wide.p.mail', 'exp class', 'personal', zone => 'approved', provenance => '{"kind": "test"}') \gset
SELECT gov_set_access('exp class', 'personal', NULL), gov_set_access('exp class', 'personal', NULL, 'write') \gset
CREATE VIEW pg_temp.seen AS SELECT object_type, object_ref, role, privilege, via, through FROM gov_exposure ORDER BY object_ref COLLATE "C", role::text COLLATE "C", privilege COLLATE "C", through COLLATE "C";
TABLE seen;
-- renamed, before a sync knows
ALTER TABLE exp_wide.p RENAME COLUMN mail TO address;
SELECT count(*) FROM seen;
-- in a schema that bears it the table stands for its columns
SELECT gov_assign('schema', 'exp_wide', 'exp class', 'personal', zone => 'approved', provenance => '{"kind": "test"}') \gset
SELECT object_type, count(*) FROM seen GROUP BY object_type ORDER BY 1;
ROLLBACK;
