/* Completions for bash, zsh and fish. */
#include "base/arena.h"
#include "delivery/cli/help.h"

#include <string.h>

/* ---- what the tables say ---- */

/* The words of small letters that a form may begin with, with a blank between them. */
static str first_words(struct arena *mem, const struct command *c)
{
    struct text t = {.mem = mem};
    for (const struct command_form *f = c->forms; f->arguments; f++) {
        str first = str_cut(str_of(f->arguments), ' ').head;
        if (str_starts(first, S("["))) first = str_head(str_from(first, 1), first.len - 2);
        if (first.len == 0 || first.at[0] < 'a' || first.at[0] > 'z') continue;
        for (struct str_pair cut = {.tail = first, .found = true}; cut.found;) {
            cut = str_cut(cut.tail, '|');
            str padded = str_printf(mem, " %.*s ", STR(cut.head));
            str so_far = str_printf(mem, " %.*s ", STR(text_str(&t)));
            if (str_find(so_far, padded) >= 0) continue;
            text_format(&t, "%s%.*s", t.len > 0 ? " " : "", STR(cut.head));
        }
    }
    return text_str(&t);
}

static str names_of_commands(struct arena *mem)
{
    struct text t = {.mem = mem};
    for (const struct command *const *c = commands; *c; c++)
        text_format(&t, "%s%s", c == commands ? "" : " ", (*c)->name);
    return text_str(&t);
}

/* `help` is followed by a command. */
static str words_of(struct arena *mem, const struct command *c)
{
    str words = first_words(mem, c);
    if (c != &help_command) return words;
    return str_printf(mem, "%.*s %.*s", STR(names_of_commands(mem)), STR(words));
}

static bool takes_files(const struct command *c)
{
    for (const struct command_form *f = c->forms; f->arguments; f++)
        if (str_find(str_of(f->arguments), S("FILE")) >= 0) return true;
    return false;
}

static bool is_path(const char *value)
{
    return value && (strcmp(value, "FILE") == 0 || strcmp(value, "FOLDER") == 0);
}

static str choices_of_setting(const struct setting *s)
{
    return s->yes_no ? S("yes no") : S("");
}

/* In single quotes, for any of the three shells; signs in `also` get a backslash. */
static void quoted(struct text *t, str s, const char *also)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (s.at[i] == '`') continue;
        if (s.at[i] == '\'') {
            text_add(t, S("'\\''"));
            continue;
        }
        if (strchr(also, s.at[i])) text_char(t, '\\');
        text_char(t, s.at[i]);
    }
}

/* ---- bash ---- */

static void bash_values(struct text *t, const struct command *c)
{
    for (const struct command_flag *f = c->flags; f && f->name; f++) {
        if (!f->value) continue;
        text_format(t, "    '%s --%s') ", c->name, f->name);
        if (f->choices)
            text_format(t, "words='%s' ;;\n", f->choices);
        else
            text_add(t, is_path(f->value) ? S("files=yes ;;\n") : S(";;\n"));
    }
}

static void bash_command(struct text *t, const struct command *c)
{
    text_format(t, "    %s) words='%.*s' flags='", c->name, STR(words_of(t->mem, c)));
    for (const struct command_flag *f = c->flags; f && f->name; f++)
        text_format(t, "%s--%s", f == c->flags ? "" : " ", f->name);
    text_format(t, "'%s%s ;;\n", c->plain ? " settings=" : "", takes_files(c) ? " files=yes" : "");
}

void completion_bash(struct text *t)
{
    text_format(t, "# Completion of quittance for bash, written by `quittance help --as bash`.\n"
                   "_quittance() {\n"
                   "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                   "    local command=${COMP_WORDS[1]} words= flags= files= settings='--config");
    for (const struct setting *s = settings; s->name; s++) text_format(t, " --%s", s->name);
    text_format(t,
                "'\n"
                "    COMPREPLY=()\n"
                "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
                "        mapfile -t COMPREPLY < <(compgen -W '%.*s' -- \"$word\")\n"
                "        return\n"
                "    fi\n"
                "    case \"$command $before\" in\n",
                STR(names_of_commands(t->mem)));
    for (const struct command *const *c = commands; *c; c++) bash_values(t, *c);
    for (const struct setting *s = settings; s->name; s++)
        if (!s->yes_no)
            text_format(t, "    *' --%s') %s;;\n", s->name, is_path(s->value) ? "files=yes " : "");
    text_add(t, S("    *' --config') files=yes ;;\n"
                  "    *) case $command in\n"));
    for (const struct command *const *c = commands; *c; c++) bash_command(t, *c);
    text_add(t, S("    esac\n"
                  "    [ \"$COMP_CWORD\" = 2 ] || words=\n"
                  "    case $word in -*) words=\"$flags $settings\" files= ;; esac ;;\n"
                  "    esac\n"
                  "    mapfile -t COMPREPLY < <(compgen ${files:+-f} -W \"$words\" -- \"$word\")\n"
                  "}\n"
                  "complete -o filenames -F _quittance quittance\n"));
}

/* ---- zsh ---- */

static void zsh_flag(struct text *t, const char *name, str about, const char *value, str choices,
                     bool many)
{
    text_format(t, " \\\n        '%s--%s[", many ? "*" : "", name);
    quoted(t, about, "[]:\\");
    text_add(t, S("]"));
    if (value) {
        text_add(t, S(":"));
        quoted(t, str_of(value), ":\\");
        text_add(t, S(":"));
        if (choices.len > 0) text_format(t, "(%.*s)", STR(choices));
        if (is_path(value)) text_add(t, S("_files"));
    }
    text_char(t, '\'');
}

static void zsh_command(struct text *t, const struct command *c)
{
    str words = words_of(t->mem, c);
    text_format(t, "%s)\n    _arguments", c->name);
    for (const struct command_flag *f = c->flags; f && f->name; f++)
        zsh_flag(t, f->name, str_of(f->about), f->value, str_of(f->choices), f->many);
    if (!c->plain) text_add(t, S(" \\\n        $settings"));
    if (words.len > 0) text_format(t, " \\\n        '1:what:(%.*s)'", STR(words));
    if (takes_files(c)) text_add(t, S(" \\\n        '*:file:_files'"));
    text_add(t, S(" ;;\n"));
}

void completion_zsh(struct text *t)
{
    text_add(t, S("#compdef quittance\n"
                  "# Completion of quittance for zsh, written by `quittance help --as zsh`.\n"
                  "local -a commands settings\n"
                  "commands=("));
    for (const struct command *const *c = commands; *c; c++) {
        text_format(t, "\n    '%s:", (*c)->name);
        quoted(t, str_of((*c)->about), ":\\");
        text_char(t, '\'');
    }
    text_add(t, S(")\nsettings=("));
    struct text list = {.mem = t->mem};
    for (const struct setting *s = settings; s->name; s++)
        zsh_flag(&list, s->name, str_of(s->about), s->yes_no ? NULL : s->value,
                 choices_of_setting(s), false);
    zsh_flag(&list, "config", S("another file of settings"), "FILE", S(""), false);
    for (struct str_pair cut = {.tail = text_str(&list), .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '\n'); /* in an array lines need no backslash */
        str line = str_ends(cut.head, S(" \\")) ? str_head(cut.head, cut.head.len - 2) : cut.head;
        text_format(t, "%.*s\n", STR(line));
    }
    text_add(t, S(")\n"
                  "if ((CURRENT == 2)); then\n"
                  "    _describe command commands\n"
                  "    return\n"
                  "fi\n"
                  "shift words\n"
                  "((CURRENT--))\n"
                  "case $words[1] in\n"));
    for (const struct command *const *c = commands; *c; c++) zsh_command(t, *c);
    text_add(t, S("esac\n"));
}

/* ---- fish ---- */

static void fish_line(struct text *t, const char *when, const char *rest, str about)
{
    text_format(t, "complete -c quittance -n '%s' %s -d '", when, rest);
    quoted(t, about, "\\");
    text_add(t, S("'\n"));
}

static void fish_command(struct text *t, const struct command *c)
{
    const char *seen = str_printf(t->mem, "__fish_seen_subcommand_from %s", c->name).at;
    str words = words_of(t->mem, c);
    fish_line(t, "__fish_use_subcommand", str_printf(t->mem, "-f -a %s", c->name).at,
              str_of(c->about));
    if (words.len > 0)
        text_format(t, "complete -c quittance -n '%s' %s-a '%.*s'\n", seen,
                    takes_files(c) ? "" : "-f ", STR(words));
    for (const struct command_flag *f = c->flags; f && f->name; f++) {
        const char *how = !f->value ? "" : is_path(f->value) ? " -r" : " -x";
        str rest = f->choices ? str_printf(t->mem, "-l %s%s -a '%s'", f->name, how, f->choices)
                              : str_printf(t->mem, "-l %s%s", f->name, how);
        fish_line(t, seen, rest.at, str_of(f->about));
    }
    for (const struct setting *s = settings; s->name && !c->plain; s++) {
        const char *how = s->yes_no ? "" : is_path(s->value) ? " -r" : " -x";
        fish_line(t, seen, str_printf(t->mem, "-l %s%s", s->name, how).at, str_of(s->about));
    }
}

void completion_fish(struct text *t)
{
    text_add(t, S("# Completion of quittance for fish, written by `quittance help --as fish`.\n"));
    for (const struct command *const *c = commands; *c; c++) fish_command(t, *c);
}
