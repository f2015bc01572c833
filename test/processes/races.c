/* Sixty-four at once for one invoice, one credit, one refund: one of them gets it, and the others
 * are told. Each has a key of its own: they are different people, not one who clicks twice. */
#include "faults.h"

#include "base/arena.h"
#include "base/crypto.h"

#include <pthread.h>
#include <stdio.h>

enum { RACERS = 64, RACER_BYTES = 16 << 20 };

struct race;
struct racer {
    struct race *race;
    struct client client;
    int number;
    str path;
    struct http_response got;
    pthread_t thread;
};

struct race {
    struct town *t;
    const char *name;
    int64_t item; /* what they race for: an open item, or a payment with money on account */
    str amount;   /* of a refund */
    int first;    /* plan of the first racer */
    int round;
    void (*prepare)(struct racer *r);
    void (*run)(struct racer *r);
    const char *winner; /* how the winner's Location begins */
    pthread_barrier_t start;
    struct racer racers[RACERS];
};

static str item_of(struct racer *r, int64_t item)
{
    return id_text(r->client.mem, r->race->t->keys, "itm", item);
}

static const char *key_of(struct racer *r, const char *what)
{
    return str_printf(r->client.mem, "%s-%d-%d", what, r->race->round, r->number).at;
}

static void begin(struct racer *r, str fields)
{
    struct http_response got = client_form(&r->client, S("/checkout"), key_of(r, "begin"), fields);
    must(got.status == 303, "a racer's checkout: %d %.*s", got.status, STR(got.body));
    r->path = str_copy(r->client.mem, http_response_header(&got, "Location"));
}

static void wants_invoice(struct racer *r)
{
    begin(r, str_printf(r->client.mem, "&item=%.*s", STR(item_of(r, r->race->item))));
}

static void takes_invoice(struct racer *r)
{
    r->got = client_form(&r->client, r->path, key_of(r, "pay"), S("&do=transfer"));
}

/* Each has an invoice of their own, and all want to pay it with the one credit. */
static void wants_credit(struct racer *r)
{
    const struct plan *own = &r->race->t->plans[r->race->first + r->number];
    begin(r, str_printf(r->client.mem, "&item=%.*s&item=%.*s", STR(item_of(r, own->invoice)),
                        STR(item_of(r, r->race->item))));
}

static void takes_credit(struct racer *r)
{
    const struct plan *own = &r->race->t->plans[r->race->first + r->number];
    str fields =
        str_printf(r->client.mem, "&do=apply&amount.%.*s=%.*s", STR(item_of(r, r->race->item)),
                   STR(money_text(r->client.mem, own->owed)));
    r->got = client_form(&r->client, r->path, key_of(r, "pay"), fields);
}

static void wants_refund(struct racer *r)
{
    str id = id_text(r->client.mem, r->race->t->keys, "pay", r->race->item);
    r->path = str_printf(r->client.mem, "/console/payments/%.*s/refund", STR(id));
}

static void takes_refund(struct racer *r)
{
    str fields = str_printf(r->client.mem, "&amount=%.*s&note=sent+twice", STR(r->race->amount));
    r->client.staff = true;
    r->got = client_form(&r->client, r->path, key_of(r, "refund"), fields);
}

static void *run(void *arg)
{
    struct racer *r = arg;
    client_begin(&r->client);
    r->race->prepare(r);
    pthread_barrier_wait(&r->race->start);
    r->client.once = true; /* "busy" would be an answer of its own */
    r->race->run(r);
    return NULL;
}

/* One gets it; who does not is answered in words, and not with our own fault. */
static void race_run(struct race *race, const char *once)
{
    int won = 0, refused = 0, sent_back = 0, busy = 0;
    pthread_barrier_init(&race->start, NULL, RACERS);
    for (int i = 0; i < RACERS; i++) {
        struct racer *r = &race->racers[i];
        *r = (struct racer){.race = race, .number = i};
        r->client = client_of(race->t, arena_open(RACER_BYTES), 0);
        must(pthread_create(&r->thread, NULL, run, r) == 0, "no thread");
    }
    for (int i = 0; i < RACERS; i++) {
        struct racer *r = &race->racers[i];
        pthread_join(r->thread, NULL);
        str to = http_response_header(&r->got, "Location");
        bool winner = r->got.status == 303 && str_starts(to, str_of(race->winner));
        won += winner;
        sent_back += r->got.status == 303 && !winner;
        refused += r->got.status == 409 || r->got.status == 422;
        busy += r->got.status == 503;
        must(r->got.outcome == HTTP_ANSWERED && (r->got.status == 303 || r->got.status == 409 ||
                                                 r->got.status == 422 || r->got.status == 503),
             "%s: answered %d %.*s", race->name, r->got.status, STR(r->got.body));
        arena_close(r->client.mem);
    }
    int64_t times = books_number(race->t, once);
    must(won == 1 && times == 1, "%s: %d were told they have it, and it was done %lld times",
         race->name, won, (long long)times);
    must(won + refused + sent_back + busy == RACERS, "%s: somebody was told nothing", race->name);
    printf("  %-12s 1 of %d has it; %d refused, %d sent back to the checkout, %d told to come "
           "again\n",
           race->name, RACERS, refused, sent_back, busy);
    pthread_barrier_destroy(&race->start);
}

/* Money that says nothing about what it is for: the payment. */
static int64_t on_account(struct town *t, struct client *c, int round)
{
    str body = str_printf(
        c->mem,
        "{\"amount\": {\"value\": \"77.00\", \"currency\": \"EUR\"}, \"value_date\": \"%.*s\", "
        "\"reference\": \"thank you\", \"customer\": \"%.*s\", \"bank_reference\": \"R%d\"}",
        STR(date_text(c->mem, t->today)),
        STR(id_text(c->mem, t->keys, "cus", t->people[0].customer)), round);
    str url = str_printf(c->mem, "%.*s/api/v1/payments", STR(t->url));
    struct http_response got =
        client_insist(c, "POST", url, body, str_printf(c->mem, "account-%d", round));
    must(got.status == 201, "the transfer: %d %.*s", got.status, STR(got.body));
    return books_number(
        t, str_printf(c->mem, "select id from payment where bank_ref = 'R%d'", round).at);
}

/* Plans 0, 67, 134 … of a round: its invoice, its credit's owner, and the racers' own invoices. */
int races(struct town *t, int rounds)
{
    enum { EACH = 70 };
    t->plain = true;
    town_found(t, 1, (ptrdiff_t)EACH * rounds, 1);
    gateway_start(t);
    server_start(t);
    struct arena *mem = arena_open(RACER_BYTES);
    struct client c = client_of(t, mem, 0);
    for (int i = 0; i < rounds; i++) {
        struct arena_mark mark = arena_mark(mem);
        int first = i * EACH, last = first + EACH - 1;
        while (t->plans[last].way != BY_CREDIT) last--;
        struct race invoice = {.t = t,
                               .name = "one invoice",
                               .item = t->plans[first + 65].invoice,
                               .round = i,
                               .prepare = wants_invoice,
                               .run = takes_invoice,
                               .winner = "/payments/"};
        struct race credit = {.t = t,
                              .name = "one credit",
                              .item = t->plans[last].credit,
                              .first = first,
                              .round = i + rounds,
                              .prepare = wants_credit,
                              .run = takes_credit,
                              .winner = "/applications/"};
        struct race refund = {.t = t,
                              .name = "one refund",
                              .item = on_account(t, &c, i),
                              .amount = S("77.00"),
                              .round = i + 2 * rounds,
                              .prepare = wants_refund,
                              .run = takes_refund,
                              .winner = "/console/payments/"};
        race_run(&invoice, str_printf(mem,
                                      "select count(*) from payment p join checkout_line l on "
                                      "l.checkout = p.checkout where l.item = %lld",
                                      (long long)invoice.item)
                               .at);
        race_run(&credit, str_printf(mem, "select count(*) from allocation where from_item = %lld",
                                     (long long)credit.item)
                              .at);
        race_run(&refund, str_printf(mem, "select count(*) from refund where payment = %lld",
                                     (long long)refund.item)
                              .at);
        judge_now(t, true);
        arena_rewind(mem, mark);
    }
    process_stop(&t->server);
    process_stop(&t->gateway);
    arena_close(mem);
    return 0;
}
