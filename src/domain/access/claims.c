#include "domain/access/claims.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "domain/access/claims_sql.h"
#include "domain/access/people.h"
#include "domain/audit/audit.h"
#include "store/outbox.h"

enum { NAME_MAX_BYTES = 400, INVOICE_MAX = 60, WORDS_MAX_BYTES = 2000, DECIDED_AT_ONCE = 100 };

static const char *const states[] = {
    [CLAIM_WAITING] = "waiting",
    [CLAIM_GRANTED] = "granted",
    [CLAIM_REFUSED_BY] = "refused",
    [CLAIM_USED] = "used",
};

/* --- whether people may ask ------------------------------------------------------------------- */

bool claims_open(struct op *op, bool by_default, bool *out)
{
    struct claim_setting_row_row row;
    bool found = false;
    if (!sql_claim_setting_row(op, &row, &found)) return false;
    *out = found ? row.open : by_default;
    return true;
}

bool claims_open_set(struct op *op, bool open)
{
    struct claim_setting_put_args args = {.open = open, .now = op->now};
    return sql_claim_setting_put(op, args) &&
           audit_add(op, "claim.setting", "claim_setting", 1, S(""),
                     open ? S("{\"open\":true}") : S("{\"open\":false}"));
}

/* --- asking ----------------------------------------------------------------------------------- */

/* A stranger's words that end up in mails to others: a name, and nothing to follow. */
static bool name_ok(str name)
{
    static const char *const never[] = {"/", "@", ":", "\n", "www."};
    for (ptrdiff_t i = 0; i < COUNT(never); i++)
        if (str_find(name, str_of(never[i])) >= 0) return false;
    return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

static bool ask_check(struct op *op, const struct claim_ask *in, str *email)
{
    bool good = true;
    if (!name_ok(str_trim(in->name)))
        good = op_fail(op, ERR_INVALID, "name", "Please enter your first and last name.");
    if (!person_email(op->mem, in->email, email))
        good = op_fail(op, ERR_INVALID, "email",
                       "Please enter an e-mail address, like name@company.example.");
    if (str_trim(in->invoice).len == 0 || str_trim(in->invoice).len > INVOICE_MAX)
        good = op_fail(op, ERR_INVALID, "invoice",
                       "Please enter the number as it stands on the invoice.");
    if (lang_amount_sought(op_lang(op), in->total).one <= 0)
        good = op_fail(op, ERR_INVALID, "total",
                       "Please enter the total as it stands on the invoice, like 1,190.00.");
    return good;
}

/* By what was typed, so that the count says nothing about which invoices there are. */
static bool ask_count(struct op *op, str invoice, struct attempt *out)
{
    str address = op->actor ? op->actor->address : S("");
    str from = str_printf(op->mem, "claims:%.*s", STR(address_block(op->mem, address)));
    str number = crypto_digest(op->mem, str_lower(op->mem, invoice));
    if (!attempt_count(op, from, CLAIMS_AN_ADDRESS, out)) return false;
    if (out->refused) return true;
    str at = str_printf(op->mem, "invoice:%.*s", STR(number));
    return attempt_count(op, at, CLAIMS_AN_INVOICE, out);
}

bool claim_ask(struct op *op, const struct claim_ask *in, struct attempt *out)
{
    str email;
    if (!ask_check(op, in, &email) || !ask_count(op, str_trim(in->invoice), out)) return false;
    if (out->refused) return true;
    struct claim_ask_insert_args args = {
        .name = str_trim(in->name),
        .email = email,
        .language = in->language.len ? in->language : S("en"),
        .invoice = str_trim(in->invoice),
        .total = str_trim(in->total),
        .address = op->actor && op->actor->address.len ? op->actor->address : S(""),
        .created_at = op->now,
    };
    struct claim_ask_insert_row row;
    return sql_claim_ask_insert(op, args, &row) && outbox_add(op, "claim.look", row.id);
}

/* --- reading ---------------------------------------------------------------------------------- */

static enum claim_state state_from(str name)
{
    for (enum claim_state state = CLAIM_WAITING; state <= CLAIM_USED; state++)
        if (str_eq(name, str_of(states[state]))) return state;
    return CLAIM_WAITING; /* the column's check allows no other */
}

static enum role role_of(struct arena *mem, str name)
{
    enum role role = ROLE_NONE;
    return name.len && role_from(str_z(mem, name), &role) ? role : ROLE_NONE;
}

bool claim_get(struct op *op, int64_t customer, int64_t id, struct claim *out)
{
    struct claim_row_args args = {.id = id, .customer = customer};
    struct claim_row_row row;
    bool found = false;
    *out = (struct claim){0};
    if (!sql_claim_row(op, args, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such request.");
    *out = (struct claim){
        .id = row.id,
        .state = state_from(row.state),
        .name = row.name,
        .email = row.email,
        .language = row.language,
        .customer = row.customer,
        .document = row.document,
        .customer_name = row.customer_name,
        .invoice = row.invoice,
        .address = row.address,
        .role = role_of(op->mem, row.role),
        .at_once = row.at_once,
        .decided_by = row.decided_by,
        .words = row.words,
        .decided_at = row.decided_at,
        .created_at = row.created_at,
        .expires_at = row.expires_at,
    };
    bool pending = out->state == CLAIM_WAITING || out->state == CLAIM_GRANTED;
    out->over = pending && out->expires_at <= op->now;
    return true;
}

bool claims_to_decide(struct op *op, int64_t customer, struct claim_list *out)
{
    struct claims_to_decide_args args = {
        .customer = customer, .now = op->now, .limit = DECIDED_AT_ONCE};
    struct claims_to_decide_list rows;
    if (!sql_claims_to_decide(op, args, &rows)) return false;
    *out = (struct claim_list){arena_array(op->mem, struct claim, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!claim_get(op, customer, rows.at[i].id, &out->at[i])) return false;
    return true;
}

bool claims_newest(struct op *op, int limit, struct claim_list *out)
{
    struct claims_newest_list rows;
    if (!sql_claims_newest(op, (struct claims_newest_args){.limit = limit}, &rows)) return false;
    *out = (struct claim_list){arena_array(op->mem, struct claim, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!claim_get(op, 0, rows.at[i].id, &out->at[i])) return false;
    return true;
}

/* --- deciding --------------------------------------------------------------------------------- */

static bool decide(struct op *op, int64_t customer, int64_t id, struct claim_decide_args args)
{
    struct claim was;
    struct claim_decide_row row;
    bool found = false;
    if (!claim_get(op, customer, id, &was)) return false;
    args.id = id;
    args.customer = customer;
    args.decided_by = op->actor && op->actor->name.len ? op->actor->name : S("");
    args.now = op->now;
    if (!sql_claim_decide(op, args, &row, &found)) return false;
    if (!found)
        return op_fail(op, ERR_CONFLICT, NULL,
                       "This request was decided by somebody else, or has run out.");
    return outbox_add(op, "claim.mail", id);
}

bool claim_grant(struct op *op, int64_t customer, int64_t id, enum role role)
{
    if (role == ROLE_NONE || role_is_staff(role))
        return op_fail(op, ERR_INVALID, "role", "Please choose what this person may do.");
    struct claim_decide_args args = {
        .state = str_of(states[CLAIM_GRANTED]),
        .role = str_of(role_name(role)),
        .words = S(""),
        .expires_at = op->now + CLAIM_LINK * DAY_US,
    };
    return decide(op, customer, id, args) &&
           audit_add(op, "claim.grant", "claim", id, S(""),
                     str_printf(op->mem, "{\"role\":\"%s\"}", role_name(role)));
}

bool claim_refuse(struct op *op, int64_t customer, int64_t id, str words)
{
    const str none = {0};
    if (words.len > WORDS_MAX_BYTES)
        return op_fail(op, ERR_INVALID, "words", "These words are too long for a mail.");
    struct claim_decide_args args = {
        .state = str_of(states[CLAIM_REFUSED_BY]),
        .role = none,
        .words = words.len ? str_trim(words) : S(""),
        .expires_at = op->now + CLAIM_REFUSED * DAY_US,
    };
    return decide(op, customer, id, args) &&
           audit_add(op, "claim.refuse", "claim", id, S(""), S(""));
}

/* --- coming in -------------------------------------------------------------------------------- */

bool claim_find(struct op *op, str token, struct claim *out)
{
    struct claim_by_hash_args args = {.hash = crypto_digest(op->mem, token), .now = op->now};
    struct claim_by_hash_row row;
    bool found = false;
    *out = (struct claim){0};
    if (!sql_claim_by_hash(op, args, &row, &found)) return false;
    return !found || claim_get(op, 0, row.id, out);
}

static bool seat_give(struct op *op, const struct claim *c, int64_t *person)
{
    struct person known;
    struct claim_seat_row seat;
    bool found = false;
    if (!person_find(op, c->email, &known)) return false;
    struct claim_seat_args at = {.person = known.id, .customer = c->customer};
    if (known.id && !sql_claim_seat(op, at, &seat, &found)) return false;
    *person = known.id;
    if (found) return true; /* invited in the meantime */
    struct invitation in = {
        .email = c->email,
        .name = c->name,
        .language = c->language,
        .role = c->role,
        .customer = c->customer,
        .quiet = true,
    };
    return person_invite(op, &in, person);
}

/* The trail shows who came in, not the nobody who pressed the button. */
static bool come_in(struct op *op, const struct claim *c, int64_t *person)
{
    const struct actor *was = op->actor;
    struct actor self = was ? *was : (struct actor){0};
    self.kind = ACTOR_PERSON;
    self.name = c->name;
    op->actor = &self;
    bool done = seat_give(op, c, person);
    self.id = *person;
    done = done && audit_add(op, "claim.use", "claim", c->id, S(""), S(""));
    op->actor = was;
    return done && outbox_add(op, "claim.mail", c->id);
}

bool claim_use(struct op *op, str token, struct claim *out, int64_t *person)
{
    struct claim_use_row used;
    bool found = false;
    *person = 0;
    if (!claim_find(op, token, out)) return false;
    if (!out->id) return true;
    struct claim_use_args args = {.id = out->id, .now = op->now};
    if (!sql_claim_use(op, args, &used, &found)) return false;
    if (found) return come_in(op, out, person);
    *out = (struct claim){0};
    return true;
}

bool claims_sweep(struct op *op)
{
    struct claim_ask_sweep_args asks = {.before = op->now - DAY_US};
    struct claim_sweep_args over = {.before = op->now - CLAIM_KEPT * DAY_US};
    return sql_claim_ask_sweep(op, asks) && sql_claim_sweep(op, over);
}
