/* What stands for :id in the paths of all routes, so that the access test can ask for one's own,
 * for another customer's and for one that nobody has. A new route with an :id needs a row. */
#ifndef TEST_ACCESS_SAMPLES_H
#define TEST_ACCESS_SAMPLES_H

#include "delivery/web/web.h"
#include "fixture.h"

struct sample {
    const char *path;   /* of all routes whose path begins so; the longest that fits counts */
    const char *prefix; /* of the outside id: "inv"; NULL: the path holds no id of ours */
    /* A new one of this customer's, each time, because a POST may use it up. */
    bool (*make)(struct op *op, int64_t customer, int64_t *id);
    const char *literal; /* what stands for :id where prefix is NULL */
    const char *part;    /* what stands for :part; NULL: "part" */
};

/* NULL: there is none. */
const struct sample *sample_for(const struct route *route);

/* What a POST to that route sends, so that it gets past the check of its inputs. */
const char *sample_fields(const struct route *route);

/* The seller, two customers; their ids are 1 and 2. */
bool samples_begin(struct op *op, void *unused);

#endif
