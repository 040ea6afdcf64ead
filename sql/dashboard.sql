-- gov_dashboard: the report for programs says what gov_metric and the views say.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT gov_set_authority('D-A', 'Ann', 'human');
SELECT gov_create_axis('d_axis'), gov_set_axis_status('d_axis', 'active');
SELECT gov_propose_value('d_axis', v), gov_ratify('d_axis', v) FROM unnest('{x,y}'::text[]) v;
SELECT gov_create_rule('D-RULE', 'd_axis', 'cross_product', '{d_thing}'), gov_set_rule_status('D-RULE', 'active');
SELECT gov_register_object('d_box', 'box ' || b) AS made FROM generate_series(1, 2) b;
SELECT count(gov_register_object('d_thing', 'thing ' || n, 'd_box', 'box ' || n % 2 + 1)) AS made FROM generate_series(1, 25) n;
SELECT gov_own('d_box', 'box 1', 'd_axis', 'x', 'D-A') AS owned;
SELECT gov_scan() > 0 AS scanned;
CREATE TEMPORARY TABLE shown AS SELECT gov_dashboard() AS d;

SELECT string_agg(k, ' ' ORDER BY k) AS keys FROM shown, jsonb_object_keys(d) k;
SELECT d ->> 'database' = current_database() AS database, d ->> 'version' = x.extversion AS version,
       d ->> 'generated_at' = to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' AS generated_at,
       d ->> 'last_run_at' LIKE '% UTC' AS last_run_at, d -> 'gates_armed' AS gates_armed,
       coalesce(length(d ->> 'ledger_head'), 64) AS digest
  FROM shown, pg_extension x WHERE x.extname = 'governance';

-- counts: differences only
(SELECT k, a.value::bigint FROM shown, jsonb_each(d -> 'metrics') AS a(k, value) EXCEPT ALL SELECT metric, amount FROM gov_metric WHERE axis IS NULL)
UNION ALL
(SELECT metric, amount FROM gov_metric WHERE axis IS NULL EXCEPT ALL SELECT k, a.value::bigint FROM shown, jsonb_each(d -> 'metrics') AS a(k, value));
SELECT x.axis, a.k, a.value FROM shown, jsonb_each(d -> 'by_axis') AS x(axis, m), jsonb_each(m) AS a(k, value)
EXCEPT ALL SELECT axis, metric, to_jsonb(amount) FROM gov_metric;

-- coverage by container, and tables with how many rows there are and the first ten
SELECT jsonb_pretty(d #> '{coverage,d_axis}') FROM shown;
SELECT t.key, (t.value ->> 'total')::bigint >= jsonb_array_length(t.value -> 'rows') AS total, jsonb_array_length(t.value -> 'rows') <= 10 AS bounded
  FROM shown, jsonb_each(d -> 'tables') t ORDER BY 1;
SELECT d #> '{tables,gaps,total}' AS gaps, (SELECT count(*) FROM gov_coverage_gap) AS in_view,
       d #> '{tables,gaps,rows,0}' AS first, d #> '{tables,containers,rows}' AS containers FROM shown;
SELECT d #> '{tables,findings,total}' = to_jsonb((SELECT count(*) FROM gov_drift_state WHERE status = 'open')) AS findings,
       d #> '{tables,approvals}' AS approvals FROM shown;

-- the same whatever the session's settings
SET LOCAL TimeZone = 'Pacific/Chatham';
SET LOCAL DateStyle = 'German';
SET LOCAL IntervalStyle = 'iso_8601';
SELECT (SELECT d FROM shown) = gov_dashboard() AS same;
RESET TimeZone;
RESET DateStyle;

-- ages of what has no beginning or no end are not told, and stop nothing
SAVEPOINT ages;
UPDATE gov_axis_value SET status_changed_at = 'infinity', created_at = '-infinity';
UPDATE gov_assignment SET assigned_at = '-infinity';
UPDATE gov_finding SET first_seen = '-infinity';
SELECT row -> 'age_days' AS age, count(*) > 0 AS some
  FROM jsonb_array_elements(gov_dashboard() #> '{tables,queue,rows}' || (gov_dashboard() #> '{tables,findings,rows}')) row
 GROUP BY 1 ORDER BY 1;
SELECT gov_report_html() ~ '</html>' AS page;
ROLLBACK TO ages;

-- who may
CREATE ROLE dashboard_reader;
CREATE ROLE dashboard_nobody;
SELECT gov_grant('reader', 'dashboard_reader');
SET LOCAL SESSION AUTHORIZATION dashboard_reader;
SELECT jsonb_typeof(gov_dashboard()) AS read, count(*) > 40 AS metrics FROM gov_metric;
SAVEPOINT before;
SET LOCAL SESSION AUTHORIZATION dashboard_nobody;
SELECT gov_dashboard();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
RESET SESSION AUTHORIZATION;

-- an empty database has a dashboard too
SET CONSTRAINTS ALL IMMEDIATE;
TRUNCATE gov_object, gov_axis, gov_authority, gov_axis_value, gov_assignment, gov_ownership, gov_coverage_rule, gov_scan_run, gov_label,
         gov_label_rule, gov_value_label, gov_decision, gov_approval, gov_vote, gov_finding, gov_projection CASCADE;
SELECT d -> 'coverage' AS coverage, d -> 'by_axis' AS by_axis, d #> '{metrics,objects}' AS objects, d #> '{tables,axes}' AS axes
  FROM gov_dashboard() d;
ROLLBACK;
