-- The engine against the oracle: 200 random worlds, each compared view by
-- view, whole and in parts, as built and after random changes through the
-- public functions.
SET client_min_messages = warning;
\getenv source PG_ABS_SRCDIR
\set oracle :source '/test/oracle.sql'
\set worlds :source '/test/worlds.sql'
\set ECHO none
\i :oracle
\i :worlds
\set ECHO all

-- Each world is undone; between some of them the dead rows are cleared away.
\set ECHO none
SELECT format('DO $$ BEGIN PERFORM worlds.run(%s, %s); END $$', first, first + 9),
       'VACUUM gov_object, gov_axis, gov_axis_value, gov_assignment, gov_ownership, gov_coverage_rule, gov_authority',
       (SELECT 'VACUUM ' || string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables WHERE schemaname = 'worlds')
  FROM generate_series(1, 191, 10) first ORDER BY first
\gexec
\set ECHO all

-- What was compared, what differed, and which changes failed with an error
-- that no caller should see.
SELECT coalesce(max(n) FILTER (WHERE name = 'worlds'), 0) AS worlds,
       coalesce(max(n) FILTER (WHERE name = 'differences'), 0) AS differences,
       coalesce(max(n) FILTER (WHERE name = 'broken'), 0) AS broken
  FROM worlds.tally;

-- Each step decided at least one required cell in a hundred.
SELECT step, 100 * coalesce(t.n, 0) >= c.n AS one_percent
  FROM unnest('{waived,quarantined,direct,inherited,value,fallback,none}'::text[]) WITH ORDINALITY s (step, k)
  LEFT JOIN worlds.tally t ON t.name = 'step ' || step, worlds.tally c
 WHERE c.name = 'cells'
 ORDER BY k;

-- And for each pair, the first decided one in a hundred where the second
-- would have, had it come to that.
WITH step AS (
    SELECT * FROM unnest('{waived,quarantined,direct,inherited,value,fallback}'::text[]) WITH ORDINALITY s (step, k)
)
SELECT s.step || ' over ' || l.step AS pair, 100 * coalesce(t.n, 0) >= c.n AS one_percent
  FROM step s JOIN step l ON l.k > s.k
  LEFT JOIN worlds.tally t ON t.name = 'pair ' || s.step || ' over ' || l.step, worlds.tally c
 WHERE c.name = 'cells'
 ORDER BY s.k, l.k;

-- Situations that came up at least 20 times, in every third world alone.
SELECT substr(name, 6) AS situation, n >= 20 AS often FROM worlds.tally WHERE name LIKE 'case %' ORDER BY name COLLATE "C";

-- Changes that were made, not only refused, at least ten times.
SELECT substr(name, 5) AS change, n >= 10 AS often FROM worlds.tally WHERE name LIKE 'act %' ORDER BY name COLLATE "C";

-- Nothing stays.
SET client_min_messages = warning;
DROP SCHEMA worlds CASCADE;
DROP SCHEMA oracle CASCADE;
SELECT (SELECT count(*) FROM gov_object) + (SELECT count(*) FROM gov_axis) + (SELECT count(*) FROM gov_authority) AS left_behind;
