/* Books of any size, by statements that write a thousand invoices at a time. The triggers watch
 * over each row as always, and `quittance verify` has the last word on the whole. */
#include "bench.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/audit/chain.h"
#include "domain/company/company.h"
#include "store/engine.h"
#include "store/migrate.h"

#include <libpq-fe.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1000, DAYS = 2000, GROUP = 50 };

/* Invoice i belongs to customer 1 + i mod n: a customer's invoices lie far from each other, as they
 * do where all customers are billed every day. Amounts, numbers and POs follow from i as well. */
static const char *const chunk_sql[] = {
    "insert into document (id, entity, customer, account, kind, number, issued, currency, "
    "  net_minor, tax_minor, total_minor, terms, po, order_ref, delivery, source, recorded) "
    "with recursive n (i) as (select cast({first} as bigint) union all "
    "                         select i + 1 from n where i < {last}) "
    "select i, 1, 1 + i % {customers}, 1 + i % {customers}, 'invoice', 'R-' || (10000000 + i), "
    "       {issued}, 'EUR', m - m * 19 / 119, m * 19 / 119, m, 'net 30', 'PO-' || (450000000 + i "
    "       * 7), 'AB-' || (30000000 + i), 'LS-' || (70000000 + i), 'import', {now} "
    "  from (select i, 100 + i * 7919 % 999983 as m from n) x",

    "insert into document_line (document, n, description, quantity, unit_price, net_minor, "
    "  tax_rate_ppm) "
    "select id, 1, 'Gearbox, two stages', '1', '', net_minor, 190000 from document "
    " where id between {first} and {last}",

    "insert into item (id, entity, account, customer, currency, gl, kind, side, document, number, "
    "  issued, due, amount_minor, po) "
    "select id, 1, account, customer, currency, '1100', 'invoice', 1, id, number, issued, {due}, "
    "       total_minor, po from document where id between {first} and {last}",

    "insert into entry (id, entity, kind, effective, recorded, idem, document, actor) "
    "select id, 1, 'invoice', issued, recorded, 'document ' || id, id, 'Quittance' from document "
    " where id between {first} and {last}",

    "insert into posting (entry, n, gl, account, item, amount_minor, currency) "
    "select id, 1, '1100', account, id, total_minor, currency from document "
    " where id between {first} and {last}",

    "insert into posting (entry, n, gl, account, item, amount_minor, currency) "
    "select id, 2, '4000', null, null, -net_minor, currency from document "
    " where id between {first} and {last}",

    "insert into posting (entry, n, gl, account, item, amount_minor, currency) "
    "select id, 3, '2100', null, null, -tax_minor, currency from document "
    " where id between {first} and {last}",

    "update entry set posted = true where id between {first} and {last}",
};

static const char *const customer_sql[] = {
    "insert into customer (id, number, name, country, terms, created, changed) "
    "with recursive n (i) as (select cast(1 as bigint) union all "
    "                         select i + 1 from n where i < {customers}) "
    "select i, 'C-' || (10000 + i), 'Customer ' || i || ' Ltd', 'DE', 'net 30', {now}, {now} "
    "  from n",
    "insert into account (id, customer, entity, currency) select id, id, 1, 'EUR' from customer",
};

/* PostgreSQL counts its own numbers on from here. */
static const char *const numbered[] = {"document", "item", "entry", "customer", "account"};

struct making {
    struct books *books;
    bool postgres;
    int64_t first, last; /* of the group */
};

static str replaced(struct arena *mem, const char *sql, const char *word, str value)
{
    struct text t = {.mem = mem};
    size_t len = strlen(word);
    for (const char *at; (at = strstr(sql, word)); sql = at + len) {
        text_add(&t, (str){sql, at - sql});
        text_add(&t, value);
    }
    text_add(&t, str_of(sql));
    return text_str(&t);
}

static str day_text(const struct op *op, const struct making *m, date day)
{
    return str_printf(op->mem, "%s'%.*s'", m->postgres ? "date " : "",
                      STR(date_text(op->mem, day)));
}

static bool run_sql(struct op *op, const struct making *m, const char *sql, int64_t first)
{
    struct arena *mem = op->mem;
    int64_t last = first + CHUNK - 1;
    /* The newest are issued today, and the rest on the days before. */
    int64_t back = (m->books->invoices - first) / CHUNK % DAYS;
    date issued = date_plus(m->books->today, -(int)back);
    if (last > m->books->invoices) last = m->books->invoices;
    const struct {
        const char *word;
        str value;
    } words[] = {
        {"{first}", str_printf(mem, "%lld", (long long)first)},
        {"{last}", str_printf(mem, "%lld", (long long)last)},
        {"{customers}", str_printf(mem, "%lld", (long long)m->books->customers)},
        {"{issued}", day_text(op, m, issued)},
        {"{due}", day_text(op, m, date_plus(issued, 30))},
        {"{now}", str_printf(mem, "%lld", (long long)op->now)},
    };
    str text = str_of(sql);
    for (ptrdiff_t i = 0; i < COUNT(words); i++)
        text = replaced(mem, str_z(mem, text), words[i].word, words[i].value);
    return store_script(op, str_z(mem, text));
}

static bool make_customers(struct op *op, void *arg)
{
    const struct making *m = arg;
    for (ptrdiff_t i = 0; i < COUNT(customer_sql); i++)
        if (!run_sql(op, m, customer_sql[i], 1)) return false;
    return true;
}

static bool make_group(struct op *op, void *arg)
{
    const struct making *m = arg;
    for (int64_t first = m->first; first <= m->last; first += CHUNK) {
        struct arena_mark mark = arena_mark(op->mem);
        for (ptrdiff_t i = 0; i < COUNT(chunk_sql); i++)
            if (!run_sql(op, m, chunk_sql[i], first)) return false;
        arena_rewind(op->mem, mark);
    }
    return true;
}

static bool number_on(struct op *op, void *arg)
{
    (void)arg;
    for (ptrdiff_t i = 0; i < COUNT(numbered); i++) {
        const char *sql = str_printf(op->mem,
                                     "select setval(pg_get_serial_sequence('%s', 'id'), "
                                     "(select max(id) from %s))",
                                     numbered[i], numbered[i])
                              .at;
        if (!store_script(op, sql)) return false;
    }
    return store_script(op, "analyze");
}

struct sealing {
    const struct keys *keys;
    int sealed;
};

static bool seal(struct op *op, void *arg)
{
    struct sealing *s = arg;
    return chain_seal(op, s->keys, CHUNK, &s->sealed);
}

/* Or the server would seal them while it is measured. */
static void seal_all(struct bench *b, struct store *store, const struct keys *keys)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    struct sealing s = {.keys = keys};
    do {
        struct arena_mark mark = arena_mark(b->mem);
        must_op(store_transact(&op, store, TX_WRITE, seal, &s), &op, "seals");
        arena_rewind(b->mem, mark);
    } while (s.sealed > 0);
}

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
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    str path = str_printf(b->mem, "%s/%s-%016llx.db", b->folder, name,
                          (unsigned long long)schema_number());
    *there = keep && access(path.at, R_OK) == 0;
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
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
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

static void fill(struct bench *b, struct books *books)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    struct making m = {.books = books, .postgres = b->engine[0] != 0};
    struct database *db = books_open(b, books);
    struct store *store;
    int64_t began = ticks_ns();
    must_op(store_open(&op, db, &store), &op, "open");
    must_op(store_transact(&op, store, TX_WRITE, make_customers, &m), &op, "customers");
    for (m.first = 1; m.first <= books->invoices; m.first = m.last + 1) {
        struct arena_mark mark = arena_mark(b->mem);
        m.last = m.first + GROUP * CHUNK - 1;
        if (m.last > books->invoices) m.last = books->invoices;
        must_op(store_transact(&op, store, TX_WRITE, make_group, &m), &op, "invoices");
        arena_rewind(b->mem, mark);
        if (books->invoices >= 100 * 1000)
            fprintf(stderr, "\r  %lld invoices of %lld made, %lld s\033[K", (long long)m.last,
                    (long long)books->invoices, (long long)((ticks_ns() - began) / 1000000000));
    }
    seal_all(b, store, books->keys);
    if (m.postgres) must_op(store_transact(&op, store, TX_WRITE, number_on, NULL), &op, "numbers");
    if (books->invoices >= 100 * 1000) fputs("\r\033[K", stderr);
    store_close(store);
    database_close(db);
}

struct books books_make(struct bench *b, const char *name, int64_t invoices, bool keep)
{
    struct op op = {.mem = b->mem, .now = clock_now()};
    bool there;
    const char *full = str_printf(b->mem, "%s_%lld", name, (long long)invoices).at;
    struct books books = {
        .invoices = invoices,
        .customers = invoices / CUSTOMER_INVOICES,
        .today = clock_date(op.now, S("Europe/Berlin")),
        .key_file = str_printf(b->mem, "%s/bench.key", b->folder).at,
    };
    books.url = database_make(b, full, keep, &there);
    must_op(keys_open(&op, books.key_file, true, &books.keys), &op, "keys");
    if (there) return books;
    struct database *db = books_open(b, &books);
    struct store *store;
    must_op(store_open(&op, db, &store), &op, "open");
    must_op(store_transact(&op, store, TX_WRITE, make_entity, NULL), &op, "entity");
    store_close(store);
    database_close(db);
    if (invoices == 0) return books;
    fill(b, &books);
    const char *const verify[] = {b->program, "verify", "--database", str_z(b->mem, books.url),
                                  NULL};
    must(program_run(b, verify) == 0, "the books that were made are wrong: see %s/run.log",
         b->folder);
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
