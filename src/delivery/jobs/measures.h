/* What the business's own tables say about how well it runs: for /metrics. */
#ifndef JOBS_MEASURES_H
#define JOBS_MEASURES_H

#include "base/text.h"
#include "delivery/app.h"

/* In a reading transaction. Whether it all could be read. */
bool measures(struct op *op, const struct app *app, struct text *out) MUST_USE;

#endif
