-- No object with owners or classes of its own leaves quietly: each way is a
-- finding that names what came in its place.
BEGIN;
\set ON_ERROR_ROLLBACK on
SET LOCAL client_min_messages = warning;
CREATE SCHEMA away;
CREATE SCHEMA outside;
SELECT format('CREATE TABLE away.t%s ()', n) FROM generate_series(1, 60) n \gexec
CREATE TABLE away.moved (id int);
CREATE TABLE away.online (id int);
CREATE TABLE away.parted (id int);
CREATE TABLE away.kind (id int);
CREATE TABLE away.dropped (id int);
CREATE TABLE away.plain (id int);
CREATE TABLE away.drafts_new (id int);
CREATE FUNCTION away.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION away.f(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT count(*) AS types FROM gov_enroll_schema('away');
SELECT count(gov_register_object('away_thing', 'by hand'));
SELECT gov_set_authority('AWAY', 'Away', 'council'), gov_create_axis('away-axis', 'Away', 'deterministic', 'structural');
SELECT gov_set_axis_status('away-axis', 'active'), gov_propose_value('away-axis', 'v');
SELECT gov_ratify('away-axis', 'v');
SELECT count(gov_own(object_type, object_ref, 'away-axis', 'v', 'AWAY', effective_from => now() - interval '1 day')) AS owned FROM gov_object
 WHERE object_ref IN ('away.moved', 'away.online', 'away.parted', 'away.kind', 'away.f(integer)', 'by hand', 'away.t1');
SELECT count(gov_assign(object_type, object_ref, 'away-axis', 'v', 'approved', provenance => '{"k": 1}')) AS assigned FROM gov_object
 WHERE object_ref IN ('away.moved', 'away.dropped');
CREATE TEMP VIEW left_away AS SELECT f.severity, f.object_type, f.object_ref, f.detail
  FROM gov_drift_finding f WHERE f.detector = 'governance_left' ORDER BY f.object_ref COLLATE "C";
SELECT * FROM left_away;

-- moved to a schema that is not enrolled
ALTER TABLE away.moved SET SCHEMA outside;
-- renamed away while a new table takes the name; a reconcile in between
ALTER TABLE away.online RENAME TO online_old;
CREATE TABLE away.online (id int, name text);
-- renamed first, and later made a partition of a new parent of its name
ALTER TABLE away.parted RENAME TO parted_1;
-- another kind
DROP TABLE away.kind;
CREATE SEQUENCE away.kind;
-- another signature, of a name that was not unique
DROP FUNCTION away.f(int);
CREATE FUNCTION away.f(bigint) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- dropped; one without anything of its own, too, and one retired by hand
DROP TABLE away.dropped, away.plain;
SELECT gov_retire_object('away_thing', 'by hand', 'meant to go') <> '' AS retired;
SELECT metric, changes FROM gov_reconcile() WHERE metric = 'objects';
SELECT * FROM left_away;
CREATE TABLE away.parted (id int) PARTITION BY RANGE (id);
ALTER TABLE away.parted ATTACH PARTITION away.parted_1 FOR VALUES FROM (1) TO (2);
DROP TABLE away.online_old;
SELECT changes FROM gov_sync('schema:away');
SELECT * FROM left_away WHERE object_ref ~ 'online|parted';

-- a name that was only a stage is no loss: it had nothing then
ALTER TABLE away.drafts_new RENAME TO drafts;
SELECT changes FROM gov_sync('schema:away');
SELECT gov_own('table', 'away.drafts', 'away-axis', 'v', 'AWAY') <> '' AS owned;
CREATE TABLE away.drafts_new (id int);
SELECT changes FROM gov_sync('schema:away');
SELECT * FROM left_away WHERE object_ref ~ 'draft';

-- what came in its place has an owner by now: the rest is only gone
SELECT gov_own('sequence', 'away.kind', 'away-axis', 'v', 'AWAY') <> '' AS owned;
SELECT * FROM left_away WHERE object_ref ~ 'kind';
-- back again: no finding
ALTER TABLE outside.moved SET SCHEMA away;
SELECT changes FROM gov_sync('schema:away');
SELECT * FROM left_away WHERE object_ref ~ 'moved';
-- acknowledged: not open
SELECT count(*) > 0 AS scanned FROM gov_scan();
SELECT gov_acknowledge(finding_id, reason => 'was not needed any more') <> '' AS acknowledged FROM gov_drift_state WHERE detector = 'governance_left' AND object_ref = 'away.dropped';
SELECT object_ref, status FROM gov_drift_state WHERE detector = 'governance_left' AND object_ref ~ 'dropped|online' ORDER BY object_ref COLLATE "C";

-- a swap that was taken back is none; what it was called in between counts for nothing
CREATE TABLE away.pair_a (id int);
CREATE TABLE away.pair_b (id int);
SELECT changes FROM gov_sync('schema:away');
SELECT gov_own('table', 'away.pair_a', 'away-axis', 'v', 'AWAY', effective_from => now() - interval '1 day') <> '' AS owned;
ALTER TABLE away.pair_a RENAME TO pair_c;
ALTER TABLE away.pair_b RENAME TO pair_a;
ALTER TABLE away.pair_c RENAME TO pair_b;
SELECT changes FROM gov_sync('schema:away');
SELECT object_ref, detail ->> 'why' AS why, detail ->> 'to_ref' AS to_ref FROM left_away WHERE object_ref ~ 'pair';
ALTER TABLE away.pair_a RENAME TO pair_c;
ALTER TABLE away.pair_b RENAME TO pair_a;
ALTER TABLE away.pair_c RENAME TO pair_b;
SELECT changes FROM gov_sync('schema:away');
SELECT object_ref, detail ->> 'why' AS why, detail ->> 'to_ref' AS to_ref FROM left_away WHERE object_ref ~ 'pair';
-- a view over the table itself keeps its former name for who still uses it; one over something else does not
ALTER TABLE away.pair_a RENAME TO pair_new;
CREATE VIEW away.pair_a AS SELECT * FROM away.pair_new;
SELECT changes FROM gov_sync('schema:away');
SELECT object_ref, detail ->> 'why' AS why, detail ->> 'to_ref' AS to_ref FROM left_away WHERE object_ref ~ 'pair';
CREATE OR REPLACE VIEW away.pair_a AS SELECT * FROM away.pair_b;
SELECT object_ref, detail ->> 'why' AS why, detail ->> 'to_ref' AS to_ref FROM left_away WHERE object_ref ~ 'pair';
DROP VIEW away.pair_a;
SELECT changes FROM gov_sync('schema:away');

-- schemas swapped by two renames: the one that bears the name now is not governed
CREATE SCHEMA away_new;
CREATE TABLE away_new.online (id int);
ALTER SCHEMA away RENAME TO away_old;
ALTER SCHEMA away_new RENAME TO away;
SELECT source, renamed, retired FROM gov_sync();
SELECT * FROM left_away WHERE detail ->> 'to_type' = 'schema';
ROLLBACK;

-- retention that drops partitions never trips the brake, though it drops most of them
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA keep;
CREATE TABLE keep.log (day int) PARTITION BY RANGE (day);
SELECT format('CREATE TABLE keep.log_%s PARTITION OF keep.log FOR VALUES FROM (%s) TO (%s)', n, n, n + 1) FROM generate_series(1, 40) n \gexec
SELECT count(*) AS types FROM gov_enroll_schema('keep', ARRAY['table']);
SELECT format('DROP TABLE keep.log_%s', n) FROM generate_series(1, 38) n \gexec
SELECT retired FROM gov_sync('schema:keep');
SELECT format('CREATE TABLE keep.log_%s PARTITION OF keep.log FOR VALUES FROM (%s) TO (%s)', n, n, n + 1) FROM generate_series(1, 38) n \gexec
SELECT revived FROM gov_sync('schema:keep');
-- the whole table counts once, not with all that lives in it
DROP TABLE keep.log;
SELECT retired FROM gov_sync('schema:keep');
ROLLBACK;
