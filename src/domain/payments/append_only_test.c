/* Somebody with a key to the database: what it must refuse, and what `quittance verify` must find
 * when the refusing was switched off first. Beside the payments, because they use all tables. */
#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/payments/payments.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

#include <assert.h>

struct world {
    int64_t entity, customer, invoice, credit, payment;
    date today;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool issue(struct op *op, struct world *w, enum document_kind kind, int64_t minor,
                  int64_t *item)
{
    struct document_line line = {.description = S("Goods"), .net = eur(minor - 19)};
    struct document_tax tax = {.rate_ppm = 190000, .base = eur(minor - 19), .tax = eur(19)};
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = kind,
                         .issued = w->today,
                         .net = eur(minor - 19),
                         .tax = eur(19),
                         .total = eur(minor),
                         .lines = &line,
                         .line_count = 1,
                         .taxes = &tax,
                         .tax_count = 1};
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued)) return false;
    if (!receivables_of_document(op, issued.id, w->today, &items)) return false;
    *item = items.at[0].item;
    return true;
}

static bool pay(struct op *op, struct world *w)
{
    struct received got;
    struct customer_ids made;
    int64_t items[] = {w->invoice, w->credit};
    struct checkout_edit edit = {
        .item = w->invoice, .amount = S("80.00"), .reason = S("damaged_goods")};
    struct receipt_in in = {.entity = w->entity, .value_date = w->today, .payer = S("HALLAM")};
    struct payment p;
    if (!checkout_start(op, w->customer, 0, items, COUNT(items), &made)) return false;
    if (!checkout_edit(op, w->customer, made.at[0], &edit, 1)) return false;
    if (!payment_announce(op, w->customer, made.at[0], w->today, &w->payment)) return false;
    if (!payment_get(op, 0, w->payment, &p)) return false;
    in.amount = money_add(p.amount, eur(500)), in.reference = p.reference;
    return payment_receive(op, &in, &got);
}

static bool argue(struct op *op, int64_t item)
{
    struct dispute_new in = {.item = item,
                             .amount = eur(700),
                             .reason = S("pricing"),
                             .words = S("7.00 too much"),
                             .origin = BY_CUSTOMER};
    int64_t first, second;
    return dispute_raise(op, &in, &first) &&
           dispute_answer(op, &(struct dispute_answer){first, false, S("As agreed.")}) &&
           dispute_raise(op, &in, &second);
}

/* An invoice paid with a credit note and a transfer, short with a reason, 5.00 on account; another
 * one that an announced transfer has reserved, and that is disputed for the second time. */
static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    struct entity seller = {.code = S("main"), .name = S("N"), .currency = {"EUR"}};
    struct customer buyer = {.number = S("1"), .name = S("Hallam")};
    enum put did;
    int64_t other, payment;
    struct customer_ids made;
    w->today = clock_date(op->now, S("UTC"));
    return entity_put(op, &seller, &w->entity) && customer_put(op, &buyer, &w->customer, &did) &&
           issue(op, w, DOCUMENT_INVOICE, 10000, &w->invoice) &&
           issue(op, w, DOCUMENT_CREDIT_NOTE, 1000, &w->credit) && pay(op, w) &&
           issue(op, w, DOCUMENT_INVOICE, 2000, &other) &&
           checkout_start(op, w->customer, 0, &other, 1, &made) &&
           payment_announce(op, w->customer, made.at[0], w->today, &payment) && argue(op, other);
}

enum { ON_SQLITE = 1, ON_POSTGRES = 2, ON_BOTH = 3 };

/* Each changes at least one row of the world above, or adds one: the test sees to it. */
static const struct {
    const char *sql;
    int engines;
} forbidden[] = {
    {"delete from entry", ON_BOTH},
    {"delete from posting", ON_BOTH},
    {"delete from item", ON_BOTH},
    {"delete from allocation", ON_BOTH},
    {"delete from document", ON_BOTH},
    {"delete from document_line", ON_BOTH},
    {"delete from document_tax", ON_BOTH},
    {"delete from deduction", ON_BOTH},
    {"delete from payment", ON_BOTH},
    {"delete from payment_step", ON_BOTH},
    {"update entry set effective = '2020-01-01'", ON_BOTH},
    {"update entry set note = 'nothing'", ON_BOTH},
    {"update entry set posted = false", ON_BOTH},
    {"update entry set payment = null, document = null", ON_BOTH},
    {"update posting set amount_minor = amount_minor * 2", ON_BOTH},
    {"update posting set account = null", ON_BOTH},
    {"update item set debit_minor = debit_minor - 1 where debit_minor > 0", ON_BOTH},
    {"update item set amount_minor = amount_minor + 1", ON_BOTH},
    {"update item set debit_minor = amount_minor + 1, credit_minor = 0", ON_BOTH},
    {"update item set side = -side", ON_BOTH},
    {"update item set kind = 'invoice' where kind = 'deduction'", ON_BOTH},
    {"update item set due = '2099-01-01'", ON_BOTH},
    {"update item set po = 'PO-9'", ON_BOTH},
    {"insert into item (entity, account, customer, currency, gl, kind, side, document, n, number, "
     "issued, due, amount_minor, po) select entity, account, customer, currency, gl, kind, side, "
     "document, n + 1, number, issued, due, amount_minor, 'PO-9' from item where kind = 'invoice'",
     ON_BOTH},
    {"update item set reserved_minor = open_minor + 1", ON_BOTH},
    {"update item set reserved_minor = -1", ON_BOTH},
    {"update document set total_minor = 1, net_minor = 1, tax_minor = 0", ON_BOTH},
    {"update document_line set net_minor = 1", ON_BOTH},
    {"update document_tax set tax_minor = 1", ON_BOTH},
    {"update allocation set amount_minor = 1", ON_BOTH},
    {"update deduction set reason = 'other'", ON_BOTH},
    {"delete from dispute_step", ON_BOTH},
    {"delete from dispute_step; delete from dispute", ON_BOTH},
    {"update dispute set amount_minor = 1 where state = 'open'", ON_BOTH},
    {"update dispute set words = 'nothing'", ON_BOTH},
    {"update dispute set state = 'open', decided = null", ON_BOTH},
    {"update dispute set answer = 'of course' where state = 'rejected'", ON_BOTH},
    {"update dispute set state = 'resolved' where state = 'rejected'", ON_BOTH},
    {"update dispute set decided = 1 where state = 'open'", ON_BOTH},
    {"update dispute_step set note = ''", ON_BOTH},
    {"update item set disputed_minor = 0 where disputed_minor > 0", ON_BOTH},
    {"update item set disputed_minor = 1 where open_minor > 0", ON_BOTH},
    {"insert into dispute (item, customer, amount_minor, currency, reason, origin, raised, "
     "raised_by) select item, customer, 1, currency, reason, origin, 0, '' from dispute where "
     "state = 'open'",
     ON_BOTH},
    {"insert into dispute (item, customer, amount_minor, currency, reason, origin, raised, "
     "raised_by) select id, customer, amount_minor, currency, 'other', 'customer', 0, '' from item "
     "where open_minor = 0 and kind = 'invoice'",
     ON_BOTH},
    {"insert into dispute (item, customer, amount_minor, currency, reason, origin, raised, "
     "raised_by, state, decided) select item, customer, amount_minor, currency, reason, origin, 0, "
     "'', 'resolved', 0 from dispute where state = 'rejected'",
     ON_BOTH},
    {"insert or replace into dispute (id, item, customer, amount_minor, currency, reason, origin, "
     "raised, raised_by) select id, item, customer, 1, currency, reason, origin, 0, '' from "
     "dispute where state = 'open'",
     ON_SQLITE},
    {"insert or replace into dispute_step (dispute, n, what, at, actor) select dispute, n, what, "
     "0, '' from dispute_step",
     ON_SQLITE},
    {"update payment_step set state = 'refunded'", ON_BOTH},
    {"update payment set value_date = '2020-01-01' where state = 'settled'", ON_BOTH},
    {"update payment set value_date = null where state = 'settled'", ON_BOTH},
    {"update payment set begun_on = '2020-01-01' where state = 'pending'", ON_BOTH},
    {"update payment set begun_on = null where state = 'settled'", ON_BOTH},
    {"update payment set begun_on = null where state = 'pending'", ON_BOTH},
    {"update payment set day = '2020-01-01'", ON_BOTH},
    {"update happening set words = 'nothing of the kind'", ON_BOTH},
    {"update happening set at = 0", ON_BOTH},
    {"delete from happening", ON_BOTH},
    {"insert or replace into happening (id, customer, at, topic, what, who) select id, customer, "
     "at, "
     "'note', 'note.call', '' from happening",
     ON_SQLITE},
    {"truncate happening", ON_POSTGRES},
    {"insert into document_line (document, n, net_minor) select id, 99, 1 from document", ON_BOTH},
    {"insert into document_tax (document, n, rate_ppm, base_minor, tax_minor) select id, 99, 0, 1, "
     "1 from document",
     ON_BOTH},
    {"insert into posting (entry, n, gl, amount_minor, currency) select id, 99, '1010', 5, 'EUR' "
     "from entry",
     ON_BOTH},
    {"insert into entry (entity, kind, effective, recorded, idem, actor, posted) select id, 'x', "
     "'2026-01-01', 0, 'x', '', true from entity",
     ON_BOTH},
    {"insert into entry (entity, kind, effective, recorded, idem, actor) select entity, 'x', "
     "'2026-01-01', 0, idem, '' from entry",
     ON_BOTH},
    /* An entry that does not balance, has one posting, or names an item that it does not fit. */
    {"insert into entry (id, entity, kind, effective, recorded, idem, actor) select 999, id, 'x', "
     "'2026-01-01', 0, 'x', '' from entity; insert into posting (entry, n, gl, amount_minor, "
     "currency) values (999, 1, '1010', 5, 'EUR'), (999, 2, '4000', -4, 'EUR'); update entry set "
     "posted = true where id = 999",
     ON_BOTH},
    {"insert into entry (id, entity, kind, effective, recorded, idem, actor) select 999, id, 'x', "
     "'2026-01-01', 0, 'x', '' from entity; insert into posting (entry, n, gl, amount_minor, "
     "currency) values (999, 1, '1010', 5, 'EUR'), (999, 2, '4000', -5, 'USD'); update entry set "
     "posted = true where id = 999",
     ON_BOTH},
    {"insert into entry (id, entity, kind, effective, recorded, idem, actor) select 999, id, 'x', "
     "'2026-01-01', 0, 'x', '' from entity; update entry set posted = true where id = 999",
     ON_BOTH},
    {"insert into entry (id, entity, kind, effective, recorded, idem, actor) select 999, id, 'x', "
     "'2026-01-01', 0, 'x', '' from entity; insert into posting (entry, n, gl, amount_minor, "
     "currency) values (999, 1, '1100', 5, 'EUR')",
     ON_BOTH},
    {"insert into entry (id, entity, kind, effective, recorded, idem, actor) select 999, id, 'x', "
     "'2026-01-01', 0, 'x', '' from entity; insert into posting (entry, n, gl, item, amount_minor, "
     "currency) select 999, 1, '1110', id, 1, 'EUR' from item where gl = '1100'",
     ON_BOTH},
    {"insert or replace into entry (id, entity, kind, effective, recorded, idem, actor) select id, "
     "entity, 'x', effective, 0, idem, '' from entry",
     ON_SQLITE},
    {"insert or replace into posting (entry, n, gl, amount_minor, currency) select entry, n, "
     "'1010', 1, 'EUR' from posting",
     ON_SQLITE},
    {"insert or replace into item (id, entity, currency, gl, kind, side, number, issued, due, "
     "amount_minor) select id, entity, currency, '2055', 'receipt', -1, number, issued, due, 1 "
     "from item",
     ON_SQLITE},
    {"insert or replace into allocation (id, entry, account, from_item, to_item, amount_minor, "
     "recorded) select id, entry, account, from_item, to_item, 1, 0 from allocation",
     ON_SQLITE},
    {"insert or replace into document_line (document, n, net_minor) select document, n, 1 from "
     "document_line",
     ON_SQLITE},
    {"insert or replace into payment_step (payment, n, state, at, actor) select payment, n, 'x', "
     "0, '' from payment_step",
     ON_SQLITE},
    {"update or replace allocation set amount_minor = 1", ON_SQLITE},
    {"insert into entry (entity, kind, effective, recorded, idem, actor) select id, 'x', "
     "'2026-01-01', 0, 'left open', '' from entity",
     ON_POSTGRES},
    {"truncate entry cascade", ON_POSTGRES},
    {"truncate posting", ON_POSTGRES},
    {"truncate item cascade", ON_POSTGRES},
    {"truncate allocation", ON_POSTGRES},
    {"truncate document_line", ON_POSTGRES},
    {"truncate document_tax", ON_POSTGRES},
    {"truncate deduction", ON_POSTGRES},
    {"truncate payment_step", ON_POSTGRES},
    {"truncate dispute_step", ON_POSTGRES},
    {"truncate dispute, dispute_step", ON_POSTGRES},
};

static int engine_bit(const struct fixture *f)
{
    return f->engine == FIXTURE_SQLITE ? ON_SQLITE : ON_POSTGRES;
}

ENGINES_SENTENCE(the_database_refuses_what_the_program_never_does)
{
    struct world w = {0};
    fixture_do(f, build, &w);
    str before = fixture_digest(f);
    for (ptrdiff_t i = 0; i < COUNT(forbidden); i++)
        if (forbidden[i].engines & engine_bit(f))
            CHECK(!fixture_sql_try(f, forbidden[i].sql), "taken: %s", forbidden[i].sql);
    CHECK(str_eq(before, fixture_digest(f)), "something was changed");
}

/* ---- with the guards gone ---- */

static const struct {
    const char *name, *sqlite, *postgres, *sql, *where, *what;
} plants[] = {
    {"an item's sums", "drop trigger item_keeps", "alter table item disable trigger user",
     "update item set debit_minor = debit_minor - 100 where kind = 'deduction'", "item ",
     "its postings come to"},
    {"an amount", "drop trigger posting_keeps", "alter table posting disable trigger user",
     "update posting set amount_minor = amount_minor + 1 where gl = '4000'", "entry ",
     "debits exceed credits"},
    {"an account", "drop trigger posting_keeps", "alter table posting disable trigger user",
     "update posting set gl = '1110' where gl = '1105'", "posting ", "does not fit the open item"},
    {"an entry left open", "drop trigger entry_posts", "alter table entry disable trigger user",
     "update entry set posted = false where kind = 'deduction'", "entry ", "never posted"},
    {"a deleted posting", "drop trigger posting_stays", "alter table posting disable trigger user",
     "delete from posting where gl = '2100'", "entry ", "debits exceed credits"},
    {"a deleted allocation", "drop trigger allocation_stays",
     "alter table allocation disable trigger user",
     "delete from allocation where id = (select max(id) from allocation)", "item ",
     "has allocations of"},
    {"an allocation of another's money", "drop trigger allocation_keeps",
     "alter table allocation disable trigger user",
     "update allocation set from_item = (select max(from_item) from allocation)", "item ",
     "has allocations of"},
    {"a document's total", "drop trigger document_keeps",
     "alter table document disable trigger user",
     "update document set total_minor = total_minor + 1, net_minor = net_minor + 1", "document ",
     "its due items to"},
    {"a reservation set free", "select 1", "select 1",
     "update item set reserved_minor = 0 where reserved_minor > 0", "item ", "is reserved for 0"},
    {"a reservation of nobody", "select 1", "select 1",
     "update item set reserved_minor = 1 where open_minor > 0 and reserved_minor = 0", "item ",
     "is reserved for 1"},
    {"a deduction decided on paper only", "select 1", "select 1",
     "update deduction set state = 'invalid'", "deduction ", "do not agree"},
    {"a dispute forgotten", "drop trigger item_disputed", "alter table item disable trigger user",
     "update item set disputed_minor = 0 where disputed_minor > 0", "item ",
     "is marked as disputed for 0"},
    {"a dispute answered on paper only", "select 1", "select 1",
     "update dispute set state = 'resolved', decided = 1 where state = 'open'", "dispute ",
     "its steps do not agree"},
    {"an application that posted nothing", "select 1", "select 1",
     "insert into batch (kind, state, actor, recorded) values ('application', 'done', '', 0)",
     "batch ", "has no entry"},
    {"a payment that never arrived", "select 1", "select 1",
     "update payment set state = 'settled' where state = 'pending'", "payment ", "do not agree"},
    {"a payment that arrived", "select 1", "select 1",
     "update payment set state = 'failed' where state = 'settled'", "payment ", "do not agree"},
    {"a payment's amount", "select 1", "select 1",
     "update payment set amount_minor = amount_minor + 1 where state = 'settled'", "payment ",
     "do not agree"},
    {"a payment's day", "drop trigger payment_day_keeps",
     "alter table payment disable trigger user",
     "update payment set value_date = '2020-01-01' where state = 'settled'", "payment ",
     "its value date is not the day"},
    {"a value date without money", "select 1", "select 1",
     "update payment set value_date = '2020-01-01' where state = 'pending'", "payment ",
     "its value date is not the day"},
    {"a payment's surcharge", "select 1", "select 1",
     "update payment set fee_minor = fee_minor + 1 where state = 'settled'", "payment ",
     "kept a surcharge of 1, the ledger has 0"},
    {"a sum that pages show", "select 1", "select 1",
     "update open_sum set minor = minor + 1 where items > 0", "sum of ", "is off by"},
    {"a number on a tab", "select 1", "select 1", "update item_tally set open = open + 1",
     "tally of ", "is not what"},
    {"a reservation that no list shows", "select 1", "select 1", "delete from item_held", "item ",
     "is not held as it is reserved"},
    {"an item out of nothing", "select 1", "select 1",
     "insert into item (entity, account, customer, currency, gl, kind, side, number, issued, due, "
     "amount_minor, credit_minor) select entity, account, customer, currency, '1105', 'payment', "
     "-1, 'X', issued, due, 500, 500 from item where kind = 'deduction'",
     "item ", "its postings come to 0"},
};

struct finding {
    struct verdict v;
    ptrdiff_t plant;
};

static bool verify(struct op *op, void *arg)
{
    struct finding *found = arg;
    return ledger_verify(op, &found->v);
}

static void plant(struct arena *mem, enum fixture_engine engine, ptrdiff_t i)
{
    struct world w = {0};
    struct finding found = {.plant = i};
    struct fixture *f = fixture_open(mem, engine);
    if (!f) skip();
    fixture_do(f, build, &w);
    fixture_do(f, verify, &found);
    CHECK(found.v.problem_count == 0, "%.*s", STR(found.v.problems[0].what));
    fixture_sql(f, engine == FIXTURE_SQLITE ? plants[i].sqlite : plants[i].postgres);
    fixture_sql(f, plants[i].sql);
    fixture_do(f, verify, &found);
    bool named = false;
    for (ptrdiff_t k = 0; k < found.v.problem_count; k++)
        if (str_find(found.v.problems[k].where, str_of(plants[i].where)) >= 0 &&
            str_find(found.v.problems[k].what, str_of(plants[i].what)) >= 0)
            named = true;
    CHECK(named, "%s was not found (%td others)", plants[i].name, found.v.problem_count);
}

ENGINES_SENTENCE(verify_names_a_hundred_and_no_more)
{
    struct world w = {0};
    struct finding found = {0};
    fixture_do(f, build, &w);
    fixture_sql(f, "insert into batch (kind, state, actor, recorded) with recursive n (i) as "
                   "(select 1 union all select i + 1 from n where i <= 100) "
                   "select 'application', 'done', '', 0 from n");
    fixture_sql(f, "update deduction set state = 'invalid'");
    fixture_do(f, verify, &found);
    CHECK(found.v.problem_count == PROBLEMS_MAX, "%td named", found.v.problem_count);
}

SENTENCE(verify_names_what_was_done_behind_its_back_on_sqlite)
{
    for (ptrdiff_t i = 0; i < COUNT(plants); i++) plant(mem, FIXTURE_SQLITE, i);
}

SENTENCE(verify_names_what_was_done_behind_its_back_on_postgres)
{
    for (ptrdiff_t i = 0; i < COUNT(plants); i++) plant(mem, FIXTURE_POSTGRES, i);
}

TESTS(ENGINES_TEST(the_database_refuses_what_the_program_never_does),
      ENGINES_TEST(verify_names_a_hundred_and_no_more),
      TEST(verify_names_what_was_done_behind_its_back_on_sqlite),
      TEST(verify_names_what_was_done_behind_its_back_on_postgres))
