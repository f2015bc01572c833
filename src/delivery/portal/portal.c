#include "delivery/portal/portal.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/portal/brand.h"
#include "domain/company/company.h"

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

bool portal_frame(struct request *rq, str title, const char *current, struct frame *out)
{
    struct entity_list sellers;
    if (!entities(&rq->op, &sellers)) return false;
    /* Before there is a company, its first administrator must be able to sign in. */
    struct entity seller = {.name = S("Quittance")};
    if (sellers.count > 0) seller = sellers.at[0];
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
