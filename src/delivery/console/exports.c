#include "delivery/console/exports.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/changes.h"
#include "domain/company/company.h"
#include "domain/exchange/export.h"

#define HERE "/console/exports"
enum { PAGE_ROWS = 50 };

static struct standing_words batch_words(struct request *rq, const struct export_batch *b)
{
    if (b->acknowledged)
        return (struct standing_words){S("paid"),
                                       filled(rq, N_("Confirmed as {1}"), b->erp_reference, S(""))};
    return (struct standing_words){S("soon"), said(rq, "Not confirmed yet")};
}

static str batch_name(struct request *rq, int64_t number)
{
    return filled(rq, N_("Batch {1}"), str_printf(rq->op.mem, "%lld", (long long)number), S(""));
}

struct list_form {
    int64_t below;
};
static const struct input list_inputs[] = {
    {.name = "below", .type = INPUT_ID, .offset = offsetof(struct list_form, below), .kind = "exp"},
    {.name = NULL},
};

static struct reply exports_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Batch")},  {GRID_TEXT, N_("Seller")}, {GRID_NUMBER, N_("Entries")},
        {GRID_STATUS, N_("ERP")}, {GRID_TEXT, N_("Who")},    {GRID_TEXT, N_("When")},
    };
    const struct list_form *form = rq->in;
    const struct export_options all = {0};
    struct export_batches list;
    int64_t waiting;
    if (!export_list(&rq->op, form->below, PAGE_ROWS, &list) ||
        !export_waiting(&rq->op, &all, &waiting))
        return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Exports"),
        .under = waiting > 0 ? counted(rq, "{1} entry waits to be exported.",
                                       "{1} entries wait to be exported.", waiting)
                             : said(rq, "Everything is exported."),
        .grid = grid_of(rq, N_("Batches, newest first"), N_("No batch was made yet."), headings,
                        COUNT(headings), list.count),
    };
    if (may(rq, MAY_WORK) && waiting > 0)
        v.acts[v.act_count++] =
            (struct link_words){said(rq, "Make a batch"), url_of(S(HERE "/new")), true};
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct export_batch *b = &list.at[i];
        struct grid_cell *row = grid_row(&v.grid);
        row[0] = grid_link(batch_name(rq, b->number), place_url(rq, PLACE_BATCH, b->number, ""));
        row[1] = grid_text(b->entity ? b->entity_code : said(rq, "All"));
        row[2] = grid_number(rq, b->entries);
        row[3] = grid_status(batch_words(rq, b));
        row[4] = grid_text(b->actor);
        row[5] = grid_text(moment(rq, b->created));
    }
    v.grid.has_next = list.count == PAGE_ROWS;
    if (v.grid.has_next)
        v.grid.next = url_printf(rq->op.mem, HERE "?below=%.*s",
                                 STR(place_id(rq, PLACE_BATCH, list.at[PAGE_ROWS - 1].number)));
    return reply_listing(rq, HERE, &v);
}

/* ---- a new one ---- */

struct make_form {
    int64_t entity;
    bool everything;
};
static const struct input make_inputs[] = {
    {.name = "entity",
     .type = INPUT_ID,
     .offset = offsetof(struct make_form, entity),
     .kind = "sel"},
    {.name = "everything", .type = INPUT_BOOL, .offset = offsetof(struct make_form, everything)},
    {.name = NULL},
};

static struct reply make_ask(struct request *rq)
{
    struct entity_list sellers;
    if (!entities(&rq->op, &sellers)) return reply_errors(rq);
    struct answer *answers = arena_array(rq->op.mem, struct answer, sellers.count + 1);
    answers[0] = (struct answer){S(""), said(rq, "All")};
    for (ptrdiff_t i = 0; i < sellers.count; i++)
        answers[i + 1] = (struct answer){
            id_text(rq->op.mem, rq->app->keys, "sel", sellers.at[i].id), sellers.at[i].name};
    struct form_view v = {
        .title = said(rq, "Make a batch"),
        .under = said(rq, "Every entry goes out once, in one batch. A batch can be downloaded "
                          "again at any time, with the same bytes."),
        .crumb = said(rq, "Exports"),
        .crumb_link = url_of(S(HERE)),
        .action = url_of(S(HERE)),
        .button = said(rq, "Make the batch"),
    };
    struct question *q = ask(rq, &v.questions, ASK_SELECT, "entity", N_("Seller"), S(""));
    q->answers = answers;
    q->answer_count = sellers.count + 1;
    ask(rq, &v.questions, ASK_TICK, "everything",
        N_("Also what came from the ERP: its invoices, credit notes and settlements"), S(""));
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply make_do(struct request *rq)
{
    const struct make_form *form = rq->in;
    struct export_options options = {.entity = form->entity, .everything = form->everything};
    struct export_batch batch;
    if (!export_make(&rq->op, &options, &batch)) return reply_errors(rq);
    if (batch.number == 0) {
        (void)op_fail(&rq->op, ERR_INVALID, "entity",
                      "Nothing waits to be exported: everything is in a batch already.");
        return reply_errors(rq);
    }
    return see_place(rq, PLACE_BATCH, batch.number, "?done=made");
}

/* ---- one ---- */

struct batch_form {
    str done, reference, format;
};
static const char *const done_values[] = {"made", "confirmed", NULL};
static const char *const format_values[] = {"csv", "json", NULL};
static const struct input batch_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct batch_form, done),
     .choices = done_values},
    {.name = NULL},
};
static const struct input confirm_inputs[] = {
    {.name = "reference",
     .type = INPUT_TEXT,
     .offset = offsetof(struct batch_form, reference),
     .required = true,
     .longest = 100},
    {.name = NULL},
};
static const struct input file_inputs[] = {
    {.name = "format",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct batch_form, format),
     .choices = format_values},
    {.name = NULL},
};

static struct reply batch_show(struct request *rq)
{
    const struct batch_form *form = rq->in;
    struct export_batch b;
    struct frame frame;
    int64_t number;
    if (!place_of(rq, PLACE_BATCH, &number) || !export_get(&rq->op, number, &b))
        return reply_errors(rq);
    struct batch_view v = {
        .title = batch_name(rq, number),
        .under = batch_words(rq, &b).words,
        .csv = place_url(rq, PLACE_BATCH, number, "/file?format=csv"),
        .json = place_url(rq, PLACE_BATCH, number, "/file?format=json"),
        .acknowledged = b.acknowledged != 0,
        .may_work = may(rq, MAY_WORK),
        .action = place_url(rq, PLACE_BATCH, number, "/confirm"),
    };
    if (rq->method == GET && str_eq(form->done, S("made")))
        v.done = said(rq, "The batch is made. Download it, give it to the ERP, and confirm it.");
    if (rq->method == GET && str_eq(form->done, S("confirmed")))
        v.done = said(rq, "The batch is confirmed.");
    fact_add(rq, &v.facts, N_("Entries"), lang_number(rq->op.mem, op_lang(&rq->op), b.entries));
    fact_add(rq, &v.facts, N_("Seller"), b.entity ? b.entity_code : said(rq, "All"));
    fact_add(rq, &v.facts, N_("Made by"), b.actor);
    fact_add(rq, &v.facts, N_("Made"), moment(rq, b.created));
    if (b.acknowledged) {
        fact_add(rq, &v.facts, N_("Confirmed"), moment(rq, b.acknowledged));
        fact_add(rq, &v.facts, N_("The ERP's reference"), b.erp_reference);
    }
    ask(rq, &v.questions, ASK_LINE, "reference", N_("The ERP's reference"), S(""))->required = true;
    ask_problems(rq, &v.questions);
    if (!changes_of(rq, "export_batch", number, &v.changes) ||
        !console_frame(rq, v.title, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_batch(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply batch_confirm(struct request *rq)
{
    const struct batch_form *form = rq->in;
    struct export_batch b;
    int64_t number;
    if (!place_of(rq, PLACE_BATCH, &number) ||
        !export_acknowledge(&rq->op, number, form->reference, &b))
        return reply_errors(rq);
    return see_place(rq, PLACE_BATCH, number, "?done=confirmed");
}

static struct reply batch_file(struct request *rq)
{
    const struct batch_form *form = rq->in;
    enum export_format format = EXPORT_CSV;
    int64_t number;
    str body;
    (void)export_format_from(form->format, &format);
    if (!place_of(rq, PLACE_BATCH, &number) || !export_body(&rq->op, number, format, &body))
        return reply_errors(rq);
    return reply_file(rq, export_media_type(format), export_file_name(rq->op.mem, number, format),
                      body);
}

const struct route console_exports_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = exports_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Batches for the ERP, the newest first"},
    {.method = GET,
     .path = HERE "/new",
     .handle = make_ask,
     .may = MAY_WORK,
     .about = "What a new batch would hold"},
    {.method = POST,
     .path = HERE,
     .handle = make_do,
     .may = MAY_WORK,
     INPUTS(make_inputs, struct make_form),
     .redisplay = make_ask,
     .about = "Makes a batch of what waits"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = batch_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(batch_inputs, struct batch_form),
     .about = "One batch"},
    {.method = GET,
     .path = HERE "/:id/file",
     .handle = batch_file,
     .may = MAY_WORK,
     INPUTS(file_inputs, struct batch_form),
     .about = "The batch as a file: the same bytes each time"},
    {.method = POST,
     .path = HERE "/:id/confirm",
     .handle = batch_confirm,
     .may = MAY_WORK,
     INPUTS(confirm_inputs, struct batch_form),
     .redisplay = batch_show,
     .about = "Says how the ERP calls the batch"},
    {.path = NULL},
};
