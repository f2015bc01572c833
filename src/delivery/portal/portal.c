#include "delivery/portal/portal.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/portal/brand.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/ledger/ledger.h"

/* The navigation: what a visitor may not do is not offered. */
static const struct {
    const char *path, *name;
    enum may may;
} places[] = {
    {"/", N_("Home"), MAY_SEE_ACCOUNT},
    {"/invoices", N_("Invoices"), MAY_SEE_ACCOUNT},
    {"/payments", N_("Payments"), MAY_SEE_ACCOUNT},
    {"/statements", N_("Statements"), MAY_SEE_ACCOUNT},
    {"/methods", N_("Payment methods"), MAY_SEE_ACCOUNT},
    {"/company", N_("Company"), MAY_SEE_ACCOUNT},
    {"/people", N_("People"), MAY_MANAGE_PEOPLE},
    {"/preferences", N_("Preferences"), MAY_SEE_ACCOUNT},
};

/* The one entity that the visitor's customer has accounts with; 0: none, or several. */
static bool only_entity(struct request *rq, int64_t *out)
{
    struct accounts accounts;
    *out = 0;
    if (rq->who.customer == 0) return true;
    if (!accounts_of(&rq->op, rq->who.customer, &accounts)) return false;
    for (ptrdiff_t i = 0; i < accounts.count; i++) {
        if (*out != 0 && *out != accounts.at[i].entity) {
            *out = 0;
            return true;
        }
        *out = accounts.at[i].entity;
    }
    return true;
}

static bool seller_of(struct request *rq, int64_t entity, const struct entity_list *sellers,
                      struct entity *out)
{
    /* Before there is a company, its first administrator must be able to sign in. */
    *out = (struct entity){.name = S("Quittance")};
    if (sellers->count == 0) return true;
    *out = sellers->at[0];
    if (sellers->count == 1) return true;
    if (entity == 0 && !only_entity(rq, &entity)) return false;
    for (ptrdiff_t i = 0; i < sellers->count; i++)
        if (sellers->at[i].id == entity) *out = sellers->at[i];
    return true;
}

bool portal_frame(struct request *rq, str title, const char *current, struct frame *out)
{
    return portal_frame_of(rq, 0, title, current, out);
}

bool portal_frame_of(struct request *rq, int64_t entity, str title, const char *current,
                     struct frame *out)
{
    struct entity_list sellers;
    struct entity seller;
    if (!entities(&rq->op, &sellers) || !seller_of(rq, entity, &sellers, &seller)) return false;
    *out = frame_for(rq, title, seller.name);
    out->contact_name = seller.contact_name;
    out->contact_phone = seller.contact_phone;
    out->contact_email = seller.contact_email;
    out->current = current;
    if (sellers.count > 0 && !brand_frame(rq, &seller, out)) return false;

    struct frame_link *links = arena_array(rq->op.mem, struct frame_link, COUNT(places));
    for (ptrdiff_t i = 0; i < COUNT(places); i++) {
        if (!role_may(rq->who.role, places[i].may)) continue;
        links[out->link_count++] = (struct frame_link){
            .path = places[i].path,
            .name = str_of(say(op_lang(&rq->op), places[i].name)),
        };
    }
    out->links = links;
    return true;
}

struct page portal_begin(struct request *rq, const struct frame *frame)
{
    struct page page = page_for(rq);
    page_top(&page, frame);
    return page;
}

struct reply portal_end(struct request *rq, const struct frame *frame, struct page *page)
{
    page_bottom(page, frame);
    return reply_page(rq, *page);
}
