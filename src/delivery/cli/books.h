/* The commands about the books themselves: migrate, verify, version. */
#ifndef CLI_BOOKS_H
#define CLI_BOOKS_H

#include "delivery/cli/command.h"

extern const struct command migrate_command, verify_command, checkpoint_command;

#endif
