#!/bin/bash
# Two scanners that others wrote look for holes in a demonstration of their own: sqlmap for statements
# that are put together from what is sent, wapiti for scripts, files, redirects and headers. Both come
# in as a person of the receivables team, and as one of a customer.
#
#     make scan                     some minutes; what was found stands in build/scan
#     make scan LEVEL=5 RISK=3 MINUTES=60      as deep as they go
#     make scan ONLY=wapiti         one of them
#
# sqlmap is given every address of the pages that asks for something, one for each path and set of
# names; wapiti finds its way by itself, and is kept from leaving.
set -u
cd "$(dirname "$0")/.."
. scripts/ports.sh
program=${B:-build/gcc-debug}/quittance
level=${LEVEL:-2} risk=${RISK:-2} seconds=$((${MINUTES:-5} * 60))
for need in sqlmap wapiti curl "$program"; do
    command -v "$need" >/dev/null || { echo "skipped: no $need"; exit 77; }
done
out=build/scan
rm -rf "$out" && mkdir -p "$out"
folder=$(mktemp -d)
port=$(free_port 10) # and its gateway
site=http://127.0.0.1:$port
"$program" demo --folder "$folder/demo" --listen "127.0.0.1:$port" >"$out/server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$folder"' EXIT
for _ in $(seq 600); do grep -q 'Stop with Ctrl-C' "$out/server.log" && break; sleep 0.2; done
curl -s -o /dev/null "$site/" || { echo "FAILED: the demonstration does not answer"; exit 1; }

# The cookie of somebody who follows the link that was printed for them.
cookie_of() { # WORDS
    curl -s -L -o /dev/null -c "$folder/jar" "$(grep -A1 "$1" "$out/server.log" | grep -o 'http://[^ ]*')"
    awk -F'\t' 'NF == 7 { printf "%s%s=%s", sep, $6, $7; sep = "; " }' "$folder/jar"
}

# Every address in pages up to three clicks from START that has a query: one for each path and set of names.
addresses() { # COOKIE START
    local new=$2 seen="" next page depth
    for depth in 1 2 3; do
        next=""
        for page in $new; do
            case " $seen " in *" $page "*) continue ;; esac
            seen="$seen $page"
            next="$next $(curl -s -H "Cookie: $1" "$site$page" | grep -o 'href="/[^"#]*' |
                sed 's/^href="//; s/&amp;/\&/g' | grep -v 'sign-out\|/pdf\|\.csv\|/asset' | sort -u)"
        done
        new=$(printf '%s\n' $next | awk '{ shape = $0; gsub(/=[^&]*/, "", shape); gsub(/[a-z]+_[A-Za-z0-9]+/, "id", shape) }
            !known[shape]++')
    done
    printf '%s\n' $seen $new | grep '?' | awk '{ shape = $0; gsub(/=[^&]*/, "", shape); gsub(/[a-z]+_[A-Za-z0-9]+/, "id", shape) }
        !known[shape]++' | sed "s#^#$site#"
}

failed=0
scan() { # NAME WORDS START
    local who=$1 cookie
    cookie=$(cookie_of "$2")
    [ -n "$cookie" ] || { echo "FAILED: nobody came in as $2"; failed=1; return; }
    [ "${ONLY:-sqlmap}" != sqlmap ] || scan_statements "$who" "$cookie" "$3"
    [ "${ONLY:-wapiti}" != wapiti ] || scan_pages "$who" "$cookie" "$3"
}

scan_statements() { # NAME COOKIE START
    local who=$1 cookie=$2 found
    addresses "$cookie" "$3" >"$out/$who.urls"
    sqlmap -m "$out/$who.urls" --cookie="$cookie" --batch --level="$level" --risk="$risk" --threads=2 \
        --answers="crack=N,dict=N,follow=N,do you want to test this URL=Y" --flush-session --disable-coloring \
        --skip=Cookie,User-Agent,Referer,Host --output-dir="$folder/sqlmap" >"$out/$who.sqlmap" 2>&1
    found=$(grep -c "is vulnerable\|Parameter: .*(" "$out/$who.sqlmap")
    echo "sqlmap, $who: $(wc -l <"$out/$who.urls") addresses, $(grep -c "does not seem to be injectable" "$out/$who.sqlmap") names tried, $found found"
    [ "$found" = 0 ] || failed=1
}

# Debian 12's wapiti writes exclusions in a way that its Python does not read any more.
wapiti_mended() {
    /usr/bin/python3 -c 'import fnmatch, re
from wapitiCore.net import crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
from wapitiCore.main.wapiti import wapiti_main
wapiti_main()' "$@"
}

scan_pages() { # NAME COOKIE START
    local who=$1 cookie=$2
    wapiti_mended -u "$site$3" -s "$site$3" --scope domain -H "Cookie: $cookie" -x "$site/sign-out" -x "$site/demo" \
        --max-scan-time "$seconds" --max-attack-time "$((seconds / 10))" --max-links-per-page 60 -d 4 -v 0 --no-bugreport \
        -m "backup,blindsql,cookieflags,crlf,csp,exec,file,htaccess,methods,permanentxss,redirect,shellshock,sql,ssrf,xss,xxe" \
        --store-session "$folder/wapiti" -f json -o "$out/$who.wapiti.json" >"$out/$who.wapiti" 2>&1
    [ -s "$out/$who.wapiti.json" ] || { echo "FAILED: wapiti wrote no report"; failed=1; return; }
    echo "wapiti, $who: $(grep -c '^event=request' "$out/server.log") requests so far"
    awk '/"vulnerabilities"/ { on = 1 } /"anomalies"/ { on = 0 } on && /": \[$/ { name = $0 } on && /"path"/ { n[name]++ }
        END { for (k in n) { gsub(/[":\[]/, "", k); print "  found:" k " " n[k] } }' "$out/$who.wapiti.json" | tee "$out/$who.found"
    [ ! -s "$out/$who.found" ] || failed=1
}
scan team "receivables team" /console
scan customer "customer's clerk" /
exit $failed
