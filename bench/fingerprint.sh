#!/bin/bash
# fingerprint.sh: how long the fingerprint of 1,080,000 rows takes, compared with
# the usual SELECT count(*), sum(hashtext(t::text)), on a private server.
#
#	bench/fingerprint.sh [--quick] [--runs N]
#
# --quick takes a tenth of the rows and 3 runs; --runs sets the number of runs
# (9).  The exit code is 0 whatever the figures.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

. bench/lib.sh
rows=$((rows * 27 / 20))

gov_prepare
gov_build || gov_die "the build failed"
gov_start
createdb fingerprint
psql -XAtq -v ON_ERROR_STOP=1 fingerprint <<-SQL
	ALTER SYSTEM SET autovacuum = off;
	CREATE EXTENSION governance;
	CREATE TABLE t AS SELECT n AS id, 'name of row ' || n AS name, (n * 1.37)::numeric(12,2) AS amount,
		timestamptz '2026-01-01 00:00:00Z' + n * interval '1 minute' AS at, n % 3 = 0 AS ok, md5(n::text)::uuid AS key
		FROM generate_series(1, $rows) AS n;
	VACUUM ANALYZE;
	SELECT pg_reload_conf() \\g /dev/null
SQL
echo "$rows rows; median of $runs runs"
medians fingerprint <<-'LINES' | awk '
	NR == 1 { floor = $1 }
	NR == 3 { printf "  serial     hashtext %9.1f ms, fingerprint %9.1f ms  %.2f x, required <= 2.0 x: %s\n", floor, $1, $1 / floor, $1 <= 2 * floor ? "met" : "NOT MET" }
	NR == 5 { printf "  2 workers  hashtext, serial %.1f ms, fingerprint %9.1f ms  %.2f x, required < 1.0 x: %s\n", floor, $1, $1 / floor, $1 < floor ? "met" : "NOT MET" }'
	SET max_parallel_workers_per_gather = 0 \; SELECT count(*), sum(hashtext(t::text)) FROM t;
	SET max_parallel_workers_per_gather = 0;
	SELECT * FROM gov_fingerprint('t');
	SET max_parallel_workers_per_gather = 2;
	SELECT * FROM gov_fingerprint('t');
LINES
