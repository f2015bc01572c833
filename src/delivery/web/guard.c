#include "delivery/web/guard.h"

#include "base/crypto.h"
#include "delivery/web/reply.h"
#include "delivery/web/route.h"

static bool refuse(struct request *rq, int status, const char *sentence, struct reply *out)
{
    *out = reply_refusal(rq, status, ERR_DENIED, sentence);
    return false;
}

static bool refuse_stranger(struct request *rq, const char *sentence, struct reply *out)
{
    (void)refuse(rq, 401, sentence, out);
    out->headers[0].name = "WWW-Authenticate";
    out->headers[0].value = S("Bearer realm=\"quittance\"");
    return false;
}

static str form_token(const struct request *rq)
{
    str what = str_printf(rq->op.mem, "form of session %lld", (long long)rq->who.session);
    return crypto_tag(rq->op.mem, rq->app->keys, KEY_FORMS, what);
}

bool guard_visitor(struct request *rq, struct reply *out)
{
    if (!rq->route->public && !rq->route->foreign && rq->app->visitor && !rq->app->visitor(rq)) {
        *out = reply_errors(rq);
        return false;
    }
    if (rq->form_token.len == 0) rq->form_token = form_token(rq);
    return true;
}

bool guard_permission(struct request *rq, struct reply *out)
{
    const struct route *route = rq->route;
    if (route->may == MAY_ANYONE) return true;
    if (rq->who.role == ROLE_NONE) {
        if (rq->wants_json) return refuse_stranger(rq, "Please send an API key.", out);
        *out = rq->app->sign_in ? rq->app->sign_in(rq) : reply_see(rq, S("/sign-in"));
        return false;
    }
    /* Who looks at a portal as the customer does sees all of it, and changes nothing. */
    enum role role = rq->who.view_as && rq->method == GET ? ROLE_CUSTOMER_ADMIN : rq->who.role;
    if (!role_may(role, route->may))
        return refuse(rq, 403, N_("You are not allowed to do this."), out);
    if (rq->who.view_as && rq->method != GET && !route->leaves)
        return refuse(rq, 403,
                      N_("You are looking at the portal as the customer sees it. Nothing can be "
                         "changed from here."),
                      out);
    return true;
}

/* What the browser itself says about where the request was made. Sec-Fetch-Site is the better
 * witness: a page without a referrer sends "Origin: null" even to its own site. */
static bool made_by_a_page_of_ours(struct request *rq)
{
    str site = rq->header(rq, "Sec-Fetch-Site"), origin = rq->header(rq, "Origin");
    if (site.len > 0) return str_eq(site, S("same-origin")) || str_eq(site, S("none"));
    if (origin.len == 0 || str_eq(origin, rq->app->public_url)) return true;
    str host = rq->header(rq, "Host"); /* tried out under another name, without a certificate */
    return !rq->app->secure && str_eq(origin, str_printf(rq->op.mem, "http://%.*s", STR(host)));
}

bool guard_form(struct request *rq, struct reply *out)
{
    if (rq->method == GET || rq->route->foreign) return true;
    if (route_is_api(rq->route) && rq->who.session == 0) return true; /* no cookie was believed */
    if (!made_by_a_page_of_ours(rq))
        return refuse(rq, 403, N_("This form was sent from another site. Nothing was done."), out);

    str token =
        route_is_api(rq->route) ? rq->header(rq, "X-Form-Token") : request_typed(rq, "form_token");
    if (rq->form_token.len == 0 || !crypto_equal(token, rq->form_token))
        return refuse(
            rq, 403,
            N_("This form is from an earlier sign-in. Please open the page again and send "
               "it once more."),
            out);
    return true;
}
