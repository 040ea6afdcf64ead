-- The reference scenario in its entry state, in a new database.
CREATE EXTENSION governance;
\o /dev/null
BEGIN;
\ir ../examples/reference/application.sql
\ir ../examples/reference/entry.sql
COMMIT;
\o
