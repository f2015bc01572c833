#include "domain/reports/journal.h"

#include "base/arena.h"
#include "domain/reports/journal_sql.h"

bool journal_between(struct op *op, date from, date to, int64_t below, int limit,
                     struct entry_lines *out, int64_t *last)
{
    struct journal_ids_list ids;
    struct journal_rows_list rows;
    int64_t top = below > 0 ? below : INT64_MAX;
    struct journal_ids_args page = {
        .from_day = from, .to_day = to, .below = top, .limit = limit + 1};
    *out = (struct entry_lines){0};
    *last = 0;
    if (!sql_journal_ids(op, page, &ids)) return false;
    if (ids.count == 0) return true;
    ptrdiff_t shown = ids.count > limit ? limit : ids.count;
    if (ids.count > limit) *last = ids.at[limit - 1].id;
    struct journal_rows_args args = {
        .from_day = from, .to_day = to, .below = top, .lowest = ids.at[shown - 1].id};
    if (!sql_journal_rows(op, args, &rows)) return false;
    *out = (struct entry_lines){arena_array(op->mem, struct entry_line, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct journal_rows_row *row = &rows.at[i];
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
