/* The commands that carry the books out of a machine and back into one: backup, restore. */
#ifndef CLI_BACKUP_H
#define CLI_BACKUP_H

#include "delivery/cli/command.h"
#include "domain/ledger/ledger.h"

extern const struct command backup_command, restore_command;

/* What the head of a backup says, in plain text, as lines `name=value`. */
struct backup_head {
    str engine;     /* "sqlite", "postgres" */
    str program;    /* the version that made it */
    str made;       /* an instant */
    str key;        /* tells the key, without telling it */
    str migrations; /* their numbers, with blanks between them */
    struct ledger_root root;
};
str backup_head_text(struct arena *mem, const struct backup_head *head);
bool backup_head_read(struct op *op, str text, struct backup_head *out) MUST_USE;
str backup_key_name(struct arena *mem, const struct keys *keys);

/* The root of the books in a database, whichever migration it is at. */
bool backup_root(struct op *op, struct database *db, struct ledger_root *out) MUST_USE;

/* A program of PostgreSQL's that writes to, or reads from, a pipe of ours. */
struct tool {
    const char *name;
    int pid, fd;
};
bool tool_start(struct op *op, struct database *db, const char *const *arguments, bool reads,
                struct tool *out) MUST_USE;
/* Waits for its end; false when it failed, in a sentence. */
bool tool_end(struct op *op, struct tool *tool) MUST_USE;

#endif
