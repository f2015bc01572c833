#include "domain/receivables/receivables.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/receivables_sql.h"
#include "domain/receivables/sought.h"

#include <assert.h>
#include <string.h>

enum { SOON_DAYS = 7 };

static enum standing standing_of(const struct receivable *r, bool paid)
{
    if (r->open.minor == 0 && r->side < 0) return STANDING_USED;
    if (r->open.minor == 0) return paid ? STANDING_PAID : STANDING_CREDITED;
    if (r->reserved.minor >= r->open.minor) return STANDING_PROCESSING;
    if (r->side < 0) return STANDING_CREDIT;
    if (r->disputed.minor > 0) return STANDING_DISPUTED;
    if (r->days < 0) return STANDING_OVERDUE;
    if (r->open.minor < r->amount.minor) return STANDING_PARTLY;
    return r->days <= SOON_DAYS ? STANDING_SOON : STANDING_OPEN;
}

/* The four list statements return rows of the same shape; open_page's stands for all. */
static bool receivable_of(struct op *op, const struct open_page_row *row, date today,
                          struct receivable *out)
{
    enum item_kind kind;
    if (!item_kind_from(row->kind, &kind))
        return op_broken(op, ERR_INTERNAL, "item %lld: kind", (long long)row->item);
    *out = (struct receivable){
        .item = row->item,
        .document = row->document.value,
        .payment = row->payment.value,
        .customer = row->customer.value,
        .account = row->account.value,
        .entity = row->entity,
        .side = (int)row->side,
        .kind = (int)kind,
        .number = row->number,
        .po = row->po,
        .customer_name = row->customer_name,
        .issued = row->issued,
        .due = row->due,
        .amount = row->amount,
        .open = row->open,
        .reserved = row->reserved,
        .disputed = row->disputed,
        .days = row->due.days - today.days,
    };
    out->standing = standing_of(out, row->paid);
    return true;
}

/* ---- pages ---- */

/* Where a page ended: the last row's currency, sort key and id, "EUR|1204|2026-04-21|17". */
struct place {
    str code, text; /* the currency's code */
    int64_t number, id;
};

static bool place_read(struct op *op, str cursor, bool down, struct place *out)
{
    *out = (struct place){.code = S(""), .text = S(""), .number = INT64_MIN};
    if (down) out->number = INT64_MAX, out->id = INT64_MAX;
    if (cursor.len == 0) return true;
    struct str_pair code = str_cut(cursor, '|'), number = str_cut(code.tail, '|');
    struct str_pair id = str_cut(number.tail, '|');
    *out = (struct place){.code = code.head, .text = id.tail};
    if (id.found && str_to_i64(number.head, &out->number) && str_to_i64(id.head, &out->id))
        return true;
    return op_fail(op, ERR_INVALID, "cursor",
                   "This is no cursor of ours: begin at the first page.");
}

static bool is_place(str cursor)
{
    return str_find(cursor, S("|")) >= 0;
}

static str place_text(struct arena *mem, str code, int64_t number, int64_t id, str text)
{
    return str_printf(mem, "%.*s|%lld|%lld|%.*s", STR(code), (long long)number, (long long)id,
                      STR(text));
}

static bool plain(const struct receivables_filter *f)
{
    return f->show == SHOW_OPEN && f->search.len == 0 && !f->due_from.some && !f->due_to.some &&
           f->currency.len == 0 && f->entity == 0 && (f->order == ORDER_DUE || f->order == 0);
}

/* What was typed is the beginning of a number and, where it reads as one, an amount. */
static str search_pattern(struct arena *mem, str search)
{
    struct text t = {.mem = mem};
    if (search.len == 0) return S("");
    for (ptrdiff_t i = 0; i < search.len; i++)
        if (!memchr("%_\\", search.at[i], 3)) text_char(&t, search.at[i]);
    text_add(&t, S("%"));
    return str_lower(mem, text_str(&t));
}

static bool family_rows(struct op *op, const struct receivables_filter *f,
                        struct open_page_args args, struct open_page_list *out)
{
    struct open_page_family_list same;
    struct open_page_family_args all = {.customer = f->customer,
                                        .search = search_pattern(op->mem, f->search),
                                        .after_currency = args.after_currency,
                                        .after_due = args.after_due,
                                        .after_id = args.after_id,
                                        .limit = args.limit};
    static_assert(sizeof(struct open_page_family_row) == sizeof(struct open_page_row),
                  "the two pages return the same rows");
    if (!sql_open_page_family(op, all, &same)) return false;
    *out = (struct open_page_list){(struct open_page_row *)(void *)same.at, same.count};
    return true;
}

static bool open_rows(struct op *op, const struct receivables_filter *f, struct open_page_args args,
                      struct open_page_list *out)
{
    struct open_page_all_list same;
    if (f->family) return family_rows(op, f, args, out);
    if (f->customer != 0) return sql_open_page(op, args, out);
    struct open_page_all_args all = {.after_currency = args.after_currency,
                                     .after_due = args.after_due,
                                     .after_id = args.after_id,
                                     .limit = args.limit};
    static_assert(sizeof(struct open_page_all_row) == sizeof(struct open_page_row),
                  "the two pages return the same rows");
    if (!sql_open_page_all(op, all, &same)) return false;
    *out = (struct open_page_list){(struct open_page_row *)(void *)same.at, same.count};
    return true;
}

static bool open_list(struct op *op, const struct receivables_filter *f, const struct place *after,
                      struct receivables *out)
{
    struct open_page_list rows;
    struct open_page_args args = {.customer = f->customer,
                                  .after_currency = after->code,
                                  .after_id = after->id,
                                  .limit = f->limit + 1};
    if (after->text.len == 0)
        args.after_due = (date){.days = -719162}; /* 0001-01-01: before all */
    else if (!date_from(after->text, &args.after_due))
        return op_fail(op, ERR_INVALID, "cursor",
                       "This is no cursor of ours: begin at the first page.");
    if (!open_rows(op, f, args, &rows)) return false;

    out->count = rows.count < f->limit ? rows.count : f->limit;
    out->at = arena_array(op->mem, struct receivable, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++)
        if (!receivable_of(op, &rows.at[i], f->today, &out->at[i])) return false;
    if (rows.count > f->limit) {
        const struct receivable *last = &out->at[out->count - 1];
        out->next_cursor = place_text(op->mem, currency_text(&last->open.cur), 0, last->item,
                                      date_text(op->mem, last->due));
    }
    return true;
}

static const char *const show_names[] = {
    [SHOW_OPEN] = "open",         [SHOW_OVERDUE] = "overdue", [SHOW_PROCESSING] = "processing",
    [SHOW_DISPUTED] = "disputed", [SHOW_CREDITS] = "credits", [SHOW_PAID] = "paid",
    [SHOW_ALL] = "all",
};

static const struct {
    const char *sort;
    bool down;
} orders[] = {
    [0] = {"due", false},
    [ORDER_DUE] = {"due", false},
    [ORDER_DUE_DOWN] = {"due", true},
    [ORDER_NUMBER] = {"number", false},
    [ORDER_NUMBER_DOWN] = {"number", true},
    [ORDER_ISSUED] = {"issued", false},
    [ORDER_ISSUED_DOWN] = {"issued", true},
    [ORDER_AMOUNT] = {"amount", false},
    [ORDER_AMOUNT_DOWN] = {"amount", true},
    [ORDER_OPEN] = {"open", false},
    [ORDER_OPEN_DOWN] = {"open", true},
};

static bool general_list(struct op *op, const struct receivables_filter *f,
                         const struct place *after, bool down, struct receivables *out)
{
    struct amount_sought sought = lang_amount_sought(op_lang(op), f->search);
    struct item_page_up_args args = {
        .customer = {.some = f->customer != 0, .value = f->customer},
        .show = str_of(show_names[f->show]),
        .today = f->today,
        .search = search_pattern(op->mem, f->search),
        .amount = {.some = sought.one != 0, .value = sought.one},
        .other = {.some = sought.other != 0, .value = sought.other},
        .due_from = f->due_from,
        .due_to = f->due_to,
        .currency = f->currency.at ? f->currency : S(""),
        .entity = {.some = f->entity != 0, .value = f->entity},
        .sort = str_of(orders[f->order].sort),
        .after_currency = after->code,
        .after_number = after->number,
        .after_text = after->text,
        .after_id = after->id,
        .limit = f->limit + 1,
    };
    struct item_page_up_list rows;
    if (down) {
        struct item_page_down_args turned;
        static_assert(sizeof turned == sizeof args, "the two pages take the same arguments");
        memcpy(&turned, &args, sizeof args);
        struct item_page_down_list same;
        static_assert(sizeof(struct item_page_down_row) == sizeof(struct item_page_up_row),
                      "the two pages return the same rows");
        if (!sql_item_page_down(op, turned, &same)) return false;
        rows = (struct item_page_up_list){(struct item_page_up_row *)(void *)same.at, same.count};
    } else if (!sql_item_page_up(op, args, &rows)) {
        return false;
    }
    out->count = rows.count < f->limit ? rows.count : f->limit;
    out->at = arena_array(op->mem, struct receivable, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++) {
        struct open_page_row row; /* the sort keys follow what all statements have in common */
        memcpy(&row, &rows.at[i], sizeof row);
        if (!receivable_of(op, &row, f->today, &out->at[i])) return false;
    }
    if (rows.count > f->limit) {
        const struct item_page_up_row *last = &rows.at[out->count - 1];
        out->next_cursor = place_text(op->mem, currency_text(&last->open.cur), last->sort_number,
                                      last->item, last->sort_text);
    }
    return true;
}

bool receivables_list(struct op *op, const struct receivables_filter *filter,
                      struct receivables *out)
{
    assert(filter->limit > 0);
    assert(filter->limit <= 1000);
    struct place after;
    bool down = orders[filter->order].down;
    if (filter->search.len > 0 && !filter->family) {
        bool complete;
        if (!receivables_sought(op, filter, out, &complete)) return false;
        if (complete || (filter->customer == 0 && !is_place(filter->cursor))) return true;
    }
    *out = (struct receivables){0};
    if (!place_read(op, filter->cursor, down, &after)) return false;
    if (filter->family || plain(filter)) return open_list(op, filter, &after, out);
    return general_list(op, filter, &after, down, out);
}

bool receivables_all(struct op *op, const struct receivables_filter *filter,
                     struct receivables *out)
{
    struct receivables_filter page = *filter;
    struct receivables rows;
    ptrdiff_t room = 0;
    *out = (struct receivables){0};
    page.cursor = S("");
    page.limit = 1000;
    do {
        if (!receivables_list(op, &page, &rows)) return false;
        if (out->count + rows.count > room) {
            room = 2 * (out->count + rows.count);
            struct receivable *more = arena_array(op->mem, struct receivable, room);
            if (out->count > 0) memcpy(more, out->at, sizeof *more * (size_t)out->count);
            out->at = more;
        }
        for (ptrdiff_t i = 0; i < rows.count; i++) out->at[out->count++] = rows.at[i];
        page.cursor = rows.next_cursor;
    } while (rows.next_cursor.len > 0);
    return true;
}

static bool listed(struct op *op, struct items_listed_args args, date today,
                   struct receivables *out)
{
    struct items_listed_list rows;
    if (!sql_items_listed(op, args, &rows)) return false;
    *out = (struct receivables){.at = arena_array(op->mem, struct receivable, rows.count),
                                .count = rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        struct open_page_row row;
        static_assert(sizeof row == sizeof *rows.at, "all list statements return the same rows");
        memcpy(&row, &rows.at[i], sizeof row);
        if (!receivable_of(op, &row, today, &out->at[i])) return false;
    }
    return true;
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

static bool counts_all(struct op *op, date today, struct item_counts_row *out)
{
    struct item_counts_all_row row;
    static_assert(sizeof row == sizeof *out, "both counts return the same row");
    struct item_counts_all_args args = {.today = today, .most = RECEIVABLES_COUNTED_MAX + 1};
    if (!sql_item_counts_all(op, args, &row)) return false;
    memcpy(out, &row, sizeof row);
    return true;
}

bool receivables_count(struct op *op, int64_t customer, date today, struct receivables_counts *out)
{
    struct item_counts_row row;
    if (customer == 0) {
        if (!counts_all(op, today, &row)) return false;
    } else {
        struct item_counts_args args = {.customer = customer, .today = today};
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
    for (ptrdiff_t i = 0; i < COUNT(out->of) && customer == 0; i++) {
        out->more[i] = out->of[i] > RECEIVABLES_COUNTED_MAX;
        if (out->more[i]) out->of[i] = RECEIVABLES_COUNTED_MAX;
    }
    return true;
}

static bool currencies_of(struct op *op, int64_t customer, struct open_currencies_list *out)
{
    struct open_currencies_all_list all;
    if (customer != 0)
        return sql_open_currencies(op, (struct open_currencies_args){.customer = customer}, out);
    static_assert(sizeof *all.at == sizeof *out->at, "both lists return the same rows");
    if (!sql_open_currencies_all(op, &all)) return false;
    *out = (struct open_currencies_list){(struct open_currencies_row *)(void *)all.at, all.count};
    return true;
}

bool receivables_currencies(struct op *op, int64_t customer, struct open_currencies *out)
{
    struct open_currencies_list rows;
    if (!currencies_of(op, customer, &rows)) return false;
    *out = (struct open_currencies){arena_array(op->mem, currency, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!currency_from(rows.at[i].currency, &out->at[i]))
            return op_broken(op, ERR_INTERNAL, "an item has no currency");
    return true;
}

bool receivables_balances(struct op *op, int64_t customer, date today, struct balances *out)
{
    struct balance_rows_list rows;
    if (customer != 0) {
        struct balance_rows_args args = {.customer = customer, .today = today};
        if (!sql_balance_rows(op, args, &rows)) return false;
    } else {
        struct balance_all_list all;
        static_assert(sizeof *all.at == sizeof *rows.at, "both sums return the same rows");
        if (!sql_balance_all(op, (struct balance_all_args){.today = today}, &all)) return false;
        rows = (struct balance_rows_list){(struct balance_rows_row *)(void *)all.at, all.count};
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
