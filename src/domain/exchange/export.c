/* Which entries go into which batch, and who has confirmed it. */
#include "domain/exchange/export.h"

#include "base/arena.h"
#include "domain/audit/audit.h"
#include "domain/exchange/export_sql.h"

/* The layout of what export_write.c writes: a new one has a new name. */
static const char layout[] = "quittance-export-1";

enum { REFERENCE_MAX = 100 };

static struct opt_i64 some(int64_t id)
{
    return (struct opt_i64){.some = id != 0, .value = id};
}

static struct export_batch batch_of(const struct export_batch_rows_row *row)
{
    return (struct export_batch){
        .number = row->id,
        .entity = row->entity.value,
        .entity_code = row->entity_code,
        .entries = row->entries,
        .created = row->created,
        .actor = row->actor,
        .acknowledged = row->acknowledged.value,
        .erp_reference = row->erp_reference,
    };
}

bool export_waiting(struct op *op, const struct export_options *options, int64_t *out)
{
    struct export_waiting_count_row row;
    struct export_waiting_count_args args = {.entity = some(options->entity),
                                             .everything = options->everything};
    if (!sql_export_waiting_count(op, args, &row)) return false;
    *out = row.entries;
    return true;
}

bool export_make(struct op *op, const struct export_options *options, struct export_batch *out)
{
    struct export_batch_add_row batch;
    struct export_choose_list chosen;
    struct export_batch_add_args add = {
        .format = str_of(layout),
        .entity = some(options->entity),
        .created = op->now,
        .actor = op_actor_name(op),
    };
    if (!sql_export_batch_add(op, add, &batch)) return false;
    struct export_choose_args choose = {
        .batch = batch.id,
        .entity = some(options->entity),
        .everything = options->everything,
        .most = options->most > 0 ? options->most : EXPORT_ENTRIES_MAX,
    };
    if (!sql_export_choose(op, choose, &chosen)) return false;
    if (chosen.count == 0) { /* the number is the next one's: an empty batch says nothing */
        *out = (struct export_batch){0};
        return sql_export_batch_drop(op, (struct export_batch_drop_args){.id = batch.id});
    }
    struct export_batch_count_args count = {.id = batch.id, .entries = chosen.count};
    if (!sql_export_batch_count(op, count)) return false;
    if (!audit_add(op, "export.make", "export_batch", batch.id, S(""), S(""))) return false;
    return export_get(op, batch.id, out);
}

bool export_get(struct op *op, int64_t number, struct export_batch *out)
{
    struct export_batch_rows_list rows;
    struct export_batch_rows_args args = {.first = number, .last = number, .most = 1};
    if (!sql_export_batch_rows(op, args, &rows)) return false;
    if (rows.count == 0)
        return op_fail(op, ERR_MISSING, "batch", "There is no export batch %lld.",
                       (long long)number);
    *out = batch_of(&rows.at[0]);
    return true;
}

bool export_list(struct op *op, int64_t below, int limit, struct export_batches *out)
{
    struct export_batch_rows_list rows;
    struct export_batch_rows_args args = {.last = below ? below - 1 : INT64_MAX, .most = limit};
    if (!sql_export_batch_rows(op, args, &rows)) return false;
    *out =
        (struct export_batches){arena_array(op->mem, struct export_batch, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = batch_of(&rows.at[i]);
    return true;
}

bool export_acknowledge(struct op *op, int64_t number, str erp_reference, struct export_batch *out)
{
    struct export_batch_confirm_list confirmed;
    str reference = str_trim(erp_reference);
    if (reference.len == 0 || reference.len > REFERENCE_MAX)
        return op_fail(op, ERR_INVALID, "reference",
                       "Please say what the ERP calls this batch, in at most %d characters.",
                       REFERENCE_MAX);
    struct export_batch_confirm_args args = {
        .id = number, .now = op->now, .erp_reference = reference};
    if (!sql_export_batch_confirm(op, args, &confirmed)) return false;
    if (!export_get(op, number, out)) return false;
    if (confirmed.count == 1)
        return audit_add(op, "export.acknowledge", "export_batch", number, S(""), S(""));
    if (str_eq(out->erp_reference, reference)) return true;
    return op_fail(op, ERR_CONFLICT, "reference",
                   "Batch %lld is confirmed already, as %.*s. A batch has one reference for good.",
                   (long long)number, STR(out->erp_reference));
}
