/* A disk that keeps what was synced, and of the rest what it likes. */
#include "base/arena.h"
#include "sim.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    SECTOR = 512,
    SLOTS = 16,
    HANDLES = 32,
    REGIONS = 64,
    NAMED = 3, /* the database, its write-ahead log, its journal; the rest are temporary */
};

struct write {
    int64_t at, count; /* count below 0: cut off at `at` */
    unsigned char *bytes;
};

struct file {
    bool used;
    unsigned char *now, *kept;
    int64_t now_size, kept_size, room, kept_room;
    struct arena *waiting; /* the bytes of the writes below */
    struct arena_mark waiting_start;
    struct write *writes;
    int count, writes_room;
    void *regions[REGIONS];
};

struct disk {
    sqlite3_vfs vfs;
    struct arena *mem;
    struct file files[SLOTS];
    struct handle *open[HANDLES];
    int64_t cut_in, operations;
    jmp_buf *off;
    bool lies;
};

struct handle {
    sqlite3_file base;
    struct disk *disk;
    struct file *file;
    int level;
    unsigned shared, exclusive; /* of the shared memory's locks, a bit each */
    bool temporary;
};

static struct handle *of(sqlite3_file *file)
{
    return (struct handle *)(void *)file;
}

static void operation(struct disk *d)
{
    d->operations++;
    if (d->cut_in < 0 || d->cut_in-- > 0) return;
    d->cut_in = -1;
    longjmp(*d->off, 1);
}

static void grow(struct disk *d, unsigned char **at, int64_t *room, int64_t size)
{
    if (size <= *room) return;
    int64_t more = *room ? *room * 2 : 65536;
    while (more < size) more *= 2;
    unsigned char *longer = arena_array(d->mem, unsigned char, (ptrdiff_t)more);
    if (*room > 0) memcpy(longer, *at, (size_t)*room);
    *at = longer;
    *room = more;
}

/* ---- what is kept ---- */

static void keep(struct disk *d, struct file *f, const struct write *w, int64_t count)
{
    if (w->count < 0) {
        if (w->at < f->kept_size) {
            memset(f->kept + w->at, 0, (size_t)(f->kept_size - w->at));
            f->kept_size = w->at;
        }
        return;
    }
    grow(d, &f->kept, &f->kept_room, w->at + count);
    memcpy(f->kept + w->at, w->bytes, (size_t)count);
    if (w->at + count > f->kept_size) f->kept_size = w->at + count;
}

static void forget_waiting(struct file *f)
{
    f->count = 0;
    arena_rewind(f->waiting, f->waiting_start);
}

static void wait(struct disk *d, struct file *f, int64_t at, const void *bytes, int64_t count)
{
    if (f->count == f->writes_room) {
        int room = f->writes_room ? f->writes_room * 2 : 64;
        struct write *longer = arena_array(d->mem, struct write, room);
        if (f->count > 0) memcpy(longer, f->writes, sizeof(struct write) * (size_t)f->count);
        f->writes = longer;
        f->writes_room = room;
    }
    struct write *w = &f->writes[f->count++];
    *w = (struct write){.at = at, .count = count};
    if (count < 0) return;
    w->bytes = arena_array(f->waiting, unsigned char, (ptrdiff_t)count);
    memcpy(w->bytes, bytes, (size_t)count);
}

void disk_power_loss(struct disk *d, struct chance *c)
{
    for (struct file *f = d->files; f < d->files + SLOTS; f++) {
        for (int i = 0; i < f->count; i++) {
            const struct write *w = &f->writes[i];
            int64_t fate = chance_below(c, 4);
            if (fate == 0) continue;
            if (fate == 1 && w->count > SECTOR)
                keep(d, f, w, SECTOR * (1 + chance_below(c, w->count / SECTOR)));
            else
                keep(d, f, w, w->count);
        }
        if (f->waiting) forget_waiting(f);
        if (f >= d->files + NAMED) f->used = false;
        grow(d, &f->now, &f->room, f->kept_size);
        if (f->room > 0) memset(f->now, 0, (size_t)f->room);
        if (f->kept_size > 0) memcpy(f->now, f->kept, (size_t)f->kept_size);
        f->now_size = f->kept_size;
        memset(f->regions, 0, sizeof f->regions);
    }
    memset(d->open, 0, sizeof d->open);
}

/* ---- a file, as SQLite sees it ---- */

static int file_close(sqlite3_file *file)
{
    struct handle *h = of(file);
    for (int i = 0; i < HANDLES; i++)
        if (h->disk->open[i] == h) h->disk->open[i] = NULL;
    if (h->temporary) h->file->used = false;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *to, int count, sqlite3_int64 at)
{
    struct handle *h = of(file);
    const struct file *f = h->file;
    operation(h->disk);
    int64_t there = f->now_size - at;
    if (there < 0) there = 0;
    if (there > count) there = count;
    if (there > 0) memcpy(to, f->now + at, (size_t)there);
    if (there == count) return SQLITE_OK;
    memset((char *)to + there, 0, (size_t)(count - there));
    return SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    struct handle *h = of(file);
    struct file *f = h->file;
    operation(h->disk);
    grow(h->disk, &f->now, &f->room, at + count);
    memcpy(f->now + at, bytes, (size_t)count);
    if (at + count > f->now_size) f->now_size = at + count;
    if (!h->temporary) wait(h->disk, f, at, bytes, count);
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *h = of(file);
    struct file *f = h->file;
    operation(h->disk);
    if (size < f->now_size) {
        memset(f->now + size, 0, (size_t)(f->now_size - size));
        f->now_size = size;
    }
    if (!h->temporary) wait(h->disk, f, size, NULL, -1);
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct handle *h = of(file);
    struct file *f = h->file;
    (void)flags;
    operation(h->disk);
    if (h->disk->lies || h->temporary) return SQLITE_OK;
    for (int i = 0; i < f->count; i++) keep(h->disk, f, &f->writes[i], f->writes[i].count);
    forget_waiting(f);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    *out = of(file)->file->now_size;
    return SQLITE_OK;
}

/* Whether another handle of this file holds that level, or one above. */
static bool held(const struct handle *h, int level)
{
    for (int i = 0; i < HANDLES; i++) {
        const struct handle *other = h->disk->open[i];
        if (other && other != h && other->file == h->file && other->level >= level) return true;
    }
    return false;
}

static int file_lock(sqlite3_file *file, int level)
{
    struct handle *h = of(file);
    if (level <= h->level) return SQLITE_OK;
    int against = level == SQLITE_LOCK_SHARED     ? SQLITE_LOCK_PENDING
                  : level == SQLITE_LOCK_RESERVED ? SQLITE_LOCK_RESERVED
                                                  : SQLITE_LOCK_SHARED;
    if (held(h, against)) return SQLITE_BUSY;
    h->level = level;
    return SQLITE_OK;
}

static int file_unlock(sqlite3_file *file, int level)
{
    if (of(file)->level > level) of(file)->level = level;
    return SQLITE_OK;
}

static int file_reserved(sqlite3_file *file, int *out)
{
    *out = held(of(file), SQLITE_LOCK_RESERVED) || of(file)->level >= SQLITE_LOCK_RESERVED;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int what, void *arg)
{
    (void)file, (void)what, (void)arg;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *file)
{
    (void)file;
    return 4096;
}

static int file_traits(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE; /* as SQLite takes a file of Linux to be */
}

/* ---- the log's index, in memory that all handles share ---- */

static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    struct handle *h = of(file);
    *out = NULL;
    if (region >= REGIONS) return SQLITE_IOERR_SHMMAP;
    void **at = &h->file->regions[region];
    if (!*at && extend) *at = arena_alloc(h->disk->mem, size, _Alignof(max_align_t), 1);
    *out = *at;
    return SQLITE_OK;
}

static int shm_lock(sqlite3_file *file, int first, int count, int flags)
{
    struct handle *h = of(file);
    unsigned mask = ((1U << count) - 1) << first;
    if (flags & SQLITE_SHM_UNLOCK) {
        h->shared &= ~mask;
        h->exclusive &= ~mask;
        return SQLITE_OK;
    }
    for (int i = 0; i < HANDLES; i++) {
        const struct handle *other = h->disk->open[i];
        if (!other || other == h || other->file != h->file) continue;
        bool wants_all = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
        if ((other->exclusive & mask) || (wants_all && (other->shared & mask))) return SQLITE_BUSY;
    }
    if (flags & SQLITE_SHM_EXCLUSIVE)
        h->exclusive |= mask;
    else
        h->shared |= mask;
    return SQLITE_OK;
}

static void shm_barrier(sqlite3_file *file)
{
    (void)file;
}

static int shm_unmap(sqlite3_file *file, int remove)
{
    struct handle *h = of(file);
    h->shared = h->exclusive = 0;
    if (remove) memset(h->file->regions, 0, sizeof h->file->regions);
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

/* ---- the disk, as SQLite sees it ---- */

/* Whatever the database is called, there is one; the ending tells which of its files. */
static struct file *named(struct disk *d, const char *name)
{
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, "-wal") == 0) return &d->files[1];
    if (length > 8 && strcmp(name + length - 8, "-journal") == 0) return &d->files[2];
    return &d->files[0];
}

static struct file *temporary(struct disk *d)
{
    for (int i = NAMED; i < SLOTS; i++)
        if (!d->files[i].used) return &d->files[i];
    return NULL;
}

static int disk_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    struct disk *d = vfs->pAppData;
    struct handle *h = of(file);
    struct file *f = name ? named(d, name) : temporary(d);
    *h = (struct handle){.disk = d, .file = f, .temporary = !name};
    int slot = 0;
    while (slot < HANDLES && d->open[slot]) slot++;
    if (!f || slot == HANDLES) return SQLITE_CANTOPEN;
    if (!name) f->now_size = 0;
    if (!f->waiting) {
        f->waiting = arena_open((ptrdiff_t)1 << 30);
        f->waiting_start = arena_mark(f->waiting);
    }
    f->used = true;
    h->base.pMethods = &methods;
    d->open[slot] = h;
    if (out) *out = flags;
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    struct disk *d = vfs->pAppData;
    struct file *f = named(d, name);
    (void)sync;
    operation(d);
    if (f->room > 0) memset(f->now, 0, (size_t)f->room);
    if (f->kept_room > 0) memset(f->kept, 0, (size_t)f->kept_room);
    f->now_size = f->kept_size = 0;
    f->used = false;
    if (f->waiting) forget_waiting(f);
    return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    const struct file *f = named(vfs->pAppData, name);
    (void)flags;
    *out = f->used && f->now_size > 0;
    return SQLITE_OK;
}

static int disk_path(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
    (void)vfs;
    snprintf(out, (size_t)room, "%s", name);
    return SQLITE_OK;
}

/* Salts of the log: always the same ones, which is the worst case. */
static int disk_chance(sqlite3_vfs *vfs, int count, char *out)
{
    (void)vfs;
    memset(out, 7, (size_t)count);
    return count;
}

static int disk_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int disk_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    *out = INT64_C(210866760000000);
    return SQLITE_OK;
}

static int disk_error(sqlite3_vfs *vfs, int count, char *out)
{
    (void)vfs, (void)count, (void)out;
    return 0;
}

struct disk *disk_open(void)
{
    struct arena *mem = arena_open((ptrdiff_t)1 << 32);
    struct disk *d = arena_new(mem, struct disk);
    *d = (struct disk){.mem = mem, .cut_in = -1};
    d->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = sizeof(struct handle),
        .mxPathname = 200,
        .zName = "sim",
        .pAppData = d,
        .xOpen = disk_file,
        .xDelete = disk_delete,
        .xAccess = disk_access,
        .xFullPathname = disk_path,
        .xRandomness = disk_chance,
        .xSleep = disk_sleep,
        .xCurrentTimeInt64 = disk_time,
        .xGetLastError = disk_error,
    };
    int code = sqlite3_vfs_register(&d->vfs, 1);
    assert(code == SQLITE_OK);
    (void)code;
    return d;
}

void disk_cut_in(struct disk *d, int64_t operations, jmp_buf *off)
{
    d->cut_in = operations;
    d->off = off;
}

void disk_lie(struct disk *d)
{
    d->lies = true;
}

int64_t disk_operations(const struct disk *d)
{
    return d->operations;
}
