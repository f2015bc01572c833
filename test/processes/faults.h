/* One flow, and what it is done to. */
#ifndef PROCESSES_FAULTS_H
#define PROCESSES_FAULTS_H

#include "processes.h"

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

/* judge.c: a number out of the books. */
int64_t books_number(struct town *t, const char *sql);

#endif
