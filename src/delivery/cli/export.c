#include "delivery/cli/export.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/exchange/export.h"
#include "store/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LIST_MOST = 50 };

struct exporting {
    struct cli *cli;
    struct store *store;
    str entity, out, reference;
    bool lists;
    int64_t number; /* 0: the next batch */
    enum export_format format;
    struct export_options options;
    struct export_batch batch;
    struct export_batches list;
    int64_t waiting;
    str body;
};

/* ---- what is done in a transaction ---- */

static bool make(struct op *op, void *arg)
{
    struct exporting *x = arg;
    struct entity entity = {0};
    if (x->entity.len > 0 && !entity_by_code(op, x->entity, &entity)) return false;
    x->options.entity = entity.id;
    return export_make(op, &x->options, &x->batch);
}

static bool read_body(struct op *op, void *arg)
{
    struct exporting *x = arg;
    return export_get(op, x->number, &x->batch) &&
           export_body(op, x->number, x->format, &x->body) &&
           export_waiting(op, &x->options, &x->waiting);
}

static bool acknowledge(struct op *op, void *arg)
{
    struct exporting *x = arg;
    return export_acknowledge(op, x->number, x->reference, &x->batch);
}

static bool list(struct op *op, void *arg)
{
    struct exporting *x = arg;
    return export_list(op, 0, LIST_MOST, &x->list);
}

/* ---- what is said ---- */

static void print_json(struct exporting *x)
{
    struct text t = {.mem = x->cli->op->mem};
    struct json_out o = {.to = &t};
    json_open(&o, '{');
    json_key(&o, "batch");
    if (x->batch.number)
        json_put_i64(&o, x->batch.number);
    else
        json_put_null(&o);
    json_key(&o, "entries");
    json_put_i64(&o, x->batch.entries);
    json_key(&o, "waiting");
    json_put_i64(&o, x->waiting);
    json_key(&o, "file");
    if (x->out.len > 0)
        json_put_str(&o, x->out);
    else
        json_put_null(&o);
    json_close(&o, '}');
    printf("%.*s\n", STR(text_str(&t)));
}

/* The file may be standard output, so what is said goes beside it. */
static void say_done(struct exporting *x)
{
    if (x->cli->json && x->out.len > 0) {
        print_json(x);
        return;
    }
    fprintf(stderr, "Batch %lld: %lld entries", (long long)x->batch.number,
            (long long)x->batch.entries);
    if (x->out.len > 0) fprintf(stderr, ", in %.*s", STR(x->out));
    fprintf(stderr, ".\n");
    if (x->waiting > 0)
        fprintf(stderr, "%lld more entries wait for the next batch.\n", (long long)x->waiting);
}

static bool write_body(struct exporting *x)
{
    struct op *op = x->cli->op;
    FILE *file = x->out.len > 0 ? fopen(str_z(op->mem, x->out), "wb") : stdout;
    bool done = file && fwrite(x->body.at, 1, (size_t)x->body.len, file) == (size_t)x->body.len;
    int why = errno;
    if (file && (file == stdout ? fflush(file) : fclose(file)) != 0) done = false, why = errno;
    if (done) return true;
    return op_fail(op, ERR_INVALID, "out",
                   "Batch %lld cannot be written to %.*s: %s. It is kept: export it again with "
                   "--batch %lld.",
                   (long long)x->number, STR(x->out.len > 0 ? x->out : S("standard output")),
                   strerror(why), (long long)x->number);
}

static int run_batch(struct exporting *x)
{
    struct op *op = x->cli->op;
    if (x->number == 0) {
        if (!store_transact(op, x->store, TX_WRITE, make, x)) return cli_fail(x->cli);
        x->number = x->batch.number;
    }
    if (x->number == 0) {
        x->out = (str){0};
        if (x->cli->json)
            print_json(x);
        else
            fprintf(stderr, "Nothing waits to be exported.\n");
        return EXIT_DONE;
    }
    if (!store_transact(op, x->store, TX_READ, read_body, x)) return cli_fail(x->cli);
    if (!write_body(x)) return cli_fail(x->cli);
    say_done(x);
    return EXIT_DONE;
}

static int run_acknowledge(struct exporting *x)
{
    if (!store_transact(x->cli->op, x->store, TX_WRITE, acknowledge, x)) return cli_fail(x->cli);
    printf("Batch %lld is confirmed as %.*s.\n", (long long)x->batch.number,
           STR(x->batch.erp_reference));
    return EXIT_DONE;
}

static int run_list(struct exporting *x)
{
    struct op *op = x->cli->op;
    if (!store_transact(op, x->store, TX_READ, list, x)) return cli_fail(x->cli);
    for (ptrdiff_t i = 0; i < x->list.count; i++) {
        const struct export_batch *b = &x->list.at[i];
        printf("%6lld  %.*s  %6lld entries  %-12.*s %s%.*s\n", (long long)b->number,
               STR(instant_text(op->mem, b->created)), (long long)b->entries, STR(b->entity_code),
               b->acknowledged ? "confirmed as " : "not confirmed", STR(b->erp_reference));
    }
    return EXIT_DONE;
}

/* ---- the arguments ---- */

static bool open_books(struct exporting *x)
{
    struct op *op = x->cli->op;
    struct database *db;
    int count;
    if (!database_open(op, x->cli->config->database, &db)) return false;
    bool reads = x->reference.len == 0 && (x->number != 0 || x->lists);
    bool ours = strcmp(database_engine(db), "sqlite") == 0;
    if (ours && !reads ? !migrate_up(op, db, &count) : !migrate_check(op, db)) return false;
    return store_open(op, db, &x->store);
}

static const char *arguments(struct exporting *x)
{
    struct cli *cli = x->cli;
    str format = S("csv"), batch = S(""), confirmed = S("");
    (void)cli_option(cli, "format", &format);
    (void)cli_option(cli, "out", &x->out);
    (void)cli_option(cli, "entity", &x->entity);
    (void)cli_option(cli, "batch", &batch);
    (void)cli_option(cli, "acknowledge", &confirmed);
    (void)cli_option(cli, "reference", &x->reference);
    if (!export_format_from(format, &x->format)) return "--format is csv or json";
    str number = confirmed.len > 0 ? confirmed : batch;
    if (number.len > 0 && (!str_to_i64(number, &x->number) || x->number < 1))
        return "a batch has a number, as `quittance export list` shows it";
    if ((confirmed.len > 0) != (x->reference.len > 0))
        return "--acknowledge NUMBER and --reference REFERENCE go together";
    return NULL;
}

static int export_run(struct cli *cli)
{
    static const struct actor program = {.kind = ACTOR_PROGRAM, .name = {"export", 6}};
    struct exporting x = {.cli = cli};
    cli->op->actor = &program;
    const char *wrong = arguments(&x);
    if (wrong) return cli_usage(cli, wrong);
    const char *what = cli->argc == 1 ? cli->argv[0] : "";
    bool confirms = x.reference.len > 0;
    x.lists = strcmp(what, "list") == 0;
    x.options.everything = strcmp(what, "journal") == 0;
    if (confirms ? cli->argc != 0
                 : !x.options.everything && strcmp(what, "payments") != 0 && !x.lists)
        return cli_usage(cli, "say payments, journal, list or --acknowledge");
    if (!open_books(&x)) return cli_fail(cli);
    if (confirms) return run_acknowledge(&x);
    return x.lists ? run_list(&x) : run_batch(&x);
}

const struct command export_command = {
    .name = "export",
    .about = "gives payments and allocations to the ERP, in numbered batches",
    .text = "A batch holds every entry that was not exported before: payments, allocations, "
            "deductions, "
            "tolerances, returns and refunds. Left out is what came from the ERP itself: invoices, "
            "credit notes, and payments that it reported; with `journal` these go out, too. "
            "docs/exporting.md describes the formats.\n\n"
            "On SQLite the program must not be running meanwhile, but for `list` and `--batch`.",
    .forms =
        (const struct command_form[]){
            {"payments|journal", "makes the next batch and writes it"},
            {"payments|journal --batch NUMBER", "writes an earlier batch again, byte for byte"},
            {"list", "shows the batches"},
            {"--acknowledge NUMBER --reference REFERENCE", "keeps what the ERP calls a batch"},
            {0},
        },
    .flags =
        (const struct command_flag[]){
            {"format", "FORMAT", "what is written; csv if not said", "csv json", false},
            {"out", "FILE", "where to; standard output if not said", NULL, false},
            {"entity", "CODE", "only this company of ours", NULL, false},
            {"batch", "NUMBER", "an earlier batch", NULL, false},
            {"acknowledge", "NUMBER", "the batch that the ERP has taken", NULL, false},
            {"reference", "REFERENCE", "what the ERP calls it", NULL, false},
            {"json", NULL, "with --out: prints the result as one JSON object", NULL, false},
            {0},
        },
    .run = export_run,
};
