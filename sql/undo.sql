-- gov_undo: a merge, split, transfer or deprecate is taken back, unless what
-- happened since stands in the way.
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL client_min_messages = warning;
\set ON_ERROR_ROLLBACK on
SELECT gov_set_authority('u-a', kind => 'human'), gov_set_authority('u-b', kind => 'council'), gov_set_authority('u-c', kind => 'system');
INSERT INTO gov_axis (axis, kind, family, status, multivalued) VALUES ('u', 'uncertain', 'semantic', 'active', false);
INSERT INTO gov_axis_value (axis, value, parent, status) VALUES
    ('u', 'top', NULL, 'active'), ('u', 'from', 'top', 'active'), ('u', 'into', 'from', 'active'), ('u', 'kid', 'from', 'active'),
    ('u', 'third', NULL, 'active');
INSERT INTO gov_object (object_type, object_ref) SELECT 'u', 'o' || n FROM generate_series(1, 6) n;
INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind, valid_from, valid_to)
SELECT object_id, 'u', value, zone, '{"kind": "test"}', 'human', now() + s * interval '24 hours', now() + u * interval '24 hours'
  FROM gov_object, (VALUES
    ('o1', 'from', 'approved', -9, NULL), ('o2', 'from', 'candidate', -9, NULL), ('o2', 'into', 'approved', -5, NULL),
    ('o3', 'from', 'approved', -9, 5), ('o3', 'into', 'approved', 5, NULL), ('o4', 'from', 'approved', -9, NULL),
    ('o4', 'into', 'candidate', -5, NULL), ('o5', 'from', 'candidate', -9, NULL), ('o5', 'into', 'approved', 3, 5), ('o6', 'third', 'approved', -9, NULL)
  ) v (ref, value, zone, s, u) WHERE object_type = 'u' AND object_ref = ref;
INSERT INTO gov_ownership (object_id, axis, value, authority, owner_kind, effective_from, effective_to)
SELECT object_id, 'u', value, authority, 'accountable', now() + s * interval '24 hours', now() + u * interval '24 hours'
  FROM gov_object, (VALUES
    ('o1', 'from', 'u-a', -9, NULL::integer), ('o2', 'from', 'u-a', -9, NULL), ('o2', 'into', 'u-a', 5, NULL), ('o3', 'into', 'u-b', -9, NULL),
    ('o3', 'from', 'u-b', -9, NULL)) v (ref, value, authority, s, u) WHERE object_type = 'u' AND object_ref = ref;
INSERT INTO gov_value_label (axis, value, label, map_kind) VALUES ('u', 'from', 'L1', 'exact'), ('u', 'from', 'L2', 'broader'), ('u', 'into', 'L2', 'exact');
INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind)
SELECT object_id, 'u', v, 'accept_divergence', v, 'person' FROM gov_object, unnest('{from,into}'::text[]) v
 WHERE object_type = 'u' AND (object_ref = 'o1' AND v = 'from' OR object_ref = 'o2');
CREATE FUNCTION pg_temp.days(t timestamptz) RETURNS integer LANGUAGE sql AS $$ SELECT (extract(epoch FROM t - now()) / 86400)::integer $$;
-- What there is, now and to come; who made a row and how often it changed aside.
CREATE FUNCTION pg_temp.census() RETURNS TABLE (line text) LANGUAGE sql AS $$
    SELECT format('assigned %s %s %s %s..%s', o.object_ref, a.value, a.zone, pg_temp.days(greatest(a.valid_from, now())), pg_temp.days(a.valid_to))
      FROM gov_assignment a JOIN gov_object o USING (object_id)
     WHERE a.axis = 'u' AND a.superseded_by IS NULL AND (a.valid_to IS NULL OR a.valid_to > now())
    UNION ALL SELECT format('owned %s %s %s %s..%s', o.object_ref, w.value, w.authority, pg_temp.days(greatest(w.effective_from, now())), pg_temp.days(w.effective_to))
      FROM gov_ownership w LEFT JOIN gov_object o USING (object_id)
     WHERE w.axis = 'u' AND w.status = 'active' AND (w.effective_to IS NULL OR w.effective_to > now())
    UNION ALL SELECT format('value %s under %s %s, %s instead', value, parent, status, replaced_by) FROM gov_axis_value WHERE axis = 'u' AND status <> 'retired'
    UNION ALL SELECT format('label %s %s %s', value, label, map_kind) FROM gov_value_label WHERE axis = 'u'
    UNION ALL SELECT format('decision %s %s %s', o.object_ref, d.value, d.rationale) FROM gov_decision d JOIN gov_object o USING (object_id)
     WHERE d.axis = 'u' AND d.superseded_at IS NULL $$;
CREATE TEMPORARY TABLE entry AS SELECT * FROM pg_temp.census();
CREATE FUNCTION pg_temp.differences() RETURNS TABLE (side text, line text) LANGUAGE sql AS $$
    (SELECT 'less', * FROM (TABLE entry EXCEPT ALL SELECT * FROM pg_temp.census()) l) UNION ALL
    (SELECT 'more', * FROM (SELECT * FROM pg_temp.census() EXCEPT ALL TABLE entry) m) ORDER BY 1, 2 $$;
-- the ledger entry of the last act that can be undone
CREATE FUNCTION pg_temp.last() RETURNS bigint LANGUAGE sql AS $$ SELECT max(seq) FROM gov_change $$;
-- tries to undo it: what comes of it, with the number of the entry masked
CREATE FUNCTION pg_temp.undo(seq bigint DEFAULT pg_temp.last()) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text; hint text; n text;
BEGIN
    n := gov_undo(seq, 'changed our mind');
    RETURN NEXT n;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT state || ': ' || regexp_replace(message, 'entry \d+', 'entry N');
    IF detail <> '' THEN RETURN NEXT '  detail: ' || regexp_replace(detail, 'entry \d+', 'entry N'); END IF;
    IF hint <> '' THEN RETURN NEXT '  hint: ' || hint; END IF;
END $$;

-- A merge, of a value into its own child, and back.
SELECT assignments, assignments_superseded, ownerships, ownerships_superseded, labels, decisions, children FROM gov_merge('u', 'from', 'into');
SELECT count(*) > 0 AS differs FROM pg_temp.differences();
SAVEPOINT merged;
SELECT pg_temp.undo();
SELECT * FROM pg_temp.differences();
SELECT action, target - 'seq' AS target, payload FROM gov_ledger ORDER BY seq DESC LIMIT 1;
-- twice
SELECT pg_temp.undo();
-- and the merge again, and back again
SELECT assignments FROM gov_merge('u', 'from', 'into');
SELECT pg_temp.undo();
SELECT * FROM pg_temp.differences();
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO merged;

-- What stands in the way is named.
SAVEPOINT later;
SELECT gov_set_zone('u', 'o1', 'u', 'into', 'quarantine', 'doubt');
SELECT pg_temp.undo();
SELECT gov_unassign('u', 'o1', 'u', 'into');
SELECT pg_temp.undo();
ROLLBACK TO later;
SELECT gov_assign('u', 'o1', 'u', 'into', provenance => '{"kind": "newer"}') AS assigned;
SELECT pg_temp.undo();
ROLLBACK TO later;
SELECT gov_own('u', 'o1', 'u', 'into', 'u-c', replace => true) AS owned;
SELECT pg_temp.undo();
ROLLBACK TO later;
SELECT gov_unmap_label('u', 'into', 'L1');
SELECT pg_temp.undo();
ROLLBACK TO later;
UPDATE gov_axis_value SET parent = 'top' WHERE axis = 'u' AND value = 'kid';
SELECT pg_temp.undo();
ROLLBACK TO later;
SELECT gov_reinstate('u', 'from');
SELECT pg_temp.undo();
ROLLBACK TO later;
SELECT assignments FROM gov_merge('u', 'into', 'third');
SELECT pg_temp.undo((SELECT min(seq) FROM gov_change));
-- once the later one is taken back, so can be the earlier
SELECT pg_temp.undo();
SELECT pg_temp.undo((SELECT min(seq) FROM gov_change));
SELECT * FROM pg_temp.differences();
ROLLBACK TO later;
-- what was assigned to "into" since does not stand in the way, and stays
SELECT gov_unassign('u', 'o6', 'u', 'third'), gov_assign('u', 'o6', 'u', 'into', provenance => '{"kind": "new"}') AS assigned;
SELECT pg_temp.undo();
SELECT * FROM pg_temp.differences();
ROLLBACK TO merged;
SELECT pg_temp.undo();

-- A split, and back: the children are retired.
SELECT * FROM gov_split('u', 'third', '["t1", "t2"]', '[{"object_type": "u", "object_ref": "o6", "value": "t2"}]');
SAVEPOINT split;
SELECT pg_temp.undo();
SELECT * FROM pg_temp.differences();
SELECT value, status, reason FROM gov_axis_value WHERE axis = 'u' AND parent = 'third' ORDER BY value COLLATE "C";
SELECT pg_temp.undo();
ROLLBACK TO split;
-- used since
SELECT gov_unassign('u', 'o1', 'u', 'from'), gov_assign('u', 'o1', 'u', 't1', provenance => '{"kind": "new"}') AS assigned;
SELECT gov_own(NULL, NULL, 'u', 't2', 'u-a') AS owned, gov_propose_value('u', 't11', 't1');
SELECT pg_temp.undo();
ROLLBACK TO split;
SELECT gov_deprecate('u', 't1');
SELECT pg_temp.undo((SELECT max(seq) FROM gov_change WHERE act = 'split'));
ROLLBACK TO split;
SELECT pg_temp.undo();

-- A transfer, and back.
SELECT gov_transfer('u-a', 'u-c', 'gone fishing');
SAVEPOINT transferred;
SELECT count(*) > 0 AS differs FROM pg_temp.differences();
SELECT pg_temp.undo();
SELECT * FROM pg_temp.differences();
ROLLBACK TO transferred;
SELECT gov_own('u', 'o1', 'u', 'from', 'u-b', replace => true) AS owned;
SELECT pg_temp.undo();
ROLLBACK TO transferred;
-- nothing comes back to who has retired
SELECT gov_set_authority('u-a', status => 'retired');
SELECT pg_temp.undo();
SELECT count(*) AS in_force FROM gov_ownership WHERE authority = 'u-a' AND status = 'active';
ROLLBACK TO transferred;
SELECT pg_temp.undo();

-- A deprecation, and back.
SELECT gov_deprecate('u', 'third', 'top', 'old');
SELECT pg_temp.undo();
SELECT * FROM pg_temp.differences();
SELECT gov_deprecate('u', 'kid');
SELECT gov_retire('u', 'kid');
SELECT pg_temp.undo();

-- Nothing to undo, bad arguments, and an agent.
SELECT pg_temp.undo(-1);
SELECT pg_temp.undo((SELECT max(seq) FROM gov_ledger));
SELECT pg_temp.undo(NULL);
UPDATE gov_change SET undone_by = NULL;
\echo :LAST_ERROR_SQLSTATE
DELETE FROM gov_change_row;
\echo :LAST_ERROR_SQLSTATE
SELECT gov_deprecate('u', 'third');
CREATE ROLE regress_gov_undo_bot;
SELECT gov_set_authority('u-bot', kind => 'agent', role_name => 'regress_gov_undo_bot'), gov_grant('admin', 'regress_gov_undo_bot');
SELECT pg_temp.last() AS last \gset
SET SESSION AUTHORIZATION regress_gov_undo_bot;
SELECT gov_undo(:last);
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
ROLLBACK;
