-- The page for whoever mends: statements for names that are hard to write, and for cells where another owner is in the way; what was
-- measured before; what is alike folded; what programs wrote, in words.
BEGIN;
SET LOCAL client_min_messages = warning;
-- some of the names have letters without a width, which psql of each version counts in its own way
\pset format unaligned
CREATE FUNCTION pg_temp.statements() RETURNS TABLE (object_ref text, value text, gap text, statement text) LANGUAGE sql AS $$
SELECT row ->> 'object_ref', row ->> 'value', row ->> 'gap', row ->> 'statement' FROM jsonb_array_elements(gov_dashboard() #> '{tables,mends,rows}') row
$$;

-- literals: readable where they can be, escapes where something would be lost by copying; each is the text again
CREATE TEMPORARY TABLE texts (t text);
INSERT INTO texts VALUES ('plain'), ('O''Brien'), ('back\slash'), (E'tab\tline\nend'), (U&'\202Eturned'), (U&'zero\200Bwidth'), (U&'soft\00ADhyphen'),
    (U&'no\FEFFbreak'), (U&'\+0E0041tag'), (U&'\00E9lan \65E5\672C \+01F418'), (U&'\0645\200C\0645'), ('%s %1$s :name $1 $$'), ('');
SELECT governance_internal.gov_report_literal(t) AS literal FROM texts WHERE t !~ '[^\x01-\x7f]' OR t ~ 'turned|width|hyphen|break|tag' ORDER BY t COLLATE "C";
DO $$
DECLARE r record; back text;
BEGIN
    FOR r IN SELECT t, governance_internal.gov_report_literal(t) AS l FROM texts LOOP
        EXECUTE 'SELECT ' || r.l INTO back;
        IF back IS DISTINCT FROM r.t THEN RAISE EXCEPTION '% is not %', back, r.l; END IF;
    END LOOP;
END $$;

-- jsonb in words: no sign of JSON, cut, and NULL for nothing
SELECT governance_internal.gov_report_words(j) AS words FROM (VALUES (1, '{"flag": "lagging", "days": 3.5, "open": true, "none": null}'::jsonb), (2, '{"names": ["a", "b", ["c"]], "inner": {"x": 1, "y": {"z": []}}}'),
    (3, '["a", {"b": 1}]'), (4, '"text"'), (5, '{}'), (6, '[]'), (7, '{"": ""}'), (8, NULL)) v (n, j) ORDER BY n;
SELECT length(governance_internal.gov_report_words(jsonb_build_object('long', repeat(U&'\00E9', 5000)))) AS cut;

-- gaps of a schema are mended by whoever answers for most of it, by one statement per value
SELECT gov_set_authority('RM-A', 'Ann', 'human', contact => '{"mail": "ann@example.org"}'), gov_set_authority('RM-B', kind => 'human'), gov_set_authority('RM-OLD', kind => 'human') \g /dev/null
SELECT gov_create_axis('rm', owner => 'RM-B'), gov_set_axis_status('rm', 'active') \g /dev/null
SELECT gov_propose_value('rm', v), gov_ratify('rm', v) FROM unnest(ARRAY['p', 'q', E'it''s\t' || U&'\202E']) v \g /dev/null
SELECT gov_create_rule('RM', 'rm', 'cross_product', '{rm_thing}'), gov_set_rule_status('RM', 'active') \g /dev/null
SELECT count(gov_register_object('rm_box', b)) FROM unnest(ARRAY['box 1', 'box 2', E'a"b\\c\n' || U&'\200F']) b;
SELECT count(gov_register_object('rm_shelf', 'shelf', 'rm_box', 'box 1'));
SELECT count(gov_register_object('rm_thing', b || '.' || n, 'rm_box', b)) FROM unnest(ARRAY['box 2', E'a"b\\c\n' || U&'\200F']) b, generate_series(1, 2) n;
SELECT count(gov_register_object('rm_thing', 'shelf.' || n, 'rm_shelf', 'shelf')) FROM generate_series(1, 3) n;
SELECT count(gov_register_object('rm_thing', 'loose ' || n)) FROM generate_series(1, 2) n;
SELECT gov_own('rm_shelf', 'shelf', 'rm', 'p', 'RM-A') AS owned;
SELECT * FROM pg_temp.statements() ORDER BY object_ref COLLATE "C", value COLLATE "C";

-- an owner who is retired gives way; one who is to come, or does not inherit, is nobody's to push aside: then there is no statement
SAVEPOINT others;
SELECT gov_own('rm_box', 'box 2', 'rm', 'p', 'RM-OLD'), gov_set_authority('RM-OLD', status => 'retired') \g /dev/null
SELECT gov_own('rm_box', 'box 2', 'rm', 'q', 'RM-B', effective_from => now() + interval '1 day') \g /dev/null
SELECT gov_own('rm_box', 'box 1', 'rm', 'q', 'RM-B', inherits => false) \g /dev/null
SELECT * FROM pg_temp.statements() WHERE object_ref LIKE 'box%' ORDER BY object_ref COLLATE "C", value COLLATE "C";
SELECT row ->> 'object_ref' AS object_ref, row ->> 'value' AS value, row ->> 'statement' AS statement
  FROM jsonb_array_elements(gov_dashboard() #> '{tables,gaps,rows}') row WHERE row ->> 'value' = 'p' ORDER BY row ->> 'object_ref' COLLATE "C";
-- nobody is near, and the axis has no owner: nobody is proposed
UPDATE gov_axis SET owner = NULL WHERE axis = 'rm';
SELECT * FROM pg_temp.statements() WHERE object_ref = 'box 2' ORDER BY value COLLATE "C";
ROLLBACK TO others;

-- pasted, as the page shows them, they leave no gap
CREATE TEMPORARY TABLE offered AS
SELECT n, replace(replace(replace((xpath('string(.)', c))[1]::text, '&lt;', '<'), '&gt;', '>'), '&amp;', '&') AS statement
  FROM unnest(xpath('//details//code[@class="sql"]', xmlparse(document gov_report_html()))) WITH ORDINALITY AS u(c, n);
DO $$
DECLARE s text;
BEGIN
    FOR s IN SELECT statement FROM offered WHERE statement ~ 'gov_own' ORDER BY n LOOP EXECUTE s; END LOOP;
END $$;
SELECT object_ref, value FROM gov_coverage_gap WHERE axis = 'rm';
ROLLBACK;

-- what scans counted is kept where it changed, and shown; what was not measured says so
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE FUNCTION pg_temp.trend(axis text) RETURNS TABLE (share text, week text, month text, quarter text, change text, since text, points int, known int) LANGUAGE sql AS $$
SELECT row ->> 'share', row ->> 'week_ago', row ->> 'month_ago', row ->> 'quarter_ago', row ->> 'change', left(row ->> 'since', 10) = to_char((now() - interval '40 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD') || '',
       jsonb_array_length(nullif(row -> 'points', 'null')), (SELECT count(*)::int FROM jsonb_array_elements(nullif(row -> 'points', 'null')) p WHERE p <> 'null')
  FROM jsonb_array_elements(gov_dashboard() #> '{tables,trend,rows}') row WHERE row ->> 'axis' = $1
$$;
SELECT gov_set_authority('RT-A', kind => 'human') \g /dev/null
SELECT gov_create_axis(x), gov_set_axis_status(x, 'active') FROM unnest('{rt,rt_none}'::text[]) x \g /dev/null
SELECT gov_propose_value('rt', 'v'), gov_ratify('rt', 'v') \g /dev/null
SELECT gov_create_rule('RT', 'rt', 'cross_product', '{rt_thing}'), gov_set_rule_status('RT', 'active') \g /dev/null
SELECT count(gov_register_object('rt_thing', 't' || n)) FROM generate_series(1, 10) n;
SELECT * FROM pg_temp.trend('rt');
SELECT count(gov_scan()) FROM generate_series(1, 3);
SELECT required, covered, gap, waived, fallback, missing_assignments FROM gov_axis_figure WHERE axis = 'rt' ORDER BY measured_at;
UPDATE gov_axis_figure SET measured_at = now() - interval '40 days' WHERE axis = 'rt';
SELECT count(gov_own('rt_thing', 't' || n, 'rt', 'v', 'RT-A')) FROM generate_series(1, 3) n;
SELECT gov_scan() > 0 AS scanned;
UPDATE gov_axis_figure SET measured_at = now() - interval '10 days' WHERE axis = 'rt' AND gap = 7;
SELECT count(gov_own('rt_thing', 't' || n, 'rt', 'v', 'RT-A')) FROM generate_series(4, 5) n;
SELECT * FROM pg_temp.trend('rt');
SELECT * FROM pg_temp.trend('rt_none');
-- worst first; an axis that nothing is required of comes last, and says that it is not measured
SELECT string_agg(row ->> 'axis', ' ' ORDER BY n) AS axes FROM jsonb_array_elements(gov_dashboard() #> '{tables,trend,rows}') WITH ORDINALITY r(row, n) WHERE row ->> 'axis' LIKE 'rt%';
SELECT regexp_replace((xpath('string(//h3[starts-with(., "Share of each axis")]/following-sibling::div[1]//tr[th="' || x || '"])', xmlparse(document gov_report_html())))[1]::text, '\d{4}-\d\d-\d\d', 'DAY') AS row
  FROM unnest('{rt,rt_none}'::text[]) x;
-- no longer active: not measured from then on, and said once
SELECT gov_scan() > 0 AS scanned;
UPDATE gov_axis_figure SET measured_at = now() - interval '1 day' WHERE axis = 'rt' AND gap = 5;
SELECT gov_set_rule_status('RT', 'retired'), gov_set_axis_status('rt', 'deprecated') \g /dev/null
SELECT count(gov_scan()) FROM generate_series(1, 2);
SELECT required, gap FROM gov_axis_figure WHERE axis = 'rt' ORDER BY measured_at;
SELECT * FROM pg_temp.trend('rt');
-- gov_prune leaves the figures that held at that time
SELECT what, pruned, unchanged FROM gov_prune(now() - interval '9 days') WHERE what = 'axis_figures';
SELECT required, gap FROM gov_axis_figure WHERE axis = 'rt' ORDER BY measured_at;
ROLLBACK;

-- findings that are alike are one row, with the names of the others folded; few of them stand by themselves
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT gov_create_axis('rf'), gov_set_axis_status('rf', 'active') \g /dev/null
SELECT gov_propose_value('rf', v), gov_ratify('rf', v) FROM unnest('{few,many}'::text[]) v \g /dev/null
SELECT gov_create_rule('RF', 'rf', 'cross_product', '{rf_thing}'), gov_set_rule_status('RF', 'active') \g /dev/null
SELECT count(gov_register_object('rf_thing', 't' || n)) FROM generate_series(1, 20) n;
SELECT gov_scan() > 0 AS scanned;
SELECT row ->> 'detector' AS detector, row ->> 'object_ref' AS about, row ->> 'others' AS others, row ->> 'alike' AS alike, row ->> 'detail' AS detail
  FROM jsonb_array_elements(gov_dashboard() #> '{tables,findings,rows}') row WHERE row ->> 'axis' = 'rf';
SELECT (xpath('string(//tr[td[@data-label="Axis"]="rf"]/th//summary)', xmlparse(document gov_report_html())))[1] AS folded;

-- the auditor: who made it, of which cluster, what is waived and why, what was done past all functions
SELECT d ->> 'produced_by' = session_user AS produced_by, d ->> 'system_identifier' = (SELECT system_identifier::text FROM pg_control_system()) AS system,
       d ->> 'server_version' = current_setting('server_version') AS server, d -> 'standby' AS standby FROM gov_dashboard() d;
SELECT gov_set_authority('RF-A', 'Ann', 'human') \g /dev/null
SELECT gov_own('rf_thing', 't1', 'rf', 'few', 'RF-A', 'waiver', effective_to => now() + interval '9 days', reason => 'goes away <soon>') \g /dev/null
SELECT gov_acknowledge(finding_id, reason => 'known & accepted') FROM gov_drift_state WHERE object_ref = 't2' AND value = 'few' \g /dev/null
UPDATE gov_axis SET name = 'by hand' WHERE axis = 'rf';
SELECT row ->> 'object_ref' AS object_ref, row ->> 'reason' AS reason, left(row ->> 'ends', 10) = to_char((now() + interval '9 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS ends, row ->> 'authority' AS authority, row ->> 'name' AS name
  FROM jsonb_array_elements(gov_dashboard() #> '{tables,waivers,rows}') row WHERE row ->> 'axis' = 'rf';
SELECT row ->> 'object_ref' AS object_ref, row ->> 'reason' AS reason, row ->> 'until' AS until FROM jsonb_array_elements(gov_dashboard() #> '{tables,acknowledged,rows}') row WHERE row ->> 'axis' = 'rf';
SELECT row ->> 'login' = session_user AS login, row ->> 'target' AS target, row ->> 'change' AS change
  FROM jsonb_array_elements(gov_dashboard() #> '{tables,direct,rows}') WITH ORDINALITY r(row, n) ORDER BY n LIMIT 1;
SELECT string_agg(row ->> 'what', ', ' ORDER BY n) AS ages FROM jsonb_array_elements(gov_dashboard() #> '{tables,ages,rows}') WITH ORDINALITY r(row, n);
SELECT row FROM jsonb_array_elements(gov_dashboard() #> '{tables,gates,rows}') row WHERE row ->> 'action' = 'change_trust';
ROLLBACK;
