-- What test/random_queries.pl asks with: worlds, ordinary tables that hold
-- what the engine's views hold, and the comparison of one query over both.
CREATE SCHEMA random_queries;
CREATE TABLE random_queries.tally (name text PRIMARY KEY, n bigint NOT NULL);
INSERT INTO random_queries.tally VALUES ('queries', 0), ('rows', 0), ('failed alike', 0), ('differences', 0), ('too long', 0);

-- Builds a world, and the copies; the transaction takes them away again.
CREATE FUNCTION random_queries.next_world(seed int) RETURNS void
LANGUAGE plpgsql AS
$$
DECLARE
    name text;
BEGIN
    PERFORM worlds.explore(seed, seed % 2 = 0);
    CREATE SCHEMA copied;
    FOREACH name IN ARRAY '{required_cell,cell_rule,classification,coverage,coverage_gap,effective_owner,owner_conflict,missing_assignment,assignment_quality,hidden_island,coverage_summary,object,ownership,assignment}'::text[]
    LOOP
        EXECUTE format('CREATE TABLE copied.%I AS SELECT * FROM gov_%I', name, name);
    END LOOP;
END
$$;

-- One side: the number of rows and a digest of them; or the error.
CREATE FUNCTION random_queries.answer(query text, params text[], prefix text, OUT rows bigint, OUT digest text, OUT error text)
LANGUAGE plpgsql AS
$$
DECLARE
    param text;
BEGIN
    query := regexp_replace(query, '<(\w+)>', prefix || '\1', 'g');
    FOR i IN 1 .. cardinality(params)
    LOOP
        EXECUTE 'SELECT ' || regexp_replace(params[i], '<(\w+)>', prefix || '\1', 'g') || '::text' INTO param;
        params[i] := param;
    END LOOP;
    query := regexp_replace(query, '\$(\d+)', '$1[\1]', 'g');
    EXECUTE 'SELECT count(*), md5(coalesce(string_agg(q::text, chr(10) ORDER BY q::text COLLATE "C"), '''')) FROM (' || query || ') AS q'
       INTO rows, digest USING params;
EXCEPTION WHEN query_canceled THEN
    error := 'too long';
WHEN OTHERS THEN
    IF SQLSTATE LIKE 'XX%' THEN
        RAISE;
    END IF;
    error := SQLSTATE || ' ' || SQLERRM;
END
$$;

-- Words when the two sides differ.  A query that statement_timeout ended is
-- counted aside: the time is over for the other side, too.
CREATE FUNCTION random_queries.compare(query text, params text[]) RETURNS text
LANGUAGE plpgsql AS
$$
DECLARE
    ours record;
    theirs record;
    too_long boolean;
BEGIN
    BEGIN
        SELECT * INTO ours FROM random_queries.answer(query, params, 'public.gov_');
        too_long := coalesce(ours.error = 'too long', false);
        IF NOT too_long THEN
            SELECT * INTO theirs FROM random_queries.answer(query, params, 'copied.');
            too_long := coalesce(theirs.error = 'too long', false);
        END IF;
    EXCEPTION WHEN query_canceled THEN
        too_long := true;
    END;
    IF too_long THEN
        UPDATE random_queries.tally SET n = n + 1 WHERE name = 'too long';
        RETURN NULL;
    END IF;
    UPDATE random_queries.tally SET n = n + CASE name WHEN 'queries' THEN 1 WHEN 'rows' THEN coalesce(ours.rows, 0)
           WHEN 'failed alike' THEN (ours.error IS NOT NULL AND theirs.error IS NOT NULL)::int
           ELSE (ours IS DISTINCT FROM theirs AND (ours.error IS NULL OR theirs.error IS NULL))::int END
     WHERE name <> 'too long';
    IF ours IS DISTINCT FROM theirs AND (ours.error IS NULL OR theirs.error IS NULL) THEN
        RETURN format('DIFFERENCE %s, %s: %s with %s', ours, theirs, query, params);
    END IF;
    RETURN NULL;
END
$$;

-- What was done in a world.
CREATE FUNCTION random_queries.sum() RETURNS text
LANGUAGE sql AS
$$ SELECT 'SUM ' || string_agg(n::text, ' ' ORDER BY name) FROM random_queries.tally $$;
