#include "domain/documents/swiss.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/payments/reference.h"

#include <string.h>

enum { NAME_MAX_CHARS = 70, CODE_MAX_CHARS = 16, TOWN_MAX_CHARS = 35, MESSAGE_MAX_CHARS = 140 };
#define AMOUNT_MAX INT64_C(99999999999)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool swiss_fits(str iban, currency cur)
{
    bool place = str_starts(iban, S("CH")) || str_starts(iban, S("LI"));
    str code = currency_text(&cur);
    return place && iban.len == 21 && (str_eq(code, S("CHF")) || str_eq(code, S("EUR")));
}

/* The institution's number tells a QR-IBAN: 30000 to 31999. */
static bool is_qr_iban(str iban)
{
    int64_t institution;
    return str_to_i64((str){iban.at + 4, 5}, &institution) && institution >= 30000 &&
           institution <= 31999;
}

bool swiss_party_of(str name, str address, str country, struct swiss_party *out)
{
    struct str_pair lines = {.tail = str_trim(address), .found = true};
    str last = S(""), before = S("");
    while (lines.found) {
        lines = str_cut(lines.tail, '\n');
        if (str_trim(lines.head).len == 0) continue;
        before = last;
        last = str_trim(lines.head);
    }
    if (last.len > 3 && last.at[2] == '-' && !is_digit(last.at[0])) {
        country = str_head(last, 2);
        last = str_from(last, 3);
    }
    struct str_pair town = str_cut(last, ' ');
    *out = (struct swiss_party){name, before, town.head, str_trim(town.tail), country};
    return str_trim(name).len > 0 && town.found && is_digit(town.head.at[0]) && country.len == 2;
}

str swiss_reference(struct arena *mem, str digits)
{
    static const int next[] = {0, 9, 4, 6, 8, 2, 7, 1, 3, 5};
    struct text t = {.mem = mem};
    int carry = 0;
    for (ptrdiff_t i = digits.len; i < 26; i++) text_char(&t, '0');
    text_add(&t, digits.len > 26 ? str_from(digits, digits.len - 26) : digits);
    for (ptrdiff_t i = 0; i < t.len; i++) carry = next[(carry + t.at[i] - '0') % 10];
    text_char(&t, (char)('0' + (10 - carry) % 10));
    return text_str(&t);
}

static str digits_of(struct arena *mem, str number)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < number.len; i++)
        if (is_digit(number.at[i])) text_char(&t, number.at[i]);
    return text_str(&t);
}

/* "00 00000 00000 00000 00000 00000": two, and then groups of five. */
static str qr_groups(struct arena *mem, str reference)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < reference.len; i++) {
        if (i >= 2 && (i - 2) % 5 == 0) text_char(&t, ' ');
        text_char(&t, reference.at[i]);
    }
    return text_str(&t);
}

/* One line of at most so many characters. */
static void add_line(struct text *t, str s, int chars_max)
{
    int chars = 0;
    s = str_trim(s);
    for (ptrdiff_t i = 0; i < s.len; i++) {
        bool starts = ((unsigned char)s.at[i] & 0xc0) != 0x80;
        if (starts && chars++ == chars_max) break;
        text_char(t, (unsigned char)s.at[i] < ' ' ? ' ' : s.at[i]);
    }
    text_char(t, '\n');
}

static void add_party(struct text *t, const struct swiss_party *p)
{
    if (p->name.len == 0) {
        text_add(t, S("\n\n\n\n\n\n\n"));
        return;
    }
    text_add(t, S("S\n"));
    add_line(t, p->name, NAME_MAX_CHARS);
    add_line(t, p->street, NAME_MAX_CHARS);
    text_char(t, '\n'); /* the house number stands with the street */
    add_line(t, p->code, CODE_MAX_CHARS);
    add_line(t, p->town, TOWN_MAX_CHARS);
    add_line(t, p->country, 2);
}

static bool check(struct op *op, const struct swiss_in *in)
{
    if (!swiss_fits(in->iban, in->amount.cur) || !iban_ok(in->iban))
        return op_fail(op, ERR_INVALID, "iban",
                       "A Swiss QR-bill needs an IBAN of Switzerland or Liechtenstein, and francs "
                       "or euros.");
    if (in->amount.minor < 1 || in->amount.minor > AMOUNT_MAX)
        return op_fail(op, ERR_INVALID, "amount",
                       "A Swiss QR-bill can be made for 0.01 to 999,999,999.99.");
    if (in->to.name.len == 0 || in->to.code.len == 0 || in->to.town.len == 0)
        return op_fail(op, ERR_INVALID, "address",
                       "A Swiss QR-bill needs the payee's name, postal code and town.");
    return true;
}

bool swiss_code(struct op *op, const struct swiss_in *in, struct swiss_bill *out)
{
    if (!check(op, in)) return false;
    struct text t = {.mem = op->mem};
    bool qr = is_qr_iban(in->iban);
    str reference = qr ? swiss_reference(op->mem, digits_of(op->mem, in->number))
                       : reference_rf(op->mem, in->number);
    text_add(&t, S("SPC\n0200\n1\n"));
    add_line(&t, in->iban, 21);
    add_party(&t, &in->to);
    text_add(&t, S("\n\n\n\n\n\n\n")); /* the ultimate creditor: for later use */
    text_format(&t, "%.*s\n%s\n", STR(money_text(op->mem, in->amount)), in->amount.cur.code);
    add_party(&t, &in->from);
    text_add(&t, qr ? S("QRR\n") : reference.len > 0 ? S("SCOR\n") : S("NON\n"));
    add_line(&t, reference, 27);
    add_line(&t, in->message, MESSAGE_MAX_CHARS);
    text_add(&t, S("EPD"));
    *out = (struct swiss_bill){
        .code = text_str(&t),
        .iban = reference_groups(op->mem, in->iban),
        .reference = qr ? qr_groups(op->mem, reference) : reference_groups(op->mem, reference),
        .to = in->to,
        .from = in->from,
        .amount = in->amount,
        .message = in->message,
    };
    return true;
}
