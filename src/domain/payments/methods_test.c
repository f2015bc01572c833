#include "domain/payments/methods.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "domain/company/company.h"
#include "domain/payments/methods_sql.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

#include <stdio.h>

#define EUR   ((currency){"EUR"})
#define TOKEN "tok_KeptByTheGatewayAndNobodyElse"

/* ---- a gateway that keeps one card, and remembers what it was told ---- */

struct gateway_account {
    enum charge_state answer;
    bool keeps, silent;
    int charges, forgotten;
    char token[64], customer[64], gone[64]; /* of the last charge; of the last card forgotten */
};

static bool told_charge(struct op *op, const struct gateway_account *account,
                        const struct charge *in, struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    snprintf(a->token, sizeof a->token, "%.*s", STR(in->token));
    snprintf(a->customer, sizeof a->customer, "%.*s", STR(in->customer));
    *out = (struct charge_result){.state = a->answer,
                                  .their_id = str_printf(op->mem, "ch_%d", ++a->charges),
                                  .amount = in->amount,
                                  .page = S("https://gateway.example/bank"),
                                  .card = S("Visa ending 4242")};
    date ends;
    if (!date_of(2030, 12, 31, &ends)) return false;
    if (a->keeps)
        out->saved =
            (struct saved_card){.token = S(TOKEN), .label = S("Visa ending 4242"), .expires = ends};
    return true;
}

static bool told_forget(struct op *op, const struct gateway_account *account, str token, bool *gone)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    (void)op;
    if (a->silent) return true;
    snprintf(a->gone, sizeof a->gone, "%.*s", STR(token));
    a->forgotten++;
    *gone = true;
    return true;
}

static const struct gateway told = {.name = "told", .charge = told_charge, .forget = told_forget};

/* ---- one seller, two customers, an invoice for each payment ---- */

struct world {
    struct fixture *f;
    const struct keys *keys;
    struct gateway_account gateway;
    int64_t entity, customer, other, item, checkout, payment, method;
    date today;
    struct payment_methods seen;
    struct method_in in;
    struct method_row_row row;
};

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    struct entity seller = {
        .code = S("main"), .name = S("Nordwind"), .currency = EUR, .zone = S("Europe/Berlin")};
    struct customer one = {.number = S("1"), .name = S("Hallam")};
    struct customer two = {.number = S("2"), .name = S("Pryce")};
    enum put did;
    w->today = clock_date(op->now, seller.zone);
    return entity_put(op, &seller, &w->entity) && customer_put(op, &one, &w->customer, &did) &&
           customer_put(op, &two, &w->other, &did);
}

static struct world world_of(struct fixture *f)
{
    struct world w = {.f = f, .keys = keys_for_tests(f->mem)};
    w.gateway = (struct gateway_account){.answer = CHARGE_PAID, .keeps = true};
    fixture_do(f, build, &w);
    return w;
}

static bool start(struct op *op, void *arg)
{
    struct world *w = arg;
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = DOCUMENT_INVOICE,
                         .issued = w->today,
                         .net = money_of(11900, EUR),
                         .tax = money_of(0, EUR),
                         .total = money_of(11900, EUR),
                         .terms = S("net 30")};
    struct issued issued;
    struct receivables items;
    struct customer_ids made;
    if (!document_issue(op, &d, false, &issued)) return false;
    if (!receivables_of_document(op, issued.id, w->today, &items)) return false;
    if (!checkout_start(op, w->customer, 0, &items.at[0].item, 1, &made)) return false;
    w->checkout = made.at[0];
    return true;
}

static bool begin(struct op *op, void *arg)
{
    struct world *w = arg;
    return payment_begin(op, w->customer, w->checkout, "told", w->method, w->today, &w->payment);
}

static bool list(struct op *op, void *arg)
{
    struct world *w = arg;
    return methods_of(op, w->customer, w->today, &w->seen);
}

static bool add(struct op *op, void *arg)
{
    struct world *w = arg;
    return method_add(op, w->keys, &w->in, &w->method);
}

static bool end(struct op *op, void *arg)
{
    struct world *w = arg;
    return method_remove(op, w->customer, w->method);
}

static bool read_row(struct op *op, void *arg)
{
    struct world *w = arg;
    bool found = false;
    return sql_method_row(op, (struct method_row_args){.id = w->method}, &w->row, &found) && found;
}

static struct gateway_access access_of(const struct world *w)
{
    return (struct gateway_access){&told, &w->gateway, w->keys};
}

static enum payment_state pay(struct world *w)
{
    struct op op = fixture_op(w->f);
    struct gateway_access access = access_of(w);
    enum payment_state state = PAYMENT_CREATED;
    fixture_do(w->f, start, w);
    fixture_do(w->f, begin, w);
    CHECK(payment_talk(&op, w->f->store, &access, w->payment, true, S("https://x/"), &state), "%s",
          fixture_why(&op));
    return state;
}

/* Pays with a card that the gateway then keeps. */
static void keep(struct world *w)
{
    CHECK(pay(w) == PAYMENT_SUCCEEDED, "paid");
    fixture_do(w->f, list, w);
    CHECK(w->seen.count == 1, "%td cards", w->seen.count);
    w->method = w->seen.at[0].id;
    w->gateway.keeps = false;
}

ENGINES_SENTENCE(a_card_is_saved_once_when_its_payment_is_paid)
{
    struct world w = world_of(f);
    w.gateway.answer = CHARGE_OPEN;
    w.gateway.keeps = false;
    CHECK(pay(&w) == PAYMENT_REQUIRES_ACTION, "at the card page");
    CHECK(w.gateway.token[0] == 0 && strncmp(w.gateway.customer, "payer_", 6) == 0, "%s",
          w.gateway.customer);
    fixture_do(f, list, &w);
    CHECK(w.seen.count == 0, "saved before it was paid");
    w.gateway.answer = CHARGE_PAID;
    w.gateway.keeps = true;
    keep(&w);
    CHECK(str_eq(w.seen.at[0].card, S("Visa ending 4242")) && !w.seen.at[0].expired, "%.*s",
          STR(w.seen.at[0].card));
    w.method = 0;
    w.gateway.keeps = true; /* the same token comes again */
    CHECK(pay(&w) == PAYMENT_SUCCEEDED, "paid");
    fixture_do(f, list, &w);
    CHECK(w.seen.count == 1, "%td cards", w.seen.count);
}

ENGINES_SENTENCE(a_saved_card_pays_at_once_or_the_bank_asks)
{
    struct world w = world_of(f);
    keep(&w);
    CHECK(pay(&w) == PAYMENT_SUCCEEDED, "paid");
    CHECK(strcmp(w.gateway.token, TOKEN) == 0, "charged with %s", w.gateway.token);
    w.gateway.answer = CHARGE_OPEN;
    CHECK(pay(&w) == PAYMENT_REQUIRES_ACTION, "the bank asks");
}

static bool talk(struct op *op, struct store *store, void *arg)
{
    struct world *w = arg;
    struct gateway_access access = access_of(w);
    enum payment_state state;
    return payment_talk(op, store, &access, w->payment, true, S("https://x/"), &state);
}

/* The kept card is looked up between what was decided and what is sent. */
ENGINES_SENTENCE(a_saved_card_that_cannot_be_looked_up_is_not_charged)
{
    struct world w = world_of(f);
    keep(&w);
    fixture_do(f, start, &w);
    fixture_do(f, begin, &w);
    CHECK(test_every_failure_outside(f, talk, &w, NULL) > 5, "too few calls");
    CHECK(w.gateway.charges >= 2 && strcmp(w.gateway.token, TOKEN) == 0, "with the kept card");
}

ENGINES_SENTENCE(only_the_customers_own_card_in_force_can_pay)
{
    struct world w = world_of(f);
    keep(&w);
    fixture_do(f, start, &w);
    int64_t own = w.customer;
    date today = w.today;
    w.customer = w.other;
    CHECK(strstr(fixture_refused(w.f, begin, &w), "no such saved card"), "another customer's: %s",
          fixture_refused(w.f, begin, &w));
    CHECK(strstr(fixture_refused(w.f, end, &w), "no such saved card"), "removed by a stranger");
    fixture_do(f, list, &w);
    CHECK(w.seen.count == 0, "shown to a stranger");
    w.customer = own;
    w.today = date_plus(today, 3650);
    CHECK(strstr(fixture_refused(w.f, begin, &w), "has expired"), "%s",
          fixture_refused(w.f, begin, &w));
    fixture_do(f, list, &w);
    CHECK(w.seen.count == 1 && w.seen.at[0].expired, "said in the list");
    w.today = today;
    fixture_sql(f, "update payment_method set gateway = 'gone'");
    CHECK(strstr(fixture_refused(w.f, begin, &w), "cannot be used"), "%s",
          fixture_refused(w.f, begin, &w));
    fixture_sql(f, "update payment_method set gateway = 'told'");
    fixture_do(f, end, &w);
    CHECK(strstr(fixture_refused(w.f, begin, &w), "was removed"), "%s",
          fixture_refused(w.f, begin, &w));
}

static bool forget(struct op *op, struct store *store, void *arg)
{
    struct world *w = arg;
    struct gateway_access access = access_of(w);
    return method_forget(op, store, &access, w->method);
}

static bool forgets(struct world *w)
{
    struct op op = fixture_op(w->f);
    return forget(&op, w->f->store, w);
}

ENGINES_SENTENCE(a_removed_card_is_gone_at_once_and_then_at_the_gateway)
{
    struct world w = world_of(f);
    keep(&w);
    CHECK(forgets(&w) && w.gateway.forgotten == 0, "deleted without being removed");
    fixture_do(f, end, &w);
    fixture_do(f, end, &w); /* again is fine */
    fixture_do(f, list, &w);
    CHECK(w.seen.count == 0, "still offered");
    w.gateway.silent = true;
    CHECK(!forgets(&w), "a silent gateway has forgotten nothing");
    fixture_do(f, read_row, &w);
    CHECK(w.row.token.len > 0, "wiped too early");
    w.gateway.silent = false;
    CHECK(forgets(&w) && strcmp(w.gateway.gone, TOKEN) == 0, "forgot %s", w.gateway.gone);
    fixture_do(f, read_row, &w);
    CHECK(w.row.token.len == 0, "the token is still there");
    CHECK(forgets(&w) && w.gateway.forgotten == 1, "asked again");
}

ENGINES_SENTENCE(a_card_removed_before_its_charge_was_sent_is_not_charged)
{
    struct world w = world_of(f);
    struct op op = fixture_op(f);
    struct gateway_access access = access_of(&w);
    enum payment_state state;
    keep(&w);
    fixture_do(f, start, &w);
    fixture_do(f, begin, &w);
    fixture_do(f, end, &w);
    w.gateway.answer = CHARGE_OPEN;
    CHECK(payment_talk(&op, f->store, &access, w.payment, true, S("https://x/"), &state), "talk");
    CHECK(state == PAYMENT_REQUIRES_ACTION && w.gateway.token[0] == 0, "charged with %s",
          w.gateway.token);
}

static bool holds(struct arena *mem, const char *path, str secret)
{
    FILE *file = fopen(path, "rb");
    CHECK(file, "%s", path);
    char *at = arena_array(mem, char, 8 << 20);
    size_t n = fread(at, 1, 8 << 20, file);
    fclose(file);
    return str_find((str){at, (ptrdiff_t)n}, secret) >= 0;
}

ENGINES_SENTENCE(no_plain_token_lies_in_the_database)
{
    struct world w = world_of(f);
    keep(&w);
    fixture_do(f, read_row, &w);
    CHECK(w.row.token.len > 0 && str_find(w.row.token, S(TOKEN)) < 0, "%.*s", STR(w.row.token));
    str opened, place = str_printf(f->mem, "payment_method.token:%lld", (long long)w.method);
    CHECK(crypto_open(f->mem, w.keys, place, w.row.token, &opened), "sealed for its row");
    CHECK(str_eq(opened, S(TOKEN)), "%.*s", STR(opened));
    CHECK(!crypto_open(f->mem, w.keys, S("payment_method.token:99"), w.row.token, &opened),
          "it opens in another row");
    if (f->engine != FIXTURE_SQLITE) return;
    const char *path = str_z(f->mem, str_cut(f->url, ':').tail);
    const char *log = str_z(f->mem, str_printf(f->mem, "%s-wal", path));
    CHECK(!holds(f->mem, path, S(TOKEN)) && !holds(f->mem, log, S(TOKEN)), "in %s", path);
    CHECK(holds(f->mem, path, S("Visa ending 4242")) || holds(f->mem, log, S("Visa ending 4242")),
          "the test looks at the wrong files");
}

static void nothing(struct fixture *f, bool done, void *arg)
{
    (void)f, (void)done, (void)arg;
}

ENGINES_SENTENCE(a_failure_at_any_call_saves_and_removes_nothing_by_half)
{
    struct world w = world_of(f);
    w.in = (struct method_in){
        .customer = w.customer,
        .gateway = S("told"),
        .card = {.token = S(TOKEN), .label = S("Visa ending 4242"), .expires = w.today}};
    CHECK(test_every_failure(f, add, &w, nothing) >= 3, "calls of adding");
    fixture_do(f, list, &w);
    w.method = w.seen.at[0].id;
    CHECK(test_every_failure(f, end, &w, nothing) >= 3, "calls of removing");
    CHECK(test_every_failure_outside(f, forget, &w, nothing) >= 2, "calls of forgetting");
    fixture_do(f, read_row, &w);
    CHECK(w.row.token.len == 0, "forgotten in the end");
}

static bool add_again(struct op *op, void *arg)
{
    struct world *w = arg;
    w->in.card.token = S("t-8"); /* for the other customer's card: given up */
    return method_add(op, w->keys, &w->in, &w->method);
}

struct kept_card {
    const char *token, *label, *expires, *fingerprint;
    int64_t customer; /* 0: the first, 1: the other one */
    ptrdiff_t seen;   /* cards of the first customer afterwards */
};

/* A card that is typed once more, and kept once more, is one card. */
ENGINES_SENTENCE(a_card_that_is_kept_twice_is_listed_once)
{
    static const struct kept_card cards[] = {
        {"t-1", "Visa ending 4242", "2030-12-31", "fp-1", 0, 1},
        {"t-1", "Visa ending 4242", "2030-12-31", "fp-1", 0, 1}, /* the same token */
        {"t-2", "Visa ending 4242", "2030-12-31", "fp-1", 0, 1},
        {"t-3", "Visa ending 4242", "2030-12-31", "fp-2", 0, 2}, /* a twin of other digits */
        {"t-4", "Visa ending 4242", "2031-12-31", "fp-1", 0, 3}, /* the card that followed */
        {"t-5", "Visa ending 1111", "2030-12-31", "", 0, 4},     /* they do not say */
        {"t-6", "Visa ending 1111", "2030-12-31", "", 0, 4},
        {"t-7", "Visa ending 4242", "2030-12-31", "fp-1", 1, 4}, /* another customer's */
    };
    struct world w = world_of(f);
    for (ptrdiff_t i = 0; i < COUNT(cards); i++) {
        const struct kept_card *c = &cards[i];
        w.in = (struct method_in){.customer = c->customer ? w.other : w.customer,
                                  .gateway = S("told"),
                                  .card = {.token = str_of(c->token),
                                           .label = str_of(c->label),
                                           .fingerprint = str_of(c->fingerprint)}};
        CHECK(date_from(str_of(c->expires), &w.in.card.expires), "%s", c->expires);
        fixture_do(f, add, &w);
        fixture_do(f, list, &w);
        CHECK(w.seen.count == c->seen, "after card %td: %td", i, w.seen.count);
    }
    CHECK(test_every_failure(f, add_again, &w, NULL) > 4, "too few calls");
}

TESTS(ENGINES_TEST(a_card_that_is_kept_twice_is_listed_once),
      ENGINES_TEST(a_card_is_saved_once_when_its_payment_is_paid),
      ENGINES_TEST(a_saved_card_pays_at_once_or_the_bank_asks),
      ENGINES_TEST(a_saved_card_that_cannot_be_looked_up_is_not_charged),
      ENGINES_TEST(only_the_customers_own_card_in_force_can_pay),
      ENGINES_TEST(a_removed_card_is_gone_at_once_and_then_at_the_gateway),
      ENGINES_TEST(a_card_removed_before_its_charge_was_sent_is_not_charged),
      ENGINES_TEST(no_plain_token_lies_in_the_database),
      ENGINES_TEST(a_failure_at_any_call_saves_and_removes_nothing_by_half))
