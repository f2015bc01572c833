#include "delivery/gateway/cards.h"

#include "base/arena.h"
#include "base/lang.h"

enum { DIGITS_MIN = 12, DIGITS_MAX = 19 };

const struct card_rule card_rules[] = {
    {"4242424242424242", "paid", "", 0, 0, 1, "", "credit", N_("Visa, approved")},
    {"5555555555554444", "paid", "", 0, 0, 1, "", "credit", N_("Mastercard, approved")},
    {"4000000000003220", NULL, "", 0, 0, 1, "", "credit", N_("your bank asks you to confirm")},
    {"4000000000009995", "declined", "funds", 0, 0, 1, "", "credit",
     N_("declined: not enough money")},
    {"4000000000000069", "declined", "card", 0, 0, 1, "", "credit",
     N_("declined: the card has expired")},
    {"4000000000000127", "declined", "card", 0, 0, 1, "", "credit",
     N_("declined: the code is wrong")},
    {"4000000000000002", "declined", "refused", 0, 0, 1, "", "credit",
     N_("declined, and the bank does not say why")},
    {"4000000000009979", "declined", "hard", 0, 0, 1, "", "credit",
     N_("declined: the card was stolen")},
    {"4000000000000119", "cancelled", "", 10, 10, 1, "", "credit",
     N_("no answer for 10 seconds, not charged")},
    {"4000000000000259", "paid", "", 10, 10, 1, "", "credit",
     N_("no answer for 10 seconds, charged")},
    {"4000000000000341", "paid", "", 0, 30, 1, "", "credit", N_("charged, told 30 seconds later")},
    {"4000000000000424", "paid", "", 0, 0, 3, "", "credit", N_("charged, told three times")},
    {"4000000000000507", "paid", "", 0, 0, 0, "", "credit", N_("charged, never told")},
    {"4000000000000622", "paid", "", 0, 0, 1, "funds", "credit",
     N_("charged the first time, declined once it is kept")},
    {"4000000000000705", "paid", "", 0, 0, 1, "", "debit", N_("Visa debit card, approved")},
    {"5100000000000701", "paid", "", 0, 0, 1, "", "prepaid", N_("Mastercard prepaid, approved")},
    {"4000000000000804", "paid", "", 0, 0, 1, "", "", N_("approved; nobody says what it draws on")},
    {0},
};

static str digits_of(struct arena *mem, str s)
{
    char *at = arena_array(mem, char, s.len + 1);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (s.at[i] != ' ' && s.at[i] != '-') at[len++] = s.at[i];
    return (str){at, len};
}

static bool only_digits(str s)
{
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9') return false;
    return s.len > 0;
}

/* ISO/IEC 7812-1, annex B. */
static bool check_digit_fits(str number)
{
    int sum = 0;
    for (ptrdiff_t i = 0; i < number.len; i++) {
        int digit = number.at[number.len - 1 - i] - '0';
        if (i % 2 == 1) digit = digit * 2 - (digit > 4 ? 9 : 0);
        sum += digit;
    }
    return sum % 10 == 0;
}

static bool read_number(struct op *op, str typed, const struct card_rule **rule)
{
    str number = digits_of(op->mem, typed);
    if (!only_digits(number) || number.len < DIGITS_MIN || number.len > DIGITS_MAX)
        return op_fail(op, ERR_INVALID, "number", "Please enter the card number: 12 to 19 digits.");
    if (!check_digit_fits(number))
        return op_fail(op, ERR_INVALID, "number",
                       "There is a mistake in this number. Please compare it with your card.");
    for (const struct card_rule *r = card_rules; r->number; r++) {
        if (!str_eq(number, str_of(r->number))) continue;
        *rule = r;
        return true;
    }
    return op_fail(op, ERR_INVALID, "number",
                   "This is a test gateway and takes test cards only. You find them below.");
}

bool card_expiry(struct arena *mem, str typed, date *out)
{
    struct str_pair cut = str_cut(digits_of(mem, typed), '/');
    if (!cut.found && cut.head.len == 4)
        cut = (struct str_pair){str_head(cut.head, 2), str_from(cut.head, 2), true};
    int64_t month, year;
    if (!only_digits(cut.head) || !only_digits(cut.tail)) return false;
    if (!str_to_i64(cut.head, &month) || !str_to_i64(cut.tail, &year)) return false;
    if (cut.tail.len == 2) year += 2000;
    if (month < 1 || month > 12 || year < 2000 || year > 2099) return false;
    if (!date_of((int)year, (int)month, 1, out)) return false;
    *out = date_month_end(*out);
    return true;
}

static bool read_expiry(struct op *op, str typed, date today)
{
    date last;
    if (!card_expiry(op->mem, typed, &last))
        return op_fail(op, ERR_INVALID, "expiry", "Please enter month and year like 12/30.");
    if (date_cmp(last, today) < 0)
        return op_fail(op, ERR_INVALID, "expiry", "This card has expired. Please use another one.");
    return true;
}

bool card_read(struct op *op, const struct card_typed *typed, date today,
               const struct card_rule **rule)
{
    str code = digits_of(op->mem, typed->code);
    bool fine = read_number(op, typed->number, rule);
    fine = read_expiry(op, typed->expiry, today) && fine;
    if (!only_digits(code) || code.len < 3 || code.len > 4)
        fine = op_fail(op, ERR_INVALID, "code",
                       "Please enter the three or four digits of the card's code.");
    if (typed->name.len == 0)
        fine = op_fail(op, ERR_INVALID, "name", "Please enter the name on the card.");
    return fine;
}

str card_label(struct arena *mem, str number)
{
    str digits = digits_of(mem, number);
    const char *brand = "Card";
    if (str_starts(digits, S("4"))) brand = "Visa";
    if (str_starts(digits, S("5"))) brand = "Mastercard";
    return str_printf(mem, "%s ending %.*s", brand, STR(str_from(digits, digits.len - 4)));
}

str card_shown(struct arena *mem, const struct lang *lang, str label)
{
    str middle = S(" ending ");
    ptrdiff_t at = str_find(label, middle);
    if (at < 0) return label;
    return say_filled(mem, say(lang, "{1} ending {2}"), str_head(label, at),
                      str_from(label, at + middle.len));
}

const struct card_rule *card_rule_of(struct arena *mem, str label)
{
    for (const struct card_rule *r = card_rules; r->number; r++)
        if (str_eq(card_label(mem, str_of(r->number)), label)) return r;
    return NULL;
}

str card_spaced(struct arena *mem, const char *number)
{
    str s = str_of(number);
    char *at = arena_array(mem, char, 2 * s.len);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (i > 0 && i % 4 == 0) at[len++] = ' ';
        at[len++] = s.at[i];
    }
    return (str){at, len};
}
