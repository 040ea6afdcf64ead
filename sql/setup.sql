CREATE EXTENSION governance;
-- the ledger begins, so that direct changes are noted from here on
UPDATE gov_source SET enabled = enabled WHERE source = 'manual';
-- how long a phase takes must not decide what is printed
ALTER DATABASE :"DBNAME" SET governance.progress_after = -1;
-- most tests are about what a sync finds: those about DDL switch tracking on
ALTER DATABASE :"DBNAME" SET governance.ddl_mode = off;
