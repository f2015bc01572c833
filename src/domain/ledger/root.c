/* One hash over all entries, postings and allocations. */
#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "domain/ledger/ledger.h"
#include "domain/ledger/root_sql.h"

#include <string.h>

struct chain {
    char hash[ROOT_HASH_LEN]; /* of all rows so far */
    int64_t count;
};

/* Each value with its length, so that no two rows read the same. */
static void add_text(struct text *t, str s)
{
    text_format(t, "%lld:", (long long)s.len);
    text_add(t, s);
}

static void add_number(struct text *t, int64_t n)
{
    text_format(t, "%lld;", (long long)n);
}

static void add_maybe(struct text *t, struct opt_i64 n)
{
    if (n.some)
        add_number(t, n.value);
    else
        text_char(t, '-');
}

static struct text row_begin(struct op *op, const struct chain *c)
{
    struct text t = {.mem = op->mem};
    text_add(&t, (str){c->hash, sizeof c->hash});
    return t;
}

static bool row_end(struct op *op, struct chain *c, const struct text *t)
{
    str hash = crypto_digest(op->mem, text_str(t));
    memcpy(c->hash, hash.at, sizeof c->hash);
    c->count++;
    return true;
}

static bool entry(struct op *op, const struct root_entries_row *row, void *arg)
{
    struct chain *c = arg;
    struct text t = row_begin(op, c);
    add_number(&t, row->id);
    add_number(&t, row->entity);
    add_text(&t, row->kind);
    add_text(&t, date_text(op->mem, row->effective));
    add_number(&t, row->recorded);
    add_text(&t, row->idem);
    add_maybe(&t, row->document);
    add_maybe(&t, row->payment);
    add_maybe(&t, row->reverses);
    add_text(&t, row->actor);
    add_text(&t, row->note);
    return row_end(op, c, &t);
}

static bool posting(struct op *op, const struct root_postings_row *row, void *arg)
{
    struct chain *c = arg;
    struct text t = row_begin(op, c);
    add_number(&t, row->entry);
    add_number(&t, row->n);
    add_text(&t, row->gl);
    add_maybe(&t, row->account);
    add_maybe(&t, row->item);
    add_number(&t, row->amount.minor);
    add_text(&t, currency_text(&row->amount.cur));
    return row_end(op, c, &t);
}

static bool allocation(struct op *op, const struct root_allocations_row *row, void *arg)
{
    struct chain *c = arg;
    struct text t = row_begin(op, c);
    add_number(&t, row->id);
    add_number(&t, row->entry);
    add_number(&t, row->account);
    add_number(&t, row->from_item);
    add_number(&t, row->to_item);
    add_number(&t, row->amount_minor);
    add_number(&t, row->recorded);
    add_maybe(&t, row->reverses);
    add_text(&t, row->rule);
    return row_end(op, c, &t);
}

bool ledger_root(struct op *op, struct ledger_root *out)
{
    struct chain *c = arena_new(op->mem, struct chain);
    memset(c->hash, '0', sizeof c->hash);
    if (!sql_root_entries_each(op, entry, c)) return false;
    out->entries = c->count;
    if (!sql_root_postings_each(op, posting, c) || !sql_root_allocations_each(op, allocation, c))
        return false;
    out->hash = (str){c->hash, sizeof c->hash};
    return true;
}
