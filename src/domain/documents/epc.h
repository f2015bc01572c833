/* What a payment QR says: the European Payments Council's guidelines EPC069-12, version 002, for a
 * SEPA credit transfer. A payer's banking app reads it and fills in the transfer. */
#ifndef DOCUMENTS_EPC_H
#define DOCUMENTS_EPC_H

#include "base/money.h"
#include "base/op.h"

struct epc {
    str name;      /* the payee; cut at 70 characters, as the scheme does */
    str iban;      /* electronic form */
    str bic;       /* may be empty: inside the European Economic Area the IBAN is enough */
    money amount;  /* euros, 0.01 to 999,999,999.99 */
    str reference; /* ISO 11649; may be empty when there is a text */
    str text;      /* at most 140 characters; used only without a reference */
};

/* ERR_INVALID names the first thing that does not fit. */
bool epc_code(struct op *op, const struct epc *in, str *out) MUST_USE;

#endif
