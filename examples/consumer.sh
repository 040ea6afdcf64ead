#!/bin/sh
# A consumer of events, in plain shell and psql.
#
#	examples/consumer.sh NAME [COMMAND [ARGUMENT ...]]
#
# Runs COMMAND once per event, in the order of positions, with the event as
# one line of JSON on its input; without COMMAND it prints the line.  Which
# database, and as whom, is said by psql's own variables (PGDATABASE, ...).
# The role needs EXECUTE on gov_event_fetch and gov_event_ack; if they are not
# on its search_path, set PGOPTIONS='-c search_path=...'.
#
# Delivery is at least once: an event is acknowledged after COMMAND has ended
# well.  If COMMAND fails, or this script is killed, the event comes again, so
# COMMAND should do no harm when it sees an event_id a second time.
#
# ONCE=1	stop when there is nothing left
# BATCH=100	how many events to fetch at once
# PAUSE=5	seconds between two looks when there was nothing
set -eu

consumer=${1:?usage: consumer.sh NAME [COMMAND [ARGUMENT ...]]}
shift
[ $# -gt 0 ] || set -- cat
work=$(mktemp -d "${TMPDIR:-/tmp}/governance-consumer.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# SQL comes on standard input, so that psql quotes what it is given.
ask() {
	psql -XqAt -v ON_ERROR_STOP=1 -v consumer="$consumer" "$@"
}

# One event per line: its position, a tab, the event as JSON, whose strings
# hold no tab and no line end.  psql commits before anything is handled.
fetch() {
	ask -F "$(printf '\t')" -v batch="${BATCH:-100}" <<-'SQL'
		SELECT "position", row_to_json(e) FROM gov_event_fetch(:'consumer', :batch) AS e ORDER BY "position";
	SQL
}

# Everything up to a position is done.
ack() {
	ask -v position="$1" <<-'SQL'
		SELECT gov_event_ack(:'consumer', :position);
	SQL
}

while :; do
	fetch >"$work/events"
	while IFS="$(printf '\t')" read -r position event; do
		printf '%s\n' "$event" >"$work/event"
		"$@" <"$work/event"
		ack "$position" >/dev/null
	done <"$work/events"
	[ -s "$work/events" ] && continue
	[ "${ONCE:-}" = 1 ] && break
	sleep "${PAUSE:-5}"
done
