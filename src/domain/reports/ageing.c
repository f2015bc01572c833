#include "domain/reports/ageing.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/reports/ageing_sql.h"

/* ---- the columns ---- */

enum { DAYS_MAX = 3650 };

bool ageing_bounds_from(struct op *op, str text, struct ageing_bounds *out)
{
    *out = (struct ageing_bounds){0};
    while (text.len > 0) {
        struct str_pair parts = str_cut(text, ',');
        int64_t days;
        int64_t least = out->count > 0 ? out->days[out->count - 1] + 1 : 1;
        if (out->count == AGEING_BOUNDS_MAX || !str_to_i64(str_trim(parts.head), &days) ||
            days < least || days > DAYS_MAX)
            return op_fail(op, ERR_INVALID, "bounds",
                           "Write up to five numbers of days that rise, such as 30, 60, 90.");
        out->days[out->count++] = (int)days;
        text = parts.tail;
    }
    if (out->count > 0) return true;
    return op_fail(op, ERR_INVALID, "bounds", "Write at least one number of days, such as 30.");
}

str ageing_bounds_text(struct arena *mem, const struct ageing_bounds *b)
{
    struct text t = {.mem = mem};
    for (int i = 0; i < b->count; i++) {
        if (i > 0) text_char(&t, ',');
        text_i64(&t, b->days[i]);
    }
    return text_str(&t);
}

bool ageing_bounds_get(struct op *op, struct ageing_bounds *out)
{
    struct ageing_rule_row_row row;
    bool found;
    if (!sql_ageing_rule_row(op, &row, &found)) return false;
    return ageing_bounds_from(op, found ? row.bounds : S("30,60,90"), out);
}

bool ageing_bounds_keep(struct op *op, const struct ageing_bounds *b)
{
    struct ageing_rule_put_args args = {
        .bounds = ageing_bounds_text(op->mem, b), .now = op->now, .actor = op->actor->name};
    return sql_ageing_rule_put(op, args);
}

int ageing_slot(const struct ageing_bounds *b, date due, date as_of)
{
    int slot = 0;
    int late = as_of.days - due.days;
    if (late <= 0) return 0;
    while (slot < b->count && late > b->days[slot]) slot++;
    return slot + 1;
}

void ageing_slot_days(const struct ageing_bounds *b, int slot, date as_of, date *from, date *to)
{
    *from = slot == 0          ? as_of
            : slot <= b->count ? date_plus(as_of, -b->days[slot - 1])
                               : DATE_FIRST;
    *to = slot == 0   ? DATE_LAST
          : slot == 1 ? date_plus(as_of, -1)
                      : date_plus(as_of, -b->days[slot - 2] - 1);
}

/* ---- lines ---- */

static void line_add(struct ageing_line *l, str kind, int slot, int64_t minor, int64_t items)
{
    bool owed = true;
    if (str_eq(kind, S("invoice"))) {
        l->slot[slot] += minor;
        l->items[slot] += items;
    } else if (str_eq(kind, S("deduction"))) {
        l->deducted += minor;
    } else {
        owed = false;
        if (str_eq(kind, S("credit_note"))) l->credit += minor;
        if (str_eq(kind, S("payment"))) l->unapplied += minor;
        if (str_eq(kind, S("receipt"))) l->unidentified += minor;
    }
    l->balance += owed ? minor : -minor;
}

bool ageing_now(struct op *op, date today, const struct ageing_bounds *b, struct ageing *out)
{
    struct open_sums_list rows;
    struct ageing_line *line = NULL;
    if (!sql_open_sums(op, &rows)) return false;
    *out = (struct ageing){.at = arena_array(op->mem, struct ageing_line, rows.count)};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        currency cur;
        if (!currency_from(rows.at[i].currency, &cur))
            return op_broken(op, ERR_INTERNAL, "an item has no currency");
        if (!line || !currency_eq(line->currency, cur)) {
            line = &out->at[out->count++];
            *line = (struct ageing_line){.currency = cur};
        }
        line_add(line, rows.at[i].kind, ageing_slot(b, rows.at[i].due, today), rows.at[i].minor,
                 rows.at[i].items);
    }
    return true;
}

/* The first due date of a slot; slots past the last have all days. */
static date slot_begins(const struct ageing_in *in, int slot)
{
    date from, to;
    if (slot > in->bounds.count) return DATE_FIRST;
    ageing_slot_days(&in->bounds, slot, in->as_of, &from, &to);
    return from;
}

bool ageing_of(struct op *op, const struct ageing_in *in, struct ageing *out)
{
    struct aged_sums_list rows;
    struct ageing_line *line = NULL;
    struct aged_sums_args args = {
        .as_of = in->as_of,
        .known = in->known,
        .day0 = slot_begins(in, 0),
        .day1 = slot_begins(in, 1),
        .day2 = slot_begins(in, 2),
        .day3 = slot_begins(in, 3),
        .day4 = slot_begins(in, 4),
        .day5 = slot_begins(in, 5),
        .customer = {.some = in->customer != 0, .value = in->customer},
        .entity = {.some = in->entity != 0, .value = in->entity},
        .currency = in->currency.at ? in->currency : S(""),
    };
    if (!sql_aged_sums(op, args, &rows)) return false;
    *out = (struct ageing){.at = arena_array(op->mem, struct ageing_line, rows.count)};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct aged_sums_row *row = &rows.at[i];
        currency cur;
        if (!currency_from(row->currency, &cur))
            return op_broken(op, ERR_INTERNAL, "an item has no currency");
        if (!line || !currency_eq(line->currency, cur) || line->customer != row->customer.value ||
            line->entity != row->entity) {
            line = &out->at[out->count++];
            *line = (struct ageing_line){.customer = row->customer.value,
                                         .entity = row->entity,
                                         .name = row->name,
                                         .number = row->number,
                                         .currency = cur};
        }
        line_add(line, row->kind, (int)row->slot, row->minor, row->items);
    }
    return true;
}

bool ageing_totals(struct op *op, const struct ageing *lines, struct ageing *out)
{
    struct ageing_line *sum = NULL;
    *out = (struct ageing){.at = arena_array(op->mem, struct ageing_line, lines->count)};
    for (ptrdiff_t i = 0; i < lines->count; i++) {
        const struct ageing_line *l = &lines->at[i];
        if (!sum || !currency_eq(sum->currency, l->currency)) {
            sum = &out->at[out->count++];
            *sum = (struct ageing_line){.currency = l->currency};
        }
        for (int k = 0; k < AGEING_SLOTS_MAX; k++) {
            sum->slot[k] += l->slot[k];
            sum->items[k] += l->items[k];
        }
        sum->deducted += l->deducted;
        sum->credit += l->credit;
        sum->unapplied += l->unapplied;
        sum->unidentified += l->unidentified;
        sum->balance += l->balance;
    }
    return true;
}

bool ageing_items(struct op *op, const struct ageing_in *in, str kind, date from, date to,
                  int limit, struct aged_items *out)
{
    struct aged_item_rows_list rows;
    struct aged_item_rows_args args = {
        .as_of = in->as_of,
        .known = in->known,
        .customer = {.some = in->customer != 0, .value = in->customer},
        .entity = {.some = in->entity != 0, .value = in->entity},
        .currency = in->currency.at ? in->currency : S(""),
        .kind = kind,
        .from_due = from,
        .to_due = to,
        .limit = limit + 1,
    };
    if (!sql_aged_item_rows(op, args, &rows)) return false;
    *out = (struct aged_items){.at = arena_array(op->mem, struct aged_item, rows.count),
                               .count = rows.count > limit ? limit : rows.count,
                               .more = rows.count > limit};
    for (ptrdiff_t i = 0; i < out->count; i++)
        out->at[i] = (struct aged_item){
            .item = rows.at[i].item,
            .customer = rows.at[i].customer.value,
            .name = rows.at[i].name,
            .number = rows.at[i].number,
            .kind = rows.at[i].kind,
            .issued = rows.at[i].issued,
            .due = rows.at[i].due,
            .side = (int)rows.at[i].side,
            .open = rows.at[i].open,
        };
    return true;
}
