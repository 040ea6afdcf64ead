-- The report tells who can see what bears a value, as the views do: nothing
-- while nothing was said, everybody first, bounded, and what nobody knows.
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_rac_may;
CREATE ROLE regress_rac_owner;
CREATE ROLE "regress_rac <b>odd</b>" LOGIN;
CREATE SCHEMA rac;
GRANT USAGE, CREATE ON SCHEMA rac TO regress_rac_owner;
CREATE TABLE rac.person (id integer, name text);
CREATE TABLE rac.visit (id integer);
CREATE TABLE rac.price (id integer);
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('rac');
SELECT gov_create_axis('rac class'), gov_set_axis_status('rac class', 'active') \gset
SELECT count(gov_propose_value('rac class', v)), count(gov_ratify('rac class', v)) FROM unnest('{personal,secret,plain}'::text[]) AS v \gset
SELECT gov_alter_value('rac class', 'secret', parent => 'personal') \gset
SELECT count(gov_assign('table', 'rac.' || t, 'rac class', v, zone => 'approved', provenance => '{"kind": "test"}'))
  FROM (VALUES ('person', 'personal'), ('visit', 'personal'), ('price', 'plain')) AS a (t, v);

-- the section of the page, as text, and what it is for programs
CREATE FUNCTION pg_temp.section() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT btrim(regexp_replace(regexp_replace(replace(replace(line, '<wbr />', ''), '&#x2713;&#xA0;', ''), '</(td|th)>', ' | ', 'g'), '<[^>]*>', '', 'g'), ' |')
      FROM regexp_split_to_table(substring(gov_report_html() FROM '<section aria-labelledby="access">.*?</section>'), '\n') AS line WHERE line ~ '[a-z]' $$;
CREATE FUNCTION pg_temp.told() RETURNS TABLE (part text, total bigint, unmeasured boolean, first jsonb) LANGUAGE sql AS $$
    SELECT t.key, (t.value ->> 'total')::bigint, t.value ? 'unmeasured', t.value -> 'rows' -> 0
      FROM jsonb_each(gov_dashboard() -> 'tables') AS t WHERE t.key IN ('guarded', 'exposed', 'exposure_unknown') ORDER BY t.key COLLATE "C" DESC $$;

-- nothing was said: nothing is claimed, neither that all is well
SELECT * FROM pg_temp.section();
SELECT * FROM pg_temp.told();
SELECT gov_report_html() ~ '&#xA0;open to everybody' AS open;

-- said, and nobody can who may not
SELECT gov_set_access('rac class', 'personal', 'regress_rac_may');
SELECT * FROM pg_temp.section();

-- everybody, a role whose name is no markup, a way through a function, and one of which nobody knows
GRANT SELECT ON rac.person TO PUBLIC;
GRANT SELECT ON rac.person, rac.visit TO "regress_rac <b>odd</b>", regress_rac_may, regress_rac_owner;
GRANT USAGE ON SCHEMA rac TO "regress_rac <b>odd</b>";
SELECT gov_set_access('rac class', 'plain', NULL);
SET ROLE regress_rac_owner;
CREATE FUNCTION rac.known() RETURNS bigint SECURITY DEFINER BEGIN ATOMIC SELECT count(*) FROM rac.visit; END;
CREATE FUNCTION rac.guess() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM rac.visit';
REVOKE EXECUTE ON FUNCTION rac.known(), rac.guess() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rac.known(), rac.guess() TO "regress_rac <b>odd</b>";
RESET ROLE;
SELECT * FROM pg_temp.section();
SELECT * FROM pg_temp.told();
SELECT gov_report_html() ~ '1 guarded value is open to everybody' AS to_do;
-- as the view has it
SELECT role, count(DISTINCT object_ref) AS objects FROM gov_exposure WHERE axis = 'rac class' GROUP BY role ORDER BY role::text COLLATE "C";

-- many: the first of them, and how many more
DO $$
BEGIN
    FOR n IN 1 .. 60 LOOP EXECUTE format('CREATE ROLE regress_rac_%s', n); EXECUTE format('GRANT SELECT ON rac.visit TO regress_rac_%s', n); END LOOP;
END $$;
SELECT (SELECT count(*) FROM pg_temp.section() AS line WHERE line LIKE 'regress\_rac\_%') AS rows, line AS rest FROM pg_temp.section() AS line WHERE line LIKE 'and % more: %';
SELECT line FROM pg_temp.section() AS line WHERE line LIKE '%and 58 more%';
SELECT jsonb_array_length(gov_dashboard() #> '{tables,exposed,rows}') AS rows, gov_dashboard() #>> '{tables,exposed,total}' AS total;
ROLLBACK;
