/* Whoever asks for a link, or signs in with a password, is answered as fast for an address that is
 * known as for one that is not. Compared is the time that this thread used of the processor, turn
 * by turn, so that other work on the machine changes nothing.
 *
 * 2,000 with QUITTANCE_TIMINGS=1000: then Welch's t must be below 4.5 as well. */
#include "browser.h"

#include "base/arena.h"
#include "base/clock.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"

#include <time.h>

enum { EACH = 60, MEDIAN_APART_US = 1000, HUNDRED_T_MAX = 450 };

struct timings {
    struct fixture *f;
    struct app *app;
    ptrdiff_t each;
    int64_t *took_us[2]; /* [1]: known */
    str words[2];
};

static bool people_make(struct op *op, void *arg)
{
    struct timings *t = arg;
    int64_t id;
    enum put did;
    struct entity seller = {
        .code = S("main"), .name = S("Nordwind"), .currency = {"EUR"}, .zone = S("Europe/Berlin")};
    struct customer hallam = {.number = S("C1"), .name = S("Hallam")};
    if (!entity_put(op, &seller, &id) || !customer_put(op, &hallam, &id, &did)) return false;
    for (ptrdiff_t i = 0; i < t->each; i++) {
        struct invitation in = {.email = str_printf(op->mem, "known%td@hallam.example", i),
                                .name = S("Maya"),
                                .role = ROLE_PAYER,
                                .customer = 1,
                                .quiet = true};
        if (!person_invite(op, &in, &id)) return false;
    }
    return true;
}

static int64_t thread_us(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return used.tv_sec * SECOND_US + used.tv_nsec / 1000;
}

static void ask(struct timings *t, ptrdiff_t i, int known)
{
    struct arena_mark mark = arena_mark(t->f->mem);
    struct browser b = {.f = t->f, .app = t->app};
    b.address = str_printf(t->f->mem, "198.51.%td.%td", i / 200 + 100 * known, i % 200).at;
    const char *fields =
        str_printf(t->f->mem, "email=%s%td%%40hallam.example", known ? "known" : "nobod", i).at;
    b.cookies[0].name = "b", b.cookies[0].value = S("the-number-of-this-browser");
    int64_t before = thread_us();
    struct reply reply = browser_post(&b, "/sign-in", fields);
    t->took_us[known][i] = thread_us() - before;
    CHECK(reply.status == 303, "%d %.*s", reply.status, STR(reply.body));
    if (i == 0) t->words[known] = str_copy(t->f->mem, reply.location);
    if (i > 0) arena_rewind(t->f->mem, mark);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct spread {
    int64_t median, mean, variance;
};

/* Without the slowest twentieth: an interrupt is counted to whoever it met. */
static struct spread spread_of(int64_t took[], ptrdiff_t count)
{
    struct spread s = {0};
    ptrdiff_t kept = count - count / 20;
    qsort(took, (size_t)count, sizeof took[0], by_size);
    for (ptrdiff_t i = 0; i < kept; i++) s.mean += took[i];
    s.mean /= kept;
    for (ptrdiff_t i = 0; i < kept; i++) s.variance += (took[i] - s.mean) * (took[i] - s.mean);
    s.variance /= kept - 1;
    s.median = took[count / 2];
    return s;
}

/* A hundred times Welch's t, in whole numbers: t squared is the difference of the means squared
 * over the sum of their variances by count. */
static int64_t hundred_t(struct spread a, struct spread b, ptrdiff_t count)
{
    int64_t apart = a.mean - b.mean, noise = (a.variance + b.variance) / count;
    int64_t square = 10000 * apart * apart / (noise > 0 ? noise : 1), root = 0;
    while ((root + 1) * (root + 1) <= square) root++;
    return root;
}

ENGINES_SENTENCE(a_link_is_asked_for_as_fast_by_nobody_as_by_somebody)
{
    const char *many = getenv("QUITTANCE_TIMINGS");
    struct timings t = {.f = f, .app = browser_app(f), .each = EACH};
    int64_t wanted;
    if (many && str_to_i64(str_of(many), &wanted)) t.each = (ptrdiff_t)wanted;
    for (int k = 0; k < 2; k++) t.took_us[k] = arena_array(f->mem, int64_t, t.each);
    fixture_do(f, people_make, &t);
    for (ptrdiff_t i = 0; i < t.each; i++)
        for (int k = 0; k < 2; k++) ask(&t, i, (int)(i % 2) ^ k);
    CHECK(str_eq(t.words[0], t.words[1]), "%.*s, %.*s", STR(t.words[0]), STR(t.words[1]));
    struct spread unknown = spread_of(t.took_us[0], t.each),
                  known = spread_of(t.took_us[1], t.each);
    int64_t apart = known.median - unknown.median, worst = hundred_t(known, unknown, t.each);
    print_message("  %td each: medians %lld and %lld us apart by %lld, t = %lld.%02lld\n", t.each,
                  (long long)known.median, (long long)unknown.median, (long long)apart,
                  (long long)worst / 100, (long long)worst % 100);
    CHECK(apart < MEDIAN_APART_US && -apart < MEDIAN_APART_US, "%lld us apart", (long long)apart);
    CHECK(!many || worst < HUNDRED_T_MAX, "t = %lld hundredths", (long long)worst);
}

TESTS(ENGINES_TEST(a_link_is_asked_for_as_fast_by_nobody_as_by_somebody))
