/* `quittance demo`: a company to try everything on, its card gateway, and the two links. */
#include "base/arena.h"
#include "base/clock.h"
#include "delivery/cli/demo_company.h"
#include "delivery/cli/demo_events.h"
#include "delivery/cli/serve.h"
#include "delivery/gateway/service.h"
#include "domain/access/sign_in.h"
#include "domain/company/company.h"
#include "store/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEMO_LINK_US (12 * HOUR_US)
enum { LINK_USES = 1000 };

struct demo {
    struct cli *cli;
    struct program *program;
    struct demo_company company;
    str customer_link, staff_link, folder;
    bool made;
    atomic_bool again; /* a page asked to begin anew */
};

static bool make(struct op *op, void *arg)
{
    struct demo *d = arg;
    bool found;
    if (!demo_company_find(op, &d->company, &found)) return false;
    d->made = !found;
    if (found) return true;
    return demo_company_make(op, clock_date(op->now, S("Europe/Berlin")), &d->company);
}

static bool links(struct op *op, void *arg)
{
    struct demo *d = arg;
    str url = d->program->app.public_url;
    return access_link_for(op, d->company.clerk, url, LINK_USES, DEMO_LINK_US, &d->customer_link) &&
           access_link_for(op, d->company.staff, url, LINK_USES, DEMO_LINK_US, &d->staff_link);
}

/* A port for the card gateway beside ours: 8090 for 8080. */
static str gateway_address(struct op *op, str listen)
{
    int64_t port = 8080;
    ptrdiff_t colon = listen.len;
    while (colon > 0 && listen.at[colon - 1] != ':') colon--;
    if (colon == 0 || !str_to_i64(str_from(listen, colon), &port)) colon = listen.len + 1;
    return str_printf(op->mem, "127.0.0.1:%lld", (long long)port + 10);
}

static bool folder_make(struct op *op, const char *folder)
{
    if (mkdir(folder, 0700) == 0 || errno == EEXIST) return true;
    return op_fail(op, ERR_INVALID, "folder", "The folder %s cannot be made: %s.", folder,
                   strerror(errno));
}

static void say_ready(void *arg, int port)
{
    struct demo *d = arg;
    (void)port;
    printf("\n  Sign in as a customer's clerk (Maya Okafor, Hallam & Pryce Ltd):\n"
           "    %.*s\n\n"
           "  Sign in as the receivables team (Lena Voss, Nordwind Antriebstechnik):\n"
           "    %.*s\n\n"
           "  More people, cards to pay with, and a way to begin anew:\n"
           "    %.*s/demo\n\n"
           "  Mails are written to %.*s/mail. Pay with card 4242 4242 4242 4242.\n"
           "  Everything is invented, and kept in %.*s. Stop with Ctrl-C.\n\n",
           STR(d->customer_link), STR(d->staff_link), STR(d->program->app.public_url),
           STR(d->folder), STR(d->folder));
    fflush(stdout);
}

/* The demonstration's own settings, where nobody gave others. */
static struct config demo_config(struct op *op, const struct config *given, str folder, str gateway)
{
    struct config c = *given;
    if (str_eq(c.database, S("sqlite:./quittance.db")))
        c.database = str_printf(op->mem, "sqlite:%.*s/quittance.db", STR(folder));
    if (str_eq(c.mail, S("file:./mail")))
        c.mail = str_printf(op->mem, "file:%.*s/mail", STR(folder));
    if (str_eq(c.keyfile, S("./quittance.key")))
        c.keyfile = str_printf(op->mem, "%.*s/quittance.key", STR(folder));
    if (c.gateway.len == 0) {
        c.gateway = str_printf(op->mem, "test:http://%.*s", STR(gateway));
        c.gateway_keyfile = str_printf(op->mem, "%.*s/gateway.key", STR(folder));
    }
    c.mail_from = S("receivables@nordwind.example");
    return c;
}

static bool gateway_start(struct op *op, const struct config *c, str folder, str address, int *pid)
{
    struct test_gateway options = {
        .listen = address,
        .database = str_printf(op->mem, "sqlite:%.*s/gateway.db", STR(folder)),
        .merchant_url = c->public_url.len > 0 ? c->public_url
                                              : str_printf(op->mem, "http://%.*s", STR(c->listen)),
        .key_file = str_z(op->mem, c->gateway_keyfile),
    };
    return test_gateway_spawn(op, &options, pid);
}

/* ---- beginning anew ---- */

static bool has_others(struct op *op, void *arg)
{
    struct entity_list sellers;
    bool *others = arg;
    *others = false;
    if (!entities(op, &sellers)) return false;
    for (ptrdiff_t i = 0; i < sellers.count; i++)
        if (!str_starts(sellers.at[i].code, S("nordwind-"))) *others = true;
    return true;
}

static bool files_remove(struct op *op, str folder, const char *ending)
{
    const char *path = str_z(op->mem, folder);
    DIR *dir = opendir(path);
    const struct dirent *file;
    if (!dir) return true;
    while ((file = readdir(dir))) {
        str name = str_of(file->d_name);
        if (!str_ends(name, str_of(ending))) continue;
        if (unlinkat(dirfd(dir), file->d_name, 0) != 0) {
            closedir(dir);
            return op_fail(op, ERR_INVALID, "folder", "%.*s in %s cannot be removed: %s.",
                           STR(name), path, strerror(errno));
        }
    }
    closedir(dir);
    return true;
}

static bool take_back(struct op *op, struct database *db)
{
    struct store *store;
    int count;
    bool others;
    if (!migrate_up(op, db, &count) || !store_open(op, db, &store)) return false;
    bool told = store_transact(op, store, TX_READ, has_others, &others);
    store_close(store);
    if (!told) return false;
    if (others)
        return op_fail(op, ERR_INVALID, "reset",
                       "This database holds more than the demonstration: it is not put back.");
    return migrate_down(op, db, 0);
}

/* Takes everything back, but never from anybody's real books. */
static bool forget(struct op *op, const struct config *c, str folder)
{
    static const char *const endings[] = {".db", ".db-wal", ".db-shm"};
    struct database *db;
    if (!database_open(op, c->database, &db)) return false;
    bool taken = take_back(op, db);
    database_close(db);
    for (ptrdiff_t i = 0; taken && i < COUNT(endings); i++)
        taken = files_remove(op, folder, endings[i]);
    if (!taken || !str_starts(c->mail, S("file:"))) return taken;
    return files_remove(op, str_from(c->mail, 5), ".eml");
}

/* Called by a page: the program drains, and begins again. */
static void begin_anew(void *arg)
{
    struct demo *d = arg;
    atomic_store(&d->again, true);
    kill(getpid(), SIGTERM);
}

static int demo_once(struct demo *d, const struct config *given, bool serve, bool reset)
{
    struct cli *cli = d->cli;
    struct op *op = cli->op;
    struct program program;
    int gateway_pid = 0;
    str address = gateway_address(op, given->listen);
    struct config config = demo_config(op, given, d->folder, address);
    bool own_gateway = given->gateway.len == 0;
    d->program = &program;
    cli->config = &config;
    if (reset && !forget(op, &config, d->folder)) return cli_fail(cli);
    if (own_gateway && serve && !gateway_start(op, &config, d->folder, address, &gateway_pid))
        return cli_fail(cli);
    if (own_gateway && !serve) config.gateway = S("");
    if (!program_open(cli, true, &program)) return cli_fail(cli);
    program.app.demo = true;
    program.app.begin_anew = begin_anew;
    program.app.begin_anew_arg = d;
    if (!store_transact(op, program.store, TX_WRITE, make, d)) return cli_fail(cli);
    date today = clock_date(op->now, S("Europe/Berlin"));
    if (d->made && !demo_events_make(op, &program.app, program.store, today)) return cli_fail(cli);
    if (d->made) fprintf(stderr, "The demonstration company is made.\n");
    if (program.app.time_zone.len == 0) program.app.time_zone = S("Europe/Berlin");
    if (!serve) return EXIT_DONE;
    if (!store_transact(op, program.store, TX_WRITE, links, d)) return cli_fail(cli);
    bool served = serve_until_stopped(cli, &program, say_ready, d);
    if (gateway_pid) test_gateway_stop(gateway_pid);
    store_close(program.store);
    database_close(program.db);
    return served ? EXIT_DONE : cli_fail(cli);
}

static int demo_run(struct cli *cli)
{
    struct demo d = {.cli = cli, .folder = S("./demo")};
    const struct config *given = cli->config;
    bool serve = !cli_flag(cli, "no-serve"), reset = cli_flag(cli, "reset");
    (void)cli_option(cli, "folder", &d.folder);
    if (!folder_make(cli->op, str_z(cli->op->mem, d.folder))) return cli_fail(cli);
    for (;; reset = true) {
        struct arena_mark mark = arena_mark(cli->op->mem);
        atomic_store(&d.again, false);
        int code = demo_once(&d, given, serve, reset);
        if (!atomic_load(&d.again)) return code;
        cli->config = given;
        cli->op->now = clock_now();
        arena_rewind(cli->op->mem, mark);
    }
}

const struct command demo_command = {
    .name = "demo",
    .about = "makes a demonstration company with customers, and serves its portal",
    .text =
        "Makes a company with customers, invoices and payments of the last half year in a folder, "
        "starts the test gateway beside it, serves the portal and prints a sign-in link for a "
        "customer's clerk and one for the receivables team. Started again, it goes on where it "
        "was. The machine's own configuration file is not read.",
    .forms = (const struct command_form[]){{"", NULL}, {0}},
    .flags =
        (const struct command_flag[]){
            {"folder", "FOLDER", "where everything is kept; ./demo if not said", NULL, false},
            {"no-serve", NULL, "only makes the data", NULL, false},
            {"reset", NULL, "puts everything back as it was at first, as the page /demo does", NULL,
             false},
            {0},
        },
    .apart = true,
    .run = demo_run,
};
