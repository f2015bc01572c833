#include "domain/access/sessions.h"

#include "domain/access/people.h"
#include "fixture.h"

struct visit {
    int64_t person, customer, but;
    str token;
    struct session session;
    bool expired;
    struct session_places places;
};

static bool invite(struct op *op, void *arg)
{
    struct visit *v = arg;
    struct invitation in = {
        .email = S("anna@example.com"), .role = ROLE_PAYER, .customer = 1, .quiet = true};
    return person_invite(op, &in, &v->person);
}

static bool invite_clerk(struct op *op, void *arg)
{
    struct visit *v = arg;
    struct invitation in = {.email = S("jonas@seller.example"), .role = ROLE_CLERK, .quiet = true};
    return person_invite(op, &in, &v->person);
}

static bool begin(struct op *op, void *arg)
{
    struct visit *v = arg;
    return sessions_open(op, v->person, v->customer, op->now, S("Firefox, Linux"), &v->token);
}

static bool find(struct op *op, void *arg)
{
    struct visit *v = arg;
    return sessions_find(op, v->token, &v->session, &v->expired);
}

static bool touch(struct op *op, void *arg)
{
    struct visit *v = arg;
    return sessions_touch(op, v->session.id);
}

static bool close_others(struct op *op, void *arg)
{
    struct visit *v = arg;
    return sessions_close_all(op, v->person, v->but, 0);
}

static bool places(struct op *op, void *arg)
{
    struct visit *v = arg;
    return sessions_of(op, v->person, &v->places);
}

static bool sweep(struct op *op, void *arg)
{
    (void)arg;
    return access_sweep(op);
}

static struct visit anna_at_1(struct fixture *f)
{
    struct visit v = {.customer = 1};
    fixture_sql(f, "insert into customer (number, name, created, changed) values "
                   "('C1', 'Hallam', 0, 0)");
    fixture_do(f, invite, &v);
    fixture_do(f, begin, &v);
    return v;
}

ENGINES_SENTENCE(a_session_is_what_its_token_says_and_the_database_keeps_no_token)
{
    struct visit v = anna_at_1(f);
    fixture_do(f, find, &v);
    CHECK(v.session.person == v.person && v.session.customer == 1, "whose");
    CHECK(v.session.role == ROLE_PAYER && !v.session.view_as && !v.expired, "role");
    CHECK(str_eq(v.session.customer_name, S("Hallam")), "customer");
    CHECK(str_eq(v.session.email, S("anna@example.com")), "email");
    CHECK(v.token.len >= 43, "256 bits of token: %td letters", v.token.len);

    struct op op = fixture_op(f);
    const char *like = str_z(op.mem, str_printf(op.mem,
                                                "insert into sign_in_try (subject, at) select "
                                                "'found', id from session where hash = '%.*s'",
                                                STR(v.token)));
    str before = fixture_digest(f);
    fixture_sql(f, like);
    CHECK(str_eq(before, fixture_digest(f)), "the token itself is not in the table");

    struct visit other = v;
    other.token = S("somebody-elses-token");
    fixture_do(f, find, &other);
    CHECK(other.session.id == 0 && other.expired, "another token is nobody");
}

ENGINES_SENTENCE(a_session_ends_after_30_idle_minutes_and_after_12_hours)
{
    static const struct {
        int64_t touch_every, look_after;
        bool alive;
    } cases[] = {
        {0, 0, true},
        {0, 30 * MINUTE_US - 1, true},
        {0, 30 * MINUTE_US, false},
        {20 * MINUTE_US, 11 * HOUR_US, true},
        {20 * MINUTE_US, 12 * HOUR_US - 1, true},
        {20 * MINUTE_US, 12 * HOUR_US, false},
        {40 * MINUTE_US, 80 * MINUTE_US, false},
    };
    struct visit v = anna_at_1(f);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        fixture_do(f, begin, &v);
        instant began = f->now;
        for (int64_t t = cases[i].touch_every; t && t < cases[i].look_after;
             t += cases[i].touch_every) {
            f->now = began + t;
            fixture_do(f, find, &v);
            if (v.session.id) fixture_do(f, touch, &v);
        }
        f->now = began + cases[i].look_after;
        fixture_do(f, find, &v);
        CHECK((v.session.id != 0) == cases[i].alive, "case %td", i);
        CHECK(v.expired == !cases[i].alive, "case %td", i);
    }
}

ENGINES_SENTENCE(signing_out_everywhere_spares_only_the_session_that_is_named)
{
    struct visit v = anna_at_1(f), second = v, third = v;
    fixture_do(f, begin, &second);
    fixture_do(f, begin, &third);
    fixture_do(f, find, &v);
    fixture_do(f, places, &v);
    CHECK(v.places.count == 3, "%td", v.places.count);
    CHECK(str_eq(v.places.at[0].browser, S("Firefox, Linux")), "where");

    v.but = v.session.id;
    fixture_do(f, close_others, &v);
    fixture_do(f, find, &v);
    fixture_do(f, find, &second);
    CHECK(v.session.id != 0 && second.session.id == 0, "this one stays");
    v.but = 0;
    fixture_do(f, close_others, &v);
    fixture_do(f, find, &v);
    CHECK(v.session.id == 0, "none stays");
}

ENGINES_SENTENCE(staff_see_a_portal_as_a_viewer_and_nothing_else)
{
    struct visit v = anna_at_1(f);
    fixture_do(f, invite_clerk, &v);
    v.customer = 0;
    fixture_do(f, begin, &v);
    fixture_do(f, find, &v);
    CHECK(v.session.role == ROLE_CLERK && !v.session.view_as, "at work");
    v.customer = 1;
    fixture_do(f, begin, &v);
    fixture_do(f, find, &v);
    CHECK(v.session.role == ROLE_VIEWER && v.session.view_as, "as the customer sees it");
    CHECK(v.session.customer == 1, "of that customer");
}

ENGINES_SENTENCE(a_seat_that_is_gone_leaves_no_role)
{
    struct visit v = anna_at_1(f);
    v.customer = 99;
    fixture_do(f, begin, &v);
    fixture_do(f, find, &v);
    CHECK(v.session.id != 0 && v.session.role == ROLE_NONE, "nothing may be done there");
}

ENGINES_SENTENCE(what_ended_yesterday_is_swept_away)
{
    struct visit v = anna_at_1(f);
    f->now += 40 * MINUTE_US;
    fixture_do(f, sweep, NULL);
    fixture_do(f, find, &v);
    str before = fixture_digest(f);
    f->now += DAY_US;
    fixture_do(f, sweep, NULL);
    CHECK(!str_eq(before, fixture_digest(f)), "the row is gone");
}

SENTENCE(a_browser_is_told_by_the_two_words_a_person_knows)
{
    static const struct {
        const char *agent, *name;
    } cases[] = {
        {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
         "Firefox, Linux"},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/126.0 Safari/537.36 Edg/126.0",
         "Edge, Windows"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
         "Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
         "Safari, iPhone"},
        {"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
         "Chrome, Android"},
        {"curl/8.5.0", "curl"},
        {"<script>", ""},
        {"", ""},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str name = browser_name(mem, str_of(cases[i].agent));
        CHECK(str_eq(name, str_of(cases[i].name)), "%s: %.*s", cases[i].agent, STR(name));
    }
}

TESTS(ENGINES_TEST(a_session_is_what_its_token_says_and_the_database_keeps_no_token),
      ENGINES_TEST(a_session_ends_after_30_idle_minutes_and_after_12_hours),
      ENGINES_TEST(signing_out_everywhere_spares_only_the_session_that_is_named),
      ENGINES_TEST(staff_see_a_portal_as_a_viewer_and_nothing_else),
      ENGINES_TEST(a_seat_that_is_gone_leaves_no_role),
      ENGINES_TEST(what_ended_yesterday_is_swept_away),
      TEST(a_browser_is_told_by_the_two_words_a_person_knows))
