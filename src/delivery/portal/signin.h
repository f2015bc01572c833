/* The pages for coming in and going out: both sides of the business use them. */
#ifndef PORTAL_SIGNIN_H
#define PORTAL_SIGNIN_H

#include "delivery/portal/portal.h"
#include "domain/access/people.h"

extern const struct route sign_in_routes[];

struct sign_in_view {
    bool expired;    /* the session has run out: say so */
    str notice;      /* why not, in one sentence; may be empty */
    str email, next; /* as typed; where to go afterwards */
    str wrong_email, wrong_password;
    str passkey;        /* what the browser is asked, as JSON; empty: no passkeys here */
    bool with_password; /* open that part of the page */
    bool may_join;      /* people may ask for access by themselves */
};
void page_sign_in(struct page *p, const struct sign_in_view *v);

/* A link is on its way. */
void page_link_sent(struct page *p, bool demo);

struct link_view {
    bool valid; /* else: used, or run out */
    bool invitation;
    str name, email, seller;
    struct url action;
};
void page_link(struct page *p, const struct link_view *v);

struct companies_view {
    struct seat_list seats;
    int64_t current;
    const str *ids; /* what the form sends for each */
};
void page_companies(struct page *p, const struct companies_view *v);

#endif
