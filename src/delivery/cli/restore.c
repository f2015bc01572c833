#include "base/arena.h"
#include "base/sealed.h"
#include "delivery/cli/backup.h"
#include "store/backup.h"
#include "store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct restoring {
    struct cli *cli;
    const struct keys *keys;
    const char *file;
    int fd;
    struct sealed_in *in;
    struct backup_head head;
    bool replace, only_check;
    str aside;
};

/* ---- what is refused before anything is read ---- */

static bool known_here(int64_t number)
{
    const struct migration *m = migrations;
    while (m->number && m->number != number) m++;
    return m->number != 0;
}

static bool not_newer(struct op *op, const struct backup_head *head)
{
    for (struct str_pair cut = {.tail = head->migrations, .found = true}; cut.found;) {
        int64_t number;
        cut = str_cut(cut.tail, ' ');
        if (!str_to_i64(cut.head, &number) || !known_here(number))
            return op_fail(op, ERR_INVALID, "backup",
                           "This backup was made by a newer program, quittance %.*s: install that "
                           "one or a later one. Nothing was restored.",
                           STR(head->program));
    }
    return true;
}

static bool head_check(struct restoring *r)
{
    struct op *op = r->cli->op;
    const char *engine = str_starts(r->cli->config->database, S("sqlite:")) ? "sqlite" : "postgres";
    if (!str_eq(r->head.key, backup_key_name(op->mem, r->keys)))
        return op_fail(op, ERR_INVALID, "backup",
                       "This backup was made with another key file than %.*s. Nothing was "
                       "restored.",
                       STR(r->cli->config->keyfile));
    if (!str_eq(r->head.engine, str_of(engine)))
        return op_fail(op, ERR_INVALID, "backup",
                       "This backup is of a database on %.*s, but the setting `database` is on "
                       "%s. Nothing was restored.",
                       STR(r->head.engine), engine);
    return not_newer(op, &r->head);
}

static bool begin(struct restoring *r)
{
    struct op *op = r->cli->op;
    str head;
    if (lseek(r->fd, 0, SEEK_SET) != 0)
        return op_fail(op, ERR_INVALID, "backup", "%s is no file.", r->file);
    return sealed_open(op, r->fd, &r->in, &head) && backup_head_read(op, head, &r->head) &&
           head_check(r);
}

/* ---- reading it ---- */

/* All of it, to the descriptor, or nowhere with -1. */
static bool unseal(struct restoring *r, int to)
{
    struct op *op = r->cli->op;
    str piece;
    do {
        if (!sealed_read(op, r->in, r->keys, &piece)) return false;
        for (str rest = piece; to >= 0 && rest.len > 0;) {
            ssize_t done = write(to, rest.at, (size_t)rest.len);
            if (done < 0 && errno == EINTR) continue;
            if (done <= 0)
                return op_fail(op, ERR_INVALID, "database", "The database cannot be written: %s.",
                               strerror(errno));
            rest = str_from(rest, done);
        }
    } while (piece.len > 0);
    return true;
}

static bool same_root(struct restoring *r, struct database *db)
{
    struct op *op = r->cli->op;
    struct ledger_root root;
    if (!backup_root(op, db, &root)) return false;
    if (root.entries == r->head.root.entries && str_eq(root.hash, r->head.root.hash)) return true;
    return op_fail(op, ERR_INVALID, "backup",
                   "The books in the backup are not those it was made of: the root is another.");
}

/* ---- SQLite: into a file beside the database, proven, then renamed ---- */

static bool prove_file(struct restoring *r, const char *file)
{
    struct op *op = r->cli->op;
    struct database *db;
    if (!backup_check(op, file)) return false;
    if (!database_open(op, str_printf(op->mem, "sqlite:%s", file), &db)) return false;
    bool good = same_root(r, db);
    database_close(db);
    return good;
}

static bool write_file(struct restoring *r, const char *file)
{
    struct op *op = r->cli->op;
    int to = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to < 0) return op_fail(op, ERR_INVALID, "database", "%s: %s.", file, strerror(errno));
    bool good = unseal(r, to);
    if (good && fsync(to) != 0)
        good = op_fail(op, ERR_INVALID, "database", "%s: %s.", file, strerror(errno));
    close(to);
    return good;
}

static bool restore_sqlite(struct restoring *r)
{
    struct op *op = r->cli->op;
    const char *path = str_z(op->mem, str_from(r->cli->config->database, 7));
    const char *file = str_printf(op->mem, "%s.restoring", path).at;
    backup_remove(op->mem, file);
    bool good = write_file(r, file) && prove_file(r, file);
    if (good && !r->only_check) good = backup_put(op, file, path, r->replace, &r->aside);
    backup_remove(op->mem, file);
    return good;
}

/* ---- PostgreSQL: all of it proven first, then into an empty database in one transaction ---- */

static bool fill(struct restoring *r, struct database *db)
{
    static const char *const arguments[] = {"pg_restore", "--single-transaction", "--exit-on-error",
                                            "--no-owner", "--no-privileges",      "--no-password",
                                            NULL};
    struct op *op = r->cli->op;
    struct tool tool;
    if (!tool_start(op, db, arguments, true, &tool)) return false;
    bool written = unseal(r, tool.fd);
    return tool_end(op, &tool) && written;
}

static bool restore_postgres(struct restoring *r)
{
    struct op *op = r->cli->op;
    struct database *db;
    bool empty;
    if (!unseal(r, -1)) return false;
    if (r->only_check) return true;
    if (!database_open(op, r->cli->config->database, &db)) return false;
    if (!backup_target_empty(op, db, &empty)) return false;
    if (!empty)
        return op_fail(op, ERR_INVALID, "database",
                       "There is something in the database already: give an empty one. Nothing was "
                       "restored.");
    return begin(r) && fill(r, db) && same_root(r, db);
}

/* ---- the command ---- */

static bool restore(struct restoring *r)
{
    struct op *op = r->cli->op;
    const struct config *c = r->cli->config;
    r->fd = open(r->file, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0)
        return op_fail(op, ERR_INVALID, "backup", "%s cannot be read: %s.", r->file,
                       strerror(errno));
    if (!keys_open(op, str_z(op->mem, c->keyfile), false, &r->keys)) return false;
    if (!begin(r)) return false;
    return str_eq(r->head.engine, S("sqlite")) ? restore_sqlite(r) : restore_postgres(r);
}

static int restore_run(struct cli *cli)
{
    struct restoring r = {.cli = cli};
    r.replace = cli_flag(cli, "replace");
    r.only_check = cli_flag(cli, "check");
    if (cli->argc != 1) return cli_usage(cli, "say which file to read");
    r.file = cli->argv[0];
    if (!restore(&r)) return cli_fail(cli);
    if (r.aside.len > 0) printf("What was there is kept as %.*s.\n", STR(r.aside));
    printf("%s %s: made %.*s, %lld entries, root %.*s.\n", r.file,
           r.only_check ? "is whole" : "is restored", STR(r.head.made),
           (long long)r.head.root.entries, STR(r.head.root.hash));
    return EXIT_DONE;
}

const struct command restore_command = {
    .name = "restore",
    .about = "brings the books of a backup back, or changes nothing",
    .text =
        "Refused, each in one sentence: a file that was changed or cut off anywhere, one made with "
        "another key file, one of a newer program, and books whose root is not that of the "
        "backup.\n\n"
        "On SQLite the program must not be running. On PostgreSQL the database must be empty: "
        "`createdb` one and name it with `--database`. A backup of an older program is brought up "
        "to date afterwards, by `quittance migrate`.",
    .forms = (const struct command_form[]){{"FILE", NULL}, {0}},
    .flags =
        (const struct command_flag[]){
            {"replace", NULL, "on SQLite: puts the database that is there aside", NULL, false},
            {"check", NULL, "reads and proves all of the backup, restores nothing", NULL, false},
            {0},
        },
    .run = restore_run,
};
