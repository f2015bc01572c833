#include "delivery/routes.h"

#include "delivery/api/api.h"
#include "delivery/console/access_requests.h"
#include "delivery/console/acts.h"
#include "delivery/console/ageing.h"
#include "delivery/console/apply.h"
#include "delivery/console/audit.h"
#include "delivery/console/books.h"
#include "delivery/console/bulk.h"
#include "delivery/console/bulk_payments.h"
#include "delivery/console/care.h"
#include "delivery/console/change_requests.h"
#include "delivery/console/customer.h"
#include "delivery/console/customers.h"
#include "delivery/console/deductions.h"
#include "delivery/console/disputes.h"
#include "delivery/console/exports.h"
#include "delivery/console/filters.h"
#include "delivery/console/history.h"
#include "delivery/console/imports.h"
#include "delivery/console/invoices.h"
#include "delivery/console/journal.h"
#include "delivery/console/letters.h"
#include "delivery/console/mail.h"
#include "delivery/console/money_trouble.h"
#include "delivery/console/overview.h"
#include "delivery/console/payment_acts.h"
#include "delivery/console/payments.h"
#include "delivery/console/payouts.h"
#include "delivery/console/people.h"
#include "delivery/console/reopen.h"
#include "delivery/console/search.h"
#include "delivery/console/settings.h"
#include "delivery/console/statements.h"
#include "delivery/console/trouble.h"
#include "delivery/console/unapplied.h"
#include "delivery/console/work.h"
#include "delivery/hooks/hooks.h"
#include "delivery/portal/brand.h"
#include "delivery/portal/checkout.h"
#include "delivery/portal/company.h"
#include "delivery/portal/demo.h"
#include "delivery/portal/demo_mail.h"
#include "delivery/portal/disputes.h"
#include "delivery/portal/group.h"
#include "delivery/portal/home.h"
#include "delivery/portal/invoice.h"
#include "delivery/portal/invoices.h"
#include "delivery/portal/join.h"
#include "delivery/portal/mail_choice.h"
#include "delivery/portal/methods.h"
#include "delivery/portal/pay_link.h"
#include "delivery/portal/payment.h"
#include "delivery/portal/payments.h"
#include "delivery/portal/people.h"
#include "delivery/portal/preferences.h"
#include "delivery/portal/sharing.h"
#include "delivery/portal/signin.h"
#include "delivery/portal/statements.h"
#include "delivery/portal/unsubscribe.h"
#include "delivery/portal/view_as.h"

const struct route *const all_routes[] = {
    home_routes,
    brand_routes,
    invoices_routes,
    invoice_routes,
    disputes_routes,
    group_routes,
    sharing_routes,
    pay_link_routes,
    unsubscribe_routes,
    checkout_routes,
    payments_routes,
    payment_routes,
    statements_routes,
    methods_routes,
    sign_in_routes,
    company_routes,
    join_routes,
    people_routes,
    requests_routes,
    preferences_routes,
    mail_choice_routes,
    view_as_routes,
    demo_routes,
    demo_mail_routes,
    console_overview_routes,
    console_search_routes,
    console_filters_routes,
    console_ageing_routes,
    console_customers_routes,
    console_customer_routes,
    console_care_routes,
    console_history_routes,
    console_invoices_routes,
    console_payments_routes,
    console_receive_routes,
    console_payment_acts_routes,
    console_journal_routes,
    console_books_routes,
    console_unapplied_routes,
    console_apply_routes,
    console_deductions_routes,
    console_reopen_routes,
    console_disputes_routes,
    console_work_routes,
    console_bulk_routes,
    console_bulk_payments_routes,
    console_acts_routes,
    console_imports_routes,
    console_import_file_routes,
    console_exports_routes,
    console_change_requests_routes,
    console_people_routes,
    console_audit_routes,
    console_access_requests_routes,
    console_settings_routes,
    console_statements_routes,
    console_look_routes,
    console_wording_routes,
    console_trouble_routes,
    console_money_trouble_routes,
    console_mail_routes,
    console_mail_acts_routes,
    console_letters_routes,
    console_payouts_routes,
    hook_routes,
    api_customers_routes,
    api_documents_routes,
    api_disputes_routes,
    api_payments_routes,
    api_imports_routes,
    api_exports_routes,
    NULL,
};
