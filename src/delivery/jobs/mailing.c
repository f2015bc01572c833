#include "delivery/jobs/mailing.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/app.h"
#include "delivery/portal/brand.h"
#include "domain/access/people.h"
#include "domain/documents/pay_links.h"
#include "domain/notices/unsubscribe.h"

str letter_fill(struct arena *mem, const struct lang *lang, const char *english, str one, str two)
{
    struct text t = {.mem = mem};
    const char *rest = say(lang, english);
    for (int hole; (hole = say_step(&t, &rest)) > 0;) text_add(&t, hole == 1 ? one : two);
    return text_str(&t);
}

str letter_link(struct arena *mem, const struct app *app, const char *path, const char *kind,
                int64_t id)
{
    return str_printf(mem, "%.*s/%s/%.*s", STR(app->public_url), path,
                      STR(id_text(mem, app->keys, kind, id)));
}

/* ---- who gets one ---- */

static bool reader_add(struct op *op, struct mailing *m, struct reader one, str language)
{
    if (one.email.len == 0) return true;
    for (ptrdiff_t i = 0; i < m->count; i++) {
        if (!str_eq_nocase(m->readers[i].email, one.email)) continue;
        if (!m->readers[i].contact) m->readers[i].contact = one.contact;
        return true;
    }
    one.lang = lang_find(language.len > 0 ? language : m->customer.language);
    m->readers[m->count++] = one;
    return texts_load(op, m->seller.id, one.lang, 0, &m->readers[m->count - 1].texts);
}

static bool contacts_add(struct op *op, struct mailing *m, const struct contacts *contacts)
{
    for (ptrdiff_t i = 0; i < contacts->count; i++) {
        const struct contact *c = &contacts->at[i];
        struct contact_wishes wishes;
        struct reader one = {.email = c->email, .name = c->name, .contact = c->id};
        if (!contact_wishes(op, c, &wishes)) return false;
        if (wishes.wants[m->kind] && !reader_add(op, m, one, c->language)) return false;
    }
    return true;
}

bool mailing_load(struct op *op, const struct app *app, int64_t entity, int64_t customer,
                  int64_t person, enum notice_kind kind, struct mailing *m)
{
    struct contacts contacts;
    struct person who = {0};
    *m = (struct mailing){.app = app, .kind = kind};
    if (!entity_get(op, entity, &m->seller) || !customer_get(op, customer, &m->customer) ||
        !brand_dress(op, entity, &m->dress) || !mail_setting_get(op, entity, &m->setting))
        return false;
    if (!contacts_of(op, customer, &contacts)) return false;
    if (person && !person_get(op, person, &who)) return false;
    m->readers = arena_array(op->mem, struct reader, contacts.count + 1);
    struct reader first = {.email = who.email, .name = who.name, .person = person};
    return reader_add(op, m, first, who.language) && contacts_add(op, m, &contacts);
}

/* ---- what they may follow ---- */

static str told(struct arena *mem, str event, const struct reader *to)
{
    return str_printf(mem, "%.*s:%.*s", STR(event), STR(to->email));
}

bool reader_link(struct op *op, const struct mailing *m, const struct reader *to, str event,
                 const int64_t documents[], ptrdiff_t count, str *out)
{
    int64_t id;
    struct pay_link_new in = {
        .customer = m->customer.id,
        .entity = m->seller.id,
        .email = to->email,
        .event = told(op->mem, event, to),
        .days = m->setting.link_days,
        .documents = documents,
        .document_count = count,
    };
    if (!pay_link_make(op, &in, &id)) return false;
    *out = str_printf(op->mem, "%.*s/pay/%.*s", STR(m->app->public_url),
                      STR(pay_link_token(op->mem, m->app->keys, id)));
    return true;
}

/* ---- what every letter has ---- */

static str legal_line(struct arena *mem, const struct entity *seller)
{
    return str_printf(mem, "%.*s\n%.*s\n%.*s", STR(seller->legal_name), STR(seller->address),
                      STR(seller->facts));
}

void letter_small(struct letter *letter, str text)
{
    for (str rest = text; rest.len > 0;) {
        struct str_pair line = str_cut(rest, '\n');
        rest = line.tail;
        if (str_trim(line.head).len == 0) continue;
        if (letter->small_count == LETTER_SMALL_MAX) return;
        ((str *)(uintptr_t)letter->small)[letter->small_count++] = str_trim(line.head);
    }
}

struct letter letter_begin(struct arena *mem, const struct mailing *m, const struct reader *to,
                           struct text_facts *facts)
{
    *facts = (struct text_facts){.count = 0};
    text_fact(facts, "seller.name", m->seller.name);
    text_fact(facts, "seller.contact", m->seller.contact_name);
    text_fact(facts, "seller.phone", m->seller.contact_phone);
    text_fact(facts, "seller.email", m->seller.contact_email);
    text_fact(facts, "customer.name", m->customer.name);
    text_fact(facts, "customer.number", m->customer.number);
    return (struct letter){
        .lang = to->lang,
        .brand = m->seller.name,
        .colour = m->dress.colour,
        .logo_width = m->dress.logo_width,
        .logo_height = m->dress.logo_height,
        .small = arena_array(mem, str, LETTER_SMALL_MAX),
        .footer = legal_line(mem, &m->seller),
    };
}

/* Why this mail came, and how to choose. */
static void choice_add(struct op *op, const struct mailing *m, const struct reader *to,
                       struct letter *letter)
{
    struct arena *mem = op->mem;
    if (!to->contact) return;
    letter_small(letter, letter_fill(mem, to->lang, N_("You get this as a contact of {1}."),
                                     m->customer.name, S("")));
    if (notice_kind_optional(m->kind)) {
        str token = unsubscribe_token(mem, m->app->keys, to->contact, m->kind);
        letter->choice =
            str_of(say(to->lang, m->kind == NOTICE_REMINDER ? N_("Get no more reminders")
                                                            : N_("Get no more statements")));
        letter->choice_link =
            str_printf(mem, "%.*s/unsubscribe/%.*s", STR(m->app->public_url), STR(token));
    } else {
        letter->choice = str_of(say(to->lang, N_("Choose your mails")));
        letter->choice_link = str_printf(mem, "%.*s/preferences", STR(m->app->public_url));
    }
}

bool tell_reader(struct op *op, const struct mailing *m, const struct reader *to,
                 struct letter *letter, const struct telling *t)
{
    struct text_facts facts;
    (void)letter_begin(op->mem, m, to, &facts);
    letter_small(letter, texts_say(op->mem, &to->texts, TEXT_MAIL_FOOT, &facts));
    choice_add(op, m, to, letter);
    struct notice n = {
        .kind = m->kind,
        .event = told(op->mem, t->event, to),
        .to = to->email,
        .to_name = to->name,
        .from_name = m->seller.name,
        .subject = letter->subject,
        .text = letter_text(op->mem, letter),
        .html = letter_html(op->mem, letter),
        .language = lang_tag(to->lang),
        .person = to->person,
        .customer = m->customer.id,
        .entity = m->seller.id,
        .contact = to->contact,
        .document = t->document ? str_of(t->document) : S(""),
        .document_id = t->document_id,
    };
    return notices_queue(op, &n);
}
