/* Passkeys (WebAuthn): what an authenticator says, checked by libfido2, without any device.
 *
 * The words between the browser and us (the challenge, the origin) are the caller's to check; here
 * stand the bytes that the authenticator made: for which host, with which flags, signed by which
 * key. The person must have been verified by the device (fingerprint, face, PIN), not only present.
 * ES256, EdDSA and RS256 are understood. */
#ifndef BASE_PASSKEY_H
#define BASE_PASSKEY_H

#include "base/op.h"

/* As JSON for the browser: COSE's numbers of what is understood, the preferred one first. */
#define PASSKEY_ALGORITHMS                                                                         \
    {                                                                                              \
        -7, -8, -257                                                                               \
    }

struct passkey {
    int64_t algorithm; /* COSE's number */
    str credential;    /* the authenticator's name for it: bytes */
    str key;           /* the public key: bytes */
    int64_t count;     /* how often it has signed; 0 for ever: it does not count */
};

/* A new one, from the "authenticator data" of its making. False, without a reason: it is none, or
 * of another host, or nobody was verified, or it is of a kind that is not understood. */
bool passkey_from(struct arena *mem, str host, str authenticator_data, struct passkey *out);

struct passkey_proof {
    str host, client_data, authenticator_data, signature; /* bytes */
};
/* Whether this key signed, for this host, with the person verified; *count is its count now. */
bool passkey_proves(struct arena *mem, const struct passkey *key, const struct passkey_proof *proof,
                    int64_t *count);

/* The bytes behind base64url without padding, as browsers send them. */
bool passkey_bytes(struct arena *mem, str base64url, str *out);

#endif
