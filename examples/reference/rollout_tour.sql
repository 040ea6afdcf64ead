-- From nothing to the exit figures and back, as a rollout that people gate, told
-- step by step.  Run by scripts/demo.sh in a database of its own, as a superuser,
-- where the roles demo_president, demo_council_a, demo_council_b and
-- demo_steward exist and can log in.
\set QUIET on
\pset footer off
\pset null -
SET client_min_messages = warning;
\o /dev/null
\ir trust.sql
\o
GRANT CREATE ON DATABASE :"DBNAME" TO demo_steward;
\connect - demo_steward
SET client_min_messages = warning;
\o /dev/null
\ir application.sql
\ir rollout.sql
\o

\echo
\echo 'A rollout: eight tiers of SQL, sealed.  Each says exactly what it does to which metric, and how it is taken back.'
SELECT tier, name, kind, status, left(tier_hash, 12) AS hash FROM gov_rollout_status ORDER BY tier;

\echo 'Rehearsed: all of it is really done, judged, reverted, and undone.'
SELECT kind, target, measure, note FROM gov_rehearse('knowledge') WHERE kind IN ('verdict', 'gates', 'tier', 'revert');

\echo 'The gate says what stands in the way, and apply refuses:'
SELECT tier, verdict, blocker FROM gov_gate('knowledge');
\set ON_ERROR_STOP off
CALL gov_rollout_apply('knowledge', 1);
\set ON_ERROR_STOP on

\echo 'So the steward asks, tier by tier, and three authorities vote, each in a session of its own:'
SELECT gov_request_approval('K-' || tier, 'apply_tier', jsonb_build_object('rollout', 'knowledge', 'tier', tier), 'as rehearsed')
  FROM gov_rollout_status WHERE kind <> 'verify' ORDER BY tier \g /dev/null
\connect - demo_council_a
SELECT format('CALL gov_cast_vote(%L, ''COUNCIL-A'', ''approve'')', approval) FROM gov_my_inbox ORDER BY approval \gexec
\connect - demo_council_b
SELECT format('CALL gov_cast_vote(%L, ''COUNCIL-B'', ''approve'')', approval) FROM gov_my_inbox ORDER BY approval \gexec
\connect - demo_president
SELECT format('CALL gov_cast_vote(%L, ''PRESIDENT'', ''approve'')', approval) FROM gov_my_inbox ORDER BY approval \gexec
\connect - demo_steward
SELECT verdict, count(*) AS tiers FROM gov_gate('knowledge') GROUP BY verdict;

\echo 'Applied, each tier in a transaction of its own:'
CALL gov_rollout_apply('knowledge');

\echo 'Exit figures:'
SELECT axis, required, covered, gap FROM gov_coverage_summary ORDER BY axis;
SELECT detector, open FROM gov_drift_summary WHERE open > 0 ORDER BY detector COLLATE "C";
SELECT tier, name, status, approval FROM gov_rollout_status ORDER BY tier;

\echo 'And back, the last tier first; the ledger keeps that it was done, and is whole:'
CALL gov_rollout_revert('knowledge', 3);
SELECT axis, required, covered, gap FROM gov_coverage_summary ORDER BY axis;
SELECT count(*) AS broken_links FROM gov_ledger_verify();
