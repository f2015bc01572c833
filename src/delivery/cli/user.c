#include "base/clock.h"
#include "delivery/cli/access.h"
#include "domain/access/people.h"
#include "domain/access/sign_in.h"
#include "domain/customers/customers.h"

#include <stdio.h>
#include <string.h>

struct user {
    const struct app *app;
    str email, name, role, language, customer;
    int64_t person;
    struct person who;
    struct staff_list staff;
    str link;
    bool lock;
};

static bool customer_of(struct op *op, const struct user *u, int64_t *id)
{
    struct customer customer;
    bool found = false;
    *id = 0;
    if (u->customer.len == 0) return true;
    if (!customer_find(op, u->customer, &customer, &found)) return false;
    if (!found)
        return op_fail(op, ERR_INVALID, "customer", "There is no customer %.*s.", STR(u->customer));
    *id = customer.id;
    return true;
}

static bool find(struct op *op, struct user *u)
{
    str email;
    if (!person_email(op->mem, u->email, &email))
        return op_fail(op, ERR_INVALID, "email", "%.*s is not an e-mail address.", STR(u->email));
    if (!person_find(op, email, &u->who)) return false;
    if (u->who.id) return true;
    return op_fail(op, ERR_INVALID, "email", "There is nobody with the address %.*s.", STR(email));
}

static bool invite(struct op *op, struct user *u, bool quiet)
{
    struct invitation in = {
        .email = u->email,
        .name = u->name,
        .language = u->language,
        .quiet = quiet,
    };
    if (!role_from(str_z(op->mem, u->role), &in.role))
        return op_fail(op, ERR_INVALID, "role",
                       "--role is viewer, payer or admin at a customer; auditor, clerk, manager "
                       "or administrator of ours.");
    return customer_of(op, u, &in.customer) && person_invite(op, &in, &u->person);
}

static bool add(struct op *op, void *arg)
{
    struct user *u = arg;
    return invite(op, u, true) &&
           access_link_for(op, u->person, u->app->public_url, 1, DAY_US, &u->link);
}

static bool invite_by_mail(struct op *op, void *arg)
{
    return invite(op, arg, false);
}

static bool link_again(struct op *op, void *arg)
{
    struct user *u = arg;
    return find(op, u) && access_link_for(op, u->who.id, u->app->public_url, 1, DAY_US, &u->link);
}

static bool lock(struct op *op, void *arg)
{
    struct user *u = arg;
    return find(op, u) && person_block(op, u->who.id, u->lock);
}

static bool list(struct op *op, void *arg)
{
    struct user *u = arg;
    return staff_of_seller(op, &u->staff);
}

static void print_staff(struct op *op, const struct user *u)
{
    for (ptrdiff_t i = 0; i < u->staff.count; i++) {
        const struct person *p = &u->staff.at[i];
        str came = p->signed_in_at ? instant_text(op->mem, p->signed_in_at) : S("never");
        printf("%-14s %-34.*s %-24.*s %s%.*s\n", role_name(p->staff_role), STR(p->email),
               STR(p->name), p->blocked ? "locked, " : "", STR(came));
    }
}

/* What each word does, and what is said when it is done. */
static const struct deed {
    const char *name;
    enum tx_kind kind;
    bool (*work)(struct op *op, void *arg);
    const char *done;
} deeds[] = {
    {"add", TX_WRITE, add, "Added. This link signs in once, within a day:"},
    {"invite", TX_WRITE, invite_by_mail, "The invitation is sent as soon as the program runs."},
    {"link", TX_WRITE, link_again, "This link signs in once, within a day:"},
    {"lock", TX_WRITE, lock, "Locked, and signed out everywhere."},
    {"unlock", TX_WRITE, lock, "Unlocked."},
    {"list", TX_READ, list, NULL},
};

static const struct deed *deed_of(const struct cli *cli)
{
    for (ptrdiff_t i = 0; i < COUNT(deeds); i++)
        if (cli->argc > 0 && strcmp(cli->argv[0], deeds[i].name) == 0) return &deeds[i];
    return NULL;
}

static int user_run(struct cli *cli)
{
    struct program program;
    struct user u = {.app = &program.app};
    (void)cli_option(cli, "email", &u.email);
    (void)cli_option(cli, "role", &u.role);
    (void)cli_option(cli, "name", &u.name);
    (void)cli_option(cli, "language", &u.language);
    (void)cli_option(cli, "customer", &u.customer);

    const struct deed *deed = deed_of(cli);
    bool everybody = deed && deed->work == list;
    bool by_flag = u.email.len > 0;
    if (!deed || cli->argc != (everybody || by_flag ? 1 : 2))
        return cli_usage(cli, "say what to do, and with whom");
    if (!everybody && !by_flag) u.email = str_of(cli->argv[1]);
    u.lock = strcmp(deed->name, "lock") == 0;
    if (!program_open(cli, true, &program)) return cli_fail(cli);
    if (!store_transact(cli->op, program.store, deed->kind, deed->work, &u)) return cli_fail(cli);
    if (everybody) print_staff(cli->op, &u);
    if (deed->done) printf("%s\n", deed->done);
    if (u.link.len > 0) printf("  %.*s\n", STR(u.link));
    return EXIT_DONE;
}

const struct command user_command = {
    .name = "user",
    .about = "adds, invites, lists and locks people",
    .text =
        "With `--customer` the person acts for that customer, as viewer, payer or admin; without, "
        "the person is of your own staff, as auditor, clerk, manager or administrator.\n\n"
        "On SQLite the program must not be running meanwhile, but for `list`.",
    .forms =
        (const struct command_form[]){
            {"add EMAIL --role ROLE", "adds a person and prints a link that signs in once"},
            {"invite EMAIL --role ROLE", "adds a person and sends such a link by mail"},
            {"link EMAIL", "prints a new link, for somebody who cannot get mail"},
            {"lock EMAIL", "signs a person out everywhere and keeps them out"},
            {"unlock EMAIL", "lets them in again"},
            {"list", "shows your own staff"},
            {0},
        },
    .flags =
        (const struct command_flag[]){
            {"role", "ROLE", "what the person may do",
             "viewer payer admin auditor clerk manager administrator", false},
            {"customer", "NUMBER", "for whom the person acts", NULL, false},
            {"name", "NAME", "how the person is called", NULL, false},
            {"language", "LANGUAGE", "of mails and pages: en-GB, de", NULL, false},
            {"email", "EMAIL", "the address, if it does not stand behind the word", NULL, false},
            {0},
        },
    .run = user_run,
};
