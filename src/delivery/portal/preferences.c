#include "delivery/portal/preferences.h"

#include "base/arena.h"
#include "base/lang.h"
#include "delivery/web/session.h"
#include "domain/access/passwords.h"
#include "domain/access/sessions.h"
#include "domain/access/sign_in_mail.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"

#include <assert.h>

/* Who came in a moment ago has shown who they are, and may have forgotten the password. */
#define FRESH_US (15 * MINUTE_US)

struct preferences_form {
    str name, language, theme, size, done, old, password;
    bool helper[7];
};

/* The words of the page's data-help attribute; the stylesheet and the script act on them. */
static const struct {
    const char *word, *name;
} helpers[] = {
    {"contrast", N_("Stronger contrast")},
    {"grey", N_("No colours, only shades")},
    {"spacious", N_("More room between lines and letters")},
    {"underline", N_("Underline every link")},
    {"targets", N_("Larger buttons and boxes")},
    {"still", N_("Nothing moves")},
    {"no-keys", N_("No keyboard shortcuts")},
};
static const struct {
    const char *word, *name;
} sizes[] = {
    {"", N_("Normal")},
    {"large-text", N_("Large")},
    {"larger-text", N_("Larger")},
};
static const struct {
    const char *word, *name;
} themes[] = {
    {"", N_("As the device says")},
    {"light", N_("Light")},
    {"dark", N_("Dark")},
};

static const char *const size_values[] = {"large-text", "larger-text", NULL};
static const char *const theme_values[] = {"light", "dark", NULL};
static const char *const done_values[] = {"saved", "password", NULL};

#define FIELD(member) .offset = offsetof(struct preferences_form, member)
static const struct input show_inputs[] = {
    {.name = "done", .type = INPUT_CHOICE, FIELD(done), .choices = done_values},
    {.name = NULL},
};
static const struct input save_inputs[] = {
    {.name = "name", .type = INPUT_TEXT, FIELD(name), .required = true, .longest = 100},
    {.name = "language", .type = INPUT_TEXT, FIELD(language), .required = true, .longest = 20},
    {.name = "theme", .type = INPUT_CHOICE, FIELD(theme), .choices = theme_values},
    {.name = "size", .type = INPUT_CHOICE, FIELD(size), .choices = size_values},
    {.name = "contrast", .type = INPUT_BOOL, FIELD(helper[0])},
    {.name = "grey", .type = INPUT_BOOL, FIELD(helper[1])},
    {.name = "spacious", .type = INPUT_BOOL, FIELD(helper[2])},
    {.name = "underline", .type = INPUT_BOOL, FIELD(helper[3])},
    {.name = "targets", .type = INPUT_BOOL, FIELD(helper[4])},
    {.name = "still", .type = INPUT_BOOL, FIELD(helper[5])},
    {.name = "no-keys", .type = INPUT_BOOL, FIELD(helper[6])},
    {.name = NULL},
};
static const struct input password_inputs[] = {
    {.name = "old", .type = INPUT_TEXT, FIELD(old), .longest = PASSWORD_BYTES_MAX},
    {.name = "password",
     .type = INPUT_TEXT,
     FIELD(password),
     .required = true,
     .longest = PASSWORD_BYTES_MAX},
    {.name = NULL},
};

static str said(const struct request *rq, const char *sentence)
{
    return str_of(say(op_lang(&rq->op), sentence));
}

/* --- the page --------------------------------------------------------------------------------- */

static bool has_word(str words, const char *word)
{
    for (str rest = words; rest.len > 0;) {
        struct str_pair cut = str_cut(rest, ' ');
        if (str_eq(cut.head, str_of(word))) return true;
        rest = cut.tail;
    }
    return false;
}

static struct options helper_options(const struct request *rq, const struct person *who)
{
    struct option *at = arena_array(rq->op.mem, struct option, COUNT(helpers));
    for (ptrdiff_t i = 0; i < COUNT(helpers); i++)
        at[i] = (struct option){str_of(helpers[i].word), said(rq, helpers[i].name),
                                has_word(who->helpers, helpers[i].word)};
    return (struct options){at, COUNT(helpers)};
}

static struct options size_options(const struct request *rq, const struct person *who)
{
    struct option *at = arena_array(rq->op.mem, struct option, COUNT(sizes));
    for (ptrdiff_t i = 0; i < COUNT(sizes); i++)
        at[i] = (struct option){str_of(sizes[i].word), said(rq, sizes[i].name),
                                has_word(who->helpers, sizes[i].word)};
    return (struct options){at, COUNT(sizes)};
}

static struct options theme_options(const struct request *rq, const struct person *who)
{
    struct option *at = arena_array(rq->op.mem, struct option, COUNT(themes));
    for (ptrdiff_t i = 0; i < COUNT(themes); i++)
        at[i] = (struct option){str_of(themes[i].word), said(rq, themes[i].name),
                                str_eq(who->theme, str_of(themes[i].word))};
    return (struct options){at, COUNT(themes)};
}

static struct options language_options(const struct request *rq, const struct person *who)
{
    const struct lang *const *all = lang_all();
    ptrdiff_t count = 0;
    while (all[count]) count++;
    struct option *at = arena_array(rq->op.mem, struct option, count);
    for (ptrdiff_t i = 0; i < count; i++)
        at[i] = (struct option){lang_tag(all[i]), lang_name(all[i]),
                                all[i] == lang_find(who->language)};
    return (struct options){at, count};
}

static str moment(struct request *rq, instant at)
{
    return lang_instant(rq->op.mem, op_lang(&rq->op), at, rq->app->time_zone);
}

static bool places_load(struct request *rq, struct preferences_view *v)
{
    struct session_places list;
    if (!sessions_of(&rq->op, rq->who.person, &list)) return false;
    struct place_row *rows = arena_array(rq->op.mem, struct place_row, list.count);
    for (ptrdiff_t i = 0; i < list.count; i++)
        rows[i] = (struct place_row){
            .browser = list.at[i].browser.len ? list.at[i].browser : said(rq, "Unknown"),
            .address = list.at[i].address,
            .began = moment(rq, list.at[i].began),
            .seen = moment(rq, list.at[i].seen),
            .here = list.at[i].id == rq->who.session,
        };
    v->places = rows;
    v->place_count = list.count;
    return true;
}

static bool is_fresh(const struct request *rq)
{
    return rq->op.now - rq->who.session_began <= FRESH_US;
}

static str done_words(const struct request *rq, str done)
{
    if (str_eq(done, S("saved"))) return said(rq, "Your preferences are saved.");
    if (str_eq(done, S("password"))) return said(rq, "Your password is saved.");
    return S("");
}

static struct reply preferences_show(struct request *rq)
{
    const struct preferences_form *form = rq->in;
    struct person who;
    struct frame frame;
    if (!person_get(&rq->op, rq->who.person, &who)) return reply_errors(rq);
    struct preferences_view view = {
        .name = rq->problems ? request_typed(rq, "name") : who.name,
        .wrong_name = request_problem(rq, "name"),
        .email = who.email,
        .languages = language_options(rq, &who),
        .themes = theme_options(rq, &who),
        .sizes = size_options(rq, &who),
        .helpers = helper_options(rq, &who),
        .done = rq->method == GET ? done_words(rq, form->done) : S(""),
        .has_password = who.has_password,
        .needs_old = who.has_password && !is_fresh(rq),
        .password_open = str_ends(rq->path, S("/password")),
        .wrong_old = request_problem(rq, "old"),
        .wrong_password = request_problem(rq, "password"),
    };
    if (view.password_open) view.name = who.name;
    if (who.came_before_at) view.came_before = moment(rq, who.came_before_at);
    if (!places_load(rq, &view)) return reply_errors(rq);
    if (!portal_frame(rq, said(rq, "Preferences"), "/preferences", &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_preferences(&page, &view);
    return portal_end(rq, &frame, &page);
}

static struct reply preferences_save(struct request *rq)
{
    const struct preferences_form *form = rq->in;
    const struct lang *lang = lang_find(form->language);
    if (!lang) {
        (void)op_fail(&rq->op, ERR_INVALID, "language", "This language is not there.");
        return reply_errors(rq);
    }
    static_assert(COUNT(helpers) == COUNT(form->helper), "a tick box for each helper");
    struct text words = {.mem = rq->op.mem};
    text_add(&words, form->size);
    for (ptrdiff_t i = 0; i < COUNT(helpers); i++) {
        if (!form->helper[i]) continue;
        if (words.len) text_char(&words, ' ');
        text_add(&words, str_of(helpers[i].word));
    }
    struct preferences preferences = {
        .name = form->name,
        .language = lang_tag(lang),
        .theme = form->theme,
        .helpers = text_str(&words),
    };
    if (!person_prefer(&rq->op, rq->who.person, &preferences)) return reply_errors(rq);
    return reply_see(rq, S("/preferences?done=saved"));
}

/* --- the password ----------------------------------------------------------------------------- */

struct changing {
    struct request *rq;
    struct person who;
    struct password_try try;
    str hash;
    struct reply reply;
};

static bool change_begin(struct op *op, void *arg)
{
    struct changing *c = arg;
    if (!person_get(op, c->rq->who.person, &c->who)) return false;
    c->try = (struct password_try){.matches = true};
    if (!c->who.has_password || is_fresh(c->rq)) return true;
    return password_try_begin(op, c->who.email, &c->try);
}

static bool change_end(struct op *op, void *arg)
{
    struct changing *c = arg;
    struct entity_list sellers;
    c->reply = reply_see(c->rq, S("/preferences?done=password"));
    if (c->try.person && !password_try_end(op, &c->try)) return false;
    if (!password_set(op, c->who.id, c->hash, c->rq->who.session)) return false;
    if (!session_renew(c->rq, c->rq->who.customer, &c->reply)) return false;
    if (!entities(op, &sellers)) return false;
    str seller = sellers.count > 0 ? sellers.at[0].name : S("Quittance");
    struct notice notice = password_notice(op->mem, &c->who, seller);
    notice.event =
        str_printf(op->mem, "password:%lld:%lld", (long long)c->who.id, (long long)op->now);
    return notices_queue(op, &notice);
}

static bool old_matches(struct request *rq, struct changing *c)
{
    struct op *op = &rq->op;
    if (c->try.refused)
        return op_fail(op, ERR_INVALID, "old",
                       "There were too many tries. Please sign in again with an e-mail link.");
    if (c->try.account_row && !password_try(op, request_typed(rq, "old"), &c->try)) return false;
    return c->try.matches || op_fail(op, ERR_INVALID, "old", "This is not your password.");
}

/* Talks: hashes are computed between two transactions. */
static struct reply password_save(struct request *rq)
{
    struct op *op = &rq->op;
    struct changing c = {.rq = rq};
    str password = request_typed(rq, "password");
    if (!store_transact(op, rq->store, TX_WRITE, change_begin, &c)) return reply_errors(rq);
    if (!password_check(op, password, c.who.email, c.who.name)) return reply_errors(rq);
    if (!old_matches(rq, &c)) return reply_errors(rq);
    if (!password_make_hash(op, password, &c.hash)) return reply_errors(rq);
    if (!store_transact(op, rq->store, TX_WRITE, change_end, &c)) return reply_errors(rq);
    return c.reply;
}

static struct reply sign_out_everywhere(struct request *rq)
{
    struct op *op = &rq->op;
    struct reply reply = reply_see(rq, S("/sign-in"));
    bool done = session_end(rq, &reply) && sessions_close_all(op, rq->who.person, 0, 0) &&
                audit_add(op, "session.end_all", "person", rq->who.person, S(""), S(""));
    return done ? reply : reply_errors(rq);
}

const struct route preferences_routes[] = {
    {GET, "/preferences", preferences_show, .may = MAY_BE_SIGNED_IN,
     INPUTS(show_inputs, struct preferences_form), .about = "One's own preferences"},
    {POST, "/preferences", preferences_save, .may = MAY_BE_SIGNED_IN,
     INPUTS(save_inputs, struct preferences_form), .redisplay = preferences_show,
     .about = "Saves them"},
    {POST, "/preferences/password", password_save, .may = MAY_BE_SIGNED_IN,
     INPUTS(password_inputs, struct preferences_form), .talks = true, .redisplay = preferences_show,
     .about = "Chooses a password"},
    {POST, "/preferences/sign-out-everywhere", sign_out_everywhere, .may = MAY_BE_SIGNED_IN,
     .about = "Ends all of one's sessions"},
    {0},
};
