/* What commands share: their arguments, their way to fail, and the program's parts. */
#include "adapters/breaches/hash_file.h"
#include "adapters/gateways/counted.h"
#include "adapters/gateways/gateways.h"
#include "adapters/gateways/guarded.h"
#include "adapters/mail/inbox.h"
#include "adapters/mail/mailers.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/cli/command.h"
#include "delivery/cli/version.h"
#include "delivery/console/console.h"
#include "delivery/jobs/kinds.h"
#include "delivery/jobs/letter_jobs.h"
#include "delivery/jobs/measures.h"
#include "delivery/routes.h"
#include "delivery/web/command_claims.h"
#include "delivery/web/session.h"
#include "domain/company/company.h"
#include "store/migrate.h"

#include <stdio.h>
#include <string.h>

/* What lies in a file, the database or the disk is no wrong usage. */
static bool wrong_usage(const struct err *err)
{
    static const char *const outside[] = {"file", "database", "refused", "out", "folder", "backup"};
    if (err->kind != ERR_INVALID || !err->field) return err->kind == ERR_INVALID;
    for (ptrdiff_t i = 0; i < COUNT(outside); i++)
        if (strcmp(err->field, outside[i]) == 0) return false;
    return true;
}

int cli_fail(struct cli *cli)
{
    int code = EXIT_FAILED;
    for (const struct err *err = cli->op->errs; err; err = err->next) {
        fprintf(stderr, "quittance: %.*s\n", STR(err->message));
        if (err->detail.len > 0) fprintf(stderr, "  %.*s\n", STR(err->detail));
        if (wrong_usage(err)) code = EXIT_USAGE;
    }
    return code;
}

int cli_usage(const struct cli *cli, const char *why)
{
    fprintf(stderr, "quittance %s: %s; `quittance help %s` shows how.\n", cli->command->name, why,
            cli->command->name);
    return EXIT_USAGE;
}

/* ---- the program's parts ---- */

static bool main_entity(struct op *op, void *arg)
{
    struct app *app = arg;
    struct entity_list list;
    if (!entities(op, &list)) return false;
    if (list.count > 0) app->time_zone = list.at[0].zone;
    return true;
}

static bool database_ready(struct op *op, struct database *db, bool create)
{
    int count;
    bool ours = strcmp(database_engine(db), "sqlite") == 0;
    if (create || ours) return migrate_up(op, db, &count);
    return migrate_check(op, db);
}

bool program_open(struct cli *cli, bool create, struct program *out)
{
    struct op *op = cli->op;
    const struct config *c = cli->config;
    struct gateway_setup gateway;
    struct gateway_setting setting = {.gateway = c->gateway};
    *out = (struct program){0};
    if (c->gateway_keyfile.len > 0) setting.key_file = str_z(op->mem, c->gateway_keyfile);
    if (!database_open(op, c->database, &out->db)) return false;
    if (!database_ready(op, out->db, create)) return false;
    if (!store_open(op, out->db, &out->store)) return false;
    out->app = (struct app){
        .db = out->db,
        .claims = command_claims_open(op->mem),
        .public_url = c->public_url.len > 0 ? c->public_url
                                            : str_printf(op->mem, "http://%.*s", STR(c->listen)),
        .routes = all_routes,
        .jobs = job_kinds,
        .attachments = letter_attachments,
        .now = clock_now,
        .time_zone = c->time_zone,
        .visitor = session_load,
        .sign_in = session_wanted,
        .dress = error_dress,
        .measure = measures,
        .version = QUITTANCE_VERSION,
    };
    out->app.secure = str_starts(out->app.public_url, S("https://"));
    if (!keys_open(op, str_z(op->mem, c->keyfile), true, &out->app.keys)) return false;
    if (!mailer_open(op, c->mail, &out->app.mailer)) return false;
    if (c->bounces.len > 0 && !inbox_open(op, c->bounces, &out->app.bounces)) return false;
    if (c->breach_list.len > 0 &&
        !hash_file_open(op, str_z(op->mem, c->breach_list), &out->app.breaches))
        return false;
    if (!gateways_open(op, &setting, &gateway)) return false;
    if (gateway.gateway) {
        out->app.gateway_guard = gateway_guard(op->mem, &gateway.gateway, &gateway.account);
        out->app.gateway_counts = gateway_count(op->mem, &gateway.gateway, &gateway.account);
    }
    out->app.gateway = gateway.gateway;
    out->app.gateway_account = gateway.account;
    out->app.mail_from = c->mail_from;
    if (str_starts(c->mail, S("file:"))) out->app.mail_folder = str_from(c->mail, 5);
    if (out->app.time_zone.len > 0) return true;
    return store_transact(op, out->store, TX_READ, main_entity, &out->app);
}
