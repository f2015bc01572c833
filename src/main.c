/* Reads the configuration, ties the tables together, and runs a command. */
#include "base/arena.h"
#include "base/clock.h"
#include "delivery/cli/command.h"
#include "delivery/cli/help.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 << 20 };

static bool has_flag(const struct command *command, const char *name)
{
    for (const struct command_flag *f = command->flags; f && f->name; f++)
        if (strcmp(f->name, name) == 0) return true;
    return false;
}

static int run(int argc, char **argv, struct op *op)
{
    struct config config = {0};
    bool asks = argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
    bool version = !asks && strcmp(argv[1], "--version") == 0;
    bool about = !asks && argc > 2 && strcmp(argv[2], "--help") == 0; /* COMMAND --help */
    char *help_about[] = {argc > 1 ? argv[1] : NULL, NULL};
    struct cli cli = {
        .op = op,
        .config = &config,
        .command = asks || about ? &help_command
                   : version     ? &version_command
                                 : command_find(str_of(argv[1])),
        .argc = about             ? 1
                : asks || version ? 0
                                  : argc - 2,
        .argv = about ? help_about : argv + (argc < 2 ? 1 : 2),
        .terminal = isatty(STDERR_FILENO) == 1,
    };
    if (!cli.command) return help_unknown(str_of(argv[1]));
    if (!cli.command->plain && !config_read(op, &cli.argc, cli.argv, cli.command->apart, &config))
        return cli_fail(&cli);
    if (!command_check(&cli)) return EXIT_USAGE;
    cli.json = has_flag(cli.command, "json") && cli_flag(&cli, "json");
    return cli.command->run(&cli);
}

int main(int argc, char **argv)
{
    arena_keep_freed();
    struct arena *mem = arena_open(ARENA_BYTES);
    struct op op = {.mem = mem, .now = clock_now()};
    int status = run(argc, argv, &op);
    arena_close(mem);
    return status;
}
