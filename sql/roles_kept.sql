-- Roles are kept by OID and cluster: a rename is followed, a role made anew
-- under the name is nobody until a superuser confirms it, and so is every role
-- after a move to another cluster.
BEGIN;
CREATE SCHEMA kept;
CREATE ROLE regress_kept_owner;
CREATE ROLE regress_kept_rep LOGIN;
GRANT USAGE, CREATE ON SCHEMA kept TO regress_kept_owner;
SET ROLE regress_kept_owner;
CREATE VIEW kept.objects AS SELECT 'thing' AS object_type, 'one' AS object_ref, NULL::text AS container_type, NULL::text AS container_ref;
CREATE VIEW kept.labels AS SELECT 'kept label' AS label, NULL::text AS facet, NULL::text AS name, 'active' AS status;
CREATE VIEW kept.rows AS SELECT 'thing' AS object_type, 'one' AS object_ref;
CREATE FUNCTION kept.detect() RETURNS TABLE (severity text, axis text, object_type text, object_ref text, value text, detail jsonb)
LANGUAGE sql AS $$ SELECT 'info', NULL, 'thing', 'one', NULL, '{}'::jsonb $$;
RESET ROLE;
SELECT gov_create_axis('kept axis'), gov_set_axis_status('kept axis', 'active'), gov_propose_value('kept axis', 'kept value'), gov_ratify('kept axis', 'kept value');
SELECT * FROM gov_enroll_relation('kept source', 'kept.objects');
SELECT gov_assign('thing', 'one', 'kept axis', 'kept value') AS assigned;
SELECT gov_bind('vocabulary', 'kept.labels');
SELECT gov_set_projection('kept projection', 'kept axis', 'kept.rows');
SELECT gov_set_detector('kept detector', 'info', 'kept.detect');
SELECT gov_set_authority('kept authority', kind => 'human', role_name => 'regress_kept_rep');
CREATE VIEW pg_temp.standing AS SELECT what, name, role_name, called, standing, rebinds FROM governance_internal.gov_kept_role ORDER BY what COLLATE "C", name COLLATE "C";
CREATE FUNCTION pg_temp.works(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text; hint text; detail text;
BEGIN
    EXECUTE query INTO found;
    RETURN found;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(E'\n', sqlstate || ' ' || sqlerrm, detail, hint);
END $$;
CREATE VIEW pg_temp.all_of_it AS
    SELECT w.what, pg_temp.works(w.query) AS says FROM (VALUES
        (1, 'source', $$SELECT unchanged FROM gov_sync('kept source')$$),
        (2, 'binding', $$SELECT string_agg(label, ',') FROM gov_label_without_value$$),
        (3, 'projection', $$SELECT string_agg(concat_ws(': ', flag, reason), ',') FROM gov_projection_lag WHERE projection = 'kept projection'$$),
        (4, 'detector', $$SELECT string_agg(detector || ' ' || coalesce(detail ->> 'message', 'found'), ',') FROM gov_drift_finding WHERE detector = 'kept detector' OR object_ref = 'kept detector'$$)
    ) AS w (n, what, query) ORDER BY w.n;
SELECT * FROM standing;
SELECT * FROM all_of_it;
SAVEPOINT made;

-- A rename is followed: everything is read, the representative still speaks.
ALTER ROLE regress_kept_owner RENAME TO "regress kept renamed";
ALTER ROLE regress_kept_rep RENAME TO "regress kept voter";
SELECT * FROM standing;
SELECT * FROM all_of_it;
-- Whoever takes the old name has nothing of it.
CREATE ROLE regress_kept_owner SUPERUSER;
CREATE ROLE regress_kept_rep LOGIN;
SELECT * FROM standing;
SELECT * FROM all_of_it;
ROLLBACK TO made;

-- Made anew: nothing runs until it is confirmed.
ALTER SCHEMA kept OWNER TO regress_kept_owner;
REASSIGN OWNED BY regress_kept_owner TO CURRENT_USER;
DROP OWNED BY regress_kept_owner;
DROP ROLE regress_kept_owner;
DROP ROLE regress_kept_rep;
SELECT * FROM standing;
SELECT * FROM all_of_it;
CREATE ROLE regress_kept_owner;
CREATE ROLE regress_kept_rep LOGIN;
ALTER VIEW kept.objects OWNER TO regress_kept_owner;
ALTER VIEW kept.labels OWNER TO regress_kept_owner;
ALTER VIEW kept.rows OWNER TO regress_kept_owner;
ALTER FUNCTION kept.detect() OWNER TO regress_kept_owner;
GRANT USAGE ON SCHEMA kept TO regress_kept_owner;
SELECT * FROM standing;
SELECT * FROM all_of_it;
SELECT detector, severity, object_type, object_ref, detail FROM gov_drift_finding
 WHERE detector IN ('role_unconfirmed', 'authority_without_role') ORDER BY 1, 3, 4;
SELECT * FROM gov_rebind(dry_run => true);
SELECT count(*) FROM standing WHERE rebinds;
SELECT * FROM gov_rebind('regress_kept_rep', reason => 'the same person');
SELECT * FROM standing;
SELECT * FROM gov_rebind(reason => 'the same team');
SELECT * FROM standing;
SELECT * FROM all_of_it;
SELECT action, target, payload FROM gov_ledger WHERE action = 'rebind' ORDER BY seq;
-- Said twice is said once.
SELECT state, count(*) FROM gov_rebind() GROUP BY state;
SELECT count(*) FROM gov_ledger WHERE action = 'rebind';
ROLLBACK TO made;

-- Moved to another cluster: the OIDs are anybody's, and nobody is meant.
UPDATE gov_source SET registered_system = 1 WHERE kind = 'relation';
UPDATE gov_detector SET registered_system = 1 WHERE routine IS NOT NULL;
UPDATE gov_binding SET registered_system = 1;
UPDATE gov_projection SET registered_system = NULL, registered_oid = NULL;
UPDATE gov_authority SET role_system = 1;
UPDATE gov_object SET address_system = 1 WHERE address_oid IS NOT NULL;
SELECT * FROM standing;
SELECT * FROM all_of_it;
SELECT detector, severity, object_type, object_ref, detail FROM gov_drift_finding
 WHERE detector IN ('role_unconfirmed', 'authority_without_role') ORDER BY 1, 3, 4;
SELECT * FROM gov_rebind();
SELECT * FROM standing;
SELECT * FROM all_of_it;
ROLLBACK TO made;

-- Addresses.
CREATE TABLE kept.stays (a int);
CREATE TABLE kept.goes (a int);
SELECT object_type, objects FROM gov_enroll_schema('kept') ORDER BY object_type COLLATE "C";
UPDATE gov_object SET address_system = 1, address_oid = 1 WHERE source = 'schema:kept';
DROP TABLE kept.goes;
SELECT * FROM gov_rebind() WHERE what = 'object' OR name = 'schema:kept' ORDER BY what COLLATE "C";
SELECT count(*) FROM gov_object WHERE source = 'schema:kept' AND address_class = 'table' AND address_oid = to_regclass('kept.stays');
SELECT retired, renamed, born FROM gov_sync('schema:kept');
ROLLBACK TO made;

-- An authority given the name that its role has by now is no other one's; a
-- name that is another role's is.
ALTER ROLE regress_kept_rep RENAME TO "regress kept voter";
SELECT gov_set_authority('kept authority', role_name => 'regress kept voter');
SELECT gov_set_authority('kept authority', role_name => 'regress kept voter');
SELECT * FROM standing WHERE what = 'authority';

-- For superusers alone.
GRANT EXECUTE ON FUNCTION gov_rebind(name, boolean, text) TO regress_kept_owner;
SET ROLE regress_kept_owner;
SELECT * FROM gov_rebind();
ROLLBACK TO made;
SELECT * FROM gov_rebind('no such role');
ROLLBACK;
