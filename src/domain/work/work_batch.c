#include "domain/work/work_batch.h"

#include "base/arena.h"
#include "domain/audit/audit.h"
#include "domain/receivables/deductions.h"
#include "domain/work/work_batch_sql.h"

#include <assert.h>

static struct opt_i64 some(int64_t id)
{
    return (struct opt_i64){.some = id != 0, .value = id};
}

bool work_batch_open(struct op *op, const struct work_batch_new *in, int64_t *out)
{
    struct batch_add_row row;
    bool person = op->actor && op->actor->kind == ACTOR_PERSON;
    struct batch_add_args args = {
        .kind = str_of(in->kind),
        .state = in->waiting ? S("waiting") : S("done"),
        .entity = some(in->entity),
        .item = some(in->item),
        .payment = some(in->payment),
        .customer = some(in->customer),
        .person = some(person ? op->actor->id : 0),
        .actor = op_actor_name(op),
        .now = op->now,
        .detail = str_or_empty(in->detail),
        .note = str_or_empty(in->note),
    };
    if (!sql_batch_add(op, args, &row)) return false;
    *out = row.id;
    const char *action = str_z(op->mem, str_printf(op->mem, "batch.%s", in->kind));
    return audit_add(op, action, "batch", row.id, S(""), str_or_empty(in->detail));
}

bool work_batch_done(struct op *op, int64_t batch)
{
    struct batch_state_set_list set;
    struct batch_state_set_args args = {.id = batch,
                                        .from_state = S("waiting"),
                                        .to_state = S("done"),
                                        .undone_by = S(""),
                                        .why = S("")};
    return sql_batch_state_set(op, args, &set);
}

bool work_batch_posted(struct op *op, int64_t batch, int64_t entry)
{
    return sql_batch_entry_add(op, (struct batch_entry_add_args){.batch = batch, .entry = entry});
}

/* ---- rows ---- */

bool work_batch_row_add(struct op *op, int64_t batch, const struct work_batch_row *row)
{
    struct batch_line_add_args args = {
        .batch = batch,
        .item = some(row->item),
        .document = some(row->document),
        .payment = some(row->payment),
        .customer = some(row->customer),
        .dispute = some(row->dispute),
        .was = some(row->was),
        .hold = some(row->hold),
        .was_hold = some(row->was_hold),
        .number = str_or_empty(row->number),
        .amount = row->amount,
        .what = str_or_empty(row->what),
        .state = row->state,
        .problem = str_or_empty(row->problem),
    };
    return sql_batch_line_add(op, args);
}

bool work_batch_row_end(struct op *op, int64_t batch, int64_t n, const char *state, str problem)
{
    struct batch_line_set_args args = {
        .batch = batch, .n = n, .state = str_of(state), .problem = str_or_empty(problem)};
    return sql_batch_line_set(op, args);
}

bool work_batch_rows(struct op *op, int64_t batch, int64_t after, bool waiting, int limit,
                     struct work_batch_rows *out)
{
    struct batch_lines_list rows;
    struct batch_lines_args args = {
        .batch = batch, .after = after, .waiting = waiting, .limit = limit};
    if (!sql_batch_lines(op, args, &rows)) return false;
    *out = (struct work_batch_rows){arena_array(op->mem, struct work_batch_row, rows.count),
                                    rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct work_batch_row){.n = rows.at[i].n,
                                             .item = rows.at[i].item.value,
                                             .document = rows.at[i].document.value,
                                             .payment = rows.at[i].payment.value,
                                             .customer = rows.at[i].customer.value,
                                             .dispute = rows.at[i].dispute.value,
                                             .was = rows.at[i].was.value,
                                             .was_name = rows.at[i].was_name,
                                             .hold = rows.at[i].hold.value,
                                             .was_hold = rows.at[i].was_hold.value,
                                             .customer_name = rows.at[i].customer_name,
                                             .number = rows.at[i].number,
                                             .state = rows.at[i].state,
                                             .problem = rows.at[i].problem,
                                             .amount = rows.at[i].amount,
                                             .what = rows.at[i].what};
    return true;
}

/* ---- doing what waits ---- */

struct doing {
    const struct work_batch *b;
    const struct work_batch_row *row;
    bool (*work)(struct op *op, const struct work_batch *b, const struct work_batch_row *row);
};

static bool do_row(struct op *op, void *arg)
{
    const struct doing *d = arg;
    return d->work(op, d->b, d->row);
}

/* A refusal for people is the row's; anything else is everybody's and ends the transaction. */
static bool row_refused(struct op *op, int64_t batch, int64_t n)
{
    const struct err *err = op->errs;
    if (err->kind != ERR_CONFLICT) return false;
    op->errs = NULL;
    return work_batch_row_end(op, batch, n, "refused", err->message);
}

bool work_batch_run(struct op *op, const struct work_batch *b, int limit,
                    bool (*row)(struct op *op, const struct work_batch *b,
                                const struct work_batch_row *row),
                    bool *more)
{
    struct work_batch_rows rows;
    struct doing d = {.b = b, .work = row};
    if (!work_batch_rows(op, b->id, 0, true, limit, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        d.row = &rows.at[i];
        if (store_attempt(op, do_row, &d)) {
            if (!work_batch_row_end(op, b->id, d.row->n, "done", S(""))) return false;
        } else if (!row_refused(op, b->id, d.row->n)) {
            return false;
        }
    }
    *more = b->left > rows.count;
    return *more || work_batch_done(op, b->id);
}

/* ---- reading ---- */

static struct work_batch batch_of(const struct batch_heads_row *row)
{
    return (struct work_batch){
        .id = row->id,
        .entity = row->entity.value,
        .item = row->item.value,
        .payment = row->payment.value,
        .customer = row->customer.value,
        .person = row->person.value,
        .kind = row->kind,
        .state = row->state,
        .actor = row->actor,
        .detail = row->detail,
        .note = row->note,
        .undone_by = row->undone_by,
        .why = row->why,
        .recorded = row->recorded,
        .undone = row->undone,
        .rows = row->rows,
        .refused = row->refused,
        .left = row->left,
        .entries = row->entries,
    };
}

static bool heads(struct op *op, struct batch_heads_args args, struct work_batches *out)
{
    struct batch_heads_list rows;
    if (!sql_batch_heads(op, args, &rows)) return false;
    *out = (struct work_batches){arena_array(op->mem, struct work_batch, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = batch_of(&rows.at[i]);
    return true;
}

bool work_batch_get(struct op *op, int64_t id, struct work_batch *out)
{
    struct work_batches found;
    if (!heads(op, (struct batch_heads_args){.id = SOME_I64(id)}, &found)) return false;
    if (found.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such batch.");
    *out = found.at[0];
    return true;
}

bool work_batches_of_payment(struct op *op, int64_t payment, struct work_batches *out)
{
    return heads(op, (struct batch_heads_args){.payment = SOME_I64(payment)}, out);
}

bool work_batches_newest(struct op *op, int64_t below, int limit, struct work_batches *out)
{
    struct batch_heads_list rows;
    struct batch_page_args args = {.below = below ? below : INT64_MAX, .limit = limit};
    if (!sql_batch_page(op, args, &rows)) return false;
    *out = (struct work_batches){arena_array(op->mem, struct work_batch, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = batch_of(&rows.at[i]);
    return true;
}

bool work_batch_of_entry(struct op *op, int64_t entry, int64_t *batch)
{
    struct batch_entry_of_row row = {0};
    bool found;
    if (!sql_batch_entry_of(op, (struct batch_entry_of_args){.entry = entry}, &row, &found))
        return false;
    *batch = found ? row.batch : 0;
    return true;
}

bool work_batch_lines(struct op *op, int64_t batch, struct entry_lines *out)
{
    struct batch_entry_rows_list entries;
    ptrdiff_t total = 0;
    if (!sql_batch_entry_rows(op, (struct batch_entry_rows_args){.batch = batch}, &entries))
        return false;
    struct entry_lines *parts = arena_array(op->mem, struct entry_lines, entries.count);
    for (ptrdiff_t i = 0; i < entries.count; i++) {
        if (!ledger_of_entry(op, entries.at[i].entry, &parts[i])) return false;
        total += parts[i].count;
    }
    *out = (struct entry_lines){arena_array(op->mem, struct entry_line, total), 0};
    for (ptrdiff_t i = entries.count - 1; i >= 0; i--)
        for (ptrdiff_t k = 0; k < parts[i].count; k++) out->at[out->count++] = parts[i].at[k];
    return true;
}

/* ---- undoing ---- */

static bool undo_allocations(struct op *op, int64_t batch, int64_t entry, date day, str why,
                             int *turned)
{
    struct allocations list;
    if (!allocations_of_entry(op, entry, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct allocation *a = &list.at[i];
        if (a->reversed) continue;
        str idem = str_printf(op->mem, "batch %lld undo %lld", (long long)batch, (long long)a->id);
        if (!ledger_unallocate(op, a->id, day, idem, why)) return false;
        ++*turned;
    }
    return true;
}

static bool undo_entry(struct op *op, int64_t batch, int64_t entry, date day, str why)
{
    struct entry_lines lines;
    str idem =
        str_printf(op->mem, "batch %lld undo entry %lld", (long long)batch, (long long)entry);
    if (!ledger_of_entry(op, entry, &lines) || !ledger_undo(op, entry, idem, day, why))
        return false;
    for (ptrdiff_t i = 0; i < lines.count; i++)
        if (str_eq(lines.at[i].gl, S("1110")) && !deduction_taken_back(op, lines.at[i].item, why))
            return false;
    return true;
}

bool work_batch_undone(struct op *op, int64_t id, str why)
{
    struct batch_state_set_list set;
    if (why.len == 0) return op_fail(op, ERR_INVALID, "why", "Please write why.");
    struct batch_state_set_args args = {.id = id,
                                        .from_state = S("done"),
                                        .to_state = S("undone"),
                                        .undone = SOME_I64(op->now),
                                        .undone_by = op_actor_name(op),
                                        .why = why};
    if (!sql_batch_state_set(op, args, &set)) return false;
    assert(set.count == 1); /* it was read in this transaction */
    return audit_add(op, "batch.undo", "batch", id, S(""), S(""));
}

bool work_batch_undo(struct op *op, int64_t id, date day, str why)
{
    struct work_batch b;
    struct batch_entry_rows_list entries;
    int turned = 0;
    if (!work_batch_get(op, id, &b)) return false;
    if (str_eq(b.state, S("undone")))
        return op_fail(op, ERR_CONFLICT, NULL, "This has been undone already.");
    if (!str_eq(b.state, S("done")))
        return op_fail(op, ERR_CONFLICT, NULL, "This is not finished yet.");
    if (why.len == 0) return op_fail(op, ERR_INVALID, "why", "Please write why.");
    if (!sql_batch_entry_rows(op, (struct batch_entry_rows_args){.batch = id}, &entries))
        return false;
    for (ptrdiff_t i = 0; i < entries.count; i++) {
        const struct batch_entry_rows_row *e = &entries.at[i];
        bool allocates = str_eq(e->kind, S("allocation")) || str_eq(e->kind, S("application"));
        if (e->reversed) continue;
        if (allocates) {
            if (!undo_allocations(op, id, e->entry, day, why, &turned)) return false;
        } else {
            if (!undo_entry(op, id, e->entry, day, why)) return false;
            turned++;
        }
    }
    if (turned == 0)
        return op_fail(op, ERR_CONFLICT, NULL, "Nothing of it stands any more: it was taken back.");
    return work_batch_undone(op, id, why);
}
