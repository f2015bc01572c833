/* What a payer chose: edited freely, on the server, until it is submitted. */
#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/payments/checkout_sql.h"
#include "domain/payments/payments.h"
#include "domain/payments/settle.h"

#include <assert.h>
#include <stdlib.h>

/* ---- starting ---- */

static money free_of(const struct receivable *r)
{
    return money_sub(r->open, r->reserved);
}

/* Credits cover at most what is paid: the rest stays credit (domain.md rule 7). */
static bool add_lines(struct op *op, int64_t checkout, int64_t account,
                      const struct receivables *items)
{
    money due = {0};
    for (int side = 1; side >= -1; side -= 2) {
        for (ptrdiff_t i = 0; i < items->count; i++) {
            const struct receivable *r = &items->at[i];
            if (r->account != account || r->side != side) continue;
            money amount = free_of(r);
            if (due.cur.code[0] == 0) due = money_of(0, amount.cur);
            if (side < 0) amount = money_min(amount, due);
            due = side > 0 ? money_add(due, amount) : money_sub(due, amount);
            struct checkout_line_insert_args args = {
                .checkout = checkout, .item = r->item, .amount = amount.minor};
            if (!sql_checkout_line_insert(op, args)) return false;
        }
    }
    return true;
}

static bool made_for(const int64_t accounts[], ptrdiff_t count, int64_t account)
{
    for (ptrdiff_t i = 0; i < count; i++)
        if (accounts[i] == account) return true;
    return false;
}

bool checkout_start(struct op *op, int64_t customer, int64_t person, const int64_t items[],
                    ptrdiff_t count, struct customer_ids *out)
{
    struct receivables found;
    if (!receivables_by_ids(op, customer, items, count, (date){0}, &found)) return false;
    ptrdiff_t payable = 0;
    for (ptrdiff_t i = 0; i < found.count; i++)
        if (free_of(&found.at[i]).minor > 0) found.at[payable++] = found.at[i];
    found.count = payable;
    if (payable == 0)
        return op_fail(op, ERR_INVALID, "item",
                       "Select at least one item that is open and not being paid already.");

    int64_t *accounts = arena_array(op->mem, int64_t, payable);
    *out = (struct customer_ids){.at = arena_array(op->mem, int64_t, payable)};
    for (ptrdiff_t i = 0; i < payable; i++) {
        int64_t account = found.at[i].account;
        if (made_for(accounts, out->count, account)) continue;
        struct checkout_insert_row row;
        struct checkout_insert_args args = {
            .account = account,
            .customer = customer,
            .person = {.some = person != 0, .value = person},
            .now = op->now,
        };
        if (!sql_checkout_insert(op, args, &row)) return false;
        if (!add_lines(op, row.id, account, &found)) return false;
        accounts[out->count] = account;
        out->at[out->count++] = row.id;
    }
    return true;
}

/* ---- reading ---- */

/* A sentence with one amount in it. `words` is looked up in the reader's language, and has been
 * checked by the catalogue's test to take one text. */
static str sentence(struct op *op, const char *words, money m)
{
    str amount = lang_money(op->mem, op_lang(op), m);
    struct text t = {.mem = op->mem};
    const char *rest = say(op_lang(op), words);
    while (say_step(&t, &rest) > 0) text_add(&t, amount);
    return text_str(&t);
}

/* Why a line cannot be paid as it stands; empty when it can. */
static str line_error(struct op *op, const struct checkout_line *line)
{
    const struct lang *lang = op_lang(op);
    money all = free_of(&line->item), typed;
    if (all.minor == 0)
        return str_of(say(lang, "Nothing is left open here, or another payment is under way."));
    if (line->typed.len > 0) {
        if (!lang_money_from(lang, line->typed, all.cur, &typed))
            return sentence(op, N_("Enter an amount such as {1}."), all);
        if (money_cmp(typed, all) > 0) return sentence(op, N_("Enter {1} or less."), all);
    }
    if (money_cmp(line->amount, all) > 0) return sentence(op, N_("Enter {1} or less."), all);
    if (line->item.side > 0 && line->shortfall.minor > 0 && line->reason.len == 0)
        return str_of(say(lang, "Choose why you pay less."));
    return S("");
}

static void add_up(struct op *op, struct checkout *c)
{
    money none = money_of(0, c->currency);
    c->invoices = c->credits = c->deducted = c->left_open = none;
    c->ready = c->count > 0;
    for (ptrdiff_t i = 0; i < c->count; i++) {
        struct checkout_line *line = &c->lines[i];
        line->error = line_error(op, line);
        if (line->error.len > 0) c->ready = false;
        if (line->item.side < 0) {
            c->credits = money_add(c->credits, line->amount);
            continue;
        }
        c->invoices = money_add(c->invoices, money_add(line->amount, line->shortfall));
        money *less = line->deducts ? &c->deducted : &c->left_open;
        *less = money_add(*less, line->shortfall);
    }
    c->total = money_sub(c->invoices, c->credits);
    c->total = money_sub(money_sub(c->total, c->deducted), c->left_open);
}

/* More credit than there is to pay is taken back from the last credit: its line says so. */
static void check_credits(struct op *op, struct checkout *c)
{
    if (c->total.minor >= 0) return;
    struct checkout_line *line = &c->lines[c->count - 1];
    while (line->item.side > 0 || line->amount.minor == 0) line--; /* there is one: it took all */
    money fits = money_add(line->amount, c->total);
    if (fits.minor < 0) fits.minor = 0;
    line->error = sentence(op, N_("Use {1} or less: the rest stays as credit."), fits);
    c->ready = false;
}

static bool lines_read(struct op *op, struct checkout *c, date today)
{
    struct checkout_line_rows_list rows;
    if (!sql_checkout_line_rows(op, (struct checkout_line_rows_args){.checkout = c->id}, &rows))
        return false;
    int64_t *ids = arena_array(op->mem, int64_t, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) ids[i] = rows.at[i].item;
    struct receivables items;
    if (!receivables_by_ids(op, c->customer, ids, rows.count, today, &items)) return false;

    c->lines = arena_array(op->mem, struct checkout_line, items.count);
    c->count = items.count;
    for (ptrdiff_t i = 0; i < items.count; i++) {
        struct checkout_line *line = &c->lines[i];
        ptrdiff_t low = 0, high = rows.count; /* the rows are sorted by item */
        while (high - low > 1) {
            ptrdiff_t middle = (low + high) / 2;
            if (rows.at[middle].item <= items.at[i].item)
                low = middle;
            else
                high = middle;
        }
        const struct checkout_line_rows_row *row = &rows.at[low];
        assert(row->item == items.at[i].item);
        *line = (struct checkout_line){
            .item = items.at[i],
            .amount = money_of(row->amount, c->currency),
            .held = money_of(c->reserved ? row->held : 0, c->currency),
            .agreed = money_of(row->held, c->currency),
            .typed = row->typed,
            .reason = row->reason,
            .note = row->note,
            .deducts = row->deducts,
        };
        money all = money_add(free_of(&line->item), line->held);
        line->shortfall = money_of(0, c->currency);
        if (line->item.side > 0 && money_cmp(line->amount, all) < 0)
            line->shortfall = money_sub(all, line->amount);
    }
    return true;
}

bool checkout_get(struct op *op, int64_t customer, int64_t id, date today, struct checkout *out)
{
    struct checkout_row_row row;
    bool found;
    struct checkout_row_args args = {.id = id,
                                     .customer = {.some = customer != 0, .value = customer}};
    if (!sql_checkout_row(op, args, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such checkout.");
    *out = (struct checkout){
        .id = id,
        .account = row.account,
        .customer = row.customer,
        .entity = row.entity,
        .state = row.state,
        .payment = row.payment.value,
        .entry = row.entry.value,
        .reserved = row.reserved,
    };
    if (!currency_from(row.currency, &out->currency))
        return op_broken(op, ERR_INTERNAL, "checkout %lld: currency", (long long)id);
    if (!lines_read(op, out, today)) return false;
    add_up(op, out);
    check_credits(op, out);
    return true;
}

/* ---- editing ---- */

static const struct checkout_line *line_of(const struct checkout *c, int64_t item)
{
    for (ptrdiff_t i = 0; i < c->count; i++)
        if (c->lines[i].item.item == item) return &c->lines[i];
    return NULL;
}

static bool edit_line(struct op *op, const struct checkout *c, const struct checkout_line *line,
                      const struct checkout_edit *edit)
{
    if (edit->remove)
        return sql_checkout_line_delete(
            op, (struct checkout_line_delete_args){.checkout = c->id, .item = edit->item});
    if (edit->amount.len > 0) {
        money all = free_of(&line->item), typed;
        bool good = lang_money_from(op_lang(op), edit->amount, c->currency, &typed) &&
                    money_cmp(typed, all) <= 0;
        struct checkout_line_amount_args args = {
            .checkout = c->id,
            .item = edit->item,
            .amount = good ? typed.minor : line->amount.minor,
            .typed = good ? S("") : str_head(edit->amount, 40),
        };
        if (!sql_checkout_line_amount(op, args)) return false;
    }
    struct checkout_line_reason_args args = {
        .checkout = c->id,
        .item = edit->item,
        .reason = edit->reason,
        .note = edit->note.at ? edit->note : S(""),
    };
    return sql_checkout_line_reason(op, args);
}

bool checkout_edit(struct op *op, int64_t customer, int64_t id, const struct checkout_edit edits[],
                   ptrdiff_t count)
{
    struct checkout c;
    if (!checkout_get(op, customer, id, (date){0}, &c)) return false;
    if (!str_eq(c.state, S("open")))
        return op_fail(op, ERR_CONFLICT, NULL, "This has been submitted already.");
    for (ptrdiff_t i = 0; i < count; i++) {
        const struct checkout_line *line = line_of(&c, edits[i].item);
        if (!line) return op_fail(op, ERR_MISSING, NULL, "There is no such item in this checkout.");
        if (!edit_line(op, &c, line, &edits[i])) return false;
    }
    return true;
}

/* ---- holding ---- */

bool checkout_open(struct op *op, int64_t customer, int64_t id, date today, struct checkout *out)
{
    if (!checkout_get(op, customer, id, today, out)) return false;
    if (!str_eq(out->state, S("open")))
        return op_fail(op, ERR_CONFLICT, NULL, "This has been submitted already.");
    if (out->ready) return true;
    for (ptrdiff_t i = 0; i < out->count; i++)
        if (out->lines[i].error.len > 0)
            return op_fail(op, ERR_INVALID, "amount", "%.*s: %.*s", STR(out->lines[i].item.number),
                           STR(out->lines[i].error));
    return op_fail(op, ERR_INVALID, "item", "Nothing is left in this checkout.");
}

static int by_item(const void *a, const void *b)
{
    const struct checkout_line *const *x = a, *const *y = b;
    return ((*x)->item.item > (*y)->item.item) - ((*x)->item.item < (*y)->item.item);
}

bool checkout_hold(struct op *op, const struct checkout *c)
{
    const struct checkout_line **lines =
        arena_array(op->mem, const struct checkout_line *, c->count);
    for (ptrdiff_t i = 0; i < c->count; i++) lines[i] = &c->lines[i];
    qsort(lines, (size_t)c->count, sizeof *lines, by_item); /* every payment locks in one order */
    for (ptrdiff_t i = 0; i < c->count; i++) {
        const struct checkout_line *line = lines[i];
        money held = line->deducts ? money_add(line->amount, line->shortfall) : line->amount;
        struct checkout_line_hold_args args = {
            .checkout = c->id, .item = line->item.item, .held = held.minor};
        if (!item_reserve(op, line->item.item, held)) return false;
        if (!sql_checkout_line_hold(op, args)) return false;
    }
    return true;
}

bool checkout_let_go(struct op *op, int64_t checkout)
{
    struct checkout_row_row head;
    struct checkout_line_rows_list rows;
    bool found;
    currency cur;
    if (!sql_checkout_row(op, (struct checkout_row_args){.id = checkout}, &head, &found))
        return false;
    assert(found);
    if (!currency_from(head.currency, &cur))
        return op_broken(op, ERR_INTERNAL, "checkout %lld: currency", (long long)checkout);
    if (!sql_checkout_line_rows(op, (struct checkout_line_rows_args){.checkout = checkout}, &rows))
        return false;
    for (ptrdiff_t i = 0; i < rows.count; i++) /* the lines remember what was agreed */
        if (!item_release(op, rows.at[i].item, money_of(rows.at[i].held, cur))) return false;
    return true;
}

bool checkout_move(struct op *op, int64_t id, const char *from, const char *to, int64_t entry)
{
    struct checkout_state_set_list moved;
    struct checkout_state_set_args args = {
        .id = id,
        .from_state = str_of(from),
        .to_state = str_of(to),
        .entry = {.some = entry != 0, .value = entry},
        .now = op->now,
    };
    if (!sql_checkout_state_set(op, args, &moved)) return false;
    assert(moved.count == 1); /* it was read in this transaction */
    return true;
}
