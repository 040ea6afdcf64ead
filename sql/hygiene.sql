-- What the extension puts into a database is documented, dumped, closed to
-- the public and declared with care.  Every query lists offenders: none.

-- the extension's own objects
CREATE TEMPORARY VIEW member AS
SELECT d.classid, d.objid
  FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
 WHERE x.extname = 'governance' AND d.deptype = 'e'
   AND d.refclassid = 'pg_extension'::regclass;

SELECT count(*) > 10 AS there_is_something_to_look_at FROM member;

-- names start with gov_
SELECT i.type, i.identity
  FROM member m, pg_identify_object(m.classid, m.objid, 0) i
 WHERE i.name IS NOT NULL AND i.name !~ '^_?gov_' AND i.type <> 'foreign-data wrapper'
   AND (i.type, i.identity) <> ('schema', 'governance_internal')
 ORDER BY 1, i.identity COLLATE "C";

-- a comment on every table, view, routine, type, wrapper and server
SELECT i.type, i.identity AS without_comment
  FROM member m, pg_identify_object(m.classid, m.objid, 0) i
 WHERE obj_description(m.objid, m.classid::regclass::name) IS NULL
   AND NOT EXISTS (SELECT FROM pg_class c
                    WHERE m.classid = 'pg_class'::regclass AND c.oid = m.objid AND c.relkind IN ('S', 'i'))
   AND NOT EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
                    WHERE m.classid = 'pg_type'::regclass AND t.oid = m.objid
                      AND (c.relkind <> 'c' OR t.typelem <> 0))
 ORDER BY 1, i.identity COLLATE "C";

-- a comment on every column of what people can read
SELECT c.relname || '.' || a.attname AS without_comment
  FROM member m
  JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
  JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
   AND c.relnamespace <> 'governance_internal'::regnamespace
   AND col_description(c.oid, a.attnum) IS NULL
 ORDER BY c.relname COLLATE "C", a.attnum;

-- the comment of a function names its arguments, but those that the words of the domain explain
SELECT (p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')') COLLATE "C" AS routine, a.name AS argument_not_explained
  FROM member m
  JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid,
       generate_subscripts(p.proargnames, 1) n,
       LATERAL (SELECT p.proargnames[n] AS name, coalesce(p.proargmodes[n], 'i') AS mode) a
 WHERE a.mode IN ('i', 'b') AND a.name NOT IN ('', 'axis', 'value', 'object_type', 'object_ref', 'object_types', 'container_type', 'container_ref',
                      'evidence', 'reason', 'approval')
   AND strpos(obj_description(p.oid, 'pg_proc'), a.name) = 0
 ORDER BY 1, 2;

-- the comment of a function or procedure that people call begins with what it does: a verb, as in "it gives"
SELECT (p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')') COLLATE "C" AS routine,
       split_part(obj_description(p.oid, 'pg_proc'), ' ', 1) AS begins_with
  FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
 WHERE p.pronamespace <> 'governance_internal'::regnamespace
   AND obj_description(p.oid, 'pg_proc') !~ '^[a-z]+s '
 ORDER BY 1;

-- these are the verbs: another one that is none would be seen here
SELECT DISTINCT split_part(obj_description(p.oid, 'pg_proc'), ' ', 1) COLLATE "C" AS verb
  FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
 WHERE p.pronamespace <> 'governance_internal'::regnamespace
 ORDER BY 1;

-- a tag is stamped in one way: the tag of a rollout's tier is for what the tier itself brings
SELECT c.relname AS stamped_otherwise, pg_get_expr(d.adbin, d.adrelid) AS "default"
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE a.attname = 'tag' AND NOT a.attisdropped AND c.oid IN (SELECT objid FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'governance') AND deptype = 'e')
   AND pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM 'governance_internal.gov_new_tag()'
 ORDER BY c.relname COLLATE "C";

-- every table and every sequence is dumped, but for two that tell of this database alone
SELECT c.relkind, c.relname AS not_dumped
  FROM member m
  JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
  JOIN pg_extension x ON x.extname = 'governance'
 WHERE c.relkind IN ('r', 'p', 'S') AND c.oid <> ALL (coalesce(x.extconfig, '{}'))
 ORDER BY 1, c.relname COLLATE "C";

-- nothing for anybody but the owner: relations, their columns and row types,
-- sequences, routines, the schema, wrappers, servers
SELECT i.type, i.identity, a.grantee::regrole, a.privilege_type
  FROM (SELECT m.classid, m.objid, coalesce(c.relacl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner)) AS acl
          FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
        UNION ALL
        SELECT 'pg_type'::regclass, t.oid, coalesce(t.typacl, acldefault('T', t.typowner))
          FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
          JOIN pg_type t ON t.oid = c.reltype
        UNION ALL
        SELECT m.classid, m.objid, n.nspacl
          FROM member m JOIN pg_namespace n ON m.classid = 'pg_namespace'::regclass AND n.oid = m.objid
        UNION ALL
        SELECT m.classid, m.objid, t.attacl
          FROM member m JOIN pg_attribute t ON m.classid = 'pg_class'::regclass AND t.attrelid = m.objid
        UNION ALL
        SELECT m.classid, m.objid, coalesce(p.proacl, acldefault('f', p.proowner))
          FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
        UNION ALL
        SELECT m.classid, m.objid, coalesce(w.fdwacl, acldefault('F', w.fdwowner))
          FROM member m JOIN pg_foreign_data_wrapper w ON m.classid = 'pg_foreign_data_wrapper'::regclass AND w.oid = m.objid
        UNION ALL
        SELECT m.classid, m.objid, coalesce(s.srvacl, acldefault('S', s.srvowner))
          FROM member m JOIN pg_foreign_server s ON m.classid = 'pg_foreign_server'::regclass AND s.oid = m.objid) o,
       aclexplode(o.acl) a, pg_identify_object(o.classid, o.objid, 0) i
 WHERE a.grantee <> 'postgres'::regrole
 ORDER BY 1, i.identity COLLATE "C", 4;

-- routines: a kind of language, of null handling, of power
SELECT (p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')') COLLATE "C" AS routine, o.offence
  FROM member m
  JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
  JOIN pg_language l ON l.oid = p.prolang,
       LATERAL (VALUES
         (l.lanname <> 'c' AND p.prokind <> 'a'
          -- who can see what is one statement of many parts, which is not compiled and whose settings are its own
          AND NOT (p.proname IN ('gov_access_objects', 'gov_access_ways', 'gov_access_exposed_to') AND p.prosqlbody IS NOT NULL
                   AND p.provolatile = 's' AND p.pronamespace = 'governance_internal'::regnamespace
                   AND (p.proconfig = ARRAY['search_path=pg_catalog, pg_temp', 'jit=off'] OR p.proconfig = ARRAY['search_path=pg_catalog, pg_temp', 'jit=off', 'enable_nestloop=off']))
          AND (p.prosqlbody IS NULL OR p.provolatile <> 's' OR p.prosecdef
                                -- the server writes views with queries of its own, whose operators it looks for on the search_path
                                OR (p.proconfig IS NOT NULL AND pg_get_function_sqlbody(p.oid) !~ 'pg_get_viewdef|gov_definition_part')
                                OR p.pronamespace <> 'governance_internal'::regnamespace),
          'not written in C, and no query with arguments that the planner looks into'),
         (l.lanname = 'c' AND NOT starts_with(p.prosrc, p.proname), 'the symbol is not the name, nor the name and more'),
         (p.proisstrict AND NOT EXISTS (SELECT FROM pg_foreign_data_wrapper w WHERE p.oid IN (w.fdwhandler, w.fdwvalidator)),
          'a null argument is passed over in silence'),
         (p.prosecdef AND NOT coalesce(p.proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}',
          'SECURITY DEFINER without a pinned search_path'),
         (p.provolatile = 'v' AND p.proparallel <> 'u', 'VOLATILE, yet not PARALLEL UNSAFE'),
         (p.prokind = 'p' AND (p.prosecdef OR p.proconfig IS NOT NULL),
          'a procedure that commits can be neither SECURITY DEFINER nor SET anything')
       ) o(is_so, offence)
 WHERE o.is_so
 ORDER BY 1, 2;

-- direct changes of every table are noted or refused, in whatever mode the session
-- is, and nobody but the owner makes them; the outbox has guards of its own (sql/events.sql)
SELECT c.relname AS table, e.event AS unguarded
  FROM member m
  JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid AND c.relkind IN ('r', 'p'),
       (VALUES ('insert', 4), ('delete', 8), ('update', 16), ('truncate', 32)) e(event, bit)
 WHERE NOT EXISTS (SELECT FROM pg_trigger t
                    WHERE t.tgrelid = c.oid AND t.tgenabled = 'A' AND t.tgtype & e.bit <> 0 AND t.tgtype & 1 = 0
                      AND t.tgfoid IN ('governance_internal.gov_ledger_dml'::regproc, 'governance_internal.gov_ledger_guard'::regproc))
 ORDER BY 1, 2;

-- views read with the rights of their owner
SELECT c.relname AS view, c.reloptions
  FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
 WHERE c.relkind = 'v' AND c.reloptions::text ~ 'security_invoker'
 ORDER BY c.relname COLLATE "C";

-- no column of a type whose OIDs an upgrade of the server would lose
SELECT c.relname AS table, a.attname AS column, a.atttypid::regtype AS type
  FROM member m
  JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relkind IN ('r', 'p')
   AND a.atttypid IN ('regproc'::regtype, 'regprocedure'::regtype, 'regoper'::regtype, 'regoperator'::regtype,
                      'regconfig'::regtype, 'regdictionary'::regtype, 'regnamespace'::regtype, 'regcollation'::regtype)
 ORDER BY 1, 2;

-- rows that a subscription is to change or remove are found by a key, or whole where there is none
SELECT c.relname AS table, c.relreplident AS identity
  FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
 WHERE c.relkind IN ('r', 'p')
   AND CASE WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) THEN c.relreplident <> 'd'
            ELSE c.relreplident <> 'f' END
 ORDER BY c.relname COLLATE "C";

-- a foreign key to the objects has an index
SELECT k.conrelid::regclass AS table, k.conname AS without_index
  FROM member m JOIN pg_constraint k ON m.classid = 'pg_class'::regclass AND k.conrelid = m.objid
 WHERE k.contype = 'f' AND k.confrelid = 'gov_object'::regclass
   AND NOT EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = k.conrelid AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
   AND NOT EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = k.conrelid AND i.indisunique AND k.conkey <@ i.indkey::int2[])
 ORDER BY 1, 2;

DROP VIEW member;
