/* Coming in by a link in an e-mail.
 *
 * A link holds 256 random bits, of which the database keeps the hash. It is used once, within 15
 * minutes; an invitation within 14 days. Mail scanners open links before people do, so opening one
 * signs in only in the browser that asked for it; anywhere else a page asks for a click.
 *
 * Whoever asks for a link is answered before anything is looked up: the request is written down,
 * and the job `sign-in.mail` finds out whether there is such a person. So nobody can learn from
 * words or from time who has an account here. */
#ifndef ACCESS_SIGN_IN_H
#define ACCESS_SIGN_IN_H

#include "base/clock.h"
#include "base/op.h"

#define LINK_LIFE_US       (15 * MINUTE_US)
#define INVITATION_LIFE_US (14 * DAY_US)

enum ask_kind { ASK_SIGN_IN = 1, ASK_INVITATION };

struct sign_in_ask {
    enum ask_kind kind;
    str email;   /* as person_email() gives it */
    str browser; /* the browser's own number; empty: nobody's */
    str next;    /* where to go afterwards: a path of ours, or empty */
    int64_t customer;
    str inviter;
};
bool sign_in_ask(struct op *op, const struct sign_in_ask *ask) MUST_USE;

/* What the mails say about where they come from. */
struct site {
    str url; /* "https://pay.example.com" */
    str seller;
};
/* The work of the job `sign-in.mail`. After ten links in an hour a person gets one in two minutes
 * at most: too few to flood a mailbox, enough that nobody can lock another out. */
bool sign_in_mail(struct op *op, int64_t request, const struct site *site) MUST_USE;

enum link_kind { LINK_SIGN_IN = 1, LINK_INVITATION, LINK_DIRECT };

struct link {
    int64_t id; /* 0: it is none, was used, or has run out */
    enum link_kind kind;
    int64_t person, customer;
    str email, name, next;
    bool direct; /* may sign in without a click: the asking browser, or a link never mailed */
};
bool link_look(struct op *op, str token, str browser, struct link *out) MUST_USE;
/* Uses it up; of two that come together one gets out->id 0. */
bool link_use(struct op *op, str token, str browser, struct link *out) MUST_USE;

/* A link for a terminal, not for a mail: it signs in at once, `uses` times. */
bool access_link_for(struct op *op, int64_t person, str url, int uses, int64_t life_us,
                     str *link) MUST_USE;

#endif
