#include "domain/receivables/pages.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/receivables_sql.h"
#include "domain/receivables/sought.h"

#include <assert.h>
#include <string.h>

enum { SOON_DAYS = 7, CURRENCIES_MAX = 256 }; /* ISO 4217 has 180 */

/* ---- rows ---- */

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

static bool receivable_of(struct op *op, const struct item_page_row *row, date today,
                          struct receivable *out)
{
    enum item_kind kind;
    currency cur;
    if (!item_kind_from(row->kind, &kind) || !currency_from(row->currency, &cur))
        return op_broken(op, ERR_INTERNAL, "item %lld: kind or currency", (long long)row->item);
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
        .amount = {row->amount, cur},
        .open = {row->open, cur},
        .reserved = {row->reserved, cur},
        .disputed = {row->disputed, cur},
        .days = row->due.days - today.days,
    };
    out->standing = standing_of(out, row->paid);
    return true;
}

bool receivables_of_rows(struct op *op, const struct item_page_row rows[], ptrdiff_t count,
                         date today, struct receivables *out)
{
    *out =
        (struct receivables){.at = arena_array(op->mem, struct receivable, count), .count = count};
    for (ptrdiff_t i = 0; i < count; i++)
        if (!receivable_of(op, &rows[i], today, &out->at[i])) return false;
    return true;
}

/* ---- orders ---- */

static bool is_down(enum receivables_order order)
{
    return (order - ORDER_DUE) % 2 == 1;
}

static enum receivables_order upward(enum receivables_order order)
{
    return is_down(order) ? order - 1 : order;
}

static int by_number(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* As the database compares numbers: capital letters as small ones, then by bytes. */
static int by_text(str a, str b)
{
    for (ptrdiff_t i = 0; i < a.len && i < b.len; i++) {
        int x = (unsigned char)a.at[i], y = (unsigned char)b.at[i];
        if (x >= 'A' && x <= 'Z') x += 'a' - 'A';
        if (y >= 'A' && y <= 'Z') y += 'a' - 'A';
        if (x != y) return x - y;
    }
    return by_number(a.len, b.len);
}

static int by_column(const struct receivable *a, const struct receivable *b,
                     enum receivables_order order)
{
    switch (upward(order)) {
    case ORDER_NUMBER: return by_text(a->number, b->number);
    case ORDER_ISSUED: return date_cmp(a->issued, b->issued);
    case ORDER_OPEN: return by_number(a->side * a->open.minor, b->side * b->open.minor);
    case ORDER_DUE:
    case ORDER_DUE_DOWN:
    case ORDER_NUMBER_DOWN:
    case ORDER_ISSUED_DOWN:
    case ORDER_OPEN_DOWN: break;
    }
    return date_cmp(a->due, b->due);
}

int receivables_cmp(const struct receivable *a, const struct receivable *b,
                    enum receivables_order order)
{
    int differ = str_cmp(currency_text(&a->open.cur), currency_text(&b->open.cur));
    if (differ) return differ;
    differ = by_column(a, b, order);
    if (differ == 0) differ = by_number(a->item, b->item);
    return is_down(order) ? -differ : differ;
}

/* Of two lists in order the first `limit` of both together. */
static struct receivables merged(struct arena *mem, const struct receivables *a,
                                 const struct receivables *b, enum receivables_order order,
                                 ptrdiff_t limit)
{
    ptrdiff_t i = 0, k = 0, count = a->count + b->count < limit ? a->count + b->count : limit;
    struct receivables out = {.at = arena_array(mem, struct receivable, count)};
    while (out.count < count) {
        bool first =
            k == b->count || (i < a->count && receivables_cmp(&a->at[i], &b->at[k], order) < 0);
        out.at[out.count++] = first ? a->at[i++] : b->at[k++];
    }
    return out;
}

/* Which lists are read, each in its own index, for what is shown in an order. An order that is not
 * here would sort all that is shown. */
enum { LISTS_MAX = 3 };
static const struct source {
    enum show show;
    enum receivables_order order;
    int count;
    enum item_page_set lists[LISTS_MAX];
} sources[] = {
    {SHOW_OPEN, ORDER_DUE, 1, {ITEM_PAGE_OPEN_BY_DUE}},
    {SHOW_OPEN, ORDER_NUMBER, 1, {ITEM_PAGE_OPEN_BY_NUMBER}},
    {SHOW_OPEN, ORDER_ISSUED, 1, {ITEM_PAGE_OPEN_BY_ISSUED}},
    {SHOW_OPEN, ORDER_OPEN, 1, {ITEM_PAGE_OPEN_BY_OPEN}},
    {SHOW_OVERDUE, ORDER_DUE, 1, {ITEM_PAGE_OVERDUE_BY_DUE}},
    {SHOW_PROCESSING, ORDER_DUE, 1, {ITEM_PAGE_HELD_BY_DUE}},
    {SHOW_DISPUTED, ORDER_DUE, 1, {ITEM_PAGE_DISPUTED_BY_DUE}},
    {SHOW_CREDITS, ORDER_DUE, 1, {ITEM_PAGE_CREDITS_BY_DUE}},
    {SHOW_CREDITS, ORDER_OPEN, 1, {ITEM_PAGE_CREDITS_BY_OPEN}},
    {SHOW_PAID, ORDER_DUE, 1, {ITEM_PAGE_PAID_BY_DUE}},
    {SHOW_PAID, ORDER_ISSUED, 1, {ITEM_PAGE_PAID_BY_ISSUED}},
    {SHOW_ALL, ORDER_DUE, 3, {ITEM_PAGE_OPEN_BY_DUE, ITEM_PAGE_PAID_BY_DUE, ITEM_PAGE_USED_BY_DUE}},
    {SHOW_ALL,
     ORDER_ISSUED,
     3,
     {ITEM_PAGE_OPEN_BY_ISSUED, ITEM_PAGE_PAID_BY_ISSUED, ITEM_PAGE_USED_BY_ISSUED}},
};

static const struct source *source_of(const struct receivables_filter *f,
                                      enum receivables_order order)
{
    bool range = f->due_from.some || f->due_to.some;
    order = upward(order);
    if (range && order != ORDER_DUE) return NULL;
    for (ptrdiff_t i = 0; i < COUNT(sources); i++)
        if (sources[i].show == f->show && sources[i].order == order) return &sources[i];
    return NULL;
}

bool receivables_may_order(const struct receivables_filter *f, enum receivables_order order)
{
    return f->family ? order == ORDER_DUE : source_of(f, order) != NULL;
}

enum receivables_order receivables_order_of(const struct receivables_filter *f)
{
    return f->order != 0 && receivables_may_order(f, f->order) ? f->order : ORDER_DUE;
}

/* ---- where a page ends ---- */

/* The last row's currency, sort key and id: "EUR|1204|17|2026-04-21". */
struct place {
    str code, text;
    int64_t number, id;
    date day;
};

static bool place_read(struct op *op, str cursor, struct place *out)
{
    struct str_pair code = str_cut(cursor, '|'), number = str_cut(code.tail, '|');
    struct str_pair id = str_cut(number.tail, '|');
    *out = (struct place){.code = S(""), .day = DATE_FIRST};
    if (cursor.len == 0) return true;
    out->code = code.head;
    out->text = id.tail;
    if (id.found && str_to_i64(number.head, &out->number) && str_to_i64(id.head, &out->id)) {
        (void)date_from(id.tail, &out->day); /* in lists by number it is none */
        return true;
    }
    return op_fail(op, ERR_INVALID, "cursor",
                   "This is no cursor of ours: begin at the first page.");
}

static bool is_place(str cursor)
{
    return str_find(cursor, S("|")) >= 0;
}

static str place_text(struct arena *mem, const struct receivable *last,
                      enum receivables_order order)
{
    str text = date_text(mem, upward(order) == ORDER_ISSUED ? last->issued : last->due);
    if (upward(order) == ORDER_NUMBER) text = str_lower(mem, last->number);
    return str_printf(mem, "%.*s|%lld|%lld|%.*s", STR(currency_text(&last->open.cur)),
                      (long long)(last->side * last->open.minor), (long long)last->item, STR(text));
}

/* ---- pages ---- */

/* What was typed is the beginning of a number. */
static str search_pattern(struct arena *mem, str search)
{
    struct text t = {.mem = mem};
    if (search.len == 0) return S("");
    for (ptrdiff_t i = 0; i < search.len; i++)
        if (!memchr("%_\\", search.at[i], 3)) text_char(&t, search.at[i]);
    text_add(&t, S("%"));
    return str_lower(mem, text_str(&t));
}

/* An amount of ten-thousandths in this currency's minor units; 0, which nothing has, if it is none.
 */
static int64_t amount_in(int64_t sought, currency cur)
{
    int64_t unit = 10000;
    for (int i = 0; i < currency_digits(cur); i++) unit /= 10;
    return sought % unit == 0 ? sought / unit : 0;
}

/* The days that are asked for: what is overdue is due before today. */
static void days_of(const struct receivables_filter *f, struct item_page_args *args)
{
    args->due_from = f->due_from.some ? f->due_from.value : DATE_FIRST;
    args->due_to = f->due_to.some ? f->due_to.value : DATE_LAST;
    if (f->show == SHOW_OVERDUE && args->due_to.days >= f->today.days)
        args->due_to = date_plus(f->today, -1);
}

/* All that is asked for in one currency, from behind `after` or, where that is NULL, the start. */
static struct item_page_args args_of(struct op *op, const struct receivables_filter *f,
                                     currency cur, const struct place *after, bool down)
{
    struct amount_sought sought = {0};
    if (f->search.len > 0) sought = lang_amount_sought(op_lang(op), f->search);
    struct item_page_args args = {
        .customer = f->customer,
        .currency = str_copy(op->mem, currency_text(&cur)),
        .entity = {.some = f->entity != 0, .value = f->entity},
        .search = search_pattern(op->mem, f->search),
        .amount = amount_in(sought.one, cur),
        .other = amount_in(sought.other, cur),
        .limit = f->limit + 1,
    };
    days_of(f, &args);
    bool due = upward(f->order) == ORDER_DUE;
    args.after_day = !due ? (down ? DATE_LAST : DATE_FIRST) : down ? args.due_to : args.due_from;
    args.after_number = down ? INT64_MAX : INT64_MIN;
    args.after_text = down ? S("\xF4\x8F\xBF\xBF") : S(""); /* no letter is behind this one */
    args.after_id = down ? INT64_MAX : 0;
    if (!after) return args;
    args.after_day = after->day;
    args.after_number = after->number;
    args.after_text = after->text;
    args.after_id = after->id;
    return args;
}

/* One customer's rows share its name. */
static bool name_them(struct op *op, int64_t customer, struct receivables *rows)
{
    struct item_page_name_args args = {.customer = customer};
    struct item_page_name_row row;
    bool found;
    if (customer == 0 || rows->count == 0) return true;
    if (!sql_item_page_name(op, args, &row, &found)) return false;
    for (ptrdiff_t i = 0; i < rows->count && found; i++) rows->at[i].customer_name = row.name;
    return true;
}

static bool currency_page(struct op *op, const struct receivables_filter *f,
                          const struct source *source, struct item_page_args args,
                          struct receivables *out)
{
    enum item_page_who who = f->customer != 0 ? ITEM_PAGE_ONE : ITEM_PAGE_ANY;
    enum item_page_turn turn = is_down(f->order) ? ITEM_PAGE_DOWN : ITEM_PAGE_UP;
    *out = (struct receivables){0};
    for (int i = 0; i < source->count; i++) {
        struct item_page_list rows;
        struct receivables part;
        if (!sql_item_page(op, source->lists[i], who, turn, args, &rows)) return false;
        if (!receivables_of_rows(op, rows.at, rows.count, f->today, &part)) return false;
        *out = i == 0 ? part : merged(op->mem, out, &part, f->order, args.limit);
    }
    return true;
}

/* ---- currencies ---- */

static bool currency_add(struct op *op, str code, struct open_currencies *out)
{
    currency cur;
    ptrdiff_t at = out->count;
    if (!currency_from(code, &cur)) return op_broken(op, ERR_INTERNAL, "an item has no currency");
    while (at > 0 && str_cmp(currency_text(&out->at[at - 1]), code) > 0) at--;
    if (at > 0 && currency_eq(out->at[at - 1], cur)) return true;
    if (out->count == CURRENCIES_MAX) return op_broken(op, ERR_INTERNAL, "too many currencies");
    memmove(&out->at[at + 1], &out->at[at], sizeof cur * (size_t)(out->count - at));
    out->at[at] = cur;
    out->count++;
    return true;
}

/* Of the lists from `from` to `to`, by their codes. */
static bool currencies_of(struct op *op, int64_t customer, enum item_currency_set from,
                          enum item_currency_set to, struct open_currencies *out)
{
    enum item_currency_who who = customer != 0 ? ITEM_CURRENCY_ONE : ITEM_CURRENCY_ANY;
    *out = (struct open_currencies){.at = arena_array(op->mem, currency, CURRENCIES_MAX)};
    for (enum item_currency_set list = from; list <= to; list++) {
        struct item_currency_args args = {.customer = customer, .after = S("")};
        struct item_currency_row next;
        do {
            if (!sql_item_currency(op, list, who, args, &next)) return false;
            args.after = next.currency;
            if (args.after.at && !currency_add(op, args.after, out)) return false;
        } while (args.after.at);
    }
    return true;
}

bool receivables_currencies(struct op *op, int64_t customer, struct open_currencies *out)
{
    return currencies_of(op, customer, ITEM_CURRENCY_OPEN, ITEM_CURRENCY_OPEN, out);
}

static bool currencies_shown(struct op *op, const struct receivables_filter *f,
                             struct open_currencies *out)
{
    *out = (struct open_currencies){0};
    if (f->currency.len > 0) {
        out->at = arena_new(op->mem, currency);
        out->count = currency_from(f->currency, out->at) ? 1 : 0;
        return true;
    }
    bool open = f->show != SHOW_PAID, closed = f->show == SHOW_PAID || f->show == SHOW_ALL;
    if (!closed && f->open) {
        *out = *f->open;
        return true;
    }
    return currencies_of(op, f->customer, open ? ITEM_CURRENCY_OPEN : ITEM_CURRENCY_PAID,
                         !closed                ? ITEM_CURRENCY_OPEN
                         : f->show == SHOW_PAID ? ITEM_CURRENCY_PAID
                                                : ITEM_CURRENCY_USED,
                         out);
}

/* ---- lists ---- */

/* Cuts the one row too many, which says that there is another page. */
static void end_page(struct op *op, const struct receivables_filter *f, struct receivables *out)
{
    if (out->count <= f->limit) return;
    out->count = f->limit;
    out->next_cursor = place_text(op->mem, &out->at[out->count - 1], f->order);
}

/* A page may begin in one currency and end in another. */
static bool ordered_list(struct op *op, const struct receivables_filter *f,
                         const struct place *after, struct receivables *out)
{
    const struct source *source = source_of(f, f->order);
    struct open_currencies all;
    assert(source);
    if (!currencies_shown(op, f, &all)) return false;
    *out = (struct receivables){.at = arena_array(op->mem, struct receivable, f->limit + 1)};
    for (ptrdiff_t i = 0; i < all.count && out->count <= f->limit; i++) {
        int before = str_cmp(currency_text(&all.at[i]), after->code);
        struct receivables part;
        if (before < 0) continue;
        struct item_page_args args =
            args_of(op, f, all.at[i], before == 0 ? after : NULL, is_down(f->order));
        if (!currency_page(op, f, source, args, &part)) return false;
        for (ptrdiff_t k = 0; k < part.count && out->count <= f->limit; k++)
            out->at[out->count++] = part.at[k];
    }
    end_page(op, f, out);
    return name_them(op, f->customer, out);
}

static bool family_list(struct op *op, const struct receivables_filter *f,
                        const struct place *after, struct receivables *out)
{
    struct item_page_list rows;
    struct open_page_family_args args = {.customer = f->customer,
                                         .search = search_pattern(op->mem, f->search),
                                         .after_currency = after->code,
                                         .after_due = after->day,
                                         .after_id = after->id,
                                         .limit = f->limit + 1};
    if (!sql_open_page_family(op, args, &rows) ||
        !receivables_of_rows(op, rows.at, rows.count, f->today, out))
        return false;
    end_page(op, f, out);
    return true;
}

bool receivables_list(struct op *op, const struct receivables_filter *filter,
                      struct receivables *out)
{
    assert(filter->limit > 0);
    assert(filter->limit <= 1000);
    struct receivables_filter f = *filter;
    struct place after;
    f.order = receivables_order_of(filter);
    if (f.search.len > 0 && !f.family) {
        bool complete;
        if (!receivables_sought(op, &f, out, &complete)) return false;
        if (complete || (f.customer == 0 && !is_place(f.cursor))) return true;
    }
    *out = (struct receivables){0};
    if (!place_read(op, f.cursor, &after)) return false;
    return f.family ? family_list(op, &f, &after, out) : ordered_list(op, &f, &after, out);
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
