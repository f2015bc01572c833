/* Which mails a person of a customer gets, chosen on the page of their preferences. */
#ifndef PORTAL_MAIL_CHOICE_H
#define PORTAL_MAIL_CHOICE_H

#include "delivery/portal/preferences.h"

extern const struct route mail_choice_routes[];

/* The kinds, with what the person chose. Only for somebody who acts for a customer. */
bool mail_choice_load(struct request *rq, struct options *out) MUST_USE;

#endif
