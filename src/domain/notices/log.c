/* The log of mails: newest first, a page at a time, without their contents. */
#include "base/arena.h"
#include "domain/notices/log_sql.h"
#include "domain/notices/notices.h"

static struct notice_state state_of(const struct log_rows_row *row)
{
    struct notice_state s = {
        .notice =
            {
                .event = row->event,
                .to = row->recipient,
                .to_name = row->to_name,
                .subject = row->subject,
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

/* The most selective of what is asked for: its index is read. */
static str way_of(const struct notice_filter *f)
{
    if (f->document.len > 0) return S("document");
    if (f->customer) return S("customer");
    if (f->recipient.len > 0) return S("recipient");
    if (f->kind.len > 0 && (f->state.len == 0 || str_eq(f->state, S("sent")))) return S("kind");
    return f->state.len > 0 ? f->state : S("all");
}

bool notices_list(struct op *op, const struct notice_filter *f, struct notice_list *out)
{
    struct log_rows_list rows;
    struct log_rows_args args = {
        .way = way_of(f),
        .customer = f->customer,
        .document = f->document.at ? f->document : S(""),
        .document_id = f->document_id,
        .recipient = f->recipient.at ? f->recipient : S(""),
        .kind = str_or_empty(f->kind),
        .state = str_or_empty(f->state),
        .below = f->below ? f->below : INT64_MAX,
        .most = f->limit + 1,
    };
    if (!sql_log_rows(op, args, &rows)) return false;
    bool more = rows.count > f->limit;
    ptrdiff_t count = more ? f->limit : rows.count;
    *out = (struct notice_list){.at = arena_array(op->mem, struct notice_state, count),
                                .count = count};
    for (ptrdiff_t i = 0; i < count; i++) out->at[i] = state_of(&rows.at[i]);
    if (more && count > 0) out->next = out->at[count - 1].id;
    return true;
}
