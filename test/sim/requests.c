/* People at browsers and the seller's own program, through the edge: every request is what would
 * come over a socket. Who gets no answer sends the same again under the same key. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "delivery/app.h"
#include "delivery/routes.h"
#include "delivery/web/route.h"
#include "delivery/web/session.h"
#include "sim.h"

#include <stdio.h>
#include <string.h>

enum { ITEMS_MOST = 3, GIVEN_UP_HOURS = 12, ANSWERS_LOST = 60 /* in a thousand */ };

/* The request comes first, so that header() finds the form it belongs to. */
struct sent {
    struct request rq;
    struct sim *sim;
    const struct their_form *form;
};

static str header(struct request *rq, const char *name)
{
    const struct sent *sent = (const struct sent *)rq;
    const struct {
        const char *name;
        str value;
    } headers[] = {
        {"Authorization", sent->form->customer ? S("") : str_of(sent->sim->api_key)},
        {"Idempotency-Key", sent->form->customer ? S("") : str_of(sent->form->key)},
        {"Content-Type",
         sent->form->customer ? S("application/x-www-form-urlencoded") : S("application/json")},
        {"Sec-Fetch-Site", S("same-origin")},
    };
    for (ptrdiff_t i = 0; i < COUNT(headers); i++)
        if (strcmp(headers[i].name, name) == 0) return headers[i].value;
    return S("");
}

/* Sessions end while the simulation lets days pass: people are who they say they are. */
static bool visitor(struct request *rq)
{
    const struct sent *sent = (const struct sent *)rq;
    const struct sim *s = sent->sim;
    if (sent->form->customer == 0) return session_load(rq);
    for (int i = 0; i < COUNT(s->customers); i++)
        if (s->customers[i] == sent->form->customer)
            rq->who = (struct visitor){.session = 1 + i,
                                       .person = s->people[i],
                                       .role = ROLE_PAYER,
                                       .customer = s->customers[i],
                                       .name = S("Maya Okafor"),
                                       .customer_name = S("Hallam"),
                                       .customer_number = S("20417")};
    rq->actor.id = rq->who.person;
    rq->actor.name = rq->who.name;
    rq->form_token = S("of-this-browser");
    return true;
}

/* Whether there was an answer. */
static bool answered(struct sim *s, const struct their_form *form, int status)
{
    if (disk_is_off(s->disk)) return false;
    if (!s->quiet_world && chance_permille(&s->chance, ANSWERS_LOST)) return false;
    sim_trace(s, form->path, form->number, status);
    if (status >= 500 && !disk_is_hurt(s->disk))
        sim_fail(s, "%s %s: answered %d", form->path, form->fields, status);
    bool later = status >= 500 || (status == 409 && form->customer == 0);
    if (!later) sim_seen(s);
    if (!later && form->number > 0) {
        if (status != 201) sim_fail(s, "%s %s: answered %d", form->path, form->fields, status);
        s->lines[form->number] = LINE_TAKEN;
    }
    return !later;
}

static int send(struct sim *s, const struct their_form *form)
{
    struct app app = sim_app(s);
    struct route_match match;
    enum method method = form->get ? GET : POST;
    app.routes = all_routes;
    app.visitor = visitor;
    app.sign_in = session_wanted;
    route_find(app.routes, method, str_of(form->path), &match);
    if (!match.route) {
        sim_fail(s, "there is no %s", form->path);
        return 404;
    }
    struct sent sent = {.sim = s,
                        .form = form,
                        .rq = {.op = sim_op(s),
                               .store = s->store,
                               .app = &app,
                               .method = method,
                               .path = str_of(form->path),
                               .id = match.id,
                               .part = match.part,
                               .client_address = S("192.0.2.1"),
                               .reference = S("r-sim"),
                               .header = header}};
    if (form->customer && !form->get)
        sent.rq.body = str_printf(s->mem, "%s&form_token=of-this-browser&form_key=%s", form->fields,
                                  form->key);
    else if (!form->get)
        sent.rq.body = str_of(form->fields);
    return web_handle(&sent.rq, match.route).status;
}

/* A form is kept until somebody has answered it. */
static void submit(struct sim *s, struct their_form *form)
{
    form->since = s->now;
    snprintf(form->key, sizeof form->key, "key-%lld", (long long)++s->form_number);
    int clicks = chance_permille(&s->chance, 150) ? 2 : 1;
    bool told = form->get;
    for (int i = 0; i < clicks; i++) told = answered(s, form, send(s, form)) || told;
    if (!told && s->form_count < FORMS_MAX) s->forms[s->form_count++] = *form;
}

void sim_forms_again(struct sim *s)
{
    for (int i = s->form_count; i-- > 0 && !disk_is_off(s->disk);) {
        struct their_form form = s->forms[i];
        if (s->plant == PLANT_FORM_KEY)
            snprintf(form.key, sizeof form.key, "key-%lld", (long long)++s->form_number);
        bool given_up = s->now - form.since > GIVEN_UP_HOURS * HOUR_US;
        if (given_up || answered(s, &form, send(s, &form))) s->forms[i] = s->forms[--s->form_count];
    }
}

/* ---- what they do ---- */

static str id_of(struct sim *s, const char *prefix, int64_t id)
{
    return id_text(s->mem, keys_for_tests(s->mem), prefix, id);
}

static int64_t somebody(struct sim *s)
{
    return s->customers[chance_below(&s->chance, COUNT(s->customers))];
}

void sim_form_checkout(struct sim *s)
{
    struct their_form form = {.customer = somebody(s), .path = "/checkout"};
    int64_t taken[ITEMS_MOST], wanted = 1 + chance_below(&s->chance, ITEMS_MOST);
    size_t length = 0;
    for (int64_t n = 0; n < wanted; n++) {
        taken[n] = sim_pick(s, "item where customer = ?1 and kind in ('invoice', 'credit_note')",
                            form.customer);
        for (int64_t i = 0; i < n; i++)
            if (taken[i] == taken[n]) return;
        if (taken[n] == 0) return;
        length += (size_t)snprintf(form.fields + length, sizeof form.fields - length, "&item=%s",
                                   str_z(s->mem, id_of(s, "itm", taken[n])));
    }
    submit(s, &form);
}

void sim_form_pay(struct sim *s)
{
    static const char *const ways[] = {"&way=card&do=card", "&way=card&do=card", "&do=transfer",
                                       "&do=apply"};
    int64_t checkout = sim_pick(s, "checkout where state = 'open'", 0);
    if (checkout == 0) return;
    struct their_form form = {
        .customer = sim_number(s, "select customer from checkout where id = ?1", checkout)};
    snprintf(form.path, sizeof form.path, "/checkout/%s", str_z(s->mem, id_of(s, "chk", checkout)));
    snprintf(form.fields, sizeof form.fields, "%s", ways[chance_below(&s->chance, COUNT(ways))]);
    submit(s, &form);
}

/* The card page, the way back, a further try, and no more of it. */
void sim_form_payment(struct sim *s)
{
    static const struct {
        const char *what;
        bool get;
    } deeds[] = {
        {"/card", true}, {"/back", true}, {"", true}, {"/again", false}, {"/cancel", false}};
    int64_t which = chance_below(&s->chance, COUNT(deeds));
    int64_t payment = sim_pick(s, "payment where method = 'card' and customer is not null", 0);
    if (payment == 0) return;
    struct their_form form = {
        .customer = sim_number(s, "select customer from payment where id = ?1", payment),
        .get = deeds[which].get};
    snprintf(form.path, sizeof form.path, "/payments/%s%s", str_z(s->mem, id_of(s, "pay", payment)),
             deeds[which].what);
    submit(s, &form);
}

/* A line of the bank's list, under a key of its own. */
void sim_form_line(struct sim *s)
{
    if (s->line_count == LINES_MAX - 1) return;
    struct their_form form = {.path = "/api/v1/payments", .number = ++s->line_count};
    date day = clock_date(s->now, S("Europe/Berlin"));
    snprintf(form.fields, sizeof form.fields,
             "{\"amount\":{\"value\":\"%lld.19\",\"currency\":\"EUR\"},\"value_date\":\"%s\","
             "\"payer\":\"Hallam\",\"bank_reference\":\"line-%d\",\"quiet\":true}",
             (long long)chance_below(&s->chance, 300), str_z(s->mem, date_text(s->mem, day)),
             form.number);
    s->lines[form.number] = LINE_SENT;
    submit(s, &form);
}

void sim_check_lines(struct sim *s)
{
    for (int i = 1; i <= s->line_count && !s->failed; i++) {
        int64_t there =
            sim_number(s, "select count(*) from payment where bank_ref = 'line-' || ?1", i);
        if (there > 1) sim_fail(s, "line %d of the bank is booked %lld times", i, (long long)there);
        if (there == 0 && s->lines[i] == LINE_TAKEN)
            sim_fail(s, "line %d of the bank was taken, and is not there", i);
    }
}
