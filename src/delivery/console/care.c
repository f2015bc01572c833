#include "delivery/console/care.h"

#include "base/lang.h"

#define HERE "/console/customers"

str hold_words(struct request *rq, bool on, struct opt_date until)
{
    if (!on) return S("");
    if (!until.some) return said(rq, "On hold");
    return filled(rq, N_("On hold until {1}"), lang_date(rq->op.mem, op_lang(&rq->op), until.value),
                  S(""));
}

bool hold_note(struct request *rq, int64_t customer, str *out)
{
    struct customer_care care;
    *out = S("");
    if (!customer_care(&rq->op, customer, rq->today, &care)) return false;
    if (!care.hold.on) return true;
    *out = filled(rq,
                  N_("{1}. No reminder and no statement is mailed before that is over, or lifted "
                     "on the customer's page. The reason: {2}"),
                  hold_words(rq, true, care.hold.until), care.hold.reason);
    return true;
}

bool care_load(struct request *rq, int64_t customer, struct care_view *v)
{
    struct customer_care care;
    if (!customer_care(&rq->op, customer, rq->today, &care)) return false;
    *v = (struct care_view){
        .hold = hold_words(rq, care.hold.on, care.hold.until),
        .reason = care.hold.reason,
        .ask = place_url(rq, PLACE_CUSTOMER, customer, "/hold"),
        .lift = place_url(rq, PLACE_CUSTOMER, customer, "/lift"),
        .owner_name = care.owner_name,
        .may_work = may(rq, MAY_WORK),
    };
    if (care.hold.on)
        v->put = filled(rq, N_("{1}, {2}"), care.hold.placed_by, moment(rq, care.hold.placed));
    return !v->may_work ||
           owner_form_of(rq, care.owner, place_url(rq, PLACE_CUSTOMER, customer, "/owner"),
                         &v->owner);
}

/* ---- acts ---- */

static struct reply own(struct request *rq)
{
    const struct owner_chosen *form = rq->in;
    int64_t id;
    str name;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !owner_name(&rq->op, form->owner, &name) ||
        !customer_own(&rq->op, id, form->owner))
        return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "?done=owned");
}

struct hold_form {
    struct opt_date until;
    str reason;
};
static const struct input hold_inputs[] = {
    {.name = "until", .type = INPUT_DATE, .offset = offsetof(struct hold_form, until)},
    {.name = "reason",
     .type = INPUT_TEXT,
     .offset = offsetof(struct hold_form, reason),
     .longest = HOLD_REASON_MAX},
    {.name = NULL},
};

void ask_hold(struct request *rq, struct question_list *list, struct opt_date until, str reason)
{
    ask(rq, list, ASK_DATE, "until", N_("Last day of the hold"),
        until.some ? date_text(rq->op.mem, until.value) : S(""))
        ->hint = said(rq, "Empty: until somebody lifts it.");
    ask(rq, list, ASK_LINE, "reason", N_("Why, as your colleagues read it"), reason)->required =
        true;
}

static struct reply hold_ask(struct request *rq)
{
    struct customer_care care;
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_care(&rq->op, id, rq->today, &care))
        return reply_errors(rq);
    struct form_view v = {
        .title = said(rq, "Put reminders on hold"),
        .under = filled(rq, N_("{1}, customer {2}"), care.name, care.number),
        .crumb = care.name,
        .crumb_link = place_url(rq, PLACE_CUSTOMER, id, ""),
        .action = place_url(rq, PLACE_CUSTOMER, id, "/hold"),
        .button = said(rq, "Put on hold"),
        .note = said(rq, "No reminder and no statement is mailed. The customer sees and pays "
                         "everything as before; invoices, receipts and answers are mailed as "
                         "before. What was kept back is made good within an hour of its end: one "
                         "new statement and one new reminder of each account that missed one, if "
                         "something is still due."),
    };
    if (care.hold.on)
        ask_hold(rq, &v.questions, care.hold.until, care.hold.reason);
    else
        ask_hold(rq, &v.questions, (struct opt_date){.some = false}, S(""));
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply hold_put(struct request *rq)
{
    const struct hold_form *form = rq->in;
    struct hold_new in = {.until = form->until, .reason = form->reason};
    int64_t hold;
    if (!place_of(rq, PLACE_CUSTOMER, &in.customer) ||
        !customer_hold_put(&rq->op, &in, rq->today, &hold))
        return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, in.customer, "?done=held");
}

static struct reply hold_lift(struct request *rq)
{
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_hold_lift(&rq->op, id, rq->today))
        return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "?done=lifted");
}

const struct route console_care_routes[] = {
    {.method = POST,
     .path = HERE "/:id/owner",
     .handle = own,
     .may = MAY_WORK,
     INPUTS(owner_inputs, struct owner_chosen),
     .about = "Says who looks after a customer"},
    {.method = GET,
     .path = HERE "/:id/hold",
     .handle = hold_ask,
     .may = MAY_WORK,
     .about = "The form that puts a customer's reminders on hold"},
    {.method = POST,
     .path = HERE "/:id/hold",
     .handle = hold_put,
     .may = MAY_WORK,
     INPUTS(hold_inputs, struct hold_form),
     .redisplay = hold_ask,
     .about = "Puts a customer's reminders on hold"},
    {.method = POST,
     .path = HERE "/:id/lift",
     .handle = hold_lift,
     .may = MAY_WORK,
     .about = "Lifts the hold on a customer's reminders"},
    {.path = NULL},
};
