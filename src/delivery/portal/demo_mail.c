#include "delivery/portal/demo_mail.h"

#include "adapters/mail/mailbox.h"
#include "base/arena.h"
#include "base/lang.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"

static bool is_shown(const struct request *rq)
{
    return rq->app->demo && rq->app->mail_folder.len > 0;
}

static struct url mail_url(struct request *rq, str name)
{
    return url_printf(rq->op.mem, "/demo/mail/%.*s", STR(url_encode(rq->op.mem, name)));
}

static struct reply finished(struct request *rq, const struct frame *frame, struct page *page)
{
    struct reply reply = portal_end(rq, frame, page);
    session_name_browser(rq, &reply);
    return reply;
}

static struct reply mails_show(struct request *rq)
{
    struct mailbox_list list;
    struct frame frame;
    if (!is_shown(rq)) return reply_missing(rq);
    if (!mailbox_list(&rq->op, rq->app->mail_folder, &list)) return reply_errors(rq);
    struct demo_mail_row *rows = arena_array(rq->op.mem, struct demo_mail_row, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++)
        rows[i] = (struct demo_mail_row){
            .link = mail_url(rq, list.at[i].name),
            .subject = list.at[i].subject,
            .to = list.at[i].to,
            .at = moment(rq, list.at[i].at),
        };
    struct demo_mails_view view = {.rows = rows, .count = list.count};
    if (!portal_frame(rq, said(rq, "Mails of the demonstration"), NULL, &frame))
        return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_demo_mails(&page, &view);
    return finished(rq, &frame, &page);
}

/* The first address of ours in the text stands below the mail's button. */
static str link_in(const struct request *rq, str text)
{
    str own = rq->app->public_url;
    ptrdiff_t at = str_find(text, own);
    if (at < 0) return S("");
    str path = str_from(text, at + own.len);
    return str_trim(str_cut(str_cut(path, '\n').head, ' ').head);
}

static struct reply mail_show(struct request *rq)
{
    struct arena *mem = rq->op.mem;
    struct mailbox_mail *mail = arena_new(mem, struct mailbox_mail);
    struct frame frame;
    if (!is_shown(rq)) return reply_missing(rq);
    if (!mailbox_read(&rq->op, rq->app->mail_folder, rq->id, mail)) return reply_errors(rq);
    struct demo_mail_file *files = arena_array(mem, struct demo_mail_file, mail->head.file_count);
    for (ptrdiff_t i = 0; i < mail->head.file_count; i++)
        files[i] = (struct demo_mail_file){
            .link = url_printf(mem, "/demo/mail/%.*s/%td", STR(url_encode(mem, rq->id)), i),
            .name = mail->files[i].name,
        };
    str link = link_in(rq, mail->text);
    struct demo_mail_view view = {
        .subject = mail->head.subject,
        .from = mail->head.from,
        .to = mail->head.to,
        .at = moment(rq, mail->head.at),
        .text = mail->text,
        .has_link = link.len > 0,
        .link = url_of(link),
        .files = files,
        .file_count = mail->head.file_count,
    };
    if (!portal_frame(rq, mail->head.subject, NULL, &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_demo_mail(&page, &view);
    return finished(rq, &frame, &page);
}

static struct reply file_show(struct request *rq)
{
    struct mailbox_mail *mail = arena_new(rq->op.mem, struct mailbox_mail);
    int64_t i;
    if (!is_shown(rq)) return reply_missing(rq);
    if (!mailbox_read(&rq->op, rq->app->mail_folder, rq->id, mail)) return reply_errors(rq);
    if (!str_to_i64(rq->part, &i) || i < 0 || i >= mail->head.file_count) return reply_missing(rq);
    return reply_file(rq, mail->files[i].type, mail->files[i].name, mail->files[i].bytes);
}

const struct route demo_mail_routes[] = {
    {GET, "/demo/mail", mails_show, .may = MAY_ANYONE, .about = "The demonstration's mails"},
    {GET, "/demo/mail/:id", mail_show, .may = MAY_ANYONE, .about = "One of them"},
    {GET, "/demo/mail/:id/:part", file_show, .may = MAY_ANYONE, .about = "A file of one"},
    {0},
};
