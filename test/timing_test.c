/* Whoever asks for a link or for access, or signs in with a password, is answered alike and as fast
 * for an address or an invoice that is known as for one that is not. Compared is the time that this
 * thread used of the processor, turn by turn, so that other work on the machine changes little.
 * Each try has a network address and an account of its own: nobody is kept out by having tried too
 * often.
 *
 * 2,000 with QUITTANCE_TIMINGS=1000. Welch's t must be below 4.5, but for a few hashes. */
#include "browser.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "domain/access/passwords.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"

#include <time.h>

/* A hash takes a tenth of a second: a few show that one is made at all. */
enum { EACH = 60, EACH_HASHED = 5, MEDIAN_APART_US = 1000, HUNDRED_T_MAX = 450 };
enum { FIRST_NUMBER = 10000 }; /* of invoices, which all have as many digits */

/* What is sent, of one that is known and of one that is not: as many bytes. */
struct way {
    const char *path;
    int status;
    bool hashed;    /* the answer waits for a hash of a password */
    bool passwords; /* who is known has one */
    str (*fields)(struct arena *mem, ptrdiff_t i, bool known);
};

struct timings {
    struct fixture *f;
    struct app *app;
    const struct way *way;
    ptrdiff_t each;
    str hash;            /* of a password that nobody tries */
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
        if (t->way->passwords && !password_set(op, id, t->hash, 0)) return false;
    }
    return true;
}

/* As many as there are people: five tries an hour at one are too many. */
static void invoices_make(struct timings *t)
{
    fixture_sql(t->f, "insert into account (customer, entity, currency) values (1, 1, 'EUR')");
    str sql = str_printf(
        t->f->mem,
        "with recursive n(i) as (select 0 union all select i + 1 from n where i < %td) "
        "insert into document (entity, customer, account, kind, number, issued, currency, "
        "net_minor, tax_minor, total_minor, recorded) select 1, 1, 1, 'invoice', 'RE-' || (%d + "
        "i), "
        "'2026-01-02', 'EUR', 100000, 19000, 119000, 0 from n",
        t->each - 1, FIRST_NUMBER);
    fixture_sql(t->f, sql.at);
    fixture_sql(t->f, "insert into item (entity, account, customer, currency, gl, kind, side, "
                      "document, number, issued, due, amount_minor) select entity, account, "
                      "customer, currency, '1100', 'invoice', 1, id, number, issued, issued, "
                      "total_minor from document");
}

static int64_t thread_us(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return used.tv_sec * SECOND_US + used.tv_nsec / 1000;
}

/* A page without what stands in its fields: what was typed, and the form's own. */
static str without_values(struct arena *mem, str page)
{
    struct text out = {.mem = mem};
    const str begins = S("value=\"");
    for (ptrdiff_t at; (at = str_find(page, begins)) >= 0;) {
        text_add(&out, str_head(page, at + begins.len));
        page = str_cut(str_from(page, at + begins.len), '"').tail;
    }
    text_add(&out, page);
    return text_str(&out);
}

static void ask(struct timings *t, ptrdiff_t i, int known)
{
    struct arena *mem = t->f->mem;
    struct arena_mark mark = arena_mark(mem);
    struct browser b = {.f = t->f, .app = t->app};
    b.address = str_printf(mem, "198.51.%td.%td", i / 200 + 100 * known, i % 200).at;
    const char *fields = t->way->fields(mem, i, known).at;
    b.cookies[0].name = "b", b.cookies[0].value = S("the-number-of-this-browser");
    int64_t before = thread_us();
    struct reply reply = browser_post(&b, t->way->path, fields);
    t->took_us[known][i] = thread_us() - before;
    CHECK(reply.status == t->way->status, "%d %.*s", reply.status, STR(reply.body));
    if (i == 0)
        t->words[known] = str_printf(mem, "%.*s\n%.*s", STR(reply.location),
                                     STR(without_values(mem, reply.body)));
    if (i > 0) arena_rewind(mem, mark);
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

static void compare(struct fixture *f, const struct way *way)
{
    const char *many = getenv("QUITTANCE_TIMINGS");
    struct timings t = {.f = f, .app = browser_app(f), .way = way};
    int64_t wanted;
    t.each = way->hashed ? EACH_HASHED : EACH;
    if (many && str_to_i64(str_of(many), &wanted)) t.each = (ptrdiff_t)wanted;
    for (int k = 0; k < 2; k++) t.took_us[k] = arena_array(f->mem, int64_t, t.each);
    if (way->passwords) {
        char *hash = arena_array(f->mem, char, PASSWORD_HASH_ROOM);
        CHECK(password_hash(S("an-elephant-in-the-room"), hash), "no memory for a hash");
        t.hash = str_of(hash);
    }
    fixture_do(f, people_make, &t);
    invoices_make(&t);
    for (ptrdiff_t i = 0; i < t.each; i++)
        for (int k = 0; k < 2; k++) ask(&t, i, (int)(i % 2) ^ k);
    CHECK(str_eq(t.words[0], t.words[1]), "%.*s, %.*s", STR(t.words[0]), STR(t.words[1]));
    struct spread unknown = spread_of(t.took_us[0], t.each),
                  known = spread_of(t.took_us[1], t.each);
    int64_t apart = known.median - unknown.median, worst = hundred_t(known, unknown, t.each);
    print_message("  %td each: medians %lld and %lld us apart by %lld, t = %lld.%02lld\n", t.each,
                  (long long)known.median, (long long)unknown.median, (long long)apart,
                  (long long)worst / 100, (long long)worst % 100);
    /* A few hashes are told from none, and not from those of a machine that is busy. */
    int64_t most = many ? MEDIAN_APART_US : MEDIAN_APART_US + known.median / 2;
    CHECK(apart < most && -apart < most, "%lld us apart", (long long)apart);
    CHECK((!many && way->hashed) || worst < HUNDRED_T_MAX, "t = %lld hundredths", (long long)worst);
}

/* ---- what is sent ---- */

static str email_of(struct arena *mem, ptrdiff_t i, bool known)
{
    return str_printf(mem, "%s%td%%40hallam.example", known ? "known" : "nobod", i);
}

static str link_fields(struct arena *mem, ptrdiff_t i, bool known)
{
    return str_printf(mem, "email=%.*s", STR(email_of(mem, i, known)));
}

static str password_fields(struct arena *mem, ptrdiff_t i, bool known)
{
    return str_printf(mem, "email=%.*s&password=not-what-it-is", STR(email_of(mem, i, known)));
}

static str claim_fields(struct arena *mem, str email, const char *series, ptrdiff_t i)
{
    return str_printf(mem, "name=Ina+Roth&email=%.*s&invoice=%s-%td&total=1190.00", STR(email),
                      series, FIRST_NUMBER + i);
}

static str invoice_fields(struct arena *mem, ptrdiff_t i, bool known)
{
    return claim_fields(mem, email_of(mem, i, false), known ? "RE" : "XX", i);
}

static str claimant_fields(struct arena *mem, ptrdiff_t i, bool known)
{
    return claim_fields(mem, email_of(mem, i, known), "RE", i);
}

ENGINES_SENTENCE(a_link_is_asked_for_as_fast_by_nobody_as_by_somebody)
{
    compare(f, &(struct way){.path = "/sign-in", .status = 303, .fields = link_fields});
}

ENGINES_SENTENCE(a_password_is_refused_as_fast_for_nobody_as_for_somebody)
{
    compare(f, &(struct way){.path = "/sign-in/password",
                             .status = 422,
                             .hashed = true,
                             .passwords = true,
                             .fields = password_fields});
}

ENGINES_SENTENCE(a_password_is_refused_as_fast_for_nobody_as_for_somebody_without_one)
{
    compare(f, &(struct way){.path = "/sign-in/password",
                             .status = 422,
                             .hashed = true,
                             .fields = password_fields});
}

ENGINES_SENTENCE(access_is_asked_for_as_fast_with_an_invoice_of_ours_as_with_none)
{
    compare(f, &(struct way){.path = "/join", .status = 303, .fields = invoice_fields});
}

ENGINES_SENTENCE(access_is_asked_for_as_fast_by_nobody_as_by_somebody)
{
    compare(f, &(struct way){.path = "/join", .status = 303, .fields = claimant_fields});
}

TESTS(ENGINES_TEST(a_link_is_asked_for_as_fast_by_nobody_as_by_somebody),
      ENGINES_TEST(a_password_is_refused_as_fast_for_nobody_as_for_somebody),
      ENGINES_TEST(a_password_is_refused_as_fast_for_nobody_as_for_somebody_without_one),
      ENGINES_TEST(access_is_asked_for_as_fast_with_an_invoice_of_ours_as_with_none),
      ENGINES_TEST(access_is_asked_for_as_fast_by_nobody_as_by_somebody))
