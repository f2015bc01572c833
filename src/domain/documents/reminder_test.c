#include "domain/documents/reminder.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/documents.h"
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct world {
    int64_t entity, customer, account, wish;
    str language;
    date day, issued, due;
    int64_t minor;
    struct reminder reminder;
    struct paper paper;
    struct kept kept;
    bool found;
};

static const currency eur = {"EUR"};

static date on(int month, int d)
{
    date out;
    CHECK(date_of(2026, month, d, &out), "a day");
    return out;
}

static bool build(struct op *op, void *arg)
{
    struct world *w = arg;
    enum put did;
    struct entity seller = {.code = S("main"),
                            .name = S("Nordwind"),
                            .currency = {"EUR"},
                            .legal_name = S("Nordwind GmbH"),
                            .address = S("Überseeallee 14\n28217 Bremen"),
                            .contact_email = S("ar@nordwind.example"),
                            .payee = S("Nordwind GmbH"),
                            .iban = S("DE75512108001245126199"),
                            .bic = S("SOGEDEFFXXX")};
    struct customer buyer = {.number = S("10017"),
                             .name = S("Müller & Söhne OHG"),
                             .address = S("Hauptstraße 1\n10115 Berlin"),
                             .language = w->language};
    return entity_put(op, &seller, &w->entity) && customer_put(op, &buyer, &w->customer, &did) &&
           brand_put(op, w->entity, 0x0d5a66, S("")) &&
           account_for(op, w->customer, w->entity, eur, &w->account);
}

static bool bill(struct op *op, void *arg)
{
    struct world *w = arg;
    struct issued issued;
    money total = money_of(w->minor, eur), none = money_of(0, eur);
    struct document d = {.entity = w->entity,
                         .customer = w->customer,
                         .kind = DOCUMENT_INVOICE,
                         .issued = w->issued,
                         .due = {.some = true, .value = w->due},
                         .po = S("4500-1187"),
                         .net = total,
                         .tax = none,
                         .total = total};
    return document_issue(op, &d, false, &issued);
}

static void bill_due(struct fixture *f, struct world *w, date due, int64_t minor)
{
    w->issued = on(1, 5), w->due = due, w->minor = minor;
    fixture_do(f, bill, w);
}

/* Two are overdue, one is due on the day, one later. */
static void world_make(struct fixture *f, struct world *w, str language)
{
    *w = (struct world){.language = language, .day = on(3, 10), .wish = 7};
    fixture_do(f, build, w);
    bill_due(f, w, on(2, 4), 10000);
    bill_due(f, w, on(3, 1), 2345);
    bill_due(f, w, on(3, 10), 500);
    bill_due(f, w, on(3, 11), 90000);
}

static bool look(struct op *op, void *arg)
{
    struct world *w = arg;
    return reminder_load(op, w->account, w->day, &w->reminder) &&
           paper_of_reminder(op, w->account, w->day, NULL,
                             S("https://pay.nordwind.example/invoices?show=overdue"), &w->paper) &&
           kept_find(op, KEPT_REMINDER, w->wish, &w->kept, &w->found);
}

static bool issue(struct op *op, void *arg)
{
    struct world *w = arg;
    return reminder_issue(op, w->wish, w->account, w->day,
                          S("https://pay.nordwind.example/invoices?show=overdue"));
}

static bool look_early(struct op *op, void *arg)
{
    struct world *w = arg;
    struct paper paper;
    w->found = paper_of_reminder(op, w->account, on(1, 6), NULL, S(""), &paper);
    return true;
}

ENGINES_SENTENCE(a_reminder_has_what_is_overdue_and_due_and_nothing_else)
{
    struct world w;
    world_make(f, &w, S("en"));
    fixture_do(f, look, &w);
    CHECK(w.reminder.count == 3, "%td", w.reminder.count);
    CHECK(w.reminder.overdue.minor == 12345 && w.reminder.due.minor == 500, "sums");
    CHECK(w.paper.tables[0].row_count == 4, "rows");
    CHECK(str_find(w.paper.payment_code, S("EUR128.45")) > 0, "%.*s", STR(w.paper.payment_code));
    CHECK(w.paper.intro.len > 0 && w.paper.closing.len > 0, "its texts");
    struct op op = fixture_op(f);
    CHECK(!store_transact(&op, f->store, TX_READ, look_early, &w) || !w.found,
          "nothing is due in January");
}

/* 10.00 of what fell due first, and all that fell due second. */
static bool dispute(struct op *op, void *arg)
{
    struct world *w = arg;
    int64_t id;
    struct dispute_new in = {
        .reason = S("pricing"), .words = S("Too much."), .origin = BY_CUSTOMER};
    for (ptrdiff_t i = 0; i < 2; i++) {
        in.item = w->reminder.items[i].of->item;
        in.amount = i == 0 ? money_of(1000, eur) : w->reminder.items[i].open;
        if (!dispute_raise(op, &in, &id)) return false;
    }
    return true;
}

ENGINES_SENTENCE(what_is_disputed_is_not_asked_for_and_the_rest_is)
{
    struct world w;
    world_make(f, &w, S("en"));
    fixture_do(f, look, &w);
    fixture_do(f, dispute, &w);
    fixture_do(f, look, &w);
    CHECK(w.reminder.count == 2 && w.reminder.items[0].open.minor == 9000, "the rest of the first");
    CHECK(w.reminder.overdue.minor == 9000 && w.reminder.due.minor == 500, "%lld",
          (long long)w.reminder.overdue.minor);
}

ENGINES_SENTENCE(a_reminder_stays_as_it_was_issued)
{
    struct world w;
    world_make(f, &w, S("en"));
    fixture_do(f, issue, &w);
    fixture_do(f, look, &w);
    str before = w.kept.bytes;
    CHECK(w.found && str_starts(before, S("%PDF-")), "stored");
    bill_due(f, &w, on(2, 1), 777);
    fixture_do(f, look, &w);
    CHECK(w.reminder.overdue.minor == 12345 + 777, "one more is overdue");
    CHECK(str_eq(before, w.kept.bytes), "the letter that was sent does not know it");
}

ENGINES_SENTENCE(issuing_a_reminder_survives_every_failure)
{
    struct world w;
    world_make(f, &w, S("de"));
    CHECK(test_every_failure(f, issue, &w, NULL) > 5, "too few calls");
    fixture_do(f, look, &w);
    CHECK(w.found, "stored");
}

static str all_of(struct arena *mem, FILE *f)
{
    struct text t = {.mem = mem};
    char buffer[4096];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, f)) > 0;)
        text_add(&t, (str){buffer, (ptrdiff_t)n});
    return text_str(&t);
}

/* `UPDATE_GOLDEN=1` writes the text down; the review reads the difference. */
static void check_said(struct fixture *f, str language, str pdf)
{
    const char *path =
        str_z(f->mem, str_printf(f->mem, "build/documents/reminder-%.*s.pdf", STR(language)));
    const char *golden =
        str_z(f->mem, str_printf(f->mem, "test/golden/documents/reminder-%.*s.txt", STR(language)));
    (void)mkdir("build/documents", 0777);
    FILE *out = fopen(path, "w");
    CHECK(out && fwrite(pdf.at, 1, (size_t)pdf.len, out) == (size_t)pdf.len, "%s", path);
    fclose(out);
    FILE *pipe =
        popen(str_z(f->mem,
                    str_printf(f->mem, "command -v pdftotext >/dev/null && pdftotext %s -", path)),
              "r");
    CHECK(pipe, "pdftotext");
    str said = all_of(f->mem, pipe);
    if (pclose(pipe) != 0) {
        print_message("skipped: no poppler-utils\n");
        skip();
    }
    FILE *words = fopen(golden, getenv("UPDATE_GOLDEN") ? "w" : "r");
    CHECK(words, "%s", golden);
    if (getenv("UPDATE_GOLDEN"))
        fwrite(said.at, 1, (size_t)said.len, words);
    else
        CHECK(str_eq(all_of(f->mem, words), said), "%s is not what %s says", golden, path);
    fclose(words);
}

static void says(struct fixture *f, str language)
{
    struct world w;
    world_make(f, &w, language);
    fixture_do(f, issue, &w);
    fixture_do(f, look, &w);
    check_said(f, language, w.kept.bytes);
}

ENGINES_SENTENCE(a_reminder_says_it_in_english)
{
    says(f, S("en"));
}

ENGINES_SENTENCE(a_reminder_says_it_in_german)
{
    says(f, S("de"));
}

TESTS(ENGINES_TEST(a_reminder_has_what_is_overdue_and_due_and_nothing_else),
      ENGINES_TEST(what_is_disputed_is_not_asked_for_and_the_rest_is),
      ENGINES_TEST(a_reminder_stays_as_it_was_issued),
      ENGINES_TEST(issuing_a_reminder_survives_every_failure),
      ENGINES_TEST(a_reminder_says_it_in_english), ENGINES_TEST(a_reminder_says_it_in_german))
