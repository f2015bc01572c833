#include "domain/notices/bounces.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "domain/audit/audit.h"
#include "domain/notices/bounces_sql.h"

enum { WORDS_MAX = 300 };

static const char *const kinds[] = {
    [BOUNCE_HARD] = "hard",
    [BOUNCE_SOFT] = "soft",
    [BOUNCE_DELAYED] = "delayed",
};

const char *bounce_kind_name(enum bounce_kind kind)
{
    return kinds[kind];
}

static enum bounce_kind kind_from(str name)
{
    for (enum bounce_kind kind = BOUNCE_HARD; kind < BOUNCE_DELAYED; kind++)
        if (str_eq(name, str_of(kinds[kind]))) return kind;
    return BOUNCE_DELAYED; /* the column's check allows no other */
}

enum bounce_kind bounce_kind_of(str status, bool delayed)
{
    static const char *const not_the_address[] = {"5.2.2", "5.2.3", "5.3.", "5.4.",
                                                  "5.5.",  "5.6.",  "5.7."};
    if (delayed) return BOUNCE_DELAYED;
    if (!str_starts(status, S("5."))) return BOUNCE_SOFT;
    for (ptrdiff_t i = 0; i < COUNT(not_the_address); i++)
        if (str_starts(status, str_of(not_the_address[i]))) return BOUNCE_SOFT;
    return BOUNCE_HARD;
}

static str shortened(str s, ptrdiff_t bytes)
{
    if (s.len <= bytes) return s.at ? s : S("");
    while (bytes > 0 && ((unsigned char)s.at[bytes] & 0xC0) == 0x80) bytes--;
    return str_head(s, bytes);
}

bool bounce_record(struct op *op, const struct bounce_in *in, bool *known)
{
    struct bounce_mail_row mail;
    struct bounce_insert_row row;
    bool fresh = false;
    *known = false;
    if (in->message_id.len == 0) return true;
    struct bounce_mail_args which = {.message_id = in->message_id};
    if (!sql_bounce_mail(op, which, &mail, known) || !*known) return !op->errs;
    str address = str_lower(op->mem, mail.recipient), words = shortened(in->words, WORDS_MAX);
    str once = str_printf(op->mem, "%.*s %lld", STR(in->report), (long long)mail.id);
    struct bounce_insert_args args = {
        .mail = mail.id,
        .at = op->now,
        .kind = str_of(kinds[in->kind]),
        .address = address,
        .status = in->status.at ? in->status : S(""),
        .words = words,
        .report = crypto_digest(op->mem, once),
    };
    if (!sql_bounce_insert(op, args, &row, &fresh)) return false;
    if (!fresh || in->kind == BOUNCE_DELAYED) return true;
    if (!sql_bounce_mark(op, (struct bounce_mark_args){.mail = mail.id, .at = op->now}))
        return false;
    if (in->kind != BOUNCE_HARD) return true;
    struct stop_insert_args stop = {
        .address = address, .bounce = row.id, .words = words, .since = op->now};
    return sql_stop_insert(op, stop);
}

bool bounces_of_mail(struct op *op, int64_t mail, struct bounces *out)
{
    struct bounce_rows_list rows;
    if (!sql_bounce_rows(op, (struct bounce_rows_args){.mail = mail}, &rows)) return false;
    *out = (struct bounces){arena_array(op->mem, struct bounce, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct bounce){
            .at = rows.at[i].at,
            .kind = kind_from(rows.at[i].kind),
            .address = rows.at[i].address,
            .status = rows.at[i].status,
            .words = rows.at[i].words,
        };
    return true;
}

bool mail_stops_open(struct op *op, int limit, struct mail_stops *out)
{
    struct stop_rows_list rows;
    if (!sql_stop_rows(op, (struct stop_rows_args){.limit = limit}, &rows)) return false;
    *out = (struct mail_stops){arena_array(op->mem, struct mail_stop, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct stop_rows_row *row = &rows.at[i];
        out->at[i] = (struct mail_stop){
            .id = row->id,
            .address = row->address,
            .words = row->words,
            .since = row->since,
            .mail = row->mail.some ? row->mail.value : 0,
            .customer = row->customer.some ? row->customer.value : 0,
            .customer_name = row->customer_name,
            .subject = row->subject,
        };
    }
    return true;
}

bool mail_stop_of(struct op *op, str address, struct mail_stop *out, bool *found)
{
    struct stop_row_row row;
    str lower = str_lower(op->mem, address);
    *out = (struct mail_stop){0};
    if (!sql_stop_row(op, (struct stop_row_args){.address = lower}, &row, found)) return false;
    if (*found)
        *out = (struct mail_stop){
            .id = row.id, .address = lower, .words = row.words, .since = row.since};
    return true;
}

bool mail_stop_clear(struct op *op, int64_t id)
{
    struct stop_end_list done;
    struct stop_end_args args = {
        .id = id, .now = op->now, .who = op->actor ? op->actor->name : S("")};
    if (!args.who.at) args.who = S("");
    if (!sql_stop_end(op, args, &done)) return false;
    if (done.count == 0)
        return op_fail(op, ERR_MISSING, NULL, "This address is not stopped, or not any more.");
    return audit_add(op, "mail_stop.clear", "mail_stop", id, S(""), S(""));
}
