#include "domain/reports/overview.h"

#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/reports/journal.h"
#include "fixture.h"

#define EUR ((currency){"EUR"})
#define JPY ((currency){"JPY"})

static date day(int month, int d)
{
    date out = {0};
    CHECK(date_of(2026, month, d, &out), "%d-%d", month, d);
    return out;
}

static bool invoice(struct op *op, int64_t customer, date issued, money total)
{
    struct issued done;
    struct document d = {
        .entity = 1,
        .customer = customer,
        .kind = DOCUMENT_INVOICE,
        .issued = issued,
        .net = total,
        .tax = money_of(0, total.cur),
        .total = total,
        .terms = S("net 30"),
    };
    return document_issue(op, &d, false, &done);
}

static bool receive(struct op *op, date value_date, money amount, int64_t customer)
{
    struct received out;
    struct receipt_in in = {.entity = 1,
                            .amount = amount,
                            .value_date = value_date,
                            .customer = customer,
                            .quiet = true};
    return payment_receive(op, &in, &out);
}

/* Today is 28 May. */
static bool company_make(struct op *op, void *unused)
{
    (void)unused;
    int64_t id;
    enum put did;
    struct entity seller = {.code = S("n"), .name = S("Nordwind"), .currency = EUR};
    struct customer one = {.number = S("C1"), .name = S("Hallam")};
    struct customer two = {.number = S("C2"), .name = S("Pryce")};
    return entity_put(op, &seller, &id) && customer_put(op, &one, &id, &did) &&
           customer_put(op, &two, &id, &did) && invoice(op, 1, day(3, 1), money_of(11900, EUR)) &&
           invoice(op, 1, day(5, 20), money_of(5000, EUR)) &&
           invoice(op, 2, day(2, 1), money_of(70000, JPY)) &&
           receive(op, day(5, 22), money_of(1000, EUR), 1) && /* seven days, today included */
           receive(op, day(5, 21), money_of(1, EUR), 1) &&
           receive(op, day(5, 28), money_of(300, EUR), 0);
}

static bool look(struct op *op, void *out)
{
    return overview_get(op, day(5, 28), out);
}

ENGINES_SENTENCE(money_is_told_by_currency_and_the_oldest_debt_comes_first)
{
    struct overview o;
    fixture_do(f, company_make, NULL);
    fixture_do(f, look, &o);
    CHECK(o.money_count == 2, "%td currencies", o.money_count);
    const struct overview_money *eur = &o.money[0], *jpy = &o.money[1];
    CHECK(currency_eq(eur->currency, EUR) && eur->open.minor == 16900 &&
              eur->overdue.minor == 11900 && eur->overdue_count == 1,
          "EUR: %lld open, %lld overdue", (long long)eur->open.minor,
          (long long)eur->overdue.minor);
    CHECK(eur->received.minor == 1300 && eur->received_count == 2, "%lld received",
          (long long)eur->received.minor);
    CHECK(eur->on_account.minor == 1001 && eur->unidentified.minor == 300, "%lld on account",
          (long long)eur->on_account.minor);
    CHECK(jpy->overdue.minor == 70000 && jpy->received.minor == 0, "JPY: %lld overdue",
          (long long)jpy->overdue.minor);
    CHECK(o.customer_count == 2 && o.customers[0].customer == 2 &&
              date_cmp(o.customers[0].oldest, day(3, 3)) == 0,
          "the oldest debt is not Pryce's");
    CHECK(o.waiting.receipts == 1 && o.waiting.on_account == 2 && o.waiting.deductions == 0,
          "%lld receipts wait", (long long)o.waiting.receipts);
}

struct paging {
    int64_t below, last;
    struct entry_lines lines;
};

static bool turn(struct op *op, void *arg)
{
    struct paging *p = arg;
    struct journal_filter all = {
        .from = day(1, 1), .to = day(12, 31), .below = p->below, .limit = 4};
    return journal_find(op, &all, &p->lines, &p->last);
}

ENGINES_SENTENCE(the_journal_turns_its_pages_without_losing_or_splitting_an_entry)
{
    struct paging p = {0};
    int64_t entries = 0, before = INT64_MAX, sum = 0;
    fixture_do(f, company_make, NULL);
    do {
        fixture_do(f, turn, &p);
        for (ptrdiff_t i = 0; i < p.lines.count; i++) {
            const struct entry_line *l = &p.lines.at[i];
            CHECK(l->entry <= before, "entry %lld after %lld", (long long)l->entry,
                  (long long)before);
            if (l->entry < before) {
                CHECK(sum == 0, "an entry was split");
                entries++;
            }
            before = l->entry;
            sum += l->amount.minor;
        }
        CHECK(sum == 0, "an entry was split");
        p.below = p.last;
    } while (p.last != 0);
    CHECK(entries == 6, "%lld entries, not 6", (long long)entries);
}

struct finding {
    struct journal_filter filter;
    struct entry_lines lines;
    struct journal_sums sums;
};

static bool find(struct op *op, void *arg)
{
    struct finding *s = arg;
    int64_t last;
    return journal_find(op, &s->filter, &s->lines, &last) && journal_sums(op, &s->filter, &s->sums);
}

static int64_t entries_found(const struct finding *s)
{
    int64_t count = 0;
    for (ptrdiff_t i = 0; i < s->lines.count; i++) count += s->lines.at[i].n == 1;
    return count;
}

ENGINES_SENTENCE(the_journal_finds_by_account_kind_customer_and_amount)
{
    static const struct {
        const char *gl, *kind, *customer, *amount;
        bool some;
    } rows[] = {
        {"", "", "", "", true},
        {"1100", "", "", "", true},
        {"1100", "invoice", "", "", true},
        {"2055", "", "", "", true},
        {"2055", "invoice", "", "", false},
        {"", "", "nobody", "", false},
        {"", "", "", "70000", true},
        {"", "", "", "0.07", false},
    };
    struct finding all = {.filter = {.from = day(1, 1), .to = day(12, 31), .limit = 100}};
    fixture_do(f, company_make, NULL);
    for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
        struct finding s = all;
        s.filter.gl = str_of(rows[i].gl), s.filter.kind = str_of(rows[i].kind);
        s.filter.customer = str_of(rows[i].customer), s.filter.amount = str_of(rows[i].amount);
        fixture_do(f, find, &s);
        CHECK((entries_found(&s) > 0) == rows[i].some, "row %td: %lld entries", i,
              (long long)entries_found(&s));
        int64_t sum = 0;
        for (ptrdiff_t k = 0; k < s.sums.count && rows[i].gl[0] == 0; k++)
            sum += s.sums.at[k].debit.minor - s.sums.at[k].credit.minor;
        CHECK(sum == 0 || rows[i].customer[0], "row %td: the totals do not balance", i);
    }
}

TESTS(ENGINES_TEST(the_journal_finds_by_account_kind_customer_and_amount),
      ENGINES_TEST(money_is_told_by_currency_and_the_oldest_debt_comes_first),
      ENGINES_TEST(the_journal_turns_its_pages_without_losing_or_splitting_an_entry))
