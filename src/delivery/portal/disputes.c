#include "delivery/portal/disputes.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/portal/invoice.h"
#include "delivery/web/said.h"
#include "domain/ledger/ledger.h"

enum { SHOWN_MAX = 200 };

struct standing_words dispute_words(struct request *rq, const struct dispute *d)
{
    switch (d->state) {
    case DISPUTE_OPEN:
        return (struct standing_words){S("query"), said(rq, "Disputed, to be answered")};
    case DISPUTE_RESOLVED: return (struct standing_words){S("credit"), said(rq, "Accepted")};
    case DISPUTE_REJECTED: return (struct standing_words){S("failed"), said(rq, "Not accepted")};
    case DISPUTE_WITHDRAWN: return (struct standing_words){S(""), said(rq, "Withdrawn")};
    }
    return (struct standing_words){S(""), S("")};
}

static bool may_dispute(const struct request *rq)
{
    return role_may(rq->who.role, MAY_DISPUTE) && !rq->who.view_as;
}

static struct dispute_shown shown_of(struct request *rq, const struct dispute *d)
{
    struct arena *mem = rq->op.mem;
    const struct lang *lang = op_lang(&rq->op);
    str day = lang_date(mem, lang, clock_date(d->raised, rq->app->time_zone));
    str id = id_text(mem, rq->app->keys, "dsp", d->id);
    struct dispute_shown out = {
        .number = d->number,
        .reason = reason_words(rq, d->reason, d->reason_words),
        .words = d->words,
        .answer = d->answer,
        .standing = dispute_words(rq, d),
        .amount = d->amount,
        .link = document_url(rq, d->document),
        .open = d->state == DISPUTE_OPEN,
        .credit = d->credit_number,
        .raised = d->origin == BY_CUSTOMER
                      ? filled(rq, N_("Raised by {1} on {2}."), d->raised_by, day)
                      : filled(rq, N_("Noted by us on {1}."), day, S("")),
        .withdraw_name = filled(rq, N_("Withdraw the dispute of {1}"), d->number, S("")),
        .withdraw = url_printf(mem, "/disputes/%.*s/withdraw", STR(id)),
    };
    if (d->credit) out.credit_link = document_url(rq, d->credit);
    out.may_withdraw = out.open && d->origin != BY_ERP && may_dispute(rq);
    if (d->decided) out.decided = lang_date(mem, lang, clock_date(d->decided, rq->app->time_zone));
    return out;
}

static bool reasons_load(struct request *rq, str chosen, struct dispute_choice **out,
                         ptrdiff_t *count)
{
    struct reason_list list;
    if (!reasons_that_deduct(&rq->op, &list)) return false;
    *out = arena_array(rq->op.mem, struct dispute_choice, list.count);
    *count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++)
        (*out)[i] = (struct dispute_choice){list.at[i].code,
                                            reason_words(rq, list.at[i].code, list.at[i].words),
                                            str_eq(chosen, list.at[i].code)};
    return true;
}

/* What is wrong with no field in particular. */
static str wrong_of(const struct request *rq)
{
    for (const struct err *e = rq->problems; e; e = e->next)
        if (!e->field) return e->message;
    return S("");
}

/* ---- on the page of an invoice ---- */

static bool can_be(const struct receivable *r)
{
    return r->kind == ITEM_INVOICE && r->open.minor > 0 && r->disputed.minor == 0;
}

bool dispute_box_load(struct request *rq, int64_t document, const struct receivables *items,
                      struct url raise, struct dispute_box *out)
{
    struct disputes list;
    const struct lang *lang = op_lang(&rq->op);
    const struct receivable *first = NULL;
    str chosen = request_typed(rq, "part");
    *out = (struct dispute_box){.raise = raise};
    if (!disputes_of_document(&rq->op, document, &list)) return false;
    out->at = arena_array(rq->op.mem, struct dispute_shown, list.count);
    out->count = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++) out->at[i] = shown_of(rq, &list.at[i]);
    out->parts = arena_array(rq->op.mem, struct dispute_choice, items->count);
    for (ptrdiff_t i = 0; i < items->count; i++) {
        const struct receivable *r = &items->at[i];
        if (!can_be(r)) continue;
        if (!first) first = r;
        str id = id_text(rq->op.mem, rq->app->keys, "itm", r->item);
        str words =
            filled(rq, N_("{1}, {2} open"), r->number, lang_money(rq->op.mem, lang, r->open));
        out->parts[out->part_count++] = (struct dispute_choice){id, words, str_eq(id, chosen)};
    }
    out->may_raise = first && may_dispute(rq);
    if (!out->may_raise) return true;
    out->wrong_amount = request_problem(rq, "amount");
    out->wrong_reason = request_problem(rq, "reason");
    out->wrong_words = request_problem(rq, "words");
    out->refused = out->wrong_amount.len + out->wrong_reason.len + out->wrong_words.len > 0;
    out->words = request_typed(rq, "words");
    out->symbol = lang_symbol(rq->op.mem, lang, first->open.cur);
    out->amount =
        out->refused ? request_typed(rq, "amount") : lang_amount(rq->op.mem, lang, first->open);
    return reasons_load(rq, request_typed(rq, "reason"), &out->reasons, &out->reason_count);
}

struct raise_form {
    int64_t part;
    str amount, reason, words;
};
static const struct input raise_inputs[] = {
    {.name = "part",
     .type = INPUT_ID,
     .offset = offsetof(struct raise_form, part),
     .kind = "itm",
     .required = true},
    {.name = "amount",
     .type = INPUT_TEXT,
     .offset = offsetof(struct raise_form, amount),
     .longest = 40,
     .about = "How much is disputed; all that is open when empty"},
    {.name = "reason", .type = INPUT_TEXT, .offset = offsetof(struct raise_form, reason)},
    {.name = "words",
     .type = INPUT_TEXT,
     .offset = offsetof(struct raise_form, words),
     .longest = DISPUTE_WORDS_MAX},
    {.name = NULL},
};

static struct reply raise_one(struct request *rq)
{
    const struct raise_form *form = rq->in;
    struct item item;
    int64_t document, id;
    if (!request_id(rq, "inv", &document)) return reply_errors(rq);
    if (!item_get(&rq->op, form->part, &item) || item.customer != rq->who.customer ||
        item.document != document) {
        rq->op.errs = NULL;
        return reply_missing(rq);
    }
    struct dispute_new in = {.item = item.id,
                             .amount = item.open,
                             .reason = form->reason,
                             .words = form->words,
                             .origin = BY_CUSTOMER};
    if (form->amount.len > 0 &&
        !lang_money_from(op_lang(&rq->op), form->amount, item.open.cur, &in.amount)) {
        (void)op_fail(&rq->op, ERR_INVALID, "amount", "Please enter an amount.");
        return reply_errors(rq);
    }
    if (!dispute_raise(&rq->op, &in, &id)) return reply_errors(rq);
    return reply_see(rq,
                     str_printf(rq->op.mem, "/invoices/%.*s?done=disputed#disputes", STR(rq->id)));
}

static struct reply withdraw(struct request *rq)
{
    struct dispute d;
    int64_t id;
    if (!request_id(rq, "dsp", &id) || !dispute_withdraw(&rq->op, rq->who.customer, id) ||
        !dispute_get(&rq->op, id, &d))
        return reply_errors(rq);
    return reply_see(rq, str_printf(rq->op.mem, "%.*s?done=withdrawn#disputes",
                                    STR(document_url(rq, d.document).checked)));
}

/* ---- all of the customer's ---- */

struct show_form {
    int64_t done;
};
static const struct input show_inputs[] = {
    {.name = "done",
     .type = INPUT_I64,
     .offset = offsetof(struct show_form, done),
     .about = "How many were disputed just now"},
    {.name = NULL},
};

static struct reply disputes_show(struct request *rq)
{
    const struct show_form *form = rq->in;
    struct disputes list;
    struct frame frame;
    struct disputes_view v = {0};
    if (!disputes_of_customer(&rq->op, rq->who.customer, SHOWN_MAX, &list)) return reply_errors(rq);
    v.at = arena_array(rq->op.mem, struct dispute_shown, list.count);
    v.count = list.count;
    v.more = list.more;
    for (ptrdiff_t i = 0; i < list.count; i++) v.at[i] = shown_of(rq, &list.at[i]);
    if (form->done > 0) {
        const struct lang *lang = op_lang(&rq->op);
        struct text t = {.mem = rq->op.mem};
        const char *words =
            say_n(lang, "{1} invoice is disputed. We will answer here and by mail.",
                  "{1} invoices are disputed. We will answer here and by mail.", form->done);
        while (say_step(&t, &words) > 0) text_add(&t, lang_number(rq->op.mem, lang, form->done));
        v.done = text_str(&t);
    }
    if (!portal_frame(rq, said(rq, "Disputes"), "/invoices", &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_disputes(&page, &v);
    return portal_end(rq, &frame, &page);
}

/* ---- many at once ---- */

struct many_form {
    struct id_list items;
    str reason, words;
};
static const struct input many_inputs[] = {
    {.name = "item",
     .type = INPUT_IDS,
     .offset = offsetof(struct many_form, items),
     .kind = "itm",
     .required = true},
    {.name = "reason", .type = INPUT_TEXT, .offset = offsetof(struct many_form, reason)},
    {.name = "words",
     .type = INPUT_TEXT,
     .offset = offsetof(struct many_form, words),
     .longest = DISPUTE_WORDS_MAX},
    {.name = NULL},
};

static bool plan_of(struct request *rq, struct dispute_plan *out)
{
    const struct many_form *form = rq->in;
    return disputes_plan(&rq->op, rq->who.customer, form->items.at, form->items.count, rq->today,
                         out);
}

static void sum_add(struct dispute_many_view *v, money m)
{
    for (ptrdiff_t i = 0; i < v->sum_count; i++)
        if (currency_eq(v->sums[i].cur, m.cur)) {
            v->sums[i] = money_add(v->sums[i], m);
            return;
        }
    v->sums[v->sum_count++] = m;
}

static struct reply many_show(struct request *rq)
{
    struct dispute_plan plan;
    struct frame frame;
    struct dispute_many_view v = {
        .words = request_typed(rq, "words"),
        .wrong_reason = request_problem(rq, "reason"),
        .wrong_words = request_problem(rq, "words"),
        .wrong = wrong_of(rq),
    };
    if (!plan_of(rq, &plan)) return reply_errors(rq);
    v.rows = arena_array(rq->op.mem, struct dispute_many_row, plan.count);
    v.sums = arena_array(rq->op.mem, money, plan.count);
    v.count = plan.possible, v.left_out = v.rows + plan.possible;
    v.left_count = plan.count - plan.possible;
    for (ptrdiff_t i = 0; i < plan.count; i++) {
        const struct receivable *r = &plan.at[i].item;
        v.rows[i] = (struct dispute_many_row){
            .id = id_text(rq->op.mem, rq->app->keys, "itm", r->item),
            .number = r->number,
            .problem = plan.at[i].problem ? said(rq, plan.at[i].problem) : S(""),
            .link = item_url(rq, r),
            .standing = standing_words(rq, r),
            .due = r->due,
            .open = money_scale(r->open, r->side, 1, ROUND_DOWN),
        };
        if (!plan.at[i].problem) sum_add(&v, r->open);
    }
    if (!reasons_load(rq, request_typed(rq, "reason"), &v.reasons, &v.reason_count) ||
        !portal_frame(rq, said(rq, "Dispute invoices"), "/invoices", &frame))
        return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_dispute_many(&page, &v);
    return portal_end(rq, &frame, &page);
}

static struct reply many_raise(struct request *rq)
{
    const struct many_form *form = rq->in;
    struct dispute_plan plan;
    if (!plan_of(rq, &plan) ||
        !disputes_raise(&rq->op, &plan, form->reason, form->words, BY_CUSTOMER))
        return reply_errors(rq);
    return reply_see(rq, str_printf(rq->op.mem, "/disputes?done=%td", plan.possible));
}

const struct route disputes_routes[] = {
    {.method = GET,
     .path = "/disputes",
     .handle = disputes_show,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(show_inputs, struct show_form),
     .about = "The customer's disputes, open ones first"},
    {.method = POST,
     .path = "/disputes/review",
     .handle = many_show,
     .may = MAY_DISPUTE,
     INPUTS(many_inputs, struct many_form),
     .about = "What would be disputed of the selected invoices, and what would not"},
    {.method = POST,
     .path = "/disputes",
     .handle = many_raise,
     .may = MAY_DISPUTE,
     INPUTS(many_inputs, struct many_form),
     .redisplay = many_show,
     .about = "Disputes all that is open of the selected invoices"},
    {.method = POST,
     .path = "/disputes/:id/withdraw",
     .handle = withdraw,
     .may = MAY_DISPUTE,
     .about = "Takes a dispute back that nobody has answered"},
    {.method = POST,
     .path = "/invoices/:id/dispute",
     .handle = raise_one,
     .may = MAY_DISPUTE,
     INPUTS(raise_inputs, struct raise_form),
     .redisplay = invoice_show,
     .about = "Disputes what is open of an invoice, or part of it"},
    {.path = NULL},
};
