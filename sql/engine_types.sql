-- Types of objects are told apart by all of their code, in whatever order
-- they are met: pairs that differ in the last letter or in length alone, as
-- short as one letter and longer than what is compared at once.
BEGIN;
SET client_min_messages = warning;
-- rows are written without triggers, as they would let them through
SET LOCAL session_replication_role = replica;
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('et', 'deterministic', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES ('et', 'v', 'active');
INSERT INTO gov_coverage_rule (rule, axis, mode, applies_to, status) VALUES ('et', 'et', 'cross_product', '{}', 'active');

-- the n-th code has n objects; those of the four codes met first are compared with first
CREATE TEMPORARY TABLE et_code ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY length, last) AS n, repeat('x', length - 1) || last AS code
  FROM unnest('{1,2,6,7,8,9,13,14,15,16,17,40,126,127,190}'::int[]) AS length, unnest('{a,b,é}'::text[]) AS last;
CREATE FUNCTION pg_temp.et_world(first bigint) RETURNS void LANGUAGE sql AS $$
    DELETE FROM gov_object WHERE object_ref LIKE 'et %';
    INSERT INTO gov_object (object_type, source, object_ref)
    SELECT code, 's', 'et ' || n || ' ' || k FROM et_code, generate_series(1, n) AS k ORDER BY (n - first + 100) % 100, k;
$$;
-- how many objects the summary and the view count of each code, and how many there are
CREATE FUNCTION pg_temp.et_counted() RETURNS TABLE (n bigint, code text, summary bigint, listed bigint) LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT * FROM et_code LOOP
        UPDATE gov_coverage_rule SET applies_to = ARRAY[c.code] WHERE rule = 'et';
        RETURN QUERY SELECT c.n, c.code, (SELECT required FROM gov_coverage_summary WHERE axis = 'et'),
                            (SELECT count(*) FROM gov_required_cell WHERE axis = 'et');
    END LOOP;
END $$;
CREATE FUNCTION pg_temp.et_wrong(first bigint) RETURNS TABLE (met_first text, codes bigint, wrong bigint) LANGUAGE sql AS $$
    SELECT pg_temp.et_world(first);
    SELECT (SELECT left(code, 20) FROM et_code WHERE n = first), count(*), count(*) FILTER (WHERE summary <> n OR listed <> n)
      FROM pg_temp.et_counted();
$$;
SELECT w.* FROM generate_series(1, 45, 3) AS first, LATERAL pg_temp.et_wrong(first) AS w;
-- one after the other, so that no two neighbours have one type
DELETE FROM gov_object WHERE object_ref LIKE 'et %';
INSERT INTO gov_object (object_type, source, object_ref)
SELECT code, 's', 'et ' || n || ' ' || k FROM et_code, generate_series(1, n) AS k ORDER BY k, n;
SELECT count(*) AS codes, count(*) FILTER (WHERE summary <> n OR listed <> n) AS wrong FROM pg_temp.et_counted();
ROLLBACK;
