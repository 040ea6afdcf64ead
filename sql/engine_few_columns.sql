-- The engine fills only the columns that a query looks at: whatever these are,
-- they hold what they hold in the whole row.
BEGIN;
SET client_min_messages = warning;
INSERT INTO gov_authority (authority, kind) VALUES ('ef_a', 'human'), ('ef_b', 'council');
INSERT INTO gov_axis (axis, kind, family, status, is_containment) VALUES
    ('ef_where', 'deterministic', 'structural', 'active', true), ('ef_what', 'uncertain', 'semantic', 'active', false);
INSERT INTO gov_axis_value (axis, value, status) VALUES ('ef_where', 'elsewhere', 'active'), ('ef_what', 'v', 'active'), ('ef_what', 'old', 'deprecated');
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, status) VALUES
    ('ef_where', 'ef_where', 'cross_product', '{ef}', 'active'), ('ef_what', 'ef_what', 'per_assignment', '{ef}', 'active');
INSERT INTO gov_object (object_id, container_id, object_type, object_ref) VALUES
    (-1, NULL, 'ef box', 'ef first box'), (-2, -1, 'ef box', 'ef second box'), (-3, -2, 'ef', 'ef in a box'),
    (-4, -1, 'ef', 'ef in another'), (-5, NULL, 'ef', 'ef nowhere'), (-6, NULL, 'ef last', 'ef last');
INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind) VALUES
    (-3, 'ef_what', 'v', 'quarantine', NULL, 'human'), (-4, 'ef_what', 'old', 'approved', '{"k": 1}', 'human');
INSERT INTO gov_ownership (object_id, axis, value, authority) VALUES (-1, 'ef_where', 'elsewhere', 'ef_a'), (NULL, 'ef_where', 'elsewhere', 'ef_b');

-- islands are containers too, which are told after the last object
SELECT object_type, object_ref, axis FROM gov_hidden_island WHERE axis LIKE 'ef%' ORDER BY object_ref COLLATE "C";
SELECT object_ref FROM gov_hidden_island WHERE object_ref LIKE 'ef%' ORDER BY object_ref COLLATE "C";
SELECT object_ref FROM gov_hidden_island WHERE object_ref = 'ef second box';

-- each column of each view alone, and its first ones together, against a copy of the whole
CREATE FUNCTION pg_temp.ef_differences(view text, columns text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM ((SELECT %1$s FROM %2$I EXCEPT ALL SELECT %1$s FROM pg_temp.%3$I)
        UNION ALL (SELECT %1$s FROM pg_temp.%3$I EXCEPT ALL SELECT %1$s FROM %2$I)) AS d', columns, view, 'ef_' || view) INTO n;
    RETURN n;
END $$;
CREATE FUNCTION pg_temp.ef_copy(view text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('CREATE TEMPORARY TABLE %I ON COMMIT DROP AS SELECT * FROM %I', 'ef_' || view, view);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
CREATE TEMPORARY TABLE ef_view ON COMMIT DROP AS
SELECT view, pg_temp.ef_copy(view) > 0 AS has_rows
  FROM unnest('{gov_required_cell,gov_cell_rule,gov_coverage,gov_coverage_gap,gov_effective_owner,gov_owner_conflict,gov_missing_assignment,gov_assignment_quality,gov_hidden_island,gov_coverage_summary,gov_classification}'::text[]) AS view;
SELECT view, bool_and(has_rows) AS has_rows, count(*) AS columns,
       sum(pg_temp.ef_differences(view, quote_ident(a.attname))) AS alone, sum(pg_temp.ef_differences(view, first)) AS together
  FROM ef_view JOIN pg_attribute AS a ON a.attrelid = view::regclass AND a.attnum > 0,
       LATERAL (SELECT string_agg(quote_ident(b.attname), ', ' ORDER BY b.attnum) AS first
                  FROM pg_attribute AS b WHERE b.attrelid = a.attrelid AND b.attnum BETWEEN 1 AND a.attnum) AS f
 GROUP BY view ORDER BY view COLLATE "C";
ROLLBACK;
