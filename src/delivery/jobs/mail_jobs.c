#include "delivery/jobs/mail_jobs.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/app.h"
#include "domain/access/sign_in.h"
#include "domain/company/company.h"
#include "domain/notices/mailer.h"
#include "domain/notices/notices.h"

#include <assert.h>

/* Before there is a company, its first administrator must be able to sign in. */
static bool seller_load(struct op *op, struct entity *out)
{
    struct entity_list list;
    if (!entities(op, &list)) return false;
    *out = list.count > 0 ? list.at[0] : (struct entity){.name = S("Quittance")};
    return true;
}

bool sign_in_mail_job(struct op *op, const struct job *job)
{
    struct entity seller;
    if (!seller_load(op, &seller)) return false;
    struct site site = {.url = job->app->public_url, .seller = seller.name};
    return sign_in_mail(op, job->subject, &site);
}

struct sending {
    const struct job *job;
    struct notice_state mail;
    struct entity seller;
    struct mail_file file;
    bool has_file;
    str problem;
    bool for_good;
};

static bool attach(struct op *op, struct sending *s)
{
    const struct notice *n = &s->mail.notice;
    const struct attachment_kind *kind = s->job->app->attachments;
    while (kind && kind->name && !str_eq(str_of(kind->name), n->document)) kind++;
    if (!kind || !kind->name)
        return op_broken(op, ERR_INTERNAL, "nothing makes a %.*s", STR(n->document));
    s->has_file = true;
    return kind->make(op, s->job->app, n->document_id, lang_find(n->language), &s->file);
}

static bool load(struct op *op, void *arg)
{
    struct sending *s = arg;
    s->has_file = false;
    if (!notices_get(op, s->job->subject, &s->mail)) return false;
    if (!s->mail.waiting) return true;
    if (!seller_load(op, &s->seller)) return false;
    return s->mail.notice.document.len == 0 || attach(op, s);
}

static bool keep_sent(struct op *op, void *arg)
{
    struct sending *s = arg;
    return notices_sent(op, s->mail.id);
}

static bool keep_failed(struct op *op, void *arg)
{
    struct sending *s = arg;
    return notices_failed(op, s->mail.id, s->problem, s->for_good);
}

/* "pay.example.com" of "https://pay.example.com:8443". */
static str url_host(str url)
{
    ptrdiff_t at = str_find(url, S("://"));
    str rest = at < 0 ? url : str_from(url, at + 3);
    return str_cut(str_cut(rest, '/').head, ':').head;
}

/* What the operator set comes first: mail servers check that a host may send for its domain. Where
 * nobody gives an address, the mail comes from the host that sends it. */
static str sender(struct op *op, const struct sending *s)
{
    if (s->mail.notice.from.len) return s->mail.notice.from;
    if (s->job->app->mail_from.len) return s->job->app->mail_from;
    if (s->seller.contact_email.len) return s->seller.contact_email;
    return str_printf(op->mem, "no-reply@%.*s", STR(url_host(s->job->app->public_url)));
}

static struct mail mail_of(struct op *op, const struct sending *s)
{
    const struct notice *n = &s->mail.notice;
    str host = url_host(s->job->app->public_url);
    return (struct mail){
        /* Of the event, not the moment: a mail that is sent twice after a crash is one mail. */
        .message_id =
            str_printf(op->mem, "%.*s@%.*s", STR(crypto_digest(op->mem, n->event)), STR(host)),
        .from_name = n->from_name.len ? n->from_name : s->seller.name,
        .from = sender(op, s),
        .to_name = n->to_name,
        .to = n->to,
        .reply_to = n->reply_to.len ? n->reply_to : s->seller.contact_email,
        .subject = n->subject,
        .text = n->text,
        .html = n->html,
        .language = n->language,
        .at = s->mail.created_at,
        .files = s->has_file ? &s->file : NULL,
        .file_count = s->has_file ? 1 : 0,
    };
}

/* Why it failed goes beside the mail, where the console shows it; then the job fails as well. */
static bool failed(struct op *op, struct sending *s)
{
    struct err *errs = op->errs;
    assert(errs);
    s->problem = errs->detail.len ? errs->detail : errs->message;
    s->for_good = errs->kind == ERR_INVALID;
    op->errs = NULL;
    if (!store_transact(op, s->job->store, TX_WRITE, keep_failed, s)) return false;
    if (s->for_good) return true;
    op->errs = errs;
    return false;
}

bool mail_send_job(struct op *op, const struct job *job)
{
    const struct app *app = job->app;
    struct sending s = {.job = job};
    if (!app->mailer) return op_broken(op, ERR_INTERNAL, "no mailer is set up");
    if (!store_transact(op, job->store, TX_READ, load, &s)) return false;
    if (!s.mail.waiting) return true;
    struct mail mail = mail_of(op, &s);
    if (!mailer_send(op, app->mailer, &mail)) return failed(op, &s);
    return store_transact(op, job->store, TX_WRITE, keep_sent, &s);
}
