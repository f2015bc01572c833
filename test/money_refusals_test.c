/* What payments, checkouts and the rest of the money core say no to: the words, and that nothing of
 * what was refused stays. The ledger's own refusals stand in money_core_test.c. */
#include "domain/payments/payments.h"
#include "domain/payments/payouts.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/documents.h"
#include "domain/work/work_batch.h"
#include "fixture.h"
#include "money_world.h"

struct said_no {
    struct money_world w;
    int64_t invoice, second, credit;  /* open items */
    int64_t checkout, done;           /* one that is open, and one whose transfer is announced */
    int64_t announced, unknown, came; /* payments */
    int64_t result;
    struct payments_filter filter;
    struct payments list;
};

enum { NOBODY = 999999 };

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool credit(struct op *op, struct said_no *s)
{
    struct document d = {.entity = s->w.entity,
                         .customer = s->w.customer,
                         .kind = DOCUMENT_CREDIT_NOTE,
                         .issued = s->w.today,
                         .net = eur(12000),
                         .tax = eur(0),
                         .total = eur(12000)};
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued) ||
        !receivables_of_document(op, issued.id, s->w.today, &items))
        return false;
    s->credit = items.at[0].item;
    return true;
}

static bool receive(struct op *op, struct said_no *s, int64_t customer, money amount, int64_t *out)
{
    struct received got;
    struct receipt_in in = {
        .entity = s->w.entity, .customer = customer, .amount = amount, .value_date = s->w.today};
    if (!payment_receive(op, &in, &got)) return false;
    *out = got.payment;
    return true;
}

static bool make(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, 10000, &s->invoice) &&
           money_world_invoice(op, &s->w, 2000, &s->second) && credit(op, s) &&
           money_world_checkout(op, &s->w, &s->second, 1, &s->done) &&
           payment_announce(op, s->w.customer, s->done, s->w.today, &s->announced) &&
           money_world_checkout(op, &s->w, &s->invoice, 1, &s->checkout) &&
           receive(op, s, 0, eur(700), &s->unknown) &&
           receive(op, s, s->w.customer, eur(800), &s->came);
}

/* ---- what is not there ---- */

static bool no_checkout(struct op *op, void *arg)
{
    struct said_no *s = arg;
    struct checkout c;
    return checkout_get(op, s->w.customer, NOBODY, s->w.today, &c);
}

static bool no_payment(struct op *op, void *arg)
{
    struct payment p;
    (void)arg;
    return payment_get(op, 0, NOBODY, &p);
}

static bool no_refund(struct op *op, void *arg)
{
    struct refunded r;
    (void)arg;
    return refund_get(op, NOBODY, &r);
}

static bool no_payout(struct op *op, void *arg)
{
    struct payout_seen p;
    (void)arg;
    return payout_get(op, NOBODY, &p);
}

static bool no_deduction(struct op *op, void *arg)
{
    struct deduction_case d;
    (void)arg;
    return deduction_get(op, NOBODY, &d);
}

static bool nobodys_deduction(struct op *op, void *arg)
{
    (void)arg;
    return deduction_own(op, NOBODY, 1, S("Anna"));
}

static bool no_batch(struct op *op, void *arg)
{
    struct work_batch b;
    (void)arg;
    return work_batch_get(op, NOBODY, &b);
}

/* ---- checkouts ---- */

static bool edit(struct op *op, struct said_no *s, int64_t checkout, struct checkout_edit one)
{
    return checkout_edit(op, s->w.customer, checkout, &one, 1);
}

static bool edit_what_is_submitted(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return edit(op, s, s->done, (struct checkout_edit){.item = s->second, .amount = S("1.00")});
}

static bool edit_what_is_not_in_it(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return edit(op, s, s->checkout, (struct checkout_edit){.item = s->second, .remove = true});
}

static bool pay_nothing(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return edit(op, s, s->checkout, (struct checkout_edit){.item = s->invoice, .remove = true}) &&
           payment_announce(op, s->w.customer, s->checkout, s->w.today, &s->result);
}

static bool pay_what_is_not_open(struct op *op, void *arg)
{
    struct said_no *s = arg;
    struct checkout_edit more = {.item = s->invoice, .amount = S("100.01")};
    return edit(op, s, s->checkout, more) &&
           payment_announce(op, s->w.customer, s->checkout, s->w.today, &s->result);
}

static bool announce_twice(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return payment_announce(op, s->w.customer, s->done, s->w.today, &s->result);
}

static bool apply_too_little(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return checkout_apply(op, s->w.customer, s->checkout, s->w.today, &s->result);
}

static bool pay_what_credits_cover(struct op *op, void *arg)
{
    struct said_no *s = arg;
    int64_t items[] = {s->invoice, s->credit}, checkout;
    struct checkout_edit whole[] = {{.item = s->invoice, .amount = S("100.00")},
                                    {.item = s->credit, .amount = S("100.00")}};
    return money_world_checkout(op, &s->w, items, COUNT(items), &checkout) &&
           checkout_edit(op, s->w.customer, checkout, whole, COUNT(whole)) &&
           payment_announce(op, s->w.customer, checkout, s->w.today, &s->result);
}

/* ---- payments ---- */

static bool charge_a_transfer_again(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return payment_again(op, s->w.customer, s->announced, "told", s->w.today);
}

static bool withdraw_what_came(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return payment_withdraw(op, s->w.customer, s->came);
}

static bool receive_too_much(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return receive(op, s, s->w.customer, eur(MONEY_MAX + 1), &s->result);
}

static bool refund(struct op *op, struct said_no *s, int64_t payment, money amount)
{
    return payment_refund(op, payment, amount, S(""), &s->result);
}

static bool refund_of_nobody(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return refund(op, s, s->unknown, eur(100));
}

static bool refund_before_it_came(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return refund(op, s, s->announced, eur(100));
}

static bool refund_nothing(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return refund(op, s, s->came, eur(0));
}

static bool refund_other_money(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return refund(op, s, s->came, money_of(100, (currency){"USD"}));
}

static bool refund_more_than_is_left(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return refund(op, s, s->came, eur(500)) && refund(op, s, s->came, eur(301));
}

static bool list(struct op *op, void *arg)
{
    struct said_no *s = arg;
    return payments_list(op, &s->filter, &s->list);
}

static bool list_from_nowhere(struct op *op, void *arg)
{
    struct said_no s = *(struct said_no *)arg;
    s.filter = (struct payments_filter){.limit = 1, .cursor = S("nowhere")};
    return list(op, &s);
}

ENGINES_SENTENCE(what_cannot_be_is_said_and_leaves_nothing)
{
    static const struct {
        bool (*work)(struct op *op, void *arg);
        enum err_kind kind;
        const char *want; /* how the sentence begins */
    } cases[] = {
        {no_checkout, ERR_MISSING, "There is no such checkout."},
        {no_payment, ERR_MISSING, "There is no such payment."},
        {no_refund, ERR_MISSING, "There is no such refund."},
        {no_payout, ERR_MISSING, "There is no such payout."},
        {no_deduction, ERR_MISSING, "There is no such deduction."},
        {nobodys_deduction, ERR_MISSING, "There is no such deduction."},
        {no_batch, ERR_MISSING, "There is no such batch."},
        {edit_what_is_submitted, ERR_CONFLICT, "This has been submitted already."},
        {edit_what_is_not_in_it, ERR_MISSING, "There is no such item in this checkout."},
        {pay_nothing, ERR_INVALID, "Nothing is left in this checkout."},
        {pay_what_is_not_open, ERR_INVALID, "INV-"},
        {announce_twice, ERR_CONFLICT, "This has been submitted already."},
        {apply_too_little, ERR_CONFLICT, "The credits no longer cover everything"},
        {pay_what_credits_cover, ERR_INVALID, "There is nothing to pay"},
        {charge_a_transfer_again, ERR_CONFLICT, ""},
        {withdraw_what_came, ERR_CONFLICT, "This payment can no longer be cancelled."},
        {receive_too_much, ERR_INVALID, "This amount is larger than we can book."},
        {refund_of_nobody, ERR_CONFLICT, "No money of this payment is on account."},
        {refund_before_it_came, ERR_CONFLICT, "No money of this payment is on account."},
        {refund_nothing, ERR_INVALID, "Please enter an amount above zero."},
        {refund_other_money, ERR_INVALID, "Please enter an amount above zero."},
        {refund_more_than_is_left, ERR_CONFLICT, ""},
        {list_from_nowhere, ERR_INVALID, ""},
    };
    struct said_no s = {0};
    fixture_do(f, make, &s);
    str before = fixture_digest(f);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = fixture_op(f);
        bool done = store_transact(&op, f->store, TX_WRITE, cases[i].work, &s);
        CHECK(!done, "case %td was not refused", i);
        CHECK(op.errs->kind == cases[i].kind && str_starts(op.errs->message, str_of(cases[i].want)),
              "case %td: kind %d, \"%.*s\"", i, (int)op.errs->kind, STR(op.errs->message));
        CHECK(str_eq(before, fixture_digest(f)), "case %td left something", i);
    }
}

/* Payments are listed by their day, method and words, and page after page without a gap. */
ENGINES_SENTENCE(payments_are_found_by_day_method_and_word)
{
    struct said_no s = {.filter.limit = 10};
    fixture_do(f, make, &s);
    fixture_do(f, list, &s);
    CHECK(s.list.count == 3, "%td in all", s.list.count);
    s.filter.from = s.filter.to = SOME_DATE(s.w.today);
    s.filter.method = S("transfer");
    fixture_do(f, list, &s);
    CHECK(s.list.count == 3, "%td today", s.list.count);
    s.filter.from = SOME_DATE(date_plus(s.w.today, 1));
    s.filter.to = SOME_DATE(date_plus(s.w.today, 2));
    fixture_do(f, list, &s);
    CHECK(s.list.count == 0, "%td tomorrow", s.list.count);
    s.filter = (struct payments_filter){.limit = 10, .search = S("100%_\\")};
    fixture_do(f, list, &s);
    CHECK(s.list.count == 0, "%td with signs that mean something in a pattern", s.list.count);
}

TESTS(ENGINES_TEST(what_cannot_be_is_said_and_leaves_nothing),
      ENGINES_TEST(payments_are_found_by_day_method_and_word))
