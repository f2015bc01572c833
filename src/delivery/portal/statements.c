#include "delivery/portal/statements.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/papers.h"
#include "delivery/portal/downloads.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/statements.h"
#include "domain/ledger/ledger.h"

enum { PAGE_ROWS = 50 }; /* of open items; who wants them all asks for them all */

struct statement_query {
    int64_t account;
    str kind, as;
    bool whole;
    struct opt_date from, to;
};
static const char *const kinds[] = {"open", "activity", NULL};
static const char *const files[] = {"pdf", "csv", NULL};
static const struct input statement_inputs[] = {
    {.name = "account",
     .type = INPUT_ID,
     .offset = offsetof(struct statement_query, account),
     .kind = "acc"},
    {.name = "kind",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct statement_query, kind),
     .choices = kinds},
    {.name = "from", .type = INPUT_DATE, .offset = offsetof(struct statement_query, from)},
    {.name = "to", .type = INPUT_DATE, .offset = offsetof(struct statement_query, to)},
    {.name = "as",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct statement_query, as),
     .choices = files},
    {.name = "whole",
     .type = INPUT_BOOL,
     .offset = offsetof(struct statement_query, whole),
     .about = "All open items on one page"},
    {.name = NULL},
};

struct asked {
    struct account account;
    bool activity, whole;
    date from, to;
};

/* The account asked for, when it is this customer's; without one, the first. */
static bool account_load(struct request *rq, const struct statement_query *form, struct asked *a,
                         struct statement_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct accounts list;
    if (!accounts_of(&rq->op, rq->who.customer, &list)) return false;
    v->accounts = arena_array(rq->op.mem, struct statement_account, list.count);
    v->account_count = list.count;
    bool found = false;
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct account *account = &list.at[i];
        struct entity seller;
        if (!entity_get(&rq->op, account->entity, &seller)) return false;
        bool current = form->account ? account->id == form->account : i == 0;
        v->accounts[i] = (struct statement_account){
            .id = id_text(rq->op.mem, rq->app->keys, "acc", account->id),
            .name = str_printf(rq->op.mem, "%.*s, %.*s", STR(seller.name),
                               STR(lang_currency_name(rq->op.mem, lang, account->currency))),
            .current = current,
        };
        if (!current) continue;
        a->account = *account;
        v->id = v->accounts[i].id;
        found = true;
    }
    if (found || list.count == 0) return true;
    return op_fail(&rq->op, ERR_MISSING, NULL, "There is no such account.");
}

/* As it was typed, where that is no date: nothing is mended by being lost. */
static void day_load(struct request *rq, const char *name, date day, struct statement_day *out)
{
    str wrong = request_problem(rq, name);
    out->day = day;
    out->typed = wrong.len > 0 ? request_typed(rq, name) : date_text(rq->op.mem, day);
    out->kind = wrong.len > 0 ? S("text") : S("date");
    if (wrong.len > 0) out->wrong = wrong;
}

/* The last three months, unless other days are given. */
static void range_load(struct request *rq, const struct statement_query *form, struct asked *a,
                       struct statement_view *v)
{
    a->activity = str_eq(form->kind, S("activity"));
    a->to = form->to.some ? form->to.value : rq->today;
    a->from = form->from.some ? form->from.value : date_plus_months(a->to, -3);
    if (date_cmp(a->from, a->to) > 0) {
        v->from.wrong = str_of(say(op_lang(&rq->op), "The first day lies after the last."));
        a->from = a->to;
    }
    v->activity = a->activity;
    day_load(rq, "from", a->from, &v->from);
    day_load(rq, "to", a->to, &v->to);
}

static bool items_load(struct request *rq, const struct asked *a, struct statement_view *v)
{
    struct receivables items;
    struct receivables_filter filter = {.customer = rq->who.customer,
                                        .entity = a->account.entity,
                                        .show = SHOW_OPEN,
                                        .currency = currency_text(&a->account.currency),
                                        .today = rq->today};
    if (!receivables_all(&rq->op, &filter, &items)) return false;
    v->item_count = a->whole || items.count <= PAGE_ROWS ? items.count : PAGE_ROWS;
    v->more = items.count - v->item_count;
    v->items = arena_array(rq->op.mem, struct statement_item, v->item_count);
    v->open = money_of(0, a->account.currency);
    for (ptrdiff_t i = 0; i < items.count; i++) {
        const struct receivable *r = &items.at[i];
        v->open = money_add(v->open, money_scale(r->open, r->side, 1, ROUND_DOWN));
        if (i >= v->item_count) continue;
        v->items[i] = (struct statement_item){
            .number = r->number,
            .po = r->po,
            .link = item_url(rq, r),
            .issued = r->issued,
            .due = r->due,
            .credit = r->side < 0,
            .standing = standing_words(rq, r),
            .open = money_scale(r->open, r->side, 1, ROUND_DOWN),
        };
    }
    return true;
}

static bool rows_load(struct request *rq, const struct asked *a, struct statement_view *v)
{
    struct activity act;
    if (!receivables_activity(&rq->op, a->account.id, a->from, a->to, &act)) return false;
    v->before = act.before, v->after = act.after;
    v->rows = arena_array(rq->op.mem, struct statement_row, act.count);
    v->row_count = act.count;
    for (ptrdiff_t i = 0; i < act.count; i++) {
        const struct activity_row *row = &act.at[i];
        v->rows[i] = (struct statement_row){
            .day = row->effective,
            .words = entry_words(rq, row->kind),
            .number = row->number,
            .linked = row->document != 0 || row->payment != 0,
            .amount = row->amount,
            .balance = row->balance,
        };
        if (v->rows[i].linked)
            v->rows[i].link =
                row->document ? document_url(rq, row->document) : payment_url(rq, row->payment);
    }
    return true;
}

/* ---- as files ---- */

static struct reply as_pdf(struct request *rq, const struct asked *a)
{
    struct paper paper;
    const struct lang *lang = op_lang(&rq->op);
    bool made = a->activity
                    ? paper_of_activity(&rq->op, a->account.id, lang, a->from, a->to, &paper)
                    : paper_of_open_items(&rq->op, a->account.id, lang, rq->today, &paper);
    return made ? download_paper(rq, &paper) : reply_errors(rq);
}

static struct reply as_csv(struct request *rq, const struct asked *a,
                           const struct statement_view *v)
{
    static const char *const open_heads[] = {"number", "po", "issued", "due", "currency", "open"};
    static const char *const act_heads[] = {"date",     "entry",  "number",
                                            "currency", "amount", "balance"};
    struct text t = {.mem = rq->op.mem};
    str code = currency_text(&a->account.currency);
    for (ptrdiff_t i = 0; i < COUNT(open_heads); i++)
        csv_cell(&t, str_of(a->activity ? act_heads[i] : open_heads[i]));
    csv_end(&t);
    for (ptrdiff_t i = 0; i < v->item_count; i++) {
        csv_cell(&t, v->items[i].number);
        csv_cell(&t, v->items[i].po);
        csv_date(&t, v->items[i].issued);
        csv_date(&t, v->items[i].due);
        csv_cell(&t, code);
        csv_amount(&t, v->items[i].open);
        csv_end(&t);
    }
    for (ptrdiff_t i = 0; i < v->row_count; i++) {
        csv_date(&t, v->rows[i].day);
        csv_cell(&t, v->rows[i].words);
        csv_cell(&t, v->rows[i].number);
        csv_cell(&t, code);
        csv_amount(&t, v->rows[i].amount);
        csv_amount(&t, v->rows[i].balance);
        csv_end(&t);
    }
    str name = str_printf(rq->op.mem, "statement %.*s.csv",
                          STR(date_text(rq->op.mem, a->activity ? a->to : rq->today)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(&t));
}

/* ---- the page ---- */

static void links_load(struct request *rq, const struct asked *a, struct statement_view *v)
{
    struct arena *mem = rq->op.mem;
    str range = S("&kind=open");
    if (a->activity)
        range = str_printf(mem, "&kind=activity&from=%.*s&to=%.*s", STR(date_text(mem, a->from)),
                           STR(date_text(mem, a->to)));
    v->whole = url_printf(mem, "/statements?account=%.*s&whole=1", STR(v->id));
    v->open_tab = url_printf(mem, "/statements?account=%.*s", STR(v->id));
    v->activity_tab = url_printf(mem, "/statements?account=%.*s&kind=activity", STR(v->id));
    v->pdf = url_printf(mem, "/statements?account=%.*s%.*s&as=pdf", STR(v->id), STR(range));
    v->csv = url_printf(mem, "/statements?account=%.*s%.*s&as=csv", STR(v->id), STR(range));
}

static bool issued_load(struct request *rq, struct statement_view *v)
{
    struct statements list;
    if (!statements_of(&rq->op, rq->who.customer, &list)) return false;
    v->issued = arena_array(rq->op.mem, struct issued_statement, list.count);
    v->issued_count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++)
        v->issued[i] = (struct issued_statement){
            .number = list.at[i].number,
            .day = list.at[i].to,
            .balance = list.at[i].balance,
            .link = url_printf(rq->op.mem, "/statements/%.*s/pdf",
                               STR(id_text(rq->op.mem, rq->app->keys, "stm", list.at[i].id))),
        };
    return true;
}

static bool own_statement(struct op *op, void *arg)
{
    struct request *rq = arg;
    struct statement s;
    int64_t id;
    bool found = request_id(rq, "stm", &id) && statement_get(op, id, &s);
    if (found && s.customer == rq->who.customer) return true;
    if (!found && op->errs->kind != ERR_MISSING) return false;
    op->errs = NULL; /* the same words, whichever it is */
    return op_fail(op, ERR_MISSING, NULL, "There is no such statement.");
}

static struct reply statement_pdf(struct request *rq)
{
    int64_t id;
    if (!store_transact(&rq->op, rq->store, TX_READ, own_statement, rq) ||
        !request_id(rq, "stm", &id))
        return reply_errors(rq);
    return paper_reply(rq, KEPT_STATEMENT, id);
}

static struct reply statements_show(struct request *rq)
{
    const struct statement_query *form = rq->in;
    struct asked a = {0};
    struct frame frame;
    struct statement_view v = {0};
    if (!account_load(rq, form, &a, &v)) return reply_errors(rq);
    range_load(rq, form, &a, &v);
    a.whole = form->whole || form->as.len > 0; /* a file has all of them */
    if (v.account_count > 0) {
        if (str_eq(form->as, S("pdf"))) return as_pdf(rq, &a);
        bool loaded = a.activity ? rows_load(rq, &a, &v) : items_load(rq, &a, &v);
        if (!loaded) return reply_errors(rq);
        if (str_eq(form->as, S("csv"))) return as_csv(rq, &a, &v);
        links_load(rq, &a, &v);
        if (!issued_load(rq, &v)) return reply_errors(rq);
    }
    str title = str_of(say(op_lang(&rq->op), "Statement of account"));
    if (!portal_frame(rq, title, "/statements", &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_statement(&page, &v);
    return portal_end(rq, &frame, &page);
}

const struct route statements_routes[] = {
    {.method = GET,
     .path = "/statements",
     .handle = statements_show,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(statement_inputs, struct statement_query),
     .about = "What is open, or what happened between two days; as page, PDF and CSV"},
    {.method = GET,
     .path = "/statements/:id/pdf",
     .handle = statement_pdf,
     .may = MAY_SEE_ACCOUNT,
     .talks = true,
     .about = "A statement as it was issued, as PDF"},
    {.path = NULL},
};
