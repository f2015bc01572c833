/* Invoices and credit notes. Receipts are in receipts.c, statements in statement.c. */
#include "domain/documents/papers.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/customers/terms.h"
#include "domain/documents/look.h"
#include "domain/documents/parts.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/payments.h"

bool paper_language(struct op *op, int64_t customer, const struct lang **out)
{
    struct customer c;
    if (!customer_get(op, customer, &c)) return false;
    *out = lang_find(c.language);
    return true;
}

str paper_file_name(struct arena *mem, const struct paper *paper)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < paper->title.len; i++) {
        char c = paper->title.at[i];
        text_char(&t, c == '/' || c == '\\' || c == ':' ? '-' : c);
    }
    text_add(&t, S(".pdf"));
    return text_str(&t);
}

static void document_facts(const struct parts *p, const struct document *d,
                           const struct customer *customer, struct paper *out)
{
    struct paper_fact *facts = arena_array(p->mem, struct paper_fact, 8);
    ptrdiff_t n = 0;
    facts[n++] = part_fact(p, N_("Customer"), customer->number);
    facts[n++] = part_fact(p, N_("Issued"), lang_date(p->mem, p->lang, d->issued));
    if (d->kind == DOCUMENT_INVOICE && d->due.some)
        facts[n++] = part_fact(p, N_("Due"), lang_date(p->mem, p->lang, d->due.value));
    if (d->kind == DOCUMENT_INVOICE && d->terms.len > 0)
        facts[n++] = part_fact(p, N_("Terms"), terms_words(p->mem, p->lang, d->terms));
    if (d->po.len > 0) facts[n++] = part_fact(p, N_("Your PO"), d->po);
    if (d->order_ref.len > 0) facts[n++] = part_fact(p, N_("Order"), d->order_ref);
    if (d->delivery.len > 0) facts[n++] = part_fact(p, N_("Delivery note"), d->delivery);
    out->facts = facts, out->fact_count = n;
}

static str quantity_words(const struct parts *p, const struct document_line *line)
{
    if (line->unit.len == 0) return line->quantity;
    return str_printf(p->mem, "%.*s %.*s", STR(line->quantity), STR(line->unit));
}

static str price_words(const struct parts *p, const struct document_line *line, currency cur)
{
    money price;
    bool lost;
    if (!money_from_decimal(line->unit_price, cur, ROUND_EXACT, &price, &lost))
        return line->unit_price;
    return lang_amount(p->mem, p->lang, price);
}

/* "VAT 19% of €1,576.47" */
static str tax_words(const struct parts *p, const struct document_tax *tax)
{
    struct text t = {.mem = p->mem};
    const char *rest = say(p->lang, N_("{1} {2} of {3}"));
    str name = str_eq(tax->name, S("VAT")) ? str_of(say(p->lang, N_("VAT"))) : tax->name;
    for (int hole; (hole = say_step(&t, &rest)) > 0;)
        text_add(&t, hole == 1   ? name
                     : hole == 2 ? lang_percent(p->mem, p->lang, tax->rate_ppm)
                                 : lang_money(p->mem, p->lang, tax->base));
    return text_str(&t);
}

static void document_table(const struct parts *p, const struct document *d, struct paper *out)
{
    ptrdiff_t n = 0;
    struct paper_row *rows =
        arena_array(p->mem, struct paper_row, d->line_count + d->tax_count + 3);
    for (ptrdiff_t i = 0; i < d->line_count; i++) {
        const struct document_line *line = &d->lines[i];
        str *cells = part_cells(p, 4);
        cells[0] = line->description.len > 0 ? line->description : line->sku;
        cells[1] = quantity_words(p, line);
        cells[2] = price_words(p, line, d->total.cur);
        cells[3] = lang_amount(p->mem, p->lang, line->net);
        rows[n++] = (struct paper_row){.cells = cells,
                                       .under = line->description.len > 0 ? line->sku : S("")};
    }
    if (d->tax_count > 0 || d->tax.minor != 0) {
        rows[n++] = part_total(p, 4, say(p->lang, N_("Net")), lang_amount(p->mem, p->lang, d->net));
        for (ptrdiff_t i = 0; i < d->tax_count; i++) {
            str *cells = part_cells(p, 4);
            cells[0] = tax_words(p, &d->taxes[i]);
            cells[3] = lang_amount(p->mem, p->lang, d->taxes[i].tax);
            rows[n++] = (struct paper_row){.cells = cells};
        }
    }
    rows[n++] = part_total(p, 4, say(p->lang, N_("Total")), lang_money(p->mem, p->lang, d->total));
    struct paper_column *columns = arena_array(p->mem, struct paper_column, 4);
    columns[0] = (struct paper_column){str_of(say(p->lang, N_("Item"))), false, 46};
    columns[1] = (struct paper_column){str_of(say(p->lang, N_("Quantity"))), true, 16};
    columns[2] = (struct paper_column){str_of(say(p->lang, N_("Price"))), true, 18};
    columns[3] = (struct paper_column){str_of(say(p->lang, N_("Amount"))), true, 20};
    part_table(p, columns, 4, rows, n, out);
}

static str document_lead(const struct parts *p, const struct document *d)
{
    str amount = lang_money(p->mem, p->lang, d->total);
    if (d->total.minor == 0) return str_of(say(p->lang, N_("Nothing is to be paid.")));
    if (d->kind == DOCUMENT_CREDIT_NOTE)
        return part_fill(p, N_("{1} to your credit."), amount, S(""));
    if (!d->due.some) return part_fill(p, N_("{1} is due."), amount, S(""));
    return part_fill(p, N_("{1} is due on {2}."), amount,
                     lang_date_long(p->mem, p->lang, d->due.value));
}

bool paper_of_document(struct op *op, int64_t document, const struct lang *lang, str link,
                       struct paper *out)
{
    struct document d;
    struct entity seller;
    struct customer customer;
    if (!document_get(op, document, &d)) return false;
    if (!entity_get_at(op, d.entity, d.recorded, &seller)) return false;
    if (!customer_get_at(op, d.customer, d.recorded, &customer)) return false;
    if (!lang) lang = lang_find(customer.language);
    struct parts p = {op->mem, lang};
    bool invoice = d.kind == DOCUMENT_INVOICE;
    *out = (struct paper){
        .lang = lang,
        .title =
            part_fill(&p, invoice ? N_("Invoice {1}") : N_("Credit note {1}"), d.number, S("")),
        .lead = document_lead(&p, &d),
        .from = part_seller(&p, &seller),
        .to = part_customer(&p, &customer),
        .notes = d.note,
        .link = link,
        .link_label = str_of(say(lang, invoice ? N_("See and pay online") : N_("See online"))),
        .made_at = d.issued.days * DAY_US,
    };
    document_facts(&p, &d, &customer, out);
    document_table(&p, &d, out);
    struct text_facts facts = {.count = 0};
    facts_of_seller(&seller, &facts);
    facts_of_customer(&customer, &facts);
    facts_of_document(op->mem, lang, &d, &facts);
    struct look look = {
        .seller = &seller,
        .at = d.recorded,
        .layout = invoice ? LAYOUT_INVOICE : LAYOUT_CREDIT_NOTE,
        .intro = invoice ? TEXT_PDF_INVOICE_INTRO : TEXT_PDF_CREDIT_INTRO,
        .closing = invoice ? TEXT_PDF_INVOICE_CLOSING : TEXT_PDF_CREDIT_CLOSING,
        .facts = &facts,
    };
    if (!paper_look(op, &look, out)) return false;
    if (!invoice || d.total.minor == 0) return true;
    struct transfer transfer = {.seller = &seller, .amount = d.total, .number = d.number};
    return part_transfer(op, &p, &transfer, out);
}
