/* Requests, replies and routes. A handler is a function from a request to a reply.
 *
 * The edge does the rest: it finds the route, asks who is there, checks the permission, the form's
 * token and the inputs against the route's table, answers a command it has answered before, opens
 * the transaction, and commits it when the reply is not an error. Handlers and everything below
 * them neither begin nor commit anything.
 *
 * A handler may run several times for one request, when the database was busy: it changes nothing
 * but the store and its own reply. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/op.h"
#include "delivery/app.h"
#include "delivery/web/html.h"
#include "domain/access/roles.h"
#include "store/store.h"

enum method { GET, POST, PUT, DELETE };

enum input_type {
    INPUT_TEXT,   /* str: UTF-8, trimmed, no control characters but line feed and tab */
    INPUT_I64,    /* int64_t */
    INPUT_MONEY,  /* struct money_input: as typed; the handler knows the currency */
    INPUT_DATE,   /* struct opt_date */
    INPUT_BOOL,   /* bool: a tick box */
    INPUT_ID,     /* int64_t, 0 when absent: an outside id with the prefix in `.kind` */
    INPUT_IDS,    /* struct id_list: the same, repeated */
    INPUT_CHOICE, /* str: one of `.choices`, a NULL-ended list; "" when absent */
    INPUT_EMAIL,  /* str: one address, checked for shape */
    INPUT_FILE,   /* struct upload: streamed to a file before the handler runs; forms only */
    INPUT_LIST,   /* struct input_list: repeated groups "line[3].amount"; `.each` is their table */
    INPUT_PAIRS,  /* struct pair_list: every field whose name begins with `name` and a dot */
};

/* One input a route accepts. The same table checks the query or the HTML form, checks the JSON
 * body, writes the OpenAPI document and names the field in an error. What is not in the table is
 * refused by name. */
struct input {
    const char *name;
    enum input_type type;
    ptrdiff_t offset; /* in the route's struct */
    bool required;
    int longest;      /* characters; 0: 200. INPUT_FILE: MiB */
    bool card;        /* may be the number of a card: of the test gateway's own form, only */
    const char *kind; /* INPUT_ID, INPUT_IDS: "inv" */
    const char *const *choices;
    const struct input *each; /* INPUT_LIST */
    ptrdiff_t each_size;
    const char *about; /* one sentence for the API's document */
};

struct money_input {
    str value;    /* as typed: lang_money_from() reads it; "" when absent */
    str currency; /* given by the API only */
};
struct id_list {
    int64_t *at;
    ptrdiff_t count;
};
struct input_list {
    void *at;
    ptrdiff_t count;
};
struct pair_list {
    struct {
        str name, value;
    } * at;
    ptrdiff_t count;
};
struct upload {
    str name;         /* as the browser said; never a path of ours */
    const char *path; /* where it lies until the request ends; NULL: none was sent */
    int64_t size;
};

/* Who is asking: read from the session cookie or the API key, never from the URL. */
struct visitor {
    int64_t session;  /* 0: an API key, or nobody */
    int64_t key;      /* the API key's id; 0: a person, or nobody */
    int64_t person;   /* the key's owner, for a key */
    enum role role;   /* ROLE_NONE: nobody is signed in */
    int64_t customer; /* whose portal this is; 0 for staff */
    str name, email;
    str customer_name, customer_number;
    bool view_as; /* staff looking at the portal as the customer does: read only */
    bool expired; /* nobody any more: the session has run out */
    str theme;    /* "light", "dark", or empty: as the device says */
    str helpers;  /* "large-text no-keys": words for the page's data-help attribute */
    instant session_began;
};

struct request {
    struct op op;
    struct store *store;
    const struct app *app;
    const struct route *route;
    struct visitor who;
    enum method method;
    str path;       /* decoded */
    str query;      /* as sent, without the '?' */
    str id;         /* what stood for :id in the path */
    str part;       /* what stood for a second :part */
    const void *in; /* the checked inputs, as the route's struct */
    str body;       /* as received; for webhooks, which are signed over these bytes */
    str client_address;
    str reference;               /* of this request: in the log, and on error pages */
    date today;                  /* in the seller's zone */
    struct clock_kept *kept_day; /* the worker's; NULL: it has none */
    str (*header)(struct request *rq, const char *name); /* empty: not sent */
    void *connection;                                    /* listen.c's own; NULL without a socket */
    str form_token, form_key;
    str browser;                /* the browser's own random number: see session.h */
    bool wants_json;            /* an API route, or Accept: application/json */
    struct actor actor;         /* op.actor points here: the visitor hook fills it in */
    const struct err *problems; /* while redisplaying: why the form was not accepted */
    struct typed *typed;        /* every field as it was sent, the first one first */
};

/* One field as it was sent: for checking, and for showing the form again. */
struct typed {
    struct typed *next;
    str name, value;
    enum typed_kind { TYPED_FORM, TYPED_TEXT, TYPED_NUMBER, TYPED_BOOL, TYPED_FILE } kind;
    struct upload file; /* of TYPED_FILE; TEXT, NUMBER and BOOL are JSON's */
    bool seen;          /* an input of the table took it */
};

/* What the person typed into that field, to show the form again; "" when nothing was. */
str request_typed(const struct request *rq, const char *field);
/* The cookie of that name; "" when it was not sent. */
str request_cookie(struct request *rq, const char *name);
/* The sentence that belongs beside that field; "" when it was fine. */
str request_problem(const struct request *rq, const char *field);

/* An answer that stays open as a stream of events until `version` says another number of the
 * subject than the browser has seen: then it says "news", and ends. */
struct watch {
    bool (*version)(struct op *op, int64_t subject, int64_t *out); /* NULL: an answer as usual */
    int64_t subject, seen;
};

struct reply {
    int status;
    str type, body, location;
    str file_name;        /* Content-Disposition: attachment with this name */
    const char *path;     /* the body is this file, streamed (a ZIP of a thousand PDFs) */
    struct reply_cookie { /* Path=/, HttpOnly, SameSite=Lax; Secure when app->secure */
        const char *name; /* session_cookie_name(): with __Host- when app->secure */
        str value;
        int64_t max_age_seconds; /* 0: ends with the browser; -1: remove it */
    } cookies[3];
    struct {
        const char *name;
        str value;
    } headers[4];
    bool cache;       /* may be kept for a year: assets under their hash */
    bool errors;      /* made by reply_errors(): a route's redisplay() may do better */
    bool bare;        /* the page of an error, in nobody's look yet: reply_dressed() */
    bool no_referrer; /* the address holds a token: no page after this one may learn it */
    bool inert;       /* not ours to trust, for a frame of ours: nothing runs, nothing is fetched */
    str frame_src;    /* an origin that may be shown in a frame: the gateway's card page */
    str frame_ancestors; /* an origin that may show this page in a frame; empty: nobody */
    str form_action;     /* an origin besides ours that forms may lead to */
    str encoding;        /* Content-Encoding of the body, "gzip" */
    struct watch watch;
};

struct route {
    enum method method;
    const char *path; /* "/invoices/:id/pdf" */
    struct reply (*handle)(struct request *);
    enum may may;
    const struct input *inputs;
    ptrdiff_t input_size;
    bool talks;   /* runs outside a transaction, because it waits for strangers: it opens
                   * short ones of its own with store_transact(&rq->op, rq->store, …) */
    bool writes;  /* a GET that must write (a sign-in link): runs in TX_WRITE */
    bool leaves;  /* a way out: staff who look at a portal as the customer may send it, too */
    bool public;  /* the same for everybody: no session is read (assets, health) */
    bool unasked; /* browsers ask for it by themselves: it keeps no session awake */
    bool foreign; /* the body is not a form of ours: a webhook; no token, no table */
    /* Shows the form again when the inputs or the handler refused it with ERR_INVALID: runs in
     * TX_READ after everything was undone, with rq->problems and request_typed(). rq->in is what
     * could be read. Without it the person sees a page that lists the problems; but a page that
     * an address asks for is shown by `handle` again, without the fields that were refused. */
    struct reply (*redisplay)(struct request *);
    const char *about;            /* one sentence: the API's document, and the route list */
    const struct output *outputs; /* of API routes: documents and checks the answer */
    bool lists; /* the answer is reply_list()'s: {"data": […], "next_cursor": …} */
};

#define INPUTS(table, form) .inputs = (table), .input_size = sizeof(form)

/* Where a ?next= may lead: a path of ours as it is, everything else to "/". */
str path_of_ours(str s);

/* 303, after a POST that worked. Only to a path of ours; reply_away() goes to a stranger's. */
struct reply reply_see(struct request *rq, str path);
struct reply reply_away(struct request *rq, struct url to);
struct reply reply_errors(struct request *rq); /* rq->op.errs as a page or as JSON */
struct reply reply_page(struct request *rq, struct page page); /* 200 text/html */
struct reply reply_text(struct request *rq, int status, str type, str body);
struct reply reply_file(struct request *rq, str type, str name, str body); /* a download */
struct reply reply_watch(struct request *rq, struct watch watch);          /* text/event-stream */
struct reply reply_missing(struct request *rq);

/* A page with the reader's language and the form's hidden fields set up. */
struct page page_for(struct request *rq);

/* The outside id in the path, as this kind; false (ERR_MISSING is recorded) when it is none. */
bool request_id(struct request *rq, const char *prefix, int64_t *out) MUST_USE;

/* What an API answer contains: documents it and writes it. */
enum output_type {
    OUT_TEXT,
    OUT_I64,
    OUT_BOOL,
    OUT_MONEY,
    OUT_DATE,
    OUT_OPT_DATE,
    OUT_INSTANT,
    OUT_ID,
    OUT_LIST,
    OUT_OBJECT
};
struct output {
    const char *name;
    enum output_type type;
    ptrdiff_t offset;
    const char *kind;          /* OUT_ID: the prefix */
    const struct output *each; /* OUT_LIST (struct input_list), OUT_OBJECT (in place) */
    ptrdiff_t each_size;
    const char *about;
};
/* One object as JSON by its table; a list page: {"data": […], "next_cursor": …}. */
struct reply reply_object(struct request *rq, int status, const struct output *table,
                          const void *object);
struct reply reply_list(struct request *rq, const struct output *table, const void *rows,
                        ptrdiff_t count, ptrdiff_t row_size, str next_cursor);

/* Serves until asked to stop, then lets what is under way finish. */
struct serve_options {
    str listen; /* "127.0.0.1:8080" */
    int workers;
    int seats;         /* how many pages run at once; 0: as many as there are workers */
    bool behind_proxy; /* the last X-Forwarded-For address is believed */
    int stop_fd;       /* readable: stop */
    void (*listening)(void *arg, int port); /* called once, when requests are taken */
    void (*alive)(void *arg); /* now and then, while requests are answered; NULL: nobody asks */
    void *listening_arg;      /* of both */

    /* 0: a sensible value. */
    int connections_max, queue_max;
    int head_ms;  /* from the connection, or the answer before, to the end of a request's head */
    int body_ms;  /* from there to the end of its body, and a second for every 32 KiB of it */
    int reply_ms; /* to take the answer, and a second for every 32 KiB of it */
    int drain_ms; /* from the stop until what is under way is cut */
    int seat_ms;  /* how long a page waits for a seat before it begins without one */
};
bool web_serve(struct op *op, const struct app *app, const struct serve_options *options) MUST_USE;

/* Without a socket, for tests: the whole edge but the network, from "who is there" to the commit.
 * rq->op.mem, now and store, app, route's :id and :part, query, body and header() are set. */
struct reply web_handle(struct request *rq, const struct route *route);

/* Health, metrics, assets, robots.txt and the API's description: served beside app->routes. */
extern const struct route web_routes[];

#endif
