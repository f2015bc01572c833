/* The layer under the writing connection, without the store above it: whatever is kept in memory
 * or gathered there, the database is what SQLite says that it is. */
#include "store/sqlite_files.h"
#include "test.h"

#include "base/arena.h"

#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

struct place {
    char path[64];
    struct sqlite_files *files;
    sqlite3 *writer, *reader; /* the second through no layer of ours */
};

static void say(sqlite3 *db, const char *sql)
{
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
}

static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    CHECK(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    CHECK(sqlite3_step(stmt) == SQLITE_ROW, "%s: %s", sql, sqlite3_errmsg(db));
    int64_t answer = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return answer;
}

static void place_open(struct arena *mem, struct place *p)
{
    snprintf(p->path, sizeof p->path, "build/tmp/files-%d.db", (int)getpid());
    unlink(p->path);
    p->files = sqlite_files_open(mem);
    CHECK(sqlite3_open_v2(p->path, &p->writer, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                          sqlite_files_name(p->files)) == SQLITE_OK,
          "%s", p->path);
    say(p->writer, "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = 50;"
                   "create table page (n integer primary key, said integer, rest blob)");
    CHECK(sqlite3_open(p->path, &p->reader) == SQLITE_OK, "%s", p->path);
}

static void place_close(struct place *p)
{
    sqlite3_stmt *check;
    CHECK(sqlite3_prepare_v2(p->reader, "pragma integrity_check", -1, &check, NULL) == SQLITE_OK &&
              sqlite3_step(check) == SQLITE_ROW &&
              strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0,
          "the database is not whole");
    sqlite3_finalize(check);
    CHECK(sqlite3_close(p->reader) == SQLITE_OK && sqlite3_close(p->writer) == SQLITE_OK, "open");
    sqlite_files_close(p->files);
    unlink(p->path);
}

/* As many rows as pages, each of which says `what`. */
static void fill(struct place *p, int count, int what)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "with recursive k (n) as (select 1 union all select n + 1 from k where n < %d) insert "
             "or replace into page select n, %d, zeroblob(3500) from k",
             count, what);
    say(p->writer, sql);
}

static int64_t saying(sqlite3 *db, int what)
{
    char sql[96];
    snprintf(sql, sizeof sql, "select count(*) from page where said = %d", what);
    return ask(db, sql);
}

/* 18,000 pages are 72 MB: what stays in memory, and what does not. */
SENTENCE(a_savepoint_puts_back_few_pages_and_many)
{
    static const int counts[] = {3, 40, 2000, 18000};
    struct place p;
    place_open(mem, &p);
    fill(&p, counts[COUNT(counts) - 1], 1);
    for (int i = 0; i < COUNT(counts); i++) {
        say(p.writer, "begin immediate; savepoint outer");
        fill(&p, 2, 2);
        say(p.writer, "savepoint inner");
        fill(&p, counts[i], 3);
        CHECK(saying(p.writer, 3) == counts[i], "%d were not written", counts[i]);
        say(p.writer, "rollback to inner; release inner");
        CHECK(saying(p.writer, 2) == 2 && saying(p.writer, 3) == 0, "%d inside", counts[i]);
        say(p.writer, "rollback to outer; release outer; commit");
        CHECK(saying(p.reader, 1) == counts[COUNT(counts) - 1], "%d are left",
              (int)saying(p.reader, 1));
    }
    place_close(&p);
}

/* A transaction that is larger than its cache writes to the log before it knows how it ends. */
SENTENCE(others_see_a_commit_at_once_and_nothing_else)
{
    struct place p;
    place_open(mem, &p);
    for (int round = 1; round <= 20; round++) {
        say(p.writer, "begin immediate");
        fill(&p, round * 30, round);
        CHECK(saying(p.reader, round) == 0, "round %d was seen before its commit", round);
        say(p.writer, round % 3 ? "commit" : "rollback");
        CHECK(saying(p.reader, round) == (round % 3 ? round * 30 : 0), "round %d", round);
        if (round % 7 == 0) say(p.writer, "pragma wal_checkpoint(truncate)");
    }
    place_close(&p);
}

/* ---- a disk that is full, below the layer ---- */

static struct {
    sqlite3_vfs vfs, *below;
    sqlite3_io_methods methods;
    int (*write)(sqlite3_file *file, const void *from, int amount, sqlite3_int64 to);
    bool full;
} disk;

static int full_write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 to)
{
    return disk.full ? SQLITE_FULL : disk.write(file, from, amount, to);
}

static int full_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    int code = disk.below->xOpen(disk.below, name, file, flags, out);
    if (code != SQLITE_OK || !(flags & SQLITE_OPEN_WAL)) return code;
    disk.methods = *file->pMethods;
    disk.write = disk.methods.xWrite;
    disk.methods.xWrite = full_write;
    file->pMethods = &disk.methods;
    return code;
}

/* What is gathered when it is full belongs to pages that SQLite has written, as it thinks. */
SENTENCE(what_cannot_be_written_takes_its_transaction_with_it)
{
    /* It may break a rule half-way: such a statement is taken back alone. */
    static const char update[] = "update page set said = 3, n = -n where n between 1 and 2";
    struct place p;
    disk.below = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.below;
    disk.vfs.zName = "full";
    disk.vfs.xOpen = full_open;
    CHECK(sqlite3_vfs_register(&disk.vfs, 1) == SQLITE_OK, "the disk");
    place_open(mem, &p);
    fill(&p, 400, 1);
    for (int count = 310; count <= 400; count++) {
        say(p.writer, "begin immediate");
        fill(&p, count, 2);
        disk.full = true;
        int code = sqlite3_exec(p.writer, update, NULL, NULL, NULL);
        disk.full = false;
        if (code == SQLITE_OK && saying(p.writer, 3) == 2) { /* nothing had to be read */
            say(p.writer, "rollback");
            continue;
        }
        (void)sqlite3_exec(p.writer, "commit", NULL, NULL, NULL);
        CHECK(saying(p.reader, 1) == 400, "%d: %d are left", count, (int)saying(p.reader, 1));
    }
    place_close(&p);
    sqlite3_vfs_unregister(&disk.vfs);
    sqlite3_vfs_register(disk.below, 1);
}

TESTS(TEST(a_savepoint_puts_back_few_pages_and_many),
      TEST(others_see_a_commit_at_once_and_nothing_else),
      TEST(what_cannot_be_written_takes_its_transaction_with_it))
