#include "delivery/portal/mail_choice.h"

#include "base/arena.h"
#include "base/lang.h"
#include "domain/audit/audit.h"
#include "domain/customers/customers.h"
#include "domain/notices/settings.h"

#include <assert.h>

static const struct {
    enum notice_kind kind;
    const char *name;
} mails[] = {
    {NOTICE_INVOICE, N_("New invoices")},
    {NOTICE_CREDIT_NOTE, N_("New credit notes")},
    {NOTICE_RECEIPT, N_("Receipts of everybody's payments")},
    {NOTICE_FAILED, N_("Payments that came to nothing")},
    {NOTICE_REFUND, N_("Refunds")},
    {NOTICE_STATEMENT, N_("Statements of account")},
    {NOTICE_REMINDER, N_("Reminders of what is overdue")},
};

struct choice_form {
    bool wants[7];
};
#define FIELD(i) .type = INPUT_BOOL, .offset = offsetof(struct choice_form, wants[i])
static const struct input choice_inputs[] = {
    {.name = "invoice", FIELD(0)},  {.name = "credit-note", FIELD(1)},
    {.name = "receipt", FIELD(2)},  {.name = "failed", FIELD(3)},
    {.name = "refund", FIELD(4)},   {.name = "statement", FIELD(5)},
    {.name = "reminder", FIELD(6)}, {.name = NULL},
};

/* The person as a contact of the customer; id 0: they are none. */
static bool contact_find(struct request *rq, struct contact *out)
{
    struct contacts list;
    *out = (struct contact){0};
    if (!contacts_of(&rq->op, rq->who.customer, &list)) return false;
    for (ptrdiff_t i = 0; i < list.count; i++)
        if (!out->id && str_eq_nocase(list.at[i].email, rq->who.email)) *out = list.at[i];
    return true;
}

bool mail_choice_load(struct request *rq, struct options *out)
{
    struct contact contact;
    struct contact_wishes wishes = {{0}};
    struct option *at = arena_array(rq->op.mem, struct option, COUNT(mails));
    if (!contact_find(rq, &contact)) return false;
    if (contact.id && !contact_wishes(&rq->op, &contact, &wishes)) return false;
    for (ptrdiff_t i = 0; i < COUNT(mails); i++)
        at[i] = (struct option){str_of(notice_kind_name(mails[i].kind)),
                                str_of(say(op_lang(&rq->op), mails[i].name)),
                                wishes.wants[mails[i].kind]};
    *out = (struct options){at, COUNT(mails)};
    return true;
}

static bool contact_make(struct request *rq, struct contact *out)
{
    *out = (struct contact){
        .customer = rq->who.customer,
        .name = rq->who.name,
        .email = rq->who.email,
        .phone = S(""),
        .role = S("ap"),
        .language = lang_tag(op_lang(&rq->op)),
    };
    return contact_put(&rq->op, out, &out->id);
}

static struct reply choice_save(struct request *rq)
{
    const struct choice_form *form = rq->in;
    struct contact contact;
    static_assert(COUNT(mails) == COUNT(form->wants), "a tick box for each kind of mail");
    if (!contact_find(rq, &contact)) return reply_errors(rq);
    if (!contact.id && !contact_make(rq, &contact)) return reply_errors(rq);
    for (ptrdiff_t i = 0; i < COUNT(mails); i++)
        if (!contact_wish(&rq->op, contact.id, mails[i].kind, form->wants[i]))
            return reply_errors(rq);
    if (!audit_add(&rq->op, "contact.mails", "contact", contact.id, S(""), S("")))
        return reply_errors(rq);
    return reply_see(rq, S("/preferences?done=mails"));
}

const struct route mail_choice_routes[] = {
    {.method = POST,
     .path = "/preferences/mails",
     .handle = choice_save,
     .may = MAY_SEE_ACCOUNT,
     INPUTS(choice_inputs, struct choice_form),
     .about = "Chooses which mails come"},
    {.path = NULL},
};
