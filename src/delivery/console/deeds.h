/* Words for what happened with a customer, and for the states of attempts at a gateway. What has no
 * words of its own is shown as it is kept. */
#ifndef CONSOLE_DEEDS_H
#define CONSOLE_DEEDS_H

#include "delivery/console/console.h"
#include "delivery/portal/words.h"
#include "domain/reports/timeline.h"

struct standing_words attempt_words(const struct request *rq, str state);
str happened_words(struct request *rq, const struct happened *h);

#endif
