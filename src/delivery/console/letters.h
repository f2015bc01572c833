/* Reminder letters as PDF: as one would be sent now, and as each was sent. */
#ifndef CONSOLE_LETTERS_H
#define CONSOLE_LETTERS_H

#include "delivery/console/parts.h"

extern const struct route console_letters_routes[];

/* Those that were sent to a customer, newest first. */
bool letters_sent(struct request *rq, int64_t customer, struct grid *out) MUST_USE;
/* One for each account on which something is overdue or due; NULL: there is none. */
bool letters_preview(struct request *rq, int64_t customer, const struct grid **out) MUST_USE;

#endif
