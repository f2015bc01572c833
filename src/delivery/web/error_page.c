#include "delivery/web/error_page.h"

struct page error_page(struct request *rq, int status, const struct err *errs)
{
    (void)status;
    struct page p = page_for(rq);
    html_raw(&p, S("<!DOCTYPE html><html lang=\""));
    html_str(&p, lang_tag(p.lang));
    html_raw(&p, S("\"><meta charset=\"utf-8\"><title>Quittance</title><main>"));
    for (; errs; errs = errs->next) {
        html_raw(&p, S("<p>"));
        html_str(&p, errs->message);
        html_raw(&p, S("</p>"));
    }
    html_raw(&p, S("<p>"));
    html_str(&p, rq->reference);
    html_raw(&p, S("</p></main></html>"));
    return p;
}
