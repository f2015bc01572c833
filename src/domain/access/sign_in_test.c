#include "domain/access/sign_in.h"

#include "base/random.h"
#include "domain/access/people.h"
#include "domain/notices/notices.h"
#include "fixture.h"

struct coming {
    const char *email, *browser, *open_in;
    enum ask_kind kind;
    int64_t customer, person;
    struct notice_list mails;
    str token;
    struct link link;
    int64_t request;
};

static bool people_make(struct op *op, void *arg)
{
    (void)arg;
    int64_t id;
    struct invitation anna = {.email = S("anna@example.com"),
                              .name = S("Anna <Berg>"),
                              .role = ROLE_PAYER,
                              .customer = 1,
                              .quiet = true};
    struct invitation bert = {
        .email = S("bert@example.com"), .role = ROLE_PAYER, .customer = 1, .quiet = true};
    return person_invite(op, &anna, &id) && person_invite(op, &bert, &id) &&
           person_block(op, id, true);
}

static bool ask(struct op *op, void *arg)
{
    struct coming *c = arg;
    struct sign_in_ask in = {
        .kind = c->kind ? c->kind : ASK_SIGN_IN,
        .email = str_of(c->email),
        .browser = str_of(c->browser),
        .next = S("/invoices"),
        .customer = c->customer,
        .inviter = S("Jonas Brandt"),
    };
    return sign_in_ask(op, &in);
}

/* The job's work, for the request that was written last. */
static bool answer(struct op *op, void *arg)
{
    struct coming *c = arg;
    static const struct site site = {.url = {"https://pay.example", 19}, .seller = {"Nordwind", 8}};
    return sign_in_mail(op, c->request, &site);
}

static bool mails(struct op *op, void *arg)
{
    struct coming *c = arg;
    return notices_newest(op, 0, 100, &c->mails);
}

static bool look(struct op *op, void *arg)
{
    struct coming *c = arg;
    return link_look(op, c->token, str_of(c->open_in), &c->link);
}

static bool use(struct op *op, void *arg)
{
    struct coming *c = arg;
    return link_use(op, c->token, str_of(c->open_in), &c->link);
}

static bool direct(struct op *op, void *arg)
{
    struct coming *c = arg;
    str url;
    if (!access_link_for(op, 1, S("http://127.0.0.1:8080"), 2, DAY_US, &url)) return false;
    str start = S("http://127.0.0.1:8080/sign-in/");
    CHECK(str_starts(url, start), "%.*s", STR(url));
    c->token = str_from(url, start.len);
    return true;
}

static bool sent(struct op *op, void *arg)
{
    struct coming *c = arg;
    return notices_sent(op, c->mails.at[0].id);
}

static void prepare(struct fixture *f)
{
    fixture_sql(f, "insert into customer (number, name, created, changed) values "
                   "('C1', 'Hallam & Pryce', 0, 0)");
    fixture_do(f, people_make, NULL);
}

/* Asks, lets the job run, and reads the token out of the newest mail. */
static void get_link(struct fixture *f, struct coming *c)
{
    ptrdiff_t before = c->mails.count;
    fixture_do(f, ask, c);
    /* SQLite gives the id of a row that was removed to the next one. */
    c->request = f->engine == FIXTURE_SQLITE ? 1 : c->request + 1;
    fixture_do(f, answer, c);
    fixture_do(f, mails, c);
    c->token = (str){0};
    if (c->mails.count == before) return;
    str text = c->mails.at[0].notice.text, start = S("https://pay.example/sign-in/");
    ptrdiff_t at = str_find(text, start);
    CHECK(at >= 0, "no link in: %.*s", STR(text));
    c->token = str_cut(str_from(text, at + start.len), '\n').head;
}

ENGINES_SENTENCE(a_link_signs_in_once_and_at_once_only_where_it_was_asked_for)
{
    prepare(f);
    struct coming c = {.email = "anna@example.com", .browser = "b1", .open_in = "b1"};
    get_link(f, &c);
    CHECK(c.token.len >= 43, "256 bits: %td letters", c.token.len);

    fixture_do(f, look, &c);
    CHECK(c.link.id && c.link.direct, "the browser that asked");
    CHECK(str_eq(c.link.next, S("/invoices")) && c.link.person == 1, "whose, and where to");
    c.open_in = "b2";
    fixture_do(f, look, &c);
    CHECK(c.link.id && !c.link.direct, "another browser asks for a click");
    c.open_in = "";
    fixture_do(f, look, &c);
    CHECK(c.link.id && !c.link.direct, "so does a mail scanner, as often as it likes");

    fixture_do(f, use, &c);
    CHECK(c.link.id, "the click uses it");
    fixture_do(f, use, &c);
    CHECK(!c.link.id, "once");
    fixture_do(f, look, &c);
    CHECK(!c.link.id, "and it is none afterwards");
    c.token = S("guessed");
    fixture_do(f, look, &c);
    CHECK(!c.link.id, "nor is a guess");
}

ENGINES_SENTENCE(a_link_lives_as_long_as_it_says)
{
    static const struct {
        enum ask_kind kind;
        int64_t after;
        bool valid;
    } cases[] = {
        {ASK_SIGN_IN, 15 * MINUTE_US - 1, true},
        {ASK_SIGN_IN, 15 * MINUTE_US, false},
        {ASK_INVITATION, 14 * DAY_US - 1, true},
        {ASK_INVITATION, 14 * DAY_US, false},
    };
    prepare(f);
    struct coming c = {.email = "anna@example.com", .browser = "b1", .open_in = "b1"};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        c.kind = cases[i].kind;
        get_link(f, &c);
        f->now += cases[i].after;
        fixture_do(f, look, &c);
        CHECK((c.link.id != 0) == cases[i].valid, "case %td", i);
        if (c.kind == ASK_INVITATION) CHECK(!c.link.direct, "an invitation asks for a click");
        f->now += DAY_US;
    }
}

ENGINES_SENTENCE(an_address_that_is_not_known_writes_the_same_rows_and_no_mail)
{
    static const char *const nobodies[] = {"nobody@example.com", "bert@example.com"};
    prepare(f);
    struct coming c = {.browser = "b1"};
    for (ptrdiff_t i = 0; i < COUNT(nobodies); i++) {
        c.email = nobodies[i];
        get_link(f, &c);
        CHECK(c.mails.count == 0, "%s", nobodies[i]);
    }
}

ENGINES_SENTENCE(nobody_can_flood_a_mailbox_or_lock_a_person_out)
{
    prepare(f);
    struct coming c = {.email = "anna@example.com", .browser = "foe"};
    for (int i = 0; i < 30; i++) get_link(f, &c);
    CHECK(c.mails.count == 10, "%td mails", c.mails.count);
    f->now += 2 * MINUTE_US;
    c.browser = c.open_in = "anna's";
    get_link(f, &c);
    CHECK(c.mails.count == 11, "two minutes later she gets hers");
    fixture_do(f, look, &c);
    CHECK(c.link.direct, "and it works");
}

ENGINES_SENTENCE(a_mail_says_what_the_link_is_for_and_forgets_it_when_sent)
{
    prepare(f);
    struct coming c = {.email = "anna@example.com", .kind = ASK_INVITATION, .customer = 1};
    get_link(f, &c);
    const struct notice *mail = &c.mails.at[0].notice;
    CHECK(str_eq(mail->subject, S("Your access to Nordwind")), "%.*s", STR(mail->subject));
    CHECK(str_eq(mail->to, S("anna@example.com")), "%.*s", STR(mail->to));
    CHECK(str_find(mail->text, S("Jonas Brandt invites you to see and pay the invoices of Hallam "
                                 "& Pryce.")) > 0,
          "%.*s", STR(mail->text));
    CHECK(str_find(mail->html, S("Hallam &amp; Pryce")) > 0, "escaped: %.*s", STR(mail->html));
    CHECK(str_find(mail->html, c.token) > 0, "the link is in the HTML, too");

    fixture_do(f, sent, &c);
    fixture_do(f, mails, &c);
    CHECK(c.mails.at[0].notice.text.len == 0 && c.mails.at[0].notice.html.len == 0, "wiped");
    CHECK(c.mails.at[0].sent_at == f->now && !c.mails.at[0].waiting, "sent");
}

ENGINES_SENTENCE(a_link_for_the_terminal_works_as_often_as_it_was_made_for)
{
    prepare(f);
    struct coming c = {.open_in = "any"};
    fixture_do(f, direct, &c);
    for (int i = 0; i < 2; i++) {
        fixture_do(f, use, &c);
        CHECK(c.link.id && c.link.direct, "use %d", i);
    }
    fixture_do(f, use, &c);
    CHECK(!c.link.id, "and no more");
}

TESTS(ENGINES_TEST(a_link_signs_in_once_and_at_once_only_where_it_was_asked_for),
      ENGINES_TEST(a_link_lives_as_long_as_it_says),
      ENGINES_TEST(an_address_that_is_not_known_writes_the_same_rows_and_no_mail),
      ENGINES_TEST(nobody_can_flood_a_mailbox_or_lock_a_person_out),
      ENGINES_TEST(a_mail_says_what_the_link_is_for_and_forgets_it_when_sent),
      ENGINES_TEST(a_link_for_the_terminal_works_as_often_as_it_was_made_for))
