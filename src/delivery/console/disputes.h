/* Disputes: what customers say is wrong, and the page on which each is answered. */
#ifndef CONSOLE_DISPUTES_H
#define CONSOLE_DISPUTES_H

#include "delivery/console/cases.h"
#include "domain/receivables/disputes.h"

extern const struct route console_disputes_routes[];

/* The disputes of an invoice, the newest first. */
struct grid grid_of_disputes(struct request *rq, const struct disputes *list);

struct dispute_view {
    str title, under, done, words_title, words, answer;
    struct standing_words standing;
    money amount, open;
    struct facts facts;
    struct happenings history;
    bool may_answer, may_work;
    bool to_credit, may_import; /* accepted, and no credit note since */
    str typed, wrong;
    struct url reply;
    struct owner_form owner;
    struct question_list problems;
};
void page_dispute(struct page *p, const struct dispute_view *v);

#endif
