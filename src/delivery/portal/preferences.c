#include "delivery/portal/preferences.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/lang.h"
#include "delivery/portal/mail_choice.h"
#include "delivery/web/said.h"
#include "delivery/web/session.h"
#include "domain/access/breaches.h"
#include "domain/access/passkeys.h"
#include "domain/access/passwords.h"
#include "domain/access/sessions.h"
#include "domain/access/sign_in_mail.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"

#include <assert.h>

struct preferences_form {
    str name, language, theme, size, done, old, password;
    bool helper[7];
    str passkey_name;
    int64_t passkey;
    struct passkey_answer answer;
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
static const char *const done_values[] = {"saved", "password", "mails", "passkey", "removed", NULL};

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

static const struct input passkey_inputs[] = {
    {.name = "passkey_name",
     .type = INPUT_TEXT,
     .offset = offsetof(struct preferences_form, passkey_name),
     .required = true,
     .longest = PASSKEY_NAME_CHARS_MAX},
    {.name = "credential",
     .type = INPUT_TEXT,
     .offset = offsetof(struct preferences_form, answer.credential),
     .required = true,
     .longest = PASSKEY_TEXT_MAX},
    {.name = "client_data",
     .type = INPUT_TEXT,
     .offset = offsetof(struct preferences_form, answer.client_data),
     .required = true,
     .longest = PASSKEY_TEXT_MAX},
    {.name = "authenticator_data",
     .type = INPUT_TEXT,
     .offset = offsetof(struct preferences_form, answer.authenticator_data),
     .required = true,
     .longest = PASSKEY_TEXT_MAX},
    {.name = NULL},
};
static const struct input remove_inputs[] = {
    {.name = "passkey",
     .type = INPUT_ID,
     .kind = "psk",
     .offset = offsetof(struct preferences_form, passkey),
     .required = true},
    {.name = NULL},
};

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

static void put_texts(struct json_out *o, const char *const (*pairs)[2])
{
    for (; (*pairs)[0]; pairs++) {
        json_key(o, (*pairs)[0]);
        json_put_str(o, str_of((*pairs)[1]));
    }
}

/* For the script: what it asks the browser to make. Our name for the person says nothing. */
static str passkey_question(struct request *rq, const struct passkey_site *site,
                            const struct person *who, const struct passkey_list *own)
{
    static const int algorithms[] = PASSKEY_ALGORITHMS;
    static const char *const selection[][2] = {
        {"residentKey", "required"}, {"userVerification", "required"}, {NULL, NULL}};
    struct text text = {.mem = rq->op.mem};
    struct json_out o = {.to = &text};
    json_open(&o, '{');
    json_key(&o, "challenge");
    json_put_str(&o, passkey_challenge(&rq->op, site, PASSKEY_TO_ADD, rq->form_token));
    json_key(&o, "rp");
    json_open(&o, '{');
    json_key(&o, "id");
    json_put_str(&o, site->host);
    json_key(&o, "name");
    json_put_str(&o, site->host);
    json_close(&o, '}');
    json_key(&o, "user");
    json_open(&o, '{');
    json_key(&o, "id");
    json_put_str(&o, id_text(rq->op.mem, rq->app->keys, "usr", who->id));
    json_key(&o, "name");
    json_put_str(&o, who->email);
    json_key(&o, "displayName");
    json_put_str(&o, who->name);
    json_close(&o, '}');
    json_key(&o, "algorithms");
    json_open(&o, '[');
    for (ptrdiff_t i = 0; i < COUNT(algorithms); i++) json_put_i64(&o, algorithms[i]);
    json_close(&o, ']');
    json_key(&o, "authenticatorSelection");
    json_open(&o, '{');
    put_texts(&o, selection);
    json_close(&o, '}');
    json_key(&o, "known");
    json_open(&o, '[');
    for (ptrdiff_t i = 0; i < own->count; i++) json_put_str(&o, own->at[i].credential);
    json_close(&o, ']');
    json_close(&o, '}');
    return text_str(&text);
}

/* Who came in a while ago proves anew who they are before they add a key to the house. */
static bool passkeys_load(struct request *rq, const struct person *who, struct preferences_view *v)
{
    struct passkey_site site;
    struct passkey_list own;
    if (!passkeys_of(&rq->op, who->id, &own)) return false;
    v->passkeys_possible = passkey_site_of(rq->op.mem, rq->app->public_url, rq->app->keys, &site);
    if (v->passkeys_possible && session_is_fresh(rq))
        v->passkey = passkey_question(rq, &site, who, &own);
    v->passkey_name = browser_name(rq->op.mem, rq->header(rq, "User-Agent"));
    v->wrong_passkey = request_problem(rq, "passkey");
    struct passkey_view *rows = arena_array(rq->op.mem, struct passkey_view, own.count);
    for (ptrdiff_t i = 0; i < own.count; i++)
        rows[i] = (struct passkey_view){
            .name = own.at[i].name,
            .added = moment(rq, own.at[i].created_at),
            .used = own.at[i].last_used_at ? moment(rq, own.at[i].last_used_at) : S(""),
            .id = id_text(rq->op.mem, rq->app->keys, "psk", own.at[i].id),
        };
    v->passkeys = rows;
    v->passkey_count = own.count;
    return true;
}

static str done_words(const struct request *rq, str done)
{
    if (str_eq(done, S("saved"))) return said(rq, "Your preferences are saved.");
    if (str_eq(done, S("password"))) return said(rq, "Your password is saved.");
    if (str_eq(done, S("mails"))) return said(rq, "Your choice of mails is saved.");
    if (str_eq(done, S("passkey"))) return said(rq, "Your passkey is added: sign in with it.");
    if (str_eq(done, S("removed"))) return said(rq, "The passkey is removed.");
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
        .fixed = rq->who.view_as,
        .email = who.email,
        .languages = language_options(rq, &who),
        .themes = theme_options(rq, &who),
        .sizes = size_options(rq, &who),
        .helpers = helper_options(rq, &who),
        .done = rq->method == GET ? done_words(rq, form->done) : S(""),
        .has_password = who.has_password,
        .needs_old = who.has_password && !session_is_fresh(rq),
        .password_open = str_ends(rq->path, S("/password")),
        .wrong_old = request_problem(rq, "old"),
        .wrong_password = request_problem(rq, "password"),
    };
    if (view.password_open) view.name = who.name;
    if (who.came_before_at) view.came_before = moment(rq, who.came_before_at);
    view.has_mails = rq->who.customer != 0;
    if (view.has_mails && !mail_choice_load(rq, &view.mails)) return reply_errors(rq);
    if (!places_load(rq, &view) || !passkeys_load(rq, &who, &view)) return reply_errors(rq);
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

static bool seller_name(struct op *op, str *out)
{
    struct entity_list sellers;
    if (!entities(op, &sellers)) return false;
    *out = sellers.count > 0 ? sellers.at[0].name : S("Quittance");
    return true;
}

static bool change_begin(struct op *op, void *arg)
{
    struct changing *c = arg;
    if (!person_get(op, c->rq->who.person, &c->who)) return false;
    c->try = (struct password_try){.matches = true};
    if (!c->who.has_password || session_is_fresh(c->rq)) return true;
    return password_try_begin(op, c->who.email, &c->try);
}

static bool change_end(struct op *op, void *arg)
{
    struct changing *c = arg;
    str seller;
    c->reply = reply_see(c->rq, S("/preferences?done=password"));
    if (c->try.person && !password_try_end(op, &c->try)) return false;
    if (!password_set(op, c->who.id, c->hash, c->rq->who.session)) return false;
    if (!session_renew(c->rq, c->rq->who.customer, &c->reply)) return false;
    if (!seller_name(op, &seller)) return false;
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
    if (!password_unknown(op, rq->app->breaches, password)) return reply_errors(rq);
    if (!password_make_hash(op, password, &c.hash)) return reply_errors(rq);
    if (!store_transact(op, rq->store, TX_WRITE, change_end, &c)) return reply_errors(rq);
    return c.reply;
}

/* --- passkeys --------------------------------------------------------------------------------- */

static struct reply passkey_save(struct request *rq)
{
    const struct preferences_form *form = rq->in;
    struct op *op = &rq->op;
    struct passkey_site site;
    struct person who;
    struct passkey_answer answer = form->answer;
    str seller;
    answer.bound = rq->form_token;
    if (!passkey_site_of(op->mem, rq->app->public_url, rq->app->keys, &site))
        return reply_missing(rq);
    if (!session_is_fresh(rq)) {
        (void)op_fail(op, ERR_INVALID, "passkey",
                      "You came in a while ago: please sign in anew to add a passkey.");
        return reply_errors(rq);
    }
    if (!passkey_add(op, &site, rq->who.person, form->passkey_name, &answer) ||
        !person_get(op, rq->who.person, &who) || !seller_name(op, &seller))
        return reply_errors(rq);
    struct notice notice = passkey_notice(op->mem, &who, seller);
    notice.event =
        str_printf(op->mem, "passkey:%.*s", STR(crypto_digest(op->mem, answer.credential)));
    if (!notices_queue(op, &notice)) return reply_errors(rq);
    return reply_see(rq, S("/preferences?done=passkey"));
}

static struct reply passkey_drop(struct request *rq)
{
    const struct preferences_form *form = rq->in;
    if (!passkey_remove(&rq->op, rq->who.person, form->passkey)) return reply_errors(rq);
    return reply_see(rq, S("/preferences?done=removed"));
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
    {POST, "/preferences/passkeys", passkey_save, .may = MAY_BE_SIGNED_IN,
     INPUTS(passkey_inputs, struct preferences_form), .redisplay = preferences_show,
     .about = "Adds a passkey"},
    {POST, "/preferences/passkeys/remove", passkey_drop, .may = MAY_BE_SIGNED_IN,
     INPUTS(remove_inputs, struct preferences_form), .about = "Removes one of one's passkeys"},
    {POST, "/preferences/sign-out-everywhere", sign_out_everywhere, .may = MAY_BE_SIGNED_IN,
     .about = "Ends all of one's sessions"},
    {0},
};
