#include "domain/receivables/documents.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "domain/company/company.h"
#include "domain/customers/terms.h"
#include "domain/ledger/ledger.h"
#include "domain/receivables/documents_sql.h"
#include "store/outbox.h"

#include <assert.h>

static const struct {
    const char *name, *prefix;
    enum item_kind item;
} kinds[] = {
    [DOCUMENT_INVOICE] = {"invoice", "INV-", ITEM_INVOICE},
    [DOCUMENT_CREDIT_NOTE] = {"credit_note", "CN-", ITEM_CREDIT_NOTE},
};

/* ---- what is refused ---- */

static bool lines_add_up(struct op *op, const struct document *in)
{
    money net = money_of(0, in->net.cur);
    if (in->line_count == 0) return true;
    for (ptrdiff_t i = 0; i < in->line_count; i++) net = money_add(net, in->lines[i].net);
    if (money_eq(net, in->net)) return true;
    return op_fail(op, ERR_INVALID, "lines", "The lines come to %.*s, the net amount is %.*s.",
                   STR(lang_money(op->mem, op_lang(op), net)),
                   STR(lang_money(op->mem, op_lang(op), in->net)));
}

static bool taxes_add_up(struct op *op, const struct document *in)
{
    money tax = money_of(0, in->tax.cur);
    if (in->tax_count == 0) return true;
    for (ptrdiff_t i = 0; i < in->tax_count; i++) tax = money_add(tax, in->taxes[i].tax);
    if (money_eq(tax, in->tax)) return true;
    return op_fail(op, ERR_INVALID, "tax", "The taxes come to %.*s, the tax amount is %.*s.",
                   STR(lang_money(op->mem, op_lang(op), tax)),
                   STR(lang_money(op->mem, op_lang(op), in->tax)));
}

static bool check(struct op *op, const struct document *in)
{
    if (in->number.len > 60)
        return op_fail(op, ERR_INVALID, "number", "Use at most 60 characters for the number.");
    if (!currency_eq(in->net.cur, in->total.cur) || !currency_eq(in->tax.cur, in->total.cur))
        return op_fail(op, ERR_INVALID, "currency", "Use one currency in a document.");
    if (in->total.minor < 0)
        return op_fail(op, ERR_INVALID, "amount",
                       "A total below zero is a credit note; give its amount above zero.");
    if (in->total.minor > MONEY_MAX)
        return op_fail(op, ERR_INVALID, "amount", "This amount is larger than we can book.");
    if (!money_eq(money_add(in->net, in->tax), in->total))
        return op_fail(op, ERR_INVALID, "amount", "Net and tax do not come to the total.");
    /* An ERP counts from the day of the goods, and posts later: its word is taken. */
    bool ours = !str_eq(in->source, S("import")) && in->kind == DOCUMENT_INVOICE;
    if (ours && in->due.some && date_cmp(in->due.value, in->issued) < 0)
        return op_fail(op, ERR_INVALID, "due", "The due date lies before the date of issue.");
    return lines_add_up(op, in) && taxes_add_up(op, in);
}

/* ---- the same again ---- */

static void digest_add(struct text *t, str s)
{
    text_i64(t, s.len);
    text_char(t, ':');
    text_add(t, s);
}

/* Over everything that the document says, so that the same one again is known as the same. Those of
 * the first version left out what it corrects, and the names and bases of its taxes. */
enum { DIGEST_FIRST = 1, DIGEST_NOW };
static str digest_of(struct arena *mem, const struct document *in, bool disputed, int version)
{
    struct text t = {.mem = mem};
    text_format(&t, "%lld %d %lld %lld %lld %s %d %d %d ", (long long)in->customer, (int)in->kind,
                (long long)in->net.minor, (long long)in->tax.minor, (long long)in->total.minor,
                in->total.cur.code, in->issued.days, in->due.some ? in->due.value.days : -1,
                disputed);
    digest_add(&t, in->terms);
    digest_add(&t, in->po);
    digest_add(&t, in->order_ref);
    digest_add(&t, in->delivery);
    digest_add(&t, in->note);
    digest_add(&t, in->custom);
    for (ptrdiff_t i = 0; i < in->line_count; i++) {
        const struct document_line *line = &in->lines[i];
        digest_add(&t, line->sku);
        digest_add(&t, line->description);
        digest_add(&t, line->quantity);
        digest_add(&t, line->unit);
        digest_add(&t, line->unit_price);
        text_format(&t, "%lld %lld ", (long long)line->net.minor,
                    (long long)(line->tax_rate_ppm.some ? line->tax_rate_ppm.value : -1));
    }
    for (ptrdiff_t i = 0; i < in->tax_count; i++)
        text_format(&t, "%lld %lld ", (long long)in->taxes[i].rate_ppm,
                    (long long)in->taxes[i].tax.minor);
    if (version == DIGEST_FIRST) return crypto_digest(mem, text_str(&t));
    text_format(&t, "corrects %lld ", (long long)in->corrects);
    for (ptrdiff_t i = 0; i < in->tax_count; i++) {
        digest_add(&t, in->taxes[i].name);
        text_format(&t, "%lld ", (long long)in->taxes[i].base.minor);
    }
    return str_printf(mem, "2:%.*s", STR(crypto_digest(mem, text_str(&t))));
}

/* A dispute begins and ends while the document stays what it is: the digest was made with either.
 */
static bool is_same(struct arena *mem, const struct document *in, str digest)
{
    int version = str_starts(digest, S("2:")) ? DIGEST_NOW : DIGEST_FIRST;
    bool said = in->disputed.some && in->disputed.value;
    return str_eq(digest, digest_of(mem, in, said, version)) ||
           str_eq(digest, digest_of(mem, in, !said, version));
}

static bool issued_before(struct op *op, const struct document *in, struct issued *out, bool *found)
{
    struct document_same_row row;
    struct document_same_args args = {
        .entity = in->entity, .kind = str_of(kinds[in->kind].name), .number = in->number};
    *found = false;
    if (in->number.len == 0) return true;
    if (!sql_document_same(op, args, &row, found)) return false;
    if (!*found) return true;
    *out = (struct issued){.id = row.id, .number = in->number, .did = PUT_SAME};
    if (is_same(op->mem, in, row.digest)) return true;
    if (in->kind == DOCUMENT_INVOICE)
        return op_fail(op, ERR_CONFLICT, "number",
                       "Invoice %.*s was issued before with other contents. An issued invoice does "
                       "not change: correct it by a credit note.",
                       STR(in->number));
    return op_fail(op, ERR_CONFLICT, "number",
                   "Credit note %.*s was issued before with other contents. An issued document "
                   "does not change.",
                   STR(in->number));
}

/* ---- issuing ---- */

static bool write_document(struct op *op, const struct document *in, int64_t account, str digest,
                           int64_t *out)
{
    struct document_insert_row row;
    struct document_insert_args args = {
        .entity = in->entity,
        .customer = in->customer,
        .account = account,
        .kind = str_of(kinds[in->kind].name),
        .number = in->number,
        .issued = in->issued,
        .currency = currency_text(&in->total.cur),
        .net = in->net.minor,
        .tax = in->tax.minor,
        .total = in->total.minor,
        .terms = str_or_empty(in->terms),
        .po = str_or_empty(in->po),
        .order_ref = str_or_empty(in->order_ref),
        .delivery = str_or_empty(in->delivery),
        .note = str_or_empty(in->note),
        .custom = str_or_empty(in->custom),
        .corrects = {.some = in->corrects != 0, .value = in->corrects},
        .source = str_or_empty(in->source),
        .digest = digest,
        .now = op->now,
    };
    if (!sql_document_insert(op, args, &row)) return false;
    *out = row.id;
    for (ptrdiff_t i = 0; i < in->line_count; i++) {
        const struct document_line *line = &in->lines[i];
        struct document_line_insert_args add = {
            .document = row.id,
            .n = i + 1,
            .sku = str_or_empty(line->sku),
            .description = str_or_empty(line->description),
            .quantity = str_or_empty(line->quantity),
            .unit = str_or_empty(line->unit),
            .unit_price = str_or_empty(line->unit_price),
            .net = line->net.minor,
            .tax_rate_ppm = line->tax_rate_ppm,
        };
        if (!sql_document_line_insert(op, add)) return false;
    }
    for (ptrdiff_t i = 0; i < in->tax_count; i++) {
        const struct document_tax *tax = &in->taxes[i];
        struct document_tax_insert_args add = {
            .document = row.id,
            .n = i + 1,
            .name = str_or_empty(tax->name),
            .rate_ppm = tax->rate_ppm,
            .base = tax->base.minor,
            .tax = tax->tax.minor,
        };
        if (!sql_document_tax_insert(op, add)) return false;
    }
    return true;
}

/* The due dates: the ERP's own, or what the terms say. A credit note is there to be used at once.
 */
static bool dues_of(struct op *op, const struct document *in, struct terms_dues *out)
{
    if (in->due.some || in->kind == DOCUMENT_CREDIT_NOTE) {
        struct terms_due *only = arena_new(op->mem, struct terms_due);
        *only = (struct terms_due){.due = in->due.some ? in->due.value : in->issued,
                                   .amount = in->total};
        *out = (struct terms_dues){.at = only, .count = 1};
        return true;
    }
    struct terms terms;
    struct entity seller;
    struct holidays closed;
    if (!terms_from(op, in->terms, &terms)) return false;
    if (terms.shift == SHIFT_NONE) return terms_due(op, &terms, in->issued, in->total, out);
    return entity_get(op, in->entity, &seller) &&
           holidays_between(op, seller.calendar, in->issued, date_plus(in->issued, TERMS_DAYS_MAX),
                            &closed) &&
           terms_due_in(op, &terms, &closed, in->issued, in->total, out);
}

/* Rows 1 and 2 of the postings: what is owed against revenue and tax, and the other way round for
 * a credit note. One posting per due date. */
static bool post(struct op *op, const struct document *in, int64_t id, int64_t account,
                 const struct terms_dues *dues)
{
    enum item_kind kind = kinds[in->kind].item;
    int64_t sign = in->kind == DOCUMENT_INVOICE ? 1 : -1;
    struct posting *postings = arena_array(op->mem, struct posting, dues->count + 2);
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < dues->count; i++) {
        const struct terms_due *due = &dues->at[i];
        str number =
            dues->count == 1 ? in->number : str_printf(op->mem, "%.*s/%td", STR(in->number), i + 1);
        struct item_in item = {
            .kind = kind,
            .entity = in->entity,
            .account = account,
            .customer = in->customer,
            .document = id,
            .n = (int)i + 1,
            .number = number,
            .issued = in->issued,
            .due = due->due,
            .has_discount = due->discount_ppm > 0,
            .discount_until = due->discount_until,
            .discount_ppm = due->discount_ppm,
            .amount = due->amount,
        };
        struct posting *p = &postings[count++];
        *p = (struct posting){.gl = item_gl(kind),
                              .account = account,
                              .amount = money_scale(due->amount, sign, 1, ROUND_DOWN)};
        if (!item_open(op, &item, &p->item)) return false;
    }
    if (in->net.minor != 0)
        postings[count++] =
            (struct posting){.gl = "4000", .amount = money_scale(in->net, -sign, 1, ROUND_DOWN)};
    if (in->tax.minor != 0)
        postings[count++] =
            (struct posting){.gl = "2100", .amount = money_scale(in->tax, -sign, 1, ROUND_DOWN)};

    struct entry entry = {
        .entity = in->entity,
        .kind = kinds[in->kind].name,
        .effective = in->issued,
        .idem = str_printf(op->mem, "document %lld", (long long)id),
        .document = id,
        .postings = postings,
        .count = count,
    };
    int64_t posted;
    return ledger_post(op, &entry, &posted);
}

bool document_issue(struct op *op, const struct document *given, bool notify, struct issued *out)
{
    struct document in = *given;
    struct customer customer;
    struct terms_dues dues;
    int64_t account;
    bool found;
    if (!check(op, &in)) return false;
    if (!issued_before(op, &in, out, &found)) return false;
    if (found) return true;
    str digest = digest_of(op->mem, &in, in.disputed.some && in.disputed.value, DIGEST_NOW);

    if (!customer_get(op, in.customer, &customer)) return false;
    if (in.terms.len == 0) in.terms = customer.terms;
    if (in.number.len == 0 &&
        !series_next(op, in.entity, kinds[in.kind].name, kinds[in.kind].prefix, &in.number))
        return false;
    if (!account_for(op, in.customer, in.entity, in.total.cur, &account)) return false;
    *out = (struct issued){.number = in.number, .did = PUT_CREATED};
    if (!write_document(op, &in, account, digest, &out->id)) return false;
    if (in.total.minor > 0) { /* a total of zero is a document with nothing open */
        if (!dues_of(op, &in, &dues)) return false;
        if (!post(op, &in, out->id, account, &dues)) return false;
    }
    return !notify || outbox_add(op, "document.notice", out->id);
}

/* ---- reading ---- */

static bool read_lines(struct op *op, struct document *out)
{
    struct document_line_rows_list lines;
    struct document_tax_rows_list taxes;
    if (!sql_document_line_rows(op, (struct document_line_rows_args){.document = out->id}, &lines))
        return false;
    if (!sql_document_tax_rows(op, (struct document_tax_rows_args){.document = out->id}, &taxes))
        return false;
    struct document_line *line = arena_array(op->mem, struct document_line, lines.count);
    struct document_tax *tax = arena_array(op->mem, struct document_tax, taxes.count);
    for (ptrdiff_t i = 0; i < lines.count; i++)
        line[i] = (struct document_line){
            .sku = lines.at[i].sku,
            .description = lines.at[i].description,
            .quantity = lines.at[i].quantity,
            .unit = lines.at[i].unit,
            .unit_price = lines.at[i].unit_price,
            .net = money_of(lines.at[i].net, out->total.cur),
            .tax_rate_ppm = lines.at[i].tax_rate_ppm,
        };
    for (ptrdiff_t i = 0; i < taxes.count; i++)
        tax[i] = (struct document_tax){
            .name = taxes.at[i].name,
            .rate_ppm = taxes.at[i].rate_ppm,
            .base = money_of(taxes.at[i].base, out->total.cur),
            .tax = money_of(taxes.at[i].tax, out->total.cur),
        };
    out->lines = line, out->line_count = lines.count;
    out->taxes = tax, out->tax_count = taxes.count;
    return true;
}

bool document_version(struct op *op, int64_t id, int64_t *out)
{
    struct document_version_row row;
    struct document_version_args args = {.document = id};
    if (!sql_document_version(op, args, &row)) return false;
    *out = row.version;
    return true;
}

bool document_get(struct op *op, int64_t id, struct document *out)
{
    struct document_row_row row;
    struct document_due_row due;
    bool found, has_due;
    if (!sql_document_row(op, (struct document_row_args){.id = id}, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such document.");
    if (!sql_document_due(op, (struct document_due_args){.document = id}, &due, &has_due))
        return false;
    *out = (struct document){
        .id = id,
        .entity = row.entity,
        .customer = row.customer,
        .account = row.account,
        .kind = str_eq(row.kind, S("invoice")) ? DOCUMENT_INVOICE : DOCUMENT_CREDIT_NOTE,
        .number = row.number,
        .issued = row.issued,
        .net = row.net,
        .tax = row.tax,
        .total = row.total,
        .terms = row.terms,
        .po = row.po,
        .order_ref = row.order_ref,
        .delivery = row.delivery,
        .note = row.note,
        .custom = row.custom,
        .corrects = row.corrects.value,
        .source = row.source,
        .recorded = row.recorded,
    };
    if (has_due) out->due = SOME_DATE(due.due);
    return read_lines(op, out);
}

bool document_find(struct op *op, int64_t entity, enum document_kind kind, str number, int64_t *id,
                   bool *found)
{
    struct document_same_row row;
    struct document_same_args args = {
        .entity = entity, .kind = str_of(kinds[kind].name), .number = number};
    if (!sql_document_same(op, args, &row, found)) return false;
    *id = row.id;
    return true;
}

bool documents_list(struct op *op, const struct documents_filter *f, struct documents *out)
{
    struct document_page_list rows;
    struct document_page_args args = {
        .kind = str_of(kinds[f->kind].name),
        .customer = {.some = f->customer != 0, .value = f->customer},
        .entity = {.some = f->entity != 0, .value = f->entity},
        .number = str_or_empty(f->number),
        .open = f->open,
        .from_day = f->from,
        .to_day = f->to,
        .below = f->below ? f->below : INT64_MAX,
        .limit = f->limit + 1,
    };
    if (!sql_document_page(op, args, &rows)) return false;
    *out = (struct documents){.count = rows.count < f->limit ? rows.count : f->limit,
                              .more = rows.count > f->limit};
    out->at = arena_array(op->mem, struct document_summary, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++) {
        const struct document_page_row *row = &rows.at[i];
        out->at[i] = (struct document_summary){
            .id = row->id,
            .entity = row->entity,
            .customer = row->customer,
            .entity_code = row->entity_code,
            .customer_number = row->customer_number,
            .customer_name = row->customer_name,
            .number = row->number,
            .po = row->po,
            .order_ref = row->order_ref,
            .issued = row->issued,
            .due = row->due,
            .net = row->net,
            .tax = row->tax,
            .total = row->total,
            .open = row->open,
            .recorded = row->recorded,
        };
    }
    return true;
}
