/* Books of any size, by statements that write a thousand invoices at a time.
 *
 * Guarded, all triggers and foreign keys watch over each row, as when the program writes. Twenty
 * million would take half a day like that. In bulk nothing watches, what the triggers derive is
 * written by statements of its own, and the indexes are taken away and made again at the end, each
 * by one sort, from the schema's own words. That both ways lead to the same books, to the last row,
 * index and trigger, is compared in each run (same.c), and `quittance verify` has the last word. */
#include "bench.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/audit/chain.h"

#include <string.h>

enum { CHUNK = 1000, DAYS = 2000, GROUP = 200, SEALS = 10 * 1000, TELLING = 100 * 1000 };

enum way { ALWAYS, GUARDED, BULK };

/* Invoice i belongs to customer 1 + i mod n: a customer's invoices lie far from each other, as they
 * do where all customers are billed every day. Amounts, numbers and POs follow from i as well. */
static const struct {
    enum way way;
    const char *sql;
} chunk_sql[] = {
    {ALWAYS,
     "insert into document (id, entity, customer, account, kind, number, issued, currency, "
     "  net_minor, tax_minor, total_minor, terms, po, order_ref, delivery, source, recorded) "
     "with recursive n (i) as (select cast({first} as bigint) union all "
     "                         select i + 1 from n where i < {last}) "
     "select i, 1, 1 + i % {customers}, 1 + i % {customers}, 'invoice', 'R-' || (10000000 + i), "
     "       {issued}, 'EUR', m - m * 19 / 119, m * 19 / 119, m, 'net 30', 'PO-' || (450000000 + i "
     "       * 7), 'AB-' || (30000000 + i), 'LS-' || (70000000 + i), 'import', {now} "
     "  from (select i, 100 + i * 7919 % 999983 as m from n) x"},

    {ALWAYS,
     "insert into document_line (document, n, description, quantity, unit_price, net_minor, "
     "  tax_rate_ppm) "
     "select id, 1, 'Gearbox, two stages', '1', '', net_minor, 190000 from document "
     " where id between {first} and {last} order by id"},

    {ALWAYS,
     "insert into item (id, entity, account, customer, currency, gl, kind, side, document, number, "
     "  issued, due, amount_minor, po, debit_minor) "
     "select id, 1, account, customer, currency, '1100', 'invoice', 1, id, number, issued, {due}, "
     "       total_minor, po, {debit} from document where id between {first} and {last} "
     " order by id"},

    {ALWAYS,
     "insert into entry (id, entity, kind, effective, recorded, idem, document, actor, posted) "
     "select id, 1, 'invoice', issued, recorded, 'document ' || id, id, 'Quittance', {posted} "
     "  from document where id between {first} and {last} order by id"},

    {ALWAYS,
     "insert into posting (entry, n, gl, account, item, amount_minor, currency) "
     "select id, n, gl, case n when 1 then account end, case n when 1 then id end, "
     "       case n when 1 then total_minor when 2 then -net_minor else -tax_minor end, currency "
     "  from document, (select 1 as n, '1100' as gl union all select 2, '4000' union all "
     "                  select 3, '2100') x where id between {first} and {last} order by id, n"},

    {GUARDED, "update entry set posted = true where id between {first} and {last}"},

    {BULK, "insert into happening (customer, at, topic, what, subject, document, number, minor, "
           "  currency, who) "
           "select customer, recorded, 'invoice', 'entry.invoice', id, id, number, total_minor, "
           "       currency, 'Quittance' "
           "  from document where id between {first} and {last} order by id"},

    {BULK, "insert into seal_wait (kind, row_id) select 'entry', id from document "
           " where id between {first} and {last} order by id"},

    {BULK,
     "insert into open_sum (currency, kind, due, entity, part, minor, items) "
     "select currency, 'invoice', {due}, 1, account % 8, sum(total_minor), count(*) "
     "  from document where id between {first} and {last} group by currency, account % 8 "
     "    on conflict (currency, kind, due, entity, part) do update "
     "   set minor = open_sum.minor + excluded.minor, items = open_sum.items + excluded.items"},
};

static const char customers_sql[] =
    "insert into customer (id, number, name, country, terms, created, changed) "
    "with recursive n (i) as (select cast(1 as bigint) union all "
    "                         select i + 1 from n where i < {customers}) "
    "select i, 'C-' || (10000 + i), 'Customer ' || i || ' Ltd', 'DE', 'net 30', {now}, {now} "
    "  from n; "
    "insert into account (id, customer, entity, currency) select id, id, 1, 'EUR' from customer";

static const char tallies_sql[] =
    "insert into item_tally (customer, open, credits, processing, disputed, paid, used) "
    "select customer, count(*), 0, 0, 0, 0, 0 from item where open_minor > 0 group by customer "
    " order by customer";

/* PostgreSQL counts its own numbers on from here. */
static const char *const numbered[] = {"document", "item", "entry", "customer", "account"};

struct making {
    struct bench *b;
    const struct books *books;
    struct raw *raw;
    enum way way; /* GUARDED or BULK */
};

/* ---- words ---- */

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

static str day_text(const struct making *m, date day)
{
    struct arena *mem = m->b->mem;
    return str_printf(mem, "%s'%.*s'", m->b->engine[0] ? "date " : "", STR(date_text(mem, day)));
}

static void say(const struct making *m, const char *sql, int64_t first)
{
    struct arena *mem = m->b->mem;
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
        {"{issued}", day_text(m, issued)},
        {"{due}", day_text(m, date_plus(issued, 30))},
        {"{now}", str_printf(mem, "%lld", (long long)m->books->made)},
        {"{debit}", m->way == BULK ? S("total_minor") : S("0")},
        {"{posted}", m->way == BULK ? S("true") : S("false")},
    };
    str text = str_of(sql);
    for (ptrdiff_t i = 0; i < COUNT(words); i++)
        text = replaced(mem, str_z(mem, text), words[i].word, words[i].value);
    raw_do(m->raw, str_z(mem, text));
}

/* ---- rows ---- */

static void make_invoices(const struct making *m)
{
    int64_t invoices = m->books->invoices, began = ticks_ns();
    raw_do(m->raw, "begin");
    for (int64_t first = 1, groups = 1; first <= invoices; first += CHUNK, groups++) {
        struct arena_mark mark = arena_mark(m->b->mem);
        for (ptrdiff_t i = 0; i < COUNT(chunk_sql); i++)
            if (chunk_sql[i].way == ALWAYS || chunk_sql[i].way == m->way)
                say(m, chunk_sql[i].sql, first);
        arena_rewind(m->b->mem, mark);
        if (groups % GROUP) continue;
        raw_do(m->raw, "commit; begin");
        if (invoices >= TELLING)
            fprintf(stderr, "\r  %lld invoices of %lld made, %lld s\033[K", (long long)first,
                    (long long)invoices, (long long)((ticks_ns() - began) / 1000000000));
    }
    raw_do(m->raw, "commit");
}

/* ---- indexes ---- */

/* Those of constraints stay: a database knows no way of making them again but a new table. */
static struct raw_column index_column(const struct making *m, const char *what)
{
    const char *sql =
        m->b->engine[0] ? "select %s from pg_indexes where schemaname = 'public' and "
                          "indexname not in (select conname from pg_constraint) order by indexname"
                        : "select %s from sqlite_master where type = 'index' and sql is not null "
                          "order by name";
    return raw_column(m->raw, str_z(m->b->mem, replaced(m->b->mem, sql, "%s", str_of(what))));
}

static struct raw_column indexes_take(const struct making *m)
{
    bool postgres = m->b->engine[0] != 0;
    struct raw_column names = index_column(m, postgres ? "indexname" : "name");
    struct raw_column words = index_column(m, postgres ? "indexdef" : "sql");
    for (ptrdiff_t i = 0; i < names.count; i++)
        raw_do(m->raw, str_printf(m->b->mem, "drop index %.*s", STR(names.at[i])).at);
    return words;
}

static void indexes_put(const struct making *m, const struct raw_column *words)
{
    for (ptrdiff_t i = 0; i < words->count; i++) {
        raw_do(m->raw, words->at[i].at);
        if (m->books->invoices >= TELLING)
            fprintf(stderr, "\r  %td indexes of %td made\033[K", i + 1, words->count);
    }
}

/* ---- seals ---- */

struct sealing {
    const struct keys *keys;
    int sealed;
};

static bool seal(struct op *op, void *arg)
{
    struct sealing *s = arg;
    return chain_seal(op, s->keys, SEALS, &s->sealed);
}

/* Or the server would seal them while it is measured. */
void books_seal(struct bench *b, const struct books *books)
{
    struct op op = {.mem = b->mem, .now = books->made};
    struct sealing s = {.keys = books->keys};
    struct database *db = books_open(b, books);
    struct store *store;
    must_op(store_open(&op, db, &store), &op, "open");
    do {
        struct arena_mark mark = arena_mark(b->mem);
        must_op(store_transact(&op, store, TX_WRITE, seal, &s), &op, "seals");
        arena_rewind(b->mem, mark);
    } while (s.sealed > 0);
    store_close(store);
    database_close(db);
}

/* ---- all of it ---- */

/* What is lost with the power is made again: nobody waits for the disk. */
static void hurry(const struct making *m)
{
    raw_do(m->raw, m->b->engine[0]
                       ? "set synchronous_commit = off; set maintenance_work_mem = '1GB'; "
                         "set max_parallel_maintenance_workers = 2"
                       : "pragma locking_mode = exclusive; pragma journal_mode = delete; "
                         "pragma journal_mode = off; pragma synchronous = off; "
                         "pragma threads = 2; pragma ignore_check_constraints = on; pragma "
                         "cache_size = -1000000");
}

static void number_on(const struct making *m)
{
    for (ptrdiff_t i = 0; i < COUNT(numbered); i++)
        raw_do(m->raw, str_printf(m->b->mem,
                                  "select setval(pg_get_serial_sequence('%s', 'id'), "
                                  "(select max(id) from %s))",
                                  numbered[i], numbered[i])
                           .at);
    raw_do(m->raw, "vacuum analyze");
}

static int64_t seconds_since(int64_t *then)
{
    int64_t now = ticks_ns(), s = (now - *then) / 1000000000;
    *then = now;
    return s;
}

void books_fill(struct bench *b, const struct books *books, bool guarded)
{
    struct making m = {b, books, raw_open(b, books->url), guarded ? GUARDED : BULK};
    struct raw_column indexes = {0};
    int64_t then = ticks_ns(), rows, sorted, sealed;
    hurry(&m);
    raw_guards(m.raw, guarded);
    say(&m, customers_sql, 1);
    if (!guarded) indexes = indexes_take(&m);
    make_invoices(&m);
    rows = seconds_since(&then);
    indexes_put(&m, &indexes);
    if (!guarded) say(&m, tallies_sql, 1);
    sorted = seconds_since(&then);
    if (b->engine[0]) number_on(&m);
    raw_close(m.raw);
    books_seal(b, books);
    sealed = seconds_since(&then);
    if (books->invoices >= TELLING)
        fprintf(stderr, "\r  %lld invoices: rows %lld s, indexes %lld s, seals %lld s\033[K\n",
                (long long)books->invoices, (long long)rows, (long long)sorted, (long long)sealed);
}
