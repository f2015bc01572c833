/* The look at a file before it is imported. No database. */
#include "fixture.h"

#include "domain/exchange/import.h"

static struct import_options invoices_of(struct arena *mem, const char *content)
{
    return (struct import_options){.kind = IMPORT_INVOICES,
                                   .path = test_file(mem, str_of(content))};
}

static struct import_preview preview_of(struct arena *mem, const struct import_options *options)
{
    struct op op = {.mem = mem};
    struct import_preview preview;
    CHECK(import_preview(&op, options, &preview), "%s", fixture_why(&op));
    return preview;
}

SENTENCE(a_preview_proposes_a_mapping_and_shows_what_would_be_refused)
{
    struct import_options options = invoices_of(
        mem, "Rechnungs-Nr.;Kunde;Rechnungsdatum;F\xc3\xa4llig am;Betrag\nR-1;C1;01.04.2026;"
             "01.05.2026;1.234,50\nR-2;C1;31.04.2026;01.05.2026;1,50\n");
    struct import_preview p = preview_of(mem, &options);
    CHECK(p.proposed && !p.problems && p.info->delimiter == ';', "not proposed");
    CHECK(str_eq(p.mapping.of[FIELD_NUMBER].column, S("Rechnungs-Nr.")) &&
              str_eq(p.mapping.of[FIELD_CUSTOMER].column, S("Kunde")) &&
              str_eq(p.mapping.of[FIELD_DUE].column, S("F\xc3\xa4llig am")) &&
              str_eq(p.mapping.of[FIELD_AMOUNT].column, S("Betrag")),
          "another mapping");
    CHECK(p.formats.decimal == DECIMAL_COMMA && p.formats.order == DATE_DMY, "other formats");
    CHECK(p.row_count == 2 && p.rows[0].problem.len == 0, "%.*s", STR(p.rows[0].problem));
    CHECK(
        str_eq(p.rows[1].problem, S("Rechnungsdatum: This is no day in the order day.month.year.")),
        "%.*s", STR(p.rows[1].problem));
}

SENTENCE(a_preview_says_what_stands_in_the_way)
{
    static const struct {
        const char *file, *field, *says;
    } cases[] = {
        {"number,customer,issued,amount\nR-1,C1,1/2/2026,5.00\n", "date_order",
         "All days could be months: line 2 says \"1/2/2026\"."},
        {"number,customer,issued,amount\nR-1,C1,2026-01-02,1.234\n", "decimal",
         "\"1.234\" in line 2 could be a thousand or a fraction."},
        {"number,customer,when,amount\nR-1,C1,2026-01-02,1.00\n", "map",
         "No column is mapped to the field Issued (issued)."},
        {"number,customer,issued\nR-1,C1,2026-01-02\n", "map",
         "No column is mapped to the field Amount (amount), nor to Quantity (quantity) and "},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct import_options options = invoices_of(mem, cases[i].file);
        struct import_preview p = preview_of(mem, &options);
        CHECK(p.problems && strcmp(p.problems->field, cases[i].field) == 0, "case %td", i);
        CHECK(str_starts(p.problems->message, str_of(cases[i].says)), "%.*s",
              STR(p.problems->message));
    }
    struct import_options options = invoices_of(mem, cases[0].file);
    options.date_order = DATE_MDY;
    CHECK(!preview_of(mem, &options).problems, "it was said");
    struct op op = {.mem = mem};
    CHECK(mapping_set(&op, S("number=Nr"), &options.mapping), "map");
    struct import_preview p = preview_of(mem, &options);
    CHECK(p.problems, "a column that is not there");
}

TESTS(TEST(a_preview_proposes_a_mapping_and_shows_what_would_be_refused),
      TEST(a_preview_says_what_stands_in_the_way))
