#include "delivery/portal/home.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "domain/company/company.h"
#include "domain/documents/look.h"

enum { NEXT_ROWS = 8, PAYMENT_ROWS = 5 };

static struct url list_url(struct request *rq, const char *show, currency c)
{
    return url_printf(rq->op.mem, "/invoices?show=%s&currency=%s", show, c.code);
}

static bool balances_load(struct request *rq, struct home_view *v)
{
    struct balances sums;
    struct arena *mem = rq->op.mem;
    if (!receivables_balances(&rq->op, rq->who.customer, rq->today, &sums)) return false;
    v->balances = arena_array(mem, struct home_balance, sums.count);
    v->balance_count = sums.count;
    for (ptrdiff_t i = 0; i < sums.count; i++) {
        const struct balance *b = &sums.at[i];
        v->balances[i] = (struct home_balance){
            .name = lang_currency_name(mem, op_lang(&rq->op), b->currency),
            .open = b->open,
            .overdue = b->overdue,
            .processing = b->processing,
            .credit = money_neg(b->credit),
            .open_link = list_url(rq, "open", b->currency),
            .overdue_link = list_url(rq, "overdue", b->currency),
            .processing_link = list_url(rq, "processing", b->currency),
            .credit_link = list_url(rq, "credits", b->currency),
        };
        v->open_count += b->open_count;
        v->overdue_count += b->overdue_count;
        if (v->overdue.minor == 0) v->overdue = b->overdue;
    }
    return true;
}

/* Keeps the first few by their due dates. */
static void next_put(struct request *rq, struct home_view *v, const struct receivable *r)
{
    ptrdiff_t at = v->next_count;
    while (at > 0 && date_cmp(r->due, v->next[at - 1].due) < 0) at--;
    if (at == NEXT_ROWS) return;
    if (v->next_count < NEXT_ROWS) v->next_count++;
    for (ptrdiff_t i = v->next_count - 1; i > at; i--) v->next[i] = v->next[i - 1];
    v->next[at] = (struct home_item){.number = r->number,
                                     .link = item_url(rq, r),
                                     .due = r->due,
                                     .standing = standing_words(rq, r),
                                     .open = r->open};
}

/* The list is by currency; the page wants what is due first, whatever the currency. */
static bool next_load(struct request *rq, struct home_view *v)
{
    v->next = arena_array(rq->op.mem, struct home_item, NEXT_ROWS);
    for (ptrdiff_t i = 0; i < v->balance_count; i++) {
        struct receivables first;
        struct receivables_filter filter = {
            .customer = rq->who.customer,
            .show = SHOW_OPEN,
            .currency = currency_text(&v->balances[i].open.cur),
            .limit = 200, /* credits stand among them */
            .today = rq->today,
        };
        if (!receivables_list(&rq->op, &filter, &first)) return false;
        for (ptrdiff_t k = 0; k < first.count; k++)
            if (first.at[k].side > 0) next_put(rq, v, &first.at[k]);
    }
    return true;
}

static bool payments_load(struct request *rq, struct home_view *v)
{
    struct payments last;
    struct payments_filter filter = {.customer = rq->who.customer, .limit = PAYMENT_ROWS};
    if (!payments_list(&rq->op, &filter, &last)) return false;
    v->payments = arena_array(rq->op.mem, struct home_payment, last.count);
    v->payment_count = last.count;
    for (ptrdiff_t i = 0; i < last.count; i++) {
        const struct payment *p = &last.at[i];
        v->payments[i] = (struct home_payment){.day = p->day,
                                               .method = method_words(rq, p),
                                               .link = payment_url(rq, p->id),
                                               .amount = p->amount,
                                               .standing = payment_words(rq, p)};
    }
    return true;
}

static bool message_load(struct request *rq, const struct entity *seller, struct home_view *v)
{
    struct texts texts;
    struct text_facts facts = {.count = 0};
    if (!texts_load(&rq->op, seller->id, op_lang(&rq->op), 0, &texts)) return false;
    facts_of_seller(seller, &facts);
    text_fact(&facts, "customer.name", rq->who.customer_name);
    text_fact(&facts, "customer.number", rq->who.customer_number);
    v->message = texts_say(rq->op.mem, &texts, TEXT_PORTAL_HOME, &facts);
    return true;
}

static struct reply home_show(struct request *rq)
{
    struct frame frame;
    struct entity seller;
    struct home_view view = {
        .company = rq->who.customer_name,
        .number = rq->who.customer_number,
        .may_pay = role_may(rq->who.role, MAY_PAY),
    };
    if (role_is_staff(rq->who.role) && !rq->who.view_as) return reply_see(rq, S("/console"));
    if (!entity_main(&rq->op, &seller)) return reply_errors(rq);
    view.seller = seller.name;
    if (!message_load(rq, &seller, &view)) return reply_errors(rq);
    view.as_of = lang_instant(rq->op.mem, op_lang(&rq->op), rq->op.now, rq->app->time_zone);
    if (!balances_load(rq, &view) || !next_load(rq, &view) || !payments_load(rq, &view))
        return reply_errors(rq);
    view.fresh = view.balance_count == 0 && view.payment_count == 0;
    if (!portal_frame(rq, str_of(say(op_lang(&rq->op), "Home")), "/", &frame))
        return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_home(&page, &view);
    return portal_end(rq, &frame, &page);
}

const struct route home_routes[] = {
    {.method = GET,
     .path = "/",
     .handle = home_show,
     .may = MAY_BE_SIGNED_IN,
     .about = "The balance, what is due next, and the last payments"},
    {.path = NULL},
};
