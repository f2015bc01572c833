#include "domain/reports/journal.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/reports/journal_sql.h"

static struct entry_line line_of(const struct journal_lines_row *row)
{
    return (struct entry_line){
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

/* Entry after entry: each has few lines, which are found by their key. */
static bool lines_of(struct op *op, const struct journal_ids_list *ids, ptrdiff_t shown,
                     struct entry_lines *out)
{
    struct journal_lines_list *parts = arena_array(op->mem, struct journal_lines_list, shown);
    ptrdiff_t total = 0;
    for (ptrdiff_t i = 0; i < shown; i++) {
        if (!sql_journal_lines(op, (struct journal_lines_args){.entry = ids->at[i].id}, &parts[i]))
            return false;
        total += parts[i].count;
    }
    *out = (struct entry_lines){arena_array(op->mem, struct entry_line, total), 0};
    for (ptrdiff_t i = 0; i < shown; i++)
        for (ptrdiff_t k = 0; k < parts[i].count; k++)
            out->at[out->count++] = line_of(&parts[i].at[k]);
    return true;
}

bool journal_find(struct op *op, const struct journal_filter *f, struct entry_lines *out,
                  int64_t *last)
{
    struct journal_ids_list ids;
    struct amount_sought sought = lang_amount_sought(op_lang(op), str_or_empty(f->amount));
    struct journal_ids_args args = {
        .from_day = f->from,
        .to_day = f->to,
        .gl = str_or_empty(f->gl),
        .kind = str_or_empty(f->kind),
        .customer = str_or_empty(f->customer),
        .amount = {.some = sought.one != 0, .value = sought.one},
        .other = {.some = sought.other != 0, .value = sought.other},
        .below = f->below > 0 ? f->below : INT64_MAX,
        .limit = f->limit + 1,
    };
    *out = (struct entry_lines){0};
    *last = 0;
    if (str_or_empty(f->amount).len > 0 && sought.one == 0)
        return op_fail(op, ERR_INVALID, "amount", "Please enter an amount.");
    if (!sql_journal_ids(op, args, &ids)) return false;
    ptrdiff_t shown = ids.count > f->limit ? f->limit : ids.count;
    if (ids.count > f->limit) *last = ids.at[f->limit - 1].id;
    return lines_of(op, &ids, shown, out);
}

bool journal_sums(struct op *op, const struct journal_filter *f, struct journal_sums *out)
{
    struct journal_sum_rows_list rows;
    struct journal_sum_rows_args args = {
        .from_day = f->from,
        .to_day = f->to,
        .gl = str_or_empty(f->gl),
        .kind = str_or_empty(f->kind),
        .customer = str_or_empty(f->customer),
    };
    if (!sql_journal_sum_rows(op, args, &rows)) return false;
    *out = (struct journal_sums){arena_array(op->mem, struct journal_sum, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct journal_sum){.gl = rows.at[i].gl,
                                          .gl_name = rows.at[i].name,
                                          .count = rows.at[i].postings,
                                          .debit = rows.at[i].debit,
                                          .credit = rows.at[i].credit};
    return true;
}

bool gl_accounts(struct op *op, struct gl_accounts *out)
{
    struct gl_rows_list rows;
    if (!sql_gl_rows(op, &rows)) return false;
    *out = (struct gl_accounts){arena_array(op->mem, struct gl_account, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct gl_account){rows.at[i].code, rows.at[i].name};
    return true;
}
