#include "domain/receivables/receivables.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/pages.h"
#include "domain/receivables/receivables_sql.h"

#include <assert.h>

static bool listed(struct op *op, struct items_listed_args args, date today,
                   struct receivables *out)
{
    struct item_page_list rows;
    return sql_items_listed(op, args, &rows) &&
           receivables_of_rows(op, rows.at, rows.count, today, out);
}

bool receivables_by_ids(struct op *op, int64_t customer, const int64_t items[], ptrdiff_t count,
                        date today, struct receivables *out)
{
    struct text ids = {.mem = op->mem};
    text_char(&ids, '[');
    for (ptrdiff_t i = 0; i < count; i++) {
        if (i > 0) text_char(&ids, ',');
        text_i64(&ids, items[i]);
    }
    text_char(&ids, ']');
    struct items_listed_args args = {.customer = {.some = customer != 0, .value = customer},
                                     .ids = text_str(&ids)};
    return listed(op, args, today, out);
}

bool receivables_of_document(struct op *op, int64_t document, date today, struct receivables *out)
{
    return listed(op, (struct items_listed_args){.ids = S("[]"), .document = SOME_I64(document)},
                  today, out);
}

/* ---- counts and sums ---- */

bool receivables_count(struct op *op, int64_t customer, date today, struct receivables_counts *out)
{
    struct item_counts_row row;
    int64_t most = customer == 0 ? RECEIVABLES_COUNTED_MAX : RECEIVABLES_OVERDUE_MAX;
    if (customer == 0) {
        struct item_counts_all_args args = {.today = today, .most = most + 1};
        if (!sql_item_counts_all(op, args, &row)) return false;
    } else {
        struct item_counts_args args = {.customer = customer, .today = today, .most = most + 1};
        if (!sql_item_counts(op, args, &row)) return false;
    }
    *out = (struct receivables_counts){.of = {
                                           [SHOW_OPEN] = row.open,
                                           [SHOW_OVERDUE] = row.overdue,
                                           [SHOW_PROCESSING] = row.processing,
                                           [SHOW_DISPUTED] = row.disputed,
                                           [SHOW_CREDITS] = row.credits,
                                           [SHOW_PAID] = row.paid,
                                           [SHOW_ALL] = row.open + row.paid + row.used,
                                       }};
    for (ptrdiff_t i = 0; i < COUNT(out->of); i++) {
        bool counted = customer == 0 || i == SHOW_OVERDUE;
        out->more[i] = counted && out->of[i] > most;
        if (out->more[i]) out->of[i] = most;
    }
    return true;
}

bool receivables_balances(struct op *op, int64_t customer, date today, struct balances *out)
{
    struct balance_rows_list rows;
    if (customer != 0) {
        struct balance_rows_args args = {.customer = customer, .today = today};
        if (!sql_balance_rows(op, args, &rows)) return false;
    } else {
        if (!sql_balance_all(op, (struct balance_all_args){.today = today}, &rows)) return false;
    }
    *out = (struct balances){arena_array(op->mem, struct balance, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct balance_rows_row *row = &rows.at[i];
        currency cur;
        if (!currency_from(row->currency, &cur))
            return op_broken(op, ERR_INTERNAL, "an item has no currency");
        out->at[i] = (struct balance){
            .currency = cur,
            .open = money_of(row->open, cur),
            .overdue = money_of(row->overdue, cur),
            .processing = money_of(row->processing, cur),
            .credit = money_of(row->credit, cur),
            .disputed = money_of(row->disputed, cur),
            .deducted = money_of(row->deducted, cur),
            .open_count = row->open_count,
            .overdue_count = row->overdue_count,
        };
    }
    return true;
}
