#include "domain/payments/named.h"

#include "base/arena.h"
#include "domain/payments/payments_sql.h"
#include "domain/payments/reference.h"
#include "domain/receivables/documents.h"

/* Announced, not to be had by another receipt, and the receipt's own. */
static bool can_take(const struct receipt_in *in, const struct payment *p)
{
    bool waits =
        p->state == PAYMENT_PENDING || p->state == PAYMENT_EXPIRED || p->state == PAYMENT_CANCELLED;
    return waits && p->entity == in->entity && currency_eq(p->amount.cur, in->amount.cur) &&
           str_eq(p->method, S("transfer")) && (in->customer == 0 || in->customer == p->customer);
}

static void add_taker(struct named *n, const struct payment *p)
{
    for (ptrdiff_t i = 0; i < n->taker_count; i++)
        if (n->takers[i].id == p->id) return;
    if (n->taker_count < NAMED_MAX) n->takers[n->taker_count++] = *p;
}

static bool is_named(const struct named *n, int64_t document)
{
    for (ptrdiff_t i = 0; i < n->document_count; i++)
        if (n->documents[i] == document) return true;
    return false;
}

/* ---- our references ---- */

/* The longest reference of ours that begins here; *len is 0 when there is none. */
static bool reference_at(struct op *op, str plain, ptrdiff_t from, struct payment *out,
                         ptrdiff_t *len)
{
    for (*len = 25; *len >= 5; (*len)--) {
        bool found;
        if (from + *len > plain.len) continue;
        str reference = {plain.at + from, *len};
        if (!reference_rf_ok(reference)) continue;
        if (!payment_find(op, reference, out, &found)) return false;
        if (found) return true;
    }
    *len = 0;
    return true;
}

static bool find_announced(struct op *op, const struct receipt_in *in, struct named *out)
{
    str plain = reference_plain(op->mem, in->reference);
    for (ptrdiff_t from = 0; from + 5 <= plain.len; from++) {
        struct payment p;
        ptrdiff_t len;
        if (plain.at[from] != 'R' || plain.at[from + 1] != 'F') continue;
        if (!reference_at(op, plain, from, &p, &len)) return false;
        if (len == 0) continue;
        if (p.entity == in->entity && out->customer == 0) out->customer = p.customer;
        if (can_take(in, &p)) add_taker(out, &p);
        from += len - 1;
    }
    return true;
}

/* ---- invoices ---- */

static bool word_next(str *rest, str *word)
{
    ptrdiff_t from = 0, to;
    while (from < rest->len && (rest->at[from] == ' ' || rest->at[from] == ',' ||
                                rest->at[from] == ';' || rest->at[from] == '\n'))
        from++;
    for (to = from; to < rest->len; to++)
        if (rest->at[to] == ' ' || rest->at[to] == ',' || rest->at[to] == ';' ||
            rest->at[to] == '\n')
            break;
    *word = str_head(str_from(*rest, from), to - from);
    *rest = str_from(*rest, to);
    return word->len > 0;
}

static bool find_documents(struct op *op, const struct receipt_in *in, struct named *out)
{
    str rest = in->reference, word;
    while (word_next(&rest, &word) && out->document_count < NAMED_MAX) {
        int64_t id;
        bool found;
        if (!document_find(op, in->entity, DOCUMENT_INVOICE, word, &id, &found)) return false;
        if (found && !is_named(out, id)) out->documents[out->document_count++] = id;
    }
    return true;
}

/* ---- the announcement that reserves them ---- */

static bool pays_only_named(struct op *op, const struct named *n, const struct payment *p, date day,
                            bool *out)
{
    struct checkout c;
    if (!checkout_get(op, 0, p->checkout, day, &c)) return false;
    *out = true;
    for (ptrdiff_t i = 0; i < c.count; i++)
        if (c.lines[i].item.side > 0 && !is_named(n, c.lines[i].item.document)) *out = false;
    return true;
}

static bool find_reserving(struct op *op, const struct receipt_in *in, struct named *out)
{
    struct named candidates = {0};
    for (ptrdiff_t i = 0; i < out->document_count; i++) {
        struct announced_of_list rows;
        struct announced_of_args args = {.document = out->documents[i]};
        if (!sql_announced_of(op, args, &rows)) return false;
        for (ptrdiff_t k = 0; k < rows.count; k++) {
            struct payment p;
            if (!payment_get(op, 0, rows.at[k].payment, &p)) return false;
            if (can_take(in, &p)) add_taker(&candidates, &p);
        }
    }
    if (candidates.taker_count != 1) return true;
    const struct payment *only = &candidates.takers[0];
    bool fits = money_eq(only->amount, in->amount);
    if (!fits && !pays_only_named(op, out, only, in->value_date, &fits)) return false;
    if (fits) add_taker(out, only);
    return true;
}

bool named_find(struct op *op, const struct receipt_in *in, struct named *out)
{
    *out = (struct named){0};
    if (!find_announced(op, in, out) || !find_documents(op, in, out)) return false;
    return out->taker_count > 0 || find_reserving(op, in, out);
}
