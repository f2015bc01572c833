/* One operation: who acts, when, in which transaction, with which memory - and what went wrong.
 *
 * Every function that can fail for a reason a person should read takes an op first and returns
 * bool. The five things below are all that travels; nothing else is ever added. */
#ifndef BASE_OP_H
#define BASE_OP_H

#include "base/str.h"

enum err_kind {
    ERR_INVALID = 1, /* the person can fix it: 422, shown beside the field */
    ERR_DENIED,      /* 403 */
    ERR_MISSING,     /* 404 */
    ERR_CONFLICT,    /* 409: somebody else was first */
    ERR_BUSY,        /* try the same again: a locked database, a serialization failure */
    ERR_FULL,        /* no room to keep it: 507, nothing was changed */
    ERR_UPSTREAM,    /* a gateway, bank or mail server let us down: 502 */
    ERR_INTERNAL,    /* our fault: 500, the person sees only a reference */
};

struct err {
    const struct err *next; /* a form can have several */
    enum err_kind kind;
    const char *field; /* the form or API field at fault; NULL: the whole operation */
    str message;       /* one sentence for the person, in their language, safe to show */
    str detail;        /* for the log only */
    const char *where; /* file:line */
};

typedef int64_t instant; /* microseconds since 1970, UTC */

struct lang;

enum actor_kind { ACTOR_PROGRAM, ACTOR_PERSON, ACTOR_KEY };

/* Who acts. `id` is the person's or the API key's; the program itself has none. */
struct actor {
    enum actor_kind kind;
    int64_t id;
    str name;                /* as the audit trail shows it */
    str request;             /* the request's or job's reference: in the log and on error pages */
    str address;             /* where the request came from; empty: the program itself */
    const struct lang *lang; /* NULL: English */
};

struct tx;

struct op {
    struct arena *mem;
    struct tx *tx; /* NULL outside a transaction: the only time the network may be used */
    instant now;   /* fixed at the start, so one operation has one time */
    const struct actor *actor; /* NULL: the program */
    const struct err *errs;    /* newest first; NULL means fine so far */
};

/* Two ways to fail, both false, so that a failing function reads `return op_fail(...);`
 * (A comma and not a returned bool: the compiler sees that nothing is read after a failure.)
 *
 * op_fail:   the person can understand it; the words are for them. The format is a literal in
 *            English and is looked up in the person's language.
 * op_broken: they cannot; the words are for the log, and the person gets a standard sentence.
 *
 * Neither ever leaves: without memory for the words it is told what kind of failure it was. */
#define op_fail(op, kind, field, ...)                                                              \
    (op_fail_at((op), (kind), (field), OP_WHERE, __VA_ARGS__), false)
#define op_broken(op, kind, ...) (op_broken_at((op), (kind), OP_WHERE, __VA_ARGS__), false)

void op_fail_at(struct op *op, enum err_kind kind, const char *field, const char *where,
                const char *message, ...) __attribute__((format(printf, 5, 6), cold));
void op_broken_at(struct op *op, enum err_kind kind, const char *where, const char *detail, ...)
    __attribute__((format(printf, 4, 5), cold));

const struct lang *op_lang(const struct op *op); /* the actor's; NULL: English */
str op_actor_name(const struct op *op);          /* "Quittance" when nobody has a name */

#define OP_WHERE    __FILE__ ":" OP_LINE(__LINE__)
#define OP_LINE(n)  OP_LINE_(n)
#define OP_LINE_(n) #n

#define MUST_USE __attribute__((warn_unused_result))

#endif
