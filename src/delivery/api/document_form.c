#include "delivery/api/document_form.h"

#include "base/arena.h"
#include "delivery/api/api.h"

enum { RATE_PPM_OF_A_PERCENT = 10000, RATES_MAX = 20 };

struct line_form {
    str sku, description, quantity, unit, unit_price, tax_rate;
    struct money_input net;
};

#define OF(type, field) .offset = offsetof(struct type, field)

static const struct input line_inputs[] = {
    {.name = "sku", .type = INPUT_TEXT, OF(line_form, sku), .longest = 60},
    {.name = "description", .type = INPUT_TEXT, OF(line_form, description), .longest = 500},
    {.name = "quantity",
     .type = INPUT_TEXT,
     OF(line_form, quantity),
     .longest = 30,
     .about = "A decimal, as the document says it."},
    {.name = "unit", .type = INPUT_TEXT, OF(line_form, unit), .longest = 20},
    {.name = "unit_price", .type = INPUT_TEXT, OF(line_form, unit_price), .longest = 30},
    {.name = "net", .type = INPUT_MONEY, OF(line_form, net), .required = true},
    {.name = "tax_rate",
     .type = INPUT_TEXT,
     OF(line_form, tax_rate),
     .longest = 12,
     .about = "Percent: \"19\" or \"7.7\". Left out: no tax."},
    {0},
};

const struct input document_inputs[] = {
    {.name = "customer",
     .type = INPUT_ID,
     OF(document_form, customer),
     .kind = "cus",
     .required = true},
    {.name = "entity",
     .type = INPUT_TEXT,
     OF(document_form, entity),
     .about = "Whose document it is, by its code; the first entity if not said."},
    {.name = "number",
     .type = INPUT_TEXT,
     OF(document_form, number),
     .longest = 60,
     .about = "The next of the entity's series if not said."},
    {.name = "issued",
     .type = INPUT_DATE,
     OF(document_form, issued),
     .about = "Today in the entity's time zone if not said."},
    {.name = "due",
     .type = INPUT_DATE,
     OF(document_form, due),
     .about = "By the terms if not said."},
    {.name = "terms",
     .type = INPUT_TEXT,
     OF(document_form, terms),
     .about = "The customer's if not said."},
    {.name = "po", .type = INPUT_TEXT, OF(document_form, po)},
    {.name = "order", .type = INPUT_TEXT, OF(document_form, order)},
    {.name = "delivery", .type = INPUT_TEXT, OF(document_form, delivery)},
    {.name = "note", .type = INPUT_TEXT, OF(document_form, note), .longest = 2000},
    {.name = "corrects",
     .type = INPUT_ID,
     OF(document_form, corrects),
     .kind = "inv",
     .about = "Of a credit note: the invoice it corrects."},
    {.name = "lines",
     .type = INPUT_LIST,
     OF(document_form, lines),
     .each = line_inputs,
     .each_size = sizeof(struct line_form)},
    {.name = "total", .type = INPUT_MONEY, OF(document_form, total)},
    {.name = "tax", .type = INPUT_MONEY, OF(document_form, tax)},
    {.name = "notify",
     .type = INPUT_BOOL,
     OF(document_form, notify),
     .about = "Tells the customer's contacts by mail."},
    {0},
};

str rate_text(struct arena *mem, struct opt_i64 ppm)
{
    if (!ppm.some) return S("");
    str all = str_printf(mem, "%lld.%04lld", (long long)(ppm.value / RATE_PPM_OF_A_PERCENT),
                         (long long)(ppm.value % RATE_PPM_OF_A_PERCENT));
    while (all.at[all.len - 1] == '0') all.len--;
    if (all.at[all.len - 1] == '.') all.len--;
    return all;
}

/* "7.7" is 77000: percent with at most four decimals, below 1000. */
static bool rate_from(str text, struct opt_i64 *out)
{
    struct str_pair parts = str_cut(text, '.');
    int64_t whole, part = 0;
    *out = (struct opt_i64){0};
    if (text.len == 0) return true;
    if (!str_to_i64(parts.head, &whole) || whole < 0 || whole >= 1000) return false;
    if (parts.found && (!str_to_i64(parts.tail, &part) || part < 0 || parts.tail.len > 4))
        return false;
    for (ptrdiff_t digits = parts.tail.len; digits < 4; digits++) part *= 10;
    *out = SOME_I64(whole * RATE_PPM_OF_A_PERCENT + part);
    return true;
}

static bool line_read(struct op *op, const struct line_form *in, ptrdiff_t i,
                      struct document_line *out)
{
    const char *net = str_z(op->mem, str_printf(op->mem, "lines[%td].net", i));
    *out = (struct document_line){
        .sku = in->sku,
        .description = in->description,
        .quantity = in->quantity,
        .unit = in->unit,
        .unit_price = in->unit_price,
    };
    if (!rate_from(in->tax_rate, &out->tax_rate_ppm))
        return op_fail(
            op, ERR_INVALID, str_z(op->mem, str_printf(op->mem, "lines[%td].tax_rate", i)),
            "“%.*s” is not a tax rate. Write it in percent, like 19 or 7.7.", STR(in->tax_rate));
    return api_money(op, net, &in->net, true, &out->net);
}

/* The tax of one rate, over all its lines. */
static bool tax_add(struct op *op, const struct document_line *line, struct document_tax *taxes,
                    ptrdiff_t *count)
{
    ptrdiff_t i = 0;
    if (!line->tax_rate_ppm.some) return true;
    while (i < *count && taxes[i].rate_ppm != line->tax_rate_ppm.value) i++;
    if (i == RATES_MAX)
        return op_fail(op, ERR_INVALID, "lines", "Use at most %d tax rates in a document.",
                       RATES_MAX);
    if (i == *count)
        taxes[(*count)++] = (struct document_tax){.name = S(""),
                                                  .rate_ppm = line->tax_rate_ppm.value,
                                                  .base = money_of(0, line->net.cur)};
    taxes[i].base = money_add(taxes[i].base, line->net);
    return true;
}

static bool read_lines(struct op *op, const struct document_form *form, struct document *out)
{
    const struct line_form *in = form->lines.at;
    struct document_line *lines = arena_array(op->mem, struct document_line, form->lines.count);
    struct document_tax *taxes = arena_array(op->mem, struct document_tax, RATES_MAX);
    for (ptrdiff_t i = 0; i < form->lines.count; i++) {
        if (!line_read(op, &in[i], i, &lines[i])) return false;
        if (i == 0) out->net = out->tax = money_of(0, lines[0].net.cur);
        if (!currency_eq(lines[i].net.cur, out->net.cur))
            return op_fail(op, ERR_INVALID, "lines", "Use one currency in a document.");
        out->net = money_add(out->net, lines[i].net);
        if (!tax_add(op, &lines[i], taxes, &out->tax_count)) return false;
    }
    for (ptrdiff_t i = 0; i < out->tax_count; i++) {
        taxes[i].tax = money_scale(taxes[i].base, taxes[i].rate_ppm, 1000000, ROUND_HALF_UP);
        out->tax = money_add(out->tax, taxes[i].tax);
    }
    out->total = money_add(out->net, out->tax);
    out->lines = lines, out->line_count = form->lines.count;
    out->taxes = taxes;
    return true;
}

/* Given beside the lines they must agree; without lines they are all there is. */
static bool read_totals(struct op *op, const struct document_form *form, struct document *out)
{
    money total, tax;
    bool lines = out->line_count > 0, has_total = form->total.value.len > 0;
    if (!lines && !has_total)
        return op_fail(op, ERR_INVALID, "lines", "Give the lines of the document, or its total.");
    if (has_total && !api_money(op, "total", &form->total, false, &total)) return false;
    if (lines && has_total &&
        (!currency_eq(total.cur, out->total.cur) || !money_eq(total, out->total)))
        return op_fail(op, ERR_INVALID, "total", "The lines and their taxes come to %.*s %s.",
                       STR(money_text(op->mem, out->total)), out->total.cur.code);
    tax = money_of(0, lines ? out->total.cur : total.cur);
    if (form->tax.value.len > 0 && !api_money(op, "tax", &form->tax, false, &tax)) return false;
    if (!currency_eq(tax.cur, lines ? out->total.cur : total.cur))
        return op_fail(op, ERR_INVALID, "tax", "Use one currency in a document.");
    if (lines)
        return form->tax.value.len == 0 || money_eq(tax, out->tax) ||
               op_fail(op, ERR_INVALID, "tax", "The taxes of the lines come to %.*s %s.",
                       STR(money_text(op->mem, out->tax)), out->tax.cur.code);
    out->net = money_sub(total, tax);
    out->tax = tax;
    out->total = total;
    return true;
}

bool document_read(struct op *op, const struct document_form *form, enum document_kind kind,
                   date today, struct document *out)
{
    struct entity entity;
    struct customer customer;
    if (!api_entity(op, form->entity, &entity) || !customer_get(op, form->customer, &customer))
        return false;
    *out = (struct document){
        .entity = entity.id,
        .customer = form->customer,
        .kind = kind,
        .number = form->number,
        .issued = form->issued.some ? form->issued.value : today,
        .due = form->due,
        .terms = form->terms,
        .po = form->po,
        .order_ref = form->order,
        .delivery = form->delivery,
        .note = form->note,
        .corrects = form->corrects,
        .source = S("api"),
    };
    if (form->corrects && kind == DOCUMENT_INVOICE)
        return op_fail(op, ERR_INVALID, "corrects", "Only a credit note corrects an invoice.");
    if (!form->issued.some) out->issued = entity_today(op, &entity);
    return read_lines(op, form, out) && read_totals(op, form, out);
}
