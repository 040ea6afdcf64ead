-- The views about labels and what policy decides, against the oracle, in
-- random worlds; in every second one the labels are the application's.
BEGIN;
SET LOCAL client_min_messages = warning;
\getenv source PG_ABS_SRCDIR
\set oracle :source '/test/oracle.sql'
\set label_oracle :source '/test/label_oracle.sql'
\set ECHO none
\i :oracle
\i :label_oracle
\set ECHO all

-- bound relations have statuses of all kinds
SET client_min_messages = error;
CREATE SCHEMA label_worlds;
CREATE TABLE label_worlds.tally (name text PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE label_worlds.vocabulary (label varchar(20), facet varchar, name text, status text);
CREATE TABLE label_worlds.label_rule (object_type text, object_ref varchar, label text, status varchar(8));
CREATE TABLE label_worlds.projection (object_type text, object_ref text, label text, projected_at timestamp);

-- A number from 0 to sides - 1 for a named choice of a world.
CREATE FUNCTION label_worlds.dice(seed int, choice text, sides int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT (('x' || left(md5(seed::text || '/' || choice), 8))::bit(32)::bigint % sides)::int $$;

CREATE FUNCTION label_worlds.pick(seed int, choice text, VARIADIC words text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT words[1 + label_worlds.dice(seed, choice, cardinality(words))] $$;

-- Objects, axes and values, assignments and ownership.
CREATE FUNCTION label_worlds.build(seed int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    things int := 15 + label_worlds.dice(seed, 'things', 25);
BEGIN
    INSERT INTO gov_authority (authority, kind, status) SELECT 'w' || n, 'human', label_worlds.pick(seed, 'authority' || n, 'active', 'active', 'retired')
      FROM generate_series(1, 3) n;
    INSERT INTO gov_object (object_id, object_type, object_ref, container_id, retired_at)
    SELECT -n, label_worlds.pick(seed, 'type' || n, 't', 'Typ "ö"'), CASE WHEN n % 5 = 0 THEN 'ref ''q'' ' || n ELSE 'r' || n END,
           CASE WHEN n > 1 AND label_worlds.dice(seed, 'root' || n, 3) > 0 THEN -(1 + label_worlds.dice(seed, 'in' || n, least(n - 1, 4))) END,
           CASE WHEN label_worlds.dice(seed, 'retired' || n, 8) = 0 THEN now() END
      FROM generate_series(1, things) n;
    INSERT INTO gov_axis (axis, kind, family, status, fallback)
    SELECT 'wx' || n, 'uncertain', 'semantic', label_worlds.pick(seed, 'axis' || n, 'active', 'active', 'active', 'deprecated'),
           CASE WHEN label_worlds.dice(seed, 'fallback' || n, 4) = 0 THEN 'w1' END
      FROM generate_series(1, 3) n;
    INSERT INTO gov_axis_value (axis, value, status)
    SELECT 'wx' || a, 'v' || v, label_worlds.pick(seed, 'value' || a || v, 'active', 'active', 'active', 'candidate', 'deprecated')
      FROM generate_series(1, 3) a, generate_series(1, 5) v;
    INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind, valid_to, valid_from)
    SELECT -o, 'wx' || a, 'v' || v, label_worlds.pick(seed, 'zone' || o || a || v, 'approved', 'candidate', 'quarantine'), '{"kind":"x"}', 'tool',
           CASE WHEN label_worlds.dice(seed, 'end' || o || a || v, 6) = 0 THEN now() END, now() - interval '1 day'
      FROM generate_series(1, things) o, generate_series(1, 3) a, generate_series(1, 5) v
     WHERE label_worlds.dice(seed, 'assigned' || o || a || v, 4) = 0;
    INSERT INTO gov_ownership (object_id, axis, value, authority, inherits)
    SELECT -o, 'wx' || a, 'v' || v, 'w' || 1 + label_worlds.dice(seed, 'owner' || o || a || v, 3), label_worlds.dice(seed, 'inherits' || o, 3) > 0
      FROM generate_series(1, things) o, generate_series(1, 3) a, generate_series(1, 5) v
     WHERE label_worlds.dice(seed, 'owned' || o || a || v, 8) = 0;
END $$;

-- Labels: ours, or the application's with whatever it may hold.
CREATE FUNCTION label_worlds.label(seed int, bound boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO label_worlds.vocabulary
    SELECT 'l' || n, CASE WHEN label_worlds.dice(seed, 'facet' || n, 6) > 0 THEN 'F' || label_worlds.dice(seed, 'which' || n, 3) END, NULL,
           label_worlds.pick(seed, 'label' || n, 'active', 'active', 'active', 'inactive')
      FROM generate_series(1, 9) n;
    INSERT INTO label_worlds.label_rule
    SELECT o.object_type, o.object_ref, 'l' || l, label_worlds.pick(seed, 'rule' || o.object_id || l, 'active', 'active', 'inactive')
      FROM gov_object o, generate_series(1, 11) l
     WHERE label_worlds.dice(seed, 'ruled' || o.object_id, 3) > 0 AND label_worlds.dice(seed, 'labelled' || o.object_id || l, 8) = 0;
    INSERT INTO label_worlds.projection
    SELECT object_type, object_ref, 'l' || label_worlds.dice(seed, 'projected' || object_id, 14), now() FROM gov_object;
    INSERT INTO gov_value_label (axis, value, label)
    SELECT 'wx' || a, 'v' || v, 'l' || l
      FROM generate_series(1, 3) a, generate_series(1, 5) v, generate_series(1, 10) l
     WHERE label_worlds.dice(seed, 'labels' || a, 4) > 0 AND label_worlds.dice(seed, 'mapped' || a || v || l, 7) = 0;
    IF bound THEN
        INSERT INTO label_worlds.vocabulary
        SELECT CASE WHEN n > 0 THEN 'l' || n END, label_worlds.pick(seed, 'again' || n, 'F0', 'F2'), NULL, label_worlds.pick(seed, 'more' || n, 'active', 'odd', NULL)
          FROM generate_series(0, 2) n;
        INSERT INTO label_worlds.label_rule SELECT object_type, object_ref, NULL, 'active' FROM label_worlds.label_rule LIMIT 3;
        INSERT INTO label_worlds.label_rule SELECT object_type, object_ref, label, NULL FROM label_worlds.label_rule LIMIT 3;
        INSERT INTO label_worlds.label_rule SELECT * FROM label_worlds.label_rule LIMIT 5;
        INSERT INTO label_worlds.label_rule VALUES (NULL, 'r1', 'l1', 'active'), ('t', NULL, 'l20', 'active');
        INSERT INTO label_worlds.projection VALUES (NULL, NULL, 'l21', NULL), ('t', 'r1', NULL, now());
        PERFORM gov_bind(b, 'label_worlds.' || r)
           FROM (VALUES ('vocabulary', 'vocabulary'), ('label_rule', 'label_rule'), ('label_projection', 'projection')) AS v (b, r);
        CREATE OR REPLACE VIEW label_oracle.vocabulary AS SELECT label::text, facet::text, status FROM label_worlds.vocabulary;
        CREATE OR REPLACE VIEW label_oracle.label_rule AS SELECT object_type, object_ref::text, label, status::text FROM label_worlds.label_rule;
        CREATE OR REPLACE VIEW label_oracle.projection AS SELECT object_type, object_ref, label FROM label_worlds.projection;
    ELSE
        INSERT INTO gov_label (label, facet, status) SELECT label, facet, status FROM label_worlds.vocabulary;
        INSERT INTO gov_label_rule (object_type, object_ref, label, status)
        SELECT object_type, object_ref, label, max(status) FROM label_worlds.label_rule GROUP BY 1, 2, 3;
        INSERT INTO gov_label_projection SELECT * FROM label_worlds.projection;
    END IF;
END $$;

-- Decisions of any kind, fitting or not.
CREATE FUNCTION label_worlds.decide(seed int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO gov_decision (object_id, axis, value, decision, rationale, decided_kind)
    SELECT object_id, axis, value,
           label_worlds.pick(seed, 'decision' || k, 'accept_orthogonal_facet', 'accept_orthogonal_facet', 'accept_projection_pending', 'accept_quarantine_hold', 'accept_divergence'),
           'by dice', label_worlds.pick(seed, 'kind' || k, 'policy', 'person')
      FROM gov_assignment, LATERAL (SELECT object_id || axis || value AS k) AS k
     WHERE label_worlds.dice(seed, 'decided' || k, 5) > 1
$$;

-- Compares every view both ways; how many rows differ.
CREATE FUNCTION label_worlds.compare(seed int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    name text;
    columns text;
    differ bigint;
    differences bigint := 0;
BEGIN
    FOREACH name IN ARRAY '{gov_label_reconcile,gov_projection_gap,gov_label_orphan,gov_value_without_label,gov_label_without_value,gov_reconcile_summary}'::text[] LOOP
        SELECT string_agg(CASE WHEN attname = 'facets' THEN 'coalesce(facets, ''{}'')' ELSE quote_ident(attname) END, ', ' ORDER BY attname) INTO columns
          FROM pg_attribute WHERE attrelid = ('label_oracle.' || name)::regclass AND attnum > 0;
        EXECUTE format('SELECT count(*) FROM ((SELECT %1$s FROM %2$s EXCEPT ALL SELECT %1$s FROM label_oracle.%2$s)'
                       ' UNION ALL (SELECT %1$s FROM label_oracle.%2$s EXCEPT ALL SELECT %1$s FROM %2$s)) d', columns, name) INTO differ;
        IF differ > 0 THEN
            RAISE WARNING 'world %: % rows of % differ', seed, differ, name;
        END IF;
        differences := differences + differ;
    END LOOP;
    RETURN differences;
END $$;

-- Builds a world, compares, lets policy decide, compares, and undoes it all.
CREATE FUNCTION label_worlds.run(seed int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    counts jsonb := '{}';
    differences bigint;
BEGIN
    BEGIN
        PERFORM label_worlds.build(seed), label_worlds.label(seed, seed % 2 = 0);
        PERFORM label_worlds.decide(seed), label_oracle.refresh();
        differences := label_worlds.compare(seed);
        SELECT jsonb_object_agg(coalesce('flag ' || flag, 'state ' || state), n) INTO counts
          FROM (SELECT flag, NULL AS state, count(*) AS n FROM gov_label_reconcile GROUP BY 1
                UNION ALL SELECT NULL, CASE WHEN state <> flag THEN state WHEN decision IS NOT NULL THEN 'not honoured' ELSE 'undecided' END, count(*)
                  FROM gov_label_reconcile GROUP BY 2) s;
        SELECT counts || jsonb_build_object('gaps', projection_gaps, 'orphans', label_orphans, 'values', values_without_label, 'labels', labels_without_value)
          INTO counts FROM gov_reconcile_summary;
        CREATE TEMP TABLE expected AS TABLE label_oracle.after_policy;
        PERFORM gov_reconcile();
        differences := differences + (SELECT count(*) FROM (
            (TABLE expected EXCEPT ALL SELECT object_id, axis, value, decision, decided_kind FROM gov_decision WHERE superseded_at IS NULL)
            UNION ALL (SELECT object_id, axis, value, decision, decided_kind FROM gov_decision WHERE superseded_at IS NULL EXCEPT ALL TABLE expected)) d);
        PERFORM label_oracle.refresh();
        differences := differences + label_worlds.compare(seed);
        -- a second run has nothing left to decide
        CREATE TEMP TABLE decided AS SELECT decision_id, superseded_at FROM gov_decision;
        PERFORM gov_reconcile();
        differences := differences + (SELECT count(*) FROM (SELECT decision_id, superseded_at FROM gov_decision EXCEPT TABLE decided) d);
        RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
        NULL;
    END;
    INSERT INTO label_worlds.tally AS t
    SELECT key, value::bigint FROM jsonb_each_text(counts || jsonb_build_object('worlds', 1, 'differences', differences))
    ON CONFLICT (name) DO UPDATE SET n = t.n + excluded.n;
END $$;

SELECT count(label_worlds.run(seed)) AS worlds FROM generate_series(1, 40) AS seed;
SELECT name, n FROM label_worlds.tally WHERE name = 'differences';
-- each flag and state came up often enough to mean something
SELECT name, n >= 20 AS often FROM label_worlds.tally WHERE name NOT IN ('worlds', 'differences') ORDER BY name COLLATE "C";
ROLLBACK;
