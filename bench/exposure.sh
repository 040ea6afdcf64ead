#!/bin/bash
# exposure.sh: what it costs to tell who can read what bears a value, of 20,000
# columns in 1,000 tables and of 200 roles, on a private server with a world of
# its own.  Beside it, one privilege function per pair.
#
#	bench/exposure.sh [--quick] [--runs N]
#
# --quick takes a tenth of the tables and 3 runs; --runs sets the number of runs
# (9).  The exit code is 0 whatever the figures.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

. bench/lib.sh

gov_prepare
gov_build || gov_die "the build failed"
gov_start
createdb exposure
export PGOPTIONS='-c jit=off'
tables=$((rows / 800))
{
	echo "CREATE EXTENSION governance;"
	echo "\\set tables $tables"
	cat bench/world_exposure.sql
	echo "VACUUM (ANALYZE);"
} | psql -XAtq -v ON_ERROR_STOP=1 exposure >/dev/null

psql -XAtq exposure <<-LINES
	SELECT format('%s columns, %s roles, %s columns that a role can read and may not, %s ways; median of $runs runs',
	       (SELECT count(*) FROM gov_object WHERE object_type = 'table column'), (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'role\_%'),
	       count(DISTINCT (object_ref, role)), count(*)) FROM gov_exposure;
LINES
medians exposure <<-LINES | awk '
	BEGIN { split("has_column_privilege, pair by pair|gov_exposure, counted|gov_exposure_of one role|detector exposed", what, "|") }
	NR == 1 { asked = $1 }
	{ printf "%-38s %9.0f ms  %.2f x\n", what[NR], $1, $1 / asked; time[NR] = $1 }
	END { printf "gov_exposure, required < 10 s: %s\n", time[2] < 10000 ? "met" : "NOT MET" }'
	SELECT count(*) FROM pg_attribute AS a, pg_class AS c, pg_roles AS r WHERE a.attrelid = c.oid AND a.attnum > 0 AND c.relnamespace = 'wide'::regnamespace AND NOT r.rolsuper AND r.oid >= 16384 AND has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT');
	SELECT count(*) FROM gov_exposure;
	SELECT count(*) FROM gov_exposure_of('role_7');
	SELECT count(*) FROM gov_drift_finding WHERE detector = 'exposed';
LINES
