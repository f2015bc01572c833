#include "delivery/console/console.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/portal/portal.h"
#include "domain/company/company.h"
#include "domain/reports/overview.h"

/* The rail: what a visitor may not do is not offered. A row without a path begins a group. */
static const struct link {
    const char *path, *name;
    enum may may;
} rail[] = {
    {"/console", N_("Overview"), MAY_SEE_CONSOLE},
    {"/console/customers", N_("Customers"), MAY_SEE_CONSOLE},
    {"/console/invoices", N_("Invoices"), MAY_SEE_CONSOLE},
    {"/console/payments", N_("Payments"), MAY_SEE_CONSOLE},
    {NULL, N_("Work"), MAY_SEE_CONSOLE},
    {"/console/unapplied", N_("Money to apply"), MAY_SEE_CONSOLE},
    {"/console/deductions", N_("Deductions"), MAY_SEE_CONSOLE},
    {"/console/disputes", N_("Disputes"), MAY_SEE_CONSOLE},
    {"/console/imports", N_("Imports"), MAY_SEE_CONSOLE},
    {"/console/exports", N_("Exports"), MAY_SEE_CONSOLE},
    {"/console/mail", N_("Mails"), MAY_SEE_CONSOLE},
    {"/console/access-requests", N_("Access requests"), MAY_SEE_CONSOLE},
    {NULL, N_("Books"), MAY_SEE_CONSOLE},
    {"/console/ageing", N_("Ageing"), MAY_SEE_CONSOLE},
    {"/console/journal", N_("Journal"), MAY_SEE_CONSOLE},
    {"/console/work", N_("Done by hand"), MAY_SEE_CONSOLE},
    {"/console/audit", N_("Audit trail"), MAY_SEE_CONSOLE},
    {NULL, N_("Office"), MAY_ADMINISTER},
    {"/console/people", N_("People"), MAY_ADMINISTER},
    {"/console/settings", N_("Settings"), MAY_ADMINISTER},
    {"/console/work-rules", N_("Work rules"), MAY_ADMINISTER},
};

static int64_t waiting_at(const struct waiting *w, const char *path)
{
    str at = str_of(path);
    if (str_eq(at, S("/console/access-requests"))) return w->claims;
    if (str_eq(at, S("/console/unapplied"))) return w->receipts + w->on_account;
    if (str_eq(at, S("/console/payments"))) return w->unknown;
    if (str_eq(at, S("/console/deductions"))) return w->deductions;
    if (str_eq(at, S("/console/disputes"))) return w->disputes;
    return 0;
}

bool console_frame(struct request *rq, str title, const char *current, struct frame *out)
{
    struct entity_list sellers;
    struct waiting waiting;
    if (!entities(&rq->op, &sellers) || !waiting_get(&rq->op, &waiting)) return false;
    *out = frame_for(rq, title, S("Quittance"));
    out->home = "/console";
    out->console = true;
    out->current = current;
    if (sellers.count > 0) out->foot = sellers.at[0].name;
    struct frame_link *links = arena_array(rq->op.mem, struct frame_link, COUNT(rail));
    for (ptrdiff_t i = 0; i < COUNT(rail); i++) {
        if (!may(rq, rail[i].may)) continue;
        links[out->link_count++] = (struct frame_link){
            .path = rail[i].path,
            .name = said(rq, rail[i].name),
            .waiting = rail[i].path ? waiting_at(&waiting, rail[i].path) : 0,
        };
    }
    out->links = links;
    return true;
}

bool error_dress(struct request *rq, str title, struct frame *out)
{
    bool staff = role_is_staff(rq->who.role) && !rq->who.view_as;
    return staff ? console_frame(rq, title, NULL, out) : portal_frame(rq, title, NULL, out);
}

struct page console_begin(struct request *rq, const struct frame *frame)
{
    struct page page = page_for(rq);
    page_top(&page, frame);
    return page;
}

struct reply console_end(struct request *rq, const struct frame *frame, struct page *page)
{
    page_bottom(page, frame);
    return reply_page(rq, *page);
}

bool may(const struct request *rq, enum may what)
{
    return role_may(rq->who.role, what) && !rq->who.view_as;
}

static const struct {
    const char *path, *prefix;
} places[] = {
    [PLACE_CUSTOMER] = {"/console/customers", "cus"},
    [PLACE_INVOICE] = {"/console/invoices", "inv"},
    [PLACE_ITEM] = {"/console/items", "itm"},
    [PLACE_PAYMENT] = {"/console/payments", "pay"},
    [PLACE_ENTRY] = {"/console/journal", "ent"},
    [PLACE_PERSON] = {"/console/people", "usr"},
    [PLACE_IMPORT] = {"/console/imports", "imp"},
    [PLACE_BATCH] = {"/console/exports", "exp"},
    [PLACE_SELLER] = {"/console/settings", "sel"},
    [PLACE_MAIL] = {"/console/mail", "mal"},
    [PLACE_DEDUCTION] = {"/console/deductions", "itm"},
    [PLACE_DISPUTE] = {"/console/disputes", "dsp"},
    [PLACE_ALLOCATION] = {"/console/allocations", "alc"},
    [PLACE_WORK] = {"/console/work", "wrk"},
    [PLACE_TROUBLE] = {"/console/trouble", "trb"},
    [PLACE_PAYOUT] = {"/console/payouts", "pot"},
    [PLACE_CHANGE] = {"/console/change-requests", "chg"},
    [PLACE_ACCESS_REQUEST] = {"/console/access-requests", "req"},
};

str place_id(const struct request *rq, enum place place, int64_t id)
{
    return id_text(rq->op.mem, rq->app->keys, places[place].prefix, id);
}

struct url place_url(const struct request *rq, enum place place, int64_t id, const char *then)
{
    return url_printf(rq->op.mem, "%s/%.*s%s", places[place].path, STR(place_id(rq, place, id)),
                      then);
}

bool place_of(struct request *rq, enum place place, int64_t *out)
{
    return request_id(rq, places[place].prefix, out);
}

struct reply see_place(struct request *rq, enum place place, int64_t id, const char *then)
{
    return reply_see(rq, place_url(rq, place, id, then).checked);
}

struct url items_of_customer(struct request *rq, int64_t customer, const char *show)
{
    str id = place_id(rq, PLACE_CUSTOMER, customer);
    if (str_eq(str_of(show), S("open"))) /* which is shown unasked */
        return url_printf(rq->op.mem, "/console/invoices?customer=%.*s", STR(id));
    return url_printf(rq->op.mem, "/console/invoices?customer=%.*s&show=%s", STR(id), show);
}
