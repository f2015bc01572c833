/* What is asked of the money core later, or about more than one: announced transfers past their
 * day, and lists of payments and documents. */
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "fixture.h"
#include "money_world.h"

struct core {
    struct money_world w;
    int64_t second, credit, other_customer; /* open items, but the last */
    int64_t payment;
    struct document document;
    struct issued issued;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

/* Two invoices, one of another customer, and 50.00 that came without a word. */
static bool make(struct op *op, void *arg)
{
    struct core *c = arg;
    struct customer other = {.number = S("C-OTHER"), .name = S("Other"), .terms = S("net 30")};
    enum put did;
    int64_t item;
    struct received got;
    if (!money_world_make(op, &c->w) || !money_world_invoice(op, &c->w, 10000, &item) ||
        !money_world_invoice(op, &c->w, 2000, &c->second) ||
        !customer_put(op, &other, &c->other_customer, &did))
        return false;
    struct money_world theirs = c->w;
    theirs.customer = c->other_customer;
    struct receipt_in in = {.entity = c->w.entity,
                            .customer = c->w.customer,
                            .amount = eur(5000),
                            .value_date = c->w.today};
    return money_world_invoice(op, &theirs, 3000, &item) && payment_receive(op, &in, &got);
}

/* ---- transfers that come late ---- */

static bool issue_credit(struct op *op, void *arg)
{
    struct core *c = arg;
    struct receivables items;
    c->document = (struct document){.entity = c->w.entity,
                                    .customer = c->w.customer,
                                    .kind = DOCUMENT_CREDIT_NOTE,
                                    .issued = c->w.today,
                                    .net = eur(1500),
                                    .tax = eur(0),
                                    .total = eur(1500)};
    if (!document_issue(op, &c->document, false, &c->issued) ||
        !receivables_of_document(op, c->issued.id, c->w.today, &items))
        return false;
    c->credit = items.at[0].item;
    return true;
}

/* An invoice of 20.00, of which the credit pays 10.00 and a transfer the rest. */
static bool announce(struct op *op, void *arg)
{
    struct core *c = arg;
    struct payment announced;
    struct checkout_edit lines[] = {{.item = c->second, .amount = S("20.00")},
                                    {.item = c->credit, .amount = S("10.00")}};
    if (!money_world_announce(op, &c->w, lines, COUNT(lines), &announced)) return false;
    c->payment = announced.id;
    return true;
}

static bool expire(struct op *op, void *arg)
{
    struct core *c = arg;
    return payments_expire(op, c->payment);
}

static bool hold_the_credit(struct op *op, void *arg)
{
    struct core *c = arg;
    return item_reserve(op, c->credit, eur(1000));
}

struct seen {
    struct core c;
    struct payment p;
    struct item invoice, credit;
};

static bool see(struct op *op, void *arg)
{
    struct seen *s = arg;
    return payment_get(op, 0, s->c.payment, &s->p) && item_get(op, s->c.second, &s->invoice) &&
           item_get(op, s->c.credit, &s->credit);
}

static bool come_late(struct op *op, void *arg)
{
    struct core *c = arg;
    struct payment p;
    struct received got;
    if (!payment_get(op, 0, c->payment, &p)) return false;
    struct receipt_in in = {.entity = c->w.entity,
                            .amount = eur(1000),
                            .value_date = c->w.today,
                            .reference = p.reference};
    return payment_receive(op, &in, &got);
}

ENGINES_SENTENCE(an_announced_transfer_holds_until_its_day_and_late_takes_what_is_free)
{
    struct seen s = {0};
    fixture_do(f, make, &s.c);
    fixture_do(f, issue_credit, &s.c);
    fixture_do(f, announce, &s.c);
    fixture_do(f, expire, &s.c);
    fixture_do(f, see, &s);
    CHECK(s.p.state == PAYMENT_PENDING && s.invoice.reserved.minor == 2000 &&
              s.credit.reserved.minor == 1000,
          "before its day: state %d", (int)s.p.state);
    f->now = s.p.expires.value;
    fixture_do(f, expire, &s.c);
    fixture_do(f, see, &s);
    CHECK(s.p.state == PAYMENT_EXPIRED && s.invoice.reserved.minor == 0 &&
              s.credit.reserved.minor == 0,
          "on its day: state %d", (int)s.p.state);
    /* Another payment holds 10.00 of the credit by now: 5.00 are left for this one. */
    fixture_do(f, hold_the_credit, &s.c);
    fixture_do(f, come_late, &s.c);
    fixture_do(f, see, &s);
    CHECK(s.invoice.open.minor == 500 && s.credit.open.minor == 1000 &&
              s.credit.reserved.minor == 1000,
          "%lld open, %lld of the credit", (long long)s.invoice.open.minor,
          (long long)s.credit.open.minor);
}

static bool begin_card(struct op *op, void *arg)
{
    struct core *c = arg;
    int64_t checkout;
    return money_world_checkout(op, &c->w, &c->second, 1, &checkout) &&
           payment_begin(op, c->w.customer, checkout, "none", 0, c->w.today, &c->payment);
}

/* ---- lists: of one customer, one seller, and no more than asked for ---- */

struct listed {
    struct core c;
    struct documents_filter documents;
    struct documents found;
    struct payments_filter payments;
    struct payments paid;
};

static bool list(struct op *op, void *arg)
{
    struct listed *l = arg;
    return documents_list(op, &l->documents, &l->found) &&
           payments_list(op, &l->payments, &l->paid);
}

ENGINES_SENTENCE(a_list_is_of_whom_was_asked_for_and_as_long)
{
    struct listed l = {.documents = {.kind = DOCUMENT_INVOICE, .limit = 10},
                       .payments = {.limit = 10}};
    fixture_do(f, make, &l.c);
    fixture_do(f, begin_card, &l.c);
    fixture_do(f, list, &l);
    CHECK(l.found.count == 3 && l.paid.count == 2, "%td, %td", l.found.count, l.paid.count);
    l.documents.customer = l.payments.customer = l.c.w.customer;
    fixture_do(f, list, &l);
    CHECK(l.found.count == 2 && l.paid.count == 2, "%td, %td", l.found.count, l.paid.count);
    l.documents.entity = l.c.w.entity;
    fixture_do(f, list, &l);
    CHECK(l.found.count == 2, "of both: %td", l.found.count);
    l.documents.entity = 999;
    l.payments.customer = l.c.other_customer;
    l.documents.limit = 1;
    fixture_do(f, list, &l);
    CHECK(l.found.count == 0 && l.paid.count == 0, "of another: %td", l.found.count);
    l.documents.entity = 0;
    l.payments.customer = 0;
    l.payments.limit = 1;
    fixture_do(f, list, &l);
    CHECK(l.found.count == 1 && l.found.more && l.paid.count == 1, "%td, %td", l.found.count,
          l.paid.count);
}

TESTS(ENGINES_TEST(an_announced_transfer_holds_until_its_day_and_late_takes_what_is_free),
      ENGINES_TEST(a_list_is_of_whom_was_asked_for_and_as_long))
