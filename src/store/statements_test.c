/* Every statement of the program, prepared on the schema of this program, on both engines: a
 * column that is renamed is found here and not by a customer. The Makefile links them all. */
#include "fixture.h"

#include "store/engine.h"

#include <ctype.h>

struct all {
    ptrdiff_t number, failed;
};

static bool prepare_one(struct op *op, void *arg)
{
    struct all *all = arg;
    return store_prepare(op, sql_query_at(all->number));
}

/* The test gateway is a stranger that happens to live here: it has a database of its own. */
static bool elsewhere(const struct sql_query *q)
{
    return str_starts(str_of(q->name), S("delivery/gateway/"));
}

/* Goes on after a failure, so that one run names them all. */
static bool prepare_all(struct op *op, void *arg)
{
    struct all *all = arg;
    *all = (struct all){0};
    for (; all->number < sql_query_count(); all->number++) {
        if (elsewhere(sql_query_at(all->number))) continue;
        if (store_attempt(op, prepare_one, all)) continue;
        print_error("%s\n", fixture_why(op));
        op->errs = NULL;
        all->failed++;
    }
    return true;
}

ENGINES_SENTENCE(every_statement_fits_the_schema)
{
    struct all all;
    fixture_do(f, prepare_all, &all);
    CHECK(all.number > 5, "only %td statements: are they linked?", all.number);
    CHECK(all.failed == 0, "%td of %td statements", all.failed, all.number);
}

SENTENCE(every_statement_has_a_name_of_its_own)
{
    (void)mem;
    for (ptrdiff_t i = 0; i < sql_query_count(); i++) {
        const struct sql_query *q = sql_query_at(i);
        CHECK(q->name && sql_query_number(q) == i, "statement %td", i);
        for (ptrdiff_t k = 0; k < i; k++)
            CHECK(strcmp(q->name, sql_query_at(k)->name) != 0, "%s", q->name);
    }
}

/* "kind in ('a', 'b', 'c')", which is comparisons to SQLite (tools/lists.h). */
static bool begins_list(const char *b)
{
    size_t len = strcspn(b, " \n");
    if (strncmp(b + len, " not", 4) == 0) len += 4;
    return strncmp(b + len, " in (", 5) == 0;
}

/* The list that b begins with, compared by a: the same members, in this order. */
static bool list_passed(const char **a, const char **b)
{
    const char *end = strchr(*b, ')');
    for (const char *p = strchr(*b, '\''); p && p < end; p = strchr(p, '\'')) {
        size_t len = strcspn(p + 1, "'") + 2;
        *a = strchr(*a, '\'');
        if (!*a || strncmp(*a, p, len) != 0) return false;
        *a += len, p += len;
    }
    *b = end + 1;
    return *(*a)++ == ')';
}

/* One text said twice differs in nothing but ?1 and $1, and lists. */
static bool same_text(const struct sql_query *q)
{
    const char *a = q->sqlite, *b = q->postgres;
    while (*a && *b) {
        if (*a == '(' && *b != '(' && begins_list(b)) {
            if (!list_passed(&a, &b)) return false;
            continue;
        }
        if (*a != *b && !(*a == '?' && *b == '$' && isdigit((unsigned char)a[1]))) return false;
        a++, b++;
    }
    return *a == *b;
}

SENTENCE(statements_that_differ_are_few_and_on_the_list)
{
    char text[32768];
    FILE *doc = fopen("docs/store.md", "r");
    CHECK(doc, "docs/store.md");
    str list = {text, (ptrdiff_t)fread(text, 1, sizeof text, doc)};
    fclose(doc);
    int differ = 0;
    for (ptrdiff_t i = 0; i < sql_query_count(); i++) {
        const struct sql_query *q = sql_query_at(i);
        if (same_text(q)) continue;
        differ++;
        CHECK(str_find(list, str_printf(mem, "`%s`", q->name)) >= 0, "docs/store.md lacks %s",
              q->name);
    }
    CHECK(differ <= 10, "%d statements differ", differ);
}

TESTS(ENGINES_TEST(every_statement_fits_the_schema), TEST(every_statement_has_a_name_of_its_own),
      TEST(statements_that_differ_are_few_and_on_the_list))
