#include "delivery/console/filters.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "delivery/console/filters_sql.h"
#include "delivery/console/parts.h"
#include "domain/audit/audit.h"

#include <assert.h>
#include <string.h>

enum { NAME_MAX = 60, QUERY_MAX = 800 };

/* Those whose filters can be saved, by the last step of their path. */
#define LISTS "/console/"
static const char *const lists[] = {"customers", "deductions", "disputes", "invoices",
                                    "mail",      "payments",   NULL};

static struct url list_url(const struct request *rq, str list, str query)
{
    return url_printf(rq->op.mem, LISTS "%.*s?%.*s", STR(list), STR(query));
}

static str outside(const struct request *rq, int64_t id)
{
    return id_text(rq->op.mem, rq->app->keys, "flt", id);
}

static bool may_change(const struct request *rq, int64_t person, bool shared)
{
    return !rq->who.view_as && (shared || person == rq->who.person);
}

static bool is_list(str list)
{
    for (int i = 0; lists[i]; i++)
        if (str_eq(list, str_of(lists[i]))) return true;
    return false;
}

/* Letters, digits and what stands between the values of a query that we wrote ourselves. */
static bool is_query(str query)
{
    static const char others[] = "%=&_.+-";
    for (ptrdiff_t i = 0; i < query.len; i++) {
        char c = query.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && !memchr(others, c, sizeof others - 1)) return false;
    }
    return query.len > 0;
}

/* What the query says: without the names that have no value, so that two that ask the same are the
 * same. */
static str said_by(struct arena *mem, str query)
{
    struct text t = {.mem = mem};
    while (query.len > 0) {
        struct str_pair one = str_cut(query, '&');
        query = one.tail;
        if (str_cut(one.head, '=').tail.len == 0) continue;
        text_format(&t, "%s%.*s", t.len > 0 ? "&" : "", STR(one.head));
    }
    return text_str(&t);
}

bool saved_filters_load(struct request *rq, struct url shown, struct saved_filters *out)
{
    struct str_pair parts = str_cut(shown.checked, '?');
    str list = str_from(parts.head, S(LISTS).len), query = said_by(rq->op.mem, parts.tail);
    assert(is_list(list));
    struct filter_rows_list rows;
    struct filter_rows_args args = {.list = list, .person = rq->who.person};
    if (!sql_filter_rows(&rq->op, args, &rows)) return false;
    *out = (struct saved_filters){
        .list = list,
        .query = query,
        .tabs = arena_array(rq->op.mem, struct saved_tab, rows.count),
        .count = rows.count,
        .may_save = rq->who.person != 0 && !rq->who.view_as,
        .asked = is_query(query),
    };
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        const struct filter_rows_row *row = &rows.at[i];
        str said = said_by(rq->op.mem, row->query);
        bool current = str_eq(said, query);
        if (current) out->asked = false;
        out->tabs[i] = (struct saved_tab){
            .name = row->name,
            .link = list_url(rq, list, said),
            .edit = url_printf(rq->op.mem, "/console/filters/%.*s", STR(outside(rq, row->id))),
            .current = current,
            .shared = row->shared,
            .may_edit = current && may_change(rq, row->person, row->shared),
        };
    }
    return true;
}

/* ---- saved, renamed, removed ---- */

struct filter_form {
    str list, name, query;
    bool shared, remove;
};
static const struct input add_inputs[] = {
    {.name = "list",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct filter_form, list),
     .required = true,
     .choices = lists},
    {.name = "name",
     .type = INPUT_TEXT,
     .offset = offsetof(struct filter_form, name),
     .required = true,
     .longest = NAME_MAX},
    {.name = "query",
     .type = INPUT_TEXT,
     .offset = offsetof(struct filter_form, query),
     .required = true,
     .longest = QUERY_MAX},
    {.name = "shared", .type = INPUT_BOOL, .offset = offsetof(struct filter_form, shared)},
    {.name = NULL},
};

static struct reply filter_add(struct request *rq)
{
    const struct filter_form *f = rq->in;
    struct filter_insert_row row;
    if (!is_query(f->query)) {
        (void)op_fail(&rq->op, ERR_INVALID, "query", "This is no filter of a list.");
        return reply_errors(rq);
    }
    struct filter_insert_args args = {.list = f->list,
                                      .name = f->name,
                                      .query = f->query,
                                      .person = rq->who.person,
                                      .shared = f->shared,
                                      .now = rq->op.now};
    if (!sql_filter_insert(&rq->op, args, &row) ||
        !audit_add(&rq->op, "filter.add", "saved_filter", row.id, S(""), S("")))
        return reply_errors(rq);
    return reply_see(rq, list_url(rq, f->list, f->query).checked);
}

/* A name that is missing or too long: asked again, with the list one click away. */
static struct reply filter_add_again(struct request *rq)
{
    const struct filter_form *f = rq->in;
    if (!is_list(f->list) || !is_query(f->query)) {
        rq->op.errs = rq->problems;
        return reply_errors(rq);
    }
    struct form_view v = {
        .title = said(rq, "Save this filter"),
        .crumb = said(rq, "Back to the list"),
        .crumb_link = list_url(rq, f->list, f->query),
        .action = url_of(S("/console/filters")),
        .button = said(rq, "Save"),
    };
    ask(rq, &v.questions, ASK_HIDDEN, "list", NULL, f->list);
    ask(rq, &v.questions, ASK_HIDDEN, "query", NULL, f->query);
    ask(rq, &v.questions, ASK_LINE, "name", N_("Name"), S(""))->required = true;
    ask(rq, &v.questions, ASK_TICK, "shared", N_("For the whole team"), S(""));
    ask_problems(rq, &v.questions);
    return reply_form(rq, "/console", &v);
}

static bool filter_of_path(struct request *rq, int64_t *id, struct filter_row_row *out)
{
    bool found;
    if (!request_id(rq, "flt", id)) return false;
    if (!sql_filter_row(&rq->op, (struct filter_row_args){.id = *id}, out, &found)) return false;
    if (found && may_change(rq, out->person, out->shared)) return true;
    return op_fail(&rq->op, ERR_MISSING, NULL, "There is no such filter.");
}

static struct reply filter_show(struct request *rq)
{
    struct filter_row_row row;
    int64_t id;
    if (!filter_of_path(rq, &id, &row)) return reply_errors(rq);
    struct form_view v = {
        .title = said(rq, "A saved filter"),
        .under = row.name,
        .crumb = said(rq, "Back to the list"),
        .crumb_link = list_url(rq, row.list, row.query),
        .action = url_printf(rq->op.mem, "/console/filters/%.*s", STR(outside(rq, id))),
        .button = said(rq, "Save"),
    };
    ask(rq, &v.questions, ASK_LINE, "name", N_("Name"), row.name)->required = true;
    ask(rq, &v.questions, ASK_TICK, "shared", N_("For the whole team"),
        row.shared ? S("1") : S(""));
    ask(rq, &v.questions, ASK_TICK, "remove", N_("Remove this filter"), S(""));
    ask_problems(rq, &v.questions);
    return reply_form(rq, "/console", &v);
}

static const struct input change_inputs[] = {
    {.name = "name",
     .type = INPUT_TEXT,
     .offset = offsetof(struct filter_form, name),
     .required = true,
     .longest = NAME_MAX},
    {.name = "shared", .type = INPUT_BOOL, .offset = offsetof(struct filter_form, shared)},
    {.name = "remove", .type = INPUT_BOOL, .offset = offsetof(struct filter_form, remove)},
    {.name = NULL},
};

static struct reply filter_change(struct request *rq)
{
    const struct filter_form *f = rq->in;
    struct filter_row_row row;
    int64_t id;
    if (!filter_of_path(rq, &id, &row)) return reply_errors(rq);
    struct filter_update_args args = {.id = id, .name = f->name, .shared = f->shared};
    bool done = f->remove ? sql_filter_delete(&rq->op, (struct filter_delete_args){.id = id})
                          : sql_filter_update(&rq->op, args);
    if (!done || !audit_add(&rq->op, f->remove ? "filter.remove" : "filter.change", "saved_filter",
                            id, S(""), S("")))
        return reply_errors(rq);
    return reply_see(rq, list_url(rq, row.list, f->remove ? S("") : row.query).checked);
}

const struct route console_filters_routes[] = {
    {.method = POST,
     .path = "/console/filters",
     .handle = filter_add,
     .may = MAY_SEE_CONSOLE,
     INPUTS(add_inputs, struct filter_form),
     .redisplay = filter_add_again,
     .about = "Saves a filter of a list"},
    {.method = GET,
     .path = "/console/filters/:id",
     .handle = filter_show,
     .may = MAY_SEE_CONSOLE,
     .about = "The form that renames, shares or removes a filter"},
    {.method = POST,
     .path = "/console/filters/:id",
     .handle = filter_change,
     .may = MAY_SEE_CONSOLE,
     INPUTS(change_inputs, struct filter_form),
     .redisplay = filter_show,
     .about = "Renames, shares or removes a filter"},
    {.path = NULL},
};
