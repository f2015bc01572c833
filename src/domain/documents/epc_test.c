#include "domain/documents/epc.h"

#include "test.h"

#define LONG70 "1234567890123456789012345678901234567890123456789012345678901234567890"

static money euros(int64_t minor)
{
    return money_of(minor, (currency){"EUR"});
}

static const struct epc good = {
    .name = {"Nordwind Antriebstechnik GmbH", 29},
    .iban = {"DE75512108001245126199", 22},
    .bic = {"SOGEDEFFXXX", 11},
    .reference = {"RF18539007547034", 16},
};

SENTENCE(a_payment_code_has_the_lines_of_the_guidelines)
{
    struct op op = {.mem = mem};
    struct epc in = good;
    str code;
    in.amount = euros(87600);
    CHECK(epc_code(&op, &in, &code), "refused");
    CHECK(str_eq(code, S("BCD\n002\n1\nSCT\nSOGEDEFFXXX\nNordwind Antriebstechnik GmbH\n"
                         "DE75512108001245126199\nEUR876.00\n\nRF18539007547034")),
          "%.*s", STR(code));

    in = (struct epc){.name = S("M\xC3\xBCller\nBCD"), .iban = good.iban, .amount = euros(1)};
    in.text = S("Invoice 10-48840");
    CHECK(epc_code(&op, &in, &code), "refused");
    CHECK(str_eq(code, S("BCD\n002\n1\nSCT\n\nM\xC3\xBCller BCD\nDE75512108001245126199\nEUR0.01\n"
                         "\n\nInvoice 10-48840")),
          "%.*s", STR(code));

    in.name = S(LONG70 "7 and more");
    in.text = S("");
    CHECK(epc_code(&op, &in, &code), "refused");
    CHECK(str_find(code, S("\n" LONG70 "\n")) > 0, "%.*s", STR(code));
    CHECK(str_ends(code, S("\nEUR0.01")), "%.*s", STR(code));
}

SENTENCE(what_does_not_fit_a_payment_code_is_named)
{
    static const struct {
        const char *field;
        int64_t minor;
        const char *currency, *name, *iban, *bic, *reference, *text;
    } cases[] = {
        {"currency", 100, "USD", "A", "DE75512108001245126199", "", "", ""},
        {"amount", 0, "EUR", "A", "DE75512108001245126199", "", "", ""},
        {"amount", INT64_C(100000000000), "EUR", "A", "DE75512108001245126199", "", "", ""},
        {"name", 100, "EUR", " ", "DE75512108001245126199", "", "", ""},
        {"iban", 100, "EUR", "A", "DE75512108001245126190", "", "", ""},
        {"bic", 100, "EUR", "A", "DE75512108001245126199", "SOGE", "", ""},
        {"reference", 100, "EUR", "A", "DE75512108001245126199", "", "RF19539007547034", ""},
        {"text", 100, "EUR", "A", "DE75512108001245126199", "", "", "\xFF"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct epc in = {.name = str_of(cases[i].name),
                         .iban = str_of(cases[i].iban),
                         .bic = str_of(cases[i].bic),
                         .reference = str_of(cases[i].reference),
                         .text = str_of(cases[i].text)};
        str code;
        CHECK(currency_from(str_of(cases[i].currency), &in.amount.cur), "case %td", i);
        in.amount.minor = cases[i].minor;
        CHECK(!epc_code(&op, &in, &code), "case %td", i);
        CHECK(strcmp(op.errs->field, cases[i].field) == 0, "case %td: %s", i, op.errs->field);
    }
}

TESTS(TEST(a_payment_code_has_the_lines_of_the_guidelines),
      TEST(what_does_not_fit_a_payment_code_is_named))
