/* What people do in a flow: they come in, open pages, follow links, fill in forms, and time goes
 * by. */
#include "base/arena.h"
#include "base/clock.h"
#include "domain/access/people.h"
#include "domain/access/sign_in.h"
#include "flow.h"
#include "flow_page.h"

#include <stdlib.h>
#include <unistd.h>

struct flow_tab *flow_tab(struct flow *w)
{
    FLOW_CHECK(w, w->who, "nobody is there yet: `as …` comes first");
    return &w->who->tabs[w->who->tab];
}

/* ---- requests ---- */

static str path_of(const struct flow *w, str location)
{
    str own = w->app->public_url;
    return str_starts(location, own) ? str_from(location, own.len) : location;
}

static void arrive(struct flow *w, struct reply reply, str path)
{
    struct flow_tab *tab = flow_tab(w);
    tab->reply = reply;
    tab->path = path;
    tab->text =
        str_starts(reply.type, S("text/html")) ? seen_words(w->mem, reply.body) : reply.body;
}

/* As a browser does: to the end of the redirects that stay with us. */
static void get(struct flow *w, str path)
{
    struct browser *b = &w->who->browser;
    for (int i = 0; i < 6; i++) {
        path = str_cut(path_of(w, path), '#').head;
        arrive(w, browser_send(b, GET, path, S("")), path);
        struct reply *r = &flow_tab(w)->reply;
        if (r->status != 303 || !str_starts(path_of(w, r->location), S("/"))) break;
        path = r->location;
    }
    b->referer = str_z(w->mem, str_printf(w->mem, "%.*s%.*s", STR(w->app->public_url), STR(path)));
}

static void post(struct flow *w, str path, str fields)
{
    struct flow_tab *tab = flow_tab(w);
    struct browser *b = &w->who->browser;
    b->referer =
        str_z(w->mem, str_printf(w->mem, "%.*s%.*s", STR(w->app->public_url), STR(tab->path)));
    tab->sent_path = path;
    tab->sent_fields = fields;
    arrive(w, browser_send(b, POST, path, fields), path);
    if (tab->reply.status == 303 && str_starts(path_of(w, tab->reply.location), S("/")))
        get(w, tab->reply.location);
    flow_jobs(w);
}

/* ---- forms ---- */

static void field_put(struct text *t, str name, str value)
{
    if (t->len > 0) text_char(t, '&');
    text_add(t, url_encode(t->mem, name));
    text_char(t, '=');
    text_add(t, url_encode(t->mem, value));
}

/* Only what a person could do: a field of the page, and of a choice one of its values. */
static void override(struct flow *w, struct seen_form *form, str name, str value, bool first)
{
    bool there = false, done = false;
    for (int i = 0; i < form->count; i++) {
        struct seen_field *f = &form->fields[i];
        if (!str_eq(f->name, name)) continue;
        there = true;
        if (first) f->on = false;
        bool takes = f->kind == FIELD_TEXT || (f->kind == FIELD_CHOICE && str_eq(f->value, value));
        if (!takes || done) continue;
        f->value = value;
        f->on = done = true;
    }
    struct text names = {.mem = w->mem};
    for (int i = 0; i < form->count; i++) text_format(&names, " %.*s", STR(form->fields[i].name));
    FLOW_CHECK(w, there, "the form has no field %.*s, but%.*s", STR(name), STR(text_str(&names)));
    FLOW_CHECK(w, done, "one cannot choose %.*s in %.*s", STR(value), STR(name));
}

/* press "Review and pay" item={itm:R-1} item={itm:C-1} */
static void do_press(struct flow *w)
{
    struct seen_form *form = arena_new(w->mem, struct seen_form);
    struct text fields = {.mem = w->mem};
    str button = flow_next(w), before = S("");
    seen_form(w->mem, flow_tab(w)->reply.body, button, form);
    FLOW_CHECK(w, form->found, "there is no button \"%.*s\" in: %.*s", STR(button),
               STR(flow_tab(w)->text));
    while (flow_more(w)) {
        struct str_pair set = str_cut(flow_next(w), '=');
        FLOW_CHECK(w, set.found, "press \"…\" NAME=VALUE");
        override(w, form, set.head, set.tail, !str_eq(set.head, before));
        before = set.head;
    }
    for (int i = 0; i < form->count; i++)
        if (form->fields[i].on && !str_eq(form->fields[i].name, S("form_token")))
            field_put(&fields, form->fields[i].name, form->fields[i].value);
    str action = form->action.len > 0 ? form->action : flow_tab(w)->path;
    if (str_eq(form->method, S("post")))
        post(w, action, text_str(&fields));
    else
        get(w, str_printf(w->mem, "%.*s?%.*s", STR(action), STR(text_str(&fields))));
}

/* submit /checkout item={itm:R-1}: without a page, as an attacker or a script does. */
static void do_submit(struct flow *w)
{
    struct text fields = {.mem = w->mem};
    str path = flow_next(w);
    while (flow_more(w)) {
        struct str_pair set = str_cut(flow_next(w), '=');
        field_put(&fields, set.head, set.tail);
    }
    post(w, path, text_str(&fields));
}

static void do_again(struct flow *w)
{
    struct flow_tab *tab = flow_tab(w);
    FLOW_CHECK(w, tab->sent_path.len, "nothing was sent yet");
    post(w, tab->sent_path, tab->sent_fields);
}

static void do_open(struct flow *w)
{
    (void)flow_tab(w);
    get(w, flow_next(w));
}

/* A link as a browser takes it: "invoices?show=all" is in the folder of the page it stands on. */
static str from_page(struct flow *w, str href)
{
    str page = str_cut(flow_tab(w)->path, '?').head;
    if (href.at[0] == '/' || href.at[0] == '#' || str_find(href, S(":")) >= 0) return href;
    while (page.len > 0 && page.at[page.len - 1] != '/') page.len--;
    return str_printf(w->mem, "%.*s%.*s", STR(page), STR(href));
}

static void do_click(struct flow *w)
{
    str words = flow_next(w);
    str href = seen_link(w->mem, flow_tab(w)->reply.body, words);
    FLOW_CHECK(w, href.len, "there is no link \"%.*s\" in: %.*s", STR(words),
               STR(flow_tab(w)->text));
    get(w, from_page(w, href));
}

static void unlink_path(void *path)
{
    unlink(path);
}

/* attach file invoices.csv "number,amount" "R-1,119.00": goes with the next button that is pressed.
 */
static void do_attach(struct flow *w)
{
    struct browser *b = &w->who->browser;
    struct text t = {.mem = w->mem};
    b->file_field = str_z(w->mem, flow_next(w));
    str name = flow_next(w);
    while (flow_more(w)) {
        text_add(&t, flow_next(w));
        text_char(&t, '\n');
    }
    char *path = arena_array(w->mem, char, 40);
    snprintf(path, 40, "build/tmp/flow-XXXXXX");
    int fd = mkstemp(path);
    FLOW_CHECK(w, fd >= 0 && write(fd, t.at, (size_t)t.len) == t.len, "%s", path);
    close(fd);
    arena_defer(w->mem, unlink_path, path);
    b->file = (struct upload){.name = name, .path = path, .size = t.len};
}

static void do_tab(struct flow *w)
{
    int64_t n = flow_next_number(w);
    FLOW_CHECK(w, w->who && n > 0 && n <= FLOW_TABS, "tab 1 to %d", FLOW_TABS);
    w->who->tab = (int)n - 1;
}

/* ---- coming in ---- */

struct coming {
    struct flow *w;
    str email, link;
};

static bool make_link(struct op *op, void *arg)
{
    struct coming *c = arg;
    struct person p;
    if (!person_find(op, c->email, &p)) return false;
    FLOW_CHECK(c->w, p.id, "nobody is called %.*s", STR(c->email));
    return access_link_for(op, p.id, c->w->app->public_url, 1, HOUR_US, &c->link);
}

static struct flow_person *person_at(struct flow *w, str name)
{
    for (int i = 0; i < w->person_count; i++)
        if (str_eq(w->people[i].name, name)) return &w->people[i];
    FLOW_CHECK(w, w->person_count < FLOW_PEOPLE, "more than %d people", FLOW_PEOPLE);
    struct flow_person *p = &w->people[w->person_count++];
    p->name = p->email = name;
    p->browser = (struct browser){.f = w->f, .app = w->app};
    p->browser.address = str_z(w->mem, str_printf(w->mem, "192.0.2.%d", w->person_count));
    return p;
}

static void come_in(struct flow *w, str email)
{
    struct coming c = {.w = w, .email = email};
    fixture_do(w->f, make_link, &c);
    get(w, c.link);
}

/* as maya@hallam.example: signs in the first time, later only turns to their browser. `as
 * a-browser-of maya@hallam.example` is another one, in which nobody is signed in; `as stranger` is
 * nobody's. */
static void do_as(struct flow *w)
{
    str name = flow_next(w);
    int before = w->person_count;
    w->who = person_at(w, name);
    if (flow_next_is(w, "of")) w->who->email = flow_next(w);
    bool mailed = !str_eq(name, w->who->email) || str_find(name, S("@")) < 0;
    if (before < w->person_count && !mailed) come_in(w, name);
}

/* The link in the last mail to whoever sits there; or a fresh one, without a mail: they sign in
 * anew. */
static void do_follow(struct flow *w)
{
    FLOW_CHECK(w, w->who, "nobody is there yet");
    if (flow_next_is(w, "home")) {
        come_in(w, w->who->email);
        return;
    }
    FLOW_CHECK(w, flow_next_is(w, "mail"), "follow mail, or follow home");
    for (int i = w->mail_count - 1; i >= 0; i--) {
        if (!str_eq(w->mails[i].to, w->who->email)) continue;
        ptrdiff_t at = str_find(w->mails[i].text, w->app->public_url);
        FLOW_CHECK(w, at >= 0, "no link in: %.*s", STR(w->mails[i].text));
        str link = str_cut(str_from(w->mails[i].text, at), '\n').head;
        get(w, str_trim(str_cut(link, ' ').head));
        return;
    }
    FLOW_CHECK(w, false, "no mail came");
}

/* ---- time, and the gateway ---- */

/* In steps, so that what waits for its time is done about when it would be. */
static void pass(struct flow *w, int64_t us)
{
    int64_t step = us / 100 > 5 * MINUTE_US ? us / 100 : 5 * MINUTE_US;
    for (instant end = w->f->now + us; w->f->now < end;) {
        w->f->now = end - w->f->now < step ? end : w->f->now + step;
        flow_jobs(w);
    }
    w->today = clock_date(w->f->now, w->app->time_zone);
}

static void do_later(struct flow *w)
{
    static const struct {
        const char *word;
        int64_t us;
    } units[] = {{"seconds", SECOND_US}, {"minutes", MINUTE_US}, {"hours", HOUR_US},
                 {"days", DAY_US},       {"minute", MINUTE_US},  {"hour", HOUR_US},
                 {"day", DAY_US}};
    int64_t n = flow_next_number(w);
    str unit = flow_next(w);
    for (ptrdiff_t i = 0; i < COUNT(units); i++)
        if (str_eq(unit, str_of(units[i].word))) {
            pass(w, n * units[i].us);
            return;
        }
    FLOW_CHECK(w, false, "later 5 minutes, not %.*s", STR(unit));
}

static struct flow_charge *last_charge(struct flow *w)
{
    FLOW_CHECK(w, w->gateway.count, "the gateway was sent no charge");
    return &w->gateway.charges[w->gateway.count - 1];
}

static void gateway_took(struct flow *w)
{
    money want = flow_next_money(w);
    int64_t taken = 0;
    for (int i = 0; i < w->gateway.count; i++)
        if (w->gateway.charges[i].state == CHARGE_PAID)
            taken += w->gateway.charges[i].amount.minor - w->gateway.charges[i].refunded.minor;
    FLOW_CHECK(w, taken == want.minor, "the gateway took %lld, not %lld", (long long)taken,
               (long long)want.minor);
}

/* gateway silent · deaf · answers · forgets · reports · took 119.00 · charges 1 */
static void do_gateway(struct flow *w)
{
    struct gateway_account *g = &w->gateway;
    str what = flow_next(w);
    if (str_eq(what, S("took"))) {
        gateway_took(w);
    } else if (str_eq(what, S("charges"))) {
        int64_t want = flow_next_number(w);
        FLOW_CHECK(w, g->count == want, "the gateway knows %d charges", g->count);
    } else if (str_eq(what, S("forgot"))) {
        int64_t want = flow_next_number(w);
        FLOW_CHECK(w, g->forgotten == want, "the gateway forgot %d cards", g->forgotten);
    } else if (str_eq(what, S("reports"))) {
        struct browser gateway = {.f = w->f, .app = w->app, .address = "192.0.2.200"};
        struct reply r = browser_send(&gateway, POST, S("/hooks/told"), last_charge(w)->our_id);
        FLOW_CHECK(w, r.status == 200, "the hook answered %d: %.*s", r.status, STR(r.body));
        flow_jobs(w);
    } else {
        bool silent = str_eq(what, S("silent")), deaf = str_eq(what, S("deaf"));
        FLOW_CHECK(w, silent || deaf || str_eq(what, S("answers")), "gateway %.*s?", STR(what));
        g->silent = silent;
        g->deaf = deaf;
    }
}

/* card pays · keeps · declined funds: what the payer does on the card page, which then leads back.
 * `and leaves`: the window is closed instead. */
static void do_card(struct flow *w)
{
    struct flow_charge *c = last_charge(w);
    str what = flow_next(w);
    FLOW_CHECK(w, c->state == CHARGE_OPEN, "the card page is closed");
    if (str_eq(what, S("declined"))) {
        c->state = CHARGE_DECLINED;
        FLOW_CHECK(w, decline_from(flow_next(w), &c->decline), "declined how?");
    } else {
        c->kept = str_eq(what, S("keeps"));
        c->debit = flow_next_is(w, "debit");
        FLOW_CHECK(w, c->kept || str_eq(what, S("pays")), "card %.*s?", STR(what));
        if (flow_next_is(w, "other")) c->amount = flow_next_money(w); /* than was agreed */
        c->state = CHARGE_PAID;
    }
    if (!flow_next_is(w, "unseen")) get(w, c->return_url);
}

bool flow_step_line(struct flow *w, str verb)
{
    static const struct {
        const char *verb;
        void (*run)(struct flow *w);
    } verbs[] = {
        {"attach", do_attach}, {"as", do_as},         {"open", do_open},       {"click", do_click},
        {"press", do_press},   {"submit", do_submit}, {"again", do_again},     {"tab", do_tab},
        {"follow", do_follow}, {"later", do_later},   {"gateway", do_gateway}, {"card", do_card},
    };
    for (ptrdiff_t i = 0; i < COUNT(verbs); i++)
        if (str_eq(verb, str_of(verbs[i].verb))) {
            verbs[i].run(w);
            return true;
        }
    return false;
}
