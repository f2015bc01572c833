/* quittance import: files of customers, invoices and credit notes into the books. */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "delivery/cli/command.h"
#include "domain/exchange/import.h"

extern const struct command import_command;

enum { IMPORT_FILES_MAX = 400 };

struct import_request {
    struct import_options options; /* the same for all files, but for the path */
    const char *files[IMPORT_FILES_MAX];
    int file_count;
    str preset, save_as; /* names of saved mappings */
    str refused_file;    /* where refused rows go; empty: NAME.refused.csv, here */
};

/* Takes everything out of the arguments. False: it said what is wrong with them. */
bool import_request_read(struct cli *cli, struct import_request *out) MUST_USE;

#endif
