#include "domain/exchange/export.h"

#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

struct world {
    struct fixture *f;
    int64_t entities[2], customer, invoice;
    date today;
    int paid;
    struct export_options options;
    struct export_batch batch;
    struct export_batches list;
    int64_t number, waiting;
    const char *reference;
    str csv, json;
    enum put did;
};

static bool build(struct op *op, void *arg)
{
    static const char *const codes[] = {"main", "other"};
    struct world *w = arg;
    struct customer buyer = {.number = S("C-\"1\", first"), .name = S("Hallam")};
    for (int i = 0; i < 2; i++) {
        struct entity seller = {.code = str_of(codes[i]), .name = S("Nordwind"), .zone = S("UTC")};
        if (!currency_from(S("EUR"), &seller.currency)) return false;
        if (!entity_put(op, &seller, &w->entities[i])) return false;
    }
    w->today = clock_date(op->now, S("UTC"));
    return customer_put(op, &buyer, &w->customer, &w->did);
}

/* An invoice, and its payment by transfer: two entries for the ERP, and one that it has. */
static bool pay(struct op *op, void *arg)
{
    struct world *w = arg;
    currency eur;
    struct issued issued;
    struct received received;
    if (!currency_from(S("EUR"), &eur)) return false;
    money amount = money_of(11900, eur);
    struct document d = {
        .entity = w->entities[w->paid % 2],
        .customer = w->customer,
        .kind = DOCUMENT_INVOICE,
        .number = str_printf(op->mem, "R-%d", w->paid),
        .issued = w->today,
        .net = amount,
        .tax = money_of(0, eur),
        .total = amount,
    };
    struct receipt_in in = {
        .entity = d.entity, .amount = amount, .value_date = w->today, .reference = d.number};
    return document_issue(op, &d, false, &issued) && payment_receive(op, &in, &received);
}

static bool settled_before(struct op *op, void *arg)
{
    struct world *w = arg;
    int64_t id;
    bool found;
    return document_find(op, w->entities[0], DOCUMENT_INVOICE, S("R-9"), &id, &found) &&
           payment_import(op, id, w->today);
}

static bool issue_only(struct op *op, void *arg)
{
    struct world *w = arg;
    currency eur;
    struct issued issued;
    if (!currency_from(S("EUR"), &eur)) return false;
    struct document d = {.entity = w->entities[0],
                         .customer = w->customer,
                         .kind = DOCUMENT_INVOICE,
                         .number = S("R-9"),
                         .issued = w->today,
                         .net = money_of(100, eur),
                         .tax = money_of(0, eur),
                         .total = money_of(100, eur)};
    return document_issue(op, &d, false, &issued);
}

static bool make(struct op *op, void *arg)
{
    struct world *w = arg;
    return export_make(op, &w->options, &w->batch);
}

static bool wait(struct op *op, void *arg)
{
    struct world *w = arg;
    return export_waiting(op, &w->options, &w->waiting);
}

static bool confirm(struct op *op, void *arg)
{
    struct world *w = arg;
    return export_acknowledge(op, w->number, str_of(w->reference), &w->batch);
}

static bool read_files(struct op *op, void *arg)
{
    struct world *w = arg;
    return export_body(op, w->number, EXPORT_CSV, &w->csv) &&
           export_body(op, w->number, EXPORT_JSON, &w->json) && export_list(op, 0, 10, &w->list);
}

static struct world world_of(struct fixture *f, int payments)
{
    struct world w = {.f = f};
    fixture_do(f, build, &w);
    for (; w.paid < payments; w.paid++) fixture_do(f, pay, &w);
    return w;
}

ENGINES_SENTENCE(every_entry_goes_out_once_in_batches_without_gaps)
{
    static const struct {
        int most, entity; /* 1: the first entity */
        int64_t waiting, number, entries;
    } cases[] = {
        {3, 0, 8, 1, 3}, {0, 2, 3, 2, 3}, {0, 2, 0, 0, 0}, {0, 0, 2, 3, 2}, {0, 0, 0, 0, 0},
    };
    struct world w = world_of(f, 4);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        w.options = (struct export_options){.most = cases[i].most};
        if (cases[i].entity) w.options.entity = w.entities[cases[i].entity - 1];
        fixture_do(f, wait, &w);
        fixture_do(f, make, &w);
        CHECK(w.waiting == cases[i].waiting, "case %td: %lld wait", i, (long long)w.waiting);
        CHECK(w.batch.number == cases[i].number && w.batch.entries == cases[i].entries,
              "case %td: batch %lld, %lld entries", i, (long long)w.batch.number,
              (long long)w.batch.entries);
    }
}

ENGINES_SENTENCE(what_came_from_the_erp_goes_out_only_when_asked_for)
{
    struct world w = world_of(f, 1);
    fixture_do(f, issue_only, &w);
    fixture_do(f, settled_before, &w);
    fixture_do(f, wait, &w);
    CHECK(w.waiting == 2, "a payment and its allocation, not %lld", (long long)w.waiting);
    w.options.everything = true;
    fixture_do(f, wait, &w);
    CHECK(w.waiting == 6, "two invoices and two entries more, not %lld", (long long)w.waiting);
}

ENGINES_SENTENCE(a_batch_has_the_same_bytes_whenever_it_is_made)
{
    struct world w = world_of(f, 2);
    fixture_do(f, make, &w);
    w.number = w.batch.number;
    fixture_do(f, read_files, &w);
    str csv = str_copy(f->mem, w.csv), json = str_copy(f->mem, w.json);
    CHECK(str_find(csv, S("\"C-\"\"1\"\", first\"")) > 0, "quoted: %.*s", STR(csv));
    CHECK(str_find(json, S("{\"value\":\"119.00\",\"currency\":\"EUR\"}")) > 0, "%.*s", STR(json));
    f->now += DAY_US;
    w.reference = "FI-4711";
    fixture_do(f, confirm, &w);
    fixture_do(f, pay, &w);
    fixture_do(f, make, &w);
    fixture_do(f, read_files, &w);
    CHECK(str_eq(csv, w.csv) && str_eq(json, w.json), "another text: %.*s", STR(w.csv));
    CHECK(w.list.count == 2 && w.list.at[0].number == 2 && !w.list.at[0].acknowledged, "newest");
    CHECK(str_eq(w.list.at[1].erp_reference, S("FI-4711")), "the ERP's word");
}

ENGINES_SENTENCE(a_batch_is_confirmed_once_under_one_reference)
{
    static const struct {
        int64_t number;
        const char *reference, *sentence; /* "": taken */
    } cases[] = {
        {1, "  ", "Please say what the ERP calls this batch"},
        {7, "FI-1", "There is no export batch 7."},
        {1, "FI-1", ""},
        {1, " FI-1 ", ""},
        {1, "FI-2", "Batch 1 is confirmed already, as FI-1. A batch has one reference for good."},
    };
    struct world w = world_of(f, 1);
    fixture_do(f, make, &w);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        w.number = cases[i].number, w.reference = cases[i].reference;
        if (cases[i].sentence[0] == 0) {
            fixture_do(f, confirm, &w);
            continue;
        }
        const char *why = fixture_refused(w.f, confirm, &w);
        CHECK(strstr(why, cases[i].sentence), "case %td: %s", i, why);
    }
}

ENGINES_SENTENCE(a_failure_at_any_call_exports_nothing)
{
    struct world w = world_of(f, 2);
    CHECK(test_every_failure(f, make, &w, NULL) > 4, "too few calls");
    w.number = 1, w.reference = "FI-1";
    CHECK(test_every_failure(f, confirm, &w, NULL) > 3, "too few calls");
}

TESTS(ENGINES_TEST(every_entry_goes_out_once_in_batches_without_gaps),
      ENGINES_TEST(what_came_from_the_erp_goes_out_only_when_asked_for),
      ENGINES_TEST(a_batch_has_the_same_bytes_whenever_it_is_made),
      ENGINES_TEST(a_batch_is_confirmed_once_under_one_reference),
      ENGINES_TEST(a_failure_at_any_call_exports_nothing))
