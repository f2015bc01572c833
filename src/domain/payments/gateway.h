/* What a payment gateway must be able to do. Each lives in one file under adapters/gateways/.
 *
 * A gateway only talks: it never opens a transaction and never touches the ledger. payments.c
 * records the intent, commits, talks, and records what came back - so a crash at any line leaves
 * something the next run of the `payments.settle` job can finish.
 *
 * Cards are entered on the gateway's own page, shown inside ours: card data never reaches us. */
#ifndef PAYMENTS_GATEWAY_H
#define PAYMENTS_GATEWAY_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"

enum charge_state {
    CHARGE_OPEN = 1, /* the payer is still at the card page, or confirming at the bank */
    CHARGE_PAID,
    CHARGE_DECLINED,  /* for good: this charge will never be paid */
    CHARGE_CANCELLED, /* we or the payer ended it before a card was charged */
    CHARGE_UNKNOWN,   /* no answer, or one we cannot read: never taken for a failure */
    CHARGE_ABSENT,    /* they say they have never heard of it: counts only after a quarantine */
};

/* Why declined, by what can be done about it (domain.md, retry by class). */
enum decline_class {
    DECLINE_NONE,
    DECLINE_FUNDS,   /* not enough money: later, or another card */
    DECLINE_CARD,    /* expired, wrong number, wrong code: mend it or another card */
    DECLINE_REFUSED, /* the bank will not say: another card */
    DECLINE_CONFIRM, /* the confirmation (3-D Secure) failed or was given up */
    DECLINE_HARD,    /* lost, stolen, closed: never this card again */
};

/* What a card draws on. Only the gateway can tell, and it may not know. */
enum card_funding { FUNDING_UNKNOWN, FUNDING_CREDIT, FUNDING_DEBIT, FUNDING_PREPAID };

struct charge {
    str our_id; /* the idempotency key: the same charge sent twice is one charge */
    money amount;
    money credit_fee; /* to be added, and shown to the payer before he pays, if the card is for
                       * certain a credit card; zero: nothing. An adapter whose gateway cannot do
                       * that leaves it off: then nobody pays it */
    str description;  /* on the card statement */
    str return_url;   /* where their page sends the person afterwards */
    str customer;     /* our own opaque id of the payer: their page may offer to keep the card for
                       * the next time; empty: it may not */
    str token;        /* a card of this payer's that they keep: charged at once, or, when the bank
                       * asks, open with the bank's page. Empty: the card is typed at their page */
};

/* A card that they keep, because the payer said so. */
struct saved_card {
    str token; /* what they call it: a secret, not a card number. Empty: none is kept */
    str label; /* "Visa ending 4242" */
    enum card_funding funding;
    date expires;    /* the last day of its month */
    str fingerprint; /* the same for each token of one card; empty: they do not say */
};

struct charge_result {
    enum charge_state state;
    str their_id;
    str page;     /* their card page, to be shown in a frame of ours */
    money amount; /* as they understood it: compared with ours before anything is posted */
    money fee;    /* of it the credit_fee, once it was charged */
    enum card_funding funding; /* of the card that was charged */
    enum decline_class decline;
    str card;                /* "Visa ending 4242": brand and last four, never more */
    struct saved_card saved; /* with CHARGE_PAID, of a card that was typed at their page */
    bool never_sent; /* with CHARGE_UNKNOWN: this call for certain did not reach them, so nothing
                      * can come of it. An earlier call with the same id still may have. */
};

/* "Visa ending 4242" as the reader says it; "Card" where they told nothing. */
str gateway_card_words(struct arena *mem, const struct lang *lang, str label);

struct refund {
    str our_id, their_charge_id;
    money amount;
};

/* What they pay out, and the lines it is made of. */
struct payout_line {
    bool refund; /* else a charge */
    str their_id, our_id;
    money gross, fee; /* above zero; what they keep for it */
};
struct payout {
    str their_id;
    date day;
    money charges, refunds, fees, net; /* by their own sums; net may be below zero */
    struct payout_line *lines;
    ptrdiff_t count;
};
struct payouts {
    struct payout *at;
    ptrdiff_t count;
    bool answered; /* false: no answer, or none that can be read whole */
};

struct gateway_event {
    str event_id; /* unique at the gateway: the inbox's key */
    str our_id;   /* the charge it speaks of; empty: of nothing of ours */
};

/* A message of theirs as it arrived, by the Standard Webhooks names of its headers. */
struct gateway_message {
    str id, timestamp, signature; /* webhook-id, webhook-timestamp, webhook-signature */
    str body;                     /* the raw bytes */
};

struct gateway_account; /* the gateway's own: address, keys */

/* What each does with a silence, a 5xx or rubbish is the same: CHARGE_UNKNOWN and true. */
struct gateway {
    const char *name; /* as in /hooks/NAME and in the database: "test" */
    /* Makes the charge, or finds the one with this id. Another amount under a known id is our own
     * mistake: false. */
    bool (*charge)(struct op *op, const struct gateway_account *account, const struct charge *in,
                   struct charge_result *out);
    bool (*ask)(struct op *op, const struct gateway_account *account, str our_id,
                struct charge_result *out);
    /* Ends an open charge. One that was paid before stays paid, and says so. */
    bool (*cancel)(struct op *op, const struct gateway_account *account, str our_id,
                   struct charge_result *out);
    /* CHARGE_PAID: the money goes back. CHARGE_DECLINED: it does not, and never will under this id.
     * After CHARGE_UNKNOWN the same refund may be sent again for as long as they remember its id.
     */
    bool (*refund)(struct op *op, const struct gateway_account *account, const struct refund *in,
                   struct charge_result *out);
    /* Where a refund of ours stands: CHARGE_PAID, CHARGE_DECLINED, CHARGE_ABSENT. */
    bool (*ask_refund)(struct op *op, const struct gateway_account *account, str our_id,
                       struct charge_result *out);
    /* Deletes a card that they keep. *gone: it is not there any more, or never was; false: no
     * answer, to be sent again. */
    bool (*forget)(struct op *op, const struct gateway_account *account, str token, bool *gone);
    /* The payouts of a day, as their settlement report says. NULL: they have no such report. */
    bool (*payouts)(struct op *op, const struct gateway_account *account, date day,
                    struct payouts *out);
    /* Checks the signature over the raw bytes. False: it is not theirs, or too old. What the event
     * claims is not believed: the charge is asked for. */
    bool (*read_event)(struct op *op, const struct gateway_account *account,
                       const struct gateway_message *in, struct gateway_event *out);
};

/* The guards around the pointers above: both sides of the contract are asserted here. They return
 * false only for our own mistakes (a key they do not accept, a request they cannot read); a silent
 * or broken gateway is CHARGE_UNKNOWN. Never called inside a transaction. */
bool gateway_charge(struct op *op, const struct gateway *g, const struct gateway_account *account,
                    const struct charge *in, struct charge_result *out) MUST_USE;
bool gateway_ask(struct op *op, const struct gateway *g, const struct gateway_account *account,
                 str our_id, struct charge_result *out) MUST_USE;
bool gateway_cancel(struct op *op, const struct gateway *g, const struct gateway_account *account,
                    str our_id, struct charge_result *out) MUST_USE;
bool gateway_refund(struct op *op, const struct gateway *g, const struct gateway_account *account,
                    const struct refund *in, struct charge_result *out) MUST_USE;
bool gateway_ask_refund(struct op *op, const struct gateway *g,
                        const struct gateway_account *account, str our_id,
                        struct charge_result *out) MUST_USE;
bool gateway_forget(struct op *op, const struct gateway *g, const struct gateway_account *account,
                    str token, bool *gone) MUST_USE;
bool gateway_payouts(struct op *op, const struct gateway *g, const struct gateway_account *account,
                     date day, struct payouts *out) MUST_USE;
/* May be called inside a transaction: it talks to nobody. */
bool gateway_read_event(struct op *op, const struct gateway *g,
                        const struct gateway_account *account, const struct gateway_message *in,
                        struct gateway_event *out) MUST_USE;

/* Our ids travel in paths and logs of strangers: 1 to 64 letters, digits, - and _. */
bool gateway_id_plain(str id);

/* What may be kept and shown of a card: 1 to 40 bytes with four digits at most. An adapter leaves
 * out any other label. */
bool gateway_card_plain(str label);

/* "funds": the database's and the page's word; "" for DECLINE_NONE. */
/* "credit": the database's and the gateway's word; "" for FUNDING_UNKNOWN. */
const char *funding_name(enum card_funding funding);
bool funding_from(str name, enum card_funding *out);

const char *decline_name(enum decline_class decline);
bool decline_from(str name, enum decline_class *out);

#endif
