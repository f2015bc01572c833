/* What the driver and the shim inside the server share: a page of memory, in the file that the
 * variable FAULTIO names. */
#ifndef PROCESSES_FAULTIO_H
#define PROCESSES_FAULTIO_H

#include <stdatomic.h>

/* What is counted, and may be hit. */
enum files {
    FILES_BOOKS,  /* of SQLite */
    FILES_WAL,    /* of a PostgreSQL cluster whose folder is named data: its log */
    FILES_DATA,   /* of that cluster: all others */
    FILES_TABLES, /* of these: tables and indexes */
    FILES_CLUSTER,
};
enum operations {
    OPERATIONS_ALL, /* writes, syncs and cuts */
    OPERATIONS_WRITES,
    OPERATIONS_SYNCS,
    OPERATIONS_GROWTH, /* writes that need room: beyond the end of a file */
};

enum deed {
    DEED_NOTHING,
    DEED_DIE,    /* kill -9 before it */
    DEED_TEAR,   /* half of a write reaches the file, then kill -9 */
    DEED_EIO,    /* once */
    DEED_ENOSPC, /* of every write from there on, until there is room again */
    DEEDS,
};

struct faultio {
    atomic_long count;   /* what is counted of these files, since it was set to 0 */
    atomic_long sync_at; /* which of them was the first sync */
    atomic_long at;      /* the deed is done at this one; 0: never */
    atomic_int files, operations, deed;
    atomic_int lasts;              /* EIO, too: of every write from there on */
    atomic_int done, done_at_sync; /* how often */
};

#endif
