/* What the mails with a sign-in link say. */
#ifndef ACCESS_SIGN_IN_MAIL_H
#define ACCESS_SIGN_IN_MAIL_H

#include "domain/access/people.h"
#include "domain/notices/notices.h"

struct sign_in_letter {
    const struct person *to;
    bool invitation;
    str seller, customer, inviter; /* the last two may be empty */
    str link;
};
/* In the person's language; the event and the customer are the caller's to fill in. */
struct notice sign_in_notice(struct arena *mem, const struct sign_in_letter *letter);

/* Tells a person that somebody - they, we hope - changed their password. */
struct notice password_notice(struct arena *mem, const struct person *to, str seller);

/* Tells a person that a passkey was added. */
struct notice passkey_notice(struct arena *mem, const struct person *to, str seller);

#endif
