#!/bin/bash
# docs.sh: writes docs/reference.md anew, from a private server that has the
# extension in it as it stands here.
#
#	scripts/docs.sh
set -eu
. "$(dirname "$0")/lib.sh"

gov_prepare
gov_build >"$gov_dir/step.log" 2>&1 || { cat "$gov_dir/step.log" >&2; gov_die "the build failed"; }
gov_start >"$gov_dir/step.log" 2>&1 || { cat "$gov_dir/step.log" >&2; gov_die "the server did not start"; }
psql -qX -v ON_ERROR_STOP=1 -d postgres -c 'CREATE SCHEMA governance' -c 'CREATE EXTENSION governance SCHEMA governance'
PGDATABASE=postgres "$gov_repo/scripts/reference" >"$gov_dir/reference.md"
cp "$gov_dir/reference.md" "$gov_repo/docs/reference.md"
echo "docs/reference.md: $(wc -l <"$gov_dir/reference.md") lines"
