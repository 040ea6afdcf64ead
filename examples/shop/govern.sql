-- The shop comes under governance.  Read from top to bottom: this is also how
-- it is done in earnest.  It can be run again: what is so already is left alone.
\set ON_ERROR_STOP on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

\echo
\echo '1. The extension comes into the database of the shop.'
CREATE SCHEMA IF NOT EXISTS governance;
CREATE EXTENSION IF NOT EXISTS governance SCHEMA governance;
SET search_path = public, governance;

\echo
\echo '2. Who can answer for something: six authorities.'
SELECT gov_set_authority('DATA-COUNCIL', 'Data council', 'council'),
       gov_set_authority('PEOPLE', 'Human resources', 'human'),
       gov_set_authority('PURCHASING', 'Purchasing and warehouse', 'human'),
       gov_set_authority('SALES', 'Sales', 'human'),
       gov_set_authority('FINANCE', 'Accounting', 'human'),
       gov_set_authority('WEB-TEAM', 'Web team', 'human') \g /dev/null
SELECT authority, name, kind FROM gov_authority ORDER BY authority;

\echo
\echo '3. What they can answer for: an axis "responsibility" with three values, and a'
\echo '   rule: every table, view, routine and sequence needs an owner for each of them.'
SELECT gov_create_axis('responsibility', 'Who answers for what') \g /dev/null
SELECT gov_set_axis_status('responsibility', 'active', 'agreed by the data council') \g /dev/null
SELECT gov_propose_value('responsibility', v.value, name => v.name)
  FROM (VALUES ('policy', 'decides what it is for'), ('quality', 'keeps it right'), ('access', 'says who may see it')) v(value, name) \g /dev/null
SELECT gov_ratify('responsibility', value) FROM gov_axis_value WHERE axis = 'responsibility' \g /dev/null
SELECT gov_create_rule('EVERY-OBJECT', 'responsibility', 'cross_product',
                       '{table,view,materialized view,sequence,function,procedure,aggregate}') \g /dev/null
SELECT gov_set_rule_status('EVERY-OBJECT', 'active') \g /dev/null
SELECT axis, value, name, status FROM gov_axis_value ORDER BY axis, value;

\echo
\echo '4. What there is to answer for: the six schemas of the shop are enrolled.'
SELECT count(*) FROM unnest('{people,inventory,sales,finance,web,legacy_import}'::text[]) s, gov_enroll_schema(s) \g /dev/null
SELECT object_type, count(*) AS objects FROM gov_object WHERE retired_at IS NULL GROUP BY object_type ORDER BY 2 DESC, 1;

\echo
\echo '5. Coverage before anybody owns anything: every cell is a gap.'
SELECT axis, required, covered, gap, round(100 * coverage_pct, 1) AS "% without gap" FROM gov_coverage_summary;

\echo
\echo '6. Five teams own their schemas.  What lives in a schema inherits its owner, so'
\echo '   three rows per schema are enough, and a new table is owned from its first day.'
SELECT count(gov_own('schema', o.schema, 'responsibility', v.value, o.authority)) AS ownerships_made
  FROM (VALUES ('people', 'PEOPLE'), ('inventory', 'PURCHASING'), ('sales', 'SALES'),
               ('finance', 'FINANCE'), ('web', 'WEB-TEAM')) o(schema, authority),
       gov_axis_value v
 WHERE v.axis = 'responsibility';

\echo
\echo '   Some things are decided apart: access to salaries is the council''s matter,'
\echo '   and nobody needs to keep search terms right until the end of next year.'
SELECT gov_own('table', 'people.salary', 'responsibility', 'access', 'DATA-COUNCIL') AS "gov_own answers"
 UNION ALL
SELECT gov_own('table', 'web.search_term', 'responsibility', 'quality', 'DATA-COUNCIL', 'waiver',
               effective_to => date_trunc('year', now()) + interval '2 years',
               reason => 'raw input of visitors, thrown away every night');

\echo
\echo '7. Coverage after: what is left is the schema that nobody claimed.'
SELECT axis, required, covered, gap, waived, round(100 * coverage_pct, 1) AS "% without gap" FROM gov_coverage_summary;
SELECT c.object_ref AS schema, g.value, count(*) AS gaps
  FROM gov_coverage_gap g
  JOIN gov_object o USING (object_id)
  JOIN gov_object c ON c.object_id = o.container_id
 GROUP BY 1, 2 ORDER BY 1, 2;

\echo
\echo '8. Who answers for access to the salaries, and why?  Every step that was tried:'
SELECT * FROM gov_explain_owner('table', 'people.salary', 'responsibility', 'access');
\echo '   And for the quality of the payments by card, a partition?'
SELECT * FROM gov_explain_owner('table', 'finance.payment_card', 'responsibility', 'quality');

\echo
\echo '9. Containment: where things live becomes an axis of its own.  It takes all or'
\echo '   nothing: a container without an owner is named, and the call refused.'
SELECT gov_create_axis('containment', 'Where it lives', family => 'structural') \g /dev/null
SELECT gov_set_axis_status('containment', 'active') \g /dev/null
\set ON_ERROR_STOP off
SELECT * FROM gov_activate_containment('containment', '{table,view,materialized view}');
\set ON_ERROR_STOP on

\echo '   The council takes the policy of the old import, and nothing more.  Again, and'
\echo '   schemas and partitioned tables become values, each object is assigned and owned:'
SELECT gov_own('schema', 'legacy_import', 'responsibility', 'policy', 'DATA-COUNCIL') AS "gov_own answers";
SELECT * FROM gov_activate_containment('containment', '{table,view,materialized view}');
SELECT axis, required, covered, gap, waived, round(100 * coverage_pct, 1) AS "% without gap" FROM gov_coverage_summary ORDER BY axis;

\echo
\echo '10. Life goes on: a table is renamed, one is dropped, a new one comes.'
ALTER TABLE IF EXISTS sales.promotion RENAME TO campaign;
DROP TABLE IF EXISTS legacy_import."Bestellungen 2019";
CREATE TABLE IF NOT EXISTS web.wish_list (customer_id bigint REFERENCES people.customer, product_id integer REFERENCES inventory.product);

\echo '    What became of what was noted with the DDL, in its own transaction:'
SELECT event, object_type, object_ref, former_ref FROM gov_object_event
 WHERE event <> 'born' AND object_ref IN ('sales.campaign', 'legacy_import."Bestellungen 2019"') OR object_ref = 'web.wish_list'
 ORDER BY seq;
\echo '    gov_reconcile() brings all else up to date:'
SELECT metric, before, after, changes FROM gov_reconcile();
\echo '    The new table has its owners already, the renamed one has kept its own:'
SELECT object_ref, value, authority, resolution, anchor_ref AS "from"
  FROM gov_effective_owner
 WHERE object_type = 'table' AND object_ref IN ('web.wish_list', 'sales.campaign') AND axis = 'responsibility'
 ORDER BY object_ref, value;

\echo '    The dropped one is retired, its row stays, and the ledger has what retired it:'
SELECT e.object_ref, o.source, l.action, l.login
  FROM gov_object_event e JOIN gov_object o USING (object_id) JOIN gov_ledger l USING (seq)
 WHERE e.event = 'retired' AND o.retired_at IS NOT NULL;

\echo '    Containment was kept up as well: the new table has its place there, the dropped one has none,'
\echo '    and activating again finds nothing to do:'
SELECT o.object_ref, a.value AS "lives in" FROM gov_object o JOIN gov_assignment a USING (object_id)
 WHERE o.object_ref = 'web.wish_list' AND a.axis = 'containment';
SELECT * FROM gov_activate_containment('containment', '{table,view,materialized view}');

\echo
\echo '11. What is left to do: gaps, and whose schema they are in.'
SELECT s.object_ref AS schema, coalesce(p.authority, 'nobody') AS "answers for its policy",
       string_agg(DISTINCT g.value, ', ') AS "nobody for", count(*) AS gaps
  FROM gov_coverage_gap g
  JOIN gov_object o USING (object_id)
  JOIN gov_object s ON s.object_id = o.container_id
  LEFT JOIN gov_effective_owner p ON p.object_id = s.object_id AND p.axis = 'responsibility' AND p.value = 'policy'
 GROUP BY 1, 2 ORDER BY 1;

\echo
\echo '12. Down to the column: what is about a person is said once, where it is.  Columns of'
\echo '    schema "people" come in, and five of them are classified on an axis of their own:'
SELECT count(*) FROM gov_enroll_schema('people', columns => true) \g /dev/null
SELECT gov_create_axis('sensitivity', 'How private it is') \g /dev/null
SELECT gov_set_axis_status('sensitivity', 'active') \g /dev/null
SELECT gov_propose_value('sensitivity', 'personal', name => 'about a person'), gov_ratify('sensitivity', 'personal') \g /dev/null
SELECT count(gov_assign(object_type, object_ref, 'sensitivity', 'personal', 'approved', provenance => '{"by": "reading the schema"}'))
  FROM gov_object
 WHERE object_type = 'table column' AND object_ref ~ '^people\.(customer|customer_address|employee)\.(full_name|email|street)$' \g /dev/null
\echo '    Which tables hold such data?'
SELECT object_ref AS "table", anchor_ref AS "for one because of" FROM gov_classification
 WHERE axis = 'sensitivity' AND object_type = 'table' ORDER BY object_ref;
\echo '    Support may read it.  Who else can, and by which way?'
SELECT gov_set_access('sensitivity', 'personal', 'shop_support') AS "gov_set_access answers";
SELECT object_ref AS "column", role, privilege, via, through FROM gov_exposure WHERE axis = 'sensitivity' ORDER BY object_ref, role;
\echo '    A view reads for its owner: whoever may read it sees the names of all employees.'
