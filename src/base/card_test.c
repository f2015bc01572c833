#include "base/card.h"
#include "test.h"

SENTENCE(card_numbers_are_told_from_other_numbers)
{
    (void)mem;
    static const struct {
        const char *text;
        bool card;
    } cases[] = {
        {"4242424242424242", true},
        {"4242 4242 4242 4242", true},
        {"4242-4242-4242-4242", true},
        {"my card is 5555555555554444, thanks", true},
        {"2223003122003222", true},
        {"378282246310005", true},
        {"3782 822463 10005", true},
        {"30569309025904", true},
        {"6011111111111117", true},
        {"3566002020360505", true},
        {"6200000000000005", true},
        {"invoice 10-48211, card 4000056655665556", true},
        {"4242424242424241", false},     /* the check digit */
        {"424242424242424", false},      /* too short */
        {"42424242424242424242", false}, /* too long */
        {"1234567812345670", false},     /* passes the check, of no scheme */
        {"DE89 3704 0044 0532 0130 00", false},
        {"RF18 5390 0754 7034", false},
        {"+49 421 555 0142", false},
        {"2026-04-30", false},
        {"", false},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++)
        CHECK(card_in(str_of(cases[i].text)) == cases[i].card, "\"%s\"", cases[i].text);
}

TESTS(TEST(card_numbers_are_told_from_other_numbers))
