-- A point look-up in gov_coverage against an index probe on gov_object, both
-- timed in the server, warm, by the same loop: 100 objects, each the mean of
-- 10 in a row; the medians in microseconds.

CREATE TEMPORARY TABLE sample AS
SELECT object_ref, object_type FROM gov_object
 WHERE container_id IS NOT NULL AND retired_at IS NULL ORDER BY hashint8(object_id) LIMIT 100;
CREATE TEMPORARY TABLE taken (what text, us double precision);
DO $$
DECLARE
    s record;
    start timestamptz;
    probe double precision;
BEGIN
    FOR warm IN 1..2 LOOP
        FOR s IN SELECT * FROM sample LOOP
            start := clock_timestamp();
            FOR i IN 1..10 LOOP
                PERFORM object_id FROM gov_object
                  WHERE object_ref = s.object_ref AND object_type = s.object_type AND retired_at IS NULL;
            END LOOP;
            probe := extract(epoch FROM clock_timestamp() - start) * 100000;
            start := clock_timestamp();
            FOR i IN 1..10 LOOP
                PERFORM * FROM gov_coverage WHERE object_ref = s.object_ref;
            END LOOP;
            IF warm = 2 THEN
                INSERT INTO taken VALUES ('probe', probe),
                    ('look-up', extract(epoch FROM clock_timestamp() - start) * 100000);
            END IF;
        END LOOP;
    END LOOP;
END $$;
SELECT what, percentile_cont(0.5) WITHIN GROUP (ORDER BY us), min(us), max(us)
  FROM taken GROUP BY what ORDER BY what DESC;
