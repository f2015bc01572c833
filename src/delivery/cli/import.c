#include "delivery/cli/import.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "domain/company/company.h"
#include "store/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct importing {
    struct cli *cli;
    struct store *store;
    struct import_request request;
    struct import_result sum; /* over all files */
    str refused_file;         /* the last one written */
    int64_t started_us, told_us;
    int told_tenth;
};

/* ---- what was found ---- */

static const char *delimiter_name(char delimiter)
{
    switch (delimiter) {
    case ';': return "semicolons";
    case '\t': return "tabs";
    case '|': return "bars";
    default: return "commas";
    }
}

static void print_finding(const char *what, const struct finding *f)
{
    fprintf(stderr, "  %-34s %s", what,
            f->sure == SURE_CERTAIN  ? ""
            : f->sure == SURE_LIKELY ? "probably: "
                                     : "a guess: ");
    if (f->line > 0) fprintf(stderr, "line %lld: ", (long long)f->line);
    fprintf(stderr, "%.*s\n", STR(f->evidence));
}

static void print_preview(const struct import_preview *p, const char *path)
{
    char what[64];
    fprintf(stderr, "%s\n", path);
    snprintf(what, sizeof what, "encoding %s%s", table_encoding_name(p->info->encoding),
             p->info->bom ? " with a mark" : "");
    print_finding(what, &p->info->encoding_found);
    snprintf(what, sizeof what, "cells between %s", delimiter_name(p->info->delimiter));
    print_finding(what, &p->info->delimiter_found);
    snprintf(what, sizeof what, "decimal %s",
             p->formats.decimal == DECIMAL_COMMA ? "comma" : "point");
    print_finding(what, &p->formats.decimal_found);
    snprintf(what, sizeof what, "dates in the order %s", date_order_name(p->formats.order));
    print_finding(what, &p->formats.order_found);
    fprintf(stderr, "  columns%s:", p->proposed ? " (by their names; change with --map)" : "");
    for (int i = 0; i < IMPORT_FIELDS; i++) {
        const struct field_mapping *m = &p->mapping.of[i];
        if (m->column.len > 0)
            fprintf(stderr, " %s=%.*s", import_field_name((enum import_field)i), STR(m->column));
        else if (m->value.len > 0)
            fprintf(stderr, " %s:=%.*s", import_field_name((enum import_field)i), STR(m->value));
    }
    fprintf(stderr, "%s\n", p->has_lines ? "; rows with one number are one document" : "");
}

/* How each is said here: the sentences themselves are for every door. */
static const struct {
    const char *field, *flag;
} answers[] = {
    {"map", "--map FIELD=COLUMN says which."},
    {"date_order", "--date-order dmy or --date-order mdy says it."},
    {"decimal", "--decimal point or --decimal comma says it."},
};

static const struct err *with_flags(struct arena *mem, const struct err *problems)
{
    const struct err *all = NULL, **last = &all;
    for (const struct err *p = problems; p; p = p->next) {
        struct err *e = arena_new(mem, struct err);
        *e = *p;
        for (ptrdiff_t i = 0; i < COUNT(answers); i++)
            if (e->field && strcmp(e->field, answers[i].field) == 0)
                e->detail = str_of(answers[i].flag);
        *last = e;
        last = &e->next;
    }
    return all;
}

static bool preview(struct importing *im, const struct import_options *options,
                    struct import_preview *out)
{
    struct op *op = im->cli->op;
    if (!import_preview(op, options, out)) return false;
    if (!im->cli->json) print_preview(out, options->path);
    op->errs = with_flags(op->mem, out->problems);
    return !op->errs;
}

/* ---- progress ---- */

/* On a terminal one line that changes, otherwise a line for each tenth of the file. */
static void show_progress(const struct import_progress *at, void *arg)
{
    struct importing *im = arg;
    int64_t now = clock_ticks_us(), took = now - im->started_us + 1;
    int percent = at->bytes_total > 0 ? (int)(at->bytes * 100 / at->bytes_total) : 100;
    long long rate = (long long)(at->rows * SECOND_US / took);
    if (im->cli->terminal && now - im->told_us > SECOND_US / 10) {
        int64_t left = at->bytes > 0 ? took * (at->bytes_total - at->bytes) / at->bytes : 0;
        fprintf(stderr, "\r  %3d %%  %lld rows  %lld rows/s  %lld s left \033[K", percent,
                (long long)at->rows, rate, (long long)(left / SECOND_US));
        im->told_us = now;
    }
    if (!im->cli->terminal && percent / 10 > im->told_tenth && took > 2 * SECOND_US) {
        fprintf(stderr, "  %d %%, %lld rows, %lld rows/s\n", percent, (long long)at->rows, rate);
        im->told_tenth = percent / 10;
    }
}

/* ---- what was refused ---- */

enum { REFUSALS_TOLD_MAX = 2000 };

struct refusal_page {
    int64_t run, after;
    struct import_refusals refusals;
};

static bool read_page(struct op *op, void *arg)
{
    struct refusal_page *page = arg;
    return import_refusals(op, page->run, page->after, 500, &page->refusals);
}

/* The file has them all; a terminal need not. */
static bool print_refusals(struct importing *im, int64_t run)
{
    struct op *op = im->cli->op;
    struct refusal_page page = {.run = run};
    int64_t told = 0;
    do {
        struct arena_mark mark = arena_mark(op->mem);
        if (!store_transact(op, im->store, TX_READ, read_page, &page)) return false;
        for (ptrdiff_t i = 0; i < page.refusals.count; i++) {
            const struct import_refusal *r = &page.refusals.at[i];
            fprintf(stderr, "  line %lld", (long long)r->line);
            if (r->column.len > 0)
                fprintf(stderr, ", %.*s \"%.*s\"", STR(r->column), STR(r->value));
            fprintf(stderr, ": %.*s\n", STR(r->reason));
            page.after = r->n;
        }
        told += page.refusals.count;
        arena_rewind(op->mem, mark);
    } while (page.refusals.count > 0 && told < REFUSALS_TOLD_MAX);
    if (told >= REFUSALS_TOLD_MAX) fprintf(stderr, "  … and so on\n");
    return true;
}

struct refused_rows {
    int64_t run, rows;
    FILE *out;
};

static bool write_piece(str piece, void *file)
{
    return fwrite(piece.at, 1, (size_t)piece.len, file) == (size_t)piece.len;
}

static bool write_rows(struct op *op, void *arg)
{
    struct refused_rows *r = arg;
    rewind(r->out); /* the transaction may be tried again */
    return import_refused_file(op, r->run, write_piece, r->out, &r->rows);
}

/* "open items.csv" → "open items.refused.csv", in the folder we stand in. */
static const char *refused_name(struct importing *im, const char *path)
{
    struct arena *mem = im->cli->op->mem;
    if (im->request.refused_file.len > 0) return str_z(mem, im->request.refused_file);
    const char *slash = strrchr(path, '/');
    str name = str_of(slash ? slash + 1 : path);
    if (str_ends(name, S(".csv"))) name.len -= 4;
    return str_z(mem, str_printf(mem, "%.*s.refused.csv", STR(name)));
}

static bool write_refused(struct importing *im, const char *path, int64_t run)
{
    struct op *op = im->cli->op;
    const char *name = refused_name(im, path);
    struct refused_rows rows = {.run = run, .out = fopen(name, "w")};
    if (!rows.out)
        return op_fail(op, ERR_INVALID, "refused",
                       "The refused rows cannot be written to %s: %s. Say where with --refused.",
                       name, strerror(errno));
    bool done = store_transact(op, im->store, TX_READ, write_rows, &rows);
    if (fclose(rows.out) != 0 && done)
        return op_fail(op, ERR_INVALID, "refused", "The refused rows cannot be written to %s.",
                       name);
    im->refused_file = str_of(name);
    return done;
}

/* ---- results ---- */

static void add(struct import_result *sum, const struct import_result *r)
{
    sum->rows += r->rows;
    sum->created += r->created;
    sum->updated += r->updated;
    sum->unchanged += r->unchanged;
    sum->refused += r->refused;
    sum->customers += r->customers;
    for (ptrdiff_t i = 0; i < r->total_count; i++) {
        ptrdiff_t k = 0;
        while (k < sum->total_count &&
               !currency_eq(sum->totals[k].amount.cur, r->totals[i].amount.cur))
            k++;
        if (k == COUNT(sum->totals)) continue;
        if (k == sum->total_count)
            sum->totals[sum->total_count++] = r->totals[i];
        else
            sum->totals[k].amount = money_add(sum->totals[k].amount, r->totals[i].amount);
    }
}

static void print_result(struct importing *im, const struct import_result *r)
{
    struct arena *mem = im->cli->op->mem;
    bool customers = im->request.options.kind == IMPORT_CUSTOMERS;
    if (im->cli->terminal) fprintf(stderr, "\r\033[K");
    if (r->resumed)
        fprintf(stderr, "  an import of this file was cut short: it went on from there\n");
    printf("%lld rows: %lld created, %lld updated, %lld unchanged, %lld refused",
           (long long)r->rows, (long long)r->created, (long long)r->updated,
           (long long)r->unchanged, (long long)r->refused);
    if (!customers) printf("; %lld new customers", (long long)r->customers);
    for (ptrdiff_t i = 0; i < r->total_count; i++)
        printf("; %s %.*s", r->totals[i].amount.cur.code,
               STR(money_text(mem, r->totals[i].amount)));
    printf(".\n");
    if (r->created + r->updated + r->refused == 0) printf("Nothing has changed.\n");
    if (im->request.options.dry_run) printf("This was a dry run: nothing was kept.\n");
    if (r->rolled_back) printf("Rows were refused, so nothing was kept (--all-or-nothing).\n");
}

static void print_json(struct importing *im)
{
    const struct import_result *r = &im->sum;
    struct text t = {.mem = im->cli->op->mem};
    struct json_out o = {.to = &t};
    const struct {
        const char *key;
        int64_t count;
    } counts[] = {
        {"rows", r->rows},           {"created", r->created}, {"updated", r->updated},
        {"unchanged", r->unchanged}, {"refused", r->refused}, {"customers", r->customers},
    };
    json_open(&o, '{');
    for (ptrdiff_t i = 0; i < COUNT(counts); i++)
        json_key(&o, counts[i].key), json_put_i64(&o, counts[i].count);
    json_key(&o, "totals");
    json_open(&o, '[');
    for (ptrdiff_t i = 0; i < r->total_count; i++) json_put_money(&o, r->totals[i].amount);
    json_close(&o, ']');
    json_key(&o, "refused_file");
    if (im->refused_file.len > 0)
        json_put_str(&o, im->refused_file);
    else
        json_put_null(&o);
    json_close(&o, '}');
    printf("%.*s\n", STR(text_str(&t)));
}

/* ---- running ---- */

static bool load_preset(struct op *op, void *arg)
{
    struct import_request *request = arg;
    struct import_mapping saved;
    if (!mapping_load(op, request->preset, &saved)) return false;
    for (int i = 0; i < IMPORT_FIELDS; i++) { /* what was said on top of it counts more */
        struct field_mapping *said = &request->options.mapping.of[i];
        if (said->column.len + said->value.len + said->missing.len > 0) continue;
        *said = saved.of[i];
    }
    request->options.mapping.keep_others |= saved.keep_others;
    return true;
}

struct saving {
    const struct import_request *request;
    const struct import_mapping *mapping;
};

static bool save_preset(struct op *op, void *arg)
{
    const struct saving *s = arg;
    return mapping_save(op, s->request->save_as, s->request->options.kind, s->mapping);
}

/* Books without a seller cannot take an invoice: a first one is made, to be named properly later.
 */
static bool first_entity(struct op *op, void *arg)
{
    const struct import_options *options = arg;
    struct entity_list list;
    struct entity made = {.code = S("main"), .name = S("Main"), .zone = S("UTC")};
    str code = options->currency.len > 0 ? options->currency : S("EUR");
    int64_t id;
    if (!entities(op, &list)) return false;
    if (list.count > 0 || !currency_from(code, &made.currency)) return true;
    return entity_put(op, &made, &id);
}

static bool import_one(struct importing *im, const char *path)
{
    struct op *op = im->cli->op;
    struct import_options options = im->request.options;
    struct import_preview looked;
    struct import_result result;
    const char *slash = strrchr(path, '/');
    options.path = path;
    options.file_name = str_of(slash ? slash + 1 : path);
    if (!preview(im, &options, &looked)) return false;
    struct saving saving = {&im->request, &looked.mapping};
    if (im->request.save_as.len > 0 &&
        !store_transact(op, im->store, TX_WRITE, save_preset, &saving))
        return false;

    im->started_us = clock_ticks_us();
    im->told_us = 0, im->told_tenth = 0;
    bool done = import_run(op, im->store, &options, show_progress, im, &result);
    add(&im->sum, &result);
    if (!im->cli->json) print_result(im, &result);
    if (!done || result.refused == 0) return done;
    if (!print_refusals(im, result.run) || !write_refused(im, path, result.run)) return false;
    if (!im->cli->json)
        printf("The refused rows are in %.*s, to be mended and imported again.\n",
               STR(im->refused_file));
    return true;
}

static bool open_books(struct importing *im)
{
    struct op *op = im->cli->op;
    struct database *db;
    int count;
    if (!database_open(op, im->cli->config->database, &db)) return false;
    bool ours = strcmp(database_engine(db), "sqlite") == 0;
    if (ours ? !migrate_up(op, db, &count) : !migrate_check(op, db)) return false;
    return store_open(op, db, &im->store) &&
           store_transact(op, im->store, TX_WRITE, first_entity, &im->request.options);
}

static int import_command_run(struct cli *cli)
{
    static const struct actor program = {.kind = ACTOR_PROGRAM, .name = {"import", 6}};
    struct importing *im = arena_new(cli->op->mem, struct importing);
    im->cli = cli;
    cli->op->actor = &program;
    if (!import_request_read(cli, &im->request)) return cli->op->errs ? cli_fail(cli) : EXIT_USAGE;
    if (!open_books(im)) return cli_fail(cli);
    if (im->request.preset.len > 0 &&
        !store_transact(cli->op, im->store, TX_READ, load_preset, &im->request))
        return cli_fail(cli);
    for (int i = 0; i < im->request.file_count; i++) {
        if (!import_one(im, im->request.files[i])) {
            if (cli->json && im->sum.rows > 0) print_json(im);
            return cli_fail(cli);
        }
    }
    if (cli->json) print_json(im);
    return im->sum.refused > 0 ? EXIT_REFUSED : EXIT_DONE;
}

const struct command import_command = {
    .name = "import",
    .about = "brings in customers, invoices and credit notes from CSV files",
    .text =
        "Shows what the file is written in and which column means what, then takes every good row; "
        "refused ones are listed with line, column, value and reason, and written to "
        "NAME.refused.csv to be mended and imported again. The same file again changes nothing. "
        "docs/importing.md has worked examples.\n\n"
        "Fields: customer name email country parent owner number issued due terms amount tax "
        "currency po "
        "order kind settled disputed sku description quantity unit_price discount reference "
        "entity. "
        "Rows with quantity and unit_price are lines: those with one number make one document.",
    .forms = (const struct command_form[]){{"customers|invoices|credit-notes FILE…", NULL}, {0}},
    .flags =
        (const struct command_flag[]){
            {"map", "FIELD=COLUMN",
             "this column holds the field; without any, names are recognised", NULL, true},
            {"set", "FIELD=VALUE", "the same for all rows", NULL, true},
            {"set-missing", "FIELD=VALUE", "for rows where the column is empty", NULL, true},
            {"as", "NAME", "uses a saved mapping", NULL, false},
            {"save-as", "NAME", "saves this mapping", NULL, false},
            {"keep-others", NULL, "keeps columns without a meaning as custom fields", NULL, false},
            {"currency", "CURRENCY", "of documents that do not say", NULL, false},
            {"terms", "TERMS", "of documents that do not say: net 30", NULL, false},
            {"entity", "CODE", "whose documents they are", NULL, false},
            {"credit-prefix", "PREFIX", "numbers that begin so are credit notes", NULL, false},
            {"round", "HOW", "decimals that the currency does not have; else they are refused",
             "half-up half-even", false},
            {"known-customers", NULL,
             "refuses documents of customers that are not there; else those are made", NULL, false},
            {"dry-run", NULL, "does all of it, keeps nothing", NULL, false},
            {"all-or-nothing", NULL, "keeps nothing if a row is refused", NULL, false},
            {"notify", NULL, "mails the new documents that are open and recent", NULL, false},
            {"refused", "FILE", "where the refused rows go", NULL, false},
            {"lines", "FILE",
             "the lines of the documents, in the same order, with the column that `--map "
             "number=COLUMN` names in both files",
             NULL, false},
            {"encoding", "ENCODING", "if it is not recognised",
             "utf-8 utf-16le utf-16be windows-1252", false},
            {"delimiter", "SIGN", "between cells", "comma semicolon tab bar", false},
            {"decimal", "SIGN", "before the decimals", "point comma", false},
            {"date-order", "ORDER", "of day, month and year", "ymd dmy mdy", false},
            {"skip-lines", "NUMBER", "lines before the header", NULL, false},
            {"no-header", NULL, "columns are named 1, 2 and so on", NULL, false},
            {"json", NULL, "prints the result as one JSON object", NULL, false},
            {0},
        },
    .run = import_command_run,
};
