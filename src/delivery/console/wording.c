/* An entity's texts: which there are, one of them with what it becomes for a real customer, and the
 * order of the parts of its documents. */
#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/draft_paper.h"
#include "delivery/console/settings.h"
#include "domain/customers/customers.h"
#include "domain/documents/look.h"
#include "domain/documents/papers.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"

#include <string.h>

enum { EXCERPT = 90 };

struct wording_form {
    str done, language, body, customer, part, move;
};
static const struct input show_inputs[] = {
    {.name = "done", .type = INPUT_TEXT, .offset = offsetof(struct wording_form, done)},
    {.name = "language", .type = INPUT_TEXT, .offset = offsetof(struct wording_form, language)},
    {.name = "customer", .type = INPUT_TEXT, .offset = offsetof(struct wording_form, customer)},
    {.name = NULL},
};
static const struct input text_inputs[] = {
    {.name = "language", .type = INPUT_TEXT, .offset = offsetof(struct wording_form, language)},
    {.name = "body",
     .type = INPUT_TEXT,
     .offset = offsetof(struct wording_form, body),
     .longest = 4000},
    {.name = "customer", .type = INPUT_TEXT, .offset = offsetof(struct wording_form, customer)},
    {.name = NULL},
};
static const char *const moves[] = {"up", "down", "on", "off", NULL};
static const struct input layout_inputs[] = {
    {.name = "language", .type = INPUT_TEXT, .offset = offsetof(struct wording_form, language)},
    {.name = "part",
     .type = INPUT_TEXT,
     .offset = offsetof(struct wording_form, part),
     .required = true},
    {.name = "move",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct wording_form, move),
     .choices = moves,
     .required = true},
    {.name = NULL},
};

/* The language asked for, else the reader's own, if it is one of ours. */
static const struct lang *language_of(const struct request *rq)
{
    str tag = request_typed(rq, "language");
    const struct lang *lang = tag.len > 0 ? lang_find(tag) : op_lang(&rq->op);
    return lang ? lang : lang_all()[0];
}

static bool seller_of(struct request *rq, int64_t *out)
{
    struct entity seller;
    return place_of(rq, PLACE_SELLER, out) && entity_get(&rq->op, *out, &seller);
}

/* ---- the list ---- */

static str excerpt(const struct request *rq, str s)
{
    if (s.len == 0) return said(rq, "Nothing");
    s = str_cut(s, '\n').head;
    if (s.len <= EXCERPT) return s;
    ptrdiff_t len = EXCERPT;
    while (len > 0 && ((unsigned char)s.at[len] & 0xC0) == 0x80) len--;
    return str_printf(rq->op.mem, "%.*s…", (int)len, s.at);
}

static void languages_of(struct request *rq, int64_t entity, const struct lang *current,
                         struct wording_view *v)
{
    for (const struct lang *const *l = lang_all(); *l && v->language_count < 8; l++)
        v->languages[v->language_count++] = (struct tab){
            .name = lang_name(*l),
            .link = settings_url(
                rq, entity, str_printf(rq->op.mem, "/texts?language=%.*s", STR(lang_tag(*l))).at),
            .count = -1,
            .current = *l == current,
        };
}

static bool layouts_of(struct request *rq, int64_t entity, struct wording_view *v)
{
    static const char *const kinds[] = {
        [LAYOUT_INVOICE] = N_("Invoice"),          [LAYOUT_CREDIT_NOTE] = N_("Credit note"),
        [LAYOUT_RECEIPT] = N_("Receipt"),          [LAYOUT_STATEMENT] = N_("Statement"),
        [LAYOUT_REMINDER] = N_("Reminder letter"),
    };
    static const char *const parts[] = {
        [BLOCK_INTRO] = N_("Text above the lines"),
        [BLOCK_FACTS] = N_("Numbers and dates"),
        [BLOCK_LINES] = N_("Lines and totals"),
        [BLOCK_CLOSING] = N_("Text below the lines"),
        [BLOCK_PAYMENT] = N_("How to pay, with codes"),
    };
    for (int k = 1; k <= LAYOUT_COUNT; k++) {
        struct layout layout;
        struct layout_row *row = &v->layouts[k - 1];
        bool on[BLOCK_COUNT + 1] = {false};
        int n = 0;
        if (!layout_load(&rq->op, entity, (enum layout_kind)k, 0, &layout)) return false;
        row->name = said(rq, kinds[k]);
        row->action = settings_url(
            rq, entity, str_printf(rq->op.mem, "/layout/%s", layout_code((enum layout_kind)k)).at);
        for (int i = 0; i < layout.count; i++) on[layout.at[i]] = true;
        int shown = layout.count;
        for (int b = 1; b <= BLOCK_COUNT; b++)
            if (!on[b]) layout.at[layout.count++] = (enum block)b;
        for (; n < layout.count; n++)
            row->parts[n] = (struct layout_part){
                .code = str_of(block_code(layout.at[n])),
                .name = said(rq, parts[layout.at[n]]),
                .on = n < shown,
                .stays = block_stays(layout.at[n]),
                .first = n == 0,
                .last = n == shown - 1,
            };
    }
    return true;
}

static struct reply wording_show(struct request *rq)
{
    static const char *const places[] = {[TEXT_OF_PORTAL] = N_("Portal"),
                                         [TEXT_OF_PDF] = N_("Documents"),
                                         [TEXT_OF_MAIL] = N_("Mails")};
    struct settings_head head;
    struct texts texts;
    const struct lang *lang = language_of(rq);
    struct wording_view v = {.head = &head, .language = lang_tag(lang)};
    if (!settings_head(rq, SETTINGS_TEXTS, &head)) return reply_errors(rq);
    if (!texts_load(&rq->op, head.seller.id, lang, 0, &texts)) return reply_errors(rq);
    languages_of(rq, head.seller.id, lang, &v);
    for (int i = 0; i < TEXT_COUNT; i++) {
        const struct text_about *about = text_about((enum text_key)i);
        struct wording_group *group = &v.groups[about->place];
        group->name = said(rq, places[about->place]);
        group->rows[group->count++] = (struct wording_row){
            .name = said(rq, about->label),
            .says = excerpt(rq, texts_body(&texts, (enum text_key)i)),
            .link = settings_url(
                rq, head.seller.id,
                str_printf(rq->op.mem, "/texts/%s?language=%.*s", about->code, STR(lang_tag(lang)))
                    .at),
            .changed = texts.body[i].at != NULL,
        };
    }
    if (!layouts_of(rq, head.seller.id, &v)) return reply_errors(rq);
    struct page page = console_begin(rq, &head.frame);
    page_wording(&page, &v);
    return console_end(rq, &head.frame, &page);
}

/* ---- the order of parts ---- */

static void layout_move(struct layout *layout, enum block part, str move)
{
    int at = 0;
    while (at < layout->count && layout->at[at] != part) at++;
    bool there = at < layout->count;
    if (str_eq(move, S("on"))) {
        if (!there) layout->at[layout->count++] = part;
    } else if (!there) {
        return;
    } else if (str_eq(move, S("off"))) {
        layout->count--;
        memmove(&layout->at[at], &layout->at[at + 1],
                (size_t)(layout->count - at) * sizeof layout->at[0]);
    } else {
        int other = str_eq(move, S("up")) ? at - 1 : at + 1;
        if (other < 0 || other >= layout->count) return;
        layout->at[at] = layout->at[other];
        layout->at[other] = part;
    }
}

static struct reply layout_save(struct request *rq)
{
    const struct wording_form *form = rq->in;
    struct layout layout;
    enum layout_kind kind;
    enum block part;
    int64_t entity;
    if (!seller_of(rq, &entity)) return reply_errors(rq);
    if (!layout_from(rq->part, &kind) || !block_from(form->part, &part)) return reply_missing(rq);
    if (!layout_load(&rq->op, entity, kind, 0, &layout)) return reply_errors(rq);
    layout_move(&layout, part, form->move);
    if (!layout_put(&rq->op, entity, kind, &layout)) return reply_errors(rq);
    return see_place(rq, PLACE_SELLER, entity,
                     str_printf(rq->op.mem, "/texts?language=%.*s&done=saved#layouts",
                                STR(lang_tag(language_of(rq))))
                         .at);
}

/* ---- one text ---- */

/* A real customer's data: of the number that was typed, else of whom the newest invoice went to. */
struct sample {
    struct customer customer;
    bool has_customer;
    str of; /* "Hallam & Pryce, invoice 10-48840" */
};

static bool sample_document(struct request *rq, const struct entity *seller,
                            const struct lang *lang, struct sample *s, struct text_facts *facts)
{
    struct documents list;
    struct document d;
    struct documents_filter filter = {.kind = DOCUMENT_INVOICE,
                                      .entity = seller->id,
                                      .customer = s->has_customer ? s->customer.id : 0,
                                      .limit = 1};
    if (!documents_list(&rq->op, &filter, &list)) return false;
    if (list.count == 0) return true;
    if (!document_get(&rq->op, list.at[0].id, &d)) return false;
    facts_of_document(rq->op.mem, lang, &d, facts);
    s->of = d.number;
    if (s->has_customer) return true;
    s->has_customer = true;
    return customer_get(&rq->op, d.customer, &s->customer);
}

static bool sample_payment(struct request *rq, const struct entity *seller, const struct lang *lang,
                           const struct sample *s, struct text_facts *facts)
{
    struct payments page;
    struct payment p;
    struct payments_filter filter = {.customer = s->has_customer ? s->customer.id : 0, .limit = 1};
    if (!s->has_customer) return true;
    if (!payments_list(&rq->op, &filter, &page)) return false;
    if (page.count == 0) return true;
    if (!payment_get(&rq->op, 0, page.at[0].id, &p)) return false;
    facts_of_payment(rq->op.mem, lang, &p, seller->zone, facts);
    text_fact(facts, "refund.amount", lang_money(rq->op.mem, lang, p.amount));
    return true;
}

static bool sample_statement(struct request *rq, const struct entity *seller,
                             const struct lang *lang, const struct sample *s,
                             struct text_facts *facts)
{
    struct balances balances;
    money open = money_of(0, seller->currency), overdue = open;
    if (s->has_customer) {
        if (!receivables_balances(&rq->op, s->customer.id, rq->today, &balances)) return false;
        if (balances.count > 0) open = balances.at[0].open, overdue = balances.at[0].overdue;
    }
    text_fact(facts, "statement.number", S("S-0001"));
    text_fact(facts, "statement.day", lang_date(rq->op.mem, lang, rq->today));
    text_fact(facts, "statement.open", lang_money(rq->op.mem, lang, open));
    text_fact(facts, "statement.overdue", lang_money(rq->op.mem, lang, overdue));
    return true;
}

static bool sample_facts(struct request *rq, const struct entity *seller, const struct lang *lang,
                         struct sample *s, struct text_facts *facts)
{
    str number = request_typed(rq, "customer");
    *s = (struct sample){.of = S("")};
    if (number.len > 0 && !customer_find(&rq->op, number, &s->customer, &s->has_customer))
        return false;
    facts_of_seller(seller, facts);
    if (!sample_document(rq, seller, lang, s, facts)) return false;
    if (s->has_customer) facts_of_customer(&s->customer, facts);
    if (s->has_customer && s->of.len > 0)
        s->of = str_printf(rq->op.mem, "%.*s, %.*s", STR(s->customer.name), STR(s->of));
    else if (s->has_customer)
        s->of = s->customer.name;
    return sample_payment(rq, seller, lang, s, facts) &&
           sample_statement(rq, seller, lang, s, facts);
}

static bool preview_load(struct request *rq, const struct lang *lang, enum text_key key, str body,
                         struct text_view *v)
{
    struct text_facts facts = {.count = 0};
    struct sample sample;
    const struct err *errs = rq->op.errs;
    if (!sample_facts(rq, &v->head->seller, lang, &sample, &facts)) return false;
    v->preview_of = sample.of;
    if (!text_check(&rq->op, key, body)) {
        v->preview_wrong = rq->op.errs->message;
        rq->op.errs = errs;
        return true;
    }
    v->preview = text_filled(rq->op.mem, body, &facts);
    return true;
}

static bool versions_load(struct request *rq, const struct lang *lang, enum text_key key,
                          struct text_view *v)
{
    struct text_versions list;
    if (!text_versions(&rq->op, v->head->seller.id, lang, key, &list)) return false;
    v->versions =
        (struct happenings){arena_array(rq->op.mem, struct happening, list.count), list.count};
    for (ptrdiff_t i = 0; i < list.count; i++)
        v->versions.at[i] = (struct happening){
            .when = moment(rq, list.at[i].recorded),
            .what = list.at[i].who,
            .about = list.at[i].body.at ? excerpt(rq, list.at[i].body) : said(rq, "Standard text"),
        };
    return true;
}

struct text_page {
    struct request *rq;
    struct settings_head head;
    struct text_view v;
    struct paper paper;
    bool has_paper;
};

/* The whole document, for a text that stands on one. */
static bool paper_load(struct request *rq, struct text_page *t, enum text_key key,
                       const struct lang *lang, str body)
{
    struct customer customer = {.id = 0};
    bool known = false;
    str number = request_typed(rq, "customer");
    if (text_about(key)->place != TEXT_OF_PDF || t->v.preview_wrong.len > 0) return true;
    if (number.len > 0 && !customer_find(&rq->op, number, &customer, &known)) return false;
    struct draft_text in = {.key = key,
                            .body = body,
                            .seller = &t->head.seller,
                            .lang = lang,
                            .customer = known ? customer.id : 0};
    if (!draft_paper(rq, &in, &t->paper, &t->has_paper)) return false;
    t->v.no_paper = !t->has_paper;
    return true;
}

static void names_of(struct request *rq, enum text_key key, struct text_view *v)
{
    struct text_names names = text_names(key);
    for (int i = 0; i < names.count; i++)
        v->names[v->name_count++] = (struct word_name){
            str_printf(rq->op.mem, "{%s}", names.at[i].name), said(rq, names.at[i].about)};
}

static bool text_load(struct op *op, void *arg)
{
    struct text_page *t = arg;
    struct request *rq = t->rq;
    struct texts texts;
    enum text_key key;
    const struct lang *lang = language_of(rq);
    if (!text_key_from(rq->part, &key))
        return op_fail(op, ERR_MISSING, NULL, "There is no such text.");
    if (!settings_head(rq, SETTINGS_TEXTS, &t->head)) return false;
    if (!texts_load(op, t->head.seller.id, lang, 0, &texts)) return false;
    const struct text_about *about = text_about(key);
    str here = str_printf(op->mem, "/texts/%s", about->code);
    str list = str_printf(op->mem, "/texts?language=%.*s", STR(lang_tag(lang)));
    t->v = (struct text_view){
        .head = &t->head,
        .name = said(rq, about->label),
        .language = lang_tag(lang),
        .language_name = lang_name(lang),
        .action = settings_url(rq, t->head.seller.id, here.at),
        .back = settings_url(rq, t->head.seller.id, list.at),
        .changed = texts.body[key].at != NULL,
    };
    str body = rq->method == GET ? texts_body(&texts, key) : request_typed(rq, "body");
    ask(rq, &t->v.questions, about->line ? ASK_LINE : ASK_AREA, "body", N_("Text"), body)->value =
        body;
    ask(rq, &t->v.questions, ASK_LINE, "customer", N_("Show it for the customer number"), S(""))
        ->value = request_typed(rq, "customer");
    ask(rq, &t->v.questions, ASK_HIDDEN, "language", NULL, lang_tag(lang));
    ask_problems(rq, &t->v.questions);
    names_of(rq, key, &t->v);
    return preview_load(rq, lang, key, body, &t->v) && paper_load(rq, t, key, lang, body) &&
           versions_load(rq, lang, key, &t->v);
}

/* The picture is part of the page, so that a draft is stored nowhere and fetched by nobody. */
static bool sheets_draw(struct op *op, struct text_page *t)
{
    struct paper_sheets sheets;
    if (!t->has_paper) return true;
    if (!paper_show(op, &t->paper, &sheets)) return false;
    t->v.sheet_count = sheets.count, t->v.sheet_total = sheets.total;
    for (int i = 0; i < sheets.count; i++) {
        const struct paper_picture *sheet = &sheets.at[i];
        t->v.sheets[i].number = i + 1;
        t->v.sheets[i].picture.trusted =
            str_printf(op->mem,
                       "<img width=\"%d\" height=\"%d\" alt=\"\" "
                       "src=\"data:image/png;base64,%.*s\">",
                       sheet->width, sheet->height, STR(crypto_base64(op->mem, sheet->png)));
    }
    return true;
}

static struct reply text_reply(struct request *rq, struct text_page *t)
{
    if (!sheets_draw(&rq->op, t)) return reply_errors(rq);
    struct page page = console_begin(rq, &t->head.frame);
    page_text(&page, &t->v);
    return console_end(rq, &t->head.frame, &page);
}

/* Drawn outside of the transaction: others wait for that. */
static struct reply text_show(struct request *rq)
{
    struct text_page *t = arena_new(rq->op.mem, struct text_page);
    t->rq = rq;
    if (!store_transact(&rq->op, rq->store, TX_READ, text_load, t)) return reply_errors(rq);
    return text_reply(rq, t);
}

static struct reply text_again(struct request *rq)
{
    struct text_page *t = arena_new(rq->op.mem, struct text_page);
    t->rq = rq;
    return text_load(&rq->op, t) ? text_reply(rq, t) : reply_errors(rq);
}

static struct reply text_pdf(struct request *rq)
{
    struct text_page *t = arena_new(rq->op.mem, struct text_page);
    str pdf;
    t->rq = rq;
    if (!store_transact(&rq->op, rq->store, TX_READ, text_load, t)) return reply_errors(rq);
    if (!t->has_paper) return text_reply(rq, t);
    if (!paper_pdf(&rq->op, &t->paper, &pdf)) return reply_errors(rq);
    return reply_file(rq, S("application/pdf"), paper_file_name(rq->op.mem, &t->paper), pdf);
}

static struct reply text_set(struct request *rq, str body, const char *done)
{
    int64_t entity;
    enum text_key key;
    const struct lang *lang = language_of(rq);
    if (!text_key_from(rq->part, &key)) return reply_missing(rq);
    if (!seller_of(rq, &entity) || !text_put(&rq->op, entity, lang, key, body))
        return reply_errors(rq);
    return see_place(rq, PLACE_SELLER, entity,
                     str_printf(rq->op.mem, "/texts/%s?language=%.*s&done=%s",
                                text_about(key)->code, STR(lang_tag(lang)), done)
                         .at);
}

static struct reply text_save(struct request *rq)
{
    const struct wording_form *form = rq->in;
    return text_set(rq, form->body.at ? form->body : S(""), "saved");
}

static struct reply text_default(struct request *rq)
{
    return text_set(rq, (str){0}, "default");
}

#define AT "/console/settings/:id"
const struct route console_wording_routes[] = {
    {.method = GET,
     .path = AT "/texts",
     .handle = wording_show,
     .may = MAY_ADMINISTER,
     INPUTS(show_inputs, struct wording_form),
     .about = "A company's texts, and the parts of its documents"},
    {.method = GET,
     .path = AT "/texts/:part",
     .handle = text_show,
     .talks = true,
     .may = MAY_ADMINISTER,
     INPUTS(show_inputs, struct wording_form),
     .about = "One text, with what it becomes"},
    {.method = POST,
     .path = AT "/texts/:part",
     .handle = text_save,
     .may = MAY_ADMINISTER,
     INPUTS(text_inputs, struct wording_form),
     .redisplay = text_again,
     .about = "Changes a text"},
    {.method = POST,
     .path = AT "/texts/:part/preview",
     .handle = text_show,
     .talks = true,
     .may = MAY_ADMINISTER,
     INPUTS(text_inputs, struct wording_form),
     .redisplay = text_again,
     .about = "Shows a text before it is saved"},
    {.method = POST,
     .path = AT "/texts/:part/pdf",
     .handle = text_pdf,
     .talks = true,
     .may = MAY_ADMINISTER,
     INPUTS(text_inputs, struct wording_form),
     .redisplay = text_again,
     .about = "The document with a text before it is saved, as PDF"},
    {.method = POST,
     .path = AT "/texts/:part/default",
     .handle = text_default,
     .may = MAY_ADMINISTER,
     INPUTS(text_inputs, struct wording_form),
     .about = "Takes the standard text again"},
    {.method = POST,
     .path = AT "/layout/:part",
     .handle = layout_save,
     .may = MAY_ADMINISTER,
     INPUTS(layout_inputs, struct wording_form),
     .about = "Moves a part of a document, or switches it off"},
    {.path = NULL},
};
