#!/bin/bash
# Runs the fuzz targets (see test/fuzz/fuzz.h), as many at once as there are processors:
#
#     scripts/fuzz.sh PROGRAM "TARGETS" SECONDS     TARGETS empty: all of them
#     scripts/fuzz.sh --cover PROGRAM "TARGETS"     what the corpora reach of each parser
#
# What is found lies in build/fuzz/NAME; the last line is `N passed, N failed`.
set -u
cd "$(dirname "$0")/.."
cover=
[ "${1:-}" != --cover ] || { cover=yes; shift; }
program=$1 wanted=${2:-} seconds=${3:-30}
export program seconds
mkdir -p build/fuzz
FUZZ=list "$program" >build/fuzz/targets
chosen() { awk -v want=" $wanted " 'want == "  " || index(want, " " $1 " ") { print $1 }' build/fuzz/targets; }
[ -n "$(chosen)" ] || { echo "There is no target $wanted. There are: $(awk '{ print $1 }' build/fuzz/targets | xargs)"; exit 2; }

# New finds of this run stay in build/fuzz/NAME/found; only what was looked at goes into the corpus.
one() {
    name=$1 folder=build/fuzz/$1
    rm -rf "$folder" && mkdir -p "$folder/found"
    # The library that reads passkeys asks for as much memory as a stranger's map claims to need, and
    # takes no for an answer: asking is no find, using it is (rss_limit_mb). The sanitizer says the no:
    # if it said yes, its own notes on forty gigabytes would be the memory that is used.
    ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=512 FUZZ=$name "$program" \
        "$folder/found" test/fuzz/corpus/"$name" -malloc_limit_mb=1000000 \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 \
        -artifact_prefix="$folder/" -print_final_stats=1 -verbosity=1 >"$folder/log" 2>&1
    code=$?
    runs=$(awk '/stat::number_of_executed_units/ { print $2 }' "$folder/log")
    slow=$(awk '/stat::slowest_unit_time_sec/ { print $2 }' "$folder/log")
    if [ $code = 0 ]; then
        echo "passed: $name: $runs runs in $seconds s, the slowest took ${slow:-0} s"
    else
        tail -n 40 "$folder/log"
        echo "FAILED: $name: repeat it with FUZZ=$name $program $(ls "$folder"/{crash,timeout,oom,leak}-* 2>/dev/null | head -n 1)"
    fi
}
export -f one

# Lines of a file, or of the functions that are named, as gcc counted them.
reached() {
    gcov -n -f -o "${program%/fuzz}/${1%.c}.gcda" "$1" 2>/dev/null | awk -F"'" -v want=",$2," -v file="$1" '
        /^Function/ { what = index(want, "," $2 ",") ? "wanted" : "" }
        /^File/ { what = $2 == file && want == ",," ? "wanted" : "" }
        /^Lines/ && what { split($0, part, /[:%]| of /); lines += part[4]; run += part[2] * part[4] / 100; what = "" }
        END { printf "%.1f %d\n", lines ? 100 * run / lines : 0, lines; }'
}

if [ -n "$cover" ]; then
    low=0
    while read -r name sources; do
        chosen | grep -qx "$name" || continue
        find "${program%/fuzz}" -name '*.gcda' -delete
        FUZZ=$name "$program" test/fuzz/corpus/"$name" >/dev/null 2>&1 || { echo "FAILED: $name"; low=$((low + 1)); }
        for source in $sources; do
            IFS=: read -r file functions <<<"$source"
            read -r share lines < <(reached "$file" "$functions")
            mark=
            awk "BEGIN { exit !($share < 90) }" && mark="  below 90 %" low=$((low + 1))
            printf '%-10s %-40s %5s %% of %3d lines%s%s\n' "$name" "$file" "$share" "$lines" "${functions:+ that read}" "$mark"
        done
    done <build/fuzz/targets
    [ $low = 0 ]
    exit
fi

chosen | xargs -P "$(nproc)" -I{} bash -c 'one {}' | tee build/fuzz/all.log
passed=$(grep -c '^passed:' build/fuzz/all.log) failed=$(grep -c '^FAILED:' build/fuzz/all.log)
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
