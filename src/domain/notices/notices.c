#include "domain/notices/notices.h"

#include "base/arena.h"
#include "domain/notices/notices_sql.h"
#include "store/outbox.h"

#include <assert.h>

enum { PROBLEM_MAX = 500 };

static str or_empty(str s)
{
    return s.len ? s : S("");
}

bool notices_queue(struct op *op, const struct notice *n)
{
    assert(op->tx); /* a mail and its cause are one transaction */
    assert(n->event.len > 0 && n->to.len > 0 && n->subject.len > 0);

    struct mail_insert_args args = {
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
    return (struct notice_state){
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
                .document = row->document,
                .document_id = row->document_id,
            },
        .id = row->id,
        .waiting = str_eq(row->state, S("waiting")),
        .created_at = row->created_at,
        .sent_at = row->sent_at,
        .tries = row->tries,
        .problem = row->problem,
    };
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

bool notices_sent(struct op *op, int64_t id)
{
    return sql_mail_sent(op, (struct mail_sent_args){.id = id, .sent_at = op->now});
}

/* At most `bytes` of it, and no half characters. */
static str shortened(str s, ptrdiff_t bytes)
{
    if (s.len <= bytes) return s;
    while (bytes > 0 && ((unsigned char)s.at[bytes] & 0xC0) == 0x80) bytes--;
    return str_head(s, bytes);
}

bool notices_failed(struct op *op, int64_t id, str problem, bool for_good)
{
    struct mail_failed_args args = {
        .id = id,
        .problem = shortened(or_empty(problem), PROBLEM_MAX),
        .state = for_good ? S("failed") : S("waiting"),
    };
    return sql_mail_failed(op, args);
}

bool notices_newest(struct op *op, int64_t customer, int64_t limit, struct notice_list *out)
{
    struct mail_rows_list rows;
    struct mail_rows_args args = {.last = INT64_MAX, .customer = customer, .most = limit};
    if (!sql_mail_rows(op, args, &rows)) return false;
    *out = (struct notice_list){arena_array(op->mem, struct notice_state, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = state_of(&rows.at[i]);
    return true;
}
