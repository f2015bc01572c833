#include "base/money.h"

#include "base/arena.h"

#include <assert.h>
#include <string.h>

__extension__ typedef __int128 wide;

/* ISO 4217, sorted by code, with the count of decimals ("minor unit"). */
/* clang-format off */
static const struct {
    char code[4];
    int digits;
} currencies[] = {
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2},
    {"AWG", 2}, {"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BHD", 3}, {"BIF", 0},
    {"BMD", 2}, {"BND", 2}, {"BOB", 2}, {"BOV", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2},
    {"BWP", 2}, {"BYN", 2}, {"BZD", 2}, {"CAD", 2}, {"CDF", 2}, {"CHE", 2}, {"CHF", 2},
    {"CHW", 2}, {"CLF", 4}, {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"COU", 2}, {"CRC", 2},
    {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0}, {"DKK", 2}, {"DOP", 2}, {"DZD", 2},
    {"EGP", 2}, {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2}, {"GBP", 2},
    {"GEL", 2}, {"GHS", 2}, {"GIP", 2}, {"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2},
    {"HKD", 2}, {"HNL", 2}, {"HTG", 2}, {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2},
    {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2}, {"JOD", 3}, {"JPY", 0}, {"KES", 2},
    {"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0}, {"KWD", 3}, {"KYD", 2},
    {"KZT", 2}, {"LAK", 2}, {"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3},
    {"MAD", 2}, {"MDL", 2}, {"MGA", 2}, {"MKD", 2}, {"MMK", 2}, {"MNT", 2}, {"MOP", 2},
    {"MRU", 2}, {"MUR", 2}, {"MVR", 2}, {"MWK", 2}, {"MXN", 2}, {"MXV", 2}, {"MYR", 2},
    {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2}, {"NPR", 2}, {"NZD", 2},
    {"OMR", 3}, {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2},
    {"PYG", 0}, {"QAR", 2}, {"RON", 2}, {"RSD", 2}, {"RUB", 2}, {"RWF", 0}, {"SAR", 2},
    {"SBD", 2}, {"SCR", 2}, {"SDG", 2}, {"SEK", 2}, {"SGD", 2}, {"SHP", 2}, {"SLE", 2},
    {"SOS", 2}, {"SRD", 2}, {"SSP", 2}, {"STN", 2}, {"SVC", 2}, {"SYP", 2}, {"SZL", 2},
    {"THB", 2}, {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2}, {"TTD", 2},
    {"TWD", 2}, {"TZS", 2}, {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"USN", 2}, {"UYI", 0},
    {"UYU", 2}, {"UYW", 4}, {"UZS", 2}, {"VED", 2}, {"VES", 2}, {"VND", 0}, {"VUV", 0},
    {"WST", 2}, {"XAD", 2}, {"XAF", 0}, {"XCD", 2}, {"XCG", 2}, {"XOF", 0}, {"XPF", 0},
    {"YER", 2}, {"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2},
};
/* clang-format on */

/* The letters as one number, in their order: a list reads hundreds of currencies. */
static uint32_t order_of(const char code[4])
{
    const unsigned char *c = (const unsigned char *)code;
    return (uint32_t)c[0] << 24 | (uint32_t)c[1] << 16 | (uint32_t)c[2] << 8 | c[3];
}

int currency_digits(currency c)
{
    ptrdiff_t low = 0, high = COUNT(currencies);
    uint32_t sought = order_of(c.code);
    while (low < high) {
        ptrdiff_t middle = (low + high) / 2;
        uint32_t found = order_of(currencies[middle].code);
        if (sought == found) return currencies[middle].digits;
        if (sought < found)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

bool currency_from(str code, currency *out)
{
    if (code.len != 3) return false;
    memcpy(out->code, code.at, 3);
    out->code[3] = 0;
    return currency_digits(*out) >= 0;
}

bool currency_eq(currency a, currency b)
{
    return memcmp(a.code, b.code, 4) == 0;
}

str currency_text(const currency *c)
{
    return (str){c->code, c->code[0] ? 3 : 0};
}

money money_of(int64_t minor, currency c)
{
    return (money){.minor = minor, .cur = c};
}

money money_add(money a, money b)
{
    assert(currency_eq(a.cur, b.cur));
    money sum = {.cur = a.cur};
    bool overflow = __builtin_add_overflow(a.minor, b.minor, &sum.minor);
    assert(!overflow);
    (void)overflow;
    return sum;
}

money money_sub(money a, money b)
{
    assert(b.minor != INT64_MIN);
    return money_add(a, (money){.minor = -b.minor, .cur = b.cur});
}

money money_neg(money a)
{
    return money_sub(money_of(0, a.cur), a);
}

money money_min(money a, money b)
{
    return money_cmp(a, b) <= 0 ? a : b;
}

bool money_eq(money a, money b)
{
    return a.minor == b.minor && currency_eq(a.cur, b.cur);
}

int money_cmp(money a, money b)
{
    assert(currency_eq(a.cur, b.cur));
    return (a.minor > b.minor) - (a.minor < b.minor);
}

bool money_from(str text, currency c, money *out)
{
    int digits = currency_digits(c);
    struct str_pair number = str_cut(text, '.');
    if (digits < 0 || number.head.len == 0) return false;
    if (number.found && number.tail.len != digits) return false;
    if (number.found && digits == 0) return false;

    int64_t minor = 0;
    for (ptrdiff_t i = 0; i < number.head.len + digits; i++) {
        bool whole = i < number.head.len;
        char ch =
            whole ? number.head.at[i] : (number.found ? number.tail.at[i - number.head.len] : '0');
        if (ch < '0' || ch > '9') return false;
        minor = minor * 10 + (ch - '0');
        if (minor > MONEY_MAX) return false;
    }
    *out = (money){.minor = minor, .cur = c};
    return true;
}

str money_text(struct arena *mem, money m)
{
    int digits = currency_digits(m.cur);
    assert(digits >= 0);
    int64_t unit = 1;
    for (int i = 0; i < digits; i++) unit *= 10;

    const char *sign = m.minor < 0 ? "-" : "";
    uint64_t all = m.minor < 0 ? 0 - (uint64_t)m.minor : (uint64_t)m.minor;
    unsigned long long major = all / (uint64_t)unit, rest = all % (uint64_t)unit;
    if (digits == 0) return str_printf(mem, "%s%llu", sign, major);
    return str_printf(mem, "%s%llu.%0*llu", sign, major, digits, rest);
}

/* whole / part, rounded; part > 0. */
static wide divide(wide whole, wide part, int how)
{
    wide quotient = whole / part, rest = whole % part;
    wide twice = (rest < 0 ? -rest : rest) * 2;
    int64_t away = whole < 0 ? -1 : 1;
    switch (how) {
    case ROUND_HALF_UP: return twice >= part ? quotient + away : quotient;
    case ROUND_HALF_EVEN:
        return twice > part || (twice == part && quotient % 2 != 0) ? quotient + away : quotient;
    default: return quotient;
    }
}

money money_scale(money m, int64_t numerator, int64_t denominator, enum rounding how)
{
    assert(denominator > 0);
    wide scaled = divide((wide)m.minor * numerator, denominator, (int)how);
    assert(scaled >= INT64_MIN && scaled <= INT64_MAX);
    return money_of((int64_t)scaled, m.cur);
}

/* Digits up to the currency's decimals, and what comes after them: that is above, at or below half
 * of a minor unit, however long it is. */
struct decimal {
    int64_t minor;
    int next;  /* the digit behind the last that counts */
    bool rest; /* a digit that is not zero behind that one */
};

static bool decimal_from(str text, int digits, struct decimal *out)
{
    struct str_pair number = str_cut(text, '.');
    *out = (struct decimal){0};
    if (number.head.len == 0 || (number.found && number.tail.len == 0)) return false;
    for (ptrdiff_t i = 0; i < number.head.len + number.tail.len || i < number.head.len + digits;
         i++) {
        ptrdiff_t decimal = i - number.head.len;
        char ch = decimal < 0 ? number.head.at[i] : '0';
        if (decimal >= 0 && decimal < number.tail.len) ch = number.tail.at[decimal];
        if (ch < '0' || ch > '9') return false;
        if (decimal < digits) out->minor = out->minor * 10 + (ch - '0');
        if (decimal == digits) out->next = ch - '0';
        if (decimal > digits && ch != '0') out->rest = true;
        if (out->minor > MONEY_MAX) return false;
    }
    return true;
}

static bool rounds_away(const struct decimal *d, int how)
{
    bool half = d->next == 5 && !d->rest, above = d->next >= 5 && !half;
    if (how == ROUND_HALF_UP) return above || half;
    if (how == ROUND_HALF_EVEN) return above || (half && d->minor % 2 != 0);
    return false;
}

bool money_from_decimal(str text, currency c, int how, money *out, bool *lost)
{
    struct decimal d;
    int digits = currency_digits(c);
    bool negative = text.len > 0 && text.at[0] == '-';
    *lost = false;
    if (text.len > 0 && (negative || text.at[0] == '+')) text = str_from(text, 1);
    if (digits < 0 || !decimal_from(text, digits, &d)) return false;

    *lost = d.next > 0 || d.rest;
    if (*lost && how == ROUND_EXACT) return false;
    if (rounds_away(&d, how)) d.minor++;
    if (d.minor > MONEY_MAX) return false;
    *out = money_of(negative ? -d.minor : d.minor, c);
    return true;
}

void money_split(money whole, const int64_t weights[], money parts[], ptrdiff_t count)
{
    wide total = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        assert(weights[i] >= 0);
        total += weights[i];
    }
    assert(total > 0);

    int64_t left = whole.minor;
    for (ptrdiff_t i = 0; i < count; i++) {
        parts[i] =
            (money){.minor = (int64_t)((wide)whole.minor * weights[i] / total), .cur = whole.cur};
        left -= parts[i].minor;
    }
    for (int64_t step = left < 0 ? -1 : 1; left != 0; left -= step) {
        ptrdiff_t best = -1;
        wide best_gap = 0;
        for (ptrdiff_t i = 0; i < count; i++) {
            wide gap = ((wide)whole.minor * weights[i] - (wide)parts[i].minor * total) * step;
            if (weights[i] > 0 && gap > best_gap) best = i, best_gap = gap;
        }
        assert(best >= 0);
        parts[best].minor += step;
    }
}
