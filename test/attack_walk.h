/* A walk over all routes by somebody who may, with every input of a route's table filled in: with
 * what fits it, but for one, which holds what an attacker sends. The requests come from the tables
 * alone, so that a new route or input is attacked without a line written for it. */
#ifndef TEST_ATTACK_WALK_H
#define TEST_ATTACK_WALK_H

#include "access_samples.h"
#include "browser.h"

struct attack_walk {
    struct fixture *f;
    struct app *app;
    int64_t customer_admin, administrator, person, customer;
    str key, token;
    const struct route *route;
    int64_t sample_id, sample_of;
    const struct forgery *forged;
    const char *referer;
    void (*around)(void *walk, struct arena *mem, bool begins); /* see browser.h */
    bool token_kept;   /* the session of the request before is used once more */
    bool session_only; /* the API is asked with a session, not with a key */
    void (*seen)(struct attack_walk *w, struct request *rq, const struct reply *reply);
    int sent, done, findings; /* done: answered below 400 */
    bool quiet;               /* findings are counted, not told: what was planted is looked for */
};

/* What stands in one field; `field` NULL: all fields hold what fits them. */
struct attack {
    const struct input *field;
    str value;
};

/* The seller, two customers, an administrator of the first and one of the seller's, an API key. */
void attack_begin(struct attack_walk *w, struct fixture *f);
/* One of what the route's :id names, of its own each time. */
void attack_sample(struct attack_walk *w);
/* Calls `each` for every route of the program but webhooks, which are no forms of ours. */
void attack_routes(struct attack_walk *w, void (*each)(struct attack_walk *w));
/* The same for every input of every route, and for the fields of repeated groups. */
void attack_inputs(struct attack_walk *w,
                   void (*each)(struct attack_walk *w, const struct input *in));
struct reply attack_send(struct attack_walk *w, struct attack attack);
/* The same with these fields, encoded; `suffix` stands behind the path. */
struct reply attack_send_as(struct attack_walk *w, const char *suffix, str fields);
/* The fields as a form sends them, or as JSON. */
str attack_fields(struct attack_walk *w, struct attack attack);

str attack_fitting(struct attack_walk *w, const struct input *in); /* what it would take */
bool attack_is_words(const struct input *in);
/* One deviation, told with the route. */
void attack_finding(struct attack_walk *w, const struct input *in, const struct reply *reply,
                    const char *what);

#endif
