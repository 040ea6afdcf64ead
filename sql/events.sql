-- Events fail closed: what gets into the outbox, for every role, and why not.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE ROLE events_writer;
CREATE ROLE events_admin LOGIN;
CREATE ROLE events_agent;
SELECT gov_grant('admin', 'events_admin'), gov_grant('admin', 'events_agent');
GRANT USAGE ON SCHEMA public TO events_writer;
GRANT INSERT, SELECT ON gov_event_outbox TO events_writer;
SELECT gov_set_event_type('shop', 'order.placed', 'orders', 'fast', 'warning');
SELECT domain, type, stream, lane, severity, active FROM gov_event_type ORDER BY domain COLLATE "C", type COLLATE "C";

-- what is tried, in the order in which it is refused: each lacks what comes after, too
CREATE TEMP TABLE attempt (n int, domain text, type text, stream text, lane text, address text, actor text, source text);
INSERT INTO attempt VALUES
    (1, 'shop', 'order.lost', 'x', 'x', NULL, NULL, NULL), (2, 'ship', 'order.placed', 'x', 'x', '', '', ''),
    (3, NULL, NULL, 'x', 'x', NULL, NULL, NULL),
    (4, 'shop', 'order.placed', 'x', 'x', NULL, NULL, NULL), (5, 'shop', 'order.placed', 'orders', 'x', NULL, NULL, NULL),
    (6, 'shop', 'order.placed', 'orders', 'fast', NULL, NULL, NULL), (7, 'shop', 'order.placed', 'orders', 'fast', 'a', '', NULL),
    (8, 'shop', 'order.placed', 'orders', 'fast', 'a', 'b', ''), (9, 'shop', 'order.placed', 'orders', 'fast', 'a', 'b', 'c');
GRANT SELECT ON attempt TO events_writer;
CREATE FUNCTION pg_temp.try_all() RETURNS TABLE (n int, state text, message text, detail text)
LANGUAGE plpgsql AS $$
DECLARE
    a pg_temp.attempt;
BEGIN
    FOR a IN SELECT * FROM pg_temp.attempt ORDER BY attempt.n LOOP
        BEGIN
            INSERT INTO public.gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system)
            VALUES (a.domain, a.type, a.stream, a.lane, a.address, a.actor, a.source);
            RETURN QUERY SELECT a.n, '', 'accepted', '';
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
            RETURN QUERY SELECT a.n, sqlstate::text, sqlerrm::text, detail;
        END;
    END LOOP;
END $$;

-- inactive: nothing gets in, whatever else it says
SELECT * FROM pg_temp.try_all();
SELECT gov_event_activate('shop', 'order.placed');
-- active: the owner of the table, who is a superuser
CREATE TEMP TABLE of_superuser AS SELECT * FROM pg_temp.try_all();
TABLE of_superuser;
-- the same, with triggers of replication alone
SET LOCAL session_replication_role = replica;
SELECT * FROM pg_temp.try_all() EXCEPT TABLE of_superuser;
RESET session_replication_role;
-- a role that was given INSERT, and no more
GRANT SELECT ON of_superuser TO events_writer;
SET LOCAL SESSION AUTHORIZATION events_writer;
SELECT * FROM pg_temp.try_all() EXCEPT TABLE of_superuser;
RESET SESSION AUTHORIZATION;
-- COPY is no way around
COPY gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system) FROM stdin;
shop	order.placed	orders	slow	a	b	c
\.
-- a position is not the writer's to give
INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system, position)
VALUES ('shop', 'order.placed', 'orders', 'fast', 'a', 'b', 'c', 1);
\echo :LAST_ERROR_SQLSTATE

-- what got in is logged, under its identity
SELECT count(*) AS events, count(*) FILTER (WHERE l.emitted AND l.blocked_reason IS NULL
       AND (l.domain, l.type, l.stream, l.lane, l.severity, l.canonical_address, l.actor, l.source_system)
         = (o.domain, o.type, o.stream, o.lane, 'warning', o.canonical_address, o.actor, o.source_system)) AS logged
  FROM gov_event_outbox o LEFT JOIN gov_event_log l USING (event_id) WHERE o.domain = 'shop';

-- and stays as it is, for every role
UPDATE gov_event_outbox SET lane = 'slow';
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_event_outbox SET position = 1;
\echo :LAST_ERROR_SQLSTATE
DELETE FROM gov_event_outbox;
\echo :LAST_ERROR_SQLSTATE
TRUNCATE gov_event_outbox;
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_event_log SET emitted = false;
\echo :LAST_ERROR_SQLSTATE
DELETE FROM gov_event_log;
\echo :LAST_ERROR_SQLSTATE
TRUNCATE gov_event_log CASCADE;
\echo :LAST_ERROR_SQLSTATE
-- nor is the log a way into the outbox
INSERT INTO gov_event_log (event_id, emitted, domain, type, stream, lane, canonical_address, actor, source_system, payload)
VALUES (-1, true, 'a', 'b', 'c', 'd', 'e', 'f', 'g', '{}');
\echo :LAST_ERROR_SQLSTATE

-- what was logged as emitted can come back once its type is closed; nothing else, and nothing else under its identity
CREATE TEMP TABLE saved AS SELECT * FROM gov_event_outbox WHERE domain = 'shop' ORDER BY event_id LIMIT 1;
SELECT count(*) > 0 AS fetched FROM gov_event_fetch('events_gone', 1000);
SELECT gov_event_ack('events_gone', (SELECT delivered FROM gov_event_cursor WHERE consumer = 'events_gone')) > 0 AS acked;
SELECT gov_event_prune('0') LIKE 'ended %' AS pruned;
SELECT gov_event_deactivate('shop', 'order.placed', 'too many');
INSERT INTO gov_event_outbox SELECT * FROM saved;
SELECT count(*) AS back FROM gov_event_outbox JOIN saved USING (event_id);
INSERT INTO gov_event_outbox SELECT (r).* FROM (SELECT jsonb_populate_record(s, '{"actor": "somebody else"}') AS r FROM saved s) x;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO gov_event_outbox (domain, type, stream, lane, canonical_address, actor, source_system)
VALUES ('shop', 'order.placed', 'orders', 'fast', 'a', 'b', 'c');
\echo :LAST_ERROR_SQLSTATE

-- registering, opening and closing types
SELECT gov_set_event_type('shop', 'order.placed', 'orders', 'slow');
SELECT gov_event_activate('shop', 'order.placed'), gov_event_activate('shop', 'order.placed');
SELECT gov_set_event_type('shop', 'order.placed', 'orders', 'fast');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_event_type('shop', 'x', 'orders', 'fast', 'loud');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_set_event_type('shop', '', 'orders', 'fast');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_activate('shop', 'nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_deactivate('shop', 'nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_activate(NULL, 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT action, target, payload FROM gov_ledger WHERE action IN ('set_event_type', 'event_activate', 'event_deactivate')
   AND target ->> 'domain' = 'shop' ORDER BY seq;

-- no agent opens a type
SELECT gov_set_authority('EV-BOT', kind => 'agent', role_name => 'events_agent');
SET LOCAL SESSION AUTHORIZATION events_agent;
SELECT gov_event_activate('governance', 'handoff.object_born');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
-- once gates are armed it takes an approval, by hand too; closing does not
SELECT gov_set_quorum('constitutional', 1, 1, 0, false);
SELECT gov_set_authority('EV-PRESIDENT', kind => 'sovereign', role_name => 'events_admin');
SELECT gov_event_activate('governance', 'handoff.object_born');
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_event_type SET active = true WHERE type = 'handoff.object_born';
\echo :LAST_ERROR_SQLSTATE
UPDATE gov_event_type SET lane = 'fast' WHERE type = 'order.placed';
\echo :LAST_ERROR_SQLSTATE
INSERT INTO gov_event_type (domain, type, stream, lane, severity, active) VALUES ('shop', 'y', 'a', 'b', 'info', true);
\echo :LAST_ERROR_SQLSTATE
INSERT INTO gov_event_type (domain, type, stream, lane, severity, active)
VALUES ('governance', 'handoff.object_born', 'health', 'delayed', 'info', true);
\echo :LAST_ERROR_SQLSTATE
SELECT gov_event_deactivate('shop', 'order.placed');
SELECT domain, type FROM gov_event_type WHERE active;

-- addresses
SELECT governance_internal.gov_event_address('collection', 'agents', 'topic', 'ai-ops'), governance_internal.gov_event_address('table', 'shop."a/b#c%"', NULL, NULL),
       governance_internal.gov_event_address(NULL, NULL, 'topic', NULL), governance_internal.gov_event_address(NULL, NULL, NULL, NULL);

-- listeners get a hint
SET LOCAL governance.notify_channel = 'a name that is longer than the server takes for a channel of its notifications';
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
