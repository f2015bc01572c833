/* tidy: the rules of STYLE.md that a machine can check.
 *
 *     tidy [ROOT]
 *
 * Prints `file:line: what is wrong` for each breach. src/layers.txt says who may include whom;
 * tools/tidy-allowed.txt lists the exceptions with their reasons. test/tidy/ has samples. */
#define _XOPEN_SOURCE 700
#include <ctype.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_LINES = 600, FUNCTION_LINES = 70, COLUMNS = 100, FILES_MAX = 4000, ROWS_MAX = 200 };

struct file {
    char path[200], name[200]; /* in the tree; and as others include it */
    char *text, *code;         /* as written; and with comments and literals blanked, if it is C */
    bool is_c, included;
};
static struct file files[FILES_MAX];
static int n_files, n_found;

struct row { /* of layers.txt or tidy-allowed.txt */
    char key[128], rest[400];
    int line;
    bool used;
};
static struct row layers[ROWS_MAX], allowed[ROWS_MAX];
static int n_layers, n_allowed;

/* Words that may not stand in C code; or only not be called; or not even in comments, anywhere. */
enum where { IN_CODE, CALLED, ANYWHERE };
static const struct {
    enum where where;
    const char *words, *instead;
} banned[] = {
    {CALLED, "strcpy strcat strncpy strncat sprintf vsprintf", "use str_copy or snprintf"},
    {CALLED, "gets strtok", "use str_cut"},
    {CALLED, "atoi atol atoll atof strtod", "use i64_from or money_from"},
    {CALLED, "time gmtime localtime gettimeofday clock_gettime", "use op->now or base/clock.h"},
    {CALLED, "rand random srand", "use base/random.h"},
    {CALLED, "malloc calloc realloc strdup free", "use the operation's arena"},
    {CALLED, "system popen", "use posix_spawn"},
    {IN_CODE, "float double", "use integers"},
    {IN_CODE, "MAY_NOT_SAID", "say who may"},
    {ANYWHERE,
     "TO"
     "DO FIX"
     "ME X"
     "XX HA"
     "CK",
     "do it, or write an issue"},
};

static void found(const char *path, int line, const char *what, const char *about)
{
    printf("%s:%d: %s%s%s\n", path, line, what, about[0] ? ": " : "", about);
    n_found++;
}

static bool ends(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static int line_of(const char *text, const char *at)
{
    int line = 1;
    while (text < at) line += *text++ == '\n';
    return line;
}

static char *read_text(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in) return NULL;
    fseek(in, 0, SEEK_END);
    size_t size = (size_t)ftell(in);
    rewind(in);
    char *text = calloc(1, size + 1);
    if (fread(text, 1, size, in) != size) perror(path), exit(2);
    fclose(in);
    return text;
}

/* Blanks comments, strings and characters; lines and columns stay where they are. */
static char *code_of(const char *text)
{
    char *code = strdup(text);
    for (char *p = code; *p;) {
        const char *end = p;
        if (begins(p, "/*")) {
            end = strstr(p + 2, "*/");
            end = end ? end + 2 : p + strlen(p);
        } else if (begins(p, "//")) {
            end = p + strcspn(p, "\n");
        } else if (*p == '"' || *p == '\'') {
            for (end = p + 1; *end && *end != *p && *end != '\n'; end++)
                if (*end == '\\' && end[1]) end++;
            end += *end == *p;
        } else {
            p++;
        }
        for (; p < end; p++)
            if (*p != '\n') *p = ' ';
    }
    return code;
}

static int add_file(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    static const char kinds[] = " .c .h .sql .page .sh .mjs .css .js .md .txt .case .flow .conf ";
    char kind[32];
    (void)st, (void)walk;
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    snprintf(kind, sizeof kind, " %.20s ", dot && slash && dot > slash ? dot : ".txt");
    if (type != FTW_F || !strstr(kinds, kind) || strstr(path, "/node_modules/") ||
        strstr(path, "/golden/") || begins(path, "test/tidy/"))
        return 0;
    if (n_files == FILES_MAX) fprintf(stderr, "too many files\n"), exit(2);
    struct file *f = &files[n_files++];
    snprintf(f->path, sizeof f->path, "%s", path);
    f->text = read_text(path);
    int stem = (int)strlen(path) - (ends(path, ".sql") ? 4 : 0), src = begins(path, "src/")    ? 4
                                                                       : begins(path, "test/") ? 5
                                                                                               : 0;
    snprintf(f->name, sizeof f->name, "%.*s%s", stem - src, path + src, path[stem] ? "_sql.h" : "");
    f->is_c = ends(path, ".c") || ends(path, ".h");
    f->code = f->is_c ? code_of(f->text) : f->text;
    return 0;
}

/* "key: rest" or "key word rest", one a line; '#' starts a comment. */
static int read_rows(const char *path, const char *format, struct row *rows)
{
    FILE *in = fopen(path, "r");
    char line[600];
    int n = 0;
    for (int at = 1; in && n < ROWS_MAX && fgets(line, sizeof line, in); at++) {
        if (line[0] == '#' || line[0] == '\n') continue;
        rows[n].rest[0] = ' ', rows[n].rest[1] = 0;
        if (sscanf(line, format, rows[n].key, rows[n].rest + 1) < 1) continue;
        strcat(rows[n].rest, " ");
        rows[n++].line = at;
    }
    if (in) fclose(in);
    return n;
}

static void check_lines(const struct file *f)
{
    int number = 1, function_start = 0;
    bool long_lines = f->is_c || ends(f->path, ".mjs");
    for (const char *line = f->text; *line; number++) {
        size_t len = strcspn(line, "\n"), columns = 0;
        for (size_t i = 0; i < len; i++) {
            columns += ((unsigned char)line[i] & 0xC0) != 0x80;
            if (line[i] == '\t') found(f->path, number, "a tab", ""), i = len;
        }
        if (len > 0 && line[len - 1] == ' ') found(f->path, number, "a space at the end", "");
        if (long_lines && columns > COLUMNS) found(f->path, number, "over 100 columns", "");
        if (f->is_c && len == 1 && *line == '{') function_start = number;
        if (f->is_c && len == 1 && *line == '}' && function_start) {
            if (number - function_start + 1 > FUNCTION_LINES)
                found(f->path, function_start, "a function of over 70 lines", "");
            function_start = 0;
        }
        line += len + (line[len] == '\n');
    }
    if (number - 1 > FILE_LINES && f->is_c) found(f->path, number - 1, "over 600 lines", "");
}

static bool is_allowed(const char *path, const char *word)
{
    char needle[80];
    snprintf(needle, sizeof needle, " %s ", word);
    for (int i = 0; i < n_allowed; i++)
        if (strcmp(allowed[i].key, path) == 0 && begins(allowed[i].rest, needle))
            return allowed[i].used = true;
    return false;
}

static void check_word(const struct file *f, const char *word, enum where where,
                       const char *instead)
{
    size_t n = strlen(word);
    const char *text = where == ANYWHERE ? f->text : f->code;
    for (const char *p = text; (p = strstr(p, word)); p += n) {
        bool whole = (p == text || !is_word(p[-1])) && !is_word(p[n]);
        bool member = p > text && (p[-1] == '.' || (p[-1] == '>' && p[-2] == '-'));
        if (!whole || (where == CALLED && (p[n] != '(' || member)) || is_allowed(f->path, word))
            continue;
        found(f->path, line_of(text, p), word, instead);
    }
}

static void check_words(const struct file *f)
{
    char words[100];
    bool bound = f->is_c && !begins(f->path, "tools/");
    for (size_t i = 0; i < sizeof banned / sizeof *banned; i++) {
        strcpy(words, banned[i].words);
        for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
            if (bound || banned[i].where == ANYWHERE)
                check_word(f, word, banned[i].where, banned[i].instead);
    }
}

/* Each row of a route table says who may. */
static void check_routes(const struct file *f)
{
    for (const char *p = f->code; (p = strstr(p, "struct route ")); p++) {
        const char *end = p + strcspn(p, ";{"), *row = NULL;
        if (*end != '{' || !memchr(p, '[', (size_t)(end - p))) continue;
        int depth = 0;
        for (p = end; *p; p++) {
            if (*p == '{' && ++depth == 2) row = p;
            if (*p != '}' || depth-- > 2) continue;
            if (depth == 0) break;
            if (begins(row, "{0}")) continue; /* the end of the table */
            const char *may = strstr(row, "MAY_");
            if (strncmp(row, "{0}", 3) == 0) continue;        /* the table's end */
            bool last = !memchr(row, ',', (size_t)(p - row)); /* {0} ends the table */
            if (!last && (!may || may > p))
                found(f->path, line_of(f->code, row), "a route without MAY_", "");
        }
        if (!*p) return;
    }
}

static bool within(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == 0);
}

static bool may_include(struct row *layer, const char *header)
{
    char list[400];
    if (within(header, layer->key)) return true;
    strcpy(list, layer->rest);
    for (char *folder = strtok(list, " "); folder; folder = strtok(NULL, " "))
        if (within(header, folder)) return true;
    return false;
}

static void check_includes(const struct file *f)
{
    struct row *layer = NULL;
    char header[160], about[400];
    bool bound = begins(f->path, "src/") && strchr(f->path + 4, '/') && !ends(f->path, "_test.c");
    for (int i = 0; i < n_layers && bound; i++)
        if (within(f->path + 4, layers[i].key) &&
            (!layer || strlen(layers[i].key) > strlen(layer->key)))
            layer = &layers[i];
    for (const char *p = f->text; (p = strstr(p, "include \"")); p++) {
        if (p == f->text || (p[-1] != '#' && p[-1] != '%')) continue;
        sscanf(p, "include \"%159[^\"]", header);
        for (int i = 0; i < n_files; i++) files[i].included |= strcmp(files[i].name, header) == 0;
        if (!bound || !strchr(header, '/') || (layer && may_include(layer, header))) continue;
        snprintf(about, sizeof about, "%s may not include \"%s\"",
                 layer ? layer->key : "a folder that src/layers.txt does not name", header);
        found(f->path, line_of(f->text, p), about, "");
    }
}

int main(int argc, char **argv)
{
    static const char *const folders[] = {"src", "test", "tools", "scripts", "docs", "config"};
    if (argc > 1 && chdir(argv[1])) return perror(argv[1]), 2;
    n_layers = read_rows("src/layers.txt", "%127[^:]: %380[^\n]", layers);
    n_allowed = read_rows("tools/tidy-allowed.txt", "%127s %380[^\n]", allowed);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        nftw(folders[i], add_file, 20, FTW_PHYS);

    for (int i = 0; i < n_files; i++) {
        check_lines(&files[i]);
        check_includes(&files[i]);
        check_words(&files[i]);
        if (files[i].is_c) check_routes(&files[i]);
    }
    for (int i = 0; i < n_files; i++)
        if (!files[i].included && ends(files[i].name, ".h") && begins(files[i].path, "src/") &&
            !strstr(files[i].path, "/schema/"))
            found(files[i].path, 1, "nobody includes this", "");
    for (int i = 0; i < n_allowed; i++)
        if (!allowed[i].used)
            found("tools/tidy-allowed.txt", allowed[i].line, "no longer needed", allowed[i].key);
    printf("tidy: %d found in %d files\n", n_found, n_files);
    return n_found > 0;
}
