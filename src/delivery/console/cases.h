/* Cases: what deductions and disputes have in common. Each has a reason, and somebody who looks
 * after it; lists show those that are open, one's own, nobody's, or all. */
#ifndef CONSOLE_CASES_H
#define CONSOLE_CASES_H

#include "delivery/console/parts.h"
#include "domain/company/company.h"

/* Which of them a list shows: the choices of its input `show`, and the tabs for them. `link` is the
 * list's address with the show it is given. */
extern const char *const case_shows[];    /* "open", "mine", "unowned", "all" */
extern const char *const dispute_shows[]; /* and "credit": accepted, and not credited yet */
void case_tabs(struct request *rq, struct listing *v, const char *const shows[], str show,
               struct url (*link)(struct request *rq, const void *form, str show),
               const void *form);

/* Which cases an address asks for. */
struct case_query {
    str show, reason;        /* show: one of the list's; the open ones when empty */
    int64_t customer, owner; /* owner: of the open ones, whose by any colleague; 0: all */
};
/* What of them is shown: a colleague's are among the open ones, the other tabs say whose. */
str case_show(const struct case_query *q);
/* The owner that a query of the list asks for: oneself, a colleague, or 0 for all. */
int64_t case_owner(const struct request *rq, const struct case_query *q);
/* "?show=all&reason=…&customer=…&owner=…"; of the open ones, which are shown unasked, no value. */
str case_query_text(const struct request *rq, const struct case_query *q);

/* The filters beside a list: hidden what it shows already, the reason, and of the open ones whose.
 */
bool case_filters(struct request *rq, struct question_list *filters, const struct case_query *q,
                  const struct reason_list *reasons) MUST_USE;
/* A colleague, or anybody and nobody: one more filter. */
bool ask_colleague(struct request *rq, int64_t owner, struct question_list *filters) MUST_USE;

/* "Damaged goods: €312.00" below a list, which leads to the open ones of this reason at `here`. */
struct grid_sum case_sum(struct request *rq, const char *here, str reason, str words, money amount);

/* Who looks after a case: the form, and what it sends. */
struct owner_form {
    struct url act;
    const struct answer *staff;
    ptrdiff_t count;
    str owner;
};
/* It offers who may work here, and who looks after it now, whatever has become of them. */
bool owner_form_of(struct request *rq, int64_t owner, struct url act,
                   struct owner_form *out) MUST_USE;
void part_owner(struct page *p, const struct owner_form *form);

/* "Given to Anna Schmidt", of a step in a history. */
str given_words(struct request *rq, str name);

struct owner_chosen {
    int64_t owner; /* 0: nobody */
};
extern const struct input owner_inputs[]; /* of a struct owner_chosen */
/* The person's name, empty for nobody. ERR_MISSING: nobody of ours. */
bool owner_name(struct op *op, int64_t owner, str *out) MUST_USE;

#endif
