#!/bin/bash
# check.sh: the longer checks, each a target of the Makefile.
#
#	scripts/check.sh ubsan       regression and isolation tests with a library that
#	                             stops at undefined behaviour
#	scripts/check.sh assert      all tests on a server with assertions and memory that is
#	                             overwritten when it is freed, made from Debian's source
#	                             package and kept for the next time in $GOV_CACHE
#	                             (~/.cache/governance); or on one that is there, in the
#	                             folder $GOV_ASSERT_PREFIX.  PART ... as for test.sh
#	scripts/check.sh has-assert  is that server there?  Nothing but an exit code
#	scripts/check.sh valgrind    the same under valgrind, on that server when there is
#	                             one; reports that pass through the library count.
#	                             PART ... as for test.sh; some tests of a part alone:
#	                             GOV_REGRESS="approvals own", GOV_TESTS="t/003_ledger.pl"
#	scripts/check.sh coverage    which lines the tests run (gcovr)
#	scripts/check.sh page        the report in a browser: pictures in light, dark, at the
#	                             width of a phone and printed; nothing requested, no
#	                             error, nothing wider than the screen.  The pictures
#	                             stay, in a folder that is named, or in $GOV_PAGES
#	scripts/check.sh metrics     the text for scrapers, read by promtool, by node_exporter's
#	                             textfile collector and, as OpenMetrics, by Prometheus
#	scripts/check.sh vpath       regression, isolation and whole-server tests of a build
#	                             out of the source tree, whose files cannot be written
#	scripts/check.sh headers     after a header was touched, what includes it is built anew
#	scripts/check.sh dist        all tests of what "make dist" packs, unpacked elsewhere
#	scripts/check.sh companions  beside pg_cron, pg_partman, pg_repack, pgaudit, PostGIS, pgTAP
#	                             and pgbouncer, from Debian's packages: t/companions; some
#	                             of them alone: GOV_TESTS="t/companions/postgis.pl"
#	scripts/check.sh upgrade     pg_upgrade from 15 to 17 of a database with something in
#	                             every table; 17 is that of the chroot below.  Root only.
#	scripts/check.sh server-tests  the server's own regression tests, of Debian's source
#	                             package, with the extension installed and every schema
#	                             enrolled before the first, against a run without it;
#	                             accepted differences are in test/server/accepted.
#	                             MODE ... (track off warn): governance.ddl_mode
#	scripts/check.sh 17          all tests on another major version of the server,
#	                             in a chroot made by mmdebstrap and kept for the
#	                             next time in $GOV_CHROOTS (/var/tmp); also 18.  Root only.
#	                             PART ... and some tests of a part as for valgrind
#
# The last lines are those of scripts/test.sh.
set -eu
here=$(dirname "$0")
. "$here/lib.sh"

# Installs packages that one check needs, when their command is absent.
need()
{
	command -v "$1" >/dev/null && return
	[ "$(id -u)" -eq 0 ] || gov_die "$1 is missing; as root: apt-get install -y --no-install-recommends $2"
	echo "Installing packages: $2"
	apt-get update >/dev/null
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $2 >/dev/null
}

# The same when one of some files is absent.
need_files()
{
	local packages=$1 file

	shift
	for file in "$@"; do
		[ -e "$file" ] || { need "$file" "$packages"; return; }
	done
}

# The parts of the tests that were asked for, or all that build and run.
parts()
{
	echo "${@:-build regress isolation tap}"
}

check_ubsan()
{
	GOV_COPT="-fsanitize=undefined -fno-sanitize-recover=undefined -O1 -Wno-error" \
		exec "$here/test.sh" build regress isolation
}

# Where the server with assertions is, or would be.
assert_prefix()
{
	echo "${GOV_ASSERT_PREFIX:-${GOV_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/governance}/postgresql-$gov_major-assert}"
}

# apt-get or apt-cache with lists of its own, which know sources of the same
# places that this machine has packages from.
apt_sources()
{
	local tool=$1

	shift
	"$tool" -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- \
		-o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@"
}

# The source of the server, from Debian's package, in $work/source.  Of the
# versions that are listed the newest that can be had.
fetch_source()
{
	local version

	mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/source"
	apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		sort -u >"$work/sources.list"
	apt_sources apt-get update
	cd "$work"
	for version in $(apt_sources apt-cache showsrc --only-source "postgresql-$gov_major" | sed -n 's/^Version: *//p' | sort -uVr); do
		apt_sources apt-get source --download-only "postgresql-$gov_major=$version" && break
	done
	tar -C "$work/source" --strip-components=1 -xf "$work/postgresql-${gov_major}_"*.orig.tar.*
}

# Builds the server.  USE_VALGRIND tells valgrind where pieces of memory
# begin and end; without it it would see the large blocks only.
make_assert_server()
{
	local prefix=$1 jobs

	need_files "libicu-dev libxml2-dev zlib1g-dev pkg-config valgrind bzip2 gcc libc6-dev make perl libipc-run-perl" \
		/usr/include/unicode/ucnv.h /usr/include/libxml2/libxml/parser.h /usr/include/zlib.h /usr/bin/pkg-config \
		/usr/include/valgrind/memcheck.h /bin/bzip2 /usr/bin/gcc /usr/bin/make /usr/include/stdio.h \
		/usr/share/perl5/IPC/Run.pm
	work=$(mktemp -d /var/tmp/governance-assert.XXXXXX)
	trap 'rm -rf "$work"' EXIT
	echo "Building a server with assertions, once, into $prefix"
	jobs=$(nproc)
	{
		fetch_source &&
			cd "$work/source" &&
			./configure --prefix="$prefix" --enable-cassert --enable-debug --enable-tap-tests \
				--with-icu --with-libxml --without-readline \
				CFLAGS='-Og -g -fno-omit-frame-pointer -DUSE_VALGRIND' &&
			make -s -j "$jobs" && make -s -j "$jobs" -C contrib &&
			make -s install DESTDIR="$work/root" && make -s -C contrib install DESTDIR="$work/root"
	} >"$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; gov_die "the server could not be built"; }
	mkdir -p "$(dirname "$prefix")"
	rm -rf "$prefix"
	mv "$work/root$prefix" "$prefix"
	cd "$gov_repo"
	rm -rf "$work"
	trap - EXIT
}

check_assert()
{
	local prefix

	prefix=$(assert_prefix)
	[ -x "$prefix/bin/postgres" ] || make_assert_server "$prefix"
	GOV_PREFIX=$prefix exec "$gov_repo/scripts/test.sh" $(parts "$@")
}

# Debian's server is built without valgrind's hooks, so errors inside memory
# contexts go unseen there; undefined values and errors in plain memory are
# found.
check_valgrind()
{
	local prefix

	need valgrind valgrind
	prefix=$(assert_prefix)
	[ -x "$prefix/bin/postgres" ] || prefix=
	export PG_TEST_TIMEOUT_DEFAULT=3600 PGCTLTIMEOUT=600
	GOV_WRAPPER="valgrind -q --leak-check=no --trace-children=yes --track-origins=yes --num-callers=30 --error-markers=VGERR-BEGIN,VGERR-END --log-file=%d/valgrind-%p.log" \
		GOV_PREFIX=$prefix GOV_COPT="-O1 -Wno-error" exec "$here/test.sh" $(parts "$@")
}

check_coverage()
{
	need gcovr gcovr
	GOV_COPT="--coverage -O0 -Wno-error" GOV_COVERAGE=yes \
		exec "$here/test.sh" build regress isolation tap
}

# Runs the browser on a page, without any host to be found.  Nothing of ours
# is in its log but what the page itself wants.
browse()
{
	local page=$1

	shift
	timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --hide-scrollbars --allow-file-access-from-files \
		--host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$gov_dir/browser" \
		--enable-logging=stderr --log-net-log="$gov_dir/net.json" "$@" "file://$page" 2>"$gov_dir/browser.log"
}

# What the last page asked for beside files, and its errors: one per line.
complaints()
{
	grep -o '"url":"[^"]*"' "$gov_dir/net.json" | sort -u |
		grep -v -E '"(file|data|chrome|about|chrome-[a-z]*):|google(apis)?\.com' || true
	grep -o 'CONSOLE.*' "$gov_dir/browser.log" || true
}

# Pictures of one page; complains and gives 1 when it is not as it should be.
check_one_page()
{
	local name=$1 page=$2/$1.html pages=$2 found width

	browse "$page" --window-size=1200,4000 --screenshot="$pages/$name-light.png"
	found=$(complaints)
	browse "$page" --window-size=1200,4000 --blink-settings=preferredColorScheme=0 --screenshot="$pages/$name-dark.png"
	browse "$page" --print-to-pdf="$pages/$name.pdf" --no-pdf-header-footer
	# No window is as narrow as a phone, but a frame can be.
	printf '<!DOCTYPE html><html><head><title></title></head><body style="margin:0"><iframe src="%s.html" style="border:0;width:390px;height:7000px" onload="document.title=contentDocument.documentElement.scrollWidth"></iframe></body></html>' \
		"$name" >"$pages/phone.html"
	browse "$pages/phone.html" --window-size=500,7000 --screenshot="$pages/$name-phone.png"
	width=$(browse "$pages/phone.html" --dump-dom | sed -n 's/.*<title>\([0-9]*\).*/\1/p')
	rm -f "$pages/phone.html"
	[ "${width:-0}" -gt 0 ] && [ "$width" -le 390 ] || found="$found
wider than a phone: ${width:-unknown} pixels"
	[ -z "$found" ] || { echo "$name: $found"; return 1; }
	echo "$name: $(wc -c <"$page") bytes, nothing requested, no error, fits a phone"
}

# The databases of the examples, and one whose names try to get out of their
# place, which what is shown or scraped is made of.
make_shown()
{
	# Where the extension stands in some of them, and in others not.
	export PGOPTIONS='-c search_path=public,governance'
	psql -qX -c 'CREATE ROLE demo_president LOGIN' -c 'CREATE ROLE demo_council_a LOGIN' -c 'CREATE ROLE demo_council_b LOGIN' -c 'CREATE ROLE demo_steward LOGIN'
	for name in shop reference hostile; do createdb "$name"; done
	psql -qX -d shop -f examples/shop/schema.sql -f examples/shop/data.sql -f examples/shop/govern.sql >/dev/null 2>&1
	psql -qX -d reference -c 'CREATE SCHEMA governance' -c 'CREATE EXTENSION governance SCHEMA governance' -f examples/reference/application.sql \
		-f examples/reference/entry.sql -f examples/reference/tour.sql >/dev/null 2>&1
	psql -qX -v ON_ERROR_STOP=1 -d hostile -f test/hostile.sql >/dev/null
}

check_page()
{
	local pages=${GOV_PAGES:-} failed=0

	need chromium "chromium fonts-dejavu-core"
	gov_prepare
	gov_build
	gov_start
	[ -n "$pages" ] || pages=$(mktemp -d "${TMPDIR:-/tmp}/governance-pages.XXXXXX")
	make_shown
	for name in shop reference hostile; do
		psql -qXAt -v ON_ERROR_STOP=1 -d "$name" -c "SELECT gov_report_html('Governance of $name')" >"$pages/$name.html"
		check_one_page "$name" "$pages" || failed=1
	done

	# A page that does what ours must not: the check has to see it.
	printf '<html><body><img src="http:%s/x.png"><script>nothing_of_this_name()</script></body></html>' //report.invalid >"$pages/planted.html"
	browse "$pages/planted.html" --screenshot="$gov_dir/planted.png"
	[ "$(complaints | wc -l)" -ge 2 ] || { echo "the check sees no request and no error where there are both"; failed=1; }
	rm -f "$pages/planted.html"
	echo "Pictures and pages: $pages"
	[ "$failed" -eq 0 ] || gov_die "a page is not as it should be"
}

# The text at an address, once there is one; nothing after ten seconds.
get()
{
	perl -MHTTP::Tiny -e 'for (1 .. 100) { my $r = HTTP::Tiny->new(timeout => 2)->get($ARGV[0]);
		if ($r->{success}) { print $r->{content}; exit } select undef, undef, undef, 0.1 } exit 1' "$1"
}

# A port that nobody listens on.
free_port()
{
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

# Serves the files of a folder as OpenMetrics, on a port, until it is ended.
serve_openmetrics()
{
	perl -MIO::Socket::INET -e 'my ($folder, $port) = @ARGV;
		my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1", LocalPort => $port, ReuseAddr => 1) or die;
		while (my $client = $server->accept) {
			my ($name) = <$client> =~ m{^GET /(\w+)};
			while (<$client> =~ /[^\r\n]/) {}
			open my $in, "<", "$folder/$name.prom" or die; local $/; my $text = <$in>;
			print $client "HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; charset=utf-8\r\nConnection: close\r\nContent-Length: ", length $text, "\r\n\r\n", $text;
			close $client }' "$1" "$2" &
}

# What promtool says of a text for scrapers: nothing, when there is nothing to
# say.
lint()
{
	promtool check metrics <"$1" 2>&1 || true
}

# The textfile collector takes all files of a folder, and shows every sample.
check_textfile()
{
	local folder=$1 port name shown

	port=$(free_port)
	prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory="$folder" 2>"$gov_dir/exporter.log" &
	shown=$(get "http:""//127.0.0.1:$port/metrics") || true
	kill $!
	grep -q '^node_textfile_scrape_error 0$' <<<"$shown" || { echo "node_exporter does not take the text"; cat "$gov_dir/exporter.log"; return 1; }
	[ "$(grep -c '^governance_' <<<"$shown")" -eq "$(cat "$folder"/*.prom | grep -c '^governance_')" ] ||
		{ echo "node_exporter does not show every sample"; return 1; }
	echo "node_exporter: takes it, and shows every sample"
}

# Prometheus scrapes the same as OpenMetrics, and has every sample.
check_scraped()
{
	local folder=$1 served port name wanted found tries failed=0

	served=$(free_port)
	serve_openmetrics "$folder" "$served"
	server=$!
	{
		echo 'scrape_configs:'
		for name in shop reference hostile; do
			printf '  - {job_name: %s, metrics_path: /%s, scrape_interval: 1s, static_configs: [{targets: ["127.0.0.1:%s"]}]}\n' "$name" "$name" "$served"
		done
	} >"$gov_dir/prometheus.yml"
	port=$(free_port)
	prometheus --config.file="$gov_dir/prometheus.yml" --storage.tsdb.path="$gov_dir/tsdb" --web.listen-address="127.0.0.1:$port" 2>"$gov_dir/prometheus.log" &
	scraper=$!
	for name in shop reference hostile; do
		wanted=$(grep -c '^governance_' "$folder/$name.prom")
		for tries in 1 2 3 4 5 6 7 8; do
			found=$(get "http:""//127.0.0.1:$port/api/v1/query?query=scrape_samples_scraped%7Bjob%3D%22$name%22%7D" | sed -n 's/.*"value":\[[^,]*,"\([0-9]*\)"\].*/\1/p') || true
			[ "$found" = "$wanted" ] && break
			sleep 1
		done
		[ "$found" = "$wanted" ] && echo "Prometheus: has the $wanted samples of $name" ||
			{ echo "Prometheus has ${found:-none} of the $wanted samples of $name"; failed=1; }
	done
	kill "$scraper" "$server"
	return "$failed"
}

check_metrics()
{
	local folder failed=0 name said

	need promtool prometheus
	need prometheus-node-exporter prometheus-node-exporter
	gov_prepare
	gov_build
	gov_start
	make_shown
	folder=$gov_dir/scraped
	mkdir -p "$folder"
	for name in shop reference hostile; do
		psql -qXAt -v ON_ERROR_STOP=1 -d "$name" -c 'SELECT gov_metrics_openmetrics()' >"$folder/$name.prom"
		said=$(lint "$folder/$name.prom")
		[ -z "$said" ] && echo "promtool: nothing to say of $name" || { echo "promtool, $name: $said"; failed=1; }
	done
	check_scraped "$folder" || failed=1
	check_textfile "$folder" || failed=1

	# A text that is not as it should be: the check has to see it.
	{ grep '^# [HT]' "$folder/shop.prom" | head -n 2; echo 'governance_build_info{version="1"x} 1'; } >"$gov_dir/planted.prom"
	[ -n "$(lint "$gov_dir/planted.prom")" ] || { echo "promtool has nothing to say of what is wrong"; failed=1; }
	[ "$failed" -eq 0 ] || gov_die "the text for scrapers is not as it should be"
}

check_vpath()
{
	GOV_VPATH=yes exec "$here/test.sh" build regress isolation tap
}

# Touches a header at the bottom and one further up, each alone, and sees
# which objects a second build makes anew.
check_headers()
{
	local header object

	gov_prepare
	gov_build
	for header in src/server/args.h src/trust/quorum.h; do
		sleep 1
		touch "$gov_dir/stamp" "$header"
		gov_build
		for object in $(grep -rl --include='*.d' -F "$header" .); do
			[ "${object%.d}.o" -nt "$gov_dir/stamp" ] || gov_die "${object%.d}.o was not built anew after $header changed"
		done
		[ ! src/report/escape.o -nt "$gov_dir/stamp" ] || [ "$header" = src/server/args.h ] ||
			gov_die "src/report/escape.o was built anew, and does not include $header"
	done
	echo "headers: what includes one is built anew when it changes"
}

check_dist()
{
	need unzip unzip
	# the trap at the exit needs to know it
	unpacked=$(mktemp -d /tmp/governance-dist.XXXXXX)
	trap 'rm -rf "$unpacked"' EXIT
	"$here/dist.sh" "$unpacked"
	unzip -q "$unpacked"/governance-*.zip -d "$unpacked"
	chmod 755 "$unpacked"
	"$unpacked"/governance-*/scripts/test.sh
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

	shift 2
	[ "$(id -u)" -eq 0 ] || gov_die "a chroot needs root"
	[ -d "$root" ] || make_root "$major" "$suite" "$root"
	copy=$root/srv/governance.$$
	trap 'rm -rf "$copy"' EXIT
	mkdir -p "$copy"
	tar -C "$gov_repo" --exclude=./.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' -cf - . | tar -C "$copy" -xf -
	# Mounts and left-over processes vanish with the namespaces.
	unshare --mount --pid --fork --kill-child -- sh -ec '
		root=$0 test=$1
		shift
		mount -t proc proc "$root/proc"
		mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
		mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C.UTF-8 GOV_MAJOR='"$major"' \
			GOV_REGRESS="${GOV_REGRESS:-}" GOV_REGRESS_WITHOUT="${GOV_REGRESS_WITHOUT:-}" GOV_TESTS="${GOV_TESTS:-}" \
			"$test" "$@"' "$root" "${copy#"$root"}/scripts/test.sh" "$@"
}

# Packages that install no service that starts, and make no cluster.
need_companions()
{
	local policy=/usr/sbin/policy-rc.d made=no

	gov_ensure_packages
	if [ ! -e "$policy" ] && [ "$(id -u)" -eq 0 ]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
		made=yes
	fi
	need_files "postgresql-$gov_major-cron postgresql-$gov_major-partman postgresql-$gov_major-repack postgresql-$gov_major-pgaudit postgresql-$gov_major-postgis-3 postgresql-$gov_major-postgis-3-scripts postgresql-$gov_major-pgtap libtap-parser-sourcehandler-pgtap-perl pgbouncer" \
		/usr/share/postgresql/"$gov_major"/extension/{pg_cron,pg_partman,pg_repack,pgaudit,postgis,pgtap}.control \
		/usr/bin/pg_prove /usr/sbin/pgbouncer
	[ "$made" = no ] || rm -f "$policy"
}

check_companions()
{
	need_companions
	GOV_TESTS="${GOV_TESTS:-$(cd "$gov_repo" && echo t/companions/*.pl)}" PATH=$PATH:/usr/sbin exec "$here/test.sh" tap
}

# A copy of the server of a chroot that runs here: each program by the chroot's
# own loader and libraries.  The extension is built in the chroot.
copy_other_server()
{
	local major=$1 root=$2 target=$3 bin program name stage

	stage=$root/srv/governance.$$
	mkdir -p "$stage"
	tar -C "$gov_repo" --exclude=./.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' -cf - . | tar -C "$stage" -xf -
	chroot "$root" make -s -C "/srv/governance.$$" PG_CONFIG="/usr/lib/postgresql/$major/bin/pg_config" with_llvm=no \
		DESTDIR="/srv/governance.$$/stage" install >"$gov_dir/build.$major.log" 2>&1 ||
		{ tail -n 20 "$gov_dir/build.$major.log"; rm -rf "$stage"; gov_die "the extension could not be built for $major"; }
	mkdir -p "$target/usr/lib/postgresql" "$target/usr/share/postgresql"
	cp -a "$root/usr/lib/postgresql/$major" "$target/usr/lib/postgresql/"
	cp -a "$root/usr/share/postgresql/$major" "$target/usr/share/postgresql/"
	cp -a "$stage/stage/usr/." "$target/usr/"
	rm -rf "$stage"
	bin=$target/usr/lib/postgresql/$major/bin
	mkdir "$bin/real"
	for program in "$bin"/*; do
		[ -f "$program" ] || continue
		name=$(basename "$program")
		mv "$program" "$bin/real/$name"
		printf '#!/bin/sh\nexec %s --argv0 "%s" --library-path %s "%s" "$@"\n' "$(echo "$root"/usr/lib64/ld-linux-*)" \
			"$program" "$(echo "$root"/usr/lib/*-linux-gnu):$target/usr/lib/postgresql/$major/lib" "$bin/real/$name" >"$program"
		chmod 755 "$program"
	done
	chown -R "$gov_user:" "$target"
}

# Every row of every table that is dumped, but what was noted of refreshes, and the sequences.
facts()
{
	psql -XAtq -v ON_ERROR_STOP=1 -d "$1" <<-'SQL'
		SELECT string_agg(CASE c.relkind WHEN 'S' THEN format('SELECT %L, last_value::text FROM %s', c.relname, c.oid::regclass)
		                  ELSE format('SELECT %L, x::text FROM ONLY %s x', c.relname, c.oid::regclass) END, ' UNION ALL ') || ' ORDER BY 1, 2'
		  FROM pg_class c JOIN pg_extension x ON x.extname = 'governance' AND c.oid = ANY (x.extconfig)
		 WHERE c.relname <> 'gov_matview_refresh' \gexec
	SQL
}

# One test: what was asked, what is, and what should be.
expect()
{
	if [ "$2" = "$3" ]; then
		echo "ok      $1"
	else
		printf 'FAILED  %s\n    is        %s\n    should be %s\n' "$1" "$2" "$3"
		failures=$((failures + 1))
	fi
}

check_upgrade()
{
	local root=${GOV_CHROOTS:-/var/tmp}/governance-root-17

	# the trap at the exit needs to know it
	failures=0

	[ "$(id -u)" -eq 0 ] || gov_die "a chroot needs root"
	[ -d "$root" ] || make_root 17 trixie "$root"
	gov_prepare
	gov_build
	copy_other_server 17 "$root" "$gov_dir/server17"
	new=$gov_dir/server17/usr/lib/postgresql/17/bin
	gov_start
	createdb 'the old one'
	psql -qX -v ON_ERROR_STOP=1 -d 'the old one' -f test/full_world.sql >"$gov_dir/world.log" 2>&1 || { tail "$gov_dir/world.log"; gov_die "no world"; }
	facts 'the old one' >"$gov_dir/facts.before"
	gov_stop

	gov_as_user "$new/initdb" -D "$gov_dir/data17" -A trust -N --no-locale -E UTF8 -U postgres >"$gov_dir/initdb17.log" 2>&1 ||
		{ cat "$gov_dir/initdb17.log"; gov_die "initdb of 17 failed"; }
	mkdir "$gov_dir/work"
	chown "$gov_user:" "$gov_dir/work"
	(cd "$gov_dir/work" && gov_as_user "$new/pg_upgrade" -b "$gov_bin" -B "$new" -d "$gov_dir/data" -D "$gov_dir/data17" \
		-s "$gov_dir/work" -U postgres) >"$gov_dir/upgrade.log" 2>&1 || { tail -n 40 "$gov_dir/upgrade.log"; gov_die "pg_upgrade failed"; }
	trap '[ ! -e "$gov_dir/data17/postmaster.pid" ] || gov_as_user "$new/pg_ctl" -D "$gov_dir/data17" -m immediate stop >/dev/null 2>&1; gov_cleanup' EXIT
	gov_as_user "$new/pg_ctl" -D "$gov_dir/data17" -l "$gov_dir/log17" -w -o "-k $gov_dir/sock -c listen_addresses= -c fsync=off" start >/dev/null ||
		{ cat "$gov_dir/log17"; gov_die "the upgraded server did not start"; }
	ask()
	{
		psql -XAtq -v ON_ERROR_STOP=1 -d 'the old one' "$@"
	}

	expect "the server is another" "$(ask -c 'SHOW server_version_num' | cut -c 1-2)" 17
	facts 'the old one' >"$gov_dir/facts.after"
	expect "every fact and sequence is there" "$(diff "$gov_dir/facts.before" "$gov_dir/facts.after" | head -n 5)" ""
	expect "the ledger is whole" "$(ask -c 'SELECT count(*) FROM gov_ledger_verify()')" 0
	expect "nothing is missing" "$(ask -c "SELECT detector, object_ref, detail FROM gov_drift_finding WHERE detector IN ('half_restored', 'sequence_behind')" 2>&1 | grep -v '^\(WARNING\|DETAIL\|HINT\)')" ""
	expect "nobody votes before roles are confirmed" "$(psql -XAtq -U life_council -d 'the old one' -c "CALL gov_cast_vote('flight', 'COUNCIL', 'approve')" 2>&1 | sed -n 's/^ERROR: *//p')" \
		'no vote of this session counts on approval "flight"'
	ask -c 'ALTER TABLE app.owned RENAME TO renamed' -c 'ALTER VIEW app.seen RENAME TO looked_at'
	expect "what was renamed since is bound by its OID" "$(ask -c "SELECT name || ' ' || state FROM gov_rebind(dry_run => true) WHERE what = 'object' ORDER BY 1")" \
		'table app.owned bound
view app.seen bound'
	ask -c "SELECT gov_rebind(reason => 'upgraded')" >/dev/null
	expect "guards are told in the words of the new server" "$(ask -c "SELECT object_ref, detail FROM gov_drift_finding WHERE detector = 'guard_changed'" 2>/dev/null)" ""
	expect "nothing is born, nothing retires" "$(ask -c "SELECT metric || ' ' || after - before FROM gov_reconcile() WHERE metric = 'objects'")" 'objects 0'
	expect "owners are kept" "$(ask -c "SELECT string_agg(object_ref || ' ' || authority, ', ' ORDER BY object_ref) FROM gov_effective_owner WHERE object_ref IN ('app.renamed', 'app.looked_at') AND resolution = 'direct'")" \
		'app.looked_at ME, app.renamed YOU'
	psql -XAtq -U life_council -d 'the old one' -c "CALL gov_cast_vote('flight', 'COUNCIL', 'approve')"
	psql -XAtq -U life_president -d 'the old one' -c "CALL gov_confirm('flight', 'PRESIDENT', '$(ask -c "SELECT content_hash FROM gov_approval WHERE approval = 'flight'")')"
	expect "the approval in flight gets its second vote, and is confirmed" "$(ask -c "SELECT status FROM gov_approval WHERE approval = 'flight'")" approved
	[ "$failures" -eq 0 ] || gov_die "$failures failed"
}

# What the server's tests need beside their texts: modules in C.
make_server_modules()
{
	local target=$1 library

	library=$("$gov_bin/pg_config" --pkglibdir)
	mkdir -p "$target"
	gcc -O2 -fPIC -shared -fwrapv -fno-strict-aliasing -I"$("$gov_bin/pg_config" --includedir-server)" \
		"$work/source/src/test/regress/regress.c" -o "$target/regress.so"
	cp "$library/autoinc.so" "$library/refint.so" "$target/"
}

# A database as pg_regress makes it; with a mode also governed: every schema is
# enrolled, and a rule asks for an owner of every table, who is there.
make_server_database()
{
	local database=$1 mode=$2 setting

	createdb -T template0 "$database"
	for setting in lc_messages=C lc_monetary=C lc_numeric=C lc_time=C bytea_output=hex timezone_abbreviations=Default; do
		psql -qX -d postgres -c "ALTER DATABASE $database SET ${setting%=*} TO '${setting#*=}'"
	done
	[ "$mode" != none ] || return 0
	psql -qX -d postgres -c "ALTER DATABASE $database SET governance.ddl_mode TO '$mode'"
	PGOPTIONS='-c search_path=governance,public' psql -qX -v ON_ERROR_STOP=1 -d "$database" >"$gov_dir/enrolled.$mode" <<-'SQL'
		CREATE SCHEMA governance;
		CREATE EXTENSION governance SCHEMA governance;
		CREATE TABLE public.governed (id int);
		SELECT FROM gov_enroll_schemas('*');
		SELECT gov_set_authority('ALL', kind => 'human'), gov_create_axis('duty'), gov_set_axis_status('duty', 'active');
		SELECT gov_propose_value('duty', 'policy'), gov_ratify('duty', 'policy'), gov_own(NULL, NULL, 'duty', 'policy', 'ALL');
		SELECT gov_create_rule('TABLES', 'duty', 'cross_product', '{table}'), gov_set_rule_status('TABLES', 'active');
		DROP TABLE public.governed;
	SQL
}

# One run of the server's tests, in a cluster of its own: mode, or none.
run_server_tests()
{
	local mode=$1 folder=$gov_dir/server-tests/$1

	rm -rf "$gov_dir/data"
	gov_start
	mkdir -p "$folder"
	cp -r "$work"/source/src/test/regress/{sql,expected,data,parallel_schedule,resultmap} "$folder/"
	[ "$(id -u)" -ne 0 ] || chown -R "$gov_user:" "$folder"
	make_server_database regression "$mode"
	(cd "$folder" && gov_as_user "$(dirname "$("$gov_bin/pg_config" --pgxs)")/../test/regress/pg_regress" --bindir="$gov_bin" --inputdir="$folder" \
		--outputdir="$folder" --dlpath="$gov_dir/server-tests/modules" --max-concurrent-tests=20 --use-existing --dbname=regression \
		--schedule="$folder/parallel_schedule") >"$folder/log" 2>&1 || true
	[ -s "$folder/regression.out" ] || { tail -n 20 "$folder/log"; gov_die "the server's tests did not run"; }
	[ "$mode" = none ] || PGOPTIONS='-c search_path=governance,public' psql -qXAt -v ON_ERROR_STOP=1 -d regression >"$folder/after" <<-'SQL'
		SELECT unnest(string_to_array(changes, E'\n')) FROM gov_sync(force => true) WHERE current_setting('governance.ddl_mode') <> 'off';
		SELECT 'the ledger: ' || v::text FROM gov_ledger_verify() AS v;
	SQL
	gov_stop
	mv "$gov_dir/log" "$folder/server.log"
}

check_server_tests()
{
	local mode failed=0

	[ "$gov_major" = 15 ] || gov_die "the differences are those of version 15"
	gov_prepare
	work=$gov_dir/work
	fetch_source >"$gov_dir/fetch.log" 2>&1 || { tail -n 20 "$gov_dir/fetch.log"; gov_die "no source of the server"; }
	cd "$gov_dir/src"
	gov_build
	make_server_modules "$gov_dir/server-tests/modules"
	chmod 755 "$gov_dir" "$work"
	for mode in none "$@"; do
		run_server_tests "$mode"
		echo "$mode:"
		! grep -E 'PANIC|terminated by signal|TRAP:' "$gov_dir/server-tests/$mode/server.log" || failed=1
		[ "$mode" != none ] || continue
		perl test/server/differences.pl "$gov_dir/server-tests/none" "$gov_dir/server-tests/$mode" test/server/accepted || failed=1
	done
	[ "$failed" -eq 0 ] || gov_die "the server's own tests differ"
}

case ${1:-} in
	server-tests) shift; check_server_tests ${@:-track off warn} ;;
	companions) check_companions ;;
	upgrade) check_upgrade ;;
	ubsan) check_ubsan ;;
	assert) shift; check_assert "$@" ;;
	has-assert) [ -x "$(assert_prefix)/bin/postgres" ] ;;
	valgrind) shift; check_valgrind "$@" ;;
	coverage) check_coverage ;;
	page) check_page ;;
	metrics) check_metrics ;;
	vpath) check_vpath ;;
	headers) check_headers ;;
	dist) check_dist ;;
	17) shift; check_major 17 trixie "$@" ;;
	# The suite that has 18 is not released: its lists may be past their date.
	18) shift; GOV_APTOPT='Acquire::Check-Valid-Until "false"' check_major 18 forky "$@" ;;
	*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac
