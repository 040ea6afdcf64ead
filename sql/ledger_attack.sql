-- The ledger is append-only for everybody; what a superuser does with its
-- triggers disabled is found, and the first entry that does not fit is named.
\set ECHO all
\set SHOW_CONTEXT never
-- entries of our own behind whatever is there
SELECT gov_set_authority('ATTACK_' || n, kind => 'human') FROM generate_series(1, 10) n;
BEGIN;
SELECT gov_ledger_head() AS head \gset
SELECT * FROM gov_ledger_verify(NULL, :'head');

-- seq and position relative to our first entry, so that the output does not depend on others
SELECT min(seq) - 1 AS base, min(position) - 1 AS place FROM gov_ledger WHERE target ->> 'authority' LIKE 'ATTACK\_%' \gset
CREATE FUNCTION pg_temp.found(base bigint, head text) RETURNS TABLE (entry bigint, reason text)
LANGUAGE sql AS $$ SELECT seq - base, reason FROM gov_ledger_verify(NULL, head) $$;

-- refused: for the owner, a superuser, and with replication role replica
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE TEMPORARY VIEW tries AS
SELECT pg_temp.try(format(statement, t)) FROM unnest('{gov_ledger,gov_ledger_archive}'::text[]) t,
       unnest('{"UPDATE %s SET action = action",
                "UPDATE %s SET hash = NULL WHERE false",
                "DELETE FROM %s",
                "DELETE FROM %s WHERE false",
                "TRUNCATE %s",
                "TRUNCATE %s RESTART IDENTITY CASCADE"}'::text[]) statement
 ORDER BY t COLLATE "C", statement COLLATE "C";
SELECT * FROM tries;
SET LOCAL session_replication_role = replica;
SELECT * FROM tries;
RESET session_replication_role;
MERGE INTO gov_ledger l USING (VALUES (1)) v (n) ON true WHEN MATCHED THEN DELETE;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

BEGIN;
SELECT gov_ledger_head() AS head \gset
SELECT min(seq) - 1 AS base, min(position) - 1 AS place FROM gov_ledger WHERE target ->> 'authority' LIKE 'ATTACK\_%' \gset
CREATE FUNCTION pg_temp.found(base bigint, head text) RETURNS TABLE (entry bigint, reason text)
LANGUAGE sql AS $$ SELECT seq - base, reason FROM gov_ledger_verify(NULL, head) $$;
ALTER TABLE gov_ledger DISABLE TRIGGER gov_ledger_guard;
SAVEPOINT attack;

-- changed: each column
UPDATE gov_ledger SET payload = payload || '{"kind": "council"}' WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET target = '{}' WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET at = at - interval '1 microsecond' WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET login = 'somebody' WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET actor = actor || login, login = '' WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET action = 'retire' WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET seq = seq + 1000000 WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET prev_hash = sha256('x') WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET hash = sha256('x') WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET hash = NULL WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET format = 3 WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET format = 1 WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET object_id = 1 WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET at = 'infinity' WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET position = NULL WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;

-- several: each is named, the first one first
UPDATE gov_ledger SET action = 'retire' WHERE seq IN (:base + 3, :base + 7);
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;

-- changed together with its own hash: the next one does not follow
CREATE FUNCTION pg_temp.field(value text) RETURNS text LANGUAGE sql AS $$
    SELECT octet_length(convert_to(value, 'UTF8')) || ':' || value
$$;
CREATE FUNCTION pg_temp.rehash(gov_ledger) RETURNS bytea LANGUAGE sql AS $$
    SELECT sha256(convert_to('governance-ledger-2' || pg_temp.field(coalesce(encode($1.prev_hash, 'hex'), ''))
        || pg_temp.field($1.position::text) || pg_temp.field($1.seq::text)
        || pg_temp.field((extract(epoch FROM $1.at) * 1000000)::bigint::text)
        || pg_temp.field($1.actor) || pg_temp.field($1.login) || pg_temp.field($1.action)
        || pg_temp.field($1.target::text) || pg_temp.field($1.payload::text)
        || pg_temp.field(coalesce($1.object_id::text, '')), 'UTF8'))
$$;
SAVEPOINT attack;
UPDATE gov_ledger SET action = 'retire' WHERE seq = :base + 4;
UPDATE gov_ledger l SET hash = pg_temp.rehash(l) WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;

-- and so on to the end: only a head kept elsewhere tells
UPDATE gov_ledger SET action = 'retire' WHERE seq = :base + 4;
DO $$
DECLARE e gov_ledger; before bytea;
BEGIN
    FOR e IN SELECT * FROM gov_ledger ORDER BY position LOOP
        UPDATE gov_ledger SET prev_hash = before WHERE seq = e.seq AND prev_hash IS DISTINCT FROM before;
        UPDATE gov_ledger l SET hash = pg_temp.rehash(l) WHERE seq = e.seq RETURNING hash INTO before;
    END LOOP;
END $$;
SELECT * FROM pg_temp.found(:base, NULL);
SELECT * FROM pg_temp.found(:base, :'head');
ROLLBACK TO attack;

-- reordered: two swap their places, or their numbers
UPDATE gov_ledger SET position = 2 * :place + 9 - position WHERE seq IN (:base + 4, :base + 5);
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET seq = -seq WHERE seq IN (:base + 4, :base + 5);
UPDATE gov_ledger SET seq = 2 * :base + 9 + seq WHERE seq < 0;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
UPDATE gov_ledger SET position = position - 1 WHERE seq = :base + 5;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;

-- deleted: one, several, the first of all
DELETE FROM gov_ledger WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
DELETE FROM gov_ledger WHERE seq BETWEEN :base + 4 AND :base + 6;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;
DELETE FROM gov_ledger WHERE position = 1;
SELECT count(*), min(reason) FROM gov_ledger_verify();
ROLLBACK TO attack;

-- taken out of the chain and chained again: a hole stays
UPDATE gov_ledger SET position = NULL, hash = NULL, prev_hash = NULL WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;

-- put in: an entry with a place of its own making
INSERT INTO gov_ledger (action, position, prev_hash, hash)
SELECT 'forged', position, prev_hash, hash FROM gov_ledger WHERE seq = :base + 4;
SELECT count(*) AS broken, min(reason) FROM pg_temp.found(:base, NULL);
ROLLBACK TO attack;

-- the tail cut off: a stored head tells, also after new entries
DELETE FROM gov_ledger WHERE seq > :base + 7;
SELECT * FROM pg_temp.found(:base, NULL);
SELECT * FROM pg_temp.found(:base, :'head');
SELECT seq - :base AS entry, reason FROM gov_ledger_verify(:base + 5, :'head');
SELECT gov_set_authority('ATTACK_NEW', kind => 'human');
SELECT count(*) AS without_head FROM pg_temp.found(:base, NULL);
SELECT count(*) AS with_head FROM pg_temp.found(:base, :'head');
ROLLBACK TO attack;

-- emptied: found without a head, at once and after new entries
TRUNCATE gov_ledger;
SELECT * FROM gov_ledger_verify();
SELECT * FROM gov_ledger_verify(NULL, :'head');
SELECT gov_set_authority('ATTACK_NEW', kind => 'human');
SELECT reason FROM gov_ledger_verify();
ROLLBACK TO attack;
DELETE FROM gov_ledger;
SELECT * FROM gov_ledger_verify();
ROLLBACK TO attack;

-- a broken ledger is not sealed
\set VERBOSITY terse
UPDATE gov_ledger SET action = 'retire' WHERE seq = :base + 4;
SELECT gov_ledger_seal(now() + interval '1 second') IS NULL;
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
ROLLBACK TO attack;

-- the archive is as safe
SELECT entries > 0 AS sealed FROM gov_ledger_seal(now() + interval '1 second');
ALTER TABLE gov_ledger_archive DISABLE TRIGGER gov_ledger_guard;
SAVEPOINT archive;
UPDATE gov_ledger_archive SET action = 'retire' WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
SELECT count(*) AS behind_it FROM gov_ledger_verify(:base + 6);
ROLLBACK TO archive;
DELETE FROM gov_ledger_archive WHERE seq = :base + 4;
SELECT * FROM pg_temp.found(:base, NULL);
ROLLBACK TO archive;
TRUNCATE gov_ledger_archive;
SELECT count(*) AS broken FROM gov_ledger_verify();
ROLLBACK TO archive;
TRUNCATE gov_ledger;
SELECT gov_set_authority('ATTACK_NEW', kind => 'human');
SELECT count(*) AS broken, min(reason) FROM gov_ledger_verify();
ROLLBACK TO archive;
SELECT * FROM gov_ledger_verify(NULL, :'head');

-- a head of long ago is in the chain still
SELECT gov_set_authority('ATTACK_NEW', kind => 'human');
SELECT * FROM gov_ledger_verify(:base + 9, :'head');
SELECT * FROM gov_ledger_verify(NULL, upper(:'head'));
ROLLBACK;
DELETE FROM gov_authority WHERE authority LIKE 'ATTACK\_%';
