#include "delivery/portal/signin.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/lang.h"
#include "delivery/portal/join.h"
#include "delivery/web/session.h"
#include "domain/access/passkeys.h"
#include "domain/access/passwords.h"
#include "domain/access/sign_in.h"

enum { ASKS_AN_ADDRESS = 100, TOO_MANY = 429 };

struct sign_in_form {
    str why, email, password, next;
    struct passkey_answer passkey;
};

static const struct input show_inputs[] = {
    {.name = "why", .type = INPUT_TEXT, .offset = offsetof(struct sign_in_form, why)},
    {.name = "next",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, next),
     .longest = 500},
    {.name = NULL},
};
static const struct input ask_inputs[] = {
    {.name = "email",
     .type = INPUT_EMAIL,
     .offset = offsetof(struct sign_in_form, email),
     .required = true},
    {.name = "next",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, next),
     .longest = 500},
    {.name = NULL},
};
static const struct input password_inputs[] = {
    {.name = "email",
     .type = INPUT_EMAIL,
     .offset = offsetof(struct sign_in_form, email),
     .required = true},
    {.name = "password",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, password),
     .required = true,
     .longest = PASSWORD_BYTES_MAX},
    {.name = "next",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, next),
     .longest = 500},
    {.name = NULL},
};

static const struct input passkey_inputs[] = {
    {.name = "credential",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, passkey.credential),
     .required = true,
     .longest = PASSKEY_TEXT_MAX},
    {.name = "client_data",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, passkey.client_data),
     .required = true,
     .longest = PASSKEY_TEXT_MAX},
    {.name = "authenticator_data",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, passkey.authenticator_data),
     .required = true,
     .longest = PASSKEY_TEXT_MAX},
    {.name = "signature",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, passkey.signature),
     .required = true,
     .longest = PASSKEY_TEXT_MAX},
    {.name = "next",
     .type = INPUT_TEXT,
     .offset = offsetof(struct sign_in_form, next),
     .longest = 500},
    {.name = NULL},
};

/* The browser gets its number with every page that shows nobody a form. */
static struct reply finished(struct request *rq, const struct frame *frame, struct page *page)
{
    struct reply reply = portal_end(rq, frame, page);
    session_name_browser(rq, &reply);
    return reply;
}

static str said(struct request *rq, const char *sentence)
{
    return str_of(say(op_lang(&rq->op), sentence));
}

static str home_of(const struct request *rq)
{
    bool staff = role_is_staff(rq->who.role) && !rq->who.view_as;
    return staff ? S("/console") : S("/");
}

/* --- the page itself -------------------------------------------------------------------------- */

/* For the script: what it asks the browser. The person chooses among the passkeys that are there.
 */
static str passkey_question(struct request *rq)
{
    struct passkey_site site;
    struct text text = {.mem = rq->op.mem};
    struct json_out o = {.to = &text};
    if (!passkey_site_of(rq->op.mem, rq->app->public_url, rq->app->keys, &site)) return S("");
    json_open(&o, '{');
    json_key(&o, "challenge");
    json_put_str(&o, passkey_challenge(&rq->op, &site, PASSKEY_TO_SIGN_IN, rq->form_token));
    json_key(&o, "rpId");
    json_put_str(&o, site.host);
    json_key(&o, "userVerification");
    json_put_str(&o, S("required"));
    json_close(&o, '}');
    return text_str(&text);
}

static struct reply page_with(struct request *rq, str notice)
{
    struct frame frame;
    if (!portal_frame(rq, said(rq, "Sign in"), NULL, &frame)) return reply_errors(rq);
    const struct sign_in_form *form = rq->in;
    struct sign_in_view view = {
        .expired = rq->method == GET && str_eq(form->why, S("expired")),
        .notice = notice.len > 0 ? notice : request_problem(rq, "passkey"),
        .passkey = passkey_question(rq),
        .email = request_typed(rq, "email"),
        .next = session_next(form->next),
        .wrong_password = request_problem(rq, "password"),
        .with_password = str_ends(rq->path, S("/password")),
    };
    view.wrong_email = view.with_password ? S("") : request_problem(rq, "email");
    if (view.with_password && view.wrong_password.len == 0)
        view.wrong_password = request_problem(rq, "email");
    if (!join_is_open(rq, &view.may_join)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_sign_in(&page, &view);
    return finished(rq, &frame, &page);
}

static struct reply sign_in_show(struct request *rq)
{
    const struct sign_in_form *form = rq->in;
    bool asked = str_eq(form->why, S("expired"));
    if (rq->method == GET && rq->who.role != ROLE_NONE && !asked) {
        str next = session_next(form->next);
        return reply_see(rq, str_eq(next, S("/")) ? home_of(rq) : next);
    }
    return page_with(rq, S(""));
}

static struct reply too_many(struct request *rq, instant again_at)
{
    int64_t minutes = (again_at - rq->op.now + MINUTE_US - 1) / MINUTE_US;
    const char *one = N_("There were too many tries. Please wait a minute.");
    const char *many = N_("There were too many tries. Please wait %lld minutes, or sign in with a "
                          "link.");
    const struct lang *lang = op_lang(&rq->op);
    struct reply reply =
        page_with(rq, minutes <= 1 ? str_of(say(lang, one))
                                   : str_printf(rq->op.mem, say(lang, many), (long long)minutes));
    reply.status = TOO_MANY;
    return reply;
}

/* --- asking for a link ------------------------------------------------------------------------ */

static bool ask_count(struct request *rq, struct attempt *out)
{
    str from = address_block(rq->op.mem, rq->client_address);
    str subject = str_printf(rq->op.mem, "asks:%.*s", STR(from));
    return attempt_count(&rq->op, subject, ASKS_AN_ADDRESS, out);
}

static struct reply link_ask(struct request *rq)
{
    const struct sign_in_form *form = rq->in;
    struct attempt attempt;
    struct sign_in_ask ask = {
        .kind = ASK_SIGN_IN,
        .browser = rq->browser,
        .next = session_next(form->next),
    };
    if (!person_email(rq->op.mem, form->email, &ask.email)) {
        (void)op_fail(&rq->op, ERR_INVALID, "email",
                      "Please enter an e-mail address, like name@company.example.");
        return reply_errors(rq);
    }
    if (!ask_count(rq, &attempt)) return reply_errors(rq);
    if (attempt.refused) return too_many(rq, attempt.again_at);
    if (!sign_in_ask(&rq->op, &ask)) return reply_errors(rq);
    return reply_see(rq, S("/sign-in/sent"));
}

static struct reply link_sent(struct request *rq)
{
    struct frame frame;
    if (!portal_frame(rq, said(rq, "Look into your mail"), NULL, &frame)) return reply_errors(rq);
    struct page page = portal_begin(rq, &frame);
    page_link_sent(&page, rq->app->demo);
    return finished(rq, &frame, &page);
}

/* --- coming in -------------------------------------------------------------------------------- */

/* At the customer asked for if the person has a seat there, else at the first. */
static bool seat_choose(struct request *rq, int64_t person, int64_t wanted, int64_t *customer,
                        ptrdiff_t *seats)
{
    struct person who;
    struct seat_list list;
    *customer = 0;
    *seats = 0;
    if (!person_get(&rq->op, person, &who)) return false;
    if (who.staff_role != ROLE_NONE) return true;
    if (!seats_of(&rq->op, person, &list)) return false;
    if (list.count == 0)
        return op_fail(&rq->op, ERR_DENIED, NULL,
                       "Your address has no access any more. Please ask a colleague or us.");
    *customer = list.at[0].customer;
    *seats = list.count;
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (list.at[i].customer == wanted) *customer = wanted;
    return true;
}

static bool come_in(struct request *rq, int64_t person, int64_t wanted, str next,
                    struct reply *reply)
{
    int64_t customer;
    ptrdiff_t seats;
    if (!seat_choose(rq, person, wanted, &customer, &seats)) return false;
    bool home = next.len == 0 || str_eq(next, S("/"));
    if (home && seats == 0)
        *reply = reply_see(rq, S("/console"));
    else if (home && seats > 1 && wanted == 0)
        *reply = reply_see(rq, S("/companies"));
    else
        *reply = reply_see(rq, session_next(next));
    return session_begin(rq, person, customer, reply);
}

/* --- opening a link --------------------------------------------------------------------------- */

static struct reply link_page(struct request *rq, const struct link *link)
{
    struct frame frame;
    if (!portal_frame(rq, said(rq, "Sign in"), NULL, &frame)) return reply_errors(rq);
    struct link_view view = {
        .valid = link->id != 0,
        .invitation = link->kind == LINK_INVITATION,
        .name = link->name,
        .email = link->email,
        .seller = frame.brand,
        .action = url_printf(rq->op.mem, "/sign-in/%.*s", STR(url_encode(rq->op.mem, rq->id))),
    };
    struct page page = portal_begin(rq, &frame);
    page_link(&page, &view);
    struct reply reply = finished(rq, &frame, &page);
    reply.no_referrer = true;
    return reply;
}

static bool is_prefetch(struct request *rq)
{
    return rq->header(rq, "Sec-Purpose").len > 0 || rq->header(rq, "Purpose").len > 0;
}

static struct reply link_come_in(struct request *rq)
{
    struct link link;
    struct reply reply;
    if (!link_use(&rq->op, rq->id, rq->browser, &link)) return reply_errors(rq);
    if (!link.id) return link_page(rq, &link);
    if (!come_in(rq, link.person, link.customer, link.next, &reply)) return reply_errors(rq);
    reply.no_referrer = true;
    return reply;
}

static struct reply link_open(struct request *rq)
{
    struct link link;
    if (!link_look(&rq->op, rq->id, rq->browser, &link)) return reply_errors(rq);
    if (!link.id || !link.direct || is_prefetch(rq)) return link_page(rq, &link);
    return link_come_in(rq);
}

/* --- passwords -------------------------------------------------------------------------------- */

struct trying {
    struct request *rq;
    str email;
    struct password_try try;
    struct reply reply;
};

static bool try_begin(struct op *op, void *arg)
{
    struct trying *t = arg;
    if (!password_try_begin(op, t->email, &t->try)) return false;
    if (t->try.refused) t->reply = too_many(t->rq, t->try.again_at);
    return true;
}

static bool try_end(struct op *op, void *arg)
{
    struct trying *t = arg;
    const struct sign_in_form *form = t->rq->in;
    t->reply = (struct reply){0};
    return password_try_end(op, &t->try) && come_in(t->rq, t->try.person, 0, form->next, &t->reply);
}

/* Talks: the hash is computed between two transactions, and holds neither. */
static struct reply password_sign_in(struct request *rq)
{
    const struct sign_in_form *form = rq->in;
    struct op *op = &rq->op;
    struct trying t = {.rq = rq, .email = str_lower(op->mem, form->email)};
    if (!store_transact(op, rq->store, TX_WRITE, try_begin, &t)) return reply_errors(rq);
    if (t.try.refused) return t.reply;
    if (!password_try(op, request_typed(rq, "password"), &t.try)) return reply_errors(rq);
    if (!t.try.matches) {
        (void)op_fail(op, ERR_INVALID, "password",
                      "The e-mail address or the password is not right.");
        return reply_errors(rq);
    }
    if (!store_transact(op, rq->store, TX_WRITE, try_end, &t)) return reply_errors(rq);
    return t.reply;
}

/* --- passkeys --------------------------------------------------------------------------------- */

struct proving {
    struct request *rq;
    struct passkey_site site;
    struct passkey_answer answer;
    struct passkey_try try;
    struct reply reply;
};

static bool prove_begin(struct op *op, void *arg)
{
    struct proving *p = arg;
    if (!passkey_try_begin(op, &p->site, &p->answer, &p->try)) return false;
    if (p->try.refused) p->reply = too_many(p->rq, p->try.again_at);
    return true;
}

static bool prove_end(struct op *op, void *arg)
{
    struct proving *p = arg;
    const struct sign_in_form *form = p->rq->in;
    p->reply = (struct reply){0};
    return passkey_try_end(op, &p->try) && come_in(p->rq, p->try.person, 0, form->next, &p->reply);
}

/* Talks: the try is counted whatever comes of it, and nobody waits for the check of a signature. */
static struct reply passkey_sign_in(struct request *rq)
{
    const struct sign_in_form *form = rq->in;
    struct op *op = &rq->op;
    struct proving p = {.rq = rq, .answer = form->passkey};
    p.answer.bound = rq->form_token;
    if (!passkey_site_of(op->mem, rq->app->public_url, rq->app->keys, &p.site))
        return reply_missing(rq);
    if (!store_transact(op, rq->store, TX_WRITE, prove_begin, &p)) return reply_errors(rq);
    if (p.try.refused) return p.reply;
    if (!passkey_try(op, &p.try)) return reply_errors(rq);
    if (!store_transact(op, rq->store, TX_WRITE, prove_end, &p)) return reply_errors(rq);
    return p.reply;
}

/* --- out, and over to another company --------------------------------------------------------- */

static struct reply sign_out(struct request *rq)
{
    struct reply reply = reply_see(rq, S("/sign-in"));
    return session_end(rq, &reply) ? reply : reply_errors(rq);
}

struct companies_form {
    int64_t customer;
    str next;
};

static const struct input companies_inputs[] = {
    {.name = "customer",
     .type = INPUT_ID,
     .kind = "cus",
     .offset = offsetof(struct companies_form, customer),
     .required = true},
    {.name = "next",
     .type = INPUT_TEXT,
     .offset = offsetof(struct companies_form, next),
     .longest = 500},
    {.name = NULL},
};

static struct reply companies_show(struct request *rq)
{
    struct frame frame;
    struct companies_view view = {.current = rq->who.customer};
    if (!seats_of(&rq->op, rq->who.person, &view.seats)) return reply_errors(rq);
    if (view.seats.count == 0) return reply_see(rq, home_of(rq));
    if (!portal_frame(rq, said(rq, "For which company?"), NULL, &frame)) return reply_errors(rq);
    str *ids = arena_array(rq->op.mem, str, view.seats.count);
    for (ptrdiff_t i = 0; i < view.seats.count; i++)
        ids[i] = id_text(rq->op.mem, rq->app->keys, "cus", view.seats.at[i].customer);
    view.ids = ids;
    struct page page = portal_begin(rq, &frame);
    page_companies(&page, &view);
    return finished(rq, &frame, &page);
}

static struct reply companies_choose(struct request *rq)
{
    const struct companies_form *form = rq->in;
    struct seat_list seats;
    struct reply reply = reply_see(rq, session_next(form->next));
    if (!seats_of(&rq->op, rq->who.person, &seats)) return reply_errors(rq);
    for (ptrdiff_t i = 0; i < seats.count; i++) {
        if (seats.at[i].customer != form->customer) continue;
        return session_renew(rq, form->customer, &reply) ? reply : reply_errors(rq);
    }
    return reply_missing(rq);
}

const struct route sign_in_routes[] = {
    {GET, "/sign-in", sign_in_show, .may = MAY_ANYONE, INPUTS(show_inputs, struct sign_in_form),
     .about = "The page to sign in on"},
    {POST, "/sign-in", link_ask, .may = MAY_ANYONE, INPUTS(ask_inputs, struct sign_in_form),
     .redisplay = sign_in_show, .about = "Asks for a link by e-mail"},
    {GET, "/sign-in/sent", link_sent, .may = MAY_ANYONE, .about = "A link is on its way"},
    {POST, "/sign-in/password", password_sign_in, .may = MAY_ANYONE,
     INPUTS(password_inputs, struct sign_in_form), .talks = true, .redisplay = sign_in_show,
     .about = "Signs in with a password"},
    {POST, "/sign-in/passkey", passkey_sign_in, .may = MAY_ANYONE,
     INPUTS(passkey_inputs, struct sign_in_form), .talks = true, .redisplay = sign_in_show,
     .about = "Signs in with a passkey"},
    {GET, "/sign-in/:id", link_open, .may = MAY_ANYONE, .writes = true,
     .about = "Opens a link: signs in, or asks for a click"},
    {POST, "/sign-in/:id", link_come_in, .may = MAY_ANYONE, .about = "Signs in by a link"},
    {POST, "/sign-out", sign_out, .may = MAY_BE_SIGNED_IN, .leaves = true,
     .about = "Signs out this browser"},
    {GET, "/companies", companies_show, .may = MAY_BE_SIGNED_IN,
     .about = "The companies one may act for"},
    {POST, "/companies", companies_choose, .may = MAY_BE_SIGNED_IN,
     INPUTS(companies_inputs, struct companies_form), .about = "Acts for another company"},
    {0},
};
