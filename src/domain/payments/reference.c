#include "domain/payments/reference.h"

#include "base/arena.h"
#include "base/text.h"

#define RF_OWN_MAX 21

/* The lengths of the SWIFT IBAN registry. */
static const struct {
    char country[3];
    signed char len;
} iban_lengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool all_alphanumeric(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (!is_digit(s.at[i]) && !is_capital(s.at[i])) return false;
    return true;
}

/* ISO 7064: the remainder by 97 of the digits, a letter counting as 10 to 35. */
static int mod97(str s, int remainder)
{
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (is_digit(s.at[i]))
            remainder = (remainder * 10 + (s.at[i] - '0')) % 97;
        else
            remainder = (remainder * 100 + (s.at[i] - 'A' + 10)) % 97;
    }
    return remainder;
}

/* The check covers the rest first, then the first four: "RF73INV1" is read as "INV1RF73". */
static bool checks(str s)
{
    return mod97(str_head(s, 4), mod97(str_from(s, 4), 0)) == 1;
}

str reference_rf(struct arena *mem, str number)
{
    char own[RF_OWN_MAX];
    ptrdiff_t from = RF_OWN_MAX;
    for (ptrdiff_t i = number.len; i > 0 && from > 0; i--) {
        char c = capital(number.at[i - 1]);
        if (is_digit(c) || is_capital(c)) own[--from] = c;
    }
    str kept = {own + from, RF_OWN_MAX - from};
    if (kept.len == 0) return S("");
    int check = 98 - mod97(S("RF00"), mod97(kept, 0));
    return str_printf(mem, "RF%02d%.*s", check, STR(kept));
}

bool reference_rf_ok(str reference)
{
    return reference.len >= 5 && reference.len <= 4 + RF_OWN_MAX &&
           str_starts(reference, S("RF")) && is_digit(reference.at[2]) &&
           is_digit(reference.at[3]) && all_alphanumeric(reference) && checks(reference);
}

str reference_groups(struct arena *mem, str reference)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < reference.len; i += 4) {
        if (i > 0) text_char(&t, ' ');
        text_add(&t, str_head(str_from(reference, i), 4));
    }
    return text_str(&t);
}

str reference_plain(struct arena *mem, str written)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < written.len; i++)
        if (written.at[i] != ' ' && written.at[i] != '\t') text_char(&t, capital(written.at[i]));
    return text_str(&t);
}

/* 0: this country has no IBAN. */
static int iban_length(str iban)
{
    for (ptrdiff_t i = 0; i < COUNT(iban_lengths); i++)
        if (str_eq(str_head(iban, 2), str_of(iban_lengths[i].country))) return iban_lengths[i].len;
    return 0;
}

bool iban_ok(str iban)
{
    return iban.len > 4 && iban.len == iban_length(iban) && is_digit(iban.at[2]) &&
           is_digit(iban.at[3]) && all_alphanumeric(iban) && checks(iban);
}

bool iban_check(struct op *op, const char *field, str iban)
{
    int length = iban_length(iban);
    if (length == 0 || !all_alphanumeric(iban))
        return op_fail(op, ERR_INVALID, field,
                       "This is not an IBAN. It begins with a country, such as DE, "
                       "and has letters and digits only.");
    if (iban.len != length)
        return op_fail(op, ERR_INVALID, field,
                       "An IBAN of this country has %d characters. This one has %td.", length,
                       iban.len);
    if (!iban_ok(iban))
        return op_fail(op, ERR_INVALID, field,
                       "This IBAN has a typing mistake: its check digits do not fit.");
    return true;
}

bool bic_ok(str bic)
{
    if (bic.len != 8 && bic.len != 11) return false;
    return all_alphanumeric(bic) && is_capital(bic.at[4]) && is_capital(bic.at[5]);
}
