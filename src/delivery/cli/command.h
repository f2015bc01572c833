/* A command of the program: one row in the table of main.c, one function. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/op.h"
#include "delivery/app.h"
#include "delivery/cli/config.h"
#include "store/store.h"

#define QUITTANCE_VERSION "0.1.0"

/* How a command ends (docs/interface: 0 done, 1 some rows refused or a problem found, 2 wrong
 * usage, 3 could not run). */
enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_FAILED = 3 };

struct cli {
    struct op *op;
    const struct config *config;
    const char *program; /* argv[0]: to start ourselves again */
    int argc;            /* what stands behind the command, settings taken out */
    char **argv;
    bool json;     /* --json: machine-readable results on standard output */
    bool terminal; /* standard error is a terminal: progress may be redrawn */
};

struct command {
    const char *name;
    const char *usage; /* "invoices|customers FILE [--dry-run]" */
    const char *about; /* one line */
    const char *help;  /* the whole text of `quittance help NAME`, which the man page repeats */
    int (*run)(struct cli *cli);
};
extern const struct command *const commands[]; /* in main.c; NULL at the end */

/* ---- what commands share ---- */

/* Says what went wrong, one sentence a line on standard error, and returns EXIT_FAILED, or
 * EXIT_USAGE for ERR_INVALID. */
int cli_fail(struct cli *cli);
int cli_usage(struct cli *cli, const struct command *command, const char *why);
/* Takes `--name` or `--name VALUE` (or `--name=VALUE`) out of the arguments. */
bool cli_flag(struct cli *cli, const char *name);
bool cli_option(struct cli *cli, const char *name, str *value);
/* What is left when all flags are taken: *left is false when an unknown flag remains. */
bool cli_done(struct cli *cli, const struct command *command);

/* The program's parts for this configuration. `create`: an SQLite database and a key file that are
 * not there are made, and the schema is brought up to date (always so for SQLite files of ours). */
struct program {
    struct app app;
    struct database *db;
    struct store *store;
};
bool program_open(struct cli *cli, bool create, struct program *out) MUST_USE;

#endif
