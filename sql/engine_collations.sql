-- A reference is looked up where equal means the same bytes; where it means
-- something else the rows are compared, and where nobody can tell what it
-- means the server says so, as it does for any table.
BEGIN;
\set ON_ERROR_ROLLBACK on
SET client_min_messages = warning;
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('ec', 'deterministic', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES ('ec', 'v', 'active');
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, status) VALUES ('ec', 'ec', 'cross_product', '{ec}', 'active');
INSERT INTO gov_object (object_type, object_ref) VALUES ('ec', 'ec one'), ('ec', 'EC ONE');
CREATE COLLATION pg_temp.ec_caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TEMPORARY TABLE ec_asked (a text COLLATE "C", b text COLLATE "POSIX", c text COLLATE pg_temp.ec_caseless) ON COMMIT DROP;
INSERT INTO ec_asked VALUES ('ec ', 'one', 'Ec One');

-- neither "C" nor "POSIX"; what the server says depends on the plan
\set VERBOSITY sqlstate
SELECT g.object_ref FROM ec_asked, gov_coverage AS g WHERE g.object_ref = a || b;
SELECT (SELECT count(*) FROM gov_coverage AS g WHERE g.object_ref = a || b) FROM ec_asked;
\set VERBOSITY default
SELECT g.object_ref FROM ec_asked, gov_coverage AS g WHERE g.object_ref = (a || b) COLLATE "C";
-- no two bytes alike, and yet equal
SELECT g.object_ref FROM ec_asked, gov_coverage AS g WHERE g.object_ref = c ORDER BY g.object_ref COLLATE "C";
SELECT g.object_ref FROM gov_coverage AS g WHERE g.object_ref = 'ec One' COLLATE pg_temp.ec_caseless ORDER BY g.object_ref COLLATE "C";
ROLLBACK;
