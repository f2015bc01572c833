/* The manual pages, in the roff macros of man(7). */
#include "base/arena.h"
#include "delivery/cli/help.h"
#include "delivery/cli/version.h"

enum { LINE_MAX_BYTES = 72 };

/* Text with roff's own signs made harmless; `backquotes` become bold. */
static void plain(struct text *t, str s)
{
    bool bold = false, begins = true;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (begins && (c == '.' || c == '\'')) text_add(t, S("\\&"));
        begins = c == '\n';
        if (c == '`') {
            bold = !bold;
            text_add(t, bold ? S("\\fB") : S("\\fR"));
        } else if (c == '\\') {
            text_add(t, S("\\e"));
        } else if (c == '-') {
            text_add(t, S("\\-"));
        } else {
            text_char(t, c);
        }
    }
}

static void heading(struct text *t, const char *macro, const char *words)
{
    text_format(t, ".%s %s\n", macro, words);
}

static void paragraphs(struct text *t, str s)
{
    for (ptrdiff_t at; (at = str_find(s, S("\n\n"))) >= 0; s = str_from(s, at + 2)) {
        plain(t, str_head(s, at));
        text_add(t, S("\n.PP\n"));
    }
    plain(t, s);
    text_char(t, '\n');
}

/* What is typed in bold, what is put in (capitals) in italics. */
static void typed(struct text *t, str words)
{
    for (struct str_pair cut = {.tail = words, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ' ');
        bool capital = cut.head.len > 0 && cut.head.at[0] >= 'A' && cut.head.at[0] <= 'Z';
        text_add(t, capital ? S("\\fI") : S("\\fB"));
        plain(t, cut.head);
        text_add(t, S("\\fR"));
        if (cut.found) text_char(t, ' ');
    }
    text_char(t, '\n');
}

static void item(struct text *t, str tag, str about)
{
    text_add(t, S(".TP\n"));
    typed(t, tag);
    plain(t, about);
    text_char(t, '\n');
}

static void title(struct text *t, const char *name, int section, const char *about)
{
    text_format(t, ".TH %s %d %s \"Quittance %s\"\n", name, section, QUITTANCE_RELEASED,
                QUITTANCE_VERSION);
    text_add(t, S(".SH NAME\n"));
    plain(t, str_of(about));
    text_char(t, '\n');
}

static str choices_of(struct arena *mem, const struct command_flag *f)
{
    struct text t = {.mem = mem};
    text_format(&t, "%s%s", f->about, f->many ? "; may be repeated" : "");
    for (struct str_pair cut = {.tail = str_of(f->choices), .found = f->choices}; cut.found;) {
        text_add(&t, cut.tail.at == f->choices ? S(": ") : S(", "));
        cut = str_cut(cut.tail, ' ');
        text_format(&t, "`%.*s`", STR(cut.head));
    }
    text_char(&t, '.');
    return text_str(&t);
}

static void command_section(struct text *t, const struct command *c)
{
    text_format(t, ".SS %s\n", c->name);
    plain(t, str_printf(t->mem, "It %s.", c->about));
    text_char(t, '\n');
    for (const struct command_form *f = c->forms; f->arguments; f++) {
        str call = str_trim(str_printf(t->mem, "quittance %s %s", c->name, f->arguments));
        str about = f->about ? str_printf(t->mem, "%s.", f->about) : S("");
        if (about.len > 0) {
            item(t, call, about);
        } else {
            text_add(t, S(".PP\n"));
            typed(t, call);
        }
    }
    text_add(t, S(".PP\n"));
    paragraphs(t, str_of(c->text));
    for (const struct command_flag *f = c->flags; f && f->name; f++)
        item(t, str_printf(t->mem, f->value ? "--%s %s" : "--%s", f->name, f->value),
             choices_of(t->mem, f));
}

/* Lines of fewer than 80 bytes, as roff's checkers ask; a word that would begin one with roff's own
 * sign is guarded. */
static void fold(struct text *to, str page)
{
    for (struct str_pair line = str_cut(page, '\n'); line.found; line = str_cut(line.tail, '\n')) {
        ptrdiff_t at = 0;
        bool text = !str_starts(line.head, S("."));
        for (struct str_pair cut = {.tail = line.head, .found = true}; cut.found;) {
            cut = str_cut(cut.tail, ' ');
            bool breaks = text && at > 0 && at + 1 + cut.head.len > LINE_MAX_BYTES;
            if (at > 0) text_char(to, breaks ? '\n' : ' ');
            if (breaks && (str_starts(cut.head, S(".")) || str_starts(cut.head, S("'"))))
                text_add(to, S("\\&"));
            text_add(to, cut.head);
            at = (breaks ? 0 : at + (at > 0)) + cut.head.len;
        }
        text_char(to, '\n');
    }
}

static void program_page(struct text *t)
{
    title(t, "QUITTANCE", 1, "quittance - payment portal and receivables for business customers");
    heading(t, "SH", "SYNOPSIS");
    typed(t, S("quittance COMMAND [arguments] [flags] [settings]"));
    heading(t, "SH", "DESCRIPTION");
    plain(t, S("Quittance serves a portal where business customers see every invoice, credit and "
               "payment, and pay; behind it stands a double-entry ledger. One program does all: "
               "its first argument says what."));
    text_char(t, '\n');
    heading(t, "SH", "COMMANDS");
    for (const struct command *const *c = commands; *c; c++) command_section(t, *c);
    heading(t, "SH", "EXIT STATUS");
    item(t, S("0"), S("Done."));
    item(t, S("1"), S("Some rows were refused, or a problem was found; each is named."));
    item(t, S("2"), S("Wrong usage: an argument, a flag or a setting. Nothing was done."));
    item(t, S("3"), S("It could not run: a file, the database, the network."));
    heading(t, "SH", "ENVIRONMENT");
    plain(t,
          S("Every setting of `quittance.conf`(5) may be given as a variable, its name in "
            "capitals behind `QUITTANCE_`, or as a flag behind two dashes, with any command that "
            "has books. A flag counts more than a variable, a variable more than the file."));
    text_char(t, '\n');
    heading(t, "SH", "FILES");
    item(t, S(CONFIG_FILE), S("Settings; `--config` names another file."));
    heading(t, "SH", "SEE ALSO");
    plain(t, S("`quittance.conf`(5)"));
    text_char(t, '\n');
}

static void settings_page(struct text *t)
{
    title(t, "QUITTANCE.CONF", 5, "quittance.conf - settings of quittance(1)");
    heading(t, "SH", "DESCRIPTION");
    paragraphs(t, S("Lines are `name = value`; a line that begins with # is a comment. The file "
                    "is `" CONFIG_FILE "`, unless `--config` names another.\n\n"
                    "The same settings are read from the environment and from flags, which count "
                    "more. Secrets never stand in a setting: a setting names the file that holds "
                    "them."));
    heading(t, "SH", "SETTINGS");
    for (const struct setting *s = settings; s->name; s++) {
        struct text about = {.mem = t->mem};
        text_format(&about, "%s", s->about);
        if (s->initial[0]) text_format(&about, " If not said: `%s`.", s->initial);
        text_format(&about, " In the environment: `%.*s`.", STR(setting_variable(t->mem, s)));
        item(t, str_printf(t->mem, "%s = %s", s->name, s->value), text_str(&about));
    }
    heading(t, "SH", "EXAMPLE");
    text_add(t, S(".EX\n"));
    for (const struct setting *s = settings; s->name; s++) {
        if (!s->example) continue;
        plain(t, str_printf(t->mem, "%s = %s\n", s->name, s->example));
    }
    text_add(t, S(".EE\n"));
    heading(t, "SH", "SEE ALSO");
    plain(t, S("`quittance`(1)"));
    text_char(t, '\n');
}

void manual_program(struct text *t)
{
    struct text page = {.mem = t->mem};
    program_page(&page);
    fold(t, text_str(&page));
}

void manual_settings(struct text *t)
{
    struct text page = {.mem = t->mem};
    settings_page(&page);
    fold(t, text_str(&page));
}
