/* Passwords: which are good enough, who may try how often, and hashing a few at a time.
 *
 * Trying one is three steps, because Argon2id takes a tenth of a second and 64 MiB and nobody may
 * hold a transaction meanwhile: password_try_begin() in one transaction counts the try,
 * password_try() outside any does the work, password_try_end() in another keeps the outcome. An
 * unknown address goes through the same three steps against a hash of nobody's. */
#ifndef ACCESS_PASSWORDS_H
#define ACCESS_PASSWORDS_H

#include "base/op.h"

enum { PASSWORD_CHARS_MIN = 12, PASSWORD_BYTES_MAX = 512 };

/* Long enough, and not one of those that are tried first. `email` and `name` are the person's:
 * a password must not be made of them. */
bool password_check(struct op *op, str password, str email, str name) MUST_USE;
/* Made of nothing but common words, keyboard rows, years, digits and repetitions. */
bool password_is_common(struct arena *mem, str password);

struct password_try {
    bool refused;     /* too many tries: from this address, or at this account */
    instant again_at; /* when the next is allowed */
    int64_t person;   /* 0: nobody of that address */
    bool matches;
    str hash, new_hash;
    int64_t account_row, address_row;
};
bool password_try_begin(struct op *op, str email, struct password_try *out) MUST_USE;
/* False: too many are waiting already (ERR_BUSY). */
bool password_try(struct op *op, str password, struct password_try *try) MUST_USE;
/* A try that matched is not counted. */
bool password_try_end(struct op *op, const struct password_try *try) MUST_USE;

/* Outside a transaction. */
bool password_make_hash(struct op *op, str password, str *hash) MUST_USE;
/* Inside one: keeps it, and ends the person's other sessions. */
bool password_set(struct op *op, int64_t person, str hash, int64_t but_session) MUST_USE;

/* What a network address counts as: itself, or for IPv6 the 64 bits that one subscriber has. */
str address_block(struct arena *mem, str address);

/* Counts one try of `subject` unless there were `most` in the last hour. */
struct attempt {
    bool refused;
    instant again_at;
    int64_t row;
};
bool attempt_count(struct op *op, str subject, int most, struct attempt *out) MUST_USE;
bool attempt_forget(struct op *op, int64_t row) MUST_USE;

#endif
