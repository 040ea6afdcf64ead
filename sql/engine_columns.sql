-- A foreign table of the engine with other columns than its view fills is
-- refused, not read.
BEGIN;
SET client_min_messages = warning;
SAVEPOINT as_installed;
ALTER FOREIGN TABLE gov_coverage_scan ADD COLUMN more text;
SELECT count(more) FROM gov_coverage_scan;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO as_installed;
ALTER FOREIGN TABLE gov_coverage_summary_scan ADD COLUMN more integer;
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
ROLLBACK;
