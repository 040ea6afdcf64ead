-- What nobody measured is never shown as good: schemas that are not enrolled,
-- scans that did not run or ran long ago, rules that match nothing, projections
-- and labels that there are none of; and no share mixes axes.
BEGIN;
CREATE FUNCTION pg_temp.tile(title text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', nullif(m[1], ''), m[2], regexp_replace(m[3], '<[^>]*>', '', 'g'))
      FROM regexp_match(gov_report_html(), '<div class="([a-z]*?)"><dt>' || title || '</dt><dd><span class="n">([^<]*)</span> <span class="g">.*?</span><br /><span class="s">(.*?)</span></dd>') AS m
$$;
CREATE VIEW pg_temp.tiles AS
    SELECT title, pg_temp.tile(title) AS shows
      FROM unnest('{Axes without a gap,Gaps,Owner conflicts,Missing values,Open findings,Projections behind,Divergent labels}'::text[]) WITH ORDINALITY AS t (title, n) ORDER BY n;
CREATE VIEW pg_temp.todo AS
    SELECT regexp_replace(l[1], '<[^>]*>', '', 'g') AS todo
      FROM regexp_matches(gov_report_html(), '<ul class="todo">(.*?)</ul>') AS u,
           regexp_matches(u[1], '<li class="[a-z]*?">(.*?)</li>', 'g') AS l;

-- Nothing is measured: no tick, no 0, no "up to date".
UPDATE gov_object SET retired_at = now() WHERE retired_at IS NULL;
DELETE FROM gov_finding;
DELETE FROM gov_scan_run;
SELECT * FROM tiles;
SELECT * FROM todo WHERE todo !~ 'with objects';
SELECT DISTINCT t.key, t.value ->> 'unmeasured' AS unmeasured FROM jsonb_each(gov_dashboard() -> 'tables') AS t WHERE t.value ? 'unmeasured' ORDER BY t.key;
SELECT gov_dashboard() ->> 'last_scan_at' AS last_scan_at, gov_report_html() ~ 'up to date|No open findings|No gaps|No conflicts|Nothing is hidden' AS claims;

-- What is in the database and not governed.
CREATE SCHEMA um_shop;
CREATE SCHEMA "um Quoted";
CREATE SCHEMA um_empty;
CREATE TABLE um_shop.a (id serial PRIMARY KEY);
CREATE VIEW um_shop.v AS SELECT 1 AS one;
CREATE FUNCTION um_shop.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE um_shop.mood AS ENUM ('good');
CREATE DOMAIN "um Quoted".d AS int;
CREATE TEMP TABLE um_temporary (id int);
CREATE VIEW pg_temp.unenrolled AS SELECT * FROM gov_unenrolled WHERE object_ref ~ 'um|information|pg_|internal' ORDER BY object_ref COLLATE "C";
SELECT * FROM unenrolled;
CREATE VIEW pg_temp.amount AS SELECT metric, amount FROM gov_metric WHERE metric IN ('scans', 'rules_idle') AND axis IS NULL ORDER BY metric COLLATE "C";
SELECT m.amount = u.schemas AS schemas, n.amount = u.objects AS objects
  FROM (SELECT count(*) AS schemas, sum(objects) AS objects FROM gov_unenrolled) AS u, gov_metric AS m, gov_metric AS n
 WHERE m.metric = 'unenrolled_schemas' AND n.metric = 'unenrolled_objects';
-- Nobody is told of schemas that were left out while none is enrolled.
CREATE VIEW pg_temp.left_out AS SELECT severity, object_type, object_ref, detail FROM gov_drift_finding WHERE detector = 'schema_unenrolled' AND object_ref ~ 'um' ORDER BY object_ref COLLATE "C";
SELECT * FROM left_out;
SELECT object_type, objects FROM gov_enroll_schema('um_shop', '{table,view}') ORDER BY object_type COLLATE "C";
SELECT * FROM unenrolled;
SELECT * FROM left_out;
SELECT object_type FROM gov_enroll_schema('um_shop') ORDER BY object_type COLLATE "C";
SELECT * FROM unenrolled;
UPDATE gov_source SET enabled = false WHERE source = 'schema:um_shop';
SELECT * FROM unenrolled;
UPDATE gov_source SET enabled = true WHERE source = 'schema:um_shop';
SELECT regexp_replace(pg_temp.tile('Not enrolled'), '\d+', 'N', 'g') AS not_enrolled,
       gov_report_html() ~ '<bdi>"um Quoted"</bdi>|<bdi>&quot;um Quoted&quot;</bdi>' AS listed;
-- A reader sees the view, and nobody else does.
CREATE ROLE regress_um_reader;
SELECT gov_grant('reader', 'regress_um_reader');
SET ROLE regress_um_reader;
SELECT * FROM gov_unenrolled WHERE object_ref ~ 'um Q';
RESET ROLE;

-- A rule that matches nothing is refused, and what was meant is said.
SELECT gov_create_axis('um axis'), gov_set_axis_status('um axis', 'active'), gov_propose_value('um axis', 'v'), gov_ratify('um axis', 'v');
SELECT gov_create_rule('UM-1', 'um axis', 'cross_product', '{tables}'), gov_create_rule('UM-2', 'um axis', 'cross_product', '{whatever,"what \"else\""}'),
       gov_create_rule('UM-3', 'um axis', 'cross_product', '{table,whatever}');
CREATE FUNCTION pg_temp.refused(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
    EXECUTE query;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n', SQLSTATE || ' ' || SQLERRM, detail, hint);
END $$;
SELECT pg_temp.refused($$SELECT gov_set_rule_status('UM-1', 'active')$$);
SELECT pg_temp.refused($$SELECT gov_set_rule_status('UM-2', 'active')$$);
SELECT pg_temp.refused($$SELECT gov_set_rule_status('UM-3', 'active')$$);
SELECT rule, status FROM gov_coverage_rule WHERE rule LIKE 'UM-%' ORDER BY rule;
-- Later it is found.
SELECT * FROM amount;
DROP TABLE um_shop.a;
SELECT retired FROM gov_sync('schema:um_shop', force => true);
SELECT severity, axis, object_type, object_ref, detail FROM gov_drift_finding WHERE detector = 'rule_matches_nothing' AND object_ref LIKE 'UM-%';
SELECT amount FROM gov_metric WHERE metric = 'rules_idle' AND axis = 'um axis';
SELECT todo FROM todo WHERE todo ~ 'active rule';
CREATE TABLE um_shop.a (id int);
SELECT born FROM gov_sync('schema:um_shop');
SELECT count(*) FROM gov_drift_finding WHERE detector = 'rule_matches_nothing' AND object_ref LIKE 'UM-%';

-- Measured: what is good is said, with its age.
SELECT gov_set_authority('UM', kind => 'human');
SELECT gov_own('table', 'um_shop.a', 'um axis', 'v', 'UM');
SELECT gov_scan() > 0 AS scanned;
SELECT pg_temp.tile('Axes without a gap') AS axes, regexp_replace(pg_temp.tile('Open findings'), '\d+', 'N', 'g') AS findings;
UPDATE gov_scan_run SET scanned_at = now() - interval '3 days';
SELECT regexp_replace(pg_temp.tile('Open findings'), '\d+ critical', 'N critical') ~ 'scanned 3 days ago' AS says_its_age;
SELECT todo FROM todo WHERE todo ~ 'old';

-- An axis that is covered by construction hides no other: no share of cells of several axes.
SELECT gov_create_axis('um half'), gov_set_axis_status('um half', 'active'), gov_propose_value('um half', v), gov_ratify('um half', v) FROM unnest('{one,two}'::text[]) AS v;
SELECT gov_create_rule('UM-4', 'um half', 'cross_product', '{table}'), gov_set_rule_status('UM-4', 'active');
SELECT gov_own('table', 'um_shop.a', 'um half', 'one', 'UM');
SELECT pg_temp.tile('Axes without a gap') AS axes, pg_temp.tile('Gaps') AS gaps;
ROLLBACK;
