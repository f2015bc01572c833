/* Money applied by hand, line by line: what is said beside each, what is posted, what a discount
 * does to the tax, and what becomes of it when the money goes back. The books stand as cases in
 * test/ledger, the proposals in work_test.c. */
#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger_test_sql.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/work/application.h"
#include "domain/work/rules.h"
#include "domain/work/work_batch.h"
#include "fixture.h"
#include "money_world.h"

enum { TAXED, ORDERED, SMALL, INVOICES };

struct story {
    struct fixture *f;
    struct money_world w;
    int64_t items[INVOICES], credit, money, payment, batch, other, checkout;
    struct application a;
    struct item invoices[INVOICES], own;
    struct payment p;
    struct work_batch_rows rows;
    struct work_batch kept;
    struct work_rules rules;
    struct unapplied_filter filter;
    struct unapplied_list list;
    int64_t tax, discounts;
    ptrdiff_t late;
    str text;
    int64_t minor, from;
    int ago; /* days, of the bank */
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool issue(struct op *op, struct story *s, enum document_kind kind, int64_t minor,
                  int64_t tax, str po, int64_t *item)
{
    struct document d = {.entity = s->w.entity,
                         .customer = s->w.customer,
                         .kind = kind,
                         .issued = date_plus(s->w.today, -10),
                         .net = eur(minor - tax),
                         .tax = eur(tax),
                         .total = eur(minor),
                         .po = po,
                         .terms = tax ? S("2/10 net 30") : S("net 30")};
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued) ||
        !receivables_of_document(op, issued.id, s->w.today, &items))
        return false;
    *item = items.at[0].item;
    return true;
}

static bool receive(struct op *op, void *arg)
{
    struct story *s = arg;
    struct received got;
    struct receipt_in in = {.entity = s->w.entity,
                            .customer = s->from,
                            .amount = eur(s->minor),
                            .value_date = date_plus(s->w.today, -s->ago),
                            .payer = S("HALLAM PRYCE"),
                            .bank_ref = S("B-1"),
                            .reference = s->text};
    if (!payment_receive(op, &in, &got) || !payment_get(op, 0, got.payment, &s->p)) return false;
    s->payment = s->p.id;
    s->money = s->p.item;
    return true;
}

/* 120.00 with 20.00 of tax and 2 % until today, 50.00 with an order's number, 30.00; a credit of
 * 10.00; and 200.00 that came with the order's number. */
static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    struct entity seller;
    if (!money_world_make(op, &s->w) || !entity_get(op, s->w.entity, &seller)) return false;
    seller.tolerance_minor = 50;
    s->from = s->w.customer;
    return entity_put(op, &seller, &s->w.entity) &&
           issue(op, s, DOCUMENT_INVOICE, 12000, 2000, S(""), &s->items[TAXED]) &&
           issue(op, s, DOCUMENT_INVOICE, 5000, 0, S("PO-4711"), &s->items[ORDERED]) &&
           issue(op, s, DOCUMENT_INVOICE, 3000, 0, S(""), &s->items[SMALL]) &&
           issue(op, s, DOCUMENT_CREDIT_NOTE, 1000, 0, S(""), &s->credit) && receive(op, s);
}

static struct story story_of(struct fixture *f)
{
    struct story s = {.f = f, .minor = 20000, .text = S("for PO-4711, thank you")};
    fixture_do(f, make, &s);
    return s;
}

static bool get(struct op *op, void *arg)
{
    struct story *s = arg;
    return application_get(op, s->money, &s->a);
}

static struct application_line *line(struct story *s, int64_t item)
{
    for (ptrdiff_t i = 0; i < s->a.count; i++)
        if (s->a.lines[i].item == item) return &s->a.lines[i];
    CHECK(false, "no line of item %lld", (long long)item);
    return NULL;
}

static bool check(struct op *op, void *arg)
{
    struct story *s = arg;
    application_check(op, &s->a);
    return true;
}

static bool look(struct op *op, void *arg)
{
    struct story *s = arg;
    struct verdict v;
    struct case_balance_row tax, off;
    struct case_balance_args args = {.gl = S("2100"), .currency = S("EUR")};
    for (int i = 0; i < INVOICES; i++)
        if (!item_get(op, s->items[i], &s->invoices[i])) return false;
    if (!sql_case_balance(op, args, &tax)) return false;
    args.gl = S("4900");
    if (!sql_case_balance(op, args, &off)) return false;
    s->tax = tax.balance, s->discounts = off.balance;
    if (!item_get(op, s->money, &s->own) || !ledger_verify(op, &v)) return false;
    if (s->payment && !payment_get(op, 0, s->payment, &s->p)) return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return s->batch == 0 || work_batch_rows(op, s->batch, 0, false, 9, &s->rows);
}

/* ---- what is said ---- */

ENGINES_SENTENCE(what_can_be_applied_is_shown_with_what_the_payer_wrote)
{
    struct story s = story_of(f);
    CHECK(test_every_failure(f, get, &s, NULL) > 5, "too few calls");
    fixture_do(f, get, &s);
    CHECK(s.a.count == 4 && s.a.debts == 3, "%td lines", s.a.count);
    CHECK(line(&s, s.items[ORDERED])->named && !line(&s, s.items[TAXED])->named, "by its order");
    CHECK(line(&s, s.items[TAXED])->discount_in_time, "the tenth day is one of the ten");
    CHECK(!line(&s, s.items[SMALL])->discount_in_time, "it has none");
    CHECK(line(&s, s.credit)->side == -1 && line(&s, s.credit)->free.minor == 1000, "the credit");
    CHECK(str_eq(s.a.payer, S("HALLAM PRYCE")) && str_eq(s.a.bank_ref, S("B-1")) &&
              str_eq(s.a.text, s.text) && s.a.day.days == s.w.today.days,
          "%.*s", STR(s.a.text));
    CHECK(s.a.free.minor == 20000 && s.a.left.minor == 20000 && !s.a.ready, "nothing chosen yet");
    str number = line(&s, s.items[SMALL])->number;
    s.text = str_printf(f->mem, "the last of it: %.*s", STR(str_from(number, number.len - 4)));
    fixture_do(f, receive, &s);
    fixture_do(f, get, &s);
    CHECK(line(&s, s.items[SMALL])->named && !line(&s, s.items[ORDERED])->named, "%.*s in %.*s",
          STR(number), STR(s.text));
    s.money = s.credit; /* a credit note, which no payer wrote a word to */
    fixture_do(f, get, &s);
    CHECK(s.a.payment == 0 && s.a.count == 3 && s.a.text.len == 0, "%td lines", s.a.count);
    CHECK(s.a.day.days == s.w.today.days - 10, "its own day");
    s.money = s.items[TAXED];
    CHECK(strstr(fixture_refused(s.f, get, &s), "Say who paid first"), "an invoice is no money");
    s.from = 0, s.text = S("");
    fixture_do(f, receive, &s);
    CHECK(strstr(fixture_refused(s.f, get, &s), "Say who paid first"), "of nobody");
}

static bool announce(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t payment;
    return money_world_checkout(op, &s->w, &s->items[SMALL], 1, &s->checkout) &&
           payment_announce(op, s->w.customer, s->checkout, s->w.today, &payment);
}

ENGINES_SENTENCE(each_line_says_what_is_wrong_with_it)
{
    static const struct {
        int which;
        int64_t minor;
        enum rest rest;
        const char *reason, *want;
    } cases[] = {
        {ORDERED, -1, REST_OPEN, "", "Enter €50.00 or less."},
        {ORDERED, 5001, REST_OPEN, "", "Enter €50.00 or less."},
        {ORDERED, 5000, REST_DEDUCTION, "", ""}, /* nothing is missing */
        {ORDERED, 4999, REST_OPEN, "", ""},
        {ORDERED, 4950, REST_TOLERANCE, "", ""},
        {ORDERED, 4949, REST_TOLERANCE, "", "Only up to €0.50 is a small difference."},
        {ORDERED, 4999, REST_DISCOUNT, "", "The money did not come within the days"},
        {ORDERED, 4999, REST_DEDUCTION, "", "Choose why it is less."},
        {ORDERED, 4999, REST_DEDUCTION, "freight", ""},
        {SMALL, 1, REST_OPEN, "", "A payment of it is under way."},
        {TAXED, 11760, REST_DISCOUNT, "", ""},
    };
    struct story s = story_of(f);
    fixture_do(f, announce, &s);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        fixture_do(f, get, &s);
        struct application_line *l = line(&s, s.items[cases[i].which]);
        l->amount = eur(cases[i].minor);
        l->rest = cases[i].rest;
        l->reason = str_of(cases[i].reason);
        fixture_do(f, check, &s);
        CHECK(str_starts(l->error, str_of(cases[i].want)) &&
                  (l->error.len == 0) == (cases[i].want[0] == 0),
              "%td: %.*s", i, STR(l->error));
        CHECK(s.a.ready == (l->error.len == 0), "%td: ready", i);
    }
    line(&s, s.items[TAXED])->error = S("This is no amount."); /* what was typed */
    fixture_do(f, check, &s);
    CHECK(!s.a.ready && line(&s, s.items[TAXED])->taken.minor == 0, "and stays so");
}

static bool post(struct op *op, void *arg)
{
    struct story *s = arg;
    return application_post(op, &s->a, &s->batch);
}

static bool post_among_others(struct op *op, void *arg)
{
    struct story *s = arg;
    return application_post_in(op, &s->a, 1, S("batch 1 row 1"));
}

ENGINES_SENTENCE(no_more_is_applied_than_there_is_and_no_credit_by_itself)
{
    struct story s = story_of(f);
    fixture_do(f, get, &s);
    CHECK(strstr(fixture_refused(s.f, post, &s), "Enter an amount beside"), "nothing is chosen");
    CHECK(strstr(fixture_refused(s.f, post_among_others, &s), "Enter an amount beside"),
          "nor there");
    line(&s, s.credit)->amount = eur(1000);
    line(&s, s.items[SMALL])->amount = eur(999);
    const char *why = fixture_refused(s.f, post, &s);
    CHECK(strstr(why, "More credit is used than is paid with it."), "%s", why);
    line(&s, s.items[SMALL])->amount = eur(1000);
    fixture_do(f, check, &s);
    CHECK(s.a.ready && s.a.left.minor == 20000, "all of it by the credit");
    s.a.free = eur(500);
    line(&s, s.items[SMALL])->amount = eur(1501);
    why = fixture_refused(s.f, post, &s);
    CHECK(strstr(why, "€0.01 more is applied than there is."), "%s", why);
    line(&s, s.items[SMALL])->amount = eur(3001);
    s.a.free = eur(20000);
    why = fixture_refused(s.f, post, &s);
    CHECK(strstr(why, "Enter €30.00 or less."), "%s", why);
}

/* ---- what is posted ---- */

static bool post_anew(struct op *op, void *arg)
{
    struct story *s = arg;
    if (!application_get(op, s->money, &s->a)) return false;
    line(s, s->items[TAXED])->amount = eur(11760);
    line(s, s->items[TAXED])->rest = REST_DISCOUNT;
    line(s, s->items[ORDERED])->amount = eur(1);
    line(s, s->items[SMALL])->amount = eur(2980);
    line(s, s->items[SMALL])->rest = REST_TOLERANCE;
    line(s, s->credit)->amount = eur(500);
    return application_post(op, &s->a, &s->batch);
}

ENGINES_SENTENCE(what_was_chosen_is_posted_and_nothing_else)
{
    struct story s = story_of(f);
    CHECK(test_every_failure(f, post_anew, &s, NULL) > 20, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.invoices[TAXED].open.minor == 0 && s.invoices[SMALL].open.minor == 0 &&
              s.invoices[ORDERED].open.minor == 4999,
          "%lld open", (long long)s.invoices[ORDERED].open.minor);
    CHECK(s.own.open.minor == 20000 - 11760 - 1 - 2980 + 500, "%lld on account",
          (long long)s.own.open.minor);
    CHECK(s.discounts == 200 && s.tax == -2000 + 40, "of 2.40, 0.40 are tax: %lld",
          (long long)s.tax);
    CHECK(s.rows.count == 4, "%td rows", s.rows.count);
    int64_t sum = 0, smallest = 0;
    for (ptrdiff_t i = 0; i < s.rows.count; i++) {
        sum += s.rows.at[i].amount.minor;
        if (s.rows.at[i].amount.minor < smallest) smallest = s.rows.at[i].amount.minor;
    }
    CHECK(smallest == -500 && sum == 11760 + 1 + 2980 - 500, "the credit below zero: %lld",
          (long long)sum);
}

static bool leave_the_tax(struct op *op, void *arg)
{
    struct story *s = arg;
    if (!work_rules_get(op, s->w.entity, &s->rules)) return false;
    s->rules.discount_reduces_tax = false;
    return work_rules_set(op, &s->rules);
}

static bool pay_one(struct op *op, void *arg)
{
    struct story *s = arg;
    if (!application_get(op, s->money, &s->a)) return false;
    line(s, s->items[SMALL])->amount = eur(3000);
    return application_post(op, &s->a, &s->batch);
}

ENGINES_SENTENCE(a_discount_leaves_the_tax_where_the_rules_say_so)
{
    struct story s = story_of(f);
    fixture_do(f, leave_the_tax, &s);
    fixture_do(f, post_anew, &s);
    fixture_do(f, look, &s);
    CHECK(s.discounts == 240 && s.tax == -2000, "%lld, %lld", (long long)s.discounts,
          (long long)s.tax);
    struct story one = story_of(fixture_open(f->mem, f->engine));
    fixture_do(one.f, pay_one, &one);
    fixture_do(one.f, look, &one);
    CHECK(one.rows.count == 1 && one.invoices[SMALL].open.minor == 0, "%td rows", one.rows.count);
}

/* ---- and goes back ---- */

static bool undo(struct op *op, void *arg)
{
    struct story *s = arg;
    return work_batch_undo(op, s->batch, s->w.today, S("the wrong invoice"));
}

static bool give_back(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_return(op, s->payment, s->w.today, S("AC04"));
}

ENGINES_SENTENCE(money_that_goes_back_takes_its_discount_along_and_once)
{
    for (int undone = 0; undone < 2; undone++) {
        struct story s = story_of(fixture_open(f->mem, f->engine));
        fixture_do(s.f, post_anew, &s);
        if (undone) fixture_do(s.f, undo, &s);
        fixture_do(s.f, give_back, &s);
        fixture_do(s.f, look, &s);
        CHECK(s.p.state == PAYMENT_RETURNED && s.own.open.minor == 0, "%lld on account",
              (long long)s.own.open.minor);
        CHECK(s.discounts == 0 && s.tax == -2000, "%d: %lld", undone, (long long)s.discounts);
        /* 5.00 of the credit stay where they are unless somebody undoes that. */
        int64_t owed = 0;
        for (int i = 0; i < INVOICES; i++) owed += s.invoices[i].open.minor;
        CHECK(owed == 20000 - (undone ? 0 : 500), "%d: %lld owed", undone, (long long)owed);
    }
}

static bool use_the_credit(struct op *op, void *arg)
{
    static const struct actor program = {.kind = ACTOR_KEY, .id = 7, .name = {"ERP", 3}};
    struct story *s = arg;
    struct allocate_pair pair = {s->credit, s->items[SMALL], eur(1000)};
    struct allocate in = {
        .pairs = &pair, .count = 1, .effective = s->w.today, .idem = S("test"), .rule = "staff"};
    int64_t entry;
    op->actor = &program;
    bool done = work_batch_open(op, &(struct work_batch_new){.kind = "application"}, &s->batch) &&
                ledger_allocate(op, &in, &entry) && work_batch_posted(op, s->batch, entry);
    op->actor = NULL;
    return done && work_batch_get(op, s->batch, &s->kept);
}

static bool undo_without_a_word(struct op *op, void *arg)
{
    return work_batch_undone(op, ((struct story *)arg)->batch, S(""));
}

ENGINES_SENTENCE(a_credit_that_was_applied_is_taken_back_with_a_reason)
{
    struct story s = story_of(f);
    fixture_do(f, use_the_credit, &s);
    CHECK(s.kept.person == 0 && str_eq(s.kept.actor, S("ERP")), "a program: %lld, %.*s",
          (long long)s.kept.person, STR(s.kept.actor));
    fixture_do(f, look, &s);
    CHECK(s.invoices[SMALL].open.minor == 2000, "%lld", (long long)s.invoices[SMALL].open.minor);
    CHECK(strstr(fixture_refused(f, undo_without_a_word, &s), "Please write why."), "no reason");
    CHECK(test_every_failure(f, undo, &s, NULL) > 5, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.invoices[SMALL].open.minor == 3000, "%lld", (long long)s.invoices[SMALL].open.minor);
}

/* ---- what waits ---- */

static bool list(struct op *op, void *arg)
{
    struct story *s = arg;
    s->filter.today = s->w.today;
    if (!unapplied_list(op, &s->filter, &s->list)) return false;
    s->late = 0;
    for (ptrdiff_t i = 0; i < s->list.count; i++) s->late += s->list.at[i].late;
    return true;
}

static bool wait_long(struct op *op, void *arg)
{
    struct story *s = arg;
    s->w.today = date_plus(clock_date(op->now, S("Europe/Berlin")), 8);
    return list(op, s);
}

ENGINES_SENTENCE(money_that_waits_is_listed_by_what_is_asked_for)
{
    struct story s = story_of(f);
    int64_t first = s.money;
    s.minor = 700, s.text = S("");
    fixture_do(f, receive, &s);
    int64_t second = s.money;
    s.from = 0, s.minor = 800;
    fixture_do(f, receive, &s);
    s.filter.limit = 1;
    CHECK(test_every_failure(f, list, &s, NULL) > 2, "too few calls");
    fixture_do(f, list, &s);
    CHECK(s.list.count == 1 && s.list.more && s.list.at[0].item == first && s.late == 0,
          "the oldest: %td late", s.late);
    CHECK(s.list.at[0].open.minor == 20000 && s.list.at[0].days == 0 &&
              str_eq(s.list.at[0].text, S("for PO-4711, thank you")),
          "%.*s", STR(s.list.at[0].text));
    const struct {
        struct unapplied_filter filter;
        int64_t first;
        ptrdiff_t count;
    } cases[] = {
        {{.limit = 9, .after = first}, second, 1},
        {{.limit = 9, .turned = true}, second, 2},
        {{.limit = 9, .turned = true, .after = second}, first, 1},
        {{.limit = 9, .by_amount = true}, second, 2},
        {{.limit = 9, .by_amount = true, .after = second}, first, 1},
        {{.limit = 9, .by_amount = true, .turned = true}, first, 2},
        {{.limit = 9, .by_amount = true, .turned = true, .after = first}, second, 1},
        {{.limit = 9, .unknown = true}, s.money, 1},
        {{.limit = 9, .currency = S("EUR")}, first, 2},
        {{.limit = 9, .currency = S("USD")}, 0, 0},
        {{.limit = 9, .search = S("hallam")}, first, 2},
        {{.limit = 9, .search = S("nobody")}, 0, 0},
        {{.limit = 9, .customer = s.w.customer}, first, 2},
        {{.limit = 9, .customer = 999}, 0, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        s.filter = cases[i].filter;
        fixture_do(f, list, &s);
        CHECK(s.list.count == cases[i].count && !s.list.more, "%td: %td", i, s.list.count);
        if (cases[i].count) CHECK(s.list.at[0].item == cases[i].first, "%td: another one", i);
    }
    s.filter = (struct unapplied_filter){.limit = 9};
    fixture_do(f, wait_long, &s);
    CHECK(s.late == 2 && s.list.at[0].days == 8, "%td late", s.late);
}

/* What is entered today may have come long ago. */
ENGINES_SENTENCE(money_that_waits_stands_in_the_order_of_its_days)
{
    struct story s = story_of(f);
    int64_t found[3];
    for (s.ago = 9, s.minor = 900; s.ago > 0; s.ago -= 4, s.minor++) fixture_do(f, receive, &s);
    for (int turned = 0; turned < 2; turned++) {
        ptrdiff_t count = 0;
        s.filter = (struct unapplied_filter){.limit = 2, .turned = turned};
        do {
            fixture_do(f, list, &s);
            for (ptrdiff_t i = 0; i < s.list.count; i++) {
                if (count + i < 3) found[count + i] = s.list.at[i].days;
                CHECK(s.list.at[i].late == (s.list.at[i].days > 7), "not by the rule");
            }
            count += s.list.count;
            s.filter.after = s.list.at[s.list.count - 1].item;
        } while (s.list.more);
        CHECK(count == 4 && found[1] == (turned ? 1 : 5) && found[2] == (turned ? 5 : 1),
              "%td, then %lld and %lld days", count, (long long)found[1], (long long)found[2]);
    }
}

/* Money of another seller, who lets it wait for twenty days, and of the first, who does for seven.
 */
static bool receive_for_another(struct op *op, void *arg)
{
    struct story *s = arg;
    struct work_rules rules;
    struct entity other = {
        .code = S("other"), .name = S("Suedwind"), .zone = S("UTC"), .currency = {"EUR"}};
    int64_t first = s->w.entity;
    if (!entity_put(op, &other, &s->w.entity) || !work_rules_get(op, s->w.entity, &rules))
        return false;
    rules.unapplied_days = 20;
    bool done = work_rules_set(op, &rules) && receive(op, s);
    s->w.entity = first;
    return done;
}

ENGINES_SENTENCE(money_is_late_by_the_rules_of_its_seller)
{
    struct story s = story_of(f);
    fixture_do(f, receive_for_another, &s);
    s.filter = (struct unapplied_filter){.limit = 9};
    fixture_do(f, wait_long, &s);
    CHECK(s.list.count == 2 && s.late == 1, "%td of %td are late", s.late, s.list.count);
    for (ptrdiff_t i = 0; i < 2; i++)
        CHECK(s.list.at[i].late == (s.list.at[i].item != s.money), "the other one's rule");
}

TESTS(ENGINES_TEST(what_can_be_applied_is_shown_with_what_the_payer_wrote),
      ENGINES_TEST(each_line_says_what_is_wrong_with_it),
      ENGINES_TEST(no_more_is_applied_than_there_is_and_no_credit_by_itself),
      ENGINES_TEST(what_was_chosen_is_posted_and_nothing_else),
      ENGINES_TEST(a_discount_leaves_the_tax_where_the_rules_say_so),
      ENGINES_TEST(money_that_goes_back_takes_its_discount_along_and_once),
      ENGINES_TEST(a_credit_that_was_applied_is_taken_back_with_a_reason),
      ENGINES_TEST(money_is_late_by_the_rules_of_its_seller),
      ENGINES_TEST(money_that_waits_stands_in_the_order_of_its_days),
      ENGINES_TEST(money_that_waits_is_listed_by_what_is_asked_for))
