#include "delivery/portal/join.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"
#include "domain/access/claims.h"

enum { TOO_MANY = 429 };

struct join_form {
    str name, email, invoice, total;
};

static const struct input join_inputs[] = {
    {.name = "name",
     .type = INPUT_TEXT,
     .offset = offsetof(struct join_form, name),
     .required = true,
     .longest = 100},
    {.name = "email",
     .type = INPUT_EMAIL,
     .offset = offsetof(struct join_form, email),
     .required = true},
    {.name = "invoice",
     .type = INPUT_TEXT,
     .offset = offsetof(struct join_form, invoice),
     .required = true,
     .longest = 60},
    {.name = "total",
     .type = INPUT_TEXT,
     .offset = offsetof(struct join_form, total),
     .required = true,
     .longest = 40},
    {.name = NULL},
};

static const struct {
    const char *name, *label, *hint, *type, *autocomplete;
} fields[] = {
    {"name", N_("Your name"), "", "text", "name"},
    {"email", N_("Your work e-mail"), "", "email", "email"},
    {"invoice", N_("Number of an invoice"), N_("As it stands on the paper; any invoice will do"),
     "text", "off"},
    {"total", N_("Total of that invoice"), N_("With tax, such as 1,190.00"), "text", "off"},
};

bool join_is_open(struct request *rq, bool *out)
{
    /* Where mails are only kept here, the link would reach nobody. */
    bool by_default = rq->app->demo || rq->app->mail_folder.len == 0;
    return claims_open(&rq->op, by_default, out);
}

/* The browser gets its number with every page that shows nobody a form. */
static struct reply finished(struct request *rq, const struct frame *frame, struct page *page)
{
    struct reply reply = portal_end(rq, frame, page);
    session_name_browser(rq, &reply);
    return reply;
}

/* --- asking ----------------------------------------------------------------------------------- */

static struct join_field field_of(struct request *rq, ptrdiff_t i)
{
    struct arena *mem = rq->op.mem;
    const char *name = fields[i].name;
    struct join_field f = {
        .name = str_of(name),
        .label = said(rq, fields[i].label),
        .hint = *fields[i].hint ? said(rq, fields[i].hint) : S(""),
        .type = str_of(fields[i].type),
        .autocomplete = str_of(fields[i].autocomplete),
        .value = request_typed(rq, name),
        .wrong = request_problem(rq, name),
    };
    if (f.hint.len > 0 && f.wrong.len > 0)
        f.described = str_printf(mem, "h-%s e-%s", name, name);
    else if (f.hint.len > 0)
        f.described = str_printf(mem, "h-%s", name);
    else if (f.wrong.len > 0)
        f.described = str_printf(mem, "e-%s", name);
    return f;
}

static struct reply page_with(struct request *rq, str notice)
{
    struct frame frame;
    bool open;
    if (!join_is_open(rq, &open)) return reply_errors(rq);
    if (!open) return reply_missing(rq);
    if (!portal_frame(rq, said(rq, "Ask for access"), NULL, &frame)) return reply_errors(rq);
    struct join_view view = {.seller = frame.brand, .notice = notice};
    for (ptrdiff_t i = 0; i < COUNT(fields); i++) view.fields[i] = field_of(rq, i);
    struct page page = portal_begin(rq, &frame);
    page_join(&page, &view);
    return finished(rq, &frame, &page);
}

static struct reply join_show(struct request *rq)
{
    return page_with(rq, S(""));
}

static struct reply too_many(struct request *rq, instant again_at)
{
    int64_t minutes = (again_at - rq->op.now + MINUTE_US - 1) / MINUTE_US;
    const struct lang *lang = op_lang(&rq->op);
    const char *one = N_("There were too many tries. Please wait a minute.");
    const char *many = N_("There were too many tries. Please wait %lld minutes.");
    struct reply reply =
        page_with(rq, minutes <= 1 ? str_of(say(lang, one))
                                   : str_printf(rq->op.mem, say(lang, many), (long long)minutes));
    reply.status = TOO_MANY;
    return reply;
}

static struct reply join_ask(struct request *rq)
{
    const struct join_form *form = rq->in;
    struct attempt attempt;
    bool open;
    struct claim_ask ask = {
        .name = form->name,
        .email = form->email,
        .language = lang_tag(op_lang(&rq->op)),
        .invoice = form->invoice,
        .total = form->total,
    };
    if (!join_is_open(rq, &open)) return reply_errors(rq);
    if (!open) return reply_missing(rq);
    if (!claim_ask(&rq->op, &ask, &attempt)) return reply_errors(rq);
    if (attempt.refused) return too_many(rq, attempt.again_at);
    return reply_see(rq, S("/join/sent"));
}

static struct reply join_sent(struct request *rq)
{
    struct frame frame;
    if (!portal_frame(rq, said(rq, "Look into your mail"), NULL, &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_join_sent(&page, rq->app->demo);
    return finished(rq, &frame, &page);
}

/* --- the link of the mail --------------------------------------------------------------------- */

static struct reply link_page(struct request *rq, const struct claim *claim)
{
    struct frame frame;
    if (!portal_frame(rq, said(rq, "Sign in"), NULL, &frame)) return reply_errors(rq);
    struct join_link_view view = {
        .valid = claim->id != 0,
        .seller = frame.brand,
        .customer = claim->customer_name,
        .name = claim->name,
        .email = claim->email,
        .action = url_printf(rq->op.mem, "/join/%.*s", STR(url_encode(rq->op.mem, rq->id))),
    };
    struct page page = portal_begin(rq, &frame);
    page_join_link(&page, &view);
    struct reply reply = finished(rq, &frame, &page);
    reply.no_referrer = true;
    return reply;
}

static struct reply link_show(struct request *rq)
{
    struct claim claim;
    if (!claim_find(&rq->op, rq->id, &claim)) return reply_errors(rq);
    return link_page(rq, &claim);
}

static struct reply link_use_up(struct request *rq)
{
    struct claim claim;
    int64_t person;
    struct reply reply = reply_see(rq, S("/"));
    if (!claim_use(&rq->op, rq->id, &claim, &person)) return reply_errors(rq);
    if (!claim.id) return link_page(rq, &claim);
    if (!session_begin(rq, person, claim.customer, &reply)) return reply_errors(rq);
    reply.no_referrer = true;
    return reply;
}

const struct route join_routes[] = {
    {GET, "/join", join_show, .may = MAY_ANYONE, .about = "The form to ask for access"},
    {POST, "/join", join_ask, .may = MAY_ANYONE, INPUTS(join_inputs, struct join_form),
     .redisplay = join_show, .about = "Asks for access with an invoice in hand"},
    {GET, "/join/sent", join_sent, .may = MAY_ANYONE, .about = "What happens next"},
    {GET, "/join/:id", link_show, .may = MAY_ANYONE,
     .about = "Opens a link of a mail: asks for a click"},
    {POST, "/join/:id", link_use_up, .may = MAY_ANYONE, .about = "Takes the access and signs in"},
    {0},
};
