#include "base/card.h"

enum { CARD_DIGITS_MIN = 13, CARD_DIGITS_MAX = 19 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool luhn(const char *digits, ptrdiff_t count)
{
    int sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        int digit = digits[count - 1 - i] - '0';
        if (i % 2 == 1) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* Digits in groups with one space or dash between them. */
static ptrdiff_t digit_run(str s)
{
    ptrdiff_t i = 0;
    while (i < s.len && (is_digit(s.at[i]) ||
                         (i > 0 && is_digit(s.at[i - 1]) && (s.at[i] == ' ' || s.at[i] == '-'))))
        i++;
    return i;
}

/* How the numbers of the schemes begin, and how long they are (ISO/IEC 7812, as issued). */
static bool scheme(const char *digits, ptrdiff_t count)
{
    static const struct {
        int from, to; /* the first four digits */
        ptrdiff_t least, most;
    } schemes[] = {
        {4000, 4999, 16, 16},                                             /* Visa */
        {5100, 5599, 16, 16}, {2221, 2720, 16, 16},                       /* Mastercard */
        {3400, 3499, 15, 15}, {3700, 3799, 15, 15},                       /* American Express */
        {6011, 6011, 16, 19}, {6440, 6599, 16, 19},                       /* Discover */
        {3528, 3589, 16, 19},                                             /* JCB */
        {3000, 3059, 14, 19}, {3600, 3699, 14, 19}, {3800, 3999, 16, 19}, /* Diners */
        {6200, 6299, 16, 19},                                             /* UnionPay */
    };
    int head = 0;
    for (int i = 0; i < 4; i++) head = head * 10 + (digits[i] - '0');
    for (ptrdiff_t i = 0; i < COUNT(schemes); i++)
        if (head >= schemes[i].from && head <= schemes[i].to && count >= schemes[i].least &&
            count <= schemes[i].most)
            return true;
    return false;
}

/* Whether some whole groups at the head of the run make a card number. */
static bool card_at_head(str run, bool of_a_scheme)
{
    char digits[CARD_DIGITS_MAX];
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < run.len; i++) {
        if (!is_digit(run.at[i])) continue;
        if (count == CARD_DIGITS_MAX) return false;
        digits[count++] = run.at[i];
        bool ends = i + 1 == run.len || !is_digit(run.at[i + 1]);
        if (!ends || count < CARD_DIGITS_MIN || !luhn(digits, count)) continue;
        if (!of_a_scheme || scheme(digits, count)) return true;
    }
    return false;
}

static str digits_at_head(str s)
{
    str run = {s.at, digit_run(s)};
    while (run.len > 0 && !is_digit(run.at[run.len - 1])) run.len--;
    return run;
}

ptrdiff_t card_number(str s)
{
    str run = digits_at_head(s);
    return card_at_head(run, false) ? run.len : 0;
}

bool card_starts(str s, ptrdiff_t i)
{
    return i == 0 || !is_digit(s.at[i - 1]);
}

bool card_in(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (is_digit(s.at[i]) && card_starts(s, i) &&
            card_at_head(digits_at_head(str_from(s, i)), true))
            return true;
    return false;
}
