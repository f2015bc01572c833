/* Imports: what ran, and what was refused. */
#include "base/arena.h"
#include "delivery/api/api.h"
#include "domain/exchange/import.h"

#define IMPORTS         "/api/v1/imports"
#define OF(type, field) .offset = offsetof(struct type, field)

static const struct output run_outputs[] = {
    {"id", OUT_ID, OF(import_summary, id), .kind = "imp"},
    {"kind", OUT_TEXT, OF(import_summary, kind)},
    {"file_name", OUT_TEXT, OF(import_summary, file_name)},
    {"state", OUT_TEXT, OF(import_summary, state), .about = "running, done, failed or dry."},
    {"by", OUT_TEXT, OF(import_summary, who)},
    {"rows", OUT_I64, OF(import_summary, rows), .about = "Of data; the others count documents."},
    {"created", OUT_I64, OF(import_summary, created)},
    {"updated", OUT_I64, OF(import_summary, updated)},
    {"unchanged", OUT_I64, OF(import_summary, unchanged)},
    {"refused", OUT_I64, OF(import_summary, refused)},
    {"started_at", OUT_INSTANT, OF(import_summary, started)},
    {"changed_at", OUT_INSTANT, OF(import_summary, finished)},
    {0},
};

struct total_view {
    money value;
};
static const struct output total_outputs[] = {
    {"total", OUT_MONEY, OF(total_view, value)},
    {0},
};

struct import_view {
    struct import_summary run;
    struct input_list totals;
};
static const struct output import_outputs[] = {
    {"import", OUT_OBJECT, OF(import_view, run), .each = run_outputs},
    {"totals", OUT_LIST, OF(import_view, totals), .each = total_outputs,
     .each_size = sizeof(struct total_view),
     .about = "Of the documents taken or known, for each currency."},
    {0},
};

static const struct output refusal_outputs[] = {
    {"n", OUT_I64, OF(import_refusal, n)},
    {"line", OUT_I64, OF(import_refusal, line), .about = "Of the file."},
    {"number", OUT_TEXT, OF(import_refusal, number), .about = "Of the document, if it is known."},
    {"column", OUT_TEXT, OF(import_refusal, column)},
    {"value", OUT_TEXT, OF(import_refusal, value)},
    {"reason", OUT_TEXT, OF(import_refusal, reason)},
    {0},
};

struct list_form {
    struct api_page page;
};
static const struct input list_inputs[] = {API_PAGE_INPUTS(struct list_form, page), {0}};

static struct reply imports_show(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct import_summaries list;
    int64_t below;
    int limit;
    if (!api_page_below(&rq->op, &form->page, &limit, &below) ||
        !import_list(&rq->op, below, limit + 1, &list))
        return reply_errors(rq);
    ptrdiff_t count = list.count < limit ? list.count : limit;
    str next =
        api_cursor_below(rq->op.mem, list.count > limit, count > 0 ? list.at[count - 1].id : 0);
    return reply_list(rq, run_outputs, list.at, count, sizeof *list.at, next);
}

static struct reply import_show(struct request *rq)
{
    struct import_view v = {0};
    money *totals;
    ptrdiff_t count;
    int64_t id;
    if (!request_id(rq, "imp", &id) || !import_get(&rq->op, id, &v.run, &totals, &count))
        return reply_errors(rq);
    struct total_view *rows = arena_array(rq->op.mem, struct total_view, count);
    for (ptrdiff_t i = 0; i < count; i++) rows[i].value = totals[i];
    v.totals = (struct input_list){.at = rows, .count = count};
    return reply_object(rq, 200, import_outputs, &v);
}

/* They are numbered up, so the cursor is the number of the last one. */
static struct reply refusals_show(struct request *rq)
{
    const struct list_form *form = rq->in;
    struct import_summary run;
    struct import_refusals list;
    money *totals;
    ptrdiff_t total_count;
    int64_t id, after;
    int limit;
    if (!request_id(rq, "imp", &id) || !import_get(&rq->op, id, &run, &totals, &total_count) ||
        !api_page_below(&rq->op, &form->page, &limit, &after) ||
        !import_refusals(&rq->op, id, after, limit + 1, &list))
        return reply_errors(rq);
    ptrdiff_t count = list.count < limit ? list.count : limit;
    str next =
        api_cursor_below(rq->op.mem, list.count > limit, count > 0 ? list.at[count - 1].n : 0);
    return reply_list(rq, refusal_outputs, list.at, count, sizeof *list.at, next);
}

const struct route api_imports_routes[] = {
    {GET, IMPORTS, imports_show, .may = MAY_SEE_CONSOLE, INPUTS(list_inputs, struct list_form),
     .outputs = run_outputs, .lists = true, .about = "Imports, the newest first."},
    {GET, IMPORTS "/:id", import_show, .may = MAY_SEE_CONSOLE, .outputs = import_outputs,
     .about = "What an import did."},
    {GET, IMPORTS "/:id/refusals", refusals_show, .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form), .outputs = refusal_outputs, .lists = true,
     .about = "The rows that an import refused, in the order of the file."},
    {0},
};
