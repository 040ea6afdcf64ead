#!/bin/bash
# merge.sh: what merging a value with 100,000 assignments costs, beside a plain
# UPDATE of as many rows with the same indexes, on a private server.
#
#	bench/merge.sh [--rows N] [--runs N]
#
# At most 3 times as long is required.  The exit code is 0 whatever the
# figures: this is a measurement, not a test.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

rows=100000
runs=5
while [ $# -gt 0 ]; do
	case $1 in
		--rows) rows=${2:?}; shift ;;
		--runs) runs=${2:?}; shift ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done

gov_prepare
gov_build
GOV_SERVER_OPTIONS="-c shared_buffers=512MB -c max_wal_size=8GB -c autovacuum=off" gov_start
createdb bench
psql -XAtq -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION governance' bench
psql -XAtq -v ON_ERROR_STOP=1 -v rows="$rows" -v runs="$runs" -f bench/merge.sql bench >"$gov_dir/times"

awk -F'|' -v rows="$rows" '
	{ ratio[NR] = $2 / $1; plain[NR] = $1; merged[NR] = $2 }
	function median(a, n,    i, j, t) {
		for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
		return a[int((n + 1) / 2)]
	}
	END {
		r = median(ratio, NR)
		printf "plain UPDATE of %d rows      %8.0f ms\n", rows, median(plain, NR)
		printf "gov_merge of as many         %8.0f ms\n", median(merged, NR)
		printf "ratio                        %8.2f     at most 3: %s\n", r, r <= 3 ? "met" : "NOT MET"
	}' "$gov_dir/times"
