/* Asking for access with an invoice in hand: self-registration.
 *
 * Who holds an invoice knows its number and its total. Both together prove that a person has seen a
 * paper of that customer, and no more; so what they lead to depends on the e-mail address
 * (docs/decisions/0136-access-by-invoice.md):
 *
 *   an address of the customer's   a link by mail, which lets in with the least role
 *   (its domain is that of a contact, or it is a contact's own)
 *   any other                      waits for the customer's administrators or the seller's staff
 *   of somebody who is in already  an ordinary sign-in link
 *   the proof is wrong             nothing
 *
 * Whoever asks is answered before anything is looked up: what was given is written down, and the
 * job `claim.look` finds out what it proves. So nobody can learn from words or from time which
 * invoices, customers or people there are. A link works once, and only when its button is pressed:
 * a scanner that opens it uses nothing up. */
#ifndef ACCESS_CLAIMS_H
#define ACCESS_CLAIMS_H

#include "base/clock.h"
#include "base/op.h"
#include "domain/access/passwords.h"
#include "domain/access/roles.h"
#include "domain/access/sign_in.h"

/* Days: until a decision, for the link afterwards, that a refusal holds, that a row is kept for
 * the console once it is over. The link that nobody decided about is asked for and used today. */
enum { CLAIM_WAITS = 14, CLAIM_LINK = 14, CLAIM_LINK_AT_ONCE = 1, CLAIM_REFUSED = 14 };
enum { CLAIM_KEPT = 90 };
/* Tries an hour: from one network address, and at one invoice, known or not. */
enum { CLAIMS_AN_ADDRESS = 10, CLAIMS_AN_INVOICE = 5 };
/* How many may wait for one customer: more are nobody's colleagues. */
enum { CLAIMS_WAITING_MAX = 20 };

/* Whether people may ask. `by_default` counts until an administrator has said. */
bool claims_open(struct op *op, bool by_default, bool *out) MUST_USE;
bool claims_open_set(struct op *op, bool open) MUST_USE;

struct claim_ask {
    str name, email, language;
    str invoice, total; /* as typed */
};
/* Writes it down. ERR_INVALID by field: what cannot be a name, an address, a number or an amount.
 * out->refused: too many tries; it is not looked at. */
bool claim_ask(struct op *op, const struct claim_ask *in, struct attempt *out) MUST_USE;

/* The work of the job `claim.look`. */
bool claim_look(struct op *op, int64_t ask) MUST_USE;
/* The work of the job `claim.mail`: tells those whom the claim's state concerns. */
bool claim_mail(struct op *op, int64_t claim, const struct site *site) MUST_USE;

enum claim_state { CLAIM_WAITING = 1, CLAIM_GRANTED, CLAIM_REFUSED_BY, CLAIM_USED };
struct claim {
    int64_t id; /* 0: there is none */
    enum claim_state state;
    str name, email, language;
    int64_t customer, document;
    str customer_name, invoice;
    str address; /* the network's, whence it was asked */
    enum role role;
    bool at_once; /* nobody decided: the address is the customer's */
    str decided_by, words;
    instant decided_at, created_at, expires_at; /* decided_at 0: not yet */
    bool over;                                  /* ran out before anybody decided or came */
};
struct claim_list {
    struct claim *at;
    ptrdiff_t count;
};
/* Those that wait, the oldest first. `customer` 0: everybody's (staff). */
bool claims_to_decide(struct op *op, int64_t customer, struct claim_list *out) MUST_USE;
/* All, the newest first; staff only. */
bool claims_newest(struct op *op, int limit, struct claim_list *out) MUST_USE;
/* Another customer's is as if it were not there; `customer` 0: staff. */
bool claim_get(struct op *op, int64_t customer, int64_t id, struct claim *out) MUST_USE;

/* ERR_CONFLICT: somebody was first, or it ran out. */
bool claim_grant(struct op *op, int64_t customer, int64_t id, enum role role) MUST_USE;
bool claim_refuse(struct op *op, int64_t customer, int64_t id, str words) MUST_USE;

/* What a mail's link stands for; out->id 0: nothing (any more). Changes nothing. */
bool claim_find(struct op *op, str token, struct claim *out) MUST_USE;
/* The button: makes the person, gives the role. Of two that come together one gets out->id 0. */
bool claim_use(struct op *op, str token, struct claim *out, int64_t *person) MUST_USE;

bool claims_sweep(struct op *op) MUST_USE;

/* Whether an address proves that its owner belongs to those who have `known`: it is one of them, or
 * shares a domain with one that is not a mail provider's. */
bool claim_address_fits(str email, const str known[], ptrdiff_t count);

#endif
