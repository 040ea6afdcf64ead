# lib.sh: what the scripts share: packages, a private copy of the server with
# the extension in it, and a cluster of its own.  Sourced, not run.
#
# Nothing of the system is touched but what apt installs.  All the rest lives
# in one temporary directory, $gov_dir, which is removed at exit:
#
#	$gov_dir/src       a copy of the sources
#	$gov_dir/build     where the build happens when it is out of the source tree;
#	                   otherwise $gov_dir/src (gov_objects says which)
#	$gov_dir/server    a copy of the installed server; "install" goes there
#	$gov_dir/data      the cluster; $gov_dir/sock its socket; $gov_dir/log its log
#
# Settings from the environment:
#
#	GOV_MAJOR          major version of PostgreSQL (15)
#	GOV_PREFIX         where a server of one's own is installed, to be copied in
#	                   place of the distribution's; all of it in this one folder
#	GOV_COPT           compiler flags added to the build
#	GOV_VPATH          not empty: build out of the source tree
#	GOV_WRAPPER        command that runs the server, with %d for $gov_dir
#	GOV_SERVER_OPTIONS options added to the server's command line

gov_major=${GOV_MAJOR:-15}
gov_repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
gov_pg=/usr/lib/postgresql/$gov_major
# The copy of a server of one's own lies in $gov_dir/server itself.
[ -z "${GOV_PREFIX:-}" ] || gov_pg=
gov_dir=
gov_user=
gov_keep=no

export LC_ALL=C.UTF-8
unset PGHOST PGHOSTADDR PGPORT PGUSER PGPASSWORD PGDATABASE PGOPTIONS PGSERVICE \
	PGSERVICEFILE PGDATA PGSSLMODE PGAPPNAME PGTZ PGCLIENTENCODING PGCLUSTER \
	MAKEFLAGS MFLAGS MAKELEVEL COPT TAP_TESTS

gov_die()
{
	echo "$(basename "$0"): $*" >&2
	exit 1
}

# The Debian packages that give what is absent, empty when all is there.
# Files are looked for, not packages: where they come from does not matter.
gov_missing_packages()
{
	local missing=

	if [ -z "${GOV_PREFIX:-}" ]; then
		[ -x "$gov_pg/bin/postgres" ] || missing+=" postgresql-$gov_major"
		[ -x "$gov_pg/lib/pgxs/src/test/isolation/pg_isolation_regress" ] ||
			missing+=" postgresql-client-$gov_major"
		[ -e "$gov_pg/lib/pgxs/src/makefiles/pgxs.mk" ] &&
			[ -e "/usr/include/postgresql/$gov_major/server/postgres.h" ] ||
			missing+=" postgresql-server-dev-$gov_major"
	fi
	command -v make >/dev/null || missing+=" make"
	command -v gcc >/dev/null && [ -e /usr/include/stdio.h ] || missing+=" gcc libc6-dev"
	perl -MIPC::Run -MTest::More -e1 2>/dev/null || missing+=" perl libipc-run-perl"
	echo $missing
}

# Installs what is absent with apt; as a user who may not, says what to do.
gov_ensure_packages()
{
	local missing become log

	missing=$(gov_missing_packages)
	[ -n "$missing" ] || return 0

	# Server and headers must be of one minor version: ask for both at once.
	case " $missing " in
		*" postgresql-"*)
			missing="postgresql-$gov_major postgresql-client-$gov_major postgresql-server-dev-$gov_major $missing" ;;
	esac
	missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')

	become=
	if [ "$(id -u)" -ne 0 ]; then
		if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
			become=sudo
		else
			gov_die "these packages are missing and only root can install them; run
    apt-get update && apt-get install -y --no-install-recommends $missing
as root, then run this again"
		fi
	fi
	command -v apt-get >/dev/null ||
		gov_die "no apt-get here; on Debian the missing packages are: $missing"

	echo "Installing packages: $missing"
	log=$(mktemp)
	if ! { $become apt-get update && $become env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
		tail -n 30 "$log" >&2
		rm -f "$log"
		gov_die "apt-get could not install: $missing"
	fi
	rm -f "$log"
	missing=$(gov_missing_packages)
	[ -z "$missing" ] || gov_die "still missing after the installation: $missing"
}

# Runs a command as the user of the private server, in the current folder.
gov_as_user()
{
	if [ "$(id -u)" -eq 0 ]; then
		runuser -u "$gov_user" -- env HOME="$gov_dir" "$@"
	else
		env HOME="$gov_dir" "$@"
	fi
}

# The copy of the server: of one in a folder of its own, or of Debian's, which
# finds its parts by the same way from one to the other.
gov_copy_server()
{
	if [ -n "${GOV_PREFIX:-}" ]; then
		cp -a "$GOV_PREFIX/." "$gov_dir/server/"
		return
	fi
	mkdir -p "$gov_dir/server/usr/lib/postgresql" "$gov_dir/server/usr/share/postgresql" \
		"$gov_dir/server/usr/include"
	cp -a "$gov_pg" "$gov_dir/server/usr/lib/postgresql/"
	cp -a "/usr/share/postgresql/$gov_major" "$gov_dir/server/usr/share/postgresql/"
	ln -s /usr/include/postgresql "$gov_dir/server/usr/include/postgresql"
}

# The temporary directory with the copies of the sources and of the server.
gov_prepare()
{
	gov_ensure_packages

	# A server refuses to run as root; any other user will do.
	gov_user=$(id -un)
	if [ "$(id -u)" -eq 0 ]; then
		gov_user=nobody
		getent passwd postgres >/dev/null && gov_user=postgres
	fi

	# In /tmp, whatever TMPDIR says: the path of a socket has 107 bytes.
	gov_dir=$(mktemp -d /tmp/governance.XXXXXX)
	trap gov_cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP

	mkdir -p "$gov_dir/src" "$gov_dir/sock" "$gov_dir/server"
	tar -C "$gov_repo" --exclude=./.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' \
		--exclude='*.gcda' --exclude='*.gcno' --exclude=./results --exclude=./output_iso \
		--exclude=./tmp_check --exclude=./log -cf - . | tar -C "$gov_dir/src" -xf -
	gov_copy_server
	if [ -n "${GOV_VPATH:-}" ]; then
		mkdir "$gov_dir/build"
		chmod -R a-w "$gov_dir/src"
	fi
	[ "$(id -u)" -ne 0 ] || chown -R "$gov_user:" "$gov_dir"

	gov_bin=$gov_dir/server$gov_pg/bin
	PATH=$gov_bin:$PATH
	cd "$gov_dir/src"
}

# The folder where the build happens.
gov_objects()
{
	echo "$gov_dir/$([ -n "${GOV_VPATH:-}" ] && echo build || echo src)"
}

# make in the copy, against the copy of the server.
gov_make()
{
	gov_as_user make -s -C "$(gov_objects)" ${GOV_VPATH:+-f "$gov_dir/src/Makefile"} PG_CONFIG="$gov_bin/pg_config" with_llvm=no "$@"
}

# Builds with warnings as errors and installs into the copy of the server.
# The server's headers count as the system's, else they would be warned about.
gov_build()
{
	gov_make COPT="-Wall -Wextra -Werror -isystem $("$gov_bin/pg_config" --includedir-server) ${GOV_COPT:-}" &&
		gov_make COPT="${GOV_COPT:-}" install >/dev/null
}

# Puts GOV_WRAPPER around every server that is started from the copy, those of
# the whole-server tests too.  What only asks it something is left alone.
gov_wrap_server()
{
	[ -n "${GOV_WRAPPER:-}" ] && [ ! -e "$gov_bin/postgres.wrapped" ] || return 0
	mv "$gov_bin/postgres" "$gov_bin/postgres.wrapped"
	cat >"$gov_bin/postgres" <<-END
		#!/bin/sh
		case " \$* " in
			*" -V "* | *" --version "* | *" --boot "* | *" --single "* | *" --check "* | *" -C "*)
				exec "$gov_bin/postgres.wrapped" "\$@" ;;
			*)
				exec ${GOV_WRAPPER//%d/$gov_dir} "$gov_bin/postgres.wrapped" "\$@" ;;
		esac
	END
	chmod 755 "$gov_bin/postgres"
}

# A new cluster on a socket of its own, and the variables that lead to it.
gov_start()
{
	gov_as_user "$gov_bin/initdb" -D "$gov_dir/data" -A trust -N --no-locale -E UTF8 \
		-U postgres >"$gov_dir/initdb.log" 2>&1 ||
		{ cat "$gov_dir/initdb.log" >&2; gov_die "initdb failed"; }
	gov_wrap_server
	gov_as_user timeout "${PGCTLTIMEOUT:-120}" "$gov_bin/pg_ctl" -D "$gov_dir/data" -l "$gov_dir/log" -w \
		-o "-k $gov_dir/sock -c listen_addresses= -c fsync=off ${GOV_SERVER_OPTIONS:-}" \
		start >"$gov_dir/start.log" 2>&1 ||
		{ cat "$gov_dir/start.log" "$gov_dir/log" >&2; gov_die "the server did not start"; }
	export PGHOST=$gov_dir/sock PGPORT=5432 PGUSER=postgres
}

gov_stop()
{
	[ ! -e "$gov_dir/data/postmaster.pid" ] ||
		gov_as_user "$gov_bin/pg_ctl" -D "$gov_dir/data" -m "${1:-fast}" -w stop \
			>/dev/null 2>&1 || true
}

# At exit, however it comes: nothing stays, unless it was asked for.
gov_cleanup()
{
	local code=$?

	trap '' INT TERM HUP
	cd /
	if [ -n "$gov_dir" ] && [ "$gov_keep" = no ]; then
		gov_stop immediate
		chmod -R u+w "$gov_dir/src"
		rm -rf "$gov_dir"
	fi
	exit "$code"
}
