/* A document with a text that is being written: the newest one of its kind, with the seller's look
 * of now and the text as it is typed. Nothing of it is stored. */
#ifndef CONSOLE_DRAFT_PAPER_H
#define CONSOLE_DRAFT_PAPER_H

#include "delivery/web/web.h"
#include "domain/company/company.h"
#include "domain/documents/document.h"
#include "domain/texts/texts.h"

struct draft_text {
    enum text_key key; /* of a document: TEXT_OF_PDF */
    str body;          /* checked */
    const struct entity *seller;
    const struct lang *lang;
    int64_t customer; /* 0: whoever has the newest */
};
/* In a transaction. *found is false where there is no such document yet. */
bool draft_paper(struct request *rq, const struct draft_text *in, struct paper *out,
                 bool *found) MUST_USE;

#endif
