-- What is changed by hand stands in the ledger with the columns that changed
-- and, of a single row, which one and what it was before and after.
\set SHOW_CONTEXT never
\set ECHO all
SET client_min_messages = warning;
SELECT gov_create_axis('by_hand');
SELECT gov_propose_value('by_hand', 'Q "x"', name => 'before');
SELECT gov_propose_value('by_hand', 'other');
SELECT max(seq) AS start FROM gov_ledger \gset

-- one row: the key as it was, and what differs, no column that was set to what it is
UPDATE gov_axis SET name = 'By hand', kind = 'deterministic' WHERE axis = 'by_hand';
UPDATE gov_axis SET name = NULL WHERE axis = 'by_hand';
UPDATE gov_axis_value SET value = 'renamed', name = 'after' WHERE axis = 'by_hand' AND value = 'Q "x"';
-- a trigger of ours that changes more than was set
UPDATE gov_axis_value SET status = 'retired' WHERE axis = 'by_hand' AND value = 'other';
-- several rows: the columns; none: no entry
UPDATE gov_axis_value SET name = 'all' WHERE axis = 'by_hand';
UPDATE gov_axis_value SET name = 'none' WHERE axis = 'by_hand' AND value = 'unknown';
-- rows that come and go
INSERT INTO gov_label (label, facet) VALUES ('by-hand-1', 'f');
INSERT INTO gov_label (label, facet) VALUES ('by-hand-2', 'f'), ('by-hand-3', 'f');
DELETE FROM gov_label WHERE label = 'by-hand-1';
DELETE FROM gov_label WHERE label LIKE 'by-hand-%';
-- a table without a key
INSERT INTO gov_label_projection (object_type, object_ref, label, projected_at) VALUES ('table', 'a.b', 'x', '2020-01-01 00:00+00');
UPDATE gov_label_projection SET label = 'y' WHERE object_ref = 'a.b';
DELETE FROM gov_label_projection WHERE object_ref = 'a.b';
-- an upsert is the two statements that it may be
INSERT INTO gov_label (label, facet) VALUES ('by-hand-4', 'f') ON CONFLICT (label) DO UPDATE SET facet = 'g';
INSERT INTO gov_label (label, facet) VALUES ('by-hand-4', 'f') ON CONFLICT (label) DO UPDATE SET facet = 'g';
-- a large value is told by its size, and the change is not refused
UPDATE gov_axis_value SET provenance = jsonb_build_object('kind', repeat('x', 100000)) WHERE axis = 'by_hand' AND value = 'renamed';
-- times in one form, whatever the session's
SET TimeZone = 'Asia/Tokyo';
UPDATE gov_axis_value SET created_at = '2020-01-01 12:00+00' WHERE axis = 'by_hand' AND value = 'renamed';
UPDATE gov_axis_value SET created_at = '2021-01-01 12:00+00' WHERE axis = 'by_hand' AND value = 'renamed';
RESET TimeZone;
SELECT target ->> 'table' AS "table", payload - '{before,after}'::text[] AS what
  FROM gov_ledger WHERE seq > :start AND action = 'dml' ORDER BY seq;
SELECT target ->> 'table' AS "table", (payload -> 'before') - '{created_at,status_changed_at}'::text[] AS before,
       (payload -> 'after') - '{created_at,status_changed_at}'::text[] AS after
  FROM gov_ledger WHERE seq > :start AND action = 'dml' AND payload ->> 'rows' = '1' ORDER BY seq;
SELECT payload -> 'before' -> 'created_at' AS before, payload -> 'after' -> 'created_at' AS after
  FROM gov_ledger WHERE seq > :start AND payload -> 'columns' = '["created_at"]' ORDER BY seq DESC LIMIT 1;
-- a row of a number is told whole, but for numbers, and its object's history has the change
SELECT gov_register_object('table', 'by.hand');
SELECT gov_assign('table', 'by.hand', 'by_hand', 'renamed');
UPDATE gov_assignment SET confidence = 0.5 WHERE axis = 'by_hand';
SELECT action, payload - '{before,after}'::text[] AS payload, payload -> 'before' ->> 'confidence' AS before, payload -> 'after' ->> 'confidence' AS after,
       payload -> 'after' ->> 'value' AS value FROM gov_history('table', 'by.hand') WHERE action = 'dml';
DELETE FROM gov_assignment WHERE axis = 'by_hand';
DELETE FROM gov_object WHERE object_ref = 'by.hand';
SELECT count(*) AS with_numbers FROM gov_ledger WHERE (target || payload)::text ~ '_id":';
-- what an act writes is the act's
SELECT max(seq) AS start FROM gov_ledger \gset
SELECT gov_propose_value('by_hand', 'third');
SELECT action FROM gov_ledger WHERE seq > :start;
SELECT * FROM gov_ledger_verify();

DELETE FROM gov_label WHERE label LIKE 'by-hand-%';
DELETE FROM gov_axis_value WHERE axis = 'by_hand';
DELETE FROM gov_axis WHERE axis = 'by_hand';
