/* Acts over many rows, and what they leave: what a plan refuses and why, what is done although the
 * world went on meanwhile, and how it is found and undone afterwards. */
#include "domain/work/bulk.h"

#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/work/work_batch.h"
#include "fixture.h"
#include "money_world.h"

enum { MANY = BULK_AT_ONCE + 1 };

struct story {
    struct money_world w;
    int64_t items[8];
    ptrdiff_t count;
    int64_t money, payment, batch, entry, found;
    enum bulk_kind kind;
    int64_t off_minor;
    struct receivables chosen;
    struct bulk_plan plan;
    struct work_batch b;
    struct work_batches newest;
    struct entry_lines lines;
    struct work_batch_rows rows;
    struct item item;
    bool more, padded; /* padded: with refused rows, so that a job does the others */
    int limit;
    const char *name; /* of a batch's kind */
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool receive(struct op *op, struct story *s, int64_t customer, money amount)
{
    struct received got;
    struct payment p;
    struct receipt_in in = {
        .entity = s->w.entity, .customer = customer, .amount = amount, .value_date = s->w.today};
    if (!payment_receive(op, &in, &got) || !payment_get(op, 0, got.payment, &p)) return false;
    s->payment = p.id;
    s->money = p.item;
    return true;
}

/* Five invoices, 10.00 to 50.00, and 25.00 on account. */
static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    if (!money_world_make(op, &s->w)) return false;
    for (s->count = 0; s->count < 5; s->count++)
        if (!money_world_invoice(op, &s->w, 1000 * (s->count + 1), &s->items[s->count]))
            return false;
    return receive(op, s, s->w.customer, eur(2500));
}

static void pad(struct op *op, struct story *s)
{
    struct receivable *at = arena_array(op->mem, struct receivable, MANY);
    const struct receivable no_invoice = {.item = s->money,
                                          .customer = s->w.customer,
                                          .kind = ITEM_PAYMENT,
                                          .number = S("money"),
                                          .open = eur(1),
                                          .reserved = eur(0)};
    for (ptrdiff_t i = 0; i < MANY; i++) at[i] = i < s->chosen.count ? s->chosen.at[i] : no_invoice;
    s->chosen.at = at;
    s->chosen.count = MANY;
}

static bool plan(struct op *op, void *arg)
{
    struct story *s = arg;
    if (!receivables_by_ids(op, 0, s->items, s->count, s->w.today, &s->chosen)) return false;
    if (s->padded) pad(op, s);
    return bulk_plan(op, s->kind, &s->chosen, s->off_minor, &s->plan);
}

static bool start(struct op *op, void *arg)
{
    struct story *s = arg;
    return plan(op, s) && bulk_start(op, &s->plan, &s->batch);
}

static bool run(struct op *op, void *arg)
{
    struct story *s = arg;
    return bulk_run(op, s->batch, s->limit, &s->more);
}

static bool see(struct op *op, void *arg)
{
    struct story *s = arg;
    struct verdict v;
    if (!work_batch_get(op, s->batch, &s->b) || !ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return item_get(op, s->items[0], &s->item) &&
           work_batch_rows(op, s->batch, 0, false, MANY, &s->rows);
}

static const struct bulk_row *row_of(const struct story *s, int64_t item)
{
    for (ptrdiff_t i = 0; i < s->plan.count; i++)
        if (s->plan.rows[i].item.item == item) return &s->plan.rows[i];
    return NULL;
}

/* ---- plans ---- */

static bool use_up(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t checkout;
    return payment_apply(op, s->money, s->items[0], eur(1000)) &&
           money_world_checkout(op, &s->w, &s->items[1], 1, &checkout) &&
           payment_announce(op, s->w.customer, checkout, s->w.today, &s->found);
}

ENGINES_SENTENCE(a_plan_says_of_each_row_why_it_is_refused)
{
    static const struct {
        int row;
        const char *problem;
    } rows[] = {
        {0, "Nothing is open."},
        {1, "A payment of it is under way."},
        {2, ""}, /* exactly as much as this person may */
        {3, "You may write off up to €30.00 of one invoice."},
        {5, "This is no invoice."},
    };
    struct story s = {.kind = BULK_WRITE_OFF, .off_minor = 3000};
    fixture_do(f, make, &s);
    fixture_do(f, use_up, &s);
    s.items[s.count++] = s.money;
    for (s.kind = BULK_WRITE_OFF; s.kind <= BULK_CREDITS; s.kind++) {
        fixture_do(f, plan, &s);
        for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
            const struct bulk_row *row = row_of(&s, s.items[rows[i].row]);
            if (s.kind == BULK_CREDITS && i == 3) continue; /* no limit, and no credit left */
            CHECK(str_eq(row->problem, str_of(rows[i].problem)), "%td: \"%.*s\"", i,
                  STR(row->problem));
        }
    }
    /* 15.00 of the credit are left: 30.00 takes them, the others get none. */
    CHECK(row_of(&s, s.items[2])->amount.minor == 1500, "what is left of the credit");
    CHECK(str_eq(row_of(&s, s.items[4])->problem, S("No credit is left on this account.")), "%.*s",
          STR(row_of(&s, s.items[4])->problem));
    CHECK(s.plan.refused == 5 && s.plan.sum_count == 1 && s.plan.sums[0].count == 1 &&
              s.plan.sums[0].amount.minor == 1500,
          "%td refused", s.plan.refused);
}

static bool other_account(struct op *op, void *arg)
{
    struct story *s = arg;
    struct customer other = {.number = S("2"), .name = S("Other"), .terms = S("net 30")};
    struct money_world theirs = s->w;
    enum put did;
    s->count = 6;
    return customer_put(op, &other, &theirs.customer, &did) &&
           money_world_invoice(op, &theirs, 700, &s->items[5]) &&
           receive(op, s, theirs.customer, eur(300));
}

ENGINES_SENTENCE(each_account_pays_from_its_own_purse)
{
    struct story s = {.kind = BULK_CREDITS};
    fixture_do(f, make, &s);
    fixture_do(f, other_account, &s);
    CHECK(test_every_failure(f, plan, &s, NULL) > 3, "too few calls");
    fixture_do(f, plan, &s); /* a trial's memory ends with it */
    CHECK(row_of(&s, s.items[5])->amount.minor == 300, "theirs: %lld",
          (long long)row_of(&s, s.items[5])->amount.minor);
    CHECK(row_of(&s, s.items[0])->amount.minor == 1000 &&
              row_of(&s, s.items[1])->amount.minor == 1500,
          "and ours, to the last cent");
    CHECK(s.plan.sums[0].amount.minor == 2800 && s.plan.sums[0].count == 3, "%lld together",
          (long long)s.plan.sums[0].amount.minor);
    CHECK(test_every_failure(f, start, &s, NULL) > 10, "too few calls");
    fixture_do(f, see, &s);
    CHECK(s.b.refused == 3 && s.b.left == 0 && s.item.open.minor == 0, "%lld refused",
          (long long)s.b.refused);
}

SENTENCE(a_plan_sums_up_each_currency_by_itself_and_two_dozen_at_most)
{
    struct op op = {.mem = mem};
    struct receivable items[BULK_SUMS_MAX + 2] = {0};
    struct bulk_plan made;
    for (int i = 0; i < COUNT(items); i++) {
        currency cur = {{'X', 'A', (char)('A' + i), 0}};
        items[i] = (struct receivable){.item = i + 1,
                                       .kind = ITEM_INVOICE,
                                       .open = money_of(100, cur),
                                       .reserved = money_of(0, cur)};
    }
    items[1].open.cur = items[1].reserved.cur = items[0].open.cur;
    struct receivables all = {.at = items, .count = COUNT(items)};
    CHECK(bulk_plan(&op, BULK_WRITE_OFF, &all, 100, &made), "a plan");
    CHECK(made.sum_count == BULK_SUMS_MAX && made.refused == 0, "%d sums", made.sum_count);
    CHECK(made.sums[0].count == 2 && made.sums[0].amount.minor == 200, "the first has two");
    CHECK(made.sums[1].count == 1 && made.sums[1].amount.minor == 100, "the second one");
    str digest = made.digest;
    items[3].open.minor++;
    CHECK(bulk_plan(&op, BULK_WRITE_OFF, &all, 101, &made), "a plan");
    CHECK(!str_eq(digest, made.digest), "what was seen is what is done: one cent is another plan");
}

static bool plan_nothing(struct op *op, void *arg)
{
    struct story *s = arg;
    struct receivables none = {0};
    return bulk_plan(op, BULK_WRITE_OFF, &none, 0, &s->plan);
}

static bool plan_too_much(struct op *op, void *arg)
{
    struct story *s = arg;
    struct receivables many = {.count = BULK_ROWS_MAX + 1};
    return bulk_plan(op, BULK_WRITE_OFF, &many, 0, &s->plan);
}

/* ---- what goes wrong later ---- */

static bool rich(struct op *op, void *arg)
{
    struct story *s = arg;
    return make(op, s) && receive(op, s, s->w.customer, eur(12500)); /* enough for all five */
}

static bool meanwhile(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t checkout;
    return payment_apply(op, s->money, s->items[0], eur(50)) &&
           money_world_checkout(op, &s->w, &s->items[1], 1, &checkout) &&
           payment_announce(op, s->w.customer, checkout, s->w.today, &s->found);
}

static bool undo_early(struct op *op, void *arg)
{
    struct story *s = arg;
    return work_batch_undo(op, s->batch, s->w.today, S("too early"));
}

ENGINES_SENTENCE(a_row_that_changed_is_refused_and_the_others_are_done)
{
    for (enum bulk_kind kind = BULK_WRITE_OFF; kind <= BULK_CREDITS; kind++) {
        struct fixture *own = fixture_open(f->mem, f->engine);
        struct story s = {.kind = kind, .off_minor = 5000, .padded = true, .limit = 3};
        fixture_do(own, rich, &s);
        fixture_do(own, start, &s);
        fixture_do(own, see, &s);
        CHECK(s.b.left == 5 && str_eq(s.b.state, S("waiting")), "a job does so many");
        CHECK(strstr(fixture_refused(own, undo_early, &s), "not finished"),
              "undone before it was done");
        fixture_do(own, meanwhile, &s);
        fixture_do(own, run, &s);
        CHECK(s.more, "three at a time");
        fixture_do(own, see, &s);
        CHECK(s.b.left == 2 && str_eq(s.b.state, S("waiting")), "%lld left", (long long)s.b.left);
        CHECK(test_every_failure(own, run, &s, NULL) > 5, "too few calls");
        CHECK(!s.more, "and the last");
        fixture_do(own, see, &s);
        CHECK(s.b.left == 0 && s.b.refused == MANY - 3 && str_eq(s.b.state, S("done")),
              "%lld refused", (long long)s.b.refused);
        CHECK(s.b.entries == 3, "%lld entries", (long long)s.b.entries);
        for (int i = 0; i < 2; i++) /* paid in part meanwhile, and reserved */
            CHECK(str_find(s.rows.at[i].problem, S(" has changed since.")) > 0, "%d: %.*s", i,
                  STR(s.rows.at[i].problem));
        CHECK(s.rows.at[2].problem.len == 0 && str_eq(s.rows.at[2].state, S("done")), "done");
        str before = fixture_digest(own);
        fixture_do(own, run, &s); /* the job once more */
        CHECK(!s.more && str_eq(before, fixture_digest(own)), "done twice");
    }
}

static bool spend(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_refund(op, s->payment, eur(1500), S("all but 10.00"), &s->found);
}

ENGINES_SENTENCE(credit_that_was_used_for_something_else_is_used_once)
{
    struct story s = {.kind = BULK_CREDITS, .padded = true, .limit = BULK_AT_ONCE};
    fixture_do(f, make, &s);
    fixture_do(f, start, &s); /* 10.00, and 15.00 of the second */
    fixture_do(f, spend, &s);
    fixture_do(f, run, &s);
    fixture_do(f, see, &s);
    CHECK(s.b.refused == MANY - 1 && s.b.left == 0 && s.item.open.minor == 0, "%lld refused",
          (long long)s.b.refused);
    CHECK(str_starts(s.rows.at[1].problem, S("The credit was used for something else since.")),
          "%.*s", STR(s.rows.at[1].problem));
}

/* ---- copies ---- */

ENGINES_SENTENCE(copies_are_sent_by_a_job_and_of_documents_only)
{
    struct story s = {.kind = BULK_COPIES};
    fixture_do(f, make, &s);
    s.items[s.count++] = s.money;
    CHECK(test_every_failure(f, start, &s, NULL) > 5, "too few calls");
    fixture_do(f, see, &s);
    fixture_do(f, plan, &s); /* a trial's memory ends with it */
    CHECK(s.b.left == 5 && s.b.refused == 1, "%lld left", (long long)s.b.left);
    CHECK(str_eq(row_of(&s, s.money)->problem, S("There is no document to send.")), "%.*s",
          STR(row_of(&s, s.money)->problem));
    CHECK(row_of(&s, s.items[4])->amount.minor == 5000, "the document's amount");
    CHECK(fixture_refused(f, run, &s)[0] != 0, "no money moves by it");
    CHECK(strstr(fixture_refused(f, plan_nothing, &s), "Tick at least one row."), "nothing chosen");
    CHECK(strstr(fixture_refused(f, plan_too_much, &s), "At most 2000 rows"), "too many chosen");
    s.kind = BULK_WRITE_OFF; /* up to nothing */
    CHECK(strstr(fixture_refused(f, start, &s), "Nothing of it can be done"), "all refused");
}

static bool open_odd(struct op *op, void *arg)
{
    struct story *s = arg;
    static const struct actor anna = {.kind = ACTOR_PERSON, .id = 7, .name = {"Anna", 4}};
    struct work_batch_new new = {.kind = s->name, .waiting = true, .note = S("by hand")};
    op->actor = &anna;
    bool done = work_batch_open(op, &new, &s->batch);
    op->actor = NULL;
    return done;
}

ENGINES_SENTENCE(a_batch_of_another_kind_is_not_run_as_one_that_moves_money)
{
    struct story s = {.name = "owner"};
    enum bulk_kind kind;
    fixture_do(f, make, &s);
    CHECK(test_every_failure(f, open_odd, &s, NULL) > 1, "too few calls");
    CHECK(fixture_refused(f, run, &s)[0] != 0, "run as something");
    fixture_do(f, see, &s);
    CHECK(s.b.person == 7 && str_eq(s.b.actor, S("Anna")) && str_eq(s.b.note, S("by hand")), "%.*s",
          STR(s.b.actor));
    CHECK(bulk_from(S("copies"), &kind) && kind == BULK_COPIES, "copies");
    CHECK(!bulk_from(S("owner"), &kind), "no act over rows");
}

/* ---- found again, and undone ---- */

static bool read_back(struct op *op, void *arg)
{
    struct story *s = arg;
    struct work_batches none;
    int64_t of_nothing;
    if (!work_batches_of_payment(op, s->payment, &none) ||
        !work_batch_of_entry(op, 999999, &of_nothing))
        return false;
    CHECK(none.count == 0 && of_nothing == 0, "of nothing");
    return work_batches_newest(op, s->found, 1, &s->newest) &&
           work_batch_lines(op, s->batch, &s->lines) &&
           work_batch_of_entry(op, s->lines.count ? s->lines.at[0].entry : 0, &s->entry);
}

static bool take_one_back(struct op *op, void *arg)
{
    struct story *s = arg;
    struct allocations uses;
    str idem = str_printf(op->mem, "by hand %lld", (long long)s->batch);
    return allocations_of_item(op, s->items[0], &uses) &&
           ledger_unallocate(op, uses.at[uses.count - 1].id, s->w.today, idem, S(""));
}

static bool undo(struct op *op, void *arg)
{
    struct story *s = arg;
    return work_batch_undo(op, s->batch, s->w.today, str_of(s->name));
}

ENGINES_SENTENCE(a_batch_is_found_by_its_entries_and_undone_once_as_far_as_it_stands)
{
    struct story s = {.kind = BULK_CREDITS, .name = ""};
    fixture_do(f, make, &s);
    fixture_do(f, start, &s);
    int64_t first = s.batch;
    CHECK(test_every_failure(f, read_back, &s, NULL) > 2, "too few calls");
    fixture_do(f, read_back, &s);
    CHECK(s.entry == first && s.newest.count == 1 && s.newest.at[0].id == first, "found");
    CHECK(s.lines.count == 4, "%td postings", s.lines.count);
    s.found = first; /* older than it */
    fixture_do(f, read_back, &s);
    CHECK(s.newest.count == 0, "there is none before it");

    CHECK(strstr(fixture_refused(f, undo, &s), "Please write why."), "without a reason");
    fixture_do(f, take_one_back, &s); /* by hand, before: it is not turned round twice */
    s.name = "too early";
    CHECK(test_every_failure(f, undo, &s, NULL) > 5, "too few calls");
    fixture_do(f, see, &s);
    CHECK(s.item.open.minor == 1000 && str_eq(s.b.state, S("undone")), "%lld open",
          (long long)s.item.open.minor);
    CHECK(str_eq(s.b.why, S("too early")), "%.*s", STR(s.b.why));
    CHECK(strstr(fixture_refused(f, undo, &s), "undone already"), "once");

    s.items[0] = s.items[4], s.count = 1; /* one row, and all of it is taken back by hand */
    fixture_do(f, start, &s);
    fixture_do(f, take_one_back, &s);
    CHECK(strstr(fixture_refused(f, undo, &s), "Nothing of it stands any more"), "nothing stands");
}

static bool issue_credit(struct op *op, void *arg)
{
    struct story *s = arg;
    struct document d = {.entity = s->w.entity,
                         .customer = s->w.customer,
                         .kind = DOCUMENT_CREDIT_NOTE,
                         .issued = date_plus(s->w.today, -1),
                         .net = eur(600),
                         .tax = eur(0),
                         .total = eur(600)};
    struct issued issued;
    return document_issue(op, &d, false, &issued);
}

ENGINES_SENTENCE(no_more_credits_are_touched_than_it_takes)
{
    struct story s = {.kind = BULK_CREDITS};
    fixture_do(f, rich, &s);
    s.count = 1; /* 10.00, of 25.00 and 125.00 */
    fixture_do(f, start, &s);
    fixture_do(f, read_back, &s);
    CHECK(s.lines.count == 2 && s.lines.at[0].amount.minor == 1000, "%td postings", s.lines.count);
}

ENGINES_SENTENCE(the_oldest_credit_is_used_first_and_undone_with_the_rest)
{
    struct story s = {.kind = BULK_CREDITS, .name = "wrong"};
    fixture_do(f, make, &s);
    fixture_do(f, issue_credit, &s);
    s.count = 1;
    fixture_do(f, start, &s);
    fixture_do(f, read_back, &s);
    /* Ten euros: six of the credit note, which is older, and four of the money. */
    CHECK(s.lines.count == 4 && s.lines.at[0].amount.minor == 600 &&
              s.lines.at[2].amount.minor == 400,
          "%lld first", (long long)s.lines.at[0].amount.minor);
    fixture_do(f, undo, &s);
    fixture_do(f, see, &s);
    CHECK(s.item.open.minor == 1000, "%lld open", (long long)s.item.open.minor);
    CHECK(s.b.entries == 1, "%lld entries", (long long)s.b.entries);
}

TESTS(ENGINES_TEST(a_plan_says_of_each_row_why_it_is_refused),
      ENGINES_TEST(each_account_pays_from_its_own_purse),
      TEST(a_plan_sums_up_each_currency_by_itself_and_two_dozen_at_most),
      ENGINES_TEST(a_row_that_changed_is_refused_and_the_others_are_done),
      ENGINES_TEST(credit_that_was_used_for_something_else_is_used_once),
      ENGINES_TEST(copies_are_sent_by_a_job_and_of_documents_only),
      ENGINES_TEST(a_batch_of_another_kind_is_not_run_as_one_that_moves_money),
      ENGINES_TEST(a_batch_is_found_by_its_entries_and_undone_once_as_far_as_it_stands),
      ENGINES_TEST(no_more_credits_are_touched_than_it_takes),
      ENGINES_TEST(the_oldest_credit_is_used_first_and_undone_with_the_rest))
