/* Batches for the ERP: made, fetched, confirmed. */
#include "base/arena.h"
#include "base/text.h"
#include "delivery/api/api.h"
#include "domain/exchange/export.h"

#define EXPORTS         "/api/v1/exports"
#define OF(type, field) .offset = offsetof(struct type, field)

struct batch_view {
    struct export_batch b;
    bool acknowledged;
};
static const struct output batch_outputs[] = {
    {"id", OUT_ID, OF(batch_view, b.number), .kind = "exp"},
    {"number", OUT_I64, OF(batch_view, b.number), .about = "1, 2, 3 … without gaps."},
    {"entity", OUT_TEXT, OF(batch_view, b.entity_code), .about = "Its code; empty: all."},
    {"entries", OUT_I64, OF(batch_view, b.entries)},
    {"created_at", OUT_INSTANT, OF(batch_view, b.created)},
    {"created_by", OUT_TEXT, OF(batch_view, b.actor)},
    {"acknowledged", OUT_BOOL, OF(batch_view, acknowledged)},
    {"erp_reference", OUT_TEXT, OF(batch_view, b.erp_reference)},
    {0},
};

static struct batch_view view_of(const struct export_batch *b)
{
    return (struct batch_view){.b = *b, .acknowledged = b->acknowledged != 0};
}

static struct reply batch_reply(struct request *rq, int status, const struct export_batch *b)
{
    struct batch_view v = view_of(b);
    return reply_object(rq, status, batch_outputs, &v);
}

struct list_form {
    struct api_page page;
};
static const struct input list_inputs[] = {API_PAGE_INPUTS(struct list_form, page), {0}};

static struct reply exports_show(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct export_batches list;
    int64_t below;
    int limit;
    if (!api_page_below(&rq->op, &form->page, &limit, &below) ||
        !export_list(&rq->op, below, limit + 1, &list))
        return reply_errors(rq);
    ptrdiff_t count = list.count < limit ? list.count : limit;
    struct batch_view *rows = arena_array(rq->op.mem, struct batch_view, count);
    for (ptrdiff_t i = 0; i < count; i++) rows[i] = view_of(&list.at[i]);
    str next =
        api_cursor_below(rq->op.mem, list.count > limit, count > 0 ? rows[count - 1].b.number : 0);
    return reply_list(rq, batch_outputs, rows, count, sizeof *rows, next);
}

struct make_form {
    str entity;
    bool everything;
};
static const struct input make_inputs[] = {
    {.name = "entity",
     .type = INPUT_TEXT,
     OF(make_form, entity),
     .about = "Only this entity's, by its code; all if not said."},
    {.name = "everything",
     .type = INPUT_BOOL,
     OF(make_form, everything),
     .about = "Also what came from the ERP: invoices, credit notes, reported payments."},
    {0},
};

static struct reply export_add(struct request *rq)
{
    const struct make_form *form = rq->in;
    struct entity entity = {0};
    struct export_batch batch;
    if (form->entity.len > 0 && !api_entity(&rq->op, form->entity, &entity))
        return reply_errors(rq);
    struct export_options options = {.entity = entity.id, .everything = form->everything};
    if (!export_make(&rq->op, &options, &batch)) return reply_errors(rq);
    if (batch.number == 0) {
        (void)op_fail(&rq->op, ERR_CONFLICT, NULL, "Nothing waits to be exported.");
        return reply_errors(rq);
    }
    return batch_reply(rq, 201, &batch);
}

static struct reply export_show(struct request *rq)
{
    struct export_batch batch;
    int64_t number;
    if (!request_id(rq, "exp", &number) || !export_get(&rq->op, number, &batch))
        return reply_errors(rq);
    return batch_reply(rq, 200, &batch);
}

struct file_form {
    str format;
};
static const char *const formats[] = {"csv", "json", NULL};
static const struct input file_inputs[] = {
    {.name = "format",
     .type = INPUT_CHOICE,
     OF(file_form, format),
     .choices = formats,
     .about = "json if not said."},
    {0},
};

static struct reply export_file(struct request *rq)
{
    const struct file_form *form = rq->in;
    enum export_format format = EXPORT_JSON;
    int64_t number;
    str body;
    (void)export_format_from(form->format, &format);
    if (!request_id(rq, "exp", &number) || !export_body(&rq->op, number, format, &body))
        return reply_errors(rq);
    return reply_file(rq, export_media_type(format), export_file_name(rq->op.mem, number, format),
                      body);
}

struct confirm_form {
    str reference;
};
static const struct input confirm_inputs[] = {
    {.name = "reference",
     .type = INPUT_TEXT,
     OF(confirm_form, reference),
     .required = true,
     .longest = 100,
     .about = "What the ERP calls the batch."},
    {0},
};

static struct reply export_confirm(struct request *rq)
{
    const struct confirm_form *form = rq->in;
    struct export_batch batch;
    int64_t number;
    if (!request_id(rq, "exp", &number) ||
        !export_acknowledge(&rq->op, number, form->reference, &batch))
        return reply_errors(rq);
    return batch_reply(rq, 200, &batch);
}

const struct route api_exports_routes[] = {
    {GET, EXPORTS, exports_show, .may = MAY_SEE_CONSOLE, INPUTS(list_inputs, struct list_form),
     .outputs = batch_outputs, .lists = true, .about = "Export batches, the newest first."},
    {POST, EXPORTS, export_add, .may = MAY_WORK, INPUTS(make_inputs, struct make_form),
     .outputs = batch_outputs,
     .about = "Puts all that was not exported yet, 5,000 entries at most, into the next batch."},
    {GET, EXPORTS "/:id", export_show, .may = MAY_SEE_CONSOLE, .outputs = batch_outputs,
     .about = "A batch."},
    {GET, EXPORTS "/:id/file", export_file, .may = MAY_SEE_CONSOLE,
     INPUTS(file_inputs, struct file_form),
     .about = "A batch's entries, as docs/exporting.md describes them: the same bytes each time."},
    {PUT, EXPORTS "/:id/acknowledgement", export_confirm, .may = MAY_WORK,
     INPUTS(confirm_inputs, struct confirm_form), .outputs = batch_outputs,
     .about = "Keeps what the ERP calls the batch: once, and for good."},
    {0},
};
