/* The number of a card in every field of every route: each field of words refuses it, and it is
 * found nowhere afterwards, neither in the database nor in the log. */
#include "access_samples.h"
#include "base/arena.h"
#include "base/crypto.h"
#include "browser.h"
#include "delivery/routes.h"
#include "delivery/web/route.h"
#include "domain/access/api_keys.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"

#include <fcntl.h>
#include <unistd.h>

static const char *const spellings[] = {
    "4000056655665556",
    "4000 0566 5566 5556",
    "4000-0566-5566-5556",
    "please take 4000 0566 5566 5556 from me",
};

struct walk {
    struct fixture *f;
    struct app *app;
    int64_t customer_admin, administrator;
    str key, token;
    int64_t person, customer; /* whose session is opened */
    const struct route *route;
    int64_t sample_id; /* what stands for :id in its path, of the first customer */
    int sent, refused, deviations;
};

static bool sample_make(struct op *op, void *arg)
{
    struct walk *w = arg;
    return sample_for(w->route)->make(op, 1, &w->sample_id);
}

static bool people_make(struct op *op, void *arg)
{
    struct walk *w = arg;
    struct invitation customer = {.email = S("a@example.com"), .role = ROLE_CUSTOMER_ADMIN};
    struct invitation staff = {.email = S("b@example.com"), .role = ROLE_ADMINISTRATOR};
    customer.customer = 1;
    customer.quiet = staff.quiet = true;
    return person_invite(op, &customer, &w->customer_admin) &&
           person_invite(op, &staff, &w->administrator) &&
           api_key_add(op, S("key"), ROLE_ADMINISTRATOR, 0, &w->key);
}

static bool session_open(struct op *op, void *arg)
{
    struct walk *w = arg;
    return sessions_open(op, w->person, w->customer, op->now, S(""), &w->token);
}

/* Somebody who may, so that it is the field that refuses. */
static struct browser browser_of(struct walk *w)
{
    struct browser b = {.f = w->f, .app = w->app};
    b.address =
        str_z(w->f->mem, str_printf(w->f->mem, "198.51.%d.%d", w->sent / 250 % 250, w->sent % 250));
    b.cookies[0].name = "b", b.cookies[0].value = S("the-number-of-this-browser");
    if (route_is_api(w->route)) {
        b.bearer = str_z(w->f->mem, w->key);
    } else if (w->route->may != MAY_ANYONE) {
        bool customer = role_may(ROLE_CUSTOMER_ADMIN, w->route->may);
        w->person = customer ? w->customer_admin : w->administrator;
        w->customer = customer ? 1 : 0;
        fixture_do(w->f, session_open, w);
        b.cookies[1].name = "s", b.cookies[1].value = w->token;
    }
    return b;
}

static str path_for(const struct walk *w)
{
    struct text t = {.mem = w->f->mem};
    for (str rest = str_of(w->route->path); rest.len > 0;) {
        struct str_pair cut = str_cut(str_from(rest, 1), '/');
        const struct sample *sample = sample_for(w->route);
        text_char(&t, '/');
        if (!str_eq(cut.head, S(":id")))
            text_add(&t, cut.head);
        else if (sample && sample->prefix)
            text_add(&t, id_text(w->f->mem, w->app->keys, sample->prefix, w->sample_id));
        else
            text_add(&t, S("x"));
        rest = cut.found ? str_from(rest, 1 + cut.head.len) : S("");
    }
    return text_str(&t);
}

static str encoded(struct arena *mem, const char *value)
{
    struct text t = {.mem = mem};
    for (; *value; value++) text_char(&t, *value == ' ' ? '+' : *value);
    return text_str(&t);
}

/* `json`: what the API takes instead of NAME=VALUE, with one %s for the value. */
static void send_one(struct walk *w, str field, const char *json, const char *value, bool words)
{
    struct arena_mark mark = arena_mark(w->f->mem);
    struct arena *mem = w->f->mem;
    struct browser b = browser_of(w);
    str path = path_for(w),
        pair = str_printf(mem, "%.*s=%.*s", STR(field), STR(encoded(mem, value)));
    if (w->route->method == GET) path = str_printf(mem, "%.*s?%.*s", STR(path), STR(pair));
    if (route_is_api(w->route)) pair = str_printf(mem, json, (int)field.len, field.at, value);
    struct reply reply = browser_send(&b, w->route->method, path, pair);
    w->sent++;
    bool refused = reply.status == 422 && str_find(reply.body, S("number of a card")) >= 0;
    w->refused += refused;
    if (words && reply.status < 400) { /* not every page names each field that is wrong */
        w->deviations++;
        print_error("%s %s: %.*s=%s gave %d: %.*s\n", method_name(w->route->method), w->route->path,
                    STR(field), value, reply.status, STR(str_head(reply.body, 200)));
    }
    arena_rewind(mem, mark);
}

static void walk_inputs(struct walk *w, const struct input *table)
{
    for (const struct input *in = table; in && in->name; in++) {
        str name = str_of(in->name);
        bool words = in->type == INPUT_TEXT || in->type == INPUT_EMAIL || in->type == INPUT_PAIRS;
        const char *json = "{\"%.*s\": \"%s\"}";
        if (in->type == INPUT_FILE) continue;
        if (in->type == INPUT_LIST) continue; /* its groups hold the same kinds of fields */
        if (in->type == INPUT_MONEY)
            json = "{\"%.*s\": {\"value\": \"%s\", \"currency\": \"EUR\"}}";
        if (in->type == INPUT_PAIRS && route_is_api(w->route)) json = "{\"%.*s\": {\"x\": \"%s\"}}";
        if (in->type == INPUT_PAIRS && !route_is_api(w->route))
            name = str_printf(w->f->mem, "%s.x", in->name);
        for (ptrdiff_t i = 0; i < COUNT(spellings); i++)
            if (!in->longest || (ptrdiff_t)strlen(spellings[i]) <= in->longest)
                send_one(w, name, json, spellings[i], words);
    }
}

/* What the program writes to its log meanwhile. */
static int log_begin(char *path, int *real)
{
    int fd = mkstemp(path);
    CHECK(fd >= 0, "%s", path);
    unlink(path);
    fflush(stderr);
    *real = dup(STDERR_FILENO);
    dup2(fd, STDERR_FILENO);
    return fd;
}

static str log_end(struct arena *mem, int fd, int real)
{
    fflush(stderr);
    dup2(real, STDERR_FILENO);
    close(real);
    off_t size = lseek(fd, 0, SEEK_END);
    char *at = arena_array(mem, char, size + 1);
    CHECK(pread(fd, at, (size_t)size, 0) == size, "the log cannot be read");
    close(fd);
    return (str){at, size};
}

ENGINES_SENTENCE(no_field_takes_the_number_of_a_card_and_it_is_kept_nowhere)
{
    struct walk w = {.f = f, .app = browser_app(f)};
    fixture_do(f, samples_begin, NULL);
    fixture_do(f, people_make, &w);

    char path[] = "/tmp/quittance-log-XXXXXX";
    int real, fd = log_begin(path, &real);
    for (const struct route *const *table = all_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++) {
            w.route = route;
            if (route->foreign || !route->inputs) continue;
            bool has_id = strstr(route->path, "/:id") && sample_for(route)->prefix;
            if (has_id) fixture_do(f, sample_make, &w);
            walk_inputs(&w, route->inputs);
        }
    str log = log_end(f->mem, fd, real);

    if (w.deviations) fwrite(log.at, 1, (size_t)log.len, stderr);
    CHECK(w.deviations == 0, "%d fields took it", w.deviations);
    print_message("%d sent, %d refused by the field\n", w.sent, w.refused);
    for (ptrdiff_t i = 0; i < COUNT(spellings); i++) {
        CHECK(!fixture_holds(f, str_of(spellings[i])), "%s is in the database", spellings[i]);
        CHECK(str_find(log, str_of(spellings[i])) < 0, "%s is in the log", spellings[i]);
    }
    CHECK(w.refused > 100, "only %d", w.refused);
}

ENGINES_SENTENCE(what_is_kept_would_be_found)
{
    fixture_do(f, samples_begin, NULL);
    CHECK(!fixture_holds(f, str_of(spellings[0])), "before");
    CHECK(fixture_holds(f, S("Nordwind")), "the seller's name is not found");
}

TESTS(ENGINES_TEST(no_field_takes_the_number_of_a_card_and_it_is_kept_nowhere),
      ENGINES_TEST(what_is_kept_would_be_found))
