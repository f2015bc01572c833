#include "base/arena.h"
#include "base/crypto.h"
#include "base/random.h"
#include "base/text.h"
#include "domain/exchange/batch.h"
#include "domain/exchange/import.h"
#include "domain/exchange/import_sql.h"
#include "domain/exchange/putting.h"
#include "domain/exchange/refusals.h"

/* Everything that travels with a run. What a transaction changes is set anew from `before` each
 * time it is tried. */
struct run {
    const struct import_options *options;
    struct store *store;
    struct reading reading;
    struct batch batch;
    struct putting putting;
    struct refusals refused; /* kept in memory by runs that may be rolled back as a whole */
    str fingerprint, owner, problem;
    struct import_result before, after;
    int64_t refusal_count;
    bool each;     /* a batch has something to refuse: each draft has its own savepoint */
    ptrdiff_t one; /* the draft that is put by itself */
    void (*progress)(const struct import_progress *at, void *arg);
    void *arg;
};

static void run_close(void *arg)
{
    struct run *r = arg;
    batch_close(&r->batch);
    refusals_close(&r->refused);
}

/* ---- drafts into the books ---- */

static bool put_draft(struct op *op, struct run *r, struct draft *draft)
{
    struct arena_mark mark = arena_mark(op->mem);
    bool done = r->options->kind == IMPORT_CUSTOMERS ? put_customer(op, &r->putting, draft)
                                                     : put_document(op, &r->putting, draft);
    if (done) arena_rewind(op->mem, mark);
    return done;
}

static void forget_outcome(struct draft *draft)
{
    if (draft->refused_early) return;
    draft->refused = draft->counts = draft->new_customer = false;
}

/* Most batches have nothing to refuse, and a savepoint for each document costs. */
static bool put_all(struct op *op, struct run *r)
{
    for (ptrdiff_t i = 0; i < r->batch.count; i++) {
        struct draft *draft = &r->batch.drafts[i];
        forget_outcome(draft);
        if (!draft->refused_early && !put_draft(op, r, draft)) return false;
    }
    return true;
}

static bool put_one(struct op *op, void *arg)
{
    struct run *r = arg;
    struct draft *draft = &r->batch.drafts[r->one];
    forget_outcome(draft);
    return draft->refused_early || put_draft(op, r, draft);
}

static bool put_each(struct op *op, struct run *r)
{
    for (r->one = 0; r->one < r->batch.count; r->one++) {
        struct draft *draft = &r->batch.drafts[r->one];
        if (store_attempt(op, put_one, r)) continue;
        bool conflict = op->errs && op->errs->kind == ERR_CONFLICT;
        if (!draft_refused(op, &r->putting, draft)) return false;
        if (conflict && !draft_conflict(op, &r->putting, draft)) return false;
    }
    return true;
}

/* ---- what came of it ---- */

static void add_total(struct import_result *out, money amount)
{
    for (ptrdiff_t i = 0; i < out->total_count; i++) {
        if (!currency_eq(out->totals[i].amount.cur, amount.cur)) continue;
        out->totals[i].amount = money_add(out->totals[i].amount, amount);
        return;
    }
    if (out->total_count < COUNT(out->totals))
        out->totals[out->total_count++] = (struct import_total){amount};
}

static void tally(struct import_result *out, const struct draft *draft)
{
    if (draft->refused) {
        out->refused++;
        return;
    }
    switch (draft->did) {
    case PUT_CREATED: out->created++; break;
    case PUT_CHANGED: out->updated++; break;
    case PUT_SAME: out->unchanged++; break;
    }
    out->customers += draft->new_customer;
    if (draft->counts) add_total(out, draft->total);
}

/* The reason stands at the row it speaks of, or at the first; its other rows go with it. */
static bool add_refused(struct op *op, struct run *r, const struct draft *draft)
{
    for (ptrdiff_t i = 0; i < draft->count; i++) {
        const struct source_row *row = &draft->rows[i];
        struct import_refusal refusal = {
            .n = ++r->refusal_count,
            .line = i == 0 ? draft->why.line : row->line,
            .number = row->fields[FIELD_NUMBER],
            .raw = row->raw,
        };
        if (r->options->kind == IMPORT_CUSTOMERS) refusal.number = row->fields[FIELD_CUSTOMER];
        if (i == 0) {
            refusal.column = draft->why.column;
            refusal.value = draft->why.value;
            refusal.reason = draft->why.reason;
        }
        if (r->refused.mem)
            refusals_keep(&r->refused, &refusal);
        else if (!refusal_write(op, r->after.run, &refusal))
            return false;
    }
    return true;
}

static bool batch_put(struct op *op, struct run *r)
{
    r->after = r->before;
    r->after.rows = r->before.rows + r->batch.rows;
    r->putting = (struct putting){
        .reading = &r->reading, .keep = r->batch.mem, .notify = r->options->notify};
    if (!putting_begin(op, &r->putting)) return false;
    if (r->each ? !put_each(op, r) : !put_all(op, r)) return false;
    for (ptrdiff_t i = 0; i < r->batch.count; i++) {
        const struct draft *draft = &r->batch.drafts[i];
        tally(&r->after, draft);
        if (draft->refused && !add_refused(op, r, draft)) return false;
    }
    return true;
}

static void tell(struct run *r)
{
    struct import_progress at = {.bytes = table_bytes_read(r->reading.table),
                                 .bytes_total = r->reading.info->bytes,
                                 .rows = r->before.rows,
                                 .refused = r->before.refused};
    if (r->progress) r->progress(&at, r->arg);
}

/* ---- the run's own row ---- */

static bool write_totals(struct op *op, const struct import_result *result)
{
    for (ptrdiff_t i = 0; i < result->total_count; i++) {
        const money *total = &result->totals[i].amount;
        if (!sql_import_total_put(op, (struct import_total_put_args){
                                          .run = result->run,
                                          .currency = currency_text(&total->cur),
                                          .total = total->minor,
                                      }))
            return false;
    }
    return true;
}

static bool write_run(struct op *op, struct run *r, const char *state)
{
    struct import_run_insert_row row;
    struct import_run_insert_args args = {
        .kind = str_of(import_kind_name(r->options->kind)),
        .file_name =
            r->options->file_name.len > 0 ? r->options->file_name : str_of(r->options->path),
        .fingerprint = r->fingerprint,
        .header = r->reading.info->header_raw.len > 0 ? r->reading.info->header_raw : S(""),
        .state = str_of(state),
        .owner = r->owner,
        .who = op->actor && op->actor->name.len > 0 ? op->actor->name : S(""),
        .now = op->now,
    };
    if (!sql_import_run_insert(op, args, &row)) return false;
    r->after.run = row.id;
    return true;
}

static bool write_counts(struct op *op, struct run *r, const char *state)
{
    struct import_advance_list mine;
    struct import_advance_args args = {
        .id = r->after.run,
        .owner = r->owner,
        .state = str_of(state),
        .position = r->batch.position,
        .row_count = r->after.rows,
        .created = r->after.created,
        .updated = r->after.updated,
        .unchanged = r->after.unchanged,
        .refused = r->after.refused,
        .customers = r->after.customers,
        .problem = r->problem.len > 0 ? r->problem : S(""),
        .now = op->now,
    };
    if (!sql_import_advance(op, args, &mine)) return false;
    if (mine.count == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "Another process went on with this import.");
    return write_totals(op, &r->after);
}

/* ---- batch after batch, each committed ---- */

static bool begin(struct op *op, void *arg)
{
    struct run *r = arg;
    struct import_unfinished_row row;
    struct import_totals_list totals;
    bool found;
    r->after = (struct import_result){0};
    if (!sql_import_unfinished(op, (struct import_unfinished_args){.fingerprint = r->fingerprint},
                               &row, &found))
        return false;
    if (!found) return write_run(op, r, "running");

    r->after = (struct import_result){.run = row.id,
                                      .rows = row.row_count,
                                      .created = row.created,
                                      .updated = row.updated,
                                      .unchanged = row.unchanged,
                                      .refused = row.refused,
                                      .customers = row.customers,
                                      .resumed = true};
    r->batch.skip_to = row.position;
    if (!sql_import_totals(op, (struct import_totals_args){.run = row.id}, &totals)) return false;
    for (ptrdiff_t i = 0; i < totals.count; i++) add_total(&r->after, totals.at[i].total);
    struct import_take_over_args args = {.id = row.id, .owner = r->owner, .now = op->now};
    return sql_import_take_over(op, args) && refusal_last(op, row.id, &r->refusal_count);
}

static bool commit_batch(struct op *op, void *arg)
{
    struct run *r = arg;
    int64_t refusals = r->refusal_count;
    bool done = batch_put(op, r) && write_counts(op, r, r->batch.ended ? "done" : "running");
    if (!done) r->refusal_count = refusals;
    return done;
}

/* Tried without savepoints first, and once more with them when something is to be refused. */
static bool commit(struct op *op, struct run *r)
{
    r->each = false;
    if (store_transact(op, r->store, TX_WRITE, commit_batch, r)) return true;
    if (!draft_at_fault(op)) return false;
    op->errs = NULL;
    r->each = true;
    return store_transact(op, r->store, TX_WRITE, commit_batch, r);
}

static bool fail_run(struct op *op, void *arg)
{
    struct run *r = arg;
    r->after = r->before;
    return write_counts(op, r, "failed");
}

/* A file that cannot be read on ends its run, and the run says why. */
static void note_failure(struct op *op, struct run *r)
{
    const struct err *why = op->errs;
    bool for_good = draft_at_fault(op) && why->kind != ERR_CONFLICT;
    r->problem = for_good ? why->message : (str){0};
    op->errs = NULL;
    /* Not even that may work: then the run stays as one that was cut short. */
    if (for_good && !store_transact(op, r->store, TX_WRITE, fail_run, r)) op->errs = NULL;
    op->errs = why;
}

/* "Nothing was changed" is true of the batch, and would be wrong of the import. */
static void say_how_far(struct op *op, const struct run *r)
{
    const struct err *why = op->errs;
    if (why->kind != ERR_FULL || r->before.rows == 0) return;
    op->errs = NULL;
    (void)op_fail(op, ERR_FULL, NULL,
                  "There is no room left on our side to keep more than the first %lld rows. Those "
                  "are kept: import the same file again once there is room, and it goes on.",
                  (long long)r->before.rows);
}

static bool run_batches(struct op *op, struct run *r)
{
    if (!store_transact(op, r->store, TX_WRITE, begin, r)) return false;
    r->before = r->after;
    while (!r->batch.ended) {
        struct arena_mark mark = arena_mark(op->mem), drafts = arena_mark(r->batch.mem);
        if (!batch_read(op, &r->batch) || !commit(op, r)) {
            note_failure(op, r);
            say_how_far(op, r);
            return false;
        }
        r->before = r->after;
        arena_rewind(r->batch.mem, drafts);
        arena_rewind(op->mem, mark);
        tell(r);
    }
    return true;
}

/* ---- all in one transaction, to be kept or not ---- */

static bool whole_file(struct op *op, void *arg)
{
    struct run *r = arg;
    r->before = (struct import_result){0};
    r->refusal_count = 0;
    refusals_clear(op, &r->refused);
    if (!batch_restart(op, &r->batch)) return false;
    while (!r->batch.ended) {
        struct arena_mark mark = arena_mark(op->mem), drafts = arena_mark(r->batch.mem);
        if (!batch_read(op, &r->batch) || !batch_put(op, r)) return false;
        r->before = r->after;
        arena_rewind(r->batch.mem, drafts);
        arena_rewind(op->mem, mark);
        tell(r);
    }
    r->before.rolled_back = r->options->all_or_nothing && r->before.refused > 0;
    if (r->options->dry_run || r->before.rolled_back) return false;
    r->after = r->before;
    bool kept = write_run(op, r, "running") && write_counts(op, r, "done");
    r->before = r->after;
    return kept;
}

/* What would have been, or was not to be: for the person to read. */
static bool write_refused(struct op *op, void *arg)
{
    struct run *r = arg;
    r->after = r->before;
    if (!write_run(op, r, "running")) return false;
    for (ptrdiff_t i = 0; i < r->refused.count; i++)
        if (!refusal_write(op, r->after.run, &r->refused.at[i])) return false;
    return write_counts(op, r, r->options->dry_run ? "dry" : "failed");
}

static bool run_whole(struct op *op, struct run *r)
{
    refusals_open(op, &r->refused);
    r->each = true;
    if (store_transact(op, r->store, TX_WRITE, whole_file, r)) return true;
    if (op->errs) return false;
    bool told = store_transact(op, r->store, TX_WRITE, write_refused, r);
    r->before = r->after;
    return told;
}

/* ---- all of it ---- */

/* The same bytes, read in the same way. */
static bool find_fingerprint(struct op *op, struct run *r)
{
    const struct import_options *o = r->options;
    struct text t = {.mem = op->mem};
    str file;
    if (!table_fingerprint(op, r->reading.table, &file)) return false;
    text_format(&t, "%.*s %d %d %d %c %d %d %d %d %.*s|%.*s|%.*s|%.*s|", STR(file), (int)o->kind,
                (int)o->table.encoding, o->table.skip_lines, r->reading.info->delimiter,
                (int)r->reading.formats.decimal, (int)r->reading.formats.order, o->round,
                (int)o->known_customers, STR(o->currency), STR(o->terms), STR(o->entity),
                STR(o->credit_prefix));
    for (int i = 0; i < IMPORT_FIELDS; i++) {
        const struct field_mapping *m = &r->reading.mapping.of[i];
        text_format(&t, "%.*s|%.*s|%.*s|", STR(m->column), STR(m->value), STR(m->missing));
    }
    r->fingerprint = crypto_digest(op->mem, text_str(&t));
    return true;
}

bool import_run(struct op *op, struct store *store, const struct import_options *options,
                void (*progress)(const struct import_progress *at, void *arg), void *arg,
                struct import_result *out)
{
    struct run *r = arena_new(op->mem, struct run);
    *r = (struct run){.options = options, .store = store, .progress = progress, .arg = arg};
    *out = (struct import_result){0};
    r->owner = random_token(op->mem, 16);
    if (!reading_open(op, options, true, &r->reading)) return false;
    arena_defer(op->mem, run_close, r);
    if (!find_fingerprint(op, r) || !batch_open(op, &r->reading, &r->batch)) return false;
    bool whole = options->dry_run || options->all_or_nothing;
    bool done = whole ? run_whole(op, r) : run_batches(op, r);
    *out = r->before;
    return done;
}
