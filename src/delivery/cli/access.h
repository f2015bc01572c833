/* The commands about who may come in: user and key. */
#ifndef CLI_ACCESS_H
#define CLI_ACCESS_H

#include "delivery/cli/command.h"

extern const struct command user_command, key_command;

#endif
