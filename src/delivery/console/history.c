#include "delivery/console/history.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/console/deeds.h"
#include "domain/customers/customers.h"
#include "domain/reports/timeline.h"

enum { PAGE_ROWS = 50, NOTE_MAX = 2000 };

static const struct {
    const char *value, *name;
} topics[] = {
    {"", N_("All")},           {"invoice", N_("Invoices")}, {"payment", N_("Payments")},
    {"mail", N_("Mails")},     {"note", N_("Notes")},       {"person", N_("People")},
    {"change", N_("Changes")},
};
static const char *const topic_values[] = {"invoice", "payment", "mail", "note",
                                           "person",  "change",  NULL};
static const struct {
    const char *value, *name;
} kinds[] = {
    {"call", N_("Call")},
    {"letter", N_("Letter or mail")},
    {"meeting", N_("Meeting")},
    {"note", N_("Note")},
};
static const char *const kind_values[] = {"call", "letter", "meeting", "note", NULL};

static struct url history_url(struct request *rq, int64_t customer, str topic, str cursor)
{
    return url_printf(rq->op.mem, "/console/customers/%.*s/history?topic=%.*s&cursor=%.*s",
                      STR(place_id(rq, PLACE_CUSTOMER, customer)), STR(topic), STR(cursor));
}

/* Who did it, and what they wrote; of a mail, to whom it went. */
static str about(struct request *rq, const struct happened *h)
{
    if (h->recipient.len > 0) return filled(rq, N_("to {1}"), h->recipient, S(""));
    if (h->words.len == 0) return h->who;
    if (h->who.len == 0) return h->words;
    if (str_eq(h->topic, S("note")))
        return str_printf(rq->op.mem, "%.*s (%.*s)", STR(h->words), STR(h->who));
    return str_printf(rq->op.mem, "%.*s: %.*s", STR(h->who), STR(h->words));
}

static void happening_of(struct request *rq, const struct happened *h, struct happening *out)
{
    *out = (struct happening){
        .when = moment(rq, h->at),
        .what = happened_words(rq, h),
        .about = about(rq, h),
    };
    if (h->has_amount) out->amount = lang_money(rq->op.mem, op_lang(&rq->op), h->amount);
    out->linked = true;
    if (h->payment)
        out->link = place_url(rq, PLACE_PAYMENT, h->payment, "");
    else if (h->document)
        out->link = place_url(rq, PLACE_INVOICE, h->document, "");
    else if (str_starts(h->what, S("entry.")) && h->subject)
        out->link = place_url(rq, PLACE_ENTRY, h->subject, "");
    else if (str_starts(h->what, S("deduction.")) && h->subject)
        out->link = place_url(rq, PLACE_ITEM, h->subject, "");
    else
        out->linked = false;
}

static void note_ask(struct request *rq, struct history_view *v)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, COUNT(kinds));
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
        answers[i] = (struct answer){str_of(kinds[i].value), said(rq, kinds[i].name)};
    struct question *q = ask(rq, &v->questions, ASK_SELECT, "kind", N_("Kind"), S("call"));
    q->answers = answers;
    q->answer_count = COUNT(kinds);
    ask(rq, &v->questions, ASK_AREA, "words", N_("What was said, and what happens next"), S(""));
    ask_problems(rq, &v->questions);
}

bool history_load(struct request *rq, int64_t customer, str topic, str cursor, int limit,
                  struct history_view *v)
{
    struct timeline line;
    if (!timeline_of(&rq->op, customer, topic, cursor, limit, &line)) return false;
    v->happened =
        (struct happenings){arena_array(rq->op.mem, struct happening, line.count), line.count};
    for (ptrdiff_t i = 0; i < line.count; i++) happening_of(rq, &line.at[i], &v->happened.at[i]);
    for (ptrdiff_t i = 0; i < COUNT(topics); i++)
        v->tabs[v->tab_count++] = (struct tab){
            .name = said(rq, topics[i].name),
            .link = history_url(rq, customer, str_of(topics[i].value), S("")),
            .current = str_eq(topic, str_of(topics[i].value)),
        };
    v->has_next = line.next_cursor.len > 0;
    v->next = history_url(rq, customer, topic, line.next_cursor);
    v->note = place_url(rq, PLACE_CUSTOMER, customer, "/note");
    v->may_work = may(rq, MAY_WORK);
    return true;
}

/* ---- the page of its own ---- */

struct history_form {
    str topic, cursor;
};
static const struct input history_inputs[] = {
    {.name = "topic",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct history_form, topic),
     .choices = topic_values},
    {.name = "cursor", .type = INPUT_TEXT, .offset = offsetof(struct history_form, cursor)},
    {.name = NULL},
};

static struct reply history_reply(struct request *rq, str topic, str cursor)
{
    struct customer c;
    struct frame frame;
    int64_t id;
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_get(&rq->op, id, &c))
        return reply_errors(rq);
    struct history_view v = {
        .title = said(rq, "What happened"),
        .crumb = c.name,
        .back = place_url(rq, PLACE_CUSTOMER, id, ""),
    };
    note_ask(rq, &v);
    if (!history_load(rq, id, topic, cursor, PAGE_ROWS, &v) ||
        !console_frame(rq, v.title, "/console/customers", &frame))
        return reply_errors(rq);
    struct page page = console_begin(rq, &frame);
    page_history(&page, &v);
    return console_end(rq, &frame, &page);
}

static struct reply history_show(struct request *rq)
{
    const struct history_form *form = rq->in;
    return history_reply(rq, form->topic, form->cursor);
}

/* ---- a note ---- */

struct note_form {
    str kind, words;
};
static const struct input note_inputs[] = {
    {.name = "kind",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct note_form, kind),
     .choices = kind_values},
    {.name = "words",
     .type = INPUT_TEXT,
     .offset = offsetof(struct note_form, words),
     .longest = NOTE_MAX,
     .about = "What was said, and what happens next"},
    {.name = NULL},
};

static struct reply note_again(struct request *rq)
{
    return history_reply(rq, S(""), S(""));
}

static struct reply note_keep(struct request *rq)
{
    const struct note_form *form = rq->in;
    struct customer c;
    int64_t id;
    str kind = form->kind.len > 0 ? form->kind : S("note");
    if (!place_of(rq, PLACE_CUSTOMER, &id) || !customer_get(&rq->op, id, &c) ||
        !timeline_note(&rq->op, id, kind, form->words))
        return reply_errors(rq);
    return see_place(rq, PLACE_CUSTOMER, id, "?done=note");
}

const struct route console_history_routes[] = {
    {.method = GET,
     .path = "/console/customers/:id/history",
     .handle = history_show,
     .may = MAY_SEE_CONSOLE,
     INPUTS(history_inputs, struct history_form),
     .about = "What happened with a customer"},
    {.method = POST,
     .path = "/console/customers/:id/note",
     .handle = note_keep,
     .may = MAY_WORK,
     INPUTS(note_inputs, struct note_form),
     .redisplay = note_again,
     .about = "Keeps a note on a customer, for good"},
    {.path = NULL},
};
