/* The surcharge for credit cards (domain.md row 7, rule 19): how much, and whose share goes back.
 *
 * It is off unless the entity turns it on. It is asked of credit cards only: of a card that is
 * typed at the gateway's page the gateway alone knows what it draws on, so it is the gateway that
 * adds the surcharge, or does not (docs/decisions/0006-surcharge-at-the-gateway.md). It is no part
 * of the payment's amount, pays no invoice, and is rounded in the payer's favour. */
#ifndef PAYMENTS_FEE_H
#define PAYMENTS_FEE_H

#include "domain/company/company.h"
#include "domain/payments/payments.h"

/* What a credit card costs on top of `amount`; zero where the seller asks nothing. */
money fee_of(const struct entity *seller, money amount);

/* The part of the payment's surcharge that goes back with a refund of `part`, when refunds of
 * `asked` minor units and their `asked_fee` were asked for before. All refunds together give back
 * all of it, and never more. */
money fee_share(const struct payment *p, int64_t asked, int64_t asked_fee, money part);

#endif
