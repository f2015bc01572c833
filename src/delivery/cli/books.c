#include "delivery/cli/books.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/audit/chain.h"
#include "domain/documents/kept.h"
#include "domain/documents/statements.h"
#include "domain/ledger/ledger.h"
#include "store/durability.h"
#include "store/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

struct verifying {
    struct verdict books;
    struct chain_report chain;
    struct durability durability;
    const struct keys *keys;       /* NULL: no key file here */
    const struct checkpoint *kept; /* NULL: none was given */
};

static bool verify_books(struct op *op, void *arg)
{
    struct verifying *v = arg;
    return ledger_verify(op, &v->books) && kept_verify(op, &v->books) &&
           statements_verify(op, &v->books) && durability_get(op, &v->durability) &&
           chain_verify(op, v->keys, v->kept, &v->chain);
}

static void json_problem(struct json_out *o, str what, str where)
{
    json_open(o, '{');
    json_key(o, "what");
    json_put_str(o, what);
    json_key(o, "where");
    json_put_str(o, where);
    json_close(o, '}');
}

static bool all_right(const struct verifying *v)
{
    return v->books.problem_count == 0 && v->chain.problem_count == 0;
}

static void print_json(struct op *op, const struct verifying *v)
{
    struct text t = {.mem = op->mem};
    struct json_out o = {.to = &t};
    json_open(&o, '{');
    json_key(&o, "ok");
    json_put_bool(&o, all_right(v));
    json_key(&o, "entries");
    json_put_i64(&o, v->books.entries);
    json_key(&o, "sealed");
    json_put_i64(&o, v->chain.sealed);
    json_key(&o, "root");
    json_put_str(&o, v->chain.root);
    json_key(&o, "problems");
    json_open(&o, '[');
    for (ptrdiff_t i = 0; i < v->books.problem_count; i++)
        json_problem(&o, v->books.problems[i].what, v->books.problems[i].where);
    for (ptrdiff_t i = 0; i < v->chain.problem_count; i++)
        json_problem(&o, str_of(v->chain.problems[i].what), str_of(v->chain.problems[i].where));
    json_close(&o, ']');
    json_key(&o, "risks");
    json_open(&o, '[');
    for (int i = 0; i < RISK_COUNT; i++)
        if (v->durability.risk[i])
            json_put_str(&o, str_of(durability_risk_name((enum durability_risk)i)));
    json_close(&o, ']');
    json_close(&o, '}');
    printf("%.*s\n", STR(text_str(&t)));
}

static void print_words(const struct verifying *v)
{
    for (ptrdiff_t i = 0; i < v->books.problem_count; i++)
        printf("%.*s: %.*s\n", STR(v->books.problems[i].where), STR(v->books.problems[i].what));
    for (ptrdiff_t i = 0; i < v->chain.problem_count; i++)
        printf("%s: %s\n", v->chain.problems[i].where, v->chain.problems[i].what);
    for (int i = 0; i < RISK_COUNT; i++)
        if (v->durability.risk[i])
            printf("Warning: %s\n", durability_risk_words((enum durability_risk)i));
    if (!all_right(v)) return;
    printf("The books are right: %lld entries, %lld postings, %lld open items.\n",
           (long long)v->books.entries, (long long)v->books.postings, (long long)v->books.items);
    str root = v->chain.root.len > 0 ? v->chain.root : S("not there yet");
    printf("Nothing was tampered with: %lld rows are sealed, %lld wait. The last seal is %.*s.\n",
           (long long)v->chain.sealed, (long long)v->chain.waiting, STR(root));
}

/* A database can be checked where its key file is not: then signatures are held to be of the key
 * that they name. */
static bool keys_if_there(struct cli *cli, const struct keys **out)
{
    const char *path = str_z(cli->op->mem, cli->config->keyfile);
    *out = NULL;
    return access(path, F_OK) != 0 || keys_open(cli->op, path, false, out);
}

static bool checkpoint_read(struct op *op, str path, struct checkpoint *out)
{
    enum { CHECKPOINT_BYTES = 1024 };
    char *text = arena_array(op->mem, char, CHECKPOINT_BYTES);
    FILE *in = fopen(str_z(op->mem, path), "r");
    if (!in)
        return op_fail(op, ERR_INVALID, "checkpoint", "%.*s cannot be read: %s.", STR(path),
                       strerror(errno));
    size_t len = fread(text, 1, CHECKPOINT_BYTES, in);
    fclose(in);
    return checkpoint_from(op, (str){text, (ptrdiff_t)len}, out);
}

static int verify_run(struct cli *cli)
{
    struct database *db;
    struct store *store;
    struct verifying v = {0};
    struct checkpoint kept;
    str path;
    if (cli_option(cli, "checkpoint", &path)) {
        if (!checkpoint_read(cli->op, path, &kept)) return cli_fail(cli);
        v.kept = &kept;
    }
    if (!keys_if_there(cli, &v.keys)) return cli_fail(cli);
    if (!database_open(cli->op, cli->config->database, &db)) return cli_fail(cli);
    if (!migrate_check(cli->op, db) || !store_open(cli->op, db, &store)) return cli_fail(cli);
    if (!store_transact(cli->op, store, TX_READ, verify_books, &v)) return cli_fail(cli);
    if (cli->json)
        print_json(cli->op, &v);
    else
        print_words(&v);
    return all_right(&v) ? EXIT_DONE : EXIT_REFUSED;
}

const struct command verify_command = {
    .name = "verify",
    .about = "derives every balance again from the entries, and names what is wrong",
    .text =
        "Checks that every entry balances, that every open item, allocation, document, payment and "
        "reservation agrees with the postings behind it, that every document that was made has the "
        "bytes of its hash, and names the first hundred that do not. Then makes every seal of the "
        "audit trail and the journal again, and names each record that was edited, removed, added "
        "or moved by somebody with the database's password. "
        "Reads only; may run beside a serving program. Exits 1 on a problem.",
    .forms = (const struct command_form[]){{"", NULL}, {0}},
    .flags =
        (const struct command_flag[]){
            {"checkpoint", "FILE", "what `quittance checkpoint` printed once must still be true",
             NULL, false},
            {"json", NULL, "prints the result as one JSON object", NULL, false},
            {0},
        },
    .run = verify_run,
};

/* ---- checkpoint ---- */

static bool newest(struct op *op, void *arg)
{
    return chain_checkpoint(op, arg);
}

static int checkpoint_run(struct cli *cli)
{
    struct database *db;
    struct store *store;
    struct checkpoint c;
    if (!database_open(cli->op, cli->config->database, &db)) return cli_fail(cli);
    if (!migrate_check(cli->op, db) || !store_open(cli->op, db, &store)) return cli_fail(cli);
    if (!store_transact(cli->op, store, TX_READ, newest, &c)) return cli_fail(cli);
    if (c.n == 0) {
        fprintf(stderr, "There is no checkpoint yet: `quittance serve` signs one every hour.\n");
        return EXIT_REFUSED;
    }
    printf("%.*s", STR(checkpoint_text(cli->op->mem, &c)));
    return EXIT_DONE;
}

const struct command checkpoint_command = {
    .name = "checkpoint",
    .about = "prints the newest signed checkpoint of the books, to be kept elsewhere",
    .text = "Every hour the program signs how far the audit trail and the journal are sealed, and "
            "with what. Keep what this prints where nobody who can change the database can change "
            "it: with the auditor, say. `quittance verify --checkpoint FILE` then shows that "
            "nothing before it was rewritten.",
    .forms = (const struct command_form[]){{"", NULL}, {0}},
    .run = checkpoint_run,
};
