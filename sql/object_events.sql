-- What became of objects is told: by the act that saw it, in the object's
-- history, and by the names that it had.
BEGIN;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA life;
CREATE TABLE life.customers (id int);
CREATE TABLE life.orders (id int);
CREATE TABLE life.notes (id int);
CREATE VIEW life.recent AS SELECT 1 AS one;
SELECT * FROM gov_enroll_schema('life', ARRAY['table', 'view']) ORDER BY object_type COLLATE "C";
\set event 'SELECT e.event, e.former_type, e.former_ref, e.object_type, e.object_ref, c.object_ref AS container, f.object_ref AS former_container FROM gov_object_event e LEFT JOIN gov_object c ON c.object_id = e.container_id LEFT JOIN gov_object f ON f.object_id = e.former_container WHERE e.seq = (SELECT max(seq) FROM gov_object_event) ORDER BY e.object_ref COLLATE "C", e.event'
:event;

-- nothing happened: nothing is told, and nothing written
SELECT count(*) AS events FROM gov_object_event \gset before_
SELECT changes FROM gov_sync('schema:life');
SELECT count(*) - :before_events AS written FROM gov_object_event;

-- a dry run tells what would be born, renamed and retired, by name, and leaves nothing
ALTER TABLE life.orders RENAME TO purchases;
DROP TABLE life.notes;
CREATE TABLE life.invoices (id int);
SELECT metric, after - before AS difference, changes FROM gov_reconcile(dry_run => true) WHERE metric = 'objects';
SELECT count(*) - :before_events AS written FROM gov_object_event;
SELECT metric, after - before AS difference, changes FROM gov_reconcile() WHERE metric = 'objects';
:event;

-- a swap of two names, a move to another schema that is enrolled, and a replaced table
CREATE SCHEMA "other Life";
SELECT objects FROM gov_enroll_schema('other Life', ARRAY['table']);
ALTER TABLE life.customers RENAME TO aside;
ALTER TABLE life.purchases RENAME TO customers;
ALTER TABLE life.aside RENAME TO purchases;
ALTER TABLE life.invoices SET SCHEMA "other Life";
SELECT source, renamed, moved, changes FROM gov_sync() ORDER BY source COLLATE "C";
DROP TABLE life.customers;
CREATE TABLE life.customers (id int, name text);
SELECT replaced, changes FROM gov_sync('schema:life');
:event;

-- what is back is back
CREATE TABLE life.notes (id int);
SELECT revived, born, changes FROM gov_sync('schema:life');
:event;

-- more than ten: the first ten, and how many more
SELECT format('CREATE TABLE life.t%s ()', lpad(n::text, 2, '0')) FROM generate_series(1, 12) n \gexec
SELECT born, changes FROM gov_sync('schema:life');
SELECT format('DROP TABLE life.t%s', lpad(n::text, 2, '0')) FROM generate_series(1, 12) n \gexec
SELECT retired, split_part(changes, E'\n', 11) AS eleventh FROM gov_sync('schema:life', force => true);

-- what the brake holds back has not happened: no event, though the rest is done
SELECT format('CREATE TABLE life.t%s ()', lpad(n::text, 2, '0')) FROM generate_series(21, 40) n \gexec
SELECT born FROM gov_sync('schema:life');
SELECT format('DROP TABLE life.t%s', lpad(n::text, 2, '0')) FROM generate_series(21, 40) n \gexec
CREATE TABLE life.beside (id int);
SET LOCAL client_min_messages = error;
SELECT metric, changes FROM gov_reconcile() WHERE metric = 'objects';
RESET client_min_messages;
SELECT retired FROM gov_sync('schema:life', force => true);

-- the entry has their number and their digest, which the rows still give
SELECT l.action, l.payload - 'events' AS counts, l.payload ->> 'events' = governance_internal.gov_object_event_digest(l.seq) AS as_noted
  FROM gov_ledger l WHERE l.target ->> 'source' = 'schema:life' ORDER BY l.seq;
SAVEPOINT forged;
ALTER TABLE gov_object_event DISABLE TRIGGER gov_record_guard;
UPDATE gov_object_event SET object_ref = 'life.forged' WHERE object_ref = 'life.purchases' AND former_ref IS NOT NULL;
SELECT count(*) AS no_more FROM gov_ledger l WHERE l.payload ->> 'events' <> governance_internal.gov_object_event_digest(l.seq);
ROLLBACK TO forged;
UPDATE gov_object_event SET object_ref = 'life.forged';
DELETE FROM gov_object_event;

-- of an object registered by hand, the entry itself tells: nothing twice
SELECT gov_register_object('life_thing', 'box'), gov_register_object('life_thing', 'ball', 'life_thing', 'box');
SELECT gov_register_object('life_thing', 'bag'), gov_register_object('life_thing', 'ball', 'life_thing', 'bag');
SELECT gov_register_object('life_thing', 'ball', 'life_thing', 'bag');
SELECT gov_retire_object('life_thing', 'ball', 'lost'), gov_register_object('life_thing', 'ball');
SELECT action, payload FROM gov_history('life_thing', 'ball') ORDER BY seq;
SELECT e.event, c.object_ref AS container, f.object_ref AS former_container
  FROM gov_object_event e JOIN gov_object o USING (object_id) LEFT JOIN gov_object c ON c.object_id = e.container_id LEFT JOIN gov_object f ON f.object_id = e.former_container
 WHERE o.object_ref = 'ball' ORDER BY e.seq;

-- the history of an object: events among the entries, acts on many too
SELECT gov_set_authority('LIFE', 'Life', 'council'), gov_create_axis('life-axis', 'Life', 'deterministic', 'structural');
SELECT gov_set_axis_status('life-axis', 'active'), gov_propose_value('life-axis', 'a'), gov_propose_value('life-axis', 'b');
SELECT gov_ratify('life-axis', 'a'), gov_ratify('life-axis', 'b');
SELECT gov_own('table', 'life.purchases', 'life-axis', 'a', 'LIFE');
SELECT * FROM gov_assign_many('[{"object_type": "table", "object_ref": "life.purchases", "axis": "life-axis", "value": "a"}]'::jsonb);
SELECT gov_merge('life-axis', 'a', 'b', 'the same');
ALTER TABLE life.purchases RENAME TO sales;
SELECT changes FROM gov_sync('schema:life');
SELECT h.action, h.target, h.payload - 'evidence' - 'effective_from' - 'call' - 'events' AS payload FROM gov_history('table', 'life.sales') h ORDER BY h.seq, h.action;
SELECT count(*) AS by_its_former_name FROM gov_history('table', 'life.aside') h;
SELECT count(*) AS by_its_former_name FROM gov_history('table', 'life.purchases') h;

-- names, former ones too
SELECT object_type, object_ref, was_type, was_ref, was_from IS NOT NULL AS began, was_until IS NOT NULL AS ended, retired_at IS NOT NULL AS retired FROM gov_find_object('life.customers');
SELECT object_type, object_ref, was_ref, was_until IS NOT NULL AS ended FROM gov_find_object('life.orders');
SELECT object_type, object_ref, was_ref, was_until IS NOT NULL AS ended FROM gov_find_object('life.invoices');
SELECT object_type, object_ref, was_ref, was_until IS NOT NULL AS ended, retired_at IS NOT NULL AS retired FROM gov_find_object('life.notes');
SELECT object_type, object_ref, was_ref, was_until IS NOT NULL AS ended, retired_at IS NOT NULL AS retired FROM gov_find_object('life.t01');
SELECT count(*) AS nothing_guessed FROM gov_find_object('life.custom');
SELECT * FROM gov_find_object(NULL);
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT e.object_id FROM gov_object_event e WHERE e.former_ref = 'life.orders';

RESET enable_seqscan;
RESET enable_bitmapscan;

-- Oracle, in plain SQL: the last event of an object gives its present name, container and state;
-- each event goes on where the one before it ended; what was born was born once.
SELECT 'present name' AS wrong, o.object_type, o.object_ref FROM gov_object o
  JOIN LATERAL (SELECT e.* FROM gov_object_event e WHERE e.object_id = o.object_id ORDER BY e.seq DESC LIMIT 1) l ON true
 WHERE (l.object_type, l.object_ref, l.event = 'retired') IS DISTINCT FROM (o.object_type, o.object_ref, o.retired_at IS NOT NULL)
    OR (o.retired_at IS NULL AND l.container_id IS DISTINCT FROM o.container_id)
UNION ALL
SELECT 'broken off', p.object_type, p.object_ref
  FROM (SELECT e.*, lag(e.object_ref) OVER w AS before_ref, lag(e.object_type) OVER w AS before_type, lag(e.event) OVER w AS before_event,
               row_number() OVER w AS n
          FROM gov_object_event e WINDOW w AS (PARTITION BY e.object_id ORDER BY e.seq)) p
 WHERE (p.n = 1) <> (p.event = 'born')
    OR (p.before_event = 'retired') IS DISTINCT FROM (p.event = 'revived') AND p.n > 1
    OR p.n > 1 AND (coalesce(p.former_type, p.object_type), coalesce(p.former_ref, p.object_ref)) <> (p.before_type, p.before_ref)
UNION ALL
SELECT 'no event', o.object_type, o.object_ref FROM gov_object o
 WHERE (o.source <> 'manual' OR o.object_type = 'life_thing') AND NOT EXISTS (SELECT FROM gov_object_event e WHERE e.object_id = o.object_id);
ROLLBACK;
