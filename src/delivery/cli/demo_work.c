#include "delivery/cli/demo_work.h"

#include "base/arena.h"
#include "base/clock.h"
#include "delivery/console/filters_sql.h"
#include "delivery/papers.h"
#include "domain/access/people.h"
#include "domain/audit/audit.h"
#include "domain/customers/care.h"
#include "domain/customers/customers.h"
#include "domain/documents/reminder.h"
#include "domain/documents/statements.h"
#include "domain/notices/wishes.h"
#include "domain/payments/payments.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/receivables.h"
#include "domain/reports/timeline.h"
#include "domain/work/application.h"
#include "store/outbox.h"

#include <assert.h>

/* clang-format off */

/* Transfers that came short: the invoice is closed, the difference waits as a deduction. */
static const struct short_transfer {
    const char *customer, *payer, *reference, *reason, *note;
    int64_t short_minor;
    int days_ago;
    bool owned;
    const char *decided; /* valid, for this reason; NULL: not yet */
} shorts[] = {
    {"20260", "MOREAU INDUSTRIE SAS", "facture du mois, moins avarie", "damaged_goods",
     "One of the brakes arrived with a cracked housing.", 4860, 12, true, NULL},
    {"20180", "AALTO HYDRAULIIKKA OY", "less freight as agreed", "freight",
     "Freight was agreed to be free on this order.", 3600, 9, true,
     "Confirmed by the order confirmation: free of freight."},
    {"20225", "RIDGEWAY QUARRY", "paid less OL-05 not received", "missing_items",
     "One can of gear oil was missing from the crate.", 6190, 6, false, NULL},
    {0},
};

static const struct remark {
    const char *customer, *kind, *words;
    int days_ago;
} remarks[] = {
    {"20118", "call", "Spoke with Owen Calder. The list of what the transfer pays follows by mail "
     "this week.", 8},
    {"20417", "call", "Maya Okafor asks for one statement a month instead of one a week.", 11},
    {"20417", "note", "Pays on the last working day of the month; no reminder before that.", 3},
    {"20219", "letter", "Payment plan confirmed in writing: three equal parts until March.", 5},
    {0},
};

/* Filters that the team has given names. */
static const struct kept_filter {
    const char *list, *name, *query;
    bool shared;
} kept_filters[] = {
    {"invoices", "Largest in euro", "show=open&q=&customer=&currency=EUR&sort=-open", true},
    {"invoices", "Disputed", "show=disputed&q=&customer=&currency=", true},
    {"invoices", "Newest in dollars", "show=open&q=&customer=&currency=USD&sort=-issued", false},
    {"payments", "Declined cards", "show=failed&q=&method=card&from=&to=&customer=", true},
    {"payments", "Announced transfers", "show=pending&q=&method=transfer&from=&to=&customer=",
     false},
    {"customers", "Keller group", "q=Keller", true},
    {"disputes", "Nobody's damaged goods", "show=unowned&reason=damaged_goods", true},
    {"deductions", "Largest of all", "show=all&sort=-amount", false},
    {"mail", "Receipts given up", "state=failed&kind=receipt", true},
    {0},
};

/* Who looks after whom; all others are nobody's. */
static const struct looked_after {
    const char *customer, *email;
} looked_after[] = {
    {"20102", "jonas.brandt@nordwind.example"},
    {"20118", "jonas.brandt@nordwind.example"},
    {"20417", "jonas.brandt@nordwind.example"},
    {"20180", "grace.lindqvist@nordwind.example"},
    {"20260", "grace.lindqvist@nordwind.example"},
    {"20203", "lena.voss@nordwind.example"},
    {"20204", "lena.voss@nordwind.example"},
    {"20219", "lena.voss@nordwind.example"},
    {0},
};

/* Reminders that rest, and why. */
static const struct pause {
    const char *customer, *reason;
    int days; /* 0: until it is lifted */
} pauses[] = {
    {"20219", "Pays in three equal parts, confirmed in writing.", 75},
    {"20225", "The quarry changes hands; its lawyers answer for now.", 0},
    {0},
};

/* What customers say is wrong, and what became of it. */
static const struct claim {
    const char *customer, *person, *reason, *words;
    int64_t minor; /* 0: all that is open */
    int days_ago;
    enum { CLAIM_NEW, CLAIM_OWNED, CLAIM_RIGHT, CLAIM_WRONG, CLAIM_BACK } then;
    const char *answer;
} claims[] = {
    {"20417", "maya.okafor@hallampryce.example", "pricing",
     "Our order says the price of last year; the difference is what we dispute.", 12500, 4,
     CLAIM_NEW, NULL},
    {"20260", "compta@moreau-industrie.example", "quantity",
     "The delivery note says two pieces less than the invoice.", 0, 9, CLAIM_OWNED, NULL},
    {"20417", "maya.okafor@hallampryce.example", "freight",
     "Freight should be free from 500 euro on.", 2400, 21, CLAIM_WRONG,
     "Free freight began on the first of the month, after this order."},
    {"20180", "laskut@aaltohydrauliikka.example", "damaged_goods",
     "Two seals arrived torn; pictures went to your sales office.", 4800, 17, CLAIM_RIGHT,
     "You are right, and we are sorry. A credit note follows this week."},
    {"20225", "accounts@ridgewayquarry.example", "duplicate",
     "We believe that this was billed twice.", 0, 14, CLAIM_BACK, NULL},
    {0},
};

/* Mailed by hand or for the month; each mail holds a link to what it is about. */
enum letter { LETTER_REMINDER, LETTER_OPEN_ITEMS, LETTER_ACTIVITY, LETTER_INVOICE };
static const struct sending {
    const char *customer;
    enum letter kind;
} letters[] = {
    {"20102", LETTER_OPEN_ITEMS},
    {"20102", LETTER_INVOICE},
    {"20118", LETTER_REMINDER},
    {"20172", LETTER_OPEN_ITEMS},
    {"20172", LETTER_INVOICE},
    {"20417", LETTER_ACTIVITY},
    {"20417", LETTER_INVOICE},
    {0},
};
/* clang-format on */

static bool customer_of(struct op *op, const char *number, int64_t *id)
{
    struct customer customer;
    bool found;
    if (!customer_find(op, str_of(number), &customer, &found)) return false;
    assert(found);
    *id = customer.id;
    return true;
}

/* The oldest invoice in euro from which this much can be missing; item 0 when there is none. */
static bool oldest_invoice(struct op *op, int64_t customer, int64_t less, date today,
                           struct receivable *out)
{
    struct receivables list;
    struct receivables_filter filter = {
        .customer = customer,
        .show = SHOW_OPEN,
        .order = ORDER_DUE,
        .currency = S("EUR"),
        .limit = 50,
        .today = today,
    };
    *out = (struct receivable){0};
    if (!receivables_list(op, &filter, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count && out->item == 0; i++)
        if (list.at[i].side > 0 && list.at[i].open.minor > 2 * less &&
            list.at[i].reserved.minor == 0 && list.at[i].disputed.minor == 0)
            *out = list.at[i];
    return true;
}

static bool money_on_account(struct op *op, int64_t customer, int64_t payment, date today,
                             int64_t *item)
{
    struct unapplied_filter filter = {.customer = customer, .limit = 50, .today = today};
    struct unapplied_list list;
    *item = 0;
    if (!unapplied_list(op, &filter, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (list.at[i].payment == payment) *item = list.at[i].item;
    return true;
}

static bool apply_short(struct op *op, const struct short_transfer *t, int64_t from,
                        const struct receivable *invoice)
{
    struct application a;
    int64_t batch;
    if (!application_get(op, from, &a)) return false;
    for (ptrdiff_t i = 0; i < a.debts; i++) {
        if (a.lines[i].item != invoice->item) continue;
        a.lines[i].amount = a.free;
        a.lines[i].rest = REST_DEDUCTION;
        a.lines[i].reason = str_of(t->reason);
        a.lines[i].note = str_of(t->note);
    }
    application_check(op, &a);
    return application_post(op, &a, &batch);
}

static bool look_after(struct op *op, const struct short_transfer *t, int64_t customer,
                       const struct person *clerk, date day)
{
    struct deduction_cases list;
    struct deduction_filter filter = {.customer = customer, .all = true, .limit = 1};
    if (!deduction_cases(op, &filter, &list)) return false;
    assert(list.count == 1);
    int64_t item = list.at[0].item;
    if (t->owned && !deduction_own(op, item, clerk->id, clerk->name)) return false;
    if (!t->decided) return true;
    struct deduction_decision decision = {
        .item = item, .valid = list.at[0].open, .note = str_of(t->decided), .day = day};
    return deduction_decide(op, &decision);
}

static bool short_transfer(struct op *op, const struct short_transfer *t,
                           const struct person *clerk, date today)
{
    struct receivable invoice;
    struct received received;
    int64_t customer, item;
    date day = date_plus(today, -t->days_ago);
    if (!customer_of(op, t->customer, &customer) ||
        !oldest_invoice(op, customer, t->short_minor, today, &invoice))
        return false;
    if (invoice.item == 0) return true;
    money less = money_of(t->short_minor, invoice.open.cur);
    struct receipt_in in = {
        .entity = invoice.entity,
        .amount = money_sub(invoice.open, less),
        .value_date = day,
        .reference = str_of(t->reference),
        .payer = str_of(t->payer),
        .bank_ref = str_printf(op->mem, "NW97%04td", t - shorts),
        .customer = customer,
        .quiet = true,
    };
    op->now = day.days * DAY_US + 10 * HOUR_US;
    if (!payment_receive(op, &in, &received) ||
        !money_on_account(op, customer, received.payment, today, &item))
        return false;
    if (item == 0) return true;
    op->now += HOUR_US;
    return apply_short(op, t, item, &invoice) && look_after(op, t, customer, clerk, day);
}

static bool remark_write(struct op *op, const struct remark *r, date today)
{
    int64_t customer;
    op->now = (today.days - r->days_ago) * DAY_US + 13 * HOUR_US;
    return customer_of(op, r->customer, &customer) &&
           timeline_note(op, customer, str_of(r->kind), str_of(r->words));
}

static bool claim_end(struct op *op, const struct claim *c, int64_t customer, int64_t id,
                      const struct person *clerk, const struct actor *payer)
{
    const struct actor *jonas = op->actor;
    struct dispute_answer answer = {id, c->then == CLAIM_RIGHT, str_of(c->answer ? c->answer : "")};
    bool done = true;
    op->now += 30 * HOUR_US;
    switch (c->then) {
    case CLAIM_NEW: break;
    case CLAIM_OWNED: done = dispute_own(op, id, clerk->id, clerk->name); break;
    case CLAIM_RIGHT:
    case CLAIM_WRONG: done = dispute_answer(op, &answer); break;
    case CLAIM_BACK:
        op->actor = payer;
        done = dispute_withdraw(op, customer, id);
        op->actor = jonas;
        break;
    }
    return done;
}

static bool claim_raise(struct op *op, const struct claim *c, const struct person *clerk,
                        date today)
{
    struct receivable invoice;
    struct person who;
    int64_t customer, id;
    const struct actor *jonas = op->actor;
    if (!customer_of(op, c->customer, &customer) ||
        !oldest_invoice(op, customer, c->minor, today, &invoice) ||
        !person_find(op, str_of(c->person), &who))
        return false;
    if (invoice.item == 0) return true;
    struct actor payer = {.kind = ACTOR_PERSON, .id = who.id, .name = who.name};
    struct dispute_new in = {
        .item = invoice.item,
        .amount = c->minor ? money_of(c->minor, invoice.open.cur) : invoice.open,
        .reason = str_of(c->reason),
        .words = str_of(c->words),
        .origin = BY_CUSTOMER,
    };
    op->now = (today.days - c->days_ago) * DAY_US + 9 * HOUR_US;
    op->actor = &payer;
    bool raised = dispute_raise(op, &in, &id);
    op->actor = jonas;
    return raised && claim_end(op, c, customer, id, clerk, &payer);
}

static bool remind(struct op *op, const struct app *app, const struct receivable *about,
                   int64_t person, date today)
{
    struct mail_wish wish = {
        .kind = NOTICE_REMINDER,
        .customer = about->customer,
        .account = about->account,
        .person = person,
        .day = today,
    };
    int64_t id;
    return mail_wish_add(op, &wish, &id) &&
           reminder_issue(op, id, wish.account, today, paper_link(op->mem, app, KEPT_REMINDER, id));
}

/* Of the month before, with one each month from now on. */
static bool state(struct op *op, const struct app *app, const struct receivable *about,
                  enum statement_form form, date today)
{
    int year, month, day;
    int64_t id;
    date first;
    struct statement_wish wish = {.customer = about->customer, .form = form, .active = true};
    date_parts(today, &year, &month, &day);
    if (!date_of(year, month, 1, &first)) return op_broken(op, ERR_INTERNAL, "no such month");
    struct statement_in in = {
        .customer = about->customer,
        .entity = about->entity,
        .currency = about->open.cur,
        .form = form,
        .from = date_plus_months(first, -1),
        .to = date_plus(first, -1),
        .link = paper_link(op->mem, app, KEPT_STATEMENT, 0),
    };
    return statement_issue(op, &in, &id) && statement_mail(op, id) && statement_wish_put(op, &wish);
}

static bool letter_ask(struct op *op, const struct app *app, const struct sending *l,
                       int64_t person, date today)
{
    struct receivables list;
    int64_t customer;
    if (!customer_of(op, l->customer, &customer)) return false;
    struct receivables_filter filter = {.customer = customer,
                                        .show = SHOW_OPEN,
                                        .order = l->kind == LETTER_INVOICE ? ORDER_ISSUED_DOWN
                                                                           : ORDER_DUE,
                                        .limit = 1,
                                        .today = today};
    if (!receivables_list(op, &filter, &list)) return false;
    if (list.count == 0) return true;
    const struct receivable *about = &list.at[0];
    switch (l->kind) {
    case LETTER_REMINDER: return remind(op, app, about, person, today);
    case LETTER_OPEN_ITEMS: return state(op, app, about, STATEMENT_OPEN_ITEMS, today);
    case LETTER_ACTIVITY: return state(op, app, about, STATEMENT_ACTIVITY, today);
    case LETTER_INVOICE:
        return about->document == 0 || outbox_add(op, "document.notice", about->document);
    }
    return true;
}

static bool owner_give(struct op *op, const struct looked_after *l)
{
    struct person who;
    int64_t customer;
    return customer_of(op, l->customer, &customer) && person_find(op, str_of(l->email), &who) &&
           customer_own(op, customer, who.id);
}

static bool rest(struct op *op, const struct pause *p, date today)
{
    struct hold_new in = {.reason = str_of(p->reason)};
    int64_t hold;
    if (p->days) in.until = SOME_DATE(date_plus(today, p->days));
    return customer_of(op, p->customer, &in.customer) && customer_hold_put(op, &in, today, &hold);
}

static bool filter_keep(struct op *op, const struct kept_filter *k, int64_t person)
{
    struct filter_insert_row row;
    struct filter_insert_args args = {.list = str_of(k->list),
                                      .name = str_of(k->name),
                                      .query = str_of(k->query),
                                      .person = person,
                                      .shared = k->shared,
                                      .now = op->now};
    return sql_filter_insert(op, args, &row) &&
           audit_add(op, "filter.add", "saved_filter", row.id, S(""), S(""));
}

static bool all_of_it(struct op *op, const struct app *app, const struct person *clerk, date today)
{
    instant now = op->now;
    for (const struct short_transfer *t = shorts; t->customer; t++)
        if (!short_transfer(op, t, clerk, today)) return false;
    for (const struct claim *c = claims; c->customer; c++)
        if (!claim_raise(op, c, clerk, today)) return false;
    for (const struct remark *r = remarks; r->customer; r++)
        if (!remark_write(op, r, today)) return false;
    op->now = now;
    for (const struct looked_after *l = looked_after; l->customer; l++)
        if (!owner_give(op, l)) return false;
    for (const struct pause *p = pauses; p->customer; p++)
        if (!rest(op, p, today)) return false;
    for (const struct kept_filter *k = kept_filters; k->list; k++)
        if (!filter_keep(op, k, clerk->id)) return false;
    for (const struct sending *l = letters; l->customer; l++)
        if (!letter_ask(op, app, l, clerk->id, today)) return false;
    return true;
}

bool demo_work_make(struct op *op, const struct app *app, date today)
{
    struct person clerk;
    const struct actor *actor = op->actor;
    instant now = op->now;
    if (!person_find(op, S("jonas.brandt@nordwind.example"), &clerk)) return false;
    struct actor jonas = {.kind = ACTOR_PERSON, .id = clerk.id, .name = clerk.name};
    op->actor = &jonas;
    bool made = all_of_it(op, app, &clerk, today);
    op->actor = actor, op->now = now;
    return made;
}
