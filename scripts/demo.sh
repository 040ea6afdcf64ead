#!/bin/bash
# demo.sh: governs the database of a sample application, from nothing.
#
#	scripts/demo.sh [--keep]
#
# Installs what is absent, builds, starts a private server, loads the shop of
# examples/shop, and runs examples/shop/govern.sql over it, step by step; then
# the reference scenario of examples/reference, for governed change, and once more
# as a rollout that is rehearsed, gated, applied and reverted.  At the end
# the report of each database is written as a page, to a file that stays.
# --keep leaves the server up and says how to get in.
set -eu
. "$(dirname "$0")/lib.sh"

keep=no
case "$*" in
	'') ;;
	--keep) keep=yes ;;
	*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac

# Prints what happens, runs it, shows its output when it fails.
step()
{
	echo "$1"
	shift
	"$@" >"$gov_dir/step.log" 2>&1 || { cat "$gov_dir/step.log" >&2; gov_die "that failed"; }
}

load()
{
	createdb shop && psql -qX -v ON_ERROR_STOP=1 -d shop -f examples/shop/schema.sql -f examples/shop/data.sql
}

gov_prepare
step "Building governance $(sed -n "s/^default_version *= *'\(.*\)'/\1/p" governance.control) for $("$gov_bin/postgres" --version) ..." gov_build
step "Starting a private server in $gov_dir ..." gov_start
step "Loading a sample application, a mail-order shop, into database \"shop\" ..." load
psql -X -q -d shop -f examples/shop/govern.sql 2>&1 | sed 's/^psql:[^ ]* //' | cat -s
[ "${PIPESTATUS[0]}" -eq 0 ] || gov_die "the demo did not reach its end"

reference()
{
	createdb reference &&
		PGOPTIONS='-c search_path=public,governance' psql -qX -v ON_ERROR_STOP=1 -d reference -c 'CREATE SCHEMA governance' -c 'CREATE EXTENSION governance SCHEMA governance' \
			-c 'CREATE ROLE demo_president LOGIN' -c 'CREATE ROLE demo_council_a LOGIN' -c 'CREATE ROLE demo_council_b LOGIN' -c 'CREATE ROLE demo_steward LOGIN' \
			-f examples/reference/application.sql -f examples/reference/entry.sql
}

echo
step "Second part: governed change.  Loading a knowledge system (examples/reference) into database \"reference\" ..." reference
PGOPTIONS='-c search_path=public,governance' psql -X -q -v ON_ERROR_STOP=1 -d reference -f examples/reference/tour.sql 2>&1 | sed 's/^psql:[^ ]* //' | cat -s
[ "${PIPESTATUS[0]}" -eq 0 ] || gov_die "the demo did not reach its end"

greenfield()
{
	createdb greenfield &&
		psql -qX -v ON_ERROR_STOP=1 -d greenfield -c 'CREATE SCHEMA governance' -c 'CREATE EXTENSION governance SCHEMA governance'
}

echo
step "Third part: the same as a rollout, from nothing, in database \"greenfield\" ..." greenfield
PGOPTIONS='-c search_path=public,governance' psql -X -q -v ON_ERROR_STOP=1 -d greenfield -f examples/reference/rollout_tour.sql 2>&1 | sed 's/^psql:[^ ]* //' | cat -s
[ "${PIPESTATUS[0]}" -eq 0 ] || gov_die "the demo did not reach its end"

# Writes the report of a database to a file outside of what is removed.
report()
{
	local page

	page=$(mktemp "${TMPDIR:-/tmp}/governance-report-$1.XXXXXX")
	psql -qXAt -v ON_ERROR_STOP=1 -d "$1" -c "SELECT governance.gov_report_html('$2')" >"$page"
	mv "$page" "$page.html"
	chmod 644 "$page.html"
	echo "    $page.html"
}

echo
echo "Reports, a page each, to open in a browser; they stay when the server is gone:"
report shop "The shop"
report reference "The knowledge system"
report greenfield "The knowledge system, half rolled back"
echo

if [ "$keep" = yes ]; then
	gov_keep=yes
	echo "The server stays up.  Look around with"
	echo "    psql -h $PGHOST -U postgres -d shop        (or -d reference, -d greenfield)"
	echo "and end it with"
	if [ "$(id -u)" -eq 0 ]; then
		echo "    runuser -u $gov_user -- $gov_bin/pg_ctl -D $gov_dir/data stop && rm -rf $gov_dir"
	else
		echo "    $gov_bin/pg_ctl -D $gov_dir/data stop && rm -rf $gov_dir"
	fi
else
	echo "The server is gone again; scripts/demo.sh --keep leaves it up to look around."
fi
