-- gov_metric: every count against plain SQL; gov_metrics_openmetrics: the same for scrapers.
\getenv abs_srcdir PG_ABS_SRCDIR
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT gov_set_authority('M-A', kind => 'human'), gov_set_authority('M-B', kind => 'human'), gov_set_authority('M-GONE', kind => 'human');
SELECT gov_create_axis('m_one'), gov_create_axis('m_two', fallback => 'M-B'), gov_create_axis('m_sleeping');
SELECT gov_set_axis_status('m_one', 'active'), gov_set_axis_status('m_two', 'active');
SELECT gov_propose_value(x, v), gov_ratify(x, v) FROM unnest('{m_one,m_two}'::text[]) x, unnest('{p,q,r}'::text[]) v;
SELECT gov_propose_value('m_one', 'waiting'), gov_deprecate('m_two', 'r');
SELECT gov_create_rule('M-ALL', 'm_one', 'cross_product', '{m_thing}'), gov_create_rule('M-EACH', 'm_two', 'per_assignment', '{m_thing}', 0.5, 10), gov_create_rule('M-NEW', 'm_two', 'cross_product');
SELECT gov_set_rule_status(r, 'active') FROM unnest('{M-ALL,M-EACH}'::text[]) r;
SELECT gov_register_object('m_box', 'box ' || b) AS made FROM generate_series(1, 3) b;
SELECT count(gov_register_object('m_thing', 't' || n, 'm_box', 'box ' || n % 3 + 1)) AS made FROM generate_series(1, 30) n;
SELECT count(gov_own('m_box', 'box ' || b, 'm_one', v, a)) AS owned FROM (VALUES (1, 'p', 'M-A'), (1, 'q', 'M-A'), (2, 'p', 'M-GONE'), (3, 'p', 'M-B')) x(b, v, a);
SELECT count(gov_own(NULL, NULL, 'm_one', 'p', 'M-B')) AS anchors;
SELECT count(gov_own('m_thing', 't1', 'm_one', 'r', 'M-A', k, effective_to => now() + interval '1 day', reason => 'a test')) AS others
  FROM unnest('{waiver,delegated,supporting}'::text[]) k;
SELECT gov_set_authority('M-GONE', status => 'retired');
SELECT count(gov_assign('m_thing', 't' || n, 'm_two', (ARRAY['p', 'q'])[n % 2 + 1], (ARRAY['approved', 'candidate', 'quarantine'])[n % 3 + 1],
                        confidence => n / 20.0, provenance => '{"kind": "test"}', assigned_at => now() - n * interval '24 hours')) AS assigned
  FROM generate_series(1, 20) n;
SELECT gov_retire_object('m_thing', 't30');
SELECT gov_set_label('M-L1', 'f'), gov_set_label('M-L2', 'g'), gov_set_label('M-L3', 'f', status => 'inactive'), gov_map_label('m_two', 'p', 'M-L1');
SELECT count(gov_set_label_rule('m_thing', 't' || n, 'M-L2')) AS label_rules FROM generate_series(1, 5) n;
SELECT gov_request_approval('m-request', 'retire_value', '{"axis": "m_two", "value": "p"}', 'a test');
SELECT gov_set_projection('m-projection', 'm_two');
INSERT INTO gov_label_projection SELECT 'm_thing', 't' || n, 'M-L2', now() - 10 * interval '24 hours' FROM generate_series(2, 5) n;
SELECT gov_scan() > 0 AS scanned;
SELECT count(gov_acknowledge(finding_id, reason => 'a test')) AS acknowledged
  FROM (SELECT finding_id FROM gov_drift_state WHERE detector = 'ownership_gap' ORDER BY object_ref COLLATE "C", value LIMIT 3) f;
SELECT gov_set_projection('m-projection', enabled => false), gov_scan() > 0 AS scanned;
SELECT gov_set_projection('m-projection', enabled => true);

-- every count that plain SQL can tell, told by plain SQL; differences only
CREATE TEMPORARY VIEW plain AS
SELECT 'objects' AS metric, NULL::text AS axis, count(*) AS amount FROM gov_object WHERE retired_at IS NULL
UNION ALL SELECT 'objects_retired', NULL, count(*) FROM gov_object WHERE retired_at IS NOT NULL
UNION ALL SELECT 'containers', NULL, count(DISTINCT container_id) FROM gov_object WHERE retired_at IS NULL
UNION ALL SELECT 'sources', NULL, count(*) FROM gov_source WHERE enabled
UNION ALL SELECT 'authorities' || CASE status WHEN 'retired' THEN '_retired' ELSE '' END, NULL, count(*) FROM gov_authority GROUP BY status
UNION ALL SELECT 'axes', NULL, count(*) FROM gov_axis
UNION ALL SELECT 'axes_' || status, NULL, count(*) FROM gov_axis GROUP BY status
UNION ALL SELECT 'values', axis, count(*) FROM gov_axis_value GROUP BY axis
UNION ALL SELECT 'values_' || status, axis, count(*) FROM gov_axis_value GROUP BY status, axis
UNION ALL SELECT 'rules_' || status, axis, count(*) FROM gov_coverage_rule GROUP BY status, axis
UNION ALL SELECT 'assignments', axis, count(*) FROM gov_assignment WHERE superseded_by IS NULL AND tstzrange(valid_from, valid_to) @> now() GROUP BY axis
UNION ALL SELECT 'assignments_' || zone, axis, count(*) FROM gov_assignment WHERE superseded_by IS NULL AND tstzrange(valid_from, valid_to) @> now() GROUP BY zone, axis
UNION ALL SELECT 'ownerships', axis, count(*) FROM gov_ownership JOIN gov_authority a USING (authority)
           WHERE gov_ownership.status = 'active' AND a.status = 'active' AND tstzrange(effective_from, effective_to) @> now() GROUP BY axis
UNION ALL SELECT 'ownerships_' || owner_kind, axis, count(*) FROM gov_ownership JOIN gov_authority a USING (authority)
           WHERE gov_ownership.status = 'active' AND a.status = 'active' AND tstzrange(effective_from, effective_to) @> now() GROUP BY owner_kind, axis
UNION ALL SELECT 'value_anchors', axis, count(*) FROM gov_ownership WHERE object_id IS NULL AND status = 'active' AND owner_kind = 'accountable' GROUP BY axis
UNION ALL SELECT 'required', axis, count(*) FROM gov_required_cell GROUP BY axis
UNION ALL SELECT CASE WHEN status IN ('direct', 'inherited', 'value') THEN 'covered' ELSE status END, axis, count(*) FROM gov_coverage GROUP BY 1, 2
UNION ALL SELECT 'missing_assignments', axis, count(*) FROM gov_missing_assignment GROUP BY axis
UNION ALL SELECT flag, axis, count(*) FROM gov_assignment_quality WHERE flag <> 'missing_provenance' GROUP BY flag, axis
UNION ALL SELECT 'owner_conflicts', axis, count(*) FROM gov_owner_conflict GROUP BY axis
UNION ALL SELECT 'hidden_islands', axis, count(*) FROM gov_hidden_island GROUP BY axis
UNION ALL SELECT 'labels' || CASE status WHEN 'active' THEN '' ELSE '_inactive' END, NULL, count(*) FROM gov_label GROUP BY status
UNION ALL SELECT 'label_rules', NULL, count(*) FROM gov_label_rule WHERE status = 'active'
UNION ALL SELECT 'mappings', axis, count(*) FROM gov_value_label GROUP BY axis
UNION ALL SELECT 'divergent', axis, count(*) FROM gov_label_reconcile WHERE state IN ('divergent', 'orthogonal_facet') GROUP BY axis
UNION ALL SELECT 'projection_gaps', axis, count(*) FROM gov_projection_gap GROUP BY axis
UNION ALL SELECT 'values_without_label', axis, count(*) FROM gov_value_without_label GROUP BY axis
UNION ALL SELECT 'label_orphans', NULL, count(*) FROM gov_label_orphan
UNION ALL SELECT 'labels_without_value', NULL, count(*) FROM gov_label_without_value
UNION ALL SELECT 'decisions', axis, count(*) FROM gov_decision WHERE superseded_at IS NULL GROUP BY axis
UNION ALL SELECT 'decisions_' || decision, axis, count(*) FROM gov_decision WHERE superseded_at IS NULL GROUP BY decision, axis
UNION ALL SELECT 'runs', NULL, count(*) FROM gov_scan_run
UNION ALL SELECT 'scans', NULL, count(*) FROM gov_scan_run WHERE scanned_at IS NOT NULL
UNION ALL SELECT 'unenrolled_schemas', NULL, count(*) FROM gov_unenrolled
UNION ALL SELECT 'unenrolled_objects', NULL, coalesce(sum(objects), 0) FROM gov_unenrolled
UNION ALL SELECT 'projections_watched', axis, count(*) FROM gov_projection WHERE enabled GROUP BY axis
UNION ALL SELECT 'rules_idle', axis, count(*) FROM gov_coverage_rule r WHERE status = 'active'
      AND NOT EXISTS (SELECT FROM gov_object o WHERE o.retired_at IS NULL AND (o.object_type = ANY (r.applies_to)) IS NOT FALSE) GROUP BY axis
UNION ALL SELECT 'approvals_' || status, NULL, count(*) FROM gov_approval GROUP BY status
UNION ALL SELECT 'votes', NULL, count(*) FROM gov_vote
UNION ALL SELECT 'ledger_entries', NULL, count(*) FROM gov_ledger
UNION ALL SELECT 'ledger_entries_archived', NULL, count(*) FROM gov_ledger_archive
UNION ALL SELECT flag, axis, count(*) FROM gov_projection_lag GROUP BY flag, axis
UNION ALL SELECT 'open_findings', coalesce(axis, '(none)'), count(*) FROM gov_drift_state WHERE status = 'open' GROUP BY axis
UNION ALL SELECT severity || '_findings', coalesce(axis, '(none)'), count(*) FROM gov_drift_state WHERE status = 'open' GROUP BY severity, axis
UNION ALL SELECT status || '_findings', coalesce(axis, '(none)'), count(*) FROM gov_drift_state WHERE status <> 'open' GROUP BY status, axis
UNION ALL SELECT 'event_types_active', NULL, count(*) FROM gov_event_type WHERE active
UNION ALL SELECT 'outbox_events', NULL, count(*) FROM gov_event_outbox
UNION ALL SELECT 'undelivered_events', NULL, count(*) FROM gov_event_outbox WHERE position IS NULL
UNION ALL SELECT 'shaped_events', NULL, count(*) FROM gov_event_shaped
UNION ALL SELECT 'emittable_events', NULL, count(*) FROM gov_event_shaped WHERE NOT emit_blocked;
CREATE TEMPORARY VIEW wanted AS
SELECT metric, axis, amount FROM plain WHERE axis IS DISTINCT FROM '(none)'
UNION ALL SELECT metric, NULL, sum(amount) FROM plain WHERE axis IS NOT NULL GROUP BY metric;

(SELECT 'told' AS who, metric, axis, amount FROM gov_metric WHERE amount <> 0
 EXCEPT ALL SELECT 'told', metric, axis, amount FROM wanted)
UNION ALL
(SELECT 'counted', metric, axis, amount FROM wanted WHERE amount <> 0 EXCEPT ALL SELECT 'counted', metric, axis, amount FROM gov_metric)
ORDER BY 1, 2, 3, 4;

-- the world above is not all noughts
SELECT metric, axis, amount FROM gov_metric
 WHERE axis IN ('m_one', 'm_two') AND metric ~ '^(required|covered|gap|waived|fallback|missing_assignments|ok|low_confidence|stale|quarantine|owner_conflicts|divergent|projection_gaps)$'
 ORDER BY axis, metric;

-- each metric has one row in all, and one per axis or none; a new axis has all of them, 0 included
SELECT metric FROM gov_metric GROUP BY metric
HAVING count(*) FILTER (WHERE axis IS NULL) <> 1 OR count(*) FILTER (WHERE axis IS NOT NULL) NOT IN (0, (SELECT count(*) FROM gov_axis));
SELECT count(DISTINCT metric) > 40 AS many, bool_and(amount >= 0) AS counted FROM gov_metric;
SELECT DISTINCT amount FROM gov_metric WHERE axis = 'm_sleeping';
SELECT metric, amount FROM gov_metric WHERE axis IS NULL AND metric ~ '_findings$|^(never_projected|lagging|fresh)$' ORDER BY metric;
SELECT amount = (SELECT count(*) FROM gov_drift_state WHERE status = 'resolved') AS as_stored FROM gov_metric WHERE axis IS NULL AND metric = 'resolved_findings';

-- what gov_reconcile says is the same
SELECT r.metric, r.before, m.amount
  FROM gov_reconcile(dry_run => true) r
  JOIN gov_metric m ON m.axis IS NULL
   AND m.metric = CASE r.metric WHEN 'required_cells' THEN 'required' WHEN 'gap_cells' THEN 'gap' ELSE r.metric END
 WHERE r.before <> m.amount;

-- OpenMetrics and the older text format of Prometheus: a grammar of lines that both know, and nothing that does not fit it
CREATE TEMPORARY TABLE scraped AS
SELECT n, line FROM regexp_split_to_table(gov_metrics_openmetrics(), E'\n') WITH ORDINALITY AS l(line, n);
SELECT line FROM scraped
 WHERE line !~ '^# TYPE governance_[a-z_]+ gauge$' AND line !~ '^# HELP governance_[a-z_]+ [^"\\]+$'
   AND line !~ '^governance_[a-z_]+(\{[a-z_]+="([^"\\]|\\["\\n])*"(,[a-z_]+="([^"\\]|\\["\\n])*")*\})? [0-9.]+$'
   AND line NOT IN ('# EOF', '');
SELECT line FROM scraped ORDER BY n DESC LIMIT 2;
-- no family twice, no sample twice, none before its TYPE or outside its family
SELECT line FROM scraped WHERE line <> '' GROUP BY line HAVING count(*) > 1;
SELECT split_part(line, ' ', 1) FROM scraped WHERE line ~ '^governance' GROUP BY 1 HAVING count(*) > 1;
SELECT s.line FROM scraped s
 WHERE s.line ~ '^governance' AND substring(s.line FROM '^[a-z_]+') IS DISTINCT FROM
       (SELECT split_part(t.line, ' ', 3) FROM scraped t WHERE t.line ~ '^# TYPE' AND t.n < s.n ORDER BY t.n DESC LIMIT 1);
SELECT line FROM scraped WHERE line ~ '^governance_(cells|assignment_quality|assignments)\{datname="[^"]*",axis="m_two"' ORDER BY n;
-- names follow the convention: no counter that can shrink, moments in seconds, no unit but these, help for each that ends a sentence
SELECT line FROM scraped WHERE line ~ '^# TYPE' AND line ~ '_(total|count|sum|bucket|days|minutes|hours|ms|percent|ratio|bytes) gauge$';
SELECT split_part(line, ' ', 3) AS family FROM scraped WHERE line ~ '^# TYPE .*_(seconds|info) ' ORDER BY 1;
SELECT line FROM scraped WHERE line ~ '^# HELP' AND line !~ '[.]$';
-- moments are those of the runs
SELECT (SELECT split_part(line, ' ', 2)::numeric FROM scraped WHERE line ~ '^governance_last_run_') = round(extract(epoch FROM max(finished_at)), 3) AS run,
       (SELECT split_part(line, ' ', 2)::numeric FROM scraped WHERE line ~ '^governance_last_scan_') = round(extract(epoch FROM max(scanned_at)), 3) AS scan FROM gov_scan_run;
-- each sample names its database
SELECT count(*) AS unnamed FROM scraped WHERE line ~ '^governance_' AND line NOT LIKE '%{datname="' || current_database() || '"%';
-- names of axes are escaped
SELECT gov_create_axis(E'm "quoted" \\ \n end');
SELECT line FROM regexp_split_to_table(gov_metrics_openmetrics(), E'\n') line WHERE line ~ 'm .*end' AND line ~ '^governance_(required_cells|values\{.*status="active)' ORDER BY line COLLATE "C";

-- the queries file of the usual exporter: every query runs and gives the columns it describes
\set file :abs_srcdir '/examples/postgres_exporter_queries.yaml'
\setenv GOV_FILE :file
\set yaml `cat "$GOV_FILE"`
CREATE TEMPORARY TABLE exported AS
SELECT q.n, substring(q.part FROM 'query: "([^"]*)"') AS query,
       (SELECT array_agg(m.c[1]) FROM regexp_matches(q.part, '\n    - (\w+):', 'g') AS m(c)) AS columns
  FROM regexp_split_to_table(:'yaml', '\n(?=\w+:\n)') WITH ORDINALITY AS q(part, n) WHERE q.part ~ '^\w+:';
SELECT n, columns FROM exported ORDER BY n;
SELECT format('SELECT %s AS query, (SELECT array_agg(k ORDER BY place) FROM json_object_keys(j) WITH ORDINALITY AS x(k, place)) = %L::text[] AS as_described '
              'FROM (SELECT row_to_json(q) AS j FROM (%s) AS q LIMIT 1) AS r', n, columns, query) FROM exported ORDER BY n \gexec
ROLLBACK;
