# Whole sentences in C that no translator sees: literals which begin with a capital, have several
# words and end like a sentence, and are not in the list of messages, which comes first:
#
#     awk -f unsaid.awk messages.pot FILE.c…
#
# What op_broken and the log say is for the log, and what a route is about is for the API's document:
# both stay English.

function unescape(s) { gsub(/\\"/, "\"", s); gsub(/\\\\/, "\\", s); gsub(/\\n/, "\n", s); return s }

# The literal at the head of s, with those that follow it directly, without quotes.
function literal(s, out) {
    out = ""
    while (match(s, /^[ \t\n]*"([^"\\]|\\.)*"/)) {
        piece = substr(s, 1, RLENGTH)
        sub(/^[ \t\n]*"/, "", piece)
        sub(/"$/, "", piece)
        out = out piece
        s = substr(s, RLENGTH + 1)
    }
    rest = s
    return out
}

function for_the_log(before) {
    sub(/.*[;{}]/, "", before)
    return before ~ /op_broken|log_|print_|N_\($|about = $/
}

function look(text, before, said) {
    line = 1
    while ((at = index(text, "\"")) > 0) {
        before = substr(text, 1, at - 1)
        line += gsub(/\n/, "\n", before)
        context = substr(context before, length(context before) - 400)
        text = substr(text, at)
        was = text
        said = literal(text)
        if (rest == text) { text = substr(text, 2); continue }
        if (said ~ /^[A-Z“][^ ]* [^ ]+ .*[.?!]$/ && !(unescape(said) in known) && !for_the_log(context)) {
            printf "%s:%d: \"%s\"\n", FILENAME, line, said
            found++
        }
        gone = substr(was, 1, length(was) - length(rest))
        line += gsub(/\n/, "\n", gone)
        context = context " "
        text = rest
    }
}

BEGIN { RS = "\001" }
NR == 1 {
    count = split($0, lines, "\n")
    for (i = 1; i <= count + 1; i++) {
        if (lines[i] ~ /^"/ && id != "") { s = lines[i]; gsub(/^"|"$/, "", s); id = id s; continue }
        if (id != "") known[unescape(substr(id, 2))] = 1
        id = ""
        if (lines[i] ~ /^msgid(_plural)? "/) {
            s = lines[i]
            sub(/^msgid(_plural)? "/, "", s)
            sub(/"$/, "", s)
            id = "x" s
        }
    }
    next
}
{
    gsub(/'"'/, "' '")
    look($0)
}
END { exit found > 0 }
