#include "delivery/portal/words.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/web/said.h"
#include "domain/ledger/ledger.h"

#include <string.h>

struct column_turn column_turn(struct request *rq, str sort, const char *column, bool largest)
{
    str up = str_of(column), down = str_printf(rq->op.mem, "-%s", column);
    bool is_up = str_eq(sort, up), is_down = str_eq(sort, down);
    return (struct column_turn){
        .sorted = is_up     ? S("ascending")
                  : is_down ? S("descending")
                            : S(""),
        .next = is_up || (largest && !is_down) ? down : up,
    };
}

const char *const item_sorts[] = {"due",     "-due", "number", "-number", "issued",
                                  "-issued", "open", "-open",  NULL};

enum receivables_order item_order(str sort, enum show show)
{
    for (int i = 0; item_sorts[i]; i++)
        if (str_eq(sort, str_of(item_sorts[i]))) return (enum receivables_order)(i + ORDER_DUE);
    return show == SHOW_PAID || show == SHOW_ALL ? ORDER_DUE_DOWN : ORDER_DUE;
}

str item_sort(enum receivables_order order)
{
    return str_of(item_sorts[order - ORDER_DUE]);
}

static str due_words(struct request *rq, const struct receivable *r)
{
    if (r->days == 0) return said(rq, "Due today");
    if (r->days < 0)
        return counted(rq, "Overdue by {1} day", "Overdue by {1} days", -(int64_t)r->days);
    return counted(rq, "Due in {1} day", "Due in {1} days", r->days);
}

static str part_words(struct request *rq, const struct receivable *r)
{
    if (r->days == 0) return said(rq, "Part paid, rest due today");
    return counted(rq, "Part paid, rest due in {1} day", "Part paid, rest due in {1} days",
                   r->days);
}

struct standing_words standing_words(struct request *rq, const struct receivable *r)
{
    struct arena *mem = rq->op.mem;
    const struct lang *lang = op_lang(&rq->op);
    switch (r->standing) {
    case STANDING_OPEN: return (struct standing_words){S(""), due_words(rq, r)};
    case STANDING_SOON: return (struct standing_words){S("soon"), due_words(rq, r)};
    case STANDING_OVERDUE: return (struct standing_words){S("over"), due_words(rq, r)};
    case STANDING_PARTLY: return (struct standing_words){S("part"), part_words(rq, r)};
    case STANDING_PROCESSING:
        return (struct standing_words){S("busy"), said(rq, "A payment is under way")};
    case STANDING_DISPUTED:
        return (struct standing_words){
            S("query"), filled(rq, N_("Disputed: {1}"), lang_money(mem, lang, r->disputed), S(""))};
    case STANDING_PAID: return (struct standing_words){S("paid"), said(rq, "Paid")};
    case STANDING_CREDITED: return (struct standing_words){S("credit"), said(rq, "Credited")};
    case STANDING_CREDIT:
        return (struct standing_words){
            S("credit"), said(rq, r->kind == ITEM_PAYMENT ? N_("Payment on account, ready to use")
                                                          : N_("Credit, ready to use"))};
    case STANDING_USED: return (struct standing_words){S("credit"), said(rq, "Used")};
    }
    return (struct standing_words){S(""), S("")};
}

struct standing_words payment_words(struct request *rq, const struct payment *p)
{
    static const struct {
        enum payment_state state;
        const char *shape, *words;
    } rows[] = {
        {PAYMENT_CREATED, "", N_("Not sent yet")},
        {PAYMENT_REQUIRES_ACTION, "soon", N_("Waits for you to enter a card")},
        {PAYMENT_SUBMITTING, "busy", N_("Being sent")},
        {PAYMENT_UNKNOWN, "busy", N_("We are checking whether it was charged")},
        {PAYMENT_PENDING, "busy", N_("Announced, waiting for your transfer")},
        {PAYMENT_SUCCEEDED, "paid", N_("Paid")},
        {PAYMENT_SETTLED, "paid", N_("Received")},
        {PAYMENT_FAILED, "failed", N_("Not paid: the card was declined")},
        {PAYMENT_CANCELLED, "failed", N_("Cancelled")},
        {PAYMENT_EXPIRED, "failed", N_("Ended without a payment")},
        {PAYMENT_RETURNED, "failed", N_("Returned by the bank")},
        {PAYMENT_PARTIALLY_REFUNDED, "credit", N_("Refunded in part")},
        {PAYMENT_REFUNDED, "credit", N_("Refunded")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (rows[i].state == p->state)
            return (struct standing_words){str_of(rows[i].shape), said(rq, rows[i].words)};
    return (struct standing_words){S(""), S("")};
}

str card_words(struct request *rq, str card)
{
    return gateway_card_words(rq->op.mem, op_lang(&rq->op), card);
}

str method_words(struct request *rq, const struct payment *p)
{
    if (str_eq(p->method, S("card"))) return card_words(rq, p->card);
    if (str_eq(p->method, S("transfer"))) return said(rq, "Bank transfer");
    return said(rq, "Settled before");
}

str decline_words(struct request *rq, str decline)
{
    static const struct {
        const char *class, *words;
    } rows[] = {
        {"funds", N_("The card does not have enough money for this. Use another card, or pay by "
                     "transfer.")},
        {"card", N_("The number, date or code of the card was not right, or it has expired. Try "
                    "again, or use another card.")},
        {"confirm", N_("The payment was not confirmed at your bank. Try again, or use another "
                       "card.")},
        {"hard", N_("Your bank does not allow this card to be used. Use another card, or pay by "
                    "transfer.")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(decline, str_of(rows[i].class))) return said(rq, rows[i].words);
    return said(rq, "Your bank declined the card without saying why. Use another card, or "
                    "pay by transfer.");
}

/* The reasons that come with the program are translated; an own one stands as it was written. */
str reason_words(struct request *rq, str code, str english)
{
    static const char *const known[] = {
        N_("Damaged goods"),
        N_("Missing items"),
        N_("Price differs from the order"),
        N_("Quantity differs from the delivery"),
        N_("Freight not agreed"),
        N_("Goods returned"),
        N_("Billed twice"),
        N_("Tax is wrong"),
        N_("Penalty for late delivery"),
        N_("Rebate or promotion agreed"),
        N_("Tax withheld"),
        N_("Bank charges"),
        N_("Another reason"),
        N_("We pay the rest later"),
    };
    (void)code;
    for (ptrdiff_t i = 0; i < COUNT(known); i++)
        if (str_eq(english, str_of(known[i]))) return said(rq, known[i]);
    return english;
}

str entry_words(struct request *rq, str kind)
{
    static const struct {
        const char *kind, *words;
    } rows[] = {
        {"invoice", N_("Invoice")},
        {"credit_note", N_("Credit note")},
        {"payment", N_("Payment")},
        {"receipt", N_("Receipt, payer unknown")},
        {"identified", N_("Payer identified")},
        {"allocation", N_("Payment applied")},
        {"application", N_("Credit applied")},
        {"unallocation", N_("Allocation taken back")},
        {"deduction", N_("Deduction")},
        {"tolerance", N_("Small difference written off")},
        {"discount", N_("Early-payment discount")},
        {"billed_back", N_("Deduction billed back")},
        {"write_off", N_("Written off")},
        {"undone", N_("Undone")},
        {"return", N_("Returned by the bank")},
        {"refund", N_("Refund")},
        {"payout", N_("Payout")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(kind, str_of(rows[i].kind))) return said(rq, rows[i].words);
    return kind;
}

struct url document_url(struct request *rq, int64_t document)
{
    str id = id_text(rq->op.mem, rq->app->keys, "inv", document);
    return url_below(rq->op.mem, S("/invoices/"), id);
}

struct url payment_url(struct request *rq, int64_t payment)
{
    str id = id_text(rq->op.mem, rq->app->keys, "pay", payment);
    return url_below(rq->op.mem, S("/payments/"), id);
}

struct url item_url(struct request *rq, const struct receivable *r)
{
    return r->document ? document_url(rq, r->document) : payment_url(rq, r->payment);
}

const struct contact_role contact_roles[CONTACT_ROLES] = {
    {"ap", N_("Accounts payable")},
    {"billing", N_("Billing")},
    {"approver", N_("Approves payments")},
    {"dispute", N_("Answers disputes")},
};

str contact_role_words(const struct request *rq, str role)
{
    for (ptrdiff_t i = 0; i < CONTACT_ROLES; i++)
        if (str_eq(role, str_of(contact_roles[i].value))) return said(rq, contact_roles[i].name);
    return S("");
}

str change_words(const struct request *rq, const struct change_wanted *w)
{
    if (w->kind == CHANGE_COMPANY) return said(rq, "Company");
    if (w->kind == CHANGE_CONTACT_GONE) return said(rq, "Remove a contact");
    return w->contact ? said(rq, "Change a contact") : said(rq, "Add a contact");
}
