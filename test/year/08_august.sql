--- a role that owns a schema is renamed
ALTER ROLE fleet_team RENAME TO fleet_department;
--- a role that owns tables goes: what was its own is another's
REASSIGN OWNED BY data_team TO billing_team;
DROP OWNED BY data_team;
DROP ROLE data_team;
--- an owner's role is renamed: it speaks for its authority all the same
ALTER ROLE dpo RENAME TO data_protection_officer;
--- an owner's role goes
DROP ROLE controlling;
--> finding authority_without_role authority CONTROLLER
--- and another speaks for it
CREATE ROLE finance_lead LOGIN;
SELECT governance.gov_set_authority('CONTROLLER', role_name => 'finance_lead');
--> no finding authority_without_role authority CONTROLLER
--- a role goes, and another comes under its name
DROP ROLE finance_lead;
CREATE ROLE finance_lead LOGIN;
--> finding authority_without_role authority CONTROLLER
--- which is confirmed
SELECT governance.gov_set_authority('CONTROLLER', role_name => 'finance_lead');
--> no finding authority_without_role authority CONTROLLER
--- two roles swap their names
ALTER ROLE app_login RENAME TO swap;
ALTER ROLE dbt_runner RENAME TO app_login;
ALTER ROLE swap RENAME TO dbt_runner;
--- a role with a level comes, and works
CREATE ROLE steward_ann LOGIN;
SELECT governance.gov_grant('steward', 'steward_ann');
--- it is renamed
ALTER ROLE steward_ann RENAME TO ann;
--- it leaves
SELECT governance.gov_revoke('steward', 'ann');
DROP OWNED BY ann;
DROP ROLE ann;
--- rights change
GRANT USAGE ON SCHEMA billing TO app_login;
ALTER DEFAULT PRIVILEGES IN SCHEMA billing GRANT SELECT ON TABLES TO app_login;
--- a table is made by a role of its own
GRANT CREATE ON SCHEMA rides TO rides_team;
SET ROLE rides_team;
CREATE TABLE rides.feedback (id bigint PRIMARY KEY, stars integer);
RESET ROLE;
--- and given away
ALTER TABLE rides.feedback OWNER TO billing_team;
--- a team takes over another's matters
SELECT count(*) FROM governance.gov_transfer('COLLECTIONS', 'BILLING-LEAD', 'one team from now on');
--> table billing.dunning: BILLING-LEAD
--> view billing.open_invoice: BILLING-LEAD
--- a table gets another owner, since its team changed
SELECT governance.gov_own('table', 'ops.deployment', 'responsibility', 'steward', 'PLATFORM', replace => true);
--> table ops.deployment: PLATFORM
--- an authority retires when nothing is its own
SELECT governance.gov_set_authority('COLLECTIONS', status => 'retired');
--- an owner is taken off: the schema answers
SELECT governance.gov_disown(w.ownership_id, 'the schema''s team answers')
  FROM governance.gov_ownership AS w JOIN governance.gov_object AS o USING (object_id) WHERE o.object_ref = 'rides.open_trip' AND w.status = 'active';
--> view rides.open_trip: nothing
--- security definer comes and goes
ALTER FUNCTION crm.anonymize(bigint) SECURITY DEFINER;
--- a role's default database settings
ALTER ROLE app_login SET statement_timeout = '30s';
--- a role membership
GRANT billing_team TO app_login;
--- the owner of all of a schema's tables changes, in one statement each
SELECT format('ALTER TABLE crm.%I OWNER TO crm_team', c.relname) FROM pg_class AS c WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind = 'r'
\gexec
--- the application's role is dropped with all it may
DROP OWNED BY dbt_runner;
DROP ROLE dbt_runner;
--- a table whose owner is renamed at the same time as itself
ALTER ROLE crm_team RENAME TO customer_team;
ALTER TABLE crm.complaint RENAME TO complaint_form;
--> table crm.complaint is table crm.complaint_form
--- row security for everybody
ALTER TABLE crm.contact_channel ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
