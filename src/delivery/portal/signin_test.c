#include "delivery/portal/signin.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "browser.h"
#include "domain/access/passwords.h"
#include "domain/access/sessions.h"
#include "domain/access/sign_in.h"
#include "domain/audit/audit.h"
#include "domain/notices/notices.h"

/* Nordwind sells; Anna pays for Hallam and looks at Pryce; Jonas is Nordwind's clerk. */
struct people {
    int64_t anna, jonas;
};

static bool invite(struct op *op, const char *email, enum role role, int64_t customer, int64_t *id)
{
    struct invitation in = {
        .email = str_of(email), .role = role, .customer = customer, .quiet = true};
    return person_invite(op, &in, id);
}

static bool people_make(struct op *op, void *arg)
{
    struct people *p = arg;
    static const struct password_cost cheap = {.passes = 1, .memory_bytes = 8192};
    str hash = password_hash_at(op->mem, S("kestrel-vat-7"), cheap);
    return invite(op, "anna@hallam.example", ROLE_CUSTOMER_ADMIN, 1, &p->anna) &&
           invite(op, "anna@hallam.example", ROLE_VIEWER, 2, &p->anna) &&
           invite(op, "jonas@nordwind.example", ROLE_CLERK, 0, &p->jonas) &&
           password_set(op, p->anna, hash, 0);
}

static struct people company_make(struct fixture *f)
{
    struct people p;
    fixture_sql(f, "insert into entity (code, name, currency, contact_email, created) values "
                   "('n', 'Nordwind', 'EUR', 'ar@nordwind.example', 0)");
    fixture_sql(f, "insert into customer (number, name, created, changed) values "
                   "('C1', 'Hallam', 0, 0), ('C2', 'Pryce', 0, 0)");
    fixture_do(f, people_make, &p);
    return p;
}

struct linking {
    int64_t person;
    str token;
};

static bool make_link(struct op *op, void *arg)
{
    struct linking *l = arg;
    str url, own = S("http://127.0.0.1:8080");
    if (!access_link_for(op, l->person, own, 1, HOUR_US, &url)) return false;
    l->token = str_from(url, own.len);
    return true;
}

static const char *link_of(struct fixture *f, int64_t person)
{
    struct linking l = {.person = person};
    fixture_do(f, make_link, &l);
    return str_z(f->mem, l.token);
}

static bool says(const struct reply *reply, const char *words)
{
    return str_find(reply->body, str_of(words)) >= 0;
}

static void expect(struct reply reply, int status, const char *words)
{
    CHECK(reply.status == status && says(&reply, words), "%d, not %d with %s: %.*s", reply.status,
          status, words, STR(reply.body));
}

static void lead(struct reply reply, const char *to)
{
    CHECK(reply.status == 303 && str_eq(reply.location, str_of(to)), "%d %.*s %.*s", reply.status,
          STR(reply.location), STR(reply.body));
}

ENGINES_SENTENCE(whoever_is_nobody_is_asked_who_they_are_and_led_back)
{
    company_make(f);
    struct browser b = {.f = f, .app = browser_app(f)};
    lead(browser_get(&b, "/people?done=invited"), "/sign-in?next=%2Fpeople%3Fdone%3Dinvited");
    struct reply page = browser_get(&b, "/sign-in?next=%2Fpeople");
    expect(page, 200, "value=\"/people\"");
    CHECK(browser_cookie(&b, "b").len > 0 && browser_cookie(&b, "s").len == 0, "cookies");
    page = browser_get(&b, "/sign-in?next=https%3A%2F%2Fevil.example");
    CHECK(!says(&page, "evil"), "%.*s", STR(page.body));
}

ENGINES_SENTENCE(a_sign_in_gives_a_new_session_and_signing_out_ends_it)
{
    struct people p = company_make(f);
    struct browser b = {.f = f, .app = browser_app(f), .agent = "Firefox/1 Linux"};
    b.cookies[0].name = "s", b.cookies[0].value = S("planted-by-somebody-else");
    lead(browser_get(&b, link_of(f, p.jonas)), "/console");
    str first = browser_cookie(&b, "s");
    CHECK(first.len >= 43 && !str_eq(first, S("planted-by-somebody-else")), "fixed: %.*s",
          STR(first));
    expect(browser_get(&b, "/preferences"), 200, "Firefox, Linux");
    CHECK(b.who.role == ROLE_CLERK && b.who.person == p.jonas, "who");

    struct browser thief = {.f = f, .app = b.app};
    lead(browser_get(&b, link_of(f, p.jonas)), "/console");
    thief.cookies[0].name = "s", thief.cookies[0].value = first;
    CHECK(browser_get(&thief, "/preferences").status == 303, "the old one is dead");

    str second = browser_cookie(&b, "s");
    lead(browser_post(&b, "/sign-out", ""), "/sign-in");
    CHECK(browser_cookie(&b, "s").len == 0, "the cookie is gone");
    thief.cookies[0].value = second;
    CHECK(browser_get(&thief, "/preferences").status == 303, "and so is the session");
}

ENGINES_SENTENCE(who_was_away_for_long_is_told_so)
{
    struct people p = company_make(f);
    struct browser b = {.f = f, .app = browser_app(f)};
    browser_get(&b, link_of(f, p.jonas));
    f->now += 31 * MINUTE_US;
    struct reply asked = browser_get(&b, "/preferences");
    lead(asked, "/sign-in?why=expired&next=%2Fpreferences");
    expect(browser_get(&b, str_z(f->mem, asked.location)), 200, "signed you out");
    b.referer = "http://127.0.0.1:8080/preferences?x=1";
    lead(browser_post(&b, "/preferences", "name=J"),
         "/sign-in?why=expired&next=%2Fpreferences%3Fx%3D1");
    b.referer = "https://evil.example/";
    lead(browser_post(&b, "/preferences", "name=J"), "/sign-in?why=expired");
}

ENGINES_SENTENCE(asking_for_a_link_answers_alike_whoever_asks)
{
    company_make(f);
    static const char *const asked[] = {"email=anna%40hallam.example", "email=no%40hallam.example",
                                        "email=jonas%40nordwind.example"};
    for (ptrdiff_t i = 0; i < COUNT(asked); i++) {
        struct browser b = {.f = f, .app = browser_app(f)};
        browser_get(&b, "/sign-in");
        lead(browser_post(&b, "/sign-in", asked[i]), "/sign-in/sent");
        expect(browser_get(&b, "/sign-in/sent"), 200, "on its way");
    }
    struct browser b = {.f = f, .app = browser_app(f)};
    browser_get(&b, "/sign-in");
    struct reply wrong = browser_post(&b, "/sign-in", "email=anna%40&next=%2Fpeople");
    expect(wrong, 422, "value=\"anna@\"");
    CHECK(says(&wrong, "value=\"/people\"") && says(&wrong, "aria-invalid=\"true\""), "kept");
}

ENGINES_SENTENCE(a_form_of_another_site_does_nothing)
{
    company_make(f);
    struct browser b = {.f = f, .app = browser_app(f)};
    struct reply reply = browser_post(&b, "/sign-in", "email=anna%40hallam.example");
    CHECK(reply.status == 403, "a browser that was never shown a page: %d", reply.status);
    browser_get(&b, "/sign-in");
    b.foreign_form = true;
    reply = browser_post(&b, "/sign-in", "email=anna%40hallam.example");
    CHECK(reply.status == 403, "another site: %d", reply.status);
}

/* The token of the mail that waits. */
struct reading {
    str token;
    int64_t request;
};

static bool read_link(struct op *op, void *arg)
{
    struct reading *r = arg;
    static const struct site site = {.url = {"http://127.0.0.1:8080", 21}, .seller = {"N", 1}};
    struct notice_list mails;
    if (!sign_in_mail(op, 1, &site) || !notices_newest(op, 0, 1, &mails)) return false;
    CHECK(mails.count == 1, "no mail");
    str text = mails.at[0].notice.text;
    ptrdiff_t at = str_find(text, S("/sign-in/"));
    r->token = str_cut(str_from(text, at), '\n').head;
    return true;
}

ENGINES_SENTENCE(a_link_needs_a_click_where_it_was_not_asked_for)
{
    struct people p = company_make(f);
    struct browser b = {.f = f, .app = browser_app(f)}, other = b, scanner = b;
    struct reading r = {0};
    browser_get(&b, "/sign-in");
    browser_post(&b, "/sign-in", "email=anna%40hallam.example&next=%2Fpeople");
    fixture_do(f, read_link, &r);
    const char *link = str_z(f->mem, r.token);

    for (int i = 0; i < 3; i++) expect(browser_get(&scanner, link), 200, "<button");
    CHECK(browser_cookie(&scanner, "s").len == 0, "looking signs nobody in");
    b.purpose = "prefetch";
    expect(browser_get(&b, link), 200, "<button");
    expect(browser_get(&other, link), 200, "anna@hallam.example");
    lead(browser_post(&other, link, ""), "/people");
    browser_get(&other, "/people");
    CHECK(other.who.person == p.anna && other.who.role == ROLE_CUSTOMER_ADMIN, "Anna");
    b.purpose = NULL;
    struct reply used = browser_get(&b, link);
    expect(used, 200, "does not work any more");
    CHECK(browser_cookie(&b, "s").len == 0, "used once");
}

ENGINES_SENTENCE(a_password_signs_in_and_a_wrong_one_says_no_more_than_that)
{
    struct people p = company_make(f);
    struct browser b = {.f = f, .app = browser_app(f)};
    browser_get(&b, "/sign-in");
    struct reply wrong =
        browser_post(&b, "/sign-in/password", "email=anna%40hallam.example&password=kestrel-vat-8");
    struct reply nobody =
        browser_post(&b, "/sign-in/password", "email=nono%40hallam.example&password=kestrel-vat-8");
    expect(wrong, 422, "The e-mail address or the password is not right.");
    expect(nobody, 422, "The e-mail address or the password is not right.");
    CHECK(!says(&wrong, "kestrel"), "the password is not shown again");
    lead(
        browser_post(&b, "/sign-in/password", "email=Anna%40Hallam.example&password=kestrel-vat-7"),
        "/companies");
    browser_get(&b, "/preferences");
    CHECK(b.who.person == p.anna && b.who.customer == 1, "Anna, at the first company");
}

ENGINES_SENTENCE(too_many_tries_are_refused_and_a_link_still_works)
{
    struct people p = company_make(f);
    struct browser b = {.f = f, .app = browser_app(f)};
    browser_get(&b, "/sign-in");
    fixture_sql(f, "insert into sign_in_try (subject, at) select 'x', 1 from customer");
    struct reply reply = {0};
    for (int i = 0; i < 11; i++)
        reply = browser_post(&b, "/sign-in/password",
                             "email=anna%40hallam.example&password=guess-guess-guess");
    expect(reply, 429, "too many tries");
    struct browser anna = {.f = f, .app = b.app};
    lead(browser_get(&anna, link_of(f, p.anna)), "/companies");
}

ENGINES_SENTENCE(choosing_another_company_changes_the_session_and_only_to_ones_own)
{
    struct people p = company_make(f);
    struct browser b = {.f = f, .app = browser_app(f)};
    fixture_sql(f, "insert into customer (number, name, created, changed) values "
                   "('C3', 'Foreign', 0, 0)");
    browser_get(&b, link_of(f, p.anna));
    str before = browser_cookie(&b, "s");
    struct reply page = browser_get(&b, "/companies");
    expect(page, 200, "Pryce");
    CHECK(!says(&page, "Foreign"), "only one's own");

    str other = id_text(f->mem, b.app->keys, "cus", 3),
        own = id_text(f->mem, b.app->keys, "cus", 2);
    const char *fields = str_z(f->mem, str_printf(f->mem, "customer=%.*s", STR(other)));
    CHECK(browser_post(&b, "/companies", fields).status == 404, "another's is not there");
    fields = str_z(f->mem, str_printf(f->mem, "customer=%.*s", STR(own)));
    lead(browser_post(&b, "/companies", fields), "/");
    CHECK(!str_eq(before, browser_cookie(&b, "s")), "a new id");
    browser_get(&b, "/preferences");
    CHECK(b.who.customer == 2 && b.who.role == ROLE_VIEWER, "with the role there");
}

static bool newest_deed(struct op *op, void *arg)
{
    return audit_newest(op, 0, 1, arg);
}

ENGINES_SENTENCE(staff_look_at_a_portal_and_come_back_and_the_trail_knows)
{
    struct people p = company_make(f);
    struct browser b = {.f = f, .app = browser_app(f)};
    struct audit_list deeds;
    browser_get(&b, link_of(f, p.jonas));
    str before = browser_cookie(&b, "s");
    str id = id_text(f->mem, b.app->keys, "cus", 2);
    const char *path =
        str_z(f->mem, str_printf(f->mem, "/console/customers/%.*s/view-as", STR(id)));
    lead(browser_post(&b, path, ""), "/");
    fixture_do(f, newest_deed, &deeds);
    CHECK(str_eq(deeds.at[0].action, S("customer.view_as")), "%.*s", STR(deeds.at[0].action));
    CHECK(deeds.at[0].object_id == 2 && deeds.at[0].actor == p.jonas, "who looked at whom");
    CHECK(!str_eq(before, browser_cookie(&b, "s")), "under a new id");
    expect(browser_get(&b, "/preferences"), 200, "You see the portal as");
    CHECK(b.who.view_as && b.who.customer == 2 && b.who.role == ROLE_VIEWER, "who");
    CHECK(browser_post(&b, "/preferences", "theme=dark").status == 403, "not even the look");
    struct reply end = browser_post(&b, "/view-as/end", "");
    CHECK(end.status == 303 && str_starts(end.location, S("/console/customers/")), "back");
    fixture_do(f, newest_deed, &deeds);
    CHECK(str_eq(deeds.at[0].action, S("customer.view_as_end")), "the end is kept");
    browser_get(&b, "/preferences");
    CHECK(!b.who.view_as && b.who.customer == 0 && b.who.role == ROLE_CLERK, "back at work");
}

TESTS(ENGINES_TEST(whoever_is_nobody_is_asked_who_they_are_and_led_back),
      ENGINES_TEST(a_sign_in_gives_a_new_session_and_signing_out_ends_it),
      ENGINES_TEST(who_was_away_for_long_is_told_so),
      ENGINES_TEST(asking_for_a_link_answers_alike_whoever_asks),
      ENGINES_TEST(a_form_of_another_site_does_nothing),
      ENGINES_TEST(a_link_needs_a_click_where_it_was_not_asked_for),
      ENGINES_TEST(a_password_signs_in_and_a_wrong_one_says_no_more_than_that),
      ENGINES_TEST(too_many_tries_are_refused_and_a_link_still_works),
      ENGINES_TEST(staff_look_at_a_portal_and_come_back_and_the_trail_knows),
      ENGINES_TEST(choosing_another_company_changes_the_session_and_only_to_ones_own))
