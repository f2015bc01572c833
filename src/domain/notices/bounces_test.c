#include "domain/notices/bounces.h"

#include "domain/notices/notices.h"
#include "fixture.h"

static bool queue(struct op *op, void *arg)
{
    (void)arg;
    const struct notice n = {
        .kind = NOTICE_INVOICE,
        .event = S("document:1:Anna@Hallam.example"),
        .to = S("Anna@Hallam.example"),
        .subject = S("Invoice 1"),
        .text = S("t"),
        .html = S("h"),
    };
    return notices_queue(op, &n);
}

static bool record(struct op *op, void *arg)
{
    bool known;
    if (!bounce_record(op, arg, &known)) return false;
    CHECK(known == str_eq(((struct bounce_in *)arg)->message_id, S("id@x")), "%d", known);
    return true;
}

struct look {
    struct mail_stops stops;
    struct bounces bounces;
    struct notice_state mail;
    struct mail_stop stop;
    bool found;
};

static bool look(struct op *op, void *arg)
{
    struct look *l = arg;
    return mail_stops_open(op, 10, &l->stops) && bounces_of_mail(op, 1, &l->bounces) &&
           notices_get(op, 1, &l->mail) &&
           mail_stop_of(op, S("ANNA@hallam.example"), &l->stop, &l->found);
}

static bool clear(struct op *op, void *arg)
{
    const struct look *l = arg;
    return mail_stop_clear(op, l->stops.at[0].id);
}

static void begin(struct fixture *f)
{
    fixture_do(f, queue, NULL);
    fixture_sql(f, "update mail set message_id = 'id@x', state = 'sent'");
}

ENGINES_SENTENCE(a_hard_bounce_stops_the_address_until_it_is_cleared)
{
    struct look l;
    struct bounce_in in = {.message_id = S("id@x"),
                           .kind = BOUNCE_HARD,
                           .status = S("5.1.1"),
                           .words = S("550 no such user"),
                           .report = S("r1")};
    begin(f);
    CHECK(test_every_failure(f, record, &in, NULL) > 3, "too few calls");
    fixture_do(f, record, &in); /* the same report again */
    fixture_do(f, look, &l);
    CHECK(l.bounces.count == 1 && l.stops.count == 1 && l.found, "%td bounces, %td stops",
          l.bounces.count, l.stops.count);
    CHECK(str_eq(l.stop.address, S("anna@hallam.example")), "%.*s", STR(l.stop.address));
    CHECK(l.mail.bounced_at > 0 && l.stops.at[0].mail == 1, "on the mail");
    in.report = S("r2"); /* a second report: no second stop */
    fixture_do(f, record, &in);
    fixture_do(f, look, &l);
    CHECK(l.bounces.count == 2 && l.stops.count == 1, "%td stops", l.stops.count);
    fixture_do(f, clear, &l);
    fixture_do(f, look, &l);
    CHECK(l.stops.count == 0 && !l.found, "cleared");
    in.report = S("r3"); /* and once more it is stopped */
    fixture_do(f, record, &in);
    fixture_do(f, look, &l);
    CHECK(l.stops.count == 1, "%td stops", l.stops.count);
}

ENGINES_SENTENCE(what_says_nothing_of_the_address_stops_nothing)
{
    static const struct {
        const char *status;
        bool delayed;
        enum bounce_kind kind;
    } cases[] = {
        {"5.1.1", false, BOUNCE_HARD},   {"5.1.10", false, BOUNCE_HARD},
        {"5.0.0", false, BOUNCE_HARD},   {"5.2.1", false, BOUNCE_HARD},
        {"5.2.2", false, BOUNCE_SOFT},   {"5.7.1", false, BOUNCE_SOFT},
        {"5.4.4", false, BOUNCE_SOFT},   {"4.4.7", false, BOUNCE_SOFT},
        {"4.4.1", true, BOUNCE_DELAYED}, {"5.1.1", true, BOUNCE_DELAYED},
        {"", false, BOUNCE_SOFT},        {"nonsense", false, BOUNCE_SOFT},
    };
    begin(f);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        enum bounce_kind kind = bounce_kind_of(str_of(cases[i].status), cases[i].delayed);
        CHECK(kind == cases[i].kind, "%s: %d", cases[i].status, (int)kind);
        if (kind == BOUNCE_HARD) continue;
        struct look l;
        struct bounce_in in = {
            .message_id = S("id@x"), .kind = kind, .report = str_printf(f->mem, "r%td", i)};
        fixture_do(f, record, &in);
        fixture_do(f, look, &l);
        CHECK(l.stops.count == 0, "%s stopped it", cases[i].status);
    }
}

ENGINES_SENTENCE(a_report_of_a_mail_that_is_not_ours_leaves_no_trace)
{
    static const char *const ids[] = {"", "other@x", "id@x ", "ID@X"};
    begin(f);
    str before = fixture_digest(f);
    for (ptrdiff_t i = 0; i < COUNT(ids); i++) {
        struct bounce_in in = {.message_id = str_of(ids[i]), .kind = BOUNCE_HARD, .report = S("r")};
        fixture_do(f, record, &in);
    }
    CHECK(str_eq(before, fixture_digest(f)), "something was kept");
}

TESTS(ENGINES_TEST(a_hard_bounce_stops_the_address_until_it_is_cleared),
      ENGINES_TEST(what_says_nothing_of_the_address_stops_nothing),
      ENGINES_TEST(a_report_of_a_mail_that_is_not_ours_leaves_no_trace))
