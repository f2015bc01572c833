/* Money that came by itself: transfers, receipts whose payer is unknown, what the ERP says was
 * settled; and money that went back. */
#include "base/arena.h"
#include "base/clock.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/payments/named.h"
#include "domain/payments/payments_sql.h"
#include "domain/payments/settle.h"
#include "domain/receivables/documents.h"
#include "store/outbox.h"

#include <assert.h>

/* ---- applying ---- */

struct applying {
    int64_t item; /* the money on account */
    money left, applied, written_off;
    struct allocate_pair *pairs;
    ptrdiff_t count;
};

static void apply_item(struct applying *a, const struct receivable *r)
{
    money open = money_sub(r->open, r->reserved);
    assert(r->kind == ITEM_INVOICE); /* what is named, and what is imported, is an invoice */
    money part = money_min(open, a->left);
    if (part.minor <= 0) return;
    a->pairs[a->count++] = (struct allocate_pair){a->item, r->item, part};
    a->left = money_sub(a->left, part);
    a->applied = money_add(a->applied, part);
}

/* Row 20: a difference too small to write about is written off. */
static bool write_off(struct op *op, const struct payment *p, const struct item *item, money amount,
                      date day)
{
    const struct posting postings[] = {
        {.gl = "7190", .amount = amount},
        {item_gl(item->kind), item->account, item->id, money_neg(amount)},
    };
    struct entry post = {
        .entity = p->entity,
        .kind = "tolerance",
        .effective = day,
        .idem = str_printf(op->mem, "payment %lld tolerance %lld", (long long)p->id,
                           (long long)item->id),
        .payment = p->id,
        .postings = postings,
        .count = COUNT(postings),
    };
    int64_t entry;
    return ledger_post(op, &post, &entry);
}

/* What is still missing on the last item that the money went to, if the entity's tolerance covers
 * it, is written off: only where the payer named what he pays. */
static bool forgive(struct op *op, const struct payment *p, const struct entity *entity,
                    struct applying *a, date day)
{
    struct item last;
    if (a->count == 0 || a->left.minor > 0) return true;
    if (!item_get(op, a->pairs[a->count - 1].to, &last)) return false;
    money missing = money_sub(last.open, last.reserved);
    if (missing.minor <= 0 || missing.minor > entity->tolerance_minor) return true;
    a->written_off = missing;
    return write_off(op, p, &last, missing, day);
}

static bool apply_documents(struct op *op, const struct payment *p, const struct named *named,
                            struct applying *a, const char *idem, date day)
{
    for (ptrdiff_t i = 0; i < named->document_count; i++) {
        struct receivables items;
        struct allocate_pair *old = a->pairs;
        if (!receivables_of_document(op, named->documents[i], day, &items)) return false;
        a->pairs = arena_array(op->mem, struct allocate_pair, a->count + items.count);
        for (ptrdiff_t k = 0; k < a->count; k++) a->pairs[k] = old[k];
        for (ptrdiff_t k = 0; k < items.count; k++)
            if (items.at[k].account == p->account) apply_item(a, &items.at[k]);
    }
    if (a->count == 0) return true;
    struct allocate all = {
        .pairs = a->pairs,
        .count = a->count,
        .effective = day,
        .idem = str_printf(op->mem, "payment %lld %s", (long long)p->id, idem),
        .rule = "reference",
        .payment = p->id,
    };
    int64_t entry;
    return ledger_allocate(op, &all, &entry);
}

/* The owner of the named documents, when they all have the same. */
static bool owner_of(struct op *op, const struct named *named, int64_t *customer)
{
    for (ptrdiff_t i = 0; i < named->document_count; i++) {
        struct document d;
        if (!document_get(op, named->documents[i], &d)) return false;
        if (*customer == 0) *customer = d.customer;
        if (*customer != d.customer) {
            *customer = 0;
            return true;
        }
    }
    return true;
}

/* ---- receiving ---- */

static bool receive_check(struct op *op, const struct receipt_in *in)
{
    if (in->amount.minor <= 0)
        return op_fail(op, ERR_INVALID, "amount", "Please enter an amount above zero.");
    if (in->amount.minor > MONEY_MAX)
        return op_fail(op, ERR_INVALID, "amount", "This amount is larger than we can book.");
    return true;
}

/* The announced payment takes the money as it came: the amount may be another than announced. */
static bool take(struct op *op, const struct receipt_in *in, struct payment *p, money amount,
                 struct applying *a)
{
    static const char *const from[] = {"pending", "expired", "cancelled", NULL};
    struct item own;
    bool moved;
    str note = money_eq(p->amount, amount)
                   ? S("")
                   : str_printf(op->mem, "announced %.*s", STR(money_text(op->mem, p->amount)));
    if (!payment_move(op, p->id, from, "settled", note, &moved)) return false;
    assert(moved); /* named_find read it in this transaction */
    p->amount = amount;
    p->bank_ref = in->bank_ref;
    if (!payment_arrived(op, p, "1010", in->value_date)) return false;
    if (!payment_get(op, 0, p->id, p) || !item_get(op, p->item, &own)) return false;
    *a = (struct applying){
        .item = p->item,
        .left = own.open,
        .applied = money_sub(own.amount, own.open),
        .written_off = money_of(0, amount.cur),
    };
    return true;
}

/* What the money went to last: there a small difference is forgiven. */
static bool last_use(struct op *op, struct applying *a)
{
    struct allocations uses;
    if (!allocations_of_item(op, a->item, &uses)) return false;
    a->pairs = arena_array(op->mem, struct allocate_pair, 1);
    a->count = uses.count > 0 ? 1 : 0;
    if (uses.count > 0) a->pairs[0].to = uses.at[uses.count - 1].to_item;
    return true;
}

/* Each announced payment takes what it announced, the last one what is left; what is over goes to
 * the invoices that are named besides. */
static bool receive_announced(struct op *op, const struct receipt_in *in, struct named *named,
                              struct received *out)
{
    money left = in->amount;
    struct entity entity;
    if (!entity_get(op, in->entity, &entity)) return false;
    *out = (struct received){.identified = true,
                             .matched = true,
                             .applied = money_of(0, left.cur),
                             .unapplied = money_of(0, left.cur),
                             .written_off = money_of(0, left.cur)};
    for (ptrdiff_t i = 0; i < named->taker_count && left.minor > 0; i++) {
        struct payment *p = &named->takers[i];
        struct applying a;
        bool last = i == named->taker_count - 1;
        money part = last ? left : money_min(p->amount, left);
        left = money_sub(left, part);
        if (!take(op, in, p, part, &a)) return false;
        if (last && a.left.minor > 0 && !apply_documents(op, p, named, &a, "named", in->value_date))
            return false;
        if (a.count == 0 && !last_use(op, &a)) return false;
        if (!forgive(op, p, &entity, &a, in->value_date)) return false;
        if (out->payment == 0) out->payment = p->id;
        out->applied = money_add(out->applied, a.applied);
        out->unapplied = money_add(out->unapplied, a.left);
        out->written_off = money_add(out->written_off, a.written_off);
    }
    return true;
}

static bool receive_new(struct op *op, const struct receipt_in *in, const struct named *named,
                        struct received *out)
{
    struct entity entity;
    struct payment p;
    struct payment_new new = {
        .entity = in->entity,
        .customer = in->customer,
        .amount = in->amount,
        .method = "transfer",
        .state = "settled",
        .payer = in->payer,
        .bank_ref = in->bank_ref,
        .value_date = SOME_DATE(in->value_date),
        .note = in->reference,
    };
    if (!entity_get(op, in->entity, &entity)) return false;
    if (new.customer == 0 && !owner_of(op, named, &new.customer)) return false;
    /* The reference of a payment that took its money already still says who pays. */
    if (new.customer == 0 && named->document_count == 0) new.customer = named->customer;
    if (new.customer != 0 &&
        !account_for(op, new.customer, in->entity, in->amount.cur, &new.account))
        return false;
    struct applying a = {.left = in->amount,
                         .applied = money_of(0, in->amount.cur),
                         .written_off = money_of(0, in->amount.cur)};
    if (!payment_add(op, &new, &p)) return false;
    if (!payment_book(op, &p, "1010", in->value_date, &a.item)) return false;
    if (p.account != 0) {
        if (!apply_documents(op, &p, named, &a, "uses", in->value_date)) return false;
        if (!forgive(op, &p, &entity, &a, in->value_date)) return false;
        if (!in->quiet && !outbox_add(op, "payment.receipt", p.id)) return false;
    }
    *out = (struct received){
        .payment = p.id,
        .identified = p.account != 0,
        .matched = a.count > 0,
        .applied = a.applied,
        .unapplied = a.left,
        .written_off = a.written_off,
    };
    return true;
}

bool payment_receive(struct op *op, const struct receipt_in *in, struct received *out)
{
    struct named named;
    *out = (struct received){0};
    if (!receive_check(op, in) || !named_find(op, in, &named)) return false;
    if (named.taker_count > 0 ? !receive_announced(op, in, &named, out)
                              : !receive_new(op, in, &named, out))
        return false;
    return audit_add(op, "payment.receive", "payment", out->payment, S(""), S(""));
}

/* Row 18: from the unidentified receipts to the customer's account. */
bool payment_identify(struct op *op, int64_t payment, int64_t customer)
{
    struct payment p;
    struct entity entity;
    struct item old;
    int64_t account, item, entry;
    if (!payment_get(op, 0, payment, &p)) return false;
    if (p.account != 0)
        return op_fail(op, ERR_CONFLICT, NULL, "The payer of this payment is known already.");
    if (!entity_get(op, p.entity, &entity) || !item_get(op, p.item, &old)) return false;
    if (!account_for(op, customer, p.entity, p.amount.cur, &account)) return false;
    date day = entity_today(op, &entity);
    struct item_in in = {
        .kind = ITEM_PAYMENT,
        .entity = p.entity,
        .account = account,
        .customer = customer,
        .payment = p.id,
        .number = p.number,
        .issued = day,
        .due = day,
        .amount = p.amount,
    };
    if (!item_open(op, &in, &item)) return false;
    const struct posting postings[] = {
        {item_gl(ITEM_RECEIPT), 0, old.id, p.amount},
        {item_gl(ITEM_PAYMENT), account, item, money_neg(p.amount)},
    };
    struct entry post = {
        .entity = p.entity,
        .kind = "identified",
        .effective = day,
        .idem = str_printf(op->mem, "payment %lld identified", (long long)p.id),
        .payment = p.id,
        .postings = postings,
        .count = COUNT(postings),
    };
    if (!ledger_post(op, &post, &entry)) return false;
    if (!audit_add(op, "payment.identify", "payment", p.id, S(""), S(""))) return false;
    struct payment_owner_set_args args = {
        .id = p.id, .account = account, .customer = customer, .item = item};
    return sql_payment_owner_set(op, args);
}

bool payment_apply(struct op *op, int64_t from_item, int64_t to_item, money amount)
{
    struct item from;
    struct entity entity;
    int64_t entry;
    if (!item_get(op, from_item, &from) || !entity_get(op, from.entity, &entity)) return false;
    struct allocate_pair pair = {from_item, to_item, amount};
    struct allocate one = {
        .pairs = &pair,
        .count = 1,
        .effective = entity_today(op, &entity),
        .idem = str_printf(op->mem, "apply %lld %lld %lld", (long long)from_item,
                           (long long)to_item, (long long)op->now),
        .rule = "staff",
        .payment = from.payment,
    };
    if (!ledger_allocate(op, &one, &entry)) return false;
    return audit_add(op, "payment.apply", "item", to_item, S(""), S(""));
}

bool payment_import(struct op *op, int64_t document, date settled)
{
    struct document d;
    struct receivables items;
    struct payment p;
    if (!document_get(op, document, &d)) return false;
    if (!receivables_of_document(op, document, settled, &items)) return false;
    if (items.count == 0) return true; /* a total of zero */
    struct payment_new new = {
        .entity = d.entity,
        .account = d.account,
        .customer = d.customer,
        .amount = d.total,
        .method = "imported",
        .state = "settled",
        .value_date = SOME_DATE(settled),
        .note = str_printf(op->mem, "settled by the ERP's word: %.*s", STR(d.number)),
    };
    struct applying a = {.left = d.total,
                         .applied = money_of(0, d.total.cur),
                         .pairs = arena_array(op->mem, struct allocate_pair, items.count)};
    if (!payment_add(op, &new, &p)) return false;
    if (!payment_book(op, &p, "1010", settled, &a.item)) return false;
    for (ptrdiff_t i = 0; i < items.count; i++) apply_item(&a, &items.at[i]);
    if (a.count == 0) return true;
    struct allocate all = {
        .pairs = a.pairs,
        .count = a.count,
        .effective = settled,
        .idem = str_printf(op->mem, "payment %lld uses", (long long)p.id),
        .rule = "import",
        .payment = p.id,
    };
    int64_t entry;
    return ledger_allocate(op, &all, &entry);
}

/* ---- money that went back ---- */

static bool was_reversed(const struct entry_lines *lines, int64_t entry)
{
    for (ptrdiff_t i = 0; i < lines->count; i++)
        if (lines->at[i].reverses == entry) return true;
    return false;
}

/* What was forgiven because the money had come is owed again: small differences, and discounts
 * (row 26). */
static bool unforgive(struct op *op, const struct payment *p, date effective, str note)
{
    struct entry_lines lines;
    if (!ledger_of_payment(op, p->id, &lines)) return false;
    for (ptrdiff_t i = 0; i < lines.count; i++) {
        const struct entry_line *line = &lines.at[i];
        int64_t entry;
        bool forgave = str_eq(line->kind, S("tolerance")) || str_eq(line->kind, S("discount"));
        if (line->n != 1 || !forgave || was_reversed(&lines, line->entry)) continue;
        str idem = str_printf(op->mem, "return %lld tolerance %lld", (long long)p->id,
                              (long long)line->entry);
        if (!ledger_reverse(op, line->entry, "return", idem, effective, note, &entry)) return false;
    }
    return true;
}

bool payment_return(struct op *op, int64_t payment, date effective, str note)
{
    static const char *const from[] = {"succeeded", "settled", "partially_refunded", NULL};
    struct payment p;
    struct refund_sum_row sum;
    struct allocations uses;
    struct item own;
    bool moved;
    if (!payment_get(op, 0, payment, &p)) return false;
    if (!payment_move(op, payment, from, "returned", note, &moved)) return false;
    if (!moved || p.account == 0)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Only a payment that has succeeded, of a known payer, can be returned.");
    if (!allocations_of_item(op, p.item, &uses)) return false;
    for (ptrdiff_t i = 0; i < uses.count; i++) {
        const struct allocation *use = &uses.at[i];
        str idem = str_printf(op->mem, "return %lld %lld", (long long)p.id, (long long)use->id);
        if (use->reversed || use->reverses) continue;
        if (!ledger_unallocate(op, use->id, effective, idem, note)) return false;
    }
    if (!unforgive(op, &p, effective, note) || !item_get(op, p.item, &own)) return false;
    if (own.reserved.minor > 0)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Money of this payment is being refunded or used by another payment just "
                       "now. Record the return when that has ended.");
    /* All is back on the item but what was refunded before. */
    if (!sql_refund_sum(op, (struct refund_sum_args){.payment = p.id}, &sum)) return false;
    money fee = money_of(p.fee.minor - sum.done_fee, p.amount.cur);
    const char *gl = str_eq(p.method, S("card")) ? "1050" : "1010";
    const struct posting postings[] = {
        {item_gl(ITEM_PAYMENT), p.account, p.item, own.open},
        {.gl = gl, .amount = money_neg(money_add(own.open, fee))},
        {.gl = "4100", .amount = fee},
    };
    struct entry post = {
        .entity = p.entity,
        .kind = "return",
        .effective = effective,
        .idem = str_printf(op->mem, "return %lld", (long long)p.id),
        .payment = p.id,
        .note = note,
        .postings = postings,
        .count = COUNT(postings) - (fee.minor == 0 ? 1 : 0),
    };
    int64_t entry;
    if (!ledger_post(op, &post, &entry)) return false;
    return audit_add(op, "payment.return", "payment", p.id, S(""), S(""));
}

/* An announced transfer that did not come lets go of what it reserved; it is still known by its
 * reference when the money comes after all. */
bool payments_expire(struct op *op, int64_t payment)
{
    static const char *const from[] = {"pending", NULL};
    struct payment p;
    bool moved;
    if (!payment_get(op, 0, payment, &p)) return false;
    if (p.expires.some && p.expires.value > op->now) return true;
    if (!payment_move(op, payment, from, "expired", S(""), &moved)) return false;
    return !moved || payment_free(op, &p);
}

bool payment_withdraw(struct op *op, int64_t customer, int64_t payment)
{
    static const char *const from[] = {"pending", NULL};
    struct payment p;
    bool moved;
    if (!payment_get(op, customer, payment, &p)) return false;
    if (!payment_move(op, payment, from, "cancelled", S(""), &moved)) return false;
    if (!moved) return op_fail(op, ERR_CONFLICT, NULL, "This payment can no longer be cancelled.");
    if (!audit_add(op, "payment.withdraw", "payment", payment, S(""), S(""))) return false;
    return payment_free(op, &p);
}
