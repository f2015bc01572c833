#include "domain/access/breaches.h"

#include <assert.h>

bool password_unknown(struct op *op, const struct breach_list *list, str password)
{
    bool found;
    assert(!op->tx);
    if (!list) return true;
    if (!list->knows(op, list, password, &found)) return false;
    if (!found) return true;
    return op_fail(
        op, ERR_INVALID, "password",
        "This password was found in a list of stolen ones, which are tried first. Please "
        "choose another, here and wherever else you use it.");
}
