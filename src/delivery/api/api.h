/* The API: the same declarations and deeds as the pages, answered as JSON. design: docs/api.md.
 *
 * Who may comes from the route tables, as everywhere; keys act with a role of the seller's staff.
 * What several of its files need stands here. */
#ifndef API_API_H
#define API_API_H

#include "delivery/web/web.h"
#include "domain/company/company.h"

extern const struct route api_customers_routes[], api_documents_routes[], api_disputes_routes[],
    api_payments_routes[], api_imports_routes[], api_exports_routes[];

enum { API_PAGE = 50, API_PAGE_MOST = 200 };

/* Lists: how many, and from where. A part of each list's struct of inputs. */
struct api_page {
    int64_t limit;
    str cursor;
};
/* clang-format off */
#define API_PAGE_INPUTS(form, field)                                                               \
    {.name = "limit", .type = INPUT_I64, .offset = offsetof(form, field.limit),                    \
     .about = "Rows in the answer, 1 to 200; 50 if not said."},                                    \
    {.name = "cursor", .type = INPUT_TEXT, .offset = offsetof(form, field.cursor), .longest = 400, \
     .about = "The next_cursor of the page before."}
/* clang-format on */

/* The checked limit, and the cursor as the domain knows it. */
bool api_page(struct op *op, const struct api_page *in, int *limit, str *cursor) MUST_USE;
/* For lists that go down by number. */
bool api_page_below(struct op *op, const struct api_page *in, int *limit, int64_t *below) MUST_USE;
/* The domain's cursor as the outside sees it: letters that need no escaping. Empty stays empty. */
str api_cursor(struct arena *mem, str cursor);
str api_cursor_below(struct arena *mem, bool more, int64_t last);

/* An amount with exactly the currency's digits, below or above zero as `negative` says. */
bool api_money(struct op *op, const char *field, const struct money_input *in, bool negative,
               money *out) MUST_USE;
/* By its code; none given: the first one. */
bool api_entity(struct op *op, str code, struct entity *out) MUST_USE;

#endif
