-- Relations of the application that break: gov_reconcile goes on with everything
-- else, says what is wrong and how to get out of it, and loses no fact.
BEGIN;
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
CREATE ROLE br_steward;
SELECT gov_grant('steward', 'br_steward');
CREATE SCHEMA br;
GRANT USAGE ON SCHEMA br TO br_steward;
CREATE TABLE br.labels (label text, facet text, name text, status text);
INSERT INTO br.labels VALUES ('L', 'F', 'l', 'active');
CREATE TABLE br.rules (object_type text, object_ref text, label text, status text);
CREATE TABLE br.shown (object_type text, object_ref text, projected_at timestamptz);
CREATE TABLE br.things (object_type text, object_ref text, container_type text, container_ref text);
INSERT INTO br.things VALUES ('br', 'a', NULL, NULL), ('br', 'b', NULL, NULL);
CREATE PROCEDURE pg_temp.own(relation text) LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('ALTER TABLE br.%I OWNER TO br_steward', relation); END $$;
CALL pg_temp.own('labels');
CALL pg_temp.own('rules');
CALL pg_temp.own('shown');
CALL pg_temp.own('things');
SET LOCAL SESSION AUTHORIZATION br_steward;
SELECT gov_bind('vocabulary', 'br.labels'), gov_bind('label_rule', 'br.rules');
SELECT object_type, live FROM gov_enroll_relation('br-things', 'br.things') AS e (object_type, live);
RESET SESSION AUTHORIZATION;
SELECT gov_set_authority('BR', kind => 'human');
SELECT gov_create_axis('br', fallback => 'BR'), gov_set_axis_status('br', 'active'), gov_propose_value('br', 'v'), gov_ratify('br', 'v'), gov_map_label('br', 'v', 'L');
SELECT count(gov_assign('br', ref, 'br', 'v', 'approved', provenance => '{"kind": "x"}')) FROM unnest('{a,b}'::text[]) AS ref;
SET LOCAL SESSION AUTHORIZATION br_steward;
SELECT gov_set_projection('br', 'br', 'br.shown');
RESET SESSION AUTHORIZATION;
CREATE VIEW pg_temp.decided AS SELECT o.object_ref, d.decision, d.superseded_at IS NULL AS live
  FROM gov_decision AS d JOIN gov_object AS o USING (object_id) WHERE d.axis = 'br' ORDER BY o.object_ref COLLATE "C", d.decision_id;
CREATE VIEW pg_temp.failed AS SELECT object_ref AS detector, detail ->> 'message' AS message, detail ->> 'hint' AS hint
  FROM gov_drift_state WHERE detector = 'detector_failed' AND status = 'open' ORDER BY object_ref COLLATE "C";
CREATE FUNCTION pg_temp.run() RETURNS TABLE (metric text, before bigint, after bigint) LANGUAGE sql AS $$
    SELECT metric, before, after FROM gov_reconcile() WHERE metric IN ('objects', 'divergent', 'projection_gaps', 'decisions', 'sync_blocked') $$;
SELECT * FROM pg_temp.run();
TABLE pg_temp.decided;
TABLE pg_temp.failed;

-- A bound relation that is gone: an empty vocabulary would take both decisions back.
CREATE TABLE br.kept AS TABLE br.labels;
CALL pg_temp.own('kept');
DROP TABLE br.labels;
INSERT INTO br.things VALUES ('br', 'c', NULL, NULL);
SELECT * FROM pg_temp.run();
TABLE pg_temp.decided;
TABLE pg_temp.failed;
SELECT summary #> '{metrics,objects}' AS objects, summary #> '{metrics,divergent}' AS divergent FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1;
-- a dry run says the same, a scan alone needs none of it
SELECT * FROM gov_reconcile(dry_run => true) WHERE metric IN ('objects', 'decisions');
SELECT gov_scan() > 0 AS scanned;
SELECT count(*) AS failed FROM pg_temp.failed;
-- nothing is written a second time
CREATE TEMP TABLE before AS SELECT xmin AS version, finding_id FROM gov_finding;
SELECT count(*) AS same FROM gov_reconcile() WHERE metric = 'open_findings' AND before = after;
SELECT count(*) AS written FROM (SELECT xmin, finding_id FROM gov_finding EXCEPT TABLE before) AS d;

-- One that lost a column, a right, its reader; one that is no relation; one that raises.
CREATE TABLE br.labels AS SELECT label, facet, name FROM br.kept;
CALL pg_temp.own('labels');
REVOKE ALL ON br.labels FROM br_steward;
SELECT * FROM pg_temp.run() WHERE metric = 'decisions';
ALTER TABLE br.labels ADD status text DEFAULT 'active';
SELECT * FROM pg_temp.run() WHERE metric = 'decisions';
UPDATE gov_binding SET registered_by = 'br_nobody', registered_oid = 1 WHERE binding = 'vocabulary';
SELECT * FROM pg_temp.run() WHERE metric = 'decisions';
UPDATE gov_binding SET registered_by = 'br_steward', registered_oid = 'br_steward'::regrole WHERE binding = 'vocabulary';
DROP TABLE br.labels;
CREATE SEQUENCE br.labels;
ALTER SEQUENCE br.labels OWNER TO br_steward;
SELECT * FROM pg_temp.run() WHERE metric = 'decisions';
DROP SEQUENCE br.labels;
CREATE VIEW br.labels AS SELECT label, facet, (1 / (SELECT 0))::text AS name, status FROM br.kept WHERE (1 / (SELECT 0)) > 0;
CALL pg_temp.own('labels');
\set SHOW_CONTEXT always
SELECT * FROM gov_reconcile() WHERE metric = 'decisions';
\set SHOW_CONTEXT never
TABLE pg_temp.failed;
TABLE pg_temp.decided;
-- what is nobody's fault ends the whole run: it took too long
CREATE OR REPLACE VIEW br.labels AS SELECT label, facet, pg_sleep(2)::text AS name, status FROM br.kept WHERE pg_sleep(2) IS NOT NULL;
SET LOCAL statement_timeout = '200ms';
SELECT * FROM gov_reconcile();
\echo :LAST_ERROR_SQLSTATE
RESET statement_timeout;
DROP VIEW br.labels;

-- Mended, or unbound, everything is as it was, and policy decides again.
ALTER TABLE br.kept RENAME TO labels;
SELECT count(gov_assign('br', 'c', 'br', 'v', 'approved', provenance => '{"kind": "x"}'));
SELECT * FROM pg_temp.run();
TABLE pg_temp.decided;
TABLE pg_temp.failed;
-- an error without anything bound is nobody's but ours
SELECT gov_unbind('vocabulary'), gov_unbind('label_rule'), gov_set_label('L', 'F');
CREATE FUNCTION pg_temp.stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'stumbled'; END $$;
CREATE TRIGGER stumble BEFORE INSERT ON gov_decision FOR EACH ROW EXECUTE FUNCTION pg_temp.stumble();
SELECT gov_register_object('br', 'd') AS registered,
       gov_assign('br', 'd', 'br', 'v', 'approved', provenance => '{"kind": "x"}') AS assigned;
SELECT * FROM gov_reconcile();
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER stumble ON gov_decision;

-- A projection whose relation is gone or closed: that is a finding; its detector goes on.
CREATE VIEW pg_temp.closed AS SELECT object_ref AS projection, severity, detail FROM gov_drift_state
 WHERE detector = 'projection_lag_timing' AND object_type = 'projection' AND status = 'open';
CREATE TABLE br.kept AS TABLE br.shown;
DROP TABLE br.shown;
SELECT * FROM pg_temp.run() WHERE metric = 'decisions';
TABLE pg_temp.failed;
TABLE pg_temp.closed;
ALTER TABLE br.kept RENAME TO shown;
CALL pg_temp.own('shown');
REVOKE SELECT ON br.shown FROM br_steward;
SELECT gov_scan() > 0 AS scanned;
TABLE pg_temp.closed;
SELECT gov_set_projection('br', enabled => false);

-- An enrolled relation that raises, lost a right or a column: its source is left as it is.
ALTER TABLE br.things RENAME TO kept;
CREATE VIEW br.things AS SELECT object_type, CASE WHEN object_ref < 'z' THEN (1 / (SELECT 0))::text END AS object_ref, container_type, container_ref FROM br.kept;
CALL pg_temp.own('things');
SELECT * FROM pg_temp.run() WHERE metric IN ('objects', 'sync_blocked');
\set SHOW_CONTEXT errors
SELECT * FROM gov_sync('br-things');
\echo :LAST_ERROR_SQLSTATE
\set SHOW_CONTEXT never
REVOKE SELECT ON br.things FROM br_steward;
SELECT * FROM pg_temp.run() WHERE metric IN ('objects', 'sync_blocked');
DROP VIEW br.things;
CREATE VIEW br.things AS SELECT object_type, object_ref FROM br.kept;
CALL pg_temp.own('things');
SELECT * FROM pg_temp.run() WHERE metric IN ('objects', 'sync_blocked');
SELECT object_ref, detail - 'hint' AS detail FROM gov_drift_state WHERE detector = 'sync_blocked' AND status = 'open';
DROP VIEW br.things;
ALTER TABLE br.kept RENAME TO things;
SELECT * FROM pg_temp.run() WHERE metric IN ('objects', 'sync_blocked');
ROLLBACK;

-- The procedure goes on, too.  It commits, so what follows clears up.
CREATE SCHEMA br;
CREATE TABLE br.labels (label text, facet text, name text, status text);
CREATE TABLE br.things (object_type text, object_ref text, container_type text, container_ref text);
SELECT gov_bind('vocabulary', 'br.labels');
SELECT count(*) FROM gov_enroll_relation('br-things', 'br.things');
SELECT gov_create_axis('br'), gov_set_axis_status('br', 'active'), gov_propose_value('br', 'v'), gov_ratify('br', 'v');
INSERT INTO gov_value_label (axis, value, label) VALUES ('br', 'v', 'L');
SELECT gov_register_object('br', 'a') AS registered, gov_assign('br', 'a', 'br', 'v') AS assigned;
DROP TABLE br.labels;
INSERT INTO br.things VALUES ('br', 'b', NULL, NULL);
ALTER TABLE br.things RENAME TO kept;
CREATE VIEW br.things AS SELECT object_type, (1 / (SELECT 0))::text AS object_ref, container_type, container_ref FROM br.kept;
CALL gov_reconcile(1);
SELECT finished_at IS NOT NULL AS finished, summary -> 'blocked' AS blocked, summary #> '{metrics,objects}' AS objects,
       summary #> '{metrics,decisions}' AS decisions
  FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1;
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'object' AND pid = pg_backend_pid();
SET client_min_messages = error;
SELECT gov_unbind('vocabulary');
DELETE FROM gov_value_label WHERE axis = 'br';
DELETE FROM gov_assignment WHERE axis = 'br';
DELETE FROM gov_axis_value WHERE axis = 'br';
DELETE FROM gov_axis WHERE axis = 'br';
DELETE FROM gov_finding;
DELETE FROM gov_scan_run;
DELETE FROM gov_object WHERE object_type = 'br';
DELETE FROM gov_source_block;
DELETE FROM gov_source WHERE source = 'br-things';
DROP SCHEMA br CASCADE;
