-- A foreign table of the engine with other columns than its view fills is
-- refused, not read.
BEGIN;
SET client_min_messages = warning;
SAVEPOINT as_installed;
ALTER FOREIGN TABLE governance_internal.gov_engine_coverage ADD COLUMN more text;
SELECT count(more) FROM governance_internal.gov_engine_coverage;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO as_installed;
ALTER FOREIGN TABLE governance_internal.gov_engine_coverage_summary ADD COLUMN more integer;
SELECT count(gap) FROM gov_coverage_summary;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO as_installed;
CREATE FOREIGN TABLE ec_other (object_id text, object_type bigint) SERVER gov_coverage_engine OPTIONS (view 'coverage');
SELECT * FROM ec_other WHERE object_id = 'x';
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO as_installed;
CREATE FOREIGN TABLE ec_empty () SERVER gov_coverage_engine OPTIONS (view 'required_cell');
SELECT count(*) FROM ec_empty;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO as_installed;
-- one that has them is as good as ours
CREATE FOREIGN TABLE ec_same (a bigint, b text, c text, d text, e text) SERVER gov_coverage_engine OPTIONS (view 'required_cell');
SELECT count(*) >= 0 AS counted FROM ec_same;
-- whatever they are called: a column is what its number says
SAVEPOINT as_installed;
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('ec', 'deterministic', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES ('ec', 'v', 'active');
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, status) VALUES ('ec', 'ec', 'cross_product', '{ec}', 'active'), ('ec more', 'ec', 'per_assignment', '{ec}', 'active'), ('gap', 'ec', 'cross_product', '{ec}', 'active');
INSERT INTO gov_object (object_type, object_ref) VALUES ('ec', 'ec thing');
CREATE FOREIGN TABLE ec_turned (object_id bigint, object_type text, axis text, object_ref text, value text) SERVER gov_coverage_engine OPTIONS (view 'required_cell');
SELECT count(*) FROM ec_turned WHERE axis = 'ec thing' AND object_ref = 'ec' AND value = 'v';
SELECT count(*) FROM (VALUES ('ec thing')) AS asked (axis) JOIN ec_turned USING (axis);
CREATE FOREIGN TABLE ec_rule (object_id bigint, object_type text, object_ref text, axis text, value text) SERVER gov_coverage_engine OPTIONS (view 'missing_assignment');
SELECT count(*) FROM ec_rule WHERE object_ref = 'ec thing' AND axis = 'ec' AND value = 'ec more';
CREATE FOREIGN TABLE ec_cell (object_id bigint, object_type text, object_ref text, axis text, value text, rule text) SERVER gov_coverage_engine OPTIONS (view 'cell_rule');
ALTER FOREIGN TABLE ec_cell RENAME COLUMN rule TO status;
SELECT count(*) FROM ec_cell WHERE object_ref = 'ec thing' AND status = 'gap';
ROLLBACK;
