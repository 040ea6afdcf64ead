#!/bin/bash
# coverage.sh: how fast the engine is, on a private server with worlds of its
# own.  See bench/README.md for what the worlds are and how figures are taken.
#
#	bench/coverage.sh [--quick] [--runs N] [--shuffled] [PART ...]
#
# PART is w1, w2, scale or enrol; all by default.  --quick takes worlds of a
# tenth of the size and 3 runs; --runs sets the number of runs (9); --shuffled
# lays the rows of W2 in no order.  The exit
# code is 0 whatever the figures: this is a measurement, not a test.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

runs=9
w1_objects=1080000
w2_objects=1000000
shuffled=false
tables=10000
parts=
while [ $# -gt 0 ]; do
	case $1 in
		--quick) runs=3 w1_objects=108000 w2_objects=100000 tables=1000 ;;
		--runs) runs=${2:?}; shift ;;
		--shuffled) shuffled=true ;;
		w1 | w2 | scale | enrol) parts+=" $1" ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done
parts=${parts:-w1 w2 scale enrol}

wanted()
{
	case " $parts " in *" $1 "*) true ;; *) false ;; esac
}

query()
{
	psql -XAtq -v ON_ERROR_STOP=1 "$@"
}

# A database with the extension and, if given, a world of so many objects.
database()
{
	createdb "$1"
	{
		echo "CREATE EXTENSION governance;"
		[ $# -eq 1 ] || { echo "\\set objects $3"; echo "\\set shuffled $shuffled"; cat "bench/$2"; }
		echo "VACUUM (ANALYZE);"
		echo "CHECKPOINT;"
	} | query "$1" >/dev/null
}

# Times statements: each line of the input is "figure|settings|before|SQL".
# All of them take turns, run after run, on one connection, so that what else
# the machine does hits them alike; the first run only warms up.  Times in
# milliseconds go to $times/figure, one line per run.
times=
timed()
{
	local db=$1 lines run figure settings before sql

	mapfile -t lines
	for run in $(seq 0 "$runs"); do
		for line in "${lines[@]}"; do
			IFS='|' read -r figure settings before sql <<<"$line"
			echo "\\o /dev/null"
			echo "RESET ALL; $settings; $before;"
			echo "\\o"
			echo "\\echo figure $figure $run"
			echo "\\o /dev/null"
			echo "\\timing on"
			echo "$sql"
			echo "\\timing off"
			echo "\\o"
		done
	done | query "$db" | awk -v dir="$times" '
		$1 == "figure" { figure = $2; run = $3 }
		$1 == "Time:" && run > 0 { print $2 >>(dir "/" figure) }'
}

# The median, smallest or largest of a figure's times.
median()
{
	sort -g "$times/$1" | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

least()
{
	sort -g "$times/$1" | head -n 1
}

most()
{
	sort -g "$times/$1" | tail -n 1
}

calc()
{
	awk "BEGIN { printf \"%.${2:-2}f\", $1 }"
}

heading()
{
	printf '\n%s\n%-48s %10s %10s %10s  %s\n' "$1" figure median min max "in the same run"
}

# One line of the table: text, figure, then what it is compared with:
# a ratio, what the ratio counts, and the bound it must meet ("<= 3").
line()
{
	local verdict=

	if [ $# -ge 5 ]; then
		verdict=", required $5: $(awk "BEGIN { print ($3 $5) ? \"met\" : \"NOT MET\" }")"
	fi
	printf '%-48s %7.2f ms %7.2f ms %7.2f ms  %s%s\n' "$1" "$(median "$2")" "$(least "$2")" "$(most "$2")" \
		"${3:+$3 $4}" "$verdict"
}

# A line for a value that is no time: text, value, unit, bound.
value_line()
{
	local verdict=

	if [ $# -ge 4 ]; then
		verdict="required $4: $(awk "BEGIN { print ($2 $4) ? \"met\" : \"NOT MET\" }")"
	fi
	printf '%-48s %10s %-22s  %s\n' "$1" "$2" "$3" "$verdict"
}

serial="SET max_parallel_workers_per_gather = 0"
parallel="SET max_parallel_workers_per_gather = 2"
seqscan="SET enable_indexonlyscan = off; SET enable_indexscan = off; SET enable_bitmapscan = off"
hashed="SET enable_nestloop = off; SET enable_mergejoin = off"

# A file of SQL on one line.
flat()
{
	sed 's/--.*//' "bench/$1" | tr '\n' ' '
}

# What every world is asked.
common()
{
	echo "$1.count|$serial; $seqscan||SELECT count(*) FROM gov_object;"
	echo "$1.count_parallel|$parallel; $seqscan||SELECT count(*) FROM gov_object;"
	echo "$1.summary|$serial||SELECT * FROM gov_coverage_summary;"
	echo "$1.summary_parallel|$parallel||SELECT * FROM gov_coverage_summary;"
	echo "$1.gap|$serial||SELECT count(*) FROM gov_coverage_gap;"
}

# The join of gov_coverage with 1,000 objects.
join_statement()
{
	local refs="CREATE TEMPORARY TABLE IF NOT EXISTS refs AS SELECT object_ref FROM gov_object"

	refs+=" WHERE container_id IS NOT NULL AND retired_at IS NULL ORDER BY hashint8(object_id) LIMIT 1000"
	echo "$1.join|$serial; SET client_min_messages = error|$refs; ANALYZE refs|SELECT count(c.status) FROM refs JOIN gov_coverage c USING (object_ref);"
}

# Point look-ups: medians in microseconds to $times/WORLD.probe and .lookup.
point()
{
	query "$1" -F ' ' -f bench/point.sql | while read -r what median min max; do
		echo "$median $min $max" >"$times/$1.$what"
	done
}

# Private memory, in kB, that a statement takes at its peak beyond what a new
# backend has after counting the tables (which maps the shared buffers in).
memory()
{
	local peek="grep -E 'VmHWM|RssShmem' /proc/\$GOV_BACKEND/status"

	query "$1" <<-SQL | awk '{ v[NR] = $2 } END { print v[3] - v[1] - (v[4] - v[2]) }'
		SET work_mem = '4MB'; SET jit = off;
		$serial;
		SELECT pg_backend_pid() AS backend \\gset
		\\setenv GOV_BACKEND :backend
		\\o /dev/null
		SELECT count(*) FROM gov_object; SELECT count(*) FROM gov_ownership; SELECT count(*) FROM gov_assignment;
		$seqscan;
		SELECT count(*) FROM gov_object; SELECT count(*) FROM gov_ownership; SELECT count(*) FROM gov_assignment;
		RESET enable_indexscan; RESET enable_indexonlyscan; RESET enable_bitmapscan;
		\\! $peek
		$2;
		\\! $peek
	SQL
}

# Prints what every world is asked; the bound of the look-up if there is one.
common_lines()
{
	local count probe lookup join

	count=$(median "$1.count")
	line "count(*) of gov_object, serial" "$1.count"
	line "count(*) of gov_object, 2 workers" "$1.count_parallel" "$(calc "$(median "$1.count_parallel") / $count")" "x serial count"
	line "gov_coverage_summary, serial" "$1.summary" "$(calc "$(median "$1.summary") / $count")" "x serial count" ${2:+"<= 3"}
	line "gov_coverage_summary, 2 workers" "$1.summary_parallel" "$(calc "$(median "$1.summary_parallel") / $(median "$1.summary")")" "x serial summary"
	line "count(*) of gov_coverage_gap" "$1.gap" "$(calc "$(median "$1.gap") / $count")" "x serial count" ${2:+"<= 10"}
	read -r probe _ <"$times/$1.probe"
	read -r lookup _ <"$times/$1.look-up"
	join=$(median "$1.join")
	line "gov_coverage joined with 1,000 objects" "$1.join" "$(calc "$join / ($lookup / 1000)" 0)" "point look-ups" ${2:+"<= 1000"}
	value_line "index probe on gov_object, median of 100" "$(calc "$probe" 1)" us
	value_line "point look-up, median of 100" "$(calc "$lookup" 1)" us
	value_line "the same as a multiple of a probe" "$(calc "$lookup / $probe" 1)" probes ${2:+"<= 20"}
	value_line "summary's private memory, work_mem 4 MB" "$(calc "$(memory "$1" "SELECT * FROM gov_coverage_summary") / 1024" 1)" MB
	value_line "gap count's private memory, work_mem 4 MB" "$(calc "$(memory "$1" "SELECT count(*) FROM gov_coverage_gap") / 1024" 1)" MB
}

# Inserting the records of W1: into gov_object, and into a bare table of the
# same columns and indexes, each emptied before.
measure_insert()
{
	local rows="(object_id, container_id, object_type, object_ref)"

	rows+=" SELECT 40 + r, 6 + (r - 1) % 35, 'record', 'r' || r FROM generate_series(1, $w1_objects) AS r;"
	database fresh world_w1.sql 0
	query fresh -c "CREATE TABLE bare (LIKE gov_object INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
		CREATE TABLE kept AS SELECT * FROM gov_object"
	timed fresh <<-LINES
		w1.insert|SET client_min_messages = error|TRUNCATE gov_object CASCADE; INSERT INTO gov_object SELECT * FROM kept|INSERT INTO gov_object $rows
		w1.insert_bare||TRUNCATE bare; INSERT INTO bare SELECT * FROM kept|INSERT INTO bare $rows
	LINES
	dropdb fresh
}

# The engine's numbers against plain SQL's.
check_w1()
{
	local engine counted cells

	engine=$(query w1 -c "SELECT required, gap, (SELECT count(*) FROM gov_coverage_gap) FROM gov_coverage_summary")
	counted=$(query w1 -f bench/per_container.sql)
	cells=$(query w1 -c "SET enable_nestloop = off" -c "SET enable_mergejoin = off" -f bench/cell_wise.sql)
	printf 'Cells|gaps: engine %s, per container %s, cell by cell %s: %s\n' "${engine%|*}" "$counted" "$cells" \
		"$([ "$engine" = "$counted|${counted#*|}" ] && [ "$counted" = "$cells" ] && echo equal || echo "NOT EQUAL")"
}

measure_w1()
{
	local summary

	database w1 world_w1.sql "$w1_objects"
	{
		common w1
		join_statement w1
		echo "w1.cell_wise|$serial; $hashed||$(flat cell_wise.sql)"
		echo "w1.per_container|$serial||$(flat per_container.sql)"
	} | timed w1
	point w1
	measure_insert

	heading "W1: $w1_objects objects, 35 containers, 6 values, 1 % direct owners"
	check_w1
	common_lines w1 required
	summary=$(median w1.summary)
	line "plain SQL, cell by cell, hash joins forced" w1.cell_wise "$(calc "$(median w1.cell_wise) / $summary" 1)" "x serial summary" ">= 50"
	line "plain SQL, counting per container" w1.per_container "$(calc "$(median w1.per_container) / $summary" 1)" "x serial summary" "> 1"
	line "INSERT ... SELECT into a bare table" w1.insert_bare
	line "INSERT ... SELECT into gov_object" w1.insert "$(calc "$(median w1.insert) / $(median w1.insert_bare)")" "x bare table"
}

measure_w2()
{
	local gaps

	database w2 world_w2.sql "$w2_objects"
	# W1's summary again, on the same server in the same run, and in the same company
	query -c "SELECT 1 FROM pg_database WHERE datname = 'w1'" postgres | grep -q 1 || database w1 world_w1.sql "$w1_objects"
	rm -f "$times"/w1.again*
	{
		common w2
		join_statement w2
		echo "w2.rows|$serial; $seqscan||SELECT (SELECT count(*) FROM gov_object), (SELECT count(*) FROM gov_ownership), (SELECT count(*) FROM gov_assignment);"
	} | timed w2
	timed w1 <<-LINES
		w1.again|$serial||SELECT * FROM gov_coverage_summary;
		w1.again_parallel|$parallel||SELECT * FROM gov_coverage_summary;
		w1.again_gap|$serial||SELECT count(*) FROM gov_coverage_gap;
	LINES
	point w2

	heading "W2: $w2_objects objects, $((w2_objects / 20)) containers, 500 values, 20 % direct owners, $w2_objects assignments"
	gaps=$(query w2 -c "SELECT sum(gap) FROM gov_coverage_summary")
	printf 'Gaps: summary %s, counted one by one %s: %s\n' "$gaps" "$(query w2 -c "SELECT count(*) FROM gov_coverage_gap")" \
		"$(query w2 -c "SELECT CASE WHEN count(*) = $gaps THEN 'equal' ELSE 'NOT EQUAL' END FROM gov_coverage_gap")"
	common_lines w2
	line "count(*) of objects, ownership and assignments" w2.rows "" ""
	value_line "W2's summary, serial" "$(calc "$(median w2.summary) / $(median w2.rows)")" "x counting these three"
	line "gov_coverage_summary of W1, serial" w1.again
	value_line "W2's summary, serial" "$(calc "$(median w2.summary) / $(median w1.again)")" "x W1's, serial" "<= 4"
	value_line "W2's summary, 2 workers" "$(calc "$(median w2.summary_parallel) / $(median w1.again_parallel)")" "x W1's, 2 workers" "<= 4"
}

# Worlds like W1 of a tenth, once and three times the size.
measure_scale()
{
	local size

	heading "Worlds like W1 of growing size"
	for size in $((w1_objects / 10)) "$w1_objects" $((w1_objects * 3)); do
		database "scale_$size" world_w1.sql "$size"
		common "scale_$size" | timed "scale_$size"
		line "count(*) of gov_object, $size objects" "scale_$size.count" "$(calc "$(median "scale_$size.count") * 1000000 / $size" 0)" "ns per object"
		line "gov_coverage_summary, serial" "scale_$size.summary" "$(calc "$(median "scale_$size.summary") * 1000000 / $size" 0)" "ns per object"
		line "gov_coverage_summary, 2 workers" "scale_$size.summary_parallel" "$(calc "$(median "scale_$size.summary_parallel") * 1000000 / $size" 0)" "ns per object"
		line "count(*) of gov_coverage_gap" "scale_$size.gap" "$(calc "$(median "scale_$size.gap") * 1000000 / $size" 0)" "ns per object"
		dropdb "scale_$size"
	done
}

# Enrolling a schema of many tables, and what the server's own functions that
# name catalog objects take of it.
measure_enrol()
{
	local share

	database enrol
	query enrol <<-SQL
		CREATE SCHEMA many;
		SELECT format('CREATE TABLE many.t%s (id integer, name text)', t) FROM generate_series(1, $tables) AS t \\gexec
		VACUUM ANALYZE;
	SQL
	timed enrol <<-LINES
		enrol.names|||SELECT count(i.identity), count(a.object_names) FROM pg_class c, LATERAL pg_identify_object('pg_class'::regclass, c.oid, 0) i, LATERAL pg_identify_object_as_address('pg_class'::regclass, c.oid, 0) a WHERE c.relnamespace = 'many'::regnamespace AND c.relkind = 'r';
		enrol.enrol|SET client_min_messages = error|TRUNCATE gov_object CASCADE; DELETE FROM gov_source WHERE kind = 'catalog'|SELECT gov_enroll_schema('many');
		enrol.sync|||SELECT gov_sync();
	LINES
	heading "Enrolling a schema of $tables tables"
	line "pg_identify_object and ..._as_address alone" enrol.names
	share=$(calc "100 * $(median enrol.names) / $(median enrol.enrol)" 0)
	line "gov_enroll_schema" enrol.enrol "$(calc "$(query enrol -c "SELECT count(*) FROM gov_object") / $(median enrol.enrol) * 1000" 0)" "objects per second, $share % of it naming"
	line "gov_sync with nothing to do" enrol.sync
}

GOV_SERVER_OPTIONS="-c shared_buffers=2GB -c max_wal_size=8GB -c autovacuum=off -c max_locks_per_transaction=256 ${GOV_SERVER_OPTIONS:-}"
gov_prepare
gov_build || gov_die "the build failed"
gov_start
times=$gov_dir/times
mkdir "$times"
echo "governance $(sed -n "s/^default_version *= *'\(.*\)'/\1/p" governance.control)," \
	"$("$gov_bin/postgres" --version), $(nproc) cores; median of $runs runs"

for part in w1 w2 scale enrol; do
	! wanted "$part" || "measure_$part"
done
