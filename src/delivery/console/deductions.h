/* Deductions: what customers paid less, and the pages on which each is answered. */
#ifndef CONSOLE_DEDUCTIONS_H
#define CONSOLE_DEDUCTIONS_H

#include "delivery/console/cases.h"
#include "domain/receivables/deductions.h"

extern const struct route console_deductions_routes[];

struct deduction_view {
    str title, under, done, note;
    struct standing_words standing;
    money open, amount;
    struct facts facts;
    struct happenings history;
    struct grid entries;
    bool may_decide, may_reopen, may_work;
    str valid, valid_wrong, note_typed, note_wrong, symbol;
    struct url decide, reopen, remark;
    struct owner_form owner;
    struct question_list problems;
};
void page_deduction(struct page *p, const struct deduction_view *v);

#endif
