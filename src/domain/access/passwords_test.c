#include "domain/access/passwords.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "domain/access/hashing.h"
#include "domain/access/people.h"
#include "fixture.h"

#include <pthread.h>

SENTENCE(a_password_is_long_and_not_one_that_is_tried_first)
{
    static const struct {
        const char *password;
        bool good;
    } cases[] = {
        {"", false},
        {"short", false},
        {"elevenchars", false},
        {"kestrel-vat-7", true},
        {"quiet harbour moss 41", true},
        {"wZ4!tHn8qLp2", true},
        {"vier Pferde zahlen nie", true},
        {"\xC3\xA4\xC3\xB6\xC3\xBC tr\xC3\xA4gt Hut", true},
        {"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC", false},
        {"passwordpassword", false},
        {"Password1234", false},
        {"P@ssw0rd2024!", false},
        {"Welcome2024!!", false},
        {"Sommer2026!!!", false},
        {"qwertyuiop12", false},
        {"QWERTZuiop!1", false},
        {"1q2w3e4r5t6y", true},
        {"1qaz2wsx3edc", false},
        {"123456789012", false},
        {"aaaaaaaaaaaa", false},
        {"abababababab", false},
        {"abcdefghijkl", false},
        {"iloveyou1234", false},
        {"letmeinletmein", false},
        {"correct horse battery staple", false},
        {"annaberg-2026", false},
        {"hallampryce01", false},
    };
    struct op op = {.mem = mem};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        op.errs = NULL;
        bool good = password_check(&op, str_of(cases[i].password),
                                   S("anna.berg@hallampryce.example"), S("Anna Berg"));
        CHECK(good == cases[i].good, "\"%s\"", cases[i].password);
        CHECK(good || str_eq(str_of(op.errs->field), S("password")), "the field");
    }
    char longest[PASSWORD_BYTES_MAX + 2];
    for (size_t i = 0; i < sizeof longest; i++) longest[i] = (char)('!' + i * 37 % 90);
    op.errs = NULL;
    CHECK(password_check(&op, (str){longest, 64}, S(""), S("")), "64 characters");
    CHECK(password_check(&op, (str){longest, PASSWORD_BYTES_MAX}, S(""), S("")), "512 bytes");
    CHECK(!password_check(&op, (str){longest, PASSWORD_BYTES_MAX + 1}, S(""), S("")), "513");
}

SENTENCE(the_rules_refuse_more_than_three_thousand_that_people_choose)
{
    static const char *const words[] = {"password", "Welcome",  "Summer",   "football", "princess",
                                        "dragon",   "Passwort", "sunshine", "superman", "Rechnung"};
    static const char *const marks[] = {"", "!", "!!", ".", "#", "?", "*", "$"};
    int refused = 0;
    for (ptrdiff_t w = 0; w < COUNT(words); w++)
        for (int year = 1970; year < 2030; year++)
            for (ptrdiff_t m = 0; m < COUNT(marks); m++) {
                struct arena_mark mark = arena_mark(mem);
                str p = str_printf(mem, "%s%d%s%s", words[w], year, marks[m], marks[m]);
                refused += p.len >= PASSWORD_CHARS_MIN && password_is_common(mem, p);
                arena_rewind(mem, mark);
            }
    CHECK(refused > 3000, "%d", refused);
}

/* --- trying ----------------------------------------------------------------------------------- */

struct trying {
    const char *email, *address;
    struct password_try try;
    int64_t person;
    str hash;
};

static bool anna_make(struct op *op, void *arg)
{
    struct trying *t = arg;
    struct invitation in = {.email = S("anna@seller.example"), .role = ROLE_CLERK, .quiet = true};
    return person_invite(op, &in, &t->person) && password_set(op, t->person, t->hash, 0);
}

static bool begin(struct op *op, void *arg)
{
    struct trying *t = arg;
    struct actor nobody = {.kind = ACTOR_PERSON, .address = str_of(t->address)};
    op->actor = &nobody;
    bool done = password_try_begin(op, str_of(t->email), &t->try);
    op->actor = NULL;
    return done;
}

static bool end(struct op *op, void *arg)
{
    struct trying *t = arg;
    return password_try_end(op, &t->try);
}

static const struct password_cost cheap = {.passes = 1, .memory_bytes = 8192};

static struct trying anna(struct fixture *f)
{
    struct trying t = {.email = "anna@seller.example", .address = "192.0.2.1"};
    t.hash = password_hash_at(f->mem, S("kestrel-vat-7"), cheap);
    fixture_do(f, anna_make, &t);
    return t;
}

static bool matches(struct fixture *f, struct trying *t, str password)
{
    struct op op = fixture_op(f);
    fixture_do(f, begin, t);
    CHECK(!t->try.refused, "refused");
    CHECK(password_try(&op, password, &t->try), "%s", fixture_why(&op));
    fixture_do(f, end, t);
    return t->try.matches;
}

ENGINES_SENTENCE(a_password_signs_in_and_an_old_hash_is_made_anew)
{
    struct trying t = anna(f);
    CHECK(!matches(f, &t, S("kestrel-vat-8")), "another password");
    CHECK(matches(f, &t, S("kestrel-vat-7")), "the right one");
    CHECK(t.try.person == t.person && t.try.new_hash.len > 0, "the cheap hash was replaced");
    CHECK(matches(f, &t, S("kestrel-vat-7")), "and still matches");
    CHECK(t.try.new_hash.len == 0, "with nothing left to do");
    t.email = "nobody@seller.example";
    CHECK(!matches(f, &t, S("kestrel-vat-7")), "nobody");
}

SENTENCE(the_hash_of_nobody_costs_what_a_real_one_costs)
{
    (void)mem;
    CHECK(!password_needs_rehash(hashing_nobody), "make hashing_nobody anew");
}

ENGINES_SENTENCE(an_account_is_tried_ten_times_an_hour_known_or_not)
{
    static const char *const emails[] = {"anna@seller.example", "nobody@seller.example"};
    struct trying t = anna(f);
    for (ptrdiff_t e = 0; e < COUNT(emails); e++) {
        t.email = emails[e];
        instant began = f->now;
        for (int i = 0; i < 10; i++) {
            t.address = i % 2 ? "192.0.2.1" : "198.51.100.9"; /* from wherever */
            fixture_do(f, begin, &t);
            CHECK(!t.try.refused, "%s: try %d", emails[e], i);
            f->now += MINUTE_US;
        }
        fixture_do(f, begin, &t);
        CHECK(t.try.refused && t.try.again_at == began + HOUR_US, "%s: the eleventh", emails[e]);
        f->now = began + HOUR_US;
        fixture_do(f, begin, &t);
        CHECK(!t.try.refused, "%s: an hour after the first", emails[e]);
        f->now += DAY_US;
    }
}

ENGINES_SENTENCE(an_address_tries_a_hundred_times_an_hour_over_all_accounts)
{
    struct trying t = {.address = "2001:db8:1:2:3::1"};
    for (int i = 0; i < 100; i++) {
        t.email = str_z(f->mem, str_printf(f->mem, "p%d@seller.example", i));
        t.address = i % 2 ? "2001:db8:1:2:3::1" : "2001:db8:1:2:ffff::7"; /* one subscriber */
        fixture_do(f, begin, &t);
        CHECK(!t.try.refused, "try %d", i);
    }
    t.email = "one-more@seller.example";
    fixture_do(f, begin, &t);
    CHECK(t.try.refused, "the hundred and first");
    t.address = "2001:db8:1:3::1";
    fixture_do(f, begin, &t);
    CHECK(!t.try.refused, "a neighbour");
}

/* --- no more than four at once ---------------------------------------------------------------- */

static void *hash_once(void *arg)
{
    int *failed = arg;
    struct arena *mem = arena_open(1 << 20);
    struct op op = {.mem = mem};
    str hash;
    if (!hashing_make(&op, S("kestrel-vat-7"), &hash)) *failed = op.errs->kind == ERR_BUSY ? 1 : 2;
    arena_close(mem);
    return NULL;
}

SENTENCE(more_than_twenty_at_once_are_told_to_come_again)
{
    (void)mem;
    enum { CALLERS = 28 };
    enum { ROUNDS = 20 }; /* until they come together: the last may come when the first is done */
    int busy = 0;
    for (int round = 0; round < ROUNDS && busy == 0; round++) {
        pthread_t threads[CALLERS];
        int failed[CALLERS] = {0};
        for (int i = 0; i < CALLERS; i++) pthread_create(&threads[i], NULL, hash_once, &failed[i]);
        for (int i = 0; i < CALLERS; i++) pthread_join(threads[i], NULL);
        for (int i = 0; i < CALLERS; i++) {
            CHECK(failed[i] < 2, "failed otherwise");
            busy += failed[i] == 1;
        }
        CHECK(busy <= CALLERS - HASHES_AT_ONCE - HASHES_WAITING, "%d were refused", busy);
    }
    CHECK(busy > 0, "nobody was");
}

TESTS(TEST(a_password_is_long_and_not_one_that_is_tried_first),
      TEST(the_rules_refuse_more_than_three_thousand_that_people_choose),
      ENGINES_TEST(a_password_signs_in_and_an_old_hash_is_made_anew),
      TEST(the_hash_of_nobody_costs_what_a_real_one_costs),
      ENGINES_TEST(an_account_is_tried_ten_times_an_hour_known_or_not),
      ENGINES_TEST(an_address_tries_a_hundred_times_an_hour_over_all_accounts),
      TEST(more_than_twenty_at_once_are_told_to_come_again))
