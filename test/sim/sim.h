/* Deterministic simulation: sellers, customers, gateway, disk and clock in one process, on the real
 * store and the real money code. Everything follows from one number:
 *
 *     make sim SEED=1 COUNT=300          these seeds; a seed that fails shows the steps it needs
 *     make sim PLANT=new-key             with a planted bug, which must be found
 *
 * A seed is a few hundred steps. Each step draws from a stream of its own, so that a failing seed
 * is shrunk by leaving out steps while the rest stays as it was. */
#ifndef TEST_SIM_H
#define TEST_SIM_H

#include "base/op.h"

#include <setjmp.h>
#include <sqlite3.h>

/* ---- chance ---- */

struct chance {
    uint64_t state;
};
void chance_begin(struct chance *c, uint64_t seed, uint64_t step);
int64_t chance_below(struct chance *c, int64_t limit);
bool chance_permille(struct chance *c, int64_t permille);

/* ---- the disk ---- */

struct disk;
/* Becomes SQLite's default. One for the whole process: what is written before a fork is shared. */
struct disk *disk_open(void);
/* The power fails before the n-th operation from now: longjmp to `off`. Below 0: it does not. */
void disk_cut_in(struct disk *d, int64_t operations, jmp_buf *off);
/* What was not synced is lost, torn or kept, each write by itself; all handles are gone. */
void disk_power_loss(struct disk *d, struct chance *c);
void disk_lie(struct disk *d); /* a planted bug: says that it synced, and has not */
int64_t disk_operations(const struct disk *d);

/* ---- one world ---- */

enum plant {
    PLANT_NOTHING,
    PLANT_TIMEOUT_FAILED, /* no answer is taken for "declined" */
    PLANT_NEW_KEY,        /* what is sent again is sent under a new key */
    PLANT_LYING_DISK,
    PLANT_ABSENT_FAILED, /* "never heard of it" is believed at once */
    PLANTS,
};
extern const char *const plant_names[];

enum { STEPS_MAX = 240, CHARGES_MAX = 400, MESSAGES_MAX = 800, WHY_MAX = 300 };

struct their_charge {
    char id[80];
    int64_t amount, refunded;
    int state; /* enum charge_state */
    instant arrives;
};
struct their_refund {
    char id[80], charge[80];
    int64_t amount;
    bool paid;
};
struct their_message {
    int64_t number;
    char our_id[80];
    instant due;
};

struct counts { /* of what can only grow */
    int64_t entries, steps, audits, messages, attempts;
};

struct sim {
    uint64_t seed, trace; /* trace: the hash of all that happened */
    enum plant plant;
    bool quiet_world; /* at the end: nothing fails any more */
    bool loud;        /* prints each step */
    bool failed;
    char why[WHY_MAX];

    struct chance chance;
    struct disk *disk;
    instant now;
    int step, depth, life;
    int64_t trouble; /* permille of gateway calls that go wrong, of this seed */
    int64_t losses;

    struct arena *mem;
    struct database *db;
    struct store *store;
    sqlite3 *raw; /* looks, and never writes */
    struct counts seen;

    int64_t entity, customers[3];
    struct their_charge charges[CHARGES_MAX];
    struct their_refund refunds[CHARGES_MAX];
    struct their_message messages[MESSAGES_MAX];
    int charge_count, refund_count, message_count;
    int64_t message_number;
};

/* Into the trace's hash, and on the screen if the world is loud. */
void sim_trace(struct sim *s, const char *what, int64_t a, int64_t b);
void sim_fail(struct sim *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct op sim_op(struct sim *s);
/* What the op has against it is recorded; an error that is our fault fails the seed. */
void sim_judge(struct sim *s, struct op *op, const char *what, bool done);

extern const struct gateway sim_gateway;
struct gateway_access sim_access(struct sim *s);
void sim_gateway_arrivals(struct sim *s);       /* what was under way */
void sim_gateway_payer(struct sim *s);          /* somebody at a card page decides */
int64_t sim_gateway_taken(const struct sim *s); /* charged less given back */

/* One step, which may happen inside another one's call to the gateway. */
void sim_act(struct sim *s);
void sim_jobs(struct sim *s, int most);
void sim_hook(struct sim *s, int which);
bool sim_make(struct sim *s); /* the seller and the customers */

int64_t sim_number(struct sim *s, const char *sql);
/* One id out of those that the statement finds; 0: none. */
int64_t sim_pick(struct sim *s, const char *from);
struct counts sim_counts(struct sim *s);
void sim_check_step(struct sim *s);
void sim_check_end(struct sim *s);

#endif
