#include "domain/access/passkeys.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/random.h"
#include "domain/access/passkeys_sql.h"
#include "domain/access/passwords.h"
#include "domain/audit/audit.h"

#define CHALLENGE_LIFE_US HOUR_US

enum { NONCE_BYTES = 32, TRIES_AN_ADDRESS = 100, TRIES_A_KEY = 10 };

/* ---- where we are ---------------------------------------------------------------------------- */

static bool has_letter(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++)
        if ((s.at[i] >= 'a' && s.at[i] <= 'z') || (s.at[i] >= 'A' && s.at[i] <= 'Z')) return true;
    return false;
}

bool passkey_site_of(struct arena *mem, str public_url, const struct keys *keys,
                     struct passkey_site *out)
{
    ptrdiff_t colon = str_find(public_url, S("://"));
    if (colon < 0) return false;
    str place = str_cut(str_from(public_url, colon + 3), '/').head;
    *out = (struct passkey_site){
        .host = str_lower(mem, str_cut(place, ':').head),
        .origin = str_lower(mem, str_head(public_url, colon + 3 + place.len)),
        .keys = keys,
    };
    /* Browsers offer passkeys over TLS, and on the machine itself. */
    bool safe = str_starts(out->origin, S("https:")) || str_eq(out->host, S("localhost"));
    return safe && has_letter(out->host) && !str_starts(place, S("["));
}

/* ---- challenges ------------------------------------------------------------------------------ */

static str tag_of(struct op *op, const struct passkey_site *site, enum passkey_use use, str bound,
                  str until, str nonce)
{
    str what = str_printf(op->mem, "passkey %d of %.*s until %.*s: %.*s", (int)use, STR(bound),
                          STR(until), STR(nonce));
    return crypto_tag(op->mem, site->keys, KEY_FORMS, what);
}

str passkey_challenge(struct op *op, const struct passkey_site *site, enum passkey_use use,
                      str bound)
{
    str nonce = random_token(op->mem, NONCE_BYTES);
    str until = str_printf(op->mem, "%lld", (long long)(op->now + CHALLENGE_LIFE_US));
    str tag = tag_of(op, site, use, bound, until, nonce);
    return str_printf(op->mem, "%.*s.%.*s.%.*s", STR(until), STR(nonce), STR(tag));
}

/* *good: it was ours, for this, of this browser, has not run out, and nobody answered it before. */
static bool challenge_use(struct op *op, const struct passkey_site *site, enum passkey_use use,
                          str bound, str challenge, bool *good)
{
    struct str_pair until = str_cut(challenge, '.'), nonce = str_cut(until.tail, '.');
    struct challenge_use_row row;
    int64_t expires;
    *good = false;
    if (!nonce.found || !str_to_i64(until.head, &expires) || expires <= op->now) return true;
    str tag = tag_of(op, site, use, bound, until.head, nonce.head);
    if (!crypto_equal(tag, nonce.tail)) return true;
    struct challenge_use_args args = {.hash = crypto_digest(op->mem, challenge),
                                      .expires_at = expires};
    return sql_challenge_use(op, args, &row, good);
}

/* What the browser says about whom it served, and with which challenge. */
static bool client_says(struct op *op, const struct passkey_site *site, const char *type,
                        str client_data, str *challenge)
{
    struct op quiet = {.mem = op->mem, .now = op->now};
    const struct json *said;
    str kind, origin, asked;
    bool elsewhere = false;
    if (!json_read(&quiet, client_data, &said)) return false;
    (void)json_bool(json_get(said, "crossOrigin"), &elsewhere);
    return json_text(json_get(said, "type"), &kind) && str_eq(kind, str_of(type)) &&
           json_text(json_get(said, "origin"), &origin) && str_eq(origin, site->origin) &&
           json_text(json_get(said, "challenge"), &asked) && !elsewhere &&
           passkey_bytes(op->mem, asked, challenge);
}

/* ---- adding and removing --------------------------------------------------------------------- */

static bool audit(struct op *op, const char *action, int64_t id)
{
    return audit_add(op, action, "passkey", id, S(""), S(""));
}

bool passkey_add(struct op *op, const struct passkey_site *site, int64_t person, str name,
                 const struct passkey_answer *answer)
{
    str client, data, challenge;
    struct passkey made;
    struct passkey_list own;
    struct passkey_insert_row row;
    bool good = passkey_bytes(op->mem, answer->client_data, &client) &&
                passkey_bytes(op->mem, answer->authenticator_data, &data) &&
                client_says(op, site, "webauthn.create", client, &challenge);
    if (good && !challenge_use(op, site, PASSKEY_TO_ADD, answer->bound, challenge, &good))
        return false;
    if (!good || !passkey_from(op->mem, site->host, data, &made))
        return op_fail(op, ERR_INVALID, "passkey",
                       "This passkey could not be added. Please load the page again and try once "
                       "more.");
    if (!passkeys_of(op, person, &own)) return false;
    if (own.count >= PASSKEYS_MAX)
        return op_fail(op, ERR_INVALID, "passkey",
                       "You have 20 passkeys already: please remove one that you do not use.");
    struct passkey_insert_args args = {
        .person = person,
        .credential = answer->credential,
        .algorithm = made.algorithm,
        .public_key = made.key,
        .sign_count = made.count,
        .name = name,
        .created_at = op->now,
    };
    str credential;
    if (!passkey_bytes(op->mem, answer->credential, &credential) ||
        !str_eq(credential, made.credential))
        return op_fail(op, ERR_INVALID, "passkey", "This passkey has another name than it says.");
    if (!sql_passkey_insert(op, args, &row, &good)) return false;
    if (!good) return op_fail(op, ERR_CONFLICT, "passkey", "This passkey is in use already.");
    return audit(op, "passkey.add", row.id);
}

bool passkeys_of(struct op *op, int64_t person, struct passkey_list *out)
{
    struct passkey_rows_list rows;
    if (!sql_passkey_rows(op, (struct passkey_rows_args){.person = person}, &rows)) return false;
    *out = (struct passkey_list){arena_array(op->mem, struct passkey_row, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct passkey_row){
            .id = rows.at[i].id,
            .name = rows.at[i].name,
            .credential = rows.at[i].credential,
            .created_at = rows.at[i].created_at,
            .last_used_at = rows.at[i].last_used_at,
        };
    return true;
}

bool passkey_remove(struct op *op, int64_t person, int64_t id)
{
    struct passkey_delete_row row;
    bool found;
    struct passkey_delete_args args = {.person = person, .id = id};
    if (!sql_passkey_delete(op, args, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "This passkey is not there any more.");
    return audit(op, "passkey.remove", id);
}

/* ---- coming in ------------------------------------------------------------------------------- */

static bool count(struct op *op, str subject, int most, struct passkey_try *out, int64_t *row)
{
    struct attempt attempt;
    if (!attempt_count(op, subject, most, &attempt)) return false;
    *row = attempt.row;
    out->refused = attempt.refused;
    out->again_at = attempt.again_at;
    return true;
}

static bool find(struct op *op, str credential, struct passkey_try *out)
{
    struct passkey_by_credential_row row;
    bool found;
    struct passkey_by_credential_args args = {.credential = credential};
    if (!sql_passkey_by_credential(op, args, &row, &found)) return false;
    if (!found) return true;
    out->row = row.id;
    out->person = row.person;
    out->key = (struct passkey){
        .algorithm = row.algorithm, .key = row.public_key, .count = row.sign_count};
    return true;
}

bool passkey_try_begin(struct op *op, const struct passkey_site *site,
                       const struct passkey_answer *answer, struct passkey_try *out)
{
    struct arena *mem = op->mem;
    str address = address_block(mem, op->actor ? op->actor->address : S(""));
    str challenge;
    *out = (struct passkey_try){.proof.host = site->host};
    str from = str_printf(mem, "address:%.*s", STR(address));
    str with = str_printf(mem, "passkey:%.*s", STR(crypto_digest(mem, answer->credential)));
    if (!count(op, from, TRIES_AN_ADDRESS, out, &out->address_row)) return false;
    if (out->refused) return true;
    if (!count(op, with, TRIES_A_KEY, out, &out->key_row)) return false;
    if (out->refused) return true;

    struct passkey_proof *proof = &out->proof;
    bool read = passkey_bytes(mem, answer->client_data, &proof->client_data) &&
                passkey_bytes(mem, answer->authenticator_data, &proof->authenticator_data) &&
                passkey_bytes(mem, answer->signature, &proof->signature) &&
                client_says(op, site, "webauthn.get", proof->client_data, &challenge);
    if (!read) return true;
    return challenge_use(op, site, PASSKEY_TO_SIGN_IN, answer->bound, challenge, &out->asked) &&
           find(op, answer->credential, out);
}

bool passkey_try(struct op *op, struct passkey_try *try)
{
    if (try->asked && try->row && passkey_proves(op->mem, &try->key, &try->proof, &try->count))
        return true;
    return op_fail(op, ERR_INVALID, "passkey",
                   "This passkey does not open an account here. Please try again, or sign in with "
                   "a link.");
}

bool passkey_try_end(struct op *op, const struct passkey_try *try)
{
    struct passkey_used_row row;
    bool good;
    struct passkey_used_args args = {.id = try->row, .sign_count = try->count, .now = op->now};
    if (!sql_passkey_used(op, args, &row, &good)) return false;
    if (!good)
        return op_fail(op, ERR_INVALID, "passkey",
                       "This passkey seems to have been copied: it was used more often than it "
                       "says. Please sign in with a link and remove it.");
    return attempt_forget(op, try->key_row) && attempt_forget(op, try->address_row) &&
           audit(op, "passkey.sign_in", try->row);
}
