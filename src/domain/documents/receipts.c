/* Receipts: for what came in, and for what went back. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/look.h"
#include "domain/documents/papers.h"
#include "domain/documents/parts.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/payments.h"
#include "domain/payments/reference.h"

static void receipt_table(const struct parts *p, const struct payment *payment,
                          const struct payment_uses *uses, struct paper *out)
{
    ptrdiff_t n = 0;
    struct paper_row *rows = arena_array(p->mem, struct paper_row, uses->count + 4);
    for (ptrdiff_t i = 0; i < uses->count; i++) {
        const struct payment_use *use = &uses->at[i];
        str *cells = part_cells(p, 2);
        cells[0] = part_fill(p,
                             use->kind == ITEM_CREDIT_NOTE ? N_("Credit note {1}")
                             : use->kind == ITEM_PAYMENT   ? N_("Payment {1}")
                                                           : N_("Invoice {1}"),
                             use->number, S(""));
        cells[1] =
            lang_amount(p->mem, p->lang, use->credit ? money_neg(use->applied) : use->applied);
        rows[n] = (struct paper_row){.cells = cells};
        if (use->deducted.minor > 0)
            rows[n].under =
                part_fill(p, N_("{1} deducted"), lang_money(p->mem, p->lang, use->deducted), S(""));
        n++;
    }
    if (uses->unapplied.minor > 0) {
        str *cells = part_cells(p, 2);
        cells[0] = str_of(say(p->lang, N_("On account, to use later")));
        cells[1] = lang_amount(p->mem, p->lang, uses->unapplied);
        rows[n++] = (struct paper_row){.cells = cells};
    }
    rows[n++] =
        part_total(p, 2, say(p->lang, N_("Paid")), lang_money(p->mem, p->lang, payment->amount));
    if (payment->fee.minor > 0) {
        str *cells = part_cells(p, 2);
        cells[0] = str_of(say(p->lang, N_("Surcharge for the credit card")));
        cells[1] = lang_amount(p->mem, p->lang, payment->fee);
        rows[n++] = (struct paper_row){.cells = cells};
        rows[n++] =
            part_total(p, 2, say(p->lang, N_("Charged to the card")),
                       lang_money(p->mem, p->lang, money_add(payment->amount, payment->fee)));
    }
    struct paper_column *columns = arena_array(p->mem, struct paper_column, 2);
    columns[0] = (struct paper_column){str_of(say(p->lang, N_("What it pays"))), false, 75};
    columns[1] = (struct paper_column){str_of(say(p->lang, N_("Amount"))), true, 25};
    part_table(p, columns, 2, rows, n, out);
}

static void receipt_facts(const struct parts *p, const struct payment *payment, str zone,
                          struct paper *out)
{
    struct paper_fact *facts = arena_array(p->mem, struct paper_fact, 7);
    bool card = str_eq(payment->method, S("card"));
    ptrdiff_t n = 0;
    facts[n++] = part_fact(p, N_("Customer"), payment->customer_number);
    facts[n++] = part_fact(p, N_("Method"),
                           card ? gateway_card_words(p->mem, p->lang, payment->card)
                                : str_of(say(p->lang, N_("Bank transfer"))));
    facts[n++] =
        part_fact(p, N_("Recorded"), lang_instant(p->mem, p->lang, payment->created, zone));
    facts[n++] = part_fact(p, N_("Recorded, UTC"),
                           lang_instant(p->mem, p->lang, payment->created, S("UTC")));
    if (payment->value_date.some)
        facts[n++] =
            part_fact(p, N_("Value date"), lang_date(p->mem, p->lang, payment->value_date.value));
    facts[n++] = part_fact(p, N_("Reference"), reference_groups(p->mem, payment->reference));
    if (payment->bank_ref.len > 0)
        facts[n++] = part_fact(p, card ? N_("Charge") : N_("Bank's reference"), payment->bank_ref);
    out->facts = facts, out->fact_count = n;
}

static bool receipt_look(struct op *op, const struct payment *payment, const struct entity *seller,
                         const struct customer *customer, struct paper *out)
{
    struct text_facts facts = {.count = 0};
    facts_of_seller(seller, &facts);
    facts_of_customer(customer, &facts);
    facts_of_payment(op->mem, out->lang, payment, seller->zone, &facts);
    struct look look = {
        .seller = seller,
        .at = payment->changed,
        .layout = LAYOUT_RECEIPT,
        .intro = TEXT_PDF_RECEIPT_INTRO,
        .closing = TEXT_COUNT,
        .facts = &facts,
    };
    return paper_look(op, &look, out);
}

bool paper_of_payment(struct op *op, int64_t payment, const struct lang *lang, str link,
                      struct paper *out)
{
    struct payment y;
    struct payment_uses uses;
    struct entity seller;
    struct customer customer;
    if (!payment_get(op, 0, payment, &y)) return false;
    if (y.item == 0 || y.customer == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "There is no receipt before the money has arrived.");
    if (!entity_get_at(op, y.entity, y.created, &seller)) return false;
    if (!customer_get_at(op, y.customer, y.created, &customer)) return false;
    if (!lang) lang = lang_find(customer.language);
    struct parts p = {op->mem, lang};
    date day = clock_date(y.created, seller.zone);
    if (!payment_uses(op, payment, day, &uses)) return false;
    *out = (struct paper){
        .lang = lang,
        .title = part_fill(&p, N_("Receipt {1}"), y.number, S("")),
        .lead = part_fill(
            &p, N_("{1} received on {2}. Thank you."), lang_money(op->mem, lang, y.amount),
            lang_date_long(op->mem, lang, y.value_date.some ? y.value_date.value : day)),
        .from = part_seller(&p, &seller),
        .to = part_customer(&p, &customer),
        .link = link,
        .link_label = str_of(say(lang, N_("See the payment"))),
        .made_at = y.created,
    };
    receipt_facts(&p, &y, seller.zone, out);
    receipt_table(&p, &y, &uses, out);
    return receipt_look(op, &y, &seller, &customer, out);
}

/* ---- what went back ---- */

static void refund_table(const struct parts *p, const struct refunded *refund,
                         const struct payment *payment, struct paper *out)
{
    ptrdiff_t n = 0;
    money sum = refund->amount;
    struct paper_row *rows = arena_array(p->mem, struct paper_row, 3);
    str *cells = part_cells(p, 2);
    cells[0] = part_fill(p, N_("Payment {1}"), payment->number, S(""));
    cells[1] = lang_amount(p->mem, p->lang, refund->amount);
    rows[n++] = (struct paper_row){.cells = cells, .under = refund->reason};
    if (refund->fee.minor > 0) {
        cells = part_cells(p, 2);
        cells[0] = str_of(say(p->lang, N_("Surcharge for the credit card")));
        cells[1] = lang_amount(p->mem, p->lang, refund->fee);
        rows[n++] = (struct paper_row){.cells = cells};
        sum = money_add(sum, refund->fee);
    }
    rows[n++] = part_total(p, 2, say(p->lang, N_("Sent back")), lang_money(p->mem, p->lang, sum));
    struct paper_column *columns = arena_array(p->mem, struct paper_column, 2);
    columns[0] = (struct paper_column){str_of(say(p->lang, N_("What it is for"))), false, 75};
    columns[1] = (struct paper_column){str_of(say(p->lang, N_("Amount"))), true, 25};
    part_table(p, columns, 2, rows, n, out);
}

bool paper_of_refund(struct op *op, int64_t refund, const struct lang *lang, str link,
                     struct paper *out)
{
    struct refunded r;
    struct payment y;
    struct entity seller;
    struct customer customer;
    if (!refund_get(op, refund, &r) || !payment_get(op, 0, r.payment, &y)) return false;
    if (!str_eq(r.state, S("succeeded")) || y.customer == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "There is no receipt before the money has left.");
    if (!entity_get(op, y.entity, &seller) || !customer_get(op, y.customer, &customer))
        return false;
    if (!lang) lang = lang_find(customer.language);
    struct parts p = {op->mem, lang};
    *out = (struct paper){
        .lang = lang,
        .title = part_fill(&p, N_("Receipt for the refund of payment {1}"), y.number, S("")),
        .lead = part_fill(&p, N_("{1} was sent back the way it came."),
                          lang_money(op->mem, lang, r.amount), S("")),
        .from = part_seller(&p, &seller),
        .to = part_customer(&p, &customer),
        .link = link,
        .link_label = str_of(say(lang, N_("See the payment"))),
        .made_at = y.changed,
    };
    receipt_facts(&p, &y, seller.zone, out);
    refund_table(&p, &r, &y, out);
    return receipt_look(op, &y, &seller, &customer, out);
}
