#include "domain/documents/epc.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/payments/reference.h"

#include <string.h>

#define NAME_MAX_CHARS INT64_C(70)
#define TEXT_MAX_CHARS INT64_C(140)
#define AMOUNT_MAX     INT64_C(99999999999)
#define CODE_MAX_BYTES 331

/* One line of at most so many characters; bytes that continue a character do not count. */
static void add_line(struct text *t, str s, int64_t chars_max)
{
    int64_t chars = 0;
    s = str_trim(s);
    for (ptrdiff_t i = 0; i < s.len; i++) {
        bool starts = ((unsigned char)s.at[i] & 0xc0) != 0x80;
        if (starts && chars++ == chars_max) break;
        text_char(t, (unsigned char)s.at[i] < ' ' ? ' ' : s.at[i]);
    }
    text_char(t, '\n');
}

static bool check(struct op *op, const struct epc *in)
{
    if (strcmp(in->amount.cur.code, "EUR") != 0)
        return op_fail(op, ERR_INVALID, "currency",
                       "A payment code can be made for euros only, not for %s.",
                       in->amount.cur.code);
    if (in->amount.minor < 1 || in->amount.minor > AMOUNT_MAX)
        return op_fail(op, ERR_INVALID, "amount",
                       "A payment code can be made for 0.01 to 999,999,999.99 euros.");
    if (str_trim(in->name).len == 0 || !str_utf8(in->name))
        return op_fail(op, ERR_INVALID, "name", "A payment code needs the name of the payee.");
    if (!iban_check(op, "iban", in->iban)) return false;
    if (in->bic.len > 0 && !bic_ok(in->bic))
        return op_fail(op, ERR_INVALID, "bic", "A BIC has 8 or 11 letters and digits.");
    if (in->reference.len > 0 && !reference_rf_ok(in->reference))
        return op_fail(op, ERR_INVALID, "reference",
                       "This is no creditor reference: its check digits do not fit.");
    if (!str_utf8(in->text))
        return op_fail(op, ERR_INVALID, "text", "The text of a payment code must be UTF-8.");
    return true;
}

bool epc_code(struct op *op, const struct epc *in, str *out)
{
    if (!check(op, in)) return false;
    struct text t = {.mem = op->mem};
    text_add(&t, S("BCD\n002\n1\nSCT\n")); /* 1: UTF-8 */
    add_line(&t, in->bic, 11);
    add_line(&t, in->name, NAME_MAX_CHARS);
    add_line(&t, in->iban, 34);
    text_format(&t, "EUR%.*s\n", STR(money_text(op->mem, in->amount)));
    text_add(&t, S("\n")); /* no purpose code */
    if (in->reference.len > 0) {
        text_add(&t, in->reference);
    } else {
        text_add(&t, S("\n"));
        add_line(&t, in->text, TEXT_MAX_CHARS);
    }
    *out = str_trim(text_str(&t)); /* what is empty at the end is left out */
    if (out->len > CODE_MAX_BYTES)
        return op_fail(op, ERR_INVALID, "text",
                       "A payment code holds %d bytes and this would be %td. "
                       "Please shorten the text.",
                       CODE_MAX_BYTES, out->len);
    return true;
}
