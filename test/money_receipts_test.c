/* Money that comes in ways that nobody planned: for invoices of two customers, for what was paid
 * meanwhile, more or less than announced, twice; and checkouts with more credit than there is to
 * pay. */
#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/payments.h"
#include "domain/payments/settle.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/documents.h"
#include "fixture.h"
#include "money_world.h"

enum { INVOICES = 3 };

struct story {
    struct fixture *f;
    struct money_world w, theirs;
    int64_t items[INVOICES], documents[INVOICES], foreign, credits[2], checkout, payment, entry;
    str numbers[INVOICES], foreign_number;
    struct receipt_in receipt;
    struct received got;
    struct payment p;
    struct item invoices[INVOICES], own;
    struct checkout seen;
    struct checkout_edit edits[4];
    int edit_count;
    struct payments_filter filter;
    struct payments list;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool issue(struct op *op, const struct money_world *w, enum document_kind kind,
                  int64_t minor, int64_t *item, int64_t *document, str *number)
{
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = kind,
                         .issued = date_plus(w->today, -10),
                         .net = eur(minor),
                         .tax = eur(0),
                         .total = eur(minor),
                         .terms = S("net 30")};
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued) ||
        !receivables_of_document(op, issued.id, w->today, &items))
        return false;
    *item = minor ? items.at[0].item : 0;
    *document = issued.id;
    *number = str_copy(op->mem, issued.number);
    return true;
}

/* Invoices of 10.00, 20.00 and 30.00, one of 40.00 of another customer, credits of 15.00 and 5.00;
 * up to 0.50 is forgiven. */
static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    struct customer other = {.number = S("2"), .name = S("Other"), .terms = S("net 30")};
    struct entity seller;
    enum put did;
    int64_t document;
    str number;
    if (!money_world_make(op, &s->w) || !entity_get(op, s->w.entity, &seller)) return false;
    seller.tolerance_minor = 50;
    s->theirs = s->w;
    if (!entity_put(op, &seller, &s->w.entity) ||
        !customer_put(op, &other, &s->theirs.customer, &did))
        return false;
    for (int i = 0; i < INVOICES; i++)
        if (!issue(op, &s->w, DOCUMENT_INVOICE, 1000 * (i + 1), &s->items[i], &s->documents[i],
                   &s->numbers[i]))
            return false;
    s->receipt = (struct receipt_in){.entity = s->w.entity, .value_date = s->w.today};
    return issue(op, &s->theirs, DOCUMENT_INVOICE, 4000, &s->foreign, &document,
                 &s->foreign_number) &&
           issue(op, &s->w, DOCUMENT_CREDIT_NOTE, 1500, &s->credits[0], &document, &number) &&
           issue(op, &s->w, DOCUMENT_CREDIT_NOTE, 500, &s->credits[1], &document, &number);
}

static struct story story_of(struct fixture *f)
{
    struct story s = {.f = f};
    fixture_do(f, make, &s);
    return s;
}

static bool look(struct op *op, void *arg)
{
    struct story *s = arg;
    struct verdict v;
    for (int i = 0; i < INVOICES; i++)
        if (!item_get(op, s->items[i], &s->invoices[i])) return false;
    if (s->payment && !payment_get(op, 0, s->payment, &s->p)) return false;
    if (s->payment && s->p.item && !item_get(op, s->p.item, &s->own)) return false;
    if (!ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return true;
}

static bool receive(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_receive(op, &s->receipt, &s->got);
}

/* Comes, whatever fails on the way, and then stands as it is told. */
static void come(struct story *s, int64_t minor, str reference)
{
    s->receipt.amount = eur(minor);
    s->receipt.reference = reference;
    CHECK(test_every_failure(s->f, receive, s, NULL) > 5, "too few calls");
    s->payment = s->got.payment;
    fixture_do(s->f, look, s);
}

/* ---- invoices that are named ---- */

ENGINES_SENTENCE(money_for_invoices_of_two_customers_waits_for_people)
{
    struct story s = story_of(f);
    come(&s, 5000, str_printf(f->mem, "%.*s, %.*s", STR(s.numbers[0]), STR(s.foreign_number)));
    CHECK(!s.got.identified && s.p.customer == 0 && s.own.kind == ITEM_RECEIPT, "whose is it?");
    CHECK(s.own.open.minor == 5000 && s.invoices[0].open.minor == 1000, "nothing is paid by it");
}

ENGINES_SENTENCE(money_of_one_customer_pays_no_invoice_of_another)
{
    struct story s = story_of(f);
    s.receipt.customer = s.w.customer;
    come(&s, 5000, s.foreign_number);
    CHECK(s.got.identified && !s.got.matched && s.got.unapplied.minor == 5000, "on account");
    CHECK(s.p.customer == s.w.customer && s.own.account != 0, "of who paid");
}

ENGINES_SENTENCE(named_invoices_are_paid_in_their_order_as_far_as_it_goes)
{
    struct story s = story_of(f);
    str all = str_printf(f->mem, "%.*s;%.*s %.*s", STR(s.numbers[2]), STR(s.numbers[0]),
                         STR(s.numbers[1]));
    come(&s, 4000, all); /* 30.00, 10.00, and nothing for the last */
    CHECK(s.invoices[2].open.minor == 0 && s.invoices[0].open.minor == 0 &&
              s.invoices[1].open.minor == 2000,
          "%lld open", (long long)s.invoices[1].open.minor);
    CHECK(s.got.applied.minor == 4000 && s.got.unapplied.minor == 0 && s.got.matched, "all of it");
    come(&s, 1949, s.numbers[1]);
    CHECK(s.invoices[1].open.minor == 51 && s.got.written_off.minor == 0, "more than forgiven");
    come(&s, 1, s.numbers[1]);
    CHECK(s.invoices[1].open.minor == 0 && s.got.written_off.minor == 50, "0.50 is forgiven: %lld",
          (long long)s.got.written_off.minor);
    come(&s, 700, s.numbers[1]);
    CHECK(s.got.unapplied.minor == 700 && s.got.identified && !s.got.matched, "paid before");
}

static bool deduct(struct op *op, void *arg)
{
    struct story *s = arg;
    struct deduction_case made;
    struct deduction_new less = {
        .of_item = s->items[0], .amount = eur(300), .reason = S("freight")};
    return money_world_deduct(op, &s->w, less, &made);
}

ENGINES_SENTENCE(a_deduction_is_not_paid_by_naming_its_invoice)
{
    struct story s = story_of(f);
    fixture_do(f, deduct, &s);
    come(&s, 1000, s.numbers[0]);
    CHECK(s.got.applied.minor == 700 && s.got.unapplied.minor == 300, "%lld",
          (long long)s.got.applied.minor);
}

/* ---- announced ---- */

static bool announce(struct op *op, struct story *s, struct checkout_edit line)
{
    if (!money_world_announce(op, &s->w, &line, 1, &s->p)) return false;
    s->payment = s->p.id;
    return true;
}

static bool announce_first(struct op *op, void *arg)
{
    struct story *s = arg;
    return announce(op, s, (struct checkout_edit){.item = s->items[0]});
}

static bool announce_second(struct op *op, void *arg)
{
    struct story *s = arg;
    return announce(op, s, (struct checkout_edit){.item = s->items[1]});
}

static bool withdraw(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_withdraw(op, s->w.customer, s->payment);
}

static bool expire(struct op *op, void *arg)
{
    struct story *s = arg;
    return payments_expire(op, s->payment);
}

ENGINES_SENTENCE(two_that_are_announced_take_what_they_announced_and_the_last_the_rest)
{
    struct story s = story_of(f);
    fixture_do(f, announce_first, &s);
    str first = str_copy(f->mem, s.p.reference);
    fixture_do(f, announce_second, &s);
    str both = str_printf(f->mem, "%.*s and %.*s", STR(first), STR(s.p.reference));
    int64_t second = s.payment;
    come(&s, 900, both); /* not enough for the first: the second waits on */
    CHECK(s.invoices[0].open.minor == 100 && s.invoices[1].reserved.minor == 2000, "%lld open",
          (long long)s.invoices[0].open.minor);
    s.payment = second;
    fixture_do(f, look, &s);
    CHECK(s.p.state == PAYMENT_PENDING, "%s", payment_state_name(s.p.state));
    both = str_printf(f->mem, "%.*s %.*s", STR(s.p.reference), STR(s.numbers[2]));
    come(&s, 2500, both); /* 20.00 as announced, 5.00 to what is named besides */
    CHECK(s.got.payment == second && s.invoices[1].open.minor == 0 &&
              s.invoices[2].open.minor == 2500,
          "%lld open", (long long)s.invoices[2].open.minor);
    CHECK(s.got.applied.minor == 2500 && s.got.unapplied.minor == 0, "%lld",
          (long long)s.got.applied.minor);
}

ENGINES_SENTENCE(one_transfer_pays_two_that_were_announced)
{
    struct story s = story_of(f);
    fixture_do(f, announce_first, &s);
    int64_t first = s.payment;
    str reference = str_copy(f->mem, s.p.reference);
    fixture_do(f, announce_second, &s);
    s.receipt.quiet = true;
    come(&s, 3000, str_printf(f->mem, "%.*s %.*s", STR(reference), STR(s.p.reference)));
    CHECK(s.got.payment == first && s.got.applied.minor == 3000, "the first of both is told");
    CHECK(s.invoices[0].open.minor == 0 && s.invoices[1].open.minor == 0, "both are paid");
    s.receipt.customer = s.w.customer;
    come(&s, 100, S("quietly"));
    CHECK(s.got.unapplied.minor == 100, "on account");
}

ENGINES_SENTENCE(what_was_paid_meanwhile_leaves_late_money_on_account)
{
    struct story s = story_of(f);
    fixture_do(f, announce_first, &s);
    str reference = str_copy(f->mem, s.p.reference);
    int64_t late = s.payment;
    fixture_do(f, withdraw, &s);
    CHECK(test_every_failure(f, expire, &s, NULL) > 0, "its hour comes, and nothing happens");
    fixture_do(f, look, &s);
    CHECK(s.p.state == PAYMENT_CANCELLED && !s.p.expires.some, "%s", payment_state_name(s.p.state));
    come(&s, 1000, s.numbers[0]);
    come(&s, 1000, reference);
    CHECK(s.got.payment == late && s.got.unapplied.minor == 1000 && s.got.applied.minor == 0,
          "%lld on account", (long long)s.got.unapplied.minor);
    CHECK(s.own.open.minor == 1000 && s.p.state == PAYMENT_SETTLED, "%lld",
          (long long)s.own.open.minor);
    come(&s, 300, reference); /* the same reference once more still says who pays */
    CHECK(s.got.payment != late && s.p.customer == s.w.customer && s.got.unapplied.minor == 300,
          "%lld", (long long)s.p.customer);
}

static bool announce_short(struct op *op, void *arg)
{
    struct story *s = arg;
    struct checkout_edit less = {
        .item = s->items[2], .amount = S("25.00"), .reason = S("damaged_goods")};
    return announce(op, s, less);
}

ENGINES_SENTENCE(late_money_deducts_no_more_than_is_still_open)
{
    struct story s = story_of(f);
    fixture_do(f, announce_short, &s);
    str reference = str_copy(f->mem, s.p.reference);
    CHECK(s.p.amount.minor == 2500, "%lld", (long long)s.p.amount.minor);
    fixture_do(f, withdraw, &s);
    come(&s, 3000, s.numbers[2]); /* paid in full meanwhile */
    come(&s, 2500, reference);
    CHECK(s.got.unapplied.minor == 2500 && s.invoices[2].open.minor == 0, "nothing to deduct of");
}

/* ---- who paid, and what went back ---- */

static bool give_back(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_return(op, s->payment, s->w.today, S("AC04"));
}

static bool import(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_import(op, s->documents[0], s->w.today);
}

static bool import_nothing(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t item, document;
    str number;
    return issue(op, &s->w, DOCUMENT_INVOICE, 0, &item, &document, &number) &&
           payment_import(op, document, s->w.today);
}

static bool list(struct op *op, void *arg)
{
    struct story *s = arg;
    return payments_list(op, &s->filter, &s->list);
}

ENGINES_SENTENCE(what_nobody_sent_cannot_be_returned_and_what_is_paid_is_imported_on_account)
{
    struct story s = story_of(f);
    s.filter.limit = 9;
    come(&s, 123, S("thanks"));
    CHECK(strstr(fixture_refused(s.f, give_back, &s), "of a known payer"), "of nobody");
    s.receipt.amount = eur(0);
    CHECK(strstr(fixture_refused(s.f, receive, &s), "above zero"), "nothing came");
    s.payment = 0;
    fixture_do(f, import_nothing, &s);
    fixture_do(f, list, &s);
    CHECK(s.list.count == 1, "a total of zero needs no payment");
    fixture_do(f, import, &s);
    fixture_do(f, import, &s); /* the ERP says so again, of what is paid */
    fixture_do(f, list, &s);
    s.payment = s.list.at[0].id;
    fixture_do(f, look, &s);
    CHECK(s.list.count == 3 && s.p.amount.minor == 1000 && s.p.customer == s.w.customer,
          "%td payments", s.list.count);
    CHECK(s.own.open.minor == 1000 && s.invoices[0].open.minor == 0, "on account");
    s.payment = s.list.at[1].id;
    fixture_do(f, look, &s);
    CHECK(s.own.open.minor == 0 && s.own.customer == s.w.customer, "the first one paid it");
}

static bool second_seller(struct op *op, void *arg)
{
    struct story *s = arg;
    struct entity second = {
        .code = S("zwei"), .name = S("Zwei"), .currency = {"EUR"}, .zone = S("Europe/Berlin")};
    return entity_put(op, &second, &s->receipt.entity);
}

ENGINES_SENTENCE(no_two_sellers_give_a_payment_the_same_number)
{
    struct story s = story_of(f);
    come(&s, 100, S("one"));
    str first = str_copy(f->mem, s.p.reference);
    fixture_do(f, second_seller, &s);
    come(&s, 100, S("two"));
    str mine = str_printf(f->mem, "P%lld-", (long long)s.receipt.entity);
    CHECK(str_starts(s.p.number, mine), "%.*s", STR(s.p.number));
    CHECK(!str_eq(first, s.p.reference) && str_starts(s.p.reference, S("RF")), "%.*s",
          STR(s.p.reference));
}

/* ---- checkouts ---- */

static bool start(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t items[] = {s->items[0], s->items[1], s->credits[0], s->credits[1]};
    return money_world_checkout(op, &s->w, items, COUNT(items), &s->checkout) &&
           checkout_get(op, s->w.customer, s->checkout, s->w.today, &s->seen);
}

static bool edit(struct op *op, void *arg)
{
    struct story *s = arg;
    return checkout_edit(op, s->w.customer, s->checkout, s->edits, s->edit_count) &&
           checkout_get(op, s->w.customer, s->checkout, s->w.today, &s->seen);
}

static bool begin(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_begin(op, s->w.customer, s->checkout, "told", 0, s->w.today, &s->payment);
}

static bool apply(struct op *op, void *arg)
{
    struct story *s = arg;
    return checkout_apply(op, s->w.customer, s->checkout, s->w.today, &s->entry);
}

static str error_of(const struct story *s, int64_t item)
{
    for (ptrdiff_t i = 0; i < s->seen.count; i++)
        if (s->seen.lines[i].item.item == item) return s->seen.lines[i].error;
    return S("not in it");
}

ENGINES_SENTENCE(more_credit_than_there_is_to_pay_is_said_beside_the_last_credit)
{
    struct story s = story_of(f);
    fixture_do(f, start, &s);
    CHECK(s.seen.total.minor == 1000 && s.seen.ready, "%lld", (long long)s.seen.total.minor);
    s.edits[0] =
        (struct checkout_edit){.item = s.items[1], .amount = S("8.00"), .reason = S("rest_later")};
    s.edits[1] = (struct checkout_edit){.item = s.credits[1], .amount = S("5.00")};
    s.edit_count = 2;
    fixture_do(f, edit, &s); /* 18.00 to pay, 20.00 of credit */
    CHECK(!s.seen.ready && s.seen.total.minor == -200, "%lld", (long long)s.seen.total.minor);
    CHECK(str_eq(error_of(&s, s.credits[1]), S("Use €3.00 or less: the rest stays as credit.")),
          "%.*s", STR(error_of(&s, s.credits[1])));
    CHECK(error_of(&s, s.credits[0]).len == 0, "one line is enough");
    const char *why = fixture_refused(s.f, begin, &s);
    CHECK(strstr(why, "Use €3.00 or less"), "%s", why);
    s.edits[0].amount = S("1.00"); /* 11.00 to pay: the last credit alone is not too much */
    fixture_do(f, edit, &s);
    CHECK(str_eq(error_of(&s, s.credits[1]), S("Use €0.00 or less: the rest stays as credit.")),
          "%.*s", STR(error_of(&s, s.credits[1])));
    s.edits[1].amount = S("0.00");
    fixture_do(f, edit, &s);
    CHECK(str_eq(error_of(&s, s.credits[0]), S("Use €11.00 or less: the rest stays as credit.")),
          "%.*s", STR(error_of(&s, s.credits[0])));
    s.edits[1] = (struct checkout_edit){.item = s.credits[0], .amount = S("11.00")};
    fixture_do(f, edit, &s);
    CHECK(s.seen.ready && s.seen.total.minor == 0, "%lld", (long long)s.seen.total.minor);
    CHECK(test_every_failure(f, apply, &s, NULL) > 5, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.invoices[0].open.minor == 0 && s.invoices[1].open.minor == 1900, "%lld open",
          (long long)s.invoices[1].open.minor);
}

ENGINES_SENTENCE(a_checkout_of_reasons_alone_pays_nothing)
{
    struct story s = story_of(f);
    fixture_do(f, start, &s);
    for (int i = 0; i < 4; i++)
        s.edits[i] = (struct checkout_edit){.item = i < 2 ? s.items[i] : s.credits[i - 2],
                                            .amount = S("0.00"),
                                            .reason = S("damaged_goods")};
    s.edit_count = 4;
    fixture_do(f, edit, &s);
    CHECK(s.seen.ready && s.seen.total.minor == 0 && s.seen.deducted.minor == 3000, "%lld",
          (long long)s.seen.deducted.minor);
    CHECK(strstr(fixture_refused(s.f, apply, &s), "Nothing is left in this checkout."),
          "a deduction of all");
    /* With a credit that pays a part, the rest is deducted. */
    s.edits[0].amount = S("6.00");
    s.edits[2].amount = S("6.00");
    fixture_do(f, edit, &s);
    CHECK(test_every_failure(f, apply, &s, NULL) > 10, "too few calls");
    fixture_do(f, look, &s);
    CHECK(s.invoices[0].open.minor == 0 && s.invoices[1].open.minor == 0, "both are closed");
}

/* ---- cards ---- */

static bool no_such_card(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_begin(op, s->w.customer, s->checkout, "told", 999, s->w.today, &s->payment);
}

static bool again(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_again(op, s->w.customer, s->payment, "told", s->w.today);
}

static bool fail_it(struct op *op, void *arg)
{
    static const char *const from[] = {"submitting", NULL};
    struct story *s = arg;
    bool moved;
    return payment_move(op, s->payment, from, "failed", S("test"), &moved) && moved &&
           payment_get(op, 0, s->payment, &s->p) && payment_free(op, &s->p);
}

static bool begin_as_anna(struct op *op, void *arg)
{
    static const struct actor anna = {.kind = ACTOR_PERSON, .id = 7, .name = {"Anna", 4}};
    op->actor = &anna;
    bool done = begin(op, arg);
    op->actor = NULL;
    return done;
}

static bool begin_as_a_key(struct op *op, void *arg)
{
    static const struct actor program = {.kind = ACTOR_KEY, .id = 7, .name = {"ERP", 3}};
    op->actor = &program;
    bool done = begin(op, arg);
    op->actor = NULL;
    return done;
}

static bool use_some(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    return payment_receive(op, &s->receipt, &s->got) && payment_get(op, 0, s->got.payment, &p) &&
           payment_apply(op, p.item, s->items[0], eur(500));
}

static bool take_back(struct op *op, void *arg)
{
    struct story *s = arg;
    struct allocations uses;
    return allocations_of_item(op, s->items[0], &uses) &&
           ledger_unallocate(op, uses.at[0].id, s->w.today, S("test"), S(""));
}

static bool start_short(struct op *op, void *arg)
{
    struct story *s = arg;
    struct checkout_edit less = {
        .item = s->items[0], .amount = S("6.00"), .reason = S("damaged_goods")};
    return money_world_checkout(op, &s->w, s->items, 1, &s->checkout) &&
           checkout_edit(op, s->w.customer, s->checkout, &less, 1);
}

ENGINES_SENTENCE(a_payment_is_tried_again_only_for_what_was_agreed)
{
    struct story s = story_of(f);
    come(&s, 100, s.numbers[0]);
    fixture_do(f, start_short, &s);
    CHECK(fixture_refused(s.f, no_such_card, &s)[0] != 0, "a card of nobody");
    fixture_do(f, begin_as_anna, &s);
    fixture_do(f, fail_it, &s);
    CHECK(s.p.person == 7, "who pays: %lld", (long long)s.p.person);
    fixture_sql(f, "update attempt set state = 'declined'");
    CHECK(test_every_failure(f, again, &s, NULL) > 5, "too few calls");
    fixture_do(f, fail_it, &s);
    fixture_sql(f, "update attempt set state = 'declined'");
    fixture_do(f, take_back, &s); /* more is open: nobody gave a reason for that */
    CHECK(strstr(fixture_refused(s.f, again, &s), "The amounts have changed since"),
          "deducts another amount");
    fixture_do(f, announce_second, &s);
    fixture_do(f, withdraw, &s);
    CHECK(strstr(fixture_refused(s.f, again, &s), "cannot be tried again"),
          "a transfer is no card");
}

/* Of 10.00 the payer wanted to pay 6.00 with a reason for the rest, and 5.00 are paid since. */
ENGINES_SENTENCE(a_payment_is_not_tried_again_for_less_than_it_was)
{
    struct story s = story_of(f);
    fixture_do(f, start_short, &s);
    fixture_do(f, begin_as_a_key, &s);
    fixture_do(f, fail_it, &s);
    CHECK(s.p.person == 0, "a program is nobody: %lld", (long long)s.p.person);
    fixture_sql(f, "update attempt set state = 'declined'");
    s.receipt.amount = eur(500);
    s.receipt.customer = s.w.customer;
    fixture_do(f, use_some, &s);
    CHECK(strstr(fixture_refused(s.f, again, &s), "The amounts have changed since"), "5.00");
}

TESTS(ENGINES_TEST(money_for_invoices_of_two_customers_waits_for_people),
      ENGINES_TEST(money_of_one_customer_pays_no_invoice_of_another),
      ENGINES_TEST(named_invoices_are_paid_in_their_order_as_far_as_it_goes),
      ENGINES_TEST(a_deduction_is_not_paid_by_naming_its_invoice),
      ENGINES_TEST(two_that_are_announced_take_what_they_announced_and_the_last_the_rest),
      ENGINES_TEST(one_transfer_pays_two_that_were_announced),
      ENGINES_TEST(what_was_paid_meanwhile_leaves_late_money_on_account),
      ENGINES_TEST(late_money_deducts_no_more_than_is_still_open),
      ENGINES_TEST(what_nobody_sent_cannot_be_returned_and_what_is_paid_is_imported_on_account),
      ENGINES_TEST(no_two_sellers_give_a_payment_the_same_number),
      ENGINES_TEST(more_credit_than_there_is_to_pay_is_said_beside_the_last_credit),
      ENGINES_TEST(a_checkout_of_reasons_alone_pays_nothing),
      ENGINES_TEST(a_payment_is_tried_again_only_for_what_was_agreed),
      ENGINES_TEST(a_payment_is_not_tried_again_for_less_than_it_was))
