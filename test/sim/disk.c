/* A disk that keeps what was synced, and of the rest what it likes; whose power fails, which
 * answers EIO, and which fills. */
#define _DEFAULT_SOURCE /* mmap without a file */
#include "base/arena.h"
#include "sim.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum {
    SECTOR = 512,
    BLOCK = 4096, /* what the disk keeps or loses by itself, of a write that is longer */
    SLOTS = 12,
    HANDLES = 32,
    REGIONS = 16,
    WRITES_MAX = 65536,
    FILE_BYTES = 48 << 20,
    NAMED = 3, /* the database, its write-ahead log, its journal; the rest are temporary */
};

struct write {
    int64_t at, count; /* count below 0: cut off at `at` */
    unsigned char *bytes;
};

struct file {
    bool used;
    unsigned char *now, *kept, *waiting; /* FILE_BYTES each; waiting: the bytes of the writes */
    int64_t now_size, kept_size, waiting_size;
    struct write *writes;
    int count;
};

struct disk {
    sqlite3_vfs vfs, eyes; /* whoever looks through the second meets no faults */
    struct arena *mem;
    struct file files[SLOTS];
    unsigned char *image; /* of the database, with which every seed begins */
    int64_t image_size;
    struct handle *open[HANDLES];
    struct region { /* of the log's index: memory of the process */
        void *at;
        int size;
    } regions[SLOTS][REGIONS];

    enum disk_fault fault;
    int64_t fault_in, operations;
    struct chance chance; /* what becomes of what a failed sync did not keep */
    bool off, full, hurt, lies, deaf;
};

struct handle {
    sqlite3_file base;
    struct disk *disk;
    struct file *file;
    int level;
    unsigned shared, exclusive; /* of the shared memory's locks, a bit each */
    bool temporary, of_eyes;
};

static struct handle *of(sqlite3_file *file)
{
    return (struct handle *)(void *)file;
}

/* What the disk answers to this operation; `code` is the error that belongs to it. What is read
 * depends on what SQLite remembers, and changes nothing: it does not count. */
static int operation(struct disk *d, const struct handle *h, int code)
{
    if (h && h->of_eyes) return SQLITE_OK;
    if (code == SQLITE_IOERR_READ || (h && h->temporary)) return d->off ? SQLITE_IOERR : SQLITE_OK;
    bool counts = d->fault != DISK_EIO_SYNC || code == SQLITE_IOERR_FSYNC;
    d->operations++;
    if (counts && d->fault_in >= 0 && d->fault_in-- == 0) {
        d->off = d->fault == DISK_OFF;
        d->full = d->full || d->fault == DISK_FULL;
        d->hurt = true;
        if (d->fault == DISK_EIO || d->fault == DISK_EIO_SYNC) return code;
    }
    return d->off ? SQLITE_IOERR : SQLITE_OK;
}

/* ---- what is kept ---- */

static void put(unsigned char *to, int64_t *size, int64_t at, const void *bytes, int64_t count)
{
    assert(at + count <= FILE_BYTES);
    if (at > *size) memset(to + *size, 0, (size_t)(at - *size));
    memcpy(to + at, bytes, (size_t)count);
    if (at + count > *size) *size = at + count;
}

static void keep(struct file *f, const struct write *w, int64_t count)
{
    if (w->count >= 0)
        put(f->kept, &f->kept_size, w->at, w->bytes, count);
    else if (w->at < f->kept_size)
        f->kept_size = w->at;
}

static void forget_waiting(struct file *f)
{
    f->count = 0;
    f->waiting_size = 0;
}

static void wait(struct file *f, int64_t at, const void *bytes, int64_t count)
{
    assert(f->count < WRITES_MAX);
    struct write *w = &f->writes[f->count++];
    *w = (struct write){.at = at, .count = count, .bytes = f->waiting + f->waiting_size};
    if (count > 0) put(f->waiting, &f->waiting_size, f->waiting_size, bytes, count);
}

static void wait_blocks(struct file *f, int64_t at, const unsigned char *bytes, int64_t count)
{
    while (count > 0) {
        int64_t piece = BLOCK - at % BLOCK;
        if (piece > count) piece = count;
        wait(f, at, bytes, piece);
        at += piece, bytes += piece, count -= piece;
    }
}

/* Each block of a write by itself is lost, torn or kept; then that is what is there. */
static void settle(struct file *f, struct chance *c)
{
    int64_t lost_from = f->now_size;
    for (int i = 0; i < f->count; i++) {
        const struct write *w = &f->writes[i];
        int64_t fate = chance_below(c, 4);
        if (fate == 1 && w->count > SECTOR)
            keep(f, w, SECTOR * (1 + chance_below(c, w->count / SECTOR)));
        else if (fate > 0)
            keep(f, w, w->count);
        if (w->at < lost_from && w->count < 0) lost_from = w->at;
    }
    for (int i = 0; i < f->count; i++) {
        int64_t at = f->writes[i].at, end = at + f->writes[i].count;
        if (end > f->kept_size) end = f->kept_size;
        if (end > at) memcpy(f->now + at, f->kept + at, (size_t)(end - at));
    }
    if (f->kept_size > lost_from)
        memcpy(f->now + lost_from, f->kept + lost_from, (size_t)(f->kept_size - lost_from));
    f->now_size = f->kept_size;
    forget_waiting(f);
}

void disk_power_loss(struct disk *d, struct chance *c)
{
    for (int i = 0; i < NAMED; i++) settle(&d->files[i], c);
}

void disk_life_begin(struct disk *d)
{
    for (int i = 0; i < SLOTS; i++) {
        for (struct region *r = d->regions[i]; r < d->regions[i] + REGIONS; r++)
            if (r->at) memset(r->at, 0, (size_t)r->size);
    }
    disk_mend(d);
}

void disk_process_ends(struct disk *d)
{
    for (int i = 0; i < HANDLES; i++)
        if (d->open[i] && !d->open[i]->of_eyes) d->open[i] = NULL;
    for (int i = NAMED; i < SLOTS; i++) d->files[i].used = false;
}

void disk_image_take(struct disk *d)
{
    const struct file *f = d->files;
    assert(f[1].now_size == 0 && f->count == 0); /* the log is in the database, which is synced */
    d->image_size = f->now_size;
    d->image = arena_array(d->mem, unsigned char, (ptrdiff_t)d->image_size);
    memcpy(d->image, f->now, (size_t)d->image_size);
}

void disk_image_put(struct disk *d)
{
    for (struct file *f = d->files; f < d->files + NAMED; f++) {
        forget_waiting(f);
        f->now_size = f->kept_size = 0;
        f->used = f == d->files;
    }
    put(d->files->now, &d->files->now_size, 0, d->image, d->image_size);
    put(d->files->kept, &d->files->kept_size, 0, d->image, d->image_size);
    d->operations = 0;
    d->lies = d->deaf = false;
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
    int code = operation(h->disk, h, SQLITE_IOERR_READ);
    if (code != SQLITE_OK) return code;
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
    int code = operation(h->disk, h, SQLITE_IOERR_WRITE);
    if (code != SQLITE_OK) return code;
    if (h->disk->full && at + count > f->now_size && !h->temporary) return SQLITE_FULL;
    put(f->now, &f->now_size, at, bytes, count);
    if (!h->temporary) wait_blocks(f, at, bytes, count);
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *h = of(file);
    struct file *f = h->file;
    int code = operation(h->disk, h, SQLITE_IOERR_TRUNCATE);
    if (code != SQLITE_OK) return code;
    if (size < f->now_size) f->now_size = size;
    if (!h->temporary) wait(f, size, NULL, -1);
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct handle *h = of(file);
    struct file *f = h->file;
    (void)flags;
    int code = operation(h->disk, h, SQLITE_IOERR_FSYNC);
    if (code == SQLITE_IOERR_FSYNC && !h->temporary) settle(f, &h->disk->chance);
    if (code == SQLITE_IOERR_FSYNC && h->disk->deaf) return SQLITE_OK;
    if (code != SQLITE_OK) return code;
    if (h->disk->lies || h->temporary) return SQLITE_OK;
    for (int i = 0; i < f->count; i++) keep(f, &f->writes[i], f->writes[i].count);
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
    struct region *r = &h->disk->regions[h->file - h->disk->files][region];
    if (!r->at && extend) {
        r->at = arena_alloc(h->disk->mem, size, _Alignof(max_align_t), 1);
        r->size = size;
    }
    *out = r->at;
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
    struct region *own = h->disk->regions[h->file - h->disk->files];
    if (remove) memset(own, 0, sizeof h->disk->regions[0]);
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
    *h = (struct handle){.disk = d, .file = f, .temporary = !name, .of_eyes = vfs == &d->eyes};
    int slot = 0;
    while (slot < HANDLES && d->open[slot]) slot++;
    if (!f || slot == HANDLES) return SQLITE_CANTOPEN;
    if (!name) f->now_size = 0;
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
    int code = operation(d, NULL, SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK) return code;
    f->now_size = f->kept_size = 0;
    f->used = false;
    forget_waiting(f);
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

void *sim_shared(int64_t bytes)
{
    void *at = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert(at != MAP_FAILED);
    return at;
}

/* Addresses for a file; what is never written takes no memory. */
static void *room(int64_t bytes)
{
    void *at = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert(at != MAP_FAILED);
    return at;
}

struct disk *disk_open(void)
{
    struct arena *mem = arena_open((ptrdiff_t)1 << 30);
    struct disk *d = arena_new(mem, struct disk);
    *d = (struct disk){.mem = mem, .fault_in = -1};
    for (struct file *f = d->files; f < d->files + SLOTS; f++) {
        f->now = room(FILE_BYTES);
        f->kept = room(FILE_BYTES);
        f->waiting = room(FILE_BYTES);
        f->writes = room((int64_t)sizeof(struct write) * WRITES_MAX);
    }
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
    d->eyes = d->vfs;
    d->eyes.zName = "eyes";
    int code = sqlite3_vfs_register(&d->vfs, 1), second = sqlite3_vfs_register(&d->eyes, 0);
    assert(code == SQLITE_OK && second == SQLITE_OK);
    (void)code, (void)second;
    return d;
}

void disk_fault_in(struct disk *d, enum disk_fault fault, int64_t operations, uint64_t seed)
{
    d->fault = fault;
    d->fault_in = operations;
    chance_begin(&d->chance, seed, 70000);
}

void disk_switch_off(struct disk *d)
{
    if (d->fault == DISK_OFF && d->fault_in >= 0) d->off = d->hurt = true;
}

void disk_mend(struct disk *d)
{
    d->fault_in = -1;
    d->off = d->full = d->hurt = false;
}

bool disk_is_off(const struct disk *d)
{
    return d->off;
}

bool disk_is_hurt(const struct disk *d)
{
    return d->hurt;
}

void disk_deaf(struct disk *d)
{
    d->deaf = true;
}

void disk_lie(struct disk *d)
{
    d->lies = true;
}

int64_t disk_operations(const struct disk *d)
{
    return d->operations;
}
