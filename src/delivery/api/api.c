#include "delivery/api/api.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

static bool cursor_read(struct op *op, str hex, str *out)
{
    static const char digits[] = "0123456789abcdef";
    char *at = arena_array(op->mem, char, hex.len / 2 + 1);
    *out = (str){at, hex.len / 2};
    bool fine = hex.len % 2 == 0;
    for (ptrdiff_t i = 0; i < hex.len && fine; i++) {
        const char *digit = memchr(digits, hex.at[i], 16);
        fine = digit != NULL;
        if (fine)
            at[i / 2] = (char)((unsigned char)at[i / 2] << 4 | (unsigned char)(digit - digits));
    }
    return (fine && str_utf8(*out)) ||
           op_fail(op, ERR_INVALID, "cursor",
                   "This is no cursor of ours: begin at the first page.");
}

str api_cursor(struct arena *mem, str cursor)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < cursor.len; i++)
        text_format(&t, "%02x", (unsigned)(unsigned char)cursor.at[i]);
    return text_str(&t);
}

bool api_page(struct op *op, const struct api_page *in, int *limit, str *cursor)
{
    *limit = in->limit == 0 ? API_PAGE : (int)in->limit;
    if (in->limit < 0 || in->limit > API_PAGE_MOST)
        return op_fail(op, ERR_INVALID, "limit", "Ask for 1 to %d rows at a time.", API_PAGE_MOST);
    return cursor_read(op, in->cursor, cursor);
}

bool api_page_below(struct op *op, const struct api_page *in, int *limit, int64_t *below)
{
    str cursor;
    *below = 0;
    if (!api_page(op, in, limit, &cursor)) return false;
    if (cursor.len == 0) return true;
    return (str_to_i64(cursor, below) && *below > 0) ||
           op_fail(op, ERR_INVALID, "cursor",
                   "This is no cursor of ours: begin at the first page.");
}

str api_cursor_below(struct arena *mem, bool more, int64_t last)
{
    return more ? api_cursor(mem, str_printf(mem, "%lld", (long long)last)) : S("");
}

bool api_money(struct op *op, const char *field, const struct money_input *in, bool negative,
               money *out)
{
    currency c;
    str value = in->value;
    bool minus = str_starts(value, S("-"));
    if (!currency_from(in->currency, &c))
        return op_fail(op, ERR_INVALID, field,
                       "“%.*s” is not a currency. Write its code of ISO 4217, such as EUR.",
                       STR(in->currency));
    if (minus && negative) value = str_from(value, 1);
    if (!money_from(value, c, out) || !str_eq(money_text(op->mem, *out), value))
        return op_fail(op, ERR_INVALID, field,
                       "“%.*s” is not an amount in %s. Write digits, a point and exactly %d "
                       "decimals.",
                       STR(in->value), c.code, currency_digits(c));
    if (minus) *out = money_neg(*out);
    return true;
}

bool api_entity(struct op *op, str code, struct entity *out)
{
    struct entity_list all;
    if (!entities(op, &all)) return false;
    for (ptrdiff_t i = 0; i < all.count; i++) {
        if (code.len > 0 && !str_eq(code, all.at[i].code)) continue;
        *out = all.at[i];
        return true;
    }
    if (all.count == 0)
        return op_fail(op, ERR_INVALID, "entity",
                       "There is no seller yet. Name it with `quittance entity put`.");
    return op_fail(op, ERR_INVALID, "entity", "There is no entity with the code %.*s.", STR(code));
}
