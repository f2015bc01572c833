#include "domain/documents/sharing.h"

#include "base/arena.h"
#include "base/clock.h"
#include "domain/audit/audit.h"
#include "domain/documents/sharing_sql.h"

enum { TAG_CHARS = 32 }; /* 128 bits: nobody guesses that */

bool share_add(struct op *op, int64_t customer, int64_t document, int64_t person, int64_t *id)
{
    struct share_insert_row row;
    struct share_insert_args args = {
        .document = document,
        .customer = customer,
        .person = {.some = person != 0, .value = person},
        .now = op->now,
        .expires = op->now + SHARE_DAYS * DAY_US,
    };
    if (!sql_share_insert(op, args, &row)) return false;
    *id = row.id;
    return audit_add(op, "document.share", "document", document, S(""), S(""));
}

static struct share share_of(const struct op *op, const struct share_rows_row *row)
{
    return (struct share){
        .id = row->id,
        .document = row->document,
        .customer = row->customer,
        .created = row->created,
        .expires = row->expires,
        .opened = row->opened,
        .revoked = row->revoked.some,
        .over = row->revoked.some || row->expires <= op->now,
    };
}

bool shares_of(struct op *op, int64_t document, struct shares *out)
{
    struct share_rows_list rows;
    if (!sql_share_rows(op, (struct share_rows_args){.document = SOME_I64(document)}, &rows))
        return false;
    *out = (struct shares){.at = arena_array(op->mem, struct share, rows.count)};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        struct share share = share_of(op, &rows.at[i]);
        if (!share.over) out->at[out->count++] = share;
    }
    return true;
}

bool share_revoke(struct op *op, int64_t customer, int64_t id)
{
    struct share_end_list ended;
    struct share_end_args args = {.id = id, .customer = customer, .now = op->now};
    if (!sql_share_end(op, args, &ended)) return false;
    if (ended.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such link.");
    return audit_add(op, "document.unshare", "share_link", id, S(""), S(""));
}

bool share_opened(struct op *op, int64_t id)
{
    return sql_share_use(op, (struct share_use_args){.id = id, .now = op->now});
}

str share_token(struct arena *mem, const struct keys *keys, int64_t id)
{
    str name = id_text(mem, keys, "shr", id);
    str tag = crypto_tag(mem, keys, KEY_LINKS, name);
    return str_printf(mem, "%.*s.%.*s", STR(name), STR(str_head(tag, TAG_CHARS)));
}

bool share_find(struct op *op, const struct keys *keys, str token, struct share *out, bool *found)
{
    int64_t id;
    struct share_rows_list rows;
    struct str_pair parts = str_cut(token, '.');
    *found = false;
    if (!parts.found || !id_from(keys, "shr", parts.head, &id)) return true;
    if (!crypto_equal(share_token(op->mem, keys, id), token)) return true;
    if (!sql_share_rows(op, (struct share_rows_args){.id = SOME_I64(id)}, &rows)) return false;
    *found = rows.count > 0;
    if (*found) *out = share_of(op, &rows.at[0]);
    return true;
}
