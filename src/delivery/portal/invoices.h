#ifndef PORTAL_INVOICES_H
#define PORTAL_INVOICES_H

#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"

extern const struct route invoices_routes[];

struct invoices_row {
    str id, number;
    struct url link;
    str po;
    date issued, due;
    bool credit, credit_note, on_account, chosen, payable, partly;
    struct standing_words standing;
    money amount, open; /* credits below zero */
};

struct invoices_group { /* one currency */
    str code, name;
    struct invoices_row *rows;
    ptrdiff_t count;
    bool whole; /* the sum is of everything the filter finds */
    money sum;
};

struct invoices_tab {
    str name;
    struct url link;
    int64_t count;
    bool more; /* than are counted */
    bool current;
};

struct invoices_column {
    str name, sort; /* "ascending", "descending" or empty */
    struct url link;
    bool sorts; /* its head is the link */
};

struct invoices_choice {
    str value, name;
    bool chosen;
};
struct invoices_choices {
    struct invoices_choice *at;
    ptrdiff_t count;
};

struct invoices_view {
    struct invoices_tab tabs[7];
    struct invoices_column columns[4]; /* number, issued, due, open */
    struct invoices_group *groups;
    ptrdiff_t group_count, row_count;
    str show, search, words; /* words: the running total's, as JSON */
    struct invoices_choices dues, currencies, sellers, sorts;
    struct url select_all, select_overdue, select_week, select_credits, select_none, next, csv,
        clear;
    bool has_next, may_pay, may_dispute, may_take, filtered, later; /* later: not the first page */
    bool has_chosen, has_group;
};

void page_invoices(struct page *p, const struct invoices_view *v);

#endif
