/* What a screen, a manual page and a completion say is what the command takes. */
#include "delivery/cli/help.h"
#include "test.h"

#include <string.h>

static str told(struct arena *mem, void (*write)(struct text *t))
{
    struct text t = {.mem = mem};
    write(&t);
    return text_str(&t);
}

/* As roff writes it: minus signs are not hyphens. */
static str in_roff(struct arena *mem, str s)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < s.len; i++) text_format(&t, s.at[i] == '-' ? "\\-" : "%c", s.at[i]);
    return text_str(&t);
}

SENTENCE(every_flag_stands_in_the_help_the_manual_and_three_completions)
{
    str manual = told(mem, manual_program), bash = told(mem, completion_bash),
        zsh = told(mem, completion_zsh), fish = told(mem, completion_fish);
    for (const struct command *const *c = commands; *c; c++) {
        struct text help = {.mem = mem};
        help_command_text(&help, *c);
        for (const struct command_flag *f = (*c)->flags; f && f->name; f++) {
            str flag = str_printf(mem, "--%s", f->name);
            CHECK(str_find(text_str(&help), flag) >= 0, "help %s: %s", (*c)->name, f->name);
            CHECK(str_find(manual, in_roff(mem, flag)) >= 0, "manual: %s", f->name);
            CHECK(str_find(bash, flag) >= 0, "bash: %s", f->name);
            CHECK(str_find(zsh, flag) >= 0, "zsh: %s", f->name);
            CHECK(str_find(fish, str_printf(mem, "-l %s", f->name)) >= 0, "fish: %s", f->name);
        }
        CHECK(str_find(bash, str_printf(mem, "    %s) words=", (*c)->name)) >= 0, "%s", (*c)->name);
        CHECK(str_find(manual, str_printf(mem, ".SS %s\n", (*c)->name)) >= 0, "%s", (*c)->name);
    }
}

SENTENCE(every_setting_stands_in_the_help_the_manual_the_example_and_three_completions)
{
    str help = told(mem, help_settings), manual = told(mem, manual_settings),
        example = told(mem, example_settings), bash = told(mem, completion_bash),
        zsh = told(mem, completion_zsh), fish = told(mem, completion_fish);
    for (const struct setting *s = settings; s->name; s++) {
        CHECK(str_find(help, str_printf(mem, "\n  %s ", s->name)) >= 0, "%s", s->name);
        str name = in_roff(mem, str_printf(mem, "\n\\fB%s\\fR ", s->name));
        CHECK(str_find(manual, name) >= 0, "%s", s->name);
        CHECK(str_find(manual, setting_variable(mem, s)) >= 0, "%s", s->name);
        CHECK(str_find(example, str_printf(mem, "\n#%s = ", s->name)) >= 0, "%s", s->name);
        CHECK(str_find(bash, str_printf(mem, " --%s", s->name)) >= 0, "%s", s->name);
        CHECK(str_find(zsh, str_printf(mem, "--%s[", s->name)) >= 0, "%s", s->name);
        CHECK(str_find(fish, str_printf(mem, "-l %s ", s->name)) >= 0, "%s", s->name);
    }
}

SENTENCE(help_fits_into_80_columns)
{
    for (const struct command *const *c = commands; *c; c++) {
        struct text t = {.mem = mem};
        help_command_text(&t, *c);
        for (struct str_pair cut = str_cut(text_str(&t), '\n'); cut.found;
             cut = str_cut(cut.tail, '\n')) {
            ptrdiff_t wide = 0;
            for (ptrdiff_t i = 0; i < cut.head.len; i++)
                wide += ((unsigned char)cut.head.at[i] & 0xC0) != 0x80;
            CHECK(wide <= 80, "%s: %.*s", (*c)->name, STR(cut.head));
        }
    }
}

SENTENCE(no_flag_of_a_command_hides_behind_a_setting)
{
    (void)mem;
    for (const struct command *const *c = commands; *c; c++)
        for (const struct command_flag *f = (*c)->flags; f && f->name && !(*c)->plain; f++)
            for (const struct setting *s = settings; s->name; s++)
                CHECK(strcmp(f->name, s->name) != 0, "%s: %s", (*c)->name, f->name);
}

/* A call with up to five arguments; what the check says goes to standard error. */
static bool taken(struct arena *mem, const char *command, const char *a, const char *b,
                  const char *c)
{
    struct op op = {.mem = mem};
    char *argv[4] = {(char *)(uintptr_t)a, (char *)(uintptr_t)b, (char *)(uintptr_t)c, NULL};
    struct cli cli = {.op = &op, .command = command_find(str_of(command)), .argv = argv};
    while (cli.argc < 3 && argv[cli.argc]) cli.argc++;
    return command_check(&cli);
}

SENTENCE(a_call_is_held_against_the_table)
{
    static const struct {
        const char *command, *a, *b, *c;
        bool good;
    } calls[] = {
        {"export", "journal", "--format", "json", true},
        {"export", "journal", "--format=json", NULL, true},
        {"export", "journal", "--format", "xml", false},
        {"export", "journal", "--format", NULL, false},
        {"export", "journal", "--json=1", NULL, false},
        {"export", "journal", "--formt", "csv", false},
        {"export", "jurnal", NULL, NULL, true}, /* one form begins with a flag: it says itself */
        {"user", "lists", NULL, NULL, false},
        {"user", "list", "-x", NULL, false},
        {"import", "--map=a=b", "--map=c=d", "invoices", true},
        {"import", "--as=a", "--as=b", NULL, false},
        {"serve", "now", NULL, NULL, false},
        {"serve", NULL, NULL, NULL, true},
    };
    for (ptrdiff_t i = 0; i < COUNT(calls); i++)
        CHECK(taken(mem, calls[i].command, calls[i].a, calls[i].b, calls[i].c) == calls[i].good,
              "%s %s %s", calls[i].command, calls[i].a, calls[i].b ? calls[i].b : "");
}

SENTENCE(a_slip_of_the_finger_is_understood)
{
    (void)mem;
    static const char *const names[] = {"serve", "work", "verify", NULL};
    static const struct {
        const char *given, *meant;
    } cases[] = {{"serv", "serve"}, {"srve", "serve"}, {"verfy", "verify"}, {"x", NULL},
                 {"import", NULL},  {"", NULL},        {"wrok", "work"}};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        const char *meant = name_meant(str_of(cases[i].given), names);
        bool right = cases[i].meant ? meant && strcmp(meant, cases[i].meant) == 0 : !meant;
        CHECK(right, "%s: %s", cases[i].given, meant ? meant : "nothing");
    }
}

TESTS(TEST(every_flag_stands_in_the_help_the_manual_and_three_completions),
      TEST(every_setting_stands_in_the_help_the_manual_the_example_and_three_completions),
      TEST(help_fits_into_80_columns), TEST(no_flag_of_a_command_hides_behind_a_setting),
      TEST(a_call_is_held_against_the_table), TEST(a_slip_of_the_finger_is_understood))
