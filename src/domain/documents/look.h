/* What the seller gave its documents: colour, logo, texts, the order of their parts; and the facts
 * that texts may name. For mails as well. */
#ifndef DOCUMENTS_LOOK_H
#define DOCUMENTS_LOOK_H

#include "domain/brand/brand.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/documents/document.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"
#include "domain/texts/texts.h"

/* The names of facts, in the reader's language: seller.*, customer.*, document.*, payment.*. */
void facts_of_seller(const struct entity *seller, struct text_facts *out);
void facts_of_customer(const struct customer *customer, struct text_facts *out);
void facts_of_document(struct arena *mem, const struct lang *lang, const struct document *d,
                       struct text_facts *out);
void facts_of_payment(struct arena *mem, const struct lang *lang, const struct payment *payment,
                      str zone, struct text_facts *out);

/* Gives a paper the entity's look as of a moment: colour, logo, order of parts, foot, and the texts
 * above and below its lines. TEXT_COUNT: there is no such text. */
struct look {
    const struct entity *seller;
    instant at;
    enum layout_kind layout;
    enum text_key intro, closing;
    const struct text_facts *facts;
};
bool paper_look(struct op *op, const struct look *look, struct paper *out) MUST_USE;

#endif
