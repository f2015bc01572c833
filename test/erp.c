#include "erp.h"

#include "base/arena.h"

#include <jansson.h>
#include <string.h>

int64_t erp_amount(str decimal)
{
    struct str_pair parts = str_cut(decimal, '.');
    int64_t whole, part = 0;
    if (!str_to_i64(parts.head, &whole) || parts.tail.len > 3) return INT64_MIN;
    if (parts.found && !str_to_i64(parts.tail, &part)) return INT64_MIN;
    for (ptrdiff_t digits = parts.tail.len; digits < 3; digits++) part *= 10;
    return whole * 1000 + (decimal.at[0] == '-' ? -part : part);
}

/* ---- its books ---- */

static struct erp_item *item_at(struct erp *erp, str kind, str number)
{
    for (ptrdiff_t i = 0; i < erp->count; i++)
        if (str_eq(erp->items[i].kind, kind) && str_eq(erp->items[i].number, number))
            return &erp->items[i];
    struct erp_item *item = &erp->items[erp->count++];
    *item = (struct erp_item){.kind = kind, .number = number};
    return item;
}

int64_t erp_open(const struct erp *erp, str kind, str number)
{
    for (ptrdiff_t i = 0; i < erp->count; i++)
        if (str_eq(erp->items[i].kind, kind) && str_eq(erp->items[i].number, number))
            return erp->items[i].open;
    return 0;
}

struct row {
    int64_t entry, amount;
    str customer, currency, kind, number;
};

static bool wrong(struct erp *erp, const char *why)
{
    erp->problem = why;
    return false;
}

/* Every entry balances, or the batch is not taken at all. */
static bool balanced(const struct row *rows, ptrdiff_t count)
{
    int64_t sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        sum += rows[i].amount;
        bool last = i + 1 == count || rows[i + 1].entry != rows[i].entry;
        if (last && sum != 0) return false;
    }
    return true;
}

static bool take(struct erp *erp, int64_t batch, const struct row *rows, ptrdiff_t count,
                 bool *fresh)
{
    *fresh = true;
    for (ptrdiff_t i = 0; i < erp->batch_count; i++)
        if (erp->batches[i] == batch) *fresh = false;
    if (!*fresh) return true;
    if (!balanced(rows, count)) return wrong(erp, "an entry does not balance");
    for (const struct row *row = rows; row < rows + count; row++) {
        if (row->number.len == 0) {
            erp->own_accounts += row->amount;
            continue;
        }
        struct erp_item *item = item_at(erp, row->kind, row->number);
        if (item->currency.len == 0) item->currency = row->currency, item->customer = row->customer;
        if (!str_eq(item->currency, row->currency) || !str_eq(item->customer, row->customer))
            return wrong(erp, "an item changed its customer or its currency");
        item->open += row->amount;
    }
    erp->batches[erp->batch_count++] = batch;
    return true;
}

static bool is_document(str kind)
{
    return str_eq(kind, S("invoice")) || str_eq(kind, S("credit_note"));
}

/* ---- CSV, as RFC 4180 has it ---- */

struct csv {
    struct arena *mem;
    str rest;
    str names[40], cells[40];
    ptrdiff_t width, count;
};

static str csv_cell_next(struct csv *c, bool *last)
{
    char *out = arena_array(c->mem, char, c->rest.len + 1);
    ptrdiff_t i = 0, len = 0;
    bool quoted = c->rest.len > 0 && c->rest.at[0] == '"';
    for (i = quoted; i < c->rest.len; i++) {
        char ch = c->rest.at[i];
        bool quote = quoted && ch == '"';
        if (quote && i + 1 < c->rest.len && c->rest.at[i + 1] == '"') {
            i++;
        } else if (quote) {
            quoted = false;
            continue;
        } else if (!quoted && (ch == ',' || ch == '\r' || ch == '\n')) {
            break;
        }
        out[len++] = ch;
    }
    *last = i >= c->rest.len || c->rest.at[i] != ',';
    while (*last && i < c->rest.len && (c->rest.at[i] == '\r' || c->rest.at[i] == '\n')) i++;
    c->rest = str_from(c->rest, *last ? i : i + 1);
    return (str){out, len};
}

static bool csv_next(struct csv *c)
{
    bool last = false;
    if (c->rest.len == 0) return false;
    for (c->count = 0; !last && c->count < 40;) c->cells[c->count++] = csv_cell_next(c, &last);
    return c->width == 0 || c->count == c->width;
}

static void csv_open(struct csv *c, struct arena *mem, str text)
{
    *c = (struct csv){.mem = mem, .rest = text};
    if (!csv_next(c)) return;
    c->width = c->count;
    memcpy(c->names, c->cells, sizeof c->names);
}

static str csv_get(const struct csv *c, const char *name)
{
    for (ptrdiff_t i = 0; i < c->width; i++)
        if (str_eq(c->names[i], str_of(name))) return c->cells[i];
    return S("");
}

void erp_issue(struct erp *erp, str csv)
{
    struct csv c;
    csv_open(&c, erp->mem, csv);
    while (csv_next(&c)) {
        struct erp_item *item = item_at(erp, csv_get(&c, "kind"), csv_get(&c, "number"));
        item->customer = csv_get(&c, "customer");
        item->currency = csv_get(&c, "currency");
        int64_t amount = erp_amount(csv_get(&c, "amount"));
        item->open = csv_get(&c, "settled").len > 0 ? 0 : amount;
        if (str_eq(item->kind, S("credit_note"))) item->open = -item->open;
    }
}

bool erp_take_csv(struct erp *erp, str bytes, bool *fresh)
{
    struct csv c;
    struct row *rows = arena_array(erp->mem, struct row, 1000);
    ptrdiff_t count = 0;
    int64_t batch = 0;
    csv_open(&c, erp->mem, bytes);
    while (csv_next(&c)) {
        str debit = csv_get(&c, "debit"), credit = csv_get(&c, "credit");
        struct row *row = &rows[count++];
        *row = (struct row){
            .amount = debit.len > 0 ? erp_amount(debit) : -erp_amount(credit),
            .customer = csv_get(&c, "customer"),
            .currency = csv_get(&c, "currency"),
            .kind = csv_get(&c, "item_kind"),
            .number = csv_get(&c, "item_number"),
        };
        if (is_document(row->kind)) row->number = csv_get(&c, "document");
        if ((debit.len > 0) == (credit.len > 0)) return wrong(erp, "debit or credit, one of them");
        if (!str_to_i64(csv_get(&c, "entry"), &row->entry)) return wrong(erp, "no entry");
        if (!str_to_i64(csv_get(&c, "batch"), &batch)) return wrong(erp, "no batch");
    }
    if (c.rest.len > 0) return wrong(erp, "a row of another width");
    return take(erp, batch, rows, count, fresh);
}

/* ---- JSON ---- */

static str text_of(const json_t *object, const char *key)
{
    return str_of(json_string_value(json_object_get(object, key)));
}

static struct row row_of(const json_t *entry, const json_t *posting)
{
    const json_t *debit = json_object_get(posting, "debit"), *item;
    const json_t *amount = debit ? debit : json_object_get(posting, "credit");
    int64_t value = erp_amount(text_of(amount, "value"));
    item = json_object_get(posting, "item");
    return (struct row){
        .entry = json_integer_value(json_object_get(entry, "entry")),
        .amount = debit ? value : -value,
        .customer = text_of(posting, "customer"),
        .currency = text_of(amount, "currency"),
        .kind = text_of(item, "kind"),
        .number = is_document(text_of(item, "kind")) ? text_of(posting, "document")
                                                     : text_of(item, "number"),
    };
}

static void json_close_root(void *root)
{
    json_decref(root);
}

bool erp_take_json(struct erp *erp, str bytes, bool *fresh)
{
    json_t *root = json_loadb(bytes.at, (size_t)bytes.len, 0, NULL), *entry, *posting;
    struct row *rows = arena_array(erp->mem, struct row, 1000);
    ptrdiff_t count = 0;
    size_t i, k;
    if (!root) return wrong(erp, "not JSON");
    arena_defer(erp->mem, json_close_root, root);
    if (!str_eq(text_of(root, "format"), S("quittance-export-1")))
        return wrong(erp, "a format it does not know");
    json_array_foreach(json_object_get(root, "entries"), i, entry)
    {
        json_array_foreach(json_object_get(entry, "postings"), k, posting)
        {
            rows[count++] = row_of(entry, posting);
        }
    }
    return take(erp, json_integer_value(json_object_get(root, "batch")), rows, count, fresh);
}
