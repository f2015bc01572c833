/* Money that needs a person: what the program could not decide, and what people say became of it.
 */
#ifndef CONSOLE_MONEY_TROUBLE_H
#define CONSOLE_MONEY_TROUBLE_H

#include "delivery/console/parts.h"

extern const struct route console_money_trouble_routes[];

/* The list, the oldest first, for the page of all that was given up. */
bool money_trouble_grid(struct request *rq, struct grid *out) MUST_USE;

#endif
