/* The lines that make a flow's small world: who sells, who buys, who signs in, what is owed. */
#include "base/arena.h"
#include "base/clock.h"
#include "delivery/jobs/kinds.h"
#include "delivery/jobs/letter_jobs.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/ledger/ledger.h"
#include "domain/notices/mailer.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/documents.h"
#include "flow.h"

static bool do_seller(struct op *op, struct flow *w)
{
    struct entity e = {
        .code = flow_next(w),
        .currency = {"EUR"},
        .zone = S("Europe/Berlin"),
        .payee = S("Nordwind Antriebstechnik GmbH"),
        .iban = S("DE75512108001245126199"),
        .bic = S("SOGEDEFFXXX"),
        .contact_name = S("Jonas Brandt"),
        .contact_phone = S("+49 421 555 0142"),
        .contact_email = S("ar@nordwind.example"),
    };
    e.name = flow_more(w) ? flow_next(w) : e.code;
    if (flow_next_is(w, "tolerance")) e.tolerance_minor = flow_next_money(w).minor;
    if (flow_next_is(w, "surcharge")) {
        if (!card_fee_from(op, flow_next(w), &e.card_fee_ppm)) return false;
        e.card_fee_text = S("We pass on what credit cards cost us.");
    }
    return entity_put(op, &e, &w->entity);
}

static bool find_customer(struct op *op, struct flow *w, str number, int64_t *id)
{
    struct customer c;
    bool found;
    if (!customer_find(op, number, &c, &found)) return false;
    FLOW_CHECK(w, found, "there is no customer %.*s", STR(number));
    *id = c.id;
    return true;
}

static bool do_customer(struct op *op, struct flow *w)
{
    int64_t id;
    enum put did;
    struct customer c = {.number = flow_next(w), .name = flow_next(w), .terms = S("net 30")};
    if (flow_next_is(w, "terms")) c.terms = flow_next(w);
    if (flow_next_is(w, "language")) c.language = flow_next(w);
    if (flow_next_is(w, "under") && !find_customer(op, w, flow_next(w), &c.parent)) return false;
    return customer_put(op, &c, &id, &did);
}

/* person maya@hallam.example payer of 20417 language de "Maya Hall" */
static bool do_person(struct op *op, struct flow *w)
{
    int64_t id;
    struct invitation in = {.email = flow_next(w), .quiet = true};
    str role = flow_next(w);
    FLOW_CHECK(w, role_from(str_z(w->mem, role), &in.role), "there is no role %.*s", STR(role));
    if (flow_next_is(w, "of") && !find_customer(op, w, flow_next(w), &in.customer)) return false;
    if (flow_next_is(w, "language")) in.language = flow_next(w);
    in.name = flow_more(w) ? flow_next(w) : str_cut(in.email, '@').head;
    return person_invite(op, &in, &id);
}

static bool do_contact(struct op *op, struct flow *w)
{
    int64_t id;
    struct contact c = {.email = flow_next(w), .role = S("ap"), .notices = true};
    c.name = str_cut(c.email, '@').head;
    FLOW_CHECK(w, flow_next_is(w, "of"), "contact ADDRESS of NUMBER");
    return find_customer(op, w, flow_next(w), &c.customer) && contact_put(op, &c, &id);
}

/* invoice R-1 20417 119.00 EUR issued -40 due -10 po "4500-1" */
static bool document(struct op *op, struct flow *w, enum document_kind kind)
{
    struct document d = {.entity = w->entity, .kind = kind, .number = flow_next(w)};
    struct issued issued;
    struct document_line *line = arena_new(w->mem, struct document_line);
    if (!find_customer(op, w, flow_next(w), &d.customer)) return false;
    d.total = flow_next_money(w);
    d.tax = money_of(0, d.total.cur);
    d.issued = w->today;
    line->description = S("Gearbox");
    while (flow_more(w)) {
        str what = flow_next(w);
        if (str_eq(what, S("issued")))
            d.issued = date_plus(w->today, (int)flow_next_number(w));
        else if (str_eq(what, S("due")))
            d.due = SOME_DATE(date_plus(w->today, (int)flow_next_number(w)));
        else if (str_eq(what, S("tax")))
            d.tax = flow_next_money(w);
        else if (str_eq(what, S("po")))
            d.po = flow_next(w);
        else if (str_eq(what, S("order")))
            d.order_ref = flow_next(w);
        else if (str_eq(what, S("delivery")))
            d.delivery = flow_next(w);
        else if (str_eq(what, S("terms")))
            d.terms = flow_next(w);
        else if (str_eq(what, S("line")))
            line->description = flow_next(w);
        else if (str_eq(what, S("disputed")))
            d.disputed = SOME_BOOL(true);
        else
            FLOW_CHECK(w, false, "%.*s of a document?", STR(what));
    }
    d.net = money_sub(d.total, d.tax);
    line->net = d.net;
    d.lines = line;
    d.line_count = 1;
    bool changed;
    return document_issue(op, &d, true, &issued) &&
           (!d.disputed.some || disputes_from_erp(op, issued.id, true, &changed));
}

static bool do_invoice(struct op *op, struct flow *w)
{
    return document(op, w, DOCUMENT_INVOICE);
}

static bool do_credit(struct op *op, struct flow *w)
{
    return document(op, w, DOCUMENT_CREDIT_NOTE);
}

/* invoices 60 R 20417 10.00, each due a day after the one before. */
static bool do_invoices(struct op *op, struct flow *w)
{
    int64_t count = flow_next_number(w), customer;
    str prefix = flow_next(w);
    if (!find_customer(op, w, flow_next(w), &customer)) return false;
    money total = flow_next_money(w);
    for (int64_t i = 1; i <= count; i++) {
        struct document d = {
            .entity = w->entity,
            .customer = customer,
            .kind = DOCUMENT_INVOICE,
            .number = str_printf(w->mem, "%.*s-%03d", STR(prefix), (int)i),
            .issued = w->today,
            .due = SOME_DATE(date_plus(w->today, (int)i)),
            .net = total,
            .tax = money_of(0, total.cur),
            .total = total,
        };
        struct issued issued;
        if (!document_issue(op, &d, false, &issued)) return false;
    }
    return true;
}

static const struct {
    const char *verb;
    bool (*run)(struct op *op, struct flow *w);
} verbs[] = {
    {"seller", do_seller},     {"customer", do_customer}, {"person", do_person},
    {"contact", do_contact},   {"invoice", do_invoice},   {"credit", do_credit},
    {"invoices", do_invoices},
};

struct making {
    struct flow *w;
    ptrdiff_t verb;
};

static bool make(struct op *op, void *arg)
{
    struct making *m = arg;
    m->w->at = 1; /* it may run again */
    return verbs[m->verb].run(op, m->w);
}

bool flow_world_line(struct flow *w, str verb)
{
    for (ptrdiff_t i = 0; i < COUNT(verbs); i++) {
        if (!str_eq(verb, str_of(verbs[i].verb))) continue;
        struct making m = {.w = w, .verb = i};
        struct op op = fixture_op(w->f);
        FLOW_CHECK(w, store_transact(&op, w->f->store, TX_WRITE, make, &m), "%s", fixture_why(&op));
        return true;
    }
    return false;
}

/* ---- the program around it ---- */

static bool keep_mail(struct op *op, void *account, const struct mail *mail)
{
    struct flow *w = account;
    struct text files = {.mem = w->mem};
    (void)op;
    FLOW_CHECK(w, w->mail_count < FLOW_MAILS, "more than %d mails", FLOW_MAILS);
    for (ptrdiff_t i = 0; i < mail->file_count; i++)
        text_format(&files, "%.*s ", STR(mail->files[i].name));
    w->mails[w->mail_count++] = (struct flow_mail){
        .to = str_copy(w->mem, mail->to),
        .subject = str_copy(w->mem, mail->subject),
        .text = str_copy(w->mem, mail->text),
        .files = text_str(&files),
    };
    return true;
}

void flow_jobs(struct flow *w)
{
    bool ran = true;
    for (int i = 0; ran; i++) {
        struct actor actor = {.kind = ACTOR_PROGRAM, .name = S("quittance")};
        struct op op = {.mem = w->mem, .now = w->f->now, .actor = &actor};
        FLOW_CHECK(w, i < 1000, "the jobs have no end");
        FLOW_CHECK(w, jobs_run_next(&op, w->f->store, w->app, w->app->jobs, &ran), "%s",
                   fixture_why(&op));
    }
}

void flow_begin(struct flow *w, struct arena *mem, struct fixture *f)
{
    struct mailer *mailer = arena_new(mem, struct mailer);
    w->f = f;
    w->mem = mem;
    w->today = clock_date(f->now, S("Europe/Berlin"));
    w->gateway.mem = mem;
    *mailer = (struct mailer){.name = "flow", .account = w, .send = keep_mail};
    w->app = browser_app(f);
    w->app->jobs = job_kinds;
    w->app->gateway = &flow_gateway;
    w->app->gateway_account = &w->gateway;
    w->app->mailer = mailer;
    w->app->attachments = letter_attachments;
    w->app->time_zone = S("Europe/Berlin");
}

static bool verify(struct op *op, void *arg)
{
    return ledger_verify(op, arg);
}

void flow_end(struct flow *w)
{
    struct verdict v;
    fixture_do(w->f, verify, &v);
    FLOW_CHECK(w, v.problem_count == 0, "the books: %.*s %.*s", STR(v.problems[0].where),
               STR(v.problems[0].what));
}
