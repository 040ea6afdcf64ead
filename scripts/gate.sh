#!/bin/bash
# gate.sh: may what is left of a rollout be applied?  Reads only.
#
#	scripts/gate.sh ROLLOUT [CONNECTION]
#
# For cron and pipelines.  Prints what stands in the way, a line each.  The exit
# code is 0 for READY, 10 for BLOCKED, 1 for an error.  CONNECTION is what psql
# takes in place of a database: a name or a connection string; without it the
# PG* variables say where.
set -eu
case ${1:-} in
	'' | -h | --help) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 1 ;;
esac
rollout=$1
connection=${2:-}
export PGOPTIONS="${PGOPTIONS:-} -c default_transaction_read_only=on -c client_min_messages=error"

# What a query on standard input gives, one row a line.
query()
{
	psql -XAtq -F ' ' -v ON_ERROR_STOP=1 -v rollout="$rollout" ${connection:+-d "$connection"}
}

schema=$(query <<'SQL') || exit 1
SELECT quote_ident(n.nspname) FROM pg_catalog.pg_extension AS e
  JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'governance';
SQL
[ -n "$schema" ] || { echo "extension governance is not in this database" >&2; exit 1; }
answer=$(query <<SQL) || exit 1
SELECT concat(verdict, coalesce(' tier ' || tier, ' rollout'), ': ' || blocker, '  ' || hint) FROM $schema.gov_gate(:'rollout');
SQL
[ -n "$answer" ] || { echo "gov_gate gave no answer" >&2; exit 1; }
echo "$answer"
case $answer in
	*BLOCKED*) exit 10 ;;
esac
