#!/bin/bash
# ddl.sh: what tracking costs DDL, on a private server.
#
#	bench/ddl.sh [--quick] [--runs N]
#
# Times 10,000 CREATE TABLE in transactions of their own, 1,000 in one, and
# 10,000 ALTER TABLE ... ADD COLUMN, in an enrolled schema, with
# governance.ddl_mode off, track and enforce, and without the extension twice
# (the second against the first is what the figures are good for).  The modes
# take turns, run after run, each in a database of its own; microseconds a
# statement, of the backend's processor time and of wall time, medians of N runs
# (10) with minimum and maximum.  --quick: 1,000 statements instead of 10,000,
# 100 instead of 1,000, 3 runs.  The exit code is 0 whatever the figures.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

runs=10
many=10000
few=1000
while [ $# -gt 0 ]; do
	case $1 in
		--quick) runs=3 many=1000 few=100 ;;
		--runs) runs=${2:?}; shift ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done
modes='without again off track enforce'

query()
{
	psql -XAtq -v ON_ERROR_STOP=1 "$@"
}

# Times a file of statements in a database: "cpu wall", in microseconds, over so many statements.
session()
{
	local used="(SELECT string_to_array(substring(pg_read_file('/proc/self/stat', 0, 4096) FROM '\) (.*)'), ' '))"

	{
		# what a session does once
		echo 'CREATE TABLE app.warm (i int); DROP TABLE app.warm;'
		echo "SELECT ($used)[12]::int + ($used)[13]::int AS before, clock_timestamp() AS began \\gset"
		cat "$2"
		echo "SELECT round((($used)[12]::int + ($used)[13]::int - :before) * 1000000.0 / $(getconf CLK_TCK) / $3, 1),"
		echo " round(extract(epoch FROM clock_timestamp() - :'began') * 1000000 / $3, 1)"
	} | query -F ' ' "$1" | tail -n 1
}

# Median, minimum and maximum of a column of times.
spread()
{
	awk -v column="$1" '{print $column}' "$2" | sort -n |
		awk '{v[NR] = $1} END {printf "%8.1f (%.1f to %.1f)", v[int((NR + 1) / 2)], v[1], v[NR]}'
}

gov_prepare
gov_build
gov_start
times=$gov_dir/times
mkdir -p "$times"
seq 1 "$many" | sed 's/.*/CREATE TABLE app.one_& (i int, b text);/' >"$times/create.sql"
{ echo 'BEGIN;'; seq 1 "$few" | sed 's/.*/CREATE TABLE app.all_& (i int, b text);/'; echo 'COMMIT;'; } >"$times/together.sql"
seq 1 "$many" | sed 's/.*/ALTER TABLE app.one_& ADD COLUMN c int;/' >"$times/column.sql"

for run in $(seq 1 "$runs"); do
	for mode in $modes; do
		createdb bench
		query bench -c 'CREATE SCHEMA app' -c 'CREATE TABLE app.first (i int)'
		case $mode in
			without | again) ;;
			*) query bench -c 'CREATE EXTENSION governance' -c "SELECT gov_enroll_schema('app')" >/dev/null 2>&1
			   # somebody answers for all there is in the schema
			   query bench -c "SELECT gov_set_authority('A', kind => 'human')" -c "SELECT gov_create_axis('duty')" \
				   -c "SELECT gov_set_axis_status('duty', 'active')" -c "SELECT gov_propose_value('duty', 'v'), gov_ratify('duty', 'v')" \
				   -c "SELECT gov_create_rule('R', 'duty', 'cross_product', '{table}'), gov_set_rule_status('R', 'active')" \
				   -c "SELECT gov_own('schema', 'app', 'duty', 'v', 'A', inherits => true)" >/dev/null 2>&1
			   query bench -c "ALTER DATABASE bench SET governance.ddl_mode = $mode" ;;
		esac
		session bench "$times/create.sql" "$many" >>"$times/create.$mode"
		session bench "$times/together.sql" "$few" >>"$times/together.$mode"
		session bench "$times/column.sql" "$many" >>"$times/column.$mode"
		dropdb bench
	done
done

echo "$(query postgres -c 'SELECT version()' | cut -d, -f1), $runs runs; microseconds a statement"
for what in create together column; do
	case $what in
		create) echo "$many CREATE TABLE, each in a transaction of its own" ;;
		together) echo "$few CREATE TABLE in one transaction" ;;
		column) echo "$many ALTER TABLE ... ADD COLUMN" ;;
	esac
	for mode in $modes; do
		printf '  %-10s cpu %s   wall %s\n' "$mode" "$(spread 1 "$times/$what.$mode")" "$(spread 2 "$times/$what.$mode")"
	done
done
