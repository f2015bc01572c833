/* Reads the configuration, ties the tables together, and runs a command. */
#include "base/arena.h"
#include "base/clock.h"
#include "delivery/cli/access.h"
#include "delivery/cli/books.h"
#include "delivery/cli/command.h"
#include "delivery/cli/entity.h"
#include "delivery/cli/export.h"
#include "delivery/cli/import.h"
#include "delivery/cli/serve.h"
#include "delivery/gateway/service.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 << 20 };

const struct command *const commands[] = {
    &serve_command,   &work_command,   &demo_command, &import_command,
    &migrate_command, &user_command,   &key_command,  &entity_command,
    &export_command,  &verify_command, NULL,
};

static const struct command *command_find(const char *name)
{
    for (const struct command *const *c = commands; *c; c++)
        if (strcmp((*c)->name, name) == 0) return *c;
    return NULL;
}

static int show_help(void)
{
    printf("Quittance: a payment portal and receivables for business customers.\n\n"
           "usage: quittance COMMAND [settings] [arguments]\n\n");
    for (const struct command *const *c = commands; *c; c++)
        printf("  %-14s %s\n", (*c)->name, (*c)->about);
    printf("  %-14s %s\n", "test-gateway", "a card gateway for trying things out");
    printf("  %-14s %s\n", "help COMMAND", "the whole text of one command; `help settings`");
    printf("  %-14s %s\n", "version", "the version of this program");
    return EXIT_DONE;
}

static int show_help_of(const char *name)
{
    if (strcmp(name, "settings") == 0) {
        printf("Settings: in /etc/quittance.conf (or --config FILE) as `name = value`, in the\n"
               "environment as QUITTANCE_NAME, or as --name VALUE; the last one counts.\n\n");
        for (const struct config_name *n = config_names; n->name; n++)
            printf("  %-16s %s\n", n->name, n->about);
        return EXIT_DONE;
    }
    const struct command *command = command_find(name);
    if (!command) {
        fprintf(stderr, "quittance: there is no command %s; `quittance help` lists them\n", name);
        return EXIT_USAGE;
    }
    printf("usage: quittance %s %s\n\n%s", command->name, command->usage, command->help);
    return EXIT_DONE;
}

static int run(int argc, char **argv, struct op *op)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return show_help();
    if (strcmp(argv[1], "help") == 0) return argc > 2 ? show_help_of(argv[2]) : show_help();
    if (strcmp(argv[1], "version") == 0 || strcmp(argv[1], "--version") == 0) {
        printf("quittance %s\n", QUITTANCE_VERSION);
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "test-gateway") == 0) return test_gateway_main(argc - 1, argv + 1);

    const struct command *command = command_find(argv[1]);
    struct config config;
    struct cli cli = {
        .op = op,
        .config = &config,
        .program = argv[0],
        .argc = argc - 2,
        .argv = argv + 2,
        .terminal = isatty(STDERR_FILENO) == 1,
    };
    if (!command) {
        fprintf(stderr, "quittance: there is no command %s; `quittance help` lists them\n",
                argv[1]);
        return EXIT_USAGE;
    }
    if (cli_flag(&cli, "help")) return show_help_of(command->name);
    cli.json = cli_flag(&cli, "json");
    if (!config_read(op, &cli.argc, cli.argv, &config)) return cli_fail(&cli);
    return command->run(&cli);
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_open(ARENA_BYTES);
    struct op op = {.mem = mem, .now = clock_now()};
    int status = run(argc, argv, &op);
    arena_close(mem);
    return status;
}
