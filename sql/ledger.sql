-- Every act leaves one entry, direct changes leave one per statement, and the
-- hashes are those that plain SQL computes from the documented form.
\set ECHO all
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL TIME ZONE 'Asia/Kathmandu';

-- what was appended since the last look
CREATE TEMPORARY TABLE ledger_seen AS SELECT max(seq) AS seq FROM gov_ledger;
CREATE FUNCTION pg_temp.appended(OUT action text, OUT target jsonb, OUT payload jsonb)
RETURNS SETOF record LANGUAGE sql AS $$
    WITH new AS (SELECT * FROM gov_ledger WHERE seq > (SELECT seq FROM ledger_seen)),
         seen AS (UPDATE ledger_seen SET seq = coalesce((SELECT max(seq) FROM new), seq))
    SELECT action, target, payload FROM new ORDER BY seq
$$;

CREATE ROLE ledger_role;

-- authorities, axes, values, rules
SELECT gov_set_authority('LEDGER_A', 'Team A', 'human', 'ledger_role');
SELECT * FROM pg_temp.appended();
SELECT gov_set_authority('LEDGER_A', role_name => '', status => 'active');
SELECT gov_set_authority('LEDGER_B', kind => 'council');
SELECT * FROM pg_temp.appended();
SELECT gov_create_axis('ledger axis', owner => 'LEDGER_A', multivalued => false);
SELECT gov_set_axis_status('ledger axis', 'active', 'it is time');
SELECT * FROM pg_temp.appended();
SELECT gov_propose_value('ledger axis', 'v1', provenance => '{"kind": "x_provisional"}');
SELECT gov_ratify('ledger axis', 'v1');
SELECT gov_deprecate('ledger axis', 'v1', reason => 'nobody uses it');
SELECT gov_reinstate('ledger axis', 'v1', 'somebody does');
SELECT gov_propose_value('ledger axis', 'v2', parent => 'v1', name => 'Zwei "2"');
SELECT gov_retire('ledger axis', 'v2', 'never used');
SELECT * FROM pg_temp.appended();
SELECT gov_create_rule('ledger rule', 'ledger axis', 'per_assignment', '{thing}', 0.5, 30);
SELECT gov_set_rule_status('ledger rule', 'active', 'needed');
SELECT * FROM pg_temp.appended();

-- objects, assignments, ownership; what changes nothing leaves nothing
SELECT gov_register_object('ledger_thing', 'box') AS registered,
       gov_register_object('ledger_thing', 'box') AS again;
SELECT gov_register_object('ledger_thing', 'ball', 'ledger_thing', 'box') AS registered;
SELECT * FROM pg_temp.appended();
SELECT gov_assign('ledger_thing', 'ball', 'ledger axis', 'v1', 'candidate', 0.7, provenance => '{"kind": "test"}',
                  assigned_at => '2024-02-29 12:00:00.123456+00') AS assigned;
SELECT gov_assign('ledger_thing', 'ball', 'ledger axis', 'v1', 'candidate', 0.7, provenance => '{"kind": "test"}',
                  assigned_at => '2024-02-29 12:00:00.123456+00') AS again;
SELECT gov_set_zone('ledger_thing', 'ball', 'ledger axis', 'v1', 'approved', 'looked at');
SELECT gov_unassign('ledger_thing', 'ball', 'ledger axis', 'v1', 'was wrong');
SELECT * FROM pg_temp.appended();
SELECT gov_own('ledger_thing', 'box', 'ledger axis', 'v1', 'LEDGER_A') AS owned;
SELECT gov_own('ledger_thing', 'box', 'ledger axis', 'v1', 'LEDGER_B', effective_to => '2999-01-01 00:00+00',
               reason => 'hand-over', "replace" => true) AS owned;
SELECT gov_own(NULL, NULL, 'ledger axis', 'v1', 'LEDGER_A');
SELECT gov_disown(max(ownership_id), 'not any more') FROM gov_ownership;
SELECT gov_transfer('LEDGER_B', 'LEDGER_A', 'B is gone');
SELECT * FROM pg_temp.appended();
SELECT * FROM gov_assign_many('[{"object_type": "ledger_thing", "object_ref": "box", "axis": "ledger axis", "value": "v1"},
                                {"object_type": "ledger_thing", "object_ref": "ball", "axis": "ledger axis", "value": "v1"}]'::jsonb);
SELECT * FROM pg_temp.appended();
SELECT gov_retire_object('ledger_thing', 'ball', 'lost');
SELECT * FROM pg_temp.appended();

-- enrolling and syncing: one entry each, with counts; a sync of nothing new leaves none
CREATE SCHEMA ledger_shop;
CREATE TABLE ledger_shop.t1 ();
SELECT count(*) > 0 AS enrolled FROM gov_enroll_schema('ledger_shop', '{table}');
SELECT action, target, payload -> 'call' AS call, (payload ->> 'born')::int > 0 AS born FROM pg_temp.appended();
CREATE TABLE ledger_shop.t2 ();
ALTER TABLE ledger_shop.t1 RENAME TO t0;
SELECT count(*) AS synced FROM gov_sync('schema:ledger_shop');
SELECT count(*) AS synced FROM gov_sync('schema:ledger_shop');
SELECT * FROM pg_temp.appended();

-- rights
SELECT gov_grant('reader', 'ledger_role'), gov_revoke('reader', 'ledger_role');
SELECT * FROM pg_temp.appended();

-- a refused act leaves nothing
SAVEPOINT refused;
SELECT gov_ratify('ledger axis', 'v2');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO refused;
SELECT count(*) AS appended FROM pg_temp.appended();

-- direct changes: one entry per statement, with the number of rows, none for no row
INSERT INTO gov_authority (authority, kind) SELECT 'LEDGER_' || n, 'human' FROM generate_series(1, 3) n;
UPDATE gov_authority SET name = 'direct' WHERE authority LIKE 'LEDGER\_%';
UPDATE gov_authority SET name = 'direct' WHERE false;
DELETE FROM gov_authority WHERE authority = 'LEDGER_3';
COPY gov_axis (axis, kind, family) FROM stdin;
ledger copied 1	deterministic	semantic
ledger copied 2	deterministic	semantic
\.
UPDATE gov_source SET enabled = true WHERE source = 'manual';
INSERT INTO gov_source (source, kind) VALUES ('manual', 'manual');
SELECT * FROM pg_temp.appended();

-- so do those under replication role replica, and those in nested code
SET LOCAL session_replication_role = replica;
UPDATE gov_axis SET name = 'replica' WHERE axis = 'ledger copied 1';
RESET session_replication_role;
DO $$ BEGIN UPDATE gov_axis SET name = 'nested' WHERE axis LIKE 'ledger copied %'; END $$;
SELECT * FROM pg_temp.appended();

-- an act that failed inside a block leaves direct changes after it visible
DO $$
BEGIN
    BEGIN
        PERFORM gov_own('ledger_thing', 'box', 'ledger axis', 'v1', 'LEDGER_B');
    EXCEPTION WHEN exclusion_violation THEN
        UPDATE gov_axis SET name = 'after' WHERE axis = 'ledger copied 1';
    END;
END $$;
SELECT * FROM pg_temp.appended();

-- truncating is told, too
SAVEPOINT truncated;
TRUNCATE gov_coverage_rule;
SELECT * FROM pg_temp.appended();
ROLLBACK TO truncated;

-- the actor is the role in use, the login stays
GRANT ledger_role TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO ledger_role;
GRANT EXECUTE ON FUNCTION gov_create_axis TO ledger_role;
SET LOCAL ROLE ledger_role;
SELECT gov_create_axis('ledger other');
RESET ROLE;
SELECT actor, action, login = session_user AS login FROM gov_ledger ORDER BY seq DESC LIMIT 1;

-- what happened to one object, by whatever name
SELECT action, target ->> 'object_ref' AS ref, payload - 'provenance' AS payload FROM gov_history('ledger_thing', 'ball') ORDER BY seq;
UPDATE gov_object SET object_ref = 'bigger box' WHERE object_ref = 'box' AND object_type = 'ledger_thing';
SELECT action, target ->> 'object_ref' AS ref FROM gov_history('ledger_thing', 'bigger box') ORDER BY seq;
SELECT count(*) AS under_its_old_name FROM gov_history('ledger_thing', 'box');
SAVEPOINT unknown;
SELECT * FROM gov_history('ledger_thing', 'none');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO unknown;
SELECT * FROM gov_history(NULL, 'none');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO unknown;

ROLLBACK;

-- what a transaction leaves is chained when it commits, and plain SQL computes the same hashes
DO $$
BEGIN
    PERFORM gov_set_authority('LEDGER_' || n, 'Übermäßig "' || n || '"', 'human') FROM generate_series(1, 40) n;
    PERFORM gov_register_object('ledger_thing', 'kept');
    PERFORM gov_register_object('ledger_thing', 'lost');
    PERFORM gov_retire_object('ledger_thing', 'lost', E'tab\tand\x01control');
END $$;
SELECT * FROM gov_ledger_verify();
BEGIN;
SELECT gov_ledger_head() ~ '^[0-9a-f]{64}$' AS head;
SELECT * FROM gov_ledger_verify(NULL, gov_ledger_head());
SELECT count(*) AS unchained FROM gov_ledger WHERE hash IS NULL;
CREATE FUNCTION pg_temp.field(value text) RETURNS text LANGUAGE sql AS $$
    SELECT octet_length(convert_to(value, 'UTF8')) || ':' || value
$$;
WITH computed AS (
    SELECT hash, prev_hash, lag(hash) OVER w AS before, position, row_number() OVER w AS place, object_id,
           sha256(convert_to('governance-ledger-2'
                || pg_temp.field(coalesce(encode(lag(hash) OVER w, 'hex'), ''))
                || pg_temp.field(position::text)
                || pg_temp.field(seq::text)
                || pg_temp.field((extract(epoch FROM at) * 1000000)::bigint::text)
                || pg_temp.field(actor) || pg_temp.field(login) || pg_temp.field(action)
                || pg_temp.field(target::text) || pg_temp.field(payload::text)
                || pg_temp.field(coalesce(object_id::text, '')), 'UTF8')) AS again
      FROM gov_ledger WINDOW w AS (ORDER BY position)
)
SELECT count(*) > 40 AS entries, bool_and(hash = again) AS same_hashes, count(object_id) > 2 AS with_object,
       bool_and(prev_hash IS NOT DISTINCT FROM before) AS linked, bool_and(position = place) AS without_gaps
  FROM computed;
SELECT action FROM gov_ledger WHERE position = 1;

-- no surrogate id of anything governed is in an entry
SELECT count(*) AS with_ids FROM gov_ledger WHERE (target || payload)::text ~ '_id":';

-- sealing: the oldest go to the archive, the last stays, the chain goes through both
SELECT entries AS sealed, last_seq, digest FROM gov_ledger_seal(now() + interval '1 second') \gset
SELECT :sealed > 30 AS sealed, count(*) = :sealed AS moved, max(seq) = :last_seq AS to_the_last,
       bool_or(encode(hash, 'hex') = :'digest') AS digest
  FROM gov_ledger_archive;
SELECT payload ->> 'digest' = :'digest' AS kept, (payload ->> 'entries')::bigint = :sealed AS counted
  FROM gov_ledger WHERE action = 'ledger_seal' ORDER BY seq DESC LIMIT 1;
SELECT count(*) AS stayed, min(action) AS first_action, max(action) AS last_action FROM gov_ledger;
SELECT count(*) > 0 AS history_reads_both FROM gov_history('ledger_thing', 'lost');
SELECT * FROM gov_ledger_verify();
SELECT * FROM gov_ledger_verify(3);
SELECT * FROM gov_ledger_seal('-infinity');
SELECT * FROM gov_ledger_verify(NULL, gov_ledger_head());
SAVEPOINT wrong;
SELECT * FROM gov_ledger_seal(NULL);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO wrong;
SELECT * FROM gov_ledger_verify(NULL, 'abc');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO wrong;

-- a reader can verify, but neither seal nor write
CREATE ROLE ledger_role;
GRANT USAGE ON SCHEMA public TO ledger_role;
SELECT gov_grant('reader', 'ledger_role');
SET LOCAL ROLE ledger_role;
SELECT count(*) AS broken FROM gov_ledger_verify();
SELECT count(*) > 0 AS history FROM gov_history('ledger_thing', 'kept');
SAVEPOINT reader;
SELECT gov_ledger_seal(now());
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO reader;
INSERT INTO gov_ledger (action) VALUES ('forged');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO reader;
RESET ROLE;
ROLLBACK;
DELETE FROM gov_object WHERE object_type = 'ledger_thing';
DELETE FROM gov_authority WHERE authority LIKE 'LEDGER\_%';

-- in a read-only transaction nothing is chained, and verifying works
BEGIN READ ONLY;
SELECT count(*) AS broken FROM gov_ledger_verify();
SELECT gov_ledger_head() IS NULL OR length(gov_ledger_head()) = 64 AS head;
ROLLBACK;
