/* The export, proved by a reader who knows only its description: after a story with everything
 * that can happen to an invoice, the ERP's open items are ours to the cent. */
#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/exchange/export.h"
#include "domain/exchange/import.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "erp.h"
#include "fixture.h"

/* What the ERP issued: its own file, which both sides read. */
#define ISSUED                                                                                     \
    "number,customer,kind,issued,due,amount,currency,settled,terms\n"                              \
    "R-1,20417,invoice,2026-04-01,2026-05-01,689.40,EUR,,\n"                                       \
    "R-2,20417,invoice,2026-04-10,2026-05-10,360.44,EUR,,\n"                                       \
    "R-3,20417,invoice,2026-04-20,2026-05-20,496.00,EUR,,\n"                                       \
    "R-4,20417,invoice,2026-05-01,2026-05-31,250.00,EUR,,\n"                                       \
    "R-5,20417,invoice,2026-05-02,2026-06-01,75.25,EUR,,\n"                                        \
    "R-6,20417,invoice,2026-05-03,2026-06-02,1000.00,EUR,,\n"                                      \
    "R-7,20417,invoice,2026-03-01,2026-03-31,88.80,EUR,2026-04-02,\n"                              \
    "Y-1,30001,invoice,2026-05-03,2026-06-02,12000,JPY,,\n"                                        \
    "K-1,30001,invoice,2026-05-03,2026-06-02,12.345,KWD,,\n"                                       \
    "R-8,20417,invoice,2026-05-03,,200.01,EUR,,\"30% net 30, 70% net 60\"\n"                       \
    "C-1,20417,credit_note,2026-05-04,2026-05-04,214.20,EUR,,\n"

struct story {
    struct fixture *f;
    int64_t entity, customer, other, item[11], payment, refund, batch;
    date today;
    enum payment_state state;
    str reference;
    struct receipt_in receipt;
    struct received received;
    struct erp *csv, *json; /* one ERP reads CSV, the other JSON */
    str bytes[2];
    int64_t compared;
};

static bool make_seller(struct op *op, void *arg)
{
    struct story *s = arg;
    struct entity seller = {.code = S("main"),
                            .name = S("Nordwind"),
                            .zone = S("Europe/Berlin"),
                            .tolerance_minor = 50};
    s->today = clock_date(op->now, seller.zone);
    return currency_from(S("EUR"), &seller.currency) && entity_put(op, &seller, &s->entity);
}

static const char *const numbers[] = {"R-1", "R-2", "R-3", "R-4", "R-5", "R-6",
                                      "R-7", "Y-1", "K-1", "C-1", "R-8"};

static bool find_items(struct op *op, void *arg)
{
    struct story *s = arg;
    struct customer c;
    bool found;
    for (ptrdiff_t i = 0; i < COUNT(numbers); i++) {
        struct receivables items;
        int64_t document;
        enum document_kind kind = numbers[i][0] == 'C' ? DOCUMENT_CREDIT_NOTE : DOCUMENT_INVOICE;
        if (!document_find(op, s->entity, kind, str_of(numbers[i]), &document, &found))
            return false;
        if (!receivables_of_document(op, document, s->today, &items)) return false;
        s->item[i] = items.at[0].item;
    }
    if (!customer_find(op, S("20417"), &c, &found)) return false;
    s->customer = c.id;
    if (!customer_find(op, S("30001"), &c, &found)) return false;
    s->other = c.id;
    return true;
}

static void begin(struct fixture *f, struct story *s)
{
    struct op op = fixture_op(f);
    struct import_result result;
    str issued = S(ISSUED);
    *s = (struct story){
        .f = f, .csv = arena_new(f->mem, struct erp), .json = arena_new(f->mem, struct erp)};
    s->csv->mem = s->json->mem = f->mem;
    erp_issue(s->csv, issued);
    erp_issue(s->json, issued);
    fixture_do(f, make_seller, s);
    struct import_options options = {.kind = IMPORT_INVOICES, .path = test_file(f->mem, issued)};
    CHECK(import_run(&op, f->store, &options, NULL, NULL, &result), "%s", fixture_why(&op));
    CHECK(result.created == COUNT(numbers) && result.refused == 0, "%lld created, %lld refused",
          (long long)result.created, (long long)result.refused);
    fixture_do(f, find_items, s);
}

/* ---- comparing ---- */

static const char *const kinds[] = {"",        "invoice",   "credit_note",
                                    "payment", "deduction", "receipt"};

/* Of all instalments of its document. */
static bool open_of(struct op *op, const struct item *item, date today, int64_t *out)
{
    struct receivables all;
    *out = erp_amount(money_text(op->mem, item->open)) * item->side;
    if (item->kind != ITEM_INVOICE) return true;
    if (!receivables_of_document(op, item->document, today, &all)) return false;
    *out = 0;
    for (ptrdiff_t i = 0; i < all.count; i++)
        *out += erp_amount(money_text(op->mem, all.at[i].open));
    return true;
}

static bool compare(struct op *op, void *arg)
{
    enum { IDS_WITHOUT_AN_ITEM = 50 };
    struct story *s = arg;
    s->compared = 0;
    for (int64_t id = 1, missing = 0; missing < IDS_WITHOUT_AN_ITEM; id++) {
        struct item item;
        if (!item_get(op, id, &item)) {
            missing++;
            op->errs = NULL;
            continue;
        }
        str kind = str_of(kinds[item.kind]);
        int64_t ours;
        if (!open_of(op, &item, s->today, &ours)) return false;
        item.number = str_cut(item.number, '/').head;
        CHECK(erp_open(s->csv, kind, item.number) == ours, "%.*s: %lld, ours is %lld (CSV)",
              STR(item.number), (long long)erp_open(s->csv, kind, item.number), (long long)ours);
        CHECK(erp_open(s->json, kind, item.number) == ours, "%.*s: %lld, ours is %lld (JSON)",
              STR(item.number), (long long)erp_open(s->json, kind, item.number), (long long)ours);
        s->compared++;
    }
    struct verdict v;
    return ledger_verify(op, &v) && v.problem_count == 0;
}

static bool export_next(struct op *op, void *arg)
{
    struct story *s = arg;
    struct export_batch batch;
    struct export_options all = {0};
    if (!export_make(op, &all, &batch)) return false;
    s->batch = batch.number;
    return batch.number == 0 || (export_body(op, batch.number, EXPORT_CSV, &s->bytes[0]) &&
                                 export_body(op, batch.number, EXPORT_JSON, &s->bytes[1]));
}

/* Exports, lets both ERPs import it twice, and compares all open items. */
static void export_and_compare(struct story *s)
{
    fixture_do(s->f, export_next, s);
    CHECK(s->batch > 0, "nothing to export");
    for (int again = 0; again < 2; again++) {
        bool fresh;
        CHECK(erp_take_csv(s->csv, s->bytes[0], &fresh), "CSV: %s", s->csv->problem);
        CHECK(fresh == !again, "batch %lld", (long long)s->batch);
        CHECK(erp_take_json(s->json, s->bytes[1], &fresh), "JSON: %s", s->json->problem);
        CHECK(fresh == !again, "batch %lld", (long long)s->batch);
        fixture_do(s->f, compare, s);
    }
    CHECK(s->csv->own_accounts == s->json->own_accounts, "the two formats say the same");
}

/* ---- a gateway that takes every card ---- */

static bool take_card(struct op *op, const struct gateway_account *account, const struct charge *in,
                      struct charge_result *out)
{
    (void)op, (void)account;
    *out = (struct charge_result){.state = CHARGE_PAID,
                                  .their_id = S("ch_1, \"first\""),
                                  .amount = in->amount,
                                  .card = S("Visa 4242")};
    return true;
}

static bool give_back(struct op *op, const struct gateway_account *account, const struct refund *in,
                      struct charge_result *out)
{
    (void)op, (void)account;
    *out =
        (struct charge_result){.state = CHARGE_PAID, .their_id = S("re_1"), .amount = in->amount};
    return true;
}

static const struct gateway yes = {.name = "yes", .charge = take_card, .refund = give_back};

/* ---- what happens ---- */

static bool start(struct op *op, struct story *s, const int64_t items[], ptrdiff_t count,
                  const struct checkout_edit *edit, int64_t *checkout)
{
    struct customer_ids made;
    if (!checkout_start(op, s->customer, 0, items, count, &made)) return false;
    *checkout = made.at[0];
    return !edit || checkout_edit(op, s->customer, *checkout, edit, 1);
}

static bool short_with_credit(struct op *op, void *arg)
{
    struct story *s = arg;
    const int64_t items[] = {s->item[0], s->item[1], s->item[9]};
    struct checkout_edit edit = {
        .item = s->item[0], .amount = S("572.18"), .reason = S("damaged_goods")};
    int64_t checkout;
    return start(op, s, items, COUNT(items), &edit, &checkout) &&
           payment_begin(op, s->customer, checkout, "yes", 0, s->today, &s->payment);
}

static bool announce(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    int64_t checkout;
    if (!start(op, s, &s->item[2], 1, NULL, &checkout)) return false;
    if (!payment_announce(op, s->customer, checkout, s->today, &s->payment)) return false;
    if (!payment_get(op, s->customer, s->payment, &p)) return false;
    s->reference = p.reference;
    return true;
}

static bool receive(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_receive(op, &s->receipt, &s->received);
}

static bool return_it(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_return(op, s->received.payment, s->today, S("AC04, \"account closed\""));
}

static bool identify(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_identify(op, s->received.payment, s->customer);
}

static bool apply(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    return payment_get(op, 0, s->received.payment, &p) &&
           payment_apply(op, p.item, s->item[5], money_of(4000, p.amount.cur));
}

static bool ask_refund(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    return payment_get(op, 0, s->received.payment, &p) &&
           payment_refund(op, p.id, money_of(1000, p.amount.cur), S("too much"), &s->refund);
}

static void received(struct story *s, const char *amount, const char *cur, str reference)
{
    currency c;
    s->receipt = (struct receipt_in){
        .entity = s->entity, .value_date = s->today, .reference = reference, .payer = S("BUYER")};
    CHECK(currency_from(str_of(cur), &c) && money_from(str_of(amount), c, &s->receipt.amount), "%s",
          amount);
    fixture_do(s->f, receive, s);
}

ENGINES_SENTENCE(the_open_items_of_an_erp_are_ours_to_the_cent)
{
    struct story s;
    struct gateway_access access = {.gateway = &yes};
    begin(f, &s);
    fixture_do(f, compare, &s);

    fixture_do(f, short_with_credit, &s);
    struct op op = fixture_op(f);
    CHECK(payment_talk(&op, f->store, &access, s.payment, true, S("https://x/"), &s.state) &&
              s.state == PAYMENT_SUCCEEDED,
          "%s", fixture_why(&op));
    export_and_compare(&s);
    CHECK(erp_open(s.csv, S("invoice"), S("R-1")) == 0, "paid short, and the rest deducted");
    CHECK(erp_open(s.csv, S("deduction"), S("D-0001")) == 117220, "%lld",
          (long long)erp_open(s.csv, S("deduction"), S("D-0001")));

    fixture_do(f, announce, &s);
    received(&s, "495.70", "EUR", s.reference);
    CHECK(s.received.written_off.minor == 30, "%lld", (long long)s.received.written_off.minor);
    received(&s, "12000", "JPY", S("Y-1"));
    received(&s, "12.345", "KWD", S("K-1"));
    received(&s, "100.00", "EUR", S("R-8"));
    export_and_compare(&s);
    CHECK(erp_open(s.json, S("invoice"), S("R-3")) == 0, "within the tolerance");
    CHECK(erp_open(s.json, S("invoice"), S("R-8")) == 100010, "of two instalments");

    received(&s, "75.25", "EUR", S("R-5"));
    export_and_compare(&s);
    CHECK(erp_open(s.csv, S("invoice"), S("R-5")) == 0, "paid");
    fixture_do(f, return_it, &s);
    export_and_compare(&s);
    CHECK(erp_open(s.csv, S("invoice"), S("R-5")) == 75250, "open again");

    received(&s, "300.00", "EUR", S("R-4"));
    fixture_do(f, apply, &s);
    fixture_do(f, ask_refund, &s);
    op = fixture_op(f);
    CHECK(refund_talk(&op, f->store, &access, s.refund), "%s", fixture_why(&op));
    received(&s, "64.00", "EUR", S("thank you"));
    export_and_compare(&s);
    fixture_do(f, identify, &s);
    export_and_compare(&s);
    CHECK(s.compared > 15, "%lld items", (long long)s.compared);
    CHECK(erp_open(s.csv, S("invoice"), S("R-6")) == 960000, "partly paid from money on account");

    fixture_do(f, export_next, &s);
    CHECK(s.batch == 0, "nothing is exported twice");
}

TESTS(ENGINES_TEST(the_open_items_of_an_erp_are_ours_to_the_cent))
