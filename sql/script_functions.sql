-- What the install script says once stands on every table that it names, and
-- the functions by which it does so are for scripts of the extension alone.
\set SHOW_CONTEXT never
\set ECHO all
-- whoever calls them, a superuser too
CREATE TABLE script_functions (a integer);
SELECT governance_internal.gov_ledger_watch('script_functions');
SELECT governance_internal.gov_describe_columns('script_functions', 'gov_axis');
SELECT governance_internal.gov_ledger_watch(NULL);
SELECT tgname FROM pg_trigger WHERE tgrelid = 'script_functions'::regclass;
SELECT col_description('script_functions'::regclass, 1);

DROP TABLE script_functions;

-- the tables whose direct changes the ledger notes, of each kind of statement, whatever session_replication_role is
SELECT t.tgrelid::regclass AS noted, string_agg(t.tgname, ' ' ORDER BY t.tgname) AS triggers, bool_and(t.tgenabled = 'A') AS always
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE p.proname = 'gov_ledger_dml'
 GROUP BY t.tgrelid
 ORDER BY t.tgrelid::regclass::text COLLATE "C";
-- as CREATE TRIGGER would say it
SELECT replace(pg_get_triggerdef(t.oid), 'governance_internal.', '') AS definition
  FROM pg_trigger t WHERE t.tgrelid = 'gov_axis'::regclass AND t.tgname LIKE 'gov\_ledger\_%'
 ORDER BY t.tgname;
