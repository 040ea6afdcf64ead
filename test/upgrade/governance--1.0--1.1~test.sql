-- A made-up next version, for t/012_upgrade.pl and nobody else: columns appended
-- to five tables, a table with its guards, a function more, a view with another
-- column.  The library
-- of 1.0 has to work with it.

\echo Use "ALTER EXTENSION governance UPDATE" to load this file. \quit

SET LOCAL search_path = pg_catalog, pg_temp;

ALTER TABLE @extschema@.gov_object ADD COLUMN test_note text NOT NULL DEFAULT 'none';
ALTER TABLE @extschema@.gov_axis_value ADD COLUMN test_rank integer;
ALTER TABLE @extschema@.gov_ownership ADD COLUMN test_seen timestamptz DEFAULT '2000-01-01 00:00:00+00', ADD COLUMN test_by text;
ALTER TABLE @extschema@.gov_authority ADD COLUMN test_flag boolean NOT NULL DEFAULT false;
ALTER TABLE @extschema@.gov_detector ADD COLUMN test_words text[];

CREATE FUNCTION @extschema@.gov_test_next(n integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN n + 1;
REVOKE ALL ON FUNCTION @extschema@.gov_test_next(integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.gov_test_next(integer) IS 'the number after n';

CREATE OR REPLACE VIEW @extschema@.gov_transition AS
SELECT t.thing, t.from_status, t.to_status, t.acts, t.gate, t.agents, @extschema@.gov_test_next(0) AS test_number
  FROM governance_internal.gov_transitions() AS t;

CREATE TABLE @extschema@.gov_test_note (note text);
REVOKE ALL ON @extschema@.gov_test_note FROM PUBLIC;
COMMENT ON TABLE @extschema@.gov_test_note IS 'notes';
SELECT governance_internal.gov_ledger_watch('@extschema@.gov_test_note');
SELECT governance_internal.gov_guards_note('gov_test_note');
