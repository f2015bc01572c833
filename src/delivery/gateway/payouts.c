/* Paying out: what came in less what went back less fees, one sum for each currency. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "delivery/gateway/charges.h"

#include <assert.h>

/* 1.4 % rounded half up, and 25 minor units; never more than the charge. */
static money fee_of(money amount)
{
    money fee = money_scale(amount, 14, 1000, ROUND_HALF_UP);
    return money_min(money_add(fee, money_of(25, amount.cur)), amount);
}

struct sums {
    currency cur;
    money charges, refunds, fees;
};

static struct sums *sums_in(struct sums *at, ptrdiff_t *count, currency cur)
{
    for (ptrdiff_t i = 0; i < *count; i++)
        if (currency_eq(at[i].cur, cur)) return &at[i];
    money none = money_of(0, cur);
    at[*count] = (struct sums){cur, none, none, none};
    return &at[(*count)++];
}

static bool pay_out(struct op *op, const struct sums *s, const struct unpaid_charges_list *charges,
                    const struct unpaid_refunds_list *refunds)
{
    struct payout_add_row payout;
    str token = random_token(op->mem, 16);
    money net = money_sub(money_sub(s->charges, s->refunds), s->fees);
    struct payout_add_args args = {
        .their_id = str_printf(op->mem, "po_%.*s", STR(token)),
        .paid_on = date_text(op->mem, clock_date(op->now, S(""))),
        .currency = currency_text(&s->cur),
        .charges_minor = s->charges.minor,
        .refunds_minor = s->refunds.minor,
        .fees_minor = s->fees.minor,
        .net_minor = net.minor,
    };
    if (!sql_payout_add(op, args, &payout)) return false;

    for (ptrdiff_t i = 0; i < charges->count; i++) {
        const struct unpaid_charges_row *c = &charges->at[i];
        if (!currency_eq(c->amount.cur, s->cur)) continue;
        struct line_add_args line = {payout.id, S("charge"), c->their_id,
                                     c->our_id, c->amount,   fee_of(c->amount).minor};
        if (!sql_line_add(op, line)) return false;
    }
    for (ptrdiff_t i = 0; i < refunds->count; i++) {
        const struct unpaid_refunds_row *r = &refunds->at[i];
        if (!currency_eq(r->amount.cur, s->cur)) continue;
        struct line_add_args line = {payout.id, S("refund"),          r->their_id,
                                     r->our_id, money_neg(r->amount), 0};
        if (!sql_line_add(op, line)) return false;
    }
    struct charges_paid_out_args charges_args = {args.currency, payout.id};
    struct refunds_paid_out_args refunds_args = {args.currency, payout.id};
    return sql_charges_paid_out(op, charges_args) && sql_refunds_paid_out(op, refunds_args);
}

bool payouts_make(struct op *op)
{
    struct unpaid_charges_list charges;
    struct unpaid_refunds_list refunds;
    if (!sql_unpaid_charges(op, &charges) || !sql_unpaid_refunds(op, &refunds)) return false;

    ptrdiff_t count = 0;
    struct sums *sums = arena_array(op->mem, struct sums, charges.count + refunds.count + 1);
    for (ptrdiff_t i = 0; i < charges.count; i++) {
        struct sums *s = sums_in(sums, &count, charges.at[i].amount.cur);
        s->charges = money_add(s->charges, charges.at[i].amount);
        s->fees = money_add(s->fees, fee_of(charges.at[i].amount));
    }
    for (ptrdiff_t i = 0; i < refunds.count; i++) {
        struct sums *s = sums_in(sums, &count, refunds.at[i].amount.cur);
        s->refunds = money_add(s->refunds, refunds.at[i].amount);
    }
    for (ptrdiff_t i = 0; i < count; i++)
        if (!pay_out(op, &sums[i], &charges, &refunds)) return false;
    return true;
}
