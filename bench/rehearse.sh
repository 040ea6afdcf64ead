#!/bin/bash
# rehearse.sh: what a rehearsal costs more than running the same by hand and
# rolling it back, on a private server with a world of its own.
#
#	bench/rehearse.sh [--quick] [--runs N]
#
# --quick takes a tenth of the rows and 3 runs; --runs sets the number of runs
# (9).  The exit code is 0 whatever the figures.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

. bench/lib.sh
rows=$((rows * 5 / 4))

# 100 statements as a migration has them, on tables of some thousand rows, each ended by $1.
hundred()
{
	local n

	for n in $(seq 20); do
		printf 'CREATE TABLE app.made_%d (x int PRIMARY KEY, y text)%s' "$n" "$1"
		printf "INSERT INTO app.made_%d SELECT i, 'y' || i FROM generate_series(1, 2000) AS i%s" "$n" "$1"
		printf 'ALTER TABLE app.made_%d ADD COLUMN z int NOT NULL DEFAULT 0%s' "$n" "$1"
		printf 'UPDATE app.made_%d SET z = x WHERE x > 1000%s' "$n" "$1"
		printf 'CREATE INDEX ON app.made_%d (z)%s' "$n" "$1"
	done
}

# Both ways in turns; $1 is what, $2 and $3 the statements by hand and rehearsed, with VACUUM after each.
compare()
{
	medians rehearse <<-LINES | awk -v what="$1" '
		NR == 1 { floor = $1 }
		NR == 3 { printf "  %-28s by hand %9.1f ms, rehearsed %9.1f ms  %.2f x, required <= 1.2 x: %s\n", what, floor, $1, $1 / floor, $1 <= 1.2 * floor ? "met" : "NOT MET" }'
		$2
		VACUUM;
		$3
		VACUUM;
	LINES
}

gov_prepare
gov_build || gov_die "the build failed"
gov_start
createdb rehearse
psql -XAtq -v ON_ERROR_STOP=1 rehearse <<-SQL
	ALTER SYSTEM SET autovacuum = off;
	ALTER SYSTEM SET max_wal_size = '8GB';
	SELECT pg_reload_conf() \\g /dev/null
	CREATE EXTENSION governance;
	CREATE SCHEMA app;
	CREATE TABLE app.large (id int PRIMARY KEY, amount int, note text);
	INSERT INTO app.large SELECT n, n % 1000, 'row ' || n FROM generate_series(1, $rows) AS n;
	VACUUM ANALYZE;
SQL
echo "$rows rows; median of $runs runs"
compare 'one UPDATE of all rows' \
	'BEGIN \; UPDATE app.large SET amount = amount + 1 \; SET CONSTRAINTS ALL IMMEDIATE \; ROLLBACK;' \
	"SELECT count(*) FROM gov_rehearse_sql('UPDATE app.large SET amount = amount + 1', '{\"max_duration\": \"10min\"}');"
compare '100 statements' \
	"BEGIN \\; $(hundred ' \; ') SET CONSTRAINTS ALL IMMEDIATE \\; ROLLBACK;" \
	"SELECT count(*) FROM gov_rehearse_sql(\$sql\$$(hundred '; ')\$sql\$, '{\"max_duration\": \"10min\"}');"
