#include "domain/access/sign_in.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/random.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/access/sign_in_mail.h"
#include "domain/access/sign_in_sql.h"
#include "domain/notices/notices.h"
#include "store/outbox.h"

#include <assert.h>

enum { TOKEN_BYTES = 32, LINKS_AN_HOUR = 10 };
#define LINK_PAUSE_US (2 * MINUTE_US)

static const char *const ask_kinds[] = {[ASK_SIGN_IN] = "sign-in", [ASK_INVITATION] = "invitation"};
static const char *const link_kinds[] = {
    [LINK_SIGN_IN] = "sign-in",
    [LINK_INVITATION] = "invitation",
    [LINK_DIRECT] = "direct",
};

static str hash_or_empty(struct arena *mem, str browser)
{
    return browser.len ? crypto_digest(mem, browser) : S("");
}

static str or_empty(str s)
{
    return s.len ? s : S("");
}

bool sign_in_ask(struct op *op, const struct sign_in_ask *ask)
{
    assert(ask->kind == ASK_SIGN_IN || ask->kind == ASK_INVITATION);
    struct request_insert_args args = {
        .kind = str_of(ask_kinds[ask->kind]),
        .email = ask->email,
        .customer = ask->customer,
        .inviter = or_empty(ask->inviter),
        .browser_hash = hash_or_empty(op->mem, ask->browser),
        .next = or_empty(ask->next),
        .created_at = op->now,
    };
    struct request_insert_row row;
    return sql_request_insert(op, args, &row) && outbox_add(op, "sign-in.mail", row.id);
}

static bool link_make(struct op *op, struct link_insert_args args, str *token)
{
    *token = random_token(op->mem, TOKEN_BYTES);
    args.hash = crypto_digest(op->mem, *token);
    args.created_at = op->now;
    return sql_link_insert(op, args);
}

static bool too_many(struct op *op, int64_t person, bool *out)
{
    struct links_since_args args = {.person = person, .since = op->now - HOUR_US};
    struct links_since_row sent;
    if (!sql_links_since(op, args, &sent)) return false;
    *out = sent.count >= LINKS_AN_HOUR && sent.newest > op->now - LINK_PAUSE_US;
    return true;
}

static bool mail_write(struct op *op, const struct request_take_row *request,
                       const struct person *person, const struct site *site)
{
    bool invitation = str_eq(request->kind, S("invitation"));
    str token;
    struct link_insert_args args = {
        .person = person->id,
        .kind = str_of(link_kinds[invitation ? LINK_INVITATION : LINK_SIGN_IN]),
        .customer = request->customer,
        .browser_hash = request->browser_hash,
        .next = request->next,
        .uses_left = 1,
        .expires_at = op->now + (invitation ? INVITATION_LIFE_US : LINK_LIFE_US),
    };
    if (!link_make(op, args, &token)) return false;

    struct request_customer_name_row customer;
    bool found = false;
    struct request_customer_name_args which = {.customer = request->customer};
    if (!sql_request_customer_name(op, which, &customer, &found)) return false;

    struct sign_in_letter letter = {
        .to = person,
        .invitation = invitation,
        .seller = site->seller,
        .customer = found ? customer.name : S(""),
        .inviter = request->inviter,
        .link = str_printf(op->mem, "%.*s/sign-in/%.*s", STR(site->url), STR(token)),
    };
    struct notice notice = sign_in_notice(op->mem, &letter);
    /* Not the link's id: SQLite gives that again once old links are swept away. */
    notice.event = str_printf(op->mem, "sign-in:%.*s", STR(crypto_digest(op->mem, token)));
    notice.customer = request->customer;
    return notices_queue(op, &notice);
}

bool sign_in_mail(struct op *op, int64_t request, const struct site *site)
{
    struct request_take_row asked;
    struct person person;
    bool found = false, wait = false;
    if (!sql_request_take(op, (struct request_take_args){.id = request}, &asked, &found))
        return false;
    if (!found) return true;
    if (!access_sweep_later(op) || !person_find(op, asked.email, &person)) return false;
    if (!person.id || person.blocked) return true;
    if (!too_many(op, person.id, &wait)) return false;
    return wait || mail_write(op, &asked, &person, site);
}

static enum link_kind kind_from(str name)
{
    for (enum link_kind kind = LINK_SIGN_IN; kind < COUNT(link_kinds); kind++)
        if (str_eq(name, str_of(link_kinds[kind]))) return kind;
    return LINK_SIGN_IN; /* the column's check allows no other */
}

bool link_look(struct op *op, str token, str browser, struct link *out)
{
    struct link_by_hash_args args = {.hash = crypto_digest(op->mem, token), .now = op->now};
    struct link_by_hash_row row;
    bool found = false;
    *out = (struct link){0};
    if (!sql_link_by_hash(op, args, &row, &found)) return false;
    if (!found) return true;
    *out = (struct link){
        .id = row.id,
        .kind = kind_from(row.kind),
        .person = row.person,
        .customer = row.customer,
        .email = row.email,
        .name = row.name,
        .next = row.next,
    };
    bool asked_here =
        browser.len > 0 && crypto_equal(row.browser_hash, crypto_digest(op->mem, browser));
    out->direct = out->kind == LINK_DIRECT || (out->kind == LINK_SIGN_IN && asked_here);
    return true;
}

bool link_use(struct op *op, str token, str browser, struct link *out)
{
    struct link_take_row taken;
    bool found = false;
    if (!link_look(op, token, browser, out)) return false;
    if (!out->id) return true;
    struct link_take_args args = {.id = out->id, .used_at = op->now};
    if (!sql_link_take(op, args, &taken, &found)) return false;
    if (!found) *out = (struct link){0};
    return true;
}

bool access_link_for(struct op *op, int64_t person, str url, int uses, int64_t life_us, str *link)
{
    struct person who;
    if (!person_get(op, person, &who)) return false;
    struct link_insert_args args = {
        .person = person,
        .kind = str_of(link_kinds[LINK_DIRECT]),
        .browser_hash = S(""),
        .next = S(""),
        .uses_left = uses,
        .expires_at = op->now + life_us,
    };
    str token;
    if (!link_make(op, args, &token)) return false;
    *link = str_printf(op->mem, "%.*s/sign-in/%.*s", STR(url), STR(token));
    return true;
}
