-- Every type of event that ships is emitted by something: births of objects and
-- runs of gov_reconcile beside what scans find.
BEGIN;
\set ON_ERROR_ROLLBACK on
SET LOCAL client_min_messages = warning;
-- each type that ships has a detector that names it, or is told by what happened
SELECT t.type, count(d.detector) > 0 AS of_detectors
  FROM gov_event_type AS t LEFT JOIN gov_detector AS d ON d.event_domain = t.domain AND d.event_type = t.type
 WHERE t.domain = 'governance' GROUP BY t.type ORDER BY t.type COLLATE "C";

CREATE TEMP VIEW told AS SELECT type, stream, lane, canonical_address, actor, source_system, payload - 'object_id' - 'seq' - 'scan_id' AS payload
  FROM gov_event_outbox WHERE type IN ('handoff.object_born', 'backfill.sweep_completed') ORDER BY event_id;
-- while its type is not active nothing is told, nor logged
SELECT gov_register_object('news', 'before');
SELECT count(*) FROM gov_reconcile();
TABLE told;
SELECT count(*) FROM gov_event_log WHERE type IN ('handoff.object_born', 'backfill.sweep_completed');

SELECT gov_event_activate('governance', 'handoff.object_born');
-- by hand; a revival is no birth
SELECT gov_register_object('news box', 'box'), gov_register_object('news', 'by hand', 'news box', 'box');
SELECT gov_retire_object('news', 'by hand'), gov_register_object('news', 'by hand'), gov_register_object('news', 'by hand');
TABLE told;
SELECT count(*) AS named FROM gov_event_outbox AS e JOIN gov_object AS o ON o.object_id = (e.payload ->> 'object_id')::bigint
  JOIN gov_object_event AS b ON b.object_id = o.object_id AND b.seq = (e.payload ->> 'seq')::bigint AND b.event = 'born' WHERE e.type = 'handoff.object_born';
-- by enrolment and sync, also what gov_own brings in by itself; more than the limit in one container are one
CREATE SCHEMA news;
CREATE TABLE news.a (id integer);
SAVEPOINT before;
SELECT object_type, objects FROM gov_enroll_schema('news', '{table}') ORDER BY 1;
SELECT canonical_address, payload FROM told WHERE payload ->> 'source' = 'schema:news' ORDER BY canonical_address COLLATE "C";
CREATE TABLE news.b (id integer);
SELECT gov_create_axis('news'), gov_set_axis_status('news', 'active'), gov_propose_value('news', 'v'), gov_ratify('news', 'v'), gov_set_authority('NEWS', kind => 'human');
SELECT gov_own('table', 'news.b', 'news', 'v', 'NEWS');
SELECT canonical_address, payload FROM told WHERE canonical_address ~ 'news\.b$';
SET LOCAL governance.finding_limit = 2;
CREATE TABLE news.c (id integer);
CREATE TABLE news.d (id integer);
CREATE TABLE news.e (id integer);
ALTER TABLE news.a RENAME TO z;
SELECT born, renamed FROM gov_sync('schema:news');
SELECT canonical_address, payload FROM told WHERE payload ? 'count';
RESET governance.finding_limit;
-- a dry run tells nothing, nor what is rolled back
CREATE TABLE news.f (id integer);
SELECT count(*) AS told FROM told \gset
SELECT changes FROM gov_reconcile(dry_run => true) WHERE metric = 'objects';
SELECT count(*) - :told AS told FROM told;
-- runs that ended
SELECT gov_event_activate('governance', 'backfill.sweep_completed');
SELECT count(*) > 0 AS reconciled FROM gov_reconcile(dry_run => true);
SELECT count(*) > 0 AS reconciled FROM gov_reconcile();
SELECT canonical_address = 'gov:run/' || r.scan_id AS address, payload ->> 'scan_id' = r.scan_id::text AS run,
       payload - 'scan_id' = r.summary AS summary, payload #> '{metrics,objects}' AS objects, severity, stream
  FROM gov_event_outbox AS e JOIN gov_event_type USING (domain, type, stream), (SELECT * FROM gov_scan_run ORDER BY scan_no DESC LIMIT 1) AS r
 WHERE type = 'backfill.sweep_completed';
SELECT gov_scan() > 0 AS scanned;
SELECT count(*) FROM told WHERE type = 'backfill.sweep_completed';
-- each is in the log as emitted
SELECT l.type, bool_and(l.emitted AND l.payload = e.payload AND l.canonical_address = e.canonical_address) AS logged
  FROM gov_event_outbox AS e JOIN gov_event_log AS l USING (event_id) GROUP BY l.type ORDER BY 1;
-- closed again
SELECT gov_event_deactivate('governance', 'handoff.object_born'), gov_event_deactivate('governance', 'backfill.sweep_completed');
SELECT count(*) AS told FROM told \gset
SELECT gov_register_object('news', 'after') AS registered, (SELECT count(*) > 0 FROM gov_reconcile()) AS reconciled;
SELECT count(*) - :told AS told FROM told;
ROLLBACK;
