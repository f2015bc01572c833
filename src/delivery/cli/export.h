/* The command that gets data out: batches for the ERP. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "delivery/cli/command.h"

extern const struct command export_command;

#endif
