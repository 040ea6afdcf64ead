-- What one object bears, by itself, by what it lives in and by what lives in
-- it, and who can see it and may not.
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE ROLE regress_exa_may;
CREATE ROLE regress_exa_reader LOGIN;
CREATE ROLE regress_exa_one;
CREATE SCHEMA exa;
CREATE TABLE exa.person (id integer, mail text, note text);
CREATE TABLE exa.price (id integer);
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('exa', columns => true);
SELECT gov_create_axis('exa class'), gov_set_axis_status('exa class', 'active') \gset
SELECT count(gov_propose_value('exa class', v)), count(gov_ratify('exa class', v)) FROM unnest('{personal,inside,odd}'::text[]) AS v \gset
SELECT gov_assign('table column', 'exa.person.mail', 'exa class', 'personal', zone => 'approved', provenance => '{"kind": "test"}') \gset
SELECT gov_assign('schema', 'exa', 'exa class', 'inside', zone => 'approved', provenance => '{"kind": "test"}') \gset
SELECT gov_assign('table', 'exa.person', 'exa class', 'odd', zone => 'candidate', provenance => '{"kind": "test"}') \gset
GRANT SELECT (mail) ON exa.person TO regress_exa_one;
GRANT SELECT (note) ON exa.person TO regress_exa_reader;
-- nothing was said: what it bears, and no word of who can see it
SELECT * FROM gov_explain_access('table', 'exa.person');
-- said: the column that a role was granted, and who can not
SELECT gov_set_access('exa class', 'personal', 'regress_exa_may'), gov_set_access('exa class', 'odd', NULL) \gset
SELECT * FROM gov_explain_access('table', 'exa.person');
SELECT * FROM gov_explain_access('table column', 'exa.person.mail');
SELECT * FROM gov_explain_access('table column', 'exa.person.note');
-- what the schema bears holds for all that lives in it: a table as a whole, a column by its table or itself
SELECT gov_set_access('exa class', 'inside', NULL) \gset
GRANT SELECT ON exa.person TO PUBLIC;
SELECT * FROM gov_explain_access('table', 'exa.person');
SELECT * FROM gov_explain_access('table column', 'exa.person.mail');
SELECT * FROM gov_explain_access('table column', 'exa.person.note');
SELECT * FROM gov_explain_access('table', 'exa.price');
SELECT * FROM gov_explain_access('schema', 'exa');
-- as gov_exposure has it
SELECT role FROM gov_exposure WHERE object_ref LIKE 'exa.person%' AND value = 'personal' GROUP BY role ORDER BY role::text COLLATE "C";
-- many
DO $$
BEGIN
    FOR n IN 1 .. 9 LOOP EXECUTE format('CREATE ROLE regress_exa_%s', n); EXECUTE format('GRANT SELECT ON exa.price TO regress_exa_%s', n); END LOOP;
END $$;
SELECT exposed_to FROM gov_explain_access('table', 'exa.price');
-- for readers; nothing, and what is not there
SELECT gov_grant('reader', 'regress_exa_reader') \gset
SET ROLE regress_exa_reader;
SELECT count(*) AS told FROM gov_explain_access('table', 'exa.price');
SAVEPOINT s;
SET ROLE regress_exa_one;
SELECT count(*) FROM gov_explain_access('table', 'exa.price');
ROLLBACK TO s;
SELECT gov_explain_access('table', 'exa.nothing');
ROLLBACK TO s;
SELECT gov_explain_access(NULL, 'exa.price');
ROLLBACK;
