/* What a customer paid less: listed, looked after, decided; the tax of what is credited; and what
 * an issued document keeps of what it said. */
#include "domain/receivables/deductions.h"

#include "base/clock.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "fixture.h"
#include "money_world.h"

enum {
    TAXED,
    UNTAXED,
    PLAIN,
    DOCUMENTS
}; /* with two rates; with a tax without its rate; without */

struct story {
    struct money_world w;
    int64_t documents[DOCUMENTS], items[DOCUMENTS], deductions[DOCUMENTS + 1], other_customer;
    ptrdiff_t count;
    struct deduction_filter filter;
    struct deduction_cases list;
    struct deduction_sums sums;
    struct deduction_steps steps;
    struct deduction_case one;
    struct deduction_decision decision;
    struct document credit, document;
    struct issued issued;
    struct item invoice;
    struct entry_lines lines;
    str note, digest;
};

static money eur(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static const struct document_line two_lines[] = {
    {.sku = {"A-1", 3},
     .description = {"Goods", 5},
     .net = {10000, {"EUR"}},
     .tax_rate_ppm = {true, 190000}},
    {.sku = {"B-1", 3}, .description = {"Books", 5}, .net = {10000, {"EUR"}}}};
static const struct document_tax two_taxes[] = {
    {.name = {"VAT", 3}, .rate_ppm = 190000, .base = {10000, {"EUR"}}, .tax = {1900, {"EUR"}}},
    {.name = {"Reduced", 7}, .rate_ppm = 70000, .base = {10000, {"EUR"}}, .tax = {700, {"EUR"}}}};

static struct document taxed(const struct story *s)
{
    return (struct document){.entity = s->w.entity,
                             .customer = s->w.customer,
                             .kind = DOCUMENT_INVOICE,
                             .number = S("T-1"),
                             .po = S("PO 77"),
                             .issued = s->w.today,
                             .net = eur(20000),
                             .tax = eur(2600),
                             .total = eur(22600),
                             .terms = S("net 30"),
                             .lines = two_lines,
                             .line_count = 2,
                             .taxes = two_taxes,
                             .tax_count = 2};
}

static bool issue(struct op *op, struct story *s, const struct document *d, int which)
{
    struct receivables items;
    if (!document_issue(op, d, false, &s->issued) ||
        !receivables_of_document(op, s->issued.id, s->w.today, &items))
        return false;
    s->documents[which] = s->issued.id;
    s->items[which] = items.at[0].item;
    return true;
}

static bool deduct(struct op *op, struct story *s, int which, int64_t minor, const char *reason)
{
    struct deduction_case made;
    struct deduction_new less = {.of_item = s->items[which],
                                 .amount = eur(minor),
                                 .reason = str_of(reason),
                                 .note = S("see photos")};
    if (!money_world_deduct(op, &s->w, less, &made)) return false;
    s->deductions[s->count++] = made.item;
    return true;
}

/* An invoice with two rates, one with a tax but no rate, one of another customer without tax; 10.00
 * deducted of each, and 3.00 more of the last. */
static bool make(struct op *op, void *arg)
{
    struct story *s = arg;
    struct customer other = {.number = S("2"), .name = S("Other"), .terms = S("net 30")};
    enum put did;
    s->count = 0;
    if (!money_world_make(op, &s->w) || !customer_put(op, &other, &s->other_customer, &did))
        return false;
    struct document d = taxed(s), imported = taxed(s), plain = taxed(s);
    imported.number = S("T-2"), imported.taxes = NULL, imported.tax_count = 0;
    imported.lines = NULL, imported.line_count = 0;
    imported.net = eur(10000), imported.tax = eur(1900), imported.total = eur(11900);
    plain = imported;
    plain.number = S("T-3"), plain.customer = s->other_customer;
    plain.net = plain.total = eur(5000), plain.tax = eur(0);
    return issue(op, s, &d, TAXED) && issue(op, s, &imported, UNTAXED) &&
           issue(op, s, &plain, PLAIN) && deduct(op, s, TAXED, 1000, "damaged_goods") &&
           deduct(op, s, UNTAXED, 1000, "freight") && deduct(op, s, PLAIN, 1000, "damaged_goods") &&
           deduct(op, s, PLAIN, 300, "freight");
}

/* ---- lists ---- */

static bool list(struct op *op, void *arg)
{
    struct story *s = arg;
    return deduction_cases(op, &s->filter, &s->list) && deduction_sums(op, &s->sums);
}

static bool own_first(struct op *op, void *arg)
{
    struct story *s = arg;
    return deduction_own(op, s->deductions[0], 0, S("nobody"));
}

ENGINES_SENTENCE(deductions_are_listed_by_what_is_asked_for_and_page_by_page)
{
    struct story s = {.filter = {.limit = 3}};
    fixture_do(f, make, &s);
    CHECK(test_every_failure(f, list, &s, NULL) > 1, "too few calls");
    fixture_do(f, list, &s);
    CHECK(s.list.count == 3 && s.list.more && s.list.at[0].item == s.deductions[0], "the oldest");
    CHECK(s.sums.count == 2 && str_eq(s.sums.at[0].reason, S("damaged_goods")), "by reason");
    CHECK(s.sums.at[0].open.minor == 2000 && s.sums.at[0].count == 2 && s.sums.at[0].words.len > 0,
          "%lld", (long long)s.sums.at[0].open.minor);
    CHECK(s.sums.at[1].open.minor == 1300 && s.sums.at[1].count == 2, "the smaller last");
    s.filter.after = s.deductions[2];
    fixture_do(f, list, &s);
    CHECK(s.list.count == 1 && !s.list.more && s.list.at[0].item == s.deductions[3], "the next");
    s.filter = (struct deduction_filter){.limit = 3, .turned = true};
    fixture_do(f, list, &s);
    CHECK(s.list.count == 3 && s.list.at[0].item == s.deductions[3], "turned: the newest");
    s.filter = (struct deduction_filter){.limit = 9, .all = true, .turned = true};
    fixture_do(f, list, &s);
    CHECK(s.list.count == 4 && s.list.at[0].item == s.deductions[0], "all, turned: the oldest");
    s.filter = (struct deduction_filter){.limit = 9, .all = true, .after = s.deductions[2]};
    fixture_do(f, list, &s);
    CHECK(s.list.count == 2 && s.list.at[0].item == s.deductions[1], "all: the newest first");
    s.filter = (struct deduction_filter){.limit = 9, .customer = s.other_customer};
    fixture_do(f, list, &s);
    CHECK(s.list.count == 2 && s.list.at[0].item == s.deductions[2], "of one customer");
    s.filter = (struct deduction_filter){.limit = 9, .reason = S("freight"), .unowned = true};
    fixture_do(f, list, &s);
    CHECK(s.list.count == 2 && s.list.at[0].item == s.deductions[1], "of one reason");
    s.filter = (struct deduction_filter){.limit = 9, .owner = 99};
    fixture_do(f, list, &s);
    CHECK(s.list.count == 0, "of one owner");
}

static bool remark(struct op *op, void *arg)
{
    struct story *s = arg;
    return deduction_remark(op, s->deductions[0], s->note);
}

static bool read_steps(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t version;
    return document_version(op, s->documents[TAXED], &version) &&
           deduction_steps(op, s->deductions[0], &s->steps) &&
           deduction_get(op, s->deductions[0], &s->one);
}

ENGINES_SENTENCE(what_was_noted_about_a_deduction_is_kept_in_order)
{
    struct story s = {.note = S("")};
    fixture_do(f, make, &s);
    CHECK(strstr(fixture_refused(f, remark, &s), "Please write the note."), "an empty note");
    s.note = S("asked the warehouse");
    fixture_do(f, remark, &s);
    f->now += HOUR_US;
    fixture_do(f, own_first, &s);
    CHECK(test_every_failure(f, read_steps, &s, NULL) > 1, "too few calls");
    fixture_do(f, read_steps, &s);
    CHECK(s.steps.count == 2 && str_eq(s.steps.at[0].what, S("note")) &&
              str_eq(s.steps.at[0].note, S("asked the warehouse")),
          "%td steps", s.steps.count);
    CHECK(str_eq(s.steps.at[1].what, S("owner")) && s.steps.at[1].at == f->now &&
              s.steps.at[1].note.len > 0 && s.steps.at[1].actor.len > 0,
          "who looks after it");
    CHECK(!s.one.taken_back && str_eq(s.one.note, S("see photos")) &&
              str_eq(s.one.of_number, S("T-1")) && s.one.amount.minor == 1000,
          "the case");
}

/* ---- decided ---- */

static bool decide(struct op *op, void *arg)
{
    struct story *s = arg;
    return deduction_decide(op, &s->decision);
}

static bool see(struct op *op, void *arg)
{
    struct story *s = arg;
    struct verdict v;
    if (!deduction_get(op, s->decision.item, &s->one) ||
        !item_get(op, s->one.of_item, &s->invoice) || !ledger_verify(op, &v))
        return false;
    CHECK(v.problem_count == 0, "%.*s %.*s", STR(v.problems[0].where), STR(v.problems[0].what));
    return s->one.credit == 0 || document_get(op, s->one.credit, &s->credit);
}

ENGINES_SENTENCE(a_credit_for_a_deduction_has_the_taxes_of_its_invoice)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    s.decision = (struct deduction_decision){
        .item = s.deductions[0], .valid = eur(1000), .note = S("broken"), .day = s.w.today};
    CHECK(test_every_failure(f, decide, &s, NULL) > 10, "too few calls");
    fixture_do(f, see, &s);
    /* 10.00 in the ratio of 119.00 to 107.00: 5.27 and 4.73, with 0.84 and 0.31 in them. */
    const struct document *c = &s.credit;
    CHECK(s.one.open.minor == 0 && str_eq(s.one.state, S("valid")), "decided");
    CHECK(str_eq(s.one.credit_number, c->number) && c->number.len > 0, "by which credit note");
    CHECK(c->kind == DOCUMENT_CREDIT_NOTE && c->corrects == s.documents[TAXED] &&
              c->issued.days == s.w.today.days && c->customer == s.w.customer,
          "a credit note to the invoice");
    CHECK(str_eq(c->po, S("PO 77")) && str_eq(c->source, S("console")), "%.*s", STR(c->po));
    CHECK(c->total.minor == 1000 && c->tax.minor == 84 + 31 && c->net.minor == 885, "%lld, %lld",
          (long long)c->net.minor, (long long)c->tax.minor);
    CHECK(c->line_count == 2 && c->lines[0].net.minor == 527 - 84 &&
              c->lines[1].net.minor == 473 - 31,
          "%lld", (long long)c->lines[0].net.minor);
    CHECK(c->lines[0].tax_rate_ppm.some && c->lines[0].tax_rate_ppm.value == 190000, "its rate");
    CHECK(str_starts(c->lines[0].description, S("T-1, D-")), "%.*s", STR(c->lines[0].description));
    CHECK(c->tax_count == 2 && c->taxes[1].tax.minor == 31 && c->taxes[1].base.minor == 442 &&
              c->taxes[1].rate_ppm == 70000 && str_eq(c->taxes[1].name, S("Reduced")),
          "the other rate");
    CHECK(strstr(fixture_refused(f, decide, &s), "has been decided already"), "twice");
}

ENGINES_SENTENCE(a_credit_without_a_rate_has_as_much_tax_as_its_invoice)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    s.decision = (struct deduction_decision){
        .item = s.deductions[1], .valid = eur(400), .note = S("in part"), .day = s.w.today};
    fixture_do(f, decide, &s);
    fixture_do(f, see, &s);
    CHECK(s.credit.total.minor == 400 && s.credit.tax.minor == 64 && s.credit.tax_count == 0,
          "63.87: %lld", (long long)s.credit.tax.minor);
    CHECK(str_eq(s.one.state, S("partly")) && s.invoice.open.minor == 11900 - 1000 + 600,
          "the rest is owed: %lld", (long long)s.invoice.open.minor);
    s.decision = (struct deduction_decision){
        .item = s.deductions[2], .valid = eur(0), .note = S("not so"), .day = s.w.today};
    fixture_do(f, decide, &s);
    s.credit = (struct document){0};
    fixture_do(f, see, &s);
    CHECK(str_eq(s.one.state, S("invalid")) && s.one.credit == 0, "no credit");
    CHECK(s.invoice.open.minor == 5000 - 300, "all of it: %lld", (long long)s.invoice.open.minor);
}

static bool bill_all_back(struct op *op, void *arg)
{
    struct story *s = arg;
    int64_t entry;
    return ledger_of_item(op, s->deductions[3], &s->lines) &&
           ledger_reverse(op, s->lines.at[0].entry, "undone", S("undo"), s->w.today,
                          S("typed wrongly"), &entry) &&
           deduction_taken_back(op, s->deductions[3], S("typed wrongly"));
}

ENGINES_SENTENCE(only_what_is_open_can_be_decided_with_a_reason_and_in_its_currency)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    const struct deduction_decision good = {
        .item = s.deductions[3], .valid = eur(300), .note = S("so"), .day = s.w.today};
    static const struct {
        int64_t minor;
        const char *cur, *note, *want;
    } cases[] = {
        {300, "EUR", "", "Please write what the decision rests on."},
        {300, "USD", "so", "Enter an amount between zero and what is open."},
        {-1, "EUR", "so", "Enter an amount between zero and what is open."},
        {301, "EUR", "so", "Enter an amount between zero and what is open."},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        currency cur;
        CHECK(currency_from(str_of(cases[i].cur), &cur), "%s", cases[i].cur);
        s.decision = good;
        s.decision.valid = money_of(cases[i].minor, cur);
        s.decision.note = str_of(cases[i].note);
        const char *why = fixture_refused(f, decide, &s);
        CHECK(strstr(why, cases[i].want), "%td: %s", i, why);
    }
    fixture_do(f, bill_all_back, &s);
    s.decision = good;
    CHECK(strstr(fixture_refused(f, decide, &s), "is open any more"), "taken back meanwhile");
    fixture_do(f, see, &s);
    CHECK(s.one.taken_back && s.invoice.open.minor == 4000, "taken back");
}

static bool reopen(struct op *op, void *arg)
{
    struct story *s = arg;
    return deduction_reopen(op, s->decision.item, s->w.today, s->note);
}

static bool read_credit(struct op *op, void *arg)
{
    struct story *s = arg;
    return ledger_of_document(op, s->credit.id, &s->lines);
}

ENGINES_SENTENCE(a_decision_is_taken_back_with_a_reason_and_decided_anew)
{
    struct story s = {.note = S("")};
    fixture_do(f, make, &s);
    s.decision = (struct deduction_decision){
        .item = s.deductions[0], .valid = eur(600), .note = S("broken"), .day = s.w.today};
    for (int round = 0; round < 2; round++) { /* the second time round it is decided anew */
        s.note = S("the photos were of another pallet");
        CHECK(strstr(fixture_refused(f, reopen, &s), "there is nothing to undo"), "not decided");
        fixture_do(f, decide, &s);
        fixture_do(f, see, &s);
        CHECK(s.one.credit == s.credit.id && s.invoice.open.minor == 22600 - 1000 + 400, "partly");
        s.note = S("");
        CHECK(strstr(fixture_refused(f, reopen, &s), "Please write why."), "without a reason");
        s.note = S("the photos were of another pallet");
        CHECK(test_every_failure(f, reopen, &s, NULL) > 10, "too few calls");
        fixture_do(f, read_credit, &s);
        fixture_do(f, see, &s);
        CHECK(str_eq(s.one.state, S("coded")) && s.one.open.minor == 1000 && s.one.credit == 0,
              "%lld open", (long long)s.one.open.minor);
        CHECK(s.invoice.open.minor == 22600 - 1000, "%lld", (long long)s.invoice.open.minor);
        ptrdiff_t issued = 0, turned = 0;
        for (ptrdiff_t i = 0; i < s.lines.count; i++) {
            if (str_eq(s.lines.at[i].kind, S("credit_note"))) issued++;
            if (str_eq(s.lines.at[i].kind, S("undone"))) turned++;
        }
        CHECK(issued == 3 && turned == 3, "its entry, and the one that turns it round: %td, %td",
              issued, turned);
    }
    s.decision.valid = eur(1000); /* and at last without anything to bill back */
    fixture_do(f, decide, &s);
    fixture_do(f, reopen, &s);
    s.decision.valid = eur(0); /* or without a credit note */
    fixture_do(f, decide, &s);
    fixture_do(f, reopen, &s);
    fixture_do(f, see, &s);
    CHECK(s.one.open.minor == 1000 && s.invoice.open.minor == 21600, "%lld",
          (long long)s.invoice.open.minor);
}

static bool apply_to_it(struct op *op, void *arg)
{
    struct story *s = arg;
    struct received got;
    struct payment p;
    struct receipt_in in = {.entity = s->w.entity,
                            .customer = s->w.customer,
                            .amount = eur(300),
                            .value_date = s->w.today};
    return payment_receive(op, &in, &got) && payment_get(op, 0, got.payment, &p) &&
           payment_apply(op, p.item, s->decision.item, eur(300));
}

/* Of 10.00 the customer pays 3.00 after all; a credit note for the rest is taken back. */
ENGINES_SENTENCE(what_was_paid_of_a_deduction_stays_when_its_credit_is_taken_back)
{
    struct story s = {.note = S("the photos were of another pallet")};
    fixture_do(f, make, &s);
    s.decision = (struct deduction_decision){
        .item = s.deductions[0], .valid = eur(700), .note = S("broken"), .day = s.w.today};
    fixture_do(f, apply_to_it, &s);
    fixture_do(f, decide, &s);
    fixture_do(f, see, &s);
    CHECK(s.one.open.minor == 0 && s.one.credit != 0, "%lld", (long long)s.one.open.minor);
    fixture_do(f, reopen, &s);
    fixture_do(f, see, &s);
    CHECK(s.one.open.minor == 700 && s.one.credit == 0, "%lld", (long long)s.one.open.minor);
}

/* By amount the last one read says where the next page begins: by what is open of it, or by all. */
ENGINES_SENTENCE(deductions_by_amount_go_on_behind_the_last_one)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    s.decision.item = s.deductions[0];
    fixture_do(f, apply_to_it, &s); /* 7.00 are open of its 10.00 */
    static const struct {
        bool all, turned;
        int64_t order[4]; /* of 10.00, 10.00, 10.00 and 3.00 */
    } cases[] = {{false, false, {2, 1, 0, 3}},
                 {false, true, {3, 0, 1, 2}},
                 {true, false, {2, 1, 0, 3}},
                 {true, true, {3, 0, 1, 2}}};
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        s.filter = (struct deduction_filter){
            .all = cases[i].all, .turned = cases[i].turned, .by_amount = true, .limit = 1};
        for (int k = 0; k < 4; k++) {
            fixture_do(f, list, &s);
            CHECK(s.list.count == 1 && s.list.more == (k < 3), "%td, %d: %td", i, k, s.list.count);
            CHECK(s.list.at[0].item == s.deductions[cases[i].order[k]], "%td, the %d.", i, k);
            s.filter.after = s.list.at[0].item;
        }
    }
}

/* ---- what a document said ---- */

static bool issue_it(struct op *op, void *arg)
{
    struct story *s = arg;
    return document_issue(op, &s->document, false, &s->issued);
}

ENGINES_SENTENCE(a_document_due_on_a_business_day_is_issued_whole_or_not)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    s.document = taxed(&s);
    s.document.number = S("T-8");
    s.document.terms = S("net 10, following");
    CHECK(test_every_failure(f, issue_it, &s, NULL) > 10, "too few calls");
    s.document.number = S("T-7");
    CHECK(date_of(9991, 1, 1, &s.document.issued), "a date");
    CHECK(strstr(fixture_refused(f, issue_it, &s), "too far in the future"), "nobody knows");
}

ENGINES_SENTENCE(the_same_document_again_is_the_same_whatever_is_disputed)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    s.document = taxed(&s);
    s.document.number = S("T-9");
    s.document.terms = S("net 10, following");
    s.document.corrects = 0;
    CHECK(test_every_failure(f, issue_it, &s, NULL) > 10, "too few calls");
    s.document.disputed = SOME_BOOL(true);
    fixture_do(f, issue_it, &s);
    CHECK(s.issued.did == PUT_SAME, "a dispute has begun");
    s.document.disputed = SOME_BOOL(false);
    fixture_do(f, issue_it, &s);
    CHECK(s.issued.did == PUT_SAME, "and has ended");
    s.document.corrects = s.documents[TAXED];
    CHECK(strstr(fixture_refused(f, issue_it, &s), "other contents"), "what it corrects");
    s.document.corrects = 0;
    static const struct document_tax renamed[] = {
        {.name = {"VAT", 3}, .rate_ppm = 190000, .base = {10000, {"EUR"}}, .tax = {1900, {"EUR"}}},
        {.name = {"Other", 5}, .rate_ppm = 70000, .base = {10000, {"EUR"}}, .tax = {700, {"EUR"}}}};
    s.document.taxes = renamed;
    CHECK(strstr(fixture_refused(f, issue_it, &s), "other contents"), "the name of a tax");
}

/* Digests of the first version are in databases: what they stand for is known for ever. */
ENGINES_SENTENCE(a_document_of_the_first_version_is_known_as_the_same)
{
    struct story s = {0};
    fixture_do(f, make, &s);
    fixture_sql(f, f->engine == FIXTURE_SQLITE ? "drop trigger document_keeps"
                                               : "alter table document disable trigger user");
    fixture_sql(f, "update document set digest = "
                   "'db7567f15a3eecc895220326032a77900ca69c668ac8dc4fc47a687fd704867f' where "
                   "number = 'T-1'");
    s.document = taxed(&s);
    fixture_do(f, issue_it, &s);
    CHECK(s.issued.did == PUT_SAME, "another digest");
    s.document.note = S("more");
    CHECK(strstr(fixture_refused(f, issue_it, &s), "other contents"), "another document");
}

TESTS(ENGINES_TEST(deductions_are_listed_by_what_is_asked_for_and_page_by_page),
      ENGINES_TEST(what_was_noted_about_a_deduction_is_kept_in_order),
      ENGINES_TEST(a_credit_for_a_deduction_has_the_taxes_of_its_invoice),
      ENGINES_TEST(a_credit_without_a_rate_has_as_much_tax_as_its_invoice),
      ENGINES_TEST(only_what_is_open_can_be_decided_with_a_reason_and_in_its_currency),
      ENGINES_TEST(a_decision_is_taken_back_with_a_reason_and_decided_anew),
      ENGINES_TEST(what_was_paid_of_a_deduction_stays_when_its_credit_is_taken_back),
      ENGINES_TEST(deductions_by_amount_go_on_behind_the_last_one),
      ENGINES_TEST(a_document_due_on_a_business_day_is_issued_whole_or_not),
      ENGINES_TEST(the_same_document_again_is_the_same_whatever_is_disputed),
      ENGINES_TEST(a_document_of_the_first_version_is_known_as_the_same))
