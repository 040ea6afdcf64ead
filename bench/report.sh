#!/bin/bash
# report.sh: what the report costs, on a private server.
#
#	bench/report.sh [--runs N] [OBJECTS]
#
# Builds OBJECTS objects (10,000) in 35 containers with 6 values to own, four
# containers of five owned, a topic for half of them, and what a scan finds.
# Prints the time of gov_report_html, gov_dashboard, gov_metric and
# gov_metrics_openmetrics as multiples of a plain aggregate over the same
# rows: the required cells, kept in a table, counted by container, value and
# outcome, with the objects counted by container and the assignments by value.
# Times are processor time of the backend in seconds, medians of N runs (5)
# with minimum and maximum, without workers.  Then the size of the page, which must not exceed
# 2 MB: the exit code is 1 when it does, and 0 otherwise, whatever the times.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

runs=5
objects=10000
while [ $# -gt 0 ]; do
	case $1 in
		--runs) runs=${2:?}; shift ;;
		[0-9]*) objects=$1 ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done

query()
{
	psql -XAtq -v ON_ERROR_STOP=1 bench "$@"
}

# Processor time of statements, in seconds, after one run that only warms up.
timed()
{
	query -c "$1" >/dev/null
	for run in $(seq "$runs"); do
		query -c 'SET max_parallel_workers_per_gather = 0' -c 'SET log_statement_stats = on' -c 'SET client_min_messages = log' -c "$1" 2>&1 |
			sed -n 's/.*[^0-9.]\([0-9.]*\) s user, \([0-9.]*\) s system, \([0-9.]*\) s elapsed.*/\1 \2/p' |
			tail -n 1 | awk '{print $1 + $2}'
	done | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)], v[1], v[NR]}'
}

figure()
{
	local times

	times=$(timed "$2")
	echo "$times $floor" | awk -v name="$1" '{printf "%-28s %8.3f s (%.3f to %.3f)  %6.1f times the aggregate\n", name, $1, $2, $3, $1 / $4}'
}

gov_prepare
gov_build
gov_start
createdb bench
query >/dev/null <<SQL
CREATE EXTENSION governance;
SELECT gov_set_authority('TEAM-' || n, kind => 'human') FROM generate_series(1, 5) n;
SELECT gov_create_axis(x), gov_set_axis_status(x, 'active') FROM unnest('{duty,topic}'::text[]) x;
SELECT gov_propose_value('duty', 'duty ' || n), gov_ratify('duty', 'duty ' || n) FROM generate_series(1, 6) n;
SELECT gov_propose_value('topic', 'topic ' || n), gov_ratify('topic', 'topic ' || n) FROM generate_series(1, 40) n;
SELECT gov_create_rule('DUTY', 'duty', 'cross_product', '{thing}'), gov_set_rule_status('DUTY', 'active');
SELECT gov_create_rule('TOPIC', 'topic', 'per_assignment', '{thing}', 0.5, 30), gov_set_rule_status('TOPIC', 'active');
INSERT INTO gov_object (object_type, object_ref) SELECT 'box', 'box ' || n FROM generate_series(1, 35) n;
INSERT INTO gov_object (object_type, object_ref, container_id)
SELECT 'thing', 'box ' || n % 35 + 1 || '.thing ' || n, b.object_id
  FROM generate_series(1, $objects) n JOIN gov_object b ON b.object_ref = 'box ' || n % 35 + 1;
INSERT INTO gov_ownership (object_id, axis, value, authority)
SELECT b.object_id, 'duty', 'duty ' || d, 'TEAM-' || b.object_id % 5 + 1
  FROM gov_object b, generate_series(1, 6) d WHERE b.object_type = 'box' AND b.object_id % 5 <> 0;
INSERT INTO gov_assignment (object_id, axis, value, zone, confidence, provenance, assigned_kind)
SELECT object_id, 'topic', 'topic ' || object_id % 40 + 1, CASE WHEN object_id % 20 = 0 THEN 'quarantine' ELSE 'approved' END,
       object_id % 100 / 100.0, '{"kind": "bench"}', 'tool'
  FROM gov_object WHERE object_type = 'thing' AND object_id % 2 = 0;
SELECT gov_scan();
CREATE TABLE cells AS SELECT g.*, o.container_id FROM gov_coverage g JOIN gov_object o USING (object_id);
SQL
query -c 'VACUUM ANALYZE'
echo "$(query -c 'SELECT version()' | cut -d, -f1), $runs runs; $objects objects, $(query -c 'SELECT count(*) FROM cells') cells, $(query -c "SELECT count(*) FROM gov_drift_state WHERE status = 'open'") open findings"

aggregate='SELECT (SELECT count(*) FROM (SELECT axis, container_id, value, status, authority, count(*) FROM cells GROUP BY 1, 2, 3, 4, 5) c),
(SELECT count(*) FROM (SELECT container_id, count(*) FROM gov_object GROUP BY 1) o), (SELECT count(*) FROM (SELECT axis, value, count(*) FROM gov_assignment GROUP BY 1, 2) a)'
floor=$(timed "$aggregate" | cut -d' ' -f1)
figure 'plain aggregate' "$aggregate"
figure gov_report_html 'SELECT length(gov_report_html())'
figure gov_dashboard 'SELECT gov_dashboard() IS NULL'
figure gov_metric 'SELECT count(*) FROM gov_metric'
figure gov_metrics_openmetrics 'SELECT length(gov_metrics_openmetrics())'
size=$(query -c 'SELECT octet_length(gov_report_html())')
echo "size of the page: $size bytes"
[ "$size" -le $((2 * 1024 * 1024)) ]
