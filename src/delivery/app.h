/* The program's parts, tied together by main.c and read by everybody who talks to the world. Set
 * up before the first thread starts; nothing in it changes while the program runs. */
#ifndef DELIVERY_APP_H
#define DELIVERY_APP_H

#include "base/op.h"
#include "base/str.h"

struct attachment_kind;
struct breach_list;
struct command_claims;
struct database;
struct gateway;
struct gateway_account;
struct frame;
struct gateway_counts;
struct gateway_guard;
struct inbox;
struct job_kind;
struct keys;
struct mailer;
struct reply;
struct request;
struct route;
struct text;

struct app {
    struct database *db;
    const struct keys *keys;
    str public_url; /* "https://pay.example.com", no slash at the end: all links we send */
    bool secure;    /* the public URL is https: cookies are Secure and named __Host- */
    bool demo;
    /* Puts the demonstration back: drains, and begins again. NULL: it is none. */
    void (*begin_anew)(void *arg);
    void *begin_anew_arg;
    bool keyless; /* a service without our tables: a command sent twice is done twice */
    struct command_claims *claims;     /* of this process's requests; NULL: nobody keeps them */
    const struct route *const *routes; /* the tables, NULL at the end */
    const struct job_kind *jobs;
    const struct gateway *gateway; /* for card payments; NULL: none is set up */
    const struct gateway_account *gateway_account;
    const struct breach_list *breaches; /* stolen passwords; NULL: there is no list */
    const struct mailer *mailer;
    const struct attachment_kind *attachments; /* what mails carry: see jobs/mail_jobs.h */
    str mail_from;                             /* the sender of all mail */
    const struct inbox *bounces;               /* where mail servers report to; NULL: nowhere */
    str mail_folder; /* where mails are kept instead of sent; empty: they are sent */
    instant (*now)(void);
    str time_zone; /* the seller's, as tzdata names it: a request's `today`; empty: UTC */

    /* Who is asking: session_load(). Fills in rq->who, rq->actor, rq->form_token and, when it
     * knows better, rq->today. Called before the transaction; it opens short ones of its own.
     * False: something broke, and is recorded. A cookie that no longer counts is nobody. */
    bool (*visitor)(struct request *rq);
    /* What a page says to nobody, when it wants somebody: session_wanted(). */
    struct reply (*sign_in)(struct request *rq);
    /* The frame of the visitor's own pages, for an error's; in a transaction. NULL: errors are told
     * without the seller's look. */
    bool (*dress)(struct request *rq, str title, struct frame *out);
    /* What the database says about how well the program runs, for /metrics; NULL: not asked. */
    bool (*measure)(struct op *op, const struct app *app, struct text *out);
    struct gateway_guard *gateway_guard;   /* around `gateway`; NULL: it is always called */
    struct gateway_counts *gateway_counts; /* of the calls of `gateway`; NULL: not counted */
    const char *version;                   /* of the program; NULL: it has none */
};

#endif
