#include "delivery/console/differences.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/lang.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"

enum kind { PLAIN, PICTURE, WORD, DAY, LANGUAGE, RATE, AMOUNT, CUSTOMER, PERSON };

static const struct {
    const char *key, *words;
    enum kind kind;
} fields[] = {
    {"address", N_("Address"), PLAIN},
    {"bank", N_("Bank, or account details where there is no IBAN"), PLAIN},
    {"bic", N_("BIC"), PLAIN},
    {"bounds", N_("Columns end after days"), PLAIN},
    {"card_fee_ppm", N_("Surcharge for credit cards, in per cent"), RATE},
    {"card_fee_text", N_("What payers read about it before they pay"), PLAIN},
    {"clerk_off_minor", N_("A clerk writes off, of one item, up to"), AMOUNT},
    {"colour", N_("Colour"), PLAIN},
    {"contact_email", N_("E-mail"), PLAIN},
    {"contact_name", N_("Name of who answers"), PLAIN},
    {"contact_phone", N_("Telephone"), PLAIN},
    {"country", N_("Country"), PLAIN},
    {"discount_reduces_tax", N_("An early-payment discount reduces the tax"), PLAIN},
    {"facts", N_("Tax numbers and register"), PLAIN},
    {"hold_until", N_("Last day of the hold"), DAY},
    {"iban", N_("IBAN"), PLAIN},
    {"language", N_("Language"), LANGUAGE},
    {"legal_name", N_("Legal name, on documents"), PLAIN},
    {"logo", N_("Logo"), PICTURE},
    {"manager_off_minor", N_("A manager writes off, of one item, up to"), AMOUNT},
    {"monthly", N_("A statement every month"), PLAIN},
    {"name", N_("Name"), PLAIN},
    {"on_hold", N_("Reminders on hold"), PLAIN},
    {"open", N_("Access can be asked for"), PLAIN},
    {"outcome", N_("What became of it"), WORD},
    {"owner", N_("Owner"), PERSON},
    {"parent", N_("Belongs to"), CUSTOMER},
    {"payee", N_("Account holder"), PLAIN},
    {"role", N_("Rights"), WORD},
    {"state", N_("Status"), WORD},
    {"terms", N_("Payment terms"), PLAIN},
    {"unapplied_days", N_("Money to apply is marked as late after so many days"), PLAIN},
    {"zone", N_("Time zone"), PLAIN},
};

static const struct {
    const char *value, *words;
} words[] = {
    {"admin", N_("Administer")},
    {"administrator", N_("Administrator")},
    {"auditor", N_("Auditor")},
    {"charged", N_("Charged")},
    {"clerk", N_("Clerk")},
    {"granted", N_("Granted")},
    {"manager", N_("Manager")},
    {"none", N_("None")},
    {"not_charged", N_("Not charged")},
    {"payer", N_("See and pay")},
    {"viewer", N_("See")},
    {"waiting", N_("Waiting")},
};

static str word_of(struct request *rq, str value)
{
    for (ptrdiff_t i = 0; i < COUNT(words); i++)
        if (str_eq(value, str_of(words[i].value))) return said(rq, words[i].words);
    return value;
}

static bool number_words(struct request *rq, const struct audit_entry *a, enum kind kind, int64_t n,
                         str *out)
{
    const struct lang *lang = op_lang(&rq->op);
    struct customer c;
    struct entity e;
    *out = lang_number(rq->op.mem, lang, n);
    if (kind == RATE) *out = lang_percent(rq->op.mem, lang, n);
    if (kind == CUSTOMER) {
        *out = S("");
        if (n == 0) return true;
        if (!customer_get(&rq->op, n, &c)) return false;
        *out = c.name;
    }
    if (kind == PERSON) {
        struct person p;
        *out = said(rq, "Nobody");
        if (n == 0) return true;
        if (!person_get(&rq->op, n, &p)) return false;
        *out = p.name;
    }
    if (kind == AMOUNT && str_eq(a->object, S("entity"))) {
        if (!entity_get(&rq->op, a->object_id, &e)) return false;
        *out = lang_money(rq->op.mem, lang, money_of(n, e.currency));
    }
    return true;
}

static bool value_words(struct request *rq, const struct audit_entry *a, enum kind kind,
                        const struct json *value, str *out)
{
    int64_t n;
    bool yes;
    str s;
    *out = S("");
    if (json_i64(value, &n)) return number_words(rq, a, kind, n, out);
    if (json_bool(value, &yes)) *out = yes ? said(rq, "Yes") : said(rq, "No");
    date day;
    if (!json_text(value, &s)) return true;
    *out = kind == WORD                        ? word_of(rq, s)
           : kind == LANGUAGE && s.len > 0     ? lang_name(lang_find(s))
           : kind == DAY && date_from(s, &day) ? lang_date(rq->op.mem, op_lang(&rq->op), day)
                                               : s;
    return true;
}

/* Some acts keep a text and no object: it is what is there since. */
static bool object_of(struct request *rq, str text, const struct json **out)
{
    *out = NULL;
    return text.len == 0 || text.at[0] != '{' || json_read(&rq->op, text, out);
}

/* A picture is kept by its hash, which says nothing to anybody. */
static void picture_words(struct request *rq, struct grid_change *change)
{
    if (str_eq(change->was, change->is)) return;
    bool before = change->was.len > 0;
    if (before) change->was = said(rq, "A picture");
    if (change->is.len > 0) change->is = said(rq, before ? N_("Another picture") : N_("A picture"));
}

static bool field_of(struct request *rq, const struct audit_entry *a, str key,
                     const struct json *was, const struct json *is, struct grid_change *out)
{
    enum kind kind = PLAIN;
    const char *name = str_z(rq->op.mem, key);
    out->name = key; /* a field without words stands as it is */
    for (ptrdiff_t i = 0; i < COUNT(fields); i++) {
        if (!str_eq(key, str_of(fields[i].key))) continue;
        kind = fields[i].kind;
        out->name = said(rq, fields[i].words);
    }
    if (!value_words(rq, a, kind, json_get(was, name), &out->was) ||
        !value_words(rq, a, kind, json_get(is, name), &out->is))
        return false;
    if (kind == PICTURE) picture_words(rq, out);
    return true;
}

bool differences_of(struct request *rq, const struct audit_entry *a, struct grid_cell *out)
{
    const struct json *was, *is, *member;
    ptrdiff_t count = 0;
    str key;
    *out = (struct grid_cell){0};
    if (a->before.len == 0 && a->after.len == 0) return true;
    if (!object_of(rq, a->before, &was) || !object_of(rq, a->after, &is)) return false;
    if (!was && !is) {
        str text = a->after.len > 0 ? a->after : a->before;
        *out = grid_text(str_eq(a->object, S("payment_method")) ? card_words(rq, text) : text);
        return true;
    }
    const struct json *all = is ? is : was;
    ptrdiff_t most = json_count(all);
    struct grid_change *list = arena_array(rq->op.mem, struct grid_change, most);
    for (ptrdiff_t i = 0; i < most && (member = json_member(all, i, &key)); i++) {
        if (!field_of(rq, a, key, was, is, &list[count])) return false;
        if (!str_eq(list[count].was, list[count].is)) count++;
    }
    if (count > 0) *out = grid_changes(list, count);
    return true;
}
