#include "domain/notices/notices.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "domain/notices/notices_sql.h"
#include "store/outbox.h"

#include <assert.h>

enum { PROBLEM_MAX = 500 };

const char notice_stopped[] = N_("Mail to this address came back, so nothing is sent there.");
const char notice_cut_short[] =
    N_("The program stopped while the mail server was answering: it may have arrived.");

const char *const notice_kind_names[NOTICE_KINDS + 1] = {
    [NOTICE_OTHER] = "other",
    [NOTICE_INVOICE] = "invoice",
    [NOTICE_CREDIT_NOTE] = "credit-note",
    [NOTICE_RECEIPT] = "receipt",
    [NOTICE_FAILED] = "failed",
    [NOTICE_REFUND] = "refund",
    [NOTICE_STATEMENT] = "statement",
    [NOTICE_REMINDER] = "reminder",
    [NOTICE_COPY] = "copy",
};

const char *notice_kind_name(enum notice_kind kind)
{
    return notice_kind_names[kind];
}

bool notice_kind_from(str name, enum notice_kind *out)
{
    for (enum notice_kind kind = NOTICE_OTHER; kind < NOTICE_KINDS; kind++) {
        if (!str_eq(name, str_of(notice_kind_names[kind]))) continue;
        *out = kind;
        return true;
    }
    return false;
}

bool notice_kind_chosen(enum notice_kind kind)
{
    return kind != NOTICE_OTHER && kind != NOTICE_COPY;
}

bool notice_kind_optional(enum notice_kind kind)
{
    return kind == NOTICE_STATEMENT || kind == NOTICE_REMINDER;
}

static str or_empty(str s)
{
    return s.len ? s : S("");
}

bool notices_queue(struct op *op, const struct notice *n)
{
    assert(op->tx); /* a mail and its cause are one transaction */
    assert(n->event.len > 0 && n->to.len > 0 && n->subject.len > 0);

    struct mail_insert_args args = {
        .kind = str_of(notice_kind_names[n->kind]),
        .event = n->event,
        .recipient = n->to,
        .to_name = or_empty(n->to_name),
        .reply_to = or_empty(n->reply_to),
        .sender = or_empty(n->from),
        .sender_name = or_empty(n->from_name),
        .subject = n->subject,
        .body_text = or_empty(n->text),
        .body_html = or_empty(n->html),
        .language = n->language.len ? n->language : S("en"),
        .secret = n->secret,
        .person = n->person,
        .customer = n->customer,
        .entity = n->entity,
        .contact = n->contact,
        .document = or_empty(n->document),
        .document_id = n->document_id,
        .created_at = op->now,
    };
    struct mail_insert_row row;
    bool added = false;
    if (!sql_mail_insert(op, args, &row, &added)) return false;
    return !added || outbox_add(op, "mail.send", row.id);
}

static struct notice_state state_of(const struct mail_rows_row *row)
{
    struct notice_state s = {
        .notice =
            {
                .event = row->event,
                .to = row->recipient,
                .to_name = row->to_name,
                .reply_to = row->reply_to,
                .from = row->sender,
                .from_name = row->sender_name,
                .subject = row->subject,
                .text = row->body_text,
                .html = row->body_html,
                .language = row->language,
                .secret = row->secret,
                .person = row->person,
                .customer = row->customer,
                .entity = row->entity,
                .contact = row->contact,
                .document = row->document,
                .document_id = row->document_id,
            },
        .id = row->id,
        .waiting = str_eq(row->state, S("waiting")),
        .created_at = row->created_at,
        .sent_at = row->sent_at,
        .bounced_at = row->bounced_at,
        .tries = row->tries,
        .problem = row->problem,
        .message_id = row->message_id,
    };
    if (!notice_kind_from(row->kind, &s.notice.kind)) s.notice.kind = NOTICE_OTHER;
    return s;
}

bool notices_get(struct op *op, int64_t id, struct notice_state *out)
{
    struct mail_rows_list rows;
    struct mail_rows_args args = {.first = id, .last = id, .most = 1};
    *out = (struct notice_state){0};
    if (id <= 0) return op_fail(op, ERR_MISSING, NULL, "There is no such mail.");
    if (!sql_mail_rows(op, args, &rows)) return false;
    if (rows.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such mail.");
    *out = state_of(&rows.at[0]);
    return true;
}

/* ---- sending ---- */

/* At most `bytes` of it, and no half characters. */
static str shortened(str s, ptrdiff_t bytes)
{
    if (s.len <= bytes) return s;
    while (bytes > 0 && ((unsigned char)s.at[bytes] & 0xC0) == 0x80) bytes--;
    return str_head(s, bytes);
}

static bool try_end(struct op *op, int64_t mail, const char *outcome, str answer)
{
    struct try_end_args args = {
        .mail = mail, .outcome = str_of(outcome), .answer = shortened(answer, PROBLEM_MAX)};
    return sql_try_end(op, args);
}

/* A try that was begun and never ended. *go stays NOTICE_GO when this one may go on. */
static bool settle_before(struct op *op, const struct notice_try_begin *in, enum notice_go *go)
{
    struct try_begun_row before;
    bool found = false;
    if (!sql_try_begun(op, (struct try_begun_args){.mail = in->mail}, &before, &found))
        return false;
    if (!found) return true;
    if (before.at + NOTICE_TRY_US > op->now) {
        *go = NOTICE_ANOTHER;
        return true;
    }
    if (in->repeats) return try_end(op, in->mail, "unclear", S(""));
    *go = NOTICE_DONE;
    return notices_failed(op, in->mail, str_of(notice_cut_short), NOTICE_UNCLEAR);
}

/* To an address that bounced nothing is sent: what waits for it is given up. */
static bool stopped(struct op *op, const struct notice_state *mail, enum notice_go *go)
{
    struct stop_find_row stop;
    bool found = false;
    struct stop_find_args args = {.address = str_lower(op->mem, mail->notice.to)};
    if (!sql_stop_find(op, args, &stop, &found)) return false;
    if (!found) return true;
    *go = NOTICE_DONE;
    struct mail_failed_args give_up = {
        .id = mail->id, .problem = str_of(notice_stopped), .state = S("failed")};
    return sql_mail_failed(op, give_up);
}

bool notices_try(struct op *op, const struct notice_try_begin *in, enum notice_go *out)
{
    struct notice_state mail;
    *out = NOTICE_GO;
    if (!notices_get(op, in->mail, &mail)) return false;
    if (!mail.waiting) {
        *out = NOTICE_DONE;
        return true;
    }
    if (!settle_before(op, in, out)) return false;
    if (*out == NOTICE_GO && !stopped(op, &mail, out)) return false;
    if (*out != NOTICE_GO) return true;
    struct mail_named_args named = {.id = in->mail, .message_id = in->message_id};
    struct content_insert_args content = {
        .mail = in->mail,
        .at = op->now,
        .bytes = in->bytes,
        .hash = crypto_sha256(op->mem, in->bytes),
    };
    if (!sql_mail_named(op, named)) return false;
    if (!mail.notice.secret && !sql_content_insert(op, content)) return false;
    return sql_try_insert(op, (struct try_insert_args){.mail = in->mail, .at = op->now});
}

bool notices_sent(struct op *op, int64_t id)
{
    return try_end(op, id, "sent", S("")) &&
           sql_mail_sent(op, (struct mail_sent_args){.id = id, .sent_at = op->now});
}

bool notices_failed(struct op *op, int64_t id, str problem, enum notice_failure why)
{
    static const char *const outcomes[] = {
        [NOTICE_LATER] = "later", [NOTICE_REFUSED] = "refused", [NOTICE_UNCLEAR] = "unclear"};
    struct mail_failed_args args = {
        .id = id,
        .problem = shortened(or_empty(problem), PROBLEM_MAX),
        .state = why == NOTICE_LATER ? S("waiting") : S("failed"),
    };
    return try_end(op, id, outcomes[why], or_empty(problem)) && sql_mail_failed(op, args);
}

bool notices_refused(struct op *op, int64_t id, str problem)
{
    struct mail_failed_args args = {
        .id = id, .problem = shortened(problem, PROBLEM_MAX), .state = S("failed")};
    return sql_mail_failed(op, args);
}

bool notices_bytes(struct op *op, int64_t id, str *bytes, str *hash)
{
    struct content_row_row row;
    bool found = false;
    *bytes = *hash = (str){0};
    if (!sql_content_row(op, (struct content_row_args){.mail = id}, &row, &found)) return false;
    if (found) *bytes = row.bytes, *hash = row.hash;
    return true;
}

bool notices_forget(struct op *op, instant before)
{
    return sql_content_forget(op, (struct content_forget_args){.before = before}) &&
           sql_body_forget(op, (struct body_forget_args){.before = before});
}

bool notices_tries(struct op *op, int64_t id, struct notice_tries *out)
{
    struct try_rows_list rows;
    if (!sql_try_rows(op, (struct try_rows_args){.mail = id}, &rows)) return false;
    *out = (struct notice_tries){arena_array(op->mem, struct notice_try, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct notice_try){rows.at[i].at, rows.at[i].outcome, rows.at[i].answer};
    return true;
}

bool notices_again(struct op *op, int64_t id)
{
    struct notice_state mail;
    struct mail_again_list done;
    struct stop_find_row stop;
    bool found = false;
    if (!notices_get(op, id, &mail)) return false;
    struct stop_find_args args = {.address = str_lower(op->mem, mail.notice.to)};
    if (!sql_stop_find(op, args, &stop, &found)) return false;
    if (found)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "Mail to this address came back. Mend or clear the address first.");
    if (!sql_mail_again(op, (struct mail_again_args){.id = id}, &done)) return false;
    if (done.count == 1) return outbox_add(op, "mail.send", id);
    if (mail.notice.secret)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "This mail held a sign-in link, which is not kept. Invite the person "
                       "again.");
    return op_fail(op, ERR_CONFLICT, NULL, "This mail was not given up: there is nothing to try.");
}

bool notices_leave(struct op *op, int64_t id)
{
    struct mail_leave_list done;
    if (!sql_mail_leave(op, (struct mail_leave_args){.id = id, .now = op->now}, &done))
        return false;
    return done.count == 1 || op_fail(op, ERR_CONFLICT, NULL, "This mail is no task any more.");
}

bool notices_count(struct op *op, int64_t person, enum notice_kind kind, instant since,
                   int64_t *out)
{
    struct mail_count_row row;
    struct mail_count_args args = {
        .person = person, .kind = str_of(notice_kind_names[kind]), .since = since};
    if (!sql_mail_count(op, args, &row)) return false;
    *out = row.count;
    return true;
}

bool notices_newest(struct op *op, int64_t customer, int64_t limit, struct notice_list *out)
{
    struct mail_rows_list rows;
    struct mail_rows_args args = {.last = INT64_MAX, .customer = customer, .most = limit};
    if (!sql_mail_rows(op, args, &rows)) return false;
    *out = (struct notice_list){.at = arena_array(op->mem, struct notice_state, rows.count),
                                .count = rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = state_of(&rows.at[i]);
    return true;
}

bool mail_measure(struct op *op, struct mail_measure *out)
{
    struct mail_measured_row row;
    if (!sql_mail_measured(op, &row)) return false;
    *out = (struct mail_measure){row.waiting, row.since};
    return true;
}
