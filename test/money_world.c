#include "money_world.h"

#include "base/arena.h"
#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

static currency EUR = {"EUR"};

bool money_world_make(struct op *op, struct money_world *out)
{
    struct entity seller = {
        .code = S("main"), .name = S("Nordwind"), .currency = EUR, .zone = S("Europe/Berlin")};
    struct customer buyer = {.number = S("20417"), .name = S("Hallam & Pryce Ltd")};
    enum put did;
    out->today = clock_date(op->now, S("Europe/Berlin"));
    return entity_put(op, &seller, &out->entity) &&
           series_set(op, out->entity, "payment", "P/26 ", 5, 1) && /* not plain in an address */
           customer_put(op, &buyer, &out->customer, &did);
}

bool money_world_invoice(struct op *op, const struct money_world *w, int64_t minor, int64_t *item)
{
    struct document d = {
        .entity = w->entity,
        .customer = w->customer,
        .kind = DOCUMENT_INVOICE,
        .issued = date_plus(w->today, -10),
        .net = money_of(minor, EUR),
        .tax = money_of(0, EUR),
        .total = money_of(minor, EUR),
        .terms = S("net 30"),
    };
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued)) return false;
    if (!receivables_of_document(op, issued.id, w->today, &items)) return false;
    *item = items.at[0].item;
    return items.count == 1;
}

bool money_world_checkout(struct op *op, const struct money_world *w, const int64_t items[],
                          ptrdiff_t count, int64_t *checkout)
{
    struct customer_ids made;
    if (!checkout_start(op, w->customer, 0, items, count, &made)) return false;
    *checkout = made.at[0];
    return made.count == 1;
}

bool money_world_announce(struct op *op, const struct money_world *w,
                          const struct checkout_edit lines[], ptrdiff_t count, struct payment *out)
{
    int64_t *items = arena_array(op->mem, int64_t, count), checkout, payment;
    for (ptrdiff_t i = 0; i < count; i++) items[i] = lines[i].item;
    return money_world_checkout(op, w, items, count, &checkout) &&
           checkout_edit(op, w->customer, checkout, lines, count) &&
           payment_announce(op, w->customer, checkout, w->today, &payment) &&
           payment_get(op, 0, payment, out);
}

bool money_world_deduct(struct op *op, const struct money_world *w, struct deduction_new less,
                        struct deduction_case *out)
{
    struct deduction_filter newest = {.all = true, .limit = 1};
    struct deduction_cases made;
    struct item of;
    int64_t entry;
    if (!item_get(op, less.of_item, &of)) return false;
    less.entity = of.entity;
    less.account = of.account;
    less.customer = of.customer;
    less.document = of.document;
    less.day = w->today;
    less.due = of.due;
    less.idem = str_printf(op->mem, "test %lld, %lld", (long long)less.of_item,
                           (long long)less.amount.minor);
    if (!deduction_open(op, &less, &entry) || !deduction_cases(op, &newest, &made)) return false;
    *out = made.at[0];
    CHECK(out->of_item == of.id && out->document == of.document && out->customer == of.customer,
          "whose it is");
    return true;
}

bool money_world_books(struct op *op, struct money_books *out)
{
    struct payments list;
    struct payments_filter all = {.limit = COUNT(out->payments)};
    *out = (struct money_books){0};
    if (!payments_list(op, &all, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct payment_attempt *attempts;
        ptrdiff_t count;
        out->payments[out->payment_count++] = list.at[i];
        if (list.at[i].state == PAYMENT_SUCCEEDED) out->succeeded_minor += list.at[i].amount.minor;
        if (!payment_attempts(op, list.at[i].id, &attempts, &count)) return false;
        for (ptrdiff_t k = 0; k < count && out->attempt_count < COUNT(out->attempts); k++)
            out->attempts[out->attempt_count++] = attempts[k];
    }
    return true;
}

struct looking {
    struct money_books books;
    struct verdict verdict;
};

static bool look(struct op *op, void *arg)
{
    struct looking *l = arg;
    return money_world_books(op, &l->books) && ledger_verify(op, &l->verdict);
}

void money_world_check(struct store *store, struct gateway_bench *bench, const char *when)
{
    static struct looking l;
    struct op op = {.mem = bench->mem, .now = clock_now()};
    CHECK(store_transact(&op, store, TX_READ, look, &l), "%s: %s", when, fixture_why(&op));
    CHECK(l.verdict.problem_count == 0, "%s: %.*s %.*s", when, STR(l.verdict.problems[0].where),
          STR(l.verdict.problems[0].what));
    for (ptrdiff_t i = 0; i < l.books.payment_count; i++) {
        int64_t charges = 0;
        for (ptrdiff_t k = 0; k < l.books.attempt_count; k++) {
            const struct payment_attempt *a = &l.books.attempts[k];
            struct charge_result truth;
            if (a->payment != l.books.payments[i].id) continue;
            CHECK(gateway_ask(&op, bench->gateway, bench->account, a->our_id, &truth), "%s", when);
            if (truth.state == CHARGE_PAID) charges++;
        }
        bool paid = l.books.payments[i].state == PAYMENT_SUCCEEDED;
        CHECK(charges == (paid ? 1 : 0), "%s: payment %lld is %s, the gateway charged %lld times",
              when, (long long)l.books.payments[i].id,
              payment_state_name(l.books.payments[i].state), (long long)charges);
    }
    int64_t taken = bench->taken_minor(bench);
    CHECK(taken == l.books.succeeded_minor, "%s: %lld taken, %lld booked", when, (long long)taken,
          (long long)l.books.succeeded_minor);
}
