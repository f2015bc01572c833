#include "domain/ledger/ledger.h"

#include "base/arena.h"
#include "domain/ledger/ledger_sql.h"

#include <assert.h>

static struct opt_i64 some(int64_t id)
{
    return (struct opt_i64){.some = id != 0, .value = id};
}

/* ---- entries ---- */

static bool add_postings(struct op *op, int64_t entry, const struct posting *postings,
                         ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        const struct posting *p = &postings[i];
        assert(p->amount.minor != 0);
        struct posting_add_args args = {
            .entry = entry,
            .n = i + 1,
            .gl = str_of(p->gl),
            .account = some(p->account),
            .item = some(p->item),
            .amount = p->amount,
        };
        if (!sql_posting_add(op, args)) return false;
    }
    return true;
}

/* The database checks it too; this one stops in the line that made the mistake. */
static void assert_balanced(const struct entry *in)
{
    money sum = money_of(0, in->postings[0].amount.cur);
    for (ptrdiff_t i = 0; i < in->count; i++) sum = money_add(sum, in->postings[i].amount);
    assert(sum.minor == 0);
}

bool ledger_post(struct op *op, const struct entry *in, int64_t *out)
{
    assert(in->count >= 2);
    assert(in->idem.len > 0);
    assert_balanced(in);
    struct entry_open_row row;
    struct entry_open_args args = {
        .entity = in->entity,
        .kind = str_of(in->kind),
        .effective = in->effective,
        .recorded = op->now,
        .idem = in->idem,
        .document = some(in->document),
        .payment = some(in->payment),
        .reverses = some(in->reverses),
        .actor = op_actor_name(op),
        .note = in->note.at ? in->note : S(""),
    };
    if (!sql_entry_open(op, args, &row)) return false;
    if (!add_postings(op, row.id, in->postings, in->count)) return false;
    *out = row.id;
    return sql_entry_post(op, (struct entry_post_args){.entry = row.id});
}

bool ledger_reverse(struct op *op, int64_t entry, const char *kind, str idem, date effective,
                    str note, int64_t *out)
{
    struct entry_head_row head;
    struct entry_postings_list rows;
    if (!sql_entry_head(op, (struct entry_head_args){.entry = entry}, &head)) return false;
    if (head.reversed)
        return op_fail(op, ERR_CONFLICT, NULL, "This entry has been reversed already.");
    if (!sql_entry_postings(op, (struct entry_postings_args){.entry = entry}, &rows)) return false;

    struct posting *turned = arena_array(op->mem, struct posting, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++)
        turned[i] = (struct posting){.gl = str_z(op->mem, rows.at[i].gl),
                                     .account = rows.at[i].account.value,
                                     .item = rows.at[i].item.value,
                                     .amount = money_neg(rows.at[i].amount)};
    struct entry in = {
        .entity = head.entity,
        .kind = kind,
        .effective = effective,
        .idem = idem,
        .document = head.document.value,
        .payment = head.payment.value,
        .reverses = entry,
        .note = note,
        .postings = turned,
        .count = rows.count,
    };
    return ledger_post(op, &in, out);
}

/* ---- open items ---- */

static const struct {
    enum item_kind kind;
    const char *name, *gl;
    int side;
} item_kinds[] = {
    {ITEM_INVOICE, "invoice", "1100", 1},  {ITEM_CREDIT_NOTE, "credit_note", "1100", -1},
    {ITEM_PAYMENT, "payment", "1105", -1}, {ITEM_DEDUCTION, "deduction", "1110", 1},
    {ITEM_RECEIPT, "receipt", "2055", -1},
};

const char *item_gl(enum item_kind kind)
{
    return item_kinds[kind - ITEM_INVOICE].gl;
}

bool item_kind_from(str name, enum item_kind *out)
{
    for (ptrdiff_t i = 0; i < COUNT(item_kinds); i++) {
        if (!str_eq(name, str_of(item_kinds[i].name))) continue;
        *out = item_kinds[i].kind;
        return true;
    }
    return false;
}

bool item_open(struct op *op, const struct item_in *in, int64_t *out)
{
    assert(in->amount.minor > 0);
    ptrdiff_t kind = (ptrdiff_t)in->kind - ITEM_INVOICE;
    struct item_add_row row;
    struct item_add_args args = {
        .entity = in->entity,
        .account = some(in->account),
        .customer = some(in->customer),
        .currency = currency_text(&in->amount.cur),
        .gl = str_of(item_kinds[kind].gl),
        .kind = str_of(item_kinds[kind].name),
        .side = item_kinds[kind].side,
        .document = some(in->document),
        .payment = some(in->payment),
        .n = in->n > 0 ? in->n : 1,
        .number = in->number,
        .issued = in->issued,
        .due = in->due,
        .discount_until = {.some = in->has_discount, .value = in->discount_until},
        .discount_ppm = in->discount_ppm,
        .amount = in->amount.minor,
    };
    if (!sql_item_add(op, args, &row)) return false;
    *out = row.id;
    return true;
}

bool item_get(struct op *op, int64_t id, struct item *out)
{
    struct item_row_row row;
    bool found;
    if (!sql_item_row(op, (struct item_row_args){.id = id}, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such open item.");
    *out = (struct item){
        .id = id,
        .entity = row.entity,
        .account = row.account.value,
        .customer = row.customer.value,
        .document = row.document.value,
        .payment = row.payment.value,
        .side = (int)row.side,
        .number = row.number,
        .issued = row.issued,
        .due = row.due,
        .amount = row.amount,
        .open = row.open,
        .reserved = row.reserved,
        .disputed = row.disputed,
    };
    if (item_kind_from(row.kind, &out->kind)) return true;
    return op_broken(op, ERR_INTERNAL, "item %lld is of no known kind", (long long)id);
}

bool item_reserve(struct op *op, int64_t item, money amount)
{
    struct item_hold_list held;
    if (amount.minor == 0) return true;
    if (!sql_item_hold(op, (struct item_hold_args){.id = item, .amount = amount}, &held))
        return false;
    if (held.count == 1) return true;
    struct item now;
    if (!item_get(op, item, &now)) return false;
    return op_fail(op, ERR_CONFLICT, NULL,
                   "%.*s has changed: less is open now, or another payment of it is under way. "
                   "Please look at the amounts again.",
                   STR(now.number));
}

bool item_release(struct op *op, int64_t item, money amount)
{
    struct item_let_go_list freed;
    if (amount.minor == 0) return true;
    if (!sql_item_let_go(op, (struct item_let_go_args){.id = item, .amount = amount}, &freed))
        return false;
    if (freed.count == 1) return true;
    return op_broken(op, ERR_INTERNAL, "item %lld: releases more than it holds", (long long)item);
}

/* ---- allocations ---- */

static bool allocation_is_free(const struct item *item, money amount)
{
    return money_cmp(amount, money_sub(item->open, item->reserved)) <= 0;
}

static bool allocation_check(struct op *op, const struct item *from, const struct item *to,
                             money amount)
{
    if (from->side != -1 || to->side != 1)
        return op_fail(op, ERR_INVALID, NULL, "Money goes from a credit or payment to a debt.");
    if (from->account != to->account)
        return op_fail(op, ERR_INVALID, NULL,
                       "%.*s and %.*s belong to different accounts or currencies.",
                       STR(from->number), STR(to->number));
    if (amount.minor <= 0)
        return op_fail(op, ERR_INVALID, "amount", "Please enter an amount above zero.");
    if (money_cmp(amount, from->open) > 0)
        return op_fail(op, ERR_CONFLICT, "amount", "%.*s has less than that left to use.",
                       STR(from->number));
    if (money_cmp(amount, to->open) > 0)
        return op_fail(op, ERR_CONFLICT, "amount", "This is more than is still open on %.*s.",
                       STR(to->number));
    if (!allocation_is_free(from, amount) || !allocation_is_free(to, amount))
        return op_fail(op, ERR_CONFLICT, "amount",
                       "Part of %.*s is reserved by a payment under way. Wait until it has ended, "
                       "or use less.",
                       STR(allocation_is_free(from, amount) ? to->number : from->number));
    return true;
}

static bool pair_postings(struct op *op, const struct allocate_pair *pair, struct posting out[2],
                          struct item *from)
{
    struct item to;
    if (!item_get(op, pair->from, from) || !item_get(op, pair->to, &to)) return false;
    if (!allocation_check(op, from, &to, pair->amount)) return false;
    out[0] = (struct posting){item_gl(from->kind), from->account, from->id, pair->amount};
    out[1] = (struct posting){item_gl(to.kind), to.account, to.id, money_neg(pair->amount)};
    return true;
}

static bool allocation_row(struct op *op, const struct allocate *in, ptrdiff_t i, int64_t account,
                           int64_t entry)
{
    struct allocation_add_row row;
    struct allocation_add_args args = {
        .entry = entry,
        .account = account,
        .from_item = in->pairs[i].from,
        .to_item = in->pairs[i].to,
        .amount = in->pairs[i].amount.minor,
        .recorded = op->now,
        .rule = str_of(in->rule),
    };
    return sql_allocation_add(op, args, &row);
}

bool ledger_allocate(struct op *op, const struct allocate *in, int64_t *entry)
{
    assert(in->count > 0);
    struct posting *postings = arena_array(op->mem, struct posting, in->count * 2);
    struct item from = {0};
    bool money_moved = false;
    for (ptrdiff_t i = 0; i < in->count; i++) {
        if (!pair_postings(op, &in->pairs[i], &postings[i * 2], &from)) return false;
        if (from.kind == ITEM_PAYMENT) money_moved = true;
    }
    struct entry post = {
        .entity = from.entity,
        .kind = money_moved ? "allocation" : "application",
        .effective = in->effective,
        .idem = in->idem,
        .payment = in->payment,
        .postings = postings,
        .count = in->count * 2,
    };
    if (!ledger_post(op, &post, entry)) return false;
    for (ptrdiff_t i = 0; i < in->count; i++)
        if (!allocation_row(op, in, i, from.account, *entry)) return false;
    return true;
}

static bool allocations_where(struct op *op, struct allocation_rows_args args,
                              struct allocations *out)
{
    struct allocation_rows_list rows;
    if (!sql_allocation_rows(op, args, &rows)) return false;
    *out = (struct allocations){arena_array(op->mem, struct allocation, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct allocation_rows_row *row = &rows.at[i];
        out->at[i] = (struct allocation){
            .id = row->id,
            .entry = row->entry,
            .account = row->account,
            .from_item = row->from_item,
            .to_item = row->to_item,
            .reverses = row->reverses.value,
            .payment = row->payment.value,
            .reversed = row->reversed,
            .from_number = row->from_number,
            .to_number = row->to_number,
            .rule = row->rule,
            .from_document = row->from_document.value,
            .to_document = row->to_document.value,
            .amount = row->amount,
            .effective = row->effective,
            .recorded = row->recorded,
        };
        if (!item_kind_from(row->from_kind, &out->at[i].from_kind) ||
            !item_kind_from(row->to_kind, &out->at[i].to_kind))
            return op_broken(op, ERR_INTERNAL, "allocation %lld: kind", (long long)row->id);
    }
    return true;
}

bool allocation_get(struct op *op, int64_t id, struct allocation *out)
{
    struct allocations found;
    if (!allocations_where(op, (struct allocation_rows_args){.id = SOME_I64(id)}, &found))
        return false;
    if (found.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such allocation.");
    *out = found.at[0];
    return true;
}

bool allocations_of_item(struct op *op, int64_t item, struct allocations *out)
{
    return allocations_where(op, (struct allocation_rows_args){.item = SOME_I64(item)}, out);
}

bool allocations_of_entry(struct op *op, int64_t entry, struct allocations *out)
{
    return allocations_where(op, (struct allocation_rows_args){.entry = SOME_I64(entry)}, out);
}

/* One entry may hold several allocations, so what is taken back is posted anew and not by turning
 * the whole entry round. */
bool ledger_unallocate(struct op *op, int64_t allocation, date effective, str idem, str note)
{
    struct allocation old;
    struct item from, to;
    if (!allocation_get(op, allocation, &old)) return false;
    if (old.reversed || old.reverses)
        return op_fail(op, ERR_CONFLICT, NULL, "This allocation has been taken back already.");
    if (!item_get(op, old.from_item, &from) || !item_get(op, old.to_item, &to)) return false;

    const struct posting postings[] = {
        {item_gl(to.kind), to.account, to.id, old.amount},
        {item_gl(from.kind), from.account, from.id, money_neg(old.amount)},
    };
    struct entry post = {
        .entity = from.entity,
        .kind = "unallocation",
        .effective = effective,
        .idem = idem,
        .payment = old.payment,
        .note = note,
        .postings = postings,
        .count = COUNT(postings),
    };
    int64_t entry;
    if (!ledger_post(op, &post, &entry)) return false;
    struct allocation_add_row row;
    struct allocation_add_args args = {
        .entry = entry,
        .account = old.account,
        .from_item = old.from_item,
        .to_item = old.to_item,
        .amount = old.amount.minor,
        .recorded = op->now,
        .reverses = SOME_I64(old.id),
        .rule = old.rule,
    };
    return sql_allocation_add(op, args, &row);
}

/* ---- reading ---- */

static bool lines_where(struct op *op, struct entry_line_rows_args args, struct entry_lines *out)
{
    struct entry_line_rows_list rows;
    if (!sql_entry_line_rows(op, args, &rows)) return false;
    *out = (struct entry_lines){arena_array(op->mem, struct entry_line, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct entry_line_rows_row *row = &rows.at[i];
        out->at[i] = (struct entry_line){
            .entry = row->entry,
            .n = (int)row->n,
            .kind = row->kind,
            .gl = row->gl,
            .gl_name = row->gl_name,
            .item_number = row->item_number,
            .note = row->note,
            .actor = row->actor,
            .effective = row->effective,
            .recorded = row->recorded,
            .item = row->item.value,
            .document = row->document.value,
            .payment = row->payment.value,
            .reverses = row->reverses.value,
            .amount = row->amount,
        };
    }
    return true;
}

bool ledger_of_item(struct op *op, int64_t item, struct entry_lines *out)
{
    return lines_where(op, (struct entry_line_rows_args){.item = SOME_I64(item)}, out);
}

bool ledger_of_document(struct op *op, int64_t document, struct entry_lines *out)
{
    return lines_where(op, (struct entry_line_rows_args){.document = SOME_I64(document)}, out);
}

bool ledger_of_payment(struct op *op, int64_t payment, struct entry_lines *out)
{
    return lines_where(op, (struct entry_line_rows_args){.payment = SOME_I64(payment)}, out);
}

bool ledger_of_entry(struct op *op, int64_t entry, struct entry_lines *out)
{
    return lines_where(op, (struct entry_line_rows_args){.entry = SOME_I64(entry)}, out);
}

/* ---- taking back ---- */

/* Whether the items of an entry still bear that it never was. */
static bool stands(struct op *op, const struct entry_lines *lines)
{
    for (ptrdiff_t i = 0; i < lines->count; i++) {
        const struct entry_line *l = &lines->at[i];
        struct item item;
        if (!l->item) continue;
        if (!item_get(op, l->item, &item)) return false;
        int64_t open = item.open.minor - item.side * l->amount.minor;
        if (open >= item.reserved.minor) continue;
        return op_fail(op, ERR_CONFLICT, NULL,
                       "%.*s has changed since: it was paid, decided or reserved. Take that back "
                       "first.",
                       STR(item.number));
    }
    return true;
}

bool ledger_undo(struct op *op, int64_t entry, str idem, date effective, str why)
{
    struct entry_lines lines;
    int64_t posted;
    return ledger_of_entry(op, entry, &lines) && stands(op, &lines) &&
           ledger_reverse(op, entry, "undone", idem, effective, why, &posted);
}
