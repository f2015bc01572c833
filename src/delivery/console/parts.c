#include "delivery/console/parts.h"

#include "base/arena.h"
#include "base/lang.h"

#include <assert.h>

/* ---- tables ---- */

struct grid grid_of(struct request *rq, const char *caption, const char *nothing,
                    const struct grid_heading headings[], int count, ptrdiff_t row_max)
{
    assert(count <= GRID_COLUMNS_MAX);
    struct grid g = {
        .caption = said(rq, caption),
        .nothing = said(rq, nothing),
        .column_count = count,
        .cells = arena_array(rq->op.mem, struct grid_cell, row_max * count),
        .row_max = row_max,
    };
    for (int i = 0; i < count; i++) {
        str name = headings[i].name ? said(rq, headings[i].name) : S("");
        g.columns[i] = (struct grid_column){.kind = headings[i].kind, .name = name, .label = name};
    }
    return g;
}

struct grid_cell *grid_row(struct grid *g)
{
    assert(g->row_count < g->row_max);
    return &g->cells[g->row_count++ * g->column_count];
}

void grid_name(struct grid *g, int column, str name)
{
    g->columns[column].name = g->columns[column].label = name;
}

void grid_make_brief(struct grid *g, int without, int without_too)
{
    g->brief = true;
    for (int i = 0; i < g->column_count; i++) {
        g->columns[i].label = S("");
        g->columns[i].wide = i == without || i == without_too;
    }
}

str grid_class(const struct grid_column *column, const struct grid_cell *cell)
{
    bool number = column->kind == GRID_MONEY || column->kind == GRID_NUMBER;
    if (number && cell->late) return S("n late");
    if (number && cell->strong) return S("n strong");
    if (number) return column->wide ? S("n w") : S("n");
    if (column->kind == GRID_DATE || column->kind == GRID_CODE)
        return column->wide ? S("d w") : S("d");
    return S("");
}

struct grid_cell grid_text(str text)
{
    return (struct grid_cell){.holds = text.len > 0 ? CELL_TEXT : CELL_EMPTY, .text = text};
}

struct grid_cell grid_link(str text, struct url link)
{
    return (struct grid_cell){.holds = CELL_TEXT, .text = text, .link = link, .linked = true};
}

struct grid_cell grid_money(money amount)
{
    return (struct grid_cell){.holds = CELL_MONEY, .amount = amount};
}

struct grid_cell grid_money_link(money amount, struct url link)
{
    return (struct grid_cell){.holds = CELL_MONEY, .amount = amount, .link = link, .linked = true};
}

struct grid_cell grid_some_money(money amount, struct url link)
{
    return amount.minor != 0 ? grid_money_link(amount, link) : grid_text(S("–"));
}

struct grid_cell grid_date(date day)
{
    return (struct grid_cell){.holds = CELL_DATE, .day = day};
}

struct grid_cell grid_number(const struct request *rq, int64_t n)
{
    return grid_text(lang_number(rq->op.mem, op_lang(&rq->op), n));
}

struct grid_cell grid_count(const struct request *rq, int64_t n, struct url link)
{
    return grid_count_to(rq, n, false, link);
}

struct grid_cell grid_count_to(const struct request *rq, int64_t n, bool more, struct url link)
{
    if (n == 0) return grid_text(S("–"));
    str count = lang_number(rq->op.mem, op_lang(&rq->op), n);
    return grid_link(more ? str_printf(rq->op.mem, "%.*s+", STR(count)) : count, link);
}

struct grid_cell grid_status(struct standing_words words)
{
    return (struct grid_cell){.holds = CELL_STATUS, .text = words.words, .shape = words.shape};
}

struct grid_cell grid_act(str words, struct url act, const char *name, str value)
{
    return (struct grid_cell){
        .holds = CELL_ACT, .text = words, .act = act, .name = name, .value = value};
}

struct grid_cell grid_changes(const struct grid_change changes[], ptrdiff_t count)
{
    return (struct grid_cell){.holds = CELL_CHANGES, .changes = changes, .change_count = count};
}

/* ---- forms ---- */

static void problem_add(struct request *rq, struct question_list *list, str words,
                        const char *field)
{
    if (words.len == 0 || list->problem_count == QUESTIONS_MAX) return;
    list->problems[list->problem_count].words = words;
    list->problems[list->problem_count++].link = url_printf(rq->op.mem, "#%s", field);
}

struct question *ask(struct request *rq, struct question_list *list, enum ask kind,
                     const char *name, const char *label, str value)
{
    assert(list->count < QUESTIONS_MAX);
    struct question *q = &list->at[list->count++];
    str wrong = request_problem(rq, name);
    /* What an address left out has its own value; what a form left out was emptied. */
    bool typed = rq->problems && kind != ASK_HIDDEN && (rq->method != GET || wrong.len > 0);
    *q = (struct question){
        .kind = kind,
        .name = name,
        .label = label ? said(rq, label) : S(""),
        .value = typed ? request_typed(rq, name) : value,
        .wrong = wrong,
    };
    if (q->wrong.len == 0) return q;
    q->wrong_id = str_printf(rq->op.mem, "e-%s", name);
    problem_add(rq, list, label ? filled(rq, N_("{1}: {2}"), q->label, q->wrong) : q->wrong, name);
    return q;
}

void ask_problems(struct request *rq, struct question_list *list)
{
    for (const struct err *err = rq->problems; err; err = err->next) {
        bool asked = false;
        for (int i = 0; i < list->count; i++)
            if (err->field && str_eq(str_of(err->field), str_of(list->at[i].name))) asked = true;
        if (!asked) problem_add(rq, list, err->message, "main");
    }
}

struct reply reply_form(struct request *rq, const char *current, const struct form_view *v)
{
    struct frame frame;
    if (!console_frame(rq, v->title, current, &frame)) return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_form(&page, v);
    return console_end(rq, &frame, &page);
}

/* What was asked is not what stands here, so nothing is offered to be done with "all that match".
 */
static void listing_of_less(struct request *rq, struct listing *v)
{
    v->bulk = NULL;
    v->grid.ticks = NULL;
    v->search_wrong = request_problem(rq, "q");
    if (v->search_wrong.len > 0) v->search = request_typed(rq, "q");
}

/* What is in the folder of the page is linked from there: fifty rows have two hundred links. */
static void links_from_here(const struct request *rq, struct grid *g)
{
    ptrdiff_t len = rq->path.len;
    while (len > 0 && rq->path.at[len - 1] != '/') len--;
    str folder = str_head(rq->path, len);
    for (ptrdiff_t i = 0; i < g->row_count * g->column_count; i++) {
        struct url *link = &g->cells[i].link;
        if (link->checked.len > len && str_starts(link->checked, folder))
            link->checked = str_from(link->checked, len);
    }
}

struct reply reply_listing(struct request *rq, const char *current, struct listing *v)
{
    struct frame frame;
    if (rq->problems) listing_of_less(rq, v);
    if (v->shown.checked.len > 0 && !saved_filters_load(rq, v->shown, &v->saved))
        return reply_errors(rq);
    if (!console_frame(rq, v->title, current, &frame)) return reply_errors(rq);
    links_from_here(rq, &v->grid);
    struct page page = console_begin(rq, &frame);
    page_listing(&page, v);
    return console_end(rq, &frame, &page);
}

struct url listing_url(struct request *rq, struct url link, str sort, str cursor)
{
    struct arena *mem = rq->op.mem;
    if (sort.len > 0) link = url_printf(mem, "%.*s&sort=%.*s", STR(link.checked), STR(sort));
    if (cursor.len == 0) return link;
    return url_printf(mem, "%.*s&cursor=%.*s", STR(link.checked), STR(url_encode(mem, cursor)));
}

void listing_sorts(struct request *rq, struct listing *v, const struct sort_column columns[],
                   int count, str now, struct url link)
{
    struct arena *mem = rq->op.mem;
    struct answer *answers = arena_array(mem, struct answer, 2 * (ptrdiff_t)count);
    ptrdiff_t answer_count = 0;
    for (int i = 0; i < count; i++) {
        struct grid_column *column = &v->grid.columns[columns[i].column];
        struct column_turn turn = column_turn(rq, now, columns[i].sort, columns[i].money);
        if (columns[i].not_offered) continue;
        column->sorts = true;
        column->sorted = turn.sorted;
        column->sort = listing_url(rq, link, turn.next, S(""));
        answers[answer_count++] = (struct answer){
            str_of(columns[i].sort), str_printf(mem, "%.*s \u2191", STR(column->name))};
        answers[answer_count++] =
            (struct answer){str_printf(mem, "-%s", columns[i].sort),
                            str_printf(mem, "%.*s \u2193", STR(column->name))};
    }
    struct question *q = ask(rq, &v->filters, ASK_SELECT, "sort", N_("Sorted by"), now);
    q->answers = answers;
    q->answer_count = answer_count;
    q->narrow = true;
}

/* ---- facts ---- */

static struct fact *fact_new(struct request *rq, struct facts *f, const char *name, str value)
{
    assert(f->count < FACTS_MAX);
    f->at[f->count] = (struct fact){.name = said(rq, name), .value = value};
    return &f->at[f->count++];
}

void fact_add(struct request *rq, struct facts *f, const char *name, str value)
{
    if (value.len > 0) (void)fact_new(rq, f, name, value);
}

void fact_link(struct request *rq, struct facts *f, const char *name, str value, struct url link)
{
    if (value.len == 0) return;
    struct fact *fact = fact_new(rq, f, name, value);
    fact->link = link;
    fact->linked = true;
}
