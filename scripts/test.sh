#!/bin/bash
# test.sh: builds the extension with warnings as errors, and runs every test
# on a private server: style check, regression, isolation, whole-server.
#
#	scripts/test.sh [--keep] [PART ...]
#
# PART is style, build, regress, isolation or tap; all by default.  --keep
# leaves the temporary directory (not the server) for a look.  The last line
# is "N passed, N failed"; the exit code is 0 when nothing failed.
#
# For some tests of a part: GOV_REGRESS names regression tests to run,
# GOV_REGRESS_WITHOUT those to leave out, GOV_TESTS files of t/.
set -eu
. "$(dirname "$0")/lib.sh"

passed=0
failed=0
keep=no
parts=
for arg in "$@"; do
	case $arg in
		--keep) keep=yes ;;
		style | build | regress | isolation | tap) parts+=" $arg" ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
done
parts=${parts:-style build regress isolation tap}

wanted()
{
	case " $parts " in *" $1 "*) true ;; *) false ;; esac
}

pass()
{
	passed=$((passed + 1))
	echo "ok      $*"
}

fail()
{
	failed=$((failed + 1))
	echo "FAILED  $*"
}

# Runs a command as one test; its output shows only when it fails.
one()
{
	local name=$1 log=$gov_dir/one.log

	shift
	if "$@" >"$log" 2>&1; then
		pass "$name"
	else
		fail "$name"
		sed 's/^/    /' "$log"
	fi
}

# Counts the lines of a driver's output, shows what failed, and adds one
# failure when the driver failed without naming a test.
count()
{
	local part=$1 code=$2 log=$3 diffs=$4 good bad

	# "test NAME ... ok" (15), "ok N - NAME" (17 and later, and prove -v).
	good=$(grep -cE '^(test )?[^#]* \.\.\. +ok( |$)|^ok +[0-9]+' "$log" || true)
	bad=$(grep -cE '^(test )?[^#]* \.\.\. +(FAILED|failed)|^not ok +[0-9]+' "$log" || true)
	if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	if [ "$bad" -gt 0 ]; then
		# What failed first, with what was said of it: the end of a long log may not have it.
		awk '/^not ok/ {left = 30} left > 0 && (/^not ok/ || /^#/) {print "    " $0; left--; next} {left = 0}' "$log" | head -n 200
		sed 's/^/    /' "$log" | grep -vE '^    ok ' | tail -n 200
		[ ! -s "$diffs" ] || head -n "${GOV_DIFF_LINES:-600}" "$diffs"
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
	if [ "$bad" -eq 0 ]; then
		echo "ok      $part: $good tests"
	else
		echo "FAILED  $part: $bad of $((good + bad)) tests"
	fi
}

run_driver()
{
	local part=$1 diffs=$2 log=$gov_dir/$1.log code=0

	shift 2
	gov_make installcheck "$@" >"$log" 2>&1 || code=$?
	count "$part" "$code" "$log" "$diffs"
}

# The regression tests that are wanted, as an argument of make; none when all are.
regress_wanted()
{
	local test tests=${GOV_REGRESS:-}

	if [ -n "${GOV_REGRESS_WITHOUT:-}" ]; then
		for test in sql/*.sql; do
			test=$(basename "$test" .sql)
			case " $GOV_REGRESS_WITHOUT setup " in *" $test "*) ;; *) tests+=" $test" ;; esac
		done
	fi
	[ -z "$tests" ] || echo "REGRESS=setup $tests"
}

# The server's headers were configured for gcc, whose name for the form of
# printf clang does not know; the version stands in the control file.
run_clang()
{
	gov_as_user clang -fsyntax-only -Wall -Wextra -Werror -Wno-ignored-attributes -Isrc \
		"-DGOV_VERSION=\"$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" governance.control)\"" \
		-isystem "$("$gov_bin/pg_config" --includedir-server)" $("$gov_bin/pg_config" --cppflags) \
		$(find governance.c src -name "*.c")
}

gov_prepare
if [ "$keep" = yes ]; then
	echo "Working in $gov_dir"
fi
echo "governance $(sed -n "s/^default_version *= *'\(.*\)'/\1/p" governance.control)," \
	"$("$gov_bin/postgres" --version)"

if wanted style && [ -x scripts/check_style ]; then
	code=0
	gov_as_user perl scripts/check_style >"$gov_dir/style.log" 2>&1 || code=$?
	count style "$code" "$gov_dir/style.log" /dev/null
fi

before=$failed
one "build with gcc, warnings are errors" gov_build
built=$((failed == before))
if [ "$built" -eq 1 ] && wanted build && command -v clang >/dev/null; then
	one "compile with clang, warnings are errors" run_clang
fi

if [ "$built" -eq 1 ]; then
	# A machine that is slow today must not tell more than is expected.
	GOV_SERVER_OPTIONS="${GOV_SERVER_OPTIONS:-} -c governance.progress_after=-1"
	gov_start
	if wanted regress && ls sql/*.sql >/dev/null 2>&1; then
		regress=$(regress_wanted)
		run_driver regress "$(gov_objects)/regression.diffs" ISOLATION= TAP_TESTS= ${regress:+"$regress"}
	fi
	if wanted isolation && ls specs/*.spec >/dev/null 2>&1; then
		run_driver isolation "$(gov_objects)/output_iso/regression.diffs" REGRESS= TAP_TESTS=
	fi
	if grep -E 'PANIC|terminated by signal|runtime error:| leak: |resource was not closed' "$gov_dir/log"; then
		fail "the server's log is free of crashes, leaks and undefined behaviour"
	else
		pass "the server's log is free of crashes, leaks and undefined behaviour"
	fi
	if wanted tap && ls t/*.pl >/dev/null 2>&1; then
		run_driver tap /dev/null REGRESS= ISOLATION= PROVE_FLAGS=-v ${GOV_TESTS:+PROVE_TESTS="$GOV_TESTS"}
	fi
	if grep -rhs TRAP: "$gov_dir/log" "$(gov_objects)/tmp_check/log"; then
		fail "no assertion of the server failed"
	else
		pass "no assertion of the server failed"
	fi
	if [ -n "${GOV_WRAPPER:-}" ]; then
		gov_stop
		# A report begins with a marker; those that name the library are ours.
		if sed -n '/VGERR-BEGIN/,/VGERR-END/p' "$gov_dir"/valgrind-*.log |
			awk '/VGERR-BEGIN/{r = ""} {r = r $0 "\n"} /VGERR-END/{if (r ~ /governance\.so|: gov_[a-z_0-9]+ \(/) {printf "%s", r; n++}} END {exit !n}'; then
			fail "valgrind reports nothing in the library"
		else
			pass "valgrind reports nothing in the library"
		fi
	fi
	gov_stop
	if [ -n "${GOV_COVERAGE:-}" ]; then
		gov_as_user gcovr -r . --exclude-throw-branches || fail "gcovr"
	fi
fi

gov_keep=$keep
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
