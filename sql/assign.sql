-- An assignment gets its zone from its provenance, a revision when it is made again,
-- and moves between zones as gov_transition says.
\getenv source PG_ABS_SRCDIR
\set common :source '/test/acts_assigned.sql'
BEGIN;
\set SHOW_CONTEXT never
\set ON_ERROR_ROLLBACK on
\set ECHO none
\i :common
\set ECHO all

-- no provenance and no zone: quarantine; an empty provenance is none
SELECT gov_assign('thing', 't1', 'acts-topic', 'x') AS assigned;
SELECT gov_assign('thing', 't2', 'acts-topic', 'x', provenance => '{}') AS assigned;
-- provenance and no zone: candidate; a candidate value will do
SELECT gov_assign('thing', 't3', 'acts-topic', 'new', provenance => '{"kind": "k"}') AS assigned;
SELECT gov_assign('thing', 't3', 'acts-topic', 'y', provenance => '{"kind": "k"}', zone => 'approved', assigned_kind => 'tool',
                  confidence => 0.5, match_score => 1, evidence => '[1]', assigned_at => '2020-01-01') AS assigned;
SELECT * FROM rows;
SELECT confidence, match_score, evidence, assigned_at, assigned_by = session_user AS by_me FROM gov_assignment WHERE assigned_kind = 'tool';

-- the same again: nothing is written, the same id
CREATE TEMPORARY TABLE first AS SELECT * FROM gov_assignment;
SELECT gov_assign('thing', 't1', 'acts-topic', 'x') AS again;
SELECT gov_assign('thing', 't3', 'acts-topic', 'y', provenance => '{"kind": "k"}', zone => 'approved', assigned_kind => 'tool',
                  confidence => 0.5, match_score => 1, evidence => '[1]') AS again;
SELECT count(*) FROM gov_assignment FULL JOIN first USING (assignment_id) WHERE gov_assignment IS DISTINCT FROM first;
-- anything else: a revision, which takes over where the one before ends
SELECT pg_temp.hour();
SELECT gov_assign('thing', 't1', 'acts-topic', 'x', confidence => 0.25) AS assigned;
SELECT gov_assign('thing', 't1', 'acts-topic', 'x', confidence => 0.25, provenance => '{"kind": "k"}') AS assigned;
SELECT gov_assign('thing', 't3', 'acts-topic', 'y', provenance => '{"kind": "k"}', zone => 'approved', assigned_kind => 'tool',
                  confidence => 0.5, match_score => 1, evidence => '[1]', assigned_at => '2021-01-01') AS assigned;
SELECT * FROM rows;

-- zones: up one by one, down at once; staying is no move
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'candidate')$$);
SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'approved', 'looked at');
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'candidate')$$);
SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'quarantine', 'doubts');
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'approved')$$);
SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'candidate');
SELECT zone, reason, revision FROM gov_assignment JOIN gov_object USING (object_id)
 WHERE axis = 'acts-topic' AND object_ref = 't1' AND superseded_by IS NULL;
-- out of quarantine only with provenance
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't2', 'acts-topic', 'x', 'candidate')$$);

-- ended, and there is nothing left to end or move; assigned anew it goes on counting
SELECT pg_temp.hour();
SELECT gov_unassign('thing', 't1', 'acts-topic', 'x', 'no longer');
SELECT pg_temp.try($$SELECT gov_unassign('thing', 't1', 'acts-topic', 'x')$$);
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't1', 'acts-topic', 'x', 'approved')$$);
SELECT gov_assign('thing', 't1', 'acts-topic', 'x') AS assigned;
SELECT * FROM rows WHERE object = 't1';
-- what is deprecated or retired can still be taken out of use
UPDATE gov_axis_value SET status = 'deprecated' WHERE axis = 'acts-topic' AND value = 'y';
SELECT pg_temp.try($$SELECT gov_set_zone('thing', 't3', 'acts-topic', 'y', 'candidate')$$);
SELECT gov_set_zone('thing', 't3', 'acts-topic', 'y', 'quarantine');
SELECT gov_unassign('thing', 't3', 'acts-topic', 'y');

-- an agent: may assign and propose, as an agent only, and approves nothing
CREATE ROLE acts_bot;
INSERT INTO gov_authority (authority, kind, role_name) VALUES ('acts-bot', 'agent', 'acts_bot');
SELECT gov_grant('steward', 'acts_bot');
SET LOCAL SESSION AUTHORIZATION acts_bot;
SELECT gov_assign('thing', 't1', 'acts-topic', 'new', provenance => '{"kind": "k"}') AS assigned;
SELECT gov_assign('thing', 't2', 'acts-topic', 'new', assigned_kind => 'agent') AS assigned;
SELECT gov_assign('thing', 't2', 'acts-one', 'x', provenance => '{"kind": "k"}', assigned_kind => 'human');
SELECT gov_assign('thing', 't2', 'acts-one', 'x', provenance => '{"kind": "k"}', zone => 'approved');
SELECT gov_set_zone('thing', 't1', 'acts-topic', 'new', 'approved');
SELECT * FROM gov_assign_many(jsonb '[{"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "x", "provenance": {"kind": "k"}, "zone": "approved"}]');
SELECT * FROM gov_assign_many(jsonb '[{"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "x", "assigned_kind": "human"}]');
SELECT * FROM gov_assign_many(jsonb '[{"object_type": "thing", "object_ref": "t2", "axis": "acts-one", "value": "x"}]');
RESET SESSION AUTHORIZATION;
SELECT axis, value, zone, assigned_kind, assigned_by FROM gov_assignment WHERE assigned_by = 'acts_bot' ORDER BY assignment_id;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
