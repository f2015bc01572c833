#!/bin/sh
# Runs a command with a PostgreSQL server of its own, empty and fast, gone afterwards:
#
#     scripts/test-postgres.sh make check
#
# The command finds it in $QUITTANCE_TEST_POSTGRES. A server named there already is used as it is.
set -eu
[ $# -gt 0 ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit 2; }
[ -z "${QUITTANCE_TEST_POSTGRES:-}" ] || exec "$@"

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || echo none)")
if [ ! -x "$bin/initdb" ]; then
    echo "PostgreSQL is not installed: sudo apt-get install postgresql" >&2
    exit 1
fi

# Each test makes a database and drops it, hundreds of files: in memory, where there is plenty, that
# takes a fifth of the time. What is measured (DURABLE=1) is on the disk.
room=/tmp
if [ -z "${DURABLE:-}" ] && [ -w /dev/shm ] &&
    [ "$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)" -ge $((8 << 20)) ] &&
    [ "$(df -Pk /dev/shm | awk 'END { print $4 }')" -ge $((4 << 20)) ]; then
    room=/dev/shm
fi
dir=$(mktemp -d $room/quittance-pg.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    chown postgres "$dir"
    as="setpriv --reuid=postgres --regid=postgres --init-groups"
fi
pid=
stop() {
    trap - EXIT INT TERM
    if [ -n "$pid" ]; then
        kill -QUIT "$pid" 2>/dev/null || :
        wait "$pid" 2>/dev/null || :
    fi
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$dir"
$as "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
    >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
cd "$OLDPWD"

# Tests need not survive a power cut; what is measured (DURABLE=1) syncs as in earnest.
safety='-c fsync=off -c synchronous_commit=off -c full_page_writes=off'
[ -z "${DURABLE:-}" ] || safety=

# A port that nobody uses: try some, PostgreSQL itself says which is free.
for try in 1 2 3 4 5 6 7 8; do
    port=$((20000 + ($$ * 7 + try * 613) % 20000))
    (cd "$dir" && exec $as "$bin/postgres" -D "$dir/data" -p "$port" -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories= $safety -c max_connections=600) >>"$dir/log" 2>&1 &
    pid=$!
    waited=0
    while kill -0 "$pid" 2>/dev/null && [ $waited -lt 600 ]; do
        if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && kill -0 "$pid" 2>/dev/null; then
            QUITTANCE_TEST_POSTGRES="postgresql://postgres@127.0.0.1:$port/postgres"
            export QUITTANCE_TEST_POSTGRES
            status=0
            "$@" || status=$?
            exit $status
        fi
        sleep 0.1
        waited=$((waited + 1))
    done
    wait "$pid" 2>/dev/null || :
    pid=
done
cat "$dir/log" >&2
exit 1
