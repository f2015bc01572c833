/* What a program says of an invoice or credit note, brought to what is issued. */
#ifndef API_DOCUMENT_FORM_H
#define API_DOCUMENT_FORM_H

#include "delivery/web/web.h"
#include "domain/receivables/documents.h"

struct document_form {
    int64_t customer, corrects;
    str entity, number, terms, po, order, delivery, note;
    struct opt_date issued, due;
    struct input_list lines; /* none: `total` and `tax` say it */
    struct money_input total, tax;
    bool notify;
};
extern const struct input document_inputs[];

/* From the lines: the net is their sum, the tax is counted for each rate, half a cent up. A total
 * that is given too must be the same. */
bool document_read(struct op *op, const struct document_form *form, enum document_kind kind,
                   date today, struct document *out) MUST_USE;

/* 190000 is "19", 77000 is "7.7"; nothing is "". */
str rate_text(struct arena *mem, struct opt_i64 ppm);

#endif
