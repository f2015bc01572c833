#include "domain/exchange/values.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

__extension__ typedef __int128 wide;

static const char *const order_names[DATE_ORDERS] = {
    [DATE_YMD] = "ymd",
    [DATE_DMY] = "dmy",
    [DATE_MDY] = "mdy",
};

const char *date_order_name(enum date_order order)
{
    return order_names[order];
}

bool date_order_from(str name, enum date_order *out)
{
    for (int i = DATE_YMD; i < DATE_ORDERS; i++) {
        if (!str_eq_nocase(name, str_of(order_names[i]))) continue;
        *out = (enum date_order)i;
        return true;
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

str cell_text(str cell)
{
    cell = str_trim(cell);
    return str_eq(cell, S("NULL")) || str_eq(cell, S("\\N")) ? (str){0} : cell;
}

/* ---- amounts ---- */

/* An amount taken apart: the sign, and the digits with the separators between them, spaces and
 * apostrophes of any kind as '_'. */
struct figure {
    bool negative;
    char at[48];
    ptrdiff_t len;
};

static const struct {
    const char *bytes;
    char becomes; /* 0: nothing */
} marks[] = {
    {"'", '_'},
    {" ", '_'},
    {"\xc2\xa0", '_'},     /* no-break space */
    {"\xe2\x80\xaf", '_'}, /* narrow no-break space */
    {"\xe2\x80\x89", '_'}, /* thin space */
    {"\xe2\x80\x99", '_'}, /* ’ */
    {"\xe2\x88\x92", '-'}, /* − */
    {"\xe2\x82\xac", 0},   /* € */
    {"\xc2\xa3", 0},       /* £ */
    {"\xc2\xa5", 0},       /* ¥ */
    {"$", 0},
};

/* The next character, with the marks above resolved; false: it belongs to no amount. */
static bool figure_char(str *s, char *out)
{
    *out = s->at[0];
    if (is_digit(*out) || strchr("+-.,()", *out)) {
        *s = str_from(*s, 1);
        return *out != 0;
    }
    for (ptrdiff_t i = 0; i < COUNT(marks); i++) {
        str mark = str_of(marks[i].bytes);
        if (!str_starts(*s, mark)) continue;
        *out = marks[i].becomes;
        *s = str_from(*s, mark.len);
        return true;
    }
    return false;
}

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "EUR 12" and "12 EUR" */
static str without_code(str s)
{
    if (s.len > 3 && upper(s.at[0]) && upper(s.at[1]) && upper(s.at[2]))
        s = str_from(s, 3);
    else if (s.len > 3 && upper(s.at[s.len - 1]) && upper(s.at[s.len - 2]) &&
             upper(s.at[s.len - 3]))
        s.len -= 3;
    return str_trim(s);
}

static bool figure_from(str cell, struct figure *out)
{
    bool opened = false, closed = false;
    int signs = 0;
    *out = (struct figure){0};
    for (str s = without_code(cell_text(cell)); s.len > 0;) {
        char c;
        if (closed || !figure_char(&s, &c)) return false;
        if (c == 0 || (c == '_' && (out->len == 0 || s.len == 0))) continue;
        if (c == '(' && out->len == 0 && !opened)
            opened = true;
        else if (c == ')' && opened)
            closed = true;
        else if ((c == '-' || c == '+') && (out->len == 0 || s.len == 0) && ++signs == 1)
            out->negative = c == '-';
        else if (strchr("+-()", c) || out->len == (ptrdiff_t)sizeof out->at)
            return false;
        else
            out->at[out->len++] = c;
    }
    while (out->len > 0 && out->at[out->len - 1] == '_') out->len--;
    if (opened) out->negative = true;
    return out->len > 0 && opened == closed && !(opened && signs > 0);
}

/* Digits in groups: "1,234,567", "12,34,567". Writes the digits, counts the separators. */
static bool grouped(str s, char *digits, ptrdiff_t *count, int *separators)
{
    ptrdiff_t group = 0;
    char between = 0;
    *separators = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (is_digit(s.at[i])) {
            digits[(*count)++] = s.at[i], group++;
            continue;
        }
        if (between && s.at[i] != between) return false;
        if (group == 0 || group > 3 || (between && group < 2)) return false;
        between = s.at[i], group = 0, ++*separators;
    }
    return s.len > 0 && (!between || group == 3);
}

static bool figure_read(const struct figure *f, enum decimal_sign decimal, char *out,
                        ptrdiff_t *len)
{
    char sign = decimal == DECIMAL_COMMA ? ',' : '.';
    struct str_pair parts = str_cut((str){f->at, f->len}, sign);
    int separators;
    *len = 0;
    if (f->negative) out[(*len)++] = '-';
    if (parts.head.len == 0 && parts.tail.len > 0)
        out[(*len)++] = '0'; /* ",50" */
    else if (!grouped(parts.head, out, len, &separators))
        return false;
    if (!parts.found) return true;
    if (parts.tail.len == 0) return false;
    out[(*len)++] = '.';
    for (ptrdiff_t i = 0; i < parts.tail.len; i++) {
        if (!is_digit(parts.tail.at[i])) return false;
        out[(*len)++] = parts.tail.at[i];
    }
    return true;
}

bool amount_from(struct arena *mem, str cell, enum decimal_sign decimal, str *out)
{
    struct figure figure;
    char digits[sizeof figure.at + 4];
    ptrdiff_t len;
    if (!figure_from(cell, &figure) || !figure_read(&figure, decimal, digits, &len)) return false;
    *out = str_copy(mem, (str){digits, len});
    return true;
}

int decimal_sign_of(str decimal)
{
    for (ptrdiff_t i = 0; i < decimal.len; i++)
        if (decimal.at[i] >= '1' && decimal.at[i] <= '9') return decimal.at[0] == '-' ? -1 : 1;
    return 0;
}

static bool mantissa(str s, wide *out, int *scale)
{
    bool after = false;
    *out = 0, *scale = 0;
    for (ptrdiff_t i = s.len > 0 && s.at[0] == '-' ? 1 : 0; i < s.len; i++) {
        if (s.at[i] == '.') {
            after = true;
            continue;
        }
        *out = *out * 10 + (s.at[i] - '0');
        *scale += after;
        if (*out > (wide)1000000000000000000) return false;
    }
    return true;
}

static str decimal_text(struct arena *mem, wide value, int scale, bool negative)
{
    char digits[64], *at = digits + sizeof digits;
    for (int i = 0; value > 0 || i <= scale; i++, value /= 10) {
        if (i == scale && scale > 0) *--at = '.';
        *--at = (char)('0' + (int)(value % 10));
    }
    if (negative) *--at = '-';
    return str_copy(mem, (str){at, digits + sizeof digits - at});
}

bool decimal_product(struct arena *mem, str a, str b, str *out)
{
    wide x, y;
    int x_scale, y_scale;
    if (!mantissa(a, &x, &x_scale) || !mantissa(b, &y, &y_scale)) return false;
    if (x_scale + y_scale > 40) return false;
    bool negative = x != 0 && y != 0 && (a.at[0] == '-') != (b.at[0] == '-');
    *out = decimal_text(mem, x * y, x_scale + y_scale, negative);
    return true;
}

bool decimal_complement(struct arena *mem, str a, str *out)
{
    wide x, one = 1;
    int scale;
    if (!mantissa(a, &x, &scale) || decimal_sign_of(a) < 0 || scale > 18) return false;
    for (int i = 0; i < scale; i++) one *= 10;
    if (x > one) return false;
    *out = decimal_text(mem, one - x, scale, false);
    return true;
}

/* ---- dates ---- */

struct day_parts {
    int value[3], digits[3];
    char separator;
};

/* What may follow a day: a time, in any of its forms. */
static bool is_time(str s)
{
    if (s.len == 0) return true;
    if ((s.at[0] != ' ' && s.at[0] != 'T') || s.len < 5 || !is_digit(s.at[1])) return false;
    for (ptrdiff_t i = 1; i < s.len; i++)
        if (!s.at[i] || !strchr("0123456789:.+- ZAPMapm", s.at[i])) return false;
    return str_find(s, S(":")) > 0;
}

static bool day_split(str s, struct day_parts *out)
{
    *out = (struct day_parts){0};
    ptrdiff_t i = 0;
    for (int part = 0; part < 3; part++) {
        for (; i < s.len && is_digit(s.at[i]) && out->digits[part] < 4; i++, out->digits[part]++)
            out->value[part] = out->value[part] * 10 + (s.at[i] - '0');
        if (out->digits[part] == 0) return false;
        if (part == 2) return is_time(str_from(s, i));
        if (i == s.len || !s.at[i] || !strchr("-./", s.at[i])) return false;
        if (part == 0) out->separator = s.at[i];
        if (s.at[i++] != out->separator) return false;
    }
    return false;
}

static int whole_year(int value, int digits)
{
    if (digits == 4) return value;
    return value < 70 ? 2000 + value : 1900 + value;
}

static bool day_of(const struct day_parts *p, enum date_order order, date *out)
{
    int year = order == DATE_YMD ? 0 : 2, month = order == DATE_MDY ? 0 : 1;
    int day = order == DATE_YMD ? 2 : order == DATE_DMY ? 0 : 1;
    if (p->digits[month] > 2 || p->digits[day] > 2) return false;
    if (p->digits[year] != 4 && (p->digits[year] != 2 || order == DATE_YMD)) return false;
    if (order == DATE_MDY && p->separator == '.') return false; /* nobody writes that */
    return date_of(whole_year(p->value[year], p->digits[year]), p->value[month], p->value[day],
                   out);
}

/* "20260430" */
static bool compact(str s, date *out)
{
    int64_t n;
    return s.len == 8 && is_digit(s.at[0]) && str_to_i64(s, &n) &&
           date_of((int)(n / 10000), (int)(n / 100 % 100), (int)(n % 100), out);
}

bool date_from_cell(str cell, enum date_order order, date *out)
{
    struct day_parts parts;
    str text = cell_text(cell);
    if (compact(text, out)) return true;
    /* A year in front can mean one thing only, whatever the rest of the file does. */
    if (!day_split(text, &parts)) return false;
    return day_of(&parts, parts.digits[0] == 4 ? DATE_YMD : order, out);
}

/* ---- facts ---- */

static void evidence_add(struct evidence *e, str cell, int64_t line)
{
    if (e->count++ > 0) return;
    e->line = line;
    cell = str_head(cell, EVIDENCE_BYTES);
    memcpy(e->cell, cell.at, (size_t)cell.len);
    e->cell_len = (int)cell.len;
}

static bool date_facts(struct column_facts *facts, str cell, int64_t line)
{
    struct day_parts parts;
    date day;
    if (!day_split(cell, &parts)) return false;
    int possible = 0, only = 0;
    for (int order = DATE_YMD; order < DATE_ORDERS; order++)
        if (day_of(&parts, (enum date_order)order, &day)) possible++, only = order;
    if (possible == 0) return false;
    facts->dates++;
    evidence_add(possible == 1 ? &facts->order[only] : &facts->day_or_month, cell, line);
    return true;
}

static void amount_facts(struct column_facts *facts, str cell, int64_t line)
{
    struct figure figure;
    char digits[2][sizeof figure.at + 4];
    ptrdiff_t len[2];
    if (!figure_from(cell, &figure)) return;
    bool point = figure_read(&figure, DECIMAL_POINT, digits[0], &len[0]);
    bool comma = figure_read(&figure, DECIMAL_COMMA, digits[1], &len[1]);
    if (!point && !comma) return;
    facts->amounts++;
    if (point && comma) {
        if (!str_eq((str){digits[0], len[0]}, (str){digits[1], len[1]}))
            evidence_add(&facts->either, cell, line);
    } else {
        evidence_add(&facts->decimal[point ? DECIMAL_POINT : DECIMAL_COMMA], cell, line);
    }
}

void column_facts_add(struct column_facts *facts, str cell, int64_t line)
{
    cell = cell_text(cell);
    if (cell.len == 0 || cell.len > 64) {
        facts->filled += cell.len > 0;
        return;
    }
    facts->filled++;
    if (!date_facts(facts, cell, line)) amount_facts(facts, cell, line);
}

static void evidence_join(struct evidence *sum, const struct evidence *e)
{
    int64_t count = sum->count + e->count;
    if (e->count > 0 && (sum->count == 0 || e->line < sum->line)) *sum = *e;
    sum->count = count;
}

static struct finding found(struct arena *mem, enum sureness sure, const struct evidence *e)
{
    str cell = str_copy(mem, (str){e->cell, e->cell_len});
    return (struct finding){.sure = sure, .line = e->line, .evidence = cell};
}

/* Of the kinds of evidence 1 … count - 1 the strongest, and whether others speak against it. */
static int strongest(const struct evidence *kinds, int count, bool *mixed)
{
    int best = 0, seen = 0;
    for (int i = 1; i < count; i++) {
        seen += kinds[i].count > 0;
        if (kinds[i].count > 0 && (best == 0 || kinds[i].count > kinds[best].count)) best = i;
    }
    *mixed = seen > 1;
    return best;
}

void formats_find(struct arena *mem, const struct column_facts *facts, const bool *use,
                  ptrdiff_t count, struct formats *out)
{
    struct column_facts all = {0};
    bool mixed;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (use && !use[i]) continue;
        for (int k = 0; k < 3; k++) evidence_join(&all.decimal[k], &facts[i].decimal[k]);
        for (int k = 0; k < DATE_ORDERS; k++) evidence_join(&all.order[k], &facts[i].order[k]);
        evidence_join(&all.either, &facts[i].either);
        evidence_join(&all.day_or_month, &facts[i].day_or_month);
    }

    int decimal = strongest(all.decimal, 3, &mixed);
    out->decimal = decimal ? (enum decimal_sign)decimal : DECIMAL_POINT;
    if (decimal && mixed)
        out->decimal_found =
            found(mem, SURE_LIKELY,
                  &all.decimal[decimal == DECIMAL_COMMA ? DECIMAL_POINT : DECIMAL_COMMA]);
    else if (decimal)
        out->decimal_found = found(mem, SURE_CERTAIN, &all.decimal[decimal]);
    else
        out->decimal_found = found(mem, all.either.count ? SURE_GUESS : SURE_CERTAIN, &all.either);

    /* A year in front excludes nothing for the cells without one. */
    struct evidence turned[DATE_ORDERS] = {
        [DATE_DMY] = all.order[DATE_DMY], [DATE_MDY] = all.order[DATE_MDY]};
    int order = strongest(turned, DATE_ORDERS, &mixed);
    if (order) {
        out->order = (enum date_order)order;
        out->order_found = found(mem, mixed ? SURE_LIKELY : SURE_CERTAIN,
                                 &turned[mixed && order == DATE_DMY   ? DATE_MDY
                                         : mixed && order == DATE_MDY ? DATE_DMY
                                                                      : order]);
    } else if (all.day_or_month.count > 0) {
        out->order = DATE_DMY;
        out->order_found = found(mem, SURE_GUESS, &all.day_or_month);
    } else {
        out->order = DATE_YMD;
        out->order_found = found(mem, SURE_CERTAIN, &all.order[DATE_YMD]);
    }
}
