/* References and account numbers that carry their own check digits: what a payer copies by hand
 * and a bank passes on.
 *
 * The creditor reference (ISO 11649) is "RF", two check digits and up to 21 letters and digits.
 * The IBAN (ISO 13616) is a country, two check digits and up to 30 letters and digits. Both are
 * checked with ISO 7064 MOD 97-10. */
#ifndef PAYMENTS_REFERENCE_H
#define PAYMENTS_REFERENCE_H

#include "base/op.h"
#include "base/str.h"

/* "INV20260042" gives "RF73INV20260042". Small letters become capitals; everything that is
 * neither letter nor digit is left out ("10-48840" gives "RF…1048840"), and of more than 21
 * characters the last ones are kept: they tell numbers apart. Empty: there is none in it. */
str reference_rf(struct arena *mem, str number);
/* The electronic form, without spaces: a well-formed reference whose check digits are right. */
bool reference_rf_ok(str reference);
/* In groups of four, as it is printed. Also for IBANs. */
str reference_groups(struct arena *mem, str reference);

/* What a person or a file wrote, brought to its electronic form: no spaces, capitals. */
str reference_plain(struct arena *mem, str text);

/* An IBAN in its electronic form: a country that has IBANs, the length of that country's, digits
 * and capitals only, and right check digits. */
bool iban_ok(str iban);
/* The reason in a sentence, for forms. `field` names the input. */
bool iban_check(struct op *op, const char *field, str iban) MUST_USE;
/* A BIC (ISO 9362): 8 or 11 characters, a country in the fifth and sixth. */
bool bic_ok(str bic);

#endif
