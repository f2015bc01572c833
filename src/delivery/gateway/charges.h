/* Charges, refunds and payouts of the test gateway, as its database keeps them. A charge leaves
 * `open` once and never comes back: every change is conditional on it. */
#ifndef GATEWAY_CHARGES_H
#define GATEWAY_CHARGES_H

#include "adapters/net/credentials.h"
#include "base/json.h"
#include "delivery/gateway/cards.h"
#include "delivery/gateway/gateway_sql.h"
#include "delivery/web/web.h"

/* What a request of the service can see besides struct request: rq->app is its first member. */
struct service {
    struct app app;
    struct credentials credentials;
    str merchant_url, merchant_origin;
    int64_t second_us;
    int stop_fd;
};
const struct service *service_of(const struct request *rq);

/* All of these run inside the operation's transaction. */
bool schema_make(struct op *op, void *unused) MUST_USE;

bool charge_get(struct op *op, str token, struct charge_find_row *out) MUST_USE; /* ERR_MISSING */

/* Ends an open charge as `rule` says, or as the payer, the bank or the merchant said. One that is
 * no longer open is left as it is. */
struct charge_ending {
    const char *state, *decline;
    str card;
    int quiet_seconds, webhook_after_seconds, webhook_copies;
};
bool charge_end(struct request *rq, const struct charge_find_row *charge,
                const struct charge_ending *ending) MUST_USE;
/* `keep`: the payer ticked it; NULL: did not, or was not asked. */
struct card_kept {
    date last_day; /* the card's */
};
bool charge_pay(struct request *rq, const struct charge_find_row *charge,
                const struct card_rule *rule, const struct card_kept *keep) MUST_USE;
/* With a card that was kept: paid, declined, or open with the bank's question. A token that is not
 * this customer's, or no more, is declined. */
bool charge_pay_kept(struct request *rq, const struct charge_find_row *charge, str token) MUST_USE;

/* All that was charged, or would be: the surcharge included, once it is taken. */
money charge_total(const struct charge_find_row *charge);

/* "http://merchant/back?charge=ch_1" */
str charge_return_url(struct arena *mem, const struct charge_find_row *charge);

/* Refuses (state `declined`) what would exceed the sum that was paid. */
bool refund_make(struct op *op, const struct charge_find_row *charge, str our_id, money amount,
                 struct refund_find_row *out) MUST_USE;

/* One payout for each currency that has something to pay out. */
bool payouts_make(struct op *op) MUST_USE;

/* "…/card/TOKEN": the card page's path, or the bank's where the card is known already. */
str charge_page(struct arena *mem, const struct charge_find_row *charge);

/* A charge as the API and the webhooks show it. */
void charge_write(struct json_out *json, const struct service *service,
                  const struct charge_find_row *charge);

#endif
