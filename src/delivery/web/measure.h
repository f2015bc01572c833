/* Figures in Prometheus' text format (version 0.0.4). Names follow its conventions: `quittance_`
 * first, the unit last, `_total` for what only grows; times are in seconds. */
#ifndef WEB_MEASURE_H
#define WEB_MEASURE_H

#include "base/text.h"

/* Once before the values of a name. `type`: counter, gauge, histogram. */
void measure_head(struct text *t, const char *name, const char *type, const char *help);
/* `labels` as they stand between the braces, `state="due"`, or "". */
void measure_put(struct text *t, const char *name, const char *labels, int64_t value);
void measure_seconds(struct text *t, const char *name, const char *labels, int64_t us);
/* Head and value of a name that has one value. */
void measure_one(struct text *t, const char *name, const char *type, const char *help,
                 int64_t value);

#endif
