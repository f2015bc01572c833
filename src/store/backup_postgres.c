#include "base/arena.h"
#include "base/text.h"
#include "store/backup.h"
#include "store/engine.h"

#include <libpq-fe.h>
#include <string.h>

bool backup_snapshot(struct op *op, str *out)
{
    return op->tx->store->db->engine->snapshot(op, op->tx->conn, out);
}

/* In single quotes, as libpq reads them. */
static void put_value(struct text *t, const char *value)
{
    text_char(t, '\'');
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\') text_char(t, '\\');
        text_char(t, *value);
    }
    text_char(t, '\'');
}

bool backup_address(struct op *op, struct database *db, str *address, str *password)
{
    struct text t = {.mem = op->mem};
    PQconninfoOption *options = PQconninfoParse(db->where, NULL);
    *password = S("");
    if (!options)
        return op_fail(op, ERR_INVALID, "database", "The address of the database cannot be read.");
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        if (!o->val) continue;
        if (strcmp(o->keyword, "password") == 0) {
            *password = str_copy(op->mem, str_of(o->val));
            continue;
        }
        text_format(&t, "%s=", o->keyword);
        put_value(&t, o->val);
        text_char(&t, ' ');
    }
    PQconninfoFree(options);
    *address = text_str(&t);
    return true;
}

bool backup_target_empty(struct op *op, struct database *db, bool *empty)
{
    PGconn *pg = PQconnectdb(db->where);
    PGresult *res = PQexec(pg, "select count(*) from pg_class c join pg_namespace n on n.oid = "
                               "c.relnamespace where n.nspname = current_schema()");
    bool good = PQresultStatus(res) == PGRES_TUPLES_OK;
    *empty = good && strcmp(PQgetvalue(res, 0, 0), "0") == 0;
    if (!good)
        (void)op_fail(op, ERR_INVALID, "database", "The database cannot be asked: %.*s",
                      STR(str_trim(str_of(PQerrorMessage(pg)))));
    PQclear(res);
    PQfinish(pg);
    return good;
}
