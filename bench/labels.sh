#!/bin/bash
# labels.sh: what it costs to reconcile with labels that an application keeps
# on its own rows, on a private server with a world of its own.
#
#	bench/labels.sh [--quick] [--runs N]
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
	done | psql -XAtq -v ON_ERROR_STOP=1 labels | awk '
		$1 == "figure" { i = $2; run = $3 }
		$1 == "Time:" && run > 0 { print i, $2 }' | sort -k1,1n -k2,2g | awk '
		{ v[$1, ++n[$1]] = $2 }
		END { for (i = 0; i in n; i++) print (v[i, int((n[i] + 1) / 2)] + v[i, int(n[i] / 2) + 1]) / 2 }'
}

gov_prepare
gov_build || gov_die "the build failed"
gov_start
createdb labels
{
	echo "CREATE EXTENSION governance;"
	echo "\\set rows $rows"
	cat bench/world_labels.sql
	echo "VACUUM (ANALYZE);"
} | psql -XAtq -v ON_ERROR_STOP=1 labels >/dev/null

echo "$rows labelled rows; median of $runs runs"
medians <<-LINES | awk '
	BEGIN { split("SELECT label, count(*) GROUP BY label|gov_reconcile()|gov_reconcile_summary|gov_label_orphan|gov_label_reconcile of one object", what, "|") }
	NR == 1 { floor = $1 }
	{ printf "%-38s %9.2f ms  %.2f x\n", what[NR], $1, $1 / floor; time[NR] = $1 }
	END { printf "gov_reconcile and gov_reconcile_summary, required <= 3 x: %s\n", (time[2] <= 3 * floor && time[3] <= 3 * floor) ? "met" : "NOT MET" }'
	SELECT label, count(*) FROM application.labels GROUP BY label;
	SELECT * FROM gov_reconcile();
	SELECT * FROM gov_reconcile_summary;
	SELECT * FROM gov_label_orphan;
	SELECT * FROM gov_label_reconcile WHERE object_ref = 'c1';
LINES
