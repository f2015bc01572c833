/* What handlers ask of a request. */
#include "base/arena.h"
#include "base/crypto.h"
#include "delivery/web/form.h"

str request_typed(const struct request *rq, const char *field)
{
    for (const struct typed *t = rq->typed; t; t = t->next)
        if (t->kind != TYPED_FILE && str_eq(t->name, str_of(field))) return t->value;
    return S("");
}

static const struct err *problem_of(const struct err *errs, str field)
{
    for (; errs; errs = errs->next)
        if (errs->field && str_eq(str_of(errs->field), field)) return errs;
    return NULL;
}

str request_problem(const struct request *rq, const char *field)
{
    const struct err *err = problem_of(rq->problems, str_of(field));
    if (!err) err = problem_of(rq->op.errs, str_of(field));
    return err ? err->message : S("");
}

bool request_refused(const struct request *rq, str field)
{
    return problem_of(rq->problems, field) != NULL;
}

str request_cookie(struct request *rq, const char *name)
{
    str sent = cookie_value(rq->header(rq, "Cookie"), str_of(name)), value;
    return url_decode(rq->op.mem, sent, false, &value) ? value : S("");
}

bool request_id(struct request *rq, const char *prefix, int64_t *out)
{
    if (id_from(rq->app->keys, prefix, rq->id, out)) return true;
    return op_fail(&rq->op, ERR_MISSING, NULL, "This does not exist, or not any more.");
}

enum { PAGE_BYTES = 48 * 1024 }; /* most pages fit, and need not grow */

struct page page_for(struct request *rq)
{
    return (struct page){
        .text = {.mem = rq->op.mem, .at = arena_bytes(rq->op.mem, PAGE_BYTES), .cap = PAGE_BYTES},
        .lang = op_lang(&rq->op),
        .form_token = rq->form_token,
        .form_key = rq->form_key,
    };
}
