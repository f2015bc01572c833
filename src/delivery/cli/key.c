#include "base/clock.h"
#include "delivery/cli/access.h"
#include "domain/access/api_keys.h"

#include <stdio.h>
#include <string.h>

struct keyed {
    str name, role, key;
    int64_t id;
    struct api_key_list list;
};

static bool add(struct op *op, void *arg)
{
    struct keyed *k = arg;
    enum role role = ROLE_NONE;
    (void)role_from(str_z(op->mem, k->role), &role); /* refused below, in words */
    return api_key_add(op, k->name, role, 0, &k->key);
}

static bool list(struct op *op, void *arg)
{
    struct keyed *k = arg;
    return api_keys(op, &k->list);
}

static bool revoke(struct op *op, void *arg)
{
    const struct keyed *k = arg;
    return api_key_revoke(op, k->id);
}

static void print_keys(struct op *op, const struct keyed *k)
{
    for (ptrdiff_t i = 0; i < k->list.count; i++) {
        const struct api_key *key = &k->list.at[i];
        str used = key->last_used_at ? instant_text(op->mem, key->last_used_at) : S("never used");
        printf("%4lld  %.*s…  %-14s %-24.*s %s%.*s\n", (long long)key->id, STR(key->start),
               role_name(key->role), STR(key->name), key->revoked ? "revoked, " : "", STR(used));
    }
}

static int act(struct cli *cli, struct keyed *k, enum tx_kind kind,
               bool (*work)(struct op *op, void *arg))
{
    struct program program;
    if (!program_open(cli, true, &program)) return cli_fail(cli);
    if (!store_transact(cli->op, program.store, kind, work, k)) return cli_fail(cli);
    return EXIT_DONE;
}

static int key_run(struct cli *cli)
{
    struct keyed k = {.role = S("")};
    (void)cli_option(cli, "role", &k.role);
    const char *what = cli->argc > 0 ? cli->argv[0] : "";
    int status = EXIT_USAGE;
    if (strcmp(what, "add") == 0 && cli->argc == 2) {
        k.name = str_of(cli->argv[1]);
        status = act(cli, &k, TX_WRITE, add);
        if (status == EXIT_DONE) printf("%.*s\nKeep it now: it is not shown again.\n", STR(k.key));
    } else if (strcmp(what, "list") == 0 && cli->argc == 1) {
        status = act(cli, &k, TX_READ, list);
        print_keys(cli->op, &k);
    } else if (strcmp(what, "revoke") == 0 && cli->argc == 2 &&
               str_to_i64(str_of(cli->argv[1]), &k.id)) {
        status = act(cli, &k, TX_WRITE, revoke);
        if (status == EXIT_DONE) printf("Revoked.\n");
    } else {
        status = cli_usage(cli, "say add NAME, list, or revoke NUMBER");
    }
    return status;
}

const struct command key_command = {
    .name = "key",
    .about = "makes, lists and revokes keys for the API",
    .text = "A key is shown once, when it is made; only its hash is kept. It may do what its role "
            "may do, and nothing outside of /api.\n\n"
            "On SQLite the program must not be running meanwhile, but for `list`.",
    .forms =
        (const struct command_form[]){
            {"add NAME --role ROLE", "makes a key for a program and shows it"},
            {"list", "shows the keys: numbers, first letters, when they were used last"},
            {"revoke NUMBER", "ends a key at once"},
            {0},
        },
    .flags =
        (const struct command_flag[]){
            {"role", "ROLE", "what it may do", "auditor clerk manager administrator", false},
            {0},
        },
    .run = key_run,
};
