#include "delivery/cli/help.h"

#include "base/arena.h"
#include "delivery/cli/version.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, LEFT_MAX = 34, INDENT = 2 };

/* ---- layout ---- */

/* Columns that a text takes: bytes that begin a letter. */
static ptrdiff_t columns(str s)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) count += ((unsigned char)s.at[i] & 0xC0) != 0x80;
    return count;
}

static void spaces(struct text *t, ptrdiff_t count)
{
    while (count-- > 0) text_char(t, ' ');
}

/* Words from column `at` on; lines that follow begin at `indent`. */
static void wrapped(struct text *t, str words, ptrdiff_t at, ptrdiff_t indent)
{
    bool first = true;
    for (struct str_pair cut = {.tail = words, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ' ');
        ptrdiff_t wide = columns(cut.head);
        if (!first && at + 1 + wide > WIDTH) {
            text_char(t, '\n');
            spaces(t, indent);
            at = indent;
        } else if (!first) {
            text_char(t, ' ');
            at++;
        }
        text_add(t, cut.head);
        at += wide;
        first = false;
    }
    text_char(t, '\n');
}

static void paragraphs(struct text *t, str s)
{
    for (ptrdiff_t at; (at = str_find(s, S("\n\n"))) >= 0; s = str_from(s, at + 2)) {
        wrapped(t, str_head(s, at), 0, 0);
        text_char(t, '\n');
    }
    wrapped(t, s, 0, 0);
}

/* Two columns; `left` is as wide as the caller found it must be. */
static void row(struct text *t, str name, str about, ptrdiff_t left)
{
    spaces(t, INDENT);
    text_add(t, name);
    ptrdiff_t at = INDENT + columns(name);
    if (about.len == 0) {
        text_char(t, '\n');
        return;
    }
    if (at + 2 > left) {
        text_char(t, '\n');
        at = 0;
    }
    spaces(t, left - at);
    wrapped(t, about, left, left);
}

static void widen(ptrdiff_t *left, str name)
{
    ptrdiff_t wanted = INDENT + columns(name) + 2;
    if (wanted > *left && wanted <= LEFT_MAX) *left = wanted;
}

/* ---- what is told ---- */

static str flag_shown(struct arena *mem, const struct command_flag *f)
{
    return f->value ? str_printf(mem, "--%s %s", f->name, f->value)
                    : str_printf(mem, "--%s", f->name);
}

static str flag_about(struct arena *mem, const struct command_flag *f)
{
    struct text t = {.mem = mem};
    text_format(&t, "%s%s", f->about, f->many ? "; may be repeated" : "");
    if (!f->choices) return text_str(&t);
    text_add(&t, S(": "));
    for (const char *p = f->choices; *p; p++) {
        if (*p == ' ')
            text_add(&t, S(", "));
        else
            text_char(&t, *p);
    }
    return text_str(&t);
}

static void help_flags(struct text *t, const struct command *c)
{
    ptrdiff_t left = 0;
    if (!c->flags) return;
    for (const struct command_flag *f = c->flags; f->name; f++) widen(&left, flag_shown(t->mem, f));
    text_add(t, S("\nflags:\n"));
    for (const struct command_flag *f = c->flags; f->name; f++)
        row(t, flag_shown(t->mem, f), flag_about(t->mem, f), left);
}

void help_command_text(struct text *t, const struct command *c)
{
    ptrdiff_t left = 0;
    wrapped(t, str_printf(t->mem, "quittance %s: %s", c->name, c->about), 0, 0);
    text_add(t, S("\nusage:\n"));
    for (const struct command_form *f = c->forms; f->arguments; f++)
        widen(&left, str_printf(t->mem, "quittance %s %s", c->name, f->arguments));
    if (left == 0) left = LEFT_MAX;
    for (const struct command_form *f = c->forms; f->arguments; f++)
        row(t, str_trim(str_printf(t->mem, "quittance %s %s", c->name, f->arguments)),
            str_of(f->about), left);
    text_char(t, '\n');
    paragraphs(t, str_of(c->text));
    help_flags(t, c);
    if (!c->plain)
        text_add(t, S("\nSettings may stand among the flags: `quittance help settings`.\n"));
}

void help_all(struct text *t)
{
    ptrdiff_t left = 0;
    text_add(t, S("Quittance: a payment portal and receivables for business customers.\n\n"
                  "usage: quittance COMMAND [arguments] [flags] [settings]\n\n"));
    for (const struct command *const *c = commands; *c; c++) widen(&left, str_of((*c)->name));
    for (const struct command *const *c = commands; *c; c++)
        row(t, str_of((*c)->name), str_of((*c)->about), left);
    text_add(t, S("\n`quittance help COMMAND` tells all of one, `quittance help settings` what can "
                  "be set.\n"
                  "Exit status: 0 done, 1 something was refused or found wrong, 2 wrong usage,\n"
                  "3 could not run.\n"));
}

static str setting_about(struct arena *mem, const struct setting *s)
{
    return s->initial[0] ? str_printf(mem, "%s (%s)", s->about, s->initial) : str_of(s->about);
}

void help_settings(struct text *t)
{
    ptrdiff_t left = 0;
    text_add(t, S("Settings: in " CONFIG_FILE " (or --config FILE) as `name = value`, in the\n"
                  "environment as QUITTANCE_NAME, or as --name VALUE; the last one counts.\n"
                  "In brackets stands what is taken if nothing is said.\n\n"));
    for (const struct setting *s = settings; s->name; s++) widen(&left, str_of(s->name));
    for (const struct setting *s = settings; s->name; s++)
        row(t, str_of(s->name), setting_about(t->mem, s), left);
}

void example_settings(struct text *t)
{
    text_add(t, S("# Settings of Quittance: name = value. A line that begins with # is not read; "
                  "what stands\n# there is an example. The environment (QUITTANCE_NAME) and flags "
                  "(--name) count more.\n# quittance.conf(5) tells more. Secrets stand in files "
                  "of their own.\n"));
    for (const struct setting *s = settings; s->name; s++) {
        struct text about = {.mem = t->mem};
        wrapped(&about, setting_about(t->mem, s), 2, 0);
        text_char(t, '\n');
        for (struct str_pair cut = str_cut(text_str(&about), '\n'); cut.found;
             cut = str_cut(cut.tail, '\n'))
            text_format(t, "# %.*s\n", STR(cut.head));
        text_format(t, "#%s = %s\n", s->name, s->example ? s->example : s->initial);
    }
}

/* ---- the commands ---- */

static const struct form_of_help {
    const char *name;
    void (*write)(struct text *t);
    void (*write_settings)(struct text *t); /* NULL: there is no such page */
} forms_of_help[] = {
    {"text", help_all, help_settings}, {"man", manual_program, manual_settings},
    {"conf", NULL, example_settings},  {"bash", completion_bash, NULL},
    {"zsh", completion_zsh, NULL},     {"fish", completion_fish, NULL},
};

int help_unknown(str name)
{
    const char *names[64];
    int count = 0;
    for (const struct command *const *c = commands; *c && count + 1 < COUNT(names); c++)
        names[count++] = (*c)->name;
    names[count] = NULL;
    const char *meant = name_meant(name, names);
    fprintf(stderr, "quittance: there is no command `%.*s`; ", STR(name));
    fprintf(stderr, meant ? "did you mean `%s`?\n" : "`quittance help` lists them.\n", meant);
    return EXIT_USAGE;
}

static int help_run(struct cli *cli)
{
    struct text t = {.mem = cli->op->mem};
    str as = S("text"), name = S("");
    (void)cli_option(cli, "as", &as);
    if (cli->argc > 1) return cli_usage(cli, "it tells of one command at a time");
    if (cli->argc == 1) name = str_of(cli->argv[0]);
    bool of_settings = str_eq(name, S("settings"));
    const struct command *command = command_find(name);
    if (name.len > 0 && !of_settings && !command) return help_unknown(name);

    const struct form_of_help *form = forms_of_help;
    while (!str_eq(as, str_of(form->name))) form++; /* the table of flags knows the same ones */
    void (*write)(struct text * t) = of_settings ? form->write_settings : form->write;
    if (command && form != forms_of_help) return cli_usage(cli, "one command is told as text only");
    if (command)
        help_command_text(&t, command);
    else if (write)
        write(&t);
    else
        return cli_usage(cli, of_settings ? "settings are told as text, man or conf"
                                          : "only settings are told as conf");
    fwrite(t.at, 1, (size_t)t.len, stdout);
    return EXIT_DONE;
}

const struct command help_command = {
    .name = "help",
    .about = "tells what there is, and all of one command",
    .text = "Besides text it writes the manual pages and the completions that `make install` puts "
            "where shells look for them: `quittance help --as bash` for one.",
    .forms =
        (const struct command_form[]){
            {"[COMMAND]", "all commands, or one of them"},
            {"settings", "what can be set, where, and what is taken if nothing is said"},
            {0},
        },
    .flags =
        (const struct command_flag[]){
            {"as", "FORM", "in which form; with `settings` also man and conf",
             "text man conf bash zsh fish", false},
            {0},
        },
    .plain = true,
    .run = help_run,
};

static int version_run(struct cli *cli)
{
    (void)cli;
    printf("quittance %s\n", QUITTANCE_VERSION);
    return EXIT_DONE;
}

const struct command version_command = {
    .name = "version",
    .about = "prints the version of this program",
    .text = "The database knows a version of its own: `quittance migrate status`.",
    .forms = (const struct command_form[]){{"", NULL}, {0}},
    .plain = true,
    .run = version_run,
};
