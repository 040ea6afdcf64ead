-- Each detector by hand: what it finds (names with "hit") and what comes
-- close but is nothing (names with "miss").
BEGIN;
SET LOCAL client_min_messages = error;
-- others' axes and authorities say nothing here
CREATE TEMP VIEW found AS
SELECT detector, severity, axis, object_type, object_ref, value, detail FROM gov_drift_finding
 WHERE concat(axis, object_type, object_ref, value, detail) ~ 'hit|miss' ORDER BY detector COLLATE "C", axis COLLATE "C", object_ref COLLATE "C", value COLLATE "C";
CREATE TEMP VIEW others AS SELECT count(*) FROM gov_drift_finding WHERE NOT concat(axis, object_type, object_ref, value, detail) ~ 'hit|miss';

-- A quiet world: one axis in good order.  Nothing is found.
SELECT gov_set_authority('A', kind => 'human'), gov_set_authority('B', kind => 'human');
SELECT gov_create_axis('hit axis', kind => 'uncertain', fallback => 'A'), gov_set_axis_status('hit axis', 'active');
SELECT gov_propose_value('hit axis', 'top'), gov_ratify('hit axis', 'top'), gov_propose_value('hit axis', 'leaf', 'top'), gov_ratify('hit axis', 'leaf'),
       gov_propose_value('hit axis', 'other top'), gov_ratify('hit axis', 'other top');
SELECT gov_create_rule('hit rule', 'hit axis', 'per_assignment', '{x}', 0.7, 30), gov_set_rule_status('hit rule', 'active');
SELECT count(gov_register_object('x', 'miss ' || n)) AS objects FROM generate_series(1, 3) AS n;
SELECT count(gov_assign('x', 'miss ' || n, 'hit axis', 'leaf', 'approved', 0.7, provenance => '{"kind": "test"}', assigned_at => now() - 30 * interval '24 hours')) AS assigned
  FROM generate_series(1, 3) AS n;
TABLE found;
TABLE others;

-- Labels, judgements and what is stale.
SAVEPOINT clean;
SELECT gov_set_label('l1', 'F1'), gov_set_label('hit inactive', 'F1', status => 'inactive'), gov_set_label('miss unused', 'F1', status => 'inactive'), gov_set_label('l2', 'F2');
SELECT gov_map_label('hit axis', 'leaf', 'l1'), gov_map_label('hit axis', 'top', 'hit inactive');
SELECT gov_set_label_rule('x', 'miss 1', 'l1'), gov_set_label_rule('x', 'miss 2', 'l2'), gov_set_label_rule('x', 'miss 3', 'hit inactive', 'inactive');
SELECT gov_set_label_rule('y', 'nowhere', 'hit unknown');
SELECT * FROM found;
SELECT gov_decide('x', 'miss 2', 'hit axis', 'leaf', 'accept_orthogonal_facet', 'they tell different things');
SELECT * FROM found WHERE detector IN ('projection_lag', 'stale_decision');
SELECT gov_set_label_rule('x', 'miss 2', 'l2', 'inactive');
SELECT * FROM found WHERE detector IN ('projection_lag', 'stale_decision');
ROLLBACK TO clean;

-- Statuses of what is bound that are none of ours: how many rows, and not which.
CREATE SCHEMA regress_hit;
CREATE TABLE regress_hit.vocabulary (label text, facet text, name text, status text);
INSERT INTO regress_hit.vocabulary VALUES ('l1', 'F1', '', 'published'), ('l2', 'F1', '', NULL), ('l3', 'F1', '', 'active'), ('l4', 'F1', '', 'inactive');
CREATE FUNCTION regress_hit.rules() RETURNS TABLE (object_type text, object_ref text, label text, status text) LANGUAGE sql AS $$ VALUES ('x', 'miss 1', 'l3', 'active') $$;
SELECT gov_bind('vocabulary', 'regress_hit.vocabulary'), gov_bind('label_rule', 'regress_hit.rules()');
SELECT * FROM found WHERE detector = 'label_status_unknown';
UPDATE regress_hit.vocabulary SET status = 'inactive' WHERE status IS DISTINCT FROM 'active';
SELECT * FROM found WHERE detector = 'label_status_unknown';
CREATE OR REPLACE FUNCTION regress_hit.rules() RETURNS TABLE (object_type text, object_ref text, label text, status text) LANGUAGE sql AS $$ VALUES ('x', 'miss 1', 'l3', 'ACTIVE') $$;
SELECT * FROM found WHERE detector = 'label_status_unknown';
ROLLBACK TO clean;

-- Quality of assignments, roots, owners nobody is.
SELECT gov_assign('x', 'miss 1', 'hit axis', 'leaf', 'approved', 0.69, provenance => '{"kind": "test"}') AS low,
       gov_assign('x', 'miss 2', 'hit axis', 'leaf', 'approved', 0.7, provenance => '{"kind": "test"}', assigned_at => now() - 30 * interval '24 hours' - interval '1 microsecond') AS stale,
       gov_assign('x', 'miss 3', 'hit axis', 'top', 'approved', 1, provenance => '{"kind": "test"}') AS same_root;
SELECT detector, severity, axis, object_ref, value, detail - 'assigned_at' AS detail FROM found;
SELECT gov_assign('x', 'miss 3', 'hit axis', 'other top', 'approved', 1, provenance => '{"kind": "test"}') AS torn;
SELECT severity, object_ref, detail FROM found WHERE detector = 'conflicting_parentage';
SELECT gov_set_zone('x', 'miss 3', 'hit axis', 'other top', 'quarantine');
SELECT severity, object_ref, detail FROM found WHERE detector = 'conflicting_parentage';
-- held in quarantine, owned by the fallback: neither a gap nor visible to nobody
SELECT detector FROM found WHERE detector IN ('ownership_gap', 'visible_unapproved');
UPDATE gov_axis SET fallback = NULL WHERE axis = 'hit axis';
SELECT detector, severity, object_ref, value, detail FROM found WHERE detector IN ('ownership_gap', 'visible_unapproved');
SELECT gov_own(NULL, NULL, 'hit axis', 'top', 'A') AS owned, gov_own('x', 'miss 3', 'hit axis', 'other top', 'A') AS held;
SELECT detector, severity, object_ref, value, detail FROM found WHERE detector IN ('ownership_gap', 'visible_unapproved');
ROLLBACK TO clean;

-- Values that stay candidates, axes in use or without a rule.
SELECT gov_propose_value('hit axis', 'hit old'), gov_propose_value('hit axis', 'miss new');
UPDATE gov_axis_value SET created_at = now() - 30 * interval '24 hours' - CASE value WHEN 'hit old' THEN interval '1 microsecond' ELSE interval '0' END WHERE value IN ('hit old', 'miss new');
SELECT gov_create_axis('hit unregistered'), gov_create_axis('miss unregistered'), gov_create_axis('hit bare'), gov_set_axis_status('hit bare', 'active');
SELECT gov_create_rule('r1', 'hit unregistered', 'cross_product'), gov_set_rule_status('r1', 'active'), gov_create_rule('r2', 'miss unregistered', 'cross_product');
SELECT gov_register_object('x', 'hit lonely') AS registered, gov_register_object('y', 'miss lonely') AS of_another_type;
SELECT detector, severity, axis, object_ref, value, detail - 'created_at' AS detail FROM found;
ROLLBACK TO clean;

-- Ownership that conflicts, ends or is of nobody; authorities without a role.
SELECT gov_register_object('box', 'hit box') AS box;
SELECT gov_register_object('x', 'miss ' || n, 'box', 'hit box') AS inside FROM generate_series(1, 2) AS n;
SELECT gov_own('box', 'hit box', 'hit axis', 'leaf', 'A') AS by_container, gov_own(NULL, NULL, 'hit axis', 'top', 'B') AS by_value,
       gov_own('x', 'miss 2', 'hit axis', 'leaf', 'B') AS directly;
SELECT gov_set_authority('C', kind => 'human'), gov_set_authority('D', kind => 'human');
SELECT gov_own('x', 'miss 3', 'hit axis', 'leaf', 'C', 'delegated', effective_to => now() + 14 * interval '24 hours') AS ends,
       gov_own('x', 'miss 3', 'hit axis', 'leaf', 'C', 'waiver', effective_to => now() + 14 * interval '24 hours' + interval '1 microsecond', reason => 'agreed') AS later,
       gov_own('x', 'miss 3', 'hit axis', 'top', 'D', 'supporting', effective_to => now() + interval '1 hour') AS supports;
SELECT gov_set_authority('D', status => 'retired');
CREATE ROLE "regress_hit_role";
SELECT gov_set_authority('hit without role', kind => 'human', role_name => 'regress_hit_role'), gov_set_authority('miss with role', kind => 'human', role_name => current_user),
       gov_set_authority('hit made anew', kind => 'human', role_name => 'regress_hit_role'), gov_set_authority('miss retired', kind => 'human', role_name => 'regress_hit_role', status => 'retired');
SELECT count(*) FROM found WHERE detector = 'authority_without_role';
DROP ROLE "regress_hit_role";
SELECT object_ref, detail FROM found WHERE detector = 'authority_without_role';
CREATE ROLE "regress_hit_role";
SELECT gov_set_authority('hit without role', role_name => 'regress_hit_role');
SELECT object_ref, detail FROM found WHERE detector = 'authority_without_role';
SELECT detector, severity, axis, object_type, object_ref, value, detail - 'effective_to' AS detail FROM found WHERE detector <> 'authority_without_role';
ROLLBACK TO clean;

-- Containers that are gone, islands.
SELECT gov_register_object('box', 'hit box') AS box, gov_register_object('x', 'miss 1', 'box', 'hit box') AS inside;
UPDATE gov_object SET retired_at = now() WHERE object_ref = 'hit box';
SELECT gov_deprecate('hit axis', 'leaf');
SELECT detector, severity, axis, object_type, object_ref, value, detail FROM found;
ROLLBACK TO clean;

-- Sources that claim what another has, and sources that are blocked: known
-- from the last sync, and gone with it.
CREATE SCHEMA regress_hit;
CREATE TABLE regress_hit.first (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO regress_hit.first VALUES ('thing', 'hit both', NULL, NULL), ('thing', 'miss first', NULL, NULL);
CREATE TABLE regress_hit.second (LIKE regress_hit.first);
INSERT INTO regress_hit.second VALUES ('thing', 'hit both', NULL, NULL), ('thing', 'miss second', NULL, NULL), ('other', 'miss first', NULL, NULL);
SELECT * FROM gov_enroll_relation('hit first', 'regress_hit.first');
SELECT * FROM gov_enroll_relation('hit second', 'regress_hit.second');
TABLE found;
SELECT gov_scan() > 0 AS scanned;
UPDATE regress_hit.first SET object_ref = 'hit third' WHERE object_ref = 'hit both';
SELECT metric, before, after FROM gov_reconcile() WHERE metric LIKE '%findings' OR metric = 'sync_blocked';
TABLE found;
INSERT INTO regress_hit.first VALUES ('thing', 'hit both', NULL, NULL);
SELECT metric, before, after FROM gov_reconcile() WHERE metric LIKE '%findings' OR metric = 'sync_blocked';
SELECT detector, object_ref, detail FROM found;
UPDATE gov_source SET enabled = false WHERE source = 'hit first';
TABLE found;
UPDATE gov_source SET enabled = true WHERE source = 'hit first';
DELETE FROM regress_hit.second;
SELECT metric, before, after FROM gov_reconcile() WHERE metric LIKE '%findings' OR metric = 'sync_blocked';
SELECT detector, severity, object_type, object_ref, detail FROM found;
SELECT count(*) FILTER (WHERE before <> after) AS changed FROM gov_reconcile();
SELECT opened, reopened, resolved FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1;
SELECT source, retired FROM gov_sync('hit second', force => true);
TABLE found;
ROLLBACK TO clean;

-- Runs that are due: the last is too old, or there is none and there is something as old.
CREATE TEMP VIEW overdue AS SELECT severity, object_type, object_ref, detail - 'last' AS detail, detail ? 'last' AS ran FROM gov_drift_finding WHERE detector = 'run_overdue' ORDER BY object_ref COLLATE "C";
DELETE FROM gov_finding;
DELETE FROM gov_scan_run;
TABLE overdue;
UPDATE gov_object SET born_at = now() - interval '48 hours';
TABLE overdue;
UPDATE gov_object SET born_at = now() - interval '48 hours 1 second' WHERE object_ref = 'miss 1';
TABLE overdue;
SET LOCAL governance.run_max_age = '3d';
TABLE overdue;
SET LOCAL governance.run_max_age = 0;
TABLE overdue;
RESET governance.run_max_age;
-- a scan does not tell of itself, nor a gov_reconcile
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, status FROM gov_drift_state WHERE detector = 'run_overdue';
TABLE overdue;
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT object_ref, status FROM gov_drift_state WHERE detector = 'run_overdue';
UPDATE gov_scan_run SET scanned_at = now() - interval '48 hours' WHERE summary IS NOT NULL;
TABLE overdue;
UPDATE gov_scan_run SET scanned_at = now() - interval '48 hours 1 second' WHERE summary IS NOT NULL;
TABLE overdue;
-- one that only scans finds that nobody reconciled
SELECT gov_scan() > 0 AS scanned;
SELECT object_ref, status FROM gov_drift_state WHERE detector = 'run_overdue';
UPDATE gov_scan_run SET scanned_at = now() - interval '48 hours 1 second';
TABLE overdue;
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT object_ref, status FROM gov_drift_state WHERE detector = 'run_overdue';
TABLE overdue;
ROLLBACK TO clean;

-- The ledger, changed behind everybody's back; twice the same entry is one finding.
SELECT count(*) AS broken FROM gov_ledger_verify();
SELECT count(*) AS found FROM governance_internal.gov_detect('ledger_broken');
ALTER TABLE gov_ledger DISABLE TRIGGER ALL;
UPDATE gov_ledger SET payload = '{"changed": true}' WHERE seq = (SELECT max(seq) FROM gov_ledger WHERE action = 'assign');
SELECT detector, severity, axis, object_type, detail FROM governance_internal.gov_detect('ledger_broken');
ROLLBACK;
