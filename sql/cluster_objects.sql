-- Roles, databases and tablespaces are objects of source cluster where they are
-- asked for, in each database by itself.
SET client_min_messages = warning;
SET allow_in_place_tablespaces = on;
CREATE DATABASE regress_gov_clu_db;
CREATE TABLESPACE regress_gov_clu_space LOCATION '';
CREATE ROLE regress_gov_clu_app LOGIN;
CREATE ROLE "Regress_gov_clu Group";
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
CREATE TEMP VIEW cluster_now AS
SELECT o.object_type, o.object_ref, c.object_type AS container_type, c.object_ref AS container_ref, o.attributes
  FROM gov_object o LEFT JOIN gov_object c ON c.object_id = o.container_id
 WHERE o.source = 'cluster' AND o.retired_at IS NULL AND (o.object_ref ~* 'regress_gov_clu' OR o.object_type = 'cluster')
 ORDER BY o.object_type COLLATE "C", o.object_ref COLLATE "C";
-- by hand, as long as nobody asked for all of them
SELECT gov_register_object('role', 'regress_gov_clu_app');
SELECT gov_retire_object('role', 'regress_gov_clu_app');
SELECT * FROM gov_enroll_cluster('{role,table}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_enroll_cluster('{}');
SELECT object_type, objects > 0 AS some, unchanged FROM gov_enroll_cluster();
SELECT * FROM cluster_now;
SELECT DISTINCT unchanged FROM gov_enroll_cluster();
SELECT born + renamed + replaced + moved + retired + revived + changed AS left_to_do FROM gov_sync('cluster');
SELECT gov_register_object('role', 'regress_gov_clu_new');
-- what the server makes is left out, and this database, which is an object of its own
SELECT count(*) FROM gov_object WHERE source = 'cluster' AND object_ref ~ '^pg_|^template' AND retired_at IS NULL;
SELECT count(*) FROM gov_object WHERE object_type = 'database' AND object_ref = current_database();
-- they are what the server calls them, and their addresses lead back
SELECT bool_and(o.object_type = i.type AND o.object_ref = i.identity AND a.objid = o.address_oid) AS theirs
  FROM gov_object o,
       LATERAL pg_get_object_address(o.address_class, o.address_names, o.address_args) a,
       LATERAL pg_identify_object(a.classid, a.objid, 0) i
 WHERE o.source = 'cluster' AND o.object_type <> 'cluster' AND o.retired_at IS NULL;

-- a renamed role keeps its owners; the cluster answers for the others
SELECT gov_set_authority('DBA', kind => 'human'), gov_set_authority('APP', kind => 'human');
SELECT gov_create_axis('clu', family => 'system'), gov_set_axis_status('clu', 'active'), gov_propose_value('clu', 'v'), gov_ratify('clu', 'v');
SELECT gov_create_rule('CLU', 'clu', 'cross_product', '{role,database,tablespace}'), gov_set_rule_status('CLU', 'active');
SELECT gov_own('cluster', 'cluster', 'clu', 'v', 'DBA');
SELECT gov_own('role', 'regress_gov_clu_app', 'clu', 'v', 'APP');
SELECT gov_own('role', '"Regress_gov_clu Group"', 'clu', 'v', 'APP');
ALTER ROLE regress_gov_clu_app RENAME TO regress_gov_clu_web;
ALTER DATABASE regress_gov_clu_db RENAME TO regress_gov_clu_data;
ALTER TABLESPACE regress_gov_clu_space RENAME TO regress_gov_clu_disk;
SELECT renamed, changes FROM gov_sync('cluster');
SELECT object_type, object_ref, status, authority, anchor_ref FROM gov_coverage WHERE axis = 'clu' AND object_ref ~* 'regress_gov_clu'
 ORDER BY object_type COLLATE "C", object_ref COLLATE "C";
-- made again under its name it is replaced; gone it is retired
DROP ROLE regress_gov_clu_web;
CREATE ROLE regress_gov_clu_web SUPERUSER;
DROP ROLE "Regress_gov_clu Group";
SELECT replaced, retired, changes FROM gov_sync('cluster');
SELECT * FROM cluster_now;
SELECT object_ref, authority FROM gov_coverage WHERE axis = 'clu' AND object_ref = 'regress_gov_clu_web';

-- some types, some names; only an admin takes something off
CREATE ROLE regress_gov_clu_steward;
SELECT gov_grant('steward', 'regress_gov_clu_steward');
SET SESSION AUTHORIZATION regress_gov_clu_steward;
SELECT * FROM gov_enroll_cluster('{role,database}');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) > 0 AS may FROM gov_enroll_cluster();
RESET SESSION AUTHORIZATION;
SELECT object_type FROM gov_enroll_cluster('{role,database}', exclude => '{regress_gov_clu_w*}') ORDER BY object_type COLLATE "C";
SELECT object_type, object_ref FROM cluster_now;
SELECT gov_include('cluster', 'regress_gov_clu_w*');
SELECT gov_exclude('cluster', 'regress_gov_clu_d*');
SELECT object_type, object_ref FROM cluster_now;
-- bound again by name elsewhere
UPDATE gov_object SET address_database = 1 WHERE source = 'cluster' AND address_oid IS NOT NULL;
SELECT count(*) FROM gov_rebind() WHERE state = 'lost';
SELECT count(*) FROM gov_object WHERE source = 'cluster' AND address_database = 1 AND retired_at IS NULL;
-- the code is the cluster's
CREATE VIEW clu_things AS SELECT 'role' AS object_type, 'x' AS object_ref, NULL AS container_type, NULL AS container_ref;
SELECT * FROM gov_enroll_relation('cluster', 'public.clu_things');
\echo :LAST_ERROR_SQLSTATE
-- let go, and back
SELECT gov_unenroll('cluster', reason => 'test') ~ '^ended source "cluster"' AS ended;
SELECT count(*) FROM cluster_now;
SELECT count(*) > 0 AS back FROM gov_enroll_cluster('{role}');
SELECT object_ref, authority FROM gov_coverage WHERE axis = 'clu' AND object_ref = 'regress_gov_clu_web';
SELECT gov_unenroll('cluster', forget => true, reason => 'test') ~ '^ended source "cluster"' AS forgotten;
ROLLBACK;
DROP ROLE regress_gov_clu_app, "Regress_gov_clu Group";
DROP TABLESPACE regress_gov_clu_space;
DROP DATABASE regress_gov_clu_db;
