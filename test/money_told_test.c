/* What is said of money once it has moved: who paid, for which document, under whose name, and when
 * it falls due. Small things that no sum notices. */
#include "domain/ledger/ledger.h"

#include "domain/payments/payments.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "domain/receivables/receivables_test_sql.h"
#include "domain/work/application.h"
#include "fixture.h"
#include "money_world.h"

static const currency EUR = {"EUR"};

/* A gateway that says what it is told to. */
struct gateway_account {
    struct charge_result says;
    int charges, asked;
};

static struct gateway_account *own(const struct gateway_account *a)
{
    return (struct gateway_account *)(uintptr_t)a;
}

static bool told_charge(struct op *op, const struct gateway_account *a, const struct charge *in,
                        struct charge_result *out)
{
    (void)op, (void)in;
    own(a)->charges++;
    *out = a->says;
    return true;
}

static bool told_ask(struct op *op, const struct gateway_account *a, str our_id,
                     struct charge_result *out)
{
    (void)op, (void)our_id;
    own(a)->asked++;
    *out = a->says;
    return true;
}

static const struct gateway gateway = {
    .name = "told", .charge = told_charge, .ask = told_ask, .cancel = told_ask};

struct story {
    struct money_world w;
    int64_t items[2], deductions[2], checkout, payment;
    struct payment p;
    struct allocations uses;
    struct entry_lines lines;
    struct checkout seen;
    struct deductions less;
    struct document document;
    struct issued issued;
    struct documents list;
    struct refunded refunded;
    struct item_places_list places;
    struct payment_attempt *attempts;
    ptrdiff_t attempt_count;
    struct deduction_case cases[2];
    bool notify;
};

static money eur(int64_t minor)
{
    return money_of(minor, EUR);
}

static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    return money_world_make(op, &s->w) && money_world_invoice(op, &s->w, 1000, &s->items[0]) &&
           money_world_invoice(op, &s->w, 2000, &s->items[1]);
}

/* ---- money on account ---- */

static bool receive_and_use(struct op *op, void *arg)
{
    struct story *s = arg;
    struct received got;
    struct receipt_in in = {.entity = s->w.entity,
                            .customer = s->w.customer,
                            .amount = eur(1500),
                            .value_date = s->w.today};
    return payment_receive(op, &in, &got) && payment_get(op, 0, got.payment, &s->p) &&
           payment_apply(op, s->p.item, s->items[0], eur(400)) &&
           allocations_of_item(op, s->items[0], &s->uses) &&
           ledger_of_item(op, s->p.item, &s->lines);
}

ENGINES_SENTENCE(what_was_used_names_the_payment_it_came_with)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, receive_and_use, &s);
    CHECK(s.uses.count == 1 && s.uses.at[0].payment == s.p.id &&
              s.uses.at[0].from_item == s.p.item && s.uses.at[0].to_document != 0,
          "the allocation: %lld", (long long)s.uses.at[0].payment);
    CHECK(s.lines.count == 4, "%td lines", s.lines.count);
    for (ptrdiff_t i = 0; i < s.lines.count; i++)
        CHECK(s.lines.at[i].payment == s.p.id, "the %td. line: %lld", i,
              (long long)s.lines.at[i].payment);
}

static bool give_back(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t refund;
    return payment_refund(op, s->p.id, eur(500), S("sent twice"), &refund) &&
           refund_get(op, refund, &s->refunded);
}

ENGINES_SENTENCE(what_goes_back_names_whose_it_was)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, receive_and_use, &s);
    fixture_do(f, give_back, &s);
    CHECK(s.refunded.payment == s.p.id && s.refunded.customer == s.w.customer, "%lld",
          (long long)s.refunded.customer);
    CHECK(s.refunded.amount.minor == 500 && s.refunded.fee.minor == 0 &&
              s.refunded.our_id.len > 0 && str_eq(s.refunded.reason, S("sent twice")),
          "%lld", (long long)s.refunded.amount.minor);
}

static bool undo_invoice(struct op *op, void *arg)
{
    struct story *s = arg;
    return ledger_of_item(op, s->items[1], &s->lines) &&
           ledger_undo(op, s->lines.at[0].entry, S("test"), s->w.today, S("never sent")) &&
           ledger_of_item(op, s->items[1], &s->lines);
}

ENGINES_SENTENCE(what_turns_an_entry_round_names_its_document)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, undo_invoice, &s);
    CHECK(s.lines.count == 4 && s.lines.at[0].document != 0, "%td lines", s.lines.count);
    for (ptrdiff_t i = 0; i < s.lines.count; i++)
        CHECK(s.lines.at[i].document == s.lines.at[0].document, "the %td.", i);
    CHECK(s.lines.at[3].reverses == s.lines.at[0].entry, "which one");
}

/* ---- checkouts ---- */

static bool announce_short(struct op *op, void *arg)
{
    struct story *s = arg;
    struct checkout_edit less[] = {
        {.item = s->items[0], .amount = S("7.00"), .reason = S("damaged_goods")},
        {.item = s->items[1], .amount = S("12.00"), .reason = S("rest_later")}};
    if (!money_world_announce(op, &s->w, less, COUNT(less), &s->p)) return false;
    s->payment = s->p.id;
    return checkout_get(op, s->w.customer, s->p.checkout, s->w.today, &s->seen);
}

/* What it holds itself is there for it, besides what nobody holds. */
ENGINES_SENTENCE(a_checkout_under_way_still_says_how_much_less_it_pays)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, announce_short, &s);
    CHECK(s.seen.count == 2 && s.seen.lines[0].shortfall.minor == 300 &&
              s.seen.lines[1].shortfall.minor == 800,
          "%lld, %lld", (long long)s.seen.lines[0].shortfall.minor,
          (long long)s.seen.lines[1].shortfall.minor);
}

static bool arrive(struct op *op, void *arg)
{
    struct story *s = arg;
    struct received got;
    struct payment p;
    if (!payment_get(op, 0, s->payment, &p)) return false;
    struct receipt_in in = {.entity = s->w.entity,
                            .amount = p.amount,
                            .value_date = s->w.today,
                            .reference = p.reference};
    return payment_receive(op, &in, &got) && deductions_of_payment(op, s->payment, &s->less);
}

ENGINES_SENTENCE(what_was_paid_less_names_the_payment_that_was_short)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, announce_short, &s);
    fixture_do(f, arrive, &s);
    CHECK(s.less.count == 1 && s.less.at[0].amount.minor == 300 &&
              s.less.at[0].of_item == s.items[0],
          "%td deductions", s.less.count);
}

/* The last part of what is owed takes all that is left, however that was rounded. */
SENTENCE(the_last_part_earns_the_rest_of_the_discount)
{
    static const struct {
        int64_t free, paid, discount; /* at 2 % */
    } cases[] = {{130, 127, 3},       {130, 128, 2}, {130, 126, 2}, {50000, 49000, 1000},
                 {50000, 24500, 500}, {130, 130, 0}, {130, 0, 0},   {130, 1, 0}};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct application_line line = {
            .free = eur(cases[i].free), .discount_ppm = 20000, .discount_in_time = true};
        CHECK(application_discount(&line, eur(cases[i].paid)).minor == cases[i].discount,
              "%td: %lld", i, (long long)application_discount(&line, eur(cases[i].paid)).minor);
        line.discount_in_time = false;
        CHECK(application_discount(&line, eur(cases[i].paid)).minor == 0, "%td: late", i);
    }
    (void)mem;
}

/* ---- documents ---- */

static bool issue(struct op *op, void *arg)
{
    struct story *s = arg;
    s->document = (struct document){.entity = s->w.entity,
                                    .customer = s->w.customer,
                                    .kind = DOCUMENT_INVOICE,
                                    .issued = s->w.today,
                                    .net = eur(500),
                                    .tax = eur(0),
                                    .total = eur(500),
                                    .terms = S("net 10")};
    struct documents_filter all = {.kind = DOCUMENT_INVOICE, .limit = 3};
    return document_issue(op, &s->document, s->notify, &s->issued) &&
           documents_list(op, &all, &s->list);
}

ENGINES_SENTENCE(who_is_to_hear_of_a_document_hears_of_it_and_nobody_else)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, issue, &s);
    CHECK(!fixture_holds(f, S("document.notice")), "nobody was to be told");
    s.notify = true;
    fixture_do(f, issue, &s);
    CHECK(fixture_holds(f, S("document.notice")), "somebody was");
    CHECK(s.list.count == 3 && s.list.at[0].due.value.days == s.w.today.days + 10 &&
              s.list.at[2].due.value.days == s.w.today.days + 20,
          "each falls due by its own terms: %d", s.list.at[0].due.value.days);
}

static bool issue_in_parts(struct op *op, void *arg)
{
    struct story *s = arg;
    s->document.terms = S("50% net 30, 50% net 60");
    s->document.number = S("P-1");
    return document_issue(op, &s->document, false, &s->issued) &&
           sql_item_places(op, (struct item_places_args){.document = s->issued.id}, &s->places);
}

ENGINES_SENTENCE(each_part_of_an_invoice_has_its_place)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, issue, &s);
    fixture_do(f, issue_in_parts, &s);
    CHECK(s.places.count == 2, "%td parts", s.places.count);
    CHECK(s.places.at[0].n == 1 && str_eq(s.places.at[0].number, S("P-1/1")), "the first");
    CHECK(s.places.at[1].n == 2 && str_eq(s.places.at[1].number, S("P-1/2")), "the second");
}

/* ---- decisions ---- */

static bool deduct_and_decide(struct op *op, void *arg)
{
    struct story *s = arg;
    for (int i = 0; i < 2; i++) {
        struct deduction_new less = {
            .of_item = s->items[i], .amount = eur(300), .reason = S("freight")};
        if (!money_world_deduct(op, &s->w, less, &s->cases[i])) return false;
        s->deductions[i] = s->cases[i].item;
        struct deduction_decision no = {
            .item = s->deductions[i], .valid = eur(0), .note = S("as agreed"), .day = s->w.today};
        if (!deduction_decide(op, &no)) return false;
    }
    return true;
}

static bool reopen_one(struct op *op, void *arg)
{
    struct story *s = arg;
    return deduction_reopen(op, s->deductions[0], s->w.today, S("new photos")) &&
           deduction_get(op, s->deductions[0], &s->cases[0]) &&
           deduction_get(op, s->deductions[1], &s->cases[1]);
}

ENGINES_SENTENCE(what_is_decided_anew_leaves_the_other_decisions)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_do(f, deduct_and_decide, &s);
    fixture_do(f, reopen_one, &s);
    CHECK(str_eq(s.cases[0].state, S("coded")) && str_eq(s.cases[1].state, S("invalid")),
          "%.*s, %.*s", STR(s.cases[0].state), STR(s.cases[1].state));
}

/* ---- charges ---- */

static bool begin(struct op *op, void *arg)
{
    struct story *s = arg;
    return money_world_checkout(op, &s->w, s->items, 1, &s->checkout) &&
           payment_begin(op, s->w.customer, s->checkout, "told", 0, s->w.today, &s->payment);
}

static bool read_attempts(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_attempts(op, s->payment, &s->attempts, &s->attempt_count);
}

ENGINES_SENTENCE(a_charge_that_may_not_have_arrived_is_sent_again_and_then_has_their_name)
{
    struct story s = {0};
    struct gateway_account account = {.says = {.state = CHARGE_UNKNOWN, .amount = eur(1000)}};
    struct gateway_access access = {&gateway, &account, NULL};
    enum payment_state state;
    fixture_do(f, make, &s);
    fixture_do(f, begin, &s);
    for (int i = 1; i <= 3; i++) {
        struct op op = fixture_op(f);
        if (i == 3)
            account.says = (struct charge_result){
                .state = CHARGE_PAID, .amount = eur(1000), .their_id = S("ch_1")};
        CHECK(payment_talk(&op, f->store, &access, s.payment, true, S("https://x/"), &state), "%s",
              fixture_why(&op));
        CHECK(account.charges == i && account.asked == 0, "sent %d times, asked %d times",
              account.charges, account.asked);
        f->now += 3600;
    }
    fixture_do(f, read_attempts, &s);
    CHECK(state == PAYMENT_SUCCEEDED && s.attempt_count == 1, "%td attempts", s.attempt_count);
    CHECK(str_eq(s.attempts[0].their_id, S("ch_1")) && str_eq(s.attempts[0].state, S("paid")) &&
              s.attempts[0].n == 1 && s.attempts[0].payment == s.payment &&
              s.attempts[0].our_id.len > 0,
          "%.*s", STR(s.attempts[0].their_id));
}

TESTS(ENGINES_TEST(what_was_used_names_the_payment_it_came_with),
      ENGINES_TEST(what_goes_back_names_whose_it_was),
      ENGINES_TEST(what_turns_an_entry_round_names_its_document),
      ENGINES_TEST(a_checkout_under_way_still_says_how_much_less_it_pays),
      ENGINES_TEST(what_was_paid_less_names_the_payment_that_was_short),
      TEST(the_last_part_earns_the_rest_of_the_discount),
      ENGINES_TEST(who_is_to_hear_of_a_document_hears_of_it_and_nobody_else),
      ENGINES_TEST(each_part_of_an_invoice_has_its_place),
      ENGINES_TEST(what_is_decided_anew_leaves_the_other_decisions),
      ENGINES_TEST(a_charge_that_may_not_have_arrived_is_sent_again_and_then_has_their_name))
