# Sourced by what starts servers for a while.
#
# free_port [MORE...]: a port on loopback at which nobody listens, nor at those that are so much above
# it: `free_port 1 10` is free, and so are the next one and the tenth. Who needs several takes them
# from one call, or might get one twice. It lies below those that the kernel gives to connections.
free_port() {
    local port more
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 10000))
        for more in 0 "$@"; do
            (exec 3<>/dev/tcp/127.0.0.1/$((port + more))) 2>/dev/null && continue 2
        done
        echo $port
        return
    done
    echo "no port is free" >&2
    return 1
}
