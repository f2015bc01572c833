/* Keys for programs: what an ERP or a script shows instead of signing in.
 *
 * A key is "qk_" and 256 random bits. It is shown once, when it is made; the database keeps its
 * hash and its first letters. It acts with one of the staff's roles, until it is revoked. */
#ifndef ACCESS_API_KEYS_H
#define ACCESS_API_KEYS_H

#include "base/op.h"
#include "domain/access/roles.h"

struct api_key {
    int64_t id; /* 0: there is none */
    str name, start;
    enum role role;
    int64_t owner; /* a person; 0: made on the command line */
    bool revoked;
    instant created_at, last_used_at; /* 0: never yet */
};
struct api_key_list {
    struct api_key *at;
    ptrdiff_t count;
};

bool api_key_add(struct op *op, str name, enum role role, int64_t owner, str *key) MUST_USE;
/* An unknown or revoked key: true, with out->id 0. */
bool api_key_find(struct op *op, str key, struct api_key *out) MUST_USE;
bool api_key_touch(struct op *op, int64_t id) MUST_USE; /* keeps when it was used last */
bool api_key_revoke(struct op *op, int64_t id) MUST_USE;
bool api_keys(struct op *op, struct api_key_list *out) MUST_USE;

#endif
