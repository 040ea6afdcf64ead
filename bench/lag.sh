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

. bench/lib.sh

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
