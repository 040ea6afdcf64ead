-- Delivery: in the order of positions, at least once, never a step back.
BEGIN;
\set ON_ERROR_ROLLBACK on
SELECT gov_event_activate('governance', 'handoff.object_born');
CREATE PROCEDURE pg_temp.put(from_n int, to_n int) LANGUAGE sql AS $$
    INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system, payload)
    SELECT 'governance', 'handoff.object_born', 'health', 'delayed', 'gov:t/' || n, 'me', 'test', jsonb_build_object('n', n)
      FROM generate_series(from_n, to_n) n
$$;
CREATE VIEW pg_temp.cursors AS SELECT consumer, position, delivered, fetches, events, acks FROM gov_event_cursor ORDER BY consumer COLLATE "C";
CALL pg_temp.put(1, 25);
SELECT count(*) AS without_position FROM gov_event_outbox WHERE position IS NULL;

-- the next 10, again until they are acknowledged
SELECT position, payload FROM gov_event_fetch('c1', 10);
SELECT count(*), min(position), max(position) FROM gov_event_fetch('c1', 10);
SELECT * FROM pg_temp.cursors;
SELECT gov_event_ack('c1', 10);
SELECT count(*), min(position), max(position) FROM gov_event_fetch('c1', 10);
SELECT gov_event_ack('c1', 20);
-- 20 again, and 10: nothing changes
SELECT gov_event_ack('c1', 20), gov_event_ack('c1', 10), gov_event_ack('c1', -1);
SELECT * FROM pg_temp.cursors;
-- not beyond what was delivered
SELECT gov_event_ack('c1', 21);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*), min(position), max(position) FROM gov_event_fetch('c1');
SELECT gov_event_ack('c1', 21), gov_event_ack('c1', 25);
SELECT count(*) FROM gov_event_fetch('c1');
-- another consumer is on its own; what is new comes last
CALL pg_temp.put(26, 27);
SELECT count(*), min(position), max(position), count(DISTINCT event_id) FROM gov_event_fetch('c2', 26);
SELECT position, payload FROM gov_event_fetch('c1', 1);
SELECT position, domain, type, stream, lane, canonical_address, actor, source_system, payload, created_at = now() AS now
  FROM gov_event_fetch('c1', 5);
-- a fetch that is undone delivered nothing
SAVEPOINT undone;
SELECT count(*) FROM gov_event_fetch('c3');
ROLLBACK TO undone;
SELECT gov_event_ack('c3', 1);
\echo :LAST_ERROR_SQLSTATE

-- retention: what every consumer has acknowledged; the last stays, so that positions go on
SELECT gov_event_prune('0'), gov_event_prune('1 hour');
SELECT gov_event_ack('c2', 12);
SELECT gov_event_prune('0');
SELECT count(*), min(position) FROM gov_event_fetch('c4');
SELECT gov_event_forget('c4', 'never to come back'), gov_event_forget('c2');
SELECT gov_event_ack('c1', 27);
SELECT gov_event_prune('0');
SELECT position FROM gov_event_outbox;
CALL pg_temp.put(28, 28);
SELECT position, payload FROM gov_event_fetch('c1');
SELECT count(*) AS logged FROM gov_event_log WHERE domain = 'governance' AND type = 'handoff.object_born' AND emitted;
SELECT action, target, payload FROM gov_ledger WHERE action IN ('event_prune', 'event_forget') ORDER BY seq DESC LIMIT 4;
SELECT gov_event_forget('c2');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_prune('-1 day');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_prune(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_fetch('c1', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_fetch('', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_fetch('c1', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_ack('c1', NULL);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- positions are not given where nothing can be written
BEGIN READ ONLY;
SELECT gov_event_fetch('c1');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
