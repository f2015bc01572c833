#include "domain/exchange/draft.h"

#include "base/arena.h"
#include "base/lang.h"

#include <stdarg.h>
#include <stdio.h>

__extension__ typedef __int128 wide;

struct drafting {
    struct arena *mem;
    const struct reading *r;
    const struct source_row *row;
    struct refusal *why;
    currency currency;
};

__attribute__((format(printf, 3, 4))) static bool
refuse_row(struct drafting *d, enum import_field field, const char *english, ...)
{
    char text[512];
    va_list args;
    va_start(args, english);
    int len = vsnprintf(text, sizeof text, say(d->r->lang, english), args);
    va_end(args);
    if (len > (int)sizeof text - 1) len = (int)sizeof text - 1;
    *d->why = (struct refusal){.line = d->row->line,
                               .column = reading_column(d->r, field),
                               .value = d->row->fields[field],
                               .reason = str_copy(d->mem, (str){text, len})};
    return false;
}

static str field(const struct drafting *d, enum import_field f)
{
    return d->row->fields[f];
}

/* ---- values ---- */

static bool no_day(struct drafting *d, enum import_field f)
{
    switch (d->r->formats.order) {
    case DATE_DMY: return refuse_row(d, f, "This is no day in the order day.month.year.");
    case DATE_MDY: return refuse_row(d, f, "This is no day in the order month/day/year.");
    case DATE_YMD:
    case DATE_ORDERS: break;
    }
    return refuse_row(d, f, "This is no day in the order year-month-day.");
}

static bool read_day(struct drafting *d, enum import_field f, struct opt_date *out)
{
    *out = (struct opt_date){0};
    if (field(d, f).len == 0) return true;
    out->some = true;
    return date_from_cell(field(d, f), d->r->formats.order, &out->value) || no_day(d, f);
}

static bool read_decimal(struct drafting *d, enum import_field f, str *out)
{
    if (amount_from(d->mem, field(d, f), d->r->formats.decimal, out)) return true;
    if (field(d, f).len == 0) return refuse_row(d, f, "There is no amount.");
    if (d->r->formats.decimal == DECIMAL_COMMA)
        return refuse_row(d, f, "This is no number with a decimal comma.");
    return refuse_row(d, f, "This is no number with a decimal point.");
}

static bool to_money(struct drafting *d, enum import_field f, str decimal, money *out)
{
    bool lost;
    if (money_from_decimal(decimal, d->currency, d->r->options->round, out, &lost)) return true;
    if (!lost) return refuse_row(d, f, "This amount is larger than we can book.");
    return refuse_row(d, f,
                      "%.*s has more decimals than %s (%d). Mend it, or import with "
                      "--round half-up.",
                      STR(decimal), d->currency.code, currency_digits(d->currency));
}

static bool read_money(struct drafting *d, enum import_field f, money *out)
{
    str decimal;
    return read_decimal(d, f, &decimal) && to_money(d, f, decimal, out);
}

static bool read_tax(struct drafting *d, money *out)
{
    *out = money_of(0, d->currency);
    return field(d, FIELD_TAX).len == 0 || read_money(d, FIELD_TAX, out);
}

static bool read_currency(struct drafting *d, currency fallback)
{
    str code = field(d, FIELD_CURRENCY);
    d->currency = fallback;
    if (code.len == 0) code = d->r->options->currency;
    if (code.len == 0 || currency_from(code, &d->currency)) return true;
    return refuse_row(d, FIELD_CURRENCY, "This is no currency of ISO 4217, such as EUR.");
}

static bool among(str word, const char *words)
{
    for (struct str_pair cut = {.tail = str_of(words), .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '|');
        if (str_eq_nocase(cut.head, word)) return true;
    }
    return false;
}

/* A column that is there and says nothing says no. */
static bool read_yes(struct drafting *d, enum import_field f, struct opt_bool *out)
{
    str word = field(d, f);
    out->some = d->r->column[f] >= 0 || word.len > 0;
    out->value = among(word, "yes|y|true|t|1|x|ja|j|disputed|open");
    if (out->value || word.len == 0 || among(word, "no|n|false|f|0|-|nein|none|closed"))
        return true;
    return refuse_row(d, f, "This is neither yes nor no.");
}

/* 0: the row does not say. */
static bool read_kind(struct drafting *d, enum document_kind *out)
{
    str word = field(d, FIELD_KIND);
    *out = (enum document_kind)0;
    if (d->r->options->kind == IMPORT_CREDIT_NOTES) *out = DOCUMENT_CREDIT_NOTE;
    str prefix = d->r->options->credit_prefix;
    if (prefix.len > 0 && str_starts(field(d, FIELD_NUMBER), prefix)) *out = DOCUMENT_CREDIT_NOTE;
    if (word.len == 0) return true;
    if (among(word, "credit note|credit_note|credit-note|creditnote|credit|credit memo|cn|cm|c|"
                    "381|gutschrift"))
        *out = DOCUMENT_CREDIT_NOTE;
    else if (among(word, "invoice|inv|i|debit|380|rechnung|standard"))
        *out = DOCUMENT_INVOICE;
    else
        return refuse_row(d, FIELD_KIND, "This is neither an invoice nor a credit note.");
    return true;
}

str country_code(struct arena *mem, str text)
{
    bool letters = text.len == 2;
    for (ptrdiff_t i = 0; letters && i < 2; i++)
        letters =
            (text.at[i] >= 'A' && text.at[i] <= 'Z') || (text.at[i] >= 'a' && text.at[i] <= 'z');
    if (!letters) return (str){0};
    char *at = arena_array(mem, char, 2);
    for (ptrdiff_t i = 0; i < 2; i++) at[i] = (char)(text.at[i] & ~0x20);
    return (str){at, 2};
}

/* ---- one document of several rows ---- */

static bool same_day(const struct drafting *d, str a, str b)
{
    date x, y;
    return date_from_cell(a, d->r->formats.order, &x) &&
           date_from_cell(b, d->r->formats.order, &y) && date_cmp(x, y) == 0;
}

static bool rows_agree(struct drafting *d, const struct draft *draft)
{
    static const struct {
        enum import_field field;
        bool day;
    } one[] = {
        {FIELD_CUSTOMER, false}, {FIELD_ISSUED, true}, {FIELD_DUE, true},
        {FIELD_CURRENCY, false}, {FIELD_KIND, false},  {FIELD_SETTLED, true},
        {FIELD_ENTITY, false},   {FIELD_TERMS, false},
    };
    const struct source_row *first = &draft->rows[0];
    for (ptrdiff_t n = 1; n < draft->count; n++) {
        d->row = &draft->rows[n];
        for (ptrdiff_t i = 0; i < COUNT(one); i++) {
            str a = first->fields[one[i].field], b = field(d, one[i].field);
            if (str_eq(a, b) || (one[i].day && same_day(d, a, b))) continue;
            return refuse_row(d, one[i].field,
                              "The rows of one document differ: line %lld says \"%.*s\".",
                              (long long)first->line, STR(a));
        }
    }
    d->row = first;
    return true;
}

/* What is left to pay of one, from a discount of "0.05" or "5%". */
static bool read_share(struct drafting *d, str *out)
{
    str text = field(d, FIELD_DISCOUNT), decimal;
    bool percent = str_ends(text, S("%"));
    if (percent) text.len--;
    bool read = amount_from(d->mem, text, d->r->formats.decimal, &decimal);
    if (read && percent) read = decimal_product(d->mem, decimal, S("0.01"), &decimal);
    if (read && decimal_complement(d->mem, decimal, out)) return true;
    return refuse_row(d, FIELD_DISCOUNT, "This is no discount, such as 0.05 or 5%%.");
}

static bool too_many_digits(struct drafting *d, enum import_field f)
{
    return refuse_row(d, f, "This has more digits than we can multiply.");
}

static bool line_net(struct drafting *d, struct document_line *line)
{
    str net, share;
    enum import_field f = FIELD_UNIT_PRICE;
    if (field(d, FIELD_QUANTITY).len > 0 && !read_decimal(d, FIELD_QUANTITY, &line->quantity))
        return false;
    if (field(d, FIELD_UNIT_PRICE).len > 0 && !read_decimal(d, f, &line->unit_price)) return false;
    if (field(d, FIELD_AMOUNT).len > 0) return read_money(d, FIELD_AMOUNT, &line->net);
    if (!line->quantity.at) return refuse_row(d, FIELD_QUANTITY, "There is no quantity.");
    if (!line->unit_price.at) return refuse_row(d, f, "There is no price.");
    if (!decimal_product(d->mem, line->quantity, line->unit_price, &net))
        return too_many_digits(d, f);
    if (field(d, FIELD_DISCOUNT).len > 0) {
        if (!read_share(d, &share)) return false;
        if (!decimal_product(d->mem, net, share, &net)) return too_many_digits(d, FIELD_DISCOUNT);
    }
    return to_money(d, f, net, &line->net);
}

static bool read_lines(struct drafting *d, const struct draft *draft, struct document *doc)
{
    struct document_line *lines = arena_array(d->mem, struct document_line, draft->count);
    doc->net = doc->tax = money_of(0, d->currency);
    for (ptrdiff_t i = 0; i < draft->count; i++) {
        money tax;
        d->row = &draft->rows[i];
        lines[i].sku = field(d, FIELD_SKU);
        lines[i].description = field(d, FIELD_DESCRIPTION);
        if (!line_net(d, &lines[i]) || !read_tax(d, &tax)) return false;
        doc->net = money_add(doc->net, lines[i].net);
        doc->tax = money_add(doc->tax, tax);
    }
    d->row = &draft->rows[0];
    doc->lines = lines;
    doc->line_count = draft->count;
    return true;
}

static bool read_amounts(struct drafting *d, const struct draft *draft, struct document *doc)
{
    if (d->r->has_lines) {
        if (!read_lines(d, draft, doc)) return false;
    } else {
        money total;
        if (!read_money(d, FIELD_AMOUNT, &total) || !read_tax(d, &doc->tax)) return false;
        doc->net = money_sub(total, doc->tax);
    }
    doc->total = money_add(doc->net, doc->tax);
    return true;
}

/* ---- credit notes ---- */

static str decimal_turned(struct arena *mem, str s)
{
    if (s.len == 0 || decimal_sign_of(s) == 0) return s;
    return s.at[0] == '-' ? str_from(s, 1) : str_printf(mem, "-%.*s", STR(s));
}

/* A document below zero is a credit note, and says its amounts above zero. */
static void choose_kind(struct drafting *d, enum document_kind said, struct document *doc)
{
    bool below = doc->total.minor < 0;
    doc->kind = said ? said : below ? DOCUMENT_CREDIT_NOTE : DOCUMENT_INVOICE;
    if (doc->kind != DOCUMENT_CREDIT_NOTE || !below) return;
    struct document_line *lines = (struct document_line *)doc->lines;
    for (ptrdiff_t i = 0; i < doc->line_count; i++) {
        lines[i].net = money_neg(lines[i].net);
        lines[i].quantity = decimal_turned(d->mem, lines[i].quantity);
    }
    doc->net = money_neg(doc->net);
    doc->tax = money_neg(doc->tax);
    doc->total = money_neg(doc->total);
}

/* One tax for the document: its rate follows from the amounts. */
static void add_tax(struct drafting *d, struct document *doc)
{
    if (doc->tax.minor == 0) return;
    struct document_tax *tax = arena_new(d->mem, struct document_tax);
    *tax = (struct document_tax){.name = S("Tax"), .base = doc->net, .tax = doc->tax};
    if (doc->net.minor != 0) {
        wide rate = ((wide)doc->tax.minor * 1000000 + doc->net.minor / 2) / doc->net.minor;
        if (rate > 0 && rate < 10000000) tax->rate_ppm = (int64_t)rate;
    }
    doc->taxes = tax;
    doc->tax_count = 1;
}

/* ---- all of it ---- */

static bool required(struct drafting *d)
{
    if (d->row->problem.len > 0) {
        *d->why = (struct refusal){
            .line = d->row->line, .column = d->row->problem_column, .reason = d->row->problem};
        return false;
    }
    if (field(d, FIELD_NUMBER).len == 0) return refuse_row(d, FIELD_NUMBER, "There is no number.");
    if (field(d, FIELD_CUSTOMER).len == 0)
        return refuse_row(d, FIELD_CUSTOMER,
                          "There is no customer. Say whose such rows are with --set-missing "
                          "customer=NUMBER.");
    return true;
}

bool draft_document(struct arena *mem, const struct reading *r, const struct draft *draft,
                    currency fallback, struct document_draft *out, struct refusal *why)
{
    struct drafting d = {.mem = mem, .r = r, .row = &draft->rows[0], .why = why};
    struct document *doc = &out->document;
    struct opt_date issued;
    enum document_kind said;
    *out = (struct document_draft){0};
    if (!required(&d) || !rows_agree(&d, draft) || !read_currency(&d, fallback)) return false;
    if (!read_day(&d, FIELD_ISSUED, &issued) || !read_day(&d, FIELD_DUE, &doc->due) ||
        !read_day(&d, FIELD_SETTLED, &out->settled))
        return false;
    if (!issued.some) return refuse_row(&d, FIELD_ISSUED, "There is no date of issue.");
    if (!read_yes(&d, FIELD_DISPUTED, &doc->disputed) || !read_kind(&d, &said)) return false;
    if (!read_amounts(&d, draft, doc)) return false;
    choose_kind(&d, said, doc);
    add_tax(&d, doc);

    str terms = field(&d, FIELD_TERMS);
    doc->number = field(&d, FIELD_NUMBER);
    doc->issued = issued.value;
    doc->terms = terms.len > 0 ? terms : r->options->terms;
    doc->po = field(&d, FIELD_PO);
    doc->order_ref = field(&d, FIELD_ORDER);
    doc->note = field(&d, FIELD_REFERENCE);
    doc->custom = d.row->others;
    doc->source = S("import");
    out->customer = field(&d, FIELD_CUSTOMER);
    out->name = field(&d, FIELD_NAME);
    out->email = field(&d, FIELD_EMAIL);
    out->country = field(&d, FIELD_COUNTRY);
    out->entity = field(&d, FIELD_ENTITY);
    out->corrects = field(&d, FIELD_CORRECTS);
    return true;
}
