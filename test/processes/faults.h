/* One flow, and what it is done to. */
#ifndef PROCESSES_FAULTS_H
#define PROCESSES_FAULTS_H

#include "faultio.h"
#include "processes.h"

#include <libpq-fe.h>

struct flow;

struct subject { /* of one try */
    const struct flow *flow;
    const struct plan *plan;
    ptrdiff_t number;
    str path, page; /* where its preparation has led */
    int64_t id;
};

struct flow {
    const char *name;
    enum way way; /* BY_CREDIT: with a credit note over all of it */
    void (*prepare)(struct client *c, struct subject *s);
    struct http_response (*act)(struct client *c, struct subject *s);
    int want;         /* its status when nothing goes wrong */
    const char *once; /* SQL: 1 when it was done once. :invoice :number :id are filled in */
};
extern const struct flow flows[]; /* name NULL at the end */

/* faults.c: what the shim reads, in this folder, and what it is to do at the n-th operation. */
struct faultio *faultio_make(struct town *t, const char *folder);
void faultio_arm(struct faultio *c, enum deed deed, long at);

/* judge.c: a number out of the books. */
int64_t books_number(struct town *t, const char *sql);
/* A connection that keeps its notices to itself; PQstatus() tells whether there is one. */
PGconn *postgres_connect(struct arena *mem, str url);

#endif
