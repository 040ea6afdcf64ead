-- Acts in the ledger without their facts, and rows that refer to nothing, are
-- what a restore leaves that went wrong: a critical finding each.  What was
-- removed by an act or by hand is no loss.
SELECT current_database() AS home \gset
CREATE DATABASE regress_gov_half;
\c regress_gov_half
SET client_min_messages = error;
CREATE EXTENSION governance;
BEGIN;
CREATE TEMP VIEW found AS
SELECT severity, object_type AS kind, object_ref AS thing, detail - 'hint' AS detail, detail ->> 'hint' AS hint
  FROM gov_drift_finding WHERE detector = 'half_restored' ORDER BY 2, object_ref COLLATE "C";
SELECT gov_set_authority('HR', kind => 'human'), gov_create_axis('hr'), gov_set_axis_status('hr', 'active'), gov_propose_value('hr', 'v'), gov_ratify('hr', 'v');
SELECT count(gov_register_object('hr', n::text)) AS objects FROM generate_series(1, 3) AS n;
SELECT gov_own('hr', '1', 'hr', 'v', 'HR');
SELECT gov_set_label('hr'), gov_set_gate('own', 'high', 'approval'), gov_set_quorum('low', 2);
SELECT gov_set_event_type('hr', 'made', 's', 'l'), gov_set_access('hr', 'v', 'public');
TABLE found;

-- a table that is empty
SAVEPOINT whole;
ALTER TABLE gov_label DISABLE TRIGGER ALL;
DELETE FROM gov_label;
ALTER TABLE gov_label ENABLE TRIGGER ALL;
TABLE found;
SELECT status, severity FROM gov_drift_state WHERE detector = 'half_restored';
SELECT gov_scan() IS NOT NULL AS scanned;
SELECT status, severity FROM gov_drift_state WHERE detector = 'half_restored';
ROLLBACK TO whole;
-- who may read, too; what was taken back by an act is no loss
ALTER TABLE gov_access DISABLE TRIGGER ALL;
DELETE FROM gov_access;
TABLE found;
ROLLBACK TO whole;
SELECT gov_end_access('hr', 'v', 'public');
TABLE found;
ROLLBACK TO whole;
-- by hand it is none
DELETE FROM gov_label;
TABLE found;
ROLLBACK TO whole;

-- objects that are not there, and owners of these
ALTER TABLE gov_object DISABLE TRIGGER ALL;
DELETE FROM gov_object WHERE object_type = 'hr' AND object_ref <> '3';
TABLE found;
ROLLBACK TO whole;

-- seed rows that are as CREATE EXTENSION left them, and a code that is none
ALTER TABLE gov_action DISABLE TRIGGER ALL;
UPDATE gov_action SET gate = 'open', risk = 'low' WHERE action = 'own';
ALTER TABLE gov_quorum_rule DISABLE TRIGGER ALL;
UPDATE gov_quorum_rule SET min_approvals = 1 WHERE risk = 'low';
ALTER TABLE gov_event_type DISABLE TRIGGER ALL;
DELETE FROM gov_event_type WHERE domain = 'hr';
TABLE found;
ROLLBACK TO whole;
-- what was said last counts
SELECT gov_set_gate('own', 'low', 'open'), gov_set_quorum('low', 1);
TABLE found;
ROLLBACK;

-- each table that the view names is one of ours that is dumped
SELECT m[1] AS relation FROM regexp_matches(pg_get_viewdef('governance_internal.gov_facts_missing'::regclass), '''(gov_\w+)''::text', 'g') AS m
 WHERE NOT EXISTS (SELECT FROM pg_extension AS x, unnest(x.extconfig) AS c (oid) JOIN pg_class AS t ON t.oid = c.oid
                    WHERE x.extname = 'governance' AND t.relname = m[1]);
\c :home
DROP DATABASE regress_gov_half;
