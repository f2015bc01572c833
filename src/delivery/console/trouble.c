#include "delivery/console/trouble.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "delivery/console/money_trouble.h"
#include "delivery/jobs/jobs.h"
#include "domain/audit/audit.h"
#include "domain/notices/bounces.h"
#include "domain/reports/overview.h"

#define HERE "/console/trouble"
enum { ROWS = 100 };

struct trouble_form {
    str done;
    int64_t job;
};
static const char *const done_values[] = {"again", "closed", NULL};
static const struct input show_inputs[] = {
    {.name = "done",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct trouble_form, done),
     .choices = done_values},
    {.name = NULL},
};
static const struct input again_inputs[] = {
    {.name = "job",
     .type = INPUT_ID,
     .offset = offsetof(struct trouble_form, job),
     .kind = "job",
     .required = true},
    {.name = NULL},
};

static bool jobs_load(struct request *rq, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Work")},      {GRID_NUMBER, N_("Tries")}, {GRID_TEXT, N_("What went wrong")},
        {GRID_TEXT, N_("Given up")}, {GRID_ACT, NULL},
    };
    struct parked_jobs list;
    bool may_retry = may(rq, MAY_ADMINISTER);
    if (!jobs_parked(&rq->op, ROWS, &list)) return false;
    *g = grid_of(rq, N_("Background work that was given up"), N_("None."), headings,
                 COUNT(headings) - (may_retry ? 0 : 1), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct parked_job *job = &list.at[i];
        struct grid_cell *row = grid_row(g);
        row[0] = grid_text(job->kind);
        row[1] = grid_number(rq, job->tries);
        row[2] = grid_text(job->last_error);
        row[3] = grid_text(moment(rq, job->since));
        if (may_retry)
            row[4] = grid_act(said(rq, "Try again"), url_of(S(HERE "/again")), "job",
                              id_text(rq->op.mem, rq->app->keys, "job", job->id));
    }
    return true;
}

static bool mails_load(struct request *rq, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("To")},       {GRID_TEXT, N_("Subject")}, {GRID_TEXT, N_("What went wrong")},
        {GRID_TEXT, N_("Written")}, {GRID_ACT, NULL},
    };
    struct failed_mails list;
    bool may_leave = may(rq, MAY_WORK);
    if (!mails_failed(&rq->op, ROWS, &list)) return false;
    *g = grid_of(rq, N_("Mails that did not arrive"), N_("None."), headings,
                 COUNT(headings) - (may_leave ? 0 : 1), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct failed_mail *mail = &list.at[i];
        struct grid_cell *row = grid_row(g);
        row[0] = mail->customer
                     ? grid_link(mail->recipient, place_url(rq, PLACE_CUSTOMER, mail->customer, ""))
                     : grid_text(mail->recipient);
        row[1] = grid_link(mail->subject, place_url(rq, PLACE_MAIL, mail->id, ""));
        row[2] = grid_text(mail->problem);
        row[3] = grid_text(moment(rq, mail->created));
        if (may_leave)
            row[4] = grid_act(said(rq, "Leave it so"), url_of(S("/console/mail/leave")), "mail",
                              place_id(rq, PLACE_MAIL, mail->id));
    }
    return true;
}

static bool stops_load(struct request *rq, struct grid *g)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Address")},
        {GRID_TEXT, N_("Customer")},
        {GRID_TEXT, N_("Their words")},
        {GRID_TEXT, N_("Since")},
        {GRID_ACT, NULL},
    };
    struct mail_stops list;
    bool may_clear = may(rq, MAY_WORK);
    if (!mail_stops_open(&rq->op, ROWS, &list)) return false;
    *g = grid_of(rq, N_("Addresses that do not exist"), N_("None."), headings,
                 COUNT(headings) - (may_clear ? 0 : 1), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        const struct mail_stop *stop = &list.at[i];
        struct grid_cell *row = grid_row(g);
        row[0] = stop->mail ? grid_link(stop->address, place_url(rq, PLACE_MAIL, stop->mail, ""))
                            : grid_text(stop->address);
        if (stop->customer)
            row[1] =
                grid_link(stop->customer_name, place_url(rq, PLACE_CUSTOMER, stop->customer, ""));
        row[2] = grid_text(stop->words);
        row[3] = grid_text(moment(rq, stop->since));
        if (may_clear)
            row[4] = grid_act(said(rq, "The address is right"), url_of(S("/console/mail/clear")),
                              "stop", id_text(rq->op.mem, rq->app->keys, "stp", stop->id));
    }
    return true;
}

static struct reply trouble_show(struct request *rq)
{
    const struct trouble_form *form = rq->in;
    struct frame frame;
    struct trouble_view v = {0};
    if (str_eq(form->done, S("again"))) v.done = said(rq, "It is tried again now.");
    if (str_eq(form->done, S("closed"))) v.done = said(rq, "It is closed.");
    if (!money_trouble_grid(rq, &v.money) || !jobs_load(rq, &v.jobs) || !mails_load(rq, &v.mails) ||
        !stops_load(rq, &v.stops) ||
        !console_frame(rq, said(rq, "What was given up"), "/console", &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_trouble(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply job_again(struct request *rq)
{
    const struct trouble_form *form = rq->in;
    if (!job_unpark(&rq->op, form->job) ||
        !audit_add(&rq->op, "job.again", "job", form->job, S(""), S("")))
        return reply_errors(rq);
    return reply_see(rq, S(HERE "?done=again"));
}

const struct route console_trouble_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = trouble_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(show_inputs, struct trouble_form),
     .about = "Work that was given up, and mails that did not arrive"},
    {.method = POST,
     .path = HERE "/again",
     .handle = job_again,
     .may = MAY_ADMINISTER,
     INPUTS(again_inputs, struct trouble_form),
     .about = "Gives work that was given up a new chance"},
    {.path = NULL},
};
