/* The socket, the daemon, deadlines, and the orderly end. */
#include <errno.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "delivery/web/serve.h"

enum {
    BACKLOG = 1024,
    TICK_MS = 100,        /* how often deadlines are looked at */
    SILENCE_SECONDS = 60, /* a connection without a byte: libmicrohttpd's own clock */
    FILES_BESIDE = 128,   /* descriptors for the database, files, strangers */
    HEAD_CROWDED_MS = 1000,
    STUCK_US = 30 * 1000 * 1000,
    MEMORY_KEPT = 4 << 20, /* of each thread */
};

static void socket_close(void *arg)
{
    close(*(const int *)arg);
}

static bool address_parse(struct op *op, str listen_at, const char **host, const char **port)
{
    ptrdiff_t colon = listen_at.len;
    while (colon > 0 && listen_at.at[colon - 1] != ':') colon--;
    if (colon == 0)
        return op_broken(op, ERR_INVALID, "listen address %.*s has no port", STR(listen_at));
    str name = str_head(listen_at, colon - 1);
    if (str_starts(name, S("[")) && str_ends(name, S("]")))
        name = str_head(str_from(name, 1), name.len - 2);
    *host = name.len > 0 ? str_z(op->mem, name) : NULL;
    *port = str_z(op->mem, str_from(listen_at, colon));
    return true;
}

static bool socket_open(struct op *op, str listen_at, int *fd)
{
    const char *host, *port;
    if (!address_parse(op, listen_at, &host, &port)) return false;
    struct addrinfo want = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int fault = getaddrinfo(host, port, &want, &found);
    if (fault) return op_broken(op, ERR_INVALID, "%.*s: %s", STR(listen_at), gai_strerror(fault));

    *fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1;
    bool fine = *fd >= 0 && setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                bind(*fd, found->ai_addr, found->ai_addrlen) == 0 && listen(*fd, BACKLOG) == 0;
    int why = errno;
    freeaddrinfo(found);
    if (fine) return true;
    if (*fd >= 0) close(*fd);
    return op_broken(op, ERR_INVALID, "cannot listen on %.*s: %s", STR(listen_at), strerror(why));
}

static int port_of(int fd)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0) return 0;
    return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                          : ((struct sockaddr_in *)&at)->sin_port);
}

static void default_to(int *option, int value)
{
    if (*option <= 0) *option = value;
}

static void options_complete(struct serve_options *o)
{
    default_to(&o->workers, 4);
    default_to(&o->queue_max, 64 * o->workers);
    default_to(&o->connections_max, 12 * 1024);
    default_to(&o->head_ms, 10 * 1000);
    default_to(&o->body_ms, 20 * 1000);
    default_to(&o->reply_ms, 30 * 1000);
    default_to(&o->drain_ms, 20 * 1000);
    default_to(&o->seat_ms, 10);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < (rlim_t)o->connections_max + FILES_BESIDE)
        o->connections_max =
            files.rlim_cur > 2 * FILES_BESIDE ? (int)files.rlim_cur - FILES_BESIDE : FILES_BESIDE;
}

static const struct route *const *tables_all(struct arena *mem, const struct app *app)
{
    ptrdiff_t count = 0;
    while (app->routes[count]) count++;
    const struct route **tables = arena_array(mem, const struct route *, count + 2);
    for (ptrdiff_t i = 0; i < count; i++) tables[i] = app->routes[i];
    tables[count] = web_routes;
    return tables;
}

static bool server_prepare(struct op *op, const struct app *app,
                           const struct serve_options *options, struct server *s)
{
    s->app = app;
    s->options = *options;
    options_complete(&s->options);
    s->tables = tables_all(op->mem, app);
    if (!routes_check(op, s->tables)) return false;
    metrics_open(op->mem, s->tables, &s->metrics);

    queue_open(op->mem, &s->queue, s->options.queue_max, s->options.seats, s->options.seat_ms);
    s->connections = arena_array(op->mem, struct connection, s->options.connections_max);
    pthread_mutex_init(&s->lock, NULL);
    return true;
}

static bool daemon_start(struct op *op, struct server *s, int fd)
{
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL,
        receive, s, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, receive_done, s,
        MHD_OPTION_NOTIFY_CONNECTION, connection_notify, s, MHD_OPTION_URI_LOG_CALLBACK,
        receive_url, s, MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->options.connections_max,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)SILENCE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_END);
    return s->daemon || op_broken(op, ERR_INTERNAL, "the HTTP daemon does not start");
}

/* Whoever has a place and says nothing keeps it from others. Where most are taken, those who have
 * not said what they want are late after a second. */
static int64_t patience_lost_us(const struct server *s)
{
    int taken = (int)atomic_load(&s->metrics.connections);
    bool crowded = taken > s->options.connections_max / 8 * 7;
    int64_t less_ms = s->options.head_ms - HEAD_CROWDED_MS;
    return crowded && less_ms > 0 ? less_ms * 1000 : 0;
}

/* Shuts what is late. libmicrohttpd then finds the connection closed and clears it away. */
static void deadlines_keep(struct server *s)
{
    int64_t now = clock_ticks_us(), lost_us = patience_lost_us(s);
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < s->reached; i++) {
        struct connection *c = &s->connections[i];
        int64_t late_us = now + (c->state == IDLE ? lost_us : 0);
        if (c->fd < 0 || c->deadline_us > late_us) continue;
        (void)shutdown(c->fd, SHUT_RDWR);
        c->deadline_us = INT64_MAX;
        atomic_fetch_add(&s->metrics.cut, 1);
    }
    pthread_mutex_unlock(&s->lock);
}

/* Who waits longest for a worker came this long ago: more, and the workers do not come back. */
static bool answers(struct server *s)
{
    struct queue_state queue = queue_look(&s->queue);
    return queue.count == 0 || clock_ticks_us() - queue.first_came_us < STUCK_US;
}

static int under_way(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    int count = s->under_way;
    pthread_mutex_unlock(&s->lock);
    return count;
}

static void serve_until_stopped(struct server *s)
{
    struct pollfd stop = {.fd = s->options.stop_fd, .events = POLLIN};
    while (poll(&stop, 1, TICK_MS) == 0 || (stop.revents == 0 && errno == EINTR)) {
        deadlines_keep(s);
        if (s->options.alive && answers(s)) s->options.alive(s->options.listening_arg);
    }
}

/* Nobody new comes in; who is under way is served, and told that the connection closes. */
static void drain(struct server *s)
{
    int64_t end = clock_ticks_us() + s->options.drain_ms * INT64_C(1000);
    atomic_store(&s->draining, true);
    live_close(s->live);
    (void)MHD_quiesce_daemon(s->daemon); /* the socket is ours, and closed with the arena */
    while (under_way(s) > 0 && clock_ticks_us() < end) {
        (void)poll(NULL, 0, 10);
        deadlines_keep(s);
    }
}

/* A page is copied into a response, which is freed in another thread: malloc would give that memory
 * back to the kernel after each one, and ask for it again. */
static void memory_keep(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
}

bool web_serve(struct op *op, const struct app *app, const struct serve_options *options)
{
    memory_keep();
    struct server *s = arena_new(op->mem, struct server);
    struct worker *workers;
    int *fd = arena_new(op->mem, int);
    if (!server_prepare(op, app, options, s)) return false;
    if (!socket_open(op, options->listen, fd)) return false;
    arena_defer(op->mem, socket_close, fd);
    if (!live_start(op, s, &s->live)) return false;
    if (!workers_start(op, s, &workers)) {
        live_stop(s->live);
        return false;
    }
    if (!daemon_start(op, s, *fd)) {
        workers_stop(workers, s->options.workers);
        live_stop(s->live);
        return false;
    }
    if (options->listening) options->listening(options->listening_arg, port_of(*fd));
    serve_until_stopped(s);
    log_line(op, "server.drain", {"listen", options->listen});
    drain(s);
    workers_stop(workers, s->options.workers);
    MHD_stop_daemon(s->daemon);
    live_stop(s->live);
    return true;
}
