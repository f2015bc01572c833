/* Which route answers a path. A path is literal but for whole segments that stand for something:
 * ":id" and ":part". Where two routes fit, the one with fewer such segments is meant. */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "delivery/web/web.h"

struct route_match {
    const struct route *route; /* NULL: none for this method */
    str id, part;
    bool allows[DELETE + 1]; /* the methods this path has at all; none: the path is unknown */
};

void route_find(const struct route *const *tables, enum method method, str path,
                struct route_match *out);

/* Every route says its permission, has a handler and is the only one of its method and shape. The
 * detail of the error names the one that does not. Called before the first request is taken. */
bool routes_check(struct op *op, const struct route *const *tables) MUST_USE;

const char *method_name(enum method method);  /* "GET" */
bool route_is_api(const struct route *route); /* its path begins with /api/ */
/* It computes and answers: nothing is written, no stranger is talked to. */
bool route_only_reads(const struct route *route);

#endif
