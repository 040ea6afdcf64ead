-- Whatever ALTER DEFAULT PRIVILEGES gave before CREATE EXTENSION, nobody but
-- the owner has a right on what the extension created.
CREATE ROLE "default ""anon""";
CREATE ROLE default_stranger;
CREATE DATABASE gov_default_privileges;
\set home :DBNAME
\c gov_default_privileges
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO "default ""anon""" WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO "default ""anon""", PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO "default ""anon""";
ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO "default ""anon""";
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO "default ""anon""", PUBLIC;
CREATE EXTENSION governance;
WITH member AS (
        SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
         WHERE x.extname = 'governance' AND d.deptype = 'e')
    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, count(*)
      FROM (SELECT c.relacl AS acl FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
            UNION ALL
            SELECT coalesce(t.typacl, acldefault('T', t.typowner))
              FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid JOIN pg_type t ON t.oid = c.reltype
            UNION ALL
            SELECT coalesce(p.proacl, acldefault('f', p.proowner)) FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
            UNION ALL
            SELECT n.nspacl FROM member m JOIN pg_namespace n ON m.classid = 'pg_namespace'::regclass AND n.oid = m.objid) AS o,
           aclexplode(o.acl) a
     WHERE a.grantee <> 'postgres'::regrole
     GROUP BY 1 ORDER BY 1;
-- pg_dump has nothing to say of it: what was taken back counts as never given
SELECT count(*) AS initial_rights_of_others
  FROM pg_init_privs i, aclexplode(i.initprivs) a
 WHERE a.grantee IN (0, '"default ""anon"""'::regrole)
   AND (i.classoid, i.objoid) IN (SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid WHERE x.extname = 'governance');
-- a stranger's column of one of our row types would stand in the way of ALTER and DROP EXTENSION
GRANT CREATE ON SCHEMA public TO default_stranger;
SET SESSION AUTHORIZATION default_stranger;
CREATE TABLE public.mine (a gov_axis);
CREATE TABLE public.mine (a gov_axis[]);
CREATE FUNCTION public.mine(a gov_axis) RETURNS int LANGUAGE sql AS 'SELECT 1';
RESET SESSION AUTHORIZATION;
-- not for anybody else
SELECT governance_internal.gov_settle_privileges(true);
\echo :LAST_ERROR_SQLSTATE
\c :home
DROP DATABASE gov_default_privileges;
DROP ROLE "default ""anon""", default_stranger;
