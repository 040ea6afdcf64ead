-- What a merge of a value with many assignments costs, beside a plain UPDATE
-- of as many rows of a table with the same columns, checks and indexes.  The
-- two take turns; each run is undone, the first only warms up.  A line per
-- run: milliseconds of the UPDATE and of the merge.  Variable: rows.
\pset tuples_only on
\pset format unaligned
BEGIN;
INSERT INTO gov_axis (axis, kind, family, status) VALUES ('bench', 'uncertain', 'semantic', 'active');
INSERT INTO gov_axis_value (axis, value, status) VALUES ('bench', 'from', 'active'), ('bench', 'into', 'active');
INSERT INTO gov_object (object_type, object_ref) SELECT 'row', n::text FROM generate_series(1, :rows) n;
INSERT INTO gov_assignment (object_id, axis, value, zone, provenance, assigned_kind)
SELECT object_id, 'bench', 'from', 'approved', '{"kind": "bench", "source": "bench/merge.sql"}', 'tool'
  FROM gov_object WHERE object_type = 'row' ORDER BY object_id;
COMMIT;
CREATE SCHEMA bench;
CREATE TABLE bench.plain (LIKE gov_assignment INCLUDING ALL);
INSERT INTO bench.plain SELECT * FROM gov_assignment;
CREATE TABLE bench.took (plain double precision, merged double precision);
CREATE PROCEDURE bench.run(runs integer) LANGUAGE plpgsql AS $$
DECLARE
    start timestamptz;
    ms double precision[];
BEGIN
    FOR run IN 0 .. runs LOOP
        FOR what IN 1 .. 2 LOOP
            BEGIN
                start := clock_timestamp();
                IF what = 1 THEN
                    UPDATE bench.plain SET value = 'into', revision = revision + 1
                     WHERE axis = 'bench' AND value = 'from' AND superseded_by IS NULL;
                ELSE
                    PERFORM gov_merge('bench', 'from', 'into');
                END IF;
                ms[what] := extract(epoch FROM clock_timestamp() - start) * 1000;
                RAISE SQLSTATE 'UNDO0';
            EXCEPTION WHEN SQLSTATE 'UNDO0' THEN NULL;
            END;
        END LOOP;
        IF run > 0 THEN
            INSERT INTO bench.took VALUES (ms[1], ms[2]);
        END IF;
    END LOOP;
END $$;
VACUUM (ANALYZE);
CHECKPOINT;
CALL bench.run(:runs);
SELECT round(plain::numeric, 1), round(merged::numeric, 1) FROM bench.took;
