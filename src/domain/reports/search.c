#include "domain/reports/search.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/reports/search_sql.h"

#include <assert.h>

/* As references are kept: capitals without spaces. */
static str reference_of(struct arena *mem, str text)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == ' ') continue;
        text_char(&t, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    return text_str(&t);
}

static void item_add(const struct found_items_row *row, struct findings *out, int limit)
{
    for (ptrdiff_t i = 0; i < out->item_count; i++)
        if (out->items[i].item == row->item) return;
    if (out->item_count == limit) return;
    out->items[out->item_count++] = (struct found_item){
        .item = row->item,
        .customer = row->customer.value,
        .number = row->number,
        .customer_name = row->customer_name,
        .kind = row->kind,
        .due = row->due,
        .side = (int)row->side,
        .amount = row->amount,
        .open = row->open,
    };
}

static bool items_find(struct op *op, str low, str high, str po, struct amount_sought sought,
                       int limit, struct findings *out)
{
    struct found_items_list named, amounts = {0};
    struct found_items_args args = {.low = low, .high = high, .po = po, .limit = limit};
    if (!sql_found_items(op, args, &named)) return false;
    if (sought.one != 0) {
        struct found_item_amounts_args of = {
            .one = sought.one, .other = sought.other, .limit = limit};
        if (!sql_found_item_amounts(op, of, &amounts)) return false;
    }
    out->items = arena_array(op->mem, struct found_item, limit);
    for (ptrdiff_t i = 0; i < named.count; i++) item_add(&named.at[i], out, limit);
    for (ptrdiff_t i = 0; i < amounts.count; i++) item_add(&amounts.at[i], out, limit);
    return true;
}

static bool payments_find(struct op *op, str low, str high, str text, struct amount_sought sought,
                          int limit, struct findings *out)
{
    struct found_payments_list rows;
    struct found_payments_args args = {
        .low = low,
        .high = high,
        .reference = reference_of(op->mem, text),
        .one = sought.one,
        .other = sought.other,
        .limit = limit,
    };
    if (sought.one == 0) args.one = args.other = INT64_MIN; /* no amount is that */
    if (!sql_found_payments(op, args, &rows)) return false;
    out->payments = arena_array(op->mem, struct found_payment, rows.count);
    out->payment_count = rows.count;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->payments[i] = (struct found_payment){
            .payment = rows.at[i].payment,
            .customer = rows.at[i].customer.value,
            .number = rows.at[i].number,
            .customer_name = rows.at[i].customer_name,
            .payer = rows.at[i].payer,
            .state = rows.at[i].state,
            .day = rows.at[i].day,
            .amount = rows.at[i].amount,
        };
    return true;
}

static bool people_find(struct op *op, str low, str high, int limit, struct findings *out)
{
    struct found_people_list rows;
    struct found_people_args args = {.low = low, .high = high, .limit = limit};
    if (!sql_found_people(op, args, &rows)) return false;
    out->people = arena_array(op->mem, struct found_person, rows.count);
    out->person_count = rows.count;
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->people[i] = (struct found_person){
            .what = rows.at[i].what,
            .id = rows.at[i].id,
            .customer = rows.at[i].customer.value,
            .name = rows.at[i].name,
            .email = rows.at[i].email,
            .customer_name = rows.at[i].customer_name,
        };
    return true;
}

bool search_all(struct op *op, str text, int limit, struct findings *out)
{
    str words = str_trim(text);
    str low = str_lower(op->mem, words);
    str high = str_printf(op->mem, "%.*s\xF4\x8F\xBF\xBF", STR(low));
    struct amount_sought sought = lang_amount_sought(op_lang(op), words);
    *out = (struct findings){0};
    if (words.len == 0) return true;
    return items_find(op, low, high, words, sought, limit, out) &&
           payments_find(op, low, high, words, sought, limit, out) &&
           people_find(op, low, high, limit, out);
}
