#include "domain/notices/settings.h"

#include "domain/customers/customers.h"
#include "domain/notices/settings_sql.h"

#include <assert.h>

static const char *const policies[] = {
    [LINKS_SIGN_IN] = "sign-in",
    [LINKS_SEE] = "see",
    [LINKS_PAY] = "pay",
};

const char *link_policy_name(enum link_policy policy)
{
    return policies[policy];
}

static enum link_policy policy_from(str name)
{
    for (enum link_policy p = LINKS_SIGN_IN; p < LINKS_PAY; p++)
        if (str_eq(name, str_of(policies[p]))) return p;
    return LINKS_PAY; /* the column's check allows no other */
}

bool mail_setting_get(struct op *op, int64_t entity, struct mail_setting *out)
{
    struct setting_row_row row;
    bool found = false;
    *out = (struct mail_setting){
        .sender = S(""),
        .reply_to = S(""),
        .quiet_days = 30,
        .keep_days = 3650,
        .link_policy = LINKS_PAY,
        .link_days = 90,
    };
    if (!sql_setting_row(op, (struct setting_row_args){.entity = entity}, &row, &found))
        return false;
    if (!found) return true;
    *out = (struct mail_setting){
        .sender = row.sender,
        .reply_to = row.reply_to,
        .import_notices = row.import_notices,
        .quiet_days = row.quiet_days,
        .keep_days = row.keep_days,
        .link_policy = policy_from(row.link_policy),
        .link_days = row.link_days,
    };
    return true;
}

static bool address_or_none(struct op *op, const char *field, str address)
{
    if (address.len == 0 || mail_address_ok(address)) return true;
    return op_fail(op, ERR_INVALID, field,
                   "This is not an e-mail address. It should look like anna@example.com.");
}

bool mail_setting_put(struct op *op, int64_t entity, const struct mail_setting *in)
{
    if (!address_or_none(op, "sender", in->sender)) return false;
    if (!address_or_none(op, "reply_to", in->reply_to)) return false;
    if (in->quiet_days < 0 || in->quiet_days > 3650)
        return op_fail(op, ERR_INVALID, "quiet_days", "Give 0 to 3650 days.");
    if (in->keep_days < 30 || in->keep_days > 36500)
        return op_fail(op, ERR_INVALID, "keep_days", "Give 30 to 36500 days.");
    if (in->link_days < 1 || in->link_days > 730)
        return op_fail(op, ERR_INVALID, "link_days", "Give 1 to 730 days.");
    struct setting_put_args args = {
        .entity = entity,
        .sender = in->sender.at ? in->sender : S(""),
        .reply_to = in->reply_to.at ? in->reply_to : S(""),
        .import_notices = in->import_notices,
        .quiet_days = in->quiet_days,
        .keep_days = in->keep_days,
        .link_policy = str_of(policies[in->link_policy]),
        .link_days = in->link_days,
        .now = op->now,
    };
    return sql_setting_put(op, args);
}

bool contact_wishes(struct op *op, const struct contact *contact, struct contact_wishes *out)
{
    struct wish_rows_list rows;
    if (!sql_wish_rows(op, (struct wish_rows_args){.contact = contact->id}, &rows)) return false;
    *out = (struct contact_wishes){{0}};
    for (enum notice_kind kind = NOTICE_OTHER; kind < NOTICE_KINDS; kind++)
        out->wants[kind] = notice_kind_chosen(kind) && contact->notices;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        enum notice_kind kind;
        if (notice_kind_from(rows.at[i].kind, &kind)) out->wants[kind] = rows.at[i].wanted;
    }
    return true;
}

bool contact_wish(struct op *op, int64_t contact, enum notice_kind kind, bool wanted)
{
    assert(notice_kind_chosen(kind));
    struct wish_put_args args = {
        .contact = contact,
        .kind = str_of(notice_kind_name(kind)),
        .wanted = wanted,
        .now = op->now,
    };
    return sql_wish_put(op, args);
}
