#include "delivery/console/audit.h"

#include "base/crypto.h"
#include "delivery/console/changes.h"
#include "delivery/console/differences.h"

enum { AUDIT_ROWS = 100 };

struct audit_form {
    int64_t below;
};
static const struct input audit_inputs[] = {
    {.name = "below",
     .type = INPUT_ID,
     .offset = offsetof(struct audit_form, below),
     .kind = "aud"},
    {.name = NULL},
};

static struct grid_cell thing_of(struct request *rq, const struct audit_entry *a)
{
    static const struct {
        const char *object;
        enum place place;
    } places[] = {{"batch", PLACE_WORK},          {"customer", PLACE_CUSTOMER},
                  {"deduction", PLACE_DEDUCTION}, {"document", PLACE_INVOICE},
                  {"entity", PLACE_SELLER},       {"export_batch", PLACE_BATCH},
                  {"item", PLACE_ITEM},           {"mail", PLACE_MAIL},
                  {"payment", PLACE_PAYMENT},     {"payout", PLACE_PAYOUT}};
    str words = object_words(rq, a->object);
    for (ptrdiff_t i = 0; i < COUNT(places); i++)
        if (str_eq(a->object, str_of(places[i].object)))
            return grid_link(words, place_url(rq, places[i].place, a->object_id, ""));
    return grid_text(words);
}

static struct reply audit_show(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("When")},   {GRID_TEXT, N_("Who")},          {GRID_TEXT, N_("What")},
        {GRID_TEXT, N_("Thing")}, {GRID_TEXT, N_("What changed")}, {GRID_TEXT, N_("From")},
    };
    const struct audit_form *form = rq->in;
    struct audit_list list;
    if (!audit_newest(&rq->op, form->below, AUDIT_ROWS, &list)) return reply_errors(rq);
    struct listing v = {
        .title = said(rq, "Audit trail"),
        .under = said(rq, "Who did what, the newest first. Nothing here can be changed."),
        .grid = grid_of(rq, N_("Audit trail, newest first"), N_("Nothing was done yet."), headings,
                        COUNT(headings), list.count),
    };
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct audit_entry *a = &list.at[i];
        struct grid_cell *row = grid_row(&v.grid);
        row[0] = grid_text(moment(rq, a->at));
        row[1] = grid_text(a->actor_name);
        row[2] = grid_text(action_words(rq, a->action));
        row[3] = thing_of(rq, a);
        if (!differences_of(rq, a, &row[4])) return reply_errors(rq);
        row[5] = grid_text(a->address);
    }
    v.grid.has_next = list.count == AUDIT_ROWS;
    if (v.grid.has_next)
        v.grid.next =
            url_printf(rq->op.mem, "/console/audit?below=%.*s",
                       STR(id_text(rq->op.mem, rq->app->keys, "aud", list.at[AUDIT_ROWS - 1].id)));
    return reply_listing(rq, "/console/audit", &v);
}

const struct route console_audit_routes[] = {
    {.method = GET,
     .path = "/console/audit",
     .handle = audit_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(audit_inputs, struct audit_form),
     .about = "Who did what"},
    {.path = NULL},
};
