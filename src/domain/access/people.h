/* People, and for whom they may act.
 *
 * A person is known by one e-mail address, and is either staff of the seller (a role of its own)
 * or belongs to customers (one role at each). What a role may do stands in roles.h. */
#ifndef ACCESS_PEOPLE_H
#define ACCESS_PEOPLE_H

#include "base/op.h"
#include "domain/access/roles.h"

struct person {
    int64_t id; /* 0: there is none */
    str email, name;
    str language;         /* "de" */
    str theme;            /* "light", "dark", or empty: as the device says */
    str helpers;          /* words for the page: "large-text no-keys" */
    enum role staff_role; /* ROLE_NONE: not staff */
    bool has_password, blocked;
    instant signed_in_at;   /* the last time; 0: never yet */
    instant came_before_at; /* the time before that; 0: there was none */
};

bool person_get(struct op *op, int64_t id, struct person *out) MUST_USE;
/* Nobody with this address: true, with out->id 0. */
bool person_find(struct op *op, str email, struct person *out) MUST_USE;

/* "Anna@Example.COM " as it is kept and compared; false when it has not the shape of an address. */
bool person_email(struct arena *mem, str typed, str *out);

struct invitation {
    str email, name, language;
    enum role role;
    int64_t customer; /* 0: to the seller's staff */
    bool quiet;       /* no mail: the demonstration, and imports */
};
/* Adds the person where there is none, gives the role, and asks for the mail with the link. */
bool person_invite(struct op *op, const struct invitation *in, int64_t *person) MUST_USE;

struct preferences {
    str name, language, theme, helpers;
};
bool person_prefer(struct op *op, int64_t person, const struct preferences *in) MUST_USE;

/* Keeps when the person came in last. */
bool person_came_in(struct op *op, int64_t person) MUST_USE;

/* A blocked person is signed out everywhere at once and cannot come back in. */
bool person_block(struct op *op, int64_t person, bool blocked) MUST_USE;

/* One person at one customer. */
struct member {
    int64_t id; /* the membership's */
    int64_t person;
    str email, name;
    enum role role;
    instant created_at, signed_in_at; /* 0: invited, never came */
    bool blocked;
};
struct member_list {
    struct member *at;
    ptrdiff_t count;
};
bool members_of(struct op *op, int64_t customer, struct member_list *out) MUST_USE;
bool member_get(struct op *op, int64_t customer, int64_t id, struct member *out) MUST_USE;
/* A customer keeps one administrator at least; a change ends the person's sessions there. */
bool member_set_role(struct op *op, int64_t customer, int64_t id, enum role role) MUST_USE;
bool member_remove(struct op *op, int64_t customer, int64_t id) MUST_USE;
bool member_invite_again(struct op *op, int64_t customer, int64_t id) MUST_USE;

struct staff_list {
    struct person *at;
    ptrdiff_t count;
};
bool staff_of_seller(struct op *op, struct staff_list *out) MUST_USE;
bool staff_set_role(struct op *op, int64_t person, enum role role) MUST_USE;

/* For whom a person may act, in the order the choice is shown. */
struct seat {
    int64_t customer;
    str name, number;
    enum role role;
};
struct seat_list {
    struct seat *at;
    ptrdiff_t count;
};
bool seats_of(struct op *op, int64_t person, struct seat_list *out) MUST_USE;

#endif
