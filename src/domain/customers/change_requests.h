/* What customers ask us to change about themselves: their name, address and tax number, and who
 * gets their mails. The seller's books name these on documents, and a mail that goes astray is how
 * fraud begins: so nothing changes until somebody at the seller has looked at it.
 *
 *     waiting -> accepted | refused | withdrawn
 *
 * One request waits at most for the company, and one for each contact. */
#ifndef CUSTOMERS_CHANGE_REQUESTS_H
#define CUSTOMERS_CHANGE_REQUESTS_H

#include "domain/customers/customers.h"

enum change_kind {
    CHANGE_COMPANY = 1, /* name, address, tax number */
    CHANGE_CONTACT,     /* a new contact, or another name, address or role of one */
    CHANGE_CONTACT_GONE,
};
enum change_state { CHANGE_WAITING = 1, CHANGE_ACCEPTED, CHANGE_REFUSED, CHANGE_WITHDRAWN };

struct change_wanted {
    enum change_kind kind;
    int64_t customer, contact; /* contact 0: the company, or a new contact */
    str name;                  /* the company's, or the contact's */
    str address, tax_id;       /* CHANGE_COMPANY */
    str email, phone, role;    /* CHANGE_CONTACT */
    bool notices;              /* CHANGE_CONTACT: wants mails about documents and payments */
};

struct change_request {
    int64_t id, asked_by;
    struct change_wanted wanted;
    enum change_state state;
    str customer_name, asked_by_name, ended_by_name;
    instant asked_at, ended_at; /* ended_at 0: it waits */
    str words;                  /* why it was refused */
};
struct change_requests {
    struct change_request *at;
    ptrdiff_t count;
    bool more;
};

/* Refused when it would change nothing, or when one is waiting for the same already. */
bool change_request_add(struct op *op, const struct change_wanted *in, int64_t person,
                        int64_t *id) MUST_USE;
/* By the customer's people; another customer's request is not there for them. */
bool change_request_withdraw(struct op *op, int64_t customer, int64_t id, int64_t person) MUST_USE;
/* By staff: what was asked for is made true, in the same transaction. */
bool change_request_accept(struct op *op, int64_t id, int64_t person) MUST_USE;
bool change_request_refuse(struct op *op, int64_t id, int64_t person, str words) MUST_USE;

bool change_request_get(struct op *op, int64_t id, struct change_request *out) MUST_USE;
/* The newest first. */
bool change_requests_of(struct op *op, int64_t customer, int limit,
                        struct change_requests *out) MUST_USE;
/* Those that wait, the oldest first, from the one behind `after`. */
bool change_requests_waiting(struct op *op, int64_t after, int limit,
                             struct change_requests *out) MUST_USE;
bool change_requests_count(struct op *op, int64_t *out) MUST_USE;

#endif
