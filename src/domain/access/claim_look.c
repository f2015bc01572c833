/* What a request for access proves: the work behind the page that says the same to everybody. */
#include "base/arena.h"
#include "base/lang.h"
#include "base/money.h"
#include "domain/access/claims.h"
#include "domain/access/claims_sql.h"
#include "domain/access/people.h"
#include "domain/access/sessions.h"
#include "domain/audit/audit.h"
#include "store/outbox.h"

#define MAIL_PAUSE_US (10 * MINUTE_US)
enum { SOUGHT_DIGITS = 4 }; /* what lang_amount_sought() reads: CLF has four decimals */

/* --- whose address ---------------------------------------------------------------------------- */

/* Where anybody gets an address: such a domain says nothing about an employer. What stands before
 * the first dot is compared where a provider has the same name in many countries. */
static const char *const providers[] = {
    "163.com",        "126.com",       "a1.net",         "aol.com",         "aon.at",
    "att.net",        "bellsouth.net", "bigpond.com",    "bluewin.ch",      "bol.com.br",
    "btinternet.com", "chello.at",     "comcast.net",    "cox.net",         "earthlink.net",
    "fastmail.com",   "foxmail.com",   "free.fr",        "freenet.de",      "gmail.com",
    "googlemail.com", "hanmail.net",   "hetnet.nl",      "hushmail.com",    "icloud.com",
    "interia.pl",     "kpnmail.nl",    "laposte.net",    "libero.it",       "mac.com",
    "mail.com",       "mail.de",       "mail.ru",        "mailbox.org",     "me.com",
    "msn.com",        "naver.com",     "ntlworld.com",   "o2.pl",           "onet.pl",
    "optonline.net",  "orange.fr",     "planet.nl",      "pm.me",           "posteo.de",
    "proton.me",      "qq.com",        "rediffmail.com", "rogers.com",      "sbcglobal.net",
    "seznam.cz",      "sfr.fr",        "shaw.ca",        "sina.com",        "sky.com",
    "skynet.be",      "sunrise.ch",    "t-online.de",    "telenet.be",      "terra.com.br",
    "tiscali.it",     "tuta.com",      "tuta.io",        "tutanota.com",    "tutanota.de",
    "uol.com.br",     "verizon.net",   "virgilio.it",    "virginmedia.com", "wanadoo.fr",
    "web.de",         "wp.pl",         "xs4all.nl",      "ziggo.nl",        "zoho.com",
};
static const char *const families[] = {"gmx",   "hotmail", "live",       "outlook",
                                       "yahoo", "ymail",   "protonmail", "yandex"};

static bool is_providers(str domain)
{
    for (ptrdiff_t i = 0; i < COUNT(providers); i++)
        if (str_eq(domain, str_of(providers[i]))) return true;
    str first = str_cut(domain, '.').head;
    for (ptrdiff_t i = 0; i < COUNT(families); i++)
        if (str_eq(first, str_of(families[i]))) return true;
    return false;
}

bool claim_address_fits(str email, const str known[], ptrdiff_t count)
{
    str domain = str_cut(email, '@').tail;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (str_eq(email, known[i])) return true;
        if (str_eq(domain, str_cut(known[i], '@').tail) && !is_providers(domain)) return true;
    }
    return false;
}

static bool address_fits(struct op *op, str email, int64_t customer, bool *out)
{
    struct claim_addresses_list rows;
    if (!sql_claim_addresses(op, (struct claim_addresses_args){customer}, &rows)) return false;
    str *known = arena_array(op->mem, str, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) known[i] = str_lower(op->mem, rows.at[i].email);
    *out = claim_address_fits(email, known, rows.count);
    return true;
}

/* --- which invoice ---------------------------------------------------------------------------- */

struct proof {
    int64_t customer, document; /* 0: none */
    int64_t missed;             /* an invoice of that number and another total */
};

static bool total_fits(struct amount_sought typed, money total)
{
    int64_t minor = total.minor;
    if (minor <= 0 || minor > MONEY_MAX / 10000) return false;
    for (int digits = currency_digits(total.cur); digits < SOUGHT_DIGITS; digits++) minor *= 10;
    return typed.one == minor || typed.other == minor;
}

/* Two companies of the seller may have given out one number. What fits two customers proves
 * neither. */
static bool proof_of(struct op *op, const struct claim_ask_take_row *asked, struct proof *out)
{
    struct claim_invoices_list rows;
    struct claim_invoices_args args = {.find_number = str_lower(op->mem, asked->invoice)};
    struct amount_sought typed = lang_amount_sought(lang_find(asked->language), asked->total);
    *out = (struct proof){0};
    if (!sql_claim_invoices(op, args, &rows)) return false;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        if (!total_fits(typed, rows.at[i].total)) {
            out->missed = rows.at[i].document;
            continue;
        }
        if (out->customer && out->customer != rows.at[i].customer) {
            *out = (struct proof){0};
            return true;
        }
        out->customer = rows.at[i].customer;
        out->document = rows.at[i].document;
    }
    return true;
}

/* --- what follows ----------------------------------------------------------------------------- */

/* Somebody who is in already forgot it, or tries it the other way: an ordinary link. */
static bool sign_in_instead(struct op *op, const struct person *known)
{
    struct sign_in_ask ask = {.kind = ASK_SIGN_IN, .email = known->email};
    return !known->id || sign_in_ask(op, &ask);
}

/* The same request again is one request; a link that was lost is sent again, not too often. */
static bool already(struct op *op, str email, int64_t customer, bool *out)
{
    struct claim_newest_args args = {.email = email, .customer = customer, .now = op->now};
    struct claim_newest_row row;
    *out = false;
    if (!sql_claim_newest(op, args, &row, out)) return false;
    if (!*out) return true;
    if (str_eq(row.state, S("used"))) *out = false;
    bool again = str_eq(row.state, S("granted")) && row.mailed_at < op->now - MAIL_PAUSE_US;
    return !again || outbox_add(op, "claim.mail", row.id);
}

static bool crowded(struct op *op, int64_t customer, bool *out)
{
    struct claims_at_row row;
    struct claims_at_args args = {.customer = customer, .now = op->now};
    if (!sql_claims_at(op, args, &row)) return false;
    *out = row.count >= CLAIMS_WAITING_MAX;
    return true;
}

/* Whom the books knew before and who is in no more, somebody has removed: only somebody lets them
 * in again. */
static bool claim_make(struct op *op, const struct claim_ask_take_row *asked,
                       const struct proof *proof, bool was_here)
{
    bool fits, full, done;
    const str none = {0};
    if (!already(op, asked->email, proof->customer, &done) ||
        !crowded(op, proof->customer, &full) ||
        !address_fits(op, asked->email, proof->customer, &fits))
        return false;
    bool at_once = fits && !was_here;
    if (done || (full && !at_once)) return true;
    struct claim_insert_args args = {
        .name = asked->name,
        .email = asked->email,
        .language = asked->language,
        .customer = proof->customer,
        .document = proof->document,
        .address = asked->address,
        .state = at_once ? S("granted") : S("waiting"),
        .role = at_once ? str_of(role_name(ROLE_VIEWER)) : none,
        .at_once = at_once,
        .created_at = op->now,
        .expires_at = op->now + (at_once ? CLAIM_LINK_AT_ONCE : CLAIM_WAITS) * DAY_US,
    };
    struct claim_insert_row row;
    return sql_claim_insert(op, args, &row) &&
           audit_add(op, "claim.make", "claim", row.id, S(""),
                     at_once ? S("{\"state\":\"granted\"}") : S("{\"state\":\"waiting\"}")) &&
           outbox_add(op, "claim.mail", row.id);
}

static bool look(struct op *op, const struct claim_ask_take_row *asked)
{
    struct person known;
    struct proof proof;
    struct claim_seat_row seat;
    bool has_seat = false;
    if (!person_find(op, asked->email, &known) || !proof_of(op, asked, &proof)) return false;
    if (proof.customer == 0 && proof.missed &&
        !audit_add(op, "claim.wrong", "document", proof.missed, S(""), S("")))
        return false;
    if (known.blocked) return true;
    struct claim_seat_args at = {.person = known.id, .customer = proof.customer};
    if (known.id && !sql_claim_seat(op, at, &seat, &has_seat)) return false;
    if (proof.customer == 0 || has_seat || known.staff_role != ROLE_NONE)
        return sign_in_instead(op, &known);
    return claim_make(op, asked, &proof, known.id != 0);
}

bool claim_look(struct op *op, int64_t ask)
{
    struct claim_ask_take_row asked;
    bool found = false;
    if (!sql_claim_ask_take(op, (struct claim_ask_take_args){.id = ask}, &asked, &found))
        return false;
    if (!found) return true;

    /* The trail shows whence it came. */
    const struct actor from = {.kind = ACTOR_PROGRAM, .address = asked.address};
    const struct actor *was = op->actor;
    op->actor = &from;
    bool done = access_sweep_later(op) && look(op, &asked);
    op->actor = was;
    return done;
}
