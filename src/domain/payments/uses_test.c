/* What a payment says that it paid: its own uses of credits and money, and nobody else's. */
#include "domain/payments/payments.h"

#include "domain/receivables/documents.h"
#include "fixture.h"
#include "money_world.h"

struct story {
    struct money_world w;
    int64_t credit, invoices[2], payments[2];
    struct payment_uses uses;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool issue_credit(struct op *op, struct story *s)
{
    struct document d = {.entity = s->w.entity,
                         .customer = s->w.customer,
                         .kind = DOCUMENT_CREDIT_NOTE,
                         .issued = s->w.today,
                         .net = eur(1500),
                         .tax = eur(0),
                         .total = eur(1500)};
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued)) return false;
    if (!receivables_of_document(op, issued.id, s->w.today, &items)) return false;
    s->credit = items.at[0].item;
    return true;
}

/* The invoice less so much of the credit, paid by transfer. */
static bool pay(struct op *op, struct story *s, int i, str credit)
{
    int64_t items[] = {s->invoices[i], s->credit}, checkout;
    struct checkout_edit edit = {.item = s->credit, .amount = credit};
    struct payment p;
    struct received got;
    if (!money_world_checkout(op, &s->w, items, COUNT(items), &checkout)) return false;
    if (!checkout_edit(op, s->w.customer, checkout, &edit, 1)) return false;
    if (!payment_announce(op, s->w.customer, checkout, s->w.today, &s->payments[i])) return false;
    if (!payment_get(op, 0, s->payments[i], &p)) return false;
    struct receipt_in in = {.entity = s->w.entity,
                            .amount = p.amount,
                            .value_date = s->w.today,
                            .payer = S("HALLAM"),
                            .reference = p.reference};
    return payment_receive(op, &in, &got);
}

static bool two_payments(struct op *op, void *arg)
{
    struct story *s = arg;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, 10000, &s->invoices[0]) &&
           money_world_invoice(op, &s->w, 5000, &s->invoices[1]) && issue_credit(op, s) &&
           pay(op, s, 0, S("5.00")) && pay(op, s, 1, S("10.00"));
}

static bool see(struct op *op, void *arg)
{
    static const int64_t invoices[] = {10000, 5000}, credits[] = {500, 1000};
    struct story *s = arg;
    for (int i = 0; i < 2; i++) {
        if (!payment_uses(op, s->payments[i], s->w.today, &s->uses)) return false;
        CHECK(s->uses.count == 2, "payment %d: %td uses", i, s->uses.count);
        CHECK(s->uses.at[0].applied.minor == invoices[i] && !s->uses.at[0].credit, "payment %d", i);
        CHECK(s->uses.at[1].applied.minor == credits[i] && s->uses.at[1].credit, "payment %d: %lld",
              i, (long long)s->uses.at[1].applied.minor);
    }
    return true;
}

ENGINES_SENTENCE(a_credit_used_by_two_payments_is_told_by_each_for_its_own_part)
{
    struct story s = {0};
    fixture_do(f, two_payments, &s);
    fixture_do(f, see, &s);
}

TESTS(ENGINES_TEST(a_credit_used_by_two_payments_is_told_by_each_for_its_own_part))
