# lib.sh: what labels.sh and lag.sh have in common: the options --quick and
# --runs N, and the medians of statements that take turns.

runs=9
rows=800000
while [ $# -gt 0 ]; do
	case $1 in
		--quick) runs=3 rows=80000 ;;
		--runs) runs=${2:?}; shift ;;
		*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
	esac
	shift
done

# The median time of each statement of the input, in milliseconds, in database
# $1; they take turns, run after run, on one connection, and the first run only
# warms up.
medians()
{
	local lines run i

	mapfile -t lines
	for run in $(seq 0 "$runs"); do
		for i in "${!lines[@]}"; do
			printf '\\o\n\\echo figure %s %s\n\\o /dev/null\n\\timing on\n%s\n\\timing off\n' "$i" "$run" "${lines[$i]}"
		done
	done | psql -XAtq -v ON_ERROR_STOP=1 "$1" | awk '
		$1 == "figure" { i = $2; run = $3 }
		$1 == "Time:" && run > 0 { print i, $2 }' | sort -k1,1n -k2,2g | awk '
		{ v[$1, ++n[$1]] = $2 }
		END { for (i = 0; i in n; i++) print (v[i, int((n[i] + 1) / 2)] + v[i, int(n[i] / 2) + 1]) / 2 }'
}
