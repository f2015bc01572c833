/* Quittance as real processes: the server and the test gateway are started as an operator starts
 * them, customers pay over HTTP, and things go wrong. A client sends the same under the same key
 * until somebody answers; at the end every plan was carried out once, and only once.
 *
 *     main.c      the options
 *     town.c      books with a seller, its customers, what they owe, and what each plans to do
 *     program.c   processes: started, killed, run to their end
 *     client.c    one person's browser: sends it until it is answered
 *     plans.c     carries out one plan: by card, with credits, by transfer
 *     judge.c     what must be true afterwards
 *     kills.c     kill -9 at random moments                               make kills
 *     faults.c    kill, EIO and ENOSPC at each write and sync             make faults
 *     flows.c     the flows that meet these faults
 *     faultio.c   preloaded into the server, does them
 *     postgres_disk.c the same, and a full disk, under PostgreSQL itself  make faults-postgres
 *     power.c     the power fails under a real disk
 *     postgres_full.c a real disk under PostgreSQL that fills up and is freed
 *     cluster.c   a cluster of PostgreSQL, tended as a service manager does
 *     full_disk.c 6 MB that fill up and are freed
 *     crowd.c     thousands of clients, some slow, some idle, some greedy
 *     load.c      what people meet beside them                            make load
 *     races.c     sixty-four at once for one invoice, one credit, one refund
 *
 * Nothing here is linked into the program, and the program knows nothing of this. */
#ifndef PROCESSES_PROCESSES_H
#define PROCESSES_PROCESSES_H

#include "adapters/net/http_client.h"
#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "store/store.h"

#include <stdatomic.h>

struct keys;

enum { CLIENTS_MAX = 64 };

/* How a plan pays its invoice. */
enum way {
    BY_CARD,         /* all of it */
    BY_CARD_IN_PART, /* part of it, with a reason why not all */
    BY_CARD_AND_CREDIT,
    BY_CREDIT,   /* a credit note covers it: no money moves */
    BY_TRANSFER, /* the seller's own program books what the bank shows, through the API */
    WAYS,
};
extern const char *const way_names[WAYS];

struct plan {
    enum way way;
    int client;
    int64_t invoice, credit; /* open items; credit 0: none */
    str number;              /* the invoice's */
    money owed, pays;        /* pays: in money, of what is owed */
    /* What its client was told. */
    atomic_bool acknowledged;
    int64_t payment; /* 0: none was named */
};

/* What is done wrong on purpose, to see that it is found. */
enum plant {
    PLANT_NOTHING,
    PLANT_NEW_KEY, /* who got no answer sends it again under another key: all plans are transfers */
    PLANT_LOST_LOG, /* after a kill, what was committed and not yet in the file is gone (SQLite) */
    PLANTS,
};

struct signed_in {
    int64_t customer;
    str session; /* the cookie's value */
};

struct town {
    struct arena *mem;
    const char *program, *folder, *books_folder, *key_file, *gateway_key_file, *preload;
    str postgres; /* the server's URL; empty: the books are an SQLite file */
    str database, gateway_database, url, gateway_url, api_key;
    const struct keys *keys;
    int port, gateway_port, server, gateway; /* pids; 0: not running */
    int port_asked,
        proxy_port; /* where a proxy looks for the server, and listens; 0: there is none */
    enum plant plant;
    int64_t entity;
    date today;
    bool plain; /* plans are by card or by credit alone */
    str staff_session;
    struct signed_in people[CLIENTS_MAX];
    int clients;
    struct plan *plans;
    ptrdiff_t plan_count;
    atomic_ptrdiff_t may, done;            /* plans that may be begun, and that were carried out */
    atomic_ptrdiff_t told_busy, told_full; /* answers 503 and 507 */
    void (*unanswered)(void *arg); /* the books do not answer who judges; NULL: they will again */
    void *unanswered_arg;
};

/* Ends the program with the words, and the processes with it. */
void must(bool holds, const char *words, ...) __attribute__((format(printf, 2, 3)));
void must_op(bool done, const struct op *op, const char *what);
uint64_t chance(uint64_t *seed); /* a random number out of a seed */

/* ---- town.c ---- */

/* A database, a seller, people who are signed in and their plans; nothing runs yet. */
void town_found(struct town *t, int clients, ptrdiff_t plans, uint64_t seed);
/* Asks the books in a transaction, while no server has them. */
void town_ask(struct town *t, bool (*work)(struct op *op, void *arg), void *arg);

/* ---- program.c ---- */

int port_free(void);
/* It dies with us, unless it takes on another user. `preload`: NULL for none. Returns its pid. */
int process_spawn(const char *const argv[], const char *log, const char *preload);
void gateway_start(struct town *t);
void server_start(struct town *t);             /* returns when it answers */
void server_kill(struct town *t);              /* kill -9 */
int server_ended(struct town *t, int wait_ms); /* its wait status; -1: it still runs */
void process_stop(int *pid);                   /* SIGTERM; it must end well */
int program_run(const char *const argv[], const char *log);

/* ---- client.c ---- */

struct client {
    struct town *town;
    struct arena *mem;
    int number;
    bool staff; /* the seller's manager, and not the customer's person */
    bool once;  /* nothing is sent again: what comes back comes back */
    str form_tokens[2];
    int64_t patience_ms; /* how long it sends again before it gives up */
    ptrdiff_t sent, again;
};
struct client client_of(struct town *t, struct arena *mem, int number);
/* One request, whatever comes of it. `key`: of the API; empty: as a browser with the session. */
struct http_response client_send(struct client *c, const char *method, str url, str body, str key);
/* Whether an answer asks for patience: 503 or 507, and must then say so in words. */
bool client_told_to_wait(struct client *c, const struct http_response *got);
/* The same until there is an answer that is not "try again" (503, 507, or 409 while the first
 * sending is under way). */
struct http_response client_insist(struct client *c, const char *method, str url, str body,
                                   str key);
/* Reads the tokens of its sessions, so that all else in its arena may be rewound. */
void client_begin(struct client *c);
/* The token for somebody who is not signed in, with the cookie b=the-number-of-this-browser. */
str client_stranger_token(struct client *c);
/* A form of the portal or the console under its key. */
struct http_response client_form(struct client *c, str path, const char *key, str fields);
str between(str text, const char *head, char end); /* empty: it is not there */

/* ---- plans.c ---- */

void plan_carry_out(struct client *c, struct plan *plan, ptrdiff_t number);
/* Begins threads that take one plan after the other; joins them. */
struct clients;
struct clients *clients_start(struct town *t);
void clients_join(struct clients *all);
ptrdiff_t clients_sent_again(const struct clients *all);

/* ---- judge.c ---- */

/* Between a kill and the next start: the file is whole, and the books are balanced. */
void judge_now(struct town *t, bool thoroughly);
/* Also while they pay: what a client was told to be paid is in the books. */
void judge_acknowledged(struct town *t);
/* At the end, when nothing runs but the gateway's file is there: each plan was carried out once,
 * the gateway took what the books say, nothing is left to do, and `quittance verify` finds
 * nothing. Prints a line with the figures. */
void judge_end(struct town *t);

/* ---- what is done to them: each returns an exit status ---- */

struct kill_plan {
    ptrdiff_t payments;
    int kills, every_ms; /* every_ms 0: when the payers have got on, and right after a start */
    uint64_t seed;
};
int kills(struct town *t, const struct kill_plan *plan);
/* `some`: that many points of each flow and fault; 0: all. `only`: of flows with this in their
 * name; NULL: of each. */
int faults(struct town *t, int some, const char *only);
/* `folder`: of the cluster. */
int postgres_disk(struct town *t, const char *folder, int some, uint64_t seed);
/* `folder`: of a cluster whose data lie on a small disk mounted at `folder`/disk. */
int postgres_full(struct town *t, const char *folder, int rounds);
/* `mounted`: where the books lie, of `device`; `cluster`: NULL, or a cluster's folder, whose data
 * lie there. */
struct power_plan {
    const char *device, *mounted, *cluster;
    int times;
    uint64_t seed;
};
int power(struct town *t, const struct power_plan *plan);
int races(struct town *t, int rounds);
int full_disk(struct town *t);
/* The town's port is what a proxy was told, if there is one. */
int load(struct town *t, bool longer);

#endif
