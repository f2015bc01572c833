#include "domain/customers/terms.h"

#include "base/arena.h"
#include "base/text.h"

#include <assert.h>

enum { PPM = 1000000, SHOWN_MAX = 60 };

/* ---- reading --------------------------------------------------------------------------------
 *
 * A reader is a str that gets shorter: each function below takes what it knows from the head of
 * *s, with the blanks around it, or leaves *s as it was. The text is in lower case by then. */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* A word ends where its letters end: "net30" has the word "net", "nettle" has not. */
static bool take(str *s, const char *word)
{
    str want = str_of(word), rest;
    if (!str_starts(*s, want)) return false;
    rest = str_from(*s, want.len);
    if (rest.len > 0 && is_letter(want.at[want.len - 1]) && is_letter(rest.at[0])) return false;
    *s = str_trim(rest);
    return true;
}

static bool take_one_of(str *s, const char *const words[])
{
    for (; *words; words++)
        if (take(s, *words)) return true;
    return false;
}

static bool take_number(str *s, int *out)
{
    ptrdiff_t len = 0;
    int64_t n;
    while (len < s->len && is_digit(s->at[len])) len++;
    if (len == 0 || len > 3 || !str_to_i64(str_head(*s, len), &n)) return false;
    *out = (int)n;
    *s = str_trim(str_from(*s, len));
    return true;
}

/* "2" or "33.3333", in parts per million of the whole: at most four decimals are exact. */
static bool take_percent(str *s, int64_t *ppm)
{
    str rest = *s;
    int64_t scaled = 0;
    int decimals = -1;
    ptrdiff_t i = 0;
    for (; i < rest.len && (is_digit(rest.at[i]) || rest.at[i] == '.'); i++) {
        if (rest.at[i] == '.' && (decimals >= 0 || i == 0)) return false;
        if (rest.at[i] != '.') scaled = scaled * 10 + (rest.at[i] - '0');
        if (rest.at[i] == '.' || decimals >= 0) decimals++;
        if (scaled > 100 * PPM || decimals > 4) return false;
    }
    if (i == 0 || decimals == 0) return false;
    for (int more = decimals < 0 ? 4 : 4 - decimals; more > 0; more--) scaled *= 10;
    if (scaled == 0 || scaled > PPM) return false;
    *ppm = scaled;
    *s = str_trim(str_from(rest, i));
    return true;
}

static bool take_days(str *s)
{
    static const char *const words[] = {"days", "day", "d", NULL};
    return take_one_of(s, words);
}

static bool take_net(str *s)
{
    static const char *const words[] = {"net", "n/", "n", NULL};
    return take_one_of(s, words);
}

static bool take_month_end(str *s)
{
    static const char *const words[] = {"eom", "end of the month", "end of month", NULL};
    return take_one_of(s, words);
}

/* "prox" is short for the Latin "in the next month". */
static bool take_next_month(str *s)
{
    static const char *const words[] = {"proximo",       "prox.",      "prox", "of the next month",
                                        "of next month", "next month", NULL};
    return take_one_of(s, words);
}

/* "due on receipt" and what else means at once. */
static bool take_at_once(str *s)
{
    static const char *const words[] = {
        "due on receipt", "due upon receipt", "on receipt", "upon receipt", "due immediately",
        "immediately",    "immediate",        "cod",        "cash",         NULL};
    return take_one_of(s, words);
}

/* What may follow a number: "net 30 eom", "30 days net", "15th prox". */
static bool part_after_number(str s, bool said_net, int n, struct terms_part *out)
{
    static const char *const ordinals[] = {"st", "nd", "rd", "th", ".", NULL};
    str day = s;
    (void)take_one_of(&day, ordinals);
    if (!said_net && take_next_month(&day) && day.len == 0) {
        *out = (struct terms_part){.rule = TERMS_PROX, .days = n};
        return n >= 1 && n <= 31;
    }
    bool said_days = take_days(&s);
    bool net_last = !said_net && take_net(&s);
    bool month_end = take_month_end(&s);
    out->rule = month_end ? TERMS_NET_EOM : TERMS_NET;
    out->days = n;
    return s.len == 0 && (said_net || said_days || net_last || month_end);
}

/* One rule: all that stands between two commas, without its share. */
static bool part_from(str s, struct terms_part *out)
{
    int n = 0;
    *out = (struct terms_part){.rule = TERMS_NET};
    if (take_at_once(&s)) return s.len == 0;
    if (take_next_month(&s)) { /* "prox 15" */
        *out = (struct terms_part){.rule = TERMS_PROX};
        return take_number(&s, &out->days) && s.len == 0 && out->days >= 1 && out->days <= 31;
    }
    if (take_month_end(&s)) { /* "eom", "eom + 30" */
        *out = (struct terms_part){.rule = TERMS_EOM_NET};
        if (s.len == 0) return true;
        (void)take(&s, "+"), (void)take_net(&s);
        if (!take_number(&s, &out->days)) return false;
        (void)take_days(&s);
        return s.len == 0;
    }
    bool said_net = take_net(&s);
    return take_number(&s, &n) && part_after_number(s, said_net, n, out);
}

/* "2/10": two per cent within ten days. */
static void take_discount(str *s, struct terms *out)
{
    str rest = *s;
    int64_t ppm;
    int days;
    if (!take_percent(&rest, &ppm)) return;
    (void)take(&rest, "%");
    if (!take(&rest, "/") || !take_number(&rest, &days)) return;
    (void)take_days(&rest);
    out->discount_ppm = ppm;
    out->discount_days = days;
    *s = rest;
}

static bool shift_from(str s, enum date_shift *out)
{
    static const char *const days[] = {"business day", "working day", "day", NULL};
    bool modified = take(&s, "modified");
    if (!take(&s, "following") && (modified || !take(&s, "next"))) return false;
    (void)take_one_of(&s, days);
    *out = modified ? SHIFT_MODIFIED : SHIFT_FOLLOWING;
    return s.len == 0;
}

/* A share, if there is one, and a rule. */
static bool add_part(str s, struct terms *out)
{
    str rest = s;
    int64_t share = 0;
    if (out->count == TERMS_PARTS_MAX || out->shift != SHIFT_NONE) return false;
    if (take_percent(&rest, &share) && take(&rest, "%"))
        s = rest;
    else
        share = 0;
    struct terms_part *part = &out->parts[out->count++];
    if (!part_from(s, part)) return false;
    part->share_ppm = share;
    return true;
}

/* One rule without a share is the whole; several have shares that make up the whole. */
static bool shares_fit(struct terms *out)
{
    int64_t sum = 0;
    if (out->count == 1 && out->parts[0].share_ppm == 0) out->parts[0].share_ppm = PPM;
    for (int i = 0; i < out->count; i++) {
        if (out->parts[i].share_ppm == 0) return false;
        sum += out->parts[i].share_ppm;
    }
    return sum == PPM;
}

static bool read_terms(str text, struct terms *out)
{
    *out = (struct terms){0};
    if (text.len == 0) text = S("due on receipt");
    take_discount(&text, out);
    if (out->discount_ppm > 0) (void)take(&text, ",");
    for (struct str_pair one = {.tail = text, .found = true}; one.found;) {
        one = str_cut(one.tail, ',');
        str part = str_trim(one.head);
        if (out->count > 0 && out->shift == SHIFT_NONE && shift_from(part, &out->shift)) continue;
        if (!add_part(part, out)) return false;
    }
    return true;
}

/* Lower case, one blank for any white space, and a comma for a semicolon. */
static str normal(struct arena *mem, str text)
{
    str lower = str_lower(mem, str_trim(text));
    struct text out = {.mem = mem};
    for (ptrdiff_t i = 0; i < lower.len; i++) {
        char c = lower.at[i];
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (blank && out.len > 0 && out.at[out.len - 1] == ' ') continue;
        text_char(&out, blank ? ' ' : c == ';' ? ',' : c);
    }
    return text_str(&out);
}

bool terms_from(struct op *op, str text, struct terms *out)
{
    str shown = str_head(text, SHOWN_MAX);
    if (!read_terms(normal(op->mem, text), out))
        return op_fail(op, ERR_INVALID, "terms",
                       "“%.*s” are no payment terms that we can read. Write, for example: net 30, "
                       "2/10 net 30, net 30 EOM, 15th prox, due on receipt, or "
                       "30%% net 30, 70%% net 60.",
                       STR(shown));
    if (!shares_fit(out))
        return op_fail(op, ERR_INVALID, "terms",
                       "The parts of “%.*s” need percentages that add up to 100%%.", STR(shown));
    if (out->discount_ppm == PPM)
        return op_fail(op, ERR_INVALID, "terms", "A discount is less than 100%%.");
    bool plain = out->count == 1 && out->parts[0].rule == TERMS_NET;
    if (plain && out->discount_ppm > 0 && out->discount_days > out->parts[0].days)
        return op_fail(op, ERR_INVALID, "terms",
                       "The discount of “%.*s” would run longer than the time to pay.", STR(shown));
    return true;
}

/* ---- words ---------------------------------------------------------------------------------- */

static str part_words(struct arena *mem, const struct lang *lang, const struct terms_part *part)
{
    int days = part->days;
    switch (part->rule) {
    case TERMS_NET:
        if (days == 0) return str_of(say(lang, "due on receipt"));
        return str_printf(mem, say_n(lang, "%d day net", "%d days net", days), days);
    case TERMS_NET_EOM:
        return str_printf(mem,
                          say_n(lang, "%d day, then to the end of the month",
                                "%d days, then to the end of the month", days),
                          days);
    case TERMS_EOM_NET:
        if (days == 0) return str_of(say(lang, "end of the month"));
        return str_printf(mem,
                          say_n(lang, "%d day after the end of the month",
                                "%d days after the end of the month", days),
                          days);
    case TERMS_PROX: return str_printf(mem, say(lang, "on day %d of the next month"), days);
    }
    return (str){0};
}

static str all_words(struct arena *mem, const struct lang *lang, const struct terms *terms)
{
    struct text t = {.mem = mem};
    if (terms->discount_ppm > 0) {
        str percent = lang_percent(mem, lang, terms->discount_ppm);
        text_format(
            &t,
            say_n(lang, "%.*s off within %d day", "%.*s off within %d days", terms->discount_days),
            STR(percent), terms->discount_days);
        text_add(&t, S(", "));
    }
    for (int i = 0; i < terms->count; i++) {
        if (i > 0) text_add(&t, S("; "));
        if (terms->count > 1) {
            text_add(&t, lang_percent(mem, lang, terms->parts[i].share_ppm));
            text_char(&t, ' ');
        }
        text_add(&t, part_words(mem, lang, &terms->parts[i]));
    }
    if (terms->shift == SHIFT_FOLLOWING)
        text_add(&t, str_of(say(lang, ", or the next working day")));
    if (terms->shift == SHIFT_MODIFIED)
        text_add(&t, str_of(say(lang, ", or the nearest working day of that month")));
    return text_str(&t);
}

str terms_words(struct arena *mem, const struct lang *lang, str text)
{
    struct terms terms;
    struct op op = {.mem = mem};
    if (!terms_from(&op, text, &terms)) return text;
    return all_words(mem, lang, &terms);
}

/* ---- due dates ------------------------------------------------------------------------------ */

static date part_due(const struct terms_part *part, date issued)
{
    int year, month, day;
    switch (part->rule) {
    case TERMS_NET: return date_plus(issued, part->days);
    case TERMS_NET_EOM: return date_month_end(date_plus(issued, part->days));
    case TERMS_EOM_NET: return date_plus(date_month_end(issued), part->days);
    case TERMS_PROX: break;
    }
    date end = date_month_end(date_plus(date_month_end(issued), 1));
    date_parts(end, &year, &month, &day);
    return date_plus(end, part->days < day ? part->days - day : 0);
}

static void insert_by_date(struct terms_dues *list, struct terms_due due)
{
    ptrdiff_t i = list->count++;
    for (; i > 0 && date_cmp(list->at[i - 1].due, due.due) > 0; i--) list->at[i] = list->at[i - 1];
    list->at[i] = due;
}

bool terms_due_in(struct op *op, const struct terms *terms, const struct holidays *holidays,
                  date issued, money total, struct terms_dues *out)
{
    int64_t shares[TERMS_PARTS_MAX];
    money amounts[TERMS_PARTS_MAX];
    int year, month, day;
    assert(terms->count >= 1 && terms->count <= TERMS_PARTS_MAX);
    date_parts(issued, &year, &month, &day);
    if (year > 9990)
        return op_fail(op, ERR_INVALID, "issued", "This date is too far in the future.");

    for (int i = 0; i < terms->count; i++) shares[i] = terms->parts[i].share_ppm;
    money_split(total, shares, amounts, terms->count);
    *out = (struct terms_dues){.at = arena_array(op->mem, struct terms_due, terms->count)};
    for (int i = 0; i < terms->count; i++) {
        if (amounts[i].minor == 0 && total.minor != 0) continue;
        struct terms_due due = {
            .due = date_shift(part_due(&terms->parts[i], issued), terms->shift, holidays),
            .amount = amounts[i],
            .discount_ppm = terms->discount_ppm,
        };
        if (due.discount_ppm > 0) {
            date until = date_plus(issued, terms->discount_days);
            due.discount_until = date_shift(until, terms->shift, holidays);
        }
        insert_by_date(out, due);
    }
    if (total.minor == 0) out->count = 1; /* a document with nothing to pay */
    return true;
}

bool terms_due(struct op *op, const struct terms *terms, date issued, money total,
               struct terms_dues *out)
{
    return terms_due_in(op, terms, NULL, issued, total, out);
}
