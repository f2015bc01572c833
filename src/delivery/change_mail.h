/* The mails about changes that a customer asks for: to its other administrators at once, so that
 * nobody changes where the mails go unseen, and to who asked when there is an answer. */
#ifndef DELIVERY_CHANGE_MAIL_H
#define DELIVERY_CHANGE_MAIL_H

#include "delivery/web/web.h"

/* Once for each event and reader. */
bool change_mail_asked(struct request *rq, int64_t request) MUST_USE;
bool change_mail_answered(struct request *rq, int64_t request) MUST_USE;

#endif
