-- What cannot be read, because a relation of the application broke, is missing
-- and says so, in the counts, the dashboard, the page, the lag of projections
-- and its detector; everything else is answered, and nothing is 0 for want of data.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
CREATE SCHEMA un;
CREATE TABLE un.labels (label text, facet text, name text, status text);
INSERT INTO un.labels VALUES ('L', 'F', 'l', 'active'), ('M', 'F', 'm', 'inactive');
CREATE TABLE un.rules (object_type text, object_ref text, label text, status text);
INSERT INTO un.rules VALUES ('un', 'a', 'L', 'active');
CREATE TABLE un.good (object_type text, object_ref text, projected_at timestamptz);
CREATE TABLE un.bad (object_type text, object_ref text, projected_at timestamptz);
INSERT INTO un.bad VALUES ('un', 'b', '2000-01-01');
INSERT INTO un.good VALUES ('un', 'b', 'infinity');
SELECT gov_bind('vocabulary', 'un.labels'), gov_bind('label_rule', 'un.rules');
SELECT gov_create_axis(x), gov_set_axis_status(x, 'active'), gov_propose_value(x, 'v'), gov_ratify(x, 'v') FROM unnest('{un,un2}'::text[]) x;
SELECT count(gov_register_object('un', ref)) FROM unnest('{a,b}'::text[]) ref;
SELECT count(gov_assign('un', ref, x, 'v', 'approved', provenance => '{"kind": "x"}', assigned_at => '2000-01-01 00:00:00+00')) FROM unnest('{a,b}'::text[]) ref, unnest('{un,un2}'::text[]) x;
SELECT gov_map_label('un', 'v', 'L');
SELECT gov_set_projection('un-bad', 'un', 'un.bad'), gov_set_projection('un-good', 'un', 'un.good'), gov_set_projection('un-other', 'un2', 'un.good');
CREATE TEMP TABLE before AS SELECT metric, axis, amount FROM gov_metric;
CREATE TEMP TABLE scraped AS SELECT line FROM regexp_split_to_table(gov_metrics_openmetrics(), E'\n') line;
SELECT line FROM scraped WHERE line ~ '^governance_unavailable';
SELECT gov_dashboard() -> 'unavailable' AS unavailable, gov_report_html() ~ 'could not be read:' AS said;
-- which counts are unavailable now, all or some of an axis's; and whether another one changed
CREATE VIEW pg_temp.unavailable AS SELECT metric, array_agg(coalesce(axis, '(all)') ORDER BY axis) FILTER (WHERE amount IS NULL) AS axes
  FROM gov_metric WHERE axis IS NULL OR axis LIKE 'un%' GROUP BY metric HAVING count(*) > count(amount) ORDER BY metric COLLATE "C";
CREATE VIEW pg_temp.moved AS SELECT m.metric, m.axis, b.amount, m.amount AS now FROM before b FULL JOIN gov_metric m ON b.metric = m.metric AND b.axis IS NOT DISTINCT FROM m.axis
 WHERE m.amount <> b.amount OR b.metric IS NULL OR m.metric IS NULL;

-- bound relations: gone, closed, without a column, raising an error
CREATE TABLE un.kept AS TABLE un.labels; DROP TABLE un.labels;
TABLE pg_temp.unavailable;
SET LOCAL client_min_messages = error;
SELECT count(*) AS moved FROM pg_temp.moved;
CREATE TEMP TABLE scraped_now AS SELECT line FROM regexp_split_to_table(gov_metrics_openmetrics(), E'\n') line;
SELECT line FROM scraped_now WHERE line ~ '^governance_unavailable';
SELECT count(*) AS changed FROM (TABLE scraped_now EXCEPT TABLE scraped) d WHERE line !~ '^governance_unavailable';
SELECT DISTINCT substring(line FROM '^[a-z_]+') AS left_out FROM (TABLE scraped EXCEPT TABLE scraped_now) d WHERE line !~ '^governance_unavailable' ORDER BY 1;
SELECT d -> 'unavailable' AS unavailable, d #> '{metrics,divergent}' AS divergent, d #> '{by_axis,un,divergent}' AS of_axis,
       d #> '{metrics,objects}' = to_jsonb((SELECT amount FROM before WHERE metric = 'objects')) AS objects,
       d #> '{tables,disagreements}' AS disagreements, d #> '{tables,lag,total}' AS lag FROM gov_dashboard() d;
CREATE TEMP TABLE page AS SELECT xmlparse(document h) AS x FROM gov_report_html() h;
SELECT (xpath('string(//dt[.="Divergent labels"]/following-sibling::dd)', x))[1] AS tile,
       (xpath('string(//ul[@class="todo"]/li[1])', x))[1] AS todo,
       (xpath('string(//h3[.="Assignments that labels do not confirm"]/following-sibling::p[1])', x))[1] AS part,
       (xpath('string(//dt[.="Projections behind"]/following-sibling::dd)', x))[1] AS other FROM page;
RESET client_min_messages;
-- one warning for all of it, in a statement
SELECT jsonb_typeof(gov_dashboard()) AS dashboard, length(gov_report_html()) > 0 AS page, count(*) > 40 AS metrics FROM gov_metric;
ALTER TABLE un.kept RENAME TO labels;
TABLE pg_temp.unavailable;
ALTER TABLE un.rules DROP label CASCADE;
TABLE pg_temp.unavailable;
ALTER TABLE un.rules ADD label text;
CREATE ROLE un_reader;
GRANT USAGE ON SCHEMA un TO un_reader;
ALTER TABLE un.rules OWNER TO un_reader;
REVOKE ALL ON un.rules FROM un_reader;
UPDATE gov_binding SET registered_by = 'un_reader', registered_oid = 'un_reader'::regrole WHERE binding = 'label_rule';
SELECT count(amount) AS counted, count(*) FROM gov_metric WHERE metric = 'divergent';
ALTER TABLE un.rules OWNER TO current_user;
UPDATE gov_binding SET registered_by = current_user WHERE binding = 'label_rule';
CREATE TABLE un.kept AS TABLE un.labels; DROP TABLE un.labels;
CREATE VIEW un.labels AS SELECT label, facet, (1 / (SELECT 0))::text AS name, status FROM un.kept WHERE (1 / (SELECT 0)) > 0;
SELECT d -> 'unavailable' AS unavailable FROM gov_dashboard() d;
-- under a parallel plan it is asked in one process
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
-- the setting has another name from 16 on
SELECT count(set_config(name, 'on', true)) AS forced FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SELECT count(amount) AS counted FROM gov_metric WHERE metric = 'divergent';
SELECT count(set_config(name, 'off', true)) AS no_longer FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
-- what is nobody's fault is raised
CREATE OR REPLACE VIEW un.labels AS SELECT label, facet, pg_sleep(2)::text AS name, status FROM un.kept WHERE pg_sleep(2) IS NOT NULL;
SET LOCAL statement_timeout = '200ms';
SELECT count(*) FROM gov_metric;
\echo :LAST_ERROR_SQLSTATE
RESET statement_timeout;
DROP VIEW un.labels;
ALTER TABLE un.kept RENAME TO labels;
SELECT gov_unbind('vocabulary'), gov_unbind('label_rule');

-- projections: one is broken, the others are answered
SELECT gov_scan() > 0 AS scanned;
CREATE VIEW pg_temp.lag AS SELECT projection, object_ref, flag, projected_rows AS rows, severity, reason, hint FROM gov_projection_lag ORDER BY projection COLLATE "C", object_ref COLLATE "C";
CREATE VIEW pg_temp.found AS SELECT status, severity, object_type, object_ref, detail ->> 'projection' AS projection, detail ->> 'flag' AS flag, detail ->> 'message' AS message, unverified, scan_count
  FROM gov_drift_state WHERE detector = 'projection_lag_timing' ORDER BY object_type, object_ref COLLATE "C", detail ->> 'projection' COLLATE "C";
TABLE pg_temp.lag;
TABLE pg_temp.found;
ALTER TABLE un.bad RENAME COLUMN object_ref TO ref;
TABLE pg_temp.lag;
SELECT metric, coalesce(axis, '(all)') AS axis, amount FROM gov_metric WHERE metric IN ('never_projected', 'lagging', 'fresh', 'lag_unknown') ORDER BY metric, axis COLLATE "C";
SELECT line FROM regexp_split_to_table(gov_metrics_openmetrics(), E'\n') line WHERE line ~ '^governance_(unavailable|projections)';
SELECT d #> '{tables,lag,total}' AS total, (d #> '{tables,lag,rows,0}') - 'assigned_at' AS first FROM gov_dashboard() d;
SELECT (xpath('string(//ul[@class="todo"]/li/a[@href="#lag"])', x))[1] AS todo, (xpath('string(//dt[.="Projections behind"]/following-sibling::dd)', x))[1] AS tile
  FROM gov_report_html() h, xmlparse(document h) x;
-- what stood of it still stands, nothing more is known; the others come and go
DELETE FROM un.good;
SELECT gov_scan() > 0 AS scanned;
TABLE pg_temp.found;
ALTER TABLE un.bad RENAME COLUMN ref TO object_ref;
INSERT INTO un.bad VALUES ('un', 'a', 'infinity');
SELECT gov_scan() > 0 AS scanned;
TABLE pg_temp.found;
-- the label projection depends on two relations
SELECT gov_set_projection('un-labels', 'un2'), gov_bind('label_rule', 'un.rules');
CREATE VIEW un.shown AS SELECT object_type, object_ref, NULL::text AS label, projected_at FROM un.bad;
SELECT gov_bind('label_projection', 'un.shown');
UPDATE un.rules SET label = 'L';
SELECT projection, object_ref, flag FROM pg_temp.lag WHERE projection = 'un-labels';
DROP TABLE un.rules;
SELECT projection, object_ref, flag, reason, hint FROM pg_temp.lag WHERE projection = 'un-labels';
-- also where there is nothing to show
SELECT gov_create_axis('un3'), gov_set_projection('un-idle', 'un3', 'un.good'), gov_set_projection('un-labels', enabled => false);
DROP TABLE un.good;
SELECT * FROM gov_projection_lag WHERE projection = 'un-idle';
SELECT coalesce(axis, '(all)') AS axis, metric, amount FROM gov_metric WHERE metric IN ('lagging', 'lag_unknown') ORDER BY axis COLLATE "C", metric;
SELECT detector, severity, object_ref, detail ->> 'message' AS message FROM gov_drift_finding WHERE object_type = 'projection' ORDER BY object_ref COLLATE "C";
SELECT count(gov_set_projection(projection, enabled => projection = 'un-labels')) FROM gov_projection WHERE projection LIKE 'un-%';
-- an error of our own tables, nothing being bound, is raised
SELECT gov_unbind('label_rule'), gov_unbind('label_projection');
ALTER TABLE gov_label RENAME COLUMN facet TO other;
\set VERBOSITY sqlstate
SELECT count(*) FROM gov_metric;
SELECT gov_dashboard();
ALTER TABLE gov_label RENAME COLUMN other TO facet;
ALTER TABLE gov_label_projection RENAME COLUMN projected_at TO other;
SELECT count(*) FROM gov_projection_lag;
ROLLBACK;
