/* What a person or a key may do. A route and an API scope name one of these; the roles that have
 * it stand in one table in roles.c, and the access test walks every route with every role. */
#ifndef ACCESS_ROLES_H
#define ACCESS_ROLES_H

#include <stdbool.h>

/* MAY_NOT_SAID is 0 so that a route that forgets to say fails at start-up. */
enum may {
    MAY_NOT_SAID,
    MAY_ANYONE,        /* written out, never a default: sign-in, health, assets */
    MAY_BE_SIGNED_IN,  /* either side: sign out, preferences */
    MAY_SEE_ACCOUNT,   /* customer: viewer and up */
    MAY_PAY,           /* customer: payer and up */
    MAY_DISPUTE,       /* customer: payer and up */
    MAY_MANAGE_PEOPLE, /* customer: administrator */
    MAY_SEE_CONSOLE,   /* seller: auditor and up: everything, changing nothing */
    MAY_WORK,          /* seller: clerk and up: import, invite, record, export */
    MAY_MANAGE,        /* seller: manager and up: reverse, refund, write off */
    MAY_ADMINISTER,    /* seller: administrator: people, roles, settings, API keys */
};

enum role {
    ROLE_NONE,
    ROLE_VIEWER, /* at the customer */
    ROLE_PAYER,
    ROLE_CUSTOMER_ADMIN,
    ROLE_AUDITOR, /* at the seller */
    ROLE_CLERK,
    ROLE_MANAGER,
    ROLE_ADMINISTRATOR,
};

bool role_may(enum role role, enum may may);
bool role_is_staff(enum role role);
const char *role_name(enum role role); /* "payer": the database's and the API's word */
bool role_from(const char *name, enum role *out);

#endif
