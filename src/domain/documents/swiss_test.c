#include "domain/documents/swiss.h"

#include "base/arena.h"
#include "test.h"

#include <string.h>

/* Accounts and numbers of the guidelines' own examples. */
static struct swiss_in example(const char *iban)
{
    return (struct swiss_in){
        .iban = str_of(iban),
        .to = {S("Max Muster & S\xC3\xB6hne"), S("Musterstrasse 123"), S("8000"), S("Seldwyla"),
               S("CH")},
        .from = {S("Simon Muster"), S("Musterstrasse 1"), S("8000"), S("Seldwyla"), S("CH")},
        .amount = {194975, {"CHF"}},
        .number = S("21000000000313947143000901"),
        .message = S("Auftrag vom 15.06.2020"),
    };
}

SENTENCE(a_bill_has_the_lines_of_the_guidelines)
{
    struct op op = {.mem = mem};
    struct swiss_bill bill;
    struct swiss_in in = example("CH4431999123000889012");
    CHECK(swiss_code(&op, &in, &bill), "refused");
    CHECK(str_eq(bill.code, S("SPC\n0200\n1\nCH4431999123000889012\n"
                              "S\nMax Muster & S\xC3\xB6hne\nMusterstrasse 123\n\n8000\nSeldwyla\n"
                              "CH\n\n\n\n\n\n\n\n1949.75\nCHF\n"
                              "S\nSimon Muster\nMusterstrasse 1\n\n8000\nSeldwyla\nCH\n"
                              "QRR\n210000000003139471430009017\nAuftrag vom 15.06.2020\nEPD")),
          "%.*s", STR(bill.code));
    CHECK(str_eq(bill.reference, S("21 00000 00003 13947 14300 09017")), "%.*s",
          STR(bill.reference));

    in = example("CH5800791123000889012");
    in.number = S("539007547034"), in.from = (struct swiss_party){0};
    CHECK(swiss_code(&op, &in, &bill), "refused");
    CHECK(str_ends(bill.code, S("CHF\n\n\n\n\n\n\n\nSCOR\nRF18539007547034\n"
                                "Auftrag vom 15.06.2020\nEPD")),
          "%.*s", STR(bill.code));
    int lines = 1;
    for (ptrdiff_t i = 0; i < bill.code.len; i++) lines += bill.code.at[i] == '\n';
    CHECK(lines == 31, "%d lines", lines);
}

SENTENCE(an_address_is_read_into_street_postal_code_and_town)
{
    static const struct {
        const char *address, *country, *street, *code, *town, *in;
    } cases[] = {
        {"Seestrasse 1\n8004 Z\xC3\xBCrich", "CH", "Seestrasse 1", "8004", "Z\xC3\xBCrich", "CH"},
        {"Seestrasse 1\nFL-9490 Vaduz", "CH", "Seestrasse 1", "9490", "Vaduz", "FL"},
        {"Haus\nSeestrasse 1\n8004 Z\n", "CH", "Seestrasse 1", "8004", "Z", "CH"},
        {"8004 Z", "CH", "", "8004", "Z", "CH"},
        {"12 Wharf Road\nLeeds LS1 4AP", "GB", NULL, NULL, NULL, NULL},
        {"", "CH", NULL, NULL, NULL, NULL},
        {"Seestrasse 1\n8004 Z", "", NULL, NULL, NULL, NULL},
    };
    (void)mem;
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct swiss_party p;
        bool read = swiss_party_of(S("A"), str_of(cases[i].address), str_of(cases[i].country), &p);
        CHECK(read == (cases[i].street != NULL), "case %td", i);
        if (read)
            CHECK(str_eq(p.street, str_of(cases[i].street)) &&
                      str_eq(p.code, str_of(cases[i].code)) &&
                      str_eq(p.town, str_of(cases[i].town)) &&
                      str_eq(p.country, str_of(cases[i].in)),
                  "case %td", i);
    }
}

SENTENCE(what_does_not_fit_a_bill_is_named)
{
    static const struct {
        const char *field, *iban, *currency, *town;
        int64_t minor;
    } cases[] = {
        {"iban", "DE75512108001245126199", "CHF", "S", 1},
        {"iban", "CH4431999123000889013", "CHF", "S", 1},
        {"iban", "CH4431999123000889012", "USD", "S", 1},
        {"amount", "CH4431999123000889012", "CHF", "S", 0},
        {"address", "CH4431999123000889012", "EUR", "", 1},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct swiss_bill bill;
        struct swiss_in in = example(cases[i].iban);
        CHECK(currency_from(str_of(cases[i].currency), &in.amount.cur), "case %td", i);
        in.amount.minor = cases[i].minor, in.to.town = str_of(cases[i].town);
        CHECK(!swiss_code(&op, &in, &bill), "case %td", i);
        CHECK(strcmp(op.errs->field, cases[i].field) == 0, "case %td: %s", i, op.errs->field);
    }
}

TESTS(TEST(a_bill_has_the_lines_of_the_guidelines),
      TEST(an_address_is_read_into_street_postal_code_and_town),
      TEST(what_does_not_fit_a_bill_is_named))
