#include "delivery/console/deeds.h"

#include "base/arena.h"
#include "delivery/console/changes.h"

struct words {
    const char *key, *words;
};

static const struct words happenings[] = {
    {"payment.requires_action", N_("Payment {1} begun")},
    {"payment.unknown", N_("Payment {1} in doubt: the provider is silent")},
    {"payment.pending", N_("Payment {1} announced")},
    {"payment.succeeded", N_("Payment {1} succeeded")},
    {"payment.settled", N_("Payment {1} received")},
    {"payment.failed", N_("Payment {1} failed")},
    {"payment.cancelled", N_("Payment {1} cancelled")},
    {"payment.expired", N_("Payment {1} expired")},
    {"payment.returned", N_("Payment {1} returned by the bank")},
    {"payment.partially_refunded", N_("Payment {1} refunded in part")},
    {"payment.refunded", N_("Payment {1} refunded")},
    {"deduction.note", N_("Note on deduction {1}")},
    {"deduction.owner", N_("Deduction {1} given to somebody")},
    {"deduction.valid", N_("Deduction {1} accepted")},
    {"deduction.invalid", N_("Deduction {1} refused")},
    {"deduction.partly", N_("Deduction {1} accepted in part")},
    {"deduction.reopened", N_("Decision on deduction {1} undone")},
    {"deduction.undone", N_("Deduction {1} taken back")},
    {"dispute.open", N_("{1} disputed")},
    {"dispute.owner", N_("Dispute of {1} given to somebody")},
    {"dispute.resolved", N_("Dispute of {1} accepted")},
    {"dispute.rejected", N_("Dispute of {1} not accepted")},
    {"dispute.withdrawn", N_("Dispute of {1} withdrawn")},
    {"mail.sent", N_("Mail: {2}")},
    {"mail.refused", N_("Mail refused: {2}")},
    {"mail.bounced", N_("Mail came back: {2}")},
    {"link.opened", N_("Link of a mail opened")},
    {"share.opened", N_("Shared document opened")},
    {"note.call", N_("Call")},
    {"note.letter", N_("Letter or mail")},
    {"note.meeting", N_("Meeting")},
    {"note.note", N_("Note")},
};

static const char *found(const struct words list[], ptrdiff_t count, str key)
{
    for (ptrdiff_t i = 0; i < count; i++)
        if (str_eq(key, str_of(list[i].key))) return list[i].words;
    return NULL;
}

struct standing_words attempt_words(const struct request *rq, str state)
{
    static const struct {
        const char *state, *shape, *words;
    } rows[] = {
        {"submitting", "busy", N_("Being handed over")},
        {"open", "soon", N_("Waiting for the payer")},
        {"unknown", "busy", N_("No answer yet")},
        {"paid", "paid", N_("Charged")},
        {"declined", "failed", N_("Declined")},
        {"cancelled", "credit", N_("Withdrawn")},
    };
    for (ptrdiff_t i = 0; i < COUNT(rows); i++)
        if (str_eq(state, str_of(rows[i].state)))
            return (struct standing_words){str_of(rows[i].shape), said(rq, rows[i].words)};
    return (struct standing_words){S(""), state};
}

str happened_words(struct request *rq, const struct happened *h)
{
    const char *words = found(happenings, COUNT(happenings), h->what);
    if (words) return filled(rq, words, h->number, h->mail_subject);
    if (str_starts(h->what, S("entry.")))
        return str_printf(rq->op.mem, "%.*s %.*s", STR(entry_words(rq, str_from(h->what, 6))),
                          STR(h->number));
    str deed = action_words(rq, h->what);
    str of = h->number.len > 0 ? h->number : h->whom;
    return of.len > 0 ? str_printf(rq->op.mem, "%.*s: %.*s", STR(deed), STR(of)) : deed;
}
