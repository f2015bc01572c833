/* Who changed a thing, when and what: the audit trail of that thing, in words, for its page. */
#ifndef CONSOLE_CHANGES_H
#define CONSOLE_CHANGES_H

#include "delivery/console/parts.h"

/* The newest first. `object` is the trail's word: "document", "payment", "customer", "entity". */
bool changes_of(struct request *rq, const char *object, int64_t id, struct grid *out) MUST_USE;
/* "customer.change" as people say it; an action without words stands as it is. */
str action_words(struct request *rq, str action);
/* "saved_filter" as people say it. */
str object_words(struct request *rq, str object);

#endif
