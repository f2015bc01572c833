/* The way out of mails that may be ended: an address that takes one click (RFC 8058). Its secret is
 * a keyed tag over the contact and the kind of mail, and opening it changes nothing: mail scanners
 * do that. */
#ifndef NOTICES_UNSUBSCRIBE_H
#define NOTICES_UNSUBSCRIBE_H

#include "base/crypto.h"
#include "domain/notices/notices.h"

str unsubscribe_token(struct arena *mem, const struct keys *keys, int64_t contact,
                      enum notice_kind kind);
/* False for a token that was never given out. */
bool unsubscribe_from(struct arena *mem, const struct keys *keys, str token, int64_t *contact,
                      enum notice_kind *kind);

#endif
