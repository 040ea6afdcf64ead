#!/bin/bash
# ledger.sh: what the ledger costs, on a private server.
#
#	bench/ledger.sh [--runs N] [ENTRIES]
#
# Prints what 2,000 gov_own cost, each in a transaction of its own and all in
# one, which chains at its commit: the difference is what commits cost, the
# server's own included; what it costs to chain 10,000 entries that others left;
# what 100,000 rows of ownership and as many objects inserted at once cost, with
# and without the triggers that note direct changes; and how long it takes to
# chain, verify and seal ENTRIES entries (1,000,000).
# Times are processor time of the backend in seconds, medians of N runs (5)
# with minimum and maximum, since other work on the machine hits wall time
# most; those of chaining and verifying are wall time too.  The exit code is 0
# whatever the figures.
set -eu
. "$(dirname "$0")/../scripts/lib.sh"

runs=5
entries=1000000
while [ $# -gt 0 ]; do
	case $1 in
		--runs) runs=${2:?}; shift ;;
		[0-9]*) entries=$1 ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done

query()
{
	psql -XAtq -v ON_ERROR_STOP=1 bench "$@"
}

# Processor and wall time of a statement, in seconds: "cpu wall".
timed()
{
	query -c 'SET log_statement_stats = on' -c 'SET client_min_messages = log' -c "${2:-SELECT 1}" -c "$1" 2>&1 |
		sed -n 's/.*[^0-9.]\([0-9.]*\) s user, \([0-9.]*\) s system, \([0-9.]*\) s elapsed.*/\1 \2 \3/p' |
		tail -n 1 | awk '{print $1 + $2, $3}'
}

# Median, minimum and maximum of a column of times.
spread()
{
	awk -v column="$1" '{print $column}' "$2" | sort -n |
		awk '{v[NR] = $1} END {printf "%8.3f s (%.3f to %.3f)", v[int((NR + 1) / 2)], v[1], v[NR]}'
}

# Processor time of the backend for the statements of a file, each in a transaction of its own unless they say otherwise.
session()
{
	local used="(SELECT string_to_array(substring(pg_read_file('/proc/self/stat', 0, 4096) FROM '\) (.*)'), ' '))"

	{
		echo "SELECT ($used)[12]::int + ($used)[13]::int AS before \\gset"
		echo '\o /dev/null'
		cat "$1"
		echo '\o'
		echo "SELECT (($used)[12]::int + ($used)[13]::int - :before) / $(getconf CLK_TCK).0"
	} | query | tail -n 1
}

# Fills the ledger with entries that have no place in the chain yet, as others leave them, past its guards.
leave()
{
	query <<-SQL
		BEGIN;
		ALTER TABLE gov_ledger DISABLE TRIGGER USER;
		$1;
		ALTER TABLE gov_ledger ENABLE ALWAYS TRIGGER gov_ledger_guard;
		ALTER TABLE gov_ledger ENABLE ALWAYS TRIGGER gov_ledger_judge;
		COMMIT;
	SQL
}

# Prints a figure that was timed into a file.
figure()
{
	printf '%-52s cpu %s\n' "$1" "$(spread 1 "$2")"
}

# Times a statement in a transaction that is undone, $runs times.
undone()
{
	local out=$1 run

	shift
	: >"$out"
	for run in $(seq "$runs"); do
		query -c 'VACUUM gov_ownership' -c 'VACUUM gov_object' -c 'VACUUM gov_ledger'
		timed "$1" BEGIN >>"$out"
	done
}

gov_prepare
gov_build
gov_start
createdb bench
query >/dev/null <<SQL
CREATE EXTENSION governance;
SELECT gov_set_authority('A', kind => 'human');
SELECT gov_create_axis('duty');
SELECT gov_set_axis_status('duty', 'active');
SELECT gov_propose_value('duty', 'v' || n), gov_ratify('duty', 'v' || n) FROM generate_series(1, 3) n;
INSERT INTO gov_object (object_type, object_ref) SELECT 'thing', 't' || n FROM generate_series(1, 100000) n;
INSERT INTO gov_ownership (object_id, axis, value, authority) SELECT object_id, 'duty', 'v3', 'A' FROM gov_object;
SQL
query -c 'VACUUM ANALYZE'
echo "$(query -c 'SELECT version()' | cut -d, -f1), $runs runs"

for run in $(seq "$runs"); do
	for way in each one; do
		{
			[ "$way" = each ] || echo 'BEGIN;'
			seq 2000 | sed "s/.*/SELECT gov_own('thing', 't&', 'duty', 'v1', 'A');/"
			[ "$way" = each ] || echo 'COMMIT;'
		} >"$gov_dir/acts.sql"
		session "$gov_dir/acts.sql" >>"$gov_dir/$way"
		query -c "SELECT count(gov_disown(ownership_id)) FROM gov_ownership WHERE value = 'v1' AND status = 'active'" >/dev/null
		query -c 'VACUUM gov_ownership' -c 'VACUUM gov_ledger'
	done
done
figure '2,000 gov_own, each in a transaction of its own' "$gov_dir/each"
figure '2,000 gov_own in one transaction' "$gov_dir/one"
: >"$gov_dir/chain"
for run in $(seq "$runs"); do
	leave "INSERT INTO gov_ledger (action, target, payload)
		SELECT action, target, payload FROM gov_ledger WHERE action = 'own' ORDER BY seq LIMIT 10000"
	timed 'SELECT count(*) FROM gov_ledger_verify((SELECT max(seq) FROM gov_ledger))' >>"$gov_dir/chain"
done
[ "$(query -c 'SELECT count(*) FROM gov_ledger WHERE hash IS NULL')" = 0 ] || gov_die 'entries were left unchained'
figure 'chaining 10,000 entries that others left' "$gov_dir/chain"

for table in gov_ownership gov_object; do
	case $table in
		gov_ownership) what='100,000 rows of ownership'
			sql="INSERT INTO gov_ownership (object_id, axis, value, authority) SELECT object_id, 'duty', 'v2', 'A' FROM gov_object WHERE object_type = 'thing'" ;;
		*) what='100,000 objects'
			sql="INSERT INTO gov_object (object_type, object_ref) SELECT 'other', 't' || n FROM generate_series(1, 100000) n" ;;
	esac
	undone "$gov_dir/with" "$sql"
	query -c "ALTER TABLE $table DISABLE TRIGGER gov_ledger_insert"
	undone "$gov_dir/without" "$sql"
	query -c "ALTER TABLE $table ENABLE ALWAYS TRIGGER gov_ledger_insert"
	figure "$what" "$gov_dir/with"
	figure "$what, direct changes not noted" "$gov_dir/without"
done

have=$(query -c 'SELECT count(*) FROM gov_ledger')
if [ "$have" -lt "$entries" ]; then
	leave "INSERT INTO gov_ledger (action, target, payload)
		SELECT 'own', jsonb_build_object('object_type', 'table', 'object_ref', 'shop.order_' || n, 'axis', 'duty', 'value', 'v1'),
		       jsonb_build_object('authority', 'A', 'owner_kind', 'accountable', 'inherits', true, 'reason', 'because of ' || n)
		  FROM generate_series(1, $entries - $have) n"
fi
query -c 'VACUUM ANALYZE gov_ledger'
timed 'SELECT count(*) FROM gov_ledger_verify((SELECT max(seq) FROM gov_ledger))' >"$gov_dir/chain"
printf '%-52s cpu %s, wall %s\n' "chaining the rest of $entries entries" "$(spread 1 "$gov_dir/chain")" "$(spread 2 "$gov_dir/chain")"
query -c 'VACUUM gov_ledger'
: >"$gov_dir/verify"
for run in $(seq "$runs"); do
	timed 'SELECT count(*) FROM gov_ledger_verify()' >>"$gov_dir/verify"
done
printf '%-52s cpu %s, wall %s\n' "verifying $entries entries" "$(spread 1 "$gov_dir/verify")" "$(spread 2 "$gov_dir/verify")"
awk '{print $2}' "$gov_dir/verify" | sort -n | awk -v n="$entries" '{v[NR] = $1} END {
	rate = n * 60 / v[int((NR + 1) / 2)]
	printf "%-52s %.1f million a minute (required: 1) %s\n", "", rate / 1e6, (rate < 1e6 ? "NOT MET" : "met")}'
echo "$(timed "SELECT gov_ledger_seal(now() + interval '1 second')")" >"$gov_dir/seal"
printf '%-52s cpu %s, wall %s\n' "sealing them, verified first" "$(spread 1 "$gov_dir/seal")" "$(spread 2 "$gov_dir/seal")"
