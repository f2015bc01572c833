#include "base/arena.h"
#include "base/clock.h"
#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/papers.h"
#include "domain/documents/reminder.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

static const currency eur = {"EUR"};
#define LINK S("https://pay.example/invoices")

struct world {
    date day;
    int64_t entity, customer, account, invoice, credit_note, payment, refund;
    ptrdiff_t kind;
    str pdf;
};

static bool issue(struct op *op, struct world *w, enum document_kind kind, int64_t minor,
                  int64_t *out)
{
    struct issued issued;
    struct document_line line = {.description = S("Schneckengetriebe, 1:40"),
                                 .quantity = S("2"),
                                 .unit_price = money_text(op->mem, money_of(minor / 2, eur)),
                                 .net = money_of(minor, eur)};
    struct document_tax tax = {.name = S("VAT"),
                               .rate_ppm = 190000,
                               .base = money_of(minor, eur),
                               .tax = money_of(minor * 19 / 100, eur)};
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = kind,
                         .issued = date_plus(w->day, -60),
                         .lines = &line,
                         .line_count = 1,
                         .taxes = &tax,
                         .tax_count = 1,
                         .net = tax.base,
                         .tax = tax.tax,
                         .total = money_add(tax.base, tax.tax)};
    if (kind == DOCUMENT_INVOICE) d.terms = S("net 30");
    if (!document_issue(op, &d, false, &issued)) return false;
    *out = issued.id;
    return true;
}

static bool receive(struct op *op, struct world *w, str reference, int64_t minor, int64_t *out)
{
    struct received received;
    struct receipt_in in = {.entity = w->entity,
                            .customer = w->customer,
                            .amount = money_of(minor, eur),
                            .value_date = w->day,
                            .reference = reference,
                            .quiet = true};
    if (!payment_receive(op, &in, &received)) return false;
    *out = received.payment;
    return true;
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    enum put did;
    struct document paid;
    int64_t second, unused;
    struct entity seller = {.code = S("main"),
                            .name = S("Nordwind"),
                            .currency = eur,
                            .zone = S("Europe/Berlin"),
                            .payee = S("Nordwind GmbH"),
                            .iban = S("DE75512108001245126199"),
                            .bic = S("SOGEDEFFXXX")};
    struct customer buyer = {
        .number = S("10017"), .name = S("Müller & Söhne OHG"), .language = S("de")};
    return entity_put(op, &seller, &w->entity) && customer_put(op, &buyer, &w->customer, &did) &&
           brand_put(op, w->entity, 0x0d5a66, S("")) &&
           account_for(op, w->customer, w->entity, eur, &w->account) &&
           issue(op, w, DOCUMENT_INVOICE, 20000, &w->invoice) &&
           issue(op, w, DOCUMENT_INVOICE, 30000, &unused) &&
           issue(op, w, DOCUMENT_CREDIT_NOTE, 1000, &w->credit_note) &&
           document_get(op, w->invoice, &paid) && receive(op, w, paid.number, 23800, &w->payment) &&
           receive(op, w, S(""), 5000, &second) &&
           payment_refund(op, second, money_of(100, eur), S("paid twice"), &w->refund);
}

static bool invoice(struct op *op, const struct world *w, struct paper *out)
{
    return paper_of_document(op, w->invoice, NULL, LINK, out);
}

static bool credit_note(struct op *op, const struct world *w, struct paper *out)
{
    return paper_of_document(op, w->credit_note, NULL, LINK, out);
}

static bool receipt(struct op *op, const struct world *w, struct paper *out)
{
    return paper_of_payment(op, w->payment, NULL, LINK, out);
}

static bool refund(struct op *op, const struct world *w, struct paper *out)
{
    return paper_of_refund(op, w->refund, NULL, LINK, out);
}

static bool open_items(struct op *op, const struct world *w, struct paper *out)
{
    return paper_of_open_items(op, w->account, NULL, w->day, out);
}

static bool activity(struct op *op, const struct world *w, struct paper *out)
{
    return paper_of_activity(op, w->account, NULL, date_plus(w->day, -90), w->day, out);
}

static bool reminder(struct op *op, const struct world *w, struct paper *out)
{
    return paper_of_reminder(op, w->account, w->day, NULL, LINK, out);
}

static const struct {
    const char *name;
    bool (*paper)(struct op *op, const struct world *w, struct paper *out);
} kinds[] = {
    {"an invoice", invoice},
    {"a credit note", credit_note},
    {"a receipt", receipt},
    {"a refund", refund},
    {"a statement of what is open", open_items},
    {"a statement of what happened", activity},
    {"a reminder", reminder},
};

static bool make(struct op *op, void *arg)
{
    struct world *w = arg;
    struct paper paper;
    return kinds[w->kind].paper(op, w, &paper) && paper_pdf(op, &paper, &w->pdf);
}

/* What is kept need not be made again; that it could be is what makes a copy provable. */
ENGINES_SENTENCE(every_kind_of_paper_is_the_same_bytes_when_made_a_year_later)
{
    enum { YEAR_DAYS = 365 };
    struct world w = {.day = clock_date(f->now, S("Europe/Berlin"))};
    str first[COUNT(kinds)];
    fixture_do(f, build, &w);
    struct op op = fixture_op(f);
    CHECK(refund_talk(&op, f->store, &(struct gateway_access){0}, w.refund), "sent back");
    for (w.kind = 0; w.kind < COUNT(kinds); w.kind++) {
        fixture_do(f, make, &w);
        first[w.kind] = w.pdf;
        CHECK(str_starts(w.pdf, S("%PDF-")), "%s is no PDF", kinds[w.kind].name);
    }
    f->now += YEAR_DAYS * DAY_US;
    for (w.kind = 0; w.kind < COUNT(kinds); w.kind++) {
        fixture_do(f, make, &w);
        CHECK(str_eq(first[w.kind], w.pdf), "%s differs", kinds[w.kind].name);
    }
}

TESTS(ENGINES_TEST(every_kind_of_paper_is_the_same_bytes_when_made_a_year_later))
