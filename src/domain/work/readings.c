/* How money can be read: what its payer most likely meant. Proposals only; people decide. */
#include "base/arena.h"
#include "domain/work/application.h"

#include <assert.h>
#include <string.h>

/* Sets are looked for among so many debts, the oldest: 16,383 of them. */
enum { SUM_LINES = 14 };

static struct reading *reading_new(struct op *op, const struct application *a,
                                   enum reading_kind kind, struct reading list[], ptrdiff_t *count)
{
    assert(*count < READINGS_MAX);
    struct reading *r = &list[(*count)++];
    *r = (struct reading){
        .kind = kind,
        .amounts = arena_array(op->mem, money, a->count),
        .rests = arena_array(op->mem, enum rest, a->count),
        .missing = money_of(0, a->free.cur),
        .left = a->free,
    };
    for (ptrdiff_t i = 0; i < a->count; i++) r->amounts[i] = money_of(0, a->free.cur);
    return r;
}

static void use(struct reading *r, const struct application *a, ptrdiff_t i, money amount)
{
    r->amounts[i] = amount;
    r->left = a->lines[i].side > 0 ? money_sub(r->left, amount) : money_add(r->left, amount);
    if (a->lines[i].named) r->named++;
}

/* What the payer named: its credits, then its debts by due date, as far as the money goes. */
static void read_named(struct op *op, const struct application *a, struct reading list[],
                       ptrdiff_t *count)
{
    ptrdiff_t named = 0;
    money debts = money_of(0, a->free.cur), credits = debts;
    for (ptrdiff_t i = 0; i < a->count; i++) {
        const struct application_line *line = &a->lines[i];
        if (!line->named || line->free.minor == 0) continue;
        named++;
        money *sum = line->side > 0 ? &debts : &credits;
        *sum = money_add(*sum, line->free);
    }
    if (named == 0 || debts.minor == 0) return;
    struct reading *r = reading_new(op, a, READING_NAMED, list, count);
    credits = money_min(credits, debts);
    for (ptrdiff_t i = a->debts; i < a->count && credits.minor > 0; i++) {
        if (!a->lines[i].named) continue;
        money part = money_min(a->lines[i].free, credits);
        if (part.minor <= 0) continue;
        use(r, a, i, part);
        credits = money_sub(credits, part);
    }
    ptrdiff_t last = -1;
    for (ptrdiff_t i = 0; i < a->debts && r->left.minor > 0; i++) {
        if (!a->lines[i].named) continue;
        money part = money_min(a->lines[i].free, r->left);
        if (part.minor <= 0) continue;
        use(r, a, i, part);
        last = i;
    }
    for (ptrdiff_t i = 0; i < a->debts; i++)
        if (a->lines[i].named)
            r->missing = money_add(r->missing, money_sub(a->lines[i].free, r->amounts[i]));
    r->exact = r->missing.minor == 0 && r->left.minor == 0;
    if (last < 0 || r->missing.minor == 0) return;
    /* A difference that the rules explain is proposed with its explanation. */
    money short_of = money_sub(a->lines[last].free, r->amounts[last]);
    if (!money_eq(short_of, r->missing)) return;
    if (money_eq(application_discount(&a->lines[last], r->amounts[last]), short_of))
        r->rests[last] = REST_DISCOUNT;
    else if (short_of.minor <= a->seller.tolerance_minor)
        r->rests[last] = REST_TOLERANCE;
}

/* One debt that is open with exactly this, or with this and its discount. */
static void read_amount(struct op *op, const struct application *a, struct reading list[],
                        ptrdiff_t *count)
{
    ptrdiff_t exact = -1, early = -1, exacts = 0;
    for (ptrdiff_t i = 0; i < a->debts; i++) {
        const struct application_line *line = &a->lines[i];
        if (money_eq(line->free, a->free)) {
            if (exact < 0 || (line->named && !a->lines[exact].named)) exact = i;
            exacts++;
        }
        money rest = money_sub(line->free, a->free);
        if (early < 0 && rest.minor > 0 && money_eq(application_discount(line, a->free), rest))
            early = i;
    }
    if (exact >= 0) {
        struct reading *r = reading_new(op, a, READING_AMOUNT, list, count);
        use(r, a, exact, a->free);
        r->exact = true;
        r->others = exacts - 1;
    }
    if (early >= 0) {
        struct reading *r = reading_new(op, a, READING_DISCOUNT, list, count);
        use(r, a, early, a->free);
        r->rests[early] = REST_DISCOUNT;
        r->exact = true;
    }
}

/* Two or more of the oldest debts that come to exactly this. The fewest are taken. */
static void read_sum(struct op *op, const struct application *a, struct reading list[],
                     ptrdiff_t *count)
{
    ptrdiff_t lines = a->debts < SUM_LINES ? a->debts : SUM_LINES, sets = 0;
    int best = 0, best_count = 0;
    for (int set = 1; set < 1 << lines; set++) {
        int64_t sum = 0;
        int members = 0;
        for (ptrdiff_t i = 0; i < lines && sum <= a->free.minor; i++)
            if (set >> i & 1) sum += a->lines[i].free.minor, members++;
        if (sum != a->free.minor || members < 2) continue;
        sets++;
        if (best == 0 || members < best_count) best = set, best_count = members;
    }
    if (best == 0) return;
    struct reading *r = reading_new(op, a, READING_SUM, list, count);
    for (ptrdiff_t i = 0; i < lines; i++)
        if (best >> i & 1) use(r, a, i, a->lines[i].free);
    r->exact = true;
    r->others = sets - 1;
}

static void read_oldest(struct op *op, const struct application *a, struct reading list[],
                        ptrdiff_t *count)
{
    if (a->debts == 0) return;
    struct reading *r = reading_new(op, a, READING_OLDEST, list, count);
    for (ptrdiff_t i = 0; i < a->debts && r->left.minor > 0; i++) {
        money part = money_min(a->lines[i].free, r->left);
        if (part.minor > 0) use(r, a, i, part);
    }
    r->exact = r->left.minor == 0;
}

static int likely(const struct reading *r)
{
    switch (r->kind) {
    case READING_NAMED: return r->exact ? 6 : 4;
    case READING_AMOUNT: return r->others == 0 ? 5 : 3;
    case READING_DISCOUNT: return 4;
    case READING_SUM: return r->others == 0 ? 3 : 2;
    case READING_OLDEST: return 1;
    case READING_NOTHING: return 0;
    }
    return 0;
}

static bool same(const struct application *a, const struct reading *x, const struct reading *y)
{
    for (ptrdiff_t i = 0; i < a->count; i++)
        if (!money_eq(x->amounts[i], y->amounts[i]) || x->rests[i] != y->rests[i]) return false;
    return true;
}

bool application_readings(struct op *op, const struct application *a, struct reading **out,
                          ptrdiff_t *count)
{
    struct reading *all = arena_array(op->mem, struct reading, READINGS_MAX);
    ptrdiff_t found = 0;
    *out = arena_array(op->mem, struct reading, READINGS_MAX);
    *count = 0;
    if (a->free.minor > 0) {
        read_named(op, a, all, &found);
        read_amount(op, a, all, &found);
        read_sum(op, a, all, &found);
        read_oldest(op, a, all, &found);
    }
    (void)reading_new(op, a, READING_NOTHING, all, &found);
    for (ptrdiff_t i = 0; i < found; i++) { /* into the order of likelihood; the same only once */
        ptrdiff_t at = *count;
        bool twice = false;
        for (ptrdiff_t k = 0; k < *count; k++)
            if (same(a, &(*out)[k], &all[i])) twice = true;
        if (twice) continue;
        while (at > 0 && likely(&(*out)[at - 1]) < likely(&all[i])) at--;
        memmove(&(*out)[at + 1], &(*out)[at], sizeof **out * (size_t)(*count - at));
        (*out)[at] = all[i];
        ++*count;
    }
    return true;
}

bool application_named(struct op *op, const struct application *a, struct reading *out)
{
    ptrdiff_t count = 0;
    if (a->free.minor > 0) read_named(op, a, out, &count);
    return count > 0;
}

void application_take(struct application *a, const struct reading *reading)
{
    for (ptrdiff_t i = 0; i < a->count; i++) {
        a->lines[i].amount = reading->amounts[i];
        a->lines[i].rest = reading->rests[i];
    }
}
