#include "store/migrate.h"

#include "base/arena.h"
#include "store/engine.h"
#include "store/migrate_sql.h"

#include <assert.h>

static const char table_sql[] = "create table if not exists migration ("
                                "number bigint primary key, name text not null,"
                                "checksum bigint not null, done_at bigint not null)";
static const char table_sqlite[] = "create table if not exists migration ("
                                   "number integer primary key, name text not null,"
                                   "checksum integer not null, done_at integer not null) strict";

struct schema {
    struct database *db;
    struct migration_state *states; /* by number, all that anybody knows of */
    ptrdiff_t count;
    const struct migration *one; /* the one to run */
    bool ran;
};

static bool is_sqlite(const struct database *db)
{
    return db->engine == &store_sqlite;
}

static const struct migration_text *text_of(const struct schema *s, const struct migration *m)
{
    return is_sqlite(s->db) ? &m->sqlite : &m->postgres;
}

static int migration_count(void)
{
    int count = 0;
    while (migrations[count].number) count++;
    return count;
}

/* Merges what the program has with what the database has. Both are sorted. */
static bool states_read(struct op *op, void *arg)
{
    struct schema *s = arg;
    struct migrations_done_list done;
    if (!sql_migrations_done(op, &done)) return false;

    s->count = 0;
    s->states = arena_array(op->mem, struct migration_state, done.count + migration_count());
    const struct migration *m = migrations;
    for (ptrdiff_t i = 0; i < done.count || m->number; s->count++) {
        struct migration_state *state = &s->states[s->count];
        const struct migrations_done_row *row = i < done.count ? &done.at[i] : NULL;
        bool mine = m->number && (!row || m->number <= row->number);
        bool theirs = row && (!m->number || row->number <= m->number);
        if (mine) *state = (struct migration_state){.number = m->number, .name = str_of(m->name)};
        if (theirs && !mine)
            *state = (struct migration_state){
                .number = (int)row->number, .name = row->name, .unknown = true};
        state->done = theirs;
        state->changed = mine && theirs && row->checksum != m->checksum;
        i += theirs;
        m += mine;
    }
    return true;
}

/* Makes the table itself, before the first look. */
static bool table_make(struct op *op, void *arg)
{
    struct schema *s = arg;
    return s->db->engine->lock_schema(op, op->tx->conn) &&
           store_script(op, is_sqlite(s->db) ? table_sqlite : table_sql);
}

static bool states_refuse(struct op *op, const struct schema *s)
{
    for (ptrdiff_t i = 0; i < s->count; i++) {
        const struct migration_state *state = &s->states[i];
        if (state->changed)
            return op_fail(op, ERR_CONFLICT, "database",
                           "Migration %04d-%.*s is not the one that was run on this database; "
                           "install the program the database was made with, or a later release.",
                           state->number, STR(state->name));
        if (state->unknown)
            return op_fail(op, ERR_CONFLICT, "database",
                           "This database was changed by a newer quittance (migration %04d-%.*s); "
                           "install that version or a later one.",
                           state->number, STR(state->name));
    }
    return true;
}

/* Somebody else may have been faster: look again under the lock. */
static bool one_up(struct op *op, void *arg)
{
    struct schema *s = arg;
    s->ran = false;
    if (!s->db->engine->lock_schema(op, op->tx->conn) || !states_read(op, s)) return false;
    for (ptrdiff_t i = 0; i < s->count; i++)
        if (s->states[i].number == s->one->number && s->states[i].done) return true;

    struct migration_add_args args = {
        .number = s->one->number,
        .name = str_of(s->one->name),
        .checksum = s->one->checksum,
        .done_at = op->now,
    };
    s->ran = true;
    return store_script(op, text_of(s, s->one)->up) && sql_migration_add(op, args);
}

static bool one_down(struct op *op, void *arg)
{
    struct schema *s = arg;
    const char *down = text_of(s, s->one)->down;
    if (!*down)
        return op_fail(op, ERR_CONFLICT, "database",
                       "Migration %04d-%s has no way back; restore a backup instead.",
                       s->one->number, s->one->name);
    return s->db->engine->lock_schema(op, op->tx->conn) && store_script(op, down) &&
           sql_migration_remove(op, (struct migration_remove_args){.number = s->one->number});
}

/* The sentence says what happened; the log has the SQL. */
static bool one_failed(struct op *op, const struct migration *m)
{
    if (op->errs && op->errs->detail.len == 0) return false; /* it says so itself */
    return op_fail(op, ERR_INTERNAL, "database",
                   "Migration %04d-%s failed and was undone; the log has the reason.", m->number,
                   m->name);
}

static bool all_up(struct op *op, struct store *store, struct schema *s, int *count)
{
    if (!store_transact(op, store, TX_WRITE, table_make, s)) return false;
    if (!store_transact(op, store, TX_READ, states_read, s) || !states_refuse(op, s)) return false;
    for (const struct migration *m = migrations; m->number; m++) {
        bool done = false;
        for (ptrdiff_t i = 0; i < s->count; i++)
            done = done || (s->states[i].number == m->number && s->states[i].done);
        if (done) continue;
        s->one = m;
        if (!store_transact(op, store, TX_WRITE, one_up, s)) return one_failed(op, m);
        *count += s->ran;
    }
    return true;
}

static bool all_down(struct op *op, struct store *store, struct schema *s, int to)
{
    if (!store_transact(op, store, TX_WRITE, table_make, s)) return false;
    if (!store_transact(op, store, TX_READ, states_read, s) || !states_refuse(op, s)) return false;
    for (ptrdiff_t i = s->count - 1; i >= 0; i--) {
        if (!s->states[i].done || s->states[i].number <= to) continue;
        s->one = migrations;
        while (s->one->number != s->states[i].number) s->one++;
        if (!store_transact(op, store, TX_WRITE, one_down, s)) return one_failed(op, s->one);
    }
    return true;
}

bool migrate_up(struct op *op, struct database *db, int *count)
{
    struct schema s = {.db = db};
    struct store *store;
    *count = 0;
    if (!store_open(op, db, &store)) return false;
    bool done = all_up(op, store, &s, count);
    store_close(store);
    return done;
}

bool migrate_down(struct op *op, struct database *db, int to)
{
    struct schema s = {.db = db};
    struct store *store;
    if (!store_open(op, db, &store)) return false;
    bool done = all_down(op, store, &s, to);
    store_close(store);
    return done;
}

/* A database that was never migrated has no table to ask; that is an answer, not an error. */
bool migrate_status(struct op *op, struct database *db, struct migration_state **out,
                    ptrdiff_t *count)
{
    struct schema s = {.db = db};
    struct store *store;
    if (!store_open(op, db, &store)) return false;
    bool done = store_transact(op, store, TX_READ, states_read, &s);
    if (!done && op->errs && op->errs->kind == ERR_INTERNAL) {
        op->errs = NULL;
        done = store_transact(op, store, TX_WRITE, table_make, &s) &&
               store_transact(op, store, TX_READ, states_read, &s);
    }
    store_close(store);
    *out = s.states;
    *count = s.count;
    return done;
}

bool migrate_check(struct op *op, struct database *db)
{
    struct schema s = {.db = db};
    if (!migrate_status(op, db, &s.states, &s.count) || !states_refuse(op, &s)) return false;
    int missing = 0;
    for (ptrdiff_t i = 0; i < s.count; i++) missing += !s.states[i].done;
    if (missing == 0) return true;
    return op_fail(op, ERR_CONFLICT, "database",
                   "This database is %d %s behind this program; run `quittance migrate` first.",
                   missing, missing == 1 ? "migration" : "migrations");
}
