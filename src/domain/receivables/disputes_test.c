#include "domain/receivables/disputes.h"

#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

enum { MANY = 1000 };

struct world {
    int64_t entity, customer, other;
    int64_t invoice, document, credit, dinar; /* items, but the document; of 100.00, 10.00, 1.234 */
    int64_t dispute;
    date today;
    const struct dispute_new *raise;
    bool changed, disputed;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool issue(struct op *op, struct world *w, enum document_kind kind, money total,
                  int64_t *document, int64_t *item)
{
    struct document_line line = {.description = S("Goods"), .net = total};
    struct document d = {
        .entity = w->entity,
        .customer = w->customer,
        .kind = kind,
        .issued = w->today,
        .net = total,
        .tax = money_of(0, total.cur),
        .total = total,
        .lines = &line,
        .line_count = 1,
    };
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued)) return false;
    if (!receivables_of_document(op, issued.id, w->today, &items)) return false;
    *item = items.at[0].item, *document = issued.id;
    return true;
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    struct entity seller = {.code = S("main"), .name = S("N"), .currency = {"EUR"}};
    struct customer buyer = {.number = S("1"), .name = S("Hallam")};
    struct customer other = {.number = S("2"), .name = S("Umber")};
    enum put did;
    int64_t document;
    w->today = clock_date(op->now, S("UTC"));
    return entity_put(op, &seller, &w->entity) && customer_put(op, &buyer, &w->customer, &did) &&
           customer_put(op, &other, &w->other, &did) &&
           issue(op, w, DOCUMENT_INVOICE, eur(10000), &w->document, &w->invoice) &&
           issue(op, w, DOCUMENT_CREDIT_NOTE, eur(1000), &document, &w->credit) &&
           issue(op, w, DOCUMENT_INVOICE, money_of(1234, (currency){"KWD"}), &document, &w->dinar);
}

static struct dispute_new claim(int64_t item, money amount)
{
    return (struct dispute_new){.item = item,
                                .amount = amount,
                                .reason = S("pricing"),
                                .words = S(" Agreed was 80.00. "),
                                .origin = BY_CUSTOMER};
}

static bool raise_it(struct op *op, void *arg)
{
    struct world *w = arg;
    return dispute_raise(op, w->raise, &w->dispute);
}

static bool accept_it(struct op *op, void *arg)
{
    struct world *w = arg;
    return dispute_answer(op, &(struct dispute_answer){w->dispute, true, S("You are right.")});
}

static bool reject_it(struct op *op, void *arg)
{
    struct world *w = arg;
    return dispute_answer(op, &(struct dispute_answer){w->dispute, false, S("As agreed.")});
}

static bool withdraw_it(struct op *op, void *arg)
{
    struct world *w = arg;
    return dispute_withdraw(op, w->customer, w->dispute);
}

static bool own_it(struct op *op, void *arg)
{
    struct world *w = arg;
    return dispute_own(op, w->dispute, 0, S("nobody"));
}

static bool erp_says(struct op *op, void *arg)
{
    struct world *w = arg;
    return disputes_from_erp(op, w->document, w->disputed, &w->changed);
}

struct seen {
    struct world *w;
    struct item item;
    struct dispute dispute;
    struct dispute_steps steps;
    struct verdict verdict;
    struct disputes open, all, of_customer, of_document;
    struct dispute_sums sums;
};

static bool look(struct op *op, void *arg)
{
    struct seen *s = arg;
    struct world *w = s->w;
    struct dispute_filter open = {.limit = 10}, all = {.all = true, .limit = 1};
    return item_get(op, w->invoice, &s->item) &&
           (w->dispute == 0 || (dispute_get(op, w->dispute, &s->dispute) &&
                                dispute_steps(op, w->dispute, &s->steps))) &&
           disputes_list(op, &open, &s->open) && disputes_list(op, &all, &s->all) &&
           disputes_of_customer(op, w->customer, 10, &s->of_customer) &&
           disputes_of_document(op, w->document, &s->of_document) && dispute_sums(op, &s->sums) &&
           ledger_verify(op, &s->verdict);
}

static struct seen see(struct fixture *f, struct world *w)
{
    struct seen s = {.w = w};
    fixture_do(f, look, &s);
    CHECK(s.verdict.problem_count == 0, "%.*s: %.*s", STR(s.verdict.problems[0].where),
          STR(s.verdict.problems[0].what));
    return s;
}

static void refused(struct fixture *f, bool (*work)(struct op *, void *), struct world *w,
                    const char *because)
{
    struct op op = fixture_op(f);
    str before = fixture_digest(f);
    CHECK(!store_transact(&op, f->store, TX_WRITE, work, w), "taken, though: %s", because);
    CHECK(strstr(fixture_why(&op), because), "%s, not: %s", fixture_why(&op), because);
    CHECK(str_eq(before, fixture_digest(f)), "something stayed");
}

ENGINES_SENTENCE(a_dispute_marks_what_is_disputed_until_it_is_answered)
{
    struct world w = {0};
    struct dispute_new in;
    fixture_do(f, build, &w);
    in = claim(w.invoice, eur(2000)), w.raise = &in;
    fixture_do(f, raise_it, &w);
    struct seen s = see(f, &w);
    CHECK(s.item.disputed.minor == 2000 && s.item.open.minor == 10000, "not 20.00 of 100.00");
    CHECK(s.dispute.state == DISPUTE_OPEN && str_eq(s.dispute.words, S("Agreed was 80.00.")),
          "%.*s", STR(s.dispute.words));
    CHECK(s.open.count == 1 && s.of_document.count == 1 && s.of_customer.count == 1, "not listed");
    CHECK(s.sums.count == 1 && s.sums.at[0].amount.minor == 2000, "not summed");
    refused(f, raise_it, &w, "is in dispute already");
    fixture_do(f, own_it, &w);
    fixture_do(f, accept_it, &w);
    s = see(f, &w);
    CHECK(s.item.disputed.minor == 0, "still disputed");
    CHECK(s.dispute.state == DISPUTE_RESOLVED && str_eq(s.dispute.answer, S("You are right.")),
          "%.*s", STR(s.dispute.answer));
    CHECK(s.steps.count == 3 && str_eq(s.steps.at[2].what, S("resolved")), "%td", s.steps.count);
    CHECK(s.open.count == 0 && s.all.count == 1 && !s.all.more, "listed as open");
    refused(f, accept_it, &w, "has ended already");
    refused(f, reject_it, &w, "has ended already");
    refused(f, withdraw_it, &w, "has ended already");
    refused(f, own_it, &w, "has ended already");
    fixture_do(f, raise_it, &w); /* there may be another one later */
    fixture_do(f, reject_it, &w);
    fixture_do(f, raise_it, &w);
    fixture_do(f, withdraw_it, &w);
    s = see(f, &w);
    CHECK(s.of_document.count == 3 && s.of_document.at[0].state == DISPUTE_WITHDRAWN &&
              s.of_document.at[1].state == DISPUTE_REJECTED && s.all.count == 1 && s.all.more,
          "%td disputes", s.of_document.count);
}

ENGINES_SENTENCE(only_what_is_open_of_an_invoice_can_be_disputed)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    struct dispute_new bad[] = {
        claim(w.invoice, eur(10001)), claim(w.invoice, eur(0)),
        claim(w.invoice, eur(-5)),    claim(w.invoice, money_of(5, (currency){"USD"})),
        claim(w.credit, eur(500)),    claim(w.dinar, money_of(1235, (currency){"KWD"})),
        claim(w.invoice, eur(500)),   claim(w.invoice, eur(500)),
        claim(w.invoice, eur(500)),   claim(999, eur(500)),
    };
    static const char *const because[] = {
        "at most what is open: €100.00",
        "above zero",
        "above zero",
        "above zero",
        "Only an invoice",
        "1.234",
        "Choose what is wrong",
        "Choose what is wrong",
        "Write what is wrong",
        "no such open item",
    };
    bad[6].reason = S("rest_later"), bad[7].reason = S("nonsense"), bad[8].words = S("  ");
    for (ptrdiff_t i = 0; i < COUNT(bad); i++) {
        w.raise = &bad[i];
        refused(f, raise_it, &w, because[i]);
    }
    struct dispute_new all = claim(w.dinar, money_of(1234, (currency){"KWD"}));
    w.raise = &all;
    fixture_do(f, raise_it, &w);
    see(f, &w);
    int64_t mine = w.customer;
    w.customer = w.other;
    refused(f, withdraw_it, &w, "no such dispute");
    w.customer = mine;
    fixture_do(f, withdraw_it, &w);
}

static bool pay_by_credit(struct op *op, void *arg)
{
    struct world *w = arg;
    int64_t document, credit, entry;
    if (!issue(op, w, DOCUMENT_CREDIT_NOTE, eur(10000), &document, &credit)) return false;
    struct allocate_pair pair = {credit, w->invoice, eur(10000)};
    struct allocate all = {
        .pairs = &pair, .count = 1, .effective = w->today, .idem = S("all"), .rule = "staff"};
    return ledger_allocate(op, &all, &entry);
}

ENGINES_SENTENCE(an_invoice_can_be_paid_and_in_dispute)
{
    struct world w = {0};
    struct dispute_new in;
    fixture_do(f, build, &w);
    in = claim(w.invoice, eur(10000)), w.raise = &in;
    fixture_do(f, raise_it, &w);
    fixture_do(f, pay_by_credit, &w);
    struct seen s = see(f, &w);
    CHECK(s.item.open.minor == 0 && s.dispute.state == DISPUTE_OPEN, "it ended by itself");
    CHECK(s.sums.at[0].amount.minor == 0, "%lld", (long long)s.sums.at[0].amount.minor);
    fixture_do(f, reject_it, &w);
    refused(f, raise_it, &w, "Nothing of");
}

ENGINES_SENTENCE(the_erp_raises_and_ends_its_own_disputes_and_no_others)
{
    struct world w = {0};
    struct dispute_new in;
    fixture_do(f, build, &w);
    in = claim(w.invoice, eur(2000)), w.raise = &in;
    const struct {
        bool (*first)(struct op *, void *);
        bool says, changed;
        int64_t disputed;
    } steps[] = {
        {NULL, false, false, 0},          {NULL, true, true, 10000},     {NULL, true, false, 10000},
        {NULL, false, true, 0},           {NULL, false, false, 0},       {NULL, true, true, 10000},
        {NULL, false, true, 0},           {raise_it, true, false, 2000}, {NULL, false, false, 2000},
        {withdraw_it, true, true, 10000},
    };
    for (ptrdiff_t i = 0; i < COUNT(steps); i++) {
        if (steps[i].first) fixture_do(f, steps[i].first, &w);
        w.disputed = steps[i].says;
        fixture_do(f, erp_says, &w);
        struct seen s = see(f, &w);
        CHECK(w.changed == steps[i].changed && s.item.disputed.minor == steps[i].disputed,
              "step %td: %d, %lld", i, w.changed, (long long)s.item.disputed.minor);
        if (s.open.count > 0) w.dispute = s.open.at[0].id;
    }
    refused(f, withdraw_it, &w, "was not raised here");
    fixture_do(f, reject_it, &w); /* what was answered here stays answered */
    w.disputed = true;
    fixture_do(f, erp_says, &w);
    CHECK(!w.changed && see(f, &w).item.disputed.minor == 0, "raised again");
}

ENGINES_SENTENCE(every_failure_leaves_the_books_as_they_were)
{
    struct world w = {0};
    struct dispute_new in;
    bool (*const deeds[])(struct op *, void *) = {raise_it,  own_it,   accept_it,   raise_it,
                                                  reject_it, raise_it, withdraw_it, erp_says};
    fixture_do(f, build, &w);
    in = claim(w.invoice, eur(2000)), w.raise = &in, w.disputed = true;
    for (ptrdiff_t i = 0; i < COUNT(deeds); i++) {
        ptrdiff_t calls = test_every_failure(f, deeds[i], &w, NULL);
        CHECK(calls >= 3, "deed %td made %td calls", i, calls);
        see(f, &w);
    }
}

/* ---- two at the same time ---- */

struct racer {
    struct world *w;
    struct fixture *f;
    struct store *store;
    bool won, broken;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct arena *mem = arena_open(16 << 20);
    struct op op = fixture_op(r->f);
    op.mem = mem;
    struct world w = *r->w;
    r->won = store_transact(&op, r->store, TX_WRITE, raise_it, &w);
    r->broken = !r->won && !strstr(fixture_why(&op), "in dispute already");
    arena_close(mem);
    return NULL;
}

ENGINES_SENTENCE(of_two_who_raise_it_at_the_same_time_one_does)
{
    enum { RACERS = 6, ROUNDS = 5 };
    struct world w = {0};
    struct dispute_new in;
    struct racer racers[RACERS];
    pthread_t threads[RACERS];
    fixture_do(f, build, &w);
    in = claim(w.invoice, eur(2000)), w.raise = &in;
    for (int i = 0; i < RACERS; i++)
        racers[i] = (struct racer){.w = &w, .f = f, .store = fixture_store(f)};
    for (int round = 0; round < ROUNDS; round++) {
        int won = 0;
        for (int i = 0; i < RACERS; i++)
            CHECK(pthread_create(&threads[i], NULL, race, &racers[i]) == 0, "no thread");
        for (int i = 0; i < RACERS; i++) pthread_join(threads[i], NULL);
        for (int i = 0; i < RACERS; i++) {
            won += racers[i].won;
            CHECK(!racers[i].broken, "racer %d was told something else", i);
        }
        CHECK(won == 1, "%d of them raised it", won);
        w.dispute = see(f, &w).open.at[0].id;
        fixture_do(f, withdraw_it, &w);
    }
}

/* ---- many at once ---- */

struct bulk {
    struct world *w;
    int64_t items[MANY + 3];
    ptrdiff_t count;
    struct dispute_plan plan;
    str reason, words;
};

static bool make_many(struct op *op, void *arg)
{
    struct bulk *b = arg;
    int64_t document;
    for (ptrdiff_t i = b->count; i < MANY; i++)
        if (!issue(op, b->w, DOCUMENT_INVOICE, eur(100 + i), &document, &b->items[b->count++]))
            return false;
    return true;
}

static bool plan_many(struct op *op, void *arg)
{
    struct bulk *b = arg;
    return disputes_plan(op, b->w->customer, b->items, b->count, b->w->today, &b->plan);
}

static bool raise_many(struct op *op, void *arg)
{
    struct bulk *b = arg;
    return plan_many(op, b) && disputes_raise(op, &b->plan, b->reason, b->words, BY_CUSTOMER);
}

ENGINES_SENTENCE(a_thousand_are_disputed_at_once_and_what_cannot_be_is_named)
{
    struct world w = {0};
    struct dispute_new in;
    fixture_do(f, build, &w);
    in = claim(w.invoice, eur(2000)), w.raise = &in;
    fixture_do(f, raise_it, &w);
    struct bulk b = {.w = &w, .items = {w.invoice, w.credit}, .count = 2};
    b.reason = S("quantity"), b.words = S("Not delivered.");
    fixture_do(f, make_many, &b);
    fixture_do(f, plan_many, &b);
    CHECK(b.plan.count == MANY && b.plan.possible == MANY - 2, "%td", b.plan.possible);
    CHECK(b.plan.at[MANY - 3].problem == NULL && b.plan.at[MANY - 2].problem, "not in order");
    fixture_do(f, raise_many, &b);
    struct seen s = see(f, &w);
    CHECK(s.open.count == 10 && s.open.more, "%td", s.open.count);
    fixture_do(f, plan_many, &b);
    CHECK(b.plan.possible == 0, "%td can be disputed again", b.plan.possible);
    struct op again = fixture_op(f), more = fixture_op(f);
    CHECK(!store_transact(&again, f->store, TX_WRITE, raise_many, &b), "raised twice");
    w.customer = w.other;
    fixture_do(f, plan_many, &b);
    CHECK(b.plan.count == 0, "another customer's");
    b.count = MANY + 1;
    CHECK(!store_transact(&more, f->store, TX_READ, plan_many, &b), "more than a thousand");
}

ENGINES_SENTENCE(some_at_once_are_all_or_none)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    struct bulk b = {.w = &w, .items = {w.invoice, w.dinar}, .count = 2};
    b.reason = S("quantity"), b.words = S("Not delivered.");
    CHECK(test_every_failure(f, raise_many, &b, NULL) > 8, "too few calls");
    see(f, &w);
}

TESTS(ENGINES_TEST(a_dispute_marks_what_is_disputed_until_it_is_answered),
      ENGINES_TEST(only_what_is_open_of_an_invoice_can_be_disputed),
      ENGINES_TEST(an_invoice_can_be_paid_and_in_dispute),
      ENGINES_TEST(the_erp_raises_and_ends_its_own_disputes_and_no_others),
      ENGINES_TEST(every_failure_leaves_the_books_as_they_were),
      ENGINES_TEST(of_two_who_raise_it_at_the_same_time_one_does),
      ENGINES_TEST(a_thousand_are_disputed_at_once_and_what_cannot_be_is_named),
      ENGINES_TEST(some_at_once_are_all_or_none))
