/* Whose books these are: the seller's legal entities, their numbers, holidays and reason codes.
 *
 * Figures that law or contract may change (numbers, tolerances, reasons, holidays) are rows. */
#ifndef COMPANY_COMPANY_H
#define COMPANY_COMPANY_H

#include "base/date.h"
#include "base/money.h"
#include "base/op.h"

struct entity {
    int64_t id;
    str code; /* "nordwind-de": how imports and the API name it */
    str name, legal_name;
    str address; /* lines, '\n' between them */
    str country; /* ISO 3166-1, two letters */
    str facts;   /* VAT number, register entry: one a line, as printed */
    currency currency;
    str zone; /* a tzdata name; due dates are this place's */
    str calendar;
    str payee, iban, bic, bank; /* for transfers; no IBAN: none are offered; no payee: its name */
    str contact_name, contact_phone, contact_email;
    int64_t tolerance_minor; /* a short payment up to this is written off */
    int64_t card_fee_ppm;    /* a surcharge for credit cards, in millionths; 0: none */
    str card_fee_text;       /* what payers read about it before they pay */
};

struct entity_list {
    struct entity *at;
    ptrdiff_t count;
};

/* The highest surcharge that a card scheme allows (Mastercard; Visa: 3 %). What the places of
 * seller and payer allow may be less, or nothing: whoever sets it must know (rule 19). */
#define CARD_FEE_PPM_MAX 40000
/* "2.5" percent is 25000. ERR_INVALID at "card_fee": no percentage of at most four decimals. */
bool card_fee_from(struct op *op, str percent, int64_t *out) MUST_USE;

/* Creates it, or changes the one with this code. ERR_INVALID at the field's name: what must not be,
 * such as a surcharge above CARD_FEE_PPM_MAX, or one that nobody is told about. */
bool entity_put(struct op *op, const struct entity *in, int64_t *out) MUST_USE;
bool entity_get(struct op *op, int64_t id, struct entity *out) MUST_USE;
/* As it was then: what a document issued at that moment names. */
bool entity_get_at(struct op *op, int64_t id, instant at, struct entity *out) MUST_USE;
bool entity_by_code(struct op *op, str code, struct entity *out) MUST_USE;
bool entities(struct op *op, struct entity_list *out) MUST_USE;

/* What a choice between them shows, and nothing else. */
struct seller_name {
    int64_t id;
    str name;
};
struct seller_names {
    struct seller_name *at;
    ptrdiff_t count;
};
bool entity_names(struct op *op, struct seller_names *out) MUST_USE;
/* The first entity: whose name and contact stand on pages that speak for the whole seller. */
bool entity_main(struct op *op, struct entity *out) MUST_USE;
date entity_today(const struct op *op, const struct entity *entity);

/* The next number of a series ("invoice", "credit_note"), without gaps: the number is
 * taken in this transaction. A series that does not exist yet begins at 1 with `prefix`. */
bool series_next(struct op *op, int64_t entity, const char *kind, const char *prefix,
                 str *out) MUST_USE;
/* What the next number will be, without taking it; empty where none was taken yet. */
/* The next number of the entity's payments, unique but perhaps with gaps: nobody waits for it. */
bool series_next_payment(struct op *op, int64_t entity, const char *prefix, str *out) MUST_USE;
bool series_peek(struct op *op, int64_t entity, const char *kind, str *out) MUST_USE;
bool series_set(struct op *op, int64_t entity, const char *kind, const char *prefix, int width,
                int64_t next) MUST_USE;

/* The days on which nobody works in a calendar, besides Saturdays and Sundays. */
bool holiday_put(struct op *op, str calendar, date day) MUST_USE;
bool holidays_between(struct op *op, str calendar, date first, date last,
                      struct holidays *out) MUST_USE;

struct reason {
    str code, words; /* in English; say() has the other languages */
    bool deducts;    /* the difference becomes a deduction; otherwise it stays open */
};
struct reason_list {
    struct reason *at;
    ptrdiff_t count;
};
bool reasons(struct op *op, struct reason_list *out) MUST_USE;
/* Those that say that something is wrong: a shortfall for one of them is a deduction. */
bool reasons_that_deduct(struct op *op, struct reason_list *out) MUST_USE;

#endif
