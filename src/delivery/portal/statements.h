#ifndef PORTAL_STATEMENTS_H
#define PORTAL_STATEMENTS_H

#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"

extern const struct route statements_routes[];

struct statement_account {
    str id, name; /* "Nordwind Antriebstechnik, euro" */
    bool current;
};
struct statement_item {
    str number, po;
    struct url link;
    date issued, due;
    bool credit;
    struct standing_words standing;
    money open;
};
struct statement_row {
    date day;
    str words, number;
    struct url link;
    bool linked;
    money amount, balance;
};

struct statement_view {
    struct statement_account *accounts;
    ptrdiff_t account_count;
    str id;
    bool activity; /* else: open items */
    struct statement_day {
        date day;
        str typed, kind; /* of its field: "date", or "text" for what is none */
        str wrong;
    } from, to;
    struct statement_item *items;
    ptrdiff_t item_count;
    struct statement_row *rows;
    ptrdiff_t row_count;
    ptrdiff_t more; /* open items that the page leaves out */
    money before, after, open;
    struct url open_tab, activity_tab, pdf, csv, whole;
    struct issued_statement {
        str number;
        date day;
        money balance;
        struct url link;
    } * issued;
    ptrdiff_t issued_count;
};

void page_statement(struct page *p, const struct statement_view *v);

#endif
