/* What PostgreSQL and libpq say when something fails, as kinds of our own errors. `res` may be NULL
 * everywhere: there was no answer. */
#ifndef STORE_POSTGRES_ERRORS_H
#define STORE_POSTGRES_ERRORS_H

#include "base/op.h"

#include <libpq-fe.h>

/* An error without a state is not the server's: it could not be reached. libpq does not always see
 * that the connection is over: not when its last words came in while we failed to send ours. */
bool pg_gone(const PGconn *pg, const PGresult *res);
/* Without a connection another one may do. */
enum err_kind pg_kind(const PGconn *pg, const PGresult *res);
/* Says it, with what we were about; always false. */
bool pg_fail(struct op *op, PGconn *pg, const PGresult *res, const char *what);

#endif
