/* How a document is paid by transfer. */
#include "base/arena.h"
#include "domain/documents/epc.h"
#include "domain/documents/parts.h"
#include "domain/payments/reference.h"

#define EPC_MINOR_MAX INT64_C(99999999999) /* what the scheme can say */

/* A payment part at the end; without an address that the scheme can say there is none. */
static bool swiss_payment(struct op *op, const struct transfer *in, struct paper *out)
{
    const struct entity *seller = in->seller;
    struct swiss_in bill = {
        .iban = seller->iban, .amount = in->amount, .number = in->number, .message = out->title};
    struct swiss_bill *made = arena_new(op->mem, struct swiss_bill);
    str country = seller->country.len == 2 ? seller->country : str_head(seller->iban, 2);
    if (!swiss_party_of(seller->payee, seller->address, country, &bill.to)) return true;
    if (!swiss_party_of(out->to.name, out->to.address, out->to.country, &bill.from))
        bill.from = (struct swiss_party){0};
    if (!swiss_code(op, &bill, made)) return false;
    out->swiss = made;
    return true;
}

/* An invoice's own number is a reference that needs no other words. The reference of a Swiss bill
 * names one invoice, so that there is none for several. */
bool part_transfer(struct op *op, const struct parts *p, const struct transfer *in,
                   struct paper *out)
{
    const struct entity *seller = in->seller;
    str words = in->number.len > 0 ? in->number : in->remittance;
    if (seller->iban.len == 0) return true;
    out->from.bank = str_printf(p->mem, "%.*s\nIBAN %.*s\nBIC %.*s\n%.*s", STR(seller->payee),
                                STR(reference_groups(p->mem, seller->iban)), STR(seller->bic),
                                STR(part_fill(p, N_("Reference {1}"), words, S(""))));
    if (swiss_fits(seller->iban, in->amount.cur))
        return in->number.len == 0 || swiss_payment(op, in, out);
    bool euro = str_eq(currency_text(&in->amount.cur), S("EUR"));
    if (!euro || in->amount.minor > EPC_MINOR_MAX) return true;
    struct epc code = {
        .name = seller->payee,
        .iban = seller->iban,
        .bic = seller->bic,
        .amount = in->amount,
        .text = words,
    };
    out->payment_label = str_of(say(p->lang, N_("Pay by transfer with your banking app")));
    return epc_code(op, &code, &out->payment_code);
}
