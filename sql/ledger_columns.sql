-- Entries are written as the executor writes any row: indexes on expressions
-- and with conditions hold them, columns that somebody added get their
-- defaults, triggers fire, constraints hold.
\set ECHO all
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.add(name text) RETURNS void LANGUAGE sql AS $$
    SELECT gov_set_authority('LC_' || name, kind => 'human')
$$;
SELECT pg_temp.add('before');

-- an index on an expression, whose function only its owner may call
CREATE FUNCTION ledger_subject(target jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN upper(target ->> 'authority');
END $$;
REVOKE ALL ON FUNCTION ledger_subject(jsonb) FROM PUBLIC;
CREATE INDEX lc_expression ON gov_ledger (ledger_subject(target));
-- indexes with conditions, one of them true until an entry is chained
CREATE INDEX lc_partial ON gov_ledger (seq) WHERE action = 'set_authority';
CREATE INDEX lc_unchained ON gov_ledger (seq) WHERE hash IS NULL;
CREATE INDEX lc_chained ON gov_ledger (seq) WHERE hash IS NOT NULL;
SELECT pg_temp.add('indexed');
CREATE ROLE lc_steward;
GRANT USAGE ON SCHEMA public TO lc_steward;
SELECT gov_grant('steward', 'lc_steward');
SET ROLE lc_steward;
SELECT gov_register_object('lc_thing', 'one') IS NOT NULL AS registered;
RESET ROLE;
SELECT count(*) AS by_table, count(*) FILTER (WHERE action = 'set_authority') AS named FROM gov_ledger WHERE target ->> 'authority' LIKE 'LC\_%';
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS off) SELECT seq FROM gov_ledger WHERE ledger_subject(target) = 'LC_INDEXED';
SELECT action FROM gov_ledger WHERE ledger_subject(target) = 'LC_INDEXED';
SELECT count(*) > 1 AS all_of_them FROM gov_ledger WHERE action = 'set_authority' AND seq > 0;
SELECT count(*) AS unchained FROM gov_ledger WHERE hash IS NULL AND seq > 0;
SELECT count(*) = (SELECT max(position) FROM gov_ledger) AS chained FROM gov_ledger WHERE hash IS NOT NULL AND seq > 0;
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP INDEX lc_expression, lc_partial, lc_unchained, lc_chained;
DROP FUNCTION ledger_subject(jsonb);

-- added columns: with a default, a volatile one, without, generated, dropped
ALTER TABLE gov_ledger ADD COLUMN lc_gone text DEFAULT 'gone', ADD COLUMN lc_host text DEFAULT 'host ' || 1 + 1,
    ADD COLUMN lc_plain text, ADD COLUMN lc_length integer GENERATED ALWAYS AS (length(action) + coalesce(octet_length(hash), 0)) STORED;
ALTER TABLE gov_ledger DROP COLUMN lc_gone;
ALTER TABLE gov_ledger ADD COLUMN lc_random double precision DEFAULT random();
ALTER TABLE gov_ledger_archive ADD COLUMN lc_host text;
SELECT pg_temp.add('columns'), pg_temp.add('columns2');
SELECT target ->> 'authority' AS authority, lc_host, lc_plain, lc_length, lc_random BETWEEN 0 AND 1 AS random
  FROM gov_ledger WHERE target ->> 'authority' LIKE 'LC\_columns%' ORDER BY seq;
SELECT count(DISTINCT lc_random) FROM gov_ledger WHERE target ->> 'authority' LIKE 'LC\_columns%';
SELECT * FROM gov_ledger_verify();
SELECT action FROM gov_history('lc_thing', 'one');

-- sealing takes along what both tables have
BEGIN;
SELECT entries > 0 AS sealed FROM gov_ledger_seal(now() + interval '1 second');
SELECT target ->> 'authority' AS authority, lc_host FROM gov_ledger_archive WHERE target ->> 'authority' = 'LC_columns';
SELECT * FROM gov_ledger_verify();
SELECT action FROM gov_history('lc_thing', 'one');
ROLLBACK;
ALTER TABLE gov_ledger DROP COLUMN lc_host, DROP COLUMN lc_plain, DROP COLUMN lc_length, DROP COLUMN lc_random;
ALTER TABLE gov_ledger_archive DROP COLUMN lc_host;
SELECT pg_temp.add('dropped');
SELECT count(*) FROM gov_ledger WHERE target ->> 'authority' = 'LC_dropped' AND hash IS NOT NULL;

-- triggers of INSERT fire; one that keeps the entry out keeps the act from being done
CREATE TABLE lc_told (n integer GENERATED ALWAYS AS IDENTITY, told text);
CREATE FUNCTION lc_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.lc_told (told) VALUES (TG_WHEN || ' ' || NEW.action || ' ' || current_setting('search_path'));
    IF NEW.target ->> 'authority' = 'LC_secret' THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lc_before BEFORE INSERT ON gov_ledger FOR EACH ROW EXECUTE FUNCTION lc_tell();
CREATE TRIGGER lc_after AFTER INSERT ON gov_ledger FOR EACH ROW EXECUTE FUNCTION lc_tell();
CREATE CONSTRAINT TRIGGER lc_deferred AFTER INSERT ON gov_ledger DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lc_tell();
SELECT pg_temp.add('told');
SELECT pg_temp.add('secret');
\echo :LAST_ERROR_SQLSTATE
SELECT told FROM lc_told ORDER BY n;
SELECT count(*) AS not_there FROM gov_authority WHERE authority = 'LC_secret';
DROP TRIGGER lc_before ON gov_ledger;
DROP TRIGGER lc_after ON gov_ledger;
DROP TRIGGER lc_deferred ON gov_ledger;
DROP TABLE lc_told;
DROP FUNCTION lc_tell();

-- constraints hold
ALTER TABLE gov_ledger ADD CONSTRAINT lc_check CHECK (target ->> 'authority' IS DISTINCT FROM 'LC_unwanted');
\set VERBOSITY sqlstate
SELECT pg_temp.add('unwanted');
\set VERBOSITY default
ALTER TABLE gov_ledger DROP CONSTRAINT lc_check;

-- a column of ours that was dropped is told, not guessed
BEGIN;
ALTER TABLE gov_ledger DROP COLUMN prev_hash;
SELECT pg_temp.add('damaged');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

SELECT pg_temp.add('end');
SELECT * FROM gov_ledger_verify();
DELETE FROM gov_authority WHERE authority LIKE 'LC\_%';
DELETE FROM gov_object WHERE object_type = 'lc_thing';
DROP OWNED BY lc_steward;
DROP ROLE lc_steward;
