/* Money applied by hand: what is proposed, that a failure leaves nothing, and that it can be
 * undone. The postings stand as cases in test/ledger. */
#include "domain/work/application.h"

#include "domain/payments/payments.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/documents.h"
#include "domain/work/bulk.h"
#include "domain/work/name.h"
#include "domain/work/work_batch.h"
#include "fixture.h"
#include "money_world.h"

struct story {
    struct money_world w;
    struct fixture *f;
    int64_t invoices[3], item, payment, batch, deduction;
    struct application a;
    str text;
    int64_t minor;
    enum reading_kind expected;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool receive(struct op *op, struct story *s, int64_t minor, str text)
{
    struct received got;
    struct payment p;
    struct receipt_in in = {.entity = s->w.entity,
                            .customer = s->w.customer,
                            .amount = eur(minor),
                            .value_date = s->w.today,
                            .payer = S("HALLAM"),
                            .reference = text};
    if (!payment_receive(op, &in, &got) || !payment_get(op, 0, got.payment, &p)) return false;
    s->payment = p.id;
    s->item = p.item;
    return true;
}

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, 10000, &s->invoices[0]) &&
           money_world_invoice(op, &s->w, 5000, &s->invoices[1]) &&
           money_world_invoice(op, &s->w, 2550, &s->invoices[2]) &&
           receive(op, s, 14000, S("thank you"));
}

static bool apply(struct op *op, void *arg)
{
    struct story *s = arg;
    if (!application_get(op, s->item, &s->a)) return false;
    s->a.lines[0].amount = eur(9000);
    s->a.lines[0].rest = REST_DEDUCTION;
    s->a.lines[0].reason = S("damaged_goods");
    s->a.lines[1].amount = eur(5000);
    return application_post(op, &s->a, &s->batch);
}

static bool undo(struct op *op, void *arg)
{
    struct story *s = arg;
    return work_batch_undo(op, s->batch, s->w.today, S("the wrong customer"));
}

static bool find_deduction(struct op *op, void *arg)
{
    struct story *s = arg;
    struct deduction_cases list;
    if (!deduction_cases(op, &(struct deduction_filter){.limit = 1}, &list)) return false;
    CHECK(list.count == 1 && list.at[0].open.minor == 1000, "%td deductions", list.count);
    s->deduction = list.at[0].item;
    return true;
}

static bool decide(struct op *op, void *arg)
{
    struct story *s = arg;
    const struct deduction_decision in = {
        .item = s->deduction, .valid = eur(400), .note = S("photos"), .day = s->w.today};
    return deduction_decide(op, &in);
}

static bool reopen(struct op *op, void *arg)
{
    struct story *s = arg;
    return deduction_reopen(op, s->deduction, s->w.today, S("other photos"));
}

static bool own(struct op *op, void *arg)
{
    struct story *s = arg;
    return deduction_remark(op, s->deduction, S("asked the warehouse")) &&
           deduction_own(op, s->deduction, 0, S(""));
}

static bool rules(struct op *op, void *arg)
{
    struct story *s = arg;
    struct work_rules r;
    if (!work_rules_get(op, s->w.entity, &r)) return false;
    r.unapplied_days = 3;
    return work_rules_set(op, &r);
}

static bool hold(struct op *op, void *arg)
{
    (void)arg;
    struct verdict v;
    if (!ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return true;
}

static void every(struct fixture *f, struct story *s, bool (*act)(struct op *op, void *arg),
                  const char *what)
{
    CHECK(test_every_failure(f, act, s, NULL) > 3, "%s makes too few calls", what);
    fixture_do(f, hold, NULL);
}

ENGINES_SENTENCE(what_is_done_by_hand_is_done_whole_or_not_at_all)
{
    struct story s = {.f = f};
    fixture_do(f, make, &s);
    every(f, &s, apply, "applying");
    fixture_do(f, find_deduction, &s);
    every(f, &s, own, "an owner");
    every(f, &s, rules, "the rules");
    every(f, &s, undo, "undoing");
    fixture_do(f, apply, &s);
    fixture_do(f, find_deduction, &s);
    every(f, &s, decide, "deciding");
    every(f, &s, reopen, "undoing a decision");
    fixture_do(f, find_deduction, &s);
    every(f, &s, decide, "deciding once more");
}

static bool not_kept(struct op *op, void *arg)
{
    struct verdict v;
    (void)arg;
    if (!ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 1, "%td problems", v.problem_count);
    CHECK(str_starts(v.problems[0].where, S("deduction ")) &&
              str_eq(v.problems[0].what, S("its state and its steps do not agree")),
          "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return true;
}

ENGINES_SENTENCE(a_decision_that_was_undone_on_paper_only_is_found)
{
    struct story s = {.f = f};
    fixture_do(f, make, &s);
    fixture_do(f, apply, &s);
    fixture_do(f, find_deduction, &s);
    fixture_do(f, decide, &s);
    fixture_sql(f, "update deduction set state = 'coded', credit = null");
    fixture_do(f, not_kept, NULL);
}

/* ---- many rows at once ---- */

struct many {
    struct story s;
    enum bulk_kind kind;
    int64_t limit, batch;
    struct bulk_plan plan;
};

static bool plan(struct op *op, void *arg)
{
    struct many *m = arg;
    struct receivables items;
    return receivables_by_ids(op, 0, m->s.invoices, 3, m->s.w.today, &items) &&
           bulk_plan(op, m->kind, &items, m->limit, &m->plan);
}

static bool start(struct op *op, void *arg)
{
    struct many *m = arg;
    return plan(op, m) && bulk_start(op, &m->plan, &m->batch);
}

static bool take_back(struct op *op, void *arg)
{
    struct many *m = arg;
    return work_batch_undo(op, m->batch, m->s.w.today, S("too many"));
}

static bool see_batch(struct op *op, void *arg)
{
    struct many *m = arg;
    struct work_batch b;
    if (!work_batch_get(op, m->batch, &b)) return false;
    CHECK(b.rows == 3 && b.left == 0 && str_eq(b.state, S("done")), "%lld rows, %lld left",
          (long long)b.rows, (long long)b.left);
    CHECK(b.refused == m->plan.refused, "%lld refused", (long long)b.refused);
    CHECK(b.entries == b.rows - b.refused, "%lld entries", (long long)b.entries);
    return true;
}

ENGINES_SENTENCE(an_act_over_many_rows_does_what_its_plan_said_and_can_be_undone)
{
    static const struct {
        enum bulk_kind kind;
        int64_t limit, refused, sum;
    } rows[] = {
        {BULK_WRITE_OFF, 5000, 1, 7550}, /* 100.00 is more than may be written off */
        {BULK_CREDITS, 0, 1, 14000},     /* 140.00 on account: 100.00, 40.00, and nothing */
    };
    struct many m = {.s = {.f = f}};
    fixture_do(f, make, &m.s);
    for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
        m.kind = rows[i].kind, m.limit = rows[i].limit;
        fixture_do(f, plan, &m);
        CHECK(m.plan.refused == rows[i].refused, "%td: %td refused", i, m.plan.refused);
        CHECK(m.plan.sum_count == 1 && m.plan.sums[0].amount.minor == rows[i].sum, "%td: %lld", i,
              (long long)m.plan.sums[0].amount.minor);
        CHECK(test_every_failure(f, start, &m, NULL) > 10, "%td: too few calls", i);
        fixture_do(f, see_batch, &m);
        fixture_do(f, hold, NULL);
        CHECK(test_every_failure(f, take_back, &m, NULL) > 5, "%td: too few calls", i);
        fixture_do(f, hold, NULL);
    }
}

/* ---- pages in the order of amounts ---- */

enum { MONEYS = 4 };

struct paged {
    struct story s;
    bool falling;
    int64_t seen[MONEYS + 1];
    int count;
};

static bool many_moneys(struct op *op, void *arg)
{
    static const int64_t minors[MONEYS] = {300, 100, 700, 300};
    struct paged *p = arg;
    if (!money_world_make(op, &p->s.w)) return false;
    for (int i = 0; i < MONEYS; i++) {
        int64_t invoice;
        if (!money_world_invoice(op, &p->s.w, 1000 + minors[i], &invoice) ||
            !receive(op, &p->s, 1000 + minors[i], S("thank you")) ||
            !application_get(op, p->s.item, &p->s.a))
            return false;
        p->s.a.lines[0].amount = eur(1000);
        p->s.a.lines[0].rest = REST_DEDUCTION;
        p->s.a.lines[0].reason = S("damaged_goods");
        if (!application_post(op, &p->s.a, &p->s.batch)) return false;
    }
    return true;
}

static bool page_moneys(struct op *op, void *arg)
{
    struct paged *p = arg;
    struct unapplied_list list = {.more = true};
    struct unapplied_filter f = {
        .by_amount = true, .turned = p->falling, .limit = 1, .today = p->s.w.today};
    for (p->count = 0; list.more && p->count <= MONEYS; f.after = list.at[0].item) {
        if (!unapplied_list(op, &f, &list)) return false;
        p->seen[p->count++] = list.at[0].open.minor;
    }
    return true;
}

static bool page_deductions(struct op *op, void *arg)
{
    struct paged *p = arg;
    struct deduction_cases list = {.more = true};
    struct deduction_filter f = {.by_amount = true, .turned = !p->falling, .limit = 1};
    for (p->count = 0; list.more && p->count <= MONEYS; f.after = list.at[0].item) {
        if (!deduction_cases(op, &f, &list)) return false;
        p->seen[p->count++] = list.at[0].open.minor;
    }
    f.all = true;
    f.limit = MONEYS;
    f.after = 0;
    if (!deduction_cases(op, &f, &list)) return false;
    for (int i = 0; i < MONEYS; i++)
        CHECK(list.at[i].amount.minor == p->seen[i], "all of them stand otherwise");
    return true;
}

static bool page_payments(struct op *op, void *arg)
{
    struct paged *p = arg;
    struct payments list = {.next_cursor = S("first")};
    struct payments_filter f = {.by_amount = true, .rising = !p->falling, .limit = 1};
    for (p->count = 0; list.next_cursor.len > 0 && p->count <= MONEYS;
         f.cursor = list.next_cursor) {
        f.customer = p->count % 2 == 0 ? p->s.w.customer : 0; /* one's and all are in one order */
        if (!payments_list(op, &f, &list)) return false;
        p->seen[p->count++] = list.at[0].amount.minor - 1000;
    }
    return true;
}

ENGINES_SENTENCE(pages_by_amount_show_each_once_in_the_order_of_the_amounts)
{
    static const int64_t rising[MONEYS] = {100, 300, 300, 700};
    static bool (*const lists[])(struct op *, void *) = {page_moneys, page_deductions,
                                                         page_payments};
    struct paged p = {.s = {.f = f}};
    fixture_do(f, many_moneys, &p);
    for (int i = 0; i < 2 * COUNT(lists); i++) {
        p.falling = i % 2 == 1;
        fixture_do(f, lists[i / 2], &p);
        CHECK(p.count == MONEYS, "list %d shows %d", i, p.count);
        for (int k = 0; k < MONEYS; k++)
            CHECK(p.seen[k] == rising[p.falling ? MONEYS - 1 - k : k], "list %d: %lld", i,
                  (long long)p.seen[k]);
    }
}

/* ---- what never changes ---- */

ENGINES_SENTENCE(a_batch_and_the_steps_of_a_deduction_are_never_changed)
{
    static const char *const forbidden[] = {
        "delete from batch",
        "delete from batch_row",
        "delete from batch_entry",
        "update batch_entry set batch = batch + 1",
        "update batch set actor = 'nobody'",
        "update batch set recorded = 0",
        "update batch set state = 'done', undone = null where state = 'undone'",
        "delete from deduction_step",
        "update deduction_step set note = ''",
        "update deduction set reason = 'freight'",
    };
    struct story s = {.f = f};
    fixture_do(f, make, &s);
    fixture_do(f, apply, &s);
    fixture_do(f, undo, &s);
    fixture_do(f, apply, &s);
    fixture_do(f, find_deduction, &s);
    fixture_do(f, own, &s);
    str before = fixture_digest(f);
    for (ptrdiff_t i = 0; i < COUNT(forbidden); i++)
        CHECK(!fixture_sql_try(f, forbidden[i]), "taken: %s", forbidden[i]);
    CHECK(str_eq(before, fixture_digest(f)), "something was changed");
}

/* ---- proposals ---- */

static bool first_reading(struct op *op, void *arg)
{
    struct story *s = arg;
    struct reading *list;
    ptrdiff_t count;
    struct application a;
    if (!receive(op, s, s->minor, s->text) || !application_get(op, s->item, &a) ||
        !application_readings(op, &a, &list, &count))
        return false;
    CHECK(list[0].kind == s->expected, "%lld \"%.*s\" is read as %d, not %d", (long long)s->minor,
          STR(s->text), (int)list[0].kind, (int)s->expected);
    CHECK(list[count - 1].kind == READING_NOTHING, "the last is not to keep it");
    application_take(&a, &list[0]);
    application_check(op, &a);
    CHECK(a.error.len == 0, "%.*s", STR(a.error));
    money sum = money_add(a.paid, a.left);
    CHECK(money_eq(sum, money_add(a.free, a.credits)), "the sums do not add up");
    return true;
}

ENGINES_SENTENCE(the_likeliest_reading_comes_first_and_every_reading_adds_up)
{
    static const struct {
        int64_t minor;
        const char *text;
        enum reading_kind kind;
    } rows[] = {
        {10000, "", READING_AMOUNT}, {7550, "", READING_SUM},     {15000, "", READING_SUM},
        {3333, "", READING_OLDEST},  {90000, "", READING_OLDEST}, {2550, "invoice", READING_AMOUNT},
    };
    struct story s = {.f = f};
    fixture_do(f, make, &s);
    for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
        s.minor = rows[i].minor, s.text = str_of(rows[i].text), s.expected = rows[i].kind;
        fixture_do(f, first_reading, &s);
    }
}

SENTENCE(a_number_stands_in_a_text_as_a_word_or_by_its_last_digits)
{
    (void)mem;
    static const struct {
        const char *text, *number;
        bool stands;
    } rows[] = {
        {"INV 48591 48612", "10-48591", true},
        {"INV 148591", "10-48591", false},
        {"inv r-1 thanks", "R-1", true},
        {"R-12", "R-1", false},
        {"pays 591", "10-48591", false},
        {"485912", "10-48591", false},
        {"RE:48591,", "10-48591", true},
        {"", "10-48591", false},
        {"anything", "", false},
        {"7", "PO 7", false},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        CHECK(name_stands_in(str_of(rows[i].text), str_of(rows[i].number)) == rows[i].stands,
              "%s in \"%s\"", rows[i].number, rows[i].text);
}

SENTENCE(the_number_of_an_invoice_names_its_instalments_and_not_that_of_another_one)
{
    (void)mem;
    static const struct {
        const char *text, *document, *number;
        bool stands;
    } rows[] = {
        {"invoice 10-48327", "10-48327", "10-48327/1", true},
        {"RE 48327.", "10-48327", "10-48327/2", true},
        {"10-48327/1", "10-48327", "10-48327/2", false},
        {"10-48327/1 and 10-48327", "10-48327", "10-48327/2", true},
        {"10-48328", "10-48327", "10-48327/1", false},
        {"10-48327", "10-48327", "10-48327", false}, /* no instalment: its own number says it */
        {"10-48327", "", "10-48327/1", false},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        CHECK(name_of_whole_stands_in(str_of(rows[i].text), str_of(rows[i].document),
                                      str_of(rows[i].number)) == rows[i].stands,
              "%s in \"%s\"", rows[i].number, rows[i].text);
}

SENTENCE(a_discount_is_rounded_down_and_the_last_part_takes_the_rest)
{
    (void)mem;
    static const struct {
        int64_t free, paid, discount;
    } rows[] = {
        {100000, 49000, 1000}, {100000, 98000, 2000}, {11900, 11662, 238}, {10001, 9801, 200},
        {10001, 5000, 102},    {10001, 10001, 0},     {100, 0, 0},         {3, 2, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
        struct application_line line = {
            .free = eur(rows[i].free), .discount_ppm = 20000, .discount_in_time = true};
        money got = application_discount(&line, eur(rows[i].paid));
        CHECK(got.minor == rows[i].discount, "%lld of %lld: %lld", (long long)rows[i].paid,
              (long long)rows[i].free, (long long)got.minor);
    }
}

TESTS(ENGINES_TEST(what_is_done_by_hand_is_done_whole_or_not_at_all),
      ENGINES_TEST(pages_by_amount_show_each_once_in_the_order_of_the_amounts),
      ENGINES_TEST(a_decision_that_was_undone_on_paper_only_is_found),
      ENGINES_TEST(an_act_over_many_rows_does_what_its_plan_said_and_can_be_undone),
      ENGINES_TEST(a_batch_and_the_steps_of_a_deduction_are_never_changed),
      ENGINES_TEST(the_likeliest_reading_comes_first_and_every_reading_adds_up),
      TEST(a_number_stands_in_a_text_as_a_word_or_by_its_last_digits),
      TEST(the_number_of_an_invoice_names_its_instalments_and_not_that_of_another_one),
      TEST(a_discount_is_rounded_down_and_the_last_part_takes_the_rest))
