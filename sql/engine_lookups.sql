-- Look-ups of objects load what they need of axes and values, one by one or
-- in a list, and answer as a pass over everything does.
BEGIN;
SET client_min_messages = warning;
INSERT INTO gov_authority (authority, name, kind) VALUES ('el-1', 'one', 'council'), ('el-2', 'two', 'council');
INSERT INTO gov_axis (axis, kind, family, status, fallback)
SELECT 'el-' || a, 'uncertain', 'semantic', 'active', CASE WHEN a = 3 THEN 'el-2' END FROM generate_series(1, 4) AS a;
-- a forest on each axis, every fifth value not in use
INSERT INTO gov_axis_value (axis, value, parent, status)
SELECT 'el-' || a, 'v' || lpad(n::text, 2, '0'),
       CASE WHEN n % 4 > 0 THEN 'v' || lpad((n - 1)::text, 2, '0') END,
       CASE WHEN n % 4 = 3 AND n % 5 = 0 THEN 'deprecated' ELSE 'active' END
  FROM generate_series(1, 4) AS a, generate_series(0, 39) AS n;
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, status) VALUES
    ('el-1', 'el-1', 'cross_product', '{el-a}', 'active'),
    ('el-2', 'el-2', 'per_assignment', NULL, 'active'),
    ('el-3', 'el-3', 'cross_product', '{el-b}', 'active'),
    ('el-4', 'el-4', 'per_assignment', '{el-b}', 'active'), ('el-4x', 'el-4', 'cross_product', '{el-c}', 'active');
INSERT INTO gov_object (object_type, object_ref) SELECT 'el-' || substr('abc', c, 1), 'el box ' || c FROM generate_series(1, 3) AS c;
INSERT INTO gov_object (object_type, object_ref, container_id)
SELECT 'el-' || substr('abc', 1 + n % 3, 1), 'el ' || n, b.object_id
  FROM generate_series(1, 30) AS n LEFT JOIN gov_object AS b ON b.object_ref = 'el box ' || n % 5;
INSERT INTO gov_ownership (object_id, axis, value, authority)
SELECT o.object_id, v.axis, v.value, 'el-1'
  FROM gov_object AS o JOIN gov_axis_value AS v ON hashtext(o.object_ref || v.axis || v.value) % 23 = 0 WHERE o.object_ref LIKE 'el %';
INSERT INTO gov_ownership (axis, value, authority)
SELECT axis, value, 'el-2' FROM gov_axis_value WHERE axis LIKE 'el-%' AND hashtext(value || axis) % 7 = 0;
INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind)
SELECT o.object_id, v.axis, v.value, CASE WHEN v.axis = 'el-2' THEN 'approved' ELSE 'quarantine' END, '{"k": 1}', 'human'
  FROM gov_object AS o JOIN gov_axis_value AS v ON hashtext(v.axis || o.object_ref || v.value) % 11 = 0 WHERE o.object_ref LIKE 'el %';

-- Each view: rows of a pass, and of look-ups by name, by number, by a list of
-- either, by a list of axes and values; how many of them differ.
CREATE FUNCTION pg_temp.el_differences(view text, narrow text) RETURNS TABLE (way text, answers bigint, differences bigint)
LANGUAGE plpgsql AS $$
DECLARE
    passed text := format('SELECT * FROM %I WHERE object_ref LIKE %L AND (%s)', view, 'el %', narrow);
    ways text[] := ARRAY[
        'by name', 'SELECT v.* FROM gov_object AS o CROSS JOIN LATERAL (SELECT * FROM %I AS v WHERE v.object_ref = o.object_ref AND (%s) OFFSET 0) AS v WHERE o.object_ref LIKE ''el %%''',
        'by number', 'SELECT v.* FROM gov_object AS o CROSS JOIN LATERAL (SELECT * FROM %I AS v WHERE v.object_id = o.object_id AND (%s) OFFSET 0) AS v WHERE o.object_ref LIKE ''el %%''',
        'list of names', 'SELECT * FROM %I AS v WHERE object_ref = ANY (ARRAY(SELECT object_ref FROM gov_object WHERE object_ref LIKE ''el %%'') || NULL::text || ''el 1''::text) AND (%s)',
        'list of numbers', 'SELECT * FROM %I AS v WHERE object_id = ANY (ARRAY(SELECT object_id FROM gov_object WHERE object_ref LIKE ''el %%'' ORDER BY object_ref)) AND (%s)'];
BEGIN
    FOR i IN 1..array_length(ways, 1) BY 2 LOOP
        way := ways[i];
        EXECUTE format('WITH p AS MATERIALIZED (%s), l AS MATERIALIZED (%s) SELECT (SELECT count(*) FROM l), (SELECT count(*) FROM (SELECT * FROM p EXCEPT ALL SELECT * FROM l) AS x) + (SELECT count(*) FROM (SELECT * FROM l EXCEPT ALL SELECT * FROM p) AS x)',
                       passed, format(ways[i + 1], view, narrow)) INTO answers, differences;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT view, narrow, min(answers) > 0 AS some, sum(differences) AS differences
  FROM unnest('{gov_required_cell,gov_cell_rule,gov_coverage,gov_effective_owner,gov_owner_conflict,gov_assignment_quality,gov_classification}'::text[]) AS view,
       unnest(ARRAY['true', 'axis = ''el-4''', 'axis IN (''el-1'', ''el-4'')', 'value IN (''v03'', ''v08'', ''v15'', ''v16'', ''none'')',
                    'axis = ''el-2'' AND value = ''v12''', '(axis = ''el-1'' OR axis = ''el-2'') AND value <> ''v01''']) AS narrow
 CROSS JOIN LATERAL pg_temp.el_differences(view, narrow)
 GROUP BY view, narrow ORDER BY view COLLATE "C", narrow COLLATE "C";
SELECT * FROM pg_temp.el_differences('gov_missing_assignment', 'axis IN (''el-2'', ''el-4'')') ORDER BY way COLLATE "C";

-- the planner sees lists, whatever they look like
CREATE FUNCTION pg_temp.el_plan(condition text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT * FROM gov_coverage WHERE ' || condition LOOP
        IF line ~ 'Engine|Narrowed' THEN
            RETURN NEXT btrim(line);
        END IF;
    END LOOP;
END $$;
SELECT pg_temp.el_plan($q$object_ref IN ('a', 'b')$q$);
SELECT pg_temp.el_plan($q$object_id IN (1, 2)$q$);
SELECT pg_temp.el_plan($q$object_id = ANY ('{1,2}'::integer[])$q$);
SELECT pg_temp.el_plan($q$object_ref = 'a' OR object_ref IN ('b', 'c') OR object_ref = 'd'$q$);
SELECT pg_temp.el_plan($q$object_ref = 'a' OR axis = 'b'$q$);
SELECT pg_temp.el_plan($q$object_ref NOT IN ('a', 'b')$q$);
SELECT pg_temp.el_plan($q$object_ref <> ALL ('{a,b}')$q$);
SELECT pg_temp.el_plan($q$object_ref = 'a' AND axis IN ('b', 'c') AND value IN ('d', 'e') AND status IN ('gap', 'direct')$q$);
SELECT pg_temp.el_plan($q$object_ref = ANY (ARRAY['a', current_user::text])$q$);
SELECT pg_temp.el_plan($q$object_ref = ANY (ARRAY['a', random()::text])$q$);

-- a NULL in a list equals nothing, nor does an empty list, nor NULL for one
SELECT count(*) FROM gov_required_cell WHERE object_ref = ANY ('{NULL}'::text[]);
SELECT count(*) FROM gov_required_cell WHERE object_ref = ANY ('{}'::text[]);
SELECT count(*) FROM gov_required_cell WHERE object_id = ANY (NULL::bigint[]);
SELECT count(*) > 0 AS found FROM gov_required_cell WHERE object_ref = ANY ('{{NULL,"el 3"},{"el 4","el 3"}}'::text[]);
ROLLBACK;
