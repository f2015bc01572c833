#include "delivery/portal/downloads.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "delivery/papers.h"
#include "delivery/portal/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

/* ---- CSV ---- */

/* Spreadsheets read the wide forms of = + - @ like the narrow ones. */
static bool begins_formula(str s)
{
    static const char *const signs[] = {"=",  "+",      "-",      "@",      "\t",    "\r",
                                        "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    for (ptrdiff_t i = 0; i < COUNT(signs); i++)
        if (str_starts(s, str_of(signs[i]))) return true;
    return false;
}

void csv_cell(struct text *t, str s)
{
    if (t->len > 0 && t->at[t->len - 1] != '\n') text_char(t, ',');
    text_char(t, '"');
    if (begins_formula(s)) text_char(t, '\'');
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (s.at[i] == '"') text_char(t, '"');
        text_char(t, s.at[i]);
    }
    text_char(t, '"');
}

void csv_amount(struct text *t, money m)
{
    if (t->len > 0 && t->at[t->len - 1] != '\n') text_char(t, ',');
    text_add(t, money_text(t->mem, m));
}

void csv_date(struct text *t, date d)
{
    if (t->len > 0 && t->at[t->len - 1] != '\n') text_char(t, ',');
    text_add(t, date_text(t->mem, d));
}

void csv_end(struct text *t)
{
    text_add(t, S("\r\n")); /* RFC 4180 */
}

str receivable_kind_name(const struct receivable *r)
{
    if (r->kind == ITEM_CREDIT_NOTE) return S("credit note");
    return r->kind == ITEM_PAYMENT ? S("payment") : S("invoice");
}

static void csv_row(struct request *rq, struct text *t, const struct receivable *r)
{
    struct standing_words standing = standing_words(rq, r);
    currency cur = r->open.cur;
    csv_cell(t, r->number);
    csv_cell(t, receivable_kind_name(r));
    csv_cell(t, r->po);
    csv_date(t, r->issued);
    csv_date(t, r->due);
    csv_cell(t, standing.words);
    csv_cell(t, currency_text(&cur));
    csv_amount(t, money_scale(r->amount, r->side, 1, ROUND_DOWN));
    csv_amount(t, money_scale(r->open, r->side, 1, ROUND_DOWN));
    csv_end(t);
}

static const char *const heads[] = {"number", "kind",     "po",     "issued", "due",
                                    "status", "currency", "amount", "open"};

static struct reply csv_reply(struct request *rq, const struct text *t)
{
    str name = str_printf(rq->op.mem, "invoices %.*s.csv", STR(date_text(rq->op.mem, rq->today)));
    return reply_file(rq, S("text/csv; charset=utf-8"), name, text_str(t));
}

struct reply download_selected_csv(struct request *rq, const int64_t items[], ptrdiff_t count)
{
    struct receivables rows;
    struct text t = {.mem = rq->op.mem};
    if (!receivables_by_ids(&rq->op, rq->who.customer, items, count, rq->today, &rows))
        return reply_errors(rq);
    for (ptrdiff_t i = 0; i < COUNT(heads); i++) csv_cell(&t, str_of(heads[i]));
    csv_end(&t);
    for (ptrdiff_t i = 0; i < rows.count; i++) csv_row(rq, &t, &rows.at[i]);
    return csv_reply(rq, &t);
}

struct reply download_invoices_csv(struct request *rq, const struct receivables_filter *filter)
{
    struct receivables_filter page = *filter;
    struct text t = {.mem = rq->op.mem};
    for (ptrdiff_t i = 0; i < COUNT(heads); i++) csv_cell(&t, str_of(heads[i]));
    csv_end(&t);
    for (;;) {
        struct receivables rows;
        if (!receivables_list(&rq->op, &page, &rows)) return reply_errors(rq);
        for (ptrdiff_t i = 0; i < rows.count; i++) csv_row(rq, &t, &rows.at[i]);
        if (rows.next_cursor.len == 0) break;
        page.cursor = rows.next_cursor;
    }
    return csv_reply(rq, &t);
}

/* ---- PDF ---- */

str document_link(struct request *rq, int64_t document)
{
    str id = id_text(rq->op.mem, rq->app->keys, "inv", document);
    return str_printf(rq->op.mem, "%.*s/invoices/%.*s", STR(rq->app->public_url), STR(id));
}

struct reply download_paper(struct request *rq, const struct paper *paper)
{
    str pdf;
    if (!paper_pdf(&rq->op, paper, &pdf)) return reply_errors(rq);
    return reply_file(rq, S("application/pdf"), paper_file_name(rq->op.mem, paper), pdf);
}

/* ---- ZIP ---- */

struct zipping {
    struct request *rq;
    const int64_t *items;
    ptrdiff_t count;
    zip_t *zip;
    ptrdiff_t added;
    struct receivables list;
};

static void zip_drop(void *arg)
{
    struct zipping *z = arg;
    if (z->zip) zip_discard(z->zip);
    z->zip = NULL;
}

static void unlink_file(void *path)
{
    unlink(path);
}

/* The bytes are handed to libzip in memory of its own: it frees them when it has written them. */
static bool zip_put(struct op *op, struct zipping *z, str name, str pdf)
{
    const char *name_z =
        str_z(op->mem, name); /* nothing may leave between the source and its use */
    zip_buffer_fragment_t part = {.data = (zip_uint8_t *)(uintptr_t)pdf.at,
                                  .length = (zip_uint64_t)pdf.len};
    zip_source_t *source = zip_source_buffer_fragment(z->zip, &part, 1, 0);
    if (!source) return op_broken(op, ERR_INTERNAL, "zip: %s", zip_strerror(z->zip));
    if (zip_file_add(z->zip, name_z, source, ZIP_FL_ENC_UTF_8) < 0) {
        zip_source_free(source);
        return op_broken(op, ERR_INTERNAL, "zip: %s", zip_strerror(z->zip));
    }
    z->added++;
    return true;
}

static bool zip_list(struct op *op, void *arg)
{
    struct zipping *z = arg;
    return receivables_by_ids(op, z->rq->who.customer, z->items, z->count, z->rq->today, &z->list);
}

static bool zip_fill(struct op *op, struct zipping *z)
{
    int64_t before = 0;
    if (!store_transact(op, z->rq->store, TX_READ, zip_list, z)) return false;
    for (ptrdiff_t i = 0; i < z->list.count; i++) {
        struct kept kept;
        int64_t id = z->list.at[i].document;
        if (id == 0 || id == before) continue; /* the parts of one invoice are one document */
        before = id;
        if (!paper_file(op, z->rq->store, z->rq->app, KEPT_DOCUMENT, id, &kept)) return false;
        if (!zip_put(op, z, kept.name, kept.bytes)) return false;
    }
    if (z->added > 0) return true;
    return op_fail(op, ERR_INVALID, "item", "Select at least one invoice or credit note.");
}

struct reply download_invoices_zip(struct request *rq, const int64_t items[], ptrdiff_t count)
{
    struct op *op = &rq->op;
    char *path = arena_array(op->mem, char, 40);
    int error = 0;
    snprintf(path, 40, "/tmp/quittance-zip-XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0) {
        (void)op_broken(op, ERR_INTERNAL, "no temporary file for a ZIP");
        return reply_errors(rq);
    }
    close(fd);
    arena_defer(op->mem, unlink_file, path);
    struct zipping *z = arena_new(op->mem, struct zipping);
    *z = (struct zipping){.rq = rq, .items = items, .count = count};
    arena_defer(op->mem, zip_drop, z);
    z->zip = zip_open(path, ZIP_TRUNCATE, &error);
    if (!z->zip) {
        (void)op_broken(op, ERR_INTERNAL, "zip_open: %d", error);
        return reply_errors(rq);
    }
    if (!zip_fill(op, z)) return reply_errors(rq);
    if (zip_close(z->zip) != 0) {
        (void)op_broken(op, ERR_INTERNAL, "zip: %s", zip_strerror(z->zip));
        return reply_errors(rq);
    }
    z->zip = NULL;
    str name = str_printf(op->mem, "invoices %.*s.zip", STR(date_text(op->mem, rq->today)));
    struct reply reply = reply_file(rq, S("application/zip"), name, S(""));
    reply.path = path;
    return reply;
}
