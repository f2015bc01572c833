#include "delivery/console/mail.h"

#include "adapters/mail/mailbox.h"
#include "adapters/mail/mime.h"
#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "domain/audit/audit.h"
#include "domain/brand/brand.h"
#include "domain/notices/bounces.h"
#include "domain/notices/letter.h"

#define HERE "/console/mail"
enum { PAGE_ROWS = 50 };

/* ---- words ---- */

static const char *const kinds[NOTICE_KINDS] = {
    [NOTICE_OTHER] = N_("Access"),
    [NOTICE_INVOICE] = N_("New invoice"),
    [NOTICE_CREDIT_NOTE] = N_("New credit note"),
    [NOTICE_RECEIPT] = N_("Receipt"),
    [NOTICE_FAILED] = N_("Failed payment"),
    [NOTICE_REFUND] = N_("Refund"),
    [NOTICE_STATEMENT] = N_("Statement"),
    [NOTICE_REMINDER] = N_("Reminder"),
    [NOTICE_COPY] = N_("Copy, sent on by the customer"),
};

/* What happened, by the head of a notice's event: see notices.h. Tests write events of no head. */
static const struct {
    const char *head, *words;
} events[] = {
    {"document", N_("A document was issued")},
    {"copies", N_("Documents were mailed again by hand")},
    {"copy", N_("Somebody at the customer sent it on")},
    {"receipt", N_("Money has arrived")},
    {"failed", N_("A payment came to nothing")},
    {"refund", N_("Money was sent back")},
    {"credit-undone", N_("A credit was taken back")},
    {"dispute", N_("A dispute was answered")},
    {"statement-issued", N_("A statement was issued")},
    {"statement-again", N_("A statement was mailed again by hand")},
    {"reminder", N_("A reminder was sent by hand")},
    {"sign-in", N_("A sign-in link or an invitation")},
    {"claim", N_("Access was asked for")},
    {"password", N_("A password was changed")},
    {"passkey", N_("A passkey was added")},
    {"change.asked", N_("A change of details was asked for")},
    {"change.answered", N_("A change of details was answered")},
};

static str event_words(struct request *rq, str event)
{
    str head = str_cut(event, ':').head;
    for (ptrdiff_t i = 0; i < COUNT(events); i++)
        if (str_eq(head, str_of(events[i].head))) return said(rq, events[i].words);
    return S("");
}

/* The kinds that contacts choose from are words enough; the rest has nothing else in common. */
static str why_words(struct request *rq, const struct notice *n)
{
    str event = n->kind == NOTICE_OTHER ? event_words(rq, n->event) : S("");
    return event.len > 0 ? event : said(rq, kinds[n->kind]);
}

struct standing_words mail_words(struct request *rq, const struct notice_state *mail)
{
    if (mail->bounced_at) return (struct standing_words){S("failed"), said(rq, N_("Came back"))};
    if (mail->sent_at) return (struct standing_words){S("paid"), said(rq, N_("Sent"))};
    if (!mail->waiting) return (struct standing_words){S("failed"), said(rq, N_("Given up"))};
    return (struct standing_words){S("soon"), mail->tries ? said(rq, N_("Is tried again"))
                                                          : said(rq, N_("Waiting"))};
}

/* Problems of our own are sentences we know; a server's words stay as they are. */
static str problem_words(struct request *rq, str problem)
{
    if (str_eq(problem, str_of(notice_stopped))) return said(rq, notice_stopped);
    if (str_eq(problem, str_of(notice_cut_short))) return said(rq, notice_cut_short);
    return problem;
}

/* ---- the list ---- */

struct list_form {
    str state, q, kind;
    int64_t customer, document, below;
};
static const char *const states[] = {"waiting", "sent", "failed", "bounced", NULL};
static const struct input list_inputs[] = {
    {.name = "state",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, state),
     .choices = states},
    {.name = "q", .type = INPUT_TEXT, .offset = offsetof(struct list_form, q)},
    {.name = "kind",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct list_form, kind),
     .choices = notice_kind_names},
    {.name = "customer",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, customer),
     .kind = "cus"},
    {.name = "document",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, document),
     .kind = "inv"},
    {.name = "below", .type = INPUT_ID, .offset = offsetof(struct list_form, below), .kind = "mal"},
    {.name = NULL},
};

static void rows_add(struct request *rq, const struct notice_list *list, struct grid *g)
{
    for (ptrdiff_t i = 0; i < list->count; i++) {
        const struct notice_state *m = &list->at[i];
        struct grid_cell *row = grid_row(g);
        str when = moment(rq, m->sent_at ? m->sent_at : m->created_at);
        row[0] = grid_link(m->notice.subject, place_url(rq, PLACE_MAIL, m->id, ""));
        row[1] = grid_text(m->notice.to);
        row[1].small = m->notice.to_name;
        row[2] = grid_text(why_words(rq, &m->notice));
        row[3] = grid_status(mail_words(rq, m));
        row[4] = grid_text(when);
    }
}

/* The list as it is asked for, in another state or from another mail on. */
static struct url list_url(struct request *rq, const struct list_form *form, str state,
                           int64_t below)
{
    struct arena *mem = rq->op.mem;
    struct text t = {.mem = mem};
    text_format(&t, HERE "?state=%.*s", STR(state));
    if (form->kind.len > 0) text_format(&t, "&kind=%.*s", STR(form->kind));
    if (form->q.len > 0) text_format(&t, "&q=%.*s", STR(url_encode(mem, form->q)));
    if (form->customer)
        text_format(&t, "&customer=%.*s", STR(place_id(rq, PLACE_CUSTOMER, form->customer)));
    if (form->document)
        text_format(&t, "&document=%.*s", STR(place_id(rq, PLACE_INVOICE, form->document)));
    if (below) text_format(&t, "&below=%.*s", STR(place_id(rq, PLACE_MAIL, below)));
    return url_of(text_str(&t));
}

static void tabs_add(struct request *rq, const struct list_form *form, struct listing *v)
{
    static const struct {
        const char *name, *state;
    } tabs[] = {
        {N_("All"), ""},
        {N_("Waiting"), "waiting"},
        {N_("Sent"), "sent"},
        {N_("Given up"), "failed"},
        {N_("Came back"), "bounced"},
    };
    for (ptrdiff_t i = 0; i < COUNT(tabs); i++)
        v->tabs[v->tab_count++] = (struct tab){
            .name = said(rq, tabs[i].name),
            .link = list_url(rq, form, str_of(tabs[i].state), 0),
            .count = -1,
            .current = str_eq(form->state, str_of(tabs[i].state)),
        };
}

/* What the search keeps, and the kind. */
static void filters_add(struct request *rq, const struct list_form *form, struct question_list *f)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, NOTICE_KINDS + 1);
    answers[0] = (struct answer){S(""), said(rq, "All")};
    for (int i = 0; i < NOTICE_KINDS; i++)
        answers[i + 1] = (struct answer){str_of(notice_kind_names[i]), said(rq, kinds[i])};
    if (form->state.len > 0) ask(rq, f, ASK_HIDDEN, "state", NULL, form->state);
    if (form->customer)
        ask(rq, f, ASK_HIDDEN, "customer", NULL, place_id(rq, PLACE_CUSTOMER, form->customer));
    if (form->document)
        ask(rq, f, ASK_HIDDEN, "document", NULL, place_id(rq, PLACE_INVOICE, form->document));
    struct question *q = ask(rq, f, ASK_SELECT, "kind", N_("Kind"), form->kind);
    q->answers = answers;
    q->answer_count = NOTICE_KINDS + 1;
}

static struct reply mails_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Subject")},   {GRID_TEXT, N_("To")},   {GRID_TEXT, N_("Why")},
        {GRID_STATUS, N_("Status")}, {GRID_CODE, N_("When")},
    };
    const struct list_form *form = rq->in;
    struct notice_list list;
    struct notice_filter filter = {
        .document = form->document ? S("document") : S(""),
        .document_id = form->document,
        .customer = form->customer,
        .recipient = form->q,
        .kind = form->kind,
        .state = form->state,
        .below = form->below,
        .limit = PAGE_ROWS,
    };
    if (!notices_list(&rq->op, &filter, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, N_("Mails")),
        .under = said(rq, N_("Every mail as it was sent, newest first.")),
        .here = url_of(S(HERE)),
        .shown = list_url(rq, form, form->state, 0),
        .search_label = said(rq, N_("Search by the whole address")),
        .search = form->q,
        .has_filter = form->q.len > 0 || form->kind.len > 0 || form->customer || form->document,
        .clear_words = said(rq, N_("Show all mails")),
        .clear = url_of(S(HERE)),
    };
    tabs_add(rq, form, &v);
    filters_add(rq, form, &v.filters);
    if (may(rq, MAY_ADMINISTER))
        v.acts[v.act_count++] =
            (struct link_words){said(rq, "Settings"), url_of(S(HERE "/settings")), false};
    v.grid = grid_of(rq, N_("Mails, newest first"), N_("No mail is here."), headings,
                     COUNT(headings), list.count);
    rows_add(rq, &list, &v.grid);
    v.grid.has_next = list.next != 0;
    if (list.next) v.grid.next = list_url(rq, form, form->state, list.next);
    return reply_listing(rq, HERE, &v);
}

/* ---- one ---- */

static bool tries_load(struct request *rq, int64_t id, struct mail_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("When")}, {GRID_STATUS, N_("Outcome")}, {GRID_TEXT, N_("Answer")}};
    static const struct {
        const char *outcome, *shape, *words;
    } outcomes[] = {
        {"begun", "soon", N_("Under way")},     {"sent", "paid", N_("Taken")},
        {"later", "soon", N_("Not now")},       {"refused", "failed", N_("Refused")},
        {"unclear", "failed", N_("No answer")},
    };
    struct notice_tries tries;
    if (!notices_tries(&rq->op, id, &tries)) return false;
    v->tries = grid_of(rq, N_("Tries to hand it over"), N_("None yet."), headings, COUNT(headings),
                       tries.count);
    for (ptrdiff_t i = 0; i < tries.count; i++) {
        struct grid_cell *row = grid_row(&v->tries);
        row[0] = grid_text(moment(rq, tries.at[i].at));
        for (ptrdiff_t k = 0; k < COUNT(outcomes); k++)
            if (str_eq(tries.at[i].outcome, str_of(outcomes[k].outcome)))
                row[1] = grid_status((struct standing_words){str_of(outcomes[k].shape),
                                                             said(rq, outcomes[k].words)});
        row[2] = grid_text(problem_words(rq, tries.at[i].answer));
    }
    return true;
}

static bool bounces_load(struct request *rq, const struct notice_state *m, struct mail_view *v)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("When")}, {GRID_TEXT, N_("What")}, {GRID_TEXT, N_("Their words")}};
    static const char *const words[] = {
        [BOUNCE_HARD] = N_("The address does not exist"),
        [BOUNCE_SOFT] = N_("Not delivered"),
        [BOUNCE_DELAYED] = N_("Late: they keep trying"),
    };
    struct bounces list;
    struct mail_stop stop;
    if (!bounces_of_mail(&rq->op, m->id, &list)) return false;
    if (!mail_stop_of(&rq->op, m->notice.to, &stop, &v->stopped)) return false;
    v->has_bounces = list.count > 0;
    v->bounces = grid_of(rq, N_("Reports"), N_("None."), headings, COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct grid_cell *row = grid_row(&v->bounces);
        row[0] = grid_text(moment(rq, list.at[i].at));
        row[1] = grid_text(said(rq, words[list.at[i].kind]));
        row[1].small = list.at[i].status;
        row[2] = grid_text(list.at[i].words);
    }
    if (!v->stopped) return true;
    v->stop_words = stop.words;
    v->stop_id = id_text(rq->op.mem, rq->app->keys, "stp", stop.id);
    v->clear = url_of(S(HERE "/clear"));
    v->may_clear = may(rq, MAY_WORK);
    return true;
}

static bool files_load(struct request *rq, int64_t id, struct mail_view *v, str *hash)
{
    str bytes;
    struct mailbox_mail *mail = arena_new(rq->op.mem, struct mailbox_mail);
    if (!notices_bytes(&rq->op, id, &bytes, hash)) return false;
    v->has_source = bytes.at != NULL;
    if (!v->has_source) return true;
    v->source = place_url(rq, PLACE_MAIL, id, "/source");
    if (!mime_read(&rq->op, bytes, mail)) return false;
    v->file_count = mail->head.file_count;
    v->files = arena_array(rq->op.mem, struct mail_part, v->file_count);
    for (ptrdiff_t i = 0; i < v->file_count; i++) {
        const char *then = str_z(rq->op.mem, str_printf(rq->op.mem, "/file?n=%td", i));
        v->files[i] = (struct mail_part){mail->files[i].name, place_url(rq, PLACE_MAIL, id, then)};
    }
    return true;
}

static void facts_of(struct request *rq, const struct notice_state *m, str hash,
                     struct mail_view *v)
{
    const struct notice *n = &m->notice;
    fact_add(rq, &v->facts, N_("To"), n->to);
    fact_add(rq, &v->facts, N_("Name"), n->to_name);
    fact_add(rq, &v->facts, N_("Why"), why_words(rq, n));
    if (n->kind != NOTICE_OTHER) fact_add(rq, &v->facts, N_("Event"), event_words(rq, n->event));
    fact_add(rq, &v->facts, N_("Written"), moment(rq, m->created_at));
    if (m->sent_at) fact_add(rq, &v->facts, N_("Sent"), moment(rq, m->sent_at));
    if (lang_find(n->language))
        fact_add(rq, &v->facts, N_("Language"), lang_name(lang_find(n->language)));
    if (n->customer)
        fact_link(rq, &v->facts, N_("Customer"), said(rq, N_("Open the customer")),
                  place_url(rq, PLACE_CUSTOMER, n->customer, ""));
    if (str_eq(n->document, S("document")))
        fact_link(rq, &v->facts, N_("Document"), said(rq, N_("Open the document")),
                  place_url(rq, PLACE_INVOICE, n->document_id, ""));
    if (str_eq(n->document, S("receipt")))
        fact_link(rq, &v->facts, N_("Payment"), said(rq, N_("Open the payment")),
                  place_url(rq, PLACE_PAYMENT, n->document_id, ""));
    fact_add(rq, &v->facts, N_("Message-ID"), m->message_id);
    fact_add(rq, &v->facts, N_("SHA-256 of the mail"), hash);
}

struct show_form {
    str done;
};
static const char *const dones[] = {"again", "cleared", NULL};
static const struct input show_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct show_form, done),
     .choices = dones},
    {.name = NULL},
};

static void trouble_of(struct request *rq, const struct notice_state *m, struct mail_view *v)
{
    if (m->sent_at) return;
    v->problem = problem_words(rq, m->problem);
    if (m->waiting || m->problem.len == 0) return;
    v->may_again = may(rq, MAY_WORK) && !m->notice.secret && !v->stopped;
    v->what_to_do =
        m->notice.secret
            ? said(rq, N_("It held a sign-in link: invite the person again, or let them ask."))
        : v->stopped ? S("")
        : str_eq(m->problem, str_of(notice_cut_short))
            ? said(rq, N_("Ask the reader whether it came; if not, send it again."))
            : said(rq, N_("Mend the cause, such as a wrong address, and send it again."));
}

static struct reply mail_show(struct request *rq)
{
    const struct show_form *form = rq->in;
    struct notice_state m;
    struct frame frame;
    struct mail_view v = {0};
    str hash;
    int64_t id;
    if (!place_of(rq, PLACE_MAIL, &id) || !notices_get(&rq->op, id, &m)) return reply_errors(rq);
    v.subject = m.notice.subject;
    v.under = mail_words(rq, &m).words;
    if (str_eq(form->done, S("again"))) v.done = said(rq, N_("It is sent again now."));
    if (str_eq(form->done, S("cleared"))) v.done = said(rq, N_("The address is written to again."));
    v.has_html = m.notice.html.len > 0 && !m.notice.secret;
    v.text = m.notice.secret ? S("") : m.notice.text;
    v.wiped = !v.has_html && v.text.len == 0;
    v.html = place_url(rq, PLACE_MAIL, id, "/html");
    v.again = place_url(rq, PLACE_MAIL, id, "/again");
    if (!tries_load(rq, id, &v) || !bounces_load(rq, &m, &v) || !files_load(rq, id, &v, &hash))
        return reply_errors(rq);
    facts_of(rq, &m, hash, &v);
    trouble_of(rq, &m, &v);
    if (!console_frame(rq, m.notice.subject, HERE, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_mail(&page, &v);
    struct reply reply = console_end(rq, &frame, &page);
    reply.frame_src = S("'self'");
    return reply;
}

/* The logo that stood in the mail: its entity's, when it was written. */
static bool logo_load(struct op *op, const struct notice_state *m, str *png)
{
    struct brand brand;
    struct logo logo;
    bool found;
    *png = S("");
    if (!letter_shows_logo(m->notice.html)) return true;
    if (!brand_load(op, m->notice.entity, m->created_at, &brand) ||
        !logo_get(op, brand.logo, &logo, &found))
        return false;
    if (found) *png = logo.png;
    return true;
}

/* For the frame on the page: nothing in it runs, and nothing is fetched. */
static struct reply mail_html(struct request *rq)
{
    struct notice_state m;
    int64_t id;
    str png;
    if (!place_of(rq, PLACE_MAIL, &id) || !notices_get(&rq->op, id, &m)) return reply_errors(rq);
    if (m.notice.html.len == 0 || m.notice.secret) return reply_missing(rq);
    if (!logo_load(&rq->op, &m, &png)) return reply_errors(rq);
    struct reply reply = reply_text(rq, 200, S("text/html; charset=utf-8"),
                                    letter_shown(rq->op.mem, m.notice.html, png));
    reply.inert = true;
    return reply;
}

static struct reply mail_source(struct request *rq)
{
    str bytes, hash;
    int64_t id;
    if (!place_of(rq, PLACE_MAIL, &id) || !notices_bytes(&rq->op, id, &bytes, &hash))
        return reply_errors(rq);
    if (!bytes.at) return reply_missing(rq);
    return reply_file(rq, S("message/rfc822"), S("mail.eml"), bytes);
}

struct file_form {
    int64_t n;
};
static const struct input file_inputs[] = {
    {.name = "n", .type = INPUT_I64, .offset = offsetof(struct file_form, n)},
    {.name = NULL},
};

static struct reply mail_file(struct request *rq)
{
    const struct file_form *form = rq->in;
    struct mailbox_mail *mail = arena_new(rq->op.mem, struct mailbox_mail);
    str bytes, hash;
    int64_t id, i = form->n;
    if (!place_of(rq, PLACE_MAIL, &id) || !notices_bytes(&rq->op, id, &bytes, &hash))
        return reply_errors(rq);
    if (!bytes.at || !mime_read(&rq->op, bytes, mail)) return reply_missing(rq);
    if (i < 0 || i >= mail->head.file_count) return reply_missing(rq);
    return reply_file(rq, mail->files[i].type, mail->files[i].name, mail->files[i].bytes);
}

static struct reply mail_again(struct request *rq)
{
    int64_t id;
    if (!place_of(rq, PLACE_MAIL, &id) || !notices_again(&rq->op, id) ||
        !audit_add(&rq->op, "mail.again", "mail", id, S(""), S("")))
        return reply_errors(rq);
    return see_place(rq, PLACE_MAIL, id, "?done=again");
}

const struct route console_mail_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = mails_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Every mail, newest first"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = mail_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(show_inputs, struct show_form),
     .about = "One mail, its tries and what came back"},
    {.method = GET,
     .path = HERE "/:id/html",
     .handle = mail_html,
     .may = MAY_SEE_CONSOLE,
     .about = "The mail as it looks, for a frame"},
    {.method = GET,
     .path = HERE "/:id/source",
     .handle = mail_source,
     .may = MAY_SEE_CONSOLE,
     .about = "The mail, byte for byte"},
    {.method = GET,
     .path = HERE "/:id/file",
     .handle = mail_file,
     .may = MAY_SEE_CONSOLE,
     INPUTS(file_inputs, struct file_form),
     .about = "A file that the mail carried"},
    {.method = POST,
     .path = HERE "/:id/again",
     .handle = mail_again,
     .may = MAY_WORK,
     .about = "Sends a mail that was given up"},
    {.path = NULL},
};
