#include "delivery/web/reply.h"

#include "base/arena.h"
#include "base/json.h"
#include "delivery/web/error_page.h"

static int status_of(enum err_kind kind)
{
    switch (kind) {
    case ERR_INVALID: return 422;
    case ERR_DENIED: return 403;
    case ERR_MISSING: return 404;
    case ERR_CONFLICT: return 409;
    case ERR_BUSY: return 503;
    case ERR_FULL: return 507;
    case ERR_UPSTREAM: return 502;
    case ERR_INTERNAL: break;
    }
    return 500;
}

static const char *code_of(enum err_kind kind)
{
    switch (kind) {
    case ERR_INVALID: return "invalid";
    case ERR_DENIED: return "denied";
    case ERR_MISSING: return "missing";
    case ERR_CONFLICT: return "conflict";
    case ERR_BUSY: return "busy";
    case ERR_FULL: return "full";
    case ERR_UPSTREAM: return "upstream";
    case ERR_INTERNAL: break;
    }
    return "internal";
}

static const char *title_of(int status)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {400, N_("Bad request")},
        {401, N_("Sign-in needed")},
        {403, N_("Not allowed")},
        {404, N_("Not found")},
        {405, N_("Method not allowed")},
        {409, N_("Conflict")},
        {413, N_("Too large")},
        {414, N_("Address too long")},
        {415, N_("Unsupported type")},
        {422, N_("Please check this")},
        {429, N_("Too many requests")},
        {431, N_("Header too large")},
        {500, N_("An error of ours")},
        {502, N_("No answer elsewhere")},
        {503, N_("Busy")},
        {507, N_("No room left")},
    };
    for (ptrdiff_t i = 0; i < COUNT(titles); i++)
        if (titles[i].status == status) return titles[i].title;
    return N_("Error");
}

/* The gravest decides: a form's small problems do not hide that the database failed. */
static enum err_kind gravest(const struct err *errs)
{
    enum err_kind kind = ERR_INVALID;
    for (; errs; errs = errs->next)
        if (errs->kind > kind) kind = errs->kind;
    return kind;
}

/* Oldest first: the order in which the fields were checked. */
static void put_errors(struct json_out *o, const struct err *err)
{
    if (!err) return;
    put_errors(o, err->next);
    json_open(o, '{');
    json_key(o, "field");
    if (err->field)
        json_put_str(o, str_of(err->field));
    else
        json_put_null(o);
    json_key(o, "code");
    json_put_str(o, str_of(code_of(err->kind)));
    json_key(o, "message");
    json_put_str(o, err->message);
    json_close(o, '}');
}

/* RFC 9457. */
static struct reply problem_json(struct request *rq, int status, const struct err *errs)
{
    struct text body = {.mem = rq->op.mem};
    struct json_out o = {.to = &body};
    json_open(&o, '{');
    json_key(&o, "type");
    json_put_str(&o, S("about:blank"));
    json_key(&o, "title");
    json_put_str(&o, str_of(title_of(status)));
    json_key(&o, "status");
    json_put_i64(&o, status);
    json_key(&o, "detail");
    json_put_str(&o, errs ? errs->message : S(""));
    json_key(&o, "reference");
    json_put_str(&o, rq->reference);
    json_key(&o, "errors");
    json_open(&o, '[');
    put_errors(&o, errs);
    json_close(&o, ']');
    json_close(&o, '}');
    return reply_text(rq, status, S("application/problem+json"), text_str(&body));
}

str error_title(const struct request *rq, int status)
{
    return str_of(say(op_lang(&rq->op), title_of(status)));
}

struct reply error_in(struct request *rq, int status, const struct frame *frame,
                      const struct err *errs)
{
    struct error_view view = {
        .frame = *frame,
        .errs = errs,
        .reference = rq->reference,
        .mend = status == 422,
        .try_again = status >= 500,
    };
    struct page page = page_for(rq);
    error_page(&page, &view);
    struct reply reply = reply_page(rq, page);
    reply.status = status;
    return reply;
}

static struct reply problem(struct request *rq, int status)
{
    if (rq->wants_json) return problem_json(rq, status, rq->op.errs);
    struct frame frame = frame_for(rq, error_title(rq, status), S("Quittance"));
    struct reply reply = error_in(rq, status, &frame, rq->op.errs);
    reply.bare = true;
    return reply;
}

struct reply reply_errors(struct request *rq)
{
    if (!rq->op.errs) (void)op_broken(&rq->op, ERR_INTERNAL, "failed without a reason");
    struct reply reply = problem(rq, status_of(gravest(rq->op.errs)));
    reply.errors = true;
    if (reply.status == 503) {
        reply.headers[0].name = "Retry-After";
        reply.headers[0].value = S("2");
    }
    return reply;
}

struct reply reply_refusal(struct request *rq, int status, enum err_kind kind, const char *sentence)
{
    (void)op_fail(&rq->op, kind, NULL, "%s", say(op_lang(&rq->op), sentence));
    return problem(rq, status);
}

struct reply reply_missing(struct request *rq)
{
    return reply_refusal(rq, 404, ERR_MISSING, "This page does not exist, or not any more.");
}

struct reply reply_text(struct request *rq, int status, str type, str body)
{
    (void)rq;
    return (struct reply){.status = status, .type = type, .body = body};
}

struct reply reply_page(struct request *rq, struct page page)
{
    return reply_text(rq, 200, S("text/html; charset=utf-8"), text_str(&page.text));
}

struct reply reply_file(struct request *rq, str type, str name, str body)
{
    struct reply reply = reply_text(rq, 200, type, body);
    reply.file_name = name;
    return reply;
}

struct reply reply_watch(struct request *rq, struct watch watch)
{
    struct reply reply = reply_text(rq, 200, S("text/event-stream"), S(""));
    reply.watch = watch;
    reply.headers[0].name = "X-Accel-Buffering"; /* nginx passes on each event as it comes */
    reply.headers[0].value = S("no");
    return reply;
}

str path_of_ours(str s)
{
    bool own = str_starts(s, S("/")) && str_eq(url_of(s).checked, s);
    return own ? s : S("/");
}

struct reply reply_see(struct request *rq, str path)
{
    (void)rq;
    return (struct reply){.status = 303, .location = path_of_ours(path)};
}

struct reply reply_away(struct request *rq, struct url to)
{
    (void)rq;
    return (struct reply){.status = 303, .location = to.checked};
}
