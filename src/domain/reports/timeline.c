#include "domain/reports/timeline.h"

#include "base/arena.h"
#include "domain/reports/timeline_sql.h"

#include <assert.h>

static bool cursor_read(struct op *op, str cursor, int64_t *at, int64_t *id)
{
    *at = *id = INT64_MAX;
    if (cursor.len == 0) return true;
    struct str_pair parts = str_cut(cursor, '-');
    if (parts.found && str_to_i64(parts.head, at) && str_to_i64(parts.tail, id)) return true;
    return op_fail(op, ERR_INVALID, "cursor",
                   "This is no cursor of ours: begin at the first page.");
}

static bool happened_of(struct op *op, const struct timeline_page_row *row, struct happened *out)
{
    currency cur;
    *out = (struct happened){
        .id = row->id,
        .subject = row->subject.value,
        .document = row->document.value,
        .payment = row->payment.value,
        .at = row->at,
        .topic = row->topic,
        .what = row->what,
        .number = row->number,
        .who = row->who,
        .words = row->words,
        .mail_subject = row->mail_subject,
        .recipient = row->recipient,
        .whom = row->whom,
        .has_amount = row->minor.some,
    };
    if (!row->minor.some) return true;
    if (!currency_from(row->currency, &cur))
        return op_broken(op, ERR_INTERNAL, "happening %lld: currency", (long long)row->id);
    out->amount = money_of(row->minor.value, cur);
    return true;
}

static bool rows_of(struct op *op, str topic, struct timeline_page_args args,
                    struct timeline_page_list *out)
{
    if (topic.len == 0) return sql_timeline_page(op, args, out);
    struct timeline_topic_page_args of_topic = {
        .customer = args.customer,
        .topic = topic,
        .before_at = args.before_at,
        .before_id = args.before_id,
        .limit = args.limit,
    };
    return sql_timeline_topic_page(op, of_topic, out);
}

bool timeline_of(struct op *op, int64_t customer, str topic, str cursor, int limit,
                 struct timeline *out)
{
    struct timeline_page_list rows;
    struct timeline_page_args args = {.customer = customer, .limit = limit + 1};
    *out = (struct timeline){0};
    if (!cursor_read(op, cursor, &args.before_at, &args.before_id)) return false;
    if (!rows_of(op, topic, args, &rows)) return false;
    out->count = rows.count > limit ? limit : rows.count;
    out->at = arena_array(op->mem, struct happened, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++)
        if (!happened_of(op, &rows.at[i], &out->at[i])) return false;
    if (rows.count <= limit) return true;
    const struct happened *last = &out->at[out->count - 1];
    out->next_cursor = str_printf(op->mem, "%lld-%lld", (long long)last->at, (long long)last->id);
    return true;
}

bool timeline_note(struct op *op, int64_t customer, str kind, str words)
{
    if (str_trim(words).len == 0)
        return op_fail(op, ERR_INVALID, "words", "Write what was said and what happens next.");
    struct note_insert_args args = {
        .customer = customer,
        .at = op->now,
        .what = str_printf(op->mem, "note.%.*s", STR(kind)),
        .who = op->actor ? op->actor->name : S(""),
        .words = str_trim(words),
    };
    return sql_note_insert(op, args);
}
