/* Deterministic simulation: sellers, customers, gateway, disk and clock in one process, on the real
 * store and the real money code. Everything follows from one number:
 *
 *     make sim SEED=1 COUNT=300          these seeds; a seed that fails shows the steps it needs
 *     make sim PLANT=new-key             with a planted bug, which must be found
 *
 * A seed is 160 steps. Each step draws from a stream of its own, so that a failing seed is shrunk
 * by leaving out steps while the rest stays as it was.
 *
 *     sim.c      the options, and who works on which seeds
 *     world.c    one seed: the lives of the program between losses of power
 *     steps.c    what people and machines do
 *     requests.c what comes over HTTP
 *     imports.c  files of invoices
 *     gateway.c  a gateway that loses, delays and repeats
 *     disk.c     a disk that loses, tears and keeps
 *     check.c    what must hold
 *
 * When the power fails, every operation of the disk fails from there on, and nothing that the
 * program says or asks reaches anybody; it ends, and the next life begins with what the disk kept.
 * Most lives find the connections of the last one with the schema read and statements prepared, but
 * nothing else of it: a start costs next to nothing. Some are started in earnest. */
#ifndef TEST_SIM_H
#define TEST_SIM_H

#include "base/op.h"
#include "delivery/app.h"

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
/* Becomes SQLite's default; through the one named "eyes" it never fails. */
struct disk *disk_open(void);

enum disk_fault {
    DISK_OFF, /* the power fails: nothing is done any more */
    DISK_EIO, /* one write, cut or sync fails; of what a failed sync did not keep some is lost */
    DISK_EIO_SYNC,
    DISK_FULL, /* no file grows any more */
};
/* At the n-th write, cut or sync from now. Below 0: never. */
void disk_fault_in(struct disk *d, enum disk_fault fault, int64_t operations, uint64_t seed);
/* The power that was to fail fails now. */
void disk_switch_off(struct disk *d);
void disk_mend(struct disk *d); /* there is power and room again, and nothing will happen */
bool disk_is_off(const struct disk *d);
bool disk_is_hurt(const struct disk *d); /* a fault has happened since it was mended */
/* What was not synced is lost, torn or kept, each write by itself. */
void disk_power_loss(struct disk *d, struct chance *c);
/* The process that has it open ends, and its locks with it. */
void disk_process_ends(struct disk *d);
/* A process begins: of what the last one shared in memory nothing is left. */
void disk_life_begin(struct disk *d);
/* The database as it is now, and the disk as it was then and nothing else on it. */
void disk_image_take(struct disk *d);
void disk_image_put(struct disk *d);
void disk_deaf(struct disk *d); /* a planted bug: a sync that fails says that it has not */
void disk_lie(struct disk *d);  /* a planted bug: says that it synced, and has not */
int64_t disk_operations(const struct disk *d);
void *sim_shared(int64_t bytes); /* memory, zeroed, that processes forked later share */

/* ---- one world ---- */

enum plant {
    PLANT_NOTHING,
    PLANT_TIMEOUT_FAILED, /* no answer is taken for "declined" */
    PLANT_NEW_KEY,        /* what is sent again is sent under a new key */
    PLANT_LYING_DISK,
    PLANT_ABSENT_FAILED, /* "never heard of it" is believed at once */
    PLANT_DEAF_SYNC,     /* a sync that failed is taken for one that did not */
    PLANT_FORM_KEY,      /* who got no answer sends it again under another key */
    PLANTS,
};
extern const char *const plant_names[];

enum { STEPS = 160, CHARGES_MAX = 400, MESSAGES_MAX = 800, WHY_MAX = 300, GLANCES_MAX = 96 };
enum { FORMS_MAX = 40, LINES_MAX = 60, FILES_MAX = 3 };

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

/* Sent by somebody, and not answered yet. */
struct their_form {
    char path[100], fields[300], key[30];
    int64_t customer; /* 0: the seller's program */
    int number;       /* of the bank's line that it books; 0: none */
    bool get;
    instant since;
};
enum line_state { LINE_NONE, LINE_SENT, LINE_TAKEN };

struct counts { /* of what can only grow */
    int64_t entries, steps, audits, messages, attempts;
};

/* What looks into the database past the program; its statements are prepared once. */
struct eyes {
    sqlite3 *db;
    struct glance {
        const char *sql; /* a literal */
        bool pick;
        sqlite3_stmt *stmt;
    } at[GLANCES_MAX];
    int count;
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
    int step, depth;
    int64_t trouble;      /* permille of gateway calls that go wrong, of this seed */
    int64_t losses, ends; /* of power; of the program, by itself */

    /* Of the life that is lived now. */
    struct arena *mem;
    struct database *db;
    struct store *store;
    struct eyes *eyes;
    int64_t version;               /* of the database when it was last checked */
    struct command_claims *claims; /* of all lives: a start lets go of what the last one held */

    struct counts seen;
    int64_t balanced; /* entries up to this one are known to balance */

    int64_t entity, customers[3], people[3];
    char api_key[100]; /* with "Bearer " before it */
    struct their_form forms[FORMS_MAX];
    enum line_state lines[LINES_MAX];
    bool files[FILES_MAX]; /* those that were said to be in */
    int form_count, line_count;
    int64_t form_number;
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

/* Requests through the edge: requests.c. */
void sim_form_checkout(struct sim *s);
void sim_form_pay(struct sim *s);
void sim_form_payment(struct sim *s);
void sim_form_line(struct sim *s);
void sim_forms_again(struct sim *s); /* what was not answered */
void sim_check_lines(struct sim *s);
/* A file is imported: imports.c. */
void sim_file(struct sim *s);
void sim_check_files(struct sim *s);

/* One step, which may happen inside another one's call to the gateway. */
void sim_act(struct sim *s);
void sim_jobs(struct sim *s, int most);
void sim_hook(struct sim *s, int which);
struct app sim_app(struct sim *s);
bool sim_make(struct sim *s); /* the seller and the customers */

/* A number that a statement finds, with `arg` for ?1. The text is a literal. */
int64_t sim_number(struct sim *s, const char *sql, int64_t arg);
/* One id out of those that "select id from …" finds, with `arg` for ?1; 0: none. */
int64_t sim_pick(struct sim *s, const char *from, int64_t arg);
void eyes_open(struct eyes *e, const char *path);
/* What is there now was said to be there: it may never be gone again. */
void sim_seen(struct sim *s);
void sim_check_step(struct sim *s);
void sim_check_end(struct sim *s);

/* ---- one seed ---- */

struct outcome {
    uint64_t trace;
    int64_t losses, ends, operations;
    bool ran, failed;
    char why[WHY_MAX];
};

/* All seeds begin with the same database, migrated once. */
struct world;
struct world *world_open(void);
bool world_run(struct world *w, uint64_t seed, enum plant plant, const bool dropped[STEPS],
               bool loud, struct outcome *out);
uint64_t mixed(uint64_t z);

#endif
