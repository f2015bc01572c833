/* What this process counts about itself, and what the database says, for operators. */
#include "base/arena.h"
#include "base/clock.h"
#include "delivery/web/measure.h"
#include "delivery/web/serve.h"
#include "delivery/web/web_routes.h"
#include "store/store.h"

static const struct {
    int64_t us;
    const char *le;
} limits[DURATIONS] = {
    {1000, "le=\"0.001\""},    {2500, "le=\"0.0025\""}, {5000, "le=\"0.005\""},
    {10000, "le=\"0.01\""},    {25000, "le=\"0.025\""}, {50000, "le=\"0.05\""},
    {100000, "le=\"0.1\""},    {250000, "le=\"0.25\""}, {500000, "le=\"0.5\""},
    {1000000, "le=\"1.0\""},   {2500000, "le=\"2.5\""}, {5000000, "le=\"5.0\""},
    {10000000, "le=\"10.0\""},
};

/* ---- counting ---- */

static ptrdiff_t table_len(const struct route *table)
{
    ptrdiff_t count = 0;
    while (table[count].path) count++;
    return count;
}

void metrics_open(struct arena *mem, const struct route *const *tables, struct metrics *m)
{
    ptrdiff_t count = 1; /* place 0: no route */
    for (; *tables; tables++) count += table_len(*tables);
    m->by_route = arena_array(mem, struct route_count, count);
    m->started = clock_now();
}

/* The number of a route among all: those of the tables, one behind the other. */
static ptrdiff_t route_number(const struct route *const *tables, const struct route *route)
{
    ptrdiff_t number = 1;
    for (; route && *tables; tables++) {
        ptrdiff_t len = table_len(*tables);
        if (route >= *tables && route < *tables + len) return number + (route - *tables);
        number += len;
    }
    return 0;
}

void metrics_count(struct server *s, const struct route *route, int status, int64_t took_us)
{
    struct metrics *m = &s->metrics;
    int i = 0;
    while (i < DURATIONS && took_us > limits[i].us) i++;
    atomic_fetch_add(&m->by_duration[i], 1);
    atomic_fetch_add(&m->duration_us, took_us);
    atomic_fetch_add(&m->by_route[route_number(s->tables, route)].by_class[status / 100 % CLASSES],
                     1);
}

/* ---- telling ---- */

static void put_route(struct text *t, const struct route *route, const struct route_count *counts)
{
    for (int i = 1; i < CLASSES; i++) {
        if (counts->by_class[i] == 0) continue;
        str labels =
            str_printf(t->mem, "method=\"%s\",route=\"%s\",status=\"%dxx\"",
                       route ? method_name(route->method) : "", route ? route->path : "", i);
        measure_put(t, "http_requests_total", labels.at, counts->by_class[i]);
    }
}

static void put_routes(struct text *t, const struct server *s)
{
    const struct route_count *counts = s->metrics.by_route;
    measure_head(t, "http_requests_total", "counter", "Requests answered, by route and status.");
    put_route(t, NULL, counts++);
    for (const struct route *const *table = s->tables; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            put_route(t, route, counts++);
}

static void put_durations(struct text *t, const struct metrics *m)
{
    static const char name[] = "http_request_duration_seconds";
    int64_t sum = 0;
    measure_head(t, name, "histogram", "From a request's head to its answer.");
    for (int i = 0; i < DURATIONS; i++) {
        sum += m->by_duration[i];
        measure_put(t, "http_request_duration_seconds_bucket", limits[i].le, sum);
    }
    sum += m->by_duration[DURATIONS];
    measure_put(t, "http_request_duration_seconds_bucket", "le=\"+Inf\"", sum);
    measure_seconds(t, "http_request_duration_seconds_sum", "", m->duration_us);
    measure_put(t, "http_request_duration_seconds_count", "", sum);
}

static void put_server(struct text *t, struct server *s)
{
    struct metrics *m = &s->metrics;
    put_routes(t, s);
    put_durations(t, m);
    int queued = queue_look(&s->queue).count;
    pthread_mutex_lock(&s->lock);
    int under_way = s->under_way;
    pthread_mutex_unlock(&s->lock);
    measure_one(t, "http_queue_length", "gauge", "Requests that wait for a worker.", queued);
    measure_one(t, "http_requests_in_flight", "gauge", "Requests from head to last byte.",
                under_way);
    measure_one(t, "http_connections", "gauge", "Open connections.", m->connections);
    measure_one(t, "http_refused_total", "counter", "Requests refused at the door.", m->refused);
    measure_one(t, "http_cut_total", "counter", "Connections cut because they were slow.", m->cut);
    measure_head(t, "start_time_seconds", "gauge", "When this process began, since 1970.");
    measure_seconds(t, "start_time_seconds", "", m->started);
}

static void put_database(struct text *t, struct database *db)
{
    struct database_counts counts;
    database_counts(db, &counts);
    measure_one(t, "db_commits_total", "counter", "Commits of what writes.", counts.commits);
    measure_one(t, "db_writes_total", "counter", "Transactions that shared them.", counts.writes);
    measure_head(t, "db_lane_wait_seconds_total", "counter", "Waited for a turn to write.");
    measure_seconds(t, "db_lane_wait_seconds_total", "", counts.wait_us);
    measure_one(t, "db_retries_total", "counter",
                "Transactions run again because they met another one.", counts.retries);
}

struct asking {
    const struct app *app;
    struct text *text;
};

static bool ask_program(struct op *op, void *arg)
{
    struct asking *a = arg;
    return a->app->measure(op, a->app, a->text);
}

struct reply metrics_show(struct request *rq)
{
    /* Not the public's: only who asks from this machine, and not through the proxy. */
    bool here = str_eq(rq->client_address, S("127.0.0.1")) || str_eq(rq->client_address, S("::1"));
    if (!here || rq->header(rq, "X-Forwarded-For").len > 0) return reply_missing(rq);

    struct arena *mem = rq->op.mem;
    struct text t = {.mem = mem};
    struct connection *c = rq->connection;
    const char *version = rq->app->version ? rq->app->version : "";
    measure_head(&t, "build_info", "gauge", "The program and its database.");
    measure_put(&t, "build_info",
                str_printf(mem, "version=\"%s\",database=\"%s\"", version,
                           rq->app->db ? database_engine(rq->app->db) : "")
                    .at,
                1);
    if (c) put_server(&t, c->server);
    if (rq->app->db) put_database(&t, rq->app->db);
    /* A database that does not answer must not hide what the process knows. */
    struct text asked = {.mem = mem};
    struct asking a = {rq->app, &asked};
    bool up = !rq->app->measure || store_transact(&rq->op, rq->store, TX_READ, ask_program, &a);
    if (up) text_add(&t, text_str(&asked));
    rq->op.errs = NULL;
    measure_one(&t, "db_up", "gauge", "Whether the database answered.", up);
    return reply_text(rq, 200, S("text/plain; version=0.0.4; charset=utf-8"), text_str(&t));
}

bool server_draining(const struct request *rq)
{
    const struct connection *c = rq->connection;
    return c && c->server->draining;
}
