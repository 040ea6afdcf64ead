-- The reference scenario, acts A (reconcile), B (ratify), C (containment) and
-- D (lag), and the exit state, in a database of its own; votes are cast by logins of their own.
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE DATABASE regress_gov_acts;
\c regress_gov_acts
SET client_min_messages = warning;
\getenv source PG_ABS_SRCDIR
\set reference :source '/test/reference.sql'
\set ECHO none
\i :reference
\set ECHO all
CREATE SCHEMA test;
GRANT USAGE ON SCHEMA test TO PUBLIC;
-- every row of every table of the extension, by the version that is there
CREATE FUNCTION test.versions() RETURNS TABLE (relation text, place tid, version xid) LANGUAGE plpgsql AS $$
DECLARE name regclass;
BEGIN
    FOR name IN SELECT c.oid FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
                  JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'governance' WHERE c.relkind = 'r'
    LOOP
        RETURN QUERY EXECUTE format('SELECT %L::text, ctid, xmin FROM %s', name, name);
    END LOOP;
END $$;

-- The scans since the first one, added up.
SELECT gov_scan('entry') AS entry_scan \gset
CREATE VIEW test.scans AS SELECT count(*) AS scans, sum(opened) AS opened, sum(reopened) AS reopened, sum(resolved) AS resolved FROM gov_scan_run WHERE scan_id > :entry_scan;
GRANT SELECT ON test.scans TO PUBLIC;

-- Act A: reconcile.
SELECT metric, before, after FROM gov_reconcile() WHERE before <> after OR metric IN ('required_cells', 'gap_cells', 'owner_conflicts') ORDER BY metric COLLATE "C";
SELECT * FROM gov_reconcile_summary;
SELECT decision, decided_kind, count(*), string_agg(o.object_ref, ', ' ORDER BY o.object_ref COLLATE "C")
  FROM gov_decision d JOIN gov_object o USING (object_id) WHERE superseded_at IS NULL GROUP BY 1, 2 ORDER BY 1;
SELECT object_ref, flag, state FROM gov_label_reconcile ORDER BY object_ref COLLATE "C";
SELECT opened, reopened, resolved FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1;
-- a second time, nothing is written but its scan run
CREATE TABLE test.before AS SELECT * FROM test.versions();
SELECT count(*) FILTER (WHERE before <> after) AS changed FROM gov_reconcile();
SELECT coalesce(b.relation, a.relation) AS relation, count(b.place) AS gone, count(a.place) AS written
  FROM test.before b FULL JOIN test.versions() a USING (relation, place, version)
 WHERE a.version IS NULL OR b.version IS NULL GROUP BY 1 ORDER BY 1;
SELECT count(*) > 100 AS compared, count(DISTINCT relation) > 10 AS tables FROM test.before;
-- a decision that does not fit its flag any more is not honoured
BEGIN;
INSERT INTO app.label_rules (object_ref, label) VALUES ('governance_registry', 'LBL-101');
SELECT flag, decision, state FROM gov_label_reconcile WHERE object_ref = 'governance_registry';
DELETE FROM app.label_rules WHERE object_ref = 'governance_registry';
INSERT INTO app.label_rules (object_ref, label) VALUES ('governance_registry', 'LBL-102');
SELECT flag, decision, state FROM gov_label_reconcile WHERE object_ref = 'governance_registry';
SELECT divergent FROM gov_reconcile_summary;
ROLLBACK;

-- Act B: ratify.  A login speaks for PRESIDENT, and gates bind.
CREATE ROLE regress_gov_president LOGIN;
CREATE ROLE regress_gov_clerk LOGIN;
CREATE ROLE regress_gov_admin LOGIN;
CREATE ROLE regress_gov_council_a LOGIN;
CREATE ROLE regress_gov_council_b LOGIN;
SELECT gov_grant('approver', 'regress_gov_president'), gov_grant('steward', 'regress_gov_clerk'), gov_grant('admin', 'regress_gov_admin');
BEGIN;
SELECT gov_set_authority('COUNCIL-A', role_name => 'regress_gov_council_a'), gov_set_authority('COUNCIL-B', role_name => 'regress_gov_council_b');
SELECT gov_set_authority('PRESIDENT', role_name => 'regress_gov_president');
COMMIT;
\c - regress_gov_clerk
SELECT gov_request_approval('APR-1', 'ratify_value', '{"axis": "topic", "value": "kg-domain-x", "parent": "registry-kg", "ratified_by": "GOV-KG-SYS", "label": "LBL-101"}', 'seen in the graph, curated by hand');
SELECT approval, risk, status, approvals, missing FROM gov_approval_status;
\c - regress_gov_admin
SELECT gov_ratify('topic', 'kg-domain-x', parent => 'registry-kg', ratified_by => 'GOV-KG-SYS', label => 'LBL-101');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_ratify('topic', 'kg-domain-x', 'registry-kg', 'GOV-KG-SYS', 'LBL-101', approval => 'APR-1');
\echo :LAST_ERROR_SQLSTATE
\c - regress_gov_president
SELECT approval, authority, can FROM gov_my_inbox;
CALL gov_cast_vote('APR-1', 'PRESIDENT', 'approve', 'agreed');
\c - regress_gov_admin
SELECT approval, status, approvals, sovereign, missing, voters FROM gov_approval_status;
SELECT gov_ratify('topic', 'kg-domain-x', 'registry-kg', 'GOV-KG-SYS', 'LBL-101', approval => 'APR-1');
SELECT status, consumed_by FROM gov_approval;
SELECT value, parent, status, jsonb_pretty(provenance) AS provenance FROM gov_axis_value WHERE axis = 'topic' AND value = 'kg-domain-x';
SELECT label, map_kind FROM gov_value_label WHERE axis = 'topic' AND value = 'kg-domain-x';
SELECT status, count(*) FROM gov_axis_value WHERE axis = 'topic' GROUP BY 1 ORDER BY 1;
SELECT values_without_label FROM gov_reconcile_summary;

-- Promote, deprecate, merge and split each work, and leave nothing when undone.
\c - regress_gov_admin
SELECT gov_propose_value('topic', 'kg-domain-y', 'registry-kg');
\c - regress_gov_clerk
SELECT gov_request_approval('APR-' || n, action, target, 'rehearsal') FROM (VALUES
    (2, 'ratify_value', '{"axis": "topic", "value": "kg-domain-y", "ratified_by": "GOV-KG-SYS"}'::jsonb),
    (3, 'retire_value', '{"axis": "topic", "value": "data-platform", "reason": "not used"}'),
    (4, 'retire_value', '{"axis": "topic", "from_value": "ai-ops", "into_value": "registry-kg", "reason": "one team"}'),
    (5, 'ratify_value', '{"axis": "topic", "value": "workflow", "children": ["workflow-a", "workflow-b"],
                          "plan": [{"object_type": "collection", "object_ref": "modules", "value": "workflow-a"}]}')) v (n, action, target);
\c - regress_gov_president
CALL gov_cast_vote('APR-2', 'PRESIDENT', 'approve');
CALL gov_cast_vote('APR-3', 'PRESIDENT', 'approve');
CALL gov_cast_vote('APR-4', 'PRESIDENT', 'approve');
CALL gov_cast_vote('APR-5', 'PRESIDENT', 'approve');
\c - :superuser
SET client_min_messages = warning;
DROP TABLE test.before;
CREATE TABLE test.before AS SELECT * FROM test.versions();
CREATE VIEW test.census AS SELECT * FROM gov_coverage_summary CROSS JOIN gov_reconcile_summary;
CREATE TABLE test.census_before AS SELECT * FROM test.census;
GRANT SELECT ON ALL TABLES IN SCHEMA test TO regress_gov_admin;
\c - regress_gov_admin
BEGIN;
SELECT gov_ratify('topic', 'kg-domain-y', ratified_by => 'GOV-KG-SYS', approval => 'APR-2');
SELECT gov_deprecate('topic', 'data-platform', reason => 'not used', approval => 'APR-3');
SELECT * FROM gov_merge('topic', 'ai-ops', 'registry-kg', 'one team', 'APR-4');
SELECT * FROM gov_split('topic', 'workflow', '["workflow-a", "workflow-b"]', '[{"object_type": "collection", "object_ref": "modules", "value": "workflow-a"}]', 'APR-5');
SELECT value, parent, status, replaced_by FROM gov_axis_value WHERE axis = 'topic' ORDER BY value COLLATE "C";
SELECT o.object_ref, a.value, a.zone FROM gov_assignment a JOIN gov_object o USING (object_id) WHERE a.axis = 'topic' ORDER BY o.object_ref COLLATE "C";
SELECT approval, status FROM gov_approval ORDER BY 1;
ROLLBACK;
SELECT count(*) AS differences FROM ((TABLE test.census_before EXCEPT ALL TABLE test.census) UNION ALL (TABLE test.census EXCEPT ALL TABLE test.census_before)) d;
\c - :superuser
SET client_min_messages = warning;
SELECT count(*) AS rows_changed FROM test.before b FULL JOIN test.versions() a USING (relation, place, version)
 WHERE (a.version IS NULL OR b.version IS NULL);
SELECT approval, status FROM gov_approval ORDER BY 1;

-- Act C: containment, refused in parts first.
SELECT gov_assign('collection', 'agents', 'containment', 'GRP-NOBODY', 'approved', 1, provenance => '{"kind": "test"}');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_assign('collection', 'agents', 'containment', 'GRP-AI', 'approved', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_assign('collection', 'agents', 'containment', 'GRP-AI', 'certain', 1, provenance => '{"kind": "test"}');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_own('collection', 'agents', 'containment', 'GRP-AI', 'GOV-DOT', 'landlord');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS rows_changed FROM test.before b FULL JOIN test.versions() a USING (relation, place, version)
 WHERE (a.version IS NULL OR b.version IS NULL);
\c - regress_gov_clerk
SELECT gov_request_approval('APR-6', 'activate_axis', '{"axis": "containment", "object_types": ["collection"], "owner_axis": "responsibility", "owner_value": "policy",
    "rule": "CR-CONTAIN-ASSIGNED", "confidence_threshold": 0.5}', 'the tree is known');
\c - regress_gov_president
CALL gov_cast_vote('APR-6', 'PRESIDENT', 'approve');
\c - regress_gov_admin
SELECT * FROM gov_activate_containment('containment', '{collection}', rule => 'CR-CONTAIN-ASSIGNED', confidence_threshold => 0.5);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_activate_containment('containment', '{collection}', rule => 'CR-CONTAIN-ASSIGNED', confidence_threshold => 0.5, approval => 'APR-6');
SELECT rule, axis, mode, confidence_threshold, staleness_days, status FROM gov_coverage_rule WHERE axis = 'containment';
SELECT value, count(*) FROM gov_assignment WHERE axis = 'containment' GROUP BY value ORDER BY value COLLATE "C";
SELECT axis, required, gap, missing_assignments FROM gov_coverage_summary ORDER BY axis;
SELECT count(*) AS islands FROM gov_hidden_island;
SELECT axis AS without_rule FROM gov_axis a WHERE status = 'active' AND NOT EXISTS (SELECT FROM gov_coverage_rule r WHERE r.axis = a.axis AND r.status = 'active');
BEGIN;
SELECT gov_unassign('collection', 'agents', 'containment', 'GRP-AI');
SELECT object_ref, axis FROM gov_missing_assignment WHERE axis = 'containment';
ROLLBACK;
SELECT count(*) AS missing FROM gov_missing_assignment WHERE axis = 'containment';


-- What is resolved by now, all scans since the first together; the next opens nothing.
SELECT gov_scan('after C') IS NOT NULL AS scanned;
SELECT opened, reopened, resolved FROM test.scans;
SELECT gov_scan('again') IS NOT NULL AS scanned;
SELECT opened, reopened, resolved FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1;
SELECT detector, count(*) FROM gov_drift_state WHERE status = 'open' GROUP BY detector ORDER BY detector COLLATE "C";
SELECT count(*) AS shaped, count(*) FILTER (WHERE NOT emit_blocked) AS emittable FROM gov_event_shaped;

-- Act D: lag.
SELECT gov_set_projection('labels', 'topic');
SELECT object_ref, flag, lag_days, projected_rows, severity, lag = lag_days * interval '24 hours' AS whole_days
  FROM gov_projection_lag ORDER BY lag_days DESC NULLS LAST;

-- All of it left its traces, and the ledger is whole.
SELECT action, count(*) FROM gov_ledger WHERE action IN ('merge', 'split', 'cast_vote', 'ratify', 'request_approval', 'reconcile', 'activate_containment', 'vote_refused') GROUP BY action ORDER BY action COLLATE "C";
SELECT count(*) AS broken FROM gov_ledger_verify();
\c postgres :superuser
DROP DATABASE regress_gov_acts;
DROP ROLE regress_gov_president;
DROP ROLE regress_gov_clerk;
DROP ROLE regress_gov_admin;
DROP ROLE regress_gov_council_a;
DROP ROLE regress_gov_council_b;
