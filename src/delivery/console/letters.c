#include "delivery/console/letters.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/papers.h"
#include "domain/company/company.h"
#include "domain/documents/reminder.h"
#include "domain/notices/wishes.h"
#include "store/store.h"

#define PREVIEW "/console/mail/send/preview"

struct preview_form {
    int64_t account;
};
static const struct input preview_inputs[] = {
    {.name = "account",
     .type = INPUT_ID,
     .offset = offsetof(struct preview_form, account),
     .kind = "acc",
     .required = true},
    {.name = NULL},
};

bool letters_sent(struct request *rq, int64_t customer, struct grid *out)
{
    static const struct grid_heading headings[] = {{GRID_KEY, N_("Reminder")},
                                                   {GRID_TEXT, N_("Sent")}};
    struct mail_wishes list;
    if (!mail_wishes_of(&rq->op, customer, NOTICE_REMINDER, &list)) return false;
    *out = grid_of(rq, N_("Reminders, newest first"), N_("None was sent yet."), headings,
                   COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct mail_wish *w = &list.at[i];
        struct grid_cell *row = grid_row(out);
        str id = id_text(rq->op.mem, rq->app->keys, "rem", w->id);
        str day = lang_date(rq->op.mem, op_lang(&rq->op), w->day);
        row[0] = grid_link(filled(rq, N_("Reminder of {1}"), day, S("")),
                           url_printf(rq->op.mem, "/console/reminders/%.*s/pdf", STR(id)));
        row[1] = grid_text(moment(rq, w->created));
    }
    return true;
}

bool letters_preview(struct request *rq, int64_t customer, const struct grid **out)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("The reminder as it would go out now")},
        {GRID_MONEY, N_("Overdue")},
        {GRID_MONEY, N_("Due today")},
    };
    struct accounts list;
    *out = NULL;
    if (!accounts_of(&rq->op, customer, &list)) return false;
    struct grid *grid = arena_new(rq->op.mem, struct grid);
    *grid = grid_of(rq, N_("Reminder letters"), N_("Nothing is overdue."), headings,
                    COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct reminder r;
        struct entity seller;
        if (!reminder_load(&rq->op, list.at[i].id, rq->today, &r)) return false;
        if (!entity_get(&rq->op, list.at[i].entity, &seller)) return false;
        if (r.count == 0) continue;
        struct grid_cell *row = grid_row(grid);
        str id = id_text(rq->op.mem, rq->app->keys, "acc", list.at[i].id);
        row[0] =
            grid_link(filled(rq, N_("{1}, {2}"), currency_text(&list.at[i].currency), seller.name),
                      url_printf(rq->op.mem, PREVIEW "?account=%.*s", STR(id)));
        row[1] = grid_money(r.overdue);
        row[2] = grid_money(r.due);
        *out = grid;
    }
    return true;
}

struct previewing {
    struct request *rq;
    struct paper paper;
};

static bool preview(struct op *op, void *arg)
{
    struct previewing *p = arg;
    const struct preview_form *form = p->rq->in;
    str link = paper_link(op->mem, p->rq->app, KEPT_REMINDER, 0);
    return paper_of_reminder(op, form->account, p->rq->today, NULL, link, &p->paper);
}

static struct reply preview_pdf(struct request *rq)
{
    struct previewing p = {.rq = rq};
    str pdf;
    if (!store_transact(&rq->op, rq->store, TX_READ, preview, &p) ||
        !paper_pdf(&rq->op, &p.paper, &pdf))
        return reply_errors(rq);
    return reply_file(rq, S("application/pdf"), paper_file_name(rq->op.mem, &p.paper), pdf);
}

static struct reply reminder_pdf(struct request *rq)
{
    int64_t id;
    if (!request_id(rq, "rem", &id)) return reply_errors(rq);
    return paper_reply(rq, KEPT_REMINDER, id);
}

const struct route console_letters_routes[] = {
    {.method = GET,
     .path = PREVIEW,
     .handle = preview_pdf,
     .may = MAY_WORK,
     .talks = true,
     INPUTS(preview_inputs, struct preview_form),
     .about = "The reminder letter as it would go out now, as PDF"},
    {.method = GET,
     .path = "/console/reminders/:id/pdf",
     .handle = reminder_pdf,
     .may = MAY_SEE_CONSOLE,
     .talks = true,
     .about = "A reminder letter as it was sent, as PDF"},
    {.path = NULL},
};
