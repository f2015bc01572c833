/* The parts in their order, the table, and build/bench.json. */
#include "bench.h"

#include "base/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { MEMORY = 1 << 30, NS_PER_US = 1000 };

void must(bool holds, const char *words, ...)
{
    va_list rest;
    if (holds) return;
    va_start(rest, words);
    fputs("bench: ", stderr);
    vfprintf(stderr, words, rest);
    fputc('\n', stderr);
    va_end(rest);
    exit(2);
}

void must_op(bool done, const struct op *op, const char *what)
{
    const struct err *e = op->errs;
    if (done) return;
    must(false, "%s: %.*s %.*s", what, STR(e->message), STR(e->detail));
}

int64_t ticks_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t at_percent(int64_t *of, ptrdiff_t count, int percent)
{
    qsort(of, (size_t)count, sizeof *of, by_size);
    ptrdiff_t at = count * percent / 100;
    return of[at < count ? at : count - 1];
}

int64_t median(int64_t *of, ptrdiff_t count)
{
    return at_percent(of, count, 50);
}

/* ---- the table ---- */

static str thousandths(struct arena *mem, int64_t n)
{
    if (n >= 1000 * 1000) return str_printf(mem, "%lld", (long long)(n / 1000));
    if (n >= 100 * 1000)
        return str_printf(mem, "%lld.%lld", (long long)(n / 1000), (long long)(n % 1000 / 100));
    return str_printf(mem, "%lld.%02lld", (long long)(n / 1000), (long long)(n % 1000 / 10));
}

static int64_t ratio_of(const struct figure *f)
{
    return f->floor > 0 ? f->value * 1000 / f->floor : 0;
}

static bool holds(const struct figure *f)
{
    switch (f->aim) {
    case AIM_NONE: break;
    case AIM_AT_MOST: return f->value <= f->limit;
    case AIM_AT_LEAST: return f->value >= f->limit;
    case AIM_RATIO_AT_MOST: return ratio_of(f) <= f->limit;
    case AIM_RATIO_AT_LEAST: return ratio_of(f) >= f->limit;
    }
    return true;
}

/* In a small run on a busy machine only a ratio that is off by a factor of two is a fault. */
static bool holds_roughly(struct figure f)
{
    if (f.aim == AIM_RATIO_AT_MOST) f.limit *= 2;
    if (f.aim == AIM_RATIO_AT_LEAST) f.limit /= 2;
    return (f.aim != AIM_RATIO_AT_MOST && f.aim != AIM_RATIO_AT_LEAST) || holds(&f);
}

static str aim_text(struct arena *mem, const struct figure *f)
{
    str limit = thousandths(mem, f->limit);
    switch (f->aim) {
    case AIM_NONE: break;
    case AIM_AT_MOST: return str_printf(mem, "at most %.*s %s", STR(limit), f->unit);
    case AIM_AT_LEAST: return str_printf(mem, "at least %.*s %s", STR(limit), f->unit);
    case AIM_RATIO_AT_MOST: return str_printf(mem, "at most %.*s x", STR(limit));
    case AIM_RATIO_AT_LEAST: return str_printf(mem, "at least %.*s x", STR(limit));
    }
    return S("");
}

void figure_add(struct bench *b, struct figure f)
{
    struct arena *mem = b->mem;
    must(b->count < FIGURES_MAX, "too many figures");
    if (b->engine[0]) f.name = str_printf(mem, "%s%s", f.name, b->engine).at;
    b->figures[b->count++] = f;
    str value = thousandths(mem, f.value), floor = thousandths(mem, f.floor);
    str ratio = thousandths(mem, ratio_of(&f)), aim = aim_text(mem, &f);
    printf("%-34s %10.*s %-6s", f.name, STR(value), f.unit);
    if (f.floor > 0)
        printf(" %10.*s %7.*s x", STR(floor), STR(ratio));
    else
        printf(" %10s %7s  ", "", "");
    printf("  %-18.*s %s%s%s\n", STR(aim),
           f.aim == AIM_NONE ? ""
           : holds(&f)       ? "ok"
                             : "MISSED",
           f.of ? "  floor: " : "", f.of ? f.of : "");
    fflush(stdout);
}

static void json_write(const struct bench *b, const char *path)
{
    FILE *out = fopen(path, "w");
    must(out != NULL, "%s: %s", path, strerror(errno));
    fputs("{\n", out);
    for (ptrdiff_t i = 0; i < b->count; i++) {
        const struct figure *f = &b->figures[i];
        str value = thousandths(b->mem, f->value), floor = thousandths(b->mem, f->floor);
        str ratio = thousandths(b->mem, ratio_of(f)), aim = aim_text(b->mem, f);
        fprintf(out, "  \"%s\": {\"value\": %.*s, \"unit\": \"%s\", ", f->name, STR(value),
                f->unit);
        if (f->floor > 0)
            fprintf(out, "\"floor\": %.*s, \"ratio\": %.*s, ", STR(floor), STR(ratio));
        else
            fputs("\"floor\": null, \"ratio\": null, ", out);
        fprintf(out, "\"aim\": \"%.*s\", \"ok\": %s}%s\n", STR(aim), holds(f) ? "true" : "false",
                i + 1 < b->count ? "," : "");
    }
    fputs("}\n", out);
    must(fclose(out) == 0, "%s: %s", path, strerror(errno));
}

/* ---- the run ---- */

static void run(struct bench *b, const char *only)
{
    bool all = only[0] == 0;
    if (strcmp(only, "ask") == 0 || strcmp(only, "crowd") == 0) {
        /* In books that are kept: these two are run again and again. */
        struct books kept = books_make(b, "large", getenv("LARGE") ? b->large : b->small, true);
        if (only[0] == 'a')
            bench_ask(b, &kept);
        else
            bench_crowd(b, &kept);
        return;
    }
    if (all || strstr(only, "books")) bench_books(b);
    if (all || strstr(only, "import")) bench_import(b);
    struct books small = books_make(b, "small", b->small, false), large = small;
    if (all || strstr(only, "start")) bench_start(b, &small);
    if (all || strstr(only, "paper")) bench_paper(b, &small);
    if (all || strstr(only, "pages")) {
        large = books_make(b, "large", b->large, !b->quick);
        bench_pages(b, &small, &large);
        if (all || strstr(only, "import")) bench_import_large(b, &large);
        if (b->quick) books_drop(b, &large);
    }
    if (all || strstr(only, "payments")) bench_payments(b, &small);
    books_drop(b, &small);
}

static int summary(const struct bench *b)
{
    int missed = 0, far = 0;
    for (ptrdiff_t i = 0; i < b->count; i++) {
        if (holds(&b->figures[i])) continue;
        missed++;
        if (!holds_roughly(b->figures[i])) far++;
    }
    printf("%td figures, %d aims missed", b->count, missed);
    if (b->quick) printf(", %d by far", far);
    printf("; build/bench.json\n");
    return b->quick && far > 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    arena_keep_freed(); /* as the program does */
    struct arena *mem = arena_open(MEMORY);
    struct bench *b = arena_new(mem, struct bench);
    const char *quick = getenv("QUICK"), *only = getenv("ONLY"), *large = getenv("LARGE");
    const char *engines = getenv("ENGINES");
    must(argc == 2, "usage: bench PROGRAM");
    *b = (struct bench){.mem = mem, .program = argv[1], .folder = "build/bench", .engine = ""};
    b->quick = quick && quick[0];
    b->postgres = str_of(getenv("QUITTANCE_TEST_POSTGRES"));
    b->small = 20000;
    b->verified_most = 5 * 1000 * 1000;
    b->large = b->quick ? 60000 : 2000000;
    if (large) must(str_to_i64(str_of(large), &b->large), "LARGE is a number of invoices");
    (void)mkdir("build", 0777);
    must(mkdir(b->folder, 0777) == 0 || errno == EEXIST, "%s: %s", b->folder, strerror(errno));

    printf("%-34s %10s %-6s %10s %7s    %s\n", "", "", "", "floor", "ratio", "aim");
    if (!engines || strstr(engines, "sqlite")) run(b, only ? only : "");
    b->engine = "-postgres";
    if (b->postgres.len > 0 && (!engines || strstr(engines, "postgres"))) run(b, only ? only : "");
    json_write(b, "build/bench.json");
    int status = summary(b);
    arena_close(mem);
    return status;
}
