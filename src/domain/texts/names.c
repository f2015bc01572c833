/* Which texts there are, what each says by default, and which names it may hold. */
#include "base/arena.h"
#include "domain/texts/texts.h"

enum {
    ALWAYS = 1,
    CUSTOMER = 2,
    DOCUMENT = 4,
    PAYMENT = 8,
    REFUND = 16,
    STATEMENT = 32,
};

static const struct text_about about[TEXT_COUNT] = {
    [TEXT_PORTAL_HOME] = {"portal.home", N_("Message on the portal's first page"), TEXT_OF_PORTAL,
                          600, false, "", ALWAYS | CUSTOMER},
    [TEXT_PDF_FOOT] = {"pdf.foot", N_("Foot of each document"), TEXT_OF_PDF, 300, false, "",
                       ALWAYS},
    [TEXT_PDF_INVOICE_INTRO] = {"pdf.invoice.intro", N_("Invoice, above the lines"), TEXT_OF_PDF,
                                1000, false, "", ALWAYS | CUSTOMER | DOCUMENT},
    [TEXT_PDF_INVOICE_CLOSING] = {"pdf.invoice.closing", N_("Invoice, below the lines"),
                                  TEXT_OF_PDF, 2000, false, "", ALWAYS | CUSTOMER | DOCUMENT},
    [TEXT_PDF_CREDIT_INTRO] = {"pdf.credit-note.intro", N_("Credit note, above the lines"),
                               TEXT_OF_PDF, 1000, false, "", ALWAYS | CUSTOMER | DOCUMENT},
    [TEXT_PDF_CREDIT_CLOSING] = {"pdf.credit-note.closing", N_("Credit note, below the lines"),
                                 TEXT_OF_PDF, 2000, false, "", ALWAYS | CUSTOMER | DOCUMENT},
    [TEXT_PDF_RECEIPT_INTRO] = {"pdf.receipt.intro", N_("Receipt, above the lines"), TEXT_OF_PDF,
                                1000, false, "", ALWAYS | CUSTOMER | PAYMENT},
    [TEXT_PDF_STATEMENT_INTRO] = {"pdf.statement.intro", N_("Statement, above the lines"),
                                  TEXT_OF_PDF, 1000, false, "", ALWAYS | CUSTOMER | STATEMENT},
    [TEXT_PDF_REMINDER_INTRO] =
        {"pdf.reminder.intro", N_("Reminder letter, above the lines"), TEXT_OF_PDF, 1000, false,
         N_("Dear Sir or Madam,\nas of {statement.day} these invoices are past their due date. "
            "Perhaps they escaped your notice."),
         ALWAYS | CUSTOMER | STATEMENT},
    [TEXT_PDF_REMINDER_CLOSING] =
        {"pdf.reminder.closing", N_("Reminder letter, below the lines"), TEXT_OF_PDF, 2000, false,
         N_("If you have paid in the meantime, please regard this letter as settled. If something "
            "is not right, please tell us.\nKind regards\n{seller.name}"),
         ALWAYS | CUSTOMER | STATEMENT},
    [TEXT_MAIL_FOOT] = {"mail.foot", N_("Small print of each mail"), TEXT_OF_MAIL, 600, false, "",
                        ALWAYS},
    [TEXT_MAIL_INVOICE_SUBJECT] = {"mail.invoice.subject", N_("New invoice: subject"), TEXT_OF_MAIL,
                                   150, true, N_("Invoice {document.number}: {document.total}"),
                                   ALWAYS | CUSTOMER | DOCUMENT},
    [TEXT_MAIL_INVOICE_LEAD] = {"mail.invoice.lead", N_("New invoice: text"), TEXT_OF_MAIL, 1000,
                                false, N_("Invoice {document.number} is due on {document.due}."),
                                ALWAYS | CUSTOMER | DOCUMENT},
    [TEXT_MAIL_CREDIT_SUBJECT] = {"mail.credit-note.subject", N_("New credit note: subject"),
                                  TEXT_OF_MAIL, 150, true,
                                  N_("Credit note {document.number}: {document.total}"),
                                  ALWAYS | CUSTOMER | DOCUMENT},
    [TEXT_MAIL_CREDIT_LEAD] = {"mail.credit-note.lead", N_("New credit note: text"), TEXT_OF_MAIL,
                               1000, false,
                               N_("Credit note {document.number} is yours to use for any invoice."),
                               ALWAYS | CUSTOMER | DOCUMENT},
    [TEXT_MAIL_RECEIPT_SUBJECT] =
        {"mail.receipt.subject", N_("Receipt: subject"), TEXT_OF_MAIL, 150, true,
         N_("Receipt {payment.number}: thank you for your payment of {payment.amount}"),
         ALWAYS | CUSTOMER | PAYMENT},
    [TEXT_MAIL_RECEIPT_LEAD] =
        {"mail.receipt.lead", N_("Receipt: text"), TEXT_OF_MAIL, 1000, false,
         N_("We received your payment {payment.number} on {payment.day}. Thank you."),
         ALWAYS | CUSTOMER | PAYMENT},
    [TEXT_MAIL_FAILED_SUBJECT] = {"mail.failed.subject", N_("Failed payment: subject"),
                                  TEXT_OF_MAIL, 150, true,
                                  N_("Your payment {payment.number} was not charged"),
                                  ALWAYS | CUSTOMER | PAYMENT},
    [TEXT_MAIL_FAILED_LEAD] = {"mail.failed.lead", N_("Failed payment: text"), TEXT_OF_MAIL, 1000,
                               false,
                               N_("We know now: nothing was charged. The items are open again."),
                               ALWAYS | CUSTOMER | PAYMENT},
    [TEXT_MAIL_REFUND_SUBJECT] = {"mail.refund.subject", N_("Refund: subject"), TEXT_OF_MAIL, 150,
                                  true,
                                  N_("Refund of {refund.amount} for payment {payment.number}"),
                                  ALWAYS | CUSTOMER | PAYMENT | REFUND},
    [TEXT_MAIL_REFUND_LEAD] = {"mail.refund.lead", N_("Refund: text"), TEXT_OF_MAIL, 1000, false,
                               N_("We have sent {refund.amount} back the way it came."),
                               ALWAYS | CUSTOMER | PAYMENT | REFUND},
    [TEXT_MAIL_STATEMENT_SUBJECT] = {"mail.statement.subject", N_("Statement: subject"),
                                     TEXT_OF_MAIL, 150, true,
                                     N_("Statement {statement.number} of {statement.day}"),
                                     ALWAYS | CUSTOMER | STATEMENT},
    [TEXT_MAIL_STATEMENT_LEAD] =
        {"mail.statement.lead", N_("Statement: text"), TEXT_OF_MAIL, 1000, false,
         N_(
             "Your account on {statement.day}: {statement.open} is open. The statement is attached "
             "as PDF."),
         ALWAYS | CUSTOMER | STATEMENT},
};

static const struct {
    struct text_name name;
    unsigned group;
} names[] = {
    {{"customer.name", N_("the customer's name")}, CUSTOMER},
    {{"customer.number", N_("the customer's number")}, CUSTOMER},
    {{"document.number", N_("the number of the invoice or credit note")}, DOCUMENT},
    {{"document.total", N_("its total, with the currency")}, DOCUMENT},
    {{"document.issued", N_("the day it was issued")}, DOCUMENT},
    {{"document.due", N_("the day it is due")}, DOCUMENT},
    {{"document.po", N_("the customer's purchase order")}, DOCUMENT},
    {{"payment.number", N_("the payment's number")}, PAYMENT},
    {{"payment.amount", N_("its amount, with the currency")}, PAYMENT},
    {{"payment.method", N_("how it was paid")}, PAYMENT},
    {{"payment.day", N_("the day it was received")}, PAYMENT},
    {{"refund.amount", N_("what was sent back")}, REFUND},
    {{"statement.number", N_("the statement's number")}, STATEMENT},
    {{"statement.day", N_("the day it is of")}, STATEMENT},
    {{"statement.open", N_("what is open, with the currency")}, STATEMENT},
    {{"statement.overdue", N_("what is overdue, with the currency")}, STATEMENT},
    {{"seller.name", N_("your name")}, ALWAYS},
    {{"seller.contact", N_("who answers questions")}, ALWAYS},
    {{"seller.phone", N_("the telephone number for questions")}, ALWAYS},
    {{"seller.email", N_("the address for questions")}, ALWAYS},
};

const struct text_about *text_about(enum text_key key)
{
    return &about[key];
}

bool text_key_from(str code, enum text_key *out)
{
    for (int i = 0; i < TEXT_COUNT; i++) {
        if (!str_eq(code, str_of(about[i].code))) continue;
        *out = (enum text_key)i;
        return true;
    }
    return false;
}

struct text_names text_names(enum text_key key)
{
    struct text_names out = {.count = 0};
    for (ptrdiff_t i = 0; i < COUNT(names); i++)
        if (names[i].group & about[key].groups) out.at[out.count++] = names[i].name;
    return out;
}
