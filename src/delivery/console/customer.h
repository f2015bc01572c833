/* One customer: balances, open items, payments, contacts, people, and what happened. */
#ifndef CONSOLE_CUSTOMER_H
#define CONSOLE_CUSTOMER_H

#include "delivery/console/ageing.h"
#include "delivery/console/care.h"
#include "delivery/console/history.h"
#include "domain/access/roles.h"
#include "domain/customers/customers.h"

extern const struct route console_customer_routes[];

/* What a role at a customer is called; "" for none. And the question for one. */
str customer_role_words(struct request *rq, enum role role);
void ask_customer_role(struct request *rq, struct question_list *list, str value);

struct customer_view {
    str name, under, done;
    struct link_words acts[4];
    int act_count;
    struct grid balances, ageing, items, contacts, people, reminders;
    struct url all_items, all_payments, contact, invite, view_as, mails, mail_send, mail_links;
    struct url statements;
    struct facts facts;
    struct history_view history;
    struct care_view care;
    bool may_work;
};
void page_customer(struct page *p, const struct customer_view *v);

#endif
