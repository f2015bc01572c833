#include "adapters/gateways/guarded.h"

#include "adapters/gateways/counted.h"
#include "adapters/gateways/test_gateway.h"

#include "base/arena.h"
#include "base/clock.h"
#include "test.h"

struct gateway_account {
    bool silent;
    int calls;
};

static bool told(const struct gateway_account *account, struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    a->calls++;
    *out = (struct charge_result){.state = a->silent ? CHARGE_UNKNOWN : CHARGE_PAID,
                                  .their_id = S("ch_1"),
                                  .amount = money_of(100, (currency){"EUR"})};
    return true;
}

static bool told_charge(struct op *op, const struct gateway_account *a, const struct charge *in,
                        struct charge_result *out)
{
    (void)op, (void)in;
    return told(a, out);
}

static bool told_ask(struct op *op, const struct gateway_account *a, str our_id,
                     struct charge_result *out)
{
    (void)op, (void)our_id;
    return told(a, out);
}

static const struct gateway silent = {
    .name = "silent", .charge = told_charge, .ask = told_ask, .cancel = told_ask};

struct bench {
    struct arena *mem;
    struct gateway_account inner;
    const struct gateway *gateway;
    const struct gateway_account *account;
    struct gateway_guard *guard;
};

static struct bench *bench_of(struct arena *mem)
{
    struct bench *b = arena_new(mem, struct bench);
    b->mem = mem;
    b->gateway = &silent;
    b->account = &b->inner;
    b->guard = gateway_guard(mem, &b->gateway, &b->account);
    return b;
}

static struct charge_result ask(struct bench *b)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    struct charge_result got;
    CHECK(gateway_ask(&op, b->gateway, b->account, S("a-1"), &got), "ask");
    return got;
}

SENTENCE(after_five_silences_nobody_waits_any_more)
{
    struct bench *b = bench_of(mem);
    b->inner.silent = true;
    for (int i = 0; i < 5; i++) CHECK(!ask(b).never_sent, "call %d is made", i);
    for (int i = 0; i < 100; i++) CHECK(ask(b).never_sent, "call %d is not", i);
    CHECK(b->inner.calls == 5, "%d calls", b->inner.calls);
}

SENTENCE(one_call_is_let_through_and_an_answer_opens_the_way)
{
    struct bench *b = bench_of(mem);
    b->inner.silent = true;
    for (int i = 0; i < 5; i++) (void)ask(b);
    atomic_store(&b->guard->open_until, 1); /* as if ten seconds had gone by */
    CHECK(!ask(b).never_sent && ask(b).never_sent, "one, and no second one");
    CHECK(b->inner.calls == 6 && !atomic_load(&b->guard->recovered), "still silent");

    b->inner.silent = false;
    atomic_store(&b->guard->open_until, 1);
    for (int i = 0; i < 10; i++) CHECK(ask(b).state == CHARGE_PAID, "call %d", i);
    CHECK(b->inner.calls == 16, "%d calls", b->inner.calls);
    CHECK(atomic_exchange(&b->guard->recovered, false), "what waited can be asked about");
}

SENTENCE(single_silences_between_answers_open_nothing)
{
    struct bench *b = bench_of(mem);
    for (int i = 0; i < 40; i++) {
        b->inner.silent = i % 5 != 0;
        CHECK(!ask(b).never_sent, "call %d", i);
    }
    CHECK(!atomic_load(&b->guard->recovered), "nothing was broken");
}

/* One that is forgotten here is forgotten in the program, and nobody is told. */
SENTENCE(the_gateways_around_a_gateway_leave_nothing_out)
{
    const struct gateway *g = &gateway_test;
    const struct gateway_account *account = NULL;
    (void)gateway_guard(mem, &g, &account);
    (void)gateway_count(mem, &g, &account);
    CHECK(str_eq(str_of(g->name), S("test")), "%s", g->name);
    CHECK(g->charge && g->ask && g->cancel && g->refund && g->ask_refund && g->forget &&
              g->payouts && g->read_event,
          "something is left out");
}

TESTS(TEST(the_gateways_around_a_gateway_leave_nothing_out),
      TEST(after_five_silences_nobody_waits_any_more),
      TEST(one_call_is_let_through_and_an_answer_opens_the_way),
      TEST(single_silences_between_answers_open_nothing))
