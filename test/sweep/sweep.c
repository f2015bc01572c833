/* Stands before store_transact() in the programs of `make cover` (ld's --wrap). With
 * QUITTANCE_SWEEP=1 every transaction of a test is first run with its first, second, ... n-th call
 * to the database made to fail, and then in earnest: what a test expects must still come out, or a
 * try that failed has left something. Work may be run again by its contract (store.h). */
#include "base/arena.h"
#include "store/engine.h"
#include "store/store.h"

#include <stdlib.h>

bool __real_store_transact(struct op *op, struct store *store, enum tx_kind kind,
                           bool (*work)(struct op *op, void *arg), void *arg);
bool __wrap_store_transact(struct op *op, struct store *store, enum tx_kind kind,
                           bool (*work)(struct op *op, void *arg), void *arg);

/* The same work with other arguments goes other ways, but not for ever. */
enum { TIMES_MOST = 12, CALLS_MOST = 400, WORKS_MOST = 512 };

static bool had_enough(bool (*work)(struct op *op, void *arg))
{
    static struct {
        bool (*work)(struct op *op, void *arg);
        int times;
    } seen[WORKS_MOST];
    for (int i = 0; i < WORKS_MOST; i++) {
        if (!seen[i].work) seen[i].work = work;
        if (seen[i].work == work) return seen[i].times++ >= TIMES_MOST;
    }
    return true;
}

static void let_go(void *store)
{
    ((struct store *)store)->fault = NULL;
}

bool __wrap_store_transact(struct op *op, struct store *store, enum tx_kind kind,
                           bool (*work)(struct op *op, void *arg), void *arg)
{
    bool sweeps = getenv("QUITTANCE_SWEEP") && !store->fault && !had_enough(work);
    if (sweeps) arena_defer(op->mem, let_go, store); /* a test may let memory fail as well */
    struct arena_mark start = arena_mark(op->mem);
    for (ptrdiff_t n = 0; sweeps && n < CALLS_MOST; n++) {
        struct store_fault fault = {.calls_left = n};
        store->fault = &fault;
        bool done = __real_store_transact(op, store, kind, work, arg);
        store->fault = NULL;
        if (done || !fault.hit) return done;
        op->errs = NULL;
        arena_rewind(op->mem, start);
    }
    return __real_store_transact(op, store, kind, work, arg);
}
