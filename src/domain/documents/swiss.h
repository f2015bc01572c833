/* What a Swiss QR-bill says: the Swiss Implementation Guidelines QR-bill, version 2.3, for francs
 * and euros to an account in Switzerland or Liechtenstein.
 *
 * The reference follows from the account, as the scheme asks: a QR-IBAN takes a QR reference, any
 * other IBAN a creditor reference (ISO 11649) or none. */
#ifndef DOCUMENTS_SWISS_H
#define DOCUMENTS_SWISS_H

#include "base/money.h"
#include "base/op.h"

struct swiss_party {
    str name, street, code, town; /* code: the postal one */
    str country;                  /* two letters */
};
/* Of an address in lines whose last is "8004 Zürich" or "CH-8004 Zürich"; false: it is none. */
bool swiss_party_of(str name, str address, str country, struct swiss_party *out);

struct swiss_in {
    str iban; /* electronic form */
    struct swiss_party to;
    struct swiss_party from; /* no name: whoever pays writes it in */
    money amount;
    str number;  /* of the invoice: what the reference is made of */
    str message; /* at most 140 characters */
};
struct swiss_bill {
    str code;      /* the content of the QR code */
    str iban;      /* in groups of four */
    str reference; /* in groups, as printed; empty: none */
    struct swiss_party to, from;
    money amount;
    str message;
};

/* Whether a QR-bill can be made for this account and currency. */
bool swiss_fits(str iban, currency cur);
/* ERR_INVALID names the first thing that does not fit. */
bool swiss_code(struct op *op, const struct swiss_in *in, struct swiss_bill *out) MUST_USE;
/* 26 digits at most and their check digit, "recursive modulo 10". */
str swiss_reference(struct arena *mem, str digits);

#endif
