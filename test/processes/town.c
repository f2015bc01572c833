/* The books before anything happens: a seller, customers who are signed in, what they owe, and what
 * each of them plans to do about it. */
#include "processes.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "domain/access/api_keys.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/company/company.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "store/migrate.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <unistd.h>

enum {
    AT_ONCE = 100,
    LEAST_MINOR = 10000,
    STEP_MINOR = 7,
    ASKING_BYTES = 64 << 20,
    CREDITS_EVERY = 10
};

static const currency EUR = {"EUR"};

/* ---- the database ---- */

static void remove_old(struct town *t, const char *folder, const char *name)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    for (ptrdiff_t i = 0; i < COUNT(ends); i++)
        remove(str_printf(t->mem, "%s/%s%s", folder, name, ends[i]).at);
}

static void postgres_do(struct town *t, const char *sql)
{
    PGconn *pg = PQconnectdb(str_z(t->mem, t->postgres));
    must(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
    PGresult *result = PQexec(pg, sql);
    must(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", sql, PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
}

static void database_make(struct town *t)
{
    struct op op = {.mem = t->mem, .now = clock_now()};
    struct database *db;
    int count;
    remove_old(t, t->books_folder, "books.db");
    remove_old(t, t->folder, "gateway.db");
    remove(str_printf(t->mem, "%s/serve.log", t->folder).at);
    t->gateway_database = str_printf(t->mem, "sqlite:%s/gateway.db", t->folder);
    t->database = str_printf(t->mem, "sqlite:%s/books.db", t->books_folder);
    if (t->postgres.len > 0) {
        ptrdiff_t slash = t->postgres.len;
        while (slash > 0 && t->postgres.at[slash - 1] != '/') slash--;
        str name = str_printf(t->mem, "quittance_processes_%d", getpid());
        postgres_do(t, str_printf(t->mem, "create database %.*s", STR(name)).at);
        t->database = str_printf(t->mem, "%.*s%.*s", STR(str_head(t->postgres, slash)), STR(name));
    }
    must_op(database_open(&op, t->database, &db) && migrate_up(&op, db, &count), &op, "migrate");
    database_close(db);
}

void town_ask(struct town *t, bool (*work)(struct op *op, void *arg), void *arg)
{
    struct op op = {.mem = arena_open(ASKING_BYTES), .now = clock_now()};
    struct database *db = NULL;
    struct store *store = NULL;
    must_op(database_open(&op, t->database, &db) && store_open(&op, db, &store), &op, "open");
    must_op(store_transact(&op, store, TX_WRITE, work, arg), &op, "the books");
    store_close(store);
    database_close(db);
    arena_close(op.mem);
}

/* ---- people ---- */

static bool staff_settle(struct op *op, struct town *t)
{
    struct invitation in = {.email = S("mona@nordwind.example"),
                            .name = S("Mona Voss"),
                            .language = S("en"),
                            .role = ROLE_MANAGER,
                            .quiet = true};
    int64_t person;
    if (!person_invite(op, &in, &person) ||
        !sessions_open(op, person, 0, op->now, S("test"), &t->staff_session))
        return false;
    t->staff_session = str_copy(t->mem, t->staff_session);
    return true;
}

static bool settle(struct op *op, void *arg)
{
    struct town *t = arg;
    struct entity seller = {.code = S("main"),
                            .name = S("Nordwind Antriebstechnik"),
                            .country = S("DE"),
                            .currency = EUR,
                            .zone = S("Europe/Berlin"),
                            .payee = S("Nordwind Antriebstechnik GmbH"),
                            .iban = S("DE02120300000000202051"),
                            .bic = S("BYLADEM1001")};
    if (!entity_put(op, &seller, &t->entity) || !staff_settle(op, t) ||
        !api_key_add(op, S("the bank's file"), ROLE_MANAGER, 0, &t->api_key))
        return false;
    t->api_key = str_copy(t->mem, t->api_key);
    for (int i = 0; i < t->clients; i++) {
        struct customer buyer = {.number = str_printf(op->mem, "C-%d", 1000 + i),
                                 .name = str_printf(op->mem, "Customer %d Ltd", i)};
        int64_t person;
        enum put did;
        struct signed_in *p = &t->people[i];
        if (!customer_put(op, &buyer, &p->customer, &did)) return false;
        struct invitation in = {
            .email = str_printf(op->mem, "payer-%d@example.com", i),
            .name = S("Maya Okafor"),
            .language = S("en"),
            .role = ROLE_PAYER,
            .customer = p->customer,
            .quiet = true,
        };
        if (!person_invite(op, &in, &person) ||
            !sessions_open(op, person, p->customer, op->now, S("test"), &p->session))
            return false;
        p->session = str_copy(t->mem, p->session);
    }
    return true;
}

/* ---- what they owe ---- */

struct owing {
    struct town *t;
    ptrdiff_t from, to;
};

static bool owe(struct op *op, struct town *t, const struct plan *plan, enum document_kind kind,
                money amount, int64_t *item, str *number)
{
    struct document d = {
        .entity = t->entity,
        .customer = t->people[plan->client].customer,
        .kind = kind,
        .issued = date_plus(t->today, -10),
        .net = amount,
        .tax = money_of(0, EUR),
        .total = amount,
        .terms = S("net 30"),
    };
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued) ||
        !receivables_of_document(op, issued.id, t->today, &items))
        return false;
    must(items.count == 1, "a document has %td items", items.count);
    *item = items.at[0].item;
    *number = str_copy(t->mem, issued.number);
    return true;
}

static bool make_some(struct op *op, void *arg)
{
    struct owing *o = arg;
    str ignored;
    for (ptrdiff_t i = o->from; i < o->to; i++) {
        struct plan *plan = &o->t->plans[i];
        struct arena_mark mark = arena_mark(op->mem);
        bool credited = plan->way == BY_CARD_AND_CREDIT || plan->way == BY_CREDIT;
        money credit = money_of(
            plan->way == BY_CREDIT ? plan->owed.minor : plan->owed.minor - plan->pays.minor, EUR);
        if (!owe(op, o->t, plan, DOCUMENT_INVOICE, plan->owed, &plan->invoice, &plan->number))
            return false;
        if (credited && !owe(op, o->t, plan, DOCUMENT_CREDIT_NOTE, credit, &plan->credit, &ignored))
            return false;
        arena_rewind(op->mem, mark);
    }
    return true;
}

/* Of ten: four by card, two of them not all, one with a credit, two transfers, a credit alone. */
static enum way way_of(uint64_t *seed)
{
    static const enum way ways[] = {
        BY_CARD,   BY_CARD,     BY_CARD,     BY_CARD, BY_CARD_IN_PART, BY_CARD_AND_CREDIT,
        BY_CREDIT, BY_TRANSFER, BY_TRANSFER, BY_CARD};
    return ways[chance(seed) % COUNT(ways)];
}

static void plans_make(struct town *t, ptrdiff_t count, uint64_t seed)
{
    t->plans = arena_array(t->mem, struct plan, count);
    t->plan_count = count;
    for (ptrdiff_t i = 0; i < count; i++) {
        int64_t owed = LEAST_MINOR + STEP_MINOR * i;
        struct plan *plan = &t->plans[i];
        enum way way = way_of(&seed);
        if (t->plant == PLANT_NEW_KEY) way = BY_TRANSFER;
        if (t->plain) way = i % CREDITS_EVERY == 0 ? BY_CREDIT : BY_CARD;
        *plan =
            (struct plan){.way = way, .client = (int)(i % t->clients), .owed = money_of(owed, EUR)};
        bool part = plan->way == BY_CARD_IN_PART || plan->way == BY_CARD_AND_CREDIT;
        plan->pays = money_of(plan->way == BY_CREDIT ? 0 : part ? owed - owed / 3 : owed, EUR);
    }
    for (ptrdiff_t i = 0; i < count; i += AT_ONCE) {
        struct owing o = {t, i, i + AT_ONCE < count ? i + AT_ONCE : count};
        town_ask(t, make_some, &o);
    }
}

void town_found(struct town *t, int clients, ptrdiff_t plans, uint64_t seed)
{
    struct op op = {.mem = t->mem, .now = clock_now()};
    t->clients = clients;
    t->today = clock_date(op.now, S("Europe/Berlin"));
    t->key_file = str_printf(t->mem, "%s/quittance.key", t->folder).at;
    t->gateway_key_file = str_printf(t->mem, "%s/gateway.key", t->folder).at;
    t->port = t->port_asked ? t->port_asked : port_free();
    t->gateway_port = port_free();
    t->url = str_printf(t->mem, "http://127.0.0.1:%d", t->port);
    t->gateway_url = str_printf(t->mem, "http://127.0.0.1:%d", t->gateway_port);
    must_op(keys_open(&op, t->key_file, true, &t->keys), &op, "keys");
    database_make(t);
    town_ask(t, settle, t);
    plans_make(t, plans, seed);
}
