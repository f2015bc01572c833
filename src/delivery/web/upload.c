/* Multipart bodies: fields become fields, files become temporary files that end with the request.
 * The body lies in a file of its own by now; libmicrohttpd's post processor takes it apart. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "delivery/web/form.h"
#include "delivery/web/serve.h"

enum { PROCESSOR_BYTES = 16 * 1024, READ_BYTES = 64 * 1024 };

int upload_temporary(char *path, ptrdiff_t room)
{
    char name[64];
    snprintf(name, sizeof name, "/tmp/quittance-XXXXXX");
    int fd = mkstemp(name); /* 0600 */
    if (fd < 0) return -1;
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (path)
        snprintf(path, (size_t)room, "%s", name);
    else
        unlink(name); /* nobody else needs its name */
    return fd;
}

struct reading {
    struct connection *c;
    struct typed **end, *last;
    struct text value; /* of the field that is being read */
    int64_t field_bytes;
    int fields, fd;
    const char *fault;
};

static void file_close(struct reading *r)
{
    if (r->fd >= 0) close(r->fd);
    r->fd = -1;
}

static void field_end(struct reading *r)
{
    if (r->last && r->last->kind == TYPED_FORM) r->last->value = text_str(&r->value);
    r->value = (struct text){.mem = r->c->mem};
    file_close(r);
}

static bool field_begin(struct reading *r, const char *name, const char *filename)
{
    field_end(r);
    if (!name || !str_utf8(str_of(name)) || ++r->fields > FORM_FIELDS_MAX) {
        r->fault = N_("The form's fields cannot be read.");
        return false;
    }
    struct typed *t = arena_new(r->c->mem, struct typed);
    t->name = str_copy(r->c->mem, str_of(name));
    t->kind = filename ? TYPED_FILE : TYPED_FORM;
    if (filename) t->file.name = str_copy(r->c->mem, str_of(filename));
    r->field_bytes += t->name.len + t->file.name.len;
    r->last = *r->end = t;
    r->end = &t->next;
    return true;
}

/* The file begins to exist with its first byte: a file field left empty brings none. */
static bool file_write(struct reading *r, const char *data, size_t size)
{
    struct upload *file = &r->last->file;
    if (size == 0) return true;
    if (!file->path) {
        char *path = arena_array(r->c->mem, char, 64);
        r->fd = upload_temporary(path, 64);
        if (r->fd >= 0) file->path = path;
    }
    file->size += (int64_t)size;
    while (size > 0 && r->fd >= 0) {
        ssize_t wrote = write(r->fd, data, size);
        if (wrote <= 0) break;
        data += wrote;
        size -= (size_t)wrote;
    }
    if (size > 0) r->fault = N_("We have no room for this file now. Please try again later.");
    return size == 0;
}

struct part {
    struct reading *r;
    const char *name, *filename, *data;
    uint64_t offset;
    size_t size;
    enum MHD_Result result;
};

static enum MHD_Result part_take(const struct part *p)
{
    struct reading *r = p->r;
    if (r->fault) return MHD_NO;
    if (p->offset == 0 && !field_begin(r, p->name, p->filename)) return MHD_NO;
    if (!r->last) return MHD_NO;
    if (r->last->kind == TYPED_FILE) return file_write(r, p->data, p->size) ? MHD_YES : MHD_NO;
    r->field_bytes += (int64_t)p->size;
    if (r->field_bytes > BODY_BYTES_MAX) {
        r->fault = N_("The form's fields are too long.");
        return MHD_NO;
    }
    text_add(&r->value, (str){p->data, (ptrdiff_t)p->size});
    return MHD_YES;
}

static void part_take_it(void *arg)
{
    struct part *p = arg;
    p->result = part_take(p);
}

static void part_end_it(void *arg)
{
    struct part *p = arg;
    field_end(p->r);
    p->result = MHD_YES;
}

/* Called back by libmicrohttpd, so nothing may leave through it. What the step added is gone with
 * its memory; files were open before it. */
static enum MHD_Result step(struct part *p, void (*take)(void *arg))
{
    struct reading *r = p->r, before = *r;
    if (arena_try(r->c->mem, take, p)) return p->result;
    before.fd = r->fd;
    *r = before;
    *r->end = NULL;
    r->fault = N_("We have no room for this now. Please try again later.");
    return MHD_NO;
}

static enum MHD_Result take_part(void *arg, enum MHD_ValueKind kind, const char *name,
                                 const char *filename, const char *type, const char *encoding,
                                 const char *data, uint64_t offset, size_t size)
{
    (void)kind, (void)type, (void)encoding;
    struct part p = {arg, name, filename, data, offset, size, MHD_NO};
    return step(&p, part_take_it);
}

static void file_remove(void *arg)
{
    const struct typed *first = arg;
    for (const struct typed *t = first; t; t = t->next)
        if (t->kind == TYPED_FILE && t->file.path) unlink(t->file.path);
}

static bool process(struct reading *r, char *chunk)
{
    struct MHD_PostProcessor *pp =
        MHD_create_post_processor(r->c->mhd, PROCESSOR_BYTES, take_part, r);
    if (!pp) return false;
    ssize_t got;
    bool fine = lseek(r->c->spool_fd, 0, SEEK_SET) == 0;
    while (fine && (got = read(r->c->spool_fd, chunk, READ_BYTES)) > 0)
        fine = MHD_post_process(pp, chunk, (size_t)got) == MHD_YES;
    fine = MHD_destroy_post_processor(pp) == MHD_YES && fine; /* no: it ends in the middle */
    return step(&(struct part){.r = r}, part_end_it) == MHD_YES && fine;
}

bool upload_read(struct request *rq, struct connection *c)
{
    struct reading r = {.c = c, .end = &rq->typed, .value = {.mem = c->mem}, .fd = -1};
    char *chunk = arena_bytes(rq->op.mem, READ_BYTES);
    bool fine = process(&r, chunk) && !r.fault;
    file_close(&r);
    if (rq->typed) arena_defer(rq->op.mem, file_remove, rq->typed);
    if (fine) return true;
    const char *words = r.fault ? r.fault : N_("The form is cut off or malformed.");
    rq->route = c->match.route;
    return op_fail(&rq->op, ERR_INVALID, NULL, "%s", say(op_lang(&rq->op), words));
}
