/* Databases for the bench: made, kept, dropped; and people who are signed in there. */
#include "bench.h"

#include "base/arena.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/company/company.h"
#include "store/engine.h"
#include "store/migrate.h"

#include <libpq-fe.h>
#include <string.h>
#include <unistd.h>

/* What a database's file is followed by; the last says that the books in it are whole. */
static const char *const ends[] = {"", "-wal", "-shm", ".lock", ".whole"};

/* ---- databases ---- */

/* One number for all migrations together: what was made with others is not used again. */
static uint64_t schema_number(void)
{
    uint64_t sum = 0;
    for (const struct migration *m = migrations; m->number; m++)
        sum = sum * 31 + (uint64_t)m->checksum;
    return sum;
}

static str sqlite_make(struct bench *b, const char *name, bool keep, bool *there)
{
    str path = str_printf(b->mem, "%s/%s-%016llx.db", b->folder, name,
                          (unsigned long long)schema_number());
    *there = keep && access(str_printf(b->mem, "%.*s.whole", STR(path)).at, R_OK) == 0;
    for (ptrdiff_t i = 0; i < COUNT(ends) && !*there; i++)
        remove(str_printf(b->mem, "%s%s", path.at, ends[i]).at);
    return str_printf(b->mem, "sqlite:%s", path.at);
}

/* The server's address with another database in it. */
static str postgres_url(struct bench *b, str name)
{
    ptrdiff_t slash = b->postgres.len;
    while (slash > 0 && b->postgres.at[slash - 1] != '/') slash--;
    return str_printf(b->mem, "%.*s%.*s", STR(str_head(b->postgres, slash)), STR(name));
}

static bool postgres_do(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return done;
}

static str postgres_make(struct bench *b, const char *name, bool keep, bool *there)
{
    struct arena *mem = b->mem;
    str full =
        str_printf(mem, "quittance_bench_%s_%016llx", name, (unsigned long long)schema_number());
    PGconn *pg = PQconnectdb(str_z(mem, b->postgres));
    must(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
    if (!keep)
        (void)postgres_do(
            pg, str_printf(mem, "drop database if exists %.*s with (force)", STR(full)).at);
    *there = !postgres_do(pg, str_printf(mem, "create database %.*s", STR(full)).at);
    PQfinish(pg);
    return postgres_url(b, full);
}

str database_make(struct bench *b, const char *name, bool keep, bool *there)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    struct database *db;
    int count;
    str url =
        b->engine[0] ? postgres_make(b, name, keep, there) : sqlite_make(b, name, keep, there);
    if (*there) return url;
    must_op(database_open(&op, url, &db) && migrate_up(&op, db, &count), &op, "migrate");
    database_close(db);
    return url;
}

void books_drop(struct bench *b, const struct books *books)
{
    if (b->engine[0]) {
        PGconn *pg = PQconnectdb(str_z(b->mem, b->postgres));
        str name = str_cut(str_from(books->url, S("postgresql://").len), '/').tail;
        (void)postgres_do(pg, str_printf(b->mem, "drop database %.*s with (force)", STR(name)).at);
        PQfinish(pg);
        return;
    }
    str path = str_from(books->url, S("sqlite:").len);
    for (ptrdiff_t i = 0; i < COUNT(ends); i++)
        remove(str_printf(b->mem, "%.*s%s", STR(path), ends[i]).at);
}

/* ---- books ---- */

static bool make_entity(struct op *op, void *arg)
{
    int64_t id;
    struct entity seller = {
        .code = S("main"),
        .name = S("Nordwind Antriebstechnik"),
        .legal_name = S("Nordwind Antriebstechnik GmbH"),
        .address = S("Hafenstraße 12\n20457 Hamburg"),
        .country = S("DE"),
        .currency = {"EUR"},
        .zone = S("Europe/Berlin"),
        .payee = S("Nordwind Antriebstechnik GmbH"),
        .iban = S("DE02120300000000202051"),
        .bic = S("BYLADEM1001"),
        .contact_name = S("Lena Voss"),
        .contact_phone = S("+49 40 555 0132"),
        .contact_email = S("receivables@nordwind.example"),
    };
    (void)arg;
    return entity_put(op, &seller, &id);
}

static void entity_make(struct bench *b, const struct books *books)
{
    struct op op = {.mem = b->mem, .now = books->made};
    struct database *db = books_open(b, books);
    struct store *store;
    must_op(store_open(&op, db, &store), &op, "open");
    must_op(store_transact(&op, store, TX_WRITE, make_entity, NULL), &op, "entity");
    store_close(store);
    database_close(db);
}

/* A run that was interrupted leaves no file like this, and its books are not used. */
static void mark_whole(struct bench *b, const struct books *books)
{
    if (b->engine[0]) return;
    str path = str_from(books->url, S("sqlite:").len);
    FILE *out = fopen(str_printf(b->mem, "%.*s.whole", STR(path)).at, "w");
    must(out && fclose(out) == 0, "%.*s.whole", STR(path));
}

static void verify(struct bench *b, const struct books *books)
{
    const char *const argv[] = {b->program, "verify", "--database", str_z(b->mem, books->url),
                                NULL};
    int64_t began = ticks_ns();
    if (books->invoices > b->verified_most) {
        fprintf(stderr, "  not verified: more than %lld\n", (long long)b->verified_most);
        return;
    }
    must(program_run(b, argv) == 0, "the books that were made are wrong: see %s/run.log",
         b->folder);
    if (books->invoices > b->small)
        fprintf(stderr, "  verified, %lld s\n", (long long)((ticks_ns() - began) / 1000000000));
}

static struct books books_new(struct bench *b, const char *name, int64_t invoices, instant made,
                              bool keep, bool *there)
{
    struct op op = {.mem = b->mem, .now = made};
    const char *full = str_printf(b->mem, "%s_%lld", name, (long long)invoices).at;
    struct books books = {
        .invoices = invoices,
        .customers = invoices / CUSTOMER_INVOICES,
        .made = made,
        .today = clock_date(made, S("Europe/Berlin")),
        .key_file = str_printf(b->mem, "%s/bench.key", b->folder).at,
    };
    books.url = database_make(b, full, keep, there);
    must_op(keys_open(&op, books.key_file, true, &books.keys), &op, "keys");
    if (!*there) entity_make(b, &books);
    return books;
}

struct books books_make_at(struct bench *b, const char *name, int64_t invoices, instant made,
                           bool guarded)
{
    bool there;
    struct books books = books_new(b, name, invoices, made, false, &there);
    books_fill(b, &books, guarded);
    verify(b, &books);
    return books;
}

struct books books_make(struct bench *b, const char *name, int64_t invoices, bool keep)
{
    bool there;
    struct books books = books_new(b, name, invoices, clock_now(), keep, &there);
    if (there || invoices == 0) return books;
    books_fill(b, &books, false);
    verify(b, &books);
    mark_whole(b, &books);
    return books;
}

struct database *books_open(struct bench *b, const struct books *books)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    struct database *db;
    must_op(database_open(&op, books->url, &db), &op, "open");
    return db;
}

/* ---- people ---- */

struct signing_in {
    int64_t customer;
    str token;
};

static bool sign_in(struct op *op, void *arg)
{
    struct signing_in *s = arg;
    int64_t person;
    struct invitation in = {
        .email = str_printf(op->mem, "bench-%lld-%lld@example.com", (long long)s->customer,
                            (long long)op->now),
        .name = S("Maya Okafor"),
        .language = S("en"),
        .role = s->customer ? ROLE_PAYER : ROLE_CLERK,
        .customer = s->customer,
        .quiet = true,
    };
    return person_invite(op, &in, &person) &&
           sessions_open(op, person, s->customer, op->now, S("bench"), &s->token);
}

str person_sign_in(struct bench *b, struct database *db, int64_t customer, int number)
{
    struct op op = {.mem = b->mem, .now = clock_now() + number};
    struct signing_in s = {.customer = customer};
    struct store *store;
    must_op(store_open(&op, db, &store), &op, "open");
    must_op(store_transact(&op, store, TX_WRITE, sign_in, &s), &op, "sign in");
    store_close(store);
    return s.token;
}
