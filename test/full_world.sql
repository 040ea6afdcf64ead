-- Something in every table that is dumped, and an approval that has one of the
-- two votes it needs.  Logins life_president and life_clerk vote; they, looker
-- and the role of every_act_world.sql are of the cluster.
\i test/every_act_world.sql
SET client_min_messages = error;
SELECT gov_rehearse_sql('SELECT 1');
SELECT gov_rehearse('later');
CALL gov_rollout_apply('later');
SELECT gov_merge('topic', 'w', 'x'), gov_own('thing', '20', 'topic', 'v', 'YOU');
SELECT gov_own('thing', '20', 'topic', 'v', 'ME', replace => true);
INSERT INTO gov_label_projection (object_type, object_ref, label, projected_at) VALUES ('thing', '1', 'red', '2026-01-01');

-- a source that claims what another one has, and one that lost all it had
INSERT INTO app.thing VALUES ('box', '5', NULL, NULL);
CREATE TABLE app.gone AS SELECT 'row' AS object_type, 'gone ' || n AS object_ref, NULL::text AS container_type, NULL::text AS container_ref FROM generate_series(1, 3) AS n;
SELECT gov_enroll_relation('gone', 'app.gone');
TRUNCATE app.gone;
SELECT FROM gov_reconcile();
SELECT gov_acknowledge((SELECT min(finding_id) FROM gov_drift_state WHERE status = 'open'), reason => 'known');
SELECT gov_ledger_seal(now());

-- objects of every kind that a sync tells apart, with owners and classes of their own
CREATE SCHEMA "Old ""Shop""";
CREATE TABLE app.owned (id integer PRIMARY KEY, n integer);
INSERT INTO app.owned SELECT n, n FROM generate_series(1, 100) AS n;
CREATE TABLE app.moved (id integer);
CREATE VIEW app.seen AS SELECT id FROM app.owned;
CREATE FUNCTION app.twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * n';
CREATE TABLE app.event (at date) PARTITION BY RANGE (at);
CREATE TABLE app.event_1 PARTITION OF app.event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "Old ""Shop"""."übrig" (id integer);
SELECT gov_enroll_schema('Old "Shop"');
SELECT FROM gov_reconcile();
SELECT gov_own('table', 'app.owned', 'topic', 'v', 'YOU'), gov_own('table', 'app.moved', 'topic', 'v', 'YOU'),
       gov_assign('table', 'app.moved', 'topic', 'x', 'approved', provenance => '{"kind": "x"}'),
       gov_own('view', 'app.seen', 'topic', 'v', 'ME'), gov_own('function', 'app.twice(integer)', 'topic', 'v', 'ME'),
       gov_own('table', '"Old ""Shop"""."übrig"', 'topic', 'v', 'YOU');

-- gates are armed, and one of two has voted
CREATE ROLE life_president LOGIN;
CREATE ROLE life_council LOGIN;
CREATE ROLE life_clerk LOGIN;
SELECT gov_grant('approver', r) FROM unnest('{life_president,life_council,life_clerk}'::name[]) AS r;
SELECT gov_set_gate('own', 'low', 'open'), gov_set_gate('decide', 'medium', 'open'), gov_set_quorum('low', 1), gov_set_quorum('constitutional', 2, 1, 1);
SELECT gov_set_authority('COUNCIL', 'The council', 'council', 'life_council'), gov_set_authority('PRESIDENT', 'The president', 'sovereign', 'life_president');
\connect - life_clerk
SELECT gov_request_approval('flight', 'change_trust', '{"risk": "high", "min_approvals": 2}', 'it is on its way');
\connect - life_president
CALL gov_cast_vote('flight', 'PRESIDENT', 'approve', 'a "comment"');
\connect - postgres
