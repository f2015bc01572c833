#include "fuzz.h"

#include "base/arena.h"
#include "base/card.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/date.h"
#include "base/json.h"
#include "base/lang.h"
#include "base/money.h"
#include "base/passkey.h"

#include <string.h>

static const char *const currencies[] = {"EUR", "JPY", "KWD", "CLF", "MGA"};

static currency some_currency(str *bytes)
{
    currency c;
    HOLDS(currency_from(str_of(currencies[fuzz_choice(bytes, COUNT(currencies))]), &c));
    return c;
}

/* What can be read is written so that it is read as the same. */
static void money_run(struct op *op, str bytes)
{
    currency c = some_currency(&bytes);
    money m, again;
    bool lost = false;
    if (money_from(bytes, c, &m)) {
        HOLDS(m.minor >= 0 && m.minor <= MONEY_MAX);
        HOLDS(money_from(money_text(op->mem, m), c, &again) && money_eq(m, again));
    }
    for (int how = ROUND_EXACT; how <= ROUND_DOWN; how++)
        if (money_from_decimal(bytes, c, how, &m, &lost)) {
            HOLDS(m.minor >= -MONEY_MAX && m.minor <= MONEY_MAX);
            HOLDS(how != ROUND_EXACT || !lost);
        }
    const struct lang *languages[] = {NULL, lang_find(S("de")), lang_find(S("en"))};
    for (size_t i = 0; i < COUNT(languages); i++) {
        if (lang_money_from(languages[i], bytes, c, &m))
            HOLDS(m.minor >= 0 && m.minor <= MONEY_MAX);
        (void)lang_amount_sought(languages[i], bytes);
    }
    if (bytes.len == 3 && currency_from(bytes, &c)) HOLDS(currency_digits(c) >= 0);
}

static void date_run(struct op *op, str bytes)
{
    date d, again;
    instant at;
    if (date_from(bytes, &d)) {
        int year, month, day;
        date_parts(d, &year, &month, &day);
        HOLDS(month >= 1 && month <= 12 && day >= 1 && day <= 31);
        HOLDS(str_eq(date_text(op->mem, d), bytes));
        HOLDS(date_from(date_text(op->mem, d), &again) && date_cmp(d, again) == 0);
    }
    (void)lang_date_from(NULL, bytes, &d);
    (void)lang_date_from(lang_find(S("de")), bytes, &d);
    (void)instant_from(bytes, &at);
}

static int walk(const struct json *value, int depth)
{
    str text, key;
    int64_t n;
    bool truth;
    HOLDS(depth <= 65);
    switch (json_kind(value)) {
    case JSON_TEXT: HOLDS(json_text(value, &text) && str_utf8(text)); break;
    case JSON_NUMBER: (void)json_i64(value, &n); break;
    case JSON_BOOL: HOLDS(json_bool(value, &truth)); break;
    case JSON_ARRAY:
        for (ptrdiff_t i = 0; i < json_count(value); i++) walk(json_at(value, i), depth + 1);
        break;
    case JSON_OBJECT:
        for (ptrdiff_t i = 0; json_member(value, i, &key); i++) {
            const struct json *member = json_member(value, i, &key);
            HOLDS(str_utf8(key));
            walk(member, depth + 1);
        }
        break;
    case JSON_NULL: break;
    }
    return depth;
}

static void json_run(struct op *op, str bytes)
{
    const struct json *value;
    if (!json_read(op, bytes, &value)) {
        HOLDS(op->errs && op->errs->kind == ERR_INVALID);
        return;
    }
    walk(value, 0);
    (void)json_get(value, "a");
}

static void card_run(struct op *op, str bytes)
{
    (void)op;
    for (ptrdiff_t i = 0; i < bytes.len; i++) {
        ptrdiff_t len = card_number(str_from(bytes, i));
        HOLDS(len >= 0 && len <= bytes.len - i);
        (void)card_starts(bytes, i);
    }
    (void)card_in(bytes);
}

/* Nobody guesses an id, a sealed value, or a cookie's worth. */
static void token_run(struct op *op, str bytes)
{
    static const struct keys *keys;
    static struct arena *kept;
    int64_t id, ours;
    str secret;
    if (!kept) kept = arena_open(1 << 20), keys = keys_for_tests(kept);
    HOLDS(!id_from(keys, "inv", bytes, &id) || str_eq(id_text(op->mem, keys, "inv", id), bytes));
    HOLDS(!crypto_open(op->mem, keys, S("x"), bytes, &secret));
    /* Nor one that is nearly right: a true one is read, and is not with one letter changed. */
    str true_id = id_text(op->mem, keys, "inv", bytes.len),
        sealed = crypto_seal(op->mem, keys, S("x"), bytes);
    HOLDS(id_from(keys, "inv", true_id, &ours) && ours == bytes.len);
    HOLDS(crypto_open(op->mem, keys, S("x"), sealed, &secret) && str_eq(secret, bytes));
    HOLDS(!crypto_open(op->mem, keys, S("y"), sealed, &secret));
    if (bytes.len > 0) {
        ptrdiff_t at = (unsigned char)bytes.at[0] % sealed.len;
        char *changed = arena_array(op->mem, char, sealed.len);
        memcpy(changed, sealed.at, (size_t)sealed.len);
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        bool read = crypto_open(op->mem, keys, S("x"), (str){changed, sealed.len}, &secret);
        HOLDS(!read || at == sealed.len - 1); /* the last letter may hold bits that do not count */
    }
    (void)crypto_signed(bytes, bytes, bytes);
    bool yes;
    (void)password_matches(bytes, S("x"), &yes);
}

static void passkey_run(struct op *op, str bytes)
{
    struct passkey key;
    str raw;
    int64_t count;
    (void)passkey_bytes(op->mem, bytes, &raw);
    if (!passkey_from(op->mem, S("pay.example"), bytes, &key)) return;
    struct passkey_proof proof = {S("pay.example"), S("{}"), bytes, bytes};
    HOLDS(!passkey_proves(op->mem, &key, &proof, &count));
}

const struct target base_targets[] = {
    {"money",
     "src/base/money.c:currency_from,money_from,decimal_from,rounds_away,money_from_decimal "
     "src/base/"
     "lang_read.c:lang_amount_sought,unmarked,lang_money_from,trim,without,facts_money_from,"
     "money_of_digits,read_whole,group_at",
     money_run, false},
    {"date",
     "src/base/date.c:date_from,date_of,of_parts,date_parts "
     "src/base/lang_read.c:lang_date_from,facts_date_from,read_parts",
     date_run, false},
    {"json",
     "src/base/json.c:json_read,parse,copy_value,copy_object,copy_array,copy_text,scan,scan_number,"
     "scan_string,scan_take,json_bool,json_i64,json_text,json_kind,json_member,json_at,json_count,"
     "json_get",
     json_run, false},
    {"card", "src/base/card.c", card_run, false},
    {"token",
     "src/base/crypto.c:id_from,id_box,id_mask,id_bytes,crypto_open,password_matches,hash_fits,"
     "crypto_signed,hex_read",
     token_run, false},
    {"passkey", "src/base/passkey.c", passkey_run, false},
    {0},
};
