#include "test.h"

#include "base/lang.h"
#include "domain/exchange/import.h"
#include "domain/exchange/values.h"

SENTENCE(amounts_are_read_in_the_sign_of_their_file_and_no_other)
{
    static const struct {
        const char *cell, *point, *comma; /* NULL: refused */
    } cases[] = {
        {"1234.50", "1234.50", NULL},
        {"1234,50", NULL, "1234.50"},
        {"1,234.50", "1234.50", NULL},
        {"1.234,50", NULL, "1234.50"},
        {"1.234", "1.234", "1234"},
        {"1,234", "1234", "1.234"},
        {"1.234.567", NULL, "1234567"},
        {"1,23,45,678.90", "12345678.90", NULL},
        {"12,34", NULL, "12.34"},
        {"1,2345", NULL, "1.2345"},
        {"1 234 567,89", NULL, "1234567.89"},
        {"1\xc2\xa0"
         "234,89",
         NULL, "1234.89"},
        {"1\xe2\x80\xaf"
         "234,89",
         NULL, "1234.89"},
        {"1'234.50", "1234.50", NULL},
        {"1\xe2\x80\x99"
         "234.50",
         "1234.50", NULL},
        {"-12.00", "-12.00", NULL},
        {"\xe2\x88\x92"
         "12.00",
         "-12.00", NULL},
        {"12.00-", "-12.00", NULL},
        {"(12.00)", "-12.00", NULL},
        {"+31070,11", NULL, "31070.11"},
        {"\xe2\x82\xac 12,50", NULL, "12.50"},
        {"12,50 \xe2\x82\xac", NULL, "12.50"},
        {"$1,525.00", "1525.00", NULL},
        {"-$5.00", "-5.00", NULL},
        {"EUR 12.50", "12.50", NULL},
        {"12.50 EUR", "12.50", NULL},
        {" 7 ", "7", "7"},
        {".5", "0.5", NULL},
        {"0.001", "0.001", "0001"},
        {"", NULL, NULL},
        {"NULL", NULL, NULL},
        {"-", NULL, NULL},
        {"12.", NULL, NULL},
        {"--12", NULL, NULL},
        {"(-12)", NULL, NULL},
        {"(12", NULL, NULL},
        {"12)", NULL, NULL},
        {"1-2", NULL, NULL},
        {"1E+05", NULL, NULL},
        {"12,345,6", NULL, NULL},
        {"1,,234", NULL, NULL},
        {"1.234,567.8", NULL, NULL},
        {"0x10", NULL, NULL},
        {"12 EURO", NULL, NULL},
        {"\xd9\xa1\xd9\xa2", NULL, NULL},
        {"99999999999999999999999999999999999999999999999999999", NULL, NULL},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        for (int sign = DECIMAL_POINT; sign <= DECIMAL_COMMA; sign++) {
            const char *want = sign == DECIMAL_POINT ? cases[i].point : cases[i].comma;
            str got = {0};
            bool read = amount_from(mem, str_of(cases[i].cell), (enum decimal_sign)sign, &got);
            CHECK(read == (want != NULL) && (!read || str_eq(got, str_of(want))), "%s by %d: %.*s",
                  cases[i].cell, sign, STR(got));
        }
    }
}

SENTENCE(products_lose_nothing)
{
    static const struct {
        const char *a, *b, *product;
    } cases[] = {
        {"6", "2.55", "15.30"},          {"-3", "0.001", "-0.003"},
        {"0", "-4.50", "0.00"},          {"-2", "-1.5", "3.0"},
        {"1000000", "0.01", "10000.00"}, {"12", "7", "84"},
        {"0.5", "0.05", "0.025"},        {"99999999999", "99999999999", "9999999999800000000001"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = {0};
        CHECK(decimal_product(mem, str_of(cases[i].a), str_of(cases[i].b), &got) &&
                  str_eq(got, str_of(cases[i].product)),
              "%s * %s: %.*s", cases[i].a, cases[i].b, STR(got));
    }
    str got;
    CHECK(!decimal_product(mem, S("99999999999999999999999"), S("1"), &got), "too many digits");
    CHECK(decimal_complement(mem, S("0.05"), &got) && str_eq(got, S("0.95")), "%.*s", STR(got));
    CHECK(decimal_complement(mem, S("1"), &got) && str_eq(got, S("0")), "%.*s", STR(got));
    CHECK(!decimal_complement(mem, S("1.01"), &got), "more than all");
    CHECK(!decimal_complement(mem, S("-0.1"), &got), "less than nothing");
    CHECK(decimal_sign_of(S("-0.00")) == 0 && decimal_sign_of(S("-0.01")) == -1 &&
              decimal_sign_of(S("3")) == 1,
          "signs");
}

SENTENCE(days_are_read_in_the_order_of_their_file)
{
    static const struct {
        const char *cell, *day; /* NULL: refused */
        enum date_order order;
    } cases[] = {
        {"2013-01-02", "2013-01-02", DATE_YMD},
        {"2013-01-02", "2013-01-02", DATE_MDY},
        {"2010-12-01 08:26:00", "2010-12-01", DATE_YMD},
        {"1996-07-04 00:00:00.000", "1996-07-04", DATE_YMD},
        {"2020-04-20T05:02:32.25+02:00", "2020-04-20", DATE_YMD},
        {"2013/1/2", "2013-01-02", DATE_YMD},
        {"20130102", "2013-01-02", DATE_DMY},
        {"1/2/2013", "2013-01-02", DATE_MDY},
        {"1/2/2013", "2013-02-01", DATE_DMY},
        {"1/2/2013", NULL, DATE_YMD},
        {"12/15/2018 12:00:00 AM", "2018-12-15", DATE_MDY},
        {"15/12/2018", NULL, DATE_MDY},
        {"30-03-2020", "2020-03-30", DATE_DMY},
        {"30.03.20", "2020-03-30", DATE_DMY},
        {"01/04/69", "2069-04-01", DATE_DMY},
        {"01/04/70", "1970-04-01", DATE_DMY},
        {"03.04.2020", NULL, DATE_MDY},
        {"31/02/2020", NULL, DATE_DMY},
        {"29.02.2023", NULL, DATE_DMY},
        {"1/2-2013", NULL, DATE_DMY},
        {"1/2/2013 noon", NULL, DATE_DMY},
        {"1/2/20133", NULL, DATE_DMY},
        {"", NULL, DATE_YMD},
        {"20131301", NULL, DATE_YMD},
        {"-0130101", NULL, DATE_YMD},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        date day;
        str got = S("nothing");
        if (date_from_cell(str_of(cases[i].cell), cases[i].order, &day)) got = date_text(mem, day);
        CHECK(str_eq(got, cases[i].day ? str_of(cases[i].day) : S("nothing")), "%s as %s: %.*s",
              cases[i].cell, date_order_name(cases[i].order), STR(got));
    }
}

static struct formats formats_of_cells(struct arena *mem, const char *const cells[])
{
    struct column_facts facts = {0};
    struct formats formats;
    for (int i = 0; cells[i]; i++) column_facts_add(&facts, str_of(cells[i]), i + 2);
    formats_find(mem, &facts, NULL, 1, &formats);
    return formats;
}

SENTENCE(formats_are_chosen_by_evidence_and_say_how_sure_they_are)
{
    static const struct {
        const char *cells[5];
        int decimal, order;
        enum sureness decimal_sure, order_sure;
        int64_t decimal_line, order_line;
    } cases[] = {
        {{"12.50", "1.234"}, DECIMAL_POINT, DATE_YMD, SURE_CERTAIN, SURE_CERTAIN, 2, 0},
        {{"1.234", "12,50"}, DECIMAL_COMMA, DATE_YMD, SURE_CERTAIN, SURE_CERTAIN, 3, 0},
        {{"1.234", "2.345"}, DECIMAL_POINT, DATE_YMD, SURE_GUESS, SURE_CERTAIN, 2, 0},
        {{"12", "7"}, DECIMAL_POINT, DATE_YMD, SURE_CERTAIN, SURE_CERTAIN, 0, 0},
        {{"12,50", "13,50", "14.50"}, DECIMAL_COMMA, DATE_YMD, SURE_LIKELY, SURE_CERTAIN, 4, 0},
        {{"1/2/2013", "4/6/2013"}, DECIMAL_POINT, DATE_DMY, SURE_CERTAIN, SURE_GUESS, 0, 2},
        {{"1/2/2013", "1/15/2013"}, DECIMAL_POINT, DATE_MDY, SURE_CERTAIN, SURE_CERTAIN, 0, 3},
        {{"1/2/2013", "15/1/2013"}, DECIMAL_POINT, DATE_DMY, SURE_CERTAIN, SURE_CERTAIN, 0, 3},
        {{"1.2.2013"}, DECIMAL_POINT, DATE_DMY, SURE_CERTAIN, SURE_CERTAIN, 0, 2},
        {{"15/1/2013", "16/1/2013", "1/17/2013"},
         DECIMAL_POINT,
         DATE_DMY,
         SURE_CERTAIN,
         SURE_LIKELY,
         0,
         4},
        {{"2013-01-02", "NULL", ""}, DECIMAL_POINT, DATE_YMD, SURE_CERTAIN, SURE_CERTAIN, 0, 2},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct formats f = formats_of_cells(mem, cases[i].cells);
        CHECK((int)f.decimal == cases[i].decimal && (int)f.order == cases[i].order,
              "case %td: %d, %s", i, (int)f.decimal, date_order_name(f.order));
        CHECK(f.decimal_found.sure == cases[i].decimal_sure &&
                  f.order_found.sure == cases[i].order_sure,
              "case %td: %d, %d", i, (int)f.decimal_found.sure, (int)f.order_found.sure);
        CHECK(f.decimal_found.line == cases[i].decimal_line &&
                  f.order_found.line == cases[i].order_line,
              "case %td: lines %lld, %lld", i, (long long)f.decimal_found.line,
              (long long)f.order_found.line);
    }
}

SENTENCE(a_field_is_named_as_its_reader_says_it_and_as_a_command_does)
{
    str english = import_field_words(mem, lang_find(S("en")), FIELD_UNIT_PRICE);
    str german = import_field_words(mem, lang_find(S("de")), FIELD_ISSUED);
    CHECK(str_eq(english, S("Price (unit_price)")), "%.*s", STR(english));
    CHECK(str_eq(german, S("Ausgestellt (issued)")), "%.*s", STR(german));
    for (int i = 0; i < IMPORT_FIELDS; i++)
        CHECK(import_field_label((enum import_field)i), "field %d has no label", i);
}

TESTS(TEST(a_field_is_named_as_its_reader_says_it_and_as_a_command_does),
      TEST(amounts_are_read_in_the_sign_of_their_file_and_no_other), TEST(products_lose_nothing),
      TEST(days_are_read_in_the_order_of_their_file),
      TEST(formats_are_chosen_by_evidence_and_say_how_sure_they_are))
