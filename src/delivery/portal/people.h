/* The customer's own administrator decides who else may see and pay. */
#ifndef PORTAL_PEOPLE_H
#define PORTAL_PEOPLE_H

#include "delivery/portal/portal.h"
#include "domain/access/claims.h"
#include "domain/access/people.h"

extern const struct route people_routes[];
extern const struct route requests_routes[];

struct role_choice {
    str value, name, about;
    bool chosen;
};
struct role_choices {
    struct role_choice at[3];
    str wrong;  /* the sentence beside them; may be empty */
    bool fixed; /* nothing on this page can be changed: staff look at it as the customer does */
};

/* The three roles of a customer's people, one of them chosen. */
struct role_choices people_roles(const struct request *rq, enum role chosen);

/* Somebody who showed an invoice and asks to be let in. */
struct request_row {
    struct url link, invoice_link;
    str name, email, invoice, when;
};
bool requests_load(struct request *rq, struct request_row **rows, ptrdiff_t *count) MUST_USE;

struct people_view {
    struct request_row *requests;
    ptrdiff_t request_count;
    struct people_row {
        struct url link;
        str name, email, role;
        str came; /* when last; empty: never yet */
        bool blocked, self;
    } * rows;
    ptrdiff_t count;
    str email, name, wrong_email, wrong_name; /* the invitation, as typed */
    struct role_choices roles;
    str done; /* what was just done; may be empty */
};
void page_people(struct page *p, const struct people_view *v);

struct person_view {
    str name, email;
    struct role_choices roles;
    bool self, came;
    struct url save, remove, invite;
};
void page_person(struct page *p, const struct person_view *v);

struct request_view {
    struct request_row row;
    bool waiting; /* else it was decided, or has run out */
    struct role_choices roles;
    struct url grant, refuse;
    str words, wrong_words;
};
void page_request(struct page *p, const struct request_view *v);

#endif
