#include "domain/customers/terms.h"

#include "base/text.h"

#include "test.h"

static date day(const char *iso)
{
    date d;
    CHECK(date_from(str_of(iso), &d), "%s", iso);
    return d;
}

/* "due amount [discount-until]", one part after the other; "refused" if the terms do not read. */
static str dues_text(struct arena *mem, const char *text, const char *issued, int64_t minor,
                     const char *code)
{
    struct op op = {.mem = mem};
    struct terms terms;
    struct terms_dues dues;
    money total = {.minor = minor};
    static const date holidays[] = {{20574}, {20602}}; /* 2026-05-01 and 2026-05-29 */
    static const struct holidays place = {holidays, 2};
    CHECK(currency_from(str_of(code), &total.cur), "%s", code);
    if (!terms_from(&op, str_of(text), &terms)) return S("refused");
    CHECK(terms_due_in(&op, &terms, &place, day(issued), total, &dues), "%s", text);

    struct text out = {.mem = mem};
    money sum = money_of(0, total.cur);
    for (ptrdiff_t i = 0; i < dues.count; i++) {
        const struct terms_due *due = &dues.at[i];
        str amount = str_cut(money_text(mem, due->amount), ' ').head;
        if (i > 0) text_add(&out, S(", "));
        text_format(&out, "%.*s %.*s", STR(date_text(mem, due->due)), STR(amount));
        if (due->discount_ppm > 0)
            text_format(&out, " [%.*s]", STR(date_text(mem, due->discount_until)));
        sum = money_add(sum, due->amount);
    }
    CHECK(money_eq(sum, total), "%s: the parts do not add up", text);
    return text_str(&out);
}

static const struct {
    const char *terms, *issued;
    int64_t minor;
    const char *code, *want;
} due_cases[] = {
    /* Days count from the day after the issue: domain.md rule 8 and V13. */
    {"2/10 net 30", "2026-01-31", 100000, "USD", "2026-03-02 1000.00 [2026-02-10]"},
    {"2/10, n/30", "2026-01-31", 100000, "USD", "2026-03-02 1000.00 [2026-02-10]"},
    {"2%/10 days, 30 days net", "2026-01-31", 1, "USD", "2026-03-02 0.01 [2026-02-10]"},
    {"1.5/7 net 14", "2028-02-20", 1000, "JPY", "2028-03-05 1000 [2028-02-27]"},
    {"net 30", "2026-02-06", 49600, "EUR", "2026-03-08 496.00"}, /* V12's day */
    {"NET30", "2026-01-30", 100, "EUR", "2026-03-01 1.00"},
    {"net 30", "2028-01-30", 100, "EUR", "2028-02-29 1.00"},
    {"30 days", "2025-12-02", 100, "EUR", "2026-01-01 1.00"},
    {"Due on receipt", "2026-02-28", 100, "EUR", "2026-02-28 1.00"},
    {"", "2026-02-28", 100, "EUR", "2026-02-28 1.00"},
    {"net 0", "2026-02-28", 100, "EUR", "2026-02-28 1.00"},
    {" n30 ", "2026-03-01", 100, "EUR", "2026-03-31 1.00"},
    /* The days first, then the month's end ("30 jours fin de mois", Code de commerce L441-10,
     * first way of counting). */
    {"net 30 EOM", "2026-01-15", 100, "EUR", "2026-02-28 1.00"},
    {"net 30 EOM", "2026-01-31", 100, "EUR", "2026-03-31 1.00"},
    {"30 days end of month", "2028-01-30", 100, "EUR", "2028-02-29 1.00"},
    {"net 45 eom", "2026-11-20", 100, "EUR", "2027-01-31 1.00"},
    /* The month's end first, then the days (the second way). */
    {"EOM + 30", "2026-01-15", 100, "EUR", "2026-03-02 1.00"},
    {"EOM 45 days", "2026-02-10", 100, "EUR", "2026-04-14 1.00"},
    {"EOM", "2028-02-01", 100, "EUR", "2028-02-29 1.00"},
    /* Proximo: a day of the next month, or its last one. */
    {"15th prox", "2026-01-01", 100, "EUR", "2026-02-15 1.00"},
    {"15th prox", "2026-01-31", 100, "EUR", "2026-02-15 1.00"},
    {"prox 15", "2026-12-31", 100, "EUR", "2027-01-15 1.00"},
    {"31st prox", "2026-01-10", 100, "EUR", "2026-02-28 1.00"},
    {"31st prox", "2028-01-10", 100, "EUR", "2028-02-29 1.00"},
    {"10th of next month", "2026-06-30", 100, "EUR", "2026-07-10 1.00"},
    {"2/10 15th prox", "2026-06-30", 100, "EUR", "2026-07-15 1.00 [2026-07-10]"},
    /* Instalments: the parts are the total, to the last minor unit (rule 22). */
    {"30% net 30, 70% net 60", "2026-01-31", 10001, "EUR", "2026-03-02 30.00, 2026-04-01 70.01"},
    {"33.3333% net 30, 33.3333% net 60, 33.3334% net 90", "2026-01-01", 10000, "EUR",
     "2026-01-31 33.33, 2026-03-02 33.33, 2026-04-01 33.34"},
    {"50% net 60; 50% due on receipt", "2026-01-01", 3, "KWD",
     "2026-01-01 0.001, 2026-03-02 0.002"},
    {"50% net 10, 50% net 20", "2026-01-01", -101, "EUR", "2026-01-11 -0.51, 2026-01-21 -0.50"},
    {"50% net 10, 50% net 20", "2026-01-01", 1, "JPY", "2026-01-11 1"},
    {"50% net 10, 50% net 20", "2026-01-01", 0, "EUR", "2026-01-11 0.00"},
    {"2/10 50% net 30, 50% net 60", "2026-01-01", 200, "EUR",
     "2026-01-31 1.00 [2026-01-11], 2026-03-02 1.00 [2026-01-11]"},
    /* Rule 26. The 2nd of May 2026 is a Saturday, the 1st and the 29th are holidays here. */
    {"net 1, following", "2026-04-30", 100, "EUR", "2026-05-04 1.00"},
    {"net 1", "2026-04-30", 100, "EUR", "2026-05-01 1.00"},
    {"net 30, following", "2026-04-30", 100, "EUR", "2026-06-01 1.00"},
    {"net 30, modified following", "2026-04-30", 100, "EUR", "2026-05-28 1.00"},
    {"2/1 net 30, next business day", "2026-04-30", 100, "EUR", "2026-06-01 1.00 [2026-05-04]"},
    {"EOM, modified following", "2026-02-10", 100, "EUR", "2026-02-27 1.00"},
    /* Not terms. */
    {"soon", "2026-01-01", 1, "EUR", "refused"},
    {"net", "2026-01-01", 1, "EUR", "refused"},
    {"30", "2026-01-01", 1, "EUR", "refused"},
    {"net 1000", "2026-01-01", 1, "EUR", "refused"},
    {"net -1", "2026-01-01", 1, "EUR", "refused"},
    {"net 30 later", "2026-01-01", 1, "EUR", "refused"},
    {"nettle 30", "2026-01-01", 1, "EUR", "refused"},
    {"net 30, net 60", "2026-01-01", 1, "EUR", "refused"},
    {"30% net 30, 60% net 60", "2026-01-01", 1, "EUR", "refused"},
    {"30% net 30", "2026-01-01", 1, "EUR", "refused"},
    {"0% net 30, 100% net 60", "2026-01-01", 1, "EUR", "refused"},
    {"2/40 net 30", "2026-01-01", 1, "EUR", "refused"},
    {"100/10 net 30", "2026-01-01", 1, "EUR", "refused"},
    {"2/10", "2026-01-01", 1, "EUR", "refused"},
    {"0/10 net 30", "2026-01-01", 1, "EUR", "refused"},
    {"2.00001/10 net 30", "2026-01-01", 1, "EUR", "refused"},
    {"32nd prox", "2026-01-01", 1, "EUR", "refused"},
    {"0 prox", "2026-01-01", 1, "EUR", "refused"},
    {"net 30,", "2026-01-01", 1, "EUR", "refused"},
    {"following", "2026-01-01", 1, "EUR", "refused"},
    {"net 30, following, following", "2026-01-01", 1, "EUR", "refused"},
    {"net 30 \xff", "2026-01-01", 1, "EUR", "refused"},
};

SENTENCE(terms_give_the_due_dates_of_the_trade)
{
    for (ptrdiff_t i = 0; i < COUNT(due_cases); i++) {
        str got = dues_text(mem, due_cases[i].terms, due_cases[i].issued, due_cases[i].minor,
                            due_cases[i].code);
        CHECK(str_eq(got, str_of(due_cases[i].want)), "\"%s\" of %s: %.*s", due_cases[i].terms,
              due_cases[i].issued, STR(got));
    }
}

SENTENCE(terms_are_told_in_words)
{
    static const struct {
        const char *terms, *words;
    } cases[] = {
        {"net30", "30 days net"},
        {"n/1", "1 day net"},
        {"", "due on receipt"},
        {"2/10 net 30", "2% off within 10 days, 30 days net"},
        {"1.25/10 net 30", "1.25% off within 10 days, 30 days net"},
        {"net 30 eom", "30 days, then to the end of the month"},
        {"eom", "end of the month"},
        {"eom+10", "10 days after the end of the month"},
        {"15th prox", "on day 15 of the next month"},
        {"30% net 30, 70% net 60", "30% 30 days net; 70% 60 days net"},
        {"net 30, following", "30 days net, or the next working day"},
        {"net 30, modified following", "30 days net, or the nearest working day of that month"},
        {"As agreed with Mr Brandt", "As agreed with Mr Brandt"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = terms_words(mem, NULL, str_of(cases[i].terms));
        CHECK(str_eq(got, str_of(cases[i].words)), "%s: %.*s", cases[i].terms, STR(got));
    }
}

SENTENCE(terms_that_do_not_read_are_refused_with_a_sentence)
{
    static const struct {
        const char *terms, *sentence;
    } cases[] = {
        {"soon", "“soon” are no payment terms that we can read. Write, for example: net 30, "
                 "2/10 net 30, net 30 EOM, 15th prox, due on receipt, or 30% net 30, 70% net 60."},
        {"30% net 30", "The parts of “30% net 30” need percentages that add up to 100%."},
        {"2/40 net 30", "The discount of “2/40 net 30” would run longer than the time to pay."},
        {"100/10 net 30", "A discount is less than 100%."},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct terms terms;
        CHECK(!terms_from(&op, str_of(cases[i].terms), &terms), "%s", cases[i].terms);
        CHECK(op.errs && op.errs->kind == ERR_INVALID && strcmp(op.errs->field, "terms") == 0, "%s",
              cases[i].terms);
        CHECK(str_eq(op.errs->message, str_of(cases[i].sentence)), "%.*s", STR(op.errs->message));
    }
    struct op op = {.mem = mem};
    struct terms terms;
    struct terms_dues dues;
    money total = {0};
    CHECK(currency_from(S("EUR"), &total.cur) && terms_from(&op, S("net 999"), &terms), "terms");
    CHECK(!terms_due(&op, &terms, day("9999-01-01"), total, &dues), "too far");
    CHECK(str_eq(op.errs->message, S("This date is too far in the future.")), "%.*s",
          STR(op.errs->message));
}

TESTS(TEST(terms_give_the_due_dates_of_the_trade), TEST(terms_are_told_in_words),
      TEST(terms_that_do_not_read_are_refused_with_a_sentence))
