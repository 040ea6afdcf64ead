#!/bin/bash
# scan.sh: what scans, events and metrics cost, on a private server.
#
#	bench/scan.sh [--quick] [--runs N] [PART ...]
#
# PART is world, unanalyzed, stale, scale or ledger; all by default.
#
#	world       100,000 objects with 20,000 findings (world_scan.sql)
#	unanalyzed  the same with no statistics: a scan right after a bulk load
#	stale       the same with statistics of its first 100 objects, scanned then
#	scale       10,000, 100,000 and 300,000 objects
#	ledger      the unchanged scan with 1,000,000 entries in the ledger
#
# Each run begins in a new copy of the world, and every figure is taken once
# in it, in the order in which they are printed.  Times are processor time of
# the backend in seconds, without workers, medians of N runs (5) with minimum
# and maximum.  --quick takes a tenth of everything and 2 runs.  The exit code
# is 1 when a scan stored something else than plain SQL counts or an unchanged
# one wrote more than its row, and 0 otherwise, whatever the times.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

runs=5
size=100000
entries=1000000
parts=
while [ $# -gt 0 ]; do
	case $1 in
		--quick) runs=2 size=10000 entries=100000 ;;
		--runs) runs=${2:?}; shift ;;
		world | unanalyzed | stale | scale | ledger) parts+=" $1" ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done
parts=${parts:-world unanalyzed stale scale ledger}
wrong=0

wanted()
{
	case " $parts " in *" $1 "*) true ;; *) false ;; esac
}

query()
{
	psql -XAtq -v ON_ERROR_STOP=1 "$@"
}

# The plain aggregate: the rows that scans look at, each table once.
aggregate='SELECT (SELECT count(*) FROM (SELECT container_id, object_type, count(*) FROM gov_object GROUP BY 1, 2) AS o),
	(SELECT count(*) FROM (SELECT axis, value, zone, count(*), min(assigned_at), min(confidence) FROM gov_assignment GROUP BY 1, 2, 3) AS s),
	(SELECT count(*) FROM (SELECT axis, value, authority, count(*) FROM gov_ownership GROUP BY 1, 2, 3) AS w),
	(SELECT count(*) FROM (SELECT label, count(*) FROM gov_label_rule GROUP BY 1) AS l)'

# The findings of the world, in plain SQL.
expected="SELECT (SELECT count(*) FROM gov_object WHERE object_type = 'loan')
	+ (SELECT count(*) FROM gov_object AS o WHERE object_type = 'item' AND NOT EXISTS (SELECT FROM gov_assignment AS s WHERE s.object_id = o.object_id))
	+ (SELECT count(*) FILTER (WHERE confidence < 0.5) + count(*) FILTER (WHERE assigned_at < now() - interval '30 days') + count(*) FILTER (WHERE zone = 'quarantine') FROM gov_assignment)
	+ (SELECT count(*) FROM gov_assignment AS s JOIN gov_object AS o USING (object_id) JOIN gov_label_rule AS l USING (object_type, object_ref)
		WHERE substr(l.label, 7) <> substr(s.value, 7))"

# The rows of a scan, written anew into tables of the same columns, checks and indexes.
copies='CREATE TABLE plain_finding (LIKE gov_finding INCLUDING ALL); CREATE TABLE plain_log (LIKE gov_event_log INCLUDING ALL);
	CREATE TABLE plain_outbox (LIKE gov_event_outbox INCLUDING ALL)'
rewrite='WITH f AS (INSERT INTO plain_finding SELECT * FROM gov_finding), l AS (INSERT INTO plain_log SELECT * FROM gov_event_log)
	INSERT INTO plain_outbox SELECT * FROM gov_event_outbox'

# One world, as a template; its statistics are none, stale or analyzed.
build()
{
	local db=$1 objects=$2 statistics=$3

	createdb "$db"
	{
		echo "CREATE EXTENSION governance;"
		if [ "$statistics" = stale ]; then
			load 1 100
			echo 'SELECT gov_scan(); VACUUM (ANALYZE);'
			load 101 "$objects"
		else
			load 1 "$objects"
		fi
		[ "$statistics" != analyzed ] || echo 'VACUUM (ANALYZE);'
	} | query "$db" >/dev/null
}

# Items $1 to $2 of a world.
load()
{
	printf '\\set first %s\n\\set objects %s\n' "$1" "$2"
	cat bench/world_scan.sql
}

# Times a statement in the copy of this run; settings, then the statement.
timed()
{
	local name=$1

	query run -c 'SET max_parallel_workers_per_gather = 0' -c 'SET log_statement_stats = on' \
		-c 'SET client_min_messages = log' -c "$2" 2>&1 >/dev/null |
		sed -n 's/.*[^0-9.]\([0-9.]*\) s user, \([0-9.]*\) s system, \([0-9.]*\) s elapsed.*/\1 \2/p' |
		tail -n 1 | awk -v name="$name" '{print name "|" $1 + $2}' >>"$gov_dir/times"
}

# Compares a count with what it must be.
check()
{
	[ "$2" = "$3" ] && return
	echo "WRONG: $1: $2 instead of $3"
	wrong=1
}

# All figures of one run.
measure()
{
	local rows written

	query postgres -c 'DROP DATABASE IF EXISTS run' -c "CREATE DATABASE run TEMPLATE $1" 2>/dev/null
	rows=$(query run -c "$expected")
	timed 'plain aggregate' "$aggregate"
	timed 'gov_scan, all is new' 'SELECT gov_scan()'
	check 'findings' "$(query run -c "SELECT count(*) FROM gov_drift_state WHERE status = 'open'")" "$rows"
	check 'events' "$(query run -c 'SELECT count(*) FROM gov_event_outbox')" "$rows"
	query run -c "$copies" 2>/dev/null
	timed 'the same rows written plainly' "$rewrite"
	timed 'gov_scan, nothing is new' 'SELECT gov_scan()'
	[ "$2" = scans ] && return
	written=$(query run -c 'BEGIN' -c 'SELECT gov_scan()' -c 'SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables' | tail -n 1)
	check 'rows that an unchanged scan writes' "$written" 1
	timed 'gov_drift_finding' 'SELECT count(*) FROM gov_drift_finding'
	timed 'gov_reconcile, nothing is new' 'SELECT count(*) FROM gov_reconcile()'
	timed 'gov_drift_summary' 'SELECT sum(open) FROM gov_drift_summary'
	timed 'gov_event_shaped' 'SELECT count(*) FROM gov_event_shaped'
	timed 'gov_metric' 'SELECT count(*) FROM gov_metric'
	timed 'gov_event_fetch of all' "SELECT count(*) FROM gov_event_fetch('bench', 1000000)"
	timed 'gov_event_fetch of all again' "SELECT count(*) FROM gov_event_fetch('bench', 1000000)"
	timed 'gov_event_ack' "SELECT gov_event_ack('bench', (SELECT max(position) FROM gov_event_outbox))"
}

# Prints what was timed: median, minimum, maximum, and as a multiple of the first.
figures()
{
	awk -F'|' -v objects="$1" '
		!($1 in n) { order[++names] = $1 }
		{ v[$1, ++n[$1]] = $2 }
		END {
			for (k = 1; k <= names; k++) {
				name = order[k]
				for (i = 1; i <= n[name]; i++)
					for (j = i; j > 1 && v[name, j] < v[name, j - 1]; j--) {
						t = v[name, j]; v[name, j] = v[name, j - 1]; v[name, j - 1] = t
					}
				m = v[name, int((n[name] + 1) / 2)]
				if (k == 1)
					floor = m
				printf "  %-32s %8.3f s (%.3f to %.3f)  %6.1f times the aggregate, %6.2f us an object\n",
					name, m, v[name, 1], v[name, n[name]], m / floor, m * 1e6 / objects
			}
		}' "$gov_dir/times"
	: >"$gov_dir/times"
}

# A world and its figures.
world()
{
	local db=$1 objects=$2 statistics=$3 what=$4 run

	build "$db" "$objects" "$statistics"
	echo "$objects objects, $(query "$db" -c "$expected") findings; statistics: $statistics"
	for run in $(seq "$runs"); do
		measure "$db" "$what"
	done
	figures "$objects"
}

# The unchanged scan with a long ledger.
ledger()
{
	local run n

	build long "$((size / 10))" analyzed
	for n in 0 "$entries"; do
		query long -c "INSERT INTO gov_ledger (action, target, payload)
			SELECT 'own', jsonb_build_object('object_type', 'table', 'object_ref', 'shop.order_' || n, 'axis', 'duty', 'value', 'v1'),
			       jsonb_build_object('authority', 'A', 'owner_kind', 'accountable', 'inherits', true, 'reason', 'because of ' || n)
			  FROM generate_series(1, $n) AS n" -c 'SELECT gov_scan(), gov_ledger_head()' -c 'VACUUM ANALYZE' >/dev/null
		query postgres -c 'DROP DATABASE IF EXISTS run' -c 'ALTER DATABASE long RENAME TO run' 2>/dev/null
		echo "$((size / 10)) objects, $(query run -c 'SELECT count(*) FROM gov_ledger') entries in the ledger"
		for run in $(seq "$runs"); do
			timed 'plain aggregate' "$aggregate"
			timed 'gov_scan, nothing is new' 'SELECT gov_scan()'
			timed 'detector ledger_broken' "SELECT count(*) FROM governance_internal.gov_detect('ledger_broken')"
		done
		figures "$((size / 10))"
		query postgres -c 'ALTER DATABASE run RENAME TO long'
	done
}

GOV_SERVER_OPTIONS="-c autovacuum=off -c shared_buffers=512MB -c max_wal_size=4GB ${GOV_SERVER_OPTIONS:-}"
gov_prepare
gov_build || gov_die "the build failed"
gov_start
: >"$gov_dir/times"
echo "$(query postgres -c 'SELECT version()' | cut -d, -f1), $runs runs"
! wanted world || world analyzed "$size" analyzed all
! wanted unanalyzed || world unanalyzed "$size" none all
! wanted stale || world stale "$size" stale all
if wanted scale; then
	for objects in $((size / 10)) "$size" $((size * 3)); do
		world "scale_$objects" "$objects" analyzed scans
	done
fi
! wanted ledger || ledger
[ "$wrong" -eq 0 ]
