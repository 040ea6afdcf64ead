-- What a baseline tells of facts is all of them: a table of the extension, and a
-- column of a table of facts, is either read by gov_baseline_fact or stands here
-- with the reason why not.  Whoever adds one decides.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_baseline_facts;
\c regress_gov_baseline_facts
SET client_min_messages = warning;
CREATE SCHEMA gov;
CREATE EXTENSION governance SCHEMA gov;
SET search_path = gov, public;
CREATE SCHEMA app;

CREATE TABLE app.left_out (tables text[], columns text[], why text);
INSERT INTO app.left_out VALUES
    ('{gov_approval,gov_vote}', NULL, 'how something was decided, not what is so'),
    ('{gov_axis_figure,gov_finding,gov_scan_run,gov_source_block,gov_source_conflict,gov_source_held,gov_matview_refresh}', NULL, 'what a run found'),
    ('{gov_baseline,gov_baseline_item,gov_rehearsal,gov_rollout,gov_rollout_rehearsal,gov_rollout_step,gov_rollout_tier}', NULL, 'what this room keeps itself'),
    ('{gov_change,gov_change_row,gov_object_event}', NULL, 'what was before'),
    ('{gov_event_cursor,gov_event_log,gov_event_outbox}', NULL, 'what was told, and to whom'),
    ('{gov_guard}', NULL, 'written by the extension''s scripts alone'),
    ('{gov_ledger,gov_ledger_archive,gov_ledger_arrival,gov_ledger_origin}', NULL, 'grows with every act; its counts are metrics'),
    (NULL, '{assignment_id,decision_id,ownership_id,rule_id,object_id,supersedes_id}', 'identities of one database; the object is told by type and reference'),
    (NULL, '{created_at,status_changed_at,born_at,assigned_at,decided_at,effective_from,effective_to,valid_from,valid_to,projected_at,unenrolled_at}', 'times'),
    (NULL, '{approval,contained_approval,created_by}', 'how something was decided, not what is so'),
    (NULL, '{registered_oid,registered_system,role_oid,role_system,address_oid,address_subid,address_database,address_system,address_class,address_names,address_args}', 'of one server'),
    ('{gov_assignment}', '{superseded_by,revision,tag}', 'what was before; a row that is given back has no tag'),
    ('{gov_ownership}', '{status,tag}', 'those that stand are active; a row that is given back has no tag');

-- what the view reads, directly or by the views of what stands
CREATE VIEW app.read AS
SELECT DISTINCT replace(c.relname, 'gov_standing_', 'gov_') AS relation, a.attname AS "column"
  FROM pg_rewrite AS r
  JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
  JOIN pg_class AS c ON c.oid = d.refobjid
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
 WHERE r.ev_class = 'governance_internal.gov_baseline_fact'::regclass;

CREATE VIEW app.own AS
SELECT c.relname AS relation, a.attname AS "column"
  FROM pg_depend AS d
  JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'r'
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
   AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'governance');

-- tables of which nobody has decided
SELECT DISTINCT relation COLLATE "C" FROM app.own
 WHERE relation NOT IN (SELECT relation FROM app.read)
   AND NOT EXISTS (SELECT FROM app.left_out WHERE columns IS NULL AND relation = ANY (tables)) ORDER BY 1;

-- and columns
SELECT o.relation, o."column" FROM app.own AS o
 WHERE o.relation IN (SELECT relation FROM app.read)
   AND (o.relation, o."column") NOT IN (SELECT relation, "column" FROM app.read)
   AND NOT EXISTS (SELECT FROM app.left_out AS l WHERE o."column" = ANY (l.columns) AND (l.tables IS NULL OR o.relation = ANY (l.tables)))
 ORDER BY o.relation COLLATE "C", o."column" COLLATE "C";

-- what is left out and is not there, or is read all the same
SELECT t AS relation, NULL AS "column" FROM app.left_out, unnest(tables) AS t
 WHERE columns IS NULL AND (t NOT IN (SELECT relation FROM app.own) OR t IN (SELECT relation FROM app.read))
UNION ALL
SELECT NULL, c FROM app.left_out, unnest(columns) AS c
 WHERE NOT EXISTS (SELECT FROM app.own AS o WHERE o."column" = c AND (o.relation, o."column") NOT IN (SELECT relation, "column" FROM app.read));

-- a baseline has an item for each of these tables, and for no other
SELECT gov_capture_baseline('empty', '{}');
SELECT relation, 'not in a baseline' AS fault FROM (SELECT relation FROM app.read EXCEPT SELECT relation FROM gov_baseline_item WHERE kind = 'fact') AS m
UNION ALL
SELECT relation, 'not read' FROM (SELECT relation FROM gov_baseline_item WHERE kind = 'fact' EXCEPT SELECT relation FROM app.read) AS m;

-- what only one column tells
SELECT gov_create_axis('topic'), gov_propose_value('topic', 'money'), gov_set_authority('A', kind => 'human'), gov_register_object('thing', 'box'), gov_register_object('thing', 'a', 'thing', 'box');
SELECT gov_create_rule('r', 'topic', 'cross_product', '{thing}'), gov_set_axis_status('topic', 'active'), gov_assign('thing', 'a', 'topic', 'money');
SELECT gov_own('thing', 'a', 'topic', 'money', 'A', 'waiver', effective_to => '2100-01-01', reason => 'small');
SELECT gov_capture_baseline('before', '{}');
SELECT gov_alter_rule('r', scope => '{"container_type": "thing", "container_ref": "box"}');
UPDATE gov_ownership SET reason = 'none';
SELECT gov_assign('thing', 'a', 'topic', 'money', evidence => '{"seen": 1}');
SELECT gov_capture_baseline('after', '{}');
SELECT relation, what, verdict FROM gov_compare_baseline('before', 'after') WHERE kind = 'fact' AND verdict <> 'same';
\c :home
DROP DATABASE regress_gov_baseline_facts;
