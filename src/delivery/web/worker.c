/* A worker has an arena and a door to the database, and runs one request at a time, start to
 * finish. */
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "delivery/web/dress.h"
#include "delivery/web/edge.h"
#include "delivery/web/reply.h"
#include "delivery/web/serve.h"

struct worker {
    struct server *server;
    pthread_t thread;
    struct turn turn;
    struct arena *mem;
    struct store *store;
    struct clock_kept day;
    struct connection *connection;
    int64_t took_us;
    struct request rq;
    struct reply reply;
};

/* ---- one request --------------------------------------------------------------------------- */

static str header(struct request *rq, const char *name)
{
    struct connection *c = rq->connection;
    return str_of(MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND, name));
}

static str socket_address(struct arena *mem, struct MHD_Connection *mhd)
{
    const struct sockaddr *from =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    char *text = arena_array(mem, char, INET6_ADDRSTRLEN);
    const void *address = from->sa_family == AF_INET6
                              ? (const void *)&((const struct sockaddr_in6 *)from)->sin6_addr
                              : &((const struct sockaddr_in *)from)->sin_addr;
    bool known = from->sa_family == AF_INET6 || from->sa_family == AF_INET;
    return str_of(known ? inet_ntop(from->sa_family, address, text, INET6_ADDRSTRLEN) : NULL);
}

/* The last address is the one our own proxy added; those before it are anybody's claims. */
static str client_address(struct request *rq, struct connection *c)
{
    str claimed = header(rq, "X-Forwarded-For");
    while (str_find(claimed, S(",")) >= 0) claimed = str_cut(claimed, ',').tail;
    const char *text = str_z(rq->op.mem, str_trim(claimed));
    struct in6_addr address;
    bool is_address =
        inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
    if (c->server->options.behind_proxy && is_address) return str_of(text);
    return socket_address(rq->op.mem, c->mhd);
}

static void request_of(struct worker *w, struct connection *c)
{
    w->reply = (struct reply){0};
    w->rq = (struct request){
        .op = {.mem = w->mem, .now = w->server->app->now()},
        .store = w->store,
        .app = w->server->app,
        .route = c->match.route,
        .method = c->method,
        .path = c->path,
        .query = c->query,
        .id = c->match.id,
        .part = c->match.part,
        .body = c->body,
        .reference = str_head(random_token(w->mem, 16), 10),
        .kept_day = &w->day,
        .header = header,
        .connection = c,
    };
    w->rq.client_address = client_address(&w->rq, c);
}

/* A route for what has none, so that guards and pages have one to look at. */
static const struct route nowhere = {GET, "(none)", NULL, .may = MAY_ANYONE, .public = true};

static str methods_allowed(struct arena *mem, const struct route_match *match)
{
    struct text t = {.mem = mem};
    for (int m = GET; m <= DELETE; m++) {
        if (!match->allows[m]) continue;
        text_format(&t, "%s%s", t.len > 0 ? ", " : "", method_name((enum method)m));
        if (m == GET) text_add(&t, S(", HEAD"));
    }
    return text_str(&t);
}

static struct reply reply_instead(struct request *rq, const struct connection *c)
{
    request_begin(rq, &nowhere);
    rq->wants_json = str_starts(rq->path, S("/api/"));
    static const enum err_kind kinds[] = {ERR_INVALID, ERR_MISSING, ERR_BUSY};
    enum err_kind kind = kinds[c->refuse_status == 404 ? 1 : c->refuse_status == 503 ? 2 : 0];
    /* A page that is not there is missed by somebody, whose language and menu it should have. */
    bool dress = rq->app->dress && c->refuse_status == 404 && !rq->wants_json && rq->app->visitor &&
                 rq->app->visitor(rq);
    struct reply reply = reply_refusal(rq, c->refuse_status, kind, c->refuse_words);
    if (dress) return reply_dressed(rq, reply);
    if (c->refuse_status == 405) {
        reply.headers[0].name = "Allow";
        reply.headers[0].value = methods_allowed(rq->op.mem, &c->match);
    }
    return reply;
}

static void request_run(struct worker *w, struct connection *c)
{
    if (c->refuse_status) {
        w->reply = reply_instead(&w->rq, c);
        return;
    }
    if (c->multipart) {
        request_begin(&w->rq, c->match.route); /* what is wrong with a file is told like the rest */
        if (!upload_read(&w->rq, c)) {
            w->reply = reply_errors(&w->rq);
            return;
        }
    }
    w->reply = web_handle(&w->rq, c->match.route);
}

static void log_request(const struct worker *w, const struct connection *c, int64_t took_us)
{
    const struct route *route = c->match.route ? c->match.route : &nowhere;
    struct arena *mem = w->mem;
    struct op op = {.actor = &w->rq.actor};
    log_line(&op, "request", {"method", str_of(method_name(c->method))},
             {"route", str_of(route->path)}, {"status", str_printf(mem, "%d", c->status)},
             {"us", str_printf(mem, "%lld", (long long)took_us)}, {"reference", w->rq.reference},
             {"address", w->rq.client_address});
}

static bool response_set(struct worker *w, struct connection *c, bool close)
{
    return response_make(&w->rq, &w->reply, close, &c->reply_bytes, &c->response);
}

static void respond(struct worker *w, struct connection *c, bool close)
{
    c->status = w->reply.status;
    if (w->reply.watch.version) {
        if (live_response(w->server->live, c, &w->rq, &w->reply)) return;
        w->reply =
            reply_refusal(&w->rq, 503, ERR_BUSY, N_("We are busy. Please try again in a moment."));
    }
    if (!response_set(w, c, close)) { /* the file of the reply cannot be opened */
        (void)op_broken(&w->rq.op, ERR_INTERNAL, "no response can be made");
        w->reply = reply_errors(&w->rq);
        (void)response_set(w, c, true);
    }
    c->status = w->reply.status;
}

static void serve(void *worker)
{
    struct worker *w = worker;
    request_of(w, w->connection);
    request_run(w, w->connection);
    respond(w, w->connection, w->server->draining);
}

static void tell_full(void *worker)
{
    struct worker *w = worker;
    request_of(w, w->connection);
    (void)op_broken(&w->rq.op, ERR_INTERNAL, "the request needs more memory than there is, %d MiB",
                    WORKER_BYTES >> 20);
    log_errors(&w->rq.op, "request.memory");
    w->rq.route = &nowhere;
    w->reply = reply_errors(&w->rq);
    respond(w, w->connection, true);
}

/* What was begun before the arena was full. */
static void response_drop(struct connection *c)
{
    if (c->response) MHD_destroy_response(c->response);
    c->response = NULL;
}

static void tell_log(void *worker)
{
    struct worker *w = worker;
    log_request(w, w->connection, w->took_us);
}

/* Full, everything it held is given back before anybody hears of it. Where there is no memory even
 * to say so, the connection is closed. */
static void connection_serve(struct worker *w, struct connection *c)
{
    struct arena_mark start = arena_mark(w->mem);
    w->connection = c;
    if (!arena_try(w->mem, serve, w)) {
        response_drop(c);
        if (!arena_try(w->mem, tell_full, w)) {
            response_drop(c);
            c->status = 500;
        }
    }
    w->took_us = clock_ticks_us() - c->came_us;
    metrics_count(w->server, c->match.route, c->status, w->took_us);
    if (c->response) (void)arena_try(w->mem, tell_log, w);
    arena_rewind(w->mem, start);
    MHD_resume_connection(c->mhd);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    for (struct connection *c; (c = queue_take(&w->server->queue, &w->turn));)
        connection_serve(w, c);
    return NULL;
}

static bool worker_start(struct op *op, struct server *s, struct worker *w)
{
    w->server = s;
    turn_open(&w->turn);
    w->mem = arena_open(WORKER_BYTES);
    if (!store_open(op, s->app->db, &w->store)) return false;
    if (pthread_create(&w->thread, NULL, work, w) != 0)
        return op_broken(op, ERR_INTERNAL, "cannot start a thread");
    return true;
}

bool workers_start(struct op *op, struct server *s, struct worker **out)
{
    struct worker *workers = arena_array(op->mem, struct worker, s->options.workers);
    for (int i = 0; i < s->options.workers; i++)
        if (!worker_start(op, s, &workers[i])) {
            workers_stop(workers, i);
            return false;
        }
    *out = workers;
    return true;
}

void workers_stop(struct worker *workers, int count)
{
    if (count == 0) return;
    queue_close(&workers->server->queue);
    for (int i = 0; i < count; i++) {
        pthread_join(workers[i].thread, NULL);
        store_close(workers[i].store);
        arena_close(workers[i].mem);
    }
}
