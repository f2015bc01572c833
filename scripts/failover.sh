#!/bin/bash
# Kills the PostgreSQL primary while eight writers record payments over HTTP, and counts.
#
#     make failover                   a synchronous standby is promoted: nothing may be lost
#     make failover ASYNC=1           the negative control: an asynchronous one that lags must lose some
#     make failover PATRONI=1 N=3     Patroni and etcd promote by themselves, N times
#
# Each writer sends each payment under its own key until it is answered with 201. "Acknowledged" are
# the keys that were. All of it runs on loopback, on free ports, and ends with the script.
set -u
cd "$(dirname "$0")/.."
. scripts/ports.sh
program=$PWD/${B:-build/gcc-debug}/quittance
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
times=${N:-1} writers=8
needs="curl psql $bin/pg_basebackup $program"
[ -z "${PATRONI-}" ] || needs="$needs patroni etcd"
for need in $needs; do
    command -v "$need" >/dev/null || { echo "skipped: no $need"; exit 77; }
done
dir=$(mktemp -d /tmp/quittance-failover-XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
    as="setpriv --reuid=postgres --regid=postgres --init-groups"
    chown postgres "$dir"
fi
pids=() server= paying=()
# A node dies as a machine does: all its processes at once, none of which can say anything.
node_kill() { # NUMBER
    local postmaster
    postmaster=$(head -n 1 "$dir/node-$1/postmaster.pid" 2>/dev/null)
    [ -z "$postmaster" ] || postmaster="$postmaster $(pgrep -P "$postmaster" | paste -sd' ')"
    # shellcheck disable=SC2086 # a list
    kill -KILL ${node_pid[$1]} $postmaster 2>/dev/null
    killed=$(now_ms)
}
finish() {
    touch "$dir/stop" 2>/dev/null
    [ ${#paying[@]} = 0 ] || kill "${paying[@]}" 2>/dev/null
    [ -z "$server" ] || kill "$server" 2>/dev/null
    for i in 0 1 2; do [ "${node_pid[$i]}" = 0 ] || node_kill $i; done
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null
    wait 2>/dev/null
    [ -n "${KEEP-}" ] && echo "kept: $dir" || rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM
die() { echo "failed: $*"; tail -n 5 "$dir"/*.log; exit 1; }
now_ms() { date +%s%3N; }
until_true() { # SECONDS COMMAND...
    local until=$((SECONDS + $1))
    shift
    while ! "$@"; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.1
    done
}
node_port=($(free_port 1 2))
node_port+=($((node_port + 1)) $((node_port + 2)))
node_pid=(0 0 0)
at() { psql -qtA "postgresql://postgres@127.0.0.1:${node_port[$1]}/${3:-postgres}?connect_timeout=5" -c "$2" 2>>"$dir/psql.err"; }

# ---- two servers, by hand ------------------------------------------------------------------------
node_start() { # NUMBER FURTHER ARGUMENTS OF postgres
    local i=$1
    shift
    (cd "$dir" && exec $as "$bin/postgres" -D "$dir/node-$i" -p "${node_port[$i]}" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100 "$@") \
        >>"$dir/node-$i.log" 2>&1 &
    node_pid[$i]=$!
    disown $! # its death is no news
    until_true 20 "$bin/pg_isready" -q -h 127.0.0.1 -p "${node_port[$i]}" || die "node $i"
}
leader_now() { echo "$leader"; }
pair_open() {
    local sync=(-c "synchronous_standby_names=*")
    [ -z "${ASYNC-}" ] || sync=()
    (cd "$dir" && $as "$bin/initdb" -D "$dir/node-0" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -k \
        >initdb.log 2>&1) || die initdb
    node_start 0
    (cd "$dir" && $as "$bin/pg_basebackup" -R -D "$dir/node-1" -U postgres -h 127.0.0.1 -p "${node_port[0]}" \
        -c fast >base.log 2>&1) || die pg_basebackup
    kill -INT "${node_pid[0]}"
    until_true 20 eval '! kill -0 "${node_pid[0]}" 2>/dev/null' || die "node 0 does not stop"
    node_start 0 "${sync[@]}"
    node_start 1
    until_true 20 eval '[ "$(at 0 "select count(*) from pg_stat_replication where state = '\''streaming'\''")" = 1 ]' ||
        die "the standby does not follow"
    leader=0
    hosts=127.0.0.1:${node_port[0]},127.0.0.1:${node_port[1]}
}
pair_fail() {
    if [ -n "${ASYNC-}" ]; then # it receives nothing more for a while
        receiver=$(pgrep -f walreceiver -P "${node_pid[1]}")
        kill -STOP "$receiver" || die "no receiver"
        sleep 1
    fi
    node_kill 0
    node_pid[0]=0
    [ -z "${ASYNC-}" ] || kill -KILL "$receiver"
    (cd "$dir" && $as "$bin/pg_ctl" -D "$dir/node-1" promote -w >promote.log 2>&1)
    if [ -n "${ASYNC-}" ]; then # a dead child makes it start anew, and not follow any more
        until_true 20 eval '[ "$(at 1 "select pg_is_in_recovery()")" = f ] || (cd "$dir" && '"$as $bin/pg_ctl"' -D "$dir/node-1" promote -w) >/dev/null 2>&1'
    fi
    leader=1
}

# ---- three servers with Patroni and etcd ---------------------------------------------------------
patroni_start() { # NUMBER
    $as patroni "$dir/patroni-$1.yml" >>"$dir/patroni-$1.log" 2>&1 &
    node_pid[$1]=$!
    disown $!
}
leader_find() {
    for i in 0 1 2; do
        [ "${node_pid[$i]}" != 0 ] && [ "$(at $i 'select pg_is_in_recovery()')" = f ] && leader=$i && return
    done
    false
}
followers() { at "$leader" "select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')"; }
all_follow() { leader_find && [ "$(at "$leader" "select count(*) from pg_stat_replication where state = 'streaming'")" = 2 ]; }
patroni_open() {
    local rest client peer
    client=$(free_port 1) peer=$((client + 1))
    etcd --data-dir "$dir/etcd" --listen-client-urls "http://127.0.0.1:$client" \
        --advertise-client-urls "http://127.0.0.1:$client" --listen-peer-urls "http://127.0.0.1:$peer" \
        --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "default=http://127.0.0.1:$peer" \
        >"$dir/etcd.log" 2>&1 &
    pids+=($!)
    until_true 20 curl -sf -o "$dir/health" "http://127.0.0.1:$client/health" || die etcd
    rest=$(free_port 1 2)
    for i in 0 1 2; do
        cat >"$dir/patroni-$i.yml" <<YML
scope: books
name: node$i
restapi: {listen: "127.0.0.1:$((rest + i))", connect_address: "127.0.0.1:$((rest + i))"}
etcd3: {host: "127.0.0.1:$client"}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 5
    retry_timeout: 5
    synchronous_mode: true
    synchronous_mode_strict: true
    maximum_lag_on_failover: 1048576
    postgresql:
      use_pg_rewind: true
      parameters: {max_connections: 100, synchronous_commit: "on", wal_log_hints: "on"}
  initdb: [{encoding: UTF8}, {locale: C.UTF-8}, data-checksums]
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
postgresql:
  listen: "127.0.0.1:${node_port[$i]}"
  connect_address: "127.0.0.1:${node_port[$i]}"
  data_dir: "$dir/node-$i"
  bin_dir: "$bin"
  pgpass: "$dir/pgpass-$i"
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
  authentication:
    superuser: {username: postgres}
    replication: {username: postgres}
    rewind: {username: postgres}
  parameters: {unix_socket_directories: ""}
YML
        chmod 644 "$dir/patroni-$i.yml"
        patroni_start $i
        [ $i != 0 ] || until_true 60 leader_find || die "no leader"
    done
    until_true 90 all_follow || die "the others do not follow"
    until_true 60 eval '[ "$(followers)" -ge 1 ]' || die "nobody follows synchronously"
    hosts=127.0.0.1:${node_port[0]},127.0.0.1:${node_port[1]},127.0.0.1:${node_port[2]}
}
patroni_fail() {
    local dead=$leader
    node_kill "$dead"
    node_pid[$dead]=0
    until_true 90 leader_find || die "no new leader"
    echo "$dead" >"$dir/dead"
}
patroni_mend() {
    local dead=$(cat "$dir/dead")
    patroni_start "$dead"
    until_true 120 all_follow || die "node $dead does not come back"
    until_true 60 eval '[ "$(followers)" -ge 1 ]' || die "nobody follows synchronously"
}

# ---- the books, and who writes to them -----------------------------------------------------------
books_open() {
    at "$leader" "create database books" || die "create database"
    export QUITTANCE_DATABASE=postgresql://postgres@$hosts/books QUITTANCE_KEYFILE=$dir/key
    export QUITTANCE_MAIL=file:$dir/mail QUITTANCE_LISTEN=127.0.0.1:$(free_port) QUITTANCE_WORKERS=$writers
    mkdir "$dir/books" && cd "$dir/books" || exit 1
    "$program" migrate >set-up.log 2>&1 &&
        "$program" entity put --name Nordwind --currency EUR --zone Europe/Berlin >>set-up.log 2>&1 ||
        die "$(cat set-up.log)"
    key=$("$program" key add bank --role manager 2>>set-up.log | head -n 1)
    "$program" serve >serve.out 2>serve.err &
    server=$!
    until_true 20 eval '[ "$(curl -s --max-time 2 "http://$QUITTANCE_LISTEN/readyz")" = ready ]' || die serve
    if grep -q "does not wait for its standby" serve.err; then warned=1; else warned=; fi
    [ "$warned" = "${ASYNC:+1}" ] || die "the server's warning about its standby: ${warned:-none}"
}
pay() { # WRITER: one payment after the other, each under its key until it is taken
    local n=0 code
    while [ ! -e "$dir/stop" ]; do
        n=$((n + 1)) code=
        while [ "$code" != 201 ]; do
            code=$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 "http://$QUITTANCE_LISTEN/api/v1/payments" \
                -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
                -H "Idempotency-Key: $1-$n" -d "{\"amount\": {\"value\": \"1.19\", \"currency\": \"EUR\"},
                \"value_date\": \"2026-05-20\", \"payer\": \"Hallam\", \"bank_reference\": \"$1-$n\", \"quiet\": true}")
            case $code in
            201) ;;
            503 | 000 | 409) echo "$code" >>"$dir/again-$1"; sleep 0.05 ;;
            *) echo "$1-$n: $code" >>"$dir/refused"; return ;;
            esac
        done
        echo "$(now_ms) $1-$n" >>"$dir/acked-$1"
    done
}
# The longest silence between two acknowledgements after the kill began.
gap() {
    cat "$dir"/acked-* | sort -n | awk -v killed="$1" '{
        if ($1 > killed && last && $1 - last > most) most = $1 - last; last = $1 }
        END { printf "%d.%02d", most / 1000, most % 1000 / 10 }'
}

if [ -n "${PATRONI-}" ]; then patroni_open; else pair_open; fi
books_open
for w in $(seq $writers); do
    pay "$w" &
    paying+=($!)
done
gaps=
for turn in $(seq "$times"); do
    sleep 3
    before=$(cat "$dir"/acked-* | wc -l)
    if [ -n "${PATRONI-}" ]; then patroni_fail; else pair_fail; fi
    taken() { [ "$(cat "$dir"/acked-* | wc -l)" -gt $((seen + 40)) ]; }
    seen=$(cat "$dir"/acked-* | wc -l)
    until_true 90 taken || die "nothing is taken any more"
    gaps="$gaps $(gap $((killed - 50)))"
    [ -z "${PATRONI-}" ] || [ "$turn" = "$times" ] || patroni_mend
done
touch "$dir/stop"
wait "${paying[@]}"
paying=()

# ---- the count -----------------------------------------------------------------------------------
cat "$dir"/acked-* | awk '{ print $2 }' | sort >"$dir/acked"
at "$leader" "select bank_ref from payment where bank_ref <> ''" books | sort >"$dir/kept"
acked=$(wc -l <"$dir/acked")
lost=$(comm -23 "$dir/acked" <(sort -u "$dir/kept") | wc -l)
doubled=$(uniq -d "$dir/kept" | wc -l)
resent=$(cat "$dir"/again-* 2>/dev/null | wc -l)
[ ! -e "$dir/refused" ] || die "refused: $(head -n 3 "$dir/refused")"
"$program" verify >"$dir/verify.log" 2>&1 || die "the books are wrong"
echo "acknowledged $acked, lost $lost, doubled $doubled, sent again $resent; silent for (s):$gaps"
[ "$doubled" = 0 ] || exit 1
if [ -n "${ASYNC-}" ]; then
    [ "$lost" -gt 0 ] || { echo "an asynchronous standby that lagged lost nothing: this test sees nothing"; exit 1; }
    echo "as it must: asynchronous replication loses what was acknowledged"
else
    [ "$lost" = 0 ]
fi
