#include "domain/payments/reference.h"

#include "test.h"

#include <stdlib.h>

SENTENCE(a_reference_carries_its_check_digits)
{
    static const struct {
        const char *number, *reference;
    } cases[] = {
        {"INV20260042", "RF73INV20260042"},
        {"539007547034", "RF18539007547034"},
        {"inv-2026/0042", "RF73INV20260042"},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", NULL}, /* the last 21 */
        {"-/.", ""},
        {"", ""},
        {"\xC3\xA9", ""},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        str got = reference_rf(mem, str_of(cases[i].number));
        if (cases[i].reference)
            CHECK(str_eq(got, str_of(cases[i].reference)), "\"%.*s\", not %s", STR(got),
                  cases[i].reference);
        CHECK(got.len == 0 || reference_rf_ok(got), "\"%.*s\"", STR(got));
        CHECK(got.len <= 25, "%td", got.len);
    }
    str cut = reference_rf(mem, S("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    CHECK(str_ends(cut, S("FGHIJKLMNOPQRSTUVWXYZ")) && cut.len == 25, "%.*s", STR(cut));
}

SENTENCE(a_mistyped_reference_is_refused)
{
    static const char *bad[] = {"RF18539007547035",
                                "RF73INV20260043",
                                "RF37INV20260042",
                                "rf73INV20260042",
                                "RF73",
                                "RF7",
                                "",
                                "RF73INV2026 0042",
                                "XX73INV20260042",
                                "RF73INV20260024"};
    for (ptrdiff_t i = 0; i < COUNT(bad); i++)
        CHECK(!reference_rf_ok(str_of(bad[i])), "%s", bad[i]);
    CHECK(reference_rf_ok(reference_plain(mem, S("rf18 5390 0754 7034"))), "plain");
    CHECK(str_eq(reference_groups(mem, S("RF18539007547034")), S("RF18 5390 0754 7034")), "groups");
    CHECK(str_eq(reference_groups(mem, S("RF185")), S("RF18 5")), "groups");
}

SENTENCE(an_iban_has_its_countrys_length_and_right_check_digits)
{
    static const struct {
        const char *iban;
        const char *sentence; /* NULL: good */
    } cases[] = {
        {"DE89370400440532013000", NULL},
        {"GB29NWBK60161331926819", NULL},
        {"NO9386011117947", NULL},
        {"DE89370400440532013001", "check digits"},
        {"DE8937040044053201300", "has 22 characters"},
        {"de89370400440532013000", "not an IBAN"},
        {"US89370400440532013000", "not an IBAN"},
        {"DE89 3704 0044 0532 0130 00", "not an IBAN"},
        {"", "not an IBAN"},
        {"D", "not an IBAN"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        bool good = cases[i].sentence == NULL;
        CHECK(iban_ok(str_of(cases[i].iban)) == good, "%s", cases[i].iban);
        CHECK(iban_check(&op, "iban", str_of(cases[i].iban)) == good, "%s", cases[i].iban);
        if (!good)
            CHECK(str_find(op.errs->message, str_of(cases[i].sentence)) >= 0, "%.*s",
                  STR(op.errs->message));
    }
    CHECK(bic_ok(S("SOGEDEFF")) && bic_ok(S("SOGEDEFFXXX")), "bic");
    CHECK(!bic_ok(S("SOGE12FF")) && !bic_ok(S("SOGEDEF")) && !bic_ok(S("")), "bic");
}

static const char *corpus_file(struct arena *mem, const char *name)
{
    const char *corpus = getenv("QUITTANCE_CORPUS");
    return str_z(mem, str_printf(mem, "%s/reference/arthurdejong__python-stdnum/extracted/%s",
                                 corpus ? corpus : "../shared/corpus", name));
}

/* How many lines there are, and how many of them are good; -1: there is no such file. */
static int count_good(struct arena *mem, const char *name, bool (*good)(str), int *lines)
{
    FILE *f = fopen(corpus_file(mem, name), "r");
    char line[256];
    int count = 0;
    *lines = 0;
    if (!f) return -1;
    while (fgets(line, sizeof line, f)) {
        str plain = reference_plain(mem, str_trim(str_of(line)));
        if (plain.len == 0) continue;
        (*lines)++;
        if (good(plain))
            count++;
        else if (str_find(str_of(name), S("_valid")) >= 0)
            print_message("refused %.*s\n", STR(plain));
    }
    fclose(f);
    return count;
}

SENTENCE(lists_of_real_numbers_are_told_apart)
{
    static const struct {
        const char *name;
        bool (*good)(str);
        bool all;
    } lists[] = {
        {"iso11649_rf_valid.txt", reference_rf_ok, true},
        {"bic_valid.txt", bic_ok, true},
        {"iban_INVALID_checksum_or_mangled.txt", iban_ok, false},
        {"iban_INVALID_wrong_length_mod97_ok.txt", iban_ok, false},
    };
    for (ptrdiff_t i = 0; i < COUNT(lists); i++) {
        int lines, good = count_good(mem, lists[i].name, lists[i].good, &lines);
        if (good < 0) {
            print_message("skipped: no corpus\n");
            skip();
        }
        CHECK(lines > 0 && good == (lists[i].all ? lines : 0), "%s: %d of %d", lists[i].name, good,
              lines);
    }
}

TESTS(TEST(a_reference_carries_its_check_digits), TEST(a_mistyped_reference_is_refused),
      TEST(an_iban_has_its_countrys_length_and_right_check_digits),
      TEST(lists_of_real_numbers_are_told_apart))
