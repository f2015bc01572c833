#include "delivery/cli/backup.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/sealed.h"
#include "delivery/cli/version.h"
#include "store/backup.h"
#include "store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 1 << 16 };

struct backing_up {
    struct cli *cli;
    const struct keys *keys;
    struct database *db;
    const char *path;    /* where it is to lie */
    const char *partial; /* where it is written */
    int fd;
    bool begun;
    struct backup_head head;
};

static bool migrations_done(struct op *op, struct database *db, str *out)
{
    struct migration_state *states;
    ptrdiff_t count;
    struct text t = {.mem = op->mem};
    if (!migrate_status(op, db, &states, &count)) return false;
    for (ptrdiff_t i = 0; i < count; i++)
        if (states[i].done) text_format(&t, "%s%d", t.len > 0 ? " " : "", states[i].number);
    *out = text_str(&t);
    return true;
}

/* Everything that can be read from the descriptor, sealed. */
static bool seal_all(struct backing_up *b, int from)
{
    struct op *op = b->cli->op;
    struct sealed_out *out;
    char *bytes = arena_array(op->mem, char, COPY_BYTES);
    str head = backup_head_text(op->mem, &b->head);
    if (!sealed_create(op, b->fd, b->keys, head, &out)) return false;
    for (ssize_t got; (got = read(from, bytes, COPY_BYTES)) != 0;) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return op_fail(op, ERR_INVALID, "backup", "The database cannot be read: %s.",
                           strerror(errno));
        if (!sealed_write(op, out, bytes, got)) return false;
    }
    return sealed_end(op, out);
}

/* ---- SQLite: a copy beside the backup, sealed, and removed ---- */

static bool seal_copy(struct backing_up *b, const char *copy)
{
    struct op *op = b->cli->op;
    struct database *db;
    str url = str_printf(op->mem, "sqlite:%s", copy);
    if (!backup_copy(op, b->db, copy) || !database_open(op, url, &db)) return false;
    bool good = migrations_done(op, db, &b->head.migrations) && backup_root(op, db, &b->head.root);
    database_close(db);
    if (!good) return false;
    int from = open(copy, O_RDONLY | O_CLOEXEC);
    if (from < 0) return op_fail(op, ERR_INVALID, "backup", "%s: %s.", copy, strerror(errno));
    good = seal_all(b, from);
    close(from);
    return good;
}

static bool backup_sqlite(struct backing_up *b)
{
    struct arena *mem = b->cli->op->mem;
    const char *copy = str_printf(mem, "%s.copy", b->path).at;
    backup_remove(mem, copy); /* of a run that was killed */
    bool good = seal_copy(b, copy);
    backup_remove(mem, copy);
    return good;
}

/* ---- PostgreSQL: pg_dump, in the snapshot of our own transaction ---- */

static bool dump(struct op *op, void *arg)
{
    struct backing_up *b = arg;
    struct tool tool;
    str snapshot;
    if (b->begun) return op_fail(op, ERR_INVALID, "backup", "The database was lost meanwhile.");
    if (!ledger_root(op, &b->head.root) || !backup_snapshot(op, &snapshot)) return false;
    b->begun = true;
    const char *arguments[] = {
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        str_printf(op->mem, "--snapshot=%.*s", STR(snapshot)).at,
        NULL,
    };
    if (!tool_start(op, b->db, arguments, false, &tool)) return false;
    bool sealed = seal_all(b, tool.fd);
    return tool_end(op, &tool) && sealed;
}

static bool backup_postgres(struct backing_up *b)
{
    struct op *op = b->cli->op;
    struct store *store;
    if (!migrations_done(op, b->db, &b->head.migrations)) return false;
    if (!store_open(op, b->db, &store)) return false;
    bool done = store_transact(op, store, TX_READ, dump, b);
    store_close(store);
    return done;
}

/* ---- the command ---- */

static bool prepare(struct backing_up *b)
{
    struct op *op = b->cli->op;
    const struct config *c = b->cli->config;
    struct stat info;
    if (stat(b->path, &info) == 0)
        return op_fail(op, ERR_INVALID, "backup", "%s is there already; it was left as it is.",
                       b->path);
    if (str_starts(c->database, S("sqlite:")) &&
        stat(str_z(op->mem, str_from(c->database, 7)), &info) != 0)
        return op_fail(op, ERR_INVALID, "database", "There is no database at %.*s.",
                       STR(str_from(c->database, 7)));
    if (!keys_open(op, str_z(op->mem, c->keyfile), false, &b->keys)) return false;
    if (!database_open(op, c->database, &b->db)) return false;
    b->head = (struct backup_head){
        .engine = str_of(database_engine(b->db)),
        .program = S(QUITTANCE_VERSION),
        .made = instant_text(op->mem, op->now),
        .key = backup_key_name(op->mem, b->keys),
    };
    b->partial = str_printf(op->mem, "%s.partial", b->path).at;
    (void)unlink(b->partial);
    b->fd = open(b->partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return b->fd >= 0 || op_fail(op, ERR_INVALID, "backup", "%s cannot be written: %s.", b->path,
                                 strerror(errno));
}

/* Whole, on the disk, and only then under its name. */
static bool write_all(struct backing_up *b)
{
    struct op *op = b->cli->op;
    bool sqlite = str_eq(b->head.engine, S("sqlite"));
    bool good = sqlite ? backup_sqlite(b) : backup_postgres(b);
    close(b->fd);
    if (good && rename(b->partial, b->path) != 0)
        good = op_fail(op, ERR_INVALID, "backup", "%s: %s.", b->path, strerror(errno));
    if (!good) (void)unlink(b->partial);
    return good;
}

static int backup_run(struct cli *cli)
{
    struct backing_up b = {.cli = cli};
    if (cli->argc != 1) return cli_usage(cli, "say which file to write");
    b.path = cli->argv[0];
    if (!prepare(&b) || !write_all(&b)) return cli_fail(cli);
    if (cli->json)
        printf("{\"entries\": %lld, \"root\": \"%.*s\"}\n", (long long)b.head.root.entries,
               STR(b.head.root.hash));
    else
        printf("%s holds the books: %lld entries, root %.*s.\n", b.path,
               (long long)b.head.root.entries, STR(b.head.root.hash));
    return EXIT_DONE;
}

const struct command backup_command = {
    .name = "backup",
    .about = "writes the books as they stand now into one encrypted file",
    .text =
        "May run while customers pay: the file holds one moment. On SQLite it is a copy made by "
        "SQLite itself, for which the folder of FILE needs room twice; on PostgreSQL it is what "
        "`pg_dump` writes.\n\n"
        "The file is encrypted under the key file, which is not in it: without a copy of "
        "`quittance.key` kept elsewhere, no backup can be read. Not in it either are the settings "
        "and the gateway's secrets.",
    .forms = (const struct command_form[]){{"FILE", NULL}, {0}},
    .flags =
        (const struct command_flag[]){
            {"json", NULL, "prints the result as one JSON object", NULL, false},
            {0},
        },
    .run = backup_run,
};
