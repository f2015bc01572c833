#ifndef PORTAL_PAYMENT_H
#define PORTAL_PAYMENT_H

#include "delivery/portal/portal.h"
#include "delivery/portal/words.h"

extern const struct route payment_routes[];

/* Who pays, and where: somebody who is signed in, or a guest with a mail's link. */
struct payer {
    int64_t customer, payment;
    str base;         /* the payment's page: "/payments/pay_…", "/pay/TOKEN/pay_…" */
    struct url items; /* where its items are to be chosen again */
    bool guest;
};
/* The pages of one payment, and what can be done there. The first two run in the request's
 * transaction; the others wait for the gateway, outside of one. */
struct reply payment_page(struct request *rq, const struct payer *payer);
struct reply payment_retry(struct request *rq, const struct payer *payer);
struct reply payment_card(struct request *rq, const struct payer *payer);
struct reply payment_back(struct request *rq, const struct payer *payer);
struct reply payment_stop(struct request *rq, const struct payer *payer);

/* Tells as an event when it has changed since the version that the page shows. */
struct payment_news_form {
    int64_t seen;
};
extern const struct input payment_news_inputs[];
struct reply payment_news(struct request *rq, const struct payer *payer);

struct payment_row { /* of the list */
    str number, method;
    struct url link;
    date day;
    money amount;
    struct standing_words standing;
};
struct payments_view {
    struct payment_row *rows;
    ptrdiff_t count;
    str search;
    bool has_next;
    struct url next, csv, json;
};

struct payment_use_row {
    str number;
    struct url link;
    bool linked, credit;
    money before, applied, deducted, after;
};
struct payment_step_row {
    str words, when, note;
    bool done, now;
};
struct payment_fact {
    str name, value;
};

struct payment_view {
    str number, headline, under, status_note;
    bool good, failed, unpaid, checking, waiting; /* what the page is about */
    struct standing_words standing;
    struct payment_step_row steps[3];
    ptrdiff_t step_count;
    struct payment_use_row *uses;
    ptrdiff_t use_count;
    money amount, unapplied;
    money fee, charged; /* a surcharge that was collected, and all together; or has_fee is false */
    bool has_fee;
    bool has_deducted;
    struct payment_fact facts[10];
    ptrdiff_t fact_count;
    struct payment_fact payee[6];
    ptrdiff_t payee_count;
    str qr_path;
    int qr_size;
    bool guest;       /* who came by a mail's link sees this payment and nothing around it */
    struct url items; /* where its items are to be chosen again */
    struct url news;  /* where its changes are told; empty: it is final */
    struct payment_paper {
        str words;
        struct url link;
    } * refunds; /* the receipts of what went back */
    ptrdiff_t refund_count;
    struct url receipt, card, again, cancel, remittance;
    bool has_receipt, may_card, may_again, may_cancel, transfer_open;
    struct {
        str when, what, note;
    } * history;
    ptrdiff_t history_count;
};

struct card_view {
    str number;
    money amount, fee, with_fee; /* fee: of a credit card; zero: none is asked */
    struct url frame, cancel, back;
    bool guest;
    bool silent; /* the gateway has not answered: there is no card page yet */
};

void page_payments(struct page *p, const struct payments_view *v);
void page_payment(struct page *p, const struct payment_view *v);
void page_card(struct page *p, const struct card_view *v);

/* An application of credits: the same page without money. */
struct application_view {
    date day;
    struct payment_use_row *rows;
    struct {
        str from;
        struct url from_link;
        str to;
        struct url to_link;
        money amount;
    } * uses;
    ptrdiff_t count;
    money sum;
};
void page_application(struct page *p, const struct application_view *v);

#endif
