#include "domain/notices/wishes.h"

#include "base/arena.h"
#include "domain/audit/audit.h"
#include "domain/notices/wishes_sql.h"
#include "store/outbox.h"

#include <assert.h>

bool mail_wish_add(struct op *op, const struct mail_wish *in, int64_t *id)
{
    struct wish_insert_row row;
    assert(in->kind == NOTICE_STATEMENT || in->kind == NOTICE_REMINDER);
    struct wish_insert_args args = {
        .kind = str_of(notice_kind_name(in->kind)),
        .customer = in->customer,
        .account = in->account,
        .day = in->day,
        .person = in->person,
        .now = op->now,
    };
    if (!sql_wish_insert(op, args, &row)) return false;
    *id = row.id;
    return outbox_add(op, "mail.wish", row.id) &&
           audit_add(op, in->kind == NOTICE_REMINDER ? "mail.remind" : "mail.state", "customer",
                     in->customer, S(""), S(""));
}

bool mail_wish_get(struct op *op, int64_t id, struct mail_wish *out)
{
    struct wish_row_row row;
    *out = (struct mail_wish){0};
    if (!sql_wish_row(op, (struct wish_row_args){.id = id}, &row)) return false;
    *out = (struct mail_wish){
        .id = id,
        .customer = row.customer,
        .account = row.account,
        .person = row.person,
        .day = row.day,
        .created = row.created,
    };
    return notice_kind_from(row.kind, &out->kind) ||
           op_broken(op, ERR_INTERNAL, "wish %lld is of no kind", (long long)id);
}

bool mail_wishes_of(struct op *op, int64_t customer, enum notice_kind kind, struct mail_wishes *out)
{
    struct wishes_of_list rows;
    struct wishes_of_args args = {.customer = customer, .kind = str_of(notice_kind_name(kind))};
    if (!sql_wishes_of(op, args, &rows)) return false;
    *out = (struct mail_wishes){arena_array(op->mem, struct mail_wish, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct mail_wish){
            .id = rows.at[i].id,
            .kind = kind,
            .customer = customer,
            .account = rows.at[i].account,
            .person = rows.at[i].person,
            .day = rows.at[i].day,
            .created = rows.at[i].created,
        };
    return true;
}
