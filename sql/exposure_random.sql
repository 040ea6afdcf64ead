-- Who can do what, in random worlds of roles, memberships, owners and grants:
-- what is told is what the server answers when it is asked pair by pair.
-- Differences only.
-- EXPOSURE_ROUNDS in the environment: how many worlds, 4 without it.
\getenv source PG_ABS_SRCDIR
\getenv rounds EXPOSURE_ROUNDS
\if :{?rounds}
\else
\set rounds 4
\endif
\set oracle :source '/test/exposure_oracle.sql'
BEGIN;
SET LOCAL client_min_messages = warning;
\set ECHO none
\i :oracle
SAVEPOINT world;
SELECT 'ROLLBACK TO world' AS a, 'SET LOCAL client_min_messages = warning' AS b, format('CALL exposure_world.make(%s)', n / 1000.0) AS c,
       'CALL exposure_world.govern()' AS d,
       format('INSERT INTO exposure_world.outcome SELECT %s, d.* FROM exposure_world.difference AS d', n) AS e,
       $$SELECT d.* FROM exposure_world.outcome AS d ORDER BY 1, 2, 3, 4, 5, 6$$ AS f,
       $$SELECT 'too few to tell' AS round WHERE (SELECT count(*) FROM exposure_world.asked) < 50$$ AS g
  FROM generate_series(1, :rounds) AS n
\set QUIET on
\pset format unaligned
\pset tuples_only on
\gexec
\set ECHO all
ROLLBACK;
