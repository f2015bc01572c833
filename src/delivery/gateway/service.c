#include "delivery/gateway/service.h"

#include "adapters/net/http_client.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/gateway/api.h"
#include "delivery/gateway/charges.h"
#include "delivery/gateway/pages.h"
#include "delivery/gateway/sender.h"

enum { WORKERS = 4 };

static void close_database(void *db)
{
    database_close(db);
}

static void close_store(void *store)
{
    store_close(store);
}

/* The key that seals the forms stands beside the database: FILE.forms. */
static bool open_form_keys(struct op *op, str database, const struct keys **out)
{
    str file = str_cut(database, ':').tail;
    return keys_open(op, str_printf(op->mem, "%.*s.forms", STR(file)).at, true, out);
}

static bool make_schema(struct op *op, struct database *db)
{
    struct store *store;
    if (!store_open(op, db, &store)) return false;
    arena_defer(op->mem, close_store, store);
    return store_transact(op, store, TX_WRITE, schema_make, NULL);
}

static bool service_open(struct op *op, const struct test_gateway *options, struct service **out)
{
    static const struct route *const routes[] = {gateway_api_routes, gateway_page_routes, NULL};
    struct service *s = arena_new(op->mem, struct service);
    *s = (struct service){
        .app = {.routes = routes,
                .keyless = true,
                .public_url = str_printf(op->mem, "http://%.*s", STR(options->listen)),
                .now = clock_now},
        .merchant_url = options->merchant_url,
        .merchant_origin = http_origin(options->merchant_url),
        .second_us = options->second_ms ? options->second_ms * INT64_C(1000) : SECOND_US,
        .stop_fd = options->stop_fd,
    };
    if (s->merchant_origin.len == 0)
        return op_fail(op, ERR_INVALID, NULL,
                       "--merchant-url needs an address such as http://127.0.0.1:8080");
    if (!str_starts(options->database, S("sqlite:")))
        return op_fail(op, ERR_INVALID, NULL, "--database needs a file such as sqlite:gateway.db");
    if (!credentials_create(op, options->key_file)) return false;
    if (!credentials_read(op, options->key_file, &s->credentials)) return false;
    if (!open_form_keys(op, options->database, &s->app.keys)) return false;
    if (!database_open(op, options->database, &s->app.db)) return false;
    arena_defer(op->mem, close_database, s->app.db);
    *out = s;
    return make_schema(op, s->app.db);
}

/* With port 0 the system chose one: nobody knows our address before this is called. */
struct announcing {
    struct arena *mem;
    struct service *service;
    const struct test_gateway *options;
};

static void announce(void *arg, int port)
{
    struct announcing *a = arg;
    str listen = a->options->listen;
    if (str_ends(listen, S(":0")))
        a->service->app.public_url =
            str_printf(a->mem, "http://%.*s:%d", STR(str_head(listen, listen.len - 2)), port);
    if (a->options->listening) a->options->listening(a->options->listening_arg, port);
}

bool test_gateway_serve(struct op *op, const struct test_gateway *options)
{
    struct service *service;
    if (!service_open(op, options, &service) || !sender_start(op, service)) return false;
    struct announcing announcing = {op->mem, service, options};
    const struct serve_options serve = {
        .listen = options->listen,
        .workers = WORKERS,
        .stop_fd = options->stop_fd,
        .listening = announce,
        .listening_arg = &announcing,
    };
    return web_serve(op, &service->app, &serve);
}
