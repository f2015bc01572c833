/* What the sign-in asks of a list of passwords that were found elsewhere: those are tried first,
 * whatever they are made of. adapters/breaches reads such lists. */
#ifndef ACCESS_BREACHES_H
#define ACCESS_BREACHES_H

#include "base/op.h"

struct breach_list {
    /* False: the list cannot be read, and op says why: then no password is good. */
    bool (*knows)(struct op *op, const struct breach_list *list, str password, bool *found);
};

/* Refuses, as what is wrong with the field "password", what the list knows. Outside a transaction:
 * a disk may be slow. NULL: the operator gave none, and nothing is refused. */
bool password_unknown(struct op *op, const struct breach_list *list, str password) MUST_USE;

#endif
