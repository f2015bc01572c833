/* Passkeys: signing in with a key that a person's device keeps and shows to nobody (WebAuthn).
 *
 * A page carries a challenge: random, of one browser or session, for one purpose, for an hour, and
 * answered once. It is no row before it is answered: a keyed tag says that it was ours, so that
 * whoever loads pages writes nothing. The device signs the challenge together with our host's name,
 * so that a page of anybody else's gets nothing that works here; and it counts, so that a copied
 * key is found out.
 *
 * Coming in is three steps like a password's: begin counts the try and uses the challenge up, in a
 * transaction of its own; the signature is checked outside any; end keeps the new count. */
#ifndef ACCESS_PASSKEYS_H
#define ACCESS_PASSKEYS_H

#include "base/op.h"
#include "base/passkey.h"

struct keys;

enum { PASSKEYS_MAX = 20, PASSKEY_NAME_CHARS_MAX = 60, PASSKEY_TEXT_MAX = 4000 };

/* Where we are, for a browser. False: it is no place for passkeys, which want a host with a name.
 */
struct passkey_site {
    str host, origin; /* "pay.example.com", "https://pay.example.com" */
    const struct keys *keys;
};
bool passkey_site_of(struct arena *mem, str public_url, const struct keys *keys,
                     struct passkey_site *out);

/* `bound`: what is known to this browser, or this session, and to nobody else: its form token. */
enum passkey_use { PASSKEY_TO_SIGN_IN = 1, PASSKEY_TO_ADD };
str passkey_challenge(struct op *op, const struct passkey_site *site, enum passkey_use use,
                      str bound);

/* What the page sent, as the browser's interface names it; base64url. */
struct passkey_answer {
    str bound, credential, client_data, authenticator_data, signature;
};

/* Inside a transaction; `name` is what the person calls it. */
bool passkey_add(struct op *op, const struct passkey_site *site, int64_t person, str name,
                 const struct passkey_answer *answer) MUST_USE;

struct passkey_row {
    int64_t id;
    str name, credential;
    instant created_at, last_used_at; /* 0: not yet */
};
struct passkey_list {
    struct passkey_row *at;
    ptrdiff_t count;
};
bool passkeys_of(struct op *op, int64_t person, struct passkey_list *out) MUST_USE;
bool passkey_remove(struct op *op, int64_t person, int64_t id) MUST_USE;

struct passkey_try {
    bool refused; /* too many tries: from this address, or with this key */
    instant again_at;
    bool asked;  /* the challenge was ours, of this browser, and fresh */
    int64_t row; /* 0: no such passkey */
    int64_t person;
    struct passkey key;
    struct passkey_proof proof;
    int64_t count;
    int64_t key_row, address_row;
};
bool passkey_try_begin(struct op *op, const struct passkey_site *site,
                       const struct passkey_answer *answer, struct passkey_try *out) MUST_USE;
/* Outside a transaction. */
bool passkey_try(struct op *op, struct passkey_try *try) MUST_USE;
/* A try that proved it is not counted. False with a reason where the key was used elsewhere. */
bool passkey_try_end(struct op *op, const struct passkey_try *try) MUST_USE;

#endif
