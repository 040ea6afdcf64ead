#!/bin/bash
# check.sh: the longer checks, each a target of the Makefile.
#
#	scripts/check.sh ubsan       regression and isolation tests with a library that
#	                             stops at undefined behaviour
#	scripts/check.sh valgrind    the same under valgrind; reports that pass through
#	                             the library count
#	scripts/check.sh coverage    which lines the tests run (gcovr)
#	scripts/check.sh 17          all tests on another major version of the server,
#	                             in a chroot made by mmdebstrap and kept for the
#	                             next time in $GOV_CHROOTS (/var/tmp); also 18.  Root only.
#
# The last lines are those of scripts/test.sh.
set -eu
here=$(dirname "$0")
. "$here/lib.sh"

# Installs a package that one check needs, when its command is absent.
need()
{
	command -v "$1" >/dev/null && return
	[ "$(id -u)" -eq 0 ] || gov_die "$1 is missing; as root: apt-get install -y --no-install-recommends $2"
	echo "Installing packages: $2"
	apt-get update >/dev/null
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2" >/dev/null
}

check_ubsan()
{
	GOV_COPT="-fsanitize=undefined -fno-sanitize-recover=undefined -O1 -Wno-error" \
		exec "$here/test.sh" build regress isolation
}

# Debian's server is built without valgrind's hooks, so errors inside memory
# contexts go unseen; undefined values and errors in plain memory are found.
check_valgrind()
{
	need valgrind valgrind
	GOV_WRAPPER="valgrind -q --leak-check=no --trace-children=yes --track-origins=yes --num-callers=30 --error-markers=VGERR-BEGIN,VGERR-END --log-file=%d/valgrind-%p.log" \
		GOV_COPT="-O1 -Wno-error" exec "$here/test.sh" build regress isolation
}

check_coverage()
{
	need gcovr gcovr
	GOV_COPT="--coverage -O0 -Wno-error" GOV_COVERAGE=yes \
		exec "$here/test.sh" build regress isolation tap
}

# A chroot with the server of a major version; headers are unpacked, not
# installed, which spares the compiler infrastructure they depend on.
make_root()
{
	local major=$1 suite=$2 root=$3 mirror

	need mmdebstrap mmdebstrap
	mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)
	[ -n "$mirror" ] || mirror=$(awk '/^deb /{for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}}' /etc/apt/sources.list)
	[ -n "$mirror" ] || gov_die "no Debian mirror found in the package sources of this machine"
	mmdebstrap --quiet --variant=minbase --aptopt='APT::Install-Recommends "false"' \
		${GOV_APTOPT:+--aptopt="$GOV_APTOPT"} \
		--include="make,gcc,libc6-dev,perl,libipc-run-perl,postgresql-$major" \
		--customize-hook='chroot "$1" sh -ec "apt-get update -qq; cd /var/tmp; apt-get download -qq postgresql-server-dev-'"$major"'; dpkg -x postgresql-server-dev-'"$major"'_*.deb /; rm -f *.deb"' \
		"$suite" "$root.part" "$mirror" ||
		{ rm -rf "$root.part"; gov_die "no chroot of $suite could be made from $mirror"; }
	mv "$root.part" "$root"
}

check_major()
{
	local major=$1 suite=$2 root=${GOV_CHROOTS:-/var/tmp}/governance-root-$1

	[ "$(id -u)" -eq 0 ] || gov_die "a chroot needs root"
	[ -d "$root" ] || make_root "$major" "$suite" "$root"
	copy=$root/srv/governance.$$
	trap 'rm -rf "$copy"' EXIT
	mkdir -p "$copy"
	tar -C "$gov_repo" --exclude=./.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' -cf - . | tar -C "$copy" -xf -
	# Mounts and left-over processes vanish with the namespaces.
	unshare --mount --pid --fork --kill-child -- sh -ec '
		mount -t proc proc "$0/proc"
		mount -t tmpfs -o mode=1777 tmpfs "$0/dev/shm"
		mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"
		exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C.UTF-8 GOV_MAJOR="$1" "$2/scripts/test.sh"' \
		"$root" "$major" "${copy#"$root"}"
}

case ${1:-} in
	ubsan) check_ubsan ;;
	valgrind) check_valgrind ;;
	coverage) check_coverage ;;
	17) check_major 17 trixie ;;
	# The suite that has 18 is not released: its lists may be past their date.
	18) GOV_APTOPT='Acquire::Check-Valid-Until "false"' check_major 18 forky ;;
	*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac
