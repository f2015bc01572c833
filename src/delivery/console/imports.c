#include "delivery/console/imports.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/jobs/import_jobs.h"
#include "domain/audit/audit.h"

#include <stdio.h>

#define HERE "/console/imports"
enum { PAGE_ROWS = 50, REFUSALS = 60, FILE_MIB = 200, PIECES_AT_ONCE = 16 };

static const struct {
    const char *value, *name;
} kinds[] = {
    {"invoices", N_("Invoices")},
    {"credit-notes", N_("Credit notes")},
    {"customers", N_("Customers")},
};
static const char *const kind_values[] = {"invoices", "credit-notes", "customers", NULL};

static str kind_words(struct request *rq, str kind)
{
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(kind, str_of(kinds[i].value))) return said(rq, kinds[i].name);
    return kind;
}

static struct standing_words state_words(struct request *rq, str state)
{
    if (str_eq(state, S("done"))) return (struct standing_words){S("paid"), said(rq, "Imported")};
    if (str_eq(state, S("dry"))) return (struct standing_words){S("credit"), said(rq, "Tried")};
    if (str_eq(state, S("running")))
        return (struct standing_words){S("busy"), said(rq, "Is running")};
    return (struct standing_words){S("failed"), said(rq, "Nothing was kept")};
}

/* ---- the list ---- */

struct list_form {
    int64_t before;
};
static const struct input list_inputs[] = {
    {.name = "before",
     .type = INPUT_ID,
     .offset = offsetof(struct list_form, before),
     .kind = "imp"},
    {.name = NULL},
};

static struct reply imports_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("File")},       {GRID_TEXT, N_("What")},        {GRID_STATUS, N_("Status")},
        {GRID_NUMBER, N_("Created")}, {GRID_NUMBER, N_("Unchanged")}, {GRID_NUMBER, N_("Refused")},
        {GRID_TEXT, N_("Who")},       {GRID_TEXT, N_("When")},
    };
    const struct list_form *form = rq->in;
    struct import_summaries list;
    if (!import_list(&rq->op, form->before, PAGE_ROWS, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Imports"),
        .under = said(rq, "Files of customers, invoices and credit notes that were brought in."),
        .grid = grid_of(rq, N_("Imports, newest first"), N_("Nothing was imported yet."), headings,
                        COUNT(headings), list.count),
    };
    if (may(rq, MAY_WORK))
        v.acts[v.act_count++] =
            (struct link_words){said(rq, "Import a file"), url_of(S(HERE "/new")), true};
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct import_summary *s = &list.at[i];
        struct grid_cell *row = grid_row(&v.grid);
        row[0] = grid_link(s->file_name, place_url(rq, PLACE_IMPORT, s->id, ""));
        row[1] = grid_text(kind_words(rq, s->kind));
        row[2] = grid_status(state_words(rq, s->state));
        row[3] = grid_number(rq, s->created);
        row[4] = grid_number(rq, s->unchanged);
        row[5] = grid_number(rq, s->refused);
        row[5].late = s->refused > 0;
        row[6] = grid_text(s->who);
        row[7] = grid_text(moment(rq, s->started));
    }
    v.grid.has_next = list.count == PAGE_ROWS;
    if (v.grid.has_next)
        v.grid.next = url_printf(rq->op.mem, HERE "?before=%.*s",
                                 STR(place_id(rq, PLACE_IMPORT, list.at[list.count - 1].id)));
    return reply_listing(rq, HERE, &v);
}

/* ---- a new file ---- */

struct upload_form {
    str kind, mapping;
    struct upload file;
};
static const struct input upload_inputs[] = {
    {.name = "kind",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct upload_form, kind),
     .choices = kind_values,
     .required = true},
    {.name = "mapping",
     .type = INPUT_TEXT,
     .offset = offsetof(struct upload_form, mapping),
     .about = "The name of a saved mapping"},
    {.name = "file",
     .type = INPUT_FILE,
     .offset = offsetof(struct upload_form, file),
     .longest = FILE_MIB,
     .required = true},
    {.name = NULL},
};

static bool ask_mapping(struct request *rq, struct question_list *list)
{
    struct mapping_names names[COUNT(kinds)];
    ptrdiff_t count = 1;
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++) {
        enum import_kind kind;
        if (!import_kind_from(str_of(kinds[i].value), &kind) ||
            !mapping_names(&rq->op, kind, &names[i]))
            return false;
        count += names[i].count;
    }
    struct answer *answers = arena_array(rq->op.mem, struct answer, count);
    answers[0] = (struct answer){S(""), said(rq, "By the names of the columns")};
    count = 1;
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
        for (ptrdiff_t k = 0; k < names[i].count; k++)
            answers[count++] = (struct answer){names[i].at[k], names[i].at[k]};
    struct question *q = ask(rq, list, ASK_SELECT, "mapping", N_("How columns are found"), S(""));
    q->answers = answers;
    q->answer_count = count;
    return true;
}

struct ask_form {
    str kind;
};
static const struct input ask_inputs[] = {
    {.name = "kind",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct ask_form, kind),
     .choices = kind_values},
    {.name = NULL},
};

static struct reply upload_page(struct request *rq, str kind)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(kinds));
    struct form_view v = {
        .title = said(rq, "Import a file"),
        .under = said(rq, "A table with a row for each invoice or each line of one, as CSV. "
                          "Nothing is kept before you have seen how it is read."),
        .crumb = said(rq, "Imports"),
        .crumb_link = url_of(S(HERE)),
        .action = url_of(S(HERE)),
        .button = said(rq, "Look at the file"),
        .upload = true,
    };
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
        answers[i] = (struct answer){str_of(kinds[i].value), said(rq, kinds[i].name)};
    struct question *q = ask(rq, &v.questions, ASK_SELECT, "kind", N_("What it holds"), kind);
    q->answers = answers;
    q->answer_count = COUNT(kinds);
    q = ask(rq, &v.questions, ASK_FILE, "file", N_("File"), S(""));
    q->required = true;
    q->value = S("");
    q->hint = said(rq, "At most 200 MiB.");
    if (!ask_mapping(rq, &v.questions)) return reply_errors(rq);
    ask_problems(rq, &v.questions);
    return reply_form(rq, HERE, &v);
}

static struct reply upload_ask(struct request *rq)
{
    const struct ask_form *form = rq->in;
    return upload_page(rq, form->kind.len > 0 ? form->kind : S("invoices"));
}

static struct reply upload_again(struct request *rq)
{
    return upload_page(rq, S("invoices")); /* what was typed stands there anyway */
}

/* A saved mapping becomes settings of the file, where it can be changed for this file alone. */
static bool settings_of_mapping(struct op *op, str name, str *out)
{
    struct import_mapping mapping;
    *out = S("{}");
    if (name.len == 0) return true;
    if (!mapping_load(op, name, &mapping)) return false;
    struct import_settings s = {
        .at = arena_array(op->mem, struct import_setting, IMPORT_FIELDS * 3 + 1)};
    for (int i = 0; i < IMPORT_FIELDS; i++) {
        const char *field = import_field_name((enum import_field)i);
        const struct field_mapping *m = &mapping.of[i];
        s.at[s.count++] = (struct import_setting){str_printf(op->mem, "map.%s", field), m->column};
        s.at[s.count++] = (struct import_setting){str_printf(op->mem, "set.%s", field), m->value};
        s.at[s.count++] =
            (struct import_setting){str_printf(op->mem, "missing.%s", field), m->missing};
    }
    s.at[s.count++] =
        (struct import_setting){S("keep_others"), mapping.keep_others ? S("1") : S("")};
    *out = import_settings_text(op->mem, &s);
    return true;
}

struct keeping {
    struct import_file file;
    str mapping;
    FILE *in;
    int64_t n;
    bool ended;
};

static bool keep_head(struct op *op, void *arg)
{
    struct keeping *k = arg;
    return import_files_forget(op) && settings_of_mapping(op, k->mapping, &k->file.settings) &&
           import_file_add(op, &k->file, &k->file.id);
}

/* Some pieces at a time, so that others may write in between. */
static bool keep_pieces(struct op *op, void *arg)
{
    struct keeping *k = arg;
    char *bytes = arena_array(op->mem, char, IMPORT_PIECE_BYTES);
    if (fseek(k->in, (long)(k->n * IMPORT_PIECE_BYTES), SEEK_SET) != 0)
        return op_broken(op, ERR_INTERNAL, "a sent file cannot be read");
    k->ended = false;
    for (int i = 0; i < PIECES_AT_ONCE && !k->ended; i++) {
        size_t len = fread(bytes, 1, IMPORT_PIECE_BYTES, k->in);
        k->ended = len < IMPORT_PIECE_BYTES;
        if (len == 0) break;
        if (!import_file_piece(op, k->file.id, k->n + i, (str){bytes, (ptrdiff_t)len}))
            return false;
    }
    return true;
}

static void close_file(void *file)
{
    (void)fclose(file);
}

static struct reply upload_take(struct request *rq)
{
    const struct upload_form *form = rq->in;
    struct op *op = &rq->op;
    struct keeping k = {
        .mapping = form->mapping,
        .file = {.name = form->file.name, .size = form->file.size, .who = rq->who.name},
    };
    (void)import_kind_from(form->kind, &k.file.kind);
    k.in = form->file.path ? fopen(form->file.path, "rb") : NULL;
    if (!k.in) {
        (void)op_fail(op, ERR_INVALID, "file", "This file is empty. Please choose another.");
        return reply_errors(rq);
    }
    arena_defer(op->mem, close_file, k.in);
    if (!store_transact(op, rq->store, TX_WRITE, keep_head, &k)) return reply_errors(rq);
    while (!k.ended) {
        struct arena_mark mark = arena_mark(op->mem);
        if (!store_transact(op, rq->store, TX_WRITE, keep_pieces, &k)) return reply_errors(rq);
        k.n += PIECES_AT_ONCE;
        arena_rewind(op->mem, mark);
    }
    str id = id_text(op->mem, rq->app->keys, "upl", k.file.id);
    return reply_see(rq, url_printf(op->mem, HERE "/files/%.*s", STR(id)).checked);
}

/* ---- what became of one ---- */

static void counts_of(struct request *rq, const struct import_summary *s, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Documents")},
        {GRID_NUMBER, N_("Count")},
    };
    const struct {
        const char *name;
        int64_t count;
    } rows[] = {
        {N_("Created"), s->created},         {N_("Changed"), s->updated},
        {N_("Unchanged"), s->unchanged},     {N_("Refused"), s->refused},
        {N_("New customers"), s->customers}, {N_("Rows of the file"), s->rows},
    };
    *g = grid_of(rq, N_("What became of the rows"), N_("Nothing."), headings, COUNT(headings),
                 COUNT(rows));
    for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
        struct grid_cell *row = grid_row(g);
        row[0] = grid_text(said(rq, rows[i].name));
        row[1] = grid_number(rq, rows[i].count);
    }
}

static bool refusals_of(struct request *rq, int64_t run, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_NUMBER, N_("Line")}, {GRID_TEXT, N_("Number")}, {GRID_TEXT, N_("Column")},
        {GRID_TEXT, N_("Value")},  {GRID_TEXT, N_("Reason")},
    };
    struct import_refusals list;
    if (!import_refusals(&rq->op, run, 0, REFUSALS, &list)) return false;
    *g = grid_of(rq, N_("Refused rows"), N_("Nothing was refused."), headings, COUNT(headings),
                 list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct import_refusal *r = &list.at[i];
        struct grid_cell *row = grid_row(g);
        row[0] = grid_number(rq, r->line);
        row[1] = grid_text(r->number);
        row[2] = grid_text(r->column);
        row[3] = grid_text(r->value);
        row[4] = grid_text(r->reason);
    }
    if (list.count == REFUSALS)
        g->after = said(rq, "These are the first of them: all are in the file of refused rows.");
    return true;
}

static str result_note(struct request *rq, const struct import_summary *s)
{
    if (str_eq(s->state, S("running"))) return said(rq, "This import is running.");
    if (s->problem.len > 0) return s->problem;
    if (str_eq(s->state, S("dry"))) return said(rq, "This was a try: nothing was kept.");
    if (str_eq(s->state, S("failed")))
        return said(rq, "Rows were refused, so nothing was kept, as you asked.");
    if (s->created + s->updated + s->refused == 0)
        return said(rq, "Nothing has changed: all of it was here already.");
    if (s->refused > 0)
        return said(rq, "The good rows are kept. The refused ones are listed below.");
    return said(rq, "All rows are kept.");
}

static struct reply result_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Currency")},
        {GRID_MONEY, N_("Invoices less credit notes")},
    };
    struct import_summary s;
    struct frame frame;
    money *totals;
    ptrdiff_t count;
    int64_t id;
    if (!place_of(rq, PLACE_IMPORT, &id) || !import_get(&rq->op, id, &s, &totals, &count))
        return reply_errors(rq);
    struct import_result_view v = {
        .name = s.file_name,
        .under = s.who.len > 0 ? filled(rq, N_("{1}, {2}"), s.who, moment(rq, s.started))
                               : moment(rq, s.started),
        .note = result_note(rq, &s),
        .bad = str_eq(s.state, S("failed")) || s.problem.len > 0,
        .has_refused_file = s.refused > 0,
        .refused_file = place_url(rq, PLACE_IMPORT, id, "/refused"),
        .totals = grid_of(rq, N_("What the documents add up to"), N_("There are no amounts."),
                          headings, COUNT(headings), count),
    };
    for (ptrdiff_t i = 0; i < count; i++) {
        struct grid_cell *row = grid_row(&v.totals);
        row[0] = grid_text(str_copy(rq->op.mem, currency_text(&totals[i].cur)));
        row[1] = grid_money(totals[i]);
    }
    int64_t file;
    if (!import_file_of_run(&rq->op, id, &file)) return reply_errors(rq);
    v.has_again = file != 0 && !str_eq(s.state, S("done")) && may(rq, MAY_WORK);
    v.again = url_printf(rq->op.mem, HERE "/files/%.*s?edit=1",
                         STR(id_text(rq->op.mem, rq->app->keys, "upl", file)));
    counts_of(rq, &s, &v.counts);
    if (!refusals_of(rq, id, &v.refusals) || !console_frame(rq, s.file_name, HERE, &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_import_result(&page, &v);
    return console_end(rq, &frame, &page);
}

#define REFUSED_BYTES_MAX ((ptrdiff_t)256 << 20)

static bool add_piece(str piece, void *text)
{
    text_add(text, piece);
    return true;
}

static void close_apart(void *mem)
{
    arena_close(mem);
}

static struct reply refused_download(struct request *rq)
{
    /* Apart from the operation's memory, which is given back between two rows. */
    struct text t = {.mem = arena_open_beside(rq->op.mem, REFUSED_BYTES_MAX)};
    arena_defer(rq->op.mem, close_apart, t.mem);
    struct import_summary s;
    money *totals;
    ptrdiff_t count;
    int64_t id, rows;
    if (!place_of(rq, PLACE_IMPORT, &id) || !import_get(&rq->op, id, &s, &totals, &count) ||
        !import_refused_file(&rq->op, id, add_piece, &t, &rows))
        return reply_errors(rq);
    str name = s.file_name;
    if (str_ends(name, S(".csv"))) name.len -= 4;
    return reply_file(rq, S("text/csv; charset=utf-8"),
                      str_printf(rq->op.mem, "%.*s.refused.csv", STR(name)), text_str(&t));
}

const struct route console_imports_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = imports_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(list_inputs, struct list_form),
     .about = "Imports, the newest first"},
    {.method = GET,
     .path = HERE "/new",
     .handle = upload_ask,
     .may = MAY_WORK,
     INPUTS(ask_inputs, struct ask_form),
     .about = "The form for a file"},
    {.method = POST,
     .path = HERE,
     .handle = upload_take,
     .may = MAY_WORK,
     .talks = true, /* a large file is kept piece by piece */
     INPUTS(upload_inputs, struct upload_form),
     .redisplay = upload_again,
     .about = "Keeps a file, to be looked at"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = result_show,
     .may = MAY_SEE_CONSOLE,
     .about = "What became of an import"},
    {.method = GET,
     .path = HERE "/:id/refused",
     .handle = refused_download,
     .may = MAY_WORK,
     .about = "The refused rows as a file"},
    {.path = NULL},
};
