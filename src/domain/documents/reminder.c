#include "domain/documents/reminder.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "domain/documents/look.h"
#include "domain/documents/parts.h"

enum { REMITTANCE_CHARS = 140, COLUMNS = 5 };

bool reminder_load(struct op *op, int64_t account, date day, struct reminder *out)
{
    struct receivables list;
    *out = (struct reminder){.count = 0};
    if (!account_get(op, account, &out->account)) return false;
    const struct account *a = &out->account;
    struct receivables_filter filter = {.customer = a->customer,
                                        .entity = a->entity,
                                        .show = SHOW_OPEN,
                                        .currency = currency_text(&a->currency),
                                        .due_to = {.some = true, .value = day},
                                        .today = day};
    if (!receivables_all(op, &filter, &list)) return false;
    out->items = arena_array(op->mem, struct reminder_item, list.count);
    out->overdue = out->due = money_of(0, a->currency);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct receivable *r = &list.at[i];
        money open = money_sub(money_sub(r->open, r->reserved), r->disputed);
        if (r->side < 0 || open.minor <= 0) continue;
        out->items[out->count++] = (struct reminder_item){r, open};
        money *sum = date_cmp(r->due, day) < 0 ? &out->overdue : &out->due;
        *sum = money_add(*sum, open);
    }
    return true;
}

void facts_of_reminder(struct arena *mem, const struct lang *lang, const struct reminder *r,
                       const struct customer *customer, date day, struct text_facts *facts)
{
    text_fact(facts, "statement.number",
              str_printf(mem, "%.*s-%.*s", STR(customer->number), STR(date_text(mem, day))));
    text_fact(facts, "statement.day", lang_date(mem, lang, day));
    text_fact(facts, "statement.open", lang_money(mem, lang, money_add(r->overdue, r->due)));
    text_fact(facts, "statement.overdue", lang_money(mem, lang, r->overdue));
}

static void reminder_table(const struct parts *p, const struct reminder *r, struct paper *out)
{
    const struct lang *lang = p->lang;
    money sum = money_add(r->overdue, r->due);
    struct paper_row *rows = arena_array(p->mem, struct paper_row, r->count + 1);
    for (ptrdiff_t i = 0; i < r->count; i++) {
        const struct receivable *item = r->items[i].of;
        str *cells = part_cells(p, COLUMNS);
        cells[0] = item->number;
        cells[1] = item->po;
        cells[2] = lang_date(p->mem, lang, item->issued);
        cells[3] = lang_date(p->mem, lang, item->due);
        cells[4] = lang_amount(p->mem, lang, r->items[i].open);
        rows[i] = (struct paper_row){.cells = cells};
    }
    rows[r->count] = part_total(p, COLUMNS, say(lang, N_("Open")), lang_money(p->mem, lang, sum));
    struct paper_column *columns = arena_array(p->mem, struct paper_column, COLUMNS);
    columns[0] = (struct paper_column){str_of(say(lang, N_("Number"))), false, 26};
    columns[1] = (struct paper_column){str_of(say(lang, N_("Your PO"))), false, 20};
    columns[2] = (struct paper_column){str_of(say(lang, N_("Issued"))), false, 17};
    columns[3] = (struct paper_column){str_of(say(lang, N_("Due"))), false, 17};
    columns[4] = (struct paper_column){str_of(say(lang, N_("Open"))), true, 20};
    part_table(p, columns, COLUMNS, rows, r->count + 1, out);
}

static str reminder_lead(const struct parts *p, const struct reminder *r)
{
    str overdue = lang_money(p->mem, p->lang, r->overdue);
    str due = lang_money(p->mem, p->lang, r->due);
    if (r->due.minor == 0) return part_fill(p, N_("{1} is overdue."), overdue, S(""));
    if (r->overdue.minor == 0) return part_fill(p, N_("{1} is due today."), due, S(""));
    return part_fill(p, N_("{1} is overdue and {2} is due today."), overdue, due);
}

/* The numbers a payer writes, as many as a transfer takes; the customer's number names the rest. */
static str remittance(struct arena *mem, const struct reminder *r, str customer)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < r->count; i++) {
        str number = r->items[i].of->number;
        if (t.len + 1 + number.len > REMITTANCE_CHARS) return customer;
        if (i > 0) text_char(&t, ' ');
        text_add(&t, number);
    }
    return text_str(&t);
}

bool paper_of_reminder(struct op *op, int64_t account, date day, const struct lang *lang, str link,
                       struct paper *out)
{
    struct reminder r;
    struct entity seller;
    struct customer customer;
    struct text_facts facts = {.count = 0};
    if (!reminder_load(op, account, day, &r)) return false;
    if (!entity_get(op, r.account.entity, &seller)) return false;
    if (!customer_get(op, r.account.customer, &customer)) return false;
    if (r.count == 0) return op_fail(op, ERR_CONFLICT, NULL, "Nothing is overdue on this account.");
    if (!lang) lang = lang_find(customer.language);
    struct parts p = {op->mem, lang};
    struct paper_fact *head = arena_array(op->mem, struct paper_fact, 2);
    head[0] = part_fact(&p, N_("Customer"), customer.number);
    head[1] = part_fact(&p, N_("Date"), lang_date(op->mem, lang, day));
    *out = (struct paper){
        .lang = lang,
        .title = part_fill(&p, N_("Reminder of {1}"), lang_date(op->mem, lang, day), S("")),
        .lead = reminder_lead(&p, &r),
        .from = part_seller(&p, &seller),
        .to = part_customer(&p, &customer),
        .facts = head,
        .fact_count = 2,
        .link = link,
        .link_label = str_of(say(lang, N_("See and pay online"))),
        .made_at = day.days * DAY_US,
    };
    reminder_table(&p, &r, out);
    facts_of_seller(&seller, &facts);
    facts_of_customer(&customer, &facts);
    facts_of_reminder(op->mem, lang, &r, &customer, day, &facts);
    struct look look = {
        .seller = &seller,
        .at = op->now,
        .layout = LAYOUT_REMINDER,
        .intro = TEXT_PDF_REMINDER_INTRO,
        .closing = TEXT_PDF_REMINDER_CLOSING,
        .facts = &facts,
    };
    struct transfer transfer = {
        .seller = &seller,
        .amount = money_add(r.overdue, r.due),
        .number = r.count == 1 ? r.items[0].of->number : S(""),
        .remittance = remittance(op->mem, &r, customer.number),
    };
    return paper_look(op, &look, out) && part_transfer(op, &p, &transfer, out);
}

bool reminder_issue(struct op *op, int64_t wish, int64_t account, date day, str link)
{
    struct paper paper;
    struct kept kept;
    str pdf;
    return paper_of_reminder(op, account, day, NULL, link, &paper) && paper_pdf(op, &paper, &pdf) &&
           kept_put(op, KEPT_REMINDER, wish, paper_file_name(op->mem, &paper), pdf, &kept);
}
