#include "delivery/gateway/sender.h"

#include "adapters/net/http_client.h"
#include "adapters/net/webhook.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

enum { LOOK_EVERY_MS = 200, ARENA_BYTES = 8 << 20, DEADLINE_MS = 5000, BACK_OFF_TRIES_MAX = 11 };

struct sender {
    const struct service *service;
    struct store *store;
    pthread_t thread;
    atomic_bool stop;
};

struct step {
    struct delivery_next_row next;
    bool found;
    const char *state; /* how it ended; NULL: again at `due` */
    instant due;
};

static bool look(struct op *op, void *arg)
{
    struct step *step = arg;
    struct delivery_next_args args = {op->now};
    return sql_delivery_next(op, args, &step->next, &step->found);
}

static bool record(struct op *op, void *arg)
{
    const struct step *step = arg;
    struct delivery_end_args end = {step->next.id, str_of(step->state)};
    struct delivery_again_args again = {step->next.id, step->due};
    return step->state ? sql_delivery_end(op, end) : sql_delivery_again(op, again);
}

static bool deliver(struct op *op, const struct service *service, const struct step *step,
                    bool *delivered)
{
    str id = step->next.event_id, body = step->next.body;
    str timestamp = str_printf(op->mem, "%lld", (long long)(op->now / SECOND_US));
    str secret = service->credentials.webhook_secret;
    const struct http_header headers[] = {
        {"Content-Type", S("application/json")},
        {"webhook-id", id},
        {"webhook-timestamp", timestamp},
        {"webhook-signature", webhook_sign(op->mem, secret, id, timestamp, body)},
    };
    const struct http_request request = {
        .method = "POST",
        .url = str_printf(op->mem, "%.*s/hooks/test", STR(service->merchant_url)),
        .headers = headers,
        .header_count = COUNT(headers),
        .body = body,
        .reach = HTTP_TO_OPERATOR,
        .total_ms = DEADLINE_MS,
        .body_bytes_max = 16 * 1024,
    };
    struct http_response got;
    if (!http_send(op, &request, &got)) return false;
    *delivered = got.outcome == HTTP_ANSWERED && got.status >= 200 && got.status <= 299;
    return true;
}

/* One message, if one is due. */
static bool turn(struct op *op, struct sender *me, bool *found)
{
    struct step step = {0};
    bool delivered;
    if (!store_transact(op, me->store, TX_READ, look, &step)) return false;
    *found = step.found;
    if (!step.found) return true;

    /* The transaction's memory may be rewound: what is needed of it lives in op->mem. */
    if (!deliver(op, me->service, &step, &delivered)) return false;
    int64_t tries = step.next.tries < BACK_OFF_TRIES_MAX ? step.next.tries : BACK_OFF_TRIES_MAX;
    step.due = op->now + ((int64_t)2 << tries) * SECOND_US;
    if (delivered)
        step.state = "delivered";
    else if (op->now > step.next.until)
        step.state = "given_up";
    return store_transact(op, me->store, TX_WRITE, record, &step);
}

static void *send_all(void *arg)
{
    struct sender *me = arg;
    struct arena *mem = arena_open(ARENA_BYTES);
    struct arena_mark mark = arena_mark(mem);
    while (!atomic_load(&me->stop)) {
        bool found = false;
        struct op op = {.mem = mem, .now = clock_now()};
        if (!turn(&op, me, &found)) log_errors(&op, "test-gateway.send");
        arena_rewind(mem, mark);
        struct pollfd stop = {.fd = me->service->stop_fd, .events = POLLIN};
        if (!found && poll(&stop, 1, LOOK_EVERY_MS) != 0) break;
    }
    arena_close(mem);
    return NULL;
}

static void sender_stop(void *arg)
{
    struct sender *me = arg;
    atomic_store(&me->stop, true);
    pthread_join(me->thread, NULL);
}

static void close_store(void *store)
{
    store_close(store);
}

bool sender_start(struct op *op, const struct service *service)
{
    struct sender *me = arena_new(op->mem, struct sender);
    me->service = service;
    if (!store_open(op, service->app.db, &me->store)) return false;
    arena_defer(op->mem, close_store, me->store);
    if (pthread_create(&me->thread, NULL, send_all, me) != 0)
        return op_broken(op, ERR_INTERNAL, "no thread for the webhooks");
    arena_defer(op->mem, sender_stop, me);
    return true;
}
