-- Keys and checks of the facts hold for whatever client writes: every
-- constraint refuses a bad row written by direct DML.
BEGIN;
CREATE TEMP TABLE seen (constraint_name text);

-- runs a statement, takes it back, and says how it went
CREATE FUNCTION pg_temp.try(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text;
    state text;
BEGIN
    BEGIN
        EXECUTE sql;
        SET CONSTRAINTS ALL IMMEDIATE;
        RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS name = CONSTRAINT_NAME, state = RETURNED_SQLSTATE;
    END;
    INSERT INTO seen VALUES (name);
    RETURN CASE state WHEN 'ZZZZZ' THEN 'accepted' ELSE rtrim(state || ' ' || name) END;
END $$;

INSERT INTO gov_authority (authority, kind) VALUES ('fa', 'human');
INSERT INTO gov_object (object_id, object_type, object_ref) VALUES (-1, 't', 'fr1'), (-2, 't', 'fr2');
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('fx', 'uncertain', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status, object_id) VALUES ('fx', 'v', 'active', -1), ('fx', 'w', 'active', NULL);
INSERT INTO gov_assignment (assignment_id, object_id, axis, value, zone, assigned_kind)
    VALUES (-1, -1, 'fx', 'v', 'quarantine', 'tool');
INSERT INTO gov_ownership (ownership_id, object_id, axis, value, authority) VALUES (-1, -1, 'fx', 'v', 'fa');
INSERT INTO gov_coverage_rule (rule, axis, mode) VALUES ('fl', 'fx', 'cross_product');
INSERT INTO gov_scan_run (scan_id) VALUES (-1);
INSERT INTO gov_detector (detector, severity, routine) VALUES ('fd', 'info', 'public.f');
INSERT INTO gov_finding (finding_id, detector, identity, severity, since_scan) VALUES (-1, 'fd', 'i', 'info', 1);
INSERT INTO gov_rollout (rollout, description, role_name, search_path, database_name, system_identifier, created_by) VALUES ('ro', 'd', 'r', 'p', 'db', 1, 'me');
INSERT INTO gov_rollout_tier (rollout, tier, name, kind, apply_sql, revert_sql, content_hash) VALUES ('ro', 1, 'n', 'seed', 'a', 'r', repeat('0a', 32));
INSERT INTO gov_baseline (baseline, actor, login, database, system_identifier, server_version, relations, sha256)
    VALUES ('fb', 'a', 'l', 'd', '1', '15', 0, repeat('0a', 32));
INSERT INTO gov_baseline_item (baseline, kind, relation, what) VALUES ('fb', 'relation', 'r', 'rows');

-- the first row of each table is a good one
CREATE TEMP TABLE rows (id int GENERATED ALWAYS AS IDENTITY, sql text);

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_authority (authority, kind, status) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'ok', 'agent', 'retired'$$,
    $$'', 'agent', 'active'$$,
    $$repeat('x', 201), 'agent', 'active'$$,
    $$NULL, 'agent', 'active'$$,
    $$'fa', 'agent', 'active'$$,
    $$'n', 'robot', 'active'$$,
    $$'n', NULL, 'active'$$,
    $$'n', 'agent', 'asleep'$$,
    $$'n', 'agent', NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_source (source, kind, relation) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'ok', 'relation', 'public.r'$$,
    $$'', 'manual', NULL$$,
    $$NULL, 'manual', NULL$$,
    $$repeat('é', 101), 'manual', NULL$$,
    $$'n', 'web', NULL$$,
    $$'n', NULL, NULL$$,
    $$'n', 'relation', NULL$$,
    $$'n', 'catalog', 'public.r'$$,
    $$'n', 'manual', NULL), ('n', 'manual', NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_authority (authority, kind, contact) VALUES (''n'', ''human'', %L)', v)
FROM unnest(ARRAY['{"mail": "a@b.c"}', '{}', '[]', '{"phone": "1"}', '{"url": "javascript:x"}']) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_baseline (baseline, actor, login, database, system_identifier, server_version, relations, sha256) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'ok', 'a', 'l', 'd', '12', '15', 0, repeat('0a', 32)$$,
    $$'', 'a', 'l', 'd', '1', '15', 0, repeat('0a', 32)$$,
    $$'fb', 'a', 'l', 'd', '1', '15', 0, repeat('0a', 32)$$,
    $$'n', 'a', 'l', 'd', 'x', '15', 0, repeat('0a', 32)$$,
    $$'n', 'a', 'l', 'd', '1', '15', -1, repeat('0a', 32)$$,
    $$'n', 'a', 'l', 'd', '1', '15', 0, 'none'$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_baseline_item (baseline, kind, relation, what) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'fb', 'metric', '', 'gap'$$,
    $$'fb', 'relation', 'r', 'rows'$$,
    $$'fb', 'guess', 'r', 'rows'$$,
    $$'never', 'metric', '', 'gap'$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_source (source, kind, enabled, excluded, unenrolled_at) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'n', 'catalog', false, '{tmp_*}', now()$$,
    $$'n', 'catalog', true, '{}', now()$$,
    $$'n', 'catalog', true, '{NULL}', NULL$$,
    $$'n', 'catalog', true, '{""}', NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_schema_pattern (pattern, excluded, object_types) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'ok*', '{x}', '{table}'$$,
    $$'', '{}', NULL$$,
    $$NULL, '{}', NULL$$,
    $$repeat('é', 101), '{}', NULL$$,
    $$'n', '{NULL}', NULL$$,
    $$'n', '{""}', NULL$$,
    $$'n', NULL, NULL$$,
    $$'n', '{}', '{}'$$,
    $$'n', '{}', '{NULL}'$$,
    $$'n', '{}', NULL), ('n', '{}', NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_source (source, kind, columns) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'n', 'catalog', true$$,
    $$'n', 'manual', true$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_object (object_id, object_type, object_ref, container_id, source, retired_at) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$-9, 't', 'new', -1, 'manual', NULL$$,
    $$-9, 't', 'fr1', -1, 'manual', now()$$,
    $$-1, 't', 'new', NULL, 'manual', NULL$$,
    $$0, 't', 'new', NULL, 'manual', NULL$$,
    $$-9, 't', 'fr1', NULL, 'manual', NULL$$,
    $$-9, 't', '', NULL, 'manual', NULL$$,
    $$-9, 't', repeat('x', 1501), NULL, 'manual', NULL$$,
    $$-9, '', 'new', NULL, 'manual', NULL$$,
    $$-9, repeat('x', 201), 'new', NULL, 'manual', NULL$$,
    $$-9, NULL, 'new', NULL, 'manual', NULL$$,
    $$-9, 't', NULL, NULL, 'manual', NULL$$,
    $$-9, 't', 'new', -9, 'manual', NULL$$,
    $$-9, 't', 'new', -8, 'manual', NULL$$,
    $$-9, 't', 'new', NULL, 'nowhere', NULL$$,
    $$-9, 't', 'new', NULL, NULL, NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_axis (axis, kind, family, status, owner, fallback, multivalued, is_containment) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'n', 'system', 'pivot', 'retired', 'fa', 'fa', false, true$$,
    $$'', 'system', 'pivot', 'active', NULL, NULL, true, false$$,
    $$repeat('x', 201), 'system', 'pivot', 'active', NULL, NULL, true, false$$,
    $$NULL, 'system', 'pivot', 'active', NULL, NULL, true, false$$,
    $$'fx', 'system', 'pivot', 'active', NULL, NULL, true, false$$,
    $$'n', 'odd', 'pivot', 'active', NULL, NULL, true, false$$,
    $$'n', 'system', 'odd', 'active', NULL, NULL, true, false$$,
    $$'n', 'system', 'pivot', 'odd', NULL, NULL, true, false$$,
    $$'n', NULL, 'pivot', 'active', NULL, NULL, true, false$$,
    $$'n', 'system', NULL, 'active', NULL, NULL, true, false$$,
    $$'n', 'system', 'pivot', NULL, NULL, NULL, true, false$$,
    $$'n', 'system', 'pivot', 'active', 'nobody', NULL, true, false$$,
    $$'n', 'system', 'pivot', 'active', NULL, 'nobody', true, false$$,
    $$'n', 'system', 'pivot', 'active', NULL, NULL, NULL, false$$,
    $$'n', 'system', 'pivot', 'active', NULL, NULL, true, NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_axis_value (axis, value, status, parent, replaced_by, object_id) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'fx', 'n', 'retired', 'v', 'w', -2$$,
    $$'fx', '', 'active', NULL, NULL, NULL$$,
    $$'fx', repeat('x', 201), 'active', NULL, NULL, NULL$$,
    $$'fx', NULL, 'active', NULL, NULL, NULL$$,
    $$NULL, 'n', 'active', NULL, NULL, NULL$$,
    $$'fx', 'v', 'active', NULL, NULL, NULL$$,
    $$'fx', 'n', 'odd', NULL, NULL, NULL$$,
    $$'fx', 'n', NULL, NULL, NULL, NULL$$,
    $$'fy', 'n', 'active', NULL, NULL, NULL$$,
    $$'fx', 'n', 'active', 'none', NULL, NULL$$,
    $$'fx', 'n', 'active', NULL, 'none', NULL$$,
    $$'fx', 'n', 'candidate', 'n', NULL, NULL$$,
    $$'fx', 'n', 'candidate', NULL, 'n', NULL$$,
    $$'fx', 'n', 'active', NULL, NULL, -1$$,
    $$'fx', 'n', 'active', NULL, NULL, -9$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_assignment (assignment_id, object_id, axis, value, zone, confidence, match_score, provenance, assigned_kind, valid_to, superseded_by, revision) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$-9, -2, 'fx', 'v', 'approved', 1, 0, '{"kind": "x"}', 'rule', 'infinity', -1, 2$$,
    $$-1, -2, 'fx', 'v', 'quarantine', NULL, NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -9, 'fx', 'v', 'quarantine', NULL, NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, NULL, 'fx', 'v', 'quarantine', NULL, NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'none', 'quarantine', NULL, NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -2, NULL, 'v', 'quarantine', NULL, NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', NULL, 'quarantine', NULL, NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'odd', NULL, NULL, '{"kind": "x"}', 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', NULL, NULL, NULL, '{"kind": "x"}', 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'quarantine', 1.5, NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'quarantine', 'NaN', NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'quarantine', NULL, -0.1, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'approved', NULL, NULL, NULL, 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'candidate', NULL, NULL, '{}', 'rule', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'quarantine', NULL, NULL, NULL, 'odd', NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'quarantine', NULL, NULL, NULL, NULL, NULL, NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'quarantine', NULL, NULL, NULL, 'rule', '-infinity', NULL, 1$$,
    $$-9, -2, 'fx', 'v', 'quarantine', NULL, NULL, NULL, 'rule', NULL, -8, 1$$,
    $$-9, -2, 'fx', 'v', 'quarantine', NULL, NULL, NULL, 'rule', NULL, NULL, 0$$,
    $$-9, -2, 'fx', 'v', 'quarantine', NULL, NULL, NULL, 'rule', NULL, NULL, NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_ownership (ownership_id, object_id, axis, value, authority, owner_kind, inherits, status, effective_to, reason, supersedes_id) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$-9, -2, 'fx', 'v', 'fa', 'waiver', false, 'active', 'infinity', 'because', -1$$,
    $$-9, NULL, 'fx', 'v', 'fa', 'accountable', true, 'active', NULL, NULL, NULL$$,
    $$-1, -2, 'fx', 'v', 'fa', 'supporting', true, 'active', NULL, NULL, NULL$$,
    $$-9, -9, 'fx', 'v', 'fa', 'supporting', true, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'none', 'fa', 'supporting', true, 'active', NULL, NULL, NULL$$,
    $$-9, -2, NULL, 'v', 'fa', 'supporting', true, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', NULL, 'fa', 'supporting', true, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'nobody', 'supporting', true, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'v', NULL, 'supporting', true, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'odd', true, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'supporting', NULL, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'supporting', true, 'odd', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'supporting', true, 'active', '-infinity', NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'delegated', true, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'waiver', true, 'active', NULL, 'because', NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'waiver', true, 'active', 'infinity', NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'waiver', true, 'active', 'infinity', '', NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'waiver', true, 'active', 'infinity', ' ', NULL$$,
    $$-9, NULL, 'fx', 'v', 'fa', 'waiver', true, 'active', 'infinity', 'because', NULL$$,
    $$-9, NULL, 'fx', 'v', 'fa', 'accountable', false, 'active', NULL, NULL, NULL$$,
    $$-9, -2, 'fx', 'v', 'fa', 'supporting', true, 'active', NULL, NULL, -8$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, confidence_threshold, staleness_days, status) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'n', 'fx', 'per_assignment', '{t}', 1, 30, 'active'$$,
    $$'', 'fx', 'per_assignment', NULL, 0, 0, 'active'$$,
    $$repeat('x', 201), 'fx', 'per_assignment', NULL, 0, 0, 'active'$$,
    $$NULL, 'fx', 'per_assignment', NULL, 0, 0, 'active'$$,
    $$'fl', 'fx', 'per_assignment', NULL, 0, 0, 'active'$$,
    $$'n', 'none', 'per_assignment', NULL, 0, 0, 'active'$$,
    $$'n', NULL, 'per_assignment', NULL, 0, 0, 'active'$$,
    $$'n', 'fx', 'odd', NULL, 0, 0, 'active'$$,
    $$'n', 'fx', NULL, NULL, 0, 0, 'active'$$,
    $$'n', 'fx', 'per_assignment', '{t,NULL}', 0, 0, 'active'$$,
    $$'n', 'fx', 'per_assignment', '{""}', 0, 0, 'active'$$,
    $$'n', 'fx', 'per_assignment', NULL, 1.1, 0, 'active'$$,
    $$'n', 'fx', 'per_assignment', NULL, NULL, 0, 'active'$$,
    $$'n', 'fx', 'per_assignment', NULL, 0, -1, 'active'$$,
    $$'n', 'fx', 'per_assignment', NULL, 0, NULL, 'active'$$,
    $$'n', 'fx', 'per_assignment', NULL, 0, 0, 'deprecated'$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_coverage_rule (rule, axis, mode, contained_types, owner_axis, owner_value, contained_approval) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'n', 'fx', 'per_assignment', '{t}', 'fx', 'v', 'a'$$,
    $$'n', 'fx', 'per_assignment', '{t,NULL}', 'fx', 'v', NULL$$,
    $$'n', 'fx', 'cross_product', '{t}', 'fx', 'v', NULL$$,
    $$'n', 'fx', 'per_assignment', '{t}', NULL, 'v', NULL$$,
    $$'n', 'fx', 'per_assignment', '{t}', 'fx', NULL, NULL$$,
    $$'n', 'fx', 'per_assignment', NULL, NULL, NULL, 'a'$$,
    $$'n', 'fx', 'per_assignment', '{t}', 'fx', 'none', NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_coverage_rule (rule, axis, mode, scope_container, scope_pattern, scope_parts, contained_types, owner_axis, owner_value) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'n', 'fx', 'per_assignment', -2, 'x*', 'leaves', NULL, NULL, NULL$$,
    $$'n', 'fx', 'per_assignment', -99, NULL, 'all', NULL, NULL, NULL$$,
    $$'n', 'fx', 'per_assignment', NULL, '', 'all', NULL, NULL, NULL$$,
    $$'n', 'fx', 'per_assignment', NULL, repeat('x', 201), 'all', NULL, NULL, NULL$$,
    $$'n', 'fx', 'per_assignment', NULL, NULL, 'odd', NULL, NULL, NULL$$,
    $$'n', 'fx', 'per_assignment', NULL, NULL, NULL, NULL, NULL, NULL$$,
    $$'n', 'fx', 'per_assignment', NULL, NULL, 'parents', '{t}', 'fx', 'v'$$,
    $$'n', 'fx', 'per_assignment', NULL, NULL, 'all', '{t}', 'fx', 'v'$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_detector (detector, severity, routine, event_domain, event_type) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$'ok', 'info', 'public.f', 'd', 't'$$,
    $$'ok', 'critical', NULL, NULL, NULL$$,
    $$'', 'info', NULL, NULL, NULL$$,
    $$'n', 'loud', NULL, NULL, NULL$$,
    $$'n', 'info', '', NULL, NULL$$,
    $$'n', 'info', NULL, '', 't'$$,
    $$'n', 'info', NULL, 'd', ''$$,
    $$'n', 'info', NULL, 'd', NULL$$,
    $$'fd', 'info', 'public.f', NULL, NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_finding (finding_id, detector, identity, severity, since_scan, resolved_at, last_seen,'
              ' acknowledged_at, acknowledged_by, acknowledged_reason, acknowledged_until) VALUES (%s)', v)
FROM unnest(ARRAY[
    $$-2, 'fd', 'ok', 'info', 1, NULL, NULL, NULL, NULL, NULL, NULL$$,
    $$-2, 'fd', 'ok', 'info', 1, now(), now(), now(), 'me', 'why', now()$$,
    $$-1, 'fd', 'n', 'info', 1, NULL, NULL, NULL, NULL, NULL, NULL$$,
    $$-2, 'none', 'n', 'info', 1, NULL, NULL, NULL, NULL, NULL, NULL$$,
    $$-2, 'fd', 'i', 'info', 1, NULL, NULL, NULL, NULL, NULL, NULL$$,
    $$-2, 'fd', 'n', 'loud', 1, NULL, NULL, NULL, NULL, NULL, NULL$$,
    $$-2, 'fd', 'n', 'info', 1, now(), NULL, NULL, NULL, NULL, NULL$$,
    $$-2, 'fd', 'n', 'info', 1, NULL, NULL, now(), NULL, 'why', NULL$$,
    $$-2, 'fd', 'n', 'info', 1, NULL, NULL, now(), 'me', NULL, NULL$$,
    $$-2, 'fd', 'n', 'info', 1, NULL, NULL, NULL, NULL, NULL, now()$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_source_conflict (source, object_type, object_ref) VALUES (%s)', v)
FROM unnest(ARRAY[$$'manual', 't', 'ok'$$, $$'none', 't', 'n'$$, $$'manual', 't', 'n'), ('manual', 't', 'n'$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_source_block (source, sqlstate, reason) VALUES (%s)', v)
FROM unnest(ARRAY[$$'manual', '00000', 'ok'$$, $$'none', '00000', 'n'$$, $$'manual', '00000', 'n'), ('manual', '00000', 'm'$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_source_held (source, object_type, object_ref) VALUES (%s)', v)
FROM unnest(ARRAY[$$'manual', 't', 'ok'$$, $$'none', 't', 'n'$$, $$'manual', 't', 'n'), ('manual', 't', 'n'$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_rollout (rollout, description, role_name, search_path, database_name, system_identifier, created_by, content_hash, sealed_at, sealed_by) VALUES (%s)', v)
FROM unnest(ARRAY[$$'ok', 'd', 'r', 'p', 'db', 1, 'me', repeat('0a', 32), now(), 'me'$$, $$'', 'd', 'r', 'p', 'db', 1, 'me', NULL, NULL, NULL$$,
    $$'ro', 'd', 'r', 'p', 'db', 1, 'me', NULL, NULL, NULL$$, $$'x', 'd', 'r', 'p', 'db', 1, 'me', 'short', now(), 'me'$$,
    $$'x', 'd', 'r', 'p', 'db', 1, 'me', repeat('0a', 32), NULL, 'me'$$, $$'x', 'd', 'r', 'p', 'db', 1, 'me', NULL, NULL, 'me'$$]) AS v;
INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_rollout_tier (rollout, tier, name, kind, apply_sql, verify_sql, revert_sql, expect, content_hash) VALUES (%s)', v)
FROM unnest(ARRAY[$$'ro', 2, 'n', 'seed', 'a', NULL, 'r', '[]', repeat('0a', 32)$$, $$'ro', 2, 'n', 'verify', NULL, 'v', NULL, '[]', repeat('0a', 32)$$,
    $$'none', 2, 'n', 'seed', 'a', NULL, 'r', '[]', repeat('0a', 32)$$, $$'ro', 1, 'n', 'seed', 'a', NULL, 'r', '[]', repeat('0a', 32)$$,
    $$'ro', -1, 'n', 'seed', 'a', NULL, 'r', '[]', repeat('0a', 32)$$, $$'ro', 2, 'n', 'seeds', 'a', NULL, 'r', '[]', repeat('0a', 32)$$,
    $$'ro', 2, 'n', 'seed', NULL, NULL, 'r', '[]', repeat('0a', 32)$$, $$'ro', 2, 'n', 'verify', 'a', NULL, NULL, '[]', repeat('0a', 32)$$,
    $$'ro', 2, 'n', 'seed', 'a', NULL, NULL, '[]', repeat('0a', 32)$$, $$'ro', 2, 'n', 'seed', 'a', NULL, 'r', '{}', repeat('0a', 32)$$,
    $$'ro', 2, 'n', 'seed', 'a', NULL, 'r', '[]', 'short'$$]) AS v;
INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_rollout_rehearsal (rehearsal, rollout, actor, login, content_hash, ok, verdict, states, things) VALUES (%s)', v)
FROM unnest(ARRAY[$$-1, 'ro', 'a', 'l', 'h', true, 'v', '{}', '{}'$$, $$-1, 'none', 'a', 'l', 'h', true, 'v', '{}', '{}'$$, $$-1, 'ro', 'a', 'l', 'h', true, 'v', '[]', '{}'$$,
    $$-1, 'ro', 'a', 'l', 'h', true, 'v', '{}', '[]'$$, $$-1, 'ro', 'a', 'l', 'h', true, 'v', '{}', '{}'), (-1, 'ro', 'a', 'l', 'h', true, 'v', '{}', '{}'$$]) AS v;
INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_rollout_step (step, rollout, tier, act, outcome, ms, actor, login, content_hash, problem) VALUES (%s)', v)
FROM unnest(ARRAY[$$-1, 'ro', 1, 'apply', 'done', 0, 'a', 'l', 'h', NULL$$, $$-1, 'ro', 7, 'apply', 'done', 0, 'a', 'l', 'h', NULL$$,
    $$-1, 'ro', 1, 'undo', 'done', 0, 'a', 'l', 'h', NULL$$, $$-1, 'ro', 1, 'apply', 'half', 0, 'a', 'l', 'h', '{}'$$, $$-1, 'ro', 1, 'apply', 'done', -1, 'a', 'l', 'h', NULL$$,
    $$-1, 'ro', 1, 'apply', 'failed', 0, 'a', 'l', 'h', NULL$$, $$-1, 'ro', 1, 'apply', 'done', 0, 'a', 'l', 'h', NULL), (-1, 'ro', 1, 'apply', 'done', 0, 'a', 'l', 'h', NULL$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_axis_figure (axis, measured_at, required, covered, gap, waived, fallback, missing_assignments) VALUES (%s)', v)
FROM unnest(ARRAY[$$'fx', 'epoch', 4, 1, 3, 0, 0, 0$$, $$'fx', 'epoch', NULL, NULL, NULL, NULL, NULL, NULL$$, $$'none', 'epoch', 4, 1, 3, 0, 0, 0$$, $$'fx', 'epoch', 4, 1, 3, 0, 0, 0), ('fx', 'epoch', 4, 1, 3, 0, 0, 0$$,
                  $$'fx', NULL, 4, 1, 3, 0, 0, 0$$, $$'fx', 'epoch', 4, 1, NULL, 0, 0, 0$$]) AS v;

INSERT INTO rows (sql)
SELECT format('INSERT INTO gov_access (axis, value, privilege, role_name, role_oid, role_system) VALUES (%s)', v)
FROM unnest(ARRAY[$$'fx', 'v', 'SELECT', 'public', 0, 0$$, $$'fx', 'v', 'SELECT', 'r', 7, 8$$, $$'fx', 'v', 'LOOK', 'r', 7, 8$$, $$'fx', 'none', 'SELECT', 'r', 7, 8$$,
                  $$'fx', 'v', 'SELECT', '', 7, 8$$, $$'fx', 'v', 'SELECT', 'r', 0, 0$$, $$'fx', 'v', 'SELECT', NULL, 7, 8$$, $$'fx', 'v', 'SELECT', 'r', 7, 8), ('fx', 'v', 'SELECT', 'r', 7, 8$$]) AS v;

-- what others point at cannot go away; which of them says so first is open
INSERT INTO rows (sql) VALUES
    ($$INSERT INTO gov_scan_run (scan_id) VALUES (-1)$$),
    ($$INSERT INTO gov_scan_run (scan_no) VALUES (-1), (-1)$$),
    ($$DELETE FROM gov_detector WHERE detector = 'fd'$$),
    ($$DELETE FROM gov_axis WHERE axis = 'fx'$$),
    ($$DELETE FROM gov_axis_value WHERE axis = 'fx' AND value = 'v'$$),
    ($$DELETE FROM gov_authority WHERE authority = 'fa'$$),
    ($$DELETE FROM gov_object WHERE object_id = -1$$);

\pset format unaligned
\pset tuples_only on
SELECT regexp_replace(sql, '^INSERT INTO (\w+).* VALUES ', '\1 ') || ': ' ||
       CASE WHEN sql LIKE 'DELETE%' THEN left(pg_temp.try(sql), 5) ELSE pg_temp.try(sql) END
FROM rows ORDER BY id;
\pset tuples_only off
\pset format aligned

CREATE TEMP VIEW ours AS
SELECT c.* FROM pg_class AS c
JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
WHERE extname = 'governance';

-- constraints of these tables that nothing above ran into: none
SELECT relname, conname
FROM pg_constraint JOIN ours ON ours.oid = conrelid
WHERE contype IN ('c', 'f', 'p', 'u', 'x')
  AND conname NOT IN (SELECT constraint_name FROM seen WHERE constraint_name IS NOT NULL)
  AND relname IN ('gov_authority', 'gov_source', 'gov_schema_pattern', 'gov_object', 'gov_axis', 'gov_axis_value',
                  'gov_assignment', 'gov_ownership', 'gov_coverage_rule', 'gov_scan_run',
                  'gov_detector', 'gov_finding', 'gov_baseline', 'gov_baseline_item', 'gov_source_conflict', 'gov_source_block', 'gov_source_held',
                  'gov_rollout', 'gov_rollout_tier', 'gov_rollout_rehearsal', 'gov_rollout_step', 'gov_axis_figure', 'gov_access')
ORDER BY 1, 2;

-- open to PUBLIC: none; without a description: none; not dumped: none
SELECT relname FROM ours, aclexplode(relacl) AS a WHERE a.grantee = 0 ORDER BY 1;
SELECT relname FROM ours
WHERE relkind IN ('r', 'v', 'f', 'm') AND obj_description(oid, 'pg_class') IS NULL
ORDER BY 1;
SELECT relname, attname FROM ours JOIN pg_attribute ON attrelid = ours.oid
WHERE relkind IN ('r', 'v', 'f', 'm') AND attnum > 0 AND NOT attisdropped
  AND relnamespace <> 'governance_internal'::regnamespace AND col_description(attrelid, attnum) IS NULL
ORDER BY 1, 2;
SELECT relname FROM ours
WHERE relkind IN ('r', 'S')
  AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'governance' AND ours.oid = ANY (extconfig))
ORDER BY 1;
ROLLBACK;
