#include "domain/audit/chain.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "domain/audit/chain_sql.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

enum { PAGE_ROWS = 1000 };

/* ---- a row as bytes ---- */

/* Each field with its length before it: no two rows have the same bytes. */
static void put(struct text *t, str field)
{
    text_i64(t, field.len);
    text_char(t, ':');
    text_add(t, field);
}

static void put_i64(struct text *t, int64_t n)
{
    text_i64(t, n);
    text_char(t, ';');
}

/* sqlgen gives each statement a struct of its own: the rows that wait and those that are sealed
 * have the same fields. */
#define PUT_AUDIT(t, r)                                                                            \
    (put_i64((t), (r)->id), put_i64((t), (r)->at), put((t), (r)->actor_kind),                      \
     put_i64((t), (r)->actor), put((t), (r)->actor_name), put((t), (r)->action),                   \
     put((t), (r)->object_kind), put_i64((t), (r)->object), put((t), (r)->before),                 \
     put((t), (r)->after), put((t), (r)->request), put((t), (r)->address))

#define PUT_ENTRY(t, r)                                                                            \
    (put_i64((t), (r)->id), put_i64((t), (r)->entity), put((t), (r)->kind),                        \
     put_i64((t), (r)->effective.days), put_i64((t), (r)->recorded), put((t), (r)->idem),          \
     put_i64((t), (r)->document), put_i64((t), (r)->payment), put_i64((t), (r)->reverses),         \
     put((t), (r)->actor), put((t), (r)->note))

#define PUT_POSTING(t, r)                                                                          \
    (put_i64((t), (r)->n), put((t), (r)->gl), put_i64((t), (r)->account), put_i64((t), (r)->item), \
     put_i64((t), (r)->amount.minor), put((t), currency_text(&(r)->amount.cur)))

static str seal_of(struct arena *mem, str before, const char *kind, const struct text *row)
{
    struct text t = {.mem = mem};
    put(&t, S("quittance seal 1"));
    put(&t, before);
    put(&t, str_of(kind));
    put(&t, text_str(row));
    return crypto_digest(mem, text_str(&t));
}

/* ---- sealing ---- */

struct sealing {
    struct audit_waiting_list audits;
    struct entry_waiting_list entries;
    struct posting_waiting_list postings;
    ptrdiff_t audit, entry, posting; /* how far each was used */
    int64_t n;
    str hash;
};

static bool sealing_load(struct op *op, int64_t first, int64_t last, struct sealing *s)
{
    struct seal_last_row newest = {.hash = S("")};
    bool found;
    if (!sql_seal_last(op, &newest, &found)) return false;
    s->n = found ? newest.n : 0;
    s->hash = found ? newest.hash : S("");
    return sql_audit_waiting(op, (struct audit_waiting_args){first, last}, &s->audits) &&
           sql_entry_waiting(op, (struct entry_waiting_args){first, last}, &s->entries) &&
           sql_posting_waiting(op, (struct posting_waiting_args){first, last}, &s->postings);
}

/* The bytes of the row that waits at `place`; false when it is not there any more. */
static bool waiting_bytes(struct sealing *s, int64_t place, struct text *t)
{
    if (s->audit < s->audits.count && s->audits.at[s->audit].place == place) {
        PUT_AUDIT(t, &s->audits.at[s->audit]);
        s->audit++;
        return true;
    }
    if (s->entry == s->entries.count || s->entries.at[s->entry].place != place) return false;
    PUT_ENTRY(t, &s->entries.at[s->entry]);
    s->entry++;
    for (; s->posting < s->postings.count && s->postings.at[s->posting].place == place;
         s->posting++)
        PUT_POSTING(t, &s->postings.at[s->posting]);
    return true;
}

static bool seal_one(struct op *op, struct sealing *s, const struct wait_rows_row *w)
{
    struct text row = {.mem = op->mem};
    /* A row that is gone already is sealed as an empty one: verifying names it. */
    (void)waiting_bytes(s, w->id, &row);
    s->hash = seal_of(op->mem, s->hash, str_z(op->mem, w->kind), &row);
    s->n++;
    struct seal_insert_args args = {
        .n = s->n, .kind = w->kind, .row_id = w->row_id, .hash = s->hash};
    return sql_seal_insert(op, args);
}

static str signed_text(struct arena *mem, int64_t n, instant at, str hash)
{
    return str_printf(mem, "quittance checkpoint\n%lld\n%lld\n%.*s\n", (long long)n, (long long)at,
                      STR(hash));
}

static bool checkpoint_sign(struct op *op, const struct keys *keys, const struct sealing *s)
{
    struct checkpoint_last_row last;
    bool found;
    if (!sql_checkpoint_last(op, &last, &found)) return false;
    bool ours = found && str_eq(last.key, crypto_sign_key(op->mem, keys));
    if (ours && op->now - last.at < HOUR_US) return true;
    struct checkpoint_insert_args args = {
        .n = s->n,
        .at = op->now,
        .hash = s->hash,
        .key = crypto_sign_key(op->mem, keys),
        .signature = crypto_sign_text(op->mem, keys, signed_text(op->mem, s->n, op->now, s->hash)),
    };
    return sql_checkpoint_insert(op, args);
}

bool chain_seal(struct op *op, const struct keys *keys, int most, int *sealed)
{
    struct wait_rows_list waiting;
    struct sealing s = {0};
    assert(op->tx);
    *sealed = 0;
    if (!sql_wait_rows(op, (struct wait_rows_args){.most = most}, &waiting)) return false;
    if (waiting.count == 0) return true;
    int64_t first = waiting.at[0].id, last = waiting.at[waiting.count - 1].id;
    if (!sealing_load(op, first, last, &s)) return false;
    for (ptrdiff_t i = 0; i < waiting.count; i++)
        if (!seal_one(op, &s, &waiting.at[i])) return false;
    if (!sql_wait_end(op, (struct wait_end_args){first, last})) return false;
    *sealed = (int)waiting.count;
    return checkpoint_sign(op, keys, &s);
}

/* ---- checkpoints ---- */

bool chain_checkpoint(struct op *op, struct checkpoint *out)
{
    struct checkpoint_last_row row;
    bool found;
    *out = (struct checkpoint){.hash = S(""), .key = S(""), .signature = S("")};
    if (!sql_checkpoint_last(op, &row, &found)) return false;
    if (found) *out = (struct checkpoint){row.n, row.at, row.hash, row.key, row.signature};
    return true;
}

str checkpoint_text(struct arena *mem, const struct checkpoint *c)
{
    str head = signed_text(mem, c->n, c->at, c->hash);
    return str_printf(mem, "%.*s%.*s\n%.*s\n", STR(head), STR(c->key), STR(c->signature));
}

static str line_take(str *rest)
{
    struct str_pair parts = str_cut(*rest, '\n');
    *rest = parts.tail;
    return str_trim(parts.head);
}

bool checkpoint_from(struct op *op, str text, struct checkpoint *out)
{
    str rest = text, head = line_take(&rest), n = line_take(&rest), at = line_take(&rest);
    *out = (struct checkpoint){.hash = line_take(&rest)};
    out->key = line_take(&rest);
    out->signature = line_take(&rest);
    if (str_eq(head, S("quittance checkpoint")) && str_to_i64(n, &out->n) &&
        str_to_i64(at, &out->at) && out->n > 0 && out->signature.len > 0)
        return true;
    return op_fail(op, ERR_INVALID, "checkpoint",
                   "This is no checkpoint: the first line reads \"quittance checkpoint\", and five "
                   "lines follow.");
}

/* ---- verifying ---- */

struct checking {
    struct chain_report *report;
    const struct keys *keys;
    const struct checkpoint *kept;
    int64_t n;
    char hash[65];
    struct checkpoint_page_list checkpoints;
    ptrdiff_t checkpoint;
};

static void __attribute__((format(printf, 3, 4)))
found(struct checking *c, str where, const char *what, ...)
{
    struct chain_report *r = c->report;
    va_list args;
    if (r->problem_count == CHAIN_PROBLEMS_MAX) return;
    struct chain_problem *problem = &r->problems[r->problem_count++];
    snprintf(problem->where, sizeof problem->where, "%.*s", STR(where));
    va_start(args, what);
    vsnprintf(problem->what, sizeof problem->what, what, args);
    va_end(args);
}

struct page {
    struct seal_page_list seals;
    struct audit_sealed_list audits;
    struct entry_sealed_list entries;
    struct posting_sealed_list postings;
    ptrdiff_t audit, entry, posting;
};

static bool page_load(struct op *op, int64_t after, struct page *p)
{
    *p = (struct page){0};
    if (!sql_seal_page(op, (struct seal_page_args){after, PAGE_ROWS}, &p->seals)) return false;
    if (p->seals.count == 0) return true;
    int64_t first = p->seals.at[0].n, last = p->seals.at[p->seals.count - 1].n;
    return sql_audit_sealed(op, (struct audit_sealed_args){first, last}, &p->audits) &&
           sql_entry_sealed(op, (struct entry_sealed_args){first, last}, &p->entries) &&
           sql_posting_sealed(op, (struct posting_sealed_args){first, last}, &p->postings);
}

static bool sealed_bytes(struct page *p, const struct seal_page_row *seal, struct text *t)
{
    if (p->audit < p->audits.count && p->audits.at[p->audit].place == seal->n) {
        PUT_AUDIT(t, &p->audits.at[p->audit]);
        p->audit++;
        return true;
    }
    if (p->entry == p->entries.count || p->entries.at[p->entry].place != seal->n) return false;
    PUT_ENTRY(t, &p->entries.at[p->entry]);
    p->entry++;
    for (; p->posting < p->postings.count && p->postings.at[p->posting].place == seal->n;
         p->posting++)
        PUT_POSTING(t, &p->postings.at[p->posting]);
    return true;
}

static str row_name(struct arena *mem, str kind, int64_t id)
{
    bool audit = str_eq(kind, S("audit"));
    return str_printf(mem, "%s %lld", audit ? "audit record" : "entry", (long long)id);
}

static str seal_name(struct arena *mem, int64_t n)
{
    return str_printf(mem, "seal %lld", (long long)n);
}

static void checkpoint_check(struct op *op, struct checking *c, const struct checkpoint *at)
{
    str where = str_printf(op->mem, "checkpoint %lld", (long long)at->n);
    str text = signed_text(op->mem, at->n, at->at, at->hash);
    if (!str_eq(at->hash, str_of(c->hash)))
        found(c, where, "the chain was made anew since: its seal is another");
    if (!crypto_signed(at->key, text, at->signature))
        found(c, where, "its signature is not of its key");
    else if (c->keys && !str_eq(at->key, crypto_sign_key(op->mem, c->keys)))
        found(c, where, "is signed by another key than this program's");
}

static void seal_check(struct op *op, struct checking *c, struct page *p,
                       const struct seal_page_row *seal)
{
    struct text row = {.mem = op->mem};
    str where = row_name(op->mem, seal->kind, seal->row_id);
    if (seal->n != c->n + 1)
        found(c, seal_name(op->mem, c->n + 1), "is missing, up to seal %lld",
              (long long)seal->n - 1);
    bool there = sealed_bytes(p, seal, &row);
    str want = seal_of(op->mem, str_of(c->hash), str_z(op->mem, seal->kind), &row);
    if (!there)
        found(c, where, "was removed; seal %lld covers it", (long long)seal->n);
    else if (!str_eq(want, seal->hash))
        found(c, where, "is not what seal %lld covers: it, or its place, was changed",
              (long long)seal->n);
    /* What follows is judged by what stands there, so that one deed is told once. */
    c->n = seal->n;
    snprintf(c->hash, sizeof c->hash, "%.*s", STR(seal->hash));
    const struct checkpoint_page_list *known = &c->checkpoints;
    for (; c->checkpoint < known->count && known->at[c->checkpoint].n <= c->n; c->checkpoint++) {
        const struct checkpoint_page_row *r = &known->at[c->checkpoint];
        struct checkpoint at = {r->n, r->at, r->hash, r->key, r->signature};
        if (r->n == c->n) checkpoint_check(op, c, &at);
    }
    if (c->kept && c->kept->n == c->n) checkpoint_check(op, c, c->kept);
}

static bool chain_walk(struct op *op, struct checking *c)
{
    struct page p;
    do {
        struct arena_mark mark = arena_mark(op->mem);
        if (!page_load(op, c->n, &p)) return false;
        for (ptrdiff_t i = 0; i < p.seals.count; i++) {
            struct arena_mark row = arena_mark(op->mem);
            seal_check(op, c, &p, &p.seals.at[i]);
            arena_rewind(op->mem, row);
        }
        arena_rewind(op->mem, mark);
    } while (p.seals.count == PAGE_ROWS && c->report->problem_count < CHAIN_PROBLEMS_MAX);
    return true;
}

static bool rows_without_seal(struct op *op, struct checking *c)
{
    struct seal_missing_audit_list audits;
    struct seal_missing_entry_list entries;
    if (!sql_seal_missing_audit(op, &audits) || !sql_seal_missing_entry(op, &entries)) return false;
    for (ptrdiff_t i = 0; i < audits.count; i++)
        found(c, row_name(op->mem, S("audit"), audits.at[i].id), "was added behind the chain");
    for (ptrdiff_t i = 0; i < entries.count; i++)
        found(c, row_name(op->mem, S("entry"), entries.at[i].id), "was added behind the chain");
    return true;
}

/* Seals cut off at the end: the checkpoints know that there were more. */
static void end_check(struct op *op, struct checking *c)
{
    const struct checkpoint_page_list *known = &c->checkpoints;
    int64_t most = c->kept ? c->kept->n : 0;
    if (known->count > 0 && known->at[known->count - 1].n > most)
        most = known->at[known->count - 1].n;
    if (most > c->n)
        found(c, seal_name(op->mem, c->n + 1),
              "is missing, with all that came after it: a checkpoint knows %lld", (long long)most);
}

bool chain_verify(struct op *op, const struct keys *keys, const struct checkpoint *kept,
                  struct chain_report *out)
{
    struct seal_waiting_row waiting;
    struct checking c = {.report = out, .keys = keys, .kept = kept};
    *out = (struct chain_report){
        .problems = arena_array(op->mem, struct chain_problem, CHAIN_PROBLEMS_MAX)};
    struct checkpoint_page_args all = {.after = 0, .most = INT32_MAX};
    if (!sql_checkpoint_page(op, all, &c.checkpoints)) return false;
    if (!chain_walk(op, &c)) return false;
    if (out->problem_count < CHAIN_PROBLEMS_MAX) end_check(op, &c);
    if (!rows_without_seal(op, &c) || !sql_seal_waiting(op, &waiting)) return false;
    out->sealed = c.n;
    out->waiting = waiting.count;
    out->root = str_copy(op->mem, str_of(c.hash));
    return true;
}
