#include "delivery/gateway/cards.h"

#include "base/lang.h"
#include "test.h"

static const char *const FIELDS[] = {"number", "expiry", "code", "name"};

SENTENCE(a_card_is_read_or_its_fields_say_what_is_wrong)
{
    static const struct {
        const char *number, *expiry, *code, *name;
        const char *wrong; /* one letter for each field at fault */
    } cases[] = {
        {"4242 4242 4242 4242", "12/30", "123", "A. Payer", ""},
        {"4242-4242-4242-4242", "1230", "1234", "A. Payer", ""},
        {"5555555555554444", " 1 / 2031 ", "1 2 3", "A", ""},
        {"4242424242424242", "11/26", "123", "A", ""}, /* this month */
        {"4242424242424242", "10/26", "123", "A", "e"},
        {"4242424242424241", "12/30", "123", "A", "n"},
        {"4242424242422442", "12/30", "123", "A", "n"},
        {"4111111111111111", "12/30", "123", "A", "n"}, /* its check digit fits: not a test card */
        {"4242", "12/30", "123", "A", "n"},
        {"42424242424242424242", "12/30", "123", "A", "n"},
        {"4242 4242 4242 424x", "12/30", "123", "A", "n"},
        {"", "12/30", "123", "A", "n"},
        {"4242424242424242", "13/30", "123", "A", "e"},
        {"4242424242424242", "00/30", "123", "A", "e"},
        {"4242424242424242", "12", "123", "A", "e"},
        {"4242424242424242", "12/", "123", "A", "e"},
        {"4242424242424242", "/30", "123", "A", "e"},
        {"4242424242424242", "12/99999999999999999999", "123", "A", "e"},
        {"4242424242424242", "", "123", "A", "e"},
        {"4242424242424242", "12/30", "12", "A", "c"},
        {"4242424242424242", "12/30", "12345", "A", "c"},
        {"4242424242424242", "12/30", "12a", "A", "c"},
        {"4242424242424242", "12/30", "123", "", "a"},
        {"", "", "", "", "neca"},
    };
    date today;
    CHECK(date_of(2026, 11, 21, &today), "today");
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        const struct card_rule *rule = NULL;
        struct card_typed typed = {str_of(cases[i].number), str_of(cases[i].expiry),
                                   str_of(cases[i].code), str_of(cases[i].name)};
        bool read = card_read(&op, &typed, today, &rule);
        CHECK(read == !cases[i].wrong[0], "case %td", i);
        CHECK(!read || rule, "case %td", i);
        size_t count = 0;
        for (const struct err *err = op.errs; err; err = err->next, count++) {
            char letter = 0;
            for (ptrdiff_t f = 0; f < COUNT(FIELDS); f++)
                if (strcmp(err->field, FIELDS[f]) == 0) letter = "neca"[f];
            CHECK(letter && strchr(cases[i].wrong, letter), "case %td: %s", i, err->field);
        }
        CHECK(count == strlen(cases[i].wrong), "case %td: %zu errors", i, count);
    }
}

SENTENCE(every_test_card_can_be_entered)
{
    date today;
    CHECK(date_of(2026, 11, 21, &today), "today");
    for (const struct card_rule *r = card_rules; r->number; r++) {
        struct op op = {.mem = mem};
        const struct card_rule *got;
        struct card_typed typed = {card_spaced(mem, r->number), S("12/30"), S("123"), S("A")};
        CHECK(card_read(&op, &typed, today, &got) && got == r, "%s", r->number);
        CHECK((r->state && strcmp(r->state, "declined") == 0) == (r->decline[0] != 0), "%s",
              r->number);
    }
}

SENTENCE(what_is_kept_of_a_card_is_its_brand_and_last_four)
{
    CHECK(str_eq(card_label(mem, S("4242 4242 4242 4242")), S("Visa ending 4242")), "Visa");
    CHECK(str_eq(card_label(mem, S("5555555555554444")), S("Mastercard ending 4444")), "MC");
}

SENTENCE(a_card_is_named_in_the_readers_language)
{
    const struct lang *german = lang_find(S("de"));
    str words = card_shown(mem, german, S("Visa ending 4242"));
    CHECK(str_eq(words, S("Visa mit Endung 4242")), "%.*s", STR(words));
    CHECK(card_shown(mem, german, S("")).len == 0, "no card, no words");
}

TESTS(TEST(a_card_is_read_or_its_fields_say_what_is_wrong), TEST(every_test_card_can_be_entered),
      TEST(what_is_kept_of_a_card_is_its_brand_and_last_four),
      TEST(a_card_is_named_in_the_readers_language))
