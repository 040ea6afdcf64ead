-- Detectors against their definition in plain SQL, in random worlds; and
-- what is found does not depend on names, order, time zone, DateStyle or
-- search_path.
BEGIN;
SET LOCAL client_min_messages = warning;
\getenv source PG_ABS_SRCDIR
\set oracle :source '/test/oracle.sql'
\set label_oracle :source '/test/label_oracle.sql'
\set worlds :source '/test/worlds.sql'
\set detectors :source '/test/detectors.sql'
\set ECHO none
\i :oracle
\i :label_oracle
\i :worlds
\i :detectors
\set ECHO all
CREATE SCHEMA detector_worlds;
CREATE ROLE regress_detector_role;

-- What a world of the engine lacks: uncertain axes, old candidates, labels,
-- decisions, ownership that ends, roles, sources.
CREATE FUNCTION detector_worlds.enrich(seed int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gov_axis SET kind = 'uncertain' WHERE worlds.dice(seed, 'uncertain' || axis, 2) = 0;
    UPDATE gov_coverage_rule SET status = 'retired' WHERE worlds.dice(seed, 'no rule' || axis, 4) = 0;
    -- an object all of whose values are approved
    UPDATE gov_assignment SET provenance = '{"kind": "test"}' WHERE worlds.dice(seed, 'sure' || object_id, 3) = 0;
    UPDATE gov_assignment SET zone = 'candidate' WHERE worlds.dice(seed, 'sure' || object_id, 3) = 0 AND zone = 'quarantine';
    UPDATE gov_assignment SET zone = 'approved' WHERE worlds.dice(seed, 'sure' || object_id, 3) = 0 AND zone = 'candidate';
    INSERT INTO gov_axis_value (axis, value, status) SELECT axis, 'candidate ' || n, 'candidate' FROM gov_axis, generate_series(1, 3) n;
    UPDATE gov_object SET retired_at = now() WHERE retired_at IS NOT NULL AND worlds.dice(seed, 'just now' || object_ref, 3) = 0;
    UPDATE gov_axis_value SET created_at = now() - (ARRAY['0', '719 hours', '720 hours', '720 hours 1 microsecond', '1440 hours'])[1 + worlds.dice(seed, 'old' || axis || value, 5)]::interval;
    UPDATE gov_ownership SET effective_to = now() + (ARRAY['335 hours', '336 hours', '336 hours 1 microsecond', '720 hours'])[1 + worlds.dice(seed, 'ends' || ownership_id, 4)]::interval
     WHERE (effective_to IS NULL OR effective_to > now() + interval '1 hour')
       AND effective_from < now() AND worlds.dice(seed, 'ending' || ownership_id, 6) = 0
       AND NOT EXISTS (SELECT FROM gov_ownership x WHERE x.ownership_id <> gov_ownership.ownership_id AND x.effective_from > now()
                          AND (x.object_id, x.axis, x.value) IS NOT DISTINCT FROM (gov_ownership.object_id, gov_ownership.axis, gov_ownership.value));
    UPDATE gov_coverage_rule SET applies_to = '{nobody is one}' WHERE worlds.dice(seed, 'idle' || rule, 4) = 0;
    UPDATE gov_authority SET role_name = CASE worlds.dice(seed, 'role' || authority, 3) WHEN 0 THEN 'nobody at all' WHEN 1 THEN 'regress_detector_role' END;
    UPDATE gov_authority SET role_oid = CASE worlds.dice(seed, 'oid' || authority, 3) WHEN 0 THEN 1 WHEN 1 THEN (SELECT oid FROM pg_roles WHERE rolname = role_name) END,
           role_system = CASE worlds.dice(seed, 'moved' || authority, 4) WHEN 0 THEN 1 WHEN 1 THEN NULL ELSE (SELECT system_identifier FROM pg_control_system()) END;

    INSERT INTO gov_label (label, facet, status) SELECT 'l' || n, 'F' || worlds.dice(seed, 'facet' || n, 3), (ARRAY['active', 'active', 'inactive'])[1 + worlds.dice(seed, 'label' || n, 3)]
      FROM generate_series(1, 8) n;
    INSERT INTO gov_label_rule (object_type, object_ref, label, status)
    SELECT o.object_type, o.object_ref, 'l' || l, (ARRAY['active', 'active', 'inactive'])[1 + worlds.dice(seed, 'rule' || o.object_ref || l, 3)]
      FROM (SELECT DISTINCT object_type, object_ref FROM gov_object) o, generate_series(1, 11) l WHERE worlds.dice(seed, 'ruled' || o.object_type || o.object_ref || l, 10) = 0;
    INSERT INTO gov_label_projection (object_type, object_ref, label, projected_at)
    SELECT object_type, object_ref, 'l' || worlds.dice(seed, 'projected' || n || object_ref, 14), now() - worlds.dice(seed, 'when' || n || object_ref, 60) * interval '24 hours'
      FROM gov_object, generate_series(1, 2) n WHERE worlds.dice(seed, 'projected' || n || object_ref, 2) = 0;
    INSERT INTO gov_projection (projection, axis, warn_after, enabled)
    SELECT 'projection of ' || axis, axis, worlds.dice(seed, 'warn' || axis, 40) * interval '24 hours', worlds.dice(seed, 'shown' || axis, 5) > 0 FROM gov_axis WHERE worlds.dice(seed, 'projection' || axis, 2) = 0;
    INSERT INTO gov_value_label (axis, value, label)
    SELECT v.axis, v.value, 'l' || l FROM gov_axis_value v, generate_series(1, 10) l
     WHERE worlds.dice(seed, 'labels' || v.axis, 3) > 0 AND worlds.dice(seed, 'mapped' || v.axis || v.value || l, 6) = 0;
    INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind)
    SELECT DISTINCT ON (object_id, axis, value) object_id, axis, value,
           (ARRAY['accept_orthogonal_facet', 'accept_projection_pending', 'accept_quarantine_hold', 'accept_divergence'])[1 + worlds.dice(seed, 'decision' || k, 4)], 'by dice', 'person'
      FROM gov_assignment, LATERAL (SELECT object_id || axis || value AS k) k WHERE worlds.dice(seed, 'decided' || k, 3) = 0;

    INSERT INTO gov_source (source, kind, relation, enabled) SELECT 'source ' || n, 'relation', 'public.r', n < 5 FROM generate_series(1, 5) n;
    UPDATE gov_object SET source = 'source ' || worlds.dice(seed, 'source' || object_ref, 6) WHERE worlds.dice(seed, 'source' || object_ref, 6) > 0;
    INSERT INTO gov_source_conflict SELECT DISTINCT 'source ' || n, object_type, object_ref FROM gov_object, generate_series(1, 5) n
     WHERE worlds.dice(seed, 'claim' || object_ref || n, 20) = 0;
    INSERT INTO gov_source_block (source, sqlstate, reason) SELECT 'source ' || n, 'QVS01', 'blocked' FROM generate_series(1, 5) n WHERE worlds.dice(seed, 'blocked' || n, 2) = 0;
    PERFORM label_oracle.refresh();
END $$;

-- Definitions that are off by a little: the comparison has to notice.
CREATE TABLE detector_worlds.mutation (k int PRIMARY KEY, detector text, was text, becomes text);
INSERT INTO detector_worlds.mutation VALUES
    (1, 'ownership_expiring', 'standing.effective_to <= ', 'standing.effective_to < '),
    (2, 'ownership_expiring', 'standing.owner_kind <> ''supporting''', 'standing.owner_kind <> ''none'''),
    (3, 'stale_candidate', ' < now()', ' <= now()'),
    (4, 'conflicting_parentage', 'every(', 'bool_or('),
    (5, 'conflicting_parentage', 'a.kind = ''uncertain''', 'a.kind <> ''none'''),
    (6, 'authority_without_role', 'u.status = ''active''', 'u.status <> ''none'''),
    (7, 'authority_without_role', 'r.oid = u.role_oid', 'r.rolname = u.role_name'),
    (8, 'container_missing', 'c.retired_at IS NOT NULL', 'c.retired_at < now()'),
    (9, 'source_conflict', 'o.source <> x.source', 'o.source <> ''none'''),
    (10, 'visible_unapproved', '''quarantine''', '''none'''),
    (11, 'projection_lag', '''orthogonal_facet''', '''none'''),
    (12, 'ownership_gap', 'no_accountable_owner', 'quarantined'),
    (13, 'sync_blocked', 'WHERE gov_source.enabled', 'WHERE true'),
    (14, 'label_orphan', '''warning''', '''info'''),
    (15, 'projection_lag_timing', '> projected.newest', '>= projected.newest'),
    (16, 'projection_lag_timing', '> projected.warn_after', '>= projected.warn_after'),
    (17, 'role_unconfirmed', 'u.role_oid IS NULL', 'false');
DO $$
DECLARE
    m detector_worlds.mutation;
    definition text := pg_get_viewdef('detector_oracle.expected');
BEGIN
    FOR m IN TABLE detector_worlds.mutation LOOP
        ASSERT strpos(definition, m.was) > 0, m.was;
        EXECUTE format('CREATE VIEW detector_worlds.mutant_%s AS %s', m.k, replace(definition, m.was, m.becomes));
    END LOOP;
END $$;

-- What differs, both ways; as a warning that names the world.
CREATE FUNCTION detector_worlds.compare(seed int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
    example text;
BEGIN
    CREATE TEMP TABLE actual ON COMMIT DROP AS SELECT detector, severity, axis, object_type, object_ref, value FROM gov_drift_finding;
    CREATE TEMP TABLE expected ON COMMIT DROP AS TABLE detector_oracle.expected;
    SELECT count(*), min(d::text) INTO n, example
      FROM ((SELECT 'too much' AS what, f.* FROM (TABLE actual EXCEPT ALL TABLE expected) f)
            UNION ALL (SELECT 'too little', f.* FROM (TABLE expected EXCEPT ALL TABLE actual) f)) d;
    IF n > 0 THEN
        RAISE WARNING 'world %: % differences, %', seed, n, example;
    END IF;
    RETURN n;
END $$;

-- Which mutants are noticed.
CREATE FUNCTION detector_worlds.noticed() RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    m detector_worlds.mutation;
    differ boolean;
    counts jsonb := '{}';
BEGIN
    FOR m IN TABLE detector_worlds.mutation LOOP
        EXECUTE format('SELECT EXISTS ((SELECT * FROM actual WHERE detector = %1$L EXCEPT ALL SELECT * FROM detector_worlds.mutant_%2$s WHERE detector = %1$L)'
                       ' UNION ALL (SELECT * FROM detector_worlds.mutant_%2$s WHERE detector = %1$L EXCEPT ALL SELECT * FROM actual WHERE detector = %1$L))',
                       m.detector, m.k) INTO differ;
        counts := counts || jsonb_build_object('mutant ' || m.k, differ::int);
    END LOOP;
    RETURN counts;
END $$;

-- Objects are renamed, values that mirror containers with them, and rows are
-- written anew in another order.  Containers that a value stands for by name
-- alone keep theirs.
CREATE FUNCTION detector_worlds.shuffle() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE renamed ON COMMIT DROP AS SELECT DISTINCT object_type, object_ref FROM gov_object o
     WHERE NOT EXISTS (SELECT FROM gov_object x JOIN gov_axis_value v ON v.value IN (x.object_ref, x.object_type || ':' || x.object_ref)
                        WHERE x.object_type = o.object_type AND x.object_ref = o.object_ref AND v.object_id IS NULL);
    UPDATE gov_object x SET object_ref = 'renamed ' || r.object_ref FROM renamed r WHERE x.object_type = r.object_type AND x.object_ref = r.object_ref;
    UPDATE gov_label_rule x SET object_ref = 'renamed ' || r.object_ref FROM renamed r WHERE x.object_type = r.object_type AND x.object_ref = r.object_ref;
    UPDATE gov_label_projection x SET object_ref = 'renamed ' || r.object_ref FROM renamed r WHERE x.object_type = r.object_type AND x.object_ref = r.object_ref;
    UPDATE gov_source_conflict x SET object_ref = 'renamed ' || r.object_ref FROM renamed r WHERE x.object_type = r.object_type AND x.object_ref = r.object_ref;
    UPDATE gov_axis_value SET value = 'renamed ' || value WHERE object_id IS NOT NULL;
    CREATE TEMP TABLE rows ON COMMIT DROP AS SELECT * FROM gov_label_projection ORDER BY md5(object_ref);
    DELETE FROM gov_label_projection;
    INSERT INTO gov_label_projection TABLE rows;
    UPDATE gov_assignment SET evidence = '{"moved": 1}' WHERE ctid = ANY (ARRAY(SELECT ctid FROM gov_assignment ORDER BY md5(assignment_id::text) LIMIT 50));
END $$;

CREATE TABLE detector_worlds.tally (name text PRIMARY KEY, n bigint NOT NULL);

CREATE FUNCTION detector_worlds.run(seed int) RETURNS void LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    counts jsonb;
    n bigint;
BEGIN
    BEGIN
        PERFORM worlds.build(seed);
        PERFORM set_config('session_replication_role', 'replica', true), detector_worlds.enrich(seed), set_config('session_replication_role', 'origin', true);
        counts := jsonb_build_object('differences', detector_worlds.compare(seed));
        SELECT counts || coalesce(jsonb_object_agg('finds ' || detector || ' ' || severity, k), '{}') INTO counts
          FROM (SELECT detector, severity, count(*) AS k FROM actual GROUP BY 1, 2) c;
        IF seed <= 9 THEN
            counts := counts || detector_worlds.noticed();
        END IF;
        -- identities are good: as many as findings
        CREATE TEMP TABLE told ON COMMIT DROP AS SELECT * FROM governance_internal.gov_detect();
        SELECT count(*) - count(DISTINCT (detector, identity)) INTO n FROM told;
        counts := counts || jsonb_build_object('identities', n);
        -- another session's settings change no byte of what is found
        PERFORM set_config('TimeZone', 'Pacific/Kiritimati', true), set_config('DateStyle', 'German', true), set_config('IntervalStyle', 'iso_8601', true),
                set_config('extra_float_digits', '-5', true), set_config('search_path', 'pg_catalog', true);
        EXECUTE format('CREATE TEMP TABLE told_elsewhere ON COMMIT DROP AS SELECT * FROM governance_internal.gov_detect()',
                       (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'governance'));
        PERFORM set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true), set_config('IntervalStyle', 'postgres', true),
                set_config('extra_float_digits', '1', true), set_config('search_path', '"$user", public', true);
        SELECT count(*) INTO n FROM ((TABLE told EXCEPT ALL TABLE told_elsewhere) UNION ALL (TABLE told_elsewhere EXCEPT ALL TABLE told)) d;
        counts := counts || jsonb_build_object('settings', n);
        IF seed % 3 = 1 THEN
            -- stored, renamed, scanned again: nothing opens, nothing closes
            PERFORM gov_scan(), detector_worlds.shuffle(), gov_scan();
            SELECT opened + reopened + resolved INTO n FROM gov_scan_run ORDER BY scan_id DESC LIMIT 1;
            IF n > 0 THEN
                RAISE WARNING 'world %: %', seed, (SELECT (array_agg(concat_ws(' ', s.detector, s.identity, s.status, s.object_ref)))[1:3] FROM gov_drift_state s WHERE s.scan_count < 2 OR s.status = 'resolved');
            END IF;
            counts := counts || jsonb_build_object('renamed', n, 'stored', (SELECT count(*) FROM gov_drift_state WHERE object_ref LIKE 'renamed%'));
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
        NULL;
    END;
    INSERT INTO detector_worlds.tally AS t SELECT key, value::bigint FROM jsonb_each_text(counts || '{"worlds": 1}')
    ON CONFLICT (name) DO UPDATE SET n = t.n + excluded.n;
END $$;

SELECT count(detector_worlds.run(seed)) AS worlds FROM generate_series(1, 24) AS seed;
-- rows that differ from the definition, identities that are not unique, findings
-- that settings changed, that renaming opened or closed: none
SELECT name, n FROM detector_worlds.tally WHERE name IN ('differences', 'identities', 'settings', 'renamed') ORDER BY name;
-- each detector found enough to mean something,
SELECT name, n >= 20 AS often FROM detector_worlds.tally WHERE name LIKE 'finds %' OR name = 'stored' ORDER BY name COLLATE "C";

-- and so did each mutant of the definition
SELECT m.detector, m.was, m.becomes, t.n > 0 AS noticed
  FROM detector_worlds.mutation m LEFT JOIN detector_worlds.tally t ON t.name = 'mutant ' || m.k ORDER BY m.k;
ROLLBACK;
