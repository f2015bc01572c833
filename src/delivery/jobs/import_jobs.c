#include "delivery/jobs/import_jobs.h"

#include "base/arena.h"
#include "base/lang.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct spool {
    int64_t id;
    struct import_file *file;
    char path[32];
    FILE *out;
};

static void spool_drop(void *arg)
{
    struct spool *s = arg;
    if (s->out) fclose(s->out);
    unlink(s->path);
}

static bool write_piece(str piece, void *out)
{
    return fwrite(piece.at, 1, (size_t)piece.len, out) == (size_t)piece.len;
}

static bool spool_fill(struct op *op, void *arg)
{
    struct spool *s = arg;
    rewind(s->out); /* the transaction may be tried again */
    return import_file_get(op, s->id, s->file) &&
           import_file_pieces(op, s->id, write_piece, s->out);
}

bool import_file_spool(struct op *op, struct store *store, int64_t id, struct import_file *file,
                       const char **path)
{
    struct spool *s = arena_new(op->mem, struct spool);
    *s = (struct spool){.id = id, .file = file, .path = "/tmp/quittance-XXXXXX"};
    int fd = mkstemp(s->path); /* 0600 */
    if (fd < 0) return op_broken(op, ERR_INTERNAL, "there is no room for a temporary file");
    s->out = fdopen(fd, "w+");
    arena_defer(op->mem, spool_drop, s);
    if (!s->out) return op_broken(op, ERR_INTERNAL, "a temporary file cannot be opened");
    if (!store_transact(op, store, TX_READ, spool_fill, s)) return false;
    if (fflush(s->out) != 0) return op_broken(op, ERR_INTERNAL, "a temporary file is cut short");
    *path = s->path;
    return true;
}

struct ending {
    int64_t id, run;
    const char *state;
    str problem;
};

static bool end(struct op *op, void *arg)
{
    const struct ending *e = arg;
    return import_file_move(op, e->id, "running", e->state, e->run, e->problem);
}

bool import_file_run(struct op *op, struct store *store, int64_t id)
{
    struct import_file file;
    struct import_settings settings;
    struct import_options options = {0};
    struct import_result result = {0};
    if (!import_file_spool(op, store, id, &file, &options.path)) return false;
    if (!str_eq(file.state, S("running"))) return true; /* somebody else was first */
    options.kind = file.kind;
    options.file_name = file.name;
    struct ending ending = {.id = id, .state = "done", .problem = S("")};
    const struct actor *worker = op->actor;
    struct actor sender = worker ? *worker : (struct actor){0};
    sender.name = file.who;                 /* the run is theirs, whoever carries it out */
    sender.lang = lang_find(file.language); /* and what is said of its rows is kept: in theirs */
    op->actor = &sender;
    bool done = import_settings_from(op, file.settings, &settings) &&
                import_settings_read(op, &settings, &options) &&
                import_run(op, store, &options, NULL, NULL, &result);
    op->actor = worker;
    if (!done) {
        if (op->errs->kind != ERR_INVALID) return false; /* to be tried again */
        ending.state = "failed";
        ending.problem = op->errs->message;
        op->errs = NULL;
    }
    ending.run = result.run;
    return store_transact(op, store, TX_WRITE, end, &ending);
}

bool import_file_job(struct op *op, const struct job *job)
{
    return import_file_run(op, job->store, job->subject);
}
