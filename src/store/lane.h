/* Who writes when: threads take turns on one writing connection, first come, first served. Each
 * works in a savepoint of its own; when others are waiting it hands over without committing and
 * sleeps until the group's one commit, so that many share one sync. Nobody returns before that, not
 * even a work that failed: what it was told may rest on what others in the group wrote. When that
 * was lost it was told of what never happened, and tries again like the others. */
#ifndef STORE_LANE_H
#define STORE_LANE_H

#include "base/op.h"

#include <stdbool.h>
#include <stdint.h>

/* How a group ended, for each of its members. */
struct lane_end {
    bool committed;
    bool unknown;       /* not committed as far as we know: the connection broke */
    enum err_kind kind; /* why not, as far as it matters to whoever asked */
    char why[200];
};

/* What an engine does for its lane; `writer` is the engine's own. Only whoever has the turn calls.
 */
struct lane_engine {
    bool (*ready)(struct op *op, void *writer); /* the connection stands */
    bool (*begin)(struct op *op, void *writer); /* the transaction of a group */
    bool (*work_begin)(struct op *op, void *writer);
    bool (*work_end)(struct op *op, void *writer);
    bool (*work_undo)(void *writer); /* one work and no other's; false: that cannot be */
    /* Nothing that the group has written can be kept; `why` is what the last work met, or NULL. */
    bool (*lost)(void *writer, const struct err *why);
    void (*commit)(void *writer, struct lane_end *out);
    void (*rollback)(void *writer, enum err_kind why);
    int group_max;
    /* Others write as well. Then a group is those who were waiting when it began, so that each sees
     * all that was committed anywhere before it came. */
    bool shared;
};

struct lane;
struct lane *lane_open(struct arena *mem, const struct lane_engine *engine, void *writer);
void lane_close(struct lane *lane);
/* Opens the writing connection now. */
bool lane_ready(struct op *op, struct lane *lane) MUST_USE;
bool lane_enter(struct op *op, struct lane *lane) MUST_USE;
/* Whether the work was good and is committed. A work that failed keeps its own errors, unless the
 * group was lost by another. *end tells how the group ended. */
bool lane_leave(struct op *op, struct lane *lane, bool good, struct lane_end *end) MUST_USE;
void lane_abandon(struct lane *lane);
/* How many groups were committed, how many works they held, and how long these waited for their
 * turn, all together: for tests and the metrics. */
void lane_counts(struct lane *lane, int64_t *groups, int64_t *works, int64_t *wait_us);

#endif
