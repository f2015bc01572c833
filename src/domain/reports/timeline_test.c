#include "domain/reports/timeline.h"

#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

#define EUR ((currency){"EUR"})

static bool company(struct op *op, void *unused)
{
    (void)unused;
    int64_t id;
    enum put did;
    struct entity seller = {.code = S("n"), .name = S("Nordwind"), .currency = EUR};
    struct customer one = {.number = S("C1"), .name = S("Hallam")};
    struct customer two = {.number = S("C2"), .name = S("Pryce")};
    return entity_put(op, &seller, &id) && customer_put(op, &one, &id, &did) &&
           customer_put(op, &two, &id, &did);
}

static bool issue(struct op *op, void *number)
{
    struct issued done;
    struct document d = {
        .entity = 1,
        .customer = 1,
        .kind = DOCUMENT_INVOICE,
        .number = str_of(number),
        .issued = {.days = 20500},
        .net = money_of(11900, EUR),
        .tax = money_of(0, EUR),
        .total = money_of(11900, EUR),
        .terms = S("net 30"),
    };
    return document_issue(op, &d, false, &done);
}

static bool pay(struct op *op, void *unused)
{
    (void)unused;
    struct received out;
    struct receipt_in in = {.entity = 1,
                            .amount = money_of(11900, EUR),
                            .value_date = {.days = 20580},
                            .customer = 1,
                            .reference = S("R-1"),
                            .quiet = true};
    return payment_receive(op, &in, &out);
}

static bool note(struct op *op, void *words)
{
    static const struct actor lena = {.kind = ACTOR_PERSON, .id = 7, .name = {"Lena Voss", 9}};
    op->actor = &lena;
    bool done = timeline_note(op, 1, S("call"), str_of(words));
    op->actor = NULL;
    return done;
}

struct question {
    int64_t customer;
    str topic, cursor;
    int limit;
    struct timeline line;
};

static bool ask(struct op *op, void *arg)
{
    struct question *q = arg;
    return timeline_of(op, q->customer, q->topic, q->cursor, q->limit, &q->line);
}

static void happen(struct fixture *f)
{
    static bool (*const works[])(struct op *, void *) = {company, issue, pay, note, issue};
    static const char *const args[] = {NULL, "R-1", NULL, "They pay on Friday.", "R-2"};
    for (ptrdiff_t i = 0; i < COUNT(works); i++) {
        f->now += 1000000;
        fixture_do(f, works[i], (void *)(intptr_t)args[i]);
    }
}

static ptrdiff_t told(const struct timeline *line, const char *what, const char *number)
{
    for (ptrdiff_t i = 0; i < line->count; i++)
        if (str_eq(line->at[i].what, str_of(what)) && str_eq(line->at[i].number, str_of(number)))
            return i;
    return -1;
}

ENGINES_SENTENCE(documents_money_and_notes_stand_on_one_line_the_newest_first)
{
    struct question q = {.customer = 1, .topic = S(""), .cursor = S(""), .limit = 50};
    struct question other = {.customer = 2, .topic = S(""), .cursor = S(""), .limit = 50};
    happen(f);
    fixture_do(f, ask, &q);
    fixture_do(f, ask, &other);
    ptrdiff_t late = told(&q.line, "entry.invoice", "R-2"), call = told(&q.line, "note.call", "");
    ptrdiff_t applied = told(&q.line, "entry.allocation", "R-1");
    ptrdiff_t first = told(&q.line, "entry.invoice", "R-1");
    CHECK(late == 0 && call == 1 && applied > call && first > applied, "%td, %td, %td, %td", late,
          call, applied, first);
    CHECK(q.line.at[first].amount.minor == 11900 && q.line.at[applied].amount.minor == 11900,
          "the amounts are lost");
    CHECK(str_eq(q.line.at[call].who, S("Lena Voss")) &&
              str_eq(q.line.at[call].words, S("They pay on Friday.")),
          "who wrote what is lost");
    CHECK(told(&other.line, "entry.invoice", "R-1") < 0, "another customer's line has it");
}

ENGINES_SENTENCE(pages_of_a_line_lose_nothing_and_repeat_nothing)
{
    struct question all = {.customer = 1, .topic = S(""), .cursor = S(""), .limit = 50};
    struct question page = {.customer = 1, .topic = S(""), .cursor = S(""), .limit = 2};
    ptrdiff_t count = 0;
    happen(f);
    fixture_do(f, ask, &all);
    do {
        fixture_do(f, ask, &page);
        for (ptrdiff_t i = 0; i < page.line.count; i++, count++)
            CHECK(count < all.line.count && page.line.at[i].id == all.line.at[count].id,
                  "row %td is another", count);
        page.cursor = page.line.next_cursor;
    } while (page.cursor.len > 0);
    CHECK(count == all.line.count && count > 4, "%td of %td rows", count, all.line.count);
}

ENGINES_SENTENCE(a_topic_shows_its_own_rows_only)
{
    struct question q = {.customer = 1, .topic = S("note"), .cursor = S(""), .limit = 50};
    happen(f);
    fixture_do(f, ask, &q);
    CHECK(q.line.count == 1 && str_eq(q.line.at[0].what, S("note.call")), "%td notes",
          q.line.count);
}

static bool empty_note(struct op *op, void *unused)
{
    (void)unused;
    return !timeline_note(op, 1, S("call"), S("  ")) && op->errs && op->errs->kind == ERR_INVALID;
}

ENGINES_SENTENCE(a_note_without_words_is_refused_and_one_with_words_is_kept_whole_or_not_at_all)
{
    struct op op = fixture_op(f);
    fixture_do(f, company, NULL);
    CHECK(!store_transact(&op, f->store, TX_WRITE, empty_note, NULL), "it was kept");
    CHECK(op.errs && str_eq(str_of(op.errs->field), S("words")), "%s", fixture_why(&op));
    (void)test_every_failure(f, note, (void *)(intptr_t) "A word.", NULL);
}

TESTS(ENGINES_TEST(documents_money_and_notes_stand_on_one_line_the_newest_first),
      ENGINES_TEST(pages_of_a_line_lose_nothing_and_repeat_nothing),
      ENGINES_TEST(a_topic_shows_its_own_rows_only),
      ENGINES_TEST(a_note_without_words_is_refused_and_one_with_words_is_kept_whole_or_not_at_all))
