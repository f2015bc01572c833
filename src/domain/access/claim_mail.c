/* Who is told what about a request for access, in the reader's language. */
#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/random.h"
#include "domain/access/claims.h"
#include "domain/access/claims_sql.h"
#include "domain/access/people.h"
#include "domain/access/sign_in_mail.h"
#include "domain/company/company.h"
#include "domain/notices/notices.h"

enum { TOKEN_BYTES = 32, READERS_MAX = 50 };

struct telling {
    const struct claim *claim;
    const struct site *site;
    const char *what;        /* in the event: one mail about it to each reader */
    const struct person *to; /* the reader */
    const struct lang *lang; /* the reader's */
    struct access_letter mail;
};

static struct telling telling_of(const struct claim *c, const struct site *site, const char *what,
                                 const struct person *to)
{
    return (struct telling){
        .claim = c, .site = site, .what = what, .to = to, .lang = lang_find(to->language)};
}

/* {1}: the person, {2}: their address, {3}: the invoice, {4}: the customer, {5}: the seller. */
static str words(struct op *op, const struct telling *t, const char *sentence)
{
    const struct claim *c = t->claim;
    const str values[] = {c->name, c->email, c->invoice, c->customer_name, t->site->seller};
    return access_words(op->mem, say(t->lang, sentence), values, COUNT(values));
}

static bool tell(struct op *op, const struct telling *t)
{
    const struct claim *c = t->claim;
    struct notice notice = access_notice(op->mem, t->to, t->site->seller, &t->mail);
    /* Not the id alone: SQLite gives that again once old rows are swept away. */
    notice.event = str_printf(op->mem, "claim:%lld:%lld:%s:%.*s", (long long)c->id,
                              (long long)c->created_at, t->what, STR(t->to->email));
    notice.customer = c->customer;
    return notices_queue(op, &notice);
}

/* --- those who decide ------------------------------------------------------------------------- */

struct readers {
    struct person at[READERS_MAX];
    int count;
};

static bool admins_of(struct op *op, int64_t customer, struct readers *out)
{
    struct claim_admins_list rows;
    *out = (struct readers){0};
    if (!sql_claim_admins(op, (struct claim_admins_args){customer}, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count && out->count < READERS_MAX; i++)
        out->at[out->count++] = (struct person){
            .id = rows.at[i].person,
            .email = rows.at[i].email,
            .name = rows.at[i].name,
            .language = rows.at[i].language,
        };
    return true;
}

/* The address that answers for the seller, where there is one; else its administrators. */
static bool staff_of(struct op *op, struct readers *out)
{
    struct staff_list staff;
    struct entity_list sellers;
    *out = (struct readers){0};
    if (!staff_of_seller(op, &staff) || !entities(op, &sellers)) return false;
    for (ptrdiff_t i = 0; i < staff.count && out->count < READERS_MAX; i++)
        if (staff.at[i].staff_role == ROLE_ADMINISTRATOR && !staff.at[i].blocked)
            out->at[out->count++] = staff.at[i];
    if (sellers.count == 0 || sellers.at[0].contact_email.len == 0) return true;
    str language = out->count ? out->at[0].language : S("en");
    out->at[0] = (struct person){
        .email = sellers.at[0].contact_email,
        .name = sellers.at[0].contact_name,
        .language = language,
    };
    out->count = 1;
    return true;
}

static bool tell_waiting(struct op *op, const struct claim *c, const struct site *site,
                         const struct readers *readers, const char *path)
{
    for (int i = 0; i < readers->count; i++) {
        struct telling t = telling_of(c, site, "waiting", &readers->at[i]);
        t.mail = (struct access_letter){
            .subject = words(op, &t, N_("A request for access to the invoices of {4}")),
            .heading = words(op, &t, N_("Somebody asks for access")),
            .about = words(op, &t,
                           N_("{1} ({2}) gave the number and the total of invoice {3} and asks to "
                              "see the invoices of {4}. That address is not known there, so "
                              "somebody has to decide.")),
            .press = words(op, &t, N_("Look at the request")),
            .link = str_printf(op->mem, "%.*s%s", STR(site->url), path),
            .caution = words(op, &t,
                             N_("Do you not know this person? Then refuse. Without a decision "
                                "the request ends by itself after 14 days.")),
        };
        if (!tell(op, &t)) return false;
    }
    return true;
}

static bool tell_deciders(struct op *op, const struct claim *c, const struct site *site)
{
    struct readers admins, staff;
    return admins_of(op, c->customer, &admins) && staff_of(op, &staff) &&
           tell_waiting(op, c, site, &admins, "/people") &&
           tell_waiting(op, c, site, &staff, "/console/access-requests");
}

/* --- once somebody is in ---------------------------------------------------------------------- */

/* The customer's administrators can raise or remove; where there are none, the seller's staff. */
static bool tell_used(struct op *op, const struct claim *c, const struct site *site)
{
    struct readers readers;
    if (!admins_of(op, c->customer, &readers)) return false;
    bool staff = readers.count == 0;
    if (staff && (!c->at_once || !staff_of(op, &readers))) return !c->at_once;
    for (int i = 0; i < readers.count; i++) {
        struct telling t = telling_of(c, site, "used", &readers.at[i]);
        t.mail = (struct access_letter){
            .subject = words(op, &t, N_("New access to the invoices of {4}")),
            .heading = words(op, &t, N_("{1} has access now")),
            .about =
                c->at_once
                    ? words(op, &t,
                            N_("{1} ({2}) can see the invoices of {4}, and change nothing. Nobody "
                               "had to decide: the number and the total of invoice {3} were "
                               "right, and the address belongs to the company."))
                    : words(op, &t,
                            N_("{1} ({2}) can see the invoices of {4}: the request was granted.")),
            .press = words(op, &t, N_("See who has access")),
            .link = str_printf(op->mem, "%.*s%s", STR(site->url),
                               staff ? "/console/access-requests?show=all" : "/people"),
            .caution = words(op, &t, N_("You can give more rights, or remove this person.")),
        };
        if (!tell(op, &t)) return false;
    }
    return true;
}

/* --- the person who asked --------------------------------------------------------------------- */

static struct person asker_of(const struct claim *c)
{
    return (struct person){.email = c->email, .name = c->name, .language = c->language};
}

static bool tell_granted(struct op *op, const struct claim *c, const struct site *site)
{
    const struct person asker = asker_of(c);
    struct telling t = telling_of(c, site, "granted", &asker);
    str token = random_token(op->mem, TOKEN_BYTES);
    struct claim_mailed_args args = {
        .id = c->id, .hash = crypto_digest(op->mem, token), .now = op->now};
    if (!sql_claim_mailed(op, args)) return false;
    t.what = str_z(op->mem, str_printf(op->mem, "granted:%.*s", STR(args.hash)));
    t.mail = (struct access_letter){
        .subject = words(op, &t, N_("Your access to {5}")),
        .heading = words(op, &t, N_("Welcome to {5}")),
        .about = c->role == ROLE_VIEWER
                     ? words(op, &t, N_("You can now see the invoices of {4}."))
                     : words(op, &t,
                             N_("Your request was granted: you can now see and pay the "
                                "invoices of {4}.")),
        .press = words(op, &t, N_("Accept and sign in")),
        .link = str_printf(op->mem, "%.*s/join/%.*s", STR(site->url), STR(token)),
        .caution = c->at_once
                       ? words(op, &t,
                               N_("The link works once, for one day. Afterwards you sign in with "
                                  "your e-mail address; no password is needed. Did you not ask "
                                  "for this? Then please do nothing."))
                       : words(op, &t,
                               N_("The link works once, for 14 days. Afterwards you sign in with "
                                  "your e-mail address; no password is needed. Did you not ask "
                                  "for this? Then please do nothing.")),
        .secret = true,
    };
    return tell(op, &t);
}

static bool tell_refused(struct op *op, const struct claim *c, const struct site *site)
{
    const struct person asker = asker_of(c);
    struct telling t = telling_of(c, site, "refused", &asker);
    t.mail = (struct access_letter){
        .subject = words(op, &t, N_("Your request for access to {5}")),
        .heading = words(op, &t, N_("Your request was not granted")),
        .about = c->words.len
                     ? c->words
                     : words(op, &t, N_("You cannot see the invoices of {4} with this address.")),
        .caution = words(op, &t,
                         N_("Is that a mistake? Ask a colleague who has access to invite "
                            "you, or answer this mail.")),
    };
    return tell(op, &t);
}

bool claim_mail(struct op *op, int64_t claim, const struct site *site)
{
    struct claim c;
    if (!claim_get(op, 0, claim, &c)) return false;
    if (c.over) return true;
    switch (c.state) {
    case CLAIM_WAITING: return tell_deciders(op, &c, site);
    case CLAIM_GRANTED: return tell_granted(op, &c, site);
    case CLAIM_REFUSED_BY: return tell_refused(op, &c, site);
    case CLAIM_USED: return tell_used(op, &c, site);
    }
    return true;
}
