#!/bin/bash
# dist.sh: packs what is committed as governance-VERSION.zip, the form that PGXN
# takes, with a META.json made here.
#
#	scripts/dist.sh [FOLDER]
#
# The version is the control file's; PGXN wants three numbers, so that a third,
# zero, is added to two.  The archive is left in FOLDER, the current one by default.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd -P)
folder=$(cd "${1:-.}" && pwd -P)

# A value of the control file.
control()
{
	sed -n "s/^$1 *= *'\(.*\)'/\1/p" "$here/governance.control"
}

version=$(control default_version)
meta=1.0.0
comment=$(control comment)
case $version in
	*.*.*) semantic=$version ;;
	*) semantic=$version.0 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/META.json" <<META
{
   "name": "governance",
   "abstract": "$comment",
   "version": "$semantic",
   "maintainer": "the governance developers",
   "license": "postgresql",
   "provides": {
      "governance": {
         "abstract": "$comment",
         "file": "governance--$version.sql",
         "docfile": "README.md",
         "version": "$semantic"
      }
   },
   "prereqs": {
      "build": { "requires": { "PostgreSQL": "15.0.0" } },
      "runtime": { "requires": { "PostgreSQL": "15.0.0" } }
   },
   "release_status": "stable",
   "tags": ["governance", "ownership", "catalog", "classification", "audit"],
   "meta-spec": { "version": "$meta" }
}
META
git -C "$here" archive --format=zip --prefix="governance-$semantic/" \
	--add-file="$work/META.json" -o "$folder/governance-$semantic.zip" HEAD
echo "$folder/governance-$semantic.zip"
