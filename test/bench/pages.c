/* The pages a customer and a clerk look at all day: what they cost in small and in large books. */
#include "bench.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15, REQUESTS = 60, CONNECTIONS = 16, SEARCHES = 40, CROWDS = 5 };

/* The server's processor time for one request, from many of them on one connection. */
static int64_t cost_ns(struct bench *b, const struct server_process *s, str request, int count)
{
    struct load load = {.server = s,
                        .connections = 1,
                        .requests = count,
                        .next = load_same,
                        .arg = &request,
                        .want = 200};
    int64_t before = server_cpu_ns(s);
    load_run(b, &load);
    return (server_cpu_ns(s) - before) / count;
}

static str last_answer(struct bench *b, const struct server_process *s, str request)
{
    struct load load = {.server = s,
                        .connections = 1,
                        .requests = 1,
                        .next = load_same,
                        .arg = &request,
                        .want = 200};
    load_run(b, &load);
    return load.body;
}

/* ---- the list ---- */

struct place { /* a server with its books, and somebody who is signed in there */
    const struct books *books;
    struct server_process server;
    int64_t customer;
    str customer_cookie, staff_cookie, list;
    int64_t cost[ROUNDS], floor[ROUNDS], query[ROUNDS];
};

static void place_open(struct bench *b, const struct books *books, struct place *p)
{
    struct database *db = books_open(b, books);
    *p = (struct place){.books = books, .customer = books->customers / 2};
    p->customer_cookie = person_sign_in(b, db, p->customer, 1);
    p->staff_cookie = person_sign_in(b, db, 0, 2);
    database_close(db);
    p->server = server_start(b, books, 0);
    p->list = get_request(b, "/invoices", p->customer_cookie);
    str page = last_answer(b, &p->server, p->list);
    must(str_find(page, S("R-1")) > 0 && str_find(page, S("Next page")) > 0,
         "this is not the list of invoices:\n%.*s", STR(page));
}

static str constant_request(struct bench *b)
{
    return str_printf(b->mem, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
}

static struct load crowd_run(struct bench *b, struct place *p, str *request)
{
    struct load load = {.server = &p->server,
                        .connections = CONNECTIONS,
                        .requests = b->quick ? 2000 : 10000,
                        .next = load_same,
                        .arg = request,
                        .want = 200};
    load_run(b, &load);
    return load;
}

/* A busy machine keeps every page waiting: how much more the list waits is what holds. */
static void list_speed(struct bench *b, struct place *p)
{
    str constant = constant_request(b);
    struct load floor = crowd_run(b, p, &constant), load = crowd_run(b, p, &p->list);
    bool large = p->books->invoices == b->large && b->large != b->small;
    if (!large)
        figure_add(b, (struct figure){.name = "list-pages-per-second",
                                      .unit = "/s",
                                      .value = load.requests * INT64_C(1000000000) /
                                               (load.wall_ns / 1000)});
    figure_add(b, (struct figure){.name = large ? "list-p99-large" : "list-p99",
                                  .unit = "ms",
                                  .value = at_percent(load.took_ns, load.requests, 99) / 1000,
                                  .floor = at_percent(floor.took_ns, floor.requests, 99) / 1000,
                                  .aim = AIM_AT_MOST,
                                  .limit = 5 * 1000,
                                  .of = "a constant page, 16 connections from the same machine"});
}

static void list_costs(struct bench *b, struct place *small, struct place *large)
{
    str constant = constant_request(b);
    for (int i = 0; i < ROUNDS; i++) {
        struct place *both[] = {small, large};
        for (int k = 0; k < 2; k++) {
            struct place *p = both[k];
            struct arena_mark mark = arena_mark(b->mem);
            p->floor[i] = cost_ns(b, &p->server, constant, REQUESTS);
            p->cost[i] = cost_ns(b, &p->server, p->list, REQUESTS);
            p->query[i] = query_floor_ns(b, p->books, p->customer);
            arena_rewind(b->mem, mark);
        }
    }
    int64_t cost = median(small->cost, ROUNDS), floor = median(small->floor, ROUNDS);
    int64_t grown = median(large->cost, ROUNDS), query = median(small->query, ROUNDS);
    figure_add(b, (struct figure){.name = "list-page",
                                  .unit = "us",
                                  .value = cost,
                                  .floor = floor,
                                  .aim = AIM_AT_MOST,
                                  .limit = 150 * 1000,
                                  .of = "a constant page"});
    figure_add(b, (struct figure){.name = "list-page-over-query",
                                  .unit = "us",
                                  .value = cost,
                                  .floor = query,
                                  .aim = AIM_RATIO_AT_MOST,
                                  .limit = 1800,
                                  .of = "its statements and its rendering"});
    figure_add(b, (struct figure){.name = "list-page-large",
                                  .unit = "us",
                                  .value = grown,
                                  .floor = cost,
                                  .aim = AIM_RATIO_AT_MOST,
                                  .limit = 1200,
                                  .of = "the same in the small books"});
}

/* ---- search ---- */

/* What is looked for: an invoice of this customer, or of anybody, by what people know of it. */
struct search {
    const char *name, *path;
    bool staff;
    int what; /* 0 number, 1 PO, 2 order, 3 delivery, 4 amount */
};

static const struct search searches[] = {
    {"search-number", "/invoices?show=all&q=", false, 0},
    {"search-po", "/invoices?show=all&q=", false, 1},
    {"search-amount", "/invoices?show=all&q=", false, 4},
    {"search-all-number", "/console/invoices?show=all&q=", true, 0},
    {"search-all-po", "/console/invoices?show=all&q=", true, 1},
    {"search-all-order", "/console/invoices?show=all&q=", true, 2},
    {"search-all-delivery", "/console/invoices?show=all&q=", true, 3},
    {"search-all-amount", "/console/invoices?show=all&q=", true, 4},
};

static str words_of(struct bench *b, int what, int64_t i)
{
    int64_t amount = 100 + i * 7919 % 999983;
    switch (what) {
    case 0: return str_printf(b->mem, "R-%lld", (long long)(10000000 + i));
    case 1: return str_printf(b->mem, "PO-%lld", (long long)(450000000 + i * 7));
    case 2: return str_printf(b->mem, "AB-%lld", (long long)(30000000 + i));
    case 3: return str_printf(b->mem, "LS-%lld", (long long)(70000000 + i));
    default: break;
    }
    return str_printf(b->mem, "%lld.%02lld", (long long)(amount / 100), (long long)(amount % 100));
}

static void search_time(struct bench *b, const struct place *p, const struct search *s)
{
    int64_t took[SEARCHES];
    int count = b->quick ? SEARCHES / 4 : SEARCHES;
    for (int i = 0; i < count; i++) {
        int64_t invoice = s->staff ? 1 + i * 104729 % p->books->invoices
                                   : p->customer - 1 + i * p->books->customers;
        const char *path =
            str_printf(b->mem, "%s%.*s", s->path, STR(words_of(b, s->what, invoice))).at;
        str request = get_request(b, path, s->staff ? p->staff_cookie : p->customer_cookie);
        struct load load = {.server = &p->server,
                            .connections = 1,
                            .requests = 1,
                            .next = load_same,
                            .arg = &request,
                            .want = 200};
        load_run(b, &load);
        str number = words_of(b, 0, invoice);
        must(str_find(load.body, number) > 0, "%s does not find %.*s", path, STR(number));
        took[i] = load.took_ns[0];
        if (took[i] > INT64_C(2000000000)) count = i + 1; /* it is clear already */
    }
    figure_add(b, (struct figure){.name = s->name,
                                  .unit = "ms",
                                  .value = at_percent(took, count, 95) / 1000,
                                  .aim = AIM_AT_MOST,
                                  .limit = 50 * 1000,
                                  .of = "95 of 100, in the large books"});
}

/* ---- weights ---- */

/* The page itself, to see what weighs. */
static void page_keep(struct bench *b, const char *name, str body)
{
    const char *path = str_printf(b->mem, "%s/%s.html", b->folder, name).at;
    FILE *out = fopen(path, "w");
    must(out && fwrite(body.at, 1, (size_t)body.len, out) == (size_t)body.len && fclose(out) == 0,
         "%s cannot be written", path);
}

static void weigh(struct bench *b, const struct place *p)
{
    static const struct {
        const char *name, *path;
        bool staff;
    } pages[] = {
        {"weight-home", "/", false},
        {"weight-invoices", "/invoices", false},
        {"weight-payments", "/payments", false},
        {"weight-statements", "/statements", false},
        {"weight-people", "/preferences", false},
        {"weight-console", "/console", true},
        {"weight-console-invoices", "/console/invoices", true},
        {"weight-console-customers", "/console/customers", true},
        {"weight-console-payments", "/console/payments", true},
    };
    for (ptrdiff_t i = 0; i < COUNT(pages); i++) {
        str cookie = pages[i].staff ? p->staff_cookie : p->customer_cookie;
        str body = last_answer(b, &p->server, get_request(b, pages[i].path, cookie));
        int64_t bytes = body.len;
        page_keep(b, pages[i].name, body);
        figure_add(b, (struct figure){.name = pages[i].name,
                                      .unit = "kB",
                                      .value = bytes,
                                      .aim = AIM_AT_MOST,
                                      .limit = 30 * 1000});
    }
}

void bench_pages(struct bench *b, const struct books *small, const struct books *large)
{
    struct place *places = arena_array(b->mem, struct place, 2);
    place_open(b, small, &places[0]);
    place_open(b, large, &places[1]);
    list_costs(b, &places[0], &places[1]);
    list_speed(b, &places[0]);
    list_speed(b, &places[1]);
    weigh(b, &places[0]);
    for (ptrdiff_t i = 0; i < COUNT(searches); i++) search_time(b, &places[1], &searches[i]);
    server_stop(&places[0].server);
    server_stop(&places[1].server);
}

/* For a profiler that looks on: the list, so many times, and nothing else but what pages weigh. */
void bench_ask(struct bench *b, const struct books *books)
{
    struct place *place = arena_new(b->mem, struct place);
    const char *times = getenv("ASK");
    int64_t count = 10000;
    if (times) must(str_to_i64(str_of(times), &count), "ASK is a number of requests");
    place_open(b, books, place);
    fprintf(stderr, "server: process %d\n", place->server.pid);
    int64_t cost = cost_ns(b, &place->server, place->list, (int)count);
    figure_add(b, (struct figure){.name = "list-page-asked", .unit = "us", .value = cost});
    weigh(b, place);
    server_stop(&place->server);
}

/* How long sixteen at a time wait, and nothing else: to set one program against another. */
void bench_crowd(struct bench *b, const struct books *books)
{
    struct place *place = arena_new(b->mem, struct place);
    place_open(b, books, place);
    for (int i = 0; i < CROWDS; i++) {
        struct arena_mark mark = arena_mark(b->mem);
        list_speed(b, place);
        arena_rewind(b->mem, mark);
    }
    server_stop(&place->server);
}
