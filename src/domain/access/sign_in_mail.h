/* What the mails with a sign-in link say. */
#ifndef ACCESS_SIGN_IN_MAIL_H
#define ACCESS_SIGN_IN_MAIL_H

#include "domain/access/people.h"
#include "domain/notices/notices.h"

/* A short mail: a heading, what it is about, one thing to press, and a word of caution. */
struct access_letter {
    str subject, heading, about, press, link, caution;
    bool secret; /* the link signs in: the text is wiped once it is sent */
};
/* In the person's language; `to->id` may be 0. The event and the customer are the caller's. */
struct notice access_notice(struct arena *mem, const struct person *to, str seller,
                            const struct access_letter *letter);
/* A sentence with its holes {1}, {2}, … filled. */
str access_words(struct arena *mem, const char *sentence, const str values[], int count);

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
