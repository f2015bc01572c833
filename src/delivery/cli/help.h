/* The commands that tell: help in five forms, version. Everything is written from the tables of
 * command.h and config.h, so that a screen, a manual page and a shell's completion say the same. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/text.h"
#include "delivery/cli/command.h"

extern const struct command help_command, version_command;
/* Says that there is no such command, and which one was probably meant. */
int help_unknown(str name);

/* For a terminal, at most 80 columns wide. */
void help_all(struct text *t);
void help_command_text(struct text *t, const struct command *command);
void help_settings(struct text *t);

/* In roff, for man(1): quittance.1 and quittance.conf.5. */
void manual_program(struct text *t);
void manual_settings(struct text *t);

/* The configuration file with every setting explained and none set. */
void example_settings(struct text *t);

void completion_bash(struct text *t);
void completion_zsh(struct text *t);
void completion_fish(struct text *t);

#endif
