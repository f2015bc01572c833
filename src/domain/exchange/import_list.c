#include "base/arena.h"
#include "domain/exchange/import.h"
#include "domain/exchange/import_sql.h"

static bool read_runs(struct op *op, struct import_runs_args args, struct import_summaries *out)
{
    struct import_runs_list rows;
    if (!sql_import_runs(op, args, &rows)) return false;
    out->count = rows.count;
    out->at = arena_array(op->mem, struct import_summary, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct import_summary){
            .id = rows.at[i].id,
            .kind = rows.at[i].kind,
            .file_name = rows.at[i].file_name,
            .state = rows.at[i].state,
            .who = rows.at[i].who,
            .problem = rows.at[i].problem,
            .rows = rows.at[i].row_count,
            .created = rows.at[i].created,
            .updated = rows.at[i].updated,
            .unchanged = rows.at[i].unchanged,
            .refused = rows.at[i].refused,
            .customers = rows.at[i].customers,
            .started = rows.at[i].started_at,
            .finished = rows.at[i].changed_at,
        };
    return true;
}

bool import_list(struct op *op, int64_t before, int limit, struct import_summaries *out)
{
    struct import_runs_args args = {.last = before > 0 ? before - 1 : INT64_MAX, .most = limit};
    return read_runs(op, args, out);
}

bool import_get(struct op *op, int64_t run, struct import_summary *out, money **totals,
                ptrdiff_t *total_count)
{
    struct import_summaries found;
    struct import_totals_list rows;
    if (!read_runs(op, (struct import_runs_args){run, run, 1}, &found)) return false;
    if (found.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such import.");
    *out = found.at[0];
    if (!sql_import_totals(op, (struct import_totals_args){.run = run}, &rows)) return false;
    *total_count = rows.count;
    *totals = arena_array(op->mem, money, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) (*totals)[i] = rows.at[i].total;
    return true;
}
