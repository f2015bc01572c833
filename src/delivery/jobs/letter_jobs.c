#include "delivery/jobs/letter_jobs.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "base/text.h"
#include "delivery/app.h"
#include "delivery/jobs/held.h"
#include "delivery/jobs/mailing.h"
#include "delivery/papers.h"
#include "domain/audit/audit.h"
#include "domain/customers/care.h"
#include "domain/documents/papers.h"
#include "domain/documents/reminder.h"
#include "domain/documents/statements.h"
#include "domain/ledger/ledger.h"
#include "domain/notices/wishes.h"
#include "domain/payments/payments.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/documents.h"

/* ---- a new document ---- */

static void document_facts(struct arena *mem, const struct lang *lang, const struct document *d,
                           struct text_facts *facts)
{
    text_fact(facts, "document.number", d->number);
    text_fact(facts, "document.total", lang_money(mem, lang, d->total));
    text_fact(facts, "document.issued", lang_date_long(mem, lang, d->issued));
    if (d->due.some) text_fact(facts, "document.due", lang_date_long(mem, lang, d->due.value));
    text_fact(facts, "document.po", d->po);
}

static bool document_letter(struct op *op, const struct mailing *m, const struct reader *to,
                            const struct document *d, str event, struct letter *out)
{
    struct arena *mem = op->mem;
    struct text_facts facts;
    bool invoice = d->kind == DOCUMENT_INVOICE;
    *out = letter_begin(mem, m, to, &facts);
    document_facts(mem, to->lang, d, &facts);
    out->subject = texts_say(
        mem, &to->texts, invoice ? TEXT_MAIL_INVOICE_SUBJECT : TEXT_MAIL_CREDIT_SUBJECT, &facts);
    out->heading = lang_money(mem, to->lang, d->total);
    if (!invoice || d->due.some)
        out->lead = texts_say(mem, &to->texts,
                              invoice ? TEXT_MAIL_INVOICE_LEAD : TEXT_MAIL_CREDIT_LEAD, &facts);
    out->button = str_of(say(to->lang, invoice ? N_("See and pay") : N_("See the credit note")));
    letter_small(out, str_of(say(to->lang, invoice ? N_("The invoice is attached as PDF.")
                                                   : N_("The credit note is attached as PDF."))));
    out->link = letter_link(mem, m->app, "invoices", "inv", d->id);
    return !invoice || reader_link(op, m, to, event, &d->id, 1, &out->link);
}

bool document_notice_job(struct op *op, const struct job *job)
{
    return document_tell(op, job->app, job->subject, S("document"));
}

bool document_tell(struct op *op, const struct app *app, int64_t document, str event)
{
    struct document d;
    struct mailing m;
    if (!document_get(op, document, &d)) return false;
    enum notice_kind kind = d.kind == DOCUMENT_INVOICE ? NOTICE_INVOICE : NOTICE_CREDIT_NOTE;
    if (!mailing_load(op, app, d.entity, d.customer, 0, kind, &m)) return false;
    struct telling t = {
        .event = str_printf(op->mem, "%.*s:%lld", STR(event), (long long)d.id),
        .document = "document",
        .document_id = d.id,
    };
    for (ptrdiff_t i = 0; i < m.count; i++) {
        struct letter letter;
        if (!document_letter(op, &m, &m.readers[i], &d, t.event, &letter) ||
            !tell_reader(op, &m, &m.readers[i], &letter, &t))
            return false;
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
        str label = letter_fill(mem, lang,
                                u->kind == ITEM_CREDIT_NOTE ? N_("Credit note {1}")
                                : u->kind == ITEM_PAYMENT   ? N_("Payment {1}")
                                                            : N_("Invoice {1}"),
                                u->number, S(""));
        if (u->deducted.minor > 0)
            label = letter_fill(mem, lang, N_("{1}, {2} stays open as a deduction"), label,
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

static void payment_facts(struct arena *mem, const struct mailing *m, const struct lang *lang,
                          const struct payment *p, struct text_facts *facts)
{
    bool card = str_eq(p->method, S("card"));
    text_fact(facts, "payment.number", p->number);
    text_fact(facts, "payment.amount", lang_money(mem, lang, p->amount));
    text_fact(facts, "payment.method",
              card ? gateway_card_words(mem, lang, p->card)
                   : str_of(say(lang, N_("Bank transfer"))));
    text_fact(facts, "payment.day", lang_instant(mem, lang, p->changed, m->seller.zone));
}

static struct letter payment_letter(struct arena *mem, const struct mailing *m,
                                    const struct reader *to, const struct payment *p,
                                    struct text_facts *facts)
{
    struct letter letter = letter_begin(mem, m, to, facts);
    payment_facts(mem, m, to->lang, p, facts);
    letter.button = letter_fill(mem, to->lang, N_("See payment {1}"), p->number, S(""));
    letter.link = letter_link(mem, m->app, "payments", "pay", p->id);
    return letter;
}

bool payment_receipt_job(struct op *op, const struct job *job)
{
    return receipt_tell(op, job->app, job->subject, S("receipt"));
}

bool receipt_tell(struct op *op, const struct app *app, int64_t payment, str event)
{
    struct payment p;
    struct payment_uses uses;
    struct mailing m;
    if (!payment_get(op, 0, payment, &p)) return false;
    if (p.customer == 0) return true; /* nobody to thank yet */
    if (!mailing_load(op, app, p.entity, p.customer, p.person, NOTICE_RECEIPT, &m)) return false;
    if (!payment_uses(op, p.id, entity_today(op, &m.seller), &uses)) return false;
    struct telling t = {
        .event = str_printf(op->mem, "%.*s:%lld", STR(event), (long long)p.id),
        .document = "receipt",
        .document_id = p.id,
    };
    for (ptrdiff_t i = 0; i < m.count; i++) {
        const struct reader *to = &m.readers[i];
        struct text_facts facts;
        struct letter letter = payment_letter(op->mem, &m, to, &p, &facts);
        letter.subject = texts_say(op->mem, &to->texts, TEXT_MAIL_RECEIPT_SUBJECT, &facts);
        letter.heading = letter_fill(op->mem, to->lang, N_("{1} received"),
                                     lang_money(op->mem, to->lang, p.amount), S(""));
        letter.lead = texts_say(op->mem, &to->texts, TEXT_MAIL_RECEIPT_LEAD, &facts);
        letter.table_title = str_of(say(to->lang, N_("What it pays")));
        letter.rows = use_rows(op->mem, to->lang, &p, &uses, &letter.row_count);
        letter_small(&letter, str_of(say(to->lang, N_("The receipt is attached as PDF."))));
        if (!tell_reader(op, &m, to, &letter, &t)) return false;
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
    if (!mailing_load(op, job->app, p.entity, p.customer, p.person, NOTICE_FAILED, &m))
        return false;
    struct telling t = {
        .event = str_printf(op->mem, "failed:%lld:%lld", (long long)p.id, (long long)p.version)};
    for (ptrdiff_t i = 0; i < m.count; i++) {
        const struct reader *to = &m.readers[i];
        struct text_facts facts;
        struct letter letter = payment_letter(op->mem, &m, to, &p, &facts);
        letter.subject = texts_say(op->mem, &to->texts, TEXT_MAIL_FAILED_SUBJECT, &facts);
        letter.heading = letter_fill(op->mem, to->lang, N_("{1} was not paid"),
                                     lang_money(op->mem, to->lang, p.amount), S(""));
        letter.lead = texts_say(op->mem, &to->texts, TEXT_MAIL_FAILED_LEAD, &facts);
        if (!tell_reader(op, &m, to, &letter, &t)) return false;
    }
    return true;
}

bool payment_refunded_job(struct op *op, const struct job *job)
{
    struct refunded r;
    struct payment p;
    struct mailing m;
    if (!refund_get(op, job->subject, &r) || !payment_get(op, 0, r.payment, &p)) return false;
    if (!mailing_load(op, job->app, p.entity, p.customer, p.person, NOTICE_REFUND, &m))
        return false;
    struct telling t = {
        .event = str_printf(op->mem, "refund:%lld", (long long)job->subject),
        .document = "refund",
        .document_id = job->subject,
    };
    for (ptrdiff_t i = 0; i < m.count; i++) {
        const struct reader *to = &m.readers[i];
        struct text_facts facts;
        struct letter letter = payment_letter(op->mem, &m, to, &p, &facts);
        str amount = lang_money(op->mem, to->lang, money_add(r.amount, r.fee));
        text_fact(&facts, "refund.amount", amount);
        letter.subject = texts_say(op->mem, &to->texts, TEXT_MAIL_REFUND_SUBJECT, &facts);
        letter.heading =
            letter_fill(op->mem, to->lang, N_("{1} is on its way back"), amount, S(""));
        letter.lead = texts_say(op->mem, &to->texts, TEXT_MAIL_REFUND_LEAD, &facts);
        letter_small(&letter, str_of(say(to->lang, N_("The receipt is attached as PDF."))));
        if (!tell_reader(op, &m, to, &letter, &t)) return false;
    }
    return true;
}

/* ---- a credit note that was taken back ---- */

bool credit_undone_job(struct op *op, const struct job *job)
{
    struct document d;
    struct mailing m;
    if (!document_get(op, job->subject, &d)) return false;
    if (!mailing_load(op, job->app, d.entity, d.customer, 0, NOTICE_CREDIT_NOTE, &m)) return false;
    struct telling t = {.event = str_printf(op->mem, "credit-undone:%lld", (long long)d.id)};
    for (ptrdiff_t i = 0; i < m.count; i++) {
        const struct reader *to = &m.readers[i];
        struct text_facts facts;
        struct letter letter = letter_begin(op->mem, &m, to, &facts);
        letter.subject =
            letter_fill(op->mem, to->lang, N_("Credit note {1} is taken back"), d.number, S(""));
        letter.heading =
            letter_fill(op->mem, to->lang, N_("Credit note {1} is taken back"), d.number, S(""));
        letter.lead =
            letter_fill(op->mem, to->lang,
                        N_("It no longer counts: please do not use it. What it was about, {1}, is "
                           "with us again, and you will get an answer."),
                        lang_money(op->mem, to->lang, d.total), S(""));
        letter.button = str_of(say(to->lang, N_("See the credit note")));
        letter.link = letter_link(op->mem, m.app, "invoices", "inv", d.id);
        if (!tell_reader(op, &m, to, &letter, &t)) return false;
    }
    return true;
}

/* ---- an answer to a dispute ---- */

bool dispute_notice_job(struct op *op, const struct job *job)
{
    struct dispute d;
    struct mailing m;
    if (!dispute_get(op, job->subject, &d)) return false;
    bool accepted = d.state == DISPUTE_RESOLVED;
    if (!mailing_load(op, job->app, d.entity, d.customer, d.person, NOTICE_OTHER, &m)) return false;
    struct telling t = {.event = str_printf(op->mem, "dispute:%lld", (long long)d.id)};
    for (ptrdiff_t i = 0; i < m.count; i++) {
        const struct reader *to = &m.readers[i];
        struct text_facts facts;
        struct letter letter = letter_begin(op->mem, &m, to, &facts);
        str amount = lang_money(op->mem, to->lang, d.amount);
        letter.subject = letter_fill(op->mem, to->lang, N_("Our answer to your dispute of {1}"),
                                     d.number, S(""));
        letter.heading = letter_fill(op->mem, to->lang,
                                     accepted ? N_("Your dispute of {1} is accepted")
                                              : N_("Your dispute of {1} is not accepted"),
                                     amount, S(""));
        letter.lead = d.answer;
        letter.button = str_of(say(to->lang, N_("See the invoice")));
        letter.link = letter_link(op->mem, m.app, "invoices", "inv", d.document);
        if (!tell_reader(op, &m, to, &letter, &t)) return false;
    }
    return true;
}

/* ---- statements, and reminders by hand ---- */

/* What is open on the account: rows for the letter, the documents for its link, and the sum. */
struct account_state {
    struct letter_row *rows;
    int64_t *documents;
    ptrdiff_t row_count, document_count;
    money open;
};

static void state_begin(struct arena *mem, currency cur, ptrdiff_t most, struct account_state *out)
{
    *out = (struct account_state){
        .rows = arena_array(mem, struct letter_row, most + 1),
        .documents = arena_array(mem, int64_t, most),
        .open = money_of(0, cur),
    };
}

static const struct opt_date no_date = {0};

static void state_row(struct arena *mem, const struct lang *lang, str number, struct opt_date due,
                      money open, struct account_state *out)
{
    str label = number;
    if (due.some)
        label = letter_fill(mem, lang, N_("{1}, due {2}"), number, lang_date(mem, lang, due.value));
    out->rows[out->row_count++] =
        (struct letter_row){.label = label, .amount = lang_money(mem, lang, open)};
    out->open = money_add(out->open, open);
}

static void state_add(struct arena *mem, const struct lang *lang, const struct receivable *r,
                      money open, struct account_state *out)
{
    state_row(mem, lang, r->number, r->side > 0 ? SOME_DATE(r->due) : no_date, open, out);
    if (r->side > 0 && r->document) out->documents[out->document_count++] = r->document;
}

static void state_end(struct arena *mem, const struct lang *lang, struct account_state *out)
{
    out->rows[out->row_count++] = (struct letter_row){.label = str_of(say(lang, N_("Open"))),
                                                      .amount = lang_money(mem, lang, out->open),
                                                      .total = true};
}

static bool same_account(const struct account *a, const struct statement *s)
{
    return a->entity == s->entity && currency_eq(a->currency, s->balance.cur);
}

/* The rows of the statement itself, as they stand in the attached one; a family's and what happened
 * in a month are for the paper. */
static bool statement_rows(struct op *op, const struct statement *s, const struct lang *lang,
                           struct account_state *out)
{
    struct accounts accounts;
    struct open_items items = {.count = 0};
    bool listed = s->form == STATEMENT_OPEN_ITEMS && !s->family;
    if (!accounts_of(op, s->customer, &accounts)) return false;
    for (ptrdiff_t i = 0; i < accounts.count && listed; i++)
        if (same_account(&accounts.at[i], s) &&
            !receivables_open_then(op, accounts.at[i].id, s->to, s->recorded, &items))
            return false;
    state_begin(op->mem, s->balance.cur, items.count, out);
    for (ptrdiff_t i = 0; i < items.count; i++) {
        const struct open_item *item = &items.at[i];
        state_row(op->mem, lang, item->number, item->side > 0 ? SOME_DATE(item->due) : no_date,
                  money_scale(item->open, item->side, 1, ROUND_DOWN), out);
    }
    out->rows[out->row_count++] =
        (struct letter_row){.label = str_of(say(lang, N_("Balance"))),
                            .amount = lang_money(op->mem, lang, s->balance),
                            .total = true};
    return true;
}

/* The rows, and for the link what of the account is open now. */
static bool statement_state(struct op *op, const struct statement *s, const struct lang *lang,
                            struct account_state *out)
{
    struct receivables items;
    struct receivables_filter filter = {
        .customer = s->customer,
        .entity = s->entity,
        .show = SHOW_OPEN,
        .currency = currency_text(&s->balance.cur),
        .today = s->to,
    };
    if (!receivables_all(op, &filter, &items) || !statement_rows(op, s, lang, out)) return false;
    out->documents = arena_array(op->mem, int64_t, items.count);
    for (ptrdiff_t i = 0; i < items.count; i++)
        if (items.at[i].side > 0 && items.at[i].document)
            out->documents[out->document_count++] = items.at[i].document;
    return true;
}

static bool follow(struct op *op, const struct mailing *m, const struct reader *to, str event,
                   const struct account_state *state, struct letter *out)
{
    out->rows = state->rows, out->row_count = state->row_count;
    if (state->document_count == 0) return true;
    out->button = str_of(say(to->lang, N_("See and pay")));
    return reader_link(op, m, to, event, state->documents, state->document_count, &out->link);
}

/* It says what the attached statement says, however the account went on. */
static bool statement_letter(struct op *op, const struct mailing *m, const struct reader *to,
                             const struct statement *s, str event, struct letter *out)
{
    struct arena *mem = op->mem;
    struct text_facts facts;
    struct account_state state;
    if (!statement_state(op, s, to->lang, &state)) return false;
    *out = letter_begin(mem, m, to, &facts);
    str open = lang_money(mem, to->lang, s->balance);
    text_fact(&facts, "statement.number", s->number);
    text_fact(&facts, "statement.day", lang_date_long(mem, to->lang, s->to));
    text_fact(&facts, "statement.open", open);
    out->heading = letter_fill(mem, to->lang, N_("{1} is open"), open, S(""));
    out->subject = texts_say(mem, &to->texts, TEXT_MAIL_STATEMENT_SUBJECT, &facts);
    out->lead = texts_say(mem, &to->texts, TEXT_MAIL_STATEMENT_LEAD, &facts);
    return follow(op, m, to, event, &state, out);
}

/* A hold that was put after the mail was asked for counts as well. It is written down, where the
 * team reads what happened with the customer, and for when the hold is over. */
static bool pause(struct op *op, const struct mailing *m, const struct held *what, str number,
                  bool *held)
{
    struct customer_care care;
    if (!customer_care(op, m->customer.id, entity_today(op, &m->seller), &care)) return false;
    *held = care.hold.on;
    if (m->count == 0) return true; /* nobody would have got it */
    if (!*held) return held_forget(op, what);
    return held_add(op, what) &&
           audit_add(op, "mail.held", "customer", m->customer.id, S(""), number);
}

static bool statement_tell(struct op *op, const struct app *app, int64_t id, str event)
{
    struct statement s;
    struct mailing m;
    bool held;
    if (!statement_get(op, id, &s)) return false;
    if (!mailing_load(op, app, s.entity, s.customer, 0, NOTICE_STATEMENT, &m)) return false;
    struct held what = {s.customer, s.entity, s.balance.cur, s.id};
    if (!pause(op, &m, &what, s.number, &held)) return false;
    if (held) return true;
    struct telling t = {.event = event, .document = "statement-issued", .document_id = s.id};
    for (ptrdiff_t i = 0; i < m.count; i++) {
        struct letter letter;
        if (!statement_letter(op, &m, &m.readers[i], &s, t.event, &letter) ||
            !tell_reader(op, &m, &m.readers[i], &letter, &t))
            return false;
    }
    return true;
}

bool statement_mail_job(struct op *op, const struct job *job)
{
    str event = str_printf(op->mem, "statement-issued:%lld", (long long)job->subject);
    return statement_tell(op, job->app, job->subject, event);
}

bool statement_again_job(struct op *op, const struct job *job)
{
    int64_t statement;
    str event = str_printf(op->mem, "statement-again:%lld", (long long)job->subject);
    return statement_sending(op, job->subject, &statement) &&
           statement_tell(op, job->app, statement, event);
}

static bool reminder_letter(struct op *op, const struct mailing *m, const struct reader *to,
                            const struct reminder *r, date day, str event, struct letter *out)
{
    struct arena *mem = op->mem;
    struct text_facts facts;
    struct account_state state;
    *out = letter_begin(mem, m, to, &facts);
    state_begin(mem, r->account.currency, r->count, &state);
    for (ptrdiff_t i = 0; i < r->count; i++)
        state_add(mem, to->lang, r->items[i].of, r->items[i].open, &state);
    state_end(mem, to->lang, &state);
    str overdue = lang_money(mem, to->lang, r->overdue);
    facts_of_reminder(mem, to->lang, r, &m->customer, day, &facts);
    out->heading = letter_fill(mem, to->lang, N_("{1} is overdue"), overdue, S(""));
    out->subject = letter_fill(mem, to->lang, N_("Reminder: {1} is overdue"), overdue, S(""));
    out->lead = texts_say(mem, &to->texts, TEXT_PDF_REMINDER_INTRO, &facts);
    letter_small(out, texts_say(mem, &to->texts, TEXT_PDF_REMINDER_CLOSING, &facts));
    letter_small(out, str_of(say(to->lang, N_("This letter is attached as PDF."))));
    out->table_title = str_of(say(to->lang, N_("What is overdue")));
    return follow(op, m, to, event, &state, out);
}

bool mail_wish_job(struct op *op, const struct job *job)
{
    struct mail_wish wish;
    struct account account;
    struct mailing m;
    bool held;
    if (!mail_wish_get(op, job->subject, &wish) || !account_get(op, wish.account, &account))
        return false;
    if (!mailing_load(op, job->app, account.entity, wish.customer, 0, wish.kind, &m)) return false;
    struct reminder r;
    if (!reminder_load(op, wish.account, wish.day, &r)) return false;
    if (r.overdue.minor == 0) return true; /* paid in the meantime */
    struct held what = {wish.customer, account.entity, account.currency, 0};
    if (!pause(op, &m, &what, S(""), &held)) return false;
    if (held) return true;
    struct telling t = {
        .event = str_printf(op->mem, "%s:%lld", notice_kind_name(wish.kind), (long long)wish.id),
        .document = "reminder",
        .document_id = wish.id,
    };
    for (ptrdiff_t i = 0; i < m.count; i++) {
        const struct reader *to = &m.readers[i];
        struct letter letter;
        if (!reminder_letter(op, &m, to, &r, wish.day, t.event, &letter) ||
            !tell_reader(op, &m, to, &letter, &t))
            return false;
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

static bool attach_reminder(struct op *op, const struct job *job, int64_t id, struct mail_file *out)
{
    return attach(op, job, KEPT_REMINDER, id, out);
}

static bool attach_refund(struct op *op, const struct job *job, int64_t id, struct mail_file *out)
{
    return attach(op, job, KEPT_REFUND, id, out);
}

static bool attach_statement(struct op *op, const struct job *job, int64_t id,
                             struct mail_file *out)
{
    return attach(op, job, KEPT_STATEMENT, id, out);
}

const struct attachment_kind letter_attachments[] = {
    {"document", attach_document},          {"receipt", attach_receipt},
    {"reminder", attach_reminder},          {"refund", attach_refund},
    {"statement-issued", attach_statement}, {0},
};
