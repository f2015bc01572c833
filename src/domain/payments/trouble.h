/* The work list about money: what the program cannot decide, and a person must.
 *
 * The program guesses nothing (reliability.md 3.4): where the gateway's word and ours differ, where
 * it stays silent, where a card was charged twice, a refund refused or a payout does not add up, it
 * says so here, once, and goes on asking. What the truth settles closes by itself; the rest is
 * closed by a person who says why, and the audit trail keeps who. */
#ifndef PAYMENTS_TROUBLE_H
#define PAYMENTS_TROUBLE_H

#include "base/money.h"
#include "base/op.h"

enum trouble_kind {
    TROUBLE_AMOUNT_DIFFERS = 1, /* the gateway charged another amount than was agreed */
    TROUBLE_UNANSWERED,         /* for an hour nobody knows whether the card was charged */
    TROUBLE_CHARGED_TWICE,      /* a second charge for the same: on account, to be given back */
    TROUBLE_REFUND_REFUSED,     /* the money that should go back is on account again */
    TROUBLE_SETTLEMENT,         /* a payout that does not agree with the ledger */
};

struct trouble {
    int64_t id;
    enum trouble_kind kind;
    int64_t payment, refund, payout; /* what it is about; 0: not that */
    str payment_number, customer_name;
    money amount; /* of the payment */
    money said;   /* what the gateway says; no currency: nothing */
    str detail;
    instant opened;
};
struct troubles {
    struct trouble *at;
    ptrdiff_t count;
    int64_t open; /* all of them; `at` may have fewer */
};

/* Opens it, unless it is open, or a person closed it about the same words of the gateway. */
bool trouble_open(struct op *op, const struct trouble *in) MUST_USE;
/* The truth came out: closes what was open about the payment's outcome. */
bool trouble_clear(struct op *op, int64_t payment) MUST_USE;
/* The refund went out (after all); `whole`: nothing is left of the payment. */
bool trouble_clear_refund(struct op *op, int64_t payment, int64_t refund, bool whole) MUST_USE;
/* The payout agrees now. */
bool trouble_clear_payout(struct op *op, int64_t payout) MUST_USE;

/* The oldest first. */
bool troubles_list(struct op *op, int limit, struct troubles *out) MUST_USE;
bool trouble_count(struct op *op, int64_t *out) MUST_USE;
bool trouble_get(struct op *op, int64_t id, struct trouble *out) MUST_USE;
/* The open one about the payment's outcome, if there is one. */
bool trouble_of_payment(struct op *op, int64_t payment, struct trouble *out, bool *found) MUST_USE;

/* A person has seen to it elsewhere (gave the money back, wrote to the gateway). ERR_CONFLICT: it
 * is about a payment's outcome, which payment_resolve() decides. ERR_INVALID: no reason. */
bool trouble_close(struct op *op, int64_t id, str reason) MUST_USE;

/* A person has looked at the gateway's own pages and says what became of a payment that is unknown:
 * charged (what the gateway says it took is booked, whatever was agreed), or not (it has failed,
 * and what it held is free). Should the gateway say otherwise later, late money is booked all the
 * same. */
enum resolution { RESOLVED_CHARGED = 1, RESOLVED_NOT_CHARGED };
bool payment_resolve(struct op *op, int64_t payment, enum resolution what, str reason) MUST_USE;

#endif
