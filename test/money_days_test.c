/* The one day of a payment: which it is, when it changes, and that its lists show, order and filter
 * by it (docs/decisions/0240-a-payments-day.md). */
#include "base/clock.h"
#include "domain/payments/payments.h"
#include "fixture.h"
#include "money_world.h"
#include "store/engine.h"
#include "store/migrate.h"

enum { BEFORE_DAYS = 239, AMOUNT = 11900 };

struct story {
    struct fixture *f;
    struct money_world w;
    int64_t item, payment, customer;
    struct payment p;
    struct payments_filter filter;
    struct payments list;
    struct receipt_in receipt;
    struct received got;
    struct charge_result says;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, AMOUNT, &s->item);
}

static struct story story_of(struct fixture *f)
{
    struct story s = {.f = f};
    fixture_do(f, make, &s);
    return s;
}

static bool announce(struct op *op, void *arg)
{
    struct story *s = arg;
    struct checkout_edit all = {.item = s->item};
    if (!money_world_announce(op, &s->w, &all, 1, &s->p)) return false;
    s->payment = s->p.id;
    return true;
}

static bool look(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_get(op, 0, s->payment, &s->p);
}

static bool receive(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_receive(op, &s->receipt, &s->got) && payment_get(op, 0, s->got.payment, &s->p);
}

/* A transfer of a day so many after (before) today, recorded now. */
static int64_t come(struct story *s, int days, int64_t customer)
{
    s->receipt = (struct receipt_in){.entity = s->w.entity,
                                     .amount = eur(100 + days),
                                     .value_date = date_plus(s->w.today, days),
                                     .customer = customer};
    fixture_do(s->f, receive, s);
    s->f->now++;
    return s->got.payment;
}

static bool list(struct op *op, void *arg)
{
    struct story *s = arg;
    return payments_list(op, &s->filter, &s->list);
}

/* Recorded in this order, with these days. */
static const int recorded[] = {-3, 0, -40, -3, -1, -3, -20};
enum { RECORDED = COUNT(recorded) };

/* Reads page by page, two rows each, and says which were seen: "-40 -20 -3". */
static str days_seen(struct story *s, struct payments_filter filter)
{
    struct fixture *f = s->f;
    str seen = S("");
    date before = {0};
    int64_t before_id = 0;
    s->filter = filter;
    s->filter.limit = 2;
    do {
        CHECK(seen.len < 100, "no end: %.*s", STR(seen));
        fixture_do(f, list, s);
        for (ptrdiff_t i = 0; i < s->list.count; i++) {
            const struct payment *p = &s->list.at[i];
            int turn = date_cmp(p->day, before);
            if (turn == 0) turn = p->id > before_id ? 1 : -1;
            if (!filter.by_amount && seen.len > 0)
                CHECK((turn > 0) == filter.rising, "%lld after %lld", (long long)p->id,
                      (long long)before_id);
            before = p->day, before_id = p->id;
            seen = str_printf(f->mem, "%.*s%s%d", STR(seen), seen.len ? " " : "",
                              p->day.days - s->w.today.days);
        }
        s->filter.cursor = str_copy(f->mem, s->list.next_cursor);
    } while (s->filter.cursor.len > 0);
    return seen;
}

ENGINES_SENTENCE(payments_are_listed_and_filtered_by_the_day_that_is_shown)
{
    struct story s = story_of(f);
    for (int i = 0; i < RECORDED; i++) (void)come(&s, recorded[i], i % 2 ? s.w.customer : 0);
    struct opt_date none = {0}, far = SOME_DATE(date_plus(s.w.today, -20)),
                    near = SOME_DATE(date_plus(s.w.today, -3));
    const struct {
        struct payments_filter filter;
        const char *seen;
    } cases[] = {
        {{.rising = false}, "0 -1 -3 -3 -3 -20 -40"},
        {{.rising = true}, "-40 -20 -3 -3 -3 -1 0"},
        {{.from = near}, "0 -1 -3 -3 -3"},
        {{.from = near, .rising = true}, "-3 -3 -3 -1 0"},
        {{.to = near}, "-3 -3 -3 -20 -40"},
        {{.to = near, .rising = true}, "-40 -20 -3 -3 -3"},
        {{.from = far, .to = far}, "-20"},
        {{.from = near, .to = far}, ""},
        {{.from = far, .to = near, .by_amount = true}, "-3 -3 -3 -20"},
        {{.from = far, .to = near, .by_amount = true, .rising = true}, "-20 -3 -3 -3"},
        {{.customer = s.w.customer}, "0 -3 -3"},
        {{.customer = s.w.customer, .from = near, .to = near, .rising = true}, "-3 -3"},
        {{.state = S("unidentified")}, "-1 -3 -20 -40"},
        {{.state = S("unidentified"), .rising = true, .to = near}, "-40 -20 -3"},
        {{.state = S("unidentified"), .by_amount = true}, "-1 -3 -20 -40"},
        {{.state = S("unidentified"), .by_amount = true, .rising = true, .from = far}, "-20 -3 -1"},
        {{.state = S("unidentified"), .customer = s.w.customer}, ""},
        {{.from = none, .to = none, .state = S("pending")}, ""},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str seen = days_seen(&s, cases[i].filter);
        CHECK(str_eq(seen, str_of(cases[i].seen)), "%td: %.*s", i, STR(seen));
    }
}

ENGINES_SENTENCE(a_cursor_of_other_days_leads_to_none_but_those_asked_for)
{
    struct story s = story_of(f);
    for (int i = 0; i < RECORDED; i++) (void)come(&s, recorded[i], 0);
    for (int rising = 0; rising < 2; rising++) {
        date day = date_plus(s.w.today, -3);
        s.filter = (struct payments_filter){.rising = rising, .limit = 1};
        fixture_do(f, list, &s);
        s.filter.cursor = str_copy(f->mem, s.list.next_cursor);
        s.filter.from = s.filter.to = SOME_DATE(day);
        s.filter.limit = 9;
        fixture_do(f, list, &s);
        CHECK(s.list.count == 3, "rising %d: %td", rising, s.list.count);
        for (ptrdiff_t i = 0; i < s.list.count; i++)
            CHECK(date_cmp(s.list.at[i].day, day) == 0, "another day");
    }
}

ENGINES_SENTENCE(a_cursor_that_is_none_of_ours_is_refused_in_each_order)
{
    static const struct {
        const char *cursor;
        bool by_amount;
    } odd[] = {{"1780000000000000-417", false},
               {"2026-05-28", false},
               {"2026-05-28x1", false},
               {"2026-13-28-1", false},
               {"2026-05-28-x", false},
               {"EUR-100-1", false},
               {"2026-05-28-1", true},
               {"EUR", true},
               {"EUR-x-1", true},
               {"EUR-100-x", true}};
    struct story s = story_of(f);
    (void)come(&s, 0, 0);
    for (ptrdiff_t i = 0; i < COUNT(odd); i++) {
        s.filter = (struct payments_filter){
            .limit = 3, .cursor = str_of(odd[i].cursor), .by_amount = odd[i].by_amount};
        CHECK(strstr(fixture_refused(f, list, &s), "no cursor of ours"), "%s", odd[i].cursor);
    }
}

/* A cursor says a day and an id, not a row: what moves meanwhile is not seen twice for it, and all
 * others are seen once. */
ENGINES_SENTENCE(an_announced_transfer_moves_to_its_value_date_and_others_stay)
{
    struct story s = story_of(f);
    int64_t first[2];
    fixture_do(f, announce, &s);
    int64_t moved = s.payment;
    CHECK(!s.p.value_date.some && date_cmp(s.p.day, s.w.today) == 0, "the day it was begun");
    for (int i = 0; i < RECORDED; i++) (void)come(&s, recorded[i], s.w.customer);
    s.filter = (struct payments_filter){.limit = 2};
    fixture_do(f, list, &s);
    first[0] = s.list.at[0].id, first[1] = s.list.at[1].id;
    CHECK(first[1] == moved, "today's, begun before");
    s.filter.cursor = str_copy(f->mem, s.list.next_cursor);

    s.payment = moved;
    fixture_do(f, look, &s);
    s.receipt = (struct receipt_in){.entity = s.w.entity,
                                    .amount = s.p.amount,
                                    .value_date = date_plus(s.w.today, -2),
                                    .reference = s.p.reference};
    fixture_do(f, receive, &s);
    CHECK(s.p.id == moved && date_cmp(s.p.day, date_plus(s.w.today, -2)) == 0 &&
              s.p.value_date.some && date_cmp(s.p.day, s.p.value_date.value) == 0,
          "its value date");
    s.filter.limit = 20;
    fixture_do(f, list, &s);
    CHECK(s.list.count == RECORDED, "%td", s.list.count); /* all but the one of the first page */
    for (ptrdiff_t i = 0; i < s.list.count; i++)
        CHECK(s.list.at[i].id != first[0], "%td was seen on the page before", i);
    CHECK(s.list.at[1].id == moved, "where its value date is");
}

/* ---- cards ---- */

static bool told(struct op *op, const struct gateway_account *account, const struct charge *in,
                 struct charge_result *out)
{
    const struct story *s = (const struct story *)(const void *)account;
    (void)op, (void)in;
    *out = s->says;
    return true;
}

static const struct gateway teller = {.name = "told", .charge = told};

static bool begin(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t checkout;
    return money_world_checkout(op, &s->w, &s->item, 1, &checkout) &&
           payment_begin(op, s->w.customer, checkout, "told", 0, s->w.today, &s->payment) &&
           payment_get(op, 0, s->payment, &s->p);
}

/* 21:59:59 in Greenwich is a second before midnight in Berlin in summer. */
#define LAST_SECOND (FIXTURE_NOW - FIXTURE_NOW % DAY_US + 22 * HOUR_US - SECOND_US)

ENGINES_SENTENCE(a_card_payment_has_the_sellers_day_of_its_capture_and_before_that_of_its_beginning)
{
    struct story s = story_of(f);
    struct gateway_access access = {&teller, (const struct gateway_account *)(const void *)&s,
                                    NULL};
    enum payment_state state;
    f->now = LAST_SECOND;
    fixture_do(f, begin, &s);
    CHECK(!s.p.value_date.some && date_cmp(s.p.day, s.w.today) == 0, "begun today");

    f->now += 2 * SECOND_US;
    s.says = (struct charge_result){
        .state = CHARGE_PAID, .amount = eur(AMOUNT), .their_id = S("ch_1"), .card = S("Visa 4242")};
    struct op op = fixture_op(f);
    CHECK(payment_talk(&op, f->store, &access, s.payment, true, S("https://x/"), &state), "%s",
          fixture_why(&op));
    fixture_do(f, look, &s);
    CHECK(state == PAYMENT_SUCCEEDED && s.p.value_date.some &&
              date_cmp(s.p.day, date_plus(s.w.today, 1)) == 0 &&
              date_cmp(s.p.day, s.p.value_date.value) == 0,
          "captured tomorrow");
}

ENGINES_SENTENCE(the_day_on_which_a_payment_was_begun_is_the_sellers)
{
    struct story s = story_of(f);
    f->now = LAST_SECOND + 2 * SECOND_US; /* s.w.today is still the day before */
    fixture_do(f, announce, &s);
    CHECK(date_cmp(s.p.day, date_plus(s.w.today, 1)) == 0, "%d", s.p.day.days - s.w.today.days);
}

/* ---- books from before ---- */

ENGINES_SENTENCE(payments_from_before_have_their_value_date_or_the_day_they_were_begun)
{
    struct story s = story_of(f);
    int count;
    f->now = LAST_SECOND + 2 * SECOND_US;
    fixture_do(f, announce, &s);
    int64_t announced = s.payment, came = come(&s, -7, 0);
    struct op down = fixture_op(f), up = fixture_op(f);
    CHECK(migrate_down(&down, f->db, BEFORE_DAYS), "%s", fixture_why(&down));
    CHECK(migrate_up(&up, f->db, &count), "%s", fixture_why(&up));
    s.payment = came;
    fixture_do(f, look, &s);
    CHECK(date_cmp(s.p.day, date_plus(s.w.today, -7)) == 0, "its value date");
    s.payment = announced;
    fixture_do(f, look, &s);
    CHECK(date_cmp(s.p.day, s.w.today) == 0,
          "Greenwich's day"); /* a second past midnight in Berlin */
}

TESTS(ENGINES_TEST(payments_are_listed_and_filtered_by_the_day_that_is_shown),
      ENGINES_TEST(a_cursor_of_other_days_leads_to_none_but_those_asked_for),
      ENGINES_TEST(a_cursor_that_is_none_of_ours_is_refused_in_each_order),
      ENGINES_TEST(an_announced_transfer_moves_to_its_value_date_and_others_stay),
      ENGINES_TEST(
          a_card_payment_has_the_sellers_day_of_its_capture_and_before_that_of_its_beginning),
      ENGINES_TEST(the_day_on_which_a_payment_was_begun_is_the_sellers),
      ENGINES_TEST(payments_from_before_have_their_value_date_or_the_day_they_were_begun))
