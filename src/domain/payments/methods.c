#include "domain/payments/methods.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "domain/audit/audit.h"
#include "domain/payments/methods_sql.h"
#include "store/outbox.h"
#include "store/store.h"

#include <assert.h>
#include <string.h>

/* Where the sealed token stands: it opens nowhere else, in no other row. */
static str place_of(struct arena *mem, int64_t method)
{
    return str_printf(mem, "payment_method.token:%lld", (long long)method);
}

/* The same card of this customer that was kept before, under another token: by the gateway's word,
 * or, where it says nothing, by all that we know of a card. */
static bool kept_before(struct op *op, const struct method_in *in, int64_t method, str same_tag,
                        bool *out)
{
    struct method_same_row row;
    struct method_same_args args = {
        .id = method,
        .customer = in->customer,
        .gateway = in->gateway,
        .card = in->card.label,
        .expires = in->card.expires,
        .same_tag = same_tag,
    };
    return sql_method_same(op, args, &row, out);
}

bool method_add(struct op *op, const struct keys *keys, const struct method_in *in, int64_t *out)
{
    struct method_insert_list rows;
    struct method_insert_args args = {
        .customer = in->customer,
        .gateway = in->gateway,
        .token_tag = crypto_tag(op->mem, keys, KEY_TOKENS, in->card.token),
        .card = in->card.label,
        .expires = in->card.expires,
        .funding = str_of(funding_name(in->card.funding)),
        .same_tag = S(""),
        .person = {.some = in->person != 0, .value = in->person},
        .now = op->now,
    };
    if (in->card.fingerprint.len > 0)
        args.same_tag = crypto_tag(op->mem, keys, KEY_TOKENS,
                                   str_printf(op->mem, "card:%.*s", STR(in->card.fingerprint)));
    assert(in->card.token.len > 0 && gateway_card_plain(in->card.label));
    *out = 0;
    if (!sql_method_insert(op, args, &rows)) return false;
    if (rows.count == 0) return true;
    *out = rows.at[0].id;
    struct method_token_set_args sealed = {
        .id = *out,
        .token = crypto_seal(op->mem, keys, place_of(op->mem, *out), in->card.token),
    };
    bool known;
    if (!sql_method_token_set(op, sealed)) return false;
    if (!kept_before(op, in, *out, args.same_tag, &known)) return false;
    if (known) {
        struct method_end_list ended;
        struct method_end_args end = {.id = *out, .now = op->now};
        int64_t spare = *out;
        *out = 0;
        return sql_method_end(op, end, &ended) && outbox_add(op, "method.forget", spare);
    }
    return audit_add(op, "method.add", "payment_method", *out, S(""), in->card.label);
}

/* Cards count until the end of their month. */
static bool is_expired(date expires, date today)
{
    return date_cmp(expires, today) < 0;
}

bool methods_of(struct op *op, int64_t customer, date today, struct payment_methods *out)
{
    struct method_rows_list rows;
    if (!sql_method_rows(op, (struct method_rows_args){.customer = customer}, &rows)) return false;
    *out = (struct payment_methods){.at = arena_array(op->mem, struct payment_method, rows.count),
                                    .count = rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        out->at[i] = (struct payment_method){
            .id = rows.at[i].id,
            .gateway = rows.at[i].gateway,
            .card = rows.at[i].card,
            .person = rows.at[i].person,
            .expires = rows.at[i].expires,
            .expired = is_expired(rows.at[i].expires, today),
            .created = rows.at[i].created,
        };
        if (!funding_from(rows.at[i].funding, &out->at[i].funding))
            return op_broken(op, ERR_INTERNAL, "saved card %lld: funding",
                             (long long)rows.at[i].id);
    }
    return true;
}

/* Another customer's is as if there were none. */
static bool own_row(struct op *op, int64_t customer, int64_t method, struct method_row_row *out)
{
    bool found;
    if (!sql_method_row(op, (struct method_row_args){.id = method}, out, &found)) return false;
    if (found && out->customer == customer) return true;
    return op_fail(op, ERR_MISSING, NULL, "There is no such saved card.");
}

bool method_usable(struct op *op, int64_t customer, int64_t method, const char *gateway, date today,
                   enum card_funding *funding)
{
    struct method_row_row row;
    if (!own_row(op, customer, method, &row)) return false;
    if (row.removed.some)
        return op_fail(op, ERR_MISSING, NULL, "This card was removed: choose another way to pay.");
    if (is_expired(row.expires, today))
        return op_fail(op, ERR_INVALID, "way", "This card has expired: choose another way to pay.");
    if (!str_eq(row.gateway, str_of(gateway)))
        return op_fail(op, ERR_INVALID, "way",
                       "This card cannot be used any more: choose another way to pay.");
    if (funding_from(row.funding, funding)) return true;
    return op_broken(op, ERR_INTERNAL, "saved card %lld: funding", (long long)method);
}

bool method_remove(struct op *op, int64_t customer, int64_t method)
{
    struct method_row_row row;
    struct method_end_list ended;
    if (!own_row(op, customer, method, &row)) return false;
    if (!sql_method_end(op, (struct method_end_args){.id = method, .now = op->now}, &ended))
        return false;
    if (ended.count == 0) return true;
    if (!audit_add(op, "method.remove", "payment_method", method, S(""), S(""))) return false;
    return outbox_add(op, "method.forget", method);
}

/* ---- outside a transaction ---- */

struct method_look {
    int64_t method;
    struct method_row_row row;
    bool found;
};

static bool look(struct op *op, void *arg)
{
    struct method_look *l = arg;
    return sql_method_row(op, (struct method_row_args){.id = l->method}, &l->row, &l->found);
}

static bool wipe(struct op *op, void *arg)
{
    struct method_look *l = arg;
    return sql_method_token_set(op,
                                (struct method_token_set_args){.id = l->method, .token = S("")});
}

static bool unseal(struct op *op, const struct keys *keys, const struct method_look *l, str *out)
{
    if (keys && crypto_open(op->mem, keys, place_of(op->mem, l->method), l->row.token, out))
        return true;
    return op_broken(op, ERR_INTERNAL, "saved card %lld: sealed with another key",
                     (long long)l->method);
}

bool method_token(struct op *op, struct store *store, const struct keys *keys, int64_t method,
                  str *out)
{
    struct method_look l = {.method = method};
    assert(!op->tx);
    *out = (str){0};
    if (!store_transact(op, store, TX_READ, look, &l)) return false;
    if (!l.found || l.row.removed.some) return true;
    return unseal(op, keys, &l, out);
}

bool method_forget(struct op *op, struct store *store, const struct gateway_access *access,
                   int64_t method)
{
    struct method_look l = {.method = method};
    str token;
    bool gone;
    assert(!op->tx);
    if (!store_transact(op, store, TX_READ, look, &l)) return false;
    if (!l.found || !l.row.removed.some || l.row.token.len == 0) return true; /* it ran before */
    if (!access->gateway || !str_eq(l.row.gateway, str_of(access->gateway->name)))
        return op_broken(op, ERR_UPSTREAM, "saved card %lld: its gateway %.*s is not set up",
                         (long long)method, STR(l.row.gateway));
    if (!unseal(op, access->keys, &l, &token)) return false;
    if (!gateway_forget(op, access->gateway, access->account, token, &gone)) return false;
    if (!gone)
        return op_broken(op, ERR_UPSTREAM, "saved card %lld: the gateway did not answer",
                         (long long)method);
    return store_transact(op, store, TX_WRITE, wipe, &l);
}
