#!/bin/bash
# restore.sh: restores an archive of pg_dump that has the extension in it.
#
#	scripts/restore.sh ARCHIVE DATABASE [-j N] [-- OPTION ...]
#	scripts/restore.sh --mend ARCHIVE DATABASE [-- OPTION ...]
#
# ARCHIVE is of the format custom, directory or tar (one process); plain SQL is
# run by psql.  DATABASE is a name, or a connection string; it is there, and
# empty.  OPTIONs go to each pg_restore: --no-owner, --role=..., --host=....
# Beside them the PG* variables say where.
#
# pg_restore -j loads tables of extensions in no order, whatever their foreign
# keys say, and those that come too early stay empty.  So there are four steps:
# what comes before the data; the data of tables of extensions, in the order of
# their foreign keys, in one transaction; the other data, N at a time; and what
# comes after, N at a time.  At the end the rows of each table of governance
# are counted against the archive.  The first error ends it.
#
# --mend is for a database that was restored otherwise and has the finding
# half_restored: it brings, in one transaction, the rows of tables of governance
# that are missing, and leaves all the rest alone.  It refuses where something
# was done since, and where a table has some of its rows.
set -euo pipefail
export PGCLIENTENCODING=UTF8 PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning"

fail()
{
	echo "restore.sh: $*" >&2
	exit 1
}

usage()
{
	sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"
	exit "$1"
}

mend=no
jobs=1
archive=
database=
while [ $# -gt 0 ]; do
	case $1 in
		--) shift; break ;;
		--mend) mend=yes ;;
		-j) [ $# -gt 1 ] || usage 2; jobs=$2; shift ;;
		-j*) jobs=${1#-j} ;;
		-h | --help) usage 0 ;;
		-*) fail "unknown option $1; what is for pg_restore comes after --" ;;
		*)
			if [ -z "$archive" ]; then archive=$1
			elif [ -z "$database" ]; then database=$1
			else usage 2; fi ;;
	esac
	shift
done
[ -n "$archive" ] && [ -n "$database" ] || usage 2
case $jobs in '' | *[!0-9]* | 0*) fail "-j takes a number from 1" ;; esac
[ -e "$archive" ] || fail "there is no archive \"$archive\""
archive=$(realpath -- "$archive")

work=$(mktemp -d "${TMPDIR:-/tmp}/governance-restore.XXXXXX")
trap 'rm -rf "$work"' EXIT

# What a query gives, a row a line.  -X: what somebody's psqlrc says is not asked.
ask()
{
	psql -XAtq -v ON_ERROR_STOP=1 -d "$database" "$@"
}

# pg_restore into the database; it stops at the first error.
load()
{
	pg_restore --exit-on-error -d "$database" "${options[@]}" "$@" "$archive"
}

options=("$@")
list=$work/list
pg_restore -l "$archive" >"$list" ||
	fail "\"$archive\" is no archive that pg_restore reads; plain SQL is for psql -v ON_ERROR_STOP=1"
grep -q '^[0-9]*; [0-9]* [0-9]* EXTENSION - governance *$' "$list" ||
	fail "extension governance is not in the archive: pg_restore is enough for it"

# What there is of the database's own, by any name.
is_empty()
{
	[ "$(ask -c "SELECT count(*) FROM (
		SELECT 'pg_class'::regclass AS class, oid, relnamespace AS schema FROM pg_catalog.pg_class
		UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_catalog.pg_proc
		UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_catalog.pg_type
		UNION ALL SELECT 'pg_namespace'::regclass, oid, 0 FROM pg_catalog.pg_namespace WHERE nspname <> 'public'
		UNION ALL SELECT 'pg_extension'::regclass, oid, 0 FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'
		UNION ALL SELECT 'pg_largeobject'::regclass, oid, 0 FROM pg_catalog.pg_largeobject_metadata) AS o
		WHERE o.oid >= 16384
		  AND NOT EXISTS (SELECT FROM pg_catalog.pg_namespace AS n WHERE n.oid = o.schema AND n.nspname ~ '^pg_(toast|temp)')
		  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e')")" = 0 ]
}

# The tables that extensions have dumped, or those of one: schema and name as the
# archive's list says them, in the order of their foreign keys.
extension_tables()
{
	ask -F ' ' -v only="${1:-}" <<'SQL'
WITH RECURSIVE kept AS (
    SELECT c.oid, n.nspname, c.relname, x.extname
      FROM pg_catalog.pg_extension AS x
     CROSS JOIN LATERAL unnest(x.extconfig) AS u (oid)
      JOIN pg_catalog.pg_class AS c ON c.oid = u.oid AND c.relkind IN ('r', 'p')
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE :'only' IN ('', x.extname)),
refers AS (
    SELECT DISTINCT k.conrelid, k.confrelid FROM pg_catalog.pg_constraint AS k
      JOIN kept AS c ON c.oid = k.conrelid JOIN kept AS p ON p.oid = k.confrelid
     WHERE k.contype = 'f' AND k.conrelid <> k.confrelid),
level AS (
    SELECT oid, 0 AS depth FROM kept
    UNION
    SELECT r.conrelid, l.depth + 1 FROM level AS l JOIN refers AS r ON r.confrelid = l.oid WHERE l.depth < 1000)
SELECT translate(k.nspname, E'\n\r', '  '), translate(k.relname, E'\n\r', '  ')
  FROM kept AS k JOIN level AS l ON l.oid = k.oid
 GROUP BY k.oid, k.nspname, k.relname, k.extname
 ORDER BY k.extname, max(l.depth), k.relname COLLATE "C";
SQL
}

# The lines of the archive's list that are the data of a table.
data_of()
{
	awk -v what=" TABLE DATA $1 " '{ rest = $0; sub(/^[0-9]+; [0-9]+ [0-9]+/, "", rest) } index(rest, what) == 1' "$list"
}

# Those that set the sequences of a table of governance, whose names begin with its own.
sequences_of()
{
	awk -v what=" SEQUENCE SET $1_" '{ rest = $0; sub(/^[0-9]+; [0-9]+ [0-9]+/, "", rest) } index(rest, what) == 1' "$list"
}

# How many rows the archive has of each line of its list, a number a line.
rows_in_archive()
{
	pg_restore -a -L "$1" -f - "$archive" | awk '
		copying && $0 == "\\." { copying = 0; print rows; next }
		copying { rows++ }
		/^COPY .* FROM stdin;$/ && !copying { copying = 1; rows = 0 }
		/^INSERT INTO / && !copying { exit 1 }' ||
		fail "the rows of the archive cannot be counted: is it whole, and made without --inserts?"
}

# The rows of tables of governance, and those that every new database has of them.
rows_here()
{
	ask -F ' ' <<'SQL'
SELECT string_agg(format('SELECT %s, (SELECT count(*) FROM ONLY %s), %s, %L', t.n, c.oid::regclass,
	coalesce((SELECT (g.tgnargs - 1) / array_length(string_to_array(split_part(encode(g.tgargs, 'escape'), '\000', 1), ','), 1)
		FROM pg_catalog.pg_trigger AS g WHERE g.tgname = 'gov_restore_seed' AND g.tgrelid = c.oid), 0),
	translate(n.nspname, E'\n\r', '  ') || ' ' || c.relname), ' UNION ALL ') || ' ORDER BY 1'
  FROM pg_catalog.pg_extension AS x
 CROSS JOIN LATERAL unnest(x.extconfig) WITH ORDINALITY AS t (oid, n)
  JOIN pg_catalog.pg_class AS c ON c.oid = t.oid AND c.relkind = 'r'
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE x.extname = 'governance' \gexec
SQL
}

# Tables of governance that the archive has: rows here, rows there, seed rows, "schema table".
counted()
{
	local n here seeds table

	rows_here >"$work/here"
	while read -r n here seeds table; do
		data_of "$table" >"$work/one"
		[ "$(wc -l <"$work/one")" -le 1 ] || fail "the archive has $table twice"
		[ -s "$work/one" ] || continue
		echo "$(grep -nxF -f "$work/one" "$list" | cut -d : -f 1) $here $seeds $table"
	done <"$work/here" | sort -n >"$work/ours.here"
	# in the order of the archive, which may not be read in any other
	while read -r n here; do
		sed -n "${n}p" "$list"
	done <"$work/ours.here" >"$work/ours"
	rows_in_archive "$work/ours" >"$work/there"
	[ "$(wc -l <"$work/there")" -eq "$(wc -l <"$work/ours")" ] || fail "the archive is not whole"
	paste -d ' ' "$work/there" "$work/ours.here" | awk '{ there = $1; here = $3; sub(/^[0-9]+ [0-9]+ [0-9]+ /, ""); print here, there, $0 }'
}

# Ends well when every table of governance has the rows that the archive has.
ensure_whole()
{
	local here there seeds table wrong=

	counted >"$work/counted"
	while read -r here there seeds table; do
		[ "$here" -ge "$there" ] || wrong+="
  $table: $here of $there rows"
	done <"$work/counted"
	[ -z "$wrong" ] || fail "not all rows of the archive are there:$wrong"
	[ "$(ask -c 'SELECT count(*) FROM governance_internal.gov_facts_missing')" = 0 ] ||
		fail "the ledger tells of facts that are not in the archive; view gov_drift_finding says which (half_restored)"
	echo "restored: $(wc -l <"$work/counted") tables of governance have the rows of the archive"
}

check_mendable()
{
	[ "$(ask -c "SELECT count(*) FROM pg_catalog.pg_extension WHERE extname = 'governance'")" = 1 ] ||
		fail "extension governance is not in the database; without --mend a new one is restored"
	[ "$(ask -c "SELECT count(*) FROM $(governance_schema).gov_ledger_origin WHERE step <> 'created'")" = 0 ] ||
		fail "something was done in the database since it was restored: restore the archive into a new one"
}

governance_schema()
{
	ask -c "SELECT quote_ident(n.nspname) FROM pg_catalog.pg_extension AS x
		JOIN pg_catalog.pg_namespace AS n ON n.oid = x.extnamespace WHERE x.extname = 'governance'"
}

if [ "$mend" = yes ]; then
	check_mendable
	counted >"$work/counted"
	: >"$work/missing"
	: >"$work/sequences"
	while read -r here there seeds table; do
		# those of a table that has got more rows since go on
		[ "$here" -gt "$there" ] || sequences_of "$table" >>"$work/sequences"
		if [ "$here" -ge "$there" ] && { [ "$seeds" -eq 0 ] || [ "$here" -gt "$seeds" ]; }; then
			continue
		fi
		[ "$here" -le "$seeds" ] ||
			fail "$table has $here of the archive's $there rows: restore the archive into a new database"
		data_of "$table" >>"$work/missing"
	done <"$work/counted"
	if [ -s "$work/missing" ]; then
		# last, since rows that arrive draw from them
		sort -u "$work/sequences" >>"$work/missing"
		load --section=data -1 -L "$work/missing" || fail "nothing was changed; see the error"
	fi
	ensure_whole
	exit 0
fi

is_empty || fail "the database is not empty; make a new one: createdb NAME"
what_to_do="the database is restored in part: drop it, and begin again with a new one"
load --section=pre-data || fail "$what_to_do"
extension_tables >"$work/tables"
while read -r table; do
	data_of "$table"
done <"$work/tables" | awk '!seen[$0]++' >"$work/first"
if grep -q '^; *Format: TAR$' "$list"; then
	# which is read from its beginning to its end alone, in the order of pg_dump
	awk 'NR == FNR { first[$0]; next } $0 in first' "$work/first" "$list" >"$work/ordered"
	mv "$work/ordered" "$work/first"
	jobs=1
fi
# what is left: all data that is not among the first; comments of the list begin with a semicolon
awk 'NR == FNR { first[$0]; next } !/^;/ && !($0 in first)' "$work/first" "$list" >"$work/rest"
load --section=data -1 -L "$work/first" || fail "$what_to_do"
load --section=data -j "$jobs" -L "$work/rest" || fail "$what_to_do"
load --section=post-data -j "$jobs" || fail "$what_to_do"
ensure_whole
echo "now, as a superuser, in the database: SELECT * FROM $(governance_schema).gov_rebind(reason => 'restored');"
