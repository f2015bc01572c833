/* A person at a browser, without a socket: keeps cookies, fills in the form's token, and hands each
 * request to the edge. For tests of pages and of who may see them. */
#ifndef TEST_BROWSER_H
#define TEST_BROWSER_H

#include "delivery/app.h"
#include "delivery/web/web.h"
#include "fixture.h"

enum { BROWSER_COOKIES = 4 };

/* What a forger adds to a request, or puts in the place of what a browser says. NULL: nothing. */
struct forgery {
    const char *host, *origin, *site, *token; /* token "": none is sent */
};

struct browser {
    struct fixture *f;
    const struct app *app;
    const char *address, *agent, *language, *referer, *bearer, *purpose; /* NULL: not sent */
    const char *idempotency_key, *if_match;                              /* of the API */
    bool foreign_form;      /* the next form comes from another site, without a token */
    const char *file_field; /* a file goes with the next form; NULL: none does */
    struct upload file;
    struct {
        const char *name;
        str value;
    } cookies[BROWSER_COOKIES];
    const struct forgery *forged;
    /* Called before and after the edge has the request, whose memory it is; NULL: nobody is. */
    void (*around)(void *arg, struct arena *mem, bool begins);
    void *around_arg;
    /* Called with each answer, for what only stands in its headers. */
    void (*seen)(void *arg, struct request *rq, const struct reply *reply);
    void *seen_arg;
    struct visitor who; /* as the edge saw it last time */
};

/* An app with keys, a clock that stands still, and the program's routes. Lives in f->mem. */
struct app *browser_app(struct fixture *f);

/* `path` may have a query. No such route: status 404 without a body. */
struct reply browser_get(struct browser *b, const char *path);
/* `fields` as a form sends them: "email=anna%40example.com&role=payer". */
struct reply browser_post(struct browser *b, const char *path, const char *fields);
/* Any method, for walks over all routes. */
struct reply browser_send(struct browser *b, enum method method, str path, str fields);

str browser_cookie(const struct browser *b, const char *name); /* empty: it has none */

#endif
