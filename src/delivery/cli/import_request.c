#include "delivery/cli/import.h"

#include "base/arena.h"

#include <string.h>

/* A word from a short list: what it means is its place in the list, from 1. */
static bool take_choice(struct cli *cli, const char *name, const char *words, int *out)
{
    str said;
    if (!cli_option(cli, name, &said)) return true;
    *out = 1;
    for (struct str_pair cut = {.tail = str_of(words), .found = true}; cut.found; ++*out) {
        cut = str_cut(cut.tail, ' ');
        if (str_eq(cut.head, said)) return true;
    }
    return op_fail(cli->op, ERR_INVALID, name, "--%s takes one of: %s.", name, words);
}

static bool take_mapping(struct cli *cli, struct import_mapping *mapping)
{
    static const struct {
        const char *name;
        bool (*set)(struct op *op, str assignment, struct import_mapping *mapping);
    } flags[] = {
        {"map", mapping_set},
        {"set", mapping_set_value},
        {"set-missing", mapping_set_missing},
    };
    str said;
    for (ptrdiff_t i = 0; i < COUNT(flags); i++)
        while (cli_option(cli, flags[i].name, &said))
            if (!flags[i].set(cli->op, said, mapping)) return false;
    if (cli_flag(cli, "keep-others")) mapping->keep_others = true;
    return true;
}

static bool take_currency(struct cli *cli, struct import_options *o)
{
    currency c;
    if (!cli_option(cli, "currency", &o->currency) || currency_from(o->currency, &c)) return true;
    return op_fail(cli->op, ERR_INVALID, "currency",
                   "%.*s is no currency of ISO 4217, such as EUR.", STR(o->currency));
}

static bool take_table(struct cli *cli, struct import_options *o)
{
    static const char delimiters[] = ",;\t|";
    int encoding = 0, delimiter = 0, decimal = 0, order = 0;
    int64_t lines = 0;
    str said = S("0");
    if (!take_choice(cli, "encoding", "utf-8 utf-16le utf-16be windows-1252", &encoding) ||
        !take_choice(cli, "delimiter", "comma semicolon tab bar", &delimiter) ||
        !take_choice(cli, "decimal", "point comma", &decimal) ||
        !take_choice(cli, "date-order", "ymd dmy mdy", &order))
        return false;
    if (cli_option(cli, "skip-lines", &said) &&
        (!str_to_i64(said, &lines) || lines < 0 || lines > 1000))
        return op_fail(cli->op, ERR_INVALID, "skip-lines", "--skip-lines takes 0 to 1000.");
    o->table.skip_lines = (int)lines;
    o->table.encoding = (enum table_encoding)encoding;
    if (delimiter > 0) o->table.delimiter = delimiters[delimiter - 1];
    o->decimal = (enum decimal_sign)decimal;
    o->date_order = (enum date_order)order;
    o->table.no_header = cli_flag(cli, "no-header");
    return true;
}

static bool take_flags(struct cli *cli, struct import_request *out)
{
    struct import_options *o = &out->options;
    str lines;
    (void)cli_option(cli, "as", &out->preset);
    (void)cli_option(cli, "save-as", &out->save_as);
    (void)cli_option(cli, "refused", &out->refused_file);
    if (cli_option(cli, "lines", &lines)) o->table.lines_path = str_z(cli->op->mem, lines);
    (void)cli_option(cli, "terms", &o->terms);
    (void)cli_option(cli, "entity", &o->entity);
    (void)cli_option(cli, "credit-prefix", &o->credit_prefix);
    o->dry_run = cli_flag(cli, "dry-run");
    o->all_or_nothing = cli_flag(cli, "all-or-nothing");
    o->notify = cli_flag(cli, "notify");
    o->known_customers = cli_flag(cli, "known-customers");
    if (!take_choice(cli, "round", "half-up half-even", &o->round)) return false;
    return take_currency(cli, o) && take_table(cli, o) && take_mapping(cli, &o->mapping);
}

bool import_request_read(struct cli *cli, struct import_request *out)
{
    *out = (struct import_request){0};
    if (!take_flags(cli, out)) return false;
    if (cli->argc < 2 || !import_kind_from(str_of(cli->argv[0]), &out->options.kind)) {
        (void)cli_usage(cli, "say customers, invoices or credit-notes, and a file");
        return false;
    }
    if (cli->argc - 1 > IMPORT_FILES_MAX)
        return op_fail(cli->op, ERR_INVALID, "file", "At most %d files at once.", IMPORT_FILES_MAX);
    for (int i = 1; i < cli->argc; i++) out->files[out->file_count++] = cli->argv[i];
    return true;
}
