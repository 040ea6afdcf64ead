-- gov_report_html: well-formed, self-contained, true to the views, and nobody's names get out of their place.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE TEMPORARY TABLE hostile (name text);
INSERT INTO hostile VALUES ('<script>alert(1)</script>'), ('"><img src=x onerror=alert(1)>'), ('O''Brien & "Sons" <b>'), ('&amp;'), ('-->'), (']]>'),
    ('</td></table>'), ('javascript:alert(1)'), ('http' || '://evil.example/x.js'), (repeat('x', 63)), (U&'\05D4\05D1\05E2\05DC\05D9\05DD'),
    (U&'\0645\062E\0637\0637'), (U&'\00E9lan \65E5\672C \+01F418'), ('a" onmouseover="alert(1)'), ('{{7*7}}${7*7}'), ('<!--'), ('&#60;script&#62;');
SELECT count(gov_set_authority(name, name, 'human', contact => jsonb_build_object('chat', 'https' || '://' || name))) FROM hostile;
SELECT gov_create_axis(name, name), gov_set_axis_status(name, 'active') FROM hostile WHERE name LIKE '"><img%' \g /dev/null
SELECT axis FROM gov_axis WHERE axis LIKE '"><img%' \gset
SELECT gov_propose_value(:'axis', name, name => name), gov_ratify(:'axis', name) FROM hostile \g /dev/null
SELECT gov_create_rule('REPORT-RULE', :'axis', 'cross_product', ARRAY[name]), gov_set_rule_status('REPORT-RULE', 'active') FROM hostile WHERE name = '<script>alert(1)</script>' \g /dev/null
SELECT count(gov_register_object('box', name)) FROM hostile;
SELECT count(gov_register_object('<script>alert(1)</script>', b.name || '/' || n, 'box', b.name)) FROM hostile b, generate_series(1, 2) n;
SELECT count(gov_own('box', name, :'axis', name, name)) FROM hostile;
SELECT count(gov_own('box', '&amp;', :'axis', name, '-->')) FROM hostile WHERE name <> '&amp;';
SELECT count(gov_request_approval(name, 'retire_value', jsonb_build_object('axis', :'axis', 'value', name), name)) FROM hostile;
SELECT gov_scan() > 0 AS scanned;
CREATE TEMPORARY TABLE page AS SELECT h, xmlparse(document h) AS x FROM gov_report_html('A "title" & <b>more</b>') h;

-- a document of XML in ASCII, with a language, a title and a policy that forbids to load anything
SELECT x IS DOCUMENT AS document, h !~ '[^\x01-\x7f]' AS ascii, left(h, 15) AS doctype,
       (xpath('/html/@lang', x))[1] AS lang, (xpath('string(/html/head/title)', x))[1] AS title,
       (xpath('string(/html/head/meta[@http-equiv]/@content)', x))[1] AS policy
  FROM page;

-- nothing is loaded or run: no element or attribute but these, every link within the page
SELECT string_agg(DISTINCT c[1] COLLATE "C", ' ') AS elements FROM page, regexp_matches(h, '<([a-zA-Z][\w:-]*)', 'g') AS m(c);
SELECT string_agg(DISTINCT d[1] COLLATE "C", ' ') AS attributes
  FROM page, regexp_matches(h, '<[a-z][a-z0-9]*((?:\s+[a-zA-Z:-]+="[^"]*")*)\s*/?>', 'g') AS t(c), regexp_matches(regexp_replace(c[1], '"[^"]*"', '', 'g'), '\s([a-zA-Z:-]+)=', 'g') AS m(d);
SELECT count(*) AS out_of_the_page FROM page, unnest(xpath('//@href', x)) href
 WHERE left(href::text, 1) <> '#' OR xpath_exists(format('//*[@id=%L]', substr(href::text, 2)), x) IS NOT TRUE;
SELECT h ~* '<script|<img|<iframe|<link|<object|<form|://|url\(|@import|expression\(' AS suspicious FROM page;
SELECT DISTINCT regexp_replace(s::text, '\d+', 'N') AS style FROM page, unnest(xpath('//@style', x)) s;

-- accessible: headers with a scope, captions, labels that exist, no id twice, no empty header
SELECT (xpath('count(//table)', x))[1] AS tables, (xpath('count(//table[not(caption)])', x))[1] AS without_caption,
       (xpath('count(//th[not(@scope)])', x))[1] AS without_scope, (xpath('count(//tbody/tr[not(th)])', x))[1] AS rows_without_header,
       (xpath('count(//th[normalize-space(.)=""])', x))[1] AS empty_headers, (xpath('count(//*[@role="region"][not(@aria-label)])', x))[1] AS unlabelled,
       (xpath('count(//h1)', x))[1] AS h1 FROM page;
SELECT id::text FROM page, unnest(xpath('//@id', x)) id GROUP BY 1 HAVING count(*) > 1;
SELECT label::text FROM page, unnest(xpath('//@aria-labelledby', x)) label WHERE NOT xpath_exists(format('//*[@id=%L]', label::text), x);

-- names are text, whole and unchanged, and isolated from the direction of their surroundings
CREATE TEMPORARY TABLE isolated AS
SELECT DISTINCT xmlserialize(content (xpath('string(.)', b))[1] AS text) AS escaped FROM page, unnest(xpath('//bdi', x)) b;
SELECT h.name FROM hostile h
 WHERE NOT EXISTS (SELECT FROM isolated i WHERE i.escaped = replace(replace(replace(h.name, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'));

-- every statement and query that the page offers runs as it is pasted, and mends what it says: gaps are gone from where it was said that they would be
SAVEPOINT pasted;
CREATE TEMPORARY TABLE offered AS
SELECT n, replace(replace(replace((xpath('string(.)', c))[1]::text, '&lt;', '<'), '&gt;', '>'), '&amp;', '&') AS statement
  FROM page, unnest(xpath('//code[@class="sql"]', x)) WITH ORDINALITY AS u(c, n);
SELECT count(*) FILTER (WHERE statement LIKE '%gov_own(%') > 30 AS acts, count(*) FILTER (WHERE statement LIKE 'SELECT * FROM %') > 0 AS queries FROM offered;
SELECT gap > 0 AS gaps_before FROM gov_coverage_summary WHERE axis = :'axis';
CREATE TEMPORARY TABLE proposed AS
SELECT row ->> 'object_type' AS object_type, row ->> 'object_ref' AS object_ref, row ->> 'axis' AS axis, row ->> 'value' AS value, row ->> 'statement' AS statement
  FROM jsonb_array_elements(gov_dashboard() #> '{tables,mends,rows}') row;
DO $$
DECLARE s text;
BEGIN
    FOR s IN SELECT statement FROM offered ORDER BY n LOOP EXECUTE s; END LOOP;
    FOR s IN SELECT statement FROM proposed WHERE statement IS NOT NULL LOOP EXECUTE s; END LOOP;
END $$;
SELECT p.object_ref, g.object_ref, g.value FROM proposed p JOIN gov_object c ON c.object_ref = p.object_ref AND c.object_type = p.object_type
  JOIN gov_object o ON o.container_id = c.object_id JOIN gov_coverage_gap g ON g.object_id = o.object_id AND g.axis = p.axis AND g.value = p.value
 WHERE p.statement IS NOT NULL;
ROLLBACK TO pasted;

-- what the heat table says is what the view says: differences only
CREATE TEMPORARY TABLE heat AS
SELECT h.n AS place, c.m AS column_no, replace(regexp_replace(c.cell, '[\u2713\u00a0 ]', '', 'g'), '(w', ' w') AS cell
  FROM page, unnest(xpath('//table[@class="heat"][1]/tbody/tr', x)) WITH ORDINALITY AS h(tr, n),
       LATERAL (SELECT m, (xpath('string(.)', td))[1]::text AS cell FROM unnest(xpath('/tr/td', tr)) WITH ORDINALITY AS d(td, m)) c;
SELECT count(*) AS cells FROM heat;
WITH by_container AS (
    SELECT c.object_ref, count(*) AS required, count(*) FILTER (WHERE g.status = 'gap') AS gap
      FROM gov_coverage g JOIN gov_object o USING (object_id) JOIN gov_object c ON c.object_id = o.container_id
     WHERE g.axis = :'axis' GROUP BY c.object_ref),
 placed AS (SELECT row_number() OVER (ORDER BY gap DESC, object_ref COLLATE "C") AS place, * FROM by_container)
SELECT p.place, p.gap, p.required, h.cell FROM placed p
  JOIN heat h ON h.place = p.place AND h.column_no = (SELECT max(column_no) FROM heat)
 WHERE h.cell <> CASE WHEN p.gap = 0 THEN p.required::text ELSE p.gap || '/' || p.required END;
-- and so do the figures at the top
SELECT (xpath('string(//dt[.="Gaps"]/following-sibling::dd/span[1])', x))[1]::text::bigint = (SELECT amount FROM gov_metric WHERE metric = 'gap' AND axis IS NULL) AS gaps,
       (xpath('string(//dt[.="Open findings"]/following-sibling::dd/span[1])', x))[1]::text::bigint = (SELECT amount FROM gov_metric WHERE metric = 'open_findings' AND axis IS NULL) AS findings,
       (xpath('string(//dt[.="Objects"]/following-sibling::dd/span[1])', x))[1]::text::bigint = (SELECT count(*) FROM gov_object WHERE retired_at IS NULL) AS objects
  FROM page;

-- what cannot be seen is made visible, what turns its surroundings round too, what XML does not know is replaced
SELECT gov_set_authority(U&'\202Egnp.exe\0085\FFFE' || E'\t\x7f', kind => 'system') \g /dev/null
SELECT gov_own(NULL, NULL, :'axis', '-->', authority) LIKE 'created %' AS owned FROM gov_authority WHERE authority LIKE '%gnp.exe%';
SELECT DISTINCT m[1] AS shown FROM regexp_matches(gov_report_html(), '<bdi>((?:[^<]|<wbr />)*gnp(?:[^<]|<wbr />)*)</bdi>', 'g') m ORDER BY 1;

-- the same whatever the session's settings; the title is asked for
SET LOCAL TimeZone = 'Asia/Kathmandu';
SET LOCAL DateStyle = 'SQL, DMY';
SET LOCAL search_path = pg_temp;
SELECT (SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'governance') AS home \gset
SELECT xmlparse(document :home.gov_report_html('x')) IS DOCUMENT AS document, :home.gov_report_html('x') ~ '\d [0-9:]{8} UTC' AS utc;
SELECT :home.gov_report_html('y') AS here \gset
RESET TimeZone;
RESET DateStyle;
RESET search_path;
SELECT gov_report_html('y') = :'here' AS same;
SAVEPOINT before;
SELECT gov_report_html(NULL);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;

-- bounded: 10,000 objects in 200 containers, 40 values, long names; and it says what is left
INSERT INTO gov_object (object_type, object_ref) SELECT 'big_box', repeat(U&'\00E9', 300) || n FROM generate_series(1, 200) n;
INSERT INTO gov_object (object_type, object_ref, container_id)
SELECT 'big_thing', repeat(U&'\00E9', 300) || 'thing ' || n, b.object_id
  FROM (SELECT object_id, row_number() OVER (ORDER BY object_id) AS r FROM gov_object WHERE object_type = 'big_box') b
  JOIN generate_series(1, 10000) n ON n % 200 + 1 = b.r;
SELECT gov_create_axis('big'), gov_set_axis_status('big', 'active') \g /dev/null
SELECT gov_propose_value('big', 'v' || n || repeat('<', 190)), gov_ratify('big', 'v' || n || repeat('<', 190)) FROM generate_series(1, 40) n \g /dev/null
SELECT gov_create_rule('BIG-RULE', 'big', 'cross_product', '{big_thing}'), gov_set_rule_status('BIG-RULE', 'active') \g /dev/null
CREATE TEMPORARY TABLE big_page AS SELECT h FROM gov_report_html() h;
SELECT octet_length(h) <= 2 * 1024 * 1024 AS bounded, xmlparse(document h) IS DOCUMENT AS document FROM big_page;
SELECT m[1] AS left FROM big_page, regexp_matches(split_part(h, 'id="findings"', 1), '>((?:and )?[0-9,]+ more[a-z ]*)[:<]', 'g') WITH ORDINALITY AS r(m, n) ORDER BY n;

-- nothing at all makes a page too
SET CONSTRAINTS ALL IMMEDIATE;
TRUNCATE gov_object, gov_axis, gov_authority, gov_axis_value, gov_assignment, gov_ownership, gov_coverage_rule, gov_scan_run, gov_label,
         gov_label_rule, gov_value_label, gov_decision, gov_approval, gov_vote, gov_finding, gov_projection CASCADE;
SELECT xmlparse(document h) IS DOCUMENT AS document, (xpath('string(//ul[@class="todo"])', xmlparse(document h)))[1] AS todo FROM gov_report_html() h;
ROLLBACK;
