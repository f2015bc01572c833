#include "delivery/console/settings.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/lang.h"
#include "delivery/console/changes.h"
#include "delivery/portal/brand.h"
#include "domain/audit/audit.h"
#include "domain/payments/reference.h"

#define HERE "/console/settings"

/* ---- what all pages of an entity have ---- */

struct url settings_url(const struct request *rq, int64_t entity, const char *then)
{
    return place_url(rq, PLACE_SELLER, entity, then);
}

str settings_when(const struct request *rq, str who, instant at)
{
    return filled(rq, N_("{1}, {2}"), who, moment(rq, at));
}

static const struct {
    const char *value, *words;
} dones[] = {
    {"saved", N_("The change is saved.")},
    {"default", N_("The standard text counts again.")},
};

static str done_words(struct request *rq)
{
    str done = rq->method == GET ? request_typed(rq, "done") : S("");
    for (ptrdiff_t i = 0; i < COUNT(dones); i++)
        if (str_eq(done, str_of(dones[i].value))) return said(rq, dones[i].words);
    return S("");
}

bool settings_head(struct request *rq, enum settings_tab tab, struct settings_head *out)
{
    static const struct {
        const char *name, *then;
    } tabs[] = {{N_("Company"), ""}, {N_("Look"), "/look"}, {N_("Texts"), "/texts"}};
    struct entity_list list;
    int64_t id;
    *out = (struct settings_head){.done = done_words(rq)};
    if (!place_of(rq, PLACE_SELLER, &id) || !entity_get(&rq->op, id, &out->seller)) return false;
    if (!entities(&rq->op, &list)) return false;
    out->several = list.count > 1;
    out->title = filled(rq, N_("Settings of {1}"), out->seller.name, S(""));
    for (int i = 0; i < SETTINGS_TABS; i++)
        out->tabs[i] = (struct tab){.name = said(rq, tabs[i].name),
                                    .link = settings_url(rq, id, tabs[i].then),
                                    .count = -1,
                                    .current = i == (int)tab};
    if (!console_frame(rq, out->title, HERE, &out->frame)) return false;
    if (!brand_frame(rq, &out->seller, &out->frame)) return false;
    out->frame.logo = S(""); /* the console's own stays: only the colour is the entity's */
    return true;
}

/* ---- the list ---- */

static struct reply settings_list(struct request *rq)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("Name")}, {GRID_TEXT, N_("Code")}, {GRID_TEXT, N_("Currency")}};
    struct entity_list list;
    if (!entities(&rq->op, &list)) return reply_errors(rq);
    if (list.count == 1) return see_place(rq, PLACE_SELLER, list.at[0].id, "");
    struct listing v = {
        .title = said(rq, "Settings"),
        .under = said(rq, "Each company of yours has its own name, look and texts."),
        .grid = grid_of(rq, N_("Companies"), N_("There is no company yet."), headings,
                        COUNT(headings), list.count),
    };
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct grid_cell *row = grid_row(&v.grid);
        row[0] = grid_link(list.at[i].name, settings_url(rq, list.at[i].id, ""));
        row[1] = grid_text(list.at[i].code);
        row[2] = grid_text(lang_currency_name(rq->op.mem, op_lang(&rq->op), list.at[i].currency));
    }
    return reply_listing(rq, HERE, &v);
}

/* ---- the company ---- */

/* Texts of an entity that a form changes, in the order of the form. */
enum section { SECTION_COMPANY, SECTION_BANK, SECTION_CONTACT };
static const struct company_field {
    const char *name, *label;
    ptrdiff_t offset;
    enum section section;
    enum ask kind;
    bool required;
} fields[] = {
    {"name", N_("Name on pages"), offsetof(struct entity, name), SECTION_COMPANY, ASK_LINE, true},
    {"legal_name", N_("Legal name, on documents"), offsetof(struct entity, legal_name),
     SECTION_COMPANY, ASK_LINE, false},
    {"address", N_("Address"), offsetof(struct entity, address), SECTION_COMPANY, ASK_AREA, false},
    {"country", N_("Country, two letters"), offsetof(struct entity, country), SECTION_COMPANY,
     ASK_LINE, false},
    {"facts", N_("Tax numbers and register, one a line"), offsetof(struct entity, facts),
     SECTION_COMPANY, ASK_AREA, false},
    {"zone", N_("Time zone, such as Europe/Berlin"), offsetof(struct entity, zone), SECTION_COMPANY,
     ASK_LINE, true},
    {"payee", N_("Account holder"), offsetof(struct entity, payee), SECTION_BANK, ASK_LINE, false},
    {"iban", N_("IBAN"), offsetof(struct entity, iban), SECTION_BANK, ASK_LINE, false},
    {"bic", N_("BIC"), offsetof(struct entity, bic), SECTION_BANK, ASK_LINE, false},
    {"bank", N_("Bank, or account details where there is no IBAN"), offsetof(struct entity, bank),
     SECTION_BANK, ASK_AREA, false},
    {"contact_name", N_("Name of who answers"), offsetof(struct entity, contact_name),
     SECTION_CONTACT, ASK_LINE, false},
    {"contact_phone", N_("Telephone"), offsetof(struct entity, contact_phone), SECTION_CONTACT,
     ASK_LINE, false},
    {"contact_email", N_("E-mail"), offsetof(struct entity, contact_email), SECTION_CONTACT,
     ASK_EMAIL, false},
};

struct company_form {
    str text[COUNT(fields)];
    str card_fee, card_fee_text;
};
#define TEXT_AT(i) offsetof(struct company_form, text[i])
static const struct input company_inputs[] = {
    {.name = "name", .type = INPUT_TEXT, .offset = TEXT_AT(0), .longest = 100, .required = true},
    {.name = "legal_name", .type = INPUT_TEXT, .offset = TEXT_AT(1)},
    {.name = "address", .type = INPUT_TEXT, .offset = TEXT_AT(2), .longest = 500},
    {.name = "country", .type = INPUT_TEXT, .offset = TEXT_AT(3), .longest = 2},
    {.name = "facts", .type = INPUT_TEXT, .offset = TEXT_AT(4), .longest = 500},
    {.name = "zone", .type = INPUT_TEXT, .offset = TEXT_AT(5), .required = true},
    {.name = "payee", .type = INPUT_TEXT, .offset = TEXT_AT(6)},
    {.name = "iban", .type = INPUT_TEXT, .offset = TEXT_AT(7)},
    {.name = "bic", .type = INPUT_TEXT, .offset = TEXT_AT(8)},
    {.name = "bank", .type = INPUT_TEXT, .offset = TEXT_AT(9), .longest = 500},
    {.name = "contact_name", .type = INPUT_TEXT, .offset = TEXT_AT(10)},
    {.name = "contact_phone", .type = INPUT_TEXT, .offset = TEXT_AT(11)},
    {.name = "contact_email", .type = INPUT_EMAIL, .offset = TEXT_AT(12)},
    {.name = "card_fee", .type = INPUT_TEXT, .offset = offsetof(struct company_form, card_fee)},
    {.name = "card_fee_text",
     .type = INPUT_TEXT,
     .offset = offsetof(struct company_form, card_fee_text),
     .longest = 500},
    {.name = NULL},
};
static const struct input done_inputs[] = {
    {.name = "done", .type = INPUT_TEXT, .offset = 0},
    {.name = NULL},
};
struct done_form {
    str done;
};

static str *text_at(struct entity *e, ptrdiff_t offset)
{
    return (str *)(void *)((char *)e + offset);
}

/* "2.5" of 25000 millionths. */
static str percent_plain(struct arena *mem, int64_t ppm)
{
    if (ppm == 0) return S("");
    str s = str_printf(mem, "%lld.%04lld", (long long)(ppm / 10000), (long long)(ppm % 10000));
    while (str_ends(s, S("0"))) s = str_head(s, s.len - 1);
    return str_ends(s, S(".")) ? str_head(s, s.len - 1) : s;
}

static bool series_facts(struct request *rq, int64_t entity, struct facts *out)
{
    static const struct {
        const char *kind, *name;
    } kinds[] = {{"invoice", N_("Next invoice")},
                 {"credit_note", N_("Next credit note")},
                 {"payment", N_("Next payment")},
                 {"statement", N_("Next statement")}};
    for (ptrdiff_t i = 0; i < COUNT(kinds); i++) {
        str next;
        if (!series_peek(&rq->op, entity, kinds[i].kind, &next)) return false;
        fact_add(rq, out, kinds[i].name, next);
    }
    return true;
}

static struct reply company_show(struct request *rq)
{
    struct settings_head head;
    if (!settings_head(rq, SETTINGS_COMPANY, &head)) return reply_errors(rq);
    struct company_view v = {.head = &head, .action = settings_url(rq, head.seller.id, "")};
    struct question_list *lists[] = {&v.company, &v.bank, &v.contact};
    for (ptrdiff_t i = 0; i < COUNT(fields); i++) {
        const struct company_field *f = &fields[i];
        struct question *q = ask(rq, lists[f->section], f->kind, f->name, f->label,
                                 *text_at(&head.seller, f->offset));
        q->required = f->required;
    }
    ask(rq, &v.cards, ASK_AMOUNT, "card_fee", N_("Surcharge for credit cards, in per cent"),
        percent_plain(rq->op.mem, head.seller.card_fee_ppm));
    ask(rq, &v.cards, ASK_AREA, "card_fee_text", N_("What payers read about it before they pay"),
        head.seller.card_fee_text);
    for (const struct err *err = rq->problems; err; err = err->next)
        if (v.problems.problem_count < QUESTIONS_MAX) {
            v.problems.problems[v.problems.problem_count].words = err->message;
            v.problems.problems[v.problems.problem_count++].link =
                url_printf(rq->op.mem, "#%s", err->field ? err->field : "main");
        }
    if (!series_facts(rq, head.seller.id, &v.series) ||
        !changes_of(rq, "entity", head.seller.id, &v.changes))
        return reply_errors(rq);
    struct page page = console_begin(rq, &head.frame);
    page_company(&page, &v);
    return console_end(rq, &head.frame, &page);
}

static bool company_check(struct op *op, struct entity *e)
{
    if (!clock_zone_known(e->zone))
        return op_fail(op, ERR_INVALID, "zone", "%.*s is not a time zone, such as Europe/Berlin.",
                       STR(e->zone));
    if (e->country.len != 0 && e->country.len != 2)
        return op_fail(op, ERR_INVALID, "country",
                       "Give the country as two letters of ISO 3166, such as DE.");
    e->iban = reference_plain(op->mem, e->iban);
    e->bic = reference_plain(op->mem, e->bic);
    if (e->iban.len > 0 && !iban_check(op, "iban", e->iban)) return false;
    if (e->bic.len == 0 || bic_ok(e->bic)) return true;
    return op_fail(op, ERR_INVALID, "bic", "%.*s is not a BIC: it has 8 or 11 characters.",
                   STR(e->bic));
}

/* Only what was changed: {"iban": "…"}. */
static str changed(struct arena *mem, struct entity *of, struct entity *other)
{
    struct text t = {.mem = mem};
    struct json_out o = {.to = &t};
    json_open(&o, '{');
    for (ptrdiff_t i = 0; i < COUNT(fields); i++) {
        str value = *text_at(of, fields[i].offset);
        if (str_eq(value, *text_at(other, fields[i].offset))) continue;
        json_key(&o, fields[i].name);
        json_put_str(&o, value);
    }
    if (of->card_fee_ppm != other->card_fee_ppm) {
        json_key(&o, "card_fee_ppm");
        json_put_i64(&o, of->card_fee_ppm);
    }
    if (!str_eq(of->card_fee_text, other->card_fee_text)) {
        json_key(&o, "card_fee_text");
        json_put_str(&o, of->card_fee_text);
    }
    json_close(&o, '}');
    return text_str(&t);
}

static struct reply company_save(struct request *rq)
{
    const struct company_form *form = rq->in;
    struct op *op = &rq->op;
    struct entity before, after;
    int64_t id;
    if (!place_of(rq, PLACE_SELLER, &id) || !entity_get(op, id, &before)) return reply_errors(rq);
    after = before;
    for (ptrdiff_t i = 0; i < COUNT(fields); i++) {
        str s = form->text[i];
        *text_at(&after, fields[i].offset) = s.at ? s : S("");
    }
    after.card_fee_text = form->card_fee_text.at ? form->card_fee_text : S("");
    after.card_fee_ppm = 0;
    if (form->card_fee.len > 0 && !card_fee_from(op, form->card_fee, &after.card_fee_ppm))
        return reply_errors(rq);
    if (!company_check(op, &after)) return reply_errors(rq);
    str was = changed(op->mem, &before, &after), is = changed(op->mem, &after, &before);
    if (is.len > 2 &&
        (!entity_put(op, &after, &id) || !audit_add(op, "entity.put", "entity", id, was, is)))
        return reply_errors(rq);
    return see_place(rq, PLACE_SELLER, id, "?done=saved");
}

const struct route console_settings_routes[] = {
    {.method = GET,
     .path = HERE,
     .handle = settings_list,
     .may = MAY_ADMINISTER,
     .about = "The seller's companies"},
    {.method = GET,
     .path = HERE "/:id",
     .handle = company_show,
     .may = MAY_ADMINISTER,
     INPUTS(done_inputs, struct done_form),
     .about = "A company: name, address, bank account, who answers"},
    {.method = POST,
     .path = HERE "/:id",
     .handle = company_save,
     .may = MAY_ADMINISTER,
     INPUTS(company_inputs, struct company_form),
     .redisplay = company_show,
     .about = "Changes a company"},
    {.path = NULL},
};
