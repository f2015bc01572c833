#ifndef PORTAL_INVOICE_H
#define PORTAL_INVOICE_H

#include "delivery/portal/disputes.h"
#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"
#include "domain/receivables/documents.h"

extern const struct route invoice_routes[];

/* The page; also again, when its form for a copy by mail was refused. */
struct reply invoice_show(struct request *rq);

struct invoice_line {
    str words, sku, quantity, price;
    money amount;
};
struct invoice_tax {
    str name, rate;
    money base, amount;
};
/* What makes up the open amount: each row opens what it comes from. */
struct invoice_entry {
    date day;
    str words, number;
    struct url link;
    bool linked;
    money amount;
};
struct invoice_part { /* of several due dates */
    str number;
    date due;
    struct standing_words standing;
    money amount, open;
};
struct invoice_event {
    date day;
    str what, who;
    money amount;
    bool has_amount;
};
struct invoice_share {
    str id, link, until, opened; /* opened: the last time; empty: never */
};
struct invoice_mail_link {
    str id, email, until, opened;
};
struct invoice_fact {
    str name, value;
};

struct invoice_view {
    bool credit; /* a credit note */
    str number, seller;
    struct standing_words standing;
    money open, total, net, tax;
    date due;
    bool may_pay, nothing_open, under_way;
    str item_ids[40]; /* what the button pays */
    ptrdiff_t item_count;
    struct invoice_line *lines;
    ptrdiff_t line_count;
    struct invoice_tax *taxes;
    ptrdiff_t tax_count;
    struct invoice_part *parts;
    ptrdiff_t part_count;
    struct invoice_entry *entries;
    ptrdiff_t entry_count;
    struct invoice_event *events;
    ptrdiff_t event_count;
    struct invoice_fact facts[10];
    ptrdiff_t fact_count;
    struct url news; /* where changes of its state are told; empty: nothing is to come */
    struct url pdf, send, share, unshare;
    struct invoice_share *shares;
    ptrdiff_t share_count;
    struct invoice_mail_link *mail_links;
    ptrdiff_t mail_link_count;
    bool may_unlink;
    struct url unlink;
    bool may_share;
    str done, email, wrong_email;
    str note;
    struct {
        str number, reason, note;
        money amount;
    } * deductions;
    ptrdiff_t deduction_count;
    struct dispute_box disputes;
};

void page_invoice(struct page *p, const struct invoice_view *v);

#endif
