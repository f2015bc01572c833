#include "domain/payments/gateway.h"

#include "base/lang.h"

#include <assert.h>

bool gateway_id_plain(str id)
{
    for (ptrdiff_t i = 0; i < id.len; i++) {
        char c = id.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_';
        if (!plain) return false;
    }
    return id.len > 0 && id.len <= 64;
}

bool gateway_card_plain(str label)
{
    int digits = 0;
    for (ptrdiff_t i = 0; i < label.len; i++)
        if (label.at[i] >= '0' && label.at[i] <= '9') digits++;
    return label.len > 0 && label.len <= 40 && digits <= 4;
}

str gateway_card_words(struct arena *mem, const struct lang *lang, str label)
{
    str middle = S(" ending ");
    ptrdiff_t at = str_find(label, middle);
    if (label.len == 0) return str_of(say(lang, "Card"));
    if (at < 0) return label;
    return say_filled(mem, say(lang, "{1} ending {2}"), str_head(label, at),
                      str_from(label, at + middle.len));
}

/* What every answer of an adapter must be like, whatever the gateway did. */
static void assert_answer(const struct charge_result *out)
{
    assert(out->state >= CHARGE_OPEN && out->state <= CHARGE_ABSENT);
    assert((out->decline != DECLINE_NONE) == (out->state == CHARGE_DECLINED));
    if (out->never_sent) assert(out->state == CHARGE_UNKNOWN);
    if (out->card.len > 0) assert(gateway_card_plain(out->card));
    assert(out->fee.minor >= 0);
    if (out->fee.minor > 0) assert(out->fee.minor < out->amount.minor);
    if (out->saved.token.len > 0) assert(gateway_card_plain(out->saved.label));
    if (out->state == CHARGE_UNKNOWN || out->state == CHARGE_ABSENT) return;
    assert(out->their_id.len > 0);
    assert(out->amount.minor > 0);
}

bool gateway_charge(struct op *op, const struct gateway *g, const struct gateway_account *account,
                    const struct charge *in, struct charge_result *out)
{
    assert(!op->tx); /* nobody holds a lock while a stranger answers */
    assert(gateway_id_plain(in->our_id));
    assert(in->amount.minor > 0);
    assert(in->return_url.len > 0);
    assert(in->credit_fee.minor >= 0);
    if (in->token.len > 0) assert(in->customer.len > 0);

    *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    if (!g->charge(op, account, in, out)) return false;

    assert_answer(out);
    assert(out->state != CHARGE_ABSENT);
    if (out->state == CHARGE_OPEN) assert(out->page.len > 0);
    return true;
}

bool gateway_ask(struct op *op, const struct gateway *g, const struct gateway_account *account,
                 str our_id, struct charge_result *out)
{
    assert(!op->tx);
    assert(gateway_id_plain(our_id));

    *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    if (!g->ask(op, account, our_id, out)) return false;

    assert_answer(out);
    return true;
}

bool gateway_cancel(struct op *op, const struct gateway *g, const struct gateway_account *account,
                    str our_id, struct charge_result *out)
{
    assert(!op->tx);
    assert(gateway_id_plain(our_id));

    *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    if (!g->cancel(op, account, our_id, out)) return false;

    assert_answer(out);
    assert(out->state != CHARGE_OPEN);
    return true;
}

bool gateway_refund(struct op *op, const struct gateway *g, const struct gateway_account *account,
                    const struct refund *in, struct charge_result *out)
{
    assert(!op->tx);
    assert(gateway_id_plain(in->our_id));
    assert(in->their_charge_id.len > 0);
    assert(in->amount.minor > 0);

    *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    if (!g->refund(op, account, in, out)) return false;

    assert_answer(out);
    assert(out->state == CHARGE_PAID || out->state == CHARGE_DECLINED ||
           out->state == CHARGE_UNKNOWN);
    return true;
}

bool gateway_ask_refund(struct op *op, const struct gateway *g,
                        const struct gateway_account *account, str our_id,
                        struct charge_result *out)
{
    assert(!op->tx);
    assert(gateway_id_plain(our_id));

    *out = (struct charge_result){.state = CHARGE_UNKNOWN};
    if (!g->ask_refund(op, account, our_id, out)) return false;

    assert_answer(out);
    assert(out->state != CHARGE_OPEN && out->state != CHARGE_CANCELLED);
    return true;
}

bool gateway_forget(struct op *op, const struct gateway *g, const struct gateway_account *account,
                    str token, bool *gone)
{
    assert(!op->tx);
    assert(token.len > 0);

    *gone = false;
    return g->forget(op, account, token, gone);
}

bool gateway_payouts(struct op *op, const struct gateway *g, const struct gateway_account *account,
                     date day, struct payouts *out)
{
    assert(!op->tx);

    *out = (struct payouts){0};
    if (!g->payouts) return true;
    if (!g->payouts(op, account, day, out)) return false;

    for (ptrdiff_t i = 0; i < out->count; i++) {
        assert(out->answered && out->at[i].their_id.len > 0);
        for (ptrdiff_t k = 0; k < out->at[i].count; k++) {
            assert(out->at[i].lines[k].gross.minor > 0 && out->at[i].lines[k].fee.minor >= 0);
            assert(currency_eq(out->at[i].lines[k].gross.cur, out->at[i].net.cur));
        }
    }
    return true;
}

bool gateway_read_event(struct op *op, const struct gateway *g,
                        const struct gateway_account *account, const struct gateway_message *in,
                        struct gateway_event *out)
{
    *out = (struct gateway_event){0};
    if (!g->read_event(op, account, in, out)) return false;

    assert(out->event_id.len > 0);
    assert(out->our_id.len == 0 || gateway_id_plain(out->our_id));
    return true;
}

static const char *const decline_names[] = {
    [DECLINE_NONE] = "",           [DECLINE_FUNDS] = "funds",     [DECLINE_CARD] = "card",
    [DECLINE_REFUSED] = "refused", [DECLINE_CONFIRM] = "confirm", [DECLINE_HARD] = "hard",
};

static const char *const funding_names[] = {
    [FUNDING_UNKNOWN] = "",
    [FUNDING_CREDIT] = "credit",
    [FUNDING_DEBIT] = "debit",
    [FUNDING_PREPAID] = "prepaid",
};

const char *funding_name(enum card_funding funding)
{
    return funding_names[funding];
}

bool funding_from(str name, enum card_funding *out)
{
    for (ptrdiff_t i = 0; i < COUNT(funding_names); i++) {
        if (!str_eq(name, str_of(funding_names[i]))) continue;
        *out = (enum card_funding)i;
        return true;
    }
    return false;
}

const char *decline_name(enum decline_class decline)
{
    return decline_names[decline];
}

bool decline_from(str name, enum decline_class *out)
{
    for (ptrdiff_t i = 0; i < COUNT(decline_names); i++) {
        if (!str_eq(name, str_of(decline_names[i]))) continue;
        *out = (enum decline_class)i;
        return true;
    }
    return false;
}
