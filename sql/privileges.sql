-- Levels of rights: each gives what it says, none can write a table.
BEGIN;
\set ON_ERROR_ROLLBACK on

CREATE ROLE privileges_nobody;
CREATE ROLE privileges_reader;
CREATE ROLE privileges_steward;
CREATE ROLE privileges_approver;
CREATE ROLE privileges_admin;
CREATE ROLE "privileges ""odd"" role";

-- the extension's relations and routines
CREATE TEMPORARY VIEW member AS
SELECT m.classid, m.objid, c.relkind, coalesce(c.relname, p.proname) AS name,
       coalesce(c.relname::text, p.proname || '(' || oidvectortypes(p.proargtypes) || ')') AS object,
       c.oid::regclass AS relation
  FROM pg_depend m
  JOIN pg_extension x ON x.oid = m.refobjid AND x.extname = 'governance'
  LEFT JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
  LEFT JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
 WHERE m.deptype = 'e' AND m.refclassid = 'pg_extension'::regclass
   AND (c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') OR p.oid IS NOT NULL);

-- what a role may do, asked of the server
CREATE TEMPORARY VIEW may AS
SELECT r.rolname AS role, t.privilege, m.object
  FROM pg_roles r, member m,
       unnest(CASE WHEN m.relkind IS NULL THEN '{EXECUTE}'::text[]
                   WHEN m.relkind = 'S' THEN '{USAGE,SELECT,UPDATE}'
                   ELSE '{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}' END) t(privilege)
 WHERE r.rolname LIKE 'privileges\_%'
   AND CASE WHEN m.relkind IS NULL THEN has_function_privilege(r.oid, m.objid, t.privilege)
            WHEN m.relkind = 'S' THEN has_sequence_privilege(r.oid, m.objid, t.privilege)
            ELSE has_table_privilege(r.oid, m.objid, t.privilege) END;

-- before any grant: nobody has anything
SELECT * FROM may;

-- who gets what; an object that is in no level, and not marked as the owner's, is forgotten
SELECT object AS forgotten
  FROM member
 WHERE relkind IS DISTINCT FROM 'S' AND object NOT IN (SELECT object FROM gov_privileges())
 ORDER BY object COLLATE "C";

SELECT privilege, string_agg(level, ', ' ORDER BY place) AS levels, object
  FROM gov_privileges(), array_position('{reader,steward,approver,admin,owner}', level) place
 GROUP BY privilege, object
 ORDER BY privilege DESC, min(place), object COLLATE "C";

-- grants, twice: the second changes nothing
SELECT gov_grant('reader', 'privileges_reader'), gov_grant('steward', 'privileges_steward'),
       gov_grant('approver', 'privileges_approver'), gov_grant('admin', 'privileges_admin');
SELECT gov_grant('reader', 'privileges_reader'), gov_grant(role => 'privileges "odd" role', level => 'reader');

-- every level may exactly what it says, and nobody else anything; differences only
(SELECT 'too much' AS what, role, privilege, object FROM may WHERE role NOT LIKE '%odd%'
 EXCEPT ALL
 SELECT 'too much', 'privileges_' || level, privilege, object FROM gov_privileges() WHERE level <> 'owner')
UNION ALL
(SELECT 'too little', 'privileges_' || level, privilege, object FROM gov_privileges() WHERE level <> 'owner'
 EXCEPT ALL
 SELECT 'too little', role, privilege, object FROM may)
ORDER BY 1, 2, 3, 4;
SELECT role, privilege, count(*) > 0 AS some FROM may GROUP BY role, privilege ORDER BY role COLLATE "C", privilege;

-- reads and writes tried out in the role's own session, on every relation: the outcomes met
SELECT array_agg(DISTINCT object) AS readable FROM gov_privileges() WHERE level = 'reader' AND privilege = 'SELECT' \gset
SELECT array_agg(object) AS tables FROM member WHERE relkind = 'r' \gset
SELECT array_agg(relation::text) AS relations FROM member WHERE relkind IN ('r', 'v', 'f') \gset
CREATE FUNCTION pg_temp.try_all(statement text, relations text[]) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
    relation text;
    met text[] := '{}';
BEGIN
    FOREACH relation IN ARRAY relations LOOP
        BEGIN
            EXECUTE format(statement, relation);
            met := met || 'done'::text;
        EXCEPTION WHEN OTHERS THEN
            met := met || sqlstate::text;
        END;
    END LOOP;
    RETURN QUERY SELECT DISTINCT m FROM unnest(met) m ORDER BY m;
END $$;

SET LOCAL SESSION AUTHORIZATION privileges_reader;
SELECT pg_temp.try_all('SELECT count(*) FROM %s', :'readable');
SELECT pg_temp.try_all('DELETE FROM %s', :'tables');
SELECT pg_temp.try_all('TRUNCATE %s', :'tables');
SELECT count(*) > 0 AS can_list_levels FROM gov_privileges();
RESET SESSION AUTHORIZATION;

SET LOCAL SESSION AUTHORIZATION privileges_steward;
SELECT pg_temp.try_all('SELECT count(*) FROM %s', :'readable');
SELECT pg_temp.try_all('INSERT INTO %s DEFAULT VALUES', :'tables');
SELECT pg_temp.try_all('DELETE FROM %s', :'tables');
SELECT pg_temp.try_all('TRUNCATE %s', :'tables');
UPDATE gov_object SET object_ref = object_ref;
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;

SET LOCAL SESSION AUTHORIZATION privileges_admin;
SELECT pg_temp.try_all('INSERT INTO %s DEFAULT VALUES', :'tables');
SELECT pg_temp.try_all('DELETE FROM %s', :'tables');
SELECT gov_grant('admin', 'privileges_nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_revoke('steward', 'privileges_steward');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;

SET LOCAL SESSION AUTHORIZATION privileges_nobody;
SELECT pg_temp.try_all('SELECT count(*) FROM %s', :'relations');
SELECT * FROM gov_privileges();
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;

-- even with EXECUTE, only the owner and superusers hand out rights
GRANT EXECUTE ON FUNCTION gov_grant(text, name), gov_revoke(text, name) TO privileges_admin;
SET LOCAL SESSION AUTHORIZATION privileges_admin;
\set SHOW_CONTEXT never
SELECT gov_grant('reader', 'privileges_nobody') IS NULL AS granted;
\echo :LAST_ERROR_SQLSTATE
SELECT gov_revoke('reader', 'privileges_reader') IS NULL AS revoked;
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
REVOKE EXECUTE ON FUNCTION gov_grant(text, name), gov_revoke(text, name) FROM privileges_admin;

-- what is not a level or not a role
SELECT gov_grant('owner', 'privileges_nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_grant('Reader', 'privileges_nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_revoke('', 'privileges_nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_grant('reader', 'privileges_absent');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_grant('reader', 'public');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_grant(NULL, 'privileges_nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_revoke('reader', NULL);
\echo :LAST_ERROR_SQLSTATE

-- a forged search_path changes nothing
CREATE SCHEMA privileges_forged;
CREATE FUNCTION privileges_forged.forged(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR privileges_forged.= (LEFTARG = text, RIGHTARG = text, FUNCTION = privileges_forged.forged);
CREATE TABLE privileges_forged.pg_depend (classid oid, objid oid, refobjid oid, refclassid oid, deptype "char");
SELECT count(*) AS levels FROM (SELECT DISTINCT level FROM gov_privileges()) l;
SET LOCAL search_path = privileges_forged, pg_catalog, public;
SELECT count(*) AS levels FROM (SELECT DISTINCT level COLLATE "C" FROM public.gov_privileges()) l;
RESET search_path;

-- what was given is taken back, all of it; the others keep theirs
SELECT gov_revoke('reader', 'privileges_reader'), gov_revoke('steward', 'privileges_steward'),
       gov_revoke('approver', 'privileges_approver'), gov_revoke('reader', 'privileges "odd" role');
SELECT DISTINCT role FROM may;
SELECT gov_revoke('admin', 'privileges_admin'), gov_revoke('admin', 'privileges_admin');
SELECT * FROM may;

-- the roles can go, nothing of ours holds them
DROP ROLE privileges_reader, privileges_steward, privileges_approver, privileges_admin, "privileges ""odd"" role";

ROLLBACK;
