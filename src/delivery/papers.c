#include "delivery/papers.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "domain/documents/papers.h"

struct making {
    const struct app *app;
    enum kept_kind kind;
    int64_t subject;
    bool found;
    struct kept kept;
    struct paper paper;
    str name, pdf;
};

str paper_link(struct arena *mem, const struct app *app, enum kept_kind kind, int64_t subject)
{
    bool payment = kind == KEPT_RECEIPT || kind == KEPT_REFUND;
    if (kind == KEPT_REMINDER)
        return str_printf(mem, "%.*s/invoices?show=overdue", STR(app->public_url));
    if (kind == KEPT_STATEMENT) return str_printf(mem, "%.*s/invoices", STR(app->public_url));
    return str_printf(mem, "%.*s/%s/%.*s", STR(app->public_url), payment ? "payments" : "invoices",
                      STR(id_text(mem, app->keys, payment ? "pay" : "inv", subject)));
}

static bool load(struct op *op, void *arg)
{
    struct making *m = arg;
    if (!kept_find(op, m->kind, m->subject, &m->kept, &m->found)) return false;
    if (m->found) return true;
    str link = paper_link(op->mem, m->app, m->kind, m->subject);
    switch (m->kind) {
    case KEPT_DOCUMENT: return paper_of_document(op, m->subject, NULL, link, &m->paper);
    case KEPT_RECEIPT: return paper_of_payment(op, m->subject, NULL, link, &m->paper);
    case KEPT_REFUND: return paper_of_refund(op, m->subject, NULL, link, &m->paper);
    case KEPT_STATEMENT: /* these two are stored when they are issued */
    case KEPT_REMINDER: break;
    }
    return op_fail(op, ERR_MISSING, NULL, "There is no such document.");
}

static bool keep(struct op *op, void *arg)
{
    struct making *m = arg;
    return kept_put(op, m->kind, m->subject, m->name, m->pdf, &m->kept);
}

bool paper_file(struct op *op, struct store *store, const struct app *app, enum kept_kind kind,
                int64_t subject, struct kept *out)
{
    struct making m = {.app = app, .kind = kind, .subject = subject};
    if (!store_transact(op, store, TX_READ, load, &m)) return false;
    if (!m.found) {
        m.name = paper_file_name(op->mem, &m.paper);
        if (!paper_pdf(op, &m.paper, &m.pdf)) return false;
        if (!store_transact(op, store, TX_WRITE, keep, &m)) return false;
    }
    *out = m.kept;
    return true;
}

struct reply paper_reply(struct request *rq, enum kept_kind kind, int64_t subject)
{
    struct kept kept;
    if (!paper_file(&rq->op, rq->store, rq->app, kind, subject, &kept)) return reply_errors(rq);
    return reply_file(rq, S("application/pdf"), kept.name, kept.bytes);
}
