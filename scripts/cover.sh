#!/bin/bash
# How much of the money core its own tests reach (`make cover` calls it):
#
#     scripts/cover.sh run FOLDER "TESTS"     runs the tests that were built to count
#     scripts/cover.sh show FOLDER "FILES"    a row for each file, then what is missing, line by line
#
# A branch is a way that a condition can go, as gcc counts them. Not counted are assert() and
# op_broken(op, ERR_INTERNAL, ...), which are for our own mistakes, and a line that says why nothing
# gets there, in a comment beside it or above it:  /* not reached: REASON */
# Ways that nothing can take stand in test/unreached.txt, each with its reason; one that is taken after
# all, or whose line is gone, is a mistake of the list.
# The end is 1 when a branch or a line is missing.
set -u
cd "$(dirname "$0")/.."
what=$1 folder=$2 names=$3

if [ "$what" = run ]; then
    for name in $names; do
        echo "$name"
    done | xargs -P "$(nproc)" -I{} sh -c 'timeout 900 "$0/{}" >"$0/{}.log" 2>&1 ||
        { tail -n 30 "$0/{}.log"; echo "FAILED: {}"; exit 255; }' "$folder"
    exit
fi

for name in $names; do
    gcov -b -c -t -o "$folder/${name%.c}.gcda" "$name" 2>/dev/null |
        awk -v want="$name" '/:    0:Source:/ { on = $0 ~ "Source:" want "$" } on'
done | awk -v list=test/unreached.txt '
    # FILE: HOW MANY: LINE, then the reason on indented lines.
    BEGIN {
        while ((getline row < list) > 0) {
            if (row ~ /^(#|$)/ || row ~ /^ /) { if (row ~ /^ /) reasoned[key] = 1; continue }
            colon = index(row, ": ")
            many = substr(row, colon + 2)
            key = substr(row, 1, colon + 1) substr(many, index(many, ": ") + 2)
            listed[key] = many + 0
        }
    }
    # What gcov says of a line: "count: number: text", then a row for each branch of it.
    /^ *[^ ]+: *0:Source:/ { sub(/.*Source:/, ""); file = $0; files[++count] = file; above = 0; next }
    /^(function|call|unconditional|------)/ { next }
    /^branch/ {
        if (excused) next
        ways[file]++
        if (/never executed|taken 0/) missing(number, $0 ~ /never executed/ ? "not run" : "branch " $2)
        else taken[file]++
        next
    }
    /^ *[^ ]+: *[0-9]+:/ {
        split($0, part, ":")
        number = part[2] + 0
        text = $0
        sub(/^[^:]*:[^:]*:/, "", text)
        code = part[1]
        gsub(/[ *]/, "", code)
        excused = text ~ /(^|[^_a-z])assert\(/ || text ~ /op_broken\(op, ERR_INTERNAL/ || text ~ /\/\* not reached: / || above
        if (text ~ /\/\* not reached: / && code != "-") reasons[file]++
        # A comment of its own line is for the line below it.
        above = (text ~ /^ *\/\* not reached: / || (above && code == "-"))
        if (code == "-" || excused) next
        lines[file]++
        if (code ~ /^[#=]/) missing(number, "not run")
        else run[file]++
    }
    function missing(n, why,    key) {
        key = text
        sub(/^ */, "", key)
        key = file ": " key
        if (key in listed && ++left[key] <= listed[key]) {
            if (why == "not run" && code ~ /^[#=]/ && !((file, n) in line_left)) { lines[file]--; line_left[file, n] = 1 }
            else ways[file]--
            return
        }
        if (!((file, n) in seen)) { seen[file, n] = 1; order[file] = order[file] " " n; said[file, n] = text }
        reason[file, n] = reason[file, n] (reason[file, n] == "" ? "" : ", ") why
    }
    function share(part, whole) { return whole == 0 ? 100 : int(1000 * part / whole) / 10 }
    END {
        printf "%-40s %16s %18s\n", "file", "lines", "branches"
        for (i = 1; i <= count; i++) {
            f = files[i]
            printf "%-40s %4d of %4d %5s%% %4d of %4d %5s%%\n", f, run[f], lines[f], \
                share(run[f], lines[f]), taken[f], ways[f], share(taken[f], ways[f])
            sum_run += run[f]; sum_lines += lines[f]; sum_taken += taken[f]; sum_ways += ways[f]
            all_reasons += reasons[f]
        }
        printf "%-40s %4d of %4d %5s%% %4d of %4d %5s%%\n", "together", sum_run, sum_lines, \
            share(sum_run, sum_lines), sum_taken, sum_ways, share(sum_taken, sum_ways)
        printf "%d lines say why they are not reached.\n", all_reasons
        for (i = 1; i <= count; i++) {
            split(order[files[i]], at, " ")
            for (j = 1; j in at; j++)
                printf "%s:%d: %s:%s\n", files[i], at[j], reason[files[i], at[j]], said[files[i], at[j]]
        }
        for (key in listed) {
            entries++
            if (left[key] + 0 == listed[key] && reasoned[key]) continue
            printf "%s: \"%s\": %d ways are not taken, %d are listed%s.\n", list, key, left[key], listed[key], \
                reasoned[key] ? "" : ", without a reason"
            bad = 1
        }
        printf "%d lines are explained in %s.\n", entries, list
        missed = sum_lines - sum_run + sum_ways - sum_taken
        printf "%d are missing.\n", missed
        exit bad || missed > 0
    }'
