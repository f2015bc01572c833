#include "domain/access/roles.h"

#include <assert.h>
#include <string.h>

#define MAY(m) (1u << MAY_##m)

enum {
    VISITOR = MAY(ANYONE),
    SIGNED_IN = VISITOR | MAY(BE_SIGNED_IN),
    VIEWER = SIGNED_IN | MAY(SEE_ACCOUNT),
    PAYER = VIEWER | MAY(PAY) | MAY(DISPUTE),
    AUDITOR = SIGNED_IN | MAY(SEE_CONSOLE),
    CLERK = AUDITOR | MAY(WORK),
    MANAGER = CLERK | MAY(MANAGE),
};

/* The whole of it: nothing else in the program asks what a role is called to decide what it may. */
static const struct {
    const char *name;
    unsigned may;
    bool staff;
} roles[] = {
    [ROLE_NONE] = {"none", VISITOR, false},
    [ROLE_VIEWER] = {"viewer", VIEWER, false},
    [ROLE_PAYER] = {"payer", PAYER, false},
    [ROLE_CUSTOMER_ADMIN] = {"admin", PAYER | MAY(MANAGE_PEOPLE), false},
    [ROLE_AUDITOR] = {"auditor", AUDITOR, true},
    [ROLE_CLERK] = {"clerk", CLERK, true},
    [ROLE_MANAGER] = {"manager", MANAGER, true},
    [ROLE_ADMINISTRATOR] = {"administrator", MANAGER | MAY(ADMINISTER), true},
};
enum { ROLE_COUNT = sizeof roles / sizeof *roles };

bool role_may(enum role role, enum may may)
{
    assert((int)role >= 0 && (int)role < ROLE_COUNT);
    assert(may > MAY_NOT_SAID && may <= MAY_ADMINISTER);
    return roles[role].may >> may & 1;
}

bool role_is_staff(enum role role)
{
    assert((int)role >= 0 && (int)role < ROLE_COUNT);
    return roles[role].staff;
}

const char *role_name(enum role role)
{
    assert((int)role >= 0 && (int)role < ROLE_COUNT);
    return roles[role].name;
}

bool role_from(const char *name, enum role *out)
{
    for (int r = ROLE_VIEWER; r < ROLE_COUNT; r++) {
        if (strcmp(name, roles[r].name) != 0) continue;
        *out = (enum role)r;
        return true;
    }
    return false;
}
