/* A word in the database that this program does not know (a newer one wrote it, or somebody with a
 * key to it) is told to the log, and never taken for another. */
#include "base/clock.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/payments.h"
#include "domain/payments/payouts.h"
#include "domain/payments/trouble.h"
#include "domain/receivables/receivables.h"
#include "fixture.h"
#include "money_world.h"

struct story {
    struct money_world w;
    int64_t invoice, document, money, checkout, payment, came;
    str reference;
    struct troubles list;
};

/* An invoice that an announced transfer holds, money that was applied to another, something for
 * people to look at, and a payout. */
static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t paid;
    struct item item;
    struct received got;
    struct payment p;
    struct trouble t = {.kind = TROUBLE_UNANSWERED, .said = money_of(1, (currency){"EUR"})};
    if (!money_world_make(op, &s->w) || !money_world_invoice(op, &s->w, 1000, &s->invoice) ||
        !money_world_invoice(op, &s->w, 500, &paid) || !item_get(op, s->invoice, &item) ||
        !money_world_checkout(op, &s->w, &s->invoice, 1, &s->checkout) ||
        !payment_announce(op, s->w.customer, s->checkout, s->w.today, &s->payment))
        return false;
    struct receipt_in in = {.entity = s->w.entity,
                            .customer = s->w.customer,
                            .amount = money_of(500, (currency){"EUR"}),
                            .value_date = s->w.today};
    if (!payment_receive(op, &in, &got) || !payment_get(op, 0, got.payment, &p)) return false;
    s->came = p.id, s->money = p.item;
    s->reference = str_copy(op->mem, p.reference);
    t.payment = s->payment;
    s->document = item.document;
    return payment_apply(op, p.item, paid, in.amount) && trouble_open(op, &t);
}

/* ---- who reads ---- */

static bool read_item(struct op *op, void *arg)
{
    struct item item;
    return item_get(op, ((struct story *)arg)->invoice, &item);
}

static bool read_uses(struct op *op, void *arg)
{
    struct allocations uses;
    return allocations_of_item(op, ((struct story *)arg)->money, &uses);
}

static bool read_balances(struct op *op, void *arg)
{
    struct balances all;
    struct story *s = arg;
    return receivables_balances(op, s->w.customer, s->w.today, &all);
}

static bool read_payment(struct op *op, void *arg)
{
    struct payment p;
    return payment_get(op, 0, ((struct story *)arg)->payment, &p);
}

static bool find_payment(struct op *op, void *arg)
{
    struct payment p;
    bool found;
    return payment_find(op, ((struct story *)arg)->reference, &p, &found);
}

static bool read_document(struct op *op, void *arg)
{
    struct story *s = arg;
    struct receivables items;
    return receivables_of_document(op, s->document, s->w.today, &items);
}

static bool list_payments(struct op *op, void *arg)
{
    struct payments list;
    (void)arg;
    return payments_list(op, &(struct payments_filter){.limit = 10}, &list);
}

static bool read_checkout(struct op *op, void *arg)
{
    struct story *s = arg;
    struct checkout c;
    return checkout_get(op, s->w.customer, s->checkout, s->w.today, &c);
}

static bool withdraw(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_withdraw(op, s->w.customer, s->payment);
}

static bool list_troubles(struct op *op, void *arg)
{
    struct story *s = arg;
    return troubles_list(op, 10, &s->list);
}

static bool read_trouble(struct op *op, void *arg)
{
    struct trouble t;
    (void)arg;
    return trouble_get(op, 1, &t);
}

static bool list_payouts(struct op *op, void *arg)
{
    struct payouts_seen list;
    (void)arg;
    return payouts_list(op, 10, &list);
}

static bool read_payout(struct op *op, void *arg)
{
    struct payout_seen p;
    (void)arg;
    return payout_get(op, 1, &p);
}

#define PAYOUT                                                                                     \
    "insert into payout (gateway, their_id, paid_on, currency, charges_minor, refunds_minor, "     \
    "fees_minor, net_minor, state, created) values ('told', 'po_1', '2026-05-01', 'EUR', 1, 0, "   \
    "0, 1, 'lost', 0)"

static const struct {
    const char *sqlite, *sql; /* first what guards the word */
    bool (*read)(struct op *op, void *arg);
} words[] = {
    {"drop trigger item_is", "update item set kind = 'loan' where kind = 'invoice'", read_item},
    {"drop trigger item_is", "update item set kind = 'loan' where kind = 'invoice'", read_uses},
    {"drop trigger item_is", "update item set kind = 'loan' where kind = 'payment'", read_uses},
    {"drop trigger item_keeps", "update item set currency = 'euro'", read_balances},
    {"drop trigger item_keeps", "update item set currency = 'euro'", read_document},
    {"select 1", "update payment set state = 'asleep'", read_payment},
    {"select 1", "update payment set state = 'asleep'", find_payment},
    {"select 1", "update payment set state = 'asleep'", list_payments},
    {"select 1", "update account set currency = 'euro'", read_checkout},
    {"select 1", "update account set currency = 'euro'", withdraw},
    {"select 1", "update trouble set kind = 'boredom'", list_troubles},
    {"select 1", "update trouble set kind = 'boredom'", read_trouble},
    {"select 1", PAYOUT, list_payouts},
    {"select 1", PAYOUT, read_payout},
};

/* The database itself would refuse such words: it is made to look away. */
static void write_past_the_guards(struct fixture *f, const char *sqlite, const char *sql)
{
    if (f->engine == FIXTURE_SQLITE) {
        fixture_sql(f, sqlite);
        fixture_sql(f, str_printf(f->mem, "pragma ignore_check_constraints = 1; %s", sql).at);
        return;
    }
    fixture_sql(f,
                str_printf(f->mem,
                           "set local session_replication_role = replica;"
                           "do $$ declare c record; begin for c in select conrelid::regclass as t,"
                           " conname as n from pg_constraint where contype = 'c' and "
                           "connamespace = 'public'::regnamespace loop execute "
                           "format('alter table %%s drop constraint %%I', c.t, c.n); end loop; "
                           "end $$; %s",
                           sql)
                    .at);
}

static void read_all(struct arena *mem, enum fixture_engine engine)
{
    for (ptrdiff_t i = 0; i < COUNT(words); i++) {
        struct story s = {0};
        struct fixture *f = fixture_open(mem, engine);
        if (!f) skip();
        fixture_do(f, make, &s);
        if (words[i].read != withdraw && words[i].sql[0] == 'u') fixture_do(f, words[i].read, &s);
        write_past_the_guards(f, words[i].sqlite, words[i].sql);
        struct op op = fixture_op(f);
        CHECK(!store_transact(&op, f->store, TX_WRITE, words[i].read, &s), "%td: %s", i,
              words[i].sql);
        CHECK(op.errs && op.errs->kind == ERR_INTERNAL, "%td: %s: %s", i, words[i].sql,
              fixture_why(&op));
    }
}

SENTENCE(a_word_that_nobody_knows_is_told_and_not_guessed_on_sqlite)
{
    read_all(mem, FIXTURE_SQLITE);
}

SENTENCE(a_word_that_nobody_knows_is_told_and_not_guessed_on_postgres)
{
    read_all(mem, FIXTURE_POSTGRES);
}

static bool find_nothing(struct op *op, void *arg)
{
    struct payment p;
    bool found;
    (void)arg;
    return payment_find(op, S("nobody's"), &p, &found) && !found;
}

ENGINES_SENTENCE(a_reference_of_nobody_finds_nothing)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, find_nothing, &s);
}

/* What people must see to is shown also when the sum in it cannot be read. */
ENGINES_SENTENCE(what_people_must_see_to_is_listed_without_a_sum_that_cannot_be_read)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, list_troubles, &s);
    CHECK(s.list.count == 1 && s.list.at[0].amount.minor == 1000 && s.list.at[0].said.minor == 1,
          "both sums");
    write_past_the_guards(f, "select 1",
                          "update payment set currency = 'euro'; "
                          "update trouble set said_currency = 'euro'");
    fixture_do(f, list_troubles, &s);
    CHECK(s.list.count == 1 && s.list.at[0].amount.cur.code[0] == 0 &&
              s.list.at[0].said.cur.code[0] == 0,
          "listed, and of no currency");
}

TESTS(TEST(a_word_that_nobody_knows_is_told_and_not_guessed_on_sqlite),
      TEST(a_word_that_nobody_knows_is_told_and_not_guessed_on_postgres),
      ENGINES_TEST(a_reference_of_nobody_finds_nothing),
      ENGINES_TEST(what_people_must_see_to_is_listed_without_a_sum_that_cannot_be_read))
