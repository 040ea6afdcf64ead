-- Random worlds: many small databases, each built from a number alone, in
-- which the views of the engine are compared with the oracle.
--
-- worlds.run(from, to) builds each world, compares, changes it through the
-- public functions, compares again, and undoes it; what it saw is added up in
-- worlds.tally.  Differences are raised as warnings that name the world, the
-- view and the first rows, so that worlds.explore(seed) can build it again.
--
-- Nothing here uses the server's random numbers: every choice is made by a
-- hash of the world's number and the name or number of the choice, and nothing
-- depends on surrogate ids, so that a world is the same on every machine.
--
-- Include it with \ir after oracle.sql.  DROP SCHEMA worlds CASCADE takes it
-- away.

CREATE SCHEMA worlds;

CREATE TABLE worlds.tally (name text PRIMARY KEY, n bigint NOT NULL);

------------------------------------------------------------------------------
-- Dice
------------------------------------------------------------------------------

-- A number from 0 to sides - 1 for a named choice of a world.
CREATE FUNCTION worlds.dice(seed int, choice text, sides int) RETURNS int
LANGUAGE sql IMMUTABLE AS
$$ SELECT (('x' || left(md5(seed::text || '/' || choice), 8))::bit(32)::bigint % sides)::int $$;

-- The same by number, which is faster: for a thing and a value a key, and for
-- each of its choices a number from 0 to sides - 1.
CREATE FUNCTION worlds.key(seed int, purpose int, thing bigint, value bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS
$$ SELECT hashint8extended(thing * 1024 + value, seed::bigint * 16 + purpose) $$;

CREATE FUNCTION worlds.roll(key bigint, choice int, sides int) RETURNS int
LANGUAGE sql IMMUTABLE AS
$$ SELECT ((hashint8extended(key, choice) & 2147483647) % sides)::int $$;

-- Adds to a count; the counts of a world travel as jsonb because they must
-- outlive the undoing of it.
CREATE FUNCTION worlds.plus(counts jsonb, name text, n bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS
$$ SELECT counts || jsonb_build_object(name, coalesce((counts ->> name)::bigint, 0) + n) $$;

------------------------------------------------------------------------------
-- Building a world
------------------------------------------------------------------------------

-- The things of the world at hand by number; containers have the first ones.
CREATE TABLE worlds.thing (i int PRIMARY KEY, object_id bigint, container boolean, container_i int);

-- Axes with how densely each is filled.
CREATE TABLE worlds.axis (a int PRIMARY KEY, axis text, own_box int, own_leaf int, anchor int, waive int, assign int);

-- Containers, with parents among the few before them, and what lives in them.
-- Some are retired, also in the middle; a retired thing may share its name
-- with a live one, and things of different types may share one too.
CREATE FUNCTION worlds.build_objects(seed int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    things int := CASE worlds.dice(seed, 'size', 25) WHEN 0 THEN 120 + worlds.dice(seed, 'things', 81)
                  ELSE 24 + worlds.dice(seed, 'things', 24) END;
    boxes int := 4 + things / 8;
BEGIN
    INSERT INTO worlds.thing
    SELECT i, nextval(pg_get_serial_sequence('gov_object', 'object_id')), i <= boxes,
           CASE WHEN i = 1 THEN NULL
                WHEN i <= boxes THEN CASE WHEN worlds.dice(seed, 'root' || i, 5) > 0
                                          THEN greatest(1, i - 1 - worlds.dice(seed, 'box' || i, 5)) END
                ELSE CASE WHEN worlds.dice(seed, 'root' || i, 12) > 0
                          THEN 1 + worlds.dice(seed, 'box' || i, boxes) END END
      FROM (SELECT i FROM generate_series(1, things) i ORDER BY md5(seed || 'order' || i)) shuffled;

    INSERT INTO gov_object (object_id, container_id, retired_at, object_type, object_ref)
    SELECT t.object_id, c.object_id,
           CASE WHEN worlds.dice(seed, 'retired' || t.i, 9) = 0 THEN now() - interval '1 hour' END,
           CASE WHEN t.container THEN (ARRAY['schema', 'database', 'Großer Kasten', 'table'])[1 + worlds.dice(seed, 'type' || t.i, 4)]
                WHEN t.i % 7 = 0 THEN 'twin'
                ELSE (ARRAY['table', 'view', 'function', 'a "thing"', 'schema'])[1 + worlds.dice(seed, 'type' || t.i, 5)] END,
           CASE WHEN t.i % 7 = 0 AND NOT t.container THEN 'r' || t.i - 1
                WHEN t.i % 11 = 0 THEN 'Näme "with" ''quotes'' ' || t.i
                WHEN t.i % 13 = 0 AND worlds.dice(seed, 'retired' || t.i, 9) = 0 THEN 'r' || t.i - 2
                ELSE 'r' || t.i END
      FROM worlds.thing t LEFT JOIN worlds.thing c ON c.i = t.container_i
     ORDER BY t.i;
END $$;

-- Authorities, axes in every state, forests of values in every state, and
-- rules: none or several to an axis, of both modes, for all, some or no types.
-- A lawful world has no value above which the lifecycle would stumble.
CREATE FUNCTION worlds.build_vocabulary(seed int, lawful boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gov_authority (authority, kind, status)
    SELECT 'u' || u, (ARRAY['sovereign', 'council', 'human', 'system', 'agent'])[1 + worlds.dice(seed, 'ukind' || u, 5)],
           CASE WHEN u > 5 THEN 'retired' ELSE 'active' END
      FROM generate_series(1, 7) u;
    INSERT INTO gov_authority (authority, kind) VALUES ('U "Ä"', 'human');

    INSERT INTO worlds.axis
    SELECT a, (ARRAY['a1', 'A 2', 'äxe "3"', 'a4', 'a5'])[a],
           (ARRAY[40, 120, 250, 400])[1 + worlds.dice(seed, 'own_box' || a, 4)],
           (ARRAY[80, 120, 250])[1 + worlds.dice(seed, 'own_leaf' || a, 3)],
           (ARRAY[0, 120, 400, 700])[1 + worlds.dice(seed, 'anchor' || a, 4)],
           (ARRAY[30, 120, 250])[1 + worlds.dice(seed, 'waive' || a, 3)],
           (ARRAY[100, 300, 700])[1 + worlds.dice(seed, 'assign' || a, 3)]
      FROM generate_series(1, 3 + worlds.dice(seed, 'axes', 3)) a;

    INSERT INTO gov_axis (axis, kind, family, status, owner, fallback, is_containment)
    SELECT axis, 'deterministic', 'semantic',
           CASE WHEN a = 1 THEN 'active'
                ELSE (ARRAY['candidate', 'deprecated', 'retired', 'active', 'active', 'active', 'active', 'active'])[1 + worlds.dice(seed, 'status' || a, 8)] END,
           'u1',
           (ARRAY[NULL, NULL, NULL, 'u2', 'u3', 'u6'])[1 + worlds.dice(seed, 'fallback' || a, 6)],
           worlds.dice(seed, 'containment' || a, 4) = 0
      FROM worlds.axis;

    WITH RECURSIVE v AS (
        SELECT x.a, x.axis, j,
               CASE WHEN j % 4 = 0 THEN 'V "' || j || '"' ELSE 'v' || j END AS value,
               CASE WHEN j > 1 AND worlds.dice(seed, 'vroot' || a || '.' || j, 3) > 0
                    THEN greatest(1, j - 1 - worlds.dice(seed, 'parent' || a || '.' || j, 3)) END AS parent_j,
               (ARRAY['candidate', 'deprecated', 'retired', 'active', 'active', 'active', 'active', 'active', 'active', 'active',
                      'active', 'active'])[1 + worlds.dice(seed, 'vstatus' || a || '.' || j, 12)] AS status
          FROM worlds.axis x, generate_series(1, 3 + worlds.dice(seed, 'values' || a, 5) + worlds.dice(seed, 'more values' || a, 6)) j
    )
    , named AS (
        -- on a containment axis values stand for containers: linked to them
        -- under whatever code, or not linked but named after them
        SELECT v.*, CASE WHEN m.mirror > 2 THEN c.object_id END AS object_id,
               CASE m.mirror WHEN 1 THEN c.object_ref WHEN 2 THEN c.object_type || ':' || c.object_ref ELSE v.value END AS code
          FROM v JOIN gov_axis x USING (axis)
          CROSS JOIN LATERAL (SELECT worlds.dice(seed, 'mirror' || v.a || '.' || v.j, 8) AS mirror) m
          LEFT JOIN worlds.thing t ON t.i = v.j AND t.container AND x.is_containment
          LEFT JOIN gov_object c ON c.object_id = t.object_id
    )
    INSERT INTO gov_axis_value (axis, value, parent, status, object_id)
    SELECT v.axis, coalesce(v.code, v.value), coalesce(p.code, p.value),
           CASE WHEN lawful AND EXISTS (SELECT FROM v c WHERE c.a = v.a AND c.parent_j = v.j) THEN 'active' ELSE v.status END,
           v.object_id
      FROM named v LEFT JOIN named p ON p.a = v.a AND p.j = v.parent_j
     ORDER BY v.a, v.j;

    -- one rule in three has a scope: a container, live or not, a pattern, parts
    INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, confidence_threshold, staleness_days, status,
                                   scope_container, scope_pattern, scope_parts)
    SELECT 'rule ' || k || ' of ' || axis, axis,
           CASE WHEN worlds.dice(seed, 'mode' || a || '.' || k, 5) < 2 THEN 'cross_product' ELSE 'per_assignment' END,
           CASE worlds.dice(seed, 'types' || a || '.' || k, 8)
                WHEN 0 THEN '{}'::text[] WHEN 1 THEN '{schema,database,"Großer Kasten"}' WHEN 2 THEN '{table,twin}'
                WHEN 3 THEN '{table,view,function,"a \"thing\"",unheard of,table}' END,
           (ARRAY[0, 0.3, 0.5, 0.7, 0.9])[1 + worlds.dice(seed, 'threshold' || a || '.' || k, 5)],
           (ARRAY[0, 5, 30, 90])[1 + worlds.dice(seed, 'days' || a || '.' || k, 4)],
           (ARRAY['candidate', 'retired', 'active', 'active', 'active', 'active'])[1 + worlds.dice(seed, 'rstatus' || a || '.' || k, 6)],
           CASE WHEN worlds.dice(seed, 'within' || a || '.' || k, 7) = 0
                THEN (SELECT object_id FROM worlds.thing WHERE i = 1 + worlds.dice(seed, 'within what' || a || '.' || k, 7)) END,
           CASE WHEN worlds.dice(seed, 'like' || a || '.' || k, 7) = 0
                THEN (ARRAY['r1*', 'r?', '*"*', 'N?me*', '*', 'r%', '*_*', 'R*'])[1 + worlds.dice(seed, 'like what' || a || '.' || k, 8)] END,
           (ARRAY['leaves', 'all', 'parents', 'parents', 'parents', 'parents', 'parents', 'parents'])[1 + worlds.dice(seed, 'parts' || a || '.' || k, 8)]
      FROM worlds.axis, generate_series(1, 1 + worlds.dice(seed, 'rules' || a, 3)) k;
END $$;

-- The values of the world by number.
CREATE VIEW worlds.value AS
SELECT row_number() OVER (ORDER BY v.axis COLLATE "C", v.value COLLATE "C") AS j, v.axis, v.value, v.status
  FROM gov_axis_value v;

-- Assignments in all zones and states of time; at most one current a cell.
CREATE FUNCTION worlds.build_assignments(seed int, lawful boolean, unproven boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    WITH cell AS (
        SELECT t.object_id, v.axis, v.value, x.assign,
               worlds.key(seed, 1, t.i, v.j) AS d, worlds.key(seed, 2, t.i, v.j) AS e
          FROM worlds.thing t, worlds.axis x JOIN worlds.value v USING (axis)
         WHERE NOT (lawful AND v.status = 'retired') AND worlds.roll(worlds.key(seed, 3, 0, v.j), 0, 10) > 0
    ), row AS (
        -- one that holds now, perhaps since this very instant
        SELECT cell.*, 'now' AS slot,
               CASE WHEN worlds.roll(e, 0, 16) = 0 OR worlds.roll(e, 1, 3) = 0 THEN now() ELSE now() - interval '3 days' END AS valid_from,
               CASE WHEN worlds.roll(e, 2, 16) = 0 OR worlds.roll(e, 3, 4) = 0 THEN now() + interval '2 days' END AS valid_to
          FROM cell WHERE worlds.roll(d, 0, 1000) < assign
        UNION ALL
        -- one that ended, perhaps at this very instant
        SELECT cell.*, 'past', now() - interval '9 days',
               CASE WHEN worlds.roll(e, 4, 2) = 0 THEN now() ELSE now() - interval '3 days' END
          FROM cell WHERE worlds.roll(e, 0, 16) = 0 AND worlds.roll(d, 1, 3) = 0
        UNION ALL
        -- one that has not begun
        SELECT cell.*, 'future', now() + interval '2 days', NULL
          FROM cell WHERE worlds.roll(e, 2, 16) = 0 AND worlds.roll(d, 2, 3) = 0
    )
    INSERT INTO gov_assignment (object_id, axis, value, zone, confidence, provenance, assigned_kind, assigned_at, valid_from, valid_to)
    SELECT object_id, axis, value, z.zone,
           CASE WHEN worlds.roll(d, 4, 6) > 0 THEN worlds.roll(d, 5, 11) / 10.0 END,
           CASE WHEN unproven AND worlds.roll(e, 5, 6) = 0 THEN CASE WHEN worlds.roll(e, 6, 2) = 0 THEN '{}'::jsonb END
                WHEN z.zone <> 'quarantine' OR worlds.roll(e, 5, 2) = 0 THEN '{"kind": "test"}'::jsonb END,
           (ARRAY['rule', 'human', 'agent', 'tool'])[1 + worlds.roll(d, 6, 4)],
           now() - (ARRAY[0, 4, 5, 29, 30, 31, 90, 91])[1 + worlds.roll(d, 7, 8)] * interval '24 hours'
                 - (ARRAY[0, 0, 1])[1 + worlds.roll(e, 7, 3)] * interval '1 microsecond',
           valid_from, valid_to
      FROM row, LATERAL (SELECT CASE WHEN worlds.roll(d, 3, 20) < 9 THEN 'quarantine'
                                     WHEN worlds.roll(d, 3, 20) < 13 THEN 'candidate' ELSE 'approved' END AS zone) z;

    -- superseded ones, as good as new but for that
    INSERT INTO gov_assignment (object_id, axis, value, zone, confidence, provenance, assigned_kind, superseded_by)
    SELECT s.object_id, v.axis, v.value, 'approved', 1, '{"kind": "test"}', 'human', s.assignment_id
      FROM (SELECT DISTINCT ON (object_id, axis) object_id, axis, assignment_id, value
              FROM gov_assignment ORDER BY object_id, axis, value COLLATE "C", assignment_id) s
      JOIN worlds.thing t USING (object_id)
      JOIN worlds.value v ON v.axis = s.axis AND NOT (lawful AND v.status = 'retired')
     WHERE worlds.roll(worlds.key(seed, 4, t.i, v.j), 0, 20) = 0;
END $$;

-- Ownership of every kind, in force and in each way not; at most one
-- accountable row in force for a cell at any instant.
CREATE FUNCTION worlds.build_ownership(seed int, lawful boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    WITH cell AS (
        SELECT t.object_id, v.axis, v.value,
               CASE WHEN t.i IS NULL THEN x.anchor WHEN t.container THEN x.own_box ELSE x.own_leaf END AS rate,
               CASE WHEN t.i IS NULL THEN 0 ELSE x.waive END AS waive,
               worlds.key(seed, 5, coalesce(t.i, 0), v.j) AS d, worlds.key(seed, 6, coalesce(t.i, 0), v.j) AS e
          FROM (SELECT i, object_id, container FROM worlds.thing UNION ALL SELECT NULL, NULL, NULL) t,
               worlds.axis x JOIN worlds.value v USING (axis)
         WHERE NOT (lawful AND v.status = 'retired') AND worlds.roll(worlds.key(seed, 3, 0, v.j), 0, 10) > 0
    ), row AS (
        -- accountable today, perhaps since this very instant, perhaps to the next
        SELECT cell.*, 1 AS slot, 'accountable' AS owner_kind, 'active' AS status,
               CASE WHEN worlds.roll(e, 0, 40) = 0 OR worlds.roll(e, 1, 3) = 0 THEN now() ELSE now() - interval '4 days' END AS effective_from,
               CASE WHEN worlds.roll(e, 3, 6) = 0 THEN now() + interval '1 microsecond'
                    WHEN worlds.roll(e, 2, 40) = 0 THEN now() + interval '5 days' END AS effective_to
          FROM cell WHERE worlds.roll(d, 0, 1000) < rate
        UNION ALL
        -- accountable until now, or until some days ago
        SELECT cell.*, 2, 'accountable', 'active', now() - interval '9 days',
               CASE WHEN worlds.roll(e, 4, 2) = 0 THEN now() ELSE now() - interval '4 days' END
          FROM cell WHERE worlds.roll(e, 0, 40) = 0
        UNION ALL
        -- accountable from some day on, or from the next instant
        SELECT cell.*, 3, 'accountable', 'active',
               CASE WHEN worlds.roll(d, 0, 1000) < rate THEN now() + interval '5 days' ELSE now() + interval '1 microsecond' END, NULL
          FROM cell WHERE worlds.roll(e, 2, 40) = 0
        UNION ALL
        -- accountable once: ended by status alone
        SELECT cell.*, 4, 'accountable', (ARRAY['superseded', 'revoked', 'expired'])[1 + worlds.roll(e, 5, 3)], now() - interval '9 days', NULL
          FROM cell WHERE worlds.roll(d, 1, 40) = 0
        UNION ALL
        -- those who help but do not answer
        SELECT cell.*, 5, 'supporting', 'active', now() - interval '4 days', NULL FROM cell WHERE worlds.roll(d, 2, 40) = 0
        UNION ALL
        SELECT cell.*, 6, 'delegated', 'active', now() - interval '4 days', now() + interval '4 days' FROM cell WHERE worlds.roll(d, 3, 40) = 0
        UNION ALL
        -- waivers, some from or to this very instant
        SELECT cell.*, 7, 'waiver', 'active',
               CASE WHEN worlds.roll(e, 6, 2) = 0 THEN now() ELSE now() - interval '4 days' END,
               CASE WHEN worlds.roll(e, 6, 3) = 0 THEN now() + interval '1 microsecond' ELSE now() + interval '4 days' END
          FROM cell WHERE worlds.roll(d, 4, 1000) < waive
        UNION ALL
        -- a second waiver of the same cell
        SELECT cell.*, 8, 'waiver', 'active', now() - interval '5 days', now() + interval '5 days'
          FROM cell WHERE worlds.roll(d, 4, 1000) < waive AND worlds.roll(e, 7, 4) = 0
        UNION ALL
        -- waivers of another day
        SELECT cell.*, 9, 'waiver', CASE worlds.roll(d, 6, 3) WHEN 0 THEN 'revoked' ELSE 'active' END,
               CASE worlds.roll(d, 6, 3) WHEN 2 THEN now() + interval '1 microsecond' ELSE now() - interval '9 days' END,
               CASE worlds.roll(d, 6, 3) WHEN 1 THEN now() ELSE now() + interval '9 days' END
          FROM cell WHERE waive > 0 AND worlds.roll(d, 5, 40) = 0
    )
    INSERT INTO gov_ownership (object_id, axis, value, owner_kind, authority, inherits, effective_from, effective_to, status, reason)
    SELECT object_id, axis, value, owner_kind,
           -- one in ten is of an authority that has retired
           CASE WHEN pick < 10 THEN 'u6' WHEN pick > 90 THEN 'U "Ä"' ELSE 'u' || 1 + pick % 5 END,
           object_id IS NULL OR worlds.roll(d, 7, 4) > 0,
           effective_from, effective_to, status,
           CASE WHEN owner_kind = 'waiver' THEN 'agreed' END
      FROM row, LATERAL (SELECT worlds.roll(d, 10 + slot, 100) AS pick) p;

    -- and some periods without an instant in them
    INSERT INTO gov_ownership (object_id, axis, value, owner_kind, authority, effective_from, effective_to, reason)
    SELECT t.object_id, v.axis, v.value, (ARRAY['accountable', 'waiver'])[k], 'u1', now(), now(), 'agreed'
      FROM worlds.thing t, gov_axis_value v, generate_series(1, 2) k
     WHERE t.i = 1 + worlds.dice(seed, 'empty' || k, 30) AND NOT lawful;
END $$;

-- A whole world.  Two in three are lawful, written as any client would; the
-- third holds what a restore or a superuser may have left, and one in four of
-- those approved assignments of unknown provenance too.
CREATE FUNCTION worlds.build(seed int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    lawful boolean := seed % 3 > 0;
    unproven boolean := seed % 12 = 0;
BEGIN
    IF NOT lawful THEN
        PERFORM set_config('session_replication_role', 'replica', true);
    END IF;
    IF unproven THEN
        ALTER TABLE gov_assignment DROP CONSTRAINT gov_assignment_provenance_or_quarantine;
    END IF;
    PERFORM worlds.build_objects(seed);
    PERFORM worlds.build_vocabulary(seed, lawful);
    PERFORM worlds.build_assignments(seed, lawful, unproven);
    PERFORM worlds.build_ownership(seed, lawful);
    PERFORM set_config('session_replication_role', 'origin', true);
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
END $$;

------------------------------------------------------------------------------
-- Comparing
------------------------------------------------------------------------------

-- The views to compare, with their columns; what is only explanation
-- (hidden_island.detail) is left out.
CREATE TABLE worlds.view (view text PRIMARY KEY, columns text NOT NULL);
INSERT INTO worlds.view
SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'oracle'::regnamespace
   AND c.relname IN ('required_cell', 'cell_rule', 'coverage', 'coverage_gap', 'effective_owner', 'owner_conflict',
                     'missing_assignment', 'assignment_quality', 'coverage_summary', 'hidden_island', 'classification')
 GROUP BY c.relname;

-- What the oracle says of the world at hand, one table per view.
DO $$
DECLARE
    v text;
BEGIN
    FOR v IN SELECT view FROM worlds.view LOOP
        EXECUTE format('CREATE TABLE worlds.%I AS SELECT * FROM oracle.%1$I WITH NO DATA', v);
    END LOOP;
END $$;

-- A few names to join with: things live and retired, and some that are not.
CREATE TABLE worlds.ref (object_type text, object_ref text);

-- Asks the oracle.  Plain statements, so that their plans are made once; what
-- is asked here is small enough for any plan but nested loops.
CREATE FUNCTION worlds.consult(seed int) RETURNS void
LANGUAGE plpgsql SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    DELETE FROM worlds.required_cell;
    INSERT INTO worlds.required_cell SELECT * FROM oracle.required_cell;
    DELETE FROM worlds.cell_rule;
    INSERT INTO worlds.cell_rule SELECT * FROM oracle.cell_rule;
    DELETE FROM worlds.coverage;
    INSERT INTO worlds.coverage SELECT * FROM oracle.coverage;
    DELETE FROM worlds.coverage_gap;
    INSERT INTO worlds.coverage_gap SELECT * FROM oracle.coverage_gap;
    DELETE FROM worlds.effective_owner;
    INSERT INTO worlds.effective_owner SELECT * FROM oracle.effective_owner;
    DELETE FROM worlds.owner_conflict;
    INSERT INTO worlds.owner_conflict SELECT * FROM oracle.owner_conflict;
    DELETE FROM worlds.missing_assignment;
    INSERT INTO worlds.missing_assignment SELECT * FROM oracle.missing_assignment;
    DELETE FROM worlds.assignment_quality;
    INSERT INTO worlds.assignment_quality SELECT * FROM oracle.assignment_quality;
    DELETE FROM worlds.coverage_summary;
    INSERT INTO worlds.coverage_summary SELECT * FROM oracle.coverage_summary;
    DELETE FROM worlds.hidden_island;
    INSERT INTO worlds.hidden_island SELECT * FROM oracle.hidden_island;
    DELETE FROM worlds.classification;
    INSERT INTO worlds.classification SELECT * FROM oracle.classification;
    DELETE FROM worlds.ref;
    INSERT INTO worlds.ref
    SELECT object_type, object_ref FROM gov_object ORDER BY md5(seed::text || object_type || object_ref), object_id LIMIT 6;
    INSERT INTO worlds.ref VALUES ('table', 'no such thing'), ('no such type', 'r1'), (NULL, NULL);
END $$;

-- Counts the rows that one of two queries yields and the other does not, as
-- often as they do; %s in the query stands for the schema and name of the view.
CREATE FUNCTION worlds.differ(what text, query text, view text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    ours text := format(query, 'gov_' || view);
    theirs text := format(query, 'worlds.' || view);
    found bigint;
    sample text;
BEGIN
    EXECUTE format('SELECT count(*) FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) d', ours, theirs) INTO found;
    IF found > 0 THEN
        EXECUTE format('SELECT string_agg(line, E''\n'') FROM (
                            (SELECT ''only in gov_%3$s: '' || d AS line FROM (%1$s EXCEPT ALL %2$s) d LIMIT 3) UNION ALL
                            (SELECT ''only in the oracle: '' || d FROM (%2$s EXCEPT ALL %1$s) d LIMIT 3)) s', ours, theirs, view) INTO sample;
        RAISE WARNING '%: gov_% differs in % rows', what, view, found USING DETAIL = sample, HINT = ours;
    END IF;
    RETURN found;
END $$;

-- Every view whole, both ways.
CREATE FUNCTION worlds.differ_whole(what text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v record;
    found bigint := 0;
BEGIN
    FOR v IN SELECT * FROM worlds.view ORDER BY view LOOP
        found := found + worlds.differ(what, 'SELECT ' || v.columns || ' FROM %s', v.view);
    END LOOP;
    RETURN found;
END $$;

-- The ways in which people ask for part of a view.  {ref}, {type}, {id} name
-- one thing, {axis} and {value} one value; needs lists the columns without
-- which a view cannot be asked so.
CREATE TABLE worlds.question (k int PRIMARY KEY, needs text[], query text);
INSERT INTO worlds.question
SELECT row_number() OVER (), string_to_array(needs, ' '), 'SELECT {columns} FROM %s v ' || query
  FROM (VALUES
    ('object_ref', 'WHERE object_ref = {ref}'),
    ('object_ref', 'WHERE object_ref = {ref} AND object_type = {type}'),
    ('object_ref', 'WHERE object_ref = {ref} AND axis = {axis}'),
    ('object_ref', 'WHERE {ref} = object_ref OR axis = {axis}'),
    ('object_ref', 'WHERE object_ref IN ({ref}, ''r3'', ''r3'', ''nothing'', NULL)'),
    ('object_ref', 'WHERE object_ref LIKE ''r1%%'''),
    ('object_ref', 'WHERE object_ref > {ref} COLLATE "C"'),
    ('object_ref', 'WHERE object_ref <> {ref} AND object_type = {type}'),
    ('object_ref', 'WHERE object_ref = NULL'),
    ('object_ref', 'WHERE object_ref = {ref} AND object_ref = ''r2'''),
    ('object_ref', 'WHERE object_type = {type}'),
    ('object_ref', 'WHERE object_ref IN (SELECT object_ref FROM worlds.ref)'),
    ('object_ref', 'WHERE (object_type, object_ref) IN (SELECT object_type, object_ref FROM worlds.ref)'),
    ('object_ref', 'WHERE NOT EXISTS (SELECT FROM worlds.ref r WHERE r.object_ref = v.object_ref)'),
    ('object_ref', 'JOIN worlds.ref r USING (object_ref)'),
    ('object_ref', 'NATURAL JOIN worlds.ref'),
    ('object_ref', 'NATURAL RIGHT JOIN worlds.ref'),
    ('object_ref', 'WHERE object_ref = (SELECT max(object_ref) FROM worlds.ref)'),
    ('object_ref', 'WHERE object_ref = ANY (ARRAY(SELECT object_ref FROM worlds.ref))'),
    ('object_id', 'WHERE object_id = {id}'),
    ('object_id', 'WHERE object_id = {id} AND axis = {axis}'),
    ('object_id value', 'WHERE object_id = {id} AND axis = {axis} AND value = {value}'),
    ('object_id', 'WHERE object_id = {id} AND object_ref = {ref} AND object_type = {type}'),
    ('object_id', 'WHERE object_id = {id} AND object_ref = ''r1'''),
    ('object_id', 'WHERE object_id IN ({id}, {id} + 1, -1, 9223372036854775807)'),
    ('object_id', 'WHERE object_id > {id}'),
    ('object_id', 'WHERE object_id = NULL'),
    ('object_id', 'WHERE object_id = {id}::numeric'),
    ('object_id', 'JOIN gov_object o USING (object_id) WHERE o.container_id = {id}'),
    ('object_id', 'WHERE object_id IN (SELECT container_id FROM gov_object)'),
    ('axis', 'WHERE axis = {axis}'),
    ('axis', 'WHERE axis = ANY (ARRAY[{axis}, ''a1'', NULL])'),
    ('axis', 'WHERE axis <> {axis}'),
    ('axis', 'WHERE axis IS NULL'),
    ('axis', 'WHERE axis = ''no such axis'''),
    ('axis', 'WHERE axis IN (SELECT axis FROM gov_axis WHERE fallback IS NOT NULL)'),
    ('value', 'WHERE value = {value}'),
    ('axis value', 'WHERE axis = {axis} AND value = {value}'),
    ('value', 'WHERE value IN (SELECT value FROM gov_axis_value WHERE parent IS NULL)'),
    ('status', 'WHERE status = ''gap'''),
    ('status', 'WHERE status = ''gap'' AND axis = {axis}'),
    ('status', 'WHERE status IN (''waived'', ''value'')'),
    ('reason', 'WHERE reason = ''quarantined'''),
    ('resolution_depth', 'WHERE resolution_depth > 1 OR anchor_ref = {ref}'),
    ('resolution', 'WHERE resolution = ''inherited'' AND anchor_ref = {ref}'),
    ('authority', 'WHERE authority = ''u2'''),
    ('flag', 'WHERE flag = ''low_confidence'''),
    ('flag', 'WHERE flag <> ''ok'' AND confidence IS NULL'),
    ('rule', 'WHERE rule LIKE ''rule 1%%'''),
    ('kind', 'WHERE severity = ''critical'''),
    ('kind', 'WHERE kind = ''container_not_a_value'' AND axis = {axis}'),
    ('resolution zone', 'WHERE resolution = ''contents'''),
    ('resolution zone', 'WHERE resolution IN (''own'', ''contents'') AND value = {value}'),
    ('resolution zone', 'WHERE object_id = {id} AND resolution = ''container'''),
    ('resolution zone', 'WHERE object_ref = {ref} AND resolution <> ''own'' AND axis = {axis}'),
    ('resolution zone', 'WHERE resolution = ''nothing'' OR zone = ''quarantine''')) q (needs, query);

-- Asks for parts: in every world a question of each view.
CREATE FUNCTION worlds.differ_parts(seed int, what text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v record;
    q text;
    o record;
    c record;
    found bigint := 0;
BEGIN
    FOR v IN SELECT * FROM worlds.view ORDER BY view LOOP
        SELECT query INTO q FROM worlds.question
         WHERE needs <@ string_to_array(v.columns, ', ')
         ORDER BY worlds.dice(seed, what || 'question' || v.view || k, 1000000), k LIMIT 1;
        SELECT object_id, object_type, object_ref INTO o FROM gov_object
         ORDER BY md5(seed || what || v.view || object_type || object_ref), object_id LIMIT 1;
        SELECT axis, value INTO c FROM gov_axis_value ORDER BY md5(seed || what || v.view || axis || value) LIMIT 1;
        q := replace(replace(replace(replace(replace(replace(q,
                 '{columns}', 'v.' || replace(v.columns, ', ', ', v.')),
                 '{ref}', replace(quote_literal(o.object_ref), '%', '%%')), '{type}', quote_literal(o.object_type)),
                 '{id}', o.object_id::text), '{axis}', quote_literal(c.axis)), '{value}', quote_literal(c.value));
        -- a plan with nested loops asks once per row, with parameters
        PERFORM set_config('enable_hashjoin', CASE worlds.dice(seed, what || v.view || 'hash', 2) WHEN 0 THEN 'off' ELSE 'on' END, true),
                set_config('enable_mergejoin', CASE worlds.dice(seed, what || v.view || 'hash', 2) WHEN 0 THEN 'off' ELSE 'on' END, true);
        found := found + worlds.differ(what, q, v.view);
    END LOOP;
    PERFORM set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true);
    RETURN found;
END $$;

-- Ways of using views that no single question has.
CREATE FUNCTION worlds.differ_used(what text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    found bigint := 0;
BEGIN
    -- asked anew for each row of something else, the answers not kept
    found := found + worlds.differ(what, 'SELECT r.object_ref, x.* FROM worlds.ref r CROSS JOIN LATERAL
        (SELECT axis, value, status, authority FROM %s v WHERE v.object_ref = r.object_ref AND v.object_type = r.object_type OFFSET 0) x', 'coverage');
    found := found + worlds.differ(what, 'SELECT o.object_ref, o.object_type, (SELECT count(*) FROM %s v WHERE v.object_id = o.object_id) FROM gov_object o', 'coverage_gap');
    found := found + worlds.differ(what, 'SELECT a.axis, (SELECT v.gap FROM %s v WHERE v.axis = a.axis) FROM gov_axis a', 'coverage_summary');
    -- broken off early
    found := found + worlds.differ(what, 'SELECT count(*) FROM (SELECT FROM %s LIMIT 3) v', 'coverage');
    found := found + worlds.differ(what, 'SELECT count(*), count(resolution_depth), sum(resolution_depth) FROM %s', 'coverage');
    RETURN found;
END $$;

-- Statements prepared once and run for many things, also with a generic plan.
CREATE FUNCTION worlds.differ_prepared(seed int, what text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    r record;
    found bigint := 0;
    ours bigint;
    theirs bigint;
BEGIN
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    FOR r IN SELECT * FROM worlds.ref ORDER BY object_ref COLLATE "C", object_type COLLATE "C" LOOP
        SELECT count(*) + coalesce(sum(resolution_depth), 0) INTO ours FROM gov_coverage
         WHERE object_ref = r.object_ref AND object_type = r.object_type;
        SELECT count(*) + coalesce(sum(resolution_depth), 0) INTO theirs FROM worlds.coverage
         WHERE object_ref = r.object_ref AND object_type = r.object_type;
        IF ours <> theirs THEN
            RAISE WARNING '%: prepared look-up of % "%" differs', what, r.object_type, r.object_ref;
            found := found + 1;
        END IF;
    END LOOP;
    PERFORM set_config('plan_cache_mode', 'auto', true);
    RETURN found;
END $$;

-- The explanation of some cells, required or not: its deciding step.
CREATE FUNCTION worlds.differ_explained(seed int, what text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    c record;
    found bigint := 0;
BEGIN
    FOR c IN
        SELECT o.object_type, o.object_ref, v.axis, v.value, x.*
          FROM (SELECT * FROM oracle.live_object ORDER BY md5(seed::text || what || object_type || object_ref) LIMIT 4) o
          CROSS JOIN LATERAL (SELECT * FROM oracle.active_value
                               ORDER BY md5(seed::text || what || o.object_type || o.object_ref || axis || value) LIMIT 4) v
          LEFT JOIN worlds.coverage r USING (object_id, axis, value)
          LEFT JOIN worlds.effective_owner e USING (object_id, axis, value)
          CROSS JOIN LATERAL (SELECT
               CASE WHEN r.status = 'waived' THEN 'waiver'
                    WHEN r.reason = 'quarantined' THEN 'quarantine'
                    WHEN e.resolution = 'inherited' THEN 'container'
                    ELSE coalesce(e.resolution, 'nobody') END AS step,
               CASE WHEN r.object_id IS NOT NULL THEN r.authority ELSE e.authority END AS authority,
               CASE WHEN r.object_id IS NOT NULL THEN r.anchor_ref ELSE e.anchor_ref END AS anchor_ref) x
         ORDER BY o.object_type COLLATE "C", o.object_ref COLLATE "C", v.axis COLLATE "C", v.value COLLATE "C"
    LOOP
        IF 1 <> (SELECT count(*) FILTER (WHERE decides AND looked_at = c.step AND authority IS NOT DISTINCT FROM c.authority
                                           AND (c.anchor_ref IS NULL OR anchor_ref = c.anchor_ref))
                        + 2 * (count(*) FILTER (WHERE decides) - 1)
                   FROM gov_explain_owner(c.object_type, c.object_ref, c.axis, c.value)) THEN
            RAISE WARNING '%: gov_explain_owner(%, %, %, %) differs', what, quote_literal(c.object_type), quote_literal(c.object_ref),
                quote_literal(c.axis), quote_literal(c.value) USING DETAIL = c::text;
            found := found + 1;
        END IF;
    END LOOP;
    RETURN found;
END $$;

------------------------------------------------------------------------------
-- What decided
------------------------------------------------------------------------------

-- For each required cell of the world at hand, which steps hold on their own.
CREATE VIEW worlds.cell_steps AS
SELECT object_id, axis, value, ARRAY[
           w.object_id IS NOT NULL, q.object_id IS NOT NULL, d.object_id IS NOT NULL,
           i.object_id IS NOT NULL, v.axis IS NOT NULL, f.axis IS NOT NULL, true] AS holds
  FROM worlds.required_cell c
  LEFT JOIN oracle.step_waived w USING (object_id, axis, value)
  LEFT JOIN oracle.step_quarantined q USING (object_id, axis, value)
  LEFT JOIN oracle.step_direct d USING (object_id, axis, value)
  LEFT JOIN oracle.step_inherited i USING (object_id, axis, value)
  LEFT JOIN oracle.step_value v USING (axis, value)
  LEFT JOIN oracle.step_fallback f USING (axis);

-- Counts cells, the steps that decided them and the later steps that would
-- have, each pair by itself.
CREATE FUNCTION worlds.count_steps(counts jsonb) RETURNS jsonb
LANGUAGE sql SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
    WITH step AS (
        SELECT * FROM unnest('{waived,quarantined,direct,inherited,value,fallback,none}'::text[]) WITH ORDINALITY s (step, k)
    ), decided AS (
        SELECT holds, array_position(holds, true) AS k, count(*) AS n FROM worlds.cell_steps GROUP BY holds
    ), counted AS (
        SELECT 'cells' AS name, sum(n) AS n FROM decided
        UNION ALL
        SELECT 'step ' || s.step, sum(d.n) FROM decided d JOIN step s ON s.k = d.k GROUP BY s.step
        UNION ALL
        SELECT 'pair ' || s.step || ' over ' || l.step, sum(d.n)
          FROM decided d JOIN step s ON s.k = d.k JOIN step l ON l.k > s.k AND d.holds[l.k] AND l.step <> 'none'
         GROUP BY s.step, l.step
    )
    SELECT counts || coalesce(jsonb_object_agg(name, n + coalesce((counts ->> name)::bigint, 0)) FILTER (WHERE n > 0), '{}') FROM counted
$$;

-- Counts situations that a careless engine would get wrong.
CREATE FUNCTION worlds.count_situations(counts jsonb) RETURNS jsonb
LANGUAGE sql SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
    WITH container_above AS MATERIALIZED (
        SELECT * FROM oracle.container_above
    ), owned AS MATERIALIZED (
        SELECT * FROM oracle.in_force
    ), counted (name, n) AS (
        SELECT 'case the nearer of two containers', count(*)
          FROM worlds.coverage c
         WHERE status = 'inherited'
           AND EXISTS (SELECT FROM container_above b JOIN owned w ON w.object_id = b.container_id
                        WHERE b.object_id = c.object_id AND b.depth > c.resolution_depth
                          AND (w.axis, w.value) = (c.axis, c.value) AND w.owner_kind = 'accountable' AND w.inherits)
        UNION ALL
        SELECT 'case a container passed over whose owner does not inherit', count(*)
          FROM worlds.coverage c
         WHERE status IN ('inherited', 'value', 'fallback', 'gap')
           AND EXISTS (SELECT FROM container_above b JOIN owned w ON w.object_id = b.container_id
                        WHERE b.object_id = c.object_id AND b.depth < coalesce(nullif(c.resolution_depth, 0), 99)
                          AND (w.axis, w.value) = (c.axis, c.value) AND w.owner_kind = 'accountable' AND NOT w.inherits)
        UNION ALL
        SELECT 'case a container passed over whose owner only supports, delegates or waives', count(*)
          FROM worlds.coverage c
         WHERE status IN ('inherited', 'value', 'fallback', 'gap')
           AND EXISTS (SELECT FROM container_above b JOIN owned w ON w.object_id = b.container_id
                        WHERE b.object_id = c.object_id AND b.depth < coalesce(nullif(c.resolution_depth, 0), 99)
                          AND (w.axis, w.value) = (c.axis, c.value) AND w.owner_kind <> 'accountable')
        UNION ALL
        SELECT 'case a retired container that owns', count(*)
          FROM worlds.coverage c JOIN gov_object o USING (object_id) JOIN gov_object r ON r.object_id = o.container_id
         WHERE c.status IN ('value', 'fallback', 'gap') AND r.retired_at IS NOT NULL
           AND EXISTS (SELECT FROM owned w WHERE w.object_id = r.object_id
                          AND (w.axis, w.value) = (c.axis, c.value) AND w.owner_kind = 'accountable' AND w.inherits)
        UNION ALL
        SELECT 'case a retired container below one that owns', count(*)
          FROM worlds.coverage c JOIN gov_object o USING (object_id) JOIN gov_object r ON r.object_id = o.container_id
          JOIN gov_object a ON a.object_id = r.container_id
         WHERE c.status IN ('value', 'fallback', 'gap') AND r.retired_at IS NOT NULL AND a.retired_at IS NULL
           AND EXISTS (SELECT FROM owned w WHERE w.object_id = a.object_id
                          AND (w.axis, w.value) = (c.axis, c.value) AND w.owner_kind = 'accountable' AND w.inherits)
        UNION ALL
        SELECT 'case the nearer of two value anchors', count(*)
          FROM worlds.coverage c
         WHERE status = 'value'
           AND EXISTS (SELECT FROM oracle.value_above b JOIN owned w ON w.axis = b.axis AND w.value = b.above
                        WHERE (b.axis, b.value) = (c.axis, c.value) AND b.depth > c.resolution_depth
                          AND w.object_id IS NULL AND w.owner_kind = 'accountable')
        UNION ALL
        SELECT 'case a value anchor farther up', count(*) FROM worlds.coverage WHERE status = 'value' AND resolution_depth > 1
        UNION ALL
        SELECT 'case a value anchor on a value that is not active', count(*)
          FROM worlds.coverage c JOIN gov_axis_value v ON v.axis = c.axis AND v.value = c.anchor_ref
         WHERE c.status = 'value' AND v.status <> 'active'
        UNION ALL
        SELECT 'case a container three or more steps up', count(*) FROM worlds.coverage WHERE status = 'inherited' AND resolution_depth > 2
        UNION ALL
        SELECT 'case a cell that several rules require', count(*)
          FROM (SELECT FROM worlds.cell_rule GROUP BY object_id, axis, value HAVING count(*) > 1) r
        UNION ALL
        SELECT 'case a quarantined assignment on a cell required anyway', count(*)
          FROM worlds.coverage c JOIN oracle.current_assignment s USING (object_id, axis, value)
         WHERE s.zone = 'quarantine' AND c.reason IS DISTINCT FROM 'quarantined'
        UNION ALL
        SELECT 'case conflict', count(*) FROM worlds.owner_conflict
        UNION ALL
        SELECT 'case an owner of the cell itself who is ' || why, count(*)
          FROM worlds.coverage c, LATERAL (
               SELECT DISTINCT CASE WHEN w.status <> 'active' THEN w.status
                                    WHEN u.status <> 'active' THEN 'retired'
                                    WHEN w.effective_from > now() THEN 'not yet in force'
                                    WHEN w.effective_to <= now() THEN 'no longer in force'
                                    WHEN w.owner_kind <> 'accountable' THEN w.owner_kind END AS why
                 FROM gov_ownership w JOIN gov_authority u USING (authority)
                WHERE w.object_id = c.object_id AND w.axis = c.axis AND w.value = c.value) x
         WHERE c.status NOT IN ('waived', 'direct') AND c.reason IS DISTINCT FROM 'quarantined' AND x.why IS NOT NULL
         GROUP BY why
        UNION ALL
        SELECT 'case quality ' || flag, count(*) FROM worlds.assignment_quality GROUP BY flag
        UNION ALL
        SELECT 'case island ' || kind, count(*) FROM worlds.hidden_island GROUP BY kind
        UNION ALL
        SELECT 'case missing assignment', count(*) FROM worlds.missing_assignment
    )
    SELECT counts || coalesce(jsonb_object_agg(name, n + coalesce((counts ->> name)::bigint, 0)) FILTER (WHERE n > 0), '{}') FROM counted
$$;

------------------------------------------------------------------------------
-- Changing a world
------------------------------------------------------------------------------

-- One random call of a public function (or, now and then, an UPDATE as a
-- superuser might), as the text of a statement.  What it names mostly exists
-- and mostly fits; some calls are meant to be refused.
CREATE FUNCTION worlds.act(seed int, step text, OUT act text, OUT statement text)
LANGUAGE plpgsql SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    o record;       -- a live object
    box record;     -- a live container
    v record;       -- a value
    s record;       -- a current assignment
    w record;       -- an active ownership
    a text;         -- an axis
    r record;       -- a rule
    d bigint := worlds.key(seed, 7, worlds.dice(seed, 'choices' || step, 1000000000), 0);
    key text := seed::text || step;
    u text := 'u' || 1 + worlds.roll(d, 1, 7);
    acts text[] := '{own,own,own container,own container,own value,own value,waive,waive,support,delegate,hand over,schedule,
                     disown,disown,transfer,assign,assign,assign,set zone,set zone,unassign,axis status,propose,ratify,deprecate,
                     reinstate,retire value,create rule,rule status,rule status,register,move,move,retire object,authority,
                     create axis,fallback,types,scope,assign many,own many,contain,reconcile}';
BEGIN
    act := acts[1 + worlds.dice(seed, 'act' || step, cardinality(acts))];
    SELECT object_type, object_ref, object_id INTO o FROM gov_object WHERE retired_at IS NULL
     ORDER BY md5(key || object_type || object_ref) LIMIT 1;
    SELECT object_type, object_ref, object_id INTO box FROM gov_object WHERE retired_at IS NULL
       AND object_id IN (SELECT container_id FROM gov_object)
     ORDER BY md5(key || 'box' || object_type || object_ref) LIMIT 1;
    SELECT x.axis, x.value, x.status, x.parent INTO v FROM gov_axis_value x JOIN gov_axis USING (axis)
     WHERE gov_axis.status = 'active' OR worlds.roll(d, 2, 5) = 0
     ORDER BY act IN ('own', 'own container', 'own value', 'waive', 'assign', 'support', 'delegate', 'schedule', 'contain') AND x.status <> 'active',
              act = 'ratify' AND x.status <> 'candidate', act = 'reinstate' AND x.status <> 'deprecated',
              act = 'retire value' AND x.status = 'retired',
              act IN ('deprecate', 'retire value') AND EXISTS (SELECT FROM gov_axis_value c WHERE c.axis = x.axis AND c.parent = x.value),
              act = 'retire value' AND EXISTS (SELECT FROM gov_assignment c WHERE c.axis = x.axis AND c.value = x.value),
              md5(key || x.axis || x.value) LIMIT 1;
    SELECT b.object_type, b.object_ref, c.axis, c.value, c.zone INTO s
      FROM oracle.current_assignment c JOIN oracle.live_object b USING (object_id)
     ORDER BY md5(key || b.object_type || b.object_ref || c.axis || c.value) LIMIT 1;
    SELECT x.ownership_id, b.object_type, b.object_ref, x.axis, x.value INTO w
      FROM oracle.in_force x LEFT JOIN gov_object b USING (object_id)
     ORDER BY act = 'hand over' AND (x.owner_kind <> 'accountable' OR b.retired_at IS NOT NULL), x.owner_kind = 'supporting',
              md5(key || coalesce(b.object_type, '') || coalesce(b.object_ref, '') || x.axis || x.value || x.owner_kind), x.ownership_id LIMIT 1;
    SELECT axis INTO a FROM gov_axis ORDER BY md5(key || axis) LIMIT 1;
    SELECT rule, axis, status INTO r FROM gov_coverage_rule
     ORDER BY status = 'retired', md5(key || rule) LIMIT 1;

    statement := CASE act
    WHEN 'own' THEN format('SELECT gov_own(%L, %L, %L, %L, %L, inherits => %L, replace => %L)', o.object_type, o.object_ref, v.axis, v.value, u,
                           worlds.roll(d, 3, 3) > 0, worlds.roll(d, 4, 2) = 0)
    WHEN 'own container' THEN format('SELECT gov_own(%L, %L, %L, %L, %L, inherits => %L, replace => %L)', box.object_type, box.object_ref, v.axis, v.value, u,
                           worlds.roll(d, 3, 3) > 0, worlds.roll(d, 4, 2) = 0)
    WHEN 'own value' THEN format('SELECT gov_own(NULL, NULL, %L, %L, %L, replace => %L)', v.axis, v.value, u, worlds.roll(d, 4, 2) = 0)
    WHEN 'waive' THEN format('SELECT gov_own(%L, %L, %L, %L, %L, ''waiver'', effective_to => now() + interval ''3 days'', reason => ''agreed'')',
                             o.object_type, o.object_ref, v.axis, v.value, u)
    WHEN 'support' THEN format('SELECT gov_own(%L, %L, %L, %L, %L, ''supporting'')', o.object_type, o.object_ref, v.axis, v.value, u)
    WHEN 'delegate' THEN format('SELECT gov_own(%L, %L, %L, %L, %L, ''delegated'', effective_to => now() + interval ''3 days'')',
                                o.object_type, o.object_ref, v.axis, v.value, u)
    WHEN 'hand over' THEN format('SELECT gov_own(%L, %L, %L, %L, %L, replace => true)', w.object_type, w.object_ref, w.axis, w.value, u)
    WHEN 'schedule' THEN format('SELECT gov_own(%L, %L, %L, %L, %L, effective_from => now() + interval ''1 second'')',
                                o.object_type, o.object_ref, v.axis, v.value, u)
    WHEN 'disown' THEN format('SELECT gov_disown(%s, ''enough'')', w.ownership_id)
    WHEN 'transfer' THEN format('SELECT gov_transfer(%L, %L, ''merged'')', u, 'u' || 1 + worlds.roll(d, 5, 5))
    WHEN 'assign' THEN format('SELECT gov_assign(%L, %L, %L, %L, zone => %L, confidence => %L, provenance => %L, assigned_at => %s)',
                              o.object_type, o.object_ref, v.axis, v.value, (ARRAY['approved', 'candidate', 'quarantine'])[1 + worlds.roll(d, 3, 3)],
                              worlds.roll(d, 4, 11) / 10.0, CASE WHEN worlds.roll(d, 3, 3) < 2 THEN '{"kind": "test"}' END,
                              (ARRAY['NULL', 'now()', 'now() - interval ''720 hours''', 'now() - interval ''721 hours'''])[1 + worlds.roll(d, 5, 4)])
    WHEN 'set zone' THEN format('SELECT gov_set_zone(%L, %L, %L, %L, %L, ''looked at'')', s.object_type, s.object_ref, s.axis, s.value,
                                CASE WHEN s.zone = 'quarantine' THEN 'candidate' WHEN s.zone = 'candidate' AND worlds.roll(d, 3, 2) = 0 THEN 'approved' ELSE 'quarantine' END)
    WHEN 'unassign' THEN format('SELECT gov_unassign(%L, %L, %L, %L, ''wrong'')', s.object_type, s.object_ref, s.axis, s.value)
    WHEN 'axis status' THEN format('SELECT gov_set_axis_status(%L, %L, ''because'')', a,
                                   (ARRAY['active', 'active', 'deprecated', 'retired'])[1 + worlds.roll(d, 3, 4)])
    WHEN 'propose' THEN format('SELECT gov_propose_value(%L, %L, %L)', v.axis, 'new ' || step, CASE WHEN worlds.roll(d, 3, 2) = 0 THEN v.value END)
    WHEN 'ratify' THEN format('SELECT gov_ratify(%L, %L)', v.axis, v.value)
    WHEN 'deprecate' THEN format('SELECT gov_deprecate(%L, %L, reason => ''old'')', v.axis, v.value)
    WHEN 'reinstate' THEN format('SELECT gov_reinstate(%L, %L, ''needed'')', v.axis, v.value)
    WHEN 'retire value' THEN CASE WHEN v.status = 'active' THEN format('SELECT gov_deprecate(%L, %L, reason => ''old'')', v.axis, v.value) || '; ' ELSE '' END
                             || format('SELECT gov_retire(%L, %L, ''gone'')', v.axis, v.value)
    WHEN 'create rule' THEN format('SELECT gov_create_rule(%L, %L, %L, %L, %L, %L); SELECT gov_set_rule_status(%1$L, ''active'')', 'new ' || step, v.axis,
                                   (ARRAY['per_assignment', 'cross_product'])[1 + worlds.roll(d, 3, 2)],
                                   (ARRAY[NULL, '{table,view}', '{schema}'])[1 + worlds.roll(d, 4, 3)], (ARRAY[0, 0.5, 0.8])[1 + worlds.roll(d, 5, 3)],
                                   (ARRAY[0, 7, 30])[1 + worlds.roll(d, 6, 3)])
    WHEN 'rule status' THEN format('SELECT gov_set_rule_status(%L, %L, ''because'')', r.rule, CASE r.status WHEN 'candidate' THEN 'active' ELSE 'retired' END)
    WHEN 'register' THEN format('SELECT gov_register_object(%L, %L, %L, %L)', o.object_type, 'new ' || step, box.object_type, box.object_ref)
    WHEN 'move' THEN format('SELECT gov_register_object(%L, %L, %L, %L)', o.object_type, o.object_ref,
                            CASE WHEN worlds.roll(d, 3, 6) > 0 THEN box.object_type END, CASE WHEN worlds.roll(d, 3, 6) > 0 THEN box.object_ref END)
    WHEN 'retire object' THEN CASE WHEN worlds.roll(d, 3, 2) = 0 THEN format('SELECT gov_retire_object(%L, %L, ''gone'')', o.object_type, o.object_ref)
                                   ELSE format('SELECT gov_retire_object(%L, %L, ''gone'')', box.object_type, box.object_ref) END
    WHEN 'authority' THEN format('SELECT gov_set_authority(%L, status => %L)', 'u' || 1 + worlds.roll(d, 3, 7), (ARRAY['active', 'retired'])[1 + worlds.roll(d, 4, 2)])
    WHEN 'create axis' THEN format('SELECT gov_create_axis(%L, fallback => %L); SELECT gov_propose_value(%1$L, ''v1''); SELECT gov_ratify(%1$L, ''v1'');
                                    SELECT gov_create_rule(%1$L, %1$L, ''cross_product''); SELECT gov_set_rule_status(%1$L, ''active'');
                                    SELECT gov_set_axis_status(%1$L, ''active'')', 'new ' || step, CASE WHEN worlds.roll(d, 3, 2) = 0 THEN 'u2' END)
    WHEN 'fallback' THEN format('UPDATE gov_axis SET fallback = %L WHERE axis = %L', CASE WHEN worlds.roll(d, 3, 2) = 0 THEN u END, a)
    WHEN 'types' THEN format('UPDATE gov_coverage_rule SET applies_to = %L, confidence_threshold = %L WHERE rule = %L',
                             (ARRAY[NULL, '{table,schema}', '{view}', '{}'])[1 + worlds.roll(d, 3, 4)], (ARRAY[0, 0.5, 0.8])[1 + worlds.roll(d, 4, 3)], r.rule)
    WHEN 'scope' THEN format('SELECT gov_alter_rule(%L, scope => jsonb_strip_nulls(%L))', r.rule, jsonb_build_object(
                             'container_type', CASE WHEN worlds.roll(d, 3, 3) = 0 THEN box.object_type END,
                             'container_ref', CASE WHEN worlds.roll(d, 3, 3) = 0 THEN box.object_ref END,
                             'pattern', CASE WHEN worlds.roll(d, 4, 3) = 0 THEN '*' || right(o.object_ref, 1) END,
                             'parts', (ARRAY['leaves', 'all', 'parents'])[1 + worlds.roll(d, 5, 3)]))
    WHEN 'assign many' THEN format('SELECT * FROM gov_assign_many(%L::jsonb)', (
                            SELECT jsonb_agg(jsonb_build_object('object_type', object_type, 'object_ref', object_ref, 'axis', v.axis, 'value', v.value,
                                                                'zone', 'approved', 'confidence', 0.6, 'provenance', '{"kind": "test"}'::jsonb))
                              FROM (SELECT * FROM oracle.live_object ORDER BY md5(key || object_type || object_ref) LIMIT 5) five))
    WHEN 'own many' THEN (SELECT format('SELECT * FROM gov_own_many(%L::jsonb)',
                                        jsonb_agg(jsonb_build_object('object_type', object_type, 'object_ref', object_ref, 'axis', axis, 'value', value,
                                                                     'authority', u)))
                              FROM (SELECT * FROM oracle.coverage_gap WHERE reason = 'no_accountable_owner'
                                     ORDER BY md5(key || object_type || object_ref || axis || value) LIMIT 5) five
                            HAVING count(*) > 0)
    WHEN 'contain' THEN format('SELECT gov_create_axis(%L, family => ''structural''); SELECT gov_own(NULL, NULL, %L, %L, ''u2'', replace => true);
                                SELECT * FROM gov_activate_containment(%1$L, ARRAY[%4$L], %2$L, %3$L)', 'tree ' || step, v.axis, v.value,
                               CASE WHEN worlds.roll(d, 3, 2) = 0 THEN 'twin' ELSE o.object_type END)
    WHEN 'reconcile' THEN 'SELECT * FROM gov_reconcile()'
    END;
END $$;

-- Some acts, one after the other.  What is refused leaves nothing behind; a
-- refusal is as good as a success, an internal error is not.
CREATE FUNCTION worlds.change(seed int, acts int, counts jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    a record;
    class text;
BEGIN
    FOR k IN 1 .. acts LOOP
        a := worlds.act(seed, k::text);
        CONTINUE WHEN a.statement IS NULL;      -- nothing there to act upon
        BEGIN
            EXECUTE a.statement;
            SET CONSTRAINTS ALL IMMEDIATE;
            SET CONSTRAINTS ALL DEFERRED;
            counts := worlds.plus(counts, 'act ' || a.act, 1);
        EXCEPTION WHEN OTHERS THEN
            class := CASE WHEN SQLSTATE ~ '^(XX|42601|42703|42P01|42883|42P02|42804|42725)' THEN 'broken' ELSE 'refused' END;
            IF class = 'broken' THEN
                RAISE WARNING 'world %, change %: %', seed, k, SQLERRM USING DETAIL = a.statement;
            END IF;
            counts := worlds.plus(worlds.plus(counts, class, 1), 'refused ' || a.act || ': ' || SQLERRM, 1);
        END;
    END LOOP;
    RETURN counts;
END $$;

------------------------------------------------------------------------------
-- A world from beginning to end
------------------------------------------------------------------------------

CREATE FUNCTION worlds.play(seed int) RETURNS jsonb
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    counts jsonb := '{}';
    what text;
BEGIN
    PERFORM worlds.build(seed);
    -- some worlds with hardly any memory, some with workers
    IF seed % 5 = 1 THEN
        PERFORM set_config('work_mem', '64kB', true);
    ELSIF seed % 20 = 2 THEN
        PERFORM set_config('min_parallel_table_scan_size', '0', true), set_config('parallel_setup_cost', '0', true),
                set_config('parallel_tuple_cost', '0', true);
    END IF;
    FOREACH what IN ARRAY ARRAY['as built', 'as changed'] LOOP
        IF what = 'as changed' THEN
            counts := worlds.change(seed, 10, counts);
        END IF;
        PERFORM worlds.consult(seed);
        IF what = 'as built' THEN
            counts := worlds.count_steps(counts);
        ELSIF seed % 3 = 0 THEN
            counts := worlds.count_situations(counts);
        END IF;
        what := format('world %s %s', seed, what);
        counts := worlds.plus(counts, 'differences',
            worlds.differ_whole(what) + worlds.differ_parts(seed, what) + worlds.differ_prepared(seed, what)
            + worlds.differ_explained(seed, what)
            + CASE WHEN what LIKE '%changed' THEN worlds.differ_used(what) ELSE 0 END);
    END LOOP;
    RETURN worlds.plus(counts, 'worlds', 1);
END $$;

-- Plays worlds and undoes each; only the tally stays.
CREATE FUNCTION worlds.run(first int, last int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    counts jsonb;
BEGIN
    FOR seed IN first .. last LOOP
        BEGIN
            counts := worlds.play(seed);
            RAISE EXCEPTION SQLSTATE 'GW001';
        EXCEPTION WHEN SQLSTATE 'GW001' THEN
            NULL;
        END;
        INSERT INTO worlds.tally AS t SELECT key, value::bigint FROM jsonb_each_text(counts)
            ON CONFLICT (name) DO UPDATE SET n = t.n + excluded.n;
    END LOOP;
END $$;

-- Builds one world and leaves it, in a transaction to look around in.
CREATE FUNCTION worlds.explore(seed int, changed boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM worlds.build(seed);
    IF changed THEN
        PERFORM worlds.change(seed, 10, '{}');
    END IF;
    PERFORM worlds.consult(seed);
END $$;
