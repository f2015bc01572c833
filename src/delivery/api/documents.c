/* Invoices and credit notes: the same routes for both. */
#include "base/arena.h"
#include "delivery/api/api.h"
#include "delivery/api/document_form.h"
#include "domain/customers/customers.h"
#include "domain/receivables/receivables.h"

#define INVOICES        "/api/v1/invoices"
#define CREDIT_NOTES    "/api/v1/credit-notes"
#define OF(type, field) .offset = offsetof(struct type, field)

/* ---- lists ---- */

/* The id's prefix tells the kinds apart, so each kind has a table of its own. */
#define ROW_OUTPUTS(prefix)                                                                        \
    {"id", OUT_ID, OF(document_summary, id), .kind = prefix},                                      \
        {"number", OUT_TEXT, OF(document_summary, number)},                                        \
        {"entity", OUT_TEXT, OF(document_summary, entity_code)},                                   \
        {"customer", OUT_ID, OF(document_summary, customer), .kind = "cus"},                       \
        {"customer_number", OUT_TEXT, OF(document_summary, customer_number)},                      \
        {"customer_name", OUT_TEXT, OF(document_summary, customer_name)},                          \
        {"issued", OUT_DATE, OF(document_summary, issued)},                                        \
        {"due", OUT_OPT_DATE, OF(document_summary, due), .about = "The last, of several."},        \
        {"net", OUT_MONEY, OF(document_summary, net)},                                             \
        {"tax", OUT_MONEY, OF(document_summary, tax)},                                             \
        {"total", OUT_MONEY, OF(document_summary, total)},                                         \
        {"open", OUT_MONEY, OF(document_summary, open), .about = "Not paid, or not used, yet."},   \
        {"po", OUT_TEXT, OF(document_summary, po)},                                                \
        {"order", OUT_TEXT, OF(document_summary, order_ref)},                                      \
        {"recorded_at", OUT_INSTANT, OF(document_summary, recorded)},                              \
    {                                                                                              \
        0                                                                                          \
    }

static const struct output invoice_rows[] = {ROW_OUTPUTS("inv")};
static const struct output credit_rows[] = {ROW_OUTPUTS("crn")};

struct list_form {
    struct api_page page;
    int64_t customer;
    str entity, number, state;
    struct opt_date from, to;
};
static const char *const states[] = {"open", "closed", NULL};
static const struct input list_inputs[] = {
    API_PAGE_INPUTS(struct list_form, page),
    {.name = "customer", .type = INPUT_ID, OF(list_form, customer), .kind = "cus"},
    {.name = "entity", .type = INPUT_TEXT, OF(list_form, entity), .about = "Its code."},
    {.name = "number", .type = INPUT_TEXT, OF(list_form, number), .about = "Exactly this one."},
    {.name = "state", .type = INPUT_CHOICE, OF(list_form, state), .choices = states},
    {.name = "issued_from", .type = INPUT_DATE, OF(list_form, from)},
    {.name = "issued_to", .type = INPUT_DATE, OF(list_form, to)},
    {0},
};

static struct reply show_list(struct request *rq, enum document_kind kind)
{
    const struct list_form *form = rq->in;
    struct entity entity = {0};
    struct documents list;
    struct documents_filter filter = {
        .kind = kind,
        .customer = form->customer,
        .number = form->number,
        .from = form->from,
        .to = form->to,
    };
    if (form->state.len > 0) filter.open = SOME_BOOL(str_eq(form->state, S("open")));
    if (form->entity.len > 0 && !api_entity(&rq->op, form->entity, &entity))
        return reply_errors(rq);
    filter.entity = entity.id;
    if (!api_page_below(&rq->op, &form->page, &filter.limit, &filter.below) ||
        !documents_list(&rq->op, &filter, &list))
        return reply_errors(rq);
    str next =
        api_cursor_below(rq->op.mem, list.more, list.count > 0 ? list.at[list.count - 1].id : 0);
    return reply_list(rq, kind == DOCUMENT_INVOICE ? invoice_rows : credit_rows, list.at,
                      list.count, sizeof *list.at, next);
}

static struct reply invoices_show(struct request *rq)
{
    return show_list(rq, DOCUMENT_INVOICE);
}

static struct reply credit_notes_show(struct request *rq)
{
    return show_list(rq, DOCUMENT_CREDIT_NOTE);
}

/* ---- one of them ---- */

struct due_view {
    str number;
    date due;
    money amount, open;
};
static const struct output due_outputs[] = {
    {"number", OUT_TEXT, OF(due_view, number), .about = "Of the open item."},
    {"due", OUT_DATE, OF(due_view, due)},
    {"amount", OUT_MONEY, OF(due_view, amount)},
    {"open", OUT_MONEY, OF(due_view, open)},
    {0},
};

struct line_view {
    str sku, description, quantity, unit, unit_price, tax_rate;
    money net;
};
static const struct output line_outputs[] = {
    {"sku", OUT_TEXT, OF(line_view, sku)},
    {"description", OUT_TEXT, OF(line_view, description)},
    {"quantity", OUT_TEXT, OF(line_view, quantity)},
    {"unit", OUT_TEXT, OF(line_view, unit)},
    {"unit_price", OUT_TEXT, OF(line_view, unit_price)},
    {"net", OUT_MONEY, OF(line_view, net)},
    {"tax_rate", OUT_TEXT, OF(line_view, tax_rate), .about = "Percent: \"19\"; empty: not said."},
    {0},
};

struct document_view {
    struct document d;
    str entity, customer_number, customer_name;
    money open;
    struct input_list dues, lines;
};

#define DOCUMENT_OUTPUTS(prefix)                                                                   \
    {"id", OUT_ID, OF(document_view, d.id), .kind = prefix},                                       \
        {"number", OUT_TEXT, OF(document_view, d.number)},                                         \
        {"entity", OUT_TEXT, OF(document_view, entity)},                                           \
        {"customer", OUT_ID, OF(document_view, d.customer), .kind = "cus"},                        \
        {"customer_number", OUT_TEXT, OF(document_view, customer_number)},                         \
        {"customer_name", OUT_TEXT, OF(document_view, customer_name)},                             \
        {"issued", OUT_DATE, OF(document_view, d.issued)},                                         \
        {"due", OUT_OPT_DATE, OF(document_view, d.due), .about = "The last, of several."},         \
        {"net", OUT_MONEY, OF(document_view, d.net)},                                              \
        {"tax", OUT_MONEY, OF(document_view, d.tax)},                                              \
        {"total", OUT_MONEY, OF(document_view, d.total)},                                          \
        {"open", OUT_MONEY, OF(document_view, open), .about = "Not paid, or not used, yet."},      \
        {"terms", OUT_TEXT, OF(document_view, d.terms)},                                           \
        {"po", OUT_TEXT, OF(document_view, d.po)},                                                 \
        {"order", OUT_TEXT, OF(document_view, d.order_ref)},                                       \
        {"delivery", OUT_TEXT, OF(document_view, d.delivery)},                                     \
        {"note", OUT_TEXT, OF(document_view, d.note)},                                             \
        {"corrects", OUT_ID, OF(document_view, d.corrects), .kind = "inv"},                        \
        {"recorded_at", OUT_INSTANT, OF(document_view, d.recorded)},                               \
        {"dues",                                                                                   \
         OUT_LIST,                                                                                 \
         OF(document_view, dues),                                                                  \
         .each = due_outputs,                                                                      \
         .each_size = sizeof(struct due_view),                                                     \
         .about = "What is due when; none for a total of zero."},                                  \
        {"lines", OUT_LIST, OF(document_view, lines), .each = line_outputs,                        \
         .each_size = sizeof(struct line_view)},                                                   \
    {                                                                                              \
        0                                                                                          \
    }

static const struct output invoice_outputs[] = {DOCUMENT_OUTPUTS("inv")};
static const struct output credit_outputs[] = {DOCUMENT_OUTPUTS("crn")};

static bool dues_load(struct request *rq, struct document_view *v)
{
    struct receivables items;
    if (!receivables_of_document(&rq->op, v->d.id, rq->today, &items)) return false;
    struct due_view *dues = arena_array(rq->op.mem, struct due_view, items.count);
    v->open = money_of(0, v->d.total.cur);
    for (ptrdiff_t i = 0; i < items.count; i++) {
        const struct receivable *r = &items.at[i];
        dues[i] = (struct due_view){r->number, r->due, r->amount, r->open};
        v->open = money_add(v->open, r->open);
    }
    v->dues = (struct input_list){.at = dues, .count = items.count};
    return true;
}

static void lines_load(struct request *rq, struct document_view *v)
{
    struct line_view *lines = arena_array(rq->op.mem, struct line_view, v->d.line_count);
    for (ptrdiff_t i = 0; i < v->d.line_count; i++) {
        const struct document_line *line = &v->d.lines[i];
        lines[i] = (struct line_view){
            .sku = line->sku,
            .description = line->description,
            .quantity = line->quantity,
            .unit = line->unit,
            .unit_price = line->unit_price,
            .tax_rate = rate_text(rq->op.mem, line->tax_rate_ppm),
            .net = line->net,
        };
    }
    v->lines = (struct input_list){.at = lines, .count = v->d.line_count};
}

static struct reply show(struct request *rq, int status, enum document_kind kind, int64_t id)
{
    struct document_view v = {0};
    struct entity entity;
    struct customer customer;
    if (!document_get(&rq->op, id, &v.d)) return reply_errors(rq);
    if (v.d.kind != kind) return reply_missing(rq);
    if (!entity_get(&rq->op, v.d.entity, &entity) ||
        !customer_get(&rq->op, v.d.customer, &customer) || !dues_load(rq, &v))
        return reply_errors(rq);
    v.entity = entity.code;
    v.customer_number = customer.number;
    v.customer_name = customer.name;
    lines_load(rq, &v);
    return reply_object(rq, status, kind == DOCUMENT_INVOICE ? invoice_outputs : credit_outputs,
                        &v);
}

static struct reply invoice_show(struct request *rq)
{
    int64_t id;
    return request_id(rq, "inv", &id) ? show(rq, 200, DOCUMENT_INVOICE, id) : reply_errors(rq);
}

static struct reply credit_note_show(struct request *rq)
{
    int64_t id;
    return request_id(rq, "crn", &id) ? show(rq, 200, DOCUMENT_CREDIT_NOTE, id) : reply_errors(rq);
}

/* ---- a new one ---- */

static struct reply issue(struct request *rq, enum document_kind kind)
{
    const struct document_form *form = rq->in;
    struct document d;
    struct issued issued;
    if (!document_read(&rq->op, form, kind, rq->today, &d) ||
        !document_issue(&rq->op, &d, form->notify, &issued))
        return reply_errors(rq);
    return show(rq, 201, kind, issued.id);
}

static struct reply invoice_add(struct request *rq)
{
    return issue(rq, DOCUMENT_INVOICE);
}

static struct reply credit_note_add(struct request *rq)
{
    return issue(rq, DOCUMENT_CREDIT_NOTE);
}

const struct route api_documents_routes[] = {
    {GET, INVOICES, invoices_show, .may = MAY_SEE_CONSOLE, INPUTS(list_inputs, struct list_form),
     .outputs = invoice_rows, .lists = true, .about = "Invoices, the last recorded first."},
    {POST, INVOICES, invoice_add, .may = MAY_WORK, INPUTS(document_inputs, struct document_form),
     .outputs = invoice_outputs,
     .about = "Issues an invoice: its lines with their tax rates, or a total. The same one again "
              "under its number changes nothing."},
    {GET, INVOICES "/:id", invoice_show, .may = MAY_SEE_CONSOLE, .outputs = invoice_outputs,
     .about = "An invoice with its lines, and what is open."},
    {GET, CREDIT_NOTES, credit_notes_show, .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form), .outputs = credit_rows, .lists = true,
     .about = "Credit notes, the last recorded first."},
    {POST, CREDIT_NOTES, credit_note_add, .may = MAY_WORK,
     INPUTS(document_inputs, struct document_form), .outputs = credit_outputs,
     .about = "Issues a credit note: all amounts above zero."},
    {GET, CREDIT_NOTES "/:id", credit_note_show, .may = MAY_SEE_CONSOLE, .outputs = credit_outputs,
     .about = "A credit note with its lines, and what can be used."},
    {0},
};
