#!/bin/bash
# lag.sh: what it costs to tell how far a read model is behind, on a private
# server with a world of its own.
#
#	bench/lag.sh [--quick] [--runs N]
#
# --quick takes a tenth of the rows and 3 runs; --runs sets the number of runs
# (9).  The exit code is 0 whatever the figures.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

runs=9
rows=800000
while [ $# -gt 0 ]; do
	case $1 in
		--quick) runs=3 rows=80000 ;;
		--runs) runs=${2:?}; shift ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done

# The median time of each statement of the input, in milliseconds; they take
# turns, run after run, on one connection, and the first run only warms up.
medians()
{
	local lines run i

	mapfile -t lines
	for run in $(seq 0 "$runs"); do
		for i in "${!lines[@]}"; do
			printf '\\o\n\\echo figure %s %s\n\\o /dev/null\n\\timing on\n%s\n\\timing off\n' "$i" "$run" "${lines[$i]}"
		done
	done | psql -XAtq -v ON_ERROR_STOP=1 "$1" | awk '
		$1 == "figure" { i = $2; run = $3 }
		$1 == "Time:" && run > 0 { print i, $2 }' | sort -k1,1n -k2,2g | awk '
		{ v[$1, ++n[$1]] = $2 }
		END { for (i = 0; i in n; i++) print (v[i, int((n[i] + 1) / 2)] + v[i, int(n[i] / 2) + 1]) / 2 }'
}

# One world: the aggregate that tells the newest row and the number of rows of
# each object, and lag.  What both give is counted, not sent.
world()
{
	local objects=$1 db=lag_$1

	createdb "$db"
	{
		echo "CREATE EXTENSION governance;"
		echo "\\set rows $rows"
		echo "\\set objects $objects"
		cat bench/world_lag.sql
		echo "VACUUM (ANALYZE);"
	} | psql -XAtq -v ON_ERROR_STOP=1 "$db" >/dev/null
	echo "$rows rows of $objects objects; median of $runs runs"
	medians "$db" <<-LINES | awk '
		BEGIN { split("max(projected_at), count(*) per object|gov_projection_lag|gov_projection_lag of one object", what, "|") }
		NR == 1 { floor = $1 }
		{ printf "  %-38s %9.2f ms  %.2f x\n", what[NR], $1, $1 / floor; time[NR] = $1 }
		END { printf "  gov_projection_lag, required <= 3 x: %s\n", time[2] <= 3 * floor ? "met" : "NOT MET" }'
		SELECT count(m), sum(n) FROM (SELECT object_type, object_ref, max(projected_at) AS m, count(*) AS n FROM application.search_index GROUP BY object_type, object_ref) AS g;
		SELECT flag, count(*) FROM gov_projection_lag GROUP BY flag;
		SELECT flag FROM gov_projection_lag WHERE object_ref = 'record 1';
	LINES
}

gov_prepare
gov_build || gov_die "the build failed"
gov_start
world 35
world $((rows / 8))
