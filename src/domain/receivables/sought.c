#include "domain/receivables/sought.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/pages.h"
#include "domain/receivables/sought_sql.h"

/* Of each kind of match as many are looked at as anybody reads. */
enum { SOUGHT_MAX = 200 };

/* ---- which of them are meant ---- */

static bool shown(const struct receivable *r, enum show show)
{
    bool open = r->open.minor > 0;
    switch (show) {
    case SHOW_OPEN: return open;
    case SHOW_OVERDUE: return open && r->side > 0 && r->days < 0;
    case SHOW_PROCESSING: return r->reserved.minor > 0;
    case SHOW_DISPUTED: return open && r->disputed.minor > 0;
    case SHOW_CREDITS: return open && r->side < 0;
    case SHOW_PAID: return !open && r->kind == ITEM_INVOICE;
    case SHOW_ALL: break;
    }
    return open || r->kind != ITEM_PAYMENT;
}

static bool meant(const struct receivable *r, const struct receivables_filter *f)
{
    if (!shown(r, f->show)) return false;
    if (f->due_from.some && date_cmp(r->due, f->due_from.value) < 0) return false;
    if (f->due_to.some && date_cmp(r->due, f->due_to.value) > 0) return false;
    if (f->currency.len > 0 && !str_eq(f->currency, currency_text(&r->open.cur))) return false;
    return f->entity == 0 || f->entity == r->entity;
}

/* There are few, and they come sorted by their due dates already. */
static void sort(struct receivables *list, enum receivables_order order)
{
    for (ptrdiff_t i = 1; i < list->count; i++) {
        struct receivable one = list->at[i];
        ptrdiff_t k = i;
        for (; k > 0 && receivables_cmp(&list->at[k - 1], &one, order) > 0; k--)
            list->at[k] = list->at[k - 1];
        list->at[k] = one;
    }
}

/* ---- looking ---- */

/* No text in UTF-8 that begins as `low` does is behind `high`: no character has that number. */
static bool find(struct op *op, const struct receivables_filter *f, struct items_sought_list *out)
{
    struct amount_sought amount = lang_amount_sought(op_lang(op), f->search);
    struct text high = {.mem = op->mem};
    str low = str_lower(op->mem, f->search);
    text_add(&high, low);
    text_add(&high, S("\xF4\x8F\xBF\xBF"));
    struct items_sought_args args = {
        .low = low,
        .high = text_str(&high),
        .one = amount.one,
        .other = amount.other,
        .most = SOUGHT_MAX,
    };
    return sql_items_sought(op, args, out);
}

/* A page begins behind the item that the one before ended with. */
static ptrdiff_t page_start(const struct receivables *list, int64_t after)
{
    for (ptrdiff_t i = 0; i < list->count && after; i++)
        if (list->at[i].item == after) return i + 1;
    return 0;
}

bool receivables_sought(struct op *op, const struct receivables_filter *f, struct receivables *out,
                        bool *complete)
{
    struct items_sought_list rows;
    struct receivables found;
    int64_t after = 0;
    *out = (struct receivables){0};
    *complete = false;
    if (f->cursor.len > 0 && !str_to_i64(f->cursor, &after)) return true; /* of another list */
    if (!find(op, f, &rows)) return false;
    *complete = rows.count < SOUGHT_MAX;
    int64_t *ids = arena_array(op->mem, int64_t, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) ids[i] = rows.at[i].item;
    if (!receivables_by_ids(op, f->customer, ids, rows.count, f->today, &found)) return false;

    struct receivables kept = {.at = found.at};
    for (ptrdiff_t i = 0; i < found.count; i++)
        if (meant(&found.at[i], f)) kept.at[kept.count++] = found.at[i];
    sort(&kept, f->order);
    ptrdiff_t start = page_start(&kept, after), left = kept.count - start;
    *out = (struct receivables){.at = kept.at + start, .count = left < f->limit ? left : f->limit};
    if (left > f->limit)
        out->next_cursor = str_printf(op->mem, "%lld", (long long)out->at[out->count - 1].item);
    return true;
}
