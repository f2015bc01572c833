/* Each operation that writes the books, with its first, second, … n-th call to the database made to
 * fail: it says so, nothing of it stays, and the books hold. */
#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

#include <assert.h>

struct story {
    struct fixture *f;
    int64_t entity, parent, customer, contact, invoice, small,
        credit; /* open items, but the first */
    int64_t document, checkout, payment, refund, entry, allocation;
    date today;
    struct gateway_account *gateway;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

/* ---- who they are ---- */

static bool do_entity(struct op *op, void *arg)
{
    struct story *s = arg;
    struct entity seller = {
        .code = S("main"), .name = S("N"), .currency = {"EUR"}, .tolerance_minor = 50};
    return entity_put(op, &seller, &s->entity);
}

static bool do_series(struct op *op, void *arg)
{
    struct story *s = arg;
    str number;
    return series_set(op, s->entity, "invoice", "R-", 5, 100) &&
           series_next(op, s->entity, "invoice", "R-", &number);
}

static bool do_parent(struct op *op, void *arg)
{
    struct story *s = arg;
    enum put did;
    struct customer in = {.number = S("1"), .name = S("Group")};
    return customer_put(op, &in, &s->parent, &did);
}

static bool put_child(struct op *op, struct story *s, str name)
{
    enum put did;
    struct customer in = {
        .number = S("2"), .name = name, .parent = s->parent, .terms = S("30% net 14, 70% net 60")};
    return customer_put(op, &in, &s->customer, &did);
}

static bool do_customer(struct op *op, void *arg)
{
    return put_child(op, arg, S("Hallam"));
}

static bool do_customer_change(struct op *op, void *arg)
{
    return put_child(op, arg, S("Hallam & Pryce"));
}

static bool put_contact(struct op *op, struct story *s, int64_t id)
{
    struct contact in = {.id = id,
                         .customer = s->customer,
                         .name = S("Anna"),
                         .email = S("anna@example.com"),
                         .role = S("billing")};
    return contact_put(op, &in, &s->contact);
}

static bool do_contact(struct op *op, void *arg)
{
    return put_contact(op, arg, 0);
}

static bool do_contact_change(struct op *op, void *arg)
{
    struct story *s = arg;
    return put_contact(op, s, s->contact);
}

static bool do_contact_remove(struct op *op, void *arg)
{
    struct story *s = arg;
    return contact_remove(op, s->customer, s->contact);
}

/* ---- what they owe ---- */

static bool issue(struct op *op, struct story *s, enum document_kind kind, int64_t minor,
                  bool in_parts, int64_t *item)
{
    struct document_line lines[] = {{.description = S("Goods"), .net = eur(minor - 19)},
                                    {.description = S("Freight"), .net = eur(0)}};
    struct document_tax taxes[] = {
        {.name = S("VAT"), .rate_ppm = 190000, .base = eur(minor - 19), .tax = eur(19)}};
    struct document d = {.entity = s->entity,
                         .customer = s->customer,
                         .kind = kind,
                         .issued = s->today,
                         .net = eur(minor - 19),
                         .tax = eur(19),
                         .total = eur(minor),
                         .lines = lines,
                         .line_count = COUNT(lines),
                         .taxes = taxes,
                         .tax_count = COUNT(taxes)};
    struct issued issued;
    struct receivables items;
    if (!in_parts) d.terms = S("net 30");
    if (!document_issue(op, &d, true, &issued)) return false;
    if (!receivables_of_document(op, issued.id, s->today, &items)) return false;
    assert(items.count == (in_parts ? 2 : 1));
    s->document = issued.id;
    *item = items.at[0].item;
    return true;
}

static bool do_invoice(struct op *op, void *arg)
{
    struct story *s = arg;
    return issue(op, s, DOCUMENT_INVOICE, 10000, true, &s->invoice);
}

static bool do_small(struct op *op, void *arg)
{
    struct story *s = arg;
    return issue(op, s, DOCUMENT_INVOICE, 1000, false, &s->small);
}

static bool do_credit(struct op *op, void *arg)
{
    struct story *s = arg;
    return issue(op, s, DOCUMENT_CREDIT_NOTE, 1500, false, &s->credit);
}

/* ---- how they pay ---- */

static bool do_checkout(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t items[] = {s->invoice, s->credit};
    struct customer_ids made;
    if (!checkout_start(op, s->customer, 0, items, COUNT(items), &made)) return false;
    s->checkout = made.at[0];
    return made.count == 1;
}

static bool do_edit(struct op *op, void *arg)
{
    struct story *s = arg;
    struct checkout_edit edits[] = {
        {.item = s->invoice, .amount = S("20.00"), .reason = S("damaged_goods")},
        {.item = s->credit, .amount = S("5.00")}};
    return checkout_edit(op, s->customer, s->checkout, edits, COUNT(edits));
}

static bool do_checkout_small(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t items[] = {s->small, s->credit};
    struct customer_ids made;
    if (!checkout_start(op, s->customer, 0, items, COUNT(items), &made)) return false;
    s->checkout = made.at[0];
    return true;
}

static bool do_apply_credit(struct op *op, void *arg)
{
    struct story *s = arg;
    return checkout_apply(op, s->customer, s->checkout, s->today, &s->entry);
}

static bool do_begin(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_begin(op, s->customer, s->checkout, "told", 0, s->today, &s->payment);
}

static bool do_again(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_again(op, s->customer, s->payment, "told", s->today);
}

static bool do_announce(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_announce(op, s->customer, s->checkout, s->today, &s->payment);
}

static bool do_withdraw(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_withdraw(op, s->customer, s->payment);
}

static bool do_expire(struct op *op, void *arg)
{
    struct story *s = arg;
    struct op later = *op;
    later.now += 30 * DAY_US;
    bool done = payments_expire(&later, s->payment);
    op->errs = later.errs;
    return done;
}

static bool receive(struct op *op, struct story *s, int64_t customer, int64_t minor, str reference)
{
    struct received got;
    struct receipt_in in = {.entity = s->entity,
                            .customer = customer,
                            .amount = eur(minor),
                            .value_date = s->today,
                            .payer = S("HALLAM"),
                            .reference = reference};
    if (!payment_receive(op, &in, &got)) return false;
    s->payment = got.payment;
    return true;
}

static bool do_receive_announced(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    return payment_get(op, 0, s->payment, &p) &&
           receive(op, s, 0, p.amount.minor - 10, p.reference);
}

static bool do_receive_unknown(struct op *op, void *arg)
{
    return receive(op, arg, 0, 700, S("thank you"));
}

static bool do_identify(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_identify(op, s->payment, s->customer);
}

static bool do_receive_named(struct op *op, void *arg)
{
    struct story *s = arg;
    struct document d;
    return document_get(op, s->document, &d) && receive(op, s, 0, d.total.minor - 7, d.number);
}

static bool do_receive_more(struct op *op, void *arg)
{
    struct story *s = arg;
    return receive(op, s, s->customer, 3000, S("on account"));
}

static bool do_apply(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    return payment_get(op, 0, s->payment, &p) && payment_apply(op, p.item, s->small, eur(400));
}

static bool do_unallocate(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    struct allocations uses;
    if (!payment_get(op, 0, s->payment, &p) || !allocations_of_item(op, p.item, &uses))
        return false;
    assert(uses.count > 0);
    return ledger_unallocate(op, uses.at[0].id, s->today, S("taken back"), S("typed wrongly"));
}

static bool do_reverse(struct op *op, void *arg)
{
    struct story *s = arg;
    struct entry_lines lines;
    if (!ledger_of_payment(op, s->payment, &lines)) return false;
    assert(lines.count > 0);
    return ledger_reverse(op, lines.at[0].entry, "correction", S("reversed"), s->today,
                          S("recorded twice"), &s->entry);
}

static bool do_return(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_return(op, s->payment, s->today, S("AC04"));
}

static bool do_refund(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_refund(op, s->payment, eur(300), S("paid too much"), &s->refund);
}

static bool do_import(struct op *op, void *arg)
{
    struct story *s = arg;
    return payment_import(op, s->document, s->today);
}

static bool do_message(struct op *op, void *arg)
{
    (void)arg;
    struct gateway_event event = {.event_id = S("evt_1"), .our_id = S("P-1")};
    bool fresh;
    return gateway_inbox_add(op, S("told"), &event, &fresh);
}

/* ---- what must hold after each of them ---- */

static bool verify(struct op *op, void *arg)
{
    struct verdict v;
    (void)arg;
    if (!ledger_verify(op, &v)) return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return true;
}

static void books_hold(struct fixture *f, bool done, void *arg)
{
    (void)done;
    fixture_do(f, verify, arg);
}

struct step {
    const char *name;
    bool (*work)(struct op *op, void *arg);
};

static void each_fails(struct fixture *f, struct story *s, const struct step steps[],
                       ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        ptrdiff_t calls = test_every_failure(f, steps[i].work, s, NULL);
        CHECK(calls > 0, "%s makes no call", steps[i].name);
        books_hold(f, true, s);
    }
}

static struct story story_of(struct fixture *f)
{
    return (struct story){.f = f, .today = clock_date(f->now, S("UTC"))};
}

#define STEP(work)                                                                                 \
    {                                                                                              \
#work, work                                                                                \
    }

ENGINES_SENTENCE(nothing_half_written_about_customers_and_documents)
{
    static const struct step steps[] = {
        STEP(do_entity),          STEP(do_series),         STEP(do_parent),
        STEP(do_customer),        STEP(do_contact),        STEP(do_contact_change),
        STEP(do_customer_change), STEP(do_contact_remove), STEP(do_invoice),
        STEP(do_credit),
    };
    struct story s = story_of(f);
    each_fails(f, &s, steps, COUNT(steps));
}

/* The world that the steps below begin with. */
static bool do_world(struct op *op, void *arg)
{
    return do_entity(op, arg) && do_parent(op, arg) && do_customer(op, arg) &&
           do_invoice(op, arg) && do_small(op, arg) && do_credit(op, arg);
}

ENGINES_SENTENCE(nothing_half_written_about_transfers)
{
    static const struct step steps[] = {
        STEP(do_checkout),          STEP(do_edit),   STEP(do_announce), STEP(do_withdraw),
        STEP(do_checkout),          STEP(do_edit),   STEP(do_announce), STEP(do_expire),
        STEP(do_receive_announced), STEP(do_return), STEP(do_message),  STEP(do_checkout_small),
        STEP(do_apply_credit),
    };
    struct story s = story_of(f);
    fixture_do(f, do_world, &s);
    each_fails(f, &s, steps, COUNT(steps));
}

ENGINES_SENTENCE(nothing_half_written_about_receipts)
{
    static const struct step steps[] = {
        STEP(do_receive_unknown), STEP(do_identify),      STEP(do_receive_more),
        STEP(do_apply),           STEP(do_unallocate),    STEP(do_refund),
        STEP(do_small),           STEP(do_receive_named), STEP(do_return),
        STEP(do_small),           STEP(do_import),        STEP(do_receive_unknown),
    };
    struct story s = story_of(f);
    fixture_do(f, do_world, &s);
    each_fails(f, &s, steps, COUNT(steps));
    /* Such a receipt has no business being reversed; the entry as such can be. */
    CHECK(test_every_failure(f, do_reverse, &s, NULL) > 3, "too few calls");
}

/* ---- and what talks in between ---- */

struct gateway_account {
    enum charge_state next;
    int64_t amount;
    int64_t fee; /* on top of it: a credit card */
};

static bool told(const struct gateway_account *account, struct charge_result *out)
{
    *out = (struct charge_result){.state = account->next, .amount = eur(account->amount)};
    if (account->next == CHARGE_DECLINED) out->decline = DECLINE_FUNDS;
    if (account->next != CHARGE_UNKNOWN) out->their_id = S("ch_1");
    if (account->next == CHARGE_OPEN) out->page = S("https://gateway.example/card");
    if (account->next != CHARGE_PAID || account->fee == 0) return true;
    out->fee = eur(account->fee);
    out->amount = money_add(out->amount, out->fee);
    out->funding = FUNDING_CREDIT;
    return true;
}

static bool told_charge(struct op *op, const struct gateway_account *account,
                        const struct charge *in, struct charge_result *out)
{
    (void)op, (void)in;
    return told(account, out);
}

static bool told_ask(struct op *op, const struct gateway_account *account, str our_id,
                     struct charge_result *out)
{
    (void)op, (void)our_id;
    return told(account, out);
}

static bool told_refund(struct op *op, const struct gateway_account *account,
                        const struct refund *in, struct charge_result *out)
{
    (void)op, (void)account;
    *out =
        (struct charge_result){.state = CHARGE_PAID, .their_id = S("re_1"), .amount = in->amount};
    return true;
}

static const struct gateway gateway = {.name = "told",
                                       .charge = told_charge,
                                       .ask = told_ask,
                                       .cancel = told_ask,
                                       .refund = told_refund};

static bool talk(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {&gateway, s->gateway, NULL};
    enum payment_state state;
    return payment_talk(op, store, &access, s->payment, true, S("https://x/"), &state);
}

static bool settle(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {&gateway, s->gateway, NULL};
    enum payment_state state;
    return payment_settle(op, store, &access, s->payment, S("https://x/"), &state);
}

static bool give_back(struct op *op, struct store *store, void *arg)
{
    struct story *s = arg;
    struct gateway_access access = {&gateway, s->gateway, NULL};
    return refund_talk(op, store, &access, s->refund);
}

static bool see_paid(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    struct item paid;
    if (!payment_get(op, 0, s->payment, &p) || !item_get(op, s->invoice, &paid)) return false;
    CHECK(p.state == PAYMENT_SUCCEEDED && paid.open.minor == 0, "%lld open",
          (long long)paid.open.minor);
    return true;
}

static bool do_surcharge(struct op *op, void *arg)
{
    struct story *s = arg;
    struct entity seller;
    if (!entity_get(op, s->entity, &seller)) return false;
    seller.card_fee_ppm = 20000;
    seller.card_fee_text = S("2 % for credit cards");
    return entity_put(op, &seller, &s->entity);
}

/* All that the payment paid is open again, and its money on account. */
static bool do_unuse(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    struct allocations uses;
    if (!payment_get(op, 0, s->payment, &p) || !allocations_of_item(op, p.item, &uses))
        return false;
    CHECK(p.fee.minor == 30 && p.fee_asked.minor == 30, "%lld", (long long)p.fee.minor);
    for (ptrdiff_t i = 0; i < uses.count; i++)
        if (!ledger_unallocate(op, uses.at[i].id, s->today, S("unuse"), S(""))) return false;
    return true;
}

static bool see_returned(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    struct item own;
    if (!payment_get(op, 0, s->payment, &p) || !item_get(op, p.item, &own)) return false;
    CHECK(p.state == PAYMENT_RETURNED && own.open.minor == 0, "%lld on account",
          (long long)own.open.minor);
    return true;
}

static bool see_given_back(struct op *op, void *arg)
{
    struct story *s = arg;
    struct payment p;
    struct item own;
    if (!payment_get(op, 0, s->payment, &p) || !item_get(op, p.item, &own)) return false;
    CHECK(p.state == PAYMENT_PARTIALLY_REFUNDED && own.open.minor == 400, "%lld on account",
          (long long)own.open.minor);
    return true;
}

ENGINES_SENTENCE(a_failure_while_talking_leaves_what_the_next_try_finishes)
{
    struct gateway_account account = {CHARGE_DECLINED, 1500, 30};
    struct story s = story_of(f);
    s.gateway = &account;
    fixture_do(f, do_world, &s);
    fixture_do(f, do_surcharge, &s);
    fixture_do(f, do_checkout, &s);
    fixture_do(f, do_edit, &s);
    CHECK(test_every_failure(f, do_begin, &s, books_hold) > 10, "too few calls");
    CHECK(test_every_failure_outside(f, talk, &s, books_hold) > 5, "too few calls");
    CHECK(test_every_failure(f, do_again, &s, books_hold) > 5, "too few calls");
    account.next = CHARGE_OPEN;
    CHECK(test_every_failure_outside(f, settle, &s, books_hold) > 5, "too few calls");
    account.next = CHARGE_PAID;
    CHECK(test_every_failure_outside(f, settle, &s, books_hold) > 20, "too few calls");
    fixture_do(f, see_paid, &s);

    /* What came back in part, and then all of the rest; each with its share of the surcharge. */
    fixture_do(f, do_unuse, &s);
    CHECK(test_every_failure(f, do_refund, &s, books_hold) > 5, "too few calls");
    CHECK(test_every_failure_outside(f, give_back, &s, books_hold) > 5, "too few calls");
    CHECK(test_every_failure(f, do_return, &s, books_hold) > 5, "too few calls");
    fixture_do(f, see_returned, &s);
}

ENGINES_SENTENCE(a_failure_while_giving_back_leaves_what_the_next_try_finishes)
{
    struct gateway_account account = {CHARGE_PAID, 0, 0};
    struct story s = story_of(f);
    s.gateway = &account;
    fixture_do(f, do_world, &s);
    fixture_do(f, do_receive_unknown, &s);
    fixture_do(f, do_identify, &s);
    fixture_do(f, do_refund, &s);
    CHECK(test_every_failure_outside(f, give_back, &s, books_hold) > 5, "too few calls");
    fixture_do(f, see_given_back, &s);
}

TESTS(ENGINES_TEST(nothing_half_written_about_customers_and_documents),
      ENGINES_TEST(nothing_half_written_about_transfers),
      ENGINES_TEST(nothing_half_written_about_receipts),
      ENGINES_TEST(a_failure_while_talking_leaves_what_the_next_try_finishes),
      ENGINES_TEST(a_failure_while_giving_back_leaves_what_the_next_try_finishes))
