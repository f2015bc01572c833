#include "delivery/portal/methods.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/company/company.h"
#include "domain/payments/reference.h"

static struct reply methods_show(struct request *rq)
{
    struct entity_list sellers;
    struct frame frame;
    struct methods_view v = {.cards = rq->app->gateway != NULL};
    if (!entities(&rq->op, &sellers)) return reply_errors(rq);
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

const struct route methods_routes[] = {
    {.method = GET,
     .path = "/methods",
     .handle = methods_show,
     .may = MAY_SEE_ACCOUNT,
     .about = "How payments can be made"},
    {.path = NULL},
};
