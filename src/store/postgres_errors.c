#include "store/postgres_errors.h"

static enum err_kind kind_of(str state)
{
    static const struct {
        const char *state;
        enum err_kind kind;
    } kinds[] = {
        {"40001", ERR_BUSY},     /* serialization_failure */
        {"40P01", ERR_BUSY},     /* deadlock_detected */
        {"55P03", ERR_BUSY},     /* lock_not_available */
        {"57P01", ERR_BUSY},     /* admin_shutdown */
        {"57P02", ERR_BUSY},     /* crash_shutdown */
        {"57P03", ERR_BUSY},     /* cannot_connect_now */
        {"53100", ERR_FULL},     /* disk_full */
        {"58030", ERR_BUSY},     /* io_error: the disk may do it the next time */
        {"53300", ERR_BUSY},     /* too_many_connections */
        {"23505", ERR_CONFLICT}, /* unique_violation */
        {"23503", ERR_CONFLICT}, /* foreign_key_violation */
        {"23P01", ERR_CONFLICT}, /* exclusion_violation */
    };
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(state, str_of(kinds[i].state))) return kinds[i].kind;
    return ERR_INTERNAL; /* also our CHECKs and triggers: an invariant was at stake */
}

/* A statement of ours is there that we did not prepare, or one that we prepared is not: between us
 * and the server stands somebody who gives us another connection for each transaction. */
static const char *hint_of(str state)
{
    bool shared = str_eq(state, S("42P05")) || str_eq(state, S("26000"));
    return shared ? "; pgbouncer must have pool_mode = session (docs/operating/postgresql.md)" : "";
}

static str state_of(const PGresult *res)
{
    return str_of(res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL);
}

bool pg_gone(const PGconn *pg, const PGresult *res)
{
    return PQstatus(pg) != CONNECTION_OK || state_of(res).len == 0;
}

enum err_kind pg_kind(const PGconn *pg, const PGresult *res)
{
    return pg_gone(pg, res) ? ERR_BUSY : kind_of(state_of(res));
}

bool pg_fail(struct op *op, PGconn *pg, const PGresult *res, const char *what)
{
    str why = str_trim(
        str_of(res && *PQresultErrorMessage(res) ? PQresultErrorMessage(res) : PQerrorMessage(pg)));
    return op_broken(op, pg_kind(pg, res), "%.*s%s: %s", STR(why), hint_of(state_of(res)), what);
}
