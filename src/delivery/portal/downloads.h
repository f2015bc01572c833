/* Files that people take away: documents as PDF, lists as CSV, many documents as one ZIP. */
#ifndef PORTAL_DOWNLOADS_H
#define PORTAL_DOWNLOADS_H

#include "base/text.h"
#include "delivery/web/web.h"
#include "domain/documents/papers.h"
#include "domain/receivables/receivables.h"

/* A finished paper as a PDF to download. */
struct reply download_paper(struct request *rq, const struct paper *paper);

struct reply download_invoices_csv(struct request *rq, const struct receivables_filter *filter);
/* Outside a transaction: a thousand documents take their time. */
/* The same of those selected. */
struct reply download_selected_csv(struct request *rq, const int64_t items[], ptrdiff_t count);
str receivable_kind_name(const struct receivable *r); /* "credit note": for files */
struct reply download_invoices_zip(struct request *rq, const int64_t items[], ptrdiff_t count);

/* Where a document's link and QR code lead: its page in the portal. */
str document_link(struct request *rq, int64_t document);

/* One cell of a CSV file: quoted where needed, and never read as a formula by a spreadsheet. */
void csv_cell(struct text *t, str s);
void csv_amount(struct text *t, money m);
void csv_date(struct text *t, date d);
void csv_end(struct text *t); /* of a row */

#endif
