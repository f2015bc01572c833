/* Imports of files that were sent: run at once by a page, or by a job where they are large. */
#ifndef JOBS_IMPORT_JOBS_H
#define JOBS_IMPORT_JOBS_H

#include "delivery/jobs/jobs.h"
#include "domain/exchange/import_file.h"

/* The file on this machine's disk until the arena gives it back. Outside a transaction. */
bool import_file_spool(struct op *op, struct store *store, int64_t id, struct import_file *file,
                       const char **path) MUST_USE;
/* Runs it, from "running" to "done" or "failed". What the person can mend is no failure of ours:
 * it is kept with the file. Outside a transaction. */
bool import_file_run(struct op *op, struct store *store, int64_t id) MUST_USE;

bool import_file_job(struct op *op, const struct job *job) MUST_USE;

#endif
