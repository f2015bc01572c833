/* Paying: what the payer chose (checkout), the payment and its attempts at the gateway, transfers,
 * refunds and returns. docs/payments.md draws the states.
 *
 * The order that keeps money safe: reserve and record the attempt, commit, talk, record the answer.
 * A silent gateway leaves `unknown`, which keeps its reservation until the truth is known. Every
 * change of state is conditional on the state it starts from, so that a webhook, a returning payer
 * and the settling job may all come at once: one of them does it, the others find it done. */
#ifndef PAYMENTS_PAYMENTS_H
#define PAYMENTS_PAYMENTS_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"
#include "domain/customers/customers.h"
#include "domain/ledger/ledger.h"
#include "domain/payments/gateway.h"
#include "domain/receivables/receivables.h"

struct keys;
struct store;

/* ---- checkout: edited freely, on the server, until submitted ---- */

struct checkout_line {
    struct receivable item;
    money amount;    /* to pay now; of a credit: to use now */
    money held;      /* what its payment has reserved; zero before and after */
    money agreed;    /* what the last try reserved: amount and deduction; zero before */
    money shortfall; /* of an invoice: open and free, minus amount */
    str typed;       /* what was entered, when it is refused; else empty */
    str error;       /* the sentence beside the field; else empty */
    str reason, note;
    bool deducts; /* the reason makes the shortfall a deduction */
};
struct checkout {
    int64_t id, account, customer, entity;
    str state; /* "open", "submitted", "applied" */
    currency currency;
    struct checkout_line *lines;
    ptrdiff_t count;
    /* total = invoices (all that is open) - credits - deducted - left open */
    money invoices, credits, deducted, left_open, total;
    int64_t payment, entry; /* what came of it; 0: nothing yet */
    bool reserved;          /* the payment holds reservations now */
    bool ready;             /* nothing is refused */
};

/* One checkout per account (customer, entity and currency) among the items: several are one
 * payment each, and the page offers them one after the other. */
bool checkout_start(struct op *op, int64_t customer, int64_t person, const int64_t items[],
                    ptrdiff_t count, struct customer_ids *out) MUST_USE;
bool checkout_get(struct op *op, int64_t customer, int64_t id, date today,
                  struct checkout *out) MUST_USE;
struct checkout_edit {
    int64_t item;
    str amount; /* as typed; empty: unchanged */
    str reason, note;
    bool remove;
};
/* Takes what was typed even when it is wrong: the page shows it with its sentence. */
bool checkout_edit(struct op *op, int64_t customer, int64_t id, const struct checkout_edit edits[],
                   ptrdiff_t count) MUST_USE;

/* ---- paying ---- */

enum payment_state {
    PAYMENT_CREATED = 1,
    PAYMENT_REQUIRES_ACTION, /* the payer is at the card page or the bank */
    PAYMENT_SUBMITTING,
    PAYMENT_UNKNOWN, /* no answer: nobody may pay again until we know */
    PAYMENT_PENDING, /* a transfer is announced */
    PAYMENT_SUCCEEDED,
    PAYMENT_SETTLED,
    PAYMENT_FAILED,
    PAYMENT_CANCELLED,
    PAYMENT_EXPIRED,
    PAYMENT_RETURNED,
    PAYMENT_PARTIALLY_REFUNDED,
    PAYMENT_REFUNDED,
};
const char *payment_state_name(enum payment_state state);
bool payment_state_from(str name, enum payment_state *out);

struct payment {
    int64_t id, entity, account, customer, checkout, item, person;
    str number, method, reference, bank_ref, card, payer, customer_name, customer_number;
    money amount;
    /* A surcharge is no part of the amount: what a credit card would cost on top, and what was
     * collected in the end (docs/payments.md). */
    money fee_asked, fee;
    enum payment_state state;
    date day; /* the one by which lists show, order and filter it: decisions/0240-a-payments-day.md
               */
    struct opt_date value_date; /* none before its money has arrived */
    instant created, changed;
    struct opt_i64 expires;
    int64_t version;
    bool reserved; /* its lines hold reservations */
};

/* Credits cover everything: applied at once, no payment (domain.md rule 6). */
bool checkout_apply(struct op *op, int64_t customer, int64_t checkout, date today,
                    int64_t *entry) MUST_USE;
/* Reserves, and announces a transfer: the payee's details and the reference are shown. */
bool payment_announce(struct op *op, int64_t customer, int64_t checkout, date today,
                      int64_t *payment) MUST_USE;
/* Phase 1 of a card payment: reserves and records an attempt as `submitting`. `method`: the saved
 * card of this customer that pays, see methods.h; 0: a card is typed at the gateway's page. */
bool payment_begin(struct op *op, int64_t customer, int64_t checkout, const char *gateway,
                   int64_t method, date today, int64_t *payment) MUST_USE;
/* A further attempt of a payment that failed: on the same page, for the same items. */
bool payment_again(struct op *op, int64_t customer, int64_t payment, const char *gateway,
                   date today) MUST_USE;

struct payment_attempt {
    int64_t id, payment;
    int n;
    str our_id, state, their_id, page, decline, card;
    instant created, changed;
};
bool payment_attempts(struct op *op, int64_t payment, struct payment_attempt **out,
                      ptrdiff_t *count) MUST_USE;

/* Phases 2 and 3: talks to the gateway about the live attempt, then records the answer in a
 * transaction of its own. Called outside a transaction by the page that waits, by the webhook's
 * job and by `payments.settle`; any number of times. `send` creates the charge if they are not
 * known to have it: under the same id it is the same charge. Otherwise it only asks. The return
 * address of one payment is always the same: gateways compare. */
struct gateway_access {
    const struct gateway *gateway;
    const struct gateway_account *account;
    const struct keys *keys; /* seal what the gateway calls a saved card; NULL: none is saved */
};
bool payment_talk(struct op *op, struct store *store, const struct gateway_access *access,
                  int64_t payment, bool send, str return_url, enum payment_state *out) MUST_USE;
/* Ends an unfinished payment: at the gateway first, so that a card charged meanwhile wins. */
bool payment_cancel(struct op *op, struct store *store, const struct gateway_access *access,
                    int64_t payment, enum payment_state *out) MUST_USE;
/* The job `payment.settle`: finds out where the payment stands and brings it on. A payer who left
 * the card page may come back to it until the payment expires; then the charge is ended at the
 * gateway, so that what it would have paid is free again. Attempts that came to an end are asked
 * about as well: money that comes late is booked. */
bool payment_settle(struct op *op, struct store *store, const struct gateway_access *access,
                    int64_t payment, str return_url, enum payment_state *out) MUST_USE;
/* The gateway answers again: asks at once about all that nobody knows the outcome of. */
bool payments_ask_all(struct op *op, void *unused) MUST_USE;
/* Which payment an attempt's id belongs to; 0: none of ours. */
bool payment_of_attempt(struct op *op, str our_id, int64_t *payment) MUST_USE;
/* Keeps a gateway's message, once; *fresh is false when it came before. */
bool gateway_inbox_add(struct op *op, str gateway, const struct gateway_event *event,
                       bool *fresh) MUST_USE;

/* ---- money that came by itself ---- */

struct receipt_in { /* a transfer as the bank shows it, typed by staff or read from a file */
    int64_t entity;
    money amount;
    date value_date;
    str reference; /* what the payer wrote */
    str payer, bank_ref;
    int64_t customer; /* 0: found by the reference, or unidentified (row 17) */
    bool quiet;       /* no mail to the customer: imports, the demonstration */
};
struct received {
    int64_t payment;          /* the first, when the text named several announced ones */
    bool identified, matched; /* matched: the reference named what it pays */
    money applied, unapplied, written_off;
};
/* Books the money; applies it to the announced payments its reference names (named.h), or to the
 * invoices it names; a difference within the entity's tolerance is written off (row 20); what is
 * over stays on account (row 19). */
bool payment_receive(struct op *op, const struct receipt_in *in, struct received *out) MUST_USE;
/* Says who the payer of an unidentified receipt is (row 18). */
bool payment_identify(struct op *op, int64_t payment, int64_t customer) MUST_USE;
/* Applies money on account, or a credit, to an item (staff). */
bool payment_apply(struct op *op, int64_t from_item, int64_t to_item, money amount) MUST_USE;
/* An invoice that the ERP says was settled on a day: a payment that balances it ("imported"). */
bool payment_import(struct op *op, int64_t document, date settled) MUST_USE;

/* The bank took the money back (row 14): what it paid is open again, and a surcharge is nobody's.
 * Of a payment that was refunded in part, what is left is taken back. */
bool payment_return(struct op *op, int64_t payment, date effective, str note) MUST_USE;
/* Money on account goes back to the payer (row 27), with its share of the surcharge. Recorded, then
 * sent by the job. */
bool payment_refund(struct op *op, int64_t payment, money amount, str reason,
                    int64_t *refund) MUST_USE;
struct refunded {
    int64_t payment, customer;
    money amount, fee; /* fee: goes back besides */
    str our_id, state, reason;
};
bool refund_get(struct op *op, int64_t refund, struct refunded *out) MUST_USE;
/* The refunds of a payment that have left, oldest first: those there is a receipt for. */
struct refund_sent {
    int64_t id;
    money sum; /* with its share of the surcharge */
    instant asked;
};
struct refunds_sent {
    struct refund_sent *at;
    ptrdiff_t count;
};
bool refunds_sent(struct op *op, const struct payment *payment, struct refunds_sent *out) MUST_USE;
bool refund_talk(struct op *op, struct store *store, const struct gateway_access *access,
                 int64_t refund) MUST_USE;
/* The payer takes an announced transfer back: what it reserved is free. If the money comes all the
 * same, it is applied by its reference. */
bool payment_withdraw(struct op *op, int64_t customer, int64_t payment) MUST_USE;
/* Lets go of what is over its time: the reservations of payments nobody finished. */
bool payments_expire(struct op *op, int64_t payment) MUST_USE;

/* ---- reading ---- */

bool payment_get(struct op *op, int64_t customer, int64_t id, struct payment *out) MUST_USE;
/* Grows with each change of state: for who waits for the next one. */
bool payment_version(struct op *op, int64_t id, int64_t *out) MUST_USE;
bool payment_find(struct op *op, str reference, struct payment *out, bool *found) MUST_USE;
struct payments_filter {
    int64_t customer;          /* 0: all (console) */
    str search, state, method; /* empty: all; state "underway": handed over, not arrived;
                                  "unidentified": arrived, and nobody knows from whom */
    struct opt_date from, to;  /* of its day, both included */
    bool by_amount;            /* a currency after the other; otherwise by its day */
    bool rising; /* the oldest or the smallest first; otherwise the newest or the largest */
    str cursor;
    int limit;
};
struct payments {
    struct payment *at;
    ptrdiff_t count;
    str next_cursor;
};
bool payments_list(struct op *op, const struct payments_filter *filter,
                   struct payments *out) MUST_USE;

struct payment_step {
    str state, actor, note;
    instant at;
};
bool payment_steps(struct op *op, int64_t payment, struct payment_step **out,
                   ptrdiff_t *count) MUST_USE;

/* What a payment paid, or will pay: from its allocations once it succeeded, from its checkout
 * before. */
struct payment_use {
    int64_t document, item;
    str number;
    int kind; /* enum item_kind */
    bool credit;
    money open_before, applied, open_after, deducted;
};
struct payment_uses {
    struct payment_use *at;
    ptrdiff_t count;
    money unapplied;
};
bool payment_uses(struct op *op, int64_t payment, date today, struct payment_uses *out) MUST_USE;

/* For /metrics: payments that have no end yet, by state, and since when the oldest of those whose
 * outcome is unknown has been so (0: none is). */
struct payments_measure {
    struct payments_in_state {
        str state;
        int64_t count;
    } * at;
    ptrdiff_t count;
    instant unknown_since;
};
bool payments_measure(struct op *op, struct payments_measure *out) MUST_USE;

#endif
