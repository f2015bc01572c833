#include "domain/access/passwords.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "domain/access/hashing.h"
#include "domain/access/passwords_sql.h"
#include "domain/access/sessions.h"
#include "domain/audit/audit.h"

#include <arpa/inet.h>
#include <assert.h>

enum { TRIES_AN_ACCOUNT = 10, TRIES_AN_ADDRESS = 100 };

/* --- counting --------------------------------------------------------------------------------- */

str address_block(struct arena *mem, str address)
{
    unsigned char bits[16];
    char text[INET6_ADDRSTRLEN];
    if (inet_pton(AF_INET6, str_z(mem, address), bits) != 1) return address;
    for (int i = 8; i < 16; i++) bits[i] = 0;
    if (!inet_ntop(AF_INET6, bits, text, sizeof text)) return address;
    return str_printf(mem, "%s/64", text);
}

bool attempt_count(struct op *op, str subject, int most, struct attempt *out)
{
    struct attempts_since_args args = {.subject = subject, .since = op->now - HOUR_US};
    struct attempts_since_row made;
    *out = (struct attempt){0};
    if (!sql_attempts_since(op, args, &made)) return false;
    if (made.count >= most) {
        out->refused = true;
        out->again_at = made.oldest + HOUR_US;
        return true;
    }
    struct attempt_insert_args insert = {.subject = subject, .at = op->now};
    struct attempt_insert_row row;
    if (!sql_attempt_insert(op, insert, &row)) return false;
    out->row = row.id;
    return true;
}

bool attempt_forget(struct op *op, int64_t row)
{
    return sql_attempt_delete(op, (struct attempt_delete_args){.id = row});
}

/* --- trying ----------------------------------------------------------------------------------- */

bool password_try_begin(struct op *op, str email, struct password_try *out)
{
    str address = op->actor ? op->actor->address : S("");
    str from = str_printf(op->mem, "address:%.*s", STR(address_block(op->mem, address)));
    str at = str_printf(op->mem, "account:%.*s", STR(crypto_digest(op->mem, email)));
    struct attempt by_address, by_account;
    *out = (struct password_try){0};

    if (!attempt_count(op, from, TRIES_AN_ADDRESS, &by_address)) return false;
    out->address_row = by_address.row;
    if (by_address.refused) {
        out->refused = true;
        out->again_at = by_address.again_at;
        return true;
    }
    if (!attempt_count(op, at, TRIES_AN_ACCOUNT, &by_account)) return false;
    out->account_row = by_account.row;
    if (by_account.refused) {
        out->refused = true;
        out->again_at = by_account.again_at;
        return true;
    }
    struct password_by_email_row row;
    bool found = false;
    struct password_by_email_args args = {.email = email};
    if (!sql_password_by_email(op, args, &row, &found)) return false;
    if (found && row.hash.len) out->person = row.person, out->hash = row.hash;
    return true;
}

bool password_try(struct op *op, str password, struct password_try *try)
{
    assert(!op->tx && !try->refused);
    bool known = try->person != 0;
    if (!hashing_matches(op, known ? try->hash : hashing_nobody, password, &try->matches))
        return false;
    try->matches = try->matches && known;
    if (try->matches && password_needs_rehash(try->hash))
        return hashing_make(op, password, &try->new_hash);
    return true;
}

bool password_try_end(struct op *op, const struct password_try *try)
{
    if (!try->matches) return true;
    if (!attempt_forget(op, try->account_row) || !attempt_forget(op, try->address_row))
        return false;
    if (try->new_hash.len == 0) return true;
    struct password_rehash_args args = {
        .person = try->person,
        .old = try->hash,
        .new = try->new_hash,
    };
    return sql_password_rehash(op, args);
}

/* --- setting ---------------------------------------------------------------------------------- */

bool password_make_hash(struct op *op, str password, str *hash)
{
    assert(!op->tx);
    return hashing_make(op, password, hash);
}

bool password_set(struct op *op, int64_t person, str hash, int64_t but_session)
{
    struct password_update_args args = {.person = person, .hash = hash};
    return sql_password_update(op, args) && sessions_close_all(op, person, but_session, 0) &&
           audit_add(op, "person.password", "person", person, S(""), S(""));
}
