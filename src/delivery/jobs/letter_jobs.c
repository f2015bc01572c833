#include "delivery/jobs/letter_jobs.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/app.h"
#include "delivery/papers.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/customers/customers.h"
#include "domain/ledger/ledger.h"
#include "domain/notices/letter.h"
#include "domain/notices/notices.h"
#include "domain/payments/payments.h"
#include "domain/receivables/documents.h"

/* ---- words ---- */

static str fill(struct arena *mem, const struct lang *lang, const char *english, str one, str two)
{
    struct text t = {.mem = mem};
    const char *rest = say(lang, english);
    for (int hole; (hole = say_step(&t, &rest)) > 0;) text_add(&t, hole == 1 ? one : two);
    return text_str(&t);
}

static str page_link(struct arena *mem, const struct app *app, const char *path, const char *kind,
                     int64_t id)
{
    return str_printf(mem, "%.*s/%s/%.*s", STR(app->public_url), path,
                      STR(id_text(mem, app->keys, kind, id)));
}

static str legal_line(struct arena *mem, const struct entity *seller)
{
    return str_printf(mem, "%.*s\n%.*s\n%.*s", STR(seller->legal_name), STR(seller->address),
                      STR(seller->facts));
}

/* ---- who gets one ---- */

struct reader {
    str email, name;
    const struct lang *lang;
    int64_t person;
};

struct mailing {
    const struct app *app;
    struct entity seller;
    struct customer customer;
    struct reader *readers;
    ptrdiff_t count;
};

static void reader_add(struct mailing *m, str email, str name, str language, int64_t person)
{
    if (email.len == 0) return;
    for (ptrdiff_t i = 0; i < m->count; i++)
        if (str_eq_nocase(m->readers[i].email, email)) return;
    const struct lang *lang = lang_find(language.len > 0 ? language : m->customer.language);
    m->readers[m->count++] = (struct reader){email, name, lang, person};
}

/* The contacts who want mail, and the person who did it (0: nobody in particular). */
static bool mailing_load(struct op *op, const struct app *app, int64_t entity, int64_t customer,
                         int64_t person, struct mailing *m)
{
    struct contacts contacts;
    struct person who = {0};
    *m = (struct mailing){.app = app};
    if (!entity_get(op, entity, &m->seller) || !customer_get(op, customer, &m->customer))
        return false;
    if (!contacts_of(op, customer, &contacts)) return false;
    if (person && !person_get(op, person, &who)) return false;
    m->readers = arena_array(op->mem, struct reader, contacts.count + 1);
    reader_add(m, who.email, who.name, who.language, person);
    for (ptrdiff_t i = 0; i < contacts.count; i++)
        if (contacts.at[i].notices)
            reader_add(m, contacts.at[i].email, contacts.at[i].name, contacts.at[i].language, 0);
    return true;
}

/* One mail to one reader; `event` names what happened, so that it is told once. */
struct telling {
    str event;
    const char *document; /* an attachment's kind; NULL: none */
    int64_t document_id;
};

static bool tell(struct op *op, const struct mailing *m, const struct reader *to,
                 const struct letter *letter, const struct telling *t)
{
    struct notice n = {
        .event = str_printf(op->mem, "%.*s:%.*s", STR(t->event), STR(to->email)),
        .to = to->email,
        .to_name = to->name,
        .reply_to = m->seller.contact_email,
        .from_name = m->seller.name,
        .subject = letter->subject,
        .text = letter_text(op->mem, letter),
        .html = letter_html(op->mem, letter),
        .language = lang_tag(to->lang),
        .person = to->person,
        .customer = m->customer.id,
        .document = str_of(t->document),
        .document_id = t->document_id,
    };
    if (!n.document.at) n.document = S("");
    return notices_queue(op, &n);
}

/* ---- a new document ---- */

static struct letter document_letter(struct op *op, const struct mailing *m,
                                     const struct reader *to, const struct document *d)
{
    struct arena *mem = op->mem;
    const struct lang *lang = to->lang;
    bool invoice = d->kind == DOCUMENT_INVOICE;
    str amount = lang_money(mem, lang, d->total);
    struct letter letter = {
        .lang = lang,
        .subject = fill(mem, lang, invoice ? N_("Invoice {1}: {2}") : N_("Credit note {1}: {2}"),
                        d->number, amount),
        .brand = m->seller.name,
        .heading = amount,
        .link = page_link(mem, m->app, "invoices", "inv", d->id),
        .footer = legal_line(mem, &m->seller),
    };
    if (!invoice)
        letter.lead = fill(mem, lang, N_("Credit note {1} is yours to use for any invoice."),
                           d->number, S(""));
    else if (d->due.some)
        letter.lead = fill(mem, lang, N_("Invoice {1} is due on {2}."), d->number,
                           lang_date_long(mem, lang, d->due.value));
    letter.button = str_of(say(lang, invoice ? N_("See and pay") : N_("See the credit note")));
    return letter;
}

bool document_notice_job(struct op *op, const struct job *job)
{
    struct document d;
    struct mailing m;
    if (!document_get(op, job->subject, &d)) return false;
    if (!mailing_load(op, job->app, d.entity, d.customer, 0, &m)) return false;
    struct telling t = {
        .event = str_printf(op->mem, "document:%lld", (long long)d.id),
        .document = "document",
        .document_id = d.id,
    };
    for (ptrdiff_t i = 0; i < m.count; i++) {
        struct letter letter = document_letter(op, &m, &m.readers[i], &d);
        if (!tell(op, &m, &m.readers[i], &letter, &t)) return false;
    }
    return true;
}

/* ---- payments ---- */

static struct letter_row *use_rows(struct arena *mem, const struct lang *lang,
                                   const struct payment *p, const struct payment_uses *uses,
                                   ptrdiff_t *count)
{
    struct letter_row *rows = arena_array(mem, struct letter_row, uses->count + 3);
    for (ptrdiff_t i = 0; i < uses->count; i++) {
        const struct payment_use *u = &uses->at[i];
        money applied = u->credit ? money_neg(u->applied) : u->applied;
        str label = fill(mem, lang,
                         u->kind == ITEM_CREDIT_NOTE ? N_("Credit note {1}")
                         : u->kind == ITEM_PAYMENT   ? N_("Payment {1}")
                                                     : N_("Invoice {1}"),
                         u->number, S(""));
        if (u->deducted.minor > 0)
            label = fill(mem, lang, N_("{1}, {2} stays open as a deduction"), label,
                         lang_money(mem, lang, u->deducted));
        rows[i] = (struct letter_row){.label = label, .amount = lang_money(mem, lang, applied)};
    }
    rows[uses->count] = (struct letter_row){.label = str_of(say(lang, N_("Paid"))),
                                            .amount = lang_money(mem, lang, p->amount),
                                            .total = true};
    *count = uses->count + 1;
    if (p->fee.minor == 0) return rows;
    rows[(*count)++] =
        (struct letter_row){.label = str_of(say(lang, N_("Surcharge for the credit card"))),
                            .amount = lang_money(mem, lang, p->fee)};
    rows[(*count)++] =
        (struct letter_row){.label = str_of(say(lang, N_("Charged to the card"))),
                            .amount = lang_money(mem, lang, money_add(p->amount, p->fee)),
                            .total = true};
    return rows;
}

static struct letter receipt_letter(struct op *op, const struct mailing *m, const struct reader *to,
                                    const struct payment *p, const struct payment_uses *uses)
{
    struct arena *mem = op->mem;
    const struct lang *lang = to->lang;
    str amount = lang_money(mem, lang, p->amount);
    str *small = arena_array(mem, str, 1);
    small[0] = str_of(say(lang, N_("The receipt is attached as PDF.")));
    ptrdiff_t count;
    struct letter_row *rows = use_rows(mem, lang, p, uses, &count);
    return (struct letter){
        .lang = lang,
        .subject = fill(mem, lang, N_("Receipt {1}: thank you for your payment of {2}"), p->number,
                        amount),
        .brand = m->seller.name,
        .heading = fill(mem, lang, N_("{1} received"), amount, S("")),
        .lead = fill(mem, lang, N_("We received your payment {1} on {2}. Thank you."), p->number,
                     lang_instant(mem, lang, p->changed, m->seller.zone)),
        .button = fill(mem, lang, N_("See payment {1}"), p->number, S("")),
        .link = page_link(mem, m->app, "payments", "pay", p->id),
        .table_title = str_of(say(lang, N_("What it pays"))),
        .rows = rows,
        .row_count = count,
        .small = small,
        .small_count = 1,
        .footer = legal_line(mem, &m->seller),
    };
}

bool payment_receipt_job(struct op *op, const struct job *job)
{
    struct payment p;
    struct payment_uses uses;
    struct mailing m;
    if (!payment_get(op, 0, job->subject, &p)) return false;
    if (p.customer == 0) return true; /* nobody to thank yet */
    if (!mailing_load(op, job->app, p.entity, p.customer, p.person, &m)) return false;
    if (!payment_uses(op, p.id, entity_today(op, &m.seller), &uses)) return false;
    struct telling t = {
        .event = str_printf(op->mem, "receipt:%lld", (long long)p.id),
        .document = "receipt",
        .document_id = p.id,
    };
    for (ptrdiff_t i = 0; i < m.count; i++) {
        struct letter letter = receipt_letter(op, &m, &m.readers[i], &p, &uses);
        if (!tell(op, &m, &m.readers[i], &letter, &t)) return false;
    }
    return true;
}

/* News that a payer waits for: a payment we were not sure about was not charged after all. */
bool payment_failed_job(struct op *op, const struct job *job)
{
    struct payment p;
    struct mailing m;
    if (!payment_get(op, 0, job->subject, &p)) return false;
    if (p.state != PAYMENT_FAILED || p.customer == 0) return true;
    if (!mailing_load(op, job->app, p.entity, p.customer, p.person, &m)) return false;
    struct telling t = {
        .event = str_printf(op->mem, "failed:%lld:%lld", (long long)p.id, (long long)p.version)};
    for (ptrdiff_t i = 0; i < m.count; i++) {
        const struct reader *to = &m.readers[i];
        str amount = lang_money(op->mem, to->lang, p.amount);
        struct letter letter = {
            .lang = to->lang,
            .subject =
                fill(op->mem, to->lang, N_("Your payment {1} was not charged"), p.number, S("")),
            .brand = m.seller.name,
            .heading = fill(op->mem, to->lang, N_("{1} was not paid"), amount, S("")),
            .lead = str_of(say(to->lang, N_("We know now: nothing was charged. The items are open "
                                            "again."))),
            .button = fill(op->mem, to->lang, N_("See payment {1}"), p.number, S("")),
            .link = page_link(op->mem, m.app, "payments", "pay", p.id),
            .footer = legal_line(op->mem, &m.seller),
        };
        if (!tell(op, &m, to, &letter, &t)) return false;
    }
    return true;
}

bool payment_refunded_job(struct op *op, const struct job *job)
{
    struct refunded r;
    struct payment p;
    struct mailing m;
    if (!refund_get(op, job->subject, &r) || !payment_get(op, 0, r.payment, &p)) return false;
    if (!mailing_load(op, job->app, p.entity, p.customer, p.person, &m)) return false;
    struct telling t = {.event = str_printf(op->mem, "refund:%lld", (long long)job->subject)};
    for (ptrdiff_t i = 0; i < m.count; i++) {
        const struct reader *to = &m.readers[i];
        str amount = lang_money(op->mem, to->lang, money_add(r.amount, r.fee));
        struct letter letter = {
            .lang = to->lang,
            .subject =
                fill(op->mem, to->lang, N_("Refund of {1} for payment {2}"), amount, p.number),
            .brand = m.seller.name,
            .heading = fill(op->mem, to->lang, N_("{1} is on its way back"), amount, S("")),
            .lead = fill(op->mem, to->lang, N_("We have sent {1} back the way it came."), amount,
                         S("")),
            .button = fill(op->mem, to->lang, N_("See payment {1}"), p.number, S("")),
            .link = page_link(op->mem, m.app, "payments", "pay", p.id),
            .footer = legal_line(op->mem, &m.seller),
        };
        if (!tell(op, &m, to, &letter, &t)) return false;
    }
    return true;
}

/* ---- what they carry ---- */

/* The same bytes as the portal's download: in the customer's language, whoever reads the mail. */
static bool attach(struct op *op, const struct job *job, enum kept_kind kind, int64_t id,
                   struct mail_file *out)
{
    struct kept kept;
    if (!paper_file(op, job->store, job->app, kind, id, &kept)) return false;
    *out = (struct mail_file){kept.name, S("application/pdf"), kept.bytes};
    return true;
}

static bool attach_document(struct op *op, const struct job *job, int64_t id, struct mail_file *out)
{
    return attach(op, job, KEPT_DOCUMENT, id, out);
}

static bool attach_receipt(struct op *op, const struct job *job, int64_t id, struct mail_file *out)
{
    return attach(op, job, KEPT_RECEIPT, id, out);
}

const struct attachment_kind letter_attachments[] = {
    {"document", attach_document},
    {"receipt", attach_receipt},
    {0},
};
