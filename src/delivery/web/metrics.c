/* Counters for operators, in Prometheus' text format. */
#include "delivery/web/serve.h"
#include "delivery/web/web_routes.h"

static const int64_t limits_us[DURATIONS] = {5000, 20000, 50000, 100000, 500000, 1000000, 5000000};

void metrics_count(struct metrics *m, int status, int64_t took_us)
{
    int i = 0;
    while (i < DURATIONS && took_us > limits_us[i]) i++;
    atomic_fetch_add(&m->by_duration[i], 1);
    atomic_fetch_add(&m->duration_us, took_us);
    atomic_fetch_add(&m->by_class[status / 100 % 6], 1);
}

static void put(struct text *t, const char *name, const char *type, int64_t value)
{
    text_format(t, "# TYPE quittance_%s %s\nquittance_%s %lld\n", name, type, name,
                (long long)value);
}

/* Seconds with six decimals, without a float. */
static void put_seconds(struct text *t, int64_t us)
{
    text_format(t, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
}

static void put_durations(struct text *t, const struct metrics *m)
{
    int64_t sum = 0;
    text_add(t, S("# TYPE quittance_request_seconds histogram\n"));
    for (int i = 0; i < DURATIONS; i++) {
        sum += m->by_duration[i];
        text_add(t, S("quittance_request_seconds_bucket{le=\""));
        put_seconds(t, limits_us[i]);
        text_format(t, "\"} %lld\n", (long long)sum);
    }
    sum += m->by_duration[DURATIONS];
    text_format(t, "quittance_request_seconds_bucket{le=\"+Inf\"} %lld\n", (long long)sum);
    text_add(t, S("quittance_request_seconds_sum "));
    put_seconds(t, m->duration_us);
    text_format(t, "\nquittance_request_seconds_count %lld\n", (long long)sum);
}

static void put_all(struct text *t, struct server *s)
{
    struct metrics *m = &s->metrics;
    text_add(t, S("# TYPE quittance_requests_total counter\n"));
    for (int i = 1; i <= 5; i++)
        text_format(t, "quittance_requests_total{class=\"%dxx\"} %lld\n", i,
                    (long long)m->by_class[i]);
    put_durations(t, m);
    pthread_mutex_lock(&s->lock);
    int queued = s->queue_count, under_way = s->under_way;
    pthread_mutex_unlock(&s->lock);
    put(t, "queue_length", "gauge", queued);
    put(t, "requests_under_way", "gauge", under_way);
    put(t, "connections", "gauge", m->connections);
    put(t, "refused_total", "counter", m->refused);
    put(t, "cut_total", "counter", m->cut);
}

struct waiting {
    const struct app *app;
    int64_t count;
};

static bool count_waiting(struct op *op, void *arg)
{
    struct waiting *w = arg;
    return w->app->work_waiting(op, &w->count);
}

struct reply metrics_show(struct request *rq)
{
    /* Not the public's: only who asks from this machine, and not through the proxy. */
    bool here = str_eq(rq->client_address, S("127.0.0.1")) || str_eq(rq->client_address, S("::1"));
    if (!here || rq->header(rq, "X-Forwarded-For").len > 0) return reply_missing(rq);

    struct text t = {.mem = rq->op.mem};
    struct connection *c = rq->connection;
    if (c) put_all(&t, c->server);
    struct waiting w = {.app = rq->app};
    if (rq->app->work_waiting && store_transact(&rq->op, rq->store, TX_READ, count_waiting, &w))
        put(&t, "jobs_waiting", "gauge", w.count);
    return reply_text(rq, 200, S("text/plain; version=0.0.4; charset=utf-8"), text_str(&t));
}

bool server_draining(const struct request *rq)
{
    const struct connection *c = rq->connection;
    return c && c->server->draining;
}
