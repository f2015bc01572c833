/* `make bench`: how fast Quittance is, as one table. docs/performance.md explains each line.
 *
 * Machines differ and are busy, so what counts are ratios: each figure is measured beside its floor
 * (the least that this machine needs for the same: a bare insert, one fsync, a constant page), in
 * turns, in the same run. Processor time is the server's own, from the kernel's clock of that
 * process, and not the time on the wall.
 *
 *     bench.c     the parts in their order, the table, build/bench.json
 *     books.c     databases, and people who are signed in there
 *     making.c    books with any number of invoices, in bulk
 *     same.c      whether those are what the triggers would have made
 *     raw.c       a connection without the program
 *     server.c    the program as a process: started, asked, measured, stopped
 *     client.c    many connections that ask and wait for the answer
 *     pages.c     the list, search, page weights
 *     query.c     the floor of the list: its statements and its rendering, and nothing else
 *     import.c    a file, against bare inserts of the same rows
 *     payments.c  payers at the same time, against one fsync each
 *     paper.c     an invoice as PDF
 *     disk.c      a disk that takes as long to sync as a rented one
 *
 * Times are in nanoseconds, figures in thousandths of their unit: there are no fractions. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdio.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/op.h"
#include "store/store.h"

/* What a figure is measured by. The limit is in thousandths, like the figure. */
enum aim {
    AIM_NONE, /* only told */
    AIM_AT_MOST,
    AIM_AT_LEAST,
    AIM_RATIO_AT_MOST,
    AIM_RATIO_AT_LEAST,
};

struct figure {
    const char *name, *unit;
    int64_t value, floor; /* thousandths; floor 0: there is none */
    enum aim aim;
    int64_t limit;
    const char *of; /* what the floor is, for the table */
};

enum { FIGURES_MAX = 120 };

struct bench {
    struct arena *mem;
    bool quick;            /* make bench QUICK=1: small books, the ratios only roughly */
    const char *program;   /* build/gcc-release/quittance */
    const char *folder;    /* build/bench */
    const char *engine;    /* "" or "-postgres": the end of each name */
    str postgres;          /* the server's address; empty: there is none here */
    int64_t small, large;  /* invoices in the books */
    int64_t verified_most; /* larger books are not verified: it would take longer than the rest */
    struct figure figures[FIGURES_MAX];
    ptrdiff_t count;
};

/* Ends the program with the words when something is not as it must be. */
void must(bool holds, const char *words, ...) __attribute__((format(printf, 2, 3)));
/* The same with what the op has against it. */
void must_op(bool done, const struct op *op, const char *what);

/* Adds the figure, with the engine's name behind its own, and prints its line. */
void figure_add(struct bench *b, struct figure f);

int64_t ticks_ns(void);
int64_t median(int64_t *of, ptrdiff_t count);                  /* sorts them */
int64_t at_percent(int64_t *of, ptrdiff_t count, int percent); /* sorts them */

/* ---- books.c ---- */

struct books {
    str url;
    int64_t invoices, customers; /* customers 1 … n have 500 invoices each; invoice i has id i */
    instant made;
    date today; /* of that */
    const struct keys *keys;
    const char *key_file;
};

enum { CUSTOMER_INVOICES = 500, PAYERS_MAX = 512 };

/* Fresh ones, or those that an earlier run left (`keep`), with the schema of today; checked by
 * `quittance verify`. `name` is the file's or the database's. */
struct books books_make(struct bench *b, const char *name, int64_t invoices, bool keep);
/* Fresh ones, as of that instant; `guarded`: row by row under all triggers, and not in bulk. */
struct books books_make_at(struct bench *b, const char *name, int64_t invoices, instant made,
                           bool guarded);
void books_drop(struct bench *b, const struct books *books);
/* An empty database with an entity and nothing else. */
str database_make(struct bench *b, const char *name, bool keep, bool *there);

struct database *books_open(struct bench *b, const struct books *books);
/* A person who may pay for this customer, signed in: the session's cookie. Staff: customer 0. */
str person_sign_in(struct bench *b, struct database *db, int64_t customer, int number);

/* making.c: the customers and invoices, sealed, in books that have an entity. */
void books_fill(struct bench *b, const struct books *books, bool guarded);
void books_seal(struct bench *b, const struct books *books);

/* ---- raw.c ---- */

struct raw;
struct raw_column {
    str *at;
    ptrdiff_t count;
};

struct raw *raw_open(struct bench *b, str url);
void raw_close(struct raw *r);
void raw_guards(struct raw *r, bool guarded); /* triggers and foreign keys, of this connection */
void raw_do(struct raw *r, const char *sql);  /* several statements, the last word of `must` */
/* The first column of all rows, in the bench's memory. */
struct raw_column raw_column(struct raw *r, const char *sql);

/* ---- server.c ---- */

struct server_process {
    int pid, port;
    int64_t started_ns; /* from the start of the process to its first answer */
};

struct server_process server_start(struct bench *b, const struct books *books, int workers);
int64_t server_cpu_ns(const struct server_process *s);
int64_t server_resident_kb(const struct server_process *s);
void server_stop(struct server_process *s);
/* Runs the program to its end; output goes to the folder's log. Returns its exit status. */
int program_run(struct bench *b, const char *const argv[]);

/* ---- client.c ---- */

/* One connection's next request; NULL: it has none. Heads end in an empty line. */
struct load {
    const struct server_process *server;
    int connections;
    ptrdiff_t requests;
    str (*next)(void *arg, int connection, ptrdiff_t number);
    void *arg;
    int want; /* the status that each answer must have */

    int64_t *took_ns; /* of each request; filled in */
    int64_t wall_ns;
    ptrdiff_t bytes; /* of the last body */
    str body;        /* the last one, in the bench's memory */
};
void load_run(struct bench *b, struct load *load);
/* The same request all the time. */
str load_same(void *arg, int connection, ptrdiff_t number); /* arg: a str */
str get_request(struct bench *b, const char *path, str cookie);

/* ---- the parts ---- */

void bench_books(struct bench *b);
void bench_pages(struct bench *b, const struct books *small, const struct books *large);
void bench_ask(struct bench *b, const struct books *books);
void bench_crowd(struct bench *b, const struct books *books);
int64_t query_floor_ns(struct bench *b, const struct books *books, int64_t customer);
void bench_import(struct bench *b);
void bench_import_large(struct bench *b, const struct books *large);
void bench_payments(struct bench *b, const struct books *books);
void bench_paper(struct bench *b, const struct books *books);
void bench_start(struct bench *b, const struct books *books);

/* disk.c: from now on each sync of this process takes at least so long; 0: as long as it takes. */
void disk_slow_down(int64_t sync_us);

#endif
