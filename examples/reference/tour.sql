-- The acts of the reference scenario, one after the other, with what a DBA
-- would want to see.  It can be run again.  Run by scripts/demo.sh in a database
-- of its own, as a superuser, after application.sql and entry.sql; the roles demo_president,
-- demo_council_a, demo_council_b and demo_steward exist and can log in.
\set QUIET on
\pset footer off
\pset null -
SET client_min_messages = warning;

\echo
\echo 'Entry: 35 collections of an application in 5 groups, six of them with a topic.'
SELECT axis, required, covered, gap, ok, low_confidence, stale, quarantine
  FROM gov_coverage_summary WHERE required > 0 ORDER BY axis;

\echo 'A first scan stores what is wrong, by detector:'
SELECT gov_scan('demo') \g /dev/null
SELECT detector, open, critical, warning, info FROM gov_drift_summary
 WHERE open > 0 ORDER BY critical DESC, warning DESC, detector COLLATE "C";

\echo 'Act A.  Where do topics and the application''s own labels disagree?'
SELECT object_ref, value, flag, value_labels, rule_labels
  FROM gov_label_reconcile ORDER BY object_ref COLLATE "C";
\echo '   SELECT * FROM gov_reconcile() settles what policy allows, once, and remembers it:'
SELECT * FROM gov_reconcile() WHERE metric IN ('divergent', 'projection_gaps', 'decisions');

\echo 'Act B.  A new topic is to become active.  A sovereign gets a role, and gates bind:'
SELECT gov_grant('admin', 'demo_steward'), gov_grant('approver', 'demo_president') \g /dev/null
SELECT gov_set_authority('COUNCIL-A', role_name => 'demo_council_a'), gov_set_authority('COUNCIL-B', role_name => 'demo_council_b') \g /dev/null
SELECT gov_set_authority('PRESIDENT', role_name => 'demo_president') \g /dev/null
\connect - demo_steward
\set ON_ERROR_STOP off
SELECT gov_ratify('topic', 'kg-domain-x', parent => 'registry-kg', ratified_by => 'GOV-KG-SYS', label => 'LBL-101');
\set ON_ERROR_STOP on
\echo '   So the steward asks, the president votes on a connection of its own, the steward acts:'
SELECT gov_request_approval('KG-1', 'ratify_value',
       '{"axis": "topic", "value": "kg-domain-x", "parent": "registry-kg", "ratified_by": "GOV-KG-SYS", "label": "LBL-101"}',
       'found by inference, confirmed by hand') \g /dev/null
\connect - demo_president
SELECT EXISTS (SELECT FROM gov_my_inbox WHERE approval = 'KG-1') AS asked \gset
\if :asked
CALL gov_cast_vote('KG-1', 'PRESIDENT', 'approve', 'agreed');
\endif
\connect - demo_steward
SELECT gov_ratify('topic', 'kg-domain-x', parent => 'registry-kg', ratified_by => 'GOV-KG-SYS', label => 'LBL-101', approval => 'KG-1') \g /dev/null
SELECT approval, status, voters FROM gov_approval_status;
SELECT value, status, parent, provenance ->> 'kind' AS kind, provenance ->> 'ratified_by' AS ratified_by
  FROM gov_axis_value WHERE axis = 'topic' AND value = 'kg-domain-x';

\connect - postgres
SET client_min_messages = warning;
\echo 'Act C.  The container tree becomes a governed axis, under an approval as well:'
\connect - demo_steward
SELECT gov_request_approval('TREE-1', 'activate_axis',
       '{"axis": "containment", "object_types": ["collection"], "owner_axis": "responsibility", "owner_value": "policy", "rule": "CR-CONTAIN-ASSIGNED", "confidence_threshold": 0.5}',
       'groups are how the application is organised') \g /dev/null
\connect - demo_president
SELECT EXISTS (SELECT FROM gov_my_inbox WHERE approval = 'TREE-1') AS asked \gset
\if :asked
CALL gov_cast_vote('TREE-1', 'PRESIDENT', 'approve');
\endif
\connect - demo_steward
SELECT * FROM gov_activate_containment('containment', '{collection}', rule => 'CR-CONTAIN-ASSIGNED',
                                       confidence_threshold => 0.5, approval => 'TREE-1');

\echo 'Act D.  How far are the labels on the application''s rows behind the topics?'
\connect - postgres
SET client_min_messages = warning;
SELECT gov_set_projection('labels', 'topic') \g /dev/null
SELECT object_ref, value, flag, lag_days, projected_rows FROM gov_projection_lag
 WHERE flag <> 'fresh' ORDER BY lag_days DESC NULLS LAST, object_ref COLLATE "C";

\echo 'Exit: what a scan finds now, and what waits for somebody''s judgement.'
SELECT gov_scan('demo') \g /dev/null
SELECT detector, open, critical, warning, info FROM gov_drift_summary
 WHERE open > 0 ORDER BY critical DESC, warning DESC, detector COLLATE "C";
SELECT kind, severity, object_ref, value, detail ->> 'detector' AS detector FROM gov_review_queue
 ORDER BY kind COLLATE "C", severity DESC, object_ref COLLATE "C", value COLLATE "C", detail ->> 'detector';
SELECT axis, required, covered, gap, round(100 * coverage_pct, 1) AS "% without gap" FROM gov_coverage_summary ORDER BY axis;

\echo 'The ledger knows who did what, and is whole.  The most frequent acts:'
SELECT action, count(*) AS entries FROM gov_ledger
 WHERE action NOT IN ('dml', 'create_extension') GROUP BY action ORDER BY 2 DESC, action COLLATE "C" LIMIT 8;
SELECT count(*) AS broken_links FROM gov_ledger_verify();
