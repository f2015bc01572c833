#include "delivery/console/deductions.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/acts.h"
#include "delivery/console/books.h"
#include "domain/company/company.h"

#define HERE "/console/deductions"
enum { PAGE_ROWS = 50 };

static struct standing_words standing_of(struct request *rq, const struct deduction_case *d)
{
    static const struct {
        const char *state, *shape, *words;
    } rows[] = {
        {"valid", "credit", N_("Valid, credited")},
        {"invalid", "over", N_("Not valid, billed back")},
        {"partly", "part", N_("Partly valid")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(d->state, str_of(rows[i].state)))
            return (struct standing_words){str_of(rows[i].shape), said(rq, rows[i].words)};
    if (d->taken_back) return (struct standing_words){S("failed"), said(rq, "Taken back")};
    if (d->owner) return (struct standing_words){S("busy"), said(rq, "Being looked into")};
    return (struct standing_words){S("query"), said(rq, "To be decided")};
}

/* ---- the list ---- */

static const char *const sorts[] = {"age", "-age", "amount", "-amount",
                                    NULL}; /* age: the newest first */

struct list_form {
    struct case_query q;
    str sort;
    int64_t after;
};
static const struct input list_inputs[] = {
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, q.show),
     .choices = case_shows},
    {.name = "reason", .type = INPUT_TEXT, .offset = offsetof(struct list_form, q.reason)},
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, q.customer),
     .kind = "cus"},
    {.name = "sort",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, sort),
     .choices = sorts},
    {.name = "owner",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, q.owner),
     .kind = "usr",
     .about = "The colleague who looks after them, of the open ones"},
    {.name = "after", .type = INPUT_ID, .offset = offsetof(struct list_form, after), .kind = "itm"},
    {.name = NULL},
};

static struct url list_url(struct request *rq, const struct list_form *f, int64_t after)
{
    str then = after ? place_id(rq, PLACE_DEDUCTION, after) : S("");
    struct url link =
        url_printf(rq->op.mem, HERE "%.*s&after=%.*s", STR(case_query_text(rq, &f->q)), STR(then));
    return listing_url(rq, link, f->sort, S(""));
}

static struct url show_url(struct request *rq, const void *form, str show)
{
    struct list_form f = *(const struct list_form *)form;
    f.q.show = show;
    f.q.owner = 0;
    return list_url(rq, &f, 0);
}

static void row_add(struct request *rq, const struct deduction_case *d, struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    row[0] = grid_link(d->number, place_url(rq, PLACE_DEDUCTION, d->item, ""));
    row[1] = grid_link(d->customer_name, place_url(rq, PLACE_CUSTOMER, d->customer, ""));
    row[2] = grid_link(d->of_number, place_url(rq, PLACE_ITEM, d->of_item, ""));
    row[3] = grid_text(reason_words(rq, d->reason, d->reason_words));
    row[3].small = d->note;
    row[4] = grid_status(standing_of(rq, d));
    row[5] = grid_text(counted(rq, "{1} day", "{1} days", rq->today.days - d->issued.days));
    row[6] = grid_text(d->owner_name.len ? d->owner_name : S("–"));
    row[7] = grid_money(d->open.minor > 0 ? d->open : d->amount);
    row[7].strong = d->open.minor > 0;
}

/* Where the money is argued about: each sum opens into what makes it up. */
static bool sums_of(struct request *rq, struct grid *g)
{
    struct deduction_sums sums;
    if (!deduction_sums(&rq->op, &sums)) return false;
    g->sums = arena_array(rq->op.mem, struct grid_sum, sums.count);
    g->sum_count = sums.count;
    for (ptrdiff_t i = 0; i < sums.count; i++) {
        const struct deduction_sum *s = &sums.at[i];
        g->sums[i] = case_sum(rq, HERE, s->reason, s->words, s->open);
    }
    return true;
}

static void list_bulk(struct request *rq, const struct list_form *f, str show, struct listing *v)
{
    struct act_list list = {.over = OVER_DEDUCTIONS,
                            .show = show,
                            .reason = f->q.reason,
                            .customer = f->q.customer,
                            .of = f->q.owner};
    v->bulk = act_bar_of(rq, &list);
    if (v->bulk) v->grid.ticks = arena_array(rq->op.mem, str, v->grid.row_max);
}

static struct reply deductions_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")},  {GRID_TEXT, N_("Customer")}, {GRID_CODE, N_("Of invoice")},
        {GRID_TEXT, N_("Reason")}, {GRID_STATUS, N_("Status")}, {GRID_CODE, N_("Age")},
        {GRID_TEXT, N_("Owner")},  {GRID_MONEY, N_("Amount")},
    };
    const struct list_form *f = rq->in;
    struct deduction_cases list;
    struct reason_list reasons;
    static const struct sort_column columns[] = {{5, "age", true, false},
                                                 {7, "amount", true, false}};
    str show = case_show(&f->q);
    str usual = str_eq(show, S("all")) ? S("age") : S("-age");
    str sort = f->sort.len > 0 ? f->sort : usual;
    bool by_amount = str_eq(sort, S("amount")) || str_eq(sort, S("-amount"));
    struct list_form plain = *f;
    plain.sort = S("");
    struct deduction_filter filter = {
        .all = str_eq(show, S("all")),
        .reason = f->q.reason,
        .customer = f->q.customer,
        .owner = case_owner(rq, &f->q),
        .unowned = str_eq(show, S("unowned")),
        .by_amount = by_amount,
        .turned = by_amount ? str_eq(sort, S("amount")) : !str_eq(sort, usual),
        .after = f->after,
        .limit = PAGE_ROWS,
    };
    if (!deduction_cases(&rq->op, &filter, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Deductions"),
        .under = said(rq, "What customers paid less, and why they say so."),
        .here = url_of(S(HERE)),
        .shown = list_url(rq, f, 0),
        .has_filter = f->q.customer || f->q.owner || f->q.reason.len > 0,
        .clear = url_of(S(HERE)),
        .clear_words = said(rq, "Show the deductions of all customers"),
        .grid = grid_of(rq, N_("Deductions"),
                        N_("Nothing is argued about: there is no such deduction."), headings,
                        COUNT(headings), list.count),
    };
    case_tabs(rq, &v, case_shows, show, show_url, f);
    list_bulk(rq, f, show, &v);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        row_add(rq, &list.at[i], &v.grid);
        if (v.bulk) v.grid.ticks[i] = place_id(rq, PLACE_DEDUCTION, list.at[i].item);
    }
    v.grid.has_next = list.more;
    if (list.more) v.grid.next = list_url(rq, f, list.at[list.count - 1].item);
    if (!reasons_that_deduct(&rq->op, &reasons) || !sums_of(rq, &v.grid) ||
        !case_filters(rq, &v.filters, &f->q, &reasons))
        return reply_errors(rq);
    listing_sorts(rq, &v, columns, COUNT(columns), sort, list_url(rq, &plain, 0));
    return reply_listing(rq, HERE, &v);
}

/* ---- one ---- */

static void facts_of(struct request *rq, const struct deduction_case *d, struct deduction_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    fact_link(rq, &v->facts, N_("Customer"), d->customer_name,
              place_url(rq, PLACE_CUSTOMER, d->customer, ""));
    fact_link(rq, &v->facts, N_("Of invoice"), d->of_number,
              place_url(rq, PLACE_ITEM, d->of_item, ""));
    fact_add(rq, &v->facts, N_("Due"), lang_date(mem, lang, d->due));
    fact_add(rq, &v->facts, N_("Reason"), reason_words(rq, d->reason, d->reason_words));
    fact_add(rq, &v->facts, N_("Since"), lang_date(mem, lang, d->issued));
    if (d->payment)
        fact_link(rq, &v->facts, N_("Payment"), said(rq, "the payment that was short"),
                  place_url(rq, PLACE_PAYMENT, d->payment, ""));
    fact_add(rq, &v->facts, N_("Owner"), d->owner_name);
    if (d->credit)
        fact_link(rq, &v->facts, N_("Credit note"), d->credit_number,
                  place_url(rq, PLACE_INVOICE, d->credit, ""));
}

static str step_words(struct request *rq, const struct deduction_step *s)
{
    static const struct {
        const char *what, *words;
    } rows[] = {
        {"note", N_("Note")},
        {"valid", N_("Valid, credited")},
        {"invalid", N_("Not valid, billed back")},
        {"partly", N_("Partly valid")},
        {"reopened", N_("Decision undone")},
        {"undone", N_("Taken back")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(s->what, str_of(rows[i].what))) return said(rq, rows[i].words);
    return s->what;
}

static bool history_of(struct request *rq, const struct deduction_case *d, struct deduction_view *v)
{
    struct deduction_steps steps;
    struct entry_lines lines;
    struct arena *mem = rq->op.mem;
    if (!deduction_steps(&rq->op, d->item, &steps) || !ledger_of_item(&rq->op, d->item, &lines))
        return false;
    v->entries = grid_of_entries(rq, &lines);
    v->history = (struct happenings){arena_array(mem, struct happening, steps.count + 1), 0};
    for (ptrdiff_t i = steps.count - 1; i >= 0; i--) {
        const struct deduction_step *s = &steps.at[i];
        struct happening *h = &v->history.at[v->history.count++];
        h->when = moment(rq, s->at);
        bool given = str_eq(s->what, S("owner"));
        h->what = given ? given_words(rq, s->note) : step_words(rq, s);
        h->about = s->note.len && !given
                       ? str_printf(mem, "%.*s: %.*s", STR(s->actor), STR(s->note))
                       : s->actor;
        if (s->minor > 0)
            h->amount = lang_money(mem, op_lang(&rq->op), money_of(s->minor, d->amount.cur));
    }
    if (lines.count > 0)
        v->history.at[v->history.count++] = (struct happening){
            .when = moment(rq, lines.at[0].recorded),
            .what = said(rq, "Deducted"),
            .about = lines.at[0].actor,
            .amount = lang_money(mem, op_lang(&rq->op), d->amount),
        };
    return true;
}

static const struct {
    const char *value, *words;
} dones[] = {
    {"decided", N_("The decision is booked.")},
    {"reopened", N_("The decision is undone: every entry was turned round by a new one.")},
    {"owned", N_("The owner is saved.")},
    {"noted", N_("The note is added.")},
};
static const char *const done_values[] = {"decided", "reopened", "owned", "noted", NULL};
struct show_form {
    str done;
};
static const struct input show_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct show_form, done),
     .choices = done_values},
    {.name = NULL},
};

static struct reply page_of(struct request *rq, str done)
{
    const struct lang *lang = op_lang(&rq->op);
    struct deduction_case d;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_DEDUCTION, &id) || !deduction_get(&rq->op, id, &d))
        return reply_errors(rq);
    struct deduction_view v = {
        .title = filled(rq, N_("Deduction {1}"), d.number, S("")),
        .under = d.customer_name,
        .standing = standing_of(rq, &d),
        .note = d.note,
        .open = d.open,
        .amount = d.amount,
        .may_work = may(rq, MAY_WORK),
        .may_decide = may(rq, MAY_MANAGE) && d.open.minor > 0,
        .may_reopen = may(rq, MAY_MANAGE) && !str_eq(d.state, S("coded")),
        .reopen = place_url(rq, PLACE_DEDUCTION, id, "/reopen"),
        .symbol = lang_symbol(rq->op.mem, lang, d.open.cur),
        .decide = place_url(rq, PLACE_DEDUCTION, id, "/decide"),
        .remark = place_url(rq, PLACE_DEDUCTION, id, "/note"),
        .valid = rq->problems ? request_typed(rq, "valid") : lang_amount(rq->op.mem, lang, d.open),
        .note_typed = request_typed(rq, "note"),
        .valid_wrong = request_problem(rq, "valid"),
        .note_wrong = request_problem(rq, "note"),
    };
    for (ptrdiff_t i = 0; i < COUNT(dones); i++)
        if (str_eq(done, str_of(dones[i].value))) v.done = said(rq, dones[i].words);
    facts_of(rq, &d, &v);
    ask_problems(rq, &v.problems);
    if (!history_of(rq, &d, &v) ||
        (v.may_work &&
         !owner_form_of(rq, d.owner, place_url(rq, PLACE_DEDUCTION, id, "/owner"), &v.owner)) ||
        !console_frame(rq, d.number, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_deduction(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply deduction_show(struct request *rq)
{
    const struct show_form *form = rq->in;
    return page_of(rq, form->done);
}

static struct reply deduction_again(struct request *rq)
{
    return page_of(rq, S(""));
}

/* ---- acts ---- */

struct act_form {
    str what, valid, note, remark;
};
static const char *const whats[] = {"all", "part", "none", NULL};
static const struct input decide_inputs[] = {
    {.name = "do",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct act_form, what),
     .choices = whats,
     .required = true},
    {.name = "valid",
     .type = INPUT_TEXT,
     .offset = offsetof(struct act_form, valid),
     .longest = 40},
    {.name = "note",
     .type = INPUT_TEXT,
     .offset = offsetof(struct act_form, note),
     .longest = 1000},
    {.name = NULL},
};
static const struct input note_inputs[] = {
    {.name = "remark",
     .type = INPUT_TEXT,
     .offset = offsetof(struct act_form, remark),
     .longest = 1000,
     .required = true},
    {.name = NULL},
};

static struct reply decide(struct request *rq)
{
    const struct act_form *form = rq->in;
    struct deduction_case d;
    struct entity seller;
    int64_t id;
    if (!place_of(rq, PLACE_DEDUCTION, &id) || !deduction_get(&rq->op, id, &d) ||
        !entity_get(&rq->op, d.entity, &seller))
        return reply_errors(rq);
    struct deduction_decision in = {
        .item = id,
        .valid = str_eq(form->what, S("all")) ? d.open : money_of(0, d.open.cur),
        .note = form->note,
        .day = entity_today(&rq->op, &seller),
    };
    if (str_eq(form->what, S("part")) &&
        !lang_money_from(op_lang(&rq->op), form->valid, d.open.cur, &in.valid)) {
        (void)op_fail(&rq->op, ERR_INVALID, "valid", "Please enter an amount.");
        return reply_errors(rq);
    }
    if (!deduction_decide(&rq->op, &in)) return reply_errors(rq);
    return see_place(rq, PLACE_DEDUCTION, id, "?done=decided");
}

static struct reply own(struct request *rq)
{
    const struct owner_chosen *form = rq->in;
    int64_t id;
    str name;
    if (!place_of(rq, PLACE_DEDUCTION, &id) || !owner_name(&rq->op, form->owner, &name) ||
        !deduction_own(&rq->op, id, form->owner, name))
        return reply_errors(rq);
    return see_place(rq, PLACE_DEDUCTION, id, "?done=owned");
}

static struct reply remark(struct request *rq)
{
    const struct act_form *form = rq->in;
    int64_t id;
    if (!place_of(rq, PLACE_DEDUCTION, &id) || !deduction_remark(&rq->op, id, form->remark))
        return reply_errors(rq);
    return see_place(rq, PLACE_DEDUCTION, id, "?done=noted");
}

const struct route console_deductions_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = deductions_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Deductions"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = deduction_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(show_inputs, struct show_form),
     .about = "One deduction, and what was done about it"},
    {.method = POST,
     .path = HERE "/:id/decide",
     .handle = decide,
     .may = MAY_MANAGE,
     INPUTS(decide_inputs, struct act_form),
     .redisplay = deduction_again,
     .about = "Decides how much of a deduction is valid"},
    {.method = POST,
     .path = HERE "/:id/owner",
     .handle = own,
     .may = MAY_WORK,
     INPUTS(owner_inputs, struct owner_chosen),
     .about = "Says who looks after a deduction"},
    {.method = POST,
     .path = HERE "/:id/note",
     .handle = remark,
     .may = MAY_WORK,
     INPUTS(note_inputs, struct act_form),
     .about = "Adds a note to a deduction"},
    {.path = NULL},
};
