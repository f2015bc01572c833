#include "delivery/portal/methods.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/portal/words.h"
#include "domain/company/company.h"
#include "domain/payments/methods.h"
#include "domain/payments/reference.h"

static bool cards_load(struct request *rq, struct methods_view *v)
{
    const struct lang *lang = op_lang(&rq->op);
    struct payment_methods all;
    if (!methods_of(&rq->op, rq->who.customer, rq->today, &all)) return false;
    v->saved = arena_array(rq->op.mem, struct method_card, all.count);
    v->saved_count = all.count;
    for (ptrdiff_t i = 0; i < all.count; i++) {
        const struct payment_method *m = &all.at[i];
        date since = clock_date(m->created, rq->app->time_zone);
        str id = id_text(rq->op.mem, rq->app->keys, "mth", m->id);
        v->saved[i] = (struct method_card){
            .label = card_words(rq, m->card),
            .expires = lang_date(rq->op.mem, lang, m->expires),
            .since = lang_date(rq->op.mem, lang, since),
            .person = m->person,
            .expired = m->expired,
            .remove = url_printf(rq->op.mem, "/methods/%.*s/remove", STR(id)),
        };
    }
    return true;
}

static struct reply methods_show(struct request *rq)
{
    struct entity_list sellers;
    struct frame frame;
    struct methods_view v = {.cards = rq->app->gateway != NULL};
    v.may_remove = role_may(rq->who.role, MAY_PAY) && !rq->who.view_as;
    if (!entities(&rq->op, &sellers) || !cards_load(rq, &v)) return reply_errors(rq);
    v.banks = arena_array(rq->op.mem, struct method_bank, sellers.count);
    for (ptrdiff_t i = 0; i < sellers.count; i++) {
        const struct entity *e = &sellers.at[i];
        if (e->payee.len == 0) continue;
        v.banks[v.bank_count++] = (struct method_bank){
            .seller = e->name,
            .payee = e->payee,
            .iban = reference_groups(rq->op.mem, e->iban),
            .bic = e->bic,
            .bank = e->bank,
        };
    }
    str title = str_of(say(op_lang(&rq->op), "Payment methods"));
    if (!portal_frame(rq, title, "/methods", &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_methods(&page, &v);
    return portal_end(rq, &frame, &page);
}

static struct reply methods_remove(struct request *rq)
{
    int64_t id;
    if (!request_id(rq, "mth", &id) || !method_remove(&rq->op, rq->who.customer, id))
        return reply_errors(rq);
    return reply_see(rq, S("/methods"));
}

const struct route methods_routes[] = {
    {.method = GET,
     .path = "/methods",
     .handle = methods_show,
     .may = MAY_SEE_ACCOUNT,
     .about = "How payments can be made"},
    {.method = POST,
     .path = "/methods/:id/remove",
     .handle = methods_remove,
     .may = MAY_PAY,
     .about = "Removes a saved card, here and at the payment provider"},
    {.path = NULL},
};
