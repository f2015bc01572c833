#include "delivery/console/changes.h"

#include "base/arena.h"
#include "delivery/console/differences.h"

enum { ROWS = 30 };

static const struct {
    const char *action, *words;
} actions[] = {
    {"ageing.columns", N_("Columns of the ageing kept")},
    {"allocation.undo", N_("Allocation taken back")},
    {"api_key.add", N_("API key made")},
    {"api_key.revoke", N_("API key withdrawn")},
    {"batch.application", N_("Money applied by hand")},
    {"batch.copies", N_("Copies sent")},
    {"batch.credits", N_("Credits applied, oldest first")},
    {"batch.customers_given", N_("Customers given to somebody")},
    {"batch.customers_held", N_("Reminders of customers put on hold")},
    {"batch.customers_lifted", N_("Holds on reminders lifted")},
    {"batch.deductions_given", N_("Deductions given to somebody")},
    {"batch.disputes_accepted", N_("Disputes accepted")},
    {"batch.disputes_given", N_("Disputes given to somebody")},
    {"batch.disputes_refused", N_("Disputes refused")},
    {"batch.payments_applied", N_("Payments applied to what they name")},
    {"batch.payments_taken_back", N_("What payments paid, taken back")},
    {"batch.receipts", N_("Receipts sent again")},
    {"batch.undo", N_("Undone")},
    {"batch.write_off", N_("Small amounts written off")},
    {"brand.change", N_("Look changed")},
    {"change_request.accept", N_("Change of details made")},
    {"change_request.add", N_("Change of details asked for")},
    {"change_request.refuse", N_("Change of details refused")},
    {"change_request.withdraw", N_("Change of details withdrawn")},
    {"checkout.apply", N_("Credits applied by the customer")},
    {"claim.grant", N_("Access granted on request")},
    {"claim.make", N_("Access asked for")},
    {"claim.refuse", N_("Access refused on request")},
    {"claim.setting", N_("Who may ask for access changed")},
    {"claim.use", N_("Came in by request")},
    {"claim.wrong", N_("Access asked for with a wrong total")},
    {"contact.add", N_("Contact added")},
    {"contact.change", N_("Contact changed")},
    {"contact.mails", N_("Choice of mails changed")},
    {"contact.remove", N_("Contact removed")},
    {"contact.subscribe", N_("Mails wanted again")},
    {"contact.unsubscribe", N_("Mails no longer wanted")},
    {"customer.add", N_("Customer created")},
    {"customer.change", N_("Customer changed")},
    {"customer.hold", N_("Reminders put on hold")},
    {"customer.lift", N_("Hold on reminders lifted")},
    {"customer.owner", N_("Owner of the customer")},
    {"customer.rename", N_("Customer renamed")},
    {"customer.view_as", N_("Portal looked at as the customer")},
    {"customer.view_as_end", N_("Back from the customer's portal")},
    {"deduction.invalid", N_("Not valid, billed back")},
    {"deduction.note", N_("Note")},
    {"deduction.owner", N_("Owner")},
    {"deduction.partly", N_("Partly valid")},
    {"deduction.reopened", N_("Decision undone")},
    {"deduction.undone", N_("Taken back")},
    {"deduction.valid", N_("Valid, credited")},
    {"dispute.open", N_("Disputed")},
    {"dispute.owner", N_("Owner")},
    {"dispute.rejected", N_("Dispute not accepted")},
    {"dispute.resolved", N_("Dispute accepted")},
    {"dispute.withdrawn", N_("Dispute withdrawn")},
    {"document.send", N_("Copy sent")},
    {"document.share", N_("Link made")},
    {"document.unshare", N_("Link taken back")},
    {"entity.put", N_("Seller changed")},
    {"export.acknowledge", N_("Confirmed by the ERP")},
    {"export.make", N_("Export made")},
    {"filter.add", N_("Filter saved")},
    {"filter.change", N_("Filter changed")},
    {"filter.remove", N_("Filter removed")},
    {"import.run", N_("Import run")},
    {"job.again", N_("Work that was given up tried again")},
    {"layout.change", N_("Layout changed")},
    {"mail.again", N_("Mail sent again")},
    {"mail.held", N_("Not mailed, because it is on hold")},
    {"mail.leave", N_("Failed mail left as it is")},
    {"mail.remind", N_("Reminder asked for")},
    {"mail.state", N_("Statement asked for")},
    {"mail_setting.change", N_("Mail settings changed")},
    {"mail_stop.clear", N_("Address opened for mail again")},
    {"membership.add", N_("Access given")},
    {"membership.invite", N_("Invited to the portal")},
    {"membership.remove", N_("Access removed")},
    {"membership.role", N_("Rights changed")},
    {"method.add", N_("Card kept")},
    {"method.remove", N_("Card removed")},
    {"passkey.add", N_("Passkey added")},
    {"passkey.remove", N_("Passkey removed")},
    {"passkey.sign_in", N_("Signed in with a passkey")},
    {"pay_link.revoke", N_("Pay link withdrawn")},
    {"payment.amount_differs", N_("Another amount arrived than was announced")},
    {"payment.apply", N_("Payment applied")},
    {"payment.arrived", N_("Money arrived")},
    {"payment.identify", N_("Payer identified")},
    {"payment.receive", N_("Transfer recorded")},
    {"payment.refund", N_("Refund recorded")},
    {"payment.resolve", N_("What became of the payment recorded")},
    {"payment.return", N_("Returned by the bank")},
    {"payment.start", N_("Payment begun")},
    {"payment.twice", N_("Charged twice by the provider")},
    {"payment.withdraw", N_("Cancelled by the payer")},
    {"payout.arrive", N_("Payout arrived")},
    {"payout.match", N_("Payout compared with the books")},
    {"person.add", N_("Person added")},
    {"person.block", N_("Person blocked")},
    {"person.password", N_("Password set")},
    {"person.role", N_("Role changed")},
    {"person.unblock", N_("Person unblocked")},
    {"session.begin", N_("Signed in")},
    {"session.end", N_("Signed out")},
    {"session.end_all", N_("Signed out everywhere")},
    {"statement.issue", N_("Statement issued")},
    {"statement.monthly", N_("Monthly statements changed")},
    {"statement.send", N_("Statement mailed again")},
    {"text.change", N_("Text changed")},
    {"text.default", N_("Text put back")},
    {"trouble.close", N_("Trouble closed")},
    {"work_rule.change", N_("Work rules changed")},
};

str action_words(struct request *rq, str action)
{
    for (ptrdiff_t i = 0; i < COUNT(actions); i++)
        if (str_eq(action, str_of(actions[i].action))) return said(rq, actions[i].words);
    return action;
}

static const struct {
    const char *object, *words;
} objects[] = {
    {"ageing_rule", N_("Ageing")},
    {"allocation", N_("Allocation")},
    {"api_key", N_("API key")},
    {"batch", N_("Work")},
    {"change_request", N_("Change of details")},
    {"checkout", N_("Payment")},
    {"claim", N_("Request for access")},
    {"claim_setting", N_("Requests for access")},
    {"contact", N_("Contact")},
    {"customer", N_("Customer")},
    {"deduction", N_("Deduction")},
    {"dispute", N_("Dispute of an invoice")},
    {"document", N_("Document")},
    {"entity", N_("Seller")},
    {"export_batch", N_("Export")},
    {"import_file", N_("Import")},
    {"item", N_("Open item")},
    {"job", N_("Background work")},
    {"mail", N_("Mail")},
    {"mail_stop", N_("Address for mail")},
    {"membership", N_("Access to the portal")},
    {"passkey", N_("Passkey")},
    {"pay_link", N_("Pay link")},
    {"payment", N_("Payment")},
    {"payment_method", N_("Card")},
    {"payout", N_("Payout")},
    {"person", N_("Person")},
    {"saved_filter", N_("Filter")},
    {"share_link", N_("Link")},
    {"text_version", N_("Text")},
    {"trouble", N_("Trouble")},
};

str object_words(struct request *rq, str object)
{
    for (ptrdiff_t i = 0; i < COUNT(objects); i++)
        if (str_eq(object, str_of(objects[i].object))) return said(rq, objects[i].words);
    return object;
}

bool changes_of(struct request *rq, const char *object, int64_t id, struct grid *out)
{
    static const struct grid_heading headings[] = {
        {GRID_KEY, N_("What")},
        {GRID_TEXT, N_("Who")},
        {GRID_TEXT, N_("When")},
        {GRID_TEXT, N_("What changed")},
    };
    struct audit_list list;
    if (!audit_of_object(&rq->op, object, id, 0, ROWS, &list)) return false;
    *out = grid_of(rq, N_("Who changed what, newest first"), N_("Nothing was changed by hand."),
                   headings, COUNT(headings), list.count);
    for (ptrdiff_t i = 0; i < list.count; i++) {
        struct grid_cell *row = grid_row(out);
        row[0] = grid_text(action_words(rq, list.at[i].action));
        row[1] = grid_text(list.at[i].actor_name);
        row[2] = grid_text(moment(rq, list.at[i].at));
        if (!differences_of(rq, &list.at[i], &row[3])) return false;
    }
    return true;
}
