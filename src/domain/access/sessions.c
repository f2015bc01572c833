#include "domain/access/sessions.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/random.h"
#include "domain/access/claims.h"
#include "domain/access/sessions_sql.h"
#include "store/outbox.h"

enum { TOKEN_BYTES = 32 };

static instant earlier(instant a, instant b)
{
    return a < b ? a : b;
}

bool sessions_open(struct op *op, int64_t person, int64_t customer, instant began, str browser,
                   str *token)
{
    *token = random_token(op->mem, TOKEN_BYTES);
    instant ends = began + SESSION_WHOLE_US;
    struct session_insert_args args = {
        .hash = crypto_digest(op->mem, *token),
        .person = person,
        .customer = customer,
        .created_at = began,
        .seen_at = op->now,
        .idle_until = earlier(op->now + SESSION_IDLE_US, ends),
        .ends_at = ends,
        .address = op->actor && op->actor->address.len ? op->actor->address : S(""),
        .browser = browser.len ? browser : S(""),
    };
    return sql_session_insert(op, args);
}

/* The role a row of the database speaks of; what it does not know is no role. */
static enum role role_of(struct arena *mem, str name)
{
    enum role role = ROLE_NONE;
    return name.len && role_from(str_z(mem, name), &role) ? role : ROLE_NONE;
}

bool sessions_find(struct op *op, str token, struct session *out, bool *expired)
{
    *out = (struct session){0};
    struct session_by_hash_args args = {.hash = crypto_digest(op->mem, token)};
    struct session_by_hash_row row;
    bool found = false;
    if (!sql_session_by_hash(op, args, &row, &found)) return false;

    *expired = !found || row.idle_until <= op->now || row.blocked;
    if (*expired) return true;

    enum role staff = role_of(op->mem, row.staff_role);
    enum role member = role_of(op->mem, row.role);
    bool view_as = staff != ROLE_NONE && row.customer != 0;
    *out = (struct session){
        .id = row.id,
        .person = row.person,
        .customer = row.customer,
        .role = view_as              ? ROLE_VIEWER
                : staff != ROLE_NONE ? staff
                                     : member,
        .view_as = view_as,
        .email = row.email,
        .name = row.name,
        .language = row.language,
        .theme = row.theme,
        .helpers = row.helpers,
        .customer_name = row.customer_name,
        .customer_number = row.customer_number,
        .began = row.created_at,
        .seen = row.seen_at,
    };
    return true;
}

bool sessions_touch(struct op *op, int64_t id)
{
    struct session_touch_args args = {
        .id = id,
        .seen_at = op->now,
        .idle_until = op->now + SESSION_IDLE_US, /* the statement keeps it within the whole */
    };
    return sql_session_touch(op, args);
}

bool sessions_close(struct op *op, int64_t person, int64_t id)
{
    return sql_session_delete(op, (struct session_delete_args){.person = person, .id = id});
}

bool sessions_close_all(struct op *op, int64_t person, int64_t but, int64_t customer)
{
    struct session_delete_all_args args = {.person = person, .but = but, .customer = customer};
    return sql_session_delete_all(op, args);
}

bool sessions_of(struct op *op, int64_t person, struct session_places *out)
{
    struct session_places_args args = {.person = person, .now = op->now};
    struct session_places_list rows;
    if (!sql_session_places(op, args, &rows)) return false;
    *out =
        (struct session_places){arena_array(op->mem, struct session_place, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct session_place){
            .id = rows.at[i].id,
            .address = rows.at[i].address,
            .browser = rows.at[i].browser,
            .began = rows.at[i].created_at,
            .seen = rows.at[i].seen_at,
        };
    return true;
}

/* Kept for a day after they ended, so that "has run out" can be told from "never was". */
bool access_sweep(struct op *op)
{
    instant before = op->now - DAY_US;
    return sql_session_sweep(op, (struct session_sweep_args){before}) &&
           sql_link_sweep(op, (struct link_sweep_args){before}) &&
           sql_challenge_sweep(op, (struct challenge_sweep_args){before}) &&
           sql_request_sweep(op, (struct request_sweep_args){before}) &&
           sql_attempt_sweep(op, (struct attempt_sweep_args){before}) && claims_sweep(op);
}

bool access_sweep_later(struct op *op)
{
    return outbox_add_at(op, "access.sweep", 1, op->now + DAY_US);
}

/* The first that is found decides: Edge also says Chrome, Chrome also says Safari, and Android
 * also says Linux. */
static const char *const browsers[][2] = {
    {"Firefox/", "Firefox"}, {"Edg/", "Edge"},      {"OPR/", "Opera"},
    {"Chrome/", "Chrome"},   {"Safari/", "Safari"}, {"curl/", "curl"},
};
static const char *const systems[][2] = {
    {"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
    {"Mac OS X", "Mac"},    {"CrOS", "ChromeOS"},   {"Linux", "Linux"},
};

static const char *first_found(str text, const char *const table[][2], ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++)
        if (str_find(text, str_of(table[i][0])) >= 0) return table[i][1];
    return NULL;
}

str browser_name(struct arena *mem, str user_agent)
{
    const char *browser = first_found(user_agent, browsers, COUNT(browsers));
    const char *system = first_found(user_agent, systems, COUNT(systems));
    if (browser && system) return str_printf(mem, "%s, %s", browser, system);
    return str_of(browser ? browser : system);
}

bool sessions_count(struct op *op, int64_t *count)
{
    struct sessions_counted_row row;
    if (!sql_sessions_counted(op, (struct sessions_counted_args){op->now}, &row)) return false;
    *count = row.count;
    return true;
}
