-- A sequence that is behind gives nobody another one's identity: a sync brings
-- it up, gov_reconcile brings up all of them, a detector finds them.
BEGIN;
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
CREATE SCHEMA sq;
CREATE TABLE sq.old ();
SELECT * FROM gov_enroll_schema('sq', '{table}') ORDER BY object_type;
INSERT INTO gov_authority (authority, name, kind) VALUES ('sq', 'sq', 'council');
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('sq', 'uncertain', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES ('sq', 'a', 'active');
SELECT gov_own('table', 'sq.old', 'sq', 'a', 'sq') <> '' AS owned;
SELECT max(object_id) AS top FROM gov_object \gset
-- as after a switch to a logical subscriber, or a restore of the tables alone
SELECT setval('gov_object_object_id_seq', :top - 1) = :top - 1 AS behind;
CREATE TABLE sq.new ();
SELECT source, born, renamed, replaced, retired, unchanged FROM gov_sync('schema:sq');
SELECT object_ref, o.object_id > :top AS new_identity, count(w.ownership_id) AS owners
  FROM gov_object AS o LEFT JOIN gov_ownership AS w USING (object_id) WHERE source = 'schema:sq' AND object_type = 'table'
 GROUP BY object_ref, o.object_id ORDER BY object_ref COLLATE "C";
-- one registered by hand
SELECT max(object_id) AS top FROM gov_object \gset
SELECT setval('gov_object_object_id_seq', 1, false) = 1 AS behind;
SELECT gov_register_object('sq thing', 'one') <> '' AS registered;
SELECT object_id > :top AS new_identity FROM gov_object WHERE object_type = 'sq thing' AND object_ref = 'one';
-- an identity far away, given by hand, is not gone on from
SAVEPOINT far;
INSERT INTO gov_object (object_id, object_type, object_ref) VALUES (4611686018427387904, 'sq thing', 'far');
SELECT gov_register_object('sq thing', 'two') <> '' AS registered;
SELECT object_id < 1000000000000 AS near FROM gov_object WHERE object_type = 'sq thing' AND object_ref = 'two';
ROLLBACK TO far;

-- every other one is found
SELECT setval('gov_ownership_ownership_id_seq', 1, false) = 1 AND setval('gov_assignment_assignment_id_seq', 1, false) = 1 AS behind;
SELECT severity, object_type, object_ref, (detail ->> 'needed')::bigint > (detail ->> 'last')::bigint AS behind
  FROM gov_drift_finding WHERE detector = 'sequence_behind' ORDER BY object_ref COLLATE "C";
-- and brought up
SELECT count(*) > 0 AS ran FROM gov_reconcile();
SELECT action, payload ? 'gov_ownership_ownership_id_seq' AS named FROM gov_ledger WHERE action = 'repair_sequences' ORDER BY seq;
SELECT count(*) FROM gov_drift_finding WHERE detector = 'sequence_behind';
SELECT gov_own('table', 'sq.new', 'sq', 'a', 'sq') <> '' AS owned;

-- A sequence at its end is found, and goes on from the rows: whoever writes all
-- data set it there, and every act would fail from then on.
CREATE ROLE sq_writer;
GRANT pg_write_all_data TO sq_writer;
GRANT USAGE ON SCHEMA public, governance_internal TO sq_writer;
SET LOCAL ROLE sq_writer;
SELECT count(setval(s.oid::regclass, 9223372036854775807)) AS sequences FROM pg_class AS s WHERE s.relkind = 'S' AND s.relname LIKE 'gov\_%' \gset
RESET ROLE;
SELECT count(*) = :sequences AS found, bool_and((detail ->> 'needed')::bigint < 1000000000000) AS near FROM gov_drift_finding WHERE detector IN ('sequence_behind', 'detector_failed');
SELECT gov_register_object('sq thing', 'three');
SELECT gov_own('table', 'sq.new', 'sq', 'a', 'sq', 'supporting');
SELECT count(*) > 0 AS ran FROM gov_reconcile();
SELECT count(*) FROM gov_drift_finding WHERE detector IN ('sequence_behind', 'detector_failed');
SELECT gov_register_object('sq thing', 'three');
SELECT gov_own('table', 'sq.new', 'sq', 'a', 'sq', 'supporting');
SELECT count(*) AS broken FROM gov_ledger_verify();
-- rows near the end, written since, are not met
SELECT setval('gov_object_object_id_seq', 9223372036854775807 - 2000000000000) > 0 AS far;
SELECT gov_register_object('sq thing', n) FROM unnest('{four,five,six}'::text[]) AS n;
SELECT setval('gov_object_object_id_seq', 9223372036854775807) > 0 AS at_its_end;
SELECT gov_register_object('sq thing', n) FROM unnest('{seven,eight}'::text[]) AS n;
ROLLBACK;
\set ON_ERROR_ROLLBACK off
