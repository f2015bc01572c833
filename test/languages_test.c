/* Walks all pages in German and looks for English: no text node, label or title may be a sentence
 * that has a German translation. What is not collected for translation at all is found by
 * test/lang/run. */
#include "access_samples.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "browser.h"
#include "delivery/routes.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"

enum { CUSTOMER = 1, PAGES_MIN = 40 };

struct walk {
    struct fixture *f;
    struct app *app;
    const struct lang *lang;
    const struct route *route;
    int64_t person, customer, sample_id; /* customer 0: staff */
    str token;
    int pages, english;
};

static bool person_make(struct op *op, void *arg)
{
    struct walk *w = arg;
    struct invitation in = {
        .email = str_printf(op->mem, "p%lld@example.com", (long long)w->customer),
        .language = lang_tag(w->lang),
        .role = w->customer ? ROLE_CUSTOMER_ADMIN : ROLE_ADMINISTRATOR,
        .customer = w->customer,
        .quiet = true,
    };
    return person_invite(op, &in, &w->person) &&
           sessions_open(op, w->person, w->customer, op->now, S(""), &w->token);
}

static bool sample_make(struct op *op, void *arg)
{
    struct walk *w = arg;
    return sample_for(w->route)->make(op, CUSTOMER, &w->sample_id);
}

/* "/invoices/:id" with a new invoice's id; empty when the route cannot be asked for so. */
static str path_for(struct walk *w)
{
    struct arena *mem = w->f->mem;
    str path = str_of(w->route->path);
    ptrdiff_t hole = str_find(path, S(":id"));
    if (str_find(path, S(":part")) >= 0) return S("");
    if (hole < 0) return path;
    const struct sample *sample = sample_for(w->route);
    if (!sample || !sample->prefix) return S("");
    fixture_do(w->f, sample_make, w);
    str id = id_text(mem, w->app->keys, sample->prefix, w->sample_id);
    return str_printf(mem, "%.*s%.*s%.*s", STR(str_head(path, hole)), STR(id),
                      STR(str_from(path, hole + 3)));
}

static void look_at(struct walk *w, str text)
{
    struct arena *mem = w->f->mem;
    struct text one = {.mem = mem}; /* white space counts once, as in a message */
    text = str_trim(text);
    for (ptrdiff_t i = 0; i < text.len; i++) {
        bool blank = text.at[i] == ' ' || text.at[i] == '\n';
        if (!blank || one.at[one.len - 1] != ' ') text_char(&one, blank ? ' ' : text.at[i]);
    }
    const char *english = str_z(mem, text_str(&one)), *said = say(w->lang, english);
    if (said == english || strcmp(said, english) == 0) return;
    w->english++;
    print_error("%s says \"%s\", not \"%s\"\n", w->route->path, english, said);
}

/* Each text between tags, and each value of an attribute that is read aloud or shown. */
static void look_through(struct walk *w, str html)
{
    static const char *const attributes[] = {" aria-label=\"", " title=\"", " placeholder=\"",
                                             " alt=\"", " data-l=\""};
    for (struct str_pair cut = {.tail = html, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '<');
        look_at(w, cut.head);
        struct str_pair tag = str_cut(cut.tail, '>');
        if (!cut.found || !tag.found) break;
        for (ptrdiff_t i = 0; i < COUNT(attributes); i++) {
            str name = str_of(attributes[i]);
            ptrdiff_t at = str_find(tag.head, name);
            if (at >= 0) look_at(w, str_cut(str_from(tag.head, at + name.len), '"').head);
        }
        cut.tail = tag.tail;
    }
}

static void walk_page(struct walk *w)
{
    static const str codes = {"/console/audit", 14}; /* shows codes as they are stored */
    str route = str_of(w->route->path);
    if (w->route->method != GET || str_starts(route, S("/api/")) || str_eq(route, codes)) return;
    str path = path_for(w);
    if (path.len == 0) return;
    struct browser b = {.f = w->f, .app = w->app, .address = "198.51.100.1"};
    b.language = str_z(w->f->mem, lang_tag(w->lang));
    b.cookies[0].name = "b", b.cookies[0].value = S("the-number-of-this-browser");
    b.cookies[1].name = "s", b.cookies[1].value = w->token;
    struct reply reply = browser_send(&b, GET, path, S(""));
    if (!str_starts(reply.type, S("text/html"))) return;
    w->pages++;
    look_through(w, reply.body);
}

static void walk_all(struct walk *w)
{
    fixture_do(w->f, person_make, w);
    for (int t = 0; all_routes[t]; t++)
        for (w->route = all_routes[t]; w->route->path; w->route++) walk_page(w);
}

ENGINES_SENTENCE(every_page_speaks_german)
{
    struct walk w = {.f = f, .app = browser_app(f), .lang = lang_find(S("de"))};
    fixture_do(f, samples_begin, NULL);
    w.customer = CUSTOMER;
    walk_all(&w);
    w.customer = 0;
    walk_all(&w);
    print_message("%d pages\n", w.pages);
    CHECK(w.pages >= PAGES_MIN, "only %d pages", w.pages);
    CHECK(w.english == 0, "%d texts are English", w.english);
}

TESTS(ENGINES_TEST(every_page_speaks_german))
