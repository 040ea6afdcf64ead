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

. bench/lib.sh

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
medians labels <<-LINES | awk '
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
