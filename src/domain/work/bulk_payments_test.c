/* Acts over many payments: what a plan says of each and why it passes one over, that what is done
 * is what was seen, that each payment stands or falls by itself, that undoing leaves the books
 * right, and that a failure leaves nothing. */
#include "domain/work/bulk_payments.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/documents.h"
#include "fixture.h"
#include "money_world.h"
#include "store/outbox.h"

enum { PAYERS = 6 };

struct desk {
    struct money_world w;
    int64_t items[4], payments[PAYERS], batch;
    struct item money[PAYERS], debts[4]; /* as they stand */
    struct allocation last;              /* the second debt's */
    str number;
    ptrdiff_t count; /* of the payments that are chosen */
    enum payments_act act;
    struct bulk_payments plan;
    struct work_batch b;
    struct work_batch_rows rows;
    bool rival;  /* the fifth names what the first has named */
    bool mute;   /* nobody gets receipts */
    bool broken; /* and who does cannot be found out */
    const char *why;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

/* The payer's text comes before what it names: nothing is applied when the money arrives. */
static bool receive(struct op *op, struct desk *d, int n, int64_t minor, str text)
{
    struct received got;
    struct receipt_in in = {.entity = d->w.entity,
                            .customer = n == 5 ? 0 : d->w.customer,
                            .amount = eur(minor),
                            .value_date = d->w.today,
                            .reference = text};
    if (!payment_receive(op, &in, &got)) return false;
    d->payments[n] = got.payment;
    return true;
}

static bool invoice(struct op *op, const struct desk *d, const char *number, int64_t minor,
                    int64_t *item)
{
    struct document in = {.entity = d->w.entity,
                          .customer = d->w.customer,
                          .kind = DOCUMENT_INVOICE,
                          .number = str_of(number),
                          .issued = date_plus(d->w.today, -10),
                          .net = eur(minor),
                          .tax = eur(0),
                          .total = eur(minor),
                          .terms = S("net 30")};
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &in, true, &issued) ||
        !receivables_of_document(op, issued.id, d->w.today, &items))
        return false;
    *item = items.at[0].item;
    return true;
}

/* Two that are named to the cent, one that is named by two, one that pays less, one that names
 * nothing, one of whom nobody knows the payer. */
static bool make(struct op *op, void *arg)
{
    static const struct {
        const char *text;
        int64_t minor;
    } texts[PAYERS] = {{"R-7001 R-7002", 3000}, {"for R-7003", 3000}, {"R-7003", 3000},
                       {"R-7004", 3900},        {"thank you", 100},   {"R-7001", 1000}};
    static const char *const numbers[] = {"R-7001", "R-7002", "R-7003", "R-7004"};
    struct desk *d = arg;
    d->count = PAYERS;
    if (!money_world_make(op, &d->w)) return false;
    for (int i = 0; i < PAYERS; i++)
        if (!receive(op, d, i, texts[i].minor, str_of(texts[i].text))) return false;
    if (d->rival && !receive(op, d, 4, 1000, S("R-7001"))) return false;
    for (int i = 0; i < 4; i++)
        if (!invoice(op, d, numbers[i], 1000 * (i + 1), &d->items[i])) return false;
    return true;
}

static bool readers(struct op *op, void *arg, const struct payment *payment, str *out)
{
    const struct desk *d = arg;
    (void)payment;
    if (d->broken) return op_fail(op, ERR_BUSY, NULL, "not now");
    *out = d->mute ? S("") : S("anna@hallam.example");
    return true;
}

static bool plan(struct op *op, void *arg)
{
    struct desk *d = arg;
    const struct bulk_readers who = {readers, d};
    return bulk_payments_plan(op, d->act, d->payments, d->count, &who, &d->plan);
}

static bool start(struct op *op, void *arg)
{
    struct desk *d = arg;
    return plan(op, d) && bulk_payments_start(op, &d->plan, str_of(d->why), &d->batch);
}

static bool run(struct op *op, void *arg)
{
    struct desk *d = arg;
    bool more;
    return bulk_payments_run(op, d->batch, 50, &more);
}

static bool undo(struct op *op, void *arg)
{
    struct desk *d = arg;
    return work_batch_undo(op, d->batch, d->w.today, S("a mistake"));
}

static bool reapply(struct op *op, void *arg)
{
    struct desk *d = arg;
    return bulk_payments_reapply(op, d->batch, date_plus(d->w.today, 1), S("a mistake"));
}

static bool see(struct op *op, void *arg)
{
    struct desk *d = arg;
    struct verdict v;
    struct payment p;
    for (int i = 0; i < PAYERS; i++)
        if (!payment_get(op, 0, d->payments[i], &p) || !item_get(op, p.item, &d->money[i]))
            return false;
    for (int i = 0; i < 4; i++)
        if (!item_get(op, d->items[i], &d->debts[i])) return false;
    struct allocations uses;
    if (!allocations_of_item(op, d->items[1], &uses)) return false;
    for (ptrdiff_t i = 0; i < uses.count; i++) d->last = uses.at[i];
    if (!ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    if (d->batch == 0) return true;
    return work_batch_get(op, d->batch, &d->b) &&
           work_batch_rows(op, d->batch, 0, false, BULK_PAYMENTS_MAX, &d->rows);
}

static void debts_are(struct fixture *f, struct desk *d, const int64_t open[4])
{
    fixture_do(f, see, d);
    for (int i = 0; i < 4; i++)
        CHECK(d->debts[i].open.minor == open[i], "%d: %lld open", i,
              (long long)d->debts[i].open.minor);
}

static void problem_is(const struct desk *d, int row, const char *problem)
{
    CHECK(str_eq(d->plan.rows[row].problem, str_of(problem)), "%d: \"%.*s\"", row,
          STR(d->plan.rows[row].problem));
}

static const int64_t all_open[] = {1000, 2000, 3000, 4000}, paid[] = {0, 0, 0, 4000};

ENGINES_SENTENCE(what_payers_named_to_the_cent_is_applied_and_nothing_else)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = ""};
    fixture_do(f, make, &d);
    CHECK(test_every_failure(f, plan, &d, NULL) > PAYERS, "too few calls");
    fixture_do(f, plan, &d); /* a trial's memory ends with it */
    problem_is(&d, 0, "");
    problem_is(&d, 1, "");
    problem_is(&d, 2, "A payment above it names the same: apply it by hand.");
    problem_is(&d, 3, "What its text names comes to another amount: apply it by hand.");
    problem_is(&d, 4, "Its text names nothing that is open.");
    problem_is(&d, 5, "The payer is not known yet.");
    CHECK(str_eq(d.plan.rows[0].what, S("R-7001, R-7002")), "%.*s", STR(d.plan.rows[0].what));
    CHECK(d.plan.refused == 4 && d.plan.sum_count == 1 && d.plan.sums[0].count == 2 &&
              d.plan.sums[0].amount.minor == 6000,
          "%td refused", d.plan.refused);

    str seen = d.plan.digest;
    fixture_do(f, plan, &d);
    CHECK(seen.len > 0 && str_eq(seen, d.plan.digest), "the same is seen twice");
    CHECK(test_every_failure(f, start, &d, NULL) > 20, "too few calls");
    debts_are(f, &d, paid);
    CHECK(d.money[0].open.minor == 0 && d.money[3].open.minor == 3900, "and no other money");
    CHECK(str_eq(d.b.state, S("done")) && d.b.refused == 4 && d.b.entries == 2, "%lld refused",
          (long long)d.b.refused);
    CHECK(strstr(fixture_refused(f, start, &d), "Nothing of it can be done"), "applied twice");
    fixture_do(f, plan, &d);
    problem_is(&d, 0, "Nothing of it is left to apply.");
    CHECK(!str_eq(seen, d.plan.digest), "what has changed is seen as something else");

    CHECK(test_every_failure(f, undo, &d, NULL) > 5, "too few calls");
    debts_are(f, &d, all_open);
    CHECK(d.money[0].open.minor == 3000 && str_eq(d.b.state, S("undone")), "on account again");
}

ENGINES_SENTENCE(who_names_what_any_above_has_named_is_left_to_people)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = "", .rival = true};
    fixture_do(f, make, &d);
    fixture_do(f, start, &d);
    problem_is(&d, 1, "");
    problem_is(&d, 4, "A payment above it names the same: apply it by hand.");
    fixture_do(f, see, &d);
    CHECK(str_eq(d.rows.at[4].problem, d.plan.rows[4].problem), "and the list says so: %.*s",
          STR(d.rows.at[4].problem));
}

/* One payment for seven invoices of the least amount there is: R-7101 to R-7107. */
static bool make_seven(struct op *op, void *arg)
{
    struct desk *d = arg;
    struct text all = {.mem = op->mem};
    int64_t item;
    if (!make(op, d)) return false;
    for (int i = 1; i <= 7; i++) text_format(&all, " R-710%d", i);
    if (!receive(op, d, 0, 7, text_str(&all))) return false;
    for (int i = 1; i <= 7; i++)
        if (!invoice(op, d, str_printf(op->mem, "R-710%d", i).at, 1, &item)) return false;
    return true;
}

ENGINES_SENTENCE(of_many_that_one_pays_the_first_are_named_and_the_others_counted)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = ""};
    fixture_do(f, make_seven, &d);
    fixture_do(f, plan, &d);
    CHECK(str_eq(d.plan.rows[0].what, S("R-7101, R-7102, R-7103, R-7104, R-7105 +2")), "%.*s",
          STR(d.plan.rows[0].what));
    CHECK(d.plan.rows[0].amount.minor == 7 && d.plan.rows[0].problem.len == 0, "%.*s",
          STR(d.plan.rows[0].problem));
}

/* One payment that names an invoice of two instalments, and comes to both of them. */
static bool make_instalments(struct op *op, void *arg)
{
    struct desk *d = arg;
    struct issued issued;
    if (!make(op, d) || !receive(op, d, 0, 1000, S("invoice R-7200"))) return false;
    struct document in = {.entity = d->w.entity,
                          .customer = d->w.customer,
                          .kind = DOCUMENT_INVOICE,
                          .number = S("R-7200"),
                          .issued = date_plus(d->w.today, -10),
                          .net = eur(1000),
                          .tax = eur(0),
                          .total = eur(1000),
                          .terms = S("30% net 30, 70% net 60")};
    return document_issue(op, &in, true, &issued);
}

ENGINES_SENTENCE(the_number_of_an_invoice_names_all_of_its_instalments)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = ""};
    fixture_do(f, make_instalments, &d);
    fixture_do(f, plan, &d);
    problem_is(&d, 0, "");
    CHECK(str_eq(d.plan.rows[0].what, S("R-7200/1, R-7200/2")), "%.*s", STR(d.plan.rows[0].what));
}

static bool use_the_first(struct op *op, void *arg)
{
    const struct desk *d = arg;
    return payment_apply(op, d->money[0].id, d->items[3], eur(1000));
}

static bool use_the_second(struct op *op, void *arg)
{
    const struct desk *d = arg;
    return payment_apply(op, d->money[1].id, d->items[3], eur(1500));
}

static bool announce(struct op *op, void *arg)
{
    struct desk *d = arg;
    int64_t checkout, waiting;
    return money_world_checkout(op, &d->w, &d->items[0], 1, &checkout) &&
           payment_announce(op, d->w.customer, checkout, d->w.today, &waiting);
}

ENGINES_SENTENCE(what_is_taken_back_is_applied_again_as_far_as_that_is_still_possible)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = ""};
    fixture_do(f, make, &d);
    fixture_do(f, start, &d);
    d.act = PAYMENTS_TAKEN_BACK;
    CHECK(strstr(fixture_refused(f, start, &d), "Please write why."), "without a reason");
    d.why = "wrong customer";
    CHECK(test_every_failure(f, start, &d, NULL) > 20, "too few calls");
    debts_are(f, &d, all_open);
    CHECK(d.money[0].open.minor == 3000 && d.money[1].open.minor == 3000, "on account again");
    CHECK(d.b.entries == 3 && d.b.refused == 4 && str_eq(d.b.note, S("wrong customer")),
          "%lld entries", (long long)d.b.entries);
    CHECK(str_eq(d.rows.at[0].what, S("R-7001, R-7002")) && d.rows.at[0].amount.minor == 3000,
          "%.*s", STR(d.rows.at[0].what));
    fixture_do(f, plan, &d);
    problem_is(&d, 0, "Nothing of it is applied.");

    fixture_do(f, use_the_first, &d); /* 10.00 of it, and R-7001 is spoken for */
    fixture_do(f, announce, &d);
    CHECK(test_every_failure(f, reapply, &d, NULL) > 10, "too few calls");
    debts_are(f, &d, (const int64_t[]){1000, 0, 0, 3000});
    CHECK(str_find(d.rows.at[0].problem, S("is reserved")) > 0 && d.rows.at[1].problem.len == 0,
          "%.*s", STR(d.rows.at[0].problem));
    CHECK(str_eq(d.b.state, S("undone")) && d.b.entries == 5, "%lld entries",
          (long long)d.b.entries);
    CHECK(date_cmp(d.last.effective, date_plus(d.w.today, 1)) == 0, "of the day that was given");
    CHECK(d.last.payment == d.payments[0], "and still by the first payment");
    CHECK(strstr(fixture_refused(f, reapply, &d), "undone already"), "once");

    /* Once more: what was taken back before stays as it is, and money that went elsewhere does
     * not come back. */
    CHECK(test_every_failure(f, start, &d, NULL) > 20, "too few calls");
    debts_are(f, &d, all_open);
    CHECK(d.b.entries == 3 && d.rows.at[0].amount.minor == 3000, "%lld entries",
          (long long)d.b.entries);
    fixture_do(f, use_the_second, &d);
    fixture_do(f, reapply, &d);
    debts_are(f, &d, (const int64_t[]){1000, 0, 3000, 1500});
    CHECK(d.rows.at[0].problem.len == 0 && d.rows.at[1].problem.len > 0, "%.*s",
          STR(d.rows.at[0].problem));
}

static bool pay_otherwise(struct op *op, void *arg)
{
    const struct desk *d = arg;
    for (int i = 0; i < 2; i++)
        if (!payment_apply(op, d->money[i].id, d->items[3], eur(1500))) return false;
    return payment_apply(op, d->money[3].id, d->items[0], eur(1000)) &&
           payment_apply(op, d->money[3].id, d->items[1], eur(2000));
}

ENGINES_SENTENCE(of_what_cannot_be_applied_again_nothing_is_said_to_be)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = "typed wrongly"};
    fixture_do(f, make, &d);
    fixture_do(f, start, &d);
    d.act = PAYMENTS_TAKEN_BACK;
    fixture_do(f, start, &d);
    fixture_do(f, see, &d);
    fixture_do(f, pay_otherwise, &d);
    str before = fixture_digest(f);
    CHECK(strstr(fixture_refused(f, reapply, &d), "Nothing of it can be applied again"), "applied");
    CHECK(str_eq(before, fixture_digest(f)), "and left something");
}

/* So many that a job does them: the payments that are passed over fill the list. */
static bool pad_and_start(struct op *op, void *arg)
{
    struct desk *d = arg;
    int64_t many[BULK_AT_ONCE + 1];
    const struct bulk_readers who = {readers, d};
    for (ptrdiff_t i = 0; i < COUNT(many); i++) many[i] = d->payments[i < 2 ? i : 4];
    return bulk_payments_plan(op, d->act, many, COUNT(many), &who, &d->plan) &&
           bulk_payments_start(op, &d->plan, str_of(d->why), &d->batch);
}

static bool use_the_third_debt(struct op *op, void *arg)
{
    const struct desk *d = arg;
    return payment_apply(op, d->money[2].id, d->items[2], eur(500));
}

ENGINES_SENTENCE(a_payment_that_changed_is_refused_and_the_others_are_done)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = ""};
    fixture_do(f, make, &d);
    fixture_do(f, pad_and_start, &d);
    fixture_do(f, see, &d);
    CHECK(d.b.left == 2 && str_eq(d.b.state, S("waiting")), "a job does so many");
    fixture_do(f, use_the_third_debt, &d);
    CHECK(test_every_failure(f, run, &d, NULL) > 10, "too few calls");
    debts_are(f, &d, (const int64_t[]){0, 0, 2500, 4000});
    CHECK(d.b.left == 0 && str_eq(d.b.state, S("done")) && d.b.entries == 1, "%lld entries",
          (long long)d.b.entries);
    CHECK(str_find(d.rows.at[1].problem, S(" has changed since.")) > 0, "%.*s",
          STR(d.rows.at[1].problem));
    str before = fixture_digest(f);
    fixture_do(f, run, &d); /* the job once more */
    CHECK(str_eq(before, fixture_digest(f)), "done twice");
}

/* The first pays as much as before, for something else; the second less. */
static bool use_both_otherwise(struct op *op, void *arg)
{
    const struct desk *d = arg;
    return payment_apply(op, d->money[0].id, d->items[3], eur(3000)) &&
           payment_apply(op, d->money[1].id, d->items[2], eur(500));
}

ENGINES_SENTENCE(only_what_was_seen_is_taken_back)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = "typed wrongly"}, now;
    fixture_do(f, make, &d);
    fixture_do(f, start, &d);
    d.act = PAYMENTS_TAKEN_BACK;
    fixture_do(f, pad_and_start, &d);
    now = d;
    fixture_do(f, start, &now); /* somebody is quicker */
    fixture_do(f, see, &d);
    fixture_do(f, use_both_otherwise, &d);
    fixture_do(f, run, &d);
    debts_are(f, &d, (const int64_t[]){1000, 2000, 2500, 1000});
    CHECK(d.b.entries == 0 && d.b.left == 0, "%lld entries", (long long)d.b.entries);
    for (int i = 0; i < 2; i++)
        CHECK(str_find(d.rows.at[i].problem, S(" has changed since.")) > 0, "%d: %.*s", i,
              STR(d.rows.at[i].problem));
}

static bool open_another_kind(struct op *op, void *arg)
{
    struct desk *d = arg;
    const struct work_batch_new new = {.kind = "write_off", .waiting = true, .note = S("")};
    return work_batch_open(op, &new, &d->batch);
}

ENGINES_SENTENCE(acts_over_other_things_are_done_elsewhere)
{
    struct desk d = {.act = PAYMENTS_APPLIED, .why = ""};
    fixture_do(f, make, &d);
    fixture_do(f, open_another_kind, &d);
    fixture_do(f, see, &d);
    CHECK(!bulk_payments_reapplies(&d.b), "nothing of it was taken back from a payment");
    CHECK(fixture_refused(f, run, &d)[0] != 0, "run as one over payments");
    fixture_do(f, start, &d);
    fixture_do(f, see, &d);
    CHECK(!bulk_payments_reapplies(&d.b), "what was applied is taken back, not applied again");
}

ENGINES_SENTENCE(receipts_go_to_those_who_get_them_for_money_that_came)
{
    struct desk d = {.act = PAYMENTS_RECEIPTS, .why = ""};
    fixture_do(f, make, &d);
    CHECK(test_every_failure(f, start, &d, NULL) > 5, "too few calls");
    fixture_do(f, see, &d);
    CHECK(d.b.left == 5 && d.b.refused == 1, "%lld left", (long long)d.b.left);
    CHECK(str_eq(d.rows.at[0].what, S("anna@hallam.example")), "%.*s", STR(d.rows.at[0].what));
    CHECK(d.rows.at[0].amount.minor == 3000, "and of how much");
    CHECK(d.rows.at[5].what.len == 0 && d.rows.at[5].amount.minor == 0, "of nobody's, nothing");
    CHECK(fixture_refused(f, run, &d)[0] != 0, "no money moves by it");
    CHECK(fixture_refused(f, reapply, &d)[0] != 0, "a mail is not undone");
    d.mute = true;
    fixture_do(f, plan, &d);
    problem_is(&d, 0, "Nobody there gets receipts by mail.");
    d.broken = true;
    CHECK(strstr(fixture_refused(f, plan, &d), "not now"), "a plan without knowing");
    d.count = 0;
    CHECK(strstr(fixture_refused(f, start, &d), "Tick at least one row."), "nothing chosen");
}

/* The one payment so many times. */
static bool plan_many(struct op *op, void *arg)
{
    struct desk *d = arg;
    const struct bulk_readers who = {readers, d};
    int64_t *many = arena_array(op->mem, int64_t, d->count);
    for (ptrdiff_t i = 0; i < d->count; i++) many[i] = d->payments[0];
    return bulk_payments_plan(op, d->act, many, d->count, &who, &d->plan);
}

static bool send_back(struct op *op, void *arg)
{
    const struct desk *d = arg;
    return payment_return(op, d->payments[0], d->w.today, S("recalled"));
}

static bool announce_third(struct op *op, void *arg)
{
    struct desk *d = arg;
    int64_t checkout;
    return money_world_checkout(op, &d->w, &d->items[2], 1, &checkout) &&
           payment_announce(op, d->w.customer, checkout, d->w.today, &d->payments[1]);
}

static bool settled_before(struct op *op, void *arg)
{
    struct desk *d = arg;
    struct item item;
    struct payments list;
    const struct payments_filter imported = {.method = S("imported"), .limit = 1};
    if (!item_get(op, d->items[3], &item) || !payment_import(op, item.document, d->w.today) ||
        !payments_list(op, &imported, &list))
        return false;
    d->payments[2] = list.at[0].id;
    return true;
}

ENGINES_SENTENCE(money_that_is_not_here_is_passed_over)
{
    struct desk d = {.act = PAYMENTS_RECEIPTS, .why = ""};
    enum payments_act act;
    fixture_do(f, make, &d);
    fixture_do(f, send_back, &d);
    fixture_do(f, announce_third, &d);
    fixture_do(f, settled_before, &d);
    for (d.act = PAYMENTS_APPLIED; d.act <= PAYMENTS_RECEIPTS; d.act++) {
        fixture_do(f, plan, &d);
        problem_is(&d, 0, "The bank took it back.");
        problem_is(&d, 1, "This money has not arrived.");
        if (d.act == PAYMENTS_RECEIPTS)
            problem_is(&d, 2, "It was settled before, and had no receipt.");
        CHECK(payments_act_from(str_of(payments_act_name(d.act)), &act) && act == d.act,
              "its name");
    }
    CHECK(!payments_act_from(S("copies"), &act), "no act over payments");
    d.act = PAYMENTS_TAKEN_BACK;
    d.count = BULK_PAYMENTS_MAX + 1;
    CHECK(strstr(fixture_refused(f, plan_many, &d), "At most 200 rows"), "too many chosen");
    d.count--;
    fixture_do(f, plan_many, &d);
}

TESTS(ENGINES_TEST(what_payers_named_to_the_cent_is_applied_and_nothing_else),
      ENGINES_TEST(who_names_what_any_above_has_named_is_left_to_people),
      ENGINES_TEST(of_many_that_one_pays_the_first_are_named_and_the_others_counted),
      ENGINES_TEST(the_number_of_an_invoice_names_all_of_its_instalments),
      ENGINES_TEST(what_is_taken_back_is_applied_again_as_far_as_that_is_still_possible),
      ENGINES_TEST(of_what_cannot_be_applied_again_nothing_is_said_to_be),
      ENGINES_TEST(a_payment_that_changed_is_refused_and_the_others_are_done),
      ENGINES_TEST(only_what_was_seen_is_taken_back),
      ENGINES_TEST(acts_over_other_things_are_done_elsewhere),
      ENGINES_TEST(receipts_go_to_those_who_get_them_for_money_that_came),
      ENGINES_TEST(money_that_is_not_here_is_passed_over))
