-- No act inside an act, in a trigger on a table of ours.  What the trigger reads
-- is read in the middle of the act: the plans of the outer one stay while it
-- runs, even when something made them out of date.
BEGIN;
SET client_min_messages = warning;
SELECT gov_create_axis('na_x');
SELECT gov_set_axis_status('na_x', 'active');
SELECT gov_propose_value('na_x', v) FROM unnest('{a,b,c}'::text[]) AS v;
SELECT gov_ratify('na_x', v) FROM unnest('{a,b,c}'::text[]) AS v;
SELECT gov_register_object('na', 'na ' || n) AS registered FROM generate_series(1, 3) AS n;

CREATE FUNCTION na_also() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.axis = 'na_x' AND NEW.value = 'a' THEN
        -- plans over the tables are no longer valid after this
        EXECUTE 'GRANT SELECT ON gov_assignment, gov_object, gov_axis, gov_axis_value TO pg_monitor';
        BEGIN
            PERFORM gov_assign('na', 'na 2', 'na_x', 'b');
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING '%', SQLERRM;
        END;
        PERFORM count(*) FROM gov_missing_assignment;
        PERFORM count(*) FROM gov_coverage_summary;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION na_also() SECURITY DEFINER;
CREATE TRIGGER na_before BEFORE INSERT ON gov_assignment FOR EACH ROW EXECUTE FUNCTION na_also();
CREATE TRIGGER na_after AFTER INSERT ON gov_assignment FOR EACH ROW EXECUTE FUNCTION na_also();
SELECT gov_assign('na', 'na 1', 'na_x', 'a') AS assigned;
SELECT gov_assign('na', 'na 2', 'na_x', 'a') AS assigned;
SELECT gov_assign('na', 'na 3', 'na_x', 'a') AS assigned;
SELECT object_ref, value FROM gov_assignment JOIN gov_object USING (object_id)
 WHERE axis = 'na_x' AND superseded_by IS NULL ORDER BY 1, 2;
ROLLBACK;
