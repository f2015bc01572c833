#include "access_samples.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "delivery/console/filters_sql.h"
#include "domain/access/claims_sql.h"
#include "domain/access/people.h"
#include "domain/company/company.h"
#include "domain/customers/change_requests.h"
#include "domain/customers/customers.h"
#include "domain/documents/reminder.h"
#include "domain/documents/statements.h"
#include "domain/exchange/export.h"
#include "domain/exchange/import_file.h"
#include "domain/exchange/import_sql.h"
#include "domain/notices/notices.h"
#include "domain/notices/wishes.h"
#include "domain/payments/methods.h"
#include "domain/payments/payments.h"
#include "domain/payments/payouts_sql.h"
#include "domain/payments/trouble.h"
#include "domain/receivables/deductions.h"
#include "domain/receivables/disputes.h"
#include "domain/receivables/documents.h"
#include "domain/receivables/receivables.h"
#include "domain/work/application.h"

#define EUR ((currency){"EUR"})

bool samples_begin(struct op *op, void *unused)
{
    (void)unused;
    int64_t id;
    enum put did;
    struct entity seller = {
        .code = S("main"), .name = S("Nordwind"), .currency = EUR, .zone = S("Europe/Berlin")};
    struct customer one = {.number = S("C1"), .name = S("Hallam")};
    struct customer two = {.number = S("C2"), .name = S("Pryce")};
    return entity_put(op, &seller, &id) && customer_put(op, &one, &id, &did) &&
           customer_put(op, &two, &id, &did);
}

static date today(const struct op *op)
{
    return clock_date(op->now, S("Europe/Berlin"));
}

static bool make_document(struct op *op, int64_t customer, enum document_kind kind, int64_t *id)
{
    struct document d = {
        .entity = 1,
        .customer = customer,
        .kind = kind,
        .issued = today(op),
        .net = money_of(11900, EUR),
        .tax = money_of(0, EUR),
        .total = money_of(11900, EUR),
        .terms = S("net 30"),
    };
    struct issued issued;
    if (!document_issue(op, &d, false, &issued)) return false;
    *id = issued.id;
    return true;
}

static bool make_invoice(struct op *op, int64_t customer, int64_t *id)
{
    return make_document(op, customer, DOCUMENT_INVOICE, id);
}

static bool make_credit_note(struct op *op, int64_t customer, int64_t *id)
{
    return make_document(op, customer, DOCUMENT_CREDIT_NOTE, id);
}

static bool item_of(struct op *op, int64_t document, int64_t *item)
{
    struct receivables items;
    if (!receivables_of_document(op, document, today(op), &items)) return false;
    *item = items.at[0].item;
    return true;
}

static bool make_item(struct op *op, int64_t customer, int64_t *id)
{
    int64_t document;
    return make_invoice(op, customer, &document) && item_of(op, document, id);
}

/* A credit note applied to an invoice: the entry of it. */
static bool make_application(struct op *op, int64_t customer, int64_t *id)
{
    int64_t credit, items[2];
    struct customer_ids made;
    return make_item(op, customer, &items[0]) && make_credit_note(op, customer, &credit) &&
           item_of(op, credit, &items[1]) && checkout_start(op, customer, 0, items, 2, &made) &&
           checkout_apply(op, customer, made.at[0], today(op), id);
}

static bool make_checkout(struct op *op, int64_t customer, int64_t *id)
{
    int64_t item;
    struct customer_ids made;
    if (!make_item(op, customer, &item)) return false;
    if (!checkout_start(op, customer, 0, &item, 1, &made)) return false;
    *id = made.at[0];
    return true;
}

static bool make_payment(struct op *op, int64_t customer, int64_t *id)
{
    int64_t checkout;
    return make_checkout(op, customer, &checkout) &&
           payment_announce(op, customer, checkout, today(op), id);
}

static bool make_card_payment(struct op *op, int64_t customer, int64_t *id)
{
    int64_t checkout;
    return make_checkout(op, customer, &checkout) &&
           payment_begin(op, customer, checkout, "silent", 0, today(op), id);
}

static bool make_refund(struct op *op, int64_t customer, int64_t *id)
{
    struct received received;
    struct receipt_in in = {.entity = 1,
                            .amount = money_of(100, EUR),
                            .value_date = today(op),
                            .customer = customer,
                            .quiet = true};
    return payment_receive(op, &in, &received) &&
           payment_refund(op, received.payment, money_of(100, EUR), S("paid twice"), id);
}

static bool make_method(struct op *op, int64_t customer, int64_t *id)
{
    const struct method_in in = {
        .customer = customer,
        .gateway = S("silent"),
        .card = {.token = str_printf(op->mem, "tok_%.*s", STR(random_token(op->mem, 16))),
                 .label = S("Visa ending 4242"),
                 .expires = date_plus(today(op), 400),
                 .fingerprint = random_token(op->mem, 16)},
    };
    return method_add(op, keys_for_tests(op->mem), &in, id);
}

static bool make_entry(struct op *op, int64_t customer, int64_t *id)
{
    int64_t document;
    struct entry_lines lines;
    if (!make_invoice(op, customer, &document)) return false;
    if (!ledger_of_document(op, document, &lines)) return false;
    *id = lines.at[0].entry;
    return true;
}

static bool make_import_file(struct op *op, int64_t customer, int64_t *id)
{
    (void)customer;
    struct import_file file = {
        .kind = IMPORT_INVOICES, .name = S("a.csv"), .settings = S("{}"), .who = S("Lena")};
    return import_file_add(op, &file, id) && import_file_piece(op, *id, 0, S("number\n1\n"));
}

static bool make_customer(struct op *op, int64_t customer, int64_t *id)
{
    (void)op;
    *id = customer;
    return true;
}

static bool make_contact(struct op *op, int64_t customer, int64_t *id)
{
    struct contact contact = {
        .customer = customer, .name = S("Maya"), .role = S("ap"), .email = S("m@hallam.example")};
    return contact_put(op, &contact, id);
}

static bool invite(struct op *op, int64_t customer, int64_t *person)
{
    struct invitation in = {
        .email = str_printf(op->mem, "p%.*s@hallam.example",
                            STR(str_lower(op->mem, random_token(op->mem, 16)))),
        .role = customer ? ROLE_VIEWER : ROLE_AUDITOR,
        .customer = customer,
        .quiet = true,
    };
    return person_invite(op, &in, person);
}

static bool make_membership(struct op *op, int64_t customer, int64_t *id)
{
    int64_t person;
    struct member_list members;
    if (!invite(op, customer, &person) || !members_of(op, customer, &members)) return false;
    for (ptrdiff_t i = 0; i < members.count; i++)
        if (members.at[i].person == person) *id = members.at[i].id;
    return true;
}

static bool make_import(struct op *op, int64_t customer, int64_t *id)
{
    struct import_run_insert_row row;
    struct import_run_insert_args run = {
        .kind = S("customers"),
        .file_name = S("customers.csv"),
        .fingerprint = S(""),
        .header = S("number,name"),
        .state = S("done"),
        .owner = S(""),
        .who = S(""),
        .now = op->now,
    };
    (void)customer;
    if (!sql_import_run_insert(op, run, &row)) return false;
    *id = row.id;
    return true;
}

static bool make_export(struct op *op, int64_t customer, int64_t *id)
{
    struct received received;
    struct receipt_in in = {.entity = 1,
                            .amount = money_of(100, EUR),
                            .value_date = today(op),
                            .customer = customer,
                            .quiet = true};
    struct export_options all = {0};
    struct export_batch batch;
    if (!payment_receive(op, &in, &received) || !export_make(op, &all, &batch)) return false;
    *id = batch.number;
    return true;
}

static bool make_seller(struct op *op, int64_t customer, int64_t *id)
{
    (void)op, (void)customer;
    *id = 1;
    return true;
}

static bool make_statement(struct op *op, int64_t customer, int64_t *id)
{
    int64_t account;
    struct statement_in in = {.customer = customer,
                              .entity = 1,
                              .currency = EUR,
                              .form = STATEMENT_ACTIVITY,
                              .from = date_plus_months(today(op), -1),
                              .to = today(op)};
    return account_for(op, customer, 1, EUR, &account) && statement_issue(op, &in, id);
}

static bool make_reminder(struct op *op, int64_t customer, int64_t *id)
{
    struct mail_wish wish = {
        .kind = NOTICE_REMINDER, .customer = customer, .person = 1, .day = today(op)};
    int64_t document;
    if (!make_invoice(op, customer, &document)) return false;
    if (!account_for(op, customer, 1, EUR, &wish.account)) return false;
    return mail_wish_add(op, &wish, id) &&
           reminder_issue(op, *id, wish.account, date_plus(wish.day, 400), S(""));
}

static bool make_money(struct op *op, int64_t customer, int64_t *id)
{
    struct received received;
    struct payment p;
    struct receipt_in in = {.entity = 1,
                            .amount = money_of(100, EUR),
                            .value_date = today(op),
                            .customer = customer,
                            .quiet = true};
    if (!payment_receive(op, &in, &received) || !payment_get(op, 0, received.payment, &p))
        return false;
    *id = p.item;
    return true;
}

/* The first that no payment under way holds. */
static struct application_line *free_line(struct application *a)
{
    struct application_line *line = a->lines;
    while (line->free.minor <= 100 || !money_eq(line->free, line->open)) line++;
    return line;
}

static bool make_deduction(struct op *op, int64_t customer, int64_t *id)
{
    struct application a;
    struct deduction_cases list;
    int64_t item, invoice, batch;
    if (!make_item(op, customer, &invoice) || !make_money(op, customer, &item) ||
        !application_get(op, item, &a))
        return false;
    struct application_line *line = free_line(&a);
    line->amount = money_of(100, EUR);
    line->rest = REST_DEDUCTION;
    line->reason = S("damaged_goods");
    if (!application_post(op, &a, &batch) ||
        !deduction_cases(op, &(struct deduction_filter){.all = true, .limit = 1}, &list))
        return false;
    *id = list.at[0].item;
    return true;
}

static bool make_work(struct op *op, int64_t customer, int64_t *id)
{
    struct application a;
    int64_t item, invoice;
    if (!make_item(op, customer, &invoice) || !make_money(op, customer, &item) ||
        !application_get(op, item, &a))
        return false;
    free_line(&a)->amount = money_of(100, EUR);
    return application_post(op, &a, id);
}

static bool make_allocation(struct op *op, int64_t customer, int64_t *id)
{
    int64_t entry;
    struct allocations list;
    if (!make_application(op, customer, &entry) || !allocations_of_entry(op, entry, &list))
        return false;
    *id = list.at[0].id;
    return true;
}

static bool make_trouble(struct op *op, int64_t customer, int64_t *id)
{
    struct troubles all;
    struct trouble in = {.kind = TROUBLE_CHARGED_TWICE};
    if (!make_payment(op, customer, &in.payment) || !trouble_open(op, &in)) return false;
    if (!troubles_list(op, 1000, &all)) return false;
    *id = all.at[all.count - 1].id;
    return true;
}

static bool make_filter(struct op *op, int64_t customer, int64_t *id)
{
    struct filter_insert_row row;
    struct filter_insert_args args = {.list = S("invoices"),
                                      .name = S("Late"),
                                      .query = S("show=overdue"),
                                      .shared = true,
                                      .now = op->now};
    if (!invite(op, customer, &args.person) || !sql_filter_insert(op, args, &row)) return false;
    *id = row.id;
    return true;
}

static bool make_payout(struct op *op, int64_t customer, int64_t *id)
{
    struct payout_insert_list rows;
    struct payout_insert_args args = {
        .gateway = S("silent"),
        .their_id = random_token(op->mem, 16),
        .paid_on = today(op),
        .currency = S("EUR"),
        .charges = 100,
        .net = 100,
        .now = op->now,
    };
    (void)customer;
    if (!sql_payout_insert(op, args, &rows)) return false;
    *id = rows.at[0].id;
    return true;
}

static bool make_claim(struct op *op, int64_t customer, int64_t *id)
{
    struct claim_insert_row row;
    struct claim_insert_args args = {
        .name = S("Ina Roth"),
        .email = str_lower(
            op->mem, str_printf(op->mem, "%.*s@elsewhere.example", STR(random_token(op->mem, 16)))),
        .language = S("en"),
        .customer = customer,
        .address = S(""),
        .state = S("waiting"),
        .created_at = op->now,
        .expires_at = op->now + DAY_US,
    };
    if (!make_invoice(op, customer, &args.document) || !sql_claim_insert(op, args, &row))
        return false;
    *id = row.id;
    return true;
}

static bool make_staff(struct op *op, int64_t customer, int64_t *id)
{
    (void)customer;
    return invite(op, 0, id);
}

static bool make_change(struct op *op, int64_t customer, int64_t *id)
{
    struct change_wanted wanted = {.kind = CHANGE_CONTACT,
                                   .customer = customer,
                                   .name = S("Ben"),
                                   .email = S("ben@hallam.example"),
                                   .role = S("ap")};
    int64_t person;
    return invite(op, customer, &person) && change_request_add(op, &wanted, person, id);
}

static bool make_mail(struct op *op, int64_t customer, int64_t *id)
{
    struct notice_list newest;
    struct notice n = {
        .kind = NOTICE_INVOICE,
        .event = str_printf(op->mem, "sample:%.*s", STR(random_token(op->mem, 16))),
        .to = S("ap@hallam.example"),
        .subject = S("R-1"),
        .text = S("R-1"),
        .html = S("<p>R-1</p>"),
        .customer = customer,
    };
    if (!notices_queue(op, &n) || !notices_newest(op, customer, 1, &newest)) return false;
    *id = newest.at[0].id;
    enum notice_go go;
    struct notice_try_begin begin = {
        .mail = *id,
        .message_id = S("sample@hallam.example"),
        .bytes = S("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                   "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n"
                   "Content-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n--b--\r\n"),
    };
    return notices_try(op, &begin, &go) && notices_failed(op, *id, S("no"), NOTICE_REFUSED);
}

static bool make_dispute(struct op *op, int64_t customer, int64_t *id)
{
    struct dispute_new in = {.amount = money_of(100, EUR),
                             .reason = S("pricing"),
                             .words = S("Agreed was less."),
                             .origin = BY_CUSTOMER};
    return make_item(op, customer, &in.item) && dispute_raise(op, &in, id);
}

static const struct sample samples[] = {
    {.path = "/assets", .literal = "quittance.css"},
    {.path = "/join", .literal = "a-token-that-nobody-was-given"},
    {.path = "/sign-in", .literal = "a-token-that-nobody-was-given"},
    {.path = "/hooks", .literal = "test"},
    {.path = "/demo/mail", .literal = "no-such-mail.eml"},
    {.path = "/shared", .literal = "a-token-that-nobody-was-given"},
    {.path = "/pay", .literal = "a-token-that-nobody-was-given"},
    {.path = "/back", .literal = "pay_of-nobody"},
    {.path = "/unsubscribe", .literal = "a-token-that-nobody-was-given"},
    {.path = "/console/mail", .prefix = "mal", .make = make_mail},
    {.path = "/access-requests", .prefix = "req", .make = make_claim},
    {.path = "/console/access-requests", .prefix = "req", .make = make_claim},
    {.path = "/people", .prefix = "mbr", .make = make_membership},
    {.path = "/company/contacts", .prefix = "ctc", .make = make_contact},
    {.path = "/company/changes", .prefix = "chg", .make = make_change},
    {.path = "/console/change-requests", .prefix = "chg", .make = make_change},
    {.path = "/invoices", .prefix = "inv", .make = make_invoice},
    {.path = "/credit-notes", .prefix = "crn", .make = make_credit_note},
    {.path = "/items", .prefix = "itm", .make = make_item},
    {.path = "/applications", .prefix = "ent", .make = make_application},
    {.path = "/checkout", .prefix = "chk", .make = make_checkout},
    {.path = "/payments", .prefix = "pay", .make = make_payment},
    {.path = "/payments/:id/card", .prefix = "pay", .make = make_card_payment},
    {.path = "/payments/:id/again", .prefix = "pay", .make = make_card_payment},
    {.path = "/refunds", .prefix = "ref", .make = make_refund},
    {.path = "/console/refunds", .prefix = "ref", .make = make_refund},
    {.path = "/methods", .prefix = "mth", .make = make_method},
    {.path = "/console/customers", .prefix = "cus", .make = make_customer},
    {.path = "/console/invoices", .prefix = "inv", .make = make_invoice},
    {.path = "/console/exports", .prefix = "exp", .make = make_export},
    {.path = "/console/imports", .prefix = "imp", .make = make_import},
    {.path = "/console/imports/files", .prefix = "upl", .make = make_import_file},
    {.path = "/console/items", .prefix = "itm", .make = make_item},
    {.path = "/console/journal", .prefix = "ent", .make = make_entry},
    {.path = "/console/payments", .prefix = "pay", .make = make_payment},
    {.path = "/console/unapplied", .prefix = "itm", .make = make_money},
    {.path = "/disputes", .prefix = "dsp", .make = make_dispute},
    {.path = "/console/disputes", .prefix = "dsp", .make = make_dispute},
    {.path = "/console/deductions", .prefix = "itm", .make = make_deduction},
    {.path = "/console/work", .prefix = "wrk", .make = make_work},
    {.path = "/console/allocations", .prefix = "alc", .make = make_allocation},
    {.path = "/brand/logo", .literal = "none.png"},
    {.path = "/statements/:id", .prefix = "stm", .make = make_statement},
    {.path = "/console/statements", .prefix = "stm", .make = make_statement},
    {.path = "/console/reminders", .prefix = "rem", .make = make_reminder},
    {.path = "/console/settings", .prefix = "sel", .make = make_seller},
    {.path = "/console/settings/:id/texts",
     .prefix = "sel",
     .make = make_seller,
     .part = "pdf.foot"},
    {.path = "/console/people", .prefix = "usr", .make = make_staff},
    {.path = "/console/payouts", .prefix = "pot", .make = make_payout},
    {.path = "/console/trouble", .prefix = "trb", .make = make_trouble},
    {.path = "/console/filters", .prefix = "flt", .make = make_filter},
    {.path = "/api/v1/customers", .prefix = "cus", .make = make_customer},
    {.path = "/api/v1/contacts", .prefix = "ctc", .make = make_contact},
    {.path = "/api/v1/invoices", .prefix = "inv", .make = make_invoice},
    {.path = "/api/v1/credit-notes", .prefix = "crn", .make = make_credit_note},
    {.path = "/api/v1/payments", .prefix = "pay", .make = make_payment},
    {.path = "/api/v1/disputes", .prefix = "dsp", .make = make_dispute},
    {.path = "/api/v1/imports", .prefix = "imp", .make = make_import},
    {.path = "/api/v1/exports", .prefix = "exp", .make = make_export},
};

const struct sample *sample_for(const struct route *route)
{
    const struct sample *best = NULL;
    for (ptrdiff_t i = 0; i < COUNT(samples); i++) {
        size_t len = strlen(samples[i].path);
        if (strncmp(route->path, samples[i].path, len) != 0) continue;
        if (route->path[len] && route->path[len] != '/') continue;
        if (!best || len > strlen(best->path)) best = &samples[i];
    }
    return best;
}

static const struct {
    const char *path, *fields;
} fields[] = {
    {"/people/:id", "role=payer"},
    {"/company", "name=Hallam+and+Pryce"},
    {"/company/contact", "name=Ben&role=ap"},
    {"/company/contacts/:id", "name=Ben&role=ap"},
    {"/console/change-requests/:id/refuse", "words=No"},
    {"/invoices/:id/send", "email=copy@example.com"},
    {"/console/trouble/:id", "reason=seen+to"},
    {"/console/payouts/:id", "amount=1&day=2026-01-31"},
};

const char *sample_fields(const struct route *route)
{
    for (ptrdiff_t i = 0; i < COUNT(fields); i++)
        if (strcmp(fields[i].path, route->path) == 0) return fields[i].fields;
    return "";
}
