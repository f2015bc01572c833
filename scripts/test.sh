#!/bin/bash
# Runs the tests, several at a time, and ends with one line: N passed, N failed.
#
#     scripts/test.sh              every group        (make test)
#     scripts/test.sh unit flows   these groups       (make test T="unit flows")
#
# A group is a line of groups() below, or an executable test/NAME/run: adding a file adds a group.
# What a test says is kept under build/test/GROUP/; it is shown here if the test fails. A test that
# ends with its own `N passed, N failed[, N skipped]`, or as cmocka does, is counted by that;
# any other counts as one. Exit code 77 means that it could not run here: skipped, with its reason.
set -u
cd "$(dirname "$0")/.."
unset MAKEFLAGS MAKELEVEL MFLAGS # a test that calls make is a first one
export B=${B:-build/gcc-debug}
export TIME_LIMIT=${TIME_LIMIT:-1800}
results=build/test/all

# job GROUP NAME COMMAND: a line for the queue.
job() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }

unit_programs() {
    ls test/*_test.c 2>/dev/null | grep -v '^test/flow_test.c$'
    find src -name '*_test.c' | sort
}

# The longest come first, so that nobody waits for them at the end.
groups() {
    for story in test/browser/*.story.mjs; do
        story=$(basename "$story" .story.mjs)
        job browser "$story" "test/browser/run $story"
    done
    for run in test/*/run; do
        [ ! -x "$run" ] || [ "$run" = test/browser/run ] || job "$(basename "$(dirname "$run")")" all "$run"
    done
    job flows all "$B/test/flow_test"
    unit_programs | while read -r source; do job unit "${source%.c}" "$B/${source%.c}"; done
    job tidy sources "$B/tools/tidy"
    job tidy format scripts/check-format.sh
}

# Runs one job; leaves its log, and its counts in a file beside it.
run_job() {
    IFS=$'\t' read -r group name command <<<"$1"
    log=$results/$group/${name//\//-}.log
    mkdir -p "${log%/*}"
    began=$SECONDS
    bash -c "timeout -k 10 $TIME_LIMIT bash -c '$command'" >"$log" 2>&1 </dev/null
    code=$?
    read -r passed failed skipped < <(count "$log")
    case $code in
    0) [ "$passed$failed$skipped" != 000 ] || passed=1 ;;
    77) [ "$passed$failed$skipped" != 000 ] || skipped=1 ;;
    124 | 137) echo "stopped after $TIME_LIMIT s" >>"$log" ;;
    esac
    [ $code = 0 ] || [ $code = 77 ] || [ "$failed" != 0 ] || failed=1
    echo "$passed $failed $skipped $((SECONDS - began)) $group $name" >"$log.counts"
    if [ "$failed" != 0 ]; then
        echo "---- FAILED: $group $name (exit code $code; $log)"
        grep -v '^\[ *\(RUN\|OK\|=*\) *\]' "$log" | tail -n 60
    elif [ "$skipped" != 0 ]; then
        echo "skipped: $group $name: $(grep -i skip "$log" | head -n 3 | paste -sd' ')"
    elif [ "$group" != unit ]; then
        echo "passed: $group $name ($passed)"
    fi
}

# The counts that a test closed with: our own closing line if there is one, else cmocka's.
count() {
    awk '/^[0-9]+ passed, [0-9]+ failed/ { own = 1; p = $1; f = $3; s = $5 + 0 }
        !own && /^\[  PASSED  \] [0-9]+ test/ { p += $4 }
        !own && /^\[  FAILED  \] [0-9]+ test/ { f += $4 }
        !own && /^\[  SKIPPED \] [0-9]+ test/ { s += $4 }
        END { print p + 0, f + 0, s + 0 }' "$1"
}

export -f run_job count
export results
jobs=$(groups)
if [ $# -gt 0 ]; then
    for group in "$@"; do
        grep -q "^$group"$'\t' <<<"$jobs" && continue
        echo "There is no test group '$group'. There are: $(cut -f1 <<<"$jobs" | sort -u | paste -sd' ')."
        exit 2
    done
    jobs=$(awk -F'\t' -v want=" $* " 'index(want, " " $1 " ")' <<<"$jobs")
fi

# One PostgreSQL server serves all tests: what keeps anything runs on it as well as on SQLite.
if [ -z "${QUITTANCE_TEST_POSTGRES-}" ] && grep -q -E '^(unit|flows|browser|processes)' <<<"$jobs"; then
    exec scripts/test-postgres.sh scripts/test.sh "$@"
fi

mkdir -p build/test
exec 9>build/test/lock
flock -n 9 || { echo "Another run in this folder is under way: waiting for it."; flock 9; }
rm -rf "$results"
mkdir -p "$results"
started=$(date +%s)
# shellcheck disable=SC2016 # $1 is for the shell that is started
tr '\n' '\0' <<<"$jobs" | xargs -0 -r -P "$(nproc)" -I{} bash -c '[ -z "$1" ] || run_job "$1"' - {} 9>&-

find "$results" -name '*.counts' -exec cat {} + | sort -k4 -rn |
    awk 'NR <= 5 && $4 > 5 { printf "%s%s %s %d s", (NR > 1 ? ", " : "the longest: "), $5, $6, $4; n++ }
        END { if (n) print "" }'
# Each that failed once more, where nobody has to look for it, with the first words of why.
find "$results" -name '*.counts' | sort | while read -r counts; do
    read -r _ failed _ _ group name <"$counts"
    [ "$failed" = 0 ] || echo "-- FAILED: $group $name: $(grep -a -m 1 -i -E '^ *(\[ *)?failed|^not so' "${counts%.counts}")"
done
find "$results" -name '*.counts' -exec cat {} + |
    awk -v s="$(($(date +%s) - started))" '{ p += $1; f += $2; k += $3 }
        END { printf "in %d s\n%d passed, %d failed", s, p, f
              if (k) printf ", %d skipped", k
              print ""; exit f > 0 || p == 0 }'
