/* What the money core refuses, case by case, and that a refusal leaves nothing: the roads that the
 * pages never take, because they look first. */
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/fee.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "fixture.h"
#include "money_world.h"

struct core {
    struct money_world w;
    int64_t invoice, second, foreign, other_customer, others; /* open items */
    int64_t payment, money, entry, allocation, result;
    struct document document;
    struct issued issued;
    ptrdiff_t i;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static bool receive(struct op *op, struct core *c, int64_t customer, int64_t minor,
                    struct received *got)
{
    struct receipt_in in = {.entity = c->w.entity,
                            .customer = customer,
                            .amount = eur(minor),
                            .value_date = c->w.today};
    return payment_receive(op, &in, got);
}

/* Two invoices and one of another customer, 50.00 on account, 4.00 of it used. */
static bool make(struct op *op, void *arg)
{
    struct core *c = arg;
    struct customer other = {.number = S("C-OTHER"), .name = S("Other"), .terms = S("net 30")};
    enum put did;
    struct money_world theirs;
    struct received got;
    struct payment p;
    struct allocations uses;
    if (!money_world_make(op, &c->w) || !money_world_invoice(op, &c->w, 10000, &c->invoice) ||
        !money_world_invoice(op, &c->w, 2000, &c->second) ||
        !customer_put(op, &other, &c->other_customer, &did))
        return false;
    theirs = c->w;
    theirs.customer = c->other_customer;
    if (!money_world_invoice(op, &theirs, 3000, &c->foreign)) return false;
    if (!receive(op, c, c->w.customer, 5000, &got) || !payment_get(op, 0, got.payment, &p))
        return false;
    c->payment = p.id;
    c->money = p.item;
    if (!payment_apply(op, c->money, c->invoice, eur(400))) return false;
    if (!allocations_of_item(op, c->money, &uses)) return false;
    c->allocation = uses.at[0].id;
    c->entry = uses.at[0].entry;
    return true;
}

static void refused(struct fixture *f, bool (*work)(struct op *, void *), void *arg,
                    const char *want)
{
    const char *why = fixture_refused(f, work, arg);
    CHECK(str_starts(str_of(why), str_of(want)), "\"%s\", not \"%s\"", why, want);
}

/* ---- the ledger ---- */

static bool allocate(struct op *op, struct core *c, int64_t from, int64_t to, money amount)
{
    struct allocate_pair pair = {from, to, amount};
    struct allocate in = {
        .pairs = &pair, .count = 1, .effective = c->w.today, .idem = S("a case"), .rule = "staff"};
    return ledger_allocate(op, &in, &c->result);
}

static bool from_a_debt(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->invoice, c->second, eur(100));
}

static bool to_a_credit(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->money, c->money, eur(100));
}

static bool to_another_account(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->money, c->foreign, eur(100));
}

static bool of_nothing(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->money, c->invoice, eur(0));
}

static bool of_less_than_nothing(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->money, c->invoice, eur(-1));
}

static bool more_than_is_there(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->money, c->invoice, eur(4601));
}

static bool more_than_is_owed(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->money, c->second, eur(2001));
}

static bool all_that_is_there(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->money, c->invoice, eur(4600));
}

static bool what_another_payment_holds(struct op *op, void *arg)
{
    struct core *c = arg;
    return item_reserve(op, c->second, eur(1500)) && allocate(op, c, c->money, c->second, eur(501));
}

static bool what_goes_back(struct op *op, void *arg)
{
    struct core *c = arg;
    return item_reserve(op, c->money, eur(4000)) && allocate(op, c, c->money, c->invoice, eur(601));
}

static bool no_such_item(struct op *op, void *arg)
{
    struct item item;
    (void)arg;
    return item_get(op, 999999, &item);
}

static bool no_such_allocation(struct op *op, void *arg)
{
    struct allocation a;
    (void)arg;
    return allocation_get(op, 999999, &a);
}

static bool hold_too_much(struct op *op, void *arg)
{
    struct core *c = arg;
    return item_reserve(op, c->second, eur(2001));
}

static bool hold_what_is_held(struct op *op, void *arg)
{
    struct core *c = arg;
    return item_reserve(op, c->second, eur(1500)) && item_reserve(op, c->second, eur(501));
}

static bool hold_and_let_go(struct op *op, void *arg)
{
    struct core *c = arg;
    return item_reserve(op, c->second, eur(0)) && item_reserve(op, c->second, eur(2000)) &&
           item_release(op, c->second, eur(0)) && item_release(op, c->second, eur(2000));
}

static bool let_go_too_much(struct op *op, void *arg)
{
    struct core *c = arg;
    return item_reserve(op, c->second, eur(2000)) && item_release(op, c->second, eur(2001));
}

static bool take_back(struct op *op, struct core *c, int64_t allocation)
{
    return ledger_unallocate(op, allocation, c->w.today, S("back"), S("typed wrongly"));
}

static bool take_back_twice(struct op *op, void *arg)
{
    struct core *c = arg;
    return take_back(op, c, c->allocation) &&
           ledger_unallocate(op, c->allocation, c->w.today, S("again"), S(""));
}

static bool take_back_what_took_back(struct op *op, void *arg)
{
    struct core *c = arg;
    struct allocations uses;
    if (!take_back(op, c, c->allocation) || !allocations_of_item(op, c->money, &uses)) return false;
    for (ptrdiff_t i = 0; i < uses.count; i++)
        if (uses.at[i].reverses == c->allocation)
            return ledger_unallocate(op, uses.at[i].id, c->w.today, S("again"), S(""));
    return true;
}

static bool reverse_twice(struct op *op, void *arg)
{
    struct core *c = arg;
    int64_t first;
    return ledger_reverse(op, c->entry, "correction", S("1"), c->w.today, S(""), &first) &&
           ledger_reverse(op, c->entry, "correction", S("2"), c->w.today, S(""), &c->result);
}

ENGINES_SENTENCE(the_ledger_refuses_what_is_not_there)
{
    static const struct {
        bool (*work)(struct op *op, void *arg);
        const char *want;
    } cases[] = {
        {from_a_debt, "Money goes from a credit or payment to a debt."},
        {to_a_credit, "Money goes from a credit or payment to a debt."},
        {to_another_account, "P/26 "},
        {of_nothing, "Please enter an amount above zero."},
        {of_less_than_nothing, "Please enter an amount above zero."},
        {more_than_is_there, "P/26 "},
        {more_than_is_owed, "This is more than is still open on "},
        {what_another_payment_holds, "Part of INV-"},
        {what_goes_back, "Part of P/26 "},
        {no_such_item, "There is no such open item."},
        {no_such_allocation, "There is no such allocation."},
        {hold_too_much, "INV-"},
        {hold_what_is_held, "INV-"},
        {let_go_too_much, ""},
        {take_back_twice, "This allocation has been taken back already."},
        {take_back_what_took_back, "This allocation has been taken back already."},
        {reverse_twice, "This entry has been reversed already."},
    };
    struct core c = {0};
    fixture_do(f, make, &c);
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) refused(f, cases[i].work, &c, cases[i].want);
    str before = fixture_digest(f);
    fixture_do(f, hold_and_let_go, &c);
    CHECK(str_eq(before, fixture_digest(f)), "what was held and let go is as it was");
    fixture_do(f, all_that_is_there, &c);
}

struct lines {
    struct core c;
    struct entry_lines of_item, of_document, of_entry;
    struct ledger_root root;
    struct document document;
};

static bool read_lines(struct op *op, void *arg)
{
    struct lines *l = arg;
    struct item invoice;
    return item_get(op, l->c.invoice, &invoice) && ledger_of_item(op, l->c.invoice, &l->of_item) &&
           ledger_of_document(op, invoice.document, &l->of_document) &&
           ledger_of_entry(op, l->c.entry, &l->of_entry) && ledger_root(op, &l->root);
}

static money sum(const struct entry_lines *lines)
{
    money all = eur(0);
    for (ptrdiff_t i = 0; i < lines->count; i++) all = money_add(all, lines->at[i].amount);
    return all;
}

static bool add_one(struct op *op, void *arg)
{
    struct core *c = arg;
    return allocate(op, c, c->money, c->invoice, eur(1));
}

ENGINES_SENTENCE(what_moved_an_item_is_told_and_the_root_is_of_all_of_it)
{
    struct lines l = {0};
    enum item_kind kind;
    fixture_do(f, make, &l.c);
    fixture_do(f, read_lines, &l);
    CHECK(l.of_item.count == 4, "%td lines of the invoice and what paid it", l.of_item.count);
    CHECK(l.of_document.count == 4 && l.of_entry.count == 2, "its entry, and the allocation");
    CHECK(sum(&l.of_document).minor == 0 && sum(&l.of_entry).minor == 0, "balanced");
    CHECK(l.root.entries == 5 && l.root.hash.len == ROOT_HASH_LEN, "%lld",
          (long long)l.root.entries);
    str before = str_copy(f->mem, l.root.hash);
    fixture_do(f, read_lines, &l);
    CHECK(str_eq(before, l.root.hash), "the same books have the same root");
    fixture_do(f, add_one, &l.c);
    fixture_do(f, read_lines, &l);
    CHECK(!str_eq(before, l.root.hash) && l.root.entries == 6, "one cent is another root");
    CHECK(!item_kind_from(S("loan"), &kind), "no kind of ours");
}

/* ---- documents ---- */

static bool issue(struct op *op, void *arg)
{
    struct core *c = arg;
    return document_issue(op, &c->document, false, &c->issued);
}

static struct document good(const struct core *c, const struct document_line *lines,
                            const struct document_tax *taxes)
{
    return (struct document){.entity = c->w.entity,
                             .customer = c->w.customer,
                             .kind = DOCUMENT_INVOICE,
                             .number = S("X-1"),
                             .issued = c->w.today,
                             .net = eur(1000),
                             .tax = eur(190),
                             .total = eur(1190),
                             .lines = lines,
                             .line_count = 2,
                             .taxes = taxes,
                             .tax_count = 2};
}

ENGINES_SENTENCE(a_document_that_does_not_add_up_is_refused)
{
    static const char sixty_one[] = "1234567890123456789012345678901234567890123456789012345678901";
    const struct document_line lines[] = {{.description = S("a"), .net = eur(600)},
                                          {.description = S("b"), .net = eur(400)}};
    const struct document_tax taxes[] = {
        {.name = S("a"), .rate_ppm = 190000, .base = eur(1000), .tax = eur(189)},
        {.name = S("b"), .rate_ppm = 70000, .base = eur(0), .tax = eur(1)}};
    struct core c = {0};
    fixture_do(f, make, &c);
#define REFUSED(want, ...)                                                                         \
    do {                                                                                           \
        c.document = good(&c, lines, taxes);                                                       \
        __VA_ARGS__;                                                                               \
        refused(f, issue, &c, want);                                                               \
    } while (0)
    REFUSED("Use at most 60", c.document.number = str_of(sixty_one));
    REFUSED("Use one currency", c.document.net.cur = (currency){"USD"});
    REFUSED("Use one currency", c.document.tax.cur = (currency){"USD"});
    REFUSED("A total below zero", c.document.total = eur(-1190));
    REFUSED("This amount is larger", c.document.total = eur(MONEY_MAX + 1));
    REFUSED("Net and tax do not come", c.document.total = eur(1191));
    REFUSED("The due date lies", c.document.due = SOME_DATE(date_plus(c.w.today, -1)));
    REFUSED("The lines come to €6.00", c.document.line_count = 1);
    REFUSED("The taxes come to €1.89", c.document.tax_count = 1);
    REFUSED("", c.document.terms = S("when it suits"));
#undef REFUSED
    c.document = good(&c, lines, taxes);
    c.document.due = SOME_DATE(c.w.today);
    fixture_do(f, issue, &c);
    CHECK(c.issued.did == PUT_CREATED, "issued");
    fixture_do(f, issue, &c);
    CHECK(c.issued.did == PUT_SAME, "the same again");
    c.document.note = S("more");
    refused(f, issue, &c, "Invoice X-1 was issued before with other contents.");
    c.document.kind = DOCUMENT_CREDIT_NOTE; /* a series of its own */
    fixture_do(f, issue, &c);
    c.document.note = S("");
    refused(f, issue, &c, "Credit note X-1 was issued before with other contents.");
    /* An ERP's due date may lie before its date of issue, and all of it may be disputed. */
    c.document = good(&c, lines, taxes);
    c.document.number = S("X-2");
    c.document.source = S("import");
    c.document.disputed = SOME_BOOL(true);
    c.document.due = SOME_DATE(date_plus(c.w.today, -1));
    fixture_do(f, issue, &c);
}

static bool read_issued(struct op *op, void *arg)
{
    struct lines *l = arg;
    return document_get(op, l->c.issued.id, &l->document) &&
           ledger_of_document(op, l->c.issued.id, &l->of_document);
}

static bool no_such_document(struct op *op, void *arg)
{
    struct document d;
    (void)arg;
    return document_get(op, 999999, &d);
}

ENGINES_SENTENCE(a_total_of_zero_posts_nothing_and_one_without_net_posts_its_tax)
{
    struct lines l = {0};
    fixture_do(f, make, &l.c);
    l.c.document = good(&l.c, NULL, NULL);
    l.c.document.line_count = l.c.document.tax_count = 0;
    l.c.document.net = l.c.document.tax = l.c.document.total = eur(0);
    fixture_do(f, issue, &l.c);
    fixture_do(f, read_issued, &l);
    CHECK(l.of_document.count == 0 && !l.document.due.some, "%td postings", l.of_document.count);
    l.c.document.number = S("X-2");
    l.c.document.tax = l.c.document.total = eur(190); /* the customs office asks for no more */
    l.c.document.terms = S("net 10, following");
    fixture_do(f, issue, &l.c);
    fixture_do(f, read_issued, &l);
    CHECK(l.of_document.count == 2 && sum(&l.of_document).minor == 0, "%td postings",
          l.of_document.count);
    CHECK(l.document.due.some && date_weekday(l.document.due.value) <= 5, "a day that is worked");
    refused(f, no_such_document, &l.c, "There is no such document.");
}

/* domain.md rule 19: rounded in the payer's favour, both ways; together no more than was taken. */
SENTENCE(a_surcharge_is_rounded_down_and_goes_back_whole)
{
    struct entity seller = {.card_fee_ppm = 20000};
    static const struct {
        int64_t amount, fee;
    } fees[] = {{4999, 99}, {5000, 100}, {49, 0}, {50, 1}, {0, 0}};
    for (ptrdiff_t i = 0; i < COUNT(fees); i++) {
        money fee = fee_of(&seller, eur(fees[i].amount));
        CHECK(fee.minor == fees[i].fee, "%td: %lld", i, (long long)fee.minor);
    }
    struct payment p = {.amount = eur(1000), .fee = eur(29)};
    static const struct {
        int64_t asked, asked_fee, part, back;
    } shares[] = {
        {0, 0, 334, 9},     /* 9.686 */ {334, 9, 333, 10}, /* 19.343 - 9 */
        {667, 19, 333, 10}, /* 29 - 19 */ {0, 0, 1000, 29},
        {0, 0, 2000, 29},   /* never more */ {900, 29, 100, 0},
        {900, 40, 100, 0},  {0, 0, 1, 0},
        {999, 28, 1, 1},
    };
    for (ptrdiff_t i = 0; i < COUNT(shares); i++) {
        money back = fee_share(&p, shares[i].asked, shares[i].asked_fee, eur(shares[i].part));
        CHECK(back.minor == shares[i].back, "%td: %lld", i, (long long)back.minor);
        CHECK(str_eq(currency_text(&back.cur), S("EUR")), "of the payment's currency");
    }
    (void)mem;
}

/* ---- a refund that two ask for at once ---- */

struct gateway_account {
    struct fixture *f;
    int64_t refund, amount;
    int calls;
};

static bool took(struct op *op, const struct gateway_account *account, const struct charge *in,
                 struct charge_result *out)
{
    (void)op, (void)account;
    *out =
        (struct charge_result){.state = CHARGE_PAID, .their_id = S("ch_1"), .amount = in->amount};
    return true;
}

static bool give_back(struct gateway_account *account, struct store *store);

/* While this answer is under way, somebody else asks too, and is told the same. */
static bool gave(struct op *op, const struct gateway_account *account, const struct refund *in,
                 struct charge_result *out)
{
    struct gateway_account *own = (struct gateway_account *)account;
    (void)op;
    *out =
        (struct charge_result){.state = CHARGE_PAID, .their_id = S("re_1"), .amount = in->amount};
    return own->calls++ > 0 || give_back(own, fixture_store(own->f));
}

static const struct gateway twice_told = {.name = "twice", .charge = took, .refund = gave};

static bool give_back(struct gateway_account *account, struct store *store)
{
    struct op op = fixture_op(account->f);
    struct gateway_access access = {&twice_told, account, NULL};
    return refund_talk(&op, store, &access, account->refund);
}

static bool begin_card(struct op *op, void *arg)
{
    struct core *c = arg;
    int64_t checkout;
    return money_world_checkout(op, &c->w, &c->second, 1, &checkout) &&
           payment_begin(op, c->w.customer, checkout, "twice", 0, c->w.today, &c->payment);
}

static bool ask_back(struct op *op, void *arg)
{
    struct core *c = arg;
    struct payment p;
    struct allocations uses;
    if (!payment_get(op, 0, c->payment, &p) || !allocations_of_item(op, p.item, &uses))
        return false;
    return take_back(op, c, uses.at[0].id) &&
           payment_refund(op, c->payment, eur(2000), S("twice"), &c->result);
}

static bool see_once(struct op *op, void *arg)
{
    struct core *c = arg;
    struct payment p;
    struct item own;
    struct verdict v;
    if (!payment_get(op, 0, c->payment, &p) || !item_get(op, p.item, &own) ||
        !ledger_verify(op, &v))
        return false;
    CHECK(p.state == PAYMENT_REFUNDED && own.open.minor == 0 && own.reserved.minor == 0,
          "%lld open, %lld reserved", (long long)own.open.minor, (long long)own.reserved.minor);
    CHECK(v.problem_count == 0, "%.*s", STR(v.problems[0].what));
    return true;
}

ENGINES_SENTENCE(a_refund_that_is_told_twice_is_booked_once)
{
    struct core c = {0};
    struct gateway_account account = {.f = f};
    struct gateway_access access = {&twice_told, &account, NULL};
    enum payment_state state;
    fixture_do(f, make, &c);
    fixture_do(f, begin_card, &c);
    struct op op = fixture_op(f);
    CHECK(payment_talk(&op, f->store, &access, c.payment, true, S("https://x/"), &state), "%s",
          fixture_why(&op));
    fixture_do(f, ask_back, &c);
    account.refund = c.result;
    CHECK(give_back(&account, f->store), "the one who asked first");
    CHECK(account.calls == 2, "%d calls", account.calls);
    fixture_do(f, see_once, &c);
}

TESTS(ENGINES_TEST(the_ledger_refuses_what_is_not_there),
      ENGINES_TEST(what_moved_an_item_is_told_and_the_root_is_of_all_of_it),
      ENGINES_TEST(a_document_that_does_not_add_up_is_refused),
      ENGINES_TEST(a_total_of_zero_posts_nothing_and_one_without_net_posts_its_tax),
      ENGINES_TEST(a_refund_that_is_told_twice_is_booked_once),
      TEST(a_surcharge_is_rounded_down_and_goes_back_whole))
