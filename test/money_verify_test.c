/* Books in which each rule of `quittance verify` has something to look at: it finds nothing while
 * all is well, and when one thing is off, that one and no other. What it does about guards that are
 * taken away stands in src/domain/payments/append_only_test.c. */
#include "domain/ledger/ledger.h"

#include "domain/payments/payments.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/receivables.h"
#include "fixture.h"
#include "money_world.h"
#include "store/engine.h"

struct world {
    struct money_world w;
    int64_t items[5];
    struct item invoice;
    struct deduction_case deduction;
    struct verdict v;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool receive(struct op *op, struct world *w, int64_t minor, struct item *out)
{
    struct received got;
    struct payment p;
    struct receipt_in in = {.entity = w->w.entity,
                            .customer = w->w.customer,
                            .amount = eur(minor),
                            .value_date = w->w.today};
    return payment_receive(op, &in, &got) && payment_get(op, 0, got.payment, &p) &&
           item_get(op, p.item, out);
}

static bool dispute(struct op *op, int64_t item, int64_t *out)
{
    struct dispute_new in = {.item = item,
                             .amount = eur(300),
                             .reason = S("pricing"),
                             .words = S("3.00 too much"),
                             .origin = BY_CUSTOMER};
    return dispute_raise(op, &in, out);
}

static bool deduct(struct op *op, struct world *w, int64_t item)
{
    struct deduction_new less = {.of_item = item, .amount = eur(1000), .reason = S("freight")};
    return money_world_deduct(op, &w->w, less, &w->deduction);
}

/* Five invoices: open, with a deduction that is open, with one that was refused and is looked after
 * since, disputed and paid all the same, disputed and open. Three transfers: 7.00 of 12.00 and
 * nothing of the others are used. */
static bool build(struct op *op, void *arg)
{
    static const int64_t amounts[] = {10000, 5000, 4000, 700, 3000};
    struct world *w = arg;
    struct item first, more;
    int64_t disputes[2];
    if (!money_world_make(op, &w->w)) return false;
    for (int i = 0; i < 5; i++)
        if (!money_world_invoice(op, &w->w, amounts[i], &w->items[i])) return false;
    if (!receive(op, w, 1200, &first) || !receive(op, w, 800, &more) ||
        !receive(op, w, 900, &more) || !deduct(op, w, w->items[1]) || !deduct(op, w, w->items[2]))
        return false;
    struct deduction_decision refused = {
        .item = w->deduction.item, .valid = eur(0), .note = S("as agreed"), .day = w->w.today};
    return deduction_decide(op, &refused) && deduction_own(op, w->deduction.item, 0, S("nobody")) &&
           deduction_remark(op, w->deduction.item, S("called them")) &&
           dispute(op, w->items[3], &disputes[0]) && dispute(op, w->items[4], &disputes[1]) &&
           payment_apply(op, first.id, w->items[3], eur(700));
}

/* What needs a gateway and many days, as it stands in the tables then: a surcharge of which a part
 * went back, one of a payment that was returned, one that went back whole; payouts of two gateways
 * that call them the same, and one that is only announced; money that was applied by hand. */
static const char further[] =
    "update payment set fee_minor = 100 where amount_minor = 1200;"
    "update payment set fee_minor = 50, state = 'returned' where amount_minor = 800;"
    "update payment set fee_minor = 30 where amount_minor = 900;"
    "insert into refund (payment, our_id, amount_minor, fee_minor, state, created, changed) "
    "select id, 'r-1', 100, 10, 'succeeded', 0, 0 from payment where amount_minor = 1200;"
    "insert into refund (payment, our_id, amount_minor, fee_minor, state, created, changed) "
    "select id, 'r-2', 100, 7, 'failed', 0, 0 from payment where amount_minor = 1200;"
    "insert into refund (payment, our_id, amount_minor, fee_minor, state, created, changed) "
    "select id, 'r-3', 300, 30, 'succeeded', 0, 0 from payment where amount_minor = 900;"
    "insert into entry (id, entity, kind, effective, recorded, idem, actor, note, payment) "
    "select 901, entity, 'fee', '2026-05-28', 0, 'x1', '', '', id from payment "
    "where amount_minor = 1200;"
    "insert into posting (entry, n, gl, amount_minor, currency) values "
    "(901, 1, '1010', 90, 'EUR'), (901, 2, '4100', -90, 'EUR');"
    "update entry set posted = true where id = 901;"
    "insert into payout (gateway, their_id, paid_on, currency, charges_minor, refunds_minor, "
    "fees_minor, net_minor, state, created) values "
    "('a', 'po_1', '2026-05-28', 'EUR', 500, 100, 0, 400, 'matched', 0), "
    "('b', 'po_1', '2026-05-28', 'USD', 900, 0, 0, 900, 'arrived', 0), "
    "('a', 'po_2', '2026-05-28', 'EUR', 60, 0, 0, 60, 'announced', 0);"
    "insert into entry (id, entity, kind, effective, recorded, idem, actor, note) "
    "select 902, id, 'payout', '2026-05-28', 0, 'x2', '', 'po_1' from entity;"
    "insert into posting (entry, n, gl, amount_minor, currency) values "
    "(902, 1, '1015', 400, 'EUR'), (902, 2, '1050', -400, 'EUR');"
    "update entry set posted = true where id = 902;"
    "insert into entry (id, entity, kind, effective, recorded, idem, actor, note) "
    "select 903, id, 'payout', '2026-05-28', 0, 'x3', '', 'po_1' from entity;"
    "insert into posting (entry, n, gl, amount_minor, currency) values "
    "(903, 1, '1015', 900, 'USD'), (903, 2, '1050', -900, 'USD');"
    "update entry set posted = true where id = 903;"
    "insert into entry (id, entity, kind, effective, recorded, idem, actor, note) "
    "select 904, id, 'late', '2026-05-28', 0, 'x4', '', 'po_2' from entity;"
    "insert into posting (entry, n, gl, amount_minor, currency) values "
    "(904, 1, '1050', 60, 'EUR'), (904, 2, '1060', -60, 'EUR');"
    "update entry set posted = true where id = 904;"
    "insert into batch (id, kind, state, actor, recorded) values "
    "(91, 'application', 'done', '', 0), (92, 'application', 'done', '', 0), "
    "(93, 'other', 'done', '', 0);"
    "insert into batch_entry (entry, batch) values (901, 91), (902, 92)";

static bool verify(struct op *op, void *arg)
{
    struct world *w = arg;
    return ledger_verify(op, &w->v);
}

#define AN_INVOICE  "(select min(id) from item)"
#define ITS_ENTRY   "(select min(entry) from posting where item = " AN_INVOICE ")"
#define ITS_POSTING " where item = " AN_INVOICE " and entry = " ITS_ENTRY

/* Each with the trigger that forbids it, all that is found then, and what one finding says. */
static const struct {
    const char *trigger, *table, *sql;
    ptrdiff_t count;
    const char *where, *what;
} deeds[] = {
    {"posting_keeps", "posting", "update posting set amount_minor = 91 where entry = 901 and n = 1",
     1, "entry 901", "debits exceed credits by 0.01 EUR"},
    {"entry_posts", "entry", "update entry set posted = false where id = 902", 1, "entry 902",
     "was opened and never posted"},
    {"posting_stays", "posting", "delete from posting where entry = 904 and n = 2", 2, "entry 904",
     "was opened and never posted"},
    {"posting_stays", "posting", "delete from posting where entry = 904", 1, "entry 904",
     "was opened and never posted"},
    {"posting_keeps", "posting", "update posting set gl = '1110'" ITS_POSTING, 1, "posting 1",
     "does not fit the open item"},
    {"posting_keeps", "posting", "update posting set account = null" ITS_POSTING, 1, "posting 1",
     "does not fit the open item"},
    {"posting_keeps", "posting", "update posting set currency = 'USD' where entry = " ITS_ENTRY, 1,
     "posting 1", "does not fit the open item"},
    {"posting_keeps", "posting", "update posting set item = null" ITS_POSTING, 2, "posting 1",
     "does not fit the open item"},
    {"posting_keeps", "posting",
     "update posting set item = " AN_INVOICE " where entry = 904 and n = 2", 2,
     "entry 904, posting 2", "does not fit the open item"},
    {"item_keeps", "item", "update item set debit_minor = 10001, amount_minor = 10001 where id = 1",
     2, "item 1, ", "debits of 10001 and credits of 0, its postings come to 10000 and 0 minor"},
    {"item_keeps", "item", "update item set credit_minor = 1 where id = 1", 1, "item 1, ",
     "debits of 10000 and credits of 1, its postings come to 10000 and 0 minor"},
    {"item_po_keeps", "item", "update item set po = 'PO-9' where id = 1", 1, "item 1, ",
     "has the PO \"PO-9\", its document \"\""},
    {"allocation_keeps", "allocation", "update allocation set amount_minor = 701", 2, "item 4, ",
     "has allocations of 701 and allocated postings of 700 minor units"},
    {"document_keeps", "document",
     "update document set total_minor = 10001, net_minor = 10001 where id = 1", 1, "document ",
     "comes to 10001, its due items to 10000 minor units"},
    {NULL, "item", "update item set reserved_minor = 1 where id = 1", 1, "item 1, ",
     "is reserved for 1, payments under way hold 0 minor units"},
    {NULL, "refund", "update refund set state = 'unknown' where our_id = 'r-2'", 1, "item 6, ",
     "is reserved for 0, payments under way hold 100 minor units"},
    {NULL, "payment", "update payment set state = 'failed' where amount_minor = 900", 1, "payment ",
     "its state and its money in the ledger do not agree"},
    {NULL, "payment", "update payment set amount_minor = 901 where amount_minor = 900", 1,
     "payment ", "its state and its money in the ledger do not agree"},
    {NULL, "payment", "update payment set currency = 'USD' where amount_minor = 900", 1, "payment ",
     "its state and its money in the ledger do not agree"},
    {NULL, "payment", "update payment set fee_minor = 31 where amount_minor = 900", 1, "payment ",
     "kept a surcharge of 1, the ledger has 0 minor units"},
    {NULL, "refund", "update refund set fee_minor = 11 where our_id = 'r-1'", 1, "payment ",
     "kept a surcharge of 89, the ledger has 90 minor units"},
    {NULL, "payment", "update payment set state = 'settled' where amount_minor = 800", 1,
     "payment ", "kept a surcharge of 50, the ledger has 0 minor units"},
    {NULL, "deduction", "update deduction set state = 'invalid' where state = 'coded'", 2,
     "deduction ", "its decision and what is open of it do not agree"},
    {NULL, "deduction", "update deduction set state = 'coded' where state = 'invalid'", 1,
     "deduction ", "its state and its steps do not agree"},
    {NULL, "deduction", "update deduction set state = 'valid' where state = 'invalid'", 2,
     "deduction ", "its decision and what is open of it do not agree"},
    {NULL, "deduction", "update deduction set credit = 1 where state = 'invalid'", 1, "deduction ",
     "its decision and what is open of it do not agree"},
    {"item_disputed", "item", "update item set disputed_minor = 299 where id = 5", 1, "item 5, ",
     "is marked as disputed for 299, its disputes say 300 minor units"},
    {"dispute_keeps", "dispute", "update dispute set customer = customer + 0, currency = 'USD'", 2,
     "dispute 1 of ", "its state and its steps do not agree"},
    {"dispute_step_keeps", "dispute_step",
     "update dispute_step set what = 'resolved' where dispute = 2", 1, "dispute 2 of ",
     "its state and its steps do not agree"},
    {"batch_entry_keeps", "batch_entry", "update batch_entry set batch = 92", 1, "batch 91",
     "applied money and has no entry"},
    {NULL, "item_tally", "update item_tally set open = open + 1", 1, "tally of customer 1",
     "is not what the items come to"},
    {NULL, "item_tally", "update item_tally set credits = credits + 1", 1, "tally of ",
     "is not what"},
    {NULL, "item_tally", "update item_tally set processing = processing + 1", 1, "tally of ",
     "is not what"},
    {NULL, "item_tally", "update item_tally set disputed = disputed + 1", 1, "tally of ",
     "is not what"},
    {NULL, "item_tally", "update item_tally set paid = paid + 1", 1, "tally of ", "is not what"},
    {NULL, "item_tally", "update item_tally set used = used + 1", 1, "tally of ", "is not what"},
    {"item_holds", "item", "update item set reserved_minor = 1 where id = 1", 2, "item 1",
     "is not held as it is reserved"},
    {NULL, "item_held",
     "update item set reserved_minor = 1 where id = 1; "
     "update item_held set customer = customer + 1 where id = 1",
     2, "item 1", "is not held as it is reserved"},
    {NULL, "item_held",
     "insert into item_held (id, customer, currency, due) values (1, 1, 'EUR', '2026-01-01')", 1,
     "item 1", "is not held as it is reserved"},
    {NULL, "open_sum", "update open_sum set minor = minor + 1 where kind = 'deduction'", 1,
     "sum of EUR, deduction, due 2026-", "is off by 1 minor units and 0 items"},
    {NULL, "open_sum", "update open_sum set items = items + 2 where kind = 'deduction'", 1,
     "sum of EUR, deduction, due 2026-", "is off by 0 minor units and 2 items"},
    {NULL, "payout", "update payout set charges_minor = 501 where gateway = 'a'", 1, "payout po_1",
     "is not in the ledger as its state says"},
    {NULL, "payout", "update payout set state = 'matched' where their_id = 'po_2'", 1,
     "payout po_2", "is not in the ledger as its state says"},
    {NULL, "payout", "update payout set state = 'announced' where currency = 'USD'", 1,
     "payout po_1", "is not in the ledger as its state says"},
};

struct deed {
    const char *unguard, *sql;
    struct world *w;
};

/* Always refused: nothing of it stays for the next one. */
static bool do_and_undo(struct op *op, void *arg)
{
    struct deed *d = arg;
    return store_script(op, d->unguard) && store_script(op, d->sql) &&
           ledger_verify(op, &d->w->v) && op_fail(op, ERR_CONFLICT, "", "undone");
}

static ptrdiff_t named(const struct verdict *v, const char *where, const char *what)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < v->problem_count; i++)
        count += str_find(v->problems[i].where, str_of(where)) >= 0 &&
                 str_find(v->problems[i].what, str_of(what)) >= 0;
    return count;
}

ENGINES_SENTENCE(each_rule_finds_what_is_off_and_that_alone)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    fixture_sql(f, further);
    fixture_do(f, verify, &w);
    CHECK(w.v.problem_count == 0, "%.*s %.*s", STR(w.v.problems[0].where),
          STR(w.v.problems[0].what));
    for (ptrdiff_t i = 0; i < COUNT(deeds); i++) {
        struct deed d = {.unguard = "select 1", .sql = deeds[i].sql, .w = &w};
        if (deeds[i].trigger)
            d.unguard = f->engine == FIXTURE_SQLITE
                            ? str_printf(f->mem, "drop trigger %s", deeds[i].trigger).at
                            : str_printf(f->mem, "alter table %s disable trigger %s",
                                         deeds[i].table, deeds[i].trigger)
                                  .at;
        const char *why = fixture_refused(f, do_and_undo, &d);
        CHECK(str_eq(str_of(why), S("undone")), "%s: %s", deeds[i].sql, why);
        CHECK(w.v.problem_count == deeds[i].count, "%s: %td found", deeds[i].sql,
              w.v.problem_count);
        CHECK(named(&w.v, deeds[i].where, deeds[i].what) == 1, "%s: not named", deeds[i].sql);
    }
}

ENGINES_SENTENCE(verify_says_how_much_it_looked_at)
{
    struct world w = {0};
    fixture_do(f, verify, &w);
    CHECK(w.v.entries == 0 && w.v.postings == 0 && w.v.items == 0, "nothing yet");
    fixture_do(f, build, &w);
    fixture_do(f, verify, &w);
    CHECK(w.v.entries == 12 && w.v.postings == 24 && w.v.items == 10, "%lld, %lld, %lld",
          (long long)w.v.entries, (long long)w.v.postings, (long long)w.v.items);
}

TESTS(ENGINES_TEST(each_rule_finds_what_is_off_and_that_alone),
      ENGINES_TEST(verify_says_how_much_it_looked_at))
