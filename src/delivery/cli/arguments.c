/* What stands behind a command's name, held against its table. */
#include "base/arena.h"
#include "delivery/cli/command.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LEN = 40, SLIPS_MAX = 2, FORM_WORDS_MAX = 24 };

const struct command *command_find(str name)
{
    for (const struct command *const *c = commands; *c; c++)
        if (str_eq(name, str_of((*c)->name))) return *c;
    return NULL;
}

/* ---- what was probably meant ---- */

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, taken out or exchanged (Levenshtein), row by row. */
static int slips(str a, str b)
{
    int row[NAME_MAX_LEN + 1];
    if (a.len > NAME_MAX_LEN || b.len > NAME_MAX_LEN) return NAME_MAX_LEN;
    for (int j = 0; j <= b.len; j++) row[j] = j;
    for (int i = 0; i < a.len; i++) {
        int diagonal = row[0];
        row[0] = i + 1;
        for (int j = 0; j < b.len; j++) {
            int above = row[j + 1];
            int same = diagonal + (a.at[i] != b.at[j]);
            row[j + 1] = least(same, least(above, row[j]) + 1);
            diagonal = above;
        }
    }
    return row[b.len];
}

const char *name_meant(str given, const char *const *names)
{
    const char *best = NULL;
    int fewest = least(SLIPS_MAX + 1, (int)given.len);
    for (; *names; names++) {
        int count = slips(given, str_of(*names));
        if (count >= fewest) continue;
        fewest = count;
        best = *names;
    }
    return best;
}

/* ---- the check ---- */

static const struct command_flag *flag_find(const struct command *command, str name)
{
    const struct command_flag *f = command->flags;
    while (f && f->name && !str_eq(name, str_of(f->name))) f++;
    return f && f->name ? f : NULL;
}

static bool is_flag(const char *arg)
{
    return arg[0] == '-' && arg[1] != 0;
}

static bool refuse_flag(const struct cli *cli, str arg)
{
    str given = str_cut(str_from(arg, str_starts(arg, S("--")) ? 2 : 1), '=').head;
    const char *names[FORM_WORDS_MAX * 2];
    int count = 0;
    for (const struct command_flag *f = cli->command->flags; f && f->name; f++)
        if (count + 1 < COUNT(names)) names[count++] = f->name;
    names[count] = NULL;
    const char *meant = name_meant(given, names);
    fprintf(stderr, "quittance %s: %.*s is no flag of this command", cli->command->name, STR(arg));
    fprintf(stderr, meant ? "; did you mean --%s?\n" : "; `quittance help %s` lists them.\n",
            meant ? meant : cli->command->name);
    return false;
}

static bool choice_known(str choices, str value)
{
    for (struct str_pair cut = {.tail = choices, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ' ');
        if (str_eq(cut.head, value)) return true;
    }
    return false;
}

static bool flag_repeated(const struct cli *cli, int at, str name)
{
    for (int i = 0; i < at; i++) {
        str before = str_of(cli->argv[i]);
        if (str_starts(before, S("--")) && str_eq(str_cut(str_from(before, 2), '=').head, name))
            return true;
    }
    return false;
}

/* One flag; *at moves past its value. */
static bool check_flag(const struct cli *cli, int *at)
{
    str arg = str_of(cli->argv[*at]);
    struct str_pair parts = str_cut(str_from(arg, 2), '=');
    const char *name = cli->command->name;
    if (!str_starts(arg, S("--"))) return refuse_flag(cli, arg);
    const struct command_flag *f = flag_find(cli->command, parts.head);
    if (!f) return refuse_flag(cli, arg);
    if (!f->value && parts.found) {
        fprintf(stderr, "quittance %s: --%s takes no value.\n", name, f->name);
        return false;
    }
    if (!f->many && flag_repeated(cli, *at, parts.head)) {
        fprintf(stderr, "quittance %s: --%s is given twice.\n", name, f->name);
        return false;
    }
    if (f->value && !parts.found) {
        if (*at + 1 == cli->argc) {
            fprintf(stderr, "quittance %s: give a %s behind --%s.\n", name, f->value, f->name);
            return false;
        }
        parts.tail = str_of(cli->argv[++*at]);
    }
    if (f->choices && !choice_known(str_of(f->choices), parts.tail)) {
        fprintf(stderr, "quittance %s: --%s takes one of: %s.\n", name, f->name, f->choices);
        return false;
    }
    return true;
}

/* The words that may come first, as in "add EMAIL" and "customers|invoices FILE"; false when
 * something else may. */
static bool first_words(struct arena *mem, const struct command *command, const char **words)
{
    int count = 0;
    for (const struct command_form *f = command->forms; f->arguments; f++) {
        str first = str_cut(str_of(f->arguments), ' ').head;
        if (first.len == 0 || first.at[0] < 'a' || first.at[0] > 'z') return false;
        for (struct str_pair cut = {.tail = first, .found = true}; cut.found;) {
            cut = str_cut(cut.tail, '|');
            assert(count + 1 < FORM_WORDS_MAX);
            words[count++] = str_z(mem, cut.head);
        }
    }
    words[count] = NULL;
    return true;
}

static bool check_words(const struct cli *cli, const char *first)
{
    const struct command *c = cli->command;
    const char *words[FORM_WORDS_MAX];
    if (!first) return true; /* the command knows what it needs */
    if (c->forms[0].arguments[0] == 0 && !c->forms[1].arguments) {
        fprintf(stderr, "quittance %s: it takes no arguments, but there is `%s`.\n", c->name,
                first);
        return false;
    }
    if (!first_words(cli->op->mem, c, words)) return true;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], first) == 0) return true;
    const char *meant = name_meant(str_of(first), words);
    fprintf(stderr, "quittance %s: `%s` is nothing it does; ", c->name, first);
    if (meant) {
        fprintf(stderr, "did you mean %s?\n", meant);
        return false;
    }
    for (int i = 0; words[i]; i++)
        fprintf(stderr, "%s%s", i == 0 ? "say " : words[i + 1] ? ", " : " or ", words[i]);
    fprintf(stderr, ".\n");
    return false;
}

bool command_check(const struct cli *cli)
{
    const char *first = NULL;
    for (int i = 0; i < cli->argc; i++) {
        if (is_flag(cli->argv[i])) {
            if (!check_flag(cli, &i)) return false;
        } else if (!first) {
            first = cli->argv[i];
        }
    }
    return check_words(cli, first);
}

/* ---- taking them out ---- */

static void take(struct cli *cli, int i, int count)
{
    for (int k = i; k + count < cli->argc; k++) cli->argv[k] = cli->argv[k + count];
    cli->argc -= count;
}

bool cli_flag(struct cli *cli, const char *name)
{
    const struct command_flag *f = flag_find(cli->command, str_of(name));
    assert(f && !f->value); /* or the help does not say it */
    (void)f;
    for (int i = 0; i < cli->argc; i++) {
        if (strncmp(cli->argv[i], "--", 2) != 0 || strcmp(cli->argv[i] + 2, name) != 0) continue;
        take(cli, i, 1);
        return true;
    }
    return false;
}

bool cli_option(struct cli *cli, const char *name, str *value)
{
    const struct command_flag *f = flag_find(cli->command, str_of(name));
    assert(f && f->value);
    (void)f;
    for (int i = 0; i < cli->argc; i++) {
        str arg = str_of(cli->argv[i]);
        struct str_pair parts = str_cut(str_from(arg, 2), '=');
        if (!str_starts(arg, S("--")) || !str_eq(parts.head, str_of(name))) continue;
        *value = parts.found ? parts.tail : str_of(cli->argv[i + 1]); /* the check has been there */
        take(cli, i, parts.found ? 1 : 2);
        return true;
    }
    return false;
}
