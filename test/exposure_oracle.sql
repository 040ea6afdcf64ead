-- A random world of roles, memberships, owners and grants, and what the server
-- answers when it is asked pair by pair: exposure_oracle(seed) gives the
-- differences between that and gov_access_way, both ways.  Deterministic by seed.

CREATE SCHEMA exposure_world;

CREATE FUNCTION exposure_world.pick(VARIADIC of text[]) RETURNS text LANGUAGE sql VOLATILE
RETURN (of)[1 + floor(random() * cardinality(of))::integer];

-- makes one: 10 roles, 8 relations of all kinds with 3 columns each, 2 sequences
CREATE PROCEDURE exposure_world.make(seed double precision) LANGUAGE plpgsql AS $$
DECLARE
    roles text[] := ARRAY(SELECT 'regress_exr_' || n FROM generate_series(1, 10) AS n);
    options text[] := CASE WHEN current_setting('server_version_num')::integer >= 160000
                           THEN '{"", "WITH INHERIT TRUE", "WITH INHERIT FALSE", "WITH SET FALSE", "WITH INHERIT FALSE, SET FALSE, ADMIN TRUE"}'::text[]
                           ELSE '{""}' END;
    predefined text[] := CASE WHEN current_setting('server_version_num')::integer >= 170000 THEN '{pg_maintain}'::text[] ELSE '{}' END
                         || '{pg_read_all_data,pg_write_all_data,pg_monitor}'::text[];
    privileges text[] := CASE WHEN current_setting('server_version_num')::integer >= 170000 THEN '{MAINTAIN}'::text[] ELSE '{}' END
                         || '{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,ALL}'::text[];
    relation text;
BEGIN
    PERFORM setseed(seed);
    FOR i IN 1 .. 10 LOOP
        EXECUTE format('CREATE ROLE %I %s %s %s', roles[i], exposure_world.pick('INHERIT', 'INHERIT', 'NOINHERIT'), exposure_world.pick('LOGIN', 'NOLOGIN'),
                       exposure_world.pick('', '', '', '', '', 'SUPERUSER', 'BYPASSRLS'));
    END LOOP;
    FOR i IN 1 .. 14 LOOP
        BEGIN
            EXECUTE format('GRANT %I TO %I %s', exposure_world.pick(VARIADIC roles), exposure_world.pick(VARIADIC roles), exposure_world.pick(VARIADIC options));
        EXCEPTION WHEN invalid_grant_operation THEN NULL;   -- a circle
        END;
    END LOOP;
    FOR i IN 1 .. 2 LOOP
        EXECUTE format('GRANT %I TO %I %s', exposure_world.pick(VARIADIC predefined), exposure_world.pick(VARIADIC roles), exposure_world.pick(VARIADIC options));
    END LOOP;
    EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), exposure_world.pick(VARIADIC roles));
    FOR i IN 1 .. 10 LOOP
        relation := 'exposure_world.r' || i;
        EXECUTE CASE WHEN i > 8 THEN format('CREATE SEQUENCE %s', relation)
                     WHEN i = 7 THEN format('CREATE VIEW %s AS SELECT 1 AS a, 2 AS b, 3 AS c', relation)
                     WHEN i = 8 THEN format('CREATE MATERIALIZED VIEW %s AS SELECT 1 AS a, 2 AS b, 3 AS c', relation)
                     WHEN i = 6 THEN format('CREATE TABLE %s (a integer, b integer, c integer) PARTITION BY LIST (a)', relation)
                     ELSE format('CREATE TABLE %s (a integer, b integer, c integer)', relation) END;
        EXECUTE format('GRANT CREATE ON SCHEMA exposure_world TO %I', exposure_world.pick(VARIADIC roles));
        EXECUTE format('ALTER %s %s OWNER TO %I', CASE WHEN i > 8 THEN 'SEQUENCE' WHEN i = 8 THEN 'MATERIALIZED VIEW' WHEN i = 7 THEN 'VIEW' ELSE 'TABLE' END,
                       relation, exposure_world.pick(VARIADIC roles));
        FOR j IN 1 .. floor(random() * 4)::integer LOOP
            EXECUTE format('GRANT %s ON %s %s TO %s', CASE WHEN i > 8 THEN exposure_world.pick('SELECT', 'UPDATE', 'USAGE', 'ALL') ELSE exposure_world.pick(VARIADIC privileges) END,
                           CASE WHEN i > 8 THEN 'SEQUENCE' ELSE '' END, relation,
                           exposure_world.pick(VARIADIC roles || roles || '{PUBLIC,pg_database_owner}'::text[]));
            IF i <= 8 THEN
                EXECUTE format('GRANT %s (%s) ON %s TO %s', exposure_world.pick('SELECT', 'INSERT', 'UPDATE', 'REFERENCES', 'ALL'), exposure_world.pick('a', 'b', 'c'), relation,
                               exposure_world.pick(VARIADIC roles || roles || '{PUBLIC}'::text[]));
            END IF;
        END LOOP;
        IF random() < 0.2 AND i <= 8 THEN   -- owners can take from themselves
            EXECUTE format('REVOKE ALL ON %s FROM %s', relation, (SELECT quote_ident(pg_get_userbyid(c.relowner)) FROM pg_class AS c WHERE c.oid = relation::regclass));
        END IF;
    END LOOP;
END $$;

-- all of it bears a value, columns of r1 to r4 another one, and nobody may do anything
CREATE PROCEDURE exposure_world.govern() LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gov_enroll_schema('exposure_world');
    PERFORM gov_create_axis('exr'), gov_set_axis_status('exr', 'active');
    PERFORM gov_propose_value('exr', v), gov_ratify('exr', v) FROM unnest('{all,columns}'::text[]) AS v;
    PERFORM gov_assign(o.object_type, o.object_ref, 'exr', 'all', zone => 'approved', provenance => '{"kind": "test"}')
       FROM gov_object AS o WHERE o.source = 'schema:exposure_world' AND o.object_ref ~ '^exposure_world[.]r[0-9]+$';
    -- stands for the columns as objects
    INSERT INTO gov_object (object_type, object_ref, container_id, address_class, address_names, address_oid, address_subid, address_system, address_database)
    SELECT 'table column', t.object_ref || '.' || a.attname, t.object_id, 'table column', t.address_names || a.attname::text, t.address_oid, a.attnum, t.address_system, t.address_database
      FROM gov_object AS t JOIN pg_attribute AS a ON a.attrelid = t.address_oid AND a.attnum > 0 WHERE t.object_ref ~ '^exposure_world[.]r[1-4]$' ;
    PERFORM gov_assign(o.object_type, o.object_ref, 'exr', 'columns', zone => 'approved', provenance => '{"kind": "test"}')
       FROM gov_object AS o WHERE o.object_type = 'table column';
    PERFORM gov_set_access('exr', v, NULL, p)
       FROM unnest('{all,columns}'::text[]) AS v, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,MAINTAIN,USAGE}'::text[]) AS p;
END $$;

CREATE VIEW exposure_world.role AS SELECT r.oid, r.rolname FROM pg_roles AS r WHERE r.rolname LIKE 'regress\_exr\_%' AND NOT r.rolsuper;
CREATE VIEW exposure_world.privilege AS
SELECT p AS privilege FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,MAINTAIN,USAGE}'::text[]) AS p
 WHERE p <> 'MAINTAIN' OR current_setting('server_version_num')::integer >= 170000;

-- what the server answers, pair by pair
CREATE VIEW exposure_world.asked AS
SELECT 'relation' AS what, c.relname::text AS thing, r.rolname, p.privilege
  FROM exposure_world.role AS r, exposure_world.privilege AS p, pg_class AS c
 WHERE c.relnamespace = 'exposure_world'::regnamespace AND c.relname ~ '^r[0-9]+$'
   AND CASE WHEN c.relkind = 'S' THEN CASE WHEN p.privilege IN ('USAGE', 'SELECT', 'UPDATE') THEN has_sequence_privilege(r.oid, c.oid, p.privilege) END
            WHEN p.privilege <> 'USAGE' THEN has_table_privilege(r.oid, c.oid, p.privilege) END
UNION ALL
SELECT 'some column', c.relname, r.rolname, p.privilege
  FROM exposure_world.role AS r, exposure_world.privilege AS p, pg_class AS c
 WHERE c.relnamespace = 'exposure_world'::regnamespace AND c.relname ~ '^r[0-9]+$' AND c.relkind <> 'S' AND p.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
   AND has_any_column_privilege(r.oid, c.oid, p.privilege)
UNION ALL
SELECT 'column', c.relname || '.' || a.attname, r.rolname, p.privilege
  FROM exposure_world.role AS r, exposure_world.privilege AS p, pg_class AS c, pg_attribute AS a
 WHERE c.relnamespace = 'exposure_world'::regnamespace AND c.relname ~ '^r[1-4]$' AND a.attrelid = c.oid AND a.attnum > 0 AND p.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
   AND has_column_privilege(r.oid, c.oid, a.attnum, p.privilege);

-- what the view says of the same
CREATE VIEW exposure_world.told AS
WITH way AS MATERIALIZED (
    SELECT DISTINCT CASE WHEN w.object_type = 'table column' THEN 'column' ELSE 'relation' END AS what, substr(w.object_ref, length('exposure_world.') + 1) AS thing,
           r.rolname, w.privilege, w.column_name IS NOT NULL AS in_part
      FROM governance_internal.gov_access_way AS w
      JOIN exposure_world.role AS r ON r.oid = w.role_oid OR w.role_oid = 0
     WHERE w.via IN ('grant', 'PUBLIC', 'membership', 'ownership') AND NOT w.set_role AND w.value = CASE WHEN w.object_type = 'table column' THEN 'columns' ELSE 'all' END)
SELECT what, thing, rolname, privilege FROM way WHERE NOT in_part
UNION ALL
SELECT DISTINCT 'some column', thing, rolname, privilege FROM way
 WHERE what = 'relation' AND privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND thing NOT IN ('r9', 'r10');

CREATE VIEW exposure_world.difference AS
(SELECT 'not told' AS difference, * FROM exposure_world.asked EXCEPT ALL SELECT 'not told', * FROM exposure_world.told)
UNION ALL
(SELECT 'told without reason', * FROM exposure_world.told EXCEPT ALL SELECT 'told without reason', * FROM exposure_world.asked);

CREATE TABLE exposure_world.outcome (round integer, difference text, what text, thing text, rolname name, privilege text);
