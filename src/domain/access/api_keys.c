#include "domain/access/api_keys.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/random.h"
#include "domain/access/api_keys_sql.h"
#include "domain/audit/audit.h"

enum { KEY_BYTES = 32, START_LETTERS = 9, KEY_NAME_MAX = 100 };

bool api_key_add(struct op *op, str name, enum role role, int64_t owner, str *key)
{
    name = str_trim(name);
    if (name.len == 0 || name.len > KEY_NAME_MAX)
        return op_fail(op, ERR_INVALID, "name", "Please give the key a name of 1 to 100 letters.");
    if (!role_is_staff(role))
        return op_fail(op, ERR_INVALID, "role",
                       "A key is auditor, clerk, manager or administrator.");
    *key = str_printf(op->mem, "qk_%.*s", STR(random_token(op->mem, KEY_BYTES)));
    struct key_insert_args args = {
        .hash = crypto_digest(op->mem, *key),
        .start = str_head(*key, START_LETTERS),
        .name = name,
        .role = str_of(role_name(role)),
        .owner = owner,
        .created_at = op->now,
    };
    struct key_insert_row row;
    return sql_key_insert(op, args, &row) &&
           audit_add(op, "api_key.add", "api_key", row.id, S(""),
                     str_printf(op->mem, "{\"role\":\"%s\"}", role_name(role)));
}

static struct api_key key_of(struct arena *mem, const struct key_rows_row *row)
{
    enum role role = ROLE_NONE;
    if (!role_from(str_z(mem, row->role), &role)) role = ROLE_NONE;
    return (struct api_key){
        .id = row->id,
        .name = row->name,
        .start = row->start,
        .role = role,
        .owner = row->owner,
        .revoked = row->revoked,
        .created_at = row->created_at,
        .last_used_at = row->last_used_at,
    };
}

bool api_key_find(struct op *op, str key, struct api_key *out)
{
    struct key_rows_list rows;
    struct key_rows_args args = {.hash = crypto_digest(op->mem, key)};
    *out = (struct api_key){0};
    if (!sql_key_rows(op, args, &rows)) return false;
    if (rows.count == 1 && !rows.at[0].revoked) *out = key_of(op->mem, &rows.at[0]);
    return true;
}

bool api_key_touch(struct op *op, int64_t id)
{
    return sql_key_touch(op, (struct key_touch_args){.id = id, .last_used_at = op->now});
}

bool api_key_revoke(struct op *op, int64_t id)
{
    struct key_revoke_list done;
    if (!sql_key_revoke(op, (struct key_revoke_args){.id = id, .revoked_at = op->now}, &done))
        return false;
    if (done.count == 0)
        return op_fail(op, ERR_MISSING, NULL, "There is no such key, or it is revoked already.");
    return audit_add(op, "api_key.revoke", "api_key", id, S(""), S(""));
}

bool api_keys(struct op *op, struct api_key_list *out)
{
    struct key_rows_list rows;
    if (!sql_key_rows(op, (struct key_rows_args){.hash = S("")}, &rows)) return false;
    *out = (struct api_key_list){arena_array(op->mem, struct api_key, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) out->at[i] = key_of(op->mem, &rows.at[i]);
    return true;
}
