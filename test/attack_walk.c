#include "attack_walk.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/json.h"
#include "delivery/routes.h"
#include "delivery/web/route.h"
#include "domain/access/api_keys.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"

/* ---- who asks -------------------------------------------------------------------------------- */

static bool people_make(struct op *op, void *arg)
{
    struct attack_walk *w = arg;
    struct invitation customer = {.email = S("a@example.com"), .role = ROLE_CUSTOMER_ADMIN};
    struct invitation staff = {.email = S("b@example.com"), .role = ROLE_ADMINISTRATOR};
    customer.customer = 1;
    customer.quiet = staff.quiet = true;
    return person_invite(op, &customer, &w->customer_admin) &&
           person_invite(op, &staff, &w->administrator) &&
           api_key_add(op, S("key"), ROLE_ADMINISTRATOR, 0, &w->key);
}

void attack_begin(struct attack_walk *w, struct fixture *f)
{
    w->f = f;
    w->app = browser_app(f);
    fixture_do(f, samples_begin, NULL);
    fixture_do(f, people_make, w);
}

static bool session_open(struct op *op, void *arg)
{
    struct attack_walk *w = arg;
    return sessions_open(op, w->person, w->customer, op->now, S(""), &w->token);
}

static void seen(void *arg, struct request *rq, const struct reply *reply)
{
    struct attack_walk *w = arg;
    if (w->seen) w->seen(w, rq, reply);
}

/* Somebody who may, from an address of their own, so that nothing else refuses. */
static struct browser browser_of(struct attack_walk *w)
{
    struct browser b = {.f = w->f, .app = w->app, .forged = w->forged, .referer = w->referer};
    b.around = w->around, b.around_arg = w;
    b.seen = seen, b.seen_arg = w;
    b.address =
        str_z(w->f->mem, str_printf(w->f->mem, "198.51.%d.%d", w->sent / 250 % 250, w->sent % 250));
    b.cookies[0].name = "b", b.cookies[0].value = S("the-number-of-this-browser");
    if (route_is_api(w->route) && !w->session_only) {
        b.bearer = str_z(w->f->mem, w->key);
    } else if (w->route->may != MAY_ANYONE) {
        bool customer = role_may(ROLE_CUSTOMER_ADMIN, w->route->may);
        w->person = customer ? w->customer_admin : w->administrator;
        w->customer = customer ? 1 : 0;
        if (!w->token_kept) fixture_do(w->f, session_open, w);
        b.cookies[1].name = "s", b.cookies[1].value = w->token;
    }
    return b;
}

/* ---- what is sent ---------------------------------------------------------------------------- */

static str path_for(const struct attack_walk *w)
{
    struct text t = {.mem = w->f->mem};
    const struct sample *sample = sample_for(w->route);
    for (str rest = str_of(w->route->path); rest.len > 0;) {
        struct str_pair cut = str_cut(str_from(rest, 1), '/');
        text_char(&t, '/');
        if (str_eq(cut.head, S(":part")))
            text_add(&t, sample && sample->part ? str_of(sample->part) : S("part"));
        else if (!str_eq(cut.head, S(":id")))
            text_add(&t, cut.head);
        else if (sample && sample->prefix)
            text_add(&t, id_text(w->f->mem, w->app->keys, sample->prefix, w->sample_id));
        else
            text_add(&t, sample ? str_of(sample->literal) : S("x"));
        rest = cut.found ? str_from(rest, 1 + cut.head.len) : S("");
    }
    return text_str(&t);
}

str attack_fitting(struct attack_walk *w, const struct input *in)
{
    switch (in->type) {
    case INPUT_I64: return S("1");
    case INPUT_MONEY: return S("1.00");
    case INPUT_DATE: return S("2026-05-28");
    case INPUT_BOOL: return S("on");
    case INPUT_ID:
    case INPUT_IDS: return id_text(w->f->mem, w->app->keys, in->kind, 1);
    case INPUT_CHOICE: return str_of(in->choices[0]);
    case INPUT_EMAIL: return S("x@hallam.example");
    case INPUT_TEXT:
    case INPUT_PAIRS:
    case INPUT_LIST:
    case INPUT_FILE: break;
    }
    return S("plain");
}

static str form_value(struct arena *mem, str value)
{
    struct text t = {.mem = mem};
    for (ptrdiff_t i = 0; i < value.len; i++)
        text_format(&t, "%%%02X", (unsigned)(unsigned char)value.at[i]);
    return text_str(&t);
}

static void form_fields(struct text *t, struct attack_walk *w, const struct input *table,
                        str prefix, struct attack attack)
{
    for (const struct input *in = table; in && in->name; in++) {
        str name = str_printf(t->mem, "%.*s%s", STR(prefix), in->name);
        bool attacked = in == attack.field;
        if (in->type == INPUT_FILE || (in->type == INPUT_BOOL && !attacked)) continue;
        if (in->type == INPUT_LIST) {
            form_fields(t, w, in->each, str_printf(t->mem, "%.*s[0].", STR(name)), attack);
            continue;
        }
        str value = attacked ? attack.value : attack_fitting(w, in);
        text_format(t, "%s%.*s%s=%.*s", t->len ? "&" : "", STR(name),
                    in->type == INPUT_PAIRS ? ".x" : "", STR(form_value(t->mem, value)));
    }
}

static void json_fields(struct text *t, struct attack_walk *w, const struct input *table,
                        struct attack attack)
{
    const char *between = "";
    text_char(t, '{');
    for (const struct input *in = table; in && in->name; in++) {
        bool attacked = in == attack.field;
        str value = attacked ? attack.value : attack_fitting(w, in);
        if (in->type == INPUT_FILE) continue;
        text_format(t, "%s\"%s\":", between, in->name);
        between = ",";
        if (in->type == INPUT_LIST) {
            text_char(t, '[');
            json_fields(t, w, in->each, attack);
            text_char(t, ']');
        } else if (in->type == INPUT_BOOL && !attacked) {
            text_add(t, S("true"));
        } else if (in->type == INPUT_I64 && !attacked) {
            text_add(t, S("1"));
        } else {
            struct text json = {.mem = t->mem};
            json_put_str(&(struct json_out){.to = &json}, value);
            str quoted = text_str(&json);
            if (in->type == INPUT_MONEY)
                text_format(t, "{\"value\":%.*s,\"currency\":\"EUR\"}", STR(quoted));
            else if (in->type == INPUT_PAIRS)
                text_format(t, "{\"x\":%.*s}", STR(quoted));
            else if (in->type == INPUT_IDS)
                text_format(t, "[%.*s]", STR(quoted));
            else
                text_add(t, quoted);
        }
    }
    text_char(t, '}');
}

str attack_fields(struct attack_walk *w, struct attack attack)
{
    struct text t = {.mem = w->f->mem};
    if (route_is_api(w->route) && w->route->method != GET)
        json_fields(&t, w, w->route->inputs, attack);
    else
        form_fields(&t, w, w->route->inputs, S(""), attack);
    return text_str(&t);
}

struct reply attack_send_as(struct attack_walk *w, const char *suffix, str fields)
{
    struct browser b = browser_of(w);
    str path = str_printf(w->f->mem, "%.*s%s", STR(path_for(w)), suffix);
    if (w->route->method == GET && fields.len > 0)
        path = str_printf(w->f->mem, "%.*s?%.*s", STR(path), STR(fields));
    struct reply reply = browser_send(&b, w->route->method, path, fields);
    w->sent++;
    w->done += reply.status < 400;
    return reply;
}

struct reply attack_send(struct attack_walk *w, struct attack attack)
{
    return attack_send_as(w, "", attack_fields(w, attack));
}

/* ---- walking --------------------------------------------------------------------------------- */

static bool sample_make(struct op *op, void *arg)
{
    struct attack_walk *w = arg;
    return sample_for(w->route)->make(op, w->sample_of, &w->sample_id);
}

/* What is attacked may be reserved by a payment that an earlier attack began: then the second
 * customer's, which the seller's people may see as well. */
void attack_sample(struct attack_walk *w)
{
    const struct sample *sample = sample_for(w->route);
    if (!strstr(w->route->path, "/:id") || !sample || !sample->prefix) return;
    struct op op = fixture_op(w->f);
    w->sample_of = 1;
    if (store_transact(&op, w->f->store, TX_WRITE, sample_make, w)) return;
    w->sample_of = 2;
    fixture_do(w->f, sample_make, w);
}

void attack_routes(struct attack_walk *w, void (*each)(struct attack_walk *w))
{
    for (const struct route *const *table = w->app->routes; *table; table++)
        for (const struct route *route = *table; route->path; route++) {
            struct arena_mark mark = arena_mark(w->f->mem);
            w->route = route;
            if (route->foreign) continue;
            attack_sample(w);
            each(w);
            arena_rewind(w->f->mem, mark);
        }
}

static void inputs_of(struct attack_walk *w, const struct input *table,
                      void (*each)(struct attack_walk *w, const struct input *in))
{
    for (const struct input *in = table; in && in->name; in++) {
        if (in->type == INPUT_FILE) continue;
        struct arena_mark mark = arena_mark(w->f->mem);
        if (in->type == INPUT_LIST)
            inputs_of(w, in->each, each);
        else
            each(w, in);
        arena_rewind(w->f->mem, mark);
    }
}

void attack_inputs(struct attack_walk *w,
                   void (*each)(struct attack_walk *w, const struct input *in))
{
    for (const struct route *const *table = w->app->routes; *table; table++)
        for (const struct route *route = *table; route->path; route++) {
            struct arena_mark mark = arena_mark(w->f->mem);
            w->route = route;
            if (route->foreign || !route->inputs) continue;
            attack_sample(w);
            inputs_of(w, route->inputs, each);
            arena_rewind(w->f->mem, mark);
        }
}

bool attack_is_words(const struct input *in)
{
    return in->type == INPUT_TEXT || in->type == INPUT_EMAIL || in->type == INPUT_PAIRS;
}

void attack_finding(struct attack_walk *w, const struct input *in, const struct reply *reply,
                    const char *what)
{
    w->findings++;
    if (w->quiet) return;
    print_error("%s %s%s%s: %s: %d %.*s %.*s\n", method_name(w->route->method), w->route->path,
                in ? " " : "", in ? in->name : "", what, reply->status, STR(reply->location),
                STR(str_head(reply->body, reply->status < 400 ? 0 : 300)));
}
