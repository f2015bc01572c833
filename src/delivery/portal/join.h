/* Asking for access with an invoice in hand, and coming in by the link of the mail that follows. */
#ifndef PORTAL_JOIN_H
#define PORTAL_JOIN_H

#include "delivery/portal/portal.h"

extern const struct route join_routes[];

/* Whether the sign-in page offers it. */
bool join_is_open(struct request *rq, bool *out) MUST_USE;

struct join_field {
    str name, label, hint, type, autocomplete;
    str value, wrong, described; /* described: the ids of what is said about it */
};
struct join_view {
    str seller, notice; /* notice: too many tries; may be empty */
    struct join_field fields[4];
};
void page_join(struct page *p, const struct join_view *v);

/* The same for everybody, whatever was given. */
void page_join_sent(struct page *p, bool demo);

struct join_link_view {
    bool valid; /* else: used, or run out */
    str seller, customer, name, email;
    struct url action;
};
void page_join_link(struct page *p, const struct join_link_view *v);

#endif
