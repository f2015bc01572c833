#include "delivery/jobs/mail_jobs.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/app.h"
#include "domain/access/claims.h"
#include "domain/access/sign_in.h"
#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/notices/letter.h"
#include "domain/notices/mailer.h"
#include "domain/notices/notices.h"
#include "domain/notices/settings.h"
#include "domain/notices/unsubscribe.h"
#include "store/outbox.h"

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

bool claim_look_job(struct op *op, const struct job *job)
{
    return claim_look(op, job->subject);
}

bool claim_mail_job(struct op *op, const struct job *job)
{
    struct entity seller;
    if (!seller_load(op, &seller)) return false;
    struct site site = {.url = job->app->public_url, .seller = seller.name};
    return claim_mail(op, job->subject, &site);
}

struct sending {
    const struct job *job;
    struct notice_state mail;
    struct entity seller;
    struct mail_setting setting;
    struct mail_file file;
    struct notice_try_begin begin;
    enum notice_go go;
    bool has_file;
    str logo; /* a PNG; empty: the mail shows none */
    str problem;
    enum notice_failure why;
};

static bool attach(struct op *op, struct sending *s)
{
    const struct notice *n = &s->mail.notice;
    if (s->begin.bytes.len > 0 || n->document.len == 0) return true;
    const struct attachment_kind *kind = s->job->app->attachments;
    while (kind && kind->name && !str_eq(str_of(kind->name), n->document)) kind++;
    if (!kind || !kind->name)
        return op_broken(op, ERR_INTERNAL, "nothing makes a %.*s", STR(n->document));
    s->has_file = true;
    return kind->make(op, s->job, n->document_id, &s->file);
}

/* The logo that the entity had when the mail was written. */
static bool logo_load(struct op *op, struct sending *s)
{
    struct brand brand;
    struct logo logo;
    bool found;
    s->logo = S("");
    if (!letter_shows_logo(s->mail.notice.html)) return true;
    if (!brand_load(op, s->seller.id, s->mail.created_at, &brand) ||
        !logo_get(op, brand.logo, &logo, &found))
        return false;
    if (found) s->logo = logo.png;
    return true;
}

static bool load(struct op *op, void *arg)
{
    struct sending *s = arg;
    str hash;
    s->has_file = false;
    if (!notices_get(op, s->job->subject, &s->mail)) return false;
    const struct notice *n = &s->mail.notice;
    if (!s->mail.waiting) return true;
    if (!(n->entity ? entity_get(op, n->entity, &s->seller) : seller_load(op, &s->seller)))
        return false;
    if (!mail_setting_get(op, s->seller.id, &s->setting)) return false;
    return notices_bytes(op, s->mail.id, &s->begin.bytes, &hash) && logo_load(op, s);
}

static bool begin(struct op *op, void *arg)
{
    struct sending *s = arg;
    return notices_try(op, &s->begin, &s->go);
}

static bool keep_sent(struct op *op, void *arg)
{
    struct sending *s = arg;
    return notices_sent(op, s->mail.id);
}

static bool keep_failed(struct op *op, void *arg)
{
    struct sending *s = arg;
    return notices_failed(op, s->mail.id, s->problem, s->why);
}

/* "pay.example.com" of "https://pay.example.com:8443". */
static str url_host(str url)
{
    ptrdiff_t at = str_find(url, S("://"));
    str rest = at < 0 ? url : str_from(url, at + 3);
    return str_cut(str_cut(rest, '/').head, ':').head;
}

/* The entity's own, then what the operator set: mail servers check that a host may send for its
 * domain. Where nobody gives an address, the mail comes from the host that sends it. */
static str sender(struct op *op, const struct sending *s)
{
    if (s->mail.notice.from.len) return s->mail.notice.from;
    if (s->setting.sender.len) return s->setting.sender;
    if (s->job->app->mail_from.len) return s->job->app->mail_from;
    if (s->seller.contact_email.len) return s->seller.contact_email;
    return str_printf(op->mem, "no-reply@%.*s", STR(url_host(s->job->app->public_url)));
}

static str reply_to(const struct sending *s)
{
    if (s->mail.notice.reply_to.len) return s->mail.notice.reply_to;
    return s->setting.reply_to.len ? s->setting.reply_to : s->seller.contact_email;
}

/* Of the event, not the moment, so that a mail sent twice is one mail; and under our key, so that
 * nobody can make up a report of a mail that he did not see. */
static str message_id(struct op *op, const struct sending *s)
{
    const struct app *app = s->job->app;
    str event = str_printf(op->mem, "mail %.*s", STR(s->mail.notice.event));
    return str_printf(op->mem, "%.*s@%.*s",
                      STR(str_head(crypto_tag(op->mem, app->keys, KEY_LINKS, event), 40)),
                      STR(url_host(app->public_url)));
}

/* For what may be ended, and for contacts: others have their preferences page. */
static str unsubscribe(struct op *op, const struct sending *s)
{
    const struct notice *n = &s->mail.notice;
    if (!notice_kind_optional(n->kind) || !n->contact) return S("");
    return str_printf(op->mem, "%.*s/unsubscribe/%.*s", STR(s->job->app->public_url),
                      STR(unsubscribe_token(op->mem, s->job->app->keys, n->contact, n->kind)));
}

static struct mail mail_of(struct op *op, const struct sending *s)
{
    const struct notice *n = &s->mail.notice;
    return (struct mail){
        .message_id = message_id(op, s),
        .from_name = n->from_name.len ? n->from_name : s->seller.name,
        .from = sender(op, s),
        .to_name = n->to_name,
        .to = n->to,
        .reply_to = reply_to(s),
        .subject = n->subject,
        .text = n->text,
        .html = n->html,
        .language = n->language,
        .at = s->mail.created_at,
        .logo = s->logo,
        .files = s->has_file ? &s->file : NULL,
        .file_count = s->has_file ? 1 : 0,
        .unsubscribe = unsubscribe(op, s),
        .bytes = s->begin.bytes,
    };
}

/* Why it failed goes beside the mail, where the console shows it; then the job fails as well, to be
 * tried again. After its last try the mail is given up. */
static bool failed(struct op *op, struct sending *s)
{
    const struct err *errs = op->errs;
    assert(errs);
    bool last = s->job->tries >= MAIL_TRIES_MAX;
    s->problem = errs->detail.len ? errs->detail : errs->message;
    s->why = errs->kind == ERR_CONFLICT          ? NOTICE_UNCLEAR
             : errs->kind == ERR_INVALID || last ? NOTICE_REFUSED
                                                 : NOTICE_LATER;
    op->errs = NULL;
    if (!store_transact(op, s->job->store, TX_WRITE, keep_failed, s)) return false;
    if (s->why != NOTICE_LATER) return true;
    op->errs = errs;
    return false;
}

/* A mail that cannot even be written (a name with a line break): given up, without a try. */
static bool unwritable(struct op *op, void *arg)
{
    struct sending *s = arg;
    return notices_refused(op, s->mail.id, s->problem);
}

static bool compose(struct op *op, struct sending *s, struct mail *mail, bool *ok)
{
    *ok = mail->bytes.len > 0 || mail_compose(op, mail, &mail->bytes);
    if (*ok) return true;
    if (op->errs->kind != ERR_INVALID) return false;
    s->problem = op->errs->message;
    op->errs = NULL;
    return store_transact(op, s->job->store, TX_WRITE, unwritable, s);
}

bool mail_send_job(struct op *op, const struct job *job)
{
    const struct app *app = job->app;
    struct sending s = {.job = job};
    bool ok;
    if (!app->mailer) return op_broken(op, ERR_INTERNAL, "no mailer is set up");
    if (!store_transact(op, job->store, TX_READ, load, &s)) return false;
    if (!s.mail.waiting) return true;
    if (!attach(op, &s)) return false;
    struct mail mail = mail_of(op, &s);
    if (!compose(op, &s, &mail, &ok)) return false;
    if (!ok) return true;
    s.begin = (struct notice_try_begin){
        .mail = s.mail.id,
        .message_id = mail.message_id,
        .bytes = mail.bytes,
        .repeats = app->mailer->repeats,
    };
    if (!store_transact(op, job->store, TX_WRITE, begin, &s)) return false;
    if (s.go == NOTICE_DONE) return true;
    if (s.go == NOTICE_ANOTHER)
        return op_broken(op, ERR_BUSY, "another worker hands this mail over");
    if (!mailer_send(op, app->mailer, &mail)) return failed(op, &s);
    return store_transact(op, job->store, TX_WRITE, keep_sent, &s);
}

bool mail_forget_job(struct op *op, const struct job *job)
{
    struct entity seller;
    struct mail_setting setting;
    if (!seller_load(op, &seller) || !mail_setting_get(op, seller.id, &setting)) return false;
    return notices_forget(op, op->now - setting.keep_days * DAY_US) &&
           outbox_add_at(op, "mail.forget", job->subject, op->now + DAY_US);
}
