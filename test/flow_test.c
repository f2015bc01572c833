/* Runs the scripts of test/flows, each story on SQLite and on PostgreSQL. */
#include "flow.h"

#include "base/arena.h"

#include <glob.h>

enum { STORIES_MAX = 400, ARENA_BYTES = 512 << 20 };

/* One `flow "…"` of a file: from the line after its title to the next one. */
struct story {
    const char *file, *title, *name;
    enum fixture_engine engine;
    int line;
    str text;
};

static str file_text(struct arena *mem, const char *path)
{
    char buffer[4096];
    struct text t = {.mem = mem};
    FILE *in = fopen(path, "r");
    CHECK(in, "%s", path);
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, in)) > 0;)
        text_add(&t, (str){buffer, (ptrdiff_t)n});
    fclose(in);
    return text_str(&t);
}

static int open_arena(void **state)
{
    (void)state;
    return 0;
}

/* A small world of its own for each. */
static void tell(void **state)
{
    const struct story *s = *state;
    struct arena *mem = arena_open(ARENA_BYTES);
    struct fixture *f = fixture_open(mem, s->engine);
    if (!f) {
        arena_close(mem);
        skip();
    }
    struct flow *w = arena_new(mem, struct flow);
    *w = (struct flow){.file = s->file, .title = s->title, .line = s->line};
    flow_begin(w, mem, f);
    for (str rest = s->text; rest.len > 0;) {
        struct str_pair cut = str_cut(rest, '\n');
        str line = str_trim(cut.head);
        w->line++;
        rest = cut.tail;
        if (line.len > 0 && line.at[0] != '#') flow_line(w, line);
    }
    flow_end(w);
    arena_close(mem);
}

static int stories_of(struct arena *mem, const char *file, struct story *out)
{
    int count = 0, line = 0;
    str all = file_text(mem, file);
    for (str rest = all; rest.len > 0;) {
        struct str_pair cut = str_cut(rest, '\n');
        line++;
        if (str_starts(cut.head, S("flow \""))) {
            str title = str_cut(str_from(cut.head, 6), '"').head;
            out[count++] = (struct story){
                .file = file, .line = line, .title = str_z(mem, title), .text = cut.tail};
        } else if (count > 0) {
            struct story *s = &out[count - 1];
            s->text.len = cut.head.at + cut.head.len - s->text.at;
        }
        rest = cut.tail;
    }
    return count;
}

/* flow_test [PART OF A TITLE] */
int main(int argc, char **argv)
{
    static const char *const engines[] = {"sqlite", "postgres"};
    struct arena *mem = arena_open(ARENA_BYTES);
    struct story *stories = arena_array(mem, struct story, STORIES_MAX * 2);
    struct CMUnitTest *tests = arena_array(mem, struct CMUnitTest, STORIES_MAX * 2);
    size_t count = 0;
    glob_t files;
    if (glob("test/flows/*.flow", 0, NULL, &files) != 0) return 2;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct story *mine = arena_array(mem, struct story, STORIES_MAX);
        int n = stories_of(mem, str_z(mem, str_of(files.gl_pathv[i])), mine);
        for (int k = 0; k < n * 2; k++) {
            if (argc > 1 && !strstr(mine[k / 2].title, argv[1])) continue;
            struct story *s = &stories[count];
            *s = mine[k / 2];
            s->engine = k % 2 ? FIXTURE_POSTGRES : FIXTURE_SQLITE;
            s->name = str_z(mem, str_printf(mem, "%s: %s", engines[k % 2], s->title));
            tests[count++] = (struct CMUnitTest){
                .name = s->name, .test_func = tell, .setup_func = open_arena, .initial_state = s};
        }
    }
    globfree(&files);
    int failed = _cmocka_run_group_tests("flows", tests, count, NULL, NULL);
    arena_close(mem);
    return failed;
}
