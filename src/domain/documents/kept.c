#include "domain/documents/kept.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "domain/documents/kept_sql.h"

static const char *const kinds[] = {
    [KEPT_DOCUMENT] = "document",   [KEPT_RECEIPT] = "receipt",   [KEPT_REFUND] = "refund",
    [KEPT_STATEMENT] = "statement", [KEPT_REMINDER] = "reminder",
};

bool kept_find(struct op *op, enum kept_kind kind, int64_t subject, struct kept *out, bool *found)
{
    struct kept_row_row row;
    struct kept_row_args args = {.kind = str_of(kinds[kind]), .subject = subject};
    if (!sql_kept_row(op, args, &row, found)) return false;
    if (*found) *out = (struct kept){row.name, row.bytes, row.sha256, row.made};
    return true;
}

bool kept_put(struct op *op, enum kept_kind kind, int64_t subject, str name, str bytes,
              struct kept *out)
{
    bool found;
    struct kept_insert_args args = {
        .kind = str_of(kinds[kind]),
        .subject = subject,
        .name = name,
        .sha256 = crypto_sha256(op->mem, bytes),
        .bytes = bytes,
        .now = op->now,
    };
    if (!sql_kept_insert(op, args) || !kept_find(op, kind, subject, out, &found)) return false;
    return found || op_broken(op, ERR_INTERNAL, "a document was stored and is not there");
}

/* The arena is rewound after each row: only numbers are kept of what was found. */
struct checking {
    int64_t off[PROBLEMS_MAX];
    ptrdiff_t count;
};

static bool check(struct op *op, const struct kept_all_row *row, void *arg)
{
    struct checking *c = arg;
    bool same = str_eq(crypto_sha256(op->mem, row->bytes), row->sha256);
    if (!same && c->count < PROBLEMS_MAX) c->off[c->count++] = row->id;
    return true;
}

bool kept_verify(struct op *op, struct verdict *out)
{
    struct checking c = {.count = 0};
    if (!sql_kept_all_each(op, check, &c)) return false;
    for (ptrdiff_t i = 0; i < c.count && out->problem_count < PROBLEMS_MAX; i++)
        out->problems[out->problem_count++] = (struct problem){
            .what = S("its bytes are not those of its hash"),
            .where = str_printf(op->mem, "document made %lld", (long long)c.off[i]),
        };
    return true;
}
