/* A batch as CSV and as JSON. Everything written here comes from what never changes once it is
 * posted, so that a batch has the same bytes whenever it is made. docs/exporting.md says what each
 * column means; a change of meaning is a new layout with a new name. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/exchange/export.h"
#include "domain/exchange/export_sql.h"

#include <assert.h>

static const struct {
    enum export_format format;
    const char *name, *media_type;
} formats[] = {
    {EXPORT_CSV, "csv", "text/csv; charset=utf-8"},
    {EXPORT_JSON, "json", "application/json"},
};

bool export_format_from(str name, enum export_format *out)
{
    for (ptrdiff_t i = 0; i < COUNT(formats); i++) {
        if (!str_eq(name, str_of(formats[i].name))) continue;
        *out = formats[i].format;
        return true;
    }
    return false;
}

str export_media_type(enum export_format format)
{
    return str_of(formats[format - EXPORT_CSV].media_type);
}

str export_file_name(struct arena *mem, int64_t number, enum export_format format)
{
    return str_printf(mem, "quittance-%06lld.%s", (long long)number,
                      formats[format - EXPORT_CSV].name);
}

/* ---- postings, each with the allocation it belongs to ---- */

struct line {
    const struct export_posting_rows_row *p;
    const struct export_allocation_rows_row *allocation; /* NULL: none */
    int64_t reverses;                                    /* an entry; 0: none */
    bool first, last;                                    /* of its entry */
};

struct lines {
    int64_t batch;
    struct line *at;
    ptrdiff_t count;
};

/* An entry with allocations has two postings for each, in the same order (ledger.c). */
static bool allocation_of(struct op *op, const struct export_allocation_rows_list *all,
                          ptrdiff_t first, const struct export_posting_rows_row *p,
                          const struct export_allocation_rows_row **out)
{
    ptrdiff_t i = first + (p->n - 1) / 2;
    *out = NULL;
    if (first == all->count || all->at[first].entry != p->entry) return true;
    if (i < all->count && all->at[i].entry == p->entry &&
        (all->at[i].from_item == p->item.value || all->at[i].to_item == p->item.value)) {
        *out = &all->at[i];
        return true;
    }
    return op_broken(op, ERR_INTERNAL, "entry %lld, posting %lld: not its allocation's",
                     (long long)p->entry, (long long)p->n);
}

static bool lines_of(struct op *op, const struct export_posting_rows_list *postings,
                     const struct export_allocation_rows_list *all, struct lines *out)
{
    ptrdiff_t first = 0;
    *out = (struct lines){.at = arena_array(op->mem, struct line, postings->count),
                          .count = postings->count};
    for (ptrdiff_t i = 0; i < out->count; i++) {
        struct line *line = &out->at[i];
        line->p = &postings->at[i];
        line->first = i == 0 || postings->at[i - 1].entry != line->p->entry;
        line->last = i + 1 == out->count || postings->at[i + 1].entry != line->p->entry;
        while (first < all->count && all->at[first].entry < line->p->entry) first++;
        if (!allocation_of(op, all, first, line->p, &line->allocation)) return false;
        line->reverses =
            line->allocation ? line->allocation->reverses.value : line->p->reverses.value;
    }
    return true;
}

static bool read_lines(struct op *op, int64_t number, struct lines *out)
{
    struct export_batch batch;
    struct export_posting_rows_list postings;
    struct export_allocation_rows_list all;
    if (!export_get(op, number, &batch)) return false;
    if (!sql_export_posting_rows(op, (struct export_posting_rows_args){.batch = number},
                                 &postings) ||
        !sql_export_allocation_rows(op, (struct export_allocation_rows_args){.batch = number},
                                    &all))
        return false;
    if (!lines_of(op, &postings, &all, out)) return false;
    out->batch = number;
    return true;
}

/* Of one payment, for its payer. */
static bool payment_lines(struct op *op, int64_t customer, int64_t payment, struct lines *out)
{
    struct export_posting_rows_list postings;
    struct export_allocation_rows_list all;
    struct export_payment_rows_args args = {.payment = payment, .customer = customer};
    return sql_export_payment_rows(op, args, &postings) &&
           sql_export_payment_allocation_rows(
               op, (struct export_payment_allocation_rows_args){.payment = payment}, &all) &&
           lines_of(op, &postings, &all, out);
}

/* ---- CSV: RFC 4180, one row for each posting ---- */

/* For programs: quoted where the format wants it, and otherwise exactly as it is. */
static void cell(struct text *t, str s)
{
    bool quote = false;
    for (ptrdiff_t i = 0; i < s.len && !quote; i++)
        quote = s.at[i] == '"' || s.at[i] == ',' || s.at[i] == '\r' || s.at[i] == '\n';
    if (t->len > 0 && t->at[t->len - 1] != '\n') text_char(t, ',');
    if (!quote) {
        text_add(t, s);
        return;
    }
    text_char(t, '"');
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (s.at[i] == '"') text_char(t, '"');
        text_char(t, s.at[i]);
    }
    text_char(t, '"');
}

static void cell_i64(struct text *t, int64_t n)
{
    cell(t, n == 0 ? S("") : str_printf(t->mem, "%lld", (long long)n));
}

static void csv_allocation(struct text *t, const struct export_allocation_rows_row *a)
{
    cell(t, a ? a->from_kind : S(""));
    cell(t, a ? a->from_number : S(""));
    cell_i64(t, a ? a->from_instalment : 0);
    cell(t, a ? a->to_kind : S(""));
    cell(t, a ? a->to_number : S(""));
    cell_i64(t, a ? a->to_instalment : 0);
}

static void csv_line(struct text *t, int64_t batch, const struct line *line)
{
    const struct export_posting_rows_row *p = line->p;
    currency cur = p->amount.cur;
    bool debit = p->amount.minor > 0;
    cell_i64(t, batch);
    cell_i64(t, p->entry);
    cell_i64(t, p->n);
    cell(t, p->kind);
    cell(t, date_text(t->mem, p->effective));
    cell(t, instant_text(t->mem, p->recorded));
    cell(t, p->entity);
    cell(t, p->gl);
    cell(t, p->customer);
    cell(t, p->item_kind);
    cell(t, p->item_number);
    cell_i64(t, p->instalment.value);
    cell(t, p->document);
    cell(t, debit ? money_text(t->mem, p->amount) : S(""));
    cell(t, debit ? S("") : money_text(t->mem, money_neg(p->amount)));
    cell(t, currency_text(&cur));
    cell(t, p->payment);
    cell(t, p->method);
    cell(t, p->reference);
    cell(t, p->bank_ref);
    csv_allocation(t, line->allocation);
    cell_i64(t, line->reverses);
    cell(t, p->note);
    text_add(t, S("\r\n"));
}

static void write_csv(struct text *t, const struct lines *lines)
{
    text_add(t, S("batch,entry,line,kind,effective,recorded,entity,account,customer,item_kind,"
                  "item_number,instalment,document,debit,credit,currency,payment,method,reference,"
                  "bank_reference,from_kind,from_number,from_instalment,to_kind,to_number,"
                  "to_instalment,reverses,note\r\n"));
    for (ptrdiff_t i = 0; i < lines->count; i++) csv_line(t, lines->batch, &lines->at[i]);
}

/* ---- JSON: the same, an object for each entry ---- */

static void put_text(struct json_out *o, const char *key, str s)
{
    json_key(o, key);
    if (s.len > 0)
        json_put_str(o, s);
    else
        json_put_null(o);
}

static void put_item(struct json_out *o, const char *key, str kind, str number, int64_t instalment)
{
    json_key(o, key);
    json_open(o, '{');
    json_key(o, "kind");
    json_put_str(o, kind);
    json_key(o, "number");
    json_put_str(o, number);
    json_key(o, "instalment");
    json_put_i64(o, instalment);
    json_close(o, '}');
}

static void json_entry(struct json_out *o, const struct line *line)
{
    const struct export_posting_rows_row *p = line->p;
    json_open(o, '{');
    json_key(o, "entry");
    json_put_i64(o, p->entry);
    put_text(o, "kind", p->kind);
    json_key(o, "effective");
    json_put_date(o, p->effective);
    json_key(o, "recorded");
    json_put_instant(o, p->recorded);
    put_text(o, "entity", p->entity);
    put_text(o, "payment", p->payment);
    put_text(o, "method", p->method);
    put_text(o, "reference", p->reference);
    put_text(o, "bank_reference", p->bank_ref);
    put_text(o, "note", p->note);
    json_key(o, "reverses");
    if (line->reverses)
        json_put_i64(o, line->reverses);
    else
        json_put_null(o);
    json_key(o, "postings");
    json_open(o, '[');
}

static void json_posting(struct json_out *o, const struct line *line)
{
    const struct export_posting_rows_row *p = line->p;
    const struct export_allocation_rows_row *a = line->allocation;
    bool debit = p->amount.minor > 0;
    json_open(o, '{');
    json_key(o, "line");
    json_put_i64(o, p->n);
    put_text(o, "account", p->gl);
    put_text(o, "customer", p->customer);
    if (p->item_kind.len > 0)
        put_item(o, "item", p->item_kind, p->item_number, p->instalment.value);
    put_text(o, "document", p->document);
    json_key(o, debit ? "debit" : "credit");
    json_put_money(o, debit ? p->amount : money_neg(p->amount));
    if (a) {
        put_item(o, "from", a->from_kind, a->from_number, a->from_instalment);
        put_item(o, "to", a->to_kind, a->to_number, a->to_instalment);
    }
    json_close(o, '}');
}

static void json_begin(struct json_out *o, int64_t batch)
{
    json_open(o, '{');
    json_key(o, "format");
    json_put_str(o, S("quittance-export-1"));
    json_key(o, "batch");
    if (batch > 0)
        json_put_i64(o, batch);
    else
        json_put_null(o);
    json_key(o, "entries");
    json_open(o, '[');
}

static void json_lines(struct json_out *o, const struct lines *lines)
{
    for (ptrdiff_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->at[i];
        if (line->first) json_entry(o, line);
        json_posting(o, line);
        if (!line->last) continue;
        json_close(o, ']');
        json_close(o, '}');
    }
}

static void json_end(struct json_out *o)
{
    json_close(o, ']');
    json_close(o, '}');
    text_char(o->to, '\n');
}

bool export_payments(struct op *op, int64_t customer, const int64_t payments[], ptrdiff_t count,
                     str *out)
{
    struct text t = {.mem = op->mem};
    struct json_out o = {.to = &t};
    struct lines lines;
    json_begin(&o, 0);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!payment_lines(op, customer, payments[i], &lines)) return false;
        json_lines(&o, &lines);
    }
    json_end(&o);
    *out = text_str(&t);
    return true;
}

static void write_json(struct text *t, const struct lines *lines)
{
    struct json_out o = {.to = t};
    json_begin(&o, lines->batch);
    json_lines(&o, lines);
    json_end(&o);
}

bool export_body(struct op *op, int64_t number, enum export_format format, str *out)
{
    struct lines lines;
    struct text t = {.mem = op->mem};
    if (!read_lines(op, number, &lines)) return false;
    if (format == EXPORT_CSV)
        write_csv(&t, &lines);
    else
        write_json(&t, &lines);
    *out = text_str(&t);
    return true;
}
