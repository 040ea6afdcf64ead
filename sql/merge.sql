-- gov_merge: what points at one value comes to point at another, nothing is
-- doubled and nothing is lost.
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
SELECT gov_set_authority('m-a', kind => 'human'), gov_set_authority('m-b', kind => 'council');
INSERT INTO gov_axis (axis, kind, family, status, multivalued) VALUES
    ('m', 'uncertain', 'semantic', 'active', true), ('m-one', 'uncertain', 'semantic', 'active', false);
INSERT INTO gov_axis_value (axis, value, parent, status) VALUES
    ('m', 'top', NULL, 'active'), ('m', 'from', 'top', 'active'), ('m', 'into', NULL, 'active'),
    ('m', 'kid', 'from', 'active'), ('m', 'idea', 'from', 'candidate'), ('m', 'past', 'from', 'deprecated'),
    ('m', 'grandkid', 'kid', 'active'), ('m', 'new', NULL, 'candidate'),
    ('m-one', 'from', NULL, 'active'), ('m-one', 'into', NULL, 'active');
INSERT INTO gov_object (object_type, object_ref) SELECT 'm', 'o' || n FROM generate_series(1, 9) n;
-- an assignment or an ownership from and until so many days from now
CREATE FUNCTION pg_temp.assign(ref text, axis text, value text, since integer, until integer, zone text DEFAULT 'approved') RETURNS void LANGUAGE sql AS $$
    INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind, valid_from, valid_to)
    SELECT object_id, axis, value, zone, '{"kind": "test"}', 'human', now() + since * interval '24 hours', now() + until * interval '24 hours'
      FROM gov_object WHERE object_type = 'm' AND object_ref = ref $$;
CREATE FUNCTION pg_temp.own(ref text, value text, authority text, since integer, until integer, kind text DEFAULT 'accountable') RETURNS void LANGUAGE sql AS $$
    INSERT INTO gov_ownership (object_id, axis, value, authority, owner_kind, effective_from, effective_to, reason)
    VALUES ((SELECT object_id FROM gov_object WHERE object_type = 'm' AND object_ref = ref), 'm', value, authority, kind,
            now() + since * interval '24 hours', now() + until * interval '24 hours', 'test') $$;
CREATE FUNCTION pg_temp.days(t timestamptz) RETURNS integer LANGUAGE sql AS $$ SELECT (extract(epoch FROM t - now()) / 86400)::integer $$;
CREATE TEMPORARY VIEW assigned AS
SELECT o.object_ref AS object, a.axis, a.value, a.zone, pg_temp.days(a.valid_from) AS since, pg_temp.days(a.valid_to) AS until,
       a.superseded_by IS NOT NULL AS over, a.revision AS rev
  FROM gov_assignment a JOIN gov_object o USING (object_id) WHERE a.axis LIKE 'm%' AND NOT (a.superseded_by IS NOT NULL AND a.valid_to = a.valid_from)
 ORDER BY 1, 2, over DESC, a.valid_from, a.value;
CREATE TEMPORARY VIEW owned AS
SELECT coalesce(o.object_ref, '(value)') AS object, w.value, w.authority, w.owner_kind AS kind, pg_temp.days(w.effective_from) AS since,
       pg_temp.days(w.effective_to) AS until, w.status
  FROM gov_ownership w LEFT JOIN gov_object o USING (object_id) WHERE w.axis LIKE 'm%'
 ORDER BY 1, w.status DESC, w.effective_from, w.value, w.owner_kind;

-- What one alone has moves; what both have at one time does not double.
SELECT pg_temp.assign('o1', 'm', 'from', -9, NULL);
SELECT pg_temp.assign('o2', 'm', 'from', -9, NULL), pg_temp.assign('o2', 'm', 'into', -5, NULL);
-- the other is scheduled, has an end, is a while in between, is over
SELECT pg_temp.assign('o3', 'm', 'from', -9, NULL), pg_temp.assign('o3', 'm', 'into', 5, NULL);
SELECT pg_temp.assign('o4', 'm', 'from', -9, NULL), pg_temp.assign('o4', 'm', 'into', -5, 5);
SELECT pg_temp.assign('o5', 'm', 'from', -9, 9), pg_temp.assign('o5', 'm', 'into', 3, 5), pg_temp.assign('o5', 'm', 'into', 6, 7);
SELECT pg_temp.assign('o6', 'm', 'from', -9, NULL), pg_temp.assign('o6', 'm', 'into', -5, -2);
-- both are scheduled; one is scheduled and the other is over
SELECT pg_temp.assign('o7', 'm', 'from', 3, 9), pg_temp.assign('o7', 'm', 'into', 5, 7);
SELECT pg_temp.assign('o8', 'm', 'from', -9, -5), pg_temp.assign('o8', 'm', 'from', 3, NULL);
-- the better zone stays
SELECT pg_temp.assign('o9', 'm', 'from', -9, NULL, 'approved'), pg_temp.assign('o9', 'm', 'into', -5, NULL, 'quarantine');

-- Ownership likewise: of the value, of objects, now and scheduled, of all kinds.
SELECT pg_temp.own(NULL, 'from', 'm-a', -9, NULL);
SELECT pg_temp.own('o1', 'from', 'm-a', -9, NULL), pg_temp.own('o1', 'into', 'm-a', 5, NULL);
SELECT pg_temp.own('o2', 'from', 'm-a', -9, NULL), pg_temp.own('o2', 'into', 'm-a', -5, NULL);
SELECT pg_temp.own('o3', 'from', 'm-b', 5, NULL), pg_temp.own('o3', 'into', 'm-a', -5, 5);
SELECT pg_temp.own('o4', 'from', 'm-b', -9, 9, 'delegated'), pg_temp.own('o4', 'into', 'm-a', -5, 5, 'delegated');
SELECT pg_temp.own('o5', 'from', 'm-a', -9, NULL, 'supporting'), pg_temp.own('o5', 'into', 'm-a', -9, NULL);
-- it has lapsed, and nobody said so yet
SELECT pg_temp.own('o6', 'from', 'm-a', -9, NULL), pg_temp.own('o6', 'into', 'm-b', -9, -3);

-- Labels and decisions.
INSERT INTO gov_value_label (axis, value, label) VALUES ('m', 'from', 'L1'), ('m', 'from', 'L2'), ('m', 'into', 'L2'), ('m', 'into', 'L3');
INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind)
SELECT object_id, 'm', v, 'accept_divergence', v, 'person' FROM gov_object, unnest('{from,into}'::text[]) v
 WHERE object_type = 'm' AND (object_ref = 'o1' AND v = 'from' OR object_ref = 'o2');

-- Refused before anything happens.
SELECT * FROM gov_merge('m', 'from', 'from');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_merge('m', 'from', 'new');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_merge('m', 'past', 'into');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_merge('m', 'from', 'nowhere');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_merge('nowhere', 'from', 'into');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_merge('m', 'from', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM gov_merge('m', '', 'into');
\echo :LAST_ERROR_SQLSTATE
-- owners who disagree, now or later, of objects or of the value itself
SAVEPOINT agreed;
SELECT pg_temp.own(NULL, 'into', 'm-b', 100, NULL), pg_temp.own('o8', 'from', 'm-a', -3, NULL), pg_temp.own('o8', 'into', 'm-b', -3, 3);
SELECT * FROM gov_merge('m', 'from', 'into');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO agreed;

SELECT * FROM gov_merge('m', 'from', 'into', 'the same thing');
SELECT * FROM assigned WHERE axis = 'm';
SELECT * FROM owned;
SELECT value, label FROM gov_value_label WHERE axis = 'm' ORDER BY value COLLATE "C", label COLLATE "C";
SELECT o.object_ref, d.value, d.rationale, d.superseded_at IS NOT NULL AS over
  FROM gov_decision d JOIN gov_object o USING (object_id) WHERE axis = 'm' ORDER BY 1, 3;
SELECT value, parent, status, replaced_by, reason FROM gov_axis_value WHERE axis = 'm' ORDER BY value COLLATE "C";
SELECT action, target, payload FROM gov_ledger ORDER BY seq DESC LIMIT 1;
-- each object has "into" for as long as it had one of the two
SELECT o.object_ref, range_agg(tstzrange(a.valid_from, a.valid_to)) @> tstzrange(now(), 'infinity') AS for_ever
  FROM gov_assignment a JOIN gov_object o USING (object_id)
 WHERE a.axis = 'm' AND a.value = 'into' AND a.superseded_by IS NULL GROUP BY 1 ORDER BY 1;
SELECT count(*) AS left_behind FROM gov_assignment WHERE axis = 'm' AND value = 'from' AND superseded_by IS NULL AND (valid_to IS NULL OR valid_to > now());
-- a second time there is nothing to merge
-- merged already
SELECT * FROM gov_merge('m', 'from', 'into');

-- A single-valued axis: an approved value and a proposal beside it.
SELECT pg_temp.assign('o1', 'm-one', 'from', -9, NULL), pg_temp.assign('o1', 'm-one', 'into', -5, NULL, 'candidate');
SELECT pg_temp.assign('o2', 'm-one', 'from', -9, NULL, 'candidate'), pg_temp.assign('o2', 'm-one', 'into', -5, NULL);
SELECT pg_temp.assign('o3', 'm-one', 'from', -9, 5), pg_temp.assign('o3', 'm-one', 'into', 5, NULL);
SELECT pg_temp.assign('o4', 'm-one', 'from', -9, NULL), pg_temp.assign('o4', 'm-one', 'into', 3, 5, 'candidate'), pg_temp.assign('o4', 'm-one', 'into', 6, NULL, 'candidate');
SELECT pg_temp.assign('o5', 'm-one', 'from', -9, 9), pg_temp.assign('o5', 'm-one', 'into', 5, 99, 'candidate');
SELECT assignments, assignments_superseded FROM gov_merge('m-one', 'from', 'into');
SELECT * FROM assigned WHERE axis = 'm-one';
SET CONSTRAINTS ALL IMMEDIATE;

-- Into its own child, and its own grandchild.
SELECT gov_reinstate('m', 'from');
UPDATE gov_axis_value SET parent = 'from' WHERE axis = 'm' AND value IN ('kid', 'idea');
UPDATE gov_axis_value SET parent = 'top' WHERE axis = 'm' AND value = 'from';
SAVEPOINT forest;
SELECT children FROM gov_merge('m', 'from', 'kid');
SELECT value, parent, status FROM gov_axis_value WHERE axis = 'm' AND value IN ('top', 'from', 'kid', 'idea', 'grandkid') ORDER BY value COLLATE "C";
ROLLBACK TO forest;
SELECT children FROM gov_merge('m', 'from', 'grandkid');
SELECT value, parent, status FROM gov_axis_value WHERE axis = 'm' AND value IN ('top', 'from', 'kid', 'idea', 'grandkid') ORDER BY value COLLATE "C";
ROLLBACK TO forest;
-- into its parent, and the other way round
SELECT children FROM gov_merge('m', 'kid', 'from');
SELECT value, parent, status FROM gov_axis_value WHERE axis = 'm' AND value IN ('top', 'from', 'kid', 'idea', 'grandkid') ORDER BY value COLLATE "C";
ROLLBACK TO forest;
SELECT children FROM gov_merge('m', 'from', 'into');
SELECT gov_reinstate('m', 'from');
SELECT children FROM gov_merge('m', 'into', 'from');
SELECT value, parent, status, replaced_by FROM gov_axis_value WHERE axis = 'm' AND value IN ('from', 'into') ORDER BY value COLLATE "C";
ROLLBACK TO forest;

-- An agent does not merge.
CREATE ROLE regress_gov_merge_bot;
SELECT gov_set_authority('m-bot', kind => 'agent', role_name => 'regress_gov_merge_bot'), gov_grant('admin', 'regress_gov_merge_bot');
SET SESSION AUTHORIZATION regress_gov_merge_bot;
SELECT * FROM gov_merge('m', 'from', 'into');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
ROLLBACK;
