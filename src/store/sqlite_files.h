/* How the writing connection reaches its files: as SQLite does (an sqlite3_vfs above the one that
 * is there), but for two of them, for which it makes a system call or two for each page.
 *
 * - What a savepoint or a statement would put back ("statement journal", sqlite.org/tempfiles.html,
 *   2.6) is a file that dies with the transaction. Here it is memory, up to 64 MB.
 * - The log (WAL) is written frame after frame, each in two pieces. Here they are gathered, and
 *   written before the log is synced or read. Nobody else reads a frame before its commit is
 *   synced (`synchronous = full`), so nobody can miss one. */
#ifndef STORE_SQLITE_FILES_H
#define STORE_SQLITE_FILES_H

struct arena;
struct sqlite_files;

/* To be closed after the connections that were opened by its name. */
struct sqlite_files *sqlite_files_open(struct arena *mem);
const char *sqlite_files_name(const struct sqlite_files *files);
void sqlite_files_close(struct sqlite_files *files);

#endif
