/* Ageing: what customers owe, by how long it has been due.
 *
 * Two dates make a report, and the same two give the same figures for ever, because entries are
 * only added: `as_of` is the day it speaks of (entries are counted by their effective date), and
 * `known` is the moment of what was known (entries recorded from then on are left out). A payment
 * that was returned on 2 April with effect of 30 March is missing in the ageing "as of 31 March,
 * as known then" and there in "as of 31 March, as known now".
 *
 * Invoices stand in a column by their days past due. Credit notes, money on account, deductions
 * and receipts of nobody have columns of their own and are never set off against an age. The sum of
 * all is the balance of the ledger's accounts 1100, 1105, 1110 and 2055. Currencies are never
 * added. */
#ifndef REPORTS_AGEING_H
#define REPORTS_AGEING_H

#include "base/clock.h"
#include "base/date.h"
#include "base/money.h"
#include "base/op.h"

/* Where the columns end, in days past due, rising: 30, 60, 90 make five columns, "not yet due" the
 * first. */
enum { AGEING_BOUNDS_MAX = 5, AGEING_SLOTS_MAX = AGEING_BOUNDS_MAX + 2 };
struct ageing_bounds {
    int count;
    int days[AGEING_BOUNDS_MAX];
};
/* "30, 60, 90", or ERR_INVALID of the field "bounds". */
bool ageing_bounds_from(struct op *op, str text, struct ageing_bounds *out) MUST_USE;
str ageing_bounds_text(struct arena *mem, const struct ageing_bounds *b);
/* As the team keeps them; 30, 60, 90 when nobody chose. */
bool ageing_bounds_get(struct op *op, struct ageing_bounds *out) MUST_USE;
bool ageing_bounds_keep(struct op *op, const struct ageing_bounds *b) MUST_USE;

/* 0: not yet due on that day; 1: late by 1 to days[0] days; count + 1: later than all. */
int ageing_slot(const struct ageing_bounds *b, date due, date as_of);
/* The due dates of a slot, both included. */
void ageing_slot_days(const struct ageing_bounds *b, int slot, date as_of, date *from, date *to);

struct ageing_line {
    int64_t customer, entity; /* customer 0: of nobody, or a sum over customers */
    str name, number;
    currency currency;
    int64_t slot[AGEING_SLOTS_MAX], items[AGEING_SLOTS_MAX]; /* minor units of invoices; how many */
    int64_t deducted, credit, unapplied, unidentified;       /* the last three are owed by us */
    int64_t balance;                                         /* all of it */
};
struct ageing {
    struct ageing_line *at;
    ptrdiff_t count;
};

/* One line a currency, of the whole company, now: read from sums that are kept with each posting,
 * so it costs the same for a hundred items and a million. */
bool ageing_now(struct op *op, date today, const struct ageing_bounds *b,
                struct ageing *out) MUST_USE;

struct ageing_in {
    date as_of;
    instant known; /* INT64_MAX: as known now */
    struct ageing_bounds bounds;
    int64_t customer, entity; /* 0: all */
    str currency;             /* empty: all */
};
/* A line per currency, customer and entity, in this order, customers by name. */
bool ageing_of(struct op *op, const struct ageing_in *in, struct ageing *out) MUST_USE;
/* The same lines added up, one a currency. */
bool ageing_totals(struct op *op, const struct ageing *lines, struct ageing *out) MUST_USE;

/* The items behind a figure, by due date. `kind` is the item's; the dates are of `due`. */
struct aged_item {
    int64_t item, customer;
    str name, number, kind;
    date issued, due;
    int side;
    money open; /* then; not below zero but where it was settled before it was posted */
};
struct aged_items {
    struct aged_item *at;
    ptrdiff_t count;
    bool more; /* there are more than `limit` */
};
bool ageing_items(struct op *op, const struct ageing_in *in, str kind, date from, date to,
                  int limit, struct aged_items *out) MUST_USE;

#endif
