#include "delivery/portal/sharing.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/papers.h"
#include "delivery/portal/brand.h"
#include "delivery/portal/downloads.h"
#include "delivery/portal/invoice.h"
#include "delivery/web/said.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/documents/papers.h"
#include "domain/documents/pay_links.h"
#include "domain/notices/letter.h"
#include "domain/notices/notices.h"

static bool own_document(struct request *rq, struct document *out)
{
    int64_t id;
    if (!request_id(rq, "inv", &id) || !document_get(&rq->op, id, out)) return false;
    if (out->customer == rq->who.customer) return true;
    return op_fail(&rq->op, ERR_MISSING, NULL, "There is no such document.");
}

static struct reply back(struct request *rq, const char *done)
{
    return reply_see(rq,
                     str_printf(rq->op.mem, "/invoices/%.*s?done=%s#documents", STR(rq->id), done));
}

/* ---- a copy by mail ---- */

struct copy_form {
    str email;
};
static const struct input copy_inputs[] = {
    {.name = "email",
     .type = INPUT_EMAIL,
     .offset = offsetof(struct copy_form, email),
     .required = true},
    {.name = NULL},
};

static bool copy_queue(struct request *rq, const struct document *d, str email)
{
    struct entity seller;
    if (!entity_get(&rq->op, d->entity, &seller)) return false;
    const char *title =
        d->kind == DOCUMENT_INVOICE ? N_("Copy of invoice {1}") : N_("Copy of credit note {1}");
    struct letter letter = {
        .lang = op_lang(&rq->op),
        .subject = filled(rq, title, d->number, S("")),
        .brand = seller.name,
        .heading = lang_money(rq->op.mem, op_lang(&rq->op), d->total),
        .lead = filled(rq, N_("{1} of {2} sends you this copy. It is attached as PDF."),
                       rq->who.name, rq->who.customer_name),
        .footer = seller.legal_name,
    };
    if (!brand_dress(&rq->op, d->entity, &letter)) return false;
    struct notice n = {
        .kind = NOTICE_COPY,
        .entity = d->entity,
        .event = str_printf(rq->op.mem, "copy:%lld:%lld:%.*s", (long long)d->id,
                            (long long)rq->op.now, STR(email)),
        .to = email,
        .to_name = S(""),
        .reply_to = rq->who.email,
        .from_name = seller.name,
        .subject = letter.subject,
        .text = letter_text(rq->op.mem, &letter),
        .html = letter_html(rq->op.mem, &letter),
        .language = lang_tag(op_lang(&rq->op)),
        .person = rq->who.person,
        .customer = d->customer,
        .document = S("document"),
        .document_id = d->id,
    };
    return notices_queue(&rq->op, &n) &&
           audit_add(&rq->op, "document.send", "document", d->id, S(""), S(""));
}

/* Enough for a day's work, too few to write to half the world in our name. */
enum { COPIES_AN_HOUR = 20 };

static bool copy_allowed(struct request *rq)
{
    int64_t count;
    if (!notices_count(&rq->op, rq->who.person, NOTICE_COPY, rq->op.now - HOUR_US, &count))
        return false;
    return count < COPIES_AN_HOUR ||
           op_fail(&rq->op, ERR_INVALID, "email",
                   "You sent %d copies within an hour. Please go on a little later.",
                   (int)COPIES_AN_HOUR);
}

static struct reply copy_send(struct request *rq)
{
    const struct copy_form *form = rq->in;
    struct document d;
    if (!copy_allowed(rq)) return reply_errors(rq);
    if (!own_document(rq, &d) || !copy_queue(rq, &d, form->email)) return reply_errors(rq);
    return back(rq, "sent");
}

/* ---- a link ---- */

static struct reply link_add(struct request *rq)
{
    struct document d;
    int64_t id;
    if (!own_document(rq, &d) || !share_add(&rq->op, rq->who.customer, d.id, rq->who.person, &id))
        return reply_errors(rq);
    return back(rq, "shared");
}

struct revoke_form {
    int64_t link;
};
static const struct input revoke_inputs[] = {
    {.name = "link",
     .type = INPUT_ID,
     .offset = offsetof(struct revoke_form, link),
     .kind = "shr",
     .required = true},
    {.name = NULL},
};

static struct reply link_revoke(struct request *rq)
{
    const struct revoke_form *form = rq->in;
    struct document d;
    if (!own_document(rq, &d) || !share_revoke(&rq->op, rq->who.customer, form->link))
        return reply_errors(rq);
    return back(rq, "revoked");
}

/* ---- a link that a mail holds ---- */

static const struct input unlink_inputs[] = {
    {.name = "link",
     .type = INPUT_ID,
     .offset = offsetof(struct revoke_form, link),
     .kind = "lnk",
     .required = true},
    {.name = NULL},
};

static struct reply mail_link_revoke(struct request *rq)
{
    const struct revoke_form *form = rq->in;
    struct document d;
    if (!own_document(rq, &d) || !pay_link_revoke(&rq->op, d.customer, form->link))
        return reply_errors(rq);
    return back(rq, "revoked");
}

/* ---- what the link shows ---- */

static bool shared_load(struct request *rq, struct share *share, struct paper *paper, bool *found)
{
    const struct lang *lang;
    if (!share_find(&rq->op, rq->app->keys, rq->id, share, found)) return false;
    if (!*found || share->over) return true;
    if (!paper_language(&rq->op, share->customer, &lang)) return false;
    return paper_of_document(&rq->op, share->document, lang, document_link(rq, share->document),
                             paper);
}

static struct reply shared_show(struct request *rq)
{
    struct share share;
    struct paper paper = {0};
    struct document d;
    struct entity seller;
    bool found;
    if (!shared_load(rq, &share, &paper, &found)) return reply_errors(rq);
    if (!found) return reply_missing(rq);
    if (!share.over && !share_opened(&rq->op, share.id)) return reply_errors(rq);
    if (!entity_main(&rq->op, &seller)) return reply_errors(rq);
    struct shared_view v = {.over = share.over, .title = paper.title, .lead = paper.lead};
    if (!share.over) {
        if (!document_get(&rq->op, share.document, &d) || !entity_get(&rq->op, d.entity, &seller))
            return reply_errors(rq);
        v.total = d.total;
        v.pdf = url_printf(rq->op.mem, "/shared/%.*s/pdf", STR(rq->id));
    }
    v.seller = seller.name;
    str title = share.over ? str_of(say(op_lang(&rq->op), "This link no longer works")) : v.title;
    struct frame frame = frame_for(rq, title, seller.name);
    struct page page = page_for(rq);
    page_top(&page, &frame);
    page_shared(&page, &v);
    page_bottom(&page, &frame);
    struct reply reply = reply_page(rq, page);
    if (share.over) reply.status = 410;
    reply.no_referrer = true;
    return reply;
}

struct sharing {
    struct request *rq;
    struct share share;
    bool found;
};

static bool shared_find(struct op *op, void *arg)
{
    struct sharing *s = arg;
    return share_find(op, s->rq->app->keys, s->rq->id, &s->share, &s->found);
}

static struct reply shared_pdf(struct request *rq)
{
    struct sharing s = {.rq = rq};
    if (!store_transact(&rq->op, rq->store, TX_READ, shared_find, &s)) return reply_errors(rq);
    if (!s.found) return reply_missing(rq);
    if (!s.share.over) return paper_reply(rq, KEPT_DOCUMENT, s.share.document);
    return reply_text(rq, 410, S("text/plain; charset=utf-8"),
                      str_of(say(op_lang(&rq->op), "This link no longer works")));
}

const struct route sharing_routes[] = {
    {.method = POST,
     .path = "/invoices/:id/send",
     .handle = copy_send,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(copy_inputs, struct copy_form),
     .redisplay = invoice_show,
     .about = "Sends a copy to an address"},
    {.method = POST,
     .path = "/invoices/:id/share",
     .handle = link_add,
     .may = MAY_SEE_ACCOUNT,
     .about = "Makes a link that shows this one document"},
    {.method = POST,
     .path = "/invoices/:id/unshare",
     .handle = link_revoke,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(revoke_inputs, struct revoke_form),
     .about = "Takes such a link back"},
    {.method = POST,
     .path = "/invoices/:id/unlink",
     .handle = mail_link_revoke,
     .may = MAY_PAY,
     INPUTS(unlink_inputs, struct revoke_form),
     .about = "Takes a link back that a mail holds"},
    {.method = GET,
     .path = "/shared/:id",
     .handle = shared_show,
     .may = MAY_ANYONE,
     .writes = true,
     .about = "A shared document"},
    {.method = GET,
     .path = "/shared/:id/pdf",
     .handle = shared_pdf,
     .talks = true,
     .may = MAY_ANYONE,
     .about = "The same as PDF"},
    {.path = NULL},
};
