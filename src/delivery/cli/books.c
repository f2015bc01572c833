#include "delivery/cli/books.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/documents/kept.h"
#include "domain/ledger/ledger.h"
#include "store/migrate.h"

#include <stdio.h>
#include <string.h>

/* ---- migrate ---- */

static int show_status(struct cli *cli, struct database *db)
{
    struct migration_state *states;
    ptrdiff_t count;
    if (!migrate_status(cli->op, db, &states, &count)) return cli_fail(cli);
    for (ptrdiff_t i = 0; i < count; i++)
        printf("%04d  %-24.*s %s\n", states[i].number, STR(states[i].name),
               states[i].unknown   ? "run by a newer version"
               : states[i].changed ? "run, and changed since"
               : states[i].done    ? "done"
                                   : "waits");
    return EXIT_DONE;
}

static int migrate_run(struct cli *cli)
{
    struct database *db;
    int64_t to = -1;
    int count;
    str target = S("");
    (void)cli_option(cli, "to", &target);
    const char *what = cli->argc > 0 ? cli->argv[0] : "up";
    if (!database_open(cli->op, cli->config->database, &db)) return cli_fail(cli);
    if (strcmp(what, "status") == 0) return show_status(cli, db);
    if (strcmp(what, "up") == 0) {
        if (!migrate_up(cli->op, db, &count)) return cli_fail(cli);
        printf(count == 0 ? "The database is up to date.\n" : "%d migrations were run.\n", count);
        return EXIT_DONE;
    }
    if (strcmp(what, "down") != 0) return cli_usage(cli, "say up, down or status");
    if (!str_to_i64(target, &to) || to < 0)
        return cli_usage(cli, "down needs --to NUMBER, the last one to keep");
    if (!migrate_down(cli->op, db, (int)to)) return cli_fail(cli);
    printf("Everything above %04lld was taken back.\n", (long long)to);
    return EXIT_DONE;
}

const struct command migrate_command = {
    .name = "migrate",
    .about = "brings the database's schema up to this version",
    .text =
        "Runs the migrations that the database does not have yet, each in a transaction of its "
        "own. On PostgreSQL that is asked for after each upgrade; an SQLite database is brought "
        "up to date by every start.\n\n"
        "`down` also takes back what was kept in the tables it removes. Take a backup first.",
    .forms =
        (const struct command_form[]){
            {"[up]", "runs what is missing"},
            {"status", "lists the migrations, and which of them were run"},
            {"down --to NUMBER", "takes back everything above this number"},
            {0},
        },
    .flags =
        (const struct command_flag[]){
            {"to", "NUMBER", "the last migration to keep", NULL, false},
            {0},
        },
    .run = migrate_run,
};

/* ---- verify ---- */

static bool verify_books(struct op *op, void *arg)
{
    return ledger_verify(op, arg) && kept_verify(op, arg);
}

static void print_json(struct op *op, const struct verdict *v)
{
    struct text t = {.mem = op->mem};
    struct json_out o = {.to = &t};
    json_open(&o, '{');
    json_key(&o, "ok");
    json_put_bool(&o, v->problem_count == 0);
    json_key(&o, "entries");
    json_put_i64(&o, v->entries);
    json_key(&o, "problems");
    json_open(&o, '[');
    for (ptrdiff_t i = 0; i < v->problem_count; i++) {
        json_open(&o, '{');
        json_key(&o, "what");
        json_put_str(&o, v->problems[i].what);
        json_key(&o, "where");
        json_put_str(&o, v->problems[i].where);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    printf("%.*s\n", STR(text_str(&t)));
}

static int verify_run(struct cli *cli)
{
    struct database *db;
    struct store *store;
    struct verdict v;
    if (!database_open(cli->op, cli->config->database, &db)) return cli_fail(cli);
    if (!migrate_check(cli->op, db) || !store_open(cli->op, db, &store)) return cli_fail(cli);
    if (!store_transact(cli->op, store, TX_READ, verify_books, &v)) return cli_fail(cli);
    if (cli->json) {
        print_json(cli->op, &v);
    } else if (v.problem_count == 0) {
        printf("The books are right: %lld entries, %lld postings, %lld open items.\n",
               (long long)v.entries, (long long)v.postings, (long long)v.items);
    } else {
        for (ptrdiff_t i = 0; i < v.problem_count; i++)
            printf("%.*s: %.*s\n", STR(v.problems[i].where), STR(v.problems[i].what));
    }
    return v.problem_count == 0 ? EXIT_DONE : EXIT_REFUSED;
}

const struct command verify_command = {
    .name = "verify",
    .about = "derives every balance again from the entries, and names what is wrong",
    .text =
        "Checks that every entry balances, that every open item, allocation, document, payment and "
        "reservation agrees with the postings behind it, that every document that was made has the "
        "bytes of its hash, and names the first hundred that do not. "
        "Reads only; may run beside a serving program. Exits 1 on a problem.",
    .forms = (const struct command_form[]){{"", NULL}, {0}},
    .flags =
        (const struct command_flag[]){
            {"json", NULL, "prints the result as one JSON object", NULL, false},
            {0},
        },
    .run = verify_run,
};
