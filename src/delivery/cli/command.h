/* A command of the program: a row of the table in commands.c, and one function.
 *
 * What a command takes stands in its row and nowhere else. From it come the check of what was
 * given, `quittance help`, the manual pages and the completions of three shells, so that none of
 * them can say what another denies. Texts mark what is typed with `backquotes`; their paragraphs
 * are separated by an empty line, and whoever prints them breaks their lines. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/op.h"
#include "delivery/app.h"
#include "delivery/cli/config.h"
#include "store/store.h"

/* How a command ends (docs/interface: 0 done, 1 some rows refused or a problem found, 2 wrong
 * usage, 3 could not run). */
enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_FAILED = 3 };

struct command;

struct cli {
    struct op *op;
    const struct config *config;
    const struct command *command;
    int argc; /* what stands behind the command, settings taken out */
    char **argv;
    bool json;     /* --json: machine-readable results on standard output */
    bool terminal; /* standard error is a terminal: progress may be redrawn */
};

/* One way to call a command. Words in small letters are typed as they stand, "a|b" is one of two;
 * capitals are put in. */
struct command_form {
    const char *arguments; /* "add EMAIL --role ROLE"; "" is none at all */
    const char *about;     /* NULL: the command's own line says it */
};

struct command_flag {
    const char *name;    /* without its dashes */
    const char *value;   /* what stands behind it: "FILE"; NULL: nothing does */
    const char *about;   /* a phrase */
    const char *choices; /* "csv json": nothing else is taken; NULL: anything is */
    bool many;           /* may be given again */
};

struct command {
    const char *name;
    const char *about;                /* one line */
    const char *text;                 /* paragraphs */
    const struct command_form *forms; /* arguments NULL at the end */
    const struct command_flag *flags; /* name NULL at the end; NULL: none */
    bool plain; /* takes no settings: it has no books, or flags with the same names */
    bool apart; /* leaves the machine's own configuration file alone */
    int (*run)(struct cli *cli);
};
extern const struct command *const commands[]; /* in commands.c; NULL at the end */

const struct command *command_find(str name); /* NULL: there is none */
/* Whether the arguments are what the row says; if not, one sentence has said what is wrong. */
bool command_check(const struct cli *cli) MUST_USE;
/* The name among `names` that was probably meant, or NULL. */
const char *name_meant(str given, const char *const *names);

/* ---- what commands share ---- */

/* Says what went wrong, one sentence a line on standard error, and returns EXIT_FAILED, or
 * EXIT_USAGE when it was the way the command was called. */
int cli_fail(struct cli *cli);
int cli_usage(const struct cli *cli, const char *why);
/* Takes `--name` or `--name VALUE` (or `--name=VALUE`) out of the arguments. The name must stand
 * in the command's table. */
bool cli_flag(struct cli *cli, const char *name);
bool cli_option(struct cli *cli, const char *name, str *value);

/* The program's parts for this configuration. `create`: an SQLite database and a key file that are
 * not there are made, and the schema is brought up to date (always so for SQLite files of ours). */
struct program {
    struct app app;
    struct database *db;
    struct store *store;
};
bool program_open(struct cli *cli, bool create, struct program *out) MUST_USE;

#endif
