#include "store/sqlite_files.h"

#include "base/arena.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* SQLite's own layer writes less than 128 kB at once (os_unix.c), and no page is larger than 64. */
enum { PIECE_BYTES = 64 << 10, FIRST_BYTES = 256 << 10, MEMORY_BYTES = 64 << 20 };

struct sqlite_files {
    sqlite3_vfs vfs; /* the first: SQLite knows nothing else of it */
    sqlite3_vfs *below;
    char name[32];
};

/* ---- what would be put back: in memory ---- */

struct kept {
    sqlite3_file file; /* the first, likewise */
    sqlite3_vfs *below;
    int flags;
    char *at;
    sqlite3_int64 size, room;
    sqlite3_file *real; /* what it has become when it was too large; NULL: it is memory */
};

static int kept_close(sqlite3_file *file)
{
    struct kept *k = (struct kept *)file;
    int code = k->real ? k->real->pMethods->xClose(k->real) : SQLITE_OK;
    sqlite3_free(k->real);
    sqlite3_free(k->at);
    return code;
}

static int kept_read(sqlite3_file *file, void *to, int amount, sqlite3_int64 from)
{
    struct kept *k = (struct kept *)file;
    if (k->real) return k->real->pMethods->xRead(k->real, to, amount, from);
    sqlite3_int64 there = from < k->size ? k->size - from : 0;
    if (there > amount) there = amount;
    if (there > 0) memcpy(to, k->at + from, (size_t)there);
    if (there == amount) return SQLITE_OK;
    memset((char *)to + there, 0, (size_t)(amount - there));
    return SQLITE_IOERR_SHORT_READ;
}

static int kept_copy(const struct kept *k, sqlite3_file *real)
{
    for (sqlite3_int64 from = 0; from < k->size; from += PIECE_BYTES) {
        int amount = k->size - from < PIECE_BYTES ? (int)(k->size - from) : PIECE_BYTES;
        int code = real->pMethods->xWrite(real, k->at + from, amount, from);
        if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

/* Where it cannot, it stays what it is, and can be put back. */
static int kept_become_real(struct kept *k)
{
    int out;
    sqlite3_file *real = sqlite3_malloc(k->below->szOsFile);
    if (!real) return SQLITE_IOERR_NOMEM;
    memset(real, 0, (size_t)k->below->szOsFile);
    int code = k->below->xOpen(k->below, NULL, real, k->flags, &out);
    if (code == SQLITE_OK) code = kept_copy(k, real);
    if (code == SQLITE_OK) {
        k->real = real;
        sqlite3_free(k->at);
        k->at = NULL;
        return SQLITE_OK;
    }
    if (real->pMethods) real->pMethods->xClose(real);
    sqlite3_free(real);
    return code;
}

static bool kept_grow(struct kept *k, sqlite3_int64 need)
{
    sqlite3_int64 room = k->room > 0 ? k->room : FIRST_BYTES;
    while (room < need) room *= 2;
    char *at = sqlite3_realloc64(k->at, (sqlite3_uint64)room);
    if (!at) return false;
    k->at = at;
    k->room = room;
    return true;
}

static int kept_write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 to)
{
    struct kept *k = (struct kept *)file;
    sqlite3_int64 need = to + amount;
    if (!k->real && need > MEMORY_BYTES) {
        int code = kept_become_real(k);
        if (code != SQLITE_OK) return code;
    }
    if (k->real) return k->real->pMethods->xWrite(k->real, from, amount, to);
    if (need > k->room && !kept_grow(k, need)) return SQLITE_IOERR_NOMEM;
    if (to > k->size) memset(k->at + k->size, 0, (size_t)(to - k->size));
    memcpy(k->at + to, from, (size_t)amount);
    if (need > k->size) k->size = need;
    return SQLITE_OK;
}

static int kept_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct kept *k = (struct kept *)file;
    if (k->real) return k->real->pMethods->xTruncate(k->real, size);
    if (size < k->size) k->size = size;
    return SQLITE_OK;
}

static int kept_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct kept *k = (struct kept *)file;
    if (k->real) return k->real->pMethods->xFileSize(k->real, size);
    *size = k->size;
    return SQLITE_OK;
}

/* Nobody reads it after a crash. */
static int kept_sync(sqlite3_file *file, int flags)
{
    (void)file, (void)flags;
    return SQLITE_OK;
}

/* What SQLite asks of such a file; like its own journals in memory, it has no locks. */
static const sqlite3_io_methods kept_methods = {
    .iVersion = 1,
    .xClose = kept_close,
    .xRead = kept_read,
    .xWrite = kept_write,
    .xTruncate = kept_truncate,
    .xSync = kept_sync,
    .xFileSize = kept_size,
};

static int kept_open(sqlite3_vfs *below, sqlite3_file *file, int flags)
{
    *(struct kept *)file = (struct kept){.file = {&kept_methods}, .below = below, .flags = flags};
    return SQLITE_OK;
}

/* ---- the log: gathered ---- */

struct gathered {
    sqlite3_file file; /* the first, likewise */
    sqlite3_file *real;
    sqlite3_int64 from; /* where in the file the first of them belongs */
    int count;
    char *bytes; /* PIECE_BYTES of them. Not in here: SQLite clears room for a file often. */
};

/* What cannot be written is nobody's any more: the transaction that it belongs to is told here. */
static int gathered_write_all(struct gathered *g)
{
    int count = g->count;
    g->count = 0;
    return count ? g->real->pMethods->xWrite(g->real, g->bytes, count, g->from) : SQLITE_OK;
}

/* The same before a reading. A full disk would take back no more than the statement that reads; an
 * error of the disk takes back all, and with it what is missing now. */
static int gathered_write_before(struct gathered *g)
{
    return gathered_write_all(g) == SQLITE_OK ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int gathered_close(sqlite3_file *file)
{
    struct gathered *g = (struct gathered *)file;
    sqlite3_free(g->bytes);
    return g->real->pMethods->xClose(g->real);
}

static int gathered_read(sqlite3_file *file, void *to, int amount, sqlite3_int64 from)
{
    struct gathered *g = (struct gathered *)file;
    int code = gathered_write_before(g);
    return code == SQLITE_OK ? g->real->pMethods->xRead(g->real, to, amount, from) : code;
}

static int gathered_write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 to)
{
    struct gathered *g = (struct gathered *)file;
    assert(amount <= PIECE_BYTES);
    if (to != g->from + g->count || amount > PIECE_BYTES - g->count) {
        int code = gathered_write_all(g);
        if (code != SQLITE_OK) return code;
        g->from = to;
    }
    memcpy(g->bytes + g->count, from, (size_t)amount);
    g->count += amount;
    return SQLITE_OK;
}

static int gathered_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct gathered *g = (struct gathered *)file;
    int code = gathered_write_all(g);
    return code == SQLITE_OK ? g->real->pMethods->xTruncate(g->real, size) : code;
}

static int gathered_sync(sqlite3_file *file, int flags)
{
    struct gathered *g = (struct gathered *)file;
    int code = gathered_write_all(g);
    return code == SQLITE_OK ? g->real->pMethods->xSync(g->real, flags) : code;
}

static int gathered_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct gathered *g = (struct gathered *)file;
    int code = gathered_write_before(g);
    return code == SQLITE_OK ? g->real->pMethods->xFileSize(g->real, size) : code;
}

/* SQLite locks and maps the database, never the log. */
static const sqlite3_io_methods gathered_methods = {
    .iVersion = 1,
    .xClose = gathered_close,
    .xRead = gathered_read,
    .xWrite = gathered_write,
    .xTruncate = gathered_truncate,
    .xSync = gathered_sync,
    .xFileSize = gathered_size,
};

/* The real one stands behind it, in the room that SQLite has for a file. */
static int gathered_open(sqlite3_vfs *below, const char *name, sqlite3_file *file, int flags,
                         int *out)
{
    struct gathered *g = (struct gathered *)file;
    *g = (struct gathered){.real = (sqlite3_file *)(g + 1), .bytes = sqlite3_malloc(PIECE_BYTES)};
    if (!g->bytes) return SQLITE_NOMEM;
    int code = below->xOpen(below, name, g->real, flags, out);
    if (code == SQLITE_OK)
        g->file.pMethods = &gathered_methods;
    else
        sqlite3_free(g->bytes);
    return code;
}

/* ---- the layer ---- */

static int files_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    sqlite3_vfs *below = ((struct sqlite_files *)vfs)->below;
    if (flags & SQLITE_OPEN_SUBJOURNAL) return kept_open(below, file, flags);
    if (flags & SQLITE_OPEN_WAL) return gathered_open(below, name, file, flags, out);
    return below->xOpen(below, name, file, flags, out);
}

struct sqlite_files *sqlite_files_open(struct arena *mem)
{
    struct sqlite_files *files = arena_new(mem, struct sqlite_files);
    files->below = sqlite3_vfs_find(NULL);
    files->vfs = *files->below; /* but for opening it is the same, and has the same data */
    snprintf(files->name, sizeof files->name, "files-%p", (void *)files);
    files->vfs.zName = files->name;
    files->vfs.xOpen = files_open;
    files->vfs.szOsFile += (int)sizeof(struct gathered);
    if (files->vfs.szOsFile < (int)sizeof(struct kept)) files->vfs.szOsFile = sizeof(struct kept);
    int code = sqlite3_vfs_register(&files->vfs, 0);
    assert(code == SQLITE_OK); /* or SQLite has no memory to begin with */
    (void)code;
    return files;
}

const char *sqlite_files_name(const struct sqlite_files *files)
{
    return files->name;
}

void sqlite_files_close(struct sqlite_files *files)
{
    sqlite3_vfs_unregister(&files->vfs);
}
