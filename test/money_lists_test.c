/* Payments as they are read: what they will pay and paid, how many wait, page by page, and found by
 * what somebody remembers of them. */
#include "base/clock.h"
#include "domain/payments/payments.h"
#include "domain/payments/settle.h"
#include "domain/receivables/documents.h"
#include "fixture.h"
#include "money_world.h"

struct story {
    struct fixture *f;
    struct money_world w;
    int64_t items[2], payment, version;
    struct payment p;
    struct payment_uses uses;
    struct payments_filter filter;
    struct payments list;
    struct payments_measure measure;
    struct receipt_in receipt;
    struct received got;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, 1000, &s->items[0]) &&
           money_world_invoice(op, &s->w, 2000, &s->items[1]);
}

static struct story story_of(struct fixture *f)
{
    struct story s = {.f = f, .filter.limit = 9};
    fixture_do(f, make, &s);
    return s;
}

static bool announce(struct op *op, struct story *s, const struct checkout_edit lines[],
                     ptrdiff_t count)
{
    if (!money_world_announce(op, &s->w, lines, count, &s->p)) return false;
    s->payment = s->p.id;
    return true;
}

static bool announce_first(struct op *op, void *arg)
{
    struct story *s = arg;
    return announce(op, s, &(struct checkout_edit){.item = s->items[0]}, 1);
}

static bool announce_second(struct op *op, void *arg)
{
    struct story *s = arg;
    return announce(op, s, &(struct checkout_edit){.item = s->items[1]}, 1);
}

static bool receive(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_receive(op, &s->receipt, &s->got) && payment_get(op, 0, s->got.payment, &s->p);
}

static void come(struct story *s, int64_t minor, str payer)
{
    s->receipt =
        (struct receipt_in){.entity = s->w.entity,
                            .amount = eur(minor),
                            .value_date = s->w.today,
                            .bank_ref = str_printf(s->f->mem, "BANK-%lld", (long long)minor),
                            .payer = payer};
    fixture_do(s->f, receive, s);
    s->payment = s->got.payment;
}

static bool list(struct op *op, void *arg)
{
    struct story *s = arg;
    return payments_list(op, &s->filter, &s->list);
}

/* ---- reading ---- */

static bool uses(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_uses(op, s->payment, s->w.today, &s->uses) &&
           payment_version(op, s->payment, &s->version) && payments_measure(op, &s->measure);
}

static bool move(struct op *op, void *arg)
{
    static const char *const from[] = {"pending", NULL};
    struct story *s = arg;
    bool moved;
    return payment_move(op, s->payment, from, "unknown", S("test"), &moved) && moved;
}

ENGINES_SENTENCE(payments_are_counted_by_state_and_change_their_version_with_each_step)
{
    struct story s = story_of(f);
    fixture_do(f, announce_first, &s);
    fixture_do(f, announce_second, &s);
    CHECK(test_every_failure(f, uses, &s, NULL) > 3, "too few calls");
    fixture_do(f, uses, &s);
    int64_t version = s.version;
    CHECK(s.uses.count == 1 && s.uses.at[0].applied.minor == 2000 &&
              s.uses.at[0].open_before.minor == 2000 && s.uses.at[0].open_after.minor == 0,
          "what it will pay");
    CHECK(s.measure.count == 1 && str_eq(s.measure.at[0].state, S("pending")) &&
              s.measure.at[0].count == 2 && s.measure.unknown_since == 0,
          "%td states", s.measure.count);
    f->now += HOUR_US;
    fixture_do(f, move, &s);
    fixture_do(f, uses, &s);
    CHECK(s.version == version + 1 && s.measure.count == 2 && s.measure.unknown_since == f->now,
          "unknown since %lld", (long long)s.measure.unknown_since);
}

ENGINES_SENTENCE(payments_are_read_page_by_page_both_ways)
{
    struct story s = story_of(f);
    static const char *const odd[] = {"nowhere", "1-", "-1", "x-1", "1-x"};
    int64_t seen[4], count = 0;
    for (int i = 0; i < 4; i++) {
        come(&s, 100 + i, S("HALLAM"));
        seen[i] = s.payment;
        f->now++;
    }
    for (int way = 0; way < 4; way++) { /* later is also larger */
        int turned = way % 2;
        s.filter =
            (struct payments_filter){.limit = 3, .rising = turned == 1, .by_amount = way >= 2};
        fixture_do(f, list, &s);
        CHECK(s.list.count == 3 && s.list.next_cursor.len > 0, "%td", s.list.count);
        CHECK(s.list.at[0].id == seen[turned ? 0 : 3], "turned: %d", turned);
        s.filter.cursor = str_copy(f->mem, s.list.next_cursor);
        fixture_do(f, list, &s);
        CHECK(s.list.count == 1 && s.list.next_cursor.len == 0, "%td", s.list.count);
        CHECK(s.list.at[0].id == seen[turned ? 3 : 0], "the last, turned: %d", turned);
        count += s.list.count;
    }
    for (ptrdiff_t i = 0; i < COUNT(odd); i++) {
        s.filter = (struct payments_filter){.limit = 3, .cursor = str_of(odd[i])};
        CHECK(strstr(fixture_refused(f, list, &s), "no cursor of ours"), "%s", odd[i]);
    }
    CHECK(count == 4, "each way");
}

static bool announce_short(struct op *op, void *arg)
{
    struct story *s = arg;
    struct checkout_edit less[] = {
        {.item = s->items[0], .amount = S("7.00"), .reason = S("damaged_goods")},
        {.item = s->items[1], .amount = S("12.00"), .reason = S("rest_later")}};
    return announce(op, s, less, COUNT(less));
}

static bool arrive(struct op *op, void *arg)
{
    struct story *s = arg;
    struct receipt_in in = {.entity = s->w.entity,
                            .amount = s->p.amount,
                            .value_date = s->w.today,
                            .reference = s->p.reference};
    return payment_receive(op, &in, &s->got);
}

ENGINES_SENTENCE(what_a_payment_will_pay_is_what_it_has_paid_then)
{
    struct story s = story_of(f);
    fixture_do(f, announce_short, &s);
    for (int come = 0; come < 2; come++) {
        if (come) fixture_do(f, arrive, &s);
        fixture_do(f, uses, &s);
        CHECK(s.uses.count == 2, "%td uses", s.uses.count);
        const struct payment_use *first = &s.uses.at[0], *second = &s.uses.at[1];
        CHECK(first->open_before.minor == 1000 && first->applied.minor == 700 &&
                  first->deducted.minor == 300 && first->open_after.minor == 0,
              "%d: 10.00, 7.00 paid, 3.00 deducted: %lld, %lld", come,
              (long long)first->deducted.minor, (long long)first->open_after.minor);
        CHECK(second->open_before.minor == 2000 && second->applied.minor == 1200 &&
                  second->deducted.minor == 0 && second->open_after.minor == 800,
              "%d: 20.00, 12.00 paid, 8.00 left: %lld", come, (long long)second->open_after.minor);
        CHECK(first->item == s.items[0] && first->document != 0 && !first->credit &&
                  first->kind == ITEM_INVOICE && first->number.len > 0,
              "%d: of which invoice", come);
        CHECK(s.uses.unapplied.minor == 0, "%d: nothing is left", come);
    }
}

/* By a part of what stands at its beginning: its number, reference, bank's name or payer's name,
 * the customer's name; or by its amount. */
ENGINES_SENTENCE(a_payment_is_found_by_what_somebody_remembers_of_it)
{
    struct story s = story_of(f);
    fixture_do(f, announce_first, &s);
    int64_t announced = s.payment;
    come(&s, 12345, S("Miller & Sons"));
    int64_t came = s.payment;
    const struct {
        str search;
        int64_t found;
    } cases[] = {
        {s.p.number, came},       {str_head(s.p.reference, s.p.reference.len - 1), came},
        {S("bank-123"), came},    {S("mill"), came},
        {S("hallam"), announced}, {S("123.45"), came},
        {S("10.00"), announced},  {S("sons"), 0},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        s.filter = (struct payments_filter){.limit = 9, .search = cases[i].search};
        fixture_do(f, list, &s);
        CHECK(s.list.count == (cases[i].found ? 1 : 0), "%td: %td found", i, s.list.count);
        if (cases[i].found) CHECK(s.list.at[0].id == cases[i].found, "%td: another one", i);
    }
    static const struct {
        const char *state, *method;
        ptrdiff_t count;
    } kinds[] = {{"underway", "", 1}, {"settled", "", 1},    {"pending", "transfer", 1},
                 {"failed", "", 0},   {"", "transfer", 2},   {"underway", "card", 0},
                 {"", "card", 0},     {"settled", "card", 0}};
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++) {
        s.filter = (struct payments_filter){
            .limit = 9, .state = str_of(kinds[i].state), .method = str_of(kinds[i].method)};
        fixture_do(f, list, &s);
        CHECK(s.list.count == kinds[i].count, "%td: %td", i, s.list.count);
    }
}

/* ---- receivables and documents ---- */

struct sums {
    struct money_world w;
    struct receivables_counts counts[2]; /* of one customer, and of all */
    struct balances balances[2];
    struct documents_filter filter;
    struct documents documents;
};

static bool make_more(struct op *op, void *arg)
{
    struct sums *s = arg;
    int64_t item;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, 1000, &item) &&
           money_world_invoice(op, &s->w, 2000, &item);
}

static bool sum_up(struct op *op, void *arg)
{
    struct sums *s = arg;
    for (int all = 0; all < 2; all++) {
        int64_t customer = all ? 0 : s->w.customer;
        if (!receivables_count(op, customer, s->w.today, &s->counts[all]) ||
            !receivables_balances(op, customer, s->w.today, &s->balances[all]))
            return false;
    }
    return documents_list(op, &s->filter, &s->documents);
}

ENGINES_SENTENCE(what_is_counted_for_all_stops_at_a_thousand_and_says_so)
{
    struct sums s = {.filter = {.kind = DOCUMENT_INVOICE, .limit = 1}};
    fixture_do(f, make_more, &s);
    CHECK(test_every_failure(f, sum_up, &s, NULL) > 3, "too few calls");
    fixture_do(f, sum_up, &s);
    for (int all = 0; all < 2; all++) {
        CHECK(s.counts[all].of[SHOW_OPEN] == 2 && !s.counts[all].more[SHOW_OPEN], "%lld open",
              (long long)s.counts[all].of[SHOW_OPEN]);
        CHECK(s.balances[all].count == 1 && s.balances[all].at[0].open.minor == 3000 &&
                  s.balances[all].at[0].open_count == 2 && s.balances[all].at[0].overdue.minor == 0,
              "%lld", (long long)s.balances[all].at[0].open.minor);
    }
    CHECK(s.documents.count == 1 && s.documents.more && s.documents.at[0].total.minor == 2000,
          "the newest first");
    s.filter.below = s.documents.at[0].id;
    fixture_do(f, sum_up, &s);
    CHECK(s.documents.count == 1 && !s.documents.more && s.documents.at[0].total.minor == 1000 &&
              s.documents.at[0].open.minor == 1000 && s.documents.at[0].due.some,
          "and the one before it");
    fixture_sql(f, "insert into item (entity, account, customer, currency, gl, kind, side, number, "
                   "issued, due, amount_minor, credit_minor) with recursive n (i) as (select 1 "
                   "union all select i + 1 from n where i <= 1000) select entity, account, "
                   "customer, currency, '1105', 'payment', -1, 'X', issued, due, 500, 500 "
                   "from n join item on item.id = (select min(id) from item)");
    fixture_do(f, sum_up, &s);
    CHECK(s.counts[1].of[SHOW_CREDITS] == RECEIVABLES_COUNTED_MAX &&
              s.counts[1].more[SHOW_CREDITS] && s.counts[1].more[SHOW_OPEN],
          "%lld of all", (long long)s.counts[1].of[SHOW_CREDITS]);
    CHECK(!s.counts[0].more[SHOW_CREDITS], "of one customer all are counted");
}

TESTS(ENGINES_TEST(payments_are_counted_by_state_and_change_their_version_with_each_step),
      ENGINES_TEST(payments_are_read_page_by_page_both_ways),
      ENGINES_TEST(what_a_payment_will_pay_is_what_it_has_paid_then),
      ENGINES_TEST(what_is_counted_for_all_stops_at_a_thousand_and_says_so),
      ENGINES_TEST(a_payment_is_found_by_what_somebody_remembers_of_it))
