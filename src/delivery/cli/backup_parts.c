/* What backup and restore share: the head, the root, and PostgreSQL's own programs. */
#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "delivery/cli/backup.h"
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEY_NAME_LEN = 16, TOOL_ARGUMENTS_MAX = 16, EXIT_NO_TOOL = 127 };

/* ---- the head ---- */

str backup_key_name(struct arena *mem, const struct keys *keys)
{
    return str_head(crypto_tag(mem, keys, KEY_BACKUP, S("which key")), KEY_NAME_LEN);
}

str backup_head_text(struct arena *mem, const struct backup_head *h)
{
    return str_printf(mem,
                      "what=the books of a Quittance\nengine=%.*s\nprogram=%.*s\nmade=%.*s\n"
                      "key=%.*s\nmigrations=%.*s\nentries=%lld\nroot=%.*s\n",
                      STR(h->engine), STR(h->program), STR(h->made), STR(h->key),
                      STR(h->migrations), (long long)h->root.entries, STR(h->root.hash));
}

bool backup_head_read(struct op *op, str text, struct backup_head *out)
{
    str entries = S("");
    const struct {
        str name, *place;
    } lines[] = {
        {S("engine"), &out->engine},  {S("program"), &out->program},       {S("made"), &out->made},
        {S("key"), &out->key},        {S("migrations"), &out->migrations}, {S("entries"), &entries},
        {S("root"), &out->root.hash},
    };
    *out = (struct backup_head){0};
    for (struct str_pair line = str_cut(text, '\n'); line.found; line = str_cut(line.tail, '\n')) {
        struct str_pair parts = str_cut(line.head, '=');
        for (ptrdiff_t i = 0; i < COUNT(lines); i++)
            if (str_eq(parts.head, lines[i].name)) *lines[i].place = parts.tail;
    }
    bool good = str_to_i64(entries, &out->root.entries) && out->engine.len > 0 &&
                out->key.len > 0 && out->root.hash.len == ROOT_HASH_LEN;
    return good || op_fail(op, ERR_INVALID, "backup",
                           "The backup is damaged: its first lines cannot be read. Nothing was "
                           "restored.");
}

/* ---- the root ---- */

static bool root_work(struct op *op, void *arg)
{
    return ledger_root(op, arg);
}

bool backup_root(struct op *op, struct database *db, struct ledger_root *out)
{
    struct store *store;
    if (!store_open(op, db, &store)) return false;
    bool done = store_transact(op, store, TX_READ, root_work, out);
    store_close(store);
    return done;
}

/* ---- PostgreSQL's programs ---- */

/* Between fork and exec; one thread, so everything may be called. */
static _Noreturn void become(const char *name, char *const argv[], int theirs, int place,
                             const char *password)
{
    if (*password) (void)setenv("PGPASSWORD", password, 1);
    (void)dup2(theirs, place);
    execvp(name, argv);
    _exit(EXIT_NO_TOOL);
}

bool tool_start(struct op *op, struct database *db, const char *const *arguments, bool reads,
                struct tool *out)
{
    const char *argv[TOOL_ARGUMENTS_MAX];
    str address, password;
    int count = 0, ends[2];
    if (!backup_address(op, db, &address, &password)) return false;
    *out = (struct tool){.name = arguments[0]};
    for (; arguments[count] && count + 2 < TOOL_ARGUMENTS_MAX; count++)
        argv[count] = arguments[count];
    argv[count++] = str_printf(op->mem, "--dbname=%.*s", STR(address)).at;
    argv[count] = NULL;
    const char *secret = str_z(op->mem, password);
    if (pipe(ends) != 0) return op_broken(op, ERR_INTERNAL, "no pipe: %s", strerror(errno));
    if (reads) signal(SIGPIPE, SIG_IGN); /* who reads no more is a failed write, not our end */
    int theirs = ends[reads ? 0 : 1];
    out->fd = ends[reads ? 1 : 0];
    (void)fcntl(out->fd, F_SETFD, FD_CLOEXEC);
    out->pid = fork();
    if (out->pid == 0)
        become(argv[0], (char *const *)argv, theirs, reads ? STDIN_FILENO : STDOUT_FILENO, secret);
    close(theirs);
    if (out->pid > 0) return true;
    close(out->fd);
    return op_broken(op, ERR_INTERNAL, "no process: %s", strerror(errno));
}

bool tool_end(struct op *op, struct tool *tool)
{
    int status;
    close(tool->fd);
    while (waitpid(tool->pid, &status, 0) < 0)
        if (errno != EINTR) return op_broken(op, ERR_INTERNAL, "waitpid: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_TOOL)
        return op_fail(op, ERR_INVALID, "backup",
                       "The program %s is missing: install the package postgresql-client.",
                       tool->name);
    return op_fail(op, ERR_INVALID, "backup", "%s failed; what it said stands above.", tool->name);
}
