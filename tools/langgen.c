/* langgen: C tables from a .po file. docs/translating.md says how a language is made.
 *
 *     langgen src/lang/de.po > de_po.c
 *
 * Writes `lang_table_de`: the sentences sorted by their English, and the rule that chooses a
 * plural. Fuzzy, empty and obsolete translations are left out: the English shows. A translation
 * that would break a page or a printf stops the build: it must have the same holes, tags and
 * formats as the English. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS_MAX = 6, LONGEST = 4096 };

struct entry {
    char *id, *plural, *forms[FORMS_MAX];
    bool fuzzy, c_format;
    int line;
};

static const char *file;
static int line_number;
static struct entry *entries;
static int count;
static int form_count = 1;
static char plural_rule[512] = "0";

static _Noreturn void fail(int line, const char *why, const char *what)
{
    fprintf(stderr, "%s:%d: error: %s: %s\n", file, line, why, what);
    exit(1);
}

static char *more(char *text, const char *added)
{
    size_t len = text ? strlen(text) : 0;
    text = realloc(text, len + strlen(added) + 1);
    if (!text) abort();
    strcpy(text + len, added);
    return text;
}

/* The quoted string on a line, without its escapes. */
static const char *quoted(const char *p)
{
    static char text[LONGEST];
    size_t len = 0;
    p = strchr(p, '"');
    if (!p) fail(line_number, "a string in quotes is missing", "");
    for (p++; *p && *p != '"' && len + 1 < sizeof text; p++) {
        char c = *p;
        if (c == '\\' && p[1]) {
            c = *++p;
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        text[len++] = c;
    }
    text[len] = 0;
    if (*p != '"') fail(line_number, "a string does not end, or is too long", text);
    return text;
}

/* ---- reading ---------------------------------------------------------------------------- */

static struct entry *entry_add(void)
{
    entries = realloc(entries, sizeof *entries * (size_t)(count + 1));
    if (!entries) abort();
    entries[count] = (struct entry){.line = line_number};
    return &entries[count++];
}

/* Where the string of this line belongs; NULL: the line has no string. */
static char **target_of(const char *line, struct entry *e)
{
    if (strncmp(line, "msgid_plural ", 13) == 0) return &e->plural;
    if (strncmp(line, "msgid ", 6) == 0) return &e->id;
    if (strncmp(line, "msgstr ", 7) == 0) return &e->forms[0];
    if (strncmp(line, "msgstr[", 7) == 0) {
        int form = line[7] - '0';
        if (form < 0 || form >= FORMS_MAX) fail(line_number, "there is no such form", line);
        return &e->forms[form];
    }
    if (strncmp(line, "msgctxt ", 8) == 0) fail(line_number, "a context is not supported", line);
    return NULL;
}

static void read_po(FILE *in)
{
    char line[LONGEST];
    struct entry *e = NULL;
    char **to = NULL;
    while (fgets(line, sizeof line, in)) {
        line_number++;
        if (line[0] == '\n') e = NULL, to = NULL;
        if (line[0] == '\n' || strncmp(line, "#~", 2) == 0) continue;
        if (!e) e = entry_add();
        if (strncmp(line, "#,", 2) == 0) {
            e->fuzzy = e->fuzzy || strstr(line, "fuzzy");
            e->c_format = e->c_format || (strstr(line, "c-format") && !strstr(line, "no-c-format"));
        }
        if (line[0] == '#') continue;
        if (line[0] != '"') to = target_of(line, e);
        if (!to) fail(line_number, "cannot read", line);
        if (strncmp(line, "msgid ", 6) == 0) e->line = line_number;
        *to = more(*to, quoted(line));
    }
}

static void read_plural_rule(const char *header)
{
    const char *rule = strstr(header, "Plural-Forms:");
    if (!rule) return;
    int end = 0;
    sscanf(rule, "Plural-Forms: nplurals=%d; plural=%511[n0-9 ()?:!=<>&|%%+*/-];%n", &form_count,
           plural_rule, &end);
    if (end == 0 || form_count < 1 || form_count > FORMS_MAX)
        fail(1, "the plural rule may have only n, numbers and operators", rule);
}

/* ---- checking --------------------------------------------------------------------------- */

/* The n-th piece of s that `next` finds, as it stands there; false: there are not so many. */
typedef const char *piece_finder(const char *s, const char **end);

static const char *next_hole(const char *s, const char **end)
{
    const char *hole = strchr(s, '{');
    while (hole && !(isdigit((unsigned char)hole[1]) && hole[2] == '}'))
        hole = strchr(hole + 1, '{');
    *end = hole ? hole + 3 : NULL;
    return hole;
}

static const char *next_tag(const char *s, const char **end)
{
    const char *tag = strchr(s, '<');
    while (tag && !isalpha((unsigned char)tag[1]) && tag[1] != '/') tag = strchr(tag + 1, '<');
    const char *close = tag ? strchr(tag, '>') : NULL;
    *end = close ? close + 1 : NULL;
    return close ? tag : NULL;
}

static const char *next_format(const char *s, const char **end)
{
    const char *format = strchr(s, '%');
    if (format) *end = format + 1 + strcspn(format + 1, "diouxXeEfFgGaAcspn%") + 1;
    return format;
}

static const char *next_quote(const char *s, const char **end)
{
    const char *quote = strchr(s, '"');
    *end = quote ? quote + 1 : NULL;
    return quote;
}

static int count_of(const char *s, piece_finder *next, const char *piece, const char *piece_end)
{
    int found = 0;
    const char *end;
    for (const char *p; (p = next(s, &end)); s = end)
        if (end - p == piece_end - piece && strncmp(p, piece, (size_t)(end - p)) == 0) found++;
    return found;
}

static void check_pieces(const struct entry *e, const char *english, const char *form,
                         piece_finder *next, bool may_miss)
{
    const char *end;
    for (const char *s = form, *p; (p = next(s, &end)); s = end)
        if (count_of(english, next, p, end) == 0 ||
            (next != next_hole && count_of(english, next, p, end) != count_of(form, next, p, end)))
            fail(e->line, "the English does not have the same", p);
    for (const char *s = english, *p; (p = next(s, &end)) && !may_miss; s = end)
        if (count_of(form, next, p, end) == 0) fail(e->line, "the translation lacks", p);
}

/* Formats take their values in order, so their order stays. */
static void check_formats(const struct entry *e, const char *english, const char *form)
{
    const char *a_end = NULL, *b_end = NULL;
    for (;;) {
        const char *a = next_format(english, &a_end), *b = next_format(form, &b_end);
        if (!a && !b) return;
        if (!a || !b || a_end - a != b_end - b || strncmp(a, b, (size_t)(a_end - a)) != 0)
            fail(e->line, "the formats are not those of the English, in the same order", form);
        english = a_end, form = b_end;
    }
}

static void check(const struct entry *e)
{
    for (int i = 0; i < form_count; i++) {
        const char *form = e->forms[i];
        if (!form || !*form) continue;
        const char *english = e->plural ? e->plural : e->id;
        check_pieces(e, english, form, next_hole, e->plural != NULL);
        check_pieces(e, english, form, next_tag, false);
        check_pieces(e, english, form, next_quote, false);
        const char *same_form = e->plural && i == 0 && form_count > 1 ? e->id : english;
        if (e->c_format) check_formats(e, same_form, form);
        if (!e->plural) break;
    }
}

/* ---- writing ---------------------------------------------------------------------------- */

static void print_string(const char *s)
{
    putchar('"');
    for (; *s; s++) {
        if (*s == '\n')
            printf("\\n");
        else if (*s == '\t')
            printf("\\t");
        else if (*s == '"' || *s == '\\' || *s == '?')
            printf("\\%c", *s);
        else
            putchar(*s);
    }
    putchar('"');
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->id, ((const struct entry *)b)->id);
}

static bool is_complete(const struct entry *e)
{
    int forms = e->plural ? form_count : 1;
    for (int i = 0; i < forms; i++)
        if (!e->forms[i] || !*e->forms[i]) return false;
    return !e->fuzzy;
}

static void print_table(const char *tag)
{
    printf("/* Written by langgen from %s. */\n#include \"base/lang_table.h\"\n\n", file);
    printf("static const struct lang_sentence sentences[] = {\n");
    for (int i = 0; i < count; i++) {
        const struct entry *e = &entries[i];
        if (!is_complete(e)) continue;
        check(e);
        printf("    {");
        print_string(e->id);
        printf(", {");
        for (int f = 0; f < (e->plural ? form_count : 1); f++) {
            if (f > 0) printf(", ");
            print_string(e->forms[f]);
        }
        printf("}},\n");
    }
    printf("    {0}, /* an empty table is not C */\n};\n\n#pragma GCC diagnostic ignored "
           "\"-Wparentheses\"\n"
           "static int form_for(int64_t n)\n{\n    (void)n;\n    return (int)(%s);\n}\n\n"
           "const struct lang_table lang_table_%s = {sentences, COUNT(sentences) - 1, %d, "
           "form_for};\n",
           plural_rule, tag, form_count);
}

int main(int argc, char **argv)
{
    if (argc != 2) return fprintf(stderr, "usage: langgen LANGUAGE.po\n"), 2;
    file = argv[1];
    FILE *in = fopen(file, "r");
    if (!in) return perror(file), 1;
    read_po(in);
    fclose(in);

    char tag[16] = "";
    const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    for (size_t i = 0; i + 1 < sizeof tag && name[i] && name[i] != '.'; i++)
        tag[i] = name[i] == '-' ? '_' : name[i];

    int kept = 0; /* the header stands under the empty id; comments alone are no entry */
    for (int i = 0; i < count; i++) {
        if (!entries[i].id) continue;
        if (*entries[i].id)
            entries[kept++] = entries[i];
        else
            read_plural_rule(entries[i].forms[0] ? entries[i].forms[0] : "");
    }
    count = kept;
    qsort(entries, (size_t)count, sizeof *entries, by_id);
    for (int i = 1; i < count; i++)
        if (strcmp(entries[i - 1].id, entries[i].id) == 0)
            fail(entries[i].line, "this sentence stands twice", entries[i].id);
    print_table(tag);
    return 0;
}
