/* The command that says whose books these are. */
#ifndef CLI_ENTITY_H
#define CLI_ENTITY_H

#include "delivery/cli/command.h"

extern const struct command entity_command;

#endif
