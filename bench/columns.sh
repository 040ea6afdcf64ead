#!/bin/bash
# columns.sh: what columns as objects cost, on a private server: enrolling
# them, syncing a schema that nobody changed, the summary, and look-ups of one
# object, beside as many objects that are no columns.
#
#	bench/columns.sh [--quick] [--runs N]
#
# A sync of 20,000 unchanged tables with 300,000 columns may take 3 times as long as
# one pass over pg_attribute; a million columns must not cost more for each
# than other objects.  The exit code is 0 whatever the figures: this is a
# measurement, not a test.  --quick takes a tenth of the tables and 3 runs.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

tables=20000
runs=5
while [ $# -gt 0 ]; do
	case $1 in
		--quick) tables=2000 runs=3 ;;
		--runs) runs=${2:?}; shift ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done

gov_prepare
gov_build
GOV_SERVER_OPTIONS="-c shared_buffers=512MB -c max_wal_size=8GB -c autovacuum=off -c max_locks_per_transaction=1000 -c jit=off" gov_start

run() { psql -XAtq -v ON_ERROR_STOP=1 bench "$@"; }

# Milliseconds of one statement, alone on a connection.
once() { printf '\\o /dev/null\n\\timing on\n%s\n' "$1" | run | awk '$1 == "Time:" { print $2 }'; }

# The median of so many runs of a statement, after one that only warms up.
median()
{
	{ printf '\\o /dev/null\n'; for run in $(seq 0 "$runs"); do printf '\\timing on\n%s\n\\timing off\n' "$1"; done; } | run |
		awk '$1 == "Time:"  { print $2 }' | tail -n +2 | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# The most memory that the backend of a statement had, shared buffers taken off, in MB.
memory()
{
	printf '\\o /dev/null\n%s\n\\o\n%s\n' "$1" "SELECT round(pg_size_bytes(kb || ' kB') / 1048576.0) FROM regexp_substr(pg_read_file('/proc/self/status'), 'RssAnon:\s+(\d+)', 1, 1, '', 1) AS kb" |
		run 2>/dev/null || echo unknown
}

show() { printf '%-62s %12.1f ms\n' "$1" "$2"; }
ratio() { awk -v a="$2" -v b="$3" -v most="$4" -v what="$1" 'BEGIN { printf "%-62s %12.2f    at most %s: %s\n", what, a / b, most, a / b <= most ? "met" : "NOT MET" }'; }

createdb bench
run -c 'CREATE EXTENSION governance' -c 'CREATE SCHEMA app'

# tables of 15 columns, without TOAST
run -c "
CREATE PROCEDURE make_tables(n int) LANGUAGE plpgsql AS \$\$
DECLARE
    list text := (SELECT string_agg(format('c%s int', c), ', ' ORDER BY c) FROM generate_series(1, 15) c);
BEGIN
    FOR i IN 1 .. n LOOP
        EXECUTE format('CREATE TABLE app.t%s (%s)', i, list);
        IF i % 500 = 0 THEN COMMIT; END IF;
    END LOOP;
END \$\$" -c "CALL make_tables($tables)" -c 'VACUUM ANALYZE'
echo "$tables tables, $((tables * 15)) columns"
show 'enrolled without columns' "$(once "SELECT * FROM gov_enroll_schema('app');")"
run -c 'VACUUM ANALYZE'
without=$(median "SELECT * FROM gov_sync('schema:app');")
show 'sync of it, unchanged' "$without"
show 'enrolled with columns' "$(once "SELECT * FROM gov_enroll_schema('app', columns => true);")"
run -c 'VACUUM ANALYZE'
pass=$(median 'SELECT count(*) FROM pg_attribute;')
named=$(median "SELECT count(i.identity) FROM pg_attribute a, LATERAL pg_identify_object('pg_class'::regclass, a.attrelid, a.attnum) i WHERE a.attrelid >= 16384 AND a.attnum > 0;")
with=$(median "SELECT * FROM gov_sync('schema:app');")
show 'one pass over pg_attribute, counted' "$pass"
show 'one pass over it that names each column (pg_identify_object)' "$named"
show 'sync of it, unchanged' "$with"
ratio 'sync / counting pass' "$with" "$pass" 3
ratio 'sync / naming pass' "$with" "$named" 3

# a million columns: 50 each
run -c "
CREATE PROCEDURE widen_tables(n int) LANGUAGE plpgsql AS \$\$
DECLARE
    list text := (SELECT string_agg(format('ADD COLUMN c%s int', c), ', ' ORDER BY c) FROM generate_series(16, 50) c);
BEGIN
    FOR i IN 1 .. n LOOP
        EXECUTE format('ALTER TABLE app.t%s %s', i, list);
        IF i % 500 = 0 THEN COMMIT; END IF;
    END LOOP;
END \$\$" -c "CALL widen_tables($tables)" -c 'VACUUM ANALYZE'
echo "$tables tables, $((tables * 50)) columns"
show "a sync that registers $((tables * 35)) more" "$(once "SELECT * FROM gov_sync('schema:app');")"
run -c 'VACUUM ANALYZE'
show 'sync of it, unchanged' "$(once "SELECT * FROM gov_sync('schema:app');")"
printf '%-62s %12s MB\n' 'memory of such a sync' "$(memory "SELECT * FROM gov_sync('schema:app');")"

# as many objects that are no columns, in the same containers, in a database of their own
run -c "SELECT gov_create_axis('a', family => 'system'), gov_set_axis_status('a', 'active'), gov_set_authority('U', kind => 'human')" \
	-c "SELECT gov_propose_value('a', 'v' || n), gov_ratify('a', 'v' || n) FROM generate_series(1, 6) n" \
	-c "SELECT gov_create_rule('R', 'a', 'cross_product', '{table column,thing}'), gov_set_rule_status('R', 'active')" \
	-c "SELECT gov_own('schema', 'app', 'a', 'v' || n, 'U') FROM generate_series(1, 4) n" -c 'VACUUM ANALYZE' >/dev/null
createdb -T bench things
psql -XAtq -v ON_ERROR_STOP=1 things -c "SET session_replication_role = replica" \
	-c "UPDATE gov_object SET object_type = 'thing', object_ref = 'thing ' || object_id, source = 'manual', address_class = NULL, address_names = NULL, address_args = NULL, address_oid = NULL, address_subid = 0, address_system = NULL, address_database = NULL, attributes = '{}' WHERE address_subid > 0" \
	-c 'VACUUM FULL gov_object' -c 'VACUUM ANALYZE'
run -c 'VACUUM FULL gov_object' -c 'VACUUM ANALYZE'

for database in bench things; do
	run() { psql -XAtq -v ON_ERROR_STOP=1 "$database" "$@"; }
	what=$([ $database = bench ] && echo columns || echo 'other objects')
	summary=$(median 'SELECT * FROM gov_coverage_summary;')
	floor=$(median 'SELECT count(*) FROM gov_object;')
	run -c "CREATE TABLE some AS SELECT object_ref FROM gov_object WHERE object_type IN ('table column', 'thing') ORDER BY md5(object_ref) LIMIT 1000" -c 'VACUUM ANALYZE some'
	looked=$(median "SELECT count(*) FROM some s CROSS JOIN LATERAL (SELECT * FROM gov_coverage c WHERE c.object_ref = s.object_ref OFFSET 0) x;")
	bears=$(median "SELECT count(*) FROM some s CROSS JOIN LATERAL (SELECT * FROM gov_classification c WHERE c.object_ref = s.object_ref OFFSET 0) x;")
	show "summary, of $what" "$summary"
	show "counting gov_object, of $what" "$floor"
	show "1,000 look-ups of gov_coverage, of $what" "$looked"
	show "1,000 look-ups of gov_classification, of $what" "$bears"
	eval "summary_$database=$summary looked_$database=$looked"
done
ratio 'summary of columns / of other objects' "$summary_bench" "$summary_things" 1.25
ratio 'look-ups of columns / of other objects' "$looked_bench" "$looked_things" 1.25
