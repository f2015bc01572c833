#include "delivery/console/payments.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/books.h"
#include "delivery/console/bulk_payments.h"
#include "delivery/console/changes.h"
#include "delivery/console/deeds.h"
#include "delivery/console/work.h"
#include "domain/company/company.h"
#include "domain/payments/reference.h"

#define HERE "/console/payments"
enum { PAGE_ROWS = 50 };

struct standing_words desk_words(struct request *rq, const struct payment *p)
{
    switch (p->state) {
    case PAYMENT_REQUIRES_ACTION:
        return (struct standing_words){S("soon"), said(rq, "The payer is at the card form")};
    case PAYMENT_UNKNOWN:
        return (struct standing_words){S("busy"), said(rq, "In doubt: the provider is silent")};
    case PAYMENT_PENDING:
        return (struct standing_words){S("busy"), said(rq, "Announced, not received yet")};
    case PAYMENT_SETTLED:
    case PAYMENT_SUCCEEDED:
        if (!p->customer)
            return (struct standing_words){S("query"), said(rq, "Received, payer unknown")};
        return payment_words(rq, p);
    case PAYMENT_CREATED:
    case PAYMENT_SUBMITTING:
    case PAYMENT_FAILED:
    case PAYMENT_CANCELLED:
    case PAYMENT_EXPIRED:
    case PAYMENT_RETURNED:
    case PAYMENT_PARTIALLY_REFUNDED:
    case PAYMENT_REFUNDED: break;
    }
    return payment_words(rq, p);
}

bool payment_of_path(struct request *rq, struct payment *out)
{
    int64_t id;
    return place_of(rq, PLACE_PAYMENT, &id) && payment_get(&rq->op, 0, id, out);
}

/* ---- the list ---- */

const char *const payment_shows[] = {"all",      "settled",      "succeeded", "pending",
                                     "unknown",  "unidentified", "failed",    "returned",
                                     "underway", "submitting",   NULL};
static const char *const show_names[] = {N_("All"),       N_("Received"), N_("Paid by card"),
                                         N_("Announced"), N_("In doubt"), N_("Payer unknown"),
                                         N_("Failed"),    N_("Returned")};
const char *const payment_methods[] = {"card", "transfer", "imported", NULL};
static const char *const sorts[] = {"date", "-date", "amount", "-amount", NULL};

struct list_form {
    str show, search, method, sort, cursor;
    struct opt_date from, to;
    int64_t customer;
};
static const struct input list_inputs[] = {
    {.name = "show",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, show),
     .choices = payment_shows},
    {.name = "q",
     .type = INPUT_TEXT,
     .offset = offsetof(struct list_form, search),
     .about = "Part of a number, reference or payer, or an amount"},
    {.name = "method",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, method),
     .choices = payment_methods},
    {.name = "from", .type = INPUT_DATE, .offset = offsetof(struct list_form, from)},
    {.name = "to", .type = INPUT_DATE, .offset = offsetof(struct list_form, to)},
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, customer),
     .kind = "cus"},
    {.name = "sort",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, sort),
     .choices = sorts},
    {.name = "cursor", .type = INPUT_TEXT, .offset = offsetof(struct list_form, cursor)},
    {.name = NULL},
};

static struct payments_asked asked_of(const struct list_form *f)
{
    return (struct payments_asked){.show = f->show,
                                   .search = f->search,
                                   .method = f->method,
                                   .from = f->from,
                                   .to = f->to,
                                   .customer = f->customer};
}

static str date_or_none(struct request *rq, struct opt_date d)
{
    return d.some ? date_text(rq->op.mem, d.value) : S("");
}

static struct url list_url(struct request *rq, const struct list_form *f, str show, str cursor)
{
    struct arena *mem = rq->op.mem;
    str customer = f->customer ? place_id(rq, PLACE_CUSTOMER, f->customer) : S("");
    struct url link =
        url_printf(mem, HERE "?show=%.*s&q=%.*s&method=%.*s&from=%.*s&to=%.*s&customer=%.*s",
                   STR(show), STR(url_encode(mem, f->search)), STR(f->method),
                   STR(date_or_none(rq, f->from)), STR(date_or_none(rq, f->to)), STR(customer));
    return listing_url(rq, link, f->sort, cursor);
}

static void list_filters(struct request *rq, const struct list_form *f, struct listing *v)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, 4);
    answers[0] = (struct answer){S(""), said(rq, "All")};
    answers[1] = (struct answer){S("card"), said(rq, "Card")};
    answers[2] = (struct answer){S("transfer"), said(rq, "Bank transfer")};
    answers[3] = (struct answer){S("imported"), said(rq, "Settled before")};
    ask(rq, &v->filters, ASK_HIDDEN, "show", NULL, f->show);
    if (f->customer)
        ask(rq, &v->filters, ASK_HIDDEN, "customer", NULL,
            place_id(rq, PLACE_CUSTOMER, f->customer));
    struct question *q = ask(rq, &v->filters, ASK_SELECT, "method", N_("Method"), f->method);
    q->answers = answers;
    q->answer_count = 4;
    ask(rq, &v->filters, ASK_DATE, "from", N_("From"), date_or_none(rq, f->from));
    ask(rq, &v->filters, ASK_DATE, "to", N_("Until"), date_or_none(rq, f->to));
}

static void payment_row(struct request *rq, const struct payment *p, struct grid *g)
{
    struct grid_cell *row = grid_row(g);
    row[0] = grid_link(p->number, place_url(rq, PLACE_PAYMENT, p->id, ""));
    row[1] = grid_date(p->day);
    row[2] = p->customer
                 ? grid_link(p->customer_name, place_url(rq, PLACE_CUSTOMER, p->customer, ""))
                 : grid_text(p->payer);
    row[3] = grid_text(method_words(rq, p));
    row[4] = grid_status(desk_words(rq, p));
    row[5] = grid_money(p->amount);
    row[5].strong = true;
    if (g->ticks) g->ticks[g->row_count - 1] = place_id(rq, PLACE_PAYMENT, p->id);
}

static struct payments_filter filter_of(const struct payments_asked *asked)
{
    return (struct payments_filter){
        .customer = asked->customer,
        .search = asked->search,
        .state = str_eq(asked->show, S("all")) ? S("") : asked->show,
        .method = asked->method,
        .from = asked->from,
        .to = asked->to,
        .limit = PAGE_ROWS,
    };
}

bool payments_that_match(struct request *rq, const struct payments_asked *asked, ptrdiff_t most,
                         struct payments *out)
{
    struct payments page;
    struct payments_filter filter = filter_of(asked);
    *out = (struct payments){.at = arena_array(rq->op.mem, struct payment, most)};
    do {
        if (!payments_list(&rq->op, &filter, &page)) return false;
        for (ptrdiff_t i = 0; i < page.count && out->count < most; i++)
            out->at[out->count++] = page.at[i];
        filter.cursor = page.next_cursor;
    } while (page.next_cursor.len > 0 && out->count < most);
    return true;
}

static bool list_load(struct request *rq, const struct list_form *f, struct payments *out)
{
    const struct payments_asked asked = asked_of(f);
    struct payments_filter filter = filter_of(&asked);
    filter.by_amount = str_eq(f->sort, S("amount")) || str_eq(f->sort, S("-amount"));
    filter.rising = str_eq(f->sort, S("date")) || str_eq(f->sort, S("amount"));
    filter.cursor = f->cursor;
    return payments_list(&rq->op, &filter, out);
}

static void list_sorts(struct request *rq, const struct list_form *f, struct listing *v)
{
    static const struct sort_column columns[] = {{1, "date", true, false},
                                                 {5, "amount", true, false}};
    struct list_form plain = *f;
    plain.sort = S("");
    listing_sorts(rq, v, columns, COUNT(columns), f->sort.len > 0 ? f->sort : S("-date"),
                  list_url(rq, &plain, f->show, S("")));
}

static struct reply payments_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Number")},  {GRID_DATE, N_("Date")},     {GRID_TEXT, N_("Customer")},
        {GRID_TEXT, N_("Method")}, {GRID_STATUS, N_("Status")}, {GRID_MONEY, N_("Amount")},
    };
    const struct list_form *f = rq->in;
    struct payments list;
    if (!list_load(rq, f, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Payments"),
        .here = url_of(S(HERE)),
        .shown = list_url(rq, f, f->show, S("")),
        .search_label = said(rq, "Number, reference, payer or amount"),
        .search = f->search,
        .has_filter = true,
        .clear = url_of(S(HERE)),
        .clear_words = said(rq, "Show all payments"),
        .grid = grid_of(rq, N_("Payments"), N_("No payment matches."), headings, COUNT(headings),
                        list.count),
    };
    for (ptrdiff_t i = 0; i < COUNT(show_names); i++)
        v.tabs[v.tab_count++] = (struct tab){
            .name = said(rq, show_names[i]),
            .link = list_url(rq, f, str_of(payment_shows[i]), S("")),
            .count = -1,
            .current = str_eq(f->show.len ? f->show : S("all"), str_of(payment_shows[i])),
        };
    if (may(rq, MAY_WORK))
        v.acts[v.act_count++] =
            (struct link_words){said(rq, "Record a transfer"), url_of(S(HERE "/new")), true};
    v.acts[v.act_count++] =
        (struct link_words){said(rq, "Payouts"), url_of(S("/console/payouts")), false};
    const struct payments_asked asked = asked_of(f);
    v.bulk = payments_bar_of(rq, &asked);
    if (v.bulk) v.grid.ticks = arena_array(rq->op.mem, str, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) payment_row(rq, &list.at[i], &v.grid);
    v.grid.has_next = list.next_cursor.len > 0;
    v.grid.next = list_url(rq, f, f->show, list.next_cursor);
    list_filters(rq, f, &v);
    list_sorts(rq, f, &v);
    return reply_listing(rq, HERE, &v);
}

/* ---- one payment ---- */

static bool facts_load(struct request *rq, const struct payment *p, struct payment_desk_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct arena *mem = rq->op.mem;
    struct entity seller;
    if (!entity_get(&rq->op, p->entity, &seller)) return false;
    if (p->customer)
        fact_link(rq, &v->facts, N_("Customer"), p->customer_name,
                  place_url(rq, PLACE_CUSTOMER, p->customer, ""));
    fact_add(rq, &v->facts, N_("Payer"), p->payer);
    fact_add(rq, &v->facts, N_("Paid to"), seller.name);
    fact_add(rq, &v->facts, N_("Method"), method_words(rq, p));
    if (p->fee.minor > 0) {
        fact_add(rq, &v->facts, N_("Surcharge"), lang_money(mem, lang, p->fee));
        fact_add(rq, &v->facts, N_("Charged to the card"),
                 lang_money(mem, lang, money_add(p->amount, p->fee)));
    }
    if (p->value_date.some)
        fact_add(rq, &v->facts, N_("Value date"), lang_date(mem, lang, p->value_date.value));
    fact_add(rq, &v->facts, N_("Our reference"), reference_groups(mem, p->reference));
    fact_add(rq, &v->facts, N_("The bank's reference"), p->bank_ref);
    fact_add(rq, &v->facts, N_("Begun"), moment(rq, p->created));
    return true;
}

/* For us; what the payer reads says what to do. */
static str why_declined(struct request *rq, str decline)
{
    static const struct {
        const char *class, *words;
    } rows[] = {
        {"funds", N_("Not enough money on it")},     {"card", N_("Card mistyped or expired")},
        {"refused", N_("The bank gives no reason")}, {"confirm", N_("Not confirmed at the bank")},
        {"hard", N_("Card lost, stolen or closed")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(decline, str_of(rows[i].class))) return said(rq, rows[i].words);
    return decline;
}

static bool attempts_load(struct request *rq, const struct payment *p, struct payment_desk_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Our number")},    {GRID_TEXT, N_("State")}, {GRID_TEXT, N_("Their number")},
        {GRID_TEXT, N_("Why declined")}, {GRID_TEXT, N_("When")},
    };
    struct payment_attempt *list;
    ptrdiff_t count;
    if (!payment_attempts(&rq->op, p->id, &list, &count)) return false;
    v->attempts = grid_of(rq, N_("Attempts at the payment provider"), N_("None."), headings,
                          COUNT(headings), count);
    for (ptrdiff_t i = 0; i < count; i++) {
        struct grid_cell *row = grid_row(&v->attempts);
        row[0] = grid_text(list[i].our_id);
        row[1] = grid_status(attempt_words(rq, list[i].state));
        row[2] = grid_text(list[i].their_id);
        row[3] = grid_text(why_declined(rq, list[i].decline));
        row[4] = grid_text(moment(rq, list[i].changed));
    }
    return true;
}

/* What an unfinished payment holds: its checkout's lines. */
static bool waiting_load(struct request *rq, const struct payment *p, struct payment_desk_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Document")},
        {GRID_MONEY, N_("Open before")},
        {GRID_MONEY, N_("Will pay")},
        {GRID_MONEY, N_("Open after")},
    };
    struct payment_uses uses;
    if (p->item != 0 || p->checkout == 0) return true;
    if (!payment_uses(&rq->op, p->id, rq->today, &uses)) return false;
    v->waiting =
        grid_of(rq, N_("What it will pay"), N_("Nothing."), headings, COUNT(headings), uses.count);
    for (ptrdiff_t i = 0; i < uses.count; i++) {
        const struct payment_use *u = &uses.at[i];
        struct grid_cell *row = grid_row(&v->waiting);
        row[0] = u->document ? grid_link(u->number, place_url(rq, PLACE_INVOICE, u->document, ""))
                             : grid_text(u->number);
        row[1] = grid_money(u->open_before);
        row[2] = grid_money(u->applied);
        row[3] = grid_money(u->open_after);
    }
    return true;
}

static bool history_load(struct request *rq, const struct payment *p, struct payment_desk_view *v)
{
    struct payment_step *steps;
    ptrdiff_t count;
    if (!payment_steps(&rq->op, p->id, &steps, &count)) return false;
    v->history = (struct happenings){arena_array(rq->op.mem, struct happening, count), count};
    for (ptrdiff_t i = 0; i < count; i++) {
        struct payment then = *p;
        struct happening *h = &v->history.at[i];
        if (payment_state_from(steps[i].state, &then.state)) h->what = desk_words(rq, &then).words;
        h->when = moment(rq, steps[i].at);
        str note = why_declined(rq, steps[i].note); /* or what else was noted, as it is */
        h->about = note.len ? str_printf(rq->op.mem, "%.*s: %.*s", STR(steps[i].actor), STR(note))
                            : steps[i].actor;
    }
    return true;
}

static bool books_load(struct request *rq, const struct payment *p, struct payment_desk_view *v)
{
    struct entry_lines lines;
    struct deductions deductions;
    if (!ledger_of_payment(&rq->op, p->id, &lines)) return false;
    if (!deductions_of_payment(&rq->op, p->id, &deductions)) return false;
    v->entries = grid_of_entries(rq, &lines);
    v->deductions = grid_of_deductions(rq, &deductions);
    if (!grid_of_allocations(rq, &lines, 0, &v->allocations) ||
        !grid_of_work(rq, p->id, &v->work) || !changes_of(rq, "payment", p->id, &v->changes))
        return false;
    if (p->item == 0) return true;
    struct item item;
    if (!item_get(&rq->op, p->item, &item)) return false;
    v->unapplied = item.open;
    v->has_unapplied = item.open.minor > 0 && p->customer != 0;
    v->no_payer = p->customer == 0;
    return true;
}

static bool papers_load(struct request *rq, const struct payment *p, struct payment_desk_view *v)
{
    struct refunds_sent sent;
    if (!refunds_sent(&rq->op, p, &sent)) return false;
    v->papers = arena_array(rq->op.mem, struct link_words, sent.count);
    v->paper_count = p->customer ? sent.count : 0;
    for (ptrdiff_t i = 0; i < sent.count; i++) {
        str id = id_text(rq->op.mem, rq->app->keys, "ref", sent.at[i].id);
        v->papers[i] = (struct link_words){
            filled(rq, N_("Receipt for the refund of {1}"),
                   lang_money(rq->op.mem, op_lang(&rq->op), sent.at[i].sum), S("")),
            url_printf(rq->op.mem, "/console/refunds/%.*s/pdf", STR(id)), false};
    }
    return true;
}

static void act_add(struct request *rq, struct payment_desk_view *v, const struct payment *p,
                    const char *words, const char *then, bool main)
{
    v->acts[v->act_count++] =
        (struct link_words){said(rq, words), place_url(rq, PLACE_PAYMENT, p->id, then), main};
}

static void acts_of(struct request *rq, const struct payment *p, struct payment_desk_view *v)
{
    bool arrived = p->state == PAYMENT_SUCCEEDED || p->state == PAYMENT_SETTLED;
    if (p->item && p->customer) act_add(rq, v, p, N_("Receipt as PDF"), "/receipt", false);
    if (may(rq, MAY_MANAGE) && arrived && p->customer)
        act_add(rq, v, p, N_("The bank took it back"), "/return", false);
    if (may(rq, MAY_MANAGE) && v->has_unapplied && !str_eq(p->method, S("imported")))
        act_add(rq, v, p, N_("Refund"), "/refund", false);
    if (may(rq, MAY_WORK) && v->has_unapplied)
        v->acts[v->act_count++] =
            (struct link_words){said(rq, "Apply"),
                                url_printf(rq->op.mem, "/console/unapplied/%.*s",
                                           STR(place_id(rq, PLACE_ITEM, p->item))),
                                true};
    if (may(rq, MAY_MANAGE) && (v->in_trouble || p->state == PAYMENT_UNKNOWN))
        act_add(rq, v, p, N_("Say what happened"), "/resolve", true);
    if (may(rq, MAY_WORK) && v->no_payer && arrived)
        act_add(rq, v, p, N_("Say who paid"), "/identify", true);
}

static const struct {
    const char *value, *words;
} dones[] = {
    {"matched", N_("The transfer is booked and applied by its reference.")},
    {"identified", N_("The transfer is booked. Its reference names the customer, but not what is "
                      "paid: it is on account.")},
    {"unidentified", N_("The transfer is booked. Nobody is named in its reference: say who paid.")},
    {"known", N_("The payer is known now. Apply the money to what it pays.")},
    {"applied", N_("The money is applied.")},
    {"unallocated", N_("The allocation is taken back. What it paid is open again.")},
    {"returned", N_("The return is booked. What the payment paid is open again.")},
    {"refunded", N_("The refund is recorded, and is being sent.")},
    {"resolved", N_("What became of the payment is recorded.")},
};
static const char *const done_values[] = {"matched",  "identified",  "unidentified", "known",
                                          "applied",  "unallocated", "returned",     "refunded",
                                          "resolved", NULL};
struct payment_form {
    str done;
};
static const struct input payment_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct payment_form, done),
     .choices = done_values},
    {.name = NULL},
};

static struct reply payment_show(struct request *rq)
{
    const struct payment_form *form = rq->in;
    struct payment p;
    struct frame frame;
    if (!payment_of_path(rq, &p)) return reply_errors(rq);
    struct payment_desk_view v = {
        .title = filled(rq, N_("Payment {1}"), p.number, S("")),
        .under = p.customer ? p.customer_name : p.payer,
        .standing = desk_words(rq, &p),
        .amount = p.amount,
    };
    for (ptrdiff_t i = 0; i < COUNT(dones); i++)
        if (str_eq(form->done, str_of(dones[i].value))) v.done = said(rq, dones[i].words);
    if (!trouble_of_payment(&rq->op, p.id, &v.trouble, &v.in_trouble)) return reply_errors(rq);
    if (v.in_trouble && v.trouble.said.cur.code[0])
        v.warning =
            filled(rq,
                   N_("Agreed was {1}; the provider says that it charged {2}. Nothing is booked "
                      "until somebody says what happened."),
                   lang_money(rq->op.mem, op_lang(&rq->op), p.amount),
                   lang_money(rq->op.mem, op_lang(&rq->op), v.trouble.said));
    else if (p.state == PAYMENT_UNKNOWN)
        v.warning = said(rq, "The provider has not said whether the card was charged. What it pays "
                             "stays reserved until we know; we keep asking.");
    if (!facts_load(rq, &p, &v) || !books_load(rq, &p, &v) || !attempts_load(rq, &p, &v) ||
        !waiting_load(rq, &p, &v) || !history_load(rq, &p, &v) || !papers_load(rq, &p, &v))
        return reply_errors(rq);
    acts_of(rq, &p, &v);
    if (!console_frame(rq, p.number, HERE, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_payment_desk(&page, &v);
    return console_end(rq, &frame, &page);
}

const struct route console_payments_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = payments_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Payments of all customers"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = payment_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(payment_inputs, struct payment_form),
     .about = "One payment, and the books behind it"},
    {.path = NULL},
};
