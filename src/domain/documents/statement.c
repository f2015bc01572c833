/* Statements of account: the open items of a day, or what happened between two days. Both are read
 * by the same statements as the portal's pages, so that they cannot differ (domain.md rule 45). */
#include "base/arena.h"
#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/look.h"
#include "domain/documents/papers.h"
#include "domain/documents/parts.h"
#include "domain/ledger/ledger.h"

static bool heads(struct op *op, const struct parts *p, int64_t account, struct account *a,
                  struct paper *out)
{
    struct entity seller;
    struct customer customer;
    if (!account_get(op, account, a) || !entity_get(op, a->entity, &seller)) return false;
    if (!customer_get(op, a->customer, &customer)) return false;
    struct paper_fact *facts = arena_array(p->mem, struct paper_fact, 2);
    facts[0] = part_fact(p, N_("Customer"), customer.number);
    facts[1] = part_fact(p, N_("Currency"), lang_currency_name(p->mem, p->lang, a->currency));
    *out = (struct paper){
        .lang = p->lang,
        .from = part_seller(p, &seller),
        .to = part_customer(p, &customer),
        .facts = facts,
        .fact_count = 2,
    };
    return true;
}

/* What is open now, as the portal lists it. */
static bool open_now(struct op *op, const struct account *a, date today, struct open_items *out)
{
    struct receivables items;
    struct receivables_filter filter = {.customer = a->customer,
                                        .entity = a->entity,
                                        .show = SHOW_OPEN,
                                        .currency = currency_text(&a->currency),
                                        .today = today};
    if (!receivables_all(op, &filter, &items)) return false;
    *out = (struct open_items){arena_array(op->mem, struct open_item, items.count), items.count};
    for (ptrdiff_t i = 0; i < items.count; i++) {
        const struct receivable *r = &items.at[i];
        out->at[i] = (struct open_item){
            .side = r->side,
            .number = r->number,
            .po = r->po,
            .issued = r->issued,
            .due = r->due,
            .open = r->open,
        };
    }
    return true;
}

static void open_table(const struct parts *p, const struct account *a,
                       const struct open_items *items, struct paper_table *out, money *balance)
{
    const struct lang *lang = p->lang;
    money sum = money_of(0, a->currency);
    struct paper_row *rows = arena_array(p->mem, struct paper_row, items->count + 1);
    for (ptrdiff_t i = 0; i < items->count; i++) {
        const struct open_item *r = &items->at[i];
        money open = money_scale(r->open, r->side, 1, ROUND_DOWN);
        str *cells = part_cells(p, 5);
        cells[0] = r->number;
        cells[1] = r->po;
        cells[2] = lang_date(p->mem, lang, r->issued);
        cells[3] = r->side > 0 ? lang_date(p->mem, lang, r->due) : S("");
        cells[4] = lang_amount(p->mem, lang, open);
        rows[i] = (struct paper_row){.cells = cells};
        sum = money_add(sum, open);
    }
    str total = lang_money(p->mem, lang, sum);
    rows[items->count] = part_total(p, 5, say(lang, N_("Open")), total);
    struct paper_column *columns = arena_array(p->mem, struct paper_column, 5);
    columns[0] = (struct paper_column){str_of(say(lang, N_("Number"))), false, 26};
    columns[1] = (struct paper_column){str_of(say(lang, N_("Your PO"))), false, 20};
    columns[2] = (struct paper_column){str_of(say(lang, N_("Issued"))), false, 17};
    columns[3] = (struct paper_column){str_of(say(lang, N_("Due"))), false, 17};
    columns[4] = (struct paper_column){str_of(say(lang, N_("Open"))), true, 20};
    *out = (struct paper_table){
        .columns = columns, .column_count = 5, .rows = rows, .row_count = items->count + 1};
    *balance = sum;
}

bool paper_of_open_items(struct op *op, int64_t account, const struct lang *lang, date today,
                         struct paper *out)
{
    struct parts p = {op->mem, lang};
    struct account a;
    money sum;
    struct paper_table *table = arena_new(op->mem, struct paper_table);
    struct open_items items;
    if (!heads(op, &p, account, &a, out) || !open_now(op, &a, today, &items)) return false;
    open_table(&p, &a, &items, table, &sum);
    out->tables = table, out->table_count = 1;
    out->title = part_fill(&p, N_("Statement of {1}"), lang_date(op->mem, lang, today), S(""));
    out->lead = part_fill(&p, N_("{1} is open."), lang_money(op->mem, lang, sum), S(""));
    out->made_at = today.days * DAY_US;
    return true;
}

static const char *row_words(str kind)
{
    static const struct {
        const char *kind, *words;
    } known[] = {
        {"invoice", N_("Invoice")},
        {"credit_note", N_("Credit note")},
        {"payment", N_("Payment")},
        {"identified", N_("Payment")},
        {"deduction", N_("Deduction")},
        {"tolerance", N_("Small difference written off")},
        {"return", N_("Returned by the bank")},
        {"refund", N_("Refund")},
    };
    for (ptrdiff_t i = 0; i < COUNT(known); i++)
        if (str_eq(kind, str_of(known[i].kind))) return known[i].words;
    return N_("Entry");
}

static bool activity_table(struct op *op, const struct parts *p, int64_t account, date from,
                           date to, instant since, struct paper_table *out, money *balance)
{
    const struct lang *lang = p->lang;
    struct activity act;
    ptrdiff_t late;
    if (!receivables_activity_since(op, account, from, to, since, &act, &late)) return false;

    struct paper_row *rows = arena_array(op->mem, struct paper_row, act.count + 2);
    str *before = part_cells(p, 5);
    before[0] = lang_date(op->mem, lang, from);
    before[1] = str_of(say(lang, N_("Balance before")));
    before[4] = lang_amount(op->mem, lang, act.before);
    rows[0] = (struct paper_row){.cells = before};
    for (ptrdiff_t i = 0; i < act.count; i++) {
        const struct activity_row *row = &act.at[i];
        str *cells = part_cells(p, 5);
        cells[0] = lang_date(op->mem, lang, row->effective);
        cells[1] = str_of(say(lang, row_words(row->kind)));
        cells[2] = row->number;
        cells[3] = lang_amount(op->mem, lang, row->amount);
        cells[4] = lang_amount(op->mem, lang, row->balance);
        rows[i + 1] = (struct paper_row){.cells = cells};
        if (i < late) rows[i + 1].under = str_of(say(lang, N_("recorded late")));
    }
    str after = lang_money(op->mem, lang, act.after);
    rows[act.count + 1] = part_total(p, 5, say(lang, N_("Balance after")), after);
    struct paper_column *columns = arena_array(op->mem, struct paper_column, 5);
    columns[0] = (struct paper_column){str_of(say(lang, N_("Date"))), false, 17};
    columns[1] = (struct paper_column){str_of(say(lang, N_("Entry"))), false, 26};
    columns[2] = (struct paper_column){str_of(say(lang, N_("Number"))), false, 21};
    columns[3] = (struct paper_column){str_of(say(lang, N_("Amount"))), true, 18};
    columns[4] = (struct paper_column){str_of(say(lang, N_("Balance"))), true, 18};
    *out = (struct paper_table){
        .columns = columns, .column_count = 5, .rows = rows, .row_count = act.count + 2};
    *balance = act.after;
    return true;
}

bool paper_of_activity(struct op *op, int64_t account, const struct lang *lang, date from, date to,
                       struct paper *out)
{
    struct parts p = {op->mem, lang};
    struct account a;
    money after;
    struct paper_table *table = arena_new(op->mem, struct paper_table);
    if (!heads(op, &p, account, &a, out)) return false;
    if (!activity_table(op, &p, account, from, to, 0, table, &after)) return false;
    out->tables = table, out->table_count = 1;
    out->title = part_fill(&p, N_("Account from {1} to {2}"), lang_date(op->mem, lang, from),
                           lang_date(op->mem, lang, to));
    out->lead = part_fill(&p, N_("The balance is {1}."), lang_money(op->mem, lang, after), S(""));
    out->made_at = to.days * DAY_US;
    return true;
}

/* ---- as it is issued ---- */

/* One account's table of a statement: everything as of its last day. */
static bool statement_table(struct op *op, const struct parts *p,
                            const struct statement_words *words, const struct account *a,
                            struct paper_table *out, money *sum)
{
    struct open_items items;
    if (words->activity)
        return activity_table(op, p, a->id, words->from, words->to, words->late_since, out, sum);
    if (!receivables_open_then(op, a->id, words->to, op->now, &items)) return false;
    open_table(p, a, &items, out, sum);
    return true;
}

static bool statement_tables(struct op *op, const struct parts *p,
                             const struct statement_words *words, const struct accounts *accounts,
                             struct paper *out, money *balance)
{
    struct paper_table *tables = arena_array(op->mem, struct paper_table, accounts->count);
    for (ptrdiff_t i = 0; i < accounts->count; i++) {
        const struct account *a = &accounts->at[i];
        struct customer whose;
        money sum;
        if (!statement_table(op, p, words, a, &tables[i], &sum) ||
            !customer_get(op, a->customer, &whose))
            return false;
        if (accounts->count > 1)
            tables[i].title = str_printf(op->mem, "%.*s, %.*s", STR(whose.name), STR(whose.number));
        *balance = i == 0 ? sum : money_add(*balance, sum);
    }
    out->tables = tables, out->table_count = accounts->count;
    return true;
}

static bool statement_look(struct op *op, const struct statement_words *words, money balance,
                           struct paper *out, const struct entity *seller,
                           const struct customer *customer)
{
    struct text_facts facts = {.count = 0};
    facts_of_seller(seller, &facts);
    facts_of_customer(customer, &facts);
    text_fact(&facts, "statement.number", words->number);
    text_fact(&facts, "statement.day", lang_date(op->mem, out->lang, words->to));
    text_fact(&facts, "statement.open", lang_money(op->mem, out->lang, balance));
    struct look look = {
        .seller = seller,
        .at = op->now,
        .layout = LAYOUT_STATEMENT,
        .intro = TEXT_PDF_STATEMENT_INTRO,
        .closing = TEXT_COUNT,
        .facts = &facts,
    };
    return paper_look(op, &look, out);
}

bool paper_of_statement(struct op *op, const struct statement_words *words,
                        const struct accounts *accounts, struct paper *out, money *balance)
{
    struct entity seller;
    struct customer customer;
    struct account a;
    if (!customer_get(op, words->customer, &customer)) return false;
    if (!entity_get(op, accounts->at[0].entity, &seller)) return false;
    struct parts p = {op->mem, words->lang ? words->lang : lang_find(customer.language)};
    if (!heads(op, &p, accounts->at[0].id, &a, out)) return false;
    if (!statement_tables(op, &p, words, accounts, out, balance)) return false;
    str first = lang_date(op->mem, p.lang, words->from),
        last = lang_date(op->mem, p.lang, words->to);
    str sum = lang_money(op->mem, p.lang, *balance);
    out->to = part_customer(&p, &customer);
    out->title = part_fill(&p, N_("Statement {1}"), words->number, S(""));
    out->lead = words->activity ? part_fill(&p, N_("From {1} to {2}."), first, last)
                                : part_fill(&p, N_("Open items of {1}."), last, S(""));
    out->lead = str_printf(op->mem, "%.*s %.*s", STR(out->lead),
                           STR(part_fill(&p, N_("The balance is {1}."), sum, S(""))));
    out->link = words->link;
    out->link_label = str_of(say(p.lang, N_("See and pay online")));
    out->made_at = op->now;
    return statement_look(op, words, *balance, out, &seller, &customer);
}
