#include "domain/payments/payments.h"

#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

#include <assert.h>

/* One seller, one customer, three invoices and a credit note: what most of these stories need. */
struct world {
    struct fixture *f;
    int64_t entity, customer, invoices[3], credit;
    date today;
};

static currency EUR = {"EUR"};

static money eur(int64_t minor)
{
    return money_of(minor, EUR);
}

static bool issue(struct op *op, const struct world *w, enum document_kind kind, str number,
                  int64_t total, int days_ago, int64_t *item)
{
    struct document d = {
        .entity = w->entity,
        .customer = w->customer,
        .kind = kind,
        .number = number,
        .issued = date_plus(w->today, -days_ago),
        .net = eur(total),
        .tax = eur(0),
        .total = eur(total),
        .terms = S("net 30"),
    };
    struct issued issued;
    struct receivables items;
    if (!document_issue(op, &d, false, &issued)) return false;
    if (!receivables_of_document(op, issued.id, w->today, &items)) return false;
    assert(items.count == 1);
    *item = items.at[0].item;
    return true;
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    struct entity seller = {.code = S("main"),
                            .name = S("Nordwind"),
                            .currency = EUR,
                            .zone = S("Europe/Berlin"),
                            .tolerance_minor = 50};
    struct customer buyer = {.number = S("20417"), .name = S("Hallam & Pryce Ltd")};
    enum put did;
    if (!entity_put(op, &seller, &w->entity)) return false;
    if (!customer_put(op, &buyer, &w->customer, &did)) return false;
    w->today = clock_date(op->now, S("Europe/Berlin"));
    return issue(op, w, DOCUMENT_INVOICE, S("R-1"), 68940, 42, &w->invoices[0]) &&
           issue(op, w, DOCUMENT_INVOICE, S("R-2"), 36044, 20, &w->invoices[1]) &&
           issue(op, w, DOCUMENT_INVOICE, S("R-3"), 49600, 5, &w->invoices[2]) &&
           issue(op, w, DOCUMENT_CREDIT_NOTE, S("C-1"), 21420, 3, &w->credit);
}

static struct world world_of(struct fixture *f)
{
    struct world w = {.f = f};
    fixture_do(f, build, &w);
    return w;
}

/* ---- a gateway that answers as told ---- */

struct gateway_account {
    struct charge_result next;
    int charges, asks, cancels;
    void (*meanwhile)(void *arg); /* happens while the next answer is on its way */
    void *meanwhile_arg;
};

static bool told_charge(struct op *op, const struct gateway_account *account,
                        const struct charge *in, struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    a->charges++;
    *out = a->next;
    out->amount = in->amount;
    if (out->state != CHARGE_UNKNOWN) out->their_id = str_printf(op->mem, "ch_%d", a->charges);
    if (out->state == CHARGE_OPEN) out->page = S("https://gateway.example/card");
    return true;
}

static bool told_ask(struct op *op, const struct gateway_account *account, str our_id,
                     struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    (void)op;
    (void)our_id;
    a->asks++;
    *out = a->next;
    void (*meanwhile)(void *arg) = a->meanwhile;
    a->meanwhile = NULL;
    if (meanwhile) meanwhile(a->meanwhile_arg);
    return true;
}

static bool told_cancel(struct op *op, const struct gateway_account *account, str our_id,
                        struct charge_result *out)
{
    struct gateway_account *a = (struct gateway_account *)(uintptr_t)account;
    (void)op;
    (void)our_id;
    a->cancels++;
    *out =
        (struct charge_result){.state = CHARGE_CANCELLED, .their_id = S("ch_9"), .amount = eur(1)};
    return true;
}

static const struct gateway told = {
    .name = "told", .charge = told_charge, .ask = told_ask, .cancel = told_cancel};

/* ---- steps of the stories ---- */

struct deed {
    struct world *w;
    int64_t checkout, payment, entry;
    struct checkout_edit edits[4];
    int edit_count;
    struct checkout seen;
    struct payment p;
    char reference[64]; /* of it: the payment itself ends with its trial's memory */
    struct receipt_in receipt;
    struct received received;
    struct payment_uses uses;
    struct verdict verdict;
    money open;
    int64_t item;
};

static bool do_start(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct customer_ids made;
    int64_t items[] = {d->w->invoices[0], d->w->invoices[1], d->w->invoices[2], d->w->credit};
    if (!checkout_start(op, d->w->customer, 0, items, COUNT(items), &made)) return false;
    assert(made.count == 1);
    d->checkout = made.at[0];
    return checkout_get(op, d->w->customer, d->checkout, d->w->today, &d->seen);
}

static bool do_edit(struct op *op, void *arg)
{
    struct deed *d = arg;
    return checkout_edit(op, d->w->customer, d->checkout, d->edits, d->edit_count) &&
           checkout_get(op, d->w->customer, d->checkout, d->w->today, &d->seen);
}

static bool do_begin(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_begin(op, d->w->customer, d->checkout, "told", 0, d->w->today, &d->payment);
}

static bool do_announce(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_announce(op, d->w->customer, d->checkout, d->w->today, &d->payment) &&
           payment_get(op, d->w->customer, d->payment, &d->p);
}

static bool do_receive(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_receive(op, &d->receipt, &d->received);
}

static bool do_look(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct item item;
    if (!payment_get(op, 0, d->payment, &d->p)) return false;
    if (!payment_uses(op, d->payment, d->w->today, &d->uses)) return false;
    if (!item_get(op, d->item ? d->item : d->w->invoices[0], &item)) return false;
    d->open = item.open;
    return ledger_verify(op, &d->verdict);
}

static void must(struct deed *d, enum tx_kind kind, bool (*work)(struct op *, void *))
{
    struct op op = fixture_op(d->w->f);
    CHECK(store_transact(&op, d->w->f->store, kind, work, d), "%s", fixture_why(&op));
}

static void look(struct deed *d)
{
    must(d, TX_READ, do_look);
    for (ptrdiff_t i = 0; i < d->verdict.problem_count; i++)
        CHECK(false, "%.*s %.*s", STR(d->verdict.problems[i].where),
              STR(d->verdict.problems[i].what));
}

static enum payment_state talk(struct deed *d, struct gateway_account *account, bool send)
{
    struct op op = fixture_op(d->w->f);
    struct gateway_access access = {&told, account, NULL};
    enum payment_state state = PAYMENT_CREATED;
    CHECK(payment_talk(&op, d->w->f->store, &access, d->payment, send, S("https://x/"), &state),
          "%s", fixture_why(&op));
    return state;
}

/* What the job does. */
static enum payment_state settle(struct deed *d, struct gateway_account *account)
{
    struct op op = fixture_op(d->w->f);
    struct gateway_access access = {&told, account, NULL};
    enum payment_state state = PAYMENT_CREATED;
    CHECK(payment_settle(&op, d->w->f->store, &access, d->payment, S("https://x/"), &state), "%s",
          fixture_why(&op));
    return state;
}

static struct charge_result paid(const struct deed *d)
{
    return (struct charge_result){
        .state = CHARGE_PAID, .their_id = S("ch_1"), .amount = d->p.amount, .card = S("Visa 4242")};
}

/* The story of the first page of the README: three invoices, one of them short with a reason, a
 * credit note, a card. */
ENGINES_SENTENCE(several_invoices_one_short_and_a_credit_are_paid_by_one_card_payment)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    struct gateway_account card = {.next.state = CHARGE_OPEN};
    must(&d, TX_WRITE, do_start);
    CHECK(d.seen.total.minor == 68940 + 36044 + 49600 - 21420, "%lld",
          (long long)d.seen.total.minor);

    d.edits[0] = (struct checkout_edit){.item = w.invoices[0], .amount = S("572.18")};
    d.edit_count = 1;
    must(&d, TX_WRITE, do_edit);
    CHECK(!d.seen.ready, "paying less needs a reason");
    d.edits[0].reason = S("damaged_goods");
    must(&d, TX_WRITE, do_edit);
    CHECK(d.seen.ready && d.seen.deducted.minor == 11722, "%lld", (long long)d.seen.deducted.minor);

    must(&d, TX_WRITE, do_begin);
    CHECK(talk(&d, &card, true) == PAYMENT_REQUIRES_ACTION, "the payer is at the card page");
    look(&d);
    card.next = (struct charge_result){
        .state = CHARGE_PAID, .their_id = S("ch_1"), .amount = d.p.amount, .card = S("Visa 4242")};
    CHECK(talk(&d, &card, false) == PAYMENT_SUCCEEDED, "paid");
    CHECK(talk(&d, &card, false) == PAYMENT_SUCCEEDED, "asked again, nothing more happens");
    CHECK(card.charges == 1, "%d charges", card.charges);

    look(&d);
    CHECK(d.open.minor == 0, "the short invoice is closed: %lld", (long long)d.open.minor);
    CHECK(d.uses.count == 4 && d.uses.unapplied.minor == 0, "%td uses", d.uses.count);
}

ENGINES_SENTENCE(a_second_payment_of_the_same_items_is_refused)
{
    struct world w = world_of(f);
    struct deed first = {.w = &w}, second = {.w = &w};
    must(&first, TX_WRITE, do_start);
    must(&second, TX_WRITE, do_start);
    must(&first, TX_WRITE, do_begin);
    const char *why = fixture_refused(second.w->f, do_begin, &second);
    CHECK(strstr(why, "another payment is under way"), "%s", why);
    why = fixture_refused(first.w->f, do_begin, &first);
    CHECK(strstr(why, "submitted already"), "%s", why);
}

ENGINES_SENTENCE(a_silent_gateway_is_unknown_and_holds_what_it_may_have_been_paid_for)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w}, other = {.w = &w};
    struct gateway_account card = {.next.state = CHARGE_UNKNOWN};
    must(&d, TX_WRITE, do_start);
    must(&other, TX_WRITE, do_start);
    must(&d, TX_WRITE, do_begin);
    CHECK(talk(&d, &card, true) == PAYMENT_UNKNOWN, "no answer is no failure");
    CHECK(fixture_refused(other.w->f, do_begin, &other)[0] != 0, "nobody pays again meanwhile");

    card.next.state = CHARGE_ABSENT; /* said too early, it counts for nothing */
    CHECK(talk(&d, &card, false) == PAYMENT_UNKNOWN, "asked at once");
    f->now += 20 * MINUTE_US;
    CHECK(talk(&d, &card, false) == PAYMENT_UNKNOWN, "said once");
    CHECK(talk(&d, &card, false) == PAYMENT_UNKNOWN, "by two at the same time, said once");
    f->now += MINUTE_US;
    CHECK(talk(&d, &card, false) == PAYMENT_FAILED, "said twice after the quarantine");
    look(&d);

    /* It arrives after all: the money is booked, not dropped. */
    must(&d, TX_READ, do_look);
    CHECK(d.open.minor == 68940, "open again");
}

ENGINES_SENTENCE(what_was_never_sent_waits_to_be_sent)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w}, other = {.w = &w};
    struct gateway_account card = {.next = {.state = CHARGE_UNKNOWN, .never_sent = true}};
    must(&d, TX_WRITE, do_start);
    must(&other, TX_WRITE, do_start);
    must(&d, TX_WRITE, do_begin);
    CHECK(talk(&d, &card, true) == PAYMENT_SUBMITTING, "nobody is left in doubt");
    CHECK(fixture_refused(other.w->f, do_begin, &other)[0] != 0, "nobody pays again meanwhile");
    card.next = (struct charge_result){.state = CHARGE_OPEN};
    CHECK(talk(&d, &card, true) == PAYMENT_REQUIRES_ACTION && card.charges == 2, "%d charges",
          card.charges);
}

ENGINES_SENTENCE(what_was_not_answered_is_sent_again_while_they_remember_its_id)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w}, late = {.w = &w};
    struct gateway_account card = {.next.state = CHARGE_UNKNOWN};
    must(&d, TX_WRITE, do_start);
    must(&late, TX_WRITE, do_start);
    must(&d, TX_WRITE, do_begin);
    CHECK(talk(&d, &card, true) == PAYMENT_UNKNOWN, "no answer");
    card.next.state = CHARGE_OPEN;
    CHECK(talk(&d, &card, true) == PAYMENT_REQUIRES_ACTION && card.charges == 2, "%d charges",
          card.charges);

    card.next = (struct charge_result){.state = CHARGE_DECLINED,
                                       .decline = DECLINE_FUNDS,
                                       .their_id = S("ch_2"),
                                       .amount = eur(1)};
    CHECK(talk(&d, &card, false) == PAYMENT_FAILED, "declined");
    must(&late, TX_WRITE, do_begin);
    card = (struct gateway_account){.next.state = CHARGE_UNKNOWN};
    CHECK(talk(&late, &card, true) == PAYMENT_UNKNOWN, "no answer");
    f->now += 13 * HOUR_US;
    CHECK(talk(&late, &card, true) == PAYMENT_UNKNOWN && card.charges == 1 && card.asks == 1,
          "%d charges, asked %d times", card.charges, card.asks);
}

struct overtaking {
    struct deed *d;
    struct gateway_account *card;
};

static void is_paid_meanwhile(void *arg)
{
    struct overtaking *o = arg;
    o->card->next = paid(o->d);
    CHECK(talk(o->d, o->card, false) == PAYMENT_SUCCEEDED, "paid");
}

static bool do_count(struct op *op, void *arg)
{
    struct deed *d = arg;
    struct payments all;
    if (!payments_list(op, &(struct payments_filter){.limit = 10}, &all)) return false;
    d->item = all.count;
    return true;
}

ENGINES_SENTENCE(an_answer_that_was_overtaken_changes_nothing)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    struct gateway_account card = {.next.state = CHARGE_OPEN};
    must(&d, TX_WRITE, do_start);
    must(&d, TX_WRITE, do_begin);
    CHECK(talk(&d, &card, true) == PAYMENT_REQUIRES_ACTION, "open");
    look(&d);
    static const enum charge_state late[] = {CHARGE_OPEN, CHARGE_UNKNOWN, CHARGE_ABSENT,
                                             CHARGE_CANCELLED};
    for (ptrdiff_t i = 0; i < COUNT(late); i++) {
        struct overtaking o = {&d, &card};
        card.next = paid(&d);
        card.next.state = late[i];
        card.next.page = S("https://gateway.example/card");
        card.meanwhile = is_paid_meanwhile;
        card.meanwhile_arg = &o;
        CHECK(talk(&d, &card, false) == PAYMENT_SUCCEEDED, "case %td", i);
        CHECK(settle(&d, &card) == PAYMENT_SUCCEEDED && card.cancels == 0, "case %td, settled", i);
    }
    look(&d);
    must(&d, TX_READ, do_count);
    CHECK(d.item == 1, "%lld payments", (long long)d.item);
}

static bool do_again(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_again(op, d->w->customer, d->payment, "told", d->w->today);
}

/* Begun, never answered, given up after the quarantine. */
static void give_up(struct deed *d, struct gateway_account *card)
{
    must(d, TX_WRITE, do_start);
    must(d, TX_WRITE, do_begin);
    *card = (struct gateway_account){.next.state = CHARGE_UNKNOWN};
    CHECK(talk(d, card, true) == PAYMENT_UNKNOWN, "no answer");
    card->next.state = CHARGE_ABSENT;
    d->w->f->now += 20 * MINUTE_US;
    (void)talk(d, card, false);
    d->w->f->now += MINUTE_US;
    CHECK(talk(d, card, false) == PAYMENT_FAILED, "given up");
    look(d);
}

ENGINES_SENTENCE(money_that_comes_after_all_is_booked)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    struct gateway_account card;
    give_up(&d, &card);
    CHECK(d.open.minor == 68940, "open again");
    card.next = paid(&d);
    CHECK(settle(&d, &card) == PAYMENT_SUCCEEDED, "it was dropped");
    look(&d);
    CHECK(d.open.minor == 0 && d.uses.unapplied.minor == 0, "%lld", (long long)d.open.minor);
}

ENGINES_SENTENCE(money_that_comes_after_all_ends_the_attempt_after_it)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    struct gateway_account card;
    give_up(&d, &card);
    must(&d, TX_WRITE, do_again);
    card.next = (struct charge_result){.state = CHARGE_OPEN};
    CHECK(talk(&d, &card, true) == PAYMENT_REQUIRES_ACTION, "open");
    card.next = paid(&d); /* the first one */
    CHECK(settle(&d, &card) == PAYMENT_SUCCEEDED, "it was dropped");
    CHECK(card.cancels == 1, "the second card page is still open");
    look(&d);
    must(&d, TX_READ, do_count);
    CHECK(d.item == 1, "%lld payments", (long long)d.item);
}

ENGINES_SENTENCE(a_payer_who_comes_back_to_silence_is_not_asked_to_pay_again)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    struct gateway_account card = {.next.state = CHARGE_OPEN};
    must(&d, TX_WRITE, do_start);
    must(&d, TX_WRITE, do_begin);
    CHECK(talk(&d, &card, true) == PAYMENT_REQUIRES_ACTION, "open");
    look(&d);
    card.next = (struct charge_result){.state = CHARGE_UNKNOWN};
    CHECK(talk(&d, &card, false) == PAYMENT_UNKNOWN, "nobody knows");
    card.next = (struct charge_result){.state = CHARGE_OPEN,
                                       .their_id = S("ch_1"),
                                       .amount = d.p.amount,
                                       .page = S("https://gateway.example/card")};
    CHECK(talk(&d, &card, false) == PAYMENT_REQUIRES_ACTION, "it is still open");
    card.next = paid(&d);
    CHECK(talk(&d, &card, false) == PAYMENT_SUCCEEDED, "paid");
}

ENGINES_SENTENCE(a_decline_frees_the_items_and_can_be_tried_again)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w}, other = {.w = &w};
    struct gateway_account card = {.next = {.state = CHARGE_DECLINED, .decline = DECLINE_FUNDS}};
    must(&d, TX_WRITE, do_start);
    must(&other, TX_WRITE, do_start);
    must(&d, TX_WRITE, do_begin);
    CHECK(talk(&d, &card, true) == PAYMENT_FAILED, "declined");
    look(&d);
    must(&other, TX_WRITE, do_begin); /* the items are free */
}

ENGINES_SENTENCE(a_transfer_is_applied_by_its_reference_and_small_differences_are_forgiven)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    must(&d, TX_WRITE, do_start);
    must(&d, TX_WRITE, do_announce);
    CHECK(str_starts(d.p.reference, S("RF")), "%.*s", STR(d.p.reference));
    d.receipt = (struct receipt_in){
        .entity = w.entity,
        .amount = eur(d.p.amount.minor - 30),
        .value_date = w.today,
        .reference = str_printf(f->mem, "Invoice payment %.*s thank you", STR(d.p.reference)),
        .payer = S("HALLAM PRYCE"),
    };
    must(&d, TX_WRITE, do_receive);
    CHECK(d.received.matched && d.received.payment == d.payment, "found by its reference");
    CHECK(d.received.written_off.minor == 30, "%lld", (long long)d.received.written_off.minor);
    d.item = w.invoices[2];
    look(&d);
    CHECK(d.open.minor == 0 && d.p.state == PAYMENT_SETTLED, "open %lld", (long long)d.open.minor);
}

static bool do_identify(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_identify(op, d->payment, d->w->customer);
}

static bool do_return(struct op *op, void *arg)
{
    struct deed *d = arg;
    return payment_return(op, d->payment, d->w->today, S("AC04"));
}

ENGINES_SENTENCE(money_without_a_payer_waits_and_is_identified_later)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    d.receipt = (struct receipt_in){.entity = w.entity,
                                    .amount = eur(10000),
                                    .value_date = w.today,
                                    .reference = S("thanks"),
                                    .payer = S("UNKNOWN")};
    must(&d, TX_WRITE, do_receive);
    CHECK(!d.received.identified, "nobody is named");
    d.payment = d.received.payment;
    look(&d);
    must(&d, TX_WRITE, do_identify);
    look(&d);
    CHECK(d.uses.unapplied.minor == 10000, "on account");
    CHECK(fixture_refused(d.w->f, do_identify, &d)[0] != 0, "known already");
}

ENGINES_SENTENCE(a_returned_payment_opens_what_it_paid)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    d.receipt = (struct receipt_in){.entity = w.entity,
                                    .amount = eur(68940),
                                    .value_date = w.today,
                                    .reference = S("R-1"),
                                    .payer = S("HALLAM")};
    must(&d, TX_WRITE, do_receive);
    CHECK(d.received.matched, "the invoice's number is enough");
    d.payment = d.received.payment;
    look(&d);
    CHECK(d.open.minor == 0, "paid");
    must(&d, TX_WRITE, do_return);
    look(&d);
    CHECK(d.open.minor == 68940 && d.p.state == PAYMENT_RETURNED, "open again");
    CHECK(fixture_refused(d.w->f, do_return, &d)[0] != 0, "once only");
}

static bool do_all_at_once(struct op *op, void *arg)
{
    struct deed *d = arg;
    if (!do_announce(op, d)) return false;
    snprintf(d->reference, sizeof d->reference, "%.*s", STR(d->p.reference));
    return true;
}

static void books_hold(struct fixture *f, bool done, void *arg)
{
    struct deed *d = arg;
    struct op op = {.mem = f->mem, .now = f->now};
    (void)done;
    CHECK(store_transact(&op, f->store, TX_READ, do_look, d) || !done, "%s", fixture_why(&op));
    CHECK(d->verdict.problem_count == 0, "problems");
}

ENGINES_SENTENCE(a_failure_at_any_call_leaves_the_books_as_they_were)
{
    struct world w = world_of(f);
    struct deed d = {.w = &w};
    must(&d, TX_WRITE, do_start);
    CHECK(test_every_failure(f, do_all_at_once, &d, books_hold) > 10, "calls");
    d.receipt = (struct receipt_in){.entity = w.entity,
                                    .amount = d.p.amount,
                                    .value_date = w.today,
                                    .reference = str_of(d.reference)};
    CHECK(test_every_failure(f, do_receive, &d, books_hold) > 10, "calls");
}

TESTS(ENGINES_TEST(several_invoices_one_short_and_a_credit_are_paid_by_one_card_payment),
      ENGINES_TEST(a_second_payment_of_the_same_items_is_refused),
      ENGINES_TEST(a_silent_gateway_is_unknown_and_holds_what_it_may_have_been_paid_for),
      ENGINES_TEST(what_was_never_sent_waits_to_be_sent),
      ENGINES_TEST(what_was_not_answered_is_sent_again_while_they_remember_its_id),
      ENGINES_TEST(an_answer_that_was_overtaken_changes_nothing),
      ENGINES_TEST(money_that_comes_after_all_is_booked),
      ENGINES_TEST(money_that_comes_after_all_ends_the_attempt_after_it),
      ENGINES_TEST(a_payer_who_comes_back_to_silence_is_not_asked_to_pay_again),
      ENGINES_TEST(a_decline_frees_the_items_and_can_be_tried_again),
      ENGINES_TEST(a_transfer_is_applied_by_its_reference_and_small_differences_are_forgiven),
      ENGINES_TEST(money_without_a_payer_waits_and_is_identified_later),
      ENGINES_TEST(a_returned_payment_opens_what_it_paid),
      ENGINES_TEST(a_failure_at_any_call_leaves_the_books_as_they_were))
