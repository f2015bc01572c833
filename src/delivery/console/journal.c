#include "delivery/console/journal.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "delivery/console/books.h"
#include "delivery/portal/downloads.h"
#include "domain/reports/journal.h"

#define HERE "/console/journal"
enum { PAGE_ENTRIES = 40, DAYS = 31, CSV_ENTRIES = 10000 };

static const char *const kinds[] = {
    "invoice",     "credit_note",  "payment",   "receipt",     "identified", "allocation",
    "application", "unallocation", "deduction", "billed_back", "tolerance",  "discount",
    "write_off",   "undone",       "return",    "refund",      "payout",     NULL};

struct journal_form {
    struct opt_date from, to;
    str gl, kind, customer, amount;
    int64_t below;
};
static const struct input journal_inputs[] = {
    {.name = "from", .type = INPUT_DATE, .offset = offsetof(struct journal_form, from)},
    {.name = "to", .type = INPUT_DATE, .offset = offsetof(struct journal_form, to)},
    {.name = "gl",
     .type = INPUT_TEXT,
     .offset = offsetof(struct journal_form, gl),
     .longest = 10,
     .about = "The account: 1100"},
    {.name = "kind",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct journal_form, kind),
     .choices = kinds},
    {.name = "customer",
     .type = INPUT_TEXT,
     .offset = offsetof(struct journal_form, customer),
     .about = "The number of a customer"},
    {.name = "amount",
     .type = INPUT_TEXT,
     .offset = offsetof(struct journal_form, amount),
     .longest = 40,
     .about = "Of one posting, in any currency"},
    {.name = "below",
     .type = INPUT_ID,
     .offset = offsetof(struct journal_form, below),
     .kind = "ent",
     .about = "Entries before this one"},
    {.name = NULL},
};

static struct journal_filter filter_of(struct request *rq, int limit)
{
    const struct journal_form *f = rq->in;
    date to = f->to.some ? f->to.value : rq->today;
    return (struct journal_filter){
        .from = f->from.some ? f->from.value : date_plus(to, -DAYS),
        .to = to,
        .gl = f->gl,
        .kind = f->kind,
        .customer = f->customer,
        .amount = f->amount,
        .below = f->below,
        .limit = limit,
    };
}

static struct url link_of(struct request *rq, const struct journal_filter *f, const char *then,
                          int64_t below)
{
    struct arena *mem = rq->op.mem;
    str last = below ? place_id(rq, PLACE_ENTRY, below) : S("");
    return url_printf(
        mem, HERE "%s?from=%.*s&to=%.*s&gl=%.*s&kind=%.*s&customer=%.*s&amount=%.*s&below=%.*s",
        then, STR(date_text(mem, f->from)), STR(date_text(mem, f->to)), STR(url_encode(mem, f->gl)),
        STR(f->kind), STR(url_encode(mem, f->customer)), STR(url_encode(mem, f->amount)),
        STR(last));
}

static bool filters_of(struct request *rq, const struct journal_filter *f, bool amount,
                       struct listing *v)
{
    struct arena *mem = rq->op.mem;
    struct gl_accounts accounts;
    if (!gl_accounts(&rq->op, &accounts)) return false;
    struct answer *gls = arena_array(mem, struct answer, accounts.count + 1);
    struct answer *all_kinds = arena_array(mem, struct answer, COUNT(kinds));
    gls[0] = all_kinds[0] = (struct answer){S(""), said(rq, "All")};
    for (ptrdiff_t i = 0; i < accounts.count; i++)
        gls[i + 1] = (struct answer){accounts.at[i].code,
                                     account_words(rq, accounts.at[i].code, accounts.at[i].name)};
    for (ptrdiff_t i = 0; kinds[i]; i++)
        all_kinds[i + 1] = (struct answer){str_of(kinds[i]), entry_words(rq, str_of(kinds[i]))};
    ask(rq, &v->filters, ASK_DATE, "from", N_("From"), date_text(mem, f->from));
    ask(rq, &v->filters, ASK_DATE, "to", N_("Until"), date_text(mem, f->to));
    struct question *q = ask(rq, &v->filters, ASK_SELECT, "gl", N_("Account"), f->gl);
    q->answers = gls;
    q->answer_count = accounts.count + 1;
    q = ask(rq, &v->filters, ASK_SELECT, "kind", N_("Kind"), f->kind);
    q->answers = all_kinds;
    q->answer_count = COUNT(kinds);
    ask(rq, &v->filters, ASK_LINE, "customer", N_("Customer number"), f->customer);
    if (amount) ask(rq, &v->filters, ASK_LINE, "amount", N_("Amount"), f->amount);
    return true;
}

static void act_add(struct listing *v, str words, struct url link)
{
    v->acts[v->act_count++] = (struct link_words){words, link, false};
}

static struct reply journal_show(struct request *rq)
{
    struct journal_filter f = filter_of(rq, PAGE_ENTRIES);
    struct entry_lines lines;
    int64_t last;
    if (!journal_find(&rq->op, &f, &lines, &last)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Journal"),
        .under = said(rq, "What was posted, the newest first. Debits and credits of every entry "
                          "are equal."),
        .here = url_of(S(HERE)),
        .has_filter = f.gl.len > 0 || f.kind.len > 0 || f.customer.len > 0 || f.amount.len > 0,
        .clear = url_of(S(HERE)),
        .clear_words = said(rq, "Show everything of the last days"),
        .grid = grid_of_entries(rq, &lines),
    };
    v.grid.nothing = said(rq, "Nothing was posted in these days.");
    act_add(&v, said(rq, "Totals by account"), link_of(rq, &f, "/totals", 0));
    act_add(&v, said(rq, "Export as CSV"), link_of(rq, &f, ".csv", 0));
    if (!filters_of(rq, &f, true, &v)) return reply_errors(rq);
    v.grid.has_next = last != 0;
    v.grid.next = link_of(rq, &f, "", last);
    return reply_listing(rq, HERE, &v);
}

/* ---- what each account moved ---- */

static struct reply totals_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Account")},  {GRID_NUMBER, N_("Postings")},  {GRID_MONEY, N_("Debit")},
        {GRID_MONEY, N_("Credit")}, {GRID_MONEY, N_("Difference")},
    };
    struct journal_filter f = filter_of(rq, PAGE_ENTRIES);
    struct journal_sums sums;
    if (!journal_sums(&rq->op, &f, &sums)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Totals by account"),
        .under = said(rq, "What was debited and credited in these days, by account and currency."),
        .here = url_of(S(HERE "/totals")),
        .grid = grid_of(rq, N_("Totals by account"), N_("Nothing was posted in these days."),
                        headings, COUNT(headings), sums.count),
    };
    for (ptrdiff_t i = 0; i < sums.count; i++) {
        const struct journal_sum *s = &sums.at[i];
        struct journal_filter one = f;
        struct grid_cell *row = grid_row(&v.grid);
        one.gl = s->gl;
        struct url entries = link_of(rq, &one, "", 0);
        row[0] = grid_link(account_words(rq, s->gl, s->gl_name), entries);
        row[0].small = str_copy(rq->op.mem, str_of(s->debit.cur.code));
        row[1] = grid_count(rq, s->count, entries);
        row[2] = grid_money_link(s->debit, entries);
        row[3] = grid_money_link(s->credit, entries);
        row[4] = grid_money_link(money_sub(s->debit, s->credit), entries);
        row[4].strong = true;
    }
    act_add(&v, said(rq, "The entries"), link_of(rq, &f, "", 0));
    if (!filters_of(rq, &f, false, &v)) return reply_errors(rq);
    return reply_listing(rq, HERE, &v);
}

/* ---- a file ---- */

static void csv_line(struct request *rq, struct text *t, const struct entry_line *l)
{
    struct arena *mem = rq->op.mem;
    bool debit = l->amount.minor > 0;
    csv_cell(t, place_id(rq, PLACE_ENTRY, l->entry));
    csv_cell(t, l->kind);
    csv_date(t, l->effective);
    csv_date(t, clock_date(l->recorded, rq->app->time_zone));
    csv_cell(t, l->actor);
    csv_cell(t, l->gl);
    csv_cell(t, l->gl_name);
    csv_cell(t, l->item_number);
    csv_cell(t, str_copy(mem, str_of(l->amount.cur.code)));
    csv_amount(t, debit ? l->amount : money_of(0, l->amount.cur));
    csv_amount(t, debit ? money_of(0, l->amount.cur) : money_neg(l->amount));
    csv_cell(t, l->note);
    csv_end(t);
}

static struct reply journal_csv(struct request *rq)
{
    static const char *const names[] = {"entry",    "kind",    "effective", "recorded",
                                        "by",       "account", "name",      "item",
                                        "currency", "debit",   "credit",    "note"};
    struct journal_filter f = filter_of(rq, CSV_ENTRIES);
    struct entry_lines lines;
    struct text t = {.mem = rq->op.mem};
    int64_t last;
    if (!journal_find(&rq->op, &f, &lines, &last)) return reply_errors(rq);
    if (last != 0) {
        (void)op_fail(&rq->op, ERR_INVALID, "from",
                      "More than %d entries match: choose fewer days, or use an export.",
                      CSV_ENTRIES);
        return reply_errors(rq);
    }
    for (ptrdiff_t i = 0; i < COUNT(names); i++) csv_cell(&t, str_of(names[i]));
    csv_end(&t);
    for (ptrdiff_t i = 0; i < lines.count; i++) csv_line(rq, &t, &lines.at[i]);
    str name = str_printf(rq->op.mem, "journal %.*s to %.*s.csv",
                          STR(date_text(rq->op.mem, f.from)), STR(date_text(rq->op.mem, f.to)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(&t));
}

const struct route console_journal_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = journal_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(journal_inputs, struct journal_form),
     .about = "What was posted in a range of days"},
    {.method = GET,
     .path = HERE "/totals",
     .handle = totals_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(journal_inputs, struct journal_form),
     .about = "What each account moved in a range of days"},
    {.method = GET,
     .path = HERE ".csv",
     .handle = journal_csv,
     .may = MAY_SEE_CONSOLE,
     INPUTS(journal_inputs, struct journal_form),
     .about = "The journal as CSV"},
    {.path = NULL},
};
